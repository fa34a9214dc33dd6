"""From several outages to one answer, with what else could explain it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from scipy.stats import spearmanr

from rasad.connectivity.holidays import holiday
from rasad.connectivity.placebo import TIERS
from rasad.connectivity.silence import DEEP, DOUBT, LEVEL, Event, Silence
from rasad.schema import Verdict

Fit = Literal["fits", "does not fit", "cannot be told"]

BUSIER = 1.1
"""R of the control from which everybody was busy, if it is rare on other dates."""

FELL = 0.8
"""R of the control below which the declared population fell silent, if it is rare."""

FEWEST_DOSES = 3


@dataclass(frozen=True)
class Rival:
    """Another explanation of a silence: what it is, whether it fits, and why."""

    name: str
    fit: Fit
    why: str


@dataclass(frozen=True, kw_only=True)
class Join:
    """The answer for one group.

    Parameters
    ----------
    verdict : str
        supported, ambiguous, not_supported or insufficient.
    why : str
        One sentence.
    silences : tuple of Silence
        One per outage.
    e_value : float
        Product over outages.
    p_value : float
        Of a single outage its own, of several at most 1 / e; None where withheld.
    p_matched : float
        Largest over outages; None where there are no matched controls.
    dose : float
        Rank correlation of depth and silence; None below three outages.
    rivals : tuple of Rival
        What else could explain it.
    """

    verdict: Verdict
    why: str
    silences: tuple[Silence, ...]
    e_value: float
    p_value: float | None
    p_matched: float | None
    dose: float | None
    rivals: tuple[Rival, ...]


def judged(silences: Sequence[Silence]) -> Join:
    """Combine what outages show of one group.

    Parameters
    ----------
    silences : sequence of Silence
        At least one.

    Notes
    -----
    *Supported* asks for four things: the combined p-value and that against matched
    controls are at most 0.05, the silences are a fifth or more on average, and no
    other explanation fits. *Insufficient* is the answer wherever even a whole silence
    would not have been found.
    """
    tested = [one for one in silences if one.n_apart]
    seen = [one for one in tested if one.shown]
    e_value = math.prod(one.e_value for one in tested)
    p_value = _combined(tested, seen, e_value)
    p_matched = _worst(seen)
    rivals = tuple(explanations(seen)) if seen else ()
    verdict, why = _verdict(tested, seen, p_value, p_matched, rivals)
    return Join(
        verdict=verdict,
        why=why,
        silences=tuple(silences),
        e_value=e_value,
        p_value=p_value,
        p_matched=p_matched,
        dose=_dose(seen) if len(seen) == len(silences) else None,
        rivals=rivals,
    )


def _combined(
    tested: Sequence[Silence], seen: Sequence[Silence], e_value: float
) -> float | None:
    if not seen:
        return None
    if len(tested) == 1:
        return seen[0].p_placebo
    return min(1.0, 1 / e_value)


def _worst(seen: Sequence[Silence]) -> float | None:
    """Return the largest p-value against matched controls, if all have one."""
    found = [one.p_matched for one in seen if one.p_matched is not None]
    return max(found) if found and len(found) == len(seen) else None


def _verdict(
    tested: Sequence[Silence],
    seen: Sequence[Silence],
    p_value: float | None,
    p_matched: float | None,
    rivals: Sequence[Rival],
) -> tuple[Verdict, str]:
    if not tested:
        return "insufficient", "No outage can be compared with other dates."
    if not any(one.could_see for one in tested):
        return "insufficient", (
            "Even a whole silence of the group would not stand out from other dates."
        )
    if p_value is None or p_value > DOUBT or _mean(seen) > DEEP:
        return "not_supported", (
            "The group is not clearly more silent than the population it declares."
        )
    if p_value > LEVEL:
        return "ambiguous", "Other dates are nearly as silent."
    if p_matched is None:
        return "ambiguous", "Too few ordinary accounts are as busy as the group."
    if p_matched > LEVEL:
        return "ambiguous", "Ordinary accounts that are as busy fell silent as well."
    fitting = [one.name for one in rivals if one.fit == "fits"]
    if fitting:
        return "ambiguous", f"Something else fits, too: {', '.join(fitting)}."
    return "supported", (
        "The group fell silent in the outage, the population it declares did not, and "
        "no other date and no ordinary accounts like it show the same."
    )


def _mean(seen: Sequence[Silence]) -> float:
    return float(np.mean([one.d1 for one in seen if one.d1 is not None]))


def _dose(seen: Sequence[Silence]) -> float | None:
    """Return how silence goes with depth, over outages; 1 is in perfect order."""
    pairs = [(one.event.depth, one.d1) for one in seen]
    known = [
        (depth, -d1) for depth, d1 in pairs if depth is not None and d1 is not None
    ]
    if len(known) < FEWEST_DOSES or len({depth for depth, _ in known}) == 1:
        return None
    depth, silent = np.array(known).T
    return float(spearmanr(depth, silent).statistic)


def explanations(seen: Sequence[Silence]) -> list[Rival]:
    """Return every other explanation, and what the data say of each.

    Parameters
    ----------
    seen : sequence of Silence
        Outages with numbers.
    """
    return [_own(seen), _news(seen), _purge(seen), _shift(seen), _holiday(seen)]


def _own(seen: Sequence[Silence]) -> Rival:
    name = "the group lives where it says"
    fell = [r for r, low, _ in _controls(seen) if r < min(FELL, low)]
    if fell:
        return Rival(
            name, "fits", f"the declared population fell to {min(fell):.2f} as well"
        )
    return Rival(
        name, "does not fit", "the declared population fell no more than on other dates"
    )


def _news(seen: Sequence[Silence]) -> Rival:
    name = "news of the outage displaced the topic"
    rose = [r for r, _, high in _controls(seen) if r > max(BUSIER, high)]
    if rose:
        return Rival(name, "fits", f"the declared population rose to {max(rose):.2f}")
    return Rival(
        name,
        "cannot be told",
        "the declared population was as busy as ever; what it spoke of is not counted",
    )


def _controls(seen: Sequence[Silence]) -> list[tuple[float, float, float]]:
    """Return R of the control with its usual range, for each outage."""
    return [
        (one.r_control, one.control_low, one.control_high)
        for one in seen
        if one.r_control is not None
        and one.control_low is not None
        and one.control_high is not None
    ]


def _purge(seen: Sequence[Silence]) -> Rival:
    name = "the platform took the accounts down"
    if all(one.recovered_days for one in seen):
        days = max(one.recovered_days or 0 for one in seen)
        return Rival(
            name,
            "does not fit",
            f"half of it was made good by day {days} after the end",
        )
    if any(not one.recovered_days and one.followed_days >= 7 for one in seen):
        return Rival(name, "fits", "the group did not come back after the end")
    return Rival(name, "cannot be told", "the data end too early to see a return")


def _shift(seen: Sequence[Silence]) -> Rival:
    name = "a shift or a day off"
    weekly = TIERS[:2]
    if all(one.matched in weekly for one in seen):
        return Rival(name, "does not fit", "the same hours of other weeks are busy")
    if all(one.event.hours >= 72 for one in seen):
        return Rival(name, "does not fit", "it lasts longer than a weekend")
    return Rival(
        name, "cannot be told", "too few weeks to compare the same weekday alone"
    )


def _holiday(seen: Sequence[Silence]) -> Rival:
    name = "a holiday where the operators live"
    places = {one.event.place.split("/")[0] for one in seen}
    if not all(places):
        return Rival(name, "cannot be told", "the place of the outage was not given")
    found = sorted({day for one in seen for day in _holidays(one.event)})
    if found:
        return Rival(name, "fits", ", ".join(found))
    return Rival(name, "does not fit", "none is known on these days")


def _holidays(event: Event) -> set[str]:
    country = event.place.split("/")[0]
    days = range(event.begin // 24, (event.end - 1) // 24 + 1)
    dates = (datetime.fromtimestamp(86_400 * day, UTC).date() for day in days)
    return {name for name in (holiday(country, day) for day in dates) if name}
