"""推荐: a category or a unit for a text, with a concrete ground; silent when unsure. People decide.

Training needs scikit-learn (150 MB) and is done in a worker or a command; a trained `Classifier` is plain numbers,
can be kept (`dumps`, `loads`) and answers without it.
"""

import json
import math
import re
from array import array
from base64 import b85decode, b85encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from huisheng.kernel.text import cached_words, normalise, pieces

from .vectors import speaks, synonyms

READ = 4_000  # characters of a text that are read for a category
_WANTED_RIGHT = (
    0.985,
    0.95,
)  # of the answers given, so many shall be right; the second where the first cannot be had
_ENOUGH_TO_TRY = 30  # texts; below this nothing can be tried out and only clear answers are given
_CLEAR, _COOL = 0.9, 0.2  # the confidence asked for and the warmth assumed where nothing could be tried out
_FOLDS = 4


# -- a category --------------------------------------------------------------------------------------------------------


def features(text: str) -> Counter[str]:
    """Words that speak and pairs of neighbouring Han characters; the pairs see words the dictionary does not know."""
    folded = normalise(text).head(READ)
    found = Counter(word for word in pieces(folded) if speaks(word))
    found.update(one + other for one, other in pairwise(folded) if one > "〆" and other > "〆")
    return found


@dataclass
class Classifier:
    """Puts a text under one of the labels it has learned."""

    labels: list[str]
    weights: dict[str, array] = field(default_factory=dict)  # feature -> weight for each label
    rarity: dict[str, float] = field(default_factory=dict)  # feature -> idf
    bias: list[float] = field(default_factory=list)
    warmth: float = _COOL  # how far scores are drawn apart before they are read as confidences
    least: float = _CLEAR  # confidence below which it abstains

    @classmethod
    def train(cls, examples: Iterable[tuple[str, str]]) -> "Classifier":
        """Learns from (text, label). Five texts are enough to work, some hundred to be of use; ValueError for none."""
        known = [(features(text), label) for text, label in examples if label]
        if not known:
            raise ValueError("没有可供学习的文本：每条都要有正文和类别")
        labels = sorted({label for _, label in known})
        if len(labels) == 1:
            return cls(labels, bias=[0.0], least=2.0)  # nothing to tell apart was learned: it always abstains
        model = _fitted([found for found, _ in known], [labels.index(label) for _, label in known], labels)
        tried = _tried_out(known, labels)
        if tried:
            model.warmth = _best_warmth(tried)
            model.least = _least_confidence([_sure(scores, model.warmth, right) for scores, right in tried])
        return model

    def top(self, text: str, n: int = 3) -> list[tuple[str, float]]:
        """The n likeliest labels with their confidences (all confidences together are 1), likeliest first."""
        sure = _confidences(self.scores(features(text)), self.warmth)
        ranked = sorted(zip(self.labels, sure, strict=True), key=lambda pair: -pair[1])
        return ranked[:n]

    def abstains(self, text: str) -> bool:
        """Too unsure to say anything: shown as no suggestion at all."""
        return self.top(text, 1)[0][1] < self.least

    def scores(self, found: Counter[str]) -> list[float]:
        weighed = {
            name: _times(count) * self.rarity[name] for name, count in found.items() if name in self.rarity
        }
        length = math.hypot(*weighed.values()) or 1.0
        scores = list(self.bias)
        for name, weight in weighed.items():
            for place, of_label in enumerate(self.weights[name]):
                scores[place] += of_label * weight / length
        return scores

    def dumps(self) -> str:
        """The whole model as text (JSON), for a row of the database or a file."""
        names = list(self.weights)
        return json.dumps({
            "labels": self.labels, "bias": self.bias, "warmth": self.warmth, "least": self.least, "names": names,
            "rarity": _packed(array("f", (self.rarity[name] for name in names))),
            "weights": _packed(array("f", (one for name in names for one in self.weights[name]))),
        }, ensure_ascii=False)  # fmt: skip

    @classmethod
    def loads(cls, kept: str) -> "Classifier":
        data = json.loads(kept)
        wide = len(data["labels"])
        weights = _unpacked(data["weights"])
        rows = {name: weights[place * wide : (place + 1) * wide] for place, name in enumerate(data["names"])}
        rarity = dict(zip(data["names"], _unpacked(data["rarity"]), strict=True))
        return cls(data["labels"], rows, rarity, data["bias"], data["warmth"], data["least"])


def _packed(numbers: array) -> str:
    return b85encode(numbers.tobytes()).decode("ascii")


def _unpacked(text: str) -> array:
    numbers = array("f")
    numbers.frombytes(b85decode(text))
    return numbers


def _times(count: int) -> float:
    return 1 + math.log(count)


def _confidences(scores: Sequence[float], warmth: float) -> list[float]:
    top = max(scores)
    parts = [math.exp((score - top) * warmth) for score in scores]
    return [part / sum(parts) for part in parts]


