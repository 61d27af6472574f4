"""Every page a role can reach by its links: it answers, fits, and axe finds nothing in any of its dresses.

Each role's links are followed from its home, one page a kind of address. A page all of whose pieces (tags with their
classes) were seen on an earlier page of the same address is not looked at again. The dresses: 390 and 1366 px, light
and dark, text of 1.0 and 2.0; a page wears two that differ in all three, with HUISHENG_ALL_DRESSES=1 all eight.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from huisheng.consultations import actions as consultations
from huisheng.consultations import forum_actions as forums
from huisheng.consultations import forum_maps
from huisheng.kernel.lifecycle import perform
from huisheng.people import importing
from huisheng.people.models import Account, Session
from huisheng.supervision.models import Tally
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.consultations.crowd import SENTENCES, crowd, vote_all

from .pages import DESK, PHONE, enter, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROSTER = Path(__file__).parents[1] / "data" / "roster"
MOST = 70  # pages of one role
NO_PAGE = re.compile(
    r"\.(pdf|docx|xlsx|csv|zip|json|atom)$|/file$|/files/|/unread/|/archive/\d+/turn/|/logout|^/api/|^/static/"
)
LONG = "关于进一步完善我区城乡居民生活垃圾分类投放收集运输处置全链条管理机制并建立长效监督考核办法的提案"
# one template behind many names
FAMILY = re.compile(
    r"^(/rules/(?:lists/)?|/desk/queues/|/[a-z]+/figures/|/archive/review/|/accounts/|/desk/sent/)[^/]+"
)
# the fullest desk of a group first: what it has shown need not be looked at again with the others
ROLES = {
    "委员": ("li", "wang", "convener", "zhao", ""),
    "机关": ("reviewer", "clerk", "office"),
    "领导与系统": ("coordinator", "chair", "admin", "auditor"),
    "单位": ("housing_clerk", "housing_head", "traffic_clerk"),
    "信息": ("editor", "leader"),
}
# each pair wears both widths, both colours and both sizes of text; pages take the pairs in turn
PAIRS = (
    ((DESK, "1.0", "light"), (PHONE, "2.0", "dark")),
    ((DESK, "2.0", "dark"), (PHONE, "1.0", "light")),
    ((DESK, "1.0", "dark"), (PHONE, "2.0", "light")),
    ((DESK, "2.0", "light"), (PHONE, "1.0", "dark")),
)
ALL = bool(os.environ.get("HUISHENG_ALL_DRESSES"))  # every page in all eight: half an hour
PIECES = (
    """() => [...new Set([...document.querySelectorAll("body *")].map(e => e.tagName + "." + e.className))]"""
)
DRESS = "([scale, theme]) => Object.assign(document.documentElement.dataset, {scale, theme})"


def _voices(cast: Cast, at: Any) -> None:
    """Leads, opinions, an issue being compiled and one that was read, written on and reported back."""
    make.lead(cast, at, content=LONG)
    perform(make.reading(cast, at), "ask", cast.editor, {"text": "请问是哪一个卫生站？"}, at=at)
    make.opening(cast)
    make.opinion(cast, title="关于广场夜间照明的建议")
    make.filed_opinion(cast, at, title="关于早市收摊的建议")
    make.edited_opinion(cast, title="关于公交站加棚的建议")
    make.issued_opinion(cast, title=LONG)
    make.issue(cast)
    make.reported_follow_up(
        cast, one=make.follow_up(cast, one=make.instruction(cast, one=make.delivered_issue(cast).output))
    )
    make.output(cast)


def _news(cast: Cast, at: Any) -> None:
    """One in every state: written, waiting at each desk, sent back, public and corrected, taken down."""
    talk = make.held_gathering(cast, title="企业走访")
    make.news_item(cast, at, title=LONG, photos=2, sources=[talk])
    make.submitted_news(cast, at)
    make.read_news(cast, at)
    make.checked_news(cast, at)
    perform(make.submitted_news(cast, at), "return", cast.editor, {"note": "时间请写全。"}, at=at)
    one = make.published_news(cast, photos=1, sources=[talk])
    words = {"title": one.title, "content": f"{one.content}共六家。", "note": "参加的应为六家。"}
    perform(one, "correct", cast.chair, words, at=at)
    perform(make.published_news(cast), "take_down", cast.office, {"note": "人名有误"}, at=at)


def _consultations(cast: Cast, at: Any) -> None:
    """A plan of 2017 in force whose change is prepared, one of this year in draft; a line at work, late; research."""
    line = make.running_line(cast, lines=2)
    talk = make.held_gathering(cast, type="consultation", title=LONG, host=cast.committee)
    perform(line, "arrange", cast.convener, {"gatherings": [talk.pk]}, at=make.ENDS)
    perform(line, "attach", cast.office, {"outputs": [make.delivered_output(cast).pk]}, at=make.ENDS)
    perform(line.plan, "amend", cast.office, {"note": "区委新交办任务"})
    other = line.plan.lines.exclude(pk=line.pk).select_related("plan").get()
    consultations.save_line(other, cast.office, make.line_words(cast, month=9), at)
    make.plan(cast, at, year=at.year + 1, title=f"{at.year + 1}年度协商工作计划")
    make.subject(cast, at, title=LONG)
    study = make.reported_research(cast, line=line)
    perform(study, "back", cast.office, {"note": "补一组数"})
    note = {"on": "2017-03-01", "place": "某机械厂", "question": "1", "content": "银行要三年报表。"}
    perform(study, "record", cast.li, note)


def _forums(cast: Cast, at: Any) -> None:
    """A forum in preparation; one that runs, with posts, a hidden one, statements of every state and a map."""
    make.forum(cast, at, title=LONG)
    one = make.forum(cast, at, closes_on=at.date() + timedelta(days=9))
    forums.put(one, cast.editor, list(SENTENCES), theme="停车", at=at)
    perform(one, "open", cast.editor, at=at)
    post = make.forum_post(cast, at, one)
    perform(
        forums.write(one, cast.wang, LONG, answers=post, at=at),
        "hide",
        cast.editor,
        {"note": "与议题无关。"},
        at=at,
    )
    perform(
        forums.propose(one, cast.wang, "不要停车", at=at),
        "decline",
        cast.editor,
        {"note": "说得不清楚。"},
        at=at,
    )
    make.statement(cast, at, one)
    forums.vote(one.statements.filter(state="accepted").first(), cast.li, 1, at)
    vote_all(one, crowd(32))
    forum_maps.draw(one, at)


def _supervised(cast: Cast, at: Any) -> None:
    """One in the field with answers that differ and a survey, one that came back to look again, a briefing, a monitor."""
    one = make.running_supervision(cast, at, title="养老服务民主评议", aspect="appraisal")
    make.inspect(one, cast.li, 1, "meets", at=at)
    make.inspect(one, cast.wang, 1, "fails", "有破口", at=at)
    sheet = {"questions": ["办事效率"], "bodies": [cast.sector.pk], "ends_on": str(timezone.localdate(at))}
    perform(one, "survey", cast.office, sheet, at=at)
    _rated(cast, at)
    looked = make.reported_finding(cast)
    fail = {"looked_on": "2017-03-05", "seen": "没有盖严。", "due_on": "2099-01-01"}
    perform(looked, "fail", cast.li, fail, at=at)
    make.sent_hearing(cast)
    make.letter(cast, at, one=make.sent_letter(cast, at, title=LONG).monitor)


def _rated(cast: Cast, at: Any) -> None:
    """A survey that is over: read on the matter's page and by those who were asked."""
    one = make.running_supervision(cast, at, title="物业管理民主评议", aspect="appraisal")
    sheet = {
        "questions": ["办事效率", LONG],
        "bodies": [cast.sector.pk],
        "ends_on": str(timezone.localdate(at)),
    }
    perform(one, "survey", cast.office, sheet, at=at)
    counted = {f"t_{row.pk}": "9" for row in Tally.objects.filter(question__supervision=one, answer="good")}
    perform(
        one, "paper_sheets", cast.office, {"sent": "12", "sheets": "10", "texts": ["早一点说。"], **counted}, at=at
    )  # fmt: skip
    perform(one, "end_survey", cast.office, at=at)


