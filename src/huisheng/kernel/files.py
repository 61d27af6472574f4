"""The gate every uploaded file passes before anything opens it.

``inspect`` says what a file is, whether it may come in, and if not, what the person can do. It never writes, never
connects, reads packed parts in small pieces and trusts no size a file declares about itself.
Limits follow OWASP ASVS 5.0, chapter 5: bytes, entries, unpacked bytes, ratio, name and content agree.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

import olefile

from huisheng.kernel import sounds
from huisheng.kernel.child import ChildDied, in_child
from huisheng.kernel.encodings import Decoded, Undecodable, decode_text
from huisheng.kernel.sounds import FILMS, SOUNDS

__all__ = [
    "ChildDied", "Decoded", "Undecodable", "Verdict", "Warning", "decode_text", "in_child", "inspect", "safe_name",
    "shows_place", "strip_photo",
]  # fmt: skip

MEGABYTE = 1 << 20
KINDS = ("docx", "odt", "rtf", "pdf", "doc", "xlsx", "csv", "txt", "png", "jpg")
SCANS = ("tif",)  # what an archive keeps of paper; elsewhere a scan is a PDF
EXTENSIONS = {
    **{kind: kind for kind in (*KINDS, *SCANS, *SOUNDS, *FILMS)},
    "jpeg": "jpg",
    "tiff": "tif",
    "m4v": "mp4",
    "text": "txt",
    "wps": "doc",
    "oga": "ogg",
    "opus": "ogg",
}
CALLED = {
    "docx": "Word 文档", "odt": "ODF 文档", "rtf": "RTF 文档", "pdf": "PDF", "doc": "旧版 Word 文档", "xlsx": "Excel 表格",
    "csv": "CSV 表格", "txt": "纯文本", "png": "PNG 图片", "jpg": "JPG 图片", "tif": "TIFF 扫描图",
    **sounds.CALLED,
}  # fmt: skip


class Warning(NamedTuple):
    """Something the person should know; it does not keep the file out."""

    code: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """``kind`` is what the content is ("" when unknown); ``refused`` is "" or a sentence that says what to do."""

    kind: str
    sha256: str
    size: int
    safe_name: str
    refused: str = ""
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True)
class Limits:
    size: int = 50 * MEGABYTE
    entries: int = 2_000
    unpacked: int = 300 * MEGABYTE
    ratio: int = 100
    pixels: int = 60_000_000
    depth: int = 200  # of XML elements inside one another
    elements: int = (
        3_000_000  # of XML in one package: a roster of ten thousand rows has less than a third of that
    )


LIMITS = Limits()


class _No(Exception):
    """The file stays out; the message is the sentence."""


@dataclass
class _Look:
    """One file under inspection."""

    data: bytes
    limits: Limits
    warnings: list[Warning] = field(default_factory=list)

    def warn(self, code: str, message: str) -> None:
        if code not in {warning.code for warning in self.warnings}:
            self.warnings.append(Warning(code, message))


def inspect(
    data: bytes, name: str, *, kinds: tuple[str, ...] = KINDS, lenient: bool = False, limits: Limits = LIMITS
) -> Verdict:
    """Judge one upload. ``kinds`` are welcome here; ``lenient`` lets a harmless document through under a wrong
    extension (with the warning ``name_mismatch`` or ``not_a_word_file`` and the right extension in ``safe_name``)."""
    look = _Look(data, limits)
    kind, refused = "", ""
    try:
        kind = _recognise(look)
        _agree(look, kind, name, lenient)
        if kind not in kinds:
            wanted = "、".join(f".{kind}" for kind in kinds)
            raise _No(f"这里不收{CALLED[kind]}。请换成 {wanted} 文件再传。")
    except _No as no:
        refused = str(no)
    digest = hashlib.sha256(data).hexdigest()
    return Verdict(kind, digest, len(data), safe_name(name, kind), refused, tuple(look.warnings))


def _recognise(look: _Look) -> str:
    data = look.data
    if not data:
        raise _No("这个文件是空的（0 字节）。请检查原文件，保存后重新上传。")
    if len(data) > look.limits.size:
        raise _No(
            f"文件有 {len(data) / MEGABYTE:.0f} MB，超过 {look.limits.size // MEGABYTE} MB 的上限。请压缩图片或拆成几份再传。"
        )
    if sound := sounds.kind_of(data):
        return sound
    for magic, judge in MAGIC:
        if data.startswith(magic):
            return judge(look)
    return _text(look)


def _agree(look: _Look, kind: str, name: str, lenient: bool) -> None:
    """The extension promises a kind; another kind under it is refused or, for documents, told."""
    extension = _extension(name)
    if extension in ("docm", "dotm", "xlsm", "xltm", "pptm"):
        raise _No(f"“.{extension}”是带宏的文件，不能接收。请另存为不带宏的 .docx 或 .xlsx 再传。")
    promised = EXTENSIONS.get(extension, "")
    if promised == kind or (promised, kind) == ("csv", "txt"):
        return
    strict = ("png", "jpg", "xlsx", *SCANS, *SOUNDS, *FILMS)
    if not lenient or kind in strict or promised in strict:
        raise _No(_mismatch(extension, kind))
    if kind in ("txt", "csv"):
        look.warn(
            "not_a_word_file",
            f"这个文件名叫“.{extension}”，其实不是 Word 文档，而是纯文本，已按纯文本读出，请逐项核对。",
        )
    else:
        look.warn("name_mismatch", f"这个文件名叫“.{extension}”，内容其实是{CALLED[kind]}，已按内容读出。")


def _mismatch(extension: str, kind: str) -> str:
    if not extension:
        return f"文件名没有扩展名，内容是{CALLED[kind]}。请把文件名改成以 .{kind} 结尾再传。"
    if kind == "txt":
        return f"文件名是 .{extension}，但这个文件不是{CALLED.get(extension, '这种文件')}，内容是纯文本。请用 Word 或 WPS 打开，另存为 .docx 再传，或改名为 .txt。"
    return f"文件名是 .{extension}，内容却是{CALLED[kind]}。请用 Word 或 WPS 打开，另存为 .docx 再传，或把扩展名改为 .{kind}。"


# --- names ---------------------------------------------------------------------------------------------------------

DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
LONGEST_NAME = 180  # bytes; file systems allow 255, and a copy gets a suffix


def safe_name(name: str, kind: str = "") -> str:
    """A name fit for every file system and every header: no path, no control or direction marks, no device name,
    at most 180 bytes of UTF-8, ending in the extension of ``kind``."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(
        char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    shown = unicodedata.normalize("NFC", re.sub(r'[<>:"|?*]', "_", shown)).strip(" \u3000")
    stem, dot, extension = shown.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", extension):
        stem, extension = shown, ""
    stem = stem.strip(" .\u3000") or "未命名"
    if DEVICES.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    if kind and EXTENSIONS.get(extension.lower()) != kind and (extension.lower(), kind) != ("csv", "txt"):
        stem, extension = (f"{stem}.{extension}" if extension else stem), kind
    ending = f".{extension}" if extension else ""
    return _shorten(stem, LONGEST_NAME - len(ending)) + ending


