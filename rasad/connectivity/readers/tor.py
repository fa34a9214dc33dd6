"""Users of Tor by country and day, as Tor Metrics gives them."""

from __future__ import annotations

from collections.abc import Sequence

from rasad.connectivity.parts import Part, Subject, Yield
from rasad.connectivity.readers.form import (
    Format,
    Reader,
    Row,
    at_least,
    moment,
    needed_country,
    number,
)

BRIDGES = "userstats-bridge"


class Users(Reader):
    """Estimated users; `out_of` is the share of relays that report, per cent."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the users of one country and day."""
        told = f"{self.context.name} {self.context.begin[:1_000]}"
        metric = "bridge users" if BRIDGES in told else "users"
        subject = Subject(
            needed_country(row["country"]), "", "tor-metrics", metric, "usage"
        )
        users = at_least(number(row["users"]), 0)
        share = at_least(number(row["frac"]), 0)
        return [Part(subject, [moment(row["date"])], [users], [share])]


FORMATS = (
    Format(
        name="tor-users",
        title="Tor Metrics, users by country",
        kind="table",
        columns=("date", "country", "users", "frac"),
        reader=Users,
    ),
)
