"""常委述职: those in office are asked, their words are theirs until sent, late is shown, and what was taken in counts."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from huisheng.desk import todo
from huisheng.desk.fsck_duty import duty as fsck
from huisheng.duty import figures, queries
from huisheng.duty import standing_actions as standing
from huisheng.duty.credits import facts
from huisheng.duty.models_standing import StandingReport, StandingRound
from huisheng.duty.standing_papers import paper_of
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice
from huisheng.people.actions import retire
from huisheng.people.models import Member, StandingSeat
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.counting import questions

pytestmark = pytest.mark.django_db
SECRET = "只有我自己看得到的一句"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def as_(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def test_a_round_asks_the_standing_members_of_its_day_and_tells_each(cast: Cast) -> None:
    make.stands(cast, cast.member_zhao)
    retire(cast.member_zhao, date(2017, 2, 1), "调离", by=cast.office, at=make.DAY)
    one = make.standing_round(cast)

    assert [str(report) for report in one.reports.order_by("member")] == [
        "李清和2017年度履职报告",
        "王立言2017年度履职报告",
    ]
    told = Notice.objects.filter(key__startswith="standing:").values_list("account__username", "text")
    assert sorted(told) == [
        ("li", "请在3月29日前提交2017年度履职报告"),
        ("wang", "请在3月29日前提交2017年度履职报告"),
    ]
    assert standing.until(date(2017, 3, 1)) == date(2017, 3, 29)  # twenty working days, by the local rule
    with pytest.raises(Conflict, match="已经发起"):
        make.standing_round(cast)
    with pytest.raises(NotAllowed):
        standing.open_round(cast.chair, {"year": 2018, "closes_on": date(2018, 1, 1)}, at=make.DAY)


def test_nobody_is_asked_where_the_roster_names_no_standing_member(cast: Cast) -> None:
    with pytest.raises(Refused, match="没有在任的常务委员"):
        standing.open_round(cast.office, {"year": 2017, "closes_on": date(2017, 3, 29)}, at=make.DAY)
    assert not StandingRound.objects.exists()


def test_what_is_not_sent_is_its_writers_alone(cast: Cast) -> None:
    one = make.standing_report(cast)
    client, url = as_(cast.li), one.get_absolute_url()
    answer = client.post(f"{url}write/", {"text": SECRET, "version": str(one.version), "key": "k"})
    assert answer.status_code == 302
    assert SECRET in client.get(url).content.decode()
    for account in (cast.office, cast.chair):
        page = as_(account).get(url)
        assert (page.status_code, SECRET in page.content.decode()) == (200, False)
        assert "text" in page.context["report"].get_deferred_fields()
    assert as_(cast.wang).get(url).status_code == 404
    assert as_(cast.office).get(f"{url}write/").status_code == 403
    assert as_(cast.office).get(f"{url}paper.docx").status_code == 422
    assert not Entry.objects.filter(subject_type=StandingReport.kind(), action="write").exists()


def test_two_places_of_one_writer_both_keep_their_words(cast: Cast) -> None:
    one = make.standing_report(cast)
    client, url = as_(cast.li), f"{one.get_absolute_url()}write/"
    assert client.post(url, {"text": "先写的。", "version": str(one.version)}).status_code == 302

    second = client.post(url, {"text": "后写的。", "version": str(one.version)})

    assert second.status_code == 409
    assert "后写的。" in second.content.decode()
    one.refresh_from_db()
    assert one.text == "先写的。"


def test_a_report_is_sent_returned_supplemented_and_taken_in(cast: Cast) -> None:
    one = make.submitted_standing_report(cast)
    with pytest.raises(WrongState, match="已经提交"):
        standing.save(one, cast.li, {"text": "又改"}, at=make.DAY)
    perform(one, "send_back", cast.office, {"note": "请补下一年的打算。"}, at=make.DAY)
    with pytest.raises(Refused, match="没有改动"):
        perform(one, "resubmit", cast.li, at=make.DAY)
    first = one.sent_text
    standing.save(one, cast.li, {"text": f"{first}\n补：编一份协商办法。"}, at=make.DAY)
    assert "补：" not in as_(cast.office).get(one.get_absolute_url()).content.decode()
    one.refresh_from_db()
    perform(one, "resubmit", cast.li, at=moment("2017-04-05 10:00"))
    perform(one, "take_in", cast.office, at=moment("2017-04-06 10:00"))

    assert "补：编一份协商办法。" in as_(cast.chair).get(one.get_absolute_url()).content.decode()
    assert (one.days_late, one.taken_on) == (0, date(2017, 4, 6))  # the supplement has no day of its own
    assert list(fsck()) == []
    StandingReport.objects.filter(pk=one.pk).update(sent_text="别的话")
    assert list(fsck()) == ["《李清和2017年度履职报告》与提交时的指纹不符，内容被改动过"]


def test_late_is_shown_and_taken_in_all_the_same(cast: Cast) -> None:
    one = make.standing_report(cast)
    perform(one, "submit", cast.li, at=moment("2017-04-02 10:00"))
    perform(one, "take_in", cast.office, at=moment("2017-04-02 11:00"))
    page = as_(cast.office).get(one.round.get_absolute_url()).content.decode()
    assert "迟 4 天" in page
    assert "应交 2 份，交来 1 份，未交 1 份" in page


def test_what_was_taken_in_is_one_line_of_the_duty_record(cast: Cast) -> None:
    one = make.submitted_standing_report(cast)
    year = (date(2017, 1, 1), date(2017, 12, 31))
    assert [fact.title for fact in facts(*year) if fact.credit.key == "standing.report"] == []
    perform(one, "take_in", cast.office, at=make.DAY)

    found = [fact for fact in facts(*year) if fact.credit.key == "standing.report"]
    assert [(fact.member_id, fact.title, fact.on) for fact in found] == [
        (cast.member_li.pk, "李清和2017年度履职报告", date(2017, 3, 1))
    ]
    assert queries.address_of(found[0]) == one.get_absolute_url()
    counted = next(figure for figure in figures.FIGURES if figure.key == "standing_reports")
    assert list(counted.rows(2017)) == [one]


def test_the_paper_says_the_words_and_what_the_records_hold(cast: Cast) -> None:
    make.filed(cast)
    one = make.taken_standing_report(cast)
    heads = queries.sheet(cast.member_li, date(2017, 1, 1), date(2017, 12, 31))
    paper = paper_of(one, one.sent_text, heads)
    assert "加装电梯" in str(paper.blocks[0])
    assert make.TEXT["title"] in str(paper.blocks)
    answer = as_(cast.li).get(f"{one.get_absolute_url()}paper.pdf")
    assert b"".join(answer).startswith(b"%PDF-")


def test_a_round_ends_when_all_was_looked_at_and_takes_late_ones_still(cast: Cast) -> None:
    one = make.submitted_standing_report(cast)
    with pytest.raises(Refused, match="还有1份没有收存"):
        perform(one.round, "close", cast.office, at=make.DAY)
    perform(one, "take_in", cast.office, at=make.DAY)
    with pytest.raises(Refused, match="截止日期还没有过，还有1份没有交来"):
        perform(StandingRound.objects.get(), "close", cast.office, at=make.DAY)
    waiting = {duty.sentence for duty in todo.duties(cast.office, date(2017, 3, 29))}
    assert not [words for words in waiting if "收齐" in words]  # its last day is not over
    waiting = {duty.sentence for duty in todo.duties(cast.office, date(2017, 3, 30))}
    assert "2017年度常委述职的期限到了，收齐了吗？" in waiting
    round_ = StandingRound.objects.get()
    perform(round_, "close", cast.office, at=moment("2017-03-30 10:00"))
    other = round_.reports.get(member=cast.member_wang)
    standing.save(other, cast.wang, {"text": "补交的一份。"}, at=make.DAY)
    other.refresh_from_db()
    perform(other, "submit", cast.wang, at=moment("2017-04-10 10:00"))
    assert other.days_late == 12


def test_who_came_into_office_afterwards_is_called_in(cast: Cast) -> None:
    one = make.standing_round(cast)
    with pytest.raises(Refused, match="都已经列入"):
        perform(one, "call_in", cast.office, at=make.DAY)
    make.stands(cast, cast.member_zhao)
    perform(one, "call_in", cast.office, at=make.DAY)
    assert one.reports.count() == 3
    perform(one, "extend", cast.office, {"closes_on": "2017-04-20", "note": "学习会改期"}, at=make.DAY)
    told = Notice.objects.filter(text__contains="截止日期改为4月20日").values_list(
        "account__username", flat=True
    )
    assert sorted(told) == ["li", "wang", "zhao"]


def test_a_round_costs_the_same_for_two_reports_and_for_many(cast: Cast) -> None:
    one = make.standing_round(cast)
    client, url = as_(cast.office), one.get_absolute_url()
    few = questions(client, url)
    for number in range(40):
        one_more = Member.objects.create(name=f"常委{number}", starts_on=date(2017, 1, 1), sector=cast.sector)
        StandingSeat.objects.create(member=one_more, starts_on=one_more.starts_on)
    perform(one, "call_in", cast.office, at=make.DAY)

    assert questions(client, url) == few
    page = client.get(url)
    assert len(page.context["page"]) == 30
    second = client.get(url + page.context["page"].next_url)
    assert len(second.context["page"]) == 12
    assert few <= 14
