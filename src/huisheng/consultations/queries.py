"""Questions: what may be seen, what is late, what would change, what came of it. Nothing here changes a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from huisheng.gatherings.models import HAPPENED, AgendaItem, Gathering, GatheringState
from huisheng.kernel import local
from huisheng.kernel.deadlines import Deadline, Span, count_back, left_label
from huisheng.kernel.models import Attachment, Matter
from huisheng.opinions import queries as voices
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs.models import OUT, Advice, Instruction, InstructionState, Output, Response
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal

from . import local_rules as names
from .models import (
    IN_FORCE,
    WORKING,
    Line,
    LineState,
    Plan,
    PlanState,
    PlanVersion,
    Research,
    ResearchState,
    Subject,
    SubjectState,
)

DESK = (posts.OFFICE,)
INTAKE = (posts.EDITOR, posts.OFFICE)
DRAFTS = (posts.OFFICE, posts.CHAIR)
# whoever has a part in a consultation reads the plan once it is issued
READERS = (
    posts.MEMBER, posts.CONVENER, posts.CLERK, posts.REVIEWER, posts.OFFICE, posts.EDITOR, posts.CHAIR, posts.LEADER,
    posts.COORDINATOR, posts.HANDLER, posts.AGENCY_HEAD,
)  # fmt: skip
BRINGS = (posts.MEMBER, posts.CONVENER, posts.OFFICE, posts.EDITOR)
SCREENS = (*INTAKE, posts.CHAIR)


# -- what may be seen --------------------------------------------------------------------------------------------------
def visible_subjects(account: Account, today: date) -> QuerySet[Subject]:
    """The office and the chair all; a member and a convener their own, and what went into a plan."""
    if not account.is_active:
        return Subject.objects.none()
    if account.holds(*SCREENS, on=today):
        return Subject.objects.all()
    if not account.holds(posts.MEMBER, posts.CONVENER, on=today):
        return Subject.objects.none()
    mine = own_subjects(account, today)
    return Subject.objects.filter(mine | Q(state=SubjectState.PLANNED))


def opens_subject(subject: Subject, account: Account, today: date) -> bool:
    """Whether a subject that the page already holds is one of ``visible_subjects``: no further question."""
    if account.holds(*SCREENS, on=today):
        return True
    is_planned = subject.state == SubjectState.PLANNED
    return is_planned and account.holds(posts.MEMBER, posts.CONVENER, on=today)


def own_subjects(account: Account, today: date) -> Q:
    return Q(member__in=account.places(posts.MEMBER, on=today)) | Q(
        body__in=account.places(posts.CONVENER, on=today)
    )


def visible_to(account: Account, today: date) -> QuerySet[Plan]:
    """The office and the chair every plan; leaders from when it is submitted; everybody concerned once it was issued."""
    if not account.is_active or not account.holds(*READERS, on=today):
        return Plan.objects.none()
    if account.holds(*DRAFTS, on=today):
        return Plan.objects.all()
    seen = Q(Exists(PlanVersion.objects.filter(plan=OuterRef("pk"))))
    if account.holds(posts.LEADER, on=today):
        seen |= Q(state__in=(PlanState.SUBMITTED, PlanState.APPROVED))
    return Plan.objects.filter(seen)


def visible_lines(account: Account, today: date) -> QuerySet[Line]:
    """What is in force is read by everybody concerned; what is only proposed by the office and the chair."""
    if not account.is_active or not account.holds(*READERS, on=today):
        return Line.objects.none()
    rows = Line.objects.all()
    return rows if account.holds(*DRAFTS, on=today) else rows.exclude(state=LineState.PROPOSED)


def visible_research(account: Account, today: date) -> QuerySet[Research]:
    """The office, the editor and the chair all; a convener what their body leads or joins; a member what they work on."""
    if not account.is_active:
        return Research.objects.none()
    if account.holds(*SCREENS, on=today):
        return Research.objects.all()
    bodies = account.places(posts.CONVENER, on=today)
    joined = Research.partners.through.objects.filter(body__in=bodies).values("research")
    works = Research.members.through.objects.filter(member__in=account.places(posts.MEMBER, on=today)).values(
        "research"
    )
    return Research.objects.filter(Q(body__in=bodies) | Q(pk__in=joined) | Q(pk__in=works))


def visible(model: type[Matter], account: Account, today: date) -> QuerySet:
    by_model: dict[Any, Any] = {
        Subject: visible_subjects, Plan: visible_to, Line: visible_lines, Research: visible_research,
    }  # fmt: skip
    return by_model[model](account, today)


def drafts(account: Account, today: date) -> bool:
    return account.holds(*DRAFTS, on=today)


# -- the plan as it is proposed, and as it was issued --------------------------------------------------------------------
WORDS = ("title", "tier", "form", "month", "leader", "body", "partners", "agencies", "participants")
LABELS = {
    "title": "协商议题", "tier": "协商层次", "form": "协商形式", "month": "时间安排", "leader": "牵头领导", "body": "责任单位",
    "partners": "协办单位", "agencies": "参与部门", "participants": "参加人员",
}  # fmt: skip


def has_version(plan: Plan) -> bool:
    return bool(plan.versions.all())


def newest(plan: Plan) -> PlanVersion | None:
    return max(plan.versions.all(), key=lambda one: one.number, default=None)


def issued() -> QuerySet[Plan]:
    """Plans that came out at least once, with their versions: what everybody may know of them."""
    versions = PlanVersion.objects.filter(plan=OuterRef("pk"))
    return Plan.objects.filter(Exists(versions)).prefetch_related("versions")


def with_issued(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Each plan with the number of its newest version; None before it was issued."""
    return plans.annotate(issued=Max("versions__number"))


