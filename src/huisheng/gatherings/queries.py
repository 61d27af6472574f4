"""Questions: what may be seen, who is due, who came, what is counted. Nothing here changes a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.models import Attachment, Entry
from huisheng.people import posts
from huisheng.people.models import Account, Body, BodyKind, Member, Membership, Post

from . import local_rules as rules
from .models import (
    CAME,
    COMING,
    HAPPENED,
    Aid,
    Ballot,
    BallotLine,
    Briefing,
    BriefingState,
    Gathering,
    GatheringState,
    Guest,
    Invitee,
    Leave,
    Liaison,
    LiaisonState,
    Mark,
    Part,
    Presence,
    Remark,
    Reply,
    Role,
    Speech,
    SpeechState,
    Stop,
)

AGENCY = (posts.HANDLER, posts.AGENCY_HEAD)
# material is taken until the meeting is over
TAKES_SPEECHES = (GatheringState.DRAFT, *COMING)
OPEN_TO_SIGN_UP = (GatheringState.NOTIFIED, GatheringState.OPEN)


# -- what may be seen --------------------------------------------------------------------------------------------------
def reads_all(account: Account, today: date) -> bool:
    return account.is_active and (account.is_office or account.holds(posts.CHAIR, on=today))


def calls(account: Account, today: date) -> Q:
    """The gatherings an account is called to: as a member, by name, or as an invited unit."""
    members = account.places(posts.MEMBER, on=today)
    called = Q(pk__in=Invitee.objects.filter(Q(member__in=members) | Q(account=account)).values("gathering"))
    if agencies := account.places(*AGENCY, on=today):
        called |= Q(pk__in=Guest.objects.filter(agency__in=agencies).values("gathering"))
    return called


def visible_to(account: Account, today: date) -> QuerySet[Gathering]:
    """The office and the chair read all; a convener what their body holds or joins; everybody what they are called to,
    once it is announced; members also what is open to sign up for."""
    if not account.is_active:
        return Gathering.objects.none()
    if reads_all(account, today):
        return Gathering.objects.all()
    announced = ~Q(state=GatheringState.DRAFT)
    seen = announced & calls(account, today)
    if account.holds(posts.MEMBER, on=today):
        seen |= announced & Q(is_open=True)
    if bodies := account.places(posts.CONVENER, on=today):
        joined = Gathering.partners.through.objects.filter(body__in=bodies).values("gathering")
        seen |= Q(host__in=bodies) | (announced & Q(pk__in=joined))
    return Gathering.objects.filter(seen)


def organises(gathering: Gathering, account: Account, today: date) -> bool:
    """Whether the account keeps this gathering's roll: the office, and the convener of the host."""
    if account.holds(posts.OFFICE, on=today):
        return True
    return gathering.host_id is not None and gathering.host_id in account.places(posts.CONVENER, on=today)


def may_plan(account: Account, today: date) -> bool:
    return account.holds(posts.OFFICE, posts.CONVENER, on=today)


def visible_leaves(account: Account, today: date) -> QuerySet[Leave]:
    """Leave is known to who asked, who decides and the office: reasons are private."""
    if not account.is_active:
        return Leave.objects.none()
    if account.holds(posts.OFFICE, on=today):
        return Leave.objects.all()
    seen = Q(invitee__member__in=account.places(posts.MEMBER, on=today)) | Q(invitee__account=account)
    if account.holds(posts.CHAIR, on=today):
        seen |= Q(is_chairs=True)
    if bodies := account.places(posts.CONVENER, on=today):
        seen |= Q(is_chairs=False, gathering__host__in=bodies)
    return Leave.objects.filter(seen)


def chooser_of(speech: Speech) -> int | None:
    """Who let it through the first gate, the last time it came there."""
    lines = Entry.objects.filter(subject_type=Speech.kind(), subject_id=speech.pk, action="choose")
    return lines.order_by("-seq").values_list("account", flat=True).first()


PUBLIC_SPEECHES = (SpeechState.ORAL, SpeechState.WRITTEN)


