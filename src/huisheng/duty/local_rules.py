"""Local lists and rules of duty: who gives honours, whether the committee appraises at all."""

from __future__ import annotations

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

HONOUR = "honour_level"
APPRAISES = "duty.appraises"
LOCAL = "本地设置"

declare(
    Rule(APPRAISES, "对委员履职进行考核", "yes_no", False, LOCAL, help="不开启时只有履职档案，没有考核表。"),
)
declare_list(
    OptionList(
        HONOUR, "表彰级别",
        (
            ("national", "全国", {}), ("province", "省级", {}), ("city", "市级", {}), ("district", "区级", {}),
            ("committee", "本级政协", {}),
        ),
        LOCAL,
    ),
)  # fmt: skip
