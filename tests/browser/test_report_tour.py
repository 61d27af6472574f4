"""Every figure is its list, looked at in a browser; and the walks of a year report and of a duty record.

For every figure of the reading room, every mark of the overview and every number in the prose of the reports, the link
is followed and the rows are counted, page after page. The walks: figures → report → approval under a seal → a record
that changes afterwards; a member's record → a line contested → answered → an appraisal sealed, each member's own sheet.
``HUISHENG_TOUR=1`` writes docs/tour/reports/ and docs/tour/duty/ anew; without it only the walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from huisheng.desk.fsck import check
from huisheng.duty.models import Appraisal, Objection, RuleBook
from huisheng.duty.models_standing import StandingRound
from huisheng.kernel.lifecycle import perform
from huisheng.reports import actions as annual
from huisheng.reports import figures
from huisheng.reports.models import Report
from huisheng.reports.tokens import WORDINGS
from tests import make
from tests.cast import Cast, make_cast, moment

from .pages import TOUR, Clock, enter
from .test_every_page import furnish
from .test_supervision_tour import send_form
from .test_voices_tour import Walk, fill, press, says, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=30_000)  # a busy machine is no failure
ROWS = "main [data-row], main ul.chain > li"
REPORTS = ("highlights", "standing", "proposals")


@dataclass(frozen=True)
class Told:
    """A number as a page tells it, with the address it leads to."""

    where: str
    number: int
    url: str


def rows_of(page: Page, url: str) -> int:
    """Follow a link and count what is listed there, on all its pages."""
    count, ahead = 0, url
    while ahead:
        answer = page.goto(ahead)
        assert answer is not None, ahead
        assert answer.status == 200, f"{ahead} 回答 {answer.status}"
        count += page.locator(ROWS).count()
        following = page.locator("main nav a[rel=next]")
        ahead = following.first.evaluate("one => one.href") if following.count() else ""
    return count


def numbers_on(page: Page, where: str) -> Iterator[Told]:
    """Every linked number of a page: in its sentences, tables and legends."""
    found = page.locator("main a").evaluate_all("all => all.map(one => [one.innerText.trim(), one.href])")
    for words, url in found:
        if re.fullmatch(r"[0-9]+", words) and "#" not in url:
            yield Told(where, int(words), url)


def in_prose(page: Page, where: str) -> Iterator[Told]:
    """Every number of a report's prose: what the link says of itself, and that the words are this number."""
    found = page.locator("main .annual a.figure-link").evaluate_all(
        "all => all.map(one => [one.innerText.trim(), one.title, one.href])"
    )
    for words, title, url in found:
        match = re.match(r"[^：]+：([0-9]+)", title)
        assert match, title
        number = int(match[1])
        assert words in {say(number) for say in WORDINGS.values()} or str(number) in words, (words, title)
        yield Told(where, number, url)


def test_every_figure_is_as_many_rows_as_it_says(
    transactional_db: None, page: Page, live_server: Any
) -> None:
    """The house is furnished with records of every kind; the link of every figure is followed in a browser."""
    cast = make_cast()
    furnish(cast)
    make.honour(cast, member=None, title="先进单位")
    for number in range(31):  # more than one page of a list
        make.honour(cast, title=f"优秀政协委员（{number}）")
    make.held_gathering(cast, type="committee", host=cast.committee)
    reports = [annual.start(cast.office, {"type": kind, "year": 2017}, at=make.DAY) for kind in REPORTS]
    server = live_server.url
    enter(page, server, cast.office, "/reports/figures/?year=2017")

    told = list(numbers_on(page, "全部指标"))
    linked = len(told)
    counted = figures.numbers(2017)
    known = figures.known()
    assert linked == sum(1 for name in known if counted[name])
    told += [Told(name, 0, server + one.url(2017)) for name, one in known.items() if not counted[name]]
    page.goto(f"{server}/reports/?year=2017")
    told += numbers_on(page, "总览")
    late = page.locator("main a[href='#late']")
    assert page.locator("#late ~ div tbody tr").count() == (int(late.inner_text()) if late.count() else 0)
    for report in reports:
        page.goto(server + report.get_absolute_url())
        told += in_prose(page, str(report))

    rows: dict[str, int] = {}
    for url in dict.fromkeys(one.url for one in told):
        rows[url] = rows_of(page, url)
    wrong = [
        f"{one.where} {one.url}：说 {one.number}，列出 {rows[one.url]}"
        for one in told
        if rows[one.url] != one.number
    ]
    assert not wrong, "\n".join(wrong)
    assert linked > 60, linked


