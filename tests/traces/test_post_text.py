"""What a post holds is found in its text where the file does not say."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.traces.post_text import (
    LONGEST,
    hashtags_in,
    leading_handles,
    links_in,
    mentions_in,
)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", ()),
        ("a https://t.co/AbC b http://example.com/x?y=1#z", None),
        ("(https://example.com/a)", ("https://example.com/a",)),
        ("https://example.com/a_(b)", ("https://example.com/a_(b)",)),
        ("see https://example.com/a, then", ("https://example.com/a",)),
        ("see www.example.com.", ("www.example.com",)),
        ("HTTPS://EXAMPLE.com/A", ("HTTPS://EXAMPLE.com/A",)),
        ("https://fa.wikipedia.org/wiki/ایران", None),
        ("متن https://t.co/AbC، متن", ("https://t.co/AbC",)),
        ("https://t.co/AbCمتن", ("https://t.co/AbC",)),
        ("https://t.co/AbC\u200f", ("https://t.co/AbC",)),
        (
            "https://t.co/AbChttps://t.co/dEf",
            ("https://t.co/AbC", "https://t.co/dEf"),
        ),
        ("https://web.archive.org/web/2020/https://example.com/a", None),
        ("cut https://example.com/sto…", ()),
        ("cut https://example.com/sto...", ()),
        ("me@www.example.com and awww.nice", ()),
    ],
)
def test_links_are_found(text: str, links: tuple[str, ...] | None) -> None:
    expected = (
        tuple(word for word in text.split() if "://" in word)
        if links is None
        else links
    )
    assert links_in(text) == expected


def test_a_link_at_the_end_of_a_cut_text_is_not_whole() -> None:
    text = "a https://t.co/AbC b https://t.co/d"
    assert links_in(text, truncated=True) == ("https://t.co/AbC",)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#a and #B_c.", ("a", "B_c")),
        ("#a#b", ("a", "b")),
        ("#می\u200cشود #انتخابات_ایران", ("می\u200cشود", "انتخابات_ایران")),
        ("#हिन्दी #ภาษาไทย", ("हिन्दी", "ภาษาไทย")),
        ("＃日本", ("日本",)),
        ("#1 #2016 #_", ()),
        ("a#b &#39; https://example.com/#c", ()),
        ("#whole #cu…", ("whole",)),
        ("none", ()),
    ],
)
def test_hashtags_are_found(text: str, tags: tuple[str, ...]) -> None:
    assert hashtags_in(text) == tags


def test_a_hashtag_at_the_end_of_a_cut_text_is_not_whole() -> None:
    assert hashtags_in("#whole #cu", truncated=True) == ("whole",)


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("hi @Ann, @bob_1!", ("ann", "bob_1")),
        (".@Ann", ("ann",)),
        ("@a.bsky.social @b@mastodon.social", ("a.bsky.social", "b@mastodon.social")),
        ("me@example.com @ @@ https://tiktok.com/@me", ()),
        ("none", ()),
    ],
)
def test_mentions_are_found(text: str, handles: tuple[str, ...]) -> None:
    assert mentions_in(text) == handles


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@Ann @Bob hello @Cid", ("ann", "bob")),
        ("'@Ann hello'", ("ann",)),
        ("\u200f @Ann, @Bob", ("ann", "bob")),
        ("@Ann @ann hello", ("ann",)),
        (".@Ann hello", ()),
        ("hello @Ann", ()),
        ("", ()),
    ],
)
def test_leading_handles_are_found(text: str, handles: tuple[str, ...]) -> None:
    assert leading_handles(text) == handles


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet="#@a.-_/:htps w\u200c\ud800…é"))
def test_no_text_is_refused(text: str) -> None:
    for find in (links_in, hashtags_in, mentions_in, leading_handles):
        assert all(find(text))


@pytest.mark.parametrize(
    "piece", ["#", "#a", "@", "@a-", "@a.", "http://", "www.", "https://a.", "(", ", "]
)
def test_hostile_texts_take_time_in_proportion(piece: str) -> None:
    text = piece * (LONGEST // len(piece))
    started = time.process_time()
    for find in (links_in, hashtags_in, mentions_in, leading_handles):
        find(text)
    assert time.process_time() - started < 2
