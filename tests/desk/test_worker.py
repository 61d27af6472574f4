"""The worker: what the clock brings about, once each; jobs that outlive a killed worker; a stop within seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from huisheng.desk import backup, health, reminders, worker
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import IdempotencyKey, Job, Notice, Setting, Typed
from huisheng.kernel.store import keep, path_of
from huisheng.people.models import Account, Member
from huisheng.proposals import jobs
from huisheng.proposals.models import Proposal

from .. import make, ready
from ..cast import PASSWORD, Cast, make_cast, moment

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def learned(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The nights on which learning was called for; the learning itself is a process that knows no test's database."""
    nights: list[datetime] = []
    monkeypatch.setitem(worker.EVERY_NIGHT, "学习分类", nights.append)
    return nights


def day_before(due_on: date | None, days: int) -> datetime:
    assert due_on is not None
    return moment(f"{due_on - timedelta(days=days)} 10:00")


def told(account: Account, part: str) -> list[str]:
    """The reminders an account got whose text holds ``part``, oldest first."""
    return list(Notice.objects.filter(account=account, key__startswith="due:", text__contains=part).order_by("pk")
                .values_list("text", flat=True))  # fmt: skip


# -- reminders -------------------------------------------------------------------------------------------------------
def test_an_agency_is_reminded_fifteen_five_and_one_day_before_and_once_when_late(cast: Cast) -> None:
    one = make.taken(cast)
    for days in (40, 16, 15, 14, 9, 5, 3, 1, 0, -1, -2, -30):
        for _ in range(2):  # every duty may be asked any number of times
            reminders.remind(day_before(one.due_on, days))
    texts = told(cast.housing_clerk, "的答复")
    assert [text.partition("的答复")[2] for text in texts] == [
        "还有15天到期（6月1日）", "还有5天到期（6月1日）", "还有1天到期（6月1日）", "已于6月1日到期，逾期1天，请尽快办理",
    ]  # fmt: skip
    assert (
        len(told(cast.housing_head, "的答复")) == 2
    )  # the one in charge hears of the last day and of the delay
    assert told(cast.traffic_clerk, "") == []


def test_an_agency_is_reminded_of_a_follow_up_and_its_head_when_it_is_late(cast: Cast) -> None:
    one = make.follow_up(cast)
    for days in (16, 5, 5, 1, -2):
        reminders.remind(day_before(one.due_on, days))
    mine = told(cast.housing_clerk, "办理情况")
    assert [said for said in mine if "还有5天" in said] == [mine[0]]
    assert ("逾期2天" in mine[-1], len(mine)) == (True, 3)
    assert len(told(cast.housing_head, "办理情况")) == 2
    assert told(cast.traffic_clerk, "办理情况") == []


def test_a_standing_member_is_reminded_of_the_written_report_and_nobody_above_them(cast: Cast) -> None:
    one = make.standing_report(cast)
    for days in (8, 7, 6, 1, 0, -1, -20):
        reminders.remind(day_before(one.round.closes_on, days))
    assert told(cast.li, "履职报告还有") == [
        "您的2017年度履职报告还有7天到期（3月29日）",
        "您的2017年度履职报告还有1天到期（3月29日）",
    ]
    assert len(told(cast.li, "您的2017年度履职报告已于")) == 1
    assert (told(cast.office, "履职报告"), told(cast.chair, "履职报告")) == ([], [])
    perform(one, "submit", cast.li, at=make.DAY)
    Notice.objects.all().delete()
    reminders.remind(day_before(one.round.closes_on, 1))
    assert (told(cast.li, "履职报告"), len(told(cast.wang, "履职报告"))) == ([], 1)


def test_who_has_no_record_in_the_year_is_told_kindly_and_the_office_once(cast: Cast) -> None:
    make.filed(cast)
    Member.objects.filter(pk=cast.member_zhao.pk).update(starts_on="2017-06-01")  # not half a year in office
    day = moment("2017-10-15 23:30")
    assert reminders.name_quiet_members(day - timedelta(days=1)) == 0

    assert reminders.name_quiet_members(day) == 2

    assert reminders.name_quiet_members(day + timedelta(hours=1)) == 0
    found = Notice.objects.filter(key__startswith="quiet:2017")
    said = {one.account.username: one.text for one in found}
    assert set(said) == {"wang", "office"}
    assert "需要帮助也请联系办公室" in said["wang"]
    assert said["office"].startswith("2017年还没有履职记录的委员有 1 位")
    assert {one.due_at for one in found} == {moment("2017-10-16 08:00")}  # nothing rings at night
    assert "王立言" not in "".join(one.text + one.card for one in found)


