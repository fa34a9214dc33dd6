"""Quick single draws from a seeded generator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
BUFFER = 8192


class Dice:
    """Uniform draws one by one, taken from the generator in large handfuls.

    Parameters
    ----------
    rng : numpy.random.Generator
        Seeded source; the draws are its uniforms in order.

    Examples
    --------
    >>> Dice(np.random.default_rng(7)).pick("abc") in "abc"
    True
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._left: list[float] = []

    def uniform(self) -> float:
        """Return a number in [0, 1)."""
        if not self._left:
            self._left = self._rng.random(BUFFER).tolist()
        return self._left.pop()

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self.uniform() < probability

    def pick(self, options: Sequence[Item]) -> Item:
        """Return one of the options, each as likely."""
        return options[int(self.uniform() * len(options))]

    def ordered(self, options: Sequence[Item], count: int) -> tuple[Item, ...]:
        """Return `count` different options in random order."""
        left = list(options)
        return tuple(left.pop(int(self.uniform() * len(left))) for _ in range(count))
