"""Tables made for other tools: CooRTweet and the Coordination Network Toolkit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    parse_list_cell,
    picker,
    plain_name,
)
from rasad.importers.delimited import Cells
from rasad.importers.reader import Convert, entries, reject
from rasad.importers.times import Clock, TimeError, clock_for
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
            clock = _clock(head, names.index("timestamp_share"))
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
        clock = _clock(head, names.index("timestamp_share"))
        return entries(head, _coortweet_converter(names, clock), wanted=wanted)


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
        if len(head.columns) != len(TOOLKIT) or not _toolkit_shape(head):
            return None
        named = tuple(plain_name(column) for column in head.columns) == TOOLKIT
        return Sniff(
            importer=self.name,
            confidence=1.0 if named else 0.4,
            evidence=TOOLKIT if named else ("eight columns, the seventh a number",),
            warnings=_clock(head, 6).sentences(head.columns[6]),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span; the last column may be missing from a row."""
        return entries(head, _toolkit_converter(_clock(head, 6)), optional=1)


def _clock(head: Head, place: int) -> Clock:
    return clock_for((row[place] for row in head.rows), form="seconds")


def _coortweet_names(head: Head) -> list[str]:
    names = [plain_name(column) for column in head.columns]
    if "account_id" in names:
        return names
    return [LEGACY_ACCOUNTS.get(name, name) for name in names]


def _coortweet_converter(names: list[str], clock: Clock) -> Convert:
    pick = picker(names, COORTWEET)
    read = clock.read

    def convert(cells: Cells) -> Record | Reject:
        item, account, content, shared = pick(cells)
        account = clean_id(account)
        if account is None:
            return reject("it has no account", cells)
        try:
            created_at, precision = read(shared or "")
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


def _toolkit_shape(head: Head) -> bool:
    """Check what the toolkit's columns must hold, whatever they are called."""
    ids, users, _, reposts, replies, _, _, _ = zip(*head.rows, strict=True)
    try:
        numbers = _clock(head, 6).form == "seconds"
    except TimeError:
        return False
    targets = [cell for cell in (*reposts, *replies) if cell]
    return (
        numbers
        and all(ids)
        and all(users)
        and len(set(ids)) == len(ids)
        and not any(" " in cell for cell in targets)
    )


def _toolkit_converter(clock: Clock) -> Convert:
    read = clock.read

    def convert(cells: Cells) -> Record | Reject:
        post, user, handle, repost, reply, text, sent, urls = cells
        user = clean_id(user)
        if user is None:
            return reject("it has no user", cells)
        try:
            created_at, precision = read(sent or "")
        except TimeError as error:
            return reject(str(error), cells)
        repost, reply = clean_id(repost), clean_id(reply)
        kind: Kind = "repost" if repost else "reply" if reply else "post"
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
            reply_to=reply,
            links=parse_list_cell(urls),
        )

    return convert
