"""The same comparison within vacancies, grades or services: like is held against like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from workforce_analytics.counting.stage_words import AMONG, VERBS
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.ratios import odds_ratio_interval, ratio_interval
from workforce_analytics.inference.stratified import Stratified, expected_passes
from workforce_analytics.inference.stratified import stratified as within_strata
from workforce_analytics.measures.between_groups import REST, find_reference, orientation
from workforce_analytics.measures.passing import VACANCY, Bulk, Passing
from workforce_analytics.measures.pipeline import (
    FATE,
    Pipeline,
    pipeline,
    refuse_stages,
)
from workforce_analytics.measures.recruitment_tables import (
    Where,
    base_cell,
    describe,
    name_people,
    period_of,
)
from workforce_analytics.measures.rows import NOTHING, Rows

NAMES = {"vacancy": VACANCY, VACANCY: VACANCY}
CRUDE = frozenset({"relative_likelihood", "odds_ratio"})
NO_STRATUM = "in no stratum are there both groups and both outcomes"


def stratified(
    applications: Extract,
    *,
    of: str,
    outcome: str,
    among: str,
    level: str,
    reference: str,
    strata: str | Sequence[str],
    bulk: int,
    withdrawn: str,
    where: Where,
    confidence: float,
) -> Estimates:
    """Compare groups within strata; what `likelihood(strata=...)` gives."""
    chosen = _chosen(strata, of)
    if not isinstance(bulk, int) or bulk < 1:
        raise UsageError("bulk= takes a whole number of applicants, such as 100.")
    there = VACANCY in columns(applications.frame)
    if VACANCY in chosen and not there:
        raise UsageError("These counts do not tell vacancies apart, so they cannot be strata.")
    split = [of, *chosen, *([VACANCY] if there and VACANCY not in chosen else [])]
    found = pipeline(
        applications,
        by=split,
        where=where,
        levels={of: level},
        withdrawn=withdrawn,
        unprinted=[VACANCY] if there else [],
    )
    refuse_stages(found, among, outcome)
    passing = Passing.of(found, of, chosen, (among, outcome))
    shown = chosen[0] if len(chosen) == 1 and chosen != [VACANCY] else ""
    printed = [of, *([shown] if shown else [])]
    rows = Rows(found.added_up(printed), [*printed, FATE])
    for names in [(of,), (of, shown)] if shown else [(of,)]:
        name_people(
            rows,
            applications,
            found,
            names,
            where=where,
            level={of: level},
            stages=(among, outcome),
        )
    table = _Stratified(found, of, (among, outcome), rows, confidence)
    label = table.add(passing, reference, shown, Bulk.of(passing, bulk) if there else None)
    words = " and ".join(
        "vacancy" if name == VACANCY else found.dimension(name).title.lower() for name in chosen
    )
    about = describe(
        applications,
        found,
        printed,
        kind="stratified",
        title=f"Relative likelihood of {VERBS[outcome]}, of {AMONG[among]}, within each {words}",
        question=f"Does the comparison stand when like is held against like, within each {words}?",
        definition=(
            "Each group against the reference within each stratum, strata put together by "
            "Mantel-Haenszel weights; and what each group would have had at the rate of all who "
            "declared in the same stratum."
        ),
        period=period_of(applications, where),
        confidence=confidence,
        stages=(among, outcome),
        reference=label,
        caveats=_caveats(table, passing, shown, bulk if there else None),
    )
    return rows.estimates(about, found.counts, found.holds())


def _chosen(strata: Any, of: str) -> list[str]:
    """Read names of strata; "vacancy" is the column that tells vacancies apart."""
    given = [strata] if isinstance(strata, str) else strata
    listed = isinstance(given, Sequence) and all(isinstance(name, str) for name in given)
    chosen = [NAMES.get(name, name) for name in given] if listed else []
    if not chosen or of in chosen or len(set(chosen)) < len(chosen):
        raise UsageError("strata= takes one or more names, none of them twice, none of them of=.")
    return chosen


@dataclass
class _Stratified:
    """Adds the rows of a stratified comparison."""

    found: Pipeline
    of: str
    stages: tuple[str, str]
    rows: Rows
    confidence: float

    def __post_init__(self) -> None:
        self.dimension = self.found.dimension(self.of)

    def add(self, passing: Passing, reference: str, shown: str, bulk: Bulk | None) -> str:
        """Add all rows; return the label of the reference."""
        passed, pool = passing.by_stratum()
        declared = self.dimension.declared
        totals = [
            dict(zip(declared, sums.sum(axis=0).tolist(), strict=True)) for sums in (pool, passed)
        ]
        code = find_reference(reference, self.dimension, *totals)
        if code == "total" or reference == "highest":
            raise UsageError(
                f"reference={reference!r} is not taken with strata=. Name a group, or use "
                "'largest' or 'rest'."
            )
        without = passing.by_stratum(bulk.without) if bulk is not None else None
        expected = expected_passes(passed, pool)
        for place, one in enumerate(declared):
            if one == code:
                continue
            against = (
                [k for k in range(len(declared)) if k != place]
                if code == "rest"
                else [declared.index(code)]
            )
            self._group(place, against, (passed, pool), without, shown)
        for place, one in enumerate(declared):
            self._expected(place, one, expected, shown)
            if shown:
                self._by_stratum(place, one, code, passing, (passed, pool), expected, shown)
        return REST if code == "rest" else self.dimension.label(code)

    def _cells(self, codes: Sequence[str], **within: tuple[str, ...]) -> tuple[int, int]:
        among, outcome = self.stages
        whom = {self.of: tuple(codes), **within}
        passed = self.rows.cell(**whom, **{FATE: self.found.reached(outcome)})
        return passed, base_cell(self.rows, self.found, whom, among, outcome)

    def _strata(self, codes: Sequence[str], shown: str) -> tuple[int, ...]:
        """Give the cells of some groups in each stratum that is shown.

        What all strata give together, less those that can be seen, tells of the one that cannot.
        """
        strata = self.found.dimension(shown).codes if shown else ()
        return tuple(
            cell
            for stratum in strata
            for code in codes
            for cell in self._cells([code], **{shown: (stratum,)})
        )

    def _group(
        self,
        place: int,
        against: Sequence[int],
        counts: tuple[np.ndarray, np.ndarray],
        without: tuple[np.ndarray, np.ndarray] | None,
        shown: str,
    ) -> None:
        """Add the comparisons of one group, as they are and within strata."""
        declared = self.dimension.declared
        label = self.dimension.label(declared[place])
        others = [declared[k] for k in against]
        reference = self.dimension.label(others[0]) if len(others) == 1 else REST
        part, whole = self._cells([declared[place]])
        behind = self._cells(others)
        strata = (*self._strata([declared[place]], shown), *self._strata(others, shown))
        labels = {self.of: label, **({shown: ALL} if shown else {})}

        def add(measure: str, **figures: Any) -> None:
            row = self.rows.add(
                measure,
                labels,
                numerator=part,
                denominator=whole,
                behind=behind if measure in CRUDE else (*behind, *strata),
                inference="process",
                compared=label,
                reference=reference,
                orientation=orientation(label, reference, VERBS[self.stages[1]]),
                **figures,
            )
            if "status" not in figures:
                why = NOTHING if measure in CRUDE else NO_STRATUM
                self.rows.unless_known(row, whole, behind[1], otherwise=why)

        sizes = [self.rows.n(cell) for cell in (part, whole, *behind)]
        crude = ratio_interval(*sizes, confidence=self.confidence)
        odds = odds_ratio_interval(*sizes, confidence=self.confidence)
        within = self._within(place, against, counts)
        add("relative_likelihood", unit="ratio", **_ends(crude), method=str(crude.method))
        add("odds_ratio", unit="odds_ratio", **_ends(odds), method=str(odds.method))
        self._combined(add, within, "")
        add(
            "stratified_test",
            unit="statistic",
            value=float(within.statistic),
            p_value=float(within.p_value),
            method="Cochran-Mantel-Haenszel, without continuity correction",
            clusters=within.informative,
        )
        add(
            "same_in_every_stratum",
            unit="statistic",
            value=float(within.tarone_statistic),
            p_value=float(within.tarone_p),
            method="Breslow-Day with Tarone's correction",
            clusters=within.informative,
            **({} if np.isfinite(within.tarone_statistic) else {"status": "not_tested"}),
        )
        turned = _turned(float(crude.value), float(within.risk_ratio.value))
        add(
            "reversal",
            unit="statistic",
            value=turned,
            method="1 where the ratio is on the other side of 1 within strata",
        )
        if without is not None:
            self._combined(add, self._within(place, against, without), "_without_bulk")

    def _within(
        self, place: int, against: Sequence[int], counts: tuple[np.ndarray, np.ndarray]
    ) -> Stratified:
        passed, pool = counts
        return within_strata(
            passed[:, place],
            pool[:, place],
            passed[:, against].sum(axis=1),
            pool[:, against].sum(axis=1),
            confidence=self.confidence,
        )

    def _combined(self, add: Any, within: Stratified, ending: str) -> None:
        for measure, unit, found in (
            ("relative_likelihood", "ratio", within.risk_ratio),
            ("odds_ratio", "odds_ratio", within.odds_ratio),
        ):
            add(
                f"{measure}_stratified{ending}",
                unit=unit,
                **_ends(found),
                method=str(found.method),
                clusters=within.informative,
            )

    def _expected(self, place: int, code: str, expected: Any, shown: str) -> None:
        """Add what a group would have had at the rate of all in the same stratum."""
        label = self.dimension.label(code)
        part, whole = self._cells([code])
        labels = {self.of: label, **({shown: ALL} if shown else {})}
        value = float(expected.total_expected[place])
        z = float(expected.z[place])
        common: dict[str, Any] = {
            "numerator": part,
            "denominator": whole,
            "behind": self._strata(self.dimension.declared, shown),
            "unit": "applications",
            "inference": "process",
            "compared": label,
            "reference": "all who declared, in the same stratum",
            "clusters": float(np.count_nonzero(expected.informative)),
        }
        self.rows.add(
            "expected",
            labels,
            value=value,
            p_value=_two_sided(z),
            method="sum of pool x rate of all in the stratum; z = (O - E) / sqrt(V)",
            **common,
        )
        self.rows.add(
            "shortfall",
            labels,
            value=value - self.rows.n(part),
            method="expected less observed",
            **common,
        )

    def _by_stratum(
        self,
        place: int,
        code: str,
        reference: str,
        passing: Passing,
        counts: tuple[np.ndarray, np.ndarray],
        expected: Any,
        shown: str,
    ) -> None:
        """Add each stratum's own rows, for strata that may be named."""
        number = {codes[0]: row for row, codes in enumerate(passing.labels)}
        label = self.dimension.label(code)
        others = [one for one in self.dimension.declared if one != code]
        against = others if reference == "rest" else [reference]
        for item in self.found.dimension(shown).categories:
            labels = {self.of: label, shown: item.label}
            within = {shown: (item.code,)}
            part, whole = self._cells([code], **within)
            behind = self._cells(self.dimension.declared, **within)
            self.rows.proportion("rate", labels, part, whole, self.confidence)
            other_part, other_whole = self._cells(against, **within)
            self.rows.proportion("reference_rate", labels, other_part, other_whole, self.confidence)
            row = number.get(item.code)
            value = float(expected.expected[row, place]) if row is not None else np.nan
            for measure, figure in (
                ("expected", value),
                ("shortfall", value - self.rows.n(part)),
            ):
                added = self.rows.add(
                    measure,
                    labels,
                    numerator=part,
                    denominator=whole,
                    behind=behind,
                    unit="applications",
                    inference="process",
                    compared=label,
                    reference="all who declared, in the same stratum",
                    method="pool x rate of all in the stratum",
                    value=figure,
                )
                self.rows.unless_known(added, behind[1])


def _ends(found: Any) -> dict[str, float]:
    return {name: float(getattr(found, name)) for name in ("value", "lower", "upper")}


def _turned(crude: float, within: float) -> float:
    """Give 1 where two ratios lie on different sides of 1, 0 where they do not."""
    if np.isnan(crude) or np.isnan(within):
        return float("nan")
    return float((crude - 1) * (within - 1) < 0)


def _two_sided(z: float) -> float:
    return 2 * NormalDist().cdf(-abs(z)) if np.isfinite(z) else float("nan")


def _caveats(table: _Stratified, passing: Passing, shown: str, bulk: int | None) -> tuple[str, ...]:
    said = [
        "Strata in which nobody passed or only one group applied tell nothing of a difference "
        "between groups and count in no stratified figure; those in which all passed count in the "
        "relative likelihood alone, as no difference.",
    ]
    if bulk is not None:
        said.append(
            f"“Without bulk campaigns” leaves out vacancies of more than {bulk:,} applicants."
        )
    if not shown:
        said.append("No single stratum is shown.")
    return tuple(said)
