"""Rivals give their tools' own numbers through the contest too, on the tools' data."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import numpy as np
import pytest

from rasad.evaluate.baselines.rule_coortweet import CooRTweet
from rasad.evaluate.baselines.rule_toolkit import Toolkit
from rasad.evaluate.contest import Layer, Outcome, Shown

pytestmark = pytest.mark.data

Size = tuple[int, int]
"""Accounts and edges."""

Action = tuple[str, str, float]

NOTHING = (0, 0)

RUSSIAN: list[tuple[int, int, Size, Size]] = [
    (1, 1, NOTHING, NOTHING),
    (1, 2, NOTHING, NOTHING),
    (10, 1, (10, 5), (10, 5)),
    (10, 2, (8, 4), (8, 4)),
    (10, 5, (2, 1), (2, 1)),
    (60, 1, (97, 63), (97, 63)),
    (60, 2, (94, 60), (94, 60)),
    (60, 5, (59, 36), (59, 36)),
    (120, 2, (211, 152), (211, 152)),
    (3600, 1, (2398, 10_985), (2398, 10_985)),
    (3600, 2, (2190, 10_679), (810, 1948)),
    (3600, 5, (1300, 8556), (659, 1766)),
]
"""Window, participation, and what is above the quantiles 0.5 and 0.95."""

GERMAN: list[tuple[str, Size, Size]] = [
    ("url", (238, 661), (371, 948)),
    ("domain", (251, 673), (407, 975)),
    ("phash", (68, 113), (161, 228)),
    ("hashtag", (154, 200), (154, 200)),
]
"""Object at 30 seconds, and what is above the quantiles 0.5 and 0.25."""


def shown(**traces: list[Action]) -> Shown:
    rows = [row for listed in traces.values() for row in listed]
    names = sorted({account for account, _, _ in rows})
    code = {account: place for place, account in enumerate(names)}
    return Shown(
        accounts=names,
        layers={trace: layer(listed, code) for trace, listed in traces.items()},
    )


def layer(rows: list[Action], code: dict[str, int]) -> Layer:
    items = sorted({item for _, item, _ in rows})
    place = {item: number for number, item in enumerate(items)}
    return Layer(
        account=np.array([code[account] for account, _, _ in rows], np.int64),
        object=np.array([place[item] for _, item, _ in rows], np.int64),
        time_s=np.array([time for _, _, time in rows], np.float64),
        n_objects=len(items),
    )


def size(found: Outcome) -> Size:
    return len(np.unique([found.first, found.second])), len(found.first)


@pytest.fixture(scope="module")
def russian(shared_data: Path) -> Shown:
    table = shared_data / "parity" / "coortweet_russian.parquet"
    with duckdb.connect() as engine:
        rows = engine.execute(
            f"""SELECT account_id, object_id, timestamp_share::DOUBLE
            FROM read_parquet('{table}')"""
        ).fetchall()
    return shown(repost=rows)


def german(data: Path, kind: str) -> list[Action]:
    """Prepare the table as its authors do: one kind of object, no row twice."""
    table = data / "parity" / "coortweet_german.parquet"
    with duckdb.connect() as engine:
        return engine.execute(
            f"""SELECT DISTINCT ON (object, account_id, post_id, timestamp)
            account_id, {kind}_id AS object, timestamp::DOUBLE
            FROM read_parquet('{table}') WHERE {kind}_id IS NOT NULL"""
        ).fetchall()


@pytest.mark.parametrize("row", RUSSIAN, ids=lambda row: f"{row[0]}s-{row[1]}")
def test_coortweets_russian_table(
    row: tuple[int, int, Size, Size], russian: Shown
) -> None:
    window, least, half, high = row
    rule = CooRTweet(window_s=window, min_participation=least)
    assert size(rule.judge(russian)) == half
    strict = CooRTweet(window_s=window, min_participation=least, edge_weight=0.95)
    assert size(strict.judge(russian)) == high


def test_the_subgraph_of_coortweets_vignette(russian: Shown) -> None:
    found = CooRTweet(window_s=60).judge(russian)
    assert np.bincount(found.weight.astype(int)).tolist() == [0, 0, 51, 8, 1]
    sizes = np.bincount(found.group[found.group >= 0])
    assert (len(sizes), int(sizes.max())) == (34, 10)
    top = int(np.argmax(found.weight))
    ends = found.first[top], found.second[top]
    assert [russian.accounts[end][:8] for end in ends] == ["5067ece9", "dcaec387"]
    assert found.score[list(ends)].tolist() == [4.0, 4.0]


@pytest.mark.parametrize("row", GERMAN, ids=lambda row: row[0])
def test_coortweets_german_table(
    row: tuple[str, Size, Size], shared_data: Path
) -> None:
    kind, half, quarter = row
    given = shown(object=german(shared_data, kind))
    assert size(CooRTweet(window_s=30).judge(given)) == half
    assert size(CooRTweet(window_s=30, edge_weight=0.25).judge(given)) == quarter


def test_two_kinds_of_objects_make_one_network(shared_data: Path) -> None:
    """The packages' users stack what was found in each; traces are treated so."""
    given = shown(link=german(shared_data, "url"), object=german(shared_data, "phash"))
    found = CooRTweet(window_s=30).judge(given)
    assert size(found) == (298, 771)
    assert int((found.score > 0).sum()) == 671


@pytest.mark.parametrize(
    ("window", "expected"),
    [(10, (1525, 1092)), (60, (3954, 6206)), (3600, (8080, 276_982))],
)
def test_both_tools_agree_on_reposts(
    window: int, expected: Size, russian: Shown
) -> None:
    """At an hour, the toolkit's own file reader would lose seven edges.

    It drops rows that repeat a message id; in the contest every action is a message.
    """
    assert size(Toolkit(window_s=window, min_edge_weight=1).judge(russian)) == expected


@pytest.mark.parametrize(
    ("window", "least", "edges"),
    [
        (1, 1, {"uid4 uid5": 1.0}),
        (1, 2, {}),
        (60, 1, {"uid0 uid1": 2.0, "uid2 uid3": 1.0, "uid4 uid5": 2.0}),
        (60, 2, {"uid0 uid1": 2.0, "uid4 uid5": 2.0}),
    ],
)
def test_the_toolkits_test_input(
    window: int, least: int, edges: dict[str, float], shared_data: Path
) -> None:
    table = shared_data / "parity" / "qut_coretweet_test_input.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    reposts = [(row[1], row[3], float(row[6])) for row in rows if row[3]]
    given = shown(repost=reposts)
    found = Toolkit(window_s=window, min_edge_weight=least).judge(given)
    ends = zip(found.first.tolist(), found.second.tolist(), strict=True)
    named = [f"{given.accounts[one]} {given.accounts[two]}" for one, two in ends]
    assert dict(zip(named, found.weight.tolist(), strict=True)) == edges
