"""Tables of posts on X made by twarc-csv, minet, gazouilloire and DMI-TCAT."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from importers.x_reading import MOMENT_MS, Reading, lines, snowflake
from rasad.extend import Importer
from rasad.importers.reader import inspect
from rasad.importers.x_tables import TcatTable, TwarcTable, TwitwiTable
from rasad.importers.x_users import NO_POSTS, ArchiveUsers

Write = Callable[..., Path]
Cells = dict[str, str]

BIG = "9007199254740993"
ORIGINAL = snowflake(MOMENT_MS - 60_000)

TWARC: Cells = {
    "id": snowflake(),
    "conversation_id": "33",
    "referenced_tweets.replied_to.id": "",
    "referenced_tweets.retweeted.id": "",
    "referenced_tweets.quoted.id": "",
    "author_id": BIG,
    "in_reply_to_user_id": "",
    "retweeted_user_id": "",
    "retweeted_username": "",
    "created_at": "2017-07-14T02:40:12.000Z",
    "text": r"متن\nسطر دوم &amp; 😀",
    "lang": "fa",
    "source": "A client",
    "entities.hashtags": '["#یک", "#Two"]',
    "entities.mentions": '["@bob", "@Ann"]',
    "entities.urls": '["https://a.example/?x=1,2", "pic.twitter.com/q"]',
    "author.created_at": "2012-06-07T06:36:05.000Z",
    "author.username": "Some_One",
    "author.name": "یک نام",
    "author.description": r"دربارهٔ\nمن",
    "__twarc.retrieved_at": "2021-04-08T19:34:16+00:00",
}
TWITWI: Cells = {
    "id": snowflake(),
    "timestamp_utc": "1500000012.0",
    "local_time": "2017-07-14T04:40:12",
    "user_screen_name": "Some_One",
    "text": "با @bob و @ann دربارهٔ #Two و #یک https://a.example",
    "lang": "fa",
    "to_userid": "",
    "to_tweetid": "",
    "source_name": "A client",
    "user_id": BIG,
    "user_name": "یک نام",
    "user_description": "دربارهٔ من",
    "user_created_at": "2012-06-07T08:36:05",
    "user_timestamp_utc": "1339050965.0",
    "collected_via": "search",
    "retweeted_id": "",
    "retweeted_user": "",
    "retweeted_user_id": "",
    "quoted_id": "",
    "links": "https://a.example|https://b.example/?q=1,2",
    "mentioned_names": "ann|bob",
    "mentioned_ids": "7|5",
    "hashtags": "two|یک",
}
TCAT: Cells = {
    "id": snowflake(),
    "time": "1500000012",
    "created_at": "2017-07-14 02:40:12",
    "from_user_name": "Some_One",
    "text": "متن &amp; 😀",
    "lang": "fa",
    "to_user_name": "",
    "in_reply_to_status_id": "",
    "quoted_status_id": "",
    "source": '<a href="https://a.example" rel="nofollow">A client</a>',
    "from_user_id": BIG,
    "from_user_realname": "یک نام",
    "from_user_description": "دربارهٔ من",
    "from_user_lang": "fa",
    "from_user_created_at": "2012-06-07 06:36:05",
    "urls": "https://t.co/a; https://t.co/b; https://t.co/c",
    "urls_expanded": "https://b.it/1; https://b.example/?q=1;2; https://x.com/photo/1",
    "urls_followed": "https://a.example; ; ",
    "media_id": "; ; 99",
    "mentions": "bob; ann",
    "hashtags": "یک; Two",
}


def table(*rows: Cells) -> list[list[str]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def columns(importer: Importer, plain: Cells, **cells: str) -> Cells:
    """A row of which some cells are set; `_` in a name stands for any mark."""
    unknown = set(cells) - {name.replace(".", "_") for name in plain}
    assert not unknown, f"{importer.name} has no {unknown}"
    return {name: cells.get(name.replace(".", "_"), plain[name]) for name in plain}


def twarc(**cells: str) -> Cells:
    return columns(TwarcTable(), TWARC, **cells)


def twitwi(**cells: str) -> Cells:
    return columns(TwitwiTable(), TWITWI, **cells)


def tcat(**cells: str) -> Cells:
    return columns(TcatTable(), TCAT, **cells)


FORMATS = [(TwarcTable(), TWARC), (TwitwiTable(), TWITWI), (TcatTable(), TCAT)]
each_format = pytest.mark.parametrize(("importer", "plain"), FORMATS)


@each_format
def test_who_and_when(importer: Importer, plain: Cells, written: Write) -> None:
    result = Reading(importer, written(table(plain)))
    record = result.record
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    assert (record.account, record.post) == (f"twitter:{BIG}", snowflake())
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert record.raw_time in plain.values()
    assert (record.kind, record.language, record.client) == ("post", "fa", "A client")
    assert (record.handle, record.name) == ("Some_One", "یک نام")
    assert record.account_created_at == 1_339_050_965_000_000
    assert (record.description or "").split() == ["دربارهٔ", "من"]
    assert not record.truncated


def test_what_a_twarc_row_holds(written: Write) -> None:
    record = Reading(TwarcTable(), written(table(TWARC))).record
    assert record.text == "متن\nسطر دوم & 😀"
    assert record.description == "دربارهٔ\nمن"
    assert record.links == ("https://a.example/?x=1,2",)
    assert record.hashtags == ("یک", "Two")
    assert record.mentions == ("bob", "Ann")
    assert record.thread == "33"


def test_what_a_minet_row_holds_is_in_the_order_of_the_text(written: Write) -> None:
    record = Reading(TwitwiTable(), written(table(TWITWI))).record
    assert record.links == ("https://a.example", "https://b.example/?q=1,2")
    assert record.hashtags == ("two", "یک")
    assert record.mentions == ("5", "7")


def test_what_a_tcat_row_holds(written: Write) -> None:
    record = Reading(TcatTable(), written(table(TCAT))).record
    assert record.text == "متن & 😀"
    assert record.links == ("https://a.example", "https://b.example/?q=1;2")
    assert record.hashtags == ("یک", "Two")
    assert record.mentions == ("bob", "ann")
    assert record.account_language == "fa"


@pytest.mark.parametrize(
    ("cells", "links", "hashtags", "mentions"),
    [
        (("", "", ""), None, None, None),
        (("[]", "", ""), (), (), ()),
        (("", "['#a', '#b']", ""), (), ("a", "b"), ()),
        (
            (
                '[{"expanded_url": "https://a.example"}, {"media_key": "3_1"}]',
                '[{"tag": "a"}]',
                '[{"username": "bob", "id": "5"}, {"username": "ann"}]',
            ),
            *(("https://a.example",), ("a",), ("5", "ann")),
        ),
    ],
)
def test_lists_of_twarc_in_every_notation(
    cells: tuple[str, str, str],
    links: tuple[str, ...] | None,
    hashtags: tuple[str, ...] | None,
    mentions: tuple[str, ...] | None,
    written: Write,
) -> None:
    names = ("entities_urls", "entities_hashtags", "entities_mentions")
    row = twarc(**dict(zip(names, cells, strict=True)))
    record = Reading(TwarcTable(), written(table(row))).record
    assert (record.links, record.hashtags, record.mentions) == (
        *(links, hashtags, mentions),
    )


def test_twarc_cells_that_are_json(written: Write) -> None:
    encoded = {
        name: cell if cell.startswith("[") or not cell else json.dumps(cell)
        for name, cell in twarc(text="«a»\n\\n", source='"').items()
    }
    result = Reading(TwarcTable(), written(table(encoded)))
    record = result.record
    assert (record.post, record.account) == (snowflake(), f"twitter:{BIG}")
    assert (record.text, record.client) == ("«a»\n\\n", '"')
    assert result.sniff.warnings == ()
    plain = twarc(text='"quoted"')
    assert Reading(TwarcTable(), written(table(plain))).record.text == '"quoted"'


@pytest.mark.parametrize(
    ("row", "kind", "targets"),
    [
        (
            twarc(referenced_tweets_retweeted_id=ORIGINAL, retweeted_user_id="8"),
            "repost",
            (ORIGINAL, "8", None, None),
        ),
        (
            twarc(referenced_tweets_retweeted_id=ORIGINAL, retweeted_username="Bob"),
            "repost",
            (ORIGINAL, "bob", None, None),
        ),
        (
            twarc(referenced_tweets_retweeted_id="9.06E+17"),
            "repost",
            (None, None, None, None),
        ),
        (
            twarc(referenced_tweets_quoted_id="6", referenced_tweets_replied_to_id="7"),
            "quote",
            (None, None, "6", "7"),
        ),
        (twarc(in_reply_to_user_id="7"), "reply", (None, None, None, None)),
    ],
)
def test_targets_of_twarc_rows(
    row: Cells, kind: str, targets: tuple[str | None, ...], written: Write
) -> None:
    record = Reading(TwarcTable(), written(table(row))).record
    assert record.kind == kind
    stated = record.repost_of, record.repost_of_account
    assert (*stated, record.quote_of, record.reply_to) == targets


def test_targets_of_minet_rows(written: Write) -> None:
    text = "RT @Bob: متن کامل است…"
    rows = (
        twitwi(retweeted_id=ORIGINAL, retweeted_user_id="8", text=text),
        twitwi(retweeted_id=ORIGINAL, text=text),
        twitwi(quoted_id="6"),
        twitwi(to_tweetid="7", to_userid="8"),
    )
    first, second, third, fourth = Reading(TwitwiTable(), written(table(*rows))).records
    assert (first.kind, first.repost_of) == ("repost", ORIGINAL)
    assert (first.repost_of_account, first.text) == ("8", text)
    assert not first.truncated
    assert second.repost_of_account == "bob"
    assert (third.kind, third.quote_of) == ("quote", "6")
    assert (fourth.kind, fourth.reply_to) == ("reply", "7")


def test_a_tcat_repost_is_known_by_its_text_alone(written: Write) -> None:
    rows = (
        tcat(text="RT @Bob: متن بریده…"),
        tcat(in_reply_to_status_id="7"),
        tcat(quoted_status_id="6"),
    )
    first, second, third = Reading(TcatTable(), written(table(*rows))).records
    assert (first.kind, first.repost_of) == ("repost", None)
    assert (first.repost_of_account, first.truncated) == ("bob", True)
    assert (second.kind, second.reply_to) == ("reply", "7")
    assert (third.kind, third.quote_of) == ("quote", "6")


def test_columns_that_others_added_to_tcat_are_used(written: Write) -> None:
    used = ("urls", "urls_expanded", "urls_followed", "media_id", "mentions")
    plain = {name: cell for name, cell in TCAT.items() if name not in used}
    row = plain | {
        "retweeted_id": ORIGINAL,
        "retweeted_user_id": "8",
        "links": "https://a.example/?a|b|https://b.example",
        "mentioned_user_names": "ann|bob",
        "hashtags": "یک|two",
    }
    result = Reading(TcatTable(), written(table(row)))
    record = result.record
    assert result.sniff.confidence == 0.9
    assert (record.kind, record.repost_of) == ("repost", ORIGINAL)
    assert record.repost_of_account == "8"
    assert record.links == ("https://a.example/?a|b", "https://b.example")
    assert (record.hashtags, record.mentions) == (("یک", "two"), ("ann", "bob"))


def test_what_columns_do_not_say_is_not_stated(written: Write) -> None:
    lists = ("urls", "urls_expanded", "urls_followed", "media_id", "hashtags")
    bare = {name: cell for name, cell in TCAT.items() if name not in lists}
    record = Reading(TcatTable(), written(table(bare | {"mentions": ""}))).record
    assert (record.links, record.hashtags, record.mentions) == (None, None, ())
    row = twitwi(links="", hashtags="", mentioned_names="", mentioned_ids="")
    record = Reading(TwitwiTable(), written(table(row))).record
    assert (record.links, record.hashtags, record.mentions) == ((), (), ())
    row = twitwi(mentioned_names="bob|ann", mentioned_ids="")
    assert Reading(TwitwiTable(), written(table(row))).record.mentions == ("bob", "ann")


def test_posts_that_others_carried_along_are_left_out(written: Write) -> None:
    ways = ("retweet", "quote|retweet", "retweet|search", "thread", "")
    rows = [twitwi(collected_via=way) for way in ways]
    result = Reading(TwitwiTable(), written(table(*rows)))
    assert len(result.records) == 3
    assert result.reasons == ["no post: carried along by a repost or quote"] * 2


def test_minet_posts_as_json_lines(written: Write) -> None:
    value = TWITWI | {
        "timestamp_utc": 1_500_000_012,
        "links": ["https://a.example"],
        "hashtags": [],
        "mentioned_names": ["ann", "bob"],
        "mentioned_ids": ["7", "5"],
        "collected_via": ["search"],
    }
    result = Reading(TwitwiTable(), written(lines(value, value)))
    first, _ = result.records
    assert (first.links, first.hashtags) == (("https://a.example",), ())
    assert (first.mentions, first.precision) == (("5", "7"), "ms")


@each_format
def test_only_rows_without_account_or_time_are_rejected(
    importer: Importer, plain: Cells, written: Write
) -> None:
    bound = importer.columns  # type: ignore[attr-defined]
    post, account, time = (bound[name][0] for name in ("post", "account", "time"))
    rows = (
        plain,
        plain | {account: ""},
        plain | {account: "0"},
        plain | {account: "9.06E+17"},
        plain | {account: "906000000000000000"},
        plain | {post: "12", time: "yesterday"},
        plain | {post: "12"},
        plain | {post: "9.06E+17"},
        plain | {time: ""},
    )
    result = Reading(importer, written(table(*rows)))
    assert result.reasons == [
        "it has no usable user id",
        "it has no usable user id",
        "the last digits of its user id are lost",
        "the last digits of its user id are lost",
        "its time is not written as a time",
    ]
    assert [one.precision for one in result.records] == ["ms", "s", "s", "ms"]
    assert [one.post for one in result.records] == [
        *(snowflake(), "12", None, snowflake()),
    ]
    assert f"Column {post} holds ids" in result.sniff.warnings[0]
    assert f"Column {account} holds ids" in result.sniff.warnings[1]


@each_format
def test_columns_are_found_whatever_their_order_case_and_dress(
    importer: Importer, plain: Cells, written: Write
) -> None:
    names = list(reversed(plain))
    header = [f" {name.upper()}\u00a0" for name in names]
    rows = [header, [plain[name] for name in names]]
    text = "\n".join("\t".join(f'"{quoted(cell)}"' for cell in row) for row in rows)
    result = Reading(importer, written("\ufeff".encode() + text.encode()))
    assert result.head.container == "tsv"
    usual = Reading(importer, written(table(plain), "b")).record
    assert result.record == usual


def quoted(cell: str) -> str:
    return cell.replace('"', '""')


@each_format
def test_a_table_that_ends_early_says_so(
    importer: Importer, plain: Cells, written: Write
) -> None:
    path = written(table(plain, plain))
    path.write_bytes(path.read_bytes()[:-1].rstrip(b"\r\n") + b',"')
    result = Reading(importer, path)
    assert len(result.records) == 1
    assert result.rejects[-1].ends_early


@each_format
def test_tables_are_read_from_parquet_too(
    importer: Importer, plain: Cells, tmp_path: Path, written: Write
) -> None:
    path = tmp_path / "b"
    pq.write_table(pa.table({name: [cell] for name, cell in plain.items()}), path)
    head = inspect(path)
    (entry,) = importer.read(head, {})
    assert entry.outcome == Reading(importer, written(table(plain))).record


def test_formats_do_not_take_each_others_tables(written: Write) -> None:
    for importer, _ in FORMATS:
        for other, plain in FORMATS:
            if other is not importer:
                assert importer.sniff(inspect(written(table(plain)))) is None


def test_fewer_columns_are_recognised_with_less_trust(written: Write) -> None:
    names = ("id", "author_id", "created_at", "referenced_tweets.retweeted.id", "text")
    few = {name: TWARC[name] for name in names}
    result = Reading(TwarcTable(), written(table(few)))
    assert result.sniff.confidence == 0.9
    assert result.record.handle is None


def test_the_archives_accounts_are_refused_with_the_file_to_give(
    written: Write,
) -> None:
    users = {
        "userid": BIG,
        "user_display_name": "یک نام",
        "user_screen_name": "Some_One",
        "user_reported_location": "",
        "user_profile_description": "",
        "user_profile_url": "",
        "follower_count": "1",
        "following_count": "2",
        "account_creation_date": "2016-04-27",
        "account_language": "fa",
    }
    result = Reading(ArchiveUsers(), written(table(users)))
    assert result.sniff.warnings == (NO_POSTS,)
    assert result.records == []
    assert result.reasons == ["no post: an account"]
    tweets = {"tweetid": "1"} | users
    assert ArchiveUsers().sniff(inspect(written(table(tweets)))) is None
    assert ArchiveUsers().sniff(inspect(written(table(TCAT)))) is None
