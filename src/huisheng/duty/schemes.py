"""Eight published schemes as rule books to begin with (domain.md §6.2): data, no code. Points as printed; where the
printed table is silent on how a share is made up, the item says so in its label.

Each has a hand-worked example in tests/duty/test_schemes.py.
"""

from __future__ import annotations

from typing import Any

STUDIES = ["research", "inspection", "study_tour"]
EVENTS = [*STUDIES, "joint", "symposium", "consultation", "committee", "central", "aid"]


def _category(
    code: str, label: str, start: float = 0, cap: float | None = None, floor: float | None = None
) -> dict[str, Any]:
    return {"code": code, "label": label, "start": start, "cap": cap, "floor": floor}


def _item(category: str, label: str, credit: str, points: float, **more: Any) -> dict[str, Any]:
    return {"category": category, "label": label, "credit": credit, "points": points, **more}


def _scheme(
    label: str, source: str, categories: list[Any], items: list[Any], bands: list[tuple[float, str]]
) -> dict[str, Any]:
    return {
        "label": label,
        "source": source,
        "content": {
            "categories": categories, "items": items, "joined_after": "",
            "bands": [{"from": least, "label": word} for least, word in bands],
        },
    }  # fmt: skip


# fmt: off
SCHEMES: dict[str, dict[str, Any]] = {
    "jinan": _scheme("济南式：基本分七十，加减分", "济南市政协委员履职考核办法（2015）", [
        _category("base", "基本分", 70, 70, 0), _category("more", "加分", 0, 50, 0),
    ], [
        _item("base", "全体会议无故缺席", "gathering.absent", -30, sorts=["plenary"], per="record"),
        _item("base", "全体会议请假", "gathering.excused", -10, sorts=["plenary"], per="record"),
        _item("more", "第二件起每立案一件", "proposal.filed", 5, first=2),
        _item("more", "重点提案", "proposal.key", 5),
        _item("more", "优秀提案", "proposal.excellent", 10),
        _item("more", "公益帮扶", "gathering.attend", 2, sorts=["aid"], per="record", cap=10),
    ], [(85, "优秀"), (60, "称职"), (0, "谈话提醒")]),
    "tongcheng": _scheme("桐城式：会议五十，提案二十五，信息十五，活动十", "桐城市政协委员履职考核办法（2019）", [
        _category("meetings", "会议", 50, 50, 0), _category("proposals", "提案", 0, 25), _category("voices", "社情民意", 0, 15), _category("events", "活动", 0, 10),
    ], [
        _item("meetings", "全体会议请假（五十变三十）", "gathering.excused", -20, sorts=["plenary"], per="once"),
        _item("meetings", "全体会议无故缺席（五十变零）", "gathering.absent", -50, sorts=["plenary"], per="once"),
        _item("meetings", "常委会议请假", "gathering.excused", -2, sorts=["standing"], per="record", whom="standing"),
        _item("meetings", "常委会议无故缺席", "gathering.absent", -5, sorts=["standing"], per="record", whom="standing"),
        _item("proposals", "提交提案", "proposal.sent", 10, per="once"),
        _item("proposals", "立案", "proposal.filed", 15, per="once", split=True),
        _item("proposals", "联名立案（分摊）", "proposal.cosigned", 15, per="once", split=True),
        _item("voices", "反映社情民意", "opinion.sent", 10, per="once"),
        _item("voices", "采用", "opinion.adopted", 5),
        _item("events", "参加活动", "gathering.attend", 2, sorts=EVENTS, per="record"),
        _item("events", "书面发言", "speech.written", 5),
    ], [(60, "合格"), (0, "不合格")]),
    "anqing": _scheme("安庆式：会议五十倒扣，提案三十，其余二十", "安庆市政协委员履职考核办法（2018）", [
        _category("meetings", "会议", 50, 50, 0), _category("proposals", "提案", 0, 30), _category("rest", "其他履职", 0, 20),
    ], [
        _item("meetings", "会议无故缺席", "gathering.absent", -5, sorts=["standing", "committee", "consultation", "symposium"], per="record"),
        _item("meetings", "全体会议无故缺席", "gathering.absent", -10, sorts=["plenary"], per="record"),
        _item("proposals", "立案", "proposal.filed", 30, per="once"),
        _item("rest", "反映社情民意", "opinion.sent", 10, per="once"),
        _item("rest", "参加视察、考察、调研", "gathering.attend", 10, sorts=STUDIES, per="once"),
    ], [(90, "优秀"), (80, "良好"), (60, "称职"), (0, "不称职")]),
    "hefei": _scheme("合肥式：基础八十五", "合肥市政协委员履职考核办法（2015）", [
        _category("base", "基础", 0, 85, 0), _category("more", "加分", 0, 20, 0),
    ], [
        _item("base", "出席全体会议", "gathering.attend", 30, sorts=["plenary"], per="once"),
        _item("base", "全体会议无故缺席", "gathering.absent", -10, sorts=["plenary"], per="record"),
        _item("base", "常委会议无故缺席", "gathering.absent", -4, sorts=["standing"], per="record", whom="standing"),
        _item("base", "第一件立案提案", "proposal.filed", 25, per="once"),
        _item("base", "参加活动（两次）", "gathering.attend", 15, sorts=EVENTS, per="record", last=2),
        _item("more", "第二件起每立案一件", "proposal.filed", 5, first=2),
    ], []),
    "near_hefei": _scheme("会议六十五式：全会三十五，常委会三十", "合肥邻近某市政协委员履职考核办法", [
        _category("plenary", "全体会议", 0, 35), _category("standing", "常委会议", 0, 30), _category("proposals", "提案", 0, 15),
        _category("voices", "社情民意", 0, 10), _category("events", "活动", 0, 30), _category("more", "加分"),
    ], [
        _item("plenary", "出席全体会议", "gathering.attend", 35, sorts=["plenary"], per="once"),
        _item("standing", "出席常委会议", "gathering.attend", 7.5, sorts=["standing"], per="record", last=4, whom="standing"),
        _item("proposals", "第一件立案提案", "proposal.filed", 15, per="once"),
        _item("proposals", "联名立案（一次）", "proposal.cosigned", 10, per="once"),
        _item("voices", "社情民意采用", "opinion.adopted", 10, per="once"),
        _item("events", "参加活动", "gathering.attend", 7.5, sorts=EVENTS, per="record", last=4),
        _item("more", "第二件起每立案一件", "proposal.filed", 5, first=2, cap=20),
        _item("more", "优秀提案", "proposal.excellent", 8),
        _item("more", "第二条起每采用一条", "opinion.adopted", 3, first=2, cap=20),
        _item("more", "上级采用", "opinion.above", 6),
    ], []),
    "xuanwei": _scheme("宣威式：逐项计点", "宣威市政协委员履职量化办法", [_category("all", "履职")], [
        _item("all", "出席全体会议", "gathering.attend", 2, sorts=["plenary"], per="record"),
        _item("all", "出席其他会议", "gathering.attend", 1, sorts=["standing", "committee", "symposium", "consultation", "briefing", "chairs"], per="record"),
        _item("all", "书面发言", "speech.written", 2),
        _item("all", "口头发言", "speech.oral", 2),
        _item("all", "学习培训", "gathering.attend", 1, sorts=["study"], per="record"),
        _item("all", "调研", "gathering.attend", 2, sorts=["research"], per="record"),
        _item("all", "视察", "gathering.attend", 2, sorts=["inspection"], per="record"),
        _item("all", "民主监督（评议）", "supervision.inspect", 2),
    ], []),
    "guangshui": _scheme("广水式：提案、信息、服务各二十", "广水市政协委员履职考核办法（2017）", [
        _category("meetings", "会议", 10, 10, 0), _category("proposals", "提案", 0, 20), _category("voices", "社情民意或文史", 0, 20),
        _category("service", "服务企业和帮扶", 0, 40), _category("more", "加分", 0, 10),
    ], [
        _item("meetings", "迟到", "gathering.late", -1), _item("meetings", "早退", "gathering.early", -1),
        _item("meetings", "小组会议缺席", "gathering.absent", -1.5, sorts=["group"]),
        _item("meetings", "常委会议迟到", "gathering.late", -2, sorts=["standing"], whom="standing"),
        _item("meetings", "常委会议缺席", "gathering.absent", -3, sorts=["standing"], whom="standing"),
        _item("proposals", "第一提案人立案", "proposal.filed", 20, per="once", best_of="proposal"),
        _item("proposals", "联名立案", "proposal.cosigned", 15, per="once", best_of="proposal"),
        _item("voices", "反映社情民意", "opinion.sent", 20, per="once", best_of="voice"),
        _item("voices", "提供文史资料", "archive.given", 20, per="once", best_of="voice"),
        _item("service", "服务企业", "gathering.attend", 20, sorts=["central"], per="once"),
        _item("service", "帮扶", "gathering.attend", 20, sorts=["aid"], per="once"),
        _item("more", "国家级表彰", "honour.given", 10, sorts=["national"], per="once", best_of="honour"),
        _item("more", "省级表彰", "honour.given", 8, sorts=["province"], per="once", best_of="honour"),
        _item("more", "市级表彰", "honour.given", 6, sorts=["city"], per="once", best_of="honour"),
        _item("more", "区级表彰", "honour.given", 4, sorts=["district", "committee"], per="once", best_of="honour"),
    ], []),
    "minhang": _scheme("闵行式：全会按半天，提案取高", "闵行区政协委员履职计分办法", [
        _category("meetings", "会议活动"), _category("proposals", "提案"), _category("study", "学习"),
    ], [
        _item("meetings", "全体会议每半天", "gathering.attend", 5, sorts=["plenary"]),
        _item("meetings", "参加活动", "gathering.attend", 5, sorts=EVENTS, per="record"),
        _item("proposals", "个人提案（取高，一次）", "proposal.filed", 15, per="once", best_of="proposal"),
        _item("proposals", "参加联名（取高，一次）", "proposal.cosigned", 3, per="once", best_of="proposal"),
        _item("proposals", "重点提案", "proposal.key", 15), _item("proposals", "优秀提案", "proposal.excellent", 10),
        _item("study", "学习培训", "gathering.attend", 10, sorts=["study"], per="record"),
    ], []),
}
# fmt: on
