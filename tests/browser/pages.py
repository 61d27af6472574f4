"""What browser tests share: a clock that can be moved, people who sign in at the real door, a hand that is counted."""

from __future__ import annotations

import base64
import os
import re
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from huisheng.people.models import Account
from tests.cast import Cast, moment

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 900}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOUR = Path(__file__).parents[2] / "docs" / "tour"
LARGEST = 150_000  # bytes of one picture
TALLEST = {390: 1300, 1366: 1000}  # pixels; a longer page is shown from its head
SHEET = 60  # dots an inch of a printed page: it can be read, and stays small


class Clock:
    """Today, as the server knows it. Moves only when told; within a minute of the walk it ticks as clocks do."""

    def __init__(self, text: str) -> None:
        self.go(text)

    def go(self, text: str) -> None:
        self.at, self.since = moment(text), monotonic()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=monotonic() - self.since)


def enter(page: Page, server: str, account: Account, path: str, **cookies: str) -> None:
    """Open a path as somebody, past the door (the door itself has its own tests)."""
    from django.conf import settings

    client = Client()
    client.force_login(account, backend=BACKEND)
    jar = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value, **cookies}
    page.context.add_cookies([{"name": name, "value": value, "url": server} for name, value in jar.items()])
    page.goto(server + path)


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="登录", exact=True)).to_have_count(0)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window; 0 or less is right."""
    # asked of the body, so that a page that is just being turned is waited for
    return page.locator("body").evaluate("() => document.documentElement.scrollWidth - window.innerWidth")


# -- counted hands -------------------------------------------------------------------------------------------------

TAP, KEY, DECISION, PAGE = 1.0, 0.3, 1.3, 0.5  # seconds, docs of the design: ux.md §4
SPEED = 4.0  # characters a second, for readers over 55


class Hand:
    """Counts what a person does on a page and what it costs by the model of ux.md §4."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = self.keys = self.typed = self.decisions = self.pages = self.read = 0
        page.on("framenavigated", lambda frame: self._turned(frame))

    def _turned(self, frame: Any) -> None:
        self.pages += frame == self.page.main_frame

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.first.click()

    def choose(self, what: Locator) -> None:
        """A tap that needs a decision."""
        self.decisions += 1
        self.tap(what)

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, field: Locator, text: str) -> None:
        """Words that only the person knows: typed, not clicked."""
        self.typed += len(text)
        field.first.fill(text)

    def pick_file(self, field: Locator, path: Path) -> None:
        """One tap opens the picker, one takes the file."""
        self.taps += 2
        with self.page.expect_file_chooser() as chooser:
            field.first.click()
        chooser.value.set_files(path)

    def reads(self, what: Locator, most: int = 200) -> None:
        """The person looks a text over; of a long one the first ``most`` characters."""
        self.read += min(most, len(re.sub(r"\s", "", what.first.inner_text())))

    @property
    def seconds(self) -> float:
        moves = self.taps * TAP + self.keys * KEY + self.decisions * DECISION + self.pages * PAGE
        return moves + self.read / SPEED

    def __str__(self) -> str:
        return f"{self.taps} 次点按，{self.keys} 次按键，录入 {self.typed} 字，{self.pages} 页，按模型 {self.seconds:.0f} 秒"


# -- pictures ------------------------------------------------------------------------------------------------------


