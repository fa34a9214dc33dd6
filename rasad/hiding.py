"""Files imported at a level of privacy: the case gets records with pseudonyms alone.

The evidence of such a case is a file of our own, one line a record, in which accounts,
posts, names and mentions are pseudonyms and texts are what the level leaves of them.
The file that was given is read by the limited child, accounted for to its last byte,
and not copied. Whatever the case is rebuilt from, exports or shows is therefore without
names, and nobody can forget to hide them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from rasad.case import Case
from rasad.errors import CaseError, ConfigError, EvidenceError
from rasad.exports.pseudonyms import Pseudonyms, key_in
from rasad.exports.redaction import Redaction, between_words
from rasad.exports.shown import KEY
from rasad.extend import Entry, Reject
from rasad.importers.hidden import HiddenRecords, written
from rasad.importers.looking import looked
from rasad.importers.parsed import parsed
from rasad.importers.plan import Planned
from rasad.importers.unpacking import Measured
from rasad.schema import PRECISION_US, Record
from rasad.store.evidence import HIDDEN
from rasad.store.files import written_whole
from rasad.traces.links import canonical_link
from rasad.traces.normalise import content_length, matching_text
from rasad.traces.post_text import hashtags_in
from rasad.traces.read_off import (
    LEAST_CONTENT,
    REPOST_MARK,
    handle_of,
    links_of,
    mentioned,
)

HidingLevel = Literal["team", "share"]
HIDING: tuple[HidingLevel, ...] = get_args(HidingLevel)
"""Levels at which files can be imported; at `publish` nothing would be left to find."""

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?")
LEADING = re.compile(r"(?:\s*[@\uff20][\w.-]+)+\s*")
"""Handles before a reply, which the platform writes and the author does not."""


@dataclass
class Account:
    """Where the records and bytes of a file went that is not kept."""

    records: int = 0
    rejected: int = 0
    header_bytes: int = 0
    blank_bytes: int = 0
    record_bytes: int = 0
    ends_early: bool = False

    def add(self, entry: Entry) -> None:
        """Count a span."""
        size = (entry.byte_end or 0) - (entry.byte_start or 0)
        if isinstance(entry.outcome, str):
            name = f"{entry.outcome}_bytes"
            setattr(self, name, getattr(self, name) + size)
            return
        self.records += 1
        self.record_bytes += size
        if isinstance(entry.outcome, Reject):
            self.rejected += 1
            self.ends_early |= entry.outcome.ends_early

    def check(self, planned: Planned, held: Measured) -> None:
        """Make sure that each byte was in one span.

        Raises
        ------
        EvidenceError
            If not; nothing was imported.
        """
        total = self.header_bytes + self.blank_bytes + self.record_bytes
        if not planned.head.by_rows and total != held.size:
            raise EvidenceError(
                f"{held.size - total} bytes of the file are unaccounted for",
                "nothing was imported; report this with the shape of the file",
            )


class Hider:
    """Replaces what names anybody in records.

    Parameters
    ----------
    level : "team" or "share"
        What is left of texts: themselves without links, mentions and known names, or
        whether two are the same.
    names : Pseudonyms
        What stands in the place of names.
    known : dict of str to str
        Account by all that names it, in lower case.
    """

    def __init__(
        self, level: HidingLevel, names: Pseudonyms, known: dict[str, str]
    ) -> None:
        self._level, self._names = level, names
        self._redaction = Redaction(names, known, sites=True)

    def hidden(self, record: Record) -> Record:
        """Return a record that shares the same things with others, without names."""
        day = PRECISION_US["day"]
        born = record.account_created_at
        return msgspec.structs.replace(
            record,
            account=self._names.account(record.account),
            raw_time="",
            handle=None,
            name=None,
            description=None,
            client=None,
            account_created_at=born and born // day * day,
            account_language=_code(record.account_language),
            language=_code(record.language),
            text=self._text(record),
            post=self._post(record.post),
            edition=self._post(record.edition),
            repost_of=self._post(record.repost_of),
            reply_to=self._post(record.reply_to),
            quote_of=self._post(record.quote_of),
            thread=self._post(record.thread),
            repost_of_account=self._author(record),
            community=self._each(self._label, record.community),
            links=self._links(record),
            sites=self._all(self._site, record.sites),
            hashtags=self._all(self._tag, _tags(record)),
            mentions=self._mentions(record),
            objects=self._all(
                lambda one: self._names.of("object", one), record.objects
            ),
        )

    def label(self, name: str) -> str:
        """Return what stands for the name of a file."""
        return self._names.of("file", name)

    def _label(self, value: str) -> str:
        return self._names.of("label", value)

    def _post(self, post: str | None) -> str | None:
        return post and self._names.of("post", post)

    def _object(self, value: str) -> str:
        return self._names.of("object", value)

    def _person(self, name: str) -> str:
        return self._names.of("name", handle_of(name))

    def _author(self, record: Record) -> str | None:
        """Return who wrote what is passed on, whom the text may name."""
        mark = REPOST_MARK.match(record.text or "") if record.kind == "repost" else None
        author = record.repost_of_account or (mark and mark[1])
        return self._person(author) if author else None

    def _mentions(self, record: Record) -> tuple[str, ...] | None:
        if record.mentions is None and not record.text:
            return None
        return tuple(map(self._person, mentioned(record)))

    def _links(self, record: Record) -> tuple[str, ...] | None:
        if record.links is None and not record.text:
            return None
        return self._all(self._link, links_of(record))

    def _link(self, link: str) -> str:
        shown = self._redaction.object(f"link:{canonical_link(link) or link}")
        return "https://" + shown.removeprefix("link:")

    def _site(self, site: str) -> str:
        return self._redaction.object(f"domain:{site}").removeprefix("domain:")

    def _tag(self, tag: str) -> str:
        return self._redaction.object(f"hashtags:{tag}").removeprefix("hashtags:")

    def _text(self, record: Record) -> str | None:
        text = record.text
        if not text:
            return text
        mark = REPOST_MARK.match(text) if record.kind == "repost" else None
        mark = mark or LEADING.match(text)
        text = text[mark.end() :] if mark else text
        if self._level == "team":
            return self._redaction.text(text)
        # Short texts are shared by chance, and the pseudonym of one is a long text.
        said = matching_text(text)
        long = content_length(said) >= LEAST_CONTENT
        return f"[text {self._names.of('text', said)}]" if long else None

    def _each(self, change: Callable[[str], str], value: str | None) -> str | None:
        return None if value is None else change(value)

    def _all(
        self, change: Callable[[str], str], values: Iterable[str] | None
    ) -> tuple[str, ...] | None:
        return None if values is None else tuple(map(change, values))


def _tags(record: Record) -> tuple[str, ...] | None:
    if record.hashtags is None and record.text:
        return tuple(hashtags_in(record.text, record.truncated))
    return record.hashtags


def _code(language: str | None) -> str | None:
    return language if language and LANGUAGE.fullmatch(language) else None


@contextmanager
def hidden_files(
    case: Case, files: Sequence[Planned], level: HidingLevel, key: Path | None = None
) -> Iterator[list[Planned]]:
    """Write files anew at a level of privacy and lend them, to be imported.

    Parameters
    ----------
    case : Case
        Where they go; its journal is told how each was read.
    files : sequence of Planned
        What a person gave. Names in texts are known from all of them.
    level : "team" or "share"
        What is left.
    key : pathlib.Path, optional
        File with the key of the pseudonyms, which is made if need be; the case's own.

    Yields
    ------
    list of Planned
        Files with pseudonyms. They are gone when the block ends.

    Raises
    ------
    CaseError
        If the case holds files in clear.
    RasadError
        If a file cannot be read.
    """
    check_level(case, level)
    names = Pseudonyms(key_in(key or case.folder / KEY))
    hider = Hider(level, names, _known(files))
    made: list[Path] = []
    try:
        planned = []
        for one in files:
            path, told = _written(case.folder / "cache", one, hider)
            made.append(path)
            case.journal.append(HIDDEN, {"level": level, "name": path.name, **told})
            head, sniff = looked(path, importer=HiddenRecords.name)
            planned.append(Planned(path=path, head=head, sniff=sniff))
        yield planned
    finally:
        for path in made:
            path.unlink(missing_ok=True)


def check_level(case: Case, level: str) -> None:
    """Make sure that a case holds names, or pseudonyms of one level, and not both.

    Raises
    ------
    ConfigError
        If nothing can be imported at the level.
    CaseError
        If files of another level are in the case.
    """
    if level == "publish":
        raise ConfigError(
            "At the level publish no account is told from another, so nothing could be "
            "found",
            "import with --privacy share, and export with --privacy publish",
        )
    held = level_of(case)
    if held not in (None, level):
        raise CaseError(
            f"The case holds files at the level {held}, and these would not meet them",
            f"choose --privacy {held}, or another case",
        )


def level_of(case: Case) -> str | None:
    """Return the level at which files were imported, `case` in clear; None of none."""
    entries = case.journal.entries()
    levels = [one["body"]["level"] for one in entries if one["event"] == HIDDEN]
    if levels:
        return str(levels[0])
    known = any(one["event"] in ("import", "background") for one in entries)
    return "case" if known else None


def _known(files: Sequence[Planned]) -> dict[str, str]:
    """Return the account by its ids, handle and display name, of all files."""
    known: dict[str, str] = {}
    for planned in files:
        with parsed(planned.head, planned.sniff, planned.name) as reading:
            for part in reading.parts:
                accounts = part.records["account"].to_pylist()
                for column in ("name", "handle"):
                    said = part.records[column].to_pylist()
                    for name, account in zip(said, accounts, strict=True):
                        known.setdefault(between_words(name or ""), account)
                for account in set(accounts):
                    known[account.partition(":")[2].lower()] = account
                    known[account.lower()] = account
    known.pop("", None)
    return known


def _written(
    folder: Path, planned: Planned, hider: Hider
) -> tuple[Path, dict[str, Any]]:
    """Write the records of a file with pseudonyms; return where, and its account."""
    path = folder / f"{hider.label(planned.name)}.jsonl"
    account = Account()
    with (
        written_whole(path) as file,
        parsed(planned.head, planned.sniff, planned.name) as reading,
    ):
        for entry in reading.entries:
            account.add(entry)
            if isinstance(entry.outcome, Record):
                file.write(written(hider.hidden(entry.outcome)))
        account.check(planned, reading.measured)
    state = reading.measured.state
    early = account.ends_early and state == "complete"
    told = vars(account) | {
        "format": planned.sniff.importer,
        "bytes": reading.measured.size,
        "stream_state": "ended_early" if early else state,
    }
    told.pop("ends_early")
    if account.records == account.rejected:
        path.unlink()
        raise EvidenceError(
            "No record of the file could be read, so nothing was imported",
            "import it without --privacy into another case, and see rasad rejects",
        )
    return path, told
