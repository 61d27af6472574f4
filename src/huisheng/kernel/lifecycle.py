"""The lifecycle: a table of steps, and ``perform()``, the only way anything moves.

From one row of a table come the button, the permission, the to-do list, the journal line, the notices, the API,
the diagram in docs/lifecycles.md and the generated tests. ``perform`` alone writes a record's ``state``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from . import journal
from .errors import Conflict, Invalid, NoSuchStep, NotAllowed, Refused, WrongState
from .forms import StepForm, plain
from .models import Entry, Matter, Typed
from .once import once, recall
from .states import States
from .who import NONE, SYSTEM, Who, roles_towards

# what a step itself writes; everything else is its effect's
MOVED: list[str] = ["state", "version", "changed_at"]


@dataclass(frozen=True)
class Step:
    """One row: who may move a record from where to where, what is asked, what follows, who is told.

    action    name in code and API; label: the word on the button, from the regulations.
    source    states in which the step is open. target None: the step leaves the state as it is.
    only      (record) -> whether the step concerns this record at all; where not, it is not even shown.
    guard     (record, act) -> "" or a sentence why not. Guards run on the locked record.
    form      asked for before the step; effect: (record, act) -> None, changes records, inside the transaction.
    tell      who gets a notice. optional: a right, no duty: it makes no to-do.
    formal    irreversible: the page shows once more what will happen before it is done.
    inside    the journal line is for the office only.
    help      one sentence under the step's title.
    undo      how a formal step can be taken back; without it the check page says that it cannot.
    elsewhere the step is taken on a page of its own and nowhere else; the sentence that says so to buttons and machines.
    taken_back_by  the action of the step of this table that takes this one back; offered beside “已办好”, and asks
              nothing but a note. Not for what goes out of the house: a letter cannot be called back.
    """

    action: str
    label: str
    source: tuple[States, ...]
    target: States | None
    who: Who
    only: Callable[[Any], bool] | None = None
    guard: Callable[[Any, Act], str] | None = None
    form: type[StepForm] | None = None
    effect: Callable[[Any, Act], None] | None = None
    tell: Who | None = None
    optional: bool = False
    formal: bool = False
    inside: bool = False
    help: str = ""
    undo: str = ""
    elsewhere: str = ""
    taken_back_by: str = ""

    def concerns(self, record: Any) -> bool:
        return record.state in self.source and (self.only is None or self.only(record))


@dataclass
class Act:
    """One performance of a step: who, when, with what answers; and what the effect leaves for the journal."""

    step: Step
    account: Any
    at: datetime
    today: date
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    from_state: str = ""
    entry: Entry | None = None
    cause: Entry | None = None
    followers: list[tuple[Matter, str, dict[str, Any]]] = field(default_factory=list)
    told: list[tuple[Iterable[Any], str, str]] = field(default_factory=list)

    def remember(self, **data: Any) -> None:
        """Put facts of the effect into the journal line."""
        self.extra.update({name: plain(value) for name, value in data.items()})

    def follow(self, record: Matter, action: str, **data: Any) -> None:
        """Perform another record's step after this one's line is written, in the same transaction."""
        self.followers.append((record, action, data))

    def tell(self, accounts: Iterable[Any], text: str, url: str = "") -> None:
        """A notice besides those of the row's ``tell``; ``url`` where its readers may not open the record's own page."""
        self.told.append((accounts, text, url))


@dataclass(frozen=True)
class OpenStep:
    """A step the person may take now; ``reason`` says why it cannot be done yet, else ""."""

    step: Step
    reason: str


class Lifecycle:
    """The steps of one model. Constructing it makes it the model's ``lifecycle``."""

    every: list[Lifecycle] = []

    def __init__(self, model: type[Matter], states: type[States], steps: tuple[Step, ...]) -> None:
        self.model, self.states, self.steps = model, states, steps
        self._by_action = {step.action: step for step in steps}
        if len(self._by_action) != len(steps):
            raise ValueError(f"{model.__name__}: two steps with one action")
        for step in steps:
            if step.taken_back_by and not _takes_back(self._by_action.get(step.taken_back_by), step):
                raise ValueError(
                    f"{model.__name__}/{step.action} cannot be taken back by {step.taken_back_by}"
                )
        model.lifecycle = self
        Lifecycle.every.append(self)

    def step(self, action: str) -> Step:
        """Raises NoSuchStep for a word that is no step of this lifecycle."""
        found = self._by_action.get(action)
        if found is None:
            raise NoSuchStep(f"没有“{action}”这一步。请返回上一页，从页面上的按钮办理。")
        return found

    def open_steps(self, record: Matter, account: Any, today: date | None = None) -> list[OpenStep]:
        """What the account may do with the record now, greyed ones with their reason."""
        today = today or timezone.localdate()
        candidates = [step for step in self.steps if step.who is not SYSTEM and step.concerns(record)]
        held = roles_towards([record], [step.who for step in candidates], account, today)[record.pk]
        act_at = timezone.now()
        return [
            OpenStep(step, step.guard(record, Act(step, account, act_at, today)) if step.guard else "")
            for step in candidates
            if step.who in held
        ]

    def way_back(self, record: Matter, done: Entry, account: Any) -> Step | None:
        """The step that takes back the one just done, when it leads to where that came from and this account may take it."""
        back = self._by_action.get(self.step(done.action).taken_back_by)
        if back is None or back.target != done.from_state:
            return None
        is_open = any(one.step is back and not one.reason for one in self.open_steps(record, account))
        return back if is_open else None

    def check(self, record: Matter, action: str, account: Any, version: int | None = None) -> Step:
        """The step, when the account may take it in the record's present state; else the refusal perform() gives."""
        step = self.step(action)
        _check_who(step, record, account, timezone.localdate())
        _check_version(record, version)
        _check_state(record, step)
        return step

    def awaiting(self, account: Any, today: date | None = None) -> QuerySet[Any]:
        """待办: the records that wait for this account, each with ``duty``, the action that is waited for.

        Optional rights are no duties. One query, also for somebody with several posts.
        """
        today = today or timezone.localdate()
        waits = [
            (step.action, Q(state__in=step.source) & within)
            for step in self.steps
            if not step.optional and step.who is not SYSTEM
            if (within := step.who.within(account, today)) != NONE
        ]
        if not waits:
            return self.model._default_manager.none()
        first = Case(*(When(wait, then=Value(action)) for action, wait in waits), default=Value(""))
        return self.model._default_manager.annotate(duty=first).exclude(duty="")


