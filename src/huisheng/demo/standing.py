"""常委述职 of the demonstration year: asked in November, written in December; one sent back, two late, one excused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from huisheng.duty import standing_actions as actions
from huisheng.duty.models_standing import StandingReport, StandingRound
from huisheng.kernel.lifecycle import perform

from .lives import Moments, People
from .roster import moment
from .texts import Deck, pools

ASKED, UNTIL = date(2017, 11, 24), date(2017, 12, 22)
SENT_BACK, EXCUSED, LATE = 4, 20, (11, 27)  # by their place in the roster of standing members
ENDED = date(2017, 12, 28)


def lives(people: People) -> list[Moments]:
    return [_life(people)]


def _life(people: People) -> Moments:
    """Everything in the order of time: all write on days of their own, the office takes in once a week."""
    office = people.office
    at = moment(ASKED, 8, 20)
    yield at, "ask"
    words = "写履职的体会、不足和打算，两千字以内；做了哪些事由履职档案附上，不用抄。"
    one = actions.open_round(office, {"year": 2017, "closes_on": UNTIL, "content": words}, at=at)
    reports = list(one.reports.select_related("member", "round").order_by("member"))
    for day, hour, number, act in _calendar(len(reports)):
        at = moment(day, hour, number)
        yield at, act
        _live(reports[number], act, number, people, at)
    at = moment(ENDED, 8, 55)
    yield at, "close"
    perform(StandingRound.objects.get(pk=one.pk), "close", office, at=at)


def _calendar(whole: int) -> list[tuple[date, int, int, str]]:
    """Day, hour, whose, what: in the order of time. Each has a minute of their own."""
    rows: list[tuple[date, int, int, str]] = []
    for number in range(whole):
        if number == EXCUSED:
            rows.append((date(2017, 12, 4), 8, number, "excuse"))
            continue
        sent = date(2017, 12, 4) + timedelta(days=number * 7 % 19)
        if number in LATE:
            sent = UNTIL + timedelta(days=2 + LATE.index(number))
        rows.append((sent, 21, number, "submit"))  # of an evening
        if number == SENT_BACK:
            rows.append((sent + timedelta(days=1), 8, number, "send_back"))
            rows.append((sent + timedelta(days=3), 21, number, "resubmit"))
        taken = max(sent + timedelta(days=4), date(2017, 12, 11))
        rows.append((min(taken, ENDED - timedelta(days=1)), 8, number, "take_in"))
    return sorted(rows)


def _live(report: StandingReport, act: str, number: int, people: People, at: datetime) -> None:
    account = people.of_member(report.member)
    notes = {"send_back": "请补一段明年的打算。", "excuse": "十一月住院，主席会议同意免交。"}
    if act in ("submit", "resubmit"):
        actions.save(
            report, account, {"text": text_of(number, act != "submit" or number != SENT_BACK)}, at=at
        )
        report.refresh_from_db()
        perform(report, act, account, at=at)
        return
    data = {"note": notes[act]} if act in notes else None
    perform(report, act, people.office, data, at=at)


def text_of(number: int, is_whole: bool) -> str:
    """The words of one report; of the one that is sent back, the plan is missing at first."""
    found = pools("standing.txt")
    rng = Random(f"standing {number}")
    did = Deck(found["did"], rng)
    parts = [rng.choice(found["opened"]), f"{did.deal()}{did.deal()}", did.deal(), rng.choice(found["short"])]
    return "\n".join([*parts, *([rng.choice(found["next"])] if is_whole else [])])
