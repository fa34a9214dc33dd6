"""Rows of tables `edge` and `gap` from what one trace gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.network.coaction import Coactions
from rasad.network.population import Population

MOST_ROWS = 1 << 20
"""Rows of a table that are made at a time: ids as text take the most of it."""


@dataclass(frozen=True, kw_only=True)
class EdgeTests:
    """What null models say of the edges of one trace and window; NaN is not testable.

    All arrays have one entry per edge, in the order of the edges.
    """

    expected: NDArray[np.float64]
    p_value: NDArray[np.float64]
    p_timing: NDArray[np.float64]
    p_hypergeometric: NDArray[np.float64]
    q_value: NDArray[np.float64]
    e_value: NDArray[np.float64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]

    def __getitem__(self, at: slice) -> EdgeTests:
        """Return those of some of the edges."""
        return EdgeTests(
            **{item.name: getattr(self, item.name)[at] for item in fields(self)}
        )


def edge_tables(
    run_id: str,
    trace: str,
    window_s: int,
    coactions: Coactions,
    at: slice,
    tests: EdgeTests,
    people: Population,
) -> Iterator[pa.Table]:
    """Yield the rows of table `edge` for one trace and window, some at a time.

    Parameters
    ----------
    run_id, trace, window_s
        Constant columns.
    coactions : Coactions
        Counts of the trace.
    at : slice
        Where the window's edges lie in them.
    tests : EdgeTests
        Results of the null models for those edges.
    people : Population
        Ids of the account codes.
    """
    named = run_id, trace, window_s
    for begin in range(at.start, at.stop, MOST_ROWS):
        some = slice(begin, min(begin + MOST_ROWS, at.stop))
        inside = slice(begin - at.start, some.stop - at.start)
        yield _edge_table(*named, coactions, some, tests[inside], people)


def _edge_table(
    run_id: str,
    trace: str,
    window_s: int,
    coactions: Coactions,
    at: slice,
    tests: EdgeTests,
    people: Population,
) -> pa.Table:
    n = at.stop - at.start
    return pa.table(
        {
            "run_id": constant(run_id, n),
            "account_a": people.accounts.take(pa.array(coactions.account_a[at])),
            "account_b": people.accounts.take(pa.array(coactions.account_b[at])),
            "trace": constant(trace, n),
            "window_s": pa.array(np.full(n, window_s, np.int32)),
            "n_objects": pa.array(coactions.n_objects[at].astype(np.int64)),
            "n_first": pa.array(coactions.n_first[at].astype(np.int64)),
            "n_posts_a": pa.array(coactions.n_posts_a[at].astype(np.int64)),
            "n_posts_b": pa.array(coactions.n_posts_b[at].astype(np.int64)),
            "n_pairs": pa.array(coactions.n_pairs[at].astype(np.int64)),
            "expected": _nullable(tests.expected),
            "lift": _nullable(tests.lift),
            "lift_low": _nullable(tests.lift_low),
            "p_value": _nullable(tests.p_value),
            "p_timing": _nullable(tests.p_timing),
            "p_hypergeometric": _nullable(tests.p_hypergeometric),
            "q_value": _nullable(tests.q_value),
            "e_value": _nullable(tests.e_value),
            "first_at": pa.array(coactions.first_us[at], pa.timestamp("us")),
            "last_at": pa.array(coactions.last_us[at], pa.timestamp("us")),
            "median_gap_s": pa.array(coactions.median_gap_us[at] / 1e6),
            "n_a_first": pa.array(coactions.n_a_first[at].astype(np.int64)),
            "n_b_first": pa.array(coactions.n_b_first[at].astype(np.int64)),
        }
    )


def gap_table(run_id: str, trace: str, coactions: Coactions) -> pa.Table:
    """Return the rows of table `gap` for one trace."""
    edges = coactions.gap_edges_s
    n = len(edges) - 1
    return pa.table(
        {
            "run_id": constant(run_id, n),
            "trace": constant(trace, n),
            "low_s": pa.array(edges[:-1], pa.int64()),
            "high_s": pa.array(edges[1:], pa.int64()),
            "n_pairs": pa.array(coactions.gap_counts, pa.int64()),
        }
    )


def constant(value: str, n: int) -> pa.Array:
    """Return a column that holds one value n times."""
    return chosen([value], np.zeros(n, np.int32), None)


def chosen(
    words: list[str], places: NDArray[Any], missing: NDArray[np.bool_] | None
) -> pa.Array:
    """Return a column of few words, given by their places, without a text per row.

    Examples
    --------
    >>> chosen(["no", "yes"], np.array([1, 0]), np.array([False, True])).to_pylist()
    ['yes', None]
    """
    indices = pa.array(places.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def or_none(value: float) -> float | None:
    """Return a number, or None for NaN: what cannot be tested is NULL.

    Examples
    --------
    >>> or_none(0.5), or_none(float("nan"))
    (0.5, None)
    """
    return None if np.isnan(value) else float(value)


def _nullable(values: NDArray[Any]) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)
