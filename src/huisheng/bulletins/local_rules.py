"""Local rules of the bulletins: series, addressees at the foot, lengths."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"

SERIES = "bulletin_series"
HEADLINE, LEAST, MOST, ALL = (
    "bulletin.headline",
    "bulletin.gist_least",
    "bulletin.gist_most",
    "bulletin.all_gists",
)
SPEED, COPIES = "bulletin.speed", "bulletin.copies"
OFFLINE_DAYS = "bulletin.offline_days"
REPORT_TO, SEND_TO, HAND_TO = "bulletin.report_to", "bulletin.send_to", "bulletin.hand_to"

declare(
    Rule(HEADLINE, "刊物标题最多字数", "number", 24, LOCAL),
    Rule(LEAST, "刊物要点最少字数", "number", 60, LOCAL),
    Rule(MOST, "刊物要点最多字数", "number", 120, LOCAL),
    Rule(ALL, "一期要点合计字数", "number", 800, LOCAL, "超过时提示，不拦截；每秒读五个字，八百字约三分钟"),
    Rule(SPEED, "每秒读几个字", "number", 5, LOCAL, "按此估算阅读时间"),
    Rule(
        OFFLINE_DAYS,
        "刊物离线副本留几天",
        "number",
        14,
        LOCAL,
        "存在阅读人手机上的副本，到期或退出登录就删去；登录到时限的更早删去",
    ),
    Rule(COPIES, "刊物印数", "number", 15, LOCAL),
    Rule(REPORT_TO, "刊物报", "text", "区委、区政府主要领导", LOCAL, "印在末尾“报”字之后"),
    Rule(SEND_TO, "刊物送", "text", "区委办公室、区政府办公室", LOCAL, "印在末尾“送”字之后"),
    Rule(HAND_TO, "刊物发", "text", "各专门委员会、各镇（街）工委", LOCAL, "印在末尾“发”字之后"),
)  # fmt: skip

declare_list(
    # the label is printed as the red head; ``issuer`` under it, the committee's office where none is named;
    # ``before``: issues that had appeared before this system numbered them
    OptionList(
        SERIES,
        "刊物系列",
        (
            ("express", "政协直通车", {"issuer": "", "before": 0}),
            ("special", "社情民意专报", {"issuer": "", "before": 0}),
            ("brief", "政协简报", {"issuer": "", "before": 0}),
        ),
        LOCAL,
    ),
)
