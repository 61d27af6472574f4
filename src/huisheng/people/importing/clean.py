"""One cell to one value: names, telephone numbers, months, days, yes and no. Each answers with the value and, where
it had to guess or cannot say, with a code. Differences of spacing, width and date style are evened out silently.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import cache

from huisheng.kernel.encodings import PRIVATE_USE
from huisheng.kernel.forms import clean_text
from huisheng.kernel.text import normalise
from huisheng.kernel.workbook import Cell, as_text

_SPACE = re.compile(r"\s+")
_DASHES = re.compile(r"[‐‑‒–—―－﹣−]")


@cache
def old_codes() -> dict[int, int]:
    """Private-use codes in which older systems kept rare characters (䶮 as U+E863), to Unicode's own."""
    table = dict(PRIVATE_USE)
    trail = [byte for byte in range(0x50, 0xA1) if byte != 0x7F]
    for point, byte in enumerate(trail, 0xE815):
        now = bytes((0xFE, byte)).decode("gb18030")
        if len(now) == 1 and not "\ue000" <= now <= "\uf8ff":
            table.setdefault(point, ord(now))
    return table


def plain(cell: Cell, limit: int = 0) -> str:
    """Text of a cell: one line, half-width ASCII, single spaces, composed form, old private codes replaced."""
    text = clean_text(as_text(cell)).translate(old_codes())
    text = "".join(_half(char) for char in unicodedata.normalize("NFC", text))
    text = _SPACE.sub(" ", text).strip()
    return text[:limit] if limit else text


def _half(char: str) -> str:
    """Full-width letters, digits and blanks become half-width; Chinese punctuation stays Chinese."""
    if char == "\u3000":
        return " "
    if "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ":
        return chr(ord(char) - 0xFEE0)
    return char


def name(cell: Cell) -> str:
    """A person's name. The blanks that line two-character names up with three-character ones go; in a name written
    in Latin letters they stay. Compatibility ideographs become the unified ones, rare characters stay."""
    text = plain(cell)
    text = "".join(unicodedata.normalize("NFKC", char) if "\uf900" <= char <= "\ufaff" or "\u2e80" <= char <= "\u2fdf"
                   else char for char in text)  # fmt: skip
    text = re.sub(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]", "", text)
    text = text.replace("•", "·").replace("・", "·").replace("．", "·")
    if re.search(r"[A-Za-z]", text):
        return text
    return text.replace(" ", "")


def has_unreadable(text: str) -> bool:
    """Whether a character was lost on the way: a question mark, a box, an unknown private code."""
    return any(char in "?？�□■*＊" or unicodedata.category(char) in ("Co", "Cn") for char in text)


def unit(cell: Cell) -> str:
    """The name of a unit or body: no blanks between ideographs, quotes and commas as they are."""
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", plain(cell))


def names(cell: Cell) -> list[str]:
    """Several units in one cell: 、 and its kin between them."""
    return [one for one in (unit(part) for part in re.split(r"[、,，;；/／\n]+", as_text(cell))) if one]


def skeleton(text: str) -> str:
    """What two look-alike spellings share: folded, simplified, without blanks and marks, confusables made one."""
    return "".join(_ALIKE.get(char, char) for char in normalise(text) if char.isalnum())


_ALIKE = {
    "玊": "王", "壬": "王", "末": "未", "己": "已", "巳": "已", "曰": "日", "土": "士", "汨": "汩", "戌": "戍",
    "囗": "口", "刁": "刀", "亳": "毫", "祇": "祗", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x",
}  # fmt: skip


def is_near(one: str, other: str) -> bool:
    """Whether two different names differ in one character at most (insert, drop, replace) and are long enough."""
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 6:
        return False
    if len(one) > len(other):
        one, other = other, one
    i = 0
    while i < len(one) and one[i] == other[i]:
        i += 1
    return one[i + 1 :] == other[i + 1 :] if len(one) == len(other) else one[i:] == other[i + 1 :]


