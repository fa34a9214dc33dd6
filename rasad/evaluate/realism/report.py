"""A comparison as rows for a table or JSON, and what does not match in plain words."""

from __future__ import annotations

import math
from typing import Any

from rasad.evaluate.realism.comparison import (
    WORLD,
    ApartRow,
    MomentRow,
    SideComparison,
)
from rasad.evaluate.realism.distances import Band
from rasad.evaluate.realism.fitting import loss, targets
from rasad.evaluate.realism.scenario_fitting import AIMS
from rasad.evaluate.realism.validation import Validation

WORST = 8
"""Moments, distributions and features that a text names."""

COUNTED = ("posts", "s", "days", "words", "accounts")
"""Units that a sentence names; the others are shares, ratios and the like."""

LOUD = 0.6
"""AUC of a feature alone from which it is named as giving the world away."""

TOLD_APART = 0.05
"""Largest p-value at which two sets count as told apart."""


def moment_rows(side: SideComparison) -> list[dict[str, Any]]:
    """Return one row per moment; None where a set does not give it.

    Parameters
    ----------
    side : SideComparison
        What was compared.

    Returns
    -------
    list of dict
        `simulated`, and for the two real sets `fit`, `fit_low`, `fit_high`,
        `inside_fit` and the same with `check`; `absent` gives reasons by set.
    """
    return [_moment_row(side, row) for row in side.moments]


def _moment_row(side: SideComparison, row: MomentRow) -> dict[str, Any]:
    names = {"fit": side.fit.name, "check": side.check.name}
    line: dict[str, Any] = {
        "side": side.side,
        "moment": row.moment.name,
        "title": row.moment.title,
        "unit": row.moment.unit,
        **_banded("simulated", row.found.get(WORLD)),
    }
    for use, name in names.items():
        line |= _banded(use, row.found.get(name))
        line[f"inside_{use}"] = row.inside(name)
    roles = {WORLD: WORLD, **{name: use for use, name in names.items()}}
    line["absent"] = {roles[name]: why for name, why in row.absent.items()}
    return line


def _banded(prefix: str, band: Band | None) -> dict[str, float | None]:
    return {
        prefix: _plain(band.value) if band else None,
        f"{prefix}_low": _plain(band.low) if band else None,
        f"{prefix}_high": _plain(band.high) if band else None,
    }


def _plain(value: float) -> float | None:
    """Return a number as JSON can hold it."""
    return value if math.isfinite(value) else None


def misfit(side: SideComparison, name: str) -> float | None:
    """Return how far the world is from a real set in what may be fitted.

    Parameters
    ----------
    side : SideComparison
        What was compared.
    name : str
        Of the set that was fitted to, or of the one that checks.

    Returns
    -------
    float or None
        Mean distance of the moments of `AIMS`, as `targets` scales them; None where
        the set or the world does not give them.
    """
    real, world = (
        {row.moment.name: row.found[of] for row in side.moments if of in row.found}
        for of in (name, WORLD)
    )
    aims = targets(real, AIMS[side.side])
    if not aims:
        return None
    found = loss({moment: band.value for moment, band in world.items()}, aims)
    return found if math.isfinite(found) else None


def distance_rows(side: SideComparison) -> list[dict[str, Any]]:
    """Return one row per distribution and pair of sets."""
    return [
        {
            "side": side.side,
            "distribution": row.of.name,
            "title": row.of.title,
            "one": row.one,
            "two": row.two,
            **_banded("ks", row.found.ks),
            **_banded("wasserstein", row.found.wasserstein),
            "unit": "decades" if row.of.log else row.of.unit,
            "drawn": row.of.drawn,
        }
        for row in side.distances
    ]


def apart_rows(side: SideComparison) -> list[dict[str, Any]]:
    """Return one row per pair of sets, with the features that tell them apart."""
    return [
        {
            "side": side.side,
            "one": row.one,
            "two": row.two,
            "of": row.unit,
            **_banded("auc", row.found.auc),
            "p_value": row.found.p_value,
            "energy": row.energy,
            "energy_p": row.energy_p,
            "rows": list(row.found.rows),
            "sources": list(row.found.sources),
            "features": [
                {
                    "feature": each.feature,
                    "auc_alone": _plain(each.alone),
                    "auc_lost": _plain(each.lost),
                    row.one: _plain(each.first),
                    row.two: _plain(each.second),
                }
                for each in row.found.features
            ],
        }
        for row in side.tests
    ]


def as_json(found: Validation) -> dict[str, Any]:
    """Return everything as one document."""
    return {
        "share_of_real_data": found.share,
        "sides_absent": list(found.absent),
        "sets": [_set_row(side) for side in found.sides],
        "moments": [row for side in found.sides for row in moment_rows(side)],
        "distances": [row for side in found.sides for row in distance_rows(side)],
        "tests": [row for side in found.sides for row in apart_rows(side)],
        "sentences": sentences(found),
    }


