"""Each kind of decoys acts together in its own way, and says what it is in public."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from rasad.simulate.population import LANGUAGES
from rasad.simulate.rhythm import HOUR_MS
from rasad.simulate.society.callers import (
    CALL_SHARE,
    SLOGAN_SHARE,
    STORM_LEAD_H,
    VARIED,
    VERBATIM,
)
from rasad.simulate.society.cast import Stage
from rasad.simulate.society.decoys import KINDS, Decoys, zeal
from rasad.simulate.society.deeds import POST, REPLY, REPOST, Deeds, Int, Originals
from rasad.simulate.society.notes import (
    MOST_TEAMS,
    NOTES,
    TAGGED,
    first_tag,
    name_of_site,
    name_of_tag,
    note,
)
from rasad.simulate.society.phrases import addresses
from rasad.simulate.society.plans import DECOYS, DecoyPlan
from rasad.simulate.society.publishers import (
    APP_PAGES,
    APP_SCORES,
    HIJACKED,
    NEWS_REPOSTS,
    PARTY_REPOSTS,
    SPUN,
)
from rasad.simulate.society.rows import all_deeds, all_originals
from rasad.simulate.society.scenario import read_scenario
from rasad.simulate.society.teams import DAY_MS
from rasad.simulate.society.wording import (
    FILLING_BITS,
    MOST_TAGS,
    TAG_BITS,
    call,
    field,
    language_codes,
    tag,
)
from simulate.society.paper_stage import CROWD, PaperStage, play, put_on

SIZE = 40


class Played(NamedTuple):
    """What a kind of decoys did; `team` is that of each deed's account."""

    troupe: Decoys
    stages: list[Stage]
    own: Originals
    done: Deeds
    team: Int


def plan(kind: str, **changed: object) -> DecoyPlan:
    """The shipped plan of a kind, with four teams, one in each language."""
    (shipped,) = (p for p in read_scenario("decoys").decoys if p.kind == kind)
    sized = replace(shipped, teams=4, accounts=SIZE, languages=("en", "fa", "ru", "ar"))
    return replace(sized, **changed)  # type: ignore[arg-type]


def played(what: DecoyPlan, days: int = 4, seed: int = 0) -> Played:
    troupe = Decoys(what, seed)
    stages, own, done = zip(*play(troupe, days, seed=seed), strict=True)
    rows = all_deeds(done)
    team = troupe.crew.team[rows.account - CROWD]
    return Played(troupe, list(stages), all_originals(own), rows, team)


def targets(seen: Played) -> Int:
    """Rows of the own posts that deeds are about, -1 for none."""
    order = np.argsort(seen.own.post)
    place = np.searchsorted(seen.own.post[order], seen.done.target)
    row = np.append(order, -1)[place]
    return np.where(np.append(seen.own.post, 0)[row] == seen.done.target, row, -1)


def close(share: float, expected: float, count: int) -> bool:
    """Tell whether a share of independent draws is within five sigma."""
    return bool(abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / count))


def test_there_is_a_kind_for_every_name() -> None:
    assert tuple(KINDS) == DECOYS


@pytest.mark.parametrize("kind", DECOYS)
def test_every_kind_is_labelled_and_whole(kind: str) -> None:
    # Storms are rare.
    often = {"occasions_per_day": 0.5} if kind == "activist_storm" else {}
    seen = played(plan(kind, **often))
    cohorts = seen.troupe.cohorts()
    assert {cohort.role for cohort in cohorts} == {kind}
    assert [cohort.team for cohort in cohorts] == [f"{kind}/0{n}" for n in range(1, 5)]
    assert [cohort.language for cohort in cohorts] == ["en", "fa", "ru", "ar"]
    assert {cohort.connection for cohort in cohorts} == {"home"}
    done, own = seen.done, seen.own
    assert np.unique(seen.team).size == 4
    assert (done.text >= 0).all()
    assert (done.at_ms >= 0).all()
    posts = done.kind == POST
    assert (done.target[posts] == -1).all()
    assert (done.target[~posts] >= 0).all()
    assert (done.source[~posts] != done.account[~posts]).all()
    assert np.unique(own.post).size == len(own.post)
    assert ((own.account >= CROWD) & (own.text >= 0) & (own.fitness > 0)).all()
    about = targets(seen)
    assert (done.at_ms[about >= 0] > own.at_ms[about[about >= 0]]).all()
    # What a team says is in its own language.
    spoken = language_codes(["en", "fa", "ru", "ar"])[seen.team]
    assert (field(done.text, 56, 3) == spoken)[done.kind != REPLY].all()


