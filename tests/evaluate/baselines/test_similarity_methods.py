"""What holds for every method of the similarity family."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evaluate.baselines.small_worlds import Row, layer, random_rows, timeless, world
from rasad.evaluate.baselines.bloc import Bloc
from rasad.evaluate.baselines.disparity import DisparityBackbone
from rasad.evaluate.baselines.luceri import LuceriFused
from rasad.evaluate.baselines.multiplex import DecayedMultiplex
from rasad.evaluate.baselines.pacheco import PachecoCosine
from rasad.evaluate.contest import CannotJudge, Method, Outcome, Shown

METHODS: tuple[Any, ...] = (
    PachecoCosine(),
    LuceriFused(),
    DisparityBackbone(share=1.0),
    Bloc(),
    DecayedMultiplex(),
)
each = pytest.mark.parametrize("method", METHODS, ids=lambda method: str(method.name))


def ring_world(n_accounts: int = 120) -> Shown:
    """Accounts 0 to 7 repost and link the same forty things within seconds."""
    rows = random_rows(1, 3000, n_accounts - 10, 20_000)
    rows = [(who + 10, item, time) for who, item, time in rows]
    ring: list[Row] = [
        (who, 1000 + item, 2000.0 * item + who)
        for item in range(40)
        for who in range(8)
    ]
    links = [
        (who + 10, item, time)
        for who, item, time in random_rows(2, 1000, n_accounts - 10, 10_000)
    ]
    return world(n_accounts, repost=layer(rows + ring), link=layer(links + ring))


def same(one: Outcome, two: Outcome) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
        for name in ("score", "first", "second", "weight", "group")
    )


@each
def test_answers_have_the_form_that_all_answers_have(method: Method) -> None:
    shown = ring_world()
    found = method.judge(shown)
    assert found.score.dtype == found.weight.dtype == np.float64
    assert found.first.dtype == found.second.dtype == found.group.dtype == np.int64
    assert len(found.score) == len(found.group) == shown.n_accounts
    assert (found.first < found.second).all()
    key = found.first * shown.n_accounts + found.second
    assert (np.diff(key) > 0).all()
    assert len(found.weight) == len(key) > 0
    assert (found.weight > 0).all()
    numbers = np.unique(found.group[found.group >= 0])
    assert numbers.tolist() == list(range(len(numbers)))
    assert np.isnan(found.score[8:10]).all()  # they never act
    assert found.certified is None


@each
def test_a_ring_of_copies_is_at_the_top(method: Method) -> None:
    score = np.nan_to_num(method.judge(ring_world()).score, nan=-1.0)
    assert set(np.argsort(-score, kind="stable")[:8].tolist()) == set(range(8))


@each
def test_it_says_the_same_twice_and_in_whatever_order_rows_come(method: Method) -> None:
    shown = ring_world()
    found = method.judge(shown)
    assert same(found, method.judge(shown))
    dice = np.random.default_rng(5)
    mixed = {}
    for name, rows in shown.layers.items():
        order = dice.permutation(len(rows))
        mixed[name] = replace(
            rows,
            account=rows.account[order],
            object=rows.object[order],
            time_s=rows.time_s[order],
        )
    again = method.judge(Shown(accounts=shown.accounts, layers=mixed))
    assert again.first.tolist() == found.first.tolist()
    assert again.second.tolist() == found.second.tolist()
    assert again.weight == pytest.approx(found.weight, rel=1e-9)
    assert again.score == pytest.approx(found.score, rel=1e-9, nan_ok=True)
    assert again.group.tolist() == found.group.tolist()


@each
def test_names_are_said(method: Method) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", method.name)
    assert method.title
    assert method.paper


@each
@pytest.mark.parametrize(
    "shown",
    [
        world(0),
        world(3),
        world(3, repost=timeless([])),
        world(3, repost=timeless([(1, 5)])),
        world(3, repost=layer([(1, 5, 7.0)]), link=layer([])),
    ],
    ids=["nobody", "no trace", "no row", "no time", "one row"],
)
def test_a_world_of_nothing_is_refused_or_empty(method: Method, shown: Shown) -> None:
    with suppress(CannotJudge):
        found = method.judge(shown)
        assert len(found.first) == 0
        assert (found.group == -1).all()


@each
def test_it_says_whether_it_needs_times(method: Method) -> None:
    shown = ring_world()
    blind = {
        name: replace(rows, time_s=np.full(len(rows), np.nan))
        for name, rows in shown.layers.items()
    }
    without = Shown(accounts=shown.accounts, layers=blind)
    if method.needs_time:
        with pytest.raises(CannotJudge):
            method.judge(without)
    else:
        assert len(method.judge(without).first) > 0
