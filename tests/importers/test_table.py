"""Unknown tables: mapped when sure, otherwise the command to type is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rasad.errors import MappingError
from rasad.importers import IMPORTERS, recognise
from rasad.importers.identity import post_id, record_hash
from rasad.importers.mapping import ROLES as mapping_roles
from rasad.importers.reader import inspect
from rasad.importers.table import Played
from rasad.schema import Record

Write = Callable[..., Path]
BIG = "9007199254740993"


def table(columns: dict[str, list[str]]) -> list[list[str]]:
    return [list(columns), *(list(row) for row in zip(*columns.values(), strict=True))]


def guessed(path: Path) -> dict[str, str]:
    sniff = recognise(inspect(path))
    assert sniff.importer == "generic"
    return dict(sniff.mapping)


DAYS = [f"2020-01-{day:02}T10:00:{day:02}Z" for day in range(1, 21)]
USERS = [f"u{n % 7}" for n in range(20)]
TEXTS = [f"a sentence about subject {n}" for n in range(20)]


@pytest.mark.parametrize(
    ("account", "time", "text"),
    [
        ("user_id", "created_at", "text"),
        ("کاربر", "تاریخ", "متن"),
        ("المستخدم", "التاريخ", "النص"),
        ("автор", "дата", "текст"),
        ("usuario", "fecha", "texto"),
        ("Author ID", "Publish Date", "Full Text"),
    ],
)
def test_columns_are_found_in_several_languages(
    account: str, time: str, text: str, written: Write
) -> None:
    path = written(table({"n": USERS, account: USERS, time: DAYS, text: TEXTS}))
    assert guessed(path) == {"account": account, "time": time, "text": text}


def test_a_name_whose_values_do_not_fit_is_not_taken(written: Write) -> None:
    path = written(
        table(
            {"time": TEXTS, "date": DAYS, "account": USERS, "text": DAYS, "body": TEXTS}
        )
    )
    assert guessed(path) == {"account": "account", "time": "date", "text": "body"}


def test_a_time_with_zone_is_preferred(written: Write) -> None:
    naive = [day.replace("T", " ")[:-1] for day in DAYS]
    path = written(
        table({"created_at": naive, "date": DAYS, "user": USERS, "text": TEXTS})
    )
    assert guessed(path)["time"] == "date"


def test_a_handle_stands_for_the_account_where_there_is_no_id(
    written: Write, read: Any
) -> None:
    names = [f"Name_{n % 3}" for n in range(20)]
    path = written(table({"username": names, "date": DAYS, "text": TEXTS}))
    result = read(path)
    assert result.sniff.mapping["account"] == result.sniff.mapping["handle"]
    assert result.records[1].account == "generic:name_1"
    assert result.records[1].handle == "Name_1"


def test_a_link_is_the_object_where_there_is_no_text(written: Write) -> None:
    links = [f"https://news.example/{n % 4}" for n in range(20)]
    path = written(table({"user_id": USERS, "date": DAYS, "url": links}))
    assert guessed(path)["object"] == "url"
    path = written(table({"user_id": USERS, "date": DAYS, "url": links, "text": TEXTS}))
    assert guessed(path)["link"] == "url"
    assert "object" not in guessed(path)


def test_a_table_that_is_not_certain_shows_the_option_to_type(written: Write) -> None:
    numbers = [str(n % 5) for n in range(20)]
    path = written(
        table(
            {
                "account_id": USERS,
                "post_id": [str(n) for n in range(20)],
                "url_id": numbers,
                "hashtag_id": numbers,
                "timestamp": [str(1_600_000_000 + n) for n in range(20)],
            }
        )
    )
    with pytest.raises(MappingError) as caught:
        recognise(inspect(path))
    said = str(caught.value)
    assert "account_id, post_id, url_id, hashtag_id, timestamp" in said
    assert "--map post=post_id,account=account_id,object=url_id,time=timestamp" in said
    mapped = recognise(inspect(path), mapping={"object": "hashtag_id"})
    assert mapped.mapping["object"] == "hashtag_id"
    assert mapped.mapping["account"] == "account_id"
    again = recognise(inspect(path), name="generic", mapping=mapped.mapping)
    assert again.mapping == mapped.mapping


def test_names_that_say_nothing_lead_to_a_proposal(written: Write) -> None:
    path = written(table({"a": DAYS, "b": USERS, "c": TEXTS}))
    with pytest.raises(MappingError, match="--map account=b,time=a,text=c"):
        recognise(inspect(path))
    with pytest.raises(MappingError, match="object=COLUMN,time=COLUMN"):
        recognise(inspect(written("x,y\n2,3\n" * 3)))


def test_a_full_mapping_is_taken_as_it_is(written: Write) -> None:
    path = written(
        table({"account": USERS, "date": DAYS, "text": TEXTS, "lang": USERS})
    )
    typed = {"account": "lang", "time": "date", "text": "text"}
    assert recognise(inspect(path), mapping=typed).mapping == typed


def test_a_mapping_that_does_not_fit_is_explained(written: Write) -> None:
    head = inspect(written(table({"account": USERS, "date": DAYS, "text": TEXTS})))
    with pytest.raises(MappingError, match="no column when"):
        recognise(head, mapping={"time": "when"})
    with pytest.raises(MappingError, match="Column text cannot be the time"):
        recognise(head, mapping={"account": "account", "time": "text", "text": "date"})
    with pytest.raises(MappingError, match="knows its columns"):
        recognise(head, name="coortweet", mapping={"time": "date"})


ROLES = (
    "post,account,object,time,text,kind,platform,handle,display_name,language,link,site,"
    "hashtags,mentions,repost_of,reply_to,quote_of,community,client"
)


def test_every_role_reaches_its_field(written: Write, read: Any) -> None:
    row = (
        f'{BIG},{BIG},o1,2020-01-01T10:00:00.5Z,"سلام، دنیا",Retweet,X.com,Ab,A b,fa,'
        '"https://a.example|https://b.example",77.0,"[\'x\']",[],5,6,7,group,web'
    )
    mapping = {name: name for name in ROLES.split(",") if name != "display_name"}
    result = read(written(f"{ROLES}\n{row}\n"), mapping | {"name": "display_name"})
    (record,) = result.records
    assert record.account == f"x.com:{BIG}"
    assert record.post == BIG
    assert (record.kind, record.platform) == ("repost", "x.com")
    assert (record.handle, record.name, record.language) == ("Ab", "A b", "fa")
    assert record.text == "سلام، دنیا"
    assert record.created_at == 1_577_872_800_500_000
    assert (record.precision, record.raw_time) == ("ms", "2020-01-01T10:00:00.5Z")
    assert record.links == ("https://a.example", "https://b.example")
    assert record.sites == ("77",)
    assert (record.hashtags, record.mentions) == (("x",), ())
    assert (record.repost_of, record.reply_to, record.quote_of) == ("5", "6", "7")
    assert (record.community, record.client) == ("group", "web")
    assert record.objects == ("o1",)


def test_every_role_has_a_field_of_a_row() -> None:
    assert list(Played._fields) == list(mapping_roles)


@pytest.mark.parametrize(
    ("cell", "sites"),
    [
        ("", None),
        ("nan", None),
        ("[]", ()),
        ("a.example", ("a.example",)),
        ("5878.0", ("5878",)),
        ("a.example|b.example", ("a.example", "b.example")),
        ("8.98926E+17", None),
    ],
)
def test_sites_are_a_list_of_ids_or_names(
    cell: str, sites: tuple[str, ...] | None, written: Write, read: Any
) -> None:
    path = written(f"account,object,time,where\na,o,2020-01-01,{cell}\n")
    mapping = {"account": "account", "object": "object", "time": "time"}
    assert read(path, mapping | {"site": "where"}).records[0].sites == sites


def test_records_that_differ_in_their_site_are_no_duplicates() -> None:
    one, other = (
        Record(
            account="x:1",
            platform="x",
            created_at=0,
            precision="s",
            raw_time="0",
            sites=(site,),
        )
        for site in ("5878", "5879")
    )
    assert post_id(one) == post_id(other)
    assert record_hash(one, "p") != record_hash(other, "p")


# --- which column is the site --------------------------------------------------------

HOSTS = [f"{'news' if n % 3 else 'paper'}.example" for n in range(20)]


def with_site(name: str, values: list[str]) -> list[list[str]]:
    return table({"user_id": USERS, "date": DAYS, "text": TEXTS, name: values})


@pytest.mark.parametrize(
    "name", ["domain", "Domain Name", "site", "website", "hostname", "domäne", "домен"]
)
def test_hosts_that_change_from_post_to_post_are_the_sites_linked(
    name: str, written: Write
) -> None:
    found = guessed(written(with_site(name, HOSTS)))
    assert found["site"] == name
    assert "platform" not in found


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("domain", [str(n % 5) for n in range(20)]),
        ("domain", [f"subject {n % 5}" for n in range(20)]),
        ("domain", [f"home{n % 7}.example" for n in range(20)]),
        ("domain_id", [str(n % 5) for n in range(20)]),
        ("source", HOSTS),
    ],
    ids=["numbers", "words", "one of each account", "ids", "another name"],
)
def test_what_may_be_something_else_is_not_taken_for_a_site(
    name: str, values: list[str], written: Write
) -> None:
    assert "site" not in guessed(written(with_site(name, values)))


@pytest.mark.parametrize("name", ["site", "platform"])
@pytest.mark.parametrize("ending", ["", ".com"])
def test_a_platform_is_no_site_that_was_linked(
    name: str, ending: str, written: Write
) -> None:
    values = [f"{'facebook' if n % 7 % 2 else 'twitter'}{ending}" for n in range(20)]
    found = guessed(written(with_site(name, values)))
    assert found["platform"] == name
    assert "site" not in found


def test_a_column_that_says_platform_is_one_whatever_stands_in_it(
    written: Write,
) -> None:
    assert guessed(written(with_site("platform", HOSTS)))["platform"] == "platform"


def test_a_site_is_proposed_where_another_column_may_be_the_object(
    written: Write,
) -> None:
    columns = {
        "account_id": USERS,
        "url_id": [str(n % 5) for n in range(20)],
        "domain_id": [str(n % 3) for n in range(20)],
        "timestamp": [str(1_600_000_000 + n) for n in range(20)],
    }
    with pytest.raises(
        MappingError,
        match="account=account_id,object=url_id,time=timestamp,site=domain_id",
    ):
        recognise(inspect(written(table(columns))))
    del columns["url_id"]
    with pytest.raises(MappingError, match="object=domain_id,time=timestamp "):
        recognise(inspect(written(table(columns))))


# --- kinds and ids -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("RT", "repost"),
        ("retweeted", "repost"),
        ("Reblogged", "repost"),
        ("boost", "repost"),
        ("Quote Tweet", "quote"),
        ("Share", "repost"),
        ("comment", "reply"),
        ("QUOTE", "quote"),
        ("original", "post"),
        ("photo", "post"),
    ],
)
def test_words_for_kinds_are_understood(
    word: str, kind: str, written: Write, read: Any
) -> None:
    path = written(f"account,time,text,kind\na,2020-01-01,some words,{word}\n")
    assert read(path).records[0].kind == kind


def test_words_for_kinds_that_are_not_known_are_told(written: Write) -> None:
    rows = "a,2020-01-01,some words,photo\nb,2020-01-02,more,retweet\n"
    said = recognise(inspect(written(f"account,time,text,kind\n{rows}"))).warnings
    assert any("no known kind (1 of the first 2)" in sentence for sentence in said)


def test_a_text_that_begins_as_a_retweet_is_a_repost_unless_the_column_says_otherwise(
    written: Write, read: Any
) -> None:
    text = "RT @Some_One: words"
    rows = "".join(
        f"a,2020-01-0{n},{text},{kind}\n"
        for n, kind in enumerate(("", "original", "retweet"), 1)
    )
    records = read(written(f"account,time,text,kind\n{rows}")).records
    assert [(one.kind, one.repost_of_account) for one in records] == [
        ("repost", "some_one"),
        ("post", None),
        ("repost", "some_one"),
    ]
    (record,) = read(
        written(f"account,time,text,repost_of\na,2020-01-01,{text},7\n")
    ).records
    assert (record.repost_of, record.repost_of_account) == ("7", None)


@pytest.mark.parametrize(
    ("column", "account"),
    [
        ("user", "name_x"),
        ("author", "name_x"),
        ("Screen Name", "name_x"),
        ("account_name", "name_x"),
        ("account", "Name_X"),
        ("account_id", "Name_X"),
        ("author_id", "Name_X"),
        ("userid", "Name_X"),
    ],
)
def test_a_handle_that_is_the_account_is_in_lower_case(
    column: str, account: str, written: Write, read: Any
) -> None:
    path = written(f"{column},time,text\nName_X,2020-01-01,some words\n")
    mapping = {"account": column, "time": "time", "text": "text"}
    assert read(path, mapping).records[0].account == f"generic:{account}"


def test_damaged_ids_are_missing_row_by_row(written: Write, read: Any) -> None:
    lost, whole = "906000000000000000", "906000000000000001"
    header = "account,time,text,object,post,repost_of,reply_to,quote_of,handle\n"
    rows = f"a,2020-01-01,x{f',{lost}' * 5},ab\na,2020-01-01,x{f',{whole}' * 5},ab\n"
    mapping = {name: name for name in header.strip().split(",")}
    result = read(written(f"{header}{rows}{lost},2020-01-01,x,o,,,,,ab\n"), mapping)
    first, second = result.records
    ids = (first.post, first.objects, first.repost_of, first.reply_to, first.quote_of)
    assert ids == (None,) * 5
    assert (second.post, second.objects, second.quote_of) == (whole, (whole,), whole)
    assert result.rejects[0].reason == "the last digits of its account are lost"


@pytest.mark.parametrize(
    ("column", "kind"),
    [("repost_of", "repost"), ("reply_to", "reply"), ("quote_of", "quote")],
)
def test_targets_give_the_kind_where_none_is_stated(
    column: str, kind: str, written: Write, read: Any
) -> None:
    rows = f"account,time,text,{column}\na,2020-01-01,some words,7\nb,2020-01-02,x,\n"
    assert [one.kind for one in read(written(rows)).records] == [kind, "post"]


def test_one_wrong_time_in_a_short_file_is_rejected_alone(
    written: Write, read: Any
) -> None:
    lines = "a,2020-01-01 10:00,x\nb,never,y\nc,2020-01-01 10:01,z\n"
    mapping = {name: name for name in ("account", "time", "text")}
    result = read(written("account,time,text\n" + lines), mapping)
    assert [record.text for record in result.records] == ["x", "z"]
    assert len(result.rejects) == 1


def test_records_without_account_or_time_are_rejected(
    written: Write, read: Any
) -> None:
    lines = [
        "a,2020-01-01,t1",
        ",2020-01-01,no account",
        "8.98926E+17,2020-01-01,rounded account",
        "b,,no time",
        "c,1960-01-01,old",
        "d,2200-01-01,far",
        "e,2020-01-02,",
    ] + [f"f,2020-01-03,t{n}" for n in range(20)]
    result = read(written("account,time,text\n" + "\n".join(lines) + "\n"))
    assert len(result.rejects) == 5
    assert len(result.records) == 22
    assert result.records[1].text == ""
    assert any("last digits" in said for said in result.sniff.warnings)


def test_one_row_is_enough(written: Write, read: Any) -> None:
    result = read(written("account,object,time\nرسول,o,1600000000\n"))
    (record,) = result.records
    assert record.account == "generic:رسول"
    assert record.objects == ("o",)
    assert record.text is None


def test_missing_object_and_text_stay_missing(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "a"
    columns = {
        "account": pa.array([int(BIG), 2]),
        "object": pa.array(["o", None]),
        "time": pa.array(
            [1_600_000_000_000_000, 1_600_000_060_000_001], pa.timestamp("us")
        ),
    }
    pq.write_table(pa.table(columns), path)
    result = read(path)
    assert [one.account for one in result.records] == [f"generic:{BIG}", "generic:2"]
    assert [one.objects for one in result.records] == [("o",), None]
    assert [one.precision for one in result.records] == ["s", "us"]
    assert [entry.line for entry in result.entries] == [1, 2]
    assert result.entries[0].byte_start is None


def test_every_importer_has_its_sentences() -> None:
    for importer in IMPORTERS.values():
        assert importer.title
        assert importer.support.endswith(".")
