"""How long do scores of 1.5 million respondents to 100 questions take, and how much memory?

    python -m tests.benchmarks.survey

Answers lie in Parquet, a row for each respondent and a column for each question, and are read,
checked and counted in a process of its own for each part. 20 groups; an index of five questions,
12 themes of seven, and every question. The targets: scores in under 30 s and 2 GB of resident
memory at the highest, and what drivers of the index among the 12 themes rest on in under 10 s, on
2 cores.

Measured on 2 cores, Linux, DuckDB 2.0, the best and the worst of four runs, with other work on both
cores (a load of 3 to 6, which makes wall clock longer than it is alone):

| part | wall clock | processor | peak memory |
| --- | --- | --- | --- |
| reading and checking | 1.4 to 3.2 s | 1.5 to 2.1 s | 391 MB |
| index and themes by 20 groups | 3.1 to 5.8 s | 3.2 to 3.8 s | 393 MB |
| index, themes and 100 questions by 20 groups | 6.8 to 8.7 s | 6.6 to 7.3 s | 390 MB |
| moments of the index and 12 themes | 8.5 to 13.0 s | 7.7 to 9.2 s | 428 MB |
| shares with limits from the moments | 0.7 to 1.1 s | 0.6 to 0.7 s | 456 MB |
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.benchmarks.memory import peak_megabytes

ROOT = Path(__file__).parents[2]
ROWS, GROUPS, ITEMS, THEMES, OF_THEME = 1_500_000, 20, 100, 12, 7
TARGETS = "targets: scores under 30 s and 2,048 MB, moments under 10 s"


def written(rows: int, folder: Path) -> None:
    """Write the answers as Parquet, and the questionnaire."""
    answers = ", ".join(
        f"case when hash(i, {n}) % 100 < 3 then null when hash(i, {n}) % 100 = 3 then 'NA' "
        f"else (1 + (hash(i, {n}) // 100 + i % 3) % 5)::varchar end as Q{n}"
        for n in range(1, ITEMS + 1)
    )
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select '2025' as wave, 'R_' || substr(md5(i::varchar), 1, 14) as respondent_id,
                    'Unit ' || hash(i, 0) % {GROUPS} as unit, {answers}
                from range({rows}) as t(i)
            ) to '{folder / "answers.parquet"}' (format parquet)""")
    (folder / "questions.toml").write_text(_questions(), encoding="utf-8")


def _questions() -> str:
    items = "".join(
        f'[items.Q{n}]\nscale = "agreement"\ntopic = "Question {n}"\n' for n in range(1, ITEMS + 1)
    )
    themes = "".join(
        f'[themes.theme_{t}]\nlabel = "Theme {t}"\n'
        f"items = [{_listed(6 + OF_THEME * t, OF_THEME)}]\n"
        for t in range(THEMES)
    )
    return f"""
[instrument]
title = "A hundred questions"
source = "Made for timing."
[scales.agreement]
points = [1, 2, 3, 4, 5]
positive = [4, 5]
evenly = [0, 100]
not_applicable = ["NA"]
{items}{themes}
[indexes.engagement]
label = "Engagement"
items = [{_listed(1, 5)}]
least_items = 3
"""


def _listed(first: int, number: int) -> str:
    return ", ".join(f'"Q{n}"' for n in range(first, first + number))


def scores(folder: Path, *, items: bool) -> None:
    """Sums of the index and the themes, and of every question, by 20 groups."""
    from workforce_analytics.counting.answers import answer_sums

    survey, questions, told = _read(folder)
    measures = [*questions.indexes, *questions.themes, *(questions.items if items else ())]
    found = answer_sums(survey, questions, measures=measures, by=["unit"], wave="2025")
    told(f"{len(found.rows())} groups x {len(measures)} measures")


def moments(folder: Path) -> None:
    """Sums and products of the index and 12 themes, by replicate group."""
    from workforce_analytics.counting.answers import moments as moments_of
    from workforce_analytics.inference.importance import importance_of_groups

    survey, questions, told = _read(folder)
    found = moments_of(
        survey, questions, outcome="engagement", predictors=list(questions.themes), wave="2025"
    )
    told(f"moments of {len(found.names)} scores, {found.n.min():,} or more to a replicate group")
    importance_of_groups(found.n, found.sums, found.products)
    told("shares with limits from them")


def _read(folder: Path) -> tuple[object, object, Callable[[str], None]]:
    import workforce_analytics as wa
    from workforce_analytics.extracts.instruments import instrument

    start = [time.perf_counter(), time.process_time()]

    def told(what: str) -> None:
        now = [time.perf_counter(), time.process_time()]
        wall, processor = (there - before for there, before in zip(now, start, strict=True))
        start[:] = now
        print(
            f"  {what}: {wall:.1f} s ({processor:.1f} s of processor), peak so far "
            f"{peak_megabytes():,} MB",
            flush=True,
        )

    survey = wa.read("survey_responses", folder / "answers.parquet")
    told("read and checked")
    return survey, instrument(folder / "questions.toml"), told


PARTS: dict[str, Callable[[Path], None]] = {
    "themes": lambda folder: scores(folder, items=False),
    "questions": lambda folder: scores(folder, items=True),
    "moments": moments,
}


def main() -> None:
    """Write answers once, and count them in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--path", type=Path)
    chosen = parser.parse_args()
    if chosen.part:
        print(f"{chosen.part}:")
        PARTS[chosen.part](chosen.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        written(chosen.rows, Path(folder))
        for part in PARTS:
            command = [sys.executable, "-m", __spec__.name, "--part", part, "--path", folder]
            subprocess.run(command, cwd=ROOT, check=True)
    print(TARGETS)


if __name__ == "__main__":
    main()
