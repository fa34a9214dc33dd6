"""What a file of public measurements holds, and where each of its records went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rasad.connectivity.parts import Event
from rasad.connectivity.series import Series

MOST_TOLD = 1_000
"""Rejected and filtered records of which the line is told; all of them are counted."""


@dataclass(frozen=True)
class Told:
    """A record that was left out: its line (row, or number in JSON) and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where the records and bytes of a file went.

    Parameters
    ----------
    records : int
        All of them: accepted, duplicate, filtered and rejected.
    accepted : int
        Of which something was taken.
    duplicate : int
        That say again what was accepted.
    filtered : int
        That can be read and are not wanted, such as those of no country.
    rejected : int
        That cannot be read, or contradict one that was accepted.
    header_bytes, blank_bytes, record_bytes : int
        Their sum is the size of the unpacked file; all 0 in a workbook.
    reasons : dict of str to int
        Why records were filtered or rejected, and how many.
    told : tuple of Told
        The first of them, by line.
    """

    records: int = 0
    accepted: int = 0
    duplicate: int = 0
    filtered: int = 0
    rejected: int = 0
    header_bytes: int = 0
    blank_bytes: int = 0
    record_bytes: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    told: tuple[Told, ...] = ()

    @property
    def bytes(self) -> int:
        """Bytes of the file that belong to a span."""
        return self.header_bytes + self.blank_bytes + self.record_bytes


@dataclass(frozen=True)
class Measurements:
    """What files hold.

    Parameters
    ----------
    series : list of Series
        By place, source and metric.
    sites : dict of str to (float, float)
        Latitude and longitude of places.
    notes : list of str
        Which clock each file is in and why, and where its records went.
    events : list of Event
        What others found or were told of, by time.
    rows : Account
        Where every record went; of several files their sum.
    format : str
        The name of the format; of several files empty.
    """

    series: list[Series] = field(default_factory=list)
    sites: dict[str, tuple[float, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rows: Account = field(default_factory=Account)
    format: str = ""
