"""What every part of a simulation needs: who, when, the posts so far, and chance."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np

from rasad.simulate.dice import Dice
from rasad.simulate.ledger import Ledger
from rasad.simulate.population import COMMUNITIES, Population
from rasad.simulate.rhythm import HOUR_MS, Audience, Rhythm
from rasad.simulate.writer import Writer


@dataclass(frozen=True)
class Scene:
    """A world in the making.

    `first_weekday` is the day of the week on which it starts, Monday being 0.
    """

    seed: int
    days: int
    first_weekday: int
    population: Population
    rhythm: Rhythm
    audience: Audience
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def end_ms(self) -> int:
        """Length of the world in milliseconds."""
        return self.days * 24 * HOUR_MS

    def rng(self, part: str) -> np.random.Generator:
        """Return the generator of one part, independent of what other parts draw."""
        return generator(self.seed, part)

    def dice(self, part: str) -> Dice:
        """Return the single draws of one part."""
        return Dice(self.rng(f"{part} dice"))

    def writer(self, part: str) -> Writer:
        """Return the words of one part."""
        return Writer(Dice(self.rng(f"{part} words")))

    def tag_pools(self) -> list[tuple[str, ...]]:
        """Return the hashtags of each community, the same for every part."""
        writer = self.writer("hashtags of communities")
        return [writer.tag_pool(language) for language, _ in COMMUNITIES]


def generator(seed: int, part: str) -> np.random.Generator:
    """Return a generator for a part of the world of this seed."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])
