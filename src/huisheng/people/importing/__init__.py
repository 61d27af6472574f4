"""Import of rosters: read → map columns → dry run with a verdict per row → apply → undo.

A ``Kind`` describes one sort of file. The rooms above add theirs with ``register`` (the ledger of earlier proposals);
nothing in here knows them.
"""

from .batches import (
    KINDS,
    About,
    Kind,
    apply,
    dry_run,
    import_file,
    of_record,
    prepare,
    register,
    revise,
    said_about,
    to_json,
    undo,
)
from .report import Issue, Report, RowReport
from .tables import Column

__all__ = [
    "KINDS", "About", "Column", "Issue", "Kind", "Report", "RowReport", "apply", "dry_run", "import_file", "of_record",
    "prepare", "register", "revise", "said_about", "to_json", "undo",
]  # fmt: skip