def visible_speeches(account: Account, today: date) -> QuerySet[Speech]:
    """The office and the chair all but drafts; speakers their own; those called read what was chosen."""
    if not account.is_active:
        return Speech.objects.none()
    own = _speaks(account, today)
    if reads_all(account, today):
        return Speech.objects.filter(own | ~Q(state=SpeechState.DRAFT) | Q(made_by=account))
    chosen = Q(state__in=PUBLIC_SPEECHES, gathering__in=visible_to(account, today).values("pk"))
    return Speech.objects.filter(own | chosen)


def visible_briefings(account: Account, today: date) -> QuerySet[Briefing]:
    """Issued ones to everybody who sees the gathering; drafts to who keeps it."""
    within = Briefing.objects.filter(gathering__in=visible_to(account, today).values("pk"))
    if reads_all(account, today):
        return within
    bodies = account.places(posts.CONVENER, on=today)
    return within.filter(Q(state=BriefingState.ISSUED) | Q(gathering__host__in=bodies))


def visible_ballots(account: Account, today: date) -> QuerySet[Ballot]:
    within = Ballot.objects.filter(gathering__in=visible_to(account, today).values("pk"))
    if reads_all(account, today):
        return within
    bodies = account.places(posts.CONVENER, on=today)
    return within.filter(Q(state="declared") | Q(gathering__host__in=bodies))


def own_speeches(account: Account, today: date) -> QuerySet[Speech]:
    """What the account itself, or a body it speaks for, has written."""
    if not account.is_active:
        return Speech.objects.none()
    return Speech.objects.filter(_speaks(account, today))


def _speaks(account: Account, today: date) -> Q:
    return Q(speaker_member__in=account.places(posts.MEMBER, on=today)) | Q(
        speaker_body__in=account.places(posts.CONVENER, on=today)
    )


def taking_speeches(account: Account, today: date) -> QuerySet[Gathering]:
    """Meetings an account may write a speech for: those it sees; and, because parties and sectors speak at meetings
    they do not hold, a convener's every announced one. The page of material is all that a convener sees of it."""
    kinds = [one.code for one in local.options(rules.KIND) if one.data.get("speeches")]
    rows = Gathering.objects.filter(type__in=kinds)
    if not account.is_active or not account.holds(posts.MEMBER, posts.CONVENER, on=today):
        return rows.none()
    seen = Q(state__in=TAKES_SPEECHES, pk__in=visible_to(account, today).values("pk"))
    if account.holds(posts.CONVENER, on=today):
        seen |= Q(state__in=COMING)
    return rows.filter(seen)


def reads_remarks(gathering: Gathering, account: Account, today: date) -> bool:
    """What was said in a group is for who keeps the meeting, the office and the chair; others read the briefing."""
    return organises(gathering, account, today) or reads_all(account, today)


@dataclass(frozen=True)
class Floor:
    """Which pages of the floor a kind of gathering has, and the reader may open."""

    speeches: bool
    remarks: bool
    briefings: bool
    ballots: bool

    @property
    def is_empty(self) -> bool:
        return not (self.speeches or self.remarks or self.briefings or self.ballots)


def floor_of(gathering: Gathering, account: Account, today: date) -> Floor:
    talks = gathering.needs("groups") or gathering.needs("minutes")
    reads = reads_remarks(gathering, account, today)
    is_out = reads or gathering.state != GatheringState.DRAFT
    return Floor(
        speeches=gathering.needs("speeches") and is_out, remarks=(talks or gathering.needs("hours")) and reads,
        briefings=talks and is_out, ballots=gathering.needs("ballots") and is_out,
    )  # fmt: skip


def remarks_within(gathering: Gathering) -> QuerySet[Remark]:
    """The remarks of a meeting and of the group meetings inside it."""
    return Remark.objects.filter(Q(gathering=gathering) | Q(gathering__parent=gathering))


PHOTO = "photo"
TAKES_PHOTOS = (GatheringState.OPEN, GatheringState.HELD, GatheringState.SETTLED)


def photos(gathering: Gathering) -> QuerySet[Attachment]:
    return Attachment.objects.filter(
        subject_type=Gathering.kind(), subject_id=gathering.pk, purpose=PHOTO
    ).order_by("pk")


# a study note is written in the days after the course, also when that is settled
TAKES_NOTES = (GatheringState.OPEN, GatheringState.HELD, GatheringState.SETTLED)


