"""A filter in the Linux kernel that refuses what a reader of files never needs.

Refused calls answer "not permitted", as if the user lacked the right. The rules are a
list of what is forbidden: connections, other programs and processes, and every change
of a file system. Libraries differ too much in what they need for a list of what is
allowed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import NamedTuple

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Instructions of the filter: load a word, compare it, answer."""

NUMBER, MACHINE, ARGUMENTS = 0, 4, 16
"""Where the kernel puts the call's number, the machine, and eight bytes an argument."""

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
OTHER_TABLE = 0x40000000
"""Numbers from here on are calls of x86-64 under a second name."""

SET_FILTER, ALL_THREADS, NO_NEW_RIGHTS = 1, 1, 38
THREAD = 0x10000
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Calls(NamedTuple):
    """Numbers of calls on one machine, as its kernel headers give them.

    `refused` are never permitted; `absent` are said not to exist, so that libraries
    take the older call. Of `opens` (with the place of their flags) only reading is
    permitted, of `clone` only a new thread, of `limit` only the process itself.
    """

    machine: int
    refused: tuple[int, ...]
    absent: tuple[int, ...]
    opens: tuple[tuple[int, int], ...]
    clone: int
    limit: int
    install: int


SAME = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 442, 452)
"""pidfd_send_signal, io_uring_*, open_tree, move_mount, fs*, pidfd_open, pidfd_getfd,
mount_setattr and fchmodat2 have one number everywhere."""

X86_64 = Calls(
    machine=0xC000003E,
    refused=(
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # sockets
        *(57, 58, 59, 62, 101, 129, 200, 234, 297, 310, 311, 322),  # processes
        *(76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94),  # files
        *(132, 133, 188, 189, 190, 197, 198, 199, 235, 258, 259, 260, 261),
        *(263, 264, 265, 266, 268, 280, 285, 316, 319),
        *(155, 161, 165, 166, 248, 249, 250, 272, 298, 308, 321, 323),  # the system
        *SAME,
    ),
    absent=(435, 437),
    opens=((2, 1), (257, 2)),
    clone=56,
    limit=302,
    install=317,
)
AARCH64 = Calls(
    machine=0xC00000B7,
    refused=(
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),  # sockets
        *(117, 129, 130, 131, 138, 221, 240, 270, 271, 281),  # processes
        *(5, 6, 7, 14, 15, 16, 33, 34, 35, 36, 37, 38, 45, 46, 47),  # files
        *(52, 53, 54, 55, 88, 276, 279),
        *(39, 40, 41, 51, 97, 217, 218, 219, 241, 268, 280, 282),  # the system
        *SAME,
    ),
    absent=(435, 437),
    opens=((56, 2),),
    clone=220,
    limit=261,
    install=277,
)
MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def filtered() -> bool:
    """Refuse such calls to all threads from now on; tell whether the system can.

    Returns
    -------
    bool
        False on another system or machine, or where the kernel has no filters.
    """
    calls = MACHINES.get(platform.machine())
    if sys.platform != "linux" or calls is None or sys.maxsize < 2**32:
        return False
    steps = program(calls)
    libc = ctypes.CDLL(None, use_errno=True)
    one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
    if libc.prctl(NO_NEW_RIGHTS, one, none, none, none):
        return False
    filter_ = _Program(len(steps) // 8, steps)
    number, pointer = ctypes.c_long(calls.install), ctypes.byref(filter_)
    answer: int = libc.syscall(number, SET_FILTER, ALL_THREADS, pointer)
    return answer == 0


def program(calls: Calls) -> bytes:
    """Return the filter for a machine, eight bytes for each instruction."""
    refuse, absent = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    steps = [
        *(_step(LOAD, MACHINE), _step(EQUAL, calls.machine, 1, 0), _step(RETURN, KILL)),
        *(_step(LOAD, NUMBER), *_answered(AT_LEAST, OTHER_TABLE, refuse)),
    ]
    for number in calls.refused:
        steps += _answered(EQUAL, number, refuse)
    for number in calls.absent:
        steps += _answered(EQUAL, number, absent)
    for number, place in calls.opens:
        steps += _by_argument(number, place, _step(ANY_BIT, WRITES, 0, 1))
    steps += _by_argument(calls.clone, 0, _step(ANY_BIT, THREAD, 1, 0))
    steps += _by_argument(calls.limit, 0, _step(EQUAL, 0, 1, 0))
    return b"".join([*steps, _step(RETURN, ALLOW)])


def _by_argument(number: int, place: int, test: bytes) -> list[bytes]:
    """Refuse a call unless the test of one argument leaps over the refusal."""
    return [
        _step(EQUAL, number, 0, 4),
        _step(LOAD, ARGUMENTS + 8 * place),
        test,
        _step(RETURN, REFUSE | errno.EPERM),
        _step(RETURN, ALLOW),
    ]


def _answered(test: int, number: int, answer: int) -> list[bytes]:
    return [_step(test, number, 0, 1), _step(RETURN, answer)]


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)
