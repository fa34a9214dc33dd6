"""Any table whose columns can be mapped to roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from rasad.errors import MappingError
from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    is_damaged,
    parse_list_cell,
    picker,
    retweeted_handle,
    unusable,
)
from rasad.importers.delimited import Cells
from rasad.importers.mapping import ROLES, check_columns, is_full, map_option
from rasad.importers.preview import can_be_typed, column_list
from rasad.importers.reader import Convert, entries, reject
from rasad.importers.suggest import guess_mapping, says_handle
from rasad.importers.times import Clock, TimeError, clock_for, read_time
from rasad.schema import Kind, Record

KIND_WORDS: dict[str, Kind] = {
    "post": "post",
    "tweet": "post",
    "original": "post",
    "retweet": "repost",
    "retweeted": "repost",
    "repost": "repost",
    "reposted": "repost",
    "share": "repost",
    "shared": "repost",
    "rt": "repost",
    "reblog": "repost",
    "reblogged": "repost",
    "boost": "repost",
    "forward": "repost",
    "forwarded": "repost",
    "quote": "quote",
    "quote_tweet": "quote",
    "quoted": "quote",
    "reply": "reply",
    "comment": "reply",
    "replied_to": "reply",
}
"""Words for kinds of posts; any other word is a post."""

ID_ROLES = (
    *("post", "account", "object", "site"),
    *("repost_of", "reply_to", "quote_of"),
)

CHOSEN = 0.5
"""Share of the first values that must be times in a column that is known to hold them;
the others are rejected one by one."""

_BETWEEN = re.compile(r"[\s-]+")
_NOT_IN_NAME = re.compile(r"[^a-z0-9_.-]+")


class Played(NamedTuple):
    """A row by roles: the cell of the column that plays each."""

    post: str | None
    account: str | None
    object: str | None
    time: str | None
    text: str | None
    kind: str | None
    platform: str | None
    handle: str | None
    name: str | None
    language: str | None
    link: str | None
    site: str | None
    hashtags: str | None
    mentions: str | None
    repost_of: str | None
    reply_to: str | None
    quote_of: str | None
    community: str | None
    client: str | None


class GenericTable:
    """Reads any table of text or Parquet by a mapping of columns to roles."""

    name = "generic"
    title = "Table with a column mapping"
    support = (
        "What it supports depends on the columns that are mapped: objects or texts "
        "with times give co-action, languages give fairer comparisons."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Guess a mapping from the names and first values of the columns."""
        guess = guess_mapping(head)
        if is_full(guess.sure):
            return described(head, guess.sure, 0.5)
        return Sniff(
            importer=self.name,
            confidence=0.1,
            evidence=tuple(head.columns),
            mapping=guess.proposed | guess.sure,
            complete=False,
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        check_columns(mapping, head.columns)
        _clock(head, mapping)  # refuses a column that holds no times
        convert = _converter(head, mapping)
        return entries(head, convert, wanted=frozenset(mapping.values()))


def with_mapping(head: Head, typed: Mapping[str, str]) -> Sniff:
    """Understand a table by a mapping that a person gave.

    A mapping with account, time, and object or text is taken as it is. One that lacks
    any of them is completed by guesses, and is complete if those are sure.

    Raises
    ------
    MappingError
        If a role or column is unknown, or the times cannot be read.
    """
    check_columns(typed, head.columns)
    if is_full(typed):
        return described(head, typed, 1.0)
    guess = guess_mapping(head)
    sure = _filled_in(typed, guess.sure)
    if is_full(sure):
        return described(head, sure, 1.0)
    return Sniff(
        importer=GenericTable.name,
        confidence=0.1,
        evidence=tuple(typed.values()),
        mapping=_filled_in(sure, guess.proposed),
        complete=False,
    )


def incomplete(head: Head, guessed: Mapping[str, str]) -> MappingError:
    """Say which columns there are and the option to type, guesses filled in."""
    shown = {role: name for role, name in guessed.items() if can_be_typed(name)}
    for role in ("account", "time"):
        shown.setdefault(role, "COLUMN")
    if not {"object", "text"} & set(shown):
        shown["object"] = "COLUMN"
    typed = all(map(can_be_typed, head.columns))
    other = "" if typed else ", or put names that cannot be typed into a TOML file,"
    return MappingError(
        f"It is not certain what the columns of {head.path.name} are: "
        + (column_list(head.columns) or "there is no plain value in it"),
        f"say which column is which, for example {map_option(shown)}{other} "
        f"(roles: {', '.join(ROLES)})",
    )


def described(head: Head, mapping: Mapping[str, str], confidence: float) -> Sniff:
    """Return a complete mapping with what the report should say about the columns."""
    clock = _clock(head, mapping)
    said = clock.sentences(mapping["time"])
    for column in dict.fromkeys(mapping[r] for r in ID_ROLES if r in mapping):
        said += damage_warning(column, _cells(head, column))
    if "kind" in mapping:
        said += _unknown_kinds(mapping["kind"], _cells(head, mapping["kind"]))
    return Sniff(
        importer=GenericTable.name,
        confidence=confidence,
        evidence=tuple(mapping.values()),
        mapping=dict(mapping),
        warnings=said,
    )


def _filled_in(given: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Add roles that are free, with columns that are free."""
    taken = set(given.values())
    return dict(given) | {
        role: column
        for role, column in more.items()
        if role not in given and column not in taken
    }


def _cells(head: Head, column: str) -> list[str | None]:
    place = head.columns.index(column)
    return [row[place] for row in head.rows]


def _clock(head: Head, mapping: Mapping[str, str]) -> Clock:
    column = mapping["time"]
    try:
        return clock_for(_cells(head, column), least=CHOSEN)
    except TimeError as error:
        raise MappingError(
            f"Column {column} cannot be the time, because {error}",
            "map another column to time or mend its values",
        ) from error


def _unknown_kinds(column: str, cells: list[str | None]) -> tuple[str, ...]:
    words = [plain for cell in cells if (plain := _plain_word(cell))]
    unknown = sum(word not in KIND_WORDS for word in words)
    if not unknown:
        return ()
    return (
        f"Column {column} holds words that name no known kind ({unknown} of the first "
        f"{len(words)}): such rows are read as posts.",
    )


def _converter(head: Head, mapping: Mapping[str, str]) -> Convert:
    pick = picker(head.columns, [mapping.get(role) for role in Played._fields])
    handles = mapping["account"] == mapping.get("handle")
    lower = handles or says_handle(mapping["account"])
    platforms = _platforms()

    def convert(cells: Cells) -> Record | Reject:
        row = Played._make(pick(cells))
        account = _account(row, handles)
        if not account:
            return reject(unusable("account", row.account), cells)
        if lower:
            account = account.lower()
        try:
            created_at, precision = read_time(row.time or "")
        except TimeError as error:
            return reject(str(error), cells)
        platform = platforms(row.platform)
        item = clean_id(row.object)
        repost_of, reply_to = clean_id(row.repost_of), clean_id(row.reply_to)
        quote_of = clean_id(row.quote_of)
        retweeted = None if repost_of else retweeted_handle(row.text)
        kind = _kind(row.kind, repost_of or retweeted, quote_of, reply_to)
        return Record(
            account=f"{platform}:{account}",
            platform=platform,
            created_at=created_at,
            precision=precision,
            raw_time=row.time or "",
            post=clean_id(row.post),
            kind=kind,
            handle=row.handle or None,
            name=row.name or None,
            text=row.text,
            language=row.language or None,
            repost_of=repost_of,
            repost_of_account=retweeted if kind == "repost" else None,
            reply_to=reply_to,
            quote_of=quote_of,
            community=row.community or None,
            client=row.client or None,
            links=parse_list_cell(row.link),
            sites=_sites(row.site),
            hashtags=parse_list_cell(row.hashtags),
            mentions=parse_list_cell(row.mentions),
            objects=None if item is None else (item,),
        )

    return convert


def _sites(cell: str | None) -> tuple[str, ...] | None:
    """Return the sites that are named; ids whose digits are lost count as missing."""
    stated = parse_list_cell(cell)
    if not stated:
        return stated
    return tuple(filter(None, map(clean_id, stated))) or None


def _account(row: Played, handles: bool) -> str | None:
    """Return the id, or the handle where no id is stated; a damaged id is stated."""
    account = clean_id(row.account)
    if handles or (account is None and not is_damaged(row.account)):
        return (row.handle or "").strip().lower()
    return account


def _kind(
    cell: str | None, reposted: str | None, quote_of: str | None, reply_to: str | None
) -> Kind:
    """Return the kind that is stated, else the one that text or targets show."""
    if word := _plain_word(cell):
        return KIND_WORDS.get(word, "post")
    if reposted is not None:
        return "repost"
    if quote_of is not None:
        return "quote"
    return "post" if reply_to is None else "reply"


def _plain_word(cell: str | None) -> str:
    return _BETWEEN.sub("_", (cell or "").strip().lower())


def _platforms() -> Callable[[str | None], str]:
    """Return a reader of platform names that are fit for `platform:id`."""
    known: dict[str | None, str] = {None: "generic"}

    def read(cell: str | None) -> str:
        if cell not in known:
            plain = _NOT_IN_NAME.sub("_", (cell or "").strip().lower()).strip("_")
            known[cell] = plain or "generic"
        return known[cell]

    return read
