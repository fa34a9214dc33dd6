"""Links about which no rule says anything, told at a glance.

Most links of most files name a page of a site that no table knows, by a path and at
most one parameter. Their one form is what stands there, and finding that out by all the
rules takes ten times as long.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from rasad.traces.address import LONGEST
from rasad.traces.link_tables import (
    HOST_TRACKERS,
    PATH_WRAPPERS,
    TRACKER_PREFIXES,
    TRACKERS,
    WRAPPERS,
    is_anybodys,
)
from rasad.traces.links import canonical_link, domain, unified_host
from rasad.traces.platform_links import has_form

NOTHING = pa.scalar(None, pa.string())

REMEMBERED = 32_768
"""Hosts and names of parameters that are kept."""

_ORDINARY = (
    r"^https?://(?P<host>[a-z0-9.-]+)(?P<path>(?:/[\w~-][\w.~-]*)*)/?"
    r"(?P<asked>(?:\?(?P<name>[\w.~-]+)=[\w.~-]*)?)$"
)
_RULES = tuple(
    re.compile(pattern.pattern.partition("/")[0])
    for pattern in (*PATH_WRAPPERS, *(pattern for pattern, _ in WRAPPERS))
)
"""What the rules about wrappers say of hosts: all that comes before the first slash."""


class Linked(NamedTuple):
    """What links lead to: the one form of each, and its site; NULL for None there."""

    form: pa.Array
    site: pa.Array


class _Host(NamedTuple):
    name: str
    site: str | None


def linked(urls: pa.Array) -> Linked:
    """Return what `canonical_link` and `domain` say of links.

    Parameters
    ----------
    urls : pyarrow.Array
        Texts, none of them NULL.

    Examples
    --------
    >>> found = linked(pa.array(["https://www.example.com/a/?id=7", "http://t.co/AbC"]))
    >>> found.form.to_pylist(), found.site.to_pylist()
    (['example.com/a?id=7', 't.co/AbC'], ['example.com', None])
    """
    host, path, asked, name = pc.extract_regex(urls, _ORDINARY).flatten()
    hosts = pc.fill_null(host, "").dictionary_encode()
    known = list(map(_ordinary_host, hosts.dictionary.to_pylist()))
    named = pa.array([one and one.name for one in known], pa.string())
    site = pa.array([one and one.site for one in known], pa.string())
    named, site = named.take(hosts.indices), site.take(hosts.indices)
    form = pc.binary_join_element_wise(named, path, asked, "")
    bare = pc.and_(
        site.is_null(), pc.equal(pc.binary_join_element_wise(path, asked, ""), "")
    )
    plain = pc.and_(named.is_valid(), _is_plain(urls, path, name))
    return _with_others(urls, pc.if_else(bare, NOTHING, form), site, pc.invert(plain))


def _is_plain(urls: pa.Array, path: pa.Array, name: pa.Array) -> pa.Array:
    """Tell of links of ordinary hosts whether no rule knows the rest of them."""
    names = pc.fill_null(name, "").dictionary_encode()
    chooses = pa.array(map(_chooses, names.dictionary.to_pylist()), pa.bool_())
    kept = pc.and_(
        chooses.take(names.indices),
        pc.invert(pc.fill_null(pc.match_substring(path, "amp"), True)),
    )
    cut = pc.or_(pc.ends_with(urls, "..."), pc.greater(pc.binary_length(urls), LONGEST))
    return pc.and_not(kept, cut)


def _with_others(
    urls: pa.Array, form: pa.Array, site: pa.Array, others: pa.Array
) -> Linked:
    """Put in what all the rules say of links that are not ordinary."""
    rest = urls.filter(others).to_pylist()
    forms = pa.array(map(canonical_link, rest), pa.string())
    sites = pa.array(map(domain, rest), pa.string())
    return Linked(
        pc.replace_with_mask(form, others, forms),
        pc.replace_with_mask(site, others, sites),
    )


@lru_cache(maxsize=REMEMBERED)
def _ordinary_host(name: str) -> _Host | None:
    """Return the host that a name stands for, unless a rule might know it."""
    host = unified_host(name)
    if host is None or host in HOST_TRACKERS or has_form(host):
        return None
    if any(rule.fullmatch(host) for rule in _RULES):
        return None
    return _Host(host, None if is_anybodys(host) else host)


@lru_cache(maxsize=REMEMBERED)
def _chooses(name: str) -> bool:
    """Tell whether a parameter of this name chooses a page, wherever it stands."""
    low = name.lower()
    return not (
        low in TRACKERS or low.startswith(TRACKER_PREFIXES) or low == "outputtype"
    )