def _archive(cast: Cast, at: Any) -> None:
    """A drive that is open, a photograph that waits, one that is shown, a folder with a doubt, a list handed over."""
    perform(
        make.drive(cast, at, closes_on=at.date() + timedelta(days=90), opens_on=at.date()),
        "open",
        cast.editor,
        at=at,
    )
    make.sent_material(cast, at, one=make.photograph(cast, at, title=LONG))
    make.material(cast, title="还没有写完的一篇")
    perform(make.kept_material(cast, one=make.photograph(cast)), "publish", cast.office, at=make.DAY)
    make.read_material(cast)
    make.checked_material(cast)
    make.photo_batch(cast)
    make.handed_list(cast)


def _office(cast: Cast, at: Any) -> None:
    """平时考核: one confirmed and answered, one waiting at each desk, one being written; and a study session."""
    one = make.confirmed_review(cast)
    perform(one, "answer", cast.clerk, {"words": "回访已经补上。"}, at=moment("2017-04-12 09:00"))
    make.graded_review(cast, moment("2017-05-02 09:00"), staff=cast.second)
    make.submitted_review(cast, at, staff=cast.second)
    back = make.submitted_review(cast, at)
    perform(back, "return", cast.reviewer, {"words": "还差什么，也写一写。"}, at=at)
    make.staff_study(cast)


