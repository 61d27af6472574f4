"""Makers: a record in the state a test needs, always brought there through the lifecycle.

Every maker takes the cast and a moment; the default day is 1 March 2017, an ordinary working Wednesday.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from huisheng.archive import actions as archive
from huisheng.archive.models import Drive, Handover, Material, PhotoBatch
from huisheng.bulletins import actions as issues
from huisheng.bulletins import news_actions as news
from huisheng.bulletins.models import Issue
from huisheng.bulletins.models_news import NewsItem
from huisheng.consultations import actions as consultations
from huisheng.consultations import forum_actions as forums
from huisheng.consultations.models import Line, Plan, Research, Subject
from huisheng.consultations.models_forum import Forum, ForumPost, Statement
from huisheng.duty import actions as duty
from huisheng.duty import office_actions as office
from huisheng.duty import office_queries
from huisheng.duty import standing_actions as standing
from huisheng.duty.models import Appraisal, Honour, Objection, RuleBook
from huisheng.duty.models_office import OfficeReview
from huisheng.duty.models_standing import StandingReport, StandingRound
from huisheng.gatherings import actions as meetings
from huisheng.gatherings import floor
from huisheng.gatherings.models import Ballot, Briefing, Gathering, Leave, Liaison, Speech
from huisheng.kernel import store
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Option
from huisheng.opinions import actions as voices
from huisheng.opinions.models import CollectingPoint, Lead, Opening, Opinion
from huisheng.outputs import actions as papers
from huisheng.outputs.models import FollowUp, Instruction, Output
from huisheng.people import actions as roster
from huisheng.people import changing
from huisheng.people.models import Account, Body, Correction, Member, MemberChange, Post
from huisheng.proposals import actions
from huisheng.proposals.models import (
    Assignment,
    Call,
    Contact,
    Cosponsor,
    Countersign,
    Extension,
    Nomination,
    Promise,
    Proposal,
    Rating,
    Topic,
)  # fmt: skip
from huisheng.reports import actions as annual
from huisheng.reports.models import Report
from huisheng.supervision import actions as watching
from huisheng.supervision import letters
from huisheng.supervision.models import Finding, Hearing, Monitor, MonitorLetter, Supervision, Unit

from .cast import BEGAN, Cast, moment

DAY = moment("2017-03-01 09:30")
TEXT: dict[str, Any] = {
    "title": "关于给老旧小区加装电梯的提案",
    "situation": "我区一九九九年以前建成的多层住宅有四十六个小区，住户中六十岁以上的占三成，上下楼难。",
    "analysis": "难在三处：住户意见不一，手续要跑六个窗口，资金没有着落。",
    "suggestions": ["由街道司法所牵头编一份协商办法，写清一楼住户的补偿。", "设一个受理窗口，材料一次交清。"],
}
ANSWERS = {"letter": "A", "leader": "周建", "handler": "郑文", "phone": "68910000", "disclosure": "full"}
FILE = {"outcome": "file", "category_five": "society", "category_local": "urban"}


def draft(cast: Cast, at: datetime = DAY, **changes: Any) -> Proposal:
    return actions.start(cast.li, TEXT | changes, at=at)


def invited(cast: Cast, at: datetime = DAY) -> Proposal:
    proposal = draft(cast, at)
    perform(proposal, "invite", cast.li, {"members": [cast.member_wang.pk]}, at=at)
    return proposal


def submitted(cast: Cast, at: datetime = DAY, *, is_cosigned: bool = False, **changes: Any) -> Proposal:
    proposal = draft(cast, at, **changes)
    if is_cosigned:
        perform(proposal, "invite", cast.li, {"members": [cast.member_wang.pk]}, at=at)
        perform(proposal.cosponsors.get(), "accept", cast.wang, at=at)
    perform(proposal, "submit", cast.li, {"disclosure": "full"}, at=at)
    return proposal


def reviewed(cast: Cast, at: datetime = DAY, **options: Any) -> Proposal:
    proposal = submitted(cast, at, **options)
    perform(proposal, "pre_review", cast.clerk, FILE, at=at)
    return proposal


def decided(
    cast: Cast, at: datetime = DAY, outcome: dict[str, Any] | None = None, **options: Any
) -> Proposal:
    proposal = reviewed(cast, at, **options)
    perform(proposal, "decide", cast.reviewer, outcome or FILE, at=at)
    return proposal


def filed(cast: Cast, at: datetime = DAY, **options: Any) -> Proposal:
    proposal = decided(cast, at, **options)
    perform(proposal, "file", cast.clerk, at=at)
    return proposal


def handling(cast: Cast, at: datetime = DAY, *, is_joint: bool = False, **options: Any) -> Proposal:
    proposal = filed(cast, at, **options)
    assisting = [cast.traffic.pk] if is_joint else []
    perform(proposal, "plan", cast.clerk, {"lead": cast.housing.pk, "assisting": assisting}, at=at)
    perform(proposal, "assign", cast.office, at=at)
    return proposal


def assignment(cast: Cast, at: datetime = DAY, **options: Any) -> Assignment:
    """Sent to the housing bureau, not yet taken."""
    return handling(cast, at, **options).assignments.get(agency=cast.housing)


def taken(cast: Cast, at: datetime = DAY, **options: Any) -> Assignment:
    one = assignment(cast, at, **options)
    perform(one, "take", cast.housing_clerk, at=at)
    return one


def reply_answers(one: Assignment, **changes: Any) -> dict[str, Any]:
    """A full reply form for an assignment: every suggestion answered."""
    answers = {f"answer_{s.pk}": f"第{s.number}条：已经办理。" for s in one.proposal.text.suggestions.all()}
    return ANSWERS | answers | changes


def drafted(
    cast: Cast, at: datetime = DAY, answers: dict[str, Any] | None = None, **options: Any
) -> Assignment:
    one = taken(cast, at, **options)
    perform(one, "draft", cast.housing_clerk, reply_answers(one, **(answers or {})), at=at)
    return one


def approved(cast: Cast, at: datetime = DAY, **options: Any) -> Assignment:
    one = drafted(cast, at, **options)
    perform(one, "approve", cast.housing_head, at=at)
    return one


def answered(cast: Cast, at: datetime = DAY, **options: Any) -> Proposal:
    one = approved(cast, at, **options)
    perform(one, "deliver", cast.clerk, {"disclosed": "full"}, at=at)
    one.proposal.refresh_from_db()
    return one.proposal


def rate(rating: Rating, account: Account, at: datetime = DAY, **changes: Any) -> None:
    perform(rating, "rate", account, {"process": "good", "result": "good"} | changes, at=at)


def concluded(cast: Cast, at: datetime = DAY, **options: Any) -> Proposal:
    proposal = answered(cast, at, **options)
    rate(proposal.ratings.get(is_first=True), cast.li, at)
    proposal.refresh_from_db()
    return proposal


def promise(cast: Cast, at: datetime = DAY) -> Promise:
    """A delivered promise of the housing bureau, due on 1 June 2017."""
    planned = {"letter": "B", "promise_1_what": "出台加装电梯实施细则", "promise_1_who": "周建",
               "promise_1_due": "2017-06-01"}  # fmt: skip
    return answered(cast, at, answers=planned).promises.get()


def contact(cast: Cast, at: datetime = DAY) -> Contact:
    one = taken(cast, at)
    facts = {
        "form": "visit",
        "held_on": "2017-03-01",
        "people": "李清和、郑文",
        "points": "现场看了三个单元。",
    }
    perform(one, "contact", cast.housing_clerk, facts, at=at)
    return one.contacts.get()


def countersign(cast: Cast, at: datetime = DAY) -> Countersign:
    return drafted(cast, at, is_joint=True).replies.get().countersigns.get()


def extension(cast: Cast, at: datetime = DAY) -> Extension:
    one = taken(cast, at)
    perform(one, "extend", cast.housing_clerk, {"span": "15个工作日", "note": "需与省厅衔接"}, at=at)
    return one.extensions.get()


def cosponsor(cast: Cast, at: datetime = DAY) -> Cosponsor:
    return invited(cast, at).cosponsors.get()


def rating(cast: Cast, at: datetime = DAY) -> Rating:
    return answered(cast, at).ratings.get()


def nomination(cast: Cast, at: datetime = DAY) -> Nomination:
    return Nomination.objects.create(
        year=2017,
        proposal=concluded(cast, at),
        reason="办得实",
        nominated_by="提案委",
        account=cast.clerk,
        at=at,
    )


def call(cast: Cast, at: datetime = DAY) -> Call:
    one = Call.objects.create(
        title="2017年提案征集", session=cast.session, opens_on=date(2017, 1, 1), closes_on=date(2017, 2, 10),
        content="欢迎提出选题。", made_by=cast.clerk,
    )  # fmt: skip
    Topic.objects.create(call=one, number=1, title="背街小巷照明")
    return one


# -- 社情民意 ------------------------------------------------------------------------------------------------------
WORDS = {
    "title": "关于延长社区卫生站周末门诊的建议",
    "situation": "社区卫生站周末不开门，孩子发烧只能跑大医院。",
    "analysis": "人手按工作日排班。",
    "advice": "周末轮流留一个门诊窗口。",
}
ACCEPTED = {"gist": "社区卫生站周末不开门", "category": "health"}


def lead(cast: Cast, at: datetime = DAY, **changes: Any) -> Lead:
    """One received by telephone, with a contact."""
    voice = {
        "channel": "phone", "content": "济源路社区卫生站周末不开门。", "source_id": f"call-{Lead.objects.count()}",
        "gist": "卫生站周末不开门", "contact": {"name": "张大妈", "phone": "13800008201"},
    }  # fmt: skip
    return voices.take_in(voices.Voice(**(voice | changes)), at, cast.editor).lead


def point(cast: Cast, at: datetime = DAY, **changes: Any) -> CollectingPoint:
    """A sheet for the reception day of 1 March."""
    day = {
        "title": "委员接待日",
        "place": "社区大厅",
        "opens_on": timezone.localdate(at),
        "closes_on": timezone.localdate(at),
    }
    return voices.make_point(cast.editor, day | changes, at)


def reading(cast: Cast, at: datetime = DAY, **changes: Any) -> Lead:
    one = lead(cast, at, **changes)
    perform(one, "accept", cast.editor, ACCEPTED, at=at)
    return one


def opening(cast: Cast, at: datetime = DAY) -> Opening:
    one = lead(cast, at)
    perform(one, "ask_contact", cast.editor, {"reason": "核对地点"}, at=at)
    return one.openings.get()


def opinion(cast: Cast, at: datetime = DAY, **changes: Any) -> Opinion:
    return voices.start(cast.li, WORDS | changes, at=at)


def filed_opinion(cast: Cast, at: datetime = DAY, **changes: Any) -> Opinion:
    one = opinion(cast, at, **changes)
    perform(one, "submit", cast.li, at=at)
    return one


def adopted_opinion(cast: Cast, at: datetime = DAY, **changes: Any) -> Opinion:
    one = filed_opinion(cast, at, **changes)
    perform(one, "adopt", cast.editor, {"area": "16"}, at=at)
    return one


def edited_opinion(cast: Cast, at: datetime = DAY, **changes: Any) -> Opinion:
    one = adopted_opinion(cast, at, **changes)
    perform(one, "edit", cast.editor, WORDS, at=at)
    return one


def issued_opinion(cast: Cast, at: datetime = DAY, **changes: Any) -> Opinion:
    one = edited_opinion(cast, at, **changes)
    perform(one, "check", cast.office, WORDS, at=at)
    perform(one, "sign", cast.chair, at=at)
    return one


# -- 成果与报送，《政协直通车》 ----------------------------------------------------------------------------------------
REPORT = {
    "type": "report",
    "title": "关于社区养老服务的调研报告",
    "content": "全区有社区养老服务站三十一个，周末开放的只有六个。",
}
ADVICE = (("16", "周末轮流留一个门诊窗口。"), ("17", "养老服务站周末开放。"))
DELIVER = {"addressees": ["party_head", "government_head"], "how": "platform", "delivered_on": "2017-03-01"}
GIST = (
    "济源路等五个社区卫生站周末不开门，孩子发烧、老人取药都要跑到三公里外的区医院，"
    "周末急诊近三成是常见病。群众希望周末至少留一个窗口，方便就近看病取药。"
)
ITEM = {
    "headline": "社区卫生站周末应留门诊",
    "gist": GIST,
    "proposal": "请卫生部门安排周末轮值门诊。",
    "source": "李清和（教育界）反映",
    "voices": 3,
}


def output(cast: Cast, at: datetime = DAY, **changes: Any) -> Output:
    """A report being drafted, with two pieces of advice."""
    return papers.start(cast.editor, REPORT | changes, advice=ADVICE, at=at)


def sent_output(cast: Cast, at: datetime = DAY, **changes: Any) -> Output:
    one = output(cast, at, **changes)
    perform(one, "send", cast.editor, at=at)
    return one


def checked_output(cast: Cast, at: datetime = DAY, **changes: Any) -> Output:
    one = sent_output(cast, at, **changes)
    perform(one, "check", cast.office, at=at)
    return one


def signed_output(cast: Cast, at: datetime = DAY, **changes: Any) -> Output:
    one = checked_output(cast, at, **changes)
    perform(one, "sign", cast.chair, at=at)
    return one


def deliver(one: Output, cast: Cast, at: datetime = DAY) -> Output:
    perform(one, "deliver", cast.editor, DELIVER | {"leaders": [cast.leader.pk]}, at=at)
    return one


def delivered_output(cast: Cast, at: datetime = DAY, **changes: Any) -> Output:
    return deliver(signed_output(cast, at, **changes), cast, at)


def instruction(cast: Cast, at: datetime = DAY, one: Output | None = None, **changes: Any) -> Instruction:
    """The leader's own word on a delivered paper, given to the housing bureau."""
    one = one or delivered_output(cast, at)
    words = {"phrase": "study", "agencies": [cast.housing.pk]}
    perform(one, "instruct", cast.leader, words | changes, at=at)
    return one.instructions.order_by("-pk")[0]


