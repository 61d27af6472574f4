"""Rosters as offices keep them: what is read, what is asked, what is written, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers

from huisheng.kernel.errors import Conflict, Refused
from huisheng.kernel.models import Entry
from huisheng.people import importing
from huisheng.people.importing import report
from huisheng.people.models import Account, Agency, Body, ImportBatch, Member, Membership, Post, Term

from .conftest import AT

pytestmark = pytest.mark.django_db
TODAY = AT.date()
Roster = Callable[[str], bytes]


def bring_in(kind: str, data: bytes, name: str = "名册.xlsx", **options: Any) -> dict[str, Any]:
    return importing.import_file(kind, data, name, account=None, at=AT, is_dry=False, **options)


def look(kind: str, data: bytes, name: str = "名册.xlsx") -> dict[str, Any]:
    return importing.import_file(kind, data, name, account=None, at=AT, is_dry=True)


def codes(answer: dict[str, Any]) -> list[tuple[int, str, str]]:
    return sorted((doubt["row"], doubt["name"], doubt["code"]) for doubt in answer["doubts"])


def dump() -> str:
    rows = [row for model in (Member, Membership, Body, Agency, Post) for row in model.objects.order_by("pk")]
    return serializers.serialize("json", rows)


# -- the open set ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["members.xlsx", "members_utf8bom.csv"])
@pytest.mark.parametrize("with_bodies", [False, True])
def test_the_roster_has_171_clean_rows_and_nine_questions(
    roster: Roster, expected: dict[str, Any], name: str, with_bodies: bool
) -> None:
    if with_bodies:
        bring_in("bodies", roster("bodies.xlsx"), "bodies.xlsx")
    answer, wanted = look("members", roster(name), name), expected["members"]

    assert codes(answer) == sorted((d["row"], d["name"], d["code"]) for d in wanted["doubts"])
    assert (answer["new"], answer["doubt"], answer["error"]) == (171, 9, 0)
    for key in (
        "header_rows", "first_data_row", "total_row", "title_rows", "data_rows", "clean_rows", "doubt_rows", "blank_rows",
        "sector_heading_rows", "distinct_people", "printed_total", "printed_total_is_wrong", "standing_members",
        "group_count_mismatch", "same_name_pairs", "ignored_sheets",
    ):  # fmt: skip
        assert answer[key] == wanted[key], key
    assert answer["people_by_sector"] == wanted["people_by_true_sector"]


def test_gbk_is_told_and_characters_it_cannot_hold_are_asked_for(
    roster: Roster, expected: dict[str, Any]
) -> None:
    answer = look("members", roster("members_gbk.csv"), "members_gbk.csv")

    assert "GBK" in answer["encoding_note"]
    lossy = [(name, code) for _, name, code in codes(answer) if code == "name_unreadable"]
    assert lossy == [
        (lost["reads"], "name_unreadable") for lost in expected["members"]["gbk_csv_lossy_names"]
    ]
    assert answer["doubt"] == 9 + 2


def test_units_and_bodies_are_read_as_expected(roster: Roster, expected: dict[str, Any]) -> None:
    units = look("agencies", roster("agencies.xlsx"))
    bodies = look("bodies", roster("bodies.xlsx"))

    wanted = expected["agencies"]
    assert sorted((d["name"], d["code"]) for d in units["doubts"]) == sorted(
        (d["name"], d["code"]) for d in wanted["doubts"]
    )
    assert (units["rows"], units["distinct_units"]) == (wanted["rows"], wanted["distinct_units"])
    assert units["by_category"] == wanted["by_category"]
    assert bodies["by_sheet"] == expected["bodies"]
    assert bodies["doubts"] == []


def test_members_of_the_roster_get_dated_memberships_from_the_start_of_the_term(roster: Roster) -> None:
    Term.objects.create(number=9, committee="政协郑州市上街区", starts_on="2017-01-10")
    bring_in("bodies", roster("bodies.xlsx"))
    bring_in("members", roster("members.xlsx"))

    member = Member.objects.get(name="吕𬱖")
    assert (member.full_name, member.initials, member.born) == ("吕𬱖（文化艺术界）", "ld", "1968-05")
    assert sorted(member.memberships.values_list("body__name", flat=True)) == sorted(
        ["文化艺术界", "学习和文史委员会", "峡窝镇工委"]
    )
    assert {str(m.starts_on) for m in member.memberships.all()} == {"2017-01-10"}
    assert Member.objects.filter(name="张伟").count() == 2
    assert Entry.objects.filter(action="import").count() == 2


def test_importing_the_same_file_again_changes_nothing(roster: Roster) -> None:
    bring_in("bodies", roster("bodies.xlsx"))
    bring_in("members", roster("members.xlsx"))
    bring_in("agencies", roster("agencies.xlsx"))
    before = dump()

    assert bring_in("members", roster("members.xlsx"))["same"] == 171
    assert bring_in("agencies", roster("agencies.xlsx"))["same"] == 64
    assert bring_in("bodies", roster("bodies.xlsx"))["same"] == 41
    assert dump() == before


def test_undoing_an_import_puts_everything_back(roster: Roster) -> None:
    bring_in("bodies", roster("bodies.xlsx"))
    bring_in("members", roster("members.xlsx"))
    before = dump()
    changed = roster("members_utf8bom.csv").decode("utf-8-sig")
    changed = changed.replace("13800001122", "13800007777").replace("科技界,提案委员会", "科技界,经济委员会")
    changed = changed.replace(
        "尹德厚,男,1979/9/1,汉族,中共党员,中共", "尹德厚,男,1979/9/1,汉族,中共党员,经济界"
    )
    answer = bring_in("members", changed.encode(), "新.csv")

    assert answer["changed"] >= 3
    assert dump() != before
    moved = Member.objects.get(name="尹德厚")
    assert moved.sector is not None
    assert moved.sector.name == "经济界"
    assert {(m.body.name, str(m.ends_on)) for m in moved.memberships.filter(kind="sector")} >= {
        ("经济界", "None")
    }
    importing.undo(ImportBatch.objects.get(pk=answer["batch"]), None, AT)
    assert dump() == before
    with pytest.raises(Conflict, match="已经撤销过了"):
        importing.undo(ImportBatch.objects.get(pk=answer["batch"]), None, AT)


def test_undo_is_refused_when_somebody_depends_on_a_new_member(roster: Roster) -> None:
    answer = bring_in("members", roster("members.xlsx"))
    account = Account.objects.create_user("zhang", "张伟", "x")
    member = Member.objects.filter(name="张伟").first()
    post = Post.objects.create(account=account, kind="member", member=member, starts_on=TODAY)
    before = dump()
    batch = ImportBatch.objects.get(pk=answer["batch"])

    with pytest.raises(Conflict, match="“张伟”已经用在岗位里"):
        importing.undo(batch, None, AT)
    assert dump() == before
    post.delete()
    importing.undo(batch, None, AT)
    assert not Member.objects.exists()


def test_undo_is_refused_when_a_record_was_edited_since(roster: Roster) -> None:
    answer = bring_in("agencies", roster("agencies.xlsx"))
    Agency.objects.filter(name="区民政局").update(contact="新的人")

    with pytest.raises(Conflict, match=r"区民政局.*导入以后又改过“经办人”"):
        importing.undo(ImportBatch.objects.get(pk=answer["batch"]), None, AT)
    assert Agency.objects.count() == 64


# -- the person decides ------------------------------------------------------------------------------------------------


def test_nothing_is_applied_while_a_question_is_open(roster: Roster) -> None:
    batch = importing.prepare("members", roster("members.xlsx"), "members.xlsx", account=None, at=AT)

    with pytest.raises(Refused, match="还有 9 行有疑问"):
        importing.apply(batch, None, AT)
    assert not Member.objects.exists()


def test_answers_settle_each_question(roster: Roster) -> None:
    bring_in("bodies", roster("bodies.xlsx"))
    batch = importing.prepare("members", roster("members.xlsx"), "members.xlsx", account=None, at=AT)
    made = importing.revise(batch, TODAY, decisions={
        "24": {"do": "take"},
        "30": {"set": {"sex": "女"}},
        "33": {"do": "skip"},
        "120": {"set": {"sector": "文化艺术界"}},
        "155": {"set": {"born": "1966.12"}},
        "167": {"do": "take"},
        "174": {"set": {"sector": "民宗界"}},
        "175": {"set": {"committee": "科教文卫体委"}},
        "187": {"do": "take"},
    })  # fmt: skip
    assert made.doubts == []
    importing.apply(batch, None, AT)

    assert Member.objects.count() == 178
    assert Member.objects.get(name="高宏伟").phone == "13800009911"
    assert Member.objects.get(name="贺玉柱").born == "1966-12"
    assert Member.objects.get(name="金保民").sector.name == "少数民族和宗教界"  # type: ignore[union-attr]
    assert Member.objects.get(name="谭玉梅").memberships.filter(body__name="科教文卫体委员会").exists()
    assert Member.objects.get(name="郑辉").phone == ""
    importing.undo(batch, None, AT)
    assert not Member.objects.exists()


def test_an_empty_name_or_sector_cannot_be_waved_through(workbook: Callable[..., bytes]) -> None:
    data = workbook(
        {
            "名册": [
                ["姓名", "性别", "界别"],
                ["", "男", "经济界"],
                ["李明", "男", ""],
                ["王强", "男", "经济界"],
            ]
        }
    )
    batch = importing.prepare("members", data, "a.xlsx", account=None, at=AT)
    made = importing.revise(batch, TODAY, decisions={"2": {"do": "take"}, "3": {"do": "take"}})

    assert [row.issues[0].code for row in made.doubts] == ["name_missing", "sector_missing"]


def test_what_was_checked_is_what_is_applied(roster: Roster) -> None:
    batch = importing.prepare("agencies", roster("agencies.xlsx"), "agencies.xlsx", account=None, at=AT)
    Agency.objects.create(name="区民政局", contact="别人")

    with pytest.raises(Conflict, match=r"核对之后.*又有变动"):
        importing.apply(batch, None, AT, leave_doubts=True)
    importing.revise(batch, TODAY)
    made = importing.apply(batch, None, AT, leave_doubts=True)
    assert made.count(report.CHANGED) == 1
    with pytest.raises(Conflict, match="已经导入过了"):
        importing.apply(batch, None, AT)


def test_a_namesake_from_another_unit_is_asked_about(roster: Roster, workbook: Callable[..., bytes]) -> None:
    bring_in("bodies", roster("bodies.xlsx"))
    bring_in("members", roster("members.xlsx"))
    data = workbook(
        {"增补": [["姓名", "界别", "单位", "手机"], ["孟凡军", "农业界", "峡窝镇某合作社", "13800003333"]]}
    )
    batch = importing.prepare("members", data, "b.xlsx", account=None, at=AT)

    assert batch.report["rows"][0]["issues"][0]["code"] == "same_name_existing"
    importing.revise(batch, TODAY, decisions={"2": {"do": "new"}})
    importing.apply(batch, None, AT)
    assert sorted(m.full_name for m in Member.objects.filter(name="孟凡军")) == [
        "孟凡军（农业界）",
        "孟凡军（经济界）",
    ]


def test_a_variant_of_a_name_on_the_roster_is_asked_about(
    roster: Roster, workbook: Callable[..., bytes]
) -> None:
    bring_in("members", roster("members.xlsx"))
    data = workbook({"表": [["姓名", "界别", "手机"], ["呂𬱖", "文化艺术界", "13800001171"]]})

    answer = look("members", data)
    assert [code for _, _, code in codes(answer)] == ["name_variant"]


def test_a_unit_one_character_off_is_told(roster: Roster, workbook: Callable[..., bytes]) -> None:
    bring_in("agencies", roster("agencies.xlsx"))
    answer = look(
        "agencies", workbook({"表": [["单位名称", "电话"], ["区住房和城乡建没局", "0371-68120099"]]})
    )

    assert answer["new"] == 1
    assert "只差一个字" in answer["hints"][0]["sentence"]


# -- other people's tables ---------------------------------------------------------------------------------------------


MANY = [
    [f"{i}", f"王{'甲乙丙丁戊己庚辛壬癸'[i]}", "男", "1970.05", f"单位{i}", f"1380000{i:04d}"]
    for i in range(10)
]


def test_section_rows_give_the_sector_and_their_counts_are_checked(workbook: Callable[..., bytes]) -> None:
    header = ["序号", "委员姓名", "性  别", "出生\n年月", "现工作单位及职务", "联系电话"]
    rows = [
        ["××县政协委员名单"],
        [],
        header,
        ["一、经济界（5人）"],
        *MANY[:5],
        ["二、教育界（4人）"],
        *MANY[5:],
        ["合计", "9人"],
    ]
    answer = look("members", workbook({"名单": rows}, merge=["A1:F1", "A4:F4", "A10:F10"]))

    assert (answer["new"], answer["doubt"], answer["sector_heading_rows"]) == (10, 0, 2)
    assert answer["people_by_sector"] == {"经济界": 5, "教育界": 5}
    assert answer["group_count_mismatch"] == [{"sector": "教育界", "printed": 4, "counted": 5}]
    assert answer["printed_total_is_wrong"]


def test_a_sector_merged_over_its_rows_counts_for_each(workbook: Callable[..., bytes]) -> None:
    header = ["界别", "姓名", "性别"]
    rows = [header, *[["经济界" if i == 0 else None, row[1], "男"] for i, row in enumerate(MANY)]]
    answer = look("members", workbook({"名单": rows}, merge=["A2:A11"]))

    assert answer["people_by_sector"] == {"经济界": 10}


def test_columns_in_any_order_with_strangers_between(workbook: Callable[..., bytes]) -> None:
    header = ["照片", "手机号码", "所属界别", "民族", "名字", "备注", "政治面貌", "身份证号", "常委"]
    rows = [
        header,
        *[
            ["", f"１３８００００{i:04d}", "经济界", "汉", f"赵 {'甲乙丙'[i]}", "", "党员", "4101", "√"]
            for i in range(3)
        ],
    ]
    bring_in("members", workbook({"Sheet1": rows}))

    first = Member.objects.order_by("pk")[0]
    assert (first.name, first.phone, first.party) == ("赵甲", "13800000000", "中共党员")
    seat = first.standing_seats.get()
    assert (seat.starts_on, seat.ends_on, seat.decision) == (first.starts_on, None, "委员名册导入")


def test_hidden_sheets_and_lists_of_former_members_stay_out(workbook: Callable[..., bytes]) -> None:
    header = ["姓名", "界别"]
    data = workbook(
        {"现任": [header, ["李一", "经济界"], ["李二", "经济界"]], "已离任": [header, ["旧人", "经济界"]],
         "草稿": [header, ["草稿", "经济界"]], "填表说明": [["请如实填写"]]},
        hide=["草稿"],
    )  # fmt: skip
    answer = look("members", data)

    assert answer["rows"] == 2
    assert answer["ignored_sheets"] == ["已离任", "草稿", "填表说明"]


def test_one_sheet_per_sector_is_read_as_one_roster(workbook: Callable[..., bytes]) -> None:
    Body.objects.create(kind="sector", name="经济界")
    Body.objects.create(kind="sector", name="教育界")
    header = ["姓名", "性别"]
    answer = look(
        "members",
        workbook({"经济界": [header, ["李一", "男"]], "教育界": [header, ["李二", "女"], ["李三", "女"]]}),
    )

    assert answer["people_by_sector"] == {"经济界": 1, "教育界": 2}


def test_two_committees_and_a_duty_in_brackets(workbook: Callable[..., bytes]) -> None:
    for name in ("提案委员会", "经济委员会", "城建委员会"):
        Body.objects.create(kind="committee", name=name)
    Body.objects.create(kind="sector", name="经济界")
    header = ["姓名", "界别", "专委会1", "专委会2"]
    rows = [
        header,
        ["李一", "经济", "提案委（副主任）", "经济委"],
        ["李二", "经济界", "提案委、经济委、城建委", ""],
    ]
    answer = bring_in("members", workbook({"表": rows}))

    assert [code for _, _, code in codes(answer)] == ["committee_too_many"]
    held = Member.objects.get(name="李一").memberships.filter(kind="committee")
    assert sorted(held.values_list("body__name", "role")) == [("提案委员会", "副主任"), ("经济委员会", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding(encoding: str) -> None:
    text = "姓名,性别,界别,工作单位\r\n" + "".join(
        f"王{c},男,经济界,上街区第三小学教务处的工作人员\r\n" for c in "甲乙丙丁戊己"
    )
    answer = look("members", text.encode(encoding), "名册.csv")

    assert (answer["new"], answer["doubt"]) == (6, 0)


def test_old_private_codes_become_the_real_character() -> None:
    answer = bring_in("members", "姓名,性别,界别\n毛\ue863,女,经济界\n李一,男,经济界\n".encode(), "a.csv")

    assert Member.objects.filter(name="毛䶮").exists()
    assert any("造字码" in hint["sentence"] for hint in answer["hints"])


def test_a_mapping_by_hand_overrules_the_guess(workbook: Callable[..., bytes]) -> None:
    data = workbook(
        {
            "表": [
                ["姓名", "界别", "甲", "乙"],
                ["李一", "经济界", "某厂", "13800001111"],
                ["李二", "经济界", "某校", ""],
            ]
        }
    )
    made = importing.dry_run(
        "members",
        data,
        "a.xlsx",
        today=TODAY,
        mapping={"表": {"0": "name", "1": "sector", "2": "unit", "3": "phone"}},
    )

    assert [(row.values["unit"], row.values["phone"]) for row in made.rows] == [
        ("某厂", "13800001111"),
        ("某校", ""),
    ]


def test_a_list_of_bodies_that_is_hardly_begun_is_filled_from_the_roster(roster: Roster) -> None:
    for name in ("教育界", "经济界"):
        Body.objects.create(kind="sector", name=name)
    answer = bring_in("members", roster("members.xlsx"))

    assert answer["doubt"] == 9
    assert any("导入时一并新建：" in hint["sentence"] for hint in answer["hints"])
    assert Body.objects.filter(kind="sector").count() == 18


# -- hostile and hopeless files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.xlsx", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "另存为 .xlsx"),
        (b"PK\x03\x04 broken", "a.xlsx", "。"),
        (b"%PDF-1.4 x", "a.pdf", "。"),
        ("一段话，没有表格。".encode(), "a.csv", "没有找到"),
        ("姓名,界别\n王\0甲,经济界\n".encode(), "a.csv", "。"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        importing.dry_run("members", data, name, today=TODAY)
    assert not ImportBatch.objects.exists()


def test_a_name_of_ten_thousand_characters_is_an_error_and_the_rest_goes_on(
    workbook: Callable[..., bytes],
) -> None:
    data = workbook(
        {"表": [["姓名", "界别"], ["王" * 3000, "经济界"], ["李一", "经济界"], ["=1+1", "经济界"]]}
    )
    answer = bring_in("members", data)

    assert (answer["error"], answer["errors"][0]["code"]) == (1, "too_long")
    assert Member.objects.get().name == "李一"


def test_emoji_bidi_and_rare_characters_are_stored_or_asked_about(workbook: Callable[..., bytes]) -> None:
    rows = [["姓名", "界别"], ["𠮷㐂𬱖", "经济界"], ["李\u202e一", "经济界"], ["王😀", "经济界"]]
    answer = bring_in("members", workbook({"表": rows}))

    assert Member.objects.filter(name="𠮷㐂𬱖").exists()
    assert (3, "name_unreadable") in [(row, code) for row, _, code in codes(answer)]


def test_too_many_rows_are_refused() -> None:
    data = ("姓名,界别\n" + "王甲,经济界\n" * 20_001).encode()
    with pytest.raises(Refused, match="超过 20000 行"):
        importing.dry_run("members", data, "a.csv", today=TODAY)


def test_the_console_may_take_harmless_questions_with_a_blank(roster: Roster) -> None:
    bring_in("bodies", roster("bodies.xlsx"))
    answer = bring_in("agencies", roster("agencies.xlsx"), take_doubts=True)

    assert (answer["taken"], answer["left_out"]) == (66, 1)
    assert len(answer["doubts"]) == 3
    assert Agency.objects.get(name="区教育体育局").phone == ""
