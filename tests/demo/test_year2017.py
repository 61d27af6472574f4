"""The demonstration year: the figures of the source document come out by counting, and stand against tampering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from huisheng.archive.figures import FIGURES as MATERIALS
from huisheng.archive.figures import figures as materials
from huisheng.archive.queries import lent
from huisheng.bulletins.figures import FIGURES as VOICES
from huisheng.bulletins.figures import figures as voices
from huisheng.consultations import queries
from huisheng.consultations.figures import figures as consultations
from huisheng.consultations.models import Plan, PlanState, Subject
from huisheng.consultations.models_forum import Forum
from huisheng.demo import drawn, year2017
from huisheng.demo.accounts import demo_accounts
from huisheng.demo.lives import People
from huisheng.demo.loading import cases, load
from huisheng.demo.texts import read_papers
from huisheng.demo.year2017 import FILES
from huisheng.desk import fsck
from huisheng.duty.figures import FIGURES as HONOURS
from huisheng.duty.models_standing import StandingRound
from huisheng.duty.standing_queries import tally
from huisheng.gatherings.figures import figures as meetings
from huisheng.gatherings.models import Gathering
from huisheng.gatherings.queries import rolls as rolls_of
from huisheng.kernel import journal
from huisheng.kernel.deadlines import Calendar
from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import Lifecycle
from huisheng.kernel.models import Counter, Entry, Notice
from huisheng.opinions.models import CLOSED_LEADS, Channel, Lead
from huisheng.people.models import Account, Agency, Body, Member
from huisheng.proposals import figures, suggesting, tables
from huisheng.proposals.models import (
    FILED_STATES,
    LedgerRow,
    Merge,
    Promise,
    Proposal,
    Rating,
    Review,
    State,
    VoidNumber,
)
from huisheng.reports.figures import flat as all_figures
from huisheng.reports.queries import newest, parts_of, plain_text
from huisheng.supervision.figures import figures as supervision
from huisheng.supervision.models import Supervision

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
]  # three thousand steps; each is asked on both elsewhere
# packets are ordered, not built: the worker does that
ORDERED_ONLY = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
TODAY = datetime(2026, 6, 17, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once for this file, inside a transaction that is taken back: other tests find their database empty."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(TASKS=ORDERED_ONLY):
            load(2017, today=TODAY)
        yield
        transaction.set_rollback(True)


@contextmanager
def scratch() -> Iterator[None]:
    """A scratch copy: whatever is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_year_counts_as_the_source_document_prints_it() -> None:
    found = figures.figures(2017)

    assert {key: found[key] for key in ("session_received", "year_received", "filed", "answered")} == {
        "session_received": 132, "year_received": 142, "filed": 119, "answered": 119,
    }  # fmt: skip
    others = (
        "merged",
        "declined",
        "to_opinion",
        "to_channel",
        "to_upper",
        "returned",
        "withdrawn",
        "pending",
    )
    assert {key: found[key] for key in others} == {
        "merged": 9, "declined": 3, "to_opinion": 5, "to_channel": 2, "to_upper": 1, "returned": 1, "withdrawn": 2,
        "pending": 0,
    }  # fmt: skip
    assert sum(found[key] for key in others) == 23
    assert (found["key_proposals"], found["excellent"]) == (5, 5)
    assert found["ratings_missing"] > 0
    assert found["rounds_redone"] > 0
    assert found["promises_kept"] > found["promises_broken"] > 0


def test_the_years_voices_came_by_every_channel_and_went_up_in_22_areas() -> None:
    assert set(Lead.objects.values_list("channel", flat=True)) == set(Channel.values)
    found = voices(2017)
    assert (found["advice_areas"], found["bulletins_issued"], found["follow_ups_done"]) == (22, 6, 4)
    open_ones = Lead.objects.exclude(state__in=CLOSED_LEADS)
    assert list(open_ones.filter(received_at__year=2017)) == []
    assert open_ones.count() == 3  # for today's desk
    assert Client().get("/open/reports/").content.decode().count("建议信") > 1
    assert {one.rows(2017).count() for one in VOICES} == set(found.values())


