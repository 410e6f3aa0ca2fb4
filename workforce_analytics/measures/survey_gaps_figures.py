"""Gaps between groups and a reference on every topic: raw, like with like, and shrunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workforce_analytics.counting.answer_scores import score_counts
from workforce_analytics.counting.answers import Measured, answer_counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.inference.finite import Sums, mean_of_scores, share_of_answers
from workforce_analytics.inference.intervals import Interval, normal_quantile
from workforce_analytics.inference.ordinal import OrderedLogit, ordered_logit
from workforce_analytics.inference.score_gaps import ScoreGap
from workforce_analytics.inference.shrunk_gaps import shrunk_gaps
from workforce_analytics.inference.standardised_gaps import StandardisedGap, standardised_gap
from workforce_analytics.measures.survey_scores_figures import (
    Group,
    gap_of,
    in_points,
    selection,
    sums_by_row,
    sums_of,
)
from workforce_analytics.measures.survey_scores_rows import Split

LEAST_POOLED = 10
"""Groups of fewer respondents take no part in models: they would tell next to nothing."""
UNDECLARED_STRATUM = ""
"""Those who did not say, in what is held equal: people alike in that."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Which groups are compared, with which, and what is held equal."""

    split: Split
    groups: tuple[Group, ...]
    """The declared groups that stand in the table, the reference among them."""
    reference: Group
    factors: tuple[str, ...]

    @property
    def others(self) -> list[Group]:
        """All groups but the reference."""
        return [one for one in self.groups if one != self.reference]


@dataclass(frozen=True, eq=False)
class TopicFigures:
    """One measure's figures; arrays have an element for each group but the reference."""

    measured: Measured
    n: np.ndarray
    """Respondents with a figure."""
    n_reference: int
    raw: ScoreGap
    standardised: tuple[StandardisedGap, ...]
    """In points; none where nothing is held equal."""
    odds: Mapping[str, dict[str, float]]
    """Code of a group -> its odds ratio and limits."""
    odds_method: str
    shrunk: Interval


def all_figures(survey: Any, compared: Compared, counted: Mapping[str, Any]) -> list[TopicFigures]:
    """Work out the figures of every measure; those that are shrunk need all of them at once.

    Parameters
    ----------
    survey
        What `gaps` was given.
    counted
        Wave, subset and levels, as `answer_sums` takes them.
    """
    measures = list(compared.split.answers.measures.values())
    found = [_figures(survey, compared, measured, counted) for measured in measures]
    drawn = _shrunk(found, [_errors(compared, measured) for measured in measures])
    return [replace(one, shrunk=shrunk) for one, shrunk in zip(found, drawn, strict=True)]


def _figures(
    survey: Any, compared: Compared, measured: Measured, counted: Mapping[str, Any]
) -> TopicFigures:
    split, others = compared.split, compared.others
    own, base = _sides(compared, measured)
    raw = gap_of(measured, own, base, split.confidence)
    odds: dict[str, dict[str, float]] = {}
    method = ""
    standardised: tuple[StandardisedGap, ...] = ()
    if compared.factors and others:
        standardised = _standardised(compared, measured)
        fit, codes = _ordered(survey, compared, measured, counted, own, base)
        if fit is not None:
            method = str(fit.odds_ratios.method[0])
            odds = {
                code: {
                    end: float(getattr(fit.odds_ratios, end)[place])
                    for end in ("value", "lower", "upper")
                }
                for place, code in enumerate(codes)
            }
    n_reference = int(base.n[0]) if others else 0
    return TopicFigures(measured, own.n, n_reference, raw, standardised, odds, method, raw.interval)


def _sides(compared: Compared, measured: Measured) -> tuple[Sums, Sums]:
    """Sums of each group but the reference, and of the reference as often."""
    split = compared.split
    own = [selection(split.of, one) for one in compared.others]
    base = [selection(split.of, compared.reference)] * len(own)
    return (
        sums_of(split.shown, measured.name, own),
        sums_of(split.shown, measured.name, base),
    )


def _errors(compared: Compared, measured: Measured) -> tuple[np.ndarray, float]:
    """Standard errors of the groups' own scores, and of the reference's, in points of 100.

    Where all answers of a group are alike its error would be 0: it is taken from its limits.
    """
    split = compared.split
    whom = [selection(split.of, one) for one in (*compared.others, compared.reference)]
    added = sums_of(split.shown, measured.name, whom)
    if measured.unit == "proportion":
        found = share_of_answers(added, confidence=split.confidence)
    else:
        found = mean_of_scores(added, scale=measured.scale, confidence=split.confidence)
    width = (found.interval.upper - found.interval.lower) / 2
    error = np.where(found.error > 0, found.error, width / normal_quantile(split.confidence))
    error = error * 100 / (measured.scale[1] - measured.scale[0])
    enough = added.n >= LEAST_POOLED
    return np.where(enough, error, np.nan)[:-1], float(error[-1] if enough[-1] else np.nan)


