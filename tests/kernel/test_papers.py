"""Official papers: what GB/T 9704-2012 measures, measured on the printed page."""

from __future__ import annotations

import io
import re
import subprocess
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from pypdf import PdfReader

from huisheng.kernel import fonts, papers
from huisheng.kernel.papers import (
    Attachments,
    CopyTo,
    Field,
    Form,
    Heading,
    NoFont,
    Note,
    Numbered,
    PageBreak,
    Paper,
    Para,
    Signature,
    Table,
    Verify,
    break_title,
    chinese_number,
    document_number,
    missing_glyphs,
    to_docx,
    to_pdf,
    to_pdf_many,
)

MM = 72 / 25.4
SENTENCE = "河道两岸的步道已经修好，夜里行走仍觉昏暗，建议增设照明并明确养护责任。"
AT = datetime(2017, 3, 5, 10, 22, tzinfo=UTC)

LETTER = Paper(
    layout="letter",
    mark="青岚区园林管理局",
    number=document_number("青园函", 2017, 15),
    title="关于增设滨河步道照明一事的复函",
    addressee="钱䶮先生",
    top_left="公开属性：主动公开",
    top_right="B",
    blocks=[
        Para(SENTENCE),
        Heading(1, "关于照明", 1),
        Para(SENTENCE * 3),
        Attachments(["照明点位图", "养护分工表"]),
        Signature("青岚区园林管理局", date(2017, 3, 5)),
        Note("联系人：李四，电话：12345678"),
        CopyTo(["区督查室", "区财政局"]),
    ],
    verify=Verify("2017-0015", "张三", "2017-03-05 10:22", "https://example.org/v/8f3a"),
)


def text_of(pdf: bytes, page: int | None = None) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    chosen = pages if page is None else [pages[page - 1]]
    return "\n".join(p.extract_text() for p in chosen)


def flat(pdf: bytes) -> str:
    return re.sub(r"\s|\u200b", "", text_of(pdf))