def own_notes(gathering: Gathering, account: Account, today: date) -> QuerySet[Remark]:
    """学习体会 that the account wrote of a course itself."""
    called = invitation_of(gathering, account, today)
    return (
        gathering.remarks.filter(invitee=called, by=account).order_by("-pk")
        if called
        else Remark.objects.none()
    )


# -- who is due ----------------------------------------------------------------------------------------------------------
def in_office(on: date) -> QuerySet[Member]:
    """Members whose seat is held on a day: 应到 is computed from it, never typed."""
    return Member.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


def of_bodies(bodies: Sequence[Body], on: date) -> QuerySet[Member]:
    """The members of the bodies on a day, by their dated memberships."""
    return (
        in_office(on)
        .filter(
            Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=on),
            memberships__body__in=bodies,
            memberships__starts_on__lte=on,
        )
        .distinct()
    )


def callable_by_name(on: date) -> QuerySet[Account]:
    """Who is called by account: whoever is no member; and the office's own staff also when they are one, to what they
    come to as staff."""
    held = Post.objects.filter(account=OuterRef("pk"))
    own = Post.objects.current(on).filter(account=OuterRef("pk"), kind__in=posts.STAFF_KINDS)
    rows = Account.objects.filter(~Exists(held.filter(kind=posts.MEMBER)) | Exists(own), is_active=True)
    return rows.order_by("pk")


def groups_ahead(gathering: Gathering) -> dict[str, int]:
    """组别 on the list of those called that have no group meeting yet, with how many people each has."""
    met = Invitee.objects.filter(gathering__parent=gathering).exclude(
        gathering__state=GatheringState.CANCELLED
    )
    rows = gathering.invitees.exclude(group="").exclude(group__in=met.exclude(group="").values("group"))
    counted: dict[str, int] = {}
    for group in rows.order_by("pk").values_list("group", flat=True):
        counted[group] = counted.get(group, 0) + 1
    return counted


def invitation_of(gathering: Gathering, account: Account, today: date) -> Invitee | None:
    """The account's own line on the list of those called."""
    members = account.places(posts.MEMBER, on=today)
    return gathering.invitees.filter(Q(member__in=members) | Q(account=account)).first()


def waiting_for_reply(account: Account, today: date) -> QuerySet[Invitee]:
    """My gatherings that are still to come or go on, soonest first, with the answer I gave."""
    members = account.places(posts.MEMBER, on=today)
    mine = Invitee.objects.filter(Q(member__in=members) | Q(account=account))
    coming = mine.filter(gathering__state__in=COMING, gathering__ends_at__date__gte=today)
    return coming.select_related("gathering").order_by("gathering__starts_at", "pk")


def called_to(account: Account, since: date) -> QuerySet[Part]:
    """The half-days from a day on that the account is called to, and neither declined nor has leave from: its calendar."""
    members = account.places(posts.MEMBER, on=since)
    mine = Invitee.objects.filter(Q(member__in=members) | Q(account=account)).exclude(reply=Reply.DECLINED)
    away = Presence.objects.filter(invitee__in=mine, mark=Mark.EXCUSED, part=OuterRef("pk"))
    parts = Part.objects.filter(
        gathering__in=mine.values("gathering"),
        gathering__state__in=(*COMING, *HAPPENED),
        ends_at__date__gte=since,
    )
    return parts.exclude(Exists(away)).select_related("gathering").order_by("starts_at", "pk")


# -- who came ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Roll:
    """One part's figures. They close: due = came + excused + absent + open."""

    part: Part
    due: int
    present: int
    late: int
    early: int
    excused: int
    absent: int
    listens: int

    @property
    def came(self) -> int:
        return self.present + self.late + self.early

    @property
    def open(self) -> int:
        return self.due - self.came - self.excused - self.absent


