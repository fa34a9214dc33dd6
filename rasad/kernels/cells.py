"""Ids, numbers and times of text cells, where nothing is unusual about them."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

PLAIN, EMPTY, LOOK = range(3)
"""What an id is: as it should be, missing, or something to be looked at."""

DAY_US, HOUR_US, MINUTE_US = 86_400_000_000, 3_600_000_000, 60_000_000

_ID = np.zeros(256, np.uint8)
for _signs in (b"0123456789", b"abcdefghijklmnopqrstuvwxyz", b"_-/="):
    _ID[np.frombuffer(_signs.upper() + _signs, np.uint8)] = 1
_WORD = np.zeros(256, np.uint8)
_WORD[np.frombuffer(b"anN=", np.uint8)] = 1
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

LOST = 6
"""Zeros in a row that may mean that digits were lost."""


@njit(cache=True, nogil=True)
def judge_ids(texts, what):
    """Fill `what`, uint8 of shape (n,), for each text that should be an id.

    A plain one is of letters, digits and `_-/=` only, has no run of six zeros, and does
    not begin as the words for *missing* do, or with a spreadsheet's mark of text.
    """
    for row in range(len(what)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        what[row] = EMPTY if begin == end else PLAIN
        zeros = 0
        for at in range(begin, end):
            byte = texts.bytes[at]
            zeros = zeros + 1 if byte == 0x30 else 0
            if not _ID[byte] or zeros == LOST or (at == begin and _WORD[byte]):
                what[row] = LOOK
                break


@njit(cache=True, nogil=True)
def read_numbers(texts, numbers):
    """Fill `numbers`, uint64 of shape (n,), with texts of up to 19 digits; else 0."""
    for row in range(len(numbers)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        number = uint64(0)
        if 0 < end - begin < 20:
            for at in range(begin, end):
                digit = texts.bytes[at] - 0x30
                if digit < 0 or digit > 9:
                    number = uint64(0)
                    break
                number = number * uint64(10) + uint64(digit)
        numbers[row] = number


@njit(cache=True, nogil=True, forceinline=True)
def _digits(content, begin, end):
    """Return a whole number of digits, or -1."""
    number = np.int64(0)
    for at in range(begin, end):
        digit = np.int64(content[at]) - 0x30
        if digit < 0 or digit > 9:
            return -1
        number = number * 10 + digit
    return number


@njit(cache=True, nogil=True, forceinline=True)
def days_since_1970(year, month, day):
    """Return the number of a day in the Gregorian calendar.

    Formula: the days of a year that begins in March (H. Hinnant, *chrono-compatible
    low-level date algorithms*, `days_from_civil`).
    """
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    in_era = of_era * 365 + of_era // 4 - of_era // 100 + of_year
    return era * 146_097 + in_era - 719_468


@njit(cache=True, nogil=True)
def read_minutes(texts, us, read):
    """Read times that are written as `2017-09-04 20:05`.

    Parameters
    ----------
    texts : Texts of n rows
    us : int64, shape (n,), microseconds since 1970 UTC; filled
    read : bool, shape (n,), whether a text is such a time; filled
    """
    for row in range(len(us)):
        at = np.int64(texts.offset[row])
        read[row] = False
        if texts.offset[row + 1] - at != 16:
            continue
        content = texts.bytes
        year, month = _digits(content, at, at + 4), _digits(content, at + 5, at + 7)
        day = _digits(content, at + 8, at + 10)
        hour = _digits(content, at + 11, at + 13)
        minute = _digits(content, at + 14, at + 16)
        if content[at + 4] != 0x2D or content[at + 7] != 0x2D:
            continue
        if content[at + 10] != 0x20 or content[at + 13] != 0x3A:
            continue
        if year < 1 or not 1 <= month <= 12 or not 0 <= hour < 24:
            continue
        leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if not 1 <= day <= _DAYS[month - 1] + leap or not 0 <= minute < 60:
            continue
        days = days_since_1970(year, month, day)
        us[row] = days * DAY_US + hour * HOUR_US + minute * MINUTE_US
        read[row] = True
