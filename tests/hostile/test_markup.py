"""Words are words: markup, formulas and typesetting commands that people write are shown, never run."""

from __future__ import annotations

import io
import subprocess
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from playwright.sync_api import Browser

from huisheng.desk.models import Feedback
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Option
from huisheng.people.models import Account, Agency, Body, Member
from huisheng.proposals.models import Proposal
from tests import make
from tests.cast import Cast, make_cast

from . import house
from .catalogue import FORMULAS, MARKUP
from .judge import browser, faults, quick

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SHORT = '"><img src=x onerror=BOOM(1)>'  # for names of sixty characters
EVERY = "\n".join(MARKUP)
WATCH = """
window.boomed = [];
window.BOOM = n => { window.boomed.push("BOOM(" + n + ")"); };
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { window.boomed.push(name); };
"""
# what no page of ours has: anything here came out of somebody's words
FOREIGN = """() => [
    ...document.querySelectorAll("script:not([src]):not([type='application/json']), iframe, object, embed, base, marquee, isindex, math," +
        "video, audio, template:not([id]):not([data-row-template]), meta[http-equiv], link[href^='data:'], form[action^='//'], [srcdoc]," +
        "[formaction], [hx-get*='trigger'], [data-autosave^='//'], style"),
    ...[...document.querySelectorAll("*")].filter(e => [...e.attributes].some(a => /^on|^hx-on|^data-hx-on/i.test(a.name))),
    ...[...document.querySelectorAll("[href], [src], [action]")].filter(e =>
        /^\\s*(javascript|data:text|\\/\\/)/i.test(e.getAttribute("href") || e.getAttribute("src") || e.getAttribute("action"))),
].map(e => e.outerHTML.slice(0, 150))"""