def follow_up(cast: Cast, at: datetime = DAY, one: Instruction | None = None) -> FollowUp:
    """Sent to the housing bureau, not yet taken."""
    one = one or instruction(cast, at)
    asked = {"agencies": [cast.housing.pk], "task": one.words, "excerpt": "周末轮流留一个门诊窗口。"}
    perform(one, "transfer", cast.office, asked, at=at)
    return one.follow_ups.get()


def reported_follow_up(cast: Cast, at: datetime = DAY, one: FollowUp | None = None) -> FollowUp:
    one = one or follow_up(cast, at)
    perform(one, "take", cast.housing_clerk, at=at)
    said = {"report": "已经开了会。", "measures": "五个卫生站四月起周末轮值。"}
    perform(one, "report", cast.housing_clerk, said, at=at)
    return one


def issue(cast: Cast, at: datetime = DAY, items: int = 1, **changes: Any) -> Issue:
    """An issue of 《政协直通车》 with items ready to be checked."""
    one = issues.start(cast.editor, "express", at=at)
    for _ in range(items):
        item = issues.add_item(one, issued_opinion(cast, at), cast.editor, at)
        issues.save_item(item, cast.editor, ITEM | changes, at)
    return one


def signed_issue(cast: Cast, at: datetime = DAY, one: Issue | None = None, **options: Any) -> Issue:
    one = one or issue(cast, at, **options)
    perform(one.output, "send", cast.editor, at=at)
    perform(one.output, "check", cast.office, at=at)
    perform(one.output, "sign", cast.chair, at=at)
    return Issue.objects.select_related("output").get(pk=one.pk)


