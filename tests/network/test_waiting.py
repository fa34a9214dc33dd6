"""Values that wait: what comes back is what was put, from memory or from files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rasad.network.waiting import Line, Room, waiting_room


@dataclass(frozen=True, kw_only=True)
class Inner:
    numbers: NDArray[Any]
    table: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Value:
    name: str
    marks: NDArray[Any]
    inner: tuple[Inner, ...]
    nothing: NDArray[Any] | None = None


def value(n: int) -> Value:
    inner = Inner(numbers=np.arange(n, dtype=np.int32), table=np.eye(2) * n)
    empty = Inner(numbers=np.zeros(0), table=np.eye(1))
    return Value(name=f"v{n}", marks=np.arange(n) % 2 == 0, inner=(inner, empty))


def told(one: Value) -> list[Any]:
    parts = [[part.numbers, part.table] for part in one.inner]
    arrays = [one.marks, *(array for part in parts for array in part)]
    return [one.name, *((array.dtype, array.tolist()) for array in arrays)]


@pytest.mark.parametrize("limit", [0, 100, 1 << 20])
def test_what_waited_is_what_it_was(tmp_path: Path, limit: int) -> None:
    values = [value(n) for n in (5, 0, 40)]
    with waiting_room(tmp_path, limit) as room:
        waiting = [room.put(one) for one in values]
        assert [told(one) for one in Line(waiting)] == [told(one) for one in values]
        assert [told(one) for one in Line(waiting)[1:]] == [told(v) for v in values[1:]]
        outlines = [one.outline for one in waiting]
        assert [one.name for one in outlines] == ["v5", "v0", "v40"]
        assert all(len(one.marks) == 0 for one in outlines)
        assert (room.spilled > 0) == (limit < 1 << 20)
    assert list(tmp_path.iterdir()) == []


def test_a_part_of_a_room_is_emptied_when_it_is_left(tmp_path: Path) -> None:
    with waiting_room(tmp_path, 0) as room:
        kept = room.put(value(9))
        files = {path for path in tmp_path.rglob("*") if path.is_file()}
        with room.part() as part:
            part.put(value(7))
            assert {p for p in tmp_path.rglob("*") if p.is_file()} > files
        assert {path for path in tmp_path.rglob("*") if path.is_file()} == files
        assert told(kept.load()) == told(value(9))


def test_a_room_without_a_folder_holds_everything() -> None:
    assert told(Room().put(value(3)).load()) == told(value(3))
