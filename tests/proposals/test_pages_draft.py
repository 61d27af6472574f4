"""Pages where a proposal is written: three ways in, a draft that loses nothing, a check, a receipt."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huisheng.kernel.models import Attachment, Entry, Job, Typed
from huisheng.people.models import Account, Member
from huisheng.proposals import actions, jobs
from huisheng.proposals.drafting import text_of_html
from huisheng.proposals.models import PaperFile, Proposal
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]


def _png() -> bytes:
    """One white pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff"))
        + chunk(b"IEND", b"")
    )


PNG = _png()


def words(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    proposal.refresh_from_db()
    return {
        "title": make.TEXT["title"], "situation": make.TEXT["situation"], "analysis": make.TEXT["analysis"],
        "suggestions": make.TEXT["suggestions"], "version": actions.draft_token(proposal), **changes,
    }  # fmt: skip


def autosave(browser: Client, proposal: Proposal, data: dict[str, Any]) -> Any:
    return browser.post(f"/proposals/{proposal.pk}/draft/save/", data, headers={"accept": "application/json"})


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def started(browser: Client, **data: Any) -> Proposal:
    response = browser.post("/proposals/new/write/", {"key": "w1", **data})
    assert response.status_code == 302, response.content.decode()
    return Proposal.objects.get(pk=response.url.split("/")[2])


# -- writing -------------------------------------------------------------------------------------------------------
def test_a_member_starts_once_however_often_the_button_is_pressed(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)

    assert started(browser) == started(browser)
    assert Proposal.objects.get().sponsor_member == cast.member_li


@pytest.mark.parametrize("who", ["housing_clerk", "chair", "coordinator", "admin", "auditor", "reviewer"])
def test_nobody_but_members_conveners_and_the_office_writes(cast: Cast, enter: Enter, who: str) -> None:
    browser = enter(cast.accounts[who])

    assert browser.get("/proposals/new/").status_code == 404
    assert browser.post("/proposals/new/write/", {"key": "x"}).status_code == 403
    assert not Proposal.objects.exists()


def test_a_convener_writes_in_the_name_of_the_body(cast: Cast, enter: Enter) -> None:
    assert started(enter(cast.convener)).sponsor_body == cast.committee


def test_autosave_keeps_the_words_and_the_page_shows_them_again(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = started(browser)

    answer = autosave(browser, proposal, words(proposal))
    assert answer.status_code == 200
    assert set(answer.json()) == {"saved_at", "version"}
    text = browser.get(f"/proposals/{proposal.pk}/draft/").content.decode()
    assert make.TEXT["suggestions"][1] in text
    assert not Entry.objects.filter(action="save").exists()


def test_the_form_works_without_scripts_too(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = started(browser)

    response = browser.post(f"/proposals/{proposal.pk}/draft/save/", words(proposal) | {"then": "check"})
    assert response.url == f"/proposals/{proposal.pk}/draft/check/"


def test_two_windows_of_one_draft_lose_neither_text(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = started(browser)
    first, second = words(proposal, title="第一个窗口的标题"), words(proposal, title="第二个窗口的标题")

    assert autosave(browser, proposal, first).status_code == 200
    answer = autosave(browser, proposal, second)
    assert answer.status_code == 409
    assert "另一个窗口" in answer.json()["sentence"]
    proposal.refresh_from_db()
    assert proposal.title == "第一个窗口的标题"
    text = browser.get(f"/proposals/{proposal.pk}/draft/").content.decode()
    assert "第二个窗口的标题" in text
    browser.post(f"/proposals/{proposal.pk}/draft/other/")
    proposal.refresh_from_db()
    assert proposal.title == "第二个窗口的标题"
    assert not Typed.objects.exists()


def test_somebody_elses_draft_is_not_there_to_be_saved(cast: Cast, enter: Enter) -> None:
    proposal = make.draft(cast)

    for account in (cast.zhao, cast.clerk, cast.housing_clerk):
        assert autosave(enter(account), proposal, words(proposal, title="改了")).status_code == 404
    for path in ("draft/", "draft/check/"):
        assert enter(cast.zhao).get(f"/proposals/{proposal.pk}/{path}").status_code == 404
    proposal.refresh_from_db()
    assert proposal.title == make.TEXT["title"]


def test_a_sent_proposal_is_no_draft_any_more(cast: Cast, enter: Enter) -> None:
    proposal = make.submitted(cast)

    assert autosave(enter(cast.li), proposal, words(proposal)).status_code == 404
    assert (
        enter(cast.li)
        .post(f"/proposals/{proposal.pk}/draft/files/", {"file": upload(PNG, "a.png")})
        .status_code
        == 404
    )


def test_a_returned_proposal_is_written_on_and_its_first_text_stays(cast: Cast, enter: Enter) -> None:
    from huisheng.kernel.lifecycle import perform

    proposal = make.submitted(cast)
    perform(proposal, "send_back", cast.clerk, {"reason": "vague", "note": "写明由谁办"}, at=make.DAY)
    browser = enter(cast.li)

    assert autosave(browser, proposal, words(proposal, situation="改过的情况")).status_code == 200
    assert autosave(browser, proposal, words(proposal, situation="又改的情况")).status_code == 200
    proposal.refresh_from_db()
    assert [one.situation for one in proposal.texts.order_by("number")] == [
        make.TEXT["situation"],
        "又改的情况",
    ]
    assert (
        browser.post(f"/proposals/{proposal.pk}/steps/resubmit", {"key": "r"}).url
        == f"/proposals/{proposal.pk}/receipt/"
    )


HOSTILE = {
    "nul": "关于\x00路灯的提案", "emoji": "关于😀路灯的提案", "bidi": "关于\u202e灯路\u202c的提案", "rare": "关于𬳭𫍽路灯的提案",
    "tags": "<script>alert(1)</script><b>路灯</b>", "quotes": "\"'`{{ 7*7 }}{% csrf_token %}", "lines": "一\r\n二\u2028三",
    "formula": "=cmd|'/c calc'!A1",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_words_are_kept_as_words(cast: Cast, enter: Enter, name: str) -> None:
    browser = enter(cast.li)
    proposal = started(browser)
    said = HOSTILE[name]

    answer = autosave(
        browser, proposal, words(proposal, title=said, situation=said, suggestions=[said, said])
    )
    assert answer.status_code == 200
    for path in ("draft/", "draft/check/", ""):
        text = browser.get(f"/proposals/{proposal.pk}/{path}").content.decode()
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "\x00" not in text
    proposal.refresh_from_db()
    if name in ("emoji", "rare", "tags", "quotes", "formula"):
        assert proposal.title == said


def test_a_title_of_ten_thousand_characters_is_told_and_kept_aside(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = started(browser)

    answer = autosave(browser, proposal, words(proposal, title="长" * 10_000))
    assert answer.status_code == 422
    assert "现在有 10000 字" in answer.json()["sentence"]
    page = browser.post(f"/proposals/{proposal.pk}/draft/save/", words(proposal, title="长" * 10_000))
    assert page.status_code == 422
    assert "长" * 10_000 in page.content.decode()
    assert Typed.objects.get().data["title"] == ["长" * 10_000]


def test_wrong_types_foreign_ids_and_broken_tokens_break_nothing(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = started(browser)

    assert autosave(browser, proposal, words(proposal, suggested=["abc"])).status_code == 422
    assert autosave(browser, proposal, words(proposal, suggested=["999999"])).status_code == 422
    assert autosave(browser, proposal, words(proposal, version="昨天")).status_code == 409
    assert (
        browser.post("/proposals/new/write/", {"key": "k", "as": f"convener:{cast.committee.pk}"}).status_code
        == 403
    )
    assert (
        browser.post(
            "/proposals/new/write/", {"key": "k2", "as": "member:abc", "topic": "9" * 30}
        ).status_code
        == 302
    )
    assert browser.post("/proposals/new/write/", {"key": "k3", "is_paper": "1"}).status_code == 403


# -- sending -------------------------------------------------------------------------------------------------------
def test_a_proposal_is_checked_sent_once_and_receipted(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = make.draft(cast)
    url = f"/proposals/{proposal.pk}/steps/submit"

    text = browser.get(f"/proposals/{proposal.pk}/draft/check/").content.decode()
    assert "是否同意公开" in text
    checked = browser.post(
        url, {"stage": "check", "disclosure": "full", "key": "s1", "version": proposal.version}
    )
    assert checked.status_code == 200
    assert "正式提交提案" in checked.content.decode()
    sent = [
        browser.post(url, {"disclosure": "full", "key": "s2", "version": proposal.version}) for _ in range(2)
    ]
    assert [one.url for one in sent] == [f"/proposals/{proposal.pk}/receipt/"] * 2
    assert Entry.objects.filter(action="submit").count() == 1

    text = browser.get(sent[0].url).content.decode()
    proposal.refresh_from_db()
    assert f"流水号 {proposal.year}-{proposal.serial:04d}" in text
    assert proposal.text.fingerprint[:4] in text
    assert "提案委" in text
    assert f"{proposal.due_on.year}年{proposal.due_on.month}月{proposal.due_on.day}日前" in text


def test_what_is_missing_is_said_before_sending_and_nothing_is_sent(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = started(browser)

    text = browser.get(f"/proposals/{proposal.pk}/draft/check/").content.decode()
    assert "提交前还缺：案由、情况、具体建议" in text
    assert (
        browser.post(f"/proposals/{proposal.pk}/steps/submit", {"disclosure": "full", "key": "a"}).status_code
        == 422
    )


def test_hints_cite_their_rule_and_do_not_block(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    several = make.draft(
        cast,
        title="关于公交线路和广场噪声两件事的提案",
        suggestions=["请重视。"],
        analysis="另外，再说一件事。",
    )

    text = browser.get(f"/proposals/{several.pk}/draft/check/").content.decode()
    assert "一事一案" in text
    assert "少于 200 字" in text
    assert "提案工作条例" in text
    assert "没有写建议承办单位" in text
    assert "下一步：核对" in text


def test_similar_earlier_texts_show_shared_passages_and_what_became_of_them(cast: Cast, enter: Enter) -> None:
    earlier = make.answered(cast)
    other = make.draft(cast, title="关于老旧小区加装电梯的建议")
    hidden = make.submitted(cast, title="关于老旧小区加装电梯、尚未公开的提案")

    text = enter(cast.li).get(f"/proposals/{other.pk}/draft/check/").content.decode()
    assert "以前有过相近的" in text
    assert earlier.title in text
    assert "办理结果：A" in text
    assert "<mark>" in text
    mine = actions.start(cast.zhao, make.TEXT, at=make.DAY)
    assert hidden.title not in enter(cast.zhao).get(f"/proposals/{mine.pk}/draft/check/").content.decode()


# -- files ---------------------------------------------------------------------------------------------------------
def test_a_photo_is_attached_downloaded_safely_and_taken_off(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)
    proposal = make.draft(cast)
    base = f"/proposals/{proposal.pk}/"

    browser.post(f"{base}draft/files/", {"file": upload(PNG, "路口 “早高峰”.png"), "purpose": "attachment"})
    found = Attachment.objects.get()
    response = browser.get(f"{base}files/{found.pk}/")
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''%E8%B7%AF" in response["Content-Disposition"]
    assert b"".join(response.streaming_content) == PNG
    assert enter(cast.zhao).get(f"{base}files/{found.pk}/").status_code == 404
    browser.post(f"{base}draft/files/{found.pk}/remove/")
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"MZ\x90\x00 not a picture", "照片.png"), (b"", "空.docx"), (b"PK\x03\x04", "../../etc/passwd.docx")],
)
def test_a_file_the_gate_refuses_is_told_in_a_sentence(
    cast: Cast, enter: Enter, data: bytes, name: str
) -> None:
    proposal = make.draft(cast)

    response = enter(cast.li).post(f"/proposals/{proposal.pk}/draft/files/", {"file": upload(data, name)})
    assert response.status_code == 422
    assert "。" in response.content.decode()
    assert not Attachment.objects.exists()


def test_the_seal_page_is_for_the_committee_and_the_sponsor(cast: Cast, enter: Enter) -> None:
    proposal = make.draft(cast)
    enter(cast.li).post(
        f"/proposals/{proposal.pk}/draft/files/", {"file": upload(PNG, "盖章页.png"), "purpose": "seal"}
    )
    from huisheng.kernel.lifecycle import perform

    perform(proposal, "submit", cast.li, {"disclosure": "full"}, at=make.DAY)
    path = f"/proposals/{proposal.pk}/files/{Attachment.objects.get().pk}/"
    assert enter(cast.clerk).get(path).status_code == 200
    assert enter(cast.li).get(path).status_code == 200
    Proposal.objects.filter(pk=proposal.pk).update(state="handling", number=9, session=cast.session)
    assert enter(cast.zhao).get(path).status_code == 404


# -- import --------------------------------------------------------------------------------------------------------
def test_a_word_file_becomes_a_draft_with_everything_in_it(
    cast: Cast, enter: Enter, paper: Callable[[str], bytes]
) -> None:
    browser = enter(cast.li)
    data = paper("01")

    sent = [
        browser.post("/proposals/new/import/", {"file": upload(data, "01 洛宁路.docx"), "key": "i1"})
        for _ in range(2)
    ]
    proposal = Proposal.objects.get()
    assert [one.url for one in sent] == [f"/proposals/{proposal.pk}/draft/check/"] * 2
    assert "洛宁路" in proposal.title
    assert proposal.text.situation
    assert proposal.text.suggestions.count() >= 2
    kept = Attachment.objects.get()
    assert (kept.purpose, kept.kind, kept.size) == ("source", "docx", len(data))
    text = browser.get(sent[0].url).content.decode()
    assert "已读出“01 洛宁路.docx”" in text
    assert "文中写的是" in text  # the paper names another sponsor than the one who brought it
    assert "更改" in text


def test_names_that_fit_two_members_are_asked_and_never_chosen(
    cast: Cast, enter: Enter, paper: Callable[[str], bytes]
) -> None:
    one, two = (Member.objects.create(name="李娟", sector=cast.sector, unit=unit, starts_on=cast.member_li.starts_on)
                for unit in ("区一中", "区医院"))  # fmt: skip
    browser = enter(cast.li)

    url = browser.post("/proposals/new/import/", {"file": upload(paper("02"), "02.docx"), "key": "i"}).url
    proposal = Proposal.objects.get()
    assert not proposal.cosponsors.filter(member__in=[one, two]).exists()
    text = browser.get(url).content.decode()
    assert "请认一认联名人" in text
    assert "区医院" in text
    index = next(i for i, person in enumerate(proposal.read_notes["people"]) if person["name"] == "李娟")
    chosen = browser.post(
        f"/proposals/{proposal.pk}/draft/cosponsors/",
        {f"person-{index}": two.pk, "person-77": 1, "person-x": "y"},
    )
    assert chosen.status_code == 302
    assert list(proposal.cosponsors.values_list("member", flat=True)) == [two.pk]
    assert (
        "“李娟”" not in browser.get(url).content.decode().partition("请认一认")[2].partition("</section>")[0]
    )


def test_a_file_that_cannot_be_read_is_told_why_and_kept(
    cast: Cast, enter: Enter, paper: Callable[[str], bytes]
) -> None:
    browser = enter(cast.li)

    response = browser.post(
        "/proposals/new/import/", {"file": upload(paper("05"), "05（加密）.docx"), "key": "i"}
    )
    assert response.status_code == 422
    assert "密码" in response.content.decode()
    kept = Attachment.objects.get()
    path = f"/proposals/unread/{kept.pk}/"
    assert b"".join(browser.get(path).streaming_content) == paper("05")
    assert enter(cast.zhao).get(path).status_code == 404
    assert "没有读出来的文件" in browser.get("/proposals/new/").content.decode()
    assert not Proposal.objects.exists()


def test_the_office_imports_many_papers_with_a_report_for_each(
    cast: Cast, enter: Enter, paper: Callable[[str], bytes]
) -> None:
    names = ("03", "05", "13")
    files = [upload(paper(name), f"{name}.docx") for name in names]

    assert enter(cast.li).post("/proposals/new/import-many/", {"files": files}).status_code == 403
    assert not Attachment.objects.exists()
    pages = []
    for _ in range(2):  # a double click is one import
        for one in files:
            one.seek(0)
        pages.append(enter(cast.clerk).post("/proposals/new/import-many/", {"files": files, "key": "m"}).url)
    assert pages[0] == pages[1]
    page = enter(cast.clerk).get(pages[0]).content.decode()  # the worker of tests works at once
    results = list(PaperFile.objects.all())
    assert [bool(one.proposal) for one in results] == [True, False, True]
    assert all(one.proposal.is_paper for one in results if one.proposal)
    assert "2 个文件成为代录草稿，1 个没有读出来" in page
    assert "密码" in page
    assert Attachment.objects.count() == 3
    assert b"".join(
        enter(cast.clerk).get(f"/proposals/unread/{results[1].file_id}/").streaming_content
    ) == paper("05")
    assert enter(cast.second).get(f"/proposals/{results[0].proposal.pk}/draft/").status_code == 200
    assert enter(cast.second).get(pages[0]).status_code == 404


def test_papers_left_by_a_killed_worker_are_read_on_and_none_twice(
    cast: Cast, enter: Enter, paper: Callable[[str], bytes]
) -> None:
    files = [upload(paper(name), f"{name}.docx") for name in ("13", "13")]
    enter(cast.clerk).post("/proposals/new/import-many/", {"files": files, "key": "m"})
    job = Job.objects.get()
    # killed after the second draft was made, before it was noted
    PaperFile.objects.filter(position=2).update(proposal=None, read_at=None)
    Job.objects.update(ended_at=None)

    jobs.work.func(job.pk, "papers", {})

    assert Proposal.objects.count() == 2
    assert all(one.proposal for one in PaperFile.objects.all())
    assert Attachment.objects.count() == 2
    assert "可能是同一份" in enter(cast.clerk).get(f"/proposals/jobs/{job.pk}/").content.decode()


def test_a_paper_proposal_gets_its_sponsor_and_is_registered(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.clerk)
    proposal = started(browser, is_paper="1")

    assert "第一提案人（委员）" in browser.get(f"/proposals/{proposal.pk}/draft/").content.decode()
    assert (
        autosave(
            browser, proposal, words(proposal, sponsor_member=cast.member_zhao.pk, sponsor_body="")
        ).status_code
        == 200
    )
    proposal.refresh_from_db()
    assert (proposal.sponsor_name, proposal.sector) == ("赵闻声", cast.sector)
    sent = browser.post(f"/proposals/{proposal.pk}/steps/register", {"disclosure": "full", "key": "r"})
    assert sent.url == f"/proposals/{proposal.pk}/receipt/"
    assert "赵闻声" in browser.get(sent.url).content.decode()


def test_a_paste_keeps_its_structure_and_loses_its_formatting(cast: Cast, enter: Enter) -> None:
    html = (
        "<style>p{color:red}</style><h1>关于增设路灯的提案</h1><p><b>情况：</b>背街小巷没有路灯。</p><script>x()</script>"
        "<p>建议：</p><ol><li>由城管局装灯。</li><li>每年检修一次。</li></ol><table><tr><td>甲</td><td>乙</td></tr></table>"
    )

    assert text_of_html(html) == (
        "关于增设路灯的提案\n情况：背街小巷没有路灯。\n建议：\n1. 由城管局装灯。\n2. 每年检修一次。\n甲\t乙"
    )
    response = enter(cast.li).post("/proposals/new/paste/", {"text": "x", "html": html, "key": "p"})
    proposal = Proposal.objects.get()
    assert response.url == f"/proposals/{proposal.pk}/draft/check/"
    assert "路灯" in proposal.title
    assert proposal.text.suggestions.get(number=1).content.startswith("由城管局装灯")


def test_an_empty_paste_is_told_so(cast: Cast, enter: Enter) -> None:
    response = enter(cast.li).post("/proposals/new/paste/", {"text": " ", "key": "p"})

    assert response.status_code == 422
    assert "还没有粘贴文字" in response.content.decode()


def test_a_file_field_left_empty_is_told_so(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.li)

    assert "还没有选文件" in browser.post("/proposals/new/import/", {"key": "p"}).content.decode()
    assert browser.post("/proposals/new/import/", {"file": io.BytesIO(b"\x00" * 40)}).status_code == 422


def test_a_paper_comes_with_a_supplement_after_review_began_and_a_hostile_one_is_told_so(
    cast: Cast, enter: Enter, paper: Callable[[str], bytes]
) -> None:
    proposal = make.reviewed(cast)
    url = f"/proposals/{proposal.pk}/steps/supplement"
    browser = enter(cast.li)
    assert "multipart/form-data" in browser.get(url).content.decode()

    refused = browser.post(
        url,
        {
            "content": "另附名单",
            "file": upload(paper("05"), "名单.docx"),
            "key": "a",
            "version": proposal.version,
        },
    )
    assert refused.status_code == 422
    assert "密码" in refused.content.decode()
    assert "另附名单" in refused.content.decode()
    proposal.refresh_from_db()
    browser.post(
        url,
        {
            "content": "另附名单",
            "file": upload(paper("13"), "名单.docx"),
            "key": "b",
            "version": proposal.version,
        },
    )

    kept = Attachment.objects.get(purpose="supplement")
    assert (kept.subject_id, kept.name, kept.kind) == (proposal.pk, "名单.docx", "docx")
    assert Entry.objects.get(action="supplement").data["file"] == {"name": "名单.docx", "sha256": kept.sha256}
    page = enter(cast.clerk).get(proposal.get_absolute_url()).content.decode()
    assert "名单.docx" in page
    assert "补充材料" in page