def _whole() -> QuerySet[Line]:
    rows = Line.objects.exclude(state=LineState.DROPPED).select_related("plan", "body")
    return rows.prefetch_related("partners", "agencies").order_by("number", "pk")


def of_plan(plan: Plan) -> QuerySet[Line]:
    return _whole().filter(plan=plan)


def load(plan: Plan) -> Plan:
    """Versions and lines with their counts, read once for everything a page asks of them."""
    prefetch_related_objects([plan], "versions", Prefetch("lines", with_counts(_whole())))
    return plan


def _read_lines(plan: Plan) -> Iterable[Line]:
    is_loaded = "lines" in getattr(plan, "_prefetched_objects_cache", {})
    return plan.lines.all() if is_loaded else of_plan(plan)


def in_force(plan: Plan) -> QuerySet[Line]:
    return of_plan(plan).filter(state__in=IN_FORCE)


def proposed_lines(plan: Plan) -> list[dict[str, Any]]:
    """Every line as the next version would say it, in words: what is prepared beside it put in, what leaves left out."""
    rows = [one for one in _read_lines(plan) if not one.is_leaving]
    bodies, agencies = _named(rows)
    return [_in_words(one, one.pending or {}, bodies, agencies) for one in rows]


def _named(rows: Iterable[Line]) -> tuple[dict[int, Body], dict[int, Agency]]:
    """Bodies and agencies that pending changes name: two questions, none where nothing is pending."""
    pending = [one.pending for one in rows if one.pending]
    bodies = {pk for one in pending for pk in (*one.get("partners", ()), one.get("body")) if pk}
    agencies = {pk for one in pending for pk in one.get("agencies", ())}
    return (
        Body.objects.in_bulk(list(bodies)) if bodies else {},
        Agency.objects.in_bulk(list(agencies)) if agencies else {},
    )


