"""Figures of weighted answers and their errors, by linearisation on cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.finite import Estimated, Sums
from workforce_analytics.inference.finite_limits import mean_limits, share_limits
from workforce_analytics.inference.intervals import Interval, checked_confidence, divided
from workforce_analytics.inference.weighting import Weighting

WEIGHTED = ", weighted, linearised on all margins"


@dataclass(frozen=True, eq=False)
class _Rows:
    """Sums per row of a table, and where each row belongs."""

    sums: Sums
    cell: np.ndarray
    group: np.ndarray
    groups: int
    cluster: np.ndarray | None


def weighted_share(
    weighting: Weighting,
    answers: Sums,
    *,
    cell: Any = None,
    group: Any = None,
    cluster: Any = None,
    answered_share: Any = 0.0,
    confidence: float = 0.95,
) -> Estimated:
    """What share of all answers was positive, weighted, and how sure is that, group by group?

    Parameters
    ----------
    weighting
        From `post_stratify`, `rake` or `trim`.
    answers
        One element per row; y: positive answers; m: valid answers; n: respondents.
    cell
        The cell of each row, as its position in the weighting; row i is cell i where left out.
        Several rows may be of one cell (its men and its women, say); a cell may have none.
    group
        The group of each row, numbered from 0; all are one group where left out.
    cluster
        Which rows were drawn together, numbered from 0, where whole clusters were sampled; rows
        must then hold all respondents of each cell. Left out, respondents stand alone.
    answered_share
        Which share of the people about whom it is answered: n / N for a finite population (of
        clusters, if there are any), one number or one per cell; 0 for a process.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimated
        One proportion between 0 and 1 per group; not a number where nobody answered.

    Raises
    ------
    UsageError
        Rows, cells, groups or clusters do not fit together; a share lies outside 0 to 1.

    Notes
    -----
    R = sum w y / sum w m, with linearised values z = (y - R m) / sum w m, 0 outside the group. From
    them goes what all margins together explain by regression, fitted with the base weights: e = z -
    x'b, x the categories of every margin. Variance: k / (k - 1) sum (u - mean u)^2 over the k
    respondents or clusters, u = w e with the final weights (Deville and Sarndal 1992, Journal of
    the American Statistical Association 87, 376-382; with Deville, Sarndal and Sautory 1993,
    same journal 88, 1013-1020, for raking). A term counts (1 - answered_share) of its cell.
    Post-strata are the case of one margin, where b are the cells' means. Trimmed weights are taken
    as though they met the margins; their bias is in no error. Where a margin has free categories
    (`margin`), the share of respondents in them is drawn, as answers are: u gains N / n (h - mean
    h), h being b of one's own category for who is in a free one, and for the others the mean b of
    theirs by the margin's people. Limits: as in `share_of_answers`, by Wilson at R (1 - R) /
    variance; where all answers are alike, by the group's respondents over Kish's design effect. The
    variance behind the limits, not the error, is raised by (n - 1) / (n - r), r the categories
    fitted, and from n / (n - 1) to the group's own n_g / (n_g - 1), as residuals of few people are
    too small (not for clusters); a share is worth no more answers than there are, but for what
    the margins explain.

    Examples
    --------
    >>> from workforce_analytics.inference.finite import sums
    >>> from workforce_analytics.inference.weighting import post_stratify
    >>> weighting = post_stratify([40, 20], [50, 50])
    >>> found = weighted_share(weighting, sums([40, 20], [30, 5], [30, 5]))
    >>> print(f"{found.interval.value[0]:.3f}, standard error {found.error[0]:.4f}")
    0.500, standard error 0.0598
    """
    if (answers.y > answers.m).any():
        raise UsageError("positive answers cannot be more than valid answers, and are somewhere.")
    checked_confidence(confidence)
    rows = _rows(weighting, answers, cell, group, cluster)
    value, error, left, plain = _linearised(weighting, rows, answered_share)
    respondents, answered, worth = _sizes(weighting, rows)
    alike = (value <= 0) | (value >= 1)
    wider = _widened(error, weighting, respondents, rows.cluster)
    interval, size = share_limits(
        value,
        np.where(alike, np.nan, wider),
        respondents=np.where(alike, worth, respondents),
        answers=answered,
        left=left,
        confidence=confidence,
        gain=_gain(wider, plain, weighting, respondents),
    )
    return Estimated(_called_weighted(interval), error, respondents, size)


def weighted_mean(
    weighting: Weighting,
    scores: Sums,
    *,
    cell: Any = None,
    group: Any = None,
    cluster: Any = None,
    answered_share: Any = 0.0,
    scale: tuple[float, float] = (0.0, 100.0),
    confidence: float = 0.95,
) -> Estimated:
    """What is the mean score, weighted, and how sure is that, group by group?

    Parameters
    ----------
    weighting, cell, group, cluster, answered_share, confidence
        As in `weighted_share`.
    scores
        One element per row; y: scores; m: 1 for a respondent with a score; n: respondents.
    scale
        The least and the greatest score that anybody can have.

    Returns
    -------
    Estimated
        One mean per group; not a number where nobody answered.

    Raises
    ------
    UsageError
        Rows, cells, groups or clusters do not fit together; a mean lies outside the scale.

    Notes
    -----
    The errors of `weighted_share`; limits by t with one less than the respondents behind the
    figure (or than the clusters, where there are any), within the scale.

    Examples
    --------
    >>> from workforce_analytics.inference.finite import sums
    >>> from workforce_analytics.inference.weighting import post_stratify
    >>> weighting = post_stratify([4, 2], [50, 50])
    >>> found = weighted_mean(weighting, sums([4, 2], [240, 130], [16000, 8500]))
    >>> print(f"{found.interval.value[0]:.1f}, standard error {found.error[0]:.2f}")
    62.5, standard error 5.81
    """
    checked_confidence(confidence)
    rows = _rows(weighting, scores, cell, group, cluster)
    value, error, left, _ = _linearised(weighting, rows, answered_share)
    respondents = _sizes(weighting, rows)[0]
    units = respondents
    if rows.cluster is not None:
        units = np.full(respondents.shape, float(np.unique(rows.cluster).size))
    wider = _widened(error, weighting, respondents, rows.cluster)
    interval = mean_limits(
        value, wider, respondents=units, left=left, scale=scale, confidence=confidence
    )
    nothing = np.full(value.shape, np.nan)
    return Estimated(_called_weighted(interval), error, respondents, nothing)


def _called_weighted(interval: Interval) -> Interval:
    return replace(interval, method=np.char.add(interval.method, WEIGHTED))


def _rows(weighting: Weighting, sums_: Sums, cell: Any, group: Any, cluster: Any) -> _Rows:
    count = sums_.n.size
    cells = weighting.n.size
    place = _positions(np.arange(count) if cell is None else cell, count, cells, "cell")
    groups = np.zeros(count, dtype=int) if group is None else np.asarray(group)
    number = int(groups.max(initial=0)) + 1 if groups.dtype.kind in "iu" else 1
    groups = _positions(groups, count, number, "group")
    together = None
    if cluster is not None:
        together = np.asarray(cluster)
        together = _positions(together, count, int(together.max(initial=0)) + 1, "cluster")
        held = np.bincount(place, weights=sums_.n, minlength=cells)
        if not np.array_equal(held, weighting.n):
            raise UsageError("rows of clusters must hold all respondents of each cell.")
    if ((weighting.n[place] == 0) & (sums_.m > 0)).any():
        raise UsageError("rows have answers in a cell that has no respondents, and so no weight.")
    return _Rows(sums_, place, groups, number, together)


def _positions(given: Any, count: int, below: int, name: str) -> np.ndarray:
    array = np.asarray(given)
    whole = array.shape == (count,) and array.dtype.kind in "iu"
    if not whole or (count and (array.min() < 0 or array.max() >= below)):
        raise UsageError(f"{name} must give each row a position, from 0 to {below - 1}.")
    return array.astype("int64")


def _sizes(weighting: Weighting, rows: _Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Respondents of each group, their answers, and the respondents over Kish's design effect."""
    each = np.nan_to_num(weighting.weight)[rows.cell]
    n, m, w, ww = (
        np.bincount(rows.group, weights=values, minlength=rows.groups)
        for values in (rows.sums.n, rows.sums.m, rows.sums.n * each, rows.sums.n * each**2)
    )
    return n, m, divided(w**2, ww)


