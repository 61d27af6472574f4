"""Local rules of 政协动态: the columns, how long a title may be, how many photographs."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"
COLUMN = "news_column"
TITLE, PHOTOS = "news.title", "news.photos"

declare(
    Rule(TITLE, "动态标题最多字数", "number", 30, LOCAL, "超过的不能提交"),
    Rule(PHOTOS, "一条动态最多几张照片", "number", 9, LOCAL),
)
declare_list(
    OptionList(
        COLUMN,
        "动态栏目",
        (
            ("headline", "要闻", {}),
            ("meeting", "会议", {}),
            ("member", "委员风采", {}),
            ("committee", "专委会工作", {}),
            ("town", "镇街工委", {}),
            ("notice", "通知公告", {}),
        ),
        LOCAL,
    ),
)
