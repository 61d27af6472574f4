"""What a text is about, as numbers: its words hashed and counted, and how rare each word is in this collection."""

import math
import re
import threading
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

from django.db import DEFAULT_DB_ALIAS, connections

from huisheng.kernel.text import begins_with_letter, normalise, pieces

from .models import SearchRow

TITLE_WEIGHT = 3  # a word of the title counts as much as three of the body
WORDS_READ = 6_000  # characters of the body that are compared; what a text is about is said by then
_STOP = frozenset(
    "我们 他们 你们 自己 大家 这个 那个 这些 那些 这样 那样 这里 那里 什么 怎么 如何 为什么 一个 一些 一下 一种 一直 "
    "已经 正在 可以 能够 应该 应当 必须 需要 希望 建议 提案 问题 情况 方面 工作 关于 对于 由于 因为 所以 但是 而且 "
    "并且 以及 或者 如果 虽然 还是 就是 不是 没有 不能 不会 目前 现在 今年 近年 近年来 进行 通过 根据 按照 同时 其中 "
    "相关 有关 部门 单位 加强 推进 完善 进一步 切实 不断 非常 十分 比较 特别 尤其 很多 许多 部分 主要 存在 造成 导致 "
    "影响 出现 具体 以下 以上 您好 你好 请问 谢谢 领导 尊敬 反映 我区 全区 群众 居民 市民 案由 给予 为了 使得 从而 "
    "第一 第二 第三 第四 第五 首先 其次 最后 一是 二是 三是 四是 之间 之后 之前 以来 时候 时间".split()
)


def speaks(word: str) -> bool:
    """The word says something about the matter: not a particle, not a bare number."""
    if word in _STOP or not word.strip("0123456789.,%"):
        return False
    return begins_with_letter(word) and (len(word) > 1 or word > "\uffff")


FIRST_WORD = 1 << 31  # numbers below are characters (their code points), from here on words


@lru_cache(maxsize=100_000)
def number(word: str) -> int:
    """The word as a 32-bit number; 0 for one that does not speak."""
    return crc32(word.encode("utf-8")) | FIRST_WORD if speaks(word) else 0


def counted(title: str, body: str) -> dict[int, int]:
    """The words that speak and the Han characters, as numbers, with their counts; those of the title weigh more.

    Characters see what words do not: 午餐 and 午饭, 电梯 and 加梯 are different words and half the same.
    """
    counts: dict[int, int] = {}
    title, body = normalise(title).head(WORDS_READ), normalise(body).head(WORDS_READ)
    for word, count in Counter(pieces(body)).items():
        if key := number(word):
            counts[key] = count
    for char, count in Counter(body).items():
        if char > "〆" and char.isalnum():
            counts[ord(char)] = count
    for word in pieces(title):
        if key := number(word):
            counts[key] = counts.get(key, 0) + TITLE_WEIGHT
    for char in plain_title(title):
        if char > "〆":
            counts[ord(char)] = counts.get(ord(char), 0) + TITLE_WEIGHT
    return counts


def pack(counts: dict[int, int]) -> tuple[bytes, bytes]:
    """Characters first, then words: in the order of their numbers."""
    keys = sorted(counts)
    return array("I", keys).tobytes(), bytes([min(counts[key], 255) for key in keys])


def unpack(words: bytes, counts: bytes) -> "tuple[array[int], bytes, int]":
    """(numbers, how often each, place of the first word)."""
    numbers = array("I")
    numbers.frombytes(bytes(words))
    return numbers, bytes(counts), bisect_left(numbers, FIRST_WORD)


_FRAME = re.compile(
    r"^(?:再次|强烈|恳请|请求|呼吁|建议|关于|对于|有关|请)+|"
    r"(?:的?(?:几点|若干|一些|相关|有关|对策|意见|情况|问题|工作|建议|提案|反映|议案|报告|答复|请示|函))+$"
)


def plain_title(title: str) -> str:
    """The title without the frame every title has: 关于…的建议."""
    folded = re.sub(r"[\W_]+", "", normalise(title))
    return _FRAME.sub("", folded) or folded


@cache
def synonyms() -> dict[str, frozenset[str]]:
    """For each word of the table (data/synonyms.txt) the other words that say the same."""
    groups: dict[str, frozenset[str]] = {}
    for line in (Path(__file__).parent / "data" / "synonyms.txt").read_text(encoding="utf-8").splitlines():
        group = frozenset(map(str, map(normalise, line.split()))) if not line.startswith("#") else frozenset()
        for word in group:
            groups[word] = groups.get(word, frozenset()) | group - {word}
    return groups


@cache
def concepts() -> dict[int, int]:
    """For each word of the table, as a number, the number of what it says; the group's first word in order."""
    groups = synonyms()
    return {number(word): number(min(word, *others)) for word, others in groups.items() if number(word)}


# -- how rare a word is --------------------------------------------------------------------------------------------

_SAMPLE = 2_000  # records; the rarity of a word is read from so many, spread over the whole collection
_ALWAYS_FRESH = 300  # records; below this the sample is so small that it is read every time


@dataclass(frozen=True)
class Rarity:
    """In how many of `total` sampled records each hashed word stands."""

    total: int
    size: int  # records in the whole collection, about
    seen_in: dict[int, int]
    idf: dict[int, float]
    unknown: float  # idf of a word the sample does not know

    @classmethod
    def counted(cls, total: int, size: int, seen_in: dict[int, int]) -> "Rarity":
        idf = {key: math.log(1 + (total + 1) / (count + 0.5)) for key, count in seen_in.items()}
        return cls(total, size, seen_in, idf, math.log(1 + 2 * (total + 1)))

    def of(self, number: int) -> float:
        """idf: 0.7 for what stands everywhere, about 8 for what stands nowhere."""
        return self.idf.get(number, self.unknown)

    def share(self, number: int) -> float:
        return self.seen_in.get(number, 0) / max(1, self.total)


_rarities: dict[str, tuple[int, Rarity]] = {}
_lock = threading.Lock()


def rarity(using: str = DEFAULT_DB_ALIAS) -> Rarity:
    """Read again when the collection has grown by a tenth; kept by each process for itself."""
    last = SearchRow.objects.using(using).order_by("-id").values_list("id", flat=True).first() or 0
    known = _rarities.get(using)
    if known and last > _ALWAYS_FRESH and known[0] <= last <= known[0] * 1.1:
        return known[1]
    with _lock:
        fresh = _sampled(using)
        _rarities[using] = (last, fresh)
    return fresh


_SPREAD = (  # every n-th record, however far apart the ids are, and how many records there are
    "SELECT v.words, t.total FROM search_searchvector v JOIN (SELECT row_id, row_number() OVER (ORDER BY row_id) AS n, "
    "count(*) OVER () AS total FROM search_searchvector) t ON t.row_id = v.row_id WHERE t.n %% (1 + t.total / %s) = 0"
)


def _sampled(using: str) -> Rarity:
    seen_in: Counter[int] = Counter()
    with connections[using].cursor() as cursor:
        cursor.execute(_SPREAD, [_SAMPLE])
        rows = cursor.fetchall()
    for packed, _ in rows:
        numbers = array("I")
        numbers.frombytes(bytes(packed))
        seen_in.update(numbers)
    return Rarity.counted(len(rows), rows[0][1] if rows else 0, dict(seen_in))


def forget() -> None:
    """Drop what this process remembers of rarities (after a rebuild, in tests)."""
    _rarities.clear()
