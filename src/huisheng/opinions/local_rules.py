"""Local rules of 社情民意: each with a default, a source and a place in the office's settings page."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

from .channels.item import NOT_LEADS

LOCAL = "本地设置"
REGULATION = "反映社情民意信息工作条例"

declare(
    Rule("span.lead", "受理期限", "span", "3w", LOCAL, "自收到线索之日起，看完并决定怎么办的期限"),
    Rule("span.lead_answer", "答复来信期限", "span", "30w", LOCAL, "自受理之日起，给来信人答复的期限"),
    Rule("span.first_check", "初核期限", "span", "5w", LOCAL, "自提交之日起，信息编辑完成初核的期限"),
    Rule("opinion.longest", "提示过长的字数", "number", 1500, LOCAL, "超过时提示，不拦截"),
    Rule("lead.longest", "线索最多字数", "number", 2000, LOCAL),
    Rule("lead.keep_contact", "联系方式保留天数", "number", 365, LOCAL, "办结之后，到期自动删除"),
    Rule("lead.look_hours", "同意查看后可看几小时", "number", 24, LOCAL),
    Rule("lead.per_hour", "网页每小时最多收几条", "number", 60, LOCAL, "超过的列入疑似，照样收下，不丢"),
    Rule(
        "lead.our_names",
        "本机关的名称",
        "text",
        "区政协,政协办公室",
        LOCAL,
        "来信显示名与此相同而地址不是本机关的，列为疑似",
    ),
    Rule(
        "lead.not_leads",
        "电话记录里哪些处理意见表示不作线索",
        "text",
        ",".join(NOT_LEADS),
        LOCAL,
        "以逗号分开；处理意见里有这些词的记录不收为线索",
    ),
    Rule("lead.our_domains", "本机关的邮箱域名", "text", "", LOCAL, "以逗号分开"),
)

LEAD_CATEGORY = "lead_category"
SERVICE = "public_service"
UNUSED_REASON = "lead_unused_reason"
KEEP_REASON = "opinion_keep_reason"
AREA = "subject_area"

declare_list(
    OptionList(
        LEAD_CATEGORY, "线索类别",
        tuple((code, label, {"words": words} if words else {}) for code, label, words in (
            ("road", "道路交通", "道路、路面、坑槽、红绿灯、路灯、斑马线、停车、堵车、公交、站牌、井盖、人行道、盲道"),
            ("water", "供水供热供气", "自来水、停水、水压、供热、暖气、供暖、燃气、天然气、饮水"),
            ("housing", "住房物业", "物业、小区、电梯、楼道、漏水、住房、公租房、加装电梯、业主"),
            ("school", "教育", "学校、小学、中学、幼儿园、学生、上学、放学、老师、午餐、校车"),
            ("health", "医疗卫生", "医院、卫生站、门诊、看病、取药、医保、急诊、疫苗"),
            ("elderly", "养老", "养老、老人、老年人、日间照料、助餐、高龄"),
            ("environment", "环境卫生", "垃圾、扬尘、噪声、污水、河道、绿化、公厕、油烟、气味"),
            ("safety", "安全", "消防、安全隐患、飞线充电、高空抛物、护栏、塌陷、应急"),
            ("culture", "文化体育", "图书馆、广场舞、体育场、健身、公园、演出、非遗、文化站"),
            ("business", "营商服务", "企业、办证、执照、政务大厅、融资、贷款、招工、窗口"),
            ("village", "镇村", "村里、村民、田间、灌溉、村道、农田、合作社、宅基地"),
            ("other", "其他", ""),
        )),
        LOCAL, texts={"words": "来信说到哪些词时推荐这一类（用顿号隔开）"},
    ),
    OptionList(
        SERVICE, "公共服务渠道",
        (
            ("police", "110（报警求助）", {}), ("fire", "119（火警）", {}), ("emergency", "120（急救）", {}),
            ("hotline", "12345政务服务热线", {}), ("petition", "信访部门", {}), ("discipline", "纪检监察机关（12388）", {}),
            ("court", "人民法院", {}), ("community", "社区居民委员会", {}),
        ),
        LOCAL,
    ),
    OptionList(
        UNUSED_REASON, "没有采用的理由",
        (
            ("known", "同一件事已经在办", {}), ("vague", "说得不够清楚，问过没有回音", {}),
            ("done", "已经解决", {}), ("elsewhere", "不属于政协反映的范围", {}), ("personal", "属于个人事项，请走法定途径", {}),
        ),
        LOCAL,
    ),
    OptionList(
        KEEP_REASON, "留存理由",
        (
            ("repeated", "与近期已报信息重复", {}), ("local", "事项太小，宜由单位直接办理", {}),
            ("vague", "情况或建议不够具体", {}), ("later", "时机不到，留作综合", {}),
        ),
        LOCAL,
    ),
    OptionList(
        AREA, "咨政方面",
        tuple((f"{number:02}", label, {}) for number, label in enumerate((
            "产业发展", "招商引资", "企业服务", "金融支持", "科技创新", "商贸物流", "农业农村", "脱贫攻坚", "城市规划",
            "城市管理", "道路交通", "住房保障", "环境保护", "水务防汛", "教育", "医疗卫生", "养老服务", "文化旅游", "体育",
            "就业社保", "社会治理", "法治建设", "安全生产", "民族宗教", "港澳台侨", "统战工作", "人才工作", "政务服务",
            "基层组织", "其他",
        ), 1)),
        LOCAL,
    ),
)  # fmt: skip