def _in_words(
    line: Line, change: dict[str, Any], bodies: dict[int, Body], agencies: dict[int, Agency]
) -> dict[str, Any]:
    def value(name: str) -> Any:
        return change.get(name, getattr(line, name))

    if "body" in change:
        found = bodies.get(change["body"])
        body = str(found) if found else "区政协办公室"
    else:
        body = line.body_name
    partners = (
        [str(bodies[pk]) for pk in change["partners"] if pk in bodies]
        if "partners" in change
        else [str(one) for one in line.partners.all()]
    )
    units = (
        [str(agencies[pk]) for pk in change["agencies"] if pk in agencies]
        if "agencies" in change
        else [str(one) for one in line.agencies.all()]
    )
    return {
        "id": line.pk, "number": line.number, "title": value("title"), "tier": local.label_of(names.TIER, value("tier")),
        "form": local.label_of(names.FORM, value("form")), "month": value("month"), "leader": value("leader"), "body": body,
        "partners": "、".join(partners), "agencies": "、".join(units), "participants": value("participants"),
    }  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One line that differs between two versions: ``fields`` are (label, before, after)."""

    number: int
    title: str
    kind: str
    fields: tuple[tuple[str, str, str], ...] = ()


def differences(
    before: list[dict[str, Any]], after: list[dict[str, Any]], words: tuple[str, ...] = WORDS
) -> list[Change]:
    """Lines that came, left or read otherwise, in the order of the newer version; those that left at the end.

    words: the columns that are compared; the public reads fewer.
    """
    old = {one["id"]: one for one in before}
    new_ids = {one["id"] for one in after}
    found = []
    for one in after:
        was = old.get(one["id"])
        if was is None:
            found.append(Change(one["number"], one["title"], "新增"))
            continue
        fields = tuple(
            (LABELS[name], in_month(name, was.get(name)), in_month(name, one[name]))
            for name in words
            if was.get(name) != one[name]
        )
        if fields:
            found.append(Change(one["number"], one["title"], "修改", fields))
    return found + [Change(one["number"], one["title"], "调出") for one in before if one["id"] not in new_ids]


def in_month(name: str, value: Any) -> str:
    return f"{value}月" if name == "month" else str(value or "（空）")


def changes_proposed(plan: Plan) -> list[Change]:
    """What the next version would change against the one in force; empty while there is none yet."""
    version = newest(plan)
    return differences(version.lines, proposed_lines(plan)) if version else []


# -- how far a line is --------------------------------------------------------------------------------------------------
def with_counts(rows: QuerySet[Line]) -> QuerySet[Line]:
    """Each line with how many gatherings were held, how many papers went out, how its advice was answered."""
    held = Line.gatherings.through.objects.filter(line=OuterRef("pk"), gathering__state__in=HAPPENED)
    out = Line.outputs.through.objects.filter(line=OuterRef("pk"), output__state__in=OUT)
    advice = Advice.objects.filter(output__consultation_lines=OuterRef("pk"), output__state__in=OUT)
    taken = advice.filter(response__in=(Response.ADOPTED, Response.PARTLY))
    said = Instruction.objects.filter(output__consultation_lines=OuterRef("pk")).exclude(
        state=InstructionState.VOID
    )
    return rows.annotate(
        held=_number(held), out=_number(out), advised=_number(advice), adopted=_number(taken), instructed=_number(said)
    )  # fmt: skip


def _number(rows: QuerySet) -> Any:
    counted = rows.order_by().annotate(one=F("pk") * 0).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def so_far(line: Any) -> str:
    """What a line that ``with_counts`` has read came to, in words; "" while there is nothing."""
    said = (
        (line.held, f"活动 {line.held} 次"), (line.out, f"成果 {line.out} 件"),
        (line.advised, f"采纳 {line.adopted}/{line.advised} 条"), (line.instructed, f"批示 {line.instructed} 件"),
    )  # fmt: skip
    return "，".join(words for number, words in said if number)


def due_of(line: Any) -> date | None:
    """Nothing is late any more once a paper is out."""
    return None if line.out else line.due_on


def forms_with_output() -> list[str]:
    return [one.code for one in local.options(names.FORM) if one.data.get("output")]


def late(today: date) -> QuerySet[Line]:
    """Lines whose month has passed and from which no paper went out. Asked, not stored."""
    passed = Q(plan__year__lt=today.year) | Q(plan__year=today.year, month__lt=today.month)
    out = Line.outputs.through.objects.filter(line=OuterRef("pk"), output__state__in=OUT)
    rows = Line.objects.filter(passed, state__in=WORKING, form__in=forms_with_output())
    return rows.filter(~Exists(out))


def is_late(line: Line, today: date) -> bool:
    """The same of one row that ``with_counts`` has read."""
    return bool(
        line.state in WORKING and line.asks("output") and line.last_day < today and not line.out  # type: ignore[attr-defined]
    )


def what_is_open(line: Line) -> str:
    """Why a line cannot be concluded yet, or ""."""
    held = Line.gatherings.through.objects.filter(line=OuterRef("pk"), gathering__state__in=HAPPENED)
    out = Line.outputs.through.objects.filter(line=OuterRef("pk"), output__state__in=OUT)
    unanswered = Advice.objects.filter(
        output__consultation_lines=OuterRef("pk"), output__state__in=OUT, response=""
    )
    rows = Line.objects.filter(pk=line.pk).annotate(a=_number(held), b=_number(out), c=_number(unanswered))
    return why_open(line, *rows.values_list("a", "b", "c").get())


def why_open(line: Line, held: int, out: int, unanswered: int) -> str:
    if not held:
        return "还没有关联已经举行的会议活动。请先用“关联会议活动”。"
    if not line.asks("output"):
        return ""
    if not out:
        return "还没有成果报送。请先关联成果，报送以后再办。"
    return f"还有{unanswered}条建议没有登记采纳情况。" if unanswered else ""


@dataclass(frozen=True)
class Progress:
    """完成率 of a plan: every number is the length of a list."""

    total: int
    concluded: int
    reported: int
    late: int

    @property
    def line(self) -> str:
        if not self.total:
            return "还没有印发的项目。"
        share = round(100 * self.concluded / self.total)
        return (
            f"共 {self.total} 项，已报送成果 {self.reported} 项，已完成 {self.concluded} 项，完成率 {share}%"
            + (f"，逾期没有成果 {self.late} 项" if self.late else "")
            + "。"
        )


def progress(lines: Iterable[Line], today: date) -> Progress:
    """Of lines that ``with_counts`` has read; what is only proposed does not count."""
    rows = [one for one in lines if one.state in IN_FORCE]
    return Progress(
        len(rows),
        sum(one.state == LineState.CONCLUDED for one in rows),
        sum(bool(one.out) for one in rows),  # type: ignore[attr-defined]
        sum(is_late(one, today) for one in rows),
    )


def lines_in_force(plans: Iterable[Plan]) -> QuerySet[Line]:
    return Line.objects.filter(plan__in=[one.pk for one in plans], state__in=IN_FORCE).select_related("plan")


def too_many(lines: Iterable[Line], today: date) -> int:
    """The limit when the plan has more lines than the local rule wants; else 0."""
    most = int(local.rule(names.MOST, today))
    return most if sum(not one.is_leaving for one in lines) > most else 0


def as_written(line: Line) -> dict[str, Any]:
    """What the form of a line begins with: what is prepared, else what is in force."""
    words: dict[str, Any] = {
        name: getattr(line, name) for name in WORDS if name not in ("partners", "agencies", "body")
    }
    words |= {"body": line.body_id, "subject": line.subject_id, "year": line.plan.year}
    words |= {name: [one.pk for one in getattr(line, name).all()] for name in ("partners", "agencies")}
    return words | (line.pending or {})


# -- collecting topics ---------------------------------------------------------------------------------------------------
def collecting(today: date) -> Plan | None:
    """The plan that topics are collected for now, if its last day has not passed."""
    open_ones = Plan.objects.filter(state=PlanState.DRAFT, collects_until__gte=today)
    return open_ones.order_by("year").first()


def next_year(today: date) -> int:
    """The first year without a plan, this one or later."""
    taken = set(Plan.objects.values_list("year", flat=True))
    year = today.year
    while year in taken:
        year += 1
    return year


def collected_year(today: date) -> int:
    """For which year a topic brought today is meant: the plan being collected for, else the next one."""
    plan = collecting(today)
    if plan is not None:
        return plan.year
    return today.year if today.month <= 2 else today.year + 1


def open_plan(year: int) -> Plan | None:
    """The year's plan while it is written: a chosen topic can go into it."""
    return Plan.objects.filter(year=year, state=PlanState.DRAFT).first()


