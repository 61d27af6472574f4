"""Made-up photographs: small drawn scenes in the grey of old prints, the same for the same word. Nobody is on them."""

from __future__ import annotations

import io
from datetime import date
from random import Random
from typing import Any

SIZE = (480, 330)


def draw(
    word: str, *, taken_on: date | None = None, size: tuple[int, int] = SIZE, quality: int = 62
) -> bytes:
    """A JPEG of a few kilobytes. With a day it carries what a camera writes, and a place that must never get outside."""
    from PIL import Image, ImageDraw

    rng = Random(f"scene {word}")
    picture = Image.new("L", SIZE, 0)
    pen = ImageDraw.Draw(picture)
    horizon = rng.randint(110, 230)
    _sky(pen, rng, horizon)
    _ground(pen, rng, horizon)
    rng.choice((_street, _works, _field, _bridge, _hall))(pen, rng, horizon)
    _people(pen, rng, horizon)
    tone = _tone(picture, rng)
    if size != SIZE:
        tone = tone.resize(size)
    out = io.BytesIO()
    options: dict[str, Any] = {"exif": _exif(taken_on)} if taken_on else {}
    tone.save(out, "JPEG", quality=quality, optimize=True, **options)
    return out.getvalue()


def _exif(taken_on: date) -> Any:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Camera of nobody", "M-1"
    exif.get_ifd(0x8769)[0x9003] = f"{taken_on:%Y:%m:%d} 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 48.0, 10.0), 3: "E", 4: (113.0, 18.0, 20.0)})
    return exif


