"""Verbs: the effects of steps, and the acts that move nothing (start, save, inspect, find, rate).

Every effect runs inside the transaction of its step. ``act`` says who, when and with what answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act, perform
from huisheng.kernel.links import Record, link
from huisheng.kernel.models import Counter
from huisheng.kernel.once import once
from huisheng.kernel.store import Upload, keep_upload
from huisheng.outputs import actions as outputs
from huisheng.people import posts
from huisheng.people.models import Account, Body, Member, Membership
from huisheng.people.posts import holders

from . import findable, queries
from . import local_rules as rules
from .models import (
    SCAN,
    Check,
    CheckItem,
    Finding,
    FindingState,
    Hearing,
    HearingOpinion,
    Inspector,
    Monitor,
    MonitorLetter,
    MonitorState,
    Out,
    PaperSheets,
    Rater,
    Rectification,
    Supervision,
    SupervisionState,
    SurveyQuestion,
    SurveyRemarks,
    Tally,
    Unit,
)

WRITABLE = (
    "title", "aspect", "source", "ground", "content", "method", "host", "hides_authors", "starts_on", "ends_on",
)  # fmt: skip


# -- the scheme: acts that move nothing ------------------------------------------------------------------------------
def start(
    account: Account,
    data: dict[str, Any],
    *,
    sources: Sequence[Record] = (),
    at: datetime | None = None,
    key: str = "",
) -> Supervision:
    """拟订监督方案. data: the writable columns and agencies; sources: the records the topic came of."""
    at = at or timezone.now()
    _needs_keeper(account, data.get("host"), at)

    def act() -> dict[str, Any]:
        words = {name: data[name] for name in WRITABLE if name in data}
        one = Supervision.objects.create(made_by=account, made_at=at, changed_at=at, **words)
        one.agencies.set(data["agencies"])
        for source in sources:
            if isinstance(source, MonitorLetter):
                perform(source, "take", account, {"way": "supervision", "supervision": one.pk}, at=at)
            else:
                link(source, one, "列为监督议题", at)
        journal.write(one, "start", "拟订方案", account=account, at=at, to_state=one.state)
        return {"id": one.pk}

    plain = {name: str(value) for name, value in data.items()} | {"from": [_key(one) for one in sources]}
    return Supervision.objects.get(pk=once(account, key, ["supervision", plain], at, act)["id"])


def _key(record: Record) -> list[Any]:
    return [record.kind(), record.pk]


def save_draft(
    supervision: Supervision,
    account: Account,
    data: dict[str, Any],
    at: datetime,
    *,
    sources: Sequence[Record] = (),
    version: int | None = None,
) -> Supervision:
    """Write the scheme in place while nobody has approved it. Raises WrongState when it went on meanwhile."""
    _needs_keeper(account, supervision.host, at)
    _needs_keeper(account, data.get("host"), at)
    with transaction.atomic():
        one = Supervision.objects.select_for_update().get(pk=supervision.pk)
        if one.state != SupervisionState.DRAFT:
            raise WrongState("方案已经报批，不能再改。要改的，请批准人先退回修改。")
        if version is not None and version != one.version:
            raise WrongState("您打开这一页之后，这个方案改过。请看过最新的内容再改，您写的在下面。")
        for name in WRITABLE:
            if name in data:
                setattr(one, name, data[name])
        one.changed_at = at
        one.save()
        one.agencies.set(data["agencies"])
        for source in sources:
            link(source, one, "列为监督议题", at)
        journal.write(one, "revise", "修改方案", account=account, at=at, is_inside=True)
    return one


def _needs_keeper(account: Account, host: Body | None, at: datetime) -> None:
    day = timezone.localdate(at)
    if account.holds(*queries.DESK, on=day):
        return
    if host is None or host.pk not in account.places(posts.CONVENER, on=day):
        raise NotAllowed("拟订监督方案须由政协办公室或组织单位召集人办理。")


# -- the team --------------------------------------------------------------------------------------------------------
def compose(supervision: Supervision, act: Act) -> None:
    """组成监督组: who belongs to a supervised unit is written down as out (回避), with the ground; so is who declared it."""
    leader: Member = act.data["leader"]
    wanted = {one.pk: one for one in (leader, *act.data["members"])}
    found = queries.conflicts(wanted.values(), supervision, act.today)
    rows = {one.member_id: one for one in supervision.team.select_for_update()}
    for pk, row in rows.items():
        if pk not in wanted and row.out == Out.NO:
            row.delete()
    supervision.team.update(is_leader=False)
    out: list[str] = []
    for pk, member in wanted.items():
        row = rows.get(pk) or Inspector(supervision=supervision, member=member)
        if row.out == Out.DECLARED:
            out.append(f"{member.name}：本人申报回避")
            continue
        row.is_leader = pk == leader.pk
        row.out, row.reason, row.out_on = Out.NO, "", None
        if pk in found:
            row.out, row.reason, row.out_on = found[pk][0], found[pk][1][:300], act.today
            row.is_leader = False
            out.append(found[pk][1])
        row.save()
    act.note = f"回避：{'；'.join(out)}" if out else ""
    inside = [member.name for pk, member in wanted.items() if pk not in found]
    act.remember(leader=leader.name, team=inside, out=out)


def recuse(supervision: Supervision, act: Act) -> None:
    """申报回避: the person leaves the team by their own word; what they wrote so far stays."""
    mine = act.account.places(posts.MEMBER, on=act.today)
    supervision.team.filter(member__in=mine, out=Out.NO).update(
        out=Out.DECLARED, is_leader=False, reason=act.note[:300], out_on=act.today
    )


# -- approval, checklist, notice ---------------------------------------------------------------------------------------
def approve(supervision: Supervision, act: Act) -> None:
    supervision.year = act.today.year
    supervision.serial = Counter.next(f"supervision:{act.today.year}")
    supervision.approved_by, supervision.approved_on = act.account, act.today
    supervision.save(update_fields=["year", "serial", "approved_by", "approved_on"])
    findable.put(supervision)
    act.remember(serial=supervision.serial)


def cancel(supervision: Supervision, act: Act) -> None:
    """What was called off is not found any more; its number stays with it."""
    findable.take_out(supervision)


def checklist(supervision: Supervision, act: Act) -> None:
    """编检查清单: an item is known by its words; one that has answers stays, also when its line is gone."""
    wanted: list[tuple[str, str]] = act.data["items"]
    rows = {one.title: one for one in supervision.items.prefetch_related("checks")}
    gone = [one for title, one in rows.items() if title not in dict(wanted)]
    for one in gone:
        if not one.checks.all() and not one.findings.exists():
            one.delete()
    stays = [(one.title, one.expectation) for one in gone if one.pk]
    supervision.items.update(number=F("number") + 10_000)  # out of the way of the new numbers
    for number, (title, expectation) in enumerate([*wanted, *stays], 1):
        kept = rows.get(title) or CheckItem(supervision=supervision, title=title)
        kept.number, kept.expectation = number, expectation
        kept.save()


def notify(supervision: Supervision, act: Act) -> None:
    supervision.notified_on = act.today
    supervision.save(update_fields=["notified_on"])
    for agency in supervision.agencies.order_by("pk"):
        unit, _ = Unit.objects.get_or_create(
            supervision=supervision, agency=agency, defaults={"changed_at": act.at}
        )
        act.follow(unit, "notify", request=act.data["request"])


def notify_unit(unit: Unit, act: Act) -> None:
    unit.request, unit.notified_on = act.data["request"], act.today
    unit.save(update_fields=["request", "notified_on"])


def take(unit: Unit, act: Act) -> None:
    unit.taken_on = act.today
    unit.save(update_fields=["taken_on"])


# -- briefings -----------------------------------------------------------------------------------------------------------
def schedule(supervision: Supervision, act: Act) -> None:
    answers = act.data
    one = _hearing(act.account, supervision, answers, act.at)
    act.remember(hearing=one)


def plan_hearing(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Hearing:
    """安排情况通报 that belongs to no supervision: a standing committee hears a unit by the yearly plan."""
    if not account.holds(*queries.DESK, on=timezone.localdate(at)):
        raise NotAllowed("安排情况通报须由政协办公室办理。")
    plain = {name: str(value) for name, value in data.items()}

    def act() -> dict[str, Any]:
        return {"id": _hearing(account, None, data, at).pk}

    return Hearing.objects.get(pk=once(account, key, ["hearing", plain], at, act)["id"])


def _hearing(
    account: Account, supervision: Supervision | None, data: dict[str, Any], at: datetime
) -> Hearing:
    one = Hearing.objects.create(
        supervision=supervision, agency=data["agency"], subject=data["subject"], planned_on=data["planned_on"],
        gathering=data.get("gathering"), made_by=account, made_at=at, changed_at=at,
    )  # fmt: skip
    if supervision is not None:
        link(supervision, one, "情况通报", at)
    if one.gathering is not None:
        link(one.gathering, one, "听取情况通报", at)
    entry = journal.write(one, "plan", "安排情况通报", account=account, at=at, to_state=one.state)
    day = one.planned_on
    text = f"请于{day.month}月{day.day}日向区政协通报“{one.subject}”，请先报材料"
    journal.tell(
        holders([posts.HANDLER], timezone.localdate(at), agency=one.agency), text, key=f"hearing:{one.pk}", at=at,
        card="情况通报：安排", url=one.get_absolute_url(), entry=entry,
    )  # fmt: skip
    return one


def prepare(hearing: Hearing, act: Act) -> None:
    hearing.presenter, hearing.material = act.data["presenter"], act.data["material"]
    hearing.save(update_fields=["presenter", "material"])
    if act.data.get("file"):
        keep_upload(act.data["file"], hearing, act.account, "material", act.at)


def postpone(hearing: Hearing, act: Act) -> None:
    hearing.planned_on = act.data["planned_on"]
    hearing.save(update_fields=["planned_on"])


def hear(hearing: Hearing, act: Act) -> None:
    hearing.heard_on = act.data["heard_on"]
    hearing.gathering = act.data.get("gathering") or hearing.gathering
    hearing.save(update_fields=["heard_on", "gathering"])
    if hearing.gathering is not None:
        link(hearing.gathering, hearing, "听取情况通报", act.at)


def collect(hearing: Hearing, act: Act) -> None:
    """A member's words are theirs; the office notes for whom it writes."""
    is_office = act.account.holds(posts.OFFICE, on=act.today)
    said_by = act.data["said_by"] if is_office else act.account.name
    first = queries.next_number(hearing.opinions.all())
    HearingOpinion.objects.bulk_create(
        HearingOpinion(hearing=hearing, number=number, content=words, said_by=said_by, account=act.account)
        for number, words in enumerate(act.data["opinions"], first)
    )


