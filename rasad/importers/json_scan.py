r"""Where the records of a JSON document lie, to the byte, in bounded memory.

A document is one value that holds records somewhere inside, such as the messages of a
chat. It is never parsed whole: its brackets and strings are walked, and only what is at
a given path is kept, one record at a time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from rasad.importers.json_values import NotJsonError, value_of

LONGEST = 1 << 24
"""Bytes above which a record is not read."""

CHUNK = 1 << 18
REMEMBERED = 4096
"""Bytes of what stands beside records, such as a chat's name, that are kept."""

DEEPEST = 64
"""Brackets inside each other, outside of records, above which nothing is looked for."""

MOST_MARKS = 1 << 19
"""Brackets, commas and bare values in a row, outside of records, without one."""

MOST_BRACKETS, DEEPEST_RECORD = 1 << 21, 1_000
"""Brackets of a record that hold others, and how many of them stand in each other; no
reader of JSON goes deeper."""

ELEMENT = "*"
"""The step of a path that stands for any element of a list."""

BROKEN = "brackets that do not belong together"
ENDS_EARLY = "the file ends inside a record or before its brackets are closed"
TOO_LONG = "longer than 16 MiB"
TANGLED = "more brackets in each other than a record has"
NO_RECORDS = "too much without a record"

Path = tuple[str, ...]

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN = re.compile(_STRING + rb'|"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
"""A whole string or the beginning of one, a mark, or a bare word."""

_PLAIN = rb'[^"{}\[\]]*+'
_INSIDE = _PLAIN + rb"(?:" + _STRING + _PLAIN + rb")*+"
_TO_BRACKET = re.compile(
    _PLAIN
    + rb"(?:(?:" + _STRING + rb"|\{" + _INSIDE + rb"\}|\[" + _INSIDE + rb"\])"
    + _PLAIN
    + rb")*+([{}\[\]])",
    re.DOTALL,
)  # fmt: skip
"""All that comes before a bracket that counts, and the bracket. Those in strings do not
count, nor do the pairs that hold no other bracket."""


class Piece(NamedTuple):
    """A part of a document: a record, or what holds records together.

    `raw` is None where it is no record or cannot be read, which `flaw` explains; `path`
    is where it stands, and `beside` what stands beside and above it.
    """

    start: int
    end: int
    raw: bytes | None
    path: Path = ()
    beside: Mapping[str, Any] = {}
    flaw: str | None = None


class _Level:
    """An open list or object: where it is, and the key that is being filled."""

    def __init__(self, mark: bytes, path: Path, beside: Mapping[str, Any]) -> None:
        self.close = b"]" if mark == b"[" else b"}"
        self.path, self.beside = path, dict(beside)
        self.key = ELEMENT if mark == b"[" else None

    def inside(self) -> Path:
        """Return the path of the value that comes next."""
        return (*self.path, self.key or "")


class _BrokenError(Exception):
    """The document cannot be walked any further."""


def pieces(file: BinaryIO, paths: Collection[Path]) -> Iterator[Piece]:
    """Yield the parts of a document, in order and without gap.

    Parameters
    ----------
    file : binary file
        Opened at its start; UTF-8.
    paths : collection of paths
        Where records are: steps from the outermost value, `*` for any element of a
        list. No path may lead through another one.

    Notes
    -----
    What stands beside a record is known as far as it comes before it. Where brackets do
    not belong together the rest of the document is one piece with a flaw.

    Examples
    --------
    >>> import io
    >>> text = b'{"chat": "a", "messages": [{"id": 1}, {"id": 2}]}'
    >>> found = pieces(io.BytesIO(text), [("messages", "*")])
    >>> [(piece.raw, dict(piece.beside)) for piece in found if piece.raw]
    [(b'{"id": 1}', {'chat': 'a'}), (b'{"id": 2}', {'chat': 'a'})]
    """
    return _Scanner(file, frozenset(paths)).pieces()


class _Scanner:
    """Walks a document once.

    `_held` begins at byte `_base`, and `_at` is the place in it where to go on.
    `_done` is the first byte that is in no piece yet. `_depth` counts the open brackets
    of the record that begins at `_begin`, or of a value that holds no record, which
    `_skips`; it is 0 outside of both.
    """

    def __init__(self, file: BinaryIO, paths: frozenset[Path]) -> None:
        self._file, self._paths = file, paths
        self._held, self._base, self._at = b"", 0, 0
        self._done = self._begin = self._depth = 0
        self._levels: list[_Level] = []
        self._ended = self._skips = False
        self._marks = 0

    def pieces(self) -> Iterator[Piece]:
        try:
            while not self._ended:
                self._more()
                yield from self._walk()
        except _BrokenError as error:
            yield from self._give_up(str(error))
            return
        yield from self._rest()

    def _more(self) -> None:
        """Forget what is done with, and read on."""
        kept = self._depth and not self._skips
        keep = self._begin - self._base if kept else self._at
        self._held, self._base = self._held[keep:], self._base + keep
        self._at -= keep
        if len(self._held) > LONGEST:
            raise _BrokenError(TOO_LONG)
        # A long string is looked through from its start each time: twice as much of it.
        chunk = self._file.read(max(CHUNK, len(self._held)))
        self._ended = not chunk
        self._held += chunk

    def _walk(self) -> Iterator[Piece]:
        """Go on until something may continue in the next chunk."""
        while True:
            if self._depth:
                if not self._at_end_of_record():
                    return
                if not self._skips:
                    yield self._record()
            else:
                match = _TOKEN.search(self._held, self._at)
                if match is None or self._may_go_on(match):
                    return
                self._at = match.end()
                yield from self._between(match.group(), self._base + match.start())

    def _may_go_on(self, match: re.Match[bytes]) -> bool:
        token = match.group()
        word = token[:1] not in b'"{}[],:'
        last = match.end() == len(self._held) and not self._ended
        return token == b'"' or (word and last)

    def _at_end_of_record(self) -> bool:
        """Go from bracket to bracket; say whether the record's last one was found."""
        while self._depth and (match := _TO_BRACKET.match(self._held, self._at)):
            self._at = match.end()
            self._depth += 1 if match[1] in b"{[" else -1
            self._marks += 1
            if self._depth > DEEPEST_RECORD or self._marks > MOST_BRACKETS:
                raise _BrokenError(TANGLED)
        return not self._depth

    def _between(self, token: bytes, start: int) -> Iterator[Piece]:
        """Go on between records."""
        self._marks += 1
        if self._marks > MOST_MARKS:
            raise _BrokenError(NO_RECORDS)
        level = self._levels[-1] if self._levels else None
        if token in b"{[":
            yield from self._open(token, start, level)
        elif token in b"}]":
            self._close(token, level)
        elif token == b"," and level and level.key != ELEMENT:
            level.key = None
        elif token not in b",:" and level:
            self._remember(token, level)

    def _open(self, mark: bytes, start: int, level: _Level | None) -> Iterator[Piece]:
        path = level.inside() if level else ()
        if mark == b"{" and path in self._paths:
            if start > self._done:
                yield Piece(self._done, start, None)
            self._begin, self._depth, self._done = start, 1, start
            self._marks = 0
            self._skips = False
            return
        if not any(one[: len(path)] == path for one in self._paths):
            self._depth, self._skips, self._marks = 1, True, 0
            return
        if len(self._levels) == DEEPEST:
            raise _BrokenError(BROKEN)
        self._levels.append(_Level(mark, path, level.beside if level else {}))

    def _close(self, mark: bytes, level: _Level | None) -> None:
        if level is None or level.close != mark:
            raise _BrokenError(BROKEN)
        self._levels.pop()

    def _remember(self, token: bytes, level: _Level) -> None:
        """Take a key, or keep a value beside records."""
        if level.key is None and token[:1] == b'"':
            level.key = str(_scalar(token))
        elif level.key not in (None, ELEMENT) and len(token) <= REMEMBERED:
            level.beside[str(level.key)] = _scalar(token)

    def _record(self) -> Piece:
        end = self._base + self._at
        raw = self._held[self._begin - self._base : self._at]
        self._done, self._marks = end, 0
        level = self._levels[-1] if self._levels else None
        path, beside = (level.inside(), level.beside) if level else ((), {})
        return Piece(self._begin, end, raw, path, beside)

    def _rest(self) -> Iterator[Piece]:
        """Account for what is left when the file ends."""
        end = self._base + len(self._held)
        if self._depth or self._levels or self._at < len(self._held.rstrip()):
            yield Piece(self._done, end, None, flaw=ENDS_EARLY)
        elif end > self._done:
            yield Piece(self._done, end, None)

    def _give_up(self, flaw: str) -> Iterator[Piece]:
        end = self._base + len(self._held)
        while chunk := self._file.read(CHUNK):
            end += len(chunk)
        yield Piece(self._done, end, None, flaw=flaw)


def _scalar(token: bytes) -> Any:
    """Return the value of a string or bare word; None where it has none."""
    try:
        return value_of(token)
    except NotJsonError:
        return None
