"""Local rules of the desk: what the machine itself does by night, and how many messages it sends out."""

from huisheng.kernel.local import Rule, declare

LOCAL = "本地设置"

declare(
    Rule(
        "remind.follow_up",
        "批示转办到期前几天提醒",
        "text",
        "15,5,1",
        LOCAL,
        "以逗号分开；逾期另提醒，负责人同时知道",
    ),
    Rule("remind.lead", "线索到期前几天提醒", "text", "3,1", LOCAL, "以逗号分开；逾期另提醒，办公室同时知道"),
    Rule(
        "backup.nightly",
        "每夜自动备份",
        "yes_no",
        True,
        LOCAL,
        "存放在数据目录的 backups 里；请另外定期拷到别处",
    ),
    Rule("backup.keep", "保留几份自动备份", "number", 7, LOCAL),
    Rule(
        "send.most_cards",
        "一人一天最多几条外发通知",
        "number",
        3,
        LOCAL,
        "多出来的当天合成一条摘要；系统里的通知不受影响",
    ),
    Rule("send.digest_hour", "几点发摘要", "hour", "17:00", LOCAL, "工作日的 8:00 至 19:00 之间"),
    Rule("sms.after_hours", "轮到办的事多少小时没看就发短信", "number", 48, LOCAL),
    Rule(
        "send.hold_public",
        "给来信人的消息先由人放行",
        "yes_no",
        False,
        LOCAL,
        "选“是”时，这些消息停在“外发消息”页，按“放行”才发",
    ),
)
