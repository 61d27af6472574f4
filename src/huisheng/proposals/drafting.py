"""From a file or a paste to a draft: read in a child process, kept as it came, everything doubtful noted for a person.

Nothing is dropped: what could not be placed stands in “其他内容”, what stayed out of the body is listed beside it, and
a file that could not be read is kept with the sentence that says why.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import nh3
from django.db import transaction
from django.utils import timezone

from huisheng.kernel.forms import clean_text
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment
from huisheng.kernel.store import Upload, keep_upload
from huisheng.people.models import Account, Agency, Body, Member

from . import actions
from .intake import Draft, Refused, read_paper_safely
from .intake import Roster as PaperRoster
from .models import Proposal
from .roster import roster

UNREAD = "unread"  # purpose of a file that could not be read; it hangs on the account that brought it
# what need not be told: read right, or said by the page itself
QUIET = ("layout",)


@dataclass(frozen=True)
class Imported:
    """What became of one file: a draft, or the sentence why not (the file is kept in both cases)."""

    name: str
    proposal: Proposal | None = None
    refused: str = ""
    kept: Attachment | None = None


def import_upload(
    upload: Upload,
    account: Account,
    *,
    is_paper: bool = False,
    key: str = "",
    at: datetime | None = None,
    known: PaperRoster | None = None,
) -> Imported:
    """One file becomes one draft, or is refused with a sentence."""
    at = at or timezone.now()
    if upload.refused or upload.data is None:  # the gate has spoken: no reader need start
        outcome: Draft | Refused = Refused(upload.refused)
    else:
        outcome = read_paper_safely(upload.data, upload.name, known or roster(at))
    if isinstance(outcome, Refused):
        return Imported(
            upload.verdict.safe_name,
            refused=outcome.sentence,
            kept=_keep_once(upload, account, account, UNREAD, at),
        )
    with transaction.atomic():
        proposal = start_from(outcome, account, upload.verdict.safe_name, is_paper=is_paper, key=key, at=at)
        kept = _keep_once(upload, proposal, account, "original" if is_paper else "source", at)
    return Imported(upload.verdict.safe_name, proposal, kept=kept)


def import_paste(
    text: str, html: str, account: Account, *, is_paper: bool = False, key: str = ""
) -> Imported:
    """A paste from a word processor becomes a draft: its formatting cleaned, its structure kept."""
    at = timezone.now()
    plain = clean_text(text_of_html(html) if html.strip() else text)
    outcome = read_paper_safely(plain.encode(), "粘贴的文字.txt", roster(at))
    if isinstance(outcome, Refused):
        return Imported("粘贴的文字", refused=outcome.sentence)
    return Imported("粘贴的文字", start_from(outcome, account, "", is_paper=is_paper, key=key, at=at))


def _keep_once(upload: Upload, record: Any, account: Account, purpose: str, at: datetime) -> Attachment:
    """The same bytes for the same record hang there once (a repeated click)."""
    earlier = Attachment.objects.filter(
        subject_type=record._meta.label_lower, subject_id=record.pk, purpose=purpose, sha256=upload.verdict.sha256
    ).first() if upload.verdict.sha256 else None  # fmt: skip
    return earlier or keep_upload(upload, record, account, purpose, at)


def start_from(
    draft: Draft, account: Account, file_name: str, *, is_paper: bool, key: str, at: datetime
) -> Proposal:
    """The draft of what was read, with the notes for its check page; co-sponsors that are certain are invited."""
    people = [asdict(person) | {"is_settled": False} for person in draft.cosponsors]
    data = facts(draft) | {"is_paper": is_paper, "read_notes": notes(draft, file_name, people)}
    if is_paper:
        data |= _paper_sponsor(draft)
    proposal = actions.start(account, data, at=at, key=key)
    if draft.publishable is False:
        actions.save_draft(proposal, account, {"disclosure": "closed"}, at=at)
    certain = [person["member"] for person in people if person["member"]]
    ask_cosponsors(proposal, account, certain, at=at)
    return proposal


def facts(draft: Draft) -> dict[str, Any]:
    """What was read, by the names of ``actions.start``. A title too long to be one is kept whole in the rest."""
    rest = [*draft.rest]
    if draft.attachment:
        rest += ["【附件】", draft.attachment]
    if len(draft.title) > 200:
        rest = [f"【案由全文】{draft.title}", *rest]
    return {
        "title": draft.title[:200], "situation": draft.situation, "analysis": draft.analysis,
        "suggestions": draft.suggestions, "rest": "\n".join(rest),
        "contact_person": draft.contact_person[:60], "contact_phone": draft.contact[:40],
        "suggested": list(Agency.objects.filter(pk__in=draft.agency_ids)),
    }  # fmt: skip


def _paper_sponsor(draft: Draft) -> dict[str, Any]:
    person = draft.sponsor_person
    if person is None:
        return {}
    return {
        "sponsor_member": Member.objects.filter(pk=person.member).first() if person.member else None,
        "sponsor_body": Body.objects.filter(pk=person.body).first() if person.body else None,
    }


def notes(draft: Draft, file_name: str, people: list[dict[str, Any]]) -> dict[str, Any]:
    """What the check page tells: doubts and hints, names to be settled, what stayed out of the body."""
    return {
        "file": file_name, "kind": draft.kind, "sponsor": draft.sponsor, "sector": draft.sector or "",
        "sponsor_person": asdict(draft.sponsor_person) if draft.sponsor_person else None,
        "warnings": [list(one) for one in draft.warnings if one.level not in QUIET],
        "asides": [list(one) for one in draft.asides], "images": [list(one) for one in draft.images],
        "people": people, "unknown_agencies": draft.unknown_agencies, "host_agency": draft.host_agency,
        "email": draft.email,
    }  # fmt: skip


def ask_cosponsors(
    proposal: Proposal, account: Account, members: list[int], *, at: datetime | None = None
) -> None:
    """Invite members who are not asked yet; on paper their signature is already there."""
    at = at or timezone.now()
    taken = set(proposal.cosponsors.values_list("member", flat=True)) | {proposal.sponsor_member_id}
    wanted = [pk for pk in dict.fromkeys(members) if pk not in taken]
    if not wanted:
        return
    if proposal.is_paper:
        with transaction.atomic():
            actions.invite_members(proposal, Member.objects.filter(pk__in=wanted), is_paper=True)
    else:
        perform(proposal, "invite", account, {"members": wanted}, at=at)


def settle_people(proposal: Proposal, account: Account, chosen: dict[int, int]) -> None:
    """The person chose who the names in the paper are: position in the notes -> member id, 0 for nobody."""
    read_notes = dict(proposal.read_notes)
    people = [dict(one) for one in read_notes.get("people", [])]
    members = []
    for index, member in chosen.items():
        if not 0 <= index < len(people) or people[index]["member"] or people[index].get("is_settled"):
            continue
        if member and member not in people[index]["candidates"]:
            continue
        people[index]["is_settled"] = True
        people[index]["member"] = member or None
        if member:
            members.append(member)
    with transaction.atomic():
        ask_cosponsors(proposal, account, members)
        actions.keep_notes(proposal, account, read_notes | {"people": people})


# -- paste ---------------------------------------------------------------------------------------------------------
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "br", "table", "ul", "ol", "blockquote"}
ALLOWED = BLOCKS | {"td", "th", "tbody", "thead", "b", "strong", "span"}


def text_of_html(html: str) -> str:
    """The words of a paste, one block a line; list numbers written out, cells parted by a tab, all else left behind."""
    clean = nh3.clean(
        html, tags=ALLOWED, attributes={}, clean_content_tags={"script", "style", "title", "xml", "o:p"}
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.out)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.lists: list[int] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in BLOCKS:
            self._line()
        if tag in ("ol", "ul"):
            self.lists.append(1 if tag == "ol" else 0)
        if tag == "li" and self.lists and self.lists[-1]:
            self.out.append(f"{self.lists[-1]}. ")
            self.lists[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        if tag in ("td", "th"):
            self.out.append("\t")
        if tag in BLOCKS and tag != "br":
            self._line()

    def handle_data(self, data: str) -> None:
        words = re.sub(r"[ \t\r\n\xa0]+", " ", data)
        if words.strip() or (self.out and not self.out[-1].endswith("\n")):
            self.out.append(words)

    def _line(self) -> None:
        if self.out and not self.out[-1].endswith("\n"):
            self.out.append("\n")
