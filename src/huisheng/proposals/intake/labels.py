"""Words in front of a colon or in the left column of a form, and the field each of them names."""

from __future__ import annotations

import re

_WORDS: dict[str, str] = {
    "title": "案由 案名 题目 标题 事由 提案题目 提案标题 提案名称 提案案由 提案主题 主题 名称",
    "sponsor": "提案人 提案者 第一提案人 第一提案者 首位提案人 领衔提案人 领衔人 领衔委员 领衔 主提人 主提案人 牵头提案人 提案委员 "
    "提案单位 提案人姓名 提案者姓名 提案组织 提案集体 提案主体 集体提案单位 发起人 委员姓名 提出人 提案人及界别 提案方 提交人 提案提出者",
    "cosponsors": "联名人 联名 联名者 联名委员 联名提案人 联名提案者 联合提案人 联合提案者 联署人 联署 联署委员 附议人 附议 附议者 附议委员 "
    "共同提案人 共同提案者 其他提案人 其他联名人 联名人员 联名提案委员 附议联名人 联合提案单位 联名单位 联合单位 第二提案人 第三提案人 联合提案方",
    "sector": "界别 所属界别 所在界别 界别组 委员界别 代表界别 提案人界别 所在界别组 界别名称",
    "unit": "单位 单位及职务 工作单位 工作单位及职务 单位职务 职务 所在单位 单位和职务 工作单位职务 现任职务 单位及职称",
    "address": "通讯地址 联系地址 地址 通信地址 邮编 邮政编码 住址",
    "contact": "联系电话 电话 手机 联系方式 手机号 手机号码 电话号码 联系人电话 移动电话 联络电话 办公电话 提案人电话 委员电话 联系手机",
    "email": "邮箱 电子邮箱 电子邮件 EMAIL E-MAIL",
    "contact_person": "联系人 经办人 联系人及电话 联系人及联系方式 联系人和电话 联络人 执笔人",
    "kind": "提案类别 类别 提案形式 提案性质 提案类型 类型 提案种类 分类",
    "agencies": "建议承办单位 建议办理单位 承办单位建议 承办单位 拟承办单位 建议承办部门 建议交办单位 建议办理部门 建议主办会办单位 "
    "建议承办 意向承办单位 承办部门 办理单位 办理单位建议 建议送办单位 建议由以下单位承办 提案承办单位 建议单位 希望承办单位 建议承办机关 "
    "希望办理单位 拟办单位 请以下单位承办 建议承办单位及部门 建议协商单位",
    "host": "主办单位 建议主办单位 主办 拟主办单位 牵头单位 意向主办单位 主办单位建议 建议主办部门 牵头部门 主办部门 牵头 建议牵头单位 建议主办",
    "assisting": "会办单位 协办单位 建议会办单位 建议协办单位 会办 协办 配合单位 分办单位 会办单位建议 意向会办单位 分办 会办部门 协办部门 "
    "建议会办部门 配合部门 配合 建议会办 建议协办",
    "publishable": "是否同意公开 可否公开 是否公开 是否同意公开全文 公开意见 公开属性 是否可以公开 能否公开 提案可否公开 同意公开 提案是否公开 "
    "是否同意全文公开 公开 是否同意向社会公开 是否愿意公开",
    "convener": "召集人 界别召集人 小组召集人 小组组长 组长 负责人 界别召集人签名 召集人签名 界别召集人签字 负责人签字 负责人签名 主任签名 主委签名",
    "office": "审查意见 收文时间 收件号 案号 编号 提案号 提案编号 立案意见 审查结果 收文日期 登记号 收件人 收到时间 收件时间 处理意见 "
    "提案委意见 提案委员会意见 审查人 立案时间 立案号 流水号 收文号 审查组意见 审查委员会意见 提案委员会审查意见 分类号 领导批示 收件编号",
    "copies": "抄送 抄报 主送 报送",
    "date": "日期 提交日期 提案日期 提交时间 填表日期 时间 提案时间 填报时间 填写日期 提出时间 提出日期",
    "session": "届次 会议届次 届别",
    "remark": "备注 说明 注",
    "attachment": "附件 附表 附录 附",
    "party": "党派 政治面貌 性别 年龄 民族 职称 学历 委员证号 组别 所在小组 委员小组 第二党派",
    "second": "可否附议 是否同意附议 是否愿意联名",
    "person": "姓名",
    "serial": "序号",
    "signed": "签名 签字 签章",
}
LABELS: dict[str, str] = {word: key for key, words in _WORDS.items() for word in words.split()}
PERSONAL = ("person", "sector", "unit", "contact", "party", "serial", "signed", "address", "email")
_SPACE = re.compile(r"[\s\u3000]+")
_BRACKETS = re.compile(r"[（(\[【〔][^）)\]】〕]*[）)\]】〕]")


def squeeze(text: str) -> str:
    return _SPACE.sub("", text)


def simple(text: str) -> str:
    """Squeezed and in simplified characters, so that 聯名人 is found as 联名人. Keeps the length of each word."""
    from huisheng.kernel.text import normalise

    return squeeze(normalise(squeeze(text))).upper()


