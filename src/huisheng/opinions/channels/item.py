"""What a channel brought: one message as an ``Item``, its attachments, and what the committee calls its own."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text

MAX_BODY = 200_000  # characters of one message; nobody writes more, machines do
CHANNELS = {
    "mail": "邮件",
    "wecom": "企业微信",
    "phone": "电话",
    "letter": "来信",
    "broadcast": "广播电视报刊",
    "chat": "群聊",
}


class Kind(StrEnum):
    LEAD = "lead"
    FOLLOW_UP = "follow_up"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    SUSPICIOUS = "suspicious"
    REFUSED = "refused"


# what the rule says where the office has not said otherwise
NOT_LEADS = ("不作线索", "邻里纠纷", "举报", "转纪检", "转信访")


@dataclass(frozen=True)
class Own:
    """What differs from committee to committee; the office edits it (本地规则).

    ``names``: how the committee is called, for the impostor test. ``domains``: its mail domains, subdomains included.
    ``not_leads``: words of a clerk's remark (处理意见) that say a note shall not become a lead.
    """

    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    not_leads: tuple[str, ...] = NOT_LEADS
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def has_domain(self, address: str) -> bool:
        domain = address.rpartition("@")[2].lower().rstrip(".")
        return any(domain == one or domain.endswith(f".{one}") for one in map(str.lower, self.domains))


@dataclass(frozen=True)
class Enclosed:
    """An attachment as it came; the gate (``kernel.store``) has not seen it yet.

    ``name`` is fit for a file system. ``media_id``: WeCom keeps the bytes for three days, ``data`` is empty until
    ``wecom.client`` has fetched them.
    """

    name: str = field(repr=False)
    data: bytes = field(repr=False)
    media_type: str = ""
    media_id: str = field(default="", repr=False)


@dataclass(frozen=True)
class Item:
    """One message. Contact data stands in ``from_name``, ``from_address`` and ``phone`` alone and in no ``repr``.

    ``body``: the new words, quoted parts cut off. ``follows``: ``source_id`` of an item of the same file that this one
    continues. ``in_reply_to``: the Message-ID answered. ``details``: (label, text) of the channel's other columns.
    ``warnings``: codes of ``WARNINGS``. ``reason``: a Chinese sentence when this is no plain lead.
    """

    channel: str
    kind: Kind
    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    from_name: str = field(default="", repr=False)
    from_address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    received_at: datetime | None = None
    source_id: str = ""
    receipt_code: str = field(default="", repr=False)
    attachments: tuple[Enclosed, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    raw: bytes = field(default=b"", repr=False)
    in_reply_to: str = field(default="", repr=False)
    follows: str = ""
    details: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.source_id:
            object.__setattr__(self, "source_id", hashlib.sha256(self.raw).hexdigest())


WARNINGS = {
    "asks_anonymity": "来信人要求匿名",
    "body_cut": "正文过长，只取了前面一部分，全文在原件里",
    "charset_guessed": "文字编码标注有误，已按内容判断，请核对有无乱码",
    "cut_short": "邮件没有传完整，请核对",
    "date_in_doubt": "日期写法不全，请核对",
    "display_name_is_ours_but_address_is_not": "显示名冒用本机关名称，地址却是外面的",
    "empty_body": "没有正文",
    "encrypted": "邮件加了密，读不出正文",
    "forged_sender": "收件服务器认定发件人地址是伪造的",
    "html_only": "只有网页格式的正文，已取出文字",
    "mailing_list": "群发邮件",
    "nested_too_deep": "邮件层层套叠，没有拆开",
    "needs_transcription": "扫描件，正文须由人录入",
    "no_sender": "没有发件人",
    "no_speakers": "看不出谁在说话，整段作一条",
    "own_domain_unverified": "发件人是本机关的邮箱，但未经服务器核验",
    "phone_in_doubt": "电话号码位数不对",
    "photo_has_gps": "照片里带着拍摄地点，保存时会去掉",
    "remote_image": "正文引用了网上的图片，没有下载",
    "reply_to_differs": "回信地址与发件人不是一家",
    "script": "正文里有脚本，已去掉",
    "too_large": "超过大小上限",
    "winmail_dat": "附件包在 winmail.dat 里，打不开",
}


# ── small things every channel needs ──────────────────────────────────────────────────────────────────────────────

# HS-4TR8-W6PD; people retype it with other dashes, in small or full-width letters
_RECEIPT = re.compile(r"(?<![0-9A-Z])HS\s?-\s?([0-9A-Z]{4})\s?-\s?([0-9A-Z]{4})(?![0-9A-Z])")
_DASHES = re.compile(r"[‐‑‒–—―﹣−－]")
_MOBILE = re.compile(r"(?<![\d-])1[3-9]\d(?:[- ]?\d{4}){2}(?![\d-]*\d)")
_ANONYMOUS = re.compile(
    r"匿名|不愿(?:意)?(?:透露|留)(?:姓名|名)|(?:不要|别|勿)(?:透露|公开)我|(?:替|为)我保密"
)


def find_receipt_code(*texts: str) -> str:
    """The first receipt code in the texts, in its printed form; "" when there is none."""
    for text in texts:
        folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text[:MAX_BODY])).upper()
        if found := _RECEIPT.search(folded):
            return f"HS-{found[1]}-{found[2]}"
    return ""


def find_phone(text: str) -> str:
    """The first mobile number written in a text, as written."""
    found = _MOBILE.search(_DASHES.sub("-", text[:MAX_BODY]))
    return found.group() if found else ""


def asks_anonymity(text: str) -> bool:
    return bool(_ANONYMOUS.search(text))


def one_line(text: str, limit: int = 200) -> str:
    """A heading or a name: no line break, no control character, single spaces, at most ``limit`` characters."""
    return re.sub(r"\s+", " ", clean_text(text.replace("\0", " "))).strip()[:limit]


def paragraphs(text: str) -> str:
    """A body as it is kept: control characters and white space at line ends gone, at most one blank line in a row."""
    lines = [line.rstrip() for line in clean_text(text).replace("\u00a0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()


def gist(body: str, limit: int = 30) -> str:
    """A heading for words that came without one: their first sentence, at most ``limit`` characters."""
    line = one_line(body.strip().partition("\n")[0], 500)
    first = re.split(r"(?<=[。！？!?；;])", line)[0].rstrip("。；;")
    return first if len(first) <= limit else first[: limit - 1] + "…"


def refused(channel: str, data: bytes, reason: str, *warnings: str, subject: str = "") -> Item:
    return Item(channel, Kind.REFUSED, subject, reason=reason, warnings=warnings, raw=data)


Reader = Callable[..., list[Item]]


def answers_always(channel: str) -> Callable[[Reader], Reader]:
    """A reader that meets what no reader should answers with a refused item; the original is not lost."""

    def decorate(read: Reader) -> Reader:
        @functools.wraps(read)
        def guarded(data: bytes, *, name: str = "", own: Own) -> list[Item]:
            try:
                return [_bounded(item) for item in read(data, name=name, own=own)]
            except Refused as no:
                return [refused(channel, data, no.sentence)]
            except MemoryError:
                raise
            except Exception:  # hostile or broken bytes; nothing of their content may reach a log
                return [refused(channel, data, "这份材料的内部结构读不通。原件已留存，请人工查看后录入。")]

        return guarded

    return decorate


def _bounded(item: Item) -> Item:
    if len(item.body) <= MAX_BODY:
        return item
    return replace(item, body=item.body[:MAX_BODY], warnings=(*item.warnings, "body_cut"))
