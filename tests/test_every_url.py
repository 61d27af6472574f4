"""Every address × every person of the cast, by the reviewed table urls.csv: one row per pattern, one column per person.

A pattern without a row fails, and so does a row without a pattern. GET never changes anything, and every answer
carries the headers that keep a browser safe. After a deliberate change: HUISHENG_WRITE_URLS=1 pytest tests/test_every_url.py,
and read the difference of the table before it is committed: it is the permission table of the pages.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from huisheng.desk.backup import records
from huisheng.desk.models import Feedback
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import CalendarDay, Notice, Option, Setting
from huisheng.kernel.store import keep
from huisheng.people.models import Membership
from huisheng.proposals import jobs
from huisheng.proposals.models import Assignment

from . import make
from .cast import Cast, make_cast
from .hostile.judge import BROWSERS_OWN, quick, written

TABLE = Path(__file__).with_name("urls.csv")
NOBODY = "anonymous"
PARTS = 4  # so that two processes share the two thousand questions
# the design page of the frame and the browser's own endpoints carry the same headers; files are stricter still
HEADERS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip


def routes() -> list[str]:
    """Every pattern of the URLconf, in its order, once."""

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route
            else:
                yield from walk(one.url_patterns, route)

    return list(dict.fromkeys(walk(get_resolver().url_patterns, "")))


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def world(cast: Cast) -> dict[str, object]:
    """One of everything, and how the table's addresses call it."""
    invited = make.cosponsor(cast)
    call, nomination, asked = make.call(cast), make.nomination(cast), make.extension(cast)
    perform(call, "open", cast.clerk, at=make.DAY)
    planned = {
        "letter": "B",
        "promise_1_what": "出台加装电梯实施细则",
        "promise_1_who": "周建",
        "promise_1_due": "2017-06-01",
    }
    one = make.drafted(cast, is_joint=True, is_cosigned=True, answers=planned)
    sheet = one.replies.get().countersigns.get()
    perform(sheet, "agree", cast.traffic_clerk, at=make.DAY)
    perform(one, "approve", cast.housing_head, at=make.DAY)
    perform(one, "deliver", cast.clerk, {"disclosed": "full"}, at=make.DAY)
    talk = make.contact(cast)
    draft = make.draft(cast)
    feedback = Feedback.objects.create(account=cast.li, content="字可以再大些", at=make.DAY)
    Setting.objects.create(name="text.advised", starts_on="2099-01-01", value=900, at=make.DAY)
    paper = make.delivered_output(cast)
    given = make.instruction(cast, one=paper)
    photo = keep("原件".encode(), "批示.txt", given, cast.office, "instruction", make.DAY)
    compiled = make.issue(cast)
    passed = make.reading(cast)
    perform(
        passed,
        "pass_on",
        cast.editor,
        {"member": cast.member_li.pk, "excerpt": "周末没有门诊。"},
        at=make.DAY,
    )
    briefing = make.briefing(cast)
    meeting = briefing.gathering
    item = meeting.agenda.get()
    line = make.line(cast)
    talk_of_line = make.held_gathering(cast, type="consultation", title="协商会", host=cast.committee)
    line.gatherings.add(talk_of_line)
    forum = make.open_forum(
        cast, at=timezone.now() - timedelta(minutes=5), closes_on=timezone.localdate() + timedelta(days=9)
    )
    shown = make.kept_material(cast, one=make.photograph(cast))
    perform(shown, "publish", cast.office, at=make.DAY)
    told = make.published_news(cast, photos=1)
    names: dict[str, object] = {
        "news": told.pk, "news_draft": make.news_item(cast).pk,
        "forum": forum.pk, "forum_post": make.forum_post(cast, timezone.now(), forum).pk,
        "statement": make.statement(cast, timezone.now(), forum).pk, "accepted": forum.statements.first().pk,  # type: ignore[union-attr]
        "meeting": meeting.pk, "agenda_item": item.pk, "leave": make.leave(cast).pk, "liaison": make.liaison(cast).pk, "briefing": briefing.pk,
        "meeting_photo": keep("照片".encode(), "会场.txt", meeting, cast.office, "photo", make.DAY).pk,
        "course": make.held_gathering(cast, type="study", title="研修班", hours=30).pk,
        "agenda_file": keep("报告".encode(), "报告.txt", item, cast.office, "paper", make.DAY).pk,
        "remark": meeting.remarks.get().pk, "speech": make.speech(cast).pk, "ballot": make.ballot(cast).pk,
        "material": shown.pk, "recording": make.kept_material(cast, one=make.recording(cast)).pk,
        "drive": make.drive(cast).pk, "handover": make.handover(cast, one=shown).pk,
        "photo_batch": (batch := make.photo_batch(cast)).pk, "photo_row": batch.rows.exclude(thumb=None).get().pk,
        "line": line.pk, "subject": line.subject_id, "plan": line.plan_id, "consult": talk_of_line.pk,
        "line_new": make.plan(cast, year=2018).lines.get().pk, "research": make.reported_research(cast).pk,
        "research_draft": make.research(cast).pk,
        "output": paper.pk, "instruction": given.pk, "follow_up": make.follow_up(cast, one=given).pk, "photo": photo.pk,
        "output_draft": make.output(cast).pk, "issue": compiled.pk, "item": compiled.items.get().pk,
        "issue_out": make.delivered_issue(cast).pk,
        "appraisal": make.sealed_appraisal(cast).pk, "objection": make.objection(cast).pk,
        "rule_book": make.rule_book(cast, from_year=2019).pk,
        "change": (change := make.coming_change(cast, timezone.now())).pk, "change_draft": make.new_member(cast).pk,
        "change_paper": keep("决定".encode(), "决定.txt", change, cast.office, "decision", make.DAY).pk,
        "correction": make.correction(cast).pk,
        "standing_report": (standing := make.submitted_standing_report(cast)).pk, "standing_round": standing.round_id,
        "standing_writing": make.standing_report(cast, year=2016).pk,
        "office_review": make.confirmed_review(cast).pk, "office_draft": make.office_review(cast, timezone.now()).pk,
        "report": (report := make.report(cast)).pk, "section": report.sections.get().pk,
        "report_sealed": make.sealed_report(cast, year=2016).pk,
        "proposal": one.proposal_id, "draft": draft.pk, "received": make.submitted(cast).pk, "assignment": one.pk,
        "taken": Assignment.objects.filter(state="taken").first().pk,  # type: ignore[union-attr]
        "cosponsor": invited.pk, "contact": talk.pk, "countersign": sheet.pk, "extension": asked.pk,
        "promise": one.promises.get().pk, "rating": one.proposal.ratings.get(is_first=True).pk,
        "reply": one.replies.get().pk, "call": call.pk, "nomination": nomination.pk, "feedback": feedback.pk,
        "notice": Notice.objects.filter(account=cast.li).first().pk,  # type: ignore[union-attr]
        "job": jobs.order_compilation(cast.clerk, 2017, make.DAY).pk,
        "file": keep("材料".encode(), "材料.txt", draft, cast.li, "attachment", make.DAY).pk,
        "member": cast.member_li.pk, "membership": Membership.objects.filter(member=cast.member_li).get().pk,
        "seat": cast.member_li.standing_seats.get().pk,
        "agency": cast.housing.pk, "body": cast.committee.pk, "term": cast.session.term_id, "session": cast.session.pk,
        "account": cast.zhao.pk, "post": cast.zhao.posts.get().pk, "day": CalendarDay.objects.first().pk,  # type: ignore[union-attr]
        "option": Option.objects.filter(list="proposer_type").first().pk,  # type: ignore[union-attr]
        "setting": Setting.objects.get().pk,
        "lead": (lead := make.lead(cast)).pk, "opening": make.opening(cast).pk, "opinion": make.edited_opinion(cast).pk,
        "opinion_draft": make.opinion(cast).pk,
        "passed": passed.pk, "point": make.point(cast).pk, "topic": call.topics.get().pk, "lead_reading": (read := make.reading(cast)).pk,
        "word": read.messages.get().pk,
        "lead_file": keep("照片说明".encode(), "说明.txt", lead, cast.editor, "attachment", make.DAY).pk,
    }  # fmt: skip
    return names | supervised(cast)


