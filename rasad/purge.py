"""Accounts and posts taken out of a case, so that no file of it names them any more.

Evidence copies are written anew without their records, and without their names and
texts in the records of others; the store is built from these copies. The journal keeps
a certificate: counts and hashes, and a salted hash of each account, by which a later
import that would bring it back is refused.
"""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rasad.case import Case, open_case
from rasad.config import Resources
from rasad.errors import CaseError
from rasad.extend import Progress, no_progress
from rasad.importers.cutting import Owned
from rasad.importers.marks import Marks
from rasad.importers.purged import POST
from rasad.importers.repacking import CannotCutError, Cut, Repacker, searched
from rasad.importers.traits import Body, Traits, gathered
from rasad.importers.truth_cutting import cut_truth
from rasad.importers.unpacking import Place, members
from rasad.importers.wanted import Wanted as Wanted
from rasad.store.folder import BACKGROUND
from rasad.store.in_force import in_force, tombstone
from rasad.store.purge import (
    EVIDENCE,
    STAGING,
    STORE,
    commit,
    prepare_staging,
    stage_journal,
)

SALT = 32
"""Bytes of the salt of a purge's tombstones."""

NAMING = {
    "account": ("account", "handle", "name", "description"),
    "post": (
        "account",
        "post",
        "edition",
        "repost_of",
        "reply_to",
        "quote_of",
        "thread",
        "text",
    )
    + ("client", "community"),
    "action": ("account", "object", "post"),
    "source": ("name", "member"),
    "left_out": ("name",),
    "rejected": ("preview",),
}
"""Columns of facts that may name somebody; what a purge left is looked for there."""

FOUND = """
    SELECT account FROM account
    WHERE account IN (SELECT unnest($names))
      OR lower(handle) IN (SELECT unnest($names))
      OR split_part(account, ':', 1) || ':' || lower(handle) IN (SELECT unnest($names))
      OR substr(account, strpos(account, ':') + 1) IN (SELECT unnest($names))
"""
WHOLE = """
    SELECT DISTINCT post FROM post
    WHERE post IN (SELECT unnest($posts)) OR edition IN (SELECT unnest($posts))
"""
POSTS = """
    SELECT DISTINCT unnest([post, coalesce(edition, post)]) AS post FROM post
    WHERE account IN (SELECT unnest($accounts)) OR post IN (SELECT unnest($posts))
"""
OF_THEN = """
    SELECT count(*) AS n FROM post
    WHERE ($since IS NULL OR epoch_us(created_at) >= $since)
      AND ($until IS NULL OR epoch_us(created_at) < $until)
"""
OTHERS = """
    SELECT account, handle, name, description FROM account
    WHERE account NOT IN (SELECT unnest($accounts))
"""
OTHER_TEXTS = """
    SELECT DISTINCT text FROM post
    WHERE text IN (SELECT unnest($texts)) AND kind <> 'repost'
      AND account NOT IN (SELECT unnest($accounts))
      AND post NOT IN (SELECT unnest($posts))
"""


Told = dict[str, Any]
"""What a purge did or would do, in counts."""


def always(_: Told) -> bool:
    """Agree to any purge."""
    return True


def purge(
    folder: Path,
    wanted: Wanted,
    *,
    drop_sources: bool = False,
    resources: Resources | None = None,
    progress: Progress = no_progress,
    agreed: Callable[[Told], bool] = always,
) -> Told:
    """Take accounts, posts or sources out of a case and of its background.

    Parameters
    ----------
    folder : pathlib.Path
        The case folder; nothing else may hold it.
    wanted : Wanted
        Which accounts, posts, sources and times.
    drop_sources : bool
        Remove a file wholly where it cannot be written without them.
    agreed : callable
        Is told what would be done, when all is prepared and nothing has changed, and
        answers whether it shall be.

    Returns
    -------
    dict
        What was done, in counts alone; `done`, whether it was; and `left`: how many of
        the strings that name what was purged stand in any file of the case, and posts
        of the time in its store, which is 0, or None where nothing was done.

    Raises
    ------
    CaseError
        If the case holds nothing of them.
    CannotCutError
        If a file cannot be written without them; nothing has changed then.
    """
    with ExitStack() as stack:
        case = _opened(stack, folder, resources, progress)
        inner = folder / BACKGROUND
        within = [_opened(stack, inner, resources, progress)] if inner.exists() else []
        work = Purge([case, *within], wanted, drop_sources)
        told = work.prepared()
        if not agreed(told):
            work.discard()
            return told | {"done": False, "left": None}
        commit(folder)
    # Whoever opens a case next finishes what was decided; this is the first to do so.
    with ExitStack() as stack:
        cases = [
            _opened(stack, one, resources, progress)
            for one in (folder, inner)
            if one.exists()
        ]
        left = sum(_left(folder, work.marks).values())
        left += sum(_left_in_store(case, work.marks) for case in cases)
        left += sum(_left_of_then(case, wanted) for case in cases)
    return told | {"done": True, "left": left}


