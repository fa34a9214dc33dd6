"""`rasad compat coortweet`: its numbers, its files, its sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from compat_runs import SHARES, compat, counts, table


@pytest.fixture
def shares(tmp_path: Path) -> Path:
    """Six posts of a around one of b, and a pair of two others."""
    path = tmp_path / "shares.csv"
    times = [1, 2, 3, 7, 8, 9]
    rows = [f"x,a,a{n},{second}\n" for n, second in enumerate(times)]
    rows += ["x,b,b0,5\n", "y,=c,c0,100\n", "y,علی,d0,100.5\n"]
    path.write_text(SHARES + "".join(rows), encoding="utf-8")
    return path


def test_coortweet_prints_five_numbers(shares: Path) -> None:
    assert counts("coortweet", shares, "--min-participation", 1) == [7, 4, 2, 6, 7]


def test_the_window_and_the_participation_of_coortweet_have_its_defaults(
    shares: Path,
) -> None:
    by_hand = ["--window", 10, "--min-participation", 2]
    assert counts("coortweet", shares) == counts("coortweet", shares, *by_hand)
    assert counts("coortweet", shares)[0] == 0


def test_loops_are_kept_on_request(shares: Path) -> None:
    assert counts("coortweet", shares, "--min-participation", 1, "--loops")[0] == 22


def test_coortweets_files_have_its_columns(shares: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = compat("coortweet", shares, "--min-participation", 1, "--out", out)
    assert result.exit_code == 0, result.output
    names = ["account_stats", "coordinated_pairs", "edges", "group_stats"]
    assert sorted(path.stem for path in out.iterdir()) == names
    pairs = table(out / "coordinated_pairs.csv")
    assert pairs[0] == {
        "object_id": "x",
        "content_id": "a0",
        "content_id_y": "b0",
        "time_delta": "4",
        "account_id": "a",
        "account_id_y": "b",
    }
    assert len(pairs) == 7
    edges = table(out / "edges.csv")
    assert list(edges[0])[:8] == [
        "from",
        "to",
        "weight",
        "avg_time_delta",
        "n_content_id",
        "n_content_id_y",
        "edge_symmetry_score",
        "weight_threshold",
    ]
    heavy = {edge["from"]: edge for edge in edges}["a"]
    assert (heavy["weight"], heavy["weight_threshold"]) == ("6", "1")
    assert float(heavy["edge_symmetry_score"]) == 1.0
    assert float(heavy["true_symmetry"]) == pytest.approx(1 / 6)
    assert table(out / "group_stats.csv")[0] == {"object_id": "x", "num_accounts": "1"}
    stats = {row["account_id"]: row for row in table(out / "account_stats.csv")}
    assert stats["a"]["unique_shares_count"] == "6"


def test_ids_cannot_act_in_a_spreadsheet(shares: Path, tmp_path: Path) -> None:
    compat("coortweet", shares, "--min-participation", 1, "--out", tmp_path / "out")
    edges = table(tmp_path / "out" / "edges.csv")
    assert [edge["from"] for edge in edges] == ["'=c", "a"]
    assert edges[0]["to"] == "علی"


def test_a_narrower_window_is_flagged(shares: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["--min-participation", 1, "--fast-window", 3, "--out", out]
    assert compat("coortweet", shares, *arguments).exit_code == 0
    flags = [row["time_window_3"] for row in table(out / "coordinated_pairs.csv")]
    assert flags.count("1") == 5
    edge = {row["from"]: row for row in table(out / "edges.csv")}["a"]
    assert (edge["weight_full"], edge["weight_fast"]) == ("6", "4")
    assert "avg_time_delta_fast" in table(out / "account_stats.csv")[0]


def test_people_are_told_where_rasad_differs_and_why(shares: Path) -> None:
    result = compat("coortweet", shares, "--min-participation", 1)
    assert "1 of 2 edges here has another true_symmetry" in result.stdout
    for word in ("Weight:", "Participation:", "Symmetry:", "Threshold:"):
        assert word in result.stdout


def test_the_same_file_twice_is_twice_the_rows(shares: Path) -> None:
    once = counts("coortweet", shares, "--min-participation", 1)
    twice = counts("coortweet", shares, shares, "--min-participation", 1)
    assert twice == [4 * once[0], *once[1:3], 4 * once[3], 4 * once[4]]


def test_one_row_is_no_pair(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(SHARES + "o,a,c,1\n")
    assert counts("coortweet", path) == [0] * 5
    result = compat("coortweet", path, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert table(tmp_path / "out" / "edges.csv") == []


def test_an_input_is_never_replaced(shares: Path, tmp_path: Path) -> None:
    """By whatever name: the folder itself, a link to it, another link to the file."""
    given = shares.rename(tmp_path / "edges.csv")
    content = given.read_bytes()
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "group_stats.csv").hardlink_to(given)
    for out in (tmp_path, tmp_path / "again", other / ".." / "again", other):
        result = compat("coortweet", tmp_path / "no.csv", given, "--out", out)
        assert result.exit_code == 1
        assert "A result would replace an input" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    result = compat("cnt", given, "--out", tmp_path)
    assert "A result would replace an input" in result.stderr
    assert given.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "again",
        "edges.csv",
        "other",
    ]


def test_duplicates_are_counted_and_dropped_on_request(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text(f"{SHARES}x,a,p,1\nx,a,p,1\n,a,r,1\nx,b,q,2\n,b,s,9\n")
    assert counts("coortweet", path) == [2, 2, 1, 2, 2]
    assert counts("coortweet", path, "--drop-duplicates") == [0] * 5
    sentence = "1 row repeats another, 2 lack an object"
    assert sentence in compat("coortweet", path).stdout
    assert sentence in compat("coortweet", path, "--drop-duplicates").stdout


def test_a_subgraph_is_followed_by_every_table(shares: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--min-participation", 1, "--subgraph", 1]
    assert counts("coortweet", shares, *options) == [6, 2, 1, 6, 6]
    result = compat("coortweet", shares, *options, "--out", out)
    assert result.exit_code == 0, result.output
    assert [row["from"] for row in table(out / "edges.csv")] == ["a"]
    assert [row["object_id"] for row in table(out / "group_stats.csv")] == ["x"]
    accounts = [row["account_id"] for row in table(out / "account_stats.csv")]
    assert accounts == ["a", "b"]
    assert len(table(out / "coordinated_pairs.csv")) == 7


def test_a_fast_subgraph_needs_a_fast_window(shares: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    result = compat("coortweet", missing, "--subgraph", 2)
    assert (result.exit_code, "--fast-window" in result.stderr) == (2, True)
    options = ["--min-participation", 1, "--fast-window", 3]
    assert counts("coortweet", shares, *options, "--subgraph", 2) == [6, 2, 1, 6, 6]
    assert counts("coortweet", shares, *options, "--subgraph", 3) == [6, 2, 1, 6, 6]


def test_times_in_milliseconds_are_one_sentence_on_standard_error(
    tmp_path: Path,
) -> None:
    path = tmp_path / "shares.csv"
    path.write_text(f"{SHARES}x,a,p,1600000000000\nx,b,q,1600000000009\n")
    result = compat("coortweet", path, "--min-participation", 1, "--json")
    assert json.loads(result.stdout)["pairs"] == 1
    (line,) = result.stderr.splitlines()
    assert "a window of 10 holds 10 milliseconds" in line


RUSSIAN = [
    (1, 1, [129, 251, 129, 1, 129], (0, 0), (0, 0)),
    (1, 2, [8, 12, 8, 1, 8], (0, 0), (0, 0)),
    (10, 1, [1098, 1525, 1092, 3, 1098], (10, 5), (10, 5)),
    (10, 2, [447, 525, 442, 3, 447], (8, 4), (8, 4)),
    (10, 5, [22, 23, 20, 3, 22], (2, 1), (2, 1)),
    (60, 1, [6281, 3954, 6206, 4, 6281], (97, 63), (97, 63)),
    (60, 2, [3791, 2110, 3721, 4, 3791], (94, 60), (94, 60)),
    (60, 5, [1235, 772, 1193, 4, 1235], (59, 36), (59, 36)),
    (120, 2, [7883, 2778, 7696, 6, 7883], (211, 152), (211, 152)),
    (3600, 1, [290_963, 8080, 276_982, 17, 290_963], (2398, 10_985), (2398, 10_985)),
    (3600, 2, [183_379, 4099, 169_781, 17, 183_379], (2190, 10_679), (810, 1948)),
    (3600, 5, [86_812, 1627, 75_534, 17, 86_812], (1300, 8556), (659, 1766)),
]
"""Window, participation, the five numbers, and accounts and edges of the first
subgraph at 0.5 and 0.95."""


@pytest.mark.data
@pytest.mark.parametrize("row", RUSSIAN, ids=lambda row: f"{row[0]}s-{row[1]}")
def test_the_russian_table_through_the_command(
    row: tuple[int, int, list[int], tuple[int, int], tuple[int, int]],
    shared_data: Path,
) -> None:
    window, least, expected, *parts = row
    path = shared_data / "parity" / "coortweet_russian.parquet"
    options = ["--window", window, "--min-participation", least]
    assert counts("coortweet", path, *options) == expected
    for quantile, part in zip((0.5, 0.95), parts, strict=True):
        chosen = ["--subgraph", 1, "--edge-weight", quantile]
        found = counts("coortweet", path, *options, *chosen)
        assert (found[1], found[2]) == part


def german(shared_data: Path, *options: object, item: str = "url_id") -> list[int]:
    path = shared_data / "parity" / "coortweet_german.parquet"
    mapping = f"object={item},post=post_id,time=timestamp"
    return counts("coortweet", path, "--map", mapping, "--window", 30, *options)


@pytest.mark.data
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("url_id", [5658, 506, 1453, 251]),
        ("domain_id", [5968, 692, 1659, 266]),
        ("phash_id", [2131, 214, 337, 44]),
        ("hashtag_id", [3703, 314, 506, 42]),
    ],
)
def test_the_german_table_without_its_duplicates(
    item: str, expected: list[int], shared_data: Path
) -> None:
    assert german(shared_data, "--drop-duplicates", item=item)[:4] == expected


@pytest.mark.data
def test_the_german_table_as_it_is_counts_more(shared_data: Path) -> None:
    assert german(shared_data)[:3] == [6277, 684, 1581]


@pytest.mark.data
@pytest.mark.parametrize(
    ("number", "accounts", "edges"), [(1, 238, 661), (2, 120, 484), (3, 175, 1020)]
)
def test_the_german_subgraphs(
    number: int, accounts: int, edges: int, shared_data: Path, tmp_path: Path
) -> None:
    options = ["--drop-duplicates", "--subgraph", number]
    if number > 1:
        options += ["--fast-window", 10]
    found = german(shared_data, *options, "--out", tmp_path)
    assert found[1:3] == [accounts, edges]
    assert len(table(tmp_path / "edges.csv")) == edges
    assert len(table(tmp_path / "account_stats.csv")) == accounts
    if number == 1:
        objects = table(tmp_path / "group_stats.csv")
        assert len(objects) == 868
        assert objects[0] == {"object_id": "20853", "num_accounts": "30"}


@pytest.mark.parametrize("window", ["-1", "nan", "inf", "soon"])
def test_what_is_no_window_is_a_usage_error(shares: Path, window: str) -> None:
    assert compat("coortweet", shares, "--window", window).exit_code == 2


@pytest.mark.parametrize("quantile", ["-0.1", "1.1", "nan"])
def test_what_is_no_quantile_is_a_usage_error(shares: Path, quantile: str) -> None:
    assert compat("coortweet", shares, "--edge-weight", quantile).exit_code == 2


def test_a_folder_that_cannot_be_made_is_one_sentence(
    shares: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    result = compat("coortweet", shares, "--out", taken)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


def test_nothing_from_a_table_acts_on_the_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[31m[link=http://x.example]\u202eevil[/link]"
    path = tmp_path / "hostile.csv"
    path.write_text(f"{SHARES}o,{hostile},c,1\no,b,d,2\n", encoding="utf-8")
    result = compat("coortweet", path, "--min-participation", 1)
    assert result.exit_code == 0, result.output
    assert not {c for c in result.output if ord(c) < 32 and c not in "\n\t"}
    assert "\u202e" not in result.output
