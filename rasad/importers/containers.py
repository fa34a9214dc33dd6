"""What kind of file this is, told from its first bytes alone."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

from rasad.errors import ImportFormatError
from rasad.importers.archives import ZIP
from rasad.importers.unpacking import (
    FIRST,
    GZIP,
    OLD_OFFICE,
    SAVE,
    UNPACK,
    ZSTD,
    Place,
    opened,
)

PACKED: tuple[tuple[bytes, str], ...] = (
    (GZIP, "compressed with gzip"),
    (ZSTD, "compressed with zstd"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
)
OTHER: tuple[tuple[int, bytes, str], ...] = (
    (0, OLD_OFFICE, "an Excel workbook"),
    (0, b"PARE", "an encrypted Parquet file"),
    (0, b"ARROW1\0", "an Arrow file"),
    (0, b"FEA1", "a Feather file"),
    (0, b"\x93NUMPY", "a numpy array"),
    (0, b"SQLite format 3\0", "a SQLite database"),
    (8, b"DUCK", "a DuckDB database"),
)
"""Where a kind of file carries which bytes; these all hold NUL, as text does not."""

PARQUET = b"PAR1"

WORKBOOK = (b"[Content_Types].xml", b"xl/workbook")
"""What stands at the start of a workbook that somebody packed."""


def check_readable(path: Path) -> None:
    """Refuse a path that is no file with content.

    Raises
    ------
    ImportFormatError
        If it is missing, a folder, empty or not readable.
    """
    if not path.exists():
        raise ImportFormatError(f"{path} does not exist", "check its name")
    if not path.is_file():
        raise ImportFormatError(f"{path} is not a file", "give the files inside it")
    try:
        with path.open("rb") as file:
            content = file.read(FIRST)
    except PermissionError as error:
        raise ImportFormatError(
            f"{path} cannot be opened", "check who may read it"
        ) from error
    blank = not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if blank and path.stat().st_size <= FIRST:
        raise ImportFormatError(
            f"{path.name} is empty", "give a file with at least one row"
        )


def first_bytes(place: Place) -> bytes:
    """Return the first bytes of a file, unpacked.

    Raises
    ------
    ImportFormatError
        If it is packed and nothing can be unpacked.
    """
    with opened(place) as file:
        content = file.read(FIRST)
    if not content:
        raise ImportFormatError(
            f"{place.name} is packed, and empty or damaged", "fetch it again"
        )
    return content


def is_parquet(place: Place) -> bool:
    """Tell whether a file begins as Parquet does, and not as a column named PAR1."""
    content = first_bytes(place)
    return (
        content.startswith(PARQUET) and not content[4:5].decode("latin1").isprintable()
    )


def refuse_foreign(place: Place) -> None:
    """Refuse what is not a table of text.

    Raises
    ------
    ImportFormatError
        If the file is compressed, a workbook, a pickle, JSON, a page or binary.
    """
    content = first_bytes(place)
    kind, todo = _foreign(content)
    if kind:
        raise ImportFormatError(f"{place.name} is {kind}", todo)


def _foreign(content: bytes) -> tuple[str, str]:
    for magic, kind in PACKED:
        if content.startswith(magic):
            return kind, UNPACK
    if content.startswith(b"BZh") and content[4:10] == b"1AY&SY":
        return "compressed with bzip2", UNPACK
    for place, magic, kind in OTHER:
        if content.startswith(magic, place) and b"\0" in content:
            return kind, SAVE
    if content.startswith(ZIP):
        if any(part in content for part in WORKBOOK):
            return "an Excel workbook", SAVE
        return "a zip archive", UNPACK
    if content[:1] == b"\x80" and content[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return "a pickle, which could run a program", SAVE
    if content.removeprefix(BOM_UTF8).lstrip()[:1] == b"<":
        return "a page or XML document", SAVE
    return _binary(content)


def _binary(content: bytes) -> tuple[str, str]:
    """Recognise what is no text, or text in an encoding that gives no sign of it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        wide = content[:4] == b"\xff\xfe\0\0"
        return ("text in UTF-32", "save it as UTF-8") if wide else ("", "")
    nul = content.count(0)
    if nul * 3 > len(content) and 0 in (
        content[::2].count(0),
        content[1::2].count(0),
    ):
        return "text in UTF-16 without a byte-order mark", "save it as UTF-8"
    control = sum(content.count(code) for code in range(32) if code not in b"\t\n\r\f")
    first_line = content.split(b"\n", 1)[0]
    if control * 20 > len(content) or 0 in first_line:
        return "binary, not text", SAVE
    try:
        first_line[:1000].decode()
    except UnicodeDecodeError as error:
        if error.start < 990:
            return "not in UTF-8", "save it as UTF-8 and import it again"
    return "", ""


def encoding_of(place: Place) -> str:
    """Return the encoding that a byte-order mark announces, else UTF-8."""
    content = first_bytes(place)
    if content.startswith(b"\xff\xfe"):
        return "utf-16-le"
    return "utf-16-be" if content.startswith(b"\xfe\xff") else "utf-8"
