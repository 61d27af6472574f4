"""Contact data in a text: taken out of what is published, pointed out to whoever is about to send it.

A number is recognised by its shape, or by the word before it (“电话68910000”); a name by the word before it, or by
being a contact person's (two characters alone are no name: “四周建成” is not 周建).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from huisheng.opinions.unnamed import GAP, HAN, IDENTITY, MAIL, MOBILE

HIDDEN = "［已隐去］"
_LANDLINE = rf"(?<!\d)[（(]?0\d{{2,3}}[）)]?{GAP}\d{{7,8}}(?:(?:转|-)\d{{1,6}})?(?!\d)"
_SHAPES = re.compile("|".join((IDENTITY, MOBILE, _LANDLINE, MAIL)))
_LABELLED = re.compile(
    r"((?:电话|手机|座机|联系方式|传真|微信|[Qq][Qq])(?:号码|号)?\s*[:：为是]?\s*)([\d][\d\-—－ ]{4,}\d)"
)
# without one of these there is no number and no address: most paragraphs
_ANY = re.compile(r"\d{3}|[@＠]|电话|手机|座机|联系方式|传真|微信|[Qq][Qq]")
_NAMED = re.compile(rf"((?:联系人|经办人|承办人|联系领导)\s*[:：为是]?\s*)([{HAN}·]{{2,4}})")
_WHO = re.compile(rf"我叫|我的名字|本人姓名|姓名\s*[:：]|我是[{HAN}]{{2,3}}(?=[，,。；\s]|$)|身份证号")


def hide(text: str, known: Iterable[str] = ()) -> str:
    """The text without telephone numbers, addresses for mail, identity numbers and names of contact persons.

    known: contact names and numbers of this record, hidden wherever they stand.
    """
    if _ANY.search(text):
        text = _SHAPES.sub(HIDDEN, text)
        text = _LABELLED.sub(rf"\1{HIDDEN}", text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    for word in sorted({one.strip() for one in known}, key=len, reverse=True):
        if len(word) >= 3:
            text = text.replace(word, HIDDEN)
    return text


def tells_who(text: str) -> list[str]:
    """What of a letter's text says who wrote it: a sentence each, so that an anonymous one may be mended."""
    found = []
    if _SHAPES.search(text) or _LABELLED.search(text):
        found.append("文字里像是写了电话、邮箱或证件号码。")
    if _WHO.search(text):
        found.append("文字里像是写了您自己的名字。")
    return found
