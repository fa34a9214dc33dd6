"""What a case holds as a whole: files, posts, runs, planted truth, top pairs."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from rasad.charts import Svg, timeline
from rasad.config import Settings
from rasad.exports.calibration_plots import Panel, read_panels
from rasad.exports.data_report import DataReport, data_report
from rasad.exports.file_notes import FileNotes, file_notes
from rasad.network.compared import EVERYBODY
from rasad.network.population import true_precisions
from rasad.store.sql import Store

Row = dict[str, Any]

COLUMNS = 160
"""Columns of the timeline."""

POSTS = """
    SELECT count(*) AS n_posts, count(DISTINCT account) AS n_accounts,
      count(text) AS n_texts, min(created_at) AS first_at, max(created_at) AS last_at,
      epoch_us(min(created_at)) AS first_us, epoch_us(max(created_at)) AS last_us,
      (SELECT count(*) FROM post WHERE NOT current) AS n_older
    FROM post WHERE current
"""
PRECISIONS = """
    SELECT precision, count(*) AS n,
      count(*) FILTER (epoch_us(created_at) % 60000000 = 0) AS min,
      count(*) FILTER (epoch_us(created_at) % 3600000000 = 0) AS hour,
      count(*) FILTER (epoch_us(created_at) % 86400000000 = 0) AS day
    FROM post WHERE current GROUP BY precision ORDER BY n DESC, precision
"""
LANGUAGES = """
    SELECT coalesce(language, 'not stated') AS name, count(*) AS n FROM post
    WHERE current GROUP BY ALL ORDER BY n DESC, name LIMIT 8
"""
KINDS = """
    SELECT kind AS name, count(*) AS n FROM post
    WHERE current GROUP BY kind ORDER BY n DESC, name
"""
ACTIONS = """
    SELECT verb AS name, count(*) AS n, count(DISTINCT object) AS n_objects
    FROM action GROUP BY verb ORDER BY n DESC, name
"""
SOURCES = "SELECT * FROM source ORDER BY name, source_id LIMIT $most"
NOTES = "SELECT name, notes FROM source ORDER BY name, source_id"
BACKGROUND = "SELECT * FROM background ORDER BY name, source_id LIMIT $most"
SOURCE_TOTALS = """
    SELECT count(*) AS n, sum(records) AS records, sum(accepted) AS accepted,
      sum(duplicate) AS duplicate, sum(filtered) AS filtered,
      sum(rejected) AS rejected, sum(bytes) AS bytes
    FROM source
"""
REASONS = """
    SELECT source_id, reason, count(*) AS n, min(line) AS first_line FROM rejected
    GROUP BY source_id, reason
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY n DESC, reason) <= 5
    ORDER BY source_id, n DESC, reason
"""
TRUTH = """
    SELECT role, team, count(*) AS planted, count(found.account) AS found
    FROM truth LEFT JOIN (
      SELECT account FROM member
      WHERE grp IN (SELECT grp FROM grp WHERE candidate IS NOT TRUE)
    ) AS found ON found.account = truth.account
    GROUP BY role, team
    ORDER BY array_position(['operator', 'fan', 'ordinary'], role), role, team
