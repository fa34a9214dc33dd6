"""What a world of the contest is: where it comes from, and how it may be scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["operation", "decoys", "null", "real"]
"""What there is to be found: an operation; harmless teams; nothing; nobody knows."""

Scored = Literal["whole", "apart", "clusters", "nothing"]
"""What labels are good for: everything; recall and false alarms each for itself, since
the two halves come from different places; clusters alone; nothing, for there are
none."""

Part = Literal["main", "early", "robust"]


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """A world that the simulator makes from a scenario.

    Parameters
    ----------
    scenario : str
        Name of a scenario that comes with the package.
    days : int
        Length.
    share : float
        Size, as a share of the scale of the round.
    operation : mapping of str to float
        What is other than in the scenario, for each of its operations.
    until_day : int, optional
        Only what happened before this day is shown.
    missing : float
        Share of posts that are lost, at random.
    rounded_s : int
        Times are known to so many seconds only; 0 as they are.
    timeless : bool
        No method is shown any time.
    like : str
        Name of the world whose seed it shares, so that they differ in one thing only;
        its own if left out.
    """

    scenario: str
    days: int
    share: float = 1.0
    operation: Mapping[str, float] = field(default_factory=dict)
    until_day: int | None = None
    missing: float = 0.0
    rounded_s: int = 0
    timeless: bool = False
    like: str = ""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A world that really was: a file of a folder of data, with labels or without.

    Parameters
    ----------
    file, labels : str
        Names in the folder; `labels` is empty where there are none, and may be the file
        itself.
    columns : mapping of str to str
        Column by role; empty where the file's format is known.
    account, label : str
        Columns of the labels.
    operated : str
        The label of operated accounts. Empty where all of them are, and labels are
        clusters.
    """

    file: str
    labels: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    account: str = "account"
    label: str = "coordinated"
    operated: str = "1"


@dataclass(frozen=True, kw_only=True)
class World:
    """One world of a suite.

    Parameters
    ----------
    name : str
        Permanent id, also a name of a folder.
    title : str
        What it is, for people.
    kind : str
        What there is to be found.
    made : Simulated or Recorded
        Where it comes from.
    scored : str
        What its labels are good for.
    part : str
        `main` stands in the large table, `early` is a cut of a world at a day, and
        `robust` a point of a curve.
    axis : str
        Of a curve: what is varied.
    at : float
        Of a curve: the value on the axis.
    methods : tuple of str
        Those that take part; empty for all.
    """

    name: str
    title: str
    kind: Kind
    made: Simulated | Recorded
    scored: Scored = "whole"
    part: Part = "main"
    axis: str = ""
    at: float = 0.0
    methods: tuple[str, ...] = ()

    @property
    def sealed(self) -> bool:
        """Whether its truth is ours to hide."""
        return isinstance(self.made, Simulated)


def world_as_json(world: World) -> dict[str, Any]:
    """Return a world as JSON takes it."""
    return asdict(world) | {"sealed": world.sealed}


def world_of_json(values: Mapping[str, Any]) -> World:
    """Return the world that `world_as_json` has written.

    Examples
    --------
    >>> one = World(
    ...     name="w", title="W", kind="null", made=Simulated(scenario="nobody", days=1)
    ... )
    >>> world_of_json(world_as_json(one)) == one
    True
    """
    plain = {key: value for key, value in values.items() if key != "sealed"}
    made = Simulated if values["sealed"] else Recorded
    plain["made"] = made(**values["made"])
    plain["methods"] = tuple(values["methods"])
    return World(**plain)
