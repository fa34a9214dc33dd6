"""Sums of networks, communities and scores."""

from __future__ import annotations

import numpy as np
import pytest

from rasad.evaluate.baselines import similarity_network
from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.baselines.similarity_network import (
    communities,
    no_edges,
    outcome,
    strongest,
    total,
)
from rasad.evaluate.contest import CannotJudge


def edges_of(*rows: tuple[int, int, float]) -> Edges:
    return Edges(
        first=np.array([a for a, _, _ in rows], np.int64),
        second=np.array([b for _, b, _ in rows], np.int64),
        weight=np.array([w for _, _, w in rows], np.float64),
    )


TWO_TRIANGLES = edges_of(
    (1, 2, 1.0), (1, 3, 1.0), (2, 3, 1.0), (3, 4, 0.1), (4, 5, 1.0), (4, 6, 1.0),
    (5, 6, 1.0),
)  # fmt: skip


def test_sums_do_not_depend_on_the_order_of_the_parts() -> None:
    parts = [edges_of((0, 1, w), (2, 3, 1.0)) for w in (1e16, 1.0, 1.0, 0.3)]
    forth, back = total(parts), total(parts[::-1])
    assert forth.weight.tolist() == back.weight.tolist()
    assert forth.first.tolist() == [0, 2]
    assert forth.weight[1] == 4.0


def test_sums_of_nothing_are_nothing() -> None:
    assert len(total([])) == len(total([no_edges(), no_edges()])) == 0


def test_communities_part_two_triangles_and_leave_out_the_untied() -> None:
    quality, group = communities(8, TWO_TRIANGLES, seed=1)
    assert group.tolist() == [-1, 0, 0, 0, 1, 1, 1, -1]
    # Within: 6 of 6.1; by chance: half of the ends each, squared.
    assert quality == pytest.approx(6.0 / 6.1 - 0.5, abs=1e-9)


def test_communities_of_nothing() -> None:
    assert communities(2, no_edges(), seed=1)[0] == 0.0
    assert communities(2, no_edges(), seed=1)[1].tolist() == [-1, -1]


def test_communities_are_not_looked_for_in_what_does_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similarity_network, "LEIDEN_EDGES", 6)
    with pytest.raises(CannotJudge, match="7 edges"):
        communities(8, TWO_TRIANGLES, seed=1)


def test_a_score_is_the_strongest_edge_or_nothing_or_unknown() -> None:
    score = strongest(8, TWO_TRIANGLES, np.array([0, 1, 2, 3, 4, 5, 6]))
    assert score[:7].tolist() == [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert np.isnan(score[7])


def test_answers_come_in_order() -> None:
    found = outcome(np.zeros(4), edges_of((2, 3, 1.0), (0, 1, 2.0)), np.arange(4))
    assert (found.first.tolist(), found.weight.tolist()) == ([0, 2], [2.0, 1.0])
