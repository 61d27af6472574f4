"""企业微信: a card to a person's phone, by the application of the committee."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings

from huisheng.opinions.channels.wecom.client import BASE_URL, WeCom, WeComError

from .letter import TIMEOUT, Letter, NotSent


def is_on() -> bool:
    given = settings.WECOM
    return bool(given["corp_id"] and given["secret"] and given["agent_id"].strip("0"))


def address(account: Any) -> str:
    return account.wecom


def send(letter: Letter) -> str:
    try:
        given = settings.WECOM
        client = _client(*(given[name] for name in ("corp_id", "secret", "agent_id", "url", "proxy")))
        words = f"{letter.when}\n{_plain(letter.text)}"
        # a card must lead somewhere; the platform itself drops the same card to the same person within four hours
        if letter.url:
            sent = client.send_card([letter.to], letter.subject, words, letter.url)
        else:
            sent = client.send_text([letter.to], words)
    except WeComError as problem:
        raise NotSent(
            problem.sentence, is_passing=problem.is_passing, retry_after=problem.retry_after
        ) from None
    except ValueError:
        raise NotSent("企业微信账号的写法不对。") from None
    if sent.unreached:
        raise NotSent("企业微信里没有这个人，或不在应用的可见范围里。")
    if not sent.message_id:
        raise NotSent("企业微信的应答不完整，稍后自动再试。", is_passing=True)
    return sent.message_id


def _plain(text: str) -> str:
    """The platform reads tags in a card; a title shall not."""
    return text.replace("<", "＜").replace(">", "＞")


@lru_cache(maxsize=2)
def _client(corp_id: str, secret: str, agent_id: str, url: str, proxy: str) -> WeCom:
    """One client as long as the settings are the same: it remembers its token."""
    return WeCom(corp_id, secret, int(agent_id), base_url=url or BASE_URL, proxy=proxy, timeout=TIMEOUT)