def _set_row(side: SideComparison) -> dict[str, Any]:
    return {
        "side": side.side,
        **{
            use: {
                "name": real.name,
                "title": real.title,
                "note": real.note,
                "misfit": misfit(side, real.name),
            }
            for use, real in (("fit", side.fit), ("check", side.check))
        },
        "sizes": {name: dict(size) for name, size in side.sizes.items()},
    }


# --- in words ------------------------------------------------------------------


def sentences(found: Validation) -> list[str]:
    """Say in plain words what was compared, what matches and what does not."""
    said = [sentence for side in found.sides for sentence in _of_side(side)]
    if found.share < 1:
        said.append(
            f"Of the large real sets a share of {found.share:g} was read, always the "
            "same accounts or reposted posts; moments that count who acts together "
            "are then too low for the real sets."
        )
    said += [
        f"The world has no account of the {side} side, so nothing is said of it."
        for side in found.absent
    ]
    return said


def _of_side(side: SideComparison) -> list[str]:
    fit, check = side.fit.name, side.check.name
    world = side.sizes[WORLD]
    return [
        f"The {side.side} side, {world['accounts']:,} accounts and {world['posts']:,} "
        f"posts in {world['days']:g} days. {fit}: {side.fit.title}; {side.fit.note} "
        f"{check}: {side.check.title}; {side.check.note}",
        *_grain(side),
        _inside(side, fit, "fit"),
        _inside(side, check, "check"),
        *_outside(side, fit),
        *_outside(side, check),
        *_only_once(side),
        *(_apart(row) for row in side.tests),
    ]


def _grain(side: SideComparison) -> list[str]:
    coarsest = max(size["grain_s"] for size in side.sizes.values())
    if coarsest <= 1:
        return []
    return [
        f"One of these sets has no times finer than {coarsest:g} s, so all times were "
        "cut to that."
    ]


def _inside(side: SideComparison, name: str, use: str) -> str:
    known = [row.inside(name) for row in side.moments]
    comparable = [inside for inside in known if inside is not None]
    off = misfit(side, name)
    said = (
        "" if off is None else f" Misfit in the moments that may be fitted: {off:.2f}."
    )
    return (
        f"{sum(comparable)} of {len(comparable)} comparable moments lie in the 95 % "
        f"band of {name} ({use}).{said}"
    )


def _outside(side: SideComparison, name: str) -> list[str]:
    """Name the moments that are farthest from a real set, in widths of its band."""
    far = [
        (_widths(row.found[WORLD].value, row.found[name]), row)
        for row in side.moments
        if row.inside(name) is False
    ]
    if not far:
        return []
    far.sort(key=lambda pair: -pair[0])
    named = "; ".join(
        f"{_inner(row.moment.title)}: {_short(row.found[WORLD].value)} against "
        f"{_short(row.found[name].value)}{_unit(row.moment.unit)}"
        for _, row in far[:WORST]
    )
    more = f"; and {len(far) - WORST} more" if len(far) > WORST else ""
    return [f"What does not match {name}, farthest first: {named}{more}."]


def _unit(unit: str) -> str:
    """Return a unit with a space before it; numbers without one stand alone."""
    return f" {unit}" if unit in COUNTED else ""


def _inner(title: str) -> str:
    """Return a title as it stands inside a sentence."""
    return title[0].lower() + title[1:]


def _widths(value: float, band: Band) -> float:
    width = band.high - band.low
    apart = max(value - band.high, band.low - value)
    return apart / width if width > 0 else math.inf


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _only_once(side: SideComparison) -> list[str]:
    """Count moments that neither real set gives, with the reasons."""
    names = (side.fit.name, side.check.name)
    alone = [row for row in side.moments if not any(n in row.found for n in names)]
    if not alone:
        return []
    reasons = sorted(
        {why for row in alone for n, why in row.absent.items() if n in names}
    )
    return [
        f"{len(alone)} moments are in neither real set, so nothing holds the world "
        f"against them: {'; '.join(reasons)}."
    ]


def _apart(row: ApartRow) -> str:
    """Say how well two sets are told apart, and by what."""
    auc = row.found.auc
    said = (
        f"{row.one} and {row.two}: a classifier of {row.unit} reaches AUC "
        f"{auc.value:.2f} ({auc.low:.2f} to {auc.high:.2f}; 0.5 is chance, "
        f"p {row.found.p_value:.2g}), energy coefficient {row.energy:.2f}"
    )
    loud = [each for each in row.found.features if each.alone >= LOUD]
    if row.found.p_value > TOLD_APART:
        return said + ": not told apart."
    if not loud:
        return said + ": no feature alone does it."
    named = "; ".join(
        f"{each.feature} (alone {each.alone:.2f}: {_short(each.first)} against "
        f"{_short(each.second)})"
        for each in loud[:WORST]
    )
    loudest = row.found.features[0]
    left = auc.value - loudest.lost
    return said + f". Given away by {named}. Without {loudest.feature}: {left:.2f}."
