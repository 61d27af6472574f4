"""Verbs: the effects of steps, and the acts that move nothing (start a draft, save it).

Every function runs inside the transaction of its step. ``act`` says who, when and with what answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, prefetch_related_objects
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.deadlines import Extension as Granted
from huisheng.kernel.deadlines import Span
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.models import Attachment, Counter, Link
from huisheng.kernel.once import once
from huisheng.kernel.store import Upload, keep_upload
from huisheng.opinions import actions as voices
from huisheng.opinions.models import Lead, Opinion
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body, Member, Session

from . import findable
from . import local_rules as rules
from .models import (
    Assignment,
    AssignmentState,
    Call,
    CallState,
    Contact,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Extension,
    HandBack,
    Merge,
    Nomination,
    Oversight,
    Promise,
    Proposal,
    Rating,
    RatingState,
    Reply,
    ReplyItem,
    Review,
    Role,
    Series,
    State,
    Suggestion,
    Supplement,
    Text,
    Topic,
    TopicTaken,
    VoidNumber,
    Word,
)  # fmt: skip

WRITABLE = (State.DRAFT, State.RETURNED)


# -- drafts: acts that move nothing ------------------------------------------------------------------------------
def start(account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = "") -> Proposal:
    """起草: a new draft of the account's own, or a paper one that the office registers (``is_paper``).

    data: title, situation, analysis, rest, suggestions (list), proposer_type, sponsor_member, sponsor_body,
    contact_person, contact_phone, suggested (agencies), topic, origin (a record it comes of), is_paper, read_notes. All optional.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    sponsor_member, sponsor_body = _sponsor(account, data, today)

    def act() -> dict[str, Any]:
        proposal = Proposal.objects.create(
            title=(data.get("title") or "")[:200], proposer_type=data.get("proposer_type") or _type_of(sponsor_body),
            sponsor_member=sponsor_member, sponsor_body=sponsor_body, sponsor_name=_name(sponsor_member, sponsor_body),
            sector=sponsor_member.sector if sponsor_member else None, topic=data.get("topic"),
            contact_person=data.get("contact_person") or "", contact_phone=data.get("contact_phone") or "",
            disclosure=data.get("disclosure") or "full", is_paper=bool(data.get("is_paper")),
            made_by=account, made_at=at, changed_at=at, read_notes=data.get("read_notes") or {},
        )  # fmt: skip
        _write_text(proposal, Text(proposal=proposal, account=account, at=at), data)
        proposal.suggested.set(data.get("suggested") or [])
        journal.write(proposal, "start", "代录起草" if proposal.is_paper else "起草", account=account, at=at,
                      to_state=State.DRAFT)  # fmt: skip
        for source in filter(None, (data.get("topic"), data.get("origin"))):
            link(source, proposal, "据此起草", at)
        return {"id": proposal.pk}

    return Proposal.objects.get(pk=once(account, key, ["start", _signature(data)], at, act)["id"])


def _sponsor(account: Account, data: dict[str, Any], today: Any) -> tuple[Member | None, Body | None]:
    """Who proposes: the account's own member or body; the office may name any, on paper."""
    member, body = data.get("sponsor_member"), data.get("sponsor_body")
    if data.get("is_paper"):
        if not account.holds(posts.CLERK, posts.OFFICE, on=today):
            raise NotAllowed("代录纸质提案须由提案委工作人员或办公室办理。")
        return member, body
    own_members, own_bodies = account.places(posts.MEMBER, on=today), account.places(posts.CONVENER, on=today)
    if body is not None:
        if body.pk not in own_bodies:
            raise NotAllowed(f"以{body}名义提出，须由该单位的召集人起草。")
        return None, body
    if member is not None and member.pk not in own_members:
        raise NotAllowed("只能以自己的名义起草提案。")
    if own_members:
        return Member.objects.select_related("sector").get(pk=own_members[0]), None
    if own_bodies:
        return None, Body.objects.get(pk=own_bodies[0])
    raise NotAllowed("起草提案须是委员，或提案单位的召集人。")


_TYPE_OF_BODY = {
    "committee": "committee",
    "sector": "sector",
    "party": "party",
    "group": "group",
    "team": "team",
}


def _type_of(body: Body | None) -> str:
    return _TYPE_OF_BODY.get(body.kind, "group") if body else "member"


def _name(member: Member | None, body: Body | None) -> str:
    return str(member or body or "")


def _signature(data: dict[str, Any]) -> dict[str, Any]:
    return {name: [getattr(one, "pk", one) for one in value] if isinstance(value, Iterable) and not
            isinstance(value, str | dict) else getattr(value, "pk", value) for name, value in data.items()}  # fmt: skip


def _write_text(proposal: Proposal, text: Text, data: dict[str, Any]) -> None:
    """Put the words into a text row that nobody has received yet."""
    text.title = (data.get("title") or text.title)[:200]
    text.situation = data.get("situation", text.situation) or ""
    text.analysis = data.get("analysis", text.analysis) or ""
    text.rest = data.get("rest", text.rest) or ""
    text.save()
    if "suggestions" in data:
        text.suggestions.all().delete()
        wanted = [one.strip() for one in data["suggestions"] or [] if one.strip()]
        Suggestion.objects.bulk_create(
            Suggestion(text=text, number=i, content=one) for i, one in enumerate(wanted, 1)
        )
    proposal.text, proposal.title = text, text.title
    proposal.save(update_fields=["text", "title"])


