"""Alpha and omega: published figures, other routes to them, coverage of their limits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.reliability import cronbach_alpha, mcdonald_omega, one_factor

ORACLE = json.loads((Path(__file__).parent / "oracles" / "survey_models.json").read_text())
LOADINGS = np.array([0.8, 0.7, 0.5, 0.6])
MODEL = np.outer(LOADINGS, LOADINGS) + np.diag(1 - LOADINGS**2)
OMEGA = LOADINGS.sum() ** 2 / MODEL.sum()


def theme(name: str) -> np.ndarray:
    oracle = ORACLE["alpha"]
    n, one = oracle["n"], oracle["themes"][name]
    return (np.array(one["products"]) - np.outer(one["sums"], one["sums"]) / n) / (n - 1)


@pytest.mark.parametrize("name", ["Work", "Ben", "Man", "Car"])
def test_alpha_is_the_published_one(name: str) -> None:
    expected = ORACLE["alpha"]["themes"][name]["alpha"]
    found = cronbach_alpha(theme(name), ORACLE["alpha"]["n"])
    assert found.value == pytest.approx(expected, abs=1e-12)
    assert found.lower < found.value < found.upper


def test_limits_of_alpha_are_those_of_an_analysis_of_variance() -> None:
    """Alpha is 1 - 1 / F, F being people's mean square over the residual one."""
    from scipy.stats import f

    answers = np.random.default_rng(2).multivariate_normal(np.zeros(4), MODEL, size=60)
    people, items = answers.mean(axis=1), answers.mean(axis=0)
    left = answers - people[:, None] - items + answers.mean()
    between = 4 * people.var(ddof=1)
    ratio = between / ((left**2).sum() / (59 * 3))
    found = cronbach_alpha(np.cov(answers.T), 60)
    assert found.value == pytest.approx(1 - 1 / ratio)
    assert found.lower == pytest.approx(1 - 1 / (ratio / f.ppf(0.975, 59, 177)))
    assert found.upper == pytest.approx(1 - 1 / (ratio * f.ppf(0.975, 177, 59)))


@pytest.mark.parametrize("n", [60, 300])
def test_limits_hold_the_truth_about_as_often_as_they_say(n: int) -> None:
    draws, samples = np.random.default_rng(5), 500
    alike = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    truth, held = 4 / 3 * (1 - 4 / alike.sum()), np.zeros(2)
    for _ in range(samples):
        alpha = cronbach_alpha(np.cov(draws.multivariate_normal(np.zeros(4), alike, n).T), n)
        omega = mcdonald_omega(np.cov(draws.multivariate_normal(np.zeros(4), MODEL, n).T), n)
        held += alpha.lower <= truth <= alpha.upper, omega.lower <= OMEGA <= omega.upper
    assert 0.925 < held[0] / samples < 0.975
    assert 0.90 < held[1] / samples < 0.975


@settings(max_examples=20, derandomize=True, deadline=None)
@given(
    st.lists(st.floats(0.35, 0.9), min_size=3, max_size=7),
    st.lists(st.floats(0.5, 20), min_size=7, max_size=7),
)
def test_a_planted_factor_is_found(loadings: list[float], units: list[float]) -> None:
    load = np.array(loadings)
    scale = np.array(units[: load.size])
    correlation = np.outer(load, load) + np.diag(1 - load**2)
    found = one_factor(correlation * np.outer(scale, scale), 500)
    assert found.proper
    assert found.loadings == pytest.approx(load * scale, rel=1e-5)
    assert found.discrepancy == pytest.approx(0, abs=1e-9)


def test_a_factor_is_that_of_statsmodels() -> None:
    from statsmodels.multivariate.factor import Factor

    correlation = np.array(
        [[1, 0.56, 0.48, 0.3], [0.56, 1, 0.42, 0.35], [0.48, 0.42, 1, 0.2], [0.3, 0.35, 0.2, 1]]
    )
    other = Factor(corr=correlation, n_factor=1, nobs=300, method="ml").fit()
    found = one_factor(correlation, 300)
    assert found.loadings == pytest.approx(np.abs(other.loadings.ravel()), abs=1e-6)
    assert found.own == pytest.approx(other.uniqueness, abs=1e-6)


def test_errors_are_the_curvature_of_the_likelihood() -> None:
    at, step, size = np.concatenate((LOADINGS, 1 - LOADINGS**2)), 1e-3, 8

    def misfit(place: np.ndarray) -> float:
        model = np.outer(place[:4], place[:4]) + np.diag(place[4:])
        return float(np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, MODEL)))

    unit = np.eye(size) * step
    curve = np.array(
        [
            [
                misfit(at + a + b) - misfit(at + a - b) - misfit(at - a + b) + misfit(at - a - b)
                for b in unit
            ]
            for a in unit
        ]
    ) / (4 * step**2)
    expected = np.linalg.inv(curve / 2 * 199)
    assert one_factor(MODEL, 200).covariance == pytest.approx(expected, abs=1e-6)


def test_units_of_all_items_and_their_order_change_nothing() -> None:
    turned = [2, 0, 3, 1]
    table = theme("Car")
    found = mcdonald_omega(table, 2833)
    for other in (table * 9, table[np.ix_(turned, turned)]):
        again = mcdonald_omega(other, 2833)
        assert (again.value, again.lower, again.upper) == pytest.approx(
            (found.value, found.lower, found.upper), abs=1e-8
        )


def test_two_items_are_cautioned_and_have_no_omega() -> None:
    table = theme("Man")[:2, :2]
    alpha, omega = cronbach_alpha(table, 2833), mcdonald_omega(table, 2833)
    assert alpha.few_items
    assert alpha.value == pytest.approx(4 * table[0, 1] / table.sum())
    assert omega.few_items
    assert np.isnan(omega.value)
    assert omega.method == "not told: it takes three items"


@pytest.mark.parametrize(
    "table",
    [
        [[1, 0.8, 0.7], [0.8, 1, 0.2], [0.7, 0.2, 1]],
        np.ones((3, 3)),
        np.eye(3),
        np.zeros((3, 3)),
    ],
)
def test_items_without_one_proper_factor_have_no_omega(table: object) -> None:
    found = mcdonald_omega(table, 50)
    assert np.isnan([found.value, found.lower, found.upper]).all()
    assert found.method.startswith("not told")


def test_items_that_point_apart_have_a_negative_alpha() -> None:
    assert cronbach_alpha([[1, -0.3, -0.3], [-0.3, 1, -0.3], [-0.3, -0.3, 1]], 50).value < 0


@pytest.mark.parametrize("table", [[[1, 0.5]], [[1, 0.2], [0.4, 1]], [[1, 2], [2, 1]], "x", []])
def test_what_is_no_covariance_is_refused(table: object) -> None:
    with pytest.raises(UsageError, match="covariance must"):
        cronbach_alpha(table, 10)


def test_people_come_in_whole_numbers() -> None:
    with pytest.raises(UsageError, match="whole number of people"):
        mcdonald_omega(np.eye(3), 10.5)  # type: ignore[arg-type]
