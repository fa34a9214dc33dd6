"""An open call: short bursts at announced hours, and outsiders who heard it too."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import (
    FEWEST,
    LONGEST_NAME,
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    by_share,
    most,
)
from rasad.evidence.explanations.profiles import profiles_by_group
from rasad.evidence.explanations.shared_posts import held
from rasad.store.sql import Step, Store

MINUTE_US = 60_000_000
HOUR_MIN = 60
PAUSE_MIN = 15
EARLY_MIN, LATE_MIN = 2, 4
SLOT_MIN = 30
LONGEST_MIN = 60
LEAD_H, REMEMBERED_H = 1, 72
FEWEST_FOLLOWERS = 5
AROUND_H, CROWDED = 24, 3
MOST_TAGS = 20

OPEN_CALL = Explanation(
    id="open-call",
    title="A public call",
    claim="Fans or activists answered a public call to do the same at an announced "
    "hour; whoever heard it could join.",
    question="How many of the shared posts lie in short bursts that begin at a full or "
    "half hour, on an object that was announced hours before, and that accounts of no "
    "group joined or the members' profiles name?",
    fits_when=f"A burst ends with {PAUSE_MIN} minutes of pause. It is at an announced "
    f"hour when it begins between {EARLY_MIN} minutes before and {LATE_MIN} minutes "
    f"after a full or half hour and lasts {LONGEST_MIN} minutes at most, a tenth of "
    "its posts left out at either end. An object on which half of its members meet is "
    f"called for when somebody used it {LEAD_H} to {REMEMBERED_H} hours before, and "
    f"either {MOST} % of the members name one of its hashtags in their profiles, or "
    f"outsiders, at least {FEWEST_FOLLOWERS} and half as many as the members in the "
    "burst, passed such earlier posts on or used the object within the hour, a third "
    f"or more of all that did within {AROUND_H} hours. It fits when {MOST} % of at "
    f"least {FEWEST} shared posts lie in such bursts on such objects.",
)

BURSTS = """
    CREATE OR REPLACE TEMP TABLE weighed_burst AS
    WITH spaced AS (
      SELECT grp, account, post, at_us,
        lag(at_us) OVER (PARTITION BY grp ORDER BY at_us, account, post) AS last_us
      FROM weighed_post
    ),
    numbered AS (
      SELECT *, count(*) FILTER (last_us IS NULL OR at_us - last_us > $pause) OVER (
        PARTITION BY grp ORDER BY at_us, account, post ROWS UNBOUNDED PRECEDING
      ) AS burst
      FROM spaced
    ),
    span AS (
      SELECT grp, burst, quantile_disc(at_us, 0.1) AS start_us,
        quantile_disc(at_us, 0.9) AS end_us, count(DISTINCT account) AS n_members
      FROM numbered GROUP BY grp, burst
    )
    SELECT numbered.grp, numbered.account, numbered.post, span.burst, span.start_us,
      span.n_members,
      (span.start_us + $early) % $slot <= $early + $late
        AND span.end_us - span.start_us <= $longest AS on_time,
      span.start_us < begun.at_us + $lead AS at_start
    FROM numbered
    JOIN span ON span.grp = numbered.grp AND span.burst = numbered.burst
    CROSS JOIN (SELECT min(epoch_us(acted_at)) AS at_us FROM action) AS begun
"""
# Calls are looked for only where times do not rule them out already.
MEETINGS = """
    CREATE OR REPLACE TEMP TABLE weighed_meeting AS
    WITH ripe AS (
      SELECT grp FROM weighed_burst GROUP BY grp
      HAVING 100 * count(*) FILTER (on_time) >= $most * count(*)
    )
    SELECT burst.grp, burst.burst, act.object, any_value(burst.start_us) AS at_us,
      any_value(burst.n_members) AS n_members
    FROM weighed_burst AS burst
    JOIN weighed_act AS act ON act.grp = burst.grp AND act.account = burst.account
      AND act.post = burst.post
    WHERE burst.on_time AND burst.grp IN (SELECT grp FROM ripe)
    GROUP BY burst.grp, burst.burst, act.object
    HAVING 2 * count(DISTINCT act.account) >= any_value(burst.n_members)
