"""The acceptance walk: one proposal through all fifteen stages, in a real browser, by the right people, at their dates.

The committee is set up from nothing: first run, rosters and the ledger of 2016 by the office, then the session of 2017.
Around proposal 01 walk two others: 12, its near copy, which is merged into it and taken out again, and 11, which tells
of two matters and is declined by two persons. ``HUISHENG_TOUR=1`` writes docs/tour/ anew; without it only the walk.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from huisheng.kernel.deadlines import published_rows
from huisheng.kernel.models import CalendarDay
from huisheng.kernel.store import path_of
from huisheng.people import actions as people
from huisheng.people import setup
from huisheng.people.models import Account, Agency, Member
from huisheng.proposals.models import Assignment, Proposal
from huisheng.ui.steps import step_url

from .pages import DESK, PHONE, Album, Clock, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DATA = Path(__file__).parents[1] / "data"
PASSWORD = "一条建言都有回声"
expect.set_options(timeout=20_000)  # a busy machine is no failure
HEAD = """# 一件提案走完全程

下面每一行是一个环节，配手机（390 像素）和电脑（1366 像素）两张图。人物、单位负责人和文字都是虚构的，
届次和日期按九届一次会议（2017年）走。图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_tour.py` 重新生成。"""


class Walk:
    """The house and the people in it: everyone has a browser of their own and signs in at the door."""

    def __init__(self, server: str, new_context: Any, clock: Clock) -> None:
        self.server, self.new_context, self.clock = server, new_context, clock
        self.pages: dict[str, Page] = {}
        self.troubles: list[str] = []
        self.album = Album(new_context().new_page())

    def as_(self, username: str, path: str = "/", size: dict[str, int] = DESK) -> Page:
        """That person's browser, on that page; whose session ended meanwhile signs in again."""
        page = self.pages.get(username) or self._arrive(username)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(self.server + path)
        if "/accounts/login/" in page.url:
            sign_in(page, username, PASSWORD)
            page.goto(self.server + path)
        return page

    def _arrive(self, username: str) -> Page:
        page = self.pages[username] = self.new_context().new_page()
        page.set_default_timeout(25_000)
        page.on("pageerror", lambda error: self.troubles.append(f"{username} {page.url} {error}"))
        page.on(
            "response",
            lambda one: (
                self.troubles.append(f"{username} {one.status} {one.url}") if one.status >= 500 else None
            ),
        )
        return page

    def account(self, username: str, name: str, kind: str, **place: Any) -> Account:
        """An account with a post, by the same acts the office's pages call."""
        at = self.clock.now()
        made = people.create_account(name, username, by=None, at=at, password=PASSWORD)
        people.give_post(made, kind, at.date(), by=None, at=at, **place)
        return made

    def shoot(self, page: Page, stage: str, name: str, caption: str, of: str = "") -> None:
        self.album.shoot(page, stage, name, caption, of)

    def fetch(self, page: Page, url: str) -> bytes:
        answer = page.request.get(url if url.startswith("http") else self.server + url)
        assert answer.ok, f"{url} {answer.status}"
        return answer.body()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock("2017-01-03 09:00")
    monkeypatch.setattr("django.utils.timezone.now", made.now)
    return made


@pytest.fixture
def walk(
    transactional_db: None,
    live_server: Any,
    new_context: Any,
    clock: Clock,
    monkeypatch: Any,
    settings: Any,
    tmp_path: Path,
) -> Walk:
    monkeypatch.setenv("HUISHENG_MFA", "offered")  # 两步验证有自己的测试
    return Walk(live_server.url, new_context, clock)


def says(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("main")).to_contain_text(text)


def press(page: Page | Locator, name: str, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).first.click()


def follow(page: Page | Locator, name: str, exact: bool = False) -> None:
    page.get_by_role("link", name=name, exact=exact).first.click()


def fill(page: Page | Locator, **fields: str) -> None:
    for label, words in fields.items():
        page.get_by_label(label).first.fill(words)


def pdf_text(data: bytes) -> str:
    assert data.startswith(b"%PDF")
    return re.sub(r"\s", "", "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(data)).pages))


def paper(number: str) -> Path:
    return next(one for one in (DATA / "proposals").iterdir() if one.name.startswith(number))


def member(name: str, sector: str) -> Member:
    return Member.objects.get(name=name, sector__name=sector)


# -- 00 the house is furnished -------------------------------------------------------------------------------------
def the_first_run_makes_the_first_account(walk: Walk) -> None:
    page = walk._arrive("office")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(walk.server + "/")
    says(page, "这套系统还没有账号")
    fill(page, 安装码=setup.setup_code(), 机关全称="政协郑州市上街区", 现在是第几届="9", 本届开始日期="2017-01-01",
         现在是第几次会议="1", 本次会议开幕日期="2017-02-13", 本次会议闭幕日期="2017-02-15",
         会间提案截止时间="2017-02-14T17:00", 管理员姓名="何办公", 管理员账号="office", 密码=PASSWORD, 再输一次密码=PASSWORD)  # fmt: skip
    walk.shoot(page, "起步", "00-1-setup", "第一次打开：填机关、届次和第一位管理员。")
    press(page, "完成设置")
    sign_in(page, "office", PASSWORD)
    says(page, "何办公，您好")


def the_office_brings_in_its_lists(walk: Walk) -> None:
    for kind, file in (
        ("bodies", "roster/bodies.xlsx"), ("members", "roster/members.xlsx"), ("agencies", "roster/agencies.xlsx"),
        ("proposals", "history/proposals_2016.xlsx"),
    ):  # fmt: skip
        page = walk.as_("office", "/imports")
        page.get_by_label("内容").select_option(kind)
        page.get_by_label("文件").set_input_files(DATA / file)
        press(page, "上传并核对")
        says(page, "前几个值")
        if kind == "members":
            walk.shoot(
                page, "起步", "00-2-import", "导入委员名册：先核对，九行有疑问的逐行问清，什么也不猜。"
            )
        if kind == "agencies":  # 缺电话、缺职责的照收，同一家的另一种写法跳过
            for row in page.locator("select[name^='do-']").all():
                row.select_option("take" if row.locator("[value=take]").count() else "skip")
            press(page, "记下并重新核对")
        elif (skip := page.get_by_role("button", name="有疑问的先跳过")).count():
            skip.click()
        press(page, "导入")
        says(page, "已导入")
    assert (Member.objects.count(), Agency.objects.count()) == (171, 66)


def the_administrator_opens_accounts(walk: Walk) -> None:
    page = walk.as_("office", "/people/accounts/new")
    fill(page, 姓名="陈提办", 账号="clerk")
    press(page, "建立")
    follow(page, "授予岗位")
    page.get_by_label("岗位").select_option("clerk")
    press(page, "授予")
    press(page, "开启用码")
    code = page.locator(".receipt-number").inner_text().strip()
    own = walk._arrive("clerk")
    own.goto(walk.server + "/activate")
    fill(own, 启用码=code)
    press(own, "下一步")
    own.locator("[name=password]").fill(PASSWORD)
    own.locator("[name=again]").fill(PASSWORD)
    press(own, "设好密码")
    sign_in(own, "clerk", PASSWORD)
    says(own, "陈提办，您好")

    environment, city = Agency.objects.get(name="区环境保护局"), Agency.objects.get(name="区城市管理局")
    police = Agency.objects.get(name="区公安分局交巡警大队")
    for username, name, kind, place in (
        ("reviewer", "孙主任", "reviewer", {}), ("second", "吴复核", "clerk", {}), ("coordinator", "杜督查", "coordinator", {}),
        ("chair", "冯主席", "chair", {}),
        ("han", "韩志远", "member", {"member": member("韩志远", "科技界")}),
        ("li-edu", "李娟", "member", {"member": member("李娟", "教育界")}),
        ("li-med", "李娟", "member", {"member": member("李娟", "医药卫生界")}),
        ("guo", "郭树生", "member", {"member": member("郭树生", "工商联")}),
        ("hou", "侯学军", "member", {"member": member("侯学军", "共青团")}),
        ("env", "郑经办", "handler", {"agency": environment}), ("env-head", "周局长", "agency_head", {"agency": environment}),
        ("city", "钱经办", "handler", {"agency": city}), ("police", "高经办", "handler", {"agency": police}),
    ):  # fmt: skip
        walk.account(username, name, kind, **place)


# -- 01 征集引导 --------------------------------------------------------------------------------------------------
def a_call_goes_out_and_a_member_takes_a_topic_up(walk: Walk) -> None:
    walk.clock.go("2017-01-05 09:20")
    page = walk.as_("clerk", "/proposals/calls/new/")
    fill(page, 标题="九届一次会议提案征集", 开始="2017-01-05", 结束="2017-02-14",
         公告正文="请各位委员围绕全区中心工作和群众关心的事，一事一案，写清情况、分析和建议。")  # fmt: skip
    page.get_by_label("届次").select_option(index=1)
    page.locator("[name=topics]").first.fill("货运通道扬尘治理\n运矿路、洛宁路沿线居民反映较多。")
    press(page, "保存")
    press(page, "发布征集")
    says(page, "征集中")

    page = walk.as_("han", "/", PHONE)
    follow(page, "九届一次会议提案征集")
    walk.shoot(page, "一、征集引导", "01-call", "征集公告和选题参考目录，委员点一下就认领。")
    press(page, "我来认领", exact=False)
    says(page, "您已认领")


# -- 02 起草 · 03 联名 · 04 提交 ----------------------------------------------------------------------------------
def bring_word_file(walk: Walk, username: str, number: str) -> Page:
    page = walk.as_(username, "/", PHONE)
    follow(page, "提提案")
    page.get_by_label("提案文件").first.set_input_files(paper(number))
    expect(page.get_by_role("heading", name="请核对")).to_be_visible(timeout=30_000)
    return page


def the_word_file_becomes_a_draft(walk: Walk) -> None:
    walk.clock.go("2017-02-13 10:05")
    page = bring_word_file(walk, "han", "01")
    says(page, "关于加强洛宁路货运通道重型车辆扬尘治理的提案")
    says(page, "李娟（教育界）")
    says(page, "李娟（医药卫生界）")
    says(page, "孟凡军（经济界）")
    for name in ("区环境保护局", "区城市管理局", "区公安分局交巡警大队"):
        says(page, name)
    walk.shoot(page, "二、起草", "02-check", "选一个 Word 文件，系统读出案由、提案人、建议，逐项请委员核对。")


def the_right_members_answer_the_invitation(walk: Walk) -> None:
    page = walk.as_("li-edu", "/", PHONE)
    says(page, "韩志远请您联名")
    walk.shoot(page, "三、联名", "03-invitation", "被邀请的委员在自己的首页一点就同意，同名的按界别分清。")
    press(page, "同意联名", exact=False)
    says(page, "“同意联名”已办好")

    page = walk.as_("li-med", "/", PHONE)
    follow(page, "先看一看")
    press(page, "不参加联名")
    says(page, "“不参加联名”已办好")
    page = walk.as_("guo", "/")
    expect(page.locator("main")).not_to_contain_text("联名")


def submitting_gives_a_receipt(walk: Walk) -> None:
    proposal = Proposal.objects.get()
    page = walk.as_("han", f"/proposals/{proposal.pk}/draft/check/", PHONE)
    page.get_by_role("radio", name="全文公开").check()
    press(page, "下一步：核对")
    walk.shoot(page, "四、提交", "04-1-confirm", "正式提交之前最后看一遍。")
    press(page, "正式提交提案")
    says(page, "提案已收到")
    says(page, "2017-0001")
    walk.shoot(page, "四、提交", "04-2-receipt", "回执：流水号、时间、文本校验值，下一步由谁办、何时有结果。")
    proposal.refresh_from_db()
    assert [one.member.sector.name for one in proposal.cosponsors.filter(state="accepted")] == ["教育界"]
    form = pdf_text(walk.fetch(page, f"/proposals/{proposal.pk}/papers/form.pdf"))
    assert "李娟（教育界）" in form.replace("(", "（") or "李娟" in form
    assert "孟凡军" not in form, "没有确认的名字不印"


def two_more_come_in(walk: Walk) -> None:
    walk.clock.go("2017-02-13 15:30")
    for username, number in (("guo", "12"), ("hou", "11")):
        page = bring_word_file(walk, username, number)
        page.get_by_role("radio", name="全文公开").check()
        press(page, "下一步：核对")
        press(page, "正式提交提案")
        says(page, "提案已收到")


# -- 05 审查 · 06 案号 --------------------------------------------------------------------------------------------
def by_serial(serial: int) -> Proposal:
    return Proposal.objects.get(year=2017, serial=serial)


def review(page: Page, outcome: str, **more: str) -> None:
    page.locator(f"[name=outcome][value={outcome}]").check()
    for name, value in more.items():
        field = page.locator(f"[name={name}]").first
        field.select_option(value) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(value)


def decide(page: Page, label: str) -> None:
    """The queue's own button; the next record opens by itself."""
    page.locator("[data-queue-form] button[type=submit]", has_text=label).click()


def review_is_done_in_two_stages(walk: Walk) -> None:
    walk.clock.go("2017-02-16 09:10")
    first, double = by_serial(1), by_serial(3)
    page = walk.as_("clerk", f"/desk/queues/review?at={first.pk}")
    review(page, "file", category_five="ecology", category_local="urban")
    walk.shoot(
        page,
        "五、审查",
        "05-1-pre-review",
        "初审队列：左边名单，中间原文，右边意见；办完一件自动打开下一件。",
    )
    decide(page, "初审")
    says(page, "“初审”已办好")
    says(page, "相近的提案")
    page.locator("#alike details").first.evaluate("one => one.open = true")
    walk.shoot(
        page,
        "五、审查",
        "05-2-alike",
        "下一件自己打开：与第一件相近，相同的文字逐段标出，可以并案。",
        "#alike",
    )
    press(page, "并入这一件", exact=False)
    review(page, "merge", main=str(first.pk), category_five="ecology", note="两件正文逐句相同，只换了路名。")
    decide(page, "初审")
    review(page, "decline", reason="11", note="公交线路和广场噪声是两件事。", category_five="society")
    decide(page, "初审")
    says(page, "没有等初审的提案")

    walk.clock.go("2017-02-17 14:00")
    page = walk.as_("reviewer", f"/desk/queues/decide?at={first.pk}")
    decide(page, "审定")
    says(page, "“审定”已办好")
    review(page, "merge", consent="2月16日电话征得韩志远、郭树生同意")
    decide(page, "审定")
    says(page, "关于调整上街二路公交线路")
    decide(page, "审定")
    says(page, "没有等终审的提案")
    assert {one.state for one in (by_serial(1), by_serial(2), by_serial(3))} == {"decided"}
    # 公布之前，提案人看到的只是“审查中”
    page = walk.as_("hou", f"/proposals/{double.pk}/", PHONE)
    says(page, "审查中")
    expect(page.locator("main")).not_to_contain_text("不予立案")


def the_batch_is_published_and_declining_takes_two(walk: Walk) -> None:
    page = walk.as_("reviewer", "/desk/publish")
    says(page, "您自己审定的不予立案，须由另一位同志复核公布")
    walk.clock.go("2017-02-17 16:20")
    page = walk.as_("second", "/desk/publish")
    says(page, "3 件可以公布")
    walk.shoot(page, "五、审查", "05-3-publish", "审查结果攒成一批公布；不予立案须由审定人之外的另一位复核。")
    press(page, "公布选中的", exact=False)
    says(page, "已公布 3 件")
    assert [by_serial(i).state for i in (1, 2, 3)] == ["filed", "merged", "declined"]

    page = walk.as_("hou", f"/proposals/{by_serial(3).pk}/", PHONE)
    says(page, "不予立案")
    walk.shoot(page, "五、审查", "05-4-declined", "没有立案的当天告诉提案人，写明理由和还能走的途径。")
    letter = pdf_text(walk.fetch(page, f"/proposals/{by_serial(3).pk}/papers/notice.pdf"))
    assert "一案多事" in letter


def a_merger_is_undone_exactly(walk: Walk) -> None:
    page = walk.as_("guo", f"/proposals/{by_serial(2).pk}/", PHONE)
    says(page, "已并入")
    walk.shoot(page, "五、审查", "05-5-merged", "并案：原文、流水号、提案人都保留，主案的答复也答复本件。")
    page = walk.as_("reviewer", f"/proposals/{by_serial(2).pk}/")
    follow(page, "解除并案")
    fill(page, 说明="郭树生委员补充了丹江路的数据，要求单独答复。")
    press(page, "解除并案")
    assert by_serial(2).state == "reviewed"
    page = walk.as_("reviewer", f"/desk/queues/decide?at={by_serial(2).pk}")
    review(page, "file", category_five="ecology", note="单独立案。")
    decide(page, "审定")
    says(page, "没有等终审的提案")
    page = walk.as_("clerk", "/desk/publish")
    press(page, "公布选中的", exact=False)
    says(page, "已公布 1 件")


def numbers_are_given_in_order(walk: Walk) -> None:
    assert [by_serial(i).number for i in (1, 2, 3)] == [1, 2, None]
    page = walk.as_("clerk", "/proposals/?year=2017")
    says(page, "关于加强洛宁路货运通道重型车辆扬尘治理的提案")
    walk.shoot(page, "六、案号", "06-list", "立案时才给案号，连续、不重复、不再用；没有立案的只有流水号。")


# -- 07 交办 -------------------------------------------------------------------------------------------------------
def dispatch_suggests_and_sends_a_batch(walk: Walk) -> None:
    walk.clock.go("2017-02-20 09:00")
    page = walk.as_("clerk", f"/desk/queues/dispatch?at={by_serial(1).pk}")
    says(page, "区环境保护局")
    walk.shoot(page, "七、交办", "07-1-dispatch", "分办队列：建议三个单位，各写依据；键盘一两下选定。")
    choose_agencies(page, "区环境保护局", "区城市管理局", "区公安分局交巡警大队")
    decide(page, "拟定承办单位")
    says(page, "“拟定承办单位”已办好")
    choose_agencies(page, "区环境保护局")
    decide(page, "拟定承办单位")
    says(page, "没有待分办的提案")
    assert not Assignment.objects.exclude(state="planned").exists(), "确认之前什么也没有送出"
    page = walk.as_("clerk", "/desk/assign")
    says(page, "没有会办单位")
    walk.shoot(page, "七、交办", "07-2-batch", "整批核对后才送出，反常的标出来。")
    press(page, "交办选中的", exact=False)
    says(page, "已交办 2 件")
    one = by_serial(1).assignments.get(agency__name="区环境保护局")
    slip = pdf_text(walk.fetch(page, f"/proposals/assignments/{one.pk}/slip.pdf"))
    assert "区环境保护局" in slip
    assert "洛宁路" in slip
    assert walk.fetch(page, f"/proposals/assignments/{one.pk}/slip.docx").startswith(b"PK")


def choose_agencies(page: Page, lead: str, *assisting: str) -> None:
    for name, key in ((lead, "Enter"), *((one, "Shift+Enter") for one in assisting)):
        page.get_by_label("找单位").fill(name)
        page.get_by_role("option", name=name).first.wait_for()
        page.get_by_label("找单位").press(key)
    for name in (lead, *assisting):
        expect(page.get_by_label("已选单位")).to_contain_text(name)


def step(walk: Walk, username: str, record: Any, action: str, size: dict[str, int] = DESK) -> Page:
    return walk.as_(username, step_url(record, action), size)


def own(walk: Walk, agency: str) -> Assignment:
    return by_serial(1).assignments.get(is_open=True, agency__name=agency)


def agencies_take_hand_back_and_get_another(walk: Walk) -> None:
    walk.clock.go("2017-02-21 09:30")
    page = walk.as_("env")
    walk.shoot(page, "七、交办", "07-3-agency-home", "承办单位首页：等我办的事，按剩余天数排。")
    for username in ("env", "police"):
        page = walk.as_(username, by_serial(1).get_absolute_url())
        press(page, "签收")
        says(page, "“签收”已办好")
    page = step(walk, "city", own(walk, "区城市管理局"), "hand_back")
    page.get_by_label("申退理由").select_option("duty")
    fill(page, 依据的职责条款="道路保洁由区市容环境卫生机构承担，本局不直接作业。", 签字负责人="马局长")
    page.get_by_label("建议改由哪个单位办理").select_option(label="区交通运输局")
    press(page, "申退")
    page = step(walk, "coordinator", by_serial(1).assignments.get(state="back"), "agree_back")
    walk.shoot(page, "七、交办", "07-4-hand-back", "申退由督查室裁定，同意就当场改办，一件提案不会没有主人。")
    fill(page, 决定说明="同意改由区交通运输局会办。")
    press(page, "同意改办")
    transport = Agency.objects.get(name="区交通运输局")
    walk.account("transport", "丁经办", "handler", agency=transport)
    page = walk.as_("transport", by_serial(1).get_absolute_url())
    press(page, "签收")
    assert not by_serial(1).assignments.filter(is_open=True).exclude(state="taken").exists()


# -- 08 办理 -------------------------------------------------------------------------------------------------------
def a_contact_counts_when_the_sponsor_confirmed_it(walk: Walk) -> None:
    walk.clock.go("2017-03-08 16:00")
    page = step(walk, "env", own(walk, "区环境保护局"), "contact")
    page.get_by_role("radio", name="现场").check()
    fill(page, 日期="2017-03-08", 参加人="韩志远、郑经办、矿山街道办事处",
         商谈要点="查看了六个出入口和两处冲洗点，委员要求夜间执法有固定时段。")  # fmt: skip
    press(page, "记录面商")
    page = walk.as_("han", "/", PHONE)
    says(page, "请您确认3月8日的面商")
    walk.shoot(page, "八、办理", "08-1-contact", "面商由承办单位记录，提案人确认了才算数。")
    follow(page.locator("li.card", has_text="面商"), "确认面商")
    fill(page, 我的意见="情况属实，请把时段写进答复。")
    press(page, "确认面商")
    says(page, "“确认面商”已办好")


def leaders_watch_over_it(walk: Walk) -> None:
    walk.clock.go("2017-03-10 10:00")
    page = step(walk, "chair", by_serial(1), "mark_key")
    fill(page, 督办领导="冯主席", 确定依据="主席会议3月9日研究确定。")
    press(page, "列为重点提案")
    page = step(walk, "coordinator", by_serial(1), "oversee")
    fill(page, 督办领导="冯主席", 日期="2017-03-10", 督办结果="现场看了冲洗点，要求三月底前全部通水。")
    page.get_by_label("形式").select_option("inspection")
    press(page, "记录督办")
    says(page, "重点提案")


def assisting_agencies_give_their_opinion(walk: Walk) -> None:
    walk.clock.go("2017-03-16 11:00")
    for username, agency, words in (
        ("police", "区公安分局交巡警大队", "可调整货车通行时段，避开上下学；昆仑路限行标志四月底前装好。"),
        ("transport", "区交通运输局", "对十一家单位的运输车辆加装密闭盖，五月底前完成。"),
    ):
        page = step(walk, username, own(walk, agency), "opine")
        fill(page, 会办意见=words)
        press(page, "提交会办意见")


WASH = ("十一家单位出入口全部装好冲洗设施并验收", "2017-06-30")
NIGHT = ("夜间联合执法的时段和电话向沿线居民公示", "2017-05-31")


def draft_reply(walk: Walk, words: str, promise: tuple[str, str], shot: str = "") -> None:
    """A reply of letter B (planned): every suggestion answered, one promise with its day."""
    page = step(walk, "env", own(walk, "区环境保护局"), "draft")
    page.locator("[name=letter][value=B]").check()
    for i, box in enumerate(page.locator("textarea[name^=answer_]").all(), 1):
        box.fill(f"{words}（第{i}条）")
    for label, text in (("联系领导", "周局长"), ("经办人", "郑经办"), ("联系电话", "138-0000-0001")):
        page.get_by_label(label).fill(text)
    for part, text in (("what", promise[0]), ("who", "周局长"), ("due", promise[1])):
        page.locator(f"[name=promise_1_{part}]").fill(text)
    if shot:
        walk.shoot(
            page,
            "九、答复",
            shot,
            "逐条答复：建议在左，回答在右；要办的写成承诺，有人有期限。",
            "#id_letter_group",
        )
    press(page, "拟写答复")
    says(page, "“拟写答复”已办好")


def countersigned_and_approved(walk: Walk, shot: str = "") -> None:
    reply = own(walk, "区环境保护局").replies.get(is_current=True, round=by_serial(1).round)
    page = walk.as_("env-head", by_serial(1).get_absolute_url(), PHONE)
    says(page, "还在等会签")
    if shot:
        walk.shoot(page, "八、办理", shot, "会签没有回齐，审签按钮是灰的，写着在等谁、等到哪天。")
    for username in ("police", "transport"):
        page = walk.as_(username, by_serial(1).get_absolute_url())
        press(page, "同意")
        says(page, "“同意”已办好")
    assert set(reply.countersigns.values_list("state", flat=True)) == {"agreed"}
    page = walk.as_("env-head", by_serial(1).get_absolute_url(), PHONE)
    press(page, "审签")
    says(page, "“审签”已办好")


# -- 09 答复 -------------------------------------------------------------------------------------------------------
def the_reply_is_written_signed_checked_and_delivered(walk: Walk) -> None:
    walk.clock.go("2017-03-28 09:40")
    draft_reply(walk, "已经研究，今年安排实施。", WASH, "09-1-reply")
    walk.clock.go("2017-03-30 10:00")
    countersigned_and_approved(walk, "08-2-countersign")
    page = step(walk, "clerk", own(walk, "区环境保护局"), "return_reply")
    fill(page, 说明="第三条没有写明夜间执法的时段，请补上。")
    press(page, "退回重写")
    walk.clock.go("2017-04-06 09:00")
    draft_reply(walk, "已经研究，今年安排实施；夜间执法每周二、四晚十时至次日二时。", WASH)
    countersigned_and_approved(walk)
    deliver(walk, "09-2-deliver")
    page = walk.as_("han", by_serial(1).get_absolute_url(), PHONE)
    press(page, "我已看到答复")
    walk.shoot(page, "九、答复", "09-3-delivered", "提案人看到逐条答复和承诺，点开时间记录在案。", ".reply")
    one = own(walk, "区环境保护局").replies.get(is_current=True)
    letter = walk.fetch(page, f"/proposals/replies/{one.pk}/letter.pdf")
    assert "韩志远" in pdf_text(letter)
    assert one.number in pdf_text(letter)
    assert walk.fetch(page, f"/proposals/replies/{one.pk}/letter.docx").startswith(b"PK")


def deliver(walk: Walk, shot: str = "") -> None:
    page = walk.as_("clerk", f"/desk/queues/replies?at={own(walk, '区环境保护局').pk}")
    if shot:
        walk.shoot(page, "九、答复", shot, "提案委审核答复，公开再审一次，然后送达。", ".queue-act")
    decide(page, "审核通过并送达")
    says(page, "“审核送达”已办好")


# -- 10 评价 -------------------------------------------------------------------------------------------------------
def rate(
    walk: Walk, username: str, process: str, result: str, reason: str = "", shot: str = "", caption: str = ""
) -> None:
    page = walk.as_(username, "/", PHONE)
    follow(page.locator("li.card", has_text="评价"), "评价")
    page.locator(f"[name=process][value={process}]").check()
    page.locator(f"[name=result][value={result}]").check()
    if reason:
        page.locator("[name=reason]").select_option(reason)
    if shot:
        walk.shoot(page, "十、评价", shot, caption)
    press(page, "提交评价")
    says(page, "“评价”已办好")


def dissatisfaction_opens_a_second_round(walk: Walk) -> None:
    walk.clock.go("2017-04-12 20:15")
    rate(
        walk,
        "han",
        "good",
        "bad",
        "undated",
        "10-1-rate",
        "评价分办理过程和办理结果，各三个词；选“不满意”再选一个原因。",
    )
    one = by_serial(1)
    assert (one.state, one.round) == ("handling", 2)
    page = walk.as_("env", one.get_absolute_url())
    walk.shoot(page, "十、评价", "10-2-again", "不满意就重办：第二轮有自己的期限、答复和评价，两轮都留着。")

    walk.clock.go("2017-04-25 10:00")
    draft_reply(walk, "已与委员再次面商，时段、责任人和完成日期逐项写明。", NIGHT)
    countersigned_and_approved(walk)
    deliver(walk)
    walk.clock.go("2017-05-02 19:00")
    rate(walk, "han", "good", "good")
    rate(walk, "li-edu", "good", "fair", shot="", caption="")
    one = by_serial(1)
    assert (one.state, one.ratings.filter(state="given").count()) == ("concluded", 3)
    page = walk.as_("clerk", one.get_absolute_url())
    walk.shoot(
        page, "十、评价", "10-3-concluded", "两轮评价都在案；“只给政协看”的话承办单位看不到。", ".ratings"
    )


# -- 11 承诺 -------------------------------------------------------------------------------------------------------
def a_promise_is_reported_and_kept(walk: Walk) -> None:
    first, second = by_serial(1).promises.filter(is_live=True).order_by("due_on")
    for promise, day, words in (
        (first, "2017-05-29 10:00", "公示牌已装在六个路口，电话已公布。"),
        (second, "2017-06-26 09:00", "十一家单位全部装好，六月二十日联合验收，验收单附卷。"),
    ):
        walk.clock.go(day)
        page = walk.as_("env")
        says(page, "请报告进展")
        page = step(walk, "env", promise, "report")
        fill(page, 办理进展和依据=words)
        press(page, "报告进展")
        page = walk.as_("clerk", f"/desk/queues/promises?at={promise.pk}")
        decide(page, "认定已兑现")
        says(page, "“认定已兑现”已办好")
    page = walk.as_("clerk", "/proposals/promises/")
    says(page, "已兑现")
    walk.shoot(page, "十一、承诺", "11-promises", "承诺台账：到期再问，兑现、未兑现、说明各算各的。")


# -- 12 督办与优秀 -------------------------------------------------------------------------------------------------
def excellence_is_nominated_and_awarded(walk: Walk) -> None:
    walk.clock.go("2017-11-20 10:00")
    page = walk.as_("clerk", by_serial(1).get_absolute_url())
    says(page, "重点提案")
    page = walk.as_("clerk", f"/proposals/nominations/new/?proposal={by_serial(1).pk}")
    page.locator("[name=reason]").fill("查得细，建议实，十一家单位的冲洗设施按期装好。")
    press(page, "提名")
    page = walk.as_("chair", "/proposals/nominations/")
    walk.shoot(
        page,
        "十二、督办与优秀",
        "12-awards",
        "重点提案由领导督办；优秀提案提名写理由，由主席会议定，不排名。",
    )
    follow(page, "表彰")
    press(page, "表彰")
    assert by_serial(1).is_excellent


# -- 13 期限 -------------------------------------------------------------------------------------------------------
def every_deadline_shows_its_count(walk: Walk) -> None:
    page = walk.as_("env", by_serial(1).get_absolute_url())
    page.locator("td.counts a", has_text="面商").first.click()
    says(page, "2017年2月20日")
    walk.shoot(page, "十三、期限", "13-deadline", "期限怎么算的：一天一天列出来，周末、节假日、调休都写明。")


# -- 14 统计 -------------------------------------------------------------------------------------------------------
def the_tables_close_and_open_their_lists(walk: Walk) -> None:
    page = walk.as_("clerk", "/proposals/figures/?year=2017")
    says(page, "收到")
    walk.shoot(page, "十四、统计", "14-figures", "收到等于各种去向相加，不平不出表；点数字看名单。")
    page.locator("main table a", has_text=re.compile("^3$")).first.click()
    says(page, "关于加强洛宁路货运通道重型车辆扬尘治理的提案")
    walk.shoot(page, "十四、统计", "14-list", "点开一个数字，就是那几件提案。")
    book = openpyxl.load_workbook(io.BytesIO(walk.fetch(page, "/proposals/figures.xlsx?year=2017")))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"3", "2", "1"} <= set(cells), "收到三件，立案两件，不予立案一件"
    assert "收到" in pdf_text(walk.fetch(page, "/proposals/figures.pdf?year=2017"))


# -- 15 归档 -------------------------------------------------------------------------------------------------------
def it_is_archived_as_one_packet(walk: Walk) -> None:
    walk.clock.go("2017-12-04 09:00")
    page = walk.as_("clerk", by_serial(1).get_absolute_url())
    press(page, "归档")
    says(page, "“归档”已办好")
    walk.shoot(
        page, "十五、归档", "15-archived", "归档：全文、原件、答复、评价和带校验值的办理记录合成一个包。"
    )
    packet = by_serial(1).packets.get()
    names = zipfile.ZipFile(path_of(packet.file.sha256)).namelist()
    assert any(one.endswith(".pdf") for one in names), names
    assert any("洛宁路" in one and one.endswith(".docx") for one in names), names


STAGES = (
    the_first_run_makes_the_first_account, the_office_brings_in_its_lists, the_administrator_opens_accounts,
    a_call_goes_out_and_a_member_takes_a_topic_up, the_word_file_becomes_a_draft, the_right_members_answer_the_invitation,
    submitting_gives_a_receipt, two_more_come_in, review_is_done_in_two_stages, the_batch_is_published_and_declining_takes_two,
    a_merger_is_undone_exactly, numbers_are_given_in_order, dispatch_suggests_and_sends_a_batch,
    agencies_take_hand_back_and_get_another, a_contact_counts_when_the_sponsor_confirmed_it, leaders_watch_over_it,
    assisting_agencies_give_their_opinion, the_reply_is_written_signed_checked_and_delivered,
    dissatisfaction_opens_a_second_round, a_promise_is_reported_and_kept, excellence_is_nominated_and_awarded,
    every_deadline_shows_its_count, the_tables_close_and_open_their_lists, it_is_archived_as_one_packet,
)  # fmt: skip


def test_one_proposal_walks_through_all_fifteen_stages(walk: Walk) -> None:
    CalendarDay.objects.bulk_create(
        (CalendarDay(date=day, is_workday=worked, name=name) for day, worked, name in published_rows()),
        ignore_conflicts=True,
    )
    for stage in STAGES:
        stage(walk)
    assert walk.troubles == []
    walk.album.write_captions(HEAD)
