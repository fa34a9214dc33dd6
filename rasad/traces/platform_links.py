"""One address per thing on the platforms whose links name a thing in many ways."""

from __future__ import annotations

import re
from collections.abc import Callable

from rasad.traces.address import Address

_X_STATUS = re.compile(r"/(?:i/web|[^/]+)/status(?:es)?/(\d+)(?:/.*)?")
_YOUTUBE_VIDEO = re.compile(r"/(?:shorts|live|embed|v|e)/([A-Za-z0-9_-]{6,})")
_YOUTU_BE = re.compile(r"/([A-Za-z0-9_-]{6,})")
_TELEGRAM_POST = re.compile(r"/(?:s/)?([A-Za-z]\w+)((?:/\d+){0,2})", re.ASCII)
_INSTAGRAM_POST = re.compile(
    r"/(?:[\w.]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]+)(?:/.*)?", re.ASCII
)
_TIKTOK_POST = re.compile(r"/(@[^/]+)/(?:video|photo)/(\d+)")
_REDDIT_POST = re.compile(r"/(?:r/[^/]+/|user/[^/]+/)?comments/(\w+)(?:/[^/]*)?")


def platform_form(address: Address) -> Address:
    """Return the one address of a post, video or account on a known platform.

    Parameters
    ----------
    address : Address
        Its host is already unified (`x.com`, not `mobile.twitter.com`).

    Examples
    --------
    >>> from rasad.traces.address import read_address
    >>> platform_form(read_address("youtu.be/aB3_xyz-012?t=4")).text()
    'youtube.com/watch?v=aB3_xyz-012'
    """
    form = _FORMS.get(address.host)
    return form(address) if form else address


def _x(address: Address) -> Address:
    """Name a post by its number: the handle before it changes and is not checked."""
    status = _X_STATUS.fullmatch(address.path)
    if status:
        return address._replace(path=f"/i/status/{status[1]}", query=(), fragment="")
    return _name_folded(address)


def _youtube(address: Address) -> Address:
    video = _YOUTUBE_VIDEO.fullmatch(address.path)
    if video:
        return _watch(address, video[1])
    named = dict(address.query).get("v")
    if address.path == "/watch" and named:
        return _watch(address, named)
    return _name_folded(address) if address.path.startswith("/@") else address


def _youtu_be(address: Address) -> Address:
    video = _YOUTU_BE.fullmatch(address.path)
    return _watch(address, video[1]) if video else address


def _watch(address: Address, video: str) -> Address:
    return Address("youtube.com", address.port, "/watch", (("v", video),), "")


def _telegram(address: Address) -> Address:
    post = _TELEGRAM_POST.fullmatch(address.path)
    if not post:
        return address
    return address._replace(path=f"/{post[1].lower()}{post[2]}")


def _instagram(address: Address) -> Address:
    post = _INSTAGRAM_POST.fullmatch(address.path)
    if post:
        return address._replace(path=f"/p/{post[1]}", query=(), fragment="")
    return _name_folded(address)


def _tiktok(address: Address) -> Address:
    post = _TIKTOK_POST.fullmatch(address.path)
    if post:
        path = f"/{post[1].lower()}/video/{post[2]}"
        return address._replace(path=path, query=(), fragment="")
    return address


def _reddit(address: Address) -> Address:
    post = _REDDIT_POST.fullmatch(address.path)
    if post:
        return address._replace(path=f"/comments/{post[1].lower()}")
    return address


def _name_folded(address: Address) -> Address:
    """Fold the case of a path that is one account name."""
    if address.path.count("/") == 1:
        return address._replace(path=address.path.lower())
    return address


_FORMS: dict[str, Callable[[Address], Address]] = {
    "x.com": _x,
    "youtube.com": _youtube,
    "youtu.be": _youtu_be,
    "t.me": _telegram,
    "instagram.com": _instagram,
    "facebook.com": _name_folded,
    "tiktok.com": _tiktok,
    "reddit.com": _reddit,
}
