"""Sentences that are true of the data they stand beside."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.plain_coortweet import Cells, rows_of, shares_of
from rasad.evaluate.baselines.coortweet import Participation, detect_groups
from rasad.evaluate.baselines.coortweet_network import coordinated_network
from rasad.evaluate.baselines.differences import (
    coortweet_differences,
    rows_sentence,
    time_sentence,
)


def meeting(item: str, one: str, other: str, start: float) -> Cells:
    return [
        (item, one, f"{item} {one}", start),
        (item, other, f"{item} {other}", start + 1),
    ]


def said(cells: Cells, participation: Participation = "shipped") -> dict[str, str]:
    """Return what is said by its first word."""
    shares = shares_of(rows_of(cells))
    pairs = detect_groups(shares, 10, 2, participation=participation)
    sentences = coortweet_differences(coordinated_network(pairs), 2, participation)
    return {line.split(":")[0]: line for line in sentences}


LEAKING: Cells = [
    *meeting("x", "a", "b", 0),
    *meeting("y", "a", "b", 100),
    *meeting("z", "b", "c", 200),
    ("w", "c", "alone", 900.0),
]


def test_quantiles_are_the_same_only_where_they_are() -> None:
    assert (
        "both 1, so that they mark the same edges"
        in said(
            [*meeting("x", "a", "b", 0), *meeting("y", "a", "c", 50)]
            + [*meeting("z", "b", "c", 90)]
        )["Threshold"]
    )
    differing = said(LEAKING)["Threshold"]
    assert "1 of 2 edges here weighs 1. " in differing
    assert "quantile are both" not in differing


def test_an_empty_network_says_nothing_of_edges() -> None:
    assert set(said([])) == {"Weight", "Participation"}


def test_both_sides_are_advised_only_where_they_are_not_asked_for() -> None:
    shipped = said(LEAKING)["Participation"]
    assert "1 of 3 accounts here has fewer than 2 rows" in shipped
    assert "--participation documented asks it of both sides" in shipped
    documented = said(LEAKING, "documented")["Participation"]
    assert "--participation" not in documented
    assert "0 of 2 accounts here have fewer than 2 rows" in documented
    assert "counted once" in documented


def test_rows_count_and_not_posts() -> None:
    """One post with two objects is two rows, which is what was asked for."""
    cells: Cells = [
        (tag, who, f"post {who}", 0.0) for tag in ("#x", "#y") for who in "ab"
    ]
    assert "0 of 2 accounts here have fewer than 2" in said(cells)["Participation"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([("x", "a", "p", 0.0)], None),
        ([("x", "a", "p", 0.0)] * 2, "Rows: 1 row repeats another, 0 lack an object."),
        (
            [("x", "a", "p", 0.0)] * 3 + [(None, "a", "p", 0.0)],
            "Rows: 2 rows repeat another, 1 lacks an object.",
        ),
    ],
)
def test_repeated_rows_are_said(cells: Cells, sentence: str | None) -> None:
    shares = shares_of(rows_of(cells))
    found, dropped = rows_sentence(shares, False), rows_sentence(shares, True)
    if sentence is None:
        assert found is dropped is None
        return
    assert found is not None
    assert dropped is not None
    assert found.startswith(sentence)
    assert dropped.startswith(sentence)
    assert "--drop-duplicates leaves them out" in found
    assert "--drop-duplicates" not in dropped


def test_times_that_look_like_milliseconds_are_said() -> None:
    assert time_sentence(np.array([1.6e12, np.nan]), 10) is not None
    for times in ([], [np.nan], [1.6e12, 5.0], [1.6e9]):
        assert time_sentence(np.array(times), 10) is None
