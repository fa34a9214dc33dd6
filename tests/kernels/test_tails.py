"""The saddlepoint against exact convolution, where both can be had."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from rasad.kernels.tails import (
    EXACT_STATES,
    SMALLEST_VARIANCE,
    convolved,
    points,
    saddlepoint_tail,
    upper_tails,
)


def plain_tails(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return P(X >= x) for every x, by convolving all states at once."""
    chance = np.zeros(len(row) + 1)
    chance[0] = 1.0
    for p in row:
        chance[1:] = chance[1:] * (1 - p) + chance[:-1] * p
        chance[0] *= 1 - p
    return chance[::-1].cumsum()[::-1]


def tilted_variance(row: NDArray[np.float64], x: int) -> float:
    """Return K'' where K' = x, by bisection."""
    low, high = -200.0, 200.0
    for _ in range(100):
        middle = (low + high) / 2
        tilted = 1 / (1 + (1 - row) / row * math.exp(-middle))
        low, high = (middle, high) if tilted.sum() < x else (low, middle)
    return float((tilted * (1 - tilted)).sum())


ROWS: dict[str, Callable[[np.random.Generator, int], NDArray[np.float64]]] = {
    "rare": lambda rng, n: rng.beta(0.5, 5, n),
    "rarer": lambda rng, n: rng.random(n) * 0.02,
    "any": lambda rng, n: rng.random(n),
    "equal": lambda rng, n: np.full(n, 0.3),
    "all sizes": lambda rng, n: 10 ** rng.uniform(-8, 0, n),
    "two sizes": lambda rng, n: np.where(rng.random(n) < 0.7, 0.5, 1e-9),
    "near one": lambda rng, n: 1 - 10 ** rng.uniform(-10, -0.1, n),
}


@pytest.mark.parametrize("n", [201, 600, 2000])
@pytest.mark.parametrize("kind", ROWS)
def test_saddlepoints_are_as_near_as_the_next_term_allows(kind: str, n: int) -> None:
    """The next term of the expansion is (kappa4 / 8 - 5 kappa3^2 / 24) / K''.

    It is -1 / (12 K'') where successes are rare (as in Stirling's series, there being
    nothing else), and smaller where they are not. One in ten leaves room for the rest.
    """
    row = ROWS[kind](np.random.default_rng(n), n)
    want = plain_tails(row)
    tried = 0
    for x in np.linspace(EXACT_STATES, n - EXACT_STATES, 12).astype(int).tolist():
        got = saddlepoint_tail(x, n, row)
        variance = tilted_variance(row, x)
        if want[x] < 1e-290 or variance < SMALLEST_VARIANCE:
            assert math.isnan(got) or want[x] < 1e-280
            continue
        tried += 1
        assert got == pytest.approx(want[x], rel=0.1 / variance)
    assert tried or n == 201


def test_the_formula_passes_the_mean_without_a_step() -> None:
    row = np.full(1000, 0.5)
    want = plain_tails(row)
    for x in range(497, 505):
        assert saddlepoint_tail(x, 1000, row) == pytest.approx(want[x], rel=1e-5)


def test_what_a_few_trials_decide_is_convolved_instead() -> None:
    # 150 even chances and 250 hopeless ones: at 145 successes little is left to vary.
    row = np.concatenate([np.full(150, 0.5), np.full(250, 1e-9)])
    assert math.isnan(saddlepoint_tail(145, 400, row))
    out, point = np.zeros(2), np.zeros(2)
    ask = np.array([145, 155]), np.array([0, 400, 800]), np.tile(row, 2)
    upper_tails(*ask, out)
    points(*ask, point)
    want = plain_tails(row)
    np.testing.assert_allclose(out, want[[145, 155]], rtol=1e-12)
    np.testing.assert_allclose(point, want[[145, 155]] - want[[146, 156]], rtol=1e-9)


def test_a_tilt_out_of_reach_is_given_up() -> None:
    assert math.isnan(saddlepoint_tail(150, 300, np.full(300, 1e-306)))


def test_settled_trials_are_taken_out_before_the_rest_is_approximated() -> None:
    rng = np.random.default_rng(9)
    row = rng.random(450)
    settled = np.concatenate([np.zeros(40), row, np.ones(30)])
    rng.shuffle(settled)
    out, shifted = np.zeros(1), np.zeros(1)
    upper_tails(np.array([240]), np.array([0, 450]), row, out)
    upper_tails(np.array([270]), np.array([0, 520]), settled, shifted)
    assert out[0] == pytest.approx(plain_tails(row)[240], rel=1e-4)
    assert shifted[0] == pytest.approx(out[0], rel=1e-9)


def test_a_convolution_may_be_asked_for_none_and_for_all() -> None:
    row = np.array([0.25, 0.5])
    assert convolved(0, 2, row, False) == 0.375
    assert convolved(2, 2, row, False) == convolved(2, 2, row, True) == 0.125
    assert convolved(1, 2, row, True) == 0.625
