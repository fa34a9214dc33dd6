"""Looks on a stage for what is popular, and for where a language is at home."""

from __future__ import annotations

import numpy as np

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society.cast import Stage
from rasad.simulate.society.deeds import NOTHING, Int

LOOKS = 4


def popular_rows(
    stage: Stage,
    language: Int,
    at_ms: Int,
    rng: np.random.Generator,
    community: Int | None = None,
) -> Int:
    """Return rows of the board: much noticed posts in some languages at some moments.

    Parameters
    ----------
    stage : Stage
        Of the day.
    language : int64 array of (n,)
        Codes of languages.
    at_ms : int64 array of (n,)
        Moments.
    rng : numpy.random.Generator
        Seeded source.
    community : int64 array of (n,), optional
        Where to look first: the first of four looks that finds something there counts,
        or else the first of all; -1 for anywhere.

    Returns
    -------
    int64 array of (n,)
        -1 where there is none.
    """
    row = np.full(len(at_ms), NOTHING, dtype=np.int64)
    if not len(stage.board.at_ms):
        return row
    for code in np.unique(language).tolist():
        here = np.flatnonzero(language == code)
        looks = 1 if community is None else LOOKS
        seen = np.array(
            [stage.popular(LANGUAGES[code], at_ms[here], rng) for _ in range(looks)]
        )
        if community is None:
            row[here] = seen[0]
            continue
        there = (stage.board.community[seen] == community[here]) & (seen >= 0)
        first = np.where(there.any(axis=0), there.argmax(axis=0), 0)
        row[here] = seen[first, np.arange(len(here))]
    return row


def communities_of(stage: Stage, language: str) -> Int:
    """Return the communities in which a language is written, ascending."""
    return np.unique(stage.community[stage.language == language])
