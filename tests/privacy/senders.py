"""People who do not exist and must not be found: what each leaves of themselves on every way in, and what they say.

Every word of a contact here is unique. Where one of them turns up later, it has leaked.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

# long enough for the gist of a bulletin's item, so that even an editor who changes nothing can issue it
SAYS = (
    "{who}济源路{place}的路灯坏了一个多月，晚上看不见路，老人孩子都不敢出门，上个月已经有两位老人摔伤。"
    "希望有关部门尽快派人来看看，把坏了的都换好，以后坏了也有个固定的地方可以报修。{end}"
)


@dataclass(frozen=True)
class Sender:
    """One person. ``signs``: how they end a letter."""

    name: str
    phone: str
    mail: str
    wecom: str
    place: str

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, self.phone, self.mail, self.mail.partition("@")[0], self.wecom, dashed(self.phone))

    def says(self, who: str = "", end: str = "") -> str:
        return SAYS.format(who=who, place=self.place, end=end)

    @property
    def signed(self) -> str:
        """Their words with everything that says who they are, as people write it."""
        return self.says(
            who=f"我叫{self.name}，电话{dashed(self.phone)}。",
            end=f"\n\n此致\n敬礼\n{self.name}\n手机：{self.phone}\n邮箱：{self.mail}",
        )


def dashed(phone: str) -> str:
    return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"


NAMES = "覃甪鸢 麴亓翎 厍昃蕤 逄耷瑭 妫缑砺 佘骓蘅 郤扈彧 靳亶蓁 仝郗羿 芈薳峤 昝郏峂 阚缪菡".split()
# by the way they come in
WHO = {
    way: Sender(name, f"1379041{7300 + n}", f"qzk{n:02d}vwx@canary{n:02d}.example.cn", f"wcq{n:02d}zjx", f"{n + 1}号院")
    for n, (way, name) in enumerate(
        zip(
            ("web", "thread", "mail", "reply", "list", "note", "letter", "wecom", "chat", "broadcast", "api", "leader"),
            NAMES,
            strict=True,
        )
    )
}  # fmt: skip


def mail(
    one: Sender, body: str, subject: str = "反映路灯", charset: str = "gb18030", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"] = f"{one.name} <{one.mail}>"
    message["Reply-To"] = message["Sender"] = one.mail
    message["To"] = "lead@example.org"
    message["Subject"] = subject
    message["Message-ID"] = f"<{one.mail.replace('@', '.')}@{one.mail.partition('@')[2]}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body, charset=charset)
    return message.as_bytes()


def wecom(one: Sender, text: str, number: str) -> bytes:
    return (
        f"<xml><FromUserName>{one.wecom}</FromUserName><CreateTime>1488331800</CreateTime><MsgType>text</MsgType>"
        f"<Content>{text}</Content><MsgId>{number}</MsgId></xml>"
    ).encode()


def calls(one: Sender) -> bytes:
    return f"序号,来电时间,来电人,电话,反映内容\n1,2017-03-01 09:12,{one.name},{dashed(one.phone)},{one.says()}\n".encode()


def programme(one: Sender) -> bytes:
    return f"媒体,栏目,日期,反映人,联系电话,内容\n上街电台,百姓热线,2017-03-01,{one.name},{one.phone},{one.says()}\n".encode()


def chat(one: Sender) -> bytes:
    """A group's text as it is pasted: the name before each word, once in the words, the number in the words."""
    end = f"打我手机{one.phone}"
    return f"{one.name} 2017-03-01 10:32\n{one.says(end=end)}\n\n王小明 2017-03-01 10:35\n{one.name}说得对。\n".encode()


# -- looking for them ------------------------------------------------------------------------------------------------
def spellings(words: Iterable[str]) -> dict[bytes, str]:
    """Every way in which bytes could still hold one of the words -> the word."""
    found: dict[bytes, str] = {}
    for word in words:
        for charset in ("utf-8", "gb18030", "utf-16-le", "unicode_escape"):
            found[word.encode(charset)] = word
        found[quopri.encodestring(word.encode("gb18030")).rstrip(b"=\n")] = word
        for shift in range(3):  # base64 of a text in which the word stands somewhere
            whole = base64.b64encode(b"\0" * shift + word.encode())
            found[whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]] = word
    return {spelt: word for spelt, word in found.items() if len(spelt) >= 6}


class Watch:
    """Looks for the words of some people in whatever it is shown. ``seen``: where, and what."""

    def __init__(self, *senders: Sender) -> None:
        self.spelt = spellings({word for one in senders for word in one.words})
        self.seen: list[str] = []
        self.shown = 0

    def look(self, where: str, data: Any) -> None:
        self.shown += 1
        data = data if isinstance(data, bytes) else str(data).encode("utf-8", "surrogatepass")
        self.seen += [f"{where}: {word}" for spelt, word in self.spelt.items() if spelt in data]
