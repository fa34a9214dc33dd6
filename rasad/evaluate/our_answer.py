"""What a case says, put as an answer to the contest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.case import Case, open_case
from rasad.config import Resources, Settings
from rasad.evaluate.answer_files import LARGEST_Q, Answer, Promised
from rasad.evaluate.contest import Codes, Outcome, Real, Shown

SMALLEST_P = 1e-300

PAIRS = """
    SELECT account_a, account_b, kept, coalesce(q_value, 2.0) AS q_value,
      -log10(greatest(p_value, $smallest)) AS strength
    FROM pair WHERE p_value IS NOT NULL ORDER BY account_a, account_b
"""
MEMBERS = """
    SELECT rank, account FROM member JOIN grp USING (grp) ORDER BY rank, account
"""
GROUPS = "SELECT rank, grp, replicated, candidate, grade FROM grp ORDER BY rank"
EXPLAINED = """
    SELECT grp, explanation FROM explanation WHERE verdict = 'fits' ORDER BY ALL
"""
FRONTIER = "SELECT lift, co_actions FROM frontier ORDER BY lift"
UNDISCLOSED = """
    SELECT grp FROM finding
    WHERE rule = 'undisclosed-central-operation' AND verdict = 'supported' ORDER BY grp
"""


def analysed(
    folder: Path, shown: Shown, settings: Settings, resources: Resources
) -> Answer:
    """Analyse a case folder and return what it says about the accounts shown."""
    with open_case(
        folder, purpose="evaluate", settings=settings, resources=resources
    ) as case:
        run = case.detect()
        return answer_of(case, shown, run)


def answer_of(case: Case, shown: Shown, run: dict[str, Any]) -> Answer:
    """Return what an analysed case says, in the codes of what is shown."""
    names = pa.array(shown.accounts, pa.string())
    table = case.store.arrow(PAIRS, smallest=SMALLEST_P)
    first, second = (_codes(table[side], names) for side in ("account_a", "account_b"))
    known = (first >= 0) & (second >= 0)
    kept = known & np.asarray(table["kept"].to_numpy(), np.bool_)
    strength, q_value = table["strength"].to_numpy(), table["q_value"].to_numpy()
    small = known & (q_value <= LARGEST_Q)
    group, certified = _groups(case, names, shown.n_accounts)
    return Answer(
        outcome=Outcome(
            score=_scores(first[known], second[known], strength[known], names),
            first=first[kept],
            second=second[kept],
            weight=strength[kept],
            group=group,
            certified=certified,
        ),
        tested=Promised(
            first=first[small], second=second[small], q_value=q_value[small]
        ),
        remarks=_remarks(case, run),
    )


def _scores(first: Codes, second: Codes, strength: Real, names: pa.Array) -> Real:
    """Return the strongest pair of each account; NaN where none was tested."""
    score = np.full(len(names), np.nan)
    np.fmax.at(score, first, strength)
    np.fmax.at(score, second, strength)
    return score


def _groups(case: Case, names: pa.Array, n_accounts: int) -> tuple[Codes, Codes]:
    """Return the rank of each account's group, and the ranks that are certified."""
    group = np.full(n_accounts, -1, np.int64)
    members = case.store.arrow(MEMBERS)
    code = _codes(members["account"], names)
    group[code[code >= 0]] = members["rank"].to_numpy()[code >= 0]
    certified = [row["rank"] for row in case.store.rows(GROUPS) if row["replicated"]]
    return group, np.array(certified, np.int64)


def _remarks(case: Case, run: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader of the case is told beside the groups."""
    explained: dict[str, list[str]] = {}
    for row in case.store.rows(EXPLAINED):
        explained.setdefault(row["grp"], []).append(row["explanation"])
    claimed = {row["grp"] for row in case.store.rows(UNDISCLOSED)}
    return {
        "calibration": run["calibration"],
        "n_eligible": run["n_eligible"],
        "n_possible_pairs": run["n_possible_pairs"],
        "digest": run["digest"],
        "frontier": case.store.rows(FRONTIER),
        "groups": [
            {
                "group": row["rank"],
                "certified": bool(row["replicated"]),
                "candidate": bool(row["candidate"]),
                "grade": row["grade"],
                "fits": explained.get(row["grp"], []),
                "undisclosed": row["grp"] in claimed,
            }
            for row in case.store.rows(GROUPS)
        ],
    }


def _codes(column: pa.ChunkedArray, names: pa.Array) -> Codes:
    """Return the place of each name among those shown, -1 for others."""
    found = pc.fill_null(pc.index_in(column, value_set=names), -1)
    return np.asarray(found.to_numpy(), np.int64)
