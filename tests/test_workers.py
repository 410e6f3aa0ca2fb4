"""A full run is shared out by files, and what reads the sample council's report is not parted."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import workers

HERE = Path(__file__).parent


def _config(source: pytest.Config.ArgsSource) -> SimpleNamespace:
    return SimpleNamespace(args_source=source)


def test_only_a_run_of_everything_is_shared_out() -> None:
    shared = workers.pytest_xdist_auto_num_workers
    assert 1 <= shared(_config(pytest.Config.ArgsSource.TESTPATHS)) <= workers.MOST
    assert shared(_config(pytest.Config.ArgsSource.ARGS)) == 0


def test_files_that_read_the_report_stay_together_and_others_by_themselves() -> None:
    shares = {path.stem: workers.together(path) for path in HERE.glob("test_*.py")}
    report = {name for name, share in shares.items() if share == "report"}
    assert {"test_report", "test_report_attack", "test_report_audit", "test_readme"} <= report
    assert len(set(shares.values())) == len(shares) - len(report) + 1
    package = HERE.parent / "workforce_analytics"
    assert {workers.together(path) for path in package.rglob("*.py")} == {"examples"}


def test_what_is_begun_first_is_there() -> None:
    stems = {path.stem for path in HERE.glob("test_*.py")}
    assert set(workers.SLOWEST) <= stems
    ranks = [workers.rank(HERE / f"{name}.py") for name in (*workers.SLOWEST, "test_page")]
    assert ranks == sorted(set(ranks))
