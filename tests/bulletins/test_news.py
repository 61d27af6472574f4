"""政协动态: three others review it, it is public from then on, put right in the open, and taken down without a word left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from huisheng.bulletins import news_actions as news
from huisheng.bulletins import news_queries as queries
from huisheng.bulletins.figures import figures
from huisheng.bulletins.models_news import NewsItem
from huisheng.demo.drawing import draw
from huisheng.desk import todo
from huisheng.desk.chain import chain_for
from huisheng.desk.fsck_news import news as fsck
from huisheng.desk.search import search
from huisheng.kernel import store
from huisheng.kernel.errors import Conflict, Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Entry, Link, Notice, Setting, Typed
from huisheng.people.models import Post
from huisheng.portal import pages
from tests import make
from tests.cast import BEGAN, Cast, make_cast
from tests.counting import questions

pytestmark = pytest.mark.django_db
WORDS = {"column": "meeting", "happened_on": "2017-03-01", "content": "三月一日，走访两家企业。"}


@pytest.fixture
def cast() -> Cast:
    cache.clear()
    return make_cast()


def as_(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def actions_open(item: NewsItem, account: Any) -> set[str]:
    return {one.step.action for one in item.lifecycle.open_steps(item, account, make.DAY.date())}


# -- writing ---------------------------------------------------------------------------------------------------------
def test_it_is_begun_from_the_activity_and_both_know_of_it(cast: Cast) -> None:
    talk = make.held_gathering(cast, title="企业走访")
    client = as_(cast.clerk)
    assert f"/bulletins/news/new/?from=gathering-{talk.pk}" in text(
        client.get(f"/desk/chain/gathering/{talk.pk}")
    )
    assert "写动态" not in text(as_(cast.li).get(f"/desk/chain/gathering/{talk.pk}"))

    page = client.get(f"/bulletins/news/new/?from=gathering-{talk.pk}")
    assert page.context["form"].initial["happened_on"] == talk.starts_at.date()
    answer = client.post(
        f"/bulletins/news/new/?from=gathering-{talk.pk}", WORDS | {"title": "走访企业", "key": "k1"}
    )
    item = NewsItem.objects.get()
    assert answer["Location"] == item.get_absolute_url()
    client.post(f"/bulletins/news/new/?from=gathering-{talk.pk}", WORDS | {"title": "走访企业", "key": "k1"})
    assert NewsItem.objects.count() == 1  # the same click twice
    assert Link.objects.filter(target_type=NewsItem.kind(), target_id=item.pk, source_id=talk.pk).exists()
    assert [one.record for one in chain_for(item, cast.clerk, date(2017, 3, 1))] == [talk]
    # what somebody may not read is no source
    assert queries.origin(f"gathering-{talk.pk}", cast.traffic_clerk, date(2017, 3, 1)) is None
    assert queries.origin("lead-1", cast.office, date(2017, 3, 1)) is None


def test_what_is_typed_is_kept_and_a_stale_page_does_not_write_over_another(cast: Cast) -> None:
    item, client = make.news_item(cast), as_(cast.clerk)
    url = f"/bulletins/news/{item.pk}/write/"
    place = client.get(url).context["place"]
    client.post("/typed", {"place": place, "title": "写到一半", "content": "还没有写完的一句"})
    assert "还没有写完的一句" in text(client.get(url))
    stale = str(item.version)
    assert client.post(url, WORDS | {"title": "新标题", "version": stale, "key": "a"}).status_code == 302
    assert not Typed.objects.filter(place=place).exists()
    again = client.post(url, WORDS | {"title": "另一个标题", "version": stale, "key": "b"})
    assert (again.status_code, "另一个标题" in text(again)) == (409, True)
    item.refresh_from_db()
    assert item.title == "新标题"
    with pytest.raises(Conflict):
        news.save(item, cast.clerk, WORDS | {"title": "x"}, at=make.DAY, version=0)


def test_others_drafts_are_nobodys_and_a_member_reads_what_is_published(cast: Cast) -> None:
    draft, waiting, out = make.news_item(cast), make.submitted_news(cast), make.published_news(cast)
    today = make.DAY.date()

    def seen(account: Any) -> set[int]:
        return set(queries.visible_to(account, today).values_list("pk", flat=True))

    assert seen(cast.clerk) == {draft.pk, waiting.pk, out.pk}
    assert seen(cast.office) == seen(cast.chair) == {waiting.pk, out.pk}
    assert seen(cast.li) == seen(cast.convener) == seen(cast.housing_clerk) == {out.pk}
    assert as_(cast.li).get(f"/bulletins/news/{waiting.pk}/").status_code == 404
    page = text(as_(cast.li).get(f"/bulletins/news/{out.pk}/"))
    assert out.content in page
    assert "陈提办" not in page  # who wrote and reviewed it is the office's business
    assert as_(cast.li).get("/bulletins/news/new/").status_code == 403
    with pytest.raises(NotAllowed, match="作者本人"):
        news.save(waiting, cast.office, WORDS | {"title": "改"}, at=make.DAY)
    with pytest.raises(WrongState, match="更正"):
        news.save(out, cast.clerk, WORDS | {"title": "改"}, at=make.DAY)


def test_who_no_longer_works_here_no_longer_writes_what_they_began(cast: Cast) -> None:
    item = make.news_item(cast)
    Post.objects.filter(account=cast.clerk).update(ends_on=date(2017, 2, 1))
    item.made_by.refresh_from_db()
    assert actions_open(item, item.made_by) == set()
    assert as_(item.made_by).get(f"/bulletins/news/{item.pk}/write/").status_code == 403


# -- before it is handed in --------------------------------------------------------------------------------------------
def test_a_long_title_and_a_bare_photo_block_and_a_number_is_only_pointed_out(cast: Cast) -> None:
    item = make.news_item(cast, title="长" * 31, photos=1, content="联系人：张建国，电话13800008201。")
    item.photos.update(caption=" ")
    with pytest.raises(Refused, match=r"标题有31字，最多30字.*第1张照片还没有说明"):
        perform(item, "submit", cast.clerk, at=make.DAY)
    page = text(as_(cast.clerk).get(item.get_absolute_url()))
    assert "标题有31字，最多30字" in page
    assert "会自动隐去" in page

    news.save(item, cast.clerk, WORDS | {"title": "短", "content": "电话13800008201。"}, at=make.DAY)
    news.set_caption(item, cast.clerk, 1, "在车间里", make.DAY)
    item.refresh_from_db()
    perform(item, "submit", cast.clerk, at=make.DAY)  # a hint never stands in the way
    assert "会自动隐去" in text(as_(cast.editor).get(item.get_absolute_url()))


def test_the_longest_title_is_the_offices_dated_rule(cast: Cast) -> None:
    Setting.objects.create(name="news.title", starts_on="2017-02-01", value=5, at=make.DAY)
    item = make.news_item(cast, title="六个字的标题")
    with pytest.raises(Refused, match="最多5字"):
        perform(item, "submit", cast.clerk, at=make.DAY)
    empty = make.news_item(cast, title="五字标题", content=" ")
    with pytest.raises(Refused, match="正文还没有写"):
        perform(empty, "submit", cast.clerk, at=make.DAY)


# -- photographs -------------------------------------------------------------------------------------------------------
def test_a_photo_keeps_no_place_needs_its_words_and_the_tenth_does_not_come_in(cast: Cast) -> None:
    item, client = make.news_item(cast), as_(cast.clerk)
    url = f"/bulletins/news/{item.pk}/photos/"
    photo = SimpleUploadedFile("IMG_1.jpg", draw("shop", taken_on=date(2017, 3, 1)), "image/jpeg")
    bare = client.post(url, {"file": photo, "caption": ""})
    assert (bare.status_code, item.photos.count()) == (422, 0)
    photo.seek(0)
    assert client.post(url, {"file": photo, "caption": "在车间里"}).status_code == 302
    one = item.photos.get()
    for kept in (one.file, one.view, one.thumb):
        assert b"GPS" not in store.bytes_of(kept.sha256)
        assert b"Exif" not in store.bytes_of(kept.sha256)
    assert client.get(f"{url}{one.number}/thumb.jpg")["Content-Type"] == "image/jpeg"
    assert as_(cast.li).get(f"{url}{one.number}/thumb.jpg").status_code == 404
    assert (
        client.post(url, {"file": SimpleUploadedFile("a.jpg", b"no picture"), "caption": "x"}).status_code
        == 422
    )

    Setting.objects.create(name="news.photos", starts_on="2017-02-01", value=1, at=make.DAY)
    other = SimpleUploadedFile("IMG_2.jpg", draw("gate"), "image/jpeg")
    full = client.post(url, {"file": other, "caption": "在门口"})
    assert "已经有1张照片" in text(full)
    assert client.post(f"{url}{one.number}/remove/").status_code == 302
    assert not Attachment.objects.filter(subject_type=NewsItem.kind()).exists()
    assert Entry.objects.filter(subject_id=item.pk, action="photo_off").exists()


def test_photographs_of_the_activity_are_taken_over_with_their_words(cast: Cast) -> None:
    talk = make.held_gathering(cast)
    kept = store.keep(
        draw("shop", taken_on=date(2017, 3, 1)), "会场一角.jpg", talk, cast.office, "photo", make.DAY
    )
    other = store.keep(
        draw("gate"), "别处.jpg", make.held_gathering(cast, title="别的"), cast.office, "photo", make.DAY
    )
    item = make.news_item(cast, sources=[talk])
    client, url = as_(cast.office), f"/bulletins/news/{item.pk}/photos/take/"
    Post.objects.create(
        account=cast.clerk, kind="office", starts_on=BEGAN
    )  # who keeps the activity sees its photographs
    client = as_(cast.clerk)
    assert "会场一角" in text(client.get(f"/bulletins/news/{item.pk}/photos/"))
    assert client.post(url, {"photos": [other.pk]}).status_code == 422
    assert client.post(url, {"photos": [kept.pk]}).status_code == 302
    assert [one.caption for one in item.photos.all()] == ["会场一角"]
    assert not queries.offered_photos(item, cast.clerk, make.DAY.date()).exists()


# -- three reviews -----------------------------------------------------------------------------------------------------
def test_three_others_review_it_and_each_finds_it_in_their_to_do(cast: Cast) -> None:
    item, today = make.submitted_news(cast), make.DAY.date()

    def waits(account: Any) -> list[str]:
        return [one.sentence for one in todo.duties(account, today) if one.record == item]

    assert waits(cast.editor) == waits(cast.office) == ["动态《区政协走访企业》请初审"]
    perform(item, "read", cast.office, {}, at=make.DAY)
    assert (waits(cast.office), waits(cast.reviewer)) == ([], ["动态《区政协走访企业》请复审"])
    with pytest.raises(NotAllowed, match="作者和初审人以外"):
        perform(item, "check", cast.office, {}, at=make.DAY)
    perform(item, "check", cast.reviewer, {"note": "可以"}, at=make.DAY)
    Post.objects.create(account=cast.office, kind="office_head", starts_on=BEGAN)
    Post.objects.create(account=cast.clerk, kind="chair", starts_on=BEGAN)
    office, clerk = (
        type(cast.office).objects.get(pk=cast.office.pk),
        type(cast.clerk).objects.get(pk=cast.clerk.pk),
    )
    for account in (office, clerk):  # the first reviewer and the writer, whatever else they are
        assert waits(account) == []
        with pytest.raises(NotAllowed):
            perform(item, "publish", account, at=make.DAY)
    assert waits(cast.chair) == ["动态《区政协走访企业》请终审发布"]
    perform(item, "publish", cast.chair, at=make.DAY)

    assert (item.published_on, item.read_by, item.checked_by, item.published_by) == (
        today, cast.office, cast.reviewer, cast.chair,
    )  # fmt: skip
    assert Notice.objects.filter(account=cast.clerk, text__contains="终审发布").exists()
    assert list(fsck()) == []


def test_nobody_reviews_what_they_wrote(cast: Cast) -> None:
    mine = news.start(
        cast.office, WORDS | {"title": "办公室写的", "happened_on": make.DAY.date()}, at=make.DAY
    )
    perform(mine, "submit", cast.office, at=make.DAY)
    with pytest.raises(NotAllowed):
        perform(mine, "read", cast.office, {}, at=make.DAY)
    assert "read" not in actions_open(mine, cast.office)
    perform(mine, "read", cast.editor, {}, at=make.DAY)
    perform(mine, "check", cast.reviewer, {}, at=make.DAY)
    perform(mine, "publish", cast.chair, at=make.DAY)


def test_sent_back_with_words_it_is_reviewed_anew(cast: Cast) -> None:
    item = make.checked_news(cast)
    with pytest.raises(Invalid):
        perform(item, "return", cast.chair, {"note": ""}, at=make.DAY)
    perform(item, "return", cast.chair, {"note": "时间写错了。"}, at=make.DAY)
    assert Notice.objects.filter(account=cast.clerk, text__contains="退回修改").exists()
    assert "时间写错了。" in text(as_(cast.clerk).get(item.get_absolute_url()))
    item.refresh_from_db()
    news.save(item, cast.clerk, WORDS | {"title": "改好了"}, at=make.DAY)
    item.refresh_from_db()
    perform(item, "submit", cast.clerk, at=make.DAY)
    assert (item.state, item.read_by, item.checked_by) == ("submitted", None, None)


# -- in public -----------------------------------------------------------------------------------------------------------
def test_what_is_not_published_is_nowhere_in_public(cast: Cast) -> None:
    for one in (make.news_item(cast), make.submitted_news(cast), make.checked_news(cast, photos=1)):
        assert Client().get(f"/open/news/{one.pk}/").status_code == 404
        assert Client().get(f"/api/v1/open/news/{one.pk}").status_code == 404
    assert Client().get(f"/open/news/{one.pk}/1/view.jpg").status_code == 404
    for path in ("/open/", "/open/news/", "/open/search/?q=走访", "/open/feed.atom", "/api/v1/open/news"):
        assert "走访企业" not in text(Client().get(path))


def test_published_it_is_read_found_and_fed_without_contact_data(cast: Cast) -> None:
    report = make.delivered_output(cast, title="关于企业融资的调研报告")
    perform(report, "publish", cast.chair, at=make.DAY)
    talk = make.held_gathering(cast)
    body = "三月一日走访企业。联系人：张建国，电话13800008201。"
    item = make.published_news(cast, content=body, photos=2, sources=[talk, report])
    path = f"/open/news/{item.pk}/"
    answer = Client().get(path)
    page = text(answer)
    assert not answer.cookies
    assert len(answer.content) < 100_000
    assert "script" not in page
    for part in (
        "区政协走访企业",
        "会议",
        "2017年3月1日",
        "走访现场之1",
        "［已隐去］",
        f"/open/reports/{report.pk}/",
    ):
        assert part in page
    read = Client().get(f"/api/v1/open/news/{item.pk}").json()
    assert [one["caption"] for one in read["pictures"]] == ["走访现场之1", "走访现场之2"]
    for said in (page, str(read), text(Client().get("/open/news/")), text(Client().get("/open/feed.atom"))):
        assert "张建国" not in said
        assert "13800008201" not in said
        assert "陈提办" not in said
    picture = Client().get(f"{path}1/view.jpg")
    assert (picture["Content-Type"], b"Exif" in picture.content) == ("image/jpeg", False)
    assert Client().get(f"{path}1/file.jpg").status_code == 404
    entries = etree.fromstring(Client().get("/open/feed.atom").content).findall("{*}entry")
    assert item.title in {one.findtext("{*}title") for one in entries}
    for address in ("/open/", "/open/news/", "/open/news/?column=meeting", "/open/search/?q=走访企业"):
        assert path in text(Client().get(address))
    assert path not in text(Client().get("/open/news/?column=notice"))
    assert Client().get("/open/news/?column=nonsense&after=x").status_code == 200
    assert path not in text(Client().get("/open/search/?q=张建国"))
    assert search(cast.li, "走访企业", make.DAY.date()).rows[0].record == item
    assert figures(2017)["news_published"] == 1
    # the preview shows the very article
    inside = text(as_(cast.clerk).get(f"/bulletins/news/{item.pk}/preview/"))
    assert "［已隐去］" in inside
    assert "13800008201" not in inside


def test_put_right_it_says_so_and_the_earlier_words_stay(cast: Cast) -> None:
    item = make.published_news(cast)
    before = item.versions.get().words
    with pytest.raises(Invalid, match="没有改动"):
        perform(
            item,
            "correct",
            cast.chair,
            {"title": item.title, "content": item.content, "note": "x"},
            at=make.DAY,
        )
    with pytest.raises(NotAllowed):
        perform(item, "correct", cast.office, {}, at=make.DAY)
    words = {
        "title": item.title,
        "content": "走访的是三家企业。",
        "note": "走访的应为三家，电话13800008201。",
    }
    perform(item, "correct", cast.chair, words, at=make.DAY)
    cache.clear()
    page = text(Client().get(f"/open/news/{item.pk}/"))
    assert "走访的是三家企业。" in page
    assert "<b>更正</b>（2017年3月1日）：走访的应为三家，电话［已隐去］" in page
    assert "两家企业" not in page
    first, second = item.versions.all()
    assert (first.words, second.note) == (before, words["note"])
    assert "两家企业" in text(as_(cast.clerk).get(item.get_absolute_url()))
    assert "两家企业" not in text(as_(cast.li).get(item.get_absolute_url()))
    assert list(fsck()) == []


def test_taken_down_its_address_says_so_and_nothing_more(cast: Cast) -> None:
    item = make.published_news(cast, photos=1)
    perform(item, "take_down", cast.office, {"note": "照片里有一位群众不愿意公开"}, at=make.DAY)
    cache.clear()
    answer = Client().get(f"/open/news/{item.pk}/")
    page = text(answer)
    assert (answer.status_code, answer.cookies) == (410, {})
    assert "已于2017年3月1日撤下" in page
    assert item.title not in page
    assert "群众" not in page
    assert Client().get(f"/open/news/{item.pk}/1/view.jpg").status_code == 404
    assert Client().get(f"/api/v1/open/news/{item.pk}").status_code == 404
    for path in ("/open/", "/open/news/", "/open/feed.atom", "/open/search/?q=走访企业"):
        assert item.title not in text(Client().get(path)).replace("“走访企业”", "")
    assert as_(cast.li).get(item.get_absolute_url()).status_code == 404
    assert "不愿意公开" in text(as_(cast.editor).get(item.get_absolute_url()))
    assert figures(2017)["news_published"] == 0
    perform(item, "restore", cast.chair, {"note": "已取得同意"}, at=make.DAY)
    cache.clear()
    assert item.title in text(Client().get(f"/open/news/{item.pk}/"))
    assert item.title in text(Client().get("/open/search/?q=走访企业"))
    assert list(fsck()) == []


def test_markup_in_the_words_is_shown_and_never_run(cast: Cast) -> None:
    bad = '"><img src=x onerror=BOOM(1)>'
    item = make.published_news(cast, title=bad, content=f"{bad}\n<script>BOOM(2)</script>")
    perform(item, "correct", cast.chair, {"title": bad, "content": bad, "note": bad}, at=make.DAY)
    cache.clear()
    for client, path in (
        (Client(), "/open/"), (Client(), "/open/news/"), (Client(), f"/open/news/{item.pk}/"),
        (Client(), "/open/search/?q=BOOM"), (as_(cast.clerk), item.get_absolute_url()),
        (as_(cast.clerk), f"/bulletins/news/{item.pk}/preview/"), (as_(cast.li), "/bulletins/news/"),
    ):  # fmt: skip
        page = text(client.get(path))
        assert "BOOM(1)" in page, path
        assert "<img src=x" not in page, path
        assert "<script>BOOM" not in page, path


# -- the oracle ----------------------------------------------------------------------------------------------------------
def test_fsck_names_what_was_changed_behind_the_houses_back(cast: Cast) -> None:
    item = make.published_news(cast, photos=1)
    assert list(fsck()) == []

    def told(**columns: Any) -> str:
        kept = {name: getattr(item, name) for name in columns}
        NewsItem.objects.filter(pk=item.pk).update(**columns)
        found = "".join(fsck())
        NewsItem.objects.filter(pk=item.pk).update(**kept)
        return found

    assert "不符" in told(content="改动过")
    assert "不是由作者以外的三个人" in told(read_by=cast.clerk)
    assert "不是由作者以外的三个人" in told(checked_by=item.published_by)
    assert "不全" in told(checked_by=None)
    item.photos.update(caption="换了一句")
    assert "不符" in "".join(fsck())
    item.photos.update(caption="走访现场之1")
    item.versions.update(note="添了一句")
    assert "指纹不符" in "".join(fsck())
    item.versions.all().delete()
    assert "没有定稿的一版" in "".join(fsck())


# -- machines, and what it costs -------------------------------------------------------------------------------------------
def test_machines_read_and_step_like_people(cast: Cast) -> None:
    from huisheng.people.tokens import issue

    draft, out = make.submitted_news(cast), make.published_news(cast)

    def get(account: Any, path: str) -> Any:
        return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {issue(account)}"})

    assert [one["id"] for one in get(cast.li, "/news").json()["items"]] == [out.pk]
    assert get(cast.li, f"/news/{draft.pk}").status_code == 404
    assert get(cast.editor, f"/news/{draft.pk}").json()["state"] == "submitted"
    assert "read" in {one["action"] for one in get(cast.editor, f"/news/{draft.pk}/steps").json()}


def test_lists_cost_the_same_for_one_and_for_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.cache, "set", lambda *_: None)  # nothing is kept: every page is asked anew
    one = make.published_news(cast, photos=1)
    inside, outside = as_(cast.office), Client()
    paths = {
        "/open/": outside, "/open/news/": outside, f"/open/news/{one.pk}/": outside, "/open/feed.atom": outside,
        "/open/search/?q=走访": outside, "/api/v1/open/news": outside,
        "/bulletins/news/": inside, f"/bulletins/news/{one.pk}/": inside,
    }  # fmt: skip
    few = {path: questions(client, path) for path, client in paths.items()}
    for _ in range(29):
        make.published_news(cast)
    many = {path: questions(client, path) for path, client in paths.items()}
    print(many)  # pytest -s
    assert few == many
    assert "下一页" in text(outside.get("/open/news/"))