def send_opinions(hearing: Hearing, act: Act) -> None:
    hearing.sent_on, hearing.due_on = act.today, local.deadline(rules.ANSWER, act.today).due_on
    hearing.save(update_fields=["sent_on", "due_on"])
    act.remember(opinions=hearing.opinions.count(), due_on=str(hearing.due_on))


def answer(hearing: Hearing, act: Act) -> None:
    for one in hearing.opinions.all():
        one.answer = act.data[f"answer_{one.pk}"]
        one.save(update_fields=["answer"])
    hearing.answered_on = act.today
    hearing.save(update_fields=["answered_on"])


# -- field work ------------------------------------------------------------------------------------------------------------
MOST_PHOTOS = 6


def on_team(supervision: Supervision, account: Account, today: date) -> bool:
    members = account.places(posts.MEMBER, on=today)
    return supervision.team.filter(member__in=members, out=Out.NO).exists()


def inspect(
    item: CheckItem,
    account: Account,
    answers: dict[str, Any],
    uploads: Sequence[Upload],
    *,
    at: datetime,
    seen_at: datetime | None = None,
    base: int | None = None,
    key: str = "",
) -> Check:
    """One inspector's answer to one item, from the page or from a phone that was without network.

    answers: result, note, place. base: the version of the own answer this one was written over (0: none was known); a
    newer one here means that the same person wrote from another phone: Conflict, and the phone keeps both to choose from.
    """
    digest = [[one.verdict.sha256, one.verdict.safe_name] for one in uploads]
    words = [answers["result"], answers["note"], answers["place"]]

    def act() -> dict[str, Any]:
        supervision = Supervision.objects.select_for_update().get(pk=item.supervision_id)
        _may_inspect(supervision, account, timezone.localdate(at))
        check = Check.objects.filter(item=item, account=account).first()
        if base is not None and base != (check.version if check else 0):
            raise Conflict("这一项您在别处已经写过，两份都在。请比一比，留下要用的一份。")
        check = check or Check(item=item, account=account, name=account.name, version=0)
        check.result, check.note, check.place = words
        check.version += 1
        check.seen_at, check.received_at = _believed(seen_at, at), at
        check.save()
        if len(uploads) > MOST_PHOTOS:
            raise Refused(f"一次最多传{MOST_PHOTOS}张照片。")
        for one in uploads:
            keep_upload(one, check, account, "photo", at)
        journal.write(
            supervision, "inspect", "检查", account=account, at=at, is_inside=True, note=f"第{item.number}项：{check.get_result_display()}",
            data={"item": item.pk, "result": check.result, "note": check.note, "place": check.place,
                  "version": check.version, "photos": digest},
        )  # fmt: skip
        return {"id": check.pk, "version": check.version}

    result = once(account, key, ["check", item.pk, words, base, digest], at, act)
    return Check.objects.get(pk=result["id"])


