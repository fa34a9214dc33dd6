from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from rasad.config import Coaction, Settings, digest, from_dict, load, to_dict, to_toml
from rasad.errors import ConfigError
from rasad.schema import LINK_RULES


def test_settings_survive_toml() -> None:
    changed = from_dict({"coaction": {"windows_s": [5, 50]}, "groups": {"seed": 3}})
    assert from_dict(tomllib.loads(to_toml(changed))) == changed


def test_equal_settings_have_one_digest_and_others_another() -> None:
    assert digest(Settings()) == digest(from_dict(to_dict(Settings())))
    assert digest(Settings()) != digest(Settings(coaction=Coaction(min_objects=3)))


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"coactions": {}}, "section 'coactions' is unknown"),
        ({"coaction": {"window": 3}}, "use one of"),
        ({"coaction": 3}, "holds a single value"),
        ({"coaction": {"windows_s": "60"}}, "a list of whole numbers"),
        ({"coaction": {"windows_s": []}}, "positive values"),
        ({"coaction": {"windows_s": [60, 10]}}, "must ascend"),
        ({"coaction": {"min_objects": 1.5}}, "give int"),
        ({"coaction": {"min_objects": True}}, "give int"),
        ({"validation": {"q": 0}}, "not in"),
        ({"groups": {"min_size": 1}}, "below 2"),
    ],
)
def test_a_wrong_setting_is_named(values: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        from_dict(values)


def test_all_problems_are_named_together() -> None:
    with pytest.raises(ConfigError) as caught:
        from_dict({"validation": {"q": 2.0, "lift": -1.0}})
    assert "validation.q" in str(caught.value)
    assert "validation.lift" in str(caught.value)


def test_a_whole_number_serves_as_a_real_one() -> None:
    assert from_dict({"validation": {"lift": 3}}).validation.lift == 3.0


@pytest.mark.parametrize("content", [b"not = = toml", b"\xff\xfe"])
def test_a_settings_file_that_is_not_toml_is_named(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="is not TOML"):
        load(path)


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load(tmp_path / "none.toml")


def test_the_rules_for_links_are_part_of_what_names_an_analysis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = digest(Settings()), digest(Coaction())
    monkeypatch.setattr("rasad.config.LINK_RULES", LINK_RULES + 1)
    assert digest(Settings()) != named[0]
    assert digest(Coaction()) == named[1]
