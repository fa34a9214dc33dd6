"""Posts as the API of Twitter gave them until 2023, version 1.1.

One object per line, a list of them, one object per file, or the answer to a search.
The Observatory on Social Media hands out such objects with ids, names and links hashed,
under the same names with `_h` or `_m` behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasad.extend import Entry, Head, Sniff
from rasad.importers.objects import object_entries
from rasad.importers.x_v11_posts import is_post, notice_of, post_record, warnings_of

EVIDENCE = ("id_str", "user.id_str", "text")


class TweetsV11:
    """Reads posts of Twitter's API, version 1.1."""

    name = "x_v11_json"
    title = "Twitter API v1.1 posts (JSON)"
    support = (
        "It names the post that a repost repeats and gives its whole text, so all "
        "traces can be compared; deletions between the posts are not kept as actions."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise posts with an author inside, as this API writes them."""
        posts = [item.value for item in head.items if is_post(item.value)]
        notices = sum(notice_of(item.value) is not None for item in head.items)
        # Of a file without posts all must be known: what it holds is then said.
        if not posts and (not notices or notices < len(head.items)):
            return None
        known = (len(posts) + notices) / len(head.items)
        return Sniff(
            importer=self.name,
            confidence=1.0 if known >= 0.5 else 0.5,
            evidence=EVIDENCE,
            warnings=warnings_of(posts),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per post or message of the stream."""
        return object_entries(head, post_record)
