"""Providers on loopback: an SMS gateway and 企业微信 as far as messages go, and every way of failing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider:
    """``sms``, ``cards``: what was taken, in order. ``fails``: what the next messages get instead, each an HTTP status,
    (status, headers), "nonsense", "hang" or an errcode of 企业微信 as ("errcode", n). ``is_down``: everything fails;
    ``down_as``: how, as in ``fails``, or "cut": the line is dead.
    ``dedupes``: a number or a card that was there before is taken and not delivered again."""

    def __init__(self) -> None:
        self.sms: list[dict[str, str]] = []
        self.cards: list[dict[str, Any]] = []
        self.fails: list[Any] = []
        self.is_down, self.dedupes = False, False
        self.down_as: Any = 503
        self.asked = 0
        self.strangers = {"nobody"}
        self.base_url = ""

    def take(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path == "/sms":
            if not (self.dedupes and body["id"] in [one["id"] for one in self.sms]):
                self.sms.append(body)
            return {"id": f"s{len(self.sms)}"}
        lost = body["touser"] if body["touser"] in self.strangers else ""
        if not lost and not (body["enable_duplicate_check"] and self.dedupes and body in self.cards):
            self.cards.append(body)
        return {"errcode": 0, "msgid": f"m{len(self.cards)}", "invaliduser": lost}


@contextmanager
def provider(one: Provider | None = None) -> Iterator[Provider]:
    one = one or Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    one.base_url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()


def _handler(one: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._say(200, {"errcode": 0, "access_token": "token", "expires_in": 7200})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            one.asked += 1
            way = one.down_as if one.is_down else one.fails.pop(0) if one.fails else None
            if way is None:
                return self._say(200, one.take(self.path.partition("?")[0], body))
            if way == "hang":
                time.sleep(1)
                return None
            if way == "cut":
                self.close_connection = True
                return None
            if way == "nonsense":
                return self._say(200, b"<html>gateway</html>")
            if isinstance(way, tuple) and way[0] == "errcode":
                return self._say(200, {"errcode": way[1], "errmsg": "no"})
            status, headers = way if isinstance(way, tuple) else (way, {})
            return self._say(status, {"error": "no"}, **headers)

        def _say(self, status: int, found: Any, **headers: str) -> None:
            data = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
