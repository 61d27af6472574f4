"""Verbs: the effects of steps, and the acts that move nothing (bring a topic, write the plan, set up research).

Every effect runs inside the transaction of its step. ``act`` says who, when and with what answers.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import journal
from huisheng.kernel.errors import Invalid, NotAllowed, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.once import once
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs import actions as papers
from huisheng.outputs.models import Kind, Output
from huisheng.people import posts
from huisheng.people.models import Account, Body, BodyKind, Post
from huisheng.people.posts import holders
from huisheng.proposals.models import Proposal

from . import findable, queries
from .models import (
    WORKING,
    FieldNote,
    Line,
    LineState,
    Plan,
    PlanState,
    PlanVersion,
    ReportVersion,
    Research,
    ResearchState,
    Subject,
)

COLUMNS = ("title", "tier", "form", "month", "leader", "body", "participants")
MANY = ("partners", "agencies")
SWAP = 32000  # a number no line has, while two lines change places


def sealed(*parts: Any) -> str:
    """What seals words: their fingerprint."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# -- topics ------------------------------------------------------------------------------------------------------------
def bring(
    account: Account,
    data: dict[str, Any],
    *,
    of: Lead | Opinion | Proposal | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Subject:
    """提议题. data: title, reason, form, year, body; of the office also source, member, agency, name.
    of: the lead, opinion or proposal it was taken from; both then know of each other."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    words = {**data, **_brought_by(account, data, today)}
    if of is not None and not account.holds(*queries.INTAKE, on=today):
        raise NotAllowed("把线索、社情民意、提案列为议题须由政协办公室或信息编辑办理。")

    def act() -> dict[str, Any]:
        subject = Subject(made_by=account, made_at=at, changed_at=at, **words)
        if of is not None:
            setattr(subject, of._meta.model_name or "", of)
        subject.fingerprint = sealed(subject.title, subject.reason)
        subject.save()
        entry = journal.write(subject, "bring", "提出", account=account, at=at, to_state=subject.state,
                              data={"fingerprint": subject.fingerprint})  # fmt: skip
        if of is not None:
            link(of, subject, "列为议题", at)
            journal.write(
                of, "take_up", "列为协商议题", account=account, at=at, note=str(subject), is_inside=True
            )
        findable.put(subject)
        others = holders([posts.OFFICE], today).exclude(pk=account.pk)
        journal.tell(others, f"有人提出协商议题《{subject}》，请筛选", key=f"subject:{subject.pk}", at=at, card="新的协商议题",
                     url=subject.get_absolute_url(), entry=entry)  # fmt: skip
        return {"id": subject.pk}

    plain = {name: str(value) for name, value in words.items()}
    payload = ["subject", plain, [of.kind(), of.pk] if of is not None else []]
    return Subject.objects.get(pk=once(account, key, payload, at, act)["id"])


# whose topic it is when a body brings it
SOURCES = {
    BodyKind.COMMITTEE: "committee", BodyKind.SECTOR: "sector", BodyKind.TOWN: "town", BodyKind.PARTY: "party",
    BodyKind.GROUP: "party", BodyKind.TEAM: "member",
}  # fmt: skip


def _brought_by(account: Account, data: dict[str, Any], today: Any) -> dict[str, Any]:
    """Who stands under the topic: what the office says, else the person's own seat or body."""
    if account.holds(*queries.INTAKE, on=today):
        return {}
    body: Body | None = data.get("body")
    if body is not None and body.pk in account.places(posts.CONVENER, on=today):
        return {"source": SOURCES[BodyKind(body.kind)]}
    members = account.places(posts.MEMBER, on=today)
    if body is None and members:
        return {"source": "member", "member_id": min(members)}
    raise NotAllowed("提协商议题须由委员、召集人或政协办公室办理。")


def check_bringer(account: Account, at: datetime) -> None:
    """Raises NotAllowed for who can bring no topic at all."""
    if not account.holds(*queries.BRINGS, on=timezone.localdate(at)):
        raise NotAllowed("提协商议题须由委员、召集人或政协办公室办理。")


def merge(subject: Subject, act: Act) -> None:
    into: Subject = act.data["into"]
    subject.merged_into = into
    subject.save(update_fields=["merged_into"])
    link(subject, into, "并入", act.at)


def reopen_subject(subject: Subject, act: Act) -> None:
    subject.merged_into = None
    subject.save(update_fields=["merged_into"])


# -- writing the plan --------------------------------------------------------------------------------------------------
def start_plan(account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = "") -> Plan:
    """起草. data: year, title, preface, collects_until."""
    at = at or timezone.now()
    check_planner(account, at)

    def act() -> dict[str, Any]:
        if Plan.objects.filter(year=data["year"]).exists():
            raise Invalid({"year": [f"{data['year']}年的计划已经有了。请打开它接着拟订。"]})
        plan = Plan.objects.create(made_by=account, made_at=at, changed_at=at, **data)
        journal.write(plan, "start", "起草", account=account, at=at, to_state=plan.state)
        return {"id": plan.pk}

    plain = {name: str(value) for name, value in data.items()}
    return Plan.objects.get(pk=once(account, key, ["plan", plain], at, act)["id"])


def check_planner(account: Account, at: datetime) -> None:
    """Raises NotAllowed before a form is asked to be mended."""
    if not account.holds(posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("拟订年度协商计划须由政协办公室办理。")


def drafted(pk: int, version: int | None = None) -> Plan:
    """The plan, locked, while it is drafted. Raises WrongState when it was sent on, or somebody was first."""
    plan = Plan.objects.select_for_update().get(pk=pk)
    if plan.state != PlanState.DRAFT:
        raise WrongState("计划不在拟订中，不能改。已经印发的，请先“提出调整”；正在审议的，请先“退回修改”。")
    if version is not None and version != plan.version:
        raise WrongState("您打开这一页之后，计划改过。请看过最新的内容再改，您写的在下面。")
    return plan


def save_plan(
    plan: Plan, account: Account, data: dict[str, Any], at: datetime, version: int | None = None
) -> Plan:
    check_planner(account, at)
    with transaction.atomic():
        plan = drafted(plan.pk, version)
        for name in ("title", "preface", "collects_until"):
            setattr(plan, name, data[name])
        plan.changed_at = at
        plan.save()
        journal.write(plan, "revise", "修改计划", account=account, at=at, is_inside=True)
    return plan


def add_line(plan: Plan, account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Line:
    """加一项. data: the columns of a line, partners, agencies; subject: the topic it is taken from."""
    check_planner(account, at)

    def act() -> dict[str, Any]:
        drafted(plan.pk)
        last = Line.objects.filter(plan=plan).exclude(state=LineState.DROPPED).aggregate(n=Max("number"))["n"]
        line = Line.objects.create(
            plan=plan, number=(last or 0) + 1, subject=data.get("subject"), changed_at=at,
            **{name: data[name] for name in COLUMNS if name in data},
        )  # fmt: skip
        for name in MANY:
            getattr(line, name).set(data.get(name, ()))
        journal.write(line, "propose", "拟列入", account=account, at=at, to_state=line.state, is_inside=True)
        _note(plan, account, at, "加一项", line)
        return {"id": line.pk}

    plain = {name: str(value) for name, value in data.items()}
    made = once(account, key, ["line", plan.pk, plain], at, act)
    return Line.objects.select_related("plan").get(pk=made["id"])


def save_line(
    line: Line, account: Account, data: dict[str, Any], at: datetime, version: int | None = None
) -> Line:
    """改一项: what is only proposed in place; what is in force beside it, until the next version is issued."""
    check_planner(account, at)
    with transaction.atomic():
        plan = drafted(line.plan_id)
        line = Line.objects.select_for_update().select_related("plan").get(pk=line.pk)
        if version is not None and version != line.version:
            raise WrongState("您打开这一页之后，这一项改过。请看过最新的内容再改，您写的在下面。")
        if line.state == LineState.PROPOSED:
            line.subject = data.get("subject")
            for name in COLUMNS:
                setattr(line, name, data[name])
            for name in MANY:
                getattr(line, name).set(data[name])
        elif line.state in WORKING:
            line.pending = _pending(line, data) or None
            line.is_leaving = False
        else:
            raise WrongState("这一项已经完成或调出，不能再改。")
        line.changed_at = at
        line.save()
        _note(plan, account, at, "改一项", line)
    return line


def _pending(line: Line, data: dict[str, Any]) -> dict[str, Any]:
    """Only what differs from what is in force, in a form JSON holds."""
    said = {name: data[name] for name in COLUMNS if name != "body"}
    said["body"] = data["body"].pk if data["body"] else None
    now = {name: getattr(line, name) for name in COLUMNS if name != "body"} | {"body": line.body_id}
    for name in MANY:
        said[name] = sorted(one.pk for one in data[name])
        now[name] = sorted(getattr(line, name).values_list("pk", flat=True))
    return {name: value for name, value in said.items() if now[name] != value}


def take_out(line: Line, account: Account, at: datetime) -> None:
    """去掉一项: what was only proposed is gone; what is in force leaves with the next version, or stays after all."""
    check_planner(account, at)
    with transaction.atomic():
        plan = drafted(line.plan_id)
        line = Line.objects.select_for_update().get(pk=line.pk)
        if line.state == LineState.PROPOSED:
            _note(plan, account, at, "去掉一项", line)
            line.delete()
            _renumber(plan)
            return
        if line.state not in WORKING:
            raise WrongState("这一项已经完成或调出，不能再调。")
        line.is_leaving = not line.is_leaving
        line.pending = None
        line.save(update_fields=["is_leaving", "pending"])
        _note(plan, account, at, "拟调出一项" if line.is_leaving else "不调出了", line)


def _renumber(plan: Plan) -> None:
    """Proposed lines close up behind the one that is gone; what was issued keeps its number."""
    rows = Line.objects.filter(plan=plan).exclude(state=LineState.DROPPED).order_by("number")
    number = max((one.number for one in rows if one.state != LineState.PROPOSED), default=0)
    for line in rows:
        if line.state != LineState.PROPOSED:
            continue
        number += 1
        if line.number != number:
            line.number = number
            line.save(update_fields=["number"])


def move_line(line: Line, account: Account, up: bool, at: datetime) -> None:
    """上移、下移 among what is only proposed; at the end nothing happens."""
    check_planner(account, at)
    with transaction.atomic():
        plan = drafted(line.plan_id)
        rows = list(Line.objects.filter(plan=plan, state=LineState.PROPOSED).order_by("number"))
        here = next((i for i, one in enumerate(rows) if one.pk == line.pk), -1)
        there = here - 1 if up else here + 1
        if here < 0 or not 0 <= there < len(rows):
            return
        a, b = rows[here], rows[there]
        numbers = a.number, b.number
        for one, number in ((a, SWAP), (b, numbers[0]), (a, numbers[1])):
            one.number = number
            one.save(update_fields=["number"])
        _note(plan, account, at, "调整次序", line)


def _note(plan: Plan, account: Account, at: datetime, label: str, line: Line) -> None:
    journal.write(plan, "lines", label, account=account, at=at, note=f"{line}", is_inside=True)


# -- steps of the plan ---------------------------------------------------------------------------------------------------
def collect(plan: Plan, act: Act) -> None:
    """征集议题: everybody who may bring one is told, and where."""
    until = plan.collects_until = act.data["collects_until"]
    plan.save(update_fields=["collects_until"])
    text = f"请您提{plan.year}年的协商议题，{until.month}月{until.day}日截止" + (
        f"：{act.note}" if act.note else ""
    )
    people = holders([posts.MEMBER, posts.CONVENER], act.today)
    act.tell(people, text[:300], reverse("consultations:subject-new"))


def endorse(plan: Plan, act: Act) -> None:
    plan.endorsed_at = act.data["meeting"]
    plan.save(update_fields=["endorsed_at"])
    if plan.endorsed_at is not None:
        link(plan.endorsed_at, plan, "审议通过", act.at)


def approve(plan: Plan, act: Act) -> None:
    for name in ("approver", "approved_on", "document"):
        setattr(plan, name, act.data[name])
    plan.save(update_fields=["approver", "approved_on", "document"])


def version_seal(version: PlanVersion) -> str:
    return sealed(version.number, version.title, version.preface, version.lines, version.change)


def issue(plan: Plan, act: Act) -> None:
    """印发: the version is frozen; new lines come into force, changed ones are changed, those that leave are gone."""
    before = queries.newest(plan)
    assert plan.approved_on is not None
    version = PlanVersion(
        plan=plan, number=before.number + 1 if before else 1, title=plan.title, preface=plan.preface, change=plan.change,
        lines=queries.proposed_lines(plan), approver=plan.approver, approved_on=plan.approved_on,
        document=plan.document, issued_on=act.today, issued_by=act.account,
    )  # fmt: skip
    version.fingerprint = version_seal(version)
    version.save()
    act.remember(number=version.number, fingerprint=version.fingerprint)
    for line in Line.objects.filter(plan=plan).select_related("plan", "subject").order_by("number"):
        if line.state == LineState.PROPOSED:
            act.follow(line, "adopt")
            if line.subject is not None:
                act.follow(line.subject, "plan")
                link(line.subject, line, "列入计划", act.at)
        elif line.state in WORKING and line.is_leaving:
            act.follow(line, "drop")
            if line.subject is not None:
                act.follow(line.subject, "take_out")
        elif line.state in WORKING and line.pending:
            act.follow(line, "change")
    _tell_keepers(plan, version, act)


def _tell_keepers(plan: Plan, version: PlanVersion, act: Act) -> None:
    """Every body that is responsible for a line hears that the plan is out."""
    bodies = (
        Line.objects.filter(plan=plan, is_leaving=False).exclude(body=None).values_list("body", flat=True)
    )
    held = Post.objects.current(act.today).filter(kind=posts.CONVENER, body__in=set(bodies))
    people = Account.objects.filter(is_active=True, pk__in=held.values("account"))
    word = "印发" if version.number == 1 else f"调整，印发第{version.number}版"
    act.tell(people, f"{plan.notice_title()}已{word}，有您单位负责的项目")


def adopt(line: Line, act: Act) -> None:
    findable.put(line)


def change(line: Line, act: Act) -> None:
    """The prepared change takes effect; what was before stands in the journal."""
    said = line.pending or {}
    before = {name: value for name, value in _now(line).items() if name in said}
    for name, value in said.items():
        if name in MANY:
            getattr(line, name).set(value)
        else:
            setattr(line, "body_id" if name == "body" else name, value)
    line.pending = None
    line.save()
    findable.put(line)
    act.remember(before=before, after=said)


def _now(line: Line) -> dict[str, Any]:
    now: dict[str, Any] = {name: getattr(line, name) for name in COLUMNS if name != "body"}
    many = {name: sorted(getattr(line, name).values_list("pk", flat=True)) for name in MANY}
    return now | {"body": line.body_id} | many


def drop(line: Line, act: Act) -> None:
    """Its topic is free again; the link still says where the line came from."""
    line.is_leaving, line.pending, line.subject = False, None, None
    line.save(update_fields=["is_leaving", "pending", "subject"])


def amend(plan: Plan, act: Act) -> None:
    """提出调整: what is in force stays in force; the approval of the next version is open again."""
    plan.change, plan.approved_on, plan.document, plan.endorsed_at = act.note, None, "", None
    plan.save(update_fields=["change", "approved_on", "document", "endorsed_at"])


def keep_plan(plan: Plan, act: Act) -> None:
    """不再调整: what was prepared is thrown away; the newest version stands as it is."""
    version = queries.newest(plan)
    assert version is not None
    rows = Line.objects.filter(plan=plan)
    for line in rows.filter(state=LineState.PROPOSED):
        line.delete()
    rows.update(pending=None, is_leaving=False)
    for name in ("title", "preface", "change", "approver", "approved_on", "document"):
        setattr(plan, name, getattr(version, name))
    plan.save()


def close(plan: Plan, act: Act) -> None:
    """年终总结: what is not done goes on as a topic of the next year, and says where it comes from."""
    plan.summary = act.data["summary"]
    plan.save(update_fields=["summary"])
    rows = Line.objects.filter(plan=plan, state__in=WORKING).select_related("plan", "body").order_by("number")
    for line in rows:
        act.follow(line, "carry")
        subject = Subject.objects.create(
            year=plan.year + 1, title=line.title, form=line.form, source="carried", body=line.body, made_by=act.account,
            reason=f"{plan.year}年度协商计划{line.number_label}没有完成，结转下年。", made_at=act.at, changed_at=act.at,
        )  # fmt: skip
        subject.fingerprint = sealed(subject.title, subject.reason)
        subject.save(update_fields=["fingerprint"])
        link(line, subject, "结转下年", act.at)
        journal.write(subject, "bring", "上年结转", account=act.account, at=act.at, to_state=subject.state,
                      data={"fingerprint": subject.fingerprint})  # fmt: skip
        findable.put(subject)


# -- steps of a line -------------------------------------------------------------------------------------------------------
def begin(line: Line, act: Act) -> None:
    line.scheme, line.began_on = act.data["scheme"], act.today
    line.save(update_fields=["scheme", "began_on"])
    line.members.set(act.data["members"])


def arrange(line: Line, act: Act) -> None:
    _set(line, "gatherings", act, "为此举行")


def attach(line: Line, act: Act) -> None:
    _set(line, "outputs", act, "形成成果")


def gather(line: Line, act: Act) -> None:
    """The proposals come to the consultation: they lead to it, it does not lead to them."""
    before = set(line.proposals.values_list("pk", flat=True))
    line.proposals.set(act.data["proposals"])
    for one in act.data["proposals"]:
        if one.pk not in before:
            link(one, line, "汇集协商", act.at)
            journal.write(one, "gather", "列入提案办理协商", account=act.account, at=act.at, note=str(line))


def _set(line: Line, name: str, act: Act, label: str) -> None:
    """Write the whole list; what is new is linked, so that from either the other is found."""
    field = getattr(line, name)
    before = set(field.values_list("pk", flat=True))
    field.set(act.data[name])
    for one in act.data[name]:
        if one.pk not in before:
            link(line, one, label, act.at)


def conclude(line: Line, act: Act) -> None:
    line.result, line.concluded_on = act.data["result"], act.today
    line.save(update_fields=["result", "concluded_on"])
    findable.put(line)


def reopen_line(line: Line, act: Act) -> None:
    line.concluded_on = None
    line.save(update_fields=["concluded_on"])


# -- research ----------------------------------------------------------------------------------------------------------------
TASK = ("title", "body", "line", "leader", "scheme", "questions", "starts_on", "due_on")


def start_research(
    account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = ""
) -> Research:
    """拟题. data: the columns of a research task, partners, members."""
    at = at or timezone.now()
    _may_lead(account, data.get("body"), at)

    def act() -> dict[str, Any]:
        words = {name: data[name] for name in TASK if name in data}
        research = Research.objects.create(made_by=account, made_at=at, changed_at=at, **words)
        _write_circle(research, data, at)
        journal.write(research, "start", "拟题", account=account, at=at, to_state=research.state)
        return {"id": research.pk}

    plain = {name: str(value) for name, value in data.items()}
    return Research.objects.get(pk=once(account, key, ["research", plain], at, act)["id"])


def save_research(
    research: Research, account: Account, data: dict[str, Any], at: datetime, version: int | None = None
) -> Research:
    """修改课题 before it is approved. Raises WrongState afterwards."""
    with transaction.atomic():
        research = Research.objects.select_for_update().get(pk=research.pk)
        _may_lead(account, research.body, at)
        _may_lead(account, data.get("body"), at)
        if research.state != ResearchState.DRAFT:
            raise WrongState("课题已经报批，不能再改。要改的，请先退回修改。")
        if version is not None and version != research.version:
            raise WrongState("您打开这一页之后，课题改过。请看过最新的内容再改，您写的在下面。")
        for name in TASK:
            setattr(research, name, data[name])
        research.changed_at = at
        research.save()
        _write_circle(research, data, at)
        journal.write(research, "revise", "修改课题", account=account, at=at, is_inside=True)
    return research


def _may_lead(account: Account, body: Body | None, at: datetime) -> None:
    on = timezone.localdate(at)
    if account.holds(posts.OFFICE, on=on):
        return
    if body is None or body.pk not in account.places(posts.CONVENER, on=on):
        raise NotAllowed("调研课题由政协办公室或者牵头单位的召集人登记。")


def check_researcher(account: Account, at: datetime) -> None:
    if not queries.may_research(account, timezone.localdate(at)):
        raise NotAllowed("登记调研课题须由政协办公室或召集人办理。")


def _write_circle(research: Research, data: dict[str, Any], at: datetime) -> None:
    for name in ("partners", "members"):
        getattr(research, name).set(data.get(name, ()))
    if research.line is not None:
        link(research.line, research, "组织调研", at)


def record(research: Research, act: Act) -> None:
    words = {name: act.data[name] for name in ("on", "place", "question", "content", "gathering")}
    note = FieldNote.objects.create(research=research, by=act.account, at=act.at, **words)
    act.remember(on=str(note.on), place=note.place)


def write_report(research: Research, act: Act) -> None:
    last = research.reports.order_by("-number").first()
    words = {name: act.data[name] for name in ("title", "content", "advice")}
    version = ReportVersion.objects.create(
        research=research, number=last.number + 1 if last else 1, by=act.account, at=act.at,
        fingerprint=sealed(*words.values()), **words,
    )  # fmt: skip
    act.remember(number=version.number, fingerprint=version.fingerprint)


def extend(research: Research, act: Act) -> None:
    research.due_on = act.data["due_on"]
    research.save(update_fields=["due_on"])


def deliver(research: Research, act: Act) -> None:
    """转为成果: the newest version becomes an output in draft, and goes on there."""
    report = research.reports.order_by("-number")[0]
    output: Output = papers.start(
        act.account,
        {"type": Kind.REPORT, "title": report.title, "content": report.content, "body": research.body},
        advice=[(act.data["area"], text) for text in report.advice],
        at=act.at,
    )
    research.output = output
    research.save(update_fields=["output"])
    link(research, output, "形成成果", act.at)
    if research.line is not None:
        research.line.outputs.add(output)
        journal.write(research.line, "came", "形成成果", account=act.account, at=act.at, note=str(output))
    act.remember(output=output.pk)
