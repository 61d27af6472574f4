"""The sheet of captions: any order of columns, headings as offices write them, a title line above, cells merged."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text
from huisheng.kernel.workbook import Row, read

# our word -> what offices write over the column; the first that fits is taken
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "文件名",
        "照片文件名",
        "文件名称",
        "图片文件",
        "照片文件",
        "文件",
        "照片名",
        "图片名",
        "照片编号",
        "图号",
        "文件编号",
    ),
    "title": ("题名", "标题", "名称", "照片题名", "照片名称", "题目"),
    "caption": ("说明", "图片说明", "照片说明", "文字说明", "内容说明", "内容", "图说", "备注说明"),
    "dated": ("拍摄时间", "时间", "年代", "日期", "拍摄日期", "形成时间", "拍摄年代"),
    "place": ("地点", "拍摄地点", "拍摄地"),
    "event": ("事件", "活动", "事由", "事件名称"),
    "people": ("人物", "主要人物", "照片人物", "人物及职务"),
    "author": ("拍摄者", "摄影者", "摄影", "作者", "拍摄人", "摄影师"),
    "provider_name": ("提供人", "提供者", "捐赠人", "送交人", "供稿人"),
    "provider_unit": ("提供人单位", "工作单位", "单位", "提供单位"),
}
LONGEST = {
    "title": 120, "caption": 2000, "dated": 60, "place": 120, "event": 120, "people": 2000, "author": 60,
    "provider_name": 60, "provider_unit": 120,
}  # fmt: skip
HEAD_ROWS = 12  # a heading stands within the first rows, below titles and notes


@dataclass
class Caption:
    """One line of the sheet: the file it speaks of and its words by our names; ``cut``: what was too long."""

    line: int
    name: str
    words: dict[str, str]
    cut: list[str] = field(default_factory=list)


@dataclass
class Captions:
    lines: list[Caption]
    told: list[str]


def read_sheets(sheets: list[tuple[str, bytes]]) -> Captions:
    """All captions of all sheets. Raises Refused when a sheet has no column of file names."""
    lines: list[Caption] = []
    told: list[str] = []
    for name, data in sheets:
        book = read(data, name)
        if book.note:
            told.append(f"“{name}”：{book.note}")
        is_read = False
        for sheet in book.sheets:
            head = _head(sheet.rows)
            if head is None or sheet.is_hidden:
                if sheet.rows:
                    told.append(f"“{name}”的工作表“{sheet.title or '1'}”没有“文件名”一列，没有读。")
                continue
            is_read = True
            place, columns, unknown = head
            lines += _captions(sheet.rows[place + 1 :], columns)
            if unknown:
                told.append(f"“{name}”里不认识的列没有读：{'、'.join(unknown[:8])}。")
        if not is_read:
            raise Refused(
                f"说明表“{name}”里没有找到“文件名”一列。请在表头写“文件名”，每行写一张照片的文件名。"
            )
    return Captions(lines, told)


def _head(rows: list[Row]) -> tuple[int, dict[str, int], list[str]] | None:
    for place, row in enumerate(rows[:HEAD_ROWS]):
        columns: dict[str, int] = {}
        unknown: list[str] = []
        for at, text in enumerate(row.texts):
            word = _word(text)
            ours = next(
                (ours for ours, theirs in HEADINGS.items() if word in theirs and ours not in columns), None
            )
            if ours:
                columns[ours] = at
            elif word and word not in ("序号", "编号", "号"):
                unknown.append(word)
        if "name" in columns and len(columns) > 1:
            return place, columns, unknown
    return None


def _word(text: str) -> str:
    """A heading without blanks, brackets and stars."""
    return re.sub(r"[\s*＊:：]|[（(].*?[）)]", "", unicodedata.normalize("NFKC", text))


def _captions(rows: list[Row], columns: dict[str, int]) -> list[Caption]:
    found = []
    for row in rows:
        words = {name: clean_text(row.text(at)).strip() for name, at in columns.items()}
        name = words.pop("name")
        if not name and not any(words.values()):
            continue
        if name in ("合计", "总计", "填表人", "说明", "注") or name.startswith(("合计", "填表", "注：")):
            continue
        cut = [key for key, most in LONGEST.items() if len(words.get(key, "")) > most]
        words = {key: text[: LONGEST[key]] for key, text in words.items() if text}
        if "people" in words:
            words["people"] = re.sub(r"[；;]\s*", "\n", words["people"])
        found.append(Caption(row.number, name, words, cut))
    return found


def folded(name: str) -> str:
    """How two spellings of a file name are compared: width, case, blanks and folders do not count."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFKC", name))[-1]
    return re.sub(r"\s+", "", last).casefold()


def stem(name: str) -> str:
    return re.sub(r"\.(jpe?g|png|tiff?|bmp|heic)$", "", folded(name))
