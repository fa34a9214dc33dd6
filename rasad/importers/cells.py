"""What a cell says: names of columns, ids, and lists squeezed into one cell.

Ids are text from the first byte to the last export. An id that a spreadsheet or a
data frame has turned into a rounded number is no id any more: it never matches.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec

from rasad.extend import Entry, Head

Picker = Callable[[Sequence[str | None]], tuple[str | None, ...]]

NOT_STATED = frozenset({"", "absent", "nan", "NaN", "None", "null", "NULL"})
"""Cells that say nothing, where an id or a list is expected."""

LONGEST_LIST = 1 << 16
"""Characters above which a list is only split, not parsed."""

REMEMBERED, SHORT = 16_384, 200
"""Lists that are kept as they were read, since posts repeat them, and their length."""

TEXT_MARKS = "'="
"""How a number begins that a spreadsheet shall take for text."""

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 30_000_000_000
"""Ids below this were numbered in sequence and hold no time."""

# Past 15 digits a number with a decimal point has been a double, and is not exact.
_ROUNDED = re.compile(r"[+-]?[0-9](\.[0-9]+)?[eE]\+[0-9]{1,3}|[0-9]{16,}\.0+")
_FLOATED = re.compile(r"([0-9]{1,15})\.0+")
_CUT = re.compile(r"[0-9]{11,}000000(\.0*)?")
_SUSPECT = re.compile(r"[0-9]{13,}0000(\.0*)?")
_MARKED = re.compile(
    r"""'([0-9]+(?:\.[0-9]+)?(?:[eE]\+[0-9]+)?)'?|="([0-9.]+(?:[eE]\+[0-9]+)?)\""""
)
_RETWEETED = re.compile(r"RT @(\w+(?:[.-]\w+)*)")
_URL_COMMA = re.compile(r",\s*(?=https?://)|\s+")
_decode = msgspec.json.Decoder().decode


def plain_name(column: str) -> str:
    r"""Return a column's name without case and what editors put around it.

    Examples
    --------
    >>> plain_name('\ufeff"TweetID" ')
    'tweetid'
    """
    return column.strip(" \t\ufeff\u00a0\"'").lower()


def plain_names(head: Head) -> list[str]:
    """Return the names of a file's columns as `plain_name` gives them."""
    return [plain_name(column) for column in head.columns]


def picker(columns: Sequence[str | None], wanted: Sequence[str | None]) -> Picker:
    """Bind columns to positions once; a column that is missing gives None.

    Examples
    --------
    >>> picker(["a", "b"], ["b", "c"])(["1", "2"])
    ('2', None)
    """
    names = list(columns)
    places = [names.index(name) if name in names else -1 for name in wanted]
    pick: Callable[[Any], tuple[str | None, ...]] = itemgetter(*places, 0)
    if -1 in places:
        return lambda cells: pick((*cells, None))[:-1]
    return lambda cells: pick(cells)[:-1]


