"""The calibration gate: what counts as passed, and which stretch is taken."""

from __future__ import annotations

import numpy as np
import pytest
from null_models.test_opportunity import actions_of

from network.worlds import SMALL
from rasad.config import Settings, Timing
from rasad.network import calibration
from rasad.network.calibration import (
    ENOUGH,
    FEWEST,
    JUDGED,
    Checked,
    Gate,
    randomised,
    stretches,
)
from rasad.network.halves import TracePairs
from rasad.network.judging import Judged, judge
from rasad.network.pair_tests import UNUSED

SETTINGS = Settings()
MINUTE, TEN_MINUTES = 60, 600


def checked(
    model: str,
    window_s: int,
    stretch_s: int | None,
    counts: tuple[int, int],
) -> Checked:
    n, below = counts
    p_values = np.full(n, 0.5)
    p_values[:below] = JUDGED / 2
    return Checked(
        null_model=model, window_s=window_s, stretch_s=stretch_s, p_values=p_values
    )


@pytest.mark.parametrize(
    ("n", "below", "verdict"),
    [
        (10_000, 0, "passed"),
        (10_000, 15, "passed"),
        (10_000, 16, "refused"),
        (5_000, 7, "passed"),
        (5_000, 8, "refused"),
        (4_999, 0, "insufficient"),
        (4_999, 4_999, "insufficient"),
        (0, 0, "insufficient"),
    ],
)
def test_the_verdict_is_that_of_the_ratio(n: int, below: int, verdict: str) -> None:
    one = checked("timing", MINUTE, 1800, (n, below))
    assert one.verdict(1.5) == verdict


def test_counts_include_the_level_itself() -> None:
    at = np.r_[np.full(3, JUDGED), np.full(7, 0.9)]
    one = Checked(null_model="opportunity", window_s=60, stretch_s=None, p_values=at)
    assert one.observed(JUDGED) == 3
    assert one.observed(JUDGED / 2) == 0
    assert one.expected(JUDGED) == pytest.approx(10 * JUDGED)
    assert pytest.approx(5_000) == ENOUGH / JUDGED


@pytest.mark.parametrize(
    ("longest_s", "possible"),
    [
        (0, [0, 21_600, 3_600]),
        (21_600, [21_600, 3_600]),
        (3_600, [3_600]),
        (7_200, [7_200, 3_600]),
    ],
)
def test_shorter_stretches_follow_the_one_of_the_settings(
    longest_s: int, possible: list[int]
) -> None:
    chosen = Settings(timing=Timing(stretch_s=longest_s))
    assert stretches(TEN_MINUTES, chosen) == possible


def test_randomised_values_of_a_discrete_count_are_uniform() -> None:
    rng = np.random.default_rng(1)
    # A fair coin: P(X >= 1) = P(X = 1) = P(X = 0) = 1/2.
    heads = rng.random(20_000) < 0.5
    p = randomised(np.where(heads, 0.5, 1.0), np.full(20_000, 0.5), rng)
    assert 0 <= p.min() <= p.max() <= 1
    # Five standard errors of a share of 20,000.
    for level in (0.1, 0.5, 0.9):
        assert abs((p <= level).mean() - level) < 5 * 0.5 / np.sqrt(20_000)


def test_both_nulls_pass_on_a_world_in_which_nobody_is_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One round of nulls gives 19,000 pairs; three are made where that is cheap.
    fewest = 10_000 if SMALL else FEWEST
    monkeypatch.setattr(calibration, "FEWEST", fewest)
    rng = np.random.default_rng(2)
    table = [
        (thing, 3600 * thing + int(second), int(account))
        for thing in range(200)
        for account, second in zip(
            rng.choice(200, 40, replace=False), rng.integers(0, 3600, 40), strict=True
        )
    ]
    actions = actions_of(table, [0] * 200)
    trace = TracePairs(
        number=0,
        name="shares",
        actions=actions,
        windows_s=(MINUTE,),
        stretches_s=(UNUSED,),
        pairs=(),
        several=(),
        post=np.arange(len(actions.object), dtype=np.uint64),
        half=np.asarray(actions.object % 2 == 0),
    )
    gate = Gate(
        trace=trace,
        eligible=actions.eligible,
        hashes=np.arange(200, dtype=np.uint64) << np.uint64(56),
        settings=SETTINGS,
        threads=1,
    )
    aside = np.arange(200) < 3
    found, nulls = gate.check(aside)
    assert {(one.null_model, one.stretch_s) for one in found} == {
        ("opportunity", None),
        *(("timing", stretch) for stretch in stretches(MINUTE, SETTINGS)),
    }
    assert all(len(one.p_values) >= fewest for one in found)
    assert all(one.verdict(1.5) == "passed" for one in found)
    assert judge(found, MINUTE, SETTINGS) == Judged(trusted=True, stretch_s=21_600)
    assert [null.null_model for null in nulls] == ["timing", "opportunity"]
    for null in nulls:
        assert not np.isin(null.trace.actions.account, [0, 1, 2]).any()
