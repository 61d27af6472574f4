"""The oracle: a house that lived honestly is clean; whoever lays hands on it is found, and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from huisheng.desk.fsck import check
from huisheng.kernel.journal import write
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Counter, Entry, IdempotencyKey, JournalHead, Notice
from huisheng.kernel.store import keep, path_of
from huisheng.people.models import Account
from huisheng.proposals import actions
from huisheng.proposals.models import Assignment, Proposal, Rating, Text
from huisheng.search.models import SearchRow

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def found() -> dict[str, list[str]]:
    """What was found, by check; empty when clean."""
    return {name: sentences for name, sentences in check().problems.items() if sentences}


MAKERS: list[Callable[..., Any]] = [
    make.draft, make.invited, make.submitted, make.decided, make.handling, make.taken, make.drafted, make.answered,
    make.concluded, make.promise, make.contact, make.countersign, make.extension, make.nomination, make.call,
]  # fmt: skip


def test_whatever_was_done_through_the_lifecycle_is_clean(cast: Cast) -> None:
    for maker in MAKERS:
        maker(cast)
    assert found() == {}


def test_merging_withdrawing_recalling_and_changing_hands_leave_a_clean_house(cast: Cast) -> None:
    main, merged = make.filed(cast), make.filed(cast)
    perform(
        merged, "merge_filed", cast.reviewer, {"main": main.pk, "consent": "3月1日电话征得同意"}, at=make.DAY
    )
    perform(make.filed(cast), "withdraw", cast.li, {"note": "另行反映"}, at=make.DAY)
    recalled = make.handling(cast)
    perform(recalled, "recall", cast.office, {"note": "单位有误"}, at=make.DAY)
    perform(recalled, "plan", cast.clerk, {"lead": cast.traffic.pk}, at=make.DAY)
    moved = make.taken(cast, is_joint=False)
    later = make.DAY + timedelta(days=9)
    perform(moved, "reassign", cast.coordinator, {"agency": cast.finance.pk, "note": "职责在财政"}, at=later)
    assert found() == {}
    perform(merged, "unmerge_filed", cast.reviewer, {"note": "两件事不同"}, at=make.DAY)
    assert found() == {}


def test_a_second_round_is_clean(cast: Cast) -> None:
    proposal = make.answered(cast)
    make.rate(proposal.ratings.get(), cast.li, result="bad", reason="missed")
    proposal.refresh_from_db()
    assert proposal.state == "handling"
    assert found() == {}


def sql(text: str, *values: Any) -> None:
    """What somebody with the database's own shell could do."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def middle() -> int:
    return Entry.objects.count() // 2


# what is done, in which check it is found, and what its sentence names
def edit_note(p: Proposal) -> None:
    Entry.objects.filter(seq=middle()).update(note="后来改的")


def edit_data(p: Proposal) -> None:
    Entry.objects.filter(seq=middle()).update(data={"outcome": "decline"})


def change_who(p: Proposal) -> None:
    Entry.objects.filter(seq=middle()).update(account=Account.objects.get(username="admin"))


def delete_a_line(p: Proposal) -> None:
    Notice.objects.update(entry=None)
    Entry.objects.update(cause=None)
    Entry.objects.filter(seq=middle()).delete()


def cut_the_tail(p: Proposal) -> None:
    Notice.objects.update(entry=None)
    Entry.objects.order_by("-seq").first().delete()  # type: ignore[union-attr]


def forge_a_whole_line(p: Proposal) -> None:
    one = Entry.objects.get(seq=middle())
    one.note = "补记"
    Entry.objects.filter(pk=one.pk).update(note=one.note, digest=one.compute_digest())


def swap_two_lines(p: Proposal) -> None:
    a = middle()
    for seq, new in ((a, 10**6), (a + 1, a), (10**6, a + 1)):
        Entry.objects.filter(seq=seq).update(seq=new)


def move_by_hand(p: Proposal) -> None:
    sql("UPDATE proposals_proposal SET state='concluded' WHERE id=%s", p.pk)


def move_a_child_by_hand(p: Proposal) -> None:
    sql("UPDATE proposals_assignment SET state='replied' WHERE proposal_id=%s", p.pk)


def add_an_illegal_line(p: Proposal) -> None:
    write(p, "archive", "归档", account=None, at=make.DAY, from_state="handling", to_state="archived")


def delete_a_proposal(p: Proposal) -> None:
    for table in ("assignment", "review", "text"):
        if table == "text":
            sql("UPDATE proposals_proposal SET text_id=NULL, decision_id=NULL WHERE id=%s", p.pk)
            sql(
                "DELETE FROM proposals_suggestion WHERE text_id IN (SELECT id FROM proposals_text WHERE proposal_id=%s)",
                p.pk,
            )
        sql(f"DELETE FROM proposals_{table} WHERE proposal_id=%s", p.pk)
    sql("DELETE FROM proposals_proposal WHERE id=%s", p.pk)


def take_a_number_away(p: Proposal) -> None:
    Proposal.objects.filter(number=2).update(number=77)


def give_a_number_back(p: Proposal) -> None:
    Counter.objects.filter(series__startswith="number:").update(last=9)


def rewrite_the_text(p: Proposal) -> None:
    Text.objects.filter(pk=p.text_id).update(situation="后来换掉的情况")


def rewrite_text_and_fingerprint(p: Proposal) -> None:
    text = Text.objects.get(pk=p.text_id)
    text.analysis = "换掉的分析"
    text.fingerprint = actions.fingerprint(text)
    text.save()


