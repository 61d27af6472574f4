"""Verbs: object, honour, write a rule book, begin a year's appraisal; the effects of their steps."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from huisheng.kernel import journal
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.once import once
from huisheng.people import posts
from huisheng.people.models import Account, Member
from huisheng.people.posts import holders
from huisheng.people.queries import was_standing
from huisheng.proposals.models import Cosponsor, CosponsorState

from . import appraising, queries
from .credits import Fact, facts
from .models import Appraisal, AppraisalState, Honour, Objection, RuleBook, RuleBookState
from .schemes import SCHEMES


# -- objections ----------------------------------------------------------------------------------------------------------
def ask(member: Member, account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Objection:
    """提出异议. data: about, reason, and of a line: credit, subject_type, subject_id. Raises NotAllowed."""
    if member.pk not in account.places(posts.MEMBER, on=timezone.localdate(at)):
        raise NotAllowed("履职异议须由委员本人提出。")

    def act() -> dict[str, Any]:
        one = Objection.objects.create(member=member, asked_by=account, asked_at=at, changed_at=at, **data)
        entry = journal.write(one, "ask", "提出异议", account=account, at=at, to_state=one.state)
        office = holders([posts.OFFICE], timezone.localdate(at))
        journal.tell(office, f"{member.name}{one}，请答复", key=f"entry:{entry.seq}", at=at, url=one.get_absolute_url(),
                     entry=entry, card="履职异议")  # fmt: skip
        return {"id": one.pk}

    return Objection.objects.get(pk=once(account, key, ["objection", member.pk, data], at, act)["id"])


def answer(objection: Objection, act: Act) -> None:
    objection.answer, objection.answered_on = act.data["answer"], act.today
    objection.save(update_fields=["answer", "answered_on"])


# -- honours -------------------------------------------------------------------------------------------------------------
def enter_honour(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Honour:
    """登记表彰. data: member or person or neither, title, level, given_by, given_on, document."""
    _needs_office(account, at)

    def act() -> dict[str, Any]:
        return {"id": Honour.objects.create(entered_by=account, entered_at=at, **data).pk}

    plain = {name: str(getattr(value, "pk", value)) for name, value in data.items()}
    return Honour.objects.get(pk=once(account, key, ["honour", plain], at, act)["id"])


# -- rule books ----------------------------------------------------------------------------------------------------------
def begin_book(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> RuleBook:
    """拟订办法. data: title, from_year, scheme (a code of SCHEMES, or "" for an empty one)."""
    _needs_office(account, at)
    scheme = SCHEMES.get(data.get("scheme") or "")

    def act() -> dict[str, Any]:
        book = RuleBook.objects.create(
            title=data["title"], from_year=data["from_year"], written_by=account, made_at=at, changed_at=at,
            source=scheme["source"] if scheme else "", content=scheme["content"] if scheme else {},
        )  # fmt: skip
        journal.write(book, "start", "拟订办法", account=account, at=at, to_state=book.state)
        return {"id": book.pk}

    return RuleBook.objects.get(pk=once(account, key, ["rule book", data], at, act)["id"])


def save_book(
    book: RuleBook, account: Account, data: dict[str, Any], *, at: datetime, version: int | None = None
) -> RuleBook:
    """修改办法, while it is a draft. data: title, from_year, source, content."""
    _needs_office(account, at)
    with transaction.atomic():
        book = RuleBook.objects.select_for_update().get(pk=book.pk)
        if book.state != RuleBookState.DRAFT:
            raise WrongState("这份办法已经启用，不能再改。要改的，另拟一份，从以后的年度起用。")
        if version is not None and version != book.version:
            raise Conflict("您打开这一页之后，这份办法改过。请看过最新的内容再改，您写的在下面。")
        for name in ("title", "from_year", "source", "content"):
            setattr(book, name, data[name])
        book.version, book.changed_at, book.written_by = book.version + 1, at, account
        book.save()
        journal.write(book, "write", "修改办法", account=account, at=at, is_inside=True)
    return book


def adopt(book: RuleBook, act: Act) -> None:
    """启用: the words of the book get their fingerprint; from now on they do not change."""
    book.fingerprint = fingerprint(book.content)
    book.save(update_fields=["fingerprint"])
    act.remember(fingerprint=book.fingerprint, from_year=book.from_year)


# -- a year's appraisal --------------------------------------------------------------------------------------------------
def begin(account: Account, year: int, *, at: datetime, key: str = "") -> Appraisal:
    """开始考核. Raises Refused when no rule book is in force, Conflict when the year was begun."""
    _needs_office(account, at)
    book = queries.book_of(year)
    if book is None:
        raise Refused(f"{year}年没有启用的考核办法。请先拟订并启用一份。")

    def act() -> dict[str, Any]:
        if Appraisal.objects.filter(year=year).exists():
            raise Conflict(f"{year}年的考核已经开始，请在列表里打开。")
        made = Appraisal.objects.create(year=year, book=book, made_by=account, made_at=at, changed_at=at)
        journal.write(made, "start", "开始考核", account=account, at=at, to_state=made.state)
        return {"id": made.pk}

    return Appraisal.objects.get(pk=once(account, key, ["appraisal", year], at, act)["id"])


def sheets(year: int, rules: appraising.Rules, members: list[int] | None = None) -> list[appraising.Sheet]:
    """Every appraised member's sheet, in the order of the roster. Five questions, however many members."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    mine: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts(start, end, members):
        mine[fact.member_id].append(fact)
    signers = dict(
        Cosponsor.objects.filter(state=CosponsorState.ACCEPTED, proposal__filed_on__year=year)
        .values_list("proposal").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    people = queries.in_office(start, end)
    if members is not None:
        people = people.filter(pk__in=members)
    standing = set(people.filter(was_standing(end)).values_list("pk", flat=True))
    return [
        appraising.mark(rules, one, mine[one.pk], signers, stands=one.pk in standing)
        for one in people
        if appraising.is_appraised(rules, one, year)
    ]


def sheets_of(appraisal: Appraisal, members: list[int] | None = None) -> list[dict[str, Any]]:
    """The sheets of an appraisal, as sealed, or counted anew as long as it is not; of some members when they are named."""
    if appraisal.state == AppraisalState.SEALED:
        whole: list[dict[str, Any]] = appraisal.sealed["sheets"]
        return whole if members is None else [one for one in whole if one["member"] in set(members)]
    rules = appraising.Rules.read(appraisal.book.content)
    return [plain(one, rules) for one in sheets(appraisal.year, rules, members)]


def seal(appraisal: Appraisal, act: Act) -> None:
    """封存: rules and sheets as they are at this moment, under one fingerprint."""
    rules = appraising.Rules.read(appraisal.book.content)
    appraisal.sealed = {
        "year": appraisal.year,
        "book": {"title": appraisal.book.title, "fingerprint": appraisal.book.fingerprint},
        "sealed_on": act.today.isoformat(),
        "sheets": [plain(one, rules) for one in sheets(appraisal.year, rules)],
    }
    appraisal.fingerprint = fingerprint(appraisal.sealed)
    appraisal.sealed_by, appraisal.sealed_on = act.account, act.today
    appraisal.save(update_fields=["sealed", "fingerprint", "sealed_by", "sealed_on"])
    act.remember(fingerprint=appraisal.fingerprint, edition=appraisal.edition)


def plain(sheet: appraising.Sheet, rules: appraising.Rules) -> dict[str, Any]:
    """A sheet as the seal and the page hold it."""
    return {
        "member": sheet.member.pk,
        "name": sheet.member.name,
        "sector": str(sheet.member.sector or ""),
        "total": appraising.shown(sheet.total),
        "band": sheet.band,
        "sums": [[one.label, appraising.shown(sheet.sums[one.code])] for one in rules.categories],
        "lines": [
            {
                "category": one.item.category,
                "label": one.item.label,
                "count": one.count,
                "points": appraising.shown(one.points),
                "counts": one.counts,
                "facts": [
                    [fact.credit.key, fact.on.isoformat(), fact.record_id, fact.title] for fact in one.facts
                ],
            }
            for one in sheet.lines
            if one.count
        ],
    }


def fingerprint(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def correct(appraisal: Appraisal, act: Act) -> None:
    """另出更正版: the next edition counts anew; this one's seal stands."""
    made = Appraisal.objects.create(
        year=appraisal.year, edition=appraisal.edition + 1, book=appraisal.book, made_by=act.account, made_at=act.at,
        changed_at=act.at,
    )  # fmt: skip
    journal.write(
        made, "start", "另出更正版", account=act.account, at=act.at, to_state=made.state, note=act.note
    )
    act.remember(edition=made.edition)


def _needs_office(account: Account, at: datetime) -> None:
    if not queries.manages(account, timezone.localdate(at)):
        raise NotAllowed("履职管理由政协办公室办理。")
