"""An issue moves with its output (outputs/lifecycle.py); here stands what being an issue adds to that table."""

from huisheng.outputs.kinds import Room, declare_kind
from huisheng.outputs.models import Kind

from . import actions, papers, rules

declare_kind(
    Kind.BULLETIN,
    Room(
        ready=rules.is_ready,
        sign=actions.number,
        words=rules.words,
        paper=papers.issue_paper,
        sources=rules.sources,
        page="bulletins:issue",
        reading="bulletins:read",
    ),
)
