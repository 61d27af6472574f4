"""The oracle at consultations: what somebody with the database's own shell could do to a plan or a report is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from huisheng.consultations.models import Line, Plan, PlanVersion, ReportVersion, Subject
from huisheng.desk import fsck
from tests import make
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return fsck.check().problems["年度协商"]


def add_a_line(plan: Plan) -> None:
    Line.objects.create(
        plan=plan, number=9, title="没有印发的一项", tier="chairs", form="topic", month=9, state="planned"
    )


HARMS: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (lambda plan: Subject.objects.update(reason="改过的理由"), "与提出时的指纹不符"),
    (lambda plan: PlanVersion.objects.update(preface="改过的要求"), "与印发时的指纹不符"),
    (lambda plan: PlanVersion.objects.update(number=3), "与印发时的指纹不符"),
    (lambda plan: ReportVersion.objects.update(content="改过的报告"), "与写成时的指纹不符"),
    (lambda plan: Line.objects.update(subject=None), "计划里却没有这一项"),
    (lambda plan: Line.objects.update(state="concluded"), "却没有举行过的会议活动"),
    (lambda plan: Line.objects.update(pending={"month": 9}), "还有没有生效的调整"),
    (add_a_line, "与执行中的项目不一致"),
    (lambda plan: PlanVersion.objects.all().delete(), "却没有印发的版本"),
)  # fmt: skip


def test_what_was_changed_behind_the_houses_back_is_named() -> None:
    cast = make_cast()
    plan = make.issued_plan(cast)
    make.reported_research(cast)
    assert found() == []
    for harm, sentence in HARMS:
        with transaction.atomic():
            harm(plan)
            said = found()
            transaction.set_rollback(True)
        assert [one for one in said if sentence in one], (sentence, said)
