"""Numbers read as a person would write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from rasad.exports import wording
from rasad.traces import TRACES


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.96, "60 s"),
        (60, "1 min"),
        (3599.7, "1 h"),
        (3661, "1 h 1 min"),
        (86_400, "1 d"),
        (90_061, "1 d 1 h"),
        (None, "–"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float | None, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("p", "words"),
    [(1.0, "1"), (0.001, "0.001"), (0.00099, "9.9 × 10⁻⁴"), (1e-310, "below 10⁻³⁰⁰")],
)
def test_p_values_are_powers_of_ten_when_small(p: float, words: str) -> None:
    assert wording.p_value(p) == words


def test_a_minute_that_is_not_known_better_is_said_so() -> None:
    assert wording.window(60, coarse=True) == "in the same or the adjacent minute"
    assert wording.window(600, coarse=True) == "within 10 min"


def test_fractions_of_a_second_are_kept() -> None:
    assert wording.moment(datetime(2024, 1, 1, microsecond=250_000)).endswith("00.25")


def test_missing_numbers_are_a_dash() -> None:
    nothing = {wording.number(None), wording.decimal(None), wording.share(None)}
    assert nothing | {wording.moment(None)} == {"–"}


def test_every_trace_can_be_said_inside_a_sentence() -> None:
    assert set(wording.DEEDS) == set(TRACES)
