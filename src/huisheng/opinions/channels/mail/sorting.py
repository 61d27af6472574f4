"""What a mail is: somebody's words, an answering machine, a letter that came back, our own words come round again.

RFC 3834 (Auto-Submitted) and RFC 3464 (delivery reports) first, then what Chinese mail services really send.
A machine's mail is never a lead and is never answered: that is what keeps two machines from writing to each other.
"""

from __future__ import annotations

import re
from email.message import Message

from ..item import Kind
from .parts import field_of
from .sender import Sender

OUR_HEADER = "X-Huisheng"  # stands in every mail we send

_MACHINE_FIELDS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-Autoreply-From",
    "X-Mail-Autoreply",
)
_AUTO_SUBJECT = re.compile(
    r"(?:自动回复|自动答复|自动应答|自动回信|自動回覆|自動回復|外出自动回复|休假自动回复|不在办公室|"
    r"auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|vacation reply)\s*(?:[:：】\]].*|$)",
    re.IGNORECASE,
)
_RETURN_SUBJECT = re.compile(
    r"系统退信|退信|邮件无法(?:投递|送达)|投递失败|發送失敗|undeliver|delivery (?:status|failure)|returned mail|"
    r"mail delivery (?:failed|subsystem)|failure notice|delivery has failed|rejected",
    re.IGNORECASE,
)
_DAEMONS = ("mailer-daemon", "mail-daemon")
_POSTMASTER = "postmaster"  # may be a person too, so its subject must say that a mail came back

LOOP = "这是本系统自己发出的邮件转了回来，不生成线索，也不回执。"
AUTO = "这是自动回复，不生成线索，也不回执。"
LIST = "这是群发邮件，不生成线索，也不回执。"
NOTICE = "这是已读回执一类的通知，不生成线索，也不回执。"
RETURNED = "这是退信：我们寄出的回执没有送到，记在原回执上，不生成线索。"


def machine(message: Message, who: Sender) -> tuple[Kind, str, str] | None:
    """(kind, reason, warning code or "") when no person wrote this mail to us; None otherwise."""
    if message.get(OUR_HEADER):
        return Kind.AUTO_REPLY, LOOP, ""
    if _is_returned(message, who):
        return Kind.BOUNCE, RETURNED, ""
    if message.get_content_type() == "multipart/report":
        return Kind.AUTO_REPLY, NOTICE, ""
    if _answers_itself(message):
        return Kind.AUTO_REPLY, AUTO, ""
    if field_of(message, "Return-Path") == "<>":
        return Kind.BOUNCE, RETURNED, ""
    if message.get("List-Id") or _precedence(message) in ("bulk", "list", "junk"):
        return Kind.AUTO_REPLY, LIST, "mailing_list"
    return None


def _is_returned(message: Message, who: Sender) -> bool:
    report = str(message.get_param("report-type") or "").lower()
    if message.get_content_type() == "multipart/report" and report in ("delivery-status", ""):
        return True
    if message.get("X-Failed-Recipients") or who.mailbox in _DAEMONS:
        return True
    return who.mailbox == _POSTMASTER and bool(_RETURN_SUBJECT.search(field_of(message, "Subject")))


def _answers_itself(message: Message) -> bool:
    submitted = field_of(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted not in ("", "no") or _precedence(message) in ("auto_reply", "auto-reply"):
        return True
    return any(message.get(name) for name in _MACHINE_FIELDS) or bool(
        _AUTO_SUBJECT.match(field_of(message, "Subject").lstrip("【[ "))
    )


def _precedence(message: Message) -> str:
    return field_of(message, "Precedence").lower()
