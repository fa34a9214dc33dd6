"""Files of other people, read in a child process that may do nothing else.

Whatever a file does to the parser, it happens in a process that has little memory, no
network, no right to write and a short life. What the child says is checked here as if
the file itself had said it. Nothing of what it says is believed, and its error texts
go nowhere.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

import rasad
from rasad.errors import (
    ConfigError,
    EvidenceError,
    ImportFormatError,
    MappingError,
    RasadError,
)
from rasad.extend import Entry, Head, Sniff
from rasad.importers.checked import MISSHAPEN, message_of, parts
from rasad.importers.child import Coming, Task
from rasad.importers.frames import LENGTH, LONGEST, End, Failed, Held
from rasad.importers.limits import LACKING, memory_for, seconds_for
from rasad.importers.parts import Part
from rasad.importers.unpacking import Measured, Place, is_packed
from rasad.memory import written

M = TypeVar("M")

CHILD = "rasad.importers.child"

BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from {room} import {child}; {child}.main()"
)
"""What the child runs: the modules of this process, wherever those are."""

SURROUNDINGS = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "HOME": os.path.sep,
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""All of the child's environment: libraries shall not reserve memory in advance, and
shall not ask a service of the system for the user's folder."""

KEPT = {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "NUMBA_CACHE_DIR"}
"""Without the first two the interpreter itself may not start; where compiled loops are
kept is looked up before there are limits."""

PIPE = 1 << 20
"""Bytes that the child may be ahead, where the system allows it."""

KINDS = {
    kind.__name__: kind
    for kind in (ConfigError, EvidenceError, ImportFormatError, MappingError)
}
"""Errors of importers; another one from there would be taken for one of the case."""

PATIENCE = 2
"""How many times the child's time on the processor may pass without a word."""


@dataclass(frozen=True)
class Reading:
    """A file being read: how large and whole it is, its parts, and how it is read.

    The warnings of `sniff` name the limits that this system lacks. `ends` has its end
    once all parts were read.
    """

    measured: Measured
    parts: Iterator[Part]
    sniff: Sniff
    ends: list[End] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Records with an id whose digits are lost, of those read so far."""
        return sum(end.lost for end in self.ends)

    @property
    def entries(self) -> Iterator[Entry]:
        """Its entries one by one, those that the importer itself would yield."""
        for part in self.parts:
            yield from part.entries()


class Reader:
    """A child that waits for a file to read.

    Parameters
    ----------
    process : subprocess.Popen
        The child; it was told what is coming, and no task yet.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def read(self, head: Head, sniff: Sniff, name: str) -> Reading:
        """Have a file read, the only one.

        Parameters
        ----------
        head : Head
            What was seen of the file; its path is read.
        sniff : Sniff
            How it is understood.
        name : str
            What a person calls it.

        Returns
        -------
        Reading
            Its parts hold what the importer itself would yield.

        Raises
        ------
        RasadError
            What the importer raised.
        ImportFormatError
            If the child needs too much, dies, falls silent or says what makes no sense.
        """
        task = Task(
            path=str(head.path.absolute()),
            member=head.member,
            importer=sniff.importer,
            mapping=dict(sniff.mapping),
            memory=memory_for(head.path),
            seconds=seconds_for(head.path.stat().st_size),
        )
        _tell(self._process, task, last=True)
        return heard(Pipe(self._process, task, name), head, sniff)


@contextmanager
def reader(head: Head, sniff: Sniff) -> Iterator[Reader]:
    """Start a child that gets ready to read a file like one, or a copy of it.

    That takes most of a second; a file can be copied meanwhile. The child is gone when
    the block ends.
    """
    with child_process(CHILD) as process:
        path = str(head.path.absolute())
        _tell(process, Coming(path, head.member, sniff.importer))
        yield Reader(process)


@contextmanager
def parsed(head: Head, sniff: Sniff, name: str) -> Iterator[Reading]:
    """Read a file in a child process, which is gone when the block ends.

    `Reader.read` says what is given and what is raised.
    """
    with reader(head, sniff) as child:
        yield child.read(head, sniff, name)


def heard(pipe: Pipe, head: Head, sniff: Sniff) -> Reading:
    """Begin to listen to a child; what it says is checked as it comes."""
    messages = pipe.messages(message_of)
    held = next(messages)
    if not isinstance(held, Held) or not _is_true(held.measured, head):
        raise senseless(pipe.name)
    lacking = tuple(LACKING[one] for one in held.lacking)
    told = replace(sniff, warnings=sniff.warnings + lacking)
    ends: list[End] = []
    checked = parts(messages, head, lambda: senseless(pipe.name), ends.append)
    return Reading(held.measured, checked, told, ends)


@contextmanager
def started(task: Any, child: str = CHILD) -> Iterator[subprocess.Popen[bytes]]:
    """Start a child process, which is gone when the block ends, and tell it its task.

    Parameters
    ----------
    task : dataclass
        What is to be done, within which limits.
    child : str
        The module whose `main` it runs.
    """
    with child_process(child) as process:
        _tell(process, task, last=True)
        yield process


