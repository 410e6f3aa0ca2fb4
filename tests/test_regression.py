"""Logistic regression on counts: statsmodels on the records, limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.regression_records import NAMES, by_pattern, records
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.average_gap import average_gap
from workforce_analytics.inference.regression import Logistic, logistic


def test_counts_give_what_statsmodels_gives_on_the_records() -> None:
    design, passed, candidate = records(6000)
    model = sm.GLM(passed, design, family=sm.families.Binomial())
    theirs = model.fit(tol=1e-13)
    clustered = model.fit(tol=1e-13, cov_type="cluster", cov_kwds={"groups": candidate})
    for rows in ((design, passed, np.ones(6000)), by_pattern(design, passed)):
        fit = logistic(*rows, names=NAMES)
        assert fit.coefficients == pytest.approx(theirs.params, abs=1e-8)
        assert fit.covariance == pytest.approx(theirs.cov_params(), abs=1e-8)
        assert fit.errors == pytest.approx(theirs.bse, abs=1e-8)
        assert fit.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)
        assert (fit.n, fit.converged, fit.dropped, fit.cluster_errors) == (6000, True, (), None)
    fit = logistic(design, passed, np.ones(6000), clusters=candidate)
    assert fit.cluster_errors == pytest.approx(clustered.bse, abs=1e-8)
    assert fit.cluster_covariance == pytest.approx(clustered.cov_params(), abs=1e-8)
    assert fit.errors == pytest.approx(theirs.bse, abs=1e-8)
    assert fit.clusters == len(set(candidate))
    assert fit.odds_ratios.method[0] == "Wald interval, errors clustered"
    limits = np.exp(clustered.conf_int())
    assert np.column_stack([fit.odds_ratios.lower, fit.odds_ratios.upper]) == pytest.approx(limits)


def test_rows_of_a_pattern_and_cluster_may_be_added_up_first() -> None:
    design, passed, candidate = records(3000)
    whole = logistic(design, passed, np.ones(3000), clusters=candidate)
    names = np.char.mod("candidate %d", candidate)
    joined = np.column_stack([design, candidate])
    patterns, passes, n = by_pattern(joined, passed)
    added = logistic(patterns[:, :-1], passes, n, clusters=patterns[:, -1])
    assert added.cluster_covariance == pytest.approx(whole.cluster_covariance, abs=1e-12)
    as_text = logistic(design, passed, np.ones(3000), clusters=names)
    assert as_text.cluster_covariance == pytest.approx(whole.cluster_covariance, abs=1e-12)


def same(one: Logistic, other: Logistic) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("coefficients", "covariance", "cluster_covariance")
    )


def test_the_order_of_rows_changes_nothing() -> None:
    design, passed, candidate = records(2000)
    weights = np.random.default_rng(6).uniform(0.5, 2, 2000)
    fit = logistic(design, passed, np.ones(2000), weights=weights, clusters=candidate)
    order = np.random.default_rng(7).permutation(2000)
    again = logistic(
        design[order],
        passed[order],
        np.ones(2000),
        weights=weights[order],
        clusters=candidate[order],
    )
    assert same(fit, again)


def test_a_weight_of_two_is_the_row_twice() -> None:
    design, passes, n = by_pattern(*records(500)[:2])
    twice = np.arange(len(n)) % 2 + 1
    weighted = logistic(design, passes, n, weights=twice)
    repeated = logistic(design, passes * twice, n * twice)
    assert weighted.coefficients == pytest.approx(repeated.coefficients, abs=1e-12)
    assert weighted.errors == pytest.approx(repeated.errors, abs=1e-12)


def test_a_group_of_whom_nobody_passed_has_no_odds_and_leaves_the_others_alone() -> None:
    design = [[1, 0, 0], [1, 1, 0], [1, 0, 1]]
    for passes in (0, 10):
        fit = logistic(design, [30, passes, 20], [80, 10, 70], names=("all", "none", "other"))
        without = logistic([[1, 0], [1, 1]], [30, 20], [80, 70])
        assert np.isnan(fit.coefficients).tolist() == [False, True, False]
        assert np.isnan(fit.errors).tolist() == [False, True, False]
        assert fit.coefficients[[0, 2]] == pytest.approx(without.coefficients, abs=1e-12)
        assert fit.errors[[0, 2]] == pytest.approx(without.errors, abs=1e-12)
        assert (fit.separated, fit.collinear, fit.certain) == (("none",), (), 10)
        assert np.isnan(fit.odds_ratios.value[1])
        assert np.isnan([fit.odds_ratios.lower[1], fit.odds_ratios.upper[1]]).all()


@pytest.mark.parametrize("passes", [[0, 0], [9, 7]])
def test_all_or_nobody_passing_tells_nothing(passes: list[int]) -> None:
    fit = logistic([[1, 0], [1, 1]], passes, [9, 7], clusters=["a", "b"])
    assert np.isnan(fit.coefficients).all()
    assert np.isnan(fit.errors).all()
    assert not fit.converged
    assert fit.dropped == ("column 1", "column 2")
    assert np.isnan(average_gap(fit, [[1, 1]], [[1, 0]], [1]).value)


def test_nobody_at_all_is_not_a_number() -> None:
    for rows in (0, 2):
        fit = logistic(np.ones((rows, 1)), np.zeros(rows), np.zeros(rows))
        assert np.isnan(fit.coefficients).all()
        assert (fit.n, fit.converged, fit.collinear) == (0, False, ("column 1",))


def test_collinear_columns_are_named_and_not_shared_out() -> None:
    design, passes, n = by_pattern(*records(2000)[:2])
    double = np.column_stack([design, design[:, 3] + design[:, 4]])
    fit = logistic(double, passes, n, names=(*NAMES, "either"))
    plain = logistic(design, passes, n)
    assert fit.collinear == ("service 1", "service 2", "either")
    assert fit.separated == ()
    assert fit.coefficients[:3] == pytest.approx(plain.coefficients[:3], abs=1e-10)
    assert fit.errors[:3] == pytest.approx(plain.errors[:3], abs=1e-10)
    assert np.isnan(fit.coefficients[3:]).all()
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)


def test_years_may_be_counted_from_anywhere() -> None:
    design, passes, n = by_pattern(*records(2000)[:2])
    year = np.arange(len(n)) % 4
    near, far = (
        logistic(np.column_stack([design, year + start]), passes, n) for start in (0, 2021)
    )
    assert far.coefficients[1:] == pytest.approx(near.coefficients[1:], abs=1e-9)
    assert far.errors[1:] == pytest.approx(near.errors[1:], abs=1e-9)


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = draw(st.lists(st.tuples(*[st.integers(0, 2)] * 2), min_size=2, max_size=7))
    n = np.array([draw(st.integers(0, 3)) for _ in rows])
    passes = np.array([draw(st.integers(0, int(people))) for people in n])
    return np.column_stack([np.ones(len(rows)), np.array(rows)]), passes, n


@settings(max_examples=120, derandomize=True, deadline=None)
@given(small_tables())
def test_small_tables_reach_the_highest_likelihood_there_is(
    table: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Newton's method, damped a little, climbs to it slowly even where there is no maximum."""
    design, passes, n = table
    fit = logistic(design, passes, n)
    slow, at = _climbed(design, passes, n)
    assert fit.log_likelihood == pytest.approx(slow, abs=1e-3)
    assert fit.log_likelihood >= slow - 1e-9
    told = np.isfinite(fit.coefficients)
    assert fit.coefficients[told] == pytest.approx(at[told], abs=2e-3)
    assert set(fit.dropped) == {f"column {place + 1}" for place in np.nonzero(~told)[0]}


