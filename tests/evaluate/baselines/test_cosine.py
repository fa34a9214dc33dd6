"""TF-IDF cosines against their definition, scikit-learn's values and Nizzoli's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.baselines.small_worlds import (
    Weights,
    documents,
    plain_cosines,
    plain_log2,
    plain_smooth,
    random_rows,
    top,
)
from rasad.evaluate.baselines import cosine
from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.baselines.cosine import (
    Rows,
    above_quantile,
    binary,
    common,
    counted,
    log2_idf,
    positive,
    smooth_idf,
    survey,
    tf_idf,
    versatile,
)
from rasad.evaluate.contest import CannotJudge

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), max_size=40)


def rows_of(pairs: list[tuple[int, int]]) -> Rows:
    return counted(
        np.array([who for who, _ in pairs], np.int64),
        np.array([item for _, item in pairs], np.int64),
    )


def weights_of(edges: Edges) -> Weights:
    pairs = zip(edges.first.tolist(), edges.second.tolist(), strict=True)
    return dict(zip(pairs, edges.weight.tolist(), strict=True))


def test_the_cosines_of_scikit_learn() -> None:
    # a{x,y}, b{x,y}, c{x,z}, d{z}
    pairs = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 2), (3, 2)]
    found = weights_of(positive(tf_idf(rows_of(pairs), smooth_idf)))
    assert found == {
        (0, 1): 1.0,
        (0, 2): pytest.approx(0.3959, abs=5e-5),
        (1, 2): pytest.approx(0.3959, abs=5e-5),
        (2, 3): pytest.approx(0.7772, abs=5e-5),
    }


# How many of fourteen accounts have each of the ten objects of the three accounts whose
# similarities are published; a cosine of tf log2(N/df) needs nothing else.
HELD = {
    "a": dict(zip("ABCDEFGHIJ", (3, 4, 4, 4, 2, 4, 3, 2, 2, 2), strict=True)),
    "b": dict(zip("ABCDFKLMNO", (3, 4, 4, 4, 4, 1, 1, 1, 1, 1), strict=True)),
    "c": dict(zip("ABCDEFGPQR", (3, 4, 4, 4, 2, 4, 3, 2, 2, 11), strict=True)),
}


def fourteen() -> list[tuple[int, int]]:
    """Pairs of account and object in which the objects are held as often as stated."""
    pairs = []
    for letter in sorted({letter for held in HELD.values() for letter in held}):
        holders = [place for place, held in enumerate(HELD.values()) if letter in held]
        wanted = next(held[letter] for held in HELD.values() if letter in held)
        others = [3 + (ord(letter) + step) % 11 for step in range(wanted)]
        pairs += [
            (who, ord(letter)) for who in (holders + others[: wanted - len(holders)])
        ]
    # Every account has an object of its own, so that there are fourteen.
    return pairs + [(who, 1000 + who) for who in range(3, 14)]


def test_the_published_similarities_of_the_framework() -> None:
    found = weights_of(positive(tf_idf(rows_of(fourteen()), log2_idf)))
    assert found[0, 1] == pytest.approx(0.25646818, abs=1e-7)
    assert found[0, 2] == pytest.approx(0.6111301, abs=1e-7)
    assert found[1, 2] == pytest.approx(0.27695465, abs=1e-7)


def test_a_cosine_by_hand() -> None:
    # Of four accounts two have x, which weighs log2(4/2) = 1, and one each y and z,
    # which weigh 2: (1, 2) and (1, 4) for one who did z twice.
    pairs = [(0, 0), (0, 1), (1, 0), (1, 2), (1, 2), (2, 7), (3, 8)]
    found = weights_of(positive(tf_idf(rows_of(pairs), log2_idf)))
    assert found == {
        (0, 1): pytest.approx(1 / math.sqrt(5 * 17), abs=1e-12),
    }


def test_what_all_did_weighs_nothing_in_the_plain_variant() -> None:
    pairs = [(0, 0), (1, 0), (2, 0)]
    assert len(positive(tf_idf(rows_of(pairs), log2_idf))) == 0
    assert len(positive(tf_idf(rows_of(pairs), smooth_idf))) == 3


@given(PAIRS, st.booleans(), st.sampled_from([1, 2, 3]))
def test_smoothed_cosines_are_what_the_definition_says(
    pairs: list[tuple[int, int]], sublinear: bool, least: int
) -> None:
    rows = common(rows_of(pairs), least)
    found = weights_of(positive(tf_idf(rows, smooth_idf, sublinear=sublinear)))
    expected = plain_cosines(documents(pairs), plain_smooth, sublinear, least)
    assert found == pytest.approx(expected, abs=1e-9)


@given(PAIRS)
def test_plain_cosines_are_what_the_definition_says(
    pairs: list[tuple[int, int]],
) -> None:
    found = weights_of(positive(tf_idf(rows_of(pairs), log2_idf)))
    assert found == pytest.approx(plain_cosines(documents(pairs), plain_log2), abs=1e-9)


@pytest.mark.parametrize("block", [1, 7, 1000])
@pytest.mark.parametrize("level", [0.0, 0.5, 0.8, 0.995, 1.0])
def test_a_quantile_is_the_same_in_blocks_and_at_once(
    monkeypatch: pytest.MonkeyPatch, block: int, level: float
) -> None:
    pairs = [row[:2] for row in random_rows(1, 400, 60, 80)]
    everything = plain_cosines(documents(pairs), plain_smooth)
    monkeypatch.setattr(cosine, "BLOCK", block)
    found = weights_of(above_quantile(tf_idf(rows_of(pairs), smooth_idf), level))
    assert found == pytest.approx(top(everything, level), abs=1e-9)
    assert len(found) < len(everything) or level == 0.0


def test_the_cut_is_exact_within_a_step_of_the_histogram(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = [row[:2] for row in random_rows(2, 300, 40, 60)]
    rows = tf_idf(rows_of(pairs), smooth_idf)
    fine = weights_of(above_quantile(rows, 0.9))
    monkeypatch.setattr(cosine, "BINS", 1)
    assert weights_of(above_quantile(rows, 0.9)) == fine


def test_all_that_tie_with_the_cut_are_kept() -> None:
    # Fifty couples, each alike to the last digit, and one looser pair.
    pairs = [(who, who // 2 + 100 * part) for who in range(100) for part in (0, 1)]
    pairs += [(100, 900), (100, 901), (101, 900), (101, 902)]
    found = weights_of(above_quantile(tf_idf(rows_of(pairs), smooth_idf), 0.995))
    assert found == {(2 * couple, 2 * couple + 1): 1.0 for couple in range(50)}


def test_a_survey_knows_the_nearest_and_the_number() -> None:
    pairs = [row[:2] for row in random_rows(3, 200, 30, 50)]
    rows = tf_idf(rows_of(pairs), smooth_idf)
    seen, edges = survey(rows), positive(rows)
    nearest = np.zeros(30)
    np.maximum.at(nearest, edges.first, edges.weight)
    np.maximum.at(nearest, edges.second, edges.weight)
    assert seen.pairs == len(edges)
    assert seen.nearest.tolist() == nearest[rows.account].tolist()


def test_floors_leave_out_objects_and_accounts() -> None:
    pairs = [(0, 0), (0, 1), (0, 1), (1, 0), (2, 5)]
    rows = common(binary(rows_of(pairs)), 2)
    assert (rows.account.tolist(), rows.matrix.nnz) == ([0, 1, 2], 2)
    assert versatile(rows, 1).account.tolist() == [0, 1]
    assert len(versatile(rows, 2)) == 0


@pytest.mark.parametrize("pairs", [[], [(3, 4)], [(3, 4), (4, 5)]])
def test_nothing_in_common_gives_no_pairs(pairs: list[tuple[int, int]]) -> None:
    rows = tf_idf(common(rows_of(pairs), 2), smooth_idf)
    assert len(positive(rows)) == len(above_quantile(rows, 0.8)) == 0


def test_codes_beyond_doubles_stay_apart() -> None:
    large = 2**60
    pairs = [(0, large), (1, large + 1), (2, large)]
    assert set(weights_of(positive(tf_idf(rows_of(pairs), smooth_idf)))) == {(0, 2)}


def test_a_crowd_on_one_object_is_refused_with_its_number() -> None:
    crowd = np.arange(1_000_000)
    rows = tf_idf(counted(crowd, np.zeros_like(crowd)), smooth_idf)
    with pytest.raises(CannotJudge, match="499,999,500,000 times"):
        survey(rows)


def test_too_many_pairs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = np.arange(40)
    rows = tf_idf(counted(crowd, np.zeros_like(crowd)), smooth_idf)
    monkeypatch.setattr(cosine, "CANDIDATES", 779)
    with pytest.raises(CannotJudge, match="780 or more pairs"):
        survey(rows)
    monkeypatch.setattr(cosine, "CANDIDATES", 780)
    monkeypatch.setattr(cosine, "KEPT", 779)
    with pytest.raises(CannotJudge, match="at most 779 can be kept"):
        above_quantile(rows, 0.995)  # all of them tie
    with pytest.raises(CannotJudge, match="at most 779 can be kept"):
        positive(rows)
