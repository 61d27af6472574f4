"""Local rules of 成果与报送: each with a default, a source and a place in the office's settings page."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"

FOLLOW_UP = "span.follow_up"
MINUTES = "instruction.minutes"

declare(
    Rule(
        FOLLOW_UP,
        "批示转办期限",
        "span",
        "20w",
        LOCAL,
        "自转办之日起，承办单位报告办理情况的期限",
    ),
    Rule(
        MINUTES,
        "批示前重新输入密码",
        "number",
        15,
        LOCAL,
        "登录超过几分钟的，确认批示时再输一次密码",
    ),
)

ADDRESSEE = "addressee"
WAY = "delivery_way"
PHRASE = "instruction_phrase"

declare_list(
    OptionList(
        ADDRESSEE,
        "报送对象",
        (
            ("party_head", "区委主要领导", {}),
            ("government_head", "区政府主要领导", {}),
            ("leaders", "区委、区政府分管领导", {}),
            ("party_office", "区委办公室", {}),
            ("government_office", "区政府办公室", {}),
            ("people_congress", "区人大常委会办公室", {}),
            ("city_committee", "市政协办公室", {}),
        ),
        LOCAL,
    ),
    OptionList(
        WAY,
        "报送方式",
        (
            ("platform", "平台送阅", {}),
            ("exchange", "公文交换", {}),
            ("hand", "专人直送", {}),
            ("mail", "机要邮寄", {}),
        ),
        LOCAL,
    ),
    # “…” stands for the agencies that were picked
    OptionList(
        PHRASE,
        "批示用语",
        (
            ("read", "请…阅处。", {}),
            ("study", "请…研究提出意见。", {}),
            ("seen", "已阅。", {}),
        ),
        LOCAL,
    ),
)
