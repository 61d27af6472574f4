"""Local lists and rules of duty: who gives honours, whether the committee appraises at all."""

from __future__ import annotations

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

HONOUR = "honour_level"
APPRAISES = "duty.appraises"
STANDING_WINDOW = "duty.standing_window"
STANDING_REMIND = "remind.standing"
QUIET_ON, QUIET_JOINED = "remind.quiet_on", "remind.quiet_joined"
LOCAL = "本地设置"

declare(
    Rule(APPRAISES, "对委员履职进行考核", "yes_no", False, LOCAL, help="不开启时只有履职档案，没有考核表。"),
    Rule(
        STANDING_WINDOW,
        "常委履职报告的期限",
        "span",
        "20w",
        "政协常委提交年度履职报告办法（通例）",
        "自发起之日起多久以内提交；发起时可以改",
    ),
    Rule(
        STANDING_REMIND,
        "常委履职报告提醒",
        "text",
        "7, 1",
        LOCAL,
        "截止前几天提醒还没有提交的常委，用逗号分开；到期以后再提醒一次",
    ),
    Rule(
        QUIET_ON,
        "还没有履职记录的提醒日",
        "month_day",
        "10-15",
        LOCAL,
        "写成 10-15；自这一天起，提醒当年还没有任何履职记录的委员本人和办公室，每年一次。留空不提醒",
    ),
    Rule(
        QUIET_JOINED,
        "任职不满多少天不提醒",
        "days",
        180,
        LOCAL,
        "到提醒日任职还不满这些天的委员，不因没有履职记录提醒",
    ),
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
