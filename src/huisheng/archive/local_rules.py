"""Local rules of 文史资料."""

from huisheng.kernel.local import OptionList, Rule, declare, declare_list

LOCAL = "本地设置"
PRACTICE = "政协文史资料工作条例（通例）"

NEAR = "archive.near"
LEAST, MOST = "archive.text_least", "archive.text_most"
REMIND = "remind.loan"
LIST_MOST = "archive.list_most"
EARLIEST = "archive.earliest"

declare(
    Rule(NEAR, "照片相近的尺度", "number", 6, LOCAL, "两张照片的图像指纹（64位）相差几位以内，提示可能是同一张"),
    Rule(LEAST, "史料最少字数", "number", 2000, PRACTICE, "少于此数的提示，不拦截"),
    Rule(MOST, "史料最多字数", "number", 5000, PRACTICE, "超过时提示，不拦截"),
    Rule(REMIND, "借用资料归还提醒", "text", "14, 3", LOCAL, "归还日期前几天提醒文史工作人员，用逗号分开；到期以后再提醒一次"),
    Rule(LIST_MOST, "一份移交清单最多件数", "number", 2000, LOCAL, "更多的请分几份清单移交"),
    Rule(EARLIEST, "最早年代", "number", 1840, LOCAL, "早于这一年的，导入时请人看一看"),
)  # fmt: skip

USE = "material_use"

declare_list(
    OptionList(
        USE,
        "文史资料用途",
        (
            ("book", "文史书籍", {}),
            ("exhibition", "展览", {}),
            ("journal", "报刊", {}),
            ("hall", "文史馆陈列", {}),
            ("online", "网站、公众号", {}),
            ("reference", "资政参考", {}),
        ),
        PRACTICE,
    ),
)
