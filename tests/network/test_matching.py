"""Accounts alike: who may stand for whom, and when nobody may."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from null_models.test_opportunity import actions_of
from numpy.typing import NDArray

from rasad.network.matching import FEWEST_ALIKE, OUTNUMBERED, Alike, Level, Pools

NONE = np.zeros(0, np.int64)


def alike(*levels: list[int]) -> Alike:
    classes = tuple(
        Level(np.array(level, np.int64), at_least=False, strict=True)
        for level in levels
    )
    return Alike(levels=classes, activity=np.ones(len(levels[0]), np.int64))


def barring(n: int, accounts: NDArray[np.int64]) -> NDArray[np.bool_]:
    barred = np.zeros(n, np.bool_)
    barred[accounts] = True
    return barred


def pooled(classes: Alike, members: list[int], *others: int) -> Pools | None:
    """Return the pools of members, the most active, nobody barred but the others."""
    chosen = np.array(members)
    out = np.r_[chosen, np.array(others, np.int64)]
    activity = classes.activity.copy()
    activity[chosen] = 2
    classes = replace(classes, activity=activity)
    return classes.pools(chosen, barring(len(classes.activity), out))


def test_members_and_others_who_are_barred_stand_for_nobody() -> None:
    pools = pooled(alike([0] * 40), [3, 7], 10, 11)
    assert pools is not None
    assert pools.start.tolist() == [0, 36, 72]
    free = [a for a in range(40) if a not in (3, 7, 10, 11)]
    assert pools.account.tolist() == free + free
    assert pools.share == pytest.approx(2 / 36)


@pytest.mark.parametrize("free", [FEWEST_ALIKE - 1, FEWEST_ALIKE])
def test_few_accounts_alike_stand_for_nobody(free: int) -> None:
    pools = pooled(alike([0] * (free + 1)), [0])
    assert (pools is None) == (free < FEWEST_ALIKE)


@pytest.mark.parametrize("missing", [0, 1])
def test_members_are_outnumbered_by_those_who_stand_for_them(missing: int) -> None:
    members = 10
    pools = pooled(
        alike([0] * ((OUTNUMBERED + 1) * members - missing)), list(range(members))
    )
    assert (pools is None) == bool(missing)
    if pools:
        assert pools.share == pytest.approx(1 / OUTNUMBERED)


def test_each_member_has_the_finest_class_that_is_large_enough() -> None:
    fine = [0] * 30 + [1] * 15 + [2] * 25
    coarse = [0] * 45 + [1] * 25
    pools = pooled(alike(fine, coarse), [0, 30, 45])
    assert pools is not None
    rows = np.split(pools.account, pools.start[1:-1])
    assert rows[0].tolist() == list(range(1, 30))
    # Only fourteen are like the second: whoever agrees coarsely stands for it.
    assert rows[1].tolist() == [a for a in range(45) if a not in (0, 30)]
    assert rows[2].tolist() == list(range(46, 70))
    # The coarse class holds two members, the first one too.
    assert pools.share == pytest.approx(2 / 43)


def test_one_member_without_anybody_alike_leaves_no_crowd() -> None:
    assert pooled(alike([0] * 40 + [1] * 15), [0, 1]) is not None
    assert pooled(alike([0] * 40 + [1] * 15), [0, 40]) is None


def test_no_members_need_nobody() -> None:
    pools = alike([0] * 5).pools(NONE, np.zeros(5, np.bool_))
    assert pools is not None
    assert pools.start.tolist() == [0]
    assert pools.share == 0.0


def test_thirty_five_of_sixty_have_no_crowd() -> None:
    rng = np.random.default_rng(1)
    rows = [(o, o, a) for o in range(100) for a in rng.choice(60, 20, replace=False)]
    classes = Alike.of(actions_of([(o, t, int(a)) for o, t, a in rows], [0] * 60))
    assert pooled(classes, list(range(35))) is None


def parts(level: Level) -> set[frozenset[int]]:
    """Return the classes of a level as sets of accounts."""
    every = level.of.tolist()
    return {
        frozenset(a for a, one in enumerate(every) if one == own) for own in set(every)
    }


def test_classes_are_activity_stratum_and_time_of_day() -> None:
    """Forty accounts: twice as active from the second half on, at night or by day."""
    rows = [
        (100 * account + k, 86_400 * k + (1 if account % 2 else 43_200), account)
        for account in range(40)
        for k in range(1 + 2 * (account >= 20))
    ]
    levels = Alike.of(actions_of(rows, [0] * 30 + [1] * 10)).levels
    kinds = [(account >= 20, account >= 30, account % 2 == 1) for account in range(40)]

    def classes(*sides: int) -> set[frozenset[int]]:
        told = [tuple(kind[side] for side in sides) for kind in kinds]
        return {frozenset(np.flatnonzero([k == o for k in told])) for o in set(told)}

    wanted = [(0, 1, 2), (1, 2), (0, 1, 2), (0, 1), (0,), ()]
    assert [parts(level) for level in levels] == [classes(*sides) for sides in wanted]
    assert [level.at_least for level in levels] == [False, True, *[False] * 3, True]
    assert [level.strict for level in levels] == [True, True, *[False] * 4]


def test_no_strict_class_spans_much_activity() -> None:
    rng = np.random.default_rng(3)
    counts = np.ceil(rng.pareto(1.0, 400)).astype(np.int64) + 1
    account = np.repeat(np.arange(400), counts)
    rows = [(n, 60 * n, int(one)) for n, one in enumerate(account)]
    alike = Alike.of(actions_of(rows, [0] * 400))
    for level in (level for level in alike.levels if level.strict):
        if not level.at_least:
            for part in parts(level):
                acts = alike.activity[sorted(part)]
                assert acts.max() <= 1.5 * acts.min()


def alone(activity: NDArray[np.int64]) -> Alike:
    """Return accounts of which each is a class of its own."""
    nobody = Level(np.arange(len(activity)), at_least=False, strict=True)
    anybody = Level(np.zeros(len(activity), np.int64), at_least=True, strict=False)
    return Alike(levels=(nobody, anybody), activity=activity)


def test_anybody_at_least_as_active_stands_for_who_is_alone_in_a_class() -> None:
    classes = alone(np.r_[5, np.full(24, 4), np.full(35, 6)])
    pools = classes.pools(np.array([0]), barring(60, np.array([0, 59])))
    assert pools is not None
    assert pools.account.tolist() == list(range(25, 59))
    assert pools.share == pytest.approx(1 / 34)
    assert not pools.strict


def test_whoever_acts_most_is_stood_for_by_nobody() -> None:
    classes = alone(np.arange(60))
    assert classes.pools(np.array([59]), barring(60, np.array([59]))) is None
