"""Every command runs on worlds of a few hundred actions and says what it must."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.errorbars.__main__ import main
from benchmarks.errorbars.commands import COMMANDS, decoys, framing, null, scenarios
from benchmarks.errorbars.commands.scenarios import Codes, judged
from benchmarks.errorbars.detection import FoundGroup, How, detected_world
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.worlds.decoys import DECOYS
from benchmarks.errorbars.worlds.ordinary import Ordinary, null_world
from benchmarks.errorbars.worlds.planted import Orders
from benchmarks.errorbars.worlds.ring import RING, with_ring
from benchmarks.errorbars.worlds.scenario import FANS, Scenario, scenario_world

TINY = ("--accounts", "120", "--actions", "1500", "--days", "5")
UNCHECKED = "[calibration]\npairs = 0\n"
SEEDS = ("--seeds", "1", "--processes", "1")


def run(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run a command; return its figures and its last lines."""
    path = folder / "figures.json"
    assert main([*words, "--json", str(path)]) == 0
    figures = json.loads(path.read_text())
    lines = capsys.readouterr().out.splitlines()
    ends = [line.rpartition(": ")[2] for line in lines[len(lines) - n_of(figures) :]]
    assert set(ends) <= {"reached", "NOT reached"}
    return figures


def quick(folder: Path) -> tuple[str, str]:
    """Return settings that leave out the check of the tests, which takes long."""
    path = folder / "quick.toml"
    path.write_text(UNCHECKED, encoding="utf-8")
    return "--settings", str(path)


def n_of(figures: Any) -> int:
    return len(figures["targets"])


def a_group(members: str, certified: bool = True, said: str = "") -> FoundGroup:
    return FoundGroup(
        grp="g",
        members=frozenset(members),
        certified=certified,
        candidate=False,
        first_movers=dict.fromkeys(members, 0.1),
        explanations=(said,) if said else (),
    )


def test_null_worlds_are_kept_for_the_next_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["null", *TINY, *SEEDS, *quick(tmp_path), "--ring"]
    words += ["--folder", str(tmp_path)]
    words += ["--members", "6", "--tasks", "4", "--lag", "10"]
    first = run(tmp_path, capsys, *words)
    assert len(first["worlds"]["null"]) == len(first["worlds"]["ring"]) == 1
    assert len((tmp_path / "null.jsonl").read_text().splitlines()) == 2
    monkeypatch.setattr(null, "null_world", None)
    assert run(tmp_path, capsys, *words) == first


def test_a_certified_group_is_the_ring_or_a_mistake() -> None:
    class Fake:
        import_s = detect_s = 0.0

        def groups(self) -> list[FoundGroup]:
            return [a_group("abcx"), a_group("xyz"), a_group("pq", certified=False)]

        def kept_pairs(self) -> list[tuple[str, str]]:
            return [("a", "b")]

        def calibration(self) -> list[dict[str, Any]]:
            return []

    found = null.figures(Fake(), frozenset("abcd"))  # type: ignore[arg-type]
    assert (found["certified"], found["groups"], found["kept"]) == (2, 3, 1)
    assert found["found"]
    assert (found["members"], found["strangers"]) == (3, 1)


def test_calibration_is_the_mean_over_worlds() -> None:
    def world(*ratios: float) -> dict[str, Any]:
        levels = zip((0.01, 0.001), ratios, strict=True)
        row = {"null_model": "timing", "jitter_s": 1800, "window_s": 60}
        return {
            "calibration": [{**row, "alpha": alpha, "ratio": r} for alpha, r in levels]
        }

    report = Report("")
    null.calibration(report, [world(1.0, 3.0), world(1.2, 1.0)])
    assert [target.reached for target in report.targets] == [True, False]
    assert "1.10" in report.targets[0].said
    assert "2.00" in report.targets[1].said
    nothing = Report("")
    null.calibration(nothing, [{"calibration": []}])
    assert [target.reached for target in nothing.targets] == [False]


def test_the_narrow_model_sees_edges_where_there_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = ("--accounts", "400", "--actions", "12000", "--days", "5")
    found = run(tmp_path, capsys, "regression", *size)["edges"]
    assert [(row["strata"], row["window_s"]) for row in found] == [
        ("none", 600),
        ("none", 3600),
        ("true", 600),
        ("true", 3600),
    ]
    assert all(row["same_bin_only"] >= row["shipped"] for row in found)
    assert found[1]["same_bin_only"] > 0


def test_a_scenario_is_judged_by_every_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    easy = Scenario(
        orders=Orders(tasks_per_day=6, compliance=0.9, lag_s=20),
        recall=0.5,
        operators=4,
        bots=5,
        fans=6,
    )
    monkeypatch.setattr(scenarios, "TABLE", (easy,))
    found = run(tmp_path, capsys, "scenarios", *TINY, *quick(tmp_path), "--rows", "1")
    rules = found["row 1"]["rules"]
    assert {"J, 60 s", "T, 60 s", "combined", "5 objects within 60 s"} <= set(rules)
    assert sum(name.startswith(("TF-IDF", "CooRTweet")) for name in rules) == 2
    assert rules["5 objects within 60 s"]["recall"] == 1.0
    assert all(0 <= row["false"] <= 1 for row in rules.values())


