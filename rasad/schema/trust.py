"""Measures of trust: what the tests promise here, and what carries a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rasad.schema.table import Table, Tier, column


@dataclass
class Calibration(Table):
    """p-values of one test on data, made from the case, in which its null is true."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = (
        "trace", "window_s", "null_model", "jitter_s", "alpha",
    )  # fmt: skip
    run_id: str = column("VARCHAR", "run")
    trace: str = column("VARCHAR", "trace")
    window_s: int = column("INTEGER", "window in seconds")
    null_model: str = column("VARCHAR", "opportunity (J) or timing (T)")
    jitter_s: int = column(
        "INTEGER", "stretch in which T takes times for exchangeable; 0 whole life"
    )
    alpha: float = column("DOUBLE", "level")
    n_pairs: int = column("BIGINT", "pairs tested")
    observed: int = column("BIGINT", "randomised p-values at or below the level")
    expected: float = column("DOUBLE", "how many there should be, alpha x n_pairs")
    ratio: float = column("DOUBLE", "observed over expected")
    verdict: str = column(
        "VARCHAR", "passed, refused (ratio at 0.001 too large) or insufficient"
    )


@dataclass
class CalibrationQuantile(Table):
    """A point of the QQ plot of one test on data in which its null is true."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = (
        "trace", "window_s", "null_model", "jitter_s", "uniform",
    )  # fmt: skip
    run_id: str = column("VARCHAR", "run")
    trace: str = column("VARCHAR", "trace")
    window_s: int = column("INTEGER", "window in seconds")
    null_model: str = column("VARCHAR", "opportunity (J) or timing (T)")
    jitter_s: int = column("INTEGER", "stretch of null model T")
    uniform: float = column("DOUBLE", "quantile that the p-value should be")
    p_value: float = column("DOUBLE", "p-value at that rank")


@dataclass
class Frontier(Table):
    """How many co-actions a pair must leave here to be found, by lift."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("lift",)
    run_id: str = column("VARCHAR", "run")
    lift: float = column("DOUBLE", "how many times as often as chance a pair co-acts")
    co_actions: int = column("BIGINT", "co-actions, in as many hours, that suffice")
    bound: float = column("DOUBLE", "lift x ln(m / q) / (lift ln lift - lift + 1)")
    n_tests: int = column("BIGINT", "tests per pair that are combined")


@dataclass
class PairTrace(Table):
    """What one trace contributes to a pair: its evidence alone, and without it."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("account_a", "account_b", "trace")
    run_id: str = column("VARCHAR", "run")
    account_a: str = column("VARCHAR", "the smaller id by UTF-8 bytes")
    account_b: str = column("VARCHAR", "the larger id")
    trace: str = column("VARCHAR", "trace")
    p_alone: float = column("DOUBLE", "p-value of this trace's tests alone")
    p_without: float = column("DOUBLE", "p-value of all others; NULL if there is none")
    carries: bool = column("BOOLEAN", "without this trace the pair would not be kept")


@dataclass
class PairTiming(Table):
    """Null model T on a pair as a function of the stretch of time it conditions on."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = (
        "account_a", "account_b", "trace", "window_s", "jitter_s",
    )  # fmt: skip
    run_id: str = column("VARCHAR", "run")
    account_a: str = column("VARCHAR", "the smaller id by UTF-8 bytes")
    account_b: str = column("VARCHAR", "the larger id")
    trace: str = column("VARCHAR", "trace")
    window_s: int = column("INTEGER", "window in seconds")
    jitter_s: int = column("INTEGER", "stretch in seconds; 0 for a whole life")
    n_shared: int = column("BIGINT", "stretches of objects that both acted in")
    n_close: int = column("BIGINT", "those in which they are within the window")
    expected: float = column("DOUBLE", "what the times of others would give")
    p_timing: float = column("DOUBLE", "null model T; NULL is not testable")


@dataclass
class Heldout(Table):
    """What the half of the posts that confirms says of a group, by trace and window.

    Also of groups that were found and not confirmed: those have no row in `grp`.
    """

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("found", "trace", "window_s")
    run_id: str = column("VARCHAR", "run")
    found: int = column("BIGINT", "number of the group among those found, from 1")
    grp: str = column("VARCHAR", "group, if it is certified")
    size: int = column("BIGINT", "accounts, as last tested")
    tested: int = column("BIGINT", "those of them in the crew that decides, or all")
    trace: str = column("VARCHAR", "trace")
    window_s: int = column("INTEGER", "window in seconds")
    n_objects: int = column("BIGINT", "objects on which two members are close")
    expected_crowd: float = column("DOUBLE", "mean of crowds of accounts like them")
    p_crowd: float = column("DOUBLE", "null model J; NULL where nobody is like them")
    expected_timing: float = column("DOUBLE", "what the times of others would give")
    p_timing: float = column("DOUBLE", "null model T; NULL where it cannot be tested")
    outsiders: float = column("DOUBLE", "share of outsiders who act where members do")
    p_value: float = column("DOUBLE", "of the group, over traces, windows and crews")
    q_value: float = column("DOUBLE", "corrected over all groups found")
    confirmed: bool = column("BOOLEAN", "certified, as it is written")


@dataclass
class FirstMover(Table):
    """An account that is always first and may be copied by a group; no member of it."""

    TIER: ClassVar[Tier] = "measures"
    KEY: ClassVar[tuple[str, ...]] = ("grp", "account")
    run_id: str = column("VARCHAR", "run")
    grp: str = column("VARCHAR", "group that acts after it")
    account: str = column("VARCHAR", "account")
    n_objects: int = column("BIGINT", "objects on which it is close to the group")
    n_first: int = column("BIGINT", "those on which it acted before all of them")
    p_value: float = column("DOUBLE", "if everybody were first equally often")
