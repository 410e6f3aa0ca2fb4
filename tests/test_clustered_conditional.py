"""Errors from leaving out clusters: against a brute-force likelihood, and with planted effects."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.clustered_conditional import clustered_conditional


def table(seed: int, clusters: int = 6, strata: int = 3):
    """Two patterns in every cluster and stratum."""
    random = np.random.default_rng(seed)
    shape = (clusters, strata, 2)
    cluster, stratum, pattern = (values.ravel() for values in np.indices(shape))
    n = random.integers(2, 9, cluster.size)
    passes = random.binomial(n, np.where(pattern == 1, 0.5, 0.4))
    return cluster, stratum, pattern, passes, n


def slow_odds(stratum, pattern, passes, n) -> float:
    """Maximise the sum of log probabilities of Fisher's distribution, stratum by stratum."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import nchypergeom_fisher

    sums = []
    for one in np.unique(stratum):
        here = stratum == one
        of_pattern = here & (pattern == 1)
        a, m = passes[of_pattern].sum(), n[of_pattern].sum()
        total, everybody = passes[here].sum(), n[here].sum()
        sums.append((a, everybody, m, total))

    def value(log_odds: float) -> float:
        return -sum(
            nchypergeom_fisher.logpmf(a, everybody, m, total, np.exp(log_odds))
            for a, everybody, m, total in sums
        )

    return float(
        minimize_scalar(value, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9}).x
    )


@settings(derandomize=True, deadline=None, max_examples=8)
@given(seed=some.integers(0, 10_000))
def test_against_a_slow_likelihood_with_each_cluster_left_out(seed: int) -> None:
    from scipy.stats import t

    cluster, stratum, pattern, passes, n = table(seed)
    found = clustered_conditional(cluster, stratum, pattern[:, np.newaxis], passes, n)
    everybody = slow_odds(stratum, pattern, passes, n)
    without = np.array(
        [
            slow_odds(*(values[cluster != one] for values in (stratum, pattern, passes, n)))
            for one in range(6)
        ]
    )
    error = np.sqrt(5 / 6 * ((without - everybody) ** 2).sum())
    one = found.combined([1.0])
    assert one.value == pytest.approx(everybody, abs=1e-5)
    assert one.upper - one.value == pytest.approx(t.ppf(0.975, 5) * error, rel=1e-3)
    assert one.p_value == pytest.approx(2 * t.sf(abs(everybody) / error, 5), abs=1e-4)
    assert found.clusters == 6


def test_sums_of_coefficients_and_fewer_telling_clusters() -> None:
    random = np.random.default_rng(5)
    cluster, stratum, pattern = (values.ravel() for values in np.indices((8, 4, 3)))
    design = np.column_stack([pattern == 1, pattern == 2]).astype(float)
    n = np.full(cluster.size, 20)
    passes = random.binomial(n, np.array([0.3, 0.4, 0.5])[pattern])
    found = clustered_conditional(cluster, stratum, design, passes, n)
    first, second = (found.combined(row) for row in np.eye(2))
    apart = found.combined([-1.0, 1.0])
    assert apart.value == pytest.approx(second.value - first.value)
    assert found.combined([1.0, -1.0]).upper == pytest.approx(-apart.lower)
    few = found.combined([-1.0, 1.0], telling=3)
    assert few.value == apart.value
    assert few.upper > apart.upper


def test_rows_in_any_order_and_strata_that_tell_nothing_change_nothing() -> None:
    cluster, stratum, pattern, passes, n = table(3)
    first = clustered_conditional(cluster, stratum, pattern[:, np.newaxis], passes, n)
    # A cluster whose only stratum nobody passed has no part in it.
    rows = np.random.default_rng(1).permutation(cluster.size + 2)
    more = [
        np.concatenate((values, end))[rows]
        for values, end in (
            (cluster, [9, 9]),
            (stratum, [9, 9]),
            (pattern, [0, 1]),
            (passes, [0, 0]),
            (n, [5, 5]),
        )
    ]
    second = clustered_conditional(more[0], more[1], more[2][:, np.newaxis], more[3], more[4])
    assert second.clusters == first.clusters
    assert second.combined([1.0]).upper == pytest.approx(first.combined([1.0]).upper, abs=1e-9)


def test_what_hangs_on_one_cluster_has_no_error() -> None:
    # Only in the first cluster does anybody of the pattern pass.
    cluster, stratum, pattern = (values.ravel() for values in np.indices((5, 1, 2)))
    n = np.full(10, 10)
    passes = np.where(pattern == 0, 4, 0)
    passes[(cluster == 0) & (pattern == 1)] = 3
    one = clustered_conditional(cluster, stratum, pattern[:, np.newaxis], passes, n).combined([1.0])
    assert np.isfinite(one.value)
    assert np.isnan(one.lower)
    assert np.isnan(one.p_value)


def test_one_cluster_tells_nothing() -> None:
    found = clustered_conditional(["a"] * 2, ["s"] * 2, [[1], [0]], [3, 2], [9, 9])
    assert found.clusters == 1
    assert np.isnan(found.combined([1.0]).lower)


def test_lengths_must_agree() -> None:
    with pytest.raises(UsageError, match="one per row of the design"):
        clustered_conditional(["a"], ["s"] * 2, [[1], [0]], [3, 2], [9, 9])
