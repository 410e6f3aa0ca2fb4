"""What weights do to the shares of groups, and what they cost: the rows of their diagnostics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED, About, Estimates
from workforce_analytics.inference.weighting import Weighting
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    ELIGIBLE,
    RESPONDENTS,
    WAVE,
    Survey,
    describe,
    estimates_of,
    survey_rows,
)
from workforce_analytics.measures.survey_weights_margins import Target

MARGIN, CATEGORY = "margin", "category"
HOW = {
    "rake": "each of these by itself is brought to the staff's (raking)",
    "cells": "all of these together are brought to the staff's (post-stratification)",
}
WHAT = (
    "How many staff each answer stands for, so that {how}: {titles}. Shares are of those whose "
    "category is known; undeclared ones of all. A mean weight of 1 is everybody's."
)
NOT_MENDED = (
    "Weights mend what differs between these groups. They mend nothing where, among people alike "
    "in all of them, who answers has to do with what they would answer."
)


@dataclass(frozen=True, eq=False)
class Made:
    """What weights were made of."""

    asked: Survey
    respondents: Counts
    eligible: Counts
    targets: tuple[Target, ...]
    method: str
    largest: float

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What weights are made by, as respondents are split."""
        return self.respondents.dimensions


def diagnostics(
    made: Made,
    weighting: Weighting,
    cells: Sequence[tuple[str, ...]],
    of: str | None,
    *,
    confidence: float,
) -> Estimates:
    """Give the table of what weights do to one margin, and what they cost.

    `cells` are the weighting's. A table of several margins would be one of everybody by all of
    them together, which takes long to protect and says nothing more.
    """
    shares = _Shares.of(made, weighting, cells)
    names = [item.name for item in made.dimensions]
    if of is not None and of not in names:
        raise UsageError(f"of= is {of!r}, which is not weighted by. Allowed: {', '.join(names)}.")
    name = of if of is not None else max(names, key=shares.moved)
    counted = {RESPONDENTS: made.respondents.over(name), ELIGIBLE: made.eligible.over(name)}
    rows = survey_rows(counted, made.asked.wave)
    one = _Margin(rows, made, shares, made.respondents.dimension(name), confidence)
    order = one.add()
    _whole(rows, made, weighting, shares.mean)
    about = _about(made, weighting, one.dimension, order, confidence)
    return estimates_of(rows, about, made.asked, counted[ELIGIBLE])


@dataclass(frozen=True, eq=False)
class _Shares:
    """Respondents of each cell, weighted and as they are, by what cells are split by."""

    codes: Mapping[str, np.ndarray]
    """Dimension -> the category of each cell of the weighting."""
    known: Mapping[str, np.ndarray]
    """Dimension -> in which cells the category is an answer."""
    n: np.ndarray
    weighted: np.ndarray

    @classmethod
    def of(cls, made: Made, weighting: Weighting, cells: Sequence[tuple[str, ...]]) -> _Shares:
        codes = {
            item.name: np.array([key[place] for key in cells], dtype=object)
            for place, item in enumerate(made.dimensions)
        }
        known = {item.name: np.isin(codes[item.name], item.declared) for item in made.dimensions}
        weighted = np.nan_to_num(weighting.weight) * weighting.n
        return cls(codes, known, weighting.n, weighted)

    @property
    def mean(self) -> float:
        """The mean weight."""
        return float(self.weighted.sum() / self.n.sum())

    def moved(self, name: str) -> float:
        """How far weights move the share of a category, of those known, at most."""
        known, apart = self.known[name], 0.0
        for code in np.unique(self.codes[name][known]):
            inside = self.codes[name] == code
            shares = (one[inside].sum() / one[known].sum() for one in (self.weighted, self.n))
            before, after = shares
            apart = max(apart, abs(float(before - after)))
        # To the last digit the order of sums may matter, and must not choose.
        return round(apart, 12)


