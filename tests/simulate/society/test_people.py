from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rasad.simulate.population import LANGUAGE_SHARES, LANGUAGES
from rasad.simulate.society.attention import Fading
from rasad.simulate.society.cast import Cohort
from rasad.simulate.society.clock import Clock, Moments, Sittings
from rasad.simulate.society.deeds import Int
from rasad.simulate.society.following import FOLLOWED, Following, Mail, told
from rasad.simulate.society.people import People, activity, found, settle, tastes
from rasad.simulate.society.rows import originals
from rasad.simulate.society.sharing import POOL, Library, Tagging
from rasad.simulate.society.wording import TAG_BITS, TAGS_PER_LANGUAGE, field
from simulate.society.small_worlds import DAY_MS, PLAN, Script, cohort

LARGE = replace(PLAN, accounts=6_000, communities=40)
CLOCK = Clock(0, Sittings(3.0, 75.0, 1.1))


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def people_of(*cohorts: Cohort) -> tuple[People, list[Script]]:
    troupes = [Script(group) for group in cohorts]
    return settle(LARGE, 10, list(troupes), rng()), troupes


@pytest.fixture(scope="module")
def people() -> People:
    return people_of(cohort(50))[0]


def test_communities_speak_as_planned() -> None:
    communities = found(200)
    shares = np.bincount(communities.language, communities.weight)
    assert shares == pytest.approx(np.array(LANGUAGE_SHARES), abs=0.01)
    for code in range(len(LANGUAGES)):
        assert set(communities.topic[communities.language == code]) == {0, 1, 2}
    assert len(found(1)) == 1


def test_cohorts_get_codes_in_order_after_the_crowd() -> None:
    mixed = cohort(30, role="fan", language="", zone_h=None)
    people, troupes = people_of(cohort(20, language="ru", zone_h=-7.25), mixed)
    office, fans = (troupe.members for troupe in troupes)
    assert office.tolist() == list(range(6_000, 6_020))
    assert fans.tolist() == list(range(6_020, 6_050))
    assert [people.cohorts[i].role for i in people.cohort[[0, 6_000, 6_049]]] == [
        *("ordinary", "operator", "fan")
    ]
    assert set(people.language_names[office].tolist()) == {"ru"}
    home = people.communities.language[people.community]
    assert (home == people.language).all()
    assert (people.zone[office] == -7.25).all()
    assert len(set(people.language[fans].tolist())) > 2
    assert len(set(people.zone[fans].tolist())) > 3
    assert (people.created_ms < 0).all()


def test_a_language_that_no_community_speaks_is_still_written() -> None:
    plan = replace(PLAN, communities=12)
    object.__setattr__(plan, "communities", 1)
    stranger = Script(cohort(5, language="ar"))
    people = settle(plan, 3, [stranger], rng())
    assert set(people.language_names[stranger.members].tolist()) == {"ar"}
    assert set(people.community.tolist()) == {0}


def test_activity_has_the_planned_mean_and_a_human_end() -> None:
    rate = activity(replace(LARGE, posts_per_day=3.0, sigma=2.5), rng())
    assert rate.mean() == pytest.approx(3.0)
    assert 10 < rate.max() / rate.mean() < 60
    busy = activity(replace(LARGE, posts_per_day=80.0), rng())
    assert busy.max() < 4 * 80.0
    assert busy.mean() == pytest.approx(80.0)


def test_tastes_differ_and_have_the_planned_mean() -> None:
    shares = tastes(LARGE, 20_000, rng())
    assert shares.mean(axis=0) == pytest.approx(np.array([0.35, 0.75, 0.8]), abs=0.01)
    assert shares[:, 0].std() > 0.1
    none = replace(LARGE, repost_share=0.0, quote_share=0.0, reply_share=0.0)
    assert (tastes(none, 100, rng()) == 1.0).all()


def test_people_follow_the_same_few_of_the_crowd_in_their_language(
    people: People,
) -> None:
    following, who = Following(people), np.arange(len(people))
    sources = [following.source(who, np.full(len(who), i)) for i in range(FOLLOWED)]
    again = following.source(who, np.full(len(who), 2))
    assert (sources[2] == again).all()
    for which, source in enumerate(sources):
        assert (source < 6_000).all()
        same = people.community[source] == people.community
        assert same.all() == (which < FOLLOWED - 1)
        assert (people.language[source] == people.language).all()
    followers = np.sort(np.bincount(sources[0]))[::-1]
    assert followers[0] > 10 * np.median(followers[followers > 0])


