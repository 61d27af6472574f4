"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from huisheng.kernel.lifecycle import Act
from huisheng.people import posts
from huisheng.people.posts import anybody, at

from .models import Lead, Opening, OpeningState, Opinion, OpinionState

INTAKE = anybody(posts.EDITOR, posts.OFFICE)
EDITOR = anybody(posts.EDITOR)
CHECKER = anybody(posts.OFFICE)
SIGNER = anybody(posts.CHAIR)
REVISER = anybody(posts.OFFICE, posts.CHAIR)
REPORTER = at(posts.MEMBER, "reporter_member", "反映委员") | at(
    posts.CONVENER, "reporter_body", "反映单位召集人"
)


def has_text(opinion: Opinion, act: Act) -> str:
    """有情况、有建议（反映社情民意信息工作条例）; analysis may be part of the situation."""
    text = opinion.text
    missing = [
        word
        for word, there in (
            ("标题", opinion.title.strip()),
            ("情况", text and text.situation.strip()),
            ("建议", text and text.advice.strip()),
        )
        if not there
    ]
    return f"提交前还缺：{'、'.join(missing)}。补上后即可提交，已写的内容都在。" if missing else ""


def not_own(opinion: Opinion, act: Act) -> str:
    """Nobody decides about what they reported."""
    mine = opinion.reporter_member_id in act.account.places(posts.MEMBER, on=act.today)
    return "您是这条信息的反映人，须由他人办理。" if mine and opinion.reporter_member_id else ""


def checked_by_another(opinion: Opinion, act: Act) -> str:
    """核稿与编辑须是两人（本地设置，两人原则）。"""
    if opinion.edited_by_id == act.account.pk:
        return f"核稿须由另一位同志办理：这一稿是{act.account.name}编辑的。"
    return ""


def has_parts(opinion: Opinion, act: Act) -> str:
    """A synthesis is made of at least two."""
    if not opinion.is_synthesis or opinion.parts.count() >= 2:
        return ""
    return "综合稿至少由两条信息合成。请先在各条信息上办“并入综合稿”。"


def holds_no_parts(opinion: Opinion, act: Act) -> str:
    return (
        f"有{opinion.parts.count()}条信息并入本件，不能再并入别的综合稿。" if opinion.parts.exists() else ""
    )


def whole_is_open(opinion: Opinion, act: Act) -> str:
    whole = opinion.combined_in
    is_open = whole is not None and whole.state == OpinionState.EDITING
    return "" if is_open else "综合稿已经送核或签发，不能再移出。"


def is_plain(opinion: Opinion) -> bool:
    return not opinion.is_synthesis


def granted_by_another(opening: Opening, act: Act) -> str:
    """两人原则：申请人不能自己同意。"""
    if opening.asked_by_id == act.account.pk:
        return "查看联系方式须由两人决定：请由另一位同志同意。"
    return ""


def has_contact(lead: Lead) -> bool:
    """Whether there is a contact to be asked for: without one the step is not shown."""
    contact = getattr(lead, "contact", None)
    return contact is not None and contact.erased_at is None


def nobody_asks(lead: Lead, act: Act) -> str:
    is_asked = any(one.state == OpeningState.ASKED for one in lead.openings.all())
    return "已有一份查看申请在等同意。" if is_asked else ""


def takes_in_no_lead(lead: Lead, act: Act) -> str:
    count = lead.joined.count()
    return f"有{count}条线索并入本条，请改把本条作为主线索。" if count else ""
