"""What tables of posts on X share: one set of fields, found by the columns' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import (
    Picker,
    clean_id,
    is_damaged,
    parse_list_cell,
    picker,
    plain_names,
    retweeted_handle,
    unusable,
)
from rasad.importers.delimited import Cells
from rasad.importers.editions import editions
from rasad.importers.optional_times import us_in
from rasad.importers.reader import entries, reject
from rasad.importers.times import Instant, TimeError
from rasad.importers.x_posts import (
    PLATFORM,
    client_name,
    is_cut,
    kind_of,
    plain_text,
    post_time,
    post_warnings,
)
from rasad.schema import Record

Words = tuple[str, ...]


class Row(NamedTuple):
    """What the tables hold, under one set of names; None where a table lacks it."""

    post: str | None
    account: str | None
    time: str | None
    handle: str | None
    name: str | None
    joined: str | None
    description: str | None
    language: str | None
    text: str | None
    lang: str | None
    client: str | None
    repost_of: str | None
    repost_of_account: str | None
    repost_of_handle: str | None
    reply_to: str | None
    reply_to_account: str | None
    quote_of: str | None
    thread: str | None
    links: str | None
    followed: str | None
    short: str | None
    media: str | None
    hashtags: str | None
    mentions: str | None
    mention_ids: str | None
    via: str | None
    history: str | None
    retrieved: str | None


class Held(NamedTuple):
    """Links, hashtags and mentions of a post; None where the table states none."""

    links: Words | None
    hashtags: Words | None
    mentions: Words | None


class PostTable:
    """Reads a table of posts whose columns are known by name.

    `signature` are the columns that show the format, of which the first `least` are
    enough; `columns` gives the columns of each field, best first.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    support: ClassVar[str]
    signature: ClassVar[Words]
    least: ClassVar[int]
    columns: ClassVar[Mapping[str, Words]]

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the table by its columns, in any order and case."""
        names = plain_names(head)
        if not set(self.signature[: self.least]) <= set(names):
            return None
        found = tuple(name for name in self.signature if name in names)
        return Sniff(
            importer=self.name,
            confidence=1.0 if found == self.signature else 0.9,
            evidence=found,
            warnings=self._warnings(head),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span; columns are found by name, never by place."""
        names = plain_names(head)
        used = [head.columns[names.index(name)] for name in self._bound(names) if name]
        pick = self._picker(head)

        def convert(cells: Cells) -> Record | Reject:
            return self._outcome(self._prepared(Row._make(pick(cells))), cells)

        return entries(head, convert, wanted=used)

    def _bound(self, names: Sequence[str]) -> list[str | None]:
        """Return the column of each field, None where the table has none."""
        wanted = (self.columns.get(field, ()) for field in Row._fields)
        return [next((one for one in some if one in names), None) for some in wanted]

    def _picker(self, head: Head) -> Picker:
        names = plain_names(head)
        return picker(names, self._bound(names))

    def _warnings(self, head: Head) -> Words:
        pick, bound = self._picker(head), self._bound(plain_names(head))
        rows = [self._prepared(Row._make(pick(cells))) for cells in head.rows]
        checked = ("post", "account", "repost_of")
        places = {field: Row._fields.index(field) for field in checked}
        return post_warnings(
            ((clean_id(row.post), row.time) for row in rows),
            {
                str(bound[place]): [row[place] for row in rows]
                for place in places.values()
                if bound[place]
            },
        )

    def _outcome(self, row: Row, cells: Cells) -> Record | Reject:
        if unfit := self._unfit(row):
            return reject(f"no post: {unfit}", cells)
        account = clean_id(row.account)
        if account is None or not account.strip("0"):
            return reject(unusable("user id", row.account), cells)
        try:
            time = post_time(clean_id(row.post), row.time)
        except TimeError as error:
            return reject(str(error), cells)
        return self._record(row, account, time)

    def _record(self, row: Row, account: str, time: Instant) -> Record:
        text, held = self._text(row), self._held(row)
        post, repost_of = clean_id(row.post), clean_id(row.repost_of)
        # Whose target lost its digits is a repost still: its words are another's.
        repeated = repost_of or is_damaged(row.repost_of) or self._repeated(row)
        reply_to, quote_of = clean_id(row.reply_to), clean_id(row.quote_of)
        handle = (row.repost_of_handle or retweeted_handle(row.text) or "").lower()
        first, edition = editions(post, parse_list_cell(row.history) or ())
        return Record(
            account=f"{PLATFORM}:{account}",
            platform=PLATFORM,
            created_at=time[0],
            precision=time[1],
            raw_time=row.time or post or "",
            post=first,
            edition=edition,
            collected_at=us_in(row.retrieved),
            kind=kind_of(
                repeated, quote_of, reply_to or clean_id(row.reply_to_account)
            ),
            handle=row.handle or None,
            name=row.name or None,
            account_created_at=us_in(row.joined),
            account_language=row.language or None,
            description=row.description or None,
            text=text,
            language=row.lang or None,
            repost_of=repost_of,
            repost_of_account=(clean_id(row.repost_of_account) or handle or None)
            if repeated
            else None,
            reply_to=reply_to,
            quote_of=quote_of,
            thread=clean_id(row.thread),
            client=client_name(row.client),
            truncated=self._is_cut(text),
            links=held.links,
            hashtags=held.hashtags,
            mentions=held.mentions,
        )

    def _prepared(self, row: Row) -> Row:
        """Return a row as it was before the tool wrote it."""
        return row

    def _unfit(self, row: Row) -> str | None:
        """Say what a row is that is no post."""
        return None

    def _repeated(self, row: Row) -> str | None:
        """Return what shows that a row without such an id is a repost."""
        return None

    def _text(self, row: Row) -> str | None:
        return plain_text(row.text)

    def _is_cut(self, text: str | None) -> bool:
        return is_cut(text)

    def _held(self, row: Row) -> Held:
        """Return the links, hashtags and mentions of a post."""
        raise NotImplementedError
