"""One address per thing on the platforms whose links name a thing in many ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from rasad.traces.address import Address

_X_STATUS = re.compile(r"/(?:i/web|[^/]+)/status(?:es)?/(\d+)(?:/.*)?")
_YOUTUBE_VIDEO = re.compile(r"/(?:shorts|live|embed|v|e|watch)/([A-Za-z0-9_-]{6,})")
_YOUTU_BE = re.compile(r"/([A-Za-z0-9_-]{6,})")
_TELEGRAM_POST = re.compile(r"/(?:s/)?([A-Za-z]\w+)((?:/\d+){0,2})", re.ASCII)
_INSTAGRAM_POST = re.compile(
    r"/(?:[\w.]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]+)(?:/.*)?", re.ASCII
)
_TIKTOK_POST = re.compile(
    r"/(?:@[^/]*/(?:video|photo)|v|embed(?:/v2)?|share/video)/(\d+)(?:\.html)?"
)
_REDDIT_POST = re.compile(r"/(?:r/[^/]+/|user/[^/]+/)?comments/(\w+)(?:/[^/]*)?")
_REDDIT_PLACE = re.compile(r"/(r|u|user)/([\w-]+)", re.ASCII)
_FACEBOOK_VIDEO = re.compile(r"/(?:[^/]+/videos/(?:[^/]+/)?|reel/)(\d+)")
_FACEBOOK_GROUP_POST = re.compile(r"/groups/([^/]+)/(?:permalink|posts)/(\d+)")
_FACEBOOK_PERSON = re.compile(r"/people/[^/]+/(\d+)")
_FACEBOOK_PLAYERS = ("/watch", "/watch/live", "/video.php")
_FACEBOOK_PHOTOS = ("/photo", "/photo.php")
_FACEBOOK_STORIES = ("/story.php", "/permalink.php")
_THREADS_POST = re.compile(r"/(?:@[^/]+/post|t)/([A-Za-z0-9_-]+)(?:/.*)?")
_LINKEDIN_POST = re.compile(
    r"/(?:posts/.*activity-(\d{15,})(?:-\w+)?|feed/update/urn:li:activity:(\d+))"
)
_BLUESKY = re.compile(r"/profile/([^/]+)((?:/.*)?)")
_GOOGLE_FILE = re.compile(r"/(?:u/\d+/)?file/(?:u/\d+/)?d/([\w-]+)(?:/.*)?", re.ASCII)
_GOOGLE_DOCUMENT = re.compile(
    r"/(document|spreadsheets|presentation|forms)/(?:u/\d+/)?d/(?!e/)([\w-]+)"
    r"(?:/(?:edit|view|preview|mobilebasic|copy|viewform))?",
    re.ASCII,
)
_SPOTIFY = re.compile(r"/(?:intl-[a-z]{2}(?:-[a-z]{2})?|embed)(/.+)", re.IGNORECASE)
_APARAT = re.compile(r"/(?:v|video/video/embed/videohash)/(\w{4,})(?:/.*)?", re.ASCII)
_DAILYMOTION = re.compile(r"/(?:embed/)?video/([a-z0-9]{4,})(?:_.*)?")
_VIMEO = re.compile(r"/(?:video/)?(\d+)")
_BITCHUTE = re.compile(r"/(?:embed|video)/(\w+)", re.ASCII)
_VK_POST = re.compile(r"/((?:wall|video|photo|clip)-?\d+_\d+)")
_WIKI_PAGE = re.compile(r"/wiki/(.+)")
_WIKI = re.compile(
    r"[a-z-]+\.(?:wikipedia|wikinews|wikiquote|wikisource|wiktionary|wikibooks)\.org"
)


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
    if form:
        return form(address)
    if _WIKI.fullmatch(address.host):
        return _wiki(address)
    return _telegram_site(address) if address.host.endswith(".t.me") else address


def has_form(host: str) -> bool:
    """Tell whether a host, unified already, has links in a form of its own.

    Examples
    --------
    >>> has_form("x.com"), has_form("fa.wikipedia.org"), has_form("example.com")
    (True, True, False)
    """
    return host in _FORMS or bool(_WIKI.fullmatch(host)) or host.endswith(".t.me")


def _bare(address: Address, path: str) -> Address:
    """Return a place that its path alone names."""
    return address._replace(path=path, query=(), fragment="")


def _asked(address: Address, *names: str) -> dict[str, str]:
    """Return the parameters of these names, if an address has all of them."""
    query = dict(address.query)
    found = {name: query[name] for name in names if query.get(name)}
    return found if len(found) == len(names) else {}


def _x(address: Address) -> Address:
    """Name a post by its number: the handle before it changes and is not checked."""
    path = address.path
    if not path and address.fragment.startswith("!/"):
        # How the site wrote its addresses until 2012.
        path = address.fragment[1:]
        address = address._replace(path=path, fragment="")
    status = _X_STATUS.fullmatch(path)
    if status:
        return _bare(address, f"/i/status/{status[1]}")
    return _name_folded(address)


def _youtube(address: Address) -> Address:
    video = _YOUTUBE_VIDEO.fullmatch(address.path)
    if video:
        return _watch(address, video[1])
    named = dict(address.query).get("v")
    if address.path in ("/watch", "") and named:
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


def _telegram_site(address: Address) -> Address:
    """Write the name that stands before the host after it."""
    name = address.host.removesuffix(".t.me")
    if "." in name or "-" in name:
        return address
    return _telegram(address._replace(host="t.me", path=f"/{name}{address.path}"))


def _instagram(address: Address) -> Address:
    post = _INSTAGRAM_POST.fullmatch(address.path)
    if post:
        return _bare(address, f"/p/{post[1]}")
    if address.path.startswith("/_u/"):
        address = address._replace(path=address.path.removeprefix("/_u"))
    return _name_folded(address)


def _facebook(address: Address) -> Address:
    """Name videos, photos, posts and people by their numbers, which are the site's."""
    for pattern, form in (
        (_FACEBOOK_VIDEO, "/watch?v={}"),
        (_FACEBOOK_GROUP_POST, "/groups/{}/posts/{}"),
        (_FACEBOOK_PERSON, "/profile.php?id={}"),
    ):
        if found := pattern.fullmatch(address.path):
            path, _, asked = form.format(*found.groups()).partition("?")
            return _facebook_page(address, path, asked)
    return _facebook_asked(address)


