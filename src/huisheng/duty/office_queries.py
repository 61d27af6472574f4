"""Questions of 机关平时考核: who reads which, what the period is, and whether the share of the best grade is kept."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from huisheng.kernel import local
from huisheng.people import posts
from huisheng.people.models import Account, Post

from . import office_local_rules as rules
from .models_office import SEALED, OfficePeriod, OfficeReview, OfficeReviewState

ROOM = (*posts.STAFF_KINDS, posts.LINE_LEADER, posts.OFFICE_HEAD)
# while the line leader of today has to do with it; afterwards only who gave the grade
UNDECIDED = (OfficeReviewState.DRAFT, OfficeReviewState.SUBMITTED, OfficeReviewState.GRADED)


def visible_to(account: Account, today: date) -> QuerySet[OfficeReview]:
    """The person their own; the line leader and whoever confirms what was handed in. Nobody else, also not the rest of
    the office, the chair or the administrators."""
    if not account.is_active:
        return OfficeReview.objects.none()
    handed_in = Q(submitted_at__isnull=False)
    seen = Q(staff=account) | Q(graded_by=account)
    if led := account.places(posts.LINE_LEADER, on=today):
        seen |= handed_in & Q(staff__in=led, state__in=UNDECIDED)
    if account.holds(posts.OFFICE_HEAD, on=today):
        seen |= handed_in
    return OfficeReview.objects.filter(seen).select_related("period", "staff")


def reads_words(review: OfficeReview, account: Account) -> bool:
    """A summary that is being written, or written again, is its writer's alone."""
    return review.staff_id == account.pk or review.state != OfficeReviewState.DRAFT


def shows_grade(review: OfficeReview, account: Account) -> bool:
    """Grade and words are shown to the person when they are confirmed, to those who decide from the day they are given."""
    return review.is_sealed or (bool(review.grade) and review.staff_id != account.pk)


def shows_returned(review: OfficeReview, account: Account) -> bool:
    """Why it was given back is for whoever is to write again: the person a draft, the line leader the grade."""
    is_draft = review.state == OfficeReviewState.DRAFT
    return bool(review.returned) and (review.staff_id == account.pk) == is_draft


# -- periods -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Span:
    """The days of a period that is not begun yet, and how it is called."""

    title: str
    starts_on: date
    ends_on: date


_NAMES = {1: "{year}年{n}月", 3: "{year}年第{chinese}季度", 6: "{year}年{half}半年", 12: "{year}年"}


def span_of(day: date, begun: list[OfficePeriod] | None = None) -> Span:
    """The period a day falls into by the rule in force on it; one that has begun keeps its days, and none overlap.

    begun: the periods of these years, where they are known already.
    """
    begun = _around(day) if begun is None else begun
    for one in begun:
        if one.starts_on <= day <= one.ends_on:
            return Span(one.title, one.starts_on, one.ends_on)
    months = int(local.rule(rules.MONTHS, day))
    n = (day.month - 1) // months
    first, last = n * months + 1, (n + 1) * months
    start, end = date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])
    before = [one.ends_on for one in begun if start <= one.ends_on < day]
    after = [one.starts_on for one in begun if day < one.starts_on <= end]
    if before or after:
        start = max(before) + timedelta(days=1) if before else start
        end = min(after) - timedelta(days=1) if after else end
        return Span(f"{start.year}年{start.month}月至{end.month}月", start, end)
    title = _NAMES[months].format(year=day.year, n=n + 1, chinese="一二三四"[n % 4], half="上下"[n % 2])
    return Span(title, start, end)


def _around(day: date) -> list[OfficePeriod]:
    year = timedelta(days=366)
    return list(OfficePeriod.objects.filter(ends_on__gte=day - 2 * year, starts_on__lte=day + year))


def recent_spans(today: date) -> list[Span]:
    """The period before the running one, and that. One question."""
    begun = _around(today)
    running = span_of(today, begun)
    return [span_of(running.starts_on - timedelta(days=1), begun), running]


def to_write(account: Account, today: date, spans: list[Span] | None = None) -> list[Span]:
    """The periods somebody may begin a summary of: those of these days that they have not begun."""
    if not account.holds(*posts.STAFF_KINDS, on=today):
        return []
    spans = recent_spans(today) if spans is None else spans
    begun = set(
        OfficeReview.objects.filter(staff=account, period__starts_on__in=[one.starts_on for one in spans])
        .values_list("period__starts_on", flat=True)
    )  # fmt: skip
    since = min(post.starts_on for post in account.posts_held if post.kind in posts.STAFF_KINDS)
    return [one for one in spans if one.starts_on not in begun and one.ends_on >= since]


def staff_of(start: date, end: date) -> QuerySet[Account]:
    """Who held a post of the office in a period, in office order."""
    held = Post.objects.filter(kind__in=posts.STAFF_KINDS, starts_on__lte=end).filter(
        Q(ends_on=None) | Q(ends_on__gte=start)
    )
    return Account.objects.filter(is_active=True, pk__in=held.values("account")).order_by("pk")


def led_in(start: date, end: date) -> QuerySet[Account]:
    """Those of them who had a line leader: whom nobody in the office leads is appraised elsewhere."""
    led = Post.objects.filter(kind=posts.LINE_LEADER, starts_on__lte=end).filter(
        Q(ends_on=None) | Q(ends_on__gte=start)
    )
    return staff_of(start, end).filter(pk__in=led.values("staff"))


def post_of(account: Account, start: date, end: date) -> str:
    held = [
        post.label
        for post in account.posts_held
        if post.kind in posts.STAFF_KINDS and post.starts_on <= end and (post.ends_on is None or post.ends_on >= start)
    ]  # fmt: skip
    return "、".join(dict.fromkeys(held))[:120]


# -- the share ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Share:
    """“好”不超过百分之几: of how many graded, how many may have it, and who has it for good."""

    period: OfficePeriod
    percent: int
    graded: int
    most: int
    holders: list[OfficeReview]

    @property
    def is_full(self) -> bool:
        return len(self.holders) >= self.most


def limited_grades() -> list[str]:
    return [one.code for one in local.options(rules.GRADE) if one.data.get("limited")]


def share_of(period: OfficePeriod) -> Share:
    """One question. The rule is that of the period's last day, so that a later one changes no past quarter."""
    given = OfficeReview.objects.filter(period=period, state__in=(OfficeReviewState.GRADED, *SEALED))
    graded = list(given.exclude(grade="").select_related("staff").order_by("staff"))
    percent = min(100, int(local.rule(rules.SHARE, period.ends_on)))
    limited = limited_grades()
    has = [one for one in graded if one.is_sealed and one.grade in limited]
    return Share(period, percent, len(graded), len(graded) * percent // 100, has)


def over_share(review: OfficeReview, account: Account, today: date) -> str:
    """ "" or the sentence that one more “好” would be one too many; names only for whoever may see their records."""
    if review.grade not in limited_grades():
        return ""
    share = share_of(review.period)
    if not share.is_full:
        return ""
    seen = set(visible_to(account, today).filter(period=review.period).values_list("pk", flat=True))
    names = "、".join(one.staff.name for one in share.holders if one.pk in seen)
    has = f"，已有{len(share.holders)}人：{names}" if names else f"，已有{len(share.holders)}人"
    return (
        f"“{review.grade_label}”最多占{share.percent}%：{review.period}已评鉴{share.graded}人，最多{share.most}人"
        f"{has if share.holders else ''}。请等其他人评鉴以后再审定，或退回重评。"
    )
