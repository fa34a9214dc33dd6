"""Records become series: what was said before, what contradicts it, what is left."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from rasad.connectivity.frames import Rows
from rasad.connectivity.measurements import MOST_TOLD, Account, Told
from rasad.connectivity.parts import Event, Part, Subject, Yield
from rasad.connectivity.series import Int, Real

NONE = "it holds no value"

Fate = Literal["accepted", "duplicate", "contradicts", "empty"]


@dataclass
class Gathered:
    """Values of one subject in the order in which they came."""

    subject: Subject
    step_us: int = 0
    times: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    tests: array[float] = field(default_factory=lambda: array("d"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    _places: dict[int, int] = field(default_factory=dict)

    def add(self, time: int, value: float, tests: float, line: int) -> Fate:
        """Take a value, unless there is one of that moment."""
        at = self._places.setdefault(time, len(self.times))
        if at < len(self.times):
            same = _same(self.values[at], value) and _same(self.tests[at], tests)
            return "duplicate" if same else "contradicts"
        self.times.append(time)
        self.values.append(value)
        self.tests.append(tests)
        self.lines.append(line)
        return "accepted"

    def line_of(self, time: int) -> int:
        """Return the line of the value of a moment."""
        return self.lines[self._places[time]]

    def sorted(self) -> tuple[Int, Real, Real | None]:
        """Return times, values, and numbers of tests if there are any, by time."""
        times = np.array(self.times, dtype=np.int64)
        order = np.argsort(times)
        tests = np.array(self.tests)[order]
        return (
            times[order],
            np.array(self.values)[order],
            tests if np.isfinite(tests).any() else None,
        )


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


class Gatherer:
    """Takes the rows of one file, and keeps account of them."""

    def __init__(self) -> None:
        self.subjects: dict[tuple[str, ...], Gathered] = {}
        self.events: dict[Event, int] = {}
        self.contradictions = 0
        self.ends_early = False
        self._counts: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._told: list[Told] = []

    def add(self, rows: Rows) -> None:
        """Take a frame of rows."""
        taken, reasons = iter(rows.taken), iter(rows.reasons)
        self.ends_early |= rows.ends_early
        for line, begin, end, what in rows.spans:
            kind = what if what in ("header", "blank") else "record"
            self._bytes[kind] += (end or 0) - (begin or 0)
            if what == "":
                self._record(line, next(taken))
            elif what == "=":
                self._counts["duplicate"] += 1
            elif what in ("!", "-"):
                self._left(
                    line, "rejected" if what == "!" else "filtered", next(reasons)
                )

    def rest(self, taken: Sequence[Yield]) -> None:
        """Take what all records together say."""
        for one in taken:
            self._yield(one, 0)

    @property
    def account(self) -> Account:
        """Where all records went so far."""
        return Account(
            records=sum(self._counts.values()),
            **{
                name: self._counts[name]
                for name in ("accepted", "duplicate", "filtered", "rejected")
            },
            **{f"{name}_bytes": n for name, n in sorted(self._bytes.items())},
            reasons=dict(sorted(self._reasons.items())),
            told=tuple(self._told),
        )

    def _record(self, line: int, taken: Sequence[Yield]) -> None:
        """Take a record: accepted if anything of it is new."""
        fates = [self._yield(one, line) for one in taken]
        if not fates or any(fate == "accepted" for fate, _ in fates):
            self._counts["accepted"] += 1
            self.contradictions += sum(fate == "contradicts" for fate, _ in fates)
        elif before := next((told for fate, told in fates if fate == "contradicts"), 0):
            self._left(line, "rejected", f"it contradicts line {before}", "contradicts")
        elif all(fate == "empty" for fate, _ in fates):
            self._left(line, "filtered", NONE)
        else:
            self._counts["duplicate"] += 1

    def _yield(self, one: Yield, line: int) -> tuple[Fate, int]:
        """Return what became of one part of a record, and the line before it."""
        if isinstance(one, Event):
            new = one not in self.events
            self.events.setdefault(one, line)
            return ("accepted" if new else "duplicate"), self.events[one]
        return self._part(one, line)

    def _part(self, part: Part, line: int) -> tuple[Fate, int]:
        subject = part.subject
        held = self.subjects.setdefault(subject.key, Gathered(subject))
        held.step_us = max(held.step_us, part.step_us)
        tests = part.out_of or [math.nan] * len(part.values)
        worst: tuple[Fate, int] = ("empty", 0)
        new = 0
        for time, value, n in zip(part.times_us, part.values, tests, strict=True):
            fate = held.add(time, value, n, line)
            new += fate == "accepted"
            if fate == "contradicts":
                worst = fate, held.line_of(time)
            elif worst[0] != "contradicts":
                worst = fate, line
        if new and worst[0] == "contradicts":
            self.contradictions += 1
        return ("accepted", line) if new else worst

    def _left(self, line: int, count: str, reason: str, kind: str = "") -> None:
        self._counts[count] += 1
        self._reasons[f"it {kind} an earlier line" if kind else reason] += 1
        if len(self._told) < MOST_TOLD:
            self._told.append(Told(line, reason))


def summed(accounts: Iterable[Account]) -> Account:
    """Return the account of several files.

    Examples
    --------
    >>> summed([Account(records=2, accepted=2), Account(records=1, rejected=1)]).records
    3
    """
    every = list(accounts)
    reasons: Counter[str] = Counter()
    for one in every:
        reasons.update(one.reasons)
    names = ("records", "accepted", "duplicate", "filtered", "rejected")
    spans = ("header_bytes", "blank_bytes", "record_bytes")
    return Account(
        **{name: sum(getattr(one, name) for one in every) for name in (*names, *spans)},
        reasons=dict(sorted(reasons.items())),
        told=tuple(told for one in every for told in one.told)[:MOST_TOLD],
    )
