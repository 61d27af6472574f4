"""机关平时考核: three people know a record, the best grade has its share, what was confirmed stands; and what was studied."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from huisheng.desk.fsck_duty import duty as fsck
from huisheng.desk.todo import duties
from huisheng.duty import office_actions as actions
from huisheng.duty import office_papers, office_queries, office_work
from huisheng.duty.models_office import OfficeReview
from huisheng.gatherings import floor
from huisheng.gatherings.figures import figures as meeting_figures
from huisheng.kernel import local
from huisheng.kernel.errors import Conflict, Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice, Setting
from huisheng.kernel.papers import to_pdf
from huisheng.people.forms import PostForm
from huisheng.people.models import Account, Post
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.counting import questions

pytestmark = pytest.mark.django_db
Q1 = (date(2017, 1, 1), date(2017, 3, 31))
APRIL = moment("2017-04-05 10:00")
THREE = {"clerk", "reviewer", "office"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def as_(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def page(account: Account, url: str) -> str:
    return as_(account).get(url).content.decode()


def more_staff(cast: Cast, n: int) -> list[Account]:
    """Clerks whom the director leads."""
    made = []
    for i in range(n):
        one = Account.objects.create_user(f"clerk{i}", f"干事{'甲乙丙丁戊己庚辛壬癸'[i]}", None)
        Post.objects.create(account=one, kind="clerk", starts_on=date(2017, 1, 1))
        Post.objects.create(account=cast.reviewer, kind="line_leader", staff=one, starts_on=date(2017, 1, 1))
        made.append(one)
    cast.reviewer.refresh_posts()
    return made


# -- the life of one record ----------------------------------------------------------------------------------------------
def test_a_quarter_is_written_graded_confirmed_seen_and_answered_once(cast: Cast) -> None:
    make.office_posts(cast)
    client, at = as_(cast.clerk), timezone.now()
    running = office_queries.span_of(timezone.localdate(at))
    before = office_queries.span_of(running.starts_on - timedelta(days=1))
    answer = client.post("/duty/office/begin/", {"period": str(before.starts_on), "key": "k"})
    one = OfficeReview.objects.get()
    assert answer.headers["Location"] == f"/duty/office/{one.pk}/summary/"
    assert (one.staff, one.post, one.period.title) == (cast.clerk, "提案委工作人员", before.title)
    with pytest.raises(Refused, match="小结还没有写"):
        perform(one, "submit", cast.clerk)
    version = re.search(
        r'name="version" value="(\d+)"', client.get(answer.headers["Location"]).content.decode()
    )
    assert version
    client.post(answer.headers["Location"], {"summary": "初审了三十件提案。", "version": version[1]})
    stale = client.post(answer.headers["Location"], {"summary": "另一页上写的。", "version": version[1]})
    assert stale.status_code == 409
    assert "另一页上写的。" in stale.content.decode()
    one.refresh_from_db()
    assert one.summary == "初审了三十件提案。"

    perform(one, "submit", cast.clerk)
    with pytest.raises(WrongState, match="不能再改"):
        actions.save_summary(one, cast.clerk, "又改", at=at)
    perform(one, "return", cast.reviewer, {"words": "写写还差什么。"})
    assert "写写还差什么。" in page(cast.clerk, one.get_absolute_url())
    actions.save_summary(one, cast.clerk, "初审了三十件提案，回访还不够。", at=at)
    assert "本人正在修改" in page(cast.reviewer, one.get_absolute_url())
    assert "回访还不够" not in page(cast.reviewer, one.get_absolute_url())
    perform(one, "submit", cast.clerk)
    perform(one, "grade", cast.reviewer, {"grade": "fair", "words": "核对仔细。"})
    assert "核对仔细" not in page(cast.clerk, one.get_absolute_url())  # not before it is confirmed
    assert "较好" not in page(cast.clerk, "/duty/office/")
    perform(one, "confirm", cast.office)
    seen = page(cast.clerk, one.get_absolute_url())
    assert "较好" in seen
    assert "核对仔细。" in seen

    perform(one, "answer", cast.clerk, {"words": "二季度补上回访。"})
    with pytest.raises(WrongState):
        perform(one, "answer", cast.clerk, {"words": "再说一次。"})
    assert "二季度补上回访。" in page(cast.reviewer, one.get_absolute_url())
    assert (
        Entry.objects.filter(subject_type=OfficeReview.kind(), action="answer", account=cast.clerk).count()
        == 1
    )
    assert list(fsck()) == []


def test_what_was_confirmed_does_not_change_unseen(cast: Cast) -> None:
    one = make.confirmed_review(cast)
    perform(one, "answer", cast.clerk, {"words": "我有说明。"}, at=APRIL)
    assert list(fsck()) == []
    OfficeReview.objects.update(words="改过的意见")
    assert list(fsck()) == ["陈提办2017年第一季度平时考核与审定时的指纹不符，内容被改动过"]
    OfficeReview.objects.update(words=one.words, answer="改过的说明")
    assert list(fsck()) == ["陈提办2017年第一季度平时考核的本人说明与写下时的指纹不符，内容被改动过"]
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeReview.objects.update(fingerprint="")


def test_the_one_who_confirms_is_a_third_person_and_the_period_is_over(cast: Cast) -> None:
    one = make.graded_review(cast)
    with pytest.raises(Refused, match="3月31日才结束"):
        perform(one, "confirm", cast.office, at=make.DAY)
    for account in (cast.reviewer, cast.clerk):
        Post.objects.create(account=account, kind="office_head", starts_on=date(2017, 1, 1))
        account.refresh_posts()
    with pytest.raises(Refused, match="两人原则"):
        perform(one, "confirm", cast.reviewer, at=APRIL)
    with pytest.raises(Refused, match="另一位机关负责人"):
        perform(one, "confirm", cast.clerk, at=APRIL)
    perform(one, "confirm", cast.office, at=APRIL)


def test_without_a_line_leader_nothing_is_handed_in(cast: Cast) -> None:
    one = make.office_review(cast)
    Post.objects.filter(kind="line_leader").update(ends_on=date(2017, 2, 1))
    with pytest.raises(Refused, match="还没有登记您的主管领导"):
        perform(one, "submit", cast.clerk, at=make.DAY)


# -- who sees ------------------------------------------------------------------------------------------------------------
def test_a_record_is_known_to_three_people_alone(cast: Cast) -> None:
    one = make.confirmed_review(cast)
    url = one.get_absolute_url()
    for address in (url, f"{url}form.docx"):
        seen = {
            name for name, account in cast.accounts.items() if as_(account).get(address).status_code == 200
        }
        assert seen == THREE
    assert Client().get(url).status_code == 302
    # the other clerk of the same leader, the editor, the chair, the administrators: not even that there is one
    for name, account in cast.accounts.items():
        if name not in THREE:
            assert not office_queries.visible_to(account, date(2017, 4, 5)).exists()
    assert "陈提办" not in page(cast.second, "/duty/office/")
    assert as_(cast.chair).get("/duty/office/").status_code == 404
    assert as_(cast.second).get(f"{url}steps/grade").status_code == 404


def test_a_draft_is_its_writers_alone(cast: Cast) -> None:
    one = make.office_review(cast)
    seen = {
        name
        for name, account in cast.accounts.items()
        if as_(account).get(one.get_absolute_url()).status_code == 200
    }
    assert seen == {"clerk"}
    assert as_(cast.reviewer).get(f"{one.get_absolute_url()}summary/").status_code == 404


def test_a_leader_of_today_does_not_read_what_another_graded(cast: Cast) -> None:
    one = make.confirmed_review(cast)
    Post.objects.filter(kind="line_leader").update(ends_on=date(2017, 6, 30))
    Post.objects.create(account=cast.editor, kind="line_leader", staff=cast.clerk, starts_on=date(2017, 7, 1))
    assert as_(cast.editor).get(one.get_absolute_url()).status_code == 404
    assert as_(cast.reviewer).get(one.get_absolute_url()).status_code == 200  # their own words
    second = make.submitted_review(cast, moment("2017-08-01 09:00"))
    assert as_(cast.editor).get(second.get_absolute_url()).status_code == 200
    with pytest.raises(NotAllowed, match="须由主管领导办理"):
        perform(
            second, "grade", cast.reviewer, {"grade": "fair", "words": "好。"}, at=moment("2017-08-02 09:00")
        )


def test_the_journal_and_the_notices_say_no_grade_and_no_word_of_it(cast: Cast) -> None:
    one = make.graded_review(cast, grade="poor")
    perform(one, "send_back", cast.office, {"words": "再议一议。"}, at=make.DAY)
    perform(one, "grade", cast.reviewer, {"grade": "plain", "words": "要抓紧。"}, at=make.DAY)
    perform(one, "confirm", cast.office, at=APRIL)
    perform(one, "answer", cast.clerk, {"words": "家里有事。"}, at=APRIL)
    lines = Entry.objects.filter(subject_type=OfficeReview.kind())
    written = "".join(f"{line.note}{line.data}" for line in lines)
    told = "".join(f"{one.text}{one.card}" for one in Notice.objects.all())
    for word in ("poor", "plain", "较差", "一般", "要抓紧", "再议一议", "家里有事", "核对仔细", "三十件"):
        assert word not in written
        assert word not in told
    assert "平时考核" not in page(cast.admin, "/desk/journal/?what=平时考核的等次")


# -- the share -----------------------------------------------------------------------------------------------------------
def test_the_best_grade_has_its_share_of_those_graded_in_the_period(cast: Cast) -> None:
    make.office_posts(cast)
    staff = [cast.clerk, cast.second, *more_staff(cast, 3)]
    made = [make.graded_review(cast, staff=one, grade="good") for one in staff[:4]]
    perform(made[0], "confirm", cast.office, at=APRIL)  # four graded: one
    with pytest.raises(Refused) as refused:
        perform(made[1], "confirm", cast.office, at=APRIL)
    assert str(refused.value).startswith("“好”最多占40%：2017年第一季度已评鉴4人，最多1人，已有1人：陈提办。")
    fifth = make.graded_review(cast, staff=staff[4], grade="plain")
    perform(fifth, "confirm", cast.office, at=APRIL)  # any other grade needs no share
    perform(made[1], "confirm", cast.office, at=APRIL)  # five graded: two
    with pytest.raises(Refused, match="最多2人，已有2人：陈提办、吴复核"):
        perform(made[2], "confirm", cast.office, at=APRIL)
    assert "退回重评" in page(cast.office, made[2].get_absolute_url())
    perform(made[2], "send_back", cast.office, {"words": "名额满了。"}, at=APRIL)
    made[2].refresh_from_db()
    assert (made[2].grade, made[2].graded_by) == ("", None)
    assert office_queries.share_of(made[2].period).graded == 4  # a grade taken back counts for nobody
    perform(made[2], "grade", cast.reviewer, {"grade": "fair", "words": "较好。"}, at=APRIL)
    assert list(fsck()) == []
    Setting.objects.create(name="appraisal.share", starts_on=date(2017, 3, 1), value=10, at=make.DAY)
    assert list(fsck()) == ["2017年第一季度机关平时考核“好”有2人，按10%最多0人"]


def test_the_share_is_a_local_rule_and_other_periods_do_not_count(cast: Cast) -> None:
    first = make.graded_review(cast, grade="good")
    with pytest.raises(Refused, match="已评鉴1人，最多0人。"):
        perform(first, "confirm", cast.office, at=APRIL)
    make.graded_review(cast, moment("2017-04-10 09:00"), staff=cast.second)
    with pytest.raises(Refused, match="已评鉴1人，最多0人。"):
        perform(first, "confirm", cast.office, at=APRIL)
    Setting.objects.create(name="appraisal.share", starts_on=date(2017, 3, 1), value=100, at=make.DAY)
    perform(first, "confirm", cast.office, at=APRIL)


def test_the_sentence_names_those_whose_records_its_reader_may_see(cast: Cast) -> None:
    make.office_posts(cast)
    others = more_staff(cast, 1)
    made = [make.graded_review(cast, staff=one, grade="good") for one in (cast.clerk, cast.second, *others)]
    perform(made[0], "confirm", cast.office, at=APRIL)
    of_head = office_queries.over_share(made[1], cast.office, APRIL.date())
    of_other = office_queries.over_share(made[1], cast.second, APRIL.date())
    assert "已有1人：陈提办" in of_head
    assert "已有1人。" in of_other
    assert "陈提办" not in of_other


# -- periods -------------------------------------------------------------------------------------------------------------
def test_periods_are_quarters_unless_the_office_says_otherwise_and_never_overlap(cast: Cast) -> None:
    assert office_queries.span_of(date(2017, 3, 1)) == office_queries.Span("2017年第一季度", *Q1)
    make.office_review(cast)
    Setting.objects.create(name="appraisal.months", starts_on=date(2017, 2, 1), value=6, at=make.DAY)
    assert office_queries.span_of(date(2017, 3, 1)).ends_on == Q1[1]  # begun: it keeps its days
    rest = office_queries.span_of(date(2017, 5, 1))
    assert (rest.title, rest.starts_on, rest.ends_on) == (
        "2017年4月至6月",
        date(2017, 4, 1),
        date(2017, 6, 30),
    )
    assert office_queries.span_of(date(2017, 9, 1)).title == "2017年下半年"
    for months, title in ((1, "2017年9月"), (12, "2017年4月至12月")):
        Setting.objects.filter(name="appraisal.months").update(value=months)
        local.forget()
        assert office_queries.span_of(date(2017, 9, 1)).title == title


def test_the_rule_is_chosen_from_what_there_is(cast: Cast) -> None:
    client = as_(cast.office)
    assert client.post("/rules/appraisal.months", {"value": "5", "starts_on": "2017-01-01"}).status_code in (
        200,
        422,
    )
    assert not Setting.objects.filter(name="appraisal.months").exists()
    client.post("/rules/appraisal.months", {"value": "6", "starts_on": "2017-01-01"})
    assert Setting.objects.get(name="appraisal.months").value == 6
    assert "每半年" in page(cast.office, "/rules/appraisal.months")


def test_only_these_days_are_written_and_only_by_the_office(cast: Cast) -> None:
    make.office_posts(cast)
    assert as_(cast.clerk).post("/duty/office/begin/", {"period": "2017-01-01"}).status_code == 422
    assert as_(cast.clerk).post("/duty/office/begin/", {"period": "昨天"}).status_code == 422
    running = office_queries.span_of(timezone.localdate())
    assert as_(cast.li).post("/duty/office/begin/", {"period": str(running.starts_on)}).status_code == 404
    with pytest.raises(NotAllowed, match="机关人员本人"):
        actions.begin(cast.chair, running, at=timezone.now())
    first = actions.begin(cast.clerk, running, at=timezone.now())
    assert actions.begin(cast.clerk, running, at=timezone.now()) == first


def test_the_head_begins_a_period_for_everybody_and_it_waits_on_their_desks(cast: Cast) -> None:
    make.office_posts(cast)
    running = office_queries.span_of(timezone.localdate())
    with pytest.raises(NotAllowed, match="机关负责人"):
        actions.begin_all(cast.reviewer, running, at=timezone.now())
    data = {"period": str(running.starts_on), "everybody": "on", "key": "k"}
    assert as_(cast.office).post("/duty/office/begin/", data).status_code == 302
    staff = {"clerk", "second"}  # the director and the office's own are led by nobody here
    assert set(OfficeReview.objects.values_list("staff__username", flat=True)) == staff
    as_(cast.office).post("/duty/office/begin/", data | {"key": "another"})
    assert OfficeReview.objects.count() == len(staff)
    asked = f"{running.title}平时考核，请写好个人小结提交"
    assert asked in [one.sentence for one in duties(cast.clerk, running.ends_on)]
    early = running.ends_on - timedelta(days=30)
    assert asked not in [one.sentence for one in duties(cast.clerk, early)]  # from the quarter's last days on
    actions.save_summary(
        OfficeReview.objects.get(staff=cast.clerk), cast.clerk, "办了三十件。", at=timezone.now()
    )
    perform(OfficeReview.objects.get(staff=cast.clerk), "submit", cast.clerk)
    assert "还没有提交小结：吴复核" in page(cast.office, "/duty/office/")
    assert "还没有提交小结" not in page(cast.reviewer, "/duty/office/")  # who is late is the head's to know


# -- the work ------------------------------------------------------------------------------------------------------------
def test_the_list_is_own_work_by_matter_and_step_without_times(cast: Cast) -> None:
    first = make.filed(cast)
    make.filed(cast, title="关于公交线路调整的提案")
    one = make.office_review(cast)

    (kind,) = office_work.work_of(cast.clerk, *Q1, cast.clerk, date(2017, 3, 2))

    assert (kind.label, kind.hidden, len(kind.lines)) == ("提案", 0, 2)
    assert kind.lines[0].url == first.get_absolute_url()
    assert kind.lines[0].steps == ["初审", "立案"]
    (decided,) = office_work.work_of(cast.reviewer, *Q1, cast.reviewer, date(2017, 3, 2))
    assert decided.lines[0].steps == ["审定"]  # what the clerk did is not there
    assert (
        office_work.work_of(cast.clerk, date(2017, 4, 1), date(2017, 6, 30), cast.clerk, APRIL.date()) == []
    )
    shown = page(cast.clerk, f"{one.get_absolute_url()}summary/")
    listed = shown[shown.index("办过的事") :]
    assert "初审、立案" in listed
    assert not re.search(r"\d{1,2}:\d{2}|分钟", listed[: listed.index("</aside>")])


def test_what_a_member_did_with_another_hat_is_not_the_offices_to_read(cast: Cast) -> None:
    Post.objects.create(
        account=cast.clerk, kind="member", member=cast.member_wang, starts_on=date(2017, 1, 1)
    )
    cast.clerk.refresh_posts()
    asked = make.cosponsor(cast)
    perform(asked, "accept", cast.clerk, at=make.DAY)
    own = make.draft(cast)
    type(own).objects.filter(pk=own.pk).update(sponsor_member=cast.member_wang)
    own.refresh_from_db()
    perform(own, "submit", cast.clerk, {"disclosure": "full"}, at=make.DAY)
    made = make.submitted(cast, title="关于公交线路调整的提案")
    perform(made, "pre_review", cast.clerk, make.FILE, at=make.DAY)

    (kind,) = office_work.work_of(cast.clerk, *Q1, cast.clerk, date(2017, 3, 2))

    assert [(line.title, line.steps) for line in kind.lines] == [("关于公交线路调整的提案", ["初审"])]


def test_a_leader_reads_no_matter_there_that_is_closed_to_them(cast: Cast) -> None:
    """The editor's leads are under the intake desk's eyes: a leader from elsewhere reads how many, and no word."""
    make.office_posts(cast)
    Post.objects.create(account=cast.chair, kind="line_leader", staff=cast.editor, starts_on=date(2017, 1, 1))
    cast.chair.refresh_posts()
    lead = make.reading(cast)
    one = make.submitted_review(cast, staff=cast.editor)
    assert str(lead) in page(cast.editor, one.get_absolute_url())
    seen = page(cast.chair, one.get_absolute_url())
    assert str(lead) not in seen
    assert "您无权打开，没有列出" in seen


def test_pages_cost_the_same_for_one_and_for_many(cast: Cast) -> None:
    make.office_posts(cast)
    staff = more_staff(cast, 6)
    make.filed(cast)
    one = make.submitted_review(cast)
    make.graded_review(cast, staff=cast.second)
    pages = [
        (as_(cast.clerk), one.get_absolute_url()),
        (as_(cast.reviewer), one.get_absolute_url()),
        (as_(cast.office), f"/duty/office/?period={one.period_id}"),
    ]
    few = [questions(client, url) for client, url in pages]
    for i in range(8):
        make.filed(cast, title=f"关于第{i}条道路照明的提案")
    for person in staff:
        make.graded_review(cast, staff=person)
    assert [questions(client, url) for client, url in pages] == few
    assert max(few) <= 16


# -- 机关学习 ------------------------------------------------------------------------------------------------------------
def test_study_is_read_from_the_gatherings_that_somebody_came_to(cast: Cast) -> None:
    held = make.staff_study(cast)
    floor.write_note(held, cast.clerk, "读准则，先对照自己。", at=make.DAY + timedelta(days=3))

    (one,) = office_work.study_of(cast.clerk, *Q1)

    assert (one.title, str(one.hours), one.notes) == ("“两学一做”学习", "4", ["读准则，先对照自己。"])
    assert "共1次，4学时" in str(office_papers.form_of(make.office_review(cast), [], [one]).blocks)
    assert office_work.study_of(cast.second, *Q1) == []  # called, and did not come
    assert office_work.study_of(cast.clerk, date(2017, 4, 1), date(2017, 6, 30)) == []
    review = make.office_review(cast)
    shown = page(cast.clerk, review.get_absolute_url())
    assert "共 1 次，4 学时" in shown
    assert "读准则，先对照自己。" in shown


def test_study_sessions_of_the_office_are_counted_apart_from_the_members(cast: Cast) -> None:
    make.staff_study(cast, [cast.clerk])
    make.held_gathering(cast, type="study", title="委员研修班", hours=30)
    found = meeting_figures(2017)
    assert (found["trainings"], found["office_studies"]) == (1, 1)
    both = make.staff_study(cast, [cast.clerk], title="机关和委员一起学")
    both.invitees.create(member=cast.member_li, name="李清和")
    found = meeting_figures(2017)
    assert (found["trainings"], found["office_studies"]) == (2, 2)


# -- the paper, and whose leader somebody is -----------------------------------------------------------------------------
def test_the_form_prints_what_was_confirmed_and_before_that_no_grade(cast: Cast) -> None:
    make.filed(cast)
    make.staff_study(cast, [cast.clerk])
    one = make.graded_review(cast, grade="fair")
    made = office_papers.form_of(
        one, office_work.tally(cast.clerk, *Q1), office_work.study_of(cast.clerk, *Q1)
    )
    assert "较好" not in str(made.blocks)
    assert "核对仔细" not in str(made.blocks)
    perform(one, "confirm", cast.office, at=APRIL)
    one = OfficeReview.objects.get(pk=one.pk)
    made = office_papers.form_of(
        one, office_work.tally(cast.clerk, *Q1), office_work.study_of(cast.clerk, *Q1)
    )
    assert "同意评为“较好”等次" in str(made.blocks)
    assert "('提案', '初审', '1件')" in str(made.blocks)
    assert to_pdf(made).startswith(b"%PDF")
    answer = as_(cast.clerk).get(f"{one.get_absolute_url()}form.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")


def test_a_line_leader_is_a_dated_post_over_one_person_and_nobody_leads_themselves(cast: Cast) -> None:
    client = as_(cast.admin)
    url = f"/accounts/{cast.reviewer.pk}/posts/new"
    asked = {"kind": "line_leader", "starts_on": "2017-01-01"}
    form = PostForm(asked, account=cast.reviewer, today=date(2017, 3, 1))
    assert form.errors == {"staff": ["岗位“主管领导”要选机关人员。"]}
    assert cast.reviewer not in form.fields["staff"].queryset  # type: ignore[attr-defined]
    assert cast.li not in form.fields["staff"].queryset  # type: ignore[attr-defined]
    form = PostForm(asked | {"staff": cast.clerk.pk}, account=cast.reviewer, today=date(2017, 3, 1))
    assert form.is_valid()
    assert client.get(url).status_code in (200, 302, 404)
    post = Post.objects.create(
        account=cast.reviewer, kind="line_leader", staff=cast.clerk, starts_on=date(2017, 1, 1)
    )
    assert str(post) == "陈提办 主管领导"
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(
            account=cast.clerk, kind="line_leader", staff=cast.clerk, starts_on=date(2017, 1, 1)
        )


def test_a_stale_page_does_not_overwrite(cast: Cast) -> None:
    one = make.office_review(cast)
    with pytest.raises(Conflict, match="在别处改过"):
        actions.save_summary(one, cast.clerk, "旧页", at=make.DAY, version=0)


def test_staff_who_are_members_too_are_called_as_staff(cast: Cast) -> None:
    Post.objects.create(
        account=cast.clerk, kind="member", member=cast.member_wang, starts_on=date(2017, 1, 1)
    )
    cast.clerk.refresh_posts()
    make.staff_study(cast, [cast.clerk])
    assert len(office_work.study_of(cast.clerk, *Q1)) == 1
    with pytest.raises(Invalid, match="不在可选的范围里"):
        make.staff_study(cast, [cast.li])
