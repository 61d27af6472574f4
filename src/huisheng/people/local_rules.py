"""Local rules of sign-in. Declared at start-up; the office changes them in the browser."""

from huisheng.kernel.local import Rule, declare

SECOND_FACTOR = "signin.second_factor"
GRACE_DAYS = "signin.second_factor_grace"

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
