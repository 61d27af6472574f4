"""Hints about the content. Each cites its rule; none of them keeps a paper out."""

from __future__ import annotations

import re

from huisheng.proposals.intake.draft import Draft
from huisheng.proposals.intake.markers import HAN

SHORT, LONG = 200, 1500  # ideographs; defaults, the office may set others
RULE = "提案工作条例"
LAYOUT = {
    "tracked_changes": ("文中有未接受的修订，已按“接受全部修订”读取。请核对是不是定稿。", "doubt"),
    "moved_text": ("文中有移动过的文字，已按移动以后的位置读取。", "hint"),
    "comments": ("文中有批注，批注没有放进正文。请核对是不是定稿。", "doubt"),
    "hidden_text": ("文中有隐藏文字，没有放进正文。", "doubt"),
    "footnote": ("文中有脚注或尾注，没有放进正文，另列在后。", "hint"),
    "text_box": ("文中有文本框，里面的文字已读出。请核对。", "hint"),
    "header_footer": ("页眉页脚里有文字，没有放进正文。", "hint"),
    "image": ("文中有图片，图片作为附件保存，没有放进正文。", "hint"),
    "legacy_doc": ("这是旧版 .doc 文件，已读出文字。请核对，以后请存为 .docx。", "hint"),
}
SILENT = (
    "table_form", "nested_table", "merged_cells", "line_breaks", "line_breaks_in_cell", "auto_numbering",
    "nested_suggestions", "pseudo_headings", "inline_headings", "no_headings", "zero_width_characters",
    "full_width_digits", "traditional",
)  # fmt: skip
SAYS = {
    "table_form": "按提案表读取。", "nested_table": "表格里套着表格，已逐层读出。", "merged_cells": "表格里有合并的单元格，已读出。",
    "line_breaks": "用手动换行分段，已按段读出。", "line_breaks_in_cell": "单元格里用手动换行分段，已按段读出。",
    "auto_numbering": "编号由文字处理软件自动产生，已补出。", "nested_suggestions": "建议分了两层，下一层归入上一条。",
    "pseudo_headings": "小标题没有用“情况、问题、建议”等字样，已按位置归类，请核对。", "inline_headings": "小标题与正文写在同一段，已分开。",
    "no_headings": "全文没有小标题，已按段落归类，请核对。", "zero_width_characters": "文中有看不见的字符，已去掉。",
    "full_width_digits": "数字用了全角，原样保留。", "traditional": "全文为繁体，原样保留；界别和单位已对照名册。",
}  # fmt: skip
FORBIDDEN = (
    ("secret", r"绝密|机密[★级件]|秘密[★级件]|(属于|涉及)(党和)?国家秘密", "涉及党和国家秘密"),
    ("litigation", r"(已|正在|现已)[^。，]{0,8}(提起诉讼|立案审理|进入(诉讼|仲裁|司法)程序|法院受理)|一审判决|二审判决|申请再审|民事裁定", "已进入诉讼、仲裁程序"),
    ("party_affairs", r"党内(组织|人事)(问题|安排|调整)有意见|对.{0,8}(任免|提拔)有意见", "对党内组织人事的意见"),
    ("own_party", r"(民革|民盟|民建|民进|农工党|致公党|九三学社|台盟)[^。]{0,10}(内部(矛盾|问题|人事)|换届纠纷)", "民主党派内部问题"),
    ("personal", r"(解决|落实|补发|安排|调整)(本人|我本人|我个人|我(爱人|妻子|丈夫|儿子|女儿|父亲|母亲|弟弟|哥哥|姐姐|妹妹|亲属))的?[^。]{0,12}(工作|工资|待遇|住房|职称|编制|户口|就业|补偿)", "为本人或亲属解决个人问题"),
    ("promotion", r"(推广|采购|使用|宣传)(我公司|本公司|我厂|本厂|我企业|我司|本人)[^。]{0,12}(产品|设备|品牌|著作|作品)", "宣传推介具体作品、产品"),
    ("named_report", r"(实名|指名)举报|现举报[^。]{0,20}(局长|主任|书记|镇长|所长|科长)|举报.{2,4}(同志|局长|主任|书记)(贪|受贿|违纪)", "指名举报"),
)  # fmt: skip
ANOTHER = re.compile(
    r"(另外|此外|除此之外|还有|顺便|再|最后)[^。，]{0,4}(说|反映|提|讲|谈)[^。，]{0,4}(一|件|个|点)?[^。，]{0,3}(事|问题|情况)|还有一(件|个)[^。，]{0,6}(事|问题)|"
    r"(第二|另)(件|一件|一个|个)(事|问题)|说(两|二|三)件(事|事情)"
)
VERB = r"(调整|减少|加强|解决|改善|推进|加快|建设|治理|规范|完善|提高|增加|整治|取消|建立|设立|开通|改造|修建|增设|优化|降低|扩大|保护|改进|推动|落实|缓解|发展|修缮|消除|延长)"
CONCRETE = re.compile(
    rf"[\d０-９]|[一二三四五六七八九十百千万两]+(个|处|条|年|月|日|家|人|名|元|万|次|台|部|项|张|米|公里|%|％|成)|由[{HAN}]{{2,14}}(牵头|负责|组织|出资|安排|会同)|局|委|街道|部门|镇|中心"
)


