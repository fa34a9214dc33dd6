"""Answers of methods on the disk: checked, frozen, and named by their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasad.evaluate.contest import Codes, Outcome, Real, Shown, outcome_complaints

ACCOUNTS, EDGES, TESTED = "accounts.parquet", "edges.parquet", "tested.parquet"
SAID = "said.json"
FILES = (ACCOUNTS, EDGES, TESTED, SAID)


LARGEST_Q = 0.2
"""q-value up to which pairs are kept, to hold the promise against the truth."""


@dataclass(frozen=True, kw_only=True)
class Promised:
    """Pairs with a q-value of at most `LARGEST_Q`, edges or not; equally long."""

    first: Codes
    second: Codes
    q_value: Real


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a method says, and what it says beside it.

    Parameters
    ----------
    outcome : Outcome
        The answer.
    tested : Promised, optional
        Pairs with a q-value, from a method that promises a false-discovery rate.
    remarks : mapping
        Whatever else it says, as JSON takes it; nothing in it is scored.
    """

    outcome: Outcome
    tested: Promised | None = None
    remarks: Mapping[str, Any] = field(default_factory=dict)


def breach(outcome: Outcome, shown: Shown) -> str | None:
    """Say which rule of the contest an answer breaks, if it breaks one.

    Examples
    --------
    >>> none = np.zeros(0, np.int64)
    >>> answer = Outcome(
    ...     score=np.zeros(1), first=none, second=none, weight=np.zeros(0),
    ...     group=np.zeros(2, np.int64),
    ... )
    >>> breach(answer, Shown(accounts=["a", "b"], layers={}))
    'scores or groups are not one per account'
    """
    complaints = outcome_complaints(outcome, shown.n_accounts)
    if not complaints and np.isnan(outcome.weight).any():
        complaints = ["an edge has no weight"]
    return complaints[0] if complaints else None


def listed(outcome: Outcome) -> NDArray[np.bool_]:
    """Return who is in a group that a method vouches for.

    Examples
    --------
    >>> none = np.zeros(0, np.int64)
    >>> listed(Outcome(
    ...     score=np.zeros(3), first=none, second=none, weight=np.zeros(0),
    ...     group=np.array([0, 1, -1]), certified=np.array([1]),
    ... ))
    array([False,  True, False])
    """
    grouped = outcome.group >= 0
    if outcome.certified is None:
        return grouped
    return grouped & np.isin(outcome.group, outcome.certified)


def write_answer(answer: Answer, folder: Path) -> None:
    """Write an answer into a folder: two Parquet files and a JSON document."""
    folder.mkdir(parents=True, exist_ok=True)
    outcome = answer.outcome
    accounts = {
        "score": pa.array(outcome.score, pa.float64()),
        "group": pa.array(outcome.group, pa.int64()),
    }
    edges = {
        "first": pa.array(outcome.first, pa.int64()),
        "second": pa.array(outcome.second, pa.int64()),
        "weight": pa.array(outcome.weight, pa.float64()),
    }
    tested = answer.tested or _nothing()
    pairs = {
        "first": pa.array(tested.first, pa.int64()),
        "second": pa.array(tested.second, pa.int64()),
        "q_value": pa.array(tested.q_value, pa.float64()),
    }
    pq.write_table(pa.table(accounts), folder / ACCOUNTS)
    pq.write_table(pa.table(edges), folder / EDGES)
    pq.write_table(pa.table(pairs), folder / TESTED)
    certified = outcome.certified
    said = {
        "certified": None if certified is None else sorted(set(certified.tolist())),
        "promises": answer.tested is not None,
        "remarks": dict(answer.remarks),
    }
    text = json.dumps(said, sort_keys=True, indent=1, allow_nan=False) + "\n"
    (folder / SAID).write_text(text, encoding="utf-8")


def read_answer(folder: Path) -> Answer:
    """Read what `write_answer` has written."""
    names = (ACCOUNTS, EDGES, TESTED)
    accounts, edges, pairs = (pq.read_table(folder / name) for name in names)
    said = json.loads((folder / SAID).read_text(encoding="utf-8"))
    certified = said["certified"]
    return Answer(
        outcome=Outcome(
            score=accounts["score"].to_numpy(),
            group=accounts["group"].to_numpy(),
            first=edges["first"].to_numpy(),
            second=edges["second"].to_numpy(),
            weight=edges["weight"].to_numpy(),
            certified=None if certified is None else np.array(certified, np.int64),
        ),
        tested=_tested(pairs) if said["promises"] else None,
        remarks=said["remarks"],
    )


def _tested(pairs: pa.Table) -> Promised:
    columns = {name: pairs[name].to_numpy() for name in pairs.column_names}
    return Promised(**columns)


def _nothing() -> Promised:
    none = np.zeros(0, np.int64)
    return Promised(first=none, second=none, q_value=np.zeros(0))


def answer_hash(folder: Path) -> str:
    """Return the hash that names an answer: SHA-256 over the hashes of its files.

    Notes
    -----
    In the folder, `sha256sum accounts.parquet edges.parquet tested.parquet said.json |
    sha256sum` prints it too.
    """
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in FILES
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
