"""Local rules of 会议与活动: each with a default, a source and a place in the office's settings page."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"
PRACTICE = "政协常委会工作规则（各地通例）"

LEAVE_AHEAD = "leave.ahead"
LEAVE_MOST = "leave.most"
SIGN_BEFORE = "sign_in.before"
LATE_AFTER = "sign_in.late_after"
CODE_SECONDS = "sign_in.code_seconds"
SPEECH_MINUTES = "speech.minutes"
SPEECH_LONGEST = "speech.longest"
PHOTOS_MOST = "gathering.photos"
BALLOT_BASE = "ballot.base"
BALLOT_VOID = "ballot.void"

declare(
    Rule(LEAVE_AHEAD, "请假提前天数", "days", 2, PRACTICE, "开会前几天提出；迟于此的照样收下，标明超过时限"),
    Rule(LEAVE_MOST, "同一会议最多请假几次", "number", 2, LOCAL, "一次没有批准，还可以再申请，最多几次"),
    Rule(SIGN_BEFORE, "提前签到", "number", 60, LOCAL, "开始前多少分钟起可以签到"),
    Rule(LATE_AFTER, "迟到", "number", 10, LOCAL, "开始后多少分钟签到的记为迟到"),
    Rule(CODE_SECONDS, "签到码更换", "number", 30, LOCAL, "屏幕上的签到码每多少秒换一个；前一个还可以用"),
    Rule(SPEECH_MINUTES, "口头发言限时", "number", 8, "政协全体会议发言工作规则（通例）", "每人多少分钟"),
    Rule(SPEECH_LONGEST, "发言材料最多字数", "number", 3000, LOCAL, "超过时提示，不拦截"),
    Rule(PHOTOS_MOST, "一次活动最多存几张照片", "number", 30, LOCAL, "照片进档案的另走文史资料"),
    Rule(
        BALLOT_BASE, "过半数以什么计", "text", "应到", "选举办法（各地不同）",
        "写“应到”或“实到”；新登记的表决、选举照此计算",
    ),
    Rule(
        BALLOT_VOID, "选票怎样算有效", "text",
        "收回的选票等于或少于发出的选票，选举有效；多于发出的，无效，须重新投票。每张选票所选人数等于或少于应选名额的有效，"
        "多于应选名额的作废。", "选举办法（通例）", "登记选举和结果报告单上照此写明",
    ),
)  # fmt: skip

KIND = "gathering_kind"
SORT = "organisation_sort"
LEVEL = "counterpart_level"
PROJECT = "central_work"
JOINT = "five_joint"
LEAVE_REASON = "leave_reason"
AID = "aid_sort"
VOTE = "vote_method"
LIAISON = "liaison_way"

# what a kind needs, may have, and who decides about leave from it
MARKS = {
    "must": "必须参加（否则报名参加）",
    "chair": "请假由主席会议成员批准",
    "standing": "应到为常务委员",
    "half": "过半数方可开会",
    "two_thirds": "三分之二以上方可开会",
    "agenda": "有议程",
    "speeches": "有大会发言",
    "ballots": "有表决、选举",
    "groups": "分组讨论",
    "stops": "填走访（考察）点",
    "guests": "填邀请单位",
    "counterpart": "填对方单位和级别",
    "project": "填中心工作",
    "hours": "填学时",
    "aid": "填帮扶捐助",
    "minutes": "须有纪要",
    "windows": "按协商规程计通知、材料、纪要的期限",
}


def _marks(words: str) -> dict[str, bool]:
    return dict.fromkeys(words.split(), True)


declare_list(
    OptionList(
        KIND, "会议活动类别",
        (
            ("plenary", "全体会议", _marks("must chair two_thirds agenda speeches ballots groups minutes")),
            ("standing", "常委会议", _marks("must chair standing half agenda speeches ballots minutes")),
            ("chairs", "主席会议", _marks("must chair half agenda ballots minutes")),
            ("committee", "专委会会议", _marks("agenda minutes")),
            ("group", "小组会议", _marks("must groups")),
            ("symposium", "座谈会", _marks("agenda guests minutes")),
            ("consultation", "协商会", _marks("agenda guests speeches minutes windows")),
            ("briefing", "情况通报会", _marks("agenda guests minutes")),
            ("inspection", "视察", _marks("stops guests minutes")),
            ("study_tour", "考察", _marks("stops minutes")),
            ("research", "调研", _marks("stops guests minutes")),
            ("visit_in", "联谊来访", _marks("counterpart")),
            ("visit_out", "联谊出访", _marks("counterpart stops")),
            ("study", "学习培训", _marks("hours")),
            ("aid", "帮扶捐助", _marks("aid")),
            ("central", "中心工作", _marks("project")),
            ("joint", "联合活动", _marks("guests stops")),
        ),
        LOCAL, MARKS,
    ),
    OptionList(
        SORT, "单位类型",
        (
            ("enterprise", "企业", {}), ("bank", "银行", {}), ("department", "部门", {}), ("town", "镇（街）、村（社区）", {}),
            ("institution", "学校、医院等事业单位", {}), ("care_home", "养老机构", {}), ("committee", "兄弟政协", {}),
            ("public", "群众", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        LEVEL, "对方级别",
        (
            ("national", "全国", {}), ("province", "省级", {}), ("city", "市级", {}), ("county", "县（市、区）级", {}),
            ("overseas", "港澳台及海外", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        PROJECT, "中心工作",
        (
            ("poverty", "脱贫攻坚", {}), ("investment", "招商引资", {}), ("environment", "环保治理", {}),
            ("new_town", "生态新城建设", {}), ("land_port", "国际陆港建设", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        JOINT, "五联手",
        (
            ("bodies", "组织机构联手", {}), ("work", "开展工作联手", {}), ("service", "服务管理联手", {}),
            ("appraisal", "绩效考评联手", {}), ("results", "成果运用联手", {}),
        ),
        LOCAL,
    ),
    OptionList(
        LEAVE_REASON, "请假事由",
        (
            ("duty", "公务或工作安排", {}), ("illness", "身体原因", {}), ("family", "家中有事", {}),
            ("training", "参加培训", {}), ("travel", "在外地", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        AID, "帮扶捐助类型",
        (
            ("pairing", "结对帮扶", {}), ("schooling", "捐资助学", {}), ("charity", "慈善捐款", {}),
            ("jobs", "就业帮扶", {}), ("health", "医疗健康", {}), ("goods", "捐物", {}),
        ),
        LOCAL,
    ),
    OptionList(
        LIAISON, "联系方式",
        (
            ("visit", "走访", {}), ("talk", "谈心谈话", {}), ("symposium", "座谈", {}), ("phone", "电话", {}),
            ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        VOTE, "表决方式",
        (
            ("hands", "举手表决", {}), ("secret", "无记名投票", {"papers": True}), ("acclaim", "鼓掌通过", {"uncounted": True}),
        ),
        LOCAL, {"papers": "用票（登记发出、收回、废票）", "uncounted": "不计票"},
    ),
)  # fmt: skip
