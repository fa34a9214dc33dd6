"""Traces: kinds of action seen as evidence of common control."""

from __future__ import annotations

from rasad.extend import Registry, Trace
from rasad.traces.shared_object import SHARED_OBJECTS

TRACES: Registry[Trace] = Registry("trace")
"""Every trace by its name, in the order in which reports list them."""

for _trace in SHARED_OBJECTS:
    TRACES.add(_trace)
