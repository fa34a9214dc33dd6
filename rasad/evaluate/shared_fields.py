"""What a post must state so that it shares a given object, trace by trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from rasad.errors import ConfigError
from rasad.extend import Trace
from rasad.schema import Record
from rasad.store.duckdb import DuckDBStore

Fields = dict[str, Any]

STATED: dict[str, Callable[[str], Fields]] = {
    "object": lambda value: {"objects": (value,)},
    "repost": lambda value: {"kind": "repost", "repost_of": value},
    "link": lambda value: {"links": (value,)},
    "domain": lambda value: {"sites": (value,)},
    "hashtags": lambda value: {"hashtags": tuple(value.split("#")[1:])},
    "reply": lambda value: {"kind": "reply", "reply_to": value},
    "mention": lambda value: {"mentions": (value,)},
}
"""What a record states so that it feeds a trace with a value, by trace."""

TEXTS: dict[str, Callable[[str], Fields]] = {
    "text": lambda text: {"text": text, "links": None, "hashtags": None},
    "repost_text": lambda text: {"kind": "repost", "text": text},
}
"""The same where the value is a hash of words: the words, by trace."""

OWN: dict[str, str] = {
    "link": "https://{0}.example/page",
    "domain": "{0}.example",
    "hashtags": "#{0}#and{0}",
    "text": "The tomatoes by the kitchen door ripen early, see note {0}",
    "repost_text": "RT @{0}: the tomatoes by the kitchen door ripen early this year",
}
"""A new value of a trace by its name; the bare name where nothing is said."""

WORDS = """
    SELECT object, list(DISTINCT text ORDER BY text)[:4] AS texts
    FROM action JOIN post USING (post)
    WHERE verb = $verb AND text IS NOT NULL AND object IN (SELECT object FROM lent)
    GROUP BY object
"""

LEAST_KNOWN = 0.5
"""Share of objects that must be made again, below which rings would be others."""


def check_makable(trace: Trace) -> None:
    """Make sure that records of a trace can be made.

    Raises
    ------
    ConfigError
        If it is a trace that this module does not know.
    """
    if trace.name not in STATED | TEXTS:
        raise ConfigError(
            f"Rings cannot act in trace {trace.name!r}",
            "choose another with --trace: " + ", ".join(STATED | TEXTS),
        )


def new_object(trace: Trace, name: str) -> Fields:
    """Return what a record states that shares an object nobody shared before.

    Parameters
    ----------
    trace : Trace
        The trace.
    name : str
        Letters and digits; another name, another object.
    """
    make = STATED.get(trace.name) or TEXTS[trace.name]
    return make(OWN.get(trace.name, "{0}").format(name))


def known_objects(
    store: DuckDBStore, trace: Trace, objects: pa.Array
) -> list[Fields | None]:
    """Return what records state that share objects of the case.

    Each is held against the trace: what it makes of the record must be the object.

    Parameters
    ----------
    store : DuckDBStore
        Holds the objects, and the posts whose words some of them are made of.
    trace : Trace
        The trace.
    objects : pyarrow.Array
        Objects as in table `action`, `trace:value`.

    Returns
    -------
    list of dict or None
        None where no post of the case gives the object by what the tables keep.

    Raises
    ------
    ConfigError
        If that is so for more than half of them.
    """
    words = _words(store, trace, objects) if trace.name in TEXTS else {}
    found: list[Fields | None] = []
    for name in objects.to_pylist():
        value = name.partition(":")[2]
        make = STATED.get(trace.name) or TEXTS[trace.name]
        sources = words.get(name, []) if trace.name in TEXTS else [value]
        options = (make(source) for source in sources)
        found.append(next((one for one in options if _shares(trace, one, value)), None))
    missing = sum(one is None for one in found)
    if missing > (1 - LEAST_KNOWN) * len(found):
        raise ConfigError(
            f"The case does not keep what objects of trace {trace.name} are made of",
            "choose another trace with --trace",
        )
    return found


def record(**fields: Any) -> Record:
    """Make a record that says of everything that it holds none, but for the fields."""
    return Record(**({"links": (), "hashtags": (), "mentions": ()} | fields))


def _shares(trace: Trace, fields: Fields, value: str) -> bool:
    someone = {"account": "generic:someone", "platform": "generic"}
    sometime = {"created_at": 0, "precision": "s", "raw_time": "0"}
    return value in trace.objects(record(**someone, **sometime, **fields))


def _words(store: DuckDBStore, trace: Trace, objects: pa.Array) -> dict[str, list[str]]:
    """Return a few of the texts behind each object."""
    with store.lent(pa.table({"object": objects})):
        rows = store.rows(WORDS, verb=trace.name)
    return {row["object"]: row["texts"] for row in rows}