def number_in(word: str) -> int:
    """An id as it stands in an address; -1 for what is none."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 19 else -1


def chosen_subject(year: int, word: str) -> Subject | None:
    rows = Subject.objects.filter(year=year, state=SubjectState.CHOSEN, line=None)
    return rows.filter(pk=number_in(word)).first()


TAKEN_FROM: dict[str, tuple[Any, Any]] = {
    "lead": (Lead, voices.visible_leads),
    "opinion": (Opinion, voices.visible_to),
    "proposal": (Proposal, proposals.visible_to),
}


def taken_from(account: Account, today: date, asked: Mapping[str, str]) -> Any:
    """The lead, opinion or proposal that an address names, when the account may read it and take it up."""
    if not account.holds(*INTAKE, on=today):
        return None
    for word, (_, seen) in TAKEN_FROM.items():
        if word in asked:
            return seen(account, today).filter(pk=number_in(asked[word])).first()
    return None


def words_of(of: Lead | Opinion | Proposal) -> dict[str, Any]:
    """A beginning for the office: of a lead no more than was passed on of it."""
    if isinstance(of, Lead):
        return {"title": of.gist, "reason": of.excerpt, "source": "public"}
    title = re.sub(r"^关于(.+?)的(提案|建议|意见|情况反映)$", r"\1", of.title)
    text = of.text
    reason = "\n".join(filter(None, (text.situation, text.analysis))) if text else ""
    if isinstance(of, Opinion):
        source = "member" if of.reporter_member_id else "sector" if of.reporter_body_id else "public"
        member = None if of.is_anonymous else of.reporter_member_id
        return {"title": title, "reason": reason[:5000], "source": source, "member": member}
    return {
        "title": title, "reason": reason[:5000], "source": "member" if of.sponsor_member_id else "party",
        "member": of.sponsor_member_id, "body": of.sponsor_body_id,
    }  # fmt: skip


# -- research: who leads -------------------------------------------------------------------------------------------------
def may_research(account: Account, today: date) -> bool:
    return account.holds(posts.OFFICE, posts.CONVENER, on=today)


def leads(research: Research, account: Account, today: date) -> bool:
    """The office, or the convener of the leading body."""
    return account.holds(posts.OFFICE, on=today) or research.body_id in account.places(
        posts.CONVENER, on=today
    )


# -- the days around a consultation ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Window:
    """One of the three days around a 协商会: what must be done, by when, whether it is; ``rule`` names the local rule."""

    rule: str
    label: str
    deadline: Deadline
    done_on: date | None
    is_done: bool

    def is_late(self, today: date) -> bool:
        if self.is_done and self.done_on is not None:
            return self.done_on > self.deadline.due_on
        return not self.is_done and today > self.deadline.due_on

    @property
    def due_on(self) -> date:
        return self.deadline.due_on

    def word(self, today: date) -> str:
        """How it stands, in a word or two."""
        if self.is_done:
            return "迟于期限" if self.is_late(today) else "按期"
        if self.rule != "minutes" and today > self.deadline.start:
            return "会前没有登记"
        return left_label(today, self.due_on, local.calendar())


WINDOWS = {"notice": names.NOTICE, "papers": names.PAPERS, "minutes": names.MINUTES}


def window(gathering: Gathering, which: str, papers_on: date | None = None) -> Window:
    """notice and papers are counted back from the day it begins, the minutes on from the day it ends."""
    starts, ends = timezone.localdate(gathering.starts_at), timezone.localdate(gathering.ends_at)
    rule = WINDOWS[which]
    if which == "minutes":
        return Window(
            which, "纪要报送", local.deadline(rule, ends), gathering.settled_on, gathering.settled_on is not None
        )  # fmt: skip
    span = Span.parse(str(local.rule(rule, starts)))
    deadline = count_back(starts, span, local.calendar())
    if which == "notice":
        done = gathering.notified_on
        return Window(which, "书面通知", deadline, done, done is not None)
    return Window(which, "送达材料", deadline, papers_on, papers_on is not None)


def windows(gatherings: Iterable[Gathering], papers: dict[int, date]) -> dict[int, list[Window]]:
    """For each consultation meeting its three days; ``papers``: gathering → when the last paper was put to its agenda."""
    return {
        one.pk: [window(one, which, papers.get(one.pk)) for which in WINDOWS]
        for one in gatherings
        if one.needs("windows")
    }


def papers_of(gatherings: Iterable[Gathering]) -> dict[int, date]:
    """When each meeting's first paper was put to its agenda: one question for all."""
    items = dict(
        AgendaItem.objects.filter(gathering__in=[one.pk for one in gatherings]).values_list("pk", "gathering")
    )
    if not items:
        return {}
    rows = (
        Attachment.objects.filter(subject_type=AgendaItem.kind(), subject_id__in=list(items))
        .values_list("subject_id")
        .annotate(first=Min("at"))
    )
    return first_days((items[item], first) for item, first in rows)


