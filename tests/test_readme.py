"""The README's commands are those that work, and those that are tested."""

import json
import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.readme_commands import BLOCKS, FIRST, LINES, ROOT, TEXT
from workforce_analytics import cli
from workforce_analytics.disclosure.policy import PROFILES, Policy, resolve
from workforce_analytics.disclosure.session import AUDIENCES
from workforce_analytics.settings import PARTS, read_settings

COMMANDS = sorted({line.split()[1] for line in LINES if line.startswith("workforce-analytics ")})


def test_the_first_command_writes_the_report(sample_report: Path) -> None:
    assert FIRST.startswith("python3 -m venv .venv && .venv/bin/python -m pip install . && ")
    assert (sample_report / "index.html").exists()
    said = (sample_report.parent / "said.txt").read_text(encoding="utf-8")
    assert f"Open {sample_report / 'index.html'} in a browser." in said


def test_the_second_command_is_what_continuous_integration_runs() -> None:
    second = next(line for line in LINES if line.endswith("-m pytest") and "bin/python" in line)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for part in ("python3 -m venv .venv", ".venv/bin/python -m pytest"):
        assert part in second
        assert part in script
    assert "skip" in script


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_shown_exists(command: str, capsys) -> None:
    assert cli.main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    options = {
        option
        for line in LINES
        if line.startswith(f"workforce-analytics {command} ")
        for option in re.findall(r"(--[a-z-]+)", line)
    }
    assert all(option in shown for option in options)


def test_every_path_that_is_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    own = [link for link in links if not link.startswith("http")]
    assert len(own) >= 3
    assert all((ROOT / link).exists() for link in own)


def test_the_map_names_what_is_there() -> None:
    block = next(block for block in BLOCKS if block.startswith("workforce_analytics/\n"))
    names = re.findall(r"^  (\S+)", block.split("schemas/")[0], flags=re.MULTILINE)
    assert len(names) >= 12
    assert all((ROOT / "workforce_analytics" / name).exists() for name in names)


def test_every_part_of_the_policy_is_there_with_its_default() -> None:
    parts = {}
    for row in _table("part"):
        names = re.findall(r"`(\w+)`", row[0])
        parts |= dict(zip(names, row[1].replace("`", "").split(", "), strict=True))
    policy = {name: value for name, value in asdict(Policy()).items() if name != "profile"}
    assert policy.pop("ledger") == ""
    assert policy["least_median"] is None
    said = {
        name: None if value == "as means" else json.loads(value) for name, value in parts.items()
    }
    assert said == policy


def test_every_profile_and_audience_is_there() -> None:
    assert [row[0].strip("`") for row in _table("profile")] == list(PROFILES)
    assert [row[0].split()[0].strip("`") for row in _table("audience")] == list(AUDIENCES)


def test_what_is_shown_of_organisation_toml_is_understood(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    tables = {name for block in blocks for name in tomllib.loads(block)}
    assert tables == {"report", "training_impact", "survey", "networks", "policy", "ledger"}
    file = tmp_path / "organisation.toml"
    file.write_text("\n".join(['[organisation]\nname = "Council"', *blocks]), encoding="utf-8")
    settings = read_settings(file)
    assert settings.report.level == "full"
    assert settings.report.parts == PARTS
    assert settings.training.plan["delta_points"] == 2
    assert resolve({**settings.policy, **settings.ledger_policy}).ledger.endswith("ledger.jsonl")


def _table(first: str) -> list[list[str]]:
    """Give the rows of the table whose first heading is this."""
    lines = TEXT.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows
