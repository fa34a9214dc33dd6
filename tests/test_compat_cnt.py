"""`rasad compat cnt`: its numbers, its files, its sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from compat_runs import compat, counts, table
from evaluate.plain_toolkit import ACCOUNTS_OF_TEST_INPUT, NETWORKS_OF_SAMPLE
from evaluate.test_rival_database import fill

MESSAGES = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    rows = [
        "1,a,anna,p,,RT,0,\n",
        "2,b,bob,p,,RT,1,\n",
        "3,b,bob,p,,RT,1,\n",
        "4,+c,=cmd,,,@a,50,\n",
        '5,علی,ali,,,"@b\n=1+1",50,\n',
    ]
    path.write_text(MESSAGES + "".join(rows), encoding="utf-8")
    return path


def test_the_toolkit_prints_five_numbers(messages: Path) -> None:
    assert counts("cnt", messages, "--min-edge-weight", 1) == [2, 2, 2, 2, 3]


def test_the_toolkit_has_the_defaults_of_its_command_line(messages: Path) -> None:
    by_hand = ["--network", "co_retweet", "--window", 1, "--min-edge-weight", 2]
    assert counts("cnt", messages) == counts("cnt", messages, *by_hand)
    assert counts("cnt", messages) == [2, 2, 1, 2, 2]


def test_self_loops_are_kept_on_request(messages: Path) -> None:
    assert counts("cnt", messages, "--loops") == [3, 2, 2, 2, 4]


def test_participation_is_the_edge_weight_by_another_name(messages: Path) -> None:
    one, other = (
        counts("cnt", messages, option, 1)
        for option in ("--min-participation", "--min-edge-weight")
    )
    assert one == other == [2, 2, 2, 2, 3]


def test_people_who_keep_loops_are_told_of_release_1_5_2(messages: Path) -> None:
    sentence = "release 1.5.2 lets a message meet itself"
    result = compat("cnt", messages, "--loops", "--min-edge-weight", 1)
    assert sentence in result.stdout
    assert "1 account more than here" in result.stdout
    assert sentence not in compat("cnt", messages).stdout


def test_a_database_of_the_toolkit_is_read_by_the_command(tmp_path: Path) -> None:
    path = tmp_path / "toolkit.db"
    fill(path)
    assert counts("cnt", path, "--min-edge-weight", 1) == [1, 2, 2, 1, 2]
    (line,) = compat("coortweet", path).stderr.splitlines()
    assert line.startswith("Error: toolkit.db is a SQLite database")


@pytest.mark.data
@pytest.mark.parametrize(
    ("window", "least", "loops", "accounts"), ACCOUNTS_OF_TEST_INPUT
)
def test_accounts_of_the_toolkits_test_input_through_the_command(
    window: int, least: int, loops: bool, accounts: int, shared_data: Path
) -> None:
    path = shared_data / "parity" / "qut_coretweet_test_input.csv"
    options = ["--window", window, "--min-participation", least]
    found = counts("cnt", path, *options, *(["--loops"] if loops else []))
    assert found[1] == accounts


@pytest.mark.data
@pytest.mark.parametrize(("network", "edges", "largest", "total"), NETWORKS_OF_SAMPLE)
def test_six_networks_of_the_toolkits_example_through_the_command(
    network: str, edges: int, largest: int, total: int, shared_data: Path
) -> None:
    path = shared_data / "parity" / "qut_sample_data.csv"
    options = ["--window", 60, "--min-edge-weight", 1, "--similarity", 0.9]
    found = counts("cnt", path, "--network", network, *options)
    assert found[2:] == [edges, largest, total]


def test_the_toolkits_files_have_its_columns(messages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--network", "co_link", "--min-edge-weight", 1, "--out", out]
    assert compat("cnt", messages, *options).exit_code == 0
    assert table(out / "edges.csv")[0] == {
        "source": "'+c",
        "target": "علی",
        "weight": "1",
        "edge_type": "co_link",
    }
    nodes = {row["Id"]: row for row in table(out / "nodes.csv")}
    assert sorted(nodes) == ["'+c", "a", "b", "علی"]
    assert nodes["'+c"]["username"] == "'=cmd"
    assert nodes["علی"]["message_0"] == "'@b\n=1+1"
    assert list(nodes["a"])[-1] == "message_9"


def test_empty_links_are_counted_for_people(messages: Path) -> None:
    result = compat("cnt", messages, "--network", "co_link", "--min-edge-weight", 1)
    assert "1 of 1 pair here shares nothing but the empty link" in result.stdout


@pytest.mark.parametrize("network", ["co_tweet", "co_similar_tweet", "co_post"])
def test_every_network_speaks_to_people(messages: Path, network: str) -> None:
    result = compat("cnt", messages, "--network", network)
    assert result.exit_code == 0, result.output
    assert "Weight:" in result.stdout
