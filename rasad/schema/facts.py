"""Facts: what happened, as the files say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rasad.schema.table import Packing, Table, Tier, column

LINK_RULES = 4
"""Version of the rules by which links that lead to one page become one object.

It is part of what names a result, and a store made by other rules is built anew."""

PLAIN: Packing = "uncompressed"


@dataclass
class Source(Table):
    """An imported file, and where each of its bytes went."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("source_id",)
    source_id: str = column("VARCHAR", "SHA-256 of the file, or of evidence and member")
    evidence: str = column("VARCHAR", "SHA-256 of the evidence copy")
    member: str = column("VARCHAR", "file inside it if it is an archive, else empty")
    name: str = column("VARCHAR", "file name without its folder")
    format: str = column("VARCHAR", "importer that read it")
    bytes: int = column("BIGINT", "size of the file, unpacked if it was packed")
    records: int = column("BIGINT", "accepted + duplicate + filtered + rejected")
    accepted: int = column("BIGINT", "records that became a new post version")
    duplicate: int = column("BIGINT", "records identical to one already in the case")
    filtered: int = column("BIGINT", "records left out by a choice of the user")
    rejected: int = column("BIGINT", "records that could not be read, see `rejected`")
    header_bytes: int = column("BIGINT", "bytes of header lines and byte-order mark")
    blank_bytes: int = column("BIGINT", "bytes of blank lines")
    record_bytes: int = column("BIGINT", "bytes of all records, whatever their fate")
    stream_state: str = column("VARCHAR", "complete, ended_early, damaged or stopped")
    mapping: str = column("VARCHAR", "column mapping as JSON, where one was used")
    notes: str = column("VARCHAR", "what was noticed while reading, as JSON")
    audit: str = column("VARCHAR", "counts of its times and ids, as JSON")
    link_rules: int = column("INTEGER", "version of the rules that made links one")


@dataclass
class Coverage(Table):
    """How many of a file's accepted records state a field or feed a trace."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("source_id", "part", "name")
    source_id: str = column("VARCHAR", "file")
    part: str = column("VARCHAR", "field or trace")
    name: str = column("VARCHAR", "name of the field, or of the trace")
    n: int = column("BIGINT", "accepted records with it, of `source.accepted`")


@dataclass
class LeftOut(Table):
    """A file of a folder or archive that was given and not imported."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("name", "reason")
    name: str = column("VARCHAR", "its name, with the folders below the one given")
    bytes: int = column("BIGINT", "size as it lies there; NULL where it cannot be told")
    reason: str = column("VARCHAR", "why it was left out")


@dataclass
class Account(Table):
    """An account, as the newest record that describes it."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("account",)
    account: str = column("VARCHAR", "`platform:id`")
    platform: str = column("VARCHAR", "platform, `generic` if unknown")
    handle: str = column("VARCHAR", "handle; NULL where the release hides it")
    name: str = column("VARCHAR", "display name; NULL where the release hides it")
    created_at: str = column("TIMESTAMP", "when the account was made, UTC")
    language: str = column("VARCHAR", "language stated by the account")
    description: str = column("VARCHAR", "profile text")
    described_at: str = column("TIMESTAMP", "time of the post that described it, UTC")
    record: str = column("VARCHAR", "hash of the record that described it")


@dataclass
class Post(Table):
    """A post version: two records of one id that differ are two rows.

    What counts posts or shows them takes one row of each: the one that is `current`.
    """

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("platform", "post", "record")
    post: str = column(
        "VARCHAR", "native id, or a hash of account, time, kind and text", PLAIN
    )
    platform: str = column("VARCHAR", "platform")
    account: str = column("VARCHAR", "who posted", PLAIN)
    kind: str = column("VARCHAR", "post, repost, quote or reply")
    created_at: str = column("TIMESTAMP", "when, UTC")
    precision: str = column(
        "VARCHAR", "how exact `created_at` is: us, ms, s, min, hour or day"
    )
    text: str = column("VARCHAR", "text as found", "zstd")
    language: str = column("VARCHAR", "language as stated")
    repost_of: str = column("VARCHAR", "id of the reposted post")
    reply_to: str = column("VARCHAR", "id of the post replied to")
    quote_of: str = column("VARCHAR", "id of the quoted post")
    thread: str = column("VARCHAR", "id of the first post of the thread")
    community: str = column("VARCHAR", "channel, group, page or forum")
    client: str = column("VARCHAR", "program that sent it, as stated")
    truncated: bool = column("BOOLEAN", "the text is known to be cut")
    source_id: str = column("VARCHAR", "file it came from first")
    line: int = column("BIGINT", "first line of the record, from 1; row in Parquet")
    byte_start: int = column("BIGINT", "first byte; NULL in Parquet")
    byte_end: int = column("BIGINT", "byte after the last; NULL in Parquet")
    record: str = column(
        "VARCHAR", "hash of the canonical record, names this version", PLAIN
    )
    edition: str = column("VARCHAR", "id of this edit, where each has one of its own")
    edited_at: str = column("TIMESTAMP", "when an edited version was written, UTC")
    collected_at: str = column("TIMESTAMP", "when it was last seen so, as stated, UTC")
    current: bool = column("BOOLEAN", "the newest version of its post, of all held")


@dataclass
class Action(Table):
    """An account doing a verb to an object at a time, in a post.

    All versions of a post together do it once, at the earliest of the most exact times
    that any version with it states.
    """

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("verb", "object", "account", "acted_at", "post")
    account: str = column("VARCHAR", "who acted", PLAIN)
    verb: str = column("VARCHAR", "the trace that the action feeds")
    object: str = column("VARCHAR", "`trace:value`", PLAIN)
    acted_at: str = column("TIMESTAMP", "when, UTC")
    post: str = column("VARCHAR", "the post that shows it", PLAIN)
    precision: str = column("VARCHAR", "how exact `acted_at` is")


@dataclass
class Rejected(Table):
    """A record that was not imported, with the reason."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("source_id", "line")
    source_id: str = column("VARCHAR", "file")
    line: int = column("BIGINT", "first line, from 1; row in Parquet")
    byte_start: int = column("BIGINT", "first byte; NULL in Parquet")
    byte_end: int = column("BIGINT", "byte after the last; NULL in Parquet")
    reason: str = column("VARCHAR", "why")
    preview: str = column("VARCHAR", "the first characters, made safe to print")


@dataclass
class Truth(Table):
    """What a simulated world planted; empty for real data."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("account",)
    account: str = column("VARCHAR", "account")
    role: str = column("VARCHAR", "ordinary, operator or fan")
    team: str = column("VARCHAR", "team or club; NULL for ordinary accounts")


@dataclass
class Series(Table):
    """A measurement of connectivity."""

    TIER: ClassVar[Tier] = "facts"
    KEY: ClassVar[tuple[str, ...]] = ("source", "metric", "place", "measured_at")
    place: str = column("VARCHAR", "country, region or network")
    source: str = column("VARCHAR", "who measured")
    metric: str = column("VARCHAR", "what was measured")
    measured_at: str = column("TIMESTAMP", "when, UTC")
    value: float = column("DOUBLE", "value in the metric's unit")
