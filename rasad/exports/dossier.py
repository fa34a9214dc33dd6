"""The dossier: one HTML file that opens offline and in which nothing can run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasad.evidence.rules import COORDINATED_GROUP, RANKED_CANDIDATES
from rasad.exports.case_summary import Case, summarise
from rasad.exports.group_evidence import Limits, group_rows, read_groups
from rasad.exports.page import render
from rasad.exports.siblings import write_page
from rasad.store.sql import Store

FILE = "dossier.html"
MOST_BYTES = 5_000_000
"""Size above which less of each group is shown."""

AMOUNTS = (
    Limits(),
    Limits(groups=12, members=30, raster=20, pairs=15, objects=12, compared=3),
    Limits(groups=5, summary=60, sources=20, members=20, raster=10, pairs=10,
           objects=6, compared=1, posts=4, text=150),
)  # fmt: skip
"""How much of a case is shown, from the most to the least."""


class Dossier:
    """The export named `dossier`."""

    name = "dossier"
    title = "One HTML file for people: groups, evidence, limits; opens offline"

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Write the dossier into an existing folder."""
        return [write_dossier(store, folder / FILE)]


def write_dossier(store: Store, path: Path) -> Path:
    """Write the dossier of a case; the file is whole or not there.

    Parameters
    ----------
    store : Store
        The tables of the case, with or without an analysis.
    path : pathlib.Path
        The file to write; its folder must exist.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DiskFullError
        If the disk cannot take it.

    Notes
    -----
    The same tables give the same bytes: the page holds no time of its making, no path
    and no name of a machine or user. It links to the pages of the same folder that are
    about outages, and they to it.

    Examples
    --------
    >>> import tempfile
    >>> from rasad.store.duckdb import DuckDBStore
    >>> with tempfile.TemporaryDirectory() as folder, DuckDBStore(None) as store:
    ...     page = write_dossier(store, Path(folder, "dossier.html"))
    ...     "holds no post yet" in page.read_text(encoding="utf-8")
    True
    """
    return write_page(dossier_html(store), path)


def dossier_html(store: Store) -> str:
    """Return the dossier of a case as HTML of at most about 5 MB.

    Parameters
    ----------
    store : Store
        The tables of the case.
    """
    case = summarise(store, AMOUNTS[0].sources, AMOUNTS[0].pairs)
    page = ""
    for limits in AMOUNTS:
        page = render(**_context(store, case, limits))
        if len(page.encode()) <= MOST_BYTES:
            break
    return page


def _context(store: Store, case: Case, limits: Limits) -> dict[str, Any]:
    """Return the names that the templates use."""
    summary = group_rows(store, limits.summary)
    return {
        "case": case,
        "summary": summary,
        "n_groups": store.rows("SELECT count(*) AS n FROM grp")[0]["n"],
        "groups": read_groups(store, summary[: limits.groups], limits),
        "rule": COORDINATED_GROUP if case.tested["n_kept"] else RANKED_CANDIDATES,
        "most_rows": limits.raster,
    }