def label_of(text: str) -> str:
    """The field a form's cell names, or "". Notes in brackets do not count: 联名人（可附页）."""
    if len(text) > 60:
        return ""
    word = re.sub(r"^(?:[一二三四五六七八九十]{1,2}[、.．]|\d{1,2}[、.．])", "", squeeze(text)).strip(
        "：:*＊·"
    )
    bare = simple(_BRACKETS.sub("", word)).strip("：:*＊")
    inner = simple(re.sub(r"[（(\[【〔）)\]】〕]", "", word)).strip("：:")
    if key := field_of(bare) or field_of(inner):
        return key
    return _content_label(bare or inner)


_HANDLERS = re.compile(
    r".{0,8}(?:承办|办理|主办|会办|协办|交办|送办|牵头|分办)(?:单位|部门|机关)(?:建议|意见|名称)?"
)


def field_of(word: str) -> str:
    """The field of a label in simplified characters; what ends in 承办单位 and the like is always one of agencies."""
    if key := LABELS.get(word):
        return key
    if not _HANDLERS.fullmatch(word):
        return ""
    leads, assists = re.search("主办|牵头", word), re.search("会办|协办|分办", word)
    return "agencies" if bool(leads) == bool(assists) else "host" if leads else "assisting"


def _content_label(word: str) -> str:
    if not 1 < len(word) <= 16 or re.search(r"单位|部门|承办|办理|审查|公开", word):
        return ""
    if re.fullmatch(r"(提案)?(主要|具体)?(内容|正文|提案全文)(及建议|和建议)?", word):
        return "content"
    if not re.fullmatch(
        r"(基本|主要|具体|存在|当前|目前|提案|的|及|和|与|、|情况|现状|背景|问题|分析|原因|理由|依据|建议|办法|措施|对策|意见|反映|内容|"
        r"解决|改进|案情|调研|几点|工作|有关|情形)+",
        word,
    ):
        return ""
    suggests = re.search(r"建议|办法|措施|对策|意见", word)
    explains = re.search(r"情况|现状|背景|问题|分析|原因|理由|依据|案情", word)
    if suggests and explains:
        return "content"
    if suggests:
        return "suggestions"
    if not explains:
        return ""
    return "situation" if re.search(r"情况|现状|背景|理由|案情", word) else "analysis"


def _spaced(word: str) -> str:
    return r"[\s\u3000]*".join(map(re.escape, word))


_ALL = sorted(LABELS, key=len, reverse=True)
_TRADITIONAL = {"联": "联聯", "别": "别別", "单": "单單", "议": "议議", "办": "办辦", "电": "电電", "话": "话話", "系": "系繫係",
                "题": "题題", "机": "机機", "号": "号號", "职": "职職", "务": "务務", "领": "领領", "衔": "衔銜", "会": "会會",
                "协": "协協", "门": "门門", "开": "开開", "否": "否", "类": "类類", "邮": "邮郵", "讯": "讯訊", "属": "属屬",
                "时": "时時", "间": "间間", "选": "选選", "标": "标標", "发": "发發", "签": "签簽", "组": "组組", "络": "络絡",
                "编": "编編", "码": "码碼", "负": "负負", "责": "责責", "员": "员員", "们": "们們", "团": "团團", "体": "体體",
                "审": "审審", "见": "见見", "结": "结結", "处": "处處", "备": "备備", "说": "说說", "为": "为為", "关": "关關",
                "拟": "拟擬", "级": "级級", "应": "应應", "移": "移", "动": "动動", "执": "执執", "笔": "笔筆", "总": "总總"}  # fmt: skip


def _either(word: str) -> str:
    chars = (f"[{_TRADITIONAL[char]}]" if char in _TRADITIONAL else re.escape(char) for char in word)
    return r"[\s\u3000]*".join(chars)


_NAMES = "|".join(_either(word) for word in _ALL if LABELS[word] not in ("serial", "attachment"))
WITH_COLON = re.compile(
    rf"(?:^|(?<=[\s\u3000；;，,。|]))[\s\u3000]*(?P<label>{_NAMES}|[^\s：:，,。；;（(]{{0,8}}(?:承办|办理|主办|会办|协办|交办|承辦|辦理|主辦)(?:单位|單位|部门|部門)(?:建议|意见)?)(?P<note>[\s\u3000]*[（(][^）)]{{0,16}}[）)])?[\s\u3000]*[：:]",
    re.IGNORECASE,
)
_BARE_NAMES = "|".join(
    _either(word)
    for word in _ALL
    if LABELS[word] in ("title", "sponsor", "cosponsors", "sector", "contact", "agencies")
)
BARE = re.compile(rf"(?:^|(?<=\s)|(?<=\u3000))[\s\u3000]*(?P<label>{_BARE_NAMES})[ \u3000\t]+(?=\S)")


def labelled(text: str, *, bare: bool = False) -> list[tuple[str, str, str]]:
    """[(field, label as written, value)] when the line is a label line, else []. ``bare`` also accepts a label
    that only a space parts from its value, as in 电话 138-0000-1178."""
    found = list(WITH_COLON.finditer(text))
    if not found or text[: found[0].start()].strip():
        found = list(BARE.finditer(text)) if bare and len(text) < 80 else []
        if not found or text[: found[0].start()].strip():
            return []
    out = []
    for match, after in zip(found, [*found[1:], None], strict=True):
        value = text[match.end() : after.start() if after else len(text)]
        note = (match.groupdict().get("note") or "").strip()
        value = value.strip(" \t\u3000；;，,|")
        out.append((field_of(simple(match["label"])), squeeze(match["label"]) + note, value))
    return out