def _facebook_asked(address: Address) -> Address:
    """Read what a page of the site was asked for."""
    for paths, names, path in (
        (_FACEBOOK_PLAYERS, ("v",), "/watch"),
        (_FACEBOOK_PHOTOS, ("fbid",), "/photo"),
        (_FACEBOOK_STORIES, ("story_fbid", "id"), "/permalink.php"),
        (("/profile.php",), ("id",), "/profile.php"),
    ):
        found = _asked(address, *names) if address.path in paths else {}
        # A profile with a tab is another page than the profile.
        if found and (path != "/profile.php" or len(address.query) == 1):
            query = tuple(sorted(found.items()))
            return address._replace(path=path, query=query, fragment="")
    return _name_folded(address)


def _facebook_page(address: Address, path: str, asked: str) -> Address:
    name, mark, value = asked.partition("=")
    query = ((name, value),) if mark else ()
    return address._replace(path=path, query=query, fragment="")


def _tiktok(address: Address) -> Address:
    """Name a video by its number, whoever's name stands before it."""
    post = _TIKTOK_POST.fullmatch(address.path)
    if post:
        return _bare(address, f"/video/{post[1]}")
    return _name_folded(address) if address.path.startswith("/@") else address


def _reddit(address: Address) -> Address:
    post = _REDDIT_POST.fullmatch(address.path)
    if post:
        return address._replace(path=f"/comments/{post[1].lower()}")
    place = _REDDIT_PLACE.fullmatch(address.path)
    if place:
        kind = "r" if place[1] == "r" else "user"
        return address._replace(path=f"/{kind}/{place[2].lower()}")
    return address


def _redd_it(address: Address) -> Address:
    post = re.fullmatch(r"/(\w+)", address.path, re.ASCII)
    if post is None:
        return address
    path = f"/comments/{post[1].lower()}"
    return _bare(address, path)._replace(host="reddit.com")