def _widened(
    error: np.ndarray, weighting: Weighting, respondents: np.ndarray, cluster: np.ndarray | None
) -> np.ndarray:
    """The error that limits are made of: what is fitted looks nearer than it is."""
    if cluster is not None:
        return error
    people, fitted = weighting.n.sum(), _fitted(weighting)
    if people <= fitted:
        return np.where(np.isnan(error), np.nan, np.inf)
    group = divided(respondents, respondents - 1)
    return error * np.sqrt((people - 1) / (people - fitted) * group * (people - 1) / people)


def _fitted(weighting: Weighting) -> int:
    """How many categories are fitted, all margins together."""
    return 1 + sum(int((one.people > 0).sum()) - 1 for one in weighting.margins)


def _gain(
    error: np.ndarray, plain: np.ndarray, weighting: Weighting, respondents: np.ndarray
) -> np.ndarray:
    """How many times smaller a variance is than it would be, had weights told nothing; at least 1.

    Margins explain part of what is answered, and those who are positive may be of cells of which
    more answered. Of n people in r categories who all seem explained, one in n / r may still not
    be: with a variance of r / n, of 1/4 that a share can have at most, 4 r / n is left at least.
    """
    fitted = np.full(respondents.shape, 4 * _fitted(weighting), dtype="float64")
    floor = np.minimum(divided(fitted, respondents), 1.0)
    smallest = np.fmax(error**2, floor * plain**2)
    return np.fmax(divided(plain**2, smallest), 1.0)