def _opened(
    stack: ExitStack, folder: Path, resources: Resources | None, progress: Progress
) -> Case:
    opened = open_case(folder, purpose="purge", resources=resources, progress=progress)
    return stack.enter_context(opened)


class Purge:
    """One purge of a case and its background, which is prepared beside them.

    Parameters
    ----------
    cases : sequence of Case
        The case and, if it has one, that of its background; both open.
    wanted : Wanted
        Which accounts and posts.
    drop_sources : bool
        Remove a file wholly where it cannot be written without them.
    """

    def __init__(
        self, cases: Sequence[Case], wanted: Wanted, drop_sources: bool
    ) -> None:
        self._cases, self._drop = cases, drop_sources
        accounts = self._column(FOUND, "account", names=wanted.names())
        # Whoever names one edit means the post.
        whole = self._column(WHOLE, "post", posts=sorted(set(wanted.posts)))
        whole |= set(wanted.posts)
        asked = {"accounts": sorted(accounts), "posts": sorted(whole)}
        posts = self._column(POSTS, "post", **asked)
        then = (wanted.since, wanted.until)
        self._owned = Owned(frozenset(accounts), frozenset(whole), *then)
        self._dropped = wanted.sources_among(
            body for case in cases for _, body in _sources(case)
        )
        self._known = posts
        self._salt = secrets.token_hex(SALT)
        named = wanted.accounts or wanted.posts
        self.marks = self._marks(wanted, posts) if named else Marks([], [], set())

    def _column(self, sql: str, name: str, **values: Any) -> set[str]:
        rows = (row for case in self._cases for row in case.store.rows(sql, **values))
        return {str(row[name]) for row in rows}

    def _marks(self, wanted: Wanted, posts: set[str]) -> Marks:
        """Gather every string that names what is wanted, in any file of the case."""
        traits = Traits(self._owned, posts)
        for case in self._cases:
            for _, body in _sources(case):
                copy = case.evidence.path(body["evidence"])
                gathered(copy, body, traits)
        ids = {account.partition(":")[2] for account in self._owned.accounts}
        names = traits.names | ids | set(wanted.names()) | set(wanted.posts)
        names |= {name.partition(":")[2] for name in wanted.names()}
        phrases = traits.profiles | traits.texts
        others, shared = self._others(phrases)
        return Marks(
            {name for name in names | traits.posts if name.lower() not in others}
            - {""},
            phrases - shared,
            others,
        )

    def _others(self, phrases: set[str]) -> tuple[set[str], set[str]]:
        """Return names, and those phrases, that belong to who stays as well."""
        names: set[str] = set()
        shared: set[str] = set()
        staying = {"accounts": sorted(self._owned.accounts)}
        for case in self._cases:
            for row in case.store.rows(OTHERS, **staying):
                names |= {row["account"].partition(":")[2].lower()}
                names |= {(row["handle"] or "").lower()}
                shared |= {row["name"], row["description"]} & phrases
        posts = sorted(self._owned.posts)
        texts = sorted(phrases)
        shared |= self._column(OTHER_TEXTS, "text", texts=texts, posts=posts, **staying)
        return names, shared

    def prepared(self) -> dict[str, Any]:
        """Prepare the purge beside every case; return what it will have done."""
        told: Counter[str] = Counter()
        try:
            for place, case in enumerate(self._cases):
                prepare_staging(case.folder, later=place > 0)
                told.update(self._prepare(case))
            if not (told["cut"] or told["replaced"] or told["sources_removed"]):
                raise CaseError(
                    f"Nothing in {self._cases[0].folder} is of what was named",
                    "give ids, handles or names of files as the case has them, see the "
                    "tables account and source",
                )
        except BaseException:
            self.discard()
            raise
        return self._counts() | dict(told)

    def discard(self) -> None:
        """Throw away what was prepared; nothing has changed."""
        for case in self._cases:
            shutil.rmtree(case.folder / STAGING, ignore_errors=True)

    def _counts(self) -> dict[str, Any]:
        return {
            "accounts": len(self._owned.accounts),
            "posts": len(self._known),
            "strings": len(self.marks.new),
        }

    def _prepare(self, case: Case) -> dict[str, int]:
        cuts = [cut for one in self._rewritten(case) for cut in one]
        entries = case.journal.entries()
        lines = [self._clean(entry) for entry in entries]
        told = {
            "cut": sum(cut.tally.cut + cut.tally.cut_rejects for cut in cuts),
            "replaced": sum(cut.tally.replaced for cut in cuts)
            + sum(line != entry for line, entry in zip(lines, entries, strict=True)),
            "sources_rewritten": sum(cut.now is not None for cut in cuts),
            "sources_removed": sum(cut.now is None for cut in cuts),
        }
        body = {
            **self._counts(),
            **told,
            "since": self._owned.since,
            "until": self._owned.until,
            "salt": self._salt,
            "tombstones": self._tombstones(),
            "sources": [{"was": cut.was, "now": cut.now} for cut in cuts],
            "journal_was": entries[-1]["hash"] if lines != entries else None,
        }
        stage_journal(case.folder, body, lines)
        return told

    def _tombstones(self) -> list[str]:
        names = {*self._owned.accounts, *(POST + post for post in self._owned.posts)}
        return sorted(tombstone(self._salt, name) for name in names)

    def _clean(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return a journal entry whose names of files hold no mark."""
        return {**entry, "body": self._cleaned(entry["body"])}

    def _cleaned(self, value: Any, key: str = "") -> Any:
        """Return a value of an entry; the certificates of purges name files, too."""
        if isinstance(value, dict):
            return {name: self._cleaned(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._cleaned(one) for one in value]
        named = isinstance(value, str) and key in ("name", "member")
        return self.marks.replaced(value)[0] if named else value

    def _rewritten(self, case: Case) -> Iterator[list[Cut]]:
        """Write every copy of a case anew that holds something of them."""
        staged = case.folder / STAGING / EVIDENCE
        repacker = Repacker(self._owned, self.marks, self._dropped)
        of_copy: dict[str, list[Body]] = {}
        for event, body in _sources(case, truth=True):
            if event == "truth":
                path = case.evidence.path(body["source_id"])
                yield cut_truth(path, self._owned, self.marks, staged)
            else:
                of_copy.setdefault(body["evidence"], []).append(body)
        for number, (copy, bodies) in enumerate(sorted(of_copy.items())):
            case.progress("purge", number, len(of_copy))
            case.evidence.check(copy)
            try:
                found = repacker.rewritten(case.evidence.path(copy), bodies, staged)
            except CannotCutError:
                if not self._drop:
                    raise
                found = [Cut.gone(body["source_id"]) for body in bodies]
            yield found or []


def _sources(case: Case, truth: bool = False) -> Iterable[tuple[str, Body]]:
    """Yield what the journal says of the sources that the case holds."""
    seen = set()
    for entry in in_force(case.journal.entries()):
        event, body = entry["event"], entry["body"]
        wanted = event == "import" or (truth and event == "truth")
        if wanted and body["source_id"] not in seen:
            seen.add(body["source_id"])
            yield event, {"evidence": body["source_id"], **body}


def _left_in_store(case: Case, marks: Marks) -> int:
    """Return how many marks stand in the rows of a store, whose file is packed."""
    return sum(
        marks.replaced(value)[1]
        for table, names in NAMING.items()
        for batch in case.store.batches(table)
        for name in names
        for value in batch.column(name).unique().to_pylist()
        if value
    )


def _left_of_then(case: Case, wanted: Wanted) -> int:
    """Return how many posts of a time that was purged a store holds."""
    if not wanted.timed:
        return 0
    then = {"since": wanted.since, "until": wanted.until}
    return int(case.store.rows(OF_THEN, **then)[0]["n"])


def _left(folder: Path, marks: Marks) -> dict[str, int]:
    """Return how many marks each file of a case holds, unpacked where it is packed.

    Stores are asked for their rows instead.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.match(STORE):
            inside = members(path) if path.parent.name == EVIDENCE else []
            places = [Place(path, member) for member in inside or [""]]
            found[path.name] = sum(searched(place, marks) for place in places)
    return found
