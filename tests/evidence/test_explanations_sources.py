"""Pages that carry one source: devoted to it with all their posts, or not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from exports.small_case import Row

from evidence.decoys import DAY, HOUR, World, covert, crowd, family, named, outlet
from rasad.evidence.explanations import weigh
from rasad.schema import Record


def weighed(world: World, grp: str) -> dict[str, Row]:
    with world.store() as store:
        return {row["explanation"]: row for row in weigh(store, [grp])}


def judged(world: World, grp: str) -> Row:
    return weighed(world, grp)["one-source"]


def populated(seed: int = 11) -> World:
    world = World(draw=random.Random(seed))
    crowd(world)
    return world


def linking(world: World, who: str, times: int, *sites: str, **given: Any) -> None:
    """Add posts to an account that nobody else repeats, to sites in turn."""
    for n in range(times):
        site = sites[n % len(sites)]
        link = (f"https://{site}/{who}/own/{n}",)
        at_s = world.draw.randrange(10 * DAY)
        world.post(who, at_s, text=f"{who} alone {n}", **{"links": link} | given)


# --- pages of one family -------------------------------------------------------------


def test_a_family_of_pages_whose_site_is_a_number_fits() -> None:
    world = populated()
    family(world)
    rows = weighed(world, "family")
    assert {name for name in rows if rows[name]["verdict"] == "fits"} == {"one-source"}
    assert rows["one-source"]["counts"] == {
        "shared_posts": 40,
        "posts_of_unknown_source": 0,
        "posts_of_top_source": 40,
        "top_source_is": "site",
        "top_source": "5878",
        "members": 4,
        "members_devoted": 4,
        "members_with_too_few_posts": 0,
        "members_undecided": 0,
        "posts_of_members_that_lead_anywhere": 40,
        "posts_of_members_of_unknown_source": 0,
        "posts_of_members_to_it": 40,
    }
    # Whose pages they are is another question, and profiles do not answer it.
    assert rows["one-outlet"]["verdict"] == "does not fit"


def test_posts_without_any_link_speak_neither_for_nor_against() -> None:
    world = populated()
    outlet(world)
    for who in named("outlet", 6):
        for n in range(50):
            world.post(who, n * HOUR, text=f"{who} wishes a good hour {n}")
    row = judged(world, "outlet")
    assert row["counts"]["posts_of_members_that_lead_anywhere"] == 72
    assert row["verdict"] == "fits"


@pytest.mark.parametrize(
    ("elsewhere", "devoted", "verdict"),
    [(3, 6, "fits"), (4, 0, "does not fit"), (12, 0, "does not fit")],
)
def test_four_in_five_of_all_posts_of_a_member_must_lead_there(
    elsewhere: int, devoted: int, verdict: str
) -> None:
    world = populated()
    outlet(world)
    for who in named("outlet", 6):
        linking(world, who, elsewhere, "one.example", "other.example")
    row = judged(world, "outlet")
    assert row["counts"]["posts_of_top_source"] == row["counts"]["shared_posts"] == 72
    assert row["counts"]["posts_of_members_to_it"] == 72
    assert row["counts"]["posts_of_members_that_lead_anywhere"] == 72 + 6 * elsewhere
    assert row["counts"]["members_devoted"] == devoted
    assert row["verdict"] == verdict


@pytest.mark.parametrize(("others", "verdict"), [(1, "fits"), (2, "does not fit")])
def test_four_in_five_members_must_be_devoted(others: int, verdict: str) -> None:
    world = populated()
    outlet(world)
    for who in named("outlet", others):
        linking(world, who, 20, "elsewhere.example")
    row = judged(world, "outlet")
    assert row["counts"]["members_devoted"] == 6 - others
    assert row["verdict"] == verdict


def test_a_post_that_leads_to_several_sites_counts_once() -> None:
    world = populated()
    outlet(world)
    world.records = [
        msgspec.structs.replace(one, links=(*(one.links or ()), "https://ad.example/"))
        if "outlet" in one.account
        else one
        for one in world.records
    ]
    counts = judged(world, "outlet")["counts"]
    assert counts["posts_of_members_that_lead_anywhere"] == 72
    assert counts["posts_of_members_to_it"] == 72


def test_two_versions_of_a_post_count_once() -> None:
    world = populated()
    family(world)
    world.records += [
        msgspec.structs.replace(one, thread="again")
        for one in world.records
        if "family" in one.account
    ]
    assert judged(world, "family")["counts"]["posts_of_members_to_it"] == 40


# --- reposts of one account ----------------------------------------------------------


def branches(world: World, grp: str = "branch", known: bool = True) -> Sequence[str]:
    """Repost one account, which is a member too and reposts nobody."""
    members = named(grp, 4)
    for n in range(10):
        start, original = n * DAY + 9 * HOUR, f"original{n}"
        if known:
            world.post("centre", start - HOUR, post=original, text=f"News {n}")
        for place, who in enumerate(members):
            given = {"kind": "repost", "repost_of": original, "text": f"News {n}"}
            world.post(who, start + place * 20, **given)
    return members


@pytest.mark.parametrize(
    ("known", "verdict"), [(True, "fits"), (False, "insufficient")]
)
def test_reposts_lead_to_the_author_where_the_data_hold_the_original(
    known: bool, verdict: str
) -> None:
    world = populated()
    world.group("branch", branches(world, known=known), "repost")
    row = judged(world, "branch")
    assert row["counts"]["top_source"] == ("x:centre" if known else None)
    assert row["counts"]["posts_of_unknown_source"] == (0 if known else 40)
    assert row["verdict"] == verdict


def test_the_source_itself_is_devoted_to_itself() -> None:
    world = populated()
    world.group("branch", [*branches(world), "centre"], "repost")
    linking(world, "centre", 30, "one.example", "other.example")
    counts = judged(world, "branch")["counts"]
    assert counts["members_devoted"] == counts["members"] == 5


# --- what it must not fit ------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_ring_that_links_elsewhere_half_of_the_time_does_not_fit(seed: int) -> None:
    world = populated(seed)
    outlet(world, "ring", 8, name="Somebody", description="Everyday life")
    for who in named("ring", 8):
        linking(world, who, 12, *(f"site{n}.example" for n in range(9)))
    rows = weighed(world, "ring")
    assert rows["one-source"]["counts"]["posts_of_top_source"] == 96
    assert rows["one-source"]["verdict"] == "does not fit"
    assert "fits" not in {row["verdict"] for row in rows.values()}


@pytest.mark.parametrize("seed", range(3))
def test_a_covert_ring_does_not_fit(seed: int) -> None:
    world = populated(seed)
    covert(world)
    assert judged(world, "covert")["verdict"] == "does not fit"


# --- what the data cannot tell -------------------------------------------------------


def without_sites(one: Record) -> Record:
    return msgspec.structs.replace(one, sites=None)


def test_without_sites_a_bare_table_decides_nothing() -> None:
    world = populated()
    family(world)
    world.records = [without_sites(one) for one in world.records]
    row = judged(world, "family")
    assert row["counts"]["posts_of_unknown_source"] == row["counts"]["shared_posts"]
    assert row["verdict"] == "insufficient"


def test_links_that_were_shortened_leave_a_member_undecided() -> None:
    world = populated()
    outlet(world)
    for who in named("outlet", 6):
        linking(world, who, 9, "t.co")
    row = judged(world, "outlet")
    assert row["counts"]["posts_of_members_of_unknown_source"] == 6 * 9
    assert row["counts"]["members_undecided"] == 6
    assert row["counts"]["members_devoted"] == 0
    assert row["verdict"] == "insufficient"


@pytest.mark.parametrize(("posts", "too_few"), [(2, 3), (3, 0)])
def test_members_with_too_few_posts_are_unknown(posts: int, too_few: int) -> None:
    world = populated()
    family(world, size=5)
    stays = {f"x:{name}": 0 for name in named("family", 3)}
    kept = []
    for one in world.records:
        if one.account in stays:
            stays[one.account] += 1
            if stays[one.account] > posts:
                continue
        kept.append(one)
    world.records = kept
    row = judged(world, "family")
    assert row["counts"]["members_with_too_few_posts"] == too_few
    assert row["counts"]["members_devoted"] == 5 - too_few
    assert row["verdict"] == ("insufficient" if too_few else "fits")


def test_fewer_than_six_shared_posts_decide_nothing() -> None:
    world = populated()
    family(world, size=2)
    world.records = [
        one
        for one in world.records
        if "family" not in one.account or str(one.objects)[-4:-3] in "01"
    ]
    row = judged(world, "family")
    assert row["counts"]["shared_posts"] == 4
    assert row["verdict"] == "insufficient"
