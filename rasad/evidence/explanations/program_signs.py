"""Signs that a program posts on an account: its clock, its haste, its client.

A sign is *tested* on a member when there is enough to tell, and *found* when it is
there. Clocks are read over all that a member posts, not over the shared posts alone: a
program keeps its habits, while an operator who keeps to a clock for a task lives by
another for the rest. Haste, and nights without sleep, count only where the member does
hardly anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rasad.evidence.explanations.explanation import MOST
from rasad.evidence.explanations.posting_clock import CLOCKS, TIMES_OF_OTHERS
from rasad.evidence.explanations.shared_posts import ADDRESS, held
from rasad.store.sql import Step, Store

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US

FEWEST_LAGS = 10
FEWEST_PAGES = 10
SAME_LAG_S = 2
PROMPT_S = 60
SILENCE_H = 5
FEWEST_DAYS = 5
FEWEST_CLIENTS = 5
QUARTER, TENTH = 4, 10

PROGRAMS = (
    r"ifttt|zapier|dlvr\.it|twitterfeed|feedburner|socialflow|echobox|twittbot|roundteam"
    r"|recurpost|smarterqueue|wordpress\.com|jetpack"
    r"|(^|[^\p{L}])(rss|bots?|feeds?|cron|scheduler|auto-?post(er)?)([^\p{L}]|$)"
)
"""Names of clients, in lower case, in which nobody types."""

SIGNS = (
    "fixed_seconds",
    "fixed_minutes",
    "constant_lag",
    "one_feed",
    "no_night",
    "program_client",
)
"""The signs, as counts name them."""

DECISIVE = ("fixed_seconds", "fixed_minutes", "constant_lag", "program_client")
"""Signs whose absence tells that no program is at work."""

HABITS = """
    CREATE OR REPLACE TEMP TABLE weighed_habit AS
    WITH spaced AS (
      SELECT grp, account, at_us, at_us - lag(at_us) OVER (
        PARTITION BY grp, account ORDER BY at_us, post) AS silence_us
      FROM weighed_own
    ),
    own AS (
      SELECT grp, account, count(*) AS n_posts, max(at_us) - min(at_us) AS span_us,
        coalesce(sum(silence_us) FILTER (silence_us > $silence), 0) AS silent_us
      FROM spaced GROUP BY grp, account
    ),
    shared AS (
      SELECT grp, account, count(*) AS n FROM weighed_post GROUP BY grp, account
    )
    SELECT own.*, coalesce(100 * shared.n >= $most * own.n_posts, false) AS devoted
    FROM own LEFT JOIN shared ON shared.grp = own.grp AND shared.account = own.account
"""
# How long after the first of an occasion a member acts; a post counts once.
LAGS = """
    CREATE OR REPLACE TEMP TABLE weighed_lag AS
    WITH behind AS (
      SELECT grp, account, post, to_second,
        at_us - min(at_us) OVER (PARTITION BY grp, object, occasion) AS lag_us
      FROM weighed_act
    ),
    posted AS (
      SELECT grp, account, post, min(lag_us) AS lag_us, bool_and(to_second) AS to_second
      FROM behind GROUP BY grp, account, post
    ),
    centred AS (
      SELECT *, quantile_disc(lag_us, 0.5) OVER (PARTITION BY grp, account) AS middle_us
      FROM posted
    )
    SELECT grp, account, count(*) AS n, bool_and(to_second) AS to_second,
      count(*) FILTER (abs(lag_us - middle_us) <= $same) AS n_same,
      count(*) FILTER (lag_us <= $prompt) AS n_prompt
    FROM centred GROUP BY grp, account
"""
EMPTY = """
    CREATE OR REPLACE TEMP TABLE weighed_sign (
      grp VARCHAR, account VARCHAR, sign VARCHAR, found BOOLEAN)
"""
# A file may write minutes as if they were seconds; then all lags look alike.
CONSTANT = """
    INSERT INTO weighed_sign
    SELECT weighed_lag.grp, weighed_lag.account, 'constant_lag',
      habit.devoted AND 100 * n_same >= $most * weighed_lag.n
    FROM weighed_lag
    JOIN weighed_habit AS habit ON habit.grp = weighed_lag.grp
      AND habit.account = weighed_lag.account
    JOIN weighed_elsewhere AS others ON others.grp = weighed_lag.grp
      AND others.sign = 'fixed_seconds' AND others.unrounded
    WHERE weighed_lag.to_second AND weighed_lag.n >= $fewest
"""
NIGHTS = """
    INSERT INTO weighed_sign
    SELECT grp, account, 'no_night',
      devoted AND $tenth * silent_us <= span_us
    FROM weighed_habit WHERE span_us >= $fewest_days * $day
