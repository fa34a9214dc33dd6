"""The audit of times and ids: counts over all records of a file, as they pass.

Nothing is changed here and nothing is kept of a record: the counts alone go on. What
they mean is said by `rasad.importers.audit_remarks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.importers.audited import Audited, Gaps, Ids
from rasad.importers.cells import FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH_MS
from rasad.importers.parts import RECORD, REJECT, Part
from rasad.importers.written_times import WIDTHS, stated_in, zones_of
from rasad.kernels.cells import read_numbers
from rasad.kernels.layout import is_known, texts_in
from rasad.schema import PRECISIONS, Record
from rasad.schema.record_columns import columns_of

QUARTER_US = 900_000_000
FURTHEST = 56
"""Zones differ from UTC by whole quarter hours, and by 14 hours at most."""

SECOND_US = 1_000_000
DAY_US = 86_400_000_000

BEGAN = {
    "bluesky": "2022-10-01",
    "facebook": "2004-02-04",
    "instagram": "2010-10-06",
    "mastodon": "2008-05-18",
    "reddit": "2005-06-23",
    "telegram": "2013-08-14",
    "threads": "2023-07-05",
    "tiktok": "2014-04-01",
    "truthsocial": "2021-10-20",
    "twitter": "2006-03-21",
    "youtube": "2005-02-14",
}
"""Days before which a platform had no post; forerunners and tests are counted in."""

HASHED = r"^[^:]*:(?:[0-9a-f]{32,128}|[A-Za-z0-9+/_-]{43}=?)$"
"""An account whose id a release or tool put in place of the true one."""

TABLES = ("csv", "tsv", "workbook")
SHEETS = frozenset({1_048_576, 65_536})
"""Rows of a sheet of Excel, now and until 2007."""

CELL = 32_767
"""Characters that a cell of Excel holds."""

SHORTEST, LONGEST = 16, 19
"""Digits of ids that a double does not hold, and of those that 64 bits hold."""

EXACT_BITS = 53

Numbers = NDArray[np.uint64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _snowflakes(ids: Numbers) -> Ints:
    ms = (ids >> np.uint64(22)).astype(np.int64) + SNOWFLAKE_EPOCH_MS
    return np.where(ids >= FIRST_SNOWFLAKE, ms * 1_000, -1)


def _seconds_first(ids: Numbers) -> Ints:
    return (ids >> np.uint64(32)).astype(np.int64) * SECOND_US


def _milliseconds_first(ids: Numbers) -> Ints:
    return (ids >> np.uint64(16)).astype(np.int64) * 1_000


CLOCKS: Mapping[str, Callable[[Numbers], Ints]] = {
    "twitter": _snowflakes,
    "generic": _snowflakes,
    "tiktok": _seconds_first,
    "truthsocial": _milliseconds_first,
}
"""The time inside of a platform's ids, in microseconds since 1970 UTC; -1 is none.

