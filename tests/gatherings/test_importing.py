"""The paper sign-in sheet and leave slips of the plenary: a verdict per row, the figures, the doubts, and the way back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from openpyxl import Workbook, load_workbook

from huisheng.desk.fsck import check
from huisheng.gatherings import actions, queries
from huisheng.gatherings.importing import finding, sheet
from huisheng.gatherings.models import Gathering, GatheringState, How, Invitee, Leave, Mark, Part, Presence
from huisheng.kernel.errors import Conflict, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.people import importing
from huisheng.people.models import Body, ImportBatch, Member

from .. import make
from ..cast import BEGAN, Cast, make_cast, moment

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "attendance"
AT = moment("2017-02-16 09:00")
DUE = 178
FILES = {"attendance": "sign_in_sheet.xlsx", "leave_slips": "leave_slips.csv"}
HALVES = ("2017-02-13 下午", "2017-02-14 上午", "2017-02-14 下午", "2017-02-15 上午")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def expected() -> dict[str, Any]:
    return json.loads((DATA / "expected.json").read_text())


@pytest.fixture
def plenary(cast: Cast) -> Gathering:
    """九届一次全体会议 with its four half-days, and the 178 of the roster in six groups."""
    rows = list(load_workbook(DATA / FILES["attendance"]).active.iter_rows(min_row=3, values_only=True))[:DUE]
    sectors = {
        name: Body.objects.get_or_create(kind="sector", name=name)[0] for name in {row[2] for row in rows}
    }
    members = Member.objects.bulk_create(
        Member(name=str(row[1]).replace("\u3000", ""), sector=sectors[row[2]], starts_on=BEGAN)
        for row in rows
    )
    one = actions.start(cast.office, {
        "type": "plenary", "title": "区政协九届一次全体会议", "session": cast.session, "place": "区会议中心",
        "starts_at": moment("2017-02-13 15:00"), "ends_at": moment("2017-02-15 12:00"),
    }, at=make.DAY)  # fmt: skip
    times = (("2017-02-13", 15), ("2017-02-14", 9), ("2017-02-14", 15), ("2017-02-15", 9))
    actions.save(one, cast.office, {}, at=make.DAY, parts=[
        {"label": actions.half_day(moment(f"{day} {hour:02d}:00")), "starts_at": moment(f"{day} {hour:02d}:00"),
         "ends_at": moment(f"{day} {hour + 2:02d}:30")}
        for day, hour in times
    ])  # fmt: skip
    actions.save_agenda(one, cast.office, [{"number": 1, "title": "审议常委会工作报告"}], make.DAY)
    Invitee.objects.bulk_create(
        Invitee(gathering=one, member=member, name=member.name, sector=member.sector, group=row[3])
        for member, row in zip(members, rows, strict=True)
    )
    one.refresh_from_db()
    perform(one, "notify", cast.office, at=make.DAY)
    return one


def bring_in(kind: str, data: bytes | None = None, name: str = "", **options: Any) -> dict[str, Any]:
    data = (DATA / FILES[kind]).read_bytes() if data is None else data
    return importing.import_file(
        kind, data, name or FILES[kind], account=None, at=AT, is_dry=False, take_doubts=True, **options
    )


def look(kind: str, data: bytes | None = None, name: str = "", **options: Any) -> dict[str, Any]:
    data = (DATA / FILES[kind]).read_bytes() if data is None else data
    return importing.import_file(kind, data, name or FILES[kind], account=None, at=AT, is_dry=True, **options)


def sheet_of(*rows: list[Any], title: str = "区政协九届一次会议签到册") -> bytes:
    book = Workbook()
    book.active.append([title])
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def doubts(*answers: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["name"], one["code"]) for answer in answers for one in answer["doubts"]}


def figures(one: Gathering) -> dict[str, dict[str, int]]:
    """What the roll itself says, in the shape of the expectation."""
    keys = {part.pk: key for key, part in finding.keyed(one.parts.all()).items()}
    return {
        keys[roll.part.pk]: {
            "present": roll.came, "of_which_late": roll.late, "on_leave": roll.excused, "absent_unexplained": roll.absent,
            "due": roll.due,
        }
        for roll in queries.rolls(one)
    }  # fmt: skip


# -- the open set ------------------------------------------------------------------------------------------------------
def test_the_sheet_is_counted_as_expected_and_the_roll_says_the_same(
    plenary: Gathering, expected: dict[str, Any]
) -> None:
    before = look("attendance")
    assert (before["by_half_day"], before["due"], before["half_days"]) == (
        expected["by_half_day"], expected["due"], expected["half_days"],
    )  # fmt: skip
    assert (before["new"], before["doubt"], before["applied"]) == (DUE, 2, False)
    assert Presence.objects.count() == 0

    answer = bring_in("attendance")
    assert figures(plenary) == answer["by_half_day"] == expected["by_half_day"]
    assert doubts(answer) == {("左振华", "not_in_roster"), ("谭玉梅", "signed_twice")}
    assert Presence.objects.count() == DUE * len(HALVES)
    assert set(Presence.objects.values_list("how", flat=True)) == {How.SHEET}


@pytest.mark.parametrize("order", [("attendance", "leave_slips"), ("leave_slips", "attendance")])
def test_both_papers_ask_what_is_expected_whichever_comes_first(
    plenary: Gathering, expected: dict[str, Any], order: tuple[str, str]
) -> None:
    answers = {kind: bring_in(kind) for kind in order}

    wanted = {(one["name"], one["code"]) for one in expected["doubts"]}
    assert doubts(*answers.values()) == wanted
    halves = {
        (one["code"], one["half"]) for answer in answers.values() for one in answer["doubts"] if "half" in one
    }
    assert halves == {(one["code"], one["half"]) for one in expected["doubts"] if "half" in one}
    assert answers["attendance"]["by_half_day"] == expected["by_half_day"]
    assert answers["leave_slips"]["leave_slips"] == expected["leave_slips"]
    assert check().is_clean


def test_what_is_in_doubt_counts_nowhere(plenary: Gathering) -> None:
    bring_in("leave_slips")
    bring_in("attendance")

    assert not Presence.objects.filter(invitee__name="左振华").exists()
    assert Leave.objects.filter(invitee__name="谭玉梅").count() == 0
    assert [str(one.sector) for one in Invitee.objects.filter(name="李娟", leaves__isnull=False)] == [
        "教育界"
    ]
    # 王蕾 has leave and signed: until somebody decides, only the leave stands
    marks = Presence.objects.filter(invitee__name="王蕾").values_list("part__label", "mark")
    assert list(marks) == [("2月14日上午", Mark.EXCUSED)]


def test_leave_from_paper_is_decided_already_and_the_journal_says_by_whom_and_who_entered_it(
    plenary: Gathering, cast: Cast
) -> None:
    batch = importing.prepare(
        "leave_slips", (DATA / FILES["leave_slips"]).read_bytes(), "请假条.csv", account=cast.office, at=AT
    )
    importing.apply(batch, cast.office, AT, leave_doubts=True)

    leave = Leave.objects.get(invitee__name="吕𬱖")
    assert (leave.state, leave.reason, leave.decided_by) == ("granted", "duty", None)
    assert [str(part) for part in leave.parts.all()] == ["2月13日下午", "2月14日上午", "2月14日下午"]
    entry = Entry.objects.get(subject_type=Leave.kind(), subject_id=leave.pk)
    assert (entry.label, entry.account, entry.note) == (
        "登记纸质请假",
        cast.office,
        "纸质请假条，批准人：秘书长 张书平",
    )
    assert (entry.from_state, entry.to_state, entry.is_inside) == ("asked", "granted", True)
    assert (
        Leave.objects.count() == Leave.objects.filter(state="granted").count() == 15
    )  # 17 but for two doubts
    assert Presence.objects.filter(mark=Mark.EXCUSED, how=How.LEAVE).count() == 29
    assert "老人" not in "".join(Leave.objects.values_list("note", flat=True))  # the reason's kind is enough


def test_importing_the_same_sheet_again_changes_nothing(plenary: Gathering) -> None:
    bring_in("attendance")
    again = bring_in("attendance")
    assert (again["new"], again["changed"], again["same"], again["taken"]) == (0, 0, DUE, 0)
    slips, once_more = bring_in("leave_slips"), bring_in("leave_slips")
    assert (slips["new"], once_more["new"], once_more["same"]) == (14, 0, 14)


def test_undoing_puts_everything_back(plenary: Gathering, cast: Cast) -> None:
    def dump() -> str:
        rows = [row for model in (Presence, Part, Gathering) for row in model.objects.order_by("pk")]
        return serializers.serialize("json", rows)

    actions.sign_in(_opened(plenary, cast), _account_of("沈春霞"), moment("2017-02-13 14:55"))
    before = dump()
    bring_in("attendance")
    slips = bring_in("leave_slips")
    sheet_batch = ImportBatch.objects.get(kind="attendance")
    with pytest.raises(Conflict, match="导入以后又改过"):  # an excuse of the sheet rests on its slip by now
        importing.undo(sheet_batch, cast.office, AT)

    importing.undo(ImportBatch.objects.get(pk=slips["batch"]), cast.office, AT)
    importing.undo(sheet_batch, cast.office, AT)
    assert dump() == before
    assert set(Leave.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert Entry.objects.filter(label="撤销登记", account=cast.office).count() == slips["taken"]
    assert check().is_clean


def _opened(one: Gathering, cast: Cast) -> Gathering:
    perform(one, "open", cast.office, at=moment("2017-02-13 14:00"))
    return one


def _account_of(name: str) -> Any:
    from huisheng.people.models import Account

    account = Account.objects.create_user("somebody", name)
    account.posts.create(kind="member", member=Member.objects.get(name=name), starts_on=BEGAN)
    return account


# -- what a line meets -------------------------------------------------------------------------------------------------
HEAD = ["姓名", "界别", "组别", "2月13日下午"]


@pytest.mark.parametrize(("before", "cell", "verdict", "after"), [
    (None, "√", "new", "present"),
    (None, "沈春霞", "new", "present"),
    (None, "", "same", None),  # the only line of the sheet: nobody signed at all
    (("present", How.TAP), "√", "same", "present"),
    (("present", How.TAP), "迟到", "changed", "late"),
    (("present", How.DESK), "×", "same", "present"),
    (("present", How.TAP), "事假", "doubt", "present"),
    (("absent", How.CLOSE), "到", "changed", "present"),
    (("absent", How.CLOSE), "病假", "changed", "excused"),
    (("excused", How.LEAVE), "√", "doubt", "excused"),
    (("excused", How.LEAVE), "假", "same", "excused"),
    (("absent", How.CORRECTED), "√", "doubt", "absent"),
    (None, "代", "doubt", None),
], ids=str)  # fmt: skip
def test_a_mark_meets_what_is_known(
    plenary: Gathering, before: Any, cell: str, verdict: str, after: str | None
) -> None:
    who, part = Invitee.objects.get(name="沈春霞"), plenary.parts.get(number=1)
    if before:
        Presence.objects.create(invitee=who, part=part, mark=before[0], how=before[1], at=AT)
    other = ["石运来", "工会", "第一组", "√" if before or cell != "" else ""]

    answer = bring_in("attendance", sheet_of(HEAD, ["沈春霞", "农工党", "第一组", cell], other))
    batch = ImportBatch.objects.get(pk=answer["batch"])
    assert batch.report["rows"][0]["verdict"] == verdict
    assert next(iter(who.presences.filter(part=part).values_list("mark", flat=True)), None) == after


def test_a_contradiction_is_decided_by_a_person(plenary: Gathering, cast: Cast) -> None:
    who, part = Invitee.objects.get(name="沈春霞"), plenary.parts.get(number=1)
    Presence.objects.create(invitee=who, part=part, mark="excused", how=How.LEAVE, at=AT)
    data = sheet_of(HEAD, ["沈春霞", "农工党", "第一组", "√"])
    batch = importing.prepare("attendance", data, "册.xlsx", account=cast.office, at=AT)
    with pytest.raises(Refused, match="还有 1 行有疑问"):
        importing.apply(batch, cast.office, AT)

    row = batch.report["rows"][0]
    assert row["issues"][0]["choices"] == {"take": "照签到册记"}
    importing.revise(batch, AT.date(), decisions={row["key"]: {"do": "take"}})
    importing.apply(batch, cast.office, AT)
    assert who.presences.get(part=part).mark == Mark.PRESENT


@pytest.mark.parametrize(("row", "code"), [
    (["左振华", "", "手写添加", "√"], "not_in_roster"),
    (["赵闻声", "教育界", "第一组", "√"], "not_invited"),
    (["李娟", "", "", "√"], "same_name"),
    (["沈春霞", "工会", "第一组", "√"], "sector_differs"),
    (["", "工会", "第一组", "√"], "name_missing"),
    (["沈春霞", "农工党", "第一组", "出差"], "mark_unclear"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_a_line_that_cannot_be_told_is_asked(plenary: Gathering, row: list[str], code: str) -> None:
    answer = look("attendance", sheet_of(HEAD, ["石运来", "工会", "第一组", "√"], row))
    assert [one["code"] for one in answer["doubts"]] == [code]
    assert (answer["new"], answer["doubt"]) == (1, 1)


def test_an_answer_to_the_question_settles_the_line(plenary: Gathering, cast: Cast) -> None:
    data = sheet_of(HEAD, ["李娟", "", "", "√"], ["石运来", "工会", "第一组", "公出"])
    batch = importing.prepare("attendance", data, "册.xlsx", account=cast.office, at=AT)
    answers = {"3": {"set": {"sector": "教育界"}}, "4": {"set": {"half0": "假"}}}
    made = importing.revise(batch, AT.date(), decisions=answers)

    assert [row.verdict for row in made.rows] == ["new", "new"]
    importing.apply(batch, cast.office, AT)
    assert sorted(Presence.objects.values_list("invitee__name", "mark")) == [
        ("李娟", "present"),
        ("石运来", "excused"),
    ]
    assert Presence.objects.get(invitee__name="李娟").invitee.sector.name == "教育界"


# -- which meeting, which half-days ------------------------------------------------------------------------------------
def test_without_the_meeting_it_is_told_how_to_make_it(cast: Cast) -> None:
    for kind in FILES:
        with pytest.raises(Refused, match=r"按“办活动”建好它.*2月13日下午、2月14日上午"):
            look(kind)
    with pytest.raises(Refused, match="还没有“九届一次全体会议”"):
        look("attendance")
    assert Gathering.objects.count() == 0


def test_of_two_meetings_with_these_half_days_the_person_names_one(plenary: Gathering, cast: Cast) -> None:
    other = actions.start(cast.office, {
        "type": "committee", "title": "经济委员会会议", "place": "三楼会议室",
        "starts_at": moment("2017-02-13 15:00"), "ends_at": moment("2017-02-13 17:00"),
    }, at=make.DAY)  # fmt: skip
    data = "姓名,界别,请假事由,起,止,审批意见,批准人\n沈春霞,农工党,出差,2月13日下午,,同意,秘书长\n".encode()

    with pytest.raises(Refused, match=r"有2次会议活动对得上：.*请选好“哪一次会议活动”"):
        look("leave_slips", data, "假条.csv")
    assert look("leave_slips", data, "假条.csv", about=str(plenary.pk))["new"] == 1
    assert doubts(look("leave_slips", data, "假条.csv", about=str(other.pk))) == {("沈春霞", "not_invited")}
    with pytest.raises(Refused, match="没有选的这次会议活动"):
        look("leave_slips", data, "假条.csv", about="999999999")


@pytest.mark.parametrize(("heads", "keys"), [
    (["2017年2月13日下午", "2017.2.14 上午"], HALVES[:2]),
    (["2月13日（周一）下午", "２月１４日上午"], HALVES[:2]),
    (["二月十三日下午", "2/14上午"], HALVES[:2]),
], ids=str)  # fmt: skip
def test_half_days_are_read_in_the_ways_people_write_them(
    plenary: Gathering, heads: list[str], keys: tuple[str, ...]
) -> None:
    answer = look(
        "attendance", sheet_of(["姓名", "界别", "组别", *heads], ["沈春霞", "农工党", "第一组", "√", "假"])
    )
    assert answer["half_days"] == list(keys)
    assert [one["present"] for one in answer["by_half_day"].values()] == [1, 0]


def test_half_days_under_their_day_in_two_header_rows_are_read(
    plenary: Gathering, workbook: Callable[..., bytes]
) -> None:
    rows = [
        ["区政协九届一次会议签到册"], ["姓名", "界别", "2月14日", None, "2月15日"], [None, None, "上午", "下午", "上午"],
        ["沈春霞", "农工党", "√", "√", "√"],
    ]  # fmt: skip
    merged = workbook({"册": rows}, merge=("A2:A3", "B2:B3", "C2:D2"))
    assert look("attendance", merged, "册.xlsx")["half_days"] == list(HALVES[1:])


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    def build(sheets: dict[str, list[list[Any]]], merge: tuple[str, ...] = ()) -> bytes:
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            one = book.create_sheet(title)
            for row in rows:
                one.append(row)
            for area in merge:
                one.merge_cells(area)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return build


def test_one_sheet_for_each_group_is_one_sign_in_sheet(
    plenary: Gathering, workbook: Callable[..., bytes]
) -> None:
    head = ["姓名", "界别", "2月13日下午"]
    data = workbook(
        {
            "第一组": [head, ["沈春霞", "农工党", "√"]],
            "第二组": [head, ["袁艳红", "妇联", "假"], ["沈春霞", "农工党", "√"]],
        }
    )
    answer = look("attendance", data, "九届一次会议签到册.xlsx", about=str(plenary.pk))
    assert answer["by_half_day"] == {
        HALVES[0]: {"present": 1, "of_which_late": 0, "on_leave": 1, "absent_unexplained": 0, "due": DUE}
    }
    assert doubts(answer) == {("沈春霞", "signed_twice")}


def test_half_days_a_plan_lacks_are_added_while_it_is_prepared_and_only_then(
    plenary: Gathering, cast: Cast
) -> None:
    draft = actions.start(cast.office, {
        "type": "committee", "title": "经济委员会二月会议", "place": "三楼会议室",
        "starts_at": moment("2017-02-13 15:00"), "ends_at": moment("2017-02-13 17:00"),
    }, at=make.DAY)  # fmt: skip
    perform(draft, "invite", cast.office, {"members": [cast.member_li.pk], "role": "due"}, at=make.DAY)
    data = sheet_of(
        ["姓名", "2月13日下午", "2月14日上午", "2月12日上午"],
        ["李清和", "√", "√", "√"],
        title="经济委员会二月会议签到",
    )

    answer = bring_in("attendance", data)
    assert [str(part) for part in draft.parts.all()] == ["2月13日下午", "2月14日上午"]
    draft.refresh_from_db()
    assert draft.ends_at == moment("2017-02-14 12:00")
    assert [one["sentence"] for one in answer["hints"] if "2月12日上午" in one["sentence"]] != []
    importing.undo(ImportBatch.objects.get(pk=answer["batch"]), cast.office, AT)
    draft.refresh_from_db()
    assert (draft.parts.count(), draft.ends_at) == (1, moment("2017-02-13 17:00"))

    told = look("attendance", sheet_of([*HEAD, "2月16日上午"], ["沈春霞", "农工党", "第一组", "√", "√"]))
    assert told["half_days"] == [HALVES[0]]
    with pytest.raises(Refused, match="对不上"):
        look("attendance", sheet_of(["姓名", "2月20日上午"], ["沈春霞", "√"]))


def test_what_is_settled_is_reopened_before_paper_changes_it(plenary: Gathering) -> None:
    bring_in("attendance")
    Gathering.objects.filter(pk=plenary.pk).update(state=GatheringState.SETTLED)

    assert bring_in("attendance")["same"] == DUE  # nothing to write, nothing to refuse
    Presence.objects.filter(invitee__name="沈春霞").update(mark=Mark.ABSENT)
    with pytest.raises(Refused, match="退回补正"):
        bring_in("attendance")


def test_a_sheet_taken_for_slips_and_slips_for_a_sheet_are_told_apart(plenary: Gathering) -> None:
    with pytest.raises(Refused, match="请把“内容”改选为“签到册”"):
        look("leave_slips", (DATA / FILES["attendance"]).read_bytes(), "册.xlsx")
    with pytest.raises(Refused, match="请把“内容”改选为“请假条”"):
        look("attendance", (DATA / FILES["leave_slips"]).read_bytes(), "假条.csv")


def test_every_spelling_of_a_mark_in_the_open_set_is_read(expected: dict[str, Any]) -> None:
    words = {"present": Mark.PRESENT, "leave": Mark.EXCUSED, "absent": Mark.ABSENT, "late": Mark.LATE}
    said = {spelling: words[kind] for kind, spellings in expected["marks"].items() for spelling in spellings}
    assert {spelling: sheet.mark_of(spelling, "王立言") for spelling in said} == said
    assert sheet.mark_of("王立言", "王立言") == Mark.PRESENT
    assert sheet.mark_of("李清和", "王立言") is None


# -- slips -------------------------------------------------------------------------------------------------------------
SLIP_HEAD = "姓名,界别,请假事由,起,止,审批意见,批准人\n"


@pytest.mark.parametrize(("line", "verdict", "said"), [
    ("沈春霞,农工党,出差,2月13日下午,,同意,秘书长", "new", ""),
    ("沈春霞,农工党,出差,2月13日下午,2月14日上午,不同意,秘书长", "new", ""),
    ("沈春霞,农工党,出差,2月13日下午,,同意,", "doubt", "leave_not_approved"),
    ("沈春霞,农工党,出差,2月13日下午,,,秘书长", "doubt", "leave_not_approved"),
    ("沈春霞,农工党,出差,2月20日下午,,同意,秘书长", "doubt", "period_unclear"),
    ("沈春霞,农工党,出差,2月14日下午,2月13日下午,同意,秘书长", "doubt", "period_unclear"),
    ("左振华,,出差,2月13日下午,,同意,秘书长", "doubt", "not_in_roster"),
], ids=str)  # fmt: skip
def test_a_slip_is_judged(plenary: Gathering, line: str, verdict: str, said: str) -> None:
    other = "石运来,工会,培训,2月13日下午,,同意,秘书长\n"
    answer = look(
        "leave_slips", (SLIP_HEAD + other + line + "\n").encode(), "假条.csv", about=str(plenary.pk)
    )
    assert [one["code"] for one in answer["doubts"]] == ([said] if said else [])
    assert (answer["new"], answer["doubt"]) == ((2, 0) if verdict == "new" else (1, 1))


def test_a_refused_slip_is_on_record_and_excuses_nobody(plenary: Gathering) -> None:
    data = (SLIP_HEAD + "沈春霞,农工党,出差,2月13日下午,,不同意,秘书长\n").encode()
    bring_in("leave_slips", data, "假条.csv", about=str(plenary.pk))
    assert (Leave.objects.get().state, Presence.objects.count()) == ("refused", 0)


def test_leave_asked_in_the_system_is_decided_there(plenary: Gathering, cast: Cast) -> None:
    account = _account_of("沈春霞")
    actions.ask_leave(
        plenary,
        account,
        {"parts": [plenary.parts.get(number=1)], "reason": "duty"},
        at=make.DAY.replace(month=2, day=1),
    )
    data = (SLIP_HEAD + "沈春霞,农工党,出差,2月13日下午,,同意,秘书长\n").encode()
    assert doubts(look("leave_slips", data, "假条.csv", about=str(plenary.pk))) == {
        ("沈春霞", "already_asked")
    }


@pytest.mark.parametrize(("words", "code"), [
    ("家中老人病重", "family"), ("企业年度审计", "duty"), ("公务出差", "duty"), ("参加省里培训", "training"),
    ("身体不适住院", "illness"), ("开庭", "duty"), ("探亲", "family"), ("带队比赛", "other"), ("", "other"),
])  # fmt: skip
def test_the_kind_of_a_reason_is_read_from_its_words(words: str, code: str) -> None:
    from huisheng.gatherings.importing.slips import reason_of

    assert reason_of(words, ["duty", "illness", "family", "training", "travel", "other"]) == code


# -- the page ----------------------------------------------------------------------------------------------------------
def test_the_office_imports_the_sheet_by_the_page(plenary: Gathering, cast: Cast, client: Any) -> None:
    client.force_login(cast.office)
    door = f"/imports?kind=attendance&about={plenary.pk}"
    assert door.replace("&", "&amp;") in client.get(f"/gatherings/{plenary.pk}/roll/").content.decode()
    page = client.get(door).content.decode()
    assert "哪一次会议活动" in page
    assert f'<option value="{plenary.pk}" selected>' in page

    with (DATA / FILES["attendance"]).open("rb") as file:
        sent = client.post("/imports", {"kind": "attendance", "about": str(plenary.pk), "file": file})
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    assert "各有一行，只算第 13 行" in page
    assert "2017-02-14 上午：应到178人，到会172人（迟到1人），请假5人，缺席1人。" in page
    client.post(f"{sent['Location']}/decide", {"all": "skip"})
    client.post(f"{sent['Location']}/apply")
    assert Presence.objects.count() == DUE * len(HALVES)
    assert set(Presence.objects.values_list("by__name", flat=True)) == {"何办公"}
