"""Which traces of a world a method reads, by what they are and not by one name."""

from __future__ import annotations

import numpy as np

from rasad.evaluate.contest import CannotJudge, Codes, Layer, Real, Shown

REPOST = ("repost", "repost_text")
LINK = ("link",)
HASHTAGS = ("hashtags", "hashtag_sequence")
TEXT = ("text", "exact_text")
REPLY = ("reply",)
MENTION = ("mention",)
OBJECT = ("object",)
"""A table that says what accounts acted on, but not how."""


def trace(shown: Shown, names: tuple[str, ...]) -> Layer | None:
    """Return the first trace of these names that has actions.

    Examples
    --------
    >>> trace(Shown(accounts=["a"], layers={}), REPOST) is None
    True
    """
    for name in names:
        layer = shown.layers.get(name)
        if layer is not None and len(layer):
            return layer
    return None


def reposts(shown: Shown) -> Layer | None:
    """Return what accounts passed on; where no file says so, what they acted on."""
    return trace(shown, REPOST + OBJECT)


def timed(layer: Layer | None) -> Layer | None:
    """Return the actions whose time is known; None if there are none."""
    if layer is None:
        return None
    known = np.isfinite(layer.time_s)
    if not known.any():
        return None
    return Layer(
        account=layer.account[known],
        object=layer.object[known],
        time_s=layer.time_s[known],
        n_objects=layer.n_objects,
    )


def posts(shown: Shown) -> tuple[Codes, Real]:
    """Return who posted when, each account and time once, by account and time.

    A post that feeds several traces stands in each of them, with the same time.

    Raises
    ------
    CannotJudge
        If no action has a time.
    """
    layers = [layer for layer in map(timed, shown.layers.values()) if layer is not None]
    if not layers:
        raise CannotJudge("It needs the times of posts, and this world has none.")
    account = np.concatenate([layer.account for layer in layers])
    time_s = np.concatenate([layer.time_s for layer in layers])
    order = np.lexsort((time_s, account))
    account, time_s = account[order], time_s[order]
    new = (np.diff(account, prepend=-1) != 0) | (np.diff(time_s, prepend=np.nan) != 0)
    return account[new], time_s[new]
