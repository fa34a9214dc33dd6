"""What posts share, found for whole columns of records at once.

`rasad.traces.read_off` says what that is, record by record; these functions give the
same. Values that repeat are worked out once, and posts that must be looked at by
themselves are few: those of which the file states less than it might.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.kernels.blake2b import digests
from rasad.kernels.interning import Texts
from rasad.kernels.layout import hex_column, is_known, texts_in
from rasad.kernels.texts import holds_each
from rasad.schema import Record
from rasad.schema.record_columns import Columns
from rasad.traces import own_links, read_off
from rasad.traces.links import stated_site
from rasad.traces.matching_columns import Vocabulary
from rasad.traces.normalise import hashtag_key
from rasad.traces.ordinary_links import linked
from rasad.traces.read_off import handle_of

Kinds = tuple[str, ...]
Rows = NDArray[np.int64]
Marks = NDArray[np.bool_]

WORDS = Vocabulary()

NO_FIELDS: dict[str, Any] = {
    "account": "",
    "platform": "",
    "created_at": 0,
    "precision": "us",
    "raw_time": "",
}
"""What every record has, and no trace looks at."""


BEFORE_HANDLES = np.zeros(256, np.bool_)
"""First bytes of what may begin with a handle: 0xC2 and above those of white space,
quotation marks and invisible signs beyond ASCII."""
BEFORE_HANDLES[: ord(" ") + 1] = True
BEFORE_HANDLES[[*b"@,'\"", 0xC2, 0xE1, 0xE2, 0xE3, 0xEF]] = True


class Shared(NamedTuple):
    """Values, and the posts that share them.

    row : int64, the place of each value's post among those asked about, ascending.
    value : texts, none of them NULL.
    """

    row: Rows
    value: pa.Array


# --- what a file states --------------------------------------------------------------


def named(columns: Columns, kinds: Kinds) -> Shared:
    """Return the objects that a table names."""
    return _stated(columns, "objects", kinds)


def reposted(columns: Columns, kinds: Kinds) -> Shared:
    """Return the posts that are passed on."""
    return _stated(columns, "repost_of", kinds)


def answered(columns: Columns, kinds: Kinds) -> Shared:
    """Return the posts that are answered."""
    return _stated(columns, "reply_to", kinds)


def pages(columns: Columns, kinds: Kinds) -> Shared:
    """Return the one form of each link."""
    found, forms, _ = _linked(columns, kinds)
    return _told(found, forms)


def sites(columns: Columns, kinds: Kinds) -> Shared:
    """Return the sites that the file states, else those of the links."""
    found, _, of_links = _linked(columns, kinds)
    unstated = _is_missing(columns, "sites", kinds)[found]
    of_links = _told(found[unstated], of_links.filter(pa.array(unstated)))
    stated = _stated(columns, "sites", kinds)
    return _merged(of_links, _replaced(stated, stated_site))


def hashtag_sequences(columns: Columns, kinds: Kinds) -> Shared:
    """Return the hashtags of each post in their order."""
    tags = _stated(columns, "hashtags", kinds)
    found = _sequences(_replaced(tags, lambda tag: hashtag_key(tag) or None))
    unstated = _is_missing(columns, "hashtags", kinds)
    if not unstated.any():
        return found
    unstated &= _holds(columns, kinds, "#") | _holds(columns, kinds, "＃")
    fields = ("text", "truncated")
    of_post = _of_record(fields, read_off.hashtag_sequence)
    alone = _one_by_one(columns, kinds, unstated, fields, of_post)
    return _merged(found, alone)


def mentioned(columns: Columns, kinds: Kinds) -> Shared:
    """Return who is called on, whom a post answers left out."""
    stated = _stated(columns, "mentions", kinds)
    apart = _may_answer(columns, kinds)
    plain = ~apart[stated.row]
    plainly = Shared(stated.row[plain], stated.value.filter(pa.array(plain)))
    chosen = np.zeros(len(apart), np.bool_)
    chosen[stated.row] = True
    chosen &= apart
    unstated = _is_missing(columns, "mentions", kinds)
    if unstated.any():
        chosen |= unstated & _holds(columns, kinds, "@")
    fields = ("kind", "reply_to", "text", "mentions")
    alone = _one_by_one(columns, kinds, chosen, fields, read_off.called_on)
    return _merged(_replaced(plainly, lambda name: handle_of(name) or None), alone)


def _may_answer(columns: Columns, kinds: Kinds) -> Marks:
    """Tell which posts answer, or may begin with a handle.

    Before a handle there may be white space, marks and signs that nobody sees.
    """
    text = texts_in(columns.column("text", kinds))
    first = np.zeros(len(text.offset) - 1, np.uint8)
    said = text.offset[:-1] < text.offset[1:]
    first[said] = text.bytes[text.offset[:-1][said]]
    found = BEFORE_HANDLES[first]
    found |= ~_is_missing(columns, "reply_to", kinds)
    return found | _equal(columns.column("kind", kinds), "reply")


# --- words ---------------------------------------------------------------------------


def texts(columns: Columns, kinds: Kinds) -> Shared:
    """Return a hash of the words of each post that says enough."""
    text = columns.column("text", kinds)
    found = WORDS.matching(text, read_off.LEAST_CONTENT)
    return Shared(found.rows, hex_column(digests(found.texts)))


def reposted_texts(columns: Columns, kinds: Kinds) -> Shared:
    """Return a hash of words and author of each original that has no id."""
    text = columns.column("text", kinds)
    chosen = _is_missing(columns, "repost_of", kinds)
    chosen |= _equal(columns.column("repost_of", kinds), "")
    chosen &= ~_equal(text, "") & ~_is_missing(columns, "text", kinds)
    rows = np.flatnonzero(chosen)
    written = text.take(pa.array(rows)).to_pylist()
    marks = list(map(read_off.REPOST_MARK.match, written))
    rest = [
        text[mark.end() :] if mark else text
        for text, mark in zip(written, marks, strict=True)
    ]
    found = WORDS.matching(pa.array(rest, pa.string()), read_off.LEAST_CONTENT)
    authors = columns.column("repost_of_account", kinds).take(pa.array(rows))
    stated = authors.to_pylist()
    handles = [
        handle_of(stated[row] or _group(marks[row])) for row in found.rows.tolist()
    ]
    return Shared(rows[found.rows], hex_column(digests(_signed(handles, found.texts))))


def _group(mark: Any) -> str:
    return mark[1] if mark else ""


def _signed(handles: list[str], words: Texts) -> Texts:
    """Put a handle and a line's end before each text."""
    content = words.bytes.data
    ends = words.offset.tolist()
    signed = [
        f"{handle}\n".encode() + bytes(content[begin:end])
        for handle, begin, end in zip(handles, ends, ends[1:], strict=False)
    ]
    offset = np.concatenate([[0], np.cumsum([len(one) for one in signed])])
    return Texts(np.frombuffer(b"".join(signed), np.uint8), offset.astype(np.int64))