def delivered_issue(cast: Cast, at: datetime = DAY, **options: Any) -> Issue:
    one = signed_issue(cast, at, **options)
    deliver(one.output, cast, at)
    return one


# -- 会议与活动 ----------------------------------------------------------------------------------------------------------
MEETS = moment("2017-03-08 09:00")


def news_item(
    cast: Cast, at: datetime = DAY, sources: Sequence[Any] = (), photos: int = 0, **changes: Any
) -> NewsItem:
    """政协动态 that a clerk writes; photographs are drawn."""
    from huisheng.demo.drawing import draw

    words = {
        "title": "区政协走访企业", "column": "meeting", "happened_on": date(2017, 3, 1),
        "content": "三月一日，区政协到两家企业走访，听取银行贷款方面的意见。",
    } | changes  # fmt: skip
    one = news.start(cast.clerk, words, sources=sources, at=at)
    for number in range(photos):
        taken = draw(f"news {number}", taken_on=date(2017, 3, 1))
        upload = store.receive(taken, "走访.jpg", kinds=news.PICTURES)
        news.add_photo(one, cast.clerk, upload, f"走访现场之{number + 1}", at)
    return one


def submitted_news(cast: Cast, at: datetime = DAY, **options: Any) -> NewsItem:
    one = news_item(cast, at, **options)
    perform(one, "submit", cast.clerk, at=at)
    return one


def read_news(cast: Cast, at: datetime = DAY, **options: Any) -> NewsItem:
    one = submitted_news(cast, at, **options)
    perform(one, "read", cast.editor, {}, at=at)
    return one


def checked_news(cast: Cast, at: datetime = DAY, **options: Any) -> NewsItem:
    one = read_news(cast, at, **options)
    perform(one, "check", cast.office, {}, at=at)
    return one


