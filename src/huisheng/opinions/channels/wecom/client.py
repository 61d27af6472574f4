"""What we ask of 企业微信: an access token, the bytes of a picture or voice, a message to people of the committee.

Keys stand in the address of every request, so no address enters a message, a log or a traceback. Every failure is a
``WeComError`` with a sentence and ``is_passing``: try again later, or somebody must look.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from huisheng.kernel.files import safe_name

from ..item import Enclosed, Item
from ..mail.charsets import parameter

BASE_URL = "https://qyapi.weixin.qq.com"
MAX_MEDIA = 20 << 20  # what the platform itself takes at most
MAX_ANSWER = 1 << 20
MAX_TEXT = 2048  # bytes of a text message
MAX_USERS = 1000
MARGIN = 300  # seconds before its end at which a token is no longer used
DUPLICATE_INTERVAL = 4 * 3600  # seconds, the longest the platform remembers what it sent

_EXPIRED = (40014, 41001, 42001)
_BUSY = {-1: 5, 45009: 60, 45029: 60, 45033: 5, 45047: 60, 50001: 60}  # code -> seconds to wait
_SENTENCES = {
    40001: "企业微信不认应用的密钥，请管理员核对 Secret。",
    40013: "企业微信不认企业编号，请管理员核对 CorpID。",
    40091: "企业微信不认应用的密钥，请管理员核对 Secret。",
    40007: "这份图片或语音在企业微信上已经找不到（只保留三天）。",
    40056: "企业微信不认应用编号，请管理员核对 AgentId。",
    60020: "本机地址不在企业微信的可信名单里，请管理员在后台添加。",
    60111: "企业微信里没有这个人。",
    81013: "收信人都不在企业微信应用的可见范围里，没有送出。",
}


class WeComError(Exception):
    """``code``: the platform's errcode, or the HTTP status, or 0. ``retry_after``: seconds, when ``is_passing``."""

    def __init__(
        self, sentence: str, code: int = 0, *, is_passing: bool = False, retry_after: int = 0
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.code, self.is_passing, self.retry_after = sentence, code, is_passing, retry_after


@dataclass(frozen=True)
class Sent:
    """``unreached``: user ids the platform could not deliver to; the others have it."""

    message_id: str
    unreached: tuple[str, ...] = ()


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None  # an answer that sends us elsewhere is not the platform's


class WeCom:
    """One application (CorpID, Secret, AgentId). May be shared by threads; the token is asked for once."""

    def __init__(
        self,
        corp_id: str,
        secret: str,
        agent_id: int,
        *,
        base_url: str = BASE_URL,
        timeout: float = 10,
        proxy: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError("企业微信地址须以 http:// 或 https:// 开头")
        self._corp_id, self._secret, self._agent_id = corp_id, secret, agent_id
        self._base_url, self._timeout, self._clock = base_url.rstrip("/"), timeout, clock
        proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._opener = build_opener(_NoRedirect, ProxyHandler(proxies))
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0

    def fetch(self, media_id: str) -> Enclosed:
        """A picture, voice or video with its bytes, under the name the platform gives it."""
        data, head = self._ask("media/get", {"media_id": media_id}, limit=MAX_MEDIA)
        name = parameter(head.get_param("filename", None, "content-disposition"))
        return Enclosed(safe_name(name or media_id), data, head.get_content_type(), media_id)

    def complete(self, item: Item) -> Item:
        """The item with the bytes of its attachments fetched."""
        files = tuple(
            replace(self.fetch(file.media_id), name=file.name) if file.media_id and not file.data else file
            for file in item.attachments
        )
        return replace(item, attachments=files)

    def send_text(self, users: Sequence[str], text: str, *, is_checked: bool = True) -> Sent:
        """``is_checked``: the platform drops the same text to the same people within four hours."""
        return self._send(users, "text", {"content": shortened(text, MAX_TEXT)}, is_checked)

    def send_card(
        self,
        users: Sequence[str],
        title: str,
        description: str,
        url: str,
        *,
        button: str = "查看",
        is_checked: bool = True,
    ) -> Sent:
        card = {
            "title": shortened(title, 128),
            "description": shortened(description, 512),
            "url": url,
            "btntxt": button[:4],
        }
        return self._send(users, "textcard", card, is_checked)

    def _send(self, users: Sequence[str], kind: str, content: dict[str, str], is_checked: bool) -> Sent:
        if not 0 < len(users) <= MAX_USERS or any(
            not user or "|" in user or user == "@all" for user in users
        ):
            raise ValueError("收信人须是一至一千个成员账号，不能群发全体")
        message: dict[str, Any] = {
            "touser": "|".join(users),
            "msgtype": kind,
            "agentid": self._agent_id,
            kind: content,
            "enable_duplicate_check": int(is_checked),
        }
        if is_checked:
            message["duplicate_check_interval"] = DUPLICATE_INTERVAL
        data, _ = self._ask("message/send", {}, message)
        answer = _answer(data)
        lost = f"{answer.get('invaliduser') or ''}|{answer.get('unlicenseduser') or ''}".split("|")
        return Sent(str(answer.get("msgid", "")), tuple(user for user in lost if user))

    def token(self) -> str:
        with self._lock:
            if self._clock() >= self._good_until:
                query = {"corpid": self._corp_id, "corpsecret": self._secret}
                answer = _answer(self._call("gettoken", query)[0])
                self._token = str(answer.get("access_token", ""))
                self._good_until = self._clock() + max(0, int(answer.get("expires_in", 7200)) - MARGIN)
            return self._token

    def _forget(self, token: str) -> None:
        with self._lock:
            if token == self._token:  # another thread may have a new one already
                self._good_until = 0.0

    def _ask(
        self, path: str, query: dict[str, str], body: dict[str, Any] | None = None, *, limit: int = MAX_ANSWER
    ) -> tuple[bytes, Message]:
        """One call with a token; once more with a fresh one when the platform says it is no longer good."""
        for is_last in (False, True):
            token = self.token()
            data, head = self._call(path, {**query, "access_token": token}, body, limit)
            if head.get("Content-Disposition"):
                return data, head  # a file; failures come as JSON without a name
            try:
                _answer(data)
            except WeComError as error:
                if error.code not in _EXPIRED or is_last:
                    raise
                self._forget(token)
            else:
                return data, head
        raise AssertionError("unreachable")

    def _call(
        self, path: str, query: dict[str, str], body: dict[str, Any] | None = None, limit: int = MAX_ANSWER
    ) -> tuple[bytes, Message]:
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = Request(  # noqa: S310 the scheme was looked at in __init__
            f"{self._base_url}/cgi-bin/{path}?{urlencode(query)}",
            payload,
            {"Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                data, head = answer.read(limit + 1), answer.headers
        except HTTPError as error:
            raise _http_error(error.code, error.headers.get("Retry-After", "")) from None
        except (OSError, ValueError, EOFError):  # no connection, no time, half an answer
            raise WeComError("连不上企业微信，稍后自动再试。", is_passing=True, retry_after=30) from None
        except Exception:  # http.client's own complaints about a broken answer; they may quote the address
            raise WeComError(
                "企业微信的应答不完整，稍后自动再试。", is_passing=True, retry_after=30
            ) from None
        if len(data) > limit:
            raise WeComError(f"企业微信给的内容超过 {limit >> 20} MB，没有接收。")
        return data, head


def _answer(data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data)
        code = int(answer.get("errcode", 0))
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise WeComError("企业微信的应答看不懂，稍后自动再试。", is_passing=True, retry_after=60) from None
    if code == 0:
        return answer
    if code in _BUSY:
        raise WeComError("企业微信繁忙，稍后自动再试。", code, is_passing=True, retry_after=_BUSY[code])
    raise WeComError(_SENTENCES.get(code, f"企业微信没有接受（错误码 {code}）。"), code)


def _http_error(status: int, retry_after: str) -> WeComError:
    seconds = (
        int(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6 else 60
    )
    if status == 429 or status >= 500:
        return WeComError("企业微信繁忙，稍后自动再试。", status, is_passing=True, retry_after=seconds)
    return WeComError(f"企业微信地址不对或被拦下（HTTP {status}），请管理员检查。", status)


def shortened(text: str, size: int) -> str:
    """The text within ``size`` bytes of UTF-8; the platform would cut it inside a character."""
    data = text.encode()
    return text if len(data) <= size else data[: size - 3].decode("utf-8", "ignore") + "…"