def phone(cell: Cell) -> tuple[str, str]:
    """(number, code). Mobile numbers of eleven digits, land lines with their dash. A second number is left out and
    told as ``phone_several``."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", plain(cell)))
    if not text:
        return "", ""
    parts = [part for part in re.split(r"[、,;/ ]+(?=\d{7,}|\d{3}-)", text) if part]
    first = parts[0]
    digits = re.sub(r"^(?:\+?0?0?86)(?=1\d{10}$)", "", re.sub(r"[^\d+]", "", first))
    code = "phone_several" if len(parts) > 1 else ""
    if re.fullmatch(r"1\d{10}", digits):
        return digits, code
    if re.fullmatch(r"0\d{9,11}(?:转\d+)?", digits) or re.fullmatch(
        r"\(?0\d{2,3}\)?-?\d{7,8}(?:[-转]\d{1,5})?", first
    ):
        return first.replace(" ", ""), code
    if re.fullmatch(r"[2-8]\d{6,7}(?:[-转]\d{1,5})?", first):
        return first, code
    return text[:40], "phone_invalid"


def yes_no(cell: Cell) -> bool | None:
    """Whether a mark says yes; None when it cannot be told. An empty cell says no."""
    text = unicodedata.normalize("NFKC", plain(cell)).strip("。. ")
    if text in (
        "",
        "否",
        "不是",
        "无",
        "×",
        "✗",
        "x",
        "X",
        "N",
        "n",
        "0",
        "-",
        "--",
        "—",
        "/",
        "非",
        "no",
        "No",
    ):
        return False
    if text in ("是", "√", "✓", "✔", "☑", "Y", "y", "1", "●", "○", "有", "yes", "Yes", "v", "V", "常委", "常务委员",
                "是常委", "★", "对"):  # fmt: skip
        return True
    return None


_DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "元": 1}


def chinese_to_digits(text: str) -> str:
    """二〇一六年三月十五日 → 2016年3月15日; text without Chinese figures comes back as it was."""
    if not re.search(r"[〇○零一二三四五六七八九十元]", text):
        return text

    def one(match: re.Match[str]) -> str:
        figure = match.group()
        if "十" not in figure:
            return "".join(str(_DIGITS[char]) for char in figure)
        tens, _, ones = figure.partition("十")
        return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))

    return re.sub(r"[〇○零一二三四五六七八九元]+(?=年)|[一二三四五六七八九]?十[一二三四五六七八九]?(?=[月日号年])"
                  r"|[一二三四五六七八九](?=[月日号])", one, text)  # fmt: skip


def figure(text: str) -> int:
    """九, 十二, 9 → a number. Only for text that is one."""
    if text.isdecimal():
        return int(text)
    tens, mark, ones = text.partition("十")
    if not mark:
        return int("".join(str(_DIGITS[char]) for char in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _digits(cell: Cell) -> str:
    text = unicodedata.normalize("NFKC", _DASHES.sub("-", plain(cell)))
    return chinese_to_digits(text)


def month(cell: Cell, today: date) -> tuple[str, str]:
    """A month of birth as (``1968-05``, code). Styles: 1968.05, 1968年5月, 196805, 1968/5/1, an Excel date, 68.5.

    ``birth_invalid`` when the month does not exist or the person would be under 18 or over 100.
    """
    if isinstance(cell, float) and not cell.is_integer() and 1900 < cell < 2100:
        cell = f"{cell:.2f}"  # a number 1968.1 was typed as 1968.10: January is typed 1968.01
    if isinstance(cell, datetime | date):
        year, number = cell.year, cell.month
    else:
        text = _digits(cell).replace(" ", "").rstrip("生人出")
        if not text:
            return "", ""
        found = _year_month(text)
        if found is None:
            return "", "birth_invalid"
        year, number = found
    if not 1 <= number <= 12 or not 18 <= today.year - year <= 100:
        return "", "birth_invalid"
    return f"{year:04d}-{number:02d}", ""


def _year_month(text: str) -> tuple[int, int] | None:
    if match := re.fullmatch(
        r"(\d{4})[-./年](\d{1,2})(?:月份?)?(?:[-./]?\d{1,2}日?)?(?:0?0:00(?::00)?)?", text
    ):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"(\d{4})(\d{2})(?:\d{2})?", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"(\d{2})[-./年](\d{1,2})(?:月)?(?:[-./]?\d{1,2}日?)?", text):
        return 1900 + int(match[1]), int(match[2])
    if match := re.fullmatch(r"(\d{1,2})[-./](\d{4})", text):
        return int(match[2]), int(match[1])
    if re.fullmatch(r"\d{5}", text):
        day = _serial(int(text))
        return day.year, day.month
    return None


def _serial(number: int) -> date:
    """A day as Excel counts it."""
    return date(1899, 12, 30) + timedelta(days=number)


def day(cell: Cell, year: int | None = None) -> tuple[date | None, str]:
    """A day as (date, code): 2016-03-16, 2016.3.16, 2016年3月16日, 20160316, 16.3.16, 3月16日 (with ``year``),
    二〇一六年三月十六日, an Excel date or serial. ``date_invalid`` when there is no such day."""
    if isinstance(cell, datetime):
        return cell.date(), ""
    if isinstance(cell, date):
        return cell, ""
    text = re.sub(r"\s+\d{1,2}:\d{2}(:\d{2})?$", "", _digits(cell)).replace(" ", "")
    if not text or text in ("-", "--", "/", "无"):
        return None, ""
    for pattern in (
        r"(?P<y>\d{4})[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{2})[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?",
        r"(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?",
        r"(?P<m>\d{1,2})[-./](?P<d>\d{1,2})",
    ):
        if match := re.fullmatch(pattern, text):
            parts = {key: int(value) for key, value in match.groupdict().items()}
            return _day(parts, year)
    if re.fullmatch(r"\d{5}", text):
        return _serial(int(text)), ""
    return None, "date_invalid"


def _day(parts: dict[str, int], year: int | None) -> tuple[date | None, str]:
    number = parts.get("y", year)
    if number is None:
        return None, "date_invalid"
    if number < 100:
        number += 2000
    try:
        return date(number, parts["m"], parts["d"]), ""
    except ValueError:
        return None, "date_invalid"


PARTIES = {
    "中共党员": (
        "中共",
        "党员",
        "中国共产党",
        "中国共产党党员",
        "共产党员",
        "中共正式党员",
        "中共预备党员",
        "预备党员",
    ),
    "民革": ("民革党员", "民革会员", "中国国民党革命委员会"),
    "民盟": ("民盟盟员", "盟员", "中国民主同盟"),
    "民建": ("民建会员", "中国民主建国会"),
    "民进": ("民进会员", "中国民主促进会"),
    "农工党": ("农工党党员", "农工", "农工民主党", "中国农工民主党", "农工党员"),
    "致公党": ("致公", "致公党党员", "中国致公党", "致公党员"),
    "九三学社": ("九三", "九三社员", "九三学社社员", "社员"),
    "台盟": ("台盟盟员", "台湾民主自治同盟"),
    "无党派": ("无党派人士", "无党派民主人士", "无党派代表人士", "无"),
    "群众": ("普通群众", "群众代表", "一般群众"),
    "共青团员": ("团员", "共青团"),
}
_PARTY_OF = {skeleton(word): party for party, words in PARTIES.items() for word in (party, *words)}


def party(cell: Cell) -> tuple[str, str]:
    """(standing, code): one of ``PARTIES``; ``party_unknown`` otherwise."""
    text = plain(cell)
    if not text:
        return "", ""
    found = _PARTY_OF.get(skeleton(text))
    return (found, "") if found else (text[:30], "party_unknown")


def sex(cell: Cell) -> tuple[str, str]:
    text = plain(cell).replace(" ", "")
    if text in ("男", "男性", "M", "m", "1"):
        return "男", ""
    if text in ("女", "女性", "F", "f", "2"):
        return "女", ""
    return "", "sex_unclear" if text else ""
