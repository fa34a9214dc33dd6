"""A mapping is typed, kept in a file, and never taken when it does not fit."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.errors import MappingError
from rasad.extend import Head
from rasad.importers.mapping import (
    ROLES,
    check_columns,
    is_full,
    load_mapping,
    map_option,
    mapping_toml,
    parse_mapping,
    read_mapping,
)
from rasad.importers.table import incomplete

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.dictionaries(st.sampled_from(list(ROLES)), NAMES))
def test_a_mapping_survives_its_file(mapping: dict[str, str]) -> None:
    assert tomllib.loads(mapping_toml(mapping))["map"] == mapping


def test_a_file_and_a_typed_mapping_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a=b.toml"
    path.write_text(mapping_toml({"account": "کاربر", "time": "a, b"}))
    assert read_mapping(str(path)) == {"account": "کاربر", "time": "a, b"}
    assert read_mapping("account=x=y") == {"account": "x=y"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("account", "role=column"),
        ("account=", "role=column"),
        ("account=a,account=b", "given twice"),
        ("acount=a", "use post, account, object"),
    ],
)
def test_a_typed_mapping_that_is_wrong_is_explained(typed: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        parse_mapping(typed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("x = [", "not TOML"),
        ("account = 'a'", "no table"),
        ("[map]\naccount = 1", "no table"),
        ("[map]\nacount = 'a'", "no role acount"),
    ],
)
def test_a_mapping_file_that_is_wrong_is_explained(
    content: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(content)
    with pytest.raises(MappingError, match=said):
        load_mapping(path)


def test_a_missing_mapping_file_is_named() -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping("absent")


def test_mapped_columns_must_exist() -> None:
    check_columns({"account": "a"}, ["a", "b"])
    with pytest.raises(MappingError, match="no column c: use the columns a, b"):
        check_columns({"account": "c"}, ["a", "b"])


def test_a_full_mapping_has_account_time_and_content() -> None:
    assert is_full({"account": "a", "time": "t", "text": "x"})
    assert is_full({"account": "a", "time": "t", "object": "x"})
    assert not is_full({"account": "a", "text": "x", "object": "o"})
    assert not is_full({})


def test_the_option_to_type_is_safe_in_a_shell() -> None:
    assert map_option({"time": "a b", "account": "x"}) == "--map 'account=x,time=a b'"


def test_column_names_of_strangers_stay_on_one_line_of_a_refusal() -> None:
    odd = "mo" + chr(10) + "ment" + chr(0x202E)
    names = ("who", odd, "x" * 500)
    head = Head(path=Path("posts.csv"), container="csv", columns=names, rows=())
    said = str(incomplete(head, {"time": odd, "text": "x" * 500}))
    assert "who, mo⟦U+000A⟧ment⟦U+202E⟧, xxx" in said
    assert "--map account=COLUMN,object=COLUMN,time=COLUMN" in said
    assert said.isprintable()
    assert len(said) < 700
    with pytest.raises(MappingError) as refused:
        check_columns({"time": "when" + chr(13)}, names)
    assert str(refused.value).isprintable()


def test_what_is_proposed_can_be_given_back() -> None:
    names = ("کاربر" + chr(0x200C) + "ها", " who ", "when", "a,b")
    head = Head(path=Path("posts.csv"), container="csv", columns=names, rows=())
    said = str(incomplete(head, {"account": names[0], "time": names[1]}))
    option = said.split("--map ")[1].split(", or put")[0]
    (typed,) = shlex.split(option)
    assert names[0] in said
    assert read_mapping(typed) == {
        "account": names[0],
        "object": "COLUMN",
        "time": "COLUMN",
    }


def test_a_column_may_be_called_like_a_mapping_file() -> None:
    assert read_mapping("account=a,time=x.toml") == {"account": "a", "time": "x.toml"}