def _duty(cast: Cast) -> None:
    """A written report that waits, one that is being written; a line contested; an honour."""
    make.submitted_standing_report(cast)
    make.standing_report(cast, year=2018)
    make.objection(cast)
    make.honour(cast)


def furnish(cast: Cast) -> None:
    """Something of every kind, in every place it can stand: of 2017, long overdue, and of these days."""
    at = timezone.now()
    Session.objects.create(
        term=cast.session.term, number=5, year=at.year, opens_on=at.date(), closes_on=at.date(),
        cutoff_at=at, counts_from=moment("2018-01-01 00:00"),
    )  # fmt: skip
    make.draft(cast, title="关于背街小巷照明的提案")
    make.invited(cast)
    make.submitted(cast, at, title="关于社区养老服务站的提案", is_cosigned=True)
    perform(
        make.submitted(cast, title="关于广场噪声的提案"),
        "send_back",
        cast.clerk,
        {"reason": "vague", "note": "请写明时段。"},
    )
    make.reviewed(cast, at, title="关于中小学午餐的提案")
    make.decided(cast, title="关于货运通道扬尘治理的提案")
    make.filed(cast, at, title="关于公交线路调整的提案")
    planned = make.filed(cast, title="关于体育场停车的提案")
    perform(planned, "plan", cast.clerk, {"lead": cast.housing.pk, "assisting": [cast.traffic.pk]})
    make.handling(cast, at, is_joint=True, title="关于饮水安全的提案")
    back = make.taken(cast, at, title="关于传统村落保护的提案")
    perform(back, "hand_back", cast.housing_clerk, {
        "reason": "duty", "ground": "三定方案第四条", "proposed": cast.finance.pk, "signed_by": "周建"}, at=at)  # fmt: skip
    make.drafted(cast, is_joint=True, title=LONG)
    _voices(cast, at)
    _news(cast, at)
    _consultations(cast, at)
    _forums(cast, at)
    _archive(cast, at)
    key = make.handling(cast, is_joint=True, title=LONG)
    perform(key, "mark_key", cast.chair, {"leader": "冯主席", "note": "主席会议确定"}, at=make.DAY)
    perform(key, "urge", cast.coordinator, {"note": "请抓紧办理"}, at=moment("2017-06-20 10:00"))
    make.approved(cast, title="关于河道保洁的提案")
    make.answered(cast, title="关于校门口交通的提案", is_cosigned=True)
    answered = make.drafted(
        cast, is_joint=True, is_cosigned=True, contact_phone="138-0000-1234", contact_person="李清和"
    )
    perform(answered.proposal, "supplement", cast.li, {"content": "补充：三个单元的住户名单。"}, at=make.DAY)
    perform(answered.replies.get().countersigns.get(), "agree", cast.traffic_clerk, at=make.DAY)
    perform(answered, "approve", cast.housing_head, at=make.DAY)
    perform(answered, "deliver", cast.clerk, {"disclosed": "full"}, at=make.DAY)
    perform(answered.proposal.ratings.get(is_first=True), "rate", cast.li,
            {"process": "good", "result": "fair", "remark": "请继续跟踪"}, at=make.DAY)  # fmt: skip
    make.contact(cast)
    make.extension(cast)
    perform(make.promise(cast), "report", cast.housing_clerk, {"evidence": "已出台细则。"})
    make.nomination(cast)
    make.coming_change(cast, at)
    make.decided_change(cast, one=make.new_member(cast))
    make.correction(cast, phone=["", "13812345678"])
    _office(cast, at)
    _supervised(cast, at)
    _duty(cast)
    call = make.call(cast)
    perform(call, "open", cast.clerk)
    roster = (ROSTER / "members.xlsx").read_bytes()
    importing.prepare("members", roster, "members.xlsx", account=cast.clerk, at=at)


