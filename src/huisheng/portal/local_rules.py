"""Local rules of the public door; what an hour may bring in (``lead.per_hour``) is said by opinions."""

from huisheng.kernel.local import Rule, declare

LOCAL = "本地设置"

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
    Rule("feedback.per_hour", "公众意见建议每小时最多收几条", "number", 30, LOCAL),
)
