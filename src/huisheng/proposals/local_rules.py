"""Local rules of proposals: each with a default, a source and a place in the office's settings page.

Numbers differ from committee to committee (docs/domain notes in docs/map.md); nothing below is a constant elsewhere.
"""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"
REGULATION = "提案工作条例"

declare(
    Rule("span.review", "审查期限", "span", "10w", LOCAL, "自提交之日起，提案委完成审查的期限"),
    Rule("span.hand_back", "申退期限", "span", "5w", LOCAL, "自交办之日起，承办单位可以申请退回改办的期限"),
    Rule("span.contact", "面商期限", "span", "15w", LOCAL, "自交办之日起，承办单位与提案人首次面商的期限"),
    Rule(
        "span.opinion", "会办意见期限", "span", "1m", LOCAL, "自交办之日起，会办单位向主办单位送交意见的期限"
    ),
    Rule("span.countersign", "会签期限", "span", "5w", LOCAL, "自主办单位送签之日起"),
    Rule("span.reply", "答复期限", "span", "3m", REGULATION, "自交办之日起，承办单位书面答复的期限"),
    Rule("span.extension", "一次延期最长", "span", "1m", LOCAL, "经提案委和督查室同意"),
    Rule("span.rating", "评价期限", "span", "15w", LOCAL, "自收到答复之日起，提案人评价的期限"),
    Rule("span.redo", "重办期限", "span", "30d", LOCAL, "提案人不满意，承办单位重新办理的期限"),
    Rule("rounds.redo", "最多重办次数", "number", 1, LOCAL),
    Rule("text.advised", "建议字数", "number", 800, LOCAL, "超过时提示，不拦截"),
    Rule("text.longest", "提示过长的字数", "number", 1500, LOCAL, "超过时提示把材料作附件，不拦截"),
    Rule("text.shortest", "提示过短的字数", "number", 200, LOCAL, "少于时提示补写，不拦截"),
    Rule("number.split", "会间与平时分别编号", "yes_no", False, LOCAL),
    Rule("excellent.share", "优秀提案比例上限（%）", "number", 5, LOCAL),
    Rule("remind.before", "到期前几天提醒", "text", "15,5,1", LOCAL, "以逗号分开的天数"),
    Rule("rating.protect", "评价人少于几人时不向单位显示姓名", "number", 3, LOCAL),
    Rule("letter.series", "立案通知文号", "text", "上政提〔{year}〕{number}号", LOCAL),
    Rule("reply.series", "答复函文号", "text", "{agency}提复〔{year}〕{number}号", LOCAL),
    Rule("office.phone", "提案委电话", "text", "", LOCAL, "印在通知和答复函的联系栏"),
)

PROPOSER_TYPE = "proposer_type"
FIVE = "category_five"
LOCAL_CATEGORY = "category_local"
DECLINE_REASON = "decline_reason"
RETURN_REASON = "return_reason"
CHANNEL = "refer_channel"
LETTER = "result_letter"
CONTACT_FORM = "contact_form"
BAD_REASON = "unsatisfied_reason"
HAND_BACK_REASON = "hand_back_reason"
OVERSIGHT_FORM = "oversight_form"

# the four neutral meanings a local letter is mapped to (domain.md, design consequence 13)
MEANINGS = {
    "solved": "已解决或基本解决",
    "solving": "正在解决",
    "planned": "列入计划逐步解决",
    "reference": "留作参考",
}
NEEDS_PROMISE = ("solving", "planned")

declare_list(
    OptionList(
        PROPOSER_TYPE, "提案者类别",
        (
            ("member", "委员提案", {}),
            ("party", "党派提案", {"needs_seal": True}),
            ("group", "人民团体提案", {"needs_seal": True}),
            ("committee", "专门委员会提案", {"needs_seal": True}),
            ("sector", "界别提案", {"needs_convener": True, "session_only": True}),
            ("team", "委员小组提案", {"needs_convener": True, "session_only": True}),
        ),
        REGULATION,
        {"session_only": "仅限会间", "needs_seal": "须盖章", "needs_convener": "须召集人签名", "is_guest": "上级政协委员"},
    ),
    OptionList(
        FIVE, "五位一体分类",
        (
            ("economy", "经济建设", {}), ("politics", "政治建设", {}), ("culture", "文化建设", {}),
            ("society", "社会建设", {}), ("ecology", "生态文明建设", {}),
        ),
        REGULATION,
    ),
    OptionList(
        LOCAL_CATEGORY, "本地分类",
        (
            ("economy", "经济建设", {}), ("urban", "城建环保", {}), ("education", "科教文卫体", {}),
            ("law", "社会法制", {}), ("rural", "农业农村", {}), ("history", "文史联谊", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        DECLINE_REASON, "不予立案理由",
        (
            ("01", "涉及党和国家秘密", {}),
            ("02", "国家明令禁止的事项", {}),
            ("03", "中共党员对党内有关组织人事安排方面有意见", {}),
            ("04", "民主党派成员反映本组织内部问题", {}),
            ("05", "已进入诉讼、仲裁、行政复议程序", {}),
            ("06", "属于学术研讨", {}),
            ("07", "为本人或者亲属解决个人问题", {}),
            ("08", "宣传、推介具体作品、产品", {}),
            ("09", "指名举报", {}),
            ("10", "内容空泛，没有具体建议", {}),
            ("11", "一案多事，承办单位无法确定", {}),
            ("12", "与往年提案雷同且已有答复", {}),
        ),
        REGULATION,
    ),
    OptionList(
        RETURN_REASON, "退回修改理由",
        (
            ("several", "一件提案写了几件事，请拆开", {}),
            ("vague", "建议不够具体", {}),
            ("incomplete", "情况、分析、建议不齐", {}),
            ("form", "缺盖章或召集人签名", {}),
        ),
        LOCAL,
    ),
    OptionList(
        CHANNEL, "其他渠道",
        (
            ("petition", "信访部门", {}), ("hotline", "12345政务服务热线", {}), ("organisation", "组织人事部门", {}),
            ("justice", "司法机关", {}), ("letter", "作为来信转有关单位参考", {}),
        ),
        LOCAL,
    ),
    OptionList(
        LETTER, "办理结果",
        (
            ("A", "所提问题已经解决或基本解决", {"meaning": "solved"}),
            ("B", "所提问题正在解决或列入计划逐步解决", {"meaning": "planned"}),
            ("C", "因条件限制暂不能解决，留作参考", {"meaning": "reference"}),
        ),
        LOCAL,
    ),
    OptionList(
        CONTACT_FORM, "面商方式",
        (("visit", "上门", {}), ("meeting", "座谈", {}), ("site", "现场", {}), ("phone", "电话", {}), ("letter", "书面", {})),
        LOCAL,
    ),
    OptionList(
        BAD_REASON, "不满意原因",
        (
            ("missed", "没有针对所提问题", {}), ("silent", "没有沟通", {}), ("excuse", "只讲困难，没有办法", {}),
            ("undated", "承诺没有时限", {}), ("undone", "说做了，实际没有做", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        HAND_BACK_REASON, "申退理由",
        (
            ("duty", "不属于本单位职责", {}), ("moved", "职能已经划转", {}), ("upper", "须由上级部门决定", {}),
        ),
        LOCAL,
    ),
    OptionList(
        OVERSIGHT_FORM, "督办形式",
        (
            ("consult", "协商座谈", {}), ("research", "专题调研", {}), ("inspection", "实地视察", {}),
            ("meeting", "督办会", {}), ("letter", "书面督办", {}),
        ),
        LOCAL,
    ),
)  # fmt: skip
