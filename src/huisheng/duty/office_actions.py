"""Verbs of 机关平时考核: begin a period, write the summary; the effects of the steps; the seal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.once import once
from huisheng.people import posts
from huisheng.people.models import Account

from . import office_local_rules as rules
from . import office_queries as queries
from . import office_work
from .actions import fingerprint
from .models_office import OfficePeriod, OfficeReview, OfficeReviewState


# -- begin and write ---------------------------------------------------------------------------------------------------
def begin(account: Account, span: queries.Span, *, at: datetime, key: str = "") -> OfficeReview:
    """写小结: the person begins their own record of a period. Raises NotAllowed; a second time gives the first."""
    if span not in queries.to_write(account, timezone.localdate(at)):
        found = OfficeReview.objects.filter(staff=account, period__starts_on=span.starts_on).first()
        if found is None:
            raise NotAllowed("平时考核的小结由机关人员本人写，写这一期或上一期的。")
        return found

    def act() -> dict[str, Any]:
        return {"id": _begin(_period(span), account, account, at).pk}

    done = once(account, key, ["office review", str(span.starts_on)], at, act)
    return OfficeReview.objects.get(pk=done["id"])


def begin_all(account: Account, span: queries.Span, *, at: datetime, key: str = "") -> int:
    """开始一期: the head begins it for everybody of the office who has a line leader and has not begun it; they find it among what waits for
    them. Returns how many."""
    if not account.holds(posts.OFFICE_HEAD, on=timezone.localdate(at)):
        raise NotAllowed("一期平时考核由机关负责人开始。")

    def act() -> dict[str, Any]:
        period = _period(span)
        begun = set(period.reviews.values_list("staff", flat=True))
        people = [one for one in queries.led_in(span.starts_on, span.ends_on) if one.pk not in begun]
        for one in people:
            review = _begin(period, one, account, at)
            journal.tell([one], f"{review}开始了，请写个人小结", key=f"office:{review.pk}", at=at,
                         url=review.get_absolute_url(), card="机关平时考核")  # fmt: skip
        return {"n": len(people)}

    return int(once(account, key, ["office reviews", str(span.starts_on)], at, act)["n"])


def _period(span: queries.Span) -> OfficePeriod:
    return OfficePeriod.objects.get_or_create(
        starts_on=span.starts_on, defaults={"title": span.title, "ends_on": span.ends_on}
    )[0]


def _begin(period: OfficePeriod, staff: Account, account: Account, at: datetime) -> OfficeReview:
    review, is_new = OfficeReview.objects.get_or_create(
        period=period, staff=staff,
        defaults={"post": queries.post_of(staff, period.starts_on, period.ends_on), "made_at": at, "changed_at": at},
    )  # fmt: skip
    if is_new:
        journal.write(review, "start", "开始", account=account, at=at, to_state=review.state)
    return review


def save_summary(
    review: OfficeReview, account: Account, text: str, *, at: datetime, version: int | None = None
) -> OfficeReview:
    """写小结, while it is a draft. Raises NotAllowed, WrongState, Conflict."""
    if review.staff_id != account.pk:
        raise NotAllowed("小结由本人写。")
    with transaction.atomic():
        review = OfficeReview.objects.select_for_update().get(pk=review.pk)
        if review.state != OfficeReviewState.DRAFT:
            raise WrongState(f"现在是“{review.get_state_display()}”，小结不能再改。")
        if version is not None and version != review.version:
            raise Conflict("您打开这一页之后，小结在别处改过。请看过最新的内容再存，您写的在下面。")
        review.summary, review.version, review.changed_at = text, review.version + 1, at
        review.save(update_fields=["summary", "version", "changed_at"])
        journal.write(review, "write", "写小结", account=account, at=at)
    return review


# -- effects -----------------------------------------------------------------------------------------------------------
def submit(review: OfficeReview, act: Act) -> None:
    review.submitted_at, review.returned = act.at, ""
    review.save(update_fields=["submitted_at", "returned"])


def grade(review: OfficeReview, act: Act) -> None:
    review.grade, review.words, review.returned = act.data["grade"], act.data["words"], ""
    review.graded_by, review.graded_on = act.account, act.today
    review.save(update_fields=["grade", "words", "returned", "graded_by", "graded_on"])


def give_back(review: OfficeReview, act: Act) -> None:
    review.returned = act.data["words"]
    review.save(update_fields=["returned"])


def send_back(review: OfficeReview, act: Act) -> None:
    """退回重评: the grade is gone; the line leader's words stay to be written on."""
    review.returned, review.grade, review.graded_by, review.graded_on = act.data["words"], "", None, None
    review.save(update_fields=["returned", "grade", "graded_by", "graded_on"])


def confirm(review: OfficeReview, act: Act) -> None:
    """审定: the share is asked once more with the period locked, so that two heads at once do not both give the last “好”."""
    OfficePeriod.objects.select_for_update().get(pk=review.period_id)
    if said := queries.over_share(review, act.account, act.today):
        raise Refused(said)
    review.confirmed_by, review.confirmed_on = act.account, act.today
    review.sealed = content(review)
    review.fingerprint = fingerprint(review.sealed)
    review.save(update_fields=["confirmed_by", "confirmed_on", "sealed", "fingerprint"])
    act.remember(fingerprint=review.fingerprint)


def content(review: OfficeReview) -> dict[str, Any]:
    """What is sealed: everything the grade stands on, in words. Of the work only how many of what; titles stay where they are."""
    period = review.period
    study = office_work.study_of(review.staff, period.starts_on, period.ends_on)
    return {
        "period": [period.title, period.starts_on.isoformat(), period.ends_on.isoformat()],
        "staff": review.staff.name,
        "post": review.post,
        "summary": review.summary,
        "work": [list(one) for one in office_work.tally(review.staff, period.starts_on, period.ends_on)],
        "study": [[one.on.isoformat(), one.title, str(one.hours)] for one in study],
        "grade": [review.grade, local.label_of(rules.GRADE, review.grade)],
        "words": review.words,
        "graded": [review.graded_by.name if review.graded_by else "", str(review.graded_on)],
        "confirmed": [review.confirmed_by.name if review.confirmed_by else "", str(review.confirmed_on)],
    }


def answer(review: OfficeReview, act: Act) -> None:
    """本人说明: stands beside the seal, under a fingerprint of its own in the journal."""
    review.answer, review.answered_on = act.data["words"], act.today
    review.save(update_fields=["answer", "answered_on"])
    act.remember(fingerprint=fingerprint_of_answer(review))


def fingerprint_of_answer(review: OfficeReview) -> str:
    return fingerprint([review.fingerprint, review.answer])
