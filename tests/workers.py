"""A full run goes to as many processes as there are processors; what is expensive is made once.

A file's tests stay in one process, and so do all files that read the sample council's report, and
all examples in docstrings. Nothing depends on it but time: a fixture is made in each process that
asks for it.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

MOST = 4
"""Processes, at most: each holds a sample council, and may open a browser or start Spark."""
SLOWEST = (
    "test_report",
    "test_markers",
    "test_notebooks",
    "test_accessibility",
    "test_spark",
    "test_contracts",
    "test_samples",
    "test_style",
    "test_packaging",
)
"""Begun first, so that no process is left alone with one of them at the end."""

# Threads of linear algebra wait for each other by turning, and here each process has a processor.
# Set before numpy is imported, and for all processes begun from here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as there are processors for a run of everything; a run of some files stays here."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    there = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    return min(len(there), MOST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process whole files, the slowest first."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(config.rootpath / nodeid.partition("::")[0])

    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.path))


@cache
def together(file: Path) -> str:
    """Name what a file's tests share a process with."""
    if not file.stem.startswith("test_"):
        return "examples"
    return "report" if "sample_report" in file.read_text(encoding="utf-8") else file.stem


def rank(file: Path) -> int:
    """When a file's tests are begun."""
    name = "test_report" if together(file) == "report" else file.stem
    return SLOWEST.index(name) if name in SLOWEST else len(SLOWEST)
