"""Local rules of 网络议政: from how many people on a map is drawn, how small a group may be, what counts as consensus."""

from huisheng.kernel.local import Rule, declare

LOCAL = "本地设置"

LEAST = "forum.least_people"
SMALLEST = "forum.smallest_group"
SHARE = "forum.consensus_share"
WEEKS = "forum.days"
POST, STATEMENT = "forum.post_letters", "forum.statement_letters"
HASTE = "forum.remind_days"

declare(
    Rule(LEAST, "共识图起算人数", "number", 30, LOCAL, "表态人数不到的，只列各条的人数，不分组"),
    Rule(SMALLEST, "分组最少人数", "number", 5, LOCAL, "不到的并入最近的组；两次公布之间也至少有这么多人表态，以免认出个人"),
    Rule(SHARE, "共识的比例（百分数）", "number", 60, LOCAL, "每一组都有这么多人同意（或不同意）的，列为共识"),
    Rule(WEEKS, "网络议政征集天数", "number", 21, LOCAL, "新建时按此填写截止日期，可以改"),
    Rule(POST, "网络发言最多字数", "number", 1000, LOCAL),
    Rule(STATEMENT, "一条观点最多字数", "number", 60, LOCAL, "一条只说一件事，别人才好表态"),
    Rule(HASTE, "网络议政截止前提醒", "number", 3, LOCAL, "截止前几天提醒参加的委员"),
)  # fmt: skip
