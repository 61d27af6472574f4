"""From lines to a draft: head, labels, title, sections, suggestions, agencies, signature, attachment.

Two passes. The first takes out what names itself (taking, ending); the second finds the sections of what is left
(sections, points). Every line ends with a role, and every role is shown: none is dropped.
"""

from __future__ import annotations

from huisheng.proposals.intake.document import Document
from huisheng.proposals.intake.draft import Block, Roster
from huisheng.proposals.intake.ending import Ending
from huisheng.proposals.intake.paper import Paper
from huisheng.proposals.intake.particulars import Particulars
from huisheng.proposals.intake.points import Points
from huisheng.proposals.intake.sections import Sections
from huisheng.proposals.intake.sponsors import Sponsors
from huisheng.proposals.intake.taking import Taking


def understand(document: Document, roster: Roster, name: str = "") -> Paper:
    """The paper as it was understood; its ``draft`` is what pages and commands are given."""
    paper = Paper(document, roster, name)
    Taking(paper).take_all()
    Ending(paper).peel()
    Points(paper).assemble(Sections(paper).found())
    Sponsors(paper).find()
    Particulars(paper).find()
    paper.draft.blocks = [Block(part.role, part.full) for part in paper.parts]
    paper.draft.rest = [part.full for part in paper.parts if part.role == "rest"]
    return paper