def _believed(seen_at: datetime | None, at: datetime) -> datetime:
    """A phone's clock is believed when it lies within the last year; else it is now."""
    return seen_at if seen_at is not None and timedelta() <= at - seen_at <= timedelta(days=366) else at


def _may_inspect(supervision: Supervision, account: Account, today: date) -> None:
    if not on_team(supervision, account, today):
        raise NotAllowed("检查须由监督组成员办理。")
    if supervision.state != SupervisionState.RUNNING:
        raise WrongState("现场检查已经结束，这一项没有记上。您写的还在这里，请告诉组长。")


def choose(supervision: Supervision, act: Act) -> None:
    """选定检查结果: both answers stay; which one stands is the leader's word."""
    check: Check = act.data["check"]
    check.item.chosen = check
    check.item.save(update_fields=["chosen"])


# -- findings --------------------------------------------------------------------------------------------------------------
def find(
    supervision: Supervision,
    account: Account,
    data: dict[str, Any],
    *,
    item: CheckItem | None = None,
    at: datetime,
    key: str = "",
) -> Finding:
    """列入问题. data: agency, content, basis, advice; item: where it was seen."""
    plain = {name: str(value) for name, value in data.items()}

    def act() -> dict[str, Any]:
        one = Supervision.objects.select_for_update().get(pk=supervision.pk)
        if not on_team(one, account, timezone.localdate(at)):
            raise NotAllowed("列入问题须由监督组成员办理。")
        if one.state != SupervisionState.RUNNING:
            raise WrongState("问题清单已经形成，不能再列入。要加的，请先退回补查。")
        found = Finding.objects.create(
            supervision=one, item=item, number=queries.next_number(one.findings.all()), found_by=account,
            found_on=timezone.localdate(at), changed_at=at, **data,
        )  # fmt: skip
        journal.write(
            found, "find", "列入问题清单", account=account, at=at, to_state=found.state, is_inside=True
        )
        return {"id": found.pk}

    payload = ["finding", supervision.pk, item.pk if item else 0, plain]
    return Finding.objects.get(pk=once(account, key, payload, at, act)["id"])


