"""A mailbox on loopback: as much of IMAP4rev1 as a fetching client speaks."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class FakeMailbox:
    """``mails``: uid -> bytes. ``drop_at``: the connection breaks when that uid is fetched."""

    user: str = "xiansuo@szzx.example.gov.cn"
    password: str = "the password of the mailbox"
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    sizes: dict[int, int] = field(default_factory=dict)  # a size to report instead of the true one
    drop_at: int = 0
    said: list[str] = field(default_factory=list)
    port: int = 0
    folder: str = "INBOX"


@contextmanager
def fake_mailbox(*mails: bytes) -> Iterator[FakeMailbox]:
    box = FakeMailbox(mails=dict(enumerate(mails, 1)))
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(box), bind_and_activate=True)
    server.daemon_threads = True
    box.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()


def _handler(box: FakeMailbox) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self._say("* OK ready")
                while line := self.rfile.readline():
                    tag, _, command = line.decode().strip().partition(" ")
                    box.said.append(command if not command.startswith("LOGIN") else "LOGIN")
                    if not self._obey(tag, command):
                        return

        def _say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        def _obey(self, tag: str, command: str) -> bool:
            word = command.upper()
            if word.startswith("CAPABILITY"):
                self._say("* CAPABILITY IMAP4rev1", f"{tag} OK done")
            elif word.startswith("LOGIN"):
                is_right = command == f'LOGIN {box.user} "{box.password}"'
                self._say(f"{tag} OK welcome" if is_right else f"{tag} NO [AUTHENTICATIONFAILED] no")
            elif word.startswith("SELECT"):
                is_there = f'"{box.folder}"' in command
                self._say(
                    *[f"* {len(box.mails)} EXISTS"] * is_there, f"{tag} {'OK' if is_there else 'NO'} select"
                )
            elif word.startswith("UID SEARCH"):
                unseen = [str(uid) for uid in sorted(box.mails, reverse=True) if uid not in box.seen]
                self._say(f"* SEARCH {' '.join(unseen)}", f"{tag} OK done")
            elif word.startswith("UID FETCH"):
                return self._fetch(tag, command)
            elif word.startswith("UID STORE"):
                box.seen.add(int(command.split()[2]))
                self._say(f"{tag} OK done")
            elif word.startswith("LOGOUT"):
                self._say("* BYE", f"{tag} OK bye")
                return False
            else:
                self._say(f"{tag} BAD what")
            return True

        def _fetch(self, tag: str, command: str) -> bool:
            uid = int(command.split()[2])
            mail = box.mails.get(uid)
            if uid == box.drop_at:
                return False
            if mail is None:
                self._say(f"{tag} OK nothing")
                return True
            if "RFC822.SIZE" in command:
                self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {box.sizes.get(uid, len(mail))})")
            else:
                what = "BODY[HEADER]" if "HEADER" in command else "BODY[]"
                data = re.split(rb"\r?\n\r?\n", mail)[0] + b"\r\n\r\n" if "HEADER" in command else mail
                self.wfile.write(
                    f"* {uid} FETCH (UID {uid} {what} {{{len(data)}}}\r\n".encode() + data + b")\r\n"
                )
                if "PEEK" not in command:
                    box.seen.add(uid)
            self._say(f"{tag} OK done")
            return True

    return Handler