@pytest.mark.parametrize("kind", DECOYS)
def test_as_many_take_part_as_planned(kind: str) -> None:
    # People who are all alike, and no call to pass on: each of the 39 or 40 who could
    # takes part with the planned chance.
    what = plan(kind, occasions_per_day=6.0, compliance=0.5)
    troupe = Decoys(what, 0)
    language = put_on(troupe)
    troupe.crew.obeys[:] = 0.5
    counts = []
    for day in range(30):
        stage = PaperStage(day, language)
        event = troupe.kind.call(troupe.today(stage, "calls"))
        acts = troupe.today(stage, "answers").acts(event.orders)
        counts += np.bincount(acts.order, minlength=len(event.orders.task)).tolist()
    assert len(counts) > 100
    assert abs(np.mean(counts) - 20) < 5 * np.sqrt(10 / len(counts))


@pytest.mark.parametrize("kind", ["party_pages", "rss_bots", "newsroom", "spam"])
def test_occasions_are_as_many_as_planned(kind: str) -> None:
    what = plan(kind)
    troupe = Decoys(what, 0)
    language, found = put_on(troupe), 0
    for day in range(50):
        today = troupe.today(PaperStage(day, language), "calls")
        found += len(troupe.kind.call(today).orders.task)
    expected = 50 * 4 * what.occasions_per_day
    assert abs(found - expected) < 5 * np.sqrt(expected)


def test_notes_and_programs_say_what_accounts_are() -> None:
    shown = {
        kind: {(team.note, team.client) for team in Decoys(plan(kind), 0).cohorts()}
        for kind in DECOYS
    }
    silent = {kind for kind, said in shown.items() if said == {("", "")}}
    assert silent == {"activist_storm", "app_shares", "spam"}
    assert {client for _, client in shown["rss_bots"]} == {"Simulated RSS Bot"}
    assert {client for _, client in shown["schedulers"]} == {"Simulated Scheduler"}
    assert len(shown["newsroom"]) == 4
    for kind in ("fan_club", "retweet_ring", "fact_checkers"):
        assert all(re.search(r" #\w+$", said) for said, _ in shown[kind])
    assert all(set(words) == set(LANGUAGES) for words in NOTES.values())


def test_the_name_in_the_note_is_the_site_or_tag_that_is_posted() -> None:
    party = Decoys(plan("party_pages"), 0).cohorts()
    assert [name_of_site("party", n) in party[n].note for n in range(4)] == [True] * 4
    seen = played(plan("fan_club"))
    named = first_tag("fan_club", np.arange(4))
    expected = tag(language_codes(["en", "fa", "ru", "ar"]), named)
    tagged = seen.done.at(seen.done.tags >= 0)
    first = field(tagged.tags, 0, TAG_BITS) - 1
    assert (first == expected[seen.team[seen.done.tags >= 0]]).all()
    club = seen.troupe.cohorts()[0]
    assert club.note.endswith(name_of_tag("en", int(named[0])))
    assert note("spam", "en", "shop") == ""


def test_teams_have_different_hashtags_in_one_language() -> None:
    names = [
        name_of_tag("ar", int(number))
        for kind in TAGGED
        for number in first_tag(kind, np.arange(MOST_TEAMS))
    ]
    assert len(set(names)) == len(names)


