"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel import local
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.people.posts import anybody

from . import local_rules as names
from .models import Handover, HandoverState, Material, Secrecy, Type

KEEPER = anybody(posts.ARCHIVIST, posts.OFFICE)
CHAIR = anybody(posts.CHAIR)
OFFICE = anybody(posts.OFFICE)


def _own(account: Account, today: date) -> Q:
    return Q(made_by__in=[account.pk]) if account.is_active else NONE


def _senders(material: Any, today: date) -> QuerySet:
    return Account.objects.filter(pk=material.made_by_id, is_active=True)


# whoever sent it in or put it on record
SENDER = Who("送交人", _own, _senders)
EDITOR = KEEPER | SENDER


def singly(who: Who) -> Who:
    """For ``tell``: of a whole folder of photographs nobody is told three hundred times (``actions.review_many`` tells once)."""
    nobody = Account.objects.none()
    return Who(
        who.label,
        who.within,
        lambda record, today: nobody if record.batch_id else who.audience(record, today),
    )


# -- materials ---------------------------------------------------------------------------------------------------------
def has_something(material: Material, act: Act) -> str:
    """A photograph has its picture, a text its words or its file; what lies on a shelf says where."""
    has_file = material.originals.exists()
    if material.type == Type.PHOTO and not has_file:
        return "还没有照片，请先加上照片文件。"
    if material.type == Type.TEXT and not has_file and not material.content.strip():
        return "还没有正文，请写上正文，或加上文稿文件。"
    if (
        material.type in (Type.AUDIO, Type.VIDEO, Type.OBJECT)
        and not has_file
        and not material.storage.strip()
    ):
        return "没有文件的，请写明存放位置。"
    return ""


def _taken(material: Material, act: Act, *reviewers: int | None) -> str:
    return (
        "三审须由三个人办理：前面的审稿有一次是您办的，请另一位同志办。"
        if act.account.pk in reviewers
        else ""
    )


def checked_by_another(material: Material, act: Act) -> str:
    return _taken(material, act, material.read_by_id)


def approved_by_another(material: Material, act: Act) -> str:
    return _taken(material, act, material.read_by_id, material.checked_by_id)


def is_free(material: Material, act: Act) -> str:
    """Shown outside is only what is public and whose provider agreed."""
    if material.secrecy != Secrecy.PUBLIC:
        return "公开范围是“内部”，不能对外展示。"
    if not material.may_show:
        return "提供人还没有同意对外展示。取得同意后在“著录”里勾上。"
    return ""


def is_hidden(material: Material) -> bool:
    return not material.is_published


def is_shown(material: Material) -> bool:
    return bool(material.is_published)


def is_out_on_loan(material: Material) -> bool:
    return material.due_on is not None


def is_not_listed(material: Material, act: Act) -> str:
    """What stands on a list that is being drawn up is not taken out under it."""
    line = (
        material.handover_lines.filter(handover__state=HandoverState.DRAFT).select_related("handover").first()
    )
    return f"它在移交清单《{line.handover}》里，请先移出清单。" if line else ""


# -- handing over ------------------------------------------------------------------------------------------------------
def has_lines(handover: Handover, act: Act) -> str:
    count = handover.lines.count()
    if not count:
        return "清单里还没有资料，请先编入。"
    most = int(local.rule(names.LIST_MOST, act.today))
    return f"清单里有 {count} 件，一份清单最多 {most} 件，请分几份。" if count > most else ""
