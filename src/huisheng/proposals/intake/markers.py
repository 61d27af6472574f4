"""Numbers in front of a paragraph: typed, circled, spoken (一是, 首先) or printed by the word processor."""

from __future__ import annotations

import re
from typing import NamedTuple

HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
DIGITS = "零一二三四五六七八九"
FORMAL = "壹贰叁肆伍陆柒捌玖拾貳參叄陸"


class Marker(NamedTuple):
    style: str  # what must agree between the items of one list
    value: int  # 1, 2, 3 …; 0 where the marker does not count (●)
    end: int  # where the text behind it begins


_ZH = "[一二三四五六七八九十]{1,3}"
_N = "[0-9０-９]{1,2}"
STYLES: tuple[tuple[str, str], ...] = (
    ("part", rf"第(?P<v>{_ZH})(?:部分|方面|点|条|项)[：:、，,．.\s]*"),
    ("suggestion", rf"(?:建议|對策|对策|措施|意见)(?P<v>{_ZH}|{_N})[：:、．.，,\s]\s*"),
    ("zh,", rf"(?P<v>{_ZH})[、．.]\s*"),
    ("(zh)", rf"[（(〔]\s*(?P<v>{_ZH})\s*[)）〕][、．.]?\s*"),
    ("zh)", rf"(?P<v>{_ZH})[)）]\s*"),
    ("(n)", rf"[（(]\s*(?P<v>{_N})\s*[)）][、．.]?\s*"),
    ("n)", rf"(?P<v>{_N})[)）][、．.]?\s*"),
    ("n.", rf"(?P<v>{_N})\s*(?:[、]|[．.](?![0-9０-９]))\s*"),
    ("n ", rf"(?P<v>{_N})[ \u3000\t]+(?=[{HAN}“《])(?![年月日号个万亿%％])"),
    ("①", r"(?P<v>[①-⑳])[、．.]?\s*"),
    ("❶", r"(?P<v>[❶-❿])[、．.]?\s*"),
    ("➀", r"(?P<v>[➀-➓])[、．.]?\s*"),
    ("㈠", r"(?P<v>[㈠-㈩])[、．.]?\s*"),
    ("㊀", r"(?P<v>[㊀-㊉])[、．.]?\s*"),
    ("⑴", r"(?P<v>[⑴-⒇])[、．.]?\s*"),
    ("⒈", r"(?P<v>[⒈-⒛])\s*"),
    ("zh is", rf"(?P<v>{_ZH})(?:是要?|要|则|来)[：:，,]?\s*"),
    ("nth", r"第(?P<v>[一二三四五六七八九十]{1,2})[，,、：:．.]\s*"),
    ("nth is", r"第(?P<v>[一二三四五六七八九十]{1,2})(?:是|个是)\s*"),
    ("of these", r"其(?P<v>[一二三四五六七八九])[，,、：:是]\s*"),
    ("first", r"(?P<v>首先|其次|再次|再者|然后|第四|最后)(?:是)?[，,、：:]\s*"),
    ("formal", rf"(?P<v>[{FORMAL}])[、．.，]\s*"),
    ("roman", r"(?P<v>[Ⅰ-Ⅻⅰ-ⅻ])[、．.\s]\s*"),
    ("letter", r"(?P<v>[A-Za-zＡ-Ｚａ-ｚ])(?:[．.、](?![A-Za-z0-9])|[)）])\s*"),
    ("bullet", r"(?P<v>[●•·■◆▪▫○□◇★☆※►▶➢➤✓✔◎⊙\uf0b7\uf06c\uf0d8\uf0fc]|[-–—*](?=\s))\s*"),
)
_COMPILED = tuple((style, re.compile(pattern)) for style, pattern in STYLES)
_CIRCLED = {"①": 0x245F, "❶": 0x2775, "➀": 0x277F, "㈠": 0x321F, "㊀": 0x327F, "⑴": 0x2473, "⒈": 0x2487}
SPOKEN = ("zh is", "nth", "nth is", "of these", "first")  # these also open sentences inside a paragraph


