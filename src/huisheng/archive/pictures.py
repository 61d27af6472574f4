"""Pictures made from an original: one to look at, one for lists; and the fingerprint by which near copies are found.

Runs in a child process with little memory (kernel.child): a picture that eats memory takes the child with it, not the
house. The original is only read. What is made carries no camera, no place and no author.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from huisheng.kernel.child import ChildDied, in_child

VIEW, THUMB = 1600, 320  # the longer side, in pixels
VIEW_QUALITY, THUMB_QUALITY = 82, 74
AT_ONCE = 40  # pictures a child looks at before it is replaced
SIGN = 1 << 63
ORIENTATION = 0x0112
FLAT = 6  # fewer bits than this, or nearly all, set: a blank page, like every other blank page


@dataclass(frozen=True)
class Look:
    """What was seen of one picture. ``failed``: a sentence, and then nothing else counts."""

    width: int = 0
    height: int = 0
    likeness: int | None = None
    taken_on: date | None = None
    view: bytes = b""
    thumb: bytes = b""
    failed: str = ""


BROKEN = "这张照片打不开，可能没有传完整。请用看图软件打开另存后再传。"


def look_at(paths: Sequence[Path]) -> Iterator[Look]:
    """One Look a picture, in order. A picture that kills the child is found and told; the others are looked at all the same."""
    for start in range(0, len(paths), AT_ONCE):
        yield from _looked(paths[start : start + AT_ONCE])


def look_at_bytes(data: bytes) -> Look:
    with tempfile.NamedTemporaryFile(suffix=".picture") as file:
        file.write(data)
        file.flush()
        return next(iter(look_at([Path(file.name)])))


def _looked(paths: Sequence[Path]) -> list[Look]:
    with _folder() as folder:
        try:
            seconds = 20 + 5 * len(paths)
            found = in_child(
                seen, [str(path) for path in paths], str(folder), seconds=seconds, cpu_seconds=seconds, megabytes=1200
            )  # fmt: skip
        except ChildDied as problem:
            if len(paths) == 1:
                return [Look(failed=problem.sentence if "时间" in problem.sentence else BROKEN)]
            return [one for path in paths for one in _looked([path])]
        return [_look(one, folder, i) for i, one in enumerate(found)]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        yield Path(name)


def _look(told: dict[str, Any], folder: Path, place: int) -> Look:
    if told.get("failed"):
        return Look(failed=BROKEN)
    taken = told["taken_on"]
    return Look(
        told["width"], told["height"], told["likeness"], date.fromisoformat(taken) if taken else None,
        (folder / f"{place}.view").read_bytes(), (folder / f"{place}.thumb").read_bytes(),
    )  # fmt: skip


# -- in the child --------------------------------------------------------------------------------------------------
def seen(paths: list[str], folder: str) -> list[dict[str, Any]]:
    """Called in the child: looks at each picture and leaves what it makes in the folder."""
    return [_see(path, Path(folder), i) for i, path in enumerate(paths)]


def _see(path: str, folder: Path, place: int) -> dict[str, Any]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = 80_000_000  # the gate lets through sixty million
    try:
        with Image.open(path, formats=("JPEG", "PNG", "TIFF")) as opened:
            width, height = opened.size
            taken = _taken_on(opened)
            if opened.getexif().get(ORIENTATION, 1) >= 5:  # taken upright: shown turned
                width, height = height, width
            opened.draft("RGB", (VIEW, VIEW))
            picture = _flat(ImageOps.exif_transpose(opened))
        view = picture.copy()
        view.thumbnail((VIEW, VIEW))
        view.save(folder / f"{place}.view", "JPEG", quality=VIEW_QUALITY)
        thumb = view.copy()
        thumb.thumbnail((THUMB, THUMB))
        thumb.save(folder / f"{place}.thumb", "JPEG", quality=THUMB_QUALITY)
        return {"width": width, "height": height, "likeness": likeness_of(thumb), "taken_on": taken}
    except MemoryError:
        raise
    except (
        Exception
    ) as problem:  # Pillow raises whatever the broken part provokes; the person needs one sentence
        return {"failed": f"{type(problem).__name__}: {problem}"[:200]}


def _flat(picture: Any) -> Any:
    """RGB on white: what was transparent is paper."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "P", "PA"):
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    if picture.mode.startswith(
        "I;16"
    ):  # grey of sixteen bits, as good scanners write it: cut to eight, not cut off at 255
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGB")


def _taken_on(picture: Any) -> str:
    """The day the camera wrote, as 2017-03-08; "" where there is none or it is no day."""
    try:
        exif = picture.getexif()
        told = str(exif.get_ifd(0x8769).get(0x9003) or exif.get(0x0132) or "")[:10].replace(":", "-")
        return date.fromisoformat(told).isoformat()
    except Exception:  # whatever a broken tag provokes: then no day is known
        return ""


def likeness_of(picture: Any) -> int | None:
    """64 bits (as a signed number): is each of 8 × 8 places darker than its right neighbour? None for a blank page.

    The same photograph in another size, quality or brightness differs in a few bits (“difference hash”).
    """
    from PIL import Image

    grey = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    rows = [[grey.getpixel((x, y)) for x in range(9)] for y in range(8)]
    value = 0
    for row in rows:
        for left, right in pairwise(row):
            value = value << 1 | (left < right)
    set_bits = value.bit_count()
    if set_bits < FLAT or set_bits > 64 - FLAT:
        return None
    return value - (1 << 64) if value & SIGN else value


# -- likeness --------------------------------------------------------------------------------------------------------
def differing(a: int, b: int) -> int:
    """In how many of the 64 bits two fingerprints differ."""
    return ((a ^ b) & ((1 << 64) - 1)).bit_count()


class Likenesses:
    """Fingerprints to compare with: some thousand comparisons take a millisecond."""

    def __init__(self, known: Iterable[tuple[int, Any]] = ()) -> None:
        import numpy as np

        rows = list(known)
        self._np = np
        self._keys: list[Any] = [key for _, key in rows]
        self._count = len(rows)
        self._values = np.zeros(max(1024, 2 * len(rows)), dtype=np.uint64)
        self._values[: len(rows)] = [value & ((1 << 64) - 1) for value, _ in rows]

    def add(self, value: int, key: Any) -> None:
        if self._count == len(self._values):
            self._values = self._np.concatenate([self._values, self._np.zeros_like(self._values)])
        self._values[self._count] = value & ((1 << 64) - 1)
        self._keys.append(key)
        self._count += 1

    def nearest(self, value: int, within: int) -> tuple[Any, int] | None:
        """The key of the nearest fingerprint and how many bits it differs in; None when none is near."""
        if not self._count:
            return None
        bits = self._np.bitwise_count(self._values[: self._count] ^ self._np.uint64(value & ((1 << 64) - 1)))
        place = int(bits.argmin())
        return (self._keys[place], int(bits[place])) if bits[place] <= within else None