def published_news(cast: Cast, at: datetime = DAY, **options: Any) -> NewsItem:
    one = checked_news(cast, at, **options)
    perform(one, "publish", cast.chair, at=at)
    return one


def gathering(cast: Cast, at: datetime = DAY, **changes: Any) -> Gathering:
    """A plenary in preparation: one half-day, everybody in office called, one item on the agenda."""
    data: dict[str, Any] = {
        "type": "plenary", "title": "九届一次全体会议", "starts_at": MEETS, "ends_at": moment("2017-03-08 11:30"),
        "place": "区会议中心", "session": cast.session, "number": 1,
    }  # fmt: skip
    one = meetings.start(cast.office, data | changes, at=at)
    meetings.save_agenda(one, cast.office, [{"number": 1, "title": "审议常委会工作报告"}], at)
    perform(one, "invite", cast.office, {"circle": "all", "role": "due"}, at=at)
    return one


def notified_gathering(cast: Cast, at: datetime = DAY, **changes: Any) -> Gathering:
    one = gathering(cast, at, **changes)
    perform(one, "notify", cast.office, at=at)
    return one


def open_gathering(cast: Cast, at: datetime = MEETS, **changes: Any) -> Gathering:
    one = notified_gathering(cast, **changes)
    perform(one, "open", cast.office, at=at)
    return one


ENDS = moment("2017-03-08 11:30")


def held_gathering(cast: Cast, at: datetime = ENDS, **changes: Any) -> Gathering:
    """Li came, the others did not."""
    one = open_gathering(cast, **changes)
    meetings.sign_in(one, cast.li, MEETS)
    perform(one, "close", cast.office, at=at)
    return one


def leave(cast: Cast, at: datetime = DAY, **changes: Any) -> Leave:
    one = notified_gathering(cast, **changes)
    return meetings.ask_leave(one, cast.li, {"parts": list(one.parts.all()), "reason": "illness"}, at=at)


def liaison(cast: Cast, at: datetime = DAY, **changes: Any) -> Liaison:
    """The committee means to see a sector in May."""
    data = {
        "body": cast.committee,
        "with_whom": "教育界委员",
        "by_whom": "戴召集",
        "way": "visit",
        "due_on": date(2017, 5, 10),
    }
    return meetings.plan_liaison(cast.convener, data | changes, at=at)


def speech(cast: Cast, at: datetime = DAY, **changes: Any) -> Speech:
    one = notified_gathering(cast)
    data = {
        "title": "让老旧小区的老人下得了楼",
        "content": TEXT["situation"],
        "speaker_member": cast.member_li,
    }
    return floor.start_speech(one, cast.li, data | changes, at=at)


def briefing(cast: Cast, at: datetime = MEETS) -> Briefing:
    one = open_gathering(cast)
    remark = floor.note_remark(
        one,
        cast.office,
        {"invitee": one.invitees.get(member=cast.member_li), "text": "电梯补贴应当写明标准。"},
        at=at,
    )
    return floor.start_briefing(one, cast.office, {"title": "第一组讨论摘要"}, [remark], at=at)


def ballot(cast: Cast, at: datetime = MEETS, *, host: Body | None = None, **changes: Any) -> Ballot:
    """Three due, three present; passed with two of three."""
    one = open_gathering(cast, host=host)
    data = {"title": "关于常委会工作报告的决议", "method": "hands", "present": 3, "issued": 3, "returned": 3}
    lines = [{"name": "决议草案", "in_favour": 2, "against": 0, "abstained": 1}]
    return floor.start_ballot(one, cast.office, data | changes, lines, at=at)


# -- 年度协商 --------------------------------------------------------------------------------------------------------------
TOPIC: dict[str, Any] = {
    "year": 2017, "title": "银企合作破解企业融资难", "form": "topic",
    "reason": "小微企业贷款难，银行放款也难，双方都说缺信息。",
}  # fmt: skip


def subject(cast: Cast, at: datetime = DAY, **changes: Any) -> Subject:
    """Brought by Li, waits to be screened."""
    return consultations.bring(cast.li, TOPIC | changes, at=at)


def chosen_subject(cast: Cast, at: datetime = DAY, **changes: Any) -> Subject:
    one = subject(cast, at, **changes)
    perform(one, "choose", cast.office, at=at)
    return one


def plan(cast: Cast, at: datetime = DAY, lines: int = 1, **changes: Any) -> Plan:
    """The plan of 2017 in draft: its first line from Li's topic, the committee responsible, in April."""
    data = {
        "year": 2017,
        "title": "2017年度协商工作计划",
        "preface": "围绕中心。",
        "collects_until": date(2017, 3, 20),
    }
    one = consultations.start_plan(cast.office, data | changes, at=at)
    for n in range(lines):
        words = line_words(cast, subject=chosen_subject(cast, at) if n == 0 else None)
        consultations.add_line(one, cast.office, words, at=at)
    return one


def line_words(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "title": "银企合作破解企业融资难", "form": "topic", "tier": "chairs", "month": 4, "leader": "副主席 冯主席",
        "body": cast.committee, "partners": [], "agencies": [cast.finance], "participants": "部分委员、企业和银行",
    } | changes  # fmt: skip


def submitted_plan(cast: Cast, at: datetime = DAY, one: Plan | None = None, **options: Any) -> Plan:
    one = one or plan(cast, at, **options)
    perform(one, "discuss", cast.office, at=at)
    perform(one, "endorse", cast.chair, at=at)
    perform(one, "submit", cast.office, at=at)
    return one


APPROVED = {"approver": "party_standing", "approved_on": "2017-03-01", "document": "区委常委会第3次会议"}


def issued_plan(cast: Cast, at: datetime = DAY, one: Plan | None = None, **options: Any) -> Plan:
    one = submitted_plan(cast, at, one, **options)
    perform(one, "approve", cast.office, APPROVED, at=at)
    perform(one, "issue", cast.chair, at=at)
    return one


