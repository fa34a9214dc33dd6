"""Reading the tables of CooRTweet and the Coordination Network Toolkit as they are.

Ids are text and are never mended: what a spreadsheet has rounded stays rounded.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.codes import Codes, Ints
from rasad.evaluate.baselines.rival_database import (
    is_database,
    link_rows,
    message_rows,
)
from rasad.evaluate.baselines.rival_rows import (
    Cells,
    Wanted,
    named_rows,
    placed_rows,
    unreadable,
)
from rasad.evaluate.baselines.shares import Shares
from rasad.evaluate.baselines.toolkit import Links, Messages
from rasad.importers.times import TimeError, read_time

COORTWEET = (
    Wanted("object", ("object_id",)),
    Wanted("account", ("account_id", "id_user", "id_account")),
    Wanted("post", ("content_id",)),
    Wanted("time", ("timestamp_share",)),
)
MISSING = ("", "NA")
"""What R reads as missing in a text file."""

TOOLKIT = (
    Wanted("post", ("message_id",)),
    Wanted("account", ("user_id",)),
    Wanted("handle", ("username",), needed=False),
    Wanted("repost_of", ("repost_id",), needed=False),
    Wanted("reply_to", ("reply_id",), needed=False),
    Wanted("text", ("message",), needed=False),
    Wanted("time", ("timestamp",)),
    Wanted("link", ("urls",), needed=False),
)


def read_shares(
    paths: Iterable[Path], mapping: Mapping[str, str] | None = None
) -> Shares:
    """Read CooRTweet's long table from one file or several, one after another.

    Parameters
    ----------
    paths : iterable of Path
        Delimited text or Parquet.
    mapping : mapping of str to str, optional
        Column by role, for `object`, `account`, `post` and `time`.

    Returns
    -------
    Shares
        An empty cell, `NA` and NULL are missing, as they are to R.

    Raises
    ------
    ImportFormatError
        If a file or one of its rows cannot be read.
    MappingError
        If a column is missing.
    """
    table = ShareTable()
    for path in paths:
        for line, cells in named_rows(path, COORTWEET, mapping or {}, MISSING):
            item, account, post, time = cells
            table.add(item, account, post, _seconds_or_date(time, path, line))
    return table.finished()


def read_messages(
    paths: Iterable[Path], mapping: Mapping[str, str] | None = None
) -> Messages:
    """Read the toolkit's table from one file or several, one after another.

    Parameters
    ----------
    paths : iterable of Path
        Delimited text, Parquet or the toolkit's SQLite database.
    mapping : mapping of str to str, optional
        Column by role. Without one, the eight columns are told by their places. A
        database has names of its own.

    Returns
    -------
    Messages
        Of rows with one message id the first.

    Raises
    ------
    ImportFormatError
        If a file or one of its rows cannot be read.
    MappingError
        If a column is missing.
    """
    table = MessageTable()
    for path in paths:
        if is_database(path):
            _add_database(table, path)
            continue
        found = (
            named_rows(path, TOOLKIT, mapping)
            if mapping
            else placed_rows(path, len(TOOLKIT))
        )
        for line, cells in found:
            table.add(cells, _seconds(cells[6], path, line))
    return table.finished()


def _add_database(table: MessageTable, path: Path) -> None:
    """Add the messages of a database, then its links, each of its own row."""
    for line, cells in message_rows(path):
        table.add(cells, _seconds(cells[6], path, line))
    for line, (post, account, url, time) in link_rows(path):
        table.link(post, account, url, _seconds(time, path, line))


class ShareTable:
    """Takes rows of CooRTweet's long table.

    Examples
    --------
    >>> table = ShareTable()
    >>> table.add("link", "account", "post", 5.0)
    >>> table.finished().accounts
    ['account']
    """

    def __init__(self) -> None:
        self._codes = Codes(), Codes(), Codes()
        self._columns = [array("q") for _ in range(3)]
        self._seconds = array("d")

    def add(
        self, item: str | None, account: str | None, post: str | None, seconds: float
    ) -> None:
        """Add one row; what is missing is None, or NaN."""
        ids = zip(self._codes, (item, account, post), strict=True)
        _append(self._columns, tuple(codes.of(text) for codes, text in ids))
        self._seconds.append(seconds)

    def finished(self) -> Shares:
        """Return the table."""
        (item, items), (account, accounts), (content, contents) = (
            codes.sorted(np.asarray(column))
            for codes, column in zip(self._codes, self._columns, strict=True)
        )
        return Shares(
            object=item,
            account=account,
            content=content,
            time_s=np.asarray(self._seconds),
            objects=items,
            accounts=accounts,
            contents=contents,
        )


class MessageTable:
    """Takes rows as the toolkit's database takes them: what is there already stays.

    Examples
    --------
    >>> table = MessageTable()
    >>> table.add(["1", "account", "name", "", "", "Hello", "5", ""], 5.0)
    >>> table.add(["1", "other", "name", "", "", "Hello", "6", ""], 6.0)
    >>> len(table.finished())
    1
    """

    def __init__(self) -> None:
        self._message, self._user, self._url = Codes(), Codes(), Codes()
        self._repost, self._reply = Codes(), Codes()
        self._rows = [array("q") for _ in range(4)]
        self._seconds = array("d")
        self._names: list[str] = []
        self._texts: list[str] = []
        self._links = [array("q") for _ in range(3)]
        self._link_seconds = array("d")
        self._linked: set[tuple[int, int]] = set()
        self._only_linked: set[int] = set()

    def add(self, cells: Cells, seconds: float) -> None:
        """Add one row: the eight cells, and the time among them as a number."""
        post, account, name, repost, reply, text, _, urls = cells
        before = len(self._message)
        message, user = self._message.of(post or ""), self._user.of(account or "")
        if message >= before or message in self._only_linked:
            self._only_linked.discard(message)
            row = (message, user, self._repost.of(repost or None))
            _append(self._rows, (*row, self._reply.of(reply or None)))
            self._seconds.append(seconds)
            self._names.append(name or "")
            self._texts.append(text or "")
        if not repost and urls is not None:
            # As shipped: an empty cell is split into one link, the empty one.
            for url in urls.split(" "):
                self._link(message, user, url, seconds)

    def link(
        self, post: str | None, account: str | None, url: str | None, seconds: float
    ) -> None:
        """Add one link of a message that stands in a table of its own."""
        before = len(self._message)
        message, user = self._message.of(post or ""), self._user.of(account or "")
        if message >= before:
            self._only_linked.add(message)
        self._link(message, user, url or "", seconds)

    def _link(self, message: int, user: int, link: str, seconds: float) -> None:
        url = self._url.of(link)
        if (message, url) not in self._linked:
            self._linked.add((message, url))
            _append(self._links, (message, user, url))
            self._link_seconds.append(seconds)

    def finished(self) -> Messages:
        """Return the table."""
        message, user, repost, reply = map(np.asarray, self._rows)
        linked, sender, url = map(np.asarray, self._links)
        user, users = self._user.sorted(user)
        url, urls = self._url.sorted(url)
        return Messages(
            message=_narrow(message),
            user=user,
            repost=_narrow(repost),
            reply=_narrow(reply),
            time_s=np.asarray(self._seconds, np.float64),
            names=self._names,
            texts=self._texts,
            users=users,
            urls=urls,
            links=Links(
                message=_narrow(linked),
                user=self._user.sorted(sender)[0],
                url=url,
                time_s=np.asarray(self._link_seconds, np.float64),
            ),
        )


def _append(columns: list[array[int]], values: tuple[int, ...]) -> None:
    for column, value in zip(columns, values, strict=True):
        column.append(value)


def _narrow(codes: NDArray[np.int64]) -> Ints:
    return codes.astype(np.int32)


def _seconds(cell: str | None, path: Path, line: int) -> float:
    """Read a number of seconds as Python reads a float, as the toolkit does.

    The toolkit also takes `nan`, which is in no pair, and `inf`; both are refused.
    """
    try:
        seconds = float(cell or "")
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise unreadable(path, line, "its timestamp is not a number of seconds")
    return seconds


def _seconds_or_date(cell: str | None, path: Path, line: int) -> float:
    """Read a number of seconds, or a date in UTC; what is missing is NaN."""
    if cell is None:
        return math.nan
    seconds = _number(cell)
    if seconds is None:
        try:
            seconds = read_time(cell)[0] / 1e6
        except TimeError as error:
            raise unreadable(path, line, str(error)) from error
    if math.isinf(seconds):
        raise unreadable(path, line, "its time is not finite")
    return seconds


def _number(cell: str) -> float | None:
    """Read a number as R reads it: Python would read `1_000` and Arabic digits too."""
    if "_" in cell or not cell.isascii():
        return None
    try:
        return float(cell)
    except ValueError:
        return None
