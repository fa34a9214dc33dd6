"""Small files that look like the real sets, made of simulated worlds and dice."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rasad.evaluate.realism.real_sets import IRA, IRAN, VIRAL, WEIBO
from rasad.simulate import DemoWorld, write_demo

START = datetime(2014, 1, 6)


def write_stand_ins(folder: Path) -> Path:
    """Write all four sets into a folder of data."""
    for name in (IRAN.file, WEIBO.file):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    world = DemoWorld(ordinary=12, operators=(20, 10, 10), fans=0, days=8, seed=9)
    written = write_demo(folder / "world", world)
    written.archive.replace(folder / IRAN.file)
    _write_ira(folder / IRAN.file, folder / IRA.file)
    _write_weibo(folder / WEIBO.file, seed=1)
    _write_viral(folder, seed=2)
    return folder


def _write_ira(archive: Path, path: Path) -> None:
    with archive.open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))
    kinds = {"true": "retweet", "false": "post"}
    rows = [
        {
            "author_id": post["userid"][:12],
            "account_category": "any",
            # Half as long as what the simulator writes, which gives it away.
            "content": " ".join(post["tweet_text"].split()[:6]),
            "language": post["tweet_language"],
            "publish_date": datetime.fromisoformat(post["tweet_time"]),
            "kind": kinds[post["is_retweet"]],
        }
        for post in posts
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)


def _delays(rng: np.random.Generator, n: int) -> list[timedelta]:
    seconds = 60.0 * (rng.pareto(0.8, n) + rng.random(n))
    return [timedelta(seconds=int(second)) for second in np.minimum(seconds, 1e6)]


def _write_weibo(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for source in range(40):
        born = START + timedelta(hours=float(rng.random() * 24 * 60))
        for place, delay in enumerate(_delays(rng, 30)):
            rows.append(
                {
                    "source_id": f"s{source}",
                    "label": "any",
                    "account": f"a{rng.integers(2000)}",
                    "mid": f"m{source}-{place}",
                    "parent": "",
                    "date": str(born + delay),
                    "text": "",
                }
            )
    pq.write_table(pa.Table.from_pylist(rows), path)


def _write_viral(folder: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for source in range(30):
        born = START + timedelta(hours=float(rng.random() * 24 * 40))
        for delay in _delays(rng, 25):
            moment = (born + delay).replace(second=0, microsecond=0)
            account = f"v{rng.integers(300)}"
            rows.append(
                {"account": account, "object": f"o{source}", "time_utc": moment}
            )
    # The coordinated half would be recognised by its one long cascade.
    rows += [
        {"account": f"c{n}", "object": "planted", "time_utc": START} for n in range(500)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / VIRAL.file)
    names = sorted({str(row["account"]) for row in rows})
    lines = [f"{name},{int(name.startswith('c'))}" for name in names]
    labels = folder / "worldB_labels.csv"
    labels.write_text("\n".join(["account,coordinated", *lines]) + "\n")
