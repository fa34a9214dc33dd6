"""Tables made for other tools: CooRTweet and the Coordination Network Toolkit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    parse_list_cell,
    picker,
    plain_names,
    retweeted_handle,
    unusable,
)
from rasad.importers.delimited import Cells
from rasad.importers.reader import Convert, entries, reject
from rasad.importers.times import (
    TimeError,
    clock_for,
    read_seconds,
    read_seconds_or_date,
)
from rasad.schema import Kind, Record

COORTWEET = ("object_id", "account_id", "content_id", "timestamp_share")
LEGACY_ACCOUNTS = {"id_user": "account_id", "id_account": "account_id"}
TOOLKIT = (
    "message_id",
    "user_id",
    "username",
    "repost_id",
    "reply_id",
    "message",
    "timestamp",
    "urls",
)


IDS = (0, 1, 3, 4)
"""Places of the toolkit's ids."""


class CooRTweet:
    """Reads the long table of the R package CooRTweet."""

    name = "coortweet"
    title = "CooRTweet's long table"
    support = (
        "It says who shared which object when and nothing else: texts, languages and "
        "kinds of posts cannot be compared."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the four columns, or their older names."""
        names = _coortweet_names(head)
        if not set(COORTWEET) <= set(names):
            return None
        try:
            place = names.index("timestamp_share")
            clock = clock_for((row[place] for row in head.rows), "seconds or dates")
        except TimeError:
            return None
        accounts = (row[names.index("account_id")] for row in head.rows)
        return Sniff(
            importer=self.name,
            confidence=1.0 if len(names) == len(COORTWEET) else 0.9,
            evidence=COORTWEET,
            warnings=(
                *damage_warning("account_id", accounts),
                *clock.sentences("timestamp_share"),
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        names = _coortweet_names(head)
        wanted = [head.columns[names.index(name)] for name in COORTWEET]
        return entries(head, _coortweet_converter(names), wanted=wanted)


class Toolkit:
    """Reads the eight columns of the Coordination Network Toolkit."""

    name = "qut_toolkit"
    title = "Coordination Network Toolkit's table"
    support = (
        "Its times may count from anywhere: differences between them are right, dates "
        "may not be."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise eight columns by their place, with more trust by their names."""
        if len(head.columns) != len(TOOLKIT):
            return None
        named = tuple(plain_names(head)) == TOOLKIT
        if not _holds_seconds(head) or not (named or _toolkit_shape(head)):
            return None
        ids = ((TOOLKIT[place], [row[place] for row in head.rows]) for place in IDS)
        return Sniff(
            importer=self.name,
            confidence=1.0 if named else 0.4,
            evidence=TOOLKIT if named else ("eight columns, the seventh a number",),
            warnings=tuple(
                s for name, cells in ids for s in damage_warning(name, cells)
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span; the last column may be missing from a row."""
        return entries(head, _toolkit_record, optional=1)


def _coortweet_names(head: Head) -> list[str]:
    names = plain_names(head)
    if "account_id" in names:
        return names
    return [LEGACY_ACCOUNTS.get(name, name) for name in names]


def _coortweet_converter(names: list[str]) -> Convert:
    pick = picker(names, COORTWEET)

    def convert(cells: Cells) -> Record | Reject:
        item, stated, content, shared = pick(cells)
        account = clean_id(stated)
        if account is None:
            return reject(unusable("account", stated), cells)
        try:
            created_at, precision = read_seconds_or_date(shared or "")
        except TimeError as error:
            return reject(str(error), cells)
        item = clean_id(item)
        return Record(
            account="generic:" + account,
            platform="generic",
            created_at=created_at,
            precision=precision,
            raw_time=shared or "",
            post=clean_id(content),
            objects=None if item is None else (item,),
        )

    return convert


def _holds_seconds(head: Head) -> bool:
    try:
        return clock_for((row[6] for row in head.rows), "seconds").form == "seconds"
    except TimeError:
        return False


def _toolkit_shape(head: Head) -> bool:
    """Check what the toolkit's columns must hold, whatever they are called."""
    ids, users, _, reposts, replies, _, _, _ = zip(*head.rows, strict=True)
    targets = [cell for cell in (*reposts, *replies) if cell]
    return (
        all(ids)
        and all(users)
        and len(set(ids)) == len(ids)
        and not any(" " in cell for cell in targets)
    )


def _toolkit_record(cells: Cells) -> Record | Reject:
    post, stated, handle, repost, reply, text, sent, urls = cells
    user = clean_id(stated)
    if user is None:
        return reject(unusable("user", stated), cells)
    try:
        created_at, precision = read_seconds(sent or "")
    except TimeError as error:
        return reject(str(error), cells)
    repost, reply = clean_id(repost), clean_id(reply)
    retweeted = None if repost else retweeted_handle(text)
    kind: Kind = "repost" if repost or retweeted else "reply" if reply else "post"
    return Record(
        account="generic:" + user,
        platform="generic",
        created_at=created_at,
        precision=precision,
        raw_time=sent or "",
        post=clean_id(post),
        kind=kind,
        handle=handle or None,
        text=text,
        repost_of=repost,
        repost_of_account=retweeted,
        reply_to=reply,
        links=parse_list_cell(urls),
    )
