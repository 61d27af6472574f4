"""What every test stands on: the system's browser, and no silent skips. The database is tests/settings_test.py's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FIXTURES = {"page", "context", "browser", "new_context"}
QUIET_BROWSER = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# ── no silent skips ───────────────────────────────────────────────────────────────────────────────


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    return _refuse_skip((yield))


def _refuse_skip(report: Any) -> Any:
    """A skipped test is a failed one; an expected failure (xfail, strict) stays what it is."""
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"测试被跳过（{reason}）：不能运行的测试算作失败，请补齐它需要的东西。"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses a page is a browser test, and what asks no database need not be asked once more on the other one,
    whether or not somebody remembered to say so."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if BROWSER_FIXTURES & used:
            item.add_marker(pytest.mark.browser)
        asks = {"db", "transactional_db", "django_db_setup"} & used
        if not (asks or item.get_closest_marker("django_db") or item.get_closest_marker("fault")):
            item.add_marker(pytest.mark.one_database)
        if counts_questions(item, used):
            item.add_marker(pytest.mark.one_database)


def counts_questions(item: pytest.Item, used: set[str]) -> bool:
    """Whether a test counts what a page asks: thirty rows of each kind are made for it, and Django asks both databases
    the same. (The search asks each its own way; its counts stay with both.)"""
    function = getattr(item, "function", None)
    called = getattr(getattr(function, "__code__", None), "co_names", ())
    helper = getattr(function, "__globals__", {}).get("questions")
    return bool(
        "queries" in used
        or "CaptureQueriesContext" in called
        or ("questions" in called and getattr(helper, "__module__", "") == "tests.counting")
    )


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session", autouse=True)
def _only_pages_are_noted(django_test_environment: None) -> None:
    """``response.context`` is that of the page. Django's test client would note a copy of the context with every
    piece, too, each field of a form and each include: half the time of a page."""
    from django.template import RequestContext
    from django.template.base import Template
    from django.test.signals import template_rendered
    from django.test.utils import _TestState

    plain = _TestState.saved_data.template_render

    def render(template: Any, context: Any) -> str:
        # a public page is rendered without a request
        is_page = isinstance(context, RequestContext) or str(template.name).startswith("portal/")
        if context.template is template and is_page:
            template_rendered.send(sender=template, template=template, context=context)
        return plain(template, context)

    Template._render = render  # taken back with Django's own at the end


# ── the database ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """The tests' database is a copy of one that has its tables (tests/ready.py). pytest-django finds it there and only
    looks whether a migration is missing; it goes with its folder or its server."""
    from django.db import connection

    from tests import ready

    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        ready.sqlite(Path(name))
        return True
    if is_private := "/postgres?host=" in (url := os.environ["DATABASE_URL"]):
        ready.postgres(url, name)
    return is_private


@pytest.fixture(autouse=True)
def _index_is_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """The text index is no model's table: where a test's rows are flushed rather than rolled back, it is cleared here."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from django.db import connection

    from huisheng.search.engines import engine

    with connection.cursor() as cursor:
        engine("default").clear(cursor)


# ── the browser ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's chromium: playwright's own download is not used."""
    from playwright.sync_api import expect

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, (
        "没有找到 chromium：请安装 apt-get install chromium，或运行 ./run test browser（root 会自动安装）。"
    )
    expect.set_options(
        timeout=20_000
    )  # a busy machine is slow, not wrong; what is there already is not waited for
    return {"executable_path": found, "args": QUIET_BROWSER}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def expect_accessible() -> Callable[[Any], None]:
    """A check that axe (WCAG 2.2 A and AA and its best practices) finds nothing on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    program = Axe().axe_script

    def check(page: Any) -> None:
        # read once a document, and only what is wrong comes back: the list of all that is right costs more than the check
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(program)
        found = page.evaluate("() => axe.run({resultTypes: ['violations']}).then(all => all.violations)")
        told = [
            f"{rule['id']}（{rule['impact']}）{rule['help']}\n    {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert not told, f"{page.url}\n" + "\n".join(told)

    return check