Tables that state no platform may be of X: that shows by whether ids agree."""


class Audit:
    """Counts times and ids of the records of one file, part by part."""

    def __init__(self) -> None:
        self._n = self._early = self._hashed = self._full = 0
        self._rows = self._last = 0
        self._stated: Counter[str] = Counter()
        self._known: Counter[str] = Counter()
        self._zones: Counter[str] = Counter()
        self._years: Counter[str] = Counter()
        self._gaps: dict[str, GapCounts] = {}
        self._ids = {role: Counter[str]() for role in ("post", "account", "target")}

    def passing(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Pass the parts of a file on, and count what is in them."""
        for part in parts:
            self.look(part.records)
            self._rows += int(np.isin(part.what, (RECORD, REJECT)).sum())
            self._last = int(part.line[-1]) if len(part.line) else self._last
            yield part

    def look(self, records: pa.RecordBatch) -> None:
        """Count some records, as columns."""
        if not records.num_rows:
            return
        self._n += records.num_rows
        at = np.asarray(records["created_at"].to_numpy(), np.int64)
        self._look_at_times(records, at)
        posts = _numbers(pc.coalesce(records["edition"], records["post"]))
        self._look_at_numbers("post", posts[0])
        for name in ("repost_of", "reply_to", "quote_of"):
            self._look_at_numbers("target", _numbers(records[name], SHORTEST)[0])
        self._full += _of_length(records["text"], CELL)
        units = _places(records["precision"])
        self._known.update(_by_unit(units))
        for platform in pc.unique(records["platform"]).to_pylist():
            ours = pc.equal(records["platform"], platform)
            rows = np.asarray(ours.to_numpy(zero_copy_only=False), np.bool_)
            self._early += int((at[rows] < _began(platform)).sum())
            accounts = records["account"].filter(ours)
            self._look_at_accounts(accounts, len(platform) + 1)
            if platform in CLOCKS:
                units = self._look_inside(records, posts, rows, at, units, platform)
        self._stated.update(_by_unit(units))

    def _look_at_times(self, records: pa.RecordBatch, at: Ints) -> None:
        self._zones.update(zones_of(records["raw_time"]))
        years = (at // DAY_US).astype("datetime64[D]").astype("datetime64[Y]")
        different, counts = np.unique(years.astype(np.int64) + 1970, return_counts=True)
        for year, n in zip(different.tolist(), counts.tolist(), strict=True):
            self._years[str(year)] += n

    def _look_at_accounts(self, accounts: pa.Array, begin: int) -> None:
        """Count ids of accounts, each as often as it posts."""
        codes = accounts.dictionary_encode()
        often = np.bincount(codes.indices.to_numpy(), minlength=len(codes.dictionary))
        hidden = pc.match_substring_regex(codes.dictionary, HASHED)
        self._hashed += int(often[hidden.to_numpy(zero_copy_only=False)].sum())
        names = pc.utf8_slice_codeunits(codes.dictionary, begin)
        numbers, places = _numbers(names, SHORTEST)
        self._look_at_numbers("account", numbers, often[places])

    def _look_at_numbers(
        self, role: str, numbers: Numbers, often: Ints | None = None
    ) -> None:
        """Count what long ids look like, each so often."""
        long = numbers >= 1 << EXACT_BITS
        numbers = numbers[long]
        if not len(numbers):
            return
        n = np.ones(len(numbers), np.int64) if often is None else often[long]
        size = numbers.astype(np.float64)
        digits = np.floor(np.log10(size)).astype(np.int64) + 1
        spacing = np.left_shift(
            np.uint64(1), (np.frexp(size)[1] - EXACT_BITS).astype(np.uint64)
        )
        odd = numbers % np.uint64(4_096) != 0
        whole = numbers % spacing == 0
        self._ids[role].update(
            long=int(n.sum()),
            hundreds=int(n[numbers % np.uint64(100) == 0].sum()),
            cut=int(n[numbers % _power_of_ten(digits - 15) == 0].sum()),
            on_grid=int(n[odd & whole].sum()),
            off_grid=int(n[odd & ~whole].sum()),
        )

    def _look_inside(
        self,
        records: pa.RecordBatch,
        posts: tuple[Numbers, Ints],
        rows: Flags,
        at: Ints,
        units: Ints,
        platform: str,
    ) -> Ints:
        """Compare times with those inside of ids; return how exactly they are stated.

        Where the time of the record is the one inside, what was stated is read anew.
        """
        numbers, places = posts
        kept = rows[places]
        inside = CLOCKS[platform](numbers[kept])
        places = places[kept][inside > 0]
        inside = inside[inside > 0]
        us, unit = at[places], units[places]
        known = np.ones(len(places), np.bool_)
        taken = us == inside
        if taken.any():
            said = stated_in(records["raw_time"].take(pa.array(places[taken])))
            us[taken], known[taken] = said.us, said.known
            unit[taken] = np.where(said.known, said.unit, unit[taken])
        gaps = self._gaps.setdefault(platform, GapCounts())
        gaps.add(us[known], unit[known], inside[known], taken[known])
        gaps.counts["unread"] += int((~known).sum())
        found = units.copy()
        found[places] = unit
        return found

    def told(self, lost: int = 0, container: str = "") -> Audited:
        """Return all counts.

        Parameters
        ----------
        lost : int
            Records with an id whose digits are lost.
        container : str
            What the file is; the rows of tables are looked at.
        """
        # A row of a sheet has a number; in a text a header stands above the records.
        rows = {self._last} if container == "workbook" else {self._rows + 1, self._rows}
        full = rows & SHEETS if container in TABLES else set()
        return Audited(
            records=self._n,
            stated=_sorted(self._stated),
            known=_sorted(self._known),
            zones=_sorted(self._zones),
            years=_sorted(self._years),
            early=self._early,
            gaps={name: gaps.told() for name, gaps in sorted(self._gaps.items())},
            ids={role: Ids(**counts) for role, counts in self._ids.items() if counts},
            hashed=self._hashed,
            lost=lost,
            full_rows=max(full, default=0),
            full_texts=self._full,
        )


def rehearse() -> None:
    """Look at one post: the first compiled loop of a process takes long to load."""
    post = Record(
        account="", platform="", created_at=0, precision="us", raw_time="", post="1"
    )
    Audit().look(columns_of([post]))


class GapCounts:
    """How far times stated and times inside of ids lie apart."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._shifts: Counter[int] = Counter()
        self._worst = 0

    def add(self, us: Ints, unit: Ints, inside: Ints, taken: Flags) -> None:
        """Count some posts.

        Parameters
        ----------
        us, inside : int64
            The times stated and inside, in microseconds since 1970 UTC.
        unit : int64
            Place of the precision stated among all.
        taken : bool
            The time inside is that of the record.
        """
        width = np.maximum(WIDTHS[unit], SECOND_US)
        agree = np.abs(us - inside) < width
        # Of a time to the minute the zone shows, if the seconds are left out here too.
        shift = us - inside // width * width
        quarters = np.round(shift / QUARTER_US).astype(np.int64)
        near = np.abs(shift - quarters * QUARTER_US) < SECOND_US
        fine = (quarters != 0) & (np.abs(quarters) <= FURTHEST)
        shifted = ~agree & near & fine & (WIDTHS[unit] <= QUARTER_US)
        apart = ~agree & ~shifted
        self.counts.update(
            agree=int(agree.sum()),
            taken=int((shifted & taken).sum()),
            apart=int(apart.sum()),
        )
        different, counts = np.unique(quarters[shifted], return_counts=True)
        for one, n in zip(different.tolist(), counts.tolist(), strict=True):
            self._shifts[one] += n
        if apart.any():
            self._worst = max(self._worst, int(np.abs(us - inside)[apart].max()))

    def told(self) -> Gaps:
        """Return all counts."""
        shifts = {str(one): n for one, n in sorted(self._shifts.items())}
        return Gaps(**self.counts, shifts=shifts, worst_us=self._worst)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in sorted(counts.items()) if n}


def _began(platform: str) -> int:
    """Return when a platform began, in microseconds since 1970 UTC."""
    if platform not in BEGAN:
        return -(2**63)
    day = datetime.fromisoformat(BEGAN[platform]).replace(tzinfo=UTC)
    return int(day.timestamp()) * SECOND_US


def _of_length(texts: pa.Array, length: int) -> int:
    """Return how many texts have so many characters."""
    if texts.null_count == len(texts):
        return 0
    longer = pc.fill_null(pc.greater_equal(pc.binary_length(texts), length), False)
    if not pc.any(longer).as_py():
        return 0
    return int(pc.sum(pc.equal(pc.utf8_length(texts.filter(longer)), length)).as_py())


def _places(precisions: pa.Array) -> Ints:
    """Return the place of each precision among all."""
    found = pc.index_in(precisions, value_set=pa.array(PRECISIONS))
    return np.asarray(found.to_numpy(), np.int64)


def _by_unit(units: Ints) -> dict[str, int]:
    counts = np.bincount(units, minlength=len(PRECISIONS)).tolist()
    return dict(zip(PRECISIONS, counts, strict=True))


def _numbers(ids: pa.Array, shortest: int = 1) -> tuple[Numbers, Ints]:
    """Return ids that are plain numbers of so many digits or more, and their places."""
    if ids.null_count == len(ids):
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    numbers, plain = np.empty(len(ids), np.uint64), np.empty(len(ids), np.bool_)
    read_numbers(texts_in(ids), shortest, numbers, plain)
    places = np.flatnonzero(plain & is_known(ids))
    return numbers[places], places


def _power_of_ten(exponents: Ints) -> Numbers:
    powers = np.array([10**one for one in range(LONGEST - 15 + 1)], np.uint64)
    return powers[np.clip(exponents, 0, len(powers) - 1)]