"""
# Who repeats, quotes or answers an earlier use of an object passes its call on. What
# lies between two moments is the difference of what came so far: one sort answers for
# all groups, and whole minutes keep it short, however popular the object. Moments of
# place 0 come before what happens in their minute, moments of place 2 after it.
CALLS = """
    CREATE OR REPLACE TEMP TABLE weighed_call AS
    WITH told AS (
      SELECT object, post, epoch_us(acted_at) AS at_us FROM action
      WHERE object IN (SELECT object FROM weighed_meeting)
    ),
    answer AS (
      SELECT account, epoch_us(created_at) AS at_us,
        unnest([repost_of, quote_of, reply_to]) AS about
      FROM post
      WHERE account NOT IN (SELECT account FROM member)
        AND coalesce(repost_of, quote_of, reply_to) IS NOT NULL
    ),
    passed AS (
      SELECT told.object, answer.account, min(answer.at_us) AS at_us
      FROM answer JOIN told ON told.post = answer.about AND told.at_us <= answer.at_us
      GROUP BY told.object, answer.account, answer.at_us // 86400000000
    ),
    event AS (
      SELECT object, at_us, 'use' AS kind FROM told
      UNION ALL SELECT object, at_us, 'passing' FROM passed
      UNION ALL SELECT object, at_us, 'outsider' FROM weighed_crowd
      WHERE object IN (SELECT object FROM weighed_meeting)
    ),
    moment AS (
      SELECT * FROM (VALUES ('long before', -$remembered, 0),
        ('hours before', -$lead, 2), ('begun', 0, 2), ('just before', -$early, 0),
        ('over', $longest, 2), ('day before', -$around, 0), ('day after', $around, 2)
      ) AS moment(name, shift, place)
    ),
    in_time AS (
      SELECT object, at_us // $minute AS minutes, 1 AS place,
        count(*) FILTER (kind = 'use') AS use,
        count(*) FILTER (kind = 'passing') AS passing,
        count(*) FILTER (kind = 'outsider') AS outsider,
        NULL AS grp, NULL AS burst, NULL AS n_members, NULL AS name
      FROM event GROUP BY object, at_us // $minute
      UNION ALL
      SELECT object, at_us // $minute + shift, place, 0, 0, 0, grp, burst, n_members,
        name
      FROM weighed_meeting CROSS JOIN moment
    ),
    so_far AS (
      SELECT grp, burst, object, n_members, name, sum(use) OVER timed AS uses,
        sum(passing) OVER timed AS passings, sum(outsider) OVER timed AS outsiders
      FROM in_time WINDOW timed AS (
        PARTITION BY object ORDER BY minutes, place ROWS UNBOUNDED PRECEDING)
    ),
    counted AS (
      SELECT grp, burst, object, any_value(n_members) AS n_members,
        max(uses) FILTER (name = 'hours before')
          - max(uses) FILTER (name = 'long before') AS n_before,
        max(passings) FILTER (name = 'begun')
          - max(passings) FILTER (name = 'long before') AS n_passing,
        max(outsiders) FILTER (name = 'over')
          - max(outsiders) FILTER (name = 'just before') AS n_beside,
        max(outsiders) FILTER (name = 'day after')
          - max(outsiders) FILTER (name = 'day before') AS n_around
      FROM so_far WHERE grp IS NOT NULL GROUP BY grp, burst, object
    )
    SELECT grp, burst, object, n_passing, n_beside, n_before > 0 AS announced,
      greatest(n_passing, CASE WHEN $crowded * n_beside >= n_around
        THEN n_beside ELSE 0 END) >= greatest($followers, n_members / 2) AS followed
    FROM counted
"""
# Only tags that come back can be what members are known by.
TAGS = """
    WITH tag AS (
      SELECT DISTINCT grp, burst, unnest(string_split(substr(object, 11), '#')) AS tag
      FROM weighed_call WHERE announced AND starts_with(object, 'hashtags:#')
    )
    SELECT grp, tag FROM tag WHERE tag <> '' GROUP BY grp, tag
    QUALIFY row_number() OVER (PARTITION BY grp ORDER BY count(*) DESC, tag) <= $most
    ORDER BY grp, count(*) DESC, tag
"""
DECLARED = """
    CREATE OR REPLACE TEMP TABLE weighed_declared AS
    WITH named AS (
      SELECT unnest($groups::VARCHAR[]) AS grp, unnest($tags::VARCHAR[]) AS tag,
        unnest($naming::BIGINT[]) AS n_naming
    ),
    people AS (SELECT grp, count(*) AS n FROM weighed_member GROUP BY grp)
    SELECT people.grp, people.n, named.tag, coalesce(named.n_naming, 0) AS n_naming,
      coalesce(100 * named.n_naming >= $most * people.n, false) AS declared
    FROM people LEFT JOIN named ON named.grp = people.grp
