"""The moments: what is compared between a simulated world and real data, in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rasad.evaluate.realism.cascades import CASCADES, CASCADES_MOMENTS
from rasad.evaluate.realism.content import CONTENT, CONTENT_MOMENTS
from rasad.evaluate.realism.copies import COPIES, COPIES_MOMENTS
from rasad.evaluate.realism.rhythm import RHYTHM, RHYTHM_MOMENTS
from rasad.evaluate.realism.sample import Distribution, Moment, Sample
from rasad.evaluate.realism.togetherness import TOGETHER, TOGETHER_MOMENTS
from rasad.evaluate.realism.view import View

DISTRIBUTIONS: dict[str, Distribution] = {
    each.name: each for each in (*RHYTHM, *CONTENT, *COPIES, *CASCADES, *TOGETHER)
}
"""Every distribution by name."""

MOMENTS: tuple[Moment, ...] = (
    *RHYTHM_MOMENTS,
    *CONTENT_MOMENTS,
    *COPIES_MOMENTS,
    *CASCADES_MOMENTS,
    *TOGETHER_MOMENTS,
)
"""Every moment, in the order in which they are shown."""


def samples(
    view: View, chosen: Collection[str] = DISTRIBUTIONS.keys()
) -> dict[str, Sample]:
    """Return the sample of every distribution that a view can give, by name.

    One that turns out empty is left out.

    Parameters
    ----------
    view : View
        The posts.
    chosen : collection of str, optional
        Names of the distributions that are wanted.
    """
    taken = {
        name: each.take(view)
        for name, each in DISTRIBUTIONS.items()
        if name in chosen and not view.missing(each.needs)
    }
    return {name: seen for name, seen in taken.items() if len(seen)}


def absent(view: View, name: str) -> str:
    """Return why a distribution cannot be had from a view, for people."""
    return view.missing(DISTRIBUTIONS[name].needs) or "too few posts for it"


def values(seen: Mapping[str, Sample]) -> dict[str, float]:
    """Return every moment that the samples give, by name."""
    return {
        moment.name: moment.value(seen[moment.of])
        for moment in MOMENTS
        if moment.of in seen
    }