def _shrunk(
    found: Sequence[TopicFigures], errors: Sequence[tuple[np.ndarray, float]]
) -> list[Interval]:
    """Shrink all gaps together, in points of 100, and give them back topic by topic."""
    if not found or not found[0].n.size:
        return [one.raw.interval for one in found]
    full = [100 / _points(one.measured) for one in found]
    own = np.column_stack([error for error, _ in errors])
    base = np.array([error for _, error in errors])
    known = np.isfinite(own) & np.isfinite(base)
    gap = np.column_stack(
        [one.raw.interval.value * by for one, by in zip(found, full, strict=True)]
    )
    drawn = shrunk_gaps(
        np.where(known, gap, np.nan),
        np.where(known, own, 1.0),
        np.where(np.isfinite(base), base, 0.0),
        confidence=found[0].raw.interval.confidence,
    )
    return [
        Interval(
            drawn.value[:, place] / by,
            np.maximum(drawn.lower[:, place] / by, -100 / by),
            np.minimum(drawn.upper[:, place] / by, 100 / by),
            drawn.method[:, place],
            drawn.confidence,
        )
        for place, by in enumerate(full)
    ]


def _points(measured: Measured) -> float:
    """How many points the scale of a gap has: 100, or 10 of an element."""
    return 100.0 if measured.unit == "proportion" else measured.scale[1] - measured.scale[0]


# --- like with like -------------------------------------------------------------------------------


def _standardised(compared: Compared, measured: Measured) -> tuple[StandardisedGap, ...]:
    """Gaps of the groups with the reference's mix of what is held equal."""
    split = compared.split
    names = [item.name for item in split.answers.dimensions]
    keys = split.answers.rows()
    dimensions = [split.answers.dimension(name) for name in compared.factors]
    places = [names.index(name) for name in compared.factors]
    alike = [
        tuple(_stratum(item, key[at]) for item, at in zip(dimensions, places, strict=True))
        for key in keys
    ]
    number = {one: place for place, one in enumerate(sorted(set(alike)))}
    stratum = np.array([number[one] for one in alike], dtype=np.int64)
    own = np.array([key[names.index(split.of or "")] for key in keys], dtype=object)
    rows = sums_by_row(split.answers, measured.name)

    def strata(group: Group) -> Sums:
        here = np.isin(own, group.codes)
        return replace(
            rows,
            **{
                name: np.bincount(
                    stratum[here], weights=getattr(rows, name)[here], minlength=len(number)
                )
                for name in ("n", "m", "y", "mm", "ym", "yy")
            },
        )

    base = strata(compared.reference)
    found = (
        standardised_gap(
            strata(one),
            base,
            scale=measured.scale,
            confidence=split.confidence,
        )
        for one in compared.others
    )
    return tuple(replace(one, interval=in_points(measured, one.interval)) for one in found)


def _stratum(item: Dimension, code: str) -> str:
    return UNDECLARED_STRATUM if code in item.undeclared else code


def _ordered(
    survey: Any,
    compared: Compared,
    measured: Measured,
    counted: Mapping[str, Any],
    own: Sums,
    base: Sums,
) -> tuple[OrderedLogit | None, list[str]]:
    """Fit the ordered logit of a measure: groups of enough respondents, and what is held equal."""
    split = compared.split
    codes = [
        group.codes[0] for group, n in zip(compared.others, own.n, strict=True) if n >= LEAST_POOLED
    ]
    if not codes or base.n[0] < LEAST_POOLED:
        return None, []
    keys, table = _answers(survey, compared, measured, counted)
    kept = np.array([key[0] in {*codes, compared.reference.codes[0]} for key in keys], dtype=bool)
    keys = [key for key, here in zip(keys, kept, strict=True) if here]
    columns = [np.array([key[0] == code for key in keys]) for code in codes]
    names = [f"group: {code}" for code in codes]
    for place, name in enumerate(compared.factors, 1):
        item = split.answers.dimension(name)
        values = [_stratum(item, key[place]) for key in keys]
        for one in sorted(set(values))[1:]:
            columns.append(np.array([value == one for value in values]))
            names.append(f"{name}: {one}")
    design = np.column_stack(columns).astype(float)
    fit = ordered_logit(table[kept], design, names=names, confidence=split.confidence)
    return fit, codes


def _answers(
    survey: Any, compared: Compared, measured: Measured, counted: Mapping[str, Any]
) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """Count respondents by group, what is held equal, and their answer, lowest first."""
    instrument, by = compared.split.survey.instrument, [compared.split.of or "", *compared.factors]
    ordered = measured.kind == "item" and instrument.scale_of(measured.name).ordered
    if not ordered:
        found = score_counts(survey, instrument, measured.name, by=by, **counted)
        return list(found.cells), found.n
    answers = answer_counts(survey, instrument, measured.name, by=by, **counted)
    points = list(instrument.scale_of(measured.name).points)
    if instrument.items[measured.name].reversed:
        points.reverse()
    occurring = {key: n for key, n in answers.occurring().items() if key[-1] in points}
    keys = list(dict.fromkeys(key[:-1] for key in occurring))
    table = np.array([[occurring.get((*key, point), 0) for point in points] for key in keys])
    return keys, table.reshape(len(keys), len(points))
