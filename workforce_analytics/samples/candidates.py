"""Who could apply, from outside and from within, and what they say on the form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.people import NOT_ASKED, REFUSED, characteristics
from workforce_analytics.samples.structure import SNAPSHOTS, People


@dataclass(frozen=True)
class Candidates:
    """Everybody who could apply from outside, or from within."""

    minority: Array
    disabled: Array
    sex: Array
    age: Array
    scheme: Array
    recorded: dict[str, Array]


def _recorded(draws: Draws, answers: dict[str, Array]) -> dict[str, Array]:
    """Give what the form holds: some refuse, some leave a question out."""
    rates = {"ethnicity": 0.07, "disability": 0.09, "religion": 0.17, "sexual_orientation": 0.16}
    form = {}
    for name, rate in rates.items():
        n = len(answers[name])
        silent = draws.choice({REFUSED: 0.7, "": 0.25, NOT_ASKED: 0.05}, n)
        form[name] = np.where(draws.chance(rate, n), silent, answers[name])
    return form


def outside_candidates(draws: Draws, n: int) -> Candidates:
    """Candidates of three age groups (entry, middle, senior), minority ethnic ones in each half."""
    place = np.arange(n)
    minority = (place // 3) % 2 == 1
    disabled = draws.chance(0.105, n)
    sex = np.where(draws.chance(0.62, n), "F", "M").astype(object)
    spread = np.floor(draws.uniform(n) * 30 + draws.uniform(n) * 12).astype(int)
    scheme = np.where(
        disabled & draws.chance(0.6, n),
        1,
        np.where(draws.chance(0.012, n), draws.whole(2, 3, n), 0),
    )
    return Candidates(
        minority=minority,
        disabled=disabled,
        sex=sex,
        age=18 + np.array([0, 3, 8])[place % 3] + spread,
        scheme=scheme,
        recorded=_recorded(draws, characteristics(draws, minority, disabled)),
    )


def inside_candidates(draws: Draws, people: People) -> Candidates:
    """The staff, should they apply."""
    n = len(people.ids)
    scheme = np.where(people.disabled & draws.chance(0.5, n), 1, 0)
    return Candidates(
        minority=people.minority,
        disabled=people.disabled,
        sex=people.sex,
        age=(SNAPSHOTS[2].toordinal() - people.born) // 365,
        scheme=np.where(draws.chance(0.006, n), 4, scheme),
        recorded=_recorded(draws, people.answers),
    )
