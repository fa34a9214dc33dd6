"""Measurements and outages in the tables of a case, and how they come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from rasad.connectivity.gathering import summed
from rasad.connectivity.measurements import Measurements
from rasad.connectivity.outages import Findings, detect
from rasad.connectivity.parts import Event
from rasad.connectivity.reading import read_series
from rasad.connectivity.reported import remark, with_reports
from rasad.connectivity.restoring import EVENT
from rasad.connectivity.series import Series
from rasad.connectivity.together import Together
from rasad.extend import Progress, no_progress
from rasad.store.evidence import Evidence
from rasad.store.journal import Journal
from rasad.store.sql import Step, Store

TABLES = ("series", "outage")


@dataclass(frozen=True)
class File:
    """A file to read: where it is, what it was called, and its places' clock.

    `roles` are columns by role that somebody chose, of a table that is not known.
    """

    path: Path
    name: str
    zone: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)


def read_files(files: Sequence[File], progress: Progress = no_progress) -> Measurements:
    """Read several files; series of one place, source, metric and step are joined.

    Parameters
    ----------
    files : sequence of File
        Where two files tell of the same moment, the earlier file stands.
    progress : Progress
        Told how many bytes of each file are read.

    Returns
    -------
    Measurements
        Series in the order of their names.
    """
    whole = Measurements()
    accounts = []
    events: dict[Event, None] = {}
    known = Together()
    for file in files:
        read = read_series(file.path, file.zone, file.name, file.roles, progress)
        accounts.append(read.rows)
        whole.sites.update(read.sites)
        whole.notes.extend(read.notes)
        events |= dict.fromkeys(read.events)
        whole.notes.extend(known.add(file.name, read.series))
    whole.series.extend(known.series)
    whole.events.extend(sorted(events, key=lambda one: (one.started_us, one.place)))
    return replace(whole, rows=summed(accounts))


def add_files(
    store: Any,
    evidence: Evidence,
    journal: Journal,
    files: Sequence[File],
    progress: Progress = no_progress,
) -> tuple[Findings, list[str]]:
    """Take files into a case, and find outages in all that the case holds.

    Parameters
    ----------
    store : DuckDBStore
        Tables `series` and `outage` are written anew.
    evidence : Evidence
        Gets a copy of every file.
    journal : Journal
        Told of every file that is new, so that a rebuilt case has them too.
    files : sequence of File
        Files that the case has already, under whatever name, change nothing.
    progress : Progress
        Told how far it is.

    Returns
    -------
    Findings
        Of all files of the case.
    list of str
        Notes on every file.

    Raises
    ------
    ImportFormatError
        If a file is none of public measurements; then nothing is taken in.
    """
    read_files(files, progress)
    told = {body["evidence"] for body in _bodies(journal)}
    for file in files:
        copy = evidence.add(file.path)
        if copy not in told:
            told.add(copy)
            body = {"evidence": copy, "name": file.name, "zone": file.zone}
            roles = {"roles": dict(file.roles)} if file.roles else {}
            journal.append(EVENT, body | roles)
    return compute(store, evidence, _bodies(journal), progress)


def _bodies(journal: Journal) -> list[Mapping[str, Any]]:
    return [entry["body"] for entry in journal.entries() if entry["event"] == EVENT]


def compute(
    store: Any,
    evidence: Evidence,
    bodies: Sequence[Mapping[str, Any]],
    progress: Progress = no_progress,
) -> tuple[Findings, list[str]]:
    """Read the copies that the journal tells of, and write the tables anew.

    Parameters
    ----------
    store : DuckDBStore
        Tables `series` and `outage` are written.
    evidence : Evidence
        Copies of all files.
    bodies : sequence of dict
        What the journal says of each file: `evidence`, `name`, `zone`, and `roles`
        where columns were chosen.
    progress : Progress
        Told how far it is.

    Returns
    -------
    Findings
        Of all files.
    list of str
        Notes on every file.
    """
    files = []
    for body in bodies:
        evidence.check(body["evidence"])
        path = evidence.path(body["evidence"])
        roles = body.get("roles", {})
        files.append(File(path, body["name"], body["zone"], roles))
    read = read_files(files, progress)
    findings, notes = found_in(read, progress)
    with store.transaction():
        write_rows(store, read.series, findings)
    return findings, notes


def found_in(
    read: Measurements, progress: Progress = no_progress
) -> tuple[Findings, list[str]]:
    """Find outages in measurements, and hold them against listed events.

    Parameters
    ----------
    read : Measurements
        Of any number of files.
    progress : Progress
        Told how many series were looked at.

    Returns
    -------
    Findings
        Outages that a list has too name it among their sources.
    list of str
        Notes on every file, and on the events.
    """
    findings = detect(read.series, read.sites, progress=progress)
    outages = with_reports(findings.outages, read.events)
    notes = [*read.notes, *remark(read.events, outages, read.series)]
    return replace(findings, outages=outages), notes


def write_rows(store: Store, series: Sequence[Series], findings: Findings) -> None:
    """Write tables `series` and `outage` anew.

    Parameters
    ----------
    store : Store
        Where the tables are.
    series : sequence of Series
        What was measured; moments without a value are left out.
    findings : Findings
        The outages.
    """
    for table in TABLES:
        store.run(Step(name=f"empty {table}", sql=f"DELETE FROM {table}"))
    for one in series:
        store.insert("series", _measured(one))
    if findings.outages:
        rows = [outage.row() for outage in findings.outages]
        store.insert("outage", pa.Table.from_pylist(rows))


def _measured(one: Series) -> pa.Table:
    known = np.isfinite(one.values)
    n = int(known.sum())
    return pa.table(
        {
            "place": pa.array([one.place] * n, pa.string()),
            "source": pa.array([one.source] * n, pa.string()),
            "metric": pa.array([one.metric] * n, pa.string()),
            "measured_at": pa.array(one.times_us[known], pa.timestamp("us")),
            "value": pa.array(one.values[known], pa.float64()),
        }
    )
