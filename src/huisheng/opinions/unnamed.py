"""A sender's own words without what says who they are: that goes under the seal with the rest of the contact.

Two kinds of words are taken out: what the channel already knows of the sender (the name over the mail, the number
that called), wherever it stands; and what has the shape of a contact in anybody's text: a mobile number, a mail
address, an identity number, a name after “我叫”. Land lines stay: most are an office's, and what the letter is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SEALED = "［已封存］"
HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
GAP = r"[-—－ \u3000]?"
MOBILE = rf"(?<!\d)(?:\+?86{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)"
IDENTITY = r"(?<!\d)\d{17}[\dXxＸ](?!\d)"
MAIL = r"[\w.+-]+[@＠][\w-]+(?:\.[\w-]+)+"

_SHAPES = re.compile("|".join((IDENTITY, MOBILE, MAIL)), re.ASCII)
_LABELLED = re.compile(
    r"(?:微信|QQ|扣扣)号?码?\s*[:：为是]?\s*([A-Za-z0-9_-]{5,20})", re.ASCII | re.IGNORECASE
)
_NAMED = re.compile(rf"(?:我叫|我的名字[叫是]|姓名\s*[:：])\s*([{HAN}·]{{2,4}})(?=[，,。；;、！!\s]|$)")
_LONG_NAME = 3  # characters; a shorter one stands inside other words, too (周建 in 四周建成)


def without_contact(text: str, known: Iterable[str] = ()) -> tuple[str, list[str]]:
    """(the text with ［已封存］ in the place of contacts, what was taken out and was not known)."""
    names = [one.strip() for one in known if one.strip()]
    introduced = [
        one for one in dict.fromkeys(_NAMED.findall(text) + _LABELLED.findall(text)) if one not in names
    ]
    found = [
        one for one in dict.fromkeys(_SHAPES.findall(text)) if _bare(one) not in {_bare(n) for n in names}
    ]
    text = _SHAPES.sub(SEALED, text)
    for word in sorted({*names, *introduced}, key=len, reverse=True):
        text = _pattern(word).sub(SEALED, text)
    return text, introduced + found


def _pattern(word: str) -> re.Pattern[str]:
    """Wherever the word stands; a number with any gaps, a short name only by itself."""
    digits = re.sub(r"\D", "", word)
    if len(digits) >= 7 and len(digits) >= len(word) // 2:
        return re.compile(rf"(?<!\d){GAP.join(digits)}(?!\d)")
    if len(word) < _LONG_NAME and re.fullmatch(rf"[{HAN}]+", word):
        return re.compile(rf"(?<![{HAN}]){word}(?![{HAN}])|(?<=我叫){word}|(?<=我是){word}(?![{HAN}])")
    return re.compile(re.escape(word) if len(word) > 1 else r"(?!)")


def _bare(word: str) -> str:
    return re.sub(r"[-—－ \u3000]", "", word)
