"""A year that nobody wrote: drawn from a seed out of data/matters.txt and the frame of the written year.

Every thing that happened is a matter at a place with its own numbers; who brought it and what became of it is thrown
with the dice of (year, seed). The same two give the same year, on every machine.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from huisheng.people.models import chinese_number

from . import year2017
from .drawn_lives import Looks, Talks
from .lives import Moments, People
from .meetings import GROUPS, read_contacts, read_roll, read_speeches
from .plan import Event, Letter, Plan, Seat, Speech, Story, worked
from .roster import opening
from .texts import Paper, read_blocks

OFFICES = {
    "济源路街道": "济源路办事处", "中心路街道": "中心路办事处", "新安路街道": "新安路办事处", "工业路街道": "工业路办事处",
    "矿山街道": "矿山办事处", "峡窝镇": "峡窝镇政府",
}  # fmt: skip
FEWEST, MOST = 64, 84  # proposals of a year
ALWAYS = ("standing", "chairs", "research", "symposium", "study")  # meetings without which there is no year
STORIES = (13, 17)
ISSUES = ((3, 23), (5, 18), (7, 6), (9, 21))
LEADERS = ("秦伯年", "钟启明", "梅若兰")
CHANNELS = (
    ("web", ""), ("web", ""), ("phone", "办公室值班电话"), ("wecom", "郑上政协企业号"), ("mail", ""), ("letter", ""),
    ("broadcast", "区广播电台《民声》"), ("chat", "街坊群"), ("meeting", "界别座谈会"),
)  # fmt: skip
# what happened on the way of a paper that was filed: the word in its marks, its value, how often in a hundred
TROUBLES = (
    ("bad", "missed", 4), ("bad", "undated", 2), ("silent", "", 5), ("recorded", "", 3), ("unconfirmed", "", 2), ("disputed", "", 1),
    ("extend", "granted", 2), ("extend", "refused", 1), ("late", "", 3), ("rejected", "", 2), ("returned_reply", "", 1),
    ("supplement", "", 3), ("summary", "", 5), ("closed", "", 2), ("hand_back", "", 7), ("review_anew", "", 1), ("no_contact", "", 2),
)  # fmt: skip
# whose business an agency may take a matter for, instead of its own
NEIGHBOURS = {
    "urban": ("区城管局", "市政处", "区住建局"), "economy": ("区发改委",), "education": ("区政府办",), "law": ("政法委",),
    "rural": ("区发改委",), "history": ("宣传部",),
}  # fmt: skip
PRAISE = (
    "问题抓得准，当年见效。",
    "调研实，建议能落地。",
    "一件事推动了一片。",
    "数字是自己数的，办法是现成的。",
)
UNITS = ("件件见面，承诺按月报进度。", "答复写了时间，到时间请提案人来看。", "建议逐条落实，不等不靠。")


@dataclass(frozen=True)
class Told:
    """A matter at a place, its words filled in."""

    matter: int
    place: str
    title: str
    five: str
    local: str
    area: str
    lead: str
    assisting: tuple[str, ...]
    situation: str
    analysis: str
    suggestions: tuple[str, ...]
    said: str
    done: str


@dataclass(frozen=True)
class Further:
    """What the year consults about and supervises; called with the people, it gives their lives."""

    year: int
    talked: tuple[Told, ...]
    looked: tuple[Told, ...]

    def __call__(self, people: People) -> list[Moments]:
        talks, looks = Talks(people, self.year, self.talked), Looks(people, self.year, self.looked)
        return [*talks.lives(), *looks.lives()]


def plan(year: int, seed: int) -> Plan:
    """The year as its seed has it."""
    return _Draw(year, seed).plan()


class _Draw:
    """One set of dice, thrown in a fixed order."""

    def __init__(self, year: int, seed: int) -> None:
        self.year, self.name = year, f"{year}-{seed}"
        self.rng = Random(f"huisheng {self.name}")
        self.opens, self.weeks = opening(year), 52 * (year - 2017)
        blocks = read_blocks("matters.txt")
        self.spots = [(n, block, place) for n, block in enumerate(blocks) for place in OFFICES]
        self.rng.shuffle(self.spots)
        self.sectors = sorted({seat.sector for seat in read_roll()})
        self.bodies = sorted({paper.marks["by"] for paper in year2017.plan().papers if "by" in paper.marks})

    def plan(self) -> Plan:
        rng, year, written = self.rng, self.year, year2017.plan()
        papers = self._papers([self._told() for _ in range(rng.randint(FEWEST, MOST))])
        issues = tuple(self._day(month, day) for month, day in ISSUES)
        talked = tuple(self._told() for _ in range(rng.randint(4, 6)))
        looked = tuple(self._told() for _ in range(rng.randint(1, 2)))
        return Plan(
            year=year, seed=self.name, opens=self.opens, hand_over=worked(self.opens + timedelta(days=31)),
            batches=self._batches(), papers=papers,
            topics=tuple((one.title, one.analysis, one.place) for one in (self._told() for _ in range(6))),
            call_days=(worked(date(year - 1, 10, 16)), worked(self.opens - timedelta(days=19))),
            stories=self._stories(issues), letters=self._letters(), issues=issues, public_issues=rng.randint(1, 3),
            events=tuple(self._event(one) for one in written.events if self._is_held(one)),
            contacts=tuple(self._contact(one) for one in read_contacts() if rng.random() < 0.75),
            roll=tuple(self._seat(one) for one in written.roll), speeches=tuple(self._speeches()),
            remarks=tuple((group, self._told().suggestions[0]) for group in GROUPS), units=self._units(papers),
            honours=self._honours(), further=Further(year, talked, looked),
        )  # fmt: skip

    def _day(self, month: int, day: int) -> date:
        return worked(date(self.year, month, day))

    def _batches(self) -> tuple[date, ...]:
        before = self.year - 1
        days = [date(before, 12, 20), date(before, 12, 30), date(self.year, 1, 10), date(self.year, 1, 20)]
        days += [self.opens + timedelta(days=after) for after in (-6, 4, 14)]
        return tuple(map(worked, days))

    # -- a matter at a place -----------------------------------------------------------------------------------------
    def _told(self) -> Told:
        """The next of the shuffled pairs of matter and place, with numbers of its own."""
        number, (title, head, lines), place = self.spots.pop()
        a, b, c = self.rng.randint(3, 9), self.rng.randint(11, 96), self.rng.randint(2, 8)
        words = {"place": place, "office": OFFICES[place], "a": a, "b": b, "c": c}
        five, local, area, lead, *assisting = head.format(**words).split()
        parts: dict[str, list[str]] = {}
        for line in lines:
            sign, text = (line[0], line[1:].strip()) if line[0] in "=->@" else ("", line)
            parts.setdefault(sign, []).append(text.format(**words))
        return Told(
            number, place, title.format(**words), five, local, area, lead,
            tuple(one.removeprefix("+") for one in assisting), "\n".join(parts[""]), "".join(parts["="]), tuple(parts["-"]),
            parts[">"][0], parts["@"][0],
        )  # fmt: skip

    # -- proposals ---------------------------------------------------------------------------------------------------
    def _papers(self, told: list[Told]) -> tuple[Paper, ...]:
        marks = self._ends(told)
        papers = []
        for i, one in enumerate(told, 1):
            mine = marks.setdefault(one.title, {})
            self._from(mine)
            if "end" not in mine:
                self._way(one, mine)
            papers.append(
                Paper(
                    f"{self.name}-{i}", f"关于{one.title}的提案", one.five, one.local, one.lead, one.assisting, (),
                    one.situation, one.analysis, one.suggestions, mine,
                )
            )  # fmt: skip
        return self._distinguished(papers)

    def _ends(self, told: list[Told]) -> dict[str, dict[str, str]]:
        """Other ends than filing. Two that say the same of two places may be merged into one."""
        rng, marks = self.rng, dict[str, dict[str, str]]()
        of_one = sorted(told, key=lambda one: one.matter)
        same = [(a, b) for a, b in pairwise(of_one) if a.matter == b.matter]
        mains: set[str] = set()
        for main, other in rng.sample(same, rng.randint(3, 6)):
            if main.title in marks or other.title in mains:
                continue
            end = (
                "merge_filed"
                if not any("merge_filed" in mark.values() for mark in marks.values())
                else "merge"
            )
            marks[other.title] = {"end": end, "into": f"关于{main.title}的提案"}
            mains.add(main.title)
        free = [one.title for one in told if one.title not in marks and one.title not in mains]
        rng.shuffle(free)
        for end, more, least, most in (
            ("to_opinion", {}, 2, 5), ("decline:10", {}, 1, 2), ("decline:12", {}, 0, 1), ("to_channel:letter", {}, 1, 2),
            ("to_upper", {}, 0, 1), ("withdrawn", {"withdraw": "与有关单位当面谈过，已经在办，撤回。"}, 1, 2),
            ("returned", {"send_back": "一件提案写了几件事，请拆开，并写明办到哪一步。"}, 0, 1),
        ):  # fmt: skip
            for _ in range(rng.randint(least, most)):
                marks[free.pop()] = {"end": end, **more}
        return marks

    def _from(self, mine: dict[str, str]) -> None:
        """Who brings it, and when: most before the session, some in ordinary time."""
        rng = self.rng
        is_free = mine.get("end", "file") == "file"
        if is_free and rng.random() < 0.14:
            mine["by"] = rng.choice(self.bodies)
        else:
            mine["s"] = rng.choice(self.sectors)
            if rng.random() < 0.05:
                mine["paper"] = ""
        if is_free and mine.get("by") not in self.sectors and rng.random() < 0.1:
            mine["on"] = worked(self.opens + timedelta(days=rng.randint(20, 170))).isoformat()

    def _way(self, one: Told, mine: dict[str, str]) -> None:
        """The answer's letter, what came of the promise, and at most one trouble."""
        rng = self.rng
        mine["letter"] = rng.choices("ABC", (60, 29, 11))[0]
        if mine["letter"] == "B" and rng.random() < 0.12:
            mine["promise"] = "broken"
        shares = [share for *_, share in TROUBLES]
        trouble = rng.choices((*TROUBLES, None), (*shares, 100 - sum(shares)))[0]
        if trouble is None:
            return
        mark, value, _ = trouble
        if mark == "hand_back":
            names = [name for name in NEIGHBOURS[one.local] if name not in (one.lead, *one.assisting)]
            value = f"{names[0]}:{rng.choice(('refused', 'refused', 'agreed'))}"
        if "by" not in mine or mark not in ("recorded", "disputed"):
            mine[mark] = value

    def _distinguished(self, papers: list[Paper]) -> tuple[Paper, ...]:
        """A few are key proposals, led by a chairman; a few of those that were solved are found excellent."""
        rng = self.rng
        mains = {one.marks["into"] for one in papers if "into" in one.marks}
        for one in papers:
            if one.title in mains:
                one.marks.pop("on", None)  # in ordinary time it would be answered before another joins it
        filed = [one for one in papers if one.end == "file"]
        for one in rng.sample(filed, rng.randint(3, 5)):
            one.marks["key"] = rng.choice(LEADERS)
            one.marks.pop("hand_back", None)  # it is marked key after the days for handing back
        solved = [one for one in filed if one.marks["letter"] == "A" and "bad" not in one.marks]
        for one in rng.sample(solved, min(len(filed) // 20, rng.randint(2, 4))):
            one.marks["excellent"] = rng.choice(PRAISE)
        return tuple(papers)

    def _units(self, papers: tuple[Paper, ...]) -> tuple[tuple[str, str], ...]:
        """The agencies that answered most."""
        busy = Counter(one.lead for one in papers if one.end == "file").most_common(2)
        return tuple((name, self.rng.choice(UNITS)) for name, _ in busy)

    # -- 社情民意 ----------------------------------------------------------------------------------------------------
    def _letter(self, one: Told, day: date, **more: str) -> Letter:
        channel, source = self.rng.choice(CHANNELS)
        return Letter(channel, source, day, one.said, **more)

    def _stories(self, issues: tuple[date, ...]) -> tuple[Story, ...]:
        """Opinions, each for the issue that comes next; one in a handful is kept or sent back."""
        rng, made = self.rng, []
        for i in range(rng.randint(*STORIES)):
            one, issue = self._told(), issues[i % len(issues)]
            day = worked(issue - timedelta(days=rng.randint(20, 34)))
            marks = {"area": one.area, "on": day.isoformat(), "fate": "issued" if i < 8 else rng.choice(("issued",) * 4 + ("kept", "returned"))}  # fmt: skip
            marks |= (
                {"by": rng.choice(self.bodies)} if rng.random() < 0.2 else {"s": rng.choice(self.sectors)}
            )
            story = Story(
                f"关于{one.title}的建议", marks, one.situation, one.analysis, "".join(one.suggestions)
            )
            if marks["fate"] == "issued":
                story.answer = one.done
                for _ in range(rng.choice((0, 1, 1, 2))):
                    story.letters.append(self._letter(one, day - timedelta(days=rng.randint(2, 12))))
                if rng.random() < 0.3:
                    level = rng.choice(
                        ("city:市政协研究室", "district:区委办公室", "city:市政协社情民意中心")
                    )
                    marks["adopted"] = level
                if i in (1, 2, 5):
                    marks["to"], story.report = one.lead, one.done
            made.append(story)
        return tuple(_said_differently(made))

    def _letters(self) -> tuple[Letter, ...]:
        """Letters that a unit answered at once, and a few that were shown another door."""
        rng = self.rng
        first = date(self.year, 1, 15)
        days = [first + timedelta(days=rng.randint(0, 300)) for _ in range(rng.randint(9, 14))]
        answered = [(self._told(), day) for day in days]
        letters = [self._letter(one, day, fate="answer", answer=one.done) for one, day in answered]
        shown = [one for one in year2017.plan().letters if one.fate != "answer"]
        return (*letters, *(replace(one, day=self._moved(one.day)) for one in rng.sample(shown, 4)))

    # -- meetings ----------------------------------------------------------------------------------------------------
    def _moved(self, day: date) -> date:
        """The same day of the week in the year, or the first worked one after it."""
        return worked(day + timedelta(weeks=self.weeks))

    def _is_held(self, one: Event) -> bool:
        return one.marks["type"] in ALWAYS or self.rng.random() < 0.75

    def _event(self, one: Event) -> Event:
        """A meeting of the written year in this one: other days, other numbers, some of the places and guests."""
        rng = self.rng
        day = self._moved(one.starts.date())
        later = timedelta(days=(day - one.starts.date()).days)
        marks = one.marks | {
            key: (datetime.fromisoformat(one.marks[key]) + later).isoformat() for key in ("on", "to")
        }
        title = self._renamed(one.title)
        if one.marks["type"] == "standing":
            number = int(one.marks["number"]) + 4 * (self.year - 2017)
            title, marks["number"] = f"九届{chinese_number(number)}次常委会议", str(number)
        marks["came"] = f"{rng.uniform(0.72, 0.97):.2f}"
        return Event(
            title, marks,
            stops=[
                [*cells[:3], (date.fromisoformat(cells[3]) + later).isoformat(), cells[4]] for cells in self._some(one.stops)
            ],
            guests=[[name, sort, str(rng.randint(1, 3))] for name, sort, _ in self._some(one.guests)],
            items=[[self._renamed(cell) for cell in cells] for cells in one.items],
            aid=[[giver, sort, str(int(float(amount) * rng.uniform(0.7, 1.4)) // 100 * 100), goods, worth, people]
                 for giver, sort, amount, goods, worth, people in one.aid],
            notes=one.notes[: rng.randint(1, 3)], minutes=self._renamed(one.minutes),
        )  # fmt: skip

    def _some(self, rows: list[list[str]]) -> list[list[str]]:
        """Most of the rows, in their order; never none of some."""
        kept = [row for row in rows if self.rng.random() < 0.8]
        return kept or rows[:1]

    def _renamed(self, text: str) -> str:
        number = chinese_number(self.year - 2016)
        return text.replace("2017", str(self.year)).replace("九届一次会议", f"九届{number}次会议")

    def _contact(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        days = [self._moved(date.fromisoformat(day)).isoformat() if day else "" for day in cells[4:7]]
        if self.rng.random() < 0.1:
            days[2] = ""  # planned, and not met yet
        return (*cells[:4], *days, cells[7])

    def _seat(self, one: Seat) -> Seat:
        """Excused for a morning or for the whole; a few late, hardly anybody without a word."""
        throw = self.rng.random()
        if throw < 0.02:
            return replace(one, marks=("excused",) * 4)
        if throw < 0.07:
            away = self.rng.randrange(4)
            return replace(one, marks=tuple("excused" if i == away else "present" for i in range(4)))
        marks = self.rng.choices(("present", "late", "absent"), (975, 15, 10), k=4)
        return replace(one, marks=tuple(marks))

    def _speeches(self) -> list[Speech]:
        made = []
        for one in read_speeches():
            told = self._told()
            seconds = self.rng.randint(380, 475) if one.way == "oral" else 0
            words = f"{told.situation}{told.analysis}建议：{''.join(told.suggestions)}"
            made.append(Speech(told.title, one.by, one.way, seconds, words))
        return made

    def _honours(self) -> tuple[dict[str, Any], ...]:
        people = [{"member": n, "person": "", "title": "参政议政工作先进个人"} for n in self.rng.sample(range(60), self.rng.randint(1, 3))]  # fmt: skip
        unit = {"member": None, "person": "", "title": "提案工作先进单位"}
        return (*([unit] if self.rng.random() < 0.6 else []), *people)


def _said_differently(stories: list[Story]) -> list[Story]:
    """No two letters of a story are word for word the same: the second asks what became of the first."""
    for one in stories:
        one.letters = [
            letter if n == 0 else replace(letter, words=f"再问一声：{letter.words}", day=letter.day + timedelta(days=1))
            for n, letter in enumerate(one.letters)
        ]  # fmt: skip
    return stories
