"""Local rules of the desk: what the machine itself does by night."""

from huisheng.kernel.local import Rule, declare

LOCAL = "本地设置"

declare(
    Rule(
        "backup.nightly",
        "每夜自动备份",
        "yes_no",
        True,
        LOCAL,
        "存放在数据目录的 backups 里；请另外定期拷到别处",
    ),
    Rule("backup.keep", "保留几份自动备份", "number", 7, LOCAL),
)
