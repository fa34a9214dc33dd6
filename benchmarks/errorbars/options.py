"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from benchmarks.errorbars.seeds import RESULTS, Kept, code_digest
from benchmarks.errorbars.worlds.ordinary import Ordinary
from benchmarks.errorbars.worlds.table import STRATA


def json_option(parser: argparse.ArgumentParser) -> None:
    """Add the file that figures are written to."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")


def data_option(parser: argparse.ArgumentParser) -> None:
    """Add the folder of real data, and how to read it."""
    default = os.environ.get("RASAD_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), metavar="DIR")
    detection_options(parser, os.cpu_count() or 1)


def threads_option(parser: argparse.ArgumentParser, default: int = 1) -> None:
    """Add the threads of one detection."""
    parser.add_argument("--threads", type=int, default=default, help="per detection")


def detection_options(parser: argparse.ArgumentParser, threads: int = 1) -> None:
    """Add how a detection is run."""
    threads_option(parser, threads)
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="TOML; left out, as shipped"
    )


def how(given: argparse.Namespace) -> dict[str, Any]:
    """Return how a detection is run, as `How` takes it."""
    text = given.settings.read_text(encoding="utf-8") if given.settings else ""
    return {"threads": given.threads, "settings": text}


def seeds_options(parser: argparse.ArgumentParser, seeds: int) -> None:
    """Add how many worlds, at how many at a time, and where results are kept."""
    parser.add_argument("--seeds", type=int, default=seeds, help="number of worlds")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--folder", type=Path, default=RESULTS, help="where finished worlds are kept"
    )
    parser.add_argument(
        "--code",
        default="",
        help="use what another version finished: the digest in the file's keys",
    )
    detection_options(parser)


def world_options(parser: argparse.ArgumentParser, size: Ordinary) -> None:
    """Add how large worlds are and what a file says about its accounts."""
    parser.add_argument("--accounts", type=int, default=size.accounts)
    parser.add_argument("--actions", type=int, default=size.actions)
    parser.add_argument("--days", type=int, default=size.days)
    parser.add_argument(
        "--spread",
        type=float,
        default=size.spread,
        help="of the logarithm of how much accounts do",
    )
    parser.add_argument(
        "--strata",
        choices=STRATA,
        default="none",
        help="what stands in the file's language column",
    )


def sizes(given: argparse.Namespace) -> dict[str, Any]:
    """Return the size of a null world, as `Ordinary` takes it."""
    names = ("accounts", "actions", "days", "spread")
    return {name: getattr(given, name) for name in names}


def ordinary(given: argparse.Namespace, seed: int) -> Ordinary:
    """Return the plan of a null world."""
    return Ordinary(seed=seed, **sizes(given))


def kept(given: argparse.Namespace, name: str) -> Kept:
    """Return the file of finished worlds of a command."""
    return Kept(given.folder / f"{name}.jsonl", given.code or code_digest())


def seeds(given: argparse.Namespace) -> range:
    """Return the seeds of the worlds."""
    return range(given.first_seed, given.first_seed + given.seeds)
