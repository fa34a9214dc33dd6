"""How much of each kind is tried; `RASAD_FILES` makes all of it as large as a release.

A million of generated files, as `make reliability` has it, takes an hour and more; what
`make test` does is a part of the same, with the same seeds.
"""

from __future__ import annotations

import os

FILES = int(os.environ.get("RASAD_FILES", "20000"))
RELEASE = FILES > 20_000

CONTAINERS = FILES // 10
CUT_FILES = 10
KILLS = 500 if RELEASE else 25
IMAGES = 300 if RELEASE else 30
CHILDREN = 1_000 if RELEASE else 10
"""Mutated containers that go through the child process into a case."""
