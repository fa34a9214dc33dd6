"""Harmless teams of people: a club, callers to a storm, a ring, checkers of claims."""

from __future__ import annotations

import numpy as np

from rasad.simulate.society.deeds import NOTHING, REPLY, Deeds
from rasad.simulate.society.gathering import Event, Gathering
from rasad.simulate.society.popular import popular_rows
from rasad.simulate.society.rows import all_deeds, all_originals, deeds, taken
from rasad.simulate.society.teams import HOUR_MS, Orders
from rasad.simulate.society.wording import call, page

CLUB_HOUR, CLUB_HOURS = 17.0, 5
CLUB_LEAD_H = 5
CALL_FITNESS = 6.0
CALL_SHARE = 0.6
CALL_LAG_S = 3600.0
SLOGANS, SLOGAN_SHARE = 3, 0.5

STORM_HOUR, STORM_SLOTS = 18.0, 6
STORM_LEAD_H = 8
STORM_FITNESS = 10.0
VERBATIM, VARIED = 0.75, 0.15

RING_FROM_H, RING_HOURS = 8.0, 15.0

CHECKS_FROM_H, CHECKS_HOURS = 9.0, 13.0
CHECK_FITNESS = 2.0
CHECK_SITES = 10
CHECK_COPIES = 0.5


class FanClub:
    """A club that announces in public which hashtags to post at its hour."""

    client, site, machines = "", "", False

    def call(self, today: Gathering) -> Event:
        """Announce the hour some hours before."""
        number = np.arange(today.teams)
        orders = today.at_hour(CLUB_HOUR + number % CLUB_HOURS)
        return announced(today, orders, CLUB_LEAD_H, CALL_FITNESS)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Pass the call on; at the hour, post a slogan or own words with the tags."""
        acts = today.acts(event.orders)
        team = today.crew.team[acts.member]
        number = team * SLOGANS + today.rng.integers(0, SLOGANS, len(team))
        slogan = today.words(team, number, np.zeros_like(team))
        sung = today.chance(SLOGAN_SHARE, len(team))
        posted = deeds(
            acts.at_ms,
            today.crew.account[acts.member],
            text=np.where(sung, slogan, today.own_words(team)),
            tags=event.tags[acts.order],
        )
        return all_deeds([passed_on(today, event), posted])


class ActivistStorm:
    """A public call to post one text, to be copied, with the same tags at one hour."""

    client, site, machines = "", "", False

    def call(self, today: Gathering) -> Event:
        """Publish the call, and right after it the text to copy."""
        half = today.rng.integers(0, STORM_SLOTS, today.teams) / 2
        orders = today.at_hour(STORM_HOUR + half)
        event = announced(today, orders, STORM_LEAD_H, STORM_FITNESS)
        text = today.new_words(orders.team)
        sheet = today.posts(
            event.own.at_ms + 60_000,
            today.heads(orders.team),
            text,
            event.link,
            event.tags,
            STORM_FITNESS / 2,
        )
        return event._replace(own=all_originals([event.own, sheet]), text=text)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Pass the call on; at the hour, post its text, a variant, or own words."""
        acts = today.acts(event.orders)
        team, n = today.crew.team[acts.member], len(acts.member)
        how = today.rng.random(n)
        # A variant is the text with other fillers: only the lowest bits differ.
        variant = event.text[acts.order] ^ today.fillings(n)
        text = np.select(
            [how < VERBATIM, how < VERBATIM + VARIED],
            [event.text[acts.order], variant],
            today.own_words(team),
        )
        account = today.crew.account[acts.member]
        posted = deeds(acts.at_ms, account, text=text, tags=event.tags[acts.order])
        return all_deeds([passed_on(today, event), posted])


class RetweetRing:
    """People who repost one another's posts, so that somebody sees them."""

    client, site, machines = "", "", False

    def call(self, today: Gathering) -> Event:
        """Let a member post something; no page, no tags."""
        orders = today.at_times(RING_FROM_H, RING_HOURS)
        author = today.crew.anyone(orders.team, orders.at_ms, today.rng)
        text = today.own_words(orders.team)
        none = np.full(len(text), NOTHING, dtype=np.int64)
        own = today.posts(orders.at_ms, author, text, none, none)
        return Event(orders, own, text, none, none)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Repost it."""
        return event.reposts(today.acts(event.orders), today.crew)


class FactCheckers:
    """Volunteers who answer much noticed posts with the page of a check."""

    client, site, machines = "", "", False

    def call(self, today: Gathering) -> Event:
        """Publish a check."""
        orders = today.at_times(CHECKS_FROM_H, CHECKS_HOURS)
        n = len(orders.team)
        text = today.new_words(orders.team)
        site = CHECK_SITES + orders.team % CHECK_SITES
        link = page("service", today.rng.integers(0, 1 << 30, n), site)
        tags = np.full(n, NOTHING, dtype=np.int64)
        head = today.heads(orders.team)
        own = today.posts(orders.at_ms, head, text, link, tags, CHECK_FITNESS)
        return Event(orders, own, text, link, tags)

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Reply to one popular post with the page, in its words or in one's own."""
        orders, board = event.orders, today.stage.board
        spoken = today.language[orders.team]
        row = popular_rows(today.stage, spoken, orders.at_ms, today.rng)
        acts = today.acts(orders)
        about, n = row[acts.order], len(acts.order)
        own_words = today.own_words(today.crew.team[acts.member])
        copied = today.chance(CHECK_COPIES, n)
        rows = deeds(
            acts.at_ms,
            today.crew.account[acts.member],
            REPLY,
            target=taken(board, "post", about),
            source=taken(board, "account", about),
            text=np.where(copied, event.text[acts.order], own_words),
            link=event.link[acts.order],
        )
        return rows.at((about >= 0) & (rows.source != rows.account))


def announced(today: Gathering, orders: Orders, lead_h: float, fitness: float) -> Event:
    """Return the public calls to meet on these orders, some hours before each."""
    n = len(orders.team)
    delay_ms = today.rng.integers(0, 600_000, n)
    at_ms = orders.at_ms - int(lead_h * HOUR_MS) + delay_ms
    at_ms = np.maximum(at_ms, today.stage.day * 24 * HOUR_MS)
    text = call(today.language[orders.team])
    none = np.full(n, NOTHING, dtype=np.int64)
    tags = today.tags(orders.team, np.full(n, today.stage.day))
    head = today.heads(orders.team)
    own = today.posts(at_ms, head, text, none, tags, fitness)
    return Event(orders, own, text, none, tags)


def passed_on(today: Gathering, event: Event) -> Deeds:
    """Return reposts of the calls in the hours before they are answered."""
    called = event.orders._replace(at_ms=event.own.at_ms[: len(event.orders.team)])
    acts = today.acts(called, CALL_SHARE, CALL_LAG_S)
    early = acts.at_ms < event.orders.at_ms[acts.order]
    return event.reposts(acts.at(early), today.crew)