def line(cast: Cast, at: datetime = DAY, **options: Any) -> Line:
    """The first line of an issued plan, not yet begun."""
    return issued_plan(cast, at, **options).lines.select_related("plan", "body").order_by("number")[0]


def running_line(cast: Cast, at: datetime = DAY, **options: Any) -> Line:
    one = line(cast, at, **options)
    perform(
        one, "begin", cast.convener, {"scheme": "走访、座谈，再协商。", "members": [cast.member_li.pk]}, at=at
    )
    return one


STUDY: dict[str, Any] = {
    "title": "企业融资难在哪里", "leader": "戴召集", "scheme": "走访企业和银行。", "questions": ["难在哪些环节", "银行缺什么信息"],
    "starts_on": date(2017, 3, 1), "due_on": date(2017, 4, 20),
}  # fmt: skip


def research(cast: Cast, at: datetime = DAY, **changes: Any) -> Research:
    """A study of the committee, with Li in the group; not yet asked for."""
    data = STUDY | {"body": cast.committee, "members": [cast.member_li]} | changes
    return consultations.start_research(cast.convener, data, at=at)


def running_research(
    cast: Cast, at: datetime = DAY, *, output: Output | None = None, **changes: Any
) -> Research:
    """output: one that is there before the report is (for whoever sets states by hand)."""
    one = research(cast, at, **changes)
    Research.objects.filter(pk=one.pk).update(output=output)
    one.refresh_from_db()
    perform(one, "ask", cast.convener, at=at)
    perform(one, "approve", cast.office, at=at)
    return one


STUDIED = {
    "title": "关于企业融资的调研报告",
    "content": "缺信息，缺抵押。",
    "advice": ["设银企信息台账。", "设应急转贷资金。"],
}


def reported_research(cast: Cast, at: datetime = DAY, **changes: Any) -> Research:
    one = running_research(cast, at, **changes)
    perform(one, "write", cast.convener, STUDIED, at=at)
    perform(one, "send", cast.convener, at=at)
    return one


# -- 网络议政 ------------------------------------------------------------------------------------------------------------
FORUM: dict[str, Any] = {
    "title": "城区停车怎样便民", "content": "老城区车位少，路边停车多。请谈谈怎样便民、怎样收费、怎样管理。", "is_for_all": True,
    "closes_on": date(2017, 3, 22),
}  # fmt: skip


def forum(cast: Cast, at: datetime = DAY, **changes: Any) -> Forum:
    return forums.start(cast.office, FORUM | {"moderator": cast.editor} | changes, at=at)


def open_forum(cast: Cast, at: datetime = DAY, **changes: Any) -> Forum:
    """Two statements of the moderator to begin with; li, wang and zhao are asked."""
    one = forum(cast, at, **changes)
    forums.put(one, cast.editor, ["路边车位应当限时收费", "学校操场放学后应当开放停车"], at=at)
    perform(one, "open", cast.editor, at=at)
    return one


def statement(cast: Cast, at: datetime = DAY, one: Forum | None = None) -> Statement:
    """What li proposed, waiting for the moderator."""
    return forums.propose(one or open_forum(cast, at), cast.li, "小区要为老人留出临时车位", at=at)


def forum_post(cast: Cast, at: datetime = DAY, one: Forum | None = None) -> ForumPost:
    return forums.write(one or open_forum(cast, at), cast.li, "晚上八点以后小区里绕三圈也没有车位。", at=at)


# -- 民主监督 ----------------------------------------------------------------------------------------------------------
SCHEME: dict[str, Any] = {
    "title": "大气污染防治专项监督", "aspect": "special", "source": "plan", "ground": "2017年度计划第三项",
    "content": "工地扬尘、企业排放、餐饮油烟的治理。", "method": "听通报、看现场、开座谈会。", "host": None,
    "hides_authors": True, "starts_on": date(2017, 3, 1), "ends_on": date(2017, 6, 30),
}  # fmt: skip
ITEMS = "堆场覆盖｜裸土全部覆盖，没有破口\n出入口冲洗｜冲洗设备在用"
WRONG: dict[str, Any] = {
    "content": "东柏社安置房工地两处堆场没有覆盖。",
    "basis": "扬尘污染防治办法第九条",
    "advice": "两周内全部覆盖，明确专人每天巡查。",
}
DUE = "2017-04-10"


def supervision(cast: Cast, at: datetime = DAY, **changes: Any) -> Supervision:
    """A scheme with its team (Li leads, Wang belongs to it) and its checklist."""
    one = watching.start(cast.office, SCHEME | {"agencies": [cast.housing]} | changes, at=at)
    keeper = cast.office
    perform(one, "compose", keeper, {"leader": cast.member_li.pk, "members": [cast.member_wang.pk]}, at=at)
    perform(one, "checklist", keeper, {"items": ITEMS}, at=at)
    return one


def approved_supervision(cast: Cast, at: datetime = DAY, **changes: Any) -> Supervision:
    one = supervision(cast, at, **changes)
    perform(one, "submit", cast.office, at=at)
    perform(one, "approve", cast.chair, at=at)
    return one


def running_supervision(cast: Cast, at: datetime = DAY, **changes: Any) -> Supervision:
    one = approved_supervision(cast, at, **changes)
    perform(one, "notify", cast.office, {"request": "请准备工地台账。"}, at=at)
    return one


def unit(cast: Cast, at: datetime = DAY, **changes: Any) -> Unit:
    return running_supervision(cast, at, **changes).units.get()


def inspect(one: Supervision, account: Account, number: int, result: str, note: str = "", at: datetime = DAY, **more: Any) -> Any:  # fmt: skip
    words = {"result": result, "note": note, "place": ""}
    return watching.inspect(one.items.get(number=number), account, words, (), at=at, **more)


def found(cast: Cast, at: datetime = DAY, one: Supervision | None = None, **changes: Any) -> Finding:
    """Wang found it; it is on the list and nowhere else yet."""
    one = one or running_supervision(cast, at)
    return watching.find(one, cast.wang, WRONG | {"agency": cast.housing} | changes, at=at)


