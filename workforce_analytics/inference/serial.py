"""Errors of a regression over time whose residues go together: one period with the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST = 0.9
"""Residues that go together more than this cannot be told from a trend."""
STEPS = 40


@dataclass(frozen=True, eq=False)
class Together:
    """How residues go together, and what that makes of the errors of coefficients."""

    covariance: np.ndarray
    dispersion: float
    one_period_on: float
    """Correlation of what is left over with that of the period before; 0 or more."""
    between_series: float
    """Correlation of what is left over of two series in one period; 0 or more."""


def serial_covariance(
    columns: np.ndarray, residual: np.ndarray, time: np.ndarray, series: np.ndarray
) -> Together:
    """Widen (or narrow) errors by what residues have in common, over time and between series.

    Parameters
    ----------
    columns
        The design, each row times the root of its weight.
    residual
        Pearson residuals of the same rows.
    time, series
        Of each row: its period, a whole number, and the number of its series.

    Notes
    -----
    Residues are dispersion x R, R falling by a constant factor with each period between two of
    them, and by another between two series. Fitted residuals go together less than true ones: with
    M = I - columns (columns' columns)^-1 columns' the factors and the dispersion are those at which
    the sums of squares, of products one period apart and of products between series of one period
    equal their expectations, the traces of M R M over the same pairs. Covariance:
    dispersion x B columns' R columns B, with B = (columns' columns)^-1. Equating moments is
    ordinary; this form of it is not from a paper.
    """
    inverse = np.linalg.inv(columns.T @ columns)
    left = np.eye(len(time)) - columns @ inverse @ columns.T
    apart = np.abs(time[:, np.newaxis] - time)
    same = series[:, np.newaxis] == series
    moments = _Moments(left, apart, same, np.outer(residual, residual))
    low, high = 0.0, LARGEST
    if moments.excess(low) <= 0:
        high = 0.0
    elif moments.excess(high) >= 0:
        low = LARGEST
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if moments.excess(middle) > 0 else (low, middle)
    factor = high
    between = moments.between(factor)
    pattern = moments.pattern(factor, between)
    dispersion = float(moments.products.trace() / (left @ pattern @ left).trace())
    middle_part = columns.T @ pattern @ columns
    return Together(
        dispersion * inverse @ middle_part @ inverse, dispersion, float(factor), float(between)
    )


@dataclass(frozen=True, eq=False)
class _Moments:
    left: np.ndarray
    apart: np.ndarray
    same: np.ndarray
    products: np.ndarray

    def pattern(self, factor: float, between: float) -> np.ndarray:
        return np.where(self.same, 1.0, between) * factor**self.apart

    def excess(self, factor: float) -> float:
        """How much more neighbours go together than they would with this factor."""
        expected = self.left @ self.pattern(factor, self.between(factor)) @ self.left
        next_to = self.same & (self.apart == 1)
        return float(
            self.products[next_to].sum() / self.products.trace()
            - expected[next_to].sum() / expected.trace()
        )

    def between(self, factor: float) -> float:
        """Find the correlation between series that makes up their products in one period."""
        across = ~self.same & (self.apart == 0)
        if not across.any():
            return 0.0
        own = self.left @ self.pattern(factor, 0.0) @ self.left
        other = self.left @ (np.where(self.same, 0.0, 1.0) * factor**self.apart) @ self.left
        seen = self.products[across].sum() / self.products.trace()
        below = other[across].sum() - seen * other.trace()
        found = (seen * own.trace() - own[across].sum()) / below if below > 0 else 0.0
        return float(min(max(found, 0.0), LARGEST))
