"""Times as they are written, for thousands at once: their zones, and what they say.

Times that differ in their digits only are of one shape, and say in the same way how
exact they are and in which zone. A file has few shapes, so each is understood once.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.importers.optional_times import instant_in
from rasad.importers.times import FIRST_US, LAST_US
from rasad.kernels.layout import text_column, texts_in
from rasad.schema import PRECISION_US, PRECISIONS

ZONE = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})?(?: [0-9]{4})?$")
NAMED_ZONE = re.compile(r" ?([A-Z]{3,4})$")
NAMED_ZONES = {"UTC": "UTC", "GMT": "UTC", "EST": "EST", "EDT": "EDT"}
CLOCK = re.compile(r"[0-9]:[0-9]{2}")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?")
DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")
PLAIN = re.compile(
    r"0000-00-00[T ]00:00(:00(?:\.0{1,6})?)?(Z|[+-]00(?::?00)?)?", re.ASCII
)
"""Shape of a time that Arrow reads as Rasad does."""

TAIL = 12
"""Characters that hold the zone of any time."""

ALIKE = bytes.maketrans(b"123456789", b"000000000")
"""What each byte is in a shape: digits are all alike."""

OFFSET = "offset"

Ints = NDArray[np.int64]


class Stated(NamedTuple):
    """What times say: microseconds since 1970 UTC, precision, and which can be read.

    `unit` is the place of the precision among all.
    """

    us: Ints
    unit: Ints
    known: NDArray[np.bool_]


def shapes_of(raw: pa.Array) -> pa.DictionaryArray:
    """Return the shape of each time.

    Examples
    --------
    >>> shapes_of(pa.array(["2024-05-01 12:00", "1999-12-31 23:59"])).dictionary
    <pyarrow.lib.StringArray object at ...>
    [
      "0000-00-00 00:00"
    ]
    """
    texts = texts_in(raw)
    begin, end = int(texts.offset[0]), int(texts.offset[-1])
    shapes = texts.bytes[begin:end].tobytes().translate(ALIKE)
    return text_column(shapes, texts.offset - begin).dictionary_encode()


def zones_of(raw: pa.Array) -> dict[str, int]:
    """Return how many times state which zone.

    Parameters
    ----------
    raw : pyarrow.Array of texts
        Times as they are written, none of them NULL.

    Returns
    -------
    dict of str to int
        `UTC`, an offset such as `+03:30`, a zone's name, `number` for times counted
        from a moment, `day` for dates alone, `none` where no zone stands, `other` for
        what is no time.

    Examples
    --------
    >>> zones_of(pa.array(["2024-05-01 12:00", "2024-05-01T12:00:00Z", "1714564800"]))
    {'none': 1, 'UTC': 1, 'number': 1}
    """
    shapes = shapes_of(raw)
    found: dict[str, int] = {}
    for code, n in _counted(shapes.indices):
        zone = zone_in(shapes.dictionary[code].as_py())
        some = {zone: n}
        if zone == OFFSET:
            rows = pc.equal(shapes.indices, pa.scalar(code, shapes.indices.type))
            some = _offsets(raw.filter(rows))
        for name, count in some.items():
            found[name] = found.get(name, 0) + count
    return found


def _counted(codes: pa.Array) -> list[tuple[int, int]]:
    counts = np.bincount(codes.to_numpy())
    return [(code, int(n)) for code, n in enumerate(counts) if n]


def zone_in(shape: str) -> str:
    """Return what a shape says of the zone; the offset itself is in the digits.

    Examples
    --------
    >>> zone_in("0000-00-00T00:00:00.000Z"), zone_in("Thu Jun 00 00:00:00 +0000 0000")
    ('UTC', 'offset')
    >>> zone_in("0000-00-00 00:00:00 EST"), zone_in("0000-00-00"), zone_in("3kxyz")
    ('EST', 'day', 'other')
    """
    text = shape.strip()
    if NUMBER.fullmatch(text):
        return "number"
    if not CLOCK.search(text):
        return "day" if DATE.fullmatch(text) else "other"
    if text[-1] in "Zz":
        return "UTC"
    if ZONE.search(text):
        return OFFSET
    if found := NAMED_ZONE.search(text):
        return NAMED_ZONES.get(found[1], "other")
    return "none"


def _offsets(raw: pa.Array) -> dict[str, int]:
    """Return how many times of one shape have which offset."""
    tails = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(raw), -TAIL)
    counted: dict[str, int] = {}
    for one in pc.value_counts(tails).to_pylist():
        match = ZONE.search(one["values"])
        sign, hours, minutes = match.groups() if match else ("+", "00", None)
        offset = f"{sign}{hours}:{minutes or '00'}"
        zone = "UTC" if offset[1:] == "00:00" else offset
        counted[zone] = counted.get(zone, 0) + one["counts"]
    return counted


def stated_in(raw: pa.Array) -> Stated:
    """Return what times say, whatever was made of them.

    Parameters
    ----------
    raw : pyarrow.Array of texts
        Times as they are written, none of them NULL.

    Examples
    --------
    >>> said = stated_in(pa.array(["2018-05-25T13:05:53.000Z", "1527253553", "no"]))
    >>> said.us.tolist(), said.known.tolist()
    ([1527253553000000, 1527253553000000, 0], [True, True, False])
    """
    us = np.zeros(len(raw), np.int64)
    unit = np.zeros(len(raw), np.int64)
    known = np.zeros(len(raw), np.bool_)
    shapes = shapes_of(raw)
    codes = shapes.indices.to_numpy()
    for code, _ in _counted(shapes.indices):
        rows = np.flatnonzero(codes == code)
        said = _of_shape(raw.take(pa.array(rows)), shapes.dictionary[code].as_py())
        us[rows], unit[rows], known[rows] = said
    return Stated(us, unit, known)


def _of_shape(raw: pa.Array, shape: str) -> Stated:
    plain = PLAIN.fullmatch(shape)
    try:
        if plain:
            return _dates(raw, minutes=plain[1] is None, zoned=plain[2] is not None)
        if shape.isdecimal() and len(shape) in (9, 10, 13):
            return _numbers(raw, 1_000_000 if len(shape) < 13 else 1_000)
    except pa.ArrowInvalid:
        # One of them is no time of the calendar.
        pass
    return _one_by_one(raw)


def _dates(raw: pa.Array, minutes: bool, zoned: bool) -> Stated:
    moments = raw.cast(pa.timestamp("us", "UTC" if zoned else None))
    us = np.asarray(moments.cast(pa.int64()).to_numpy(), np.int64)
    every = np.ones(len(us), np.bool_)
    if minutes:
        return Stated(us, np.full(len(us), PRECISIONS.index("min")), every)
    # A fraction of zeros counts as none.
    finer = np.where(us % 1_000, PRECISIONS.index("us"), PRECISIONS.index("ms"))
    return Stated(us, np.where(us % 1_000_000, finer, PRECISIONS.index("s")), every)


def _numbers(raw: pa.Array, factor: int) -> Stated:
    us = np.asarray(raw.cast(pa.int64()).to_numpy(), np.int64) * factor
    unit = PRECISIONS.index("s" if factor == 1_000_000 else "ms")
    return Stated(us, np.full(len(us), unit), (us >= FIRST_US) & (us <= LAST_US))


def _one_by_one(raw: pa.Array) -> Stated:
    """Read times of which there is no quicker way, each different one once."""
    different = raw.dictionary_encode()
    said = [instant_in(text) for text in different.dictionary.to_pylist()]
    places: Any = different.indices.to_numpy()
    return Stated(
        np.array([one[0] if one else 0 for one in said], np.int64)[places],
        np.array([PRECISIONS.index(one[1]) if one else 0 for one in said])[places],
        np.array([one is not None for one in said], np.bool_)[places],
    )


WIDTHS = np.array([PRECISION_US[unit] for unit in PRECISIONS], np.int64)
"""Microseconds of each precision, in order."""
