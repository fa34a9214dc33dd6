"""Where the records of a JSON document lie, whatever cuts it into chunks."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.importers import json_scan
from rasad.importers.json_scan import (
    BROKEN,
    ENDS_EARLY,
    MOST_BRACKETS,
    MOST_MARKS,
    NO_RECORDS,
    TANGLED,
    TOO_LONG,
    Path,
    Piece,
    pieces,
)

MESSAGES: list[Path] = [("messages", "*")]
CHAT = json.dumps(
    {
        "name": 'c"h[at \\',
        "id": 2**70 + 1,
        "about": {"rules": [1, 2, {"no": "}"}]},
        "messages": [
            {"id": n, "text": 'a]"\\}{ سلام', "parts": [{"bold": "]"}]}
            for n in range(50)
        ],
        "end": [1],
    },
    ensure_ascii=False,
).encode()


def covered(text: bytes, paths: list[Path]) -> list[Piece]:
    """Return the pieces of a text, which must follow each other and cover it."""
    found, at = list(pieces(io.BytesIO(text), paths)), 0
    for piece in found:
        assert piece.start == at
        at = piece.end
    assert at == len(text)
    return found


def records(text: bytes, paths: list[Path]) -> list[Any]:
    return [json.loads(piece.raw) for piece in covered(text, paths) if piece.raw]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1 << 18])
def test_records_are_found_whatever_cuts_the_file(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_scan, "CHUNK", chunk)
    found = [piece for piece in covered(CHAT, MESSAGES) if piece.raw]
    assert [json.loads(piece.raw or b"")["id"] for piece in found] == list(range(50))
    assert found[0].beside == {"name": 'c"h[at \\', "id": 2**70 + 1}
    assert not any(piece.flaw for piece in covered(CHAT, MESSAGES))


@pytest.mark.parametrize("chunk", [5, 1 << 18])
def test_a_document_that_is_cut_anywhere_says_so(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_scan, "CHUNK", chunk)
    for size in range(1, len(CHAT)):
        *_, last = covered(CHAT[:size], MESSAGES)
        assert last.flaw == ENDS_EARLY


def test_a_record_has_what_stands_beside_its_own_list() -> None:
    chats = [{"name": f"c{n}", "messages": [{"id": n}]} for n in range(2)]
    text = json.dumps({"about": "x", "chats": {"list": chats}}).encode()
    path = ("chats", "list", "*", "messages", "*")
    found = [piece for piece in covered(text, [path]) if piece.raw]
    assert [dict(piece.beside) for piece in found] == [
        {"about": "x", "name": "c0"},
        {"about": "x", "name": "c1"},
    ]
    assert {piece.path for piece in found} == {path}


def test_several_values_one_after_the_other_are_records_by_themselves() -> None:
    assert records(b' {"a": 1}\n{\n"a": {"b": []}}', [()]) == [
        {"a": 1},
        {"a": {"b": []}},
    ]


@pytest.mark.parametrize("text", [b'{"a": ]}', b"[}", b"]"])
def test_brackets_that_do_not_belong_together_end_the_walk(text: bytes) -> None:
    (piece,) = covered(text, [("b",), ("*", "b")])
    assert piece.flaw == BROKEN


def test_a_hostile_depth_is_no_danger() -> None:
    deep = b"[" * 100_000
    assert [piece.flaw for piece in covered(deep, [("b",)])] == [TANGLED]
    paths: list[Path] = [("*",) * 100]
    assert [piece.flaw for piece in covered(deep, paths)] == [BROKEN]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        (b"[" + b"0," * MOST_MARKS, NO_RECORDS),
        (b'{"x":[' + b"[[]]," * MOST_BRACKETS, TANGLED),
    ],
)
def test_a_document_of_marks_alone_is_not_walked_to_its_end(
    text: bytes, flaw: str
) -> None:
    began = time.process_time()
    assert [piece.flaw for piece in covered(text, [("b", "*"), ("*",)])] == [flaw]
    assert time.process_time() - began < 5


def test_pairs_of_brackets_in_a_record_count_wherever_a_chunk_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = b'[{"a": [{"b": "}"}, {}, [1, [2]]], "c": {"d": "]"}}]'
    for size in range(1, len(text)):
        monkeypatch.setattr(json_scan, "CHUNK", size)
        assert [one.raw for one in covered(text, [("*",)]) if one.raw] == [text[1:-1]]


def test_what_comes_before_a_broken_bracket_is_kept() -> None:
    assert records(b'[{"a": 1}, {"a": 2}, }, {"a": 3}]', [("*",)]) == [
        {"a": 1},
        {"a": 2},
    ]


def test_a_record_without_an_end_takes_bounded_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_scan, "LONGEST", 1 << 12)
    monkeypatch.setattr(json_scan, "CHUNK", 1 << 10)
    text = b'[{"a": 1}, {"a": "' + b"x" * (1 << 16) + b'"}]'
    *_, last = covered(text, [("*",)])
    assert last.flaw == TOO_LONG
    assert records(text, [("*",)]) == [{"a": 1}]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=3), max_size=5),
    st.integers(1, 40),
    st.booleans(),
)
def test_any_list_of_objects_is_read_as_it_was_written(
    values: list[dict[str, Any]], chunk: int, ascii_only: bool
) -> None:
    text = json.dumps({"data": values}, ensure_ascii=ascii_only)
    whole, json_scan.CHUNK = json_scan.CHUNK, chunk
    try:
        assert records(text.encode(errors="replace"), [("data", "*")]) == json.loads(
            text.encode(errors="replace")
        ).get("data")
    finally:
        json_scan.CHUNK = whole


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_accounted_for(text: bytes) -> None:
    covered(text, [("*",), ("data", "*"), ("messages", "*")])
