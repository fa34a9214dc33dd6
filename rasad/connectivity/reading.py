"""Files of public measurements: their series, their events, and an account of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rasad.connectivity.apart import Told, read_apart
from rasad.connectivity.clocks import in_utc, night_of, zone_of, zones
from rasad.connectivity.durations import DAY_US, HOUR_US
from rasad.connectivity.frames import Rest, Rows
from rasad.connectivity.gathering import Gathered, Gatherer
from rasad.connectivity.measurements import Account, Measurements
from rasad.connectivity.parts import Event
from rasad.connectivity.readers.ioda import paired
from rasad.connectivity.series import Series
from rasad.connectivity.uniform import uniform
from rasad.connectivity.unjudged import notes_of_unjudged
from rasad.connectivity.which_clock import decided
from rasad.errors import ImportFormatError
from rasad.extend import Progress, no_progress
from rasad.importers.provisional import PROVISIONAL

MOST_CELLS = 5_000_000
"""Steps from first to last, of one day at least, above which no series is read."""

MOST_REASONS = 3
"""Records left out of which a note tells the line; `Account.told` has more."""


def read_series(
    path: Path,
    zone: str = "",
    name: str = "",
    roles: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> Measurements:
    r"""Read a file of public measurements or events.

    Parameters
    ----------
    path : pathlib.Path
        A file of the Monash IP Observatory, OONI, Tor Metrics, Censored Planet,
        GFWatch, IODA, Cloudflare Radar or Access Now, or a table with the columns
        place, time and value; packed or not.
    zone : str
        IANA name of the places' clock, where Rasad does not know it.
    name : str
        What the file was called, where its copy is called otherwise: some files tell
        by their name alone which country they measure.
    roles : dict of str to str, optional
        Columns of a table by role: place, time and value, and if there are any region,
        metric, out_of and reading.
    progress : Progress
        Told how many bytes of the file are read.

    Returns
    -------
    Measurements
        All times in UTC.

    Raises
    ------
    ImportFormatError
        If it is no such file, none of its records can be read, or its clock is not
        known.
    MappingError
        If a chosen role or column is not there.

    Notes
    -----
    The file is read in a child process that may do nothing else. Of values of one
    place, metric and moment the first stands. A moment without a record, or with an
    empty one, is a gap and never zero.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text("place,time,value\nIR/Fars,2022-01-01T00:00:00Z,7\n")
    ...     read = read_series(path)
    >>> [(one.place, one.values.tolist()) for one in read.series]
    [('IR/Fars', [7.0])]
    >>> read.rows.records, read.rows.accepted, read.format
    (1, 1, 'place-time-value')
    """
    called = name or path.name
    return gathered(read_apart(path, called, roles or {}), called, zone, progress)


def gathered(
    heard: Iterator[Told | Rows | Rest],
    called: str,
    zone: str = "",
    progress: Progress = no_progress,
) -> Measurements:
    """Put together what was heard of a file.

    Parameters
    ----------
    heard : iterator of Told, Rows and Rest
        What `read_apart` yields.
    called : str
        What a person calls the file.
    zone : str
        IANA name of the places' clock, where Rasad does not know it.
    progress : Progress
        Told how many bytes are read.

    Returns
    -------
    Measurements

    Raises
    ------
    ImportFormatError
        If none of its records can be read, or its clock is not known.
    """
    told = next(heard)
    if not isinstance(told, Told):
        raise TypeError("a file is told of before its rows")
    gatherer = Gatherer()
    for one in heard:
        if isinstance(one, Rows):
            gatherer.add(one)
            read = one.spans[-1][2] if one.spans else None
            if read is not None:
                progress("read", read, told.held.measured.size)
        elif isinstance(one, Rest):
            gatherer.rest(one.taken)
    account = gatherer.account
    if account.records == account.filtered + account.rejected:
        raise _unread(called, told.found.title, account)
    return _built(called, told, gatherer, zone)


def _unread(called: str, title: str, account: Account) -> ImportFormatError:
    common = max(account.reasons, key=lambda why: account.reasons[why], default="")
    why = f" ({common})" if common else ""
    return ImportFormatError(
        f"Not one of the {account.records:,} records of {called}, read as {title}, "
        f"could be used{why}",
        "look at its first lines, or choose columns with --map",
    )


def _built(called: str, told: Told, gatherer: Gatherer, zone: str) -> Measurements:
    made = Measurements(rows=gatherer.account, format=told.found.format)
    subjects = [gatherer.subjects[key] for key in sorted(gatherer.subjects)]
    _check_zones(called, subjects, zone)
    usual = _usual_step(subjects)
    written = [_series(one, zone, usual) for one in subjects]
    series, note = _in_utc(called, subjects, written)
    series, more = uniform(called, series)
    note += more
    made.series.extend(
        sorted(series, key=lambda one: (one.place, one.source, one.metric))
    )
    for one, held in zip(series, subjects, strict=True):
        if held.subject.site is not None:
            made.sites[one.place] = held.subject.site
    made.events.extend(paired(list(gatherer.events)))
    made.notes.extend(note)
    made.notes.append(_account_note(called, told, made))
    made.notes.extend(_remarks(called, told, gatherer, made))
    return made


def _check_zones(called: str, subjects: Sequence[Gathered], zone: str) -> None:
    """Refuse local times of which the clock is not known."""
    for one in subjects:
        subject = one.subject
        if subject.clock != "utc" and not _zone(one, zone):
            raise ImportFormatError(
                f"{called} is in the clock of {subject.country}, which is not known",
                "give it with --zone, like --zone Africa/Lagos",
            )


def _zone(held: Gathered, zone: str) -> str:
    told = held.subject.zone
    known = told if told in zones() else ""
    return zone or known or zone_of(held.subject.country)


def _usual_step(subjects: Sequence[Gathered]) -> int:
    """Return the step of a file's series, for those of one value, which have none."""
    steps = [step for one in subjects if (step := _own_step(one))]
    if steps:
        return int(np.median(steps))
    # One moment in all: it is a day if nothing of it is finer than a day.
    days = all(
        one.subject.clock == "utc" and all(time % DAY_US == 0 for time in one.times)
        for one in subjects
    )
    return DAY_US if days else HOUR_US


