"""Change between unlinked waves: every pair of samples, simulated overlap, parts that add up."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.waves import Wave, by_chance, change, moved, split, wave

COUNT = st.integers(2, 60)


def shares(n: list[int], positive: list[int], population: list[int] | None = None) -> Wave:
    """A wave of yes or no, one answer each."""
    return wave(
        n, n, positive, squares=positive, products=positive, answered_squares=n,
        population=population,
    )  # fmt: skip


def of_scores(score: np.ndarray, population: list[int] | None = None) -> Wave:
    n, total = [score.size], [score.sum()]
    return wave(
        n, n, total, squares=[(score**2).sum()], products=total, answered_squares=n,
        population=population,
    )  # fmt: skip


def test_errors_are_those_of_every_pair_of_samples() -> None:
    """Six people, both times three of them, two of these the same: all such pairs, one by one."""
    first = np.array([1.0, 4, 2, 8, 5, 7])
    second = np.array([2.0, 3, 4, 9, 4, 8])
    sizes = [np.array([3.0]), np.array([6.0])]
    waves = [
        Wave(sizes[0], np.array([score.mean()]), np.array([score.var(ddof=1)]), sizes[1])
        for score in (first, second)
    ]
    correlation = float(np.corrcoef(first, second)[0, 1])
    found = change(*waves, stayers=[6], correlation=correlation)
    assert found.band.common.tolist() == [0, 0, 1, 2, 3]
    assert found.band.expected == 1.5
    for common, error in zip(found.band.common, found.band.error, strict=True):
        changes = [
            second[list(later)].mean() - first[list(earlier)].mean()
            for earlier in combinations(range(6), 3)
            for later in combinations(range(6), 3)
            if len({*earlier} & {*later}) == common
        ]
        assert error == pytest.approx(np.std(changes))


@pytest.mark.parametrize(("common", "at"), [(0, 0), (40, 2), (80, 4)])
def test_limits_hold_a_planted_change_whatever_the_overlap(common: int, at: int) -> None:
    draws, held, samples = np.random.default_rng(3), 0, 1500
    for _ in range(samples):
        first = draws.normal(size=80)
        fresh = draws.normal(size=80)
        lasting = 0.7 * first + np.sqrt(1 - 0.49) * fresh
        second = np.where(np.arange(80) < common, lasting, fresh) + 0.3
        found = change(of_scores(first), of_scores(second), correlation=0.7).band
        assert found.common[at] == common
        held += found.change.lower[at] <= 0.3 <= found.change.upper[at]
    assert held / samples == pytest.approx(0.947, abs=0.017)


def test_the_widest_limits_hold_every_overlap() -> None:
    found = change(shares([100, 40], [50, 10]), shares([90, 60], [54, 30]))
    band = found.band
    assert (band.error[band.widest] >= band.error).all()
    assert band.widest == 0
    assert found.value == pytest.approx(found.second - found.first)


def test_the_error_of_a_theme_counts_people_not_answers() -> None:
    draws = np.random.default_rng(6)
    m = draws.integers(0, 4, size=200)
    y = draws.binomial(m, draws.beta(1, 1, size=200))
    found = wave(
        [200], [m.sum()], [y.sum()], squares=[(y * y).sum()], products=[(y * m).sum()],
        answered_squares=[(m * m).sum()],
    )  # fmt: skip
    left = (y - y.sum() / m.sum() * m) / m.mean()
    assert found.mean[0] == pytest.approx(y.sum() / m.sum())
    assert found.variance[0] == pytest.approx(left.var(ddof=1))


def test_everybody_both_times_leaves_no_error_for_these_staff() -> None:
    found = change(shares([50], [20], [50]), shares([40], [20], [40]), stayers=[30])
    assert found.band.error == pytest.approx(np.zeros(5), abs=1e-8)
    assert found.band.common.tolist() == [30] * 5


def test_expected_overlap_adds_no_covariance() -> None:
    waves = shares([30], [12], [60]), shares([40], [22], [80])
    found = change(*waves, stayers=[48])
    assert found.band.expected == pytest.approx(12)
    alone = change(*waves, stayers=[48], correlation=0.0).band.error[0]
    together = np.interp(12, found.band.common, found.band.error**2)
    assert together == pytest.approx(alone**2)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.tuples(COUNT, COUNT, st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5))
def test_the_parts_of_a_change_add_up(strata: list[tuple[int, int, float, float]]) -> None:
    n1, n2, part1, part2 = (np.array(one) for one in zip(*strata, strict=True))
    y1, y2 = np.floor(part1 * n1), np.floor(part2 * n2)
    waves = shares(n1.tolist(), y1.tolist()), shares(n2.tolist(), y2.tolist())
    found = split(*waves)
    assert found.total == pytest.approx(y2.sum() / n2.sum() - y1.sum() / n1.sum())
    assert found.within + found.mix == pytest.approx(found.total)
    assert found.within_by_stratum.sum() == pytest.approx(found.within)
    assert change(*waves, profile=found.profile).value == pytest.approx(found.within)
    back = split(waves[1], waves[0])
    assert (back.within, back.mix) == pytest.approx((-found.within, -found.mix))


def test_only_the_mix_changes_where_each_stratum_scores_as_before() -> None:
    found = split(shares([50, 50], [20, 30]), shares([20, 80], [8, 48]))
    assert found.within == pytest.approx(0)
    assert found.mix == pytest.approx(found.total) == pytest.approx(0.06)


def test_a_stratum_of_one_wave_is_mix_and_left_out_of_the_standardised_change() -> None:
    waves = shares([50, 0], [20, 0]), shares([50, 50], [30, 10])
    found, parts = change(*waves, profile=[60, 40]), split(*waves)
    assert found.left_out == pytest.approx(0.4)
    assert found.profile.tolist() == [1, 0]
    assert found.value == pytest.approx(0.2)
    assert parts.within + parts.mix == pytest.approx(parts.total) == pytest.approx(0.0)
    assert parts.within_by_stratum[1] == 0


def test_nobody_in_common_strata_is_not_a_change_of_nought() -> None:
    found = change(shares([50, 0], [20, 0]), shares([0, 50], [0, 10]))
    assert np.isnan(found.value)
    assert np.isnan(found.band.error).all()
    assert found.left_out == 1


def test_a_group_of_nobody_did_not_stay_as_it_was() -> None:
    nobody = wave([], [], [], squares=[], products=[], answered_squares=[])
    found, parts = change(nobody, nobody), split(nobody, nobody)
    figures = [found.first, found.second, found.value, *found.band.change.value]
    assert np.isnan([*figures, *found.levels.value, parts.total, parts.within, parts.mix]).all()


def test_order_of_strata_changes_nothing() -> None:
    found = change(shares([50, 20], [20, 9]), shares([40, 30], [21, 11]), profile=[3, 1])
    turned = change(shares([20, 50], [9, 20]), shares([30, 40], [11, 21]), profile=[1, 3])
    assert turned.value == pytest.approx(found.value)
    assert turned.band.error == pytest.approx(found.band.error)


def test_what_does_not_fit_is_refused() -> None:
    one, two = shares([50], [20]), shares([50, 20], [20, 9])
    with pytest.raises(UsageError, match="same strata"):
        change(one, two)
    with pytest.raises(UsageError, match="same strata"):
        split(one, two)
    with pytest.raises(UsageError, match="profile"):
        change(one, one, profile=[1, 2])
    with pytest.raises(UsageError, match="correlation"):
        change(one, one, correlation=1.5)
    with pytest.raises(UsageError, match="both waves, or for neither"):
        change(one, shares([50], [20], [60]))
    with pytest.raises(UsageError, match="stayers must be given"):
        change(shares([50], [20], [60]), shares([50], [20], [60]))
    with pytest.raises(UsageError, match="not fewer than its respondents"):
        shares([50], [20], [40])


def test_limits_for_an_expected_number_lie_between_those_of_the_band() -> None:
    first, second = shares([100, 40], [50, 10]), shares([90, 60], [54, 30])
    without = change(first, second).band
    assert np.isnan(without.as_expected.lower).all()
    for common, place in zip(without.common, range(5), strict=True):
        found = change(first, second, expected=float(common)).band
        # The band holds whole people by stratum; a number in all is shared out in parts of them.
        assert found.as_expected.lower[0] == pytest.approx(without.change.lower[place], abs=2e-3)
    beyond = change(first, second, expected=10_000).band.as_expected
    assert beyond.upper[0] == pytest.approx(without.change.upper[-1])


def test_each_score_has_its_own_limits() -> None:
    first, second = shares([100], [50]), shares([90], [54])
    found = change(first, second)
    assert found.levels.value.tolist() == [found.first, found.second]
    reach = found.levels.upper - found.levels.value
    error = np.sqrt(np.array([0.25 / 99, 0.24 / 89]))  # p (1 - p) / (n - 1)
    assert reach == pytest.approx(1.959964 * error)
    # Nobody answered twice: the square of the change's error is the sum of theirs.
    assert found.band.error[0] == pytest.approx(np.sqrt((error**2).sum()))


def test_people_who_answer_twice_by_chance() -> None:
    assert by_chance((60, 50), (100, 80)) == 30
    assert np.isnan(by_chance((0, 0), (0, 0)))


@pytest.mark.parametrize(
    ("lower", "upper", "better", "words"),
    [
        (-1.9, 1.9, True, "no change that matters"),
        (0.1, 1.9, True, "no change that matters"),
        (0.1, 2.0, True, "better"),
        (-3.0, -0.1, True, "worse"),
        (-3.0, -0.1, False, "better"),
        (0.0, 3.0, True, "cannot tell"),
        (-3.0, 3.0, False, "cannot tell"),
    ],
)
def test_what_may_be_said_of_a_change(lower: float, upper: float, better: bool, words: str) -> None:
    assert moved(lower, upper, delta=2, higher_is_better=better) == words


def test_a_verdict_needs_a_smallest_change() -> None:
    with pytest.raises(UsageError, match="above 0"):
        moved(0, 1, delta=0)
