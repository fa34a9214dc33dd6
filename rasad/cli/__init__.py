"""The command line: each command a few lines over one public function."""

from rasad.cli.group import main

__all__ = ["main"]