def test_a_club_calls_in_public_hours_before_it_meets() -> None:
    seen = played(plan("fan_club", occasions_per_day=1.0), days=6)
    done, own = seen.done, seen.own
    assert len(own.at_ms) == 24
    assert (own.text == call(field(own.text, 56, 3))).all()
    assert (own.fitness > 1).all()
    about = targets(seen)
    posts, reposts = done.kind == POST, done.kind == REPOST
    assert (posts | reposts).all()
    assert (about[reposts] >= 0).all()
    # The hour is full on the clock of the language; nobody is early.
    zone = np.array([0.0, 3.5, 3.0, 2.0])[seen.team[posts]]
    hour = (done.at_ms[posts] / HOUR_MS + zone) % 24
    assert (hour >= 17).all()
    lag_s = (hour % 1) * 3600
    within = lag_s < 1800
    assert within.mean() > 0.99
    median = np.median(lag_s)
    assert abs(np.log(median / 100)) < 5 * 1.2533 * 0.8 / np.sqrt(posts.sum())
    # Calls go round before the hour, among 60 % of those who would come.
    lead_h = (done.at_ms[reposts] - own.at_ms[about[reposts]]) / HOUR_MS
    assert (lead_h < 5.2).all()
    share = reposts.sum() / posts.sum()
    assert 0.6 * CALL_SHARE < share < CALL_SHARE
    formed = field(done.text[posts], 59, 1)
    assert close(formed.mean(), SLOGAN_SHARE, posts.sum())
    # Another sequence every day.
    assert np.unique(own.tags[own.account == own.account[0]]).size == 6


def test_a_storm_copies_a_text_that_was_published_before() -> None:
    seen = played(plan("activist_storm", occasions_per_day=1.0, accounts=200), days=3)
    done, own = seen.done, seen.own
    assert len(own.at_ms) == 2 * 12
    sheets = own.at(field(own.text, 48, 3) == 0)
    assert len(sheets.at_ms) == 12
    posts = done.at(done.kind == POST)
    copied = np.isin(posts.text, sheets.text)
    assert close(copied.mean(), VERBATIM, len(copied))
    formed = field(posts.text, 59, 1) == 1
    assert close((formed & ~copied).mean(), VARIED, len(copied))
    # A variant keeps all but what stands in the slots.
    kept = np.isin(posts.text >> FILLING_BITS, sheets.text >> FILLING_BITS)
    assert kept[formed].all()
    sheet = dict(zip(sheets.text.tolist(), sheets.at_ms.tolist(), strict=True))
    lead = posts.at_ms[copied] - [sheet[text] for text in posts.text[copied].tolist()]
    assert lead.min() >= (STORM_LEAD_H - 0.25) * HOUR_MS
    assert np.isin(posts.tags, own.tags).all()
    quiet = played(plan("activist_storm", occasions_per_day=0.0))
    assert len(quiet.done.at_ms) == len(quiet.own.at_ms) == 0


def test_party_pages_lead_to_one_site() -> None:
    seen = played(plan("party_pages", occasions_per_day=6.0), days=8)
    reposts = seen.done.kind == REPOST
    assert close(reposts.mean(), PARTY_REPOSTS, len(reposts))
    site = seen.done.link >> 40
    for team in range(4):
        assert np.unique(site[seen.team == team]).size == 1
    heads = seen.own.account
    assert np.unique(heads).tolist() == [CROWD + SIZE * team for team in range(4)]


def test_bots_follow_their_feed_by_a_fixed_time() -> None:
    seen = played(plan("rss_bots"))
    done, own = seen.done, seen.own
    assert (done.kind == POST).all()
    born = dict(zip(own.link.tolist(), own.at_ms.tolist(), strict=True))
    lag_ms = done.at_ms - np.array([born[link] for link in done.link.tolist()])
    for account in np.unique(done.account).tolist():
        assert np.ptp(lag_ms[done.account == account]) < 2_000
    middle = [np.median(lag_ms[done.account == a]) for a in np.unique(done.account)]
    # Uniform from 0.3 to 1.7 times four minutes, and a second of jitter.
    assert min(middle) > 0.3 * 240_000
    assert max(middle) < 1.7 * 240_000 + 2_000
    assert np.ptp(middle) > 240_000
    heads = np.unique(own.account)
    assert not np.isin(done.account, heads).any()
    words = dict(zip(own.link.tolist(), own.text.tolist(), strict=True))
    assert done.text.tolist() == [words[link] for link in done.link.tolist()]


