"""企业微信: the callback opened and refused, messages read, media fetched, messages sent, failures told apart."""

from __future__ import annotations

import base64
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from huisheng.kernel.errors import Refused
from huisheng.opinions.channels import Item, Kind, Own, wecom
from huisheng.opinions.channels.wecom.client import WeCom, WeComError, shortened
from huisheng.opinions.channels.wecom.crypto import Callback, Rejected
from tests.opinions.fakes.wecom import AES_KEY, AGENT, CORP, SECRET, TOKEN, FakeWeCom, fake_wecom

NOW = datetime(2017, 2, 4, 8, 0, tzinfo=UTC)
TEXT = "<xml><ToUserName>c</ToUserName><FromUserName>{who}</FromUserName><CreateTime>{at}</CreateTime><MsgType>text</MsgType><Content><![CDATA[{words}]]></Content><MsgId>{number}</MsgId></xml>"
IMAGE = "<xml><FromUserName>{who}</FromUserName><CreateTime>{at}</CreateTime><MsgType>image</MsgType><PicUrl>http://x.example/p</PicUrl><MediaId>M1</MediaId><MsgId>{number}</MsgId></xml>"


def text(
    words: str, who: str = "zhang", at: int = 1486000000, number: int | str = 1, form: str = TEXT
) -> str:
    return form.format(words=words, who=who, at=at, number=number)


def read(*bodies: str, own: Own) -> list[Item]:
    return wecom.read(f"<messages>{''.join(bodies)}</messages>".encode(), own=own)


@pytest.fixture
def fake() -> Iterator[FakeWeCom]:
    with fake_wecom() as server:
        yield server


@pytest.fixture
def client(fake: FakeWeCom) -> WeCom:
    return WeCom(CORP, SECRET, AGENT, base_url=fake.base_url, timeout=5)


# ── the callback ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_platforms_own_example_of_a_url_verification() -> None:
    """Token, key, signature and answer as the platform's documentation prints them."""
    callback = Callback("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    query = {
        "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        "timestamp": "1409659589",
        "nonce": "263014780",
        "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
    }
    at = datetime.fromtimestamp(1409659589, UTC)

    assert callback.echo(query, now=at) == b"1616140317555161061"
    with pytest.raises(Rejected, match="签名"):
        callback.echo({**query, "nonce": "263014781"}, now=at)


def test_a_callback_is_opened_once_it_is_signed_fresh_and_ours(fake: FakeWeCom) -> None:
    message = text("路灯坏了").encode()
    query, body = fake.pushes(message, at=NOW)

    assert fake.callback.open(query, body, now=NOW + timedelta(minutes=4)) == message
    for query_now, body_now, now, why in (
        ({**query, "msg_signature": "0" * 40}, body, NOW, "签名"),
        ({**query, "msg_signature": ""}, body, NOW, "签名"),
        ({**query, "msg_signature": "签名"}, body, NOW, "签名"),
        ({}, body, NOW, "签名"),
        ({**query, "timestamp": "1"}, body, NOW, "签名"),
        (query, body.replace(b"<Encrypt>", b"<Encrypt>A"), NOW, "签名"),
        (query, b"<xml></xml>", NOW, "签名"),
        (query, body, NOW + timedelta(minutes=6), "重放"),
        (query, body, NOW - timedelta(minutes=6), "重放"),
        (query, b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', NOW, "DTD"),
        (query, b"<xml>", NOW, "不完整"),
        (query, b"<xml>" + b"x" * (1 << 20) + b"</xml>", NOW, "太大"),
    ):
        with pytest.raises(Rejected, match=why):
            fake.callback.open(query_now, body_now, now=now)


def signed(callback: Callback, sealed: str, stamp: str = "") -> tuple[dict[str, str], bytes]:
    stamp = stamp or str(int(NOW.timestamp()))
    query = {"timestamp": stamp, "nonce": "n", "msg_signature": callback._signature(stamp, "n", sealed)}
    return query, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()


@pytest.mark.parametrize("sealed", ["AAAA", "!!!!", "", base64.b64encode(b"\0" * 64).decode(), "签"])
def test_a_signed_callback_whose_cipher_is_broken_is_rejected(sealed: str) -> None:
    callback = Callback(TOKEN, AES_KEY, CORP)

    with pytest.raises(Rejected):
        callback.open(*signed(callback, sealed), now=NOW)


@pytest.mark.parametrize("stamp", ["abc", "-5", "１２３", "9" * 40, " "])
def test_a_strange_timestamp_is_rejected(stamp: str) -> None:
    callback = Callback(TOKEN, AES_KEY, CORP)

    with pytest.raises(Rejected, match="时间戳"):
        callback.open(*signed(callback, "AAAA", stamp), now=NOW)


def test_a_message_for_another_house_is_rejected(fake: FakeWeCom) -> None:
    other = Callback(TOKEN, AES_KEY, "another")

    with pytest.raises(Rejected, match="不是发给本单位"):
        other.open(*fake.pushes(b"<xml/>", at=NOW), now=NOW)
    with pytest.raises(Refused, match="43"):
        Callback(TOKEN, "short", CORP)
    assert AES_KEY not in repr(other)
    assert TOKEN not in repr(other)


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 31, 32, 33, 5000])
def test_what_is_sealed_can_be_opened_whatever_its_length(size: int, fake: FakeWeCom) -> None:
    query, body = fake.pushes(b"x" * size, at=NOW)

    assert fake.callback.open(query, body, now=NOW) == b"x" * size


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whereabouts_are_refused_and_not_kept(own: Own) -> None:
    place = "<xml><FromUserName>zhang</FromUserName><CreateTime>1486000000</CreateTime><MsgType>location</MsgType><Location_X>34.80</Location_X><Location_Y>113.30</Location_Y><Label>中心路3号</Label><MsgId>9</MsgId></xml>"
    (item,) = read(place, own=own)

    assert (item.kind, item.body, item.raw, item.source_id) == (Kind.REFUSED, "", b"", "9")
    assert "不保存个人位置" in item.reason


