"""The child that reads a file, and what is believed of what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from connectivity.reading_here import heard, read_here, written
from connectivity.workbooks import workbook

from rasad.connectivity.apart import checked
from rasad.connectivity.frames import Found, Message, Rest, Rows, decode
from rasad.connectivity.parts import Part, Subject
from rasad.connectivity.reading import read_series
from rasad.errors import EvidenceError, ImportFormatError
from rasad.importers import parsed
from rasad.importers.frames import End, Held
from rasad.importers.unpacking import Measured

TABLE = "place,time,value\nIR,2022-01-01,1\nIR,2022-01-02,2\n"
NEW_YEAR = 1_640_995_200_000_000


def test_the_child_says_what_is_read_in_this_process(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", TABLE)
    assert repr(read_series(path)) == repr(read_here(path))


def test_errors_of_the_child_are_those_of_the_reader(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", "a,b\n1,2\n")
    with pytest.raises(ImportFormatError, match="is no file of public measurements"):
        read_series(path)


def test_a_workbook_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"s": [["a", "b"], ["c", "d"]]})
    with pytest.raises(ImportFormatError, match="is no file of public measurements"):
        read_series(path)


def test_a_child_that_crashes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsed, "BOOT", "import os; os.kill(os.getpid(), 11)")
    path = written(tmp_path, "x.csv", TABLE)
    with pytest.raises(ImportFormatError, match="crashed .SIGSEGV"):
        read_series(path)


def test_a_child_that_says_anything_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\x03abc')"
    monkeypatch.setattr(parsed, "BOOT", said)
    path = written(tmp_path, "x.csv", TABLE)
    with pytest.raises(ImportFormatError, match="did not keep to its form"):
        read_series(path)


HELD = Held(Measured(20, "complete"), ())
FOUND = Found("f", "F", True)
SUBJECT = Subject("IR", "", "file", "value", "usage")
PART = Part(SUBJECT, [NEW_YEAR], [1.0])
ROWS = Rows([(1, 0, 5, "header"), (2, 5, 20, "")], [[PART]], [])


def all_of(*messages: Message) -> list[Any]:
    return list(checked(iter(messages), "x.csv"))


def test_messages_in_order_are_believed() -> None:
    assert all_of(HELD, FOUND, ROWS, Rest([]), End(2))[1:] == [ROWS, Rest([])]


@pytest.mark.parametrize(
    "messages",
    [
        (),
        (HELD,),
        (FOUND, HELD),
        (HELD, FOUND, Rest([]), ROWS, End(2)),
        (HELD, FOUND, ROWS, End(2)),
        (HELD, FOUND, ROWS, Rest([]), End(3)),
        (HELD, FOUND, ROWS, Rest([]), Rest([]), End(2)),
        (HELD, FOUND, HELD, Rest([]), End(0)),
        (HELD, FOUND, Rows([(1, 1, 5, "blank")], [], []), Rest([]), End(1)),
        (HELD, FOUND, Rows([(1, 0, None, "blank")], [], []), Rest([]), End(1)),
        (HELD, FOUND, Rows([(1, 0, 20, "")], [], []), Rest([]), End(1)),
        (HELD, FOUND, Rows([(1, 0, 20, "!")], [], []), Rest([]), End(1)),
        (HELD, FOUND, Rows([(1, 0, 20, "=")], [], ["x"]), Rest([]), End(1)),
        (
            *(HELD, FOUND),
            Rows([(1, 0, 20, "")], [[Part(SUBJECT, [NEW_YEAR], [])]], []),
            *(Rest([]), End(1)),
        ),
        (
            *(HELD, FOUND, ROWS),
            Rest([Part(SUBJECT, [NEW_YEAR], [1.0], [1.0, 2.0])]),
            End(2),
        ),
        (HELD, Found("f", "F", False), ROWS, Rest([]), End(2)),
    ],
)
def test_messages_out_of_order_are_not(messages: tuple[Any, ...]) -> None:
    with pytest.raises(ImportFormatError, match="did not keep to its form"):
        all_of(*messages)


def test_bytes_that_are_in_no_span_are_refused() -> None:
    rows = Rows([(1, 0, 5, "header")], [], [])
    with pytest.raises(EvidenceError, match="15 bytes of x.csv are unaccounted for"):
        all_of(HELD, FOUND, rows, Rest([]), End(1))


@pytest.mark.parametrize(
    "part",
    [
        Part(SUBJECT, [0], [1.0]),
        Part(SUBJECT, [1 << 62], [1.0]),
        Part(Subject("IR" * 200, "", "f", "v", "usage"), [NEW_YEAR], [1.0]),
        Part(Subject("IR", "", "f", "v", "unheard of"), [NEW_YEAR], [1.0]),  # type: ignore[arg-type]
        Part(SUBJECT, [NEW_YEAR], [1.0], step_us=-1),
    ],
)
def test_fields_out_of_range_are_no_message(part: Part) -> None:
    rows = Rows([(1, 0, 20, "")], [[part]], [])
    with pytest.raises(msgspec.ValidationError):
        decode(msgspec.msgpack.encode(rows))


def test_many_rows_come_in_many_frames(tmp_path: Path) -> None:
    rows = "".join(
        f"IR,2022-01-{day + 1:02}T{hour:02}:{minute:02},1\n"
        for day in range(4)
        for hour in range(24)
        for minute in range(0, 60, 2)
    )
    path = written(tmp_path, "x.csv", "place,time,value\n" + rows)
    said: Iterator[Any] = heard(path)
    frames = [one for one in said if isinstance(one, Rows)]
    assert [len(one.spans) for one in frames] == [2_000, 881]