def test_edges_between_teams_are_told_from_those_of_ordinary_accounts() -> None:
    plan = Ordinary(seed=1, accounts=100, actions=900)
    few = Scenario(orders=Orders(), recall=0.5, teams=2, operators=3, bots=2, fans=2)
    world = scenario_world(plan, few)
    teams, fans = (world.accounts.members(name) for name in ("team 1", FANS))
    other = world.accounts.members("team 2")
    pairs = [(0, 1), (0, teams[0]), (teams[0], other[0]), (fans[0], other[1])]
    pairs += [(teams[0], teams[1]), (fans[0], fans[1])]
    score = judged(world, *np.array(pairs).T)
    assert score.edges == 6
    assert score.recall == pytest.approx(2 / 6)
    assert score.false == score.between == pytest.approx(2 / 6)


def test_an_edge_with_an_ordinary_account_is_false() -> None:
    world = with_ring(null_world(Ordinary(seed=1, accounts=100, actions=900)), Orders())
    ring = world.accounts.members(RING)
    first, second = np.array([ring[0], ring[0], 3]), np.array([ring[1], 5, 7])
    score = judged(world, first, second)
    assert score.edges == 3
    assert score.recall == pytest.approx(2 / len(ring))
    assert score.false == pytest.approx(2 / 3)
    assert judged(world, first[:0], second[:0]).false == 0
    column = pa.chunked_array([[f"generic:{name}" for name in world.names[ring]]])
    assert Codes(world.names).of(column).tolist() == ring.tolist()


@pytest.mark.parametrize("name", ["feed bots"])
def test_a_decoy_is_found_with_what_explains_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    words = ["decoys", *SEEDS, *quick(tmp_path), "--folder", str(tmp_path)]
    words += ["--only", name]
    found = run(tmp_path, capsys, *words, "--ordinary", "30", "--days", "3")
    assert [row["name"] for row in found["worlds"]] == [name]
    assert found["worlds"][0]["undisclosed"] == 0


def test_an_explanation_is_right_when_every_part_has_it() -> None:
    def row(*said: list[str]) -> dict[str, Any]:
        parts = [
            {"size": 3, "certified": at == 0, "explanations": each}
            for at, each in enumerate(said)
        ]
        return {"name": "newsroom", "parts": parts}

    wanted = DECOYS["newsroom"].explanation
    assert decoys.right(row([wanted])) is True
    assert decoys.right(row(["open-call"], [wanted])) is False
    mixed = row([wanted, "open-call"], ["open-call"])
    assert decoys.right(mixed) is True
    assert decoys.right(mixed, certified=False) is False
    assert decoys.right(row()) is None


def test_who_is_copied_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["framing", *TINY, "--worlds", "1", "--processes", "1", "--socks", "6"]
    words += ["--folder", str(tmp_path), *quick(tmp_path)]
    (row,) = run(tmp_path, capsys, *words)["worlds"]
    assert row["in_certified"] <= row["in_group"]
    assert row["named"] in (True, False, None)


