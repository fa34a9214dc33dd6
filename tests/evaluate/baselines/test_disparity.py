"""The disparity filter with its minimum, and how far up accounts survive."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.baselines.small_worlds import (
    documents,
    plain_cosines,
    plain_log2,
    random_rows,
    timeless,
    weights,
    world,
)
from rasad.evaluate.baselines.answers import Edges, edges_of
from rasad.evaluate.baselines.disparity import (
    DisparityBackbone,
    backbone,
    disparity,
    extent,
)
from rasad.evaluate.contest import CannotJudge

LINKS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(
        lambda ends: ends[0] < ends[1]
    ),
    st.sampled_from([0.1, 0.25, 0.5, 0.5, 1.0]),
    max_size=20,
)


def network(links: dict[tuple[int, int], float]) -> Edges:
    return edges_of(
        np.array([one for one, _ in links], np.int64),
        np.array([two for _, two in links], np.int64),
        np.array(list(links.values()), np.float64),
    )


def published() -> Edges:
    """The neighbourhood of the two published edges, 0-1 and 0-2.

    Nine edges of 2 are given by their sum: alpha needs degree and strength alone.
    """
    links = {(0, 1): 0.25646818, (0, 2): 0.6111301, (0, 3): 0.3076545}
    links |= {(0, 4): 0.51578826, (1, 2): 0.27695465, (1, 3): 0.17322098}
    links |= {(2, 3): 0.62531143}
    links |= {(2, other): 0.0233285726 / 9 for other in range(5, 14)}
    return network(links)


def test_the_published_alphas_are_those_of_the_second_end() -> None:
    _, second = disparity(14, published())
    assert second[0] == pytest.approx(0.4058, abs=5e-5)
    assert second[1] == pytest.approx(0.0038, abs=5e-5)


def test_the_smaller_alpha_of_both_ends_decides() -> None:
    # 0 has one strong edge among ten weak ones; for 11 it is one of two equal ones.
    links = {(0, other): 0.01 for other in range(1, 11)} | {(0, 11): 1.0}
    links |= {(11, 12): 1.0}
    edges = network(links)
    first, second = disparity(13, edges)
    place = list(zip(edges.first.tolist(), edges.second.tolist(), strict=True)).index(
        (0, 11)
    )
    assert first[place] == pytest.approx((1 - 1 / 1.1) ** 10)
    assert second[place] == 0.5
    # What stores only the end visited last would drop it.
    kept = backbone(13, edges, 0.15)
    assert (kept.first.tolist(), kept.second.tolist()) == ([0], [11])
    assert not (second < 0.15).any()


@given(LINKS, st.sampled_from([0.15, 0.5, 0.9]))
def test_the_backbone_is_what_the_definition_says(
    links: dict[tuple[int, int], float], level: float
) -> None:
    def alpha(end: int, weight: float) -> float:
        own = [w for ends, w in links.items() if end in ends]
        return max(1 - weight / math.fsum(own), 0.0) ** (len(own) - 1)

    expected = [
        ends
        for ends, weight in sorted(links.items())
        if min(alpha(end, weight) for end in ends) < level - 1e-12
    ]
    kept = backbone(8, network(links), level - 1e-12)
    assert list(zip(kept.first.tolist(), kept.second.tolist(), strict=True)) == expected


@given(LINKS, st.sampled_from([2, 11, 101]))
def test_the_extent_is_how_far_up_the_ladder_an_account_survives(
    links: dict[tuple[int, int], float], steps: int
) -> None:
    expected = np.full(8, np.nan)
    for level in np.linspace(0.0, 1.0, steps):
        cut = np.quantile(list(links.values()), level) if links else np.inf
        for ends, weight in links.items():
            if weight >= cut:
                expected[list(ends)] = level
    assert np.array_equal(extent(8, network(links), steps), expected, equal_nan=True)


def test_the_method_is_what_its_parts_say() -> None:
    pairs = [row[:2] for row in random_rows(1, 500, 40, 60)]
    did = documents(pairs)
    chosen = sorted(did, key=lambda who: (-len(did[who]), who))[:20]
    whole = plain_cosines({who: did[who] for who in chosen}, plain_log2)
    kept = backbone(40, network(whole), 0.15)
    found = DisparityBackbone(share=0.5).judge(world(40, repost=timeless(pairs)))
    assert 0 < len(kept) < len(whole)
    assert weights(found).keys() == set(
        zip(kept.first.tolist(), kept.second.tolist(), strict=True)
    )
    assert np.flatnonzero(~np.isnan(found.score)).tolist() == sorted(chosen)
    assert found.score[kept.first[kept.weight.argmax()]] == 1.0
    tied = set(kept.first.tolist()) | set(kept.second.tolist())
    assert set(np.flatnonzero(found.group >= 0).tolist()) == tied


def test_one_per_cent_is_rounded_up_and_two_are_needed() -> None:
    pairs = [(who, item) for who in range(101) for item in (0, who % 7 + 1)]
    pairs += [(who, 50 + item) for who in (5, 9) for item in range(5)]
    found = DisparityBackbone().judge(world(200, repost=timeless(pairs)))
    assert np.flatnonzero(~np.isnan(found.score)).tolist() == [5, 9]
    with pytest.raises(CannotJudge, match="of 100 here that is 1"):
        DisparityBackbone().judge(world(200, repost=timeless(pairs[:200])))


def test_without_reposts_it_cannot_judge() -> None:
    with pytest.raises(CannotJudge, match="reposts"):
        DisparityBackbone().judge(world(2, link=timeless([(0, 1), (1, 1)])))
