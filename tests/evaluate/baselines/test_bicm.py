"""The Bipartite Configuration Model against its package and against definitions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluate.baselines.small_worlds import random_rows, timeless, weights, world
from rasad.evaluate.baselines import bicm, bicm_chances
from rasad.evaluate.baselines.bicm import Bicm, SharedObjects
from rasad.evaluate.baselines.bicm_chances import Side, chances, side_of
from rasad.evaluate.contest import CannotJudge, Layer, Shown

Matrix = NDArray[np.int64]


def pattern(n: int, m: int, dense: float) -> Matrix:
    """Return a matrix that looks random, with popular rows and columns."""
    i, j = np.ogrid[:n, :m]
    mixed = i * 7919 + j * 104729 + i * i * 31 + j * j * 17 + i * j * 1299709
    scaled = (mixed % 10007) * (1 + i % 7) * (1 + j % 5)
    return np.asarray(scaled < dense * 10007, np.int64)


def solved(matrix: Matrix) -> NDArray[np.float64]:
    """Return the chance of every cell."""
    rows, columns = side_of(matrix.sum(axis=1)), side_of(matrix.sum(axis=0))
    cells: NDArray[np.float64] = chances(rows, columns)[rows.place][:, columns.place]
    return cells


def as_world(matrix: Matrix) -> Shown:
    account, item = np.nonzero(matrix)
    layer = Layer(
        account=account,
        object=item,
        time_s=np.full(len(account), np.nan),
        n_objects=matrix.shape[1],
    )
    return world(len(matrix), link=layer)


# --- the package ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Golden:
    """What the package bicm 3.4.0 gives for `pattern(*of)`.

    A graph of the class BipartiteGraph was given the matrix, then solved by
    solve_tool(method="newton", tol=1e-12, initial_guess="chung_lu"), where chances are
    those of get_bicm_matrix(), and compute_projection(rows=True, alpha=0.05,
    approx_method=...) with "poisson" and "poibin" gave rows_pvals and the number of
    pairs in projected_rows_adj_list. `mean` is that of all p-values.
    """

    of: tuple[int, int, float]
    cells: dict[tuple[int, int], float]
    squares: float
    pairs: int
    poisson: dict[tuple[int, int], float]
    exact: dict[tuple[int, int], float]
    mean: tuple[float, float]
    validated: tuple[int, int]


GOLDEN = [
    Golden(
        of=(12, 20, 3),
        cells={(0, 0): 0.995011808, (3, 7): 0.803492578, (6, 1): 0.083551974},
        squares=80.345967,
        pairs=66,
        poisson={(2, 4): 0.29036925, (0, 7): 0.42146788, (0, 2): 0.6830266},
        exact={(2, 4): 0.20196203, (0, 7): 0.3634931, (0, 2): 0.81806845},
        mean=(0.61611192, 0.67886348),
        validated=(0, 0),
    ),
    Golden(
        of=(9, 40, 2),
        cells={(0, 0): 0.994961518, (3, 7): 0.259320462, (8, 39): 0.0},
        squares=82.4654,
        pairs=34,
        poisson={(0, 1): 0.37223755, (3, 7): 0.40899015, (0, 8): 0.47021735},
        exact={(0, 1): 0.31675225, (3, 7): 0.39531711, (0, 8): 0.47584232},
        mean=(0.66243276, 0.71435007),
        validated=(0, 0),
    ),
    Golden(
        of=(30, 25, 1.5),
        cells={(0, 0): 0.903275584, (7, 7): 0.650242772, (29, 24): 0.092834931},
        squares=97.26835,
        pairs=368,
        poisson={(5, 20): 0.050669789, (4, 19): 0.11264531, (0, 2): 0.79802049},
        exact={(5, 20): 0.04534743, (4, 19): 0.094116474, (0, 2): 0.86796078},
        mean=(0.56778833, 0.59583646),
        validated=(0, 0),
    ),
    Golden(
        of=(200, 300, 1),
        cells={(0, 0): 0.808753187, (17, 3): 0.032923519, (199, 144): 0.049750878},
        squares=3603.548333,
        pairs=19219,
        poisson={
            (151, 176): 5.7380451e-07,
            (125, 150): 3.3907758e-07,
            (0, 1): 0.2951103,
        },
        exact={(151, 176): 5.1657468e-08, (2, 27): 1.050458e-07, (0, 1): 0.2655282},
        mean=(0.59522529, 0.59782893),
        validated=(13, 22),
    ),
]


@dataclass(frozen=True)
class Judged:
    """Pairs that share an object, and the p-values of both kinds."""

    pair: list[tuple[int, int]]
    poisson: NDArray[np.float64]
    exact: NDArray[np.float64]


def judged(matrix: Matrix) -> Judged:
    rows, columns = side_of(matrix.sum(axis=1)), side_of(matrix.sum(axis=0))
    null = SharedObjects(chances(rows, columns), columns)
    shared = matrix @ matrix.T
    one, two = np.nonzero(np.triu(shared, 1))
    case = shared[one, two], rows.place[one], rows.place[two]
    pair = list(zip(one.tolist(), two.tolist(), strict=True))
    return Judged(pair, null.poisson(*case), null.exact(*case))


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: f"{golden.of}")
def test_chances_and_p_values_are_those_of_the_package(golden: Golden) -> None:
    matrix = pattern(*golden.of)
    cells = solved(matrix)
    for cell, chance in golden.cells.items():
        assert cells[cell] == pytest.approx(chance, abs=1e-6)
    assert (cells**2).sum() == pytest.approx(golden.squares, rel=1e-6)
    found = judged(matrix)
    assert len(found.pair) == golden.pairs
    for known, values in (
        (golden.poisson, found.poisson),
        (golden.exact, found.exact),
    ):
        for pair, p in known.items():
            value = values[found.pair.index(pair)]
            assert value == pytest.approx(p, abs=1e-6)
            assert value == pytest.approx(p, rel=1e-5)
    means = found.poisson.mean(), found.exact.mean()
    assert means == pytest.approx(golden.mean, abs=1e-6)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: f"{golden.of}")
def test_as_many_pairs_are_validated_as_by_the_package(
    golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = as_world(pattern(*golden.of))
    exact = Bicm().judge(shown)
    monkeypatch.setattr(bicm, "MOST_EXACT", 0)
    poisson = Bicm().judge(shown)
    assert (len(poisson.first), len(exact.first)) == golden.validated
    assert set(weights(poisson)) <= set(weights(exact))


# --- the model -----------------------------------------------------------------------


def random_matrices(seed: int, many: int) -> Iterator[Matrix]:
    dice = np.random.default_rng([seed, *b"bipartite"])
    for _ in range(many):
        shape = dice.integers(1, 12, 2)
        yield (dice.random(shape) < dice.random()).astype(np.int64)


def test_degrees_are_met_whatever_they_are() -> None:
    for matrix in random_matrices(1, 300):
        cells = solved(matrix)
        assert np.abs(cells.sum(axis=1) - matrix.sum(axis=1)).max() < 1e-8
        assert np.abs(cells.sum(axis=0) - matrix.sum(axis=0)).max() < 1e-8
        assert ((cells >= 0) & (cells <= 1)).all()


def test_odds_are_products() -> None:
    """What makes it the most random graph: p / (1 - p) has rank one."""
    cells = solved(pattern(30, 25, 1.5))
    odds = cells / (1 - cells)
    assert odds == pytest.approx(np.outer(odds[:, 0], odds[0]) / odds[0, 0], rel=1e-6)


def test_what_has_to_be_is_certain() -> None:
    """One account has all, one object has all but one, and one of each has nothing."""
    matrix = np.array([[1, 1, 1, 0], [1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])
    cells = solved(matrix)
    assert cells == pytest.approx(matrix.astype(float), abs=1e-8)


@pytest.mark.parametrize("spread", [0.01, 0.3, 3.0])
def test_nearly_nested_degrees_converge(spread: float) -> None:
    """Chances tend to 0 and 1 in blocks, which fixed points alone do not reach."""
    dice = np.random.default_rng(7)
    x, y = np.sort(dice.normal(0, 5, 60)), np.sort(dice.normal(0, 5, 80))
    noise = dice.logistic(0, spread, (60, 80))
    matrix = (x[:, None] + y + noise > 0).astype(np.int64)
    assert np.abs(solved(matrix).sum(axis=1) - matrix.sum(axis=1)).max() < 1e-8


def test_a_million_accounts_of_one_object_are_one_row() -> None:
    crowd = side_of(np.repeat([1, 500], [1_000_000, 1000]))
    objects = side_of(np.repeat([1_000_000, 1000], [1, 500]))
    table = chances(crowd, objects)
    assert table.shape == (2, 2)
    assert table @ objects.nodes == pytest.approx([1, 500], abs=1e-8)


def test_fitnesses_that_do_not_converge_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = as_world(pattern(30, 25, 1.5))
    monkeypatch.setattr(bicm_chances, "WARM_UP", 0)
    monkeypatch.setattr(bicm_chances, "MOST_STEPS", 1)
    with pytest.raises(CannotJudge, match="a degree is missed by"):
        Bicm().judge(shown)


def test_equations_without_a_solution_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def singular(*_: object) -> None:
        raise np.linalg.LinAlgError

    monkeypatch.setattr(bicm_chances, "WARM_UP", 0)
    monkeypatch.setattr(np.linalg, "solve", singular)
    with pytest.raises(CannotJudge, match="do not converge"):
        chances(side_of(np.array([1, 2, 2])), side_of(np.array([3, 1, 1])))


# --- p-values ------------------------------------------------------------------------


def enumerated(chance: list[float], least: int) -> float:
    """P(at least so many successes), over all outcomes."""
    total = 0.0
    for outcome in product([0, 1], repeat=len(chance)):
        if sum(outcome) >= least:
            terms = zip(outcome, chance, strict=True)
            total += math.prod(p if hit else 1 - p for hit, p in terms)
    return total


def test_exact_p_values_are_sums_over_all_outcomes() -> None:
    for matrix in random_matrices(2, 40):
        matrix = matrix[:, :8]
        cells, found = solved(matrix), judged(matrix)
        for (one, two), p in zip(found.pair, found.exact, strict=True):
            shared = int((matrix[one] * matrix[two]).sum())
            chance = (cells[one] * cells[two]).tolist()
            assert p == pytest.approx(enumerated(chance, shared), abs=1e-9)


def test_poisson_is_on_the_safe_side_above_the_mean() -> None:
    matrix = pattern(30, 25, 1.5)
    cells, found = solved(matrix), judged(matrix)
    mean = np.array([(cells[one] * cells[two]).sum() for one, two in found.pair])
    shared = np.array([(matrix[one] * matrix[two]).sum() for one, two in found.pair])
    above = shared >= mean + 1
    assert above.sum() > 30
    assert (found.poisson[above] >= found.exact[above]).all()


def test_chances_are_laid_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = judged(pattern(12, 20, 3)).exact
    monkeypatch.setattr(bicm, "AT_A_TIME", 50)
    assert judged(pattern(12, 20, 3)).exact.tolist() == whole.tolist()


# --- the method ----------------------------------------------------------------------


def planted(ring: range, objects: range) -> Shown:
    pairs = [row[:2] for row in random_rows(4, 300, 60, 400)]
    pairs += [(who, item) for who in ring for item in objects]
    return world(61, link=timeless(pairs))


def test_a_ring_is_a_group() -> None:
    found = Bicm().judge(planted(range(20, 25), range(400, 412)))
    assert set(combinations(range(20, 25), 2)) <= set(weights(found))
    number = set(found.group[20:25].tolist())
    assert len(number) == 1
    assert -1 not in number
    assert found.score[20:25].min() > np.nanmax(np.delete(found.score, range(20, 25)))
    assert np.isnan(found.score[60])


def test_bonferroni_keeps_what_is_left_of_alpha() -> None:
    shown = planted(range(20, 25), range(400, 409))
    some = weights(Bicm(correction="bonferroni").judge(shown))
    every = weights(Bicm().judge(shown))
    assert some == {
        pair: worth
        for pair, worth in every.items()
        if worth >= -math.log10(0.05 / (60 * 59 / 2))
    }
    assert 0 < len(some) < len(every)


@pytest.mark.parametrize("pairs", [[], [(0, 0)], [(0, 0), (1, 0)], [(0, 0), (1, 1)]])
def test_worlds_of_a_row_or_two_have_no_edge(pairs: list[tuple[int, int]]) -> None:
    found = Bicm().judge(world(3, link=timeless(pairs)))
    assert weights(found) == {}
    assert np.nan_to_num(found.score).tolist() == [0.0, 0.0, 0.0]
    assert found.group.tolist() == [-1, -1, -1]


def test_nobody_in_a_world_is_judged() -> None:
    assert len(Bicm().judge(world(0)).score) == 0
    nothing = np.zeros(0, np.int64)
    assert chances(side_of(nothing), side_of(nothing)).shape == (0, 0)
    assert isinstance(side_of(nothing), Side)
