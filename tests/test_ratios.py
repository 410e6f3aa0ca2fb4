"""Ratios of rates and odds: published digits, slow solutions, statsmodels, coverage."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

from tests.benchmarks.coverage import FIGURES, checked, simulated
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import Interval
from workforce_analytics.inference.ratios import (
    METHODS,
    OF_RATIOS,
    OF_THE_WHOLE,
    SCORE_OF_THE_WHOLE,
    WOOLF,
    ZERO_CELL,
    odds_ratio_interval,
    ratio_interval,
    ratio_of_ratios_interval,
    ratio_to_total_interval,
)
from workforce_analytics.inference.two_by_two import (
    EVERYBODY,
    EXACT,
    NO_PEOPLE,
    NOBODY,
    exact_odds_ratio,
)

ORACLES = json.loads((Path(__file__).parent / "oracles" / "recruitment.json").read_text("utf-8"))
Z = 1.959963984540054
LOG, SCORE = METHODS["log"], METHODS["score"]
PAIRWISE = (ratio_interval, odds_ratio_interval, ratio_to_total_interval)

Table = tuple[int, int, int, int]


def printed(figure: float) -> float:
    """Half a unit of the last digit that the source prints."""
    return 0.51 * 10.0 ** -len(str(figure).partition(".")[2])


def inside(largest: int) -> st.SearchStrategy[Table]:
    """Two groups, in each of which somebody was selected and somebody was not."""
    group = st.integers(2, largest).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))
    return st.tuples(group, group).map(lambda pair: (*pair[0], *pair[1]))


def tables(largest: int) -> st.SearchStrategy[Table]:
    """Two groups with people, and somebody selected and somebody not."""
    group = st.integers(1, largest).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    flat = st.tuples(group, group).map(lambda pair: (*pair[0], *pair[1]))
    return flat.filter(lambda t: 0 < t[0] + t[2] < t[1] + t[3])


def three(found: Interval) -> tuple[float, float, float]:
    return float(found.value), float(found.lower), float(found.upper)


def inverted(found: Interval) -> tuple[float, float, float]:
    with np.errstate(divide="ignore"):
        return tuple(float(np.float64(1) / x) for x in (found.value, found.upper, found.lower))


def test_published_example() -> None:
    morris = ORACLES["morris"]
    found = ratio_interval(*morris["group"], *morris["reference"])
    lower, upper = morris["risk_ratio_limits"]
    for got, wanted in zip(three(found), (morris["risk_ratio"], lower, upper), strict=True):
        assert got == pytest.approx(wanted, abs=printed(wanted))
    assert str(found.method) == LOG


def test_files_with_a_womans_name() -> None:
    example = ORACLES["rosen_jerdee"]
    found = ratio_interval(*example["group"], *example["reference"])
    assert float(found.value) == pytest.approx(example["risk_ratio"], abs=5.1e-5)


def test_admissions() -> None:
    every = ORACLES["ucb"]["all"]
    men = (every["male_admitted"], every["male_admitted"] + every["male_rejected"])
    women = (every["female_admitted"], every["female_admitted"] + every["female_rejected"])
    odds = odds_ratio_interval(*men, *women)
    assert float(odds.value) == pytest.approx(every["sample_odds_ratio"], abs=5.1e-13)
    cells = np.array([row[1:] for row in ORACLES["ucb"]["rows"]])
    admitted, applied = cells[:, [0, 2]], cells[:, [0, 2]] + cells[:, [1, 3]]
    found = odds_ratio_interval(admitted[:, 0], applied[:, 0], admitted[:, 1], applied[:, 1])
    for place, row in enumerate(ORACLES["ucb"]["by_department"]["rows"]):
        _, male_rate, female_rate, sample, *_ = row
        assert found.value[place] == pytest.approx(sample, rel=1e-12)
        ratio = ratio_interval(
            admitted[place, 0], applied[place, 0], admitted[place, 1], applied[place, 1]
        )
        assert float(ratio.value) == pytest.approx(male_rate / female_rate, rel=1e-12)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(inside(2_000), st.sampled_from([0.8, 0.95, 0.998]))
def test_logs_agree_with_statsmodels(table: Table, confidence: float) -> None:
    a, n, b, m = table
    other = Table2x2(np.array([[a, n - a], [b, m - b]]))
    for found, value, limits in [
        (
            ratio_interval(*table, confidence=confidence),
            other.riskratio,
            other.riskratio_confint(1 - confidence),
        ),
        (
            odds_ratio_interval(*table, confidence=confidence),
            other.oddsratio,
            other.oddsratio_confint(1 - confidence),
        ),
    ]:
        assert three(found) == pytest.approx((value, *limits), rel=1e-9)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(inside(300), st.sampled_from([0.8, 0.95, 0.998]))
def test_score_agrees_with_statsmodels(table: Table, confidence: float) -> None:
    found = ratio_interval(*table, method="score", confidence=confidence)
    limits = confint_proportions_2indep(
        *table, compare="ratio", method="score", correction=False, alpha=1 - confidence
    )
    assert three(found)[1:] == pytest.approx(limits, rel=1e-6)
    assert str(found.method) == SCORE


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(80))
def test_score_limits_by_chi_squared(table: Table) -> None:
    """At a limit Pearson's chi-squared of the likeliest rates of that ratio is z squared."""
    a, _, b, _ = table
    found = ratio_interval(*table, method="score")
    if a:
        assert chi_squared(table, float(found.lower)) == pytest.approx(Z**2, rel=1e-4)
    else:
        assert float(found.lower) == 0
    if b:
        assert chi_squared(table, float(found.upper)) == pytest.approx(Z**2, rel=1e-4)
    else:
        assert math.isinf(float(found.upper))
    assert found.lower <= found.value <= found.upper
    assert found.lower < found.upper


