"""Passes expected given a stratum's total: every way to share it out, and sums in logarithms."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from workforce_analytics.inference.noncentral import blocks, moments


@st.composite
def strata(draw: st.DrawFn) -> tuple[list[int], list[float], int]:
    n = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    odds = st.floats(-15, 15, allow_nan=False)
    log_odds = draw(st.lists(odds, min_size=len(n), max_size=len(n)))
    return n, log_odds, draw(st.integers(1, sum(n) - 1))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(strata())
def test_moments_are_those_of_every_way_to_share_the_total_out(
    stratum: tuple[list[int], list[float], int],
) -> None:
    n, log_odds, total = stratum
    ways = [way for way in itertools.product(*(range(k + 1) for k in n)) if sum(way) == total]
    each = np.array(
        [math.prod(map(math.comb, n, way)) * math.exp(float(np.dot(way, log_odds))) for way in ways]
    )
    share = each / each.sum()
    expected = share @ np.array(ways)
    away = np.array(ways) - expected
    found = moments(np.array([log_odds]), np.array([n], dtype=float), np.array([float(total)]))
    assert found.log_sum[0] == pytest.approx(math.log(each.sum()), abs=1e-11)
    assert found.expected[0] == pytest.approx(expected, abs=1e-12)
    assert found.covariance[0] == pytest.approx((away.T * share) @ away, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "other", "total", "log_odds"),
    [(700, 1300, 300, 0.4), (1990, 10, 300, -3.0), (5, 1995, 1990, 2.0), (60_000, 40_000, 9, 1.0)],
)
def test_bulk_campaigns_neither_overflow_nor_lose_digits(
    n: int, other: int, total: int, log_odds: float
) -> None:
    ways = np.arange(max(0, total - other), min(n, total) + 1)
    logs = log_odds * ways
    for size, chosen in ((n, ways), (other, total - ways)):
        logs = logs + gammaln(size + 1) - gammaln(chosen + 1) - gammaln(size - chosen + 1)
    share = np.exp(logs - logs.max())
    whole = share.sum()
    expected = share @ ways / whole
    variance = share @ (ways - expected) ** 2 / whole
    found = moments(
        np.array([[log_odds, 0.0]]), np.array([[n, other]], dtype=float), np.array([float(total)])
    )
    assert found.expected[0, 0] == pytest.approx(expected, rel=1e-9)
    assert found.covariance[0, 0, 0] == pytest.approx(variance, rel=1e-8)
    assert found.log_sum[0] == pytest.approx(math.log(whole) + logs.max(), rel=1e-9)


def test_many_patterns_of_one_another_are_one_pattern() -> None:
    """Forty patterns with the same odds pass as one pattern of all their people does."""
    split = moments(
        np.array([[0.3] * 40 + [-0.2]]), np.array([[3.0] * 40 + [50.0]]), np.array([25.0])
    )
    whole = moments(np.array([[0.3, -0.2]]), np.array([[120.0, 50.0]]), np.array([25.0]))
    assert split.expected[0, :40].sum() == pytest.approx(whole.expected[0, 0], abs=1e-11)
    assert split.log_sum[0] == pytest.approx(whole.log_sum[0], abs=1e-11)
    assert split.covariance.sum(axis=(1, 2)) == pytest.approx(0.0, abs=1e-12)


def test_beyond_all_odds_the_total_falls_to_the_likelier() -> None:
    found = moments(np.array([[900.0, 0.0, -900.0]]), np.array([[4.0, 3.0, 5.0]]), np.array([6.0]))
    assert found.expected[0] == pytest.approx([4.0, 2.0, 0.0], abs=1e-12)
    assert np.isfinite(found.log_sum).all()


def test_blocks_hold_every_row_once() -> None:
    draw = np.random.default_rng(5)
    patterns = draw.integers(2, 90, 400)
    stratum = np.repeat(np.arange(patterns.size), patterns)
    n = draw.integers(1, 30, stratum.size).astype(float)
    totals = np.ones(patterns.size)
    made = blocks(stratum, n, totals)
    rows = np.concatenate([block.rows[block.real] for block in made])
    assert sorted(rows) == list(range(stratum.size))
    for block in made:
        assert (
            stratum[block.rows][block.real] == np.repeat(block.strata, patterns[block.strata])
        ).all()
        assert (block.n[block.real] == n[block.rows[block.real]]).all()
        assert (block.n[~block.real] == 0).all()
