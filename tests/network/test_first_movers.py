"""First movers: whoever is copied is named, members of a ring are not."""

from __future__ import annotations

import numpy as np
import pytest
from null_models.test_opportunity import actions_of

from rasad.network.first_movers import Lead, leads
from rasad.network.halves import TracePairs

Row = tuple[int, int, int]
"""Object, second and account."""

RING = 6


def trace_of(rows: list[Row], number: int = 0) -> TracePairs:
    actions = actions_of(rows, [0] * 12)
    return TracePairs(
        number=number,
        name=f"trace{number}",
        actions=actions,
        windows_s=(),
        stretches_s=(),
        pairs=(),
        several=(),
        post=np.arange(len(actions.account), dtype=np.uint64),
        half=np.ones(len(actions.account), np.bool_),
    )


def ring_rows(seed: int, objects: int = 40, source: int | None = None) -> list[Row]:
    """Return objects on which a ring acts in any order, perhaps after a source."""
    rng = np.random.default_rng(seed)
    rows = []
    for thing in range(objects):
        start = 7200 * thing
        order = rng.permutation(RING).tolist()
        rows += [(thing, start + 5 * k + 5, a) for k, a in enumerate(order)]
        if source is not None:
            rows.append((thing, start, source))
    return rows


def led_by(rows: list[Row], members: list[int], window_s: int = 60) -> Lead:
    return leads([trace_of(rows)], [np.array(members)], window_s)[0]


def test_a_copied_account_is_named() -> None:
    lead = led_by(ring_rows(1, source=RING), list(range(RING + 1)))
    assert lead.members[lead.always].tolist() == [RING]
    assert lead.first.tolist() == [0] * RING + [40]
    assert lead.close.tolist() == [40] * (RING + 1)
    # First on every one of 40 occasions of seven members.
    assert lead.p_value[RING] == pytest.approx((1 / 7) ** 40)


@pytest.mark.parametrize("seed", range(5))
def test_members_of_a_ring_are_not_named(seed: int) -> None:
    lead = led_by(ring_rows(seed), list(range(RING)))
    assert not lead.always.any()
    assert lead.first.sum() == 40


def test_leading_a_few_times_says_nothing() -> None:
    lead = led_by(ring_rows(1, objects=3, source=RING), list(range(RING + 1)))
    assert lead.first[RING] == lead.close[RING] == 3
    assert not lead.always.any()


def test_leading_two_times_in_three_is_not_nearly_always() -> None:
    rows = ring_rows(1, source=RING)
    rows = [(o, t + 40 * (a == RING and o % 3 == 0), a) for o, t, a in rows]
    lead = led_by(rows, list(range(RING + 1)))
    assert lead.p_value[RING] < 1e-6
    assert not lead.always.any()


def test_acting_first_at_one_time_with_another_is_no_lead() -> None:
    rows = [(o, 0, a) for o in range(40) for a in range(3)]
    lead = led_by(rows, [0, 1, 2])
    assert lead.first.tolist() == [0, 0, 0]
    assert lead.close.tolist() == [40, 40, 40]
    assert lead.p_value.tolist() == [1.0, 1.0, 1.0]


def test_others_than_the_members_do_not_matter() -> None:
    rows = ring_rows(1, source=RING)
    early = [(o, 7200 * o - 5, 9) for o in range(40)]
    with_them, without = (
        led_by(r, list(range(RING + 1))) for r in (rows + early, rows)
    )
    assert with_them.first.tolist() == without.first.tolist()
    assert with_them.p_value.tolist() == without.p_value.tolist()


def test_actions_far_apart_are_no_occasion() -> None:
    lead = led_by([(o, 600 * a, a) for o in range(40) for a in range(3)], [0, 1, 2])
    assert lead.close.tolist() == [0, 0, 0]
    assert not lead.always.any()


def test_leads_add_up_over_traces() -> None:
    traces = [trace_of(ring_rows(n, objects=20, source=RING), n) for n in range(2)]
    (lead,) = leads(traces, [np.arange(RING + 1)], 60)
    assert lead.close.tolist() == [40] * (RING + 1)
    assert lead.members[lead.always].tolist() == [RING]
    assert lead.p_value[RING] == pytest.approx((1 / 7) ** 40)
