"""The oracle in the rooms of the voices: each thing somebody with the database's own shell could do is found, and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from huisheng.bulletins.models import Issue, Item
from huisheng.desk import fsck
from huisheng.desk.models import Sending
from huisheng.kernel import journal
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Counter, Notice
from huisheng.opinions.actions import fingerprint as opinion_fingerprint
from huisheng.opinions.models import Lead, LeadContact, LeadMessage, Opening, Opinion, OpinionText
from huisheng.outputs.kinds import fingerprint as output_fingerprint
from huisheng.outputs.models import Advice, Delivery, FollowUp, Instruction, Output
from huisheng.search.models import SearchRow
from tests import make
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


def found() -> dict[str, list[str]]:
    return {name: sentences for name, sentences in fsck.check().problems.items() if sentences}


@dataclass
class World:
    """One of everything, come to its state honestly."""

    cast: Cast
    lead: Lead  # answered
    joined: Lead
    opening: Opening  # granted
    opinion: Opinion  # issued, in the issue
    part: Opinion  # combined
    issue: Issue  # delivered, instructed on
    report: Output  # concluded
    instruction: Instruction
    follow_up: FollowUp  # accepted
    late: FollowUp  # taken
    sent: Sending
    queued: Sending


@pytest.fixture
def world() -> World:
    cast = make_cast()
    lead, joined, asked = make.reading(cast), make.lead(cast), make.opening(cast)
    perform(joined, "join", cast.editor, {"main": lead.pk}, at=make.DAY)
    perform(lead, "answer", cast.editor, {"text": "周末门诊开了。"}, at=make.DAY)
    perform(asked, "grant", cast.office, at=make.DAY)
    parts = [make.adopted_opinion(cast) for _ in range(2)]
    perform(parts[0], "combine", cast.editor, {"title": "综合"}, at=make.DAY)
    whole = Opinion.objects.get(is_synthesis=True)
    perform(parts[1], "combine", cast.editor, {"synthesis": whole.pk}, at=make.DAY)
    issue = make.delivered_issue(cast)
    make.signed_issue(cast)
    given = make.instruction(cast, one=issue.output)
    follow_up = make.reported_follow_up(cast, one=make.follow_up(cast, one=given))
    perform(follow_up, "accept", cast.editor, {"told": "周末门诊开了。"}, at=make.DAY)
    other = make.instruction(cast, one=make.delivered_output(cast))
    late = make.follow_up(cast, one=other)
    perform(late, "take", cast.housing_clerk, at=make.DAY)
    report = make.delivered_output(cast)
    for one in report.advice.all():
        answers = {"advice": one.pk, "response": "adopted", "measures": "已办", "evidence": "会议纪要"}
        perform(report, "answer_advice", cast.editor, answers, at=make.DAY)
    perform(report, "conclude", cast.editor, {"feedback": "都采纳了。"}, at=make.DAY)
    now = timezone.now()
    journal.tell([cast.li], "《提案》：催办", key="told", at=now, url="/")
    told = Notice.objects.get(key="told")
    common = {"account": cast.li, "carrier": "sms", "text": "一", "made_at": now}
    sent = Sending.objects.create(key="a", state="sent", sent_at=now, **common)
    queued = Sending.objects.create(key="b", next_try_at=now, **common)
    for one in (sent, queued):
        one.notices.add(told)
    item = issue.items.get()
    return World(cast, lead, joined, asked, item.opinion, parts[0], Issue.objects.get(pk=issue.pk), report, given, follow_up,
                 late, sent, queued)  # fmt: skip


def put(record: Any, **columns: Any) -> None:
    type(record).objects.filter(pk=record.pk).update(**columns)


def forge_text(w: World) -> None:
    text = OpinionText.objects.get(pk=w.opinion.text_id)
    text.situation = "换掉的情况"
    put(text, situation=text.situation, fingerprint=opinion_fingerprint(text))


def forge_paper(w: World) -> None:
    put(w.report, content="换掉的正文")
    put(w.report, fingerprint=output_fingerprint(Output.objects.get(pk=w.report.pk)))


def signed_file(w: World, form: str) -> Attachment:
    return Attachment.objects.get(
        subject_type=Output.kind(), subject_id=w.report.pk, purpose="signed", kind=form
    )


def swap_files(w: World) -> None:
    """The frozen PDF of another paper in the place of this one's: whole, and wrong."""
    other = Attachment.objects.filter(purpose="signed", kind="pdf").exclude(subject_id=w.report.pk).first()
    assert other is not None
    put(signed_file(w, "pdf"), sha256=other.sha256, size=other.size)


def open_a_contact(w: World) -> None:
    put(LeadContact.objects.get(lead=w.lead), sealed='{"phone": "13800008201"}')


