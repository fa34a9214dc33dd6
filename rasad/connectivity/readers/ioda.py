"""IODA: raw signals, alerts and outage events of version 2 of its API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasad.connectivity.parts import Event, Part, Scope, Subject, Yield
from rasad.connectivity.readers.form import (
    SECOND_US,
    Format,
    Reader,
    Row,
    UnreadableError,
    UnwantedError,
    country,
    epoch,
    number,
    plausible,
    region_of,
    words,
)
from rasad.connectivity.series import Reading

SOURCE = "ioda"

SIGNALS: dict[str, Reading] = {
    "bgp": "reachability",
    "ping-slash24": "reachability",
    "merit-nt": "usage",
    "ucsd-nt": "usage",
    "gtr": "usage",
    "gtr-norm": "usage",
    "mozilla": "usage",
}
"""Signals that are one number a step: routes, answering blocks, and traffic."""


class Signals(Reader):
    """A record is one signal of one place, all its values in a row."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return one signal; a step that IODA has no value of is a gap."""
        source = str(row["datasource"])
        if source not in SIGNALS:
            raise UnwantedError(f"signal {words(source, 60)} is not one number a step")
        code, region = _place(row)
        kind = words(row.get("subtype"), 60)
        subject = Subject(
            code,
            region,
            SOURCE,
            f"{source} {kind}".strip(),
            SIGNALS[source],
        )
        begin, step = epoch(row["from"]), _step(row["step"])
        values = _values(row["values"])
        times = [begin + step * n for n in range(len(values))]
        if times:
            plausible(times[-1])
        return [Part(subject, times, values, step_us=step)]


class Alerts(Reader):
    """Alerts of IODA's detectors; an alert ends with the next normal value."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return one alert, or that a signal is normal again."""
        code, region = _entity(row["entity"])
        normal = str(row["level"]) == "normal"
        now, before = number(row.get("value")), number(row.get("historyValue"))
        depth = 1 - now / before if before > 0 and now == now else None
        begin = epoch(row["time"])
        return [
            Event(
                country=code,
                area=region,
                source=SOURCE,
                kind="normal" if normal else "alert",
                started_us=begin,
                ended_us=begin if normal else None,
                exact_us=SECOND_US,
                status="ended" if normal else "unknown",
                scope=_scope(region),
                cause=words(f"{row.get('level')} {row.get('condition') or ''}", 100),
                depth=depth,
                metric=words(row["datasource"], 60),
            )
        ]


class Events(Reader):
    """Outage events as IODA scores them."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return one event."""
        kind, _, code = str(row["location"]).partition("/")
        if kind != "country" or not country(code):
            raise UnwantedError("it is of a place whose country it does not tell")
        begin, lasting = epoch(row["start"]), number(row["duration"])
        if not lasting >= 0:
            raise UnreadableError("it lasts less than no time")
        return [
            Event(
                country=country(code),
                area="",
                source=SOURCE,
                kind="alert",
                started_us=begin,
                ended_us=plausible(begin + round(lasting * SECOND_US)),
                exact_us=SECOND_US,
                status="ended",
                scope="national",
                cause=words(f"score {row.get('score')}", 100),
                metric=words(row["datasource"], 60),
            )
        ]


def _values(told: Any) -> list[float]:
    """Return the values of a signal; what is no number among them is a gap."""
    if not isinstance(told, list):
        raise UnreadableError("its values are no list")
    found = [number(one) if _is_number(one) else float("nan") for one in told]
    if any(one is not None for one in told) and not any(map(_is_number, told)):
        raise UnreadableError("its values are no numbers")
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def paired(events: Sequence[Event]) -> list[Event]:
    """Join the first alert of a place and signal with the normal value that ends it.

    Parameters
    ----------
    events : sequence of Event
        Alerts and normal values, in any order.

    Returns
    -------
    list of Event
        Alerts only, by time; one that no normal value ends has no end.
    """
    waiting: dict[tuple[str, ...], Event] = {}
    found = []
    for one in sorted(events, key=lambda event: (event.started_us, event.kind)):
        key = (one.source, one.metric, one.country, one.area)
        if one.kind == "normal":
            if begun := waiting.pop(key, None):
                found.append(_over(begun, one))
        elif one.kind == "alert" and one.ended_us is None:
            waiting[key] = _deeper(waiting[key], one) if key in waiting else one
        else:
            found.append(one)
    found += waiting.values()
    return sorted(found, key=lambda event: (event.started_us, event.place))


def _over(begun: Event, normal: Event) -> Event:
    return _changed(begun, ended_us=normal.started_us, status="ended")


def _deeper(first: Event, again: Event) -> Event:
    depths = [one.depth for one in (first, again) if one.depth is not None]
    return _changed(first, depth=max(depths, default=None))


def _changed(event: Event, **fields: Any) -> Event:
    old = {name: getattr(event, name) for name in event.__struct_fields__}
    return Event(**(old | fields))


def _place(row: Row) -> tuple[str, str]:
    """Return country and region of a signal; ``geo.provider.AS.IR.1234`` has both."""
    kind, steps = str(row["entityType"]), str(row.get("entityFqid") or "").split(".")
    if kind == "country" and country(row["entityCode"]):
        return country(row["entityCode"]), ""
    if kind == "region" and len(steps) >= 5 and country(steps[-2]):
        return country(steps[-2]), region_of(row["entityName"])
    raise UnwantedError("it is of a place whose country it does not tell")


def _entity(entity: Any) -> tuple[str, str]:
    told = entity.get("attrs") or {}
    kind = str(entity["type"])
    if kind == "country" and country(entity["code"]):
        return country(entity["code"]), ""
    steps = str(told.get("fqid") or "").split(".")
    code = country(told.get("country_code") or (steps[-2] if len(steps) > 4 else ""))
    if kind == "region" and code:
        return code, region_of(entity["name"])
    raise UnwantedError("it is of a place whose country it does not tell")


def _scope(region: str) -> Scope:
    return "regional" if region else "national"


def _step(seconds: object) -> int:
    step = number(seconds)
    if not 1 <= step <= 366 * 86_400:
        raise UnreadableError("its step is no time between two measurements")
    return round(step * SECOND_US)


ENVELOPE = (("data", "*"), ("data", "*", "*"))

FORMATS = (
    Format(
        name="ioda-signals",
        title="IODA, raw signals",
        kind="document",
        paths=ENVELOPE,
        keys=("entityType", "datasource", "from", "step", "values"),
        reader=Signals,
        provisional=True,
    ),
    Format(
        name="ioda-alerts",
        title="IODA, alerts",
        kind="document",
        paths=ENVELOPE,
        keys=("datasource", "entity", "time", "level"),
        reader=Alerts,
        provisional=True,
    ),
    Format(
        name="ioda-events",
        title="IODA, outage events",
        kind="document",
        paths=ENVELOPE,
        keys=("location", "start", "duration", "datasource"),
        reader=Events,
        provisional=True,
    ),
)
