"""Local rules of 民主监督: each with a default, a source and a place in the office's settings page."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"

PLAN = "span.rectify_plan"
LONGEST = "span.rectify"
ANSWER = "span.hearing_answer"
LEAST = "survey.least"
TERMS = "monitor.terms"

declare(
    Rule(PLAN, "报送整改措施期限", "span", "15w", LOCAL, "自监督意见送达之日起，被监督单位报整改措施的期限"),
    Rule(LONGEST, "整改最长期限", "span", "6m", LOCAL, "整改措施的完成时间，最迟到送达后多久"),
    Rule(ANSWER, "情况通报意见反馈期限", "span", "20w", LOCAL, "自意见送达之日起，通报单位反馈的期限"),
    Rule(LEAST, "评议结果最少份数", "number", 5, LOCAL, "收回的评议问卷不足这么多份的，不显示结果，以免看出是谁填的"),
    Rule(TERMS, "监督员最多连任", "number", 2, LOCAL, "同一单位的民主监督员最多任几期"),
)  # fmt: skip

ASPECT = "supervision_aspect"
SOURCE = "supervision_source"
RATE = "survey_answer"
WAY = "monitor_way"

declare_list(
    OptionList(
        ASPECT,
        "监督形式",
        (
            ("special", "专项监督", {}),
            ("inspection", "视察", {}),
            ("appraisal", "民主评议", {"surveys": True}),
            ("symposium", "监督性协商座谈会", {}),
        ),
        "关于加强和改进人民政协民主监督工作的意见",
        flags={"surveys": "可以发评议问卷"},
    ),
    OptionList(
        SOURCE,
        "监督议题来源",
        (
            ("plan", "年度协商监督计划", {}),
            ("party", "党委交办", {}),
            ("proposals", "提案和社情民意", {}),
            ("committee", "专门委员会、界别提出", {}),
            ("department", "部门请求", {}),
        ),
        "关于加强和改进人民政协民主监督工作的意见",
    ),
    OptionList(
        RATE,
        "评议等次",
        (
            ("good", "满意", {}),
            ("fair", "基本满意", {}),
            ("bad", "不满意", {}),
            ("unknown", "不了解", {}),
        ),
        LOCAL,
    ),
    OptionList(
        WAY,
        "监督员产生方式",
        (
            ("sent", "政协委派", {}),
            ("hired", "部门聘请", {}),
        ),
        LOCAL,
    ),
)
