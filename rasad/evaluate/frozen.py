"""Groups as they were before a moment, worked out again in a copy of the case.

Nothing that is written says who belongs to a frozen group: a journal of hashes does.
Who they are is found by detecting once more on the posts from before the cut, and must
give the same hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from rasad.case import Case, open_case
from rasad.config import Resources, digest
from rasad.connectivity.activity import END
from rasad.errors import NotEnoughDataError
from rasad.evaluate.working_copy import working_copy
from rasad.extend import Progress, no_progress
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import holds_posts
from rasad.store.folder import BACKGROUND
from rasad.store.sql import Step
from rasad.store.versions import orphaned_steps

# Nobody knows what a later edit added, where it has no time or id of its own.
EDITED = """
    SELECT account, post FROM post
    WHERE edition IS NULL AND epoch_us(edited_at) >= $until
"""
LATER = (
    f"DELETE FROM action WHERE {END.format(time='acted_at')} > $until",
    f"DELETE FROM action WHERE (account, post) IN ({EDITED})",
    f"DELETE FROM post WHERE (account, post) IN ({EDITED})",
    f"DELETE FROM post WHERE {END.format(time='created_at')} > $until",
)
CERTIFIED = "SELECT grp FROM grp WHERE replicated ORDER BY grp"
MEMBERS = "SELECT account FROM member WHERE grp = $grp ORDER BY account"


@dataclass(frozen=True, kw_only=True)
class Certified:
    """Groups that a run certified, with their members, in memory only.

    Parameters
    ----------
    run_id : str
        The run.
    facts : str
        SHA-256 over the sorted records that it saw.
    digest : str
        Names its settings.
    members : dict of str to pyarrow.Array
        Ids of the members of each certified group, by the group's hash.
    """

    run_id: str
    facts: str
    digest: str
    members: dict[str, pa.Array]


def certified_before(
    folder: Path,
    until_us: int,
    *,
    resources: Resources | None = None,
    progress: Progress = no_progress,
) -> Certified:
    """Certify groups on the posts from before a moment alone.

    Parameters
    ----------
    folder : pathlib.Path
        The case. It is locked meanwhile and never changed.
    until_us : int
        The cut, microseconds since 1970 UTC. Posts at or after it are left out, of the
        background too.
    resources : Resources, optional
        Memory and threads to use.
    progress : Progress
        Told how far the detection is.

    Raises
    ------
    NotEnoughDataError
        If no post is that old.
    """
    with working_copy(folder, "connectivity") as copy:
        if (copy / BACKGROUND).is_dir():
            with open_case(copy / BACKGROUND, resources=resources) as crowd:
                leave_out_later(crowd.store, until_us)
        with open_case(copy, resources=resources, progress=progress) as case:
            leave_out_later(case.store, until_us)
            return _certified(case, until_us)


def leave_out_later(store: DuckDBStore, until_us: int) -> None:
    """Delete from a working copy what is, or may be, from after a cut.

    Parameters
    ----------
    store : DuckDBStore
        Tables of the copy.
    until_us : int
        The cut, microseconds since 1970 UTC. What is known only to the hour or day in
        which it lies goes, too.
    """
    with store.transaction():
        for sql in LATER:
            values = {"until": until_us}
            store.run(Step(name="leave out later posts", sql=sql, values=values))
        for step in orphaned_steps():
            store.run(step)


def _certified(case: Case, until_us: int) -> Certified:
    if not holds_posts(case.store):
        moment = datetime.fromtimestamp(until_us / 1e6, UTC)
        raise NotEnoughDataError(
            f"The case holds no post from before {moment:%Y-%m-%d %H:%M} UTC",
            "import older posts, or take a later cut",
        )
    run = case.detect()
    groups = [row["grp"] for row in case.store.rows(CERTIFIED)]
    members = {
        grp: case.store.arrow(MEMBERS, grp=grp)["account"].combine_chunks()
        for grp in groups
    }
    return Certified(
        run_id=run["run_id"],
        facts=run["facts"],
        digest=digest(case.settings),
        members=members,
    )
