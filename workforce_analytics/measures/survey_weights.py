"""What must each answer count for, so that those who answered look like the staff?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from workforce_analytics import engine
from workforce_analytics.counting.answer_dimensions import can_be_split
from workforce_analytics.counting.answers import answer_sums, eligible_counts
from workforce_analytics.counting.counts import Counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference import weighting as inference
from workforce_analytics.inference.margins import margin
from workforce_analytics.inference.weighting import Weighting
from workforce_analytics.measures.survey_asked import Survey, survey_of
from workforce_analytics.measures.survey_weights_margins import Target, target
from workforce_analytics.measures.survey_weights_rows import Made, diagnostics

METHODS = ("rake", "cells")
TRIM = 5.0
"""The largest weight in mean weights, where neither the question nor the plan says one."""
MOST, UNKNOWN = 3, 0.2
"""Of characteristics that nobody chose: how many, and how few of whom it is not known."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of one wave's respondents, cell by cell; shown by their diagnostics alone.

    For whoever estimates with them: count answers by `dimensions` (and whatever else) at `levels`,
    find each row's cell with `cell_of`, and give `weighting` and `answered_share` to
    `weighted_share` or `weighted_mean`. Answers of part of the staff take the weights of all.

    Attributes
    ----------
    wave
        The wave whose respondents they are of: those of another wave have weights of their own.
    dimensions
        Names of what the cells are split by.
    weighting
        The weight of each cell and what the weights are worth.
    cells
        The category codes of each cell, in the order of the weighting.
    levels
        Dimension -> the level of its code list that the cells are of.
    """

    wave: str
    dimensions: tuple[str, ...]
    weighting: Weighting
    cells: tuple[tuple[str, ...], ...]
    levels: Mapping[str, str]
    _made: Made = field(repr=False)

    @cached_property
    def _places(self) -> dict[tuple[str, ...], int]:
        return {key: place for place, key in enumerate(self.cells)}

    def cell_of(self, codes: Sequence[str]) -> int:
        """Which cell is a respondent of these categories in, as its position in the weighting?

        Parameters
        ----------
        codes
            A category code for each of `dimensions`, in their order; undeclared ones too.

        Raises
        ------
        UsageError
            Nobody of these categories answered.
        """
        key = tuple(codes)
        if key not in self._places:
            raise UsageError(
                f"No respondent of {self.wave} is of this cell ({', '.join(self.dimensions)}), so "
                "it has no weight. Count answers of the same survey, wave and levels."
            )
        return self._places[key]

    @property
    def answered_share(self) -> np.ndarray:
        """Which share of the people it stands for answered, in each cell: 1 / weight, at most 1."""
        return np.minimum(1 / self.weighting.weight, 1.0)

    def diagnostics(self, of: str | None = None, *, confidence: float = 0.95) -> Estimates:
        """How far do the weights move shares, and what do they cost in certainty?

        Parameters
        ----------
        of
            One of `dimensions`; without it the one whose shares weights move most.
        confidence
            0.95 for 95 %, of the unweighted shares.

        Returns
        -------
        Estimates
            Kind "survey_weights". For each category of the margin `share_of_respondents`,
            `share_of_eligible` and `share_weighted` (proportions; of those whose category is known,
            for the undeclared of all) and `mean_weight` (ratio; 1 is everybody's mean). For all
            `design_effect` (Kish's), `n_effective`, `largest_weight` (in mean weights), `trimmed`
            (respondents whose weight was cut), `uncovered` (staff in categories that nobody
            answered from), `furthest` (from its target, of all categories, as a share of staff) and
            `converged` (1 or 0).

        Raises
        ------
        UsageError
            Nothing is weighted by `of`.

        Examples
        --------
        >>> import workforce_analytics as wa
        >>> council = wa.load(wa.sample_data("organisation.toml"))
        >>> weights(council.survey, margins=["sex"]).diagnostics().about.kind
        'survey_weights'
        """
        return diagnostics(self._made, self.weighting, self.cells, of, confidence=confidence)

    def __repr__(self) -> str:
        return repr(self.diagnostics())


def weights(
    survey: Any,
    *,
    wave: str | None = None,
    margins: Sequence[str] | None = None,
    method: str = "rake",
    trim: float | None = None,
    levels: Mapping[str, str] | None = None,
) -> Weights:
    """What must each answer count for, so that those who answered look like the staff?

    Parameters
    ----------
    survey
        `council.survey`: answers, and how many could have answered.
    wave
        The wave; the last one without it.
    margins
        Characteristics that both the answers and the counts of who could answer have, or "unit".
        Without it those of [survey] margins in organisation.toml; where that names none, up to
        three of those that are known of four in five people, in both.
    method
        "rake": each characteristic by itself is brought to the staff's; "cells": all of them
        together (post-stratification), which needs respondents in every combination.
    trim
        The largest weight, in mean weights; infinity for no limit. Without it that of
        organisation.toml, or 5.
    levels
        Level of the code list by characteristic: "main" (default), "full" or "binary".

    Returns
    -------
    Weights
        Their mean is staff / respondents. What to do with them stands in `Weights`.

    Raises
    ------
    UsageError
        Nobody counted who could answer, or not by what is asked; more answered than could; the
        method is none.

    Notes
    -----
    Raking, weights by cells and trimming are those of inference/weighting.py; cells without
    respondents, staff whose category is not on record and respondents who did not say are treated
    as `survey_weights_margins.target` says, and so is printed. Weights mend what differs between
    the categories they know. They mend nothing where, among people alike in these, who answers has
    to do with what they would answer.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> weighted = weights(council.survey, wave="2024", margins=["sex", "age"])
    >>> weighted.dimensions, weighted.weighting.converged
    (('sex', 'age'), True)
    """
    if method not in METHODS:
        raise UsageError(f"method= is {method!r}. Allowed: {', '.join(METHODS)}.")
    asked = survey_of(survey, wave=wave)
    largest = _largest(asked, trim)
    names = _margins(asked, margins)
    chosen = _levels(names, levels)
    respondents, eligible = _counts(asked, names, chosen)
    _refuse_too_many(respondents, eligible)
    sets = [names] if method == "cells" else [(name,) for name in names]
    targets = [target(respondents.over(*one), eligible.over(*one)) for one in sets]
    cells = tuple(key for key, n in respondents.occurring().items() if n)
    weighting = _weighted(respondents, cells, targets, largest)
    made = Made(asked, respondents, eligible, tuple(targets), method, largest)
    return Weights(asked.wave, names, weighting, cells, chosen, made)


def _levels(names: Sequence[str], said: Mapping[str, str] | None) -> dict[str, str]:
    """Which level of its code list is each margin of?"""
    given = {} if said is None else said
    if not isinstance(given, Mapping) or set(given) - set(names):
        raise UsageError(
            'levels= gives levels of code lists by margin, such as {"ethnicity": "binary"}; '
            f"margins here are: {', '.join(names)}."
        )
    return {name: given.get(name, "main") for name in names}


def _largest(asked: Survey, said: float | None) -> float:
    largest = asked.context.plans.get("survey", {}).get("trim", TRIM) if said is None else said
    if not isinstance(largest, int | float) or not largest > 1:
        raise UsageError(
            f"trim= is {largest}: it is the largest weight in mean weights, and more than 1. "
            "Give infinity for no limit."
        )
    return float(largest)


def _margins(asked: Survey, said: Sequence[str] | None) -> tuple[str, ...]:
    if said is not None and (isinstance(said, str) or not all(isinstance(x, str) for x in said)):
        raise UsageError('margins= takes a list of names, such as ["sex", "age"].')
    if asked.eligible is None:
        raise UsageError(
            "Nobody said how many could answer, so there is nothing to weight to. Add a "
            "survey_eligible extract to organisation.toml."
        )
    planned = asked.context.plans.get("survey", {}).get("margins", ()) if said is None else said
    names = tuple(dict.fromkeys(planned)) or (_best_known(asked) if said is None else ())
    if not names:
        raise UsageError(
            "margins= names nothing to weight by, and nothing is known of four in five people both "
            "of staff and of respondents. Name what both extracts have."
        )
    _refuse_absent(asked, names)
    return names


def _refuse_absent(asked: Survey, names: Sequence[str]) -> None:
    """Refuse margins that one of the two extracts does not have."""
    extracts = [one for one in (asked.responses, asked.eligible) if one is not None]
    for extract in extracts:
        absent = [name for name in names if not can_be_split(extract, [name])]
        if absent:
            both = [*_in_both(asked), *(["unit"] if _both_have(extracts, "unit") else [])]
            raise UsageError(
                f"margins name {', '.join(absent)}, which the {extract.contract.name} extract does "
                "not have: weights bring what respondents say in line with what is counted of "
                f"staff. Both extracts have: {', '.join(both) or 'nothing'}. Leave the others out "
                "of margins= or of [survey] margins, or map their columns."
            )


def _both_have(extracts: Sequence[Extract], name: str) -> bool:
    return all(can_be_split(one, [name]) for one in extracts)


def _best_known(asked: Survey) -> tuple[str, ...]:
    """Choose what is known of most people, of those who answered and of those who could."""
    unknown: dict[str, float] = {}
    for name in _in_both(asked):
        both = (_respondents(asked, [name], {}), _eligible(asked, [name], {}))
        unknown[name] = max(_share_unknown(counts, name) for counts in both)
    listed = sorted((share, place, name) for place, (name, share) in enumerate(unknown.items()))
    return tuple(name for share, _, name in listed[:MOST] if share <= UNKNOWN)


def _in_both(asked: Survey) -> list[str]:
    """Name the characteristics that answers and staff records both have."""
    assert asked.eligible is not None
    there = set(engine.columns(asked.responses.frame)) & set(engine.columns(asked.eligible.frame))
    fields = asked.responses.contract.fields
    names = [field.name for field in fields if field.role == "characteristic"]
    return ["age" if name == "age_band" else name for name in names if name in there]


def _share_unknown(counts: Counts, name: str) -> float:
    declared = counts.dimension(name).declared
    found = counts.occurring()
    return sum(n for (code,), n in found.items() if code not in declared) / sum(found.values())


def _counts(
    asked: Survey, names: Sequence[str], levels: Mapping[str, str]
) -> tuple[Counts, Counts]:
    return _respondents(asked, names, levels), _eligible(asked, names, levels)


def _respondents(asked: Survey, names: Sequence[str], levels: Mapping[str, str]) -> Counts:
    return answer_sums(
        asked, asked.instrument, measures=(), by=names, wave=asked.wave, levels=levels
    ).respondents()


def _eligible(asked: Survey, names: Sequence[str], levels: Mapping[str, str]) -> Counts:
    found = eligible_counts(asked, by=names, wave=asked.wave, levels=levels)
    if found is None:
        raise UsageError(
            f"The survey_eligible extract does not say how many could answer the wave "
            f"'{asked.wave}', so there is nothing to weight to. Add the wave to it, or name it "
            "alike in both extracts."
        )
    return found


def _refuse_too_many(respondents: Counts, eligible: Counts) -> None:
    """Refuse weights to fewer people than answered."""
    if respondents.total() > eligible.total():
        raise UsageError(
            "More people answered than could answer, so nothing can be weighted to those who "
            "could. Look for respondents that are listed twice, or mend survey_eligible."
        )


def _weighted(
    respondents: Counts, cells: Sequence[tuple[str, ...]], targets: Sequence[Target], largest: float
) -> Weighting:
    found, names = respondents.occurring(), [item.name for item in respondents.dimensions]
    n = np.array([found[key] for key in cells], dtype=float)
    margins = []
    for one in targets:
        places = [names.index(name) for name in one.dimensions]
        category = [one.place[tuple(key[at] for at in places)] for key in cells]
        margins.append(margin(category, one.people, free=[one.free] if one.free >= 0 else []))
    weighting = inference.rake(n, margins)
    return weighting if largest == inf else inference.trim(weighting, largest=largest)
