"""A scenario: how large a world is, who lives in it, and what happens to it."""

from __future__ import annotations

import importlib.resources
import tomllib
from dataclasses import MISSING, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rasad.errors import ConfigError
from rasad.simulate.society.cast import Troupe
from rasad.simulate.society.decoys import Decoys
from rasad.simulate.society.operation import Operation
from rasad.simulate.society.plan_fields import build, check, entry
from rasad.simulate.society.plans import (
    LANGUAGES,
    LAST_DAY,
    MOST_ACCOUNTS,
    DecoyPlan,
    OperationPlan,
)

SHIPPED = "rasad.simulate"
FOLDER = "scenarios"
FEWEST_COMMUNITIES = 12
FEWEST_PER_COMMUNITY = 10


@dataclass(frozen=True, kw_only=True)
class OrdinaryPlan:
    """The crowd: how many people, and how they live."""

    accounts: int = entry(300_000, "Ordinary accounts.", low=120, high=MOST_ACCOUNTS)
    communities: int = entry(
        240,
        "Communities of language and interest.",
        low=FEWEST_COMMUNITIES,
        high=MOST_ACCOUNTS,
    )
    posts_per_day: float = entry(
        3.0, "Mean posts of all kinds per account and day.", low=0.01, high=100
    )
    sigma: float = entry(
        1.7, "Sigma of log-normal differences in activity.", low=0, high=4
    )
    homophily: float = entry(
        0.75, "Share of reading in one's own community.", low=0, high=1
    )
    repost_share: float = entry(0.4, "Share of posts that repost.", low=0, high=1)
    reply_share: float = entry(0.2, "Share of posts that reply.", low=0, high=1)
    quote_share: float = entry(0.05, "Share of posts that quote.", low=0, high=1)
    link_share: float = entry(0.3, "Share of own posts with a link.", low=0, high=1)
    tag_share: float = entry(0.3, "Share of own posts with hashtags.", low=0, high=1)
    stock_share: float = entry(
        0.03, "Share of own posts that are a set phrase.", low=0, high=1
    )
    follow_share: float = entry(
        0.5,
        "Share of reactions that are about the few accounts whom one follows.",
        low=0,
        high=1,
    )
    pass_on_share: float = entry(
        0.3,
        "Share of reactions that pass on what somebody reposted.",
        low=0,
        high=0.95,
    )
    session_posts: float = entry(3.0, "Mean posts of a session.", low=1, high=100)
    session_gap_s: float = entry(
        75.0, "Median seconds between posts of a session.", low=0.1, high=86_400
    )
    session_gap_sigma: float = entry(1.1, "Sigma of log-normal gaps.", low=0, high=4)
    decay: float = entry(
        1.4, "Exponent by which attention fades with age.", low=0.1, high=10
    )
    decay_scale_min: float = entry(
        30.0, "Minutes before attention starts to fade.", low=0.1, high=LAST_DAY
    )
    fitness_tail: float = entry(
        1.4, "Pareto exponent of the attention that posts draw.", low=0.1, high=10
    )
    news_per_day: float = entry(
        0.22, "News per day that everybody speaks of.", low=0, high=100
    )
    news_reach: float = entry(
        0.13, "Share of accounts that a piece of news may reach.", low=0, high=1
    )

    def __post_init__(self) -> None:
        shares = self.repost_share + self.reply_share + self.quote_share
        crowded = self.accounts >= FEWEST_PER_COMMUNITY * self.communities
        check(
            self,
            (
                shares < 1,
                "repost_share, reply_share and quote_share leave no own posts",
            ),
            (
                crowded,
                f"communities have fewer than {FEWEST_PER_COMMUNITY} accounts each",
            ),
        )

    def at_scale(self, fraction: float) -> OrdinaryPlan:
        """Return the plan with fewer accounts, in communities as large as before."""
        communities = max(round(self.communities * fraction), FEWEST_COMMUNITIES)
        fewest = FEWEST_PER_COMMUNITY * communities
        accounts = max(round(self.accounts * fraction), fewest)
        return replace(self, accounts=accounts, communities=communities)


