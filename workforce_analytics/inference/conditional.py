"""Conditional logistic regression on counts: candidates compared only within their own vacancy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.conditional_likelihood import Cells, Conditional
from workforce_analytics.inference.estimable import Design, designed, whole_numbers
from workforce_analytics.inference.intervals import Interval, at_most, checked_confidence, counts
from workforce_analytics.inference.maximising import Solution, column_scale, solve
from workforce_analytics.inference.regression import odds_ratio_intervals


@dataclass(frozen=True, eq=False)
class ConditionalLogit:
    """A conditional regression: one element per column of the design, not a number where untold."""

    coefficients: np.ndarray
    """Log odds ratios within a stratum."""
    covariance: np.ndarray
    errors: np.ndarray
    odds_ratios: Interval
    names: tuple[str, ...]
    log_likelihood: float
    """Of the records, given how many passed in each stratum."""
    score: np.ndarray
    """Slope of the log-likelihood at the coefficients: 0 but for rounding."""
    n: int
    """Candidates in the strata that tell something."""
    passes: int
    """Passes in those."""
    strata: int
    informative_strata: int
    """Strata with two patterns and both outcomes among people whose outcome is not certain."""
    collinear: tuple[str, ...]
    """Columns that differ within no such stratum, or that others make up there."""
    separated: tuple[str, ...]
    """Columns whose coefficient runs away: everybody, or nobody, of some group passed."""
    converged: bool
    """Whether the coefficients that are numbers are at the maximum; never so without any."""

    @property
    def dropped(self) -> tuple[str, ...]:
        """Columns without a coefficient, in the design's order."""
        gone = {*self.collinear, *self.separated}
        return tuple(name for name in self.names if name in gone)


def conditional_logit(
    stratum: Any,
    design: Any,
    passes: Any,
    n: Any,
    *,
    names: Sequence[str] = (),
    confidence: float = 0.95,
) -> ConditionalLogit:
    """How do the odds of passing differ between candidates for one and the same vacancy?

    Parameters
    ----------
    stratum
        The vacancy of each row: a number or a text.
    design
        One row per pattern of candidates in a vacancy, one column per coefficient, numbers. There
        is no intercept, and a column that is the same for all of a vacancy tells nothing by itself.
    passes, n
        How many of each row passed, out of how many: whole people. Rows of one vacancy and pattern
        are added up.
    names
        What the columns are called.
    confidence
        0.95 for 95 %.

    Returns
    -------
    ConditionalLogit
        Log odds ratios with their covariance. A coefficient that the data do not tell is not a
        number, and its name stands in `collinear` or `separated`; the others are estimated.

    Raises
    ------
    UsageError
        The strata, the design, the counts or the names do not fit each other.

    Notes
    -----
    The exact conditional likelihood: for each stratum, exp(sum passes design b) over the sum of
    prod C(n_k, j_k) exp(j_k design_k b) over all j that add up to its passes (noncentral.py says
    how; it is no approximation). Whatever candidates of a vacancy share is conditioned away, so it
    holds with one or two passes per vacancy, where an intercept per vacancy would be biased.

    Strata with one pattern, none passing or all passing have no part in it, and are counted. Where
    everybody or nobody of some group passed, its coefficient would be infinite: the likelihood is
    maximised in the limit, in which those people's outcome is certain, and the other coefficients
    are those of a regression without them. Nothing is shrunk.

    Examples
    --------
    >>> fit = conditional_logit(
    ...     ["a", "a", "b", "b"], [[1], [0], [1], [0]], [3, 5, 1, 6], [10, 10, 8, 20]
    ... )
    >>> print(f"{fit.odds_ratios.value[0]:.3f}, likely between {fit.odds_ratios.lower[0]:.3f} "
    ...       f"and {fit.odds_ratios.upper[0]:.3f}")
    0.404, likely between 0.101 and 1.618
    """
    confidence = checked_confidence(confidence)
    table = _table(stratum, design, passes, n, names)
    # Only differences count, so a column of years may start anywhere: they lose no digits then.
    centred = _centred(table.design.patterns)
    scale = column_scale(centred)
    problem = Conditional.of(centred / scale, table.cells)
    solution = solve(problem, table.design.names, scale)
    left = solution.problem.cells
    coefficients = solution.only_estimable(solution.vector())
    covariance = solution.only_estimable(solution.spread(solution.maximum.covariance))
    errors = np.sqrt(np.diag(covariance))
    return ConditionalLogit(
        coefficients=coefficients,
        covariance=covariance,
        errors=errors,
        odds_ratios=odds_ratio_intervals(coefficients, errors, "Wald interval", confidence),
        names=table.design.names,
        log_likelihood=solution.maximum.likelihood.value,
        score=_score(solution, centred),
        n=int(left.n.sum()),
        passes=int(left.passes.sum()),
        strata=table.cells.strata,
        informative_strata=left.strata,
        collinear=solution.collinear,
        separated=solution.separated,
        converged=solution.converged and bool(solution.estimable.any()),
    )


