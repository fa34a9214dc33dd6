"""Measures: how alike, and how surprising."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rasad.schema.table import Table, Tier, column


@dataclass
class Run(Table):
    """An analysis: what was computed, with what, from what."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("run_id",)
    run_id: str = column("VARCHAR", "hash of settings and accepted facts")
    version: str = column("VARCHAR", "version of rasad")
    settings: str = column("VARCHAR", "all settings as JSON")
    digest: str = column("VARCHAR", "twelve digits that name the settings")
    facts: str = column("VARCHAR", "SHA-256 over the sorted accepted records")
    n_posts: int = column("BIGINT", "posts analysed, each in its newest version")
    n_accounts: int = column("BIGINT", "accounts of the case that posted")
    n_eligible: int = column("BIGINT", "accounts that could be tested in any trace (n)")
    n_possible_pairs: int = column("BIGINT", "pairs corrected for, n(n-1)/2 (m)")
    first_at: str = column("TIMESTAMP", "first action, UTC")
    last_at: str = column("TIMESTAMP", "last action, UTC")
    calibration: str = column(
        "VARCHAR",
        "what the calibration gate said: passed, partly (some tests are not used), "
        "refused, or uncalibrated where it has not run",
    )
    n_false_edges: int = column(
        "BIGINT", "pairs kept on data in which nobody is together; NULL unchecked"
    )
    n_false_groups: int = column("BIGINT", "groups confirmed on such data")
    reference: str = column("VARCHAR", "population that pairs were compared with")
    warnings: str = column("VARCHAR", "sentences about limits of this run, as JSON")


@dataclass
class Background(Table):
    """A file of the reference crowd that a run compared with."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("source_id",)
    run_id: str = column("VARCHAR", "run")
    source_id: str = column("VARCHAR", "SHA-256 of the file's bytes")
    name: str = column("VARCHAR", "file name without its folder")
    format: str = column("VARCHAR", "importer that read it")
    bytes: int = column("BIGINT", "size of the file")
    records: int = column("BIGINT", "accepted + duplicate + filtered + rejected")
    accepted: int = column("BIGINT", "records that became a new post version")
    duplicate: int = column("BIGINT", "records identical to one of the background")
    filtered: int = column("BIGINT", "records left out by a choice of the user")
    rejected: int = column("BIGINT", "records that could not be read")
    stream_state: str = column("VARCHAR", "complete, ended_early, damaged or stopped")


@dataclass
class TraceRun(Table):
    """A trace and window of a run: what went in, what was left out."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("trace", "window_s")
    run_id: str = column("VARCHAR", "run")
    trace: str = column("VARCHAR", "trace")
    window_s: int = column("INTEGER", "window in seconds")
    computed: bool = column("BOOLEAN", "false when the window was switched off")
    reason: str = column("VARCHAR", "why it was not computed; NULL when it was")
    n_actions: int = column("BIGINT", "actions in the trace")
    n_repeated: int = column(
        "BIGINT", "actions left out: their post stands under another account too"
    )
    precision: str = column(
        "VARCHAR", "coarsest precision of more than a few of its times, as they are"
    )
    n_objects: int = column("BIGINT", "distinct objects in the trace")
    n_accounts: int = column("BIGINT", "accounts in the trace")
    n_eligible: int = column("BIGINT", "accounts with enough objects to be tested")
    n_edges: int = column("BIGINT", "pairs with at least one shared object")
    n_capped_objects: int = column(
        "BIGINT", "objects sampled by account because of the limits"
    )
    n_pairs_lost: int = column("BIGINT", "co-actions lost by the cap")
    untested_left_out: bool = column(
        "BOOLEAN", "pairs with an account below the floor were not enumerated"
    )
    single_left_out: bool = column(
        "BOOLEAN", "pairs that share a single object in a window are not listed there"
    )


@dataclass
class Gap(Table):
    """How many co-actions of a trace, by all accounts, lie how far apart."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("trace", "low_s")
    run_id: str = column("VARCHAR", "run")
    trace: str = column("VARCHAR", "trace")
    low_s: int = column("BIGINT", "gaps above this many seconds; from 0 inclusive")
    high_s: int = column("BIGINT", "up to and with this many seconds")
    n_pairs: int = column("BIGINT", "post pairs of different accounts on one object")


@dataclass
class Edge(Table):
    """A pair of accounts in one trace and one window, with what chance would give."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("trace", "window_s", "account_a", "account_b")
    run_id: str = column("VARCHAR", "run")
    account_a: str = column("VARCHAR", "the smaller id by UTF-8 bytes")
    account_b: str = column("VARCHAR", "the larger id")
    trace: str = column("VARCHAR", "trace")
    window_s: int = column("INTEGER", "window in seconds")
    n_objects: int = column("BIGINT", "distinct objects with a post pair in the window")
    n_first: int = column(
        "BIGINT",
        "distinct objects whose first actions are in the "
        "window (per UTC day for long-lived objects); what tests use",
    )
    n_posts_a: int = column("BIGINT", "distinct posts of a in those pairs")
    n_posts_b: int = column("BIGINT", "distinct posts of b in those pairs")
    n_pairs: int = column("BIGINT", "post pairs in the window")
    expected: float = column("DOUBLE", "null model J's expectation of `n_first`")
    lift: float = column("DOUBLE", "(n_first + 1/2) / (expected + 1/2)")
    lift_low: float = column("DOUBLE", "5 % bound of the shrunken lift")
    p_value: float = column("DOUBLE", "null model J; NULL is not testable")
    p_timing: float = column("DOUBLE", "null model T; NULL is not testable")
    p_hypergeometric: float = column(
        "DOUBLE", "classic time-blind test, for comparison"
    )
    q_value: float = column("DOUBLE", "Benjamini-Hochberg within trace and window")
    e_value: float = column("DOUBLE", "evidence value; NULL is not computed")
    first_at: str = column("TIMESTAMP", "earliest action of a post pair, UTC")
    last_at: str = column("TIMESTAMP", "latest action of a post pair, UTC")
    median_gap_s: float = column("DOUBLE", "median gap of the post pairs, seconds")
    n_a_first: int = column("BIGINT", "post pairs in which a acted before b")
    n_b_first: int = column("BIGINT", "post pairs in which b acted before a")