class Lost:
    """Counts ids that were given up in this process, which reads one file.

    `ids` counts them as they are read, `records` those entries that had any.
    """

    def __init__(self) -> None:
        self.ids = self.records = 0

    def passing(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Pass the entries of a file on, and count those that lost an id."""
        before, self.records = self.ids, 0
        for entry in entries:
            if self.ids != before:
                before = self.ids
                self.records += 1
            yield entry


LOST = Lost()


def clean_id(cell: str | None) -> str | None:
    """Return an id as text, None where there is none or its digits are lost.

    Each id is judged by itself. An id of 17 digits or more that ends in six zeros is
    taken for a damaged one. That is wrong for one sound id in a million, and for one
    in 15,625 of Twitter's, most of which are multiples of 4,096.

    Examples
    --------
    >>> clean_id("898925911294132225"), clean_id("8.98926E+17"), clean_id("absent")
    ('898925911294132225', None, None)
    >>> clean_id("906000000000000000") is None
    True

    A spreadsheet's mark of text is none of the id.

    >>> clean_id("'1234567890123456789"), clean_id('="12"')
    ('1234567890123456789', '12')
    """
    if not cell or cell in NOT_STATED:
        return None
    if cell[0] in TEXT_MARKS:
        cell = unmarked(cell)
    if "000000" in cell and is_damaged(cell):
        LOST.ids += 1
        return None
    if "." in cell or "+" in cell:
        return _unusual_id(cell)
    return cell.strip() or None


def unmarked(cell: str) -> str:
    """Return a number without what makes a spreadsheet take it for text.

    Examples
    --------
    >>> unmarked("'8.98E+17"), unmarked("'someone")
    ('8.98E+17', "'someone")
    """
    found = _MARKED.fullmatch(cell) if cell[:1] in TEXT_MARKS else None
    return (found[1] or found[2]) if found else cell


def _unusual_id(cell: str) -> str | None:
    text = cell.strip()
    if _ROUNDED.fullmatch(text):
        LOST.ids += 1
        return None
    floated = _FLOATED.fullmatch(text)
    return (floated[1] if floated else text) or None


def is_rounded(cell: str | None) -> bool:
    """Tell whether an id is written as a rounded number, such as 8.98926E+17."""
    return bool(cell) and bool(_ROUNDED.fullmatch(unmarked((cell or "").strip())))


def is_damaged(cell: str | None) -> bool:
    """Tell whether an id is rounded, or long and ends in six zeros."""
    return is_rounded(cell) or bool(_CUT.fullmatch(unmarked((cell or "").strip())))


def unusable(what: str, cell: str | None) -> str:
    """Say why a row cannot be used whose account `clean_id` gives up."""
    if is_damaged(cell):
        return f"the last digits of its {what} are lost"
    return f"it has no usable {what}"


def retweeted_handle(text: str | None) -> str | None:
    """Return the handle, in lower case, of a text that begins as a retweet does.

    Examples
    --------
    >>> retweeted_handle("RT @Some_One: words"), retweeted_handle("rt @someone")
    ('some_one', None)
    """
    match = _RETWEETED.match(text or "")
    return match[1].lower() if match else None


def damage_warning(column: str, cells: Iterable[str | None]) -> tuple[str, ...]:
    """Return a sentence when ids of a column look damaged by a spreadsheet.

    Among Twitter's ids, one sound id in 625 ends in four zeros: a single one in the
    sample says nothing, more than one in a hundred does.
    """
    filled = [cell for cell in cells if cell]
    lost = sum(is_damaged(cell) for cell in filled)
    suspect = sum(bool(_SUSPECT.fullmatch(unmarked(cell.strip()))) for cell in filled)
    suspect += sum(is_rounded(cell) for cell in filled)
    if not lost and (suspect < 2 or suspect * 100 <= len(filled)):
        return ()
    return (
        f"Column {column} holds ids whose last digits were lost in a spreadsheet or "
        f"data frame ({suspect} of the first {len(filled)}): {lost} of them are "
        "treated as missing, the others may merge what is apart.",
    )


def snowflake_us(identifier: str | None) -> int | None:
    """Return the time inside a Twitter id in microseconds since 1970 UTC.

    Notes
    -----
    Milliseconds are (id >> 22) + 1288834974657, for ids issued since November 2010.

    Examples
    --------
    >>> snowflake_us("1000000000000000000")
    1527253553758000
    """
    if identifier is None or not identifier.isascii() or not identifier.isdigit():
        return None
    number = int(identifier) if len(identifier) < 20 else 0
    if number < FIRST_SNOWFLAKE:
        return None
    return ((number >> 22) + SNOWFLAKE_EPOCH_MS) * 1000


def parse_list_cell(cell: str | None) -> tuple[str, ...] | None:
    """Return the items of a list that is written in one cell.

    Reads JSON, Python's notation, brackets with bare words, items between bars, URLs
    between commas or spaces, and items between commas.

    Parameters
    ----------
    cell : str or None
        The cell as found.

    Returns
    -------
    tuple of str or None
        None when the cell says nothing, the empty tuple when it says *none*.

    Examples
    --------
    >>> parse_list_cell("['a', 'b']"), parse_list_cell("[]"), parse_list_cell("")
    (('a', 'b'), (), None)
    >>> parse_list_cell("https://a.example/?x=1,2,https://b.example")
    ('https://a.example/?x=1,2', 'https://b.example')
    """
    if cell is None or cell in NOT_STATED:
        return None
    text = cell.strip()
    if text == "[]":
        return ()
    if text[:1] == "[" and text[-1:] == "]":
        return _known(text) if len(text) <= SHORT else _bracketed(text)
    return _stripped(_split(text))


def _bracketed(text: str) -> tuple[str, ...]:
    if text[1] == "'" and text[-2] == "'" and '"' not in text and "\\" not in text:
        # Python writes a word with an apostrophe in double quotes: none is here.
        return _stripped(text[2:-2].split("', '"))
    if len(text) <= LONGEST_LIST:
        for read in (_decode, ast.literal_eval):
            try:
                found = read(text)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                continue
            return _items(found) if isinstance(found, list) else ()
    return _stripped([part.strip().strip("'\"") for part in _split(text[1:-1])])


_known = lru_cache(maxsize=REMEMBERED)(_bracketed)


def _split(text: str) -> list[str]:
    if "|" in text:
        return text.split("|")
    return _URL_COMMA.split(text) if "://" in text else text.split(",")


def _items(found: Iterable[Any]) -> tuple[str, ...]:
    return _stripped([str(item) for item in found if item is not None])


def _stripped(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple([plain for text in texts if (plain := text.strip())])