# -- the walks -------------------------------------------------------------------------------------------------------
HEAD = """# 一年的报告怎样写成

从一页总览到封存的年度报告：每个数都点得开，文字由人写，数由记录数；审定以后不再变动，记录更正了的另出更正版。
每一步配手机（390 像素）和电脑（1366 像素）两张图，印出来的另附几页。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_report_tour.py` 重新生成。"""
ONE, TWO, THREE, FOUR = "一、数字", "二、起草", "三、审定封存", "四、记录更正以后"
DUTY_HEAD = """# 一位委员的履职档案

档案从各处的记录里读出来，不另外填报；委员看自己的一份，有出入的提出异议，办公室核对答复；考核按自己的办法算，
每人只看自己的一张，不排名。每一步配手机（390 像素）和电脑（1366 像素）两张图。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_report_tour.py` 重新生成。"""
RECORD, CONTEST, OFFICE, APPRAISED = "一、自己的档案", "二、有出入的一条", "三、办公室的一览", "四、考核"
STANDING = "五、常委述职"
PAPERS = (
    ("关于给老旧小区加装电梯的提案", "urban"), ("关于背街小巷照明的提案", "urban"), ("关于中小学午餐的提案", "education"),
    ("关于公交线路调整的提案", "urban"), ("关于饮水安全的提案", "rural"), ("关于传统村落保护的提案", "history"),
    ("关于小微企业贷款的提案", "economy"), ("关于社区养老服务站的提案", "law"),
)  # fmt: skip


def lived(cast: Cast) -> None:
    """A small year: proposals at every stage, meetings, voices, a supervision, a material, honours."""
    days = ("2017-05-08", "2017-05-16", "2017-05-24", "2017-06-06", "2017-07-20")
    for number, (title, category) in enumerate(PAPERS):
        outcome = make.FILE | {"category_local": category}
        options = {"title": title, "outcome": outcome, "is_joint": number % 2 == 0}
        if number < len(days):
            one = make.approved(cast, **options) if number % 2 else make.drafted(cast, **options)
            for sheet in one.replies.get(is_current=True).countersigns.all():
                perform(sheet, "agree", cast.traffic_clerk, at=make.DAY)
            if number % 2 == 0:
                perform(one, "approve", cast.housing_head, at=make.DAY)
            at = moment(f"{days[number]} 15:00")
            perform(one, "deliver", cast.clerk, {"disclosed": "full"}, at=at)
            if number < 3:
                make.rate(one.proposal.ratings.get(is_first=True), cast.li, at)
        else:
            make.handling(cast, **options)
    make.decided(
        cast,
        outcome={"outcome": "decline", "reason": "10", "note": "没有具体建议。"},
        title="关于改进工作的提案",
    )
    make.held_gathering(cast)
    for kind, title in (
        ("committee", "经济委员会会议"),
        ("symposium", "银企座谈会"),
        ("visit_out", "走访兄弟区政协"),
    ):
        make.held_gathering(cast, type=kind, title=title, host=cast.committee)
    make.filed_opinion(cast)
    make.reading(cast)
    make.delivered_issue(cast)
    make.rectifying_supervision(cast)
    make.kept_material(cast)
    make.honour(cast)


