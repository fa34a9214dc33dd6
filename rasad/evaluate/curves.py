"""Robustness curves: what is found as one thing about a world changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasad.evaluate.expected import needed_at, share_within_reach
from rasad.evaluate.scoring import OURS
from rasad.evaluate.suite import BASE
from rasad.evaluate.workshop import scenario_of
from rasad.evaluate.worlds import Simulated, World
from rasad.simulate.society.plans import OperationPlan

RANKED, LISTED = "recall_at_false_share_5", "listed_recall"
FRONTIER = "frontier"
LIFTS = (10.0, 30.0, 1000.0)
"""Lifts of the lower end, the line and the upper end of the frontier."""

BASE_AT = {
    "compliance": 0.4,
    "lag": 15.0,
    "dilution": 0.4,
    "missing": 0.0,
    "rounding": 0.0,
}
"""Where the world that is varied stands on each axis."""

AXES = {
    "compliance": "share of its tasks that an account carries out",
    "lag": "median minutes from order to action",
    "dilution": "share of everyday posts among an account's",
    "missing": "share of posts missing",
    "rounding": "seconds to which times are known",
}


COARSEST_S = 600
"""Seconds to which times may be known for a pair to be tested in a certified window."""


def curve_rows(
    worlds: Sequence[World], rows: Sequence[Mapping[str, Any]], scale: float
) -> list[dict[str, Any]]:
    """Return one curve per axis, method and figure.

    Parameters
    ----------
    worlds : sequence of World
        Of the round; the points of curves are taken.
    rows : sequence of mapping
        Scored cells.
    scale : float
        Of the round.

    Returns
    -------
    list of dict
        `axis`, `method`, `figure` and `points`, each a value on the axis and the
        figure, None where a method could not judge, by axis and method. The frontier
        has the figure `frontier` and `low` and `high` beside it.
    """
    cells = {(row["world"], row["method"]): row for row in rows}
    found = []
    for axis in AXES:
        points = _points(worlds, axis)
        if len(points) < 2:
            continue
        for method in _methods(points, cells):
            found += [
                _curve(axis, method, figure, points, cells)
                for figure in (RANKED, LISTED)
            ]
        found.append(_frontier(axis, points, cells, scale))
    return found


def _points(worlds: Sequence[World], axis: str) -> list[tuple[float, World]]:
    """Return the worlds of an axis with the base among them, by where they stand."""
    own = [(world.at, world) for world in worlds if world.axis == axis]
    base = [(BASE_AT[axis], world) for world in worlds if world.name == BASE]
    return sorted([*own, *base], key=lambda point: point[0]) if own else []


def _methods(
    points: Sequence[tuple[float, World]],
    cells: Mapping[tuple[str, str], Mapping[str, Any]],
) -> list[str]:
    names = {world.name for _, world in points}
    return list(dict.fromkeys(method for world, method in cells if world in names))


def _curve(
    axis: str,
    method: str,
    figure: str,
    points: Sequence[tuple[float, World]],
    cells: Mapping[tuple[str, str], Mapping[str, Any]],
) -> dict[str, Any]:
    values = [
        [at, cells.get((world.name, method), {}).get("figures", {}).get(figure)]
        for at, world in points
    ]
    return {"axis": axis, "method": method, "figure": figure, "points": values}


def _frontier(
    axis: str,
    points: Sequence[tuple[float, World]],
    cells: Mapping[tuple[str, str], Mapping[str, Any]],
    scale: float,
) -> dict[str, Any]:
    """Return what pairs could be found at most, by the plans of the operations.

    Coarser times take away windows, which the plans do not know: beyond the longest
    window in which Rasad certifies nothing is within reach.
    """
    reach = [
        (at, _reach(world, cells.get((world.name, OURS), {}), scale))
        for at, world in points
    ]
    low, line, high = (
        [[at, shares[place]] for at, shares in reach] for place in range(len(LIFTS))
    )
    told = {"axis": axis, "method": FRONTIER, "figure": FRONTIER}
    return told | {"points": line, "low": low, "high": high}


def _reach(world: World, ours: Mapping[str, Any], scale: float) -> list[float | None]:
    frontier = ours.get("remarks", {}).get("frontier", [])
    made = world.made
    if not isinstance(made, Simulated) or not frontier:
        return [None] * len(LIFTS)
    if made.rounded_s > COARSEST_S:
        return [0.0] * len(LIFTS)
    plans = scenario_of(made, scale).operations
    return [_share(plans, made, needed_at(frontier, lift)) for lift in LIFTS]


def _share(
    plans: Sequence[OperationPlan], made: Simulated, needed: int | None
) -> float | None:
    """Return the share of all operated accounts within reach."""
    if needed is None:
        return None
    found = [
        share_within_reach(plan, made.days, needed, kept=1 - made.missing)
        for plan in plans
    ]
    weights = [plan.accounts for plan in plans]
    both = zip(found, weights, strict=True)
    return sum(share * weight for share, weight in both) / sum(weights)
