"""Values that wait for their turn, their arrays in files where memory is short.

Every trace is measured before anything can be said of all of them. What they measured
is then needed one after the other, never all at once.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from rasad.network.shelf import Shelf

Value = TypeVar("Value")

PREFIX = ".rasad-waiting-"
"""Beginning of the name of the folder for what has to wait."""


class Room:
    """Where values wait.

    Parameters
    ----------
    folder : pathlib.Path, optional
        An existing folder for what does not fit into memory; without one everything
        has to fit.
    limit : int
        Bytes that stay in memory.

    Examples
    --------
    >>> with waiting_room(None, limit=0) as room:
    ...     one = room.put((np.arange(1000), "name"))
    ...     len(one.load()[0]), len(one.outline[0]), one.outline[1], room.spilled
    (1000, 0, 'name', 8000)
    """

    def __init__(self, folder: Path | None = None, limit: int = sys.maxsize) -> None:
        self.folder = folder
        self.limit = limit
        self._shelf = Shelf(folder or Path(), f"waiting-{id(self)}", limit)

    @property
    def spilled(self) -> int:
        """Bytes that went to files."""
        return self._shelf.spilled

    def put(self, value: Value) -> Waiting[Value]:
        """Let a value wait: a dataclass or tuple of arrays, or of such values."""
        arrays: list[NDArray[Any]] = []

        def taken(array: NDArray[Any]) -> NDArray[Any]:
            arrays.append(array)
            return array[:0].copy()

        outline = _with_arrays(value, taken)
        self._shelf.put(arrays)
        return Waiting(outline, self._shelf, len(self._shelf) - 1)

    @contextmanager
    def part(self) -> Iterator[Room]:
        """Give a room of its own to what does not wait until the end."""
        inner = Room(self.folder, max(self.limit - self._shelf.held, 0))
        try:
            yield inner
        finally:
            inner._shelf.clear()


@dataclass(frozen=True)
class Waiting(Generic[Value]):
    """A value that waits; `outline` is the same with all its arrays empty."""

    outline: Value
    _shelf: Shelf
    _place: int

    def load(self) -> Value:
        """Return the value."""
        arrays = iter(self._shelf[self._place])
        value: Value = _with_arrays(self.outline, lambda _: next(arrays))
        return value


class Line(Sequence[Value]):
    """Values that wait, each of which is loaded when it is asked for.

    Examples
    --------
    >>> room = Room()
    >>> line = Line([room.put((np.arange(n),)) for n in range(3)])
    >>> [len(numbers) for (numbers,) in line]
    [0, 1, 2]
    """

    def __init__(self, waiting: Sequence[Waiting[Value]]) -> None:
        self._waiting = waiting

    def __len__(self) -> int:
        return len(self._waiting)

    @overload
    def __getitem__(self, place: int) -> Value: ...

    @overload
    def __getitem__(self, place: slice) -> Line[Value]: ...

    def __getitem__(self, place: int | slice) -> Value | Line[Value]:
        if isinstance(place, slice):
            return Line(self._waiting[place])
        return self._waiting[place].load()


@contextmanager
def waiting_room(folder: Path | None, limit: int) -> Iterator[Room]:
    """Give a room in a folder, after sweeping what a killed run left there.

    Parameters
    ----------
    folder : pathlib.Path or None
        An existing folder that nobody else uses; None for one of the system.
    limit : int
        Bytes that stay in memory.
    """
    for left in folder.glob(f"{PREFIX}*") if folder else ():
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=PREFIX, dir=folder) as work:
        yield Room(Path(work), limit)


def _with_arrays(value: Any, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Any:
    """Return a value with every list of numbers in it changed, in a fixed order."""
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_with_arrays(item, change) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {item.name: getattr(value, item.name) for item in fields(value)}
    changed = {name: _with_arrays(part, change) for name, part in parts.items()}
    return replace(value, **changed)
