r"""Words as the Coordination Network Toolkit cuts them: the Unicode rules of UAX #29.

The toolkit asks a library for `\b` in its Unicode form. Here the same boundaries come
from a pattern over classes: every character is replaced by one letter for its
Word_Break property, and the pattern says what holds together.

Notes
-----
The property is derived from the general category, with the exceptions listed below; it
agrees with Unicode 17 on every character that Python's own tables know. What may follow
a zero-width joiner inside an emoji is taken to be any symbol.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

OF_CATEGORY = {
    **dict.fromkeys(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"), "A"),
    **dict.fromkeys(("Mn", "Mc", "Me", "Cf"), "x"),
    "Nd": "N",
    "Pc": "U",
    "So": "e",
}
"""Class by general category: letters, what attaches to the character before, digits,
connectors and symbols. All else stands alone, `o`."""

EXCEPTIONS = {
    "r": "D",
    "n": "A",
    "b": "B-C 85 2028-2029",
    "z": "200D",
    "W": "20 1680 2000-2006 2008-200A 205F 3000",
    "R": "1F1E6-1F1FF",
    "q": "27",
    "d": "22",
    "p": "2E 2018-2019 2024 FE52 FF07 FF0E",
    "l": "3A B7 387 55F 5F4 2027 FE13 FE55 FF1A",
    "c": "2C 3B 37E 589 60C-60D 66C 7F8 2044 FE50 FE54 FF0C FF1B",
    "U": "202F",
    "x": "FF9E-FF9F 1F3FB-1F3FF",
    "N": "600-605 66B 6DD 890-891 8E2 19DA 110BD 110CD",
    "H": "5D0-5EA 5EF-5F2 FB1D FB1F-FB28 FB2A-FB4F",
    "K": "3031-3035 309B-309C 30A0-30FA 30FC-30FF 31F0-31FF 32D0-32FE 3300-3357 "
    "FF66-FF9D 1AFF0-1AFFE 1B000 1B120-1B122 1B155 1B164-1B167",
    "A": "B8 2C2-2C5 2D2-2D7 2DE-2DF 2E5-2EB 2ED 2EF-2FF 55A-55C 55E 58A 5F3 70F "
    "24B6-24E9 A708-A716 A720-A721 A789-A78A AB5B 1F130-1F149 1F150-1F169 "
    "1F170-1F189",
    "e": "2194",
    "o": "200B",
}
"""Characters of another class than their category says: line ends, joiner, spaces,
regional indicators, quotes, the three kinds of marks inside words and numbers, Hebrew,
Katakana, letters that are symbols by category."""

ALONE = (
    "E01-EDF 1000-108E 1780-17DC 1950-19C9 1A20-1AA7 3006-303A 3041-309F 3400-9FFF "
    "A9E0-A9FE AA60-AADD F900-FAD9 11700-11746 17000-18D08 1B001-1B2FB 20000-2EBE0 "
    "2F800-3134A"
)
"""Letters of scripts without spaces, which stand alone."""


def _spans(text: str) -> Iterator[range]:
    for part in text.split():
        first, _, last = part.partition("-")
        yield range(int(first, 16), int(last or first, 16) + 1)


EXCEPTION_OF = {
    code: letter
    for letter, text in EXCEPTIONS.items()
    for span in _spans(text)
    for code in span
}
ALONE_SPANS = tuple(_spans(ALONE))


class _Classes(dict[int, str]):
    """The class of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = EXCEPTION_OF.get(code) or OF_CATEGORY.get(
            unicodedata.category(chr(code)), "o"
        )
        if letter == "A" and code not in EXCEPTION_OF and _stands_alone(code):
            letter = "o"
        self[code] = letter
        return letter


def _stands_alone(code: int) -> bool:
    return any(code in span for span in ALONE_SPANS)


def _pattern() -> re.Pattern[str]:
    """Return the pattern of what no boundary divides, over classes."""
    follow = "[xz]*+"  # attaches to whatever stands before
    letter, hebrew, digit, kana, join = (f"{one}{follow}" for one in "AHNKU")
    inside = f"[lpq]{follow}(?=[AH])"  # a mark between two letters
    quoted = f"d{follow}(?=H)"
    number = f"[cpq]{follow}(?=N)"
    part = (
        f"(?:{letter}(?:{inside})?|{hebrew}(?:{inside}|{quoted})?|{digit}(?:{number})?)"
    )
    run = f"(?:{part}+|(?:{kana})+)"
    start = f"(?:{join})*(?:{run}(?:{join})+)*"
    word = f"{start}{part}*{hebrew}q{follow}(?![AH])|(?=[AHNKU]){start}(?:{run})?"
    flag = f"R{follow}(?:R{follow})?"
    alone = f"W+{follow}|[^nrb]{follow}"
    return re.compile(f"rn|[rnb]|(?:{word}|{flag}|{alone})(?:(?<=z)e{follow})*")


CLASSES = _Classes()
UNDIVIDED = _pattern()
SKIPPED = re.compile("W*q?")


def pieces(text: str) -> Iterator[str]:
    """Yield what stands between word boundaries, as the toolkit splits there.

    Spaces and an apostrophe that follow a boundary are left out.

    Examples
    --------
    >>> list(pieces("it's 3.5, no?"))
    ["it's", '3.5', ',', 'no', '?']
    """
    classes = text.translate(CLASSES)
    last = 0
    for found in UNDIVIDED.finditer(classes):
        boundary = found.start()
        if boundary < last:
            continue
        if boundary > last:
            yield text[last:boundary]
        skipped = SKIPPED.match(classes, boundary)
        last = skipped.end() if skipped else boundary
    if last < len(text):
        yield text[last:]
