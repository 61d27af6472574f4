"""The working calendar and the deadlines counted on it."""

import pickle
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huisheng.kernel.deadlines import (
    Calendar,
    Day,
    Extension,
    Span,
    add_months,
    add_working_days,
    before,
    count,
    explain,
    left_label,
    published_rows,
    working_days_left,
)

PUBLISHED = Calendar.published()

# Written from the notices of 国务院办公厅, independently of the package that the seed was generated from:
# days off as "month.day-month.day", then the make-up days. Only the days the notice itself lists.
NOTICES = {
    2016: ("1.1 2.7-2.13 4.4 5.1-5.2 6.9-6.11 9.15-9.17 10.1-10.7", "2.6 2.14 6.12 9.18 10.8 10.9"),
    2017: ("1.1-1.2 1.27-2.2 4.2-4.4 5.1 5.28-5.30 10.1-10.8", "1.22 2.4 4.1 5.27 9.30"),
    2018: (
        "1.1 2.15-2.21 4.5-4.7 4.29-5.1 6.18 9.24 10.1-10.7 12.30-12.31",
        "2.11 2.24 4.8 4.28 9.29 9.30 12.29",
    ),
    2019: ("1.1 2.4-2.10 4.5 5.1-5.4 6.7 9.13 10.1-10.7", "2.2 2.3 4.28 5.5 9.29 10.12"),
    2020: ("1.1 1.24-2.2 4.4-4.6 5.1-5.5 6.25-6.27 10.1-10.8", "1.19 4.26 5.9 6.28 9.27 10.10"),
    2021: (
        "1.1-1.3 2.11-2.17 4.3-4.5 5.1-5.5 6.12-6.14 9.19-9.21 10.1-10.7",
        "2.7 2.20 4.25 5.8 9.18 9.26 10.9",
    ),
    2022: (
        "1.1-1.3 1.31-2.6 4.3-4.5 4.30-5.4 6.3-6.5 9.10-9.12 10.1-10.7 12.31",
        "1.29 1.30 4.2 4.24 5.7 10.8 10.9",
    ),
    2023: ("1.1-1.2 1.21-1.27 4.5 4.29-5.3 6.22-6.24 9.29-10.6", "1.28 1.29 4.23 5.6 6.25 10.7 10.8"),
    2024: (
        "1.1 2.10-2.17 4.4-4.6 5.1-5.5 6.10 9.15-9.17 10.1-10.7",
        "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12",
    ),
    2025: ("1.1 1.28-2.4 4.4-4.6 5.1-5.5 5.31-6.2 10.1-10.8", "1.26 2.8 4.27 9.28 10.11"),
    2026: (
        "1.1-1.3 2.15-2.23 4.4-4.6 5.1-5.5 6.19-6.21 9.25-9.27 10.1-10.7",
        "1.4 2.14 2.28 5.9 9.20 10.10",
    ),
}


def days_of(year: int, text: str) -> set[date]:
    """ "1.1-1.3 5.1" -> the dates."""
    found: set[date] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        start, end = (date(year, *map(int, day.split("."))) for day in (first, last or first))
        found |= {start + timedelta(n) for n in range((end - start).days + 1)}
    return found


def every_day(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(n) for n in range((date(last, 12, 31) - start).days + 1)]


@pytest.mark.parametrize("year", NOTICES)
def test_the_seed_agrees_with_the_yearly_notice(year):
    holidays, makeups = (days_of(year, text) for text in NOTICES[year])

    worked_by_notice = {
        d for d in every_day(year, year) if d in makeups or (d.weekday() < 5 and d not in holidays)
    }

    assert {d for d in every_day(year, year) if PUBLISHED.is_workday(d)} == worked_by_notice


def test_the_seed_agrees_with_the_chinesecalendar_package_day_by_day():
    days = every_day(2016, 2026)

    assert [PUBLISHED.is_workday(d) for d in days] == [chinese_calendar.is_workday(d) for d in days]


def test_the_seed_knows_2016_to_2026_and_names_every_exception():
    rows = published_rows()

    assert PUBLISHED.years == frozenset(range(2016, 2027))
    assert rows == sorted(rows)
    assert len({day for day, _, _ in rows}) == len(rows)
    assert {name for _, _, name in rows} == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}


def test_fifteen_working_days_from_1_march_2017_end_on_22_march():
    deadline = count(date(2017, 3, 1), Span.parse("15w"), PUBLISHED)

    assert deadline.due_on == date(2017, 3, 22)
    assert deadline.days[0] == Day(date(2017, 3, 1), False, None, "起算当日不计入", "start")
    assert deadline.days[1] == Day(date(2017, 3, 2), True, 1, "工作日，计入", "workday")
    assert deadline.days[3] == Day(date(2017, 3, 4), False, None, "周六，不计", "weekend")
    assert deadline.days[-1] == Day(date(2017, 3, 22), True, 15, "工作日，计入", "workday")
    assert deadline.warnings == ()


