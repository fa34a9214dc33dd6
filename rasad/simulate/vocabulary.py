"""Every word that a simulated post may hold.

No text of a simulated world holds anything else. There is no persuasive, political or
personal content, and every place is invented.
"""

from __future__ import annotations

import re
from itertools import chain

from rasad.simulate.languages import ARABIC, ENGLISH, PERSIAN, RUSSIAN

TOPICS = ("weather", "garden", "kitchen")

LEXICONS = {"fa": PERSIAN, "en": ENGLISH, "ru": RUSSIAN, "ar": ARABIC}
"""Lexicon of each language that a simulated world speaks."""

FAN_NOTE = {
    "fa": "عضو باشگاه",
    "en": "proud member of the club",
    "ru": "в клубе",
    "ar": "عضو في نادي",
}
"""How members of the fan club say openly in their profile that they belong to it."""

CALL_NOTE = {
    "fa": "فراخوان برای همه: ساعت چای امروز، با هم بنویسیم",
    "en": "open call to everyone: tea hour today, let us all post together",
    "ru": "общий призыв: сегодня час чая, пишем вместе",
    "ar": "دعوة مفتوحة للجميع: ساعة الشاي اليوم، لنكتب معا",
}
"""How the fan club announces its hour in public."""

NEWS_NOTE = {
    "fa": "خبر تازه: {sky} در {place}",
    "en": "just in: {sky} in {place}",
    "ru": "новость часа: {place}, {sky}",
    "ar": "خبر عاجل: {sky} في {place}",
}
"""Pattern of the post that starts a news shock."""

SIMULATED_NOTE = "simulated"
"""Stands in every profile, so that a stray file says what it is."""

_WORD = re.compile(r"[^\s.,،:؛;!?؟…]+")


def words(text: str) -> list[str]:
    """Return the words of a text without punctuation.

    Examples
    --------
    >>> words("after rain: sun, as usual")
    ['after', 'rain', 'sun', 'as', 'usual']
    """
    return _WORD.findall(text)


def neutral_words() -> frozenset[str]:
    """Return every word that a simulated text may hold, hashtags and links aside."""
    phrases = [*FAN_NOTE.values(), *CALL_NOTE.values(), *NEWS_NOTE.values()]
    for lexicon in LEXICONS.values():
        phrases += chain.from_iterable(lexicon.clauses.values())
        phrases += chain.from_iterable(lexicon.slots().values())
        phrases += lexicon.stock + lexicon.template + lexicon.slogans
    plain = (re.sub(r"\{\w+\}", " ", phrase) for phrase in phrases)
    return frozenset(chain.from_iterable(words(phrase) for phrase in plain))