def listed_supervision(cast: Cast, at: datetime = DAY, **changes: Any) -> Supervision:
    one = running_supervision(cast, at, **changes)
    found(cast, at, one)
    inspect(one, cast.wang, 1, "fails", "两处没有覆盖")
    inspect(one, cast.li, 2, "meets")
    perform(one, "list", cast.li, at=at)
    return one


def opined_supervision(cast: Cast, at: datetime = DAY, **changes: Any) -> Supervision:
    """The opinion is written, checked, signed and delivered."""
    one = listed_supervision(cast, at, **changes)
    answers = {"type": "supervision", "title": "关于大气污染防治的监督意见"}
    perform(one, "opine", cast.office, answers, at=at)
    paper = one.output
    assert paper is not None
    perform(paper, "send", cast.editor, at=at)
    perform(paper, "check", cast.office, {}, at=at)
    perform(paper, "sign", cast.chair, at=at)
    perform(paper, "deliver", cast.editor, DELIVER, at=at)
    return one


def rectifying_supervision(cast: Cast, at: datetime = DAY, **changes: Any) -> Supervision:
    one = opined_supervision(cast, at, **changes)
    perform(one, "send", cast.office, at=at)
    return one


def sent_finding(cast: Cast, at: datetime = DAY, **changes: Any) -> Finding:
    return rectifying_supervision(cast, at, **changes).findings.get()


def planned_finding(cast: Cast, at: datetime = DAY, **changes: Any) -> Finding:
    one = sent_finding(cast, at, **changes)
    plan = {"what": "购置防尘网，每天巡查。", "who": "周建 副局长", "due_on": DUE}
    perform(one, "plan", cast.housing_clerk, plan, at=at)
    return one


def reported_finding(cast: Cast, at: datetime = DAY, **changes: Any) -> Finding:
    one = planned_finding(cast, at, **changes)
    perform(one, "report", cast.housing_clerk, {"report": "两处堆场都已覆盖。"}, at=at)
    return one


def hearing(cast: Cast, at: datetime = DAY, **changes: Any) -> Hearing:
    """Called to a committee's meeting to which Li is invited; the housing bureau tells."""
    meeting = notified_gathering(cast)
    data = {
        "agency": cast.housing,
        "subject": "一季度扬尘治理情况",
        "planned_on": MEETS.date(),
        "gathering": meeting,
    }
    return watching.plan_hearing(cast.office, data | changes, at=at)


def heard_hearing(cast: Cast, at: datetime = DAY) -> Hearing:
    one = hearing(cast, at)
    perform(
        one, "prepare", cast.housing_clerk, {"presenter": "周建 副局长", "material": "一季度情况。"}, at=at
    )
    perform(one, "hear", cast.office, {"heard_on": str(at.date()), "gathering": one.gathering_id}, at=at)
    return one


def sent_hearing(cast: Cast, at: datetime = DAY) -> Hearing:
    one = heard_hearing(cast, at)
    perform(one, "collect", cast.office, {"opinions": ["夜间施工要管。"], "said_by": "某委员"}, at=at)
    perform(one, "send", cast.office, at=at)
    return one


def monitor(cast: Cast, at: datetime = DAY, **changes: Any) -> Monitor:
    data = {
        "member": cast.member_li, "agency": cast.housing, "way": "sent", "certificate": "协监字1号",
        "starts_on": date(2017, 3, 1), "ends_on": date(2019, 2, 28),
    }  # fmt: skip
    return watching.appoint(cast.office, data | changes, at=at)


LETTER = {
    "title": "窗口中午应当有人",
    "content": "三次中午到窗口，都没有人。",
    "advice": "中午轮值，贴出时间。",
}


def letter(cast: Cast, at: datetime = DAY, one: Monitor | None = None, **changes: Any) -> MonitorLetter:
    """Li's, about the housing bureau; a draft."""
    return letters.start(one or monitor(cast, at), cast.li, LETTER | changes, at=at)


def sent_letter(cast: Cast, at: datetime = DAY, **changes: Any) -> MonitorLetter:
    one = letter(cast, at, **changes)
    perform(one, "send", cast.li, at=at)
    return one


# -- 文史资料 ------------------------------------------------------------------------------------------------------------
MEMOIR = {
    "type": "text", "title": "铝厂建厂那几年", "content": "一九五八年春，我随第一批工人到了这里。", "dated": "1958年春", "place": "厂区",
    "provider_name": "李清和", "provider_contact": "13800001234", "may_show": True,
}  # fmt: skip


def drive(cast: Cast, at: datetime = DAY, **changes: Any) -> Drive:
    """A draft; ``perform(one, "open", …)`` publishes it."""
    data = {
        "title": "老照片征集", "content": "征集反映本区变迁的老照片。", "opens_on": date(2017, 3, 1), "closes_on": date(2017, 10, 31),
        "contact": "区政协办公室 68910000",
    }  # fmt: skip
    return archive.save_drive(None, cast.editor, data | changes, at=at)


def material(cast: Cast, at: datetime = DAY, files: Any = (), **changes: Any) -> Material:
    """A member's memoir, not yet sent; with ``files`` and ``type="photo"`` a photograph."""
    return archive.start(cast.li, MEMOIR | changes, files, at=at)


def lent_material(cast: Cast, at: datetime = DAY) -> Material:
    return material(cast, at, rights="lent", return_on=date(2017, 6, 1))


def photograph(cast: Cast, at: datetime = DAY, **changes: Any) -> Material:
    from huisheng.demo.drawing import draw

    photo = (draw("one photograph", taken_on=date(2017, 2, 1)), "厂区.jpg")
    return material(cast, at, [photo], **({"type": "photo", "content": "", "title": "厂区旧影"} | changes))


def recording(cast: Cast, at: datetime = DAY, **changes: Any) -> Material:
    from tests.kernel.test_sounds import m4a

    return material(
        cast, at, [(m4a(), "口述.m4a")], **({"type": "audio", "content": "", "title": "老工人口述"} | changes)
    )


