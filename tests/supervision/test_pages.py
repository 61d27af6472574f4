"""Pages of 民主监督: they open, ask little, hide what must be hidden, and work without a network or a script."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Notice
from huisheng.people import tokens
from huisheng.people.models import Account, Member
from huisheng.supervision import actions, queries
from huisheng.supervision.models import Check, Finding, Supervision, SurveyRemarks, Tally

from .. import make
from ..cast import Cast, make_cast, moment
from ..counting import questions
from ..kernel.test_files import exif_with_place, jpeg

pytestmark = pytest.mark.django_db
DAY = make.DAY


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


# -- the names of the team ----------------------------------------------------------------------------------------------
LI, WANG = "黎鹭屿", "汪槿澜"  # names that stand nowhere else


def hidden(cast: Cast, **changes: Any) -> Finding:
    """A matter whose authors bear names that can be found again anywhere."""
    for account, member, name in ((cast.li, cast.member_li, LI), (cast.wang, cast.member_wang, WANG)):
        Account.objects.filter(pk=account.pk).update(name=name)
        Member.objects.filter(pk=member.pk).update(name=name)
        account.name = member.name = name
    one = make.reported_finding(cast, **changes)
    fail = {"looked_on": "2017-03-01", "seen": "北侧没有盖。", "due_on": "2017-05-02"}
    perform(one, "fail", cast.li, fail, at=DAY)
    hearing = {"agency": cast.housing.pk, "subject": "扬尘治理", "planned_on": "2099-03-08"}
    run = make.running_supervision(cast, title="餐饮油烟专项监督")
    perform(run, "schedule", cast.office, hearing, at=DAY)
    talk = run.hearings.get()
    perform(talk, "hear", cast.office, {"heard_on": "2017-03-01"}, at=DAY)
    perform(talk, "collect", cast.wang, {"opinions": ["请公开台账。"]}, at=DAY)
    perform(talk, "send", cast.office, at=DAY)
    return one


def shown_to_unit(cast: Cast) -> dict[str, str]:
    """Everything the unit can open: pages, papers in both forms, the API, its notices, refusals."""
    client, texts = browser(cast.housing_clerk), {}
    units = queries.visible_units(cast.housing_clerk, DAY.date())
    findings = queries.visible_findings(cast.housing_clerk, DAY.date())
    hearings = queries.visible_hearings(cast.housing_clerk, DAY.date())
    paths = ["/supervision/", "/supervision/findings/?group=all", "/supervision/hearings/?group=all", "/"]
    paths += [one.get_absolute_url() for rows in (units, findings, hearings) for one in rows]
    paths += [f"/supervision/findings/{one.pk}/deadline/" for one in findings]
    paths += [f"/supervision/findings/{one.pk}/steps/report" for one in findings]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        texts[path] = answer.content.decode()
    for unit in units:
        page = texts[unit.get_absolute_url()]
        for path in re.findall(r'href="(/supervision/units/\d+/papers/[^"]+\.docx)"', page):
            with zipfile.ZipFile(io.BytesIO(client.get(path).content)) as file:
                texts[path] = "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    for path in [one for one in texts if one.endswith(".docx")][:1]:
        assert client.get(path.replace(".docx", ".pdf")).content.startswith(b"%PDF")
    token = tokens.issue(cast.housing_clerk)
    machine = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    api = ["supervision-units", "supervision-findings", "supervision-hearings", "supervisions"]
    api += [f"supervision-findings/{one.pk}" for one in findings]
    api += [f"supervision-hearings/{one.pk}" for one in hearings]
    for path in api:
        answer = Client().get(f"/api/v1/{path}", **machine)
        assert answer.status_code == 200, path
        texts[path] = json.dumps(answer.json(), ensure_ascii=False)
    late = {"version": "1", "report": "x", "key": "late-00001"}  # somebody was first: the refusal says who
    finding = findings.first()
    assert finding is not None
    answer = client.post(f"/supervision/findings/{finding.pk}/steps/report", late)
    assert answer.status_code == 409
    texts["refusal"] = answer.content.decode()
    texts["notices"] = "\n".join(
        Notice.objects.filter(account__in=(cast.housing_clerk, cast.housing_head)).values_list(
            "text", flat=True
        )
    )
    return texts


def test_where_authors_are_hidden_no_name_of_theirs_reaches_the_unit(cast: Cast) -> None:
    hidden(cast)
    texts = shown_to_unit(cast)
    assert len([one for one in texts if one.endswith(".docx")]) >= 4
    assert [path for path, text in texts.items() if LI in text or WANG in text] == []
    assert any("区政协监督组" in text for text in texts.values())
    whole = browser(cast.office).get(Finding.objects.get().get_absolute_url()).content.decode()
    assert LI in whole
    assert WANG in whole


def test_where_they_are_not_hidden_the_unit_reads_who_found_and_who_looked_again(cast: Cast) -> None:
    one = hidden(cast, hides_authors=False)
    page = browser(cast.housing_clerk).get(one.get_absolute_url()).content.decode()
    assert LI in page
    assert WANG in page


def test_a_unit_opens_nothing_of_the_matter_itself(cast: Cast) -> None:
    one = make.sent_finding(cast)
    client = browser(cast.housing_clerk)
    matter = one.supervision.pk
    for path in (
        "",
        "field/",
        "field/state",
        "papers/scheme.pdf",
        "papers/second-look.docx",
        "findings/new/",
        "steps/list",
    ):
        assert client.get(f"/supervision/{matter}/{path}").status_code == 404, path
    assert client.get("/search?q=大气污染").content.decode().count("监督2017") == 0


# -- how much a page asks --------------------------------------------------------------------------------------------------
def test_a_matter_costs_the_same_questions_for_one_item_and_for_thirty(cast: Cast) -> None:
    one = make.running_supervision(cast)
    make.inspect(one, cast.wang, 1, "fails", "没有盖")
    make.found(cast, one=one)
    paths = {
        "office": [f"/supervision/{one.pk}/", "/supervision/"],
        "li": [f"/supervision/{one.pk}/", f"/supervision/{one.pk}/field/"],
        "housing_clerk": ["/supervision/", f"/supervision/units/{one.units.get().pk}/"],
    }
    before = {
        (who, path): questions(browser(cast.accounts[who]), path) for who in paths for path in paths[who]
    }
    lines = "\n".join(f"第{i}处堆场｜全部覆盖" for i in range(30))
    perform(one, "checklist", cast.office, {"items": lines}, at=DAY)
    for item in one.items.filter(title__startswith="第"):
        make.inspect(one, cast.wang, item.number, "meets")
        make.inspect(one, cast.li, item.number, "partly", "有破口")
        make.found(cast, one=one, content=f"第{item.number}处")
    for i in range(30):
        make.running_supervision(cast, title=f"第{i}项监督")
    after = {
        (who, path): questions(browser(cast.accounts[who]), path) for who in paths for path in paths[who]
    }
    assert after == before
    assert max(after.values()) <= 12


# -- the checklist -------------------------------------------------------------------------------------------------------------
def test_the_plain_form_works_without_a_script_and_a_photo_loses_its_place(cast: Cast) -> None:
    one = make.running_supervision(cast)
    client, item = browser(cast.wang), one.items.get(number=1)
    path = f"/supervision/{one.pk}/field/{item.pk}/"
    photo = SimpleUploadedFile("堆场.jpg", jpeg(exif_with_place(1)), "image/jpeg")
    words = {
        "result": "fails",
        "note": "两处没有盖",
        "place": "东柏社",
        "base": "0",
        "key": "form-00001",
        "photos": photo,
    }
    answer = client.post(path, words)
    assert (answer.status_code, answer["Location"]) == (302, f"/supervision/{one.pk}/field/#item-{item.pk}")
    check = Check.objects.get()
    assert (check.name, check.result, check.place) == ("王立言", "fails", "东柏社")
    page = client.get(f"/supervision/{one.pk}/field/").content.decode()
    link = re.search(r'href="(/supervision/\d+/photos/\d+/)"', page)
    assert link
    kept = b"".join(client.get(link[1]).streaming_content)  # type: ignore[arg-type]
    assert b"GPS" not in kept
    assert client.post(path, {"result": "fails"}).status_code == 422
    assert browser(cast.zhao).get(f"/supervision/{one.pk}/field/").status_code == 404


def test_a_phone_hears_what_the_server_holds_when_both_wrote(cast: Cast) -> None:
    one = make.running_supervision(cast)
    item = one.items.get(number=1)
    make.inspect(one, cast.wang, 1, "meets", base=0)
    path, fetch = f"/supervision/{one.pk}/field/{item.pk}/", {"HTTP_X_REQUESTED_WITH": "fetch"}
    words = {"result": "fails", "note": "另一台手机", "base": "0", "key": "phone-00009"}
    answer = browser(cast.wang).post(path, words, **fetch)
    assert (answer.status_code, answer.json()["is_conflict"]) == (409, True)
    assert (answer.json()["mine"]["label"], answer.json()["mine"]["version"]) == ("符合", 1)
    told = browser(cast.li).get(f"/supervision/{one.pk}/field/state").json()
    assert told["items"][str(item.pk)]["others"][0]["name"] == "王立言"
    assert told["token"]


def test_the_worker_may_serve_its_own_folder_and_no_other(cast: Cast) -> None:
    answer = Client().get("/supervision/worker.js")
    assert answer["Service-Worker-Allowed"] == "/supervision/"
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"


# -- writing a scheme, finding, rating ----------------------------------------------------------------------------------------------
def test_a_scheme_is_written_from_a_proposal_and_bad_words_come_back_with_a_sentence(cast: Cast) -> None:
    proposal = make.filed(cast)
    client = browser(cast.office)
    way = client.get(reverse("desk:chain", args=["proposal", proposal.pk])).content.decode()
    assert f"/supervision/new/?from=proposal-{proposal.pk}" in way
    page = client.get(f"/supervision/new/?from=proposal-{proposal.pk}")
    assert proposal.title in page.content.decode()
    words = {
        "title": "老旧小区改造专项监督", "aspect": "special", "source": "proposals", "content": "加装电梯。", "method": "看现场。",
        "agencies": [cast.housing.pk], "starts_on": "2017-05-01", "ends_on": "2017-04-01", "hides_authors": "on",
        "proposals": "999", "key": "scheme-0001",
    }  # fmt: skip
    refused = client.post("/supervision/new/", words).content.decode()
    assert "“结束”不能早于“开始”。" in refused
    assert "没有第999号提案" in refused
    assert "加装电梯。" in refused
    good = words | {"ends_on": "2017-06-01", "proposals": f"第{proposal.number}号"}
    answer = client.post("/supervision/new/", good)
    one = Supervision.objects.get()
    assert answer["Location"] == one.get_absolute_url()
    chain = client.get(reverse("desk:chain", args=["supervision", one.pk])).content.decode()
    assert proposal.title in chain


def test_a_sheet_is_filled_once_on_its_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DAY)
    one = make.running_supervision(cast, aspect="appraisal")
    sheet = {"questions": ["办事效率"], "bodies": [cast.sector.pk], "ends_on": "2017-03-10"}
    perform(one, "survey", cast.office, sheet, at=DAY)
    client, question = browser(cast.zhao), one.questions.get()
    assert "请您评议" in client.get("/supervision/").content.decode()
    path = f"/supervision/{one.pk}/rate/"
    assert "第1题还没有选" in client.post(path, {"key": "sheet-00001"}).content.decode()
    assert path in client.get("/").content.decode()
    assert path in client.get("/desk/todo").content.decode()
    long = {f"q_{question.pk}": "good", "remark": "长" * 501, "key": "sheet-00001"}
    assert "最多 500 字" in client.post(path, long).content.decode()
    said = {f"q_{question.pk}": "good", "remark": " 都好。 ", "key": "sheet-00001"}
    assert client.post(path, said).status_code == 302
    assert SurveyRemarks.objects.get().texts == ["都好。"]
    assert "您的问卷已经收到" in client.get(path).content.decode()
    assert path not in client.get("/").content.decode()
    assert browser(cast.wang).get(path).status_code == 404


def test_after_the_last_day_whoever_was_asked_reads_the_result_and_the_papers_print_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DAY)
    one = make.running_supervision(cast, aspect="appraisal")
    sheet = {"questions": ["办事效率"], "bodies": [cast.sector.pk], "ends_on": "2017-03-10"}
    perform(one, "survey", cast.office, sheet, at=DAY)
    good = Tally.objects.get(question__supervision=one, answer="good")
    scan = SimpleUploadedFile("sheets.jpg", jpeg())
    answer = browser(cast.office).post(f"/supervision/{one.pk}/steps/paper_sheets", {
        "sent": "8", "sheets": "6", f"t_{good.pk}": "5", "texts": "早一点答复。", "file": scan, "key": "paper-00001",
        "version": one.version,
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    papers = f"/supervision/{one.pk}/papers/"
    office, asked, page = browser(cast.office), browser(cast.zhao), f"/supervision/{one.pk}/rate/"
    assert office.get(f"{papers}survey-sheet.pdf").status_code == 200
    assert office.get(f"{papers}survey-result.pdf").status_code == 404  # it is still open
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment("2017-03-11 09:00"))
    office, asked = browser(cast.office), browser(cast.zhao)
    for path, reader in ((page, asked), (f"/supervision/{one.pk}/", office)):
        shown = reader.get(path).content.decode()
        assert "其中纸质问卷发出 8 份，收回 6 份" in shown
        assert "早一点答复。" in shown
        assert "100%" in shown
    assert asked.post(page, {"key": "sheet-00009"}).status_code == 422
    for name in ("survey-sheet", "survey-result", "opinion"):
        for form in ("pdf", "docx"):
            assert office.get(f"{papers}{name}.{form}").status_code in (
                200,
                404 if name == "opinion" else 200,
            )
    file = Attachment.objects.get(purpose="sheets")
    assert office.get(f"/supervision/{one.pk}/sheets/{file.pk}/").status_code == 200
    for account in (cast.li, cast.zhao, cast.chair):  # a hand may be known by its writing
        assert browser(account).get(f"/supervision/{one.pk}/sheets/{file.pk}/").status_code == 404
    assert "问卷扫描件" not in browser(cast.li).get(f"/supervision/{one.pk}/").content.decode()


def test_a_matter_is_found_by_those_who_may_read_it_alone(cast: Cast) -> None:
    make.running_supervision(cast)
    assert "监督2017-1" in browser(cast.li).get("/search?q=大气污染").content.decode()
    assert "监督2017-1" not in browser(cast.zhao).get("/search?q=大气污染").content.decode()


def test_the_machine_fills_the_checklist_as_the_phone_does(cast: Cast) -> None:
    one = make.running_supervision(cast)
    item = one.items.get(number=1)
    headers = {
        "HTTP_AUTHORIZATION": f"Bearer {tokens.issue(cast.wang)}",
        "HTTP_IDEMPOTENCY_KEY": "machine-00001",
    }
    body = json.dumps({"result": "fails", "note": "没有盖", "base": 0})
    path = f"/api/v1/supervisions/{one.pk}/checklist/{item.pk}"
    first = Client().post(path, body, content_type="application/json", **headers)
    again = Client().post(path, body, content_type="application/json", **headers)
    assert (first.json(), again.json()) == ({"version": 1}, {"version": 1})
    listed = Client().get(f"/api/v1/supervisions/{one.pk}/checklist", **headers).json()
    assert [check["is_mine"] for row in listed for check in row["checks"]] == [True]
    steps = Client().get(f"/api/v1/supervisions/{one.pk}/steps", **headers).json()
    assert [step["action"] for step in steps] == ["recuse"]
    assert actions.on_team(one, cast.wang, DAY.date())
