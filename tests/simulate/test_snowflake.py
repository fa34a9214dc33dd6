from __future__ import annotations

import numpy as np

from rasad.simulate.snowflake import milliseconds, snowflakes


def test_ids_give_their_millisecond_back_and_are_unique() -> None:
    at_ms = np.sort(np.random.default_rng(1).integers(1_709_251_200_000, size=5_000))
    at_ms = at_ms + 1_709_251_200_000
    at_ms[1_000:1_400] = at_ms[1_000]
    ids = snowflakes(at_ms, np.random.default_rng(2))
    assert milliseconds(ids).tolist() == at_ms.tolist()
    assert len(set(ids.tolist())) == len(ids)


def test_no_posts_have_no_ids() -> None:
    empty = np.array([], dtype=np.int64)
    assert len(snowflakes(empty, np.random.default_rng(3))) == 0