def sent_material(cast: Cast, at: datetime = DAY, one: Material | None = None, **changes: Any) -> Material:
    one = one or material(cast, at, **changes)
    perform(one, "submit", cast.li, at=at)
    return one


def read_material(cast: Cast, at: datetime = DAY, **options: Any) -> Material:
    one = sent_material(cast, at, **options)
    perform(one, "read", cast.editor, {}, at=at)
    return one


def checked_material(cast: Cast, at: datetime = DAY, **options: Any) -> Material:
    one = read_material(cast, at, **options)
    perform(one, "check", cast.office, {}, at=at)
    return one


def kept_material(cast: Cast, at: datetime = DAY, **options: Any) -> Material:
    one = checked_material(cast, at, **options)
    perform(one, "approve", cast.chair, {}, at=at)
    return one


def photo_batch(cast: Cast, at: datetime = DAY) -> PhotoBatch:
    """One photograph, read and doubtful: no sheet speaks of it."""
    from huisheng.archive import jobs
    from huisheng.demo.drawing import draw

    words = {"name": "老照片第一批", "provider_name": "区档案室"}
    sheet = "文件名,题名,时间\n厂区.jpg,厂区旧影,1960年\n".encode()
    files = [(draw("one of a batch"), "街景.jpg"), (sheet, "说明.csv")]
    one = archive.begin_import(cast.editor, words, files, at)
    jobs.read_in(one)
    return PhotoBatch.objects.get(pk=one.pk)


def handover(cast: Cast, at: datetime = DAY, one: Material | None = None) -> Handover:
    """A list that is being drawn up, with one material."""
    one = one or kept_material(cast, at)
    listed = archive.draw_up(cast.editor, {"title": "文史资料移交清单", "receiver": "区档案馆"}, at=at)
    perform(listed, "list_more", cast.editor, {}, at=at)
    return listed


def handed_list(cast: Cast, at: datetime = DAY) -> Handover:
    one = handover(cast, at)
    perform(one, "hand", cast.editor, {"handed_on": "2017-03-01", "handed_by": "林信息"}, at=at)
    return one


def report(cast: Cast, at: datetime = DAY, **changes: Any) -> Report:
    """A report of a kind of the office's own, with one part that has live numbers."""
    Option.objects.get_or_create(
        list="report_kind", code="own", defaults={"label": "专委会工作报告", "starts_on": date(2017, 1, 1)}
    )
    one = annual.start(cast.office, {"type": "own", "year": 2017, "title": ""} | changes, at=at)
    part = annual.add_section(one, cast.office, at=at)
    words = {
        "heading": "提案",
        "level": 1,
        "text": "全年收到提案 {proposals.year_received} 件，立案 {proposals.filed|中文} 件。",
    }
    annual.save_section(part, cast.office, words, at=at)
    one.refresh_from_db()
    return one


def sent_report(cast: Cast, at: datetime = DAY, **changes: Any) -> Report:
    one = report(cast, at, **changes)
    perform(one, "send", cast.office, {}, at=at)
    return one


def sealed_report(cast: Cast, at: datetime = DAY, **changes: Any) -> Report:
    one = sent_report(cast, at, **changes)
    perform(one, "approve", cast.chair, at=at)
    return one


# -- 履职 --------------------------------------------------------------------------------------------------------------
def objection(cast: Cast, at: datetime = DAY) -> Objection:
    words = {"about": "三月一日的座谈会", "reason": "我到了，没有我的名字。"}
    return duty.ask(cast.member_li, cast.li, words, at=at)


def honour(cast: Cast, at: datetime = DAY, **changes: Any) -> Honour:
    words = {
        "member": cast.member_li, "person": "", "title": "优秀政协委员", "level": "city", "given_by": "市政协",
        "given_on": date(2017, 2, 20), "document": "",
    }  # fmt: skip
    return duty.enter_honour(cast.office, words | changes, at=at)


def rule_book(cast: Cast, at: datetime = DAY, **changes: Any) -> RuleBook:
    words = {"title": "委员履职考核办法", "from_year": 2017, "scheme": "xuanwei"}
    return duty.begin_book(cast.office, words | changes, at=at)


def adopted_book(cast: Cast, at: datetime = DAY, **changes: Any) -> RuleBook:
    one = rule_book(cast, at, **changes)
    perform(one, "adopt", cast.chair, at=at)
    return one


def appraisal(cast: Cast, at: datetime = DAY) -> Appraisal:
    adopted_book(cast, at)
    return duty.begin(cast.office, 2017, at=at)


def sealed_appraisal(cast: Cast, at: datetime = DAY) -> Appraisal:
    one = appraisal(cast, at)
    perform(one, "seal", cast.chair, at=at)
    return one


# -- 委员变动、信息更正 ------------------------------------------------------------------------------------------------
CHAIRS = {"meeting": "九届第三次主席会议", "held_on": "2017-02-28"}
DECISION = {
    "meeting": "九届常委会第二次会议", "decided_on": "2017-03-01", "document": "上政协〔2017〕5号", "effective_on": "2017-03-01",
}  # fmt: skip


def change(cast: Cast, at: datetime = DAY, **changes: Any) -> MemberChange:
    """Zhao's resignation, prepared."""
    words = {
        "sort": "resign", "adds": False, "member": cast.member_zhao, "person": {}, "sector": None, "source": "",
        "reason": "work", "words": "调市里工作，本人书面申请。",
    }  # fmt: skip
    return changing.prepare(cast.office, words | changes, at=at)


def new_member(cast: Cast, at: datetime = DAY, **changes: Any) -> MemberChange:
    """A 增补, prepared."""
    person = {
        "name": "吕𬱖",
        "sex": "男",
        "born": "1975-08",
        "party": "",
        "unit": "区中医院",
        "job": "主任医师",
    }
    words = {
        "sort": "join", "adds": True, "member": None, "person": person, "sector": cast.sector, "source": "区委统战部",
        "reason": "vacancy",
    }  # fmt: skip
    return change(cast, at, **(words | changes))


