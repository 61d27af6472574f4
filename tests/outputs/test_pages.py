"""Pages of 成果与报送: what they show, what they cost, whom they let in; and a leader's 批示 in six taps."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.utils import timezone

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, IdempotencyKey
from huisheng.outputs.models import Instruction, Output, OutputState

from .. import make
from ..cast import PASSWORD, Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


DRAFT = {
    "type": "letter", "title": "关于周末门诊的建议信", "content": "建议如下。", "key": "k1",
    "advice-TOTAL_FORMS": "3", "advice-INITIAL_FORMS": "0",
    "advice-0-area": "16", "advice-0-content": "周末留一个窗口。",
    "advice-1-area": "", "advice-1-content": "", "advice-2-area": "", "advice-2-content": "",
}  # fmt: skip


def test_the_editor_drafts_with_advice_and_changes_it(cast: Cast) -> None:
    client = browser(cast.editor)
    wrong = client.post("/outputs/new/", DRAFT | {"advice-0-area": ""})
    assert "还没有选咨政方面" in wrong.content.decode()
    client.post("/outputs/new/", DRAFT)
    client.post("/outputs/new/", DRAFT)  # the same click twice
    one = Output.objects.get()
    assert [(row.area, row.content) for row in one.advice.all()] == [("16", "周末留一个窗口。")]
    page = text(client, f"/outputs/{one.pk}/edit/")
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    changed = DRAFT | {"advice-INITIAL_FORMS": "1", "advice-TOTAL_FORMS": "4", "advice-0-content": "周末留两个窗口。",
                       "advice-3-area": "", "advice-3-content": "", "version": version[1]}  # fmt: skip
    client.post(f"/outputs/{one.pk}/edit/", changed)
    assert one.advice.get().content == "周末留两个窗口。"
    perform(one, "send", cast.editor, at=make.DAY)
    late = client.get(f"/outputs/{one.pk}/edit/")
    assert late.status_code == 302


def test_who_reads_a_paper(cast: Cast) -> None:
    draft, out = make.output(cast), make.delivered_output(cast)
    make.follow_up(cast, one=make.instruction(cast, one=out))
    seen = {
        path: {
            name
            for name, one in cast.accounts.items()
            if browser(one).get(f"/outputs/{pk}/").status_code == 200
        }
        for path, pk in (("draft", draft.pk), ("out", out.pk))
    }
    assert seen == {
        "draft": {"editor", "office", "chair"},
        "out": {"editor", "office", "chair", "leader", "housing_clerk", "housing_head"},
    }


def test_an_agency_reads_the_part_that_was_given_to_it_and_no_more(cast: Cast) -> None:
    out = make.delivered_output(cast)
    one = make.follow_up(cast, one=make.instruction(cast, one=out))
    other = make.instruction(cast, one=out, words="另一句，与住建局无关。", agencies=[])
    client = browser(cast.housing_clerk)
    for path in (f"/outputs/{out.pk}/", f"/outputs/follow-ups/{one.pk}/", "/outputs/follow-ups/"):
        page = text(client, path)
        assert "研究提出意见" in page
        assert out.content not in page
        assert "另一句" not in page
        assert "养老服务站周末开放" not in page
    assert text(client, f"/outputs/{out.pk}/paper.pdf", 404)
    assert text(client, f"/outputs/instructions/{other.pk}/", 404)
    assert text(browser(cast.traffic_clerk), f"/outputs/follow-ups/{one.pk}/", 404)
    assert "研究提出意见" not in text(client, "/search?q=周末开放")


def test_the_agency_takes_and_reports_at_its_own_desk(cast: Cast) -> None:
    one = make.follow_up(cast)
    client = browser(cast.housing_clerk)
    assert "请签收" in text(client, "/")
    client.post(f"/outputs/follow-ups/{one.pk}/steps/take", {"version": 0})
    said = {"report": "开了会。", "measures": "四月起轮值。", "version": 1}
    done = client.post(f"/outputs/follow-ups/{one.pk}/steps/report", said, follow=True)
    assert "已报告待审核" in done.content.decode()
    days = text(client, f"/outputs/follow-ups/{one.pk}/deadline/")
    assert "期限到这一天" in days
    assert "20个工作日" in days


def test_the_printed_paper_is_what_was_frozen(cast: Cast) -> None:
    one = make.checked_output(cast)
    client = browser(cast.office)
    before = client.get(f"/outputs/{one.pk}/paper.docx")
    assert "%EF%BC%88%E6%9C%AA%E7%AD%BE%E5%8F%91%EF%BC%89" in before["Content-Disposition"]  # （未签发）
    perform(one, "sign", cast.chair, at=make.DAY)
    for form in ("pdf", "docx"):
        answers = [
            b"".join(client.get(f"/outputs/{one.pk}/paper.{form}").streaming_content) for _ in range(2)
        ]
        assert answers[0] == answers[1]
    assert client.get(f"/outputs/{one.pk}/paper.exe").status_code == 404


# -- 批示 --------------------------------------------------------------------------------------------------------------
def test_a_leader_gives_an_instruction_in_six_taps(cast: Cast) -> None:
    out = make.delivered_output(cast)
    client = browser(cast.leader)
    asked = text(client, f"/outputs/{out.pk}/instruct/")  # 1 批示
    assert "请…研究提出意见。" in asked
    chosen = {"phrase": "study", "agencies": [cast.housing.pk]}  # 2 phrase, 3 agency
    preview = client.post(f"/outputs/{out.pk}/instruct/", chosen)  # 4 预览
    page = preview.content.decode()
    assert "请区住房和城乡建设局研究提出意见。" in page
    assert "高书记" in page
    assert 'name="password"' not in page
    assert not Instruction.objects.exists()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    sent = chosen | {"stage": "confirm", "key": key[1]}
    for _ in range(2):  # 5 确认, and once more by mistake
        client.post(f"/outputs/{out.pk}/instruct/", sent)
    row = Instruction.objects.get()
    assert (row.words, row.account, list(row.agencies.all())) == (
        "请区住房和城乡建设局研究提出意见。", cast.leader, [cast.housing],
    )  # fmt: skip
    again = text(client, f"/outputs/{out.pk}/instruct/")
    assert again.index("区住房和城乡建设局") < again.index("区交通运输局")


def test_a_passkey_is_as_good_as_the_password(cast: Cast) -> None:
    """The words are kept while the person shows who they are; then nothing is asked once more."""
    out = make.delivered_output(cast)
    client = browser(cast.leader)
    session = client.session
    session["started"] = session["seen"] = timezone.now().timestamp() - 16 * 60
    session.save()
    path, chosen = f"/outputs/{out.pk}/instruct/", {"words": "请抓紧办。", "agencies": [cast.housing.pk]}
    assert "通行密钥" not in client.post(path, chosen).content.decode()
    Authenticator.objects.create(user=cast.leader, type="webauthn", data={"name": "手机"})
    page = client.post(path, chosen).content.decode()
    link = re.search(r'href="(/accounts/2fa/webauthn/reauthenticate/[^"]+)"', page)
    assert link
    assert f"%2Foutputs%2F{out.pk}%2Finstruct%2F%3Ftyped%3D1" in link[1]
    request = RequestFactory().get("/")  # what the passkey's own page does once the phone has said yes
    request.user, request.session = cast.leader, client.session
    post_authentication(request, Authenticator.objects.get(), reauthenticated=True)
    request.session.save()
    assert "请抓紧办。" in client.get(f"{path}?typed=1").content.decode()
    preview = client.post(path, chosen).content.decode()
    assert 'name="password"' not in preview
    client.post(path, chosen | {"stage": "confirm", "key": "k9"})
    assert Instruction.objects.get().words == "请抓紧办。"


def test_agencies_used_last_stand_first(cast: Cast) -> None:
    out = make.delivered_output(cast)
    make.instruction(cast, one=out, agencies=[cast.finance.pk])
    page = text(browser(cast.leader), f"/outputs/{out.pk}/instruct/")
    assert page.index("区财政局") < page.index("区住房和城乡建设局") < page.index("区交通运输局")


def test_after_fifteen_minutes_the_password_is_asked_once_more(cast: Cast) -> None:
    out = make.delivered_output(cast)
    client = browser(cast.leader)
    session = client.session
    session["started"] = session["seen"] = timezone.now().timestamp() - 16 * 60
    session.save()
    path, chosen = f"/outputs/{out.pk}/instruct/", {"phrase": "seen"}
    assert 'name="password"' in client.post(path, chosen).content.decode()
    none = client.post(path, chosen | {"stage": "confirm", "key": "k1"})
    wrong = client.post(path, chosen | {"stage": "confirm", "key": "k1", "password": "不是这一句"})
    assert (none.status_code, wrong.status_code) == (422, 422)
    assert "密码不对" in wrong.content.decode()
    assert "不是这一句" not in wrong.content.decode()
    assert not Instruction.objects.exists()
    client.post(path, chosen | {"stage": "confirm", "key": "k1", "password": PASSWORD})
    assert Instruction.objects.get().words == "已阅。"
    # shown once, it need not be shown again for a while
    client.post(path, chosen | {"stage": "confirm", "key": "k2"})
    assert Instruction.objects.count() == 2
    assert PASSWORD not in str(list(IdempotencyKey.objects.values())) + str(list(Entry.objects.values()))


def test_the_page_of_the_step_is_no_way_around_the_preview(cast: Cast) -> None:
    out = make.delivered_output(cast)
    answer = browser(cast.leader).post(
        f"/outputs/{out.pk}/steps/instruct", {"phrase": "seen", "version": out.version}
    )
    assert (answer.status_code, Instruction.objects.exists()) == (422, False)
    assert browser(cast.editor).get(f"/outputs/{out.pk}/instruct/").status_code == 404


def test_own_words_come_back_from_the_preview_to_be_changed(cast: Cast) -> None:
    out = make.delivered_output(cast)
    client = browser(cast.leader)
    back = client.post(f"/outputs/{out.pk}/instruct/", {"words": "请抓紧。", "stage": "change"})
    assert "请抓紧。" in back.content.decode()


# -- what a page costs ---------------------------------------------------------------------------------------------------
def test_lists_and_pages_cost_the_same_for_one_row_and_for_thirty(cast: Cast) -> None:
    out = make.delivered_output(cast)
    first = make.instruction(cast, one=out)
    follow_up = make.follow_up(cast, one=first)
    paths = {
        "editor": ["/outputs/", f"/outputs/{out.pk}/", "/outputs/instructions/", f"/outputs/instructions/{first.pk}/",
                   "/outputs/follow-ups/", f"/outputs/follow-ups/{follow_up.pk}/"],
        "leader": [f"/outputs/{out.pk}/", f"/outputs/{out.pk}/instruct/"],
        "housing_clerk": [f"/outputs/{out.pk}/", "/outputs/follow-ups/", f"/outputs/follow-ups/{follow_up.pk}/"],
    }  # fmt: skip
    clients = {name: browser(cast.accounts[name]) for name in paths}

    def cost() -> dict[str, int]:
        return {
            f"{name} {path}": questions(clients[name], path) for name, rows in paths.items() for path in rows
        }

    one = cost()
    for _ in range(29):
        Output.objects.create(type="report", title="又一份", state=OutputState.DRAFT)
        make.follow_up(cast, one=make.instruction(cast, one=out))
    many = cost()
    assert one == many
    assert {path: number for path, number in many.items() if number > 12} == {}
