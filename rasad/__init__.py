"""Rasad finds, explains and documents networks of accounts that are run as one."""

from __future__ import annotations

__version__ = "0.1.0"
