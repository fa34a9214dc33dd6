"""One form for all the links that lead to the same page, and the site they belong to.

Only the text of a link is used; nothing is ever fetched, so a shortened link stays
what it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from rasad.traces.address import Address, read_address
from rasad.traces.link_tables import (
    ALIASES,
    HOST_PATTERNS,
    HOST_TRACKERS,
    MOBILE_PREFIXES,
    PATH_WRAPPERS,
    TRACKER_PREFIXES,
    TRACKERS,
    TRANSLATED,
    WRAPPED_NAMES,
    WRAPPERS,
    is_anybodys,
)
from rasad.traces.platform_links import platform_form

REMEMBERED = 32_768
"""Links whose form is kept, since posts repeat them."""

_DEEPEST = 5
_AMP_PAGE = re.compile(r"(/.*[-\d][^/]*)/amp")
_AMP_FILE = re.compile(r"(/.*[^/])\.amp(\.html?)")


def canonical_link(url: str) -> str | None:
    """Return the one form of a link, without scheme.

    Parameters
    ----------
    url : str
        Any text; a link may stand without its scheme.

    Returns
    -------
    str or None
        `None` where the text is no whole web address, or no more than the front page
        of a shortener or platform, which is what a link cut short leaves.

    Notes
    -----
    Case of the path, order of path segments and every parameter that may choose a
    page are kept: that two links wrongly stay apart costs a little evidence, that two
    wrongly meet makes false evidence.

    Examples
    --------
    >>> canonical_link("https://m.youtube.com/watch?v=aB3_xyz-012&feature=share")
    'youtube.com/watch?v=aB3_xyz-012'
    >>> canonical_link("http://www.Example.com/News/?utm_source=x&id=7#top")
    'example.com/News?id=7'
    >>> canonical_link("absent") is None
    True
    """
    address = _target(url)
    if address is None or (_is_front_page(address) and is_anybodys(address.host)):
        return None
    return address.text()


def domain(url: str) -> str | None:
    """Return the site that a link leads to.

    Parameters
    ----------
    url : str
        Any text.

    Returns
    -------
    str or None
        The host without `www.` and mobile prefixes, in ASCII. `None` for shorteners,
        for platforms where everybody publishes, and where there is no link. Other
        subdomains are kept, since on a blog host each is another author's.

    Examples
    --------
    >>> domain("https://www.example.com/a"), domain("https://t.co/AbC")
    ('example.com', None)
    """
    address = _target(url)
    if address is None or is_anybodys(address.host):
        return None
    return address.host


def stated_site(text: str) -> str | None:
    """Return the one form of a site that a file names by itself, apart from any link.

    Parameters
    ----------
    text : str
        A host, a link, or whatever name or number the file gives to a site.

    Returns
    -------
    str or None
        What `domain` says of a host or link; any other name in lower case, without
        `www.`. `None` where `domain` says so, and where a link or name was cut short.

    Examples
    --------
    >>> stated_site("WWW.Example.com"), stated_site("https://m.example.com/a?b=1")
    ('example.com', 'example.com')
    >>> stated_site("5878"), stated_site("twitter.com")
    ('5878', None)
    """
    if _target(text) is not None:
        return domain(text)
    name = text.strip().lower()
    if "://" in name or name.endswith(("…", "...")):
        return None
    return name.removeprefix("www.") or None


@lru_cache(maxsize=REMEMBERED)
def _target(url: str) -> Address | None:
    """Return the address that a link leads to, wrappers opened as far as they go."""
    address = _unified(url)
    for _ in range(_DEEPEST):
        inner = _wrapped(address) if address else None
        opened = _unified(inner) if inner else None
        if opened is None:
            break
        address = opened
    return platform_form(address) if address else None


def _unified(url: str) -> Address | None:
    address = read_address(url)
    if address is None:
        return None
    host = _unified_host(address.host)
    return address._replace(
        host=host,
        path=_without_amp(address.path),
        query=tuple(
            (name, value)
            for name, value in address.query
            if not _is_tracker(host, name.lower(), value)
        ),
    )


def _without_amp(path: str) -> str:
    amp = _AMP_PAGE.fullmatch(path)
    if amp:
        return amp[1]
    named = _AMP_FILE.fullmatch(path)
    return named[1] + named[2] if named else path


def unified_host(name: str) -> str | None:
    """Return the host that a name of a host stands for, None if it is none.

    Examples
    --------
    >>> unified_host("mobile.twitter.com"), unified_host("nothing")
    ('x.com', None)
    """
    address = read_address(f"http://{name}")
    return _unified_host(address.host) if address else None


@lru_cache(maxsize=REMEMBERED)
def _unified_host(host: str) -> str:
    if host.endswith(TRANSLATED):
        host = _translated(host.removesuffix(TRANSLATED))
    shorter = _without_prefix(host)
    while shorter != host:
        host, shorter = shorter, _without_prefix(shorter)
    for pattern, plain in HOST_PATTERNS:
        found = pattern.fullmatch(host)
        if found:
            return found.expand(plain)
    return ALIASES.get(host, host)


def _translated(label: str) -> str:
    """Return the site behind a translated one: dots are dashes there, dashes double.

    Examples
    --------
    >>> _translated("news-site--one-example")
    'news.site-one.example'
    """
    return "-".join(part.replace("-", ".") for part in label.split("--"))


def _without_prefix(host: str) -> str:
    for prefix in MOBILE_PREFIXES:
        rest = host.removeprefix(prefix)
        # `m.me` is a site of its own, as is `1.2.3.4`.
        if rest != host and "." in rest:
            return rest
    return host


def _is_tracker(host: str, name: str, value: str) -> bool:
    return (
        name in TRACKERS
        or name.startswith(TRACKER_PREFIXES)
        or name in HOST_TRACKERS.get(host, ())
        or (name == "outputtype" and value.lower() == "amp")
    )


def _wrapped(address: Address) -> str | None:
    """Return the link that an address only passes on."""
    place = address.host + address.path
    for pattern in PATH_WRAPPERS:
        found = pattern.fullmatch(place)
        if found:
            return address._replace(host="", port="", path=found[1]).text()
    held = {name: value for name, value in address.query if name in WRAPPED_NAMES}
    for pattern, names in WRAPPERS if held else ():
        if pattern.fullmatch(place):
            values = (held[name] for name in names if name in held)
            return next((_absolute(address.host, value) for value in values), None)
    return None


def _absolute(host: str, escaped: str) -> str:
    url = unquote(escaped.replace("+", " "))
    return host + url if url.startswith("/") and url[1:2] != "/" else url


def _is_front_page(address: Address) -> bool:
    return not (address.path or address.query or address.fragment)