def revise(finding: Finding, act: Act) -> None:
    for name in ("agency", "content", "basis", "advice"):
        setattr(finding, name, act.data[name])
    finding.save(update_fields=["agency", "content", "basis", "advice"])


def list_findings(supervision: Supervision, act: Act) -> None:
    act.remember(findings=supervision.findings.filter(state=FindingState.LISTED).count())


def opine(supervision: Supervision, act: Act) -> None:
    """起草监督意见: an output of its kind, written from the list; from here it goes its own way (核稿、签发、报送、批示、转办)."""
    data = {"type": act.data["type"], "title": act.data["title"], "content": opinion_text(supervision, act.today),
            "body": supervision.host}  # fmt: skip
    output = outputs.start(act.account, data, at=act.at)
    supervision.output = output
    supervision.save(update_fields=["output"])
    link(supervision, output, "形成监督意见", act.at)
    act.remember(output=output)


def opinion_text(supervision: Supervision, today: date) -> str:
    """What the paper begins with. No name of the team stands in it where the authors are hidden."""
    names = "、".join(str(one) for one in supervision.agencies.order_by("pk"))
    begun, ended = supervision.starts_on, supervision.ends_on
    who = "区政协组成监督组"
    if not supervision.hides_authors and (leader := queries.leader_of(supervision)):
        who = f"区政协组成以{leader.member.name}为组长的监督组"
    parts = [
        f"{begun.year}年{begun.month}月{begun.day}日至{ended.month}月{ended.day}日，{who}，就{supervision.title}对{names}开展{supervision.aspect_label}。"
    ]
    rows = list(supervision.findings.filter(state=FindingState.LISTED).select_related("agency"))
    if rows:
        parts.append(f"发现的问题（{len(rows)}项）：")
        parts += [f"{one.number}．（{one.agency}）{one.content}{_basis(one)}" for one in rows]
    if advice := [one.advice for one in rows if one.advice]:
        parts.append("监督意见：")
        parts += [f"{number}．{words}" for number, words in enumerate(advice, 1)]
    return "\n".join(parts + survey_lines(supervision, today))


