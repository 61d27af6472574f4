"""Papers as offices write them, built in code: paragraphs, form tables, raw XML, RTF, ODT, PDF and plain text."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

HEAD = "政协郑州市上街区第九届委员会第一次会议提案"
SITUATION = (
    "上街区现有社区卫生服务中心六家，辖区常住人口十三万六千人，平均每家服务两万两千多人。2016年11月我们用两周时间走了全部六家，"
    "看到挂号窗口从早上七点开始排队，最长的一次等了五十分钟。六家中心共有全科医生十九名，按每万人两名的要求还差八名。"
)
PROBLEM = (
    "设备旧，六家里有四家的超声机用了十年以上，坏一次修一周。药品少，区人民医院能开的慢病药有三成在中心开不到，老人还要再坐车去医院。"
    "夜里没有人，晚上八点以后只有两家留一名护士值班。"
)
CAUSE = "人员编制按八年前的人口核定，一直没有调；药品目录由上级统一定，中心自己不能加；夜班没有补贴，愿意来的人越来越少。"
ITEMS = (
    "按现有人口重新核定编制。由区编办会同卫生部门在6月底前算清缺口，2017年先补四名全科医生。",
    "把慢病药目录放宽到与区人民医院一致。由医院统一配送，每周两次，中心不再单独采购。",
    "给夜班发补贴。每人每夜一百元，由区财政列入预算，六家中心都留医生值班。",
)
AGENCIES = "建议承办单位：区卫生和计划生育委员会、区机构编制委员会办公室、区财政局"
AGENCY_NAMES = ["区卫生和计划生育委员会", "区机构编制委员会办公室", "区财政局"]
TITLE = "关于提升社区卫生服务中心服务能力的提案"


def word(*paragraphs: Any) -> bytes:
    """A .docx. A paragraph is a text, or (text, options) with options bold, center, right."""
    return save(written(*paragraphs))


def written(*paragraphs: Any) -> Any:
    paper = docx.Document()
    for one in paragraphs:
        text, options = one if isinstance(one, tuple) else (one, "")
        paragraph = paper.add_paragraph()
        run = paragraph.add_run(text)
        run.bold = "bold" in options or None
        if "center" in options:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if "right" in options:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paper


def save(paper: Any) -> bytes:
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def fill(cell: Any, text: str) -> None:
    """A paragraph per line of ``text``."""
    first, *more = text.split("\n")
    cell.paragraphs[0].text = first
    for line in more:
        cell.add_paragraph(line)


def form(
    rows: list[list[str]], merges: tuple[tuple[int, int, int, int], ...] = (), before: tuple[str, ...] = ()
) -> bytes:
    """A form: ``merges`` are (row, column, row, column) rectangles; a cell's text may hold several lines."""
    paper = written(*before)
    table = paper.add_table(len(rows), max(map(len, rows)))
    for top, left, bottom, right in merges:
        table.cell(top, left).merge(table.cell(bottom, right))
    done = set()
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            cell = table.cell(y, x)
            if text and cell._tc not in done:
                fill(cell, text)
                done.add(cell._tc)
    return save(paper)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def raw_word(body: str, parts: dict[str, str] | None = None) -> bytes:
    """A .docx from the inside of w:body, with further parts as name -> XML."""
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        package.writestr("word/document.xml", document)
        for name, xml in (parts or {}).items():
            package.writestr(name, xml)
    return out.getvalue()


def p(text: str, before: str = "") -> str:
    return f'<w:p>{before}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def odt(content: str, styles: str = "") -> bytes:
    """An .odt from the inside of office:text and of office:automatic-styles."""
    names = "office:1.0 text:1.0 table:1.0 style:1.0 drawing:1.0".split()
    spaces = " ".join(
        f'xmlns:{"draw" if name.startswith("drawing") else name.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name}"'
        for name in names
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:text>{content}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        package.writestr("content.xml", xml)
    return out.getvalue()


def rtf(*paragraphs: str) -> bytes:
    """Word's way: GBK bytes as \\'hh."""
    body = "".join(
        "\\pard "
        + "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in text.encode("gbk"))
        + "\\par\n"
        for text in paragraphs
    )
    fonts = r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}}"
    return (r"{\rtf1\ansi\ansicpg936\deff0" + fonts + r"\f0 " + body + "}").encode("latin-1")


def image_pdf() -> bytes:
    """One page, one picture, no text: a scan."""
    picture = b"\xff" * 300
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 30 >>\nstream\nq 595 0 0 842 0 0 cm /I Do Q\n\nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Length 300 >>\nstream\n" + picture + b"\nendstream",
    ]
    return build_pdf(objects)


def build_pdf(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
