"""Shapley shares of R-squared: R's figures, every order of predictors, coverage of limits."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.importance import importance, importance_of_groups

ORACLE = json.loads((Path(__file__).parent / "oracles" / "survey_models.json").read_text())


def explained(covariance: np.ndarray, chosen: tuple[int, ...]) -> float:
    """R-squared of one set of predictors by least squares."""
    if not chosen:
        return 0.0
    place = np.array(chosen) + 1
    inside, towards = covariance[np.ix_(place, place)], covariance[place, 0]
    return float(towards @ np.linalg.lstsq(inside, towards, rcond=1e-10)[0] / covariance[0, 0])


def by_all_orders(covariance: np.ndarray) -> np.ndarray:
    predictors = len(covariance) - 1
    orders = list(permutations(range(predictors)))
    shares = np.zeros(predictors)
    for order in orders:
        for at, predictor in enumerate(order):
            before = explained(covariance, order[:at])
            shares[predictor] += explained(covariance, order[: at + 1]) - before
    return shares / len(orders)


def scores(seed: int, people: int, predictors: int) -> np.ndarray:
    draws = np.random.default_rng(seed)
    table = draws.normal(size=(people, predictors + 1))
    return table @ draws.normal(size=(predictors + 1, predictors + 1))


def moments(table: np.ndarray, groups: int) -> tuple[list[int], np.ndarray, np.ndarray]:
    parts = np.array_split(table, groups)
    sums = np.array([part.sum(axis=0) for part in parts])
    return [len(part) for part in parts], sums, np.array([part.T @ part for part in parts])


def test_shares_are_those_r_prints() -> None:
    oracle = ORACLE["importance"]
    found = importance(oracle["covariance"])
    assert found.of_explained == pytest.approx(oracle["of_explained"], abs=5e-7)
    assert found.r_squared == pytest.approx(oracle["r_squared"], abs=5e-4)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), predictors=st.integers(1, 5))
def test_shares_are_means_over_all_orders(seed: int, predictors: int) -> None:
    covariance = np.cov(scores(seed, 40, predictors).T)
    found = importance(covariance)
    assert found.share == pytest.approx(by_all_orders(covariance), abs=1e-9)
    assert found.share.sum() == pytest.approx(float(found.r_squared), abs=1e-9)


def test_units_and_order_change_nothing() -> None:
    covariance = np.cov(scores(3, 60, 4).T)
    units = np.array([2.0, 10, 0.1, 5, 1])
    turned = [0, 3, 1, 4, 2]
    found = importance(covariance).share
    assert importance(covariance * np.outer(units, units)).share == pytest.approx(found)
    again = importance(covariance[np.ix_(turned, turned)]).share
    assert again == pytest.approx(found[[2, 0, 3, 1]])


def test_twins_share_alike_and_a_constant_gets_nothing() -> None:
    table = scores(5, 80, 2)
    twins = np.column_stack((table, table[:, 1], np.full(80, 4.0)))
    found = importance(np.cov(twins.T))
    assert found.share[0] == pytest.approx(found.share[2])
    assert found.share[3] == 0
    assert np.isnan(found.correlation[3])
    assert found.r_squared == pytest.approx(float(importance(np.cov(table.T)).r_squared))


def test_an_outcome_that_does_not_vary_has_no_shares() -> None:
    found = importance([[0, 0, 0], [0, 1, 0.2], [0, 0.2, 1]])
    assert np.isnan(found.r_squared)
    assert np.isnan(found.share).all()


def test_twelve_predictors_add_up() -> None:
    found = importance(np.cov(scores(8, 300, 12).T))
    assert found.share.sum() == pytest.approx(float(found.r_squared))
    assert (found.share >= 0).all()


def test_limits_are_those_of_leaving_out_groups_of_rows() -> None:
    table, groups = scores(11, 150, 3), 10
    found = importance_of_groups(*moments(table, groups))
    left = np.array_split(np.arange(150), groups)
    others = [importance(np.cov(np.delete(table, rows, axis=0).T)).share for rows in left]
    spread = np.var(others, axis=0) * (groups - 1)
    half = 2.262157 * np.sqrt(spread)
    assert found.share.value == pytest.approx(importance(np.cov(table.T)).share)
    assert found.share.upper == pytest.approx(found.share.value + half, rel=1e-5)
    assert found.share.lower == pytest.approx(np.maximum(found.share.value - half, 0), rel=1e-5)


def test_empty_groups_and_the_order_of_groups_change_nothing() -> None:
    n, sums, products = moments(scores(2, 200, 2), 8)
    found = importance_of_groups(n, sums, products)
    padded = [np.concatenate((one, np.zeros_like(one[:1])))[::-1] for one in (n, sums, products)]
    again = importance_of_groups(*padded)
    assert again.groups == found.groups == 8
    assert again.share.upper == pytest.approx(found.share.upper)


def test_too_few_people_have_no_shares() -> None:
    found = importance_of_groups(*moments(scores(2, 99, 2), 8))
    assert not found.enough
    assert np.isnan(found.share.value).all()
    assert np.isnan(found.r_squared.lower)
    assert importance_of_groups(*moments(scores(2, 100, 2), 8)).enough


def test_limits_hold_the_truth_about_as_often_as_they_say() -> None:
    mix = np.array([[1.0, 0.6, 0.4, 0.3], [0, 1, 0.5, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    truth = importance(mix @ mix.T).share
    draws, held, samples = np.random.default_rng(7), np.zeros(3), 300
    for _ in range(samples):
        found = importance_of_groups(*moments(draws.normal(size=(400, 4)) @ mix.T, 25)).share
        held += (found.lower <= truth) & (truth <= found.upper)
    assert (held / samples > 0.91).all()
    assert (held / samples < 0.985).all()


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        (np.eye(14), "1 to 12 predictors, and there are 13"),
        (np.eye(1), "1 to 12 predictors, and there are 0"),
        ([[1, 2], [3, 4]], "both sides of its diagonal"),
        ([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], "from one set of people"),
        ("many", "square table"),
    ],
)
def test_what_is_no_covariance_is_refused(covariance: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        importance(covariance)


def test_moments_that_do_not_fit_are_refused() -> None:
    n, sums, products = moments(scores(2, 200, 2), 8)
    with pytest.raises(UsageError, match="one number per replicate group"):
        importance_of_groups(n[:-1], sums, products)
