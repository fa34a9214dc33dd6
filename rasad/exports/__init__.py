"""What a case gives to people and to other programs."""

from __future__ import annotations

from rasad.exports.dossier import Dossier
from rasad.exports.tables import CSV, JSONL, PARQUET
from rasad.extend import Export, Registry

EXPORTS: Registry[Export] = Registry("export")
"""Every export by name."""

EXPORTS.add(PARQUET)
EXPORTS.add(CSV)
EXPORTS.add(JSONL)
EXPORTS.add(Dossier())
