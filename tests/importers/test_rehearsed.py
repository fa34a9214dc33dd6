"""After its rehearsal a child that reads a large table compiles nothing more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rasad.simulate.archive import COLUMNS

LOOPS = """
import importlib, pkgutil, sys
from pathlib import Path
from numba.core.dispatcher import Dispatcher
import rasad.kernels
from rasad.importers import blocks, large_messages
from rasad.importers.large_tables import Table
from rasad.importers.reader import inspect
from rasad.importers.twitter_archive import TwitterArchive

def compiled():
    names = [one.name for one in pkgutil.iter_modules(rasad.kernels.__path__)]
    modules = [importlib.import_module(f"rasad.kernels.{name}") for name in names]
    loops = {
        id(loop): loop
        for module in modules
        for loop in vars(module).values()
        if isinstance(loop, Dispatcher)
    }
    return {
        (loop.__name__, str(one)) for loop in loops.values() for one in loop.signatures
    }

large_messages.rehearse(TwitterArchive())
before = compiled()
assert before
for name in sys.argv[1:]:
    path = Path(name)
    head = inspect(path)
    with path.open("rb") as file:
        table = Table(head.columns, TwitterArchive().reader(head), ",", 0)
        for part in table.parts(file):
            blocks.written(part)
print(sorted(compiled() - before))
"""


def row(**cells: str) -> str:
    usual = {
        "tweetid": "1000000000000000001",
        "userid": "7",
        "tweet_time": "2018-05-25",
    }
    return ",".join(f'"{(usual | cells).get(name, "")}"' for name in COLUMNS)


def test_columns_that_are_empty_hidden_or_missing_need_no_other_loops(
    tmp_path: Path,
) -> None:
    full = {name: "x" for name in COLUMNS if name not in ("tweetid", "tweet_time")}
    files = {
        "empty": [row()],
        "hidden": [row(user_display_name="7"), row(user_display_name="A")],
        "full": [row(**full), row(**full | {"hashtags": "['a', 'b']"})],
        "odd": [row(tweet_time="soon"), row(tweetid="8.98926E+17"), ""],
    }
    for name, rows in files.items():
        (tmp_path / name).write_text("\n".join([",".join(COLUMNS), *rows, ""]))
    few = [name for name in COLUMNS if name not in ("user_profile_description", "urls")]
    (tmp_path / "few").write_text(",".join(few) + "\n" + "1," * (len(few) - 1) + "1\n")
    paths = [str(tmp_path / name) for name in (*files, "few")]
    told = subprocess.run(
        [sys.executable, "-c", LOOPS, *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
