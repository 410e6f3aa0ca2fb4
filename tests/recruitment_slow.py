"""Tables of recruitment worked out the slow way, application by application."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pandas as pd

import workforce_analytics as wa
from tests import small_applications as small
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract

ORACLES = json.loads((Path(__file__).parent / "oracles" / "recruitment.json").read_text())
Row = Mapping[str, Any]
SEXES = {"female": "Female", "male": "Male"}
NAMES = ("Applicants", "Shortlisted", "Appointed")


def applications(records: small.Rows) -> Extract:
    """Read rows as applications that know their vacancy."""
    return small.attached(small.in_memory(records), small.in_memory(small.VACANCIES))


def drawn(n: int, seed: int, **draws: Sequence[Any]) -> small.Rows:
    """Random applications, some of their fields drawn from something else."""
    draw = random.Random(seed)
    made = small.rows(n, draw, candidates=max(3, n // 2))
    return [
        {**row, **{name: draw.choice(values) for name, values in draws.items()}} for row in made
    ]


def published(groups: Mapping[str, Mapping[Any, Sequence[int]]], **options: Any) -> Extract:
    """Read counts that somebody published: characteristic -> group -> how many at each stage."""
    names = list(groups)
    records = [
        dict(zip(names, key if isinstance(key, tuple) else (key,), strict=False))
        | {"counted": stage, "n": n}
        for key, counts in groups[names[0]].items()
        for stage, n in zip(NAMES, counts, strict=False)
    ]
    chosen = {"dimensions": names, "published": "A council, 2020"} | options
    return wa.read("counts", pd.DataFrame(records), **chosen)


def counted(
    of: str, groups: Mapping[str, tuple[int, int]], within: str = "", source: str = "A book"
) -> Extract:
    """Read how many applied and were appointed, as (passed, pool) of each group."""
    rows = [
        {of: group, "counted": stage, "n": n}
        for group, (passed, pool) in groups.items()
        for stage, n in (("Applicants", pool), ("Appointed", passed))
    ]
    return wa.read("counts", pd.DataFrame(rows), dimensions=[of], published=source)


def exact(table: Estimates) -> pd.DataFrame:
    """Give the exact figures."""
    return table.unprotected(reason="test")


def figure(table: Estimates | pd.DataFrame, measure: str, **labels: str) -> Any:
    """Give the only row of a measure with these labels."""
    frame = table if isinstance(table, pd.DataFrame) else exact(table)
    chosen = frame[frame["measure"] == measure]
    for name, label in labels.items():
        chosen = chosen[chosen[name] == label]
    assert len(chosen) == 1, (measure, labels, len(chosen))
    return chosen.iloc[0]


def place(row: Row) -> int:
    """Where the furthest stage stands, -1 where it is not known."""
    stage = small.STATUS[row["furthest_stage"]]
    return small.STAGES.index(stage) if stage in small.STAGES else -1


def reached(row: Row, stage: str) -> bool:
    """Whether an application reached a stage; everybody applied."""
    return stage == "applied" or place(row) >= small.STAGES.index(stage)


def in_base(row: Row, among: str, outcome: str, withdrawn: str) -> bool:
    """Whether it is known of an application that reached one stage what came of it."""
    if place(row) < small.STAGES.index(among):
        return False
    return withdrawn == "in" or reached(row, outcome) or not row.get("withdrawn")


def passed_of(
    records: Iterable[Row],
    among: str,
    outcome: str,
    withdrawn: str = "apart",
    wanted: Callable[[Row], bool] = lambda row: True,
) -> tuple[int, int]:
    """How many of those in the base passed, and how many are in it."""
    inside = [row for row in records if wanted(row) and in_base(row, among, outcome, withdrawn)]
    return sum(reached(row, outcome) for row in inside), len(inside)


def wilson(x: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval, from its formula."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    middle = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(x * (n - x) / n + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def log_interval(a: int, n: int, b: int, m: int, confidence: float = 0.95) -> tuple[float, ...]:
    """The risk ratio and the limits of its logarithm."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    ratio = (a / n) / (b / m)
    half = z * math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)