def test_without_a_table_of_first_movers_the_order_names_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(framing, "has", lambda *_: False)
    group = FoundGroup(
        grp="g",
        members=frozenset("vab"),
        certified=False,
        candidate=False,
        first_movers={"v": 1.0, "a": 0.2, "b": 0.1},
    )
    nobody: Any = None
    assert framing.named(nobody, [group], "v") is True
    assert framing.named(nobody, [group], "a") is False
    assert framing.named(nobody, [group], "x") is None


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder like that of the shared data, with small worlds in it."""
    folder = tmp_path / "data"
    (folder / "parity").mkdir(parents=True)
    plan = Ordinary(seed=2, accounts=120, actions=1_500, days=5)
    world = with_ring(null_world(plan), Orders(tasks_per_day=4, lag_s=10), members=6)
    names = world.names[world.accounts.members(RING)].tolist()
    who = world.names[world.actions.account]
    what = [f"o{thing}" for thing in world.actions.thing.tolist()]
    seconds = 1_600_000_000 + world.actions.second
    times = pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us"))
    events = pa.table({"account": who, "object": what, "time_utc": times})
    labels = ["account,coordinated"]
    labels += [f"{name},{int(name in names)}" for name in world.names.tolist()]
    for name in ("worldC8", "worldC3", "worldB"):
        kind = "_coretweet_events" if name == "worldB" else "_events"
        pq.write_table(events, folder / f"{name}{kind}.parquet")
        (folder / f"{name}_labels.csv").write_text("\n".join(labels) + "\n")
    written = np.datetime_as_string(seconds.astype("datetime64[s]"))
    dates = [text.replace("T", " ") for text in written.tolist()]
    weibo = pa.table({"account": who, "source_id": what, "date": dates})
    pq.write_table(weibo, folder / "weibo_reposts_quarter.parquet")
    things = world.actions.thing
    german = {"account_id": who, "url_id": things, "domain_id": things % 40}
    german |= {"timestamp": seconds}
    pq.write_table(pa.table(german), folder / "parity" / "coortweet_german.parquet")
    return folder


def test_labelled_worlds_have_rules_and_orders_beside_them(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["labelled", "--data", str(data), *quick(tmp_path)]
    words += ["--worlds", "C8", "B"]
    found = run(tmp_path, capsys, *words)
    rows = found["C8"]["accounts"]
    assert rows["2 objects in the same minute"]["found"] == 6
    assert set(found["C8"]["scores"]) >= {"activity count", "object popularity"}
    ours = found["C8"]["scores"]["Rasad, smallest p of its pairs"]
    assert ours["average_precision"] > 0.9
    assert ours["curve"]
    assert len(found["targets"]) == 2
    assert "scores" not in found["B"]


def test_crowds_are_counted_by_every_rule(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(tmp_path, capsys, "crowds", "--data", str(data), *quick(tmp_path))
    weibo, german, ordinary = (
        found[name]
        for name in ("Weibo, a quarter", "German elections", "World B, ordinary")
    )
    assert weibo["accounts"] == german["accounts"] == ordinary["accounts"] + 6
    assert weibo["rules"]["2 objects within 60 s"] >= 6
    assert weibo["rules"] == german["rules"]
    assert sum(weibo["rules"].values()) > sum(ordinary["rules"].values())
    assert weibo["kept_accounts"] >= ordinary["kept_accounts"]
    assert [target["said"].split(":")[0] for target in found["targets"]] == [
        "Weibo, a quarter",
        "German elections",
    ]


def test_one_crowd_alone_can_be_asked_for(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["crowds", "--data", str(data), *quick(tmp_path)]
    found = run(tmp_path, capsys, *words, "--only", "World B, ordinary")
    assert "World B, ordinary" in found
    assert "German elections" not in found
    assert found["targets"] == []


def figures(*explanations: list[str]) -> dict[str, Any]:
    return {"certified": [{"size": 3, "explanations": said} for said in explanations]}


@pytest.mark.parametrize(
    ("name", "found", "reached"),
    [
        ("Weibo, a quarter", figures(), [True]),
        ("Weibo, a quarter", figures(["one-source"]), [False]),
        ("German elections", figures(), [True]),
        ("German elections", figures(["one-source"], ["open-call"]), [True]),
        ("German elections", figures(["one-source"], []), [False]),
        ("World B, ordinary", figures([]), []),
    ],
)
def test_crowds_have_their_own_aims(
    name: str, found: dict[str, Any], reached: list[bool]
) -> None:
    crowds, report = COMMANDS["crowds"], Report("")
    crowds.add_target(report, crowds.CROWDS[name], found)
    assert [target.reached for target in report.targets] == reached


def test_certified_groups_are_counted_by_explanation() -> None:
    crowds = COMMANDS["crowds"]
    crowd = crowds.CROWDS["German elections"]
    found = figures(["auto-poster", "one-source"], ["one-source"], [])
    assert [line[1:] for line in crowds.counted(crowd, found)] == [
        ("auto-poster", 1),
        ("one-source", 2),
        ("any of them", 2),
    ]


def test_the_cost_of_both_null_models_is_measured_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["cost", "--pairs", "3000", "--seconds", "60", "--models", "J"]
    found = run(tmp_path, capsys, *words)
    assert found["models"]["J"]["pairs"] <= 3000
    assert found["models"]["J"]["peak_gib"] > 0
    assert [target["reached"] for target in found["targets"]] == [True]


def test_both_null_models_can_be_asked() -> None:
    cost = COMMANDS["cost"]
    events, pairs = cost.random_pairs(2_000, seed=1)
    strata = np.zeros(len(events.names), np.int64)
    question = cost.asked(events, pairs, cost.WINDOW_S, strata)
    for ask in cost.MODELS.values():
        watch = cost.Watch()
        p_value = ask(question, 1, watch)
        assert len(p_value) == len(question.first)
        assert np.nanmin(p_value) > 0
        assert len(watch.phases) == 2


def test_a_world_that_goes_through_the_front_door_is_whole() -> None:
    world = null_world(Ordinary(seed=2, accounts=120, actions=1_500, days=5))
    with detected_world(world, "community", How(settings=UNCHECKED)) as found:
        (row,) = found.rows("SELECT count(*) AS n FROM post")
        assert row["n"] == len(world.actions.second)
        accounts = found.rows("SELECT DISTINCT account FROM post")
        assert {row["account"][8:] for row in accounts} <= set(world.names.tolist())
        assert found.run["n_accounts"] == len(accounts)
        assert all(not group.certified for group in found.groups())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out