def marker(text: str, only: tuple[str, ...] | None = None) -> Marker | None:
    """The marker ``text`` begins with, if any. Leading white space is skipped."""
    start = len(text) - len(text.lstrip())
    for style, pattern in _COMPILED:
        if only and style not in only:
            continue
        if found := pattern.match(text, start):
            return Marker(style, _value(style, found["v"]), found.end())
    return None


def _value(style: str, mark: str) -> int:
    if style in _CIRCLED:
        return ord(mark) - _CIRCLED[style] if style != "➀" else (ord(mark) - 0x277F - 1) % 10 + 1
    if style == "bullet":
        return 0
    if style == "first":
        return {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "然后": 3, "第四": 4}.get(mark, 0)
    if style == "formal":
        return "壹贰叁肆伍陆柒捌玖拾".find(mark.translate(str.maketrans("貳參叄陸", "贰叁叁陆"))) + 1
    if style == "roman":
        return (ord(mark) - 0x2160) % 16 + 1
    if style == "letter":
        return (ord(mark) & 0x1F) if ord(mark) < 128 else (ord(mark) - 0xFF20) & 0x1F
    return int(mark) if mark.isdecimal() else chinese_number(mark)


def chinese_number(text: str) -> int:
    """一 … 九十九, also 〇 and year-like 二〇一七 digit by digit."""
    if "十" not in text:
        digits = ["零一二三四五六七八九".find("零" if char == "〇" else char) for char in text]
        return int("".join(map(str, digits))) if digits and min(digits) >= 0 else 0
    tens, _, ones = text.partition("十")
    return (chinese_number(tens) if tens else 1) * 10 + (chinese_number(ones) if ones else 0)


def to_chinese(value: int) -> str:
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    return ("" if not tens else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


def printed(value: int, form: str) -> str:
    """The number as a word processor prints it. ``form`` is the name used by .docx or .odt."""
    if form in ("bullet", "none"):
        return ""
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese", "①") and value <= 20:
        return chr(0x245F + value)
    if form in ("decimalFullWidth", "１"):
        return str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if form in ("upperLetter", "A"):
        return chr(64 + (value - 1) % 26 + 1)
    if form in ("lowerLetter", "a"):
        return chr(96 + (value - 1) % 26 + 1)
    if form in ("upperRoman", "I", "lowerRoman", "i") and value <= 12:
        return chr((0x215F if form in ("upperRoman", "I") else 0x216F) + value)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "壹") and value <= 10:
        return "壹贰叁肆伍陆柒捌玖拾"[value - 1]
    if form.startswith(("chinese", "ideographDigital", "taiwanese", "japanese", "korean")) or form == "一":
        return to_chinese(value)
    return str(value)


def split_inline(text: str) -> list[str]:
    """One paragraph that counts its points (一是…；二是…) cut at each point; [text] when it does not count.

    The markers must rise from one by one and stand at the start or behind punctuation."""
    best: list[int] = []
    for style, pattern in _COMPILED:
        if style in ("n ", "letter", "bullet", "roman", "part"):
            continue
        places, wanted = [], 1
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - 8) : found.start()].rstrip()
            if _value(style, found["v"]) not in (wanted, 0) or (
                before and before[-1] not in "。；;：:！!？?，,、）)”"
            ):
                continue
            if not before or before[-1] not in "，,、" or style in SPOKEN or style in _CIRCLED:
                places.append(found.start())
                wanted += 1
        if len(places) > max(1, len(best)):
            best = places
    if len(best) < 2:
        return [text]
    pieces = [text[start:end].strip() for start, end in zip(best, [*best[1:], len(text)], strict=True)]
    return ([text[: best[0]].strip()] if text[: best[0]].strip() else []) + pieces
