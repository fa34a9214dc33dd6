"""Three teams of operators, each run as one, each with its own way of working.

The teams also live as ordinary accounts; what is here comes on top. A task is given to
a team at a moment of a shift, each member complies with some probability and acts
after a log-normal lag. Texts are neutral filler: only who acts with whom matters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rasad.simulate.dice import Dice
from rasad.simulate.ledger import NO_TARGET, Draft, Pool
from rasad.simulate.population import UTC_OFFSETS
from rasad.simulate.rhythm import HOUR_MS, WEEKEND
from rasad.simulate.scene import Scene
from rasad.simulate.vocabulary import LEXICONS
from rasad.simulate.writer import Writer

SHIFT_START_H, SHIFT_HOURS = 8.0, 14.0
WEEKEND_TASKS = 0.4
OWN_SHARE = 0.6
OWN_FITNESS = 3.0
VERBATIM = 0.6
TEAM_SITES = ("ledger.example", "notes.example", "almanac.test")
TEAM_TAGS = 9
SOONEST_MS = 1_500


@dataclass(frozen=True)
class Style:
    """How a team works; the first of `languages` sets its clock and its weekend."""

    team: str
    languages: tuple[str, ...]
    tasks_per_day: float
    compliance: float
    lag_median_s: float
    lag_sigma: float


FAST = Style("fast_repost", ("fa",), 4.0, 0.75, 20.0, 0.8)
TEMPLATE = Style("template_text", ("fa", "en"), 3.0, 0.6, 180.0, 0.8)
SLOW = Style("slow_reply", ("ru",), 5.0, 0.4, 600.0, 0.7)
STYLES = (FAST, TEMPLATE, SLOW)


class Team:
    """A team at work.

    Parameters
    ----------
    scene : Scene
        The world.
    style : Style
        Its way of working.
    """

    def __init__(self, scene: Scene, style: Style) -> None:
        self.scene = scene
        self.style = style
        self.language = style.languages[0]
        self.members = scene.population.members(style.team)
        self.rng = scene.rng(f"team {style.team}")
        self.dice: Dice = scene.dice(f"team {style.team}")
        self.writer: Writer = scene.writer(f"team {style.team}")

    def orders(self) -> list[int]:
        """Return the moments at which tasks are given, by time."""
        zone, rest = UTC_OFFSETS[self.language][0], WEEKEND[self.language]
        moments: list[float] = []
        for day in range(self.scene.days):
            resting = (self.scene.first_weekday + day) % 7 in rest
            factor = WEEKEND_TASKS if resting else 1.0
            count = self.rng.poisson(self.style.tasks_per_day * factor)
            local = SHIFT_START_H + SHIFT_HOURS * self.rng.random(count)
            moments += ((day * 24 + local - zone) * HOUR_MS).tolist()
        return sorted(int(moment) for moment in moments)

    def compliers(self, but: int = NO_TARGET) -> list[tuple[int, int]]:
        """Return who carries a task out, and each one's lag in milliseconds."""
        style = self.style
        scale = np.log(style.lag_median_s * 1000)
        lags = self.rng.lognormal(scale, style.lag_sigma, len(self.members))
        obeys = self.rng.random(len(self.members)) < style.compliance
        return [
            (member, SOONEST_MS + int(lag))
            for member, lag, willing in zip(self.members, lags, obeys, strict=True)
            if willing and member != but
        ]


def operate(scene: Scene) -> list[int]:
    """Let every team carry out its tasks.

    Returns
    -------
    list of int
        Rows of the teams' own originals, which an audience may find.
    """
    plays: list[Callable[[Team], list[int]]] = [repost_fast, push_template, reply_slow]
    rows: list[int] = []
    for style, play in zip(STYLES, plays, strict=True):
        team = Team(scene, style)
        if team.members:
            rows += play(team)
    return rows


def repost_fast(team: Team) -> list[int]:
    """Repost a member's or a popular post within seconds to a minute."""
    popular = popular_posts(team.scene, team.language)
    own: list[int] = []
    for at_ms in team.orders():
        if team.dice.chance(OWN_SHARE):
            target = _own_post(team, at_ms)
            own.append(target)
        else:
            target = _find(team, popular, at_ms)
        if target == NO_TARGET:
            continue
        author = team.scene.ledger[target].account
        for member, lag in team.compliers(but=author):
            team.scene.ledger.add(Draft(member, at_ms + lag, "repost", target=target))
    return own


def push_template(team: Team) -> list[int]:
    """Post one template with one link and one sequence of hashtags, minutes apart."""
    # Both languages of the team push the same tags: that is what makes a trend.
    pool = team.dice.ordered(LEXICONS[team.language].tag_words(), TEAM_TAGS)
    rows: list[int] = []
    for number, at_ms in enumerate(team.orders()):
        links = (team.writer.page(TEAM_SITES, number),)
        tags = team.dice.ordered(pool, team.dice.pick((2, 3, 3)))
        sheet = {language: _sheet(team, language) for language in team.style.languages}
        for member, lag in team.compliers():
            text = sheet[team.scene.population.language(member)].copy_for(team)
            draft = Draft(member, at_ms + lag, "post", text, links=links, tags=tags)
            rows.append(team.scene.ledger.add(draft))
    return rows


def reply_slow(team: Team) -> list[int]:
    """Reply to the same popular post, some ten minutes apart."""
    popular = popular_posts(team.scene, team.language)
    for at_ms in team.orders():
        target = _find(team, popular, at_ms)
        if target == NO_TARGET:
            continue
        for member, lag in team.compliers(but=team.scene.ledger[target].account):
            text = _sheet(team, team.language).filled
            team.scene.ledger.add(
                Draft(member, at_ms + lag, "reply", text, target=target)
            )
    return []


def popular_posts(scene: Scene, language: str) -> Pool:
    """Return the originals in a language, before any team adds to them."""
    return scene.ledger.pool(
        lambda draft: scene.population.language(draft.account) == language
    )


def _find(team: Team, popular: Pool, at_ms: int) -> int:
    """Return a recent popular post to act on."""
    moment, nobody = np.array([at_ms]), np.array([NO_TARGET])
    return int(popular.choose(nobody, moment, 2.0, team.rng)[0])


def _own_post(team: Team, at_ms: int) -> int:
    author = team.dice.pick(team.members)
    population = team.scene.population
    language, topic = population.language(author), population.topic(author)
    text = team.writer.post(language, topic)
    return team.scene.ledger.add(
        Draft(author, at_ms, "post", text, fitness=OWN_FITNESS)
    )


@dataclass(frozen=True)
class Sheet:
    """What members are told to write: a pattern, filled in once for all of them."""

    pattern: str
    language: str
    filled: str

    def copy_for(self, team: Team) -> str:
        """Return the text word for word, or with fillers of the member's own."""
        if team.dice.chance(VERBATIM):
            return self.filled
        return team.writer.fill(self.pattern, self.language)


def _sheet(team: Team, language: str) -> Sheet:
    pattern = team.dice.pick(LEXICONS[language].template)
    return Sheet(pattern, language, team.writer.fill(pattern, language))
