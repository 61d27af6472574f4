"""A letter about what a proposal is about: shown with it, and joined to it by the desk."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from huisheng.kernel.links import chain
from huisheng.kernel.models import Entry
from huisheng.people.models import Account
from huisheng.search import index
from tests import make
from tests.cast import Cast
from tests.counting import questions

SAID = (
    "我区一九九九年以前建成的住宅有四十六个小区没有电梯，手续要跑六个窗口，请设一个受理窗口，材料一次交清。"
)


def test_a_letter_shows_the_proposals_like_it_and_is_joined_to_one(
    cast: Cast, enter: Callable[[Account], Client]
) -> None:
    proposal = make.filed(cast, situation=SAID, title="关于老旧小区加装电梯的提案")
    index.put(proposal.kind(), proposal.pk, proposal.title, SAID, ())
    lead = make.lead(cast, content=SAID, gist="老旧小区加装电梯")
    editor, path = enter(cast.editor), f"/desk/alike/lead/{lead.pk}"
    assert path in editor.get(lead.get_absolute_url()).content.decode()
    page = editor.get(path).content.decode()
    assert proposal.title in page
    assert "是同一件事" in page

    for _ in range(2):  # a second time changes nothing
        assert editor.post(f"{path}/{proposal.pk}").status_code == 302
    assert [one.record for one in chain(lead)] == [proposal]
    assert [one.record for one in chain(proposal)] == [lead]
    assert Entry.objects.filter(action="relate").count() == 2
    assert "已关联" in editor.get(path).content.decode()
    assert questions(editor, path) <= 12

    assert enter(cast.chair).post(f"{path}/{proposal.pk}").status_code == 404  # reads no letters
    assert enter(cast.li).get(path).status_code == 404
    other = make.draft(cast)
    assert editor.post(f"{path}/{other.pk}").status_code == 404
