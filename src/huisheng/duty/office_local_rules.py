"""Local rules of 机关平时考核: how long a period is, which grades there are, how many may have the best."""

from __future__ import annotations

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

GRADE = "office_grade"
MONTHS = "appraisal.months"
SHARE = "appraisal.share"
SOURCE = "公务员平时考核办法（通例）"

declare(
    Rule(MONTHS, "机关平时考核多久一次", "choice", 3, SOURCE, help="已经开始的一期不变，新的从下一期起。",
         choices=((1, "每月"), (3, "每季度"), (6, "每半年"), (12, "每年"))),
    Rule(SHARE, "“好”等次最多占百分之几", "number", 40, SOURCE,
         help="按这一期已评鉴的人数计，不足一人的舍去；写 100 就不限。"),
)  # fmt: skip
declare_list(
    OptionList(
        GRADE, "机关平时考核等次",
        (("good", "好", {"limited": True}), ("fair", "较好", {}), ("plain", "一般", {}), ("poor", "较差", {})),
        SOURCE, {"limited": "受比例限制"},
    ),
)  # fmt: skip