def rename(p: Proposal) -> None:
    Proposal.objects.filter(pk=p.pk).update(title="换了案由")


def move_a_deadline(p: Proposal) -> None:
    one = p.assignments.get()
    assert one.due_on is not None
    Assignment.objects.filter(pk=one.pk).update(due_on=one.due_on + timedelta(days=30))


def move_the_shown_deadline(p: Proposal) -> None:
    Proposal.objects.filter(pk=p.pk).update(due_on="2017-12-31")


def unpublish(p: Proposal) -> None:
    Proposal.objects.filter(pk=p.pk).update(filed_on=None)


def take_the_owner_away(p: Proposal) -> None:
    p.assignments.update(is_open=False)


def hide_from_search(p: Proposal) -> None:
    SearchRow.objects.filter(record_id=p.pk).delete()


def keep_a_key_without_its_line(p: Proposal) -> None:
    IdempotencyKey.objects.create(
        account=Account.objects.get(username="li"),
        key="gone",
        digest="x",
        result={"entry": 10**7},
        at=make.DAY,
    )


def promote(p: Proposal) -> None:
    Account.objects.get(username="admin").posts.create(kind="auditor", starts_on="2017-01-01")


@pytest.mark.parametrize(("harm", "where", "names"), [
    (edit_note, "办理记录链", "第 {middle} 行的内容被改动过"),
    (edit_data, "办理记录链", "第 {middle} 行的内容被改动过"),
    (change_who, "办理记录链", "第 {middle} 行的内容被改动过"),
    (delete_a_line, "办理记录链", "缺第 {middle} 行"),
    (cut_the_tail, "办理记录链", "末行与链首不符"),
    (forge_a_whole_line, "办理记录链", "接不上前一行"),
    (swap_two_lines, "办理记录链", "第 {middle} 行"),
    (move_by_hand, "流程", "状态是“已办结”，办理记录的末步是“办理中”"),
    (move_a_child_by_hand, "流程", "状态是“已答复”，办理记录的末步是“待签收”"),
    (add_an_illegal_line, "流程", "“归档”不合流程"),
    (delete_a_proposal, "流程", "记录本身不在了"),
    (take_a_number_away, "编号", "案号"),
    (give_a_number_back, "编号", "没有记载原因"),
    (rewrite_the_text, "文本", "内容被改动过"),
    (rewrite_text_and_fingerprint, "文本", "不在办理记录里"),
    (rename, "文本", "案由"),
    (move_a_deadline, "期限", "重算是"),
    (move_the_shown_deadline, "期限", "应是"),
    (unpublish, "记录之间", "没有立案日期"),
    (take_the_owner_away, "记录之间", "没有主办"),
    (hide_from_search, "检索", "没有编入检索"),
    (keep_a_key_without_its_line, "防重键", "gone"),
    (promote, "账号", "admin"),
], ids=lambda value: getattr(value, "__name__", ""))  # fmt: skip
def test_every_harm_is_found_and_named(
    cast: Cast, harm: Callable[[Proposal], None], where: str, names: str
) -> None:
    make.filed(cast)
    proposal = make.handling(cast)
    assert found() == {}
    lines = middle()
    harm(proposal)
    sentences = found()
    assert names.format(middle=lines) in "".join(sentences.get(where, [])), sentences


def test_the_last_proposal_of_a_year_cannot_vanish_unseen(cast: Cast) -> None:
    """Its lines could be cut off and the chain's head set back; the counter of serial numbers still knows it."""
    make.submitted(cast)
    last = make.submitted(cast)
    delete_a_proposal(last)
    Notice.objects.update(entry=None)
    Entry.objects.filter(subject_id=last.pk).delete()
    end = Entry.objects.order_by("-seq").first()
    assert end is not None
    JournalHead.objects.update(seq=end.seq, digest=end.digest)
    assert "流水号（2017）缺 2" in "".join(found()["编号"])


def test_a_file_that_is_gone_or_changed_is_found(cast: Cast) -> None:
    draft = make.draft(cast)
    one = keep("一份材料".encode(), "材料.txt", draft, cast.li, "attachment", make.DAY)
    assert found() == {}
    path = path_of(one.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert found() == {"附件": ["附件“材料.txt”的内容与校验值不符"]}
    path.unlink()
    assert found() == {"附件": ["附件“材料.txt”的文件不在了，或读不出来"]}
    Attachment.objects.all().delete()


def test_a_disabled_account_with_a_live_session_is_found(cast: Cast, client: Any) -> None:
    client.post("/accounts/login/", {"login": "li", "password": "一条建言都有回声"})
    Account.objects.filter(pk=cast.li.pk).update(is_active=False)
    assert "“li”已停用" in "".join(found().get("账号", []))


def test_the_check_costs_the_same_queries_for_few_and_for_many(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    make.concluded(cast)
    make.handling(cast)
    with CaptureQueriesContext(connection) as few:
        check()
    for _ in range(3):
        make.concluded(cast)
        make.handling(cast)
    with django_assert_num_queries(len(few)):
        assert check().is_clean


def test_the_report_is_json_and_sentences(cast: Cast) -> None:
    make.concluded(cast)
    Rating.objects.update(state="asked")
    report = check()
    assert report.as_json()["clean"] is False
    assert "✗ 流程：评价" in report.as_text()
