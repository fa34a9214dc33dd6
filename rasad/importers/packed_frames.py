"""gzip and zstd as they are: frames one after the other, each with an end of its own.

The libraries' readers of whole files differ in what they pass over in silence: an end
that is missing, or the sum of a header. Here each frame ends or it is an error.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, Protocol

import zstandard

ZSTD = b"\x28\xb5\x2f\xfd"
BEGIN = 5
"""How a frame of zstd begins, and bytes of it that tell whether it has a sum."""

WINDOW = 1 << 31
"""Bytes of what was unpacked that zstd may look back at; large dumps use all of it."""

SIP = 1 << 10
"""Bytes of gzip or zstd that are unpacked at once: each can hold thirty thousand."""


class EndsEarlyError(Exception):
    """The packed stream ends before it says that it does."""


class DamagedError(Exception):
    """The packed stream is not what it was, by its own checksum or form."""


class Frame(Protocol):
    """What unpacks one frame of zstd, or one member of gzip, and checks its sum."""

    @property
    def eof(self) -> bool:
        """Tell whether it has ended, and its sum is right."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Return the bytes that came after its end."""
        ...

    def decompress(self, packed: bytes, /) -> bytes:
        """Return what comes of the next bytes."""
        ...


class Packing(NamedTuple):
    """How a file is packed: what unpacks a frame, and two things about frames.

    `padding` may lie between them, again and again. `has_sum` tells from its first
    bytes whether one carries a sum of what is inside.
    """

    frame: Callable[[], Frame]
    padding: bytes
    has_sum: Callable[[bytes], bool]


class Frames:
    """All frames of a file, one after the other; an error where the last has no end.

    Attributes
    ----------
    unchecked : bool
        Whether a frame so far had no sum, so that a changed byte would not show.
    """

    def __init__(self, file: BinaryIO, packing: Packing) -> None:
        self._file, self._packing = file, packing
        self._unpacker, self._inside = packing.frame(), False
        self._packed = b""
        self.unchecked = False

    def read1(self, _: int) -> bytes:
        """Return what comes of the next bytes, and nothing at the end."""
        block = b""
        while not block:
            self._packed = self._packed or self._file.read(SIP)
            if not self._packed:
                if self._inside:
                    raise EndsEarlyError
                break
            if not self._inside:
                self._begin()
            if self._packed:
                block = self._unpacked(self._packed)
        return block

    def _begin(self) -> None:
        """Go to where the next frame begins, and look at how it does."""
        self._packed = self._packed.lstrip(self._packing.padding)
        while len(self._packed) < BEGIN and (more := self._file.read(SIP)):
            self._packed = (self._packed + more).lstrip(self._packing.padding)
        if self._packed and not self._packing.has_sum(self._packed):
            self.unchecked = True

    def _unpacked(self, packed: bytes) -> bytes:
        self._inside = True
        try:
            block = self._unpacker.decompress(packed)
        except (zstandard.ZstdError, zlib.error) as error:
            raise DamagedError from error
        self._packed = b""
        if self._unpacker.eof:
            self._packed = self._unpacker.unused_data
            self._unpacker, self._inside = self._packing.frame(), False
        return block


def _zstd_frame() -> Frame:
    return zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()


def _zstd_sum(begin: bytes) -> bool:
    """Tell whether a frame says that a sum follows (RFC 8878, 3.1.1.1.1)."""
    return not begin.startswith(ZSTD) or len(begin) < BEGIN or bool(begin[4] & 4)


def _gzip_member() -> Frame:
    # Unlike the library's own reader of files, this checks the sum of headers too.
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


GZIP_FILE = Packing(_gzip_member, b"\0", lambda _: True)
ZSTD_FILE = Packing(_zstd_frame, b"", _zstd_sum)
