"""Scenario files load at every scale and hold their numbers; errors are in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rasad.errors import ConfigError
from rasad.simulate.society.plans import (
    DECOYS,
    SMALLEST_TEAM,
    Campaign,
    DecoyPlan,
    OperationPlan,
    Purge,
    Shift,
)
from rasad.simulate.society.scenario import (
    Blackout,
    OrdinaryPlan,
    Scenario,
    read_scenario,
    scenario_names,
)

NAMES = [
    *("blackout", "bureaucratic", "decoys", "mixed", "nobody", "paper_army"),
    *("professional_core", "volunteers"),
]
WITH_OPERATION = sorted({*NAMES} - {"nobody", "decoys"})
SCALES = (1.0, 1 / 20, 1 / 300)

TABLE = {
    "paper_army": (1_500, 4_500, 6, 2, 0.15, 40, 0.3),
    "bureaucratic": (4_500, 9_000, 12, 6, 0.4, 15, 0.4),
    "professional_core": (300, 6_000, 20, 10, 0.6, 3, 0.6),
    "volunteers": (15_000, 15_000, 4, 1, 0.08, 180, 0.9),
}
"""Recruits, accounts, posts, tasks, compliance, lag in minutes, camouflage."""

SMALL = """
days = 3
[ordinary]
accounts = 500
communities = 12
[[operations]]
recruits = 4
accounts = 8
posts_per_day = 5
tasks_per_day = 2.5
compliance = 0.4
lag_median_min = 10
camouflage = 0.5
campaigns = [{ narrative = 1 }]
"""


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        read_scenario(written(folder, text))
    return str(refused.value)


def operation(**changed: object) -> OperationPlan:
    plan = read_scenario("bureaucratic").operations[0]
    return replace(plan, **changed)  # type: ignore[arg-type]


def test_the_shipped_scenarios_are_these() -> None:
    assert scenario_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", SCALES)
def test_every_scenario_loads_at_every_scale(name: str, scale: float) -> None:
    scenario = read_scenario(name).at_scale(scale)
    assert scenario.name == name
    assert scenario.days == 30
    assert scenario.title
    assert "assum" in scenario.note
    assert scenario.ordinary.accounts == max(round(300_000 * scale), 120)
    assert bool(scenario.operations) == (name in WITH_OPERATION)
    kinds = [plan.kind for plan in scenario.decoys]
    assert sorted(kinds) == ([] if name == "nobody" else sorted(DECOYS))
    for plan in scenario.operations:
        assert plan.accounts >= SMALLEST_TEAM
        assert 1 <= plan.recruits <= plan.accounts
    for decoy in scenario.decoys:
        assert decoy.accounts >= SMALLEST_TEAM


@pytest.mark.parametrize("name", sorted(TABLE))
def test_operations_have_the_numbers_of_the_table(name: str) -> None:
    (plan,) = read_scenario(name).operations
    fields = (
        *("recruits", "accounts", "posts_per_day", "tasks_per_day"),
        *("compliance", "lag_median_min", "camouflage"),
    )
    assert tuple(getattr(plan, field) for field in fields) == TABLE[name]


def test_the_mixed_scenario_is_core_and_volunteers() -> None:
    core, volunteers = read_scenario("mixed").operations
    assert core.accounts + volunteers.accounts == 12_000
    for plan, like in ((core, "professional_core"), (volunteers, "volunteers")):
        (other,) = read_scenario(like).operations
        for field in ("posts_per_day", "tasks_per_day", "compliance", "camouflage"):
            assert getattr(plan, field) == getattr(other, field)


@pytest.mark.parametrize("name", NAMES)
def test_full_scale_is_twenty_to_forty_million_posts(name: str) -> None:
    scenario = read_scenario(name)
    daily = scenario.ordinary.accounts * scenario.ordinary.posts_per_day
    daily += sum(plan.accounts * plan.posts_per_day for plan in scenario.operations)
    daily += sum(plan.teams * plan.accounts * plan.per_day for plan in scenario.decoys)
    assert 20e6 < daily * scenario.days < 40e6


@pytest.mark.parametrize("scale", [1, 1 / 7, 1 / 20, 1 / 300, 1 / 5000])
def test_accounts_per_operator_survive_a_scale(scale: float) -> None:
    for name in WITH_OPERATION:
        for plan in read_scenario(name).operations:
            small = plan.at_scale(scale)
            wanted = plan.accounts / plan.recruits
            # Rounding to whole recruits can be off by half a recruit's accounts.
            error = wanted * 0.5 / small.recruits
            assert abs(small.accounts / small.recruits - wanted) <= error + 0.5


def test_decoys_shrink_in_number_first_and_then_in_size() -> None:
    plan = DecoyPlan(
        kind="spam",
        teams=40,
        accounts=30,
        occasions_per_day=1,
        compliance=0.5,
        lag_median_s=9,
    )
    assert (plan.at_scale(1 / 20).teams, plan.at_scale(1 / 20).accounts) == (2, 30)
    assert (plan.at_scale(1 / 80).teams, plan.at_scale(1 / 80).accounts) == (1, 15)
    assert plan.at_scale(1e-6).accounts == SMALLEST_TEAM
    assert plan.at_scale(3).teams == 120


def test_communities_stay_as_large_as_they_were() -> None:
    full = OrdinaryPlan()
    demo = full.at_scale(1 / 20)
    assert full.accounts / full.communities == demo.accounts / demo.communities


def test_the_blackout_differs_from_the_bureaucratic_scenario_only_so_far() -> None:
    dark, bright = read_scenario("blackout"), read_scenario("bureaucratic")
    (outage,) = dark.blackouts
    assert (outage.hours, outage.language) == (120, "fa")
    assert [plan.connection for plan in dark.operations] == ["whitelisted"]
    (plan,) = dark.operations
    same = replace(
        dark,
        name=bright.name,
        title=bright.title,
        note=bright.note,
        blackouts=(),
        operations=(replace(plan, connection="home"),),
    )
    assert same == bright


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    scenario = read_scenario(written(tmp_path, SMALL))
    assert (scenario.name, scenario.days) == ("mine", 3)
    assert scenario.operations[0].posts_per_day == 5.0
    assert scenario.operations[0].campaigns == (Campaign(narrative=1),)
    assert scenario.decoys == ()


def test_a_base_gives_what_a_file_does_not(tmp_path: Path) -> None:
    path = written(tmp_path, 'base = "blackout"\ndays = 9\nblackouts = []\n')
    scenario, base = read_scenario(str(path)), read_scenario("blackout")
    assert (scenario.days, scenario.blackouts, scenario.title) == (9, (), "")
    assert (scenario.operations, scenario.decoys) == (base.operations, base.decoys)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 3", "dayz = 3", ["'dayz'", "is unknown", "days, decoys"]),
        ("days = 3", "days = 0", ["days is 0", "from 1 to 366"]),
        ("days = 3", "days = 3.5", ["days is 3.5", "a whole number"]),
        ("days = 3", "days = true", ["days is True", "a whole number"]),
        ("days = 3", 'days = "3"', ["days is '3'", "a whole number"]),
        ("days = 3", "start = 2024-03-01T10:00:00", ["start is", "a day like"]),
        ("days = 3", "start = 1999-03-01", ["start is not in 2020 to 2070"]),
        ("days = 3", "note = 3", ["note is 3", "a text"]),
        ("accounts = 500", "accounts = -4", ["ordinary.accounts", "from 120 to"]),
        ("accounts = 500", "accounts = 119", ["ordinary.accounts", "from 120 to"]),
        (
            "accounts = 500",
            "accounts = 1_000_000_000_000",
            ["ordinary.accounts", "from 120 to 100,000,000"],
        ),
        ("posts_per_day = 5", "posts_per_day = 1e30", ["posts_per_day", "to 1,000"]),
        (
            "recruits = 4",
            "sleep_days = 99_999_999_999_999_999_999\nrecruits = 4",
            ["sleep_days", "from 0 to 100,000"],
        ),
        ("narrative = 1", "narrative = 26", ["campaigns[0].narrative", "0 to 25"]),
        ("accounts = 500", "acounts = 500", ["'ordinary.acounts'", "communities"]),
        ("communities = 12", "communities = 99", ["ordinary", "fewer than 10"]),
        ("= 0.4", "= 1.4", ["operations[0].compliance is 1.4", "from 0 to 1"]),
        ("= 0.4", "= nan", ["operations[0].compliance is nan", "a number"]),
        ("= 0.4", "= inf", ["operations[0].compliance is inf", "a number"]),
        ("= 0.4", "= 0.9", ["operations[0]", "above account_compliance"]),
        ("= 2.5", "= 25", ["operations[0]", "exceed posts_per_day"]),
        ("recruits = 4", "recruits = 9", ["fewer accounts than recruits"]),
        ("recruits = 4", "", ["'operations[0].recruits' is missing", "People who"]),
        ("narrative = 1", "", ["'operations[0].campaigns[0].narrative' is missing"]),
        (
            "narrative = 1",
            'narrative = 1, goal = "win"',
            ["operations[0].campaigns[0].goal is 'win'", "'amplify', 'flood'"],
        ),
        (
            "narrative = 1",
            "narrative = 1, first_day = 5, last_day = 4",
            ["operations[0].campaigns[0]", "last_day is before first_day"],
        ),
        ("[{ narrative = 1 }]", "3", ["campaigns is 3", "a list"]),
        ("[{ narrative = 1 }]", "[3]", ["campaigns[0] is 3", "keys and values"]),
        ("[ordinary]", "decoys = 4\n[ordinary]", ["decoys is 4", "a list"]),
        (
            "[ordinary]",
            'decoys = [{ kind = "cats" }]\n[ordinary]',
            ["'decoys[0].teams' is missing"],
        ),
        ("recruits = 4", 'languages = ["xx"]\nrecruits = 4', ["'xx'", "'fa', 'en'"]),
        ("recruits = 4", "languages = []\nrecruits = 4", ["languages is empty"]),
        ("recruits = 4", "shifts = []\nrecruits = 4", ["shifts have no share"]),
        ("recruits = 4", "rest_days = [7]\nrecruits = 4", ["rest_days", "0 to 6"]),
        (
            "[ordinary]\naccounts = 500\ncommunities = 12",
            "ordinary = 3",
            ["ordinary is 3", "keys and values"],
        ),
        ("[{ narrative = 1 }]", "[]", ["operations[0]", "campaigns is empty"]),
        ("days = 3", "days = ", ["is not TOML", "mend the file"]),
        ("days = 3", 'base = "cats"', ["'cats'", "bureaucratic"]),
        ("days = 3", "base = 3", ["base", "3", "bureaucratic"]),
    ],
)
def test_a_wrong_file_is_refused_in_words(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    told = refusal(tmp_path, SMALL.replace(old, new, 1))
    for part in said:
        assert part in told


def test_unknown_names_are_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no scenario 'cats'.*nobody, paper_army"):
        read_scenario("cats")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_scenario(tmp_path / "cats.toml")
    with pytest.raises(ConfigError, match="no scenario"):
        read_scenario("../scenarios/nobody")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"title = '\xff\xfe'")
    with pytest.raises(ConfigError, match="is not TOML"):
        read_scenario(path)


def test_a_file_may_begin_with_the_mark_that_editors_put_there(tmp_path: Path) -> None:
    assert read_scenario(written(tmp_path, "\ufeff" + SMALL)).days == 3


@pytest.mark.parametrize("scale", [0, -1, 101, float("nan"), float("inf")])
def test_a_scale_must_be_a_fraction(scale: float) -> None:
    with pytest.raises(ConfigError, match="The scale is"):
        read_scenario("nobody").at_scale(scale)


def test_plans_made_in_python_are_checked_too() -> None:
    with pytest.raises(ConfigError, match="own_share is 2, not from 0 to 1"):
        operation(own_share=2)
    with pytest.raises(ConfigError, match="gap_high_s is below"):
        operation(gap_low_s=30.0, gap_high_s=20.0)
    with pytest.raises(ConfigError, match="batch_share is above"):
        operation(burst_share=0.1)
    with pytest.raises(ConfigError, match="rest_days leaves no day"):
        operation(rest_days=tuple(range(7)))
    with pytest.raises(ConfigError, match="leave no own posts"):
        OrdinaryPlan(repost_share=0.8, reply_share=0.2)
    with pytest.raises(ConfigError, match="depth is 1.5"):
        Blackout(start_h=0, hours=1, depth=1.5)
    with pytest.raises(ConfigError, match="same name"):
        Scenario(operations=(operation(), operation()))
    with pytest.raises(ConfigError, match="stand twice"):
        decoys = read_scenario("decoys").decoys
        Scenario(decoys=(*decoys, decoys[0]))


def test_all_numbers_in_a_plan_have_limits_and_a_meaning() -> None:
    teams = (OperationPlan, Campaign, Shift, Purge, DecoyPlan)
    for kind in (OrdinaryPlan, Blackout, *teams):
        for item in kind.__dataclass_fields__.values():
            assert item.metadata["doc"].endswith((".", ")"))
            if item.type in ("int", "float", "tuple[int, ...]"):
                assert item.metadata["low"] is not None, (kind, item.name)
                assert item.metadata["high"] is not None, (kind, item.name)


def test_troupes_are_operations_first_and_then_every_decoy() -> None:
    scenario = read_scenario("mixed").at_scale(1 / 300)
    troupes = scenario.troupes(7)
    assert len(troupes) == 2 + len(DECOYS)
    roles = [troupe.cohorts()[0].role for troupe in troupes]
    assert roles == ["operator", "operator", *(plan.kind for plan in scenario.decoys)]
    assert read_scenario("nobody").troupes(7) == []
    assert scenario.start == date(2024, 3, 1)
