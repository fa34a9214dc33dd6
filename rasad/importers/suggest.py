"""Guesses which column of an unknown table plays which role.

A guess needs a column whose name says the role *and* whose first values can play it.
Names are looked up whole, in several languages; a role that no name says is proposed
from values alone, but such a proposal is never taken without a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from rasad.extend import Head
from rasad.importers.cells import plain_name
from rasad.importers.times import Clock, TimeError, clock_for

HINTS: dict[str, str] = {
    "time": (
        "created_at time time_utc timestamp_utc timestamp unix_timestamp created_utc "
        "tweet_time post_time publish_date published_at published_date posted_at "
        "post_created create_time creation_time date_utc datetime date "
        "publication_date created post_date posted "
        "تاریخ زمان تاريخ التاريخ الوقت дата время "
        "fecha hora fecha_hora datum zeit tarih zaman data 时间 日期"
    ),
    "account": (
        "account_id account user_id userid author_id author.id uid from_user_id "
        "id_user id_account sender_id from_id channel_id page_id account_name user "
        "author poster sender کاربر حساب نویسنده الحساب المستخدم аккаунт пользователь "
        "автор cuenta usuario autor compte utilisateur auteur konto benutzer hesap "
        "kullanici 用户 账号"
    ),
    "handle": (
        "handle username user_name screen_name user_screen_name author_username "
        "author.username from_user_name account_handle user_key"
    ),
    "name": (
        "display_name user_display_name author_name author.name account_name full_name"
    ),
    "post": (
        "post_id post tweet_id tweetid status_id message_id msg_id id_str mid "
        "content_id comment_id action_id uri id شناسه"
    ),
    "object": (
        "object object_id shared_object item_id target_id url link media_hash phash "
        "image_hash url_id link_id domain_id hashtag_id phash_id"
    ),
    "text": (
        "text full_text tweet_text post_text content message body caption tweet "
        "description comment title متن پیام النص نص التغريدة текст сообщение texto "
        "mensaje contenido texte nachricht metin 文本 内容 正文"
    ),
    "link": (
        "url urls link links urls_expanded expanded_url expanded_urls article_url "
        "shared_url پیوند لینک رابط الرابط ссылка enlace enlaces lien"
    ),
    "kind": "kind post_type type tweet_type message_type نوع النوع тип tipo",
    "platform": "platform network social_network site plataforma платформа المنصة",
    "site": (
        "linked_site link_site linked_domain link_domain url_domain domain "
        "domain_name site website hostname host dominio domaine domäne домен دامنه "
        "النطاق domain_id"
    ),
    "language": (
        "language lang tweet_language lang_declared زبان اللغة язык idioma langue "
        "sprache dil 语言"
    ),
    "hashtags": "hashtags hashtag tags هشتگ хештеги etiquetas",
    "mentions": "mentions user_mentions mentioned_users mentioned_ids menciones",
    "repost_of": (
        "repost_of repost_id retweet_tweetid retweeted_id retweet_of retweet_id "
        "retweeted_status_id reblog_of shared_post_id"
    ),
    "reply_to": (
        "reply_to reply_id in_reply_to in_reply_to_id in_reply_to_status_id "
        "in_reply_to_tweetid replied_to to_tweetid"
    ),
    "quote_of": "quote_of quote_id quoted_id quoted_status_id quote_tweet_id",
    "community": "community subreddit channel channel_name group_name page_name chat",
    "client": "client tweet_client_name app source_client posting_client",
}
"""Names of columns by role, best first; shown lower-case, with `_` between words."""

ONLY_PROPOSED = frozenset(
    ("url_id", "link_id", "domain_id", "hashtag_id", "phash_id", "phash", "url", "link")
)
"""Names of objects that leave open which object is meant."""

HANDLES = (
    "handle user author poster sender user_key nick nickname "
    "کاربر نویسنده المستخدم пользователь автор usuario autor utilisateur auteur "
    "benutzer kullanici 用户"
)
"""Names of columns that hold what people call an account, not its id."""

_BETWEEN = re.compile(r"[\s\-/]+")
_LONG_ID = re.compile(r"[0-9]{15,}")
_HOST = re.compile(r"(?:https?://)?[^\s/@:]+\.[^\W\d]{2,}(?:[/:?#]\S*)?")


@dataclass
class Column:
    """A column's name and its first values."""

    name: str
    cells: list[str | None] = field(repr=False)

    @cached_property
    def plain(self) -> str:
        """Name as the hints write names."""
        return _hint(self.name)

    @cached_property
    def filled(self) -> list[str]:
        """Values that say something."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def clock(self) -> Clock | None:
        """How its times are written, None if it holds none."""
        try:
            return clock_for(self.cells)
        except TimeError:
            return None

    @cached_property
    def distinct(self) -> float:
        """Share of its filled values that differ."""
        return len(set(self.filled)) / max(len(self.filled), 1)

    @cached_property
    def length(self) -> float:
        """Mean number of characters of its filled values."""
        return sum(map(len, self.filled)) / max(len(self.filled), 1)

    def share(self, test: Callable[[str], object]) -> float:
        """Share of its filled values for which a test holds."""
        return sum(bool(test(cell)) for cell in self.filled) / max(len(self.filled), 1)


@dataclass(frozen=True)
class Guess:
    """What is sure enough to be used, and what is merely proposed."""

    sure: dict[str, str]
    proposed: dict[str, str]


def _hint(column: str) -> str:
    return _BETWEEN.sub("_", plain_name(column))


def says_handle(column: str) -> bool:
    """Tell whether a column's name says a handle or name, and not an id.

    Examples
    --------
    >>> says_handle("Screen Name"), says_handle("author_id"), says_handle("account")
    (True, False, False)
    """
    plain = _hint(column)
    return plain in HANDLES.split() or plain.endswith(("name", "handle"))


def guess_mapping(head: Head) -> Guess:
    """Guess a mapping from names and first values.

    Parameters
    ----------
    head : Head
        Columns and first rows.

    Returns
    -------
    Guess
        Roles that a name and its values agree on, and proposals for account, time,
        object and site where they do not.
    """
    cells: Iterable[tuple[str | None, ...]] = zip(*head.rows, strict=True)
    columns = [
        Column(name, list(values))
        for name, values in zip(head.columns, cells, strict=True)
    ]
    sure: dict[str, str] = {}
    for role in HINTS:
        if found := _named(role, [c for c in columns if c.name not in sure.values()]):
            sure[role] = found.name
    _settle_handle(sure)
    proposed = _settle_object(sure, columns) | _settle_site(sure, columns)
    proposed |= _propose(sure, columns)
    return Guess(sure, proposed)


def _named(role: str, columns: list[Column]) -> Column | None:
    """Return the column with the best hint whose values can play the role."""
    hints = {hint: rank for rank, hint in enumerate(HINTS[role].split())}
    fitting = [c for c in columns if c.plain in hints and CAN_PLAY[role](c)]
    if role == "time":
        return min(fitting, key=lambda c: (_zone(c), hints[c.plain]), default=None)
    return min(fitting, key=lambda c: hints[c.plain], default=None)


def _zone(column: Column) -> bool:
    """Put times without a zone last."""
    return column.clock is None or column.clock.naive


def _settle_handle(sure: dict[str, str]) -> None:
    """Let a handle stand for the account where there is no id."""
    if "handle" in sure and "account" not in sure:
        sure["account"] = sure["handle"]


def _settle_object(sure: dict[str, str], columns: list[Column]) -> dict[str, str]:
    """Take an object only where its name leaves no doubt, or it is the one content."""
    by_name = {column.name: column for column in columns}
    name = sure.pop("object", None)
    if name is None:
        return {}
    column = by_name[name]
    links = column.share(_is_url) > 0.8
    if column.plain not in ONLY_PROPOSED or (links and "text" not in sure):
        sure["object"] = name
        return {}
    if links:
        sure.setdefault("link", name)
        return {}
    return {"object": name}


def _settle_site(sure: dict[str, str], columns: list[Column]) -> dict[str, str]:
    """Take a site only where hosts stand there that change from post to post.

    A host that is the same in all posts of an account may be where it is at home.
    """
    name = sure.pop("site", None)
    if name is None:
        return {}
    by_name = {column.name: column for column in columns}
    column, accounts = by_name[name], by_name.get(sure.get("account", ""))
    if _names_hosts(column) and accounts and _varies(column, accounts):
        sure["site"] = name
    elif "platform" not in sure and _may_be_platform(column):
        sure["platform"] = name
    else:
        return {"site": name}
    return {}


def _varies(column: Column, accounts: Column) -> bool:
    """Tell whether an account has two different values."""
    pairs = zip(accounts.cells, column.cells, strict=True)
    known = {(account, cell) for account, cell in pairs if account and cell}
    return len(known) > len({account for account, _ in known})


def _propose(sure: dict[str, str], columns: list[Column]) -> dict[str, str]:
    """Propose what only values suggest, for a person to confirm."""
    proposed: dict[str, str] = {}
    tests = {"time": _is_time, "account": _repeats}
    if "text" not in sure and "object" not in sure:
        tests["text"] = _is_prose
    for role, test in tests.items():
        taken = {*sure.values(), *proposed.values()}
        left = [c for c in columns if c.name not in taken and test(c)]
        if role not in sure and left:
            # Numbers that could be times are more often ids than dates are.
            proposed[role] = min(left, key=_is_number).name
    return proposed


# --- what values can play which role -------------------------------------------------


def _is_time(column: Column) -> bool:
    return column.clock is not None


def _is_number(column: Column) -> bool:
    return column.clock is not None and "since" in column.clock.form


def _is_name(column: Column) -> bool:
    """Short values, no dates; a column of ids may look like a number of seconds."""
    dates = column.clock is not None and not _is_number(column)
    return bool(column.filled) and column.length <= 100 and not dates


def _repeats(column: Column) -> bool:
    few = len(column.filled) < 20
    return _is_name(column) and column.clock is None and (few or column.distinct < 1)


def _is_id(column: Column) -> bool:
    long = column.share(_LONG_ID.fullmatch) > 0.9
    return bool(column.filled) and (column.distinct >= 0.9 or long)


def _is_text(column: Column) -> bool:
    return column.clock is None


def _is_prose(column: Column) -> bool:
    return _is_text(column) and column.length > 20 and column.share(_has_space) > 0.5


def _is_link(column: Column) -> bool:
    return column.share(_is_url) > 0.5


def _is_label(column: Column) -> bool:
    return bool(column.filled) and column.length <= 40 and column.clock is None


def _names_hosts(column: Column) -> bool:
    return column.share(_HOST.fullmatch) > 0.8


def _may_be_platform(column: Column) -> bool:
    return column.plain in HINTS["platform"].split() and _is_label(column)


def _is_platform(column: Column) -> bool:
    """Tell platforms from the sites that posts link to, which some call a site too."""
    linked = column.plain in HINTS["site"].split() and _names_hosts(column)
    return _is_label(column) and not linked


def _anything(column: Column) -> bool:
    return True


def _has_space(text: str) -> bool:
    return " " in text.strip()


def _is_url(text: str) -> bool:
    return "://" in text


CAN_PLAY: dict[str, Callable[[Column], bool]] = {
    **dict.fromkeys(HINTS, _anything),
    "time": _is_time,
    "account": _is_name,
    "handle": _is_name,
    "post": _is_id,
    "object": _is_name,
    "text": _is_text,
    "link": _is_link,
    "kind": _is_label,
    "site": _is_name,
    "platform": _is_platform,
    "language": _is_label,
}
"""Test on a column's values, by role."""