def _own_step(held: Gathered) -> int:
    steps = np.diff(np.sort(np.array(held.times, dtype=np.int64)))
    return held.step_us or (int(np.median(steps)) if len(steps) else 0)


def _series(held: Gathered, zone: str, usual: int) -> Series:
    """Return the series of a subject, its times as they are written."""
    subject = held.subject
    times, values, tests = held.sorted()
    step = _own_step(held) or usual
    if max(int(times[-1] - times[0]), DAY_US) // step > MOST_CELLS:
        days = (times[-1] - times[0]) / DAY_US
        raise ImportFormatError(
            f"A series by {subject.source} has a value every {step / 1e6:g} s over "
            f"{days:,.0f} days",
            "average it over minutes or hours, or give a shorter part of it",
        )
    return Series(
        country=subject.country,
        region=subject.region,
        source=subject.source,
        metric=subject.metric,
        reading=subject.reading,
        step_us=step,
        times_us=times,
        values=values,
        out_of=tests,
        # A day by UTC has no hours to shift.
        zone=(_zone(held, zone) or "UTC") if step < DAY_US else "UTC",
    )


def _in_utc(
    called: str, subjects: Sequence[Gathered], written: Sequence[Series]
) -> tuple[list[Series], list[str]]:
    """Return series by UTC, and which clock the file is in and why."""
    if not written:
        return [], []
    open_ = [
        one
        for one, held in zip(written, subjects, strict=True)
        if held.subject.clock == "undecided"
    ]
    decision = decided(open_) if open_ else None
    local = {"utc": False, "local": True}
    if decision is not None:
        local["undecided"] = decision.clock == "local"
    series = [
        replace(one, times_us=in_utc(one.times_us, one.zone))
        if local[held.subject.clock] and one.zone != "UTC"
        else one
        for one, held in zip(written, subjects, strict=True)
    ]
    is_local = any(local[held.subject.clock] for held in subjects)
    source = subjects[0].subject.source
    why = f"as {source} documents for such files"
    if source == "file":
        why = "where the file does not say otherwise"
    if decision is not None and decision.by == "rhythm":
        why = f"for {decision.why}"
    elif decision is not None:
        why = f"{why}, for {decision.why}"
    rhythm = decision is not None and decision.by == "rhythm"
    return series, [_clock_note(called, why, is_local, series, rhythm)]


def _clock_note(
    called: str, why: str, local: bool, series: Sequence[Series], rhythm: bool
) -> str:
    """Say which clock a file is in, and what speaks for it."""
    if all(one.step_us >= DAY_US for one in series):
        return f"{called}: days are days by UTC."
    zones = sorted({one.zone for one in series})
    said = "local time" if local else "UTC"
    dip = None if rhythm else night_of(series)
    night = (
        f"; there values are lowest from {dip[0]:02} to {dip[1]:02} h" if dip else ""
    )
    clock = f"the clock of its places is {', '.join(zones)}"
    if zones == ["UTC"]:
        clock = "its places are taken to live by UTC, too, unless --zone says otherwise"
    return f"{called}: times are {said}, {why}; {clock}{night}."


def _account_note(called: str, told: Told, made: Measurements) -> str:
    rows = made.rows
    size = (
        f"; all {rows.bytes:,} bytes are accounted for" if told.found.by_bytes else ""
    )
    first = "; ".join(
        f"{'record' if not told.found.by_bytes else 'line'} {one.line}: {one.reason}"
        for one in rows.told[:MOST_REASONS]
    )
    why = (
        f" ({first}{'; ...' if len(rows.told) > MOST_REASONS else ''})" if first else ""
    )
    return (
        f"{called}, {told.found.title}: of {rows.records:,} records {rows.accepted:,} "
        f"are accepted, {rows.duplicate:,} duplicate, {rows.filtered:,} filtered, "
        f"{rows.rejected:,} rejected{why}{size}."
    )


def _remarks(
    called: str, told: Told, gatherer: Gatherer, made: Measurements
) -> list[str]:
    """Say what else somebody should know of a file."""
    found = [f"{called}: {PROVISIONAL}"] if told.found.provisional else []
    if gatherer.contradictions:
        found.append(
            f"{called}: {gatherer.contradictions:,} accepted records also hold values "
            "that contradict earlier ones; these were left out."
        )
    found += [f"{called}: {note}" for note in notes_of_unjudged(made.series)]
    if made.events:
        found.append(_event_note(called, made.events))
    if gatherer.ends_early or told.held.measured.state != "complete":
        found.append(f"{called} ends early or is damaged: more may be missing.")
    return found + told.lacking


def _event_note(called: str, events: Sequence[Event]) -> str:
    open_ = sum(one.ended_us is None for one in events)
    countries = len({one.country for one in events})
    return (
        f"{called}: {len(events):,} events in {countries:,} countries by "
        f"{events[0].source}; of {open_:,} no end is known."
    )
