"""Logistic regression on counts: what a group's odds are, all else in the design being equal."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.clustering import cluster_codes, clustered_covariance
from workforce_analytics.inference.estimable import Design, designed, receding
from workforce_analytics.inference.intervals import (
    Interval,
    at_most,
    checked_confidence,
    counts,
    named,
    normal_quantile,
)
from workforce_analytics.inference.maximising import (
    STEP,
    Likelihood,
    Maximum,
    Solution,
    column_scale,
    solve,
)

ERRORS = {"model": "Wald interval", "cluster": "Wald interval, errors clustered"}
"""Kinds of standard errors, and what their interval is called in a table."""


@dataclass(frozen=True, eq=False)
class Logistic:
    """A logistic regression: one element per column of the design, not a number where untold."""

    coefficients: np.ndarray
    """Log odds ratios."""
    covariance: np.ndarray
    errors: np.ndarray
    """Standard errors, from the model."""
    cluster_covariance: np.ndarray | None
    cluster_errors: np.ndarray | None
    """Standard errors that allow for outcomes of one cluster going together."""
    clusters: int | None
    """How many clusters there are."""
    odds_ratios: Interval
    """With clusters their limits are from the clustered errors; `method` says so."""
    names: tuple[str, ...]
    log_likelihood: float
    """Of the records, not of the counts: without the number of ways to arrange them."""
    n: float
    collinear: tuple[str, ...]
    """Columns that the others make up, so that no data tell their coefficients."""
    separated: tuple[str, ...]
    """Columns whose coefficient runs away: everybody, or nobody, of some group passed."""
    certain: float
    """People whose outcome is certain in the limit because of that, and who tell nothing else."""
    converged: bool
    """Whether the coefficients that are numbers are at the maximum; never so without any."""
    along: Mapping[str, np.ndarray]
    """For each kind of errors the covariance along what the data tell of the coefficients."""
    solution: Solution[_Binomial]

    @property
    def dropped(self) -> tuple[str, ...]:
        """Columns without a coefficient, in the design's order."""
        gone = {*self.collinear, *self.separated}
        return tuple(name for name in self.names if name in gone)


def logistic(
    design: Any,
    passes: Any,
    n: Any,
    *,
    names: Sequence[str] = (),
    weights: Any = None,
    clusters: Any = None,
    confidence: float = 0.95,
) -> Logistic:
    """How do the odds of passing differ between groups, all else in the design being equal?

    Parameters
    ----------
    design
        One row per pattern of people, one column per coefficient, numbers. Columns are taken as
        they are: give one of ones for the intercept.
    passes, n
        How many of each row passed, out of how many. Rows of one pattern are added up.
    names
        What the columns are called.
    weights
        How often each row counts; errors then are those of the weighted number of people.
    clusters
        The cluster of each row, a number or a text: then every row holds people of one pattern and
        one cluster, and errors that allow for clusters stand beside the model's own.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Logistic
        Log odds ratios with their covariance. A coefficient that the data do not tell is not a
        number, and its name stands in `collinear` or `separated`; the others are estimated.

    Raises
    ------
    UsageError
        The design, the counts, names, weights or clusters do not fit each other.

    Notes
    -----
    The maximum of sum passes log p + (n - passes) log(1 - p), log(p / (1 - p)) = design b, found by
    statsmodels' GLM; a regression on one row per record has the same coefficients and errors.

    Where everybody or nobody of some group passed, its coefficient would be infinite. The
    likelihood is then maximised in the limit: those people's outcome is certain, and the other
    coefficients are those of a regression without them. Nothing is shrunk. A column that others
    make up has no coefficient, nor have those: which one to leave out would hang on their order.

    Clustered: B M B x C / (C - 1) x (n - 1) / (n - k), B the model's covariance, M the sum over C
    clusters of the outer product of its score (Liang and Zeger 1986; the factor is that of Stata
    and statsmodels). With few clusters (10 to 40) these errors are too small.

    Examples
    --------
    >>> fit = logistic([[1, 0], [1, 1]], [65, 56], [100, 70], names=("all", "group"))
    >>> print(f"{fit.odds_ratios.value[1]:.3f}, error of its logarithm {fit.errors[1]:.3f}")
    2.154, error of its logarithm 0.365
    """
    confidence = checked_confidence(confidence)
    passed, people = counts(passes=np.atleast_1d(passes), n=np.atleast_1d(n))
    at_most(passed, people, names=("passes", "n"))
    if passed.ndim != 1:
        raise UsageError("passes and n must be one number per row of the design.")
    laid_out = designed(design, names, passed.size)
    weight = _weights(weights, passed.size)
    passed, people = passed * weight, people * weight
    problem, scale = _problem(laid_out, passed, people)
    solution = solve(problem, laid_out.names, scale)
    clustered = None
    if clusters is not None:
        codes = cluster_codes(clusters, passed.size)
        clustered = _clustered(solution, laid_out, passed, people, codes)
    return _reported(solution, laid_out, clustered, float(people.sum()), confidence)


def odds_ratio_intervals(
    coefficients: np.ndarray, errors: np.ndarray, method: str, confidence: float
) -> Interval:
    """Odds ratios and their limits, from log odds ratios and standard errors."""
    half = normal_quantile(confidence) * errors
    with np.errstate(over="ignore"):
        value, lower, upper = (
            np.exp(shifted) for shifted in (coefficients, coefficients - half, coefficients + half)
        )
    return Interval(value, lower, upper, named(method, coefficients.shape), confidence)