@contextmanager
def child_process(child: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a child process, which is gone when the block ends.

    Parameters
    ----------
    child : str
        The module whose `main` it runs; it waits there for its task.
    """
    root = str(Path(rasad.__file__).parents[1])
    modules = json.dumps([*(path for path in sys.path if path), root])
    room, _, name = child.rpartition(".")
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-c", BOOT.format(room=room, child=name), modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Its texts may hold parts of the file, so nobody reads them.
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=SURROUNDINGS | {key: os.environ[key] for key in KEPT & set(os.environ)},
        # Ctrl-C is for this process, which ends the child; and it has no terminal.
        start_new_session=True,
    )
    try:
        _widen(process)
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let the child be ahead by more, where the system has this and permits it."""
    if process.stdout and sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PIPE)


def _tell(process: subprocess.Popen[bytes], task: Any, last: bool = False) -> None:
    """Tell a child a task, in one line."""
    if process.stdin is None:
        return
    # It may be dead already, which reading its answer will show.
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(asdict(task)).encode() + b"\n")
        if last:
            process.stdin.close()


class Limits(Protocol):
    """What a child may use: bytes of memory and seconds on the processor."""

    @property
    def memory(self) -> int:
        """Bytes beyond those of the program itself."""
        ...

    @property
    def seconds(self) -> int:
        """Seconds, those of its start included."""
        ...


class Pipe:
    """The child's end of the pipe: whole frames, or a reason why there are none."""

    def __init__(
        self, process: subprocess.Popen[bytes], task: Limits, name: str
    ) -> None:
        self.process, self.task, self.name = process, task, name
        self._file = process.stdout
        self._poll = select.poll()
        self._poll.register(process.stdout, select.POLLIN)  # type: ignore[arg-type]

    def frame(self) -> memoryview:
        """Return the next frame without its length."""
        end = time.monotonic() + PATIENCE * self.task.seconds
        (length,) = LENGTH.unpack(self._bytes(LENGTH.size, end))
        if length > LONGEST:
            raise senseless(self.name)
        return self._bytes(length, end)

    def messages(self, decode: Callable[[memoryview], M]) -> Iterator[M]:
        """Yield what the child says up to its end, after which it may say nothing.

        Parameters
        ----------
        decode : callable
            From a frame to a message; what it cannot read makes no sense.

        Raises
        ------
        RasadError
            What the child says was wrong.
        ImportFormatError
            If it needs too much, dies, falls silent or says what makes no sense.
        """
        while True:
            try:
                message = decode(self.frame())
            except MISSHAPEN as error:
                raise senseless(self.name) from error
            if isinstance(message, Failed):
                raise self.failed(message)
            yield message
            if isinstance(message, End):
                if not self.is_over():
                    raise senseless(self.name)
                return

    def is_over(self) -> bool:
        """Tell whether the child ends without another byte."""
        end = time.monotonic() + PATIENCE * self.task.seconds
        self._wait(end)
        return not os.read(self._file.fileno(), 1)  # type: ignore[union-attr]

    def _bytes(self, size: int, end: float) -> memoryview:
        # Memory as it comes: all of it is written over.
        found = np.empty(size, np.uint8).data
        at = 0
        while at < size:
            self._wait(end)
            read = self._file.readinto(found[at:])  # type: ignore[union-attr]
            if not read:
                raise self._died()
            at += read
        return found

    def _wait(self, end: float) -> None:
        if not self._poll.poll(max(end - time.monotonic(), 0) * 1000):
            raise _refused(self.name, "was stopped: it said nothing for too long")

    def _died(self) -> ImportFormatError:
        """Say of what the child died."""
        try:
            code = self.process.wait(PATIENCE * self.task.seconds)
        except subprocess.TimeoutExpired:
            return _refused(self.name, "was stopped: it stopped speaking and lived on")
        if code == -signal.SIGXCPU:
            most = f"{self.task.seconds} seconds of computing"
            return _refused(self.name, f"was stopped: it needed more than {most}")
        if code == -signal.SIGKILL:
            return _refused(self.name, "was killed, maybe because memory was short")
        # Some libraries give up that way when there is no memory left.
        return _refused(self.name, f"crashed ({_ending(code)}), maybe short of memory")

    def failed(self, error: Failed) -> RasadError:
        """Return what the child says was wrong, as the error that it was there."""
        if error.error in KINDS:
            return KINDS[error.error](error.what, error.todo)
        if error.error == MemoryError.__name__:
            most = f"{written(self.task.memory)} of memory"
            return _refused(self.name, f"was stopped: it needed more than {most}")
        what = error.error if error.error.isidentifier() else "no error"
        return _refused(self.name, f"met what it was not made for ({what})")


def _is_true(measured: Measured, head: Head) -> bool:
    """Tell whether the size can be right; of a packed file it adds up or does not."""
    place = Place(head.path, head.member)
    return is_packed(place.path) or measured == Measured(
        place.path.stat().st_size, "complete"
    )


def _ending(code: int) -> str:
    """Name the signal that a process died of, or its exit code."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"


def _refused(name: str, why: str) -> ImportFormatError:
    return ImportFormatError(
        f"The reader of {name} {why}",
        "nothing was imported; see whether the file is what it should be",
    )


def senseless(name: str) -> ImportFormatError:
    """Say that a child did not speak as it should."""
    return _refused(name, "was stopped: it did not keep to its form")
