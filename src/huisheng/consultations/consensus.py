"""共识图: who thinks alike, computed from votes alone (people × statements; 1 agree, 0 pass, −1 disagree, blank not seen).

Principal components of the votes (blanks stand for the statement's mean), k-means on the first two, the number of
groups by silhouette, 2 to 5; a fixed seed, so the same votes always give the same map. The recipe is that of Polis
(Small et al. 2021): a person who saw few statements is moved outward by sqrt(statements / seen), or the middle would
fill up with people who only came late. No group is smaller than ``SMALLEST``: a handful of people joins the group
nearest to it, so that nobody is picked out. Pure: no database, no clock.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huisheng.kernel.encodings import Undecodable, decode_text
from huisheng.kernel.errors import Refused

from .thresholds import SMALLEST

Votes = NDArray[np.float64]  # people × statements, NaN where somebody did not vote
Labels = NDArray[np.int64]  # per person; −1 where somebody is in no group

SEED = 2017
LEAST_PEOPLE = 30  # voters from whom on groups are looked for
LEAST_VOTES = 7  # a person who voted on fewer statements says too little to be placed
MOST_GROUPS = 5
STARTS = 12  # of k-means
SAMPLE = 2_000  # people of whom a silhouette is taken
SURE = 1.2816  # z: nine in ten, one-sided
SHARE = 0.6  # of every group agrees: a consensus
SHOWN = 5  # statements that describe a group

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True)
class Count:
    """How a statement was voted on by some people."""

    agree: int
    disagree: int
    passed: int

    @property
    def seen(self) -> int:
        return self.agree + self.disagree + self.passed

    def rate(self, stance: int) -> float:
        """The share that took the stance, drawn towards one half while few were asked."""
        taken = self.agree if stance == AGREE else self.disagree
        return (taken + 1) / (self.seen + 2)


@dataclass(frozen=True)
class Trait:
    """A statement that tells a group from the others: ``stance`` is what this group says of it."""

    statement: int
    stance: int
    inside: Count
    outside: Count
    z: float


@dataclass(frozen=True)
class Shared:
    """A statement of which every group says the same; ``rates``: one share a group."""

    statement: int
    stance: int
    rates: tuple[float, ...]


@dataclass(frozen=True)
class Group:
    size: int
    center: tuple[float, float]
    spread: tuple[float, float]
    counts: list[Count]
    traits: list[Trait]


@dataclass(frozen=True)
class Consensus:
    """What the votes say. ``why``: the sentence why no groups are shown; "" when they are."""

    people: int
    statements: int
    votes: int
    counts: list[Count]
    labels: Labels
    groups: list[Group] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    explained: tuple[float, ...] = ()
    silhouettes: dict[int, float] = field(default_factory=dict)
    places: list[tuple[float, float] | None] = field(default_factory=list)
    why: str = ""

    @property
    def placed(self) -> int:
        return int((self.labels >= 0).sum())


def analyse(
    votes: Votes, *, least_people: int = LEAST_PEOPLE, smallest: int = SMALLEST, share: float = SHARE
) -> Consensus:
    """Groups of people who vote alike, what tells them apart and what all of them agree on.

    votes: people × statements. Everybody with a vote is counted; who voted on too few statements is in no group.
    """
    seen = ~np.isnan(votes)
    voters = int(seen.any(axis=1).sum())
    counts = _counts(votes)
    labels = np.full(votes.shape[0], -1, dtype=np.int64)
    base: dict[str, Any] = {
        "people": voters, "statements": int(votes.shape[1]), "votes": int(seen.sum()), "counts": counts, "labels": labels,
    }  # fmt: skip
    if voters < least_people:
        why = f"现在有{voters}人表态。满{least_people}人才画共识图：人少时分组，容易看出谁投了什么。"
        return Consensus(**base, why=why)
    placed = np.flatnonzero(seen.sum(axis=1) >= min(LEAST_VOTES, votes.shape[1]))
    if len(placed) < least_people or votes.shape[1] < 2:
        why = (
            f"表态满{min(LEAST_VOTES, votes.shape[1])}条的只有{len(placed)}人。满{least_people}人才画共识图。"
        )
        return Consensus(**base, why=why)
    placed = placed[_by_content(votes[placed])]
    mine = votes[placed]
    points, _, explained = project(mine)
    if not explained:
        return Consensus(**base, why="大家对每一条的表态都一样，分不出组。")
    found, silhouettes = cluster(points, smallest)
    labels[placed] = found
    kinds = int(found.max()) + 1
    if kinds < 2:
        why = (
            "各人的意见连成一片，没有分出两个以上、每组满5人的组。"
            if smallest == SMALLEST
            else "没有分出组。"
        )
        shared = _shared([counts], share)
        return Consensus(**base, shared=shared, explained=explained, silhouettes=silhouettes, why=why)
    groups = [_group(mine, points, found, one) for one in range(kinds)]
    return Consensus(
        **base,
        groups=groups,
        shared=_shared([group.counts for group in groups], share),
        explained=explained,
        silhouettes=silhouettes,
        places=_places(mine, points, smallest),
    )


def _by_content(votes: Votes) -> NDArray[np.int64]:
    """An order of the rows that depends on what was voted alone, so that the same votes in any order give one map."""
    return np.lexsort(np.nan_to_num(votes, nan=9.0).T[::-1])


# -- where people stand ------------------------------------------------------------------------------------------------
def project(votes: Votes) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, ...]]:
    """Two coordinates a person, two loadings a statement, and the share of variance each direction explains.

    Returns (people × 2, 2 × statements, shares); shares is empty when all votes are the same.
    """
    seen = ~np.isnan(votes)
    sums = np.where(seen, votes, 0.0).sum(axis=0)
    mean = sums / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, votes - mean, 0.0)
    whole = float((centred**2).sum())
    if whole < 1e-9:
        return np.zeros((len(votes), 2)), np.zeros((2, votes.shape[1])), ()
    axes, sizes = _axes(centred)
    biggest = np.abs(axes).argmax(axis=1)  # which way round an axis lies is chance: fix it
    turn = np.where(axes[np.arange(2), biggest] < 0, -1.0, 1.0)
    axes = axes * turn[:, None]
    outward = np.sqrt(votes.shape[1] / np.maximum(seen.sum(axis=1), 1))
    explained = tuple(float(one) for one in sizes / whole)
    return centred @ axes.T * outward[:, None], axes, explained


def _axes(centred: Votes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two first directions and their sums of squares, by the smaller of the two matrices of products."""
    is_wide = centred.shape[1] > centred.shape[0]
    sizes, vectors = np.linalg.eigh(centred @ centred.T if is_wide else centred.T @ centred)
    sizes, vectors = np.maximum(sizes[::-1][:2], 0.0), vectors[:, ::-1][:, :2]
    axes = (centred.T @ vectors if is_wide else vectors).T
    lengths = np.linalg.norm(axes, axis=1, keepdims=True)
    return np.where(lengths > 1e-9, axes / np.maximum(lengths, 1e-9), 0.0), sizes