def chi_squared(table: Table, ratio: float) -> float:
    a, n, b, m = table

    def unlikely(p: float) -> float:
        pairs = [(a, ratio * p), (n - a, 1 - ratio * p), (b, p), (m - b, 1 - p)]
        return -sum(count * math.log(max(rate, 1e-300)) for count, rate in pairs if count)

    end = min(1.0, 1 / ratio)
    p = minimize_scalar(
        unlikely, bounds=(0, end), method="bounded", options={"xatol": 1e-13 * end}
    ).x
    q = ratio * p
    first = (a - n * q) ** 2 / (n * q * (1 - q))
    return float(first + (b - m * p) ** 2 / (m * p * (1 - p)))


@pytest.mark.parametrize("table", [(0, 20, 5, 30), (20, 20, 5, 30), (3, 7, 0, 15), (3, 7, 15, 15)])
def test_score_where_a_count_is_0_or_full(table: Table) -> None:
    a, n, b, m = table
    found = ratio_interval(*table)
    assert str(found.method) == SCORE
    assert three(found) == three(ratio_interval(*table, method="score"))
    rest = ratio_interval(n - a, n, m - b, m)
    assert str(rest.method) == SCORE
    assert np.isfinite(found.lower)


def test_nobody_selected_of_one_group() -> None:
    group, reference = ratio_interval(0, 10, 15, 25), ratio_interval(15, 25, 0, 10)
    assert three(group)[:2] == (0, 0)
    assert 0 < group.upper < 1
    assert math.isinf(reference.value)
    assert math.isinf(reference.upper)
    assert 1 < reference.lower < math.inf
    assert three(odds_ratio_interval(0, 10, 15, 25))[:2] == (0, 0)
    assert math.isinf(odds_ratio_interval(15, 25, 0, 10).value)
    # Nobody of 10 against everybody of a reference so large that its rate is all but known: the
    # score limit of a single share, z^2 / (n + z^2).
    known = ratio_interval(0, 10, 10**7, 10**7)
    assert float(known.upper) == pytest.approx(Z**2 / (10 + Z**2), rel=1e-5)


def test_everybody_selected_of_ten_million_loses_no_digits() -> None:
    n = 10**7
    found = ratio_interval(n, n, n - 1, n)
    # Close to 1 the failures are few and their difference is scored as that of two small rates.
    assert three(ratio_interval(n - 1, n, n, n)) == pytest.approx(inverted(found), rel=1e-14)
    few = Z**2 / n
    # One failure against none of as many: the difference d of their rates solves a quadratic
    # (1/n - d)^2 = z^2 d / n, the other rate being 0.
    upper = brentq(lambda d: (1 / n - d) ** 2 - few * d, 1 / n, 100 / n, xtol=1e-22)
    assert float(found.upper) - 1 == pytest.approx(upper, rel=1e-4)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables(120), st.sampled_from(sorted(METHODS)))