@dataclass(frozen=True, eq=False)
class _Binomial:
    """The likelihood of passes out of n, by pattern."""

    patterns: np.ndarray
    passes: np.ndarray
    n: np.ndarray
    kept: np.ndarray
    """Which of the design's patterns these are."""

    def contrasts(self) -> np.ndarray:
        return self.patterns

    def likelihood(self, told: np.ndarray) -> Callable[[np.ndarray], Likelihood]:
        from scipy.special import expit

        columns = self.patterns @ told

        def at(coefficients: np.ndarray) -> Likelihood:
            log_odds = columns @ coefficients
            p, q = expit(log_odds), expit(-log_odds)
            value = self.passes @ log_odds - self.n @ np.logaddexp(0.0, log_odds)
            score = columns.T @ (self.passes - self.n * p)
            information = (columns * (self.n * p * q)[:, np.newaxis]).T @ columns
            return Likelihood(float(value), score, information)

        return at

    def maximum(self, told: np.ndarray, start: np.ndarray, *, steps: int) -> Maximum:
        """Fit by statsmodels, whose iterations for these odds are Newton's."""
        if not told.shape[1]:
            return Maximum(start, self.likelihood(told)(start), np.zeros((0, 0)), True)
        import statsmodels.api as sm

        counted = np.column_stack([self.passes, self.n - self.passes])
        model = sm.GLM(counted, self.patterns @ told, family=sm.families.Binomial())
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # Where a coefficient runs away nothing is wrong: `limit` says what is left to tell.
            warnings.simplefilter("ignore")
            fit = model.fit(
                start_params=start, maxiter=steps, tol=STEP, rtol=STEP, tol_criterion="params"
            )
        found = np.asarray(fit.params)
        here = self.likelihood(told)(found)
        sure = bool(fit.converged and np.isfinite(found).all())
        return Maximum(found, here, np.asarray(fit.cov_params()), sure)

    def limit(self) -> _Binomial | None:
        mixed = (self.passes > 0) & (self.passes < self.n)
        way = np.where(self.passes > 0, 1.0, -1.0)[~mixed, np.newaxis]
        certain = np.zeros(mixed.size, dtype=bool)
        certain[~mixed] = receding(way * self.patterns[~mixed], self.patterns[mixed])
        return self.only(~certain) if certain.any() else None

    def only(self, rows: np.ndarray) -> _Binomial:
        return _Binomial(self.patterns[rows], self.passes[rows], self.n[rows], self.kept[rows])


def _weights(weights: Any, rows: int) -> np.ndarray:
    if weights is None:
        return np.ones(rows)
    (weight,) = counts(weights=weights)
    if weight.shape != (rows,):
        raise UsageError("weights must be one number per row of the design.")
    return weight


def _problem(design: Design, passes: np.ndarray, n: np.ndarray) -> tuple[_Binomial, np.ndarray]:
    # Sums of whole numbers are the same in any order; of fractions only in one.
    order = np.lexsort((passes, n, design.row))
    size = len(design.patterns)
    passed, people = (
        np.bincount(design.row[order], weights=values[order], minlength=size)
        for values in (passes, n)
    )
    scale = column_scale(design.patterns)
    everybody = _Binomial(design.patterns / scale, passed, people, np.arange(size))
    return everybody.only(people > 0), scale


def _clustered(
    solution: Solution[_Binomial],
    design: Design,
    passes: np.ndarray,
    n: np.ndarray,
    codes: np.ndarray,
) -> tuple[np.ndarray, int]:
    """Covariance that allows for clusters, along what the data tell, and how many clusters."""
    from scipy.special import expit

    problem, maximum = solution.problem, solution.maximum
    place = np.full(len(design.patterns), -1)
    place[problem.kept] = np.arange(problem.kept.size)
    used = np.nonzero((place[design.row] >= 0) & (n > 0))[0]
    pattern = place[design.row[used]]
    columns = problem.patterns @ solution.told
    residual = passes[used] - n[used] * expit(columns @ maximum.at)[pattern]
    people = float(problem.n.sum())
    return clustered_covariance(maximum.covariance, columns, pattern, residual, codes[used], people)


def _reported(
    solution: Solution[_Binomial],
    design: Design,
    clustered: tuple[np.ndarray, int] | None,
    n: float,
    confidence: float,
) -> Logistic:
    coefficients = solution.only_estimable(solution.vector())
    along = {"model": solution.maximum.covariance}
    if clustered is not None:
        along["cluster"] = clustered[0]
    told = {kind: solution.only_estimable(solution.spread(held)) for kind, held in along.items()}
    errors = {kind: np.sqrt(np.diag(held)) for kind, held in told.items()}
    shown = "model" if clustered is None else "cluster"
    return Logistic(
        coefficients=coefficients,
        covariance=told["model"],
        errors=errors["model"],
        cluster_covariance=told.get("cluster"),
        cluster_errors=errors.get("cluster"),
        clusters=None if clustered is None else clustered[1],
        odds_ratios=odds_ratio_intervals(coefficients, errors[shown], ERRORS[shown], confidence),
        names=design.names,
        log_likelihood=solution.maximum.likelihood.value,
        n=n,
        collinear=solution.collinear,
        separated=solution.separated,
        certain=float(n - solution.problem.n.sum()),
        converged=solution.converged and bool(solution.estimable.any()),
        along=along,
        solution=solution,
    )
