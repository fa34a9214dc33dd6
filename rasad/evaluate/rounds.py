"""A round of the contest on the disk: what was chosen, and where things lie."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

import numpy as np

from rasad import __version__
from rasad.errors import ConfigError, EvidenceError
from rasad.evaluate.processes import Limits
from rasad.evaluate.sealing import (
    Chain,
    Sealed,
    files_hash,
    new_salt,
    read_json,
    write_json,
)
from rasad.evaluate.worlds import World

LIBRARIES = ("numpy", "scipy", "numba", "pyarrow", "duckdb", "graspologic-native")
SEED_BITS = 62
LARGEST_WORLD_SEED = 1 << 31


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What decides a round; the same command goes on with the same choices only.

    Parameters
    ----------
    suite : str
        Name of the suite.
    roster : str
        Module and name of the tuple of methods that take part.
    scale : float
        Size of simulated worlds; 1 is 300,000 ordinary accounts.
    data : str
        Folder of recorded worlds; empty if there is none.
    seed : int or None
        Of the round; None for one that nobody chose.
    only : tuple of str
        Patterns `METHOD/WORLD` of the cells to fill; empty for all.
    limits : Limits
        Of every cell.
    """

    suite: str
    roster: str
    scale: float
    data: str
    seed: int | None
    only: tuple[str, ...]
    limits: Limits

    def wants(self, method: str, world: World) -> bool:
        """Tell whether a cell is to be filled.

        Examples
        --------
        >>> from rasad.evaluate.worlds import Simulated
        >>> some = Choices(
        ...     suite="smoke", roster="", scale=1, data="", seed=1, only=("ra*/n*",),
        ...     limits=Limits(seconds=1, memory=1),
        ... )
        >>> made = Simulated(scenario="nobody", days=1)
        >>> some.wants("rasad", World(name="null", title="", kind="null", made=made))
        True
        """
        takes_part = not world.methods or method in world.methods
        patterns = self.only or ("*",)
        named = f"{method}/{world.name}"
        return takes_part and any(
            fnmatchcase(named, each if "/" in each else f"{each}/*")
            for each in patterns
        )


class Round:
    """The folder of a round.

    Parameters
    ----------
    folder : pathlib.Path
        Made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chosen = folder / "round.json"
        self.commitments = folder / "commitments.json"
        self.results = folder / "results.json"
        self.report = folder / "report.html"
        self.sealed = folder / "sealed"
        self.revealed = folder / "revealed"

    def world(self, name: str) -> Path:
        """Return the folder of a world."""
        return self.folder / "worlds" / name

    def answer(self, world: str, method: str) -> Path:
        """Return the folder of an answer."""
        return self.folder / "answers" / world / method

    def truth(self, world: str) -> Path:
        """Return the file of a truth, sealed or revealed."""
        return self._kept(f"{world}.csv")

    def secret(self, world: str) -> Sealed:
        """Return what was sealed beside a truth; a salt is drawn for a new world."""
        path = self._kept(f"{world}.json")
        return Sealed(**json.loads(path.read_text(encoding="utf-8")))

    def _kept(self, name: str) -> Path:
        where = self.revealed if self.revealed.exists() else self.sealed
        return where / name

    def seal(self, world: World, round_seed: int) -> Sealed:
        """Draw what is sealed beside the truth of a world, or return what was."""
        path = self.sealed / f"{world.name}.json"
        if path.exists():
            return self.secret(world.name)
        seed = world_seed(round_seed, world) if world.sealed else None
        sealed = Sealed(world=world.name, seed=seed, salt=new_salt())
        write_json(path, asdict(sealed))
        return sealed

    def round_seed(self, chosen: int | None) -> int:
        """Return the seed of all worlds: the chosen one, or one that is drawn once."""
        path = self.sealed / "round.json"
        if not path.exists():
            drawn = secrets.randbits(SEED_BITS) if chosen is None else chosen
            write_json(path, {"seed": drawn})
        return int(json.loads(path.read_text(encoding="utf-8"))["seed"])

    def chain(self) -> Chain:
        """Return the chain of answers, which begins at the commitments."""
        return Chain(self.folder / "cells.jsonl", files_hash([self.commitments]))

    def reveal(self) -> None:
        """Make the truths public: from here on nothing is judged any more."""
        if self.sealed.exists():
            self.sealed.rename(self.revealed)

    def settle(self, choices: Choices, worlds: list[World]) -> None:
        """Keep what was chosen, or refuse to go on with something else.

        Raises
        ------
        ConfigError
            If the folder holds another round, or something that is none.
        """
        told = _told(choices, worlds)
        if self.chosen.exists():
            if read_json(self.chosen) != told:
                raise ConfigError(
                    f"{self.folder} holds a round with other choices",
                    "repeat its command, or give another folder with --out",
                )
            return
        if self.folder.exists() and any(self.folder.iterdir()):
            raise ConfigError(
                f"{self.folder} holds something else", "give an empty folder with --out"
            )
        self.sealed.mkdir(parents=True, mode=0o700)
        write_json(self.chosen, told)

    def choices(self) -> Choices:
        """Return what was chosen for this round; where its data lay is not known.

        Raises
        ------
        EvidenceError
            If the file is not what `settle` has written.
        """
        told = read_json(self.chosen)
        try:
            return Choices(
                suite=told["suite"],
                roster=told["roster"],
                scale=told["scale"],
                data="",
                seed=told["seed"],
                only=tuple(told["only"]),
                limits=Limits(**told["limits"]),
            )
        except (KeyError, TypeError) as error:
            raise self._unknown() from error

    def told(self, name: str) -> Any:
        """Return something else that was written down at the beginning."""
        told = read_json(self.chosen)
        if not isinstance(told, dict) or name not in told:
            raise self._unknown()
        return told[name]

    def _unknown(self) -> EvidenceError:
        return EvidenceError(
            f"{self.chosen.name} does not say what was chosen", "restore it from a copy"
        )


def versions() -> dict[str, str]:
    """Return the versions of everything that decides a figure.

    Examples
    --------
    >>> versions()["rasad"] == __version__
    True
    """
    found = {name: version(name) for name in LIBRARIES}
    return {"rasad": __version__, "python": python_version(), **found}


def _told(choices: Choices, worlds: list[World]) -> dict[str, Any]:
    told = asdict(choices) | {"only": list(choices.only), "versions": versions()}
    # Where the data lie is this machine's business; which worlds there are is not.
    del told["data"]
    return told | {"worlds": [world.name for world in worlds]}


def world_seed(round_seed: int, world: World) -> int:
    """Return the seed of a world: its own, or that of the world it is like.

    Examples
    --------
    >>> from rasad.evaluate.worlds import Simulated
    >>> def world(name, like=""):
    ...     made = Simulated(scenario="nobody", days=1, like=like)
    ...     return World(name=name, title="", kind="null", made=made)
    >>> world_seed(1, world("a")) == world_seed(1, world("b", like="a"))
    True
    >>> world_seed(1, world("a")) == world_seed(1, world("b"))
    False
    """
    name = getattr(world.made, "like", "") or world.name
    rng = np.random.default_rng([round_seed, *name.encode()])
    return int(rng.integers(LARGEST_WORLD_SEED))
