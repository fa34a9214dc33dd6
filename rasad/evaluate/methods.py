"""Every method that takes part in the contest, in the order of the table."""

from __future__ import annotations

from dataclasses import replace

from rasad.config import Calibration, Settings
from rasad.evaluate.baselines.bicm import Bicm
from rasad.evaluate.baselines.bloc import Bloc
from rasad.evaluate.baselines.disparity import DisparityBackbone
from rasad.evaluate.baselines.fraudar import Fraudar
from rasad.evaluate.baselines.luceri import LuceriFused
from rasad.evaluate.baselines.multiplex import DecayedMultiplex
from rasad.evaluate.baselines.pacheco import PachecoCosine
from rasad.evaluate.baselines.rule_coortweet import CooRTweet
from rasad.evaluate.baselines.rule_toolkit import Toolkit
from rasad.evaluate.baselines.svn import Svn
from rasad.evaluate.baselines.trivial import Activity, FixedRule, Popularity
from rasad.evaluate.competitor import Competitor, Rival
from rasad.evaluate.ourselves import Rasad

RIVALS: tuple[Rival, ...] = (
    CooRTweet(),
    Toolkit(),
    PachecoCosine(),
    LuceriFused(),
    DisparityBackbone(),
    DecayedMultiplex(),
    Bloc(),
    Svn(),
    Bicm(),
    Fraudar(),
)
"""Published methods, with the defaults that see no labels."""

YARDSTICKS: tuple[Rival, ...] = (FixedRule(), Activity(), Popularity())
"""What needs no method."""

ONLY_RANK = frozenset({"activity", "popularity"})
"""Methods that order accounts and never say where to stop."""

OURS = Rasad(settings=Settings())
METHODS: tuple[Competitor, ...] = (OURS, *RIVALS, *YARDSTICKS)

FEW_PAIRS = 2_000
QUICK = replace(OURS, settings=Settings(calibration=Calibration(pairs=FEW_PAIRS)))
QUICK_METHODS: tuple[Competitor, ...] = (QUICK, *RIVALS, *YARDSTICKS)
"""The same, for worlds so small that checking the tests would take longest."""
