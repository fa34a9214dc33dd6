"""How much of a case an export shows: four levels, and what each column becomes.

Every column of text in every table has a kind here. A column without one is not given
out at all, so that a new one cannot be forgotten; a test names it.
"""

from __future__ import annotations

from typing import Literal, get_args

from rasad.schema import TABLES, columns

Level = Literal["case", "team", "share", "publish"]
LEVELS: tuple[str, ...] = get_args(Level)

Kind = Literal[
    "plain",  # a word of ours, or a platform
    "words",  # sentences of ours
    "account",
    "post",
    "person",  # what a profile says
    "text",
    "object",
    "id",  # a hash of what the case holds, which could be tried out
    "label",  # a name that somebody gave to a file or a place
    "free",  # what anybody may have typed
    "json",  # counts and pointers
    "code",  # a language, if it looks like one
    "reason",  # a sentence of ours, after whose colon a file may speak
]

_PLAIN = """
    account.platform post.platform post.kind post.precision
    source.format source.stream_state coverage.part coverage.name
    action.verb action.precision
    truth.role truth.team run.run_id run.version run.settings run.digest
    run.calibration run.reference background.run_id background.format
    background.stream_state trace_run.run_id trace_run.trace trace_run.reason
    trace_run.precision gap.run_id gap.trace edge.run_id edge.trace pair.run_id
    pair.best_trace pair.grade grp.run_id grp.traces grp.grade member.run_id
    calibration.run_id calibration.trace calibration.null_model calibration.verdict
    calibration_quantile.run_id calibration_quantile.trace
    calibration_quantile.null_model frontier.run_id pair_trace.run_id pair_trace.trace
    pair_timing.run_id pair_timing.trace heldout.run_id heldout.trace first_mover.run_id
    finding.run_id finding.rule finding.verdict explanation.run_id
    explanation.explanation explanation.verdict judgement.decision series.place
    series.source series.metric outage.place outage.kind outage.sources outage.method
    outage.why
"""
_BY_KIND: dict[Kind, str] = {
    "plain": _PLAIN,
    "words": "run.warnings finding.innocent left_out.reason",
    "account": """
        account.account post.account action.account truth.account edge.account_a
        edge.account_b pair.account_a pair.account_b member.account
        pair_trace.account_a pair_trace.account_b pair_timing.account_a
        pair_timing.account_b first_mover.account
    """,
    "post": "post.post post.edition post.repost_of post.reply_to post.quote_of "
    "post.thread action.post",
    "person": "account.handle account.name account.description",
    "text": "post.text",
    "object": "action.object",
    "id": """
        source.source_id source.evidence coverage.source_id
        account.record post.source_id post.record
        rejected.source_id run.facts background.source_id grp.grp member.grp heldout.grp
        first_mover.grp finding.finding finding.grp explanation.grp judgement.finding
    """,
    "label": "source.name source.member left_out.name background.name post.community "
    "judgement.who",
    "free": "source.mapping source.notes post.client rejected.preview judgement.why",
    "code": "account.language post.language",
    "reason": "rejected.reason",
    "json": "source.audit finding.counts finding.rows explanation.counts",
}

KIND_OF: dict[tuple[str, str], Kind] = {
    (table, column): kind
    for kind, named in _BY_KIND.items()
    for table, _, column in (name.partition(".") for name in named.split())
}
"""Kind of each column of text, by table and column."""

AGGREGATES = (
    *("source", "run", "background", "trace_run", "gap", "grp", "calibration"),
    *("calibration_quantile", "frontier", "heldout", "finding", "explanation"),
    *("series", "outage"),
)
"""Tables without a row for an account, a pair or a post: all that is published."""


def text_columns(table: str) -> list[str]:
    """Return the columns of a table that hold text.

    Examples
    --------
    >>> text_columns("gap")
    ['run_id', 'trace']
    """
    return [name for name, kind in columns(table).items() if "VARCHAR" in kind]


def unknown_columns() -> list[str]:
    """Return the columns of text that have no kind, which are never given out.

    Examples
    --------
    >>> unknown_columns()
    []
    """
    return [
        f"{table}.{name}"
        for table in TABLES
        for name in text_columns(table)
        if (table, name) not in KIND_OF
    ]
