"""What is committed cannot be changed, and what is frozen cannot be moved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.errors import EvidenceError
from rasad.evaluate.sealing import (
    Chain,
    Commitment,
    Sealed,
    check_truth,
    files_hash,
    new_salt,
    read_commitments,
    truth_hash,
    write_commitments,
)

SEALED = Sealed(world="w", seed=5, salt="ab" * 32)
TRUTH = b"account,role,team\na,operator,op1/1\n"
KEPT = Commitment(world="w", truth=truth_hash(SEALED, TRUTH), shown="")


def test_the_committed_truth_is_accepted() -> None:
    check_truth(KEPT, SEALED, TRUTH)


@given(st.integers(0, len(TRUTH) - 1), st.integers(1, 255))
def test_no_other_truth_is(place: int, change: int) -> None:
    other = bytearray(TRUTH)
    other[place] ^= change
    with pytest.raises(EvidenceError, match="world w"):
        check_truth(KEPT, SEALED, bytes(other))


@pytest.mark.parametrize(
    "other",
    [{"world": "v"}, {"seed": 6}, {"seed": None}, {"salt": "ac" * 32}],
    ids=str,
)
def test_nor_is_another_world_seed_or_salt(other: dict[str, object]) -> None:
    with pytest.raises(EvidenceError, match="world w"):
        check_truth(KEPT, replace(SEALED, **other), TRUTH)  # type: ignore[arg-type]


def test_a_truth_cannot_be_moved_between_seed_and_content() -> None:
    """Nothing of the line before the truth can pass as a part of it."""
    one = truth_hash(Sealed(world="w", seed=5, salt="ab" * 32), b"5\nx")
    two = truth_hash(Sealed(world="w", seed=55, salt="ab" * 32), b"\nx")
    assert one != two


def test_salts_are_long_and_differ() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
    assert len(bytes.fromhex(new_salt())) == 32


def test_commitments_are_in_the_order_of_names_and_hold_nothing_else(
    tmp_path: Path,
) -> None:
    path = tmp_path / "commitments.json"
    other = Commitment(world="a", truth="1", shown="2")
    write_commitments(path, [KEPT, other])
    assert read_commitments(path) == [other, KEPT]
    assert all(set(row) == {"world", "truth", "shown"} for row in json.loads(
        path.read_text()))  # fmt: skip


@pytest.mark.parametrize("content", ["", "{}x", "[{}]", '[{"world": 1}]', "[1]"])
def test_commitments_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "commitments.json"
    path.write_text(content)
    with pytest.raises(EvidenceError, match=r"commitments\.json"):
        read_commitments(path)


def chain(folder: Path, start: str = "0" * 64) -> Chain:
    return Chain(folder / "cells.jsonl", start)


def test_a_chain_keeps_what_is_added(tmp_path: Path) -> None:
    for number in range(3):
        chain(tmp_path).append({"n": number})
    assert [body["n"] for body in chain(tmp_path).bodies()] == [0, 1, 2]


def lines(folder: Path) -> list[str]:
    return (folder / "cells.jsonl").read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [rows[1], rows[0], rows[2]],
        lambda rows: [rows[0], rows[2]],
        lambda rows: rows[1:],
        lambda rows: [rows[0], rows[0], *rows[1:]],
        lambda rows: [rows[0].replace('"n":0', '"n":9'), *rows[1:]],
        lambda rows: [rows[0], "[]\n", *rows[1:]],
        lambda rows: [rows[0], "nothing\n", *rows[1:]],
    ],
)
def test_a_chain_that_was_changed_is_refused(tmp_path: Path, change: object) -> None:
    for number in range(3):
        chain(tmp_path).append({"n": number})
    rows = change(lines(tmp_path))  # type: ignore[operator]
    (tmp_path / "cells.jsonl").write_text("".join(rows))
    with pytest.raises(EvidenceError, match="is not what was written"):
        chain(tmp_path).bodies()


def test_a_chain_belongs_to_its_commitments(tmp_path: Path) -> None:
    chain(tmp_path).append({"n": 1})
    with pytest.raises(EvidenceError, match="Line 1"):
        chain(tmp_path, "1" * 64).bodies()


def test_half_a_line_was_never_written(tmp_path: Path) -> None:
    chain(tmp_path).append({"n": 1})
    with (tmp_path / "cells.jsonl").open("a") as file:
        file.write('{"body": {"n"')
    assert chain(tmp_path).bodies() == [{"n": 1}]
    chain(tmp_path).append({"n": 2})
    assert [body["n"] for body in chain(tmp_path).bodies()] == [1, 2]


def test_files_are_named_in_their_hash(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    whole = files_hash([tmp_path / "b", tmp_path / "a"])
    (tmp_path / "a").rename(tmp_path / "c")
    assert files_hash([tmp_path / "b", tmp_path / "c"]) != whole