class Album:
    """Screenshots of the tour at 390 and 1366 px, written only with HUISHENG_TOUR=1; the fit is checked always."""

    def __init__(self, blank: Page, folder: Path = TOUR) -> None:
        self.blank = blank
        self.folder, self.is_open = folder, bool(os.environ.get("HUISHENG_TOUR"))
        self.captions: list[tuple[str, str, str]] = []
        self.sheets: dict[str, int] = {}  # of a printed paper: how many of its pages are shown

    def shoot(self, page: Page, stage: str, name: str, caption: str, of: str = "") -> None:
        """``of``: the selector of the part that the picture begins with; "" for the head of the page."""
        self.captions.append((stage, name, caption))
        before = page.viewport_size
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert sideways(page) <= 0, f"{page.url} 在 {size['width']} 像素宽时要横向滚动"
            if self.is_open:
                self._take(page, f"{name}-{size['width']}", size, of)
        page.set_viewport_size(before)  # type: ignore[arg-type]

    def _take(self, page: Page, name: str, size: dict[str, int], of: str) -> None:
        tall = page.evaluate("document.documentElement.scrollHeight")
        height = max(size["height"], min(tall, TALLEST[size["width"]]))
        page.set_viewport_size({"width": size["width"], "height": height})
        page.evaluate("of => of ? document.querySelector(of).scrollIntoView() : window.scrollTo(0, 0)", of)
        page.mouse.move(0, 0)
        data = smaller_png(page.screenshot(animations="disabled", caret="hide"), self.blank)
        assert len(data) <= LARGEST, f"{name} 有 {len(data)} 字节"
        (self.folder / f"{name}.png").write_bytes(data)

    def print(self, pdf: bytes, stage: str, name: str, caption: str, most: int = 4) -> None:
        """The first pages of a paper as they are printed."""
        assert pdf.startswith(b"%PDF-"), name
        self.captions.append((stage, name, caption))
        with tempfile.TemporaryDirectory() as folder:
            command = ["pdftoppm", "-png", "-r", str(SHEET), "-l", str(most), "-", f"{folder}/page"]
            subprocess.run(command, input=pdf, check=True)
            found = sorted(Path(folder).iterdir())
            self.sheets[name] = len(found)
            for number, one in enumerate(found, 1):
                data = smaller_png(one.read_bytes(), self.blank)
                assert len(data) <= LARGEST, f"{name} 第{number}页有 {len(data)} 字节"
                if self.is_open:
                    (self.folder / f"{name}-p{number}.png").write_bytes(data)

    def write_captions(self, head: str) -> None:
        """docs/tour/README.md: one line a stage, with its pictures."""
        if not self.is_open:
            return
        lines, last = [head], ""
        stages = list(dict.fromkeys(stage for stage, _, _ in self.captions))
        for stage, name, caption in sorted(self.captions, key=lambda one: (stages.index(one[0]), one[1])):
            if stage != last:
                lines.append(f"\n## {stage}\n")
                last = stage
            pictures = (
                [f"[第{number}页]({name}-p{number}.png)" for number in range(1, self.sheets[name] + 1)]
                if name in self.sheets
                else [f"[手机]({name}-390.png)", f"[电脑]({name}-1366.png)"]
            )
            lines.append(f"- {caption} {' · '.join(pictures)}")
        (self.folder / "README.md").write_text("\n".join(lines) + "\n")


class AxeWalk:
    """The house at its own clock, a browser for everybody who takes part, and axe beside them."""

    def __init__(
        self, server: str, new_context: Any, cast: Cast, axe: Callable[[Page], None], tour: str
    ) -> None:
        self.server, self.new_context, self.cast, self.axe = server, new_context, cast, axe
        self.pages: dict[str, Page] = {}
        self.troubles: list[str] = []
        self.album = Album(new_context().new_page(), TOUR / tour)

    def as_(self, name: str, path: str) -> Page:
        if name not in self.pages:
            page = self.pages[name] = self.new_context().new_page()
            page.on("pageerror", lambda error: self.troubles.append(f"{name} {error}"))
            page.set_viewport_size(DESK)
            enter(page, self.server, self.cast.accounts[name], path)
        self.pages[name].goto(self.server + path)
        return self.pages[name]

    def shoot(self, page: Page, stage: str, name: str, caption: str) -> None:
        page.wait_for_load_state("networkidle")
        self.axe(page)
        self.album.shoot(page, stage, name, caption)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


DECODE = """async data => {
    const picture = await createImageBitmap(await (await fetch("data:image/png;base64," + data)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0);
    const bytes = pen.getImageData(0, 0, picture.width, picture.height).data;
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return [picture.width, picture.height, btoa(text)];
}"""


def smaller_png(data: bytes, blank: Page, colours: int = 128) -> bytes:
    """A PNG of the same size with at most so many colours; ``blank`` is an empty page whose browser decodes it."""
    width, height, pixels = blank.evaluate(DECODE, base64.b64encode(data).decode())
    rgb = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(-1, 4)[:, :3].astype(np.uint32)
    found, back, counts = np.unique(
        rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2], return_inverse=True, return_counts=True
    )
    every = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int32)
    palette = every[np.argsort(-counts)[:colours]]
    nearest = np.concatenate(
        [
            ((part[:, None] - palette) ** 2).sum(2).argmin(1)
            for part in np.array_split(every, len(every) // 4096 + 1)
        ]
    )
    rows = nearest[back].astype(np.uint8).reshape(height, width)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
