"""政协动态 of the demonstration year: an item the day after, reviewed by three, public within the week. One came back for a
sentence, one was put right when a bank counted again, one was taken down because its title promised what it did not tell.

The words are data/news.txt; the photographs are drawn here, so nobody is on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from huisheng.bulletins import news_actions as actions
from huisheng.gatherings.models import Gathering
from huisheng.kernel import local, store
from huisheng.kernel.deadlines import add_working_days
from huisheng.kernel.lifecycle import perform
from huisheng.outputs.models import Output
from huisheng.supervision.models import Supervision

from .drawing import draw
from .lives import Moments, People
from .meetings import read_events
from .roster import DATA, moment

CONVENER = "召集人"
RETURNED = "十二户结对，一户一名委员"
CORRECTED = "企业和银行面对面，九家当场对接"
TAKEN = "委员履职情况抽查的通知"
# which supervision and which paper an item tells of besides its activity
WATCHED = {"大气污染防治专项监督（现场）": "大气", "养老服务专项视察": "养老"}
PAPER = "关于区工业经济发展情况的调研报告"


@dataclass
class Story:
    title: str
    meeting: str = ""
    column: str = ""
    writer: str = ""
    also: str = ""
    content: str = ""
    photos: list[str] = field(default_factory=list)


def read_stories() -> list[Story]:
    stories: list[Story] = []
    for line in _lines():
        if line.startswith("## "):
            stories.append(Story(line[3:]))
            continue
        story = stories[-1]
        if not story.meeting:
            story.meeting, story.column, story.writer, story.also = line.split("|")
        elif line.startswith("> "):
            story.photos.append(line[2:])
        else:
            story.content = line
    return stories


def _lines() -> Iterator[str]:
    for line in (DATA / "news.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            yield line


def lives(people: People) -> list[Moments]:
    ends = {one.title: one.ends for one in read_events()}
    return [_life(people, number, story, ends[story.meeting]) for number, story in enumerate(read_stories())]


def _life(people: People, number: int, story: Story, ended: datetime) -> Moments:
    """Written the working day after, reviewed at once by the desk, the next day by the office, then by the chair."""
    calendar = local.calendar()
    days = [add_working_days(timezone.localdate(ended), n, calendar) for n in range(1, 4)]
    at = moment(days[0], 9, 5 + number)
    yield at, "write"
    gathering = Gathering.objects.get(title=story.meeting, starts_at__year=ended.year)
    writer = people.of_body(gathering.host) if story.writer == CONVENER else people.by_name[story.writer]
    words = {
        "title": story.title, "column": story.column, "content": story.content,
        "happened_on": timezone.localdate(gathering.starts_at),
    }  # fmt: skip
    item = actions.start(writer, words, sources=[gathering, *_also(story)], at=at)
    for caption in story.photos:
        taken = draw(caption, taken_on=words["happened_on"], size=(960, 660))  # type: ignore[arg-type]
        upload = store.receive(taken, "现场.jpg", kinds=actions.PICTURES)
        actions.add_photo(item, writer, upload, caption, at)
    at += timedelta(minutes=40)
    yield at, "submit"
    perform(item, "submit", writer, at=at)
    editor, office, reviewer = people.by_name["editor"], people.office, people.reviewer
    first, second = (office, reviewer) if writer == editor else (editor, office)
    if story.title == RETURNED:
        at += timedelta(hours=1)
        yield at, "return"
        perform(item, "return", first, {"note": "“能办的”办成了哪几件，请补一句；没有办成的不写。"}, at=at)
        at += timedelta(hours=2)
        yield at, "submit"
        item.refresh_from_db()
        words["content"] = f"{story.content}当天办成的是两户的医保报销手续。"
        item = actions.save(item, writer, words, at=at)
        perform(item, "submit", writer, at=at)
    at = moment(days[0], 16, 5 + number)
    yield at, "read"
    perform(item, "read", first, {"note": "时间、地点、单位已核对。"}, at=at)
    at = moment(days[1], 9, 5 + number)
    yield at, "check"
    perform(item, "check", second, {}, at=at)
    at = moment(days[1], 16, 5 + number)
    yield at, "publish"
    perform(item, "publish", people.chair, at=at)
    at = moment(days[2], 10, 5 + number)
    if story.title == CORRECTED:
        yield at, "correct"
        fixed = {
            "title": story.title, "content": story.content.replace("五家企业对接", "九家企业对接"),
            "note": "当场对接的企业应为九家，原文误作五家。",
        }  # fmt: skip
        perform(item, "correct", people.chair, fixed, at=at)
    if story.title == TAKEN:
        yield at, "take_down"
        perform(item, "take_down", office, {"note": "标题与内容不符，另行发文通知。"}, at=at)


def _also(story: Story) -> list[Any]:
    """What it tells of besides the activity, as far as that is there by then."""
    if story.also == "supervision":
        word = WATCHED[story.meeting]
        return list(Supervision.objects.filter(title__contains=word).order_by("pk")[:1])
    if story.also == "output":
        return list(Output.objects.filter(title=PAPER).order_by("pk")[:1])
    return []
