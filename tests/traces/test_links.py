"""Links that lead to one page meet, links that may lead to two never do."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.traces import address
from rasad.traces.address import LONGEST, read_address, readable
from rasad.traces.link_tables import is_anybodys
from rasad.traces.links import canonical_link, domain

CORPUS = Path(__file__).with_name("link_pairs.csv")
FEWEST = 300
"""Pairs that the corpus promises."""


class LinkPair(NamedTuple):
    """Two links, whether they lead to one page, and how one knows."""

    kind: str
    one: str
    other: str
    reason: str


def read_corpus() -> list[LinkPair]:
    with CORPUS.open(encoding="utf-8", newline="") as file:
        return [LinkPair(**row) for row in csv.DictReader(file)]


PAIRS = read_corpus()
MEET = [(pair.one, pair.other) for pair in PAIRS if pair.kind == "must_meet"]
STAY_APART = [(pair.one, pair.other) for pair in PAIRS if pair.kind == "must_not_meet"]

NO_LINK = [
    "",
    " ",
    "absent",
    "none",
    "nan",
    "[]",
    "-",
    "https://",
    "https:///path",
    "http://localhost/a",
    "3.5",
    "me@example.com",
    "mailto:me@example.com",
    "javascript:alert(1)",
    "ftp://example.com/a",
    "data:text/html,x",
    "https://example.com/sto…",
    "https://example.com/sto...",
    "https://exa mple.com/",
    "https://[::zz]/",
    "https://example.com/\ud800",
    "https://t.co",
    "https://t.co/",
    "https://t.c",
    "https://twitter.com/",
    "https://example.com/" + "a" * LONGEST,
]


def test_the_corpus_is_large_and_gives_its_reasons() -> None:
    assert len(MEET) + len(STAY_APART) == len(PAIRS) >= FEWEST
    assert min(len(MEET), len(STAY_APART)) >= FEWEST // 3
    assert all(pair.reason and pair.one != pair.other for pair in PAIRS)
    named = {(pair.kind, frozenset((pair.one, pair.other))) for pair in PAIRS}
    assert len(named) == len(PAIRS)


def test_the_corpus_covers_persian_and_arabic() -> None:
    beyond = [pair for pair in PAIRS if not (pair.one + pair.other).isascii()]
    assert len(beyond) >= 25


def test_every_form_of_the_corpus_is_its_own_form() -> None:
    forms = {canonical_link(link) for pair in PAIRS for link in pair[1:3]}
    assert [form for form in forms if canonical_link(form or "") != form] == []


@pytest.mark.parametrize(("one", "other"), MEET)
def test_two_ways_to_write_one_page_meet(one: str, other: str) -> None:
    assert canonical_link(one) is not None
    assert canonical_link(one) == canonical_link(other)


@pytest.mark.parametrize(("one", "other"), STAY_APART)
def test_two_pages_never_meet(one: str, other: str) -> None:
    assert canonical_link(one) is not None
    assert canonical_link(other) is not None
    assert canonical_link(one) != canonical_link(other)


@pytest.mark.parametrize("text", NO_LINK)
def test_what_is_no_whole_link_gives_none(text: str) -> None:
    assert canonical_link(text) is None
    assert domain(text) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://t.co/AbC", "t.co/AbC"),
        ("https://bit.ly/2aB", "bit.ly/2aB"),
        ("https://twitter.com/a/status/12", "x.com/i/status/12"),
        ("https://example.com/", "example.com"),
        ("https://example.com/%D8%B1", "example.com/ر"),
        ("https://example.com/a%E2%80%AEb", "example.com/a%E2%80%AEb"),
        ("https://example.com/%FF%D8", "example.com/%FF%D8"),
    ],
)
def test_a_link_has_this_form(url: str, expected: str) -> None:
    assert canonical_link(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.com/a?x=1", "example.com"),
        ("https://news.example.co.uk:8080/", "news.example.co.uk"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com", "example.com"),
        ("https://someone.blogspot.com/a", "someone.blogspot.com"),
        ("https://192.0.2.1/a", "192.0.2.1"),
        ("https://t.co/AbC", None),
        ("https://bit.ly/2aB", None),
        ("https://twitter.com/a", None),
        ("pic.twitter.com/AbC", None),
        ("https://m.facebook.com/a", None),
        ("https://youtu.be/aB3_xyz-012", None),
        ("https://web.telegram.org/a", None),
        ("https://t.me/channel", None),
        ("https://instagram.com/p/1", None),
        ("https://docs.google.com/a", None),
        ("https://medium.com/@someone/a", None),
    ],
)
def test_a_domain_is_a_site_with_an_owner(url: str, expected: str | None) -> None:
    assert domain(url) == expected


def test_a_name_that_ends_like_a_platform_is_no_platform() -> None:
    assert is_anybodys("x.com")
    assert not is_anybodys("netflix.com")


def test_escapes_that_are_not_letters_stay() -> None:
    assert readable("%2F%E1%BF%AF%20") == "%2F%60%20"


def test_the_parts_of_an_address_come_apart() -> None:
    address = read_address("https://Example.com:8080/a/?b=1&a=2#!top")
    assert address is not None
    assert address.host == "example.com"
    assert address.port == ":8080"
    assert address.path == "/a"
    assert address.query == (("a", "2"), ("b", "1"))
    assert address.fragment == "!top"


PIECES = st.sampled_from(
    [
        *"/?#&=%:@[].-\\+;ًéßﬀ℀\u200c\u202e\ud800",
        "http://",
        "https://",
        "www.",
        "m.",
        "example",
        ".com",
        "xn--",
        "%D8",
        "%B1",
        "%2F",
        "google.com/url?q=",
        "google.com/amp/s/",
        "twitter.com/",
        "status/1",
        "youtu.be/",
        "youtube.com/watch?v=",
        "t.me/s/",
        "a",
        "1",
        "…",
    ]
)
PASTED = st.lists(PIECES, max_size=14).map("".join)
ANY_URL = st.one_of(st.text(), PASTED, PASTED.map("https://example.com/".__add__))


@settings(deadline=None)  # the machine may be busy
@given(ANY_URL)
def test_no_text_is_refused(text: str) -> None:
    for found in (canonical_link(text), domain(text)):
        assert found is None or (found and found.encode())


@settings(deadline=None)  # the machine may be busy
@given(ANY_URL)
def test_the_form_of_a_link_is_its_own_form(text: str) -> None:
    found = canonical_link(text)
    # In order of its names a query may come to end as a link cut short does.
    if found is not None and not found.endswith("..."):
        assert canonical_link(found) == found


@settings(deadline=None)  # the machine may be busy
@given(ANY_URL)
def test_the_scheme_makes_no_difference(text: str) -> None:
    assert canonical_link("http://" + text) == canonical_link("https://" + text)


@given(st.text("ab/.?&=-~_1", max_size=14))
@settings(max_examples=400)
def test_plain_addresses_are_read_as_all_others_are(rest: str) -> None:
    quick = read_address(f"site.example/{rest}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(address, "_PLAIN", re.compile("(?!)"))
        assert read_address(f"site.example/{rest}") == quick