@dataclass
class Pair(Table):
    """A pair of accounts, all traces and windows together."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("account_a", "account_b")
    run_id: str = column("VARCHAR", "run")
    account_a: str = column("VARCHAR", "the smaller id by UTF-8 bytes")
    account_b: str = column("VARCHAR", "the larger id")
    p_value: float = column("DOUBLE", "Cauchy combination of the eligible tests")
    p_timing: float = column("DOUBLE", "the same over null model T")
    q_value: float = column("DOUBLE", "Benjamini-Hochberg over all possible pairs")
    e_value: float = column("DOUBLE", "mean of the e-values")
    lift_low: float = column("DOUBLE", "5 % bound of the lift of the best test")
    best_trace: str = column("VARCHAR", "trace with the smallest p-value")
    best_window_s: int = column("INTEGER", "window with the smallest p-value")
    n_tests: int = column("INTEGER", "tests that were combined")
    grade: str = column("VARCHAR", "what the tests together mean; NULL until both run")
    kept: bool = column("BOOLEAN", "q and lift pass; an edge of the network")
    candidate: bool = column(
        "BOOLEAN",
        "one of the strongest pairs of a run that kept none; ranked, not certified",
    )
    supporting: bool = column(
        "BOOLEAN", "not kept by itself, but joins two members of a certified group"
    )
    e_kept: bool = column("BOOLEAN", "passes e-BH, valid whatever the dependence")
    fragility: int = column(
        "BIGINT", "objects that must go before it is no longer kept; NULL if it is not"
    )


@dataclass
class Grp(Table):
    """A group: a community of kept pairs."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("grp",)
    run_id: str = column("VARCHAR", "run")
    grp: str = column("VARCHAR", "hash of sorted members and settings")
    size: int = column("BIGINT", "members")
    n_edges: int = column("BIGINT", "kept pairs inside")
    traces: str = column("VARCHAR[]", "traces that carry its pairs, sorted")
    grade: str = column("VARCHAR", "most frequent grade of its pairs")
    heldout_p: float = column(
        "DOUBLE", "p-value on held-out objects; NULL until tested"
    )
    replicated: bool = column("BOOLEAN", "held-out half confirms; false until tested")
    first_at: str = column("TIMESTAMP", "first co-action inside, UTC")
    last_at: str = column("TIMESTAMP", "last co-action inside, UTC")
    candidate: bool = column(
        "BOOLEAN", "made of candidate pairs, because none was kept; not certified"
    )
    heldout_crowd_p: float = column("DOUBLE", "held-out test against crowds alike")
    heldout_timing_p: float = column(
        "DOUBLE", "held-out test of null model T; NULL where it cannot be tested"
    )
    heldout_q: float = column("DOUBLE", "held-out q-value over all groups found")
    stability: float = column(
        "DOUBLE", "mean overlap with its best match under other seeds and resolutions"
    )
    fragility: int = column(
        "BIGINT", "held-out objects that must go before it is no longer certified"
    )
    rank: int = column("BIGINT", "place by strength of evidence, from 1")
    strength: float = column("DOUBLE", "sum of -log10 p over its kept pairs")


@dataclass
class Member(Table):
    """An account in a group."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("grp", "account")
    run_id: str = column("VARCHAR", "run")
    grp: str = column("VARCHAR", "group")
    account: str = column("VARCHAR", "account")
    strength: float = column("DOUBLE", "sum of -log10 p over its kept pairs inside")
    n_edges: int = column("BIGINT", "kept pairs inside")
    first_mover_share: float = column(
        "DOUBLE",
        "share of its post pairs inside, in the "
        "pairs' best trace and window, in which it acted "
        "before the other; ties count for neither",
    )
    joined: bool = column(
        "BOOLEAN",
        "kept pairs tie it to a certified group; it was not part of what was tested",
    )


@dataclass
class Outage(Table):
    """An interval in which a network was dark or a service blocked."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("place", "kind", "started_at", "sources")
    place: str = column("VARCHAR", "country, or country/region")
    kind: str = column(
        "VARCHAR",
        "shutdown, regional_outage, block, substitution, disaster, monitor_failure, "
        "holiday or unexplained",
    )
    started_at: str = column("TIMESTAMP", "best estimate of the onset, UTC")
    ended_at: str = column("TIMESTAMP", "end, UTC; NULL when not ended in the data")
    severity: float = column("DOUBLE", "relative drop times hours")
    sources: str = column("VARCHAR[]", "sources that show it")
    started_low: str = column("TIMESTAMP", "earliest onset, UTC")
    started_high: str = column("TIMESTAMP", "latest onset, UTC")
    ended_low: str = column("TIMESTAMP", "earliest end, UTC")
    ended_high: str = column("TIMESTAMP", "latest end, UTC; NULL when not ended")
    depth: float = column("DOUBLE", "largest relative drop, 0 to 1")
    confirmed: bool = column("BOOLEAN", "two independent sources agree")
    method: str = column("VARCHAR", "the detector that found it")
    why: str = column("VARCHAR", "why it is called what it is called")
