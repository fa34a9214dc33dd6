"""The commands over a case: each a few lines over one public function."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from rasad.case import Case, investigate
from rasad.cli.fields import after_import
from rasad.cli.group import main
from rasad.cli.levels import at_level
from rasad.cli.opening import opened
from rasad.cli.planning import planned_files
from rasad.cli.printing import echo_json, show
from rasad.cli.results import SOURCE_COLUMNS, show_groups
from rasad.cli.showing import disclosure, dossier_as, export_as
from rasad.evaluate.demonstration import demo, demo_of
from rasad.exports import EXPORTS
from rasad.importers.plan import check_space, save_mappings
from rasad.network.calibration import JUDGED
from rasad.options import (
    as_json,
    ask_nothing,
    background_files,
    hiding_options,
    machine_options,
    many_files,
    one_case,
    privacy_options,
    reading_options,
    settings_file,
)
from rasad.schema.disclosure import Level
from rasad.simulate.society.scenario import read_scenario
from rasad.terminal import complain, show_line, show_table

TWENTIETH = 1 / 20

CHECK_COLUMNS = [
    "trace",
    "window_s",
    "null_model",
    "jitter_s",
    "n_pairs",
    "observed",
    "expected",
    "ratio",
    "verdict",
]
GROUPS = "SELECT * FROM grp ORDER BY rank"


@main.command("investigate")
@many_files
@click.option(
    "--case", type=click.Path(path_type=Path), help="Folder; ./<first file>.rasad."
)
@background_files
@reading_options
@ask_nothing
@hiding_options
@settings_file
@machine_options
@as_json
def investigate_command(
    files: tuple[Path, ...],
    case: Path | None,
    background: tuple[Path, ...],
    mapping: str | None,
    importer: str | None,
    yes: bool,
    privacy: Level,
    key: Path | None,
    settings: Path | None,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Import files, look for groups and write the dossier: the main job.

    Example: rasad investigate posts.csv --case posts.rasad
    """
    planned = planned_files(files, importer, mapping, as_json or yes)
    ordinary = planned_files(background, importer, mapping, as_json or yes)
    folder = case or Path(f"{files[0].stem}.rasad")
    with (
        opened(folder, "investigate", threads, memory, settings, create=True) as open_,
        at_level(open_, planned, ordinary, privacy, key) as (given, beside),
    ):
        sources, run, dossier = investigate(given, open_, beside)
        _conclude(open_, sources, run, dossier, as_json)


