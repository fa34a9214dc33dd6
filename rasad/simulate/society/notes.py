"""What harmless teams say of themselves in their profiles, in four languages."""

from __future__ import annotations

from urllib.parse import urlsplit

import numpy as np

from rasad.simulate.society.deeds import Int
from rasad.simulate.society.phrases import (
    addresses,
    joined,
    present_columns,
    tag_pieces,
)
from rasad.simulate.society.wording import (
    SITES,
    language_codes,
    page,
    tag,
    tag_sequence,
)
from rasad.simulate.vocabulary import FAN_NOTE

FIRST_TAG, TAGS_OF_TEAM, MOST_TEAMS = 300, 6, 38
TAGGED = ("fan_club", "activist_storm", "party_pages", "retweet_ring", "fact_checkers")
"""Kinds of teams that have hashtags of their own; more teams than `MOST_TEAMS` of a
kind would use them a second time, and the tags of a language are not without end."""

FIRST_SHOP, SHOPS_OF_SPAM = 10, 10
"""Sites of shops that sell by spam; no chain has one of them."""

NOTES = {
    "fan_club": FAN_NOTE,
    "party_pages": {
        "fa": "صفحه رسمی",
        "en": "official page of",
        "ru": "официальная страница",
        "ar": "الصفحة الرسمية",
    },
    "rss_bots": {
        "fa": "تیترهای خودکار",
        "en": "automatic headlines of",
        "ru": "автоматическая лента",
        "ar": "عناوين آلية من",
    },
    "schedulers": {
        "fa": "فروشگاه زنجیره",
        "en": "shop of the chain",
        "ru": "магазин сети",
        "ar": "متجر من سلسلة",
    },
    "newsroom": {
        "fa": "میز خبر",
        "en": "a desk of",
        "ru": "редакция",
        "ar": "قسم من",
    },
    "retweet_ring": {
        "fa": "همدیگر را بازنشر می‌کنیم",
        "en": "we repost each other",
        "ru": "репостим друг друга",
        "ar": "نعيد نشر بعضنا",
    },
    "fact_checkers": {
        "fa": "بررسی داوطلبانه",
        "en": "volunteers who check",
        "ru": "добровольная проверка",
        "ar": "تحقق تطوعي",
    },
}
"""How those begin who say what they are; callers, app users and sellers do not."""


def first_tag(kind: str, team: Int) -> Int:
    """Return the numbers of the hashtags by which teams go; five more follow each.

    Examples
    --------
    >>> first_tag("fan_club", np.array([0, 1])).tolist()
    [300, 306]
    """
    place = TAGGED.index(kind) * MOST_TEAMS + team % MOST_TEAMS
    return np.asarray(FIRST_TAG + place * TAGS_OF_TEAM, np.int64)


def name_of_tag(language: str, number: int) -> str:
    """Return a hashtag as it is written.

    Examples
    --------
    >>> name_of_tag("en", 0)
    '#Lindelbrook'
    """
    one = tag(language_codes([language]), number)
    pieces = tag_pieces(tag_sequence(one[:, None]))
    return str(joined(present_columns(pieces))[0].as_py()).strip()


def site_of_team(kind: str, team: Int) -> Int:
    """Return the numbers of the sites by which teams go.

    Examples
    --------
    >>> site_of_team("shop", np.array([9, 10])).tolist()
    [9, 20]
    """
    if kind != "shop":
        return team
    chain = team % (SITES[kind] - SHOPS_OF_SPAM)
    return np.where(chain < FIRST_SHOP, chain, chain + SHOPS_OF_SPAM)


def name_of_site(kind: str, site: int) -> str:
    """Return what a site is called, without its ending.

    Examples
    --------
    >>> "." in name_of_site("party", 3)
    False
    """
    address = addresses(page(kind, np.zeros(1, np.int64), site))[0].as_py()
    return str(urlsplit(address).hostname).rsplit(".", 1)[0]


def note(kind: str, language: str, name: str) -> str:
    """Return the note of a team of some name; empty if its kind has none.

    Examples
    --------
    >>> note("newsroom", "en", "quince-rake")
    'a desk of quince-rake'
    """
    return f"{NOTES[kind][language]} {name}" if kind in NOTES else ""
