"""核对 of 民主监督: a whole life is clean, and what was changed behind the lifecycle's back is said."""

from __future__ import annotations

import pytest

from huisheng.desk.fsck import check
from huisheng.kernel.lifecycle import perform
from huisheng.supervision import actions
from huisheng.supervision.models import (
    Check,
    Finding,
    Inspector,
    PaperSheets,
    Rectification,
    SurveyRemarks,
    Tally,
)

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db
DAY = make.DAY


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_what_was_changed_behind_a_supervisions_back_is_said(cast: Cast) -> None:
    one = make.reported_finding(cast)
    perform(
        one, "fail", cast.li, {"looked_on": "2017-03-01", "seen": "没盖。", "due_on": "2017-05-02"}, at=DAY
    )
    make.sent_hearing(cast)
    survey = make.running_supervision(cast, title="养老服务评议", aspect="appraisal")
    sheet = {"questions": ["办事效率"], "bodies": [cast.sector.pk], "ends_on": "2017-03-10"}
    perform(survey, "survey", cast.office, sheet, at=DAY)
    actions.rate(survey, cast.zhao, {survey.questions.get().pk: "good"}, "都好。", at=DAY)
    perform(survey, "paper_sheets", cast.office, {"sent": "9", "sheets": "6"}, at=DAY)
    assert check().problems.get("民主监督", []) == []
    assert check().is_clean

    Finding.objects.update(content="没有问题。")
    Rectification.objects.filter(round=1).update(report="早就好了。", looked_by=cast.wang)
    Check.objects.filter(result="fails").update(result="meets")
    Tally.objects.filter(answer="bad").update(count=3, paper=7)
    SurveyRemarks.objects.update(texts=["一", "二"])
    PaperSheets.objects.update(texts=list("一二三四五六七"))
    Inspector.objects.filter(member=cast.member_wang, supervision=one.supervision).update(
        out="declared", out_on="2017-02-01"
    )
    told = check().problems["民主监督"]
    assert [sentence for sentence in told if "指纹不符" in sentence]
    for words in (
        "第1轮回头看是发现人自己看的", "第1轮的整改情况与报告时的不同", "与办理记录里的不同", "份数合计4，收回的问卷是1份",
        "纸质份数合计7，收回的纸质问卷是6份", "补充意见比收回的问卷多", "纸质问卷的补充意见比收回的份数多",
        "王立言在《大气污染防治专项监督》中须回避，之后仍列入了问题",
    ):  # fmt: skip
        assert any(words in sentence for sentence in told), (words, told)