# --- how columns are gone through ----------------------------------------------------


def gathered(found: Shared) -> Shared:
    """Leave out values that say nothing, and what a post repeats."""
    if len(found.row) == 0:
        return found
    plain = pc.match_substring_regex(found.value, "[!-~]")
    if not pc.all(plain).as_py():
        kept = plain.to_numpy(zero_copy_only=False).copy()
        rest = np.flatnonzero(~kept)
        values = found.value.take(pa.array(rest)).to_pylist()
        kept[rest] = [bool(value.strip()) for value in values]
        found = Shared(found.row[kept], found.value.filter(pa.array(kept)))
    return _without_repetition(found)


def _without_repetition(found: Shared) -> Shared:
    if not np.any(found.row[1:] == found.row[:-1]):
        return found
    codes = found.value.dictionary_encode()
    pairs = found.row * len(codes.dictionary) + codes.indices.to_numpy()
    first = np.sort(np.unique(pairs, return_index=True)[1])
    return Shared(found.row[first], found.value.take(pa.array(first)))


def _stated(columns: Columns, name: str, kinds: Kinds) -> Shared:
    """Return the values of a column of texts, or of lists of them."""
    column = columns.column(name, kinds)
    if pa.types.is_list(column.type):
        rows = pc.list_parent_indices(column).to_numpy()
        return Shared(rows.astype(np.int64), pc.list_flatten(column))
    return _told(np.arange(len(column)), column)


def _told(rows: Rows, values: pa.Array) -> Shared:
    """Leave out what is NULL."""
    if not values.null_count:
        return Shared(rows, values)
    known = values.is_valid()
    kept = known.to_numpy(zero_copy_only=False)
    return Shared(rows[kept], values.filter(known))


def _replaced(found: Shared, form: Callable[[str], str | None]) -> Shared:
    """Replace values by their forms, each different one worked out once."""
    codes = found.value.dictionary_encode()
    forms = pa.array(map(form, codes.dictionary.to_pylist()), pa.string())
    return _told(found.row, forms.take(codes.indices))


def _merged(one: Shared, other: Shared) -> Shared:
    """Put what was found in two ways into one order."""
    if len(one.row) == 0 or len(other.row) == 0:
        return one if len(one.row) else other
    row = np.concatenate([one.row, other.row])
    order = np.argsort(row, kind="stable")
    value = pa.concat_arrays([one.value, other.value])
    return Shared(row[order], value.take(pa.array(order)))