def _fitted(known: list[Counter[str]], answers: list[int], labels: list[str]) -> Classifier:
    """SGD with log loss, one label against the rest; features that stand in one text only are noise from 200 texts on."""
    import numpy as np
    from sklearn.linear_model import SGDClassifier

    seen_in = Counter(name for found in known for name in found)
    least = 2 if len(known) >= 200 else 1
    names = {
        name: place for place, name in enumerate(name for name, count in seen_in.items() if count >= least)
    }
    rarity = {name: math.log((1 + len(known)) / (1 + seen_in[name])) + 1 for name in names}
    matrix = _matrix(known, names, rarity)
    model = SGDClassifier(
        loss="log_loss", alpha=0.02 / max(200, len(known)), max_iter=15, tol=None, random_state=7
    )
    model.fit(matrix, np.asarray(answers))
    rows, bias = model.coef_, model.intercept_
    if len(labels) == 2:  # scikit-learn keeps one row for two labels
        rows, bias = np.vstack([-rows[0], rows[0]]), np.array([-bias[0], bias[0]])
    columns = np.ascontiguousarray(rows.T, dtype=np.float32)
    weights = {name: array("f", columns[place].tobytes()) for name, place in names.items()}
    return Classifier(labels, weights, rarity, [float(one) for one in bias])


def _matrix(known: list[Counter[str]], names: dict[str, int], rarity: dict[str, float]) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    ends, columns, values = [0], array("i"), array("f")
    for found in known:
        weighed = [
            (names[name], _times(count) * rarity[name]) for name, count in found.items() if name in names
        ]
        length = math.hypot(*(weight for _, weight in weighed)) or 1.0
        columns.extend(place for place, _ in weighed)
        values.extend(weight / length for _, weight in weighed)
        ends.append(len(columns))
    return csr_matrix(
        (np.frombuffer(values, np.float32), np.frombuffer(columns, np.int32), ends),
        shape=(len(known), len(names)),
    )


Tried = list[tuple[list[float], int]]


def _tried_out(known: list[tuple[Counter[str], str]], labels: list[str]) -> Tried:
    """Scores of each text by a model that has not seen it, with the place of its right label; empty for too few texts.

    A label that stands only in the part left out cannot be right there; that counts as wrong, as it would be.
    """
    if len(known) < _ENOUGH_TO_TRY:
        return []
    tried: Tried = []
    met: Counter[str] = Counter()
    folds = []  # every label is spread over the folds, in whatever order the texts come
    for _, label in known:
        folds.append(met[label] % _FOLDS)
        met[label] += 1
    for fold in range(_FOLDS):
        rest = [pair for place, pair in zip(folds, known, strict=True) if place != fold]
        some = sorted({label for _, label in rest})
        if len(some) < 2:
            continue
        model = _fitted([found for found, _ in rest], [some.index(label) for _, label in rest], some)
        for found, label in (pair for place, pair in zip(folds, known, strict=True) if place == fold):
            tried.append((model.scores(found), some.index(label) if label in some else -1))
    return tried


def _sure(scores: list[float], warmth: float, right: int) -> tuple[float, bool]:
    sure = _confidences(scores, warmth)
    best = max(range(len(sure)), key=sure.__getitem__)
    return sure[best], best == right


def _best_warmth(tried: Tried) -> float:
    """The warmth at which confidences come closest to how often they are right (least log loss)."""

    def loss(warmth: float) -> float:
        return -sum(
            math.log(max(1e-6, _confidences(scores, warmth)[right])) for scores, right in tried if right >= 0
        )

    return min((0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.7, 2.2, 3.0, 4.0), key=loss)


def _least_confidence(tried: list[tuple[float, bool]]) -> float:
    """The confidence from which on so many are right as wanted, for as many texts as possible."""
    tried = sorted(tried, reverse=True)
    for wanted in _WANTED_RIGHT:
        right = given = 0
        for number, (_, is_right) in enumerate(tried, 1):
            right += is_right
            if right / number >= wanted and number >= min(20, len(tried)):
                given = number
        if given:
            return tried[given - 1][0]
    return 2.0  # it could not be trusted with any text


# -- a unit ------------------------------------------------------------------------------------------------------------

_CLAUSE_ENDS = re.compile(r"[、，。；,;.]+")
_CLAUSE_FRAME = re.compile(
    r"^(?:主要)?(?:负责|承担|主管|受理|办理|协调|指导|组织|牵头|涉及|以及|和|与|及|全区|本区|辖区)+|"
    r"(?:等?方面的?工作|的?提案|等?事项|等?工作|的?建议|等|管理工作)+$"
)
_IN_BODY = 0.6  # what a clause found only in the body counts beside one found in the first line
_HALF_SAID = 0.7  # what a clause counts whose words are there but not as one
_FEW = 0.25  # what a word counts that says how, not what
_GENERAL = frozenset(
    "管理 监管 监督 检查 治理 清理 保护 维护 建设 服务 工作 开发 规划 审批 指导 维修 设置 处理 防治 农村 城市 城乡 公共 "
    "道路 社区 行业 机构 社会 组织 调度 培育 申报 宣传 教育 协调 执法 安全 资金 项目 改造 发展 推广 运行 登记".split()
)


