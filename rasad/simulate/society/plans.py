"""What a scenario says of an operation and of the harmless teams beside it."""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, replace

from rasad.simulate.society.plan_fields import check, entry

SMALLEST_TEAM = 8
"""Accounts below which a team is no team: pairs too few to be told from chance."""

LANGUAGES = ("fa", "en", "ru", "ar")
GOALS = ("amplify", "flood", "attack")
CONNECTIONS = ("home", "dark", "whitelisted", "abroad")
DECOYS = (
    *("fan_club", "activist_storm", "party_pages", "rss_bots", "schedulers"),
    *("app_shares", "newsroom", "retweet_ring", "spam", "fact_checkers"),
)
LAST_DAY = 100_000
"""After every world; also the most hours or minutes that a plan can speak of."""

MOST_ACCOUNTS, MOST_TEAMS = 100_000_000, 100_000
MOST_PER_DAY, MOST_SECONDS = 1_000.0, 10_000_000.0
MOST_NARRATIVE = 25
"""Hashtags of higher ones would be those that every community uses."""


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What command wants for some days: a narrative, pushed at somebody.

    A goal is a mixture of tasks: `amplify` mostly reposts, `flood` pushes hashtags and
    links, `attack` replies. Narratives are numbers of neutral templates.
    """

    narrative: int = entry(
        MISSING, "Number of the narrative.", low=0, high=MOST_NARRATIVE
    )
    language: str = entry("fa", "Language of the teams at work.", choices=LANGUAGES)
    community: int = entry(
        0,
        "Community aimed at, counted among those of the language.",
        low=0,
        high=MOST_ACCOUNTS,
    )
    goal: str = entry("amplify", "What the tasks are like.", choices=GOALS)
    first_day: int = entry(
        0, "First day of the world on which it runs.", low=0, high=LAST_DAY
    )
    last_day: int = entry(LAST_DAY, "Last day on which it runs.", low=0, high=LAST_DAY)

    def __post_init__(self) -> None:
        in_order = self.first_day <= self.last_day
        check(self, (in_order, "last_day is before first_day"))


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Hours of the local day in which some of the teams get orders."""

    start_h: float = entry(MISSING, "Local hour at which it starts.", low=0, high=24)
    hours: float = entry(8.0, "Length in hours.", low=0.5, high=24)
    share: float = entry(1.0, "Its weight among the shifts.", low=0, high=1e6)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, kw_only=True)
