"""Suites of worlds, as data: what every method is asked, and at which size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rasad.errors import ConfigError
from rasad.evaluate.processes import Limits
from rasad.evaluate.worlds import Recorded, Simulated, World

DAYS = 10
"""Length of the simulated worlds of the standard suite."""

CUTS = (2, 3, 5, 7)
"""Days before which the early-warning task looks; it ends with the whole world that the
curves vary."""

SMALL = 0.2
"""Size of the worlds of curves and cuts, as a share of the scale: a two-hundredth of
the population where the scale is a twentieth."""

BASE = "curve-base"
CHEAP = (
    *("rasad", "coortweet", "cnt", "fixed-rule", "pacheco-cosine", "svn"),
    "activity",
)
"""Methods that take part in curves and cuts."""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Some worlds, and what it takes to judge them.

    Parameters
    ----------
    name, title : str
        Id, and what it is for people.
    worlds : tuple of World
        In the order of the report; names differ.
    scale : float
        Size of simulated worlds if nobody says another.
    limits : Limits
        Of every cell.
    roster : str
        Module and name of the tuple of methods that take part.
    """

    name: str
    title: str
    worlds: tuple[World, ...]
    scale: float
    limits: Limits
    roster: str = "rasad.evaluate.methods:METHODS"


SCENARIOS = {
    "paper_army": "Paper army: few turn up, and do little",
    "bureaucratic": "Bureaucratic: shifts, tasks and quotas",
    "professional_core": "Professional core: few people, quick, well hidden",
    "volunteers": "Volunteers under their own names",
    "mixed": "Mixed: a core, and volunteers who echo it",
}
"""The five scenarios that Rasad is built for, by the names of their files."""


def _scenarios(days: int) -> list[World]:
    return [
        World(
            name=scenario.replace("_", "-"),
            title=title,
            kind="operation",
            made=Simulated(scenario=scenario, days=days),
        )
        for scenario, title in SCENARIOS.items()
    ]


def _nothing_there(days: int, nulls: int) -> list[World]:
    """Return the worlds in which the right answer is "nothing"."""
    decoys = World(
        name="decoys",
        title="Decoys alone: ten kinds of harmless teams",
        kind="decoys",
        made=Simulated(scenario="decoys", days=days),
    )
    return [decoys] + [
        World(
            name=f"null-{number}",
            title=f"Null world {number}: nobody is operated",
            kind="null",
            made=Simulated(scenario="nobody", days=days),
        )
        for number in range(1, nulls + 1)
    ]


_EVENTS: Mapping[str, str] = {
    "account": "account",
    "object": "object",
    "time": "time_utc",
}

RECORDED = (
    World(
        name="c8",
        title="C8: co-reposts of the IRA in real cascades, accounts with 8 actions",
        kind="real",
        made=Recorded(
            file="worldC8_events.parquet",
            labels="worldC8_labels.csv",
            columns=_EVENTS,
        ),
    ),
    World(
        name="c3",
        title="C3: the same, accounts with 3 actions",
        kind="real",
        made=Recorded(
            file="worldC3_events.parquet",
            labels="worldC3_labels.csv",
            columns=_EVENTS,
        ),
    ),
    World(
        name="b",
        title="B: IRA reposts beside reposts of viral posts",
        kind="real",
        made=Recorded(
            file="worldB_coretweet_events.parquet",
            labels="worldB_labels.csv",
            columns=_EVENTS,
        ),
        scored="apart",
    ),
    World(
        name="ira",
        title="IRA: all accounts of one operation, by the kind that people gave them",
        kind="real",
        made=Recorded(
            file="ira_posts_dev.parquet",
            labels="ira_posts_dev.parquet",
            account="author_id",
            label="account_category",
            operated="",
        ),
        scored="clusters",
    ),
    World(
        name="german",
        title="German table of CooRTweet: links of a campaign, no labels",
        kind="real",
        made=Recorded(
            file="parity/coortweet_german.parquet",
            columns={
                "account": "account_id",
                "post": "post_id",
                "object": "url_id",
                "time": "timestamp",
            },
        ),
        scored="nothing",
    ),
    World(
        name="weibo",
        title="Weibo quarter: reposts of rumours and others, no labels",
        kind="real",
        made=Recorded(
            file="weibo_reposts_quarter.parquet",
            columns={
                "account": "account",
                "post": "mid",
                "object": "source_id",
                "time": "date",
            },
        ),
        scored="nothing",
    ),
)
"""Worlds that were; see the reference of the shared data."""