def keep_an_original(w: World) -> None:
    LeadContact.objects.filter(lead=w.lead).update(sealed="", erased_at=make.DAY)
    sha256 = Attachment.objects.values_list("sha256", flat=True)[0]
    Attachment.objects.create(subject_type=Lead.kind(), subject_id=w.lead.pk, purpose="raw", name="x", sha256=sha256,
                              size=1, at=make.DAY)  # fmt: skip


def send_twice(w: World) -> None:
    put(w.queued, state="sent", sent_at=make.DAY)


def another_s_notice(w: World) -> None:
    put(w.queued, account=w.cast.wang)


def steal_an_issue(w: World) -> None:
    Item.objects.filter(issue=w.issue).delete()
    Issue.objects.filter(pk=w.issue.pk).delete()


def age(w: World) -> None:
    put(w.sent, made_at=timezone.now() - timedelta(days=40))


def claim(until: Any) -> Callable[[World], None]:
    return lambda w: put(w.queued, state="claimed", claimed_until=until)


LONG_AGO = make.DAY
HARMS: list[tuple[str, str, str, Callable[[World], Any]]] = [
    # what is done, in which check it is found, what its sentence says, how it is done; {…} is the record it must name
    # -- opinions
    ("a lead moved by hand", "流程", "线索 {w.lead.pk} 的状态是“待受理”", lambda w: put(w.lead, state="received")),
    ("a lead without its answer", "社情民意", "线索 {w.lead.code} 已经办结，却没有给来信人的话", lambda w: LeadMessage.objects.filter(lead=w.lead).delete()),
    ("a joined lead let go", "社情民意", "线索 {w.joined.code} 的状态与并入的记录不符", lambda w: put(w.joined, joined_to=None)),
    ("a lead joined that was not", "社情民意", "线索 {w.lead.code} 的状态与并入的记录不符", lambda w: put(w.lead, joined_to=w.joined)),
    ("a lead joined to itself", "社情民意", "线索 {w.joined.code} 并入了自己", lambda w: put(w.joined, joined_to=w.joined)),
    ("a lead hidden from search", "检索", "线索 {w.lead.pk} 没有编入检索", lambda w: SearchRow.objects.filter(kind=Lead.kind(), record_id=w.lead.pk).delete()),
    ("a contact opened by one person", "社情民意", "线索 {w.opening.lead.code} 的联系方式由同一人申请又同意", lambda w: put(w.opening, granted_by=w.cast.editor)),
    ("a contact opened by nobody", "社情民意", "线索 {w.opening.lead.code} 的联系方式已同意查看，却没有同意人", lambda w: put(w.opening, granted_by=None)),
    ("a contact opened for ever", "社情民意", "却没有同意人或期限", lambda w: put(w.opening, ends_at=None)),
    ("an opening moved by hand", "流程", "查看联系方式 {w.opening.pk} 的状态是“待同意”", lambda w: put(w.opening, state="asked")),
    ("an opening granted beside its state", "社情民意", "线索 {w.opening.lead.code} 的联系方式没有人同意查看，却有查看期限", lambda w: put(w.opening, state="refused")),
    ("a contact in the clear", "社情民意", "线索 {w.lead.code} 的联系方式没有封存好", open_a_contact),
    ("a contact erased in name", "社情民意", "线索 {w.lead.code} 的联系方式记为已删除，内容还在", lambda w: LeadContact.objects.filter(lead=w.lead).update(erased_at=make.DAY)),
    ("an original that outlived its contact", "社情民意", "线索 {w.lead.code} 的联系方式已删除，原件还在", keep_an_original),
    ("an opinion moved by hand", "流程", "社情民意信息 {w.opinion.pk} 的状态是“待签发”", lambda w: put(w.opinion, state="checked")),
    ("an opinion's words changed", "社情民意", "社情民意信息 {w.opinion.pk} 第 2 版文本与指纹不符", lambda w: OpinionText.objects.filter(pk=w.opinion.text_id).update(advice="换掉")),
    ("words and fingerprint changed", "社情民意", "社情民意信息 {w.opinion.pk} 第 2 版文本的指纹不在办理记录里", forge_text),
    ("an opinion renamed", "社情民意", "社情民意信息 {w.opinion.pk} 的标题与它的现行文本不同", lambda w: put(w.opinion, title="换了")),
    ("another opinion's text", "社情民意", "社情民意信息 {w.opinion.pk} 的现行文本是别的信息的", lambda w: put(w.opinion, text=w.part.text)),
    ("an opinion without text", "社情民意", "社情民意信息 {w.opinion.pk} 已提交而没有文本", lambda w: put(w.opinion, text=None)),
    ("a part taken out of its whole", "社情民意", "社情民意信息 {w.part.pk} 的状态与并入综合稿的记录不符", lambda w: put(w.part, combined_in=None)),
    ("issued by nobody", "社情民意", "社情民意信息 {w.opinion.pk} 已签发，却没有签发人", lambda w: put(w.opinion, signed_by=None)),
    ("issued on no day", "社情民意", "社情民意信息 {w.opinion.pk} 已签发，却没有签发人或日期", lambda w: put(w.opinion, issued_on=None)),
    ("edited and checked by one", "社情民意", "社情民意信息 {w.opinion.pk} 由同一人编辑又核稿", lambda w: put(w.opinion, checked_by=w.cast.editor)),
    ("an opinion's serial taken away", "编号", "社情民意流水号", lambda w: put(w.opinion, serial=99)),
    ("an opinion hidden from search", "检索", "社情民意信息 {w.opinion.pk} 没有编入检索", lambda w: SearchRow.objects.filter(kind=Opinion.kind(), record_id=w.opinion.pk).delete()),
    # -- outputs
    ("a paper moved by hand", "流程", "成果 {w.report.pk} 的状态是“待报送”", lambda w: put(w.report, state="signed")),
    ("a paper's words changed", "成果", "成果 {w.report.number_label} 的文本与签发时的指纹不符", lambda w: put(w.report, content="换掉")),
    ("an advice changed", "成果", "成果 {w.report.number_label} 的文本与签发时的指纹不符", lambda w: w.report.advice.filter(number=1).update(content="换掉")),
    ("paper and fingerprint changed", "成果", "成果 {w.report.number_label} 的指纹不是办理记录里签发时的", forge_paper),
    ("a paper checked by its drafter", "成果", "成果 {w.report.number_label} 由同一人起草又核稿", lambda w: put(w.report, checked_by=w.cast.editor)),
    ("a frozen PDF gone", "成果", "成果 {w.report.number_label} 没有签发时的 pdf 定稿", lambda w: signed_file(w, "pdf").delete()),
    ("a frozen Word file gone", "成果", "成果 {w.report.number_label} 没有签发时的 docx 定稿", lambda w: signed_file(w, "docx").delete()),
    ("a frozen PDF exchanged", "成果", "成果 {w.report.number_label} 的 pdf 定稿不是办理记录里的那一份", swap_files),
    ("a paper delivered to nobody", "成果", "成果 {w.report.pk} 已报送，却没有报送对象", lambda w: Delivery.objects.filter(output=w.report).delete()),
    ("a paper delivered on no day", "成果", "成果 {w.report.pk} 已报送而没有报送日期", lambda w: put(w.report, delivered_on=None)),
    ("a paper signed by nobody", "成果", "成果 {w.report.pk} 已签发，却没有签发人", lambda w: put(w.report, signed_by=None)),
    ("a paper signed on no day", "成果", "成果 {w.report.pk} 已签发，却没有签发人或日期", lambda w: put(w.report, signed_on=None)),
    ("a paper concluded on no day", "成果", "成果 {w.report.pk} 已办结而没有办结日期", lambda w: put(w.report, concluded_on=None)),
    ("a paper shown before it went", "成果", "没有报送，却已公开", lambda w: Output.objects.filter(state="signed").update(published_on=make.DAY)),
    ("an adoption nobody entered", "成果", "成果 {w.report.pk} 有一条建议的采纳情况没有登记人", lambda w: Advice.objects.filter(output=w.report, number=1).update(answered_by=None)),
    ("read and never received", "成果", "成果 {w.report.pk} 有人读过，却没有签收日期", lambda w: Delivery.objects.filter(output=w.report).update(opened_at=make.DAY, received_on=None)),
    ("a paper's serial taken away", "编号", "成果流水号", lambda w: put(w.report, serial=99)),
    ("a paper hidden from search", "检索", "成果 {w.report.pk} 没有编入检索", lambda w: SearchRow.objects.filter(kind=Output.kind(), record_id=w.report.pk).delete()),
    ("an instruction's words changed", "成果", "批示 {w.instruction.pk} 的原文与登记时不符", lambda w: put(w.instruction, words="同意。")),
    ("an instruction moved by hand", "流程", "批示 {w.instruction.pk} 的状态是“待转办”", lambda w: put(w.instruction, state="waiting")),
    ("an instruction passed to nobody", "成果", "批示 {w.instruction.pk} 已转办，却没有转办件", lambda w: put(w.follow_up, instruction=w.late.instruction)),
    ("an instruction on what never went", "成果", "批示 {w.instruction.pk} 所批的成果没有报送", lambda w: put(w.instruction, output=Output.objects.filter(state="signed")[0])),
    ("a void instruction still followed", "成果", "转办 {w.late.pk} 的批示已标为登记有误，还在办理", lambda w: put(w.late.instruction, state="void")),
    ("a follow-up moved by hand", "流程", "转办 {w.late.pk} 的状态是“待签收”", lambda w: put(w.late, state="sent")),
    ("a follow-up's deadline moved", "成果", "转办 {w.late.pk} 的期限记为 2017-12-31，重算是", lambda w: put(w.late, due_on="2017-12-31")),
    ("a report changed", "成果", "转办 {w.follow_up.pk} 的报告与办理记录不符", lambda w: put(w.follow_up, report="没有开会")),
    ("accepted on no day", "成果", "转办 {w.follow_up.pk} 已办结，却没有报告或办结日期", lambda w: put(w.follow_up, accepted_on=None)),
    ("open under a concluded paper", "成果", "转办 {w.late.pk} 还在办理，所属成果却已办结", lambda w: put(w.late.instruction.output, state="concluded", concluded_on=make.DAY)),
    # -- bulletins
    ("a bulletin without its issue", "成果", "成果 {w.issue.pk} 是刊物，却没有刊期", steal_an_issue),
    ("an issue of a report", "成果", "刊期 {w.issue.pk} 的成果不是刊物", lambda w: Output.objects.filter(pk=w.issue.pk).update(type="report")),
    ("a signed issue without a number", "成果", "刊期 {w.issue.pk} 已签发而没有期号", lambda w: put(w.issue, number=None, total=None, year=None)),
    ("a number before the signature", "成果", "刊期 {w.issue.pk} 没有签发，却有期号", lambda w: Output.objects.filter(pk=w.issue.pk).update(signed_on=None)),
    ("an issue emptied", "成果", "刊期 {w.issue.pk} 已送核，却没有条目", lambda w: Item.objects.filter(issue=w.issue).delete()),
    ("an item changed after signing", "成果", "成果 {w.issue.output.number_label} 的文本与签发时的指纹不符", lambda w: Item.objects.filter(issue=w.issue).update(gist="换掉的要点")),
    ("an item nobody signed", "成果", "刊期 {w.issue.pk} 编入了没有签发的信息", lambda w: Item.objects.filter(issue=w.issue).update(opinion=w.part)),
    ("an issue's number taken away", "编号", "刊物期号", lambda w: put(w.issue, number=99)),
    ("an issue's number given back", "编号", "刊物期号", lambda w: Counter.objects.filter(series__startswith="issue:express:").update(last=9)),
    ("a hole in the totals", "成果", "缺总第 3、4、5、6、7、8 期", lambda w: put(w.issue, total=9)),
    # -- messages out
    ("claimed by a dead worker", "外发消息", "外发消息 {w.queued.pk} 一直停在“发送中”", claim(LONG_AGO)),
    ("claimed without end", "外发消息", "外发消息 {w.queued.pk} 记为发送中，却没有期限", claim(None)),
    ("waiting for no hour", "外发消息", "外发消息 {w.queued.pk} 在等待发送，却没有下次发送的时间", lambda w: put(w.queued, next_try_at=None)),
    ("failed for no reason", "外发消息", "外发消息 {w.queued.pk} 没有送到，却没有记下原因", lambda w: put(w.queued, state="failed")),
    ("words kept for ever", "外发消息", "外发消息 {w.sent.pk} 已过三十天，内容还没有清除", age),
    ("told twice by one way", "外发消息", "经同一通道发出了 2 次", send_twice),
    ("told of another's affairs", "外发消息", "外发消息 {w.queued.pk} 代表的是别人的通知", another_s_notice),
]  # fmt: skip


