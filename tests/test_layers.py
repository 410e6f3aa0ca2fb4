"""Imports go one way; heavy libraries stay in their rooms; the package itself imports lightly."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "workforce_analytics"
FILES = sorted(PACKAGE.rglob("*.py"))
# A module may import its own layer and those before it.
LAYERS = [
    {"errors"},
    {"engine"},
    {"inference"},
    {"estimates"},
    {"extracts"},
    {"counting"},
    {"measures"},
    {"disclosure"},
    {"publishing"},
    {"organisation", "settings"},
    {
        "report",
        "report_files",
        "report_networks",
        "report_rungs",
        "report_survey",
        "report_tables",
        "stepping",
        "keeping",
    },
    {"samples", "starting", "cli", "__main__"},
]
# inference is arithmetic, estimates a shape: neither knows of what comes before them but errors.
ONLY_ERRORS = {"inference", "estimates"}
LATE = {
    ("estimates", "disclosure"),
    ("disclosure", "publishing"),
}
ROOMS = {
    "matplotlib": ("publishing/charts",),
    "afcharts": ("publishing/charts",),
    "statsmodels": ("inference", "disclosure"),
    "scipy": ("inference", "disclosure"),
    "pandera": ("extracts",),
    "duckdb": ("engine/",),
    "narwhals": ("engine/",),
    "polars": (),
    "pyarrow": (),
}


def _layer(name: str) -> int:
    return next(i for i, names in enumerate(LAYERS) if name in names)


def _imports(path: Path) -> list[tuple[str, bool]]:
    """Modules a file imports, and whether inside a function; type-checking ones left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    typing_only = {
        node
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.unparse(test.test)
        for node in ast.walk(test)
    }
    found = []
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, node in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "workforce_analytics":
                found += [(f"{node.module}.{a.name}", node in inside) for a in node.names]
            else:
                found.append((node.module, node in inside))
    return found


def _own(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    here = _own(path)
    if here == "__init__":
        return
    for name, late in _imports(path):
        parts = name.split(".")
        if parts[0] != "workforce_analytics" or len(parts) == 1 or parts[1] == "__version__":
            continue
        there = parts[1]
        if late and (here, there) in LATE:
            continue
        assert _layer(there) <= _layer(here), f"{here} imports {name}"
        if here in ONLY_ERRORS and there != here:
            assert there == "errors", f"{here} imports {name}"


def test_late_imports_are_used() -> None:
    seen = {
        (_own(path), name.split(".")[1])
        for path in FILES
        for name, late in _imports(path)
        if late and name.startswith("workforce_analytics.")
    }
    assert seen >= LATE


@pytest.mark.parametrize("library", ROOMS)
def test_heavy_libraries_stay_in_their_rooms(library: str) -> None:
    for path in FILES:
        place = path.relative_to(PACKAGE).as_posix()
        uses = any(name.split(".")[0] == library for name, _ in _imports(path))
        assert not uses or place.startswith(ROOMS[library]), f"{place} imports {library}"


def test_measures_do_not_import_each_other() -> None:
    questions = {
        "composition",
        "recruitment",
        "training_impact",
        "participation",
        "survey",
        "networks",
    }
    for path in sorted((PACKAGE / "measures").glob("*.py")):
        for name, _ in _imports(path):
            if name.startswith("workforce_analytics.measures."):
                assert name.rsplit(".", 1)[1] not in questions - {path.stem}


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, workforce_analytics; "
        "heavy = {'pandas','pydantic','narwhals','pandera','duckdb','scipy','statsmodels',"
        "'matplotlib','numpy'}; print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