@main.command("demo")
@click.option(
    "--case",
    type=click.Path(path_type=Path),
    default=Path("demo.rasad"),
    show_default=True,
    help="Folder of the case.",
)
@click.option(
    "--scenario",
    help="A world of a twentieth of a scenario's size instead, of `rasad simulate`.",
)
@click.option("--days", type=click.IntRange(1, 366), help="Days of the scenario.")
@machine_options
@as_json
def demo_command(
    case: Path,
    scenario: str | None,
    days: int | None,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Investigate a simulated world whose truth is known, a small one if not told.

    Example: rasad demo
    """
    if days and not scenario:
        raise click.UsageError("--days goes with --scenario.")
    planned = read_scenario(scenario).at_scale(TWENTIETH) if scenario else None
    if planned and days:
        planned = replace(planned, days=days)
    with opened(case, "demo", threads, memory, None, create=True) as open_:
        made = demo_of(planned, open_) if planned else demo(open_)
        _conclude(open_, *made, as_json)


@main.command("import")
@one_case
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@background_files
@reading_options
@ask_nothing
@hiding_options
@machine_options
@as_json
def import_command(
    case: Path,
    files: tuple[Path, ...],
    background: tuple[Path, ...],
    mapping: str | None,
    importer: str | None,
    yes: bool,
    privacy: Level,
    key: Path | None,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Add files to a case, which is made if need be.

    Example: rasad import posts.rasad january.csv february.csv
    """
    if not files and not background:
        raise click.UsageError("Name a file, or one after --background.")
    planned = planned_files(files, importer, mapping, as_json or yes)
    ordinary = planned_files(background, importer, mapping, as_json or yes)
    with (
        opened(case, "import", threads, memory, None, create=True) as open_,
        at_level(open_, planned, ordinary, privacy, key) as (given, beside),
    ):
        check_space([*given, *beside], case)
        sources = [open_.import_file(one) for one in given]
        sources += [open_.import_background(one) for one in beside]
        save_mappings(given, open_.out)
        said = after_import(open_.store, sources)
    show(sources, as_json, "Imported", SOURCE_COLUMNS)
    for line in said:
        complain(line)


@main.command("detect")
@one_case
@settings_file
@machine_options
@as_json
def detect_command(
    case: Path, settings: Path | None, threads: int, memory: str, as_json: bool
) -> None:
    """Look for groups in what a case holds.

    Example: rasad detect posts.rasad
    """
    with opened(case, "detect", threads, memory, settings) as open_:
        run = open_.detect()
        groups = open_.store.rows(GROUPS)
    if as_json:
        echo_json({"run": run, "groups": groups})
    else:
        show_groups(run, groups)


@main.command("calibrate")
@one_case
@settings_file
@machine_options
@as_json
def calibrate_command(
    case: Path, settings: Path | None, threads: int, memory: str, as_json: bool
) -> None:
    """Say how often the tests are wrong on data made from the case itself.

    Example: rasad calibrate posts.rasad
    """
    with opened(case, "calibrate", threads, memory, settings) as open_:
        run, checks = open_.calibrate()
    if as_json:
        echo_json({"run": run, "calibration": checks})
        return
    shown = [row for row in checks if row["alpha"] == JUDGED]
    show_table("p-values below 0.001 where nobody is together", shown, CHECK_COLUMNS)
    show_line(f"Calibration {run['calibration']}. {_false_alarms(run)}")


def _false_alarms(run: dict[str, Any]) -> str:
    """Say what was kept and certified of data in which nobody is together."""
    if run["n_false_edges"] is None:
        return "No test is trusted, so nothing would be kept or certified."
    return (
        f"Under the same settings such data kept {run['n_false_edges']} pairs and "
        f"certified {run['n_false_groups']} groups."
    )


@main.command("dossier")
@one_case
@privacy_options
@as_json
def dossier_command(case: Path, as_json: bool, **privacy: Any) -> None:
    """Write the dossier and all tables of a case.

    Example: rasad dossier posts.rasad
    """
    with opened(case, "dossier") as open_:
        written = dossier_as(open_, disclosure(case, **privacy))
    if as_json:
        echo_json({"dossier": str(written)})
    else:
        show_line(str(written))


@main.command("export")
@one_case
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(EXPORTS)),
    default="parquet",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder; the case's `out`."
)
@privacy_options
@as_json
def export_command(
    case: Path, form: str, out: Path | None, as_json: bool, **privacy: Any
) -> None:
    """Write the tables of a case, one file each, or the dossier.

    Example: rasad export posts.rasad --format csv --out tables
    """
    how = disclosure(case, **privacy)
    with opened(case, "export") as open_:
        written = [str(path) for path in export_as(open_, form, out, how)]
    if as_json:
        echo_json(written)
    else:
        for path in written:
            show_line(path)


def _conclude(
    case: Case,
    sources: list[dict[str, Any]],
    run: dict[str, Any],
    dossier: Path,
    as_json: bool,
) -> None:
    groups = case.store.rows(GROUPS)
    if as_json:
        found = {"sources": sources, "run": run, "groups": groups}
        echo_json({"case": str(case.folder), "dossier": str(dossier), **found})
        return
    show_table("Imported", sources, SOURCE_COLUMNS)
    show_groups(run, groups)
    show_line(str(dossier))
