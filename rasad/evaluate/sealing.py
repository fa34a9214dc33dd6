"""Promises that can be checked: truths as salted hashes, answers as links of a chain.

A truth is committed before any method runs, so that nobody can make it fit what was
found. An answer is a link of a chain that begins at the commitments, so that nobody can
make it fit the truth once that is known. Neither holds a time or a place.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rasad.errors import EvidenceError
from rasad.store.files import disk_errors, written_whole

SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What is kept until all answers are in: which seed made a world, and a salt.

    `seed` is None for a world that nobody made.
    """

    world: str
    seed: int | None
    salt: str


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """What is said of a world beforehand.

    Parameters
    ----------
    world : str
        Its name.
    truth : str
        SHA-256 of salt, a line with name and seed, and the bytes of the truth.
    shown : str
        SHA-256 of what every method is shown.
    """

    world: str
    truth: str
    shown: str


def new_salt() -> str:
    """Return a salt that nobody can guess, as hexadecimal digits."""
    return secrets.token_hex(SALT_BYTES)


def truth_hash(sealed: Sealed, truth: bytes) -> str:
    """Return the hash by which a truth is committed.

    Examples
    --------
    >>> one = Sealed(world="w", seed=1, salt="00" * 32)
    >>> truth_hash(one, b"account,role,team") == truth_hash(one, b"account,role,tram")
    False
    """
    line = f"world {sealed.world} seed {sealed.seed}\n".encode()
    return hashlib.sha256(bytes.fromhex(sealed.salt) + line + truth).hexdigest()


def files_hash(paths: list[Path]) -> str:
    """Return one SHA-256 for some files, in the order of their names."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(paths, key=lambda path: path.name)
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_json(path: Path, content: object) -> None:
    """Write a JSON document that is whole or not there; equal contents, equal bytes."""
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    with written_whole(path) as file:
        file.write(text.encode())


def read_json(path: Path) -> Any:
    """Read what `write_json` has written.

    Raises
    ------
    EvidenceError
        If the file is gone, or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"{path.name} cannot be read", "restore it from a copy"
        ) from error


def write_commitments(path: Path, commitments: list[Commitment]) -> None:
    """Write what is committed, by the names of the worlds."""
    ordered = sorted(commitments, key=lambda each: each.world)
    write_json(path, [asdict(each) for each in ordered])


def read_commitments(path: Path) -> list[Commitment]:
    """Read what was committed.

    Raises
    ------
    EvidenceError
        If the file is not what `write_commitments` writes.
    """
    rows = read_json(path)
    try:
        return [Commitment(**row) for row in rows]
    except TypeError as error:
        raise EvidenceError(
            f"{path.name} cannot be read", "restore it from a copy"
        ) from error


def check_truth(commitment: Commitment, sealed: Sealed, truth: bytes) -> None:
    """Refuse a truth that is not the one that was committed.

    Raises
    ------
    EvidenceError
        Naming the world.
    """
    named = sealed.world == commitment.world
    if not named or truth_hash(sealed, truth) != commitment.truth:
        raise EvidenceError(
            f"The truth of world {commitment.world} is not the one that was committed",
            "nothing that is said about this world can be trusted",
        )


class Chain:
    """Lines of JSON, each of which holds the hash of the one before it.

    Parameters
    ----------
    path : pathlib.Path
        The file; made by the first `append`.
    start : str
        What stands for the line before the first: the hash of the commitments.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     chain = Chain(Path(folder, "cells.jsonl"), "0" * 64)
    ...     chain.append({"world": "w", "method": "m"})
    ...     [body["method"] for body in chain.bodies()]
    ['m']
    """

    def __init__(self, path: Path, start: str) -> None:
        self.path = path
        self.start = start

    def bodies(self) -> list[dict[str, Any]]:
        """Return what the lines say, oldest first.

        A last line that was only half written was never acknowledged and is left out.

        Raises
        ------
        EvidenceError
            If a line was changed, removed, added or moved.
        """
        return [entry["body"] for entry in self._entries()]

    def append(self, body: Mapping[str, Any]) -> None:
        """Add a line."""
        entries = self._entries()
        previous = entries[-1]["hash"] if entries else self.start
        entry = {"body": dict(body), "previous": previous}
        entry["hash"] = _digest(entry["body"], previous)
        whole = sum(len(line) + 1 for line in self._lines())
        with disk_errors(self.path), self.path.open("ab") as file:
            file.truncate(whole)
            file.write(_canonical(entry) + b"\n")
            file.flush()

    def _entries(self) -> list[dict[str, Any]]:
        previous, entries = self.start, []
        for number, line in enumerate(self._lines(), 1):
            entry = _entry(line, previous)
            if entry is None:
                raise EvidenceError(
                    f"Line {number} of {self.path.name} is not what was written",
                    "restore it from a copy, or hold a new round",
                )
            previous = entry["hash"]
            entries.append(entry)
        return entries

    def _lines(self) -> list[bytes]:
        return self.path.read_bytes().split(b"\n")[:-1] if self.path.exists() else []


def _entry(line: bytes, previous: str) -> dict[str, Any] | None:
    """Return a line of a chain, None if it is none or does not follow."""
    try:
        entry = json.loads(line)
        body, before, own = entry["body"], entry["previous"], entry["hash"]
    except (ValueError, TypeError, KeyError):
        return None
    follows = before == previous and own == _digest(body, previous)
    return entry if follows else None


def _digest(body: object, previous: str) -> str:
    return hashlib.sha256(_canonical({"body": body, "previous": previous})).hexdigest()


def _canonical(content: object) -> bytes:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
