"""文史资料 of the demonstration year: a drive in spring, two folders of old photographs, memoirs of members and others.

Every photograph is drawn here and every text is written for this (data/archive.txt): nobody and nothing on them is real.
All of it comes in as it would: imported with a sheet, decided row by row, reviewed three times, handed over in December.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from huisheng.archive import actions, jobs, queries
from huisheng.archive.models import Drive, Handover, Material, MaterialState, PhotoBatch, Type
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.sheets import write_xlsx
from huisheng.people.models import Account

from .drawing import draw
from .lives import Moments, People
from .roster import DATA, moment

PLACES = (
    "中心路", "老火车站", "峡窝集", "汜水河桥", "铝厂大门", "职工文化宫", "工人村", "第一小学", "区医院", "粮站", "水塔下", "南山坡",
    "机械厂", "电影院门前", "百货大楼", "五云山下", "二十里铺",
)  # fmt: skip
SCENES = (
    ("清早赶集", "赶集"), ("拓宽工程开工", "道路拓宽"), ("冬修水利", "水利建设"), ("秋收打场", "秋收"), ("学生出操", "学校"), ("春季植树", "植树"),
    ("篮球赛", "体育"), ("通车那天", "通车"), ("新年游园", "新年"), ("夜校上课", "扫盲"), ("防汛抢险", "防汛"), ("拆迁之前", "旧城改造"),
    ("邮递员送信", "邮政"), ("供销社盘点", "供销"), ("巡回医疗", "医疗"), ("露天电影散场", "文化"), ("修路工地", "修路"), ("运动会入场", "体育"),
    ("义务劳动", "义务劳动"),
)  # fmt: skip
# folder: its name, who gave it, the day it came, first photograph and last
FOLDERS = (
    ("老照片第一批（区档案室）", "区档案室", "2017-06-12", 1, 164),
    ("老照片第二批（老摄影员）", "程广源", "2017-09-11", 165, 314),
)
LEFT_OUT = 3  # the second folder holds so many poorer copies of what the first one had
TEXT_FROM = date(2017, 4, 10)
OBJECTS = (
    ("建厂初期的工作证", "1958年", "铝厂", "donated", "文史室 2 号柜 1 层", "布面，封底有编号。"),
    ("手写的粮食收购底账", "1962年至1992年", "粮站", "donated", "文史室 2 号柜 2 层", "共三册。"),
    ("放映队的手摇铃", "七十年代", "二十里铺", "lent", "文史室展柜", "开演前摇铃用。"),
)
HAND_OVER = date(2017, 12, 14)
SHOWN = 90  # photographs shown outside


@dataclass(frozen=True)
class Memoir:
    title: str
    author: str
    then: str
    now: str
    dated: str
    place: str
    is_told: bool
    content: str


def memoirs() -> list[Memoir]:
    lines = [
        line
        for line in (DATA / "archive.txt").read_text(encoding="utf-8").splitlines()
        if line and line[0] != "#"
    ]
    heads, bodies = lines[::2], lines[1::2]
    made = []
    for head, body in zip(heads, bodies, strict=True):
        title, author, then, now, dated, place, how = head.split("|")
        made.append(Memoir(title, author, then, now, dated, place, how == "told", body))
    return made


class Archive:
    """The archive's year: one life, in the order of time."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.archivist: Account = people.by_name["archivist"]
        self.rng = Random("archive 2017")

    def lives(self) -> list[Moments]:
        """The drive, and beside it every text, folder and box of things in its own time."""
        day = TEXT_FROM
        lives = [self._year(), self._declined(), self._objects(), *(self._folder(*one) for one in FOLDERS)]
        for i, one in enumerate(memoirs()):
            lives.append(self._text(i, one, moment(day, 10, self.rng.randint(0, 59))))
            day += timedelta(days=6)
        return lives

    def _year(self) -> Moments:
        yield moment(date(2017, 3, 20), 9), "drive"
        self.drive = self._drive(moment(date(2017, 3, 20), 9))
        yield moment(date(2017, 10, 31), 17), "close"
        perform(self.drive, "close", self.archivist, at=moment(date(2017, 10, 31), 17))
        yield from self._shown()
        yield from self._handed()

    def _drive(self, at: datetime) -> Drive:
        words = {
            "title": "老照片和“三亲”史料征集", "opens_on": at.date(), "closes_on": date(2017, 10, 31),
            "content": "现向全区各界征集反映本区建设和变迁的老照片、亲历亲见亲闻的史料，以及证件、底账、奖章等实物。\n"
            "照片请写明时间、地点、事件、主要人物和当时的职务、拍摄者；史料以第一人称写，二千到五千字为宜，口述的可以由我们派人记录。\n"
            "可以捐赠、借用或复制；借用的按约定日期归还，采用的付稿酬、寄样书。涉密资料请不要送交。",
            "contact": "区政协文史工作室，电话 68910000",
        }  # fmt: skip
        drive = actions.save_drive(None, self.archivist, words, at=at)
        perform(drive, "open", self.archivist, at=at)
        return drive

    # -- texts ---------------------------------------------------------------------------------------------------------
    def _text(self, i: int, one: Memoir, at: datetime) -> Moments:
        """Members send their own; what others wrote or told the archivist puts on record. One came back once."""
        proposers = self.people.proposers
        sender = self.people.of_member(proposers[i * 5 % len(proposers)]) if i % 3 == 0 else self.archivist
        yield at, "text"
        material = actions.start(sender, self._words(one), at=at, is_sent=True)
        if i == 4:
            yield at + timedelta(days=1), "return"
            note = {"note": "请补上您当时的职务和水库的准确年份。"}
            perform(material, "return", self.archivist, note, at=at + timedelta(days=1))
            yield at + timedelta(days=5), "submit"
            perform(material, "submit", sender, at=at + timedelta(days=5))
        yield from self._review([material], at + timedelta(days=6))

    def _declined(self) -> Moments:
        """What somebody has only heard is not taken."""
        at = moment(date(2017, 9, 4), 10)
        yield at, "text"
        hearsay = {"title": "听来的几段旧闻", "content": "都是听说，记不清是谁讲的。", "dated": "不详"}
        declined = actions.start(self.archivist, self._words(memoirs()[0]) | hearsay, at=at, is_sent=True)
        yield at + timedelta(days=1), "decline"
        note = {"note": "不是亲历、亲见、亲闻，来源说不清，按规定不收。"}
        perform(declined, "decline", self.archivist, note, at=at + timedelta(days=1))

    def _words(self, one: Memoir) -> dict[str, Any]:
        return {
            "type": Type.TEXT, "title": one.title, "content": one.content, "caption": "", "dated": one.dated, "place": one.place,
            "author": one.author, "author_then": one.then, "author_now": one.now, "recorder": "史可为" if one.is_told else "",
            "provider_name": one.author, "rights": "donated", "may_show": True, "drive": self.drive,
        }  # fmt: skip

    def _review(self, materials: list[Material], at: datetime) -> Moments:
        """Three people, three days."""
        for days, action, account in (
            (0, "read", self.archivist),
            (2, "check", self.people.office),
            (5, "approve", self.people.chair),
        ):
            yield at + timedelta(days=days), action
            actions.review_many(materials, action, account, at + timedelta(days=days))

    # -- photographs ---------------------------------------------------------------------------------------------------
    def _folder(self, name: str, provider: str, day: str, first: int, last: int) -> Moments:
        at = moment(date.fromisoformat(day), 9, 20)
        yield at, "import"
        words = {
            "name": name, "provider_name": provider, "rights": "donated", "secrecy": "public", "may_show": True, "drive": self.drive,
            "storage": "文史室 1 号柜",
        }  # fmt: skip
        batch = actions.begin_import(self.archivist, words, [(self._packed(first, last), "老照片.zip")], at)
        jobs.read_in(batch, at=at)
        batch.refresh_from_db()
        actions.decide_all(batch, self.archivist, "doubt", "skip", at)
        jobs.take_in(batch, self.archivist, at)
        yield from self._review(list(batch.materials.order_by("pk")), at + timedelta(days=3))

    def _packed(self, first: int, last: int) -> bytes:
        rows, out = [], io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            for n in range(first, last + 1):
                packed.writestr(f"老照片/LZP{n:04d}.jpg", draw(f"plate {n}"))
                rows.append((n, f"LZP{n:04d}.jpg", *self._caption(n)))
            if first > 1:  # poorer copies of what the first folder had
                for n in range(1, LEFT_OUT + 1):
                    packed.writestr(f"老照片/翻拍{n}.jpg", draw(f"plate {n}", size=(300, 206), quality=45))
                    rows.append((last + n, f"翻拍{n}.jpg", *self._caption(n)))
            with write_xlsx(
                ("序号", "文件名", "题名", "说明", "拍摄时间", "地点", "事件", "拍摄者"), rows
            ) as sheet:
                packed.writestr("老照片/登记表.xlsx", sheet.read())
        return out.getvalue()

    def _caption(self, n: int) -> tuple[str, str, str, str, str, str]:
        rng = Random(f"caption {n}")
        place, (scene, event) = PLACES[n % len(PLACES)], SCENES[n % len(SCENES)]
        year = rng.randint(1953, 1998)
        when = rng.choice(
            (
                f"{year}年",
                f"{year}年",
                f"{year}年{rng.randint(1, 12)}月",
                f"约{year}年",
                f"{year // 10 % 10}0年代",
                f"{year}年秋",
            )
        )
        author = rng.choice(("程广源", "程广源", "梁守信", "区报资料室", ""))
        return f"{place}{scene}", f"{place}一带{scene}的情景。", when, place, event, author

    # -- things, uses, what is shown, what is handed over -----------------------------------------------------------------
    def _objects(self) -> Moments:
        at = moment(date(2017, 10, 16), 15)
        yield at, "objects"
        made = []
        for title, dated, place, rights, storage, caption in OBJECTS:
            words = {
                "type": Type.OBJECT, "title": title, "dated": dated, "place": place, "rights": rights, "storage": storage,
                "caption": caption, "provider_name": "江连城" if rights == "lent" else "韩玉成", "drive": self.drive,
                "return_on": date(2018, 6, 30) if rights == "lent" else None,
            }  # fmt: skip
            made.append(actions.start(self.archivist, words, at=at, is_sent=True))
        yield from self._review(made, at + timedelta(days=1))
        lent = next(one for one in made if one.is_lent)
        yield moment(date(2018, 6, 29), 10), "give back"
        lent.refresh_from_db()
        note = {"returned_on": "2018-06-29", "note": "当面交还本人，完好。"}
        perform(lent, "give_back", self.archivist, note, at=moment(date(2018, 6, 29), 10))

    def _shown(self) -> Moments:
        """文史展厅 opens in November; a book and an exhibition use some."""
        at = moment(date(2017, 11, 20), 9)
        yield at, "publish"
        photos = list(
            Material.objects.filter(state=MaterialState.KEPT, type=Type.PHOTO).order_by("pk")[:SHOWN]
        )
        texts = list(Material.objects.filter(state=MaterialState.KEPT, type=Type.TEXT).order_by("pk")[:12])
        for one in (*photos, *texts):
            perform(one, "publish", self.people.office, at=at)
        for one in photos[:12]:
            words = {
                "sort": "exhibition",
                "title": "老照片里的六十年",
                "used_on": "2017-11-20",
                "fee": "0",
                "copies": "0",
            }
            perform(one, "use", self.archivist, words, at=at)
        yield at + timedelta(days=8), "use"
        for one in texts[:6]:
            words = {
                "sort": "book",
                "title": "文史资料第九辑",
                "used_on": "2017-11-28",
                "fee": "300",
                "copies": "2",
            }
            perform(one, "use", self.archivist, words, at=at + timedelta(days=8))

    def _handed(self) -> Moments:
        """The first folder goes to the district archive, with the hash of every file."""
        at = moment(HAND_OVER, 14, 30)
        yield at, "hand over"
        words = {"title": "2017年征集老照片移交清单（第一批）", "receiver": "区档案馆"}
        handover: Handover = actions.draw_up(self.archivist, words, at=at)
        batch = PhotoBatch.objects.order_by("pk").first()
        assert batch is not None
        perform(handover, "list_more", self.archivist, {"batch": batch.pk}, at=at)
        perform(handover, "hand", self.archivist, {"handed_on": str(HAND_OVER), "handed_by": "史可为"}, at=at)
        yield at + timedelta(days=1), "receive"
        perform(
            handover,
            "receive",
            self.archivist,
            {"received_on": "2017-12-15", "received_by": "汪启明"},
            at=at + timedelta(days=1),
        )
        perform(handover, "verify", self.archivist, at=at + timedelta(days=1, hours=1))


def today(people: People, at: datetime) -> None:
    """Something on today's desk: a drive that is open, and a memoir that waits for its first review."""
    archivist = people.by_name["archivist"]
    began = at - timedelta(days=30)
    words = {
        "title": "老街影像和手艺人口述征集", "opens_on": began.date(), "closes_on": at.date() + timedelta(days=90),
        "content": "征集老街、老店、老手艺的照片和口述。写明时间、地点、人物；口述的可以约我们上门记录。", "contact": "区政协文史工作室，电话 68910000",
    }  # fmt: skip
    drive = actions.save_drive(None, archivist, words, at=began)
    perform(drive, "open", archivist, at=began)
    sender = people.by_name["member"]
    memoir = {
        "type": Type.TEXT, "title": "母亲的裁缝铺", "dated": "八十年代", "place": "老街", "provider_name": sender.name, "may_show": True,
        "content": "母亲的裁缝铺在老街中段，门板一卸就是柜台。一把剪刀用了三十年，刃口磨得发亮。", "drive": drive,
        "author": sender.name, "rights": "donated",
    }  # fmt: skip
    actions.start(sender, memoir, at=at - timedelta(days=2), is_sent=True)
    assert queries.waiting("read").exists()
