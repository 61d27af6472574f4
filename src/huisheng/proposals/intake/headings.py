"""Which short lines are headings, and whether they open 情况, 分析 or 建议."""

from __future__ import annotations

import re
from typing import NamedTuple

from huisheng.kernel.text import normalise
from huisheng.proposals.intake.document import Line
from huisheng.proposals.intake.markers import marker

SITUATION = "情况|现状|背景|概况|由来|缘由|缘起|前言|引言|导语|案情|形势|实情|事实|进展|成效|做法|基础|事由|理由|案由|摸底|事情|经过"
ANALYSIS = (
    "问题|原因|分析|困难|成因|症结|短板|不足|难点|瓶颈|困境|矛盾|根源|根子|制约因素|制约|差距|弊端|隐患|影响|危害|必要性|可行性|重要性|紧迫性|意义|"
    "依据|难题|剖析|缺口|痛点|堵点|弱项|教训|思考|原由|诊断|研判"
)
SUGGESTIONS = "建议|对策|措施|办法|意见|想法|举措|请求|希望|方案|打算|主张|期望|设想|期盼|路径|出路|思路|倡议|呼吁|诉求|对策建议"
MODIFIERS = (
    "一些|几点|几条|几个|几方面|若干|部分|有关|相关|具体|主要|存在|存在着|面临|面对|突出|当前|目前|现存|现有|现行|基本|总体|整体|总的|工作|改进|整改|解决|应对|"
    "完善|提升|加强|我的|我们的|我们|我|个人|本人|初步|深层次|深层|客观|主观|形成|产生|造成|导致|及其|以及|及|和|与|、|的|之|其|是|了|与会|提案|调研|调查|走访|"
    "摸排|了解|反映|情况下|问题的|下一步|下步|今后|未来|提出|对此|为此|就此|意见和|方面|上述|以上|如下|以下|对|政策|治理|办理|处理|发展|现实|实际|理论|"
    "外地|经验|借鉴|启示|成熟|关键|核心|根本|内在|外在|直接|间接|不容忽视|值得关注|仍|还|尚|有待|急需|亟待|亟需|比较|较为|较|普遍|共性|个性|"
    "一点|两点|三点|四点|五点|六点|七点|八点|两条|三条|四条|五条|六条|一|二|三|四|五|六|点|条|个|供参考"
)
_ALL = re.compile(rf"(?:{MODIFIERS}|{SITUATION}|{ANALYSIS}|{SUGGESTIONS})+")
_KEY = re.compile(rf"(?P<s>{SITUATION})|(?P<a>{ANALYSIS})|(?P<g>{SUGGESTIONS})")
# spoken headings without a key word
ASKED = (
    ("suggestions", r"怎么(办|做|改|解决|破|干|走)|如何(解决|改进|破解|办|做|破题)|该怎么|出(个|点)主意|这样办|这么办|请这样|盼(望|着)|能不能|可否|开(个)?方子|怎样(解决|办|做)"),
    ("analysis", r"为什么|为何|为啥|难在|卡在|错在|差在|哪里难|难处|毛病|堵在|怪谁|谁的责任|怎么会|何以|因何|症在|病根|怎么成|怎样造成|难办"),
    ("situation", r"是什么样|什么样子|眼下|看到的|现在的|的样子|我见到|见闻|实录|听到的|先说说|从.{1,8}说起"),
)  # fmt: skip
_END = "：:。.；; "


class Heading(NamedTuple):
    """``style``: the marker's style, or "free"; ``role`` "" when the words do not tell; ``strict`` when they are
    nothing but heading words; ``rest`` is text that follows in the same line."""

    style: str
    core: str
    role: str
    strict: bool
    rest: str = ""


def role_of(words: str) -> tuple[str, bool]:
    """(role, strict) of the words of a heading."""
    plain = re.sub(r"\s+", "", normalise(words)).strip(_END)
    plain = re.sub(r"[(（][^)）]*[)）]$", "", plain)
    if not plain or re.search(r"单位|部门(?!协)|承办", plain):
        return "", False
    keys = list(_KEY.finditer(plain))
    if keys and _ALL.fullmatch(plain):
        return _role(keys), True
    for role, pattern in ASKED:
        if re.search(pattern, plain):
            return role, False
    if keys:  # 学校食堂的现状, 破解停车难的对策建议: the last key word tells
        return {"s": "situation", "a": "analysis", "g": "suggestions"}[keys[-1].lastgroup or "s"], False
    return "", False


def _role(keys: list[re.Match[str]]) -> str:
    groups = [found.lastgroup for found in keys]
    if "g" in groups and groups[-1] == "g":
        return "suggestions"
    return "situation" if groups[0] == "s" else "analysis"


def heading(line: Line) -> Heading | None:
    """The heading a line is, or begins with; None for running text."""
    text = line.full
    found = marker(text)
    style = found.style if found else "free"
    core = text[found.end :].strip() if found else text.strip()
    if bracketed := re.match(
        r"[【〔\[〖《<＜](?P<core>[^】〕\]〗》>＞]{2,16})[】〕\]〗》>＞][：:]?(?P<rest>.*)$", core, re.S
    ):
        role, strict = role_of(bracketed["core"])
        return (
            Heading(
                "free" if not found else style, bracketed["core"], role, strict, bracketed["rest"].strip()
            )
            if strict
            else None
        )
    if run_in := _run_in(core, found is not None or line.bold):
        return Heading(style, run_in[0], run_in[1], True, run_in[2])
    bare = core.strip(_END)
    if (
        not bare
        or len(bare) > 26
        or re.search(r"[。！？；!?;\t]", bare)
        or core.endswith(("，", "、", ",", "；", "”。"))
    ):
        return None
    if len(re.findall(r"[，,]", bare)) > 1:
        return None
    role, strict = role_of(bare)
    if core.endswith("。") and not strict:
        return None
    return Heading(style, bare, role, strict)


def _run_in(core: str, marked: bool) -> tuple[str, str, str] | None:
    """情况：我区…… or 一、基本情况 我区……: heading words, then the text itself."""
    for pattern in (
        r"(?P<h>[^：:，,。；]{2,12})[：:]\s*(?P<r>\S.{3,})$",
        r"(?P<h>[^：:，,。；\s]{2,10})[。\s\u3000]+(?P<r>\S.{11,})$",
    ):
        found = re.match(pattern, core, re.S)
        if not found:
            continue
        role, strict = role_of(found["h"])
        if strict and (marked or "：" in core[: found.start("r")] or ":" in core[: found.start("r")]):
            return found["h"].strip(), role, found["r"].strip()
    return None


LEAD = re.compile(r"建议|对策|措施|意见|办法|做好.{0,8}工作|以下.{0,4}(方面|几点|工作)|如下")


def lead_in(text: str) -> int:
    """Where the sentence begins that announces the suggestions (为此，提出如下建议：), -1 when there is none."""
    plain = text.rstrip()
    if not plain.endswith(("：", ":", "如下。", "如下")):
        return -1
    start = max(plain.rfind(char, 0, len(plain) - 1) for char in "。！？；!?\n") + 1
    sentence = normalise(plain[start:])
    if len(sentence) > 60 or not re.search(r"建议|对策|措施|意见|办法|举措", sentence):
        return -1
    return start if not re.search(r"问题|原因|困难|承办|办理单位", sentence[-14:]) else -1
