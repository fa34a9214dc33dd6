"""One form for texts that differ in how they were typed, not in what they say.

The form is for matching alone and never for display: it folds letters that readers
tell apart. Arabic and Persian share one form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 100_000
"""Characters of a text that are looked at."""

SHORT = LONGEST // 100
"""Characters up to which a text, whatever is in it, stays below `LONGEST`."""

REMEMBERED, LONGEST_WORD = 65_536, 32
"""Words whose form is kept, and how long they are at most."""

URL_TOKEN = "⟨url⟩"  # noqa: S105 - stands for a link, no secret
MENTION_TOKEN = "⟨@⟩"  # noqa: S105 - stands for a mention, no secret

_SPELLINGS = {
    "ا": "أإآٱٲٳ",
    "ی": "ىيئۍێېے",
    "ک": "كڪڬڭ",
    "ه": "ةۀہۂۃھە",
    "و": "ؤ",
    "е": "ё",
    '"': "“”„‟«»",
    "'": "‘’‚‛‹›`ʼʹ′",
    "%": "٪",
    # Arabic script sets its marks without a space behind more often than Latin.
    ", ": "،",
    "; ": "؛",
    "? ": "؟",
    ". ": "۔",
    ".": "٫",
    ",": "٬",
    "-": "\u2212",
    "بسم الله الرحمن الرحیم": "﷽",
    "": "#ء\u0640\u0670\u0674",
}
_DROPPED_RANGES = (
    (0x0300, 0x036F),  # marks that no letter takes up when composed
    (0x0483, 0x0489),  # Cyrillic marks
    (0x0610, 0x061A),  # honorifics
    (0x064B, 0x065F),  # harakat, combining madda and hamza
    (0x06D6, 0x06ED),  # Quranic marks
    (0x08CA, 0x08FF),  # further Arabic marks
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x20D0, 0x20FF),  # keycaps and other enclosing marks
    (0x2190, 0x21FF),  # arrows, some of them emoji
    (0x25A0, 0x27BF),  # geometric shapes and dingbats, some of them emoji
    (0xFE00, 0xFE0F),  # variation selectors
    (0x1F000, 0x1FAFF),  # emoji
    (0xE0100, 0xE01EF),  # variation selectors
)
_DROPPED_CATEGORIES = frozenset(("Cf", "Cc", "Cs", "So"))

# Patterns begin with the characters they look for: those are found fastest.
_REPEATED = re.compile(r"(.)\1\1+")
_NOT_AT_END = r"""[^\s.,;:!?'")\]}>]"""
_URL = re.compile(rf"https?://\S*{_NOT_AT_END}")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9./-]*[A-Za-z0-9/-]")
# Three w have become two by then.
_BARE_URL = re.compile(rf"ww\.(?<![^\W_]ww\.)(?=\w)\S*{_NOT_AT_END}")
_MENTION = re.compile(r"@(?<![^\W_]@)(?:[\w-]+(?:\.[\w-]+)+|\w+)(?:@[\w.-]*\w)*")
_STACKED = re.compile(r"([^\w\s\x00-\x7f]{32})[^\w\s\x00-\x7f]+")
"""More marks on one letter than any script has; composing them takes square time."""


class _Folds(dict[int, str]):
    """A table for `str.translate` that works each character out once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category == "Pd":
        return "-"
    code = ord(char)
    if category in _DROPPED_CATEGORIES or any(
        a <= code <= b for a, b in _DROPPED_RANGES
    ):
        return ""
    return char


_FOLDS = _Folds(
    {ord(char): plain for plain, chars in _SPELLINGS.items() for char in chars}
)


def matching_text(text: str) -> str:
    """Return the form in which two copies of a text are the same.

    Parameters
    ----------
    text : str
        A post's text; the first `LONGEST` characters are used.

    Returns
    -------
    str
        Case, digits, quotes, dashes, Arabic and Persian spellings and ё folded; joiners
        (ZWNJ), harakat, tatweel, emoji, direction marks and the `#` of hashtags gone;
        links and mentions each one token; letters repeated three times or more reduced
        to two; spaces single. Doing it twice changes nothing more.

    Notes
    -----
    The order is that of composition (NFKC), folding, elongation, tokens, spaces. Look-
    alike letters of another script are not folded.

    Examples
    --------
    >>> matching_text("سلام  دنیا") == matching_text("سلام دنيا")
    True
    >>> matching_text("Sooooo TRUE!! @someone https://t.co/AbC")
    'soo true!! ⟨@⟩ ⟨url⟩'
    """
    if len(text) > SHORT:
        return _matched(text)
    words = map(_WORDS.__getitem__, text.split(" "))
    return " ".join(" ".join(words).split())


def _matched(text: str) -> str:
    found = _REPEATED.sub(_twice, _folded(text))
    if "://" in found:
        found = _URL.sub(URL_TOKEN, found)
    if "ww." in found:
        found = _BARE_URL.sub(URL_TOKEN, found)
    if "@" in found:
        found = _MENTION.sub(MENTION_TOKEN, found)
    return " ".join(found.replace("_", " ").split())[:LONGEST].rstrip()


class _Words(dict[str, str]):
    """The forms of words, since texts repeat them; the rare ones are not kept.

    Nothing that makes the form looks across a space: no letter composes with it, and no
    link or mention holds one.
    """

    def __missing__(self, word: str) -> str:
        form = URL_TOKEN if _PLAIN_URL.fullmatch(word) else _matched(word)
        if len(word) <= LONGEST_WORD and "://" not in word:
            if len(self) == REMEMBERED:
                self.clear()
            self[word] = form
        return form


_WORDS = _Words()


def _twice(run: re.Match[str]) -> str:
    return run[1] * 2 if run[1].isalpha() else run[0]


def _folded(text: str) -> str:
    short = text[:LONGEST]
    if short.isascii():
        return short.lower().translate(_FOLDS)
    composed = unicodedata.normalize("NFKC", _STACKED.sub(r"\1", short))
    # Folding case takes some letters apart again, and dropping a joiner may bring
    # others together: each is followed by composition.
    composed = unicodedata.normalize("NFKC", composed.casefold())
    return unicodedata.normalize("NFKC", composed.translate(_FOLDS))[:LONGEST]


def content_length(normalised: str) -> int:
    """Return how many characters of a matching text are more than links and mentions.

    Parameters
    ----------
    normalised : str
        What `matching_text` returned.

    Examples
    --------
    >>> content_length(matching_text("@a @b https://t.co/AbC")), content_length("to be")
    (0, 5)
    """
    if "⟨" not in normalised:
        return len(normalised)
    rest = normalised.replace(URL_TOKEN, " ").replace(MENTION_TOKEN, " ")
    return len(" ".join(rest.split()))


def hashtag_key(tag: str) -> str:
    """Return the form in which two spellings of a hashtag are the same.

    Parameters
    ----------
    tag : str
        A hashtag with or without its `#`.

    Returns
    -------
    str
        Without any `#` or space, so that both may separate tags; the underscore stays.

    Examples
    --------
    >>> hashtag_key("#Iran_ايران"), hashtag_key("#")
    ('iran_ایران', '')
    """
    return _known_key(tag) if len(tag) <= LONGEST_WORD else _key(tag)


def _key(tag: str) -> str:
    return unicodedata.normalize("NFKC", "".join(_folded(tag).split()))


_known_key = lru_cache(maxsize=REMEMBERED)(_key)