def save_draft(
    proposal: Proposal, account: Account, data: dict[str, Any], *, at: datetime | None = None, seen: str = ""
) -> Proposal:
    """Autosave of a draft: words in place, no journal line. Raises when the draft is not the account's or is sent.

    seen: the moment of the last saving the person knows of; Conflict when somebody (another tab) saved since.
    """
    at = at or timezone.now()

    def act() -> dict[str, Any]:
        proposal.refresh_from_db(from_queryset=Proposal.objects.select_for_update())
        if proposal.state not in WRITABLE:
            raise WrongState("这件提案已经提交，不能再改草稿。需要修改的，请用“修改”或“补充材料”。")
        if not may_write(proposal, account, timezone.localdate(at)):
            raise NotAllowed("草稿只能由第一提案人（代录的由经手人）修改。")
        if seen and seen != draft_token(proposal):
            when = timezone.localtime(proposal.changed_at).strftime("%H:%M")
            raise Conflict(f"另一个窗口在 {when} 保存过这份草稿。两份内容都留住了，请核对后选用一份。")
        text = proposal.text
        if text is None or text.is_frozen:
            text = Text(proposal=proposal, number=_next_text(proposal), kind=Text.Kind.REVISION, account=account, at=at,
                        title=proposal.title)  # fmt: skip
            data.setdefault("suggestions", _contents(proposal.text))
            for name in ("situation", "analysis", "rest"):
                data.setdefault(name, getattr(proposal.text, name, ""))
        _write_text(proposal, text, data)
        for name in ("contact_person", "contact_phone", "disclosure", "disclosure_reason", "proposer_type"):
            if name in data:
                setattr(proposal, name, data[name] or getattr(proposal, name))
        if "suggested" in data:
            proposal.suggested.set(data["suggested"] or [])
        if proposal.is_paper and ("sponsor_member" in data or "sponsor_body" in data):
            proposal.sponsor_member, proposal.sponsor_body = (
                data.get("sponsor_member"),
                data.get("sponsor_body"),
            )
            proposal.sponsor_name = _name(proposal.sponsor_member, proposal.sponsor_body)
            proposal.sector = proposal.sponsor_member.sector if proposal.sponsor_member else None
        proposal.changed_at = at
        proposal.save()
        return {"id": proposal.pk}

    once(account, "", None, at, act)
    return proposal


def keep_notes(proposal: Proposal, account: Account, read_notes: dict[str, Any]) -> None:
    """What the check page still has to tell; bookkeeping of a draft, no journal line."""
    if not may_write(proposal, account, timezone.localdate()):
        raise NotAllowed("草稿只能由第一提案人（代录的由经手人）修改。")
    proposal.read_notes = read_notes
    proposal.save(update_fields=["read_notes"])


def attach(proposal: Proposal, account: Account, upload: Upload, purpose: str, *, at: datetime) -> Attachment:
    """A file for a draft. Raises Refused with the gate's sentence."""
    _check_writable(proposal, account, at)
    if upload.refused:
        raise Refused(upload.refused)
    return keep_upload(upload, proposal, account, purpose, at)


def detach(proposal: Proposal, account: Account, attachment: Attachment, *, at: datetime) -> None:
    """Take a file off a draft; the bytes are swept later."""
    _check_writable(proposal, account, at)
    attachment.delete()


def _check_writable(proposal: Proposal, account: Account, at: datetime) -> None:
    if proposal.state not in WRITABLE:
        raise WrongState("这件提案已经提交，附件不能再改。需要补充的，请用“补充材料”。")
    if not may_write(proposal, account, timezone.localdate(at)):
        raise NotAllowed("草稿只能由第一提案人（代录的由经手人）修改。")


def draft_token(proposal: Proposal) -> str:
    """Stands for the last saving of a draft: two windows of one draft notice each other by it."""
    return proposal.changed_at.isoformat() if proposal.changed_at else ""


def may_write(proposal: Proposal, account: Account, today: Any) -> bool:
    if proposal.is_paper and account.holds(posts.CLERK, posts.OFFICE, on=today):
        return True
    if proposal.sponsor_member_id:
        return proposal.sponsor_member_id in account.places(posts.MEMBER, on=today)
    return proposal.sponsor_body_id in account.places(posts.CONVENER, on=today)


def _next_text(proposal: Proposal) -> int:
    return (proposal.texts.aggregate(last=Max("number"))["last"] or 0) + 1


def _contents(text: Text | None) -> list[str]:
    return [one.content for one in text.suggestions.all()] if text else []


