"""The measures of a whole case against plain SQL, and the limits it states."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted_ring import NEW_YEAR, Share, planted_shares, write_shares

from rasad.case import open_case
from rasad.config import Calibration, Coaction, Settings
from rasad.importers.plan import plan
from rasad.network.population import POOLED, population

SELF_JOIN = """
    WITH close AS (
      SELECT a.account AS account_a, b.account AS account_b, a.object,
        a.post AS post_a, b.post AS post_b,
        epoch_us(b.acted_at) - epoch_us(a.acted_at) AS gap_us,
        least(a.acted_at, b.acted_at) AS first_at,
        greatest(a.acted_at, b.acted_at) AS last_at
      FROM action AS a JOIN action AS b
        ON a.object = b.object AND a.account < b.account
    )
    SELECT account_a, account_b, count(DISTINCT object) AS n_objects,
      count(DISTINCT post_a) AS n_posts_a, count(DISTINCT post_b) AS n_posts_b,
      count(*) AS n_pairs, min(first_at) AS first_at, max(last_at) AS last_at,
      median(abs(gap_us)) / 1e6 AS median_gap_s,
      count(*) FILTER (gap_us > 0) AS n_a_first,
      count(*) FILTER (gap_us < 0) AS n_b_first
    FROM close WHERE abs(gap_us) <= $window::BIGINT * 1000000
    GROUP BY ALL ORDER BY ALL
"""
TABLES = "run", "trace_run", "edge", "pair", "grp", "gap", "frontier", "heldout"
EDGES = """
    SELECT account_a, account_b, n_objects, n_posts_a, n_posts_b, n_pairs, first_at,
      last_at, median_gap_s, n_a_first, n_b_first
    FROM edge WHERE window_s = $window ORDER BY ALL
