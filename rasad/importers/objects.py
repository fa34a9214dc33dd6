"""Records of JSON, line by line or inside one document, each with its byte span."""

from __future__ import annotations

import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator, Mapping, Sized
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO, Literal, NamedTuple

from rasad.errors import ImportFormatError
from rasad.extend import Entry, Head, Reject
from rasad.importers.delimited import PREVIEW
from rasad.importers.json_scan import (
    CHUNK,
    ELEMENT,
    ENDS_EARLY,
    LONGEST,
    TOO_LONG,
    Path,
    Piece,
    pieces,
)
from rasad.importers.json_values import NotJsonError, value_of
from rasad.importers.unpacking import Place, opened
from rasad.schema import Item, Record

SAMPLE = 200
"""Records that sniffing may look at, of a table too."""

NO_OBJECT = "no JSON object"
LINES, DOCUMENT = "jsonl", "json"

PLACES: tuple[Path, ...] = (
    ("*",),
    ("data",),
    ("data", "*"),
    ("data", "videos", "*"),
    ("data", "comments", "*"),
    ("items", "*"),
    ("results", "*"),
    ("posts", "*"),
    ("feed", "*"),
    ("thread", "*"),
    ("statuses", "*"),
    ("orderedItems", "*"),
    ("messages", "*"),
    ("chats", "list", "*", "messages", "*"),
    ("left_chats", "list", "*", "messages", "*"),
)
"""Where programs put records in a JSON document or in a line that is a page of them."""

PAGE: tuple[Path, ...] = (("data",),)
"""Where a page has its record if it has one only."""

WHOLE: tuple[Path, ...] = ((),)
"""Where the record is in a document that holds one and nothing else."""

Take = Callable[[Item], Record | Reject]


class Span(NamedTuple):
    """A part of a file: number of the line or record, bytes, and what is there."""

    line: int
    start: int
    end: int
    outcome: Item | Reject | Literal["header", "blank"]


def holds_json(content: bytes) -> bool:
    """Tell whether a file begins as JSON does."""
    return content.removeprefix(BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def json_head(place: Place) -> Head:
    """Look at a JSON file and return its first records, as objects and as a table.

    Raises
    ------
    ImportFormatError
        If no record can be found in it.
    """
    container = _container(place)
    bare = Head(
        path=place.path, member=place.member, container=container, columns=(), rows=()
    )
    ways = (PLACES, PAGE, WHOLE)
    items = next((found for way in ways if (found := _first_items(bare, way))), ())
    if not items:
        raise ImportFormatError(
            f"{place.name} is JSON, and no record was found in it",
            "give one object per line, a list of objects, or an export as it was saved",
        )
    flat = [flattened(item.value) for item in items]
    columns = tuple(dict.fromkeys(key for row in flat for key in row))
    return replace(
        bare,
        columns=columns,
        rows=tuple(tuple(row.get(column) for column in columns) for row in flat),
        items=items,
    )


def _first_items(head: Head, paths: Collection[Path]) -> tuple[Item, ...]:
    """Return the first records, as long as they are short enough to be held."""
    found: list[Item] = []
    for span in islice(spans(head, paths), SAMPLE):
        if isinstance(span.outcome, Item):
            found.append(span.outcome)
        if span.end > LONGEST:
            break
    return tuple(found)


def object_entries(
    head: Head, take: Take, paths: Collection[Path] = PLACES
) -> Iterator[Entry]:
    """Yield one entry per span of a JSON file; `take` turns an item into a record.

    Parameters
    ----------
    head : Head
        What `json_head` returned.
    take : callable
        Gets each `Item`; what it raises as `LookupError`, `TypeError` or `ValueError`
        counts as a value that is not of the form of this format.
    paths : collection of paths
        Where records are, in a document or in each line. A line without any of them is
        an item by itself, with the empty path.
    """
    for line, start, end, outcome in spans(head, paths):
        if isinstance(outcome, Item):
            yield Entry(line, start, end, _taken(outcome, take))
        else:
            yield Entry(line, start, end, outcome)


def object_rows(
    head: Head,
) -> Iterator[tuple[int, int, int, list[str | None] | Reject | str]]:
    """Yield the spans of a JSON file as rows of cells, under the head's columns."""
    for line, start, end, outcome in spans(head, PLACES):
        if isinstance(outcome, Item):
            row = flattened(outcome.value)
            yield line, start, end, [row.get(column) for column in head.columns]
        else:
            yield line, start, end, outcome


def spans(head: Head, paths: Collection[Path]) -> Iterator[Span]:
    """Yield every span of a JSON file, in order and without gap."""
    with opened(Place(head.path, head.member)) as file:
        if head.container == LINES:
            yield from _of_lines(file, paths)
        else:
            yield from _of_document(file, _in_document(head, paths))


def _in_document(head: Head, paths: Collection[Path]) -> Collection[Path]:
    """Return where records are in a document that was looked at, or may be."""
    where = tuple(item.path for item in head.items[:1])
    return where if where in (PAGE, WHOLE) else _apart(paths)


def are_most(found: Sized, head: Head) -> bool:
    """Tell whether what was found is at least half of the first records."""
    return len(found) > 0 and 2 * len(found) >= len(head.items)


def refused(reason: str, item: Item) -> Reject:
    """Return an item that cannot be a record, with the reason and a preview."""
    return Reject(reason, str(item.value)[:PREVIEW])


def flattened(value: Any) -> dict[str, str | None]:
    """Return the plain members of an object under dotted names, as text.

    Lists of plain values are written as JSON; lists of objects are left out.

    Examples
    --------
    >>> flattened({"id": 9007199254740993, "user": {"name": "a"}, "tags": ["b"]})
    {'id': '9007199254740993', 'user.name': 'a', 'tags': '["b"]'}
    """
    flat: dict[str, str | None] = {}
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, Mapping):
            prefix = f"{name}." if name else ""
            waiting += [(prefix + key, one[key]) for key in reversed(one)]
        elif name:
            flat |= _cell(name, one)
    return flat


