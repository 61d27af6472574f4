"""Bytes to text for files made on other people's computers: UTF-8, UTF-16, GBK, GB18030 or Big5, never mojibake.

A file that cannot be read with confidence is refused; what was assumed is always told in ``Decoded.note``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

__all__ = ["Decoded", "Undecodable", "decode_text"]

# The most used characters of present-day Chinese, simplified and traditional. Real text has more than a third of
# its ideographs in here; text read with the wrong code page has next to none.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
    "多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它"
    "合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变"
    "条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头"
    "基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即"
    "保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联认六共权收证改清美再采转更单风切打白教速花带安场"
    "身车例真务具万每目至达走积示议声报完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林"
    "律且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往历市"
    "何除消构府称太准精值号率族维划选标写存候亲快效院查江型王按格养易置派层片始却专状育厂京适属圆住调满县局照参"
    "细引听该铁价严街镇村居案姓职性别手机邮箱序号龄区域备注合计日期"
    "這來國們會說對時過還後學經從點動當長現問題關開頭實樣應體間將與見發進無業電機氣東車門給書歷記設計論議證"
    "變讓請員際權難驗單處廠灣臺歲區親愛園遠運連達邊選適條種總線縣級組織結統維護讀認識許調資費質貿買賣輪"
)
PRIVATE_USE = {  # GB18030-2022 gave these codes Unicode's own characters; Python's codec still has the year 2000
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE816: 0x20087, 0xE817: 0x20089,
    0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7,
    0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8（带签名）"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
SAMPLE = 60_000  # characters looked at when weighing one code page against another


class Decoded(NamedTuple):
    """``note`` is "" for plain UTF-8, otherwise a Chinese sentence to show beside the first lines."""

    text: str
    encoding: str
    note: str


class Undecodable(ValueError):
    """No code page gives readable text. ``str()`` is a sentence in Chinese."""


def decode_text(data: bytes) -> Decoded:
    """Text of a .txt or .csv of unknown code page. Raises ``Undecodable`` rather than return nonsense."""
    for bom, encoding, called in BOMS:
        if data.startswith(bom):
            return _strictly(data, encoding, called)
    if encoding := _wide(data):
        return _strictly(data, encoding, "UTF-16（没有签名）")
    try:
        return Decoded(_no_control(data.decode("utf-8")), "utf-8", "")
    except UnicodeDecodeError:
        return _national(data)


def _strictly(data: bytes, encoding: str, called: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Undecodable(f"这个文件标明是{called}编码，但内容不完整。请重新导出后再传。") from None
    note = "" if encoding == "utf-8-sig" else f"看起来是{called}编码，请核对前几行。"
    return Decoded(_no_control(text.removeprefix("\ufeff")), encoding, note)


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: zero bytes, and one of the two byte orders gives everyday characters."""
    if len(data) < 4 or len(data) % 2 or b"\0" not in data[: 2 * SAMPLE]:
        return ""
    found = []
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(data[: 2 * SAMPLE], encoding)
        if text is not None and "\0" not in text and _readable(text):
            found.append((score(text), sum(char.isascii() for char in text), encoding))
    return max(found)[2] if found else ""


def _readable(text: str) -> bool:
    seen = text[:SAMPLE]
    strange = sum(
        unicodedata.category(char) in ("Cn", "Co", "Cs", "Cc") and char not in "\r\n\t\f" for char in seen
    )
    return strange * 50 <= len(seen) and (score(seen) > 0.2 or not IDEOGRAPH.search(seen))


def score(text: str) -> float:
    """Share of the ideographs in ``text`` that are everyday ones, 0 to 1."""
    ideographs = IDEOGRAPH.findall(text[:SAMPLE])
    return sum(char in COMMON for char in ideographs) / len(ideographs) if ideographs else 0.0


def _national(data: bytes) -> Decoded:
    """GBK, GB18030 or Big5: all that decode without error, weighed by how everyday their characters are."""
    found = [
        (score(text), text, name)
        for name in ("gb18030", "big5hkscs")
        if (text := _try(data, name)) is not None
    ]
    if not found:
        return _line_by_line(data)
    weight, text, name = max(found)
    if name == "gb18030":
        name = "gbk" if _try(data, "gbk") is not None else "gb18030"
        text = text.translate(PRIVATE_USE)
    if not _plausible(weight, text):
        raise Undecodable("认不出这个文件用的是哪种文字编码。请用记事本打开，另存为 UTF-8 编码后再传。")
    called = {"gbk": "GBK", "gb18030": "GB18030", "big5hkscs": "Big5（繁体）"}[name]
    return Decoded(
        _no_control(text), name.removesuffix("hkscs"), f"看起来是{called}编码，请核对前几行文字对不对。"
    )


def _plausible(weight: float, text: str) -> bool:
    """A list of names or places holds few everyday characters, so a short text is believed more easily."""
    ideographs = len(IDEOGRAPH.findall(text[:SAMPLE]))
    odd = sum(unicodedata.category(char) in ("Co", "Cn") for char in text[:SAMPLE])
    return odd * 20 <= max(ideographs, 1) and weight >= (0.08 if ideographs < 200 else 0.2)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _line_by_line(data: bytes) -> Decoded:
    """Files pasted together from two sources: each line is wholly UTF-8 or wholly GB18030."""
    lines, kinds = [], set()
    for line in data.splitlines(keepends=True):
        text = _try(line, "utf-8")
        if text is None:
            text = _try(line, "gb18030")
            if text is None or (score(text) < 0.2 and len(IDEOGRAPH.findall(text)) > 3):
                raise Undecodable("这个文件的文字编码已经损坏，硬读会出乱码。请从原来的软件重新导出后再传。")
            kinds.add("gb18030")
            text = text.translate(PRIVATE_USE)
        lines.append(text)
    return Decoded(
        _no_control("".join(lines)), "mixed", "这个文件里混着 UTF-8 和 GBK 两种编码，已逐行读出，请逐行核对。"
    )


def _no_control(text: str) -> str:
    if "\0" in text:
        raise Undecodable("这个文件里有不可见的控制字符，不是纯文本。请从原来的软件重新导出后再传。")
    return text
