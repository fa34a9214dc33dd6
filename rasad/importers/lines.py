r"""Physical lines of a text file, each with the number of bytes it takes.

Lines end at `\n`, `\r\n` or a bare `\r`, and nowhere else: U+2028 and form feeds
are part of a text. The sizes of all lines add up to the size of the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

LONGEST = 1 << 20
"""Bytes above which a line or a record is not read."""

CHUNK = 1 << 18
TOO_LONG = "longer than 1 MiB"
UNDECODABLE = "bytes that are not text in this file's encoding"
HOLDS_NUL = "a NUL character"
BOM = "\ufeff"

Line = tuple[str, int, str | None]
"""Text, size in bytes, and what is wrong with it."""

_SPLIT = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def physical_lines(file: BinaryIO, encoding: str) -> Iterator[Line]:
    r"""Yield every line of a file from its first byte to its last.

    Parameters
    ----------
    file : binary file
        Opened at its start.
    encoding : str
        `utf-8`, `utf-16-le` or `utf-16-be`; a byte-order mark counts as part of the
        first line's size and is left out of its text.

    Yields
    ------
    tuple of str, int, str or None
        Text with its line end, size in bytes, and what is wrong with it. A line above
        `LONGEST` comes in pieces without text.

    Examples
    --------
    >>> import io
    >>> [line[:2] for line in physical_lines(io.BytesIO(b"a\r\nb\rc"), "utf-8")]
    [('a\r\n', 3), ('b\r', 2), ('c', 1)]
    """
    lines = _utf8_lines(file) if encoding == "utf-8" else _utf16_lines(file, encoding)
    for text, size, flaw in lines:
        yield text.removeprefix(BOM), size, flaw
        break
    yield from lines


def further_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield lines of UTF-8 as `physical_lines` does, from the middle of a file on."""
    return _utf8_lines(file)


def _utf8_lines(file: BinaryIO) -> Iterator[Line]:
    rest = b""
    inside = False
    while chunk := file.read(CHUNK):
        lines = (rest + chunk).splitlines(keepends=True)
        rest = lines.pop()  # it may go on in the next chunk, even if it ends in \r
        if inside and lines:
            yield "", len(lines.pop(0)), TOO_LONG
            inside = False
        yield from map(_decoded, lines)
        if inside or len(rest) > LONGEST:
            # A piece never takes a trailing \r: its \n may come in the next chunk.
            piece = rest[:-1]
            yield "", len(piece), TOO_LONG
            rest, inside = rest[-1:], True
    if rest:
        yield ("", len(rest), TOO_LONG) if inside else _decoded(rest)


def _decoded(raw: bytes) -> Line:
    size = len(raw)
    if size > LONGEST:
        return "", size, TOO_LONG
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return raw.decode(errors="replace").replace("\0", "\ufffd"), size, UNDECODABLE
    if "\0" in text:
        return text, size, HOLDS_NUL
    return text, size, None


def _utf16_lines(file: BinaryIO, encoding: str) -> Iterator[Line]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    rest = ""
    inside = False
    while chunk := file.read(CHUNK):
        lines = _SPLIT.findall(rest + decoder.decode(chunk))
        rest = lines.pop() if lines else ""
        if inside and lines:
            yield "", _utf16_size(lines.pop(0)), TOO_LONG
            inside = False
        for line in lines:
            yield _checked(line)
        if inside or 2 * len(rest) > LONGEST:
            yield "", _utf16_size(rest[:-1]), TOO_LONG
            rest, inside = rest[-1:], True
    if rest:
        yield ("", _utf16_size(rest), TOO_LONG) if inside else _checked(rest)
    if half := decoder.getstate()[0]:
        yield "\ufffd", len(half), UNDECODABLE


def _utf16_size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass"))


def _checked(text: str) -> Line:
    size = _utf16_size(text)
    if size > LONGEST:
        return "", size, TOO_LONG
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode(), size, UNDECODABLE
    return text, size, HOLDS_NUL if "\0" in text else None