def test_the_years_collecting_came_to_over_300_photographs_and_over_20_texts() -> None:
    found = materials(2017)
    assert (found["archive_photos"], found["archive_texts"], found["archive_handed"]) == (314, 22, 164)
    assert {one.rows(2017).count() for one in MATERIALS} == set(found.values())
    assert list(lent()) == []  # what was lent has gone back


def test_the_years_meetings_count_as_the_source_document_prints_them() -> None:
    found = meetings(2017)
    printed = {
        "plenaries": 1, "enterprises_visited": 12, "symposium_enterprises": 32, "symposium_banks": 8, "study_places": 2, "visits_in": 3,
        "visits_out": 5, "trainings": 1, "joint_activities": 8, "township_committees": 6, "sectors": 18,
    }  # fmt: skip
    assert {key: found[key] for key in printed} == printed
    assert min(found.values()) > 0
    plenary = Gathering.objects.get(type="plenary")
    rolls = [(roll.due, roll.came, roll.late, roll.excused, roll.absent) for roll in rolls_of(plenary)]
    assert rolls == [(178, 171, 3, 5, 2), (178, 172, 1, 5, 1), (178, 166, 0, 11, 1), (178, 169, 0, 7, 2)]


def test_the_year_was_consulted_about_as_planned_and_one_line_is_red() -> None:
    found = consultations(2017)
    printed = {
        "consult_lines": 8,
        "consult_lines_done": 6,
        "consult_outputs": 6,
        "research_done": 1,
    }
    assert {key: found[key] for key in printed} == printed
    assert (found["consult_advice"], found["consult_advice_adopted"]) == (11, 10)
    plan = Plan.objects.get(year=2017)
    assert [(one.number, one.change != "") for one in plan.versions.all()] == [(1, False), (2, True)]
    assert [str(one) for one in queries.late(date(2017, 12, 31))] == ["为侨服务"]
    economy = queries.in_force(plan).get(title="企业发展和企业融资")
    stops = sum(one.stops.filter(sort="enterprise").count() for one in economy.gatherings.all())
    guests = [
        one.guests.filter(sort=sort).count()
        for one in economy.gatherings.filter(type="symposium")
        for sort in ("enterprise", "bank")
    ]
    assert (stops, guests, economy.outputs.get().instructions.count()) == (12, [32, 8], 1)
    assert Plan.objects.get(year=2018).state == PlanState.SUBMITTED
    sources = Subject.objects.filter(year=2018)
    assert sources.exclude(lead=None).count() == sources.exclude(proposal=None).count() == 1


def test_the_years_supervision_came_back_to_look_again() -> None:
    found = supervision(2017)
    assert found == {
        "supervisions": 3, "supervisions_special": 1, "supervisions_inspection": 1, "supervisions_appraisal": 0,
        "supervisions_symposium": 1, "findings_sent": 6, "findings_closed": 6, "rectifications": 7, "rectifications_kept": 6,
        "second_looks": 7, "second_looks_failed": 1, "hearings_heard": 4, "monitors": 4,
    }  # fmt: skip
    assert set(Supervision.objects.filter(year=2017).values_list("state", flat=True)) == {"closed"}


def test_the_standing_members_wrote_of_their_year() -> None:
    one = StandingRound.objects.get(year=2017)
    found = tally(one)
    assert (found.whole, found.taken, found.excused, found.missing, one.state) == (34, 33, 1, 0, "closed")
    reports = one.reports.select_related("round")
    assert sorted(report.days_late for report in reports if report.days_late) == [2, 3]
    assert {figure.key: figure.rows(2017).count() for figure in HONOURS}["standing_reports"] == 33


def test_the_house_is_furnished_as_in_the_document() -> None:
    kinds = [Body.objects.filter(kind=kind).count() for kind in ("sector", "town", "committee")]

    assert kinds == [18, 6, 7]
    assert (Member.objects.count(), Agency.objects.count()) == (178, 66)
    assert LedgerRow.objects.filter(year=2016).count() == 90
    roles = {username for username, *_ in demo_accounts()}
    assert {
        "member",
        "convener",
        "clerk",
        "reviewer",
        "office",
        "chair",
        "coordinator",
        "handler",
        "head",
        "admin",
    } <= roles
    others = Account.objects.filter(is_demo=False)
    assert others.exists()
    assert not any(account.has_usable_password() for account in others)


