"""The command line: each command a few lines over one public function."""

from rasad.cli import cases, compat, edges
from rasad.cli.group import main

__all__ = ["cases", "compat", "edges", "main"]
