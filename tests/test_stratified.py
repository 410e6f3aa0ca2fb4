"""Strata: R's digits, statsmodels on random tables, slow sums by fractions, every table counted."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio
from statsmodels.stats.contingency_tables import StratifiedTable

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.stratified import (
    exact_stratified,
    expected_passes,
    stratified,
    woolf_test,
)

ADMISSIONS = json.loads(
    (Path(__file__).parent / "oracles" / "recruitment.json").read_text("utf-8")
)["ucb"]
ROWS = np.array([row[1:] for row in ADMISSIONS["rows"]])
MEN_AND_WOMEN = (ROWS[:, 0], ROWS[:, 0] + ROWS[:, 1], ROWS[:, 2], ROWS[:, 2] + ROWS[:, 3])
TABLE = st.tuples(*[st.integers(0, 12)] * 4)
FULL_TABLE = st.tuples(*[st.integers(1, 60)] * 4)
SLOW = settings(max_examples=60, derandomize=True, deadline=None)


def strata(tables: list[tuple[int, ...]]) -> tuple[np.ndarray, ...]:
    """From cells (group passed, group failed, reference passed, reference failed) to arguments."""
    cells = np.array(tables).reshape(-1, 4)
    return cells[:, 0], cells[:, 0] + cells[:, 1], cells[:, 2], cells[:, 2] + cells[:, 3]


def test_admissions_give_the_digits_of_r() -> None:
    oracle = ADMISSIONS["stratified"]
    found = stratified(*MEN_AND_WOMEN)
    ratio = found.odds_ratio
    assert float(ratio.value) == pytest.approx(oracle["odds_ratio"], rel=1e-12)
    assert [ratio.lower, ratio.upper] == pytest.approx(oracle["odds_ratio_limits"], rel=1e-12)
    assert float(found.statistic) == pytest.approx(oracle["statistic"], rel=1e-11)
    assert float(found.p_value) == pytest.approx(oracle["p_value"], rel=1e-11)
    corrected = stratified(*MEN_AND_WOMEN, correction=True)
    assert float(corrected.statistic) == pytest.approx(oracle["statistic_corrected"], rel=1e-11)
    assert float(corrected.p_value) == pytest.approx(oracle["p_value_corrected"], rel=1e-11)
    woolf = woolf_test(*MEN_AND_WOMEN)
    assert float(woolf.statistic) == pytest.approx(oracle["woolf_statistic"], rel=1e-11)
    assert float(woolf.p_value) == pytest.approx(oracle["woolf_p_value"], rel=1e-11)
    assert (found.informative, found.strata, woolf.degrees_of_freedom) == (6, 6, 5)


def test_admissions_give_the_exact_digits_of_r() -> None:
    oracle = ADMISSIONS["stratified"]
    found = exact_stratified(*MEN_AND_WOMEN)
    ratio = found.odds_ratio
    assert float(ratio.value) == pytest.approx(oracle["exact_odds_ratio"], abs=6e-11)
    assert [ratio.lower, ratio.upper] == pytest.approx(oracle["exact_odds_ratio_limits"], abs=6e-10)
    assert float(found.p_value) == pytest.approx(oracle["exact_p_value"], abs=1e-12)
    assert str(ratio.method) == "conditional odds ratio, exact limits"


def test_admissions_reverse_once_departments_are_kept_apart() -> None:
    crude = stratified(*(np.sum(column) for column in MEN_AND_WOMEN))
    assert float(crude.odds_ratio.value) == pytest.approx(
        ADMISSIONS["all"]["sample_odds_ratio"], rel=1e-12
    )
    assert float(crude.odds_ratio.lower) > 1 > float(stratified(*MEN_AND_WOMEN).odds_ratio.value)


@SLOW
@given(st.lists(FULL_TABLE, min_size=2, max_size=8))
def test_statsmodels_agrees(tables: list[tuple[int, ...]]) -> None:
    found = stratified(*strata(tables))
    theirs = StratifiedTable([np.reshape(cells, (2, 2)) for cells in tables])
    assert float(found.odds_ratio.value) == pytest.approx(theirs.oddsratio_pooled)
    limits = theirs.oddsratio_pooled_confint()
    assert [found.odds_ratio.lower, found.odds_ratio.upper] == pytest.approx(limits)
    assert float(found.risk_ratio.value) == pytest.approx(theirs.riskratio_pooled)
    null = theirs.test_null_odds()
    assert float(found.statistic) == pytest.approx(null.statistic, abs=1e-10)
    assert float(found.p_value) == pytest.approx(null.pvalue, abs=1e-10)
    if not np.isnan(found.tarone_statistic) and abs(theirs.oddsratio_pooled - 1) > 1e-6:
        same = theirs.test_equal_odds(adjust=True)
        assert float(found.tarone_statistic) == pytest.approx(same.statistic, abs=1e-7)
        assert float(found.tarone_p) == pytest.approx(same.pvalue, abs=1e-7)


def test_tarone_agrees_with_statsmodels_on_admissions() -> None:
    found = stratified(*MEN_AND_WOMEN)
    same = StratifiedTable([row.reshape(2, 2) for row in ROWS]).test_equal_odds(adjust=True)
    assert float(found.tarone_statistic) == pytest.approx(same.statistic, rel=1e-11)
    assert float(found.tarone_p) == pytest.approx(same.pvalue, rel=1e-9)


def test_tarone_is_defined_at_an_odds_ratio_of_one_and_not_in_small_strata() -> None:
    level = stratified(*strata([(10, 10, 20, 20), (30, 60, 10, 20)]))
    assert float(level.odds_ratio.value) == 1
    assert float(level.tarone_statistic) == pytest.approx(0, abs=1e-12)
    assert float(level.tarone_p) == pytest.approx(1)
    for tables in ([(10, 10, 20, 20), (4, 60, 4, 20)], [(10, 10, 20, 20)]):
        assert np.isnan(stratified(*strata(tables)).tarone_p)


@SLOW
@given(st.lists(FULL_TABLE, min_size=1, max_size=6))
def test_limits_come_from_the_published_variances(tables: list[tuple[int, ...]]) -> None:
    found = stratified(*strata(tables))
    z = norm.ppf(0.975)
    for interval, variance in (
        (found.odds_ratio, _robins_breslow_greenland(tables)),
        (found.risk_ratio, _greenland_robins(tables)),
    ):
        half = z * math.sqrt(variance)
        assert math.log(interval.lower) == pytest.approx(math.log(interval.value) - half)
        assert math.log(interval.upper) == pytest.approx(math.log(interval.value) + half)


def _robins_breslow_greenland(tables: list[tuple[int, ...]]) -> Fraction:
    """Robins, Breslow and Greenland (1986), summed by fractions."""
    parts = []
    for a, b, c, d in tables:
        n = a + b + c + d
        parts.append(
            (Fraction(a + d, n), Fraction(b + c, n), Fraction(a * d, n), Fraction(b * c, n))
        )
    r, s = sum(part[2] for part in parts), sum(part[3] for part in parts)
    return (
        sum(p * x for p, _, x, _ in parts) / (2 * r * r)
        + sum(p * y + q * x for p, q, x, y in parts) / (2 * r * s)
        + sum(q * y for _, q, _, y in parts) / (2 * s * s)
    )


def _greenland_robins(tables: list[tuple[int, ...]]) -> Fraction:
    """Greenland and Robins (1985), summed by fractions."""
    spread = group = reference = Fraction(0)
    for a, b, c, d in tables:
        n, m, whole = a + b, c + d, a + b + c + d
        spread += Fraction(n * m * (a + c) - a * c * whole, whole * whole)
        group += Fraction(a * m, whole)
        reference += Fraction(c * n, whole)
    return spread / (group * reference)


@SLOW
@given(FULL_TABLE)
def test_one_stratum_is_the_crude_table(cells: tuple[int, ...]) -> None:
    a, b, c, d = cells
    found = stratified(*strata([cells]))
    z = norm.ppf(0.975)
    assert float(found.odds_ratio.value) == pytest.approx(a * d / (b * c))
    woolf = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    assert math.log(found.odds_ratio.upper / found.odds_ratio.value) == pytest.approx(z * woolf)
    assert float(found.risk_ratio.value) == pytest.approx(a / (a + b) / (c / (c + d)))
    katz = math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    assert math.log(found.risk_ratio.upper / found.risk_ratio.value) == pytest.approx(z * katz)
    exact = exact_stratified(*strata([cells])).odds_ratio
    theirs = scipy_odds_ratio([[a, b], [c, d]], kind="conditional")
    assert float(exact.value) == pytest.approx(theirs.statistic, rel=1e-6)
    assert [exact.lower, exact.upper] == pytest.approx(theirs.confidence_interval(), rel=1e-6)


@SLOW
@given(st.lists(TABLE, min_size=1, max_size=5), st.sampled_from([0.9, 0.95, 0.998]))
def test_exact_limits_leave_each_tail_its_half(
    tables: list[tuple[int, ...]], confidence: float
) -> None:
    ways, smallest = _ways(tables)
    assume(len(ways) > 1)
    observed = sum(table[0] for table in tables)
    place, tail = observed - smallest, (1 - confidence) / 2
    found = exact_stratified(*strata(tables), confidence=confidence)
    ratio = found.odds_ratio
    likely = [way for way in ways if way <= ways[place] * (1 + Fraction(1, 10**7))]
    assert float(found.p_value) == pytest.approx(float(Fraction(sum(likely), sum(ways))), rel=1e-9)
    if place > 0:
        assert sum(_tilted(ways, ratio.lower)[place:]) == pytest.approx(tail, rel=1e-7)
    else:
        assert (float(ratio.value), float(ratio.lower)) == (0, 0)
    if place < len(ways) - 1:
        assert sum(_tilted(ways, ratio.upper)[: place + 1]) == pytest.approx(tail, rel=1e-7)
    else:
        assert (float(ratio.value), float(ratio.upper)) == (math.inf, math.inf)
    if 0 < place < len(ways) - 1:
        mean = sum(k * share for k, share in enumerate(_tilted(ways, ratio.value)))
        assert mean == pytest.approx(place, abs=1e-8)


def _ways(tables: list[tuple[int, ...]]) -> tuple[list[int], int]:
    """Count in how many ways the group could have had each number of passes, in whole numbers."""
    ways, smallest = [1], 0
    for a, b, c, d in tables:
        n, m, both = a + b, c + d, a + c
        low, high = max(0, both - m), min(n, both)
        here = [math.comb(n, k) * math.comb(m, both - k) for k in range(low, high + 1)]
        longer = [0] * (len(ways) + len(here) - 1)
        for i, one in enumerate(ways):
            for j, other in enumerate(here):
                longer[i + j] += one * other
        ways, smallest = longer, smallest + low
    return ways, smallest


def _tilted(ways: list[int], odds: float) -> list[float]:
    logs = [math.log(way) + k * math.log(odds) for k, way in enumerate(ways)]
    weights = [math.exp(log - max(logs)) for log in logs]
    return [weight / math.fsum(weights) for weight in weights]


def test_thousands_of_vacancies_by_another_route() -> None:
    """The same distribution from its characteristic function, by Fourier transform."""
    draw = np.random.default_rng(20250401)
    n, m = draw.integers(0, 12, 3000), draw.integers(0, 30, 3000)
    passes = draw.binomial(n, 0.08), draw.binomial(m, 0.12)
    found = exact_stratified(passes[0], n, passes[1], m)
    observed = int(passes[0].sum())
    for odds, tail, up in (
        (float(found.odds_ratio.lower), 0.025, True),
        (float(found.odds_ratio.upper), 0.025, False),
    ):
        probability, smallest = _by_fourier(n, m, passes[0] + passes[1], odds)
        place = observed - smallest
        beyond = probability[place:].sum() if up else probability[: place + 1].sum()
        assert beyond == pytest.approx(tail, rel=1e-6)
    approximate = stratified(passes[0], n, passes[1], m)
    assert float(found.odds_ratio.value) == pytest.approx(
        float(approximate.odds_ratio.value), rel=0.01
    )
    assert float(found.p_value) == pytest.approx(float(approximate.p_value), rel=0.2)


def _by_fourier(
    n: np.ndarray, m: np.ndarray, both: np.ndarray, odds: float
) -> tuple[np.ndarray, int]:
    low, high = np.maximum(0, both - m), np.minimum(n, both)
    length = int((high - low).sum()) + 1
    turn = np.exp(-2j * np.pi * np.arange(length) / length)
    product = np.ones(length, dtype=complex)
    margins, times = np.unique(np.array([n, m, both]), axis=1, return_counts=True)
    for (group, reference, passes), repeated in zip(margins.T, times, strict=True):
        least, most = max(0, passes - reference), min(group, passes)
        weights = [
            math.comb(group, k) * math.comb(reference, passes - k) * odds**k
            for k in range(least, most + 1)
        ]
        shares = np.array(weights) / sum(weights)
        product *= np.polyval(shares[::-1], turn) ** repeated
    return np.fft.ifft(product).real, int(low.sum())


def test_coverage_by_vacancy() -> None:
    """What was measured is asserted: Mantel-Haenszel and exact limits at an odds ratio of 0.6, and
    the risk ratio's at 0.6 in a group so small that in some councils nobody of it is appointed.
    """
    draw = np.random.default_rng(2025)
    odds_covered, exact_covered, risk_covered, nobody = [], [], [], 0
    for _ in range(600):
        n, m = draw.integers(0, 8, 60), draw.integers(2, 25, 60)
        base = draw.uniform(0.05, 0.3, 60)
        odds = 0.6 * base / (1 - base)
        a, c = draw.binomial(n, odds / (1 + odds)), draw.binomial(m, base)
        found, exact = stratified(a, n, c, m).odds_ratio, exact_stratified(a, n, c, m).odds_ratio
        odds_covered.append(found.lower <= 0.6 <= found.upper)
        exact_covered.append(exact.lower <= 0.6 <= exact.upper)
        few = draw.binomial(n, 0.05)
        a = draw.binomial(few, 0.6 * base)
        risk = stratified(a, few, c, m).risk_ratio
        nobody += int(a.sum()) == 0
        risk_covered.append(risk.lower <= 0.6 <= risk.upper)
    measured = [round(float(np.mean(x)), 3) for x in (odds_covered, exact_covered, risk_covered)]
    assert measured == pytest.approx([0.957, 0.967, 0.943], abs=0.02), "measured, 600 councils"
    assert nobody > 150


@SLOW
@given(st.lists(TABLE, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_and_uninformative_strata_change_nothing(
    tables: list[tuple[int, ...]], shuffler
) -> None:
    before, exact = stratified(*strata(tables)), exact_stratified(*strata(tables))
    shuffled = list(tables)
    shuffler.shuffle(shuffled)
    again = stratified(*strata(shuffled))
    assert _bytes(again) == _bytes(before)
    assert _bytes(exact_stratified(*strata(shuffled))) == _bytes(exact)
    more = stratified(*strata([*tables, (0, 0, 0, 0), (0, 5, 0, 7), (3, 2, 0, 0)]))
    for name in ("statistic", "p_value", "tarone_p"):
        assert float(getattr(more, name)) == pytest.approx(
            float(getattr(before, name)), nan_ok=True
        )
    assert float(more.odds_ratio.value) == pytest.approx(
        float(before.odds_ratio.value), nan_ok=True
    )
    assert more.informative == before.informative
    assert more.strata == before.strata + 3


def _bytes(record) -> bytes:
    ratios = [getattr(record, name, None) for name in ("odds_ratio", "risk_ratio")]
    arrays = [
        getattr(ratio, part) for ratio in ratios if ratio for part in ("value", "lower", "upper")
    ]
    arrays += [
        getattr(record, name) for name in vars(record) if "p" in name and "ratio" not in name
    ]
    return b"".join(np.asarray(array, dtype="float64").tobytes() for array in arrays)


@SLOW
@given(st.lists(TABLE, min_size=1, max_size=6))
def test_swapping_the_groups_inverts_the_ratios(tables: list[tuple[int, ...]]) -> None:
    here = stratified(*strata(tables))
    there = stratified(*strata([(c, d, a, b) for a, b, c, d in tables]))
    assert float(here.statistic) == pytest.approx(float(there.statistic), nan_ok=True)
    for name in ("odds_ratio", "risk_ratio"):
        one, other = getattr(here, name), getattr(there, name)
        with np.errstate(divide="ignore"):
            assert 1 / one.value == pytest.approx(float(other.value), nan_ok=True)
            assert 1 / one.lower == pytest.approx(float(other.upper), rel=1e-8, nan_ok=True)


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [(0, 0, 0, 0)],
        [(0, 5, 0, 9), (0, 3, 0, 2)],
        [(5, 0, 9, 0), (3, 0, 2, 0)],
        [(3, 4, 0, 0), (0, 0, 2, 5)],
        [(5, 0, 9, 0), (0, 3, 0, 2), (1, 2, 0, 0)],
    ],
    ids=["none", "nobody", "nobody passes", "all pass", "one group each", "each kind"],
)
def test_nothing_to_compare_is_undefined_never_parity(tables: list[tuple[int, ...]]) -> None:
    found, exact = stratified(*strata(tables)), exact_stratified(*strata(tables))
    intervals = [found.odds_ratio, found.risk_ratio, exact.odds_ratio]
    numbers = [found.statistic, found.p_value, found.tarone_p, exact.p_value]
    numbers += [part for each in intervals for part in (each.value, each.lower, each.upper)]
    assert np.isnan(numbers).all()
    assert {str(each.method) for each in intervals} == {
        "undefined: no stratum with both groups and both outcomes"
    }
    assert found.informative == 0
    assert np.isnan(woolf_test(*strata(tables)).p_value)


def test_a_zero_cell_gives_exact_limits_on_one_side() -> None:
    tables = [(0, 6, 4, 10), (0, 3, 2, 2)]
    found, exact = stratified(*strata(tables)), exact_stratified(*strata(tables))
    ratio = found.odds_ratio
    assert (float(ratio.value), float(ratio.lower)) == (0, 0)
    assert float(ratio.upper) == float(exact.odds_ratio.upper)
    assert str(ratio.method) == "Mantel-Haenszel odds ratio, exact conditional limits"
    risk = found.risk_ratio
    assert (float(risk.value), float(risk.lower)) == (0, 0)
    assert 0 < float(risk.upper) < 3
    assert str(risk.method) == "Mantel-Haenszel risk ratio, limits of a quadratic"
    swapped = stratified(*strata([(c, d, a, b) for a, b, c, d in tables]))
    assert float(swapped.odds_ratio.value) == float(swapped.risk_ratio.value) == math.inf
    assert float(swapped.odds_ratio.lower) == pytest.approx(1 / float(ratio.upper))


def test_strata_too_large_for_exact_limits_say_so() -> None:
    huge = [(2_000_000, 4_000_000, 4_000_000, 2_000_000)]
    found = exact_stratified(*strata(huge))
    assert np.isnan(found.odds_ratio.value)
    assert str(found.odds_ratio.method) == "not worked out: too many people for exact limits"
    assert float(stratified(*strata(huge)).odds_ratio.value) == pytest.approx(0.25)


@SLOW
@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8), st.integers(0, 24))
def test_expected_passes_by_enumeration(one: int, two: int, three: int, passes: int) -> None:
    pools = [one, two, three]
    people = sum(pools)
    assume(people and passes <= people)
    chosen = _somehow(pools, passes)
    found = expected_passes([chosen], [pools])
    for group, n in enumerate(pools):
        ways = {
            k: Fraction(math.comb(n, k) * math.comb(people - n, passes - k))
            for k in range(max(0, passes - people + n), min(n, passes) + 1)
        }
        mean = sum(k * way for k, way in ways.items()) / sum(ways.values())
        spread = sum(k * k * way for k, way in ways.items()) / sum(ways.values()) - mean**2
        assert found.expected[0, group] == pytest.approx(float(mean))
        assert found.variance[0, group] == pytest.approx(float(spread), abs=1e-12)


def _somehow(pools: list[int], passes: int) -> list[int]:
    chosen = []
    for pool in pools:
        chosen.append(min(pool, passes - sum(chosen)))
    return chosen


def test_observed_less_expected_is_nothing_over_the_groups_of_a_stratum() -> None:
    draw = np.random.default_rng(7)
    pools = draw.integers(0, 30, (400, 6))
    passes = draw.binomial(pools, 0.2)
    found = expected_passes(passes, pools)
    assert np.abs((passes - found.expected).sum(axis=1)).max() < 1e-12
    assert found.total_expected.sum() == pytest.approx(passes.sum(), abs=1e-9)
    assert found.total_observed.tolist() == passes.sum(axis=0).tolist()
    order = draw.permutation(400)
    again = expected_passes(passes[order], pools[order])
    assert again.z.tobytes() == found.z.tobytes()
    assert again.total_variance.tobytes() == found.total_variance.tobytes()


def test_z_of_two_groups_is_the_stratified_test() -> None:
    a, n, c, m = MEN_AND_WOMEN
    found = expected_passes(np.column_stack([a, c]), np.column_stack([n, m]))
    assert found.z**2 == pytest.approx(float(stratified(*MEN_AND_WOMEN).statistic))
    assert found.z[0] == pytest.approx(-found.z[1])


def test_expected_passes_where_nothing_was_left_to_chance() -> None:
    passes = [[0, 0, 0], [0, 0, 0], [4, 2, 0], [3, 0, 0], [1, 0, 1]]
    pools = [[0, 0, 0], [5, 3, 0], [4, 2, 0], [9, 0, 0], [2, 2, 1]]
    found = expected_passes(passes, pools)
    assert found.informative.tolist() == [False, False, False, False, True]
    assert found.expected[:4].tolist() == [[0, 0, 0], [0, 0, 0], [4, 2, 0], [3, 0, 0]]
    assert np.isfinite(found.z).all()
    assert np.isnan(expected_passes(passes[:4], pools[:4]).z).all()
    nothing = expected_passes(np.zeros((0, 2)), np.zeros((0, 2)))
    assert nothing.total_expected.tolist() == [0, 0]
    assert np.isnan(nothing.z).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([3], [2], [1], [4]), "successes cannot be more than n, and are in 1 of 1 places."),
        (([1], [2], [5], [4]), "reference_successes cannot be more than reference_n"),
        (([0.5], [2], [1], [4]), "strata take whole numbers of people"),
        (([-1], [2], [1], [4]), "successes must be counts"),
        (([[1]], [[2]], [[1]], [[4]]), "strata must be given as lists"),
    ],
)
def test_messages(given: tuple[list, ...], message: str) -> None:
    for function in (stratified, exact_stratified, woolf_test):
        with pytest.raises(UsageError, match=message):
            function(*given)


def test_messages_of_expected_passes() -> None:
    with pytest.raises(UsageError, match="must be tables: one row per stratum"):
        expected_passes([1, 2], [3, 4])
    with pytest.raises(UsageError, match="passes cannot be more than pools"):
        expected_passes([[5, 2]], [[3, 4]])
    with pytest.raises(UsageError, match="confidence must lie between 0 and 1"):
        exact_stratified([1], [2], [1], [3], confidence=95)