@dataclass
class _Margin:
    """Adds the rows of one margin, category by category."""

    rows: Rows
    made: Made
    shares: _Shares
    dimension: Dimension
    confidence: float

    def add(self) -> list[str]:
        """Add the rows; give the labels in their order."""
        staff = self.made.eligible.dimension(self.dimension.name)
        labels = {one.code: one.label for one in (*staff.categories, *self.dimension.categories)}
        declared = tuple(dict.fromkeys((*staff.declared, *self.dimension.declared)))
        undeclared = tuple(dict.fromkeys((*staff.undeclared, *self.dimension.undeclared)))
        for code in declared:
            self._category(labels[code], (code,), declared)
        if undeclared:
            self._category(UNDECLARED, undeclared, (*declared, *undeclared))
        return [*(labels[code] for code in declared), UNDECLARED]

    def _category(self, label: str, codes: tuple[str, ...], base: tuple[str, ...]) -> None:
        at = {MARGIN: self.dimension.title, CATEGORY: label}
        part, whole = (self._cell(RESPONDENTS, chosen) for chosen in (codes, base))
        staff, all_staff = (self._cell(ELIGIBLE, chosen) for chosen in (codes, base))
        together = tuple(self._cell(ELIGIBLE, (one,)) for one in self._together(codes))
        self.rows.proportion("share_of_respondents", at, part, whole, self.confidence)
        self.rows.proportion("share_of_eligible", at, staff, all_staff, self.confidence)
        own, weighted = self.shares.codes[self.dimension.name], self.shares.weighted
        here, everywhere = (weighted[np.isin(own, x)].sum() for x in (codes, base))
        n = self.rows.n(part)
        figures = {
            "share_weighted": ("proportion", here / everywhere if everywhere else np.nan, whole),
            "mean_weight": ("ratio", here / n / self.shares.mean if n else np.nan, part),
        }
        for measure, (unit, value, pool) in figures.items():
            row = self.rows.add(
                measure,
                at,
                denominator=part,
                behind=(whole, staff, all_staff, *together),
                unit=unit,
                value=float(value),
                method="by the weights of respondents",
                inference="process",
            )
            self.rows.unless_known(row, pool)

    def _together(self, codes: tuple[str, ...]) -> list[str]:
        """Name the categories of staff that are weighted together with any of these."""
        found = []
        for one in self.made.targets:
            if one.dimensions != (self.dimension.name,):
                continue
            places = {one.place[key] for key in one.place if key[0] in codes}
            found += [key[0] for key, at in one.place.items() if at in places]
        staff = self.made.eligible.dimension(self.dimension.name).codes
        return [code for code in dict.fromkeys(found) if code in staff and code not in codes]

    def _cell(self, who: str, codes: tuple[str, ...]) -> int:
        return self.rows.cell(
            **{WAVE: self.made.asked.wave, ASKED: who, self.dimension.name: codes}
        )


def _whole(rows: Rows, made: Made, weighting: Weighting, mean: float) -> None:
    """Add the rows of what weights cost, and of whether they reach their aim."""
    wave = made.asked.wave
    everybody, staff = (rows.cell(**{WAVE: wave, ASKED: who}) for who in (RESPONDENTS, ELIGIBLE))
    uncovered = max(one.uncovered for one in made.targets)
    figures = {
        "design_effect": (weighting.design_effect, "Kish's design effect"),
        "n_effective": (weighting.n_effective, "respondents over Kish's design effect"),
        "largest_weight": (np.nanmax(weighting.weight) / mean, "largest weight, in mean weights"),
        "trimmed": (weighting.trimmed, "respondents whose weight was cut"),
        "uncovered": (uncovered, "staff whom nobody alike answered for, put to their neighbours"),
        "furthest": (weighting.furthest, "farthest share from the staff's, after trimming"),
        "converged": (weighting.converged, "1: the staff's shares were met, before trimming"),
    }
    # These two are numbers of people, of whom a few could be recognised. The others are worked out
    # from how many there are of each category of every margin; whether they were met tells of none.
    few = {"trimmed": weighting.trimmed, "uncovered": uncovered, "converged": rows.n(everybody)}
    fewest = _smallest(made)
    for measure, (value, method) in figures.items():
        rows.add(
            measure,
            {MARGIN: ALL, CATEGORY: ALL},
            denominator=everybody,
            behind=(staff,),
            fewest=few.get(measure, fewest) or rows.n(everybody),
            unit="statistic",
            value=float(value),
            method=method,
            inference="process",
        )


def _smallest(made: Made) -> int:
    """How many are of the smallest category of a margin, of those who answered or could."""
    both = (made.respondents, made.eligible)
    sizes = [n for counts in both for one in counts.dimensions
             for n in counts.over(one.name).occurring().values() if n]  # fmt: skip
    return min(sizes, default=0)


def _about(
    made: Made,
    weighting: Weighting,
    shown: Dimension,
    order: Sequence[str],
    confidence: float,
) -> About:
    titles = [item.title[:1].lower() + item.title[1:] for item in made.dimensions]
    by = ", ".join(titles[:-1]) + (" and " if titles[1:] else "") + titles[-1]
    notes = [*chain.from_iterable(one.notes for one in made.targets)]
    if weighting.trimmed:
        notes.append(
            f"No weight is larger than {made.largest:g} mean weights: what was cut off is spread "
            "over the others, and shares then miss the staff's by a little."
        )
    if not weighting.converged:
        notes.append(
            "The weights do not bring all shares to the staff's: the margins contradict each "
            "other among those who answered. Leave one out."
        )
    return describe(
        made.asked,
        kind="survey_weights",
        title=f"weights by {by}, and what they do to {shown.title[:1].lower()}{shown.title[1:]}",
        question="What must each answer count for, so that those who answered look like the staff?",
        definition=WHAT.format(how=HOW[made.method], titles=by),
        source=made.eligible,
        groups=(MARGIN, CATEGORY),
        headings={MARGIN: "Weighted by", CATEGORY: "Group"},
        order={
            MARGIN: (shown.title, ALL),
            CATEGORY: (*order, ALL),
        },
        confidence=confidence,
        caveats=(NOT_MENDED, *notes),
    )
