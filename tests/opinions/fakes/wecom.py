"""企业微信 on loopback: tokens that expire, media, messages with the duplicate check, and every way of failing."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from huisheng.opinions.channels.wecom.crypto import Callback

CORP, SECRET, AGENT = "ww7d1f0a00example", "the-secret-of-the-app", 1000002
TOKEN, AES_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class FakeWeCom:
    """``sent``: messages delivered. ``asked``: paths in order. ``fails``: what the next calls answer instead, each an
    errcode (int), ("http", status, headers), "hang", "nonsense" or "away"; a call of gettoken consumes none."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.fails: list[Any] = []
        self.media: dict[str, tuple[bytes, str, str]] = {}
        self.users = {"zhangdama", "li_shifu"}
        self.tokens: set[str] = set()
        self.expires_in = 7200
        self.callback = Callback(TOKEN, AES_KEY, CORP)
        self.base_url = ""

    def expire(self) -> None:
        """The platform forgets its tokens before their time, as it may."""
        self.tokens.clear()

    def pushes(
        self, message: bytes, *, at: datetime, nonce: str = "1372623149"
    ) -> tuple[dict[str, str], bytes]:
        """A callback as the platform would send it: (query, body)."""
        from defusedxml.ElementTree import fromstring

        body = self.callback.seal(message, nonce=nonce, now=at)
        root = fromstring(body)
        query = {
            "msg_signature": root.findtext("MsgSignature"),
            "timestamp": root.findtext("TimeStamp"),
            "nonce": nonce,
        }
        sealed = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{root.findtext('Encrypt')}</Encrypt><AgentID>{AGENT}</AgentID></xml>"
        return query, sealed.encode()

    def answer(
        self, path: str, query: dict[str, str], body: bytes
    ) -> tuple[dict[str, Any] | bytes, dict[str, str]]:
        if path == "gettoken":
            if (query.get("corpid"), query.get("corpsecret")) != (CORP, SECRET):
                return {"errcode": 40001, "errmsg": "invalid credential"}, {}
            token = secrets.token_urlsafe(24)
            self.tokens.add(token)
            return {"errcode": 0, "access_token": token, "expires_in": self.expires_in}, {}
        if query.get("access_token") not in self.tokens:
            return {"errcode": 42001, "errmsg": "access_token expired"}, {}
        if path == "media/get":
            return self._media(query.get("media_id", ""))
        return self._send(json.loads(body)), {}

    def _media(self, media_id: str) -> tuple[dict[str, Any] | bytes, dict[str, str]]:
        if media_id not in self.media:
            return {"errcode": 40007, "errmsg": "invalid media_id"}, {}
        data, name, kind = self.media[media_id]
        return data, {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}

    def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        people = message["touser"].split("|")
        lost = [one for one in people if one not in self.users]
        if lost == people:
            return {"errcode": 81013, "errmsg": "all invalid"}
        if not (message["enable_duplicate_check"] and message in self.sent):
            self.sent.append(message)
        return {"errcode": 0, "msgid": f"m{len(self.sent)}", "invaliduser": "|".join(lost)}


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # many threads knock at once


@contextmanager
def fake_wecom() -> Iterator[FakeWeCom]:
    fake = FakeWeCom()
    server = _Server(("127.0.0.1", 0), _handler(fake))
    fake.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()


def _handler(fake: FakeWeCom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def log_message(self, *_: Any) -> None:
            pass

        def _serve(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/cgi-bin/")
            fake.asked.append(path)
            if path != "gettoken" and fake.fails:
                return self._fail(fake.fails.pop(0))
            found, headers = fake.answer(path, {k: v[0] for k, v in parse_qs(parts.query).items()}, body)
            return self._say(200, found, headers)

        def _fail(self, way: Any) -> None:
            if isinstance(way, int):
                return self._say(200, {"errcode": way, "errmsg": "no"}, {})
            if way == "hang":
                time.sleep(1.5)
                return None
            if way == "away":
                return self.connection.close()
            if way == "nonsense":
                return self._say(200, b"<html>gateway</html>", {"Content-Type": "text/html"})
            return self._say(way[1], {}, way[2])

        def _say(self, status: int, found: dict[str, Any] | bytes, headers: dict[str, str]) -> None:
            data = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
