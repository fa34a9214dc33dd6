"""CrowdTangle: exported lists of Facebook and Instagram, and tables of its API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import clean_id, damage_warning, plain_names, unusable
from rasad.importers.named import named_entries, sampled
from rasad.importers.optional_times import clock_remarks
from rasad.importers.preambles import CROWDTANGLE_FB, CROWDTANGLE_IG
from rasad.importers.times import Instant, TimeError, read_time
from rasad.schema import Record

API = ("platformid", "platform", "date", "account_platformid")
"""Columns of the API's answers, which programs flatten with `_` or `.`."""

EASTERN = {"EST": "-05:00", "EDT": "-04:00"}
"""What CrowdTangle writes behind a time: US Eastern, in winter and in summer."""

GROUPS = (
    "What is posted in a group counts as the group's: CrowdTangle does not say who "
    "wrote it."
)
SUPPORT = (
    "It holds public pages, groups and large profiles, each as one account; who wrote "
    "what in a group, and who shared whose post, is not stated."
)

_ZONED = re.compile(r"(.*[0-9]) ?(EST|EDT)")
_POST = re.compile(r"(?:story_fbid=|fbid=|/)(pfbid\w+|[0-9]{5,})/?(?:[?&#].*)?$")
_SHORTCODE = re.compile(r"instagram\.com/(?:[\w.]+/)?(?:p|tv|reel)/([\w-]+)")


class Listed(NamedTuple):
    """What is used of a list that the dashboard exported."""

    account: str | None
    name: str | None
    group: str | None
    handle: str | None
    created: str | None
    opened: str | None
    address: str | None
    text: str | None
    final: str | None
    link: str | None


FACEBOOK = (
    ("facebook id",),
    ("page name", "group name"),
    ("group name",),
    ("user name",),
    ("post created",),
    ("page created",),
    ("url",),
    ("message",),
    ("final link",),
    ("link",),
)
INSTAGRAM = (
    ("user name",),
    ("account",),
    (),
    ("user name",),
    ("post created",),
    (),
    ("url",),
    ("description",),
    (),
    (),
)


class Answer(NamedTuple):
    """What is used of an answer of the API."""

    id: str | None
    platform: str | None
    date: str | None
    account: str | None
    kind: str | None
    name: str | None
    handle: str | None
    text: str | None
    expanded: str | None
    link: str | None
    language: str | None


ANSWER = (
    ("platformid",),
    ("platform",),
    ("date",),
    *(
        (f"account_{name}", f"account.{name}")
        for name in ("platformid", "accounttype", "name", "handle")
    ),
    ("message", "description"),
    ("expanded",),
    ("link",),
    ("languagecode",),
)


class _CrowdTangle:
    """What both platforms have in common."""

    name: str
    title: str
    support = SUPPORT
    platform: str
    signature: tuple[str, ...]
    wanted: tuple[tuple[str, ...], ...]

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise an exported list, or answers of the API about this platform."""
        if set(plain_names(head)).issuperset(self.signature):
            return self._sniffed(head, self.signature, self.wanted[4], self.wanted[0])
        if _is_answer(head) and _platform_of(head) == self.platform:
            return self._sniffed(head, API, ("date",), ANSWER[3])
        return None

    def _sniffed(
        self,
        head: Head,
        evidence: tuple[str, ...],
        time: tuple[str, ...],
        account: tuple[str, ...],
    ) -> Sniff:
        cells = sampled(head, (time, account))
        said = damage_warning(account[0], (row[1] for row in cells))
        if evidence != API:
            said += _clock_said(time[0], [row[0] for row in cells])
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=evidence,
            warnings=(*((GROUPS,) if self.platform == "facebook" else ()), *said),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        if set(plain_names(head)).issuperset(self.signature):
            return named_entries(head, self.wanted, self._listed)
        return named_entries(head, ANSWER, _answered)

    def _listed(self, values: Sequence[str | None]) -> Record | str:
        raise NotImplementedError


class CrowdTangleFacebook(_CrowdTangle):
    """Reads posts of Facebook's pages and groups."""

    name = "crowdtangle_fb"
    title = "CrowdTangle (Facebook)"
    platform = "facebook"
    signature = CROWDTANGLE_FB
    wanted = FACEBOOK

    def _listed(self, values: Sequence[str | None]) -> Record | str:
        row = Listed._make(values)
        account = clean_id(row.account)
        if account is None:
            return unusable("Facebook Id", row.account)
        created_at, precision = eastern_time(row.created or "")
        link = row.final or row.link
        return Record(
            account="facebook:" + account,
            platform="facebook",
            created_at=created_at,
            precision=precision,
            raw_time=row.created or "",
            post=_facebook_post(account, row.address),
            handle=row.handle or None,
            name=row.name or row.group or None,
            account_created_at=_moment(row.opened),
            text=row.text,
            community=account if row.group else None,
            links=(link,) if link else None,
        )