def test_every_state_was_reached_by_steps_and_the_chain_is_whole() -> None:
    assert list(journal.broken_links()) == []
    for lifecycle in Lifecycle.every:
        kind = lifecycle.model.kind()
        last = dict(
            Entry.objects.filter(subject_type=kind)
            .exclude(to_state="")
            .order_by("seq")
            .values_list("subject_id", "to_state")
        )
        for record in lifecycle.model._default_manager.all():
            first = next(iter(lifecycle.states)).value
            assert record.state == last.get(record.pk, first), f"{kind} {record}"  # type: ignore[attr-defined]
    # the year is lived in the order of time; today's desks are furnished one after another
    lived = Entry.objects.filter(at__year__lt=2019).order_by("seq")
    moments = list(lived.values_list("at", flat=True))
    assert len(moments) > 5000
    assert moments == sorted(moments)
    connection.check_constraints()


def test_the_oracle_finds_nothing() -> None:
    report = fsck.check()
    assert report.is_clean, report.as_text()


def test_the_office_works_on_working_days_and_numbers_follow_filing() -> None:
    calendar = Calendar.published()
    steps = Entry.objects.filter(
        at__year=2017, action__in=("pre_review", "decide", "file", "assign", "deliver", "archive")
    )
    assert {
        day
        for at in steps.values_list("at", flat=True)
        if not calendar.is_workday(day := timezone.localdate(at))
    } == set()

    numbered = Proposal.objects.filter(year=2017, number__isnull=False).order_by("number")
    numbers = list(numbered.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    voided = VoidNumber.objects.count()
    assert len(numbers) - voided == 119
    assert Counter.objects.get(series="serial:2017").last == 142


def test_the_papers_are_different_and_of_a_paper_s_length() -> None:
    texts = [one.text for one in Proposal.objects.filter(year=2017).select_related("text")]
    assert len({text.title for text in texts if text}) == 142
    assert len({text.situation for text in texts if text}) == 142
    lengths = sorted(len(text.situation) for text in texts if text)
    assert lengths[0] >= 150
    assert 220 <= lengths[71] <= 500
    assert sum(len(read_papers(name)) for name in FILES) == 142


def test_every_number_of_the_tables_opens_a_list_of_that_length() -> None:
    made = tables.tables(2017)

    assert [table.key for table in made] == [
        "received", "proposers", "five", "local", "results", "ratings", "promises", "agencies", "key", "excellent", "compared",
    ]  # fmt: skip
    for table in made:
        for (row, column), key in table.links.items():
            assert figures.figure(key).count(2017) == table.rows[row][column], f"{table.title} {key}"
    assert "台账" in made[-1].notes[0]
    session = Proposal.objects.filter(year=2017).first().session  # type: ignore[union-attr]
    assert figures.figures(session) == figures.figures(2017)
    assert figures.figures(session.term)["filed"] == 119  # type: ignore[union-attr]


def _filed() -> Proposal:
    return Proposal.objects.get(year=2017, number=37)


def _lose_number() -> Proposal:
    one = _filed()
    Proposal.objects.filter(pk=one.pk).update(state=State.SUBMITTED, number=None, filed_on=None)
    return one


def _lose_date() -> Proposal:
    one = _filed()
    Proposal.objects.filter(pk=one.pk).update(filed_on=None)
    return one


def _lose_line() -> Proposal:
    one = _filed()
    line = Entry.objects.filter(subject_type=Proposal.kind(), subject_id=one.pk, action="file")
    Notice.objects.filter(entry__in=line).delete()
    line.delete()
    return one


def _change_state() -> Proposal:
    one = _filed()
    Proposal.objects.filter(pk=one.pk).update(state=State.SUBMITTED)
    return one


def _back_to_draft() -> Proposal:
    one = _filed()
    Proposal.objects.filter(pk=one.pk).update(state=State.DRAFT)
    return one


def _lose_decision() -> Proposal:
    one = _filed()
    Review.objects.filter(pk=one.decision_id).update(published_at=None)
    return one


def _lose_merge() -> Proposal:
    row = Merge.objects.filter(undone_at=None, merged__year=2017).first()
    assert row is not None
    one = row.merged
    row.delete()
    return one


def _lose_reason() -> Proposal:
    one = Proposal.objects.filter(year=2017, state=State.DECLINED).first()
    assert one is not None
    Review.objects.filter(pk=one.decision_id).update(reason="")
    return one


def _lose_category() -> Proposal:
    one = _filed()
    Proposal.objects.filter(pk=one.pk).update(category_five="")
    return one


def _lose_letter() -> Proposal:
    one = _filed()
    Proposal.objects.filter(pk=one.pk).update(result_letter="")
    return one


@pytest.mark.parametrize(
    "tamper",
    [
        _lose_number, _lose_date, _lose_line, _change_state, _back_to_draft, _lose_decision, _lose_merge, _lose_reason,
        _lose_category, _lose_letter,
    ],
    ids=lambda one: one.__name__.strip("_"),
)  # fmt: skip
def test_a_year_whose_evidence_was_taken_away_refuses_and_names_the_record(
    tamper: Callable[[], Proposal],
) -> None:
    with scratch():
        one = tamper()
        with pytest.raises(Refused) as refused:
            figures.figures(2017)
        with pytest.raises(Refused, match="不出表"):
            tables.tables(2017)
    assert f"《{one.title}》" in refused.value.sentence
    assert figures.closing(2017).closes


def test_a_rating_without_words_does_not_close() -> None:
    with scratch():
        Rating.objects.filter(state="given", proposal__year=2017).first().delete()  # type: ignore[union-attr]
        assert figures.closing(2017).closes  # one form fewer was sent: the sums still hold
        promise = Promise.objects.filter(proposal__year=2017, is_live=True).first()
        assert promise is not None
        Promise.objects.filter(pk=promise.pk).update(state="odd")
        with pytest.raises(Refused, match="承诺各项之和"):
            figures.figures(2017)


def test_today_s_desks_have_work_and_leave_2017_alone() -> None:
    with_work = {
        "member": ("contact", "cosponsor", "rating", "proposal"), "clerk": ("proposal", "assignment"), "reviewer": ("proposal",),
        "office": ("proposal",), "coordinator": ("assignment",), "handler": ("assignment", "promise"), "head": ("assignment",),
        "handler2": ("countersign",), "chair": ("nomination",), "member2": ("cosponsor", "rating"),
    }  # fmt: skip
    for username, kinds in with_work.items():
        account = Account.objects.get(username=username)
        waiting = {
            lifecycle.model.kind().rpartition(".")[2]
            for lifecycle in Lifecycle.every
            if lifecycle.awaiting(account, TODAY.date()).exists()
        }
        assert waiting & set(kinds), f"{username}: {waiting}"
    live = Proposal.objects.filter(year__gt=2017)
    assert live.count() >= 10
    assert set(live.values_list("year", flat=True)) <= {2025, 2026}
    assert not Entry.objects.filter(at__gt=TODAY).exists()
    assert figures.figures(2026)["year_received"] >= 10
    assert not Proposal.objects.filter(year=2017).exclude(state__in=figures._PART_OF).exists()


def test_the_categories_are_learned_from_what_was_filed(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    filed = Proposal.objects.filter(state__in=FILED_STATES).exclude(category_five="")
    assert suggesting.learn_categories() == filed.count() >= figures.figures(2017)["filed"]
    learned = suggesting._kept()
    assert learned is not None
    assert set(learned.labels) == set(
        Proposal.objects.filter(number__gt=0).values_list("category_five", flat=True)
    )


def test_2017_is_written_and_loads_only_into_an_empty_folder() -> None:
    with pytest.raises(Refused, match="空目录"):
        load(2017)
    with pytest.raises(Refused, match="2017年是写定的一年"):
        load(2017, seed=7)
    for year in (2016, 2022):
        with pytest.raises(Refused, match="2017年至2021年"):
            load(year, seed=7)


def found_days(year: int) -> dict[str, Any]:
    return {
        one.title: (timezone.localdate(one.submitted_at), one.sponsor_member, one.sponsor_body)
        for one in Proposal.objects.filter(year=year).select_related("sponsor_member", "sponsor_body")
        if one.submitted_at
    }


def planned_days(plan: Any) -> dict[str, Any]:
    return {
        case.paper.title: (timezone.localdate(case.submitted), case.sponsor, case.body)
        for case in cases(People(plan.year), plan)
    }


def test_the_same_seed_gives_the_same_days() -> None:
    """What was loaded agrees with a fresh planning: dates and people do not depend on when it is run."""
    planned = planned_days(year2017.plan())
    assert found_days(2017) == planned
    assert min(day for day, _, _ in planned.values()) >= date(2016, 12, 6)


def test_a_drawn_year_is_its_seed_s_and_no_other_s() -> None:
    first, again, other = (drawn.plan(2018, seed) for seed in (7, 7, 8))
    assert first == again
    assert {one.title for one in first.papers} != {one.title for one in other.papers}
    assert drawn.plan(2019, 7).papers != first.papers
    for seed in range(
        40
    ):  # every set of dice has papers enough, and none is merged into one that ends otherwise
        papers = {one.title: one for one in drawn.plan(2018 + seed % 4, seed).papers}
        assert drawn.FEWEST <= len(papers) <= drawn.MOST
        into = [one.marks["into"] for one in papers.values() if "into" in one.marks]
        assert {papers[title].end for title in into} == {"file"}
        assert not any("on" in papers[title].marks for title in into)
        # a key proposal is marked when the days for handing back are over
        assert not any({"key", "hand_back"} <= one.marks.keys() for one in papers.values())


def test_another_year_follows_with_other_numbers_by_the_same_steps() -> None:
    """One loading of 2018 behind 2017: its figures close, its report is sealed, the oracle finds nothing."""
    with scratch():
        before = all_figures(2017)
        with override_settings(TASKS=ORDERED_ONLY):
            load(2018, seed=7, today=TODAY)
        assert found_days(2018) == planned_days(drawn.plan(2018, 7))
        assert str(Proposal.objects.filter(year=2018)[0].session) == "九届二次"
        assert all_figures(2017) == before
        found = all_figures(2018)
        assert drawn.FEWEST <= found["year_received"] <= drawn.MOST
        assert found["filed"] == found["answered"] < found["year_received"]
        assert found["merged"] >= 2
        assert found["pending"] == found["in_handling"] == 0
        for key in (
            "plenaries",
            "standing_meetings",
            "bulletins_issued",
            "leads_answered",
            "opinions_adopted",
            "excellent",
        ):
            assert found[key] > 0, key
        for table in tables.tables(2018):
            for (row, column), key in table.links.items():
                assert figures.figure(key).count(2018) == table.rows[row][column], f"{table.title} {key}"
        report = newest("highlights", 2018)
        assert report is not None
        assert (report.state, report.title) == ("sealed", "2018政协工作亮点")
        assert f"全年收到 {found['year_received']} 件" in plain_text(parts_of(report))
        assert list(journal.broken_links()) == []
        oracle = fsck.check()
        assert oracle.is_clean, oracle.as_text()
        with pytest.raises(Refused, match="已经装到2018年"):
            load(2018, seed=8)


def test_the_years_deliberation_was_voted_on_by_more_than_forty_and_drawn() -> None:
    forum = Forum.objects.get(opened_on__year=2017)
    last = forum.maps.get(is_final=True)
    numbers = dict(forum.statements.filter(state="accepted").values_list("pk", "number"))
    assert (forum.state, forum.output.state, last.people) == ("concluded", "delivered", 56)  # type: ignore[union-attr]
    assert sum(group["size"] for group in last.data["groups"]) == 56
    assert len(last.data["groups"]) == 2
    assert {2, 4, 10, 12} <= {numbers[pk] for pk, *_ in last.data["shared"]}
    assert consultations(2017)["forums_held"] == 1
