"""Local rules of 年度协商: each with a default, a source and a place in the office's settings page."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"
ORDER = "政协协商工作规程（各地通例）"

NOTICE = "span.consult_notice"
PAPERS = "span.consult_papers"
MINUTES = "span.consult_minutes"
MOST = "consult.most_lines"

declare(
    Rule(NOTICE, "协商会通知提前", "span", "15w", ORDER, "会前多少个工作日书面通知有关部门和参加人员"),
    Rule(PAPERS, "协商会材料提前", "span", "10w", ORDER, "会前多少个工作日把材料送到参加人员"),
    Rule(MINUTES, "协商会纪要报送", "span", "7w", ORDER, "会后多少个工作日内纪要送区委、区政府"),
    Rule(MOST, "年度协商计划最多项目", "number", 15, LOCAL, "超过时提示，不拦截"),
)

TIER = "consult_tier"
FORM = "consult_form"
SOURCE = "topic_source"
APPROVER = "plan_approver"

declare_list(
    OptionList(
        TIER, "协商层次",
        (
            ("plenary", "全体会议协商", {}), ("standing", "常委会议协商", {}), ("chairs", "主席会议协商", {}),
            ("committee", "专委会协商", {}), ("sector", "界别协商", {}),
        ),
        LOCAL,
    ),
    OptionList(
        FORM, "协商形式",
        (
            ("whole", "整体协商", {"output": True}), ("topic", "专题协商", {"output": True}),
            ("sector", "界别协商", {"output": True}), ("handling", "提案办理协商", {"output": True, "proposals": True}),
            ("online", "网络议政", {"output": True}), ("briefing", "情况通报", {}),
        ),
        LOCAL, {"output": "须有成果报送", "proposals": "汇集有关提案"},
    ),
    OptionList(
        SOURCE, "议题来源",
        (
            ("party", "党派、工商联", {}), ("committee", "专门委员会", {}), ("sector", "界别", {}), ("town", "镇（街）工委", {}),
            ("member", "委员", {}), ("unit", "党政部门", {}), ("public", "公众", {}), ("instructed", "区委、区政府交办", {}),
            ("carried", "上年结转", {}),
        ),
        LOCAL,
    ),
    OptionList(
        APPROVER, "计划审定机关",
        (("party_standing", "区委常委会会议", {}), ("party_secretary", "区委书记专题会议", {})),
        LOCAL,
    ),
)  # fmt: skip
