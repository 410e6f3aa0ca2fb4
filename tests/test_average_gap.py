"""Average gaps: small steps, statsmodels, whom the data do not tell, clusters."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from tests.regression_records import NAMES, by_pattern, records
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.average_gap import average_gap
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.regression import logistic


def test_average_gap_of_one_factor_is_the_difference_of_shares() -> None:
    fit = logistic([[1, 0], [1, 1]], [48, 56], [80, 70])
    gap = average_gap(fit, [[1, 1]], [[1, 0]], [150])
    assert gap.value == pytest.approx(56 / 70 - 48 / 80, abs=1e-12)
    assert gap.error == pytest.approx(math.sqrt(0.8 * 0.2 / 70 + 0.6 * 0.4 / 80), abs=1e-12)
    assert float(gap.interval.lower) == pytest.approx(
        float(difference_interval(56, 70, 48, 80).lower), abs=0.01
    )
    assert str(gap.interval.method) == "delta method"
    assert gap.left_out == 0


def test_average_gap_agrees_with_small_steps_and_with_statsmodels() -> None:
    design, passes, n = by_pattern(*records(4000)[:2])
    fit = logistic(design, passes, n, names=NAMES)
    as_group, as_reference = design.copy(), design.copy()
    as_group[:, 1], as_reference[:, 1] = 1, 0
    gap = average_gap(fit, as_group, as_reference, n)

    def mean(coefficients: np.ndarray) -> float:
        p, q = (1 / (1 + np.exp(-rows @ coefficients)) for rows in (as_group, as_reference))
        return float(n @ (p - q) / n.sum())

    step = 1e-6
    slope = [
        (mean(fit.coefficients + step * unit) - mean(fit.coefficients - step * unit)) / (2 * step)
        for unit in np.eye(5)
    ]
    assert gap.value == pytest.approx(mean(fit.coefficients), abs=1e-12)
    assert gap.error == pytest.approx(math.sqrt(slope @ fit.covariance @ slope), rel=1e-6)
    rows = np.repeat(design, n, axis=0)
    passed = np.concatenate(
        [np.arange(whole) < part for part, whole in zip(passes, n, strict=True)]
    ).astype(float)
    margin = sm.Logit(passed, rows).fit(disp=0, tol=1e-12).get_margeff(dummy=True)
    assert gap.value == pytest.approx(margin.margeff[0], abs=1e-8)
    assert gap.error == pytest.approx(margin.margeff_se[0], abs=1e-8)


def test_average_gap_leaves_out_whom_the_data_do_not_tell_and_says_so() -> None:
    """A service nobody passed in tells nothing of groups; a column twice takes nothing away."""
    design = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 1], [1, 1, 1, 1]], dtype=float)
    passes, n = [48, 56, 0, 0], [80, 70, 20, 10]
    fit = logistic(design, passes, n, names=("all", "group", "service", "service again"))
    as_group, as_reference = design.copy(), design.copy()
    as_group[:, 1], as_reference[:, 1] = 1, 0
    gap = average_gap(fit, as_group, as_reference, n)
    plain = average_gap(logistic(design[:2, :2], [48, 56], [80, 70]), [[1, 1]], [[1, 0]], [1])
    assert fit.collinear == ("service", "service again")
    assert (gap.value, gap.error) == pytest.approx((plain.value, plain.error), abs=1e-10)
    assert gap.left_out == 30


def test_clustered_gap_is_named_and_needs_clusters() -> None:
    design, passed, candidate = records(2000)
    fit = logistic(design, passed, np.ones(2000), clusters=candidate)
    as_group, as_reference = design.copy(), design.copy()
    as_group[:, 1], as_reference[:, 1] = 1, 0
    wide = average_gap(fit, as_group, as_reference, np.ones(2000))
    model = average_gap(fit, as_group, as_reference, np.ones(2000), errors="model")
    assert str(wide.interval.method) == "delta method, errors clustered"
    assert wide.value == model.value
    assert wide.error != model.error
    with pytest.raises(UsageError, match="needs a regression that was given clusters"):
        average_gap(logistic([[1]], [1], [2]), [[1]], [[1]], [1], errors="cluster")