def expected_given_totals(
    stratum: Any, design: Any, passes: Any, n: Any, coefficients: Any
) -> np.ndarray:
    """How many of each row would be expected to pass, given how many passed in their vacancy?

    Parameters
    ----------
    stratum, design, passes, n
        As `conditional_logit` takes them; of `passes` only their total in each stratum is used.
    coefficients
        Log odds ratios, one per column of the design. One that is not a number may be given for a
        column that is the same for everybody of a stratum.

    Returns
    -------
    numpy.ndarray
        Expected passes, one per row; they add up to the total in each stratum. Not a number in a
        stratum where a column differs whose coefficient is not a number, unless nobody or
        everybody passed there.

    Raises
    ------
    UsageError
        The strata, the design, the counts or the coefficients do not fit each other.

    Notes
    -----
    The mean of Fisher's noncentral hypergeometric distribution (multivariate for several patterns)
    with the odds exp(design b), exactly. People of one stratum and pattern share alike.

    Examples
    --------
    >>> expected = expected_given_totals(
    ...     ["a", "a"], [[1], [0]], [1, 2], [10, 20], [0.0]
    ... )
    >>> print(expected)
    [1. 2.]
    """
    table = _table(stratum, design, passes, n, ())
    chosen = np.asarray(coefficients, dtype="float64")
    if chosen.shape != (len(table.design.names),) or np.isinf(chosen).any():
        raise UsageError("coefficients must be one finite number per column of the design.")
    unknown = np.isnan(chosen)
    log_odds = _centred(table.design.patterns) @ np.where(unknown, 0.0, chosen)
    cells = table.cells
    expected = cells.expected(log_odds[cells.pattern])
    held = table.design.patterns[cells.pattern][:, unknown]
    differs = (held != held[cells.first]).any(axis=1)
    untold = np.bincount(cells.stratum, weights=differs, minlength=cells.strata) > 0
    expected[untold[cells.stratum] & cells.informative] = np.nan
    shared = np.zeros(table.cell.size)
    somebody = table.cell >= 0
    place = table.cell[somebody]
    shared[somebody] = table.n[somebody] * (expected / cells.n)[place]
    return shared


@dataclass(frozen=True, eq=False)
class _Table:
    """What was given, added up by stratum and pattern."""

    design: Design
    cells: Cells
    n: np.ndarray
    cell: np.ndarray
    """The cell of each row; -1 for a row of nobody."""


def _table(stratum: Any, design: Any, passes: Any, n: Any, names: Sequence[str]) -> _Table:
    import pandas as pd

    passed, people = counts(passes=np.atleast_1d(passes), n=np.atleast_1d(n))
    at_most(passed, people, names=("passes", "n"))
    whole_numbers(passes=passed, n=people)
    labels = np.asarray(stratum)
    if passed.ndim != 1 or labels.shape != passed.shape:
        raise UsageError("stratum, passes and n must be one per row of the design.")
    laid_out = designed(design, names, passed.size)
    somebody = people > 0
    codes = pd.factorize(labels[somebody], sort=True)[0]
    if (codes < 0).any():
        raise UsageError("stratum must not be missing: give each row the name of its stratum.")
    size = np.int64(len(laid_out.patterns))
    keys, place = np.unique(codes * size + laid_out.row[somebody], return_inverse=True)
    cells = Cells(
        keys // max(size, 1),
        keys % max(size, 1),
        np.bincount(place, weights=passed[somebody], minlength=keys.size),
        np.bincount(place, weights=people[somebody], minlength=keys.size),
    )
    cell = np.full(people.size, -1)
    cell[somebody] = place
    return _Table(laid_out, cells, people, cell)


def _centred(patterns: np.ndarray) -> np.ndarray:
    """Put 0 midway between the least and the largest of each column; all 0 if there is but one."""
    if not len(patterns):
        return patterns
    return patterns - (patterns.min(axis=0) / 2 + patterns.max(axis=0) / 2)


def _score(solution: Solution[Conditional], patterns: np.ndarray) -> np.ndarray:
    """Slope of the log-likelihood by each coefficient, in the design's own units."""
    if not solution.converged:
        return np.full(solution.scale.size, np.nan)
    cells = solution.problem.cells
    log_odds = (patterns @ solution.vector())[cells.pattern]
    left = cells.passes - cells.expected(log_odds)
    return patterns.T @ np.bincount(cells.pattern, weights=left, minlength=len(patterns))
