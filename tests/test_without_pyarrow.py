"""pyarrow is not required: files and frames are read and counted alike without it."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import workforce_analytics as wa
from tests import small_applications, small_council
from workforce_analytics.counting.counts import count
from workforce_analytics.counting.stages import candidate_counts, stage_counts

ROOT = Path(__file__).parents[1]
BY = ["snapshot_date", "ethnicity", "sex", "age"]

COUNT = """
import json, sys
sys.modules["pyarrow"] = None
import duckdb
import pandas as pd
import workforce_analytics as wa
from workforce_analytics.counting.counts import count
kind, path, by = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
if kind == "file":
    source = path
elif kind == "frame":
    source = pd.read_csv(path, dtype=str, keep_default_na=False)
else:
    from workforce_analytics.extracts import preparing
    preparing.IN_MEMORY_ROWS = 10
    source = duckdb.read_parquet(path).df()
counts = count(wa.read("workforce", source), by=by)
found = sorted(name for name in sys.modules if name.split(".")[0] == "pyarrow")
assert found == ["pyarrow"], "something brought pyarrow in"
print(json.dumps([[*key, n] for key, n in counts.occurring().items()]))
"""


def _without_pyarrow(kind: str, path: Path) -> dict[tuple[str, ...], int]:
    """Count in a Python of its own in which pyarrow cannot be imported."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", COUNT, kind, str(path), json.dumps(BY)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return {tuple(key): n for *key, n in json.loads(run.stdout)}


STAGES = """
import sys
sys.modules["pyarrow"] = None
import duckdb
import polars
import workforce_analytics as wa
from workforce_analytics.counting.stages import candidate_counts, stage_counts
path, by = sys.argv[1], ["sex", "age"]
rows = duckdb.read_parquet(path)
texts = ["application_id", "vacancy_id", "candidate_id", "furthest_stage", "sex"]
held = {name: [row[0] for row in rows.select(name).fetchall()] for name in texts}
sources = [path, rows, rows.df(), polars.DataFrame(held)]
for source, split in zip(sources, [by, by, by, ["sex"]], strict=True):
    extract = wa.read("applications", source)
    stages, candidates = stage_counts(extract, by=split), candidate_counts(extract, by=split)
    print(sorted(stages.over(*split, "furthest_stage").occurring().items()))
    print(sorted(candidates.occurring().items()))
"""


def test_applications_and_candidates_are_counted(tmp_path) -> None:
    records = small_applications.kept(small_applications.rows(80, random.Random(1), candidates=40))
    path = tmp_path / "applications.parquet"
    small_applications.written(records, path)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", STAGES, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    extract = small_applications.extract(small_applications.in_memory(records))
    expected = []
    for by in (["sex", "age"],) * 3 + (["sex"],):
        stages = stage_counts(extract, by=by).over(*by, "furthest_stage")
        expected.append(str(sorted(stages.occurring().items())))
        expected.append(str(sorted(candidate_counts(extract, by=by).occurring().items())))
    assert run.stdout.splitlines() == expected


@pytest.fixture(scope="module")
def rows():
    return small_council.rows(150, dates=("2024-03-31", "2025-03-31"))


@pytest.fixture(scope="module")
def expected(rows):
    return count(wa.read("workforce", rows), by=BY).occurring()


@pytest.mark.parametrize("kind", ["file", "frame"])
def test_text_is_read_and_counted(rows, expected, kind, tmp_path) -> None:
    rows.to_csv(tmp_path / "staff.csv", index=False)
    assert _without_pyarrow(kind, tmp_path / "staff.csv") == expected


@pytest.mark.parametrize("kind", ["file", "large frame"])
def test_typed_rows_are_counted_where_they_lie(rows, expected, kind, tmp_path) -> None:
    path = tmp_path / "staff.parquet"
    with duckdb.connect() as connection:
        connection.register("staff", small_council.typed(rows))
        connection.execute(f"copy staff to '{path}' (format parquet)")
    assert _without_pyarrow(kind, path) == expected
