"""Who do staff networks not reach, and is it the grade, or the service, that tells them apart?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import splitter, with_new_starter
from workforce_analytics.counting.memberships import memberships
from workforce_analytics.counting.network_reach import (
    NO,
    TOO_FINE,
    YES,
    code_of,
    member_dimension,
    reach_counts,
    snapshot_of,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.average_gap import AverageGap, average_gap
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.multiplicity import Adjusted, adjust
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.regression import Logistic, logistic
from workforce_analytics.inference.two_by_two import two_by_two_tests
from workforce_analytics.measures.between_groups import find_reference, orientation
from workforce_analytics.measures.network_reach_gaps_words import Asked, describe
from workforce_analytics.measures.rows import Rows

FACTORS = ("grade_band", "service")
"""What is held equal unless said."""
ALL_ALIKE = (
    "everybody or nobody of a group is a member, or nothing tells it from what is held equal"
)


def reach_gaps(
    networks: Any,
    workforce: Extract,
    *,
    of: str,
    network: str | None = None,
    adjust: Sequence[str] | None = None,
    level: str | None = None,
    reference: str = "largest",
    events: Extract | None = None,
    population: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Whom do staff networks not reach, and how much of that is left with like grade and service?

    Parameters
    ----------
    networks
        `council.networks`: lists of members.
    workforce
        A workforce extract; its latest snapshot is taken.
    of
        A characteristic, "grade_band", "service", "directorate", "working_pattern", "new_starter",
        or another field with a list of categories; nothing finer than a service.
    network
        The name of one network; members of any network without it.
    adjust
        What is held equal: names of dimensions. Without it those there are of grade_band and
        service. What is a cut of the same thing as `of` is left out.
    level
        Level of the characteristic's code list: "main" (default), "full" or "binary".
    reference
        The group that others are compared with: a label, a code, or "largest".
    events
        An events extract, for who has left the body while still on a list.
    population
        Who is counted; "workforce_report" without it.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "network_reach_gaps", for every declared group: `rate` (proportion; members, of
        people) and `not_reached` (people who are no members); for all but the reference `gap` and
        `gap_adjusted` (percentage points against the reference, as they are and with like people
        in what is held equal) with p- and q-values, and `odds_ratio_adjusted`. Units and grade
        bands in which nobody of the population is are left out; other groups are `undefined`.

    Raises
    ------
    UsageError
        A characteristic, network, group or level that there is not, or one too fine to be told.

    Notes
    -----
    The gap is a difference of two shares with Newcombe's interval; its p-value is Fisher's mid-p.
    Adjusted: logistic regression on counts of people alike in all of this; the average over
    everybody of p(as group) - p(as reference), its interval and p-value by the delta method
    (Wald). q-values are Benjamini and Hochberg's over the groups. An adjusted gap is not a truer
    one: that low grades are not reached may be how a group is not reached.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = reach_gaps(council.networks, council.workforce, of="grade_band")
    >>> table.about.kind, table.about.reference
    ('network_reach_gaps', 'Grades 1 to 4')
    """
    _refuse_wrong_arguments(workforce, of, adjust, reference)
    likely = checked_confidence(confidence)
    found = memberships(networks, workforce, events=events)
    code, day = code_of(found, network), snapshot_of(found, workforce, None)
    factors = _factors(workforce, of, adjust)
    counts = reach_counts(
        found,
        workforce,
        [of, *factors],
        as_at=day,
        network=network,
        population=population,
        levels={of: level or "main"},
    )
    member = member_dimension(code)
    table = _Gaps.of(counts, of, member, reference, likely)
    table.add(factors)
    asked = Asked(
        of=of,
        network="" if code == ALL else found.labels[code],
        factors=tuple(factors),
        day=day,
        last=found.last.isoformat(),
        left_out=tuple(words for words, n in found.left_out.items() if n),
        listed=found.listed,
        reference=counts.dimension(of).label(table.reference),
        confidence=likely,
    )
    return table.rows.estimates(describe(counts, asked, workforce.context), table.counts)


def _refuse_wrong_arguments(workforce: Any, of: Any, factors: Any, reference: Any) -> None:
    if not isinstance(workforce, Extract) or workforce.contract.name != "workforce":
        raise UsageError("The second argument is a workforce extract, such as council.workforce.")
    if not isinstance(of, str):
        raise UsageError('of= takes one name, such as of="ethnicity".')
    if factors is not None and (
        isinstance(factors, str)
        or not isinstance(factors, Sequence)
        or not all(isinstance(name, str) for name in factors)
    ):
        raise UsageError('adjust= takes a list of names, such as ["grade_band", "service"].')
    if of in (factors or ()):
        raise UsageError(f"adjust= names '{of}', which is what is compared. Leave it out there.")
    for name in (of, *(factors or ())):
        if name in TOO_FINE:
            raise UsageError(
                f"Members are never told apart by '{name}', so never by team: membership reveals "
                "what people may keep to themselves. Ask for service or directorate, grade_band, "
                "or a characteristic."
            )
    if reference in ("rest", "total", "highest"):
        raise UsageError(f"reference={reference!r} is not taken here. Name a group, or 'largest'.")


