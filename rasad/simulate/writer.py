"""Puts neutral words together to texts, hashtags and links on reserved domains."""

from __future__ import annotations

from rasad.simulate.dice import Dice
from rasad.simulate.vocabulary import LEXICONS, NEWS_NOTE, TOPICS

SITES = ("example.org", "example.com", "harvest.example", "kitchen.test", "sky.example")
"""Where ordinary links lead; all reserved by RFC 2606."""

STOCK_SHARE = 0.03
CLAUSES = (2, 2, 3)
TAGS_PER_COMMUNITY = 12


class Writer:
    """Writes what simulated accounts say.

    Parameters
    ----------
    dice : Dice
        Source of every choice.
    """

    def __init__(self, dice: Dice) -> None:
        self._dice = dice

    def post(self, language: str, topic: str) -> str:
        """Return an original text: two or three clauses, now and then a set phrase."""
        if self._dice.chance(STOCK_SHARE):
            return self._dice.pick(LEXICONS[language].stock)
        first = self.clause(language, topic)
        others = self._dice.pick(CLAUSES) - 1
        topics = (self._dice.pick(TOPICS) for _ in range(others))
        return ". ".join([first, *(self.clause(language, other) for other in topics)])

    def clause(self, language: str, topic: str) -> str:
        """Return one short clause."""
        return self.fill(self._dice.pick(LEXICONS[language].clauses[topic]), language)

    def news(self, language: str) -> str:
        """Return the text that starts a news shock."""
        return self.fill(NEWS_NOTE[language], language)

    def fill(self, pattern: str, language: str) -> str:
        """Return a pattern with a filler for each of its slots."""
        # A slot that stands twice gets two fillers, so slots go one at a time.
        for slot, fillers in LEXICONS[language].slots().items():
            while f"{{{slot}}}" in pattern:
                pattern = pattern.replace(f"{{{slot}}}", self._dice.pick(fillers), 1)
        return pattern

    def tag_pool(self, language: str) -> tuple[str, ...]:
        """Return the hashtags of a community, the most used first."""
        words = LEXICONS[language].tag_words()
        return self._dice.ordered(words, min(TAGS_PER_COMMUNITY, len(words)))

    def tags(self, pool: tuple[str, ...]) -> tuple[str, ...]:
        """Return one to three hashtags of a pool in an order of their own."""
        count = self._dice.pick((1, 1, 2, 2, 3, 3))
        # The square of a uniform favours the head of the pool, as use does.
        chosen = [
            pool[int(self._dice.uniform() ** 2 * len(pool))] for _ in range(count)
        ]
        return tuple(dict.fromkeys(chosen))

    def page(self, sites: tuple[str, ...], number: int) -> str:
        """Return the address of a page that nobody owns."""
        words = LEXICONS["en"]
        slug = f"{self._dice.pick(words.plants)}-{self._dice.pick(words.tools)}"
        return f"https://{self._dice.pick(sites)}/{slug}-{number}"