def survey_lines(supervision: Supervision, today: date) -> list[str]:
    """民主评议结果 in words, each count with its denominator; nothing while it is not shown."""
    survey = queries.survey_of(supervision, today)
    if survey is None or not survey.lines:
        return []
    said = [f"民主评议结果（发出问卷{survey.asked}份，收回{survey.answered}份）："]
    for one in survey.lines:
        counts = "，".join(f"{label}{count}份" for label, count in one.counts)
        said.append(f"{one.question.number}．{one.question.text}：有效{one.total}份，{counts}。")
    return said


def _basis(finding: Finding) -> str:
    return f"（依据：{finding.basis}）" if finding.basis else ""


def send(supervision: Supervision, act: Act) -> None:
    """送达监督意见: each unit gets its own findings and nothing else."""
    supervision.sent_on = act.today
    supervision.save(update_fields=["sent_on"])
    rows = list(supervision.findings.filter(state=FindingState.LISTED).order_by("number"))
    for one in rows:
        act.follow(one, "send")
    act.remember(findings=len(rows))


def finding_fingerprint(finding: Finding) -> str:
    parts = (str(finding.agency_id), finding.content, finding.basis, finding.advice)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def send_finding(finding: Finding, act: Act) -> None:
    finding.sent_on, finding.due_on = act.today, local.deadline(rules.PLAN, act.today).due_on
    finding.fingerprint = finding_fingerprint(finding)
    finding.save(update_fields=["sent_on", "due_on", "fingerprint"])
    act.remember(fingerprint=finding.fingerprint, due_on=str(finding.due_on))


def plan(finding: Finding, act: Act) -> None:
    """报整改措施: what, who and by when; the first round."""
    answers = act.data
    Rectification.objects.create(
        finding=finding, round=1, what=answers["what"], who=answers["who"], due_on=answers["due_on"],
        planned_on=act.today,
    )  # fmt: skip
    finding.due_on = answers["due_on"]
    finding.save(update_fields=["due_on"])


def replan(finding: Finding, act: Act) -> None:
    last = _round(finding)
    last.what, last.who = act.data["what"], act.data["who"]
    last.save(update_fields=["what", "who"])


def extend(finding: Finding, act: Act) -> None:
    day: date = act.data["due_on"]
    finding.extensions = [
        *finding.extensions,
        {"due": str(day), "before": str(finding.due_on), "reason": act.note},
    ]
    finding.due_on = day
    finding.save(update_fields=["extensions", "due_on"])
    if finding.state == FindingState.PLANNED:
        last = _round(finding)
        last.due_on = day
        last.save(update_fields=["due_on"])


def report(finding: Finding, act: Act) -> None:
    last = _round(finding)
    last.report, last.reported_on = act.data["report"], act.today
    last.save(update_fields=["report", "reported_on"])
    if act.data.get("file"):
        keep_upload(act.data["file"], last, act.account, "evidence", act.at)
    act.remember(round=last.round, report=hashlib.sha256(last.report.encode()).hexdigest())


