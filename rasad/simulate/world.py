"""A whole simulated world, written as an archive file with its truth beside it."""

from __future__ import annotations

import errno
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np

from rasad.errors import ConfigError, DiskFullError
from rasad.simulate.archive import Chronicle, write_archive, write_truth
from rasad.simulate.cascades import spread
from rasad.simulate.fan_club import CLUB, celebrate
from rasad.simulate.ledger import NO_TARGET, Draft, Ledger
from rasad.simulate.operation import STYLES, operate
from rasad.simulate.ordinary import live
from rasad.simulate.population import ACTIVITY_SIGMA, COMMUNITIES, Cohort, populate
from rasad.simulate.profiles import make_profiles
from rasad.simulate.rhythm import Audience, Rhythm
from rasad.simulate.scene import Scene, generator
from rasad.simulate.snowflake import snowflakes

ARCHIVE_NAME = "simulated_world_tweets_csv_hashed.csv"
TRUTH_NAME = "simulated_world_truth.csv"
OPERATOR_POSTS_PER_DAY = 4.0
FAN_POSTS_PER_DAY = 2.0


@dataclass(frozen=True, kw_only=True)
class DemoWorld:
    """How large a simulated world is, and which one of them.

    Parameters
    ----------
    ordinary : int
        Ordinary accounts, at least 12.
    operators : tuple of three int
        Sizes of the teams `fast_repost`, `template_text` and `slow_reply`; 0 leaves a
        team out.
    fans : int
        Members of the fan club; 0 leaves it out.
    days : int
        Length, 1 to 366.
    start : datetime.date
        First day, which starts at 00:00 UTC.
    posts_per_day : float
        Mean everyday posts of an ordinary account, cascades not counted.
    hashed_share : float
        Share of accounts whose id and names are one hash, 0 to 1.
    seed : int
        Which world; the same seed gives the same bytes.

    Raises
    ------
    ConfigError
        If a value is out of range.

    Examples
    --------
    >>> DemoWorld(operators=(0, 0, 0), fans=0).ordinary
    800
    """

    ordinary: int = 800
    operators: tuple[int, int, int] = (12, 10, 8)
    fans: int = 25
    days: int = 14
    start: date = date(2024, 3, 1)
    posts_per_day: float = 1.55
    hashed_share: float = 0.3
    seed: int = 20_240_301

    def __post_init__(self) -> None:
        problems = [problem for fine, problem in self._checks() if not fine]
        if problems:
            raise ConfigError(
                "The world cannot be simulated", "mend these: " + "; ".join(problems)
            )

    @property
    def start_ms(self) -> int:
        """First moment in milliseconds since 1970 UTC."""
        midnight = datetime.combine(self.start, time(), UTC)
        return int(midnight.timestamp()) * 1000

    def _checks(self) -> list[tuple[bool, str]]:
        smallest = len(COMMUNITIES)
        sizes = (*self.operators, self.fans)
        return [
            (self.ordinary >= smallest, f"ordinary is below {smallest}"),
            (len(self.operators) == len(STYLES), f"operators needs {len(STYLES)}"),
            (min(sizes) >= 0, "operators or fans is negative"),
            (1 <= self.days <= 366, "days is not in 1 to 366"),
            (0 < self.posts_per_day <= 20, "posts_per_day is not in (0, 20]"),
            (0 <= self.hashed_share <= 1, "hashed_share is not in [0, 1]"),
            (2020 <= self.start.year <= 2070, "start is not in 2020 to 2070"),
            (self.seed >= 0, "seed is negative"),
        ]


@dataclass(frozen=True, kw_only=True)
class WrittenWorld:
    """Where a world was written, and how much of it there is.

    `roles` counts accounts by role: `ordinary`, `operator`, `fan`.
    """

    archive: Path
    truth: Path
    n_posts: int
    n_accounts: int
    roles: dict[str, int]


def write_demo(folder: Path, world: DemoWorld | None = None) -> WrittenWorld:
    """Simulate a world and write it as an archive file and a truth file.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it does not exist; files of the same names are replaced.
    world : DemoWorld, optional
        Size and seed; the default world if left out.

    Returns
    -------
    WrittenWorld
        Paths and counts.

    Raises
    ------
    DiskFullError
        If the disk cannot take the files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_demo(Path(folder), DemoWorld(ordinary=40, days=2))
    ...     written.roles
    {'ordinary': 40, 'operator': 30, 'fan': 25}
    """
    world = world or DemoWorld()
    scene = simulate(world)
    chronicle = _chronicle(scene, world)
    archive, truth = folder / ARCHIVE_NAME, folder / TRUTH_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_archive(archive, chronicle)
        write_truth(truth, scene.population, chronicle.profiles)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(f"{folder} is full", "make room, repeat") from error
        raise
    return WrittenWorld(
        archive=archive,
        truth=truth,
        n_posts=len(chronicle.drafts),
        n_accounts=len(scene.population),
        roles=dict(Counter(scene.population.role)),
    )


def simulate(world: DemoWorld) -> Scene:
    """Let a world happen: ordinary life first, then teams and the fan club on top."""
    scene = _scene(world)
    live(scene)
    spread(scene, operate(scene), "of the teams' posts")
    spread(scene, celebrate(scene), "of the public calls")
    return scene


def _scene(world: DemoWorld) -> Scene:
    population = populate(_cohorts(world), generator(world.seed, "population"))
    hours = world.days * 24
    habits = generator(world.seed, "habits")
    rhythm = Rhythm(population, world.start.weekday() * 24, hours, habits)
    return Scene(
        seed=world.seed,
        days=world.days,
        first_weekday=world.start.weekday(),
        population=population,
        rhythm=rhythm,
        audience=Audience(population, rhythm),
    )


def _cohorts(world: DemoWorld) -> list[Cohort]:
    teams = [
        Cohort(
            role="operator",
            team=style.team,
            size=size,
            per_day=OPERATOR_POSTS_PER_DAY,
            languages=style.languages,
            home=True,
        )
        for style, size in zip(STYLES, world.operators, strict=True)
    ]
    crowd = Cohort("ordinary", "", world.ordinary, world.posts_per_day, ACTIVITY_SIGMA)
    fans = Cohort("fan", CLUB, world.fans, FAN_POSTS_PER_DAY, languages=("en",))
    return [crowd, *teams, fans]


def _chronicle(scene: Scene, world: DemoWorld) -> Chronicle:
    drafts = in_order(scene.ledger, scene.end_ms)
    at_ms = np.array([draft.at_ms for draft in drafts], dtype=np.int64)
    ids = snowflakes(at_ms + world.start_ms, generator(world.seed, "post ids"))
    profiles = make_profiles(
        scene.population, world.seed, world.start_ms, world.hashed_share
    )
    return Chronicle(world.start_ms, drafts, ids.tolist(), profiles)


def in_order(ledger: Ledger, end_ms: int) -> list[Draft]:
    """Return the posts before the end by time, targets renumbered.

    An account reposts a post once; later attempts are dropped, as platforms do.
    """
    rows = sorted(range(len(ledger)), key=lambda row: (ledger[row].at_ms, row))
    done: set[tuple[int, int]] = set()
    place: dict[int, int] = {}
    drafts: list[Draft] = []
    for row in rows:
        draft = ledger[row]
        deed = (draft.account, draft.target)
        if not 0 <= draft.at_ms < end_ms or (draft.kind == "repost" and deed in done):
            continue
        if draft.kind == "repost":
            done.add(deed)
        place[row] = len(drafts)
        about = place.get(draft.target, NO_TARGET)
        drafts.append(replace(draft, target=about))
    return drafts
