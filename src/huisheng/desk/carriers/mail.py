"""电子邮件: SMTP by Django's own settings."""

from __future__ import annotations

import hashlib
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from .letter import Letter, NotSent

DOWN = "连不上邮件服务器，稍后自动再试。"


def is_on() -> bool:
    return bool(settings.EMAIL_HOST)


def address(account: Any) -> str:
    return account.email


def send(letter: Letter) -> str:
    number = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@huisheng>"
    _check(letter.to)
    last = "要补充的，直接回复这封信。" if letter.reply_to else "这封信由系统发出，请不要回复。"
    body = "\n\n".join(part for part in (letter.text, letter.url, last) if part)
    # one number for every try: a mailbox that compares numbers shows the letter once
    headers = {"Message-ID": number, "Auto-Submitted": "auto-generated"}
    subject, reply_to = " ".join(letter.subject.split()), [letter.reply_to] if letter.reply_to else None
    message = EmailMessage(subject, body, to=[letter.to], headers=headers, reply_to=reply_to)
    try:
        message.send()
    except SMTPRecipientsRefused as problem:
        codes = [code for code, _ in problem.recipients.values()]
        is_passing = not any(code >= 500 for code in codes)
        raise NotSent("邮件服务器不收这个地址。", is_passing=is_passing) from None
    except SMTPAuthenticationError:
        raise NotSent("邮件服务器不认账号或密码，请管理员核对。", is_passing=True) from None
    except SMTPResponseException as problem:
        is_passing = problem.smtp_code < 500
        sentence = DOWN if is_passing else f"邮件服务器没有接受（{problem.smtp_code}）。"
        raise NotSent(sentence, is_passing=is_passing) from None
    except (OSError, SMTPException):
        raise NotSent(DOWN, is_passing=True) from None
    return number


def _check(to: str) -> None:
    try:
        validate_email(to)
    except ValidationError:
        raise NotSent("电子邮箱的写法不对。") from None
