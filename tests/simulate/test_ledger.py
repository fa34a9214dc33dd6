from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.ledger import Draft, Ledger, Pool

MINUTE = 60_000


def pool(at_min: list[int], fitness: list[float], owner: list[int]) -> Pool:
    return Pool(
        item=np.arange(len(at_min)),
        at_ms=np.array(at_min, dtype=np.int64) * MINUTE,
        fitness=np.array(fitness),
        owner=np.array(owner, dtype=np.int64),
    )


def chosen(
    things: Pool, account: int, at_min: int, keenness: float
) -> NDArray[np.int64]:
    moments = np.full(3_000, at_min * MINUTE, dtype=np.int64)
    who = np.full(3_000, account, dtype=np.int64)
    return things.choose(who, moments, keenness, np.random.default_rng(1))


def test_nothing_is_chosen_before_its_birth_or_from_nothing() -> None:
    assert set(chosen(pool([10], [1.0], [0]), 5, 9, 1.0).tolist()) == {-1}
    assert set(chosen(pool([], [], []), 5, 9, 1.0).tolist()) == {-1}


def test_nobody_chooses_their_own() -> None:
    things = pool([1, 2], [1.0, 1.0], [7, 8])
    assert set(chosen(things, 7, 10, 1.0).tolist()) == {1}
    assert set(chosen(pool([1], [1.0], [7]), 7, 10, 1.0).tolist()) == {-1}


def test_the_recent_is_preferred() -> None:
    things = pool([0, 590], [1.0, 1.0], [0, 0])
    assert (chosen(things, 5, 600, 1.0) == 1).mean() > 0.9


def test_fitness_counts_as_its_power() -> None:
    things = pool([10, 10], [1.0, 4.0], [0, 0])
    assert abs((chosen(things, 5, 60, 1.0) == 1).mean() - 0.8) < 0.03
    assert abs((chosen(things, 5, 60, 2.0) == 1).mean() - 16 / 17) < 0.03


def test_a_pool_holds_the_wanted_originals_by_time() -> None:
    ledger = Ledger()
    late = ledger.add(Draft(1, 500, "post", fitness=2.0))
    early = ledger.add(Draft(1, 100, "post", fitness=3.0))
    ledger.add(Draft(2, 50, "post", fitness=1.0))
    ledger.add(Draft(1, 600, "repost", target=late))
    things = ledger.pool(lambda draft: draft.account == 1)
    assert things.item.tolist() == [early, late]
    assert things.fitness.tolist() == [3.0, 2.0]
    assert len(ledger) == 4