def passed(finding: Finding, act: Act) -> None:
    """回头看通过: the finding is closed."""
    last = _looked(finding, act, passed=True)
    finding.closed_on = act.today
    finding.save(update_fields=["closed_on"])
    act.remember(round=last.round)


def failed(finding: Finding, act: Act) -> None:
    """回头看未通过: back to the unit with a new day; this round stays as it is and the next one begins."""
    last = _looked(finding, act, passed=False)
    day: date = act.data["due_on"]
    Rectification.objects.create(
        finding=finding, round=last.round + 1, what=last.what, who=last.who, due_on=day, planned_on=act.today
    )
    finding.due_on = day
    finding.save(update_fields=["due_on"])
    act.remember(round=last.round)


def _round(finding: Finding) -> Rectification:
    last = queries.latest(finding)
    if last is None:
        raise Refused("这个问题还没有整改措施。")
    return last


def _looked(finding: Finding, act: Act, *, passed: bool) -> Rectification:
    last = _round(finding)
    last.passed, last.looked_by, last.looked_on = passed, act.account, act.data["looked_on"]
    last.seen = act.data["seen"]
    last.save(update_fields=["passed", "looked_by", "looked_on", "seen"])
    act.note = last.seen
    return last


# -- closing and the public note ---------------------------------------------------------------------------------------------
def close(supervision: Supervision, act: Act) -> None:
    supervision.conclusion, supervision.closed_on = act.data["conclusion"], act.today
    supervision.save(update_fields=["conclusion", "closed_on"])
    findable.put(supervision)


def publish(supervision: Supervision, act: Act) -> None:
    supervision.public_note, supervision.published_on = act.data["public_note"], act.today
    supervision.save(update_fields=["public_note", "published_on"])
    findable.put(supervision)


def unpublish(supervision: Supervision, act: Act) -> None:
    supervision.published_on = None
    supervision.save(update_fields=["published_on"])


# -- 民主评议 -------------------------------------------------------------------------------------------------------------------
def open_survey(supervision: Supervision, act: Act) -> None:
    """发评议问卷: one sheet for every member of the bodies, those who must be out left out; counts begin at nought."""
    supervision.survey_ends_on = act.data["ends_on"]
    supervision.save(update_fields=["survey_ends_on"])
    answers = [one.code for one in local.options(rules.RATE, act.today)]
    for number, text in enumerate(act.data["questions"], 1):
        question = SurveyQuestion.objects.create(supervision=supervision, number=number, text=text)
        Tally.objects.bulk_create(Tally(question=question, answer=code) for code in answers)
    members = _seated(act.data["bodies"], act.today)
    out = set(queries.conflicts(members, supervision, act.today))
    out |= set(supervision.team.exclude(out=Out.NO).values_list("member", flat=True))
    asked = [one for one in members if one.pk not in out]
    if not asked:
        raise Refused("选的机构里没有可以评议的委员。请另选机构。")
    Rater.objects.bulk_create(Rater(supervision=supervision, member=one) for one in asked)
    accounts = Account.objects.filter(
        is_active=True, posts__kind=posts.MEMBER, posts__member__in=[one.pk for one in asked]
    )
    act.tell(accounts.distinct(), f"请您评议：{supervision.title}", sheet_url(supervision))
    act.remember(asked=len(asked))


def sheet_url(supervision: Supervision) -> str:
    return reverse("supervision:rate", args=[supervision.pk])


def _seated(bodies: Iterable[Body], today: date) -> list[Member]:
    seats = Membership.objects.filter(body__in=list(bodies), starts_on__lte=today).exclude(ends_on__lt=today)
    return list(
        Member.objects.filter(pk__in=seats.values("member")).exclude(ends_on__lt=today).order_by("pk")
    )


