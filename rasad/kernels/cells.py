"""Ids, numbers and times of text cells, where nothing is unusual about them."""

from __future__ import annotations

from string import ascii_letters, digits

import numpy as np
from numba import njit, uint64

PLAIN, EMPTY, LOOK = range(3)
"""What an id is: as it should be, missing, or something to be looked at."""

DAY_US, HOUR_US, MINUTE_US = 86_400_000_000, 3_600_000_000, 60_000_000

_ID, _NO_NUMBER = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
_ID[np.frombuffer(f"{digits}{ascii_letters}_-/=+".encode(), np.uint8)] = True
_NO_NUMBER[np.frombuffer(f"{ascii_letters}_/=".encode(), np.uint8)] = True
_NO_NUMBER[np.frombuffer(b"eE", np.uint8)] = False
_WORD = np.zeros(256, np.bool_)
_WORD[np.frombuffer(b"anN", np.uint8)] = True
LONGEST_WORD = 6
"""Letters of `absent`, the longest word for *missing*."""

_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

LONGEST_NUMBER = 19
"""Digits that 64 bits hold, whatever they are."""

LOST = 6
"""Zeros in a row that may mean that digits were lost."""


@njit(cache=True, nogil=True)
def judge_ids(texts, what):
    """Fill `what`, uint8 of shape (n,), for each text that should be an id.

    A plain one is of letters, digits and `_-/=+` only, has no run of six zeros, is no
    rounded number, and does not begin as the words for *missing* do, unless it is
    longer, or with a spreadsheet's mark of text.
    """
    for row in range(len(what)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        what[row] = EMPTY if begin == end else PLAIN
        zeros, plus, is_number = 0, False, True
        for byte in texts.bytes[begin:end]:
            zeros = zeros + 1 if byte == 0x30 else 0
            plus |= byte == 0x2B
            is_number &= not _NO_NUMBER[byte]
            if not _ID[byte] or zeros == LOST:
                what[row] = LOOK
                break
        if begin < end:
            first = texts.bytes[begin]
            may_be_word = _WORD[first] and end - begin <= LONGEST_WORD
            if (plus and is_number) or may_be_word or first == 0x3D:
                what[row] = LOOK


@njit(cache=True, nogil=True)
def read_numbers(texts, shortest, numbers, read):
    """Read whole numbers that are written in plain digits, 19 at most.

    Parameters
    ----------
    texts : Texts of n rows
    shortest : digits that a number must have at least
    numbers : uint64, shape (n,), 0 where there is none; filled
    read : bool, shape (n,), whether a text is such a number; filled
    """
    for row in range(len(numbers)):
        digits = texts.bytes[texts.offset[row] : texts.offset[row + 1]]
        number = uint64(0)
        plain = shortest <= len(digits) <= LONGEST_NUMBER
        if plain:
            for byte in digits:
                plain &= 0x30 <= byte <= 0x39
                number = number * uint64(10) + uint64(byte - 0x30)
        numbers[row] = number if plain else uint64(0)
        read[row] = plain


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
