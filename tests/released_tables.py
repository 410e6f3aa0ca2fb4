"""Tables of made-up people, cut as one likes, and somebody who has all that was released of them.

The attacker reads what stands in the rows and knows what each row counts; nothing here comes from
the package's own idea of blocks, links or patterns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.estimates import About, CellBuilder, Estimates, assemble

DAY = "2025-03-31"
ALL = "All"
People = Mapping[tuple[str, ...], int]
Cut = Mapping[str, Sequence[str]]
"""The categories of a table, and the finest ones that each holds."""


@dataclass(frozen=True)
class Plan:
    """A table: what it is split by, what each category holds, and whom it is limited to."""

    title: str
    cuts: Mapping[str, Cut]
    within: Mapping[str, Sequence[str]] | None = None
    margins: bool = True
    roots: Mapping[str, str] | None = None
    day: str = DAY

    def rows(self) -> list[tuple[tuple[str, ...], dict[str, set[str]]]]:
        """Labels of each row, and whom it counts by what each dimension is a cut of."""
        choices = [[*cut, *([ALL] if self.margins else [])] for cut in self.cuts.values()]
        limits = {name: set(codes) for name, codes in (self.within or {}).items()}
        found = []
        for labels in product(*choices):
            whom = dict(limits)
            for (name, cut), label in zip(self.cuts.items(), labels, strict=True):
                root = (self.roots or {}).get(name, name)
                held = {code for codes in cut.values() for code in codes}
                chosen = held if label == ALL else set(cut[label])
                whom[root] = chosen & whom.get(root, chosen)
            found.append((labels, whom))
        return found


def counted(people: People, dimensions: Sequence[str], whom: Mapping[str, set[str]]) -> int:
    """How many people there are of these categories."""
    return sum(n for who, n in people.items() if _is_one(who, dimensions, whom))


def _is_one(who: Sequence[str], dimensions: Sequence[str], whom: Mapping[str, set[str]]) -> bool:
    return all(who[dimensions.index(name)] in codes for name, codes in whom.items())


def table(
    plan: Plan,
    people: People,
    dimensions: Sequence[str],
    ledger: object,
    *,
    equivalents: float = 1.0,
    **policy: object,
) -> Estimates:
    """The exact figures of a plan; `equivalents` of each person make full-time equivalents."""
    roots = dict(plan.roots or {})
    limits = {name: set(codes) for name, codes in (plan.within or {}).items()}
    groups = {}
    for labels in product(*plan.cuts.values()):
        whom = dict(limits)
        for (name, cut), label in zip(plan.cuts.items(), labels, strict=True):
            root, codes = roots.get(name, name), set(cut[label])
            whom[root] = codes & whom.get(root, codes)
        groups[labels] = counted(people, dimensions, whom)
    builder = CellBuilder(groups, list(plan.cuts))
    rows, cells = [], []
    for labels, _ in plan.rows():
        chosen = {n: label for n, label in zip(plan.cuts, labels, strict=True) if label != ALL}
        cells.append(builder.cell(**chosen))
        n = builder.n(cells[-1]) * equivalents
        row = {"measure": "count", "period": plan.day, "numerator": n, "value": n}
        unit = "people" if equivalents == 1 else "fte"
        rows.append({**row, "unit": unit, **dict(zip(plan.cuts, labels, strict=True))})
    made = replace(
        builder.finish(cells, [-1] * len(cells)),
        people="Council: workforce",
        roots=roots,
        holds={name: {c: tuple(h) for c, h in cut.items()} for name, cut in plan.cuts.items()},
        within={name: tuple(codes) for name, codes in (plan.within or {}).items()},
    )
    about = About(
        title=plan.title,
        question="How many are there?",
        definition="People in the group.",
        source="HR system",
        population="the workforce",
        base="all staff",
        period=plan.day,
        counted="people" if equivalents == 1 else "fte",
        groups=tuple(plan.cuts),
        policy={**policy, **({"ledger": str(ledger)} if ledger else {})},
    )
    return assemble(rows, about, made)


def printed(protected: Protected) -> list[float]:
    """What stands in each row; not a number where a mark does."""
    return protected.to_frame()["numerator"].tolist()


Known = tuple[Plan, Sequence[float]]
"""A table, and what stands in each of its rows."""


class Attacker:
    """Somebody who has tables; every kind of person that there could be is an unknown of its own.

    A hidden count is at least 1, as zeros are always shown.
    """

    def __init__(
        self,
        dimensions: Sequence[str],
        atoms: Mapping[str, Sequence[str]],
        given: Sequence[Known],
    ) -> None:
        self._everyone = list(product(*(atoms[name] for name in dimensions)))
        self._names, rows, least, most = [], [], [], []
        for plan, numbers in given:
            for (labels, whom), n in zip(plan.rows(), numbers, strict=True):
                self._names.append(f"{plan.title}: {', '.join(labels)}")
                rows.append([_is_one(who, dimensions, whom) for who in self._everyone])
                least.append(1.0 if np.isnan(n) else n)
                most.append(np.inf if np.isnan(n) else n)
        self._rows = np.array(rows, dtype=float)
        self._hidden = np.isinf(most)
        self._known = LinearConstraint(self._rows, least, most)

    def hidden(self) -> dict[str, tuple[float, float]]:
        """Between which counts each hidden one lies."""
        return {
            name: self._ends(row)
            for name, row, out in zip(self._names, self._rows, self._hidden, strict=True)
            if out
        }

    def pieces(self) -> dict[str, tuple[float, float]]:
        """The same for the finest groups that the tables tell apart, printed or not."""
        alike: dict[bytes, list[int]] = {}
        for kind in range(len(self._everyone)):
            alike.setdefault(self._rows[:, kind].tobytes(), []).append(kind)
        return {
            " + ".join(", ".join(self._everyone[kind]) for kind in same): self._ends(
                np.isin(np.arange(len(self._everyone)), same).astype(float)
            )
            for same in alike.values()
        }

    def alone_learns(self, name: str) -> bool:
        """Whether somebody alone in a hidden count, who knows it, knows another one exactly."""
        place = self._names.index(name)
        own = self._rows[place]
        inside = (self._rows <= own).all(axis=1)
        most = np.where(np.arange(len(inside)) == place, 1.0, self._known.ub)
        knowing = LinearConstraint(self._rows, self._known.lb, most)
        rows = self._rows[self._hidden & ~inside]
        return any(low == high for low, high in (self._ends(row, knowing) for row in rows))

    def _ends(self, row: np.ndarray, known: LinearConstraint | None = None) -> tuple[float, float]:
        low, high = (
            milp(
                sign * row,
                constraints=known or self._known,
                bounds=Bounds(0, np.inf),
                integrality=np.ones(len(row)),
            )
            for sign in (1, -1)
        )
        # Without an end is as wide as can be.
        return round(low.fun), np.inf if high.x is None else round(-high.fun)