def rolls(gathering: Gathering, parts: Sequence[Part] | None = None, due: int | None = None) -> list[Roll]:
    """应到、实到、请假、缺席 of every part: one question however many people and parts, when these are known."""
    parts = list(gathering.parts.all()) if parts is None else parts
    due = expected(gathering).count() if due is None else due
    rows = Presence.objects.filter(
        still_seated(gathering, "invitee__"), part__in=[part.pk for part in parts]
    ).values("part", "mark", "invitee__role")
    found: dict[tuple[int, str, str], int] = {
        (row["part"], row["invitee__role"], row["mark"]): row["n"]
        for row in rows.annotate(n=Count("pk")).order_by()
    }

    def n(part: Part, mark: str) -> int:
        return found.get((part.pk, Role.DUE, mark), 0)

    return [
        Roll(
            part, due, n(part, Mark.PRESENT), n(part, Mark.LATE), n(part, Mark.EARLY), n(part, Mark.EXCUSED),
            n(part, Mark.ABSENT), sum(found.get((part.pk, Role.LISTENS, mark), 0) for mark in CAME),
        )
        for part in parts
    ]  # fmt: skip


def still_seated(gathering: Gathering, of: str = "") -> Q:
    """Whose seat ended between the notice and the day is due no more; who is called by name has no seat to end."""
    on = timezone.localdate(gathering.starts_at)
    return (
        Q(**{f"{of}member": None})
        | Q(**{f"{of}member__ends_on": None})
        | Q(**{f"{of}member__ends_on__gte": on})
    )


def expected(gathering: Gathering) -> QuerySet[Invitee]:
    """应到: who is called to attend and still sits on that day; where one signs up, those who did not decline."""
    rows = gathering.invitees.filter(still_seated(gathering), role=Role.DUE)
    return rows if gathering.needs("must") else rows.exclude(reply=Reply.DECLINED)


@dataclass(frozen=True)
class Quorum:
    """The quorum line: how many are needed of how many, and the rule in words."""

    base: int
    needed: int
    came: int
    rule: str

    @property
    def is_met(self) -> bool:
        return self.came >= self.needed

    @property
    def sentence(self) -> str:
        found = f"应到{self.base}人，实到{self.came}人，{self.rule}（{self.needed}人），"
        return found + ("符合规定人数。" if self.is_met else f"还差{self.needed - self.came}人。")


