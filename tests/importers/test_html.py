"""HTML becomes what a reader sees, in time that grows with its length only."""

from __future__ import annotations

import random
import time

import pytest

from rasad.importers.html import anchors, plain_text

SHORTENED = (
    '<p>ببینید <a href="https://example.org/long/path?x=1&amp;y=2" rel="nofollow">'
    '<span class="invisible">https://</span><span class="ellipsis">example.org/long'
    '</span><span class="invisible">/path?x=1&amp;y=2</span></a></p>'
)
BROKEN = [
    "<",
    "<a ",
    "<!--",
    "<![",
    "</",
    "&",
    "&#9",
    '<a href="',
    "<a x='y=\"",
    "<a\n",
]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("سلام دنیا", "سلام دنیا"),
        ("", ""),
        ("<p>مرحبا &amp; أهلا</p><p>دو</p>", "مرحبا & أهلا\nدو"),
        ("one<br>two<BR />three", "one\ntwo\nthree"),
        ("a < b > c <3", "a < b > c <3"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("a<!-- <p>hidden</p> -->b<!-- never closed", "ab"),
        ("a<script>if (x<y) {}</script>b<style>never closed", "ab"),
        ("&lt;b&gt; &#39;&#x1F600; &nonsense;", "<b> '😀 &nonsense;"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("half a tag <a href=", "half a tag <a href="),
        (SHORTENED, "ببینید https://example.org/long/path?x=1&y=2"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_links_come_with_their_marks() -> None:
    html = (
        '<a href="https://s.example/@a" class="u-url mention">@a</a>'
        "<A class='x' REL=tag HREF=https://s.example/tags/b>#b</A>"
        "<a name='c'>c</a><a href=''>d</a><p href='https://no.example'>e</p>"
    )
    assert anchors(html) == [
        ("https://s.example/@a", frozenset({"u-url", "mention"})),
        ("https://s.example/tags/b", frozenset({"x", "tag"})),
    ]
    assert anchors(SHORTENED)[0][0] == "https://example.org/long/path?x=1&y=2"


@pytest.mark.parametrize("part", BROKEN)
def test_broken_markup_costs_no_more_than_whole(part: str) -> None:
    started = time.process_time()
    for read in (plain_text, anchors):
        read(part * (500_000 // len(part)))
    assert time.process_time() - started < 5


def test_nothing_fails() -> None:
    dice = random.Random(1)
    parts = ["<", ">", "a", "!", "--", "[", "]", "&", "#", '"', "'", "/", "=", " ", "p"]
    parts += ["br", "script", "CDATA", "سلام", "?", ";", "x", "\n", "href"]
    for _ in range(5_000):
        html = "".join(dice.choices(parts, k=dice.randint(0, 40)))
        plain_text(html)
        anchors(html)
