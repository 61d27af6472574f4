"""广播、电视、报刊: what people said on a programme or in a paper, as the media send it, a list."""

from __future__ import annotations

from datetime import date

from ..item import (
    Item,
    Kind,
    Own,
    answers_always,
    asks_anonymity,
    find_receipt_code,
    gist,
    one_line,
    paragraphs,
    refused,
)
from ..rows import Note, moment, notes

__all__ = ["COLUMNS", "read"]

COLUMNS = {
    "number": ("序号", "编号"),
    "medium": ("媒体", "媒体名称", "电台", "电视台", "报纸", "报刊", "频道", "频率", "来源", "单位"),
    "programme": ("栏目", "节目", "节目名称", "栏目名称", "版面", "版次", "专栏"),
    "at": ("日期", "播出日期", "播出时间", "刊登日期", "刊发日期", "见报日期", "时间"),
    "name": ("反映人", "听众", "观众", "读者", "市民", "姓名", "来电人", "群众"),
    "phone": ("联系电话", "电话", "联系方式", "手机"),
    "subject": ("标题", "题目", "主题"),
    "body": ("内容", "反映内容", "反映问题", "问题", "内容摘要", "主要内容", "线索内容", "线索", "摘要"),
    "reply": ("现场答复", "主持人答复", "回应", "当场答复", "备注", "处理情况"),
}


@answers_always("broadcast")
def read(data: bytes, *, name: str = "", own: Own) -> list[Item]:
    """One item a row. A medium, programme or day written once for several rows holds for the rows below it."""
    items: list[Item] = []
    last: dict[str, str] = {}
    near: date | None = None
    for note in notes(data, name, COLUMNS, "body"):
        item = _item(note, own, near, last)
        near = item.received_at.date() if item.received_at else near
        items.append(item)
    return items or [refused("broadcast", data, "这张表里只有列名，没有内容。")]


def _item(note: Note, own: Own, near: date | None, last: dict[str, str]) -> Item:
    at, is_doubtful = moment(note.cells.get("at"), own, near)
    body = paragraphs(note.text("body"))
    for key in ("medium", "programme"):
        last[key] = one_line(note.text(key), 100) or last.get(key, "")
    code = find_receipt_code(body)
    warnings = ["date_in_doubt"] * is_doubtful + ["asks_anonymity"] * asks_anonymity(body)
    details = [(note.headings[key], last[key]) for key in ("medium", "programme") if last[key]]
    if reply := paragraphs(note.text("reply")):
        details.append((note.headings["reply"], reply))
    return Item(
        "broadcast",
        (Kind.FOLLOW_UP if code else Kind.LEAD) if body else Kind.REFUSED,
        subject=one_line(note.text("subject")) or gist(body),
        body=body,
        from_name=one_line(note.text("name"), 50),
        phone=one_line(note.text("phone"), 40),
        received_at=at,
        receipt_code=code,
        warnings=tuple(warnings),
        reason="" if body else "这一行没有写反映内容。",
        raw=note.raw,
        details=tuple(details),
    )
