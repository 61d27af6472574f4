"""The walk of a photograph: asked for, sent in by phone and by the folder, reviewed three times, handed over, shown.

Every page of it is looked at by axe. ``HUISHENG_TOUR=1`` writes docs/tour/archive/ anew; without it only the walk.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from huisheng.archive.models import Handover, Material, PhotoBatch
from huisheng.demo.drawing import draw
from huisheng.desk.fsck import check
from tests.archive.photographs import name_of, packed, sheet
from tests.cast import make_cast

from .pages import PHONE, AxeWalk, Clock, press, says

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=20_000)  # a busy machine is no failure
HEAD = """# 一张老照片走完全程

征集公告发出以后，委员用手机送来一张，档案室送来一文件夹；逐行核对、三审、入藏、移交档案馆，再到公众面前。
每一步配手机（390 像素）和电脑（1366 像素）两张图。照片是程序画的，人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_archive_tour.py` 重新生成。"""
MANY = 20


@pytest.fixture
def walk(
    transactional_db: None,
    live_server: Any,
    new_context: Any,
    monkeypatch: pytest.MonkeyPatch,
    expect_accessible: Any,
) -> AxeWalk:
    cache.clear()
    monkeypatch.setattr("django.utils.timezone.now", Clock("2017-03-01 09:30").now)
    return AxeWalk(live_server.url, new_context, make_cast(), expect_accessible, "archive")


def it_is_asked_for(walk: AxeWalk) -> None:
    page = walk.as_("editor", "/archive/drives/new/")
    for label, words in {
        "标题": "老照片征集",
        "开始": "2017-03-01",
        "结束": "2017-10-31",
        "联系方式": "区政协文史工作室",
    }.items():
        page.get_by_label(label).first.fill(words)
    page.get_by_label("公告正文").fill(
        "征集反映本区建设和变迁的老照片，写明时间、地点、人物和拍摄者。借用的按期归还。"
    )
    press(page, "存好")
    press(page, "发布征集")
    says(page, "征集中")
    walk.shoot(page, "一、征集", "1-1-drive", "征集公告：发布后委员和公众都看得到。")


def a_member_sends_one_from_a_phone(walk: AxeWalk) -> None:
    page = walk.as_("li", "/archive/new/?drive=1")
    page.set_viewport_size(PHONE)
    walk.shoot(page, "二、送交", "2-1-send", "委员用手机送交：照片原样收下，知道的就写。")
    page.get_by_label("照片或文件").set_input_files(
        [{"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": draw("the old well")}]
    )
    page.get_by_label("题名").fill("老井台")
    page.get_by_label("年代").fill("约1962年")
    page.get_by_label("同意对外展示（网上展厅、展览）").check()
    press(page, "送交")
    says(page, "已送交，征集号 文史2017-0001")
    walk.shoot(page, "二、送交", "2-2-sent", "送交以后：征集号、照片、进展。")
    assert str(Material.objects.get().earliest) == "1959-01-01"


def a_folder_is_imported(walk: AxeWalk, tmp_path: Path) -> None:
    files = {name_of(n): draw(f"plate {n}") for n in range(1, MANY + 1)}
    files[name_of(2)] = files[name_of(1)]
    files[name_of(MANY)] = draw("plate 3", size=(300, 206), quality=45)
    folder = tmp_path / "老照片.zip"
    folder.write_bytes(packed(files, sheet(), is_windows=True))
    page = walk.as_("editor", "/archive/imports/")
    page.get_by_label("这一批叫什么").fill("老照片第一批")
    page.get_by_label("照片和说明表").set_input_files(folder)
    page.get_by_label("提供人", exact=True).fill("区档案室")
    page.get_by_label("提供人同意对外展示").check()
    walk.shoot(page, "三、批量导入", "3-1-upload", "一个压缩包，连同说明表；先读一遍，确认之前什么也不导入。")
    press(page, "上传，先读一遍")
    says(page, "几乎一样")
    batch = PhotoBatch.objects.get()
    page = walk.as_("editor", f"/archive/imports/{batch.pk}/?show=doubt")
    walk.shoot(page, "三、批量导入", "3-2-doubts", "逐行的判定：拿不准的说明为什么，题名和时间当场可改。")
    press(page, "其余都导入")
    page = walk.as_("editor", f"/archive/imports/{batch.pk}/?show=all")
    walk.shoot(page, "三、批量导入", "3-3-ready", "决定完了，一共导入几张，一眼看清。")
    press(page, "导入")
    says(page, "整批初审")
    assert batch.materials.count() == MANY - 1


def three_persons_review(walk: AxeWalk) -> None:
    for name, stage, label in (
        ("editor", "read", "初审"),
        ("office", "check", "复审"),
        ("chair", "approve", "终审"),
    ):
        page = walk.as_(name, f"/archive/review/{stage}/")
        says(page, f"共 {MANY} 件等{label}")
        if stage == "read":
            walk.shoot(page, "四、三审", "4-1-review", "整批审稿：看图看说明，不对的去掉勾，或退回补充。")
        page.get_by_role("button", name=f"选中的通过{label}").click()
        says(page, f"没有等{label}的资料")
    page = walk.as_("office", "/archive/")
    says(page, f"共 {MANY} 件")
    walk.shoot(page, "四、三审", "4-2-kept", "入藏的资料：按题名、说明、人物、地点、年代都找得到。")


def it_is_looked_at_closely(walk: AxeWalk) -> None:
    one = Material.objects.order_by("-pk")[5]
    page = walk.as_("zhao", f"/archive/{one.pk}/view/1/")
    walk.shoot(page, "五、看图", "5-1-viewer", "看图：键盘翻页、放大，没有脚本也能用。")
    page.keyboard.press("+")
    expect(page.locator("[data-viewer]")).to_have_class("viewer zoom-2")
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: f"/archive/{one.pk}/" not in url)


def it_is_handed_over(walk: AxeWalk) -> None:
    page = walk.as_("editor", "/archive/handovers/")
    page.get_by_label("标题").fill("老照片移交清单")
    page.get_by_label("接收单位").fill("区档案馆")
    press(page, "新编")
    page.get_by_role("link", name="编入", exact=True).click()
    press(page, "编入")
    says(page, f"共 {MANY} 件")
    page.get_by_role("link", name="移交", exact=True).click()
    press(page, "下一步：核对")
    press(page, "移交")
    says(page, "已移交")
    press(page, "核验")
    press(page, "生成移交包")
    says(page, "移交包已经装好")
    walk.shoot(
        page, "六、移交", "6-1-handover", "移交清单：逐件写明校验值，随时再核验；移交包对方可以自己核对。"
    )
    assert Handover.objects.get().packet is not None


def anybody_may_see_what_is_free(walk: AxeWalk) -> None:
    one = Material.objects.get(serial=1)
    page = walk.as_("office", f"/archive/{one.pk}/steps/publish")
    press(page, "对外展示")
    says(page, "对外展示")
    public = walk.new_context(java_script_enabled=False).new_page()
    public.goto(f"{walk.server}/open/archive/")
    seen = walk.new_context().new_page()
    seen.goto(f"{walk.server}/open/archive/")
    walk.shoot(seen, "七、展厅", "7-1-gallery", "公开的文史展厅：只有提供人同意、没有保密的。")
    public.get_by_role("link", name="老井台").click()
    expect(public.get_by_role("heading", level=1)).to_have_text("老井台")
    seen.goto(public.url)
    walk.shoot(seen, "七、展厅", "7-2-exhibit", "一件展品：图里没有拍摄位置和相机信息。")


def test_an_old_photograph_goes_from_the_call_to_the_public(walk: AxeWalk, tmp_path: Path) -> None:
    it_is_asked_for(walk)
    a_member_sends_one_from_a_phone(walk)
    a_folder_is_imported(walk, tmp_path)
    three_persons_review(walk)
    it_is_looked_at_closely(walk)
    it_is_handed_over(walk)
    anybody_may_see_what_is_free(walk)
    assert walk.troubles == []
    report = check()
    assert report.is_clean, report.problems
    walk.album.write_captions(HEAD)