def test_events_are_nothing_and_unknown_kinds_are_told(own: Own) -> None:
    event = "<xml><FromUserName>z</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>LOCATION</Event><Latitude>34.8</Latitude></xml>"
    other = "<xml><FromUserName>z</FromUserName><CreateTime>1</CreateTime><MsgType>miniprogram</MsgType><MsgId>3</MsgId></xml>"
    link = "<xml><FromUserName>z</FromUserName><CreateTime>1</CreateTime><MsgType>link</MsgType><Title>路灯</Title><Description>坏了</Description><Url>http://x.example</Url><MsgId>4</MsgId></xml>"

    assert [(item.kind, item.body) for item in read(event, other, link, own=own)] == [
        (Kind.REFUSED, ""),
        (Kind.LEAD, "路灯\n坏了\nhttp://x.example"),
    ]


def test_a_picture_goes_with_the_same_persons_next_words_within_ten_minutes(own: Own) -> None:
    picture = text("", form=IMAGE)
    soon, late = 1486000000 + 600, 1486000000 + 601

    assert [
        len(read(picture, text("路灯", at=soon, number=2), own=own)),
        len(read(picture, text("路灯", at=late, number=2), own=own)),
    ] == [1, 2]
    assert len(read(picture, text("路灯", who="li", at=soon, number=2), own=own)) == 2
    assert (
        len(read(text("路灯", number=2), picture, own=own)) == 2
    )  # words before the picture may be another matter
    twice = read(
        picture,
        picture.replace("<MsgId>1", "<MsgId>5"),
        text("回执码 HS-4TR8-W6PD 路灯", at=soon, number=2),
        own=own,
    )
    assert [(item.kind, len(item.attachments), item.source_id) for item in twice] == [
        (Kind.FOLLOW_UP, 2, "1")
    ]


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE xml SYSTEM "http://x.example/a.dtd"><xml><MsgType>text</MsgType></xml>',
        b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><messages><xml><Content>&b;</Content></xml></messages>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>',
        b"<xml>", b"", b"\0", b"<messages/>", b"<other/>", b"<xml/>" * 2, b"<xml><Encrypt>AAAA</Encrypt></xml>",
        b'<?xml version="1.0" encoding="utf-7"?><xml/>', b"<xml>" + b"x" * (11 << 20) + b"</xml>",
        b"<xml><MsgType>image</MsgType></xml>", b"<xml>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</xml>",
    ],
)  # fmt: skip
def test_hostile_xml_is_refused_with_a_sentence(data: bytes, own: Own) -> None:
    (item,) = wecom.read(data, own=own)

    assert item.kind == Kind.REFUSED
    assert item.reason
    assert "root:" not in item.reason


def test_strange_fields_do_no_harm(own: Own) -> None:
    odd = text("路灯", who="a\nb", at="９" * 3, number="../1")  # type: ignore[arg-type]
    (item,) = read(odd, own=own)
    (image,) = read(text("", form=IMAGE).replace("M1", "../../M"), own=own)

    assert (item.from_address, item.received_at) == ("a b", None)
    assert [(file.name, file.media_id) for file in image.attachments] == [("M.jpg", "../../M")]


# ── what we ask of the platform ───────────────────────────────────────────────────────────────────────────────────