def test_holidays_are_skipped_by_name_and_make_up_days_count():
    deadline = count(date(2017, 3, 30), Span(3, "w"), PUBLISHED)

    assert [(d.date.isoformat()[5:], d.number, d.why) for d in deadline.days] == [
        ("03-30", None, "起算当日不计入"),
        ("03-31", 1, "工作日，计入"),
        ("04-01", 2, "清明节调休，周六上班，计入"),
        ("04-02", None, "清明节放假，不计"),
        ("04-03", None, "清明节放假，不计"),
        ("04-04", None, "清明节放假，不计"),
        ("04-05", 3, "工作日，计入"),
    ]


def test_a_span_over_the_spring_festival_of_2020_uses_the_prolonged_holiday():
    assert add_working_days(date(2020, 1, 23), 1, PUBLISHED) == date(2020, 2, 3)


def test_a_year_without_a_notice_is_reckoned_by_weekends_and_says_so():
    deadline = count(date(2026, 12, 20), Span(15, "w"), PUBLISHED)

    assert deadline.due_on == date(2027, 1, 8)
    assert deadline.warnings == ("2027年没有节假日安排数据，按周末推算",)
    assert "注意：2027年没有节假日安排数据，按周末推算" in explain(deadline)


def test_a_year_with_only_a_few_days_entered_still_warns():
    rows = [*published_rows(), (date(2027, 1, 1), False, "元旦")]
    calendar = Calendar.from_rows(rows)

    deadline = count(date(2026, 12, 31), Span(1, "w"), calendar)

    assert deadline.due_on == date(2027, 1, 4)  # the entered day is respected all the same
    assert deadline.warnings == ("2027年没有节假日安排数据，按周末推算",)


def test_months_end_on_the_corresponding_day():
    deadline = count(date(2017, 3, 1), Span.parse("3m"), PUBLISHED)

    assert deadline.due_on == date(2017, 6, 1)
    assert deadline.days[-1].why == "计入；3个月后的对应日"


def test_months_without_the_corresponding_day_end_on_the_last_of_the_month():
    deadline = count(date(2018, 12, 31), Span(2, "m"), PUBLISHED)

    assert deadline.due_on == date(2019, 2, 28)
    assert deadline.days[-1].why == "计入；2个月后没有31日，以月末日为准"


def test_a_span_of_days_that_ends_on_a_holiday_runs_to_the_day_after():
    deadline = count(date(2025, 9, 4), Span.parse("30天"), PUBLISHED)  # 2025-10-04, within 国庆

    assert deadline.due_on == date(2025, 10, 9)
    assert [(d.date.day, d.counted, d.number, d.why) for d in deadline.days[-6:]] == [
        (4, True, 30, "计入"),
        (5, False, None, "国庆节放假，顺延"),
        (6, False, None, "中秋节放假，顺延"),
        (7, False, None, "国庆节放假，顺延"),
        (8, False, None, "国庆节放假，顺延"),
        (9, False, None, "期限最后一日（10月4日）国庆节放假，顺延至休假结束的次日（《民法典》第二百零三条）"),
    ]


def test_a_span_of_days_does_not_run_on_when_the_rule_says_so():
    assert count(date(2025, 9, 4), Span(30, "d"), PUBLISHED, roll=False).due_on == date(2025, 10, 4)


def test_a_last_day_on_a_make_up_saturday_stands():
    assert count(date(2025, 10, 1), Span(10, "d"), PUBLISHED).due_on == date(2025, 10, 11)


@pytest.mark.parametrize(
    ("start", "law"),
    [
        (date(2017, 6, 1), "《民法通则》第一百五十四条"),
        (date(2018, 6, 1), "《民法总则》第二百零三条"),
        (date(2022, 6, 2), "《民法典》第二百零三条"),
    ],
)
def test_the_law_cited_is_the_law_of_the_day(start, law):
    to_sunday = 6 - start.weekday()

    assert law in count(start, Span(to_sunday, "d"), PUBLISHED).days[-1].why


def test_an_extension_counts_on_from_the_due_date_and_names_who_gave_it_and_why():
    extension = Extension(Span(2, "w"), "周主任", "需实地核查")
    deadline = count(date(2017, 3, 1), Span(15, "w"), PUBLISHED, extension)

    assert (deadline.original_due_on, deadline.due_on) == (date(2017, 3, 22), date(2017, 3, 24))
    assert deadline.label == "15个工作日，延期2个工作日"
    assert [(d.number, d.part) for d in deadline.days[-3:]] == [(15, 0), (1, 1), (2, 1)]
    assert "—— 延期2个工作日，批准人：周主任，事由：需实地核查" in explain(deadline)


def test_extensions_follow_one_another():
    twice = [Extension(Span(1, "m"), "周主任", "会办意见未到"), Extension(Span(1, "w"), "周主任", "报批")]

    assert count(date(2017, 3, 1), Span(3, "m"), PUBLISHED, twice).due_on == date(
        2017, 7, 4
    )  # 6-01, Mon 7-03, Tue


