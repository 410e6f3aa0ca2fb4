"""Tests of two rates: published digits, exact enumeration in fractions, statsmodels, scipy."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import fisher_exact, hypergeom
from statsmodels.stats.proportion import proportion_effectsize, proportions_ztest

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.two_by_two import (
    EVERYBODY,
    EXACT,
    NO_PEOPLE,
    NOBODY,
    TwoByTwoTests,
    exact_odds_ratio,
    two_by_two_tests,
)

ORACLES = json.loads((Path(__file__).parent / "oracles" / "recruitment.json").read_text("utf-8"))
UCB = ORACLES["ucb"]
FIELDS = ("z", "z_p", "fisher_p", "mid_p", "phi", "cohens_h")

Table = tuple[int, int, int, int]


def printed(figure: float) -> float:
    """Half a unit of the last digit that the source prints."""
    return 0.51 * 10.0 ** -len(str(figure).partition(".")[2])


def one_group(largest: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, largest).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def tables(largest: int) -> st.SearchStrategy[Table]:
    """Two groups with people, and somebody selected and somebody not."""
    pairs = st.tuples(one_group(largest), one_group(largest))
    flat = pairs.map(lambda pair: (*pair[0], *pair[1]))
    return flat.filter(lambda t: 0 < t[0] + t[2] < t[1] + t[3])


def possible(table: Table) -> range:
    a, n, b, m = table
    return range(max(0, a + b - m), min(n, a + b) + 1)


def ways(table: Table, selected: int) -> int:
    """In how many ways could so many of the group be among those selected?"""
    a, n, b, m = table
    return math.comb(n, selected) * math.comb(m, a + b - selected)


def test_published_example() -> None:
    morris = ORACLES["morris"]
    found = two_by_two_tests(*morris["group"], *morris["reference"])
    pairs = [("z", "z"), ("z_p", "p"), ("fisher_p", "fisher_p"), ("mid_p", "mid_p"), ("phi", "phi")]
    for field, name in pairs:
        assert float(getattr(found, field)) == pytest.approx(
            morris[name], abs=printed(morris[name])
        )


def test_files_with_a_womans_name() -> None:
    example = ORACLES["rosen_jerdee"]
    found = two_by_two_tests(*example["group"], *example["reference"])
    assert float(found.fisher_p) == pytest.approx(example["fisher_p"], abs=5.1e-6)


def test_admissions_of_the_whole_university() -> None:
    every = UCB["all"]
    men = (every["male_admitted"], every["male_admitted"] + every["male_rejected"])
    women = (every["female_admitted"], every["female_admitted"] + every["female_rejected"])
    found = two_by_two_tests(*men, *women)
    assert float(found.z) ** 2 == pytest.approx(every["chi_squared"], rel=1e-12)
    assert float(found.z_p) == pytest.approx(every["chi_squared_p"], rel=1e-11)
    assert float(found.fisher_p) == pytest.approx(every["fisher_p"], rel=1e-11)
    odds = exact_odds_ratio(*men, *women)
    assert float(odds.value) == pytest.approx(every["fisher_odds_ratio"], abs=5.1e-11)
    assert float(odds.lower) == pytest.approx(every["fisher_limits"][0], abs=5.1e-11)
    assert float(odds.upper) == pytest.approx(every["fisher_limits"][1], abs=5.1e-10)
    assert str(odds.method) == EXACT


def test_admissions_by_department() -> None:
    cells = np.array([row[1:] for row in UCB["rows"]])
    men, women = (cells[:, 0], cells[:, :2].sum(axis=1)), (cells[:, 2], cells[:, 2:].sum(axis=1))
    found, odds = two_by_two_tests(*men, *women), exact_odds_ratio(*men, *women)
    for place, row in enumerate(UCB["by_department"]["rows"]):
        _, _, _, _, fisher_p, fisher_odds, chi_squared = row
        assert found.fisher_p[place] == pytest.approx(fisher_p, rel=1e-10)
        assert found.z[place] ** 2 == pytest.approx(chi_squared, rel=1e-10)
        assert odds.value[place] == pytest.approx(fisher_odds, rel=1e-4)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(tables(60))
def test_exact_tests_by_enumeration(table: Table) -> None:
    a, n, b, m = table
    own = ways(table, a)
    no_likelier = sum(w for k in possible(table) if (w := ways(table, k)) <= own * (1 + 1e-7))
    every = math.comb(n + m, a + b)
    found = two_by_two_tests(*table)
    assert float(found.fisher_p) == pytest.approx(float(Fraction(no_likelier, every)), rel=1e-11)
    exact = Fraction(2 * no_likelier - own, 2 * every)
    assert float(found.mid_p) == pytest.approx(float(exact), rel=1e-11)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(40), st.sampled_from([0.8, 0.95, 0.998]))
def test_exact_odds_ratio_by_enumeration(table: Table, confidence: float) -> None:
    """At each limit the tail in exact fractions is what is asked, and the mean is at the value."""
    a = table[0]
    found = exact_odds_ratio(*table, confidence=confidence)
    tail = (1 - confidence) / 2
    lowest, highest = possible(table)[0], possible(table)[-1]
    if a > lowest:
        most = at_odds(table, float(found.lower), lambda k: k >= a)
        assert float(most) == pytest.approx(tail, rel=1e-8)
    else:
        assert float(found.lower) == float(found.value) == 0
    if a < highest:
        least = at_odds(table, float(found.upper), lambda k: k <= a)
        assert float(least) == pytest.approx(tail, rel=1e-8)
    else:
        assert math.isinf(float(found.upper))
        assert math.isinf(float(found.value))
    if lowest < a < highest:
        assert mean_at_odds(table, float(found.value)) == pytest.approx(a, rel=1e-9)
        assert found.lower < found.value < found.upper


def at_odds(table: Table, odds: float, wanted: Callable[[int], bool]) -> Fraction:
    weights = {k: ways(table, k) * Fraction(odds) ** k for k in possible(table)}
    return sum(w for k, w in weights.items() if wanted(k)) / sum(weights.values())


def mean_at_odds(table: Table, odds: float) -> float:
    weights = {k: ways(table, k) * Fraction(odds) ** k for k in possible(table)}
    return float(sum(k * w for k, w in weights.items()) / sum(weights.values()))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(3_000))
def test_larger_tables_agree_with_scipy(table: Table) -> None:
    a, n, b, m = table
    found = two_by_two_tests(*table)
    expected = fisher_exact([[a, n - a], [b, m - b]]).pvalue
    assert float(found.fisher_p) == pytest.approx(expected, rel=1e-7, abs=1e-290)
    own = hypergeom.pmf(a, n + m, a + b, n)
    halved = float(found.fisher_p - found.mid_p) * 2
    # A difference of two near numbers: it carries the digits that the p-value leaves it.
    assert halved == pytest.approx(own, rel=1e-7, abs=1e-12 * float(found.fisher_p) + 1e-290)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(3_000))
def test_z_and_h_agree_with_statsmodels(table: Table) -> None:
    a, n, b, m = table
    found = two_by_two_tests(*table)
    z, p_value = proportions_ztest([a, b], [n, m])
    assert float(found.z) == pytest.approx(z, rel=1e-9, abs=1e-12)
    assert float(found.z_p) == pytest.approx(p_value, rel=1e-9, abs=1e-300)
    h = proportion_effectsize(a / n, b / m)
    assert float(found.cohens_h) == pytest.approx(h, rel=1e-9, abs=1e-12)
    group = np.repeat([1.0, 1, 0, 0], [a, n - a, b, m - b])
    outcome = np.repeat([1.0, 0, 1, 0], [a, n - a, b, m - b])
    assert float(found.phi) == pytest.approx(np.corrcoef(group, outcome)[0, 1], abs=1e-10)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(200))
def test_groups_change_places(table: Table) -> None:
    a, n, b, m = table
    there, back = two_by_two_tests(a, n, b, m), two_by_two_tests(b, m, a, n)
    for name in ("z", "phi", "cohens_h"):
        assert float(getattr(there, name)) == pytest.approx(-float(getattr(back, name)), abs=1e-12)
    for name in ("z_p", "fisher_p", "mid_p"):
        assert float(getattr(there, name)) == pytest.approx(float(getattr(back, name)), rel=1e-9)
    lower_rate = a * m < b * n
    assert (float(there.z) < 0) == lower_rate
    odds, other = exact_odds_ratio(a, n, b, m), exact_odds_ratio(b, m, a, n)
    with np.errstate(divide="ignore"):
        for one, two in [("value", "value"), ("lower", "upper"), ("upper", "lower")]:
            inverted = float(np.float64(1) / getattr(other, two))
            assert float(getattr(odds, one)) == pytest.approx(inverted, rel=1e-9)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(200))
def test_outcomes_change_places(table: Table) -> None:
    a, n, b, m = table
    selected, rejected = two_by_two_tests(a, n, b, m), two_by_two_tests(n - a, n, m - b, m)
    assert float(selected.fisher_p) == pytest.approx(float(rejected.fisher_p), rel=1e-9)
    assert float(selected.z) == pytest.approx(-float(rejected.z), abs=1e-12)


def test_exact_limits_leave_out_the_ratios_that_the_test_rejects() -> None:
    """The limits at 95 % hold 1 wherever the one-sided exact test has more than 2.5 %."""
    a, b = (cells.ravel() for cells in np.meshgrid(np.arange(13), np.arange(18)))
    keep = (a + b > 0) & (a + b < 29)
    a, b = a[keep], b[keep]
    found = exact_odds_ratio(a, 12, b, 17)
    holds = (found.lower <= 1) & (found.upper >= 1)
    below = hypergeom.cdf(a, 29, a + b, 12)
    above = hypergeom.sf(a - 1, 29, a + b, 12)
    np.testing.assert_array_equal(holds, np.minimum(below, above) >= 0.025)
    assert 0 < holds.sum() < holds.size


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ((0, 0, 5, 10), NO_PEOPLE),
        ((5, 10, 0, 0), NO_PEOPLE),
        ((0, 0, 0, 0), NO_PEOPLE),
        ((0, 10, 0, 20), NOBODY),
        ((10, 10, 20, 20), EVERYBODY),
    ],
)
def test_nothing_to_compare_is_not_a_number_and_says_why(table: Table, reason: str) -> None:
    found, odds = two_by_two_tests(*table), exact_odds_ratio(*table)
    assert all(math.isnan(float(getattr(found, name))) for name in FIELDS)
    assert math.isnan(odds.value)
    assert math.isnan(odds.lower)
    assert math.isnan(odds.upper)
    assert str(odds.method) == reason


def test_one_outcome_in_one_group_is_tested_all_the_same() -> None:
    found = two_by_two_tests(0, 10, 15, 25)
    assert float(found.fisher_p) == pytest.approx(fisher_exact([[0, 10], [15, 10]]).pvalue)
    odds = exact_odds_ratio(0, 10, 15, 25)
    # At an odds ratio w all ten are rejected with the probability that the upper limit leaves.
    upper = brentq(lambda w: float(at_odds((0, 10, 15, 25), w, lambda k: k == 0)) - 0.025, 1e-6, 10)
    assert float(odds.upper) == pytest.approx(upper, rel=1e-9)


def test_ten_million_people() -> None:
    n = 10_000_000
    found = two_by_two_tests([3_000_000, 3_000_000, 0], n, [3_000_500, 6_000_000, 40], n)
    assert found.fisher_p[0] == pytest.approx(found.z_p[0], rel=1e-3)
    assert found.fisher_p[1] == 0
    # Forty selected of twice as many: none of them in one half, or in the other.
    exact = 2 * Fraction(math.prod(range(n - 39, n + 1)), math.prod(range(2 * n - 39, 2 * n + 1)))
    assert found.fisher_p[2] == pytest.approx(float(exact), rel=1e-9)
    odds = exact_odds_ratio(3_000_000, n, 3_000_500, n)
    half = 1.959963984540054 * math.sqrt(4 / 3e6 - 2 / 3e6 + 2 / 7e6)
    assert float(np.log(odds.upper / odds.lower)) == pytest.approx(2 * half, rel=1e-3)


def test_each_table_stands_for_itself_in_any_order() -> None:
    rng = np.random.default_rng(1)
    n, m = rng.integers(0, 400, (2, 300))
    a, b = rng.binomial(n, 0.2), rng.binomial(m, 0.3)
    order = rng.permutation(n.size)
    every, mixed = two_by_two_tests(a, n, b, m), two_by_two_tests(*(x[order] for x in (a, n, b, m)))
    odds, mixed_odds = (
        exact_odds_ratio(a, n, b, m),
        exact_odds_ratio(*(x[order] for x in (a, n, b, m))),
    )
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(every, name)[order], getattr(mixed, name))
    np.testing.assert_array_equal(odds.upper[order], mixed_odds.upper)
    square = two_by_two_tests(*(x.reshape(30, 10) for x in (a, n, b, m)))
    np.testing.assert_array_equal(square.fisher_p.ravel(), every.fisher_p)
    alone: TwoByTwoTests = two_by_two_tests(a[7], n[7], b[7], m[7])
    assert alone.fisher_p.shape == ()
    assert float(alone.fisher_p) == pytest.approx(every.fisher_p[7], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ((3, 2, 1, 4), "successes cannot be more than n"),
        ((1, 2, 5, 4), "reference_successes cannot be more than reference_n"),
        ((0.5, 2, 1, 4), "whole numbers"),
        ((-1, 2, 1, 4), "successes must be counts"),
        ((1, math.nan, 1, 4), "n must be counts"),
    ],
)
def test_what_cannot_be_counts(table: tuple[float, ...], message: str) -> None:
    for function in (two_by_two_tests, exact_odds_ratio):
        with pytest.raises(UsageError, match=message):
            function(*table)


def test_confidence_is_checked() -> None:
    with pytest.raises(UsageError, match="confidence"):
        exact_odds_ratio(1, 2, 1, 2, confidence=95)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(tables(100))
def test_wider_confidence_is_wider(table: Table) -> None:
    narrow, wide = (exact_odds_ratio(*table, confidence=c) for c in (0.9, 0.99))
    assume(0 < float(narrow.value) < math.inf)
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