def first_days(rows: Iterable[tuple[int, datetime]]) -> dict[int, date]:
    found: dict[int, date] = {}
    for pk, at in rows:
        day = timezone.localdate(at)
        found[pk] = min(found.get(pk, day), day)
    return found


def without_output() -> QuerySet[Line]:
    """Lines at work from which no paper went out yet."""
    out = Line.outputs.through.objects.filter(line=OuterRef("pk"), output__state__in=OUT)
    rows = Line.objects.filter(state__in=WORKING, form__in=forms_with_output()).filter(~Exists(out))
    return rows.select_related("plan").order_by("pk")


def open_windows(today: date) -> Iterator[tuple[Line, Gathering, Window]]:
    """The days around consultations of lines at work that are near, and not done: coming ones, and minutes still owed."""
    near = Q(starts_at__date__gte=today) | Q(starts_at__date__gte=today - timedelta(days=60), settled_on=None)
    rows = Gathering.objects.filter(near, consultation_lines__state__in=WORKING).exclude(
        state=GatheringState.CANCELLED
    )
    found = [one for one in rows.distinct().order_by("pk") if one.needs("windows")]
    papers = papers_of(found)
    lines = {
        gathering: line
        for line in Line.objects.filter(gatherings__in=found, state__in=WORKING).select_related("plan")
        for gathering in line.gatherings.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
    }
    for gathering in found:
        for one in windows([gathering], papers).get(gathering.pk, []):
            is_to_come = one.rule != "minutes" and timezone.localdate(gathering.starts_at) >= today
            is_owed = one.rule == "minutes" and gathering.state in HAPPENED
            if not one.is_done and (is_to_come or is_owed):
                yield lines[gathering.pk], gathering, one