def perform(
    record: Matter,
    action: str,
    account: Any,
    data: Mapping[str, Any] | None = None,
    files: Any = None,
    *,
    version: int | None = None,
    key: str = "",
    at: datetime | None = None,
) -> Entry:
    """Take a step: who → lock → version → state → guard → form → move → effect → journal → notices → commit.

    data     the form's answers by field name (a QueryDict, or plain JSON values).
    version  the record's version the person saw; another one now means somebody was first.
    key      idempotency key: the same key and content twice performs once.
    at       the moment, read from the clock at the door; the demonstration year passes its own.
    Raises NotAllowed, WrongState, Conflict, Invalid, Refused: all with a sentence for the person.
    """
    at = at or timezone.now()
    step = record.lifecycle.step(action)
    _check_who(step, record, account, timezone.localdate(at))
    payload = [record.kind(), record.pk, action, _signature(data, files)]

    written: list[Entry] = []

    def act() -> dict[str, Any]:
        entry = _locked(record, step, account, data, files, version, at, None)
        written.append(entry)
        if step.form:
            Typed.objects.filter(account=account, place=typed_place(record, action)).delete()
        return {"entry": entry.pk}

    result = once(account, key, payload, at, act)
    return written[0] if written else Entry.objects.get(pk=result["entry"])


def replayed(
    kind: str, pk: int, action: str, account: Any, data: Mapping[str, Any], key: str
) -> Entry | None:
    """The line that this very request wrote when it came before; None for a new one.

    A client that heard no answer asks again, and by then the record may be out of its sight: the key answers.
    Raises Conflict when the key was used for other content.
    """
    result = recall(account, key, [kind, pk, action, _signature(data, None)])
    return Entry.objects.filter(pk=result["entry"]).first() if result and "entry" in result else None


def perform_by_clock(record: Matter, action: str, at: datetime, *, account: Any = None, **data: Any) -> Entry:
    """A SYSTEM step that a date brings about (the worker's): same order, same journal, nobody's account; that of
    whoever entered a paper, where a paper brings it about."""
    step = record.lifecycle.step(action)
    if step.who is not SYSTEM:
        raise NotAllowed(f"“{step.label}”须由{step.who.label}办理。")
    with transaction.atomic():
        return _locked(record, step, account, data, None, None, at, None)


def _takes_back(back: Step | None, step: Step) -> bool:
    """Whether pressing ``back`` right after ``step`` does it: from where the step led, asking nothing but a note."""
    if back is None or back.formal or back.elsewhere or (step.target and step.target not in back.source):
        return False
    fields = back.form.base_fields if back.form else {}  # type: ignore[attr-defined]
    return not any(field.required for name, field in fields.items() if name != "note")


def typed_place(record: Matter, action: str) -> str:
    """Where what a person typed into a step's form is kept until the step is done."""
    return f"{record.kind()}:{record.pk}:{action}"