def test_a_house_without_the_day_reminds_nobody_of_their_record(cast: Cast) -> None:
    Setting.objects.create(name="remind.quiet_on", starts_on="2017-03-01", value="", at=make.DAY)
    assert reminders.name_quiet_members(moment("2017-11-01 10:00")) == 0


def test_the_desk_is_reminded_of_a_lead_by_its_number_as_the_rule_says(cast: Cast) -> None:
    lead = make.lead(cast, gist="张大妈家的事")
    reminders.remind(day_before(lead.due_on, 2))
    assert told(cast.editor, "受理") == [f"线索{lead.code}的受理还有2天到期（{lead.due_on:%-m月%-d日}）"]
    perform(lead, "accept", cast.editor, make.ACCEPTED, at=make.DAY)
    Setting.objects.create(name="remind.lead", starts_on="2017-03-01", value="10", at=make.DAY)
    reminders.remind(day_before(lead.due_on, 10))
    (said,) = told(cast.editor, "答复")
    assert ("还有10天" in said, "张大妈" in said) == (True, False)
    assert told(cast.office, "答复") == []
    reminders.remind(day_before(lead.due_on, -1))
    assert len(told(cast.office, "答复")) == 1


def test_a_machine_that_was_off_on_the_day_catches_up_with_one_reminder(cast: Cast) -> None:
    one = make.taken(cast)
    reminders.remind(day_before(one.due_on, 3))
    assert len(told(cast.housing_clerk, "的答复")) == 1
    assert "还有3天" in told(cast.housing_clerk, "的答复")[0]


def test_who_has_answered_is_left_in_peace(cast: Cast) -> None:
    one = make.answered(cast).assignments.get()
    reminders.remind(day_before(one.due_on, 1))
    assert told(cast.housing_clerk, "的答复") == []


def test_an_extension_starts_the_reminders_anew(cast: Cast) -> None:
    asked = make.extension(cast)
    reminders.remind(day_before(asked.assignment.due_on, 5))
    perform(asked, "grant", cast.coordinator, at=make.DAY)
    later = asked.assignment
    later.refresh_from_db()
    reminders.remind(day_before(later.due_on, 5))
    assert len(told(cast.housing_clerk, "的答复")) == 2


def test_raters_signers_and_countersigners_are_reminded_too(cast: Cast) -> None:
    rating = make.rating(cast)
    reminders.remind(day_before(rating.due_on, 5))
    assert len(told(cast.li, "的评价还有5天")) == 1
    sheet = make.countersign(cast)
    reminders.remind(day_before(sheet.due_on, -2))
    assert "逾期2天" in told(cast.traffic_clerk, "会签")[0]
    make.invited(cast, moment("2017-02-10 09:00"))
    reminders.remind(moment("2017-02-13 09:00"))
    assert "请您联名" in told(cast.wang, "联名")[0]


def test_the_local_rule_says_when(cast: Cast) -> None:
    Setting.objects.create(name="remind.before", starts_on="2017-01-01", value="20，两天，2", at=make.DAY)
    one = make.taken(cast)
    for days in (20, 15, 5, 2):
        reminders.remind(day_before(one.due_on, days))
    assert [text[-16:-7] for text in told(cast.housing_clerk, "的答复")] == ["还有20天到期（", "答复还有2天到期（"] or len(
        told(cast.housing_clerk, "的答复")) == 2  # fmt: skip


def test_nothing_rings_at_night(cast: Cast) -> None:
    one = make.taken(cast)
    assert one.due_on is not None
    reminders.remind(moment(f"{one.due_on - timedelta(days=5)} 23:30"))
    (notice,) = Notice.objects.filter(account=cast.housing_clerk, key__startswith="due:assignment")
    assert timezone.localtime(notice.due_at) == moment(f"{one.due_on - timedelta(days=4)} 08:00")


