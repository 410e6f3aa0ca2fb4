"""What is asked of each count of a table, and what has been decided of it so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.disclosure.blocks import UNKNOWN
from workforce_analytics.disclosure.layout import DATE, Counted, Parts


@dataclass(frozen=True)
class Rules:
    """What is asked of all counts: see `suppression.pattern`."""

    threshold: int
    width: int
    least: int


@dataclass(frozen=True)
class Asked:
    """A new table, and what is asked of each of its cells.

    Attributes
    ----------
    counted
        What its cells count.
    sensitive, keep
        Whether a cell must be hidden, or shown.
    weights
        What hiding each cell costs.
    room
        How far below and above its count each cell may be while it is shown.
    guard
        How wide each cell must stay although it is shown, where counts are rounded.
    """

    counted: Counted
    sensitive: np.ndarray
    keep: np.ndarray
    weights: np.ndarray
    room: tuple[np.ndarray, np.ndarray]
    guard: np.ndarray


@dataclass(frozen=True)
class Hidden:
    """For each cell of a table, whether it is hidden, and whether for its own sake."""

    hidden: np.ndarray
    primary: np.ndarray
    least_weight: bool
    withheld: np.ndarray
    """Cells of which nothing is told because the tables could not be looked at together."""


class Clash(Exception):  # noqa: N818  (what is found, told in words by whoever asked)
    """What is to be shown cannot be protected; `tables` are the titles of those it clashes with."""

    def __init__(self, tables: Sequence[str], *, differs: bool = False) -> None:
        super().__init__("counts that are shown give others away")
        self.tables = tuple(tables)
        self.differs = differs


@dataclass
class Decided:
    """What is known of and decided for each cell of a table."""

    counted: Counted
    values: np.ndarray
    """Exact counts, `UNKNOWN` where only what was printed is known."""
    sensitive: np.ndarray
    keep: np.ndarray
    weights: np.ndarray
    below: np.ndarray
    above: np.ndarray
    guard: np.ndarray
    hidden: np.ndarray
    withheld: np.ndarray
    printed: Sequence[tuple[int, int] | None] = ()
    best: bool = True

    @classmethod
    def of(cls, asked: Asked, rules: Rules) -> Decided:
        base = asked.counted.base
        assert base is not None
        values = [int(base[list(cell)].sum()) for cell in asked.counted.layout.members]
        return cls(
            asked.counted,
            np.array(values, dtype=np.int64),
            asked.sensitive,
            asked.keep,
            asked.weights,
            *asked.room,
            asked.guard,
            np.zeros(len(values), dtype=bool),
            np.zeros(len(values), dtype=bool),
        )

    @classmethod
    def known(cls, counted: Counted) -> Decided:
        """What was released is as it was printed; rounded counts lie somewhere in their range."""
        veiled = np.array([ends is None for ends in counted.shown], dtype=bool)
        exact = [ends[0] if ends and ends[0] == ends[1] else UNKNOWN for ends in counted.shown]
        nothing = np.zeros(len(veiled), dtype=np.int64)
        return cls(
            counted,
            np.array(exact, dtype=np.int64),
            veiled,
            ~veiled,
            np.ones(len(veiled)),
            nothing,
            nothing,
            nothing,
            veiled.copy(),
            nothing > 0,
            counted.shown,
        )

    def definitions(self) -> Iterator[tuple[int, tuple[str, frozenset[str], Parts]]]:
        """Say of each cell whose people it counts, of which dates and which of them."""
        layout = self.counted.layout
        for cell, groups in enumerate(layout.members):
            if groups:
                days = layout.part_of(cell, DATE)
                yield cell, (layout.people, days, layout.parts(cell))

    def withhold(self, known: Mapping[tuple[str, frozenset[str], Parts], bool]) -> None:
        """Show or hide what other tables print as they do, and tell nothing of the rest."""
        self.best = False
        for cell, definition in self.definitions():
            self.hidden[cell] = known.get(definition, False)
            self.withheld[cell] = definition not in known

    def forget(self, cell: int) -> None:
        """Take back what was decided of a cell; what was released stays as it was."""
        self.hidden[cell] = bool(self.printed) and self.printed[cell] is None

    def result(self) -> Hidden:
        return Hidden(self.hidden, self.sensitive & self.hidden, self.best, self.withheld)