def test_the_mail_holds_the_latest_posts_of_a_source() -> None:
    at_ms = np.array([10, 20, 30, 40, 50]) * 60_000
    account = np.array([1, 2, 1, 1, 3])
    board = originals(
        at_ms, account, at_ms, text=0, community=0, fitness=[1, 1, 1, 1, 0]
    )
    mail = Mail(board)
    asked = np.array([1, 1, 1, 1, 2, 3, 7])
    when = np.array([45, 45, 35, 5, 45, 99, 99]) * 60_000
    back = np.array([0, 1, 0, 0, 1, 0, 0])
    assert mail.latest(asked, when, back).tolist() == [3, 2, 2, -1, -1, -1, -1]
    late = mail.latest(np.array([1]), np.array([3 * DAY_MS]), np.array([0]))
    assert late.tolist() == [-1]
    empty = Mail(board.at(np.empty(0, np.int64)))
    assert empty.latest(asked, when, back).tolist() == [-1] * 7


def test_the_mail_of_the_largest_world_is_not_mixed_up() -> None:
    account = np.array([1, 2_500_000, 40_000_000])
    at_ms = np.array([10, 20, 30]) * 60_000
    mail = Mail(originals(at_ms, account, at_ms, text=0, community=0))
    when, back = np.full(3, 45 * 60_000), np.zeros(3, np.int64)
    assert mail.latest(account, when, back).tolist() == [0, 1, 2]


def test_only_who_is_told_answers_sooner_and_never_before_the_day(
    people: People,
) -> None:
    who = np.arange(6_000)
    born = np.full(6_000, DAY_MS + 12 * 3_600_000)
    moments = Moments(born + 5 * 3_600_000, who)
    when = told(moments, born, DAY_MS, people, CLOCK, rng())
    sooner = when < moments.at_ms
    assert not sooner[~people.early[who]].any()
    assert sooner[people.early[who]].mean() > 0.4
    assert (when > born).all()
    assert np.median((when - born)[sooner]) == pytest.approx(90_000, rel=0.3)
    before = told(moments, born, 3 * DAY_MS, people, CLOCK, rng())
    assert (before == moments.at_ms).all()


def test_pages_are_shared_after_their_birth_and_some_by_many(people: People) -> None:
    library = Library(people.communities, links_per_day=2_000.0)
    community = rng().integers(0, 40, 3_000)
    patience, fading = np.full(3_000, 40), Fading(1.4)
    shared: list[Int] = []
    for day in range(3):
        library.open_day(day, np.random.default_rng(day))
        at_ms = day * DAY_MS + rng().integers(0, DAY_MS, 3_000)
        shared.append(library.links(community, at_ms, patience, fading, rng()))
    used = np.bincount(np.unique(shared[2], return_counts=True)[1])
    assert (shared[2] >= 0).mean() > 0.95
    assert len(used) > 20
    assert used[1] > 100
    first = library.links(community, np.full(3_000, -1), patience, fading, rng())
    assert (first == -1).all()


def test_hashtags_belong_to_the_community_or_trend_in_its_language(
    people: People,
) -> None:
    tagging = Tagging(people.communities, rng())
    tagging.open_day(rng())
    community = rng().integers(0, 40, 20_000)
    tags = tagging.sequences(community, rng())
    first = field(tags, 0, TAG_BITS) - 1
    language = people.communities.language[community]
    assert (first // TAGS_PER_LANGUAGE == language).all()
    by_community = [len(np.unique(first[community == c])) for c in range(40)]
    assert max(by_community) <= POOL + 3
    length = sum(
        (field(tags, i * TAG_BITS, TAG_BITS) > 0).astype(int) for i in range(4)
    )
    assert np.bincount(length)[1:] / 20_000 == pytest.approx(
        np.array([0.4, 0.3, 0.2, 0.1]), abs=0.02
    )
    here = np.flatnonzero(people.communities.language == 0)[:2]
    both = [set(first[community == c].tolist()) for c in here.tolist()]
    assert both[0] & both[1]