def fingerprint(text: Text) -> str:
    """sha256 over title, situation, analysis, the rest and the numbered suggestions: what the receipt proves."""
    parts = [text.title, text.situation, text.analysis, text.rest, _contents(text)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


# -- submission --------------------------------------------------------------------------------------------------
def invite(proposal: Proposal, act: Act) -> None:
    invite_members(proposal, act.data["members"])
    for one in act.data["members"]:
        act.tell(
            posts.holders([posts.MEMBER], act.today, member=one),
            f"{proposal.sponsor_name}请您联名《{proposal}》",
        )


def invite_members(
    proposal: Proposal, members: Iterable[Member], *, is_paper: bool = False
) -> list[Cosponsor]:
    last = proposal.cosponsors.aggregate(last=Max("position"))["last"] or 0
    return [
        Cosponsor.objects.get_or_create(
            proposal=proposal,
            member=member,
            defaults={"position": last + i, "sector_id": member.sector_id, "is_paper": is_paper},
        )[0]
        for i, member in enumerate(members, 1)
    ]


def receive(proposal: Proposal, act: Act) -> None:
    """收到: session, series and permanent serial; the text is frozen and its fingerprint goes on the receipt."""
    if proposal.serial is None:
        _give_serial(proposal, act.at)
    for name in ("disclosure", "disclosure_reason"):
        if name in act.data:
            setattr(proposal, name, act.data[name])
    text = proposal.text
    assert text is not None, "only what has a text is submitted"
    prefetch_related_objects([text], "suggestions")  # for the fingerprint and for the index
    text.is_frozen, text.fingerprint = True, fingerprint(text)
    text.save(update_fields=["is_frozen", "fingerprint"])
    proposal.due_on = local.deadline("span.review", act.today).due_on
    proposal.save()
    for one in proposal.cosponsors.filter(state=CosponsorState.INVITED):
        act.follow(one, "confirm_on_paper" if one.is_paper else "lapse")
    findable.put(proposal)
    act.remember(serial=proposal.serial, fingerprint=text.fingerprint, text=text.number)


def _give_serial(proposal: Proposal, at: datetime) -> None:
    session = Session.objects.at(at)
    if session is None:
        raise Refused("还没有设置届次，不能接收提案。请办公室先在“届次”里添加本届本次会议。")
    proposal.session, proposal.year = session, session.year
    proposal.series = Series.SESSION if session.is_sitting(at) else Series.ORDINARY
    proposal.serial = Counter.next(f"serial:{session.year}")
    proposal.submitted_at = at


def revise(proposal: Proposal, act: Act) -> None:
    _new_version(proposal, act, Text.Kind.REVISION)


def correct(proposal: Proposal, act: Act) -> None:
    _new_version(proposal, act, Text.Kind.CORRECTION)


def _new_version(proposal: Proposal, act: Act, kind: Text.Kind) -> None:
    text = Text(
        proposal=proposal, number=_next_text(proposal), kind=kind, account=act.account, at=act.at, reason=act.note,
        is_frozen=True,
    )  # fmt: skip
    data = {name: act.data[name] for name in ("title", "situation", "analysis", "suggestions")}
    _write_text(proposal, text, data | {"rest": proposal.text.rest})
    text.fingerprint = fingerprint(text)
    text.save(update_fields=["fingerprint"])
    findable.put(proposal)
    act.remember(text=text.number, fingerprint=text.fingerprint)


def supplement(proposal: Proposal, act: Act) -> None:
    Supplement.objects.create(proposal=proposal, content=act.data["content"], account=act.account, at=act.at)
    if file := act.data.get("file"):
        keep_upload(file, proposal, act.account, "supplement", act.at)


def withdraw(proposal: Proposal, act: Act) -> None:
    proposal.due_on = None
    proposal.save(update_fields=["due_on"])
    if proposal.number:
        _void_number(proposal, f"撤案：{act.note}", act.at)


def _void_number(proposal: Proposal, reason: str, at: datetime) -> None:
    VoidNumber.objects.create(
        proposal=proposal, session=proposal.session, number_series=proposal.number_series, number=proposal.number,
        reason=reason[:200], at=at,
    )  # fmt: skip


# -- review ------------------------------------------------------------------------------------------------------
def send_back(proposal: Proposal, act: Act) -> None:
    proposal.returns += 1
    proposal.due_on = None
    proposal.save(update_fields=["returns", "due_on"])


def first_review(proposal: Proposal, act: Act) -> None:
    _review(proposal, act, Review.Stage.FIRST)


def decide(proposal: Proposal, act: Act) -> None:
    proposal.decision = _review(proposal, act, Review.Stage.FINAL)
    proposal.disclosed = act.data.get("disclosed") or proposal.disclosure
    proposal.save(update_fields=["decision", "disclosed"])


def _review(proposal: Proposal, act: Act, stage: Review.Stage) -> Review:
    answers = act.data
    for name in ("category_five", "category_local"):
        if answers.get(name):
            setattr(proposal, name, answers[name])
    proposal.save(update_fields=["category_five", "category_local"])
    return Review.objects.create(
        proposal=proposal, stage=stage, outcome=answers["outcome"], account=act.account, at=act.at, note=act.note,
        reason=answers.get("reason") or "", channel=answers.get("channel") or "", main=answers.get("main"),
        consent=answers.get("consent") or "",
    )  # fmt: skip


def review_anew(proposal: Proposal, act: Act) -> None:
    proposal.decision = None
    proposal.save(update_fields=["decision"])


def _publish(proposal: Proposal, act: Act) -> Review:
    decision = proposal.decision
    assert decision is not None, "only a decided proposal is published"
    decision.published_at, decision.confirmed_by = act.at, act.account
    decision.save(update_fields=["published_at", "confirmed_by"])
    proposal.due_on = None
    proposal.save(update_fields=["due_on"])
    return decision


def file(proposal: Proposal, act: Act) -> None:
    """立案: the number is given now and never again (design consequence 2)."""
    _publish(proposal, act)
    if proposal.number is None:
        proposal.number_series = proposal.series if local.rule("number.split", act.today) else ""
        proposal.number = Counter.next(f"number:{proposal.session_id}:{proposal.number_series}")
    proposal.filed_on = act.today
    proposal.save(update_fields=["number", "number_series", "filed_on"])
    findable.put(proposal)
    act.remember(number=proposal.number)


def merge(proposal: Proposal, act: Act) -> None:
    decision = _publish(proposal, act)
    _merge_into(proposal, decision.main, decision.consent, act)


def merge_filed(proposal: Proposal, act: Act) -> None:
    proposal.due_on = None
    proposal.save(update_fields=["due_on"])
    proposal.assignments.filter(state=AssignmentState.PLANNED).delete()
    _merge_into(proposal, act.data["main"], act.data["consent"], act)
    _void_number(proposal, f"并入{act.data['main'].number_label}", act.at)


def _merge_into(proposal: Proposal, main: Proposal, consent: str, act: Act) -> None:
    if main.state == State.MERGED:
        raise Refused(f"{main.number_label}自己已并入别的提案，请改选它的主案。")
    Merge.objects.create(
        merged=proposal, main=main, from_state=act.from_state, consent=consent, account=act.account, at=act.at
    )
    act.remember(main=main)
    act.tell(_signers(main, act), f"《{proposal}》并入您的提案《{main}》")


def unmerge(proposal: Proposal, act: Act) -> None:
    """解除并案: exactly back to where it was; numbers, texts and signers were never touched."""
    row = proposal.merges.get(undone_at=None)
    row.undone_at, row.undone_reason = act.at, act.note[:200]
    row.save(update_fields=["undone_at", "undone_reason"])
    if row.from_state == State.FILED:
        proposal.void_numbers.all().delete()
    else:
        proposal.decision = None
        proposal.due_on = local.deadline("span.review", act.today).due_on
        proposal.save(update_fields=["decision", "due_on"])
    act.remember(main=row.main)


def decline(proposal: Proposal, act: Act) -> None:
    decision = _publish(proposal, act)
    act.remember(
        reason=decision.reason,
        letter=f"不予立案通知，理由：{local.label_of(rules.DECLINE_REASON, decision.reason)}",
    )


def refer(proposal: Proposal, act: Act) -> None:
    decision = _publish(proposal, act)
    act.remember(channel=decision.channel or act.step.label)


def to_opinion(proposal: Proposal, act: Act) -> None:
    """转社情民意: its words become an opinion under the sponsor's name; the two know of each other."""
    refer(proposal, act)
    text = proposal.text
    assert text is not None, "only a proposal with a text is decided"
    advice = "\n".join(f"{one.number}．{one.content}" for one in text.suggestions.all())
    words = {"title": text.title, "situation": text.situation, "analysis": text.analysis, "advice": advice}
    opinion = voices.file_for(
        words,
        proposal.sponsor_name,
        act.account,
        act.at,
        member=proposal.sponsor_member,
        body=proposal.sponsor_body,
    )
    link(proposal, opinion, "转社情民意", act.at)
    act.remember(opinion=opinion)


def classify(proposal: Proposal, act: Act) -> None:
    proposal.category_five = act.data["category_five"]
    proposal.category_local = act.data.get("category_local") or proposal.category_local
    proposal.save(update_fields=["category_five", "category_local"])


# -- hand-over ---------------------------------------------------------------------------------------------------
def plan(proposal: Proposal, act: Act) -> None:
    """拟定承办单位: nothing is sent before the batch is confirmed."""
    wanted: dict[int, str] = {}
    if act.data.get("lead"):
        wanted[act.data["lead"].pk] = Role.LEAD
    wanted |= {agency.pk: Role.ASSISTING for agency in act.data.get("assisting") or []}
    wanted |= {agency.pk: Role.SEPARATE for agency in act.data.get("separate") or []}
    proposal.assignments.filter(state=AssignmentState.PLANNED).delete()
    Assignment.objects.bulk_create(
        Assignment(proposal=proposal, agency_id=pk, role=role) for pk, role in wanted.items()
    )
    proposal.lead_agency = act.data.get("lead") or next(iter(act.data.get("separate") or []), None)
    proposal.save(update_fields=["lead_agency"])


def assign(proposal: Proposal, act: Act) -> None:
    proposal.assigned_on = act.today
    proposal.due_on = local.deadline("span.reply", act.today).due_on
    proposal.save(update_fields=["assigned_on", "due_on"])
    for one in proposal.assignments.filter(is_open=True, state=AssignmentState.PLANNED):
        act.follow(one, "send")


def recall(proposal: Proposal, act: Act) -> None:
    proposal.assigned_on = proposal.due_on = None
    proposal.save(update_fields=["assigned_on", "due_on"])
    for one in proposal.assignments.filter(is_open=True, state=AssignmentState.SENT):
        act.follow(one, "recall")


def add_agency(proposal: Proposal, act: Act) -> None:
    one = Assignment.objects.create(proposal=proposal, agency=act.data["agency"], role=Role.ASSISTING)
    act.follow(one, "send")


def send(assignment: Assignment, act: Act) -> None:
    """下发: every clock of the assignment starts on this day, by the rules in force on it."""
    assignment.sent_on = act.today
    assignment.hand_back_until = local.deadline("span.hand_back", act.today).due_on
    assignment.contact_until = local.deadline("span.contact", act.today).due_on
    _start_clock(assignment, "span.reply" if assignment.answers_itself else "span.opinion", act)
    _update_due(assignment.proposal)


def _start_clock(assignment: Assignment, rule: str, act: Act) -> None:
    assignment.clock_from, assignment.clock_rule = act.today, rule
    assignment.due_on = assignment_deadline(assignment).due_on
    assignment.save()


def assignment_deadline(assignment: Assignment) -> Any:
    """The running deadline of an assignment, recounted from its clock, its extensions and the calendar."""
    granted = tuple(
        Granted(Span.parse(one.span), str(one.approved_by or ""), one.reason)
        for one in assignment.extensions.filter(state="granted", round=assignment.round)
    )
    return local.deadline(assignment.clock_rule, assignment.clock_from, granted)


def unsend(assignment: Assignment, act: Act) -> None:
    assignment.sent_on = assignment.due_on = assignment.hand_back_until = assignment.contact_until = None
    assignment.clock_from, assignment.clock_rule = None, ""
    assignment.save()


def take(assignment: Assignment, act: Act) -> None:
    assignment.taken_at, assignment.taken_by = act.at, act.account
    assignment.save(update_fields=["taken_at", "taken_by"])


def hand_back(assignment: Assignment, act: Act) -> None:
    HandBack.objects.create(
        assignment=assignment, reason=act.data["reason"], ground=act.data["ground"], proposed=act.data["proposed"],
        signed_by=act.data["signed_by"], at=act.at,
    )  # fmt: skip


def agree_back(assignment: Assignment, act: Act) -> None:
    _settle_hand_back(assignment, act, is_agreed=True)
    reassign(assignment, act)


def refuse_back(assignment: Assignment, act: Act) -> None:
    _settle_hand_back(assignment, act, is_agreed=False)


def _settle_hand_back(assignment: Assignment, act: Act, *, is_agreed: bool) -> None:
    asked = assignment.hand_backs.filter(is_agreed=None).last()
    if asked:
        asked.is_agreed, asked.decided_by, asked.decided_at, asked.note = (
            is_agreed,
            act.account,
            act.at,
            act.note,
        )
        asked.save()


def reassign(assignment: Assignment, act: Act) -> None:
    """改办: the new agency has it before the old one is out; a proposal is never ownerless."""
    assignment.is_open = False
    assignment.save(update_fields=["is_open"])
    agency: Agency = act.data["agency"]
    new = Assignment.objects.create(
        proposal=assignment.proposal,
        agency=agency,
        role=assignment.role,
        replaces=assignment,
        round=assignment.round,
    )
    if assignment.role == Role.LEAD or assignment.proposal.lead_agency_id == assignment.agency_id:
        Proposal.objects.filter(pk=assignment.proposal_id).update(lead_agency=agency)
    act.follow(new, "send")
    act.remember(agency=agency)


# -- handling ----------------------------------------------------------------------------------------------------
def record_contact(assignment: Assignment, act: Act) -> None:
    Contact.objects.create(
        assignment=assignment, round=assignment.round, form=act.data["form"], held_on=act.data["held_on"],
        people=act.data["people"], points=act.data["points"], account=act.account, at=act.at,
    )  # fmt: skip
    act.tell(_sponsors(assignment.proposal, act), f"请您确认：{assignment.agency}记录了与您的面商")


def keep_view(contact: Contact, act: Act) -> None:
    contact.view = act.data.get("view") or ""
    contact.save(update_fields=["view"])


def ask_extension(assignment: Assignment, act: Act) -> None:
    Extension.objects.create(
        assignment=assignment, round=assignment.round, span=act.data["span"], reason=act.note
    )


def grant_extension(extension: Extension, act: Act) -> None:
    extension.approved_by, extension.approved_at = act.account, act.at
    extension.save(update_fields=["approved_by", "approved_at", "state"])  # the recount below reads it
    assignment = extension.assignment
    assignment.due_on = assignment_deadline(assignment).due_on
    assignment.save(update_fields=["due_on"])
    _update_due(assignment.proposal)


def _update_due(proposal: Proposal) -> None:
    """The proposal's due date is the latest of the replies it waits for."""
    open_ones = proposal.assignments.filter(is_open=True, role__in=(Role.LEAD, Role.SEPARATE))
    latest = open_ones.aggregate(due=Max("due_on"))["due"]
    Proposal.objects.filter(pk=proposal.pk).update(due_on=latest)


def opine(assignment: Assignment, act: Act) -> None:
    assignment.opinion, assignment.opined_at = act.data["opinion"], act.at
    assignment.save(update_fields=["opinion", "opined_at"])
    lead = assignment.proposal.assignments.filter(is_open=True, role=Role.LEAD).first()
    if lead:
        act.tell(
            posts.holders([posts.HANDLER], act.today, agency=lead.agency), f"{assignment.agency}已送会办意见"
        )


def draft_reply(assignment: Assignment, act: Act) -> None:
    """拟写答复: a new version; the countersigning agencies are asked at once, each with its own clock."""
    answers = act.data
    assignment.replies.filter(round=assignment.round).update(is_current=False)
    _void_countersigns(assignment, act)
    reply = Reply.objects.create(
        assignment=assignment, round=assignment.round,
        version=assignment.replies.filter(round=assignment.round).count() + 1,
        letter=answers["letter"], meaning=answers["meaning"], opening=answers.get("opening") or "",
        closing=answers.get("closing") or "", leader=answers["leader"], handler=answers["handler"],
        phone=answers["phone"], disclosure=answers["disclosure"],
        disclosure_reason=answers.get("disclosure_reason") or "", drafted_by=act.account, drafted_at=act.at,
    )  # fmt: skip
    ReplyItem.objects.bulk_create(
        ReplyItem(reply=reply, suggestion_id=int(name.removeprefix("answer_")), content=content)
        for name, content in answers.items()
        if name.startswith("answer_")
    )
    Promise.objects.bulk_create(
        Promise(proposal=assignment.proposal, assignment=assignment, reply=reply, agency=assignment.agency, what=what,
                who=who, due_on=due, first_due_on=due, changed_at=act.at)
        for what, who, due in answers["promises"]
    )  # fmt: skip
    _ask_countersigns(assignment, reply, act)


def _ask_countersigns(assignment: Assignment, reply: Reply, act: Act) -> None:
    if assignment.role != Role.LEAD:
        return
    due_on = local.deadline("span.countersign", act.today).due_on
    for other in assignment.proposal.assignments.filter(is_open=True, role=Role.ASSISTING).select_related(
        "agency"
    ):
        Countersign.objects.create(
            reply=reply, assignment=other, agency=other.agency, asked_on=act.today, due_on=due_on
        )
        act.tell(
            posts.holders([posts.HANDLER], act.today, agency=other.agency),
            f"请会签：《{assignment.proposal}》的答复稿",
        )


def _void_countersigns(assignment: Assignment, act: Act) -> None:
    waiting = Countersign.objects.filter(
        reply__assignment=assignment, reply__round=assignment.round, state=CountersignState.WAITING
    )
    for one in waiting:
        act.follow(one, "void")


def take_back(assignment: Assignment, act: Act) -> None:
    _void_countersigns(assignment, act)


def approve(assignment: Assignment, act: Act) -> None:
    """审签: the agency's leader signs; the letter gets the next number of the agency's own series."""
    reply = current_reply(assignment)
    reply.approved_by, reply.approved_at = act.account, act.at
    if not reply.number:
        series = str(local.rule("reply.series", act.today))
        number = Counter.next(f"reply:{assignment.agency_id}:{act.today.year}")
        short = next(iter(assignment.agency.short_names or []), assignment.agency.name)
        reply.number = local.fill(series, agency=short, year=act.today.year, number=number)[:60]
    reply.save(update_fields=["approved_by", "approved_at", "number"])


def send_reply_back(assignment: Assignment, act: Act) -> None:
    reply = current_reply(assignment)
    reply.return_reason = act.note
    reply.save(update_fields=["return_reason"])
    _void_countersigns(assignment, act)


def current_reply(assignment: Assignment) -> Reply:
    return assignment.replies.get(round=assignment.round, is_current=True)


def deliver(assignment: Assignment, act: Act) -> None:
    """送达: the office checked it. When every answering agency has answered, the proposal is answered."""
    reply = current_reply(assignment)
    reply.delivered_by, reply.delivered_at, reply.disclosed = act.account, act.at, act.data["disclosed"]
    reply.save(update_fields=["delivered_by", "delivered_at", "disclosed"])
    reply.promises.update(is_live=True)
    assignment.replied_at = act.at
    assignment.save(update_fields=["replied_at"])
    proposal = assignment.proposal
    others = proposal.assignments.filter(is_open=True, role__in=(Role.LEAD, Role.SEPARATE)).exclude(
        pk=assignment.pk
    )
    if not others.exclude(state=AssignmentState.REPLIED).exists():
        act.follow(proposal, "answer")


def answer(proposal: Proposal, act: Act) -> None:
    """办复: every signer is asked, of this proposal and of those merged into it."""
    lead = (
        proposal.assignments.filter(is_open=True, state=AssignmentState.REPLIED)
        .order_by("role", "pk")
        .first()
    )
    proposal.answered_on = act.today
    proposal.result_letter = current_reply(lead).letter if lead else ""
    due = local.deadline("span.rating", act.today).due_on
    proposal.due_on = due
    proposal.save(update_fields=["answered_on", "result_letter", "due_on"])
    for one in with_merged(proposal):
        _ask_ratings(one, proposal.round, due, act)
        act.tell(_signers(one, act), f"{one.notice_title()}：已答复，请您评价")


def with_merged(proposal: Proposal) -> list[Proposal]:
    merged = Proposal.objects.filter(merges__main=proposal, merges__undone_at=None)
    return [proposal, *merged]


def _ask_ratings(proposal: Proposal, round_number: int, due: Any, act: Act) -> None:
    first = Rating(proposal=proposal, round=round_number, member=proposal.sponsor_member, body=proposal.sponsor_body,
                   is_first=True, asked_on=act.today, due_on=due)  # fmt: skip
    others = [
        Rating(proposal=proposal, round=round_number, member_id=one.member_id, asked_on=act.today, due_on=due)
        for one in proposal.cosponsors.filter(state=CosponsorState.ACCEPTED)
    ]
    Rating.objects.bulk_create([first, *others])
    if proposal.round != round_number:
        Proposal.objects.filter(pk=proposal.pk).update(round=round_number)


def keep_content(countersign: Countersign, act: Act) -> None:
    countersign.content, countersign.answered_at = act.data["content"], act.at
    countersign.save(update_fields=["content", "answered_at"])


def open_replies(proposal: Proposal, account: Account, at: datetime) -> int:
    """我已看到: the sponsor marks the delivered replies as seen; an act that moves nothing. Returns how many."""
    with transaction.atomic():
        today = timezone.localdate(at)
        if not (proposal.sponsor_member_id in account.places(posts.MEMBER, on=today)
                or proposal.sponsor_body_id in account.places(posts.CONVENER, on=today)):  # fmt: skip
            raise NotAllowed("“我已看到”由第一提案人点。")
        unseen = Reply.objects.filter(
            assignment__proposal=proposal, delivered_at__isnull=False, opened_at=None
        )
        count = unseen.update(opened_at=at)
        if count:
            journal.write(
                proposal,
                "opened",
                "已看到答复",
                account=account,
                at=at,
                role="第一提案人",
                data={"replies": count},
            )
        return count


def reveal_phone(proposal: Proposal, account: Account, at: datetime) -> str:
    """联系电话 for the agency that handles the proposal; who asked is written down (docs/trust.md)."""
    from .rules import AGENCIES

    if not AGENCIES.includes(account, proposal, timezone.localdate(at)):
        raise NotAllowed("提案人的联系电话只给正在办理这件提案的承办单位。")
    with transaction.atomic():
        journal.write(
            proposal, "reveal_phone", "查看联系电话", account=account, at=at, role="承办单位", is_inside=True
        )
    return proposal.contact_phone or (proposal.sponsor_member.phone if proposal.sponsor_member else "")


# -- rating ------------------------------------------------------------------------------------------------------
def rate(rating: Rating, act: Act) -> None:
    """评价: dissatisfaction opens another round; the last word of a satisfied round concludes."""
    for name in ("process", "result", "reason", "remark"):
        setattr(rating, name, act.data.get(name) or "")
    rating.given_at = act.at
    rating.save()
    main = main_of(rating.proposal)
    if main.state != State.ANSWERED:
        return
    is_bad = Word.BAD in (rating.process, rating.result)
    if is_bad and rating.round <= int(local.rule("rounds.redo", act.today)):
        act.follow(main, "redo")
    elif not open_ratings(main).exists():
        act.follow(main, "conclude")


def rate_for(rating: Rating, act: Act) -> None:
    rating.recorded_by = act.account
    rate(rating, act)
    act.remember(source=act.data["source"])
    people = posts.holders([posts.MEMBER], act.today, member=rating.member) if rating.member_id else []
    act.tell(people, f"政协工作人员代您录入了对《{rating.proposal}》的评价，如有不符请与提案委联系")


def main_of(proposal: Proposal) -> Proposal:
    row = proposal.merges.filter(undone_at=None).select_related("main").first()
    return row.main if row else proposal


def open_ratings(main: Proposal) -> Any:
    return Rating.objects.filter(proposal__in=with_merged(main), round=main.round, state=RatingState.ASKED)


def redo(proposal: Proposal, act: Act) -> None:
    """重办: another clock, reply and rating; both ratings stay (design consequence 18)."""
    for one in open_ratings(proposal):
        act.follow(one, "lapse")
    proposal.round += 1
    proposal.due_on = local.deadline("span.redo", act.today).due_on
    proposal.answered_on = None
    proposal.save(update_fields=["round", "due_on", "answered_on"])
    for one in proposal.assignments.filter(is_open=True, state=AssignmentState.REPLIED):
        act.follow(one, "redo")


def redo_assignment(assignment: Assignment, act: Act) -> None:
    assignment.round += 1
    assignment.replied_at = None
    _start_clock(assignment, "span.redo", act)


def conclude(proposal: Proposal, act: Act) -> None:
    proposal.concluded_on, proposal.due_on = act.today, None
    proposal.save(update_fields=["concluded_on", "due_on"])


def close(proposal: Proposal, act: Act) -> None:
    for one in open_ratings(proposal):
        act.follow(one, "lapse")
    conclude(proposal, act)


def order_packet(proposal: Proposal, act: Act) -> None:
    """归档: the packet is built by the worker; nothing slow happens inside a step."""
    from . import jobs

    jobs.order_packet(proposal, act.account, act.at)


# -- promises, oversight, awards, calls --------------------------------------------------------------------------
def report(promise: Promise, act: Act) -> None:
    promise.evidence = act.data["evidence"]
    promise.save(update_fields=["evidence"])


def explain(promise: Promise, act: Act) -> None:
    promise.evidence, promise.due_on = act.data["evidence"], act.data["due_on"]
    promise.save(update_fields=["evidence", "due_on"])
    act.remember(due_on=promise.due_on)


def mark_key(proposal: Proposal, act: Act) -> None:
    proposal.is_key, proposal.key_leader = True, act.data["leader"]
    proposal.save(update_fields=["is_key", "key_leader"])


def oversee(proposal: Proposal, act: Act) -> None:
    Oversight.objects.create(
        proposal=proposal, leader=act.data["leader"], form=act.data["form"], held_on=act.data["held_on"],
        result=act.data["result"], account=act.account, at=act.at,
    )  # fmt: skip


def award(nomination: Nomination, act: Act) -> None:
    if nomination.proposal_id:
        Proposal.objects.filter(pk=nomination.proposal_id).update(is_excellent=True)


def take_up(call: Call, act: Act) -> None:
    members = act.account.places(posts.MEMBER, on=act.today)
    TopicTaken.objects.get_or_create(topic=act.data["topic"], member_id=members[0], defaults={"at": act.at})


def save_call(
    call: Call | None, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> Call:
    """征集: written by the office. Topics keep their number and whoever took them up; new ones are added behind.

    data: title, session, opens_on, closes_on, content, topics (list of (title, background)).
    """
    if not account.holds(posts.CLERK, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("征集公告由提案委工作人员或办公室起草。")
    if call is not None and call.state == CallState.CLOSED:
        raise WrongState("征集已经结束，不能再改。")

    def act() -> dict[str, Any]:
        one = call or Call(made_by=account)
        for name in ("title", "session", "opens_on", "closes_on", "content"):
            setattr(one, name, data[name])
        one.changed_at = at
        one.save()
        _save_topics(one, data.get("topics") or [])
        journal.write(one, "save", "修改征集" if call else "起草征集", account=account, at=at, is_inside=True)
        return {"id": one.pk}

    return Call.objects.get(
        pk=once(account, key, ["call", call.pk if call else 0, _signature(data)], at, act)["id"]
    )


def _save_topics(call: Call, wanted: list[tuple[str, str]]) -> None:
    """A topic is known by its title, a retitled one by its place: whoever took it up, and what it came of, stay with it."""
    old = list(call.topics.all())
    by_title = {one.title: one for one in old}
    titles = {title for title, _ in wanted}
    last = max((one.number for one in old), default=0)
    kept = set()
    for place, (title, background) in enumerate(wanted):
        beside = old[place] if place < len(old) and old[place].title not in titles else None
        topic = by_title.pop(title, None) or beside
        if topic is None:
            last += 1
            topic = Topic(call=call, number=last)
        topic.title, topic.background = title, background
        topic.save()
        kept.add(topic.pk)
    call.topics.exclude(pk__in=kept).filter(taken=None, proposals=None).delete()


def relate(record: Lead | Opinion, proposal: Proposal, account: Account, at: datetime) -> None:
    """关联提案: a voice about the same matter; each shows the other from now on. A second time changes nothing."""
    if not account.holds(posts.EDITOR, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("关联提案由信息编辑或政协办公室办理。")
    with transaction.atomic():
        if Link.objects.filter(
            source_type=record.kind(), source_id=record.pk, target_type=proposal.kind(), target_id=proposal.pk
        ).exists():
            return
        link(record, proposal, "同一件事", at)
        for one, other in ((record, proposal), (proposal, record)):
            said = f"{other.number_label} {other}".strip()
            journal.write(one, "relate", "关联同一件事", account=account, at=at, note=said, is_inside=True)


def add_topic(
    call: Call, record: Lead | Opinion, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> Topic:
    """列入选题参考目录: a voice becomes a topic of a call; both know of each other and those who spoke hear it.

    data: title, background.
    """
    if not account.holds(posts.CLERK, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("选题参考目录由提案委工作人员或办公室编写。")

    def act() -> dict[str, Any]:
        one = Call.objects.select_for_update().get(pk=call.pk)
        if one.state == CallState.CLOSED:
            raise WrongState("征集已经结束，不能再列入选题。请选另一次征集。")
        number = (one.topics.aggregate(last=Max("number"))["last"] or 0) + 1
        source = "群众来信" if isinstance(record, Lead) else "社情民意信息"
        topic = Topic.objects.create(
            call=one, number=number, title=data["title"], background=data["background"], source=source
        )
        link(record, topic, "列入选题", at)
        journal.write(
            one, "add_topic", "列入选题", account=account, at=at, note=f"{number}．{topic}", is_inside=True
        )
        sentence = f"您反映的事已列入“{one}”的选题参考目录，供委员提出提案时选用。"
        voices.tell_onward(record, "列入选题", sentence, account, at)
        return {"id": topic.pk}

    payload = ["topic", call.pk, record.kind(), record.pk, data]
    return Topic.objects.get(pk=once(account, key, payload, at, act)["id"])


def nominate(
    account: Account,
    year: int,
    proposal: Proposal | None,
    agency: Agency | None,
    reason: str,
    *,
    at: datetime,
    key: str = "",
) -> Nomination:
    """提名优秀提案或先进承办单位."""

    def act() -> dict[str, Any]:
        place = next((post for post in account.posts_held if post.is_held(timezone.localdate(at))), None)
        one = Nomination.objects.create(
            year=year, proposal=proposal, agency=None if proposal else agency, reason=reason,
            nominated_by=str(place or account.name)[:80], account=account, at=at, changed_at=at,
        )  # fmt: skip
        journal.write(one, "nominate", "提名", account=account, at=at, to_state=one.state, note=reason)
        return {"id": one.pk}

    payload = ["nominate", year, proposal.pk if proposal else None, agency.pk if agency else None, reason]
    return Nomination.objects.get(pk=once(account, key, payload, at, act)["id"])


# -- audiences used above ----------------------------------------------------------------------------------------
def _sponsors(proposal: Proposal, act: Act) -> Any:
    from .rules import SPONSOR

    return SPONSOR.audience(proposal, act.today)


def _signers(proposal: Proposal, act: Act) -> Any:
    from .rules import SIGNERS

    return SIGNERS.audience(proposal, act.today)
