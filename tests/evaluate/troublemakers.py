"""Methods that behave badly, each in its own way, and one that does not."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from rasad.evaluate.competitor import Rival
from rasad.evaluate.contest import CannotJudge, Outcome, Shown


def nobody(shown: Shown) -> Outcome:
    """Return an answer that names nobody."""
    none = np.zeros(0, np.int64)
    return Outcome(
        score=np.zeros(shown.n_accounts),
        first=none,
        second=none,
        weight=np.zeros(0),
        group=np.full(shown.n_accounts, -1),
    )


@dataclass(frozen=True, kw_only=True)
class Named:
    """What all of them have."""

    name: str
    title: str = "A method <script>alert(1)</script> \u202eof a test"
    paper: str = "none"
    needs_time: bool = False


class Quiet(Named):
    """Names the accounts that act together with the most others, in one group."""

    def judge(self, shown: Shown) -> Outcome:
        answer = nobody(shown)
        score, group = answer.score.copy(), answer.group.copy()
        for layer in shown.layers.values():
            order = np.lexsort((layer.time_s, layer.object))
            near = np.diff(layer.time_s[order]) < 30
            near &= np.diff(layer.object[order]) == 0
            for end in (order[:-1][near], order[1:][near]):
                score += np.bincount(layer.account[end], minlength=len(score))
        group[score >= 6] = 0
        return Outcome(
            score=score,
            first=answer.first,
            second=answer.second,
            weight=answer.weight,
            group=group,
        )


class Sleeper(Named):
    """Never comes to an end."""

    def judge(self, shown: Shown) -> Outcome:
        time.sleep(600)
        return nobody(shown)


class Eater(Named):
    """Takes more and more memory."""

    def judge(self, shown: Shown) -> Outcome:
        kept = []
        for _ in range(200):
            kept.append(np.ones(4 << 20))
            time.sleep(0.02)
        return nobody(shown)


class Raiser(Named):
    """Fails in a way that nobody foresaw."""

    def judge(self, shown: Shown) -> Outcome:
        raise ZeroDivisionError("a <b>bold</b> failure")


class Unable(Named):
    """Says that it cannot."""

    def judge(self, shown: Shown) -> Outcome:
        raise CannotJudge("It has no hands.")


class Breaker(Named):
    """Gives an answer that is none."""

    def judge(self, shown: Shown) -> Outcome:
        answer = nobody(shown)
        return Outcome(
            score=answer.score,
            first=np.array([1]),
            second=np.array([1]),
            weight=np.ones(1),
            group=answer.group,
        )


class Hungry(Named):
    """Says that there is no more memory."""

    def judge(self, shown: Shown) -> Outcome:
        raise MemoryError


METHODS: tuple[Rival, ...] = (
    Quiet(name="quiet"),
    Sleeper(name="sleeper"),
    Eater(name="eater"),
    Raiser(name="raiser"),
    Unable(name="unable"),
    Breaker(name="breaker"),
    Hungry(name="hungry"),
    Quiet(name="clock", needs_time=True),
)
FINE: tuple[Rival, ...] = (Quiet(name="quiet"), Quiet(name="clock", needs_time=True))
