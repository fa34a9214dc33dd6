"""Run the command line as `python -m rasad`."""

from __future__ import annotations

from rasad.cli import main

main(prog_name="rasad")
