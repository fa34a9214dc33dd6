"""An operation does what its plan says: tasks, lags, shifts, sleepers, purges."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society.creation import (
    BATCH_LOW,
    BURST_DAYS,
    STOCK_NEWEST,
    over_years,
)
from rasad.simulate.society.deeds import POST, REPLY, REPOST, Deeds, Originals
from rasad.simulate.society.notes import (
    MOST_TEAMS,
    TAGGED,
    TAGS_OF_TEAM,
    first_tag,
    name_of_tag,
)
from rasad.simulate.society.operation import Operation
from rasad.simulate.society.phrases import tag_cells
from rasad.simulate.society.plans import (
    LAST_DAY,
    Campaign,
    OperationPlan,
    Purge,
    Shift,
)
from rasad.simulate.society.rows import all_deeds, all_originals
from rasad.simulate.society.scenario import read_scenario
from rasad.simulate.society.staff import hire
from rasad.simulate.society.tasks import (
    CAMPAIGN_TAGS,
    GOAL_MIX,
    SITES_OF_CAMPAIGN,
    campaign_tags,
    campaigns_of_teams,
    orders_of_day,
    work_share,
)
from rasad.simulate.society.teams import DAY_MS, HOUR_MS
from rasad.simulate.society.wording import (
    FAMILY_AT,
    FORM,
    SITES,
    field,
    language_codes,
    tag_sequence,
)
from rasad.simulate.vocabulary import LEXICONS
from simulate.society.paper_stage import CROWD, PaperStage, play, put_on

PLAN = OperationPlan(
    recruits=300,
    accounts=600,
    team_accounts=30,
    posts_per_day=8.0,
    tasks_per_day=4.0,
    joint_share=0.0,
    compliance=0.4,
    alike=1e6,
    lag_median_min=10.0,
    camouflage=0.3,
    activity_sigma=0.0,
    campaigns=(Campaign(narrative=1),),
)
"""Twenty teams; operators and accounts alike, so that only orders vary."""


def plan(**changed: object) -> OperationPlan:
    return replace(PLAN, **changed)  # type: ignore[arg-type]


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def played(
    what: OperationPlan, days: int = 3, seed: int = 0
) -> tuple[Operation, Originals, Deeds]:
    """Everything that an operation posts; day 0 is a Monday."""
    troupe = Operation(what, seed, 0)
    own, done = zip(*((own, done) for _, own, done in play(troupe, days)), strict=True)
    return troupe, all_originals(own), all_deeds(done)


def without_solo(**changed: object) -> OperationPlan:
    """The plan with as many posts as camouflage and tasks need, and none besides."""
    return plan(posts_per_day=1.6 / 0.7, **changed)


def test_tasks_a_day_are_as_planned() -> None:
    # Sums of Poisson numbers: 20 teams and 50 days of 4 tasks are 4000, sigma 63.
    staff, dice = hire(PLAN, 0, rng()), rng()
    asked = [len(orders_of_day(PLAN, staff, 5, 1.0, dice)[1].task) for _ in range(50)]
    assert abs(sum(asked) - 4_000) < 5 * 63
    # With all tasks joint, ten teams of each of two shifts share each of 4 tasks a day:
    # 400 tasks, each counted ten times, sigma 10 sqrt(400) = 200.
    both = (Shift(start_h=8, share=0.5), Shift(start_h=16, share=0.5))
    joint = plan(joint_share=1.0, shifts=both)
    staff = hire(joint, 0, rng())
    assert np.bincount(staff.shift).tolist() == [10, 10]
    asked = [len(orders_of_day(joint, staff, 5, 1.0, dice)[1].task) for _ in range(50)]
    assert abs(sum(asked) - 4_000) < 5 * 200


def test_a_joint_order_reaches_every_team_of_its_shift_at_once() -> None:
    joint = plan(joint_share=1.0)
    staff = hire(joint, 0, rng())
    tasks, orders = orders_of_day(joint, staff, 0, 1.0, rng())
    assert len(tasks.at_ms) > 3
    for task in range(len(tasks.at_ms)):
        rows = orders.task == task
        shift = staff.shift[orders.team[rows][0]]
        assert (
            orders.team[rows].tolist() == np.flatnonzero(staff.shift == shift).tolist()
        )
        assert set(orders.at_ms[rows].tolist()) == {tasks.at_ms[task]}
        assert tasks.team[task] == orders.team[rows][0]


def test_days_of_rest_and_days_off_have_less_work() -> None:
    resting = plan(rest_tasks=0.25, days_off=(7,))
    assert [work_share(resting, day, day % 7) for day in range(8)] == (
        [1, 1, 1, 0.25, 0.25, 1, 1, 0]
    )
    troupe = Operation(resting, 1, 0)
    per_day = [len(done.at_ms) for _, _, done in play(troupe, 8)]
    working = np.mean([per_day[day] for day in (0, 1, 2, 5, 6)])
    # Of 600 accounts, 1.6 posts each on orders and 4 besides. On orders, 80 tasks of 12
    # posts vary most: sigma 12 sqrt(80) = 107 of 3360.
    assert abs(working - 600 * 5.6) < 5 * 107 / np.sqrt(5)
    assert abs(np.mean(per_day[3:5]) - 600 * 5.6 / 4) < 5 * 107 / np.sqrt(2)
    assert per_day[7] == 0


def test_posts_a_day_are_everyday_ones_tasks_and_the_rest() -> None:
    troupe, _, done = played(PLAN)
    everyday = np.concatenate([cohort.per_day for cohort in troupe.cohorts()])
    assert everyday == pytest.approx(0.3 * 8.0)
    # As above; popular posts are there from the first moment on.
    assert abs(len(done.at_ms) / (3 * 600) - 0.7 * 8.0) < 5 * 107 / 600 / np.sqrt(3)


def test_differences_in_activity_leave_the_mean() -> None:
    troupe = Operation(plan(activity_sigma=0.6), 2, 0)
    everyday = np.concatenate([cohort.per_day for cohort in troupe.cohorts()])
    # A log-normal of mean 1 and sigma 0.6 has a variance of exp(0.36) - 1 = 0.433.
    assert abs(everyday.mean() / 2.4 - 1) < 5 * np.sqrt(0.433 / 600)
    assert everyday.std() > 1.0


def test_accounts_comply_as_often_as_planned() -> None:
    troupe = Operation(without_solo(), 4, 0)
    assert troupe.plan.solo_per_day == pytest.approx(0)
    dice, asked, did = rng(), 0, 0
    put_on(troupe)
    for _ in range(20):
        _, orders = orders_of_day(troupe.plan, troupe.staff, 0, 1.0, dice)
        asked += 30 * len(orders.task)
        did += len(troupe.crew.carry_out(orders, troupe.habit, dice).order)
    # An operator who obeys (0.5) uses B of two accounts, B being Bin(2, 0.8): mean 0.8,
    # variance 0.5 * 0.32 + 0.25 * 1.6^2 = 0.8; half as many operators as accounts.
    assert abs(did / asked - 0.4) < 5 * np.sqrt(0.8 / 2 / asked)


def test_operators_differ_in_obedience_about_the_mean() -> None:
    staff = hire(plan(alike=8.0, accounts=3_000, recruits=3_000), 0, rng())
    # Beta(4, 4): mean 0.5, variance 1 / 36.
    assert abs(staff.obeys.mean() - 0.5) < 5 / 6 / np.sqrt(3_000)
    assert abs(staff.obeys.std() - 1 / 6) < 0.01
    certain = hire(plan(compliance=0.8), 0, rng())
    assert (certain.obeys == 1.0).all()


def test_the_lag_is_counted_from_the_order() -> None:
    troupe = Operation(without_solo(), 4, 0)
    put_on(troupe)
    _, orders = orders_of_day(troupe.plan, troupe.staff, 0, 1.0, rng())
    acts = troupe.crew.carry_out(orders, troupe.habit, rng())
    operator = troupe.crew.operator[acts.member]
    new = (np.diff(acts.order) != 0) | (np.diff(operator) != 0)
    lag = np.log(acts.late_ms[np.r_[True, new]] / 60_000)
    assert len(lag) > 300
    assert abs(np.median(lag) - np.log(10)) < 5 * 1.2533 * 0.9 / np.sqrt(len(lag))


@pytest.mark.parametrize("goal", sorted(GOAL_MIX))
def test_a_goal_is_a_mixture_of_tasks(goal: str) -> None:
    aimed = plan(campaigns=(Campaign(narrative=2, goal=goal),))
    staff, dice = hire(aimed, 0, rng()), rng()
    days = [orders_of_day(aimed, staff, 0, 1.0, dice)[0] for _ in range(50)]
    kind = np.concatenate([tasks.kind for tasks in days])
    own = np.concatenate([tasks.own for tasks in days])
    share = np.bincount(kind, minlength=5) / len(kind)
    expected = np.array(GOAL_MIX[goal])
    assert expected.sum() == pytest.approx(1)
    error = np.sqrt(expected * (1 - expected) / len(kind))
    assert (abs(share - expected) < 5 * error).all()
    assert abs(own.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(own))


def test_orders_come_in_the_hours_of_the_shift() -> None:
    staff = hire(PLAN, 0, rng())
    # Of twenty teams, by the golden ratio, within one of 10, 8 and 2.
    assert (abs(np.bincount(staff.shift) - [10, 8, 2]) <= 1).all()
    tasks, orders = orders_of_day(PLAN, staff, 2, 1.0, rng())
    local = (orders.at_ms / HOUR_MS + 3.5) % 24
    shift = staff.shift[orders.team]
    assert ((local[shift == 0] >= 8) & (local[shift == 0] < 16)).all()
    assert (local[shift == 1] >= 16).all()
    assert (local[shift == 2] < 8).all()
    assert (orders.at_ms // DAY_MS == 2).all()
    assert (tasks.at_ms[orders.task] == orders.at_ms).all()


def test_own_posts_are_on_the_board_before_their_order() -> None:
    _, own, done = played(without_solo(own_share=1.0))
    assert np.unique(own.post).size == len(own.post) > 30
    assert (own.account >= CROWD).all()
    about = done.at(done.target >= 0)
    assert np.isin(about.target, own.post).all()
    order = np.argsort(own.post)
    row = order[np.searchsorted(own.post[order], about.target)]
    assert (about.at_ms > own.at_ms[row]).all()
    assert (about.source == own.account[row]).all()
    assert (about.source != about.account).all()
    passed_on = about.kind == REPOST
    assert (about.text[passed_on] == own.text[row][passed_on]).all()
    assert (about.tags[passed_on] == own.tags[row][passed_on]).all()


def test_popular_posts_are_the_crowds() -> None:
    troupe = Operation(without_solo(own_share=0.0), 0, 0)
    for stage, own, done in play(troupe, 2):
        assert len(own.at_ms) == 0
        about = done.at(done.target >= 0)
        assert len(about.at_ms) > 100
        row = np.flatnonzero(np.isin(stage.board.post, about.target))
        assert (stage.board.account[row] < CROWD).all()
        assert np.isin(about.target, stage.board.post).all()


def test_posts_are_whole() -> None:
    _, own, done = played(PLAN)
    assert {POST, REPOST, REPLY} == set(np.unique(done.kind).tolist())
    post = done.kind == POST
    assert (done.target[post] == -1).all()
    assert (done.source[post] == -1).all()
    assert (done.target[~post] >= 0).all()
    assert (done.text >= 0).all()
    assert (done.post == -1).all()
    assert (done.at_ms >= 0).all()
    assert (done.link[post] >= 0).any()
    assert (done.tags[post] >= 0).any()


def test_nobody_reposts_a_post_twice_on_one_days_orders() -> None:
    # Orders to all, few posts to repost, and everybody obeys.
    eager = plan(joint_share=1.0, compliance=0.8, tasks_per_day=6.0, posts_per_day=20.0)
    for _, _, done in play(Operation(eager, 0, 0), 2):
        rows = done.kind == REPOST
        pairs = np.stack([done.account[rows], done.target[rows]])
        assert np.unique(pairs, axis=1).shape[1] == rows.sum() > 1_000


@pytest.mark.parametrize("spin", [0.0, 0.4, 1.0])
def test_the_spin_rate_is_the_share_of_variants(spin: float) -> None:
    _, _, done = played(without_solo(spin_rate=spin), days=6)
    posts = done.kind == POST
    formed = done.text[posts & (field(done.text, FAMILY_AT, 1) == FORM)]
    _, where, times = np.unique(formed, return_inverse=True, return_counts=True)
    # A task has twelve posts on average, so hardly any exact copy is alone.
    assert len(formed) > 1_000
    assert abs((times[where] == 1).mean() - spin) < 0.06


def test_a_campaign_runs_on_its_days_and_aims_at_its_community() -> None:
    later = Campaign(narrative=3, community=4, goal="attack", first_day=1, last_day=1)
    troupe = Operation(without_solo(campaigns=(later,)), 0, 0)
    hits: list[bool] = []
    for stage, own, done in play(troupe, 3):
        if stage.day != 1:
            assert len(own.at_ms) == len(done.at_ms) == 0
            continue
        # Persian is written in communities 0, 4 and 8; the fifth is the second again.
        assert np.unique(own.community).tolist() == [4]
        popular = ~np.isin(done.target, own.post) & (done.kind == REPLY)
        board = stage.board
        home = dict(zip(board.post.tolist(), board.community.tolist(), strict=True))
        hits = [home[post] == 4 for post in np.unique(done.target[popular]).tolist()]
    # One of four looks finds a community of three: 1 - (2 / 3)^4 = 0.80.
    assert len(hits) > 10
    assert abs(np.mean(hits) - 0.8) < 5 * 0.4 / np.sqrt(len(hits))


def test_teams_work_for_campaigns_of_their_language() -> None:
    mixed = plan(
        languages=("fa", "fa", "en", "ru"),
        campaigns=(
            Campaign(narrative=1, language="fa"),
            Campaign(narrative=2, language="fa", first_day=5),
            Campaign(narrative=3, language="en", last_day=4),
        ),
    )
    staff = hire(mixed, 0, rng())
    early, late = (campaigns_of_teams(mixed, staff, day) for day in (0, 5))
    assert early.tolist() == [0, 0, 2, -1] * 5
    assert late.tolist() == [0, 1, -1, -1] * 5
    troupe = Operation(mixed, 0, 0)
    spoken = [cohort.language for cohort in troupe.cohorts()]
    assert spoken == ["fa", "fa", "en", "ru"] * 5


def test_teams_are_named_and_numbered() -> None:
    troupe = Operation(PLAN, 0, 0)
    cohorts = troupe.cohorts()
    assert [cohort.team for cohort in cohorts[:2]] == ["op1/team01", "op1/team02"]
    assert {cohort.role for cohort in cohorts} == {"operator"}
    assert [len(cohort) for cohort in cohorts] == [30] * 20
    assert {cohort.zone_h for cohort in cohorts} == {3.5}
    (whitelisted,) = read_scenario("blackout").at_scale(0.01).operations
    dark = Operation(whitelisted, 0, 0).cohorts()
    assert {cohort.connection for cohort in dark} == {"whitelisted"}


def test_sleepers_wake_when_they_should() -> None:
    troupe, _, done = played(plan(sleepers=0.3, sleep_days=5), days=8)
    first = troupe.staff.first_day
    sleeping = first > 0
    assert abs(sleeping.mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 600)
    assert np.unique(first[sleeping]).tolist() == [1, 2, 3, 4, 5]
    assert (troupe.staff.created_ms < 0).all()
    begun = np.full(len(first), LAST_DAY)
    np.minimum.at(begun, done.account - CROWD, done.at_ms // DAY_MS)
    # With 5.6 posts on a working day, nearly nobody is silent on the first one.
    assert (begun >= first).all()
    assert (begun == first)[first < 3].mean() > 0.9


def test_a_purge_takes_accounts_and_replaces_some() -> None:
    purge = Purge(day=2, share=0.25, replaced=0.6, after_days=1)
    troupe, _, done = played(plan(purges=(purge,)), days=5)
    staff, day = troupe.staff, done.at_ms // DAY_MS
    gone, new = staff.last_day == 1, staff.first_day == 3
    assert (gone.sum(), new.sum(), len(gone)) == (150, 90, 690)
    member = done.account - CROWD
    assert (day[gone[member]] < 2).all()
    assert (day[new[member]] >= 3).all()
    assert new[member].any()
    # An account lost and the one that follows are one operator's.
    lost = np.bincount(staff.operator[gone], minlength=300)
    found = np.bincount(staff.operator[new], minlength=300)
    assert (found <= lost).all()
    assert (staff.created_ms[new] < -STOCK_NEWEST * DAY_MS + DAY_MS).all()
    assert (np.diff(staff.operator) >= 0).all()


def test_purges_follow_one_another() -> None:
    both = (Purge(day=9, share=1.0, replaced=0.0), Purge(day=4, share=1.0))
    staff = hire(plan(purges=both, sleepers=0.5, sleep_days=20), 0, rng())
    awake = (staff.first_day < 4) & (staff.last_day == 3)
    assert awake.sum() > 250
    replacements = staff.first_day == 7
    assert replacements.sum() > 200
    assert (staff.last_day[staff.first_day >= 9] == LAST_DAY).all()
    assert ((staff.first_day <= 8) & (staff.last_day > 8)).sum() == 0


def test_accounts_are_made_in_bursts_batches_and_office_hours() -> None:
    made = hire(plan(accounts=3_000, recruits=1_500, team_accounts=60), 2, rng())
    day = made.created_ms // DAY_MS
    n, team = len(day), made.team[made.operator]
    counts = np.bincount(day - day.min(), minlength=2 * BURST_DAYS)
    whole = np.r_[0, np.cumsum(counts)]
    quarter = (whole[BURST_DAYS:] - whole[:-BURST_DAYS]).max() / n
    half_year = (whole[2 * BURST_DAYS :] - whole[: -2 * BURST_DAYS]).max() / n
    # Beside the burst's 54 %, others fall into it: 46 % * 77 % * 91 / 2580 = 1.2 %.
    assert abs(quarter - 0.552) < 5 * np.sqrt(0.25 / n)
    assert abs(half_year - 0.67) < 5 * np.sqrt(0.25 / n)
    _, where, times = np.unique(
        team * 10_000 - day, return_inverse=True, return_counts=True
    )
    # Singles that fall on a batch's day add about a hundredth.
    assert abs((times[where] >= BATCH_LOW).mean() - 0.26) < 0.03
    hour = (made.created_ms / HOUR_MS + 3.5) % 24
    office = ((hour >= 9) & (hour < 18)).mean()
    assert abs(office - 0.56) < 5 * np.sqrt(0.25 / n)
    local = np.floor((made.created_ms / HOUR_MS + 3.5) / 24)
    rest = np.isin((local + 2) % 7, PLAN.rest_days).mean()
    # Batches hold up to twelve: about nine times the variance for a quarter of all.
    assert abs(rest - 0.23) < 5 * np.sqrt(3 * 0.23 * 0.77 / n)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_all_or_none_of_the_accounts_are_made_on_days_of_rest(share: float) -> None:
    made = hire(plan(rest_share=share), 2, rng())
    local = np.floor((made.created_ms / HOUR_MS + 3.5) / 24)
    assert np.isin((local + 2) % 7, PLAN.rest_days).mean() == share


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_narrative_has_hashtags_and_sites_of_its_own(language: str) -> None:
    most = Campaign.__dataclass_fields__["narrative"].metadata["high"]
    narrative = np.repeat(np.arange(most + 1), 200)
    spoken = np.repeat(language_codes([language]), len(narrative))
    pushed = tag_sequence(campaign_tags(spoken, narrative, rng()))
    words = [ast.literal_eval(cell) for cell in tag_cells(pushed).to_pylist()]
    owner: dict[str, int] = {}
    for number, tags in zip(narrative.tolist(), words, strict=True):
        assert {owner.setdefault(tag, number) for tag in tags} == {number}
    assert len(owner) == (most + 1) * CAMPAIGN_TAGS
    # None is a word that a whole language uses, nor a team's of harmless people.
    common = LEXICONS[language].tag_words()
    harmless = {
        name_of_tag(language, int(first) + place)
        for kind in TAGGED
        for first in first_tag(kind, np.arange(MOST_TEAMS))
        for place in range(TAGS_OF_TEAM)
    }
    assert not set(owner) & {*common, *(name[1:] for name in harmless)}
    assert (most + 1) * SITES_OF_CAMPAIGN <= SITES["team"]


def test_volunteers_accounts_are_like_anybodys() -> None:
    (own_names,) = read_scenario("volunteers").at_scale(0.2).operations
    made = hire(own_names, 0, rng())
    anybody = over_years(rng(), 3_000)
    edges = np.linspace(-2700 * DAY_MS, 0, 10)
    shares = [np.histogram(x, edges)[0] / len(x) for x in (made.created_ms, anybody)]
    assert abs(shares[0] - shares[1]).max() < 5 * np.sqrt(2 * 0.1 / 3_000)
    assert (made.first_day == 0).all()


def test_a_team_too_small_for_a_batch_has_none() -> None:
    made = hire(plan(accounts=8, recruits=4), 0, rng())
    assert len(made.language) == 1
    assert (made.created_ms < 0).all()
    none = hire(plan(rest_days=(), accounts=40, recruits=4), 0, rng())
    assert (none.created_ms < 0).all()


@pytest.mark.parametrize(
    "name", ["paper_army", "bureaucratic", "professional_core", "volunteers", "mixed"]
)
def test_the_smallest_operations_act(name: str) -> None:
    scenario = read_scenario(name).at_scale(1 / 300)
    for what in scenario.operations:
        troupe = Operation(what, 0, scenario.start.weekday())
        rows = [done for _, _, done in play(troupe, 6)]
        assert len(all_deeds(rows).at_ms) > 0
        assert len(troupe.crew) >= what.accounts


def test_an_empty_board_leaves_own_posts() -> None:
    troupe = Operation(PLAN, 0, 0)
    stage = PaperStage(0, put_on(troupe))
    stage.board = stage.board.at(np.empty(0, np.int64))
    own = troupe.originals(stage)
    stage.show(own)
    bare = PaperStage(0, put_on(Operation(PLAN, 0, 0)))
    bare.board = own.at(np.empty(0, np.int64))
    done = troupe.deeds(bare)
    assert np.isin(done.target[done.target >= 0], own.post).all()
    assert (done.kind == POST).any()


def test_the_same_seed_gives_the_same_bytes() -> None:
    purged = plan(sleepers=0.2, purges=(Purge(day=1, share=0.2),), joint_share=0.3)
    runs = [played(purged, seed=seed) for seed in (1, 1, 2)]
    same = [
        all(a.tobytes() == b.tobytes() for a, b in zip(one[2], two[2], strict=True))
        for one, two in pairwise(runs)
    ]
    assert same == [True, False]
    first, second = (run[0].cohorts() for run in runs[:2])
    for one, two in zip(first, second, strict=True):
        assert one.created_ms.tobytes() == two.created_ms.tobytes()
        assert one.per_day.tobytes() == two.per_day.tobytes()


def test_deeds_do_not_need_originals_to_be_asked_for_first() -> None:
    shown, silent = Operation(PLAN, 0, 0), Operation(PLAN, 0, 0)
    stage = PaperStage(0, put_on(shown))
    put_on(silent)
    own = shown.originals(stage)
    again = PaperStage(0, stage.language)
    done = silent.deeds(again)
    assert np.isin(own.post, done.target).any()
    assert len(done.at_ms) == len(shown.deeds(stage).at_ms)
