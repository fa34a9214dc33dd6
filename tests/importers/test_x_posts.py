"""Times, texts and clients of posts on X, whatever the format."""

from __future__ import annotations

import pytest

from importers.x_reading import MOMENT_MS, snowflake
from rasad.importers.optional_times import us_in
from rasad.importers.times import TimeError
from rasad.importers.x_posts import (
    client_name,
    plain_text,
    post_time,
    post_warnings,
)

POST = snowflake()
SECOND = "2017-07-14T02:40:12.000Z"
US = MOMENT_MS * 1000


@pytest.mark.parametrize(
    ("post", "stated", "finer", "expected"),
    [
        (POST, SECOND, None, (US, "ms")),
        (POST, "Fri Jul 14 02:40:12 +0000 2017", None, (US, "ms")),
        (POST, "2017-07-14 02:40", None, (US, "ms")),
        ("hashed", SECOND, str(MOMENT_MS), (US, "ms")),
        ("hashed", SECOND, "1", (US - 345_000, "s")),
        ("hashed", None, str(MOMENT_MS), (US, "ms")),
        (POST, None, None, (US, "ms")),
        (POST, "yesterday", None, (US, "ms")),
        ("12", SECOND, None, (US - 345_000, "s")),
        (None, SECOND, None, (US - 345_000, "s")),
        # Tehran is three and a half hours and, that summer, one more ahead.
        (POST, "2017-07-14 07:10:12", None, (US, "ms")),
        (POST, "2017-07-13T22:40:12", None, (US, "ms")),
        (POST, "2017-07-14 07:10:52", None, (US + 16_239_655_000, "s")),
        (POST, "2017-07-16 02:40:12", None, (US + 172_799_655_000, "s")),
        (POST, "2017-07-14 07:10", None, (US + 16_187_655_000, "min")),
    ],
)
def test_times_are_as_fine_as_the_file_allows(
    post: str | None,
    stated: str | None,
    finer: str | None,
    expected: tuple[int, str],
) -> None:
    assert post_time(post, stated, finer) == expected


@pytest.mark.parametrize(
    ("stated", "reason"),
    [(None, "it has no time"), ("soon", "its time is not written as a time")],
)
def test_without_any_time_the_reason_is_said(stated: str | None, reason: str) -> None:
    with pytest.raises(TimeError, match=reason):
        post_time("12", stated)


def test_wrong_zones_foreign_times_and_lost_digits_are_reported() -> None:
    pairs = [
        (POST, SECOND),
        (POST, "2017-07-14T07:10:12Z"),
        (POST, "2016-01-01T00:00:00Z"),
        (None, SECOND),
        (POST, None),
    ]
    said = post_warnings(pairs, {"id": [POST, "9.06E+17"], "author_id": ["12"]})
    assert [sentence.split(" ", 2)[0] for sentence in said] == ["Column", "In", "In"]
    assert "Column id holds ids whose last digits were lost" in said[0]
    assert said[1].startswith("In 1 of the first 5 posts")
    assert "whole quarter hours" in said[1]
    assert said[2].startswith("In 1 of the first 5 posts")
    assert said[2].endswith("the stated one is kept.")
    assert post_warnings([(POST, SECOND)], {}) == ()


def test_texts_and_clients_lose_what_the_platform_put_around_them() -> None:
    assert plain_text("«سلام» &amp; &lt;b&gt; &amp;amp; &eacute;") == (
        "«سلام» & <b> &amp; &eacute;"
    )
    assert plain_text(None) is None
    link = '<a href="https://a.example/?a=1&b=2" rel="nofollow">R&amp;D</a>'
    assert client_name(link) == "R&D"
    assert client_name("Twitter Web App") == "Twitter Web App"
    assert client_name("web") == "web"
    assert client_name("") is None
    assert client_name(None) is None
    assert us_in("1464000000") == 1_464_000_000_000_000
    assert us_in("") is None
