"""Calls of a process that change a folder: each let through, refused, or its last.

The kernel asks us before each call (a filter with a listener, as containers use it), so
that the writes of native libraries are seen too. No compiler, no library to preload.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, MACHINE = 0, 4
ALLOW, ASK = 0x7FFF0000, 0x7FC00000
SET_FILTER, NEW_LISTENER, NO_NEW_RIGHTS = 1, 8, 38
RECEIVE, SEND = 0xC0502100, 0xC0182101
QUESTION, ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
GO_ON = 1
LONGEST_PATH = 4096


class Machine(NamedTuple):
    """Numbers of calls, as the headers of the kernel give them.

    `on_files` act on an open file; the others name the place of their path.
    """

    name: int
    install: int
    on_files: tuple[int, ...]
    on_paths: dict[int, int]
    opens: dict[int, int]


MACHINES = {
    "x86_64": Machine(
        name=0xC000003E,
        install=317,
        # write, pwrite, writev, pwritev, pwritev2, fsync, fdatasync, ftruncate and
        # fallocate; then rename, renameat, renameat2, mkdir and mkdirat
        on_files=(1, 18, 20, 296, 328, 74, 75, 77, 285),
        on_paths={82: 0, 264: 1, 316: 1, 83: 0, 258: 1},
        opens={2: 0, 257: 1},
    ),
    "aarch64": Machine(
        name=0xC00000B7,
        install=277,
        on_files=(64, 68, 66, 70, 287, 82, 83, 46, 47),
        on_paths={38: 1, 276: 1, 34: 1},
        opens={56: 1},
    ),
}


@dataclass(frozen=True)
class Disturbance:
    """What happens at a call that changes the folder.

    Parameters
    ----------
    at : int
        The number of the call, from 1; 0 lets all of them through.
    error : int
        What the call answers; 0 kills the process before it.
    lasting : bool
        All calls that follow are answered so too.
    """

    at: int
    error: int = 0
    lasting: bool = False


@dataclass(frozen=True)
class Watched:
    """How a process ended, what it said, and how many calls it made on the folder."""

    status: int
    said: bytes
    calls: int


def can_watch() -> bool:
    """Tell whether this system lets us watch calls."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return False
    return watched(lambda say: say(b"yes"), os.path.sep, Disturbance(0)).said == b"yes"


Say = Callable[[bytes], None]
"""What work is given, to tell how far it is."""


def watched(work: Callable[[Say], None], folder: str, what: Disturbance) -> Watched:
    """Do some work in a process of its own, and disturb it when it is due."""
    ours, its = socket.socketpair()
    process = os.fork()
    if process == 0:
        ours.close()
        _work(work, its)
    its.close()
    with ours:
        _, listeners, *_ = socket.recv_fds(ours, 1, 1)
        calls = _Watch(process, folder, what).all(*listeners) if listeners else 0
        said = b"".join(iter(lambda: ours.recv(1 << 16), b""))
    return Watched(os.waitpid(process, 0)[1], said, calls)


def _work(work: Callable[[Say], None], its: socket.socket) -> NoReturn:
    code = 1
    try:
        listener = _listener()
        if listener >= 0:
            socket.send_fds(its, [b"!"], [listener])
            os.close(listener)
            work(its.sendall)
            code = 0
    finally:
        # Neither the tests nor what was loaded before shall see an end here.
        os._exit(code)


def _listener() -> int:
    """Have the kernel ask about calls of this process; return where it asks."""
    machine = MACHINES[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
    libc.prctl(NO_NEW_RIGHTS, one, none, none, none)
    steps = _program(machine)
    length = len(steps) // 8
    program = struct.pack("HxxxxxxP", length, _address(steps))
    number = ctypes.c_long(machine.install)
    found: int = libc.syscall(number, SET_FILTER, NEW_LISTENER, program)
    return found


def _address(steps: bytes) -> int:
    return ctypes.cast(ctypes.c_char_p(steps), ctypes.c_void_p).value or 0


def _program(machine: Machine) -> bytes:
    steps = [
        *(_step(LOAD, MACHINE), _step(EQUAL, machine.name, 1), _step(RETURN, ALLOW)),
        _step(LOAD, NUMBER),
    ]
    for number in (*machine.on_files, *machine.on_paths, *machine.opens):
        steps += [_step(EQUAL, number, 0, 1), _step(RETURN, ASK)]
    return b"".join([*steps, _step(RETURN, ALLOW)])


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)


@dataclass
class _Watch:
    process: int
    folder: str
    what: Disturbance
    machine: Machine = field(default_factory=lambda: MACHINES[platform.machine()])
    calls: int = 0

    def all(self, listener: int) -> int:
        """Answer every question until the process has ended; return what counted."""
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        try:
            while poll.poll()[0][1] & select.POLLIN:
                # Whoever asked may be gone by now.
                with suppress(FileNotFoundError):
                    self._answer(listener)
        finally:
            os.close(listener)
        return self.calls

    def _answer(self, listener: int) -> None:
        question = bytearray(QUESTION.size)
        fcntl.ioctl(listener, RECEIVE, question)
        id_, asking, _, number, _, _, *arguments = QUESTION.unpack(question)
        error = self._error() if self._changes(asking, number, arguments) else 0
        answer = ANSWER.pack(id_, 0, -error, 0 if error else GO_ON)
        fcntl.ioctl(listener, SEND, bytearray(answer))

    def _error(self) -> int:
        """Count a call; return what it answers, and 0 where it goes on."""
        self.calls += 1
        at = self.what.at
        if not at or not (self.calls == at or (self.what.lasting and self.calls > at)):
            return 0
        if not self.what.error:
            os.kill(self.process, signal.SIGKILL)
        return self.what.error

    def _changes(self, asking: int, number: int, arguments: list[int]) -> bool:
        """Tell whether a call would change the folder or what is in it."""
        if number in self.machine.on_files:
            path = self._open_file(asking, arguments[0])
        elif number in self.machine.on_paths:
            path = self._text(asking, arguments[self.machine.on_paths[number]])
        else:
            place = self.machine.opens[number]
            makes = arguments[place + 1] & (os.O_CREAT | os.O_TRUNC)
            path = self._text(asking, arguments[place]) if makes else ""
        return path == self.folder or path.startswith(self.folder + os.path.sep)

    def _open_file(self, asking: int, descriptor: int) -> str:
        try:
            return os.readlink(f"/proc/{asking}/fd/{descriptor & 0xFFFFFFFF}")
        except OSError:
            return ""

    def _text(self, asking: int, at: int) -> str:
        """Read a path from the memory of the process."""
        with open(f"/proc/{asking}/mem", "rb", buffering=0) as memory:
            memory.seek(at)
            found = memory.read(LONGEST_PATH - at % LONGEST_PATH)
            if b"\0" not in found:
                found += memory.read(LONGEST_PATH)
        return os.fsdecode(found.split(b"\0", 1)[0])
