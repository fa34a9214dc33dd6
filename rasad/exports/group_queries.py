"""What a dossier asks the tables about groups.

Two temporary tables hold what concerns the groups shown: their pairs, each in the trace
and window in which it stands out most, and their actions, each with the nearest action
of another member on the same object. Everything else is read from those, by group.

Values are bound; every query is ordered to the last row. None enumerates the pairs of a
popular object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rasad.evidence.nearest import NEAREST
from rasad.network.network import SHOWN
from rasad.store.sql import Step, Store

PREPARE_PAIRS = f"""
    CREATE OR REPLACE TEMP TABLE dossier_pair AS
    SELECT a.grp, pair.account_a, pair.account_b, pair.p_value, pair.lift_low,
      pair.best_trace AS trace, pair.best_window_s AS window_s,
      edge.* EXCLUDE (run_id, account_a, account_b, p_value, lift_low, trace, window_s)
    FROM pair
    JOIN member AS a ON a.account = pair.account_a
    JOIN member AS b ON b.account = pair.account_b AND b.grp = a.grp
    LEFT JOIN edge ON edge.account_a = pair.account_a
      AND edge.account_b = pair.account_b AND edge.trace = pair.best_trace
      AND edge.window_s = pair.best_window_s
    WHERE {SHOWN}
      AND a.grp IN (SELECT unnest($groups))
"""
PREPARE_ACTIONS = f"""
    CREATE OR REPLACE TEMP TABLE dossier_action AS
    WITH windows AS (
      SELECT grp, trace, max(window_s) * 1000000::BIGINT AS window_us
      FROM dossier_pair GROUP BY grp, trace
    ),
    acted AS (
      SELECT member.grp, action.account, action.verb, action.object, action.post,
        epoch_us(action.acted_at) AS at_us, windows.window_us
      FROM action
      JOIN member ON member.account = action.account
      JOIN windows ON windows.grp = member.grp AND windows.trace = action.verb
    ),
{NEAREST}
    SELECT grp, account, verb, object, post, at_us, least(since_us, until_us) AS gap_us,
      coalesce(least(since_us, until_us) <= window_us, false) AS together
    FROM near
"""
PREPARED = ("dossier_action", "dossier_pair")

GROUPS = """
    SELECT grp.*, finding.finding, finding.rule, finding.verdict, finding.counts,
      finding.innocent
    FROM grp LEFT JOIN finding ON finding.grp = grp.grp
      AND finding.rule <> 'undisclosed-central-operation'
    ORDER BY grp.rank NULLS LAST, grp.grp LIMIT $most
"""
TESTS = """
    SELECT trace, window_s, count(*) AS n, max(lift_low) AS highest_lift,
      min(lift_low) AS lowest_lift
    FROM dossier_pair WHERE grp = $grp
    GROUP BY trace, window_s ORDER BY n DESC, trace, window_s
"""
PAIRS = """
    SELECT * FROM dossier_pair WHERE grp = $grp
    ORDER BY p_value, account_a, account_b LIMIT $most
"""
PAIR_TOTALS = """
    SELECT count(*) AS n, sum(n_objects) AS n_objects, sum(n_first) AS n_first,
      sum(n_posts_a) AS n_posts_a, sum(n_posts_b) AS n_posts_b,
      sum(n_pairs) AS n_pairs
    FROM dossier_pair WHERE grp = $grp
"""
MEMBERS = """
    SELECT member.account, member.n_edges, member.first_mover_share,
      coalesce(member.first_mover_share >= 0.9, false) AS moves_first, member.joined,
      account.handle,
      account.name, account.created_at, posted.n AS n_posts, truth.role, truth.team
    FROM member
    LEFT JOIN account ON account.account = member.account
    LEFT JOIN truth ON truth.account = member.account
    LEFT JOIN (
      SELECT account, count(*) AS n FROM post WHERE current GROUP BY account
    ) AS posted ON posted.account = member.account
    WHERE member.grp = $grp
    ORDER BY member.n_edges DESC, member.account LIMIT $most
"""
PLANTED = """
    SELECT role, team, count(*) AS n
    FROM member JOIN truth ON truth.account = member.account
    WHERE member.grp = $grp GROUP BY role, team ORDER BY n DESC, role, team
"""
OBJECTS = """
    WITH top AS (
      SELECT verb, object, count(DISTINCT account) FILTER (together) AS n_together,
        count(DISTINCT account) AS n_members, count(*) AS n_actions,
        make_timestamp(min(at_us) FILTER (together)) AS first_at,
        make_timestamp(max(at_us) FILTER (together)) AS last_at,
        min(gap_us) / 1000000 AS shortest_s, count(*) OVER () AS n_objects
      FROM dossier_action WHERE grp = $grp
      GROUP BY verb, object HAVING n_together > 0
      ORDER BY n_together DESC, n_actions DESC, object LIMIT $most
    )
    SELECT top.*, everyone.n AS n_everyone
    FROM top JOIN (
      SELECT object, count(DISTINCT account) AS n FROM action
      WHERE object IN (SELECT object FROM top) GROUP BY object
    ) AS everyone ON everyone.object = top.object
    ORDER BY n_together DESC, n_actions DESC, top.object