def _sky(pen: Any, rng: Random, horizon: int) -> None:
    top, bottom = rng.randint(120, 190), rng.randint(195, 245)
    for y in range(horizon):
        pen.line((0, y, SIZE[0], y), fill=top + (bottom - top) * y // horizon)
    for _ in range(rng.randint(0, 3)):
        x, y, r = rng.randint(0, SIZE[0]), rng.randint(10, horizon // 2), rng.randint(20, 70)
        pen.ellipse((x - 2 * r, y - r // 2, x + 2 * r, y + r // 2), fill=rng.randint(200, 250))
    points = [(0, horizon)]
    for x in range(0, SIZE[0] + 60, 60):
        points.append((x, horizon - rng.randint(0, 70)))
    pen.polygon([*points, (SIZE[0], horizon)], fill=rng.randint(110, 165))


def _ground(pen: Any, rng: Random, horizon: int) -> None:
    far, near = rng.randint(110, 170), rng.randint(60, 120)
    for y in range(horizon, SIZE[1]):
        pen.line((0, y, SIZE[0], y), fill=far + (near - far) * (y - horizon) // (SIZE[1] - horizon))


def _street(pen: Any, rng: Random, horizon: int) -> None:
    x = -rng.randint(0, 40)
    while x < SIZE[0]:
        width, height, grey = rng.randint(40, 110), rng.randint(50, 170), rng.randint(45, 190)
        top = horizon + 20 - height
        pen.rectangle((x, top, x + width, horizon + 30), fill=grey)
        for wx in range(x + 8, x + width - 10, 18):
            for wy in range(top + 10, horizon + 10, 24):
                pen.rectangle((wx, wy, wx + 8, wy + 12), fill=(grey + rng.choice((-35, 45))) % 256)
        x += width + rng.choice((0, 0, 12, 40))
    pen.polygon(
        [(180, SIZE[1]), (300, SIZE[1]), (250, horizon + 30), (235, horizon + 30)], fill=rng.randint(150, 200)
    )


def _works(pen: Any, rng: Random, horizon: int) -> None:
    x = rng.randint(10, 80)
    for _ in range(rng.randint(2, 4)):
        width, height, grey = rng.randint(70, 150), rng.randint(40, 90), rng.randint(50, 140)
        pen.polygon([(x, horizon + 20), (x, horizon - height), (x + width // 2, horizon - height - 25),
                     (x + width, horizon - height), (x + width, horizon + 20)], fill=grey)  # fmt: skip
        cx, tall = x + rng.randint(10, width), rng.randint(90, 200)
        pen.polygon(
            [(cx, horizon), (cx + 5, horizon - tall), (cx + 14, horizon - tall), (cx + 20, horizon)],
            fill=grey - 20,
        )
        for i in range(5):
            r = 8 + 7 * i
            sx, sy = cx + 10 + 16 * i, horizon - tall - 9 * i
            pen.ellipse((sx - r, sy - r // 2, sx + r, sy + r // 2), fill=rng.randint(170, 215))
        x += width + rng.randint(0, 30)


def _field(pen: Any, rng: Random, horizon: int) -> None:
    for i in range(rng.randint(6, 12)):
        y = horizon + 8 * i + i * i
        pen.line(
            (0, y, SIZE[0], y + rng.randint(-14, 14)), fill=rng.randint(50, 190), width=rng.randint(2, 7)
        )
    for _ in range(rng.randint(3, 9)):
        x, r = rng.randint(0, SIZE[0]), rng.randint(18, 55)
        pen.rectangle((x - 3, horizon - r, x + 3, horizon + 15), fill=50)
        pen.ellipse((x - r, horizon - 2 * r, x + r, horizon), fill=rng.randint(50, 110))


def _bridge(pen: Any, rng: Random, horizon: int) -> None:
    pen.rectangle((0, horizon + 20, SIZE[0], SIZE[1] - 40), fill=rng.randint(150, 210))
    deck, arches = horizon - rng.randint(0, 40), rng.randint(2, 5)
    pen.rectangle((0, deck, SIZE[0], deck + 22), fill=rng.randint(60, 110))
    width = SIZE[0] // arches
    for i in range(arches):
        pen.rectangle((i * width - 9, deck, i * width + 9, horizon + 90), fill=80)
        pen.arc((i * width + 6, deck + 10, (i + 1) * width - 6, deck + 140), 180, 360, fill=70, width=9)
    x = rng.randint(40, 380)
    pen.rectangle((x, deck - 26, x + 70, deck), fill=rng.randint(30, 220))


def _hall(pen: Any, rng: Random, horizon: int) -> None:
    left, right = rng.randint(30, 140), rng.randint(330, 460)
    top = horizon - rng.randint(50, 110)
    pen.rectangle((left, top, right, horizon + 40), fill=rng.randint(150, 215))
    pen.polygon(
        [(left - 22, top), ((left + right) // 2, top - rng.randint(30, 70)), (right + 22, top)],
        fill=rng.randint(40, 90),
    )
    for x in range(left + 12, right - 12, rng.randint(26, 48)):
        pen.rectangle((x, top + 12, x + 9, horizon + 40), fill=rng.randint(60, 120))
    pen.rectangle((left - 10, horizon + 40, right + 10, horizon + 52), fill=110)


def _people(pen: Any, rng: Random, horizon: int) -> None:
    """Figures from behind, as everywhere and nowhere."""
    for _ in range(rng.randint(0, 14)):
        x, y = rng.randint(10, SIZE[0] - 10), rng.randint(horizon + 40, SIZE[1] - 30)
        h, grey = 20 + (y - horizon) // 5, rng.randint(20, 80)
        pen.ellipse((x - h // 6, y - h, x + h // 6, y - 2 * h // 3), fill=grey + 30)
        pen.rectangle((x - h // 4, y - 2 * h // 3, x + h // 4, y + h // 2), fill=grey)


def _tone(picture: Any, rng: Random) -> Any:
    from PIL import ImageOps

    warm = rng.choice(((255, 246, 224), (250, 250, 248), (244, 236, 214)))
    dark = rng.choice(((30, 24, 18), (16, 18, 22)))
    framed = ImageOps.expand(picture.crop((6, 6, SIZE[0] - 6, SIZE[1] - 6)), border=6, fill=245)
    return ImageOps.colorize(framed, dark, warm)
