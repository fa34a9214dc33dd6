"""The folder of a world: what may be in it, and files that are whole or not there."""

from __future__ import annotations

import csv
import errno
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from rasad.errors import ConfigError, DiskFullError
from rasad.simulate.society.people import People
from rasad.simulate.society.scenario import Scenario

FORMAT = 1
POSTS, TRUTH, SUMMARY = "posts", "truth.csv", "world.json"
UNFINISHED = ".part"
FULL = (errno.ENOSPC, errno.EDQUOT)


class Folder:
    """Where a world is written.

    Parameters
    ----------
    path : pathlib.Path
        Made if it is not there.
    settings : dict
        What `settings_of` returns.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self.path, self._settings = path, settings
        self.truth, self.summary = path / TRUTH, path / SUMMARY

    def day(self, number: int) -> Path:
        """Return where a day is written, counted from 1.

        Days are no world yet: their folder gets its name when the world is whole.
        """
        return self.path / (POSTS + UNFINISHED) / day_name(number)

    def finished_day(self, number: int) -> Path:
        """Return where a day of a whole world is, counted from 1."""
        return self.path / POSTS / day_name(number)

    def open(self) -> None:
        """Make the folder, or empty it if it holds the same world.

        Raises
        ------
        ConfigError
            If there is anything else in it.
        """
        if self.path.exists():
            self._check()
        with self._told():
            self._empty()
            (self.path / (POSTS + UNFINISHED)).mkdir(parents=True, exist_ok=True)
            self._summarise({"finished": False})

    def close(self, counts: dict[str, Any]) -> None:
        """Write down what the world holds, now that it is whole."""
        with self._told():
            (self.path / (POSTS + UNFINISHED)).replace(self.path / POSTS)
            self._summarise({"finished": True, **counts})

    def write_truth(self, people: People, userid: list[str]) -> None:
        """Write role and team of every account, in order of the account's bytes."""
        cohorts = people.cohorts
        named = sorted(
            (f"twitter:{user}", cohorts[place].role, cohorts[place].team)
            for user, place in zip(userid, people.cohort.tolist(), strict=True)
        )
        with (
            self.replacing(self.truth) as part,
            part.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("account", "role", "team"))
            writer.writerows(named)

    @contextmanager
    def replacing(self, path: Path) -> Iterator[Path]:
        """Give a place to write a file at, and name it when it is whole.

        Raises
        ------
        DiskFullError
            If the disk cannot take it.
        """
        part = path.with_name(path.name + UNFINISHED)
        try:
            with self._told():
                yield part
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _summarise(self, more: dict[str, Any]) -> None:
        whole = {"format": FORMAT, "settings": self._settings, **more}
        with self.replacing(self.summary) as part:
            text = json.dumps(whole, indent=2, ensure_ascii=False)
            part.write_text(text + "\n", encoding="utf-8")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say it in one sentence when the disk is full."""
        try:
            yield
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise DiskFullError(
                f"The disk of {self.path} is full",
                "make room or take another folder, and repeat the command",
            ) from error

    def _check(self) -> None:
        """Refuse a folder that holds anything but this world."""
        if not self.path.is_dir():
            raise ConfigError(f"{self.path} is no folder", "name another one")
        strange = sorted(
            item.relative_to(self.path).as_posix()
            for item in (*self.path.iterdir(), *self.path.glob(POSTS + "*/*"))
            if not _of_a_world(item.relative_to(self.path))
        )
        empty = not any(self.path.iterdir())
        if not empty and (strange or self._held() != self._settings):
            found = strange[0] if strange else "another world"
            raise ConfigError(
                f"{self.path} holds {found}", "name a new folder, or empty this one"
            )

    def _held(self) -> Any:
        """Return the settings of the world that is there, None if it says nothing."""
        try:
            held = json.loads(self.summary.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        known = isinstance(held, dict) and held.get("format") == FORMAT
        return held.get("settings") if known else None

    def _empty(self) -> None:
        folders = self.path / POSTS, self.path / (POSTS + UNFINISHED)
        for folder in folders:
            _remove(folder.glob("day-*.parquet"))
            _remove(folder.glob("day-*.parquet" + UNFINISHED))
        for name in (TRUTH, SUMMARY):
            _remove(self.path.glob(name))
            _remove(self.path.glob(name + UNFINISHED))
        if folders[0].is_dir():
            folders[0].rmdir()


def _of_a_world(name: Path) -> bool:
    if len(name.parts) == 1:
        return name.name.removesuffix(UNFINISHED) in (POSTS, TRUTH, SUMMARY)
    return name.match("day-*.parquet") or name.match("day-*.parquet" + UNFINISHED)


def day_name(number: int) -> str:
    """Return the name of a day's file, counted from 1."""
    return f"day-{number:03d}.parquet"


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink()


def settings_of(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Return what a world depends on, as JSON can hold it."""
    plan = json.dumps({"seed": seed, "scenario": asdict(scenario)}, default=_plain)
    settings: dict[str, Any] = json.loads(plan)
    return settings


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no setting")
