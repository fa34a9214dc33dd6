"""The template environment is closed."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from rasad.charts import Svg, comparison, svg
from rasad.exports import page

TEMPLATES = sorted((page.HERE / "templates").iterdir())


def test_only_a_drawing_is_written_unescaped() -> None:
    assert page.drawn(comparison(1, 2)).startswith("<svg")
    for other in ("<b>", "", Markup("<b>")):
        with pytest.raises(TypeError):
            page.drawn(other)  # type: ignore[arg-type]


def test_there_is_no_way_to_mark_text_as_safe() -> None:
    environment = page._environment()
    assert set(environment.filters) == set(page.FILTERS)
    assert not {"safe", "tojson", "urlize", "xmlattr", "map"} & set(environment.filters)
    assert set(environment.globals) == {"counted", "window"}
    assert environment.autoescape is True


def test_an_undefined_name_is_an_error() -> None:
    template = page._environment().from_string("{{ no_such_name }}")
    with pytest.raises(jinja2.UndefinedError):
        template.render()


def test_templates_escape_and_put_nothing_foreign_into_attributes() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "autoescape" not in text
        assert not re.search(r"\|\s*safe\b", text)
        assert not re.search(r"\b(?:src|href|style|on\w+)=", text)


def test_attributes_take_only_values_that_the_code_chooses() -> None:
    chosen = {"policy", "text | direction", "language | language_tag"}
    chosen.add("value | value_of | direction")
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        found = re.findall(r'="\{\{ ([^}]*) \}\}"', text)
        assert set(found) <= chosen, path.name


def test_the_style_loads_nothing_but_the_typeface_inside_it() -> None:
    sheet = page.style()
    assert re.findall(r"url\(([^)]{0,22})", sheet) == ["data:font/woff2;base64"]
    assert "@import" not in sheet
    assert "{{" not in sheet
    assert "{%" not in sheet


def test_the_typeface_comes_with_its_licence() -> None:
    folder: Path = page.HERE / "static"
    licence = (folder / "vazirmatn-OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert (folder / "vazirmatn-arabic.woff2").read_bytes()[:4] == b"wOF2"


def test_text_is_readable_on_its_ground() -> None:
    for ink, ground in [
        ("222222", "ffffff"),
        ("595959", "ffffff"),
        ("595959", "f4f4f4"),
        ("222222", "fdf1e7"),
        ("222222", "e8f2f9"),
    ]:
        assert contrast(ink, ground) >= 4.5


def test_lines_and_labels_of_drawings_are_seen_on_their_ground() -> None:
    ground = svg.GROUND.removeprefix("#")
    assert contrast(svg.INK.removeprefix("#"), ground) >= 4.5
    for colour in (svg.BLUE, svg.ORANGE, svg.GREY):
        assert contrast(colour.removeprefix("#"), ground) >= 3


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_drawing_is_a_type_of_its_own() -> None:
    assert issubclass(Svg, str)
    assert type(Svg("<svg/>") + "x") is str
