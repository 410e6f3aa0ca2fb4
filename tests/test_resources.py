from __future__ import annotations

import pytest

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts import resources


def test_schemas_are_found_wherever_the_package_lies() -> None:
    assert resources.path("schemas", "codelists", "undeclared.json").is_file()


def test_a_folder_inside_the_package_goes_before_one_beside_it(monkeypatch, tmp_path) -> None:
    package = tmp_path / "site-packages" / "workforce_analytics"
    (package / "schemas").mkdir(parents=True)
    (package.parent / "schemas").mkdir()
    monkeypatch.setattr(resources, "__file__", str(package / "extracts" / "resources.py"))
    assert resources.path("schemas", "x.json") == package / "schemas" / "x.json"


def test_a_missing_folder_is_one_clear_sentence() -> None:
    with pytest.raises(ConfigurationError, match="has no 'recipes' folder"):
        resources.path("recipes")