def _cell(name: str, value: Any) -> dict[str, str | None]:
    if value is None or isinstance(value, str):
        return {name: value}
    if isinstance(value, list):
        plain = all(isinstance(one, str | int | float) for one in value)
        return {name: _written(value)} if plain else {}
    return {name: _written(value)}


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _taken(item: Item, take: Take) -> Record | Reject:
    try:
        return take(item)
    except (LookupError, TypeError, ValueError, AttributeError):
        return refused("not of the form of this format", item)


def _container(place: Place) -> str:
    """Tell lines, each of which is an object, from one document."""
    with opened(place) as file:
        first = file.readline(LONGEST)
        while first and not first.removeprefix(BOM_UTF8).strip():
            first = file.readline(LONGEST)
    try:
        value = value_of(first.removeprefix(BOM_UTF8))
    except NotJsonError:
        return DOCUMENT
    return LINES if isinstance(value, dict) else DOCUMENT


def _of_document(file: BinaryIO, paths: Collection[Path]) -> Iterator[Span]:
    number = 0
    for piece in pieces(file, paths):
        number += piece.raw is not None or piece.flaw is not None
        yield Span(max(number, 1), piece.start, piece.end, _outcome(piece))


def _outcome(piece: Piece) -> Item | Reject | Literal["header"]:
    if piece.flaw is not None:
        return Reject(piece.flaw, "", piece.flaw == ENDS_EARLY)
    if piece.raw is None:
        return "header"
    try:
        return Item(value_of(piece.raw), piece.path, piece.beside)
    except NotJsonError as error:
        return Reject(str(error), _preview(piece.raw))


def _of_lines(file: BinaryIO, paths: Collection[Path]) -> Iterator[Span]:
    begin, number = 0, 0
    while raw := file.readline(LONGEST):
        number += 1
        end = begin + len(raw)
        whole = raw.endswith(b"\n") or len(raw) < LONGEST
        if not whole:
            end += _skipped(file)
            yield Span(number, begin, end, Reject(TOO_LONG, ""))
        else:
            yield from _of_line(raw, number, begin, paths)
        begin = end


def _skipped(file: BinaryIO) -> int:
    """Read to the end of a line and return how many bytes that were."""
    size = 0
    while raw := file.readline(CHUNK):
        size += len(raw)
        if raw.endswith(b"\n"):
            break
    return size


def _of_line(
    raw: bytes, number: int, begin: int, paths: Collection[Path]
) -> Iterator[Span]:
    """Yield the parts of one line: an object, or a page that holds several."""
    end, text = begin + len(raw), raw.removeprefix(BOM_UTF8) if not begin else raw
    if not text.strip():
        yield Span(number, begin, end, "blank")
        return
    try:
        value = value_of(text)
    except NotJsonError as error:
        early = not raw.endswith(b"\n")
        yield Span(number, begin, end, Reject(str(error), _preview(text), early))
        return
    if not isinstance(value, dict):
        yield Span(number, begin, end, Reject(NO_OBJECT, _preview(text)))
        return
    yield from _of_page(raw, value, number, begin, paths)


def _of_page(
    raw: bytes, page: dict[str, Any], number: int, begin: int, paths: Collection[Path]
) -> Iterator[Span]:
    inner = _apart([path for path in paths if path and _leads(path, page)])
    parts = list(pieces(io.BytesIO(raw), inner)) if inner else []
    if not any(part.raw for part in parts):
        yield Span(number, begin, begin + len(raw), Item(page, (), {}))
        return
    for part in parts:
        outcome = _outcome(part._replace(beside=page) if part.raw else part)
        yield Span(number, begin + part.start, begin + part.end, outcome)


def _leads(path: Path, value: Any) -> bool:
    """Tell whether a path leads to objects in a value."""
    if not path:
        return isinstance(value, dict)
    if path[0] == ELEMENT:
        return isinstance(value, list) and any(_leads(path[1:], one) for one in value)
    return isinstance(value, dict) and _leads(path[1:], value.get(path[0]))


def _apart(paths: Collection[Path]) -> list[Path]:
    """Return the paths through which no other one leads."""
    return [
        path
        for path in paths
        if not any(
            other[: len(path)] == path and len(other) > len(path) for other in paths
        )
    ]


def _preview(raw: bytes) -> str:
    return raw[:PREVIEW].decode(errors="replace").strip()
