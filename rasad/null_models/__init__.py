"""Null models: what chance alone would give."""

from __future__ import annotations

from rasad.extend import NullModel, Registry
from rasad.null_models.hypergeometric import Hypergeometric
from rasad.null_models.opportunity import Opportunity
from rasad.null_models.timing import Timing

NULL_MODELS: Registry[NullModel] = Registry("null model")
"""Every null model by name."""

NULL_MODELS.add(Opportunity(bin_s=900, shrinkage=500.0, rounds=5))
NULL_MODELS.add(Timing(stretch_s=21_600, shrinkage=50.0))
NULL_MODELS.add(Hypergeometric())
