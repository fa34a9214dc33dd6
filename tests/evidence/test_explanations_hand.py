"""One hand or one tool behind several pages: in turn, at once, or neither."""

from __future__ import annotations

import random

import pytest
from exports.small_case import Row

from evidence.decoys import DAY, MONDAY, World, covert, crowd, named
from rasad.evidence.explanations.one_hand import weigh_hand
from rasad.evidence.explanations.shared_posts import prepared

EXPECTED = "thousandths_too_short_if_nobody_waits"

WALK_S = (15, 90)
"""How long somebody needs from one page to the next."""


def judged(world: World, grp: str = "pages") -> Row:
    with world.store() as store, prepared(store, [grp]):
        said, counts = weigh_hand(store)[grp]
    return {"verdict": said, "counts": counts}


def verdict(world: World) -> str:
    return str(judged(world)["verdict"])


def posted(
    size: int, rounds: int, precision: str = "s", seed: int = 4, **how: tuple[int, int]
) -> World:
    """Let each page post each link: a walk from page to page, or each by itself."""
    world = World(draw=random.Random(seed))
    pages = named("page", size)
    for n in range(rounds):
        second = world.draw.randrange(10 * DAY)
        begin = second
        for page in world.draw.sample(pages, size):
            if "walk" in how:
                second += world.draw.randint(*how["walk"])
            else:
                second = begin + world.draw.randint(*how["within"])
            link = (f"https://site{n % 7}.example/{n}",)
            world.post(page, second, links=link, precision=precision)
    world.group("pages", pages, "link")
    return world


# --- a hand --------------------------------------------------------------------------


def test_somebody_who_goes_from_page_to_page_fits() -> None:
    row = judged(posted(12, 20, walk=WALK_S))
    assert row["verdict"] == "fits"
    counts = row["counts"]
    assert counts["gaps"] == 11 * 20
    assert counts["gaps_at_once"] == counts["gaps_too_short_for_a_hand"] == 0
    assert counts[EXPECTED] == pytest.approx(13_000, abs=3_000)


@pytest.mark.parametrize("size", [3, 6, 12])
def test_people_who_do_not_wait_for_each_other_hardly_ever_fit(size: int) -> None:
    """One in a hundred may; of 15 groups, three or more come once in 2,000 times."""
    said = [verdict(posted(size, 20, seed=n, within=(0, 400))) for n in range(15)]
    assert said.count("fits") <= 2


def test_as_many_short_gaps_are_expected_as_people_who_do_not_wait_leave() -> None:
    rows = [judged(posted(8, 25, seed=n, within=(0, 300)))["counts"] for n in range(10)]
    expected = sum(row[EXPECTED] for row in rows) / 1000
    seen = sum(row["gaps_too_short_for_a_hand"] for row in rows)
    assert seen == pytest.approx(expected, abs=4 * expected**0.5)


def test_a_covert_ring_does_not_fit() -> None:
    world = World()
    crowd(world)
    covert(world)
    assert judged(world, "covert")["verdict"] == "does not fit"


def test_gaps_of_two_pages_say_nothing_of_a_hand() -> None:
    row = judged(posted(2, 90, walk=WALK_S))
    assert row["verdict"] == "insufficient"
    assert row["counts"][EXPECTED] == 0


def test_fewer_than_six_gaps_are_insufficient() -> None:
    assert verdict(posted(2, 5, within=(0, 0))) == "insufficient"
    assert verdict(posted(2, 6, within=(0, 0))) == "fits"


def test_somebody_who_walks_between_some_of_the_pages_does_not_fit() -> None:
    world = posted(12, 20, walk=WALK_S)
    idle = named("idle", 8)
    world.members += [{"grp": "pages", "account": f"x:{one}"} for one in idle]
    assert verdict(world) == "does not fit"


# --- a tool --------------------------------------------------------------------------


def test_a_tool_that_posts_everywhere_at_once_fits() -> None:
    row = judged(posted(3, 12, within=(0, 1)))
    assert row["verdict"] == "fits"
    assert row["counts"]["gaps_at_once"] == row["counts"]["gaps"] == 24


def test_a_tool_for_two_pages_and_a_stranger_does_not_fit() -> None:
    world = posted(2, 20, within=(0, 0))
    for one in [r for r in world.records if r.account == "x:page0"]:
        second = one.created_at // 1_000_000 - MONDAY
        world.post("page2", second + world.draw.randint(2, 400), links=one.links)
    world.members.append({"grp": "pages", "account": "x:page2"})
    assert judged(world)["counts"]["gaps_at_once"] < 0.8 * 40
    assert verdict(world) != "fits"


def test_two_pages_of_one_tool_among_others_do_not_fit() -> None:
    world = posted(2, 100, within=(0, 0))
    others = named("other", 8)
    for n in range(3):
        begin = world.draw.randrange(10 * DAY)
        for other in others:
            link = (f"https://site.example/others/{n}",)
            world.post(other, begin + world.draw.randrange(400), links=link)
    world.group("pages", others, "link")
    counts = judged(world)["counts"]
    assert counts["members_at_once"] < 0.8 * counts["members"]
    assert counts["gaps_at_once"] >= 0.8 * counts["gaps"]
    assert verdict(world) == "does not fit"


def test_one_moment_says_nothing_of_a_tool() -> None:
    assert verdict(posted(7, 2, within=(0, 0))) == "insufficient"
    assert verdict(posted(7, 3, within=(0, 0))) == "fits"


def test_posts_of_one_name_are_each_accounts_own() -> None:
    """A table may give what was shared, and not who shared it, as the post's id."""
    world = posted(12, 20, walk=WALK_S)
    named_alike = World(members=world.members, pairs=world.pairs)
    for one in world.records:
        second = one.created_at / 1e6 - MONDAY
        link = (one.links or ("",))[0]
        named_alike.post(
            one.account.removeprefix("x:"), second, links=(link,), post=link
        )
    assert judged(named_alike)["counts"] == judged(world)["counts"]


def test_times_to_the_minute_say_nothing_of_a_hand() -> None:
    row = judged(posted(12, 20, precision="min", walk=(60, 60)))
    assert (row["verdict"], row["counts"]["gaps"]) == ("insufficient", 0)


def test_a_post_with_several_objects_is_followed_once() -> None:
    world = posted(3, 8, walk=WALK_S)
    several = World(members=world.members, pairs=world.pairs)
    for one in world.records:
        second = one.created_at / 1e6 - MONDAY
        again = tuple(f"{link}?page=2" for link in one.links or ())
        links = (*(one.links or ()), *again)
        several.post(one.account.removeprefix("x:"), second, links=links)
    assert judged(several)["counts"] == judged(world)["counts"]
