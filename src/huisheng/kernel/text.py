"""Chinese text: what it is folded to for finding, its terms, an excerpt, passages shared by two texts.

Two views of one text are used side by side. *Tokens* are overlapping pairs of characters: they find every
name, new or rare, without a dictionary. *Words* are cut by a dictionary: they tell what a text is about. Both
begin with `normalise`, so whatever is folded in the index is folded in the question.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import add
from pathlib import Path

DATA = Path(__file__).parent / "data"

# Everything written without spaces: ideographs with Ext A–J and 〇, kana, hangul, and the private areas in which
# older systems kept rare names (造字).
HAN = "〇㐀-䶿一-鿿豈-﫿぀-ヿ가-힯\ue000-\uf8ff\U00020000-\U0003ffff\U000f0000-\U0010fffd"
_RUN = re.compile(rf"[{HAN}]+|[0-9]+|[^\W_0-9{HAN}]+")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_LAST_SPACED = "〆"  # beyond this code point a letter belongs to a script written without spaces
_MAX_TOKEN = 64  # characters; longer Latin runs are noise (keys, addresses)
_MEMO = 60_000  # folded characters kept in memory: all that real texts use, not all of Unicode


class _Fold(dict[int, str]):
    """What one character is searched as; filled as characters are met."""

    def __missing__(self, point: int) -> str:
        folded = self._fold(chr(point))
        if len(self) < _MEMO:
            self[point] = folded
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        category = unicodedata.category(char)
        if category == "Cc":
            return " "
        if category in ("Cf", "Cs") or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            return ""  # marks that are not seen: zero width, direction, variation; halves of a surrogate pair
        simple = _simplified()
        return "".join(simple.get(c, c) for c in unicodedata.normalize("NFKC", char)).casefold()


_FOLD = _Fold()


@cache
def _simplified() -> dict[str, str]:
    old, new = (DATA / "simplified.txt").read_text(encoding="utf-8").splitlines()
    return dict(zip(old, new, strict=True))


def _composed(text: str) -> str:
    """The text in composed form (NFC); positions in an excerpt or passage count in this."""
    return (
        text
        if text.isascii() or unicodedata.is_normalized("NFC", text)
        else unicodedata.normalize("NFC", text)
    )


class Folded(str):
    """A text that is normalised already: folding it again costs nothing."""

    __slots__ = ()

    def head(self, size: int) -> "Folded":
        return self if len(self) <= size else Folded(self[:size])


def normalise(text: str) -> Folded:
    """The text as it is searched, never as it is shown.

    Full width becomes half width (NFKC), traditional becomes simplified character by character, capitals become
    small, control characters become spaces, invisible marks and lone surrogates go.
    """
    return text if isinstance(text, Folded) else Folded(_composed(text).translate(_FOLD))


def _closed_up(folded: str) -> str:
    """White space between two Han characters taken out, other white space made one space."""
    parts = folded.split()
    if len(parts) < 2:
        return folded.strip()
    joined = [parts[0]]
    for before, part in pairwise(parts):
        if not (before[-1] > _LAST_SPACED and part[0] > _LAST_SPACED):
            joined.append(" ")
        joined.append(part)
    return "".join(joined)


def tokens(text: str) -> list[str]:
    """The text as a row of tokens for an index: pairs of Han characters, words of Latin, numbers.

    A run of Han gives its overlapping pairs and then its last character alone, so that one character is found
    as the beginning of a token. White space between Han characters is overlooked ("王　伟", wrapped lines).
    Numbers lose leading zeros: 第015号 and 第15号 are the same number.
    """
    found: list[str] = []
    for run in _RUN.findall(_closed_up(normalise(text))):
        if run[0] > _LAST_SPACED:
            found += map(add, run, run[1:])
            found.append(run[-1])
        elif "0" <= run[0] <= "9":
            found.append(run.lstrip("0")[:_MAX_TOKEN] or "0")
        else:
            found.append(run[:_MAX_TOKEN])
    return found


# -- words -----------------------------------------------------------------------------------------------------

_own_words: set[str] = set()


@cache
def _cutter():  # type: ignore[no-untyped-def]
    import rjieba  # 33 MB; only a process that cuts words pays for it

    return rjieba.Jieba()


def use_words(words: Iterable[str]) -> None:
    """Teach the cutter names of places, units and people. Texts already indexed keep their old cut until rebuilt."""
    for word in words:
        word = normalise(word).strip()
        if 2 <= len(word) <= 20 and word not in _own_words and _HAN_RUN.fullmatch(word):
            _own_words.add(word)
            _cutter().add_word(word, 20_000, "nz")
            cached_words.cache_clear()


def pieces(text: str) -> list[str]:
    """The text cut into words, punctuation and space, folded like everything that is searched."""
    return _cutter().cut(_closed_up(normalise(text)))


def words(text: str) -> list[str]:
    """The words of a text in order, folded like everything that is searched; punctuation left out."""
    return [word for word in pieces(text) if begins_with_letter(word)]


def things(text: str) -> set[str]:
    """The nouns of a text, of two characters and more: what it is about, without “应当” and “没有”."""
    tagged = _cutter().tag(_closed_up(normalise(text)))
    return {
        word
        for word, kind in tagged
        if kind[:1] == "n" or kind == "vn"
        if len(word) >= 2 and not word.isascii()
    }


_LETTER = re.compile(rf"[^\W_]|[{HAN}]")


def begins_with_letter(piece: str) -> bool:
    """A word or number, not punctuation, space or a picture."""
    return _LETTER.match(piece) is not None


@lru_cache(maxsize=4096)
def cached_words(text: str) -> tuple[str, ...]:
    """`words` of a short text that is asked again and again (titles, names, duty sentences)."""
    return tuple(words(text))


# -- what a person typed -----------------------------------------------------------------------------------------

_TERM = re.compile(rf"(?:[^\W_]|[{HAN}])+")
MAX_TERMS = 16
_MAX_QUERY = 400  # characters of a question that are read; nobody types more, but people paste


def terms(query: str) -> list[str]:
    """The things asked for, all of which must be found: the question split at spaces and punctuation.

    >>> terms("扬尘  治理, 第０15号 \\"AND\\"")
    ['扬尘', '治理', '第015号', 'and']
    """
    folded = normalise(query[:_MAX_QUERY])
    return list(dict.fromkeys(_TERM.findall(folded)))[:MAX_TERMS]


# -- an excerpt --------------------------------------------------------------------------------------------------

Segments = list[tuple[str, bool]]


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the position in `text` it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for piece in _FOLD[ord(char)]:
            folded.append(piece)
            places.append(place)
    return "".join(folded), places


def _pattern(asked: Sequence[str]) -> re.Pattern[str] | None:
    """Finds any of the terms, white space between their characters overlooked and zeros before numbers."""
    alternatives = []
    for term in sorted({t for raw in asked for t in terms(raw)}, key=len, reverse=True):
        runs = [
            rf"(?<![0-9])0*{run.lstrip('0') or '0'}(?![0-9])"
            if run.isdecimal()
            else r"\s*".join(map(re.escape, run))
            for run in _RUN.findall(term)
        ]
        if runs:
            alternatives.append(r"\s*".join(runs))
    return re.compile("|".join(alternatives)) if alternatives else None


def _hits(text: str, asked: Sequence[str]) -> list[tuple[int, int]]:
    pattern = _pattern(asked)
    if pattern is None:
        return []
    folded, places = _folded_with_places(text)
    return [
        (places[m.start()], places[m.end() - 1] + 1) for m in pattern.finditer(folded) if m.end() > m.start()
    ]


def _segments(text: str, start: int, end: int, hits: list[tuple[int, int]]) -> Segments:
    parts: Segments = []
    at = start
    for left, right in hits:
        left, right = max(left, at), min(right, end)
        if right <= left:
            continue
        if left > at:
            parts.append((text[at:left], False))
        parts.append((text[left:right], True))
        at = right
    if at < end:
        parts.append((text[at:end], False))
    return parts


def marked(text: str, asked: Sequence[str]) -> Segments:
    """The whole text in segments (text, is a hit), for a title."""
    text = _composed(text)
    return _segments(text, 0, len(text), _hits(text, asked))


def excerpt(text: str, asked: Sequence[str], width: int = 100) -> Segments:
    """About `width` characters around the place where most of the terms stand, in segments (text, is a hit).

    Joined, the segments are the text itself with white space closed up, and … where it was cut. `asked` is what
    the person typed or its `terms`. Without a hit the beginning is given.
    """
    text = re.sub(r"\s+", " ", _composed(text)).strip()
    hits = _hits(text, asked)
    start = _best_start(text, hits, width)
    end = min(len(text), start + width)
    parts = _segments(text, start, end, hits)
    if start > 0:
        parts.insert(0, ("…", False))
    if end < len(text):
        parts.append(("…", False))
    return parts


def _best_start(text: str, hits: list[tuple[int, int]], width: int) -> int:
    """The window with the most different hits; a little is left in front of the first."""
    if not hits or len(text) <= width:
        return 0
    best, best_count, right = 0, 0, 0
    for left in range(min(len(hits), 500)):
        right = max(right, left)
        while right < len(hits) and hits[right][1] - hits[left][0] <= width:
            right += 1
        count = len({text[a:b] for a, b in hits[left : min(right, left + 50)]})
        if count > best_count:
            best, best_count = hits[left][0], count
    return max(0, min(best - width // 5, len(text) - width))


# -- two texts side by side ----------------------------------------------------------------------------------------

_MAX_GAP = 12  # characters that may be replaced, left out or put in without ending a shared passage
_AFTER_GAP = 3  # characters that must agree again after such a gap
_MAX_COMPARED = 20_000
_MAX_PLACES = 24  # places at which a repeated phrase is tried


def shared_passages(a: str, b: str, min_len: int = 8) -> list[tuple[int, int, int]]:
    """Passages of `a` found again in `b`: (start in a, start in b, length), in the order of `a`.

    Case, width and traditional forms are overlooked. A passage begins with `min_len` equal characters; where a
    road name or number in it was replaced it goes on behind the difference, so its pieces are short but
    belong together and only what differs stays unmarked. Every piece is the same length in both texts.
    """
    folded_a, folded_b = _same_length_fold(a), _same_length_fold(b)
    places = _grams(folded_b, min_len)
    found: list[tuple[int, int, int]] = []
    at = 0
    while at + min_len <= len(folded_a):
        piece = _longest(folded_a, folded_b, at, places.get(folded_a[at : at + min_len], ()), found)
        if piece is None:
            at += 1
            continue
        found.extend(_with_near_pieces(folded_a, folded_b, piece, at_least=_end_of(found)))
        at = _end_of(found)
    return [_trimmed(folded_a, piece) for piece in found if folded_a[piece[0] : piece[0] + piece[2]].strip()]


def _same_length_fold(text: str) -> str:
    """Folded character by character; one that folds to none or several stays itself, so positions hold."""
    text = text[:_MAX_COMPARED]
    folded = text.translate(_FOLD)
    if len(folded) == len(text):
        return folded
    return "".join(new if len(new := _FOLD[ord(char)]) == 1 else char for char in text)


def _grams(text: str, size: int) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at in range(len(text) - size + 1):
        found = places.setdefault(text[at : at + size], [])
        if len(found) < _MAX_PLACES:
            found.append(at)
    return places


def _run(a: str, b: str, i: int, j: int) -> int:
    """How many characters agree from a[i] and b[j] on; doubling steps, then single ones."""
    length, step = 0, 16
    while step:
        if (
            (part := a[i + length : i + length + step])
            and len(part) == step
            and part == b[j + length : j + length + step]
        ):
            length += step
            step = min(step * 2, 1024)
        else:
            step //= 2
    return length


def _longest(
    a: str, b: str, i: int, starts: Sequence[int], done: list[tuple[int, int, int]]
) -> tuple[int, int, int] | None:
    """The longest passage from a[i]; among equals the one that goes on where the last one ended."""
    if not starts or not a[i].strip():
        return None
    after = done[-1][1] + done[-1][2] if done else 0
    runs = [(_run(a, b, i, j), -abs(j - after), j) for j in starts]
    length, _, j = max(runs)
    return i, j, length


def _with_near_pieces(
    a: str, b: str, seed: tuple[int, int, int], at_least: int
) -> list[tuple[int, int, int]]:
    """The seed with the short pieces before and behind it that only a small difference parts from it."""
    chain = [seed]
    while (before := _piece_before(a, b, chain[0], at_least)) is not None:
        chain.insert(0, before)
    while (behind := _piece_behind(a, b, chain[-1])) is not None:
        chain.append(behind)
    return chain


def _gaps() -> list[tuple[int, int]]:
    both = [(x, y) for x in range(_MAX_GAP + 1) for y in range(_MAX_GAP + 1) if x or y]
    return sorted(both, key=lambda gap: (gap[0] + gap[1], abs(gap[0] - gap[1])))


_GAPS = _gaps()


def _piece_behind(a: str, b: str, piece: tuple[int, int, int]) -> tuple[int, int, int] | None:
    i, j = piece[0] + piece[2], piece[1] + piece[2]
    for gap_a, gap_b in _GAPS:
        start = a[i + gap_a : i + gap_a + _AFTER_GAP + (gap_a + gap_b) // 4]
        if len(start) >= _AFTER_GAP and b.startswith(start, j + gap_b) and _speaks(start):
            return i + gap_a, j + gap_b, _run(a, b, i + gap_a, j + gap_b)
    return None


def _piece_before(a: str, b: str, piece: tuple[int, int, int], at_least: int) -> tuple[int, int, int] | None:
    for gap_a, gap_b in _GAPS:
        i, j = piece[0] - gap_a, piece[1] - gap_b
        length = 0
        while i - length - 1 >= at_least and j - length - 1 >= 0 and a[i - length - 1] == b[j - length - 1]:
            length += 1
        wanted = _AFTER_GAP + (gap_a + gap_b) // 4
        if length >= wanted and _speaks(a[i - length : i]):
            return i - length, j - length, length
    return None


def _speaks(piece: str) -> bool:
    """At least two of its characters are letters: punctuation and spaces alone say nothing."""
    return sum(map(str.isalnum, piece)) >= 2


def _end_of(found: list[tuple[int, int, int]]) -> int:
    return found[-1][0] + found[-1][2] if found else 0


def _trimmed(a: str, piece: tuple[int, int, int]) -> tuple[int, int, int]:
    i, j, length = piece
    text = a[i : i + length]
    lead = length - len(text.lstrip())
    return i + lead, j + lead, len(text.strip())


# -- the same document ---------------------------------------------------------------------------------------------


_INNER = {"“": "‘", "”": "’", "《": "〈", "》": "〉"}
_CLOSES = {"”": "“", "》": "《"}


def quoted_within(text: str) -> str:
    """Quotation marks and title marks that stand inside others of their kind become the inner ones: “…‘…’…”, 《…〈…〉…》."""
    depth = dict.fromkeys("“《", 0)
    out = []
    for char in text:
        if char in depth:
            depth[char] += 1
            out.append(_INNER[char] if depth[char] > 1 else char)
        elif opening := _CLOSES.get(char):
            out.append(_INNER[char] if depth[opening] > 1 else char)
            depth[opening] = max(0, depth[opening] - 1)
        else:
            out.append(char)
    return "".join(out)


def fingerprint(text: str) -> str:
    """sha256 (hex) of the letters alone: two files of the same paper have the same fingerprint."""
    return hashlib.sha256("".join(_RUN.findall(normalise(text))).encode("utf-8")).hexdigest()


# -- initials ------------------------------------------------------------------------------------------------------

# Surnames read otherwise than the character usually is (姓氏读音); compound surnames first.
_SURNAMES = {
    "单于": "cy",
    "长孙": "zs",
    "万俟": "mq",
    "尉迟": "yc",
    "澹台": "tt",
    "区": "o",
    "单": "s",
    "曾": "z",
    "仇": "q",
    "解": "x",
    "查": "z",
    "盖": "g",
    "朴": "p",
    "任": "r",
    "乐": "y",
    "种": "c",
    "员": "y",
    "宓": "m",
    "秘": "b",
    "召": "s",
    "折": "s",
    "翟": "z",
    "祭": "z",
    "繁": "p",
    "句": "g",
    "车": "c",
    "石": "s",
    "都": "d",
    "盛": "s",
    "宿": "s",
    "覃": "q",
    "缪": "m",
    "冼": "x",
    "逄": "p",
    "隗": "k",
    "贾": "j",
    "费": "f",
    "谌": "c",
    "幺": "y",
    "纪": "j",
    "尹": "y",
    "燕": "y",
    "应": "y",
    "宁": "n",
    "卜": "b",
    "俞": "y",
    "曲": "q",
    "那": "n",
    "哈": "h",
    "沈": "s",
    "柏": "b",
    "葛": "g",
    "殷": "y",
    "粘": "n",
    "洗": "x",
    "黑": "h",
    "能": "n",
    "褚": "c",
    "晁": "c",
    "郗": "x",
    "佴": "n",
    "呙": "g",
    "郇": "x",
    "阚": "k",
    "妫": "g",
    "訾": "z",
    "仉": "z",
    "祝": "z",
    "臧": "z",
    "乜": "n",
}
_UNIT_ENDS = tuple("局委办会院所队部处司校站社厅馆区县市乡村镇园厂行室科组团党盟联")


@cache
def _initials() -> dict[str, str]:
    lines = (DATA / "initials.txt").read_text(encoding="utf-8").splitlines()
    return {char: line[0] for line in lines for char in line[1:]}


def pinyin_initials(text: str, is_name: bool | None = None) -> str:
    """The first letters of a reading: 单田芳 → stf, 区教育局 → qjyj, 5G基站 → 5gjz.

    `is_name` says whether the text is a person's name, whose first character is then read as a surname; without
    it, two to four characters that do not end like a unit are taken for a name. What has no known reading is
    left out.
    """
    folded = _closed_up(normalise(text)).strip()
    letters = _initials()
    if is_name is None:
        is_name = 2 <= len(folded) <= 4 and not folded.endswith(_UNIT_ENDS)
    head = ""
    if is_name:
        surname = next((folded[:n] for n in (2, 1) if folded[:n] in _SURNAMES), "")
        head, folded = _SURNAMES.get(surname, ""), folded[len(surname) :]
    return head + "".join(
        char if char.isascii() and char.isalnum() else letters.get(char, "") for char in folded
    )
