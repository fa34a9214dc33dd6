"""Tables that tools make of posts on X: twarc-csv, minet and gazouilloire, DMI-TCAT."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, ClassVar

from rasad.importers.cells import parse_list_cell, retweeted_handle
from rasad.importers.editions import HISTORY
from rasad.importers.json_values import NotJsonError, value_of
from rasad.importers.members import id_at, text_at
from rasad.importers.x_post_table import Held, PostTable, Row, Words
from rasad.importers.x_posts import link_of


class TwarcTable(PostTable):
    """Reads what the program twarc-csv makes of posts of the API version 2."""

    name = "twarc_csv"
    title = "twarc-csv table"
    support = (
        "It names the post that a repost repeats, so all traces can be compared; the "
        "text and the counts of a repost belong to its original."
    )
    signature = (
        "id",
        "author_id",
        "created_at",
        "referenced_tweets.retweeted.id",
        "author.username",
        "__twarc.retrieved_at",
    )
    least = 4
    columns: ClassVar[Mapping[str, Words]] = {
        "post": ("id",),
        "account": ("author_id",),
        "time": ("created_at",),
        "handle": ("author.username",),
        "name": ("author.name",),
        "joined": ("author.created_at",),
        "description": ("author.description",),
        "text": ("text",),
        "lang": ("lang",),
        "client": ("source",),
        "repost_of": ("referenced_tweets.retweeted.id",),
        "repost_of_account": ("retweeted_user_id",),
        "repost_of_handle": ("retweeted_username",),
        "reply_to": ("referenced_tweets.replied_to.id",),
        "reply_to_account": ("in_reply_to_user_id",),
        "quote_of": ("referenced_tweets.quoted.id",),
        "thread": ("conversation_id",),
        "links": ("entities.urls",),
        "hashtags": ("entities.hashtags",),
        "mentions": ("entities.mentions",),
        "history": (HISTORY,),
        "retrieved": ("__twarc.retrieved_at",),
    }

    def _prepared(self, row: Row) -> Row:
        """Undo how a post was put into one line: escaped, or each cell as JSON."""
        if (row.post or "").startswith('"'):
            return Row._make(map(_from_json, row))
        text, said = row.text, row.description
        return row._replace(
            text=text and text.replace("\\n", "\n"),
            description=said and said.replace("\\n", "\n"),
        )

    def _held(self, row: Row) -> Held:
        """Return what a post holds; where one cell speaks, the others do too."""
        cells = (row.links, row.hashtags, row.mentions)
        if not any(cells):
            return Held(None, None, None)
        urls, tags, users = map(_entities, cells)
        return Held(
            tuple(filter(None, map(_entity_link, urls))),
            tuple(filter(None, (_entity(tag, "tag").lstrip("#") for tag in tags))),
            tuple(filter(None, map(_entity_user, users))),
        )


class TwitwiTable(PostTable):
    """Reads the table of the programs minet and gazouilloire."""

    name = "twitwi_csv"
    title = "minet or gazouilloire table of posts on X"
    support = (
        "It names the post that a repost repeats; links were rewritten, tags "
        "lower-cased, and the text of a quote holds the quoted text."
    )
    signature = (
        "timestamp_utc",
        "user_screen_name",
        "retweeted_id",
        "user_id",
        "local_time",
        "to_tweetid",
        "mentioned_ids",
    )
    least = 4
    columns: ClassVar[Mapping[str, Words]] = {
        "post": ("id",),
        "account": ("user_id",),
        "time": ("timestamp_utc",),
        "handle": ("user_screen_name",),
        "name": ("user_name",),
        "joined": ("user_timestamp_utc",),
        "description": ("user_description",),
        "text": ("text",),
        "lang": ("lang",),
        "client": ("source_name",),
        "repost_of": ("retweeted_id",),
        "repost_of_account": ("retweeted_user_id",),
        "repost_of_handle": ("retweeted_user",),
        "reply_to": ("to_tweetid",),
        "reply_to_account": ("to_userid",),
        "quote_of": ("quoted_id",),
        "links": ("links",),
        "hashtags": ("hashtags",),
        "mentions": ("mentioned_names",),
        "mention_ids": ("mentioned_ids",),
        "via": ("collected_via",),
    }

    def _unfit(self, row: Row) -> str | None:
        ways = _listed(row.via)
        carried = bool(ways) and set(ways or ()) <= {"retweet", "quote"}
        return "carried along by a repost or quote" if carried else None

    def _text(self, row: Row) -> str | None:
        return row.text

    def _is_cut(self, text: str | None) -> bool:
        """Reposts show their originals whole, also those that end in an ellipsis."""
        return False

    def _held(self, row: Row) -> Held:
        """Return what a post holds; this table sorts by the alphabet, posts do not."""
        tags = _listed(row.hashtags)
        return Held(
            _listed(row.links, _BETWEEN_LINKS),
            None if tags is None else tuple(_in_order(tags, "#", row.text)),
            _mentioned(row),
        )


class TcatTable(PostTable):
    """Reads the exports of the toolset DMI-TCAT, also with columns added by others."""

    name = "tcat_csv"
    title = "DMI-TCAT export of posts"
    support = (
        "It does not say which post a repost repeats: reposts are compared by their "
        "text and author, which is weaker."
    )
    signature = (
        "from_user_name",
        "from_user_id",
        "time",
        "in_reply_to_status_id",
        "urls_expanded",
    )
    least = 4
    columns: ClassVar[Mapping[str, Words]] = {
        "post": ("id",),
        "account": ("from_user_id",),
        "time": ("time",),
        "handle": ("from_user_name",),
        "name": ("from_user_realname",),
        "joined": ("from_user_created_at",),
        "description": ("from_user_description",),
        "language": ("from_user_lang",),
        "text": ("text",),
        "lang": ("lang",),
        "client": ("source",),
        "repost_of": ("retweet_id", "retweeted_id"),
        "repost_of_account": ("retweeted_user_id",),
        "reply_to": ("in_reply_to_status_id",),
        "reply_to_account": ("to_user_id",),
        "quote_of": ("quoted_status_id", "quoted_id"),
        "links": ("urls_expanded", "links"),
        "followed": ("urls_followed",),
        "short": ("urls",),
        "media": ("media_id",),
        "hashtags": ("hashtags",),
        "mentions": ("mentions", "mentioned_user_names"),
    }

    def _repeated(self, row: Row) -> str | None:
        return retweeted_handle(row.text)

    def _held(self, row: Row) -> Held:
        return Held(_tcat_links(row), _listed(row.hashtags), _listed(row.mentions))


_BETWEEN = re.compile(r"; |\|")
_BETWEEN_LINKS = re.compile(r"; |\|(?=https?://)")


def _listed(cell: str | None, between: re.Pattern[str] = _BETWEEN) -> Words | None:
    """Return a list whose empty cell says that there is none."""
    if cell is None:
        return None
    if cell.startswith("["):
        return parse_list_cell(cell)
    return tuple(filter(None, between.split(cell)))


def _mentioned(row: Row) -> Words | None:
    """Return whom a post mentions, by id in the order of the text, else by handle."""
    names, ids = _listed(row.mentions), _listed(row.mention_ids)
    if not names or not ids or len(names) != len(ids):
        return ids or names
    known = dict(zip(names, ids, strict=True))
    return tuple(known[name] for name in _in_order(names, "@", row.text))


def _in_order(words: Sequence[str], mark: str, text: str | None) -> list[str]:
    """Sort words by where the text first has them; what is not there comes last."""
    low = (text or "").lower()
    places = {word: low.find(mark + word.lower()) for word in words}
    return sorted(words, key=lambda word: (places[word] < 0, places[word]))


def _tcat_links(row: Row) -> Words | None:
    """Return where each link leads, as far as it was followed; pictures are no links.

    The columns hold one item per link, in the same order, or are left out.
    """
    columns = (row.followed, row.links, row.short)
    if all(column is None for column in columns):
        return None
    apart = [_BETWEEN_LINKS.split(column or "") for column in (*columns, row.media)]
    links = (
        next(filter(None, stages), None)
        for *stages, picture in zip_longest(*apart)
        if not picture
    )
    return tuple(filter(None, links))


def _from_json(cell: str | None) -> str | None:
    if not (cell or "").startswith('"'):
        return cell
    try:
        value = value_of((cell or "").encode())
    except NotJsonError:
        return cell
    return value if isinstance(value, str) else cell


def _entities(cell: str | None) -> list[Any]:
    """Return a list of words or objects, however twarc-csv was told to write it."""
    try:
        value = value_of((cell or "").encode())
    except NotJsonError:
        value = None
    return value if isinstance(value, list) else list(parse_list_cell(cell) or ())


def _entity(value: Any, name: str) -> str:
    return value if isinstance(value, str) else text_at(value, name) or ""


def _entity_link(url: Any) -> str | None:
    """Return a link; twarc-csv writes pictures without `https://`."""
    if isinstance(url, str):
        return url if "://" in url else None
    return link_of(url)


def _entity_user(user: Any) -> str:
    return id_at(user, "id") or _entity(user, "username").lstrip("@")