"""
CLIENTS = """
    INSERT INTO weighed_sign
    SELECT grp, account, 'program_client', 100 * count(*) FILTER (
      regexp_matches(lower(client), $programs)) >= $most * count(*)
    FROM weighed_own WHERE client IS NOT NULL
    GROUP BY grp, account HAVING count(*) >= $fewest
"""
ITEMS = """
    CREATE OR REPLACE TEMP TABLE weighed_item AS
    WITH linked AS (
      SELECT DISTINCT shown.grp, shown.account, action.object
      FROM weighed_post AS shown
      JOIN action ON action.account = shown.account AND action.post = shown.post
      WHERE action.verb = 'link' OR (action.verb = 'object'
        AND regexp_matches(lower(substr(action.object, 8)), $address))
    )
    SELECT * FROM linked QUALIFY count(*) OVER (PARTITION BY grp, object) >= 2
"""
# A feed is public when strangers link to its pages too, or to its site.
FEEDS = """
    CREATE OR REPLACE TEMP TABLE weighed_feed AS
    WITH page AS (SELECT DISTINCT grp, object FROM weighed_item),
    known AS (
      SELECT DISTINCT object FROM action
      WHERE object IN (SELECT object FROM page)
        AND account NOT IN (SELECT account FROM member)
    ),
    pages AS (
      SELECT page.grp, count(*) AS n, count(known.object) AS n_known
      FROM page LEFT JOIN known ON known.object = page.object GROUP BY page.grp
    ),
    top AS (
      SELECT grp, 'domain:' || site AS object FROM weighed_site GROUP BY grp, site
      QUALIFY row_number() OVER (PARTITION BY grp ORDER BY count(*) DESC, site) = 1
    ),
    strangers AS (
      SELECT object, count(DISTINCT account) AS n FROM action
      WHERE object IN (SELECT object FROM top)
        AND account NOT IN (SELECT account FROM member)
      GROUP BY object
    ),
    people AS (SELECT grp, count(*) AS n FROM weighed_member GROUP BY grp)
    SELECT pages.grp, pages.n, pages.n_known, coalesce(strangers.n, 0) AS n_strangers,
      $quarter * pages.n_known >= pages.n OR coalesce(strangers.n >= people.n, false)
        AS public
    FROM pages JOIN people ON people.grp = pages.grp
    LEFT JOIN top ON top.grp = pages.grp
    LEFT JOIN strangers ON strangers.object = top.object
"""
FEED = """
    INSERT INTO weighed_sign
    SELECT habit.grp, habit.account, 'one_feed', coalesce(feed.public AND habit.devoted
      AND 100 * own.n >= $most * feed.n
      AND 100 * weighed_lag.n_prompt >= $most * weighed_lag.n, false)
    FROM weighed_habit AS habit
    JOIN weighed_feed AS feed ON feed.grp = habit.grp AND feed.n >= $fewest
    LEFT JOIN (
      SELECT grp, account, count(*) AS n FROM weighed_item GROUP BY grp, account
    ) AS own ON own.grp = habit.grp AND own.account = habit.account
    LEFT JOIN weighed_lag ON weighed_lag.grp = habit.grp
      AND weighed_lag.account = habit.account
"""
TABLES = {
    "weighed_habit": Step(
        name="habits", sql=HABITS, values={"silence": SILENCE_H * HOUR_US, "most": MOST}
    ),
    "weighed_lag": Step(
        name="lags",
        sql=LAGS,
        values={"same": SAME_LAG_S * SECOND_US, "prompt": PROMPT_S * SECOND_US},
    ),
    "weighed_elsewhere": TIMES_OF_OTHERS,
    "weighed_item": Step(name="pages", sql=ITEMS, values={"address": ADDRESS}),
    "weighed_feed": Step(name="feeds", sql=FEEDS, values={"quarter": QUARTER}),
    "weighed_sign": Step(name="no sign yet", sql=EMPTY),
}
FOUND = (
    CLOCKS,
    Step(
        name="constant lags",
        sql=CONSTANT,
        values={"most": MOST, "fewest": FEWEST_LAGS},
    ),
    Step(
        name="nights",
        sql=NIGHTS,
        values={"tenth": TENTH, "fewest_days": FEWEST_DAYS, "day": DAY_US},
    ),
    Step(
        name="clients",
        sql=CLIENTS,
        values={"programs": PROGRAMS, "most": MOST, "fewest": FEWEST_CLIENTS},
    ),
    Step(
        name="followers of a feed",
        sql=FEED,
        values={"most": MOST, "fewest": FEWEST_PAGES},
    ),
)


@contextmanager
def signs(store: Store) -> Iterator[None]:
    """Hold table `weighed_sign`: each member's tested signs, and those beside it."""
    with held(store, TABLES):
        for step in FOUND:
            store.run(step)
        yield
