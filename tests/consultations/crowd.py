"""Made-up members in numbers: two camps that see a forum's statements the other way round."""

from __future__ import annotations

from huisheng.consultations.forum_rules import mark_of
from huisheng.consultations.models_forum import Forum, Statement, Vote
from huisheng.people.models import Account, Member, Post

from ..cast import BEGAN

SENTENCES = (
    "路边车位应当限时收费", "学校操场放学后应当开放停车", "应当先建立体停车楼", "老旧小区应当划出夜间车位", "收费应当全部公开",
    "商户门前应当禁止长时间停车", "应当提高市中心的收费", "不应当再占绿地停车", "应当增加公交班次",
)  # fmt: skip
SHARED = 2  # the last ones: everybody agrees


def crowd(size: int) -> list[Account]:
    """Members with an account each; nobody's password is asked for in tests."""
    members = Member.objects.bulk_create(Member(name=f"委员{i}", starts_on=BEGAN) for i in range(size))
    accounts = Account.objects.bulk_create(
        Account(username=f"crowd{i}", name=f"委员{i}", password="!") for i in range(size)
    )
    Post.objects.bulk_create(
        Post(account=account, kind="member", member=member, starts_on=BEGAN)
        for account, member in zip(accounts, members, strict=True)
    )
    return accounts


def stance(person: int, number: int, of: int) -> int:
    if number >= of - SHARED:
        return 1
    if (person * 7 + number * 3) % 11 == 0:
        return 0
    return 1 if (person + number) % 2 == 0 else -1


def vote_all(forum: Forum, accounts: list[Account]) -> None:
    """What ``actions.vote`` writes, in one go."""
    forum.refresh_from_db()
    rows = list(Statement.objects.filter(forum=forum, state="accepted").order_by("number"))
    members = dict(Post.objects.filter(account__in=accounts, kind="member").values_list("account", "member"))
    Vote.objects.bulk_create(
        Vote(statement=one, mark=mark_of(forum, members[account.pk]), value=stance(person, number, len(rows)), round=forum.round)
        for person, account in enumerate(accounts)
        for number, one in enumerate(rows)
    )  # fmt: skip
