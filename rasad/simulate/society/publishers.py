"""Harmless teams that publish: pages, programs, shops, newsrooms, sellers."""

from __future__ import annotations

import numpy as np

from rasad.simulate.society.deeds import NOTHING, Deeds, Int
from rasad.simulate.society.gathering import Event, Gathering
from rasad.simulate.society.notes import FIRST_SHOP, SHOPS_OF_SPAM, site_of_team
from rasad.simulate.society.popular import popular_rows
from rasad.simulate.society.rows import all_deeds, deeds, taken
from rasad.simulate.society.teams import Acts, Orders
from rasad.simulate.society.wording import page

PAGES = 1 << 30

PARTY_FROM_H, PARTY_HOURS = 8.0, 12.0
PARTY_FITNESS = 2.0
PARTY_REPOSTS = 0.7
PARTY_TAGS = 0.5

FEED_FROM_H, FEED_HOURS = 5.0, 19.0
FEED_EARLIEST, FEED_LATEST = 0.3, 1.7
"""Delay of each program behind the feed, in medians of the plan."""
FEED_JITTER_MS = 2_000

QUARTER_H, OPEN_H, QUARTERS = 0.25, 8.0, 52
SCHEDULED_COPIES = 0.6

APP_WAKE_H = 7.0
APP_SCORES, APP_PAGES, APPS = 6, 4, 10

NEWS_FROM_H, NEWS_HOURS = 7.0, 15.0
NEWS_FITNESS = 3.0
NEWS_REPOSTS, NEWS_OWN_WORDS = 0.4, 0.1

SALES_FROM_H, SALES_HOURS = 0.0, 24.0
OFFERS = 3
SPUN, HIJACKED = 0.7, 0.4
WEEK = 7


class PartyPages:
    """Local pages of one party, which pass on what its head office publishes."""

    client, site, machines = "", "party", False

    def call(self, today: Gathering) -> Event:
        """Let the head office publish something, with a page of the party's site."""
        orders = today.at_times(PARTY_FROM_H, PARTY_HOURS)
        tags = today.tags(orders.team, today.rng.integers(0, 20, len(orders.team)))
        tagged = today.chance(PARTY_TAGS, len(orders.team))
        tags = np.where(tagged, tags, NOTHING)
        return published(today, orders, self.site, tags, PARTY_FITNESS)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Repost it, or post its page with words of one's own."""
        acts = today.acts(event.orders)
        reposts = today.chance(PARTY_REPOSTS, len(acts.order))
        written = acts.at(~reposts)
        posted = deeds(
            written.at_ms,
            today.crew.account[written.member],
            text=today.own_words(today.crew.team[written.member]),
            link=event.link[written.order],
        )
        return all_deeds([event.reposts(acts.at(reposts), today.crew), posted])


class RssBots:
    """Programs that post every item of one feed, each with a delay of its own."""

    client, site, machines = "Simulated RSS Bot", "newsroom", True

    def call(self, today: Gathering) -> Event:
        """Let the feed's own account post its items."""
        orders = today.at_times(FEED_FROM_H, FEED_HOURS)
        none = np.full(len(orders.team), NOTHING, dtype=np.int64)
        return published(today, orders, self.site, none, 1.0)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Post headline and page of each item, a fixed time after it."""
        acts = today.acts(event.orders)
        spread = FEED_EARLIEST + (FEED_LATEST - FEED_EARLIEST) * today.habitual
        delay_ms = spread[acts.member] * today.plan.lag_median_s * 1000
        jitter_ms = today.rng.integers(0, FEED_JITTER_MS, len(acts.order))
        at_ms = event.orders.at_ms[acts.order] + delay_ms.astype(np.int64) + jitter_ms
        return copies(today, event, acts._replace(at_ms=at_ms))


class Schedulers:
    """Shops of one chain, whose posts wait in a scheduler for round minutes."""

    client, site, machines = "Simulated Scheduler", "shop", True

    def call(self, today: Gathering) -> Event:
        """Set one item for each of the chain's times of day; the head shop shows it."""
        times = round(today.plan.occasions_per_day)
        team = np.repeat(np.arange(today.teams), times)
        # A chain keeps to its times, so they come from its number alone.
        place = (team * 7 + np.tile(np.arange(times), today.teams) * 17) % QUARTERS
        orders = today.at_local(team, OPEN_H + place * QUARTER_H)
        none = np.full(len(team), NOTHING, dtype=np.int64)
        return published(today, orders, self.site, none, 1.0)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Post the item's page when the clock strikes, some with words of the shop."""
        return copies(today, event, today.acts(event.orders), SCHEDULED_COPIES)


