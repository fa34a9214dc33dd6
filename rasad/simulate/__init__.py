"""Worlds with known truth."""

from __future__ import annotations

from rasad.simulate.world import DemoWorld, WrittenWorld, write_demo

__all__ = ["DemoWorld", "WrittenWorld", "write_demo"]