"""
POSTS = """
    WITH firsts AS (
      SELECT * FROM dossier_action
      WHERE grp = $grp AND together AND object IN (SELECT unnest($objects))
      QUALIFY row_number() OVER (
        PARTITION BY object, account ORDER BY at_us, post) = 1
    ),
    shown AS (
      SELECT * FROM firsts QUALIFY row_number() OVER (
        PARTITION BY object ORDER BY at_us, account) <= $most
    )
    SELECT object, account, post, make_timestamp(at_us) AS acted_at,
      (at_us - min(at_us) OVER (PARTITION BY object)) / 1000000 AS after_s
    FROM shown ORDER BY object, at_us, account
"""
# Asked once for all groups: it is the one query that has to read texts.
TEXTS = """
    SELECT post.post, post.account, post.kind, post.language, post.truncated, post.line,
      source.name AS source, left(post.text, $cut) AS text,
      coalesce(length(post.text) > $cut, false) AS cut
    FROM post LEFT JOIN source ON source.source_id = post.source_id
    WHERE post.post IN (SELECT unnest($posts)) AND post.current
"""
ACTED = """
    SELECT account,
      list(DISTINCT (epoch_us(created_at) - $first) * $columns // $span) AS places
    FROM post
    WHERE account IN (SELECT unnest($accounts))
      AND epoch_us(created_at) BETWEEN $first AND $first + $span - 1
    GROUP BY account
"""
ACTED_TOGETHER = """
    SELECT account, list(DISTINCT (at_us - $first) * $columns // $span) AS places
    FROM dossier_action
    WHERE grp = $grp AND together AND account IN (SELECT unnest($accounts))
      AND at_us BETWEEN $first AND $first + $span - 1
    GROUP BY account
"""
# Pairs no further apart than a bound: each action counts the actions of others in the
# stretch before it. Actions at one time see each other twice, hence the correction.
GAPS = """
    WITH acted AS (
      SELECT object, account AS who, at_us FROM dossier_action
      WHERE grp = $grp AND verb = $trace
    ),
    counted AS (
      SELECT high_s,
        count(*) OVER (PARTITION BY high_s, object ORDER BY at_us
          RANGE BETWEEN high_s * 1000000 PRECEDING AND CURRENT ROW)
        - count(*) OVER (PARTITION BY high_s, object, who ORDER BY at_us
          RANGE BETWEEN high_s * 1000000 PRECEDING AND CURRENT ROW) AS n_before,
        count(*) OVER (PARTITION BY high_s, object, at_us)
        - count(*) OVER (PARTITION BY high_s, object, who, at_us) AS n_same
      FROM acted CROSS JOIN (SELECT high_s FROM gap WHERE trace = $trace) AS bound
    )
    SELECT gap.low_s, gap.high_s, gap.n_pairs AS everyone,
      coalesce(sum(n_before) - sum(n_same) // 2, 0) AS so_far
    FROM gap LEFT JOIN counted ON counted.high_s = gap.high_s
    WHERE gap.trace = $trace
    GROUP BY gap.low_s, gap.high_s, gap.n_pairs ORDER BY gap.low_s
"""


EXPLAINED = """
    SELECT explanation, verdict, counts FROM explanation
    WHERE grp = $grp ORDER BY verdict <> 'fits', verdict, explanation
"""
HELDOUT = "SELECT * FROM heldout WHERE grp = $grp ORDER BY trace, window_s"
FIRST_MOVERS = """
    SELECT first_mover.*, account.handle FROM first_mover
    LEFT JOIN account ON account.account = first_mover.account
    WHERE grp = $grp ORDER BY first_mover.account
"""
CARRIERS = """
    SELECT trace, count(*) AS n, count(*) FILTER (carries) AS n_carried
    FROM pair_trace JOIN dossier_pair USING (account_a, account_b, trace)
    WHERE dossier_pair.grp = $grp GROUP BY trace ORDER BY n_carried DESC, trace
"""
SPECTRUM = """
    SELECT pair_timing.trace, pair_timing.window_s, jitter_s, count(*) AS n,
      count(pair_timing.p_timing) AS n_tested,
      count(*) FILTER (pair_timing.p_timing <= 0.001) AS n_small,
      sum(n_close) AS n_close, sum(pair_timing.expected) AS expected
    FROM pair_timing JOIN dossier_pair USING (account_a, account_b, trace, window_s)
    WHERE dossier_pair.grp = $grp
    GROUP BY pair_timing.trace, pair_timing.window_s, jitter_s
    ORDER BY pair_timing.trace, pair_timing.window_s, jitter_s = 0, jitter_s
"""


@contextmanager
def prepared(store: Store, groups: Sequence[str]) -> Iterator[None]:
    """Hold the temporary tables for some groups.

    Parameters
    ----------
    store : Store
        The tables.
    groups : sequence of str
        Ids of the groups that will be asked about.
    """
    store.run(Step(name="pairs", sql=PREPARE_PAIRS, values={"groups": list(groups)}))
    store.run(Step(name="actions", sql=PREPARE_ACTIONS))
    try:
        yield
    finally:
        for table in PREPARED:
            store.run(Step(name=f"drop {table}", sql=f"DROP TABLE {table}"))
