"""Shares and their limits: published digits, slow independent computation, exact coverage."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binom, hypergeom

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.proportions import (
    METHODS,
    difference_interval,
    finite_population_interval,
    proportion_interval,
)
from workforce_analytics.inference.rounding import round_half_up, round_up

ORACLES = json.loads((Path(__file__).parent / "oracles" / "proportions.json").read_text("utf-8"))
SIZES = (20, 30, 50, 80, 100, 150, 250, 500, 1000, 2000, 5000)
SHARES = (0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def printed(figure: float) -> float:
    """Half a unit of the last digit that the source prints."""
    return 0.51 * 10.0 ** -len(str(figure).partition(".")[2])


@pytest.mark.parametrize(
    ("name", "confidence"), [("wilson_95", 0.95), ("wilson_998", 0.998)], ids=["95", "99.8"]
)
def test_wilson_gives_the_published_digits(name: str, confidence: float) -> None:
    for successes, n, lower, upper in ORACLES[name]["rows"]:
        found = proportion_interval(successes, n, confidence=confidence)
        assert float(found.lower) == pytest.approx(lower, abs=printed(lower))
        assert float(found.upper) == pytest.approx(upper, abs=printed(upper))
        assert float(found.value) == successes / n


def test_difference_gives_the_published_digits() -> None:
    for x1, n1, x2, n2, lower, upper in ORACLES["newcombe_difference_95"]["rows"]:
        found = difference_interval(x1, n1, x2, n2)
        assert float(found.lower) == pytest.approx(lower, abs=printed(lower))
        assert float(found.upper) == pytest.approx(upper, abs=printed(upper))


def test_margins_of_the_people_survey() -> None:
    for population, answered, share, points in ORACLES["csps_margin"]["rows"]:
        found = finite_population_interval(share * answered, answered, population, fpc="csps")
        margin = float(found.upper - found.value) * 100
        assert round_half_up(margin) == points
        assert str(found.method) == "margin of the Civil Service People Survey"


shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.sampled_from([0.8, 0.95, 0.998])


@settings(max_examples=60, deadline=None)
@given(shares, levels)
def test_wilson_solves_the_score_equation(share: tuple[int, int], confidence: float) -> None:
    x, n = share
    found = proportion_interval(x, n, confidence=confidence)
    z = brentq(lambda t: math.erfc(t / math.sqrt(2)) - (1 - confidence), 0, 10, xtol=1e-14)

    def beyond(p: float) -> float:
        """How far the observed share lies from p, in excess of z standard errors at p."""
        return abs(x / n - p) - z * math.sqrt(p * (1 - p) / n)

    tiny = 1e-12
    lower = brentq(beyond, tiny, min(x / n, 1 - tiny), xtol=1e-14) if x else 0.0
    upper = brentq(beyond, max(x / n, tiny), 1 - tiny, xtol=1e-14) if x < n else 1.0
    assert float(found.lower) == pytest.approx(lower, abs=1e-9)
    assert float(found.upper) == pytest.approx(upper, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_clopper_pearson_leaves_each_tail_its_half(share: tuple[int, int]) -> None:
    x, n = share
    found = proportion_interval(x, n, method="clopper_pearson")
    if x > 0:
        assert _tail(n, Fraction(float(found.lower)), range(x, n + 1)) == pytest.approx(0.025)
    else:
        assert float(found.lower) == 0
    if x < n:
        assert _tail(n, Fraction(float(found.upper)), range(x + 1)) == pytest.approx(0.025)
    else:
        assert float(found.upper) == 1


def _tail(n: int, p: Fraction, successes: range) -> float:
    """Sum binomial probabilities in exact fractions."""
    return float(sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in successes))


@settings(max_examples=40, deadline=None)
@given(shares, shares)
def test_a_difference_changes_sign_with_the_groups(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    there = difference_interval(*one, *other)
    back = difference_interval(*other, *one)
    assert float(there.value) == pytest.approx(-float(back.value), abs=1e-12)
    assert float(there.lower) == pytest.approx(-float(back.upper), abs=1e-12)
    assert -1 <= there.lower <= there.value <= there.upper <= 1


@settings(max_examples=40, deadline=None)
@given(shares, st.sampled_from(sorted(METHODS)))
def test_every_method_mirrors_success_and_failure(share: tuple[int, int], method: str) -> None:
    x, n = share
    found = proportion_interval(x, n, method=method)
    mirrored = proportion_interval(n - x, n, method=method)
    assert float(found.lower) == pytest.approx(1 - float(mirrored.upper), abs=1e-9)
    assert 0 <= found.lower <= found.value <= found.upper <= 1


@pytest.mark.parametrize(
    ("method", "mean"),
    [
        ("wilson", (0.94, 0.96)),
        ("jeffreys", (0.94, 0.96)),
        ("logit", (0.94, 0.96)),
        ("clopper_pearson", (0.95, 1)),
        ("beta", (0.95, 1)),
    ],
)
def test_coverage(method: str, mean: tuple[float, float]) -> None:
    every = 0.95 if method in ("clopper_pearson", "beta") else 0.0
    covered = []
    for n in SIZES:
        x = np.arange(n + 1)
        found = proportion_interval(x, n, method=method)
        for p in SHARES:
            inside = (found.lower <= p) & (p <= found.upper)
            covered.append(float(binom.pmf(x, n, p)[inside].sum()))
            assert covered[-1] >= every
            if n * p >= 5:
                assert covered[-1] >= 0.90
    assert mean[0] <= np.mean(covered) <= mean[1]


def test_coverage_of_a_difference() -> None:
    covered = []
    for n1, n2 in [(20, 20), (20, 200), (50, 50), (80, 500), (250, 250), (5000, 50)]:
        for p1, p2 in [(0.02, 0.02), (0.05, 0.1), (0.1, 0.1), (0.1, 0.2), (0.25, 0.5), (0.5, 0.5)]:
            x1, w1 = _likely(n1, p1)
            x2, w2 = _likely(n2, p2)
            found = difference_interval(x1[:, np.newaxis], n1, x2[np.newaxis, :], n2)
            inside = (found.lower <= p1 - p2) & (p1 - p2 <= found.upper)
            covered.append(float((np.outer(w1, w2) * inside).sum()))
            if min(n1 * p1, n2 * p2) >= 5:
                assert covered[-1] >= 0.90
    assert 0.94 <= np.mean(covered) <= 0.965


def _likely(n: int, p: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts that hold all but a millionth of the probability, with their probabilities."""
    x = np.arange(binom.ppf(5e-7, n, p), binom.isf(5e-7, n, p) + 1)
    return x, binom.pmf(x, n, p)