def test_changing_places_inverts(table: Table, method: str) -> None:
    a, n, b, m = table
    for function, options in [(ratio_interval, {"method": method}), (odds_ratio_interval, {})]:
        there, back = function(a, n, b, m, **options), function(b, m, a, n, **options)
        assert three(there) == pytest.approx(inverted(back), rel=1e-9)
        assert str(there.method) == str(back.method)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(inside(120), st.integers(2, 50))
def test_more_of_the_same_leaves_the_ratio_and_narrows_its_limits(table: Table, times: int) -> None:
    larger = tuple(count * times for count in table)
    for function in PAIRWISE:
        few, many = function(*table), function(*larger)
        assert float(many.value) == pytest.approx(float(few.value), rel=1e-12)
        # A part of the whole cannot exceed (n + m) / n, whatever its numbers.
        assert few.lower < many.lower < many.upper <= few.upper
    # On the log scale the width falls with the square root, exactly.
    few, many = ratio_interval(*table), ratio_interval(*larger)
    widths = [np.log(found.upper / found.lower) for found in (few, many)]
    assert widths[0] / widths[1] == pytest.approx(math.sqrt(times), rel=1e-9)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(inside(120))
def test_the_odds_ratio_is_the_ratio_over_the_ratio_of_failures(table: Table) -> None:
    a, n, b, m = table
    ratio, failures = ratio_interval(a, n, b, m), ratio_interval(n - a, n, m - b, m)
    odds = odds_ratio_interval(*table)
    assert float(odds.value) == pytest.approx(float(ratio.value / failures.value), rel=1e-10)
    assert str(odds.method) == WOOLF


@settings(max_examples=40, derandomize=True, deadline=None)
@given(tables(60))
def test_odds_ratio_with_a_count_of_0_is_exact(table: Table) -> None:
    a, n, b, m = table
    found = odds_ratio_interval(*table)
    if 0 < a < n and 0 < b < m:
        assert str(found.method) == WOOLF
        return
    assert str(found.method) == EXACT
    assert three(found) == pytest.approx(three(exact_odds_ratio(*table)), rel=1e-12)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(inside(200))
def test_ratio_to_the_whole_by_the_published_variance(table: Table) -> None:
    a, n, c, m = table
    every = a + c
    found = ratio_to_total_interval(*table)
    variance = (1 - a / every) ** 2 * (1 / a - 1 / n) + (c / every) ** 2 * (1 / c - 1 / m)
    value = (a / n) / (every / (n + m))
    limits = (value * math.exp(side * Z * math.sqrt(variance)) for side in (-1, 1))
    lower, upper = limits
    assert three(found) == pytest.approx((value, lower, min(upper, (n + m) / n)), rel=1e-9)
    assert str(found.method) == OF_THE_WHOLE


def test_ratio_to_the_whole_with_a_count_of_0() -> None:
    for table in [(0, 20, 5, 30), (20, 20, 5, 30), (3, 7, 0, 15), (3, 7, 15, 15)]:
        _, n, _, m = table
        against_rest, found = ratio_interval(*table), ratio_to_total_interval(*table)
        assert str(found.method) == SCORE_OF_THE_WHOLE
        for own, rest in zip(three(found), three(against_rest), strict=True):
            carried = (n + m) / n if math.isinf(rest) else (n + m) * rest / (n * rest + m)
            assert own == pytest.approx(carried, rel=1e-12)


def test_a_small_part_is_compared_with_the_whole_as_with_the_rest() -> None:
    whole = ratio_to_total_interval(50, 100, 400_000, 1_000_000)
    rest = ratio_interval(50, 100, 400_000, 1_000_000)
    assert three(whole) == pytest.approx(three(rest), rel=1e-3)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(inside(200), inside(200))
def test_ratio_of_ratios(here: Table, there: Table) -> None:
    found = ratio_of_ratios_interval(*here, *there)
    one, other = ratio_interval(*here), ratio_interval(*there)
    assert float(found.value) == pytest.approx(float(one.value / other.value), rel=1e-12)
    # The widths of independent logs add as squares.
    half = [math.log(r.upper / r.lower) / 2 for r in (one, other, found)]
    assert half[2] == pytest.approx(math.hypot(half[0], half[1]), rel=1e-9)
    back = ratio_of_ratios_interval(*there, *here)
    assert three(found) == pytest.approx(inverted(back), rel=1e-9)
    assert str(found.method) == OF_RATIOS


