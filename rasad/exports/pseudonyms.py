"""Pseudonyms that nobody can undo without a key, and the key.

A plain hash of an id is undone by trying all ids. These are HMAC-SHA-256 under a random
key of 256 bits, cut to 80: with the key one account has one pseudonym; without it a
list of all ids helps nobody. Whoever has the key can undo them by that list, so the
result is still personal data for them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from rasad.errors import ConfigError, EvidenceError
from rasad.store.files import disk_errors, sync_folder

KEY_BYTES = 32
KEPT_BYTES = 10
"""Bytes of a pseudonym: 16 characters, in groups of four."""

REMEMBERED = 1 << 16


class Pseudonyms:
    """One key's pseudonyms for accounts, posts and other ids.

    Parameters
    ----------
    key : bytes
        At least `KEY_BYTES` random bytes.

    Examples
    --------
    >>> names = Pseudonyms(bytes(32))
    >>> names.account("x:12345")
    'x:iok4-bl35-nhfy-p64w'
    >>> names.account("x:12345") == Pseudonyms(bytes(31) + b"1").account("x:12345")
    False
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.accounts: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        self.of = lru_cache(maxsize=REMEMBERED)(self._of)

    def account(self, account: str) -> str:
        """Return the pseudonym of an account, which keeps its platform.

        Raises
        ------
        EvidenceError
            If another account has it already; once in 2^40 accounts.
        """
        if account not in self.accounts:
            platform, mark, name = account.partition(":")
            made = self._of("account", account)
            new = f"{platform}:{made}" if mark and name else made
            if self._taken.setdefault(new, account) != account:
                raise EvidenceError(
                    "Two accounts would have one pseudonym",
                    "nothing was written; use another key",
                )
            self.accounts[account] = new
        return self.accounts[account]

    def _of(self, kind: str, value: str) -> str:
        """Return the pseudonym of any other value; kinds never share one."""
        content = f"{kind}\0{value}".encode(errors="surrogatepass")
        digest = hmac.new(self._key, content, hashlib.sha256).digest()
        letters = base64.b32encode(digest[:KEPT_BYTES]).decode().lower()
        return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def fresh_key() -> bytes:
    """Return a random key that nobody keeps."""
    return secrets.token_bytes(KEY_BYTES)


def key_in(path: Path) -> bytes:
    """Return the key in a file, which is made for its owner alone if need be.

    Raises
    ------
    ConfigError
        If the file holds no key, or others may read it.
    DiskFullError, DiskFailedError
        If the disk cannot take a new key; no file is left then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     key = key_in(Path(folder, "case.key"))
    ...     len(key), key == key_in(Path(folder, "case.key"))
    (32, True)
    """
    with suppress(FileExistsError):
        _make(path)
    if path.stat().st_mode & 0o077:
        raise ConfigError(
            f"Others than its owner may use the key {path}",
            f"run chmod 600 {path}; if somebody has read it, make another",
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ConfigError(
            f"{path} holds no key", "name a file that Rasad made, or one to be made"
        )
    return key


def _make(path: Path) -> None:
    if not path.parent.is_dir():
        raise ConfigError(f"There is no folder {path.parent}", "make it for the key")
    with disk_errors(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            # What is left of a key on a full disk would be refused as none, for good.
            path.unlink()
            raise
        sync_folder(path.parent)
