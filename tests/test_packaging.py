"""What the wheel holds is what version control holds, and nothing else: no extract, no leftover."""

import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = (
    "workforce_analytics/*",
    "schemas/*.json",
    "schemas/*.toml",
    "sample_data/*.csv",
    "sample_data/*.toml",
    "sample_data/*.json",
)
LIMIT_WHEEL = 3_000_000
LIMIT_GIT = 10_000_000


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # A real extract lying about must not get in, git-ignored or not.
    stray = [ROOT / "sample_data" / "stray_extract.xlsx", ROOT / "sample_data" / "stray" / "x.csv"]
    for path in stray:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"a real person's row")
    try:
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT],
            check=True,
        )
    finally:
        for path in stray:
            path.unlink()
        (ROOT / "sample_data" / "stray").rmdir()
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_git_tracks(wheel: Path) -> None:
    expected = {
        path if path.startswith("workforce_analytics/") else f"workforce_analytics/{path}"
        for path in _tracked()
        if any(fnmatch(path, pattern) for pattern in SHIPPED)
        and not path.startswith("sample_data/messy/")
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected


def test_the_wheel_and_the_sample_data_stay_small(wheel: Path) -> None:
    sample = sum(
        (ROOT / path).stat().st_size for path in _tracked() if path.startswith("sample_data/")
    )
    shipped = sum(
        item.compress_size
        for item in zipfile.ZipFile(wheel).infolist()
        if "/sample_data/" in item.filename
    )
    assert sample < LIMIT_GIT
    assert shipped < LIMIT_WHEEL


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import workforce_analytics as wa; from pathlib import Path; "
        "path = wa.sample_data('organisation.toml'); print(path.exists(), 'site' in str(path)); "
        "print(wa.check('grades', wa.sample_data('grades.csv')).ok)"
    )
    result = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == ["True", "True", "True"]


def test_real_extracts_are_ignored_by_git(tmp_path: Path) -> None:
    for name in ("staff_2025.csv", "staff.xlsx", "staff.parquet", "pseudonym.key"):
        ignored = subprocess.run(
            ["git", "check-ignore", "-q", name], cwd=ROOT, check=False
        ).returncode
        assert ignored == 0, name
