"""Cascades: a post is reposted, its reposts are seen and reposted, and it fades."""

from __future__ import annotations

import numpy as np

from rasad.simulate.ledger import Draft, Floats, Ints
from rasad.simulate.population import wander
from rasad.simulate.rhythm import HOUR_MS
from rasad.simulate.scene import Scene

FIRST_RATIO = 0.18
NEXT_RATIO = 0.35
GENERATIONS = 6
DELAY_SCALE_MS = 12 * 60_000
DELAY_TAIL = 0.9
LONGEST_MS = 72 * HOUR_MS
SOONEST_MS = 4_000


def spread(scene: Scene, rows: list[int], part: str) -> None:
    """Let originals be reposted by those who are awake, and those reposts again.

    Parameters
    ----------
    scene : Scene
        The world.
    rows : list of int
        Originals; a fitness of 1 draws 0.18 reposts in the first generation.
    part : str
        Name of this part of the simulation.

    Notes
    -----
    A Galton-Watson cascade of at most six generations with Lomax delays, thinned by the
    share of the community that is awake at the moment of the repost.
    """
    rng = scene.rng(f"cascade {part}")
    root = np.array(rows, dtype=np.int64)
    at_ms = np.array([scene.ledger[row].at_ms for row in rows], dtype=np.int64)
    fitness = np.array([scene.ledger[row].fitness for row in rows], dtype=np.float64)
    expected = FIRST_RATIO * fitness
    for _ in range(GENERATIONS):
        root, at_ms = _next_generation(scene, root, at_ms, expected, rng)
        expected = np.full(len(root), NEXT_RATIO)


def _next_generation(
    scene: Scene, root: Ints, at_ms: Ints, expected: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    children = rng.poisson(expected)
    root, at_ms = np.repeat(root, children), np.repeat(at_ms, children)
    at_ms = at_ms + delays(len(root), rng)
    author = np.array(
        [scene.ledger[row].account for row in root.tolist()], dtype=np.int64
    )
    audience = wander(scene.population.community[author], rng)
    account, answered = scene.audience.draw(audience, at_ms, rng)
    kept = np.flatnonzero(answered & (account != author) & (at_ms < scene.end_ms))
    for i in kept.tolist():
        scene.ledger.add(
            Draft(int(account[i]), int(at_ms[i]), "repost", target=int(root[i]))
        )
    return root[kept], at_ms[kept]


def delays(count: int, rng: np.random.Generator) -> Ints:
    """Return heavy-tailed waiting times in milliseconds."""
    wait = SOONEST_MS + DELAY_SCALE_MS * rng.pareto(DELAY_TAIL, count)
    return np.minimum(wait, LONGEST_MS).astype(np.int64)
