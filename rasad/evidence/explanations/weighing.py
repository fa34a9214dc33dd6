"""All explanations in their order, and every group held against each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rasad.evidence.explanations.auto_poster import AUTO_POSTER, weigh_programs
from rasad.evidence.explanations.breaking_news import BREAKING_NEWS, weigh_news
from rasad.evidence.explanations.explanation import Explanation, Weighed
from rasad.evidence.explanations.one_active_account import (
    ONE_ACTIVE_ACCOUNT,
    weigh_hub,
)
from rasad.evidence.explanations.one_hand import ONE_HAND, weigh_hand
from rasad.evidence.explanations.one_outlet import ONE_OUTLET, weigh_outlet
from rasad.evidence.explanations.one_source import ONE_SOURCE, weigh_source
from rasad.evidence.explanations.open_call import OPEN_CALL, weigh_call
from rasad.evidence.explanations.share_button import SHARE_BUTTON, weigh_button
from rasad.evidence.explanations.shared_posts import prepared
from rasad.evidence.explanations.sources import sources
from rasad.evidence.explanations.wire_story import WIRE_STORY, weigh_wire
from rasad.store.sql import Store

_RULES: tuple[tuple[Explanation, Callable[[Store], dict[str, Weighed]]], ...] = (
    (BREAKING_NEWS, weigh_news),
    (WIRE_STORY, weigh_wire),
    (SHARE_BUTTON, weigh_button),
    (AUTO_POSTER, weigh_programs),
    (ONE_OUTLET, weigh_outlet),
    (ONE_SOURCE, weigh_source),
    (OPEN_CALL, weigh_call),
    (ONE_ACTIVE_ACCOUNT, weigh_hub),
    (ONE_HAND, weigh_hand),
)

EXPLANATIONS: dict[str, Explanation] = {rule.id: rule for rule, _ in _RULES}
"""Every explanation by its permanent id, in the order in which pages list them."""


def weigh(store: Store, groups: Sequence[str]) -> list[dict[str, Any]]:
    """Hold groups against every innocent explanation.

    Parameters
    ----------
    store : Store
        The tables, with pairs, groups and members of a run.
    groups : sequence of str
        Ids of groups.

    Returns
    -------
    list of dict
        A row per group and explanation, by group and in the order of `EXPLANATIONS`:
        `grp`, `explanation`, `verdict` (*fits*, *does not fit* or *insufficient*), and
        `counts`, the numbers behind the verdict by name.

    Notes
    -----
    *Fits* says that the explanation covers what was counted, not that it is true;
    *does not fit* that it leaves too much unexplained.

    Examples
    --------
    >>> from rasad.store.duckdb import DuckDBStore
    >>> with DuckDBStore(None) as store:
    ...     rows = weigh(store, ["a1"])
    >>> [row["verdict"] for row in rows] == ["insufficient"] * 9
    True
    """
    asked = sorted(set(groups), key=str.encode)
    if not asked:
        return []
    with prepared(store, asked), sources(store):
        weighed = {rule.id: judge(store) for rule, judge in _RULES}
    return [
        {"grp": grp, "explanation": name, "verdict": verdict, "counts": counts}
        for grp in asked
        for name in EXPLANATIONS
        for verdict, counts in [weighed[name][grp]]
    ]
