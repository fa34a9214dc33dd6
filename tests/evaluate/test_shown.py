"""What every method is shown: the same actions, above the same floor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rasad.case import open_case
from rasad.evaluate.contest import Layer, Shown
from rasad.evaluate.shown import (
    has_times,
    read_shown,
    show,
    without_times,
    write_shown,
)
from rasad.importers.plan import plan

HUGE = 9_007_199_254_740_993
"""An id that no double can hold."""


def shown_of(folder: Path, rows: Sequence[tuple[object, str, int]]) -> Shown:
    lines = [f"{account},{thing},{second}\n" for account, thing, second in rows]
    path = folder / "rows.csv"
    path.write_text("account,object,time\n" + "".join(lines))
    columns = {"account": "account", "object": "object", "time": "time"}
    with open_case(folder / "case", create=True) as case:
        case.import_file(plan(path, mapping=columns))
        return show(case.store)


def test_accounts_with_one_object_are_not_shown(tmp_path: Path) -> None:
    at = 1_700_000_000
    shown = shown_of(
        tmp_path,
        [
            (HUGE, "x", at),
            (HUGE, "y", at + 1),
            (HUGE + 1, "x", at),
            (HUGE + 1, "x", at + 5),
            ("c", "y", at + 2),
            ("c", "x", at + 3),
        ],
    )
    assert shown.accounts == [f"generic:{HUGE}", "generic:c"]
    layer = shown.layers["object"]
    assert layer.account.tolist() == [0, 0, 1, 1]
    assert (layer.time_s - at).tolist() == [0.0, 1.0, 3.0, 2.0]
    assert layer.object[0] == layer.object[2] != layer.object[1]
    assert layer.n_objects == 2


def test_a_case_without_anybody_above_the_floor_shows_nothing(tmp_path: Path) -> None:
    shown = shown_of(tmp_path, [("a", "x", 1_700_000_000)])
    assert (shown.accounts, shown.layers) == ([], {})
    write_shown(shown, tmp_path / "shown")
    assert read_shown(tmp_path / "shown") == shown
    assert not has_times(shown)


def test_many_actions_on_one_object_are_shown_once_each(tmp_path: Path) -> None:
    at = 1_700_000_000
    rows = [("a", "x", at + n) for n in range(50)] + [("a", "y", at)]
    assert len(shown_of(tmp_path, rows).layers["object"]) == 51


@st.composite
def worlds(draw: st.DrawFn) -> Shown:
    names = draw(st.lists(st.text(min_size=1, max_size=4), unique=True, max_size=4))
    layers = {}
    for trace in draw(st.lists(st.sampled_from(["link", "repost"]), unique=True)):
        n = draw(st.integers(1, 6)) if names else 0
        thing = draw(arrays.arrays(np.int64, n, elements=st.integers(0, 3)))
        _, codes = np.unique(thing, return_inverse=True)
        if n:
            layers[trace] = Layer(
                account=draw(
                    arrays.arrays(np.int64, n, elements=st.integers(0, len(names) - 1))
                ),
                object=codes.astype(np.int64),
                time_s=draw(arrays.arrays(np.float64, n, elements=st.floats())),
                n_objects=int(codes.max()) + 1,
            )
    return Shown(accounts=names, layers=layers)


@given(worlds())
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, world: Shown
) -> None:
    folder = tmp_path_factory.mktemp("shown")
    write_shown(world, folder)
    read = read_shown(folder)
    assert read.accounts == world.accounts
    assert list(read.layers) == list(world.layers)
    for name, layer in world.layers.items():
        other = read.layers[name]
        assert other.account.tolist() == layer.account.tolist()
        assert other.object.tolist() == layer.object.tolist()
        np.testing.assert_array_equal(other.time_s, layer.time_s)
        assert other.n_objects == layer.n_objects


def test_without_times_nothing_else_is_lost(tmp_path: Path) -> None:
    at = 1_700_000_000
    shown = shown_of(tmp_path, [("a", "x", at), ("a", "y", at)])
    blind = without_times(shown)
    assert has_times(shown)
    assert not has_times(blind)
    assert blind.accounts == shown.accounts
    assert blind.layers["object"].object is shown.layers["object"].object
