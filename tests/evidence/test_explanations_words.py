"""Rules that look at what was shared: news, wire stories, buttons, official pages."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from exports.small_case import Row

from evidence.decoys import (
    DAY,
    HOUR,
    MINUTE,
    World,
    button,
    crowd,
    named,
    news,
    outlet,
    wire,
)
from rasad.evidence.explanations import weigh
from rasad.evidence.explanations.one_outlet import site_label
from rasad.evidence.explanations.profiles import Profile


def judged(world: World, grp: str, name: str) -> Row:
    """Weigh one group by one rule."""
    with world.store() as store:
        return next(row for row in weigh(store, [grp]) if row["explanation"] == name)


def populated() -> World:
    world = World()
    crowd(world)
    return world


# --- breaking news -------------------------------------------------------------------


def test_those_who_come_before_the_crowd_are_not_reached_by_news() -> None:
    world = populated()
    members = named("seed", 6)
    for n in range(8):
        start, link = n * DAY + 9 * HOUR, (f"https://seeded.example/{n}",)
        for place, who in enumerate(members):
            world.post(who, start + place * 5, text=f"{who} {n}", links=link)
        for other in range(60):
            at_s = start + MINUTE + other * 20
            world.post(f"plain{other}", at_s, text=f"{other} {n}", links=link)
    world.group("seed", members, "link")
    row = judged(world, "seed", "breaking-news")
    assert row["counts"]["outsiders_within_hour"] == 480
    assert row["counts"]["occasions_of_news"] == 0
    assert row["verdict"] == "does not fit"


def test_a_post_with_an_object_of_its_own_is_no_news() -> None:
    world = populated()
    members = named("mixed", 4)
    for n in range(8):
        start = n * DAY + 9 * HOUR
        hit, own = f"https://hit.example/{n}", f"https://own.example/{n}"
        for other in range(60):
            at_s = start - 10 * MINUTE + other * 20
            world.post(f"plain{other}", at_s, text=f"{other} {n}", links=(hit,))
        for place, who in enumerate(members):
            at_s = start + place * 5
            world.post(who, at_s, text=f"{who} {n}", links=(hit, own))
    world.group("mixed", members, "link")
    counts = judged(world, "mixed", "breaking-news")["counts"]
    assert counts["occasions"] == 2 * counts["occasions_of_news"] == 16
    assert counts["posts_on_news"] == 0


def test_an_outsider_who_repeats_himself_counts_once() -> None:
    world = populated()
    members = named("loud", 3)
    for n in range(4):
        start, link = n * DAY + 9 * HOUR, (f"https://loud.example/{n}",)
        for second in range(200):
            world.post("plain0", start - 900 + second * 8, text=f"{second}", links=link)
        for place, who in enumerate(members):
            world.post(who, start + place * 5, text=f"{who} {n}", links=link)
    world.group("loud", members, "link")
    row = judged(world, "loud", "breaking-news")
    assert row["counts"]["outsiders_within_hour"] == 4
    assert row["verdict"] == "does not fit"


def test_a_file_of_members_only_cannot_show_news() -> None:
    world = World()
    news(world, reach=0)
    assert judged(world, "news", "breaking-news")["verdict"] == "insufficient"


def test_too_few_shared_posts_decide_nothing() -> None:
    world = populated()
    news(world, size=2)
    world.records = [
        one
        for one in world.records
        if not one.account.startswith("x:news") or "story 0" in str(one.text)
    ]
    row = judged(world, "news", "breaking-news")
    assert row["counts"]["shared_posts"] == 2
    assert row["verdict"] == "insufficient"


# --- one wire story ------------------------------------------------------------------


def test_sites_that_nobody_else_links_to_may_be_made_up() -> None:
    world = populated()
    wire(world, known=False)
    row = judged(world, "wire", "wire-story")
    assert row["counts"]["own_sites"] == 6
    assert row["counts"]["own_sites_linked_by_outsiders"] == 0
    assert row["verdict"] == "insufficient"


def relinked(link: Callable[[str, int], tuple[str, ...]]) -> World:
    """The papers' world with other links on the members' posts."""
    world = populated()
    wire(world)
    world.records = [
        msgspec.structs.replace(one, links=link(one.account, n))
        if "wire" in one.account
        else one
        for n, one in enumerate(world.records)
    ]
    return world


@pytest.mark.parametrize(
    ("link", "verdict"),
    [
        (lambda who, n: ("https://one.example/a",), "does not fit"),
        (lambda who, n: (f"https://site{n % 7}.example/a",), "does not fit"),
        (lambda who, n: (), "insufficient"),
        (lambda who, n: (f"https://t.co/{n}",), "insufficient"),
    ],
    ids=["one site", "sites in turn", "no link", "shortened"],
)
def test_only_links_to_an_own_site_make_a_newsroom(
    link: Callable[[str, int], tuple[str, ...]], verdict: str
) -> None:
    assert judged(relinked(link), "wire", "wire-story")["verdict"] == verdict


def test_words_that_differ_are_no_wire_story() -> None:
    world = populated()
    outlet(world)
    row = judged(world, "outlet", "wire-story")
    assert row["counts"]["posts_of_same_words"] == 0
    assert row["verdict"] == "does not fit"


# --- a share button ------------------------------------------------------------------


def copied(others: int, late: float, links: bool = True) -> World:
    """Members copy a text within minutes; outsiders do so later."""
    world = populated()
    members = named("copy", 5)
    for n in range(8):
        start = n * DAY + 12 * HOUR
        given: Row = {"text": f"These words were written by somebody, part {n}"}
        if links:
            given["links"] = (f"https://copy.example/{n}",)
        for place, who in enumerate(members):
            world.post(who, start + place * 30, **given)
        for other in range(others):
            at_s = start + late * (other + 1)
            world.post(f"plain{other}", at_s, **given)
    world.group("copy", members, "text")
    return world


@pytest.mark.parametrize(
    ("others", "late", "links", "verdict"),
    [
        (8, 1.5 * HOUR, True, "fits"),
        (8, 3 * MINUTE, True, "does not fit"),
        (3, 2 * HOUR, True, "does not fit"),
        (8, 1.5 * HOUR, False, "does not fit"),
        (0, HOUR, True, "does not fit"),
    ],
    ids=["strangers", "same hour", "few", "no link", "nobody"],
)
def test_strangers_at_other_hours_make_a_button(
    others: int, late: float, links: bool, verdict: str
) -> None:
    world = copied(others, late, links)
    assert judged(world, "copy", "share-button")["verdict"] == verdict


def test_strangers_are_counted_apart_from_the_hours_of_members() -> None:
    counts = judged(copied(8, 1.5 * HOUR), "copy", "share-button")["counts"]
    # Of eight, one and a half hours apart, the first is in the hour after the members.
    assert counts["outsiders_at_other_hours"] == 8 * 7
    assert counts["texts"] == counts["texts_of_a_button"] == 8
    assert counts["posts_of_a_button"] == counts["shared_posts"] == 40


def test_without_outsiders_nobody_can_tell_a_button() -> None:
    world = World()
    button(world)
    world.records = [one for one in world.records if "button" in one.account]
    assert judged(world, "button", "share-button")["verdict"] == "insufficient"


# --- official pages ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "verdict"),
    [
        ({"name": "نام", "description": "Everyday life"}, "does not fit"),
        ({"description": "See www.gazette.example"}, "fits"),
        ({"description": "صفحه رسمی GAZETTE در شهر"}, "fits"),
        ({"handle": None, "name": None, "description": None}, "insufficient"),
    ],
    ids=["silent", "site", "name among Persian", "hidden"],
)
def test_pages_must_say_whose_they_are(profile: Row, verdict: str) -> None:
    world = populated()
    outlet(world, **profile)
    row = judged(world, "outlet", "one-outlet")
    assert row["counts"]["posts_of_top_source"] == row["counts"]["shared_posts"]
    assert row["verdict"] == verdict


def reposting(said: str, known: bool, text: bool) -> World:
    """Members repost one account whose name some of the profiles hold."""
    world = populated()
    members = named("branch", 5)
    world.profiles |= dict.fromkeys(members, {"name": said})
    world.profiles["centre"] = {"handle": "Party_Press", "name": "حزب نمونه"}
    for n in range(10):
        start = n * DAY + 9 * HOUR
        original = f"original{n}"
        if known:
            world.post("centre", start - HOUR, post=original, text=f"News {n}")
        for place, who in enumerate(members):
            given: Row = {"kind": "repost", "repost_of": original}
            if text:
                given["text"] = f"RT @Party_Press: News {n}"
            world.post(who, start + place * 20, **given)
    world.group("branch", members, "repost")
    return world


@pytest.mark.parametrize(
    ("said", "known", "text", "verdict"),
    [
        ("حزب نمونه، شاخه", True, False, "fits"),
        ("partypress north", True, True, "fits"),
        ("PartyPress north", False, True, "fits"),
        ("Somebody", True, True, "does not fit"),
        ("PartyPress north", False, False, "insufficient"),
    ],
    ids=["name", "handle", "handle in the text", "silent", "author unknown"],
)
def test_reposts_of_one_account_by_those_who_name_it(
    said: str, known: bool, text: bool, verdict: str
) -> None:
    row = judged(reposting(said, known, text), "branch", "one-outlet")
    assert row["verdict"] == verdict


def test_an_author_is_one_whether_the_original_or_the_text_names_it() -> None:
    world = reposting("PartyPress", known=True, text=True)
    world.records = [
        one for one in world.records if one.post not in ("original1", "original2")
    ]
    counts = judged(world, "branch", "one-outlet")["counts"]
    assert counts["top_source"] == "x:centre"
    assert counts["posts_of_top_source"] == counts["shared_posts"] == 50


def test_long_names_of_sources_are_cut() -> None:
    world = populated()
    members = named("long", 3)
    for n in range(5):
        for place, who in enumerate(members):
            link = (f"https://{'a' * 60}.{'b' * 60}.example/{n}",)
            world.post(who, n * DAY + place, text=f"{who} {n}", links=link)
    world.group("long", members, "link")
    assert len(judged(world, "long", "one-outlet")["counts"]["top_source"]) == 80


@pytest.mark.parametrize(
    ("site", "label"),
    [
        ("gazette.example", "gazette"),
        ("news.gazette.example", "gazette"),
        ("gazette.co.uk", "gazette"),
        ("localhost", "localhost"),
    ],
)
def test_a_site_is_called_by_one_part_of_its_name(site: str, label: str) -> None:
    assert site_label(site) == label


@pytest.mark.parametrize(
    ("said", "label", "named_it"),
    [
        ("Les Échos du Sud", "échos du sud", True),
        ("روزنامه‌نگار", "روزنامه", True),
        ("artist", "rt", False),
        ("RT | Moscow", "rt", True),
        ("anything", "", False),
        ("anything", "…", False),
    ],
)
def test_names_are_found_in_profiles(said: str, label: str, named_it: bool) -> None:
    assert Profile("x:1", (said,)).names([label]) is named_it
