"""Both waves of a survey, group by group: what they are split by so that like meets like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workforce_analytics.counting.answers import AnswerSums, answer_sums
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.waves import Wave, wave
from workforce_analytics.measures.survey_asked import Survey
from workforce_analytics.measures.survey_characteristics import characteristics_told
from workforce_analytics.measures.survey_scores_figures import EVERYBODY, Group

MOST = 4
"""How many default strata there are, before any is left out."""
MOST_LEFT_OUT = 0.02
"""The largest share of respondents in strata that a wave tells nothing of, where nobody chose."""
FEWEST = 2
"""Respondents of a stratum, in each wave, without whom its score has no error."""
UNKNOWN = ""

Key = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Side:
    """Sums of one wave, by the group and the strata."""

    sums: AnswerSums
    of: str | None
    strata: tuple[str, ...]

    @cached_property
    def groups(self) -> list[str]:
        """Group of each row of the sums; all of one where nothing is compared."""
        return [UNKNOWN if self.of is None else row[self._place(self.of)] for row in self._rows]

    @cached_property
    def keys(self) -> list[Key]:
        """Strata of each row of the sums; kinds of undeclared answers are one stratum."""
        places = [self._place(name) for name in self.strata]
        undeclared = [set(self.sums.dimension(name).undeclared) for name in self.strata]
        pairs = list(zip(places, undeclared, strict=True))
        return [
            tuple(UNKNOWN if row[place] in gone else row[place] for place, gone in pairs)
            for row in self._rows
        ]

    @cached_property
    def respondents(self) -> list[int]:
        """How many answered, of each row of the sums."""
        counts = self.sums.respondents().occurring()
        return [counts.get(row, 0) for row in self._rows]

    def inside(self, group: Group) -> list[int]:
        """Places of the rows of a group, or of everybody."""
        if group.kind == EVERYBODY:
            return list(range(len(self.groups)))
        return [place for place, one in enumerate(self.groups) if one in group.codes]

    def arrays(self, measure: str, cells: list[int], size: int) -> dict[str, np.ndarray]:
        """Give the sums of a measure, added up to cells: for each row its cell, or -1 for none."""
        places = np.array(cells, dtype=np.int64)
        kept = places >= 0
        return {
            name: np.bincount(places[kept], values[kept], minlength=size)
            for name, values in self.sums.arrays(measure).items()
        }

    @cached_property
    def _rows(self) -> list[Key]:
        return self.sums.rows()

    def _place(self, name: str) -> int:
        return [item.name for item in self.sums.dimensions].index(name)


@dataclass(frozen=True, eq=False)
class Sides:
    """Two waves of a survey, counted alike."""

    first: Side
    second: Side

    @classmethod
    def of(
        cls,
        waves: tuple[Survey, Survey],
        measures: Sequence[str],
        *,
        of: str | None,
        strata: Sequence[str] | None,
        where: Where | None,
        levels: dict[str, str],
    ) -> Sides:
        """Count both waves by the group and by what they can be brought into line on."""
        if strata is None:
            first, second = (
                characteristics_told(one, measures[0], where=where, levels=levels) for one in waves
            )
            held = [name for name in second if name in first][:MOST]
        else:
            held = list(dict.fromkeys(strata))
        by = held if of is None or of in held else [*held, of]
        sides = []
        for one in waves:
            sums = answer_sums(
                one.responses,
                one.instrument,
                measures=measures,
                by=by,
                wave=one.wave,
                where=where,
                levels=levels,
            )
            sides.append(Side(sums, of, tuple(held)))
        return cls(*sides)

    @property
    def both(self) -> tuple[Side, Side]:
        """The first wave and the second."""
        return self.first, self.second

    @property
    def strata(self) -> tuple[str, ...]:
        """Names of what the waves can be brought into line on."""
        return self.first.strata

    def fitting(self, group: Group) -> tuple[str, ...]:
        """Choose the strata of a group: as many, in turn, as leave out next to nobody."""
        chosen: list[str] = []
        for name in self.strata:
            own = group.kind != EVERYBODY and name == self.first.of
            if not own and self._left_out(group, [*chosen, name]) <= MOST_LEFT_OUT:
                chosen.append(name)
        return tuple(chosen)

    def _left_out(self, group: Group, names: Sequence[str]) -> float:
        """Share of a group's respondents in strata with next to nobody in one of the waves."""
        counted: list[dict[Key, int]] = []
        for side in self.both:
            n: dict[Key, int] = {}
            for place in side.inside(group):
                cell = self._within(side.keys[place], names)
                n[cell] = n.get(cell, 0) + side.respondents[place]
            counted.append(n)
        everybody = sum(sum(n.values()) for n in counted)
        kept = [
            sum(n.get(cell, 0) for n in counted)
            for cell in counted[0]
            if min(n.get(cell, 0) for n in counted) >= FEWEST
        ]
        return 1 - sum(kept) / everybody if everybody else 1.0

    def _within(self, key: Key, names: Sequence[str]) -> Key:
        return tuple(key[self.strata.index(name)] for name in names)

    def waves(
        self, measure: str, group: Group, names: Sequence[str], *, answers: bool = False
    ) -> tuple[Wave, Wave]:
        """Give both waves of a group by strata, one order for both.

        Parameters
        ----------
        answers
            Whether strata weigh by valid answers: then they add up to the score of all of them.
        """
        cells = [
            {place: self._within(side.keys[place], names) for place in side.inside(group)}
            for side in self.both
        ]
        strata = sorted({cell for of_side in cells for cell in of_side.values()})
        places = {cell: place for place, cell in enumerate(strata)}
        first, second = (
            _wave(
                side.arrays(
                    measure,
                    [
                        places[of_side[row]] if row in of_side else -1
                        for row in range(len(side.keys))
                    ],
                    len(strata),
                ),
                answers,
            )
            for side, of_side in zip(self.both, cells, strict=True)
        )
        return first, second

    def dimension(self, name: str) -> Dimension:
        """Give a dimension with the categories of both waves."""
        one, two = (side.sums.dimension(name) for side in self.both)
        more = [item for item in one.categories if item.code not in two.codes]
        return Dimension(
            two.name, two.title, (*two.categories, *more), two.level, two.root,
            {**one.holds, **two.holds},
        )  # fmt: skip


def _wave(sums: dict[str, np.ndarray], answers: bool) -> Wave:
    found = wave(
        sums["n"],
        sums["m"],
        sums["y"],
        squares=sums["yy"],
        products=sums["ym"],
        answered_squares=sums["mm"],
    )
    return Wave(sums["m"], found.mean, found.variance, None) if answers else found


def earlier_wave(waves: Sequence[str], first: str | None, second: str) -> str:
    """Name the wave that is compared with: the one before, unless said.

    Raises
    ------
    UsageError
        There is none before, or both are the same.
    """
    if first is not None:
        if str(first) == second:
            raise UsageError(f"first= and second= both name the wave '{second}'. Name two.")
        return str(first)
    before = list(waves[: waves.index(second)])
    if not before:
        raise UsageError(
            f"There is no wave before '{second}' to compare with. There are: {', '.join(waves)}."
        )
    return str(before[-1])
