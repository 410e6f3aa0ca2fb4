"""The README's text, and the commands that it shows."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:\w*)\n(.*?)```", TEXT, flags=re.DOTALL)
LINES = [line.strip() for block in BLOCKS for line in block.splitlines() if line.strip()]
FIRST = next(line for line in LINES if "workforce-analytics report sample_data" in line)
"""Writes the sample council's report."""


def report_arguments(out: Path) -> list[str]:
    """Give the arguments of the first command, with another folder to write to."""
    arguments = shlex.split(FIRST.split("bin/workforce-analytics ")[1])
    arguments[arguments.index("--out") + 1] = str(out)
    return arguments