class CrowdTangleInstagram(_CrowdTangle):
    """Reads posts of Instagram's accounts."""

    name = "crowdtangle_ig"
    title = "CrowdTangle (Instagram)"
    platform = "instagram"
    signature = CROWDTANGLE_IG
    wanted = INSTAGRAM

    def _listed(self, values: Sequence[str | None]) -> Record | str:
        row = Listed._make(values)
        handle = (row.handle or "").strip().lstrip("@")
        if not handle:
            return unusable("User Name", row.handle)
        created_at, precision = eastern_time(row.created or "")
        found = _SHORTCODE.search(row.address or "")
        return Record(
            account="instagram:" + handle.lower(),
            platform="instagram",
            created_at=created_at,
            precision=precision,
            raw_time=row.created or "",
            post=found[1] if found else None,
            handle=handle,
            name=row.name or None,
            text=row.text,
        )


def eastern_time(text: str) -> Instant:
    """Read a time of which the zone is written as US Eastern, or any other time.

    Examples
    --------
    >>> eastern_time("2020-01-02 03:04:05 EST") == read_time("2020-01-02 08:04:05Z")
    True
    """
    zoned = _ZONED.fullmatch(text.strip())
    return read_time(zoned[1] + EASTERN[zoned[2]] if zoned else text)


def _moment(text: str | None) -> int | None:
    try:
        return eastern_time(text or "")[0]
    except TimeError:
        return None


def _clock_said(column: str, cells: Sequence[str | None]) -> tuple[str, ...]:
    """Say where times have no zone; those with Eastern's have one."""
    plain = (cell for cell in cells if cell and not _ZONED.fullmatch(cell.strip()))
    return clock_remarks(column, plain)


def _facebook_post(account: str, address: str | None) -> str | None:
    """Return the id of a post as the API writes it: account, `_`, number."""
    found = _POST.search(address or "")
    return f"{account}_{found[1]}" if found else None


def _answer_names(head: Head) -> set[str]:
    return {name.replace(".", "_") for name in plain_names(head)}


def _is_answer(head: Head) -> bool:
    return _answer_names(head).issuperset(API)


def _platform_of(head: Head) -> str:
    """Return the platform that most of the first answers name."""
    cells = [(row[0] or "").lower() for row in sampled(head, (("platform",),))]
    return "instagram" if 2 * cells.count("instagram") > len(cells) else "facebook"


def _answered(values: Sequence[str | None]) -> Record | str:
    answer = Answer._make(values)
    account = clean_id(answer.account)
    if account is None:
        return unusable("account.platformId", answer.account)
    created_at, precision = read_time(answer.date or "")
    platform = "instagram" if (answer.platform or "").lower() == "instagram" else ""
    platform = platform or "facebook"
    link = answer.expanded or answer.link
    return Record(
        account=f"{platform}:{account}",
        platform=platform,
        created_at=created_at,
        precision=precision,
        raw_time=answer.date or "",
        post=clean_id(answer.id),
        handle=answer.handle or None,
        name=answer.name or None,
        text=answer.text,
        language=answer.language or None,
        community=account if answer.kind == "facebook_group" else None,
        links=(link,) if link and platform == "facebook" else None,
    )