def cluster(points: NDArray[np.float64], smallest: int = SMALLEST) -> tuple[Labels, dict[int, float]]:
    """Group labels, the largest group first, and the mean silhouette of each number of groups that was tried.

    A number of groups counts with what is left of it after too small groups joined their neighbours.
    """
    best: Labels = np.zeros(len(points), dtype=np.int64)
    silhouettes: dict[int, float] = {}
    chosen = _sample(len(points))
    far = np.sqrt(_squares(points[chosen], points[chosen]))
    for k in range(2, MOST_GROUPS + 1):
        if len(points) < k * smallest:
            break
        labels = _without_small(points, _k_means(points, k), smallest)
        kinds = int(labels.max()) + 1
        if kinds < 2 or kinds in silhouettes:
            continue
        score = silhouette(far, labels[chosen])
        if score > max(silhouettes.values(), default=0.0):
            best = labels
        silhouettes[kinds] = score
    return _largest_first(best), silhouettes


def _k_means(points: NDArray[np.float64], k: int) -> Labels:
    """The best of several starts, each spread out (k-means++) by a generator with a fixed seed."""
    chance = np.random.default_rng(SEED)
    best, least = np.zeros(len(points), dtype=np.int64), np.inf
    for _ in range(STARTS):
        centers = _spread_out(points, k, chance)
        labels = _squares(points, centers).argmin(axis=1)
        for _ in range(100):
            for one in range(k):
                if (labels == one).any():
                    centers[one] = points[labels == one].mean(axis=0)
            moved = _squares(points, centers).argmin(axis=1)
            if (moved == labels).all():
                break
            labels = moved
        cost = float(_squares(points, centers).min(axis=1).sum())
        if cost < least - 1e-12:
            best, least = labels, cost
    return best


