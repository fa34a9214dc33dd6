"""Censored Planet's tests by country and day: HTTP, HTTPS, and names by Satellite."""

from __future__ import annotations

from collections.abc import Sequence

from rasad.connectivity.parts import Part, Subject, Yield
from rasad.connectivity.readers.form import (
    Format,
    Reader,
    Row,
    UnreadableError,
    at_least,
    moment,
    needed_country,
    number,
    words,
)
from rasad.connectivity.readers.named_files import country_of_file

OFF = 0.001
"""How far a stated share may be from that of the counts beside it."""


class Daily(Reader):
    """The share of a country's tests that were tampered with, by the day."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the share of one day."""
        told = row.get("country")
        place = needed_country(told) if told else country_of_file(self.context)
        total = at_least(number(row["measurements"]), 0)
        bad = at_least(number(row["anomalies"]), 0)
        share = number(row["ratio"])
        if total and abs(bad / total - share) > OFF:
            raise UnreadableError("its ratio is not that of its counts")
        kind = words(self.context.stem.partition("-")[0], 100)
        subject = Subject(
            place, "", "censored-planet", f"{kind} anomalies", "anomalies"
        )
        value = share if total else float("nan")
        return [Part(subject, [moment(row["date"])], [value], [total])]


FORMATS = (
    Format(
        name="censored-planet-daily",
        title="Censored Planet, tests by the day",
        kind="table",
        columns=("date", "measurements", "anomalies", "ratio"),
        reader=Daily,
    ),
)