def _climbed(design: np.ndarray, passes: np.ndarray, n: np.ndarray) -> tuple[float, np.ndarray]:
    at = np.zeros(design.shape[1])
    value = -math.inf
    for damping in 10.0 ** -np.arange(1, 7):
        for _ in range(30):
            odds = design @ at
            p = 1 / (1 + np.exp(-odds))
            value = float(passes @ odds - n @ np.log1p(np.exp(odds)))
            score = design.T @ (passes - n * p) - damping * at
            curvature = (design.T * (n * p * (1 - p))) @ design + damping * np.eye(at.size)
            at = at + np.linalg.solve(curvature, score)
    return value, at


def test_one_cluster_has_no_error() -> None:
    fit = logistic([[1, 0], [1, 1]], [3, 4], [9, 7], clusters=["one", "one"])
    assert np.isnan(fit.cluster_errors).all()
    assert fit.clusters == 1
    assert np.isnan(fit.odds_ratios.lower).all()
    assert np.isfinite(fit.odds_ratios.value).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"design": [[1.0], [math.nan]]}, "design must hold numbers, none of them missing"),
        ({"design": [["a"], ["b"]]}, "design must hold numbers"),
        ({"design": [[1.0]]}, "design must have 2 rows"),
        ({"design": [1.0, 2.0]}, "a column per coefficient"),
        ({"passes": [3, 9]}, "passes cannot be more than n"),
        ({"passes": [3, -1]}, "passes must be counts"),
        ({"names": ("a", "b")}, "names must be 1 different names"),
        ({"weights": [1.0]}, "weights must be one number per row"),
        ({"clusters": ["a"]}, "clusters must be one per row"),
        ({"clusters": ["a", None]}, "clusters must not be missing"),
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_said(arguments: dict[str, object], said: str) -> None:
    fitting = {"design": [[1.0], [1.0]], "passes": [3, 4], "n": [5, 6]}
    with pytest.raises(UsageError, match=said):
        logistic(**{**fitting, **arguments})  # type: ignore[arg-type]