"""
COUNTS = """
    WITH joined AS (
      SELECT called.*, called.announced AND (called.followed OR said.declared
        AND contains(called.object || '#', '#' || said.tag || '#')) AS open
      FROM weighed_call AS called
      JOIN weighed_declared AS said ON said.grp = called.grp
    ),
    open_post AS (
      SELECT DISTINCT act.grp, act.account, act.post
      FROM weighed_burst AS burst
      JOIN weighed_act AS act ON act.grp = burst.grp AND act.account = burst.account
        AND act.post = burst.post
      JOIN joined ON joined.grp = burst.grp AND joined.burst = burst.burst
        AND joined.object = act.object
      WHERE joined.open
    ),
    opened AS (SELECT grp, count(*) AS n FROM open_post GROUP BY grp),
    bursts AS (
      SELECT grp, count(DISTINCT burst) AS n,
        count(DISTINCT burst) FILTER (on_time) AS n_on_time, count(*) AS n_posts,
        count(*) FILTER (on_time) AS n_posts_on_time,
        count(*) FILTER (on_time AND at_start) AS n_at_start
      FROM weighed_burst GROUP BY grp
    ),
    objects AS (
      SELECT grp, count(*) AS n, count(*) FILTER (announced) AS n_announced,
        count(*) FILTER (announced AND followed) AS n_followed,
        count(*) FILTER (open) AS n_open,
        max(n_passing) AS most_passing, max(n_beside) AS most_beside
      FROM joined GROUP BY grp
    ),
    texts AS (
      SELECT grp, count(*) FILTER (has_text) AS n FROM weighed_post GROUP BY grp
    )
    SELECT weighed_group.grp, coalesce(bursts.n_posts, 0) AS shared_posts,
      coalesce(texts.n, 0) AS posts_with_text, coalesce(bursts.n, 0) AS bursts,
      coalesce(bursts.n_on_time, 0) AS bursts_at_announced_hours,
      coalesce(bursts.n_posts_on_time, 0) AS posts_at_announced_hours,
      coalesce(bursts.n_at_start, 0) AS posts_before_whose_burst_data_begin,
      coalesce(objects.n, 0) AS objects_met_on,
      coalesce(objects.n_announced, 0) AS objects_used_hours_before,
      coalesce(objects.n_followed, 0) AS objects_outsiders_joined,
      coalesce(objects.n_open, 0) AS objects_called_for,
      coalesce(objects.most_passing, 0) AS most_outsiders_passing_on,
      coalesce(objects.most_beside, 0) AS most_outsiders_in_the_hour,
      coalesce(said.n, 0) AS members, left(said.tag, $longest) AS tag_in_profiles,
      coalesce(said.n_naming, 0) AS members_naming_the_tag,
      coalesce(opened.n, 0) AS posts_called_for
    FROM weighed_group
    LEFT JOIN bursts ON bursts.grp = weighed_group.grp
    LEFT JOIN objects ON objects.grp = weighed_group.grp
    LEFT JOIN opened ON opened.grp = weighed_group.grp
    LEFT JOIN texts ON texts.grp = weighed_group.grp
    LEFT JOIN weighed_declared AS said ON said.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""
NOT_LOOKED_AT = (
    "objects_met_on",
    "objects_used_hours_before",
    "objects_outsiders_joined",
    "objects_called_for",
    "most_outsiders_passing_on",
    "most_outsiders_in_the_hour",
    "tag_in_profiles",
    "members_naming_the_tag",
    "posts_called_for",
)
"""Counts that are None where times rule a call out."""

STEPS = {
    "weighed_burst": Step(
        name="bursts",
        sql=BURSTS,
        values={
            "pause": PAUSE_MIN * MINUTE_US,
            "early": EARLY_MIN * MINUTE_US,
            "late": LATE_MIN * MINUTE_US,
            "slot": SLOT_MIN * MINUTE_US,
            "longest": LONGEST_MIN * MINUTE_US,
            "lead": LEAD_H * HOUR_MIN * MINUTE_US,
        },
    ),
    "weighed_meeting": Step(name="objects met on", sql=MEETINGS, values={"most": MOST}),
    "weighed_call": Step(
        name="calls",
        sql=CALLS,
        values={
            "remembered": REMEMBERED_H * HOUR_MIN,
            "lead": LEAD_H * HOUR_MIN,
            "early": EARLY_MIN,
            "longest": LONGEST_MIN,
            "around": AROUND_H * HOUR_MIN,
            "minute": MINUTE_US,
            "crowded": CROWDED,
            "followers": FEWEST_FOLLOWERS,
        },
    ),
}


def weigh_call(store: Store) -> dict[str, Weighed]:
    """Hold each group against a public call."""
    with held(store, STEPS):
        named = _tags_in_profiles(store)
        shown = Step(
            name="tags in profiles",
            sql=DECLARED,
            values={
                "groups": list(named),
                "tags": [tag for tag, _ in named.values()],
                "naming": [naming for _, naming in named.values()],
                "most": MOST,
            },
        )
        with held(store, {"weighed_declared": shown}):
            rows = store.rows(COUNTS, longest=LONGEST_NAME)
    for row in rows:
        if not most(row["posts_at_announced_hours"], row["shared_posts"]):
            row.update(dict.fromkeys(NOT_LOOKED_AT))
    return {row.pop("grp"): (_verdict(row), row) for row in rows}


def _tags_in_profiles(store: Store) -> dict[str, tuple[str, int]]:
    """Return the tag that most members of a group name, and how many do."""
    profiles = profiles_by_group(store)
    best: dict[str, tuple[str, int]] = {}
    for row in store.rows(TAGS, most=MOST_TAGS):
        grp, tag = row["grp"], row["tag"]
        naming = sum(profile.names((tag,)) for profile in profiles.get(grp, ()))
        if naming > best.get(grp, ("", 0))[1]:
            best[grp] = tag, naming
    return best


def _verdict(counts: Counts) -> Verdict:
    posts = counts["shared_posts"]
    on_time = by_share(counts["posts_at_announced_hours"], 0, posts)
    if on_time != "fits":
        return on_time
    # A call may be in a text that the table does not have, or before its first row.
    unknown = max(
        posts - counts["posts_with_text"], counts["posts_before_whose_burst_data_begin"]
    )
    return by_share(counts["posts_called_for"], unknown, posts)
