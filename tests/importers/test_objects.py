"""Records of JSON files: lines, pages, documents, and what cannot be read of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rasad.errors import ImportFormatError
from rasad.extend import Entry, Head, Reject
from rasad.importers import recognise
from rasad.importers.json_values import NotJsonError, value_of
from rasad.importers.objects import object_entries, refused
from rasad.importers.reader import inspect
from rasad.schema import Item, Record

POST = {"id": 2**60 + 1, "by": "a", "text": "سلام", "t": 1_700_000_000}


def record(item: Item) -> Record | Reject:
    value = item.value
    if value["text"] == "no":
        return refused("no post", item)
    return Record(
        account=f"x:{value['by']}",
        platform="x",
        created_at=int(value["t"]) * 1_000_000,
        precision="s",
        raw_time=str(value["t"]),
        post=str(value["id"]),
        text=value["text"],
        community=item.beside.get("name"),
    )


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "posts.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> tuple[Head, list[Entry]]:
    """Return the entries of a file, which must cover it."""
    head, at = inspect(path), 0
    entries = list(object_entries(head, record))
    for entry in entries:
        assert entry.byte_start == at
        at = entry.byte_end or 0
    assert at == path.stat().st_size
    return head, entries


def outcomes(path: Path) -> list[str]:
    """Return the text of records, and the reasons of rejects."""
    found = []
    for entry in read(path)[1]:
        if isinstance(entry.outcome, Record):
            found.append(entry.outcome.text or "")
        elif isinstance(entry.outcome, Reject):
            found.append(entry.outcome.reason)
    return found


def lines(*values: object) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def test_lines_are_read_one_by_one(tmp_path: Path) -> None:
    text = lines(POST) + "\n" + '{"id": \n' + "[1]\n" + lines(POST | {"text": "no"})
    head, entries = read(written(tmp_path, "\ufeff" + text + lines(POST).rstrip()))
    assert head.container == "jsonl"
    assert [entry.line for entry in entries] == [1, 2, 3, 4, 5, 6]
    kinds = [getattr(entry.outcome, "reason", entry.outcome) for entry in entries]
    assert kinds[1:5] == ["blank", "not JSON", "no JSON object", "no post"]
    first, last = entries[0].outcome, entries[5].outcome
    assert first == last
    assert isinstance(first, Record)
    assert (first.post, first.text) == ("1152921504606846977", "سلام")


def test_a_line_may_be_a_page_of_records(tmp_path: Path) -> None:
    page = {"data": [POST, POST | {"text": "b"}], "name": "page", "meta": {"n": 2}}
    head, entries = read(written(tmp_path, lines(page, POST)))
    records = [e.outcome for e in entries if isinstance(e.outcome, Record)]
    assert [one.text for one in records] == ["سلام", "b", "سلام"]
    assert [one.community for one in records] == ["page", "page", None]
    assert [item.path for item in head.items] == [("data", "*"), ("data", "*"), ()]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda posts: posts,
        lambda posts: {"data": posts},
        lambda posts: {"chats": {"list": [{"name": "c", "messages": posts}]}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_documents_hold_records_at_known_places(
    tmp_path: Path, wrap: object, indent: int | None
) -> None:
    assert callable(wrap)
    document = wrap([POST, POST | {"text": "b"}])
    path = written(tmp_path, json.dumps(document, indent=indent))
    assert outcomes(path) == ["سلام", "b"]


def test_an_object_over_several_lines_is_a_record_by_itself(tmp_path: Path) -> None:
    both = json.dumps(POST, indent=1) + "\n" + json.dumps(POST, indent=1)
    head, _ = read(written(tmp_path, both))
    assert head.container == "json"
    assert outcomes(written(tmp_path, both)) == ["سلام", "سلام"]


def test_a_document_that_ends_early_says_so_and_keeps_what_it_held(
    tmp_path: Path,
) -> None:
    text = json.dumps([POST, POST], indent=1)
    *_, last = read(written(tmp_path, text[:-9]))[1]
    assert isinstance(last.outcome, Reject)
    assert last.outcome.ends_early
    assert outcomes(written(tmp_path, text[:-9]))[0] == "سلام"


def test_values_of_another_form_are_rejects_not_crashes(tmp_path: Path) -> None:
    odd = [{"text": "a"}, {"text": None, "id": 1}, POST | {"t": "x"}, POST | {"t": []}]
    assert outcomes(written(tmp_path, lines(POST, *odd))) == [
        "سلام",
        *["not of the form of this format"] * 4,
    ]


def test_json_without_records_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImportFormatError, match="no record was found"):
        inspect(written(tmp_path, "[1, 2, 3]"))


def test_a_json_file_is_a_table_too(tmp_path: Path) -> None:
    rows = [
        {"user": {"id": 2**60 + n}, "when": f"2024-03-01T10:0{n}:00Z", "body": "hi"}
        for n in range(5)
    ]
    head = inspect(written(tmp_path, lines(*rows)))
    assert head.columns == ("user.id", "when", "body")
    assert head.rows[0] == ("1152921504606846976", "2024-03-01T10:00:00Z", "hi")
    mapping = {"account": "user.id", "time": "when", "text": "body"}
    assert recognise(head, mapping=mapping).importer == "generic"


def test_nearly_json_is_read_and_the_rest_is_not() -> None:
    assert value_of(rb'{"a": "x\x0By"}') == {"a": "x\x0by"}
    assert value_of(b'{"a": "x\ny"}') == {"a": "x\ny"}
    assert value_of(rb'{"a": "x\\x41"}') == {"a": r"x\x41"}
    for bad in (b"{", b"", b"{'a': 1}", rb'{"a": "\ud800"}', b"[" * 100_000):
        with pytest.raises(NotJsonError):
            value_of(bad)
