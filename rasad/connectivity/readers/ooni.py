"""Daily sums of OONI's tests: tables by country, and what its API calls aggregates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasad.connectivity.parts import Part, Subject, Yield
from rasad.connectivity.readers.form import (
    Format,
    Reader,
    Row,
    UnreadableError,
    UnwantedError,
    at_least,
    moment,
    needed_country,
    number,
    region_of,
    words,
)
from rasad.connectivity.readers.named_files import country_of_file

SOURCE = "ooni"
KINDS = ("dns", "http", "tls")


class Daily(Reader):
    """Tests of a country by the day, and how many of them failed at which step."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the shares of tests that failed on one day."""
        told = row.get("country") or row.get("probe_cc")
        place = needed_country(told) if told else country_of_file(self.context)
        day, total = moment(row["date"]), at_least(number(row["total"]), 0)
        return [
            Part(
                Subject(place, "", SOURCE, f"{kind} anomalies", "anomalies"),
                [day],
                [_share(row[kind], total)],
                [total],
            )
            for kind in KINDS
        ]


class Aggregates(Reader):
    """What the aggregation of the API gives: by day, network, test and site."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the share of tests that failed."""
        told = row.get("probe_cc")
        place = needed_country(told) if told else country_of_file(self.context)
        if not row.get("measurement_start_day"):
            raise UnwantedError("it is a sum over all days")
        total = at_least(number(row["measurement_count"]), 0)
        failed = number(row["failure_count"])
        tested = total - (failed if failed == failed else 0)
        what = row.get("domain") or row.get("input") or row.get("test_name") or "all"
        subject = Subject(
            place,
            region_of(_network(row.get("probe_asn"))),
            SOURCE,
            f"{words(what, 200)} anomalies",
            "anomalies",
        )
        anomalies = number(row["anomaly_count"])
        confirmed = number(row.get("confirmed_count"))
        marked = anomalies + (confirmed if confirmed == confirmed else 0)
        day = moment(row["measurement_start_day"])
        return [Part(subject, [day], [_share(marked, tested)], [tested])]


def _network(number_: Any) -> str:
    """Return AS123 for 123 and for AS123."""
    digits = str(number_ or "").strip().upper().removeprefix("AS")
    return f"AS{digits}" if digits.isdigit() and digits != "0" else ""


def _share(some: object, total: float) -> float:
    """Return a share of tests; no test is no measurement."""
    part = at_least(number(some), 0)
    if total and part > total:
        raise UnreadableError("more tests failed than were made")
    return part / total if total else float("nan")


COUNTS = ("anomaly_count", "failure_count", "measurement_count")

FORMATS = (
    Format(
        name="ooni-daily",
        title="OONI, tests by the day",
        kind="table",
        columns=("date", *KINDS, "total"),
        reader=Daily,
    ),
    Format(
        name="ooni-aggregates",
        title="OONI, aggregates as a table",
        kind="table",
        columns=("measurement_start_day", *COUNTS),
        reader=Aggregates,
        provisional=True,
    ),
    Format(
        name="ooni-aggregates-json",
        title="OONI, aggregates of its API",
        kind="document",
        paths=(("result", "*"),),
        keys=COUNTS,
        reader=Aggregates,
        provisional=True,
    ),
)
