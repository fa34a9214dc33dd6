"""Whether an account posts by a clock: in the same seconds, or minutes of the hour.

Both are sixty places. A program uses few of them. People who answer a call at a full
hour fill the minutes after it, one beside the other; that is no program.
"""

from __future__ import annotations

from rasad.evidence.explanations.explanation import MOST
from rasad.store.sql import Step

FEWEST_TIMES = 20
FULLEST = 6
"""Places that hold nearly all times of a program. By chance fewer than one account in
forty thousand has 80 % of twenty times in any six of sixty."""

LONGEST_RUN = 2
NOTICED = 5
"""Minutes side by side that a program's delay may fill, and the per cent of the times
that a minute needs to count in such a run."""

FEWEST_ELSE = 100
"""Posts of everybody else without which nobody can tell whether the file rounds."""

CLOCK = {"second": 1_000_000, "minute": 60_000_000, "fullest": FULLEST}

# What all accounts have, because the file rounds, is nobody's habit.
TIMES_OF_OTHERS = Step(
    name="times of others",
    sql="""
    CREATE OR REPLACE TEMP TABLE weighed_elsewhere AS
    WITH timed AS (
      SELECT account, epoch_us(created_at) AS at_us,
        precision IN ('us', 'ms', 's') AS to_second,
        precision IN ('us', 'ms', 's', 'min') AS to_minute
      FROM post WHERE current
    ),
    ticking AS (
      SELECT account, 'fixed_seconds' AS sign, at_us // $second % 60 AS place
      FROM timed WHERE to_second
      UNION ALL
      SELECT account, 'fixed_minutes', at_us // $minute % 60 FROM timed WHERE to_minute
    ),
    everybody AS (
      SELECT sign, place, count(*) AS n FROM ticking GROUP BY sign, place
    ),
    inside AS (
      SELECT weighed_member.grp, sign, place, count(*) AS n
      FROM ticking JOIN weighed_member ON weighed_member.account = ticking.account
      GROUP BY weighed_member.grp, sign, place
    ),
    others AS (
      SELECT weighed_group.grp, everybody.sign, everybody.place,
        everybody.n - coalesce(inside.n, 0) AS n
      FROM weighed_group CROSS JOIN everybody
      LEFT JOIN inside ON inside.grp = weighed_group.grp
        AND inside.sign = everybody.sign AND inside.place = everybody.place
    ),
    ranked AS (
      SELECT *, row_number() OVER (PARTITION BY grp, sign ORDER BY n DESC, place)
        AS position
      FROM others
    )
    SELECT grp, sign, sum(n)::BIGINT AS n,
      sum(n) FILTER (position <= $fullest)::BIGINT AS n_fullest,
      sum(n) >= $fewest_else
        AND 2 * sum(n) FILTER (position <= $fullest) < sum(n) AS unrounded
    FROM ranked GROUP BY grp, sign
    """,
    values=CLOCK | {"fewest_else": FEWEST_ELSE},
)

CLOCKS = Step(
    name="clocks",
    sql="""
    INSERT INTO weighed_sign
    WITH ticking AS (
      SELECT grp, account, 'fixed_seconds' AS sign, at_us // $second AS tick
      FROM weighed_own WHERE to_second
      UNION
      SELECT grp, account, 'fixed_minutes', at_us // $minute FROM weighed_own
      WHERE to_minute
    ),
    placed AS (
      SELECT grp, account, sign, tick % 60 AS place, count(*) AS n FROM ticking
      GROUP BY grp, account, sign, place
    ),
    ranked AS (
      SELECT *, sum(n) OVER whole AS total,
        row_number() OVER (whole ORDER BY n DESC, place) AS position
      FROM placed WINDOW whole AS (PARTITION BY grp, account, sign)
    ),
    fullest AS (
      SELECT *, 100 * n >= $noticed * total AS noticed FROM ranked
      WHERE total >= $fewest AND position <= $fullest
    ),
    run AS (
      SELECT grp, account, sign, count(*) AS n FROM (
        SELECT *, place - row_number() OVER (
          PARTITION BY grp, account, sign ORDER BY place) AS start_of_run
        FROM fullest WHERE noticed
      ) GROUP BY grp, account, sign, start_of_run
    ),
    longest AS (
      SELECT grp, account, sign, max(n) AS n FROM run GROUP BY grp, account, sign
    ),
    timed AS (
      SELECT grp, account, sign, 100 * sum(n) >= $most * any_value(total) AS few
      FROM fullest GROUP BY grp, account, sign
    )
    SELECT timed.grp, timed.account, timed.sign, timed.few
      AND (timed.sign = 'fixed_seconds' OR coalesce(longest.n <= $run, false))
    FROM timed
    JOIN weighed_elsewhere AS others
      ON others.grp = timed.grp AND others.sign = timed.sign
    LEFT JOIN longest ON longest.grp = timed.grp AND longest.account = timed.account
      AND longest.sign = timed.sign
    WHERE others.unrounded
    """,
    values=CLOCK
    | {
        "most": MOST,
        "noticed": NOTICED,
        "run": LONGEST_RUN,
        "fewest": FEWEST_TIMES,
    },
)