def stuff(cast: Cast) -> Proposal:
    """Payloads in every word that somebody can write, through the forms and steps that take them."""
    text = {
        "title": MARKUP[17] + MARKUP[1] + MARKUP[14],
        "situation": EVERY,
        "analysis": EVERY,
        "suggestions": [EVERY, SHORT],
    }
    _rename(cast)
    answers = {"letter": "B", "opening": EVERY[:1900], "closing": EVERY[:1900], "leader": SHORT, "handler": SHORT, "phone": SHORT,
               "promise_1_what": EVERY[:900], "promise_1_who": SHORT, "promise_1_due": "2017-06-01"}  # fmt: skip
    main = make.handling(
        cast, is_joint=True, is_cosigned=True, contact_person=SHORT, contact_phone=SHORT, **text
    )
    one, other = main.assignments.get(agency=cast.housing), main.assignments.get(agency=cast.traffic)
    perform(main, "supplement", cast.li, {"content": EVERY}, at=make.DAY)
    perform(main, "urge", cast.coordinator, {"note": EVERY[:1900]}, at=make.DAY)
    perform(main, "mark_key", cast.chair, {"leader": SHORT, "note": SHORT}, at=make.DAY)
    perform(
        main,
        "oversee",
        cast.chair,
        {"leader": SHORT, "form": "meeting", "held_on": "2017-03-01", "result": EVERY},
        at=make.DAY,
    )
    perform(one, "take", cast.housing_clerk, at=make.DAY)
    perform(other, "take", cast.traffic_clerk, at=make.DAY)
    perform(
        one,
        "contact",
        cast.housing_clerk,
        {"form": "visit", "held_on": "2017-03-01", "people": SHORT, "points": EVERY},
        at=make.DAY,
    )
    perform(one.contacts.get(), "dispute", cast.li, {"view": EVERY[:1900]}, at=make.DAY)
    perform(one, "extend", cast.housing_clerk, {"span": "5个工作日", "note": EVERY[:900]}, at=make.DAY)
    perform(other, "opine", cast.traffic_clerk, {"opinion": EVERY}, at=make.DAY)
    replies = {f"answer_{s.pk}": EVERY for s in main.text.suggestions.all()}
    perform(one, "draft", cast.housing_clerk, make.ANSWERS | answers | replies, at=make.DAY)
    perform(
        one.replies.get().countersigns.get(), "dissent", cast.traffic_clerk, {"content": EVERY}, at=make.DAY
    )
    perform(one, "take_back", cast.housing_clerk, at=make.DAY)
    perform(one, "draft", cast.housing_clerk, make.ANSWERS | answers | replies, at=make.DAY)
    perform(one.replies.last().countersigns.get(), "agree", cast.traffic_clerk, at=make.DAY)
    perform(one, "approve", cast.housing_head, at=make.DAY)
    perform(one, "deliver", cast.clerk, {"disclosed": "full", "note": SHORT}, at=make.DAY)
    main.refresh_from_db()
    perform(
        main.ratings.get(is_first=True),
        "rate",
        cast.li,
        {"process": "good", "result": "good", "remark": EVERY[:1900]},
        at=make.DAY,
    )
    make.call(cast)
    client = browser(cast.clerk)
    for url, fields in (
        ("/proposals/calls/new/", {"title": SHORT, "session": cast.session.pk, "opens_on": "2017-03-01", "closes_on": "2099-03-01",
                                   "content": EVERY, "topics": [SHORT + "\n" + EVERY]}),
        ("/proposals/nominations/new/", {"year": "2017", "agency": cast.housing.pk, "reason": EVERY[:1900], "proposal": ""}),
        ("/feedback", {"content": EVERY, "page": "javascript:BOOM(9)"}),
        ("/rules/lists/category_local/new", {"code": "boom", "label": SHORT, "position": "1", "starts_on": "2017-01-01"}),
        ("/rules/office.phone", {"value": SHORT, "starts_on": "2017-01-01", "note": SHORT}),
        ("/rules/letter.series", {"value": SHORT, "starts_on": "2017-01-01", "note": SHORT}),
        ("/rules/calendar", {"date": "2017-12-12", "is_workday": "False", "name": SHORT}),
    ):  # fmt: skip
        answer = client.post(url, fields)
        assert answer.status_code == 302, f"{url}: {answer.content.decode()[-2500:]}"
    client.post(f"/desk/feedback/{Feedback.objects.get().pk}", {"answer": EVERY})
    own = make.draft(cast, title=SHORT, situation=EVERY)
    browser(cast.li).post(
        f"/proposals/{own.pk}/draft/save/", {"title": "长" * 300 + SHORT, "situation": EVERY, "version": "x"}
    )
    make.submitted(cast, **text)
    make.filed(cast, **text)
    sheet = f"姓名,性别,界别\n{SHORT.replace(',', '，')},男,{SHORT}\n".encode()
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.post(
        "/imports", {"kind": "members", "file": SimpleUploadedFile("img src=x onerror=BOOM(1).csv", sheet)}
    )
    return main


def _rename(cast: Cast) -> None:
    """Names as an administrator or an import may have written them."""
    Account.objects.filter(pk__in=[cast.li.pk, cast.wang.pk, cast.housing_clerk.pk]).update(name=SHORT)
    Member.objects.update(name=SHORT, unit=SHORT, job=SHORT)
    Agency.objects.filter(pk=cast.housing.pk).update(
        name=SHORT, duty=EVERY, leader=SHORT, contact=SHORT, short_names=[SHORT]
    )
    Body.objects.filter(pk=cast.sector.pk).update(name=SHORT, leader=SHORT)
    Option.objects.filter(list="result_letter", code="B").update(label=SHORT)
    for account in (cast.li, cast.wang, cast.housing_clerk):
        account.refresh_from_db()
    for record in (cast.member_li, cast.member_wang, cast.member_zhao, cast.housing, cast.sector):
        record.refresh_from_db()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_words_of_anybody_are_run_on_any_page(browser: Browser, live_server: Any, settings: Any) -> None:
    cast = make_cast()
    stuff(cast)
    wrong: list[str] = []
    seen: set[str] = set()
    for name in ("clerk", "li", "housing_clerk", "admin", "coordinator"):
        client = Client()
        client.force_login(cast.accounts[name], backend=BACKEND)
        # the pages' own policy is switched off: escaping alone must hold
        context = browser.new_context(bypass_csp=True)
        context.add_init_script(WATCH)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                              "url": live_server.url}])  # fmt: skip
        page = context.new_page()
        page.on(
            "dialog",
            lambda dialog, name=name, wrong=wrong: (
                wrong.append(f"{name}: dialog {dialog.message}"),
                dialog.dismiss(),
            ),
        )
        for url in pages_with_payloads(client):
            page.goto(live_server.url + url, wait_until="load")
            ran, foreign = page.evaluate("window.boomed"), page.evaluate(FOREIGN)
            wrong += [f"{name} {url}: ran {one}" for one in ran] + [f"{name} {url}: {one}" for one in foreign]
            seen.add(url)
        context.close()
    assert wrong == []
    assert len(seen) >= 30, sorted(seen)


