"""Dates as people remember them: a day, a month, a season, a year, “约1962年”, “五十年代”, 民国 and Chinese numerals.

``read`` keeps the words and says between which days the thing lies; what it cannot read it says in a sentence.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models


class Precision(models.TextChoices):
    DAY = "day", "某日"
    MONTH = "month", "某月"
    SEASON = "season", "某季"
    YEAR = "year", "某年"
    RANGE = "range", "某段时间"
    DECADE = "decade", "某年代"
    ABOUT = "about", "约"
    UNKNOWN = "unknown", "不详"


@dataclass(frozen=True)
class Dated:
    """``words`` as they were written; the thing lies between ``earliest`` and ``latest`` (None: nobody knows)."""

    words: str
    precision: Precision
    earliest: date | None = None
    latest: date | None = None


class Unread(ValueError):
    """The words are no date; the message says what to do."""


DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
TEN = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?")
SEASONS = {
    "春": (3, 5),
    "夏": (6, 8),
    "秋": (9, 11),
    "冬": (12, 14),
    "年初": (1, 3),
    "年底": (10, 12),
    "年末": (10, 12),
}
ABOUT = re.compile(r"^(?:大约|大概|约|可能是|或为)|(?:前后|左右|上下|\?)$")
HELP = "请写成 1958年5月1日、1958年5月、1958年、约1958年、50年代 这样；不知道的写“不详”。"
REACH = 3  # years to either side of “约”


def read(text: str, *, today: date) -> Dated:
    """Raises Unread with a sentence. An empty text is 不详."""
    words = " ".join(text.split())[:60]
    plain = _plain(words)
    if plain in ("", "不详", "不明", "未知", "时间不详", "年代不详", "-", "无"):
        return Dated(words or "不详", Precision.UNKNOWN)
    is_about = bool(ABOUT.search(plain))
    core = ABOUT.sub("", ABOUT.sub("", plain))
    precision, earliest, latest = _read(core, words)
    if earliest > today:
        raise Unread(f"“{words}”晚于今天，请核对。")
    if is_about:
        earliest, latest = _years(earliest, -REACH), _years(latest, REACH)
        precision = Precision.ABOUT
    return Dated(words, precision, earliest, min(latest, today))


def _plain(words: str) -> str:
    """Digits for numerals, no blanks, full-width made narrow."""
    text = unicodedata.normalize("NFKC", words).replace(" ", "").replace("(", "").replace(")", "")
    return TEN.sub(lambda found: str(_ten(found[0])), text).translate(DIGITS)


def _ten(text: str) -> int:
    """十二 → 12; 五十 → 50."""
    before, _, after = text.partition("十")
    return int(before.translate(DIGITS) or 1) * 10 + int(after.translate(DIGITS) or 0)


def _read(core: str, words: str) -> tuple[Precision, date, date]:
    if found := re.fullmatch(r"(.+?)(?:至|到|—+|~|-{2}|–)(.+)", core):
        first, last = (
            _read(found[1], words),
            _read(found[2] if "年" in found[2] or len(found[2]) >= 4 else f"{core[:4]}年{found[2]}", words),
        )
        if last[2] < first[1]:
            raise Unread(f"“{words}”的后一个时间早于前一个，请核对。")
        return Precision.RANGE, first[1], last[2]
    if found := re.fullmatch(r"(?:(?:20世纪|19)?([2-9]0)|(20[0-9]0))(?:年代)(初|中期|末)?", core):
        start = int(found[2]) if found[2] else 1900 + int(found[1])
        return Precision.DECADE, date(start, 1, 1), date(start + 9, 12, 31)
    if found := re.fullmatch(r"民国(\d{1,2}|元)年(.*)", core):
        year = 1911 + (1 if found[1] == "元" else int(found[1]))
        return _read(f"{year}年{found[2]}", words)
    if found := re.fullmatch(r"(\d{4})年?(春|夏|秋|冬|年初|年底|年末)(?:季|天)?", core) or re.fullmatch(
        r"(\d{4})(年初|年底|年末)", core
    ):
        return _season(int(found[1]), found[2], words)
    if found := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", core):
        return _day(int(found[1]), int(found[2]), int(found[3]), words)
    if found := re.fullmatch(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})[日号]?", core):
        return _day(int(found[1]), int(found[2]), int(found[3]), words)
    if found := re.fullmatch(r"(\d{4})(?:年|[-./])(\d{1,2})月?份?", core):
        return _month(int(found[1]), int(found[2]), words)
    if found := re.fullmatch(r"(\d{4})年?", core):
        year = int(found[1])
        _check_year(year, words)
        return Precision.YEAR, date(year, 1, 1), date(year, 12, 31)
    raise Unread(f"时间“{words}”没有看懂。{HELP}")


def _check_year(year: int, words: str) -> None:
    if not 1 <= year <= 9990:
        raise Unread(f"时间“{words}”没有看懂。{HELP}")


def _day(year: int, month: int, day: int, words: str) -> tuple[Precision, date, date]:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unread(f"没有“{words}”这一天，请核对。") from None
    _check_year(year, words)
    return Precision.DAY, found, found


def _month(year: int, month: int, words: str) -> tuple[Precision, date, date]:
    _check_year(year, words)
    if not 1 <= month <= 12:
        raise Unread(f"没有“{words}”这个月，请核对。")
    return Precision.MONTH, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _season(year: int, word: str, words: str) -> tuple[Precision, date, date]:
    _check_year(year, words)
    first, last = SEASONS[word]
    end_year, end_month = (year, last) if last <= 12 else (year + 1, last - 12)
    end = date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    return Precision.SEASON, date(year, first, 1), end


def _years(day: date, by: int) -> date:
    """The same day some years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=max(1, day.year + by))
    except ValueError:
        return (day - timedelta(days=1)).replace(year=max(1, day.year + by))
