"""安家: what an empty house still lacks, in the order in which it is filled. Once all is there, nothing is said."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists

from huisheng.people.models import Account, Agency, Body, Member


@dataclass(frozen=True)
class Stone:
    label: str
    how: str
    url_name: str
    is_laid: bool


def stones(account: Account) -> list[Stone]:
    """Empty when the house is furnished. One question."""
    others = Account.objects.exclude(pk=account.pk)
    wanted = (Body.objects.all(), Member.objects.all(), Agency.objects.all(), others)
    laid = Account.objects.filter(pk=account.pk).values_list(*(Exists(rows) for rows in wanted)).get()
    if all(laid):
        return []
    said = (
        ("机构", "专委会、界别、镇街工委、党派团体", "people:imports"),
        ("委员名册", "Excel 或 CSV，先核对、后导入，可以整批撤销", "people:imports"),
        ("承办单位", "写明职责的，分办时会据此推荐", "people:imports"),
        ("账号", "给工作人员、委员、承办单位各开一个，启用码打印出来交给本人", "people:accounts"),
    )
    return [Stone(*words, is_laid) for words, is_laid in zip(said, laid, strict=True)]
