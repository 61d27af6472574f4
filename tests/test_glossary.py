"""One term, one word, both ways: every model, state, step, post, rule and list of the code stands in docs/glossary.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from huisheng.kernel.lifecycle import Lifecycle
from huisheng.kernel.local import LISTS
from huisheng.people.posts import POSTS
from huisheng.proposals.figures import FIGURES
from huisheng.reports.figures import ROOMS

ROOT = Path(__file__).resolve().parents[1]
OURS = [one.label for one in apps.get_app_configs() if one.name.startswith("huisheng.")]


def glossary() -> set[tuple[str, str]]:
    """(Chinese, code) pairs of all tables of the glossary."""
    rows = re.findall(
        r"^\| ([^|]+) \| `([^`]+)` \|", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.M
    )
    return {(chinese.strip(), code.strip()) for chinese, code in rows}


def used() -> set[tuple[str, str]]:
    found = {
        (str(model._meta.verbose_name), model.__name__)
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }
    for life in Lifecycle.every:
        name = life.model.__name__
        found |= {(str(state.label), f"{name}.{state.value}") for state in life.states}
        found |= {(step.label, f"{name}/{step.action}") for step in life.steps}
    found |= {(post.label, f"post:{post.code}") for post in POSTS.values()}
    found |= {(one.label, f"list:{one.name}") for one in LISTS.values()}
    counted = (*FIGURES, *(one for room in ROOMS for one in room.figures))
    return found | {(one.label, f"figure:{one.key}") for one in counted}


def test_every_word_of_the_code_stands_in_the_glossary() -> None:
    assert sorted(used() - glossary()) == []


def test_the_glossary_holds_no_word_that_the_code_lost() -> None:
    assert sorted(glossary() - used()) == []


def test_no_term_has_two_words_within_one_table() -> None:
    codes = [code for _, code in glossary()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


DOMAIN = r"\b(proposal|agency|member|sponsor|committee|assignment|countersign|opinion|bulletin)s?\b|提案|委员|承办|政协|界别|会办|答复"


@pytest.mark.parametrize(
    "file", sorted((ROOT / "src/huisheng/kernel").glob("*.py")), ids=lambda file: file.name
)
def test_the_ground_knows_no_word_of_the_committees_matters(file: Path) -> None:
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    assert [f"{n}: {line.strip()}" for n, line in lines if re.search(DOMAIN, line)] == []
