"""Rasad as one competitor among others; what analyses is loaded when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rasad.config import Resources, Settings
from rasad.evaluate.answer_files import Answer
from rasad.evaluate.contest import CannotJudge, Shown
from rasad.evaluate.shown import has_times


@dataclass(frozen=True, kw_only=True)
class Rasad:
    """What this program says, with the settings that it ships with.

    An account scores the largest -log10 p of any of its pairs, an edge is a kept pair
    and weighs its -log10 p, and a group is certified when the half of the posts that
    did not find it confirms it. It is given the case that all others' actions come
    from; of that it reads languages too, to compare like with like, and accounts below
    the common floor, which it does not judge but by which it knows what is popular.
    """

    settings: Settings
    name: str = "rasad"
    title: str = "Rasad"
    paper: str = "this program; docs/methods"
    needs_time: bool = True

    def judge_case(self, folder: Path, shown: Shown, resources: Resources) -> Answer:
        """Analyse a case folder and return what it says about the accounts shown.

        Parameters
        ----------
        folder : pathlib.Path
            A case into which the world was imported.
        shown : Shown
            Whose codes the answer is about.
        resources : Resources
            Memory and threads.

        Raises
        ------
        CannotJudge
            If nothing says when anybody acted.
        """
        if not has_times(shown):
            raise CannotJudge("It asks who was together in time, and no time is known.")
        # Loading what analyses takes seconds, which no rival's cell should wait for.
        from rasad.evaluate.our_answer import analysed

        return analysed(folder, shown, self.settings, resources)
