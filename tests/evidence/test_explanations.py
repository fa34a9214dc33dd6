"""The nine explanations together: whom they fit, and that their counts are true."""

from __future__ import annotations

import csv
import logging
import random
from pathlib import Path
from typing import Any

import pytest
from exports.small_case import Row, Small, fill

from evidence.decoys import GROUPS, World, covert, crowd, everybody, named, news
from rasad.evidence.explanations import EXPLANATIONS, weigh
from rasad.evidence.explanations.explanation import by_share
from rasad.importers import IMPORTERS
from rasad.importers.facts import batches
from rasad.importers.parts import parts_of
from rasad.importers.plan import plan
from rasad.simulate.world import write_demo
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_facts
from rasad.traces import TRACES

Table = dict[tuple[str, str], Row]

FITS = {
    "news": {"breaking-news", "one-source"},
    "wire": {"wire-story"},
    "button": {"share-button", "one-source"},
    "feed": {"auto-poster", "one-source"},
    "schedule": {"auto-poster"},
    "outlet": {"one-outlet", "one-source"},
    "storm": {"open-call"},
    "star": {"one-active-account", "one-source"},
    "covert": set(),
}
"""What must fit each group of the world, and nothing else may.

Members of five of them link to nothing but one site.
"""


def table(store: DuckDBStore, groups: list[str]) -> Table:
    return {(row["grp"], row["explanation"]): row for row in weigh(store, groups)}


def fitting(weighed: Table, grp: str) -> set[str]:
    return {name for name in EXPLANATIONS if weighed[grp, name]["verdict"] == "fits"}


@pytest.fixture(scope="module")
def world() -> World:
    return everybody()


@pytest.fixture(scope="module")
def weighed(world: World) -> Table:
    with world.store() as store:
        return table(store, list(GROUPS))


def test_pairs_that_only_support_a_certified_group_count_like_kept_ones(
    world: World, weighed: Table
) -> None:
    only = World(records=world.records, members=world.members)
    only.pairs = [pair | {"kept": False, "supporting": True} for pair in world.pairs]
    with only.store() as store:
        assert table(store, list(GROUPS)) == weighed


# --- the interface -------------------------------------------------------------------


def test_ids_are_permanent_and_in_a_fixed_order() -> None:
    assert list(EXPLANATIONS) == [
        "breaking-news",
        "wire-story",
        "share-button",
        "auto-poster",
        "one-outlet",
        "one-source",
        "open-call",
        "one-active-account",
        "one-hand",
    ]


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_rule_speaks_in_sentences_and_says_its_numbers(name: str) -> None:
    rule = EXPLANATIONS[name]
    assert rule.id == name
    assert rule.title
    assert rule.claim.endswith(".")
    assert rule.question.endswith("?")
    assert rule.fits_when.endswith(".")
    assert any(char.isdigit() for char in rule.fits_when)


def test_programs_sources_and_hands_leave_open_whose_accounts_they_are() -> None:
    open_ones = [name for name, rule in EXPLANATIONS.items() if rule.leaves_open]
    assert open_ones == ["auto-poster", "one-source", "one-hand"]


def test_every_group_gets_every_explanation_in_order(world: World) -> None:
    with world.store() as store:
        rows = weigh(store, ["wire", "covert", "wire"])
    assert [(row["grp"], row["explanation"]) for row in rows] == [
        (grp, name) for grp in ("covert", "wire") for name in EXPLANATIONS
    ]
    assert all(set(row) == {"grp", "explanation", "verdict", "counts"} for row in rows)


def test_nothing_asked_is_nothing_answered() -> None:
    with DuckDBStore(None) as store:
        assert weigh(store, []) == []


def test_a_group_without_rows_is_insufficient_everywhere() -> None:
    with DuckDBStore(None) as store:
        rows = weigh(store, ["nobody"])
    assert {row["verdict"] for row in rows} == {"insufficient"}


def test_members_without_pairs_or_posts_are_insufficient_everywhere() -> None:
    with DuckDBStore(None) as store:
        fill(store, "member", [{"grp": "g", "account": f"x:{n}"} for n in range(5)])
        rows = weigh(store, ["g"])
    assert {row["verdict"] for row in rows} == {"insufficient"}


def test_the_temporary_tables_are_gone_afterwards(world: World) -> None:
    with world.store() as store:
        weigh(store, ["news"])
        left = store.rows("SELECT table_name FROM duckdb_tables() WHERE temporary")
    assert [row for row in left if row["table_name"].startswith("weighed")] == []


@pytest.mark.parametrize(
    ("explained", "unknown", "whole", "verdict"),
    [
        (0, 0, 0, "insufficient"),
        (5, 0, 5, "insufficient"),
        (8, 0, 10, "fits"),
        (79, 0, 100, "does not fit"),
        (79, 1, 100, "insufficient"),
        (0, 10, 10, "insufficient"),
    ],
)
def test_a_share_decides(
    explained: int, unknown: int, whole: int, verdict: str
) -> None:
    assert by_share(explained, unknown, whole) == verdict


