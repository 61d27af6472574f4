"""核对, the fourth part: topics, plans and their versions, lines, research. Read-only.

What the database itself keeps from being false (constraints beside the models) is not asked again here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q

from huisheng.consultations.actions import sealed, version_seal
from huisheng.consultations.models import (
    IN_FORCE,
    Line,
    LineState,
    Plan,
    PlanState,
    PlanVersion,
    ReportVersion,
    Research,
    Subject,
    SubjectState,
)
from huisheng.gatherings.models import HAPPENED
from huisheng.kernel.models import Entry, Matter
from huisheng.outputs.models import OUT


def consultations() -> Iterator[str]:
    """What was brought, issued and reported reads as its journal line says; a plan and its lines agree."""
    yield from _subjects()
    yield from _versions()
    yield from _plans()
    yield from _lines()
    yield from _reports()


def _seals(model: type[Matter], *actions: str) -> dict[int, dict[Any, str]]:
    """Record → what its journal said: number of the version (None without one) → fingerprint."""
    found: dict[int, dict[Any, str]] = defaultdict(dict)
    rows = Entry.objects.filter(subject_type=model.kind(), action__in=actions).order_by("seq")
    for pk, data in rows.values_list("subject_id", "data").iterator(chunk_size=2000):
        if "fingerprint" in data:
            found[pk][data.get("number")] = data["fingerprint"]
    return found


def _subjects() -> Iterator[str]:
    written = _seals(Subject, "bring")
    for one in Subject.objects.order_by("pk").iterator(chunk_size=1000):
        if sealed(one.title, one.reason) != one.fingerprint:
            yield f"协商议题《{one}》与提出时的指纹不符，内容被改动过"
        elif written.get(one.pk, {}).get(None) != one.fingerprint:
            yield f"协商议题《{one}》的指纹不在办理记录里"
    planned = Line.objects.filter(subject=OuterRef("pk"), state__in=IN_FORCE)
    for one in Subject.objects.filter(state=SubjectState.PLANNED).exclude(Exists(planned)):
        yield f"协商议题《{one}》说已列入计划，计划里却没有这一项"


def _versions() -> Iterator[str]:
    written = _seals(Plan, "issue")
    numbers: dict[int, set[int]] = defaultdict(set)
    for one in PlanVersion.objects.select_related("plan").order_by("plan", "number"):
        numbers[one.plan_id].add(one.number)
        if version_seal(one) != one.fingerprint:
            yield f"《{one.plan}》{one}与印发时的指纹不符，内容被改动过"
        elif written.get(one.plan_id, {}).get(one.number) != one.fingerprint:
            yield f"《{one.plan}》{one}的指纹不在办理记录里"
    for plan, found in numbers.items():
        if found != set(range(1, len(found) + 1)):
            yield f"年度协商计划 {plan} 的版次不连续"


def _plans() -> Iterator[str]:
    versions = PlanVersion.objects.filter(plan=OuterRef("pk"))
    for one in Plan.objects.filter(state__in=(PlanState.ISSUED, PlanState.CLOSED)).exclude(Exists(versions)):
        yield f"《{one}》说已印发，却没有印发的版本"
    for one in Plan.objects.filter(state=PlanState.ISSUED).filter(Exists(versions)):
        newest = one.versions.order_by("-number")[0]
        said = {row["id"] for row in newest.lines}
        # what is issued is in force, no more and no less
        for pk in sorted(said ^ set(one.lines.filter(state__in=IN_FORCE).values_list("pk", flat=True))):
            yield f"《{one}》{newest}与执行中的项目不一致（项目 {pk}）"


def _lines() -> Iterator[str]:
    loose = Line.objects.filter(state=LineState.PLANNED).filter(Q(is_leaving=True) | Q(pending__isnull=False))
    for one in loose.filter(plan__state=PlanState.ISSUED).select_related("plan"):
        yield f"《{one.plan}》{one.number_label}还有没有生效的调整，计划却已印发"
    held = Line.gatherings.through.objects.filter(line=OuterRef("pk"), gathering__state__in=HAPPENED)
    out = Line.outputs.through.objects.filter(line=OuterRef("pk"), output__state__in=OUT)
    for one in Line.objects.filter(state=LineState.CONCLUDED).annotate(
        is_held=Exists(held), is_out=Exists(out)
    ):
        if not one.is_held:
            yield f"协商项目《{one}》已完成，却没有举行过的会议活动"
        elif one.asks("output") and not one.is_out:
            yield f"协商项目《{one}》已完成，却没有报送过的成果"


def _reports() -> Iterator[str]:
    written = _seals(Research, "write")
    for one in ReportVersion.objects.select_related("research").order_by("pk").iterator(chunk_size=500):
        if sealed(one.title, one.content, one.advice) != one.fingerprint:
            yield f"调研报告《{one.title}》{one}与写成时的指纹不符，内容被改动过"
        elif written.get(one.research_id, {}).get(one.number) != one.fingerprint:
            yield f"调研报告《{one.title}》{one}的指纹不在办理记录里"
