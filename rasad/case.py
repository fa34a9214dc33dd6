"""A case: a folder, the stages in their order, and the way back after a crash.

The library's front door. A case folder holds `evidence/` (what was received),
`journal.jsonl` (what was done), `case.toml` (what was chosen), `case.duckdb` (a cache
of all tables, rebuilt from the first two when it is lost) and `out/` (what to read).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasad import __version__
from rasad.config import Resources, Settings, digest
from rasad.connectivity.restoring import restore_outages
from rasad.errors import (
    DiskError,
    DiskFullError,
    EvidenceError,
    StoreDamagedError,
    StoreError,
)
from rasad.evidence.analysis import analyse
from rasad.exports import EXPORTS
from rasad.exports.shown import ALL, Disclosure
from rasad.extend import Head, Progress, no_progress
from rasad.importers.facts import batches
from rasad.importers.ledger import (
    add_audit,
    add_up,
    bytes_seen,
    check_balance,
    empty_source,
    journal_entry,
    source_id,
)
from rasad.importers.left_out import LeftOut
from rasad.importers.loading import Loading, Threads, stepping_back
from rasad.importers.looking import looked
from rasad.importers.parsed import Reading, parsed, reader
from rasad.importers.plan import Planned, check_space, save_mappings
from rasad.importers.purged import unpurged
from rasad.network.detection import insert_rows
from rasad.network.population import population
from rasad.network.trace_analysis import Work
from rasad.store.contents import contents, empty_derived
from rasad.store.damaged import set_aside
from rasad.store.duckdb import DuckDBStore, readable
from rasad.store.evidence import Evidence, verified
from rasad.store.facts import facts_hash, holds_posts
from rasad.store.folder import BACKGROUND, prepare, read_settings, settle
from rasad.store.in_force import in_force
from rasad.store.journal import Journal
from rasad.store.left_out import keep_left_out, restore_left_out
from rasad.store.lock import held
from rasad.store.room import give_up_ballast
from rasad.store.truth import keep_truth, load_truth
from rasad.traces import TRACES


class Case:
    """An open case; use `open_case` to get one.

    Parameters
    ----------
    folder : pathlib.Path
        The case folder, complete and locked.
    resources : Resources
        Memory and threads to use.
    progress : Progress
        Told how far a stage is.
    """

    def __init__(self, folder: Path, resources: Resources, progress: Progress) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.resources = resources
        self.progress = progress
        self.journal = Journal(folder / "journal.jsonl")
        self.evidence = Evidence(folder / "evidence")
        self.settings = read_settings(folder / "case.toml")
        self.notices: list[str] = []
        self.store = self._open_store()

    # --- import -----------------------------------------------------------------------

    def import_file(self, planned: Planned) -> dict[str, Any]:
        """Import one file and return its row of table `source`.

        A file that the case holds already, under whatever name, changes nothing.
        """
        # What somebody else wrote is parsed by a process that may do nothing else.
        with stepping_back() as threads, reader(planned.head, planned.sniff) as child:
            copy = self.evidence.add(planned.path)
            known = self._source(source_id(copy, planned.head.member))
            if known:
                return known
            # The copy is read, not the original: what was hashed is what is analysed.
            head = replace(planned.head, path=self.evidence.path(copy))
            try:
                reading = child.read(head, planned.sniff, planned.name)
                row = self._load(copy, planned.name, head, reading, threads)
            except (StoreError, DiskError):
                # It may be in the store all the same; a copy more does no harm.
                raise
            except BaseException:
                self._forget(copy)
                raise
        self.journal.append("import", journal_entry(row))
        return row

    def _forget(self, copy: str) -> None:
        """Remove an evidence copy of which nothing is in the case."""
        held = self.store.rows("SELECT 1 FROM source WHERE evidence = $copy", copy=copy)
        if not held and copy not in self.journal.copies():
            self.evidence.drop(copy)

    def import_background(self, planned: Planned) -> dict[str, Any]:
        """Import one file of ordinary accounts that the case is to be compared with.

        They are kept in a case of their own inside this one, with evidence and journal.
        """
        with self._beside(create=True) as crowd:
            row = crowd.import_file(planned)
            save_mappings([planned], crowd.out)
        if row["source_id"] not in self.journal.told("background_id"):
            # What was measured was compared with something else.
            with self.store.transaction():
                empty_derived(self.store)
            self.journal.append("background", {"background_id": row["source_id"]})
        return row | {"background": True}

    def import_truth(self, path: Path) -> None:
        """Import what a simulated world planted (columns account, role, team)."""
        keep_truth(self.store, self.evidence, self.journal, path)

    def leave_out(self, files: Sequence[LeftOut]) -> None:
        """Write down files that were given and are not imported, with the reasons."""
        keep_left_out(self.store, self.journal, [one.row for one in files])

    def _source(self, name: str) -> dict[str, Any] | None:
        found = self.store.rows("SELECT * FROM source WHERE source_id = $id", id=name)
        return found[0] if found else None

    def _load(
        self, copy: str, name: str, head: Head, reading: Reading, threads: Threads
    ) -> dict[str, Any]:
        held = reading.measured
        with self.store.adding(held.size):
            row = empty_source(copy, head.member, name, held, reading.sniff)
            loading = Loading(self.store, TRACES, row["source_id"])
            parts = loading.audit.passing(unpurged(reading.parts, self.journal, row))
            for batch, accepted in loading.added(batches(parts), threads):
                add_up(row, batch, accepted)
                self.progress("import", bytes_seen(row), held.size)
            add_audit(row, loading.audit.told(reading.lost, head.container))
            check_balance(self.store, row, head)
            insert_rows(self.store, "source", [row])
            insert_rows(self.store, "coverage", loading.covered.rows(row["source_id"]))
            if row["accepted"]:
                # What was measured is no longer what the case holds.
                empty_derived(self.store)
        return row

    # --- detect -----------------------------------------------------------------------

    def detect(self) -> dict[str, Any]:
        """Measure, group and write findings; return the row of table `run`.

        The same facts, settings and version are not computed twice.
        """
        with self._background() as crowd:
            facts = facts_hash(self.store)
            others = crowd.store if crowd and holds_posts(crowd.store) else None
            beside = f"\n{facts_hash(others)}" if others else ""
            named = f"{digest(self.settings)}\n{facts}{beside}\n{__version__}"
            run_id = hashlib.sha256(named.encode()).hexdigest()[:16]
            known = self.store.rows("SELECT * FROM run WHERE run_id = $id", id=run_id)
            if known:
                return known[0]
            chosen = self.settings.opportunity
            work = Work(
                run_id=run_id,
                people=population(self.store, chosen.stratum_share, others),
                settings=self.settings,
                resources=self.resources,
                progress=self.progress,
                cache=self.folder / "cache",
                crowd=others,
            )
            with self.store.transaction():
                empty_derived(self.store)
                row = analyse(self.store, TRACES, work, facts)
        self.journal.append("detect", {"run_id": run_id, "settings": row["settings"]})
        return row

    def calibrate(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the run, made if need be, and how its tests do on these data."""
        return self.detect(), self.store.rows("SELECT * FROM calibration ORDER BY ALL")

    @contextmanager
    def _background(self) -> Iterator[Case | None]:
        """Lend the case of the background, where there is one."""
        if not (self.folder / BACKGROUND).exists():
            if self.journal.told("background_id"):
                raise EvidenceError(
                    "The background of the case is gone", "give it with --background"
                )
            yield None
            return
        with self._beside() as crowd:
            self.notices += (f"Background: {notice}" for notice in crowd.notices)
            yield crowd

    def _beside(self, create: bool = False) -> AbstractContextManager[Case]:
        return open_case(
            self.folder / BACKGROUND,
            purpose="background",
            create=create,
            resources=self.resources,
            progress=self.progress,
        )

    # --- outputs ----------------------------------------------------------------------

    def export(self, form: str, folder: Path, how: Disclosure = ALL) -> list[Path]:
        """Write what may be seen of the case in a registered form; return the files."""
        folder.mkdir(parents=True, exist_ok=True)
        with how.of(self.store) as seen:
            return list(EXPORTS.find(form).write(seen, folder))

    def dossier(self) -> Path:
        """Write the dossier and the tables into `out/`; return the dossier."""
        self.progress("tables", 0, 2)
        self.export("parquet", self.out)
        self.progress("dossier", 1, 2)
        written = self.export("dossier", self.out)
        self.progress("dossier", 2, 2)
        return written[0]

    def info(self) -> dict[str, Any]:
        """Return what the case holds: sources, rows by table, run and groups."""
        return contents(self.store)

    def verify(self) -> list[str]:
        """Check the journal's chain and every evidence copy; return what was checked.

        Raises
        ------
        EvidenceError
            If anything is not what it was.
        """
        checked = verified(self.journal, self.evidence)
        with self._background() as crowd:
            if crowd is None:
                return checked
            held = crowd.journal.told("source_id")
            if lost := set(self.journal.told("background_id")) - set(held):
                raise EvidenceError(
                    f"The background {min(lost)[:12]} is not what it was",
                    "give it again with --background",
                )
            return checked + [f"background, {line}" for line in crowd.verify()]

    # --- the store is a cache ---------------------------------------------------------

    def _open_store(self) -> DuckDBStore:
        path = self.folder / "case.duckdb"
        try:
            self.store = readable(path, self.resources)
        except StoreDamagedError:
            self.set_aside()
            self.store = readable(path, self.resources)
        try:
            entries = in_force(self.journal.entries())
            self._restore(entries)
            self._acknowledge(entries)
        except BaseException:
            self.store.close()
            raise
        return self.store

    def set_aside(self) -> None:
        """Keep a damaged store for whoever wants to look; the next one is rebuilt."""
        kept = set_aside(self.folder / "case.duckdb")
        self.notices.append(f"The store was damaged; what it was is kept as {kept}.")
        self.journal.append("rebuild", {"reason": "the store was damaged"})

    def _restore(self, entries: list[dict[str, Any]]) -> None:
        """Read in again, from the evidence copies, whatever the store has lost.

        A new store has lost everything; one whose rebuilding was killed has lost the
        rest.
        """
        again = 0
        for entry in entries:
            event, body = entry["event"], entry["body"]
            if event == "import" and not self._source(body["source_id"]):
                copy, name = body.get("evidence", body["source_id"]), body["name"]
                self.evidence.check(copy)
                path, member = self.evidence.path(copy), body.get("member", "")
                head, sniff = looked(path, member, body["format"], body["mapping"])
                with stepping_back() as threads, parsed(head, sniff, name) as reading:
                    self._load(copy, name, head, reading, threads)
                again += 1
            elif event == "truth":
                load_truth(self.store, self.evidence, body["source_id"])
        restore_left_out(self.store, entries)
        again += restore_outages(self.store, self.evidence, entries)
        if again:
            self.notices.append(f"Sources read again from the evidence: {again}.")

    def _acknowledge(self, entries: list[dict[str, Any]]) -> None:
        """Write journal lines that a kill between commit and journal left out."""
        told = {e["body"].get("source_id") for e in entries}
        for row in self.store.rows("SELECT * FROM source ORDER BY source_id"):
            if row["source_id"] not in told:
                self.journal.append("import", journal_entry(row))