# --- whom they fit -------------------------------------------------------------------


@pytest.mark.parametrize("grp", FITS)
def test_each_decoy_is_explained_by_its_own_reasons_alone(
    weighed: Table, grp: str
) -> None:
    assert fitting(weighed, grp) == FITS[grp]


def test_nothing_fits_a_covert_ring_and_most_is_ruled_out(weighed: Table) -> None:
    verdicts = [weighed["covert", name]["verdict"] for name in EXPLANATIONS]
    assert "fits" not in verdicts
    assert verdicts.count("does not fit") == len(EXPLANATIONS)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_fits_a_covert_ring_in_other_worlds(seed: int) -> None:
    world = World(draw=random.Random(seed))
    crowd(world)
    covert(world)
    for given in (world, world.bare(), world.bare("item ")):
        with given.store() as store:
            assert fitting(table(store, ["covert"]), "covert") == set()


@pytest.mark.parametrize(
    ("grp", "fits", "insufficient"),
    [
        ("news", {"breaking-news"}, {"one-outlet"}),
        ("feed", set(), {"one-outlet"}),
        ("schedule", {"auto-poster"}, {"one-outlet"}),
        ("storm", set(), {"one-outlet", "open-call"}),
        ("star", {"one-active-account"}, {"one-outlet"}),
        ("covert", set(), {"one-outlet"}),
    ],
)
def test_a_bare_table_decides_what_times_and_objects_can(
    world: World, grp: str, fits: set[str], insufficient: set[str]
) -> None:
    with world.bare("item ").store() as store:
        rows = {row["explanation"]: row["verdict"] for row in weigh(store, [grp])}
    unsaid = {"wire-story", "share-button", "one-source", *insufficient}
    assert {name for name in rows if rows[name] == "fits"} == fits
    assert {rows[name] for name in unsaid} == {"insufficient"}
    assert rows["breaking-news"] != "insufficient"


def test_objects_of_a_bare_table_may_be_links(world: World) -> None:
    with world.bare().store() as store:
        found = table(store, ["feed", "outlet", "covert"])
    assert found["feed", "auto-poster"]["verdict"] == "fits"
    # All lead to one site, and no profile could say whose pages they are.
    assert found["outlet", "one-outlet"]["counts"]["top_source"] == "gazette.example"
    assert found["outlet", "one-outlet"]["verdict"] == "insufficient"
    assert found["covert", "one-outlet"]["verdict"] == "does not fit"


def test_right_to_left_names_and_texts_pass_through() -> None:
    small = Small()
    with small.store() as store:
        rows = weigh(store, ["aa11" * 4, "bb22" * 4])
    assert len(rows) == 2 * len(EXPLANATIONS)
    by_name = {row["explanation"]: row for row in rows if row["grp"][0] == "a"}
    assert by_name["one-outlet"]["counts"]["members_with_profile"] == 5
    assert by_name["breaking-news"]["counts"]["shared_posts"] == 30


# --- that counts are true ------------------------------------------------------------


def shared_posts(world: World, grp: str, window_s: int) -> set[tuple[str, str]]:
    """Go through all pairs of posts of members with one link in common."""
    members = {row["account"] for row in world.members if row["grp"] == grp}
    own = [one for one in world.records if one.account in members and one.links]
    return {
        (one.account, str(one.post))
        for one in own
        for other in own
        if one.account != other.account
        and one.links == other.links
        and abs(one.created_at - other.created_at) <= window_s * 1_000_000
    }


@pytest.mark.parametrize(("grp", "window_s"), [("news", 600), ("feed", 60)])
def test_shared_posts_are_those_that_going_through_all_pairs_finds(
    world: World, weighed: Table, grp: str, window_s: int
) -> None:
    found = len(shared_posts(world, grp, window_s))
    for name in (
        *("breaking-news", "wire-story", "share-button"),
        *("one-outlet", "one-source"),
    ):
        assert weighed[grp, name]["counts"]["shared_posts"] == found


def test_outsiders_of_news_are_those_that_going_through_all_posts_finds() -> None:
    world = World()
    crowd(world)
    news(world, size=2, reach=30)
    with world.store() as store:
        counts = table(store, ["news"])["news", "breaking-news"]["counts"]
    members = {row["account"] for row in world.members}
    beside = 0
    shared = shared_posts(world, "news", 600)
    links = {one.links for one in world.records if (one.account, one.post) in shared}
    for link in links:
        on_it = [one for one in world.records if one.links == link]
        middle = min(one.created_at for one in on_it if one.account in members)
        beside += sum(
            abs(one.created_at - middle) <= 1_800_000_000
            for one in on_it
            if one.account not in members
        )
    assert counts["occasions"] == len(links)
    assert counts["outsiders_within_hour"] == beside
    assert counts["outsiders_in_data"] == 120


