"""延期: more time moves the deadline, and the recount of the journal's oracle agrees."""

from datetime import date

import pytest

from huisheng.desk.fsck import check
from huisheng.kernel.lifecycle import perform
from huisheng.proposals import actions
from tests import make
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_a_granted_extension_moves_the_deadline_and_explains_itself() -> None:
    cast = make_cast()
    extension = make.extension(cast)
    before = extension.assignment.due_on
    perform(extension, "grant", cast.coordinator, {}, at=make.DAY)

    assignment = extension.assignment
    assignment.refresh_from_db()
    deadline = actions.assignment_deadline(assignment)
    assert (before, assignment.due_on, deadline.due_on) == (
        date(2017, 6, 1),
        date(2017, 6, 22),
        date(2017, 6, 22),
    )
    assert deadline.extensions[0].approver == "杜督查"
    assert check().problems["期限"] == []


def test_a_refused_extension_leaves_the_deadline() -> None:
    cast = make_cast()
    extension = make.extension(cast)
    perform(extension, "refuse", cast.coordinator, {"note": "时间足够"}, at=make.DAY)
    extension.assignment.refresh_from_db()
    assert extension.assignment.due_on == date(2017, 6, 1)
