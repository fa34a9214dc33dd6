"""The parts of a web address, each in one form."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from w3lib.url import canonicalize_url

LONGEST = 4096
"""Longer addresses are not links that people share; they are left out."""

REMEMBERED = 4_096
"""Hosts whose form is kept, since links repeat them."""

_QUOTES = " \t\r\n\f\v<>\"'`“”«»"
_INVISIBLE = re.compile(
    "[\t\r\n\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_WEB = re.compile(r"(?:https?:)?[/\\]{2,}", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^/?#\\]*")
_PORT = re.compile(r":(\d{0,5})$")
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)
_ESCAPED = re.compile(r"(?:%[89A-F][0-9A-F])+")
_PLAIN = re.compile(
    r"((?:/[\w~-][\w.~-]*)*/?)(?:\?([\w.~-]+=[\w.~-]*(?:&[\w.~-]+=[\w.~-]*)*))?",
    re.ASCII,
)
"""Path and query of nothing but what is never escaped, without `.` and `..`: it is
in its one form but for the order of the query."""

_PLACEHOLDER = "http://h"


class Address(NamedTuple):
    """A web address without its scheme.

    `host` is in lower-case ASCII, `port` empty or with its colon, `path` without
    trailing slash, `query` in order of its names, `fragment` without its `#`. All but
    the host are readable: escapes that stand for printable letters are undone.
    """

    host: str
    port: str
    path: str
    query: tuple[tuple[str, str], ...]
    fragment: str

    def text(self) -> str:
        """Return the address as one string, without scheme."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return "".join(
            (
                self.host,
                self.port,
                self.path,
                f"?{query}" if query else "",
                f"#{self.fragment}" if self.fragment else "",
            )
        )


def read_address(url: str) -> Address | None:
    """Read a web address, with or without scheme.

    Parameters
    ----------
    url : str
        Any text.

    Returns
    -------
    Address or None
        `None` where the text is no whole web address: another scheme, no host with a
        name or number, an e-mail address, cut off with an ellipsis, or over `LONGEST`.

    Examples
    --------
    >>> read_address("HTTPS://Example.com:443/a/../b/?y=2&x=1").text()
    'example.com/b?x=1&y=2'
    """
    if len(url) > LONGEST:
        return None
    rest = _without_scheme(_INVISIBLE.sub("", url.strip(_QUOTES)))
    if rest is None or rest.endswith(("…", "...")):
        return None
    authority = rest[: _authority_end(rest)]
    found = _host_and_port(authority.rpartition("@")[2])
    if found is None:
        return None
    return _located(found[0], found[1], rest[len(authority) :])


def _without_scheme(text: str) -> str | None:
    web = _WEB.match(text)
    if web:
        return text[web.end() :]
    if _SCHEME.match(text) or "@" in text[: _authority_end(text)]:
        return None
    return text


def _authority_end(text: str) -> int:
    found = _AUTHORITY.match(text)
    return found.end() if found else 0


def _host_and_port(authority: str) -> tuple[str, str] | None:
    port = _PORT.search(authority)
    name = authority[: port.start()] if port else authority
    host = _host(name)
    if host is None:
        return None
    number = port[1].lstrip("0") if port else ""
    return host, "" if number in ("", "80", "443") else f":{number}"


@lru_cache(maxsize=REMEMBERED)
def _host(name: str) -> str | None:
    """Return a host in lower-case ASCII, labels beyond ASCII as `xn--`."""
    if name.startswith("["):
        return _ip(name)
    folded = unicodedata.normalize("NFKC", unquote(name)).lower()
    folded = unicodedata.normalize("NFC", folded).replace("\u3002", ".").rstrip(".")
    if not folded.isascii():
        folded = ".".join(_label(label) for label in folded.split("."))
    if len(folded) <= 253 and _HOST.fullmatch(folded):
        return folded
    return _ip(folded)


def _label(label: str) -> str:
    """Encode one label; unlike the older standard this keeps ß and the joiners."""
    if label.isascii() or len(label) > 63:
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _ip(name: str) -> str | None:
    try:
        number = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None
    return f"[{number}]" if number.version == 6 else str(number)


def _located(host: str, port: str, rest: str) -> Address | None:
    plain = _PLAIN.fullmatch(rest)
    if plain:
        return Address(host, port, plain[1].rstrip("/"), _pairs(plain[2] or ""), "")
    path, mark, after = _cut_path(rest)
    # A semicolon is part of its segment; unescaped it would be read as parameters.
    path = path.replace("\\", "/").replace(";", "%3B")
    try:
        # The host stands apart: w3lib knows an older form of international names.
        safe = canonicalize_url(_PLACEHOLDER + path + mark + after, keep_fragments=True)
    except ValueError:  # lone surrogates
        return None
    safe, _, fragment = safe.removeprefix(_PLACEHOLDER).partition("#")
    path, _, query = safe.partition("?")
    return Address(
        host,
        port,
        readable(path).rstrip("/"),
        _pairs(query),
        readable(fragment) if fragment.startswith(("!", "/")) else "",
    )


def _cut_path(rest: str) -> tuple[str, str, str]:
    end = next((place for place, char in enumerate(rest) if char in "?#"), len(rest))
    return rest[:end], rest[end : end + 1], rest[end + 1 :]


def _pairs(query: str) -> tuple[tuple[str, str], ...]:
    parts = (part.partition("=") for part in query.split("&") if part)
    return tuple(sorted((readable(name), readable(value)) for name, _, value in parts))


def readable(escaped: str) -> str:
    """Undo escapes that stand for printable letters beyond ASCII, composed (NFC).

    What cannot be seen, such as marks that turn the direction of a line, stays escaped.

    Examples
    --------
    >>> readable("/%D8%B1%E2%80%AE%2F")
    '/ر%E2%80%AE%2F'
    """
    if "%" not in escaped:
        return escaped
    text = unicodedata.normalize("NFC", _ESCAPED.sub(_decoded, escaped))
    return "".join(char if _is_plain(char) else quote(char) for char in text)


def _is_plain(char: str) -> bool:
    # One Greek accent composes to a backtick, and an ellipsis marks a link cut short.
    return char.isprintable() and char not in "`…"


def _decoded(found: re.Match[str]) -> str:
    try:
        return bytes.fromhex(found[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return found[0]
