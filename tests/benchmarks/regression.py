"""Regressions on counts against statsmodels on the records, in turn, in one process.

Run by hand, never by pytest; README.md in this folder says how, and what was measured.

- Logistic regression with four factors (25 columns): statsmodels' GLM on a design that has been
  made for it beforehand, one row per record, against counting a pandas frame with DuckDB, making
  the design of the patterns and `logistic`. Making statsmodels' design is not timed; our side is
  timed from the frame on, or with `--parquet` from a Parquet file.
- The same with errors clustered on candidate, whose counting is by candidate too.
- Conditional regression by vacancy: statsmodels' ConditionalLogit on rows (without its errors,
  which it finds by differences) against counting and `conditional_logit`, errors included.
- Conditional regression of a national body, ours alone.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.discrete.conditional_models import ConditionalLogit

from workforce_analytics import engine
from workforce_analytics.inference.conditional import conditional_logit
from workforce_analytics.inference.regression import logistic

FACTORS = {"ethnicity": 6, "grade": 8, "service": 12, "internal": 2}
WITHIN = {"ethnicity": 6, "internal": 2, "source": 3}
TARGET = 100


def made(rows: int, *, seed: int = 20250331) -> pd.DataFrame:
    """Make applications of candidates who apply three times on average, each as able as before."""
    draw = np.random.default_rng(seed)
    candidate = draw.integers(0, rows // 3, rows)
    frame = {"candidate": candidate}
    odds = -2.0 + draw.normal(0, 0.5, rows)[candidate]
    for name, size in FACTORS.items():
        frame[name] = draw.choice(size, rows, p=draw.dirichlet(np.full(size, 3.0)))
        odds += draw.normal(0, 0.3, size)[frame[name]]
    frame["passed"] = (draw.random(rows) < 1 / (1 + np.exp(-odds))).astype("int64")
    return pd.DataFrame(frame)


def campaigns(vacancies: int, applications: int, *, seed: int = 20250331) -> pd.DataFrame:
    """Make vacancies of all sizes with one to four posts each."""
    draw = np.random.default_rng(seed)
    vacancy = draw.choice(vacancies, applications, p=draw.dirichlet(np.full(vacancies, 2.0)))
    frame = {"vacancy": vacancy}
    liked = -np.log(-np.log(draw.random(applications)))
    for name, size in WITHIN.items():
        frame[name] = draw.choice(size, applications, p=draw.dirichlet(np.full(size, 3.0)))
        liked += draw.normal(0, 0.4, size)[frame[name]]
    order = np.lexsort((-liked, vacancy))
    size = np.bincount(vacancy, minlength=vacancies)
    rank = np.empty(applications)
    rank[order] = np.arange(applications) - np.repeat(np.cumsum(size) - size, size)
    frame["passed"] = (rank < draw.integers(1, 5, vacancies)[vacancy]).astype("int64")
    return pd.DataFrame(frame)


def design(table: pd.DataFrame, factors: dict[str, int], *, intercept: bool) -> np.ndarray:
    """Give a column per value of each factor but its first."""
    columns = [np.ones(len(table))] if intercept else []
    for name, size in factors.items():
        values = table[name].to_numpy()
        columns += [values == value for value in range(1, size)]
    return np.column_stack(columns).astype(float)


def counted(source: Any, by: list[str]) -> pd.DataFrame:
    """Count records and passes: by DuckDB, from a pandas frame or a Parquet file."""
    table = engine.count(engine.frame(source), by, sums={"passes": engine.col("passed")})
    return table.astype("int64")


def on_counts(source: Any, *, clustered: bool = False) -> Any:
    """Count, make the design of the patterns, and regress."""
    table = counted(source, [*FACTORS, "candidate"] if clustered else list(FACTORS))
    return logistic(
        design(table, FACTORS, intercept=True),
        table["passes"],
        table[engine.N],
        clusters=table["candidate"] if clustered else None,
    )


def within_on_counts(frame: pd.DataFrame) -> Any:
    """Count by vacancy and pattern, and regress within vacancies."""
    table = counted(frame, ["vacancy", *WITHIN])
    return conditional_logit(
        table["vacancy"], design(table, WITHIN, intercept=False), table["passes"], table[engine.N]
    )


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Give the median of seconds of wall clock, and what the work gave."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), found


def told(name: str, theirs: float, ours: float, *apart: float) -> None:
    """Print one comparison."""
    far = ", ".join(f"{value:.1e}" for value in apart)
    print(
        f"{name}: statsmodels {theirs:.2f} s, ours {ours:.4f} s, {theirs / ours:,.0f} x; "
        f"apart {far}"
    )


def compare_logistic(rows: int, repeats: int, parquet: bool) -> None:
    """Time both ways of a logistic regression, model-based errors and clustered ones apart."""
    frame = made(rows)
    with tempfile.TemporaryDirectory() as folder:
        source: Any = frame
        if parquet:
            source = Path(folder) / "applications.parquet"
            frame.to_parquet(source)
        held = design(frame, FACTORS, intercept=True)
        passed = frame["passed"].to_numpy(dtype=float)
        groups = {"groups": frame["candidate"].to_numpy()}
        model = sm.GLM(passed, held, family=sm.families.Binomial())
        on_counts(frame.head(1000))
        theirs, found = timed(lambda: model.fit(), 2)
        ours, fit = timed(lambda: on_counts(source), repeats)
        print(f"{rows:,} records, {held.shape[1]} columns, {len(fit.solution.problem.n)} patterns")
        told(
            f"logistic, from {'Parquet' if parquet else 'pandas'} by DuckDB",
            theirs,
            ours,
            np.abs(fit.coefficients - found.params).max(),
            np.abs(fit.errors - found.bse).max(),
        )
        theirs, found = timed(lambda: model.fit(cov_type="cluster", cov_kwds=groups), 1)
        ours, fit = timed(lambda: on_counts(source, clustered=True), min(repeats, 3))
        told(
            f"clustered on {fit.clusters:,} candidates",
            theirs,
            ours,
            np.abs(fit.coefficients - found.params).max(),
            np.abs(fit.cluster_errors - found.bse).max(),
        )


def compare_conditional(vacancies: int, applications: int, repeats: int) -> None:
    """Time both ways of a conditional regression."""
    frame = campaigns(vacancies, applications)
    held = design(frame, WITHIN, intercept=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says how many vacancies it drops
        model = ConditionalLogit(
            frame["passed"].to_numpy(), held, groups=frame["vacancy"].to_numpy()
        )
        theirs, found = timed(lambda: model.fit(skip_hessian=True), 1)
    ours, fit = timed(lambda: within_on_counts(frame), repeats)
    print(f"{vacancies:,} vacancies, {applications:,} applications, {held.shape[1]} columns")
    told("conditional", theirs, ours, np.abs(fit.coefficients - found.params).max())
    slope = np.abs(model.score(fit.coefficients)).max() / fit.informative_strata
    higher = model.loglike(fit.coefficients) - model.loglike(found.params)
    print(f"its slope at ours per vacancy {slope:.1e}")
    print(f"its likelihood at ours less at its own {higher:.1e}")
    errors = np.sqrt(np.diag(np.linalg.inv(-model.hessian(fit.coefficients))))
    print(f"its errors at ours less ours {np.abs(errors - fit.errors).max():.1e}")


def national(vacancies: int, applications: int) -> None:
    """Time the conditional regression of a national body."""
    frame = campaigns(vacancies, applications)
    table = counted(frame, ["vacancy", *WITHIN])
    columns = design(table, WITHIN, intercept=False)
    seconds, fit = timed(
        lambda: conditional_logit(table["vacancy"], columns, table["passes"], table[engine.N]), 1
    )
    print(
        f"{vacancies:,} vacancies, {applications:,} applications, {len(table):,} rows of counts: "
        f"{seconds:.1f} s, counting not included; {fit.informative_strata:,} tell something"
    )


def main() -> None:
    """Compare, and print times, ratios and how far apart the results are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--vacancies", type=int, default=3000)
    parser.add_argument("--applications", type=int, default=60_000)
    parser.add_argument("--parquet", action="store_true")
    chosen = parser.parse_args()
    compare_logistic(chosen.rows, chosen.repeats, chosen.parquet)
    compare_conditional(chosen.vacancies, chosen.applications, chosen.repeats)
    national(100_000, 2_000_000)
    print(f"target: at least {TARGET} x for the logistic regression")


if __name__ == "__main__":
    main()