def _threads(address: Address) -> Address:
    post = _THREADS_POST.fullmatch(address.path)
    return _bare(address, f"/t/{post[1]}") if post else _name_folded(address)


def _linkedin(address: Address) -> Address:
    post = _LINKEDIN_POST.fullmatch(address.path)
    if post is None:
        return address
    return _bare(address, f"/feed/update/urn:li:activity:{post[1] or post[2]}")


def _bluesky(address: Address) -> Address:
    profile = _BLUESKY.fullmatch(address.path)
    if profile is None:
        return address
    return address._replace(path=f"/profile/{profile[1].lower()}{profile[2]}")


def _google_drive(address: Address) -> Address:
    file = _GOOGLE_FILE.fullmatch(address.path)
    if file:
        return _bare(address, f"/file/d/{file[1]}")
    asked = _asked(address, "id") if address.path in ("/open", "/uc") else {}
    return _bare(address, f"/file/d/{asked['id']}") if asked else address


def _google_document(address: Address) -> Address:
    document = _GOOGLE_DOCUMENT.fullmatch(address.path)
    if document is None:
        return address
    return address._replace(path=f"/{document[1]}/d/{document[2]}")


def _spotify(address: Address) -> Address:
    inner = _SPOTIFY.fullmatch(address.path)
    return address._replace(path=inner[1]) if inner else address


def _aparat(address: Address) -> Address:
    video = _APARAT.fullmatch(address.path)
    return _bare(address, f"/v/{video[1]}") if video else address


def _dailymotion(address: Address) -> Address:
    video = _DAILYMOTION.fullmatch(address.path)
    return _bare(address, f"/video/{video[1]}") if video else address


def _dai_ly(address: Address) -> Address:
    return _dailymotion(
        address._replace(host="dailymotion.com", path="/video" + address.path)
    )


def _vimeo(address: Address) -> Address:
    video = _VIMEO.fullmatch(address.path)
    # A video that is not listed needs the code after its number.
    return address._replace(path=f"/{video[1]}") if video else address


def _bitchute(address: Address) -> Address:
    video = _BITCHUTE.fullmatch(address.path)
    return _bare(address, f"/video/{video[1]}") if video else address


def _vk(address: Address) -> Address:
    """Name a post by its number, also where it opens above another page."""
    above = _asked(address, "w").get("w") or _asked(address, "z").get("z")
    place = f"/{unquote(above).partition('/')[0]}" if above else address.path
    post = _VK_POST.fullmatch(place)
    # Other parameters of a post choose a comment below it.
    asks_more = bool(address.query) and above is None
    return _bare(address, f"/{post[1]}") if post and not asks_more else address


def _discord_invitation(address: Address) -> Address:
    path = f"/invite{address.path}" if address.path else ""
    return address._replace(host="discord.com", path=path)


def _wiki(address: Address) -> Address:
    """Name an article by its title, with spaces as underscores."""
    title = _asked(address, "title").get("title")
    if address.path == "/w/index.php" and title and len(address.query) == 1:
        return _bare(address, f"/wiki/{_spaced(title.replace('+', '_'))}")
    page = _WIKI_PAGE.fullmatch(address.path)
    return address._replace(path=f"/wiki/{_spaced(page[1])}") if page else address


def _spaced(title: str) -> str:
    return title.replace("%20", "_").replace("+", "%2B")


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
    "facebook.com": _facebook,
    "tiktok.com": _tiktok,
    "reddit.com": _reddit,
    "redd.it": _redd_it,
    "threads.com": _threads,
    "linkedin.com": _linkedin,
    "bsky.app": _bluesky,
    "drive.google.com": _google_drive,
    "docs.google.com": _google_document,
    "open.spotify.com": _spotify,
    "aparat.com": _aparat,
    "dailymotion.com": _dailymotion,
    "dai.ly": _dai_ly,
    "vimeo.com": _vimeo,
    "bitchute.com": _bitchute,
    "vk.com": _vk,
    "discord.gg": _discord_invitation,
}