# -- what is counted --------------------------------------------------------------------------------------------------------
def subjects(year: int) -> QuerySet[Subject]:
    return Subject.objects.filter(year=year).exclude(state=SubjectState.WITHDRAWN)


def lines_of(year: int) -> QuerySet[Line]:
    return Line.objects.filter(plan__year=year, state__in=IN_FORCE)


def concluded(year: int) -> QuerySet[Line]:
    return Line.objects.filter(plan__year=year, state=LineState.CONCLUDED)


def consultations_held(year: int) -> QuerySet[Gathering]:
    through = Line.gatherings.through.objects.filter(line__plan__year=year).values("gathering")
    return Gathering.objects.filter(pk__in=through, state__in=HAPPENED)


def outputs_of(year: int) -> QuerySet[Output]:
    through = Line.outputs.through.objects.filter(line__plan__year=year).values("output")
    return Output.objects.filter(pk__in=through, state__in=OUT)


def advice_of(year: int) -> QuerySet[Advice]:
    return Advice.objects.filter(output__in=outputs_of(year).values("pk"))


def advice_adopted(year: int) -> QuerySet[Advice]:
    return advice_of(year).filter(response__in=(Response.ADOPTED, Response.PARTLY))


def research_of(year: int) -> QuerySet[Research]:
    begun = Research.objects.filter(starts_on__year=year)
    return begun.exclude(state__in=(ResearchState.DRAFT, ResearchState.ASKED, ResearchState.DROPPED))


def research_done(year: int) -> QuerySet[Research]:
    return research_of(year).filter(state=ResearchState.DONE)
