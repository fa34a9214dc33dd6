"""Mastodon and what speaks its language, Truth Social among them.

A Mastodon post has one address in the whole network and a number on each server that
knows it. Accounts are named `user@server`, with the server also where the one that was
asked leaves it out because the account is its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rasad.extend import Entry, Head, Sniff
from rasad.importers.mastodon_posts import status_record
from rasad.importers.members import number_at, text_at
from rasad.importers.objects import are_most, object_entries
from rasad.importers.optional_times import clock_remarks
from rasad.importers.provisional import PROVISIONAL

SIGNATURE = ("uri", "account.acct", "content", "reblog")


class Mastodon:
    """Reads statuses as servers with Mastodon's interface give them."""

    name = "mastodon"
    title = "Mastodon or Truth Social posts (API)"
    support = (
        "It holds what one server knew, and names an answered post by a number of that "
        "server: answers collected from two servers are not brought together."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise a status; one without the mark of reposts is less sure."""
        found = [item.value for item in head.items if _is_status(item.value)]
        if not are_most(found, head):
            return None
        whole = any("reblog" in status for status in found)
        return Sniff(
            importer=self.name,
            confidence=1.0 if whole else 0.7,
            evidence=SIGNATURE if whole else SIGNATURE[:-1],
            warnings=(PROVISIONAL, *_time_warnings(found)),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per status."""
        return object_entries(head, status_record)


def _is_status(value: Any) -> bool:
    wanted = (text_at(value, "uri"), text_at(value, "account", "acct"))
    return all(wanted) and text_at(value, "content") is not None


def _time_warnings(statuses: list[Any]) -> tuple[str, ...]:
    cells = (number_at(status, "created_at") for status in statuses)
    return clock_remarks("created_at", cells)
