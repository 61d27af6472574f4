"""A mail server on loopback, as far as it takes letters, and every way of being away."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

AWAY = ("refuse", "hang", "later", "garbage")


class MailServer:
    """``letters``: (to, message) in order. ``away``: "" or one of AWAY. ``asked``: connections."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Message]] = []
        self.away, self.asked, self.port = "", 0, 0


@contextmanager
def mail_server() -> Iterator[MailServer]:
    one = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            one.asked += 1
            if one.away == "refuse":
                return
            if one.away == "hang":
                time.sleep(0.5)
                return
            if one.away == "garbage":
                self.wfile.write(b"<html>gateway</html>\r\n\x00\xff\r\n")
                return
            self.say(b"421 too busy" if one.away == "later" else b"220 hello")
            to = ""
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    to = re.findall(rb"<([^>]*)>", line)[0].decode()
                if verb == b"DATA":
                    self.say(b"354 go on")
                    one.letters.append((to, message_from_bytes(self.body())))
                self.say(b"221 bye" if verb == b"QUIT" else b"250 ok")
                if verb == b"QUIT":
                    return

        def body(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b"."))
            return b"".join(lines)

        def say(self, text: bytes) -> None:
            self.wfile.write(text + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        one.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield one
        finally:
            server.shutdown()