def pages_with_payloads(client: Client) -> list[str]:
    """The addresses whose page shows somebody's payload to this reader."""
    found = []
    urls = [*house.addresses(), *(url.replace("/1/", "/2/") for url in house.addresses() if "/1/" in url), "/search?q=BOOM",
            "/search?q=" + "%22%3E%3Cimg%20src%3Dx%20onerror%3DBOOM(1)%3E", "/proposals/?q=%3Csvg%20onload%3DBOOM(1)%3E",
            "/proposals/?sponsor=%22%3E%3Cscript%3EBOOM(1)%3C%2Fscript%3E", "/feedback?from=javascript:BOOM(1)",
            "/proposals/4/", "/proposals/3/", "/imports/1?show=all"]  # fmt: skip
    with quick():
        for url in dict.fromkeys(urls):
            if url.rpartition(".")[2] in ("pdf", "docx", "xlsx") or "compile" in url or "packet" in url:
                continue
            answer = client.get(url)
            if (
                answer.status_code == 200
                and answer.get("Content-Type", "").startswith("text/html")
                and b"BOOM" in answer.content
            ):
                found.append(url)
    return found


@pytest.mark.django_db
def test_typesetting_commands_are_printed_as_words(db: None) -> None:
    cast = make_cast()
    main = stuff(cast)
    client = browser_of(cast.clerk)
    reply = main.assignments.get(agency=cast.housing).replies.last()
    urls = [f"/proposals/{main.pk}/papers/form", f"/proposals/{main.pk}/papers/notice", f"/proposals/replies/{reply.pk}/letter",
            f"/proposals/assignments/{reply.assignment_id}/slip"]  # fmt: skip
    for url in urls:
        for form in ("pdf", "docx"):
            answer = client.get(f"{url}.{form}")
            assert answer.status_code == 200, f"{url}.{form} {faults(answer)} {answer.content[:800]!r}"
            if form == "pdf":
                words = subprocess.run(
                    ["pdftotext", "-raw", "-", "-"], input=answer.content, capture_output=True, check=True
                ).stdout.decode()
                flat = "".join(words.split())
                assert "root:x:0" not in flat
                assert "onerror=BOOM(1)" in flat or "notice" in url
                if "form" in url:
                    assert '#read("/etc/passwd")' in flat
                    assert "<script>BOOM(1)</script>" in flat


@pytest.mark.django_db
def test_no_sheet_holds_a_formula(db: None) -> None:
    cast = make_cast()
    for formula in FORMULAS:
        make.filed(cast, title=formula, situation=formula, analysis=formula, suggestions=[formula])
    Account.objects.filter(pk=cast.clerk.pk).update(name=FORMULAS[0])
    client = browser_of(cast.clerk)
    found = 0
    for url in [
        "/proposals/export.xlsx",
        *(url for url in house.addresses(form="xlsx", slug="xlsx") if "xlsx" in url),
    ]:
        answer = client.get(url)
        if answer.status_code != 200:
            assert faults(answer) == [], url
            continue
        raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for sheet in load_workbook(io.BytesIO(raw)):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", f"{url} {cell.coordinate}: {cell.value}"
                    found += isinstance(cell.value, str) and cell.value.lstrip("'").startswith(
                        ("=cmd", "＝1+1")
                    )
    assert found >= 2


def browser_of(account: Account) -> Client:
    return browser(account)
