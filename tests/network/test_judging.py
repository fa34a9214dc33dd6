"""What the gate decides: which stretch is taken, and when J counts without T."""

from __future__ import annotations

import pytest

from network.test_calibration import checked
from rasad.config import Calibration, Settings, Timing, Validation
from rasad.network.calibration import stretches
from rasad.network.judging import Judged, judge
from rasad.network.pair_tests import UNUSED

SETTINGS = Settings()
MINUTE, TEN_MINUTES, HOUR = 60, 600, 3_600
PASSED, REFUSED, INSUFFICIENT = (10_000, 10), (10_000, 90), (100, 0)
"""How many p-values there are, and how many are below one in a thousand."""


def judged(
    window_s: int, chance: tuple[int, int], timed: list[tuple[int, int]]
) -> Judged:
    """Judge J's counts and T's, from the longest stretch to the shortest."""
    possible = stretches(window_s, SETTINGS)
    said = [checked("opportunity", window_s, None, chance)]
    for stretch, counts in zip(possible, timed, strict=True):
        said.append(checked("timing", window_s, stretch, counts))
    return judge(said, window_s, SETTINGS)


@pytest.mark.parametrize(
    ("timed", "stretch_s"),
    [
        ([PASSED, PASSED, PASSED], 21_600),
        ([REFUSED, PASSED, PASSED], 3_600),
        ([INSUFFICIENT, REFUSED, PASSED], 1_800),
        ([INSUFFICIENT, PASSED, REFUSED], 3_600),
    ],
)
def test_the_longest_passing_stretch_is_taken(
    timed: list[tuple[int, int]], stretch_s: int
) -> None:
    want = Judged(trusted=True, stretch_s=stretch_s)
    assert judged(MINUTE, PASSED, timed) == want


@pytest.mark.parametrize("chance", [REFUSED, INSUFFICIENT])
def test_nothing_is_trusted_where_the_other_null_did_not_pass(
    chance: tuple[int, int],
) -> None:
    assert not judged(MINUTE, chance, [PASSED] * 3).trusted
    assert not judged(MINUTE, chance, [INSUFFICIENT] * 3).trusted


def test_where_times_cannot_be_checked_chance_counts_alone_for_a_minute() -> None:
    alone = judged(MINUTE, PASSED, [INSUFFICIENT] * 3)
    assert alone == Judged(trusted=True, stretch_s=UNUSED)
    longer = judged(TEN_MINUTES, PASSED, [INSUFFICIENT] * 2)
    assert longer == Judged(trusted=False, stretch_s=UNUSED)


@pytest.mark.parametrize(
    "timed", [[REFUSED] * 3, [INSUFFICIENT, INSUFFICIENT, REFUSED]]
)
def test_refused_times_are_not_the_same_as_unknown_ones(
    timed: list[tuple[int, int]],
) -> None:
    want = Judged(trusted=False, stretch_s=UNUSED)
    assert judged(MINUTE, PASSED, timed) == want


def test_a_whole_life_that_fails_gives_way_to_shorter_stretches() -> None:
    whole = Settings(timing=Timing(stretch_s=0))
    said = [
        checked("opportunity", MINUTE, None, PASSED),
        checked("timing", MINUTE, 0, REFUSED),
        checked("timing", MINUTE, 21_600, PASSED),
    ]
    want = Judged(trusted=True, stretch_s=21_600)
    assert judge(said, MINUTE, whole) == want


def test_another_window_says_nothing_of_this_one() -> None:
    said = [
        checked("opportunity", TEN_MINUTES, None, PASSED),
        checked("timing", TEN_MINUTES, 3_600, PASSED),
    ]
    assert judge(said, TEN_MINUTES, SETTINGS).trusted
    assert not judge(said, MINUTE, SETTINGS).trusted


def test_the_ratio_of_the_settings_decides() -> None:
    said = [
        checked("opportunity", MINUTE, None, PASSED),
        checked("timing", MINUTE, 21_600, (10_000, 19)),
    ]
    lax = Settings(calibration=Calibration(largest_ratio=2.0))
    assert judge(said, MINUTE, lax).trusted
    assert not judge(said, MINUTE, SETTINGS).trusted


TOLD = Settings(validation=Validation(strata_tell_interests=True))
"""The case's strata tell interests apart: somebody who knows the data said so."""


@pytest.mark.parametrize("window_s", [MINUTE, TEN_MINUTES, HOUR])
def test_j_counts_without_t_in_every_window_where_strata_are_right(
    window_s: int,
) -> None:
    said = [
        checked("opportunity", window_s, None, PASSED),
        checked("timing", window_s, 21_600, PASSED),
    ]
    want = Judged(trusted=True, stretch_s=21_600, alone=True)
    assert judge(said, window_s, TOLD) == want


def test_j_does_not_count_without_t_unless_the_settings_say_so() -> None:
    assert not judged(MINUTE, PASSED, [PASSED] * 3).alone


@pytest.mark.parametrize(
    ("chance", "timed"), [(REFUSED, PASSED), (PASSED, REFUSED), (REFUSED, REFUSED)]
)
def test_j_counts_nowhere_alone_where_a_null_did_not_pass(
    chance: tuple[int, int], timed: tuple[int, int]
) -> None:
    said = [
        checked("opportunity", MINUTE, None, chance),
        checked("timing", MINUTE, 21_600, timed),
    ]
    assert not judge(said, MINUTE, TOLD).alone
