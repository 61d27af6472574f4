"""One line as its page reads it: everything that hangs on it, in one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from huisheng.gatherings import queries as meetings
from huisheng.gatherings.local_rules import SORT
from huisheng.gatherings.models import HAPPENED, AgendaItem, Gathering, Guest, Stop
from huisheng.kernel import local
from huisheng.kernel.gather import Part, gather
from huisheng.kernel.models import Attachment, Entry
from huisheng.outputs import queries as papers
from huisheng.outputs.models import OUT, Advice, Output, OutputState, Response
from huisheng.people.models import Account, Agency, Body, Member
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal

from . import queries
from .models import Line, Research


@dataclass(frozen=True)
class Went:
    """What the field work of a line came to, counted from its gatherings that were held."""

    held: int
    stops: list[tuple[str, int]]
    guests: list[tuple[str, int]]


@dataclass(frozen=True)
class Event:
    """One gathering of a line; ``days`` are its windows, each with its word and whether it is late."""

    gathering: Gathering
    opens: bool
    days: list[tuple[queries.Window, str, bool]]


@dataclass(frozen=True)
class Result:
    """One paper of a line, and how its advice was answered."""

    output: Output
    opens: bool
    adoption: dict[str, int]


@dataclass(frozen=True)
class Dossier:
    """The line's own records, loaded; ``open`` says why it cannot be concluded yet."""

    partners: list[Body]
    agencies: list[Agency]
    members: list[Member]
    events: list[Event]
    went: Went
    results: list[Result]
    research: list[Research]
    proposals: list[Proposal]
    entries: list[Entry]


def dossier(line: Line, account: Account, today: date, *, keeps: bool) -> Dossier:
    """What the reader may not open is named all the same, and not a link."""
    found = gather(_parts(line, account, today, keeps=keeps))
    opens = {one.pk for one in found["open_gatherings"]}
    readable = {one.pk for one in found["open_outputs"]}
    gatherings = sorted(found["gatherings"], key=lambda one: (one.starts_at, one.pk))
    days = queries.windows(gatherings, _first_papers(found["items"], found["files"]))
    advice: dict[int, list[Advice]] = {}
    for one in found["advice"]:
        advice.setdefault(one.output_id, []).append(one)
    return Dossier(
        partners=[row.body for row in found["partners"]], agencies=[row.agency for row in found["agencies"]],
        members=[row.member for row in found["members"]],
        events=[
            Event(one, one.pk in opens, [(w, w.word(today), w.is_late(today)) for w in days.get(one.pk, [])])
            for one in gatherings
        ],
        went=Went(
            sum(one.state in HAPPENED for one in gatherings), _by_sort(found["stops"]), _by_sort(found["guests"])
        ),
        results=[Result(one, one.pk in readable, _adoption(advice.get(one.pk, []))) for one in found["outputs"]],
        research=found["research"], proposals=found["proposals"], entries=found.get("entries", [])[::-1],
    )  # fmt: skip


def _parts(line: Line, account: Account, today: date, *, keeps: bool) -> dict[str, Part]:
    mine = Gathering.objects.filter(consultation_lines=line)
    held = mine.filter(state__in=HAPPENED).values("pk")
    made = Output.objects.filter(consultation_lines=line).exclude(state=OutputState.WITHDRAWN)
    items = AgendaItem.objects.filter(gathering__in=mine.values("pk"))
    found = {
        "partners": Part(Line.partners.through.objects.filter(line=line), {"body": ("name",)}),
        "agencies": Part(Line.agencies.through.objects.filter(line=line), {"agency": ("name",)}),
        "members": Part(
            Line.members.through.objects.filter(line=line), {"member": ("name", "sector"), "member__sector": ("name",)}
        ),
        "gatherings": Part(mine),
        "open_gatherings": Part(meetings.visible_to(account, today).filter(consultation_lines=line), fields=("id",)),
        "items": Part(items, fields=("gathering",)),
        "files": Part(
            Attachment.objects.filter(subject_type=AgendaItem.kind(), subject_id__in=items.values("pk")),
            fields=("subject_id", "at"),
        ),
        "stops": Part(Stop.objects.filter(gathering__in=held), fields=("sort",)),
        "guests": Part(Guest.objects.filter(gathering__in=held), fields=("sort",)),
        "outputs": Part(made, fields=("title", "state", "delivered_on")),
        "open_outputs": Part(papers.visible_to(account, today).filter(consultation_lines=line), fields=("id",)),
        "advice": Part(
            Advice.objects.filter(output__in=made.filter(state__in=OUT).values("pk")), fields=("output", "response")
        ),
        "research": Part(queries.visible_research(account, today).filter(line=line), fields=("title", "state")),
        "proposals": Part(
            proposals.visible_to(account, today).filter(consultation_lines=line),
            fields=("title", "state", "number", "year", "number_series"),
        ),
    }  # fmt: skip
    if keeps:
        lines = Entry.objects.filter(matter_type=Line.kind(), matter_id=line.pk)
        found["entries"] = Part(lines, {"account": ("name",)})
    return found


def _first_papers(items: Iterable[AgendaItem], files: Iterable[Attachment]) -> dict[int, date]:
    of = {item.pk: item.gathering_id for item in items}
    return queries.first_days((of[one.subject_id], one.at) for one in files)


def _by_sort(rows: Iterable[Any]) -> list[tuple[str, int]]:
    counted = Counter(row.sort for row in rows)
    return [(local.label_of(SORT, sort), n) for sort, n in counted.most_common()]


def _adoption(advice: list[Advice]) -> dict[str, int]:
    answers = [one.response for one in advice]
    return {
        "total": len(answers), "adopted": answers.count(Response.ADOPTED), "partly": answers.count(Response.PARTLY),
        "open": answers.count(""),
    }  # fmt: skip


def what_is_open(line: Line, found: Dossier) -> str:
    """As ``queries.what_is_open``, of what is loaded."""
    out = [one for one in found.results if one.output.state in OUT]
    return queries.why_open(line, found.went.held, len(out), sum(one.adoption["open"] for one in out))