def proposed_change(cast: Cast, at: datetime = DAY, one: MemberChange | None = None) -> MemberChange:
    one = one or change(cast, at)
    perform(one, "propose", cast.office, at=at)
    return one


def endorsed_change(cast: Cast, at: datetime = DAY, one: MemberChange | None = None) -> MemberChange:
    one = proposed_change(cast, at, one)
    perform(one, "endorse", cast.chair, CHAIRS, at=at)
    return one


def decided_change(
    cast: Cast, at: datetime = DAY, one: MemberChange | None = None, **answers: Any
) -> MemberChange:
    """Decided; in force at once unless ``effective_on`` is later."""
    one = endorsed_change(cast, at, one)
    perform(one, "decide", cast.office, DECISION | answers, at=at)
    return one


def coming_change(cast: Cast, at: datetime = DAY) -> MemberChange:
    """Decided today; its day comes in a month."""
    day = timezone.localdate(at)
    later = (day + timedelta(days=30)).isoformat()
    return decided_change(cast, at, decided_on=day.isoformat(), effective_on=later)


def correction(cast: Cast, at: datetime = DAY, **wanted: list[str]) -> Correction:
    """Li asks that the unit be put right."""
    return changing.ask(cast.li, wanted or {"unit": ["", "区第一中学"]}, "九月换了单位。", at=at)


def stands(cast: Cast, *members: Member, since: date = BEGAN) -> None:
    """Elected standing members on a day, where they are none yet."""
    for one in members:
        if not one.standing_seats.filter(ends_on=None).exists():
            roster.elect(one, since, "九届一次会议选举", by=cast.office, at=DAY)


def standing_round(cast: Cast, at: datetime = DAY, **changes: Any) -> StandingRound:
    """The written reports of a year; li and wang are standing members."""
    stands(cast, cast.member_li, cast.member_wang)
    data = {"year": 2017, "closes_on": date(2017, 3, 29), "content": "写体会和打算，两千字以内。"}
    return standing.open_round(cast.office, data | changes, at=at)


def standing_report(cast: Cast, at: datetime = DAY, **changes: Any) -> StandingReport:
    """Li's, written and not sent."""
    one = standing_round(cast, at, **changes).reports.get(member=cast.member_li)
    words = "这一年主要跟着加装电梯这件事走，跑了六个小区。\n下一年想把补偿办法落到实处。"
    return standing.save(one, cast.li, {"text": words}, at=at)


def submitted_standing_report(cast: Cast, at: datetime = DAY, **changes: Any) -> StandingReport:
    one = standing_report(cast, at, **changes)
    perform(one, "submit", cast.li, at=at)
    return one


def taken_standing_report(cast: Cast, at: datetime = DAY, **changes: Any) -> StandingReport:
    one = submitted_standing_report(cast, at, **changes)
    perform(one, "take_in", cast.office, at=at)
    return one


# -- 机关平时考核 --------------------------------------------------------------------------------------------------------
def office_posts(cast: Cast) -> None:
    """The director leads the two clerks; the office's account confirms."""
    for staff in (cast.clerk, cast.second):
        Post.objects.get_or_create(
            account=cast.reviewer, kind="line_leader", staff=staff, starts_on=date(2017, 1, 1)
        )
    Post.objects.get_or_create(account=cast.office, kind="office_head", starts_on=date(2017, 1, 1))
    for account in (cast.reviewer, cast.office):
        account.refresh_posts()


def office_review(cast: Cast, at: datetime = DAY, staff: Account | None = None) -> OfficeReview:
    """Begun, with a summary, not handed in."""
    office_posts(cast)
    staff = staff or cast.clerk
    one = office.begin(staff, office_queries.span_of(timezone.localdate(at)), at=at)
    return office.save_summary(one, staff, "一季度初审提案三十件，件件电话核对。", at=at)


def submitted_review(cast: Cast, at: datetime = DAY, staff: Account | None = None) -> OfficeReview:
    one = office_review(cast, at, staff)
    perform(one, "submit", staff or cast.clerk, at=at)
    return one


def graded_review(
    cast: Cast, at: datetime = DAY, staff: Account | None = None, grade: str = "fair"
) -> OfficeReview:
    one = submitted_review(cast, at, staff)
    perform(one, "grade", cast.reviewer, {"grade": grade, "words": "核对仔细，时限没有误过。"}, at=at)
    return one


def confirmed_review(
    cast: Cast, at: datetime = DAY, staff: Account | None = None, grade: str = "fair"
) -> OfficeReview:
    """Confirmed on the day after the period's end."""
    one = graded_review(cast, at, staff, grade)
    over = timezone.make_aware(datetime.combine(one.period.ends_on, datetime.min.time()))
    perform(one, "confirm", cast.office, at=max(at, over + timedelta(hours=10)))
    return one


def staff_study(cast: Cast, people: Sequence[Account] = (), **changes: Any) -> Gathering:
    """机关学习: called by name, put down afterwards; the first clerk came, and nobody else."""
    people = people or (cast.clerk, cast.second)
    starts = DAY - timedelta(days=2)
    data = {
        "type": "study", "title": "“两学一做”学习", "starts_at": starts, "ends_at": starts + timedelta(hours=3),
        "place": "机关会议室", "hours": 4,
    }  # fmt: skip
    one = meetings.start(cast.office, data | changes, at=starts - timedelta(days=7))
    perform(one, "invite", cast.office, {"accounts": [each.pk for each in people], "role": "due"}, at=DAY)
    came = [each.pk for each in one.invitees.filter(account=cast.clerk)]
    perform(one, "record", cast.office, {"came": came, "minutes": ""}, at=DAY)
    return Gathering.objects.get(pk=one.pk)
