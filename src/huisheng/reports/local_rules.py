"""Local lists of the reports: which reports a committee writes of a year."""

from __future__ import annotations

from huisheng.kernel.local import OptionList, declare_list

KIND = "report_kind"
LOCAL = "本地设置"

declare_list(
    OptionList(
        KIND, "年度报告种类",
        (
            ("highlights", "政协工作亮点", {}),
            ("standing", "常务委员会工作报告", {}),
            ("proposals", "提案工作情况报告", {}),
        ),
        LOCAL,
    ),
)  # fmt: skip
