"""Who takes part: rivals, which see what is shown, and Rasad, which sees its case."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from rasad.evaluate.contest import Outcome, Shown
from rasad.evaluate.ourselves import Rasad


class Rival(Protocol):
    """A `Method` of the contest that nobody can change, as all of them are."""

    @property
    def name(self) -> str:
        """Permanent id."""
        ...

    @property
    def title(self) -> str:
        """What it is, for people."""
        ...

    @property
    def paper(self) -> str:
        """Where its rule is published."""
        ...

    @property
    def needs_time(self) -> bool:
        """Whether it cannot do without times."""
        ...

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world."""
        ...


Competitor = Rival | Rasad


def methods_of(roster: str) -> tuple[Competitor, ...]:
    """Return the methods of a roster, which is given as `module:name`.

    Examples
    --------
    >>> methods_of("rasad.evaluate.methods:METHODS")[0].name
    'rasad'
    """
    module, name = roster.split(":")
    methods: tuple[Competitor, ...] = getattr(import_module(module), name)
    return methods


def method_of(roster: str, name: str) -> Competitor:
    """Return a method of a roster by its name."""
    return next(method for method in methods_of(roster) if method.name == name)
