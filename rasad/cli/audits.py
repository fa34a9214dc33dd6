"""What stands out among the times and ids of files, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rasad.importers.audit_remarks import of_the_future, remarks
from rasad.importers.audited import from_json, later_than
from rasad.store.sql import Store
from rasad.store.versions import in_several_versions

MOST_FILES = 20
"""Files of which something is said; a folder of many is mostly of one kind."""


def audit_lines(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is to be said of the times and ids of some files.

    Parameters
    ----------
    sources : sequence of mapping
        Rows of table `source`.
    """
    year = datetime.now(UTC).year
    found = [(row["name"], _said(row["audit"], year)) for row in sources]
    noted = [(name, said) for name, said in found if said]
    lines = [f"{name}: {one}" for name, said in noted[:MOST_FILES] for one in said]
    if len(noted) > MOST_FILES:
        lines.append(
            f"{len(noted) - MOST_FILES:,} more files have remarks on times and ids: "
            "see `rasad info --fields`."
        )
    return lines


def version_lines(store: Store) -> list[str]:
    """Return what is to be said of posts that are held in several versions."""
    found = in_several_versions(store)
    if not found["n_posts"]:
        return []
    lines = [
        f"Posts that are held in several versions: {found['n_posts']:,}, in "
        f"{found['n_versions']:,} versions. The newest is shown, and each acts once."
    ]
    if found["n_far"]:
        lines.append(
            "Posts whose versions state times more than a day apart: "
            f"{found['n_far']:,}. See whether what is read as `post` names one post."
        )
    return lines


def _said(audit: str | None, year: int) -> list[str]:
    if not audit:
        return []
    audited = from_json(audit)
    # A store does not change with the day; only what is said here does.
    future = of_the_future(later_than(audited, year))
    return [*remarks(audited), *([future] if future else [])]
