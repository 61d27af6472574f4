"""共识图 is pure arithmetic: made-up votes in, groups out; published files read as they are published."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from huisheng.command import main
from huisheng.consultations import consensus
from huisheng.consultations.consensus import adjusted_rand, analyse, read_matrix
from huisheng.kernel.errors import Refused


def two_camps(people: int, statements: int, *, noise: float = 0.1, unseen: float = 0.3) -> tuple:
    """Votes of two camps that answer every statement the other way round, all but the last two; and who is in which."""
    chance = np.random.default_rng(7)
    stance = chance.choice([-1.0, 1.0], size=statements)
    camp = np.arange(people) % 2
    votes = np.where(camp[:, None] == 0, stance, -stance)
    votes[:, -2:] = 1.0
    slips = chance.random(votes.shape) < noise
    votes[slips] = chance.choice([-1.0, 0.0, 1.0], size=int(slips.sum()))
    votes[chance.random(votes.shape) < unseen] = np.nan
    return votes, camp


def as_csv(votes: np.ndarray, camp: np.ndarray | None = None) -> str:
    """As Polis publishes it: participants-votes.csv."""
    head = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    lines = [",".join([*head, *(str(i) for i in range(votes.shape[1]))])]
    for i, row in enumerate(votes):
        seen = row[~np.isnan(row)]
        group = "" if camp is None else f"{camp[i]}.0"
        told = [str(i), group, "0", str(len(seen)), str(int((seen == 1).sum())), str(int((seen == -1).sum()))]
        lines.append(",".join([*told, *("" if np.isnan(v) else str(int(v)) for v in row)]))
    return "\n".join(lines) + "\n"


def test_two_camps_are_found_and_what_all_agree_on_is_named() -> None:
    votes, camp = two_camps(120, 24)
    found = analyse(votes)
    placed = found.labels >= 0

    assert [group.size for group in found.groups] == [60, 60]
    assert adjusted_rand(camp[placed], found.labels[placed]) >= 0.9
    assert {one.statement for one in found.shared} == {22, 23}
    assert all(trait.statement < 22 for group in found.groups for trait in group.traits)
    assert found.silhouettes[2] == max(found.silhouettes.values())
    again = analyse(votes)
    assert again.labels.tolist() == found.labels.tolist()
    assert again.groups == found.groups
    shuffled = np.random.default_rng(3).permutation(len(votes))
    assert analyse(votes[shuffled]).labels.tolist() == found.labels[shuffled].tolist(), "whoever voted first"


def test_below_thirty_people_nothing_but_counts_and_no_handful_stands_apart() -> None:
    few = analyse(two_camps(29, 12)[0])
    assert few.groups == []
    assert "现在有29人表态。满30人才画共识图" in few.why
    assert len(few.counts) == 12

    votes, _ = two_camps(40, 12, noise=0.0, unseen=0.0)
    votes[:4] = 0.0  # four people who answer like nobody else
    votes[:4, ::2] = 1.0
    found = analyse(votes)
    assert all(group.size >= consensus.SMALLEST for group in found.groups)
    assert sum(group.size for group in found.groups) == 40

    same = analyse(np.ones((40, 12)))
    assert same.groups == []
    assert same.why == "大家对每一条的表态都一样，分不出组。"


def test_the_silhouette_and_rand_are_the_textbooks() -> None:
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    votes, camp = two_camps(80, 16, noise=0.4)
    points, _, explained = consensus.project(votes)
    labels, silhouettes = consensus.cluster(points)
    assert silhouettes[int(labels.max()) + 1] == pytest.approx(silhouette_score(points, labels))
    other = np.roll(camp, 3) + (np.arange(80) % 5 == 0)
    assert adjusted_rand(camp, other) == pytest.approx(adjusted_rand_score(camp, other))
    assert 0 < explained[1] < explained[0] < 1


def test_two_thousand_people_and_two_hundred_statements_within_three_seconds(tmp_path: Path, capsys) -> None:
    votes, camp = two_camps(2000, 200, noise=0.3, unseen=0.7)
    file = tmp_path / "participants-votes.csv"
    file.write_text(as_csv(votes, camp), encoding="utf-8")
    began = time.process_time()
    assert main(["consensus", str(file), "--json"]) == 0
    spent = time.process_time() - began
    printed = json.loads(capsys.readouterr().out)

    assert printed["adjusted_rand"] >= 0.9
    assert (printed["people"], printed["statements"], printed["k"]) == (2000, 200, 2)
    assert len(printed["assignments"]) == 2000
    assert spent < 6, "the goal is 3 s on an idle machine (bench/); this catches a change of order"


@pytest.mark.parametrize(
    ("text", "people", "statements", "given"),
    [
        ("participant,group-id,n-votes,0,1\na,0,2,1,-1\nb,,1,,0\n", ["a", "b"], ["0", "1"], ["0", ""]),
        ("\ufeffVoter_ID,Group,1,2\n1,1.0,1.0,-1.0\n2,2.0,NA,0.0\n", ["1", "2"], ["1", "2"], ["1", "2"]),
        ("委员;组别;多建公园;多建车位\n甲;东;同意;不同意\n乙;西;略过;\n", ["甲", "乙"], ["多建公园", "多建车位"], ["东", "西"]),
        ("1,-1,0\n0,1,\n", ["1", "2"], ["1", "2", "3"], None),
        ("timestamp,comment-id,voter-id,vote\n1,7,3,1\n2,8,3,-1\n3,7,3,0\n4,7,4,1\n", ["3", "4"], ["7", "8"], None),
    ],
    ids=["polis", "variants", "chinese", "bare", "lines"],
)  # fmt: skip
def test_published_matrices_are_read_with_their_variants(text, people, statements, given) -> None:
    matrix = read_matrix(text.encode())
    assert (matrix.people, matrix.statements, matrix.given) == (people, statements, given)
    assert np.isnan(matrix.votes).sum() == matrix.votes.size - {"1,-1,0\n0,1,\n": 5}.get(text, 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "没有表态"),
        (b"participant,0,1\n", "没有表态"),
        (b"participant,0,1\na,1,5\n", "第 2 行“1”一列写的是“5”，不是表态"),
        (b"participant,0,1\na,1,1,1\n", "第 2 行有 4 格"),
        (b"participant,0,0\na,1,1\n", "观点“0”出现了两次"),
        (b"participant,0,1\na,1,1\na,0,1\n", "参与者“a”出现了两次"),
        (b"participant,group-id\na,1\n", "没有找到观点的列"),
        (b"PK\x03\x04\x00\x00\x00\x00", "这不是 CSV 表格"),
        (b"comment-id,vote\n1,1\n", "每行一票的表要有三列"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_exit_status_two(data: bytes, sentence: str, tmp_path, capsys) -> None:
    with pytest.raises(Refused, match=sentence):
        read_matrix(data)
    file = tmp_path / "votes.csv"
    file.write_bytes(data)
    assert main(["consensus", str(file), "--json"]) == 2
    assert sentence in capsys.readouterr().err