def enter_sheets(supervision: Supervision, act: Act) -> None:
    """登记纸质问卷: the counts of all that came back on paper; what was entered before is replaced, not added to."""
    form = act.data
    Tally.objects.filter(question__supervision=supervision).update(paper=0)
    for question in supervision.questions.all():
        for tally in question.tallies.all():
            tally.paper = form.get(f"t_{tally.pk}") or 0
            tally.save(update_fields=["paper"])
    PaperSheets.objects.update_or_create(
        supervision=supervision,
        defaults={
            "sent": form["sent"], "sheets": form["sheets"], "texts": sorted(form["texts"]),
            "entered_by": act.account, "entered_at": act.at,
        },
    )  # fmt: skip
    if form.get("file"):
        keep_upload(form["file"], supervision, act.account, SCAN, act.at)
    act.note = f"发出{form['sent']}份，收回{form['sheets']}份"


def end_survey(supervision: Supervision, act: Act) -> None:
    supervision.survey_ends_on = act.today - timedelta(days=1)
    supervision.save(update_fields=["survey_ends_on"])


def rate(
    supervision: Supervision,
    account: Account,
    answers: dict[int, str],
    remark: str = "",
    *,
    at: datetime,
    key: str = "",
) -> None:
    """交评议问卷. What was answered goes into the counts, the remark among the others in the order of their words, and
    nowhere else: neither the journal nor the key of the form remembers it, and the sheet keeps only that it came in."""

    def act() -> dict[str, Any]:
        rater = queries.sheet_of(supervision.pk, account, timezone.localdate(at))
        if rater is None:
            raise Refused("评议已经截止，或者您不在评议人名单里。")
        rater = Rater.objects.select_for_update().get(pk=rater.pk)
        if rater.has_answered:
            raise Refused("您的问卷已经交过了。")
        rater.has_answered = True
        rater.save(update_fields=["has_answered"])
        for question in supervision.questions.all():
            if not question.tallies.filter(answer=answers.get(question.pk)).update(count=F("count") + 1):
                raise Refused(f"第{question.number}题还没有选。")
        if remark:
            SurveyRemarks.objects.get_or_create(supervision=supervision)
            kept = SurveyRemarks.objects.select_for_update().get(supervision=supervision)
            kept.texts = sorted([*kept.texts, remark])
            kept.save(update_fields=["texts"])
        return {"done": True}

    once(account, key, ["sheet", supervision.pk], at, act)


# -- monitors ------------------------------------------------------------------------------------------------------------------
def appoint(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Monitor:
    """委派、聘请民主监督员. data: member, agency, way, certificate, starts_on, ends_on. Nobody supervises the unit they work in."""
    today = timezone.localdate(at)
    if not account.holds(*queries.DESK, on=today):
        raise NotAllowed("委派、聘请民主监督员须由政协办公室办理。")
    plain = {name: str(value) for name, value in data.items()}

    def act() -> dict[str, Any]:
        member, agency = data["member"], data["agency"]
        if queries.works_at(member, agency, today):
            raise Refused(f"{member.name}是{agency}的人，不能担任本单位的监督员。")
        rows = Monitor.objects.filter(member=member, agency=agency)
        if rows.filter(state=MonitorState.IN_POST).exists():
            raise Refused(f"{member.name}已经是{agency}的民主监督员。要延长任期的，请用“续任”。")
        one = Monitor.objects.create(
            **data, term=rows.count() + 1, made_by=account, made_at=at, changed_at=at
        )
        journal.write(one, "appoint", one.way_label or "委派", account=account, at=at, to_state=one.state)
        who = holders([posts.MEMBER], today, member=member) | holders([posts.HANDLER], today, agency=agency)
        text = f"{member.name}任{agency}民主监督员，任期到{data['ends_on']:%Y年%-m月%-d日}"
        journal.tell(
            who, text, key=f"monitor:{one.pk}", at=at, url=one.get_absolute_url(), card="民主监督员：委派聘请"
        )
        return {"id": one.pk}

    return Monitor.objects.get(pk=once(account, key, ["monitor", plain], at, act)["id"])


def renew(monitor: Monitor, act: Act) -> None:
    monitor.term, monitor.ends_on = monitor.term + 1, act.data["ends_on"]
    monitor.save(update_fields=["term", "ends_on"])


def end_post(monitor: Monitor, act: Act) -> None:
    monitor.ended_on = act.today
    monitor.save(update_fields=["ended_on"])
