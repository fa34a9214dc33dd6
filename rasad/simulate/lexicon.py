"""The shape of a language in a simulated world."""

from __future__ import annotations

from dataclasses import dataclass


def split(listed: str) -> tuple[str, ...]:
    """Return the items of a list written with bars.

    Examples
    --------
    >>> split("light rain | thin fog")
    ('light rain', 'thin fog')
    """
    return tuple(item.strip() for item in listed.split("|"))


@dataclass(frozen=True)
class Lexicon:
    """Words and sentence patterns of one language.

    `clauses` maps a topic to patterns with the slots `{place}`, `{sky}`, `{plant}`,
    `{dish}` and `{tool}`; `stock` are set phrases that many people write word for word;
    `template` is the pattern of the planted text team; `slogans` are the fan club's.
    """

    places: tuple[str, ...]
    skies: tuple[str, ...]
    plants: tuple[str, ...]
    dishes: tuple[str, ...]
    tools: tuple[str, ...]
    clauses: dict[str, tuple[str, ...]]
    stock: tuple[str, ...]
    template: tuple[str, ...]
    slogans: tuple[str, ...]
    club: str

    def slots(self) -> dict[str, tuple[str, ...]]:
        """Return the fillers of each slot."""
        return {
            "place": self.places,
            "sky": self.skies,
            "plant": self.plants,
            "dish": self.dishes,
            "tool": self.tools,
        }

    def tag_words(self) -> tuple[str, ...]:
        """Return the words that hashtags are made of."""
        words = self.places + self.plants + self.dishes + self.tools
        # A joiner inside a word is written as a line, as people do in hashtags.
        return tuple(word.replace(" ", "_").replace("\u200c", "_") for word in words)
