"""One module per command: its options, its work, its report."""

from __future__ import annotations

from types import ModuleType

from benchmarks.errorbars.commands import (
    background,
    cost,
    crowds,
    decoys,
    framing,
    labelled,
    null,
    regression,
    scenarios,
)

COMMANDS: dict[str, ModuleType] = {
    "null": null,
    "regression": regression,
    "scenarios": scenarios,
    "decoys": decoys,
    "crowds": crowds,
    "labelled": labelled,
    "framing": framing,
    "background": background,
    "cost": cost,
}
"""Every command by name: a module with `add_options` and `run`."""