"""
GROUPED = "SELECT count(DISTINCT account) AS n FROM member"
OVER_TIME = """
    SELECT CAST((epoch_us(created_at) - $first)::HUGEINT * $columns // $span AS BIGINT)
      AS place,
      count(*) AS n, count(member.account) AS grouped
    FROM post LEFT JOIN member ON member.account = post.account
    WHERE current GROUP BY place ORDER BY place
"""
TESTED = """
    SELECT count(*) AS n, count(*) FILTER (kept OR supporting) AS n_kept FROM pair
"""
CERTIFIED = "SELECT count(*) AS n FROM grp WHERE replicated"
CALIBRATION = "SELECT * FROM calibration ORDER BY trace, window_s, null_model, jitter_s"
FRONTIER = "SELECT * FROM frontier ORDER BY lift"
TOP_PAIRS = """
    WITH top AS (
      SELECT * FROM pair WHERE best_trace IS NOT NULL
      ORDER BY p_value, account_a, account_b LIMIT $most
    )
    SELECT top.account_a, top.account_b, top.p_value, top.lift_low,
      best_trace AS trace, best_window_s AS window_s, edge.n_objects, edge.n_first,
      edge.expected, edge.first_at, edge.last_at, edge.median_gap_s
    FROM top LEFT JOIN edge ON edge.account_a = top.account_a
      AND edge.account_b = top.account_b AND edge.trace = top.best_trace
      AND edge.window_s = top.best_window_s
    ORDER BY top.p_value, top.account_a, top.account_b
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything a dossier says about a case apart from its groups.

    `run` is None before an analysis. `bytes_state` of a source is *balanced*, *rows*
    where the container has no byte positions, or a number of bytes unaccounted for.
    """

    run: Row | None
    warnings: list[str]
    settings: list[Row]
    sources: list[Row]
    source_totals: Row
    background: list[Row]
    reasons: dict[str, list[Row]]
    notes: FileNotes
    posts: Row
    precisions: list[Row]
    languages: list[Row]
    kinds: list[Row]
    actions: list[Row]
    trace_runs: list[Row]
    truth: list[Row]
    n_grouped: int
    tested: Row
    top_pairs: list[Row]
    over_time: Svg | None
    n_certified: int
    calibration: list[Row]
    calibration_panels: list[Panel]
    largest_ratio: float
    frontier: list[Row]
    data: DataReport

    @property
    def beside_background(self) -> bool:
        """Whether chance was read off the background that was given."""
        return bool(
            self.background
            and self.run
            and not self.run["reference"].startswith(EVERYBODY)
        )

    def coarse(self, trace: str) -> bool:
        """Tell whether a trace's times are known to the minute or worse."""
        return any(
            row["trace"] == trace and row["precision"] in ("min", "hour", "day")
            for row in self.trace_runs
        )


def summarise(store: Store, most_sources: int, most_pairs: int) -> Case:
    """Read what a dossier says about the case as a whole.

    Parameters
    ----------
    store : Store
        The tables.
    most_sources, most_pairs : int
        Files to list; top pairs to list.
    """
    runs = store.rows("SELECT * FROM run ORDER BY run_id LIMIT 1")
    run = runs[0] if runs else None
    posts = store.rows(POSTS)[0]
    sources = store.rows(SOURCES, most=most_sources)
    calibration = _levels(store.rows(CALIBRATION))
    largest_ratio = _largest_ratio(run)
    return Case(
        run=run,
        warnings=json.loads(run["warnings"] or "[]") if run else [],
        settings=_settings(run),
        sources=[{**row, "bytes_state": _bytes_state(row)} for row in sources],
        source_totals=store.rows(SOURCE_TOTALS)[0],
        background=store.rows(BACKGROUND, most=most_sources),
        reasons=_reasons(store),
        notes=file_notes(store.rows(NOTES), most_sources),
        posts=posts,
        precisions=[
            {"name": name, "n": n}
            for name, n in true_precisions(store.rows(PRECISIONS)).items()
        ],
        languages=store.rows(LANGUAGES),
        kinds=store.rows(KINDS),
        actions=store.rows(ACTIONS),
        trace_runs=store.rows("SELECT * FROM trace_run ORDER BY trace, window_s"),
        truth=store.rows(TRUTH),
        n_grouped=store.rows(GROUPED)[0]["n"],
        tested=store.rows(TESTED)[0],
        top_pairs=store.rows(TOP_PAIRS, most=most_pairs),
        over_time=_over_time(store, posts),
        n_certified=store.rows(CERTIFIED)[0]["n"],
        calibration=calibration,
        calibration_panels=read_panels(store, calibration, largest_ratio),
        largest_ratio=largest_ratio,
        frontier=store.rows(FRONTIER),
        data=data_report(store, most_sources),
    )


def _levels(rows: list[Row]) -> list[Row]:
    """Put the levels at which a test was checked side by side, and number tests."""
    tests: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = row["trace"], row["window_s"], row["null_model"], row["jitter_s"]
        test = tests.setdefault(key, row | {"number": len(tests) + 1, "ratios": {}})
        test["ratios"][row["alpha"]] = row["ratio"]
    return list(tests.values())


def _largest_ratio(run: Row | None) -> float:
    """Return the gate's limit as it was set for the run."""
    stated = json.loads(run["settings"] or "{}") if run else {}
    limit = Settings().calibration.largest_ratio
    return float(stated.get("calibration", {}).get("largest_ratio", limit))


def _settings(run: Row | None) -> list[Row]:
    """Return every setting of a run with its value and what it does."""
    if run is None:
        return []
    sentences = _documented(Settings(), "")
    return [
        {"name": name, "value": value, "about": sentences.get(name, "")}
        for name, value in _flat(json.loads(run["settings"] or "{}"), "")
    ]


def _documented(tree: Any, prefix: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for item in fields(tree):
        value = getattr(tree, item.name)
        if is_dataclass(value):
            said |= _documented(value, f"{prefix}{item.name}.")
        else:
            said[prefix + item.name] = item.metadata.get("doc", "")
    return said


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in sorted(tree.items()):
        if isinstance(value, dict):
            flat.extend(_flat(value, f"{prefix}{name}."))
        else:
            flat.append((prefix + name, json.dumps(value, ensure_ascii=False)))
    return flat


def _bytes_state(source: Row) -> str:
    spans = [source[f"{kind}_bytes"] or 0 for kind in ("header", "blank", "record")]
    if not sum(spans) and source["bytes"]:
        return "rows"
    missing = (source["bytes"] or 0) - sum(spans)
    return "balanced" if missing == 0 else f"{missing:,} bytes unaccounted for"


def _reasons(store: Store) -> dict[str, list[Row]]:
    by_source: dict[str, list[Row]] = {}
    for row in store.rows(REASONS):
        by_source.setdefault(row["source_id"], []).append(row)
    return by_source


def _over_time(store: Store, posts: Row) -> Svg | None:
    """Draw all posts over time; None where there is no span of time."""
    if posts["n_posts"] < 2 or posts["first_us"] == posts["last_us"]:
        return None
    first, span = posts["first_us"], posts["last_us"] - posts["first_us"] + 1
    everyone, grouped = [0] * COLUMNS, [0] * COLUMNS
    for row in store.rows(OVER_TIME, first=first, span=span, columns=COLUMNS):
        everyone[row["place"]] = row["n"]
        grouped[row["place"]] = row["grouped"]
    return timeline(everyone, grouped, first, posts["last_us"])