def _shorten(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore").rstrip(" .") or "未命名"


def _extension(name: str) -> str:
    shown = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf"))
    _, dot, extension = shown.strip(" .").rpartition(".")
    return extension.lower() if dot and len(extension) <= 8 and "/" not in extension else ""


# --- zip packages: docx, odt, xlsx ---------------------------------------------------------------------------------


class Entry(NamedTuple):
    name: str
    flags: int
    method: int
    packed: int
    size: int
    offset: int
    mode: int
    crc: int


CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
LOCAL = struct.Struct("<4s2B4HL2L2H")
END = struct.Struct("<4s4H2LH")
BROKEN = "这个文件不完整或已损坏，可能没有传完。请重新保存后再传。"
DISGUISED = "这个文件的内部结构不正常，像是把两种文件拼在了一起。请用 Word 或 WPS 打开，另存为新文件再传。"
RUNS = ("event-listener", "dde-source", "dde-connection", "dde-connection-decl")
# elements of an ODF file that show a thing kept elsewhere
DRAWS = ("image", "section-source", "object", "object-ole", "plugin", "applet", "floating-frame")
BOMB = "这个文件展开后异常地大，为安全起见没有打开。请另存一份新的再传。"


def _zip(look: _Look) -> str:
    entries = _directory(look)
    names = {entry.name for entry in entries}
    _check_entries(look, entries, names)
    if "[Content_Types].xml" in names:
        return _office(look, entries, names)
    if "mimetype" in names:
        return _open_document(look, entries, names)
    if any(name.startswith("Index/") or name.endswith(".iwa") for name in names):
        raise _No("这是苹果 Pages 或 Numbers 的文件。请在 Pages 里选“文件—导出为—Word”，再传导出的 .docx。")
    raise _No("这是压缩包，不能直接接收。请解压以后逐个上传里面的文件。")


def _directory(look: _Look) -> list[Entry]:
    """The central directory, read by hand: zipfile would build a million entries before anybody can say no."""
    data, tail = look.data, look.data.rfind(b"PK\5\6")
    if tail < 0 or len(data) - tail < END.size:
        raise _No(BROKEN)
    _, disk, start_disk, here, total, size, offset, comment = END.unpack_from(data, tail)
    if 0xFFFF in (here, total) or 0xFFFFFFFF in (size, offset):
        raise _No(f"压缩包里的文件数超过 {look.limits.entries} 个，不能接收。请另存为新的 .docx 再传。")
    if disk or start_disk or here != total or tail + END.size + comment != len(data) or offset + size != tail:
        raise _No(DISGUISED)
    if total > look.limits.entries:
        raise _No(
            f"这个文件里有 {total} 个内部文件，超过 {look.limits.entries} 个的上限。请另存为新的 .docx 再传。"
        )
    entries: list[Entry] = []
    at = offset
    while at < tail:
        if len(entries) >= total or tail - at < CENTRAL.size:
            raise _No(DISGUISED)
        head = CENTRAL.unpack_from(data, at)
        if head[0] != b"PK\1\2":
            raise _No(BROKEN)
        name_size, extra, note = head[12], head[13], head[14]
        raw = data[at + CENTRAL.size : at + CENTRAL.size + name_size]
        name = _entry_name(raw, head[5])
        entries.append(Entry(name, head[5], head[6], head[10], head[11], head[18], head[17] >> 16, head[9]))
        at += CENTRAL.size + name_size + extra + note
    if len(entries) != total or not entries:
        raise _No(DISGUISED)
    return entries


def _entry_name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError:
        raise _No(BROKEN) from None


def _check_entries(look: _Look, entries: list[Entry], names: set[str]) -> None:
    if len(names) != len(entries):
        raise _No(DISGUISED)
    end_of_last = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.flags & 0x41:
            raise _No("文件加了打开密码，读不出内容。请去掉密码后重新上传。")
        if entry.method not in (0, 8) or entry.mode & 0o170000 == 0o120000:
            raise _No(DISGUISED)
        if _escapes(entry.name):
            raise _No("这个文件里有指向外部目录的内部路径，不能接收。请用 Word 或 WPS 另存为新文件再传。")
        start, end = _span(look.data, entry)
        if start < end_of_last:
            raise _No(DISGUISED)
        end_of_last = end
    if min(entry.offset for entry in entries) != 0:
        raise _No(DISGUISED)  # something stands before the package: a polyglot
    _unpack_all(look, entries)


def _escapes(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return not name or "\0" in name or name[0] in "/\\" or ".." in parts or bool(re.match(r"[A-Za-z]:", name))


def _span(data: bytes, entry: Entry) -> tuple[int, int]:
    """Where the entry's local header begins and its packed bytes end."""
    if entry.offset + LOCAL.size > len(data):
        raise _No(BROKEN)
    head = LOCAL.unpack_from(data, entry.offset)
    start = entry.offset + LOCAL.size + head[10] + head[11]
    if head[0] != b"PK\3\4" or start + entry.packed > len(data):
        raise _No(BROKEN)
    if data[entry.offset + LOCAL.size :][: head[10]] != _raw_name(entry):
        raise _No(DISGUISED)
    return entry.offset, start + entry.packed


def _raw_name(entry: Entry) -> bytes:
    return entry.name.encode("utf-8" if entry.flags & 0x800 else "cp437")


def _unpack_all(look: _Look, entries: list[Entry]) -> None:
    total = 0
    for entry in entries:
        size, crc, first = 0, 0, b""
        for piece in unpack(look.data, entry):
            first = first or piece[:8]
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            total += len(piece)
            if total > look.limits.unpacked or size > max(entry.size, MEGABYTE):
                raise _No(BOMB)
            if size > MEGABYTE and size > entry.packed * look.limits.ratio:
                raise _No(BOMB)
        if size != entry.size or crc != entry.crc:
            raise _No(BROKEN if size == entry.size else DISGUISED)
        _forbid_content(entry.name, first)
    if total > MEGABYTE and total > len(look.data) * look.limits.ratio:
        raise _No(BOMB)


def unpack(data: bytes, entry: Entry) -> Iterator[bytes]:
    """The entry's bytes in pieces of at most 64 KB."""
    head = LOCAL.unpack_from(data, entry.offset)
    start = entry.offset + LOCAL.size + head[10] + head[11]
    packed = memoryview(data)[start : start + entry.packed]
    if entry.method == 0:
        yield from (bytes(packed[at : at + 65_536]) for at in range(0, len(packed), 65_536))
        return
    machine = zlib.decompressobj(-15)
    for at in range(0, len(packed), 65_536):
        pending = bytes(packed[at : at + 65_536])
        while pending:
            try:
                yield machine.decompress(pending, 65_536)
            except zlib.error:
                raise _No(BROKEN) from None
            pending = b"" if machine.eof else machine.unconsumed_tail
    yield machine.flush()
    if not machine.eof:
        raise _No(BROKEN)


def _forbid_content(name: str, first: bytes) -> None:
    """No archive inside an archive, no program inside a document."""
    if first.startswith((b"MZ", b"\x7fELF", b"#!")) or name.lower().endswith(
        (".exe", ".dll", ".js", ".vbs", ".bat")
    ):
        raise _No(f"文件里夹带了程序（{name}），不能接收。请删去后另存再传。")
    if first.startswith(b"\x1f\x8b") and name.lower().endswith((".emz", ".wmz")):
        return  # Word packs old vector pictures this way
    if first.startswith((b"PK\3\4", b"PK\5\6", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        if not re.match(
            r"(word|xl)/embeddings/Microsoft_(Office_)?Excel[\w ()]*\.xlsx$", name
        ):  # the figures of a chart
            raise _No(f"文件里还套着压缩包或文件（{name}），不能接收。请把里面的文件单独上传。")


def _office(look: _Look, entries: list[Entry], names: set[str]) -> str:
    lowered = {name.lower() for name in names}
    if any("vbaproject" in name or "vbadata" in name or "macrosheets" in name for name in lowered):
        raise _No("文件里带有宏（vbaProject.bin），不能接收。请另存为不带宏的 .docx 或 .xlsx 再传。")
    if any("/activex/" in name for name in lowered):
        raise _No("文件里带有 ActiveX 控件，不能接收。请删去控件，另存为新文件再传。")
    watch = _Watch(look)
    for entry in entries:
        if entry.name.lower().endswith((".xml", ".rels", ".vml")):
            watch.part(entry)
    if any(re.search(r"embeddings/.*\.(bin|docx?|xls|pptx?)$", name) for name in lowered):
        raise _No("文件里嵌着其他程序的对象（OLE），不能接收。请把它改成图片或表格，另存后再传。")
    if watch.macro:
        raise _No("这是带宏的文件，不能接收。请另存为不带宏的 .docx 或 .xlsx 再传。")
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise _No("这里不收演示文稿一类的文件。请把文字复制到 Word 文档里，保存为 .docx 再传。")


def _open_document(look: _Look, entries: list[Entry], names: set[str]) -> str:
    first = next(entry for entry in entries if entry.name == "mimetype")
    kind = b"".join(unpack(look.data, first))[:200]
    if any(re.match(r"(Basic|Scripts)/.+", name) for name in names if not name.endswith(("-lc.xml", "/"))):
        raise _No("文件里带有宏，不能接收。请删去宏，另存为不带宏的文件再传。")
    watch = _Watch(look)
    for entry in entries:
        if entry.name.lower().endswith((".xml", ".rdf")):
            watch.part(entry)
    if watch.encrypted:
        raise _No("文件加了打开密码，读不出内容。请去掉密码后重新上传。")
    if kind.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    raise _No("这里只收文字文档（.odt）。表格请另存为 .xlsx，演示文稿请把文字复制到 Word 文档里再传。")


LOCAL_TARGET = re.compile(r"(file:///[A-Za-z]:|[A-Za-z]:[\\/]|(?![a-z]+:|\\\\|//)[^:]*$)", re.IGNORECASE)
FETCHES = re.compile(
    r"\b(DDEAUTO|DDE)\b|\b(INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b.{0,40}?(https?:|ftp:|\\\\)", re.I | re.S
)
WHY = {
    "attachedTemplate": "引用了外部模板",
    "image": "引用了网上的图片",
    "oleObject": "链接了外部对象",
    "frame": "引用了外部网页",
    "subDocument": "引用了外部文档",
    "externalLinkPath": "引用了外部工作簿",
    "aFChunk": "引用了外部内容",
}


class _Watch:
    """Reads the XML parts of a package as a stream and stops at what would fetch, run or explode."""

    def __init__(self, look: _Look) -> None:
        self.look = look
        self.macro = self.encrypted = False
        self.elements = 0
        # most elements are in none of these rows: they are counted and cost nothing more
        self.acts: dict[str, Callable[[dict[str, str]], None]] = {
            "Relationship": self._relationship,
            "instrText": self._field_begins,
            "fldChar": self._field_mark,
            "fldSimple": self._field_whole,
            "Override": self._content_type,
            "Default": self._content_type,
            "encryption-data": self._encryption,
            **dict.fromkeys(RUNS, self._runs),
            **dict.fromkeys(DRAWS, self._open_document_link),
        }

    def part(self, entry: Entry) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        self.name, self.depth, self.in_field = entry.name, 0, False
        self.fields: list[str] = []
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if entry.name.startswith("word/"):
            parser.CharacterDataHandler = self._text
        try:
            for piece in unpack(self.look.data, entry):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise _No(BROKEN) from None
        if found := FETCHES.search("".join(self.fields)):
            what = "DDE 自动链接" if found.group(1) else "从外部取内容的域"
            raise _No(
                f"文件里有{what}（{(found.group(1) or found.group(2)).upper()}），打开时会连到别处，不能接收。请删去后另存再传。"
            )

    def _doctype(self, *_: object) -> None:
        raise _No("文件里带有外部实体声明（DTD），不能接收。请用 Word 或 WPS 打开，另存为新文件再传。")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.look.limits.depth:
            raise _No(DISGUISED)
        if self.elements > self.look.limits.elements:
            raise _No(BOMB)
        if act := self.acts.get(tag.rpartition(" ")[2]):
            act(attributes)

    def _field_begins(self, _: dict[str, str]) -> None:
        self.in_field = True

    def _field_mark(self, _: dict[str, str]) -> None:
        self.fields.append("\n")

    def _field_whole(self, attributes: dict[str, str]) -> None:
        words = next((v for k, v in attributes.items() if k.endswith("instr")), "")
        self.fields.append(f"\n{words}\n")

    def _content_type(self, attributes: dict[str, str]) -> None:
        self.macro = self.macro or "macroenabled" in attributes.get("ContentType", "").lower()

    def _encryption(self, _: dict[str, str]) -> None:
        self.encrypted = True

    def _runs(self, _: dict[str, str]) -> None:
        raise _No("文件里有自动运行或自动链接的内容（脚本或 DDE），不能接收。请删去后另存再传。")

    def _open_document_link(self, attributes: dict[str, str]) -> None:
        target = next((value for key, value in attributes.items() if key.endswith(" href")), "")
        if re.match(r"[a-z]+://|\\\\|//", target, re.I):
            raise _No(
                f"文件里引用了外部内容（{target[:80]}），打开时会向外连接，不能接收。请删去或换成本地图片，另存后再传。"
            )

    def _relationship(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        if attributes.get("TargetMode", "").lower() != "external" or kind == "hyperlink":
            return
        if LOCAL_TARGET.match(target):
            self.look.warn(
                "local_link", f"文件里引用了原来电脑上的内容（{target[:60]}），这里没有它，不影响正文。"
            )
            return
        raise _No(
            f"文件里{WHY.get(kind, '引用了外部内容')}（{target[:80]}），打开时会向外连接，不能接收。请删去或换成本地图片，另存后再传。"
        )

    def _text(self, text: str) -> None:
        if self.in_field:
            self.fields.append(text)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag.endswith(" instrText"):
            self.in_field = False


# --- old Office, RTF, PDF ------------------------------------------------------------------------------------------


def _ole(look: _Look) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(look.data)) as ole:
            paths = ["/".join(path) for path in ole.listdir(streams=True, storages=True)]
            word = ole.openstream("WordDocument").read() if "WordDocument" in paths else b""
    except Exception:  # olefile meets hostile bytes here; whatever it raises, the file is unreadable
        raise _No(BROKEN) from None
    if "EncryptedPackage" in paths:
        raise _No("文件加了打开密码，读不出内容。请去掉密码后重新上传。")
    if any(re.search(r"(^|/)(_VBA_PROJECT|VBA|Macros)(/|$|_)", path) for path in paths):
        raise _No("文件里带有宏，不能接收。请另存为不带宏的 .docx 再传。")
    if not word:
        raise _No(_other_ole(paths))
    if len(word) > 12 and word[11] & 1:
        raise _No("文件加了打开密码，读不出内容。请去掉密码后重新上传。")
    if any(path.startswith("ObjectPool/") for path in paths):
        raise _No("文件里嵌着其他程序的对象（OLE），不能接收。请把它改成图片或表格，另存为 .docx 再传。")
    if re.search(rb"D(\0?)D\1E(\1A\1U\1T\1O)?\1 ", word):
        raise _No("文件里有 DDE 自动链接，打开时会连到别处，不能接收。请删去后另存为 .docx 再传。")
    return "doc"


def _other_ole(paths: list[str]) -> str:
    if {"Workbook", "Book"} & set(paths):
        return "这是旧版 Excel 表格（.xls）。请用 Excel 或 WPS 打开，另存为 .xlsx 再传。"
    if "PowerPoint Document" in paths:
        return "这里不收演示文稿。请把文字复制到 Word 文档里，保存为 .docx 再传。"
    return "认不出这个文件是什么。请用 Word 或 WPS 打开，另存为 .docx 再传。"


def _rtf(look: _Look) -> str:
    data = look.data
    if found := re.search(
        rb"\\obj(?:data|emb|ocx|autlink|link|update|class|html|sub|pub)\b|\\object\b", data
    ):
        raise _No(
            f"文件里嵌着其他程序的对象（{found.group().decode()}），不能接收。请把它改成图片或表格，另存为 .docx 再传。"
        )
    if re.search(rb"\bDDE(AUTO)?\b", data, re.I):
        raise _No("文件里有 DDE 自动链接，打开时会连到别处，不能接收。请删去后另存为 .docx 再传。")
    if re.search(
        rb"\\template[\s{]*(https?:|ftp:|\\\\)|(INCLUDEPICTURE|INCLUDETEXT)[^}]{0,60}?(https?:|ftp:|\\\\\\\\)",
        data,
        re.I,
    ):
        raise _No("文件里引用了外部模板或图片，打开时会向外连接，不能接收。请删去后另存为 .docx 再传。")
    if not data.rstrip(b"\0\r\n\t ").endswith(b"}"):
        raise _No(BROKEN)
    _no_tail(look)
    return "rtf"


ACTIVE = {
    b"/JavaScript": "脚本", b"/JS": "脚本", b"/Launch": "启动程序的动作", b"/EmbeddedFile": "夹带的文件",
    b"/RichMedia": "多媒体", b"/XFA": "动态表单", b"/SubmitForm": "提交数据的动作", b"/ImportData": "导入数据的动作",
    b"/GoToE": "夹带的文件",
}  # fmt: skip


def _pdf(look: _Look) -> str:
    data = look.data
    if b"%%EOF" not in data[-2048:]:
        raise _No(BROKEN)
    _no_tail(look)
    for piece in (data, *_object_streams(data)):
        names = set(re.findall(rb"/(?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,40}", piece))
        plain = {re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), name) for name in names}
        if found := plain & ACTIVE.keys():
            raise _No(f"PDF 里带有{ACTIVE[min(found)]}，不能接收。请用“打印为 PDF”重新导出一份再传。")
    if re.search(rb"/Encrypt\b", data) and _needs_password(data):
        raise _No("文件加了打开密码，读不出内容。请去掉密码后重新上传。")
    return "pdf"


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Objects packed into streams would hide a script from a plain search. At most 60 MB in all are unpacked."""
    left = 60 * MEGABYTE
    for found in re.finditer(rb"/ObjStm\b.{0,400}?stream\r?\n", data, re.S):
        machine = zlib.decompressobj()
        try:
            piece = machine.decompress(
                data[found.end() : found.end() + 8 * MEGABYTE], min(left, 8 * MEGABYTE)
            )
        except zlib.error:
            continue
        left -= len(piece)
        yield piece
        if left <= 0:
            raise _No(BOMB)


def _needs_password(data: bytes) -> bool:
    try:
        from pypdf import PdfReader

        return not PdfReader(io.BytesIO(data)).decrypt("")
    except Exception:  # unknown cipher or broken dictionary: either way nobody here can read it
        return True


def _no_tail(look: _Look) -> None:
    """A zip directory that works at the end of another kind of file makes it two files at once."""
    data, tail = look.data, look.data.rfind(b"PK\5\6", max(0, len(look.data) - 66_000))
    if tail < 0 or len(data) - tail < END.size:
        return
    size = END.unpack_from(data, tail)[5]
    if data[max(0, tail - size) :][:4] == b"PK\1\2":
        raise _No(DISGUISED)


# --- pictures ------------------------------------------------------------------------------------------------------


BROKEN_PICTURE = "图片不完整或已损坏。请重新导出或重新拍照后再传。"


def _png(look: _Look) -> str:
    chunks = list(_png_chunks(look.data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise _No(BROKEN_PICTURE)
    _few_pixels(look, *struct.unpack(">LL", chunks[0][1][:8]))
    _no_tail(look)
    return "png"


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(type, content, whole chunk) up to and including IEND; stops early where the file is broken."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        whole = data[at : at + 12 + size]
        if len(whole) != 12 + size or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
            return
        yield whole[4:8], whole[8:-4], whole
        if whole[4:8] == b"IEND":
            return
        at += 12 + size


def _jpeg(look: _Look) -> str:
    size = None
    for marker, body, _ in _jpeg_segments(look.data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(body) >= 5:
            size = struct.unpack(">HH", body[1:5])
        if marker == 0xDA and size:
            _few_pixels(look, *size)
            if b"\xff\xd9" not in look.data[-65_536:]:
                break
            _no_tail(look)
            return "jpg"
    raise _No(BROKEN_PICTURE)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(marker, body, whole segment); the last one is the start of scan with everything after it."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            yield marker, b"", data[at:]
            return
        if size < 2:
            return
        yield marker, data[at + 4 : at + 2 + size], data[at : at + 2 + size]
        at += 2 + size


PAGES = 200  # of a TIFF
WORTH = {1: 1, 3: 2, 4: 4}  # bytes of a TIFF value by its type: byte, short, long
LETTER = {1: "B", 3: "H", 4: "L"}


def _tiff(look: _Look) -> str:
    """Every page says how large it is and where its pieces lie, and all of them lie in the file."""
    data, pages = look.data, 0
    try:
        for tags in _tiff_pages(data):
            pages += 1
            starts, sizes = tags.get(273) or tags.get(324), tags.get(279) or tags.get(325)
            if not starts or not sizes or len(starts) != len(sizes):
                raise _No(BROKEN_PICTURE)
            if any(start + size > len(data) for start, size in zip(starts, sizes, strict=True)):
                raise _No(BROKEN_PICTURE)
            _few_pixels(look, tags.get(257, (0,))[0], tags.get(256, (0,))[0])
    except (struct.error, ValueError):
        raise _No(BROKEN_PICTURE) from None
    if not pages:
        raise _No(BROKEN_PICTURE)
    _no_tail(look)
    return "tif"


def _tiff_pages(data: bytes) -> Iterator[dict[int, tuple[int, ...]]]:
    """tag -> its whole numbers, page by page; ValueError for pages in a circle, struct.error beyond the end."""
    order = "<" if data[:2] == b"II" else ">"
    place: int = struct.unpack_from(order + "L", data, 4)[0]
    seen: set[int] = set()
    while place:
        if place in seen or len(seen) >= PAGES:
            raise ValueError
        seen.add(place)
        tags, count = {}, struct.unpack_from(order + "H", data, place)[0]
        for at in range(place + 2, place + 2 + 12 * count, 12):
            tag, kind, many = struct.unpack_from(order + "HHL", data, at)
            if kind not in WORTH or many > len(data):
                continue
            size = WORTH[kind] * many
            inside = at + 8 if size <= 4 else struct.unpack_from(order + "L", data, at + 8)[0]
            tags[tag] = struct.unpack_from(f"{order}{many}{LETTER[kind]}", data, inside)
        yield tags
        place = struct.unpack_from(order + "L", data, place + 2 + 12 * count)[0]


def _few_pixels(look: _Look, height: int, width: int) -> None:
    if not width or not height:
        raise _No(BROKEN_PICTURE)
    if width * height > look.limits.pixels:
        raise _No(f"图片有 {width}×{height} 像素，太大了。请缩小到 6000 万像素以内再传。")


def strip_photo(data: bytes) -> bytes:
    """The same JPEG or PNG without place, camera, author or anything behind its end; other files unchanged.

    Pixels are not touched. A JPEG keeps its orientation, so that a portrait does not fall on its side.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        kept = [
            whole for kind, _, whole in _png_chunks(data)
            if kind not in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX")
        ]  # fmt: skip
        return data[:8] + b"".join(kept)
    if not data.startswith(b"\xff\xd8"):
        return data
    out, orientation = [b"\xff\xd8"], 1
    for marker, body, whole in _jpeg_segments(data):
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        elif marker == 0xDA:
            end = whole.rfind(b"\xff\xd9")
            if orientation > 1:
                out.insert(1, _only_orientation(orientation))
            out.append(whole[: end + 2] if end > 0 else whole)
        elif (
            not 0xE1 <= marker <= 0xEF
            and marker != 0xFE
            or marker == 0xEE
            or (marker == 0xE2 and b"ICC" in body[:4])
        ):
            out.append(whole)
    return b"".join(out)


def shows_place(data: bytes) -> bool:
    """Whether a JPEG or PNG says where on earth it was taken (``strip_photo`` takes that out)."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        notes = [(body, kind == b"eXIf") for kind, body, _ in _png_chunks(data) if kind in (b"eXIf", b"iTXt")]
    elif data.startswith(b"\xff\xd8"):
        found = [body for marker, body, _ in _jpeg_segments(data) if marker == 0xE1]
        notes = [(body.removeprefix(b"Exif\0\0"), body.startswith(b"Exif\0\0")) for body in found]
    else:
        return False
    return any(_has_place(body) if is_exif else b"GPSLatitude" in body for body, is_exif in notes)


def _has_place(tiff: bytes) -> bool:
    """A latitude or a longitude: many cameras write an empty GPS directory when they know no place."""
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        first = _tags(tiff, order, struct.unpack_from(order + "L", tiff, 4)[0])
        return 0x8825 in first and bool({2, 4} & _tags(tiff, order, first[0x8825]).keys())
    except struct.error:
        return False


def _tags(tiff: bytes, order: str, start: int) -> dict[int, int]:
    """tag -> the four bytes of its value as a number, for at most 200 tags of one directory."""
    count = min(struct.unpack_from(order + "H", tiff, start)[0], 200)
    rows = [struct.unpack_from(order + "HHLL", tiff, start + 2 + 12 * number) for number in range(count)]
    return {tag: value for tag, _, _, value in rows}


def _orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        start = struct.unpack_from(order + "L", tiff, 4)[0]
        for number in range(min(struct.unpack_from(order + "H", tiff, start)[0], 200)):
            tag, _, _, value = struct.unpack_from(order + "HHLH", tiff, start + 2 + 12 * number)
            if tag == 0x112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _only_orientation(value: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">LHHHLHHL", 8, 1, 0x112, 3, 1, value, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


# --- plain text and everything else --------------------------------------------------------------------------------


def _text(look: _Look) -> str:
    start = look.data[:512].lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t \0").lower()
    if start.startswith(
        (b"<!doctype html", b"<html", b"<script", b"<svg", b"<body", b"mime-version:", b"<iframe")
    ):
        raise _No(
            "这个文件其实是网页，不是文档。请在 Word 或 WPS 里打开，另存为 .docx 再传，或把文字粘贴到页面上。"
        )
    if start.startswith(b"<?xml") or start.replace(b"\0", b"").startswith((b"<?xml", b"<html")):
        raise _No("这个文件其实是网页或 XML，不是文档。请在 Word 或 WPS 里打开，另存为 .docx 再传。")
    try:
        decoded = decode_text(look.data)
    except Undecodable as error:
        raise _No(
            "认不出这个文件是什么。请用 Word 或 WPS 打开，另存为 .docx 再传。"
            if _binary(look.data)
            else str(error)
        ) from None
    if _binary(decoded.text[:20_000].encode("utf-8", "replace")):
        raise _No("认不出这个文件是什么。请用 Word 或 WPS 打开，另存为 .docx 再传。")
    if decoded.note:
        look.warn(f"encoding_{decoded.encoding.replace('-', '')}", decoded.note)
    return "txt"


def _binary(data: bytes) -> bool:
    head = data[:20_000]
    return sum(byte < 9 or 13 < byte < 32 for byte in head) * 100 > len(head)


def _refuse(sentence: str) -> Callable[[_Look], str]:
    def judge(look: _Look) -> str:
        raise _No(sentence)

    return judge


PROGRAM = _refuse("这是程序，不是文档，不能接收。请上传 Word 或 PDF 文件。")
ARCHIVE = _refuse("这是压缩包，不能直接接收。请解压以后逐个上传里面的文件。")
PICTURE = _refuse("这种图片格式这里打不开。请转成 JPG 或 PNG 再传。")
MAGIC: tuple[tuple[bytes, Callable[[_Look], str]], ...] = (
    (b"PK\3\4", _zip), (b"PK\5\6", _refuse("这是空的压缩包。请检查原文件，保存后重新上传。")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ole), (b"%PDF-", _pdf), (b"{\\rtf", _rtf), (b"{\\rt", _rtf),
    (b"\x89PNG\r\n\x1a\n", _png), (b"\xff\xd8\xff", _jpeg),
    (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM), (b"#!", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM), (b"\0asm", PROGRAM),
    (b"Rar!", ARCHIVE), (b"7z\xbc\xaf\x27\x1c", ARCHIVE), (b"\x1f\x8b", ARCHIVE), (b"BZh", ARCHIVE),
    (b"\xfd7zXZ", ARCHIVE), (b"GIF8", PICTURE), (b"BM", PICTURE), (b"II*\0", _tiff), (b"MM\0*", _tiff),
    (b"\0\0\0\x18ftyp", PICTURE), (b"\0\0\0\x1cftyp", PICTURE), (b"\0\0\0\x20ftyp", PICTURE),
)  # fmt: skip
