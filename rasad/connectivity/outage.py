"""An outage as the tables, the page and the commands know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from rasad.connectivity.episodes import Episode

OutageKind = Literal[
    "shutdown",
    "regional_outage",
    "block",
    "substitution",
    "disaster",
    "monitor_failure",
    "holiday",
    "unexplained",
]

ARTEFACTS = ("disaster", "monitor_failure", "holiday")
"""Kinds that nobody ordered."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """One row of table `outage`, times in microseconds since 1970 UTC.

    Parameters
    ----------
    place : str
        Country, or ``country/region``.
    kind : str
        What it is called, one of `OutageKind`.
    started_us, started_low_us, started_high_us : int
        Best estimate and interval of the onset.
    ended_us, ended_low_us, ended_high_us : int or None
        The same of the end; None where it did not end in the data.
    severity : float
        Relative drop times hours.
    depth : float
        Largest relative drop, 0 to 1.
    sources : tuple of str
        Sources that show it, sorted.
    confirmed : bool
        Two independent sources agree.
    method : str
        The detector that found it.
    why : str
        Why it is called what it is called.
    episodes : tuple of Episode
        What it was made of; not part of the table.
    """

    place: str
    kind: OutageKind
    started_us: int
    started_low_us: int
    started_high_us: int
    ended_us: int | None
    ended_low_us: int | None
    ended_high_us: int | None
    severity: float
    depth: float
    sources: tuple[str, ...]
    confirmed: bool
    method: str
    why: str
    episodes: tuple[Episode, ...] = field(default=(), repr=False)

    @property
    def national(self) -> bool:
        """Whether it concerns a whole country."""
        return "/" not in self.place

    def row(self) -> dict[str, Any]:
        """Return the row of table `outage`; times are datetimes in UTC, without zone.

        Examples
        --------
        >>> dark = Outage(place="IR", kind="shutdown", started_us=0, started_low_us=0,
        ...     started_high_us=0, ended_us=None, ended_low_us=None, ended_high_us=None,
        ...     severity=75.0, depth=0.9, sources=("ooni",), confirmed=False,
        ...     method="seasonal", why="dark")
        >>> from rasad.schema import columns
        >>> list(dark.row()) == list(columns("outage"))
        True
        """
        return {
            "place": self.place,
            "kind": self.kind,
            "started_at": _moment(self.started_us),
            "ended_at": _moment(self.ended_us),
            "severity": round(self.severity, 6),
            "sources": list(self.sources),
            "started_low": _moment(self.started_low_us),
            "started_high": _moment(self.started_high_us),
            "ended_low": _moment(self.ended_low_us),
            "ended_high": _moment(self.ended_high_us),
            "depth": round(self.depth, 6),
            "confirmed": self.confirmed,
            "method": self.method,
            "why": self.why,
        }


def _moment(us: int | None) -> datetime | None:
    """Return a moment to the second; finer would claim more than is known."""
    if us is None:
        return None
    return datetime.fromtimestamp(us // 1_000_000, UTC).replace(tzinfo=None)
