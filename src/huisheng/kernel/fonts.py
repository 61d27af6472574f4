"""Fonts for print: found on this machine, described as chains, asked whether they have a character.

Nothing is committed here: Debian's `fonts-noto-cjk`, `fonts-lxgw-wenkai` and `fonts-hanazono` are enough;
the faces that offices buy (方正小标宋, 仿宋_GB2312 …) are preferred where they are installed.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .errors import Refused

if TYPE_CHECKING:
    import typst

NO_FONT = (
    "这台机器上没有可用的中文字体，无法排印。请管理员运行："
    "apt-get install fonts-noto-cjk fonts-lxgw-wenkai fonts-hanazono，"
    "或把字体文件所在目录写入环境变量 HUISHENG_FONTS，然后重新启动。"
)

# Family names as the font files call themselves, best first. GB/T 9704 names the first of each row.
_SONG = ("Noto Serif CJK SC", "Source Han Serif SC", "思源宋体", "SimSun", "宋体", "STSong", "FandolSong R")
ROLES: dict[str, tuple[str, ...]] = {
    "song": _SONG,
    "fang": (
        "FangSong_GB2312",
        "仿宋_GB2312",
        "FangSong",
        "仿宋",
        "FZFangSong-Z02",
        "FZFangSong-Z02S",
        "方正仿宋_GBK",
        "方正仿宋简体",
        "STFangsong",
        "华文仿宋",
        "Zhuque Fangsong (technical preview)",
        "FandolFang R",
        *_SONG,
    ),
    "title": (
        "FZXiaoBiaoSong-B05S",
        "方正小标宋简体",
        "FZXiaoBiaoSong-B05",
        "方正小标宋_GBK",
        "STZhongsong",
        "华文中宋",
        *_SONG,
    ),
    "kai": (
        "KaiTi_GB2312",
        "楷体_GB2312",
        "KaiTi",
        "楷体",
        "FZKai-Z03",
        "方正楷体_GBK",
        "STKaiti",
        "华文楷体",
        "LXGW WenKai",
        "AR PL UKai CN",
        "FandolKai R",
        *_SONG,
    ),
    "hei": (
        "SimHei",
        "黑体",
        "FZHei-B01",
        "方正黑体_GBK",
        "STHeiti",
        "华文黑体",
        "Noto Sans CJK SC",
        "Source Han Sans SC",
        "思源黑体",
        "WenQuanYi Zen Hei",
        "FandolHei R",
        *_SONG,
    ),
}
# Asked in this order for whatever the first face lacks; the last rows hold the rare characters of names.
FALLBACK = (
    *_SONG,
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "LXGW WenKai",
    "HanaMinA",
    "HanaMinB",
    "BabelStone Han",
    "SimSun-ExtB",
    "SimSun-ExtG",
    "Plangothic P1",
    "Plangothic P2",
    "DejaVu Sans",
)

# In the system's folders only these files are looked at: scanning every font of a desktop takes seconds.
_FILE_NAMES = re.compile(
    r"noto(serif|sans)cjk|sourcehan|lxgwwenkai-|hanamin|babelstonehan|plangothic|fandol|zhuque"
    r"|simsun|simfang|simkai|simhei|stfang|stkai|stsong|stzhongs|stheiti|^fz|wqy|ukai"
    r"|仿宋|楷体|小标宋|黑体|宋体",
    re.IGNORECASE,
)
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}


class NoFont(Refused):
    """No Chinese font was found; the sentence tells the administrator what to install."""

    status = 503

    def __init__(self) -> None:
        super().__init__(NO_FONT)


def font_folders() -> list[str]:
    """Folders holding usable fonts: $HUISHENG_FONTS (several, parted by `:`) wholly, others by file name."""
    chosen = [p for p in os.environ.get("HUISHENG_FONTS", "").split(os.pathsep) if p and Path(p).is_dir()]
    found: dict[str, None] = dict.fromkeys(chosen)
    for root in _standard_roots():
        found.update(dict.fromkeys(sorted({str(file.parent) for file in _known_files(root)})))
    return list(found)


def _standard_roots() -> Iterator[Path]:
    yield Path("/usr/share/fonts")
    yield Path("/usr/local/share/fonts")
    yield Path("/usr/share/texmf/fonts/opentype/public/fandol")
    yield Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
    home = os.environ.get("HOME")
    if home:
        yield Path(home, ".local/share/fonts")
        yield Path(home, ".fonts")


def _known_files(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root, followlinks=True):
        for name in names:
            if Path(name).suffix.lower() in _SUFFIXES and _FILE_NAMES.search(name):
                yield Path(folder, name)


class FontSet:
    """What this machine prints with: typst's own font index, one chain of families per role, and coverage."""

    def __init__(self, folders: Iterable[str]) -> None:
        """Raise `NoFont` when the folders hold no face with Chinese characters."""
        import typst  # heavy (80 MB); only those who print pay for it

        self.typst_fonts: typst.Fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
        )
        self._files: dict[str, tuple[str, int]] = {}
        for font in self.typst_fonts.fonts():
            if font.path:
                self._files.setdefault(font.family, (font.path, font.index))
        self.chains = {role: self._chain(names) for role, names in ROLES.items()}
        if not self.has("的") or not self.has("〔"):
            raise NoFont

    def _chain(self, names: tuple[str, ...]) -> list[str]:
        best = [name for name in names if name in self._files][:1]
        return list(dict.fromkeys(best + [name for name in FALLBACK if name in self._files]))

    def has(self, char: str) -> bool:
        """Whether any face of the chains has a glyph for this character."""
        return ord(char) in self._covered

    @cached_property
    def _covered(self) -> Coverage:
        families = tuple(
            dict.fromkeys(self.chains["song"] + [chain[0] for chain in self.chains.values() if chain])
        )
        return _coverage(tuple(self._files[family] for family in families))