class Purge:
    """A day on which the platform takes accounts away, and what follows."""

    day: int = entry(MISSING, "First day on which they are gone.", low=1, high=LAST_DAY)
    share: float = entry(MISSING, "Share of the accounts then held.", low=0, high=1)
    replaced: float = entry(0.8, "Share of these that is replaced.", low=0, high=1)
    after_days: int = entry(
        3, "Days until the replacements wake.", low=0, high=LAST_DAY
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, kw_only=True)
class OperationPlan:
    """One operation: people who run accounts on orders.

    The everyday posts of an account are `camouflage` times `posts_per_day`; tasks
    take `tasks_per_day` times `compliance`; the rest it posts on its own account, in
    the sense of the campaign but without an order.
    """

    name: str = entry("op1", "Beginning of the names of its teams.")
    recruits: int = entry(
        MISSING, "People who take part, each an operator.", low=1, high=MOST_ACCOUNTS
    )
    accounts: int = entry(
        MISSING,
        "Accounts held at first; replacements come on top.",
        low=1,
        high=MOST_ACCOUNTS,
    )
    team_accounts: int = entry(60, "Accounts of a team.", low=2, high=MOST_ACCOUNTS)
    languages: tuple[str, ...] = entry(
        ("fa",),
        "Languages of the teams in turn; repeats are weights.",
        choices=LANGUAGES,
    )
    zone_h: float = entry(3.5, "Hours ahead of UTC of the office.", low=-12, high=14)
    posts_per_day: float = entry(
        MISSING, "Posts per account and day.", low=0, high=MOST_PER_DAY
    )
    tasks_per_day: float = entry(
        MISSING,
        "Tasks that reach an account on a working day.",
        low=0,
        high=MOST_PER_DAY,
    )
    joint_share: float = entry(
        0.25, "Share of tasks that go to all teams of a shift.", low=0, high=1
    )
    compliance: float = entry(
        MISSING, "Share of its tasks that an account carries out.", low=0, high=1
    )
    account_compliance: float = entry(
        0.8,
        "Share of the accounts that an operator who obeys uses; the smaller, the less "
        "the accounts of one operator act together.",
        low=0.01,
        high=1,
    )
    alike: float = entry(
        8.0,
        "How alike operators are in obeying: sum of the two parameters of a Beta "
        "distribution about the mean.",
        low=0.01,
        high=1e9,
    )
    lag_median_min: float = entry(
        MISSING,
        "Median minutes from an order to an operator's first account.",
        low=0.01,
        high=LAST_DAY,
    )
    lag_sigma: float = entry(0.9, "Sigma of the log-normal lag.", low=0, high=4)
    gap_low_s: float = entry(
        20.0, "Seconds between accounts of an operator.", low=0, high=MOST_SECONDS
    )
    gap_high_s: float = entry(120.0, "The same, at most.", low=0, high=MOST_SECONDS)
    camouflage: float = entry(MISSING, "Share of everyday posts.", low=0, high=1)
    activity_sigma: float = entry(
        0.6, "Sigma of log-normal differences between accounts.", low=0, high=3
    )
    own_share: float = entry(
        0.5, "Share of tasks about posts of its own, not popular ones.", low=0, high=1
    )
    own_fitness: float = entry(
        3.0, "Fitness of its own posts; 1 is usual.", low=0, high=1e6
    )
    spin_rate: float = entry(
        0.4, "Share of copies with fillers of their own in the slots.", low=0, high=1
    )
    sleepers: float = entry(0.0, "Share of accounts that wake later.", low=0, high=1)
    sleep_days: int = entry(
        14, "Last day on which a sleeper wakes.", low=0, high=LAST_DAY
    )
    burst_share: float = entry(
        0.54, "Share of accounts made within three months.", low=0, high=1
    )
    batch_share: float = entry(
        0.26, "Share made by a team in batches of five and more a day.", low=0, high=1
    )
    office_share: float = entry(
        0.56, "Share made within nine office hours.", low=0, high=1
    )
    rest_share: float = entry(
        0.23, "Share made on the two days of rest.", low=0, high=1
    )
    rest_days: tuple[int, ...] = entry(
        (3, 4), "Days of rest, Monday being 0.", low=0, high=6
    )
    rest_tasks: float = entry(
        0.4, "Tasks on a day of rest, as a share of a working day's.", low=0, high=1
    )
    days_off: tuple[int, ...] = entry(
        (), "Days of the world without orders.", low=0, high=LAST_DAY
    )
    shifts: tuple[Shift, ...] = entry(
        (
            Shift(start_h=8, share=0.5),
            Shift(start_h=16, share=0.4),
            Shift(start_h=0, share=0.1),
        ),
        "Hours in which teams get orders.",
    )
    purges: tuple[Purge, ...] = entry((), "Days on which accounts are taken away.")
    campaigns: tuple[Campaign, ...] = entry(MISSING, "What command wants.")
    connection: str = entry(
        "home", "What a blackout does to the accounts.", choices=CONNECTIONS
    )
    client: str = entry("", "Program that all post with; empty for anybody's.")

    def __post_init__(self) -> None:
        obeying = self.compliance <= self.account_compliance
        check(
            self,
            (self.accounts >= self.recruits, "there are fewer accounts than recruits"),
            (obeying, "compliance is above account_compliance"),
            (self.gap_low_s <= self.gap_high_s, "gap_high_s is below gap_low_s"),
            (self.solo_per_day >= 0, "camouflage and tasks exceed posts_per_day"),
            (bool(self.languages), "languages is empty"),
            (bool(self.campaigns), "campaigns is empty"),
            (sum(shift.share for shift in self.shifts) > 0, "shifts have no share"),
            (
                self.burst_share >= self.batch_share,
                "batch_share is above burst_share, of which batches are a part",
            ),
            (len(set(self.rest_days)) <= 6, "rest_days leaves no day to work"),
            (
                all(language in LANGUAGES for language in self.languages),
                f"languages are not of {', '.join(LANGUAGES)}",
            ),
        )

    @property
    def solo_per_day(self) -> float:
        """Posts per account and working day that are neither task nor camouflage."""
        task = self.tasks_per_day * self.compliance
        left = self.posts_per_day * (1 - self.camouflage) - task
        # Shares written with two digits may miss nought by a rounding error.
        return left if abs(left) > 1e-9 else 0.0

    def at_scale(self, fraction: float) -> OperationPlan:
        """Return the plan with fewer people and accounts; a team stays one."""
        per_recruit = self.accounts / self.recruits
        accounts = max(round(self.accounts * fraction), SMALLEST_TEAM)
        # One operator with many accounts is a team too.
        accounts = max(accounts, math.ceil(per_recruit))
        recruits = min(max(round(accounts / per_recruit), 1), accounts)
        return replace(self, accounts=accounts, recruits=recruits)


@dataclass(frozen=True, kw_only=True)
class DecoyPlan:
    """Teams of one kind that act together and are no operation.

    What an occasion is depends on the kind: a club's hour, a call, a page of a feed, a
    story, a post of a member, an offer, a claim that is checked.
    """

    kind: str = entry(MISSING, "What they are.", choices=DECOYS)
    teams: int = entry(MISSING, "How many such teams.", low=1, high=MOST_TEAMS)
    accounts: int = entry(MISSING, "Accounts of each.", low=2, high=MOST_TEAMS)
    languages: tuple[str, ...] = entry(
        ("en", "fa", "ru", "ar"), "Languages of the teams in turn.", choices=LANGUAGES
    )
    per_day: float = entry(
        0.0,
        "Everyday posts per account and day; nought for machines.",
        low=0,
        high=MOST_PER_DAY,
    )
    occasions_per_day: float = entry(
        MISSING,
        "Occasions per team and day; those who meet at an hour do so once at most.",
        low=0,
        high=MOST_PER_DAY,
    )
    compliance: float = entry(
        MISSING, "Share of a team that takes part in an occasion.", low=0, high=1
    )
    lag_median_s: float = entry(
        MISSING, "Median seconds until they do.", low=0.001, high=MOST_SECONDS
    )
    lag_sigma: float = entry(
        0.8,
        "Sigma of the log-normal lag; bots of a feed have a fixed one each.",
        low=0,
        high=4,
    )

    def __post_init__(self) -> None:
        check(self, (bool(self.languages), "languages is empty"))

    def at_scale(self, fraction: float) -> DecoyPlan:
        """Return the plan with fewer teams, then smaller ones; a team stays one."""
        teams = max(round(self.teams * fraction), 1)
        whole = self.teams * self.accounts * fraction
        size = min(self.accounts, max(round(whole / teams), SMALLEST_TEAM))
        # Above full size there are more teams, not larger ones.
        return replace(self, teams=teams, accounts=max(size, 2))
