"""A rule of known figures on a real world: the same figures come out."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from rasad.evaluate.contest import Outcome, Shown
from rasad.evaluate.metrics.judging import judged, read_truth

LEAST = 3


def same_minute(folder: Path) -> tuple[list[str], Outcome]:
    """Return pairs of accounts that share an object in the same minute, as a method."""
    table = pq.read_table(folder / "worldC8_events.parquet")
    accounts, account = np.unique(table["account"].to_numpy(), return_inverse=True)
    _, thing = np.unique(table["object"].to_numpy(), return_inverse=True)
    minute = table["time_utc"].to_numpy().astype("datetime64[m]").astype(np.int64)
    rows = np.unique(np.stack([thing, minute, account], axis=1), axis=0)
    begin = np.flatnonzero((np.diff(rows[:, :2], axis=0, prepend=-1) != 0).any(axis=1))
    shared = {
        (one, other, int(group[0, 0]))
        for group in np.split(rows, begin[1:])
        for one, other in combinations(group[:, 2].tolist(), 2)
    }
    key = np.array([one * len(accounts) + other for one, other, _ in shared])
    pair, weight = np.unique(key, return_counts=True)
    kept = weight >= LEAST
    first, second = np.divmod(pair, len(accounts))
    score = np.full(len(accounts), np.nan)
    for end in (first, second):
        np.fmax.at(score, end, weight.astype(np.float64))
    group = np.where(score >= LEAST, 0, -1)
    return [f"generic:{name}" for name in accounts], Outcome(
        score=score,
        first=first[kept],
        second=second[kept],
        weight=weight[kept].astype(np.float64),
        group=group,
    )


@pytest.mark.data
def test_a_fixed_rule_on_real_cascades(shared_data: Path) -> None:
    accounts, outcome = same_minute(shared_data)
    truth = read_truth(shared_data / "worldC8_labels.csv")
    shown = Shown(accounts=accounts, layers={})
    figures = judged(outcome, truth, shown, budget=240, draws=50)
    # Known of three objects in one minute: precision and recall .42, 139 of 1,436
    # ordinary accounts listed.
    assert figures["alarms"] == 139
    assert figures["listed_labelled"] == 240
    assert figures["listed_precision"] == pytest.approx(0.42, abs=0.005)
    assert figures["listed_recall"] == pytest.approx(0.42, abs=0.005)
    # A list as long as there are operators: nearly the same cut, so the same figures.
    assert figures["precision_at_budget"] == pytest.approx(0.42, abs=0.02)
    low, high = figures["average_precision_low"], figures["average_precision_high"]
    assert low is not None
    assert high is not None
    assert low < (figures["average_precision"] or 0) < high
    # At one operated account in a hundred the same rule is worth far less.
    assert (figures["average_precision_1_in_100"] or 0) < 0.3
    assert figures["certified_ari_team"] is None
