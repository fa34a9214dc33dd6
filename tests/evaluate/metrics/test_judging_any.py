"""Figures of any method on any world: defined or explained, and blind to names."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.evaluate.contest import Outcome, Shown
from rasad.evaluate.metrics.judging import Truth, judged

NAN = math.nan
UNDEFINED = "it is not defined here"


def any_outcome(random: Random, n: int) -> Outcome:
    rng = np.random.default_rng(random.getrandbits(32))
    first, second = np.triu_indices(n, 1)
    kept = rng.random(len(first)) < rng.random() ** 2
    group = rng.integers(-1, rng.integers(0, 4), n)
    numbers = np.unique(group[group >= 0])
    return Outcome(
        score=np.where(rng.random(n) < rng.random(), rng.integers(0, 4, n), NAN),
        first=first[kept],
        second=second[kept],
        weight=rng.integers(1, 4, int(kept.sum())).astype(np.float64),
        group=group,
        certified=numbers[rng.random(len(numbers)) < 0.5]
        if rng.random() < 0.8
        else None,
    )


def any_truth(random: Random, n: int) -> Truth:
    kinds = [
        *(("operator", "x/1"), ("operator", "x/2"), ("operator", "y/1")),
        *(("fan", "club"), ("bot", ""), ("ordinary", ""), ("", "")),
    ]
    chosen = random.sample(kinds, random.randint(1, len(kinds)))
    role, team = zip(*random.choices(chosen, k=n), strict=True)
    return Truth(
        accounts=[f"a{number}" for number in range(n)],
        role=np.array(role),
        team=np.array(team),
        teams_known=random.random() < 0.8,
    )


@settings(deadline=None)  # the machine may be busy
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_every_figure_is_a_number_or_has_a_reason(random: Random, n: int) -> None:
    said, truth = any_outcome(random, n), any_truth(random, n)
    shown = Shown(accounts=truth.accounts, layers={})
    rng = np.random.default_rng(n)
    figures = judged(
        said,
        truth,
        shown,
        budget=random.choice([None, 0, 3]),
        edge_budget=random.choice([None, 0, 3]),
        q_value=random.choice([None, rng.random(len(said.first))]),
        draws=random.choice([0, 3]),
    )
    assert UNDEFINED not in figures.why.values()
    assert set(figures.why) == {
        name for name, value in figures.items() if value is None
    }
    assert all(value is None or math.isfinite(value) for value in figures.values())


@settings(deadline=None)  # the machine may be busy
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_neither_order_nor_scale_nor_numbers_matter(random: Random, n: int) -> None:
    said, truth = any_outcome(random, n), any_truth(random, n)
    order = np.array(random.sample(range(n), n))
    place = np.argsort(order)
    one, other = place[said.first], place[said.second]
    edges = np.array(random.sample(range(len(one)), len(one)), np.int64)
    names = np.array([*random.sample(range(100), 4), -1])
    moved = Outcome(
        score=np.exp(said.score[order]) * 3 - 5,
        first=np.minimum(one, other)[edges],
        second=np.maximum(one, other)[edges],
        weight=said.weight[edges] * 2**40,
        group=names[said.group[order]],
        certified=None if said.certified is None else names[said.certified],
    )
    shown = Shown(accounts=truth.accounts, layers={})
    turned = Shown(accounts=[truth.accounts[at] for at in order], layers={})
    plain = judged(said, truth, shown, budget=3, edge_budget=3)
    again = judged(moved, truth, turned, budget=3, edge_budget=3)
    assert plain.why == again.why
    for name, value in plain.items():
        assert again[name] == pytest.approx(value, abs=1e-9), name
