"""A file goes in through the front door; what the case says about it comes out."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa

from benchmarks.errorbars.known import has
from benchmarks.errorbars.worlds.table import Strata, World
from rasad.case import Case, open_case
from rasad.config import Resources, from_dict
from rasad.importers.plan import plan

FITS = "fits"
"""The verdict by which table `explanation` says that an explanation fits."""

UNDISCLOSED = "undisclosed-central-operation"

CALIBRATION = (
    "trace",
    "window_s",
    "null_model",
    "jitter_s",
    "alpha",
    "observed",
    "expected",
    "ratio",
)


@dataclass(frozen=True, kw_only=True)
class How:
    """How a detection is run: threads, and settings as TOML where they are not ours."""

    threads: int = 1
    settings: str = ""


SHIPPED = How()


@dataclass(frozen=True, kw_only=True)
class FoundGroup:
    """A group of the case; accounts by the id that they have in the file."""

    grp: str
    members: frozenset[str]
    certified: bool
    candidate: bool
    first_movers: Mapping[str, float]
    explanations: tuple[str, ...] = ()
    findings: tuple[tuple[str, str], ...] = ()

    @property
    def undisclosed(self) -> bool:
        """Whether a finding says that it is centrally operated and hides it."""
        return (UNDISCLOSED, "supported") in self.findings

    def holds(self, team: frozenset[str], share: float = 0.5) -> bool:
        """Tell whether it is mostly this team, and has so much of it.

        Examples
        --------
        >>> FoundGroup(
        ...     grp="g", members=frozenset("abx"), certified=True, candidate=False,
        ...     first_movers={},
        ... ).holds(frozenset("abcd"))
        True
        """
        inside = len(self.members & team)
        return inside >= share * len(team) and 2 * inside > len(self.members)


@dataclass(frozen=True, kw_only=True)
class Detection:
    """An analysed case, to be asked; what it cost; the row of table `run`."""

    case: Case
    run: Mapping[str, Any]
    import_s: float
    detect_s: float
    warnings: tuple[str, ...] = field(default=())

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Run a query."""
        return self.case.store.rows(sql, **values)

    def arrow(self, sql: str, **values: Any) -> pa.Table:
        """Run a query whose result is large."""
        return self.case.store.arrow(sql, **values)

    def groups(self) -> list[FoundGroup]:
        """Return every group with its members and what is said about it."""
        members: dict[str, dict[str, float]] = {}
        for row in self.rows("SELECT grp, account, first_mover_share FROM member"):
            own = members.setdefault(row["grp"], {})
            own[plain(row["account"])] = row["first_mover_share"]
        said, claims = self._explanations(), self._findings()
        return [
            FoundGroup(
                grp=row["grp"],
                members=frozenset(members.get(row["grp"], {})),
                certified=bool(row["replicated"]),
                candidate=bool(row["candidate"]),
                first_movers=members.get(row["grp"], {}),
                explanations=tuple(said.get(row["grp"], ())),
                findings=tuple(claims.get(row["grp"], ())),
            )
            for row in self.rows("SELECT * FROM grp ORDER BY rank")
        ]

    def _explanations(self) -> dict[str, list[str]]:
        said: dict[str, list[str]] = {}
        if has("explanation", "grp", "explanation", "verdict"):
            for row in self.rows("SELECT * FROM explanation ORDER BY grp, explanation"):
                if row["verdict"] == FITS:
                    said.setdefault(row["grp"], []).append(row["explanation"])
        return said

    def _findings(self) -> dict[str, list[tuple[str, str]]]:
        claims: dict[str, list[tuple[str, str]]] = {}
        for row in self.rows("SELECT grp, rule, verdict FROM finding ORDER BY finding"):
            claims.setdefault(row["grp"], []).append((row["rule"], row["verdict"]))
        return claims

    def kept_pairs(self) -> list[tuple[str, str]]:
        """Return the kept pairs by the ids in the file."""
        rows = self.rows("SELECT account_a, account_b FROM pair WHERE kept")
        return [(plain(row["account_a"]), plain(row["account_b"])) for row in rows]

    def kept_accounts(self) -> frozenset[str]:
        """Return the accounts of kept pairs."""
        return frozenset(account for pair in self.kept_pairs() for account in pair)

    def calibration(self) -> list[dict[str, Any]]:
        """Return the rows of table `calibration`, none where there is no such table."""
        if not has("calibration", *CALIBRATION):
            return []
        shown = ", ".join(CALIBRATION)
        return self.rows(f"SELECT {shown} FROM calibration ORDER BY ALL")


def plain(account: str) -> str:
    """Return an id without its platform.

    Examples
    --------
    >>> plain("generic:u1")
    'u1'
    """
    return account.split(":", 1)[1]


@contextmanager
def detected(
    path: Path,
    mapping: Mapping[str, str] | None = None,
    how: How = SHIPPED,
    background: Path | None = None,
) -> Iterator[Detection]:
    """Import a file into a case that is thrown away, detect, and lend the case.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    mapping : mapping of str to str, optional
        Column by role; without one the file's format must be known.
    how : How
        Threads and settings.
    background : pathlib.Path, optional
        A file with the same columns: ordinary accounts to compare with.
    """
    with (
        tempfile.TemporaryDirectory(prefix="errorbars-") as folder,
        open_case(
            Path(folder, "case"),
            create=True,
            settings=from_dict(tomllib.loads(how.settings)),
            resources=Resources(threads=how.threads),
        ) as case,
    ):
        begin = perf_counter()
        case.import_file(plan(path, mapping=mapping))
        if background is not None:
            case.import_background(plan(background, mapping=mapping))
        imported = perf_counter()
        run = case.detect()
        yield Detection(
            case=case,
            run=run,
            import_s=round(imported - begin, 2),
            detect_s=round(perf_counter() - imported, 2),
            warnings=tuple(json.loads(run["warnings"])),
        )


@contextmanager
def detected_world(
    world: World, strata: Strata = "none", how: How = SHIPPED
) -> Iterator[Detection]:
    """Write a world to a file and detect in it."""
    with tempfile.TemporaryDirectory(prefix="errorbars-") as folder:
        path = Path(folder, "world.parquet")
        mapping = world.write(path, strata)
        with detected(path, mapping, how) as found:
            yield found
