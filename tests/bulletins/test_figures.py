"""Figures of the year's voices: each number is its list, and what is published is read without whose words it was."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from huisheng.bulletins.figures import FIGURES, figures
from huisheng.kernel.lifecycle import perform

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cache.clear()
    return make_cast()


def test_each_number_is_the_length_of_its_list(cast: Cast) -> None:
    make.lead(cast)
    make.delivered_issue(cast, items=2)
    client = Client()
    client.force_login(cast.editor)
    found = figures(2017)
    assert found["leads_received"] == found["bulletins_issued"] == found["advice_areas"] == 1
    assert (found["opinions_issued"], found["instructions_given"]) == (2, 0)
    for one in FIGURES:
        page = client.get(f"/bulletins/figures/{one.key}/?year=2017").content.decode()
        assert f"共 {found[one.key]} {one.unit}" in page
    assert client.get("/bulletins/figures/nonsense/").status_code == 404
    assert questions(client, "/bulletins/figures/?year=2017") <= 12


def test_a_published_issue_is_read_at_the_public_door_without_whose_words_it_was(cast: Cast) -> None:
    issue = make.delivered_issue(cast)
    path = f"/open/bulletins/{issue.pk}/"
    assert Client().get(path).status_code == 404
    perform(issue.output, "publish", cast.chair, at=make.DAY)
    cache.clear()
    page = Client().get(path).content.decode()
    item = issue.items.get()
    assert item.headline in page
    assert "李清和" not in page
    assert f'href="{path}"' in Client().get("/open/bulletins/").content.decode()
