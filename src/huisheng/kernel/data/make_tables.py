"""Writes the two character tables beside this file from the dictionaries of OpenCC and pypinyin.

    python src/huisheng/kernel/data/make_tables.py

simplified.txt  two lines: traditional characters, and under each its simplified form (OpenCC t2s, Apache-2.0).
initials.txt    one line per letter: the letter, then every character whose usual reading begins with it
                (pypinyin, MIT).

The tables replace both libraries at run time: 5 MB of memory in a web worker instead of 80. A test says when
they are stale, so OpenCC and pypinyin are needed by developers only.
"""

import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
IDEOGRAPHS = [*range(0x3400, 0xA000), *range(0x20000, 0x33480)]


def simplified() -> str:
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    pairs = [(char, convert(char)) for char in map(chr, IDEOGRAPHS)]
    pairs = [(old, new) for old, new in pairs if new != old and len(new) == 1]
    return "".join(old for old, _ in pairs) + "\n" + "".join(new for _, new in pairs) + "\n"


def initials() -> str:
    from pypinyin.pinyin_dict import pinyin_dict

    chars: dict[str, list[str]] = defaultdict(list)
    for point in IDEOGRAPHS:
        if reading := pinyin_dict.get(point):
            letter = unicodedata.normalize("NFD", reading)[0]
            if letter.isascii():
                chars[letter].append(chr(point))
    return "".join(f"{letter}{''.join(chars[letter])}\n" for letter in sorted(chars))


if __name__ == "__main__":
    (HERE / "simplified.txt").write_text(simplified(), encoding="utf-8")
    (HERE / "initials.txt").write_text(initials(), encoding="utf-8")
