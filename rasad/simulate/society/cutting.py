"""Cuts reposts to what a platform shows of them, before words are put together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.simulate.archive import LONGEST_REPOST
from rasad.simulate.society.deeds import NOTHING, Bool, Int
from rasad.simulate.society.phrases import joined
from rasad.simulate.society.sorting import order_of

CUT = "…"
ROOM = LONGEST_REPOST - 1


class Shown(NamedTuple):
    """What is left of texts.

    Parameters
    ----------
    pieces : int64 array of (n, m)
        What is shown whole, -1 for none.
    tail : pyarrow.StringArray
        What is shown of the piece that was cut, null where none was.
    cut : bool array of (n,)
        Which texts were cut.
    whole : bool array of (n, m)
        Which pieces are words that can be told from what was cut.
    """

    pieces: Int
    tail: Any
    cut: Bool
    whole: Bool


def cut_short(
    may_be_cut: Bool, begin: Int, pieces: Int, strings: Any, length: Int
) -> Shown:
    """Cut texts that are longer than 140 characters to 139 and an ellipsis.

    Parameters
    ----------
    may_be_cut : bool array of (n,)
        Reposts; all other texts stay as they are.
    begin : int64 array of (n,)
        Characters before the first piece.
    pieces : int64 array of (n, m)
        Places in `strings`, -1 for none.
    strings : pyarrow.StringArray
        All pieces.
    length : int64 array
        Characters of each; one more entry, 0, for the place -1.
    """
    ends = begin[:, None] + np.cumsum(length[pieces], axis=1)
    cut = may_be_cut & (ends[:, -1] > LONGEST_REPOST)
    rows = np.flatnonzero(cut)
    shown, whole = pieces.copy(), np.ones(pieces.shape, np.bool_)
    fits = ends[rows] <= ROOM
    # Ends ascend: the first piece that does not fit is the one that is cut.
    broken = fits.sum(axis=1)
    piece = pieces[rows, broken]
    shown[rows] = np.where(fits, shown[rows], NOTHING)
    # Where a word ends at the cut, nobody can tell that it ends there.
    whole[rows] = ends[rows] < ROOM
    kept = ROOM - ends[rows, broken] + length[piece]
    return Shown(shown, _tails(strings, piece, kept, rows, len(cut)), cut, whole)


def _tails(strings: Any, piece: Int, kept: Int, rows: Int, n: int) -> Any:
    """Return the beginnings of some pieces with an ellipsis, null in other rows."""
    order = order_of(kept)
    lengths, first = np.unique(kept[order], return_index=True)
    ends = np.append(first, len(order))[1:]
    parts = [
        pc.utf8_slice_codeunits(strings.take(pa.array(piece[order[a:b]])), 0, k)
        for k, a, b in zip(lengths.tolist(), first, ends, strict=True)
    ]
    tails = joined(
        [pa.concat_arrays([pa.array([], pa.string()), *parts]), pa.scalar(CUT)]
    )
    place = np.full(n, NOTHING, np.int64)
    place[rows[order]] = np.arange(len(order))
    return tails.take(pa.array(place, mask=place < 0))
