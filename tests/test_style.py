"""The habits that tools keep: ruff (lint and format) and mypy are clean."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_tools_find_nothing(name: str, tmp_path: Path) -> None:
    cache = ["--cache-dir", str(tmp_path)]
    result = subprocess.run(
        [sys.executable, "-m", *COMMANDS[name], *cache],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
