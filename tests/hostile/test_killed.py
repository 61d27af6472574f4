"""The server dies while somebody writes; the network goes while somebody sends. Nothing typed is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect

from huisheng.kernel.models import Entry
from huisheng.people.models import Account
from huisheng.proposals import actions
from huisheng.ui.steps import step_url
from tests import make
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class House:
    """A server of its own over the test's database, as processes that can be killed."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "huisheng.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "1",
                   "--threads", "4", "--log-level", "error"]  # fmt: skip
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings_test", "DATABASE_URL": _address(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5)
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError("服务没有在 90 秒内启动。")

    def kill(self) -> None:
        """kill -9 of the whole group: master and workers, in the middle of whatever they do."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _address() -> str:
    """The test's own database, as a second process reaches it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    from urllib.parse import quote, urlencode

    who = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}@" if settings["USER"] else ""
    options = urlencode({"host": settings["HOST"]}) if settings["HOST"] else ""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{who}localhost{port}/{settings['NAME']}?{options}"


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    found = House()
    found.start()
    yield found
    found.kill()


def sign_in(page: Page, house: House, account: Account, settings: Any) -> None:
    client = Client()
    client.force_login(account, backend=BACKEND)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": house.url}])


def test_what_was_typed_five_seconds_ago_survives_the_death_of_the_server(
    page: Page, house: House, settings: Any
) -> None:
    cast = make_cast()
    draft = actions.start(cast.li, {})
    submitted = make.submitted(cast)
    sign_in(page, house, cast.li, settings)
    page.goto(f"{house.url}/proposals/{draft.pk}/draft/")
    page.get_by_label("案由").fill("关于背街小巷照明的提案")
    page.get_by_label("情况").type(
        "一条巷子三盏灯，坏了两盏。"
    )  # the field is not left: only the clock saves
    expect(page.locator("[data-saved]")).to_contain_text("已保存", timeout=30_000)
    page.wait_for_timeout(5_500)
    house.kill()
    page.get_by_label("分析").type("服务死了以后写的话。")
    page.wait_for_timeout(6_000)
    assert page.get_by_label("分析").input_value() == "服务死了以后写的话。"
    house.start()

    other = page.context.browser.new_context()  # type: ignore[union-attr]
    other.add_cookies(page.context.cookies())
    fresh = other.new_page()
    fresh.goto(f"{house.url}/proposals/{draft.pk}/draft/")
    expect(fresh.get_by_label("案由")).to_have_value("关于背街小巷照明的提案")
    expect(fresh.get_by_label("情况")).to_have_value("一条巷子三盏灯，坏了两盏。")
    other.close()

    # the open page goes on by itself as soon as the server is back
    page.get_by_label("分析").blur()
    page.wait_for_timeout(7_000)
    draft.refresh_from_db()
    assert draft.text.analysis == "服务死了以后写的话。"

    # and the same for a step's form
    page.goto(house.url + step_url(submitted, "revise"))
    page.locator("[name=note]").fill("补了三个单元的数字")
    page.locator("[name=note]").blur()
    page.wait_for_timeout(5_500)
    house.kill()
    house.start()
    page.goto(house.url + step_url(submitted, "revise"))
    expect(page.locator("[name=note]")).to_have_value("补了三个单元的数字")


def test_a_form_sent_into_a_dead_network_is_sent_again_and_done_once(
    page: Page, house: House, settings: Any
) -> None:
    cast = make_cast()
    proposal = make.submitted(cast)
    sign_in(page, house, cast.li, settings)
    page.goto(house.url + step_url(proposal, "revise"))
    page.locator("[name=note]").fill("断网以前写的话")
    page.context.set_offline(True)
    button = page.locator("form.form button[type=submit]").first
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("网络恢复后请再按一次")
    assert page.locator("[name=note]").input_value() == "断网以前写的话"
    page.context.set_offline(False)
    button.dblclick()
    page.wait_for_url(f"**/proposals/{proposal.pk}/**", timeout=20_000)
    page.wait_for_timeout(1_000)
    assert Entry.objects.filter(action="revise").count() == 1