def test_schedulers_post_when_the_clock_strikes() -> None:
    seen = played(plan("schedulers"))
    second = seen.own.at_ms // 1000 % 900
    assert (second == 0).all()
    late_s = seen.done.at_ms % 900_000 / 1000
    assert np.median(late_s) < 3
    assert late_s.max() < 30
    # The same times every day.
    for team in range(4):
        mine = seen.own.account == CROWD + SIZE * team
        assert np.unique(seen.own.at_ms[mine] % DAY_MS).size == 3
        assert mine.sum() == 12


def test_people_share_from_an_app_at_any_hour() -> None:
    seen = played(plan("app_shares"), days=10)
    done = seen.done
    assert len(seen.own.at_ms) == 0
    for team in range(4):
        mine = done.at(seen.team == team)
        assert np.unique(mine.text).size == APP_SCORES
        assert np.unique(mine.link).size == APP_PAGES
        assert np.unique(mine.at_ms // HOUR_MS % 24).size >= 12
    # No two of an app do it within a minute more often than a few do.
    order = np.argsort(done.at_ms)
    assert np.median(np.diff(done.at_ms[order])) > 60_000


def test_a_newsroom_posts_its_stories_again() -> None:
    seen = played(plan("newsroom"), days=8)
    done, own, about = seen.done, seen.own, targets(seen)
    reposts = done.kind == REPOST
    posted = done.at(~reposts)
    assert np.isin(posted.link, own.link).all()
    # Whoever wrote a story does not repost it, nor is it posted twice by the writer.
    assert close(reposts.mean(), NEWS_REPOSTS, len(reposts))
    writer = dict(zip(own.link.tolist(), own.account.tolist(), strict=True))
    assert (posted.account != [writer[link] for link in posted.link.tolist()]).all()
    assert np.isin(posted.text, own.text).mean() > 0.85
    assert np.unique(own.account).size > 60
    assert (about[reposts] >= 0).all()


def test_a_ring_reposts_its_own() -> None:
    seen = played(plan("retweet_ring"))
    assert (seen.done.kind == REPOST).all()
    about = targets(seen)
    assert (about >= 0).all()
    writer = seen.troupe.crew.team[seen.own.account[about] - CROWD]
    assert (writer == seen.team).all()
    assert (seen.own.fitness == 1).all()
    assert (seen.own.link == -1).all()


def test_sellers_vary_an_offer_and_borrow_tags() -> None:
    seen = played(plan("spam"), days=8)
    done = seen.done
    assert (done.kind == POST).all()
    _, where, times = np.unique(done.text, return_inverse=True, return_counts=True)
    assert abs((times[where] == 1).mean() - SPUN) < 0.03
    # Half of what is popular has tags.
    assert abs((done.tags >= 0).mean() - HIJACKED / 2) < 0.05
    for team in range(4):
        mine = seen.team == team
        assert np.unique(done.link[mine]).size <= 6
        assert np.unique(done.link[mine] >> 40).size == 1
        created = seen.troupe.cohorts()[team].created_ms
        assert np.ptp(created) < 7 * DAY_MS


def test_sellers_have_new_offers_every_week_of_a_year() -> None:
    troupe = Decoys(plan("spam"), 0)
    language = put_on(troupe)
    offers: dict[int, tuple[int, int]] = {}
    for day in range(0, 366, 7):
        event = troupe.kind.call(troupe.today(PaperStage(day, language), "calls"))
        for team, text in zip(event.orders.team, event.text, strict=True):
            said = int(text) & ((1 << FILLING_BITS) - 1)
            assert offers.setdefault(said, (team, day)) == (team, day)
    assert len(offers) > 4 * 52


def test_no_chain_has_the_shop_of_a_seller() -> None:
    many = [
        played(plan(kind, teams=20, accounts=4), days=2)
        for kind in ("schedulers", "spam")
    ]
    chains, sellers = (np.unique(seen.done.link >> 40) for seen in many)
    assert len(chains) == 20
    assert not np.isin(chains, sellers).any()
    shops = Decoys(plan("schedulers", teams=20), 0).cohorts()
    # The name of a chain is its site's, without the ending.
    sold = addresses(many[0].done.link).to_pylist()
    noted = [shops[team].note.split()[-1] for team in many[0].team.tolist()]
    assert all(name in link for name, link in zip(noted, sold, strict=True))


def test_checkers_answer_popular_posts_with_a_page() -> None:
    seen = played(plan("fact_checkers"), days=6)
    done = seen.done
    assert (done.kind == REPLY).all()
    assert (done.source < CROWD).all()
    assert np.isin(done.link, seen.own.link).all()
    assert np.isin(done.text, seen.own.text).mean() == pytest.approx(0.5, abs=0.1)
    # All who answer on one occasion answer the same post, in their language.
    for link in np.unique(done.link).tolist():
        assert np.unique(done.target[done.link == link]).size == 1
    language = seen.stages[0].language
    assert (language[done.source] == language[done.account]).all()


@pytest.mark.parametrize("kind", DECOYS)
def test_an_empty_board_is_no_trouble(kind: str) -> None:
    troupe = Decoys(plan(kind, occasions_per_day=1.0), 0)
    stage = PaperStage(0, put_on(troupe))
    own = troupe.originals(stage)
    stage.board = own.at(np.empty(0, np.int64))
    done = troupe.deeds(stage)
    assert np.isin(done.target[done.target >= 0], own.post).all()
    assert (len(done.at_ms) == 0) == (kind == "fact_checkers")


@pytest.mark.parametrize("kind", DECOYS)
def test_the_same_seed_gives_the_same_bytes(kind: str) -> None:
    what = plan(kind, occasions_per_day=1.0)
    one, two, other = (played(what, 2, seed) for seed in (1, 1, 2))
    for a, b in zip(one.done, two.done, strict=True):
        assert a.tobytes() == b.tobytes()
    assert one.done.at_ms.tobytes() != other.done.at_ms.tobytes()
    # Cohorts are the same however often one asks.
    for was, now in zip(one.troupe.cohorts(), two.troupe.cohorts(), strict=True):
        assert was.created_ms.tobytes() == now.created_ms.tobytes()
        assert was.per_day.tobytes() == now.per_day.tobytes()


def test_people_differ_in_zeal_and_programs_do_not() -> None:
    rng = np.random.default_rng(1)
    people = zeal(0.4, machines=False, count=5_000, rng=rng)
    # Beta(2.4, 3.6): variance 0.24 / 7.
    sigma = np.sqrt(0.24 / 7)
    assert abs(people.mean() - 0.4) < 5 * sigma / np.sqrt(5_000)
    assert abs(people.std() - sigma) < 0.02
    assert (zeal(0.4, machines=True, count=9, rng=rng) == 0.4).all()
    assert (zeal(1.0, machines=False, count=9, rng=rng) == 1.0).all()
    assert (zeal(0.0, machines=False, count=9, rng=rng) == 0.0).all()


def test_everyday_posts_have_the_planned_mean() -> None:
    cohorts = Decoys(plan("fan_club", accounts=1_500), 0).cohorts()
    everyday = np.concatenate([cohort.per_day for cohort in cohorts])
    # A log-normal of mean 1 and sigma 0.8 has a variance of exp(0.64) - 1 = 0.896.
    assert abs(everyday.mean() / 2 - 1) < 5 * np.sqrt(0.896 / 6_000)
    bots = Decoys(plan("rss_bots"), 0).cohorts()
    assert sum(cohort.per_day.sum() for cohort in bots) == 0


def test_sequences_have_three_tags() -> None:
    seen = played(plan("fan_club"))
    tags = seen.own.tags
    held = [(field(tags, place * TAG_BITS, TAG_BITS) > 0) for place in range(MOST_TAGS)]
    assert [bool(column.all()) for column in held] == [True, True, True, False]
