"""What was frozen and what was asked, kept in the case's journal as hashes and counts.

No entry holds the name of an account, and none holds an answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasad.connectivity.silence import Event
from rasad.errors import RefusedError
from rasad.store.journal import Journal

FREEZE, QUERY = "freeze", "outage_query"


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """Groups that were fixed before an outage.

    Parameters
    ----------
    until_us : int
        Posts before this moment made them, microseconds since 1970 UTC.
    run_id : str
        The run that certified them.
    facts : str
        SHA-256 over the sorted records that it saw.
    digest : str
        Names its settings.
    groups : tuple of str
        Hashes of members and settings, sorted; of those large enough.
    n_suppressed : int
        Certified groups that are too small.
    """

    until_us: int
    run_id: str
    facts: str
    digest: str
    groups: tuple[str, ...]
    n_suppressed: int


def freezes(journal: Journal) -> list[Freeze]:
    """Return what was frozen in a case, oldest first."""
    bodies = (e["body"] for e in journal.entries() if e["event"] == FREEZE)
    return [Freeze(**{**body, "groups": tuple(body["groups"])}) for body in bodies]


def note_freeze(journal: Journal, frozen: Freeze) -> None:
    """Write down what was frozen; again is not written again."""
    if frozen not in freezes(journal):
        journal.append(FREEZE, {**asdict(frozen), "groups": list(frozen.groups)})


def latest_before(journal: Journal, onset_us: int) -> Freeze:
    """Return the newest freeze whose cut comes before an onset.

    Parameters
    ----------
    journal : Journal
        Of the case.
    onset_us : int
        Earliest onset, microseconds since 1970 UTC.

    Raises
    ------
    RefusedError
        If there is none.
    """
    every = freezes(journal)
    early = [one for one in every if one.until_us <= onset_us]
    if early:
        return early[-1]
    what = (
        "All groups were frozen on posts from after the outage began"
        if every
        else "No group of this case is frozen"
    )
    raise RefusedError(what, "use `rasad connectivity freeze CASE --until ONSET` first")


def query_hash(frozen: Freeze, events: Sequence[Event]) -> str:
    """Return what names a question: groups, as they were at a cut, and outages.

    Of the same groups at another cut it is another question: their control differs.
    """
    spans = sorted((one.begin, one.end) for one in events)
    cut = [frozen.until_us, frozen.run_id]
    named = json.dumps([*cut, sorted(frozen.groups), spans], separators=(",", ":"))
    return hashlib.sha256(named.encode()).hexdigest()


def answered(journal: Journal) -> set[str]:
    """Return every run whose groups were answered for.

    All of them: the same groups of two runs have two controls.
    """
    return {body["run_id"] for body in _queries(journal) if body["answered"]}


def asked(journal: Journal) -> set[str]:
    """Return the hashes of all questions that were answered."""
    return {body["query"] for body in _queries(journal) if body["answered"]}


def note_query(
    journal: Journal, frozen: Freeze, events: Sequence[Event], refused: str = ""
) -> None:
    """Write down a question, before its answer is given to anybody.

    Parameters
    ----------
    journal : Journal
        Of the case.
    frozen : Freeze
        What it is about.
    events : sequence of Event
        What was asked for.
    refused : str
        The class of the refusal; empty if it is answered.
    """
    body: dict[str, Any] = {
        "query": query_hash(frozen, events),
        "run_id": frozen.run_id,
        "groups": list(frozen.groups),
        "n_outages": len(events),
        "answered": not refused,
    }
    journal.append(QUERY, body | ({"refused": refused} if refused else {}))


def note_refusal(journal: Journal, events: Sequence[Event], refused: str) -> None:
    """Write down a question that was refused before it came to any groups.

    Parameters
    ----------
    journal : Journal
        Of the case.
    events : sequence of Event
        What was asked for.
    refused : str
        The class of the refusal.
    """
    spans = json.dumps(sorted((one.begin, one.end) for one in events))
    body = {
        "query": hashlib.sha256(spans.encode()).hexdigest(),
        "run_id": "",
        "groups": [],
        "n_outages": len(events),
        "answered": False,
        "refused": refused,
    }
    journal.append(QUERY, body)


def _queries(journal: Journal) -> list[dict[str, Any]]:
    return [e["body"] for e in journal.entries() if e["event"] == QUERY]