def test_a_house_that_lived_honestly_is_clean_and_every_harm_is_found_and_named(world: World) -> None:
    """One house, harmed once each and healed again: to build it anew for every harm takes an hour."""
    from django.db import transaction

    assert found() == {}
    missed = []
    for what, where, names, harm in HARMS:
        point = transaction.savepoint()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        harm(world)
        said = found()
        if not any(names.format(w=world) in sentence for sentence in said.get(where, [])):
            missed.append((what, names.format(w=world), said))
        transaction.savepoint_rollback(point)
    assert missed == []
    assert found() == {}


def test_every_check_of_these_rooms_has_a_harm_that_it_finds() -> None:
    """A sentence that nothing here provokes is a check that nobody has ever seen work."""
    import inspect
    import re

    from huisheng.desk import fsck_voices

    written = re.findall(r'"((?:[^"\\]|\\.)*[\u4e00-\u9fff](?:[^"\\]|\\.)*)"', inspect.getsource(fsck_voices))
    sentences = [one for one in written if re.search(r"\{", one) and not one.startswith("成果 {one")]
    provoked = "\n".join(re.sub(r"\{[^}]*\}", "{}", names) for _, _, names, _ in HARMS)
    unseen = []
    for one in sentences:
        parts = [part.strip() for part in re.split(r"\{[^}]*\}", one) if len(part.strip()) > 2]
        if not any(part[:8] in provoked for part in parts):
            unseen.append(one)
    assert unseen == []
