"""The list of accounts that comes with Twitter's archive: recognised, and no posts.

Read as a table, it would give each account one post at the time at which the account
was made. So each row is accounted for as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import plain_names
from rasad.importers.reader import entries, reject

SIGNATURE = (
    "userid",
    "user_display_name",
    "user_screen_name",
    "account_creation_date",
    "account_language",
)
POST = "tweetid"
NO_POSTS = (
    "This file holds the accounts of Twitter's archive and not their posts: give the "
    "file of the same release whose name has tweets in place of users."
)


class ArchiveUsers:
    """Accounts for the account files of Twitter's information operations archive."""

    name = "x_io_users"
    title = "Twitter information operations archive (accounts)"
    support = "It holds accounts and no posts: nothing can be compared."

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the accounts' columns, and say which file to give instead."""
        names = set(plain_names(head))
        if not names >= set(SIGNATURE) or POST in names:
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=SIGNATURE,
            warnings=(NO_POSTS,),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span; no row is a post."""
        return entries(head, lambda cells: reject("no post: an account", cells))
