"""Truth files of both shapes, and the truth about the accounts that were shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rasad.errors import ImportFormatError, RasadError
from rasad.evaluate.metrics.truth import Truth, read_truth

TEAMS = """account,role,team
twitter:1,operator,iron/1
twitter:2,operator,iron/2
twitter:3,operator,iron/2
twitter:4,operator,rust
twitter:5,fan,fan_club/1
twitter:6,fan,fan_club/2
twitter:7,rss_bot,
twitter:8,ordinary,
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_roles_and_teams(tmp_path: Path) -> None:
    truth = read_truth(written(tmp_path, TEAMS))
    assert len(truth) == 8
    assert truth.teams_known
    assert truth.operated.sum() == 4
    assert truth.benign.tolist() == [False] * 4 + [True] * 3 + [False]
    assert truth.ordinary.tolist() == [False] * 7 + [True]
    assert truth.campaigns == ["iron", "rust"]
    assert truth.campaign_code.tolist() == [0, 0, 0, 1, -1, -1, -1, -1]
    assert truth.teams == ["iron/1", "iron/2", "rust"]
    assert truth.team_code.tolist() == [0, 1, 1, 2, -1, -1, -1, -1]
    assert truth.decoys == ["fan_club/1", "fan_club/2", "rss_bot"]
    assert truth.decoy_code.tolist() == [-1, -1, -1, -1, 0, 1, 2, -1]
    assert truth.block.tolist() == [0, 1, 1, 2, 3, 4, 5, -1]


@pytest.mark.parametrize("label", ["label", "coordinated"])
def test_labels_alone(tmp_path: Path, label: str) -> None:
    truth = read_truth(written(tmp_path, f"account,{label}\n7f,1\na0,0\nb1,1\n"))
    assert not truth.teams_known
    assert truth.operated.tolist() == [True, False, True]
    assert not truth.benign.any()
    assert truth.campaign_code.tolist() == [0, -1, 0]
    assert truth.block.tolist() == [-1, -1, -1]


def test_other_columns_their_order_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = '\ufeffnote,team,account,role\n"a, b",x/1,é,operator\n'
    truth = read_truth(written(tmp_path, text))
    assert truth.accounts == ["é"]
    assert truth.campaigns == ["x"]


def test_a_file_without_rows(tmp_path: Path) -> None:
    truth = read_truth(written(tmp_path, "account,role,team\n"))
    assert len(truth) == 0
    assert truth.campaigns == truth.decoys == []
    assert truth.block.tolist() == []
    assert truth.aligned([]).role.tolist() == []
    assert truth.aligned(["a"]).known.tolist() == [False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "has the columns (none)"),
        ("account,team\na,x\n", "has the columns account, team"),
        ("name,label\na,1\n", "has the columns name, label"),
        ("account,label\na,2\n", "Row 2"),
        ("account,label\na,1\nb\n", "Row 3"),
        ("account,role,team\na,operator\n", "Row 2"),
        ("account,role,team\n,operator,x\n", "Row 2"),
        ("account,role,team\na,,x\n", "Row 2"),
        ("account,label\na,1\na,1\n", "a second time"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ImportFormatError) as caught:
        read_truth(written(tmp_path, text))
    assert complaint in str(caught.value)


def test_the_truth_of_the_accounts_shown(tmp_path: Path) -> None:
    truth = read_truth(written(tmp_path, TEAMS))
    here = truth.aligned(["twitter:8", "twitter:99", "twitter:4", "twitter:5"])
    assert here.role.tolist() == ["ordinary", "", "operator", "fan"]
    assert here.known.tolist() == [True, False, True, True]
    assert here.benign.tolist() == [False, False, False, True]
    assert here.campaigns == ["rust"]
    assert here.campaign_code.tolist() == [-1, -1, 0, -1]


def test_names_without_a_platform(tmp_path: Path) -> None:
    truth = read_truth(written(tmp_path, "account,label\n7f,1\na:b,0\n"))
    here = truth.aligned(["generic:7f", "a:b", "generic:a:b x"])
    assert here.role.tolist() == ["operator", "ordinary", ""]
    with pytest.raises(RasadError, match="one and the same"):
        truth.aligned(["generic:7f", "twitter:7f"])


def test_the_truth_of_another_world_is_refused(tmp_path: Path) -> None:
    truth = read_truth(written(tmp_path, TEAMS))
    with pytest.raises(RasadError, match="None of the 2 accounts"):
        truth.aligned(["weibo:1", "weibo:2"])
    assert len(truth.aligned([])) == 0


def test_many_accounts_of_one_operation_are_numbered_by_name() -> None:
    team = np.array([f"op/{number % 12:02}" for number in range(600)])
    truth = Truth(
        accounts=[str(2**53 + number) for number in range(600)],
        role=np.full(600, "operator"),
        team=team,
    )
    assert truth.campaigns == ["op"]
    assert truth.team_code.tolist() == [number % 12 for number in range(600)]
    back = truth.aligned(truth.accounts[::-1])
    assert back.team_code.tolist() == truth.team_code[::-1].tolist()


@pytest.mark.data
@pytest.mark.parametrize(
    ("world", "operated", "ordinary"),
    [("A", 43, 9829), ("B", 1841, 15230), ("C3", 237, 15230), ("C8", 239, 1436)],
)
def test_labels_of_real_worlds(
    shared_data: Path, world: str, operated: int, ordinary: int
) -> None:
    name = f"world{world}_labels.csv"
    truth = read_truth(shared_data / name)
    assert (truth.operated.sum(), truth.ordinary.sum()) == (operated, ordinary)
    assert not truth.teams_known
    here = truth.aligned([f"generic:{name}" for name in reversed(truth.accounts)])
    assert here.operated.tolist() == truth.operated[::-1].tolist()
