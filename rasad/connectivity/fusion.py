"""One outage from what several sources show of one place at one time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasad.connectivity.change_points import Moment, ending, onset
from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.episodes import Episode

NEAR_STEPS = 2
NEAR_US = 2 * HOUR_US
"""Steps of the coarser series by which two onsets may differ, and at least two hours:
routes and answers of one network do not vanish in the same five minutes."""


def fused(episodes: Sequence[Episode]) -> list[tuple[Episode, ...]]:
    """Bring together episodes of one place that are one outage.

    Parameters
    ----------
    episodes : sequence of Episode
        Of one place, from any source.

    Returns
    -------
    list of tuple of Episode
        In order of time; in each the leading episode first: the one of the finest step,
        and among them the deepest.

    Notes
    -----
    Two episodes are one outage when they overlap and begin within two steps of the
    coarser series, or two hours. Overlap alone would let a block of a year swallow
    every shutdown in it.
    """
    ordered = sorted(episodes, key=lambda one: (one.begin_us, one.series.step_us))
    groups: list[list[Episode]] = []
    for episode in ordered:
        fitting = (g for g in groups if any(_same(one, episode) for one in g))
        group = next(fitting, None)
        if group is None:
            groups.append([episode])
        else:
            group.append(episode)
    return [tuple(sorted(group, key=_leading)) for group in groups]


def sources(episodes: Sequence[Episode]) -> tuple[str, ...]:
    """Return the sources of episodes, each once. Metrics of one source are one."""
    return tuple(sorted({one.series.source for one in episodes}))


def begun(episodes: Sequence[Episode]) -> Moment:
    """Return the onset that all signals allow; where they contradict, all they say.

    Parameters
    ----------
    episodes : sequence of Episode
        Of one outage, the leading one first.
    """
    moments = [onset(one) for one in episodes]
    found = _agreed(moments)
    # Onsets are near each other: a network goes dark in parts, each in its own signal.
    apart = [
        one
        for one in moments
        if one.low_us > found.high_us or one.high_us < found.low_us
    ]
    return replace(
        found,
        low_us=min([found.low_us, *(one.low_us for one in apart)]),
        high_us=max([found.high_us, *(one.high_us for one in apart)]),
    )


def ended(episodes: Sequence[Episode]) -> Moment | None:
    """Return the end in the same way; None where the leading source saw none.

    Parameters
    ----------
    episodes : sequence of Episode
        Of one outage, the leading one first.
    """
    first = ending(episodes[0])
    if first is None:
        return None
    others = [end for one in episodes[1:] if (end := ending(one)) is not None]
    return _agreed([first, *others])


def _same(one: Episode, other: Episode) -> bool:
    near = max(NEAR_STEPS * max(one.series.step_us, other.series.step_us), NEAR_US)
    overlap = one.begin_us < other.end_us and other.begin_us < one.end_us
    return overlap and abs(one.begin_us - other.begin_us) <= near


def _leading(episode: Episode) -> tuple[int, float, str, str]:
    series = episode.series
    return (series.step_us, -episode.depth, series.source, series.metric)


def _agreed(moments: Sequence[Moment]) -> Moment:
    lead = moments[0]
    low, high = lead.low_us, lead.high_us
    for other in moments[1:]:
        if other.low_us <= high and other.high_us >= low:
            low, high = max(low, other.low_us), min(high, other.high_us)
    best = min(max(lead.best_us, low), high)
    return Moment(best_us=best, low_us=low, high_us=high)