def check(draft: Draft, marks: set[str], topics: int = 0) -> None:
    """``topics``: how many numbered headings of the form 关于…… the text has."""
    for mark in sorted(marks):
        if mark in LAYOUT:
            draft.warn(mark, *LAYOUT[mark])
        elif mark in SILENT:
            draft.warn(mark, SAYS[mark], "layout")
    _length(draft)
    _suggestions(draft)
    _several(draft, topics)
    _forbidden(draft)
    if not draft.suggested_agencies and not draft.unknown_agencies:
        draft.warn(
            "agency_missing", "没有写建议承办单位。可以从名录中选一两家，也可以留空由提案委员会确定。", "hint"
        )


def count(text: str) -> int:
    return len(re.findall(f"[{HAN}]", text))


def _length(draft: Draft) -> None:
    size = count(draft.body)
    whole = size + count(draft.attachment)
    if size < SHORT:
        draft.warn(
            "too_short", f"正文只有 {size} 字。提案应有情况、有分析、有具体建议（{RULE}），请补充。", "hint"
        )
    elif size > LONG:
        more = "，建议把详细材料作附件" if not draft.attachment else "（不含附件）"
        draft.warn(
            "too_long",
            f"正文有 {size} 字{more}。提案一般不超过 {LONG} 字，可删减或把详细材料移入附件；全文已保留，没有截断。",
            "hint",
        )
    elif whole > 2 * LONG:
        draft.warn("too_long", f"连附件共 {whole} 字，已把附件与正文分开，全文保留，没有截断。", "hint")


def _suggestions(draft: Draft) -> None:
    if not draft.suggestions:
        draft.warn(
            "no_suggestions",
            f"没有找到具体建议。提案应有具体建议（{RULE}；内容空泛、没有具体建议的不予立案），请补写。",
        )
        return
    vague = [at for at, text in enumerate(draft.suggestions, 1) if not CONCRETE.search(text)]
    if len(vague) * 2 > len(draft.suggestions):
        which = "、".join(f"第{at}条" for at in vague)
        draft.warn(
            "suggestions_vague",
            f"建议{which}没有写明由谁办、办多少、何时办。写具体些，便于逐条答复（{RULE}：有具体建议）。",
            "hint",
        )


def _several(draft: Draft, topics: int) -> None:
    found = ANOTHER.search(draft.body) or re.search(
        r"[两二三四几](个|件|项)(问题|事项?|事情|建议)的", draft.title
    )
    if found or topics > 1 or _two_in_title(draft):
        quote = f"（文中写着“{found[0]}”）" if found else ""
        draft.warn(
            "several_matters",
            f"看起来说了不止一件事{quote}。提案应当一事一案（{RULE}），建议拆成两件分别提交。",
        )


def _two_in_title(draft: Draft) -> bool:
    """关于调整甲及减少乙的提案: two verbs, two objects, and paragraphs that speak of one or the other only."""
    title = re.sub(r"^(关于|對於|对于)|的?(提案|建议|意见)$", "", draft.title)
    parts = re.split(rf"(?:以及|及|和|与|并|、|暨)(?={VERB})", title)
    halves = list(
        re.split(r"\x00", "\x00".join(part for part in parts if part and not re.fullmatch(VERB, part)))
    )
    if len(halves) != 2 or min(map(len, halves)) < 5:
        return False
    one, two = (_pairs(re.sub(f"^{VERB}", "", half)) for half in halves)
    one, two = one - two, two - one
    only_one = only_two = both = 0
    for paragraph in [*draft.situation.split("\n"), *draft.analysis.split("\n"), *draft.suggestions]:
        here = _pairs(paragraph)
        a, b = bool(here & one), bool(here & two)
        only_one, only_two, both = only_one + (a and not b), only_two + (b and not a), both + (a and b)
    return only_one >= 2 and only_two >= 2 and both <= 1


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _forbidden(draft: Draft) -> None:
    for code, pattern, what in FORBIDDEN:
        if found := re.search(pattern, f"{draft.title}\n{draft.body}"):
            draft.warn(
                f"forbidden:{code}",
                f"文中有“{found[0][:30]}”，可能属于“{what}”，这类内容不予立案（{RULE}）。请核对；确有需要可改走其他渠道。",
            )
