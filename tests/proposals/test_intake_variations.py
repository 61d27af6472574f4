"""The same paper as different people write it: headings, numbers, forms, names, kinds of file."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from huisheng.proposals.intake import Draft, Refused, Roster, read_paper
from tests.proposals.papers_made import (
    AGENCIES,
    AGENCY_NAMES,
    CAUSE,
    HEAD,
    ITEMS,
    PROBLEM,
    SITUATION,
    TITLE,
    form,
    image_pdf,
    odt,
    p,
    raw_word,
    rtf,
    save,
    word,
    written,
)
from tests.proposals.rosters import load_roster_files

ROSTER = Path(__file__).parents[1] / "data" / "roster"
WHO = "提案人：秦素云（妇联）"
TEL = "联系电话：138-0000-1031"
TOP = (HEAD, f"案由：{TITLE}", WHO, TEL)
FULL = "区卫生和计划生育委员会"


@pytest.fixture(scope="module")
def roster() -> Roster:
    return load_roster_files(ROSTER / "members.xlsx", ROSTER / "agencies.xlsx", ROSTER / "bodies.xlsx")


def numbered(pattern: str, marks: str = "一二三") -> list[str]:
    return [pattern.replace("N", mark) + item for mark, item in zip(marks, ITEMS, strict=True)]


def read(data: bytes, roster: Roster, name: str = "a.docx") -> Draft:
    draft = read_paper(data, name, roster)
    assert isinstance(draft, Draft), draft
    return draft


def codes(draft: Draft) -> set[str]:
    return {warning.code for warning in draft.warnings}


def people(draft: Draft) -> list[tuple[str, str]]:
    return [(person.name, person.sector) for person in draft.cosponsors]


PAPERS = {
    "现状 / 存在问题 / 成因剖析 / 对策建议, 1）": word(
        (HEAD, "center"), (TITLE, "center bold"), "领衔提案人：秦素云（妇联）", TEL, "一、现状", SITUATION,
        "二、存在问题", PROBLEM, "三、成因剖析", CAUSE, "四、对策建议", *numbered("N）", "123"), AGENCIES,
    ),
    "案由 / 理由 / 办法": word(*TOP, "理由：", SITUATION, "办法：", *numbered("N、", "123"), AGENCIES),
    "labels with spaces instead of colons": word(
        HEAD, f"案　由：{TITLE}", "提案人 秦素云    界别 妇联", "电话 138-0000-1031", "情况", SITUATION, "建议",
        *numbered("（N）"), AGENCIES,
    ),
    "inline headings and points in one paragraph": word(
        *TOP, f"【情况】{SITUATION}", f"【问题】{PROBLEM}", "【建议】" + "".join(numbered("N是")), AGENCIES
    ),
    "numbered inline headings, circled points": word(
        *TOP, f"一、情况：{SITUATION}", f"二、分析：{PROBLEM}", "三、建议：" + "".join(numbered("N", "①②③")), AGENCIES
    ),
    "spoken bold headings, points without numbers": word(
        *TOP, ("社区医院怎么样了", "bold"), SITUATION, ("难在哪里", "bold"), PROBLEM, ("请这样改", "bold"), *ITEMS, AGENCIES
    ),
    "numbered headings that say nothing, bullets": word(
        *TOP, "一、社区医院里的一天", SITUATION, "二、留不住人", PROBLEM, "三、三件要紧的事", *numbered("N ", "●●●"), AGENCIES
    ),
    "no headings, a lead-in sentence": word(
        *TOP, SITUATION, f"{PROBLEM}为此，提出如下建议：", *numbered("N、"), AGENCIES
    ),
    "no headings, 首先 其次 最后": word(
        *TOP, SITUATION, PROBLEM, "我建议：", *[f"{w}，{t}" for w, t in zip(("首先", "其次", "最后"), ITEMS, strict=True)], AGENCIES
    ),
    "建议一 建议二": word(*TOP, "情况", SITUATION, "建议", *numbered("建议N："), AGENCIES),
    "第一 第二 第三": word(*TOP, "一、情况", SITUATION, "二、意见和建议", *numbered("第N，"), AGENCIES),
    "agencies in a sentence": word(
        *TOP, "一、情况", SITUATION, "二、建议", *numbered("N.", "123"),
        f"此提案建议由{FULL}主办，区机构编制委员会办公室、区财政局会办。",
    ),
    "agencies under a heading of their own": word(
        *TOP, "一、情况", SITUATION, "二、建议", *numbered("（N）"), "三、建议承办单位", "、".join(AGENCY_NAMES)
    ),
    "sponsor, contact and date at the end": word(
        (HEAD, "center"), (TITLE, "center"), "一、情况", SITUATION, "二、建议", *numbered("N.", "123"), AGENCIES,
        ("提案人：秦素云（妇联）", "right"), (TEL, "right"), ("2017年2月8日", "right"),
    ),
    "name under the title": word(
        (HEAD, "center"), (TITLE, "center"), ("（妇联　秦素云）", "center"), TEL, "一、情况", SITUATION, "二、建议",
        *numbered("N.", "123"), AGENCIES,
    ),
}  # fmt: skip


@pytest.mark.parametrize("data", PAPERS.values(), ids=PAPERS)
def test_one_paper_in_many_layouts(data: bytes, roster: Roster) -> None:
    draft = read(data, roster)

    assert (draft.title, draft.sponsor, draft.sector, draft.contact) == (
        TITLE,
        "秦素云",
        "妇联",
        "13800001031",
    )
    assert draft.situation.startswith(SITUATION[:30])
    assert draft.suggestions == list(ITEMS)
    assert draft.suggested_agencies == AGENCY_NAMES


def test_a_form_with_four_columns(roster: Roster) -> None:
    rows = [
        ["案由", TITLE, "", ""], ["提案人", "秦素云", "界别", "妇联"], ["联名人", "冯桂兰、丁立新", "", ""],
        ["联系电话", "138-0000-1031", "单位及职务", "上街区妇女联合会副主席"],
        ["情况、问题及原因分析", f"一、情况\n{SITUATION}\n二、问题\n{PROBLEM}", "", ""],
        ["意见建议", "\n".join(numbered("N．", "123")), "", ""],
        ["建议承办单位", "主办：区卫计委　会办：区财政局", "", ""], ["是否同意公开", "□是　☑否", "", ""], ["审查意见", "", "", ""],
    ]  # fmt: skip
    merges = tuple((row, 1, row, 3) for row in (0, 2, 4, 5, 6, 7, 8))
    draft = read(form(rows, merges, (HEAD, "提 案 表")), roster)

    assert (draft.title, draft.sponsor, draft.sector) == (TITLE, "秦素云", "妇联")
    assert people(draft) == [("冯桂兰", "农工党"), ("丁立新", "九三学社")]
    assert (draft.situation, draft.analysis, draft.suggestions) == (SITUATION, PROBLEM, list(ITEMS))
    assert (draft.suggested_agencies, draft.host_agency, draft.publishable) == (
        [FULL, "区财政局"],
        FULL,
        False,
    )
    assert {"table_form", "merged_cells"} <= codes(draft)


def test_a_form_with_labels_above_and_a_list_of_people(roster: Roster) -> None:
    rows = [
        ["案由", "", ""], [TITLE, "", ""], ["提案人", "界别", "联系电话"], ["秦素云", "妇联", "138-0000-1031"],
        ["联名人", "姓名", "界别"], ["", "冯桂兰", "农工党"], ["", "李娟", "教育界"], ["提案内容", "", ""],
        [f"情况：{SITUATION}\n分析：{PROBLEM}\n建议：\n" + "\n".join(numbered("N是")), "", ""],
    ]  # fmt: skip
    merges = ((0, 0, 0, 2), (1, 0, 1, 2), (4, 0, 6, 0), (7, 0, 7, 2), (8, 0, 8, 2))
    draft = read(form(rows, merges, (HEAD,)), roster)

    assert (draft.title, draft.sponsor, draft.contact) == (TITLE, "秦素云", "13800001031")
    assert people(draft) == [("冯桂兰", "农工党"), ("李娟", "教育界")]
    assert (draft.situation, draft.analysis, draft.suggestions) == (SITUATION, PROBLEM, list(ITEMS))
    assert {"same_name_resolved_by_sector:李娟", "agency_missing"} <= codes(draft)


def cell(inner: str, props: str = "") -> str:
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def test_a_form_with_a_table_inside_and_cells_over_two_rows(roster: Roster) -> None:
    wide = '<w:gridSpan w:val="3"/>'
    inner = table(
        cell(p("姓名")) + cell(p("界别")) + cell(p("单位")),
        cell(p("李　娟")) + cell(p("医卫界")) + cell(p("人民医院")),
    )
    data = raw_word(
        p(HEAD)
        + table(
            cell(p("案由")) + cell(p(TITLE), wide),
            cell(p("提案人")) + cell(p("秦素云")) + cell(p("界别")) + cell(p("妇联")),
            cell(p("联名人")) + cell(inner + "<w:p/>", wide),
            cell(p("情况"), '<w:vMerge w:val="restart"/>') + cell(p(SITUATION), wide),
            cell("<w:p/>", "<w:vMerge/>") + cell(p(PROBLEM), wide),
            cell(p("建议"))
            + cell(
                p("1. " + ITEMS[0]) + p("（1）先摸底。") + p("2. " + ITEMS[1]) + p("3. " + ITEMS[2]), wide
            ),
        )
        + p("注：一事一案，字迹清楚。")
    )
    draft = read(data, roster)

    assert people(draft) == [("李娟", "医药卫生界")]
    assert draft.situation == f"{SITUATION}\n{PROBLEM}"
    assert draft.suggestions == [f"{ITEMS[0]}\n（1）先摸底。", *ITEMS[1:]]
    assert {"nested_table", "merged_cells", "nested_suggestions"} <= codes(draft)


NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def level(number: int) -> str:
    return f'<w:pPr><w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="1"/></w:numPr></w:pPr>'


def test_numbers_printed_by_the_word_processor(roster: Roster) -> None:
    body = "".join(map(p, TOP)) + p("情况", level(0)) + p(SITUATION) + p("问题", level(0))
    body += p(PROBLEM, level(1)) + p(CAUSE, level(1)) + p("建议", level(0)) + p(ITEMS[0], level(1))
    body += (
        p("摸清底数。", level(2)) + p("列出名单。", level(2)) + p(ITEMS[1], level(1)) + p(ITEMS[2], level(1))
    )
    draft = read(raw_word(body, {"word/numbering.xml": NUMBERING}), roster)

    assert draft.analysis == f"（一）{PROBLEM}\n（二）{CAUSE}"
    assert draft.suggestions == [f"{ITEMS[0]}\n1.摸清底数。\n2.列出名单。", *ITEMS[1:]]
    assert {"auto_numbering", "nested_suggestions"} <= codes(draft)


def test_moved_text_is_read_where_it_stands_now(roster: Roster) -> None:
    def moved(tag: str, text: str) -> str:
        return f'<w:p><w:{tag} w:id="1" w:author="a"><w:r><w:t>{text}</w:t></w:r></w:{tag}></w:p>'

    body = "".join(map(p, (*TOP, "一、情况", SITUATION, "二、建议"))) + moved("moveFrom", f"1. {ITEMS[2]}")
    body += p(f"1. {ITEMS[0]}") + p(f"2. {ITEMS[1]}") + moved("moveTo", f"3. {ITEMS[2]}")
    draft = read(raw_word(body), roster)

    assert draft.suggestions == list(ITEMS)
    assert "moved_text" in codes(draft)


def test_the_head_only_in_the_page_header(roster: Roster) -> None:
    paper = written(*TOP[1:], "一、情况", SITUATION, "二、建议", *numbered("N.", "123"), AGENCIES)
    paper.sections[0].header.paragraphs[0].text = HEAD
    draft = read(save(paper), roster)

    assert draft.title == TITLE
    assert {"head_in_page_header", "header_footer"} <= codes(draft)


def test_an_old_template_and_doubtful_people(roster: Roster) -> None:
    draft = read(
        word(
            HEAD.replace("第九届委员会第一次", "第八届委员会第五次"), f"案由：{TITLE}", "提案人：张伟（峡窝镇农业服务中心）",
            "联名人：李娟（第三小学）、丁立欣、张　伟、秦\u200b素云", "联系电话：1380000103", "一、情况", SITUATION, "二、建议",
            *numbered("N.", "123"), "建议承办单位：区卫健局、区财政局",
        ),
        roster,
    )  # fmt: skip

    assert (draft.sponsor, draft.sector) == ("张伟", "农业界")
    assert people(draft) == [("李娟", "教育界"), ("丁立欣", ""), ("张伟", ""), ("秦素云", "妇联")]
    assert [person.member is None for person in draft.cosponsors] == [False, True, True, False]
    assert len(draft.cosponsors[2].candidates) == 2
    assert {
        "wrong_session", "same_name_resolved_by_unit:张伟", "same_name_resolved_by_unit:李娟", "not_in_roster:丁立欣",
        "cosponsor_ambiguous:张伟", "agency_unknown:区卫健局", "contact_invalid", "zero_width_characters",
    } <= codes(draft)  # fmt: skip
    assert draft.suggested_agencies == ["区财政局"]
    assert "是不是丁立新" in next(w.message for w in draft.warnings if w.code == "not_in_roster:丁立欣")


def test_a_sponsor_listed_again_is_counted_once(roster: Roster) -> None:
    data = word(
        HEAD,
        f"案由：{TITLE}",
        WHO,
        "联名人：秦素云、丁立新",
        "一、情况",
        SITUATION,
        "二、建议",
        *ITEMS,
        AGENCIES,
    )
    draft = read(data, roster)

    assert people(draft) == [("丁立新", "九三学社")]
    assert {"sponsor_repeated:秦素云", "contact_missing"} <= codes(draft)


@pytest.mark.parametrize(
    ("head", "tail", "kind", "wanted", "missing"),
    [
        (["提案者：科技界", "召集人：龚国庆（签名）"], [], "界别", {"signature_to_verify"}, {"seal_missing"}),
        (["提案单位：民盟上街区支部"], [], "党派团体", {"seal_missing"}, {"seal_to_verify"}),
        (
            ["提案人：区妇女联合会"],
            ["区妇女联合会", "（盖章）"],
            "党派团体",
            {"seal_to_verify"},
            {"seal_missing"},
        ),
        (["提案者：第三委员小组", "组长：秦素云"], [], "委员小组", {"signature_to_verify"}, {"seal_missing"}),
        (
            ["提案者：区政协城建环保委"],
            ["城建环保委员会（公章）", "2017年2月"],
            "专门委员会",
            {"seal_to_verify"},
            set(),
        ),
    ],
)
def test_a_collective_has_a_kind_and_a_seal(
    head: list[str], tail: list[str], kind: str, wanted: set[str], missing: set[str], roster: Roster
) -> None:
    data = word(
        HEAD, f"案由：{TITLE}", *head, TEL, "一、情况", SITUATION, "二、建议", *numbered("N.", "123"), AGENCIES,
        *[(line, "right") for line in tail],
    )  # fmt: skip
    draft = read(data, roster)

    assert (draft.sponsor_kind, draft.sector, draft.suggestions) == (kind, None, list(ITEMS))
    assert wanted | {"collective"} <= codes(draft)
    assert not missing & codes(draft)


def test_two_bodies_propose_together(roster: Roster) -> None:
    for lines in (
        ["提案单位：民盟上街区支部、区工商业联合会"],
        ["提案单位：民盟上街区支部", "联合提案单位：区工商业联合会"],
    ):
        draft = read(
            word(HEAD, f"案由：{TITLE}", *lines, "一、情况", SITUATION, "二、建议", *ITEMS, AGENCIES), roster
        )
        assert (draft.sponsor, people(draft)) == ("民盟上街区支部", [("区工商业联合会", "")])
        assert {"collective", "joint_bodies", "seal_missing"} <= codes(draft)


def test_two_matters_in_one_paper_are_told(roster: Roster) -> None:
    two = word(
        HEAD, "案由：关于加强电动车充电管理和规范共享单车停放的提案", WHO, TEL, "一、情况",
        "电动车充电问题突出，老小区楼道里拉线充电，去年起火三次。充电桩全区只有十二处，晚上排队。",
        "共享单车停放混乱，车站门口单车堆成两层，盲道被占，单车企业来车一月一次。", "二、建议",
        "1. 在每个小区建电动车充电棚，今年先建二十处。", "2. 楼道里不许电动车充电，物业每晚查一次。",
        "3. 给共享单车划三十处停放点，单车企业每天派人整理。", "4. 单车超量投放的每辆每天收费一元。",
    )  # fmt: skip
    one = word(
        HEAD,
        "案由：关于改善社区医院条件和提高夜间服务能力的提案",
        WHO,
        TEL,
        "一、情况",
        SITUATION,
        "二、建议",
        *ITEMS,
    )

    assert "several_matters" in codes(read(two, roster))
    assert "several_matters" not in codes(read(one, roster))


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("请为我儿子安排工作，解决本人住房。", ""),
        ("希望解决我儿子的工作问题。", "forbidden:personal"),
        ("此事已由法院受理，一审判决我方败诉。", "forbidden:litigation"),
        ("现实名举报某局长。", "forbidden:named_report"),
        ("建议全区推广我公司的产品。", "forbidden:promotion"),
    ],
)
def test_forbidden_matters_are_hinted(sentence: str, code: str, roster: Roster) -> None:
    draft = read(word(*TOP, "一、情况", SITUATION + sentence, "二、建议", *ITEMS, AGENCIES), roster)
    found = {one for one in codes(draft) if one.startswith("forbidden:")}

    assert found == ({code} if code else {"forbidden:personal"})


LINES = (*TOP, "一、情况", SITUATION, "二、建议", *numbered("N. ", "123"), AGENCIES)


def test_the_same_paper_as_odt_rtf_and_text(roster: Roster) -> None:
    style = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="." '
        'style:num-format="1"/></text:list-style>'
    )
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in (*TOP, "一、情况", SITUATION, "二、建议"))
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in ITEMS)
    made = odt(
        f'{paragraphs}<text:list text:style-name="L1">{items}</text:list><text:p>{AGENCIES}</text:p>', style
    )
    text = "\r\n".join(LINES)
    rare = text.replace(WHO, "提案人：毛䶮（港澳台侨界）").replace(TEL, f"联名人：吕𬱖\r\n{TEL}")

    for data, name, mark in (
        (made, "a.odt", "auto_numbering"),
        (rtf(*LINES), "a.rtf", ""),
        (text.encode(), "a.txt", ""),
        (text.encode("utf-16"), "a.txt", "encoding_utf16"),
        (text.encode("gbk"), "a.docx", "not_a_word_file"),
        (rare.encode("gb18030"), "a.docx", "encoding_gb18030"),
    ):
        draft = read(data, roster, name)
        assert (draft.title, draft.suggestions) == (TITLE, list(ITEMS))
        assert draft.situation == SITUATION
        assert mark in codes(draft) or not mark
    assert (draft.sponsor, people(draft)) == ("毛䶮", [("吕𬱖", "文化艺术界")])


def test_text_wrapped_by_hand_is_joined(roster: Roster) -> None:
    wrapped: list[str] = []
    for line in LINES:
        line = f"　　{line}" if len(line) > 40 else line
        wrapped += [line[at : at + 30] for at in range(0, len(line), 30)]
    draft = read("\n".join(wrapped).encode(), roster, "a.txt")

    assert (draft.situation, draft.suggestions) == (SITUATION, list(ITEMS))


def test_a_pdf_with_text_is_joined_to_paragraphs_and_a_scan_is_refused(roster: Roster) -> None:
    source = (
        '#set page(paper: "a4", margin: 2.6cm, numbering: "1")\n#set text(font: "Noto Serif CJK SC", size: 16pt)\n'
        "#set par(first-line-indent: (amount: 2em, all: true), justify: true)\n"
    )
    lines = (
        *TOP,
        "一、基本情况",
        SITUATION,
        "二、存在问题",
        PROBLEM,
        CAUSE,
        "三、对策建议",
        *numbered("（N）"),
        AGENCIES,
    )
    draft = read(typst.compile((source + "\n\n".join(lines)).encode()), roster, "a.pdf")

    assert (draft.title, draft.sponsor, draft.situation) == (TITLE, "秦素云", SITUATION)
    assert draft.suggestions == list(ITEMS)
    assert draft.suggested_agencies == AGENCY_NAMES
    scan = read_paper(image_pdf(), "a.pdf", roster)
    assert isinstance(scan, Refused)
    assert scan.code == "no_text_layer"


def test_a_long_paper_and_a_short_one_are_told(roster: Roster) -> None:
    long = read(word(*TOP, "一、情况", *[SITUATION] * 14, "二、建议", *ITEMS, AGENCIES), roster)
    short = read(word(*TOP, "小区门口的灯坏了，晚上看不见路。"), roster)

    assert "too_long" in codes(long)
    assert long.situation.count(SITUATION) == 14
    assert {"too_short", "no_suggestions", "no_headings", "agency_missing"} <= codes(short)
    assert short.situation == "小区门口的灯坏了，晚上看不见路。"
