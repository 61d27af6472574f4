"""Who a mail says it is from, and whether that can be so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from huisheng.kernel.text import normalise

from ..item import Own, one_line
from .charsets import header
from .parts import field_of

_ANGLE = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_BARE = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+")
_FAILED = re.compile(r"\b(?:spf|dkim|dmarc)\s*=\s*(?:hard)?fail\b", re.IGNORECASE)
_PASSED = re.compile(r"\b(?:spf|dkim|dmarc)\s*=\s*pass\b", re.IGNORECASE)
LONGEST_ADDRESS = 254  # RFC 5321
MAX_FIELD = 2_000  # characters of a From that are looked at


@dataclass(frozen=True)
class Sender:
    name: str = ""
    address: str = ""

    @property
    def mailbox(self) -> str:
        return self.address.partition("@")[0].lower()


def sender(message: Message, field: str = "From") -> Sender:
    """The last address of the field, so that one put into the display name never counts as the sender's."""
    raw = str(message.get(field) or "")[:MAX_FIELD]
    if "@" not in raw:  # the whole field as one encoded word
        raw = header(raw)[0]
    if found := list(_ANGLE.finditer(raw)):
        return Sender(_name(raw[: found[-1].start()]), _address(found[-1][1]))
    if bare := _BARE.search(raw):
        return Sender(_name(re.sub(r"[()]", " ", raw.replace(bare.group(), ""))), _address(bare.group()))
    return Sender(_name(raw), _address(raw) if re.fullmatch(r"\s*[A-Za-z-]+\s*", raw) else "")


def _name(raw: str) -> str:
    return one_line(header(raw)[0], 100).strip(" \"'“”,;")


def _address(raw: str) -> str:
    address = one_line(header(raw)[0], LONGEST_ADDRESS + 1)
    return "" if len(address) > LONGEST_ADDRESS or " " in address else address


def doubts(message: Message, who: Sender, own: Own) -> list[str]:
    """Codes of what speaks against the sender being who it says; the first two park the mail."""
    found = []
    results = " ".join(str(value) for value in message.get_all("Authentication-Results", []))
    if _claims_ours(who, own):
        found.append("display_name_is_ours_but_address_is_not")
    if _FAILED.search(results):
        found.append("forged_sender")
    answer_to = sender(message, "Reply-To").address
    if answer_to and who.address and _domain(answer_to) != _domain(who.address):
        found.append("reply_to_differs")
    if own.has_domain(who.address) and not _PASSED.search(results):
        found.append("own_domain_unverified")
    return found


def _claims_ours(who: Sender, own: Own) -> bool:
    if own.has_domain(who.address):
        return False
    shown = _bare(who.name)
    if any(_bare(name) in shown for name in own.names if _bare(name)):
        return True
    return any(own.has_domain(found) for found in _BARE.findall(who.name))


def _bare(text: str) -> str:
    """A name without blanks, marks, width, case and traditional forms: 區 政 协 is 区政协."""
    return "".join(char for char in normalise(text) if char.isalnum())


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def message_ids(message: Message, field: str) -> list[str]:
    return re.findall(r"<[^<>\s]{1,250}>", field_of(message, field))