@cache
def font_set() -> FontSet:
    """The fonts of this process; looked for once (about 0.3 s). Raise `NoFont` when there is none."""
    return FontSet(font_folders())


class Coverage:
    """A set of code points as one bit each (136 KB)."""

    def __init__(self) -> None:
        self._bits = bytearray(0x110000 // 8)

    def __contains__(self, code: int) -> bool:
        return bool(self._bits[code >> 3] >> (code & 7) & 1)

    def add(self, first: int, last: int) -> None:
        """Add all code points from first to last, both included; nonsense ranges are cut to Unicode."""
        for code in range(first, min(last, 0x10FFFF) + 1):
            self._bits[code >> 3] |= 1 << (code & 7)


@cache
def _coverage(files: tuple[tuple[str, int], ...]) -> Coverage:
    covered = Coverage()
    for path, index in files:
        for first, last in read_cmap(Path(path), index):
            covered.add(first, last)
    return covered


def read_cmap(path: Path, index: int = 0) -> list[tuple[int, int]]:
    """Ranges of code points a font has glyphs for (OpenType `cmap`, formats 4 and 12)."""
    with path.open("rb") as file:
        table = _read_table(file, index, b"cmap")
    if not table:
        return []
    count = struct.unpack_from(">H", table, 2)[0]
    offsets = {struct.unpack_from(">HHI", table, 4 + 8 * i)[2] for i in range(count)}
    ranges: list[tuple[int, int]] = []
    for offset in offsets:
        kind = struct.unpack_from(">H", table, offset)[0]
        if kind == 12:
            ranges += _groups(table, offset)
        if kind == 4:
            ranges += _segments(table, offset)
    return ranges


def _read_table(file: BinaryIO, index: int, tag: bytes) -> bytes:
    head = file.read(12)
    start = 0
    if head[:4] == b"ttcf":
        file.seek(12 + 4 * index)
        start = struct.unpack(">I", file.read(4))[0]
        file.seek(start)
        head = file.read(12)
    for _ in range(struct.unpack_from(">H", head, 4)[0]):
        name, _, offset, length = struct.unpack(">4sIII", file.read(16))
        if name == tag:
            file.seek(offset)
            return file.read(length)
    return b""


def _groups(table: bytes, offset: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">I", table, offset + 12)[0]
    flat = struct.unpack_from(f">{3 * count}I", table, offset + 16)
    return list(zip(flat[0::3], flat[1::3], strict=True))


def _segments(table: bytes, offset: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", table, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, offset + 14)
    starts = struct.unpack_from(f">{count}H", table, offset + 16 + 2 * count)
    return [(a, b) for a, b in zip(starts, ends, strict=True) if a != 0xFFFF]
