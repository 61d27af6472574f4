"""One material: how it comes in, who reviews it, who may see what of it, and when a loan goes back."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from huisheng.archive import actions, dates, queries
from huisheng.archive.models import Material
from huisheng.archive.pictures import differing, look_at_bytes
from huisheng.demo.drawing import draw
from huisheng.desk import fsck, reminders, todo
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.counting import questions
from tests.kernel.test_sounds import m4a, mp4

TODAY = make.DAY.date()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def _browser(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def test_a_date_is_read_as_people_remember_it() -> None:
    said = {
        "1958年5月1日": ("day", "1958-05-01", "1958-05-01"), "１９５８．５": ("month", "1958-05-01", "1958-05-31"),
        "一九五八年秋": ("season", "1958-09-01", "1958-11-30"), "1958年": ("year", "1958-01-01", "1958-12-31"),
        "五十年代": ("decade", "1950-01-01", "1959-12-31"), "20世纪80年代末": ("decade", "1980-01-01", "1989-12-31"),
        "约1962年": ("about", "1959-01-01", "1965-12-31"), "1962年前后": ("about", "1959-01-01", "1965-12-31"),
        "民国二十三年": ("year", "1934-01-01", "1934-12-31"), "1978年至1982年": ("range", "1978-01-01", "1982-12-31"),
        "一九七二年十二月二十三日": ("day", "1972-12-23", "1972-12-23"), "2017年": ("year", "2017-01-01", "2017-03-01"),
        "": ("unknown", "None", "None"), "不详": ("unknown", "None", "None"),
    }  # fmt: skip
    read = {words: dates.read(words, today=TODAY) for words in said}
    assert {w: (d.precision.value, str(d.earliest), str(d.latest)) for w, d in read.items()} == said
    for words, why in {"1958年13月": "没有“1958年13月”这个月", "1958年2月30日": "这一天", "2031年": "晚于今天", "大炼钢铁那年": "没有看懂",
                       "1982年至1978年": "早于前一个"}.items():  # fmt: skip
        with pytest.raises(dates.Unread, match=why):
            dates.read(words, today=TODAY)


def test_a_copy_of_another_size_is_like_its_picture_and_another_picture_is_not() -> None:
    whole, copy, other = (look_at_bytes(draw(word, size=size, quality=quality)) for word, size, quality in (
        ("plate 1", (480, 330), 80), ("plate 1", (300, 206), 40), ("plate 2", (480, 330), 80)))  # fmt: skip
    assert whole.likeness is not None
    assert copy.likeness is not None
    assert other.likeness is not None
    assert differing(whole.likeness, copy.likeness) <= 6 < differing(whole.likeness, other.likeness)
    assert "打不开" in look_at_bytes(draw("plate 1")[:500]).failed


@pytest.mark.django_db
def test_three_persons_review_what_a_member_sent_from_a_phone(cast: Cast) -> None:
    photo = draw("from a phone", taken_on=date(2017, 2, 1))
    phone = _browser(cast.li)
    words = {"type": "photo", "title": "老井", "dated": "约1962年", "provider_name": "李清和", "provider_contact": "13800005678", "rights": "donated",
             "files": SimpleUploadedFile("IMG_1.jpg", photo, "image/jpeg"), "key": "k1", "go": "send"}  # fmt: skip
    assert phone.post("/archive/new/", words).status_code == 302
    one = Material.objects.get()
    assert (one.serial, one.state, one.provider_member) == (1, "submitted", cast.member_li)
    original = one.originals.get()
    assert b"".join(phone.get(f"/archive/{one.pk}/files/1/").streaming_content) == photo  # type: ignore[attr-defined]
    shown = b"".join(phone.get(f"/archive/{one.pk}/picture/1/view.jpg").streaming_content)  # type: ignore[attr-defined]
    assert b"Exif" not in shown
    assert original.taken_on == date(2017, 2, 1)
    assert (
        phone.post(
            "/archive/new/", words | {"files": SimpleUploadedFile("a.jpg", b"no picture"), "key": "k2"}
        ).status_code
        == 422
    )

    perform(one, "read", cast.office, {})
    with pytest.raises(Refused, match="三审须由三个人办理"):
        perform(one, "check", cast.office, {})
    perform(one, "return", cast.editor, {"note": "请写明是哪一口井。"})
    perform(one, "submit", cast.li)
    perform(one, "read", cast.editor, {})
    perform(one, "check", cast.office, {})
    perform(one, "approve", cast.chair, {})
    with pytest.raises(IntegrityError), transaction.atomic():
        Material.objects.filter(pk=one.pk).update(checked_by=cast.editor)
    assert [said for found in fsck.check().problems.values() for said in found] == []

    # the contact is under the seal, and whoever looks leaves a line
    assert "13800005678" not in "".join(
        map(str, [*Entry.objects.values_list("data", "note"), one.provider_sealed])
    )
    with pytest.raises(NotAllowed):
        actions.open_contact(one, cast.chair, make.DAY)
    assert "13800005678" in _browser(cast.editor).post(f"/archive/{one.pk}/contact/").content.decode()
    assert Entry.objects.filter(action="open_contact", account=cast.editor).count() == 1


@pytest.mark.django_db
def test_outside_is_seen_only_what_is_public_and_agreed_and_published(cast: Cast) -> None:
    one = make.kept_material(cast, one=make.photograph(cast))
    inside = make.kept_material(cast, title="内部的一篇")
    perform(
        inside,
        "describe",
        cast.editor,
        make.MEMOIR | {"title": "内部的一篇", "secrecy": "inside", "rights": "donated"},
        at=make.DAY,
    )
    with pytest.raises(Refused, match="公开范围是“内部”"):
        perform(inside, "publish", cast.office, at=make.DAY)
    public, member = Client(), _browser(cast.zhao)
    place = f"/open/archive/{one.pk}/"
    assert [public.get(path).status_code for path in (place, f"{place}1/view.jpg")] == [404, 404]

    perform(one, "publish", cast.office, at=make.DAY)

    page, picture = public.get(place), public.get(f"{place}1/view.jpg")
    assert "厂区旧影" in page.content.decode()
    assert (len(page.content) < 100_000, page.cookies, b"Exif" in picture.content) == (True, {}, False)
    assert "13800001234" not in page.content.decode()
    assert "厂区旧影" in public.get("/open/archive/?q=厂区").content.decode()
    # a member reads what is kept and public, never the file itself; the inside stays with the office and the chair
    assert member.get(f"/archive/{one.pk}/").status_code == 200
    assert [
        member.get(path).status_code for path in (f"/archive/{one.pk}/files/1/", f"/archive/{inside.pk}/")
    ] == [404, 404]
    assert _browser(cast.chair).get(f"/archive/{inside.pk}/").status_code == 200

    # taken out of what is free, it is taken down with it
    words = make.MEMOIR | {"type": "photo", "title": "厂区旧影", "secrecy": "inside", "rights": "donated"}
    perform(one, "describe", cast.editor, words, at=make.DAY)
    one.refresh_from_db()
    assert not one.is_published
    assert public.get(f"{place}1/thumb.jpg").status_code == 404


@pytest.mark.django_db
def test_a_page_costs_the_same_for_one_material_and_for_thirty(cast: Cast) -> None:
    make.kept_material(cast)
    make.sent_material(cast)
    pages = (
        "/archive/",
        "/archive/?q=铝厂",
        "/archive/review/read/",
        f"/archive/{Material.objects.first().pk}/",
    )  # type: ignore[union-attr]
    keeper, public = _browser(cast.editor), Client()
    perform(Material.objects.get(state="kept"), "publish", cast.office, at=make.DAY)
    asked = [keeper.get(path).status_code for path in pages], [questions(keeper, path) for path in pages]
    for _ in range(15):
        perform(make.kept_material(cast), "publish", cast.office, at=make.DAY)
        make.sent_material(cast)
    assert asked == ([200] * 4, [questions(keeper, path) for path in pages])
    assert max(asked[1]) <= 12, asked
    assert questions(public, "/open/archive/?after=") <= 6


@pytest.mark.django_db
def test_a_loan_is_reminded_of_before_its_day_and_after_and_no_more_once_it_is_back(cast: Cast) -> None:
    one = make.sent_material(cast, one=make.lent_material(cast))

    def told(on: str) -> int:
        reminders.remind(moment(f"{on} 09:00"))
        return Notice.objects.filter(account=cast.editor, key__startswith=f"due:loan:{one.pk}").count()

    assert [told(day) for day in ("2017-05-01", "2017-05-20", "2017-05-30", "2017-06-02")] == [0, 1, 2, 3]
    perform(
        one,
        "give_back",
        cast.editor,
        {"returned_on": "2017-06-02", "note": "当面交还。"},
        at=moment("2017-06-02 10:00"),
    )
    one.refresh_from_db()
    assert list(queries.lent()) == []
    with pytest.raises(Refused, match="不适用于这一件"):
        perform(
            one,
            "give_back",
            cast.editor,
            {"returned_on": "2017-06-02", "note": "再还"},
            at=moment("2017-06-03 10:00"),
        )


@pytest.mark.django_db
def test_many_that_wait_for_one_review_are_one_duty_and_one_notice(cast: Cast) -> None:
    for _ in range(5):
        make.read_material(cast)
    sentences = [duty.sentence for duty in todo.duties(cast.office, TODAY)]
    assert sentences == ["有 5 件文史资料请复审"]
    assert actions.review_many(
        queries.waiting("check"), "check", cast.office, make.DAY + timedelta(days=1)
    ) == (5, [])
    assert [duty.sentence for duty in todo.duties(cast.chair, TODAY)] == ["有 5 件文史资料请终审"]


def _sent(account: object, type: str, name: str, data: bytes, mime: str, **words: str) -> Material:
    said = {
        "type": type,
        "title": "老水塔",
        "provider_name": "李清和",
        "rights": "donated",
        "key": name,
        "go": "send",
    }
    answer = _browser(account).post(
        "/archive/new/", {**said, **words, "files": SimpleUploadedFile(name, data, mime)}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Material.objects.latest("pk")


@pytest.mark.django_db
def test_a_film_is_kept_to_the_byte_and_played_from_any_place_without_saying_where(cast: Cast) -> None:
    film = mp4()
    one = _sent(cast.li, "video", "水塔.mp4", film, "video/mp4")
    phone, stranger = _browser(cast.li), _browser(cast.traffic_head)
    assert b"".join(phone.get(f"/archive/{one.pk}/files/1/").streaming_content) == film  # type: ignore[attr-defined]
    assert "<video" in phone.get(f"/archive/{one.pk}/").content.decode()
    whole = phone.get(f"/archive/{one.pk}/files/1/play")
    shown = b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    assert (whole["Content-Type"], whole["Accept-Ranges"], len(shown)) == ("video/mp4", "bytes", len(film))
    assert "张三".encode() not in shown
    assert stranger.get(f"/archive/{one.pk}/files/1/play").status_code == 404
    for asked, (start, end) in {"bytes=10-19": (10, 19), "bytes=50-": (50, len(film) - 1), "bytes=-7": (len(film) - 7, len(film) - 1),
                                "bytes=0-999999": (0, len(film) - 1)}.items():  # fmt: skip
        part = phone.get(f"/archive/{one.pk}/files/1/play", headers={"range": asked})
        assert (part.status_code, part["Content-Range"]) == (206, f"bytes {start}-{end}/{len(film)}")
        body = b"".join(part.streaming_content)  # type: ignore[attr-defined]
        assert (body, part["Content-Length"]) == (shown[start : end + 1], str(end + 1 - start))
    for odd in ("bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5"):
        assert phone.get(f"/archive/{one.pk}/files/1/play", headers={"range": odd}).status_code == 200
    assert phone.get(f"/archive/{one.pk}/files/1/play", headers={"range": "bytes=99999-"}).status_code == 416


@pytest.mark.django_db
def test_a_recording_is_heard_and_what_is_no_recording_is_not(cast: Cast) -> None:
    one = _sent(cast.li, "audio", "口述.m4a", m4a(), "audio/mp4")
    phone = _browser(cast.li)
    assert "<audio" in phone.get(f"/archive/{one.pk}/").content.decode()
    assert phone.get(f"/archive/{one.pk}/files/1/play")["Content-Type"] == "audio/mp4"
    photo = _sent(cast.li, "photo", "1.jpg", draw("no sound"), "image/jpeg")
    assert phone.get(f"/archive/{photo.pk}/files/1/play").status_code == 404


@pytest.mark.django_db
def test_a_scan_of_sixteen_bits_is_shown_as_a_picture_and_kept_as_it_came(cast: Cast) -> None:
    row = (40_000).to_bytes(2, "little") * 160 + (20_000).to_bytes(2, "little") * 160
    scan = Image.frombytes("I;16", (320, 200), row * 200)
    out = io.BytesIO()
    scan.save(out, "TIFF")
    one = _sent(cast.li, "photo", "底片.tif", out.getvalue(), "image/tiff")
    phone = _browser(cast.li)
    assert b"".join(phone.get(f"/archive/{one.pk}/files/1/").streaming_content) == out.getvalue()  # type: ignore[attr-defined]
    view = b"".join(phone.get(f"/archive/{one.pk}/picture/1/view.jpg").streaming_content)  # type: ignore[attr-defined]
    with Image.open(io.BytesIO(view)) as picture:
        left, right = (picture.convert("L").getpixel((x, 100)) for x in (40, 280))
    assert (picture.size, abs(left - 156) < 6, abs(right - 78) < 6) == ((320, 200), True, True)
