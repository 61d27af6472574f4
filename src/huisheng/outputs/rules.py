"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from huisheng.kernel.lifecycle import Act
from huisheng.people import posts
from huisheng.people.posts import anybody, at

from . import kinds, queries
from .models import OPEN_FOLLOW_UPS, Instruction, InstructionState, Output

DRAFTER = anybody(posts.EDITOR, posts.OFFICE)
CHECKER = anybody(posts.OFFICE)
SIGNER = anybody(posts.CHAIR)
REVISER = anybody(posts.OFFICE, posts.CHAIR)
LEADER = anybody(posts.LEADER)
HANDLER = at(posts.HANDLER, "agency")


def is_ready(output: Output, act: Act) -> str:
    """Words, or what stands for them in a room of its own; advice with its area."""
    room = kinds.room_of(output)
    if room is not None:
        return room.ready(output)
    if not output.content.strip():
        return "正文还没有写。请先写好正文，再送核。"
    return ""


def checked_by_another(output: Output, act: Act) -> str:
    """核稿与起草须是两人（两人原则）。"""
    if output.drafted_by_id == act.account.pk:
        return f"核稿须由另一位同志办理：这份成果是{act.account.name}起草的。"
    return is_ready(output, act)


def signed_by_another(output: Output, act: Act) -> str:
    if act.account.pk in (output.drafted_by_id, output.checked_by_id):
        return "签发须由起草人、核稿人以外的主席会议成员办理。"
    return ""


def is_settled(output: Output, act: Act) -> str:
    """办结 waits for every instruction, every follow-up and every advice."""
    instructions = queries.instructions(output)
    waiting = sum(one.state == InstructionState.WAITING for one in instructions)
    if waiting:
        return f"还有{waiting}条批示没有转办，也没有阅存。"
    rows = [row for one in instructions for row in one.follow_ups.all() if row.state in OPEN_FOLLOW_UPS]
    if rows:
        return f"还有转办没有办结：{'、'.join(dict.fromkeys(str(row.agency) for row in rows[:5]))}。"
    unanswered = sum(not one.response for one in output.advice.all())
    return f"还有{unanswered}条建议没有登记采纳情况。" if unanswered else ""


def has_advice(output: Output) -> bool:
    return bool(output.advice.all())


def is_not_published(output: Output) -> bool:
    return output.published_on is None


def is_published(output: Output) -> bool:
    return output.published_on is not None


def is_not_released(instruction: Instruction) -> bool:
    return instruction.released_on is None
