"""Holds a written world against real data: the work behind `simulate --validate`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rasad.case import open_case
from rasad.config import Resources
from rasad.errors import NotEnoughDataError
from rasad.evaluate.realism.comparison import SideComparison, compare_side
from rasad.evaluate.realism.distances import TIMES
from rasad.evaluate.realism.reading import read_view
from rasad.evaluate.realism.real_sets import PAIRS, Side, check_all, read_real
from rasad.evaluate.realism.two_sample import SHUFFLES
from rasad.evaluate.realism.view import View
from rasad.extend import Progress, no_progress
from rasad.importers.plan import plan

ROLES: dict[Side, str] = {"ordinary": "ordinary", "operation": "operator"}
"""The role that the truth of a world gives to accounts of each side."""


@dataclass(frozen=True, kw_only=True)
class Validation:
    """A world held against real data.

    Parameters
    ----------
    sides : list of SideComparison
        Those that the world has accounts of.
    absent : list of str
        Sides that it has none of.
    share : float
        Share of the real sets that was read.
    """

    sides: list[SideComparison]
    absent: list[Side]
    share: float


def validate(
    posts: Sequence[Path],
    truth: Path,
    data: Path | None,
    *,
    resources: Resources | None = None,
    share: float = 1.0,
    seed: int = 1,
    times: int = TIMES,
    shuffles: int = SHUFFLES,
    progress: Progress = no_progress,
) -> Validation:
    """Hold a world against the real sets of `PAIRS`.

    Parameters
    ----------
    posts : sequence of pathlib.Path
        The world's files, of any format that Rasad imports.
    truth : pathlib.Path
        Role of each account: columns account, role, team.
    data : pathlib.Path or None
        The folder of real data.
    resources : Resources, optional
        Memory and threads to use.
    share : float
        Share of each large real set to read.
    seed, times, shuffles : int
        Of all random numbers; draws of each bootstrap; permutations of each test.
    progress : callable
        Told the stage, what is done and what there is.

    Raises
    ------
    NotEnoughDataError
        If the real data are not there, or the world has neither side.
    """
    machine = resources or Resources()
    folder = check_all(data)
    steps = 1 + sum(len(pair) + 1 for pair in PAIRS.values())
    progress("validation", 0, steps)
    world = read_world(posts, truth, machine)
    sides = [side for side in PAIRS if len(world[side])]
    if not sides:
        raise NotEnoughDataError(
            "The world has no ordinary account and no operator",
            "check that the truth belongs to these posts",
        )
    done, found = 1, []
    for side in sides:
        progress("validation", done, steps)
        reals = [read_real(real, folder, machine, share) for real in PAIRS[side]]
        progress("validation", done + 2, steps)
        both = (reals[0], reals[1])
        found.append(
            compare_side(side, world[side], PAIRS[side], both, seed, times, shuffles)
        )
        done += 3
    progress("validation", steps, steps)
    return Validation(
        sides=found, absent=[side for side in PAIRS if side not in sides], share=share
    )


def read_world(
    posts: Sequence[Path], truth: Path, resources: Resources
) -> dict[Side, View]:
    """Read both sides of a world, through a case that is thrown away."""
    with (
        tempfile.TemporaryDirectory(prefix="rasad-world-") as name,
        open_case(Path(name) / "case", create=True, resources=resources) as case,
    ):
        for path in posts:
            case.import_file(plan(path))
        case.import_truth(truth)
        return {
            side: read_view(case.store, roles=(role,)) for side, role in ROLES.items()
        }
