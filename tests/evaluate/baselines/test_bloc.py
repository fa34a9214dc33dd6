"""BLOC: how accounts are spelt, and how alike their words are."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.baselines.small_worlds import (
    layer,
    plain_cosines,
    plain_smooth,
    random_rows,
    timeless,
    top,
    weights,
    world,
)
from rasad.evaluate.baselines import bloc
from rasad.evaluate.baselines.bloc import Bloc
from rasad.evaluate.baselines.bloc_strings import PAUSES, strings
from rasad.evaluate.contest import CannotJudge, Shown

MINUTES, HOUR, DAY, WEEK, MONTH, YEAR, YEARS = list(PAUSES)
DAY_S = 86_400.0


def spelt(shown: Shown) -> str:
    found = strings(shown)
    assert found is not None
    return found.action[0]


def test_a_reply_a_post_and_a_repost() -> None:
    # As the paper's example: acts apart, and what the posts hold.
    shown = world(
        1,
        reply=layer([(0, 1, 0.0)]),
        link=layer([(0, 2, 0.0), (0, 3, 100.0)]),
        hashtags=layer([(0, 4, 100.0)]),
        mention=layer([(0, 5, 100.0), (0, 6, 100.0)]),
        text=layer([(0, 7, 100.0)]),
        repost=layer([(0, 8, 100.0 + 7200.0)]),
    )
    found = strings(shown)
    assert found is not None
    assert found.action == [f"p{MINUTES}T{DAY}r"]
    assert found.content == [["U", "HUmmt"]]
    assert found.acts.tolist() == [3]
    assert list(found.words()) == [["p", MINUTES, "T", DAY, "r", "U", "HUmmt"]]


@pytest.mark.parametrize(
    ("gap_s", "sign"),
    [
        (0.5, ""),
        (59.0, ""),
        (60.0, MINUTES),
        (299.0, MINUTES),
        (300.0, HOUR),
        (3600.0, DAY),
        (DAY_S, WEEK),
        (DAY_S + 5.0, WEEK),
        (7 * DAY_S, MONTH),
        (2_628_000.0, YEAR),
        (31_540_000.0, YEARS),
    ],
)
def test_pauses(gap_s: float, sign: str) -> None:
    assert spelt(world(1, repost=layer([(0, 1, 9.0), (0, 2, 9.0 + gap_s)]))) == (
        f"r{sign}r"
    )


def test_no_pause_reaches_from_one_account_to_the_next() -> None:
    found = strings(world(3, link=layer([(2, 0, 0.0), (0, 0, 1e6), (2, 0, 70.0)])))
    assert found is not None
    assert found.account.tolist() == [0, 2]
    assert found.action == ["T", f"T{MINUTES}T"]


def test_each_repost_is_a_post_and_content_of_one_moment_is_one() -> None:
    shown = world(
        1,
        repost=layer([(0, 1, 5.0), (0, 2, 5.0)]),
        object=layer([(0, 1, 5.0), (0, 3, 20.0), (0, 4, 20.0)]),
    )
    found = strings(shown)
    assert found is not None
    assert (found.action, found.acts.tolist()) == (["rrT"], [3])


def test_a_million_acts_in_one_second_are_one_word() -> None:
    n = 1_000_000
    burst = layer([])
    burst = type(burst)(
        account=np.zeros(n, np.int64),
        object=np.zeros(n, np.int64),
        time_s=np.zeros(n),
        n_objects=1,
    )
    found = strings(world(1, repost=burst))
    assert found is not None
    assert found.acts.tolist() == [n]
    assert list(found.words()) == [["rrr+"]]


@pytest.mark.parametrize("level", [0.0, 0.9])
def test_cosines_are_what_the_definition_says(level: float) -> None:
    shown = world(
        25,
        repost=layer(random_rows(1, 300, 25, 9)),
        link=layer(random_rows(2, 200, 25, 9)),
        reply=layer(random_rows(3, 100, 25, 9)),
    )
    read = strings(shown)
    assert read is not None
    documents = {
        int(who): words
        for who, acts, words in zip(read.account, read.acts, read.words(), strict=True)
        if acts >= 10
    }
    everything = plain_cosines(documents, plain_smooth, False, 2)
    found = Bloc(kept_quantile=level).judge(shown)
    assert len(everything) > 100
    assert weights(found) == pytest.approx(top(everything, level), abs=1e-9)
    for who in range(25):
        near = [value for ends, value in everything.items() if who in ends]
        assert np.isnan(found.score[who]) == (who not in documents)
        assert not near or found.score[who] == pytest.approx(max(near), abs=1e-9)


def test_the_same_rhythm_on_other_objects_is_alike() -> None:
    times = np.cumsum([0.0, 30, 30, 4000, 90, 90, 30, 30, 4000, 30, 4000, 90])
    one = [(0, place, time) for place, time in enumerate(times)]
    two = [(1, 100 + place, time + 777.0) for place, time in enumerate(times)]
    other = [(2, 0, 2e5 * place) for place in range(12)]
    found = Bloc().judge(world(3, repost=layer(one + two + other)))
    assert found.score[:2].tolist() == [1.0, 1.0]
    assert found.score[2] < 0.9
    assert weights(found) == {(0, 1): 1.0}


def test_what_it_cannot_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotJudge, match="pauses"):
        Bloc().judge(world(2, repost=timeless([(0, 1), (1, 1)])))
    with pytest.raises(CannotJudge, match="this world has 0"):
        Bloc().judge(world(2, repost=layer([(0, 1, 5.0), (1, 1, 5.0)])))
    monkeypatch.setattr(bloc, "CANDIDATES", 2)
    rows = [(who, 0, 100.0 * step) for who in range(3) for step in range(10)]
    with pytest.raises(CannotJudge, match="all 3 pairs"):
        Bloc().judge(world(3, repost=layer(rows)))