def supervised(cast: Cast) -> dict[str, object]:
    """One supervision in the field with a survey, one whose finding waits for the second look."""
    looked = make.reported_finding(cast)
    one = make.running_supervision(cast, title="养老服务民主评议", aspect="appraisal")
    sheet = {"questions": ["办事效率"], "bodies": [cast.sector.pk], "ends_on": "2099-01-01"}
    perform(one, "survey", cast.office, sheet, at=make.DAY)
    letter = make.sent_letter(cast)
    scanned = keep("扫描".encode(), "扫描.txt", one, cast.office, "sheets", make.DAY)
    check, talk = make.inspect(one, cast.wang, 1, "meets"), make.hearing(cast)
    return {
        "supervision": one.pk, "supervision_draft": make.supervision(cast).pk, "check_item": check.item_id, "scan": scanned.pk,
        "check_photo": keep("照片说明".encode(), "说明.txt", check, cast.wang, "photo", make.DAY).pk,
        "unit": one.units.get().pk, "finding": looked.pk, "hearing": talk.pk, "monitor": letter.monitor_id,
        "letter": letter.pk,
        "evidence": keep("台账".encode(), "台账.txt", looked.rounds.get(), cast.housing_clerk, "evidence", make.DAY).pk,
        "hearing_file": keep("材料".encode(), "材料.txt", talk, cast.housing_clerk, "material", make.DAY).pk,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.one_database  # who may is asked of posts and records alike everywhere; every page is asked on both in tests/hostile
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_every_person_as_the_table_says(part: int) -> None:
    cast = make_cast()
    names = world(cast)
    browsers = {NOBODY: Client(raise_request_exception=False)}
    for name, account in cast.accounts.items():
        browsers[name] = Client(raise_request_exception=False)
        browsers[name].force_login(account)
    found, unsafe, changed = [], [], []
    before = list(records())
    for row in rows()[part::PARTS]:
        path = "/" + row["path"].format(**names)
        seen = {"route": row["route"], "path": row["path"]}
        with quick(), written(BROWSERS_OWN) as writes:
            for name, browser in browsers.items():
                answer = browser.get(path)
                if hasattr(answer, "streaming_content"):
                    b"".join(answer.streaming_content)
                seen[name] = str(answer.status_code)
                unsafe += [f"{name} {path}: {said}" for said in lacking(answer)]
        found.append(seen)
        # where nothing was written there is nothing to compare
        if writes.seen and (after := list(records())) != before:
            changed.append(f"{path}: {sorted(set(after) ^ set(before))[:3]}")
            before = after
    if os.environ.get("HUISHENG_WRITE_URLS"):
        whole = rows()
        whole[part::PARTS] = found
        write(whole, ["route", "path", *browsers])
    assert changed == []
    assert unsafe == []
    assert found == rows()[part::PARTS]


def lacking(answer: Any) -> Iterator[str]:
    """What a browser should have been told and was not."""
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    for header, value in HEADERS.items():
        if answer.get(header) != value:
            yield f"{header} is {answer.get(header)!r}"
    policy = answer.get("Content-Security-Policy", "")
    if "default-src" not in policy or "unsafe" in policy:
        yield f"Content-Security-Policy is {policy!r}"


def write(found: list[dict[str, str]], columns: list[str]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def test_every_pattern_has_a_row_and_every_row_a_pattern() -> None:
    assert [row["route"] for row in rows()] == routes()


@pytest.mark.django_db
def test_nobody_without_an_account_can_post_anything_but_what_is_open_to_all() -> None:
    cast = make_cast()
    names = world(cast)
    browser = Client(raise_request_exception=False)
    before = list(records())
    for row in rows():
        answer = browser.post("/" + row["path"].format(**names), {"note": "x", "title": "x", "stage": "done"})
        assert answer.status_code in (302, 400, 401, 403, 404, 405, 422) or row["route"] in OPEN_TO_ALL, (
            row["route"],
            answer.status_code,
        )
        if answer.status_code == 302:
            assert answer["Location"].startswith(("/accounts/login/", "/setup", "/")), row["route"]
    assert list(records()) == before


# addresses whose form comes back with its errors (200) instead of a refusal
OPEN_TO_ALL = {"accounts/login/", "accounts/password/reset/", "setup", "activate", "prefs", "ui/"}
