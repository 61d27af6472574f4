"""A seat is given or ended on a decision, on its day; what is kept about a person is put right at their word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from huisheng.desk import fsck, worker
from huisheng.desk.todo import duties
from huisheng.duty import queries as duty
from huisheng.gatherings.queries import in_office
from huisheng.kernel import local
from huisheng.kernel.errors import Conflict, Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Entry, Notice, Option
from huisheng.people import actions, changing, posts, queries, tokens
from huisheng.people.models import Account, Correction, Member, MemberChange, Membership, Post
from huisheng.proposals.models import CosponsorState, State
from tests import make
from tests.cast import Cast, moment
from tests.counting import questions

pytestmark = pytest.mark.django_db
DAY = make.DAY
SignIn = Callable[..., Client]
FIRST = date(2017, 3, 1)


def found_by(name: str) -> list[str]:
    return fsck.check().problems[name]


# -- 委员变动: the way ------------------------------------------------------------------------------------------------
def test_a_resignation_ends_the_seat_on_its_day_and_deletes_nothing(cast: Cast) -> None:
    one = make.decided_change(cast, effective_on="2017-03-01")

    member = cast.member_zhao
    member.refresh_from_db()
    one.refresh_from_db()
    assert (one.state, str(member.ends_on), member.end_reason) == (
        "in_force",
        "2017-03-01",
        "辞去（工作变动）",
    )
    assert [str(seat.ends_on) for seat in member.memberships.all()] == ["2017-03-01"]
    assert str(Post.objects.get(member=member).ends_on) == "2017-03-01"
    assert [line.label for line in Entry.objects.filter(matter_type=MemberChange.kind()).order_by("seq")] == [
        "准备委员变动", "提请审议", "主席会议同意", "登记决定", "生效",
    ]  # fmt: skip
    assert Entry.objects.get(action="begin").cause == Entry.objects.get(action="decide")
    assert found_by("委员变动") == []


def test_who_is_to_come_follows_from_the_dates(cast: Cast) -> None:
    make.decided_change(cast)
    make.decided_change(cast, one=make.new_member(cast), effective_on="2017-03-01")

    before, on, after = (
        set(in_office(FIRST + timedelta(days=n)).values_list("name", flat=True)) for n in (-1, 0, 1)
    )
    assert before == {"李清和", "王立言", "赵闻声"}
    assert on == before | {"吕𬱖"}
    assert after == on - {"赵闻声"}
    assert {one.name for one in duty.in_office(date(2017, 1, 1), date(2017, 12, 31))} == on
    assert {one.name for one in duty.in_office(date(2018, 1, 1), date(2018, 12, 31))} == after


def test_a_new_member_sits_from_the_day_with_sector_and_the_admin_is_asked_for_an_account(cast: Cast) -> None:
    one = make.decided_change(cast, one=make.new_member(cast))

    one.refresh_from_db()
    made = one.member
    assert made is not None
    assert (made.name, made.unit, made.born, str(made.starts_on), made.sector) == (
        "吕𬱖", "区中医院", "1975-08", "2017-03-01", cast.sector,
    )  # fmt: skip
    seat = made.memberships.get()
    assert (seat.body, str(seat.starts_on), seat.ends_on) == (cast.sector, "2017-03-01", None)
    told = Notice.objects.get(account=cast.admin)
    assert (told.text, told.url) == ("吕𬱖（教育界）增补为委员，请建立账号", f"/people/members/{made.pk}")
    assert found_by("委员变动") == []


def test_a_decision_for_a_later_day_waits_for_the_clock(cast: Cast) -> None:
    one = make.coming_change(cast)

    member = cast.member_zhao
    member.refresh_from_db()
    assert (one.state, member.ends_on) == ("decided", None)
    assert changing.begin_due(moment("2017-03-30 23:50")) == 0
    assert changing.begin_due(moment("2017-03-31 00:10")) == 1
    assert changing.begin_due(moment("2017-03-31 01:10")) == 0
    member.refresh_from_db()
    one.refresh_from_db()
    assert (one.state, str(member.ends_on)) == ("in_force", "2017-03-31")
    assert Entry.objects.get(action="begin").account is None
    assert worker.EVERY_HOUR["委员变动生效"] is changing.begin_due


def test_the_account_is_open_through_the_last_day_and_closed_after_it(cast: Cast) -> None:
    make.decided_change(cast)

    cast.zhao.refresh_posts()
    assert cast.zhao.holds(posts.MEMBER, on=FIRST)
    assert not cast.zhao.holds(posts.MEMBER, on=FIRST + timedelta(days=1))
    changing.begin_due(moment("2017-03-01 23:30"))
    assert Account.objects.get(username="zhao").is_active
    changing.begin_due(moment("2017-03-02 00:30"))
    assert not Account.objects.get(username="zhao").is_active
    assert Entry.objects.filter(subject_type="people.account", action="disable", account=None).count() == 1
    changing.begin_due(moment("2017-03-02 01:30"))
    assert Entry.objects.filter(action="disable").count() == 1


def test_an_account_with_another_post_stays_open_and_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    Post.objects.create(
        account=cast.zhao, kind=posts.CONVENER, body=cast.committee, starts_on=date(2017, 1, 1)
    )
    one = make.decided_change(cast)
    changing.begin_due(moment("2017-03-05 00:30"))

    assert Account.objects.get(username="zhao").is_active
    page = sign_in("office").get(f"/people/changes/{one.pk}").content.decode()
    assert "区政协经济委员会 召集人" in page


def test_whoever_died_is_no_member_after_that_day_though_it_was_decided_later(cast: Cast) -> None:
    dead = make.change(cast, sort="die", reason="death")
    make.decided_change(cast, one=dead, effective_on="2017-02-20")

    cast.member_zhao.refresh_from_db()
    assert (str(cast.member_zhao.ends_on), cast.member_zhao.end_reason) == ("2017-02-20", "去世（逝世）")
    assert not Account.objects.get(username="zhao").is_active  # at once: the day is over


def test_posts_and_seats_meant_to_last_longer_end_too(cast: Cast) -> None:
    Post.objects.filter(member=cast.member_zhao).update(ends_on=date(2021, 12, 31))
    Membership.objects.filter(member=cast.member_zhao).update(ends_on=date(2021, 12, 31))
    make.decided_change(cast)

    assert str(Post.objects.get(member=cast.member_zhao).ends_on) == "2017-03-01"
    assert str(cast.member_zhao.memberships.get().ends_on) == "2017-03-01"


@pytest.mark.parametrize(
    ("answers", "field", "part"),
    [
        ({"effective_on": "2017-02-28"}, "effective_on", "不能早于决定日期"),
        ({"effective_on": "2019-03-01"}, "effective_on", "超过一年"),
        ({"decided_on": "2017-03-02"}, "decided_on", "还没有到"),
        ({"decided_on": "2017-02-27"}, "decided_on", "不能早于主席会议"),
        ({"document": ""}, "document", "请写文号，或者附上决定文件"),
        ({"meeting": ""}, "meeting", "还没有填"),
    ],
)
def test_a_decision_that_cannot_be_is_told_field_by_field(
    cast: Cast, answers: dict[str, str], field: str, part: str
) -> None:
    one = make.endorsed_change(cast)

    with pytest.raises(Invalid) as told:
        perform(one, "decide", cast.office, make.DECISION | answers, at=DAY)
    assert part in "".join(told.value.errors[field])
    one.refresh_from_db()
    assert (one.state, one.decided_on) == ("endorsed", None)


def test_a_decision_may_come_as_a_file_and_is_read_by_those_who_may(cast: Cast, sign_in: SignIn) -> None:
    one = make.endorsed_change(cast)
    url = f"/people/changes/{one.pk}/steps/decide"
    day = timezone.localdate().isoformat()
    sent = make.DECISION | {"document": "", "decided_on": day, "effective_on": day, "key": "decision-0001"}
    office = sign_in("office")
    bad = SimpleUploadedFile("决定.pdf", b"not a pdf")
    assert office.post(url, sent | {"file": bad}).status_code == 422
    good = SimpleUploadedFile("决定.png", _png())
    assert office.post(url, sent | {"file": good, "key": "decision-0002"}).status_code == 302

    kept = Attachment.objects.get(subject_type=MemberChange.kind(), subject_id=one.pk)
    paper = f"/people/changes/{one.pk}/papers/{kept.pk}"
    assert (kept.purpose, kept.name) == ("decision", "决定.png")
    one.refresh_from_db()
    assert one.state == "in_force"
    assert {
        name: sign_in(name).get(paper).status_code
        for name in ("office", "chair", "zhao", "li", "clerk", "admin")
    } == {"office": 200, "chair": 200, "zhao": 200, "li": 404, "clerk": 404, "admin": 404}
    assert sign_in("office").get(f"/people/changes/{one.pk}/papers/999999").status_code == 404
    assert found_by("委员变动") == []


def _png() -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "PNG")
    return buffer.getvalue()


def test_the_chairs_send_back_or_refuse_and_the_office_withdraws(cast: Cast) -> None:
    one = make.proposed_change(cast)
    perform(one, "return", cast.chair, {"note": "请补本人的书面申请。"}, at=DAY)
    assert one.state == "draft"
    assert Entry.objects.get(action="return").is_inside
    make.proposed_change(cast, one=one)
    perform(one, "refuse", cast.chair, {"note": "暂不研究。"}, at=DAY)
    assert one.state == "rejected"

    again = make.endorsed_change(cast)
    perform(again, "reject", cast.office, {"note": "第二次常委会会议表决未通过。"}, at=DAY)
    third = make.change(cast)
    perform(third, "withdraw", cast.office, {"note": "本人收回申请。"}, at=DAY)
    cast.member_zhao.refresh_from_db()
    assert (again.state, third.state, cast.member_zhao.ends_on) == ("rejected", "withdrawn", None)


def test_what_was_registered_wrongly_is_amended_before_its_day_and_not_after(cast: Cast) -> None:
    one = make.coming_change(cast)
    perform(one, "amend", cast.office, {"note": "生效日期写错了。"}, at=moment("2017-03-02 09:00"))
    perform(
        one,
        "decide",
        cast.office,
        make.DECISION | {"effective_on": "2017-03-20"},
        at=moment("2017-03-02 09:10"),
    )
    assert (one.state, str(one.effective_on)) == ("decided", "2017-03-20")

    with pytest.raises(Refused, match="已到生效日期"):
        perform(one, "amend", cast.office, {"note": "再改。"}, at=moment("2017-03-20 00:05"))


def test_a_member_has_one_open_change_and_who_left_none(cast: Cast) -> None:
    make.change(cast)
    with pytest.raises(Conflict, match="赵闻声已有一份没办完的变动（辞去）"):
        make.change(cast, sort="revoke")
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberChange.objects.create(
            sort="revoke", adds=False, member=cast.member_zhao, reason="other", prepared_at=DAY
        )

    other = make.change(cast, member=cast.member_wang)
    actions.retire(cast.member_wang, FIRST, "届满", by=cast.office, at=DAY)
    other.refresh_from_db()
    with pytest.raises(Refused, match="已于2017年3月1日离任，不用再办"):
        perform(other, "propose", cast.office, at=DAY)


def test_a_change_decided_of_somebody_who_was_retired_meanwhile_keeps_the_earlier_day(cast: Cast) -> None:
    one = make.coming_change(cast)
    actions.retire(cast.member_zhao, date(2017, 3, 10), "届满", by=cast.office, at=DAY)
    changing.begin_due(moment("2017-03-31 00:10"))

    one.refresh_from_db()
    cast.member_zhao.refresh_from_db()
    assert (one.state, str(cast.member_zhao.ends_on)) == ("in_force", "2017-03-10")


def test_a_sector_that_is_gone_takes_nobody_in(cast: Cast) -> None:
    one = make.new_member(cast)
    cast.sector.ends_on = FIRST
    cast.sector.save()

    one.refresh_from_db()
    with pytest.raises(Refused, match="“教育界”已经撤销"):
        perform(one, "propose", cast.office, at=DAY)


def test_the_office_prepares_the_chairs_endorse_and_nobody_else(cast: Cast) -> None:
    for account in (cast.chair, cast.clerk, cast.admin, cast.zhao):
        with pytest.raises(NotAllowed):
            changing.prepare(account, {}, at=DAY)
    one = make.proposed_change(cast)
    with pytest.raises(NotAllowed, match="须由主席会议成员办理"):
        perform(one, "endorse", cast.office, make.CHAIRS, at=DAY)
    with pytest.raises(NotAllowed, match="自动完成"):
        perform(one, "begin", cast.office, at=DAY)


# -- what the person leaves behind ------------------------------------------------------------------------------------
def test_proposals_of_whoever_left_go_on_and_open_invitations_lapse(cast: Cast) -> None:
    proposal = make.submitted(cast)
    draft = make.draft(cast)
    perform(draft, "invite", cast.li, {"members": [cast.member_wang.pk]}, at=DAY)
    make.decided_change(cast, one=make.change(cast, member=cast.member_wang))
    changing.begin_due(moment("2017-03-02 00:30"))

    invited = draft.cosponsors.get()
    assert duties(cast.wang, date(2017, 3, 2)) == []
    perform(draft, "submit", cast.li, {"disclosure": "full"}, at=moment("2017-03-03 09:00"))
    invited.refresh_from_db()
    draft.refresh_from_db()
    assert (draft.state, invited.state) == (State.SUBMITTED, CosponsorState.LAPSED)

    make.decided_change(cast, one=make.change(cast, member=cast.member_li))
    changing.begin_due(moment("2017-03-04 00:30"))
    proposal.refresh_from_db()
    assert (proposal.sponsor_member, proposal.state) == (cast.member_li, State.SUBMITTED)
    perform(proposal, "pre_review", cast.clerk, make.FILE, at=moment("2017-03-06 09:00"))
    assert {name: rows for name, rows in fsck.check().problems.items() if rows} == {}


def test_whoever_left_cannot_be_called_again_but_what_they_attended_stays(cast: Cast) -> None:
    meeting = make.held_gathering(cast)
    came = meeting.invitees.count()
    make.decided_change(cast)

    assert meeting.invitees.count() == came
    later = make.gathering(cast, host=cast.committee)
    assert cast.member_zhao.pk not in later.invitees.values_list("member", flat=True)


# -- the pages --------------------------------------------------------------------------------------------------------
NEW = {
    "sort": "join", "name": "孙𠅤", "sex": "女", "born": "1980年6月", "party": "", "unit": "区第二小学", "job": "教师",
    "source": "区委统战部", "reason": "vacancy", "words": "", "key": "new-change-1",
}  # fmt: skip


def test_the_office_writes_one_and_changes_it_while_it_is_prepared(cast: Cast, sign_in: SignIn) -> None:
    office = sign_in("office")
    answer = office.post("/people/changes/new", NEW | {"sector": cast.sector.pk})
    one = MemberChange.objects.get()
    assert answer["Location"] == f"/people/changes/{one.pk}"
    assert (str(one), one.person["born"], one.adds) == ("增补：孙𠅤", "1980-06", True)
    assert office.post("/people/changes/new", NEW | {"sector": cast.sector.pk}).status_code == 302
    assert MemberChange.objects.count() == 1  # the same key twice is one

    url = f"/people/changes/{one.pk}/edit"
    assert "孙𠅤" in office.get(url).content.decode()
    changed = NEW | {"sector": cast.sector.pk, "unit": "区第三小学"}
    assert office.post(url, changed | {"version": one.version}).status_code == 302
    stale = office.post(url, changed | {"version": one.version, "job": "校长"})
    assert stale.status_code == 409
    assert "校长" in stale.content.decode()
    one.refresh_from_db()
    assert one.unit_and_job == "区第三小学教师"
    perform(one, "propose", cast.office, at=DAY)
    with pytest.raises(WrongState):
        changing.save(one, cast.office, {}, at=DAY)


def test_a_namesake_must_be_told_apart_and_what_is_missing_is_named(cast: Cast, sign_in: SignIn) -> None:
    office = sign_in("office")
    same = office.post("/people/changes/new", NEW | {"name": "李清和", "sector": cast.sector.pk})
    assert same.status_code == 422
    assert "名册里已有李清和（教育界）" in same.content.decode()
    told = NEW | {"name": "李清和", "sector": cast.sector.pk, "apart": "on"}
    assert office.post("/people/changes/new", told).status_code == 302
    for lack, part in (
        ({"name": ""}, "“姓名”还没有填"),
        ({"sector": ""}, "“拟任界别”还没有选"),
        ({"sort": "resign"}, "“委员”还没有选"),
    ):
        answer = office.post(
            "/people/changes/new", NEW | {"sector": cast.sector.pk, "key": "k2345678"} | lack
        )
        assert answer.status_code == 422
        assert part in answer.content.decode()


def test_who_may_read_a_change(cast: Cast, sign_in: SignIn) -> None:
    one = make.proposed_change(cast)
    url = f"/people/changes/{one.pk}"
    assert {name: sign_in(name).get(url).status_code for name in ("office", "chair", "zhao", "li", "clerk")} == {
        "office": 200, "chair": 200, "zhao": 404, "li": 404, "clerk": 404,
    }  # fmt: skip
    perform(one, "endorse", cast.chair, make.CHAIRS, at=DAY)
    later = (timezone.localdate() + timedelta(days=30)).isoformat()
    today = timezone.localdate().isoformat()
    perform(
        one,
        "decide",
        cast.office,
        make.DECISION | {"decided_on": today, "effective_on": later},
        at=timezone.now(),
    )
    page = sign_in("zhao").get(url)
    assert page.status_code == 200
    assert "本人书面申请" not in page.content.decode()  # what was written for the chairs
    assert Notice.objects.filter(account=cast.zhao, url=url).exists()
    assert sign_in("chair").get("/people/changes").status_code == 200
    assert sign_in("zhao").get("/people/changes").status_code == 404


def test_it_waits_for_whoever_is_next(cast: Cast) -> None:
    one = make.change(cast)
    assert [duty.sentence for duty in duties(cast.office, FIRST)] == [
        "“辞去：赵闻声”准备好了请提请主席会议审议"
    ]
    perform(one, "propose", cast.office, at=DAY)
    assert [duty.sentence for duty in duties(cast.chair, FIRST)] == ["“辞去：赵闻声”请主席会议审议"]
    assert duties(cast.office, FIRST) == []
    perform(one, "endorse", cast.chair, make.CHAIRS, at=DAY)
    assert [duty.sentence for duty in duties(cast.office, FIRST)] == [
        "“辞去：赵闻声”常委会会议决定以后请登记"
    ]


def test_the_register_holds_what_was_decided_in_the_year(cast: Cast, sign_in: SignIn) -> None:
    make.decided_change(cast)
    make.decided_change(cast, one=make.new_member(cast), effective_on="2017-04-01")
    make.change(cast, member=cast.member_wang)
    office = sign_in("office")
    sheet = office.get("/people/changes/register.xlsx?year=2017")
    rows = list(load_workbook(BytesIO(b"".join(sheet.streaming_content))).active.iter_rows(values_only=True))  # type: ignore[attr-defined]
    assert rows[0][0] == "2017年委员变动名册"
    assert [row[1:4] for row in rows[2:4]] == [("辞去", "赵闻声", "教育界"), ("增补", "吕𬱖", "教育界")]
    assert rows[4][0] == "新任1人，离任1人"
    assert office.get("/people/changes/register.pdf?year=2017").content[:5] == b"%PDF-"
    assert office.get("/people/changes/register.docx?year=2017").status_code == 200
    assert office.get("/people/changes/register.txt?year=2017").status_code == 404
    assert list(queries.registered(2016)) == []


def test_a_list_costs_the_same_for_one_and_for_thirty(cast: Cast, sign_in: SignIn) -> None:
    make.change(cast)
    make.correction(cast)
    office = sign_in("office")
    paths = ("/people/changes", "/people/changes?show=year&year=2017", "/people/corrections")
    few = [questions(office, path) for path in paths]
    for n in range(29):
        make.new_member(cast, person={"name": f"新人{n}"})
        account = Account.objects.create(username=f"x{n}", name=f"新人{n}")
        changing.ask(account, {"email": ["", f"x{n}@example.cn"]}, "补登。", at=DAY)
    assert [questions(office, path) for path in paths] == few


# -- fsck -------------------------------------------------------------------------------------------------------------
def test_the_oracle_sees_a_change_without_its_rows(cast: Cast) -> None:
    one = make.decided_change(cast)
    Membership.objects.filter(member=cast.member_zhao).update(ends_on=None)
    assert found_by("委员变动") == ["委员变动“辞去：赵闻声”已生效，还有没结束的任职或岗位"]
    Member.objects.filter(pk=cast.member_zhao.pk).update(ends_on=None)
    assert "委员变动“辞去：赵闻声”已生效，名册上还在任" in found_by("委员变动")
    MemberChange.objects.filter(pk=one.pk).update(document="")
    assert "委员变动“辞去：赵闻声”已生效，没有决定的记录或文件" in found_by("委员变动")


def test_the_oracle_sees_two_seats_in_one_place_and_a_day_that_passed(cast: Cast) -> None:
    Membership.objects.filter(member=cast.member_li).update(ends_on=date(2017, 5, 1))
    economy = cast.member_wang.sector
    assert economy is not None
    Membership.objects.create(member=cast.member_li, body=economy, starts_on=date(2017, 5, 1))
    make.coming_change(cast)
    assert found_by("委员变动") == [
        "李清和在“教育界”和“经济界”的任职日期重叠", "委员变动“辞去：赵闻声”已过生效日期，还没有生效",
    ]  # fmt: skip


# -- 信息更正 ---------------------------------------------------------------------------------------------------------
def test_an_approved_correction_changes_the_rows_and_the_journal_says_from_what_to_what(cast: Cast) -> None:
    one = make.correction(
        cast,
        name=["李清和", "李淸𬱖"],
        unit=["", "区第一中学"],
        phone=["", "13812345678"],
        email=["", "li@example.cn"],
    )
    entry = perform(one, "approve", cast.office, at=DAY)

    cast.member_li.refresh_from_db()
    cast.li.refresh_from_db()
    assert (cast.member_li.name, cast.member_li.unit, cast.member_li.phone) == (
        "李淸𬱖",
        "区第一中学",
        "13812345678",
    )
    assert (cast.li.name, cast.li.phone, cast.li.email) == ("李淸𬱖", "13812345678", "li@example.cn")
    assert cast.member_li.initials.startswith("l")
    assert entry.data["changes"]["工作单位"] == ["", "区第一中学"]
    assert entry.data["changes"]["姓名"] == ["李清和", "李淸𬱖"]
    assert "姓名：李清和 → 李淸𬱖" in entry.note
    whole = str([line.content() for line in Entry.objects.all()]) + str(
        list(Notice.objects.values_list("text", "card"))
    )
    assert "13812345678" not in whole  # a journal is kept for ever, a notice leaves the house
    assert "li@example.cn" not in whole
    assert entry.data["changes"]["手机"] == ["", "138****78"]
    assert Notice.objects.filter(account=cast.li, text__contains="同意更正").exists()
    assert found_by("委员变动") == []


def test_a_refusal_says_why_and_changes_nothing(cast: Cast) -> None:
    one = make.correction(cast)
    with pytest.raises(Invalid):
        perform(one, "refuse", cast.office, {"answer": " "}, at=DAY)
    perform(one, "refuse", cast.office, {"answer": "请先办调动手续。"}, at=DAY)

    cast.member_li.refresh_from_db()
    assert (one.state, one.answer, cast.member_li.unit) == ("refused", "请先办调动手续。", "")


def test_what_was_changed_meanwhile_is_told_and_not_overwritten(cast: Cast) -> None:
    one = make.correction(cast)
    Member.objects.filter(pk=cast.member_li.pk).update(unit="区实验中学")

    with pytest.raises(Refused, match="“工作单位”已经改过"):
        perform(one, "approve", cast.office, at=DAY)
    assert one.lifecycle.open_steps(one, cast.office)[0].reason
    cast.member_li.refresh_from_db()
    assert cast.member_li.unit == "区实验中学"
    with pytest.raises(Conflict, match="您打开这一页之后"):
        perform(one, "refuse", cast.office, {"answer": "请再申请。"}, version=7, at=DAY)


def test_nobody_approves_their_own(cast: Cast) -> None:
    one = changing.ask(cast.office, {"phone": ["", "13800000000"]}, "换号了。", at=DAY)
    with pytest.raises(Refused, match="须由另一位同志核准"):
        perform(one, "approve", cast.office, at=DAY)
    second = Account.objects.create(username="office2", name="何二")
    Post.objects.create(account=second, kind=posts.OFFICE, starts_on=date(2017, 1, 1))
    perform(one, "approve", second, at=DAY)
    cast.office.refresh_from_db()
    assert cast.office.phone == "13800000000"


def test_one_at_a_time_only_ones_own_and_only_what_the_list_holds(cast: Cast) -> None:
    one = make.correction(cast)
    with pytest.raises(Conflict, match="已有一份申请"):
        make.correction(cast, job=["", "校长"])
    perform(one, "withdraw", cast.li, at=DAY)
    assert make.correction(cast, job=["", "校长"]).state == "asked"
    with pytest.raises(NotAllowed, match="“工作单位”不能由本人申请更正"):
        changing.ask(cast.housing_clerk, {"unit": ["", "别处"]}, "换了。", at=DAY)
    with pytest.raises(NotAllowed):
        perform(Correction.objects.latest("pk"), "withdraw", cast.wang, at=DAY)
    Option.objects.filter(list="correctable", code="phone").update(ends_on=date(2017, 2, 1))
    local.forget()
    with pytest.raises(NotAllowed, match="“手机”不能由本人申请更正"):
        changing.ask(cast.wang, {"phone": ["", "13800000000"]}, "换了。", at=DAY)
    with pytest.raises(NotAllowed):
        changing.ask(cast.wang, {"is_standing": ["False", "True"]}, "换了。", at=DAY)


def test_contacts_are_shown_to_the_person_and_the_office_alone(cast: Cast, sign_in: SignIn) -> None:
    Member.objects.filter(pk=cast.member_li.pk).update(phone="13912340000")
    one = make.correction(cast, phone=["13912340000", "13812345678"])
    url = f"/people/corrections/{one.pk}"
    for name in ("li", "office"):
        page = sign_in(name).get(url)
        assert "13812345678" in page.content.decode()
    for name in ("wang", "clerk", "chair", "admin", "auditor"):
        assert sign_in(name).get(url).status_code == 404
        assert sign_in(name).get("/people/corrections").status_code == 404
    assert "13812345678" not in sign_in("office").get("/people/corrections").content.decode()
    assert [duty.sentence for duty in duties(cast.office, FIRST)] == ["李清和申请更正手机，请核准"]


def test_everybody_finds_the_door_under_me_and_asks(cast: Cast, sign_in: SignIn) -> None:
    for name in ("li", "housing_clerk", "auditor"):
        assert 'href="/me/particulars"' in sign_in(name).get("/me").content.decode()
        assert sign_in(name).get("/me/particulars").status_code == 200
    browser = sign_in("li")
    page = browser.get("/me/particulars")
    sent = {
        **page.context["form"].initial,
        "version": page.context["token"],
        "key": "correct-0001",
        "reason": "换了单位。",
    }
    nothing = browser.post("/me/particulars", sent)
    assert nothing.status_code == 422
    assert "哪一项也没有改" in nothing.content.decode()
    for wrong, part in (
        ({"phone": "12"}, "电话号码"),
        ({"email": "x"}, "电子邮箱的写法"),
        ({"born": "3000-13"}, "出生年月"),
        ({"name": ""}, "还没有填"),
    ):
        answer = browser.post("/me/particulars", sent | wrong)
        assert answer.status_code == 422
        assert part in answer.content.decode()
    good = browser.post("/me/particulars", sent | {"unit": "区第一中学", "key": "correct-0002"})
    one = Correction.objects.get()
    assert good["Location"] == f"/people/corrections/{one.pk}"
    assert one.wanted == {"unit": ["", "区第一中学"]}
    after = browser.get("/me/particulars").content.decode()
    assert "等办公室核准" in after
    assert "<form" not in after.split("<main")[1].split("</main>")[0] or 'name="reason"' not in after


def test_a_page_that_grew_old_does_not_ask_for_yesterdays_value_back(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("li")
    page = browser.get("/me/particulars")
    sent = {
        **page.context["form"].initial,
        "version": page.context["token"],
        "key": "correct-0003",
        "reason": "换了手机。",
    }
    Member.objects.filter(pk=cast.member_li.pk).update(unit="区实验中学")

    answer = browser.post("/me/particulars", sent | {"phone": "13812345678"})
    assert answer.status_code == 409
    assert "登记的信息改过" in answer.content.decode()
    assert "13812345678" in answer.content.decode()
    assert not Correction.objects.exists()


# -- machines ---------------------------------------------------------------------------------------------------------
def test_a_machine_does_the_same_by_the_same_tables(cast: Cast) -> None:
    make.proposed_change(cast)
    make.correction(cast, phone=["", "13812345678"])

    def ask(account: Account, path: str, body: dict[str, object] | None = None) -> Any:
        bearer = {"Authorization": f"Bearer {tokens.issue(account)}", "Idempotency-Key": "machine-change-1"}
        if body is None:
            return Client().get(f"/api/v1/people/{path}", headers=bearer)
        return Client().post(f"/api/v1/people/{path}", body, content_type="application/json", headers=bearer)

    line = ask(cast.chair, "changes").json()["items"][0]
    assert (line["title"], line["state_label"], line["member"]) == (
        "辞去：赵闻声",
        "待主席会议审议",
        cast.member_zhao.pk,
    )
    steps = ask(cast.chair, f"changes/{line['id']}/steps").json()
    assert [one["action"] for one in steps] == ["endorse", "return", "refuse"]
    done = ask(cast.chair, f"changes/{line['id']}/steps/endorse", {"data": make.CHAIRS})
    assert (done.status_code, done.json()["state"]) == (200, "endorsed")
    assert ask(cast.li, "changes").json()["items"] == []
    mine = ask(cast.li, "corrections")
    assert mine.json()["items"][0]["fields"] == ["phone"]
    assert "13812345678" not in mine.content.decode()
    assert ask(cast.wang, f"corrections/{mine.json()['items'][0]['id']}/steps").status_code == 404
