"""Arrays that wait for their turn: in memory while there is room, else in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.store.files import disk_errors

Arrays = tuple[NDArray[Any], ...]

Shapes = list[tuple[np.dtype[Any], int]]
"""Types and lengths of arrays that are in a file, in their order."""


class Shelf:
    """Numbered tuples of arrays, of which at most `limit` bytes stay in memory.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder for those that do not.
    name : str
        Beginning of their files' names.
    limit : int
        Bytes to keep in memory.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     shelf = Shelf(Path(folder), "part", limit=0)
    ...     shelf.put((np.arange(3), np.zeros(1)))
    ...     [array.tolist() for array in shelf[0]], shelf.spilled
    ([[0, 1, 2], [0.0]], 32)
    """

    def __init__(self, folder: Path, name: str, limit: int) -> None:
        self.folder = folder
        self.name = name
        self.limit = limit
        self.held = 0
        self.spilled = 0
        self._places: list[Arrays | Shapes | None] = []

    def __len__(self) -> int:
        return len(self._places)

    def put(self, arrays: Sequence[NDArray[Any]]) -> None:
        """Add a tuple of arrays behind the last."""
        self._places.append(None)
        self[len(self._places) - 1] = tuple(arrays)

    def shrink(self, limit: int) -> None:
        """Change the limit, and move to files what is above it, the oldest first."""
        self.limit = limit
        for place, held in enumerate(self._places):
            if self.held <= limit:
                return
            if isinstance(held, tuple):
                self._forget(place)
                self._write(place, held)

    def __setitem__(self, place: int, arrays: Arrays) -> None:
        self._forget(place)
        size = sum(array.nbytes for array in arrays)
        if self.held + size <= self.limit:
            self.held += size
            self._places[place] = arrays
        else:
            self._write(place, arrays)

    def _write(self, place: int, arrays: Arrays) -> None:
        with disk_errors(self._path(place)), self._path(place).open("wb") as file:
            for array in arrays:
                file.write(np.ascontiguousarray(array).data)
        self._places[place] = [(array.dtype, len(array)) for array in arrays]
        self.spilled += sum(array.nbytes for array in arrays)

    def __getitem__(self, place: int) -> Arrays:
        held = self._places[place]
        if isinstance(held, tuple):
            return held
        with self._path(place).open("rb") as file:
            return tuple(np.fromfile(file, *shape) for shape in held or ())

    def length(self, place: int, column: int) -> int:
        """Return how long an array of a tuple is, without reading it."""
        held = self._places[place]
        if isinstance(held, tuple):
            return len(held[column])
        return (held or [])[column][1]

    def drained(self) -> Iterator[Arrays]:
        """Yield every tuple in its order and let go of it."""
        for place in range(len(self._places)):
            arrays = self[place]
            self._forget(place)
            yield arrays
        self._places.clear()

    def clear(self) -> None:
        """Let go of everything."""
        for place in range(len(self._places)):
            self._forget(place)
        self._places.clear()

    def _forget(self, place: int) -> None:
        held, self._places[place] = self._places[place], None
        if isinstance(held, tuple):
            self.held -= sum(array.nbytes for array in held)
        elif held is not None:
            self._path(place).unlink()

    def _path(self, place: int) -> Path:
        return self.folder / f"{self.name}-{place:05}"
