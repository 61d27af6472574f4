"""Printed matter: every paper as PDF and .docx says what it must, to those who may read it; books, packets, sheets."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Job
from huisheng.people.models import Account
from huisheng.proposals.models import Packet, Proposal, Reply, State
from tests import make
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
Enter = Callable[[Account], Client]


def words(response: Any) -> str:
    """All text of a PDF or .docx answer, without spaces and line ends (typesetters put them where they like)."""
    assert response.status_code == 200
    data = response.content if not response.streaming else b"".join(response.streaming_content)
    if response.headers["content-type"] == "application/pdf":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    else:
        document = Document(io.BytesIO(data))
        parts = [document.element, *(one.first_page_header._element for one in document.sections)]
        text = "".join(node.text or "" for part in parts for node in part.iter() if node.tag.endswith("}t"))
    return re.sub(r"\s", "", text)


def readers(cast: Cast, enter: Enter, path: str) -> set[str]:
    return {name for name, one in cast.accounts.items() if enter(one).get(path).status_code == 200}


def both(browser: Client, path: str) -> list[str]:
    return [words(browser.get(f"{path}.{form}")) for form in ("pdf", "docx")]


def test_the_proposal_form_says_who_what_and_how_to_reach(cast: Cast, enter: Enter) -> None:
    one = make.filed(cast, is_cosigned=True, contact_person="李清和", contact_phone="13900001111")

    for text in both(enter(cast.clerk), f"/proposals/{one.pk}/papers/form"):
        for part in (
            "第001号",
            "李清和（教育界）、王立言（经济界）",
            "13900001111",
            "老旧小区加装电梯",
            "设一个受理窗口",
        ):
            assert part in text
    assert "13900001111" not in words(enter(cast.zhao).get(f"/proposals/{one.pk}/papers/form.pdf"))
    assert enter(cast.clerk).get(f"/proposals/{one.pk}/papers/form.exe").status_code == 404
    assert enter(cast.clerk).get(f"/proposals/{one.pk}/papers/secret.pdf").status_code == 404


def test_a_name_that_was_not_confirmed_is_not_printed(cast: Cast, enter: Enter) -> None:
    one = make.invited(cast)

    assert "王立言" not in words(enter(cast.li).get(f"/proposals/{one.pk}/papers/form.pdf"))


def test_the_letter_tells_the_sponsor_what_the_review_came_to(cast: Cast, enter: Enter) -> None:
    filed = make.filed(cast)
    declined = make.decided(cast, outcome={"outcome": "decline", "reason": "10", "note": "没有写由谁来办"})
    perform(declined, "decline", cast.second, at=make.DAY)

    for text in both(enter(cast.li), f"/proposals/{filed.pk}/papers/notice"):
        assert "予以立案，案号为第001号" in text
    for text in both(enter(cast.li), f"/proposals/{declined.pk}/papers/notice"):
        assert "不予立案" in text
        assert "没有写由谁来办" in text
    assert readers(cast, enter, f"/proposals/{filed.pk}/papers/notice.pdf") == {
        "li", "clerk", "second", "reviewer", "office", "chair", "coordinator",
    }  # fmt: skip
    submitted = make.submitted(cast)
    assert enter(cast.li).get(f"/proposals/{submitted.pk}/papers/notice.pdf").status_code == 404


def test_the_slip_goes_to_its_agency_the_office_and_the_coordinator(cast: Cast, enter: Enter) -> None:
    one = make.handling(cast, is_joint=True, contact_phone="13900001111")
    lead, other = one.assignments.order_by("pk")

    for text in both(enter(cast.housing_clerk), f"/proposals/assignments/{lead.pk}/slip"):
        for part in (
            "交办单",
            "区住房和城乡建设局",
            "区交通运输局",
            "2017年3月1日",
            "139****1111",
            "申退截止",
        ):
            assert part in text
        assert "13900001111" not in text  # shown on the page, and that is noted
    assert all(
        "13900001111" in text for text in both(enter(cast.clerk), f"/proposals/assignments/{lead.pk}/slip")
    )
    assert readers(cast, enter, f"/proposals/assignments/{lead.pk}/slip.pdf") == {
        "housing_clerk", "housing_head", "clerk", "second", "reviewer", "office", "coordinator",
    }  # fmt: skip
    assert "traffic_clerk" in readers(cast, enter, f"/proposals/assignments/{other.pk}/slip.pdf")


def test_a_plan_has_no_slip(cast: Cast, enter: Enter) -> None:
    one = make.filed(cast)
    perform(one, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)

    assert readers(cast, enter, f"/proposals/assignments/{one.assignments.get().pk}/slip.pdf") == set()


def test_the_reply_letter_answers_point_by_point_with_number_letter_and_copies(
    cast: Cast, enter: Enter
) -> None:
    one = make.answered(cast, is_joint=False)
    reply = Reply.objects.get()

    for text in both(enter(cast.li), f"/proposals/replies/{reply.pk}/letter"):
        for part in (
            "第001号提案的答复",
            "李清和：",
            "第1条：已经办理。",
            "第2条：已经办理。",
            "68910000",
            "区住建局",
        ):
            assert part in text
    assert "zhao" in readers(cast, enter, f"/proposals/replies/{reply.pk}/letter.pdf")
    assert one.state == State.ANSWERED


def test_a_draft_letter_is_read_by_its_agency_alone_until_its_head_signed(cast: Cast, enter: Enter) -> None:
    make.drafted(cast)
    reply = Reply.objects.get()
    path = f"/proposals/replies/{reply.pk}/letter.pdf"

    drafted = readers(cast, enter, path)
    perform(reply.assignment, "approve", cast.housing_head, at=make.DAY)

    assert drafted == {"housing_clerk", "housing_head"}
    assert readers(cast, enter, path) == {
        "housing_clerk",
        "housing_head",
        "clerk",
        "second",
        "reviewer",
        "office",
        "coordinator",
    }


def test_the_letter_of_a_merged_proposal_is_addressed_to_its_own_sponsor(cast: Cast, enter: Enter) -> None:
    main = make.filed(cast)
    merged = make.draft(cast)
    Proposal.objects.filter(pk=merged.pk).update(sponsor_member=cast.member_wang, sponsor_name="王立言")
    merged.refresh_from_db()
    perform(merged, "submit", cast.wang, {"disclosure": "full"}, at=make.DAY)
    perform(merged, "pre_review", cast.clerk, make.FILE, at=make.DAY)
    outcome = {"outcome": "merge", "main": main.pk, "consent": "电话征得双方同意"}
    perform(merged, "decide", cast.reviewer, outcome, at=make.DAY)
    perform(merged, "merge", cast.clerk, at=make.DAY)
    perform(main, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)
    perform(main, "assign", cast.office, at=make.DAY)
    one = main.assignments.get()
    perform(one, "take", cast.housing_clerk, at=make.DAY)
    answers = make.reply_answers(one) | {
        f"answer_{s.pk}": "已经办理。" for s in merged.text.suggestions.all()
    }
    perform(one, "draft", cast.housing_clerk, answers, at=make.DAY)
    perform(one, "approve", cast.housing_head, at=make.DAY)
    perform(one, "deliver", cast.clerk, {"disclosed": "full"}, at=make.DAY)
    path = f"/proposals/replies/{Reply.objects.get().pk}/letter.pdf"

    assert "李清和：" in words(enter(cast.li).get(path))
    assert "王立言：" in words(enter(cast.wang).get(path))
    notice = words(enter(cast.wang).get(f"/proposals/{merged.pk}/papers/notice.pdf"))
    assert "关于提案并案办理的通知" in notice


def test_the_page_offers_the_papers_that_exist_and_no_others(cast: Cast, enter: Enter) -> None:
    one = make.answered(cast, is_joint=False)
    reply, assignment = Reply.objects.get(), one.assignments.get()

    def offered(account: Account) -> list[str]:
        page = enter(account).get(f"/proposals/{one.pk}/").content.decode()
        doors = {"form": f"/proposals/{one.pk}/papers/form.pdf", "notice": f"/proposals/{one.pk}/papers/notice.pdf",
                 "slip": f"/proposals/assignments/{assignment.pk}/slip.pdf",
                 "reply": f"/proposals/replies/{reply.pk}/letter.pdf", "packet": f"/proposals/{one.pk}/packet"}  # fmt: skip
        shown = [name for name, door in doors.items() if f'href="{door}"' in page]
        assert [enter(account).get(doors[name]).status_code for name in shown] == [200] * len(shown)
        return shown

    assert offered(cast.clerk) == ["form", "notice", "slip", "reply"]
    assert offered(cast.li) == ["form", "notice", "reply"]
    assert offered(cast.zhao) == ["form", "reply"]
    assert offered(cast.housing_clerk) == ["form", "notice", "slip", "reply"]


# -- 归档 ------------------------------------------------------------------------------------------------------------
def test_the_archive_packet_proves_itself(
    cast: Cast, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    one = make.concluded(cast)
    with django_capture_on_commit_callbacks(execute=True):
        perform(one, "archive", cast.clerk, at=make.DAY)
    assert Packet.objects.filter(proposal=one).count() == 1, Job.objects.values("failed", "says")

    response = enter(cast.office).get(f"/proposals/{one.pk}/packet")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    listed = json.loads(archive.read("清单.json"))
    lines = [json.loads(line) for line in archive.read("办理记录.jsonl").splitlines()]

    assert set(listed) == set(archive.namelist()) - {"清单.json"}
    assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in listed} == listed
    assert {"提案.pdf", "文本/第1版.json", "评价.json", "办理记录.jsonl", "办理记录.pdf"} <= set(listed)
    assert any(name.startswith("答复/区住房和城乡建设局") for name in listed)
    for line in lines:  # each line's own hash holds without the database
        digest = line.pop("digest")
        again = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(again.encode()).hexdigest() == digest
    mine = Entry.objects.filter(
        matter_type=Proposal.kind(), matter_id=one.pk, action__in=[line["action"] for line in lines]
    )
    assert {line["seq"] for line in lines} == set(mine.values_list("seq", flat=True))
    assert readers(cast, enter, f"/proposals/{one.pk}/packet") == {"clerk", "second", "reviewer", "office"}


def test_a_packet_that_is_not_built_yet_says_so(cast: Cast, enter: Enter) -> None:
    one = make.concluded(cast)

    response = enter(cast.clerk).get(f"/proposals/{one.pk}/packet")

    assert response.status_code == 422
    assert "还在生成" in response.content.decode()


# -- 提案汇编、清单 ----------------------------------------------------------------------------------------------------
def test_the_compilation_is_ordered_built_and_fetched_by_who_ordered_it(
    cast: Cast, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    make.filed(cast, title="关于甲的提案")
    make.filed(cast, title="关于乙的提案")
    browser = enter(cast.clerk)
    with django_capture_on_commit_callbacks(execute=True):
        ordered = browser.post("/proposals/compile/", {"year": "2017"})
    job = Job.objects.get()

    page = browser.get(ordered.headers["location"]).content.decode()
    book = words(browser.get(f"/proposals/jobs/{job.pk}/file"))

    assert job.failed == ""
    assert "共 2 件" in page
    assert "关于甲的提案" in book
    assert "关于乙的提案" in book
    assert enter(cast.office).get(f"/proposals/jobs/{job.pk}").status_code in (301, 404)
    assert enter(cast.office).get(f"/proposals/jobs/{job.pk}/file").status_code == 404
    assert enter(cast.li).post("/proposals/compile/", {"year": "2017"}).status_code == 404
    assert browser.post("/proposals/compile/", {"year": "x"}).status_code == 422


def test_a_year_without_proposals_says_why_there_is_no_book(
    cast: Cast, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ordered = enter(cast.clerk).post("/proposals/compile/", {"year": "2016"})

    assert (
        "2016年没有可以汇编的立案提案" in enter(cast.clerk).get(ordered.headers["location"]).content.decode()
    )


def test_the_list_as_a_sheet_holds_what_the_reader_may_see(cast: Cast, enter: Enter) -> None:
    make.filed(cast, title="=HYPERLINK(1)")
    closed = make.submitted(cast, title="关于乙的提案")

    def rows(account: Account) -> list[list[Any]]:
        data = b"".join(enter(account).get("/proposals/export.xlsx").streaming_content)
        return [
            list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2, values_only=True)
        ]

    assert [row[2] for row in rows(cast.clerk)] == ["=HYPERLINK(1)", closed.title]
    assert [row[2] for row in rows(cast.zhao)] == ["=HYPERLINK(1)"]
    sheet = load_workbook(
        io.BytesIO(b"".join(enter(cast.clerk).get("/proposals/export.xlsx").streaming_content))
    ).active
    assert sheet["C2"].data_type == "s"
