"""Every form that can be posted: who may, on which record, and what an ordinary answer is.

Steps are found in the lifecycle tables; a new one needs a line in ``STEPS``. Other forms stand in ``FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from huisheng.consultations import actions as consultations
from huisheng.consultations.models_forum import Statement
from huisheng.duty import office_queries
from huisheng.gatherings import actions as meetings
from huisheng.gatherings import floor
from huisheng.gatherings.models import Gathering
from huisheng.kernel import journal, local
from huisheng.kernel.lifecycle import Lifecycle, perform
from huisheng.kernel.models import CalendarDay, Option, Setting
from huisheng.kernel.store import keep
from huisheng.kernel.who import SYSTEM
from huisheng.opinions import actions as voices
from huisheng.opinions.models import Opinion
from huisheng.people import actions as people
from huisheng.people.models import Membership
from huisheng.portal.letter import Letter
from huisheng.portal.views_receipt import WRITE
from huisheng.proposals import actions
from huisheng.proposals.models import Call
from huisheng.ui.steps import step_url
from tests import make
from tests.cast import Cast

Make = Callable[[Cast], Any]


def itself(url: str) -> str:
    """The form stands on the page it is sent to."""
    return url


@dataclass(frozen=True)
class Door:
    """One form. ``open`` makes the record and returns the address to post to; ``page`` shows the form (None: no page).

    ``answers`` are ordinary ones where the first choice will not do (a function of the cast where it is only known then); ``kinds`` names the fields of a form without page.
    """

    name: str
    who: str
    open: Make
    answers: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    page: Callable[[str], str] | None = itself
    succeeds: bool = True
    share: int = 1  # only every so many-th attempt, where each starts a process


def now() -> Any:
    return timezone.now() - timedelta(minutes=5)


def later(days: int = 40) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def paper(cast: Cast) -> Any:
    return actions.start(
        cast.clerk, make.TEXT | {"is_paper": True, "sponsor_member": cast.member_li}, at=make.DAY
    )


def taken_news(cast: Cast) -> Any:
    one = make.published_news(cast)
    perform(one, "take_down", cast.office, {"note": "人名有误"}, at=make.DAY)
    return one


def with_main(maker: Callable[..., Any]) -> Make:
    """A proposal beside another one that it could be merged into."""

    def build(cast: Cast) -> Any:
        make.filed(cast, title="关于老旧小区加装电梯补贴的提案")
        return maker(cast)

    return build


def merged(cast: Cast) -> Any:
    main = make.filed(cast)
    one = make.reviewed(cast, title="关于电梯的另一件提案")
    perform(
        one,
        "decide",
        cast.reviewer,
        {"outcome": "merge", "main": main.pk, "consent": "电话征得双方同意"},
        at=make.DAY,
    )
    perform(one, "merge", cast.clerk, at=make.DAY)
    return one


def merged_when_filed(cast: Cast) -> Any:
    main, one = make.filed(cast), make.filed(cast, title="关于电梯的另一件提案")
    perform(one, "merge_filed", cast.reviewer, {"main": main.pk, "consent": "电话征得双方同意"}, at=make.DAY)
    return one


def handed_back(cast: Cast) -> Any:
    one = make.assignment(cast)
    reason = local.options("hand_back_reason", date(2017, 3, 1))
    answers = {
        "reason": reason[0].code if reason else "",
        "ground": "三定方案第五条",
        "proposed": cast.finance.pk,
        "signed_by": "周建",
    }
    perform(one, "hand_back", cast.housing_clerk, answers, at=make.DAY)
    return one


def assisting(cast: Cast) -> Any:
    one = make.handling(cast, is_joint=True).assignments.get(agency=cast.traffic)
    perform(one, "take", cast.traffic_clerk, at=make.DAY)
    return one


def reported(cast: Cast) -> Any:
    one = make.promise(cast)
    perform(one, "report", cast.housing_clerk, {"evidence": "细则已经出台"}, at=make.DAY)
    return one


def open_call(cast: Cast) -> Call:
    one = make.call(cast)
    perform(one, "open", cast.office, at=make.DAY)
    return one


def fresh(maker: Callable[..., Any]) -> Make:
    """Made just now: for windows that are counted from today."""
    return lambda cast: maker(cast, now())


def parked(cast: Cast) -> Any:
    one = make.lead(cast)
    perform(one, "park", cast.editor, {"note": "像广告"}, at=make.DAY)
    return one


def beside_another(cast: Cast) -> Any:
    make.reading(cast)
    return make.lead(cast)


def replied(cast: Cast) -> Any:
    one = make.reading(cast)
    perform(one, "answer", cast.editor, {"text": "已经办好。"}, at=make.DAY)
    return one


def combined(cast: Cast) -> Any:
    one = make.adopted_opinion(cast)
    perform(one, "combine", cast.editor, {"title": "社区卫生服务综合"}, at=make.DAY)
    return one


def settled(cast: Cast) -> Any:
    """A delivered paper with nothing open."""
    one = make.delivered_output(cast)
    for row in one.advice.all():
        perform(one, "answer_advice", cast.editor, {"advice": row.pk, "response": "none"}, at=make.DAY)
    return one


def ended(cast: Cast) -> Any:
    one = settled(cast)
    perform(one, "conclude", cast.editor, {"feedback": "没有反馈。"}, at=make.DAY)
    return one


def published(cast: Cast) -> Any:
    one = make.delivered_output(cast)
    perform(one, "publish", cast.chair, at=make.DAY)
    return one


def transferred(cast: Cast) -> Any:
    one = make.instruction(cast)
    make.follow_up(cast, one=one)
    return one


def given_back(cast: Cast) -> Any:
    one = make.follow_up(cast)
    perform(one, "hand_back", cast.housing_clerk, {"note": "不是本单位职责"}, at=make.DAY)
    return one


def taken_follow_up(cast: Cast) -> Any:
    one = make.follow_up(cast)
    perform(one, "take", cast.housing_clerk, at=make.DAY)
    return one


MOVED = {"starts_at": "2017-03-09T09:00", "ends_at": "2017-03-09T11:30", "place": "区委礼堂"}


def settled_gathering(cast: Cast) -> Any:
    one = make.held_gathering(cast)
    meetings.save_minutes(one, cast.office, "会议审议了报告。", make.ENDS)
    one.refresh_from_db()
    perform(one, "settle", cast.office, at=make.ENDS)
    return one


def grouped(cast: Cast) -> Any:
    """A plenary whose people stand in two groups."""
    one = make.gathering(cast)
    one.invitees.filter(member=cast.member_li).update(group="第一组")
    one.invitees.filter(member=cast.member_wang).update(group="第二组")
    return one


def sitting_now(cast: Cast) -> Any:
    """A meeting that sits whatever the clock says."""
    at = timezone.now() - timedelta(minutes=1)
    return make.open_gathering(cast, starts_at=at, ends_at=at + timedelta(hours=2))


def coming_soon(cast: Cast) -> Any:
    at = timezone.now() + timedelta(days=3)
    return make.notified_gathering(cast, starts_at=at, ends_at=at + timedelta(hours=2))


def submitted_speech(cast: Cast) -> Any:
    one = make.speech(cast)
    perform(one, "submit", cast.li, at=make.DAY)
    return one


def chosen_speech(cast: Cast) -> Any:
    one = submitted_speech(cast)
    perform(one, "choose", cast.editor, {}, at=make.DAY)
    return one


def checked_speech(cast: Cast) -> Any:
    one = chosen_speech(cast)
    perform(one, "check", cast.office, {}, at=make.DAY)
    return one


def oral_speech(cast: Cast) -> Any:
    one = checked_speech(cast)
    perform(one, "speak", cast.chair, {"position": 1, "limit": 8}, at=make.DAY)
    return one


def issued_briefing(cast: Cast) -> Any:
    one = make.briefing(cast)
    perform(one, "issue", cast.office, at=make.MEETS)
    return one


def declared_ballot(cast: Cast) -> Any:
    one = make.ballot(cast)
    perform(one, "declare", cast.office, at=make.MEETS)
    return one


def _day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def live_forum(cast: Cast) -> Any:
    """One that takes words now, whatever the clock says; the chair and wang are not asked."""
    return make.open_forum(
        cast, at=now(), closes_on=_day(9), is_for_all=False, members=[cast.member_li, cast.member_zhao]
    )


def in_forum(maker: Callable[..., Any]) -> Make:
    return lambda cast: maker(cast, now(), live_forum(cast))


def accepted_statement(cast: Cast) -> Any:
    return live_forum(cast).statements.first()


def closed_forum(cast: Cast) -> Any:
    one = live_forum(cast)
    perform(one, "close", cast.editor, at=now())
    return one


def differing(cast: Cast) -> Any:
    """Two inspectors answered one item differently."""
    one = make.running_supervision(cast)
    make.inspect(one, cast.li, 1, "meets")
    make.inspect(one, cast.wang, 1, "fails", "有破口")
    return one


def appraised(cast: Cast) -> Any:
    return make.running_supervision(cast, aspect="appraisal")


def surveyed(cast: Cast) -> Any:
    one = appraised(cast)
    sheet = {"questions": ["办事效率"], "bodies": [cast.sector.pk], "ends_on": later()}
    perform(one, "survey", cast.office, sheet, at=make.DAY)
    return one


def closable(cast: Cast) -> Any:
    one = make.reported_finding(cast)
    perform(one, "pass", cast.li, {"looked_on": "2017-03-01", "seen": "都覆盖了。"}, at=make.DAY)
    return one.supervision


def closed(cast: Cast) -> Any:
    one = closable(cast)
    perform(one, "close", cast.office, {"conclusion": "都改好了。"}, at=make.DAY)
    return one


def published_supervision(cast: Cast) -> Any:
    one = closed(cast)
    perform(one, "publish", cast.chair, {"public_note": "都改好了。"}, at=make.DAY)
    return one


def submitted_scheme(cast: Cast) -> Any:
    one = make.supervision(cast)
    perform(one, "submit", cast.office, at=make.DAY)
    return one


def answered_hearing(cast: Cast) -> Any:
    one = make.sent_hearing(cast)
    said = {f"answer_{row.pk}": "已排班。" for row in one.opinions.all()}
    perform(one, "answer", cast.housing_clerk, said, at=make.DAY)
    return one


def _sector(cast: Cast) -> int:
    return cast.sector.pk


LOOK = {"looked_on": "2017-03-05"}


def sent_loan(cast: Cast) -> Any:
    return make.sent_material(cast, one=make.lent_material(cast))


def open_drive(cast: Cast) -> Any:
    one = make.drive(cast)
    perform(one, "open", cast.editor, at=make.DAY)
    return one


def with_more(cast: Cast) -> Any:
    """A list, and one more material that could stand on it."""
    one = make.handover(cast)
    make.kept_material(cast, title="又一篇")
    return one


GONE = {"span": "5个工作日"}


# (model, action) -> (maker, who presses it, ordinary answers where the first choice will not do)
def beside_another_topic(cast: Cast) -> Any:
    make.subject(cast, title="居家养老")
    return make.subject(cast)


def declined_subject(cast: Cast) -> Any:
    return after(make.subject(cast), "decline", cast.office, {"note": "另有安排"})


def after(one: Any, action: str, account: Any, data: dict[str, Any] | None = None) -> Any:
    perform(one, action, account, data, at=make.DAY)
    return one


def discussed_plan(cast: Cast) -> Any:
    return after(make.plan(cast), "discuss", cast.office)


def endorsed_plan(cast: Cast) -> Any:
    return after(discussed_plan(cast), "endorse", cast.chair)


def amended_plan(cast: Cast) -> Any:
    return after(make.issued_plan(cast), "amend", cast.office, {"note": "新任务"})


def handling_line(cast: Cast) -> Any:
    plan = make.plan(cast, lines=0)
    consultations.add_line(plan, cast.office, make.line_words(cast, form="handling"), at=make.DAY)
    return make.issued_plan(cast, one=plan).lines.select_related("plan").get()


def finished_line(cast: Cast) -> Any:
    """A briefing, which asks for no paper: held."""
    plan = make.plan(cast, lines=0)
    consultations.add_line(plan, cast.office, make.line_words(cast, form="briefing"), at=make.DAY)
    line = make.issued_plan(cast, one=plan).lines.select_related("plan").get()
    perform(line, "begin", cast.convener, {"scheme": "听取通报。"}, at=make.DAY)
    line.gatherings.add(make.held_gathering(cast, type="briefing", title="情况通报会", host=cast.committee))
    return line


def concluded_line(cast: Cast) -> Any:
    return after(finished_line(cast), "conclude", cast.office, {"result": "通报了。"})


def asked_research(cast: Cast) -> Any:
    return after(make.research(cast), "ask", cast.convener)


STEPS: dict[tuple[str, str], tuple[Make, str, dict[str, Any]]] = {
    ("Proposal", "submit"): (fresh(make.draft), "li", {"disclosure": "full"}),
    ("Proposal", "register"): (paper, "clerk", {"disclosure": "full"}),
    ("Proposal", "invite"): (make.draft, "li", {}),
    ("Proposal", "revise"): (make.submitted, "li", {}),
    ("Proposal", "supplement"): (make.reviewed, "li", {}),
    ("Proposal", "withdraw"): (make.submitted, "li", {}),
    ("Proposal", "pre_review"): (make.submitted, "clerk", make.FILE),
    ("Proposal", "send_back"): (make.submitted, "clerk", {}),
    ("Proposal", "decide"): (with_main(make.reviewed), "reviewer", make.FILE),
    ("Proposal", "review_anew"): (make.decided, "reviewer", {}),
    ("Proposal", "merge_filed"): (with_main(make.filed), "reviewer", {}),
    ("Proposal", "unmerge"): (merged, "reviewer", {}),
    ("Proposal", "unmerge_filed"): (merged_when_filed, "reviewer", {}),
    ("Proposal", "correct"): (make.reviewed, "reviewer", {}),
    ("Proposal", "classify"): (make.submitted, "clerk", {}),
    ("Proposal", "plan"): (make.filed, "clerk", {"separate": [], "assisting": []}),
    ("Proposal", "recall"): (make.handling, "office", {}),
    ("Proposal", "add_agency"): (make.handling, "office", {"agency": "finance"}),
    ("Proposal", "urge"): (make.handling, "office", {}),
    ("Proposal", "mark_key"): (make.handling, "chair", {}),
    ("Proposal", "oversee"): (make.handling, "chair", {}),
    ("Assignment", "hand_back"): (fresh(make.assignment), "housing_clerk", {"proposed": "finance"}),
    ("Assignment", "agree_back"): (handed_back, "coordinator", {"agency": "finance"}),
    ("Assignment", "refuse_back"): (handed_back, "coordinator", {}),
    ("Assignment", "reassign"): (make.taken, "coordinator", {"agency": "finance"}),
    ("Assignment", "contact"): (make.taken, "housing_clerk", {}),
    ("Assignment", "extend"): (fresh(make.taken), "housing_clerk", GONE),
    ("Assignment", "opine"): (assisting, "traffic_clerk", {}),
    ("Assignment", "draft"): (make.taken, "housing_clerk", {"letter": "A"}),
    ("Assignment", "reject"): (make.drafted, "housing_head", {}),
    ("Assignment", "deliver"): (make.approved, "clerk", {}),
    ("Assignment", "return_reply"): (make.approved, "clerk", {}),
    ("Extension", "grant"): (make.extension, "coordinator", {}),
    ("Extension", "refuse"): (make.extension, "coordinator", {}),
    ("Contact", "confirm"): (make.contact, "li", {}),
    ("Contact", "dispute"): (make.contact, "li", {}),
    ("Countersign", "dissent"): (make.countersign, "traffic_clerk", {}),
    ("Countersign", "deem"): (make.countersign, "coordinator", {}),
    ("Promise", "report"): (make.promise, "housing_clerk", {}),
    ("Promise", "keep"): (reported, "clerk", {}),
    ("Promise", "break"): (make.promise, "clerk", {}),
    ("Promise", "explain"): (make.promise, "housing_clerk", {"due_on": later()}),
    ("Rating", "rate"): (make.rating, "li", {}),
    ("Rating", "rate_for"): (make.rating, "clerk", {}),
    ("Nomination", "award"): (make.nomination, "chair", {}),
    ("Nomination", "pass"): (make.nomination, "chair", {}),
    ("Call", "take_up"): (open_call, "li", {}),
    ("Lead", "accept"): (make.lead, "editor", {}),
    ("Lead", "transcribe"): (make.lead, "editor", {}),
    ("Lead", "park"): (make.lead, "editor", {}),
    ("Lead", "sort"): (make.lead, "editor", {"category": "road", "committee": "", "agency": ""}),
    ("Lead", "bin"): (parked, "editor", {}),
    ("Lead", "redirect"): (make.lead, "editor", {}),
    ("Lead", "join"): (beside_another, "editor", {}),
    ("Lead", "take_up"): (make.reading, "editor", {"opinion": ""}),
    ("Lead", "pass_on"): (make.reading, "editor", {"to": ""}),
    ("Lead", "ask"): (make.lead, "editor", {}),
    ("Lead", "answer"): (make.reading, "editor", {}),
    ("Lead", "unuse"): (make.reading, "editor", {}),
    ("Lead", "reopen"): (replied, "editor", {}),
    ("Lead", "ask_contact"): (make.lead, "editor", {}),
    ("Opening", "refuse"): (make.opening, "office", {}),
    ("Opinion", "send_back"): (make.filed_opinion, "editor", {}),
    ("Opinion", "adopt"): (make.filed_opinion, "editor", {}),
    ("Opinion", "keep"): (make.filed_opinion, "editor", {}),
    ("Opinion", "edit"): (make.adopted_opinion, "editor", {}),
    ("Opinion", "combine"): (make.adopted_opinion, "editor", {"synthesis": "", "title": "社区卫生服务综合"}),
    ("Opinion", "split"): (combined, "editor", {}),
    ("Opinion", "check"): (make.edited_opinion, "office", {}),
    ("Opinion", "back_to_editing"): (make.edited_opinion, "office", {}),
    ("Opinion", "record_adoption"): (make.issued_opinion, "editor", {}),
    ("Objection", "uphold"): (make.objection, "office", {}),
    ("Objection", "keep"): (make.objection, "office", {}),
    ("StandingRound", "extend"): (make.standing_round, "office", {"closes_on": later()}),
    ("StandingReport", "send_back"): (make.submitted_standing_report, "office", {}),
    ("StandingReport", "excuse"): (make.standing_report, "office", {}),
    ("NewsItem", "read"): (make.submitted_news, "editor", {}),
    ("NewsItem", "check"): (make.read_news, "office", {}),
    ("NewsItem", "return"): (make.submitted_news, "editor", {}),
    ("NewsItem", "correct"): (make.published_news, "chair", {"content": "走访了三家企业。"}),
    ("NewsItem", "take_down"): (make.published_news, "office", {}),
    ("NewsItem", "restore"): (taken_news, "chair", {}),
    ("RuleBook", "retire"): (make.adopted_book, "chair", {}),
    ("MemberChange", "endorse"): (make.proposed_change, "chair", {"held_on": "2017-02-28"}),
    ("MemberChange", "return"): (make.proposed_change, "chair", {}),
    ("MemberChange", "refuse"): (make.proposed_change, "chair", {}),
    ("MemberChange", "decide"): (
        make.endorsed_change,
        "office",
        {"decided_on": "2017-03-01", "effective_on": "2017-03-01", "document": "上政协〔2017〕5号"},
    ),
    ("MemberChange", "reject"): (make.endorsed_change, "office", {}),
    ("MemberChange", "amend"): (lambda cast: make.coming_change(cast, timezone.now()), "office", {}),
    ("MemberChange", "withdraw"): (make.change, "office", {}),
    ("Correction", "refuse"): (make.correction, "office", {}),
    ("Appraisal", "correct"): (make.sealed_appraisal, "office", {}),
    ("OfficeReview", "grade"): (make.submitted_review, "reviewer", {"grade": "fair"}),
    ("OfficeReview", "return"): (make.submitted_review, "reviewer", {}),
    ("OfficeReview", "send_back"): (make.graded_review, "office", {}),
    ("OfficeReview", "answer"): (make.confirmed_review, "clerk", {}),
    ("Report", "send"): (make.report, "office", {}),
    ("Report", "return"): (make.sent_report, "chair", {}),
    ("Report", "withdraw"): (make.report, "office", {}),
    ("Report", "correct"): (make.sealed_report, "office", {}),
    ("Output", "check"): (make.sent_output, "office", {}),
    ("Output", "send_back"): (make.sent_output, "office", {}),
    ("Output", "withdraw"): (make.output, "editor", {}),
    ("Output", "deliver"): (make.signed_output, "editor", make.DELIVER),
    ("Output", "deliver_more"): (make.delivered_output, "editor", make.DELIVER),
    ("Output", "record_receipt"): (make.delivered_output, "editor", {"received_on": "2017-03-01"}),
    ("Output", "register"): (make.delivered_output, "editor", {"given_on": "2017-03-01", "leader": "孙区长"}),
    ("Output", "answer_advice"): (make.delivered_output, "editor", {"measures": "四月起轮值"}),
    ("Output", "conclude"): (settled, "editor", {}),
    ("Output", "reopen"): (ended, "editor", {}),
    ("Output", "unpublish"): (published, "office", {}),
    ("Instruction", "transfer"): (make.instruction, "office", {}),
    ("Instruction", "transfer_more"): (transferred, "office", {}),
    ("Instruction", "keep"): (make.instruction, "office", {}),
    ("Instruction", "void"): (make.instruction, "office", {}),
    ("FollowUp", "hand_back"): (make.follow_up, "housing_clerk", {}),
    ("FollowUp", "insist"): (given_back, "office", {}),
    ("FollowUp", "recall"): (make.follow_up, "office", {}),
    ("FollowUp", "extend"): (make.follow_up, "office", {}),
    ("FollowUp", "urge"): (make.follow_up, "office", {}),
    ("FollowUp", "report"): (taken_follow_up, "housing_clerk", {}),
    ("FollowUp", "return"): (make.reported_follow_up, "editor", {}),
    ("FollowUp", "accept"): (make.reported_follow_up, "editor", {}),
    ("Gathering", "invite"): (make.gathering, "office", {"circle": "all", "role": "due"}),
    ("Gathering", "drop"): (make.gathering, "office", {}),
    ("Gathering", "divide"): (grouped, "office", MOVED),
    ("Gathering", "change"): (make.notified_gathering, "office", MOVED),
    ("Gathering", "remind"): (make.notified_gathering, "office", {}),
    ("Gathering", "cancel"): (make.notified_gathering, "office", {}),
    ("Gathering", "record"): (make.gathering, "office", {}),
    ("Gathering", "correct"): (make.held_gathering, "office", {}),
    ("Gathering", "reopen"): (settled_gathering, "office", {}),
    ("Leave", "grant"): (make.leave, "chair", {}),
    ("Leave", "refuse"): (make.leave, "chair", {}),
    ("Speech", "choose"): (submitted_speech, "editor", {}),
    ("Speech", "check"): (chosen_speech, "office", {}),
    ("Speech", "return"): (submitted_speech, "editor", {}),
    ("Speech", "speak"): (checked_speech, "chair", {}),
    ("Speech", "print"): (checked_speech, "chair", {}),
    ("Speech", "decline"): (submitted_speech, "editor", {}),
    ("Speech", "arrange"): (oral_speech, "office", {}),
    ("Briefing", "recall"): (issued_briefing, "office", {}),
    ("Ballot", "correct"): (declared_ballot, "office", {}),
    ("Material", "revise"): (make.material, "li", {}),
    ("Material", "read"): (make.sent_material, "editor", {}),
    ("Material", "check"): (make.read_material, "office", {}),
    ("Material", "approve"): (make.checked_material, "chair", {}),
    ("Material", "return"): (make.sent_material, "editor", {}),
    ("Material", "decline"): (make.sent_material, "editor", {}),
    ("Material", "describe"): (make.sent_material, "editor", {"return_on": "", "drive": ""}),
    ("Material", "use"): (make.kept_material, "editor", {"used_on": "2017-03-01"}),
    ("Material", "give_back"): (sent_loan, "editor", {"returned_on": "2017-03-01"}),
    ("Drive", "extend"): (open_drive, "editor", {"closes_on": "2017-12-31"}),
    ("Handover", "list_more"): (with_more, "editor", {"type": "", "drive": "", "batch": ""}),
    ("Handover", "list_fewer"): (make.handover, "editor", {}),
    ("Handover", "hand"): (make.handover, "editor", {"handed_on": "2017-03-01"}),
    ("Handover", "receive"): (make.handed_list, "editor", {"received_on": "2017-03-01"}),
    ("Handover", "recall"): (make.handed_list, "office", {}),
    ("Handover", "void"): (make.handover, "editor", {}),
    ("Liaison", "report"): (make.liaison, "convener", {"held_on": "2017-05-10"}),
    ("Liaison", "move"): (make.liaison, "convener", {"due_on": "2017-06-10"}),
    ("Liaison", "drop"): (make.liaison, "convener", {}),
    ("Subject", "choose"): (make.subject, "office", {}),
    ("Subject", "keep"): (make.subject, "office", {}),
    ("Subject", "decline"): (make.subject, "office", {}),
    ("Subject", "merge"): (beside_another_topic, "office", {}),
    ("Subject", "reopen"): (declined_subject, "office", {}),
    ("Plan", "collect"): (make.plan, "office", {"collects_until": later()}),
    ("Plan", "endorse"): (discussed_plan, "chair", {}),
    ("Plan", "return"): (discussed_plan, "chair", {}),
    ("Plan", "submit"): (endorsed_plan, "office", {}),
    ("Plan", "approve"): (make.submitted_plan, "office", {"approved_on": "2017-03-01"}),
    ("Plan", "refuse"): (make.submitted_plan, "office", {}),
    ("Plan", "amend"): (make.issued_plan, "office", {}),
    ("Plan", "keep"): (amended_plan, "office", {}),
    ("Plan", "close"): (make.issued_plan, "office", {}),
    ("Line", "begin"): (make.line, "convener", {}),
    ("Line", "arrange"): (make.running_line, "convener", {"gatherings": []}),
    ("Line", "gather"): (handling_line, "clerk", {"proposals": []}),
    ("Line", "attach"): (make.running_line, "office", {"outputs": []}),
    ("Line", "note"): (make.running_line, "convener", {}),
    ("Line", "conclude"): (finished_line, "office", {}),
    ("Line", "reopen"): (concluded_line, "office", {}),
    ("Research", "approve"): (asked_research, "office", {}),
    ("Research", "return"): (asked_research, "office", {}),
    ("Research", "record"): (make.running_research, "li", {"on": "2017-03-01"}),
    ("Research", "write"): (make.running_research, "convener", {}),
    ("Research", "extend"): (make.running_research, "office", {"due_on": "2017-06-30"}),
    ("Research", "back"): (make.reported_research, "office", {}),
    ("Research", "deliver"): (make.reported_research, "office", {}),
    ("Research", "drop"): (make.running_research, "office", {}),
    ("Forum", "revise"): (make.forum, "office", {"closes_on": later(), "line": ""}),
    ("Forum", "invite"): (live_forum, "editor", {}),
    ("Forum", "extend"): (live_forum, "editor", {"closes_on": later()}),
    ("Forum", "summarise"): (closed_forum, "editor", {}),
    ("Forum", "hand_over"): (live_forum, "office", {}),
    ("Forum", "cancel"): (live_forum, "editor", {}),
    ("ForumPost", "hide"): (in_forum(make.forum_post), "editor", {}),
    ("Statement", "accept"): (in_forum(make.statement), "editor", {}),
    ("Statement", "decline"): (in_forum(make.statement), "editor", {}),
    ("Statement", "sort"): (accepted_statement, "editor", {}),
    ("Supervision", "compose"): (make.supervision, "office", {}),
    ("Supervision", "recuse"): (make.supervision, "li", {}),
    ("Supervision", "send_back"): (submitted_scheme, "chair", {}),
    ("Supervision", "checklist"): (make.supervision, "office", {"items": "堆场覆盖｜全部覆盖"}),
    ("Supervision", "notify"): (make.approved_supervision, "office", {}),
    ("Supervision", "schedule"): (
        make.running_supervision,
        "office",
        {"planned_on": later(), "gathering": ""},
    ),
    ("Supervision", "survey"): (appraised, "office", {"ends_on": later(), "bodies": _sector}),
    ("Supervision", "paper_sheets"): (surveyed, "office", {"sent": "30", "sheets": "28"}),
    ("Supervision", "choose"): (differing, "li", {}),
    ("Supervision", "relist"): (make.listed_supervision, "office", {}),
    ("Supervision", "opine"): (make.listed_supervision, "office", {}),
    ("Supervision", "close"): (closable, "office", {}),
    ("Supervision", "publish"): (closed, "chair", {}),
    ("Supervision", "unpublish"): (published_supervision, "office", {}),
    ("Supervision", "cancel"): (make.supervision, "office", {}),
    ("Hearing", "prepare"): (make.hearing, "housing_clerk", {}),
    ("Hearing", "postpone"): (make.hearing, "office", {"planned_on": later()}),
    ("Hearing", "hear"): (make.hearing, "office", {"heard_on": "2017-03-01", "gathering": ""}),
    ("Hearing", "collect"): (make.heard_hearing, "li", {}),
    ("Hearing", "answer"): (make.sent_hearing, "housing_clerk", {}),
    ("Hearing", "return"): (answered_hearing, "office", {}),
    ("Hearing", "cancel"): (make.hearing, "office", {}),
    ("Finding", "revise"): (make.found, "wang", {}),
    ("Finding", "drop"): (make.found, "li", {}),
    ("Finding", "plan"): (fresh(make.sent_finding), "housing_clerk", {"due_on": later()}),
    ("Finding", "replan"): (make.planned_finding, "housing_clerk", {}),
    ("Finding", "extend"): (make.planned_finding, "office", {"due_on": later()}),
    ("Finding", "urge"): (make.planned_finding, "office", {}),
    ("Finding", "report"): (make.planned_finding, "housing_clerk", {}),
    ("Finding", "pass"): (make.reported_finding, "li", LOOK),
    ("Finding", "fail"): (make.reported_finding, "li", LOOK | {"due_on": later()}),
    ("Monitor", "renew"): (make.monitor, "office", {"ends_on": "2020-03-01"}),
    ("Monitor", "end"): (make.monitor, "office", {}),
    ("MonitorLetter", "take"): (make.sent_letter, "office", {"way": "opinion", "supervision": ""}),
    ("MonitorLetter", "keep"): (make.sent_letter, "office", {}),
}


# taken on a page of its own, with its preview: FORMS has it
ELSEWHERE = {("Output", "instruct")}


def asked_steps() -> list[tuple[str, str]]:
    """Every step of every lifecycle that asks a person for something."""
    return [
        (life.model.__name__, step.action)
        for life in Lifecycle.every
        for step in life.steps
        if step.form is not None and step.who is not SYSTEM
        if (life.model.__name__, step.action) not in ELSEWHERE
    ]


def _step_door(key: tuple[str, str]) -> Door:
    maker, who, answers = STEPS[key]
    return Door(".".join(key), who, lambda cast: step_url(maker(cast), key[1]), answers)


# -- forms that are no steps ---------------------------------------------------------------------------------------
def _at(url: str) -> Make:
    return lambda cast: url


def _appraisals(cast: Cast) -> str:
    make.adopted_book(cast)
    return "/duty/appraisals/"


def _standing_round(cast: Cast) -> str:
    make.standing_round(cast, year=2016)
    return "/duty/standing/"


def _this_period(cast: Cast) -> str:
    return str(office_queries.span_of(timezone.localdate()).starts_on)


def _office_head(cast: Cast) -> str:
    make.office_posts(cast)
    return "/duty/office/begin/"


def _report_part(cast: Cast) -> str:
    report = make.report(cast)
    return f"/reports/annual/{report.pk}/parts/{report.sections.get().pk}/"


def _draft_save(cast: Cast) -> str:
    return f"/proposals/{make.draft(cast).pk}/draft/save/"


def _paper_save(cast: Cast) -> str:
    return f"/proposals/{paper(cast).pk}/draft/save/"


def _people(cast: Cast) -> str:
    one = make.draft(cast)
    people_read = [
        {
            "name": "李清",
            "sector": "",
            "member": None,
            "candidates": [cast.member_wang.pk],
            "is_settled": False,
        }
    ]
    actions.keep_notes(one, cast.li, {"people": people_read})
    return f"/proposals/{one.pk}/draft/cosponsors/"


def _receipt(cast: Cast) -> str:
    """The page of a letter that came by the web."""
    taken = voices.take_in(voices.Voice("web", "路灯坏了。", "door"), timezone.now())
    return f"/open/r/{taken.token}"


def _feedback(cast: Cast) -> str:
    from huisheng.desk.models import Feedback

    return f"/desk/feedback/{Feedback.objects.create(content='字太小', at=make.DAY).pk}"


def _notice(cast: Cast) -> str:
    journal.tell([cast.li], "《电梯》：催办", key="door", at=make.DAY, url="/proposals/1/")
    return f"/desk/notices/{cast.li.notices.get(key='door').pk}/mute"


def _muted(cast: Cast) -> str:
    from huisheng.desk.models import Muted

    return f"/desk/muted/{Muted.objects.create(account=cast.li, url='/x', text='电梯', at=make.DAY).pk}/end"


def _sending(cast: Cast, state: str) -> int:
    from huisheng.desk.models import Sending

    return Sending.objects.create(
        account=cast.li, carrier="sms", key=f"door-{state}", text="电梯", state=state, made_at=make.DAY
    ).pk


def _publish(cast: Cast) -> str:
    make.decided(cast)
    return "/desk/send/publish"


def _membership(cast: Cast) -> str:
    one = Membership.objects.get(member=cast.member_li)
    return f"/people/members/{cast.member_li.pk}/leave/{one.pk}"


def _at_standing_seat(act: str) -> Make:
    def opened(cast: Cast) -> str:
        make.stands(cast, cast.member_li)
        return f"/people/members/{cast.member_li.pk}/standing/{cast.member_li.standing_seats.get().pk}/{act}"

    return opened


def _post(cast: Cast) -> str:
    return f"/people/accounts/{cast.chair.pk}/posts/{cast.chair.posts.get().pk}/end"


def _coming_rule(cast: Cast) -> str:
    row = Setting.objects.create(
        name="span.review", value="5w", starts_on=date(2099, 1, 1), account=cast.office, at=make.DAY
    )
    return f"/rules/{row.name}/{row.pk}/drop"


def _slip(cast: Cast) -> str:
    from huisheng.people.models import Account

    account = Account.objects.create_user("fresh", "新来者", None)
    return people.issue_slip(account, by=cast.admin, at=timezone.now())


def _rule(kind: str) -> Make:
    return lambda cast: f"/rules/{next(one.name for one in local.RULES.values() if one.kind == kind)}"


def _batch(cast: Cast) -> Any:
    from huisheng.people import importing

    sheet = "姓名,性别,界别\n张明,男,经济界\n刘新宇,女,不存在界\n".encode()
    return importing.prepare("members", sheet, "委员.csv", account=cast.office, at=timezone.now())


def _item(cast: Cast) -> str:
    one = make.issue(cast)
    return f"/bulletins/{one.pk}/items/{one.items.get().pk}/"


def _issue_add(cast: Cast) -> str:
    one = make.issue(cast, items=0)
    make.issued_opinion(cast)
    return f"/bulletins/{one.pk}/add/"


def _issued_one(cast: Cast) -> str:
    return str(Opinion.objects.latest("pk").pk)


def _topic_from(cast: Cast) -> str:
    make.call(cast)
    return f"/proposals/topic-from/lead/{make.reading(cast).pk}/"


def _a_call(cast: Cast) -> str:
    return str(Call.objects.latest("pk").pk)


def _carry(cast: Cast) -> str:
    one = make.gathering(cast)
    make.gathering(cast, title="主席会议", type="chairs")
    return f"/gatherings/{one.pk}/agenda/{one.agenda.get().pk}/carry/"


def _other_meeting(cast: Cast) -> str:
    return str(Gathering.objects.latest("pk").pk)


def _photo(cast: Cast) -> str:
    one = make.held_gathering(cast)
    photo = keep("照片".encode(), "会场.txt", one, cast.office, "photo", make.DAY)
    return f"/gatherings/{one.pk}/photos/{photo.pk}/remove/"


def _item_files(cast: Cast) -> str:
    one = make.gathering(cast)
    return f"/gatherings/{one.pk}/agenda/{one.agenda.get().pk}/files/"


def _empty_tables(*names: str) -> dict[str, str]:
    return {f"{name}-{key}": "0" for name in names for key in ("TOTAL_FORMS", "INITIAL_FORMS")}


# what the planning page and the page of the agenda send along
PLANNED = {
    "type": "plenary", "title": "全体会议", "starts_at": "2017-03-09T09:00", "ends_at": "2017-03-09T11:30", "place": "会议中心",
    "host": "", **_empty_tables("parts", "stops", "guests", "aid"),
}  # fmt: skip
ITEMS = {
    "items-TOTAL_FORMS": "1",
    "items-INITIAL_FORMS": "0",
    "items-0-title": "审议报告",
    "items-0-minutes": "20",
}


def _meeting(word: str) -> Make:
    """A page of one that is announced, so that it takes speeches, remarks and votes."""
    return lambda cast: f"/gatherings/{make.notified_gathering(cast).pk}/{word}/"


def _said(cast: Cast) -> str:
    """The page of a new briefing, with something said that could go into it."""
    one = make.open_gathering(cast)
    floor.note_remark(one, cast.office, {"name": "李清和", "text": "电梯补贴应当写明标准。"}, at=make.MEETS)
    return f"/gatherings/{one.pk}/briefings/new/"


def _remark(cast: Cast) -> str:
    one = make.briefing(cast).gathering
    return f"/gatherings/{one.pk}/remarks/{one.remarks.get().pk}/"


def _first_statement(cast: Cast) -> str:
    return str(Statement.objects.filter(state="accepted").order_by("pk").values_list("pk", flat=True)[0])


def _vote(cast: Cast) -> str:
    return f"/consultations/forums/{live_forum(cast).pk}/vote/"


# the line of votes that the page of counts sends along
VOTES = {
    "lines-TOTAL_FORMS": "1",
    "lines-INITIAL_FORMS": "1",
    "lines-0-name": "决议草案",
    "lines-0-in_favour": "1",
}
# the rows of advice that a page of a paper sends along
ROWS = {
    "advice-TOTAL_FORMS": "1", "advice-INITIAL_FORMS": "0", "advice-0-area": "16", "advice-0-content": "周末留窗口。",
}  # fmt: skip
RULES = {
    "from_year": "2017", "bands": "90 优秀", "joined_after": "10-01",
    "category-TOTAL_FORMS": "1", "category-INITIAL_FORMS": "0", "category-0-code": "all", "category-0-label": "履职",
    "item-TOTAL_FORMS": "1", "item-INITIAL_FORMS": "0", "item-0-label": "出席", "item-0-category": "all",
    "item-0-credit": "gathering.attend", "item-0-points": "2.5",
}  # fmt: skip
TEXTS, IDS, DATE, CODE, NUMBER, FLAG = "text", "id", "date", "code", "number", "flag"
PLANNED_KINDS = dict.fromkeys((*PLANNED, "leader", "note"), TEXTS) | {
    "session": IDS, "number": NUMBER, "partners": IDS, "joints": CODE, "is_open": FLAG, "most": NUMBER, "reply_by": DATE,
}  # fmt: skip
SCHEME = {"starts_on": "2017-03-01", "ends_on": "2017-06-30", "proposals": "", "host": ""}


def _check(cast: Cast) -> str:
    one = make.running_supervision(cast)
    return f"/supervision/{one.pk}/field/{one.items.get(number=1).pk}/"


FORMS = (
    Door("draft", "li", _draft_save, page=lambda url: url.replace("save/", "")),
    Door("paper draft", "clerk", _paper_save, page=lambda url: url.replace("save/", ""), answers={"sponsor_body": ""}),
    Door("write", "li", _at("/proposals/new/write/"), {"as": ""}, {"as": CODE, "topic": IDS, "is_paper": FLAG}, None, False),
    Door("paste", "li", _at("/proposals/new/paste/"), {"text": make.TEXT["title"] + "\n" + make.TEXT["situation"], "html": ""},
         {"text": TEXTS, "html": TEXTS, "is_paper": FLAG}, None, False, share=5),
    Door("settle people", "li", _people, {}, {"person-0": IDS, "person-99": IDS, "person-x": IDS}, None),
    Door("take other", "li", lambda cast: f"/proposals/{make.draft(cast).pk}/draft/other/", {}, {"x": TEXTS}, None),
    Door("opened", "li", lambda cast: f"/proposals/{make.answered(cast).pk}/opened/", {}, {"x": TEXTS}, None),
    Door("phone", "housing_clerk", lambda cast: f"/proposals/{make.assignment(cast).proposal_id}/phone/", {}, {"x": TEXTS}, None,
         succeeds=False),
    Door("call", "clerk", _at("/proposals/calls/new/"), {"closes_on": later()}),
    Door("call edit", "clerk", lambda cast: f"/proposals/calls/{make.call(cast).pk}/edit/", {"closes_on": later()}),
    Door("topic from", "office", _topic_from, {"call": _a_call}),
    Door("draft from", "office", lambda cast: f"/proposals/draft-from/lead/{make.reading(cast).pk}/", {}, {"as": CODE}, None),
    Door("nominate agency", "clerk", _at("/proposals/nominations/new/"), {"year": "2017", "proposal": ""}),
    Door("nominate", "clerk", lambda cast: f"/proposals/nominations/new/?proposal={make.concluded(cast).pk}", {"year": "2017"}),
    Door("compile", "clerk", _at("/proposals/compile/"), {"year": "2017"}, {"year": NUMBER}, None),
    Door("feedback", "li", _at("/feedback")),
    Door("feedback of a stranger", "", _at("/feedback")),
    Door("public letter", "", _at("/open/say/"),
         {"text": "路灯坏了。", "letter": Letter.new(timezone.now()).sealed(), "page": "text", "go": "on"},
         dict.fromkeys(("text", "letter", "page", "go", "homepage"), TEXTS), None),
    Door("public message", "", _receipt, {"text": "又坏了两盏。", "pass": signing.dumps("door", salt=WRITE)},
         {"text": TEXTS, "pass": TEXTS}, None),
    Door("public feedback", "", _at("/open/feedback/")),
    Door("answer feedback", "office", _feedback, {"answer": "已经改大"}, {"answer": TEXTS}, None),
    Door("read all", "li", _at("/desk/notices/read"), {}, {"x": TEXTS}, None),
    Door("mute", "li", _notice, {}, {"x": TEXTS}, None),
    Door("unmute", "li", _muted, {}, {"x": TEXTS}, None),
    Door("calendar", "li", _at("/desk/calendar"), {"act": "stop"}, {"act": CODE}, None),
    Door("wishes", "li", _at("/desk/wishes"), {"carrier": "mail"}, {"carrier": CODE}, None),
    Door("resend", "office", lambda cast: f"/desk/outbox/{_sending(cast, 'failed')}/resend", {}, {"x": TEXTS}, None),
    Door("settle", "clerk", lambda cast: f"/desk/outbox/{_sending(cast, 'failed')}/settle", {}, {"x": TEXTS}, None),
    Door("release", "editor", lambda cast: f"/desk/outbox/{_sending(cast, 'held')}/release", {}, {"x": TEXTS}, None),
    Door("publish batch", "clerk", _publish, {"chosen": []}, {"chosen": IDS, "key": TEXTS}, None),
    Door("assign batch", "office", _at("/desk/send/assign"), {"chosen": []}, {"chosen": IDS, "key": TEXTS}, None),
    Door("prefs", "li", _at("/prefs"), {"scale": "1.4"}, {"scale": CODE, "theme": CODE, "keys": CODE, "next": TEXTS}, None),
    Door("typed", "li", _at("/typed"), {"place": "proposals.proposal:new:draft", "title": "字"}, {"place": CODE, "title": TEXTS},
         None, False),
    Door("activate", "", lambda cast: f"/activate?code={_slip(cast)}", {"password": "一条建言都有回声", "again": "一条建言都有回声"}),
    Door("activation code", "", _at("/activate"), {"code": "ABCD-EFGH"}, {"code": TEXTS}, None, False),
    Door("end sign-in", "li", _at("/me/sign-ins/end"), {"which": "others"}, {"which": IDS}, None),
    Door("member", "office", _at("/people/members/new"), {"phone": "", "born": "1968-05", "starts_on": "2017-01-01"}),
    Door("member edit", "office", lambda cast: f"/people/members/{cast.member_li.pk}/edit", {"phone": "", "born": "1968-05"}),
    Door("member join", "office", lambda cast: f"/people/members/{cast.member_li.pk}/join", {"body": "committee"}),
    Door("member leave", "office", _membership),
    Door("member elect", "office", lambda cast: f"/people/members/{cast.member_li.pk}/elect"),
    Door("member redate", "office", _at_standing_seat("edit")),
    Door("member stand down", "office", _at_standing_seat("end")),
    Door("member retire", "office", lambda cast: f"/people/members/{cast.member_li.pk}/retire"),
    Door("member change", "office", _at("/people/changes/new"), {"born": "1975-08", "name": "吕𬱖", "apart": "on"}),
    Door("member change edit", "office", lambda cast: f"/people/changes/{make.new_member(cast).pk}/edit", {"sort": "join", "born": "1975-08"}),
    Door("correction", "li", _at("/me/particulars"), {"name": "李清和", "phone": "13812345678", "email": "li@example.cn", "born": "1968-05"}),
    Door("agency", "office", _at("/people/agencies/new"), {"phone": ""}),
    Door("agency edit", "office", lambda cast: f"/people/agencies/{cast.housing.pk}/edit", {"phone": "", "ends_on": ""}),
    Door("body", "office", _at("/people/bodies/new")),
    Door("body edit", "office", lambda cast: f"/people/bodies/{cast.committee.pk}/edit"),
    Door("term", "office", _at("/people/terms/new"), {"number": "10", "starts_on": "2022-01-01", "ends_on": ""}),
    Door("term edit", "office", lambda cast: f"/people/terms/{cast.session.term_id}/edit", {"ends_on": ""}),
    Door("session", "office", _at("/people/sessions/new"), {
        "number": "2", "year": "2018", "opens_on": "2018-02-01", "closes_on": "2018-02-03", "cutoff_at": "2018-02-02T17:00",
        "counts_from": "2017-02-15T00:00"}),
    Door("session edit", "office", lambda cast: f"/people/sessions/{cast.session.pk}/edit", {
        "opens_on": "2017-02-13", "closes_on": "2017-02-15", "cutoff_at": "2017-02-14T17:00", "counts_from": "2016-12-06T00:00"}),
    Door("account", "admin", _at("/people/accounts/new"), {"phone": "", "username": "somebody"}),
    Door("account reach", "admin", lambda cast: f"/people/accounts/{cast.zhao.pk}/reach",
         {"phone": "", "email": "zhao@example.cn", "wecom": "zhao"}),
    Door("post", "admin", lambda cast: f"/people/accounts/{cast.zhao.pk}/posts/new", {"kind": "clerk", "ends_on": ""}),
    Door("post end", "admin", _post),
    Door("switch", "admin", lambda cast: f"/people/accounts/{cast.zhao.pk}/switch", {"act": "disable"}, {"act": CODE}, None),
    Door("slip", "admin", lambda cast: f"/people/accounts/{cast.zhao.pk}/slip", {}, {"x": TEXTS}, None, False),
    Door("calendar", "office", _at("/rules/calendar"), {"is_workday": "False", "date": "2030-01-01"}),
    Door("calendar drop", "office", lambda cast: f"/rules/calendar/{CalendarDay.objects.first().pk}/drop", {}, {"x": TEXTS}, None),
    Door("option", "office", _at("/rules/lists/category_local/new"), {"code": "brand_new", "ends_on": ""}),
    Door("option edit", "office",
         lambda cast: f"/rules/lists/category_local/{Option.objects.filter(list='category_local').first().pk}", {"ends_on": ""}),
    *(Door(f"rule of {kind}", "office", _rule(kind), {"value": value})
      for kind, value in (("span", "10个工作日"), ("days", "5"), ("text", "字"), ("number", "5"), ("yes_no", "True"), ("month_day", "10-15"), ("choice", "6"))),
    Door("rule drop", "office", _coming_rule, {}, {"x": TEXTS}, None),
    Door("import decide", "office", lambda cast: f"/imports/{_batch(cast).pk}/decide", {"do-2": "skip"},
         {"do-2": CODE, "do-3": CODE, "set-3-sector": TEXTS, "all": CODE}, None),
    Door("import columns", "office", lambda cast: f"/imports/{_batch(cast).pk}/columns",
         {"column-0-0": "name", "column-0-1": "sex", "column-0-2": "sector"},
         {"column-0-0": CODE, "column-0-1": CODE, "column-0-2": CODE, "sheet": CODE}, None),
    Door("import again", "office", lambda cast: f"/imports/{_batch(cast).pk}/again", {}, {"x": TEXTS}, None),
    Door("opinion", "li", _at("/opinions/new/")),
    Door("opinion draft", "li", lambda cast: f"/opinions/{make.opinion(cast).pk}/draft/"),
    Door("opinion save", "li", lambda cast: f"/opinions/{make.opinion(cast).pk}/draft/save/",
         page=lambda url: url.replace("save/", "")),
    Door("register opinion", "editor", _at("/opinions/register/"), {"reporter_body": ""}),
    Door("lead", "editor", _at("/opinions/leads/new/")),
    Door("point", "editor", _at("/opinions/points/"), {"closes_on": later(), "opens_on": "2017-01-01"}),
    Door("point close", "editor", lambda cast: f"/opinions/points/{make.point(cast).pk}/close/", {}, {"x": TEXTS}, None),
    Door("lead read", "editor", lambda cast: f"/opinions/leads/{make.lead(cast).pk}/read/", {}, {"x": TEXTS}, None),
    Door("lead contact", "editor", lambda cast: f"/opinions/leads/{make.lead(cast).pk}/contact/", {}, {"x": TEXTS}, None, False),
    Door("objection", "li", lambda cast: f"/duty/members/{cast.member_li.pk}/objections/new/"),
    Door("standing round", "office", _standing_round, {"year": "2017", "closes_on": later()}),
    Door("standing report", "li", lambda cast: f"{make.standing_report(cast).get_absolute_url()}write/"),
    Door("honour", "office", _at("/duty/honours/"), {"given_on": "2017-02-20", "person": ""}),
    Door("rule book", "office", _at("/duty/rule-books/new/"), {"from_year": "2017"}),
    Door("rule book edit", "office", lambda cast: f"{make.rule_book(cast).get_absolute_url()}edit/", RULES),
    Door("appraisal", "office", _appraisals, {"year": "2017"}),
    Door("office begin", "clerk", _at("/duty/office/begin/"), {"period": _this_period, "everybody": ""},
         {"period": TEXTS, "everybody": CODE}, None),
    Door("office begin all", "office", _office_head, {"period": _this_period, "everybody": "on"},
         {"period": TEXTS, "everybody": CODE}, None),
    Door("office summary", "clerk", lambda cast: f"{make.office_review(cast, now()).get_absolute_url()}summary/"),
    Door("report", "office", _at("/reports/annual/new/"), {"year": "2017", "source": ""}),
    Door("report part", "office", _report_part, {"level": "1"}),
    Door("report more", "office", lambda cast: f"/reports/annual/{make.report(cast).pk}/parts/", {}, {"x": TEXTS}, None),
    Door("report order", "office", lambda cast: f"{_report_part(cast)}arrange/", {"act": "up"}, {"act": TEXTS}, None),
    Door("output", "editor", _at("/outputs/new/"), ROWS),
    Door("output edit", "editor", lambda cast: f"/outputs/{make.output(cast).pk}/edit/", ROWS),
    Door("output opened", "leader", lambda cast: f"/outputs/{make.delivered_output(cast).pk}/opened/", {}, {"x": TEXTS}, None),
    Door("instruct", "leader", lambda cast: f"/outputs/{make.delivered_output(cast).pk}/instruct/",
         {"stage": "confirm", "words": "请抓紧办。"}),
    Door("issue", "editor", _at("/bulletins/new/")),
    Door("issue add", "editor", _issue_add, {"opinion": _issued_one}, {"opinion": IDS}, None),
    Door("issue imprint", "editor", lambda cast: f"/bulletins/{make.issue(cast).pk}/imprint/",
         {"report_to": "区委", "send_to": "", "hand_to": "", "copies": "3"},
         {"report_to": TEXTS, "send_to": TEXTS, "hand_to": TEXTS, "copies": NUMBER}, None),
    Door("news", "clerk", _at("/bulletins/news/new/")),
    Door("news of a meeting", "clerk", lambda cast: f"/bulletins/news/new/?from=gathering-{make.held_gathering(cast).pk}"),
    Door("news written on", "clerk", lambda cast: f"/bulletins/news/{make.news_item(cast).pk}/write/"),
    Door("news photo", "clerk", lambda cast: f"/bulletins/news/{make.news_item(cast).pk}/photos/", {"caption": "走访"},
         {"file": TEXTS, "caption": TEXTS}, None, False),
    Door("news photos taken", "clerk", lambda cast: f"/bulletins/news/{make.news_item(cast).pk}/photos/take/", {},
         {"photos": IDS}, None, False),
    Door("news caption", "clerk", lambda cast: f"/bulletins/news/{make.news_item(cast, photos=1).pk}/photos/1/caption/",
         {"caption": "走访现场"}, {"caption": TEXTS}, None),
    Door("news photo removed", "clerk", lambda cast: f"/bulletins/news/{make.news_item(cast, photos=1).pk}/photos/1/remove/", {},
         {"x": TEXTS}, None),
    Door("item", "editor", _item),
    Door("item move", "editor", lambda cast: f"{_item(cast)}move/", {"to": "up"}, {"to": CODE}, None),
    Door("item remove", "editor", lambda cast: f"{_item(cast)}remove/", {}, {"x": TEXTS}, None),
    Door("gathering", "office", _at("/gatherings/new/"), {
        "starts_at": "2017-03-09T09:00", "ends_at": "2017-03-09T11:30", "host": ""}),
    Door("plan", "office", lambda cast: f"/gatherings/{make.gathering(cast).pk}/plan/", PLANNED, PLANNED_KINDS, None),
    Door("agenda", "office", lambda cast: f"/gatherings/{make.gathering(cast).pk}/agenda/", ITEMS, dict.fromkeys(ITEMS, TEXTS), None),
    Door("carry", "office", _carry, {"to": _other_meeting}, {"to": IDS}, None),
    Door("paper of the agenda", "office", _item_files, {}, {"file": TEXTS}, None, False),
    Door("minutes", "office", lambda cast: f"/gatherings/{make.held_gathering(cast).pk}/minutes/"),
    Door("notice read", "li", lambda cast: f"/gatherings/{coming_soon(cast).pk}/read/", {}, {"x": TEXTS}, None),
    Door("answer", "li", lambda cast: f"/gatherings/{coming_soon(cast).pk}/answer/", {"coming": "yes"}, {"coming": CODE}, None),
    Door("leave", "li", lambda cast: f"/gatherings/{coming_soon(cast).pk}/leave/"),
    Door("here", "li", lambda cast: f"/gatherings/{sitting_now(cast).pk}/here/", {}, {"code": CODE}, None),
    Door("roll", "office", lambda cast: f"/gatherings/{sitting_now(cast).pk}/roll/", {}, {"part": IDS, "came": IDS, "at-1": DATE}, None),
    Door("photo", "office", lambda cast: f"/gatherings/{make.held_gathering(cast).pk}/photos/", {"caption": "会场"},
         {"file": TEXTS, "caption": TEXTS}, None, False),
    Door("photo removed", "office", _photo, {}, {"x": TEXTS}, None),
    Door("study note", "li", lambda cast: f"/gatherings/{make.held_gathering(cast, type='study', hours=30).pk}/note/"),
    Door("liaison", "convener", _at("/gatherings/liaisons/new/"), {"due_on": "2017-05-10"}),
    Door("speech", "li", _meeting("speeches/new")),
    Door("speech edit", "li", lambda cast: f"/gatherings/speeches/{make.speech(cast).pk}/edit/"),
    Door("speech time", "office", lambda cast: f"/gatherings/speeches/{oral_speech(cast).pk}/time/", {"press": "begin"},
         {"press": CODE}, None),
    Door("remark", "office", _meeting("remarks")),
    Door("remark amend", "office", _remark),
    Door("briefing", "office", _said),
    Door("briefing edit", "office", lambda cast: f"/gatherings/briefings/{make.briefing(cast).pk}/edit/"),
    Door("ballot", "office", _meeting("ballots/new")),
    Door("ballot count", "office", lambda cast: f"/gatherings/ballots/{make.ballot(cast).pk}/edit/", VOTES),
    Door("topic", "li", _at("/consultations/subjects/new/")),
    Door("topic of a lead", "office", lambda cast: f"/consultations/subjects/new/?lead={make.reading(cast).pk}",
         {"body": "", "member": "", "agency": "", "reason": "群众反映。"}),
    Door("year's plan", "office", _at("/consultations/plans/new/"), {"year": "2019"}),
    Door("year's plan edit", "office", lambda cast: f"/consultations/plans/{make.plan(cast).year}/edit/"),
    Door("line", "office", lambda cast: f"/consultations/plans/{make.plan(cast).year}/lines/new/", {"subject": ""}),
    Door("line edit", "office", lambda cast: f"/consultations/lines/{make.plan(cast).lines.get().pk}/edit/"),
    Door("line move", "office", lambda cast: f"/consultations/lines/{make.plan(cast).lines.get().pk}/move/", {"way": "up"},
         {"way": CODE}, None),
    Door("line take out", "office", lambda cast: f"/consultations/lines/{make.plan(cast).lines.get().pk}/take-out/", {},
         {"x": TEXTS}, None, False),
    Door("research", "convener", _at("/consultations/research/new/"), {"starts_on": "2017-03-01"}),
    Door("research edit", "convener", lambda cast: f"/consultations/research/{make.research(cast).pk}/edit/"),
    Door("forum", "office", _at("/consultations/forums/new/"), {"closes_on": later(), "line": ""}),
    Door("forum post", "li", lambda cast: f"/consultations/forums/{live_forum(cast).pk}/posts/"),
    Door("statement", "li", lambda cast: f"/consultations/forums/{live_forum(cast).pk}/statements/"),
    Door("statements", "editor", lambda cast: f"/consultations/forums/{live_forum(cast).pk}/statements/"),
    Door("vote", "li", _vote, {"value": "1", "statement": _first_statement}, {"statement": IDS, "value": CODE}, None),
    Door("scheme", "office", _at("/supervision/new/"), SCHEME),
    Door("scheme edit", "office", lambda cast: f"/supervision/{make.supervision(cast).pk}/edit/", SCHEME),
    Door("finding", "wang", lambda cast: f"/supervision/{make.running_supervision(cast).pk}/findings/new/"),
    Door("check", "wang", _check, {"result": "fails", "note": "没有覆盖"}, {
        "result": CODE, "note": TEXTS, "place": TEXTS, "base": NUMBER, "seen_at": DATE}, None),
    Door("hearing", "office", _at("/supervision/hearings/new/"), {"planned_on": later(), "gathering": ""}),
    Door("sheet", "zhao", lambda cast: f"/supervision/{surveyed(cast).pk}/rate/"),
    Door("letter", "li", lambda cast: f"/supervision/monitors/{make.monitor(cast).pk}/letters/new/"),
    Door("letter edit", "li", lambda cast: f"/supervision/letters/{make.letter(cast).pk}/edit/"),
    Door("monitor", "office", _at("/supervision/monitors/new/"), {"starts_on": "2017-03-01", "ends_on": "2019-02-28"}),
    Door("material", "li", _at("/archive/new/"), {"type": "text", "content": "那年春天。", "return_on": "", "rights": "donated"}, share=3),
    Door("material files", "li", lambda cast: f"/archive/{make.material(cast).pk}/files/add/", {}, {"key": TEXTS}, None, False),
    Door("material contact", "editor", lambda cast: f"/archive/{make.sent_material(cast).pk}/contact/", {}, {"x": TEXTS}, None),
    Door("material review", "editor", lambda cast: f"/archive/review/read/?batch={make.sent_material(cast).batch_id or ''}",
         {"act": "pass", "chosen": []}, {"act": CODE, "chosen": IDS, "note": TEXTS, "batch": IDS}, None, False),
    Door("photo import", "editor", _at("/archive/imports/"), {"rights": "donated", "return_on": ""}, {"name": TEXTS, "provider_name": TEXTS}, None, False),
    Door("photo decide", "editor", lambda cast: f"/archive/imports/{make.photo_batch(cast).pk}/decide/", {"all": "doubt:take"},
         {"all": CODE, "do-1": CODE, "title-1": TEXTS, "dated-1": DATE, "show": CODE}, None, share=9),
    Door("drive", "editor", _at("/archive/drives/new/"), {"opens_on": "2017-03-01", "closes_on": "2017-10-31"}),
    Door("drive edit", "editor", lambda cast: f"/archive/drives/{make.drive(cast).pk}/edit/", {"opens_on": "2017-03-01", "closes_on": "2017-10-31"}),
    Door("handover", "editor", _at("/archive/handovers/")),
    Door("login", "", _at("/accounts/login/"), {"login": "li", "password": "一条建言都有回声"}),
    Door("change password", "li", _at("/accounts/password/change/"), {
        "oldpassword": "一条建言都有回声", "password1": "两条建言都有回声", "password2": "两条建言都有回声"}),
)  # fmt: skip


def doors() -> list[Door]:
    return [*(_step_door(key) for key in asked_steps() if key in STEPS), *FORMS]


__all__ = ["FORMS", "STEPS", "Door", "asked_steps", "doors"]
