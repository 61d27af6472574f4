"""Questions: what may be seen, what waits, what is counted. Nothing here changes a record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from huisheng.kernel.models import Attachment, Entry, Link, Matter, Option
from huisheng.opinions.local_rules import AREA
from huisheng.opinions.models import Opinion
from huisheng.people import posts
from huisheng.people.models import Account, Agency

from .models import (
    OUT,
    Advice,
    FollowUp,
    FollowUpState,
    Instruction,
    InstructionState,
    Output,
    Response,
)

DESK = (posts.EDITOR, posts.OFFICE)
READS_ALL = (posts.EDITOR, posts.OFFICE, posts.CHAIR)
AGENCY = (posts.HANDLER, posts.AGENCY_HEAD)


# -- what may be seen (privacy table of trust.md, row 批示) --------------------------------------------------------
def visible_to(account: Account, today: date) -> QuerySet[Output]:
    """The office and the chair read all; a leader what was delivered; an agency papers with a follow-up of its own,
    of which a page shows it that part alone. System administrators read none."""
    if not account.is_active:
        return Output.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Output.objects.all()
    seen = Q(pk__in=[])
    if account.holds(posts.LEADER, on=today):
        seen |= Q(state__in=OUT)
    if account.places(*AGENCY, on=today):
        seen |= Q(pk__in=visible_follow_ups(account, today).values("instruction__output"))
    return Output.objects.filter(seen)


def reads_whole(account: Account, today: date) -> bool:
    """Whether the account reads a paper's words, or only the part that was given to it."""
    return account.holds(*READS_ALL, posts.LEADER, on=today)


def visible_instructions(account: Account, today: date) -> QuerySet[Instruction]:
    """The office and the chair all; a leader their own; a reporter those released to them."""
    if not account.is_active:
        return Instruction.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Instruction.objects.all()
    seen = Q(pk__in=[])
    if account.holds(posts.LEADER, on=today):
        seen |= Q(account=account)
    mine = _reported_by(account, today)
    if mine is not None:
        ids = Link.objects.filter(
            source_type=Opinion.kind(), source_id__in=mine, target_type=Output.kind()
        ).values("target_id")
        whole = Q(opinion=None, output__in=ids)
        seen |= Q(released_on__isnull=False) & (Q(opinion__in=mine) | whole)
    return Instruction.objects.filter(seen)


def _reported_by(account: Account, today: date) -> QuerySet | None:
    members = account.places(posts.MEMBER, on=today)
    bodies = account.places(posts.CONVENER, on=today)
    if not members and not bodies:
        return None
    rows = Opinion.objects.filter(Q(reporter_member__in=members) | Q(reporter_body__in=bodies))
    return (rows | Opinion.objects.filter(parts__in=rows)).values("pk")


def visible_follow_ups(account: Account, today: date) -> QuerySet[FollowUp]:
    """The office and the chair all; an agency its own; a leader those of their own instructions."""
    if not account.is_active:
        return FollowUp.objects.none()
    if account.holds(*READS_ALL, on=today):
        return FollowUp.objects.all()
    seen = Q(pk__in=[])
    if agencies := account.places(*AGENCY, on=today):
        seen |= Q(agency__in=agencies)
    if account.holds(posts.LEADER, on=today):
        seen |= Q(instruction__account=account)
    return FollowUp.objects.filter(seen)


def searched(account: Account, today: date) -> QuerySet[Output]:
    """What a search may find: only for those who read papers whole, or the words found would tell what is hidden."""
    rows = visible_to(account, today)
    return rows if reads_whole(account, today) else rows.none()


def visible(model: type[Matter], account: Account, today: date) -> QuerySet:
    """The rows of one of this module's matters that an account may read."""
    by_model: dict[Any, Any] = {
        Output: visible_to, Instruction: visible_instructions, FollowUp: visible_follow_ups,
    }  # fmt: skip
    return by_model[model](account, today)


# -- of one paper --------------------------------------------------------------------------------------------------
def sources_of(output: Output) -> QuerySet[Opinion]:
    """The opinions that went into a signed paper."""
    return Opinion.objects.filter(
        pk__in=Link.objects.filter(
            source_type=Opinion.kind(), target_type=Output.kind(), target_id=output.pk
        ).values("source_id")
    )


