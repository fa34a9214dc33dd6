"""Innocent explanations: ordinary reasons for acting together, each a rule."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import Explanation
from rasad.evidence.explanations.weighing import EXPLANATIONS, weigh

__all__ = ["EXPLANATIONS", "Explanation", "weigh"]
