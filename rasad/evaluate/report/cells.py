"""Figures of one method on one world, as the words of a cell of the large table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rasad.charts import significant
from rasad.exports.escape import visible

Row = Mapping[str, Any]

NOTHING = "–"
TIMELESS = ("no time", "needs the times")
"""What a method says where no times are known."""

LIMITS = {"time": "took too long", "memory": "too much memory"}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in a cell.

    Parameters
    ----------
    first : str
        What is compared, in large.
    second : str
        What goes with it, in small.
    value : float or None
        What `first` says, for the best of a column; None where there is none.
    why : str
        The whole reason, where there is no figure.
    """

    first: str
    second: str = ""
    value: float | None = None
    why: str = ""


def cell_of(row: Row | None, kind: str, scored: str) -> Cell:
    """Return the cell of a method on a world.

    Parameters
    ----------
    row : mapping or None
        The scored cell; None for a method that did not take part.
    kind, scored : str
        Of the world.

    Examples
    --------
    >>> cell_of(None, "null", "whole").first
    ''
    >>> cell_of({"status": "failed", "limit": "time", "reason": "..."}, "", "").first
    'took too long'
    >>> often = "Its accounts meet 7,000 times on common objects."
    >>> cell_of({"status": "cannot", "reason": often}, "", "").first
    'cannot'
    """
    if row is None:
        return Cell(first="")
    if "figures" not in row:
        short = LIMITS.get(row.get("limit") or "", "")
        return Cell(first=short or _short(row), why=str(row.get("reason") or ""))
    return WRITERS.get(kind if scored == "whole" else scored, _found)(row["figures"])


def _short(row: Row) -> str:
    if row["status"] != "cannot":
        return "failed"
    reason = str(row.get("reason"))
    return "no times" if any(said in reason for said in TIMELESS) else "cannot"


def _found(figures: Row) -> Cell:
    """Say how well accounts are ordered, and what is listed."""
    value = figures["average_precision"]
    low, high = figures["average_precision_low"], figures["average_precision_high"]
    around = f" ({share(low)} to {share(high)})" if low is not None else ""
    plain_value = figures["average_precision_without_decoys"]
    apart = bool(figures["decoy_accounts"]) and plain_value is not None
    second = f"without decoys {share(plain_value)}; " if apart else ""
    return Cell(
        first=share(value) + around, second=second + _list(figures), value=value
    )


def _list(figures: Row) -> str:
    listed = figures["listed"]
    if listed is None:
        return "orders only"
    if not listed:
        return "lists nobody"
    right, recall = figures["listed_precision"], figures["listed_recall"]
    return f"lists {listed:,.0f}: {percent(right)} right, {percent(recall)} of all"


def _decoys(figures: Row) -> Cell:
    taken = figures["decoys_certified"]
    listed = figures["listed"]
    if listed is None:
        return Cell(first=NOTHING, second="orders only")
    alarms = figures["alarms"]
    return Cell(
        first=f"{taken:,.0f} of {figures['decoys']:,.0f} decoys",
        second=f"and {alarms:,.0f} ordinary accounts",
        value=-taken,
    )


def _null(figures: Row) -> Cell:
    alarms = figures["alarms"]
    if alarms is None:
        return Cell(first=NOTHING, second="orders only")
    groups = figures["groups_certified"]
    return Cell(
        first=f"{alarms:,.0f} accounts" if alarms else "nothing",
        second=f"in {groups:,.0f} groups" if alarms else "",
        value=-alarms,
    )


def _apart(figures: Row) -> Cell:
    listed, alarms = figures["listed"], figures["alarms"]
    if listed is None:
        return Cell(first=NOTHING, second="orders only")
    ordinary = figures["accounts"] - figures["operators"] - figures["unlabelled"]
    rate = alarms / ordinary if ordinary else 0.0
    return Cell(
        first=f"{percent(figures['listed_recall'])} found",
        second=f"{alarms:,.0f} false alarms ({percent(rate)})",
    )


def _clusters(figures: Row) -> Cell:
    value, grouped = figures["groups_ami_team"], figures["groups_ari_team"]
    if not figures["groups"]:
        return Cell(first=NOTHING, second="no groups")
    return Cell(
        first=f"AMI {share(value)}",
        second=f"ARI {share(grouped)}, {figures['groups']:,.0f} groups",
        value=value,
    )


def _nothing(figures: Row) -> Cell:
    flagged = figures.get("listed_per_1000")
    if flagged is None:
        return Cell(first=NOTHING, second="orders only")
    return Cell(
        first=f"{significant(flagged)} per 1,000",
        second=f"{figures['listed']:,.0f} in {figures['groups_certified']:,.0f} groups",
    )


WRITERS: Mapping[str, Callable[[Row], Cell]] = {
    "operation": _found,
    "real": _found,
    "decoys": _decoys,
    "null": _null,
    "apart": _apart,
    "clusters": _clusters,
    "nothing": _nothing,
}
"""By the kind of a world or, where its labels are not good for all, by that."""

READING: Mapping[str, str] = {
    "operation": "average precision, decoys being wrong, and its 95 % interval over "
    "teams; below it what is listed",
    "real": "average precision; below it what is listed",
    "decoys": "harmless teams that are vouched for as if they were operations",
    "null": "accounts in groups that are vouched for",
    "apart": "share found and share of false alarms, each for itself",
    "clusters": "agreement of groups with the kinds that people gave",
    "nothing": "accounts listed among those that could be, without a truth",
}
"""What a column says."""


def plain(text: str) -> str:
    r"""Write out the signs of a text that change a line without being seen.

    Examples
    --------
    >>> plain("a\u202eb")
    'a⟦U+202E⟧b'
    """
    return "".join(piece.text for piece in visible(text))


def share(value: float | None) -> str:
    """Write a share with two digits.

    Examples
    --------
    >>> share(0.4567), share(None), share(1.0)
    ('0.46', '–', '1.00')
    """
    return NOTHING if value is None else f"{value:.2f}"


def percent(value: float | None) -> str:
    """Write a share in per cent, small ones with a digit more.

    Examples
    --------
    >>> percent(0.4567), percent(0.0123), percent(0.0), percent(None)
    ('46 %', '1.2 %', '0 %', '–')
    """
    if value is None:
        return NOTHING
    return f"{100 * value:.1f} %" if 0 < value < 0.1 else f"{100 * value:.0f} %"


def figure(name: str, value: float | None) -> str:
    """Write any figure: counts whole, shares with three digits.

    Examples
    --------
    >>> figure("edges", 1234.0), figure("best_f1", 0.5), figure("edges", None)
    ('1,234', '0.500', '–')
    """
    if value is None:
        return NOTHING
    whole = name in COUNTS or name.startswith("edges") and "share" not in name
    return f"{value:,.0f}" if whole else f"{value:.3f}"


COUNTS = frozenset(
    {
        *("listed", "alarms", "decoy_alarms", "groups", "groups_certified"),
        *("groups_false", "decoys", "decoys_certified", "accounts", "operators"),
    }
)
"""Figures that count."""