def kind_of(path: str) -> str:
    """Addresses that lead to the same kind of page: numbers and days are told apart by nobody, queues by their name."""
    parts = urlsplit(path)
    asked = ",".join(sorted(parse_qs(parts.query)))
    return re.sub(r"\d{4}-\d\d-\d\d|\d+", "N", parts.path) + (f"?{asked}" if asked else "")


def links(page: Page, server: str) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    own = (one.removeprefix(server).partition("#")[0] for one in found if one.startswith(server + "/"))
    return [one for one in own if one and not NO_PAGE.search(urlsplit(one).path)]


class Inspector:
    """Looks at pages; remembers the builds already seen."""

    def __init__(self, page: Page, check: Callable[[Page], None]) -> None:
        self.page, self.check = page, check
        self.seen: dict[str, set[str]] = {}
        self.told: list[str] = []
        self.looked = 0

    def look(self, who: str, path: str) -> None:
        pieces = set(self.page.evaluate(PIECES))
        family = FAMILY.sub(r"\1*", kind_of(path).partition("?")[0])
        seen = self.seen.setdefault(family, set())
        if pieces <= seen:
            return
        seen |= pieces
        self.looked += 1
        for size, scale, theme in chain(*PAIRS) if ALL else PAIRS[self.looked % len(PAIRS)]:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.evaluate(DRESS, [scale, theme])
            where = f"{who} {path} {size['width']}/{scale}/{theme}"
            if (wide := sideways(self.page)) > 0:
                self.told.append(f"{where}：比窗口宽 {wide} 像素")
            try:
                self.check(self.page)
            except AssertionError as found:
                self.told.append(f"{where}\n{found}")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.mark.parametrize("group", ROLES, ids=("members", "office", "leaders", "agencies", "voices"))
def test_every_page_a_role_can_reach_answers_fits_and_is_accessible(
    transactional_db: None, page: Page, live_server: Any, expect_accessible: Any, group: str
) -> None:
    cast = make_cast()
    furnish(cast)
    Account.objects.update(is_demo=True)
    inspector = Inspector(page, expect_accessible)
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: inspector.told.append(f"{page.url} {error}"))
    page.on(
        "console",
        lambda said: inspector.told.append(f"{page.url} {said.text}") if said.type == "error" else None,
    )
    page.emulate_media(reduced_motion="reduce")
    for name in ROLES[group]:
        walk(inspector, live_server.url, name, cast.accounts.get(name))

    assert not inspector.told, "\n".join(inspector.told)


def walk(inspector: Inspector, server: str, name: str, account: Account | None) -> None:
    """Follow the links of a role; without an account, those of the door."""
    page = inspector.page
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    ahead = ["/"] if account else ["/accounts/login/", "/activate"]
    met = set(ahead)
    if account:
        enter(page, server, account, "/")
    else:
        page.context.clear_cookies()
    for _ in range(MOST):
        if not ahead:
            return
        path = ahead.pop(0)
        answer = page.goto(server + path)
        if answer is None or answer.status != 200:
            inspector.told.append(f"{name} {path} 回答 {answer and answer.status}")
            continue
        if page.locator("[hx-trigger~=load]").count():
            page.wait_for_load_state("networkidle")
        inspector.look(name, path)
        for link in links(page, server):
            if kind_of(link) not in met:
                met.add(kind_of(link))
                ahead.append(link)
