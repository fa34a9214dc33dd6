"""What an audit counted: whole numbers, by words of a few kinds."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Gaps(msgspec.Struct, frozen=True):
    """How the times stated and the times inside of ids agree, in posts.

    `shifts` counts posts by the quarter hours, as text, by which the time stated lies
    after the id's; of them `taken` had the id's time taken. `apart` differ otherwise,
    by `worst_us` microseconds at most. Of `unread` posts only the id states a time.
    """

    agree: int = 0
    shifts: dict[str, int] = {}
    taken: int = 0
    apart: int = 0
    worst_us: int = 0
    unread: int = 0

    @property
    def total(self) -> int:
        """Posts with both times."""
        return self.agree + sum(self.shifts.values()) + self.apart


class Ids(msgspec.Struct, frozen=True):
    """What ids above 2^53 look like, in ids.

    `hundreds` end in two zeros at least, `cut` in nothing but zeros after the 15th
    digit. Of those that are no multiple of 4,096, `on_grid` are whole doubles and
    `off_grid` are none: the last bits of ids of X count from 0 in each millisecond.
    """

    long: int = 0
    hundreds: int = 0
    cut: int = 0
    on_grid: int = 0
    off_grid: int = 0


class Audited(msgspec.Struct, frozen=True):
    """Counts over all records of a file that could be read.

    `stated` are times by the unit in which the file has them, `known` by that which is
    in the case; `zones` how zones are stated; `years` the years in UTC; `early` times
    before the platform existed; `gaps` are by platform. `ids` are those of posts,
    accounts and targets, `hashed` those of accounts that a release has hidden. `lost`
    counts records, rejected ones too, with an id that is none any more and counts as
    missing. `full_rows` are the rows of a table that has as many as a spreadsheet
    holds, `full_texts` texts that are as long as a cell of one.
    """

    records: int = 0
    stated: dict[str, int] = {}
    known: dict[str, int] = {}
    zones: dict[str, int] = {}
    years: dict[str, int] = {}
    early: int = 0
    gaps: dict[str, Gaps] = {}
    ids: dict[str, Ids] = {}
    hashed: int = 0
    lost: int = 0
    full_rows: int = 0
    full_texts: int = 0

    def as_json(self) -> str:
        """Return the counts as JSON, the same for the same counts."""
        return msgspec.json.encode(self, order="sorted").decode()


def from_json(text: str) -> Audited:
    """Return the counts that `as_json` wrote.

    Examples
    --------
    >>> from_json(Audited(records=2, zones={"UTC": 2}).as_json()).zones
    {'UTC': 2}
    """
    return msgspec.json.decode(text, type=Audited)


def later_than(audited: Audited, year: int) -> Mapping[str, int]:
    """Return how many times lie in which years after a year.

    Examples
    --------
    >>> later_than(Audited(years={"2024": 7, "2031": 2}), 2026)
    {'2031': 2}
    """
    return {one: n for one, n in audited.years.items() if int(one) > year}