class AppShares:
    """Strangers who press the share button of one app whenever they like."""

    client, site, machines = "", "", False

    def call(self, today: Gathering) -> Event:
        """Begin the day; nobody calls anybody."""
        orders = today.at_hour(np.full(today.teams, APP_WAKE_H))
        none = np.full(len(orders.team), NOTHING, dtype=np.int64)
        return Event(orders, today.nothing(), none, none, none)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Post the app's words, with one of few results, and one of its pages."""
        acts = today.acts(event.orders)
        team, n = today.crew.team[acts.member], len(acts.member)
        result = today.rng.integers(0, APP_SCORES, n)
        which = today.rng.integers(0, APP_PAGES, n)
        return deeds(
            acts.at_ms,
            today.crew.account[acts.member],
            text=today.words(team, team, result),
            link=page("service", team * APP_PAGES + which, team % APPS),
        )


class Newsroom:
    """A newsroom's desks, which all post its stories."""

    client, site, machines = "", "newsroom", False

    def call(self, today: Gathering) -> Event:
        """Let one of the desks post a story."""
        orders = today.at_times(NEWS_FROM_H, NEWS_HOURS)
        none = np.full(len(orders.team), NOTHING, dtype=np.int64)
        author = today.crew.anyone(orders.team, orders.at_ms, today.rng)
        return published(today, orders, self.site, none, NEWS_FITNESS, author)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Repost the story, or post its headline and page again."""
        acts = today.acts(event.orders)
        reposts = today.chance(NEWS_REPOSTS, len(acts.order))
        posted = copies(today, event, acts.at(~reposts), 1 - NEWS_OWN_WORDS)
        return all_deeds([event.reposts(acts.at(reposts), today.crew), posted])


class Spam:
    """Sellers with many accounts: an offer in a few wordings, a shop, borrowed tags."""

    client, site, machines = "", "", False

    def call(self, today: Gathering) -> Event:
        """Choose one of the week's offers; nothing is shown to anybody before."""
        orders = today.at_times(SALES_FROM_H, SALES_HOURS)
        team, n = orders.team, len(orders.team)
        season, week = divmod(today.stage.day // WEEK, WEEK)
        # After seven weeks, offers go on behind those of the last team.
        turn = (season * today.teams + team) * WEEK + week
        offer = turn * OFFERS + today.rng.integers(0, OFFERS, n)
        link = page("shop", offer, FIRST_SHOP + team % SHOPS_OF_SPAM)
        none = np.full(n, NOTHING, dtype=np.int64)
        return Event(
            orders, today.nothing(), today.words(team, offer, offer), link, none
        )

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Post the offer, mostly with other fillers, some with popular hashtags."""
        acts, board = today.acts(event.orders), today.stage.board
        n, text = len(acts.order), event.text[acts.order]
        spun = today.chance(SPUN, n)
        spoken = today.language[today.crew.team[acts.member]]
        row = popular_rows(today.stage, spoken, acts.at_ms, today.rng)
        row[~today.chance(HIJACKED, n)] = NOTHING
        return deeds(
            acts.at_ms,
            today.crew.account[acts.member],
            text=np.where(spun, text ^ today.fillings(n), text),
            link=event.link[acts.order],
            tags=taken(board, "tags", row),
        )


def published(
    today: Gathering,
    orders: Orders,
    site: str,
    tags: Int,
    fitness: float,
    author: Int | None = None,
) -> Event:
    """Return items with a new text and a new page of each team's site."""
    team, n = orders.team, len(orders.team)
    text = today.new_words(team)
    link = page(site, today.rng.integers(0, PAGES, n), site_of_team(site, team))
    author = today.heads(team) if author is None else author
    own = today.posts(orders.at_ms, author, text, link, tags, fitness)
    return Event(orders, own, text, link, tags)


def copies(today: Gathering, event: Event, acts: Acts, verbatim: float = 1.0) -> Deeds:
    """Return posts of an event's page with its text, or with words of one's own."""
    acts = acts.at(today.crew.account[acts.member] != event.own.account[acts.order])
    team = today.crew.team[acts.member]
    same = today.chance(verbatim, len(acts.order))
    return deeds(
        acts.at_ms,
        today.crew.account[acts.member],
        text=np.where(same, event.text[acts.order], today.own_words(team)),
        link=event.link[acts.order],
    )
