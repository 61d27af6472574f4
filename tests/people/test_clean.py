"""One cell, one value."""

from datetime import date, datetime

import pytest

from huisheng.people.importing import clean

TODAY = date(2017, 2, 20)


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("1968.05", "1968-05"), ("1968年5月", "1968-05"), ("1968-5", "1968-05"), ("1968/5/1", "1968-05"),
        ("196805", "1968-05"), ("１９６８．０５", "1968-05"), (datetime(1968, 5, 1), "1968-05"), ("1968年5月生", "1968-05"),
        ("68.5", "1968-05"), (1968.1, "1968-10"), (1968.05, "1968-05"), ("19680515", "1968-05"), ("1968年05月12日", "1968-05"),
        ("一九六八年五月", "1968-05"), ("24959", "1968-05"), ("1968－05", "1968-05"), ("", ""),
    ],
)  # fmt: skip
def test_a_month_of_birth_is_read_in_every_style(cell: object, month: str) -> None:
    assert clean.month(cell, TODAY) == (month, "")


@pytest.mark.parametrize("cell", ["1966.13", "2016.05", "1866.05", "七十年代", "1966.0", "不详"])
def test_a_month_that_cannot_be_is_a_question(cell: str) -> None:
    assert clean.month(cell, TODAY) == ("", "birth_invalid")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("138-0000-1213", "13800001213"), (13800001122, "13800001122"), ("１３８００００１１２２", "13800001122"),
        ("+86 138 0000 1122", "13800001122"), ("138 0000 1122", "13800001122"), (13800001122.0, "13800001122"),
        ("0371-68120001", "0371-68120001"), ("68120001", "68120001"), ("0371-68120001转8012", "0371-68120001转8012"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_read_in_every_style(cell: object, number: str) -> None:
    assert clean.phone(cell) == (number, "")


@pytest.mark.parametrize("cell", ["138000025307", "1380000", "无", "abc"])
def test_a_number_of_the_wrong_length_is_a_question(cell: str) -> None:
    assert clean.phone(cell)[1] == "phone_invalid"


def test_of_two_numbers_the_first_is_kept_and_it_is_told() -> None:
    assert clean.phone("13800001122、13800001123") == ("13800001122", "phone_several")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2016.5.7", date(2016, 5, 7)), ("2016年5月2日", date(2016, 5, 2)), ("3月16日", date(2016, 3, 16)),
        ("2016-05-07", date(2016, 5, 7)), ("20160507", date(2016, 5, 7)), ("二〇一六年三月十五日", date(2016, 3, 15)),
        (datetime(2016, 3, 16), date(2016, 3, 16)), ("2016/5/7 0:00", date(2016, 5, 7)), ("42445", date(2016, 3, 16)),
        ("16.3.16", date(2016, 3, 16)),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_style(cell: object, day: date) -> None:
    assert clean.day(cell, 2016) == (day, "")


@pytest.mark.parametrize("cell", ["2016-02-30", "2016.13.1", "春节前", "2016年4月31日"])
def test_a_day_that_does_not_exist_is_a_question(cell: str) -> None:
    assert clean.day(cell, 2016) == (None, "date_invalid")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　伟", "张伟"), (" 韩桂芝 ", "韩桂芝"), ("吕　𬱖", "吕𬱖"), ("毛\ue863", "毛䶮"), ("㐂\u200b文", "㐂文"), ("凌\ufa10", "凌塚"),
        ("阿里木•买买提", "阿里木·买买提"), ("John  Smith", "John Smith"), ("金\ufe00磊", "金磊"), ("⽂涛", "文涛"),
    ],
)  # fmt: skip
def test_a_name_loses_its_blanks_and_keeps_its_characters(cell: str, name: str) -> None:
    assert clean.name(cell) == name


@pytest.mark.parametrize("name", ["吕?", "毛？", "王□", "李�", "赵\ue00f"])
def test_a_lost_character_is_noticed(name: str) -> None:
    assert clean.has_unreadable(name)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("是", True),
        ("√", True),
        ("", False),
        ("否", False),
        ("？", None),
        ("1", True),
        ("×", False),
        ("大概", None),
        ("ｙ", True),
    ],
)
def test_a_mark_says_yes_no_or_nothing(cell: str, answer: bool | None) -> None:
    assert clean.yes_no(cell) is answer


def test_look_alike_names_share_a_skeleton() -> None:
    assert clean.skeleton("王玊") == clean.skeleton("王王")
    assert clean.skeleton("呂𬱖") == clean.skeleton("吕𬱖")
    assert clean.skeleton("区 教育局") == clean.skeleton("区教育局")
    assert clean.is_near("区住房和城乡建设局", "区住房和城乡建没局")
    assert not clean.is_near("区林业局", "区农业局")