@pytest.mark.parametrize("method", ["wilson", "beta"])
def test_coverage_in_a_known_staff(method: str) -> None:
    covered = []
    for population in (50, 100, 200, 500, 1000, 5000):
        for answered in (population * 2 // 5, population * 3 // 5, population * 9 // 10):
            x = np.arange(answered + 1)
            found = finite_population_interval(x, answered, population, method=method)
            for share in SHARES:
                successes = round(share * population)
                truth = successes / population
                inside = (found.lower <= truth + 1e-12) & (truth - 1e-12 <= found.upper)
                weight = hypergeom.pmf(x, population, successes, answered)
                covered.append(float(weight[inside].sum()))
                # Chance lies with those who did not answer, so they need their five as well.
                if min(answered, population - answered) * truth >= 5:
                    assert covered[-1] >= 0.90
    assert 0.94 <= np.mean(covered) <= (0.96 if method == "wilson" else 0.98)


def test_nobody_is_undefined_and_never_covered() -> None:
    for method in METHODS:
        found = proportion_interval([0, 3], [0, 10], method=method)
        assert np.isnan([found.value[0], found.lower[0], found.upper[0]]).all()
        assert not found.lower[0] <= 0.5
        assert found.lower[1] < 0.3 < found.upper[1]
    gap = difference_interval([0, 5], [0, 10], [4, 0], [10, 0])
    assert np.isnan([gap.value, gap.lower, gap.upper]).all()
    silent = finite_population_interval(0, 0, 12)
    assert np.isnan([silent.value, silent.lower, silent.upper]).all()
    silent = finite_population_interval(0, 0, 12, fpc="csps")
    assert np.isnan([silent.value, silent.lower, silent.upper]).all()


def test_none_and_all_have_one_sided_limits() -> None:
    for method in METHODS:
        none = proportion_interval(0, 20, method=method)
        everyone = proportion_interval(20, 20, method=method)
        assert none.lower == 0 < none.upper < 0.25
        assert 0.75 < everyone.lower < everyone.upper == 1
    logit = proportion_interval([0, 5, 20], 20, method="logit")
    assert list(logit.method) == [
        "Clopper-Pearson interval",
        "logit interval",
        "Clopper-Pearson interval",
    ]


@pytest.mark.parametrize("method", ["wilson", "beta"])
def test_when_everybody_answered_the_share_is_known(method: str) -> None:
    found = finite_population_interval([3, 0, 1], [10, 4, 1], [10, 4, 1], method=method)
    assert found.lower.tolist() == found.value.tolist() == found.upper.tolist()


def test_one_answer_of_several_people_leaves_everything_open() -> None:
    found = finite_population_interval([1, 0], 1, 12)
    assert found.lower.tolist() == [0, 0]
    assert found.upper.tolist() == [1, 1]


def test_more_answers_narrow_the_limits_and_few_of_many_is_nearly_wilson() -> None:
    answered = np.array([20, 40, 60, 80, 100])
    found = finite_population_interval(answered * 0.3, answered, 100)
    assert (np.diff(found.upper - found.lower) < 0).all()
    large = finite_population_interval(300, 1000, 10**9)
    plain = proportion_interval(300, 1000)
    assert float(large.upper) == pytest.approx(float(plain.upper), abs=1e-4)


def test_an_effective_size_widens_the_limits_and_keeps_the_share() -> None:
    plain = proportion_interval(30, 100, method="beta")
    weighted = proportion_interval(30, 100, method="beta", n_effective=60.5)
    assert plain.value == weighted.value
    assert weighted.lower < plain.lower < plain.upper < weighted.upper
    same = proportion_interval(30, 100, method="clopper_pearson")
    assert float(plain.lower) == pytest.approx(float(same.lower), abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((5, 4), {}), "successes cannot be more than n"),
        (((-1, 4), {}), "successes must be counts"),
        (((None, 4), {}), "successes must be counts"),
        ((([1, 2], [1, 2, 3]), {}), "one shape"),
        (((1, 4), {"method": "wald"}), "method must be one of wilson"),
        (((1, 4), {"confidence": 95}), "confidence must lie between 0 and 1"),
        (((1.5, 4), {"method": "clopper_pearson"}), "whole numbers"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple, words: str) -> None:
    positional, named = arguments
    with pytest.raises(UsageError, match=words):
        proportion_interval(*positional, **named)


def test_a_sample_larger_than_the_staff_is_refused() -> None:
    with pytest.raises(UsageError, match="answered cannot be more than population"):
        finite_population_interval(1, 5, 4)
    with pytest.raises(UsageError, match="fpc must be one of"):
        finite_population_interval(1, 3, 4, fpc="none")


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (23.5, 0, 24),
        (24.5, 0, 25),
        (0.145 * 100, 0, 15),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (-2.5, 0, -3),
        (-0.4, 0, 0),
        (1234567.5, 0, 1234568),
        (7, 1, 7),
    ],
)
def test_a_half_goes_up(value: float, decimals: int, rounded: float) -> None:
    assert round_half_up(value, decimals) == rounded
    assert str(round_half_up(value, decimals))[:2] != "-0"


def test_rounding_keeps_shape_and_missing_values() -> None:
    found = round_half_up(np.array([[0.5, np.nan], [1.5, np.inf]]))
    assert found.tolist()[1] == [2, np.inf]
    assert found[0, 0] == 1
    assert np.isnan(found[0, 1])


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_whole_people_agree_with_exact_fractions(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert round_up(numerator / denominator) == math.ceil(exact)
    assert round_half_up(numerator / denominator) == math.floor(exact + Fraction(1, 2))
