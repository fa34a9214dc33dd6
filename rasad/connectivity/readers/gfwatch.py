"""GFWatch: how many names China's filter answers for, by the day."""

from __future__ import annotations

from collections.abc import Sequence

from rasad.connectivity.parts import Part, Subject, Yield
from rasad.connectivity.readers.form import (
    Format,
    Reader,
    Row,
    at_least,
    moment,
    number,
)

COLUMNS = {"date", "count"}


class Daily(Reader):
    """The number of censored names on a day; GFWatch measures China alone."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the number of one day."""
        subject = Subject("CN", "", "gfwatch", "censored names", "listed")
        count = at_least(number(row["count"]), 0)
        return [Part(subject, [moment(row["date"])], [count])]


FORMATS = (
    Format(
        name="gfwatch-daily",
        title="GFWatch, censored names by the day",
        kind="table",
        columns=("date", "count"),
        # Two columns of such plain names, and none beside them but the row's number.
        fits=lambda names: {name for name in names if name} == COLUMNS,
        reader=Daily,
    ),
)
