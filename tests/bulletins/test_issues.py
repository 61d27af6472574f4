"""《政协直通车》: compiled, numbered when signed, frozen; read in three minutes; and the whole way from a voice back to it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from huisheng.bulletins import actions, queries
from huisheng.bulletins.models import Issue, Item
from huisheng.command import main
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.links import chain, link
from huisheng.kernel.models import Entry, Notice
from huisheng.kernel.store import open_file
from huisheng.opinions.models import LeadMessage, Opinion
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import OutputState

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db
TODAY = make.DAY.date()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


# -- compiling ---------------------------------------------------------------------------------------------------------
def test_an_issued_opinion_goes_into_one_issue_of_a_series(cast: Cast) -> None:
    one, waiting = make.issued_opinion(cast), make.edited_opinion(cast)
    issue = actions.start(cast.editor, "express", at=make.DAY)
    assert list(queries.candidates(issue)) == [one]
    with pytest.raises(Conflict, match="没有签发"):
        actions.add_item(issue, waiting, cast.editor, make.DAY)
    with pytest.raises(NotAllowed, match="须由信息编辑或政协办公室办理"):
        actions.add_item(issue, one, cast.li, make.DAY)
    item = actions.add_item(issue, one, cast.editor, make.DAY)
    assert (item.headline, item.source, item.position) == (
        "延长社区卫生站周末门诊",
        "李清和（教育界）反映",
        1,
    )
    second = actions.start(cast.editor, "express", at=make.DAY)
    with pytest.raises(Conflict, match="已经编入"):
        actions.add_item(second, one, cast.editor, make.DAY)
    special = actions.start(cast.editor, "special", at=make.DAY)
    assert list(queries.candidates(special)) == [one]
    actions.remove_item(item, cast.editor, make.DAY)
    assert list(queries.candidates(second)) == [one]


def test_who_asked_not_to_be_named_is_not_named(cast: Cast) -> None:
    issue = make.issue(cast, items=0)
    item = actions.add_item(issue, make.issued_opinion(cast, is_anonymous=True), cast.editor, make.DAY)
    assert item.source == "据部分委员反映"


def test_items_change_places_and_every_act_is_a_line(cast: Cast) -> None:
    issue = make.issue(cast, items=3)
    first, second, third = issue.items.all()
    actions.move_item(third, cast.editor, True, make.DAY)
    actions.move_item(first, cast.editor, True, make.DAY)  # at the top already
    assert list(issue.items.all()) == [first, third, second]
    actions.move_item(first, cast.editor, False, make.DAY)
    actions.remove_item(second, cast.editor, make.DAY)
    assert list(issue.items.all()) == [third, first]
    lines = (
        Entry.objects.filter(subject_type=issue.output.kind()).order_by("seq").values_list("label", flat=True)
    )
    assert list(lines)[-3:] == ["上移一条", "下移一条", "移出一条"]


def test_headline_and_gist_are_counted_and_the_sentence_says_so(cast: Cast) -> None:
    issue = make.issue(cast)
    item = issue.items.get()
    client = browser(cast.editor)
    path = f"/bulletins/{issue.pk}/items/{item.pk}/"
    long = make.ITEM | {"headline": "社" * 27, "gist": "短。"}
    answer = client.post(path, long)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "标题现在有27字，最多24字。" in page
    assert "要点现在有2字，须60至120字。" in page
    assert "社" * 27 in page  # nothing typed is lost
    assert client.post(path, make.ITEM | {"headline": "卫 生 站"}).status_code == 302
    item.refresh_from_db()
    assert item.headline == "卫 生 站"


def test_an_issue_goes_on_only_with_items_in_their_lengths(cast: Cast) -> None:
    empty = make.issue(cast, items=0)
    with pytest.raises(Refused, match="本期还没有条目"):
        perform(empty.output, "send", cast.editor, at=make.DAY)
    raw = actions.add_item(empty, make.issued_opinion(cast), cast.editor, make.DAY)
    with pytest.raises(Refused, match=r"第1条“.+”要点有\d+字，须60至120字"):
        perform(empty.output, "send", cast.editor, at=make.DAY)
    actions.save_item(raw, cast.editor, make.ITEM, make.DAY)
    perform(empty.output, "send", cast.editor, at=make.DAY)
    with pytest.raises(WrongState, match="已经送核，不能再改"):
        actions.remove_item(raw, cast.editor, make.DAY)


def test_a_long_issue_is_said_to_be_long_and_not_stopped(cast: Cast) -> None:
    issue = make.issue(cast, items=8, gist="养老服务站周末开门的少。" * 10)
    length = queries.length(list(issue.items.all()), TODAY)
    assert (length.items, length.letters, length.minutes, length.is_long) == (8, 960, 4, True)
    assert length.line == "本期 8 条，约 4 分钟"
    assert "领导三分钟读不完" in browser(cast.editor).get(f"/bulletins/{issue.pk}/").content.decode()


# -- numbering, freezing -----------------------------------------------------------------------------------------------
def test_the_number_is_given_at_signing_without_holes(cast: Cast) -> None:
    thrown = make.issue(cast)
    perform(thrown.output, "withdraw", cast.editor, {"note": "改出专报"}, at=make.DAY)
    first, second = make.signed_issue(cast), make.signed_issue(cast)
    other = make.signed_issue(cast, one=_special(cast))
    assert [(one.year, one.number, one.total) for one in (first, second, other)] == [
        (2017, 1, 1),
        (2017, 2, 2),
        (2017, 1, 1),
    ]
    assert second.output.title == "《政协直通车》2017年第2期（总第2期）"
    assert Issue.objects.get(pk=thrown.pk).number is None


def _special(cast: Cast) -> Issue:
    issue = actions.start(cast.editor, "special", at=make.DAY)
    item = actions.add_item(issue, make.issued_opinion(cast), cast.editor, make.DAY)
    actions.save_item(item, cast.editor, make.ITEM, make.DAY)
    return issue


def _words(issue: Issue, form: str) -> str:
    kept = outputs.frozen(issue.output, form)
    assert kept is not None
    data = io.BytesIO(open_file(kept).read())
    if form == "pdf":
        said = "".join(page.extract_text() for page in PdfReader(data).pages)
    else:
        said = "".join(node.text or "" for node in Document(data).element.iter() if node.tag.endswith("}t"))
    return "".join(said.split())


@pytest.mark.one_database
@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_frozen_paper_says_what_an_issue_must(cast: Cast, form: str) -> None:
    issue = make.signed_issue(cast, items=2)
    said = _words(issue, form)
    for part in (
        "政协直通车", "第1期（总第1期）", "政协郑州市上街区委员会办公室", "2017年3月1日", "社区卫生站周末应留门诊",
        "请卫生部门安排周末轮值门诊", "李清和（教育界）反映，3人反映", "报：区委、区政府主要领导", "编辑：林信息",
        "核稿：何办公", "签发：冯主席", "共印15份",
    ):  # fmt: skip
        assert part in said, part


def test_the_command_gives_the_frozen_issue(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue = make.signed_issue(cast)
    assert main(["bulletin", "1", "--pdf", str(tmp_path / "1.pdf")]) == 0
    kept = outputs.frozen(issue.output, "pdf")
    assert kept is not None
    assert (tmp_path / "1.pdf").read_bytes() == open_file(kept).read()
    assert main(["bulletin", "2", "--pdf", str(tmp_path / "2.pdf")]) == 2
    assert "没有总第2期" in capsys.readouterr().err


# -- reading -----------------------------------------------------------------------------------------------------------
def test_a_leader_reads_in_three_minutes_and_says_something_about_an_item(cast: Cast) -> None:
    issue = make.delivered_issue(cast, items=2)
    item = issue.items.first()
    assert item is not None
    client = browser(cast.leader)
    page = client.get(f"/bulletins/{issue.pk}/read/").content.decode()
    assert "本期 2 条，约 1 分钟" in page
    for part in (
        item.headline,
        item.gist,
        "请卫生部门安排周末轮值门诊",
        "3人反映",
        "批示",
        "记为已阅",
        "朗读",
    ):
        assert part in page
    assert [(one.items, one.opened_at) for one in queries.for_leader(cast.leader, TODAY)] == [(2, None)]
    client.post(f"/outputs/{issue.pk}/opened/")
    assert queries.for_leader(cast.leader, TODAY)[0].opened_at is not None
    assert client.get(f"/bulletins/{issue.pk}/").status_code == 302

    path = f"/outputs/{issue.pk}/instruct/?opinion={item.opinion_id}"
    assert f"《{item.opinion}》" in client.get(path).content.decode()
    chosen = {"opinion": item.opinion_id, "phrase": "study", "agencies": [cast.housing.pk]}
    client.post(f"/outputs/{issue.pk}/instruct/", chosen | {"stage": "confirm", "key": "k"})
    make.follow_up(cast, one=issue.output.instructions.get())
    page = client.get(f"/bulletins/{issue.pk}/read/").content.decode()
    assert page.count("请区住房和城乡建设局研究提出意见。") == 1  # beside its own item alone
    assert "待签收" in page


def test_who_reads_an_issue(cast: Cast) -> None:
    draft, out = make.issue(cast), make.delivered_issue(cast)
    make.follow_up(cast, one=make.instruction(cast, one=out.output))
    seen = {
        name: [browser(one).get(f"/bulletins/{pk}/read/").status_code for pk in (draft.pk, out.pk)]
        for name, one in cast.accounts.items()
    }
    assert {name: codes for name, codes in seen.items() if codes != [404, 404]} == {
        "editor": [200, 200], "office": [200, 200], "chair": [200, 200], "leader": [404, 200],
    }  # fmt: skip


def test_pages_cost_the_same_for_one_item_and_for_thirty(cast: Cast) -> None:
    issue = make.delivered_issue(cast)
    item = issue.items.get()
    open_one = make.issue(cast)
    paths = {
        "leader": ["/bulletins/", f"/bulletins/{issue.pk}/read/"],
        "editor": ["/bulletins/", f"/bulletins/{issue.pk}/", f"/bulletins/{open_one.pk}/",
                   f"/bulletins/{open_one.pk}/items/{open_one.items.get().pk}/"],
    }  # fmt: skip
    make.follow_up(cast, one=make.instruction(cast, one=issue.output, opinion=item.opinion_id))
    clients = {name: browser(cast.accounts[name]) for name in paths}

    def cost() -> dict[str, int]:
        return {
            f"{name} {path}": questions(clients[name], path) for name, rows in paths.items() for path in rows
        }

    one = cost()
    for place in range(2, 31):
        opinion = Opinion.objects.create(title="又一条", year=2017, serial=500 + place, state="issued")
        for each in (issue, open_one):
            Item.objects.create(
                issue=each, opinion=opinion, position=place, headline="又一条", gist=make.GIST
            )
        link(opinion, issue.output, "编入", make.DAY)
        Opinion.objects.create(title="待编", year=2017, serial=600 + place, state="issued", issued_on=TODAY)
        words = {"opinion": opinion.pk, "words": "请抓紧。"}
        make.follow_up(cast, one=make.instruction(cast, one=issue.output, **words))
        issue_too = actions.start(cast.editor, "brief", at=make.DAY)
        assert issue_too.output.state == OutputState.DRAFT
    many = cost()
    assert one == many
    assert {path: number for path, number in many.items() if number > 12} == {}


# -- the whole way -----------------------------------------------------------------------------------------------------
def test_a_voice_becomes_an_item_gets_an_instruction_and_hears_what_was_done(cast: Cast) -> None:
    lead = make.reading(cast)
    opinion = make.filed_opinion(cast)
    perform(lead, "take_up", cast.editor, {"opinion": opinion.pk}, at=make.DAY)
    perform(opinion, "adopt", cast.editor, {"area": "16"}, at=make.DAY)
    perform(opinion, "edit", cast.editor, make.WORDS, at=make.DAY)
    perform(opinion, "check", cast.office, make.WORDS, at=make.DAY)
    perform(opinion, "sign", cast.chair, at=make.DAY)

    issue = actions.start(cast.editor, "express", at=make.DAY)
    item = actions.add_item(issue, opinion, cast.editor, make.DAY)
    actions.save_item(item, cast.editor, make.ITEM, make.DAY)
    issue = make.signed_issue(cast, one=issue)
    assert (issue.number_line, outputs.frozen(issue.output, "pdf") is not None) == ("第1期（总第1期）", True)
    make.deliver(issue.output, cast)
    given = make.instruction(cast, one=issue.output, opinion=opinion.pk)
    follow_up = make.reported_follow_up(cast, one=make.follow_up(cast, one=given))
    done = "五个卫生站四月起周末轮值。"
    perform(follow_up, "accept", cast.editor, {"told": done}, at=make.DAY)

    thread = list(LeadMessage.objects.filter(lead=lead, is_from_sender=False).values_list("text", flat=True))
    assert thread[1] == "您反映的事已编入社情民意信息，正在整理上报。"
    assert thread[0].startswith("已经受理")
    for said, part in zip(
        thread[2:], ("已签发", "报送区领导", "区领导作了批示", "转区住房和城乡建设局办理", done), strict=True
    ):
        assert part in said
    heard = [one.text for one in Notice.objects.filter(account=cast.li).order_by("pk")]
    assert done in heard
    assert not any(given.words in text for text in (*thread, *heard))

    assert {one.record for one in chain(lead)} == {opinion, issue.output, given, follow_up}
    assert {one.record for one in chain(follow_up)} == {lead, opinion, given}
    assert [one.code for one in outputs.areas(2017)] == ["16"]
    for row in (issue.output, opinion):
        page = browser(cast.office).get(row.get_absolute_url()).content.decode()
        assert "区领导批示" in page or "批示" in page