def _curves(share: float, days: int) -> list[World]:
    """Return the points of the robustness curves around one world."""
    base = ("bureaucratic", days, share)
    worlds = [_point(base, "", 0.0, "The world that the curves vary")]
    axes = {
        "compliance": ("compliance", (0.1, 0.2, 0.6, 0.8)),
        "lag": ("lag_median_min", (1, 5, 60, 180)),
        "dilution": ("camouflage", (0.0, 0.2, 0.6, 0.8)),
    }
    for axis, (field, values) in axes.items():
        worlds += [
            _point(base, axis, value, f"{axis} {value:g}", operation={field: value})
            for value in values
        ]
    worlds += [
        _point(base, "missing", share, f"{share:.0%} of posts missing", missing=share)
        for share in (0.1, 0.3, 0.5, 0.7)
    ]
    steps = ((1, "1 s"), (60, "1 min"), (3_600, "1 h"))
    worlds += [
        _point(base, "rounding", step, f"times to {said}", rounded_s=step)
        for step, said in steps
    ]
    worlds.append(_point(base, "rounding", 86_400, "no times at all", timeless=True))
    return worlds


def _point(
    base: tuple[str, int, float], axis: str, at: float, title: str, **other: object
) -> World:
    scenario, days, share = base
    made = {"scenario": scenario, "days": days, "share": share, "like": BASE, **other}
    return World(
        name=f"{axis}-{at:g}" if axis else BASE,
        title=title,
        kind="operation",
        made=Simulated(**made),  # type: ignore[arg-type]
        part="robust",
        axis=axis,
        at=at,
        methods=CHEAP,
    )


def _cuts(share: float, days: int, cuts: tuple[int, ...]) -> list[World]:
    """Return the world of the curves as it is known before each of some days."""
    return [
        World(
            name=f"early-{cut}",
            title=f"The first {cut} days",
            kind="operation",
            made=Simulated(
                scenario="bureaucratic",
                days=days,
                share=share,
                until_day=cut,
                like=BASE,
            ),
            part="early",
            axis="day",
            at=cut,
            methods=CHEAP,
        )
        for cut in cuts
    ]


STANDARD = Suite(
    name="standard",
    title="Five scenarios, decoys, null worlds and real worlds; early warning, curves",
    worlds=(
        *_scenarios(DAYS),
        *_nothing_there(DAYS, nulls=3),
        *RECORDED,
        *_cuts(SMALL, DAYS, CUTS),
        *_curves(SMALL, DAYS),
    ),
    scale=1 / 20,
    limits=Limits(seconds=600, memory=4 << 30),
)

SMOKE = Suite(
    name="smoke",
    title="One operation, decoys and a null world, as small as they can be",
    worlds=(
        World(
            name="professional-core",
            title=SCENARIOS["professional_core"],
            kind="operation",
            made=Simulated(scenario="professional_core", days=2),
        ),
        *_nothing_there(days=2, nulls=1),
    ),
    scale=1 / 1000,
    limits=Limits(seconds=300, memory=2 << 30),
    roster="rasad.evaluate.methods:QUICK_METHODS",
)

SUITES = {suite.name: suite for suite in (STANDARD, SMOKE)}


def suite_of(name: str) -> Suite:
    """Return a suite by its name.

    Raises
    ------
    ConfigError
        If there is no such suite.

    Examples
    --------
    >>> [world.kind for world in suite_of("smoke").worlds]
    ['operation', 'decoys', 'null']
    """
    if name not in SUITES:
        raise ConfigError(
            f"There is no suite {name!r}", "use one of " + ", ".join(sorted(SUITES))
        )
    return SUITES[name]
