"""Renders a round as one HTML page: closed, escaping, with a style that is ours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from rasad.evaluate.curves import AXES
from rasad.evaluate.metrics.catalogue import FIGURES
from rasad.evaluate.report import drawings, tables
from rasad.evaluate.report.cells import plain
from rasad.evaluate.scoring import KEPT
from rasad.exports.page import drawn
from rasad.exports.wording import counted, number
from rasad.memory import written

HERE = Path(__file__).parent


def report_html(results: Mapping[str, Any]) -> str:
    """Return the page of a round.

    Parameters
    ----------
    results : mapping
        What `results.json` holds.

    Returns
    -------
    str
        The same results give the same bytes. No script, no link out of the page.
    """
    template = _environment().get_template("report.html.j2")
    main = tables.main_worlds(results)
    return template.render(
        policy=policy(),
        results=results,
        n_methods=sum(m["name"] != KEPT for m in results["methods"]),
        main=main,
        matrix=tables.matrix(results),
        losses=tables.loss_rows(results),
        differences=tables.difference_table(results),
        explained=tables.explained_rows(results),
        promises=tables.promise_rows(results),
        early=tables.early_table(results),
        early_drawing=drawings.warnings(results),
        costs=tables.cost_rows(results),
        worlds=[_section(results, world) for world in main],
        curves=[
            (axis, drawings.robustness(results, axis))
            for axis in AXES
            if drawings.robustness(results, axis) is not None
        ],
        figures=FIGURES,
    )


def _section(results: Mapping[str, Any], world: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "world": world,
        "tables": tables.details(results, world["name"]),
        "drawing": drawings.precision_recall(results, world["name"]),
        "reasons": tables.reasons(results, world["name"]),
    }


@cache
def style() -> str:
    """Return the style sheet."""
    return (HERE / "static" / "report.css").read_text(encoding="utf-8").strip()


@cache
def policy() -> str:
    """Return the content policy: nothing is loaded, one style is allowed."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _seen(value: object) -> object:
    """Show the hidden signs of every text; drawings and markup are no plain texts."""
    if type(value) is not str:
        return value
    return plain(value).replace(" %", "\N{NO-BREAK SPACE}%")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(HERE / "templates"),
                jinja2.DictLoader({"report.css": style()}),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.clear()
    environment.filters.update(
        drawn=drawn,
        number=number,
        length=len,
        join=", ".join,
        memory=written,
        items=dict.items,
    )
    environment.globals.clear()
    environment.globals.update(counted=counted)
    return environment
