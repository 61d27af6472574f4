"""Reading a proposal from a file: .docx, .odt, .rtf, .pdf with text, .doc, .txt.

``read_paper`` gives a ``Draft`` (what was understood, what is doubtful, what was left over) or ``Refused`` with one
sentence. It knows nothing of the database: the roster is handed in. ``read_paper_safely`` does the same in a child
process with little memory and time, and is what pages, API and commands call.
"""

from __future__ import annotations

from typing import Any

from huisheng.kernel.child import ChildDied, in_child
from huisheng.kernel.files import inspect
from huisheng.proposals.intake import checks, docx, odt, pdf, plain, rtf, word97
from huisheng.proposals.intake.document import Document, Unreadable
from huisheng.proposals.intake.draft import (
    Agency,
    Block,
    Body,
    Draft,
    Member,
    Person,
    Refused,
    Roster,
    Warning,
    to_json,
)  # fmt: skip
from huisheng.proposals.intake.understand import understand

__all__ = [
    "Agency", "Block", "Body", "Draft", "Member", "Person", "Refused", "Roster", "Warning", "read_paper",
    "read_paper_safely", "to_json",
]  # fmt: skip

READERS = {
    "docx": docx.read,
    "odt": odt.read,
    "rtf": rtf.read,
    "pdf": pdf.read,
    "doc": word97.read,
    "txt": plain.read,
}


def read_paper(data: bytes, name: str, roster: Roster | None = None) -> Draft | Refused:
    """Judge the file, read it, understand it. Never raises for a bad file."""
    verdict = inspect(data, name, lenient=True)
    if verdict.refused:
        return Refused(verdict.refused, _code(verdict.refused))
    if verdict.kind not in READERS:
        return Refused(
            "图片和表格不能当作提案读取。请上传 Word 文档，或把文字粘贴到起草页；这个文件可作为附件保存。",
            "not_a_paper",
        )
    try:
        document = READERS[verdict.kind](data)
    except Unreadable as error:
        return Refused(error.sentence, error.code)
    except MemoryError:
        raise
    except Exception:  # a reader met what no reader should; the file is kept and the person told what to do
        return Refused(
            "这个文件的内部结构读不通。请用 Word 或 WPS 打开，另存为新的 .docx 再传；也可以把文字粘贴到起草页。",
            "unreadable",
        )
    if not any(line.text.strip() for line in document.lines):
        return Refused(_empty(document), "no_text_layer" if document.images else "empty")
    if verdict.kind == "doc":
        document.marks.add("legacy_doc")
    understood = understand(document, roster or Roster(), name)
    draft = understood.draft
    draft.kind, draft.sha256 = verdict.kind, verdict.sha256
    for code, message in verdict.warnings:
        draft.warn(code, message)
    checks.check(draft, understood.marks, len(understood.topics))
    return draft


def _code(sentence: str) -> str:
    for words, code in (
        ("密码", "password_protected"),
        ("不是 Word", "not_a_word_file"),
        ("宏", "macros"),
        ("0 字节", "empty"),
    ):
        if words in sentence:
            return code
    return "refused"


def _empty(document: Document) -> str:
    if document.images:
        return "这个文件里只有图片，没有文字，读不出内容。请把文字录入 Word 文档，或粘贴到起草页；图片可作为附件保存。"
    return "这个文件里没有文字。请检查是不是传错了文件，或把文字粘贴到起草页。"


def _in_child(data: bytes, name: str, roster: dict[str, Any] | None) -> dict[str, Any]:
    outcome = read_paper(data, name, Roster.from_dict(roster) if roster else None)
    if isinstance(outcome, Refused):
        return {"refused": outcome.sentence, "code": outcome.code}
    return {"draft": outcome.to_dict()}


def read_paper_safely(
    data: bytes, name: str, roster: Roster | None = None, *, seconds: int = 30
) -> Draft | Refused:
    """``read_paper`` in a child process: a hostile file costs the child's life, not the server's."""
    try:
        answer = in_child(_in_child, data, name, roster.to_dict() if roster else None, seconds=seconds)
    except ChildDied as died:
        return Refused(died.sentence, "unreadable")
    if "refused" in answer:
        return Refused(answer["refused"], answer["code"])
    return Draft.from_dict(answer["draft"])