def test_accounts_of_other_groups_are_no_outsiders() -> None:
    world = World()
    crowd(world)
    news(world)
    world.group("rest", named("plain", 120), "link")
    with world.store() as store:
        row = table(store, ["news"])["news", "breaking-news"]
    assert row["counts"]["outsiders_in_data"] == 0
    assert row["verdict"] == "insufficient"


def test_parts_never_exceed_their_wholes(weighed: Table) -> None:
    parts = {
        "breaking-news": [
            ("posts_on_news", "shared_posts"),
            ("occasions_of_news", "occasions"),
        ],
        "wire-story": [
            ("posts_with_text", "shared_posts"),
            ("posts_of_same_words", "posts_with_text"),
            ("same_words_with_site", "posts_of_same_words"),
            ("same_words_to_own_site", "same_words_with_site"),
            ("members_with_own_site", "members"),
            ("own_sites", "members_with_own_site"),
            ("own_sites_linked_by_outsiders", "own_sites"),
        ],
        "share-button": [
            ("posts_of_a_button_with_link_or_mention", "posts_of_a_button"),
            ("posts_of_a_button", "posts_of_same_words"),
            ("texts_of_a_button", "texts"),
        ],
        "auto-poster": [
            ("members_with_a_sign", "members"),
            ("pages_outsiders_link", "pages"),
        ],
        "one-outlet": [
            ("posts_of_top_source", "shared_posts"),
            ("members_naming_source", "members_with_profile"),
        ],
        "one-source": [
            ("posts_of_top_source", "shared_posts"),
            ("members_devoted", "members"),
            ("members_with_too_few_posts", "members"),
            ("members_undecided", "members"),
            ("posts_of_members_to_it", "posts_of_members_that_lead_anywhere"),
        ],
        "open-call": [
            ("posts_at_announced_hours", "shared_posts"),
            ("bursts_at_announced_hours", "bursts"),
        ],
        "one-active-account": [("pairs_without_it", "pairs")],
        "one-hand": [
            ("gaps_at_once", "gaps_too_short_for_a_hand"),
            ("gaps_too_short_for_a_hand", "gaps"),
        ],
    }
    for (_, name), row in weighed.items():
        for part, whole in parts[name]:
            assert 0 <= row["counts"][part] <= row["counts"][whole], (name, part)


def test_counts_are_plain_numbers_and_short_names(weighed: Table) -> None:
    for row in weighed.values():
        for value in row["counts"].values():
            assert value is None or type(value) in (int, str)
            assert not isinstance(value, str) or len(value) <= 80


def test_the_order_of_the_rows_and_the_other_groups_change_nothing(
    world: World, weighed: Table
) -> None:
    shuffled = World(members=world.members[::-1], pairs=world.pairs[::-1])
    shuffled.records = random.Random(3).sample(world.records, len(world.records))
    with shuffled.store() as store:
        for grp in ("feed", "storm"):
            for row in weigh(store, [grp]):
                assert row == weighed[grp, row["explanation"]]


def test_no_name_and_no_text_reaches_a_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), world.store() as store:
        weigh(store, ["outlet"])
    assert caplog.text == ""


# --- the simulated world, as it is imported ------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demo's file as imported, its teams and its fan club each taken as a group."""
    written = write_demo(tmp_path_factory.mktemp("demo"))
    planned = plan(written.archive)
    store = DuckDBStore(None)
    importer = IMPORTERS.find(planned.sniff.importer)
    entries = importer.read(planned.head, planned.sniff.mapping)
    for batch in batches(parts_of(entries)):
        add_facts(store, batch.tables("demo", TRACES))
    world = World()
    for team, trace in DEMO.items():
        accounts = team_of(written.truth, team)
        world.group(team, [name.removeprefix("x:") for name in accounts], trace)
    fill(store, "member", [unprefixed(row) for row in world.members])
    fill(store, "pair", [unprefixed(row) for row in world.pairs])
    yield store
    store.close()


DEMO = {
    "fast_repost": "repost",
    "template_text": "link",
    "slow_reply": "reply",
    "fan_club": "hashtags",
}


def team_of(truth: Path, team: str) -> list[str]:
    with truth.open(encoding="utf-8", newline="") as file:
        return [row["account"] for row in csv.DictReader(file) if row["team"] == team]


def unprefixed(row: Row) -> Row:
    """Take off the platform that `World.group` puts before a name."""
    return {
        name: value.removeprefix("x:") if name.startswith("account") else value
        for name, value in row.items()
    }


@pytest.mark.parametrize("team", DEMO)
def test_the_fan_club_answered_a_call_and_nothing_fits_the_teams(
    demo: DuckDBStore, team: str
) -> None:
    expected = {"open-call"} if team == "fan_club" else set()
    assert fitting(table(demo, [team]), team) == expected
