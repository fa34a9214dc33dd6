"""A whole validation: what is read, what is compared, what is said and printed."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from evaluate.realism.conftest import MACHINE, quickly
from evaluate.realism.views import make_view
from rasad.case import open_case
from rasad.cli import realism as cli
from rasad.errors import ConfigError, NotEnoughDataError
from rasad.evaluate.realism.comparison import WORLD, MomentRow, compare_side
from rasad.evaluate.realism.distances import Band
from rasad.evaluate.realism.moments import DISTRIBUTIONS, MOMENTS, samples, values
from rasad.evaluate.realism.reading import read_view
from rasad.evaluate.realism.real_sets import (
    IRA,
    IRAN,
    PAIRS,
    VIRAL,
    WEIBO,
    check_all,
    read_real,
)
from rasad.evaluate.realism.report import as_json, misfit, moment_rows, sentences
from rasad.evaluate.realism.scenario_fitting import AIMS
from rasad.evaluate.realism.validation import Validation, read_world
from rasad.evaluate.realism.view import NEEDS, POST, REPOST
from rasad.importers.plan import plan
from rasad.simulate import WrittenWorld
from rasad.simulate.society.world import World

# --- the catalogue ------------------------------------------------------------------


def test_there_are_many_moments_and_each_is_told() -> None:
    assert len(MOMENTS) >= 25
    assert len({moment.name for moment in MOMENTS}) == len(MOMENTS)
    assert len({moment.title for moment in MOMENTS}) == len(MOMENTS)
    assert {moment.of for moment in MOMENTS} == set(DISTRIBUTIONS)
    for of in DISTRIBUTIONS.values():
        assert set(of.needs) <= set(NEEDS)


def test_sets_lack_what_has_a_name_and_detectors_are_not_scored_on_them() -> None:
    for real in (real for pair in PAIRS.values() for real in pair):
        assert set(real.lacks) <= set(NEEDS)
        assert not any("worldC" in name for name in real.files())
    # The crowd on which false alarms are counted checks, and is never fitted to.
    assert PAIRS["ordinary"] == (WEIBO, VIRAL)
    assert VIRAL.labels is not None
    assert VIRAL.labels[2] == "0"


# --- reading ------------------------------------------------------------------------


def test_the_two_sides_of_a_world_come_from_its_truth(
    demo_world: WrittenWorld,
) -> None:
    sides = read_world([demo_world.archive], demo_world.truth, MACHINE)
    crowd, team = sides["ordinary"], sides["operation"]
    # Some of a small crowd never post within a week.
    assert 150 < crowd.n_accounts <= demo_world.roles["ordinary"]
    assert team.n_accounts == demo_world.roles["operator"]
    assert len(crowd) + len(team) < demo_world.n_posts
    assert crowd.lacks == {}
    assert crowd.grain_us == 1000
    assert (crowd.original_us[crowd.kind == REPOST] <= crowd.time_us.max()).all()
    assert (np.diff(crowd.account) >= 0).all()


def test_reposts_have_no_words_tags_or_links_of_their_own(
    demo_world: WrittenWorld,
) -> None:
    crowd = read_world([demo_world.archive], demo_world.truth, MACHINE)["ordinary"]
    reposted = crowd.kind == REPOST
    assert reposted.any()
    assert not any(crowd.text[row] for row in np.flatnonzero(reposted).tolist())
    assert not (crowd.linked | crowd.tagged)[reposted].any()
    assert all(crowd.text[row] for row in np.flatnonzero(crowd.kind == POST).tolist())


def test_reading_counts_what_a_plain_file_says(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(
        "id,account,time,text,kind\n"
        '1,ann,2024-01-01 10:00:30,"#tea and #toast https://example.com/a",post\n'
        "2,ann,2024-01-01 10:01:10,RT @bob: soup,repost\n"
        "3,bob,2024-01-02 09:00:05,plain words only here,reply\n"
    )
    roles = {"post": "id", "account": "account", "time": "time"}
    mapping = {**roles, "text": "text", "kind": "kind"}
    with open_case(tmp_path / "case", create=True, resources=MACHINE) as case:
        case.import_file(plan(file, mapping=mapping))
        view = read_view(case.store)
        nobody = read_view(case.store, roles=("operator",))
    assert view.account.tolist() == [0, 0, 1]
    assert view.kind.tolist() == [0, 1, 3]
    assert view.linked.tolist() == view.tagged.tolist() == [True, False, False]
    assert len(view.traces["tag"].object) == 2
    assert view.days == 2
    assert view.grain_us == 1_000_000
    assert "created" in view.lacks
    assert "originals" in view.lacks
    assert len(nobody) == 0
    assert nobody.missing(()) == "there are no posts"


def test_only_the_ordinary_half_of_the_viral_set_is_read(data: Path) -> None:
    view = read_real(VIRAL, data, MACHINE)
    assert view.n_accounts <= 300
    assert len(view) <= 750
    assert view.grain_us == 60_000_000


def test_a_share_of_cascades_keeps_each_whole(data: Path) -> None:
    whole, part = read_real(WEIBO, data, MACHINE), read_real(WEIBO, data, MACHINE, 0.25)
    assert len(np.unique(part.source)) == len(np.unique(whole.source)) / 4
    sizes = np.unique(np.bincount(whole.source))
    assert set(np.bincount(part.source)) <= set(sizes)


@pytest.mark.parametrize(("share", "cascades"), [(0.7, 28), (0.4, 16), (1e-6, 1)])
def test_the_share_that_is_asked_for_is_read(
    data: Path, share: float, cascades: int
) -> None:
    view = read_real(WEIBO, data, MACHINE, share)
    assert len(np.unique(view.source)) == cascades


def test_cascades_are_drawn_by_their_objects(data: Path) -> None:
    view = read_real(WEIBO, data, MACHINE)
    assert len(np.unique(view.source)) == 40
    trace = view.traces["repost"]
    assert np.array_equal(np.bincount(trace.object), np.bincount(view.source))


def test_missing_data_are_one_clear_error(tmp_path: Path, data: Path) -> None:
    with pytest.raises(NotEnoughDataError, match="RASAD_DATA") as error:
        check_all(None)
    assert WEIBO.file in str(error.value)
    with pytest.raises(NotEnoughDataError, match=IRA.file):
        check_all(tmp_path)
    assert check_all(data) == data


# --- comparing ----------------------------------------------------------------------


def test_both_sides_are_compared_and_what_is_missing_has_a_reason(
    validation: Validation,
) -> None:
    assert [side.side for side in validation.sides] == ["ordinary", "operation"]
    for side in validation.sides:
        for row in moment_rows(side):
            for use in ("fit", "check", "simulated"):
                # A moment that a set gives has no reason to be absent, and the rest do.
                assert not (row[use] is not None and use in row["absent"])
                assert row["absent"].get(use, "a reason")
            known = row["simulated"] is not None and row["fit_low"] is not None
            assert (row["inside_fit"] is not None) == known


def test_enough_moments_are_held_against_data(validation: Validation) -> None:
    known = [
        row.moment.name
        for side in validation.sides
        for row in side.moments
        if row.inside(side.fit.name) is not None
    ]
    assert len(set(known)) >= 25


def test_no_number_is_made_up_for_a_set_that_lacks_it(validation: Validation) -> None:
    crowd, operation = validation.sides
    found = {row["moment"]: row for row in moment_rows(crowd)}
    assert found["posts_median"]["fit"] is None
    assert "chosen posts" in found["posts_median"]["absent"]["fit"]
    assert found["delay_median"]["fit"] is not None
    found = {row["moment"]: row for row in moment_rows(operation)}
    assert found["reply_share"]["absent"]["fit"] == "the release has no replies"
    assert found["posts_median"]["absent"]["check"].startswith("a sample")
    assert found["created_3_months"]["check"] is not None


def test_times_of_all_sets_are_cut_to_the_coarsest(validation: Validation) -> None:
    (crowd, _) = validation.sides
    assert crowd.sizes[VIRAL.name]["grain_s"] == 60
    row = next(row for row in crowd.moments if row.moment.name == "delay_median")
    assert row.found[WORLD].value % 60 == 0


def test_a_set_is_like_itself(data: Path) -> None:
    view = read_real(IRAN, data, MACHINE)
    real = replace(IRAN, lacks={})
    other = replace(real, name="twin")
    plain = replace(view, lacks={})
    found = compare_side(
        "operation", plain, (real, other), (plain, plain), times=20, shuffles=9
    )
    assert all(row.inside(real.name) is not False for row in found.moments)
    for row in found.distances:
        assert row.found.ks.value == 0
    # The same rows on both sides: nothing tells them apart.
    assert all(row.found.auc.value < 0.6 for row in found.tests)
    assert all(row.energy == pytest.approx(0, abs=1e-9) for row in found.tests)


def test_a_world_without_operators_says_so(
    tmp_path: Path, data: Path, demo_world: WrittenWorld
) -> None:
    truth = tmp_path / "truth.csv"
    text = demo_world.truth.read_text(encoding="utf-8")
    truth.write_text(text.replace(",operator,", ",fan,"), encoding="utf-8")
    found = quickly(demo_world, truth, data)
    assert found.absent == ["operation"]
    assert any("operation side" in sentence for sentence in sentences(found))


def test_a_truth_of_another_world_is_refused(
    tmp_path: Path, data: Path, demo_world: WrittenWorld
) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("account,role,team\ntwitter:1,ordinary,\n")
    with pytest.raises(NotEnoughDataError, match="belongs"):
        quickly(demo_world, truth, data)


def test_tiny_sides_get_moments_but_no_classifier() -> None:
    view = make_view([0, 0, 1], [0, 60, 90])
    found = compare_side("operation", view, (IRA, IRAN), (view, view), times=5)
    assert found.tests == []
    assert found.distances == []
    assert any(row.found for row in found.moments)


def test_a_set_without_posts_gives_nothing() -> None:
    view, empty = make_view([0, 0], [0, 60]), make_view([], [])
    found = compare_side("operation", view, (IRA, IRAN), (empty, view), times=5)
    assert all(IRA.name not in row.found for row in found.moments)
    assert found.moments[0].absent[IRA.name] == "there are no posts"


def test_inside_needs_a_value_and_a_band() -> None:
    band = Band(value=1.0, low=0.5, high=1.5)
    nothing = Band(value=math.nan, low=math.nan, high=math.nan)
    moment = MOMENTS[0]

    def inside(world: Band, real: Band) -> bool | None:
        found = {WORLD: world, "real": real}
        return MomentRow(moment=moment, found=found, absent={}).inside("real")

    assert inside(band, band) is True
    assert inside(replace(band, value=2.0), band) is False
    assert inside(nothing, band) is inside(band, nothing) is None
    assert MomentRow(moment=moment, found={}, absent={}).inside("real") is None


# --- telling ------------------------------------------------------------------------


def test_the_document_is_json_without_nan(validation: Validation) -> None:
    text = json.dumps(as_json(validation), allow_nan=False)
    document = json.loads(text)
    assert len(document["moments"]) == 2 * len(MOMENTS)
    pairs = {(row["one"], row["two"]) for row in document["tests"]}
    assert (WORLD, IRA.name) in pairs
    assert (IRA.name, IRAN.name) in pairs
    assert document["tests"][0]["features"][0]["auc_alone"] >= 0.5


def test_the_misfit_is_said_for_the_set_that_is_fitted_and_the_one_that_checks(
    validation: Validation,
) -> None:
    crowd = validation.sides[0]
    row = as_json(validation)["sets"][0]
    found = {line["moment"]: line for line in moment_rows(crowd)}
    for use in ("fit", "check"):
        off = []
        for name in AIMS["ordinary"]:
            line = found[name]
            error = (line[f"{use}_high"] - line[f"{use}_low"]) / 2 / 1.96
            scale = math.hypot(error, 0.1 * line[use])
            off.append(abs(line["simulated"] - line[use]) / scale)
        assert row[use]["misfit"] == pytest.approx(np.mean(off))
        said = f"may be fitted: {row[use]['misfit']:.2f}."
        assert any(said in sentence for sentence in sentences(validation))


def test_no_misfit_is_made_up_for_a_set_without_posts() -> None:
    view, empty = make_view([0, 0], [0, 60]), make_view([], [])
    found = compare_side("operation", view, (IRA, IRAN), (empty, view), times=5)
    assert misfit(found, IRA.name) is None


def test_the_sentences_name_what_does_not_match(validation: Validation) -> None:
    said = "\n".join(sentences(validation))
    assert "comparable moments lie in the 95 % band of weibo (fit)" in said
    assert "What does not match weibo" in said
    assert "Given away by mean words of own posts" in said
    assert "cut to that" in said
    assert "share of" in said


def test_a_share_of_the_data_is_said(validation: Validation) -> None:
    said = sentences(replace(validation, share=0.25))
    assert any("0.25 was read" in sentence for sentence in said)


def test_the_tables_hold_bands_and_gaps(
    validation: Validation, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.show_validation(validation)
    printed = capsys.readouterr().out
    assert "weibo (fit)" in printed
    assert "not in these data" in printed
    assert "Wasserstein" in printed
    assert "nan" not in printed


def test_the_same_seed_gives_the_same_document(
    validation: Validation, data: Path, demo_world: WrittenWorld
) -> None:
    again = quickly(demo_world, demo_world.truth, data)
    assert as_json(again) == as_json(validation)


# --- the command's parts ------------------------------------------------------------


def test_the_options_reach_a_command(data: Path) -> None:
    @click.command()
    @cli.validation_options
    def command(validate: bool, data: Path | None, real_share: float) -> None:
        cli.check_before(validate, data)
        click.echo(f"{validate} {data} {real_share}")

    run = CliRunner().invoke
    assert run(command, env={"RASAD_DATA": ""}).output == "False None 1.0\n"
    told = run(command, ["--validate"], env={"RASAD_DATA": str(data)})
    assert told.output == f"True {data} 1.0\n"
    failed = run(command, ["--validate"], env={"RASAD_DATA": ""})
    assert isinstance(failed.exception, NotEnoughDataError)


def test_a_world_too_large_to_compare_is_refused(tmp_path: Path) -> None:
    counts = {"written": cli.MOST_POSTS + 1}
    world = World(posts=[], truth=tmp_path, summary=tmp_path, counts=counts)
    with pytest.raises(ConfigError, match="--scale"):
        cli.validated(world, None, 1.0, 1)


# --- real data ----------------------------------------------------------------------


@pytest.mark.data
def test_the_iran_sample_has_its_known_moments(shared_data: Path) -> None:
    view = read_real(IRAN, shared_data, MACHINE)
    # 1,325 records, 14 of them second versions of a post.
    assert len(view) == 1311
    assert np.mean(view.kind == REPOST) == pytest.approx(0.599, abs=0.001)
    made = view.created_us // 86_400_000_000
    assert made.max() < 18_000


@pytest.mark.data
def test_the_weibo_quarter_has_its_known_delays(shared_data: Path) -> None:
    view = read_real(WEIBO, shared_data, MACHINE, 0.05)
    found = values(samples(view))
    assert 1800 < found["delay_median"] < 4 * 3600
    assert "posts_median" not in found
