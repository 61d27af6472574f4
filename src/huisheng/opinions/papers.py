"""What is printed of a lead: the letter to its sender, for whoever wrote on paper or telephoned."""

from __future__ import annotations

from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.papers import Block, Note, Paper, Para, Signature
from huisheng.people.models import Term

from .models import Lead, LeadMessage, LeadState

KINDS = {
    LeadState.REDIRECTED: "关于您反映的事应当找哪里的告知",
    LeadState.ANSWERED: "关于您反映的事的答复",
    LeadState.UNUSED: "关于您反映的事没有采用的说明",
}
PLAIN = "关于您反映的事的回音"


def sender_letter(lead: Lead, said: LeadMessage) -> Paper:
    """A word of the thread as a letter. Nobody's name stands on it: the desk writes the envelope after the contact
    was opened by two persons. An office's last word bears what it was: an answer, a way elsewhere, a reason."""
    is_last = not lead.messages.filter(is_from_sender=False, pk__gt=said.pk).exists()
    title = KINDS.get(LeadState(lead.state), PLAIN) if is_last else PLAIN
    day = timezone.localdate(said.at)
    received = timezone.localdate(lead.received_at)
    office = _office()
    phone = str(local.rule("office.phone", day))
    blocks: list[Block] = [
        Para(
            f"您在{received.year}年{received.month}月{received.day}日反映的“{lead.gist or str(lead)}”（回执号 {lead.code}）收悉。"
        ),
        *(Para(line) for line in said.text.splitlines() if line.strip()),
        Para("还有要说的，请凭回执号和查询码到公众入口“查回音”一页写，或者打电话、来信。感谢您的关心。"),
        Signature(office, day),
        *([Note(f"联系电话：{phone}")] if phone else []),
    ]
    return Paper("letter", title, blocks, mark=office, addressee="您好：")


def _office() -> str:
    term = Term.objects.order_by("-number").first()
    return f"{term.committee.removesuffix('委员会')}委员会办公室" if term else "政协办公室"