def _linearised(
    weighting: Weighting, rows: _Rows, answered_share: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ratio and standard error of each group, which share of its people did not answer, and what
    its error would be if neither margins nor who did not answer had to do with what is answered.
    """
    weight = np.nan_to_num(weighting.weight)
    each = weight[rows.cell]
    y, m = (
        np.bincount(rows.group, weights=each * values, minlength=rows.groups)
        for values in (rows.sums.y, rows.sums.m)
    )
    value = divided(y, m)
    ratio, whole = np.nan_to_num(value), np.where(m > 0, m, np.nan)
    first = (rows.sums.y - ratio[rows.group] * rows.sums.m) / whole[rows.group]
    second = (
        rows.sums.yy - 2 * ratio[rows.group] * rows.sums.ym + ratio[rows.group] ** 2 * rows.sums.mm
    ) / whole[rows.group] ** 2
    left = 1 - _answered_share(answered_share, weight.shape)
    fitted, drawn = _explained(weighting, _by_cell(rows, first, weight.size))

    def variance(fitted: np.ndarray, drawn: np.ndarray, left: np.ndarray) -> np.ndarray:
        if rows.cluster is None:
            return _over_respondents(weighting, rows, first, second, fitted, drawn, left)
        return _over_clusters(weighting, rows, rows.cluster, first, fitted, drawn, left)

    people = np.bincount(rows.group, weights=rows.sums.n, minlength=rows.groups)
    share_left = np.bincount(
        rows.group, weights=rows.sums.n * left[rows.cell], minlength=rows.groups
    )
    remaining = divided(share_left, people)
    error = np.sqrt(variance(fitted, drawn, left))
    remaining = np.where(np.isnan(remaining), 1.0, remaining)
    nothing = np.zeros(fitted.shape)
    plain = np.sqrt(remaining * variance(nothing, nothing, np.ones(left.shape)))
    return value, error, remaining, plain


def _answered_share(given: Any, shape: tuple[int, ...]) -> np.ndarray:
    share = np.asarray(given, dtype="float64")
    if share.shape not in ((), shape) or not ((share >= 0) & (share <= 1)).all():
        raise UsageError("answered_share must lie between 0 and 1: one number, or one per cell.")
    return np.broadcast_to(share, shape)


def _by_cell(rows: _Rows, values: np.ndarray, cells: int) -> np.ndarray:
    """Add rows up by cell and group: one row per cell, one column per group."""
    place = rows.cell * rows.groups + rows.group
    flat = np.bincount(place, weights=values, minlength=cells * rows.groups)
    return flat.reshape(cells, rows.groups)


def _explained(weighting: Weighting, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the margins explain of one respondent's z, and what free categories add to it.

    Least squares with base weights; one row per cell, one column per group.
    """
    known = np.isfinite(first).all(axis=0)
    values = np.where(known, first, 0.0)
    mass = weighting.base * weighting.n
    if len(weighting.margins) == 1:
        one = weighting.margins[0]
        by_category = np.zeros((one.people.size, first.shape[1]))
        np.add.at(by_category, one.category, weighting.base[:, np.newaxis] * values)
        heads = np.bincount(one.category, weights=mass, minlength=one.people.size)
        slopes = divided(by_category, heads[:, np.newaxis])
        return slopes[one.category], _drawn(weighting, [slopes])
    blocks = [
        (one.category[:, np.newaxis] == np.arange(one.people.size)).astype("float64")
        for one in weighting.margins
    ]
    design, root = np.hstack(blocks), np.sqrt(mass)[:, np.newaxis]
    means = divided(values, weighting.n[:, np.newaxis])
    target = np.where(weighting.n[:, np.newaxis] > 0, means, 0.0) * root
    slopes = np.linalg.lstsq(design * root, target, rcond=None)[0]
    ends = np.cumsum([one.people.size for one in weighting.margins])[:-1]
    return design @ slopes, _drawn(weighting, np.split(slopes, ends))


def _drawn(weighting: Weighting, slopes: Sequence[np.ndarray]) -> np.ndarray:
    """What one respondent adds to an estimate by being of a free category, or of none."""
    share = weighting.base / (weighting.base * weighting.n).sum()
    added = np.zeros((weighting.n.size, slopes[0].shape[1]))
    for one, slope in zip(weighting.margins, slopes, strict=True):
        is_free = np.isin(np.arange(one.people.size), one.free)
        if not is_free.any() or is_free.all():
            continue
        counted = np.where(is_free, 0.0, one.people)
        others = (counted[:, np.newaxis] * np.nan_to_num(slope)).sum(axis=0) / counted.sum()
        each = np.where(is_free[:, np.newaxis], np.nan_to_num(slope), others)[one.category]
        centre = ((share * weighting.n)[:, np.newaxis] * each).sum(axis=0)
        added += one.people.sum() * share[:, np.newaxis] * (each - centre)
    return added


def _over_respondents(
    weighting: Weighting,
    rows: _Rows,
    first: np.ndarray,
    second: np.ndarray,
    fitted: np.ndarray,
    drawn: np.ndarray,
    left: np.ndarray,
) -> np.ndarray:
    cells = weighting.n.size
    answered = weighting.n > 0
    n, w, kept = (array[answered][:, np.newaxis] for array in (weighting.n, weighting.weight, left))
    z, zz = (_by_cell(rows, values, cells)[answered] for values in (first, second))
    fit, add = fitted[answered], drawn[answered]
    unexplained = w * (z - n * fit)
    total = unexplained + n * add
    squares = w**2 * (zz - 2 * fit * z + n * fit**2) + 2 * add * unexplained + n * add**2
    people = weighting.n.sum()
    centre = total.sum(axis=0) / people
    variance = (kept * (squares - 2 * centre * total + n * centre**2)).sum(axis=0)
    return _several(np.maximum(variance, 0.0), people)


def _over_clusters(
    weighting: Weighting,
    rows: _Rows,
    cluster: np.ndarray,
    first: np.ndarray,
    fitted: np.ndarray,
    drawn: np.ndarray,
    left: np.ndarray,
) -> np.ndarray:
    if np.unique(left).size > 1:
        raise UsageError("answered_share must be one number where whole clusters were sampled.")
    w = np.nan_to_num(weighting.weight)[rows.cell]
    answered = weighting.n[:, np.newaxis] > 0
    fit, add = (np.where(answered, values, 0.0)[rows.cell] for values in (fitted, drawn))
    values = rows.sums.n[:, np.newaxis] * (add - w[:, np.newaxis] * fit)
    values[np.arange(w.size), rows.group] += w * first
    names, place = np.unique(cluster, return_inverse=True)
    sums_ = np.zeros((names.size, rows.groups))
    np.add.at(sums_, place, values)
    return _several(left[0] * ((sums_ - sums_.mean(axis=0)) ** 2).sum(axis=0), names.size)


def _several(squares: np.ndarray, units: float) -> np.ndarray:
    return squares * units / (units - 1) if units > 1 else np.full(squares.shape, np.nan)
