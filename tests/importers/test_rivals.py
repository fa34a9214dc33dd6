"""Tables made for other tools open without a mapping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rasad.errors import ImportFormatError
from rasad.importers import recognise
from rasad.importers.reader import inspect

Write = Callable[..., Path]

TOOLKIT = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls"
OTHER = "m,u,n,r,p,t,s,l"


@pytest.mark.parametrize("account", ["account_id", "id_user", "id_account"])
@pytest.mark.parametrize(
    ("time", "precision"),
    [("1600000000", "s"), ("2020-09-13 12:26:40", "s"), ("1600000000.25", "ms")],
)
def test_coortweets_table_is_read(
    account: str, time: str, precision: str, written: Write, read: Any
) -> None:
    text = f"object_id,{account},content_id,timestamp_share\no1,a1,c1,{time}\n"
    result = read(written(text))
    assert result.sniff.importer == "coortweet"
    (record,) = result.records
    assert record.account == "generic:a1"
    assert record.objects == ("o1",)
    assert record.post == "c1"
    assert record.created_at // 1_000_000 == 1_600_000_000
    assert record.precision == precision


def test_coortweets_rows_without_account_or_time_are_rejected(
    written: Write, read: Any
) -> None:
    text = "object_id,account_id,content_id,timestamp_share\n"
    result = read(
        written(text + "o,a,c,5\n,a,c,6\no,,c,5\no,a,c,soon\n" + "o,b,d,7\n" * 9)
    )
    assert len(result.rejects) == 2
    assert result.records[1].objects is None


def test_coortweets_columns_with_other_times_are_no_such_table(written: Write) -> None:
    text = "object_id,account_id,content_id,timestamp_share\no,a,c,soon\n"
    with pytest.raises(ImportFormatError, match="columns of coortweet"):
        recognise(inspect(written(text)), name="coortweet")


@pytest.mark.parametrize("header", [TOOLKIT, OTHER])
def test_the_toolkits_table_is_read_by_place(
    header: str, written: Write, read: Any
) -> None:
    body = (
        "m1,u1,One,,,\"a, text\",0,\"['https://a.example', 'https://b.example']\"\n"
        "m2,u2,Two,m1,,again,1.5,[]\n"
        "m3,u1,One,,m2,answer,2,\n"
        "m4,u2,Two,m1,,short,3\n"
    )
    result = read(written("\ufeff" + header + "\n" + body))
    assert result.sniff.importer == "qut_toolkit"
    first, second, third, fourth = result.records
    assert first.links == ("https://a.example", "https://b.example")
    assert (first.account, first.handle) == ("generic:u1", "One")
    assert (first.text, first.created_at) == ("a, text", 0)
    assert (second.kind, second.repost_of, second.links) == ("repost", "m1", ())
    assert (second.created_at, second.precision) == (1_500_000, "ms")
    assert (third.kind, third.reply_to, third.links) == ("reply", "m2", None)
    assert fourth.links is None


def test_the_toolkits_eight_names_are_enough(written: Write, read: Any) -> None:
    body = "m1,u1,One,,,RT @Ab: x,5,\nm1,u1,One,a b,,x,5,\n,,One,,,x,5,\n"
    result = read(written(f"{TOOLKIT}\n{body}"))
    assert result.sniff.importer == "qut_toolkit"
    first, second = result.records
    assert (first.kind, first.repost_of, first.repost_of_account) == (
        "repost",
        None,
        "ab",
    )
    assert (second.kind, second.repost_of_account) == ("repost", None)


@pytest.mark.parametrize(
    "row",
    [
        "m1,u1,One,,,text,when,",
        ",u1,One,,,text,1,",
        "m1,,One,,,text,1,",
        "m1,u1,One,two words,,text,1,",
    ],
)
def test_eight_columns_of_another_shape_are_not_the_toolkits(
    row: str, written: Write
) -> None:
    head = inspect(written(f"{OTHER}\n{row}\n"))
    with pytest.raises(ImportFormatError, match="qut_toolkit"):
        recognise(head, name="qut_toolkit")


def test_a_mapped_table_of_eight_columns_goes_before_the_toolkit(
    written: Write,
) -> None:
    header = "id,account,name,repost_of,reply_to,text,time,link"
    rows = "".join(
        f"m{n},u{n % 3},One,,,words,{1_600_000_000 + n},\n" for n in range(9)
    )
    assert recognise(inspect(written(f"{header}\n{rows}"))).importer == "generic"


def test_the_toolkits_rows_without_user_or_time_are_rejected(
    written: Write, read: Any
) -> None:
    good = "".join(f"m{n},u,One,,,words,{n},\n" for n in range(250))
    result = read(written(f"{TOOLKIT}\n{good}x,,One,,,words,1,\ny,u,One,,,words,z,\n"))
    assert [one.reason for one in result.rejects] == [
        "it has no usable user",
        "its time is not a number of seconds",
    ]