@pytest.mark.parametrize("table", [(0, 5, 1, 5), (5, 5, 1, 5), (1, 5, 0, 5), (1, 5, 5, 5)])
def test_ratio_of_ratios_with_a_count_of_0_is_not_a_number(table: Table) -> None:
    full = (2, 5, 1, 5)
    for found in (
        ratio_of_ratios_interval(*table, *full),
        ratio_of_ratios_interval(*full, *table),
        ratio_of_ratios_interval(*table, *table),
    ):
        assert all(math.isnan(x) for x in three(found))
        assert str(found.method) == ZERO_CELL


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
def test_nothing_to_compare_is_never_parity(table: Table, reason: str) -> None:
    for function in PAIRWISE:
        found = function(*table)
        assert all(math.isnan(x) for x in three(found))
        assert str(found.method) == reason
    score = ratio_interval(*table, method="score")
    assert math.isnan(score.value)
    assert math.isnan(score.lower)
    assert math.isnan(ratio_of_ratios_interval(*table, 1, 2, 1, 2).value)


def test_arrays_mix_every_case() -> None:
    a, n, b, m = np.array(
        [[2, 10, 15, 25], [0, 10, 15, 25], [0, 0, 1, 2], [0, 5, 0, 5], [5, 5, 5, 5], [3, 4, 0, 9]]
    ).T
    for function in PAIRWISE:
        together = function(a, n, b, m)
        apart = [function(*row) for row in zip(a, n, b, m, strict=True)]
        for name in ("value", "lower", "upper"):
            one_by_one = [getattr(found, name) for found in apart]
            np.testing.assert_allclose(getattr(together, name), one_by_one, rtol=1e-12)
        assert list(together.method) == [str(found.method) for found in apart]
        order = [4, 2, 0, 5, 1, 3]
        mixed = function(a[order], n[order], b[order], m[order])
        np.testing.assert_array_equal(mixed.upper, together.upper[order])


def test_weighted_counts_are_taken_where_nothing_is_exact() -> None:
    assert float(ratio_interval(2.5, 10, 5, 10).value) == 0.5
    with pytest.raises(UsageError, match="whole numbers"):
        odds_ratio_interval(2.5, 10, 5, 10)


def test_unknown_methods_and_wrong_counts() -> None:
    with pytest.raises(UsageError, match="method must be one of log, score"):
        ratio_interval(1, 2, 1, 2, method="katz")
    for function in PAIRWISE:
        with pytest.raises(UsageError, match="successes cannot be more than n"):
            function(3, 2, 1, 2)
        with pytest.raises(UsageError, match="confidence"):
            function(1, 2, 1, 2, confidence=1)
    with pytest.raises(UsageError, match="other_successes must be counts"):
        ratio_of_ratios_interval(1, 2, 1, 2, -1, 2, 1, 2)


def test_coverage_where_the_log_interval_covers_least() -> None:
    """Small groups of whom most were selected: every table of 20 against 5,000, by its weight."""
    n, m, p, q = 20, 5_000, 0.75, 0.5
    a, b = (x.ravel() for x in np.meshgrid(np.arange(n + 1), np.arange(m + 1)))
    weights = binom.pmf(a, n, p) * binom.pmf(b, m, q)
    covered = {}
    for method in METHODS:
        found = ratio_interval(a, n, b, m, method=method)
        covered[method] = weights[(found.lower <= p / q) & (p / q <= found.upper)].sum()
    assert 0.90 <= covered["log"] < 0.92
    assert covered["score"] >= 0.94


def test_coverage_of_a_few_councils() -> None:
    """A small version of the coverage that tests/benchmarks/coverage.py measures in full."""
    cells = simulated(sizes=(20, 100, 1_000), rates=(0.1, 0.3), ratios=(0.5, 1, 2), councils=300)
    assert {cell.figure for cell in cells} == set(FIGURES)
    assert checked(cells) == []
    # Nobody selected in either group is not covered, though no interval was wrong.
    empty = simulated(sizes=(20,), rates=(0.02,), ratios=(1,), councils=300)
    ratio = next(cell for cell in empty if cell.figure == "risk ratio")
    assert ratio.undefined > 0.3
    assert ratio.covered + ratio.undefined <= 1
    assert checked(empty) != []
