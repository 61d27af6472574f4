"""What must be true before an issue goes on."""

from __future__ import annotations

from django.utils import timezone

from huisheng.opinions.models import Opinion
from huisheng.outputs.models import Output

from . import queries
from .models import Item


def is_ready(output: Output) -> str:
    """Items, each within its lengths; the sentence names the items and their counts."""
    items = list(Item.objects.filter(issue=output.pk))
    if not items:
        return "本期还没有条目。请先从已签发的信息中编入。"
    today = timezone.localdate()
    said = [
        f"第{place}条“{one.headline[:12]}”{'，'.join(found)}"
        for place, one in enumerate(items, 1)
        if (found := queries.faults(one, today))
    ]
    return f"{'；'.join(said[:3])}。改好后再送核。" if said else ""


def sources(output: Output) -> list[Opinion]:
    return [one.opinion for one in Item.objects.filter(issue=output.pk).select_related("opinion")]


def words(output: Output) -> list[str]:
    """Every word a leader reads, in order."""
    return [
        "\x1e".join((one.headline, one.gist, one.proposal, one.source, str(one.voices)))
        for one in Item.objects.filter(issue=output.pk)
    ]
