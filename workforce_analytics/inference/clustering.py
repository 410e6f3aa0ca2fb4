"""Standard errors that allow for outcomes of one cluster going together: a candidate, a service."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError


def cluster_codes(clusters: Any, rows: int) -> np.ndarray:
    """Number clusters in their own order.

    Raises
    ------
    UsageError
        There is not one per row, or some are missing.
    """
    import pandas as pd

    values = np.asarray(clusters)
    if values.shape != (rows,):
        raise UsageError("clusters must be one per row of the design.")
    codes = pd.factorize(values, sort=True)[0]
    if (codes < 0).any():
        raise UsageError("clusters must not be missing: give each row the name of its cluster.")
    return codes


def clustered_covariance(
    covariance: np.ndarray,
    columns: np.ndarray,
    pattern: np.ndarray,
    residual: np.ndarray,
    cluster: np.ndarray,
    n: float,
) -> tuple[np.ndarray, int]:
    """Widen a model's covariance by what outcomes of one cluster have in common.

    Parameters
    ----------
    covariance
        The model's own: the inverse of its information.
    columns
        The design, one row per pattern.
    pattern, residual, cluster
        Of each row: its pattern, passes less those expected, and the number of its cluster.
    n
        How many people the rows stand for.

    Returns
    -------
    tuple of numpy.ndarray and int
        B M B x C / (C - 1) x (n - 1) / (n - k), M being the sum over C clusters of the outer
        product of their scores; and C. Not a number with fewer than two clusters.
    """
    from scipy import sparse

    occurs = np.bincount(cluster) > 0
    clusters = int(occurs.sum())
    freedom = n - columns.shape[1]
    if clusters < 2 or freedom <= 0:
        return np.full(covariance.shape, np.nan), clusters
    place = (np.cumsum(occurs) - 1)[cluster]
    order = _order(place * np.int64(len(columns)) + pattern, residual)
    by_cluster = sparse.csr_array(
        (residual[order], (place[order], pattern[order])), shape=(clusters, len(columns))
    )
    score = by_cluster @ columns
    factor = clusters / (clusters - 1) * (n - 1) / freedom
    return covariance @ (score.T @ score) @ covariance * factor, clusters


def _order(key: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """Put rows in one order, whatever theirs was: the last digit of a sum hangs on it."""
    order = np.argsort(key, kind="stable")
    alike = (np.diff(key[order]) == 0).any()
    return np.lexsort((residual, key)) if alike else order
