"""Tables of the Monash IP Observatory, in the five layouts of its open data.

Two of them give seconds since 1970 that were counted as if the place's own clock were
UTC; which one a file is in is decided from its rhythm. Of single answers the number of
addresses that answer is taken by the hour; the addresses themselves are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.parts import Clock, Part, Subject, Yield
from rasad.connectivity.readers.form import (
    Context,
    Format,
    Reader,
    RepeatedError,
    Row,
    UnreadableError,
    at_least,
    epoch,
    moment,
    needed_country,
    number,
    region_of,
)

SOURCE = "ip-observatory"
MOST_OFFSET = 15
"""Hours that a clock can be ahead or behind."""


class Index(Reader):
    """An index of connectivity by place and hour."""

    column, clock = "time_e", "undecided"

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the index of one place and hour."""
        subject = Subject(
            country=needed_country(row["iso"]),
            region=region_of(row["name_1"], row.get("name_2") or row.get("id_2")),
            source=SOURCE,
            metric="connectivity",
            reading="reachability",
            clock=_clock(self.clock),
            site=_site(row),
        )
        value = at_least(number(row["connectivity"]), 0)
        return [Part(subject, [epoch(row[self.column])], [value])]


class IndexByUtc(Index):
    """The same by UTC, as the name of its column says."""

    column, clock = "time_e_utc", "utc"


class Latency(Reader):
    """How long answers take, by place, with the offset of its clock in each row."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the index of one place and moment."""
        offset = number(row["timezone_offset"])
        if not abs(offset) <= MOST_OFFSET:
            raise UnreadableError("its clock is ahead by more than a clock can be")
        subject = Subject(
            country=needed_country(row["country_iso_three_char_code"]),
            region=region_of(row["adm1_name"]),
            source=SOURCE,
            metric="latency index",
            reading="latency",
            zone=str(row["timezone_name"]).strip(),
        )
        time = moment(row["time_local"]) - round(offset * HOUR_US)
        return [Part(subject, [time], [at_least(number(row["latency_indx"]), 0)])]


class Answers(Reader):
    """Single answers of addresses; an hour in which none came is a gap."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: dict[tuple[str, str], dict[int, dict[str, list[float]]]] = {}
        self._told: set[tuple[str, int, float]] = set()

    def take(self, row: Row) -> Sequence[Yield]:
        """Keep an answer; what it counts for is said when all are known."""
        place = (
            needed_country(row["iso"]),
            region_of(row["name_1"], row.get("name_2")),
        )
        time = moment(row["time_local_str"])
        address = str(row["ip_hash"]).strip()
        if not address:
            raise UnreadableError("it names no address")
        waited = at_least(number(row["rtt"]), 0)
        if (address, time, waited) in self._told:
            raise RepeatedError
        self._told.add((address, time, waited))
        hour = time // HOUR_US * HOUR_US
        hours = self._seen.setdefault(place, {})
        hours.setdefault(hour, {}).setdefault(address, []).append(waited)
        return ()

    def rest(self) -> Sequence[Yield]:
        """Return the number of addresses that answered, and how fast, by the hour."""
        found = []
        for place, hours in sorted(self._seen.items()):
            times = sorted(hours)
            answers = [hours[time] for time in times]
            counts = [float(len(one)) for one in answers]
            waits = [median(map(median, one.values())) for one in answers]
            found += [
                Part(_answering(place), times, counts, step_us=HOUR_US),
                Part(_waiting(place), times, waits, counts, step_us=HOUR_US),
            ]
        return found


def _answering(place: tuple[str, str]) -> Subject:
    return Subject(
        *place, SOURCE, "addresses that answer", "reachability", clock="local"
    )


def _waiting(place: tuple[str, str]) -> Subject:
    return Subject(*place, SOURCE, "median answer time", "latency", clock="local")


def _clock(name: str) -> Clock:
    return "utc" if name == "utc" else "undecided"


def _site(row: Row) -> tuple[float, float] | None:
    if not row.get("lat") or not row.get("lon"):
        return None
    latitude, longitude = number(row["lat"]), number(row["lon"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise UnreadableError("its place lies nowhere on earth")
    return latitude, longitude


FORMATS = (
    Format(
        name="ip-observatory-utc",
        title="Monash IP Observatory, index by UTC",
        kind="table",
        columns=("time_e_utc", "connectivity", "iso", "name_1"),
        reader=IndexByUtc,
    ),
    Format(
        name="ip-observatory-index",
        title="Monash IP Observatory, index",
        kind="table",
        columns=("iso", "name_1", "time_e", "connectivity"),
        reader=Index,
    ),
    Format(
        name="ip-observatory-latency",
        title="Monash IP Observatory, latency",
        kind="table",
        columns=(
            *("country_iso_three_char_code", "adm1_name", "timezone_offset"),
            *("timezone_name", "time_local", "latency_indx"),
        ),
        reader=Latency,
        provisional=True,
    ),
    Format(
        name="ip-observatory-answers",
        title="Monash IP Observatory, single answers",
        kind="table",
        columns=("ip_hash", "iso", "name_1", "time_local_str", "rtt"),
        reader=Answers,
        provisional=True,
    ),
)