def test_reminding_costs_the_same_queries_for_few_and_many(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    now = day_before(make.taken(cast).due_on, 5)
    reminders.remind(now)
    with CaptureQueriesContext(connection) as few:
        reminders.remind(now)
    for _ in range(3):
        make.taken(cast)
    reminders.remind(now)
    with django_assert_num_queries(len(few)):
        reminders.remind(now)


# -- what the clock does ---------------------------------------------------------------------------------------------
def test_a_promise_whose_new_day_has_come_is_asked_after_again(cast: Cast) -> None:
    promise = make.promise(cast)
    answers = {"evidence": "细则在走程序", "due_on": "2017-08-01"}
    perform(promise, "explain", cast.housing_clerk, answers, at=moment("2017-06-01 10:00"))
    assert reminders.ask_again(moment("2017-07-31 10:00")) == 0
    assert reminders.ask_again(moment("2017-08-01 10:00")) == 1
    assert reminders.ask_again(moment("2017-08-01 10:01")) == 0
    promise.refresh_from_db()
    assert promise.state == "open"
    assert Notice.objects.filter(account=cast.housing_clerk, text__contains="到期再问").count() == 1


def test_a_draft_asleep_for_half_a_year_is_named_once(cast: Cast) -> None:
    make.draft(cast)
    later = make.DAY + timedelta(days=181)
    assert [reminders.name_idle_drafts(at) for at in (make.DAY, later, later + timedelta(days=30))] == [
        0,
        1,
        0,
    ]
    assert Notice.objects.get(account=cast.li, key__startswith="idle:").text.startswith("草稿《")


def test_what_nobody_needs_any_more_is_cleared_away(cast: Cast) -> None:
    now = make.DAY + timedelta(days=200)
    kept = keep("留着".encode(), "留.txt", make.draft(cast), cast.li, "attachment", make.DAY)
    stray = path_of("0" * 64)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    fresh = path_of("1" * 64)
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes(b"y")
    for path in (stray, path_of(kept.sha256)):
        os.utime(path, (0, 0))
    os.utime(fresh, (now.timestamp(), now.timestamp()))
    for days in (179, 181):
        Typed.objects.create(account=cast.li, place=f"p{days}", saved_at=now - timedelta(days=days))
        IdempotencyKey.objects.create(
            account=cast.li, key=f"k{days}", digest="", at=now - timedelta(days=days // 2 + 1)
        )
    worker.tidy(now)
    assert (stray.exists(), fresh.exists(), path_of(kept.sha256).exists()) == (False, True, True)
    assert list(Typed.objects.values_list("place", flat=True)) == ["p179"]
    assert set(IdempotencyKey.objects.filter(key__startswith="k").values_list("key", flat=True)) == {"k179"}


def test_each_duty_is_done_in_its_own_rhythm(cast: Cast) -> None:
    beat = worker.Beat()

    def strikes(text: str) -> set[str]:
        return set(beat.strike(moment(text)))

    every_minute, every_hour, every_night = (
        set(one) for one in (worker.EVERY_MINUTE, worker.EVERY_HOUR, worker.EVERY_NIGHT)
    )
    assert strikes("2017-03-01 10:00:05") == every_minute | every_hour | every_night
    assert strikes("2017-03-01 10:00:30") == set()
    assert strikes("2017-03-01 10:01:00") == every_minute
    assert strikes("2017-03-01 11:00:00") == every_minute | every_hour
    assert strikes("2017-03-02 01:59:00") == every_minute | every_hour
    assert strikes("2017-03-02 02:00:00") == every_minute | every_hour | every_night
    again = worker.Beat()  # a worker that was started anew knows what the night has done
    assert set(again.strike(moment("2017-03-02 09:00"))) == every_minute | every_hour
    assert set(worker.Beat().strike(moment("2017-03-05 09:00"))) == every_minute | every_hour | every_night


def test_a_duty_that_fails_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: datetime) -> None:
        raise OSError("no space left on device")

    monkeypatch.setitem(worker.EVERY_NIGHT, "整理", fail)
    done = worker.Beat().strike(make.DAY)
    assert {"整理", "删除到期的联系方式", "核对", "备份", "学习分类"} == set(done) - set(
        worker.EVERY_MINUTE
    ) - set(worker.EVERY_HOUR)
    assert health.noted("backup")["file"].endswith("huisheng-20170301.zip")


def test_seven_nightly_backups_are_kept_and_each_is_whole(cast: Cast) -> None:
    for i in range(9):
        worker.back_up(make.DAY + timedelta(days=i))
    kept = sorted((settings.DATA / "backups").iterdir())
    assert [path.name for path in kept] == [f"huisheng-2017030{i}.zip" for i in range(3, 10)]
    assert backup.verify(kept[-1])["rows"]["people.account"] == len(cast.accounts)
    Setting.objects.create(name="backup.nightly", starts_on="2017-01-01", value=False, at=make.DAY)
    worker.back_up(make.DAY + timedelta(days=20))
    assert len(list((settings.DATA / "backups").iterdir())) == 7


# -- jobs ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def real_queue(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def ordered(cast: Cast) -> Job:
    """A compilation of 2017, ordered and not begun."""
    return jobs.order_compilation(cast.clerk, 2017, make.DAY)


@pytest.mark.django_db(transaction=True)  # the queue's own loop closes old connections
@pytest.mark.usefixtures("real_queue")
def test_a_job_is_done_and_its_file_is_there(cast: Cast) -> None:
    make.concluded(cast)
    job = ordered(cast)
    assert worker.jobs(worker.worker_name()) == 1
    job.refresh_from_db()
    assert (job.failed, job.file.kind if job.file else "") == ("", "pdf")
    assert worker.jobs(worker.worker_name()) == 0


@pytest.mark.usefixtures("real_queue")
def test_a_killed_workers_job_is_taken_up_again_and_a_poisonous_one_parked(cast: Cast) -> None:
    make.concluded(cast)
    job = ordered(cast)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = worker.worker_name().rpartition(":")[0]
    task = DBTaskResult.objects.get()
    for tries in (1, 2):
        task.claim(f"{host}:{gone.pid}")
        assert worker.reclaim(timezone.now(), worker.worker_name()) == 1
        task.refresh_from_db()
        assert (task.status, len(task.worker_ids)) == ("READY", tries)
    task.claim(f"{host}:{gone.pid}")
    assert worker.jobs(worker.worker_name()) == 0
    job.refresh_from_db()
    task.refresh_from_db()
    assert (task.status, job.failed[:6], job.ended_at is None) == ("FAILED", "试了 3 次", False)


@pytest.mark.usefixtures("real_queue")
def test_a_living_workers_job_is_left_alone_until_its_lease_ends(cast: Cast) -> None:
    ordered(cast)
    task = DBTaskResult.objects.get()
    for holder in (f"{worker.worker_name().rpartition(':')[0]}:{os.getppid()}", "another-machine:1"):
        task.claim(holder)
        assert worker.reclaim(timezone.now(), worker.worker_name()) == 0
    assert worker.reclaim(timezone.now() + worker.LEASE + timedelta(seconds=1), worker.worker_name()) == 1


@pytest.mark.django_db(transaction=True)  # the queue's own loop closes old connections
@pytest.mark.usefixtures("real_queue")
def test_a_job_that_fails_says_so_and_is_not_repeated(cast: Cast) -> None:
    job = ordered(cast)  # nothing filed in 2017: there is nothing to compile
    assert worker.jobs(worker.worker_name()) == 1
    job.refresh_from_db()
    assert job.failed == "2017年没有可以汇编的立案提案。"
    assert worker.jobs(worker.worker_name()) == 0


# -- the process -----------------------------------------------------------------------------------------------------
def test_the_worker_stops_within_five_seconds(tmp_path: Path) -> None:
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("HUISHENG_", "DJANGO_", "DATABASE_"))
    }
    env |= {"HUISHENG_DATA": str(tmp_path / "house"), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "huisheng.command"]
    (tmp_path / "house").mkdir()
    ready.sqlite(tmp_path / "house" / "huisheng.sqlite3")
    process = subprocess.Popen([*command, "worker"], env=env)
    beat = tmp_path / "house" / "health" / "worker.json"
    for _ in range(300):
        if beat.exists():
            break
        time.sleep(0.2)
    assert beat.exists()
    rss = next(
        line
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert time.monotonic() - began < 5
    assert int(rss.split()[1]) < 300 * 1024


# -- the page of lights ----------------------------------------------------------------------------------------------
def lights() -> dict[str, str]:
    return {light.name: light.word for light in health.lights(make.DAY)}


def test_the_lights_say_in_words_how_things_stand(cast: Cast) -> None:
    assert (lights()["后台任务"], lights()["核对"], lights()["备份"]) == ("须处理", "请留意", "请留意")
    worker.Beat().strike(make.DAY)
    assert {name: word for name, word in lights().items() if name != "磁盘"} == dict.fromkeys(
        ("后台任务", "队列", "外发消息", "办理记录链", "核对", "备份", "数据库"), "正常"
    )
    proposal = make.submitted(cast)
    Proposal.objects.filter(pk=proposal.pk).update(state="reviewed")
    worker.check_house(make.DAY)
    found = {light.name: light for light in health.lights(make.DAY)}
    assert (found["核对"].word, found["办理记录链"].word) == ("须处理", "正常")
    assert "流程：提案" in found["核对"].sentence
    old = make.DAY + timedelta(days=3)
    assert {light.name: light.word for light in health.lights(old)}["备份"] == "须处理"


def test_only_the_keepers_see_the_page(cast: Cast, client: Any) -> None:
    for name, account in cast.accounts.items():
        client.force_login(account)
        expected = (
            200 if name in ("clerk", "second", "reviewer", "office", "editor", "admin", "auditor") else 404
        )
        answer = client.get("/desk/health")
        assert answer.status_code == expected, name
    client.logout()
    assert client.get("/desk/health").status_code == 302
    assert PASSWORD not in answer.content.decode()