def _factors(workforce: Extract, of: str, asked: Sequence[str] | None) -> list[str]:
    """What is held equal: as asked for, or what there is of what usually is.

    A directorate says which services there are: what is a cut of the same thing is left out.
    """
    own = _root(workforce, of)
    if asked is not None:
        names = list(dict.fromkeys(asked))
        return [name for name in names if _root(workforce, name) != own]
    kept = []
    for name in FACTORS:
        try:
            root = _root(workforce, name)
        except UsageError:
            continue  # nobody asked for it: without grades, grades are not held equal
        if root != own:
            kept.append(name)
    return kept


def _root(workforce: Extract, name: str) -> str:
    """Name what a dimension is a cut of: itself, unless it is worked out of something."""
    item = splitter(with_new_starter(workforce, [name]), name)
    return item.dimension(()).root or name


@dataclass
class _Gaps:
    """Adds the rows of each group: how many are reached, and the distance from the reference."""

    detailed: Counts
    """By group, what is held equal, and whether people are members."""
    counts: Counts
    """By group and whether people are members."""
    group: str
    member: str
    shown: tuple[str, ...]
    """The declared groups that stand in the table, in the order of the code list."""
    reference: str
    rows: Rows
    confidence: float

    @classmethod
    def of(cls, detailed: Counts, group: str, member: str, asked: str, confidence: float) -> _Gaps:
        """Lay out the groups and find the one that others are compared with."""
        counts = detailed.over(group, member)
        rows = Rows(counts.cells(), [group, member])
        dimension = counts.dimension(group)
        pools = {one: rows.n(rows.cell(**{group: one})) for one in dimension.declared}
        code = find_reference(asked, dimension, pools, pools)
        # Units and grades may be of other employers; an answer that nobody gave is a finding.
        shown = tuple(one for one in pools if pools[one] or not dimension.root or one == code)
        return cls(detailed, counts, group, member, shown, code, rows, confidence)

    def cells(self, one: str) -> tuple[int, int, int]:
        """Give the cells of a group's members, of those who are none, and of all its people."""
        whom = {self.group: one}
        members, others = (self.rows.cell(**whom, **{self.member: is_}) for is_ in (YES, NO))
        return members, others, self.rows.cell(**whom)

    def add(self, factors: Sequence[str]) -> None:
        """Add the rows of every group."""
        others = [one for one in self.shown if one != self.reference]
        plain = self._plain(others)
        modelled = self._modelled(others, factors)
        for one in self.shown:
            self._group(one, {**plain.get(one, {}), **modelled.get(one, {})})

    def _plain(self, others: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
        """Work out the gaps as they are."""
        sizes = []
        for one in others:
            (a, _, n), (b, _, m) = self.cells(one), self.cells(self.reference)
            sizes.append([self.rows.n(cell) for cell in (a, n, b, m)])
        table = np.array(sizes, dtype=float).reshape(-1, 4).T
        gaps = difference_interval(*table, confidence=self.confidence)
        p_values = two_by_two_tests(*table).mid_p
        family = adjust(p_values, method="benjamini_hochberg")
        return {
            one: {
                "gap": {
                    **{end: 100 * float(getattr(gaps, end)[place]) for end in ENDS},
                    "method": f"{gaps.method[place]}; mid-p; q-value: {family.method}",
                    **_tested(p_values, family, place),
                }
            }
            for place, one in enumerate(others)
        }

    def _modelled(
        self, others: Sequence[str], factors: Sequence[str]
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """Work out what is left of the gaps between people alike in what is held equal."""
        if not factors or not others:
            return {}
        patterns = _Patterns.of(self.detailed, [self.reference, *others], self.member, factors)
        fit = logistic(
            patterns.design,
            patterns.members,
            patterns.people,
            names=patterns.names,
            confidence=self.confidence,
        )
        gaps = [self._average(fit, patterns, place, len(others)) for place in range(len(others))]
        p_values = np.array([_p_value(gap) for gap in gaps])
        family = adjust(p_values, method="benjamini_hochberg")
        told = {"n_effective": float(patterns.people.sum())}
        ratios = fit.odds_ratios
        return {
            one: {
                "gap_adjusted": {
                    **{end: 100 * float(getattr(gaps[place].interval, end)) for end in ENDS},
                    "method": f"{gaps[place].interval.method}; q-value: {family.method}",
                    **_tested(p_values, family, place),
                    **told,
                },
                "odds_ratio_adjusted": {
                    **{end: float(getattr(ratios, end)[place + 1]) for end in ENDS},
                    "method": f"logistic regression, {ratios.method[place + 1]}",
                    **told,
                },
            }
            for place, one in enumerate(others)
        }

    def _average(self, fit: Logistic, patterns: _Patterns, place: int, groups: int) -> AverageGap:
        return average_gap(
            fit,
            patterns.as_group(place, groups),
            patterns.as_group(None, groups),
            patterns.people,
            confidence=self.confidence,
        )

    def _group(self, one: str, figures: Mapping[str, dict[str, Any]]) -> None:
        members, others, people = self.cells(one)
        dimension = self.counts.dimension(self.group)
        labels = {self.group: dimension.label(one)}
        is_reference = one == self.reference and self.rows.n(people) > 0
        self.rows.proportion(
            "rate",
            labels,
            members,
            people,
            self.confidence,
            status="reference" if is_reference else "",
        )
        for measure, figure in figures.items():
            self._comparison(one, measure, figure)
        self.rows.count("not_reached", labels, others, "people")

    def _comparison(self, one: str, measure: str, figures: Mapping[str, Any]) -> None:
        dimension = self.counts.dimension(self.group)
        label, other = dimension.label(one), dimension.label(self.reference)
        (members, _, people), behind = self.cells(one), self.cells(self.reference)
        is_ratio = measure == "odds_ratio_adjusted"
        row = self.rows.add(
            measure,
            {self.group: label},
            numerator=members,
            denominator=people,
            behind=behind,
            unit="odds_ratio" if is_ratio else "percentage_points",
            inference="process",
            compared=label,
            reference=other,
            orientation=orientation(label, other, "being a member")
            if is_ratio
            else f"above 0: more people of “{label}” are members than of “{other}”",
            **figures,
        )
        self.rows.unless_known(row, people, behind[2], otherwise=ALL_ALIKE)


ENDS = ("value", "lower", "upper")


def _tested(p_values: np.ndarray, family: Adjusted, place: int) -> dict[str, float]:
    return {"p_value": float(p_values[place]), "q_value": float(family.q_value[place])}


def _p_value(gap: AverageGap) -> float:
    """Two-sided p-value of no gap; not a number where the data tell none."""
    if not gap.error > 0:
        return float("nan")
    return erfc(abs(gap.value) / gap.error / sqrt(2))


@dataclass(frozen=True)
class _Patterns:
    """People alike in all that the model knows of: how many, and how many are members."""

    design: np.ndarray
    """A column of ones, one for each group but the reference, one for each other category."""
    names: tuple[str, ...]
    members: np.ndarray
    people: np.ndarray

    @classmethod
    def of(
        cls, counts: Counts, groups: Sequence[str], member: str, factors: Sequence[str]
    ) -> _Patterns:
        """Lay out the people of some groups, the first of which is the reference."""
        group = counts.dimensions[0].name
        place = [item.name for item in counts.dimensions].index(member)
        sums: dict[tuple[str, ...], list[int]] = {}
        for key, n in sorted(counts.over(group, *factors, member).occurring().items()):
            if key[0] in groups:
                both = sums.setdefault(key[:place], [0, 0])
                both[0] += n * (key[place] == YES)
                both[1] += n
        keys = list(sums)
        columns, names = [np.ones(len(keys))], ["everybody"]
        for position, name in enumerate((group, *factors)):
            values = np.array([key[position] for key in keys], dtype=object)
            known = counts.dimension(name).codes
            # Every group has its column, so that those without people are named too.
            used = [code for code in known if (values == code).any()] if position else groups
            for code in used[1:]:
                columns.append((values == code).astype(float))
                names.append(f"{name}: {code}")
        numbers = np.array([sums[key] for key in keys], dtype=float).reshape(-1, 2)
        return cls(np.column_stack(columns), tuple(names), numbers[:, 0], numbers[:, 1])

    def as_group(self, place: int | None, groups: int) -> np.ndarray:
        """Give the design as if everybody were of one group, or of the reference."""
        design = self.design.copy()
        design[:, 1 : 1 + groups] = 0.0
        if place is not None:
            design[:, 1 + place] = 1.0
        return design
