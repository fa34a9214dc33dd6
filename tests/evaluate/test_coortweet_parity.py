"""CooRTweet's own data give the numbers that CooRTweet gives, figure for figure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rasad.evaluate.baselines.coortweet import (
    PostPairs,
    detect_groups,
    flag_speed_share,
)
from rasad.evaluate.baselines.coortweet_network import (
    Network,
    coordinated_network,
    summary,
)
from rasad.evaluate.baselines.coortweet_stats import (
    account_stats,
    from_ends,
    group_stats,
    posts_in_pairs,
    subgraph,
)
from rasad.evaluate.baselines.rival_files import read_shares
from rasad.evaluate.baselines.shares import Shares

pytestmark = pytest.mark.data

Size = tuple[int, int]
"""Accounts and edges."""

NOTHING = (0, 0)

RUSSIAN: list[tuple[int, int, int, int, int, int, int, float, float, Size, Size]] = [
    (1, 1, 129, 251, 129, 1, 129, 0.728682, 1.0, NOTHING, NOTHING),
    (1, 2, 8, 12, 8, 1, 8, 0.75, 1.0, NOTHING, NOTHING),
    (10, 1, 1098, 1525, 1092, 3, 1098, 5.380037, 0.999084, (10, 5), (10, 5)),
    (10, 2, 447, 525, 442, 3, 447, 5.220588, 0.997738, (8, 4), (8, 4)),
    (10, 5, 22, 23, 20, 3, 22, 5.2, 1.0, (2, 1), (2, 1)),
    (60, 1, 6281, 3954, 6206, 4, 6281, 30.449632, 0.997771, (97, 63), (97, 63)),
    (60, 2, 3791, 2110, 3721, 4, 3791, 30.437808, 0.996596, (94, 60), (94, 60)),
    (60, 5, 1235, 772, 1193, 4, 1235, 30.310352, 0.995669, (59, 36), (59, 36)),
    (120, 2, 7883, 2778, 7696, 6, 7883, 60.524621, 0.996325, (211, 152), (211, 152)),
    (3600, 1, 290_963, 8080, 276_982, 17, 290_963, 1686.512139, 0.996918)
    + ((2398, 10_985), (2398, 10_985)),
    (3600, 2, 183_379, 4099, 169_781, 17, 183_379, 1668.000327, 0.995939)
    + ((2190, 10_679), (810, 1948)),
    (3600, 5, 86_812, 1627, 75_534, 17, 86_812, 1644.53197, 0.994634)
    + ((1300, 8556), (659, 1766)),
]
"""Window, participation, pair rows, accounts, edges, largest weight, sum of weights,
mean gap, mean symmetry as shipped, and the first subgraph at 0.5 and 0.95."""

SELF = "9fa51ef17278c01d13d313741eddfc0b"
ISSUE_12 = "5c10a1e23d788292981b40e4006f4563"


@pytest.fixture(scope="module")
def russian(shared_data: Path) -> Shares:
    return read_shares([shared_data / "parity" / "coortweet_russian.parquet"])


def size(network: Network, number: Literal[1, 2, 3]) -> Size:
    part = subgraph(network, number)
    return len(part.accounts), len(part.edges)


@pytest.mark.parametrize("row", RUSSIAN, ids=lambda row: f"{row[0]}s-{row[1]}")
def test_the_russian_table(
    russian: Shares,
    row: tuple[int, int, int, int, int, int, int, float, float, Size, Size],
) -> None:
    window, least, *counts, gap, symmetry, half, high = row
    pairs = detect_groups(russian, window, least)
    network = coordinated_network(pairs)
    assert list(summary(network).values()) == counts
    layer = network.full
    assert f"{layer.avg_time_delta.mean():.6f}" == f"{gap:.6f}"
    assert f"{layer.edge_symmetry_score.mean():.6f}" == f"{symmetry:.6f}"
    assert size(network, 1) == half
    assert size(coordinated_network(pairs, 0.95), 1) == high


def test_the_subgraph_of_the_vignette(russian: Shares) -> None:
    network = coordinated_network(detect_groups(russian, 60, 2))
    edges, layer = subgraph(network, 1).edges, network.full
    assert Counter(layer.weight[edges].tolist()) == {2: 51, 3: 8, 4: 1}
    ends = layer.account[edges], layer.account_y[edges]
    among = len(russian.accounts)
    links = coo_array((np.ones(len(edges)), ends), shape=(among, among))
    label = connected_components(links, directed=False)[1]
    sizes = Counter(label[np.unique(np.concatenate(ends))].tolist())
    assert (len(sizes), max(sizes.values())) == (34, 10)
    top = edges[layer.weight[edges].argmax()]
    names = russian.accounts[layer.account[top]], russian.accounts[layer.account_y[top]]
    assert [name[:8] for name in names] == ["5067ece9", "dcaec387"]
    assert (layer.weight[top], layer.avg_time_delta[top]) == (4, 16.75)


def own_rows(pairs: PostPairs, account: str) -> tuple[int, int]:
    """Return the pairs that an account has a side in, and those it has both of."""
    code = pairs.shares.accounts.index(account)
    older = pairs.shares.account[pairs.older] == code
    newer = pairs.shares.account[pairs.newer] == code
    return int((older | newer).sum()), int((older & newer).sum())


def test_the_packages_own_tests(russian: Shares) -> None:
    without = detect_groups(russian, 10, 5)
    assert own_rows(without, SELF) == (0, 0)
    pairs = detect_groups(russian, 10, 5, loops=True)
    network = coordinated_network(pairs)
    assert (len(pairs), own_rows(pairs, SELF)[0]) == (60, 27)
    assert (len(network.full.accounts), len(network.full)) == (30, 27)
    assert int((network.full.account == network.full.account_y).sum()) == 3
    stats = account_stats(network, "none")
    posts = dict(zip(stats.account.tolist(), stats.unique_shares_count, strict=True))
    assert posts[russian.accounts.index(SELF)] == 53
    assert own_rows(pairs, ISSUE_12)[0] == 5
    assert posts[russian.accounts.index(ISSUE_12)] == 8


@pytest.mark.parametrize(("least", "few", "accounts"), [(2, 928, 2110), (5, 608, 772)])
def test_how_many_accounts_the_filter_lets_through(
    russian: Shares, least: int, few: int, accounts: int
) -> None:
    pairs = detect_groups(russian, 60, least)
    found = coordinated_network(pairs).full.accounts
    posts = posts_in_pairs(pairs)[found]
    assert (int((posts < least).sum()), len(found)) == (few, accounts)
    both = detect_groups(russian, 60, least, participation="documented")
    assert len(both) < len(pairs)


def wrong_counts(network: Network) -> int:
    layer = network.full
    wrong = layer.n_content_id != layer.true_n_content_id
    return int((wrong | (layer.n_content_id_y != layer.true_n_content_id_y)).sum())


def test_how_many_edges_count_the_wrong_posts(russian: Shares) -> None:
    network = coordinated_network(detect_groups(russian, 3600, 2))
    assert wrong_counts(network) == 685


# --- the German table ----------------------------------------------------------------

GERMAN = [
    ("url", "", 30, 41_100, 475, 5658, 506, 1453, 251, 8.026712)
    + ((238, 661), (371, 948)),
    ("domain", "", 30, 63_529, 3828, 5968, 692, 1659, 266, 8.475080)
    + ((251, 673), (407, 975)),
    ("phash", "", 30, 16_934, 107, 2131, 214, 337, 44, 10.874077)
    + ((68, 113), (161, 228)),
    ("hashtag", "", 30, 36_005, 478, 3703, 314, 506, 42, 12.796266)
    + ((154, 200), (154, 200)),
    ("url", "fb", 60, 15_994, 81, 6288, 503, 1645, 254, 16.562962)
    + ((245, 754), (371, 1084)),
]
"""Object, what account ids contain, window, rows, largest object, pair rows, accounts,
edges, largest weight, mean gap, and the first subgraph at 0.5 and 0.25."""


def german_shares(folder: Path, data: Path, *kinds: str, accounts: str = "") -> Shares:
    """Prepare the table as its authors do: one kind of object, no row twice."""
    table = data / "parity" / "coortweet_german.parquet"
    parts = (
        f"""SELECT DISTINCT ON (object, account_id, post_id, timestamp)
            '{kind}_' || {kind}_id AS object, account_id, post_id, timestamp,
            file_row_number
            FROM read_parquet('{table}', file_row_number = true)
            WHERE {kind}_id IS NOT NULL AND contains(account_id, '{accounts}')
            ORDER BY file_row_number"""
        for kind in kinds
    )
    rows = " UNION ALL ".join(f"({part})" for part in parts)
    prepared = folder / "german.parquet"
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({rows}) TO '{prepared}'")
    mapping = {"object": "object", "post": "post_id", "time": "timestamp"}
    return read_shares([prepared], mapping)


@pytest.mark.parametrize("row", GERMAN, ids=lambda row: f"{row[0]}-{row[1] or 'all'}")
def test_the_german_table(
    row: tuple[str, str, int, int, int, int, int, int, int, float, Size, Size],
    shared_data: Path,
    tmp_path: Path,
) -> None:
    kind, accounts, window, *counts, gap, half, quarter = row
    shares = german_shares(tmp_path, shared_data, kind, accounts=accounts)
    pairs = detect_groups(shares, window, 2)
    network = coordinated_network(pairs)
    found = summary(network)
    largest = int(np.bincount(shares.object).max())
    heads = [found[name] for name in ("pairs", "accounts", "edges", "max_weight")]
    assert [len(shares.object), largest, *heads] == counts
    assert f"{network.full.avg_time_delta.mean():.6f}" == f"{gap:.6f}"
    assert size(network, 1) == half
    assert size(coordinated_network(pairs, 0.25), 1) == quarter


def test_the_german_table_with_two_kinds_of_objects(
    shared_data: Path, tmp_path: Path
) -> None:
    """Each kind is looked at by itself, then the pairs make one network."""
    shares = german_shares(tmp_path, shared_data, "url", "phash")
    is_url = np.array([name.startswith("url_") for name in shares.objects])
    older, newer = [], []
    for chosen in (is_url[shares.object], ~is_url[shares.object]):
        rows = np.flatnonzero(chosen).astype(np.int32)
        pairs = detect_groups(shares.of_rows(rows), 30, 2)
        older.append(rows[pairs.older])
        newer.append(rows[pairs.newer])
    network = coordinated_network(
        PostPairs(
            shares=shares, older=np.concatenate(older), newer=np.concatenate(newer)
        )
    )
    found = summary(network)
    assert (found["pairs"], found["accounts"], found["edges"]) == (7789, 671, 1732)
    assert size(network, 1) == (298, 771)


def test_the_german_links_in_a_narrower_window(
    shared_data: Path, tmp_path: Path
) -> None:
    shares = german_shares(tmp_path, shared_data, "url")
    pairs = detect_groups(shares, 30, 2)
    flagged = flag_speed_share(pairs, 10)
    assert flagged.fast is not None
    assert int(flagged.fast.sum()) == 4724
    network = coordinated_network(flagged)
    assert network.fast is not None
    assert len(network.fast) == 1041
    assert (int(network.full.over.sum()), int(network.fast.over.sum())) == (661, 484)
    assert size(network, 2) == (120, 484)
    near = subgraph(network, 3)
    assert (len(near.accounts), len(near.edges)) == (175, 1020)
    assert len(near.coordinated) == 120


def test_statistics_of_the_german_links(shared_data: Path, tmp_path: Path) -> None:
    shares = german_shares(tmp_path, shared_data, "url")
    network = coordinated_network(detect_groups(shares, 30, 2))
    objects = group_stats(network, subgraph(network, 1).edges)
    assert len(objects) == 868
    assert objects[:3] == [("url_20853", 30), ("url_20810", 29), ("url_20970", 28)]
    stats = account_stats(network, "full")
    assert len(stats.account) == 238
    top = np.argsort(-stats.unique_shares_count)[:3]
    names = [shares.accounts[code] for code in stats.account[top]]
    assert names == ["fb_17402", "fb_456", "tw_43746"]
    assert stats.unique_shares_count[top].tolist() == [261, 251, 84]
    assert wrong_counts(network) == 8
    assert int((from_ends(network) != network.full.account).sum()) == 498