@dataclass(frozen=True, kw_only=True)
class Blackout:
    """An outage of the home country: at once down, slowly up again."""

    start_h: float = entry(
        MISSING, "Hours from the start of the world.", low=0, high=LAST_DAY
    )
    hours: float = entry(MISSING, "Length in hours.", low=0, high=LAST_DAY)
    depth: float = entry(
        0.95, "Share of what people at home do that is lost.", low=0, high=1
    )
    recovery_h: float = entry(
        24.0, "Hours until all is as before.", low=0, high=LAST_DAY
    )
    language: str = entry("fa", "Language of the home country.", choices=LANGUAGES)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A world to be made; every number in it is an assumption.

    Examples
    --------
    >>> read_scenario("bureaucratic").at_scale(1 / 20).ordinary.accounts
    15000
    """

    name: str = entry("", "Short name.")
    title: str = entry("", "One line for lists.")
    note: str = entry("", "What is assumed, and that it is no fact.")
    days: int = entry(30, "Length in days.", low=1, high=366)
    start: date = entry(date(2024, 3, 1), "First day, from 00:00 UTC.")
    ordinary: OrdinaryPlan = entry(OrdinaryPlan(), "The crowd.")
    operations: tuple[OperationPlan, ...] = entry(
        (), "Operations; none is a null world."
    )
    decoys: tuple[DecoyPlan, ...] = entry((), "Harmless teams.")
    blackouts: tuple[Blackout, ...] = entry((), "Outages.")

    def __post_init__(self) -> None:
        names = [plan.name for plan in self.operations]
        kinds = [plan.kind for plan in self.decoys]
        check(
            self,
            (len(set(names)) == len(names), "operations have the same name"),
            (len(set(kinds)) == len(kinds), "decoys of one kind stand twice"),
            (2020 <= self.start.year <= 2070, "start is not in 2020 to 2070"),
        )

    def at_scale(self, fraction: float) -> Scenario:
        """Return the scenario with fewer accounts, all else alike.

        Parameters
        ----------
        fraction : float
            Positive; 1 is full scale. Numbers of accounts are multiplied by it, but a
            team keeps enough to be one and a community enough to be one.

        Raises
        ------
        ConfigError
            If the fraction is not positive.
        """
        if not 0 < fraction <= 100:
            raise ConfigError(
                f"The scale is {fraction!r}", "give a number above 0, up to 100"
            )
        return replace(
            self,
            ordinary=self.ordinary.at_scale(fraction),
            operations=tuple(plan.at_scale(fraction) for plan in self.operations),
            decoys=tuple(plan.at_scale(fraction) for plan in self.decoys),
        )

    def troupes(self, seed: int) -> list[Troupe]:
        """Return everybody who acts beside the crowd, operations first."""
        weekday = self.start.weekday()
        operations = [Operation(plan, seed, weekday) for plan in self.operations]
        return [*operations, *(Decoys(plan, seed) for plan in self.decoys)]


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with the package, sorted."""
    folder = importlib.resources.files(SHIPPED) / FOLDER
    files = (item.name for item in folder.iterdir())
    return sorted(
        name.removesuffix(".toml") for name in files if name.endswith(".toml")
    )


def read_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario that comes with the package, or one of your own.

    Parameters
    ----------
    name_or_path : str or pathlib.Path
        A name of `scenario_names`, or a TOML file, whose name ends in `.toml`.

    Returns
    -------
    Scenario
        At full scale.

    Raises
    ------
    ConfigError
        If there is no such scenario, the file is not TOML, or a key or value in it is
        not what a plan can hold.

    Notes
    -----
    A file may begin with `base = "decoys"`: whatever section it does not give itself
    is that shipped scenario's.

    Examples
    --------
    >>> read_scenario("nobody").operations
    ()
    """
    values = _with_base(*_content(name_or_path), seen=())
    values.setdefault("name", Path(name_or_path).stem)
    return build(Scenario, values)


def _with_base(
    name: str, values: dict[str, Any], seen: tuple[str, ...]
) -> dict[str, Any]:
    """Add what the scenario that a file builds on says and the file does not."""
    base = values.pop("base", None)
    if base is None:
        return values
    if not isinstance(base, str) or base not in scenario_names() or base in seen:
        others = (known for known in scenario_names() if known != name)
        raise ConfigError(
            f"The base of scenario {name!r} is {base!r}", "use " + " or ".join(others)
        )
    below = _with_base(*_content(base), seen=(*seen, name))
    # A title, a name and a note are a scenario's own.
    own = {"name", "title", "note"}
    return {**{k: v for k, v in below.items() if k not in own}, **values}


def _content(name_or_path: str | Path) -> tuple[str, dict[str, Any]]:
    """Return the name of a scenario and what its file holds."""
    path = Path(name_or_path)
    name = path.stem if path.suffix == ".toml" else str(name_or_path)
    try:
        if path.suffix == ".toml":
            text = path.read_text(encoding="utf-8-sig")
        elif name in scenario_names():
            folder = importlib.resources.files(SHIPPED) / FOLDER
            text = (folder / f"{name}.toml").read_text(encoding="utf-8-sig")
        else:
            raise ConfigError(
                f"There is no scenario {name!r}",
                f"use {', '.join(scenario_names())}, or a file that ends in .toml",
            )
        return name, tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror})", "check its name"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML ({error})", "mend the file") from error
