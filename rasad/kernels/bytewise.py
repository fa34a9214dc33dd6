"""Bytes copied, compared and looked through, many in one step of the processor.

Places are unsigned here. One that might be negative would be counted from the end, and
to see whether it is takes ten times as long as to copy the byte.
"""

from __future__ import annotations

from numba import njit, uint64

ONE = uint64(1)
EIGHT = uint64(8)


@njit(cache=True, nogil=True, forceinline=True)
def copied(content, begin, end, out, place):
    """Copy the bytes from `begin` to before `end`; return the place after the copy."""
    size = end - begin
    source, to = uint64(begin), uint64(place)
    for at in range(uint64(max(size, 0))):
        out[to + at] = content[source + at]
    return place + size


@njit(cache=True, nogil=True, forceinline=True)
def are_same(content, begin, other, at, size):
    """Tell whether `size` bytes from `begin` are those of `other` from `at`."""
    one, two = uint64(begin), uint64(at)
    for place in range(uint64(size)):
        if content[one + place] != other[two + place]:
            return False
    return True


@njit(cache=True, nogil=True, forceinline=True)
def word_at(content, place):
    """Return eight bytes as a number, the first the lowest."""
    place = uint64(place)
    return (
        uint64(content[place])
        | uint64(content[place + uint64(1)]) << uint64(8)
        | uint64(content[place + uint64(2)]) << uint64(16)
        | uint64(content[place + uint64(3)]) << uint64(24)
        | uint64(content[place + uint64(4)]) << uint64(32)
        | uint64(content[place + uint64(5)]) << uint64(40)
        | uint64(content[place + uint64(6)]) << uint64(48)
        | uint64(content[place + uint64(7)]) << uint64(56)
    )


@njit(cache=True, nogil=True, forceinline=True)
def rest_at(content, place, end):
    """Return the less than eight bytes before `end` as a number."""
    place, end = uint64(place), uint64(end)
    word, shift = uint64(0), uint64(0)
    while place < end:
        word |= uint64(content[place]) << shift
        shift += EIGHT
        place += ONE
    return word
