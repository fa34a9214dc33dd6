"""What a reader takes out of one record: measurements of a place, or an event.

These are also the parts of the frames in which the child that reads a file answers, so
every field has a type and a limit that the parent checks.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from rasad.connectivity.series import Reading

Clock = Literal["utc", "local", "undecided"]
"""Of the times of a file: *utc*, the place's own clock, or numbers that say neither."""

EventKind = Literal["shutdown", "block", "throttle", "outage", "alert", "normal"]
Status = Literal["ended", "ongoing", "unknown"]
Scope = Literal["national", "regional", "local", "network", ""]

EARLIEST_US = 631_152_000_000_000
LATEST_US = 4_102_444_800_000_000
"""From 1990 to 2100, in which measurements of the internet lie."""

MOST_VALUES = 2_000_000
"""Values in one record, above which it is not read."""

Name = Annotated[str, msgspec.Meta(max_length=300)]
Moment = Annotated[int, msgspec.Meta(ge=EARLIEST_US, lt=LATEST_US)]
Values = Annotated[list[float], msgspec.Meta(max_length=MOST_VALUES)]


class Subject(msgspec.Struct, frozen=True, array_like=True):
    """What was measured where: the same for all values of one series.

    `clock` is that of the times, `zone` the name of the place's clock where the file
    tells it, `site` its latitude and longitude.
    """

    country: Name
    region: Name
    source: Name
    metric: Name
    reading: Reading
    clock: Clock = "utc"
    zone: Name = ""
    site: tuple[float, float] | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells one series from another."""
        return self.country, self.region, self.source, self.metric, self.reading


class Part(msgspec.Struct, frozen=True, array_like=True, tag="part"):
    """Measurements of one subject, one after the other.

    `out_of` is empty where the source does not tell how many measurements are behind a
    value. `step_us` is 0 where the source does not tell the distance of its values.
    """

    subject: Subject
    times_us: Annotated[list[Moment], msgspec.Meta(max_length=MOST_VALUES)]
    values: Values
    out_of: Values = []
    step_us: Annotated[int, msgspec.Meta(ge=0)] = 0


class Event(msgspec.Struct, frozen=True, array_like=True, tag="event"):
    """Something that others found or were told of: where, from when to when, and why.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-2 code, or what the file says where it is not known.
    area : str
        The part of the country, in the words of the source; empty for all of it.
    source : str
        Who says so, ``"access-now"``.
    kind : str
        shutdown, block (of services), throttle, outage (of unknown or other cause) or
        alert (of a detector).
    started_us : int
        Begin, microseconds since 1970 UTC.
    ended_us : int or None
        The moment after it; None where it is not over or nobody knows.
    exact_us : int
        How exactly both are told: a day where the source gives days.
    status : str
        ended, ongoing or unknown.
    scope : str
        national, regional, local or network; empty where the source does not tell.
    cause : str
        In the words of the source.
    services : tuple of str
        What was blocked, where not the whole network was.
    depth : float or None
        Relative drop, where the source tells it.
    metric : str
        The signal of a detector.
    record : str
        Tells apart what the source lists apart and what reads alike here.
    """

    country: Name
    area: Name
    source: Name
    kind: EventKind
    started_us: Moment
    ended_us: Moment | None
    exact_us: Annotated[int, msgspec.Meta(ge=0)]
    status: Status
    scope: Scope = ""
    cause: Name = ""
    services: Annotated[tuple[Name, ...], msgspec.Meta(max_length=50)] = ()
    depth: float | None = None
    metric: Name = ""
    record: Name = ""

    @property
    def place(self) -> str:
        """Country and area in one word, as the tables write it."""
        area = self.area.replace("/", "-")
        return f"{self.country}/{area}" if area else self.country


Yield = Part | Event
