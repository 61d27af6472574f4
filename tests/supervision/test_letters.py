"""民主监督建议书: who writes, who reads, what becomes of it; and the unit that never sees it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from huisheng.desk.fsck import check
from huisheng.kernel import links
from huisheng.kernel.errors import Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Link, Notice
from huisheng.opinions.models import Opinion
from huisheng.people.models import Account
from huisheng.supervision import letters, queries
from huisheng.supervision.models import LetterState, MonitorLetter, Supervision

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db
DAY = make.DAY


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def told(account: Account) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("text", flat=True))


def reads(one: MonitorLetter) -> set[str]:
    rows = Account.objects.all()
    return {row.name for row in rows if queries.visible_letters(row, DAY.date()).filter(pk=one.pk).exists()}


def test_a_letter_is_its_writers_alone_until_it_is_handed_in_and_the_unit_never_reads_it(cast: Cast) -> None:
    post = make.monitor(cast)
    for account in (cast.wang, cast.office, cast.housing_clerk):
        with pytest.raises(NotAllowed):
            letters.start(post, account, make.LETTER, at=DAY)
    one = make.letter(cast, one=post)
    assert reads(one) == {cast.li.name}
    perform(one, "send", cast.li, at=DAY)
    assert reads(one) == {cast.li.name, cast.office.name, cast.editor.name, cast.chair.name}
    assert any("民主监督建议书《窗口中午应当有人》" in said for said in told(cast.office))
    page = reverse("supervision:letter", args=[one.pk])
    assert browser(cast.housing_clerk).get(page).status_code == 404
    unit = browser(cast.housing_clerk).get(post.get_absolute_url())
    assert unit.status_code == 200
    assert one.title not in unit.content.decode()
    with pytest.raises(WrongState):
        letters.save(one, cast.li, make.LETTER | {"title": "改"}, DAY, None)
    perform(one, "withdraw", cast.li, at=DAY)
    letters.save(one, cast.li, make.LETTER | {"title": "改过的题目"}, DAY, None)
    assert reads(one) == {cast.li.name}


def test_whoever_left_the_post_hands_nothing_in(cast: Cast) -> None:
    one = make.letter(cast)
    perform(one.monitor, "end", cast.office, {"note": "届满"}, at=DAY)
    one = MonitorLetter.objects.get(pk=one.pk)
    with pytest.raises(Refused, match="已经不是区住房和城乡建设局的民主监督员"):
        perform(one, "send", cast.li, at=DAY)


def test_taken_up_as_an_opinion_it_goes_on_in_the_writers_name(cast: Cast) -> None:
    one = make.sent_letter(cast)
    perform(one, "take", cast.office, {"way": "opinion", "note": "已转信息编辑。"}, at=DAY)
    opinion = Opinion.objects.get()
    assert (opinion.title, opinion.reporter_member, opinion.text.situation, opinion.text.advice) == (
        one.title, cast.member_li, one.content, one.advice,
    )  # fmt: skip
    assert [(step.record, step.before) for step in links.chain(one)] == [(opinion, False)]
    page = browser(cast.li).get(one.get_absolute_url()).content.decode()
    assert "已采用" in page
    assert "已转信息编辑。" in page
    assert any("采用" in said for said in told(cast.li))
    chain = browser(cast.li).get(reverse("desk:chain", args=["letter", one.pk])).content.decode()
    assert opinion.title in chain


def test_the_office_begins_a_supervision_with_it_and_that_takes_it_up(cast: Cast) -> None:
    one, office = make.sent_letter(cast), browser(cast.office)
    path = f"/supervision/new/?from=letter-{one.pk}"
    assert path.replace("&", "&amp;") in office.get(one.get_absolute_url()).content.decode()
    form = office.get(path).content.decode()
    assert one.advice in form
    answer = office.post(path, {
        "title": one.title, "aspect": "special", "source": "proposals", "content": one.content, "method": "看现场。",
        "agencies": [cast.housing.pk], "starts_on": "2017-03-01", "ends_on": "2017-06-01", "key": "letter-00001",
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    matter = Supervision.objects.get()
    one.refresh_from_db()
    assert one.state == LetterState.TAKEN
    assert [(step.record, step.before) for step in links.chain(matter)] == [(one, True)]
    assert office.get(path).status_code == 200  # taken up once; the address says nothing any more
    assert one.advice not in office.get(path).content.decode()


def test_it_is_put_to_a_supervision_that_is_there_or_kept_with_a_word(cast: Cast) -> None:
    matter = make.supervision(cast)
    one = make.sent_letter(cast)
    with pytest.raises(Invalid) as problem:
        perform(one, "take", cast.office, {"way": "supervision"}, at=DAY)
    assert "请选列入哪一项监督" in str(problem.value.errors)
    perform(one, "take", cast.office, {"way": "supervision", "supervision": matter.pk}, at=DAY)
    assert [step.record for step in links.chain(matter)] == [one]
    assert "列入一项监督。" in browser(cast.li).get(one.get_absolute_url()).content.decode()
    other = make.letter(cast, one=one.monitor, title="停车位划线")
    perform(other, "send", cast.li, at=DAY)
    perform(other, "keep", cast.office, {"note": "区里已在办。"}, at=DAY)
    assert "区里已在办。" in browser(cast.li).get(other.get_absolute_url()).content.decode()
    assert check().problems.get("民主监督", []) == []
    MonitorLetter.objects.update(advice="不用改。")
    Link.objects.all().delete()
    said = check().problems["民主监督"]
    assert sum("与提交时的指纹不符" in one for one in said) == 2
    assert sum("已采用，却不在来龙去脉里" in one for one in said) == 1


def test_pages_write_list_and_print_and_cost_the_same_for_one_and_for_many(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DAY)
    post, li = make.monitor(cast), browser(cast.li)
    path = reverse("supervision:new-letter", args=[post.pk])
    assert path in li.get("/supervision/letters/").content.decode()
    empty = li.post(path, {"content": "没有人。", "key": "letter-00002"})
    assert empty.status_code == 422
    assert "“题目”还没有填" in empty.content.decode()
    assert "没有人。" in empty.content.decode()
    answer = li.post(path, make.LETTER | {"key": "letter-00002"})
    one = MonitorLetter.objects.get()
    assert answer["Location"] == one.get_absolute_url()
    assert browser(cast.wang).get(path).status_code == 404
    edit = reverse("supervision:letter-edit", args=[one.pk])
    stale = li.post(edit, make.LETTER | {"title": "旧的", "version": 99})
    assert "这份建议书改过" in stale.content.decode()
    assert li.post(edit, make.LETTER | {"title": "新的题目", "version": one.version}).status_code == 302
    assert li.get(reverse("supervision:letter-paper", args=[one.pk, "pdf"])).content.startswith(b"%PDF")
    one.refresh_from_db()
    perform(one, "send", cast.li, at=DAY)
    assert li.get(edit).status_code == 422
    office = browser(cast.office)
    assert "李清和的民主监督建议书《新的题目》请处理" in office.get("/desk/todo").content.decode()
    paths = ("/supervision/letters/", post.get_absolute_url())
    few = [questions(office, path) for path in paths]
    for n in range(5):
        perform(make.letter(cast, one=post, title=f"第{n}份"), "send", cast.li, at=DAY)
    assert [questions(office, path) for path in paths] == few