def test_media_are_fetched_into_the_item(fake: FakeWeCom, client: WeCom, own: Own) -> None:
    fake.media["M1"] = (b"\xff\xd8\xffpicture", "../a.jpg", "image/jpeg")
    (item,) = read(text("", form=IMAGE), own=own)
    done = client.complete(item)

    assert [(file.name, file.data) for file in done.attachments] == [("M1.jpg", b"\xff\xd8\xffpicture")]
    assert client.fetch("M1").name == "a.jpg"
    with pytest.raises(WeComError, match="三天") as gone:
        client.fetch("M2")
    assert (gone.value.code, gone.value.is_passing) == (40007, False)


def test_the_token_is_asked_for_once_and_again_when_it_ends(fake: FakeWeCom) -> None:
    clock = [0.0]
    client = WeCom(CORP, SECRET, AGENT, base_url=fake.base_url, clock=lambda: clock[0])
    for _ in range(3):
        client.send_text(["zhangdama"], "一")
    assert fake.asked.count("gettoken") == 1

    clock[0] = 7200 - 299  # before its end, with a margin
    client.send_text(["zhangdama"], "二")
    assert fake.asked.count("gettoken") == 2

    fake.expire()
    client.send_text(["zhangdama"], "三")
    assert fake.asked.count("gettoken") == 3
    assert [message["text"]["content"] for message in fake.sent] == ["一", "二", "三"]


def test_many_threads_ask_for_one_token(fake: FakeWeCom, client: WeCom) -> None:
    threads = [threading.Thread(target=client.send_text, args=(["zhangdama"], f"第{i}条")) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fake.asked.count("gettoken") == 1
    assert len(fake.sent) == 8


def test_the_same_message_twice_arrives_once_unless_asked_otherwise(fake: FakeWeCom, client: WeCom) -> None:
    for is_checked in (True, True, False, False):
        client.send_text(["zhangdama"], "您反映的事有了答复", is_checked=is_checked)

    assert len(fake.sent) == 3
    assert fake.sent[0]["duplicate_check_interval"] == 14_400


def test_who_was_not_reached_is_said(fake: FakeWeCom, client: WeCom) -> None:
    assert client.send_card(["zhangdama", "nobody"], "题", "文", "https://h.example/1").unreached == (
        "nobody",
    )
    assert fake.sent[0]["textcard"] == {
        "title": "题",
        "description": "文",
        "url": "https://h.example/1",
        "btntxt": "查看",
    }
    with pytest.raises(WeComError, match="可见范围") as none:
        client.send_text(["nobody"], "x")
    assert not none.value.is_passing


@pytest.mark.parametrize(
    ("way", "code", "is_passing", "retry_after"),
    [
        (45009, 45009, True, 60), (-1, -1, True, 5), (60020, 60020, False, 0), (99999, 99999, False, 0),
        (("http", 429, {"Retry-After": "7"}), 429, True, 7), (("http", 503, {}), 503, True, 60),
        (("http", 302, {"Location": "http://127.0.0.1:1/"}), 302, False, 0), (("http", 404, {}), 404, False, 0),
        ("hang", 0, True, 30), ("away", 0, True, 30), ("nonsense", 0, True, 60),
    ],
)  # fmt: skip
def test_each_failure_says_whether_to_try_again_and_no_key(
    way: object, code: int, is_passing: bool, retry_after: int, fake: FakeWeCom, client: WeCom
) -> None:
    client.token()
    fake.fails = [way]
    client._timeout = 0.5 if way == "hang" else 5

    with pytest.raises(WeComError) as failed:
        client.send_text(["zhangdama"], "一")
    client._timeout = 5
    error = failed.value
    assert (error.code, error.is_passing, error.retry_after) == (code, is_passing, retry_after)
    told = "".join(traceback.format_exception(error))
    assert [key for key in (SECRET, *fake.tokens) if key in told] == []
    client.send_text(["zhangdama"], "一")
    assert len(fake.sent) == 1


def test_a_wrong_secret_and_a_dead_server_are_told_apart(fake: FakeWeCom) -> None:
    with pytest.raises(WeComError, match="密钥"):
        WeCom(CORP, "wrong", AGENT, base_url=fake.base_url).token()
    with pytest.raises(WeComError, match="连不上"):
        WeCom(CORP, SECRET, AGENT, base_url="http://127.0.0.1:1", timeout=0.5).token()
    with pytest.raises(ValueError):
        WeCom(CORP, SECRET, AGENT, base_url="file:///etc")


@pytest.mark.parametrize("users", [[], ["@all"], ["a|@all"], [""], ["a"] * 1001])
def test_nobody_and_everybody_are_no_addressees(users: list[str], client: WeCom) -> None:
    with pytest.raises(ValueError):
        client.send_text(users, "x")


def test_a_long_text_is_cut_between_characters() -> None:
    assert len(shortened("汉" * 1000, 2048).encode()) <= 2048
    assert shortened("汉字", 6) == "汉字"