def clauses(duty: str) -> list[str]:
    """What a unit does, one by one: 负责校园安全、教师队伍等方面的工作 → 校园安全, 教师队伍."""
    parts = (_CLAUSE_FRAME.sub("", part.strip()) for part in _CLAUSE_ENDS.split(normalise(duty)))
    return [part for part in parts if len(part) >= 2]


def duty_match(text: str, duties: Iterable[tuple[Any, str, str]]) -> list[tuple[Any, float, str]]:
    """(id, score 0 … 1, the clause that matched) of the units whose duties the text speaks of, best first.

    `duties` are (id, name, duty sentence). The first line of the text is its title and counts more. A clause that
    many units have says less than one that only this unit has.
    """
    title, _, body = normalise(text).partition("\n")
    table = [(unit, clauses(duty)) for unit, _, duty in duties]
    shared_by = Counter(clause for _, own in table for clause in set(own))
    found = []
    for unit, own in table:
        scored = [(_said(clause, title, body) / math.sqrt(shared_by[clause]), clause) for clause in own]
        score, clause = max(scored, default=(0.0, ""))
        if score > 0.2:
            found.append((unit, round(score, 3), clause))
    return sorted(found, key=lambda match: -match[1])


def _said(clause: str, title: str, body: str) -> float:
    """How much of the clause the text says: whole and in the title 1, whole in the body less, in part less again."""
    if clause in title:
        return 1.0
    if clause in body:
        return _IN_BODY + 0.1 * min(3, body.count(clause) - 1)
    words = [word for word in cached_words(clause) if speaks(word)]
    if not words:
        return 0.0
    share = {word: _FEW if word in _GENERAL else 1.0 for word in words}
    held = sum(_word_said(word, title, body) * part for word, part in share.items()) / sum(share.values())
    return _HALF_SAID * held if held >= 0.4 and max(share.values()) > _FEW else 0.0


def _word_said(word: str, title: str, body: str) -> float:
    for known, full in ((word, 1.0), *((other, 0.8) for other in synonyms().get(word, ()))):
        if known in title:
            return full
        if known in body:
            return full * _IN_BODY
    return 0.0


NEAREST = 3


@dataclass(frozen=True)
class Ground:
    """Why a unit is suggested: the nearest earlier cases it handled and the clause of its duties."""

    cases: tuple[Any, ...] = ()
    clause: str = ""


@dataclass(frozen=True)
class Suggestion:
    unit_id: Any
    score: float
    ground: Ground


def suggest_units(
    text: str, past: Sequence[tuple[Any, str, Any]], duties: Iterable[tuple[Any, str, str]], limit: int = 3
) -> list[Suggestion]:
    """At most `limit` units for the text, best first; none when neither the past nor the duties say enough.

    `past` are (record id, text, unit id) of earlier cases, `duties` (unit id, name, duty sentence). The score is a
    sum of two shares: how near its nearest cases are (cosine of words), and how much its duties are spoken of.
    """
    votes: dict[Any, float] = defaultdict(float)
    cases: dict[Any, list[Any]] = defaultdict(list)
    for near, record, unit in _nearest(text, past):
        votes[unit] += near / NEAREST
        cases[unit].append(record)
    said: dict[Any, str] = {}
    for unit, score, clause in duty_match(text, duties)[:6]:
        votes[unit] += score * 0.5
        said[unit] = clause
    best = sorted(votes.items(), key=lambda vote: -vote[1])[:limit]
    return [
        Suggestion(unit, round(score, 3), Ground(tuple(cases[unit]), said.get(unit, "")))
        for unit, score in best
        if score >= _ENOUGH_SAID
    ]


_ENOUGH_SAID = 0.15
_NEAR = 0.12  # cosine below which an earlier case is another matter


def _nearest(text: str, past: Sequence[tuple[Any, str, Any]]) -> list[tuple[float, Any, Any]]:
    """(cosine, record id, unit id) of the cases nearest to the text, nearest first."""
    table = [Counter(filter(speaks, cached_words(earlier))) for _, earlier, _ in past]
    seen_in = Counter(word for counts in table for word in counts)

    def weighed(counts: Counter[str]) -> dict[str, float]:
        parts = {
            word: _times(count) * math.log(1 + (len(past) + 1) / (seen_in[word] + 0.5))
            for word, count in counts.items()
        }
        length = math.hypot(*parts.values()) or 1.0
        return {word: part / length for word, part in parts.items()}

    own = weighed(Counter(filter(speaks, pieces(text))))
    found = []
    for (record, _, unit), counts in zip(past, table, strict=True):
        other = weighed(counts)
        near = sum(own[word] * other[word] for word in own.keys() & other.keys())
        if near >= _NEAR:
            found.append((near, record, unit))
    return sorted(found, key=lambda case: -case[0])[:NEAREST]