def entries_of(output: Output) -> QuerySet[Entry]:
    """The journal of a paper with that of its follow-ups, newest first."""
    follow_ups = FollowUp.objects.filter(instruction__output=output).values("pk")
    own = Q(matter_type=Output.kind(), matter_id=output.pk)
    theirs = Q(matter_type=FollowUp.kind(), matter_id__in=follow_ups)
    return Entry.objects.filter(own | theirs).select_related("account").order_by("-seq")


def frozen(output: Output, form: str) -> Attachment | None:
    """The signed paper as it was frozen, as pdf or docx."""
    return Attachment.objects.filter(
        subject_type=Output.kind(), subject_id=output.pk, purpose="signed", kind=form
    ).first()


BEING_SET = "定稿正在排版，通常几秒钟就好。请稍后刷新再看。"


def has_pdf(output: str = "pk") -> Exists:
    """Whether a row's paper is set; ``output``: the column that says which paper it is."""
    files = Attachment.objects.filter(subject_type=Output.kind(), subject_id=OuterRef(output))
    return Exists(files.filter(purpose="signed", kind="pdf"))


def load_parts(output: Output) -> Output:
    """Advice, instructions and follow-ups of a paper that is out: three questions for any number of them."""
    if output.state in OUT:
        prefetch_related_objects([output], "advice", *_INSTRUCTIONS)
    return output


_INSTRUCTIONS = (
    Prefetch("instructions", Instruction.objects.select_related("opinion", "account")),
    Prefetch("instructions__follow_ups", FollowUp.objects.select_related("agency")),
)


def instructions(output: Output) -> list[Instruction]:
    """批示 → 转办 → 反馈 of a paper; a wrong entry is left out."""
    prefetch_related_objects([output], *_INSTRUCTIONS)
    return [one for one in output.instructions.all() if one.state != InstructionState.VOID]


def instructions_for(output: Output, account: Account, today: date) -> list[Instruction]:
    """As ``visible_instructions``, of one paper whose parts are loaded: the desk reads all, a leader their own."""
    found = instructions(output) if output.state in OUT else []
    if account.holds(*READS_ALL, on=today):
        return found
    return [one for one in found if one.account_id == account.pk]


def adoption(output: Output) -> dict[str, int]:
    """采纳条数/总条数: counted from the advice itself."""
    answers = [one.response for one in output.advice.all()]
    return {
        "total": len(answers),
        "adopted": answers.count(Response.ADOPTED),
        "partly": answers.count(Response.PARTLY),
        "open": answers.count(""),
    }


def agencies_by_use(account: Account, today: date) -> QuerySet[Agency]:
    """Agencies in being, those this account gave an instruction to last first."""
    rows = Agency.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return rows.annotate(
        last=Max("instructions__pk", filter=Q(instructions__account=account), default=0)
    ).order_by("-last", "pk")


# -- what waits, and what is counted ---------------------------------------------------------------------------------
def overdue(today: date) -> QuerySet[FollowUp]:
    """Follow-ups past their day. Asked, not stored: a deadline may be extended with reason."""
    return FollowUp.objects.filter(
        state__in=(FollowUpState.SENT, FollowUpState.TAKEN, FollowUpState.BACK), due_on__lt=today
    )


def delivered(year: int) -> QuerySet[Output]:
    return Output.objects.filter(state__in=OUT, delivered_on__year=year)


def published() -> QuerySet[Output]:
    """Papers the committee made public."""
    return Output.objects.filter(state__in=OUT, published_on__isnull=False)


def instructed(year: int) -> QuerySet[Instruction]:
    return Instruction.objects.filter(given_on__year=year).exclude(state=InstructionState.VOID)


def areas(year: int) -> QuerySet[Option]:
    """咨政方面: the distinct subject areas of what was delivered in a year, of advice and of opinions alike."""
    out = delivered(year).values("pk")
    of_advice = Advice.objects.filter(output__in=out).values("area")
    sources = Link.objects.filter(
        source_type=Opinion.kind(), target_type=Output.kind(), target_id__in=out
    ).values("source_id")
    of_opinions = Opinion.objects.filter(pk__in=sources).exclude(area="").values("area")
    # an area renamed in the middle of a year is one area: its newest entry stands for it
    named = Option.objects.filter(list=AREA).filter(Q(code__in=of_advice) | Q(code__in=of_opinions))
    newest = named.order_by().values("code").annotate(last=Max("pk")).values("last")
    return Option.objects.filter(pk__in=newest)
