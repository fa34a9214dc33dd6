"""The twenty-one traps of exports, each as a small file with what must become of it.

======  ===============================================================================
trap    what is wrong with the file
======  ===============================================================================
T1      an id lost its digits on the way through a spreadsheet or a data frame
T2      the release itself holds damaged account ids
T3      ids are unquoted JSON numbers past 2^53
T4      ids are hashes, in several alphabets, some with a salt of their own per file
T5      a list stands in one cell, in six dialects
T6      a byte order mark stands before the first column, or the file is UTF-16
T7      quotes behind backslashes, rows of another width
T8      texts hold line ends of every kind
T9      times have minutes
T10     times have no zone
T11     a repost's text is cut
T12     a repost does not say what it repeats
T13     a repost names its target and not the target's author
T14     a spreadsheet has changed ids and dates
T15     texts stand in quotes of their own, apostrophes are backticks
T16     control characters are escaped as no JSON has them
T17     keys are missing or hold other types than last month
T18     zstd with a window of 2 GiB
T19     the header is not on the first line
T20     several clocks that disagree
T21     deletions and edits
======  ===============================================================================
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from importers.conftest import Read
from importers.direct import lines
from importers.test_bluesky_stream import KEYED, event
from importers.test_bluesky_stream import post as skeet
from importers.test_fourcat import HASH, STAMP, row, table
from importers.test_fourcat import tweet as cat
from importers.test_ira import ALL, TWEET
from importers.test_ira import post as troll
from importers.test_ira import rows as trolls
from importers.test_preambles import HEADER, RECORD
from importers.test_telegram_desktop import chat, exported, message
from importers.test_twitter_archive import HASHED, MOMENT_MS, rows, tweet
from importers.test_x_v2 import BIG, page, post, repost
from rasad.importers import IMPORTERS, recognise
from rasad.importers.cells import clean_id, parse_list_cell
from rasad.importers.reader import inspect
from rasad.importers.unpacking import Place, measured
from rasad.schema import Record
from rasad.traces.normalise import matching_text

Write = Callable[..., Path]

LOST = "8.98926E+17"
ROUND = "898925911294000000"


@pytest.fixture
def reading(written: Write, read: type[Read]) -> Callable[..., Read]:
    """Write a file and read it the way every file is read, bytes balanced."""

    def reading(content: Any, mapping: dict[str, str] | None = None) -> Read:
        return read(written(content), mapping)

    return reading


Reading = Callable[..., Read]


def says(result: Read, words: str) -> bool:
    return any(words in sentence for sentence in result.sniff.warnings)


def reasons(result: Read) -> list[str]:
    return [one.reason for one in result.rejects]


@pytest.mark.parametrize("damaged", [LOST, "8.98926e+17", "898925911294132224.0"])
def test_t1_an_id_that_lost_digits_joins_nothing(
    damaged: str, reading: Reading
) -> None:
    exact = tweet(userid=str(2**53 + 1))
    result = reading(rows(exact, tweet(userid=damaged), tweet(userid="")))
    assert [one.account for one in result.records] == [f"twitter:{2**53 + 1}"]
    assert len(result.rejects) == 2
    assert clean_id(damaged) is None


def test_t2_the_best_whole_id_names_the_account(reading: Reading) -> None:
    result = reading(trolls(ALL, troll(external_author_id="906000000000000000")))
    (record,) = result.records
    assert record.account == "twitter:905874659358453761"


def test_t3_numbers_in_json_keep_every_digit(reading: Reading) -> None:
    one = json.dumps(page(post(id="ID", author_id="WHO")), ensure_ascii=False)
    text = one.replace('"ID"', TWEET).replace('"WHO"', str(2**60 + 1))
    (record,) = reading(text + "\n").records
    assert (record.post, record.account) == (TWEET, f"twitter:{2**60 + 1}")


def test_t4_hashed_ids_stay_whole_and_are_no_handles(reading: Reading) -> None:
    sha = "0123456789abcdef" * 4
    result = reading(
        rows(
            tweet(userid=HASHED, user_screen_name=HASHED, user_display_name=HASHED),
            tweet(userid=sha, user_screen_name=sha, user_display_name=sha),
        )
    )
    accounts = [one.account for one in result.records]
    assert accounts == [f"twitter:{HASHED}", f"twitter:{sha}"]
    assert {one.handle for one in result.records} == {None}
    salted = reading(table(cat(author=HASH, author_id=HASH, author_fullname=HASH)))
    assert says(salted, "pseudonym")


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("['a', 'b']", ("a", "b")),
        ("[a, b]", ("a", "b")),
        ("[]", ()),
        ("", ()),
        ("a,b", ("a", "b")),
        ("a|b", ("a", "b")),
        ('["#a"]', ("#a",)),
        ("https://a.example/x?y=1,2 https://b.example", None),
    ],
)
def test_t5_a_list_in_a_cell_has_its_items(
    cell: str, items: tuple[str, ...] | None
) -> None:
    found = parse_list_cell(cell)
    if items is None:
        assert found is not None
        assert "https://a.example/x?y=1,2" in found
    else:
        assert (found or ()) == items


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_t6_a_mark_is_no_part_of_the_first_column(
    encoding: str, written: Write, reading: Reading
) -> None:
    plain = written(rows(tweet(tweet_text="سلام"))).read_text(encoding="utf-8")
    result = reading(plain.encode(encoding))
    assert result.head.columns[0] == "tweetid"
    assert [one.text for one in result.records] == ["سلام"]


def test_t7_quotes_behind_backslashes_and_rows_of_another_width(
    reading: Reading,
) -> None:
    mapping = {"account": "who", "time": "when", "text": "said"}
    quoted = [f'"a{n}","2024-01-02T03:04:05Z","he \\"said\\", so"\n' for n in range(20)]
    result = reading("who,when,said\n" + "".join(quoted), mapping)
    assert {one.text for one in result.records} == {'he "said", so'}
    ragged = "who,when,said\na,2024-01-02T03:04:05Z,x\nb,2024-01-02T03:04:05Z,y,z,9\n"
    result = reading(ragged, mapping)
    assert (len(result.records), len(result.rejects)) == (1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u0085"])
def test_t8_line_ends_inside_a_text_stay_there(end: str, reading: Reading) -> None:
    text = f"سطر یک{end}سطر دو"
    result = reading(rows(tweet(tweet_text=text), tweet(tweet_text="b")))
    assert [one.text for one in result.records] == [text, "b"]


def test_t9_minutes_are_said_and_the_id_gives_milliseconds_back(
    reading: Reading,
) -> None:
    first, second = reading(rows(tweet(), tweet(tweetid=HASHED))).records
    assert (first.created_at, first.precision) == (MOMENT_MS * 1000, "ms")
    assert second.precision == "min"


def test_t10_the_zone_is_read_off_the_ids_or_asked_for(reading: Reading) -> None:
    shifted = cat(unix_timestamp=str(MOMENT_MS // 1000 - 7200))
    result = reading(table(shifted))
    assert result.records[0].created_at == MOMENT_MS * 1000
    assert says(result, "whole quarter hours")
    naive = row(unix_timestamp="", timestamp=STAMP)
    assert says(reading(table(naive)), "without a zone")


def test_t11_a_cut_repost_shows_its_original_or_is_marked(reading: Reading) -> None:
    whole = reading(lines([page(repost())])).records[0]
    assert (whole.text, whole.truncated) == ("متن کامل اصلی", False)
    alone = reading(lines([page(repost(), includes={})])).records[0]
    assert alone.truncated
    assert (alone.text or "").endswith("…")


def test_t12_a_repost_without_a_target_has_its_author_only(reading: Reading) -> None:
    text = "RT @Friend: متن"
    one = cat(is_retweet="yes", retweeted_user="Friend", body=text)
    result = reading(table(one))
    (record,) = result.records
    assert (record.kind, record.repost_of) == ("repost", None)
    assert record.repost_of_account == "friend"
    assert says(result, "NDJSON") or says(result, "which post")


def test_t13_the_target_counts_and_not_its_author(reading: Reading) -> None:
    one = tweet(is_retweet="true", retweet_userid="", retweet_tweetid=TWEET)
    (record,) = reading(rows(one)).records
    assert (record.kind, record.repost_of) == ("repost", TWEET)
    assert record.repost_of_account is None


def test_t14_what_a_spreadsheet_changed_is_found(reading: Reading) -> None:
    whole = [tweet(userid=str(10**17 + 7 * n)) for n in range(30)]
    result = reading(rows(*whole, *[tweet(userid=ROUND), tweet(userid=LOST)] * 15))
    assert not any(LOST in one.account for one in result.records)
    assert says(result, "userid")
    formula = reading(rows(tweet(tweet_text="=HYPERLINK(1)")))
    assert formula.records[0].text == "=HYPERLINK(1)"


def test_t15_quotes_around_a_text_go_and_backticks_match(reading: Reading) -> None:
    said = "'@friend it`s here for everybody to see'"
    (record,) = reading(trolls(ALL, troll(content=said))).records
    assert record.text == "@friend it`s here for everybody to see"
    assert matching_text("it`s") == matching_text("it's")


def test_t16_escapes_that_are_no_json_are_mended(reading: Reading) -> None:
    text = exported(chat(message(text_entities=[{"type": "plain", "text": "aXb"}])))
    (record,) = reading(text.replace("aXb", r"a\x0Bb")).records
    assert record.text == "a\x0bb"


def test_t17_a_missing_key_costs_a_field_and_not_the_post(reading: Reading) -> None:
    bare = {"id": TWEET, "author_id": BIG, "created_at": "2017-07-14T02:40:12.000Z"}
    odd = post(entities=[7], lang=5, public_metrics="x", source={"a": 1})
    result = reading(lines([page(post()), page(bare), page(odd)]))
    assert len(result.records) == 3
    assert result.records[1].text is None
    assert result.rejects == []


def test_t18_a_window_of_two_gigabytes_is_no_surprise(tmp_path: Path) -> None:
    choices = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=choices).compressobj()
    content = lines([page(post())])
    data = content if isinstance(content, bytes) else content.encode()
    path = tmp_path / "a.zst"
    path.write_bytes(packer.compress(data) + packer.flush())
    assert measured(Place(path)).size == len(data)
    head = inspect(path)
    sniff = recognise(head)
    found = list(IMPORTERS.find(sniff.importer).read(head, sniff.mapping))
    assert sum(isinstance(one.outcome, Record) for one in found) == 1
    assert found[-1].byte_end == len(data)


def test_t19_a_header_below_a_preamble_is_found(written: Write) -> None:
    head = inspect(written(f"Report:,گزارش\n\n{HEADER}\n{RECORD}\n"))
    assert head.columns == tuple(HEADER.split(","))


def test_t20_the_clock_of_whoever_received_it_counts(reading: Reading) -> None:
    back = event(skeet(createdAt="2019-01-01T00:00:00Z"))
    unreceived = event(skeet(), time_us=None)
    result = reading(lines([event(skeet()), back, unreceived]))
    first, second, third = result.records
    assert first.created_at == second.created_at
    assert third.created_at == KEYED
    assert says(result, "In 1 of the first 3 posts the clocks")


def test_t21_deletions_are_kept_as_rejects_with_their_place(reading: Reading) -> None:
    gone = event(commit={"operation": "delete"})
    result = reading(lines([event(skeet()), gone]))
    assert reasons(result) == ["no post: a deletion"]
    assert len(result.records) == 1