def quorum(gathering: Gathering, roll: Roll) -> Quorum | None:
    """None where the kind of gathering needs none."""
    if gathering.needs("two_thirds"):
        return Quorum(roll.due, -(-roll.due * 2 // 3), roll.came, "须三分之二以上出席方可开会")
    if gathering.needs("half"):
        return Quorum(roll.due, roll.due // 2 + 1, roll.came, "须过半数出席方可开会")
    return None


@dataclass
class Line:
    """One person on the roll: a mark for each part, "" where nothing is known yet."""

    invitee: Invitee
    marks: list[Presence | None] = field(default_factory=list)


def roll_lines(gathering: Gathering, parts: Sequence[Part]) -> list[Line]:
    """Everybody called, in the order of the list, with their marks: two questions."""
    people = list(gathering.invitees.select_related("sector", "member"))
    marks = {
        (one.invitee_id, one.part_id): one
        for one in Presence.objects.filter(part__in=[part.pk for part in parts])
    }
    return [Line(one, [marks.get((one.pk, part.pk)) for part in parts]) for one in people]


def part_now(gathering: Gathering, at: datetime) -> Part | None:
    return part_at(gathering.parts.all(), at)


def part_at(parts: Iterable[Part], at: datetime) -> Part | None:
    """The part one may sign in for at a moment: from the set minutes before its start until its end."""
    before = timedelta(minutes=int(local.rule(rules.SIGN_BEFORE, timezone.localdate(at))))
    return next((part for part in parts if part.starts_at - before <= at <= part.ends_at), None)


# -- what is missing -----------------------------------------------------------------------------------------------------
def missing(gathering: Gathering) -> list[str]:
    """What this kind must say and does not say yet."""
    checks = (
        ("counterpart", "对方单位", lambda: bool(gathering.counterpart)),
        ("project", "中心工作", lambda: bool(gathering.project)),
        ("hours", "学时", lambda: gathering.hours is not None),
        ("aid", "帮扶捐助", gathering.aid.exists),
        ("stops", "走访点", gathering.stops.exists),
    )
    wants_stops = gathering.type != "joint"
    return [
        label for mark, label, is_there in checks
        if gathering.needs(mark) and (mark != "stops" or wants_stops) and not is_there()
    ]  # fmt: skip


# -- ballots ---------------------------------------------------------------------------------------------------------------
def is_counted(ballot: Ballot) -> bool:
    """Votes are counted, but where the way of voting says they are not (鼓掌通过)."""
    found = local.option(rules.VOTE, ballot.method)
    return not (found and found.data.get("uncounted"))


def contradictions(due: int, present: int, issued: int, returned: int, void: int) -> dict[str, str]:
    """Counts that cannot be true together: field -> the sentence that says so."""
    found = {}
    if present > due:
        found["present"] = f"实到{present}人，多于应到{due}人。请核对签到，或者先增加人员。"
    if issued > present:
        found["issued"] = f"发出{issued}票，多于实到{present}人。"
    if returned > issued:
        found["returned"] = f"收回{returned}票，多于发出{issued}票：投票无效，须重新进行。"
    if void > returned:
        found["void"] = f"废票{void}票，多于收回{returned}票。"
    return found


def what_does_not_close(ballot: Ballot) -> str:
    """ "" when the counts add up; else the sentence that names what does not."""
    lines = list(ballot.lines.all())
    if not lines:
        return "还没有登记事项或候选人。"
    if not is_counted(ballot):
        return "选举要计票，请改用别的方式。" if ballot.is_election else ""
    if ballot.is_election and not ballot.seats:
        return "选举须写明应选名额。"
    wrong = contradictions(ballot.due, ballot.present, ballot.issued, ballot.returned, ballot.void)
    if wrong:
        return next(iter(wrong.values()))
    if not ballot.returned:
        return "还没有登记票数。"
    return next((sentence for line in lines if (sentence := _line_does_not_close(line, ballot))), "") or (
        _too_many_chosen(lines, ballot)
    )


def _line_does_not_close(line: BallotLine, ballot: Ballot) -> str:
    cast = line.in_favour + line.against + line.abstained
    if not line.is_written_in and cast != ballot.valid:
        return f"“{line.name}”赞成、反对、弃权共{cast}票，有效票是{ballot.valid}票，对不上。"
    if line.is_written_in and line.in_favour > ballot.valid:
        return f"另选人“{line.name}”得{line.in_favour}票，多于有效票{ballot.valid}票。"
    return ""


def _too_many_chosen(lines: Sequence[BallotLine], ballot: Ballot) -> str:
    """A valid paper names no more people than there are seats: together they cannot have more votes than that."""
    if not ballot.is_election or not ballot.seats:
        return ""
    votes, most = sum(line.in_favour for line in lines), ballot.valid * ballot.seats
    if votes <= most:
        return ""
    return (
        f"各人得票共{votes}票，多于有效票{ballot.valid}票乘应选名额{ballot.seats}名（{most}票），请核对废票。"
    )


def needed(ballot: Ballot) -> int:
    """过半数: more than half of those due, or of those present, as the rules of the ballot say."""
    return (ballot.due if ballot.base == "due" else ballot.present) // 2 + 1


@dataclass(frozen=True)
class Outcome:
    """What one line of a ballot came to."""

    line: BallotLine
    needed: int
    passed: bool


def outcomes(ballot: Ballot) -> list[Outcome]:
    """Passed by more than half; in an election no more than the seats, the most votes first. What is not counted passes
    as it is announced."""
    lines = list(ballot.lines.all())
    if not is_counted(ballot):
        return [Outcome(line, 0, True) for line in lines]
    enough = [line for line in lines if line.in_favour >= needed(ballot)]
    if ballot.is_election and ballot.seats:
        enough = sorted(enough, key=lambda line: -line.in_favour)
        last = enough[ballot.seats - 1].in_favour if len(enough) > ballot.seats else 0
        # a tie across the last seat elects nobody of the tied: another ballot decides
        tied = len(enough) > ballot.seats and enough[ballot.seats].in_favour == last
        enough = [
            line for place, line in enumerate(enough)
            if place < ballot.seats and not (tied and line.in_favour == last)
        ]  # fmt: skip
    return [Outcome(line, needed(ballot), line in enough) for line in lines]


def told(found: list[Outcome]) -> list[dict[str, Any]]:
    """Outcomes as the journal keeps them."""
    return [{"name": one.line.name, "in_favour": one.line.in_favour, "passed": one.passed} for one in found]


# -- what is counted -------------------------------------------------------------------------------------------------------
def held(year: int) -> QuerySet[Gathering]:
    """What took place in a year, group meetings inside another left out: they are that meeting."""
    return Gathering.objects.filter(state__in=HAPPENED, starts_at__year=year, parent=None)


def held_of(year: int, *types: str) -> QuerySet[Gathering]:
    return held(year).filter(type__in=types)


def _study_kinds() -> list[str]:
    return [one.code for one in local.options(rules.KIND) if one.data.get("hours")]


def _called_of_office() -> QuerySet[Invitee]:
    """Somebody called by name who held a post of the office on the gathering's day."""
    held_then = Post.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("day")), account=OuterRef("account"), kind__in=posts.STAFF_KINDS,
        starts_on__lte=OuterRef("day"),
    )  # fmt: skip
    rows = Invitee.objects.filter(account__isnull=False).annotate(day=TruncDate("gathering__starts_at"))
    return rows.filter(Exists(held_then))


def office_studies(year: int) -> QuerySet[Gathering]:
    """机关学习: study sessions to which the office's own staff were called."""
    return held_of(year, *_study_kinds()).filter(pk__in=_called_of_office().values("gathering"))


def members_studies(year: int) -> QuerySet[Gathering]:
    """委员学习培训: every study session but those of the office's staff alone."""
    members = Invitee.objects.filter(member__isnull=False).values("gathering")
    return held_of(year, "study").exclude(
        Q(pk__in=_called_of_office().values("gathering")) & ~Q(pk__in=members)
    )


@dataclass(frozen=True)
class Attended:
    """A study session somebody came to: how many of its parts."""

    gathering: Gathering
    came: int
    parts: int


def studied_by(account: Account, since: datetime, until: datetime) -> list[Attended]:
    """The study sessions of a period that somebody called by name came to, oldest first. Two questions."""
    rows = (
        Gathering.objects.filter(
            type__in=_study_kinds(), state__in=HAPPENED, starts_at__gte=since, starts_at__lt=until,
            invitees__account=account, invitees__presences__mark__in=CAME,
        )
        .annotate(came=Count("invitees__presences", distinct=True))
        .order_by("starts_at", "pk")
    )  # fmt: skip
    found: list[Any] = list(rows)
    sizes = Part.objects.filter(gathering__in=found).values("gathering").annotate(n=Count("pk")).order_by()
    parts = dict(sizes.values_list("gathering", "n"))
    return [Attended(one, one.came, parts.get(one.pk, 0)) for one in found]


def notes_by(account: Account, gatherings: Sequence[int]) -> dict[int, list[str]]:
    """学习体会 that somebody wrote of these sessions themselves, oldest first."""
    found: dict[int, list[str]] = {}
    rows = Remark.objects.filter(gathering__in=gatherings, invitee__account=account, by=account)
    for pk, text in rows.order_by("pk").values_list("gathering", "text"):
        found.setdefault(pk, []).append(text)
    return found


def stops(year: int, sort: str) -> QuerySet[Stop]:
    return Stop.objects.filter(gathering__in=held(year).values("pk"), sort=sort)


def guests(year: int, sort: str) -> QuerySet[Guest]:
    return Guest.objects.filter(gathering__in=held(year).values("pk"), sort=sort)


def joint(year: int) -> QuerySet[Gathering]:
    """联合活动 (五联手): ticked with at least one joint and held by bodies of more than one kind; each counts once."""
    through = Gathering.partners.through.objects.values("gathering")
    return held(year).exclude(joints=[]).filter(pk__in=through, host__isnull=False)


def given(year: int) -> dict[str, Any]:
    rows = Aid.objects.filter(gathering__in=held(year).values("pk"))
    return rows.aggregate(amount=Sum("amount"), worth=Sum("worth"), people=Sum("beneficiaries"))


def attended(year: int) -> QuerySet[Presence]:
    """(year) -> one row for each half-day a member came: what a member's duty record reads."""
    return Presence.objects.filter(
        mark__in=CAME,
        invitee__member__isnull=False,
        part__gathering__state__in=HAPPENED,
        part__gathering__parent=None,  # a group meeting is a part of its meeting, as in ``held``
        part__starts_at__year=year,
    )


def speech_seconds(gathering: Gathering) -> dict[str, int]:
    """Total speaking time by sector or body: who was heard how long."""
    found: dict[str, int] = {}
    rows = gathering.speeches.filter(ended_at__isnull=False).select_related(
        "speaker_member__sector", "speaker_body"
    )
    for one in rows:
        name = sector_or_body(one)
        found[name] = found.get(name, 0) + (one.seconds or 0)
    return found


def last_position(gathering: Gathering) -> int:
    """The last place taken in the order of speeches; 0 when none is."""
    return gathering.speeches.aggregate(last=Max("position"))["last"] or 0


Balance = list[tuple[str, int, int]]


def oral_speeches(gathering: Gathering) -> QuerySet[Speech]:
    """In the order they are given: part by part, then by their place; those without a place last."""
    return (
        gathering.speeches.filter(state=SpeechState.ORAL)
        .select_related("speaker_member__sector", "speaker_body", "part")
        .order_by(F("part__number").asc(nulls_last=True), F("position").asc(nulls_last=True), "pk")
    )


def balance(gathering: Gathering) -> Balance:
    """(sector or body, submitted, chosen): seen while speeches are selected."""
    return _balance(gathering, sector_or_body)


def party_balance(gathering: Gathering) -> Balance:
    """(party, submitted, chosen): a body's speech counts for the party that the body is, else for 单位."""
    return _balance(gathering, _party)


def _balance(gathering: Gathering, key: Callable[[Speech], str]) -> Balance:
    found: dict[str, list[int]] = {}
    rows = gathering.speeches.exclude(state__in=(SpeechState.DRAFT, SpeechState.WITHDRAWN))
    for one in rows.select_related("speaker_member__sector", "speaker_body"):
        row = found.setdefault(key(one), [0, 0])
        row[0] += 1
        row[1] += one.state in PUBLIC_SPEECHES
    return sorted((name, submitted, chosen) for name, (submitted, chosen) in found.items())


def sector_or_body(speech: Speech) -> str:
    """For whom a speech speaks."""
    sector = speech.speaker_member.sector if speech.speaker_member else None
    return str(speech.speaker_body or sector or "其他")


def _party(speech: Speech) -> str:
    if speech.speaker_member:
        return speech.speaker_member.party or "未填政治面貌"
    body = speech.speaker_body
    return str(body) if body and body.kind == BodyKind.PARTY else "其他单位"


# -- a body and what it does ---------------------------------------------------------------------------------------------
def of_body(body: Body) -> QuerySet[Gathering]:
    """What a body holds or joins."""
    joined = Gathering.partners.through.objects.filter(body=body).values("gathering")
    return Gathering.objects.filter(Q(host=body) | Q(pk__in=joined))


def kept_bodies(account: Account, today: date) -> QuerySet[Body]:
    """The bodies whose plan of contacts an account keeps: the office all, a convener their own."""
    if not account.is_active:
        return Body.objects.none()
    standing = Body.objects.filter(ends_on=None)
    if account.holds(posts.OFFICE, on=today):
        return standing
    return standing.filter(pk__in=account.places(posts.CONVENER, on=today))


def visible_liaisons(account: Account, today: date) -> QuerySet[Liaison]:
    """The office and the chair read all plans of contacts; a body's convener and members their own."""
    if not account.is_active:
        return Liaison.objects.none()
    if reads_all(account, today):
        return Liaison.objects.all()
    members = account.places(posts.MEMBER, on=today)
    own = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), member__in=members, starts_on__lte=today
    )
    kept = account.places(posts.CONVENER, on=today)
    return Liaison.objects.filter(Q(body__in=own.values("body")) | Q(body__in=kept))


def contacted(year: int) -> QuerySet[Liaison]:
    """Contacts that took place in a year."""
    return Liaison.objects.filter(state=LiaisonState.DONE, held_on__year=year)
