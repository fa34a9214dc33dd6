"""The documentation is complete, its links resolve, and its tutorial runs.

The reference pages are written from the code, so they are complete when they are
fresh. What people must write themselves is looked for in the pages by hand.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import click
import pytest

from rasad.cli import main as command_line
from rasad.config import Resources, Settings, to_dict
from rasad.exports import EXPORTS
from rasad.importers import IMPORTERS
from rasad.null_models import NULL_MODELS
from rasad.schema import TABLES, columns
from rasad.traces import TRACES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
WRITTEN = sorted(path for path in DOCS.rglob("*.md") if REFERENCE not in path.parents)
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EMPTY_WORDS = re.compile(r"\b(simply|just|obviously|of course)\b", re.IGNORECASE)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """Return a page without its fenced blocks."""
    return FENCE.sub("", read(path))


def headings(path: Path) -> list[str]:
    return re.findall(r"^#+ +(.*)$", prose(path), re.MULTILINE)


def builder() -> ModuleType:
    """Load docs/build_reference.py, which is no part of the package."""
    path = DOCS / "build_reference.py"
    spec = importlib.util.spec_from_file_location("build_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- completeness --------------------------------------------------------------------


def command_paths(group: click.Group, above: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{above} {name}"
        if isinstance(command, click.Group):
            yield from command_paths(command, f"{above} {name}")


def setting_names() -> list[str]:
    tree: dict[str, Any] = {
        **to_dict(Settings()),
        "resources": {item.name: None for item in fields(Resources)},
    }
    return [f"{section}.{name}" for section, part in tree.items() for name in part]


def test_every_command_has_its_heading() -> None:
    found = headings(REFERENCE / "commands.md")
    missing = [
        path
        for path in command_paths(command_line, "rasad")
        if f"`{path}`" not in found
    ]
    assert missing == []


def test_every_command_shows_one_runnable_example() -> None:
    text = read(REFERENCE / "commands.md")
    sections = dict(re.findall(r"^## `(.*?)`\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    without = [
        path
        for path in command_paths(command_line, "rasad")
        if not re.search(rf"Example: {path}\b", sections[path])
    ]
    assert without == []


def test_every_setting_has_its_heading_and_a_sentence() -> None:
    found = headings(REFERENCE / "settings.md")
    assert [name for name in setting_names() if f"`{name}`" not in found] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_listed(table: str) -> None:
    text = read(REFERENCE / "tables.md")
    section = re.search(rf"^## `{table}`\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert section is not None
    listed = re.findall(r"^- `(\w+)` \(", section[1], re.MULTILINE)
    assert listed == list(columns(table))


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("traces", TRACES),
        ("null-models", NULL_MODELS),
        ("importers", IMPORTERS),
        ("exports", EXPORTS),
    ],
)
def test_every_leaf_has_its_heading_in_the_reference(
    page: str, names: dict[str, Any]
) -> None:
    found = headings(REFERENCE / f"{page}.md")
    assert [name for name in names if f"`{name}`" not in found] == []


@pytest.mark.parametrize(
    ("pages", "names"),
    [
        ("traces.md", TRACES),
        ("importers.md", IMPORTERS),
        ("methods/*.md", NULL_MODELS),
    ],
)
def test_every_leaf_has_a_page_or_heading_that_a_person_wrote(
    pages: str, names: dict[str, Any]
) -> None:
    paths = sorted(DOCS.glob(pages))
    entries = " ".join(
        [path.stem for path in paths]
        + [heading for path in paths for heading in headings(path)]
    )
    words = set(re.findall(r"\w+", entries))
    assert [name for name in names if name not in words] == []


def test_the_reference_is_what_the_code_says() -> None:
    assert builder().stale() == [], "run 'make docs'"


# --- form ----------------------------------------------------------------------------


def broken_links(page: Path) -> list[str]:
    """Relative links of a page that lead nowhere, to a file or to a heading."""
    broken = []
    for _, target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    return broken


def anchors(page: Path) -> set[str]:
    """Names that headings get when the page is shown."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings(page))
    return {heading.replace(" ", "-") for heading in kept}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_relative_links_resolve(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(
        "# A page\n[1](#a-page) [2](#no) [3](b.md) [4](a.md) [5](https:x)\n"
    )
    assert broken_links(page) == ["#no", "b.md"]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_lines_are_short_and_words_have_weight(page: Path) -> None:
    lines = prose(page).splitlines()
    long = [line for line in lines if len(line) > 90 and not line.startswith("|")]
    assert long == []
    assert EMPTY_WORDS.findall(prose(page)) == []


def test_every_page_can_be_reached_from_the_index() -> None:
    seen, left = set(), [DOCS / "index.md"]
    while left:
        page = left.pop()
        seen.add(page)
        linked = (
            unquote(link).partition("#")[0] for _, link in LINK.findall(prose(page))
        )
        paths = {
            (page.parent / name).resolve() for name in linked if name.endswith(".md")
        }
        left += [path for path in paths if path.exists() and path not in seen]
    assert [path.name for path in DOCS.rglob("*.md") if path not in seen] == []


# --- the tutorial --------------------------------------------------------------------


@dataclass(frozen=True)
class Lesson:
    """A command or program of the tutorial and what it must show."""

    command: list[str]
    shown: str


def lessons(text: str) -> Iterator[Lesson]:
    """Read the blocks that run: console sessions, and Python before its output."""
    program = ""
    for language, body in FENCE.findall(text):
        if language == "console":
            yield from session(body)
        elif language == "python":
            program = body
        elif language == "text" and program:
            yield Lesson([sys.executable, "-c", program], body)
            program = ""


def session(body: str) -> Iterator[Lesson]:
    for entry in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = entry.partition("\n")
        yield Lesson(["sh", "-c", command], shown)


def missing(shown: str, printed: str) -> list[str]:
    """Return the lines that were not printed, in order; `...` stands for anything."""
    left = iter(printed.splitlines())
    wanted = [line.rstrip() for line in shown.splitlines() if line.strip() != "..."]
    patterns = [
        "*".join(re.sub(r"([\[*?])", r"[\1]", part) for part in line.split("..."))
        for line in wanted
    ]
    return [
        line
        for line, pattern in zip(wanted, patterns, strict=True)
        if line
        and not any(fnmatch.fnmatchcase(given.rstrip(), pattern) for given in left)
    ]


def test_output_is_compared_line_by_line() -> None:
    assert missing("a\n...\nc ... [d]\n", "x\na\nb\nc 12 [d]\n") == []
    assert missing("b\na\n", "a\nb\n") == ["a"]


def test_the_tutorial_runs_as_it_is_written(tmp_path: Path) -> None:
    """Run every block in one empty folder, with `rasad` found as a reader would."""
    programs = tmp_path / "programs"
    programs.mkdir()
    rasad = programs / "rasad"
    rasad.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rasad "$@"\n')
    rasad.chmod(0o755)
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    taught = list(lessons(read(DOCS / "tutorial.md")))
    assert len(taught) >= 5
    for lesson in taught:
        done = subprocess.run(
            lesson.command, cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{lesson.command}\n{done.stdout}{done.stderr}"
        assert missing(lesson.shown, done.stdout) == [], done.stdout
