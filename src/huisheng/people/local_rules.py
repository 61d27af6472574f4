"""Local rules of people: sign-in, kinds of change of members, what may be corrected. The office changes them in the browser."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

SECOND_FACTOR = "signin.second_factor"
GRACE_DAYS = "signin.second_factor_grace"
CHANGE, REASON, CORRECTABLE = "member_change", "member_change_reason", "correctable"
LOCAL = "本地设置"
# what is kept about a person and can be put right at their word; which of them may be asked for is the list CORRECTABLE
FIELDS = {
    "name": "姓名", "sex": "性别", "born": "出生年月", "party": "政治面貌", "unit": "工作单位", "job": "职务", "phone": "手机",
    "email": "电子邮箱",
}  # fmt: skip
# kept with the account, which everybody has; the others belong to a member's row
OF_ACCOUNT = ("name", "phone", "email")
# never written out where it is kept for ever
CONTACTS = ("phone", "email")

declare(
    Rule(
        SECOND_FACTOR, "工作人员须两步验证", "yes_no", True, "等保二级身份鉴别；本地设置",
        "有审查、交办、管理权限的账号，除密码外还要用验证器或通行密钥。演示账号不受此限。",
    ),
    Rule(
        GRACE_DAYS, "设置两步验证的宽限", "days", 7, "本地设置",
        "新账号建立以后，这么多天之内可以先用密码登录，页面上提醒设置。",
    ),
)  # fmt: skip
declare_list(
    OptionList(
        CHANGE, "委员变动的类别",
        (
            ("join", "增补", {"adds": True}), ("resign", "辞去", {}), ("revoke", "撤销资格", {}),
            ("leave", "调离", {"own_day": True}), ("die", "去世", {"own_day": True}),
        ),
        "政协章程；本地设置",
        flags={"adds": "新任委员", "own_day": "生效日期可以早于决定日期"},
    ),
    OptionList(
        REASON, "委员变动的原因",
        (
            ("work", "工作变动", {}), ("retired", "退休", {}), ("health", "健康原因", {}), ("own", "本人申请", {}),
            ("absence", "无故不履行职责", {}), ("discipline", "违纪违法", {}), ("death", "逝世", {}), ("vacancy", "补缺", {}),
            ("structure", "界别调整", {}), ("other", "其他", {}),
        ),
        LOCAL,
    ),
    OptionList(
        CORRECTABLE, "本人可以申请更正的信息", tuple((code, label, {}) for code, label in FIELDS.items()), LOCAL,
    ),
)  # fmt: skip