def test_the_explanation_reads_like_a_sheet():
    assert explain(count(date(2017, 3, 3), Span(1, "w"), PUBLISHED)).splitlines() == [
        "2017-03-03 周五起算，1个工作日，2017-03-06 周一到期",
        "",
        "2017-03-03 周五  —        起算当日不计入",
        "2017-03-04 周六  —        周六，不计",
        "2017-03-05 周日  —        周日，不计",
        "2017-03-06 周一  第1日     工作日，计入",
        "",
        "到期日：2017-03-06 周一",
    ]


@pytest.mark.parametrize(
    ("text", "span", "label"),
    [
        ("15w", Span(15, "w"), "15个工作日"),
        ("15个工作日", Span(15, "w"), "15个工作日"),
        ("90天", Span(90, "d"), "90日"),
        (" 90 日 ", Span(90, "d"), "90日"),
        ("3M", Span(3, "m"), "3个月"),
    ],
)
def test_a_span_is_read_as_people_write_it(text, span, label):
    assert (Span.parse(text), span.label, Span.parse(str(span))) == (span, label, span)


@pytest.mark.parametrize(
    "text", ["", "15", "w", "-3d", "0d", "1.5m", "3y", "99999w", "十五个工作日", "3d\x00", "²d"]
)
def test_a_span_that_makes_no_sense_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="期限"):
        Span.parse(text)


def test_what_is_left_is_counted_in_working_days_and_what_is_late_in_days():
    due = date(2017, 4, 5)  # the first day after 清明

    labels = {day: left_label(date(2017, *day), due, PUBLISHED) for day in [(3, 30), (4, 2), (4, 5), (4, 8)]}

    assert labels == {
        (3, 30): "还有3个工作日",
        (4, 2): "还有1个工作日",
        (4, 5): "今天到期",
        (4, 8): "逾期3天",
    }
    assert [working_days_left(date(2017, *day), due, PUBLISHED) for day in labels] == [3, 1, 0, -2]
    assert left_label(date(2025, 10, 2), date(2025, 10, 4), PUBLISHED) == "还有2天（无工作日）"


def test_reminders_lie_before_the_due_date():
    due = date(2017, 4, 5)

    assert before(due, Span(2, "w"), PUBLISHED) == date(2017, 3, 31)
    assert before(due, Span(20, "d"), PUBLISHED) == date(2017, 3, 16)
    assert before(date(2017, 3, 31), Span(1, "m"), PUBLISHED) == date(2017, 2, 28)


def test_a_calendar_edited_by_the_office_is_followed():
    rows = [*published_rows(), (date(2017, 3, 8), False, "防汛停工"), (date(2017, 3, 11), True, "防汛")]
    deadline = count(date(2017, 3, 7), Span(3, "w"), Calendar.from_rows(rows))

    assert [d.why for d in deadline.days[1:]] == [
        "防汛停工放假，不计",
        "工作日，计入",
        "工作日，计入",
        "防汛调休，周六上班，计入",
    ]


def test_an_empty_calendar_knows_weekends_only_and_no_year():
    deadline = count(date(2017, 4, 28), Span(1, "w"), Calendar())

    assert deadline.due_on == date(2017, 5, 1)
    assert deadline.warnings == ("2017年没有节假日安排数据，按周末推算",)


def test_a_calendar_can_be_cached():
    assert pickle.loads(pickle.dumps(PUBLISHED)) == PUBLISHED


DATES = st.dates(date(2015, 6, 1), date(2028, 6, 1))


@given(DATES, st.integers(1, 300))
def test_the_nth_working_day_has_n_working_days_behind_it(start, n):
    due = add_working_days(start, n, PUBLISHED)

    assert PUBLISHED.is_workday(due)
    assert working_days_left(start, due, PUBLISHED) == n
    assert count(start, Span(n, "w"), PUBLISHED).due_on == due


@given(DATES, DATES)
def test_the_fast_count_of_working_days_equals_the_slow_one(a, b):
    slow = sum(PUBLISHED.is_workday(a + timedelta(n)) for n in range(1, (b - a).days + 1))

    assert PUBLISHED.working_days_between(a, b) == slow


@given(DATES, st.sampled_from("wdm"), st.integers(1, 30))
def test_every_day_is_listed_once_in_order_and_the_last_is_the_due_date(start, unit, n):
    deadline = count(start, Span(n, unit), PUBLISHED)

    listed = [d.date for d in deadline.days]
    assert listed == [start + timedelta(k) for k in range(len(listed))]
    assert listed[-1] == deadline.due_on
    assert PUBLISHED.is_workday(deadline.due_on)
    numbers = [d.number for d in deadline.days if d.counted]
    assert numbers == list(range(1, len(numbers) + 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_months_never_jump_over_a_month(start, n):
    there = add_months(start, n)

    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == n
    assert there.day <= start.day
