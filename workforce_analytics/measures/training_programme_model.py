"""How promotion went with a programme, people compared only within grade and year."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from workforce_analytics.counting.promotions import NOT_BEFORE, TOOK_PART, PromotionCounts
from workforce_analytics.inference.clustered_conditional import (
    ClusteredConditional,
    Combined,
    clustered_conditional,
)
from workforce_analytics.inference.conditional import expected_given_totals

ENOUGH = 0.8
"""Share of those who took part that must be left to compare for services to be strata as well."""
FARTHEST = 30.0
"""Log odds that stand for an end of an interval that is infinite."""


class Model:
    """The regression within strata: a level of each group, and an effect of each group's programme.

    `groups` are codes of declared groups; nobody else is compared.
    """

    def __init__(
        self, counts: PromotionCounts, groups: tuple[str, ...], reference: str, confidence: float
    ) -> None:
        self.groups, self.reference = groups, reference
        self.others = tuple(group for group in groups if group != reference)
        table = counts.table
        kept = table["group"].isin(groups) & table["took"].isin((NOT_BEFORE, TOOK_PART))
        table = table[kept].assign(happened=table["promoted"] * table["n"])
        names = ["group", "grade", "service", "year", "took"]
        self.table = table.groupby(names, as_index=False)[["happened", "n"]].sum()
        self.took = (self.table["took"] == TOOK_PART).to_numpy()
        fine = self._strata(["year", "grade", "service"])
        self.within_service = self._compared(fine) >= ENOUGH
        self.stratum = fine if self.within_service else self._strata(["year", "grade"])
        group = self.table["group"].to_numpy()
        levels = [group == code for code in self.others]
        effects = [(group == code) & self.took for code in groups]
        self.design = np.column_stack([*levels, *effects]).astype(float)
        self.passed = self.table["happened"].to_numpy(dtype=float)
        self.n = self.table["n"].to_numpy(dtype=float)
        self.confidence = confidence

    @cached_property
    def found(self) -> ClusteredConditional:
        """The regression, with each service left out in turn."""
        return clustered_conditional(
            self.table["service"].to_numpy(dtype=str),
            self.stratum,
            self.design,
            self.passed,
            self.n,
            names=[
                *(f"level of {code}" for code in self.others),
                *(f"effect in {code}" for code in self.groups),
            ],
            confidence=self.confidence,
        )

    def effect(self, group: str) -> np.ndarray:
        """Weights of a group's effect among the coefficients."""
        return np.eye(self.design.shape[1])[len(self.others) + self.groups.index(group)]

    def level(self, group: str) -> np.ndarray:
        """Weights of a group's level against the reference."""
        return np.eye(self.design.shape[1])[self.others.index(group)]

    def combined(self, weights: np.ndarray, *groups: str) -> Combined:
        """Give a sum of coefficients that is about those of some groups who took part."""
        telling = min(self.telling(group) for group in groups) if groups else None
        return self.found.combined(weights, telling=telling)

    def telling(self, group: str | None) -> int:
        """In how many services somebody of a group (of any) took part and can be compared."""
        here = self.took & self.found.told & (self.n > 0)
        if group is not None:
            here = here & (self.table["group"] == group).to_numpy()
        return int(self.table["service"][here].nunique())

    def people(self, group: str, effect: float) -> float:
        """How many more of a group who took part were promoted, were the effect so large.

        Against no effect in that group; the effects in other groups are as they were estimated.
        """
        if np.isnan(effect):
            return float(np.nan)
        coefficients = self.found.fit.coefficients.copy()
        place = len(self.others) + self.groups.index(group)
        coefficients[place] = np.clip(effect, -FARTHEST, FARTHEST)
        unknown = np.isnan(coefficients)
        # Whose effect cannot be told cannot be expected to be promoted, or not, either.
        n = np.where(self.design[:, unknown].any(axis=1), 0.0, self.n)
        passed = np.minimum(self.passed, n)
        none = coefficients.copy()
        none[place] = 0.0
        own = self.design[:, place] > 0
        given, not_given = (
            expected_given_totals(
                self.stratum, self.design, passed, n, np.where(unknown, 0.0, values)
            )
            for values in (coefficients, none)
        )
        return float((given - not_given)[own].sum())

    def _strata(self, names: Sequence[str]) -> np.ndarray:
        return np.asarray(self.table.groupby(list(names)).ngroup().to_numpy())

    def _compared(self, stratum: np.ndarray) -> float:
        """Share of those who took part whose stratum holds others, and both outcomes."""
        n = self.table["n"].to_numpy(dtype=float)
        sums = [
            np.bincount(stratum, weights=values)
            for values in (n * ~self.took, self.table["happened"].to_numpy(dtype=float), n)
        ]
        others, happened, everybody = sums
        tells = ((others > 0) & (happened > 0) & (happened < everybody))[stratum]
        who = float((n * self.took).sum())
        return float((n * self.took * tells).sum()) / who if who else 0.0