def _linked(columns: Columns, kinds: Kinds) -> tuple[Rows, pa.Array, pa.Array]:
    """Return the row of each link, its form and its site; two traces ask for them."""
    return columns.once(("linked", kinds), lambda: _find_linked(columns, kinds))


def _find_linked(columns: Columns, kinds: Kinds) -> tuple[Rows, pa.Array, pa.Array]:
    found = _stated(columns, "links", kinds)
    unstated = _is_missing(columns, "links", kinds)
    if unstated.any():
        unstated &= _holds(columns, kinds, "://") | _holds(columns, kinds, "ww.")
        fields = ("text", "truncated")
        of_post = _of_record(fields, read_off.links_of)
        alone = _one_by_one(columns, kinds, unstated, fields, of_post)
        found = _merged(found, alone)
    found = _elsewhere(columns, kinds, found)
    codes = found.value.dictionary_encode()
    known = linked(codes.dictionary)
    return found.row, known.form.take(codes.indices), known.site.take(codes.indices)


def _elsewhere(columns: Columns, kinds: Kinds, found: Shared) -> Shared:
    """Leave out links of a post that lead to the post itself.

    Those hold its id, and only links that do are looked at.
    """
    rows = pa.array(found.row)
    posts, editions = (
        columns.column(name, kinds).take(rows) for name in ("post", "edition")
    )
    may = np.empty(len(rows), np.bool_)
    holds_each(texts_in(found.value), texts_in(posts), may)
    whole = pc.and_(pc.ascii_is_alnum(posts), editions.is_null())
    may |= ~np.asarray(pc.fill_null(whole, False).to_numpy(zero_copy_only=False))
    may &= is_known(posts)
    if not may.any():
        return found
    some = np.flatnonzero(may)
    fields = [
        columns.column(name, kinds).take(pa.array(found.row[some])).to_pylist()
        for name in own_links.FIELDS
    ]
    links = found.value.take(pa.array(some)).to_pylist()
    kept = np.ones(len(rows), np.bool_)
    for place, link, *cells in zip(some.tolist(), links, *fields, strict=True):
        told = NO_FIELDS | dict(zip(own_links.FIELDS, cells, strict=True))
        kept[place] = bool(own_links.without_own((link,), Record(**told)))
    return Shared(found.row[kept], found.value.filter(pa.array(kept)))


def _sequences(keys: Shared) -> Shared:
    """Join the keys of each post that has enough different ones."""
    if len(keys.row) == 0:
        return keys
    start = np.flatnonzero(np.diff(keys.row, prepend=-1))
    codes = keys.value.dictionary_encode().indices.to_numpy()
    differ = np.minimum.reduceat(codes, start) != np.maximum.reduceat(codes, start)
    offset = pa.array(np.append(start, len(codes)), pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offset, keys.value), "#")
    chosen = joined.filter(pa.array(differ))
    return Shared(keys.row[start[differ]], pc.binary_join_element_wise("#", chosen, ""))


def _one_by_one(
    columns: Columns,
    kinds: Kinds,
    chosen: Marks,
    fields: Kinds,
    values: Callable[..., Iterable[str | None]],
) -> Shared:
    """Return what some posts share, each looked at by itself.

    Parameters
    ----------
    columns, kinds : Columns, tuple of str
        The posts.
    chosen : bool, one per post
        Which are looked at.
    fields : tuple of str
        Names of all that `values` looks at.
    values : callable
        From these fields to the values.
    """
    rows = np.flatnonzero(chosen)
    taken = pa.array(rows)
    lists = [columns.column(name, kinds).take(taken).to_pylist() for name in fields]
    found: list[str] = []
    counts: list[int] = []
    for cells in zip(*lists, strict=True):
        some = [value for value in values(*cells) if value]
        found += some
        counts.append(len(some))
    return Shared(np.repeat(rows, counts), pa.array(found, pa.string()))


def _of_record(
    fields: Kinds, values: Callable[[Record], Iterable[str | None]]
) -> Callable[..., Iterable[str | None]]:
    """Return the same of fields that is known of a whole record."""
    return lambda *cells: values(
        Record(**NO_FIELDS | dict(zip(fields, cells, strict=True)))
    )


def _is_missing(columns: Columns, name: str, kinds: Kinds) -> Marks:
    column = columns.column(name, kinds)
    return column.is_null().to_numpy(zero_copy_only=False).copy()  # type: ignore[no-any-return]


def _equal(column: pa.Array, value: str) -> Marks:
    same = pc.fill_null(pc.equal(column, value), False)
    return np.asarray(same.to_numpy(zero_copy_only=False), np.bool_)


def _holds(columns: Columns, kinds: Kinds, mark: str) -> Marks:
    """Tell of each post whether its text holds some signs, in any case."""
    text = columns.column("text", kinds)
    found = pc.match_substring(text, mark, ignore_case=True)
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False))