def _locked(
    record: Matter,
    step: Step,
    account: Any,
    data: Any,
    files: Any,
    version: int | None,
    at: datetime,
    cause: Entry | None,
) -> Entry:
    model = type(record)
    record.refresh_from_db(from_queryset=model._base_manager.select_for_update())
    _check_version(record, version)
    _check_state(record, step)
    act = Act(step, account, at, timezone.localdate(at), cause=cause)
    if step.guard and (reason := step.guard(record, act)):
        raise Refused(reason)
    _ask_form(record, step, act, data, files)
    act.from_state = record.state
    if step.target is not None:
        record.state = step.target
    record.version += 1
    record.changed_at = at
    if step.effect:
        step.effect(record, act)
    # saved with what the effect wrote: a constraint may tie a state to a column that the effect fills
    record.save(update_fields=MOVED)
    act.entry = journal.write(
        record,
        step.action,
        step.label,
        account=account,
        at=at,
        role="" if cause else step.who.label,
        from_state=act.from_state,
        to_state=record.state,
        note=act.note,
        data=act.extra,
        is_inside=step.inside,
        cause=cause,
    )
    _tell(record, act)
    for other, action, other_data in act.followers:
        follow = other.lifecycle.step(action)
        _locked(other, follow, account, other_data, None, None, at, act.entry)
    return act.entry


def _check_who(step: Step, record: Matter, account: Any, today: date) -> None:
    if step.who is SYSTEM:
        raise NotAllowed(f"“{step.label}”由系统在前一步办完时自动完成，不能手工办理。")
    if not step.who.includes(account, record, today):
        raise NotAllowed(f"“{step.label}”须由{step.who.label}办理。")


def _check_version(record: Matter, version: int | None) -> None:
    if version is None or version == record.version:
        return
    raise Conflict(f"您打开这一页之后，{_who_was_first(record)}。您写的内容已经留住，请看过最新情况后再办。")


def _check_state(record: Matter, step: Step) -> None:
    if step.concerns(record):
        return
    if record.state in step.source:
        raise WrongState(f"“{step.label}”不适用于这一件。请返回上一页，从页面上的按钮办理。")
    states = record.lifecycle.states
    now = states(record.state).label
    raise WrongState(f"现在是“{now}”，不能“{step.label}”：{_who_was_first(record)}。")


def _who_was_first(record: Matter) -> str:
    last = (
        Entry.objects.filter(subject_type=record.kind(), subject_id=record.pk)
        .select_related("account")
        .order_by("-seq")
        .first()
    )
    if last is None:
        return "还没有办过前面的步骤"
    when = timezone.localtime(last.at).strftime("%-m月%-d日 %H:%M")
    who = last.account.name if last.account else "系统"
    if record.hides_hands:
        who = last.role or "别人"
    return f"{who}已于{when}办了“{last.label}”"


def _ask_form(record: Matter, step: Step, act: Act, data: Any, files: Any) -> None:
    if step.who is SYSTEM:
        act.data = dict(data or {})
        return
    if step.form is None:
        return
    if act.cause is not None:  # an effect passes answers that are already clean
        act.data = dict(data or {})
        return
    form = step.form(
        data if data is not None else {}, files, record=record, account=act.account, today=act.today
    )
    if not form.is_valid():
        raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
    act.data = form.cleaned_data
    act.note = str(form.cleaned_data.get("note") or "")
    act.extra.update(form.journal_data())


def _tell(record: Matter, act: Act) -> None:
    url = record.matter.get_absolute_url()
    name = record.matter.notice_title()
    assert act.entry is not None
    key = f"entry:{act.entry.seq}"
    card = f"{card_of(record.matter)}：{act.step.label}"
    if act.step.tell:
        people = act.step.tell.audience(record, act.today).exclude(pk=act.account.pk if act.account else None)
        journal.tell(people, f"{name}：{act.step.label}", key=key, at=act.at, url=url, entry=act.entry,
                     card=card)  # fmt: skip
    for i, (accounts, text, other) in enumerate(act.told):
        journal.tell(accounts, text, key=f"{key}:{i}", at=act.at, url=other or url, entry=act.entry,
                     card=card)  # fmt: skip


def card_of(matter: Matter) -> str:
    """How a message outside calls it: its kind and its number, no title and nobody's name."""
    return f"{matter._meta.verbose_name}{getattr(matter, 'number_label', '')}"


def _signature(data: Any, files: Any) -> Any:
    answers = {k: data.getlist(k) for k in data} if hasattr(data, "getlist") else dict(data or {})
    for name in ("csrfmiddlewaretoken", "version", "key"):
        answers.pop(name, None)
    return [answers, [(f.name, f.size) for f in files.values()] if files else []]
