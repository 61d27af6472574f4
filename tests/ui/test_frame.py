from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huisheng.kernel.models import Notice
from huisheng.ui.chips import Chip, due_chip
from huisheng.ui.forms import DateInput
from tests.cast import Cast

from .test_steps import as_


def test_time_speaks_in_days() -> None:
    today = date(2017, 3, 1)
    words = [due_chip(today + timedelta(days=n), today) for n in (-2, 0, 5, 15, 16)]

    assert words == [
        Chip("!", "逾期 2 天", "seal", "2月27日"), Chip("⏳", "今天到期", "orange", "3月1日"),
        Chip("⏳", "5 天内", "orange", "3月6日"), Chip("⏳", "15 天内", "ochre", "3月16日"), Chip("", "3月17日前", "grey"),
    ]  # fmt: skip
    assert due_chip(None, today) is None


@pytest.mark.django_db
def test_the_frame_costs_three_queries_besides_the_session(cast: Cast) -> None:
    Notice.objects.create(account=cast.clerk, key="k", text="x", due_at=timezone.now())
    client = as_(cast.clerk)

    with CaptureQueriesContext(connection) as seen:
        page = client.get("/me").content.decode()

    tables = re.findall(r'FROM "(people_post|kernel_notice|people_term)"', "\n".join(q["sql"] for q in seen))
    assert sorted(tables) == ["kernel_notice", "people_post", "people_term"]
    assert "政协郑州市上街区委员会" in page
    assert '1<span class="hidden"> 条未读</span>' in page
    assert "提案委工作人员" in page


@pytest.mark.django_db
def test_members_read_large_leaders_larger_staff_get_keys(cast: Cast) -> None:
    member, leader, staff = (
        as_(one).get("/me").content.decode() for one in (cast.li, cast.leader, cast.clerk)
    )

    assert 'data-face="member" data-keys="off"' in member
    assert 'data-face="leader" data-keys="off"' in leader
    assert all("keys.js" not in page and "aloud.js" in page for page in (member, leader))
    assert "aloud.js" not in staff
    assert 'data-face="staff" data-keys="on"' in staff
    assert "keys.js" in staff


@pytest.mark.django_db
def test_text_size_and_theme_stay_with_the_account_and_the_browser(cast: Cast) -> None:
    client = as_(cast.li)
    client.post("/prefs", {"scale": "2.0", "next": "/me"})
    client.post("/prefs", {"theme": "dark", "next": "/me"})
    elsewhere = as_(cast.li)

    for browser in (client, elsewhere):
        assert 'data-scale="2.0"' in browser.get("/me").content.decode()
        assert 'data-theme="dark"' in browser.get("/me").content.decode()
    stranger = Client()
    stranger.post("/prefs", {"scale": "1.4"})
    assert 'data-scale="1.4"' in stranger.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [{"scale": "9"}, {"theme": '"><script>'}, {"keys": "x"}, {"next": "//evil.example"}]
)
def test_preferences_take_only_what_exists(cast: Cast, given: dict[str, str]) -> None:
    answer = as_(cast.li).post("/prefs", given)

    assert (answer.status_code, answer.url) == (302, "/")
    assert not answer.cookies.get("ui-scale")


@pytest.mark.django_db
def test_single_keys_can_be_turned_off(cast: Cast) -> None:
    client = as_(cast.clerk)
    client.post("/prefs", {"keys": "off"})

    assert 'data-keys="off"' in client.get("/me").content.decode()


@pytest.mark.django_db
def test_the_style_page_is_for_the_office(cast: Cast) -> None:
    assert as_(cast.clerk).get("/ui/").status_code == 200
    assert as_(cast.li).get("/ui/").status_code == 404
    assert Client().get("/ui/").status_code == 404


class Ask(forms.Form):
    title = forms.CharField(label="案由", max_length=40, help_text="只写一件事。")
    day = forms.DateField(label="日期", widget=DateInput())
    units = forms.MultipleChoiceField(
        label="单位", choices=[("1", "住建局"), ("2", "交通局")], required=False
    )


def test_a_field_has_label_hint_and_error_tied_together() -> None:
    html = str(Ask({"title": "", "day": "明天", "units": ["2"]}))

    assert '<label for="id_title">案由' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'href="#id_title">“案由”还没有填。' in html
    assert "请写成 2017-03-01 这样的日期。" in html


def test_what_was_typed_as_a_date_is_kept_even_when_it_is_none() -> None:
    wrong, right = str(Ask({"day": "明天"})["day"]), str(Ask({"day": "2017-03-01"})["day"])

    assert 'type="text"' in wrong
    assert 'value="明天"' in wrong
    assert 'type="date"' in right
    assert 'value="2017-03-01"' in right


def test_a_limit_counts_and_never_cuts() -> None:
    html = str(Ask()["title"])

    assert 'data-max="40"' in html
    assert "maxlength" not in html


def test_many_choices_are_boxes_to_tap() -> None:
    html: Any = str(Ask({"units": ["2"]})["units"])

    assert html.count('type="checkbox"') == 2
    assert 'value="2" checked' in html
