from __future__ import annotations

import numpy as np
import pytest

from rasad.simulate.society.attention import AGES, SOONEST_MS, Fading, Shelf
from rasad.simulate.society.clock import PATIENCES, patience_class

MINUTE_MS = 60_000
FADING = Fading(1.4)
PATIENCE = int(patience_class(np.array([30.0]))[0])


def choose(shelf: Shelf, at_ms: int, n: int = 40_000, group: int = 0) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.asarray(
        shelf.choose(
            np.full(n, group),
            np.full(n, at_ms),
            np.full(n, PATIENCE),
            FADING,
            rng,
        )
    )


def test_what_is_fitter_is_chosen_more_in_proportion() -> None:
    born = np.full(4, 10 * MINUTE_MS)
    fitness = np.array([1.0, 2.0, 0.0, 5.0])
    shelf = Shelf(born, np.zeros(4, np.int64), fitness, 1)
    share = np.bincount(choose(shelf, 40 * MINUTE_MS), minlength=4) / 40_000
    assert share == pytest.approx(fitness / 8, abs=0.01)


def test_what_is_older_is_chosen_less_as_the_kernel_says() -> None:
    age = np.array([700, 130, 20, 5, 1])
    now = 1_000 * MINUTE_MS
    shelf = Shelf(now - age * MINUTE_MS, np.zeros(5, np.int64), np.ones(5), 1)
    share = np.bincount(choose(shelf, now), minlength=5) / 40_000
    worth = FADING.worth[PATIENCE, np.searchsorted(AGES, age, side="right") - 1]
    assert share == pytest.approx(worth / worth.sum(), rel=0.05)


def test_the_kernel_is_averaged_over_each_class_of_age() -> None:
    worth, middle = FADING.worth[PATIENCE], (AGES[:-1] + AGES[1:]) / 2
    kernel = (1 + middle / PATIENCES[PATIENCE]) ** -1.4
    assert worth == pytest.approx(kernel, rel=0.05)
    assert (np.diff(worth) < 0).all()


def test_nothing_is_chosen_before_it_is_born() -> None:
    rng = np.random.default_rng(3)
    born = np.sort(rng.integers(0, 60 * MINUTE_MS, 500))
    shelf = Shelf(born, np.zeros(500, np.int64), rng.pareto(1.2, 500), 1)
    at_ms = rng.integers(-MINUTE_MS, 61 * MINUTE_MS, 20_000)
    patience = np.full(len(at_ms), PATIENCE)
    row = shelf.choose(np.zeros(len(at_ms), np.int64), at_ms, patience, FADING, rng)
    found = row >= 0
    assert (born[row[found]] <= at_ms[found] - SOONEST_MS).all()
    # What is younger than a minute and not yet born is drawn again but once.
    assert found[at_ms > 2 * MINUTE_MS].mean() > 0.99
    assert not found[at_ms < born[0]].any()


def test_people_look_on_their_own_shelf() -> None:
    rng = np.random.default_rng(4)
    group = rng.integers(0, 7, 3_000)
    born = np.sort(rng.integers(0, 3_000 * MINUTE_MS, 3_000))
    shelf = Shelf(born, group, np.ones(3_000), 9)
    asked = rng.integers(0, 9, 5_000)
    at_ms = np.full(5_000, 4_000 * MINUTE_MS)
    row = shelf.choose(asked, at_ms, np.full(5_000, PATIENCE), FADING, rng)
    assert (group[row[asked < 7]] == asked[asked < 7]).all()
    assert (row[asked >= 7] == -1).all()


def test_an_empty_shelf_and_nobody_looking_are_no_error() -> None:
    none = np.empty(0, np.int64)
    shelf = Shelf(none, none, np.empty(0), 3)
    assert (choose(shelf, 5, n=10) == -1).all()
    rng = np.random.default_rng(1)
    assert len(shelf.choose(none, none, none, FADING, rng)) == 0
    lone = Shelf(np.array([0]), np.array([0]), np.array([0.0]), 1)
    assert (choose(lone, 10 * MINUTE_MS, n=10) == -1).all()


def test_a_million_objects_at_one_moment_share_what_they_are_worth() -> None:
    n = 1_000_000
    shelf = Shelf(np.zeros(n, np.int64), np.zeros(n, np.int64), np.ones(n), 1)
    row = choose(shelf, 10 * MINUTE_MS)
    assert row.min() >= 0
    assert len(np.unique(row)) > 0.95 * len(row)
