"""How often intervals hold the truth, over 2,000 simulated councils at every point of a grid.

Run by hand, never by pytest (tests/test_ratios.py runs a small version of it):

    python -m tests.benchmarks.coverage

A council is two groups of people with known rates: a group and a reference of 20 to 5,000 people
each, the reference selected at a rate of 0.02 to 0.5, the group at 0.5 to 2 times that. Criterion
for intervals at 95 %: covered in 94 to 96 % of councils in the mean over the grid (ratios 94 to
97 %), and in no cell of the grid less than 90 %, where at least 5 successes and 5 failures are
expected in each group. An interval that does not exist never counts as covered.

Measured, 2,624 cells of 2,000 councils each (1,969 of them, for the rate 2,232, with 5 or more
expected), in 48 seconds of processor time:

| interval at 95 % | mean | undefined | least of those cells |
| --- | --- | --- | --- |
| rate (Wilson) | 95.04 % | 0 % | 92.3 %: 0.75 of 20 |
| difference (Newcombe) | 95.33 % | 0 % | 93.3 %: 0.25 of 20, 0.5 of 5,000 |
| risk ratio (log; score at zero cells) | 95.00 % | 0.36 % | 90.2 %: 0.75 of 20, 0.5 of 2,000 |
| risk ratio, score throughout | 94.83 % | 0.36 % | 93.0 %: 0.25 of 20, 0.5 of 5,000 |
| odds ratio (Woolf; exact there) | 95.40 % | 0.36 % | 93.3 %: 0.075 of 1,000, 0.05 of 5,000 |

A ratio does not exist where nobody was selected in either group: those councils count as not
covered. The log interval is weakest where most of a small group are selected, because the log of a
rate near 1 is skewed: by enumeration it covers 90.5 % at 0.75 of 20 against 0.5 of 5,000, the score
interval 94.4 %. It meets the criterion; `method="score"` is for who asks mostly of such groups.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from workforce_analytics.inference.intervals import Interval
from workforce_analytics.inference.proportions import difference_interval, proportion_interval
from workforce_analytics.inference.ratios import odds_ratio_interval, ratio_interval

COUNCILS = 2_000
SEED = 20_240_331
SIZES = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
RATES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
RATIOS = (0.5, 0.8, 1, 1.25, 1.5, 2)
FEWEST = 5
LEAST = 0.90

Counts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Figure:
    """An interval, what it is to hold, and how often in the mean."""

    interval: Callable[..., Interval]
    truth: Callable[[float, float], float]
    mean: tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """One point of the grid: how often an interval held the truth there, and did not exist."""

    figure: str
    n: int
    reference_n: int
    rate: float
    reference_rate: float
    covered: float
    undefined: float

    @property
    def fewest_expected(self) -> float:
        """The smallest of the expected successes and failures of both groups."""
        own, other = self.n, self.reference_n
        if self.figure == "rate":
            return own * min(self.rate, 1 - self.rate)
        return min(
            own * self.rate,
            own * (1 - self.rate),
            other * self.reference_rate,
            other * (1 - self.reference_rate),
        )


FIGURES = {
    "rate": Figure(lambda a, n, b, m: proportion_interval(a, n), lambda p, q: p, (0.94, 0.96)),
    "difference": Figure(difference_interval, lambda p, q: p - q, (0.94, 0.96)),
    "risk ratio": Figure(ratio_interval, lambda p, q: p / q, (0.94, 0.97)),
    "risk ratio, score": Figure(
        lambda *counts: ratio_interval(*counts, method="score"), lambda p, q: p / q, (0.94, 0.97)
    ),
    "odds ratio": Figure(
        odds_ratio_interval, lambda p, q: p * (1 - q) / ((1 - p) * q), (0.94, 0.97)
    ),
}
"""What is measured: the intervals that the package gives without being asked, and the score."""


def simulated(
    *,
    sizes: Sequence[int] = SIZES,
    rates: Sequence[float] = RATES,
    ratios: Sequence[float] = RATIOS,
    councils: int = COUNCILS,
    seed: int = SEED,
) -> list[Cell]:
    """Draw councils at every point of the grid and see which intervals hold the truth."""
    generator = np.random.default_rng(seed)
    cells = []
    for n, m, q, ratio in product(sizes, sizes, rates, ratios):
        # Where all of the group are selected for certain, odds are infinite: no point of the grid.
        if q * ratio < 1:
            drawn = (generator.binomial(n, q * ratio, councils), generator.binomial(m, q, councils))
            cells.extend(_cells(n, m, q * ratio, q, drawn))
    return cells


def _cells(
    n: int, m: int, p: float, q: float, drawn: tuple[np.ndarray, np.ndarray]
) -> Iterator[Cell]:
    tables, times = np.unique(np.stack(drawn), axis=1, return_counts=True)
    weights = times / times.sum()
    for name, figure in FIGURES.items():
        found = figure.interval(tables[0], n, tables[1], m)
        truth = figure.truth(p, q)
        # Comparisons with what is not a number are false: not covered.
        covered = (found.lower <= truth) & (truth <= found.upper)
        undefined = np.isnan(found.lower) | np.isnan(found.upper)
        yield Cell(name, n, m, p, q, float(weights[covered].sum()), float(weights[undefined].sum()))


def checked(cells: Sequence[Cell]) -> list[str]:
    """Name what the criterion does not allow."""
    objections = []
    for name, figure in FIGURES.items():
        own = [cell for cell in cells if cell.figure == name]
        mean = float(np.mean([cell.covered for cell in own]))
        low, high = figure.mean
        if not low <= mean <= high:
            objections.append(f"{name}: {mean:.2%} in the mean, not {low:.0%} to {high:.0%}.")
        objections.extend(
            f"{name}: {cell.covered:.1%} at {_place(cell)}, not at least {LEAST:.0%}."
            for cell in own
            if cell.fewest_expected >= FEWEST and cell.covered < LEAST
        )
    return objections


def _place(cell: Cell) -> str:
    return f"{cell.rate:g} of {cell.n} against {cell.reference_rate:g} of {cell.reference_n}"


def _line(name: str, cells: Sequence[Cell]) -> str:
    own = [cell for cell in cells if cell.figure == name]
    judged = [cell for cell in own if cell.fewest_expected >= FEWEST]
    worst = min(judged, key=lambda cell: cell.covered)
    mean, undefined = (
        float(np.mean([getattr(cell, field) for cell in own])) for field in ("covered", "undefined")
    )
    return (
        f"{name:18} {mean:7.2%} {undefined:10.2%} {len(own):6} "
        f"{worst.covered:7.1%} of {len(judged):5} at {_place(worst)}"
    )


def main() -> int:
    """Print how often each interval held the truth, and what the criterion does not allow."""
    cells = simulated()
    print(f"{'':18} {'mean':>7} {'undefined':>10} {'cells':>6} least, 5 or more expected")
    for name in FIGURES:
        print(_line(name, cells))
    objections = checked(cells)
    for objection in objections:
        print(objection, file=sys.stderr)
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())
