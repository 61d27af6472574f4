"""A folder of 320 drawn photographs and a sheet of captions as offices send them: merged titles, odd dates, gaps, twins."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

from huisheng.demo.drawing import draw

PHOTOS = 320
HEAD = (
    "序号",
    "照片文件名",
    "题  名",
    "图片说明",
    "拍摄时间",
    "拍摄地点",
    "主要人物（职务）",
    "摄影者",
    "供稿人",
    "备注",
)


def name_of(number: int) -> str:
    return f"老照片{number:03d}.jpg"


def photographs() -> dict[str, bytes]:
    """320 files: one broken, one that is no picture, one the same as another, one nearly the same as another."""
    found = {name_of(n): draw(f"plate {n}", taken_on=date(2017, 3, n % 28 + 1) if n % 40 == 0 else None)
             for n in range(1, PHOTOS + 1)}  # fmt: skip
    found[name_of(50)] = found[name_of(50)][:700]  # cut off on its way
    found[name_of(51)] = b"this is a note, not a picture"
    found[name_of(101)] = found[name_of(100)]  # the same file under another name
    found[name_of(151)] = draw("plate 150", size=(300, 206), quality=45)  # the same picture, smaller
    return found


def sheet(skip: tuple[int, ...] = (200, 201)) -> bytes:
    """The captions as .xlsx: a title over the head, a name without its extension, capitals, a line twice, a line too many."""
    from openpyxl import Workbook

    book: Any = Workbook()
    page = book.active
    page.append(("区政协老照片征集登记表",))
    page.merge_cells("A1:J1")
    page.append(HEAD)
    odd = {10: "一九五八年秋", 11: "约1962年", 12: "五十年代", 13: "1958.5", 14: "民国二十三年", 15: date(1986, 10, 1),
           16: "1975年13月", 17: "大炼钢铁那年", 18: "2031年", 19: "１９８３年５月１日", 20: "不详", 21: "1978年至1982年"}  # fmt: skip
    for n in range(1, PHOTOS + 1):
        if n in skip:  # photographs nobody wrote about
            continue
        name = name_of(n)
        name = {5: "老照片005", 6: "老照片006.JPG", 7: " 老照片007.jpg "}.get(n, name)
        when = odd.get(n, f"{1955 + n % 50}年")
        title = "" if n == 30 else f"第{n}号：{'铝城' if n % 2 else '老街'}旧影"
        page.append((n, name, title, f"照片{n}的说明。第二句。", when, "中心路" if n % 3 else "", "甲某，时任厂长；乙某，时任主任" if n % 10 == 0 else "", "丙某", "", ""))  # fmt: skip
    page.append((321, name_of(40), "又写了一遍", "", "1970年", "", "", "", "", ""))
    page.append((322, "老照片999.jpg", "没有寄来的照片", "", "1960年", "", "", "", "", ""))
    page.append(("合计", "合计", "320张"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(files: dict[str, bytes], captions: bytes | None, *, is_windows: bool = False) -> bytes:
    """One zip, a folder inside; of Windows: names in GBK that do not say so."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(_entry(f"老照片/{name}", is_windows), data)
        archive.writestr(_entry("老照片/Thumbs.db", is_windows), b"x")
        if captions is not None:
            archive.writestr(_entry("老照片/登记表.xlsx", is_windows), captions)
    return out.getvalue()


class _Windows(zipfile.ZipInfo):
    """As Windows packs it: GBK bytes for a name, and no mark that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def _entry(name: str, is_windows: bool) -> zipfile.ZipInfo:
    return (_Windows if is_windows else zipfile.ZipInfo)(name, (2017, 3, 1, 9, 0, 0))
