"""Verbs of compiling: begin an issue, take an opinion in, edit, order, take out. Each is a line of the journal.

All of them lock the paper and refuse once it was sent for checking. Numbering happens when the paper is signed.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Conflict, NotAllowed, Refused
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.models import Counter
from huisheng.kernel.once import once
from huisheng.opinions.models import Opinion
from huisheng.outputs import actions as outputs
from huisheng.outputs.models import Kind, Output
from huisheng.people.models import Account

from . import local_rules as rules
from . import queries
from .models import Issue, Item

TOO_MANY = 30  # items in an issue; a leader reads five to eight
IMPRINT = ("report_to", "send_to", "hand_to", "copies")
WORDS = ("headline", "gist", "proposal", "source", "voices")


def start(account: Account, series: str, at: datetime | None = None, key: str = "") -> Issue:
    """新编一期: an empty issue of a series, with the foot as the local rules say."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    if local.option(rules.SERIES, series) is None:
        raise Refused("没有这个刊物系列。请从列出的系列里选一个。")

    def act() -> dict[str, Any]:
        title = f"《{local.label_of(rules.SERIES, series)}》（{today.month}月{today.day}日起编）"
        output = outputs.start(account, {"type": Kind.BULLETIN, "title": title}, at=at)
        foot = {"report_to": rules.REPORT_TO, "send_to": rules.SEND_TO, "hand_to": rules.HAND_TO}
        Issue.objects.create(
            output=output, series=series, copies=int(local.rule(rules.COPIES, today)),
            **{name: str(local.rule(rule, today))[:200] for name, rule in foot.items()},
        )  # fmt: skip
        return {"id": output.pk}

    made = once(account, key, ["issue", series], at, act)
    return Issue.objects.select_related("output").get(pk=made["id"])


def add_item(issue: Issue, opinion: Opinion, account: Account, at: datetime) -> Item:
    """编入一条: the last place, with words taken from the opinion for the editor to shorten."""
    with transaction.atomic():
        issue = _open(issue, account, at)
        if not queries.candidates(issue).filter(pk=opinion.pk).exists():
            raise Conflict(f"《{opinion}》没有签发，或已经编入《{issue.name}》的另一期。")
        count = issue.items.count()
        if count >= TOO_MANY:
            raise Refused(f"一期最多{TOO_MANY}条，请另编一期。")
        last = issue.items.order_by("-position").first()
        item = Item.objects.create(
            issue=issue, opinion=opinion, position=last.position + 1 if last else 1, voices=max(1, opinion.voices),
            source=source_of(opinion)[:120], **_first_words(opinion, timezone.localdate(at)),
        )  # fmt: skip
        _note(issue, "add_item", "编入一条", account, at, opinion)
    return item


def source_of(opinion: Opinion) -> str:
    """Who it comes from, as it is printed; nobody is named who asked not to be."""
    if opinion.is_anonymous:
        return "据部分委员反映"
    if opinion.reporter_member_id:
        return (
            f"{opinion.reporter_name}（{opinion.sector}）反映"
            if opinion.sector_id
            else f"{opinion.reporter_name}反映"
        )
    if opinion.reporter_body_id:
        return f"{opinion.reporter_name}反映"
    if opinion.is_synthesis:
        return f"综合{opinion.parts.count()}条社情民意信息"
    return "据群众反映"


def _first_words(opinion: Opinion, today: Any) -> dict[str, str]:
    """A beginning for the editor, as long as the rules allow; it is read and mended before it is printed."""
    text = opinion.text
    title = re.sub(r"^关于(.+?)的(建议|意见|情况反映|反映)$", r"\1", opinion.title)
    longest, most = int(local.rule(rules.HEADLINE, today)), int(local.rule(rules.MOST, today))
    body = "".join((text.situation + text.analysis).split()) if text else ""
    advice = "".join(text.advice.split()) if text else ""
    return {"headline": title[:longest], "gist": _sentences(body, most), "proposal": _sentences(advice, 60)}


def _sentences(text: str, most: int) -> str:
    """As many whole sentences as fit; the beginning of the first where none does."""
    found = ""
    for sentence in re.findall(r"[^。！？；]+[。！？；]?", text):
        if len(found) + len(sentence) > most:
            break
        found += sentence
    return found or text[:most]


def save_item(item: Item, account: Account, data: dict[str, Any], at: datetime) -> Item:
    """修改条目. data: headline, gist, proposal, source, voices."""
    with transaction.atomic():
        issue = _open(item.issue, account, at)
        item = Item.objects.select_related("opinion").get(pk=item.pk)
        for name in WORDS:
            setattr(item, name, data[name])
        item.save(update_fields=list(WORDS))
        _note(issue, "save_item", "修改一条", account, at, item.opinion)
    return item


def move_item(item: Item, account: Account, up: bool, at: datetime) -> None:
    """上移、下移: two neighbours change places; at the end nothing happens."""
    with transaction.atomic():
        issue = _open(item.issue, account, at)
        items = list(issue.items.all())
        here = next(i for i, one in enumerate(items) if one.pk == item.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(items):
            return
        items[here], items[there] = items[there], items[here]
        for place, one in enumerate(items, 1):
            one.position = place
        Item.objects.bulk_update(items, ["position"])
        _note(issue, "move_item", "上移一条" if up else "下移一条", account, at, item.opinion)


def remove_item(item: Item, account: Account, at: datetime) -> None:
    """移出: the opinion may go into another issue."""
    with transaction.atomic():
        issue = _open(item.issue, account, at)
        opinion = item.opinion
        item.delete()
        _note(issue, "remove_item", "移出一条", account, at, opinion)


def save_imprint(issue: Issue, account: Account, data: dict[str, Any], at: datetime) -> None:
    with transaction.atomic():
        issue = _open(issue, account, at)
        for name in IMPRINT:
            setattr(issue, name, data[name])
        issue.save(update_fields=list(IMPRINT))
        _note(issue, "save_imprint", "修改报送发和印数", account, at, None)


def _open(issue: Issue, account: Account, at: datetime) -> Issue:
    """The issue, its paper locked, while it may still be compiled."""
    if not account.holds(*queries.DESK, on=timezone.localdate(at)):
        raise NotAllowed("编刊须由信息编辑或政协办公室办理。")
    outputs.drafted(issue.pk)
    return Issue.objects.select_related("output").get(pk=issue.pk)


def _note(
    issue: Issue, action: str, label: str, account: Account, at: datetime, opinion: Opinion | None
) -> None:
    data = {"opinion": {"id": opinion.pk, "name": str(opinion)}} if opinion else {}
    journal.write(
        issue.output, action, label, account=account, at=at, note=f"《{opinion}》" if opinion else "", data=data, is_inside=True
    )  # fmt: skip


def number(output: Output, act: Act) -> None:
    """编号: 第n期（总第m期）, given when the paper is signed, never again."""
    issue = Issue.objects.select_for_update().get(pk=output.pk)
    if issue.number is None:
        series = local.option(rules.SERIES, issue.series)
        before = int((series.data.get("before") if series else 0) or 0)
        issue.year = act.today.year
        issue.number = Counter.next(f"issue:{issue.series}:{issue.year}")
        issue.total = before + Counter.next(f"issue:{issue.series}")
        issue.save(update_fields=["year", "number", "total"])
    output.title = f"《{issue.name}》{issue.year}年第{issue.number}期（总第{issue.total}期）"
    act.remember(number=issue.number, total=issue.total)
