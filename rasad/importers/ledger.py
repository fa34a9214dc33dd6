"""The account of one import: where every record and byte of a file went."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rasad.errors import EvidenceError
from rasad.extend import Head, Sniff
from rasad.importers import IMPORTERS
from rasad.importers.audit_remarks import remarks
from rasad.importers.audited import Audited
from rasad.importers.facts import Batch
from rasad.importers.no_posts import check_usable
from rasad.importers.unpacking import Measured
from rasad.schema import LINK_RULES
from rasad.store.sql import Store

UNCHECKED = "The packed file has no checksum: a byte that was changed may not show."


def source_id(copy: str, member: str) -> str:
    """Return the id of a file, or of one inside an archive, given its copy's hash."""
    if not member:
        return copy
    return hashlib.sha256(f"{copy}\n{member}".encode()).hexdigest()


def empty_source(
    copy: str, member: str, name: str, held: Measured, sniff: Sniff
) -> dict[str, Any]:
    """Return the row of table `source` for a file of which nothing was read yet."""
    counts = ("records", "accepted", "duplicate", "filtered", "rejected")
    spans = ("header_bytes", "blank_bytes", "record_bytes")
    support = IMPORTERS.find(sniff.importer).support
    notes = [support, *sniff.warnings, *([UNCHECKED] if held.unchecked else [])]
    return {
        "source_id": source_id(copy, member),
        "evidence": copy,
        "member": member,
        "name": name,
        "format": sniff.importer,
        "bytes": held.size,
        **dict.fromkeys((*counts, *spans), 0),
        "stream_state": held.state,
        "mapping": json.dumps(dict(sniff.mapping), sort_keys=True, ensure_ascii=False),
        "audit": Audited().as_json(),
        "notes": json.dumps(notes, ensure_ascii=False),
        "link_rules": LINK_RULES,
    }


def add_up(row: dict[str, Any], batch: Batch, accepted: int) -> None:
    """Add a batch to the row of table `source`."""
    rejected = len(batch.rejected["line"])
    row["records"] += batch.records
    row["accepted"] += accepted
    row["rejected"] += rejected
    row["duplicate"] += batch.records - rejected - accepted
    for kind, n in batch.spans.items():
        row[f"{kind}_bytes"] += n
    if batch.ends_early and row["stream_state"] == "complete":
        row["stream_state"] = "ended_early"


def add_audit(row: dict[str, Any], audited: Audited) -> None:
    """Add what was counted of times and ids, and what that means, to a source's row."""
    row["audit"] = audited.as_json()
    notes = [*json.loads(row["notes"]), *remarks(audited)]
    row["notes"] = json.dumps(notes, ensure_ascii=False)


def bytes_seen(row: dict[str, Any]) -> int:
    """Return how many bytes of a file belong to a span so far."""
    return int(row["header_bytes"] + row["blank_bytes"] + row["record_bytes"])


def check_balance(store: Store, row: dict[str, Any], head: Head) -> None:
    """Refuse an import that misses a byte, or of which nothing was understood."""
    if not head.by_rows and bytes_seen(row) != row["bytes"]:
        raise EvidenceError(
            f"{row['bytes'] - bytes_seen(row)} bytes of {row['name']} are unaccounted "
            "for",
            "nothing was imported; report this with the shape of the file",
        )
    check_usable(store, row)


def journal_entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a rebuild needs to know; no name or text of an account or post."""
    kept = (
        "source_id",
        "evidence",
        "member",
        "name",
        "format",
        "records",
        "accepted",
        "duplicate",
        "rejected",
    )
    parsed = {key: json.loads(row[key]) for key in ("mapping", "audit")}
    return {key: row[key] for key in kept} | parsed
