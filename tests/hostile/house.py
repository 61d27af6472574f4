"""Every address of the house, with records behind its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from huisheng.kernel.local import RULES
from huisheng.people import importing
from tests import make
from tests.cast import Cast

ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
# what stands for a number or a word of an address, by its name; a number that is not named here is 1
WORDS = {
    "action": "urge", "name": "review", "form": "pdf", "listing": "category_local", "of": "reply", "day": "2017-03-01",
    "key": "filed", "code": "x", "kind": "proposals",
}  # fmt: skip


def full(cast: Cast) -> Any:
    """A house in which something stands behind most numbers: a concluded proposal, one on its way, a draft, an import."""
    make.concluded(cast, is_cosigned=True)
    make.taken(cast)
    make.draft(cast)
    make.call(cast)
    make.nomination(cast)
    sheet = "姓名,性别,界别\n张明,男,经济界\n刘新宇,女,不存在界\n".encode()
    return importing.prepare("members", sheet, "委员.csv", account=cast.office, at=timezone.now())


def patterns(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """(address with <arguments>, pattern) for every address but the machines' door."""
    for one in (resolver or get_resolver()).url_patterns:
        part = str(one.pattern)
        if isinstance(one, URLResolver):
            if part != "api/v1/":
                yield from patterns(one, prefix + part)
        elif not part.startswith("^"):
            yield prefix + part, one


def addresses(**given: str) -> list[str]:
    """Every address with its arguments filled in. ``given`` replaces what an argument of that name or kind gets."""
    return sorted({ARGUMENT.sub(lambda found: _argument(found, given), route) for route, _ in patterns()})


def _argument(found: re.Match[str], given: dict[str, str]) -> str:
    kind, name = found[1] or "str", found[2]
    if kind in given:
        return given[kind]
    if kind == "int":
        return "1"
    if kind == "str" and name == "name":
        return next(iter(RULES))
    return WORDS.get(name, "x")


def parameters() -> list[str]:
    """Every name that some view reads from an address."""
    from pathlib import Path

    import huisheng

    found: set[str] = {"after", "before", "next", "q"}
    for file in Path(huisheng.__file__).parent.rglob("*.py"):
        text = file.read_text()
        found |= set(re.findall(r"GET(?:\.get\(|\.getlist\(|\[)\s*\"(\w+)\"", text))
        if "request.GET" in text:
            for group in re.findall(r"(?:FILTERS\s*=\s*|for name in )\(([^)]*)\)", text):
                found |= set(re.findall(r"\"(\w+)\"", group))
    return sorted(found)
