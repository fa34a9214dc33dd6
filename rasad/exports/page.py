"""The template environment of the dossier: closed, escaping, with a style that is ours.

Every text from a file is written piece by piece through an escaping template. There is
no `safe` filter, and no filter or global but those named here; a name that is not
defined is an error, not an empty string.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from rasad.charts import Svg
from rasad.exports import wording
from rasad.exports.escape import defanged_object, visible
from rasad.exports.text_direction import direction, pieces
from rasad.schema import GRADES

HERE = Path(__file__).parent
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
UNKNOWN_LANGUAGES = ("und", "zxx", "mis", "mul")

PRECISIONS = {
    "us": "to the microsecond",
    "ms": "to the millisecond",
    "s": "to the second",
    "min": "to the minute",
    "hour": "to the hour",
    "day": "to the day",
}


def drawn(svg: Svg) -> Markup:
    """Let a drawing into a page unescaped; the only way in.

    A drawing is made of numbers and our own words alone, see `rasad.charts`, and its
    type says that it comes from there. Nothing else is ever marked as safe: a plain
    string is refused, whatever it holds.

    Raises
    ------
    TypeError
        If it is not a drawing.
    """
    if type(svg) is not Svg:
        raise TypeError("only a drawing of rasad.charts is written unescaped")
    return Markup(svg)  # noqa: S704 - see above: numbers and our own words


def render(page: str = "dossier.html.j2", /, **context: Any) -> str:
    """Return a page's HTML for what its templates need.

    Parameters
    ----------
    page : str
        The outermost template.
    **context
        Names that it and its parts use.
    """
    template = _environment().get_template(page)
    return template.render(policy=policy(), **context)


@cache
def style() -> str:
    """Return the style sheet with the typeface inside."""
    sheet = (HERE / "static" / "dossier.css").read_text(encoding="utf-8").strip()
    font = (HERE / "static" / "vazirmatn-arabic.woff2").read_bytes()
    return sheet.replace("FONT_AS_BASE64", base64.b64encode(font).decode())


@cache
def policy() -> str:
    """Return the content policy: nothing is loaded, one style is allowed."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def shortened(text: str, most: int) -> str:
    """Return the beginning of a text, with an ellipsis where it was cut.

    Examples
    --------
    >>> shortened("abcdef", 3)
    'abc…'
    """
    return text if len(text) <= most else text[:most] + "…"


def language_tag(language: str | None) -> str:
    """Return a language as HTML takes it; nothing if it is none.

    Examples
    --------
    >>> language_tag("fa"), language_tag('x" onload="'), language_tag("und")
    ('fa', '', '')
    """
    if language is None or language in UNKNOWN_LANGUAGES:
        return ""
    return language if LANGUAGE.fullmatch(language) else ""


def _plain_words(name: str) -> str:
    return name.replace("_", " ")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "capitalised": lambda text: text[:1].upper() + text[1:],
    "decimal": wording.decimal,
    "deed": wording.deed,
    "defanged": defanged_object,
    "direction": direction,
    "drawn": drawn,
    "duration": wording.duration,
    "grade": lambda grade: GRADES.get(grade, grade),
    "language_tag": language_tag,
    "length": len,
    "moment": wording.moment,
    "number": wording.number,
    "p_value": wording.p_value,
    "pieces": pieces,
    "plain_words": _plain_words,
    "precision": lambda name: PRECISIONS.get(name, name),
    "second": wording.second,
    "share": wording.share,
    "shortened": shortened,
    "value_of": wording.value_of,
    "visible": visible,
    "words": str.split,
}


@cache
def _environment() -> jinja2.Environment:
    sources = jinja2.ChoiceLoader(
        [
            jinja2.FileSystemLoader(HERE / "templates"),
            jinja2.DictLoader({"dossier.css": style()}),
        ]
    )
    environment = jinja2.Environment(
        loader=sources,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.clear()
    environment.filters.update(FILTERS)
    environment.globals.clear()
    environment.globals.update(counted=wording.counted, window=wording.window)
    return environment
