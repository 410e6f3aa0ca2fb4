"""The screening range by whole numbers, people in it, flips and planning: all by brute force."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.power import NormalIndPower

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.screening import (
    ZONE,
    highest,
    one_person_flip,
    screened,
    shortfall,
    smallest_detectable_ratio,
)
from workforce_analytics.inference.two_by_two import two_by_two_tests

ORACLES = json.loads((Path(__file__).parent / "oracles" / "recruitment.json").read_text("utf-8"))

Table = tuple[int, int, int, int]
NOTHING_TO_COMPARE = [(0, 0, 5, 10), (5, 10, 0, 0), (0, 0, 0, 0), (0, 9, 0, 20), (9, 9, 20, 20)]
ZONES = [ZONE, (Fraction(1), Fraction(1)), (Fraction(2, 3), Fraction(3, 2)), (0.9, 1.1)]


def tables(largest: int) -> st.SearchStrategy[Table]:
    """Two groups with people, and somebody selected and somebody not."""
    group = st.integers(1, largest).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    flat = st.tuples(group, group).map(lambda pair: (*pair[0], *pair[1]))
    return flat.filter(lambda t: 0 < t[0] + t[2] < t[1] + t[3])


def side(table: Table, zone: tuple[object, object]) -> int:
    """Compare exact fractions with the ends of the zone."""
    a, n, b, m = table
    low, high = (Fraction(str(end)) for end in zone)
    if b == 0:
        return 1
    ratio = Fraction(a, n) / Fraction(b, m)
    return -1 if ratio < low else 1 if ratio > high else 0


def flips(table: Table, zone: tuple[object, object]) -> float:
    """Move selections one by one, both ways, until the flag turns."""
    a, n, b, m = table
    flagged = side(table, zone) != 0
    for k, way in product(range(1, n + m + 1), (1, -1)):
        moved = (a + way * k, n, b - way * k, m)
        possible = 0 <= moved[0] <= n and 0 <= moved[2] <= m
        if possible and (side(moved, zone) != 0) != flagged:
            return k
    return math.nan


def test_selection_rates_of_the_published_questions_and_answers() -> None:
    rows = ORACLES["eeoc"]["rows"]
    rates = [rate for _, rate, _, _ in rows]
    found = screened(rates, 100, max(rates), 100)
    # Exactly 80 per cent is inside; of counts too large for a decimal to tell it as well.
    assert [flag < 0 for flag in found] == [under for *_, under in rows]
    for scale in (10**3, 10**7, 10**9):
        many = [rate * scale for rate in rates]
        np.testing.assert_array_equal(screened(many, 100 * scale, max(many), 100 * scale), found)


def test_one_person_fewer_is_outside() -> None:
    n = 10**7
    assert screened(4_800_000, n, 6_000_000, n) == 0
    assert screened(4_799_999, n, 6_000_000, n) == -1
    assert screened(6_000_000, n, 4_800_000, n) == 0
    assert screened(6_000_001, n, 4_800_000, n) == 1
    # Whole numbers beyond what 64 bits hold when multiplied.
    n = 10**12
    assert screened(48 * 10**10, n, 6 * 10**11, n) == 0
    assert screened(48 * 10**10 - 1, n, 6 * 10**11, n) == -1
    assert one_person_flip(48 * 10**10, n, 6 * 10**11, n) == 1


@settings(max_examples=200, derandomize=True, deadline=None)
@given(tables(60), st.sampled_from(ZONES))
def test_screening_by_fractions(table: Table, zone: tuple[object, object]) -> None:
    a, n, b, m = table
    assert screened(*table, zone=zone) == side(table, zone)
    if zone == ZONE:
        assert screened(b, m, a, n) == -screened(*table)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(tables(40), st.sampled_from(ZONES))
def test_flips_by_moving_people(table: Table, zone: tuple[object, object]) -> None:
    found = float(one_person_flip(*table, zone=zone))
    assert found == pytest.approx(flips(table, zone), nan_ok=True)


def test_flips_of_every_small_table_at_once() -> None:
    every = [
        table
        for table in product(range(6), (5,), range(8), (7,))
        if 0 < table[0] + table[2] < table[1] + table[3]
    ]
    found = one_person_flip(*np.array(every).T)
    np.testing.assert_array_equal(found, [flips(table, ZONE) for table in every])
    # Some can never turn: in ever so small groups a move jumps over the whole zone.
    assert np.isnan(found).any()
    assert np.isfinite(found).any()


def test_flips_are_the_same_from_the_other_side() -> None:
    a, n, b, m = np.array([[2, 10, 15, 25], [12, 20, 15, 25], [9, 10, 4, 40]]).T
    np.testing.assert_array_equal(one_person_flip(a, n, b, m), one_person_flip(b, m, a, n))


def test_shortfalls_of_the_published_example() -> None:
    morris = ORACLES["morris"]
    counts = (*morris["group"], *morris["reference"])
    assert float(shortfall(*counts)) == morris["shortfall_to_reference"]
    pooled = float(shortfall(*counts, to="pooled"))
    assert pooled == pytest.approx(morris["shortfall_to_pooled"], abs=5.1e-7)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(tables(500))
def test_shortfalls_by_fractions(table: Table) -> None:
    a, n, b, m = table
    assert float(shortfall(*table)) == pytest.approx(float(Fraction(n * b, m) - a), abs=1e-9)
    pooled = Fraction(n * (a + b), n + m) - a
    assert float(shortfall(*table, to="pooled")) == pytest.approx(float(pooled), abs=1e-9)
    # What one group lacks to the pooled rate the other has too many.
    back = shortfall(b, m, a, n, to="pooled")
    assert float(back) == pytest.approx(-float(pooled), abs=1e-9)
    assert np.sign(shortfall(*table)) == -np.sign(two_by_two_tests(*table).phi)


@pytest.mark.parametrize("table", NOTHING_TO_COMPARE)
def test_nothing_to_compare_is_never_inside(table: Table) -> None:
    for function in (screened, shortfall, one_person_flip):
        assert math.isnan(function(*table))
    assert math.isnan(shortfall(*table, to="pooled"))


def test_arrays_mix_every_case() -> None:
    rows = [*NOTHING_TO_COMPARE, (2, 10, 15, 25), (0, 10, 15, 25), (3, 10, 0, 25), (9, 10, 9, 10)]
    columns = np.array(rows).T
    for function in (screened, shortfall, one_person_flip):
        together = function(*columns)
        np.testing.assert_array_equal(together, [float(function(*row)) for row in rows])
        assert function(*columns.reshape(4, 3, 3)).shape == (3, 3)
        assert function(*columns[:, :0]).shape == (0,)


def exact_power(n: int, m: int, p: float, q: float) -> float:
    """How often the two-sided z test rejects with the lower rate found, summed over all tables."""
    a, b = (x.ravel() for x in np.meshgrid(np.arange(n + 1), np.arange(m + 1)))
    tests = two_by_two_tests(a, n, b, m)
    weights = binom.pmf(a, n, p) * binom.pmf(b, m, q)
    return float(weights[(tests.z_p < 0.05) & (tests.z < 0)].sum())


@pytest.mark.parametrize(("n", "m", "q"), [(60, 60, 0.5), (40, 120, 0.5), (120, 80, 0.3)])
def test_the_smallest_ratio_is_found_as_often_as_asked(n: int, m: int, q: float) -> None:
    ratio = float(smallest_detectable_ratio(n, m, q))
    # The normal approximation of a test that counts whole people: within a few points.
    assert exact_power(n, m, ratio * q, q) == pytest.approx(0.8, abs=0.05)


def test_the_smallest_ratio_agrees_with_statsmodels_in_large_groups() -> None:
    n, m, q = 40_000, 90_000, 0.4
    ratio = float(smallest_detectable_ratio(n, m, q))
    h = NormalIndPower().solve_power(nobs1=n, ratio=m / n, alpha=0.05, power=0.8)
    assert 2 * math.asin(math.sqrt(q)) - 2 * math.asin(math.sqrt(ratio * q)) == pytest.approx(
        h, rel=5e-3
    )


def test_more_people_show_smaller_gaps() -> None:
    sizes = np.array([50, 100, 500, 5_000, 10**7])
    found = smallest_detectable_ratio(sizes, 4 * sizes, 0.3)
    assert (np.diff(found) > 0).all()
    assert ((found > 0) & (found < 1)).all()
    surer = smallest_detectable_ratio(sizes, 4 * sizes, 0.3, power=0.95, confidence=0.99)
    assert (surer < found).all()
    # 50 people and certainty enough find less than every second time what is sought at 80 %.
    assert (smallest_detectable_ratio(sizes, 4 * sizes, 0.3, power=0.4) > found).all()


def test_what_can_never_be_shown_is_not_a_number() -> None:
    found = smallest_detectable_ratio(
        [3, 0, 100, 100, 100], [1000, 10, 0, 100, 100], [0.2, 0.2, 0.2, 0.0, math.nan]
    )
    assert np.isnan(found).all()
    assert np.isfinite(smallest_detectable_ratio(100, 100, 1.0))


def test_highest_of_groups_large_enough() -> None:
    # Three of three is higher, but three of 10,000 are no group to compare with.
    found = highest([3, 400, 1_800, 20], [3, 1_000, 9_000, 30])
    assert found.index == 1
    assert found.p_value == pytest.approx(1 / 10_001)
    assert highest([5, 5], [10, 10]).index == 0
    assert highest([5, 5], [10, 10]).p_value == 1
    # Exactly 2 % is large enough, decimals or not.
    assert highest([2, 49], [2, 98]).index == 0
    assert highest([2, 49], [2, 99]).index is None


def test_chance_of_the_highest_by_enumeration() -> None:
    """Every table of three groups with these margins, weighted by its exact probability."""
    a, n = (4, 2, 1), (6, 8, 5)
    observed = smallest_to_highest(a, n)
    every = sum(a)
    likely = Fraction(0)
    for x, y in product(range(n[0] + 1), range(n[1] + 1)):
        z = every - x - y
        if 0 <= z <= n[2] and smallest_to_highest((x, y, z), n) <= observed:
            likely += Fraction(
                math.comb(n[0], x) * math.comb(n[1], y) * math.comb(n[2], z),
                math.comb(sum(n), every),
            )
    found = highest(a, n, draws=40_000)
    assert found.index == 0
    # Four standard errors of 40,000 draws.
    error = math.sqrt(float(likely * (1 - likely)) / 40_000)
    assert found.p_value == pytest.approx(float(likely), abs=4 * error)


def smallest_to_highest(selected: tuple[int, ...], n: tuple[int, ...]) -> Fraction:
    rates = [Fraction(x, size) for x, size in zip(selected, n, strict=True)]
    return min(rates) / max(rates)


def test_the_highest_does_not_depend_on_the_order_or_the_day() -> None:
    a, n = np.array([30, 25, 40, 12]), np.array([100, 110, 130, 60])
    found = highest(a, n)
    for order in ([3, 2, 1, 0], [1, 0, 3, 2]):
        other = highest(a[order], n[order])
        assert order[other.index] == found.index
        assert other.p_value == found.p_value
    assert highest(a, n).p_value == found.p_value
    assert highest(a, n, seed=1).p_value == pytest.approx(found.p_value, abs=0.03)


def test_five_equal_groups_are_rarely_parity() -> None:
    """Equal chances, and yet most tables show some group under four-fifths of the highest."""
    generator = np.random.default_rng(5)
    drawn = generator.binomial(100, 0.2, (400, 5))
    under = screened(drawn.min(axis=1), 100, drawn.max(axis=1), 100) < 0
    assert under.mean() > 0.8
    found = [highest(row, [100] * 5, draws=400).p_value for row in drawn]
    # The p-value allows for the choice: it is rarely small.
    assert np.mean(np.array(found) <= 0.05) < 0.08
    assert np.mean(np.array(found) <= 0.5) == pytest.approx(0.5, abs=0.1)


def test_highest_of_nothing() -> None:
    for counts in [([0, 0], [5, 5]), ([5, 5], [5, 5]), ([2, 0], [5, 0]), ([1], [2]), ([], [])]:
        found = highest(*counts)
        assert found.index is None
        assert math.isnan(found.p_value)


@pytest.mark.parametrize("zone", [(0.8,), (1.1, 1.2), (0, 1), ("low", "high"), None, (0.8, 0.9)])
def test_wrong_zones(zone: object) -> None:
    for function in (screened, one_person_flip):
        with pytest.raises(UsageError, match="zone must be two ratios"):
            function(1, 2, 1, 2, zone=zone)


def test_wrong_counts() -> None:
    for function in (screened, shortfall, one_person_flip):
        with pytest.raises(UsageError, match="successes cannot be more than n"):
            function(3, 2, 1, 2)
    with pytest.raises(UsageError, match="whole numbers"):
        screened(0.5, 2, 1, 2)
    with pytest.raises(UsageError, match="to must be one of reference, pooled"):
        shortfall(1, 2, 1, 2, to="white")
    with pytest.raises(UsageError, match="two lists of whole numbers"):
        highest(3, 4)
    with pytest.raises(UsageError, match="two lists of whole numbers"):
        highest([1, 2], [3, 4], draws=0)
    for rate in (1.5, -0.1, "high"):
        with pytest.raises(UsageError, match="reference_rate must lie between 0 and 1"):
            smallest_detectable_ratio(10, 10, rate)
    with pytest.raises(UsageError, match="power must lie between 0 and 1"):
        smallest_detectable_ratio(10, 10, 0.5, power=80)
    with pytest.raises(UsageError, match="one shape"):
        smallest_detectable_ratio([10, 20], 10, [0.5, 0.1, 0.2])
