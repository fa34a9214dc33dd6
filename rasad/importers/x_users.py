"""The list of accounts that comes with Twitter's archive: recognised, and refused.

It holds no posts. Read as a table, it would give each account one post at the time at
which the account was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasad.errors import ImportFormatError
from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import plain_names

SIGNATURE = frozenset(
    {
        "userid",
        "user_display_name",
        "user_screen_name",
        "account_creation_date",
        "account_language",
    }
)
POST = "tweetid"


class ArchiveUsers:
    """Refuses the account files of Twitter's information operations archive."""

    name = "x_io_users"
    title = "Twitter information operations archive (accounts)"
    support = "It holds accounts and no posts: nothing can be compared."

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the accounts' columns, and say which file to give instead.

        Raises
        ------
        ImportFormatError
            If it is such a file.
        """
        names = set(plain_names(head))
        if not names >= SIGNATURE or POST in names:
            return None
        raise _refusal(head)

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Refuse the file; it is never read."""
        raise _refusal(head)


def _refusal(head: Head) -> ImportFormatError:
    return ImportFormatError(
        f"{head.path.name} holds the accounts of Twitter's archive and not their posts",
        "give the file of the same release whose name has tweets in place of users",
    )
