"""Who may in 政协动态, and what must be true first. 三审制: three people, none of whom wrote it.

That a reviewer is another than the writer and the reviewers before is part of the role itself: so the item stands in
nobody's to-do who may not review it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel import local
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who
from huisheng.opinions.hiding import hide
from huisheng.people.models import Account
from huisheng.people.posts import anybody, holders

from . import news_local_rules as names
from . import news_queries as queries
from .models_news import NewsItem


def _own(account: Any, today: date) -> Q:
    return Q(made_by__in=[account.pk]) if queries.writes(account, today) else NONE


def _writer(item: Any, today: date) -> QuerySet:
    return Account.objects.filter(pk=item.made_by_id, is_active=True)


WRITER = Who("作者", _own, _writer)


def _other(label: str, posts: tuple[str, ...], *apart: str) -> Who:
    """Holders of the posts but for whoever stands in one of the item's columns ``apart``."""

    def within(account: Any, today: date) -> Q:
        if not account.holds(*posts, on=today):
            return NONE
        free = ~Q(**{f"{apart[0]}__in": [account.pk]})
        for column in apart[1:]:
            free &= ~Q(**{f"{column}__in": [account.pk]})
        return free

    def audience(item: Any, today: date) -> QuerySet:
        taken = [pk for column in apart if (pk := getattr(item, f"{column}_id"))]
        return holders(posts, today).exclude(pk__in=taken)

    return Who(label, within, audience)


FIRST = _other("作者以外的信息编辑或政协办公室", queries.FIRST, "made_by")
SECOND = _other("作者和初审人以外的政协办公室或提案委主任", queries.SECOND, "made_by", "read_by")
FINAL = _other("作者和前两审以外的主席会议成员或机关负责人", queries.FINAL, "made_by", "read_by", "checked_by")  # fmt: skip
REVIEWER = _other("作者以外的审稿人", queries.REVIEWERS, "made_by")
KEEPER = anybody(*queries.REVIEWERS, label="信息编辑、政协办公室或终审人")


def faults(item: NewsItem, today: date) -> list[str]:
    """What keeps it from being handed in: a sentence each."""
    found = []
    longest = int(local.rule(names.TITLE, today))
    if len(item.title) > longest:
        found.append(f"标题有{len(item.title)}字，最多{longest}字，请改短。")
    if not item.content.strip():
        found.append("正文还没有写。")
    if bare := [str(one.number) for one in item.photos.all() if not one.caption.strip()]:
        found.append(f"第{'、'.join(bare)}张照片还没有说明，请先写上。")
    return found


def is_ready(item: NewsItem, act: Act) -> str:
    return "".join(faults(item, act.today))


def hints(item: NewsItem) -> list[str]:
    """What the writer and the reviewers should look at; none of it stands in the way."""
    found = []
    told = [item.title, item.content, *(one.caption for one in item.photos.all())]
    if any(hide(text) != text for text in told):
        found.append("文字里像是有电话、邮箱、证件号码或联系人姓名，公开页上会自动隐去；最好改写。")
    if not item.photos.all():
        found.append("还没有照片。没有照片也可以发。")
    return found
