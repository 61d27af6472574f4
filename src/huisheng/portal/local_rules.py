"""Local rules of the public door; what an hour may bring in (``lead.per_hour``) is said by opinions."""

from huisheng.kernel.local import Rule, declare

LOCAL = "本地设置"
PEOPLE = "open.people"

declare(
    Rule("lead.photos", "一条线索最多几张照片", "number", 3, LOCAL),
    Rule("lead.voice_megabytes", "一段录音最大几 MB", "number", 10, LOCAL, "十分钟的手机录音约 5 MB"),
    Rule(
        "lead.writes_a_day",
        "来信人一天最多补充几次",
        "number",
        20,
        LOCAL,
        "超过的请第二天再写，文字留在页面上",
    ),
    Rule(
        PEOPLE,
        "开放数据里公布委员名单",
        "yes_no",
        False,
        LOCAL,
        "公布的只有姓名、界别、专委会、镇（街）工委、职务和起止日期；没有联系方式、照片、出生年月、党派和单位。不公布时只有机构和职务",
    ),
    Rule("feedback.per_hour", "公众意见建议每小时最多收几条", "number", 30, LOCAL),
)