def page_count(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def words_of(pdf: bytes, page: int = 1) -> list[tuple[str, float, float, float, float]]:
    """Every run of ink with its box in mm from the upper left corner: (text, left, top, right, bottom)."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"]
    html = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    found = []
    for word in etree.fromstring(html, etree.HTMLParser(encoding="utf-8")).iter("word"):
        box = [float(word.get(side)) / MM for side in ("xmin", "ymin", "xmax", "ymax")]
        found.append((word.text or "", *box))
    return found


def lines_of(pdf: bytes, page: int = 1) -> list[tuple[float, str]]:
    """The lines inside the type area: (top in mm, text without blanks), top to bottom."""
    lines: dict[int, list[tuple[float, str]]] = {}
    for text, left, top, _, bottom in words_of(pdf, page):
        if top > 36 and bottom < 297 - 34:
            lines.setdefault(round(top), []).append((left, text))
    return [(top, "".join(t for _, t in sorted(parts))) for top, parts in sorted(lines.items())]


@cache
def red_rows(pdf: bytes) -> list[tuple[float, float]]:
    """On page 1: (height in mm, length in mm) of every pixel row that has red ink, from a 200 dpi picture."""
    command = ["pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-"]
    picture = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", picture)
    assert head
    width, height = int(head[1]), int(head[2])
    rows = []
    for y in range(height):
        row = picture[head.end() + 3 * width * y : head.end() + 3 * width * (y + 1)]
        red = sum(r > 180 and g < 90 for r, g in zip(row[0::3], row[1::3], strict=True))
        if red:
            rows.append((y * 25.4 / 200, red * 25.4 / 200))
    return rows


# ── the type area ──


def test_a_page_holds_twenty_two_lines_of_twenty_eight_characters():
    pdf = to_pdf(Paper("official", "", [Para("永" * 28 * 50, style="flush")]))

    first = lines_of(pdf)
    assert len(first) == 22
    assert {text for _, text in first} == {"永" * 28}


def test_the_type_area_is_156_by_225_mm_on_a4():
    pdf = to_pdf(Paper("official", "", [Para("永" * 28 * 22, style="flush")]))

    assert [round(float(side) / MM) for side in PdfReader(io.BytesIO(pdf)).pages[0].mediabox[2:]] == [
        210,
        297,
    ]
    ink = [word for word in words_of(pdf) if "永" in word[0]]
    assert min(word[1] for word in ink) == pytest.approx(28, abs=0.3)
    assert max(word[3] for word in ink) == pytest.approx(210 - 26, abs=0.6)
    assert min(word[2] for word in ink) == pytest.approx(
        37, abs=2.5
    )  # the box of a glyph is taller than its ink
    assert max(word[4] for word in ink) <= 297 - 35 + 2


def test_page_numbers_stand_outside_odd_right_even_left_between_dashes():
    pdf = to_pdf(Paper("official", "", [Para("永" * 28 * 50)]))

    sides = []
    for page in (1, 2):
        number = [word for word in words_of(pdf, page) if word[2] > 297 - 35]
        assert "".join(word[0] for word in number).replace(" ", "") == f"—{page}—"
        sides.append("right" if number[0][1] > 105 else "left")
        assert number[0][2] == pytest.approx(297 - 35 + 7, abs=2)
    assert sides == ["right", "left"]


def test_a_paragraph_begins_two_characters_in():
    pdf = to_pdf(Paper("official", "", [Para("永" * 40)]))

    first, second = [word for word in words_of(pdf) if "永" in word[0]]
    assert first[1] - second[1] == pytest.approx(2 * 15.75 / MM, abs=0.3)


# ── the two formats ──


def test_a_letter_has_its_mark_thirty_mm_from_the_top_and_double_rules_170_mm_long():
    rows = red_rows(to_pdf(LETTER))

    assert rows[0][0] == pytest.approx(30, abs=0.4)
    rules = [height for height, length in rows if length > 165]
    upper, lower = [h for h in rules if h < 100], [h for h in rules if h > 200]
    assert max(length for _, length in rows) == pytest.approx(170, abs=0.5)
    mark_foot = max(height for height, length in rows if height < upper[0])
    assert upper[0] - mark_foot == pytest.approx(4, abs=0.4)
    assert max(lower) == pytest.approx(297 - 20, abs=0.4)
    assert heavy_side(upper) == "above"
    assert heavy_side(lower) == "below"


def heavy_side(heights: list[float]) -> str:
    gap = max(range(1, len(heights)), key=lambda i: heights[i] - heights[i - 1])
    return "above" if gap > len(heights) - gap else "below"


def test_a_letter_shows_no_page_number_on_its_first_page():
    pdf = to_pdf(
        replace(LETTER, blocks=[Para(SENTENCE * 40), Signature("青岚区园林管理局", date(2017, 3, 5))])
    )

    assert "— 1 —" not in text_of(pdf, 1)
    assert "2" in [word[0].strip("— ") for word in words_of(pdf, 2) if word[2] > 297 - 35]


def test_a_letter_carries_its_result_mark_in_the_upper_right_corner():
    words = words_of(to_pdf(LETTER))

    mark = next(word for word in words if word[0] == "B")
    assert mark[1] > 170
    assert mark[2] < 30
    assert any("主动公开" in word[0] and word[1] < 30 and word[2] < 30 for word in words)


def test_an_official_paper_has_its_mark_35_mm_into_the_type_area_and_one_red_rule():
    paper = replace(LETTER, layout="official", signer="李四", top_left="", top_right="")
    rows = red_rows(to_pdf(paper))

    assert rows[0][0] == pytest.approx(37 + 35, abs=0.4)
    rule = [height for height, length in rows if length > 150]
    assert max(length for _, length in rows) == pytest.approx(156, abs=0.5)
    assert max(rule) - min(rule) < 1


def test_a_letter_says_everything_it_was_given():
    said = flat(to_pdf(LETTER))

    for part in ("青岚区园林管理局", "青园函〔2017〕15号", "关于增设滨河步道照明一事的复函", "钱䶮先生：", "一、关于照明",
                 "附件：1.照明点位图", "2.养护分工表", "2017年3月5日", "（联系人：李四，电话：12345678）",
                 "抄送：区督查室，区财政局。", "编号2017-0015", "张三2017-03-0510:22打印", "共1页"):  # fmt: skip
        assert part in said


def test_a_long_mark_shrinks_to_the_line():
    wide = red_rows(to_pdf(replace(LETTER, mark="青岚区生态环境与自然资源综合管理委员会办公室")))

    assert max(length for height, length in wide if height < 40) <= 156


# ── signature ──


@pytest.mark.parametrize("count", range(10, 30))
def test_a_signature_never_stands_alone_on_a_page(count):
    """Whatever the length of the text, the page of the signature also holds text before it."""
    blocks = [Para("永" * 26) for _ in range(count)]
    pdf = to_pdf(
        Paper("official", "", [*blocks, Para("末" * 20), Signature("青岚区园林管理局", date(2017, 3, 5))])
    )

    last = text_of(pdf, page_count(pdf))
    assert "2017" in last
    assert "末" in last


@pytest.mark.parametrize("count", range(1, 24, 2))
def test_a_long_last_paragraph_gives_its_last_line_to_the_page_of_the_signature(count):
    closing = [
        Attachments(["照明点位图", "养护分工表"]),
        Signature("青岚区园林管理局", date(2017, 3, 5)),
        Note("联系人：李四"),
    ]
    pdf = to_pdf(Paper("official", "", [Para("永" * 28 * count), Para("末" * 28 * 7), *closing]))

    last = text_of(pdf, page_count(pdf))
    assert "末" in last
    for part in ("照明点位图", "青岚区", "李四"):
        assert part in last


def test_a_letter_is_set_tighter_when_that_saves_a_page_of_signature_only():
    blocks = [*[Para("永" * 26) for _ in range(19)], Signature("青岚区园林管理局", date(2017, 3, 5))]

    assert page_count(to_pdf(Paper("official", "", blocks))) == 1
    assert page_count(to_pdf(Paper("official", "", [Para("永" * 26) for _ in range(23)]))) == 2


def test_the_date_keeps_four_characters_free_and_the_name_stands_centred_over_it():
    pdf = to_pdf(Paper("official", "", [Para("永"), Signature("青岚区园林局", date(2017, 3, 5))]))

    words = words_of(pdf)
    name = next(word for word in words if "青岚" in word[0])
    day = [word for word in words if abs(word[2] - name[2] - _pitch()) < 1]
    right = max(word[3] for word in day)
    assert 210 - 26 - right == pytest.approx(4 * 15.75 / MM, abs=0.5)
    assert (name[1] + name[3]) / 2 == pytest.approx((min(word[1] for word in day) + right) / 2, abs=0.5)


def _pitch() -> float:
    return 28.95 / MM


# ── forms, tables, books ──


def test_a_form_prints_its_boxes_and_runs_over_the_page():
    rows = [
        [Field("编号", "第15号"), Field("类别", "城建")],
        [Field("事由", "照明")],
        [Field("说明", SENTENCE * 40)],
    ]
    pdf = to_pdf(
        Paper("form", "登 记 单", [Form([*rows, [Field("意见", "", 40, "签收人：　　年　月　日")]])])
    )

    assert page_count(pdf) == 2
    said = flat(pdf)
    assert "编号第15号类别城建" in said
    assert said.count(SENTENCE.replace("，", "，")) + said.count(SENTENCE) >= 40
    assert "签收人：" in said


def test_a_long_table_repeats_its_header_on_every_page():
    table = Table(
        [[f"第{i}街道", i, "92%"] for i in range(120)],
        ["单位", "件数", "比率"],
        [3, 1, 1],
        "lrr",
        title="汇总表",
    )
    pdf = to_pdf(Paper("form", "统计", [table], landscape=True))

    assert page_count(pdf) > 2
    for page in range(1, page_count(pdf) + 1):
        assert "件数" in text_of(pdf, page)
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert box.width > box.height


def book(chapters: int = 4, entries: int = 11) -> Paper:
    blocks: list = []
    for c in range(1, chapters + 1):
        blocks.append(Heading(1, f"第{c}类"))
        for e in range(1, entries + 1):
            blocks += [
                Heading(2, f"第{c * 100 + e}件 关于滨河步道第{e}段"),
                Para(SENTENCE * 12),
                Numbered([SENTENCE] * 2),
            ]
    return Paper("compilation", "文件汇编", blocks, mark="青岚区资料室", subtitle="2017年12月")


def test_a_book_of_forty_pages_has_contents_that_tell_the_right_pages():
    pdf = to_pdf(book())

    assert page_count(pdf) >= 40
    contents = {}
    first = next(i for i in range(1, page_count(pdf)) if re.search(r"—\s*1\s*—", text_of(pdf, i)))
    for page in range(2, first):
        for name, number in re.findall(r"第 ?(\d+) ?件[^·]*[·\s]+(\d+)", text_of(pdf, page)):
            contents[name] = int(number)
    assert len(contents) == 44
    for name, number in contents.items():
        assert f"第{name}件" in re.sub(r"\s", "", text_of(pdf, first - 1 + number))


def test_a_book_has_bookmarks_for_its_chapters():
    outline = PdfReader(io.BytesIO(to_pdf(book(2, 2)))).outline

    assert [item.title for item in outline if not isinstance(item, list)] == ["第1类", "第2类"]


def test_many_papers_make_one_file_each_counting_its_own_pages():
    many = [replace(LETTER, number=f"青园函〔2017〕{i}号", blocks=[Para(SENTENCE * 20)]) for i in range(3)]
    pdf = to_pdf_many(many)

    assert page_count(pdf) == 6
    assert [("共2页" in re.sub(r"\s", "", text_of(pdf, page))) for page in range(1, 7)] == [True] * 6
    assert "青园函〔2017〕2号" in re.sub(r"\s", "", text_of(pdf, 5))
    with pytest.raises(ValueError, match="printed alone"):
        to_pdf_many([LETTER, book()])


def test_a_page_break_begins_a_new_page():
    assert page_count(to_pdf(Paper("official", "", [Para("甲"), PageBreak(), Para("乙")]))) == 2


# ── text ──

HOSTILE = [
    '#import "x.typ": * $x^2$ *粗* _斜_ `码` <标> @参 \\ #panic() ~ -- ---',
    "// 注释 /* 注释 */ #{ } [ ] = 标题 + 项 - 项",
    ']#read("/etc/passwd")[',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_text_is_printed_as_it_was_typed(text):
    paper = Paper(
        "official", text, [Para(text), Heading(1, text), Table([[text]], [text]), Form([[Field(text, text)]])]
    )

    wanted = re.sub(r"\s", "", text)
    assert flat(to_pdf(paper)).count(wanted) >= 2
    assert text in Document(io.BytesIO(to_docx(paper))).paragraphs[1].text


def test_controls_and_bidi_marks_are_named_instead_of_obeyed():
    paper = Paper("official", "", [Para("甲\0乙\x07丙\u202e丁\ud800戊\uffff己\u200b庚")])

    shown = "甲〔U+0000〕乙〔U+0007〕丙〔U+202E〕丁〔U+D800〕戊〔U+FFFF〕己庚"
    assert shown in flat(to_pdf(paper))
    assert shown in Document(io.BytesIO(to_docx(paper))).paragraphs[-1].text


def test_rare_characters_of_names_are_printed():
    names = "𬱖䶮㐂堃喆垚淼玥珺赟旸〇"

    assert missing_glyphs(names) == []
    assert names in flat(to_pdf(Paper("official", "", [Para(names)])))


@pytest.mark.parametrize("char", ["\U00020000", "\U0002a6df", "\U00030000", "\U00031350", "𓀀", "م"])
def test_a_character_is_printed_or_owned_up_to(char):
    said = flat(to_pdf(Paper("official", "", [Para(f"甲{char}乙")])))

    if missing_glyphs(char):
        assert "甲〓乙" in said
        assert f"U+{ord(char):04X}" in said
    else:
        assert f"甲{char}乙" in said


def test_a_long_word_is_broken_instead_of_running_off_the_page():
    pdf = to_pdf(Paper("official", "", [Para("a" * 300), Table([["b" * 90, "c"]])]))

    assert max(word[3] for word in words_of(pdf)) <= 210 - 26 + 0.5


def test_a_long_title_is_broken_between_words_into_lines_of_like_length():
    title = "关于对青岚区第九届一次会议第15号文件所提滨河步道照明建议的复函"

    lines = break_title(title).split("\n")
    assert "".join(lines) == title
    assert max(map(len, lines)) - min(map(len, lines)) <= 6
    assert not any(line[0] in "的，、》" for line in lines)
    assert break_title("关于照明的复函") == "关于照明的复函"


def test_chinese_numbers_and_headings_follow_the_four_levels():
    assert [chinese_number(n) for n in (1, 10, 12, 20, 105, 120, 999)] == [
        "一", "十", "十二", "二十", "一百零五", "一百二十", "九百九十九",
    ]  # fmt: skip
    said = flat(to_pdf(Paper("official", "", [Heading(level, "目", 2) for level in (1, 2, 3, 4)])))
    assert "二、目（二）目2.目（2）目" in said


# ── the file ──


def test_every_font_is_embedded_and_the_file_is_archivable():
    pdf = to_pdf(LETTER, at=AT)

    listed = subprocess.run(
        ["pdffonts", "-"], input=pdf, capture_output=True, text=False, check=True
    ).stdout.decode()
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    assert all(row[-5:-3] == ["yes", "yes"] for row in rows)  # embedded, subset
    assert b"pdfaid:part" in pdf
    assert PdfReader(io.BytesIO(pdf)).metadata.title == LETTER.title


def test_the_same_paper_printed_at_the_same_moment_is_the_same_file():
    assert to_pdf(LETTER, at=AT) == to_pdf(LETTER, at=AT)


def test_papers_are_printed_by_several_threads_at_once():
    made: dict[int, str] = {}

    def work(i: int) -> None:
        made[i] = flat(to_pdf(replace(LETTER, number=f"青园函〔2017〕{i}号")))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"青园函〔2017〕{i}号" in made[i] for i in range(6))


def test_a_machine_without_chinese_fonts_is_told_what_to_install(tmp_path):
    with pytest.raises(NoFont, match="apt-get install fonts-noto-cjk"):
        fonts.FontSet([str(tmp_path)])


def test_the_folder_of_the_environment_is_searched_first(tmp_path, monkeypatch):
    monkeypatch.setenv("HUISHENG_FONTS", str(tmp_path))

    assert fonts.font_folders()[0] == str(tmp_path)


def test_papers_know_no_domain_word():
    folder = Path(papers.__file__).parent
    for name in ("papers.py", "paper_docx.py", "fonts.py", "sheets.py", "typst/paper.typ"):
        assert not re.search("提案|委员|proposal|agency|agencies", (folder / name).read_text(), re.IGNORECASE)


# ── Word ──


def test_a_word_file_names_the_fonts_margins_and_pitch_of_the_standard():
    document = Document(io.BytesIO(to_docx(LETTER)))

    section = document.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 35, 28, 26]
    assert faces(document.element.body) >= {"方正小标宋简体", "仿宋_GB2312", "黑体"}
    body = next(p for p in document.paragraphs if SENTENCE in p.text)
    assert body.paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)
    assert [run.font.size.pt for run in body.runs if run.text] == [16]
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"


def faces(element) -> set[str]:
    return {fonts_.get(qn("w:eastAsia")) for fonts_ in element.iter(qn("w:rFonts"))} - {None}


def test_a_word_letter_keeps_its_mark_and_rules_in_the_first_page_header_and_counts_with_real_fields():
    file = to_docx(LETTER)
    document = Document(io.BytesIO(file))
    section = document.sections[0]

    assert section.different_first_page_header_footer
    header = section.first_page_header
    assert "青岚区园林管理局" in [p.text for p in header.paragraphs]
    assert "thickThinSmallGap" in etree.tostring(header._element).decode()
    assert "thinThickSmallGap" in etree.tostring(section.first_page_footer._element).decode()
    for footer in (section.footer, section.even_page_footer):
        codes = [f.get(qn("w:instr")).strip() for f in footer._element.iter(qn("w:fldSimple"))]
        assert codes == ["PAGE", "PAGE", "NUMPAGES"]
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        assert b"evenAndOddHeaders" in package.read("word/settings.xml")


def test_a_word_file_holds_real_tables_and_the_whole_text():
    rows = [[Field("编号", "15"), Field("类别", "城建")], [Field("事由", "照明", 30, "签收人：")]]
    paper = Paper("form", "登记单", [Form(rows), Table([["甲", 3]], ["单位", "件数"])], mark="青岚区")
    document = Document(io.BytesIO(to_docx(paper)))

    form, table = document.tables
    assert [cell.text for cell in form.rows[0].cells] == ["编号", "15", "类别", "城建"]
    assert form.rows[1].cells[1].text == "照明\n签收人："
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["单位", "件数"], ["甲", "3"]]


def test_a_word_book_has_headings_for_its_contents():
    document = Document(io.BytesIO(to_docx(book(2, 2))))

    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == ["第1类", "第2类"]
    assert 'TOC \\o "1-2"' in etree.tostring(document.element.body).decode().replace("&quot;", '"')
