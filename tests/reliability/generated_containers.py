"""Packed files of every kind that is read, and every kind of damage to them."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import zstandard

from reliability.generated_files import json_text, table_text

Dice = random.Random
NAMES = (
    "posts.csv",
    "folder/inner/posts.jsonl",
    "../../etc/posts.csv",
    "/etc/posts.csv",
    "C:\\posts.csv",
    "پست‌ها.csv",
    "a\u202egpj.csv",
    "x" * 300,
)
EDITS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x01\0\0\0", b"\0\0\0\x80")
END = 64


@dataclass(frozen=True)
class Container:
    """A packed file and what is inside, by the name of each member."""

    kind: str
    packed: bytes
    inside: dict[str, bytes]


def content(dice: Dice) -> bytes:
    text = dice.choice([json_text, table_text])(dice) + table_text(dice)
    return text.encode()


def gzipped(dice: Dice, inside: bytes) -> bytes:
    """Pack in one to three members; some with a name, a comment and a header check."""
    parts = _parts(dice, inside)
    return b"".join(
        with_header(part) if dice.random() < 0.3 else gzip.compress(part, mtime=0)
        for part in parts
    )


def with_header(inside: bytes) -> bytes:
    head = b"\x1f\x8b\x08\x1a\0\0\0\0\0\x03name.csv\0comment\0"
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(inside) + packer.flush()
    return head + body + struct.pack("<II", zlib.crc32(inside), len(inside))


def zstd(dice: Dice, inside: bytes) -> bytes:
    """Pack in one to three frames, with a checksum or without."""
    checked, sized = dice.random() < 0.7, dice.random() < 0.5
    packer = zstandard.ZstdCompressor(write_checksum=checked, write_content_size=sized)
    frames = [packer.compress(part) for part in _parts(dice, inside)]
    if dice.random() < 0.2:
        frames.insert(1, b"\x50\x2a\x4d\x18" + struct.pack("<I", 5) + b"aside")
    return b"".join(frames)


def _parts(dice: Dice, inside: bytes) -> list[bytes]:
    cuts = sorted(
        dice.randrange(len(inside) + 1) for _ in range(dice.choice([0, 0, 2]))
    )
    return [inside[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]


def archive(dice: Dice, members: dict[str, bytes]) -> bytes:
    """Pack members, stored or deflated, some as if written to a pipe."""
    file = io.BytesIO()
    # Where a pipe is written, sizes and checksums come after each member.
    out: Any = _Pipe(file) if dice.random() < 0.3 else file
    with zipfile.ZipFile(out, "w") as packed:
        if dice.random() < 0.3:
            packed.mkdir("folder")
        for name, inside in members.items():
            packed.writestr(name, inside, compress_type=dice.choice([0, 8]))
        if dice.random() < 0.3:
            packed.comment = b"a comment"
    return file.getvalue()


class _Pipe:
    """What can be written to and nothing else."""

    def __init__(self, file: io.BytesIO) -> None:
        self.write, self.flush = file.write, file.flush


def container(dice: Dice) -> Container:
    """Return a whole container."""
    kind = dice.choice(["gzip", "zstd", "zip"])
    if kind == "zip":
        names = dice.sample(NAMES, dice.choice([1, 1, 3]))
        members = {name: content(dice) for name in names}
        return Container(kind, archive(dice, members), members)
    inside = content(dice)
    pack = gzipped if kind == "gzip" else zstd
    return Container(kind, pack(dice, inside), {"": inside})


def mutated(dice: Dice, packed: bytes) -> bytes:
    """Change a container; never back to what it was."""
    at = dice.randrange(len(packed))
    end = min(at + dice.randint(1, 40), len(packed))
    other = dice.randrange(len(packed))

    def bits() -> bytes:
        changed = bytearray(packed)
        for _ in range(dice.choice([1, 1, 1, 8])):
            changed[dice.randrange(len(packed))] ^= 1 << dice.randrange(8)
        return bytes(changed)

    def edited() -> bytes:
        """Change what headers, which are at both ends, say of lengths and flags."""
        place = dice.choice(
            [dice.randrange(min(END, len(packed))), len(packed) - dice.randint(1, END)]
        )
        place = max(place, 0)
        new = dice.choice([*EDITS, dice.randbytes(1), dice.randbytes(2)])
        return packed[:place] + new + packed[place + len(new) :]

    ways: list[Callable[[], bytes]] = [
        *(bits, bits, edited, edited),
        lambda: packed[:at],
        lambda: packed[:at] + packed[end:],
        lambda: packed[:other] + packed[at:end] + packed[other:],
        lambda: packed[:at] + dice.randbytes(end - at) + packed[end:],
        lambda: packed + dice.randbytes(5),
        lambda: packed[:at] + container(dice).packed + packed[at:],
        lambda: packed + container(dice).packed,
    ]
    changed = dice.choice(ways)()
    return changed if changed != packed else packed[:at]
