"""Counts that a case keeps, so that new facts change only what they touch.

What two accounts did together depends on their own actions alone. A case therefore
keeps, per trace, the counts of every pair and a fingerprint of every account's actions.
When facts are added, the pairs of accounts whose fingerprint is what it was are taken
over, and all others are counted anew. The files are a cache: without them, or when they
do not fit, everything is counted, with the same result.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasad import __version__
from rasad.network.sweep import MEASURES
from rasad.store.files import written_whole

NOTE = b"rasad"
"""Key of our note in the files' metadata."""

COUNTING = ("kernels", "network")
"""Rooms whose code decides what is counted; other code counts anew."""

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class KnownPairs:
    """Pairs that are known already, and the accounts that must be counted anew.

    Parameters
    ----------
    asked : dict
        What the counts answer, see `PairCache.load`.
    columns : mapping
        `window_s` and the measures of each pair, accounts as codes; only pairs of
        accounts that did not change.
    changed : ndarray of bool, shape (n_accounts,)
        Accounts whose actions are new or other than they were.
    """

    asked: dict[str, Any]
    columns: Columns
    changed: NDArray[np.bool_]


@dataclass(frozen=True)
class PairCache:
    """The counts of one trace of one case, in two files of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    trace : str
        Name of the trace.
    settings : str
        Digest of the settings that decide what is counted; other settings do not fit.
    key : int
        Key of the fingerprints: that of the files, or a new one.
    """

    folder: Path
    trace: str
    settings: str
    key: int = field(default_factory=lambda: secrets.randbits(62))

    @classmethod
    def of(cls, folder: Path, trace: str, settings: str) -> PairCache:
        """Return the cache of a trace, with the key of its files if there are any."""
        empty = cls(folder, trace, settings)
        note = empty._note("accounts")
        return cls(folder, trace, settings, note["key"]) if note else empty

    def load(self, accounts: pa.Array, prints: NDArray[np.uint64]) -> KnownPairs | None:
        """Return what is known of these accounts, None where nothing fits.

        Parameters
        ----------
        accounts : pyarrow.Array
            Ids by code.
        prints : ndarray of uint64
            Fingerprints by code, made with the key of this cache.
        """
        note = self._note("accounts")
        if not note or note != self._note("pairs"):
            return None
        try:
            held, pairs = self._read("accounts"), self._read("pairs")
        except (OSError, pa.ArrowException):
            return None
        code = _codes(held["account"], accounts)
        same = _unchanged(code, _array(held["print"]), prints)
        return KnownPairs(note["asked"], _kept(pairs, code, same), ~same)

    def save(
        self,
        accounts: pa.Array,
        prints: NDArray[np.uint64],
        asked: dict[str, Any],
        columns: Columns,
    ) -> None:
        """Keep the counts of every pair; both files bear the same note."""
        note = json.dumps(
            {
                "code": code_digest(),
                "settings": self.settings,
                "key": self.key,
                "nonce": secrets.token_hex(8),
                "asked": asked,
            }
        )
        held = pa.table({"account": accounts, "print": prints})
        with suppress(OSError):  # a full disk is no reason to lose the run
            self._write("pairs", pa.table(dict(columns)), note)
            self._write("accounts", held, note)

    def _write(self, what: str, table: pa.Table, note: str) -> None:
        noted = table.replace_schema_metadata({NOTE: note.encode()})
        with written_whole(self._path(what)) as file:
            pq.write_table(noted, file, compression="zstd", write_page_checksum=True)

    def _read(self, what: str) -> pa.Table:
        return pq.read_table(self._path(what), page_checksum_verification=True)

    def _path(self, what: str) -> Path:
        return self.folder / f"{self.trace}-{what}.parquet"

    def _note(self, what: str) -> dict[str, Any] | None:
        try:
            metadata = pq.read_schema(self._path(what)).metadata or {}
            note = json.loads(metadata.get(NOTE, b"{}"))
        except (OSError, pa.ArrowException, ValueError):
            return None
        ours = {"code": code_digest(), "settings": self.settings}
        fits = isinstance(note, dict) and ours.items() <= note.items()
        return note if fits else None


@cache
def code_digest() -> str:
    """Return the SHA-256 of all code that counts, and of the program's version."""
    whole = hashlib.sha256(__version__.encode())
    for room in COUNTING:
        for module in sorted(Path(__file__).parents[1].joinpath(room).glob("*.py")):
            whole.update(module.read_bytes())
    return whole.hexdigest()


def _unchanged(
    code: NDArray[np.int64], before: NDArray[np.uint64], now: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Mark the accounts whose fingerprint is what it was."""
    same = np.zeros(len(now), np.bool_)
    present = code >= 0
    same[code[present]] = now[code[present]] == before[present]
    return same


def _codes(ids: pa.ChunkedArray, accounts: pa.Array) -> NDArray[np.int64]:
    """Return the code of each id, -1 where the account is gone."""
    found = pc.index_in(ids, value_set=accounts)
    return _array(pc.fill_null(found, -1)).astype(np.int64)


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(column.to_numpy())


def _kept(pairs: pa.Table, code: NDArray[np.int64], same: NDArray[np.bool_]) -> Columns:
    """Return the pairs of two accounts that did not change, with their new codes."""
    a, b = (code[_array(pairs[side])] for side in ("account_a", "account_b"))
    kept = (a >= 0) & (b >= 0)
    kept[kept] = same[a[kept]] & same[b[kept]]
    columns = {"window_s": _array(pairs["window_s"])[kept]}
    for name, (_, dtype) in MEASURES.items():
        columns[name] = _array(pairs[name])[kept].astype(dtype, copy=False)
    columns["account_a"] = a[kept].astype(np.int32)
    columns["account_b"] = b[kept].astype(np.int32)
    return columns