@pytest.fixture
def walk(transactional_db: None, live_server: Any, new_context: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    cache.clear()
    clock = Clock("2017-12-20 09:30")
    monkeypatch.setattr("django.utils.timezone.now", clock.now)

    def patient(**options: Any) -> Any:
        context = new_context(**options)
        context.set_default_timeout(40_000)
        return context

    found = Walk(live_server.url, patient, make_cast(), clock)
    lived(found.cast)
    return found


def fetched(page: Page, url: str) -> bytes:
    answer = page.request.get(url)
    assert answer.status == 200, url
    return answer.body()


# -- a year report ---------------------------------------------------------------------------------------------------
def the_figures_are_looked_at(walk: Walk) -> None:
    page = walk.as_("office", "/reports/?year=2017")
    walk.shoot(page, ONE, "1-1-overview", "一页总览：收到、立案、答复、评价四句话，图上每一段都点得开。")
    page = walk.as_("office", "/reports/figures/?year=2017")
    walk.shoot(page, ONE, "1-2-figures", "全部指标：每个数有口径，点开就是清单。")
    page.locator("a[href*='/year_received/']").click()
    expect(page.locator(ROWS)).to_have_count(9)
    walk.shoot(page, ONE, "1-3-list", "一个数的清单：九件就是九行。")


def the_office_writes(walk: Walk) -> Report:
    page = walk.as_("office", "/reports/annual/new/")
    page.get_by_label("政协工作亮点").check()
    fill(page, 年度="2017")
    press(page, "开始写")
    walk.shoot(page, TWO, "2-1-draft", "提纲是自带的，里面的数是现数的。")
    report = Report.objects.get()
    part = report.sections.get(heading="提案")
    page = walk.as_("office", f"{report.get_absolute_url()}parts/{part.pk}/")
    field = page.get_by_label("正文")
    field.fill(field.input_value() + "\n其中答复了 5 件，")
    page.locator("button[data-insert='{proposals.year_received}']").click()
    expect(field).to_have_value(re.compile(r"\{proposals\.year_received\}"))
    walk.shoot(page, TWO, "2-2-write", "写一个部分：数从指标表里点进去，不手写。")
    press(page, "存好")
    says(page, "手写的数")
    walk.album.shoot(page, TWO, "2-3-typed", "手写的数会被指出来：它不会跟着记录变。", f"#part-{part.pk}")
    page.get_by_role("link").filter(has_text="写“提案”").click()
    field.fill(field.input_value().rsplit("\n", 1)[0])
    press(page, "存好")
    walk.clock.go("2017-12-21 10:00")
    make.honour(
        walk.cast,
        moment("2017-12-21 09:50"),
        title="提案工作先进个人",
        given_on=moment("2017-12-20 00:00").date(),
    )
    make.submitted(walk.cast, moment("2017-12-21 09:55"), title="关于冬季清雪的提案")
    page = walk.as_("office", report.get_absolute_url())
    says(page, "存稿时 9，现在 10")
    walk.album.shoot(page, TWO, "2-4-moved", "存稿以后记录变了，变了的数有标记。", f"#part-{part.pk}")
    return report


def the_chair_seals(walk: Walk, report: Report) -> None:
    url = report.get_absolute_url()
    page = walk.as_("office", f"{url}steps/send")
    send_form(page)
    says(page, "“送审定”已办好")
    walk.clock.go("2017-12-28 09:00")
    page = walk.as_("chair", f"{url}steps/approve")
    walk.shoot(page, THREE, "3-1-approve", "审定的不是起草的人；办之前再看一遍会发生什么。")
    take(walk, "chair", f"{url}steps/approve")
    page = walk.as_("li", url)
    says(page, "冯主席审定")
    walk.shoot(page, THREE, "3-2-sealed", "委员看到的：封存的文字和数字。")
    expect(page.locator("main .annual a.figure-link")).to_have_count(0)  # the lists are the office's
    page = walk.as_("office", url)
    assert page.locator("main .annual a.figure-link").count() > 20
    pdf = fetched(page, f"{walk.server}{url}paper.pdf")
    walk.album.print(pdf, THREE, "3-3-paper", "印出来的样子，图表和口径在文后。")


def a_record_changes_afterwards(walk: Walk, report: Report) -> None:
    walk.clock.go("2017-12-29 15:00")
    make.submitted(walk.cast, moment("2017-12-29 14:00"), title="关于路口信号灯的提案")
    url = report.get_absolute_url()
    page = walk.as_("office", url)
    says(page, "封存以后，有记录变了")
    walk.shoot(page, FOUR, "4-1-after", "封存以后记录又变了：报告不变，变了的列出来。")
    page = walk.as_("office", f"{url}steps/correct")
    fill(page, 说明="年底又收到一件。")
    send_form(page)
    second = Report.objects.get(corrects=report)
    page = walk.as_("office", f"{second.get_absolute_url()}compare/")
    expect(page.locator("main ins").first).to_be_visible()
    walk.shoot(page, FOUR, "4-2-compare", "更正版和原来的比：改了什么，一眼看到。")


def test_a_year_report_from_its_figures_to_its_seal(walk: Walk) -> None:
    walk.album.folder = TOUR / "reports"
    the_figures_are_looked_at(walk)
    report = the_office_writes(walk)
    the_chair_seals(walk, report)
    a_record_changes_afterwards(walk, report)
    assert walk.troubles == []
    assert check().is_clean, check().problems
    walk.album.write_captions(HEAD)


# -- a duty record ---------------------------------------------------------------------------------------------------
def a_member_reads_their_record(walk: Walk) -> None:
    page = walk.as_("li", "/duty/")
    says(page, PAPERS[0][0])
    walk.shoot(page, RECORD, "1-1-record", "履职档案：都是从记录里读出来的，点开就是那条记录。")
    pdf = fetched(page, f"{page.url.partition('?')[0]}register.pdf?year=2017")
    walk.album.print(pdf, RECORD, "1-2-register", "履职登记表，随时可以印。", 2)


def a_line_is_contested_and_answered(walk: Walk) -> None:
    page = walk.as_("wang", "/duty/")
    page.get_by_role("link").filter(has_text="有出入：银企座谈会").click()
    fill(page, 说的是哪一条="银企座谈会记了缺席", 理由="那天我到了，签到的屏幕前人多，没有扫上码。")
    walk.shoot(page, CONTEST, "2-1-contest", "哪一条不对，当场提出；写到一半也存着。")
    press(page, "提出异议")
    one = Objection.objects.get()
    page = walk.as_("office", f"{one.get_absolute_url()}steps/uphold")
    fill(page, 答复="已核对现场照片，请会务补记出席。")
    walk.shoot(page, CONTEST, "2-2-answer", "办公室核对后答复；记录由记它的地方更正。")
    send_form(page)
    page = walk.as_("wang", one.get_absolute_url())
    says(page, "已核对现场照片")
    walk.shoot(page, CONTEST, "2-3-answered", "提出、答复都留着。")


def the_office_looks_it_over(walk: Walk) -> None:
    page = walk.as_("office", "/duty/members/?year=2017")
    walk.shoot(page, OFFICE, "3-1-members", "办公室的一览：按名册次序，不排名。")


def the_year_is_appraised(walk: Walk) -> None:
    page = walk.as_("office", "/duty/rule-books/new/")
    fill(page, 名称="委员履职考核办法", 自哪一年起="2017")
    page.get_by_label("安庆式").check()
    press(page, "开始拟订")
    book = RuleBook.objects.get()
    page = walk.as_("office", f"{book.get_absolute_url()}?year=2017")
    says(page, "先算一算")
    walk.shoot(page, APPRAISED, "4-1-book", "考核办法是数据，启用之前拿往年的记录算一算。")
    take(walk, "chair", f"{book.get_absolute_url()}steps/adopt")
    page = walk.as_("office", "/duty/appraisals/")
    fill(page, 年度="2017")
    press(page, "开始考核")
    one = Appraisal.objects.get()
    take(walk, "chair", f"{one.get_absolute_url()}steps/seal")
    page = walk.as_("chair", one.get_absolute_url())
    says(page, "封存指纹")
    walk.shoot(page, APPRAISED, "4-2-sealed", "封存以后不再变动；按名册次序。")
    page = walk.as_("li", one.get_absolute_url())
    expect(page.locator("main")).not_to_contain_text("王立言")
    walk.shoot(page, APPRAISED, "4-3-sheet", "委员只看到自己的一张，每一分都说得出是哪几条记录。")


def a_standing_member_writes_of_the_year(walk: Walk) -> None:
    make.stands(walk.cast, walk.cast.member_li, walk.cast.member_wang)
    page = walk.as_("office", "/duty/standing/")
    fill(page, 要求="写体会、不足和打算，两千字以内。")
    walk.shoot(page, STANDING, "5-1-open", "发起一年的述职：期限按本地规则算好，可以改；在任的常委都列进来。")
    press(page, "发起述职")
    one = StandingRound.objects.get()
    report = one.reports.get(member=walk.cast.member_li)
    page = walk.as_("li", f"{report.get_absolute_url()}write/")
    fill(page, 正文="这一年主要跟着加装电梯这件事走，跑了六个小区。\n下一年想把补偿办法落到实处。")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    walk.shoot(page, STANDING, "5-2-write", "写到一半也存着，提交以前只有本人看得到；做了哪些事不用抄。")
    page.reload()  # the telephone rang; nothing was sent
    expect(page.get_by_label("正文")).to_have_value(re.compile("跑了六个小区"))
    press(page, "存好")
    press(page, "提交")
    says(page, "“提交”已办好")
    page = walk.as_("office", report.get_absolute_url())
    walk.shoot(page, STANDING, "5-3-sent", "提交以后，办公室收存或退回补充。")
    press(page, "收存")
    page = walk.as_("office", one.get_absolute_url())
    says(page, "应交 2 份，交来 1 份，未交 1 份")
    walk.shoot(page, STANDING, "5-4-round", "一年的述职：按名册次序，迟交的只写明，照样收存。")
    pdf = fetched(page, f"{walk.server}{report.get_absolute_url()}paper.pdf")
    walk.album.print(pdf, STANDING, "5-5-paper", "印出来的报告，履职记录附在文后。", 2)


def test_a_duty_record_is_read_contested_and_appraised(walk: Walk) -> None:
    walk.album.folder = TOUR / "duty"
    a_member_reads_their_record(walk)
    a_line_is_contested_and_answered(walk)
    the_office_looks_it_over(walk)
    the_year_is_appraised(walk)
    a_standing_member_writes_of_the_year(walk)
    assert walk.troubles == []
    assert check().is_clean, check().problems
    walk.album.write_captions(DUTY_HEAD)
