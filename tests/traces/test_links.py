"""Links that lead to one page meet, links that may lead to two never do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.traces.address import LONGEST, read_address, readable
from rasad.traces.link_tables import is_anybodys
from rasad.traces.links import canonical_link, domain

PERSIAN = "https://fa.wikipedia.org/wiki/ایران"
VIDEO = "https://www.youtube.com/watch?v=aB3_xyz-012"

MEET = [
    # scheme, host, port
    ("http://example.com/a", "https://example.com/a"),
    ("example.com/a", "https://example.com/a"),
    ("//example.com/a", "https://example.com/a"),
    ("HTTPS://EXAMPLE.COM/a", "https://example.com/a"),
    ("https://www.example.com/a", "https://example.com/a"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://www.m.example.com/a", "https://example.com/a"),
    ("https://mobile.example.com/a", "https://example.com/a"),
    ("https://amp.example.com/a", "https://example.com/a"),
    ("https://example.com:443/a", "http://example.com:80/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://user:secret@example.com/a", "https://example.com/a"),
    ("https://example.com\\a", "https://example.com/a"),
    (" <https://example.com/a> ", "https://example.com/a"),
    ("https://example.com/\u200ea", "https://example.com/a"),
    ("https://[0:0::1]/a", "https://[::1]/a"),
    ("https://BÜCHER.example/", "https://xn--bcher-kva.example"),
    ("https://bu\u0308cher.example/", "https://bücher.example/"),
    ("https://bücher。example/", "https://bücher.example/"),
    # path, query, fragment
    ("https://example.com", "https://example.com/"),
    ("https://example.com/a/", "https://example.com/a"),
    ("https://example.com/a/?id=1", "https://example.com/a?id=1"),
    ("https://example.com/x/../a", "https://example.com/./a"),
    ("https://example.com/%7Ea", "https://example.com/~a"),
    ("https://example.com/a%2fb", "https://example.com/a%2Fb"),
    ("https://fa.wikipedia.org/wiki/%D8%A7%DB%8C%D8%B1%D8%A7%D9%86", PERSIAN),
    ("https://fa.wikipedia.org/wiki/%d8%a7%db%8c%d8%b1%d8%a7%d9%86", PERSIAN),
    ("https://fa.m.wikipedia.org/wiki/ایران", PERSIAN),
    ("https://example.com/caf%C3%A9", "https://example.com/cafe%CC%81"),
    ("https://example.com/a?x=1&y=2", "https://example.com/a?y=2&x=1"),
    ("https://example.com/a?q=to+be", "https://example.com/a?q=to%20be"),
    ("https://example.com/a?x", "https://example.com/a?x="),
    ("https://example.com/a?", "https://example.com/a"),
    ("https://example.com/a#comments", "https://example.com/a"),
    # trackers
    ("https://example.com/a?utm_source=x&utm_medium=y", "https://example.com/a"),
    ("https://example.com/a?UTM_Source=x", "https://example.com/a"),
    ("https://example.com/a?id=1&fbclid=IwAR0", "https://example.com/a?id=1"),
    ("https://example.com/a?gclid=1", "https://example.com/a?yclid=2"),
    ("https://example.com/a?mc_cid=1&mc_eid=2", "https://example.com/a"),
    ("https://example.com/a?igshid=1", "https://example.com/a?igsh=2"),
    ("https://example.com/a?ref_src=twsrc%5Etfw", "https://example.com/a"),
    ("https://example.com/a?__tn__=R&__cft__[0]=AZ", "https://example.com/a"),
    ("https://www.bbc.com/persian/a?at_medium=social", "https://bbc.com/persian/a"),
    # platforms
    ("https://twitter.com/Someone", "https://x.com/someone"),
    ("https://mobile.twitter.com/a/status/12?s=20&t=Ab", "https://x.com/a/status/12"),
    ("https://twitter.com/a/status/12/photo/1", "https://x.com/i/web/status/12"),
    ("https://twitter.com/a/statuses/12", "https://fxtwitter.com/b/status/12"),
    ("https://x.com/search?q=a&src=typed_query", "https://twitter.com/search?q=a"),
    ("https://youtu.be/aB3_xyz-012", VIDEO),
    ("https://youtu.be/aB3_xyz-012?si=Zz&t=10", VIDEO),
    ("https://m.youtube.com/watch?feature=share&v=aB3_xyz-012", VIDEO),
    ("https://youtube.com/shorts/aB3_xyz-012", VIDEO),
    ("https://www.youtube-nocookie.com/embed/aB3_xyz-012", VIDEO),
    ("https://music.youtube.com/watch?v=aB3_xyz-012&list=RD", VIDEO),
    ("https://t.me/s/SomeChannel/12", "https://telegram.me/somechannel/12?single"),
    ("https://t.me/s/SomeChannel?before=90", "https://t.me/somechannel"),
    ("https://www.instagram.com/reel/Cx_1a/?igsh=1", "https://instagram.com/p/Cx_1a"),
    ("https://instagram.com/someone/p/Cx_1a/", "https://instagram.com/p/Cx_1a"),
    ("https://mbasic.facebook.com/page/posts/1?__tn__=K", "fb.com/page/posts/1"),
    ("https://fa-ir.facebook.com/page", "https://www.facebook.com/Page/?ref=share"),
    ("https://www.tiktok.com/@Me/video/12?_r=1", "https://tiktok.com/@me/video/12"),
    ("https://old.reddit.com/r/a/comments/1ab2/title/", "reddit.com/comments/1ab2"),
    # wrappers, opened from their own text
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa%3Fx%3D1&h=AT0",
        "https://example.com/a?x=1",
    ),
    ("https://lm.facebook.com/l.php?u=example.com/a", "https://example.com/a"),
    ("https://l.instagram.com/?u=https%3A%2F%2Fexample.com%2Fa&e=A", "example.com/a"),
    ("https://www.google.com/url?q=https://example.com/a&sa=D", "example.com/a"),
    ("https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fexample.com", "example.com"),
    ("https://www.google.com/amp/s/www.example.com/a", "https://example.com/a"),
    ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "example.com/a"),
    ("https://example.com/2022-a-story/amp/", "https://example.com/2022-a-story"),
    ("https://example.com/a?outputType=amp", "https://example.com/a?amp=1"),
    ("https://t.me/iv?url=https%3A%2F%2Fexample.com%2Fa&rhash=1", "example.com/a"),
    ("https://vk.com/away.php?to=https%3A%2F%2Fexample.com%2Fa", "example.com/a"),
    ("https://www.youtube.com/redirect?q=https%3A%2F%2Fexample.com", "example.com"),
    (
        "https://www.youtube.com/attribution_link?a=1&u=%2Fwatch%3Fv%3DaB3_xyz-012",
        VIDEO,
    ),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D"
        "https%253A%252F%252Fexample.com%252Fa",
        "https://example.com/a",
    ),
]

STAY_APART = [
    (VIDEO, "https://www.youtube.com/watch?v=bB3_xyz-012"),
    (VIDEO, "https://www.youtube.com/watch?v=ab3_xyz-012"),
    ("https://youtu.be/aB3_xyz-012", "https://youtu.be/AB3_xyz-012"),
    ("https://youtube.com/shorts/aB3_xyz-012", "https://youtu.be/aB3_xyz-013"),
    ("https://youtube.com/playlist?list=A", "https://youtube.com/playlist?list=B"),
    ("https://youtube.com/channel/UCa", "https://youtube.com/channel/UCA"),
    ("https://t.co/AbC", "https://t.co/abc"),
    ("https://bit.ly/2aB", "https://bit.ly/2Ab"),
    ("https://t.co/AbC", "https://bit.ly/AbC"),
    ("https://example.com/Story", "https://example.com/story"),
    ("https://example.com/a", "https://example.com/b"),
    ("https://example.com/a", "https://example.org/a"),
    ("https://example.com/a", "https://news.example.com/a"),
    ("https://example.com/a", "https://example.com:8080/a"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/a%3Fb", "https://example.com/a?b"),
    ("https://example.com/?id=1", "https://example.com/?id=2"),
    ("https://example.com/?id=1", "https://example.com/?ID=1"),
    ("https://example.com/?q=a%26b", "https://example.com/?q=a&b"),
    ("https://example.com/?s=1", "https://example.com/?s=2"),
    ("https://example.com/?t=1", "https://example.com/?t=2"),
    ("https://example.com/?v=1", "https://example.com/?v=2"),
    ("https://example.com/#!/a", "https://example.com/#!/b"),
    ("https://example.com/#/a", "https://example.com/#/b"),
    ("https://en.wikipedia.org/wiki/Amp", "https://en.wikipedia.org/wiki"),
    ("https://en.wikipedia.org/wiki/A", "https://fa.wikipedia.org/wiki/A"),
    ("https://faß.example", "https://fass.example"),
    ("https://x.com/a/status/12", "https://x.com/a/status/13"),
    ("https://x.com/a/status/12", "https://x.com/a"),
    ("https://x.com/search?q=a", "https://x.com/search?q=b"),
    ("https://t.me/channel/12", "https://t.me/channel/13"),
    ("https://t.me/channel/12", "https://t.me/channel"),
    ("https://t.me/+AbC", "https://t.me/+abc"),
    ("https://youtu.be/aB3_xyz-012", "https://youtu.be/aB3_xyz-012/x"),
    ("https://www.tiktok.com/@a", "https://www.tiktok.com/@a/live"),
    ("https://www.reddit.com/r/a", "https://www.reddit.com/r/b"),
    ("https://www.reddit.com/r/a/comments/1ab2", "https://reddit.com/comments/1ab3"),
    ("https://t.me/joinchat/AbC", "https://t.me/joinchat/abc"),
    ("https://instagram.com/p/Cx_1a", "https://instagram.com/p/cx_1a"),
    (
        "https://facebook.com/story.php?story_fbid=1&id=2",
        "https://facebook.com/story.php?story_fbid=3&id=2",
    ),
    ("https://facebook.com/watch/?v=1", "https://facebook.com/watch/?v=2"),
    ("https://facebook.com/photo.php?fbid=1", "https://facebook.com/photo.php?fbid=2"),
    ("https://www.tiktok.com/@a/video/1", "https://www.tiktok.com/@a/video/2"),
    ("https://google.com/search?q=a", "https://google.com/search?q=b"),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fb",
    ),
    (
        "https://web.archive.org/web/2020/https://example.com/a",
        "https://web.archive.org/web/2020/https://example.com/b",
    ),
    ("https://someone.blogspot.com/a", "https://another.blogspot.com/a"),
]

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


def test_the_tables_hold_enough_cases() -> None:
    assert len(MEET) >= 60
    assert len(STAY_APART) >= 30


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
