"""群聊: text pasted from a chat group. Every message becomes an item; nobody's name stays, not in ``raw`` either.

Heads of messages as WeChat, 企业微信 and QQ copy them: “张大妈 10:32”, “2017-01-20 10:32:11 张大妈”, “张大妈(12345)
2017/1/20 10:32”, “张大妈: 话”, “[10:32] 张大妈：话”.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from huisheng.kernel.encodings import Undecodable, decode_text
from huisheng.kernel.errors import Refused

from ..item import Item, Kind, Own, answers_always, find_phone, find_receipt_code, gist, paragraphs
from ..rows import moment

__all__ = ["read"]

MAX_BYTES = 1 << 20
MAX_MESSAGES = 2_000  # every speaker's name is looked for in every message
SOMEBODY = "群友"
_CLOCK = r"(?:上午|下午|中午|晚上|凌晨|早上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_DATE = r"(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\d{1,2}月\d{1,2}日|昨天|前天|今天|星期[一二三四五六日天]|周[一二三四五六日])"
_WHEN = rf"(?:{_DATE}\s*)?{_CLOCK}|{_DATE}"
_NAME = r"(?P<name>[^\s:：，。！？,!?“”\[\]【】][^:：，。！？!?\[\]【】\n]{0,28}?)"
_WHEN_NAME = re.compile(rf"\s*[\[【(（]?(?P<when>{_WHEN})[\]】)）]?[ \t　]+{_NAME}\s*[:：]?\s*")
_NAME_WHEN = re.compile(rf"\s*{_NAME}[ \t　]+[\[【(（]?(?P<when>{_WHEN})[\]】)）]?\s*[:：]?\s*")
_NAME_COLON = re.compile(
    rf"\s*(?:[\[【(（]?(?P<when>{_WHEN})[\]】)）]?[ \t　]*)?(?P<name>[^\s:：，。！？；、,!?;“”（）()\d][^:：，。！？；,!?;“”\n]{{0,14}}?)[ 　]?[:：]\s*(?P<said>\S.*)?$"
)
# Before a colon these are headings of somebody's own text, not people.
_NOT_NAMES = re.compile(
    r".*(?:建议|问题|地点|地址|时间|原因|情况|电话|联系|反映|内容|例如|比如|注意|说明|备注|如下|通知|转发|标题|诉求|希望|一是|二是|"
    r"来源|链接|https?|ps|以下|现状|对策|理由|事由|结果|第[一二三四五]).*",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[\[【](?:图片|照片|动画表情|表情|语音|视频|文件|红包|位置|链接|名片|聊天记录|转账|小程序|Photo|Image|Sticker)[^\]】]{0,40}[\]】]"
)
_SYSTEM = re.compile(
    r".{0,40}(?:加入了?群聊|退出了?群聊|移出了?群聊|撤回了一条消息|修改群名|拍了拍|领取了.{0,20}红包|以上是打招呼的内容|群聊的聊天记录|以下为新消息)|"
    r"[—-]{3,}.*|消息记录.*|消息(?:对象|分组)[:：].*|=+"
)
_MENTION = re.compile(r"@[^\s@，。！？,!?:：]{1,20}(?:[\u2005\s]|$)", re.MULTILINE)


@dataclass
class _Said:
    name: str
    when: str
    lines: list[str] = field(default_factory=list)


@answers_always("chat")
def read(data: bytes, *, name: str = "", own: Own) -> list[Item]:
    """The messages as items, without names. A text in which nobody is seen to speak is one item (``no_speakers``)."""
    if len(data) > MAX_BYTES:
        raise Refused(f"粘贴的文字超过 {MAX_BYTES >> 20} MB。请分几次粘贴。")
    try:
        text = decode_text(data).text
    except Undecodable as problem:
        raise Refused(str(problem)) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = list(_messages(lines))
    if not said:
        return _as_one(text, own)
    if len(said) > MAX_MESSAGES:
        raise Refused(f"一次粘贴了 {len(said)} 条消息，超过 {MAX_MESSAGES} 条。请分几次粘贴。")
    names = {one.name for one in said}
    near: date | None = None
    items: list[Item] = []
    for one in said:
        at, _ = moment(one.when, own, near) if re.search(r"\d\s*[-/.年月]", one.when) else (None, False)
        near = at.date() if at else near
        if body := _nameless(paragraphs("\n".join(one.lines)), names):
            items.append(_item(body, at or _same_day(one.when, near, own)))
    if not items:
        raise Refused("粘贴的内容里没有文字消息。")
    return items


def _messages(lines: list[str]) -> Iterator[_Said]:
    with_clock = any(_head(line, False) for line in lines)
    by_colon = not with_clock and sum(bool(_head(line, True)) for line in lines) >= 2
    if not (with_clock or by_colon):
        return
    current: _Said | None = None
    for line in lines:
        if _SYSTEM.fullmatch(line.strip()):
            continue
        if found := _head(line, by_colon or with_clock and bool(re.match(r"\s*[\[【(（]", line))):
            if current:
                yield current
            current = found
        elif current:
            current.lines.append(line)
    if current:
        yield current


def _head(line: str, by_colon: bool) -> _Said | None:
    """The head of a message. ``by_colon``: a name and a colon are enough, and words may follow on the same line."""
    for pattern in (_WHEN_NAME, _NAME_WHEN) if len(line) <= 80 else ():
        if found := pattern.fullmatch(line):
            return _Said(_bare(found["name"]), found["when"])
    found = _NAME_COLON.match(line.lstrip()) if by_colon or len(line) <= 80 else None
    if not found or not (by_colon or found["when"]) or _NOT_NAMES.fullmatch(found["name"]):
        return None
    return _Said(_bare(found["name"]), found["when"] or "", [found["said"]] if found["said"] else [])


def _bare(name: str) -> str:
    """A name without the number or address that QQ puts behind it."""
    return re.sub(r"[(（<][^)）>]*[)）>]?$", "", name).strip(" 　:：")


def _nameless(body: str, names: set[str]) -> str:
    """The words without anybody's name: mentions go, names of those who speak become “群友”."""
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        body = re.sub(rf"@{re.escape(name)}[\u2005 ]?", "", body).replace(name, SOMEBODY)
    body = _PLACEHOLDER.sub("", _MENTION.sub("", body))
    return paragraphs(body).strip()


def _item(body: str, at: datetime | None) -> Item:
    code = find_receipt_code(body)
    stamp = f"{at:%Y-%m-%d %H:%M}|" if at else ""
    return Item(
        "chat",
        Kind.FOLLOW_UP if code else Kind.LEAD,
        subject=gist(body),
        body=body,
        phone=find_phone(body),
        received_at=at,
        receipt_code=code,
        # the same words on another day are another message
        source_id=hashlib.sha256(f"{stamp}{body}".encode()).hexdigest(),
        raw=body.encode(),
    )


def _as_one(text: str, own: Own) -> list[Item]:
    body = _PLACEHOLDER.sub("", _MENTION.sub("", paragraphs(text))).strip()
    if not body:
        raise Refused("粘贴的内容里没有文字消息。")
    return [replace(_item(body, None), warnings=("no_speakers",))]


def _same_day(when: str, day: date | None, own: Own) -> datetime | None:
    """A clock alone belongs to the day of the message before it."""
    if not (day and re.search(r"\d[:：]\d", when)):
        return None
    return moment(f"{day:%Y-%m-%d} {when}", own)[0]
