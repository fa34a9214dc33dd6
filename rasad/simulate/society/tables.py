"""Turns posts into rows of the archive's schema, columns of text at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.simulate.archive import COLUMNS, LIKES_PER_REPOST
from rasad.simulate.population import LANGUAGES
from rasad.simulate.society import wording
from rasad.simulate.society.cutting import cut_short
from rasad.simulate.society.deeds import (
    NOTHING,
    QUOTE,
    REPLY,
    REPOST,
    Bool,
    Deeds,
    Int,
)
from rasad.simulate.society.faces import PROFILE, Coded, Faces
from rasad.simulate.society.phrases import (
    address_cells,
    addresses,
    body_pieces,
    codes_of,
    joined,
    phrasebook,
    present_columns,
    tag_cells,
    tag_pieces,
)
from rasad.simulate.society.sorting import distinct

MINUTE_MS = 60_000
ENCODED = frozenset(COLUMNS) - {
    *("tweetid", "tweet_text", "in_reply_to_tweetid", "quoted_tweet_tweetid"),
    "retweet_tweetid",
}
"""Columns whose values repeat; the others are written as they are."""


class Scribe:
    """Writes rows of the archive for the posts of a world.

    Parameters
    ----------
    faces : Faces
        What is said of each account.
    language : int64 array
        Code of what each account writes.
    start_ms : int
        Start of the world in milliseconds since 1970 UTC.
    """

    def __init__(self, faces: Faces, language: Int, start_ms: int) -> None:
        self._faces, self._language, self._start_ms = faces, language, start_ms
        names = faces.screen_name
        self._greetings = pa.concat_arrays(
            [
                joined([pa.scalar("RT @"), names, pa.scalar(": ")]),
                joined([pa.scalar("@"), names, pa.scalar(" ")]),
            ]
        )
        # One more entry, 0, for the place -1.
        length = pc.utf8_length(self._greetings).to_numpy()
        self._greeted = np.append(length, 0).astype(np.int64)
        self._languages = Coded(np.arange(len(LANGUAGES)), pa.array(LANGUAGES))
        nobody = pa.array([""])
        everybody = np.arange(len(language) + 1, dtype=np.int64)
        self._owners = Coded(everybody, pa.concat_arrays([faces.userid, nobody]))
        mentions = joined([pa.scalar("["), faces.userid, pa.scalar("]")])
        self._mentions = Coded(
            everybody, pa.concat_arrays([mentions, pa.array(["[]"])])
        )

    def table(self, rows: Deeds, answers: dict[str, Int]) -> Any:
        """Return posts as a table with the columns of the archive.

        Parameters
        ----------
        rows : Deeds
            With ids, all of one day.
        answers : dict of int64 arrays
            What `answers_of` counts, for these rows.
        """
        columns = {name: self._faces.columns[name].at(rows.account) for name in PROFILE}
        columns |= self._words(rows) | self._aims(rows)
        columns |= {name: _numbers(count) for name, count in answers.items()}
        columns["tweetid"] = pa.array(rows.post).cast(pa.string())
        columns["tweet_time"] = self._times(rows.at_ms)
        columns["is_retweet"] = _flags(rows.kind == REPOST)
        for name, value in (("latitude", "absent"), ("longitude", "absent")):
            columns[name] = _constant(value, len(rows.at_ms))
        columns["poll_choices"] = _constant("", len(rows.at_ms))
        return pa.table({name: columns[name] for name in COLUMNS})

    def _words(self, rows: Deeds) -> dict[str, Any]:
        """Return text, language, and the hashtags and links that the text shows."""
        book, (links, address) = phrasebook(), codes_of(rows.link)
        linked = joined([pa.scalar(" "), addresses(links)])
        strings = pa.concat_arrays([book.strings, linked])
        length = np.concatenate(
            [book.length[:-1], pc.utf8_length(linked).to_numpy(), [0]]
        )
        body, tags = body_pieces(rows.text), tag_pieces(rows.tags)
        link = np.where(rows.link < 0, NOTHING, len(book.strings) + address)
        greeting = self._greeting(rows)
        shown = cut_short(
            rows.kind == REPOST,
            self._greeted[greeting],
            np.concatenate([body, tags, link[:, None]], axis=1),
            strings,
            length,
        )
        greeted = pa.array(greeting, mask=greeting < 0)
        text = joined(
            [
                self._greetings.take(greeted),
                *present_columns(shown.pieces, strings),
                shown.tail,
            ]
        )
        spoken = wording.field(rows.text, wording.LANGUAGE_AT, 3)
        spoken = np.where(rows.text < 0, self._language[rows.account], spoken)
        tag_count = shown.whole[:, body.shape[1] : -1].sum(axis=1)
        left = (1 << (wording.TAG_BITS * tag_count)) - 1
        seen = np.where(rows.tags < 0, 0, rows.tags & left)
        return {
            "tweet_text": text,
            "tweet_language": self._languages.at(spoken),
            "hashtags": tag_cells(np.where(seen > 0, seen, NOTHING)),
            "urls": address_cells(np.where(shown.cut, NOTHING, rows.link)),
        }

    def _greeting(self, rows: Deeds) -> Int:
        """Return places of what reposts and replies begin with, -1 for the others."""
        place = np.where(rows.kind == REPLY, len(self._language), 0) + rows.source
        named = (rows.kind == REPOST) | (rows.kind == REPLY)
        return np.where(named & (rows.source >= 0), place, NOTHING)

    def _aims(self, rows: Deeds) -> dict[str, Any]:
        """Return the columns that say what a post is about, and whom it names."""
        target = pa.array(rows.target).cast(pa.string())
        nobody = len(self._language)
        owner = np.where(rows.source < 0, nobody, rows.source)
        reply, repost = rows.kind == REPLY, rows.kind == REPOST

        def post(aimed: Bool) -> Any:
            return pc.if_else(pa.array(aimed & (rows.target >= 0)), target, "")

        def named(column: Coded, aimed: Bool) -> Any:
            return column.at(np.where(aimed, owner, nobody))

        return {
            "in_reply_to_userid": named(self._owners, reply),
            "in_reply_to_tweetid": post(reply),
            "quoted_tweet_tweetid": post(rows.kind == QUOTE),
            "retweet_userid": named(self._owners, repost),
            "retweet_tweetid": post(repost),
            "user_mentions": named(self._mentions, reply | repost),
        }

    def _times(self, at_ms: Int) -> Any:
        """Return the minute of each post, in UTC."""
        minute = (at_ms + self._start_ms) // MINUTE_MS
        first = int(minute.min()) if len(minute) else 0
        known, where = distinct(minute - first)
        clock = ((known + first) * MINUTE_MS).astype("datetime64[ms]")
        text = pc.replace_substring(
            pa.array(np.datetime_as_string(clock, unit="m")).cast(pa.string()), "T", " "
        )
        return pa.DictionaryArray.from_arrays(pa.array(where), text)


def answers_of(rows: Deeds) -> dict[str, Int]:
    """Count for each post of a day how often it was answered on that day.

    Parameters
    ----------
    rows : Deeds
        A whole day, by id.
    """
    counts = {}
    for name, kind in (("quote", QUOTE), ("reply", REPLY), ("retweet", REPOST)):
        target = np.sort(rows.target[rows.kind == kind])
        low = np.searchsorted(target, rows.post, side="left")
        high = np.searchsorted(target, rows.post, side="right")
        counts[f"{name}_count"] = high - low
    counts["like_count"] = LIKES_PER_REPOST * counts["retweet_count"]
    return counts


def _numbers(count: Int) -> Any:
    known, where = distinct(count)
    strings = pa.array(known).cast(pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(where), strings)


def _flags(flags: Bool) -> Any:
    return pa.DictionaryArray.from_arrays(
        pa.array(flags.astype(np.int32)), pa.array(["false", "true"])
    )


def _constant(value: str, n: int) -> Any:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(n, np.int32)), pa.array([value])
    )
