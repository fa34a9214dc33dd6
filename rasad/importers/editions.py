"""Edits on X: each has an id of its own, and all are one post.

A post that was edited names all its ids, the first one too. In which member depends on
the version of the API, and on whether the post is the first itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasad.importers.cells import clean_id
from rasad.importers.members import items_at, member

HISTORY = "edit_history_tweet_ids"
"""Member, or column, with all ids of a post in version 2 of the API."""

CONTROLS = ("edit_control", "edit_history", "edit_controls")
"""Objects that hold them in other versions, and on the website."""

Named = tuple[str | None, str | None]


def editions(post: str | None, history: Iterable[Any]) -> Named:
    """Return the id by which all edits of a post are known, and its own if it is one.

    Parameters
    ----------
    post : str or None
        The id of what the file holds.
    history : iterable
        All ids of the post, as far as the file names them.

    Examples
    --------
    >>> editions("12", ["11", "12"]), editions("11", ["11", "12"]), editions("5", [])
    (('11', '12'), ('11', None), ('5', None))
    """
    if post is None or not post.isdecimal():
        return post, None
    named = (clean_id(one) for one in history if isinstance(one, str))
    ids = [one for one in named if one and one.isdecimal()]
    first = min([*ids, post], key=lambda one: (len(one), one))
    return (post, None) if first == post else (first, post)


def named_in(post: Any) -> list[Any]:
    """Return all ids of a post that one of its members names.

    Examples
    --------
    >>> named_in({"edit_control": {"initial_tweet_id": "11"}})
    ['11']
    >>> named_in({"edit_history_tweet_ids": ["11", "12"]})
    ['11', '12']
    """
    found = list(items_at(post, HISTORY) or ())
    for name in CONTROLS:
        control = member(post, name)
        found.append(member(control, "initial_tweet_id"))
        found += items_at(control, "edit_tweet_ids") or ()
        found += items_at(control, "edit_control_initial", "edit_tweet_ids") or ()
    return [one for one in found if one is not None]