@contextmanager
def open_case(
    folder: Path,
    *,
    purpose: str = "library",
    create: bool = False,
    settings: Settings | None = None,
    resources: Resources | None = None,
    progress: Progress = no_progress,
) -> Iterator[Case]:
    """Open a case folder, lock it, and mend its store if a crash damaged it.

    Parameters
    ----------
    folder : pathlib.Path
        The case folder.
    purpose : str
        What a second command is told about this one.
    create : bool
        Make the folder when it does not exist.
    settings : Settings, optional
        Replace the case's settings by these.

    Raises
    ------
    CaseError
        If it is no case, is newer than this program, or someone else holds it.
    """
    prepare(folder, create)
    with held(folder / "case.lock", purpose):
        settle(folder, settings)
        case = Case(folder, resources or Resources(), progress)
        try:
            yield case
        except StoreDamagedError as error:
            # The store of the background, or of the case around it, may be the one.
            if error.path == folder / "case.duckdb":
                case.store.close()
                case.set_aside()
            raise
        except DiskFullError:
            # What the store writes when it is closed needs room.
            give_up_ballast(folder)
            raise
        finally:
            case.store.close()


def investigate(
    files: Sequence[Planned], case: Case, background: Sequence[Planned] = ()
) -> tuple[list[dict[str, Any]], dict[str, Any], Path]:
    """Import files, detect, and write the dossier; the main job.

    Parameters
    ----------
    files : sequence of Planned
        What is looked into.
    case : Case
        Where it goes.
    background : sequence of Planned
        Ordinary accounts to compare with.

    Returns
    -------
    sources : list of dict
        Rows of table `source`, one per file; those of the background come last.
    run : dict
        The row of table `run`.
    dossier : pathlib.Path
        The page to read.
    """
    check_space([*files, *background], case.folder)
    sources = [case.import_file(planned) for planned in files]
    sources += [case.import_background(planned) for planned in background]
    save_mappings(files, case.out)
    return sources, case.detect(), case.dossier()
