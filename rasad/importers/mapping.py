"""Which column plays which role, as a person types it or keeps it in a file."""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rasad.errors import MappingError
from rasad.importers.preview import column_list

ROLES: dict[str, str] = {
    "post": "id of the post",
    "account": "who posted, an id where there is one",
    "object": "what was shared: a post, a link, an image hash",
    "time": "when it was posted",
    "text": "what the post says",
    "kind": "post, repost, quote or reply",
    "platform": "where it was posted",
    "handle": "the account's handle",
    "name": "the account's display name",
    "language": "language of the post",
    "link": "links in the post",
    "site": "site that was linked, where the table names it apart",
    "hashtags": "hashtags in the post",
    "mentions": "accounts named in the post",
    "repost_of": "id of the reposted post",
    "reply_to": "id of the post replied to",
    "quote_of": "id of the quoted post",
    "community": "channel, group, page or forum",
    "client": "program that sent the post",
}
"""Every role and what stands in its column."""


def is_full(mapping: Mapping[str, str]) -> bool:
    """Tell whether a mapping is enough to import: account, time, object or text.

    Examples
    --------
    >>> is_full({"account": "a", "time": "t"})
    False
    """
    return {"account", "time"} <= set(mapping) and bool({"object", "text"} & {*mapping})


def parse_mapping(text: str) -> dict[str, str]:
    """Read `role=column,role=column`.

    Raises
    ------
    MappingError
        If a part has no `=`, a role is unknown or given twice.

    Examples
    --------
    >>> parse_mapping("account=user id, time=date")
    {'account': 'user id', 'time': 'date'}
    """
    mapping: dict[str, str] = {}
    for part in text.split(","):
        role, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column:
            raise MappingError(
                f"{part.strip()!r} is not of the form role=column",
                "write --map account=COLUMN,time=COLUMN,object=COLUMN, or put a name "
                "that holds a comma into a TOML file",
            )
        if role in mapping:
            raise MappingError(f"The role {role} is given twice", "give it once")
        mapping[role] = column
    return _known_roles(mapping)


def load_mapping(path: Path) -> dict[str, str]:
    """Read the table `[map]` of a TOML file.

    Raises
    ------
    MappingError
        If the file is missing, is not TOML, or its table is not role = "column".
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path} cannot be read", "check its name") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path} is not TOML ({error})", "mend the file") from error
    table: Any = content.get("map")
    if not isinstance(table, dict) or not all(
        isinstance(column, str) and column for column in table.values()
    ):
        raise MappingError(
            f'{path} has no table [map] of role = "column"',
            'write [map], then lines such as account = "user_id"',
        )
    return _known_roles(table)


def read_mapping(text: str) -> dict[str, str]:
    """Read what follows `--map`: the name of a TOML file, or the mapping itself."""
    path = Path(text)
    # A column may be called x.toml, and a folder x=1.
    if "=" not in text or (path.suffix.lower() == ".toml" and path.is_file()):
        return load_mapping(path)
    return parse_mapping(text)


def mapping_toml(mapping: Mapping[str, str]) -> str:
    """Return a mapping as a TOML file with a comment on each role.

    Examples
    --------
    >>> print(mapping_toml({"account": "user_id"}), end="")
    [map]
    # who posted, an id where there is one
    account = "user_id"
    """
    lines = ["[map]"]
    for role, meaning in ROLES.items():
        if role in mapping:
            # JSON's escapes are TOML's, except that TOML also escapes DEL.
            quoted = json.dumps(mapping[role], ensure_ascii=False)
            quoted = quoted.replace("\x7f", "\\u007f")
            lines += [f"# {meaning}", f"{role} = {quoted}"]
    return "\n".join(lines) + "\n"


def check_columns(mapping: Mapping[str, str], columns: Sequence[str]) -> None:
    """Check that every mapped column exists.

    Raises
    ------
    MappingError
        If one does not.
    """
    _known_roles(mapping)
    missing = sorted({name for name in mapping.values() if name not in columns})
    if missing:
        raise MappingError(
            f"There is no column {column_list(missing)}",
            f"use the columns {column_list(columns)}",
        )


def map_option(mapping: Mapping[str, str]) -> str:
    """Return the option that gives a mapping on the command line.

    Examples
    --------
    >>> map_option({"time": "date", "account": "user"})
    '--map account=user,time=date'
    """
    pairs = (f"{role}={mapping[role]}" for role in ROLES if role in mapping)
    return "--map " + shlex.quote(",".join(pairs))


def _known_roles(mapping: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(mapping) - set(ROLES))
    if unknown:
        raise MappingError(
            f"There is no role {', '.join(unknown)}", f"use {', '.join(ROLES)}"
        )
    return dict(mapping)
