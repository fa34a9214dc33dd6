"""The nearest action of another member, as a part of queries."""

from __future__ import annotations

# It is the last one of the run of actions before, or the first of the run after: no
# pair has to be enumerated.
NEAREST = """
    beside AS (
      SELECT *,
        lag(account) OVER timed AS who_before, lag(at_us) OVER timed AS us_before,
        lead(account) OVER timed AS who_after, lead(at_us) OVER timed AS us_after
      FROM acted
      WINDOW timed AS (PARTITION BY grp, object ORDER BY at_us, account, post)
    ),
    near AS (
      SELECT *,
        at_us - last_value(CASE WHEN who_before <> account THEN us_before END
          IGNORE NULLS) OVER (timed ROWS UNBOUNDED PRECEDING) AS since_us,
        first_value(CASE WHEN who_after <> account THEN us_after END IGNORE NULLS)
          OVER (timed ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
          - at_us AS until_us
      FROM beside
      WINDOW timed AS (PARTITION BY grp, object ORDER BY at_us, account, post)
    )
"""
"""Common table expressions `beside` and `near`, the latter with all columns of `acted`.

`acted` must hold grp, object, account, at_us and post. `since_us` and `until_us` are
the microseconds to the nearest action of another member before and after; NULL where
there is none.
"""
