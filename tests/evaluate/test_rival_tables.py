"""Tables are written block by block, at a cost that grows with their rows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from evaluate.plain_coortweet import Cells, rows_of, shares_of
from rasad.evaluate.baselines import rival_tables
from rasad.evaluate.baselines.coortweet import PostPairs, detect_groups
from rasad.evaluate.baselines.coortweet_network import Network, coordinated_network
from rasad.evaluate.baselines.rival_tables import write_coortweet


@pytest.fixture
def network() -> Network:
    cells: Cells = [("x", f"a{n}", f"p{n}", float(n)) for n in range(6)]
    return coordinated_network(detect_groups(shares_of(rows_of(cells)), 10, 1))


def written(network: Network, folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in write_coortweet(network, folder)}


def test_a_block_of_pairs_computes_its_own_gaps_only(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(network, tmp_path / "whole")
    looked_at: list[int] = []
    gaps = PostPairs.gaps

    def counted(pairs: PostPairs, some: slice) -> object:
        found = gaps(pairs, some)
        looked_at.append(len(found))
        return found

    monkeypatch.setattr(PostPairs, "gaps", counted)
    monkeypatch.setattr(rival_tables, "ROWS", 4)
    assert written(network, tmp_path / "parts") == whole
    assert looked_at == [4, 4, 4, 3]


def test_chosen_edges_are_written_and_pairs_are_whole(
    network: Network, tmp_path: Path
) -> None:
    chosen = network.full.account.argsort()[-1:]
    paths = write_coortweet(network, tmp_path, edges=chosen)
    rows = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows[path.stem] = list(csv.DictReader(file))
    assert [(row["from"], row["to"]) for row in rows["edges"]] == [("a4", "a5")]
    assert [row["account_id"] for row in rows["account_stats"]] == ["a4", "a5"]
    assert rows["group_stats"] == [{"object_id": "x", "num_accounts": "1"}]
    assert len(rows["coordinated_pairs"]) == 15