"""


@pytest.mark.parametrize("window", [10, 60, 600, 3600])
def test_edges_are_those_of_a_plain_self_join(
    planted: Path, tmp_path: Path, window: int
) -> None:
    with open_case(tmp_path / "c", create=True) as case:
        case.import_file(plan(planted))
        case.detect()
        found = case.store.rows(EDGES, window=window)
        assert found == case.store.rows(SELF_JOIN, window=window)
        assert found


def detect(
    folder: Path, shares: list[Share], settings: Settings | None = None
) -> dict[str, list[dict[str, object]]]:
    folder.mkdir(exist_ok=True)
    path = write_shares(folder / "shares.csv", shares)
    with open_case(folder / "c", create=True, settings=settings) as case:
        case.import_file(plan(path))
        case.detect()
        return {name: case.store.rows(f"SELECT * FROM {name}") for name in TABLES}


def test_windows_finer_than_the_times_are_not_computed_and_say_so(
    tmp_path: Path,
) -> None:
    by_minute = [(a, o, t // 60 * 60) for a, o, t in planted_shares()]
    tables = detect(tmp_path, by_minute)
    runs = {row["window_s"]: row for row in tables["trace_run"]}
    assert runs[10]["computed"] is False
    assert "no finer than min" in str(runs[10]["reason"])
    assert runs[60]["computed"] is True
    assert {row["window_s"] for row in tables["edge"]} == {0, 60, 600, 3600}


def test_times_by_the_day_leave_nothing_to_compute(tmp_path: Path) -> None:
    by_day = [(a, o, t // 86_400 * 86_400) for a, o, t in planted_shares()]
    tables = detect(tmp_path, by_day)
    assert not any(row["computed"] for row in tables["trace_run"])
    assert tables["edge"] == tables["pair"] == tables["grp"] == []


def test_data_in_which_nothing_stands_out_say_so(tmp_path: Path) -> None:
    ordinary = [share for share in planted_shares() if share[0].startswith("user")]
    tables = detect(tmp_path, ordinary)
    assert not any(row["kept"] for row in tables["pair"])
    assert {row["grade"] for row in tables["grp"]} <= {"none", "shared_interest"}
    assert "reference population may be the operation" in str(
        tables["run"][0]["warnings"]
    )


def test_where_nothing_is_trusted_no_false_alarms_are_counted(tmp_path: Path) -> None:
    """None is not the same as zero: nobody knows how many there would be."""
    few = Settings(calibration=Calibration(pairs=100))
    tables = detect(tmp_path, planted_shares(), few)
    (run,) = tables["run"]
    assert run["calibration"] != "passed"
    assert (run["n_false_edges"], run["n_false_groups"]) == (None, None)
    assert {row["grade"] for row in tables["pair"]} == {"none"}
    assert not any(row["kept"] for row in tables["pair"])
    assert not any(row["confirmed"] for row in tables["heldout"])


def test_the_frontier_is_that_of_the_pairs_with_most_tests(tmp_path: Path) -> None:
    tables = detect(tmp_path, planted_shares())
    most = max(int(str(row["n_tests"])) for row in tables["pair"])
    assert {row["n_tests"] for row in tables["frontier"]} == {most}


def crowd(accounts: int, each: int) -> list[Share]:
    """Everybody shares the same things within seconds."""
    return [
        (f"user{n:04}", f"item{k}", NEW_YEAR + 7_200 * k + n % 9)
        for n in range(accounts)
        for k in range(each)
    ]


def test_a_crowd_that_cannot_be_tested_is_left_out_and_told(tmp_path: Path) -> None:
    settings = Settings(coaction=Coaction(max_untested_pairs=1000, max_pairs=10**6))
    tables = detect(tmp_path, crowd(80, 1) + crowd(5, 3), settings)
    assert all(row["untested_left_out"] for row in tables["trace_run"])
    accounts = {row["account_a"] for row in tables["edge"]}
    assert accounts <= {f"generic:user{n:04}" for n in range(5)}
    assert "were not enumerated" in str(tables["run"][0]["warnings"])


def test_a_capped_object_is_counted_and_told(tmp_path: Path) -> None:
    settings = Settings(coaction=Coaction(max_untested_pairs=100, max_pairs=2000))
    tables = detect(tmp_path, crowd(120, 2), settings)
    (lost,) = {row["n_pairs_lost"] for row in tables["trace_run"]}
    (capped,) = {row["n_capped_objects"] for row in tables["trace_run"]}
    kept = sum(row["n_pairs"] for row in tables["edge"] if row["window_s"] == 3600)  # type: ignore[misc]
    assert capped == 2
    assert lost + kept == 2 * 120 * 119 // 2  # type: ignore[operator]
    assert "were sampled by account" in str(tables["run"][0]["warnings"])


def test_gaps_count_every_co_action_once(tmp_path: Path) -> None:
    tables = detect(tmp_path, crowd(20, 2))
    assert sum(row["n_pairs"] for row in tables["gap"]) == 2 * 20 * 19 // 2  # type: ignore[misc]


def test_one_row_is_a_case_without_edges(tmp_path: Path) -> None:
    tables = detect(tmp_path, [("user", "item", NEW_YEAR)])
    assert tables["edge"] == tables["grp"] == []
    assert len(tables["run"]) == 1


def test_ids_beyond_two_to_the_53_stay_apart(tmp_path: Path) -> None:
    base = 2**53
    shares = [
        (str(base + n), f"item{k}", NEW_YEAR + 100 * k)
        for n in range(3)
        for k in range(4)
    ]
    pairs = {
        (row["account_a"], row["account_b"]) for row in detect(tmp_path, shares)["edge"]
    }
    assert len(pairs) == 3


def test_rare_strata_are_pooled(planted: Path, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    rows = [
        f"u{n},o{n % 5},{NEW_YEAR + n},{'fa' if n < 150 else 'xx'}" for n in range(151)
    ]
    path.write_text("account,object,time,language\n" + "\n".join(rows) + "\n")
    with open_case(tmp_path / "c", create=True) as case:
        case.import_file(plan(path))
        people = population(case.store, 0.01)
    assert people.strata == ("fa x generic", POOLED)
    assert (people.stratum == 1).sum() == 1


def test_one_post_under_two_hashes_of_its_author_is_no_co_action(
    tmp_path: Path,
) -> None:
    path = tmp_path / "releases.csv"
    rows = [
        f"{author},p{n},the quick brown fox number {n} jumps,{NEW_YEAR + 500 * n}"
        for n in range(5)
        for author in ("hashA", "hashB")
    ]
    path.write_text("account,post,text,time\n" + "\n".join(rows) + "\n")
    with open_case(tmp_path / "c", create=True) as case:
        columns = {name: name for name in ("account", "post", "text", "time")}
        case.import_file(plan(path, mapping=columns))
        case.detect()
        assert case.store.rows("SELECT * FROM edge") == []
        runs = case.store.rows("SELECT * FROM trace_run")
        assert {row["n_repeated"] for row in runs} == {5}
        assert case.info()["sources"][0]["accepted"] == 10


def test_the_order_of_rows_does_not_decide_how_exact_times_are(tmp_path: Path) -> None:
    exact = [(f"u{n % 40}", f"o{n % 90}", NEW_YEAR + 997 * n) for n in range(900)]
    rounded = [(a, o, t // 60 * 60) for a, o, t in exact[:250]]
    one = detect(tmp_path / "one", rounded + exact)
    other = detect(tmp_path / "other", exact + rounded)
    assert one["edge"] == other["edge"]
    assert one["trace_run"] == other["trace_run"]
