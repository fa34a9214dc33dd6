"""The pen of every drawing: colours, measures, and the marks that all of them use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

BLUE = "#0072b2"
ORANGE = "#d55e00"
GREY = "#8a8a8a"
INK = "#222222"
RULE = "#d9d9d9"
GROUND = "#ffffff"
"""Blue and orange of Okabe and Ito (2008), told apart by every kind of eye."""

WIDTH = 960
LEFT = 48
RIGHT = 16
PLOT = WIDTH - LEFT - RIGHT


class Svg(str):
    """A drawing made by this package; the only markup a page takes unescaped."""

    __slots__ = ()


def drawing(
    height: float,
    title: str,
    description: str,
    parts: Iterable[str],
    width: float = WIDTH,
) -> Svg:
    """Put marks together to a drawing that also says in words what it shows."""
    # Its own ground: browsers that darken pages leave the colours of a drawing alone.
    body = box(0, 0, width, height, GROUND) + "".join(parts)
    return Svg(
        f'<svg viewBox="0 0 {px(width)} {px(height)}" role="img" '
        f'font-size="12" fill="{INK}"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{body}</svg>"
    )


def px(value: float) -> str:
    """Write a coordinate with one decimal at most; never in exponent form."""
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, label: str, anchor: str) -> str:
    """Write a label at a place."""
    return (
        f'<text x="{px(x)}" y="{px(y)}" text-anchor="{anchor}">{escape(label)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    """Draw a thin line."""
    return (
        f'<line x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" '
        f'y2="{px(y2)}" stroke="{colour}"/>'
    )


def box(x: float, y: float, wide: float, tall: float, colour: str) -> str:
    """Draw a filled box that is never too narrow to be seen."""
    return (
        f'<rect x="{px(x)}" y="{px(y)}" '
        f'width="{px(max(wide, 0.5))}" height="{px(max(tall, 0))}" '
        f'fill="{colour}"/>'
    )


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Name the colours of a drawing above it."""
    parts, x = [], float(LEFT)
    for colour, label in entries:
        parts.append(box(x, 4, 12, 12, colour))
        parts.append(text(x + 18, 14, label, "start"))
        x += 40 + 7 * len(label)
    return "".join(parts)