def _spread_out(points: NDArray[np.float64], k: int, chance: np.random.Generator) -> NDArray[np.float64]:
    centers = [points[chance.integers(len(points))]]
    while len(centers) < k:
        far = _squares(points, np.array(centers)).min(axis=1)
        whole = far.sum()
        where = chance.choice(len(points), p=far / whole) if whole > 0 else chance.integers(len(points))
        centers.append(points[where])
    return np.array(centers)


def _squares(points: NDArray[np.float64], centers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances, people × centers."""
    x = points[:, 0, None] - centers[None, :, 0]
    y = points[:, 1, None] - centers[None, :, 1]
    return x * x + y * y


def _without_small(points: NDArray[np.float64], labels: Labels, smallest: int) -> Labels:
    """Too small a group is dissolved, the smallest first: its people join the nearest group that is left."""
    labels = labels.copy()
    while True:
        names, sizes = np.unique(labels, return_counts=True)
        if len(names) < 2 or sizes.min() >= smallest:
            return np.searchsorted(names, labels)
        gone = names[sizes.argmin()]
        rest = names[names != gone]
        centers = np.array([points[labels == one].mean(axis=0) for one in rest])
        labels[labels == gone] = rest[_squares(points[labels == gone], centers).argmin(axis=1)]


def _largest_first(labels: Labels) -> Labels:
    names, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return place[labels]


def _sample(people: int) -> NDArray[np.int64]:
    if people <= SAMPLE:
        return np.arange(people)
    return np.sort(np.random.default_rng(SEED).choice(people, SAMPLE, replace=False))


def silhouette(far: NDArray[np.float64], labels: Labels) -> float:
    """The mean silhouette (Rousseeuw 1987) of labels, given every distance between two people."""
    names, own, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if len(names) < 2:
        return 0.0
    rows = np.arange(len(labels))
    member = np.zeros((len(labels), len(names)))
    member[rows, own] = 1.0
    sums = far @ member
    near = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    others = sums / sizes
    others[rows, own] = np.inf
    next_best = others.min(axis=1)
    both = np.maximum(near, next_best)
    each = np.where((sizes[own] < 2) | (both == 0), 0.0, (next_best - near) / np.where(both == 0, 1.0, both))
    return float(each.mean())


# -- what groups say ---------------------------------------------------------------------------------------------------
def _counts(votes: Votes) -> list[Count]:
    agree, against, passed = ((votes == one).sum(axis=0) for one in (AGREE, DISAGREE, PASS))
    return [Count(int(a), int(d), int(p)) for a, d, p in zip(agree, against, passed, strict=True)]


def _group(votes: Votes, points: NDArray[np.float64], labels: Labels, one: int) -> Group:
    inside = labels == one
    counts, others = _counts(votes[inside]), _counts(votes[~inside])
    center, spread = points[inside].mean(axis=0), points[inside].std(axis=0)
    return Group(
        size=int(inside.sum()),
        center=(float(center[0]), float(center[1])),
        spread=(float(spread[0]), float(spread[1])),
        counts=counts,
        traits=_traits(counts, others),
    )


def _traits(counts: list[Count], others: list[Count]) -> list[Trait]:
    """Most of the group takes the stance, and more of it than of the others: two proportions compared."""
    found = []
    for number, (inside, outside) in enumerate(zip(counts, others, strict=True)):
        for stance in (AGREE, DISAGREE):
            p, q = inside.rate(stance), outside.rate(stance)
            n, m = inside.seen + 2, outside.seen + 2
            pooled = (p * n + q * m) / (n + m)
            z = (p - q) / float(np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))
            if inside.seen >= SMALLEST and p > 0.5 and z > SURE:
                found.append(Trait(number, stance, inside, outside, z))
    return sorted(found, key=lambda one: (-one.z, one.statement))[:SHOWN]


def _shared(groups: list[list[Count]], share: float) -> list[Shared]:
    """In every group enough people were asked, and enough of them take the same stance."""
    found = []
    for number, counts in enumerate(zip(*groups, strict=True)):
        if min(one.seen for one in counts) < SMALLEST:
            continue
        for stance in (AGREE, DISAGREE):
            rates = tuple(one.rate(stance) for one in counts)
            if min(rates) >= share:
                found.append(Shared(number, stance, rates))
    return sorted(found, key=lambda one: (-float(np.prod(one.rates)), one.statement))


def _places(votes: Votes, points: NDArray[np.float64], smallest: int) -> list[tuple[float, float] | None]:
    """Where a statement stands: the middle of those who agree with it; nowhere while they are a handful."""
    found: list[tuple[float, float] | None] = []
    for column in votes.T:
        agreeing = points[column == AGREE]
        if len(agreeing) < smallest:
            found.append(None)
            continue
        x, y = agreeing.mean(axis=0)
        found.append((float(x), float(y)))
    return found


def adjusted_rand(one: Sequence[Any], other: Sequence[Any]) -> float:
    """How alike two groupings of the same people are: 1 the same, about 0 chance (Hubert and Arabie 1985)."""
    _, a = np.unique(np.array([str(x) for x in one]), return_inverse=True)
    _, b = np.unique(np.array([str(x) for x in other]), return_inverse=True)
    if len(a) < 2:
        return 1.0
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)

    def pairs(numbers: NDArray[np.float64]) -> float:
        return float((numbers * (numbers - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / (len(a) * (len(a) - 1) / 2)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


# -- published matrices ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Matrix:
    """A file of votes. given: the group each person has in the file, "" for none; None where the file has no groups."""

    people: list[str]
    statements: list[str]
    votes: Votes
    given: list[str] | None
    notes: list[str]


PERSON = {"participant", "participantid", "voter", "voterid", "pid", "id", "user", "userid", "xid", "person", "参与者", "参与人", "委员", "姓名", "编号", "序号"}  # fmt: skip
GROUP = {"groupid", "group", "gid", "cluster", "clusterid", "组", "组别", "分组", "群组"}
STATEMENT = {"commentid", "comment", "tid", "statement", "statementid", "观点", "观点编号"}
VOTE = {"vote", "表态", "投票"}
OTHER = {"timestamp", "datetime", "created", "modified", "importance", "weightx32767", "时间"}
WORDS: dict[str, float] = {
    "1": 1, "+1": 1, "-1": -1, "0": 0, "agree": 1, "disagree": -1, "pass": 0, "同意": 1, "不同意": -1, "略过": 0, "跳过": 0, "弃权": 0,
}  # fmt: skip
BLANK = {"", "na", "n/a", "nan", "null", "none"}
MOST_BYTES = 60 << 20
MOST_STATEMENTS = 5_000


def read_matrix(data: bytes) -> Matrix:
    """People × statements of a CSV as Polis publishes them (participants-votes.csv), or one vote a line (votes.csv).

    Raises Refused with a sentence that names the line and the column.
    """
    rows = _rows(data)
    header = [cell.strip() for cell in rows[0][1]]
    names = [_plain(cell) for cell in header]
    if _index(names, STATEMENT) is not None and _index(names, VOTE) is not None:
        return _read_lines(names, rows[1:])
    if len(header) > 1 and all(_value(cell) is not None or _is_blank(cell) for cell in header):
        header = [f"{n}" for n in range(1, len(header) + 1)]  # no header at all: every cell is a vote
        names = header
    else:
        rows = rows[1:]
    return _read_table(header, names, rows)


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    """Lines with their number, empty ones left out."""
    if len(data) > MOST_BYTES:
        raise Refused("这个文件超过 60 MB，太大了。请分开后再读。")
    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("这不是 CSV 表格。请从表格软件另存为 .csv 再读。")
    try:
        text = decode_text(data).text
    except Undecodable as problem:
        raise Refused(str(problem)) from None
    head = text[:20_000]
    mark = max(",;\t", key=head.count)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error:
        raise Refused("这个文件里有一格长得不像表格内容，读不出。请从表格软件另存为 .csv 再读。") from None
    rows = [(number, cells) for number, cells in enumerate(read, 1) if any(cell.strip() for cell in cells)]
    if len(rows) < 2 or max(len(cells) for _, cells in rows) < 2:
        raise Refused(
            "这个文件里没有表态。第一行写观点编号，以下每人一行，1 同意、0 略过、-1 不同意，没有表态的空着。"
        )
    return rows


def _read_table(header: list[str], names: list[str], rows: list[tuple[int, list[str]]]) -> Matrix:
    person, group = _index(names, PERSON), _index(names, GROUP)
    known = {person, group}
    columns = [
        i for i, name in enumerate(names) if i not in known and name not in OTHER and not _is_tally(header[i])
    ]
    notes: list[str] = []
    for i in list(columns):
        cells = [cells[i].strip() for _, cells in rows if i < len(cells) and not _is_blank(cells[i])]
        if cells and not header[i].isdecimal() and all(_value(cell) is None for cell in cells):
            columns.remove(i)
            notes.append(f"“{header[i]}”一列不是表态，没有用。")
    if len(columns) > MOST_STATEMENTS:
        raise Refused(f"这个文件有 {len(columns)} 条观点，最多读 {MOST_STATEMENTS} 条。")
    if not columns:
        raise Refused(
            "没有找到观点的列。每条观点一列，写 1（同意）、0（略过）、-1（不同意），没有表态的空着。"
        )
    _no_doubles([header[i] for i in columns], "观点")
    people, given = [], []
    votes = np.full((len(rows), len(columns)), np.nan)
    for at, (number, cells) in enumerate(rows):
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            raise Refused(
                f"第 {number} 行有 {len(cells)} 格，比第一行的 {len(header)} 格多。请检查是否多了逗号。"
            )
        people.append(cells[person].strip() if person is not None and person < len(cells) else str(at + 1))
        given.append(_number(cells[group]) if group is not None and group < len(cells) else "")
        for place, i in enumerate(columns):
            cell = cells[i] if i < len(cells) else ""
            if _is_blank(cell):
                continue
            value = _value(cell)
            if value is None:
                raise _bad(number, header[i], cell)
            votes[at, place] = value
    _no_doubles(people, "参与者")
    return Matrix(people, [header[i] for i in columns], votes, given if group is not None else None, notes)


def _read_lines(names: list[str], rows: list[tuple[int, list[str]]]) -> Matrix:
    """One vote a line; the last one counts."""
    who = _index(names, PERSON)
    what, vote = _index(names, STATEMENT), _index(names, VOTE)
    if who is None or what is None or vote is None:
        raise Refused("每行一票的表要有三列：voter-id（谁）、comment-id（哪条观点）、vote（1、0 或 -1）。")
    last: dict[tuple[str, str], float] = {}
    for number, cells in rows:
        if len(cells) <= max(who, what, vote):
            raise Refused(f"第 {number} 行少了几格。每行要有谁、哪条观点、怎样表态。")
        value = _value(cells[vote])
        if value is None:
            raise _bad(number, "vote", cells[vote])
        last[_number(cells[who]), _number(cells[what])] = value
    people = list(dict.fromkeys(person for person, _ in last))
    statements = list(dict.fromkeys(one for _, one in last))
    if len(statements) > MOST_STATEMENTS:
        raise Refused(f"这个文件有 {len(statements)} 条观点，最多读 {MOST_STATEMENTS} 条。")
    rows_of = {person: i for i, person in enumerate(people)}
    columns_of = {one: i for i, one in enumerate(statements)}
    votes = np.full((len(people), len(statements)), np.nan)
    for (person, one), value in last.items():
        votes[rows_of[person], columns_of[one]] = value
    return Matrix(people, statements, votes, None, [])


def _bad(number: int, column: str, cell: str) -> Refused:
    return Refused(
        f"第 {number} 行“{column[:20]}”一列写的是“{cell.strip()[:20]}”，不是表态。请写 1（同意）、0（略过）、-1（不同意），没有表态的空着。"
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-–.#]", "", name.strip().lstrip("\ufeff").lower())


def _is_tally(name: str) -> bool:
    """n-votes, n_agree, num votes, 同意数: counted columns of the file's maker."""
    return bool(re.match(r"(n|num|count)[\s_\-.]", name.strip().lower())) or name.strip().endswith("数")


def _index(names: list[str], wanted: set[str]) -> int | None:
    return next((i for i, name in enumerate(names) if name in wanted), None)


def _is_blank(cell: str) -> bool:
    return cell.strip().lower() in BLANK


def _number(cell: str) -> str:
    """“1.0” and “1” are one group."""
    text = cell.strip()
    if _is_blank(text):
        return ""
    return re.sub(r"\.0+$", "", text)


def _value(cell: str) -> float | None:
    text = _number(cell).lower().replace("−", "-").replace("－", "-").replace("﹣", "-")
    return WORDS.get(text)


def _no_doubles(names: list[str], called: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused(f"{called}“{name[:20]}”出现了两次。请合并成一次再读。")
        seen.add(name)


def as_json(matrix: Matrix, found: Consensus) -> dict[str, Any]:
    """What ``huisheng consensus`` prints. Groups are numbered from 0, the largest first."""

    def trait(one: Trait) -> dict[str, Any]:
        return {
            "statement": matrix.statements[one.statement], "stance": "agree" if one.stance == AGREE else "disagree",
            "agree": one.inside.agree, "disagree": one.inside.disagree, "pass": one.inside.passed,
            "rate": round(one.inside.rate(one.stance), 4), "rate_elsewhere": round(one.outside.rate(one.stance), 4),
            "z": round(one.z, 3),
        }  # fmt: skip

    labels = found.labels.tolist()
    return {
        "people": len(matrix.people),
        "voters": found.people,
        "statements": found.statements,
        "votes": found.votes,
        "grouped": found.placed,
        "seed": SEED,
        "k": len(found.groups),
        "why": found.why,
        "explained_variance": [round(one, 6) for one in found.explained],
        "silhouettes": {str(k): round(one, 6) for k, one in found.silhouettes.items()},
        "groups": [
            {
                "id": number, "size": one.size, "center": [round(x, 4) for x in one.center],
                "spread": [round(x, 4) for x in one.spread], "distinguishing": [trait(t) for t in one.traits],
            }
            for number, one in enumerate(found.groups)
        ],
        "consensus": [
            {
                "statement": matrix.statements[one.statement], "stance": "agree" if one.stance == AGREE else "disagree",
                "rates": [round(rate, 4) for rate in one.rates],
            }
            for one in found.shared
        ],
        "adjusted_rand": agreement(matrix, found),
        "counts": [
            {"statement": name, "agree": one.agree, "disagree": one.disagree, "pass": one.passed}
            for name, one in zip(matrix.statements, found.counts, strict=True)
        ],
        "assignments": [
            {"participant": who, "group": group if group >= 0 else None}
            for who, group in zip(matrix.people, labels, strict=True)
        ],
        "notes": matrix.notes,
    }  # fmt: skip


def agreement(matrix: Matrix, found: Consensus) -> float | None:
    """The adjusted Rand index against the file's own groups, over the people who are grouped in both."""
    if matrix.given is None or not found.groups:
        return None
    both = [(a, b) for a, b in zip(matrix.given, found.labels.tolist(), strict=True) if a and b >= 0]
    return round(adjusted_rand([a for a, _ in both], [b for _, b in both]), 6) if len(both) > 1 else None
