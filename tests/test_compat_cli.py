"""`rasad compat`: what is the same whichever tool is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
from compat_runs import SHARES, compat

BAD = {
    "missing": None,
    "empty": b"",
    "header_only": SHARES.encode(),
    "binary": bytes(range(256)) * 40,
    "encoding": SHARES.encode() + b"\xff\xfe\xff,\xe9,1,2\n" * 5,
    "other_table": b"colour,shape\nred,round\nblue,square\n",
    "folder": "folder",
}


@pytest.mark.parametrize("tool", ["coortweet", "cnt"])
@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_sentence(tmp_path: Path, kind: str, tool: str) -> None:
    path, content = tmp_path / "input.csv", BAD[kind]
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.mkdir()
    result = compat(tool, path, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(".")
    assert not (tmp_path / "out").exists()


def test_the_group_says_what_it_is_for() -> None:
    result = compat("--help")
    assert result.exit_code == 0
    assert {"coortweet", "cnt"} <= set(result.stdout.split())
