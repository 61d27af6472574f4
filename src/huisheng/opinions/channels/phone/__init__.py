"""电话: the clerk's notes of calls, a list in which a remark says what is no lead and what repeats an earlier call."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from dataclasses import replace
from datetime import date

from huisheng.kernel.text import normalise

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
)
from ..rows import Note, moment, notes

__all__ = ["COLUMNS", "read"]

COLUMNS = {
    "number": ("序号", "编号", "号"),
    "at": ("来电时间", "来电日期", "通话时间", "接电时间", "接听时间", "时间", "日期"),
    "name": ("来电人", "来电者", "反映人", "姓名", "来电人姓名", "称呼"),
    "phone": ("电话", "来电号码", "联系电话", "电话号码", "手机", "手机号", "号码", "联系方式"),
    "body": ("反映内容", "来电内容", "内容", "反映事项", "反映问题", "主要内容", "事项", "诉求"),
    "clerk": ("记录人", "接听人", "接电人", "登记人"),
    "answer": ("是否要求回复", "是否回复", "要求回复", "需回复", "是否需要答复"),
    "remark": ("处理意见", "备注", "办理意见", "拟办意见", "处理", "说明"),
}
_NAMELESS = re.compile(
    r".*(?:不愿|不肯|不便|不想|未)(?:意)?(?:透露|留名|留姓名|说).*|.*匿名.*|不详|不明|未知|无|[-—/]+"
)
_MOBILE = re.compile(r"(?:\+?0{0,2}86)?1\d{10}")
_LAND_LINE = re.compile(r"(?:0\d{2,3})?[2-8]\d{6,7}(?:转\d{1,5})?")
_REPEATS = re.compile(
    r"(?:[与同和跟见并入续]|重复|补充)\s*(?:上?第|序号|编号)?\s*(\d{1,5})\s*(?:号|条|项|件|行)?\s*"
    r"(?:重复|相同|一样|同一|合并|的?补充|$)"
)


@answers_always("phone")
def read(data: bytes, *, name: str = "", own: Own) -> list[Item]:
    """One item a row, in the order of the rows: a lead, a repetition (``follows``), or refused with the remark."""
    items: list[Item] = []
    calls = _Calls()
    near: date | None = None
    for note in notes(data, name, COLUMNS, "body"):
        item = _item(note, own, near)
        near = item.received_at.date() if item.received_at else near
        item = _judged(item, one_line(note.text("remark")), own, calls)
        calls.remember(item, note.text("number") or str(note.number))
        items.append(item)
    return items


class _Calls:
    """The calls noted so far, by number of the note and by number of the telephone."""

    def __init__(self) -> None:
        self._noted: dict[str, Item] = {}
        self._leads: dict[str, deque[Item]] = {}
        self._by_source: dict[str, Item] = {}

    def remember(self, item: Item, number: str) -> None:
        self._noted.setdefault(number, item)
        self._by_source.setdefault(item.source_id, item)
        if item.kind == Kind.LEAD and (digits := _digits(item.phone)):
            self._leads.setdefault(digits, deque(maxlen=50)).append(item)

    def repeated(self, item: Item, remark: str) -> Item | None:
        """The call this one repeats: the remark names it, or the same number says the same again."""
        if found := _REPEATS.search(remark):
            named = self._noted.get(found[1]) or self._noted.get(found[1].lstrip("0"))
            if named and named.kind != Kind.REFUSED:
                return self._by_source.get(named.follows, named)  # where a repetition of a repetition began
        said = normalise(item.body)
        return next(
            (
                one
                for one in self._leads.get(_digits(item.phone), ())
                if len(one.body) >= 8 and normalise(one.body) in said
            ),
            None,
        )


def _item(note: Note, own: Own, near: date | None) -> Item:
    at, is_doubtful = moment(note.cells.get("at"), own, near)
    name, phone = one_line(note.text("name"), 50), one_line(note.text("phone"), 40)
    body = paragraphs(note.text("body"))
    warnings = [
        code
        for code, is_so in (
            ("phone_in_doubt", not _is_phone(phone)),
            ("date_in_doubt", is_doubtful),
            ("asks_anonymity", asks_anonymity(f"{name} {body}")),
        )
        if is_so
    ]
    return Item(
        "phone",
        Kind.LEAD,
        subject=gist(body),
        body=body,
        from_name="" if _NAMELESS.fullmatch(name) else name,
        phone=phone,
        received_at=at,
        receipt_code=find_receipt_code(body, note.text("remark")),
        warnings=tuple(warnings),
        raw=note.raw,
        details=tuple(
            (note.headings[key], text) for key in ("clerk", "answer", "remark") if (text := note.text(key))
        ),
    )


def _is_phone(phone: str) -> bool:
    """Eleven digits of a mobile, or a land line; an empty cell is no doubt."""
    bare = re.sub(r"[\s()（）‐‑–—-]", "", unicodedata.normalize("NFKC", phone))
    return not bare or bool(_MOBILE.fullmatch(bare) or _LAND_LINE.fullmatch(bare))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _judged(item: Item, remark: str, own: Own, calls: _Calls) -> Item:
    if not item.body:
        return replace(item, kind=Kind.REFUSED, reason="这一行没有写反映内容。")
    if any(word in remark for word in own.not_leads):
        return replace(item, kind=Kind.REFUSED, reason=f"记录人注明“{remark}”，不作为线索。")
    if first := calls.repeated(item, remark):
        code = item.receipt_code or first.receipt_code
        return replace(item, kind=Kind.FOLLOW_UP, follows=first.source_id, receipt_code=code)
    return replace(item, kind=Kind.FOLLOW_UP) if item.receipt_code else item
