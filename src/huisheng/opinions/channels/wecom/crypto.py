"""The callback of 企业微信: signature, time window, decryption, and the sealed passive reply.

Scheme of the platform (developer.work.weixin.qq.com, 加解密方案说明): msg_signature = SHA-1 of the sorted token, timestamp,
nonce and ciphertext; AES-256-CBC, IV = the first 16 bytes of the key, PKCS#7 to 32 bytes; plain text = 16 random bytes,
length (4 bytes, network order), message, receive id. Replays inside the window are the caller's to remember, by nonce
and MsgId.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from huisheng.kernel.errors import Refused

from .xml import parsed, text_of

WINDOW = timedelta(minutes=5)
BLOCK = 32
MAX_CALLBACK = 1 << 20


class Rejected(Refused):
    """A callback that is not the platform's, is too old, or is broken. Answer 403 and nothing else."""

    status = 403


@dataclass(frozen=True)
class Callback:
    """One application's callback. ``key``: the EncodingAESKey of the console, 43 characters. ``receive_id``: the CorpID."""

    token: str = field(repr=False)
    key: str = field(repr=False)
    receive_id: str

    def __post_init__(self) -> None:
        try:
            is_right = len(self._secret()) == 32
        except binascii.Error:
            is_right = False
        if not is_right:
            raise Refused("EncodingAESKey 不对：应当是企业微信后台给出的 43 个字符。")

    def echo(self, query: Mapping[str, str], *, now: datetime) -> bytes:
        """What to answer to the URL verification (GET with echostr). Raises ``Rejected``."""
        sealed = query.get("echostr", "")
        self._check(query, sealed, now)
        return self._opened(sealed)

    def open(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> bytes:
        """The message's own XML, for ``wecom.read``. Raises ``Rejected``."""
        if len(body) > MAX_CALLBACK:
            raise Rejected("回调内容太大，没有接收。")
        try:
            sealed = text_of(parsed(body), "Encrypt")
        except Refused as no:
            raise Rejected(no.sentence) from None
        self._check(query, sealed, now)
        return self._opened(sealed)

    def seal(self, message: bytes, *, nonce: str, now: datetime) -> bytes:
        """A passive reply (or, in tests, the platform's message) as the XML to send."""
        sealed = self._sealed(message)
        stamp = str(int(now.timestamp()))
        signed = self._signature(stamp, nonce, sealed)
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce>{escape(nonce)}</Nonce></xml>"
        ).encode()

    def _check(self, query: Mapping[str, str], sealed: str, now: datetime) -> None:
        """Signature first: nothing is told about time or content to whoever does not know the token."""
        stamp, nonce, given = (query.get(name, "") for name in ("timestamp", "nonce", "msg_signature"))
        expected = self._signature(stamp, nonce, sealed)
        if not sealed or not hmac.compare_digest(expected.encode(), given.lower().encode("utf-8", "replace")):
            raise Rejected("签名不对，不是企业微信发来的。")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise Rejected("时间戳不对，没有接收。")
        if abs(now.timestamp() - int(stamp)) > WINDOW.total_seconds():
            raise Rejected("时间戳超出前后五分钟，可能是重放，没有接收。请检查服务器时间。")

    def _signature(self, *parts: str) -> str:
        joined = "".join(sorted((self.token, *parts)))
        return hashlib.sha1(joined.encode("utf-8", "replace")).hexdigest()  # noqa: S324 the platform's own scheme

    def _secret(self) -> bytes:
        return base64.b64decode(self.key + "=", validate=True)

    def _cipher(self) -> Cipher[CBC]:
        secret = self._secret()
        return Cipher(AES(secret), CBC(secret[:16]))

    def _opened(self, sealed: str) -> bytes:
        try:
            data = base64.b64decode(sealed, validate=True)
            machine = self._cipher().decryptor()
            plain = machine.update(data) + machine.finalize()
        except (binascii.Error, ValueError):
            raise Rejected("密文不完整，没有接收。") from None
        plain = _unpadded(plain)
        size = int.from_bytes(plain[16:20], "big")
        message, receiver = plain[20 : 20 + size], plain[20 + size :]
        if len(plain) < 20 + size or not hmac.compare_digest(receiver, self.receive_id.encode()):
            raise Rejected("密文不是发给本单位的，没有接收。")
        return message

    def _sealed(self, message: bytes) -> str:
        plain = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + self.receive_id.encode()
        count = BLOCK - len(plain) % BLOCK
        machine = self._cipher().encryptor()
        return base64.b64encode(machine.update(plain + bytes([count]) * count) + machine.finalize()).decode()


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= BLOCK or plain[-count:] != bytes([count]) * count:
        raise Rejected("密文不完整，没有接收。")
    return plain[:-count]
