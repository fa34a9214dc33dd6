"""Children that do what no reader does, started in place of the real one.

Those of `ACTS` are real children whose importer does something odd; those of `FORGED`
were taken over and say what they like.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rasad.extend import Entry, Head, Reject
from rasad.importers import IMPORTERS, child
from rasad.importers.frames import End, Entries, Failed, Held, encode, framed
from rasad.importers.unpacking import Measured
from rasad.schema import Record

BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from reliability import odd_children; odd_children.{kind}({name!r})"
)


def boot(kind: str, name: str) -> str:
    """Return what the parent has to start."""
    return BOOT.format(kind=kind, name=name)


def needs_memory() -> None:
    held = []
    while True:
        held.append(bytearray(1 << 24))


def never_ends() -> None:
    while True:
        pass


def sleeps() -> None:
    time.sleep(1000)


def crashes() -> None:
    ctypes.string_at(0)


def leaves() -> None:
    os._exit(3)


def prints() -> None:
    sys.stdout.write("not a frame\n" * 10)
    sys.stdout.flush()
    os.write(1, b"not a frame")


def fails() -> None:
    raise ZeroDivisionError("the secret text of a post")


def tries() -> str:
    """Try what is forbidden and what is not; return the errors as JSON."""
    return json.dumps({name: _error(what) for name, what in TRIES.items()})


def _error(what: Callable[[], Any]) -> str:
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "done"


def _threads() -> None:
    thread = threading.Thread(target=time.sleep, args=(0.01,))
    thread.start()
    thread.join()


HERE = Path(__file__)
TRIES: dict[str, Callable[[], Any]] = {
    "socket": lambda: socket.socket(),
    "pair": lambda: socket.socketpair(),
    "fork": lambda: os.fork(),
    "program": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),  # noqa: S606
    "spawn": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
    "write": lambda: HERE.with_name("child-was-here").write_text("x"),
    "append": lambda: HERE.open("a"),
    "remove": lambda: HERE.with_name("no-such-file").unlink(),
    "folder": lambda: HERE.with_name("child-was-here").mkdir(),
    "rename": lambda: HERE.rename(HERE),
    "rights": lambda: HERE.chmod(0o644),
    "kill": lambda: os.kill(os.getppid(), 0),
    "thread": _threads,
    "read": lambda: HERE.read_bytes(),
}
PERMITTED = {"thread", "read"}


def finds_scipy() -> str | None:
    try:
        importlib.import_module("scipy")
    except ImportError:
        return None
    return "found"


ACTS: dict[str, Callable[[], str | None]] = {
    act.__name__: act
    for act in (
        *(needs_memory, never_ends, sleeps, crashes, leaves, prints, fails),
        *(tries, finds_scipy),
    )
}


class Odd:
    """An importer that does one odd thing after some spans, then covers the file."""

    def __init__(self, act: str) -> None:
        self.act = ACTS[act]

    def read(self, head: Head, _: Mapping[str, str]) -> Iterator[Entry]:
        good = 2_500
        for at in range(good):
            yield Entry(1, at, at + 1, "blank")
        told = self.act() or "nothing"
        yield Entry(1, good, head.path.stat().st_size, Reject(told, ""))


def act(name: str) -> None:
    """Be a real child with an odd importer."""
    IMPORTERS["generic"] = Odd(name)  # type: ignore[assignment]
    child.main()


def record(**changed: Any) -> Record:
    about: dict[str, Any] = {
        "account": "generic:a",
        "platform": "generic",
        "created_at": 0,
        "precision": "s",
        "raw_time": "",
    }
    return Record(**about | changed)


def one(outcome: Record, **span: Any) -> bytes:
    about = {"line": 1, "start": 0, "end": 10} | span
    spans = [(about["line"], about["start"], about["end"], "")]
    return encode(Entries(spans, [outcome], []))  # type: ignore[arg-type]


def said(*messages: bytes) -> bytes:
    return b"".join(map(framed, messages))


def forgeries(size: int) -> dict[str, bytes]:
    """What a child that was taken over may say of a file of some size, by name."""
    held = encode(Held(Measured(size, "complete"), ()))
    end, good = encode(End(1)), one(record())
    lone = good.replace(b"generic:a", b"generic\xed\xa0\x80"[:9])
    bad = {
        "nothing": b"",
        "a page": b"HTTP/1.1 200 OK\r\n\r\n" * 10,
        "too long": b"\xff\xff\xff\xff",
        "long and empty": b"\x03\xff\xff\xff",
        "no size": said(good, end),
        "other size": said(encode(Held(Measured(size + 1, "complete"), ())), end),
        "bad state": said(encode(["held", [size, "fine"], []])),
        "size twice": said(held, held, good, end),
        "no end": said(held, good),
        "end early": said(held, end, good),
        "wrong count": said(held, good, encode(End(2))),
        "more lost than there are": said(held, good, encode(End(1, 2))),
        "more after the end": said(held, good, end) + b"x",
        "no message": said(held, b"\xc1"),
        "cut message": said(held, good[:-3]),
        "nested": said(held, b"\x91" * 100_000),
        "unknown message": said(held, encode(["other", 1])),
        "half a character": said(held, lone, end),
    }
    wrong = {
        "gap": one(record(), start=1),
        "backwards": one(record(), end=-1),
        "no bytes": one(record(), start=None, end=None),
        "huge line": one(record(), line=2**63),
        "text for a line": one(record(), line="1"),
        "account of another platform": one(record(account="x:a")),
        "account without platform": one(record(account="a")),
        "kind": one(record(kind="rumour")),
        "precision": one(record(precision="year")),
        "time": one(record(created_at=2**63)),
        "time of account": one(record(account_created_at=2**64 - 1)),
        "time of an edit": one(record(edited_at=2**63)),
        "time of a collection": one(record(collected_at=2**64 - 1)),
        "text of numbers": one(record(text=7)),
        "links of numbers": one(record(links=(7,))),
        "no account": one(record(account=None)),
        "more records": encode(Entries([(1, 0, 10, "")], [record()] * 2, [])),
        "no record": encode(Entries([(1, 0, 10, "")], [], [])),
        "no reject": encode(Entries([(1, 0, 10, "!")], [], [])),
        "too many": encode(Entries([(1, 0, 0, "blank")] * 2_001, [], [])),
    }
    return bad | {name: said(held, message, end) for name, message in wrong.items()}


def forge(name: str) -> None:
    """Be a child that was taken over; a name of an error is told as that error."""
    task = child.Task(**json.loads(sys.stdin.buffer.readlines()[-1]))
    found = forgeries(Path(task.path).stat().st_size)
    error = said(encode(Failed(name, "w" * 9, "t" * 9)))
    os.write(1, found.get(name, error))
