"""Raw signals of IODA's API, made to its published description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rasad.connectivity.outages import detect
from rasad.connectivity.public_files import read_measurements
from rasad.errors import ImportFormatError

BEGIN, STEP = 1_573_430_400, 300


def signal(values: list[Any], **changed: Any) -> dict[str, Any]:
    return {
        "entityType": "country",
        "entityCode": "IR",
        "entityName": "Iran",
        "datasource": "ping-slash24",
        "subtype": "",
        "from": BEGIN,
        "until": BEGIN + STEP * len(values),
        "step": STEP,
        "values": values,
        **changed,
    }


def written(path: Path, *signals: dict[str, Any]) -> Path:
    text = json.dumps({"type": "signals", "data": [list(signals)]})
    path.write_text(text, encoding="utf-8")
    return path


def test_values_keep_their_place_and_null_is_a_gap(tmp_path: Path) -> None:
    path = written(tmp_path / "ir.json", signal([5, None, 7, "x", True, 9]))
    read = read_measurements(path)
    (series,) = read.series
    assert (series.place, series.source, series.metric) == (
        "IR",
        "ioda",
        "ping-slash24",
    )
    assert ((series.times_us // 1_000_000 - BEGIN) // STEP).tolist() == [0, 2, 5]
    assert series.values.tolist() == [5, 7, 9]
    assert "2 rows that cannot be read" in read.notes[-1]


def test_regions_have_the_country_of_their_full_name(tmp_path: Path) -> None:
    fars = {
        "entityType": "region",
        "entityCode": "1226",
        "entityName": "فارس",
        "entityFqid": "geo.netacuity.AS.IR.1226",
    }
    network = {"entityType": "asn", "entityCode": "12880"}
    path = written(
        tmp_path / "ir.json", signal([1, 2], **fars), signal([1, 2], **network)
    )
    read = read_measurements(path)
    assert [one.place for one in read.series] == ["IR/فارس"]
    assert "1 rows that cannot be read" in read.notes[-1]


def test_a_blackout_is_found_in_raw_signals(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    values = (1000 + rng.normal(0, 10, 9 * 48)).round().tolist()
    values[8 * 48 :] = [30.0] * 48
    path = written(tmp_path / "ir.json", signal(values, step=1800))
    (found,) = detect(read_measurements(path).series).outages
    assert (found.kind, found.ended_us) == ("shutdown", None)
    onset = (BEGIN + 8 * 48 * 1800) * 1_000_000
    assert abs(found.started_us - onset) <= 1_800_000_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "damaged JSON"),
        ("[" * 100_000, "damaged JSON"),
        ("{}", "no raw signals"),
        ('{"data": [[1, {"a": 2}]]}', "no raw signals"),
    ],
)
def test_other_json_is_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportFormatError, match=said):
        read_measurements(path)
