"""Who answered the staff survey, and how far are they a likeness of the staff?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.counting.answer_progress import (
    ANSWERED,
    COMPLETE,
    NOTHING,
    PARTIAL,
    PROGRESS,
    progress_counts,
)
from workforce_analytics.counting.answers import eligible_counts
from workforce_analytics.counting.counts import Counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED, About, Estimates
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.representativity import r_indicator
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    ELIGIBLE,
    RESPONDENTS,
    WAVE,
    Survey,
    SurveyRows,
    describe,
    estimates_of,
    survey_of,
)

WHOLE = "whole"
EVERYBODY_ANSWERS = (ANSWERED, COMPLETE, PARTIAL)
TOO_MANY = (
    "more people say that they are of this group than staff records have: the survey and staff "
    "records tell groups differently"
)
NOT_THE_SAME = "who did not say in the survey, and who is not on record, are not the same people"
NO_FIGURE = {"value": np.nan, "lower": np.nan, "upper": np.nan}
R_INDICATOR = "R-indicator over the declared groups, chance taken out"
UNKNOWN_PROGRESS = "of some respondents it is not known whether they reached the end"
SELF_REPORTED = (
    "In the survey people say themselves what group they are of; of those who could answer, staff "
    "records say it. Where the two differ, a group's response rate comes out too high or too low."
)
NOT_ON_RECORD = (
    "Staff whose group is not on record are in the base of no group, so that the rates of groups "
    "are too high where many are not. Respondents who did not say make them too low."
)
NOT_COUNTED = "How many staff of each group could answer is not known, so there are no rates."
AS_A_PROCESS = (
    "Everybody who could answer is counted. Ranges are of what the rate would be if staff like "
    "these were asked again; they are no sampling error."
)
ONLY_THESE = "The R-indicator knows of these groups alone: compare it over the same ones only."


def response_rates(
    survey: Any,
    *,
    of: str | None = None,
    wave: str | None = None,
    level: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Who answered the staff survey, and how far are they a likeness of the staff?

    Parameters
    ----------
    survey
        `council.survey`: answers, and how many could have answered.
    of
        A characteristic, "age", "unit", "service" or "directorate"; the whole staff without it.
    wave
        The wave; the last one without it.
    level
        Level of the characteristic's code list: "main" (default), "full" or "binary".
    where
        A subset: dimension -> the category code or codes that are in.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_response". For every group, the undeclared and all: `response_rate`
        (proportion; who answered at least one question, of those who could), `complete_rate` (who
        reached the end, where the answers say who did), `share_of_respondents` and
        `share_of_eligible` (of those whose group is known; for the undeclared of all). For all:
        `r_indicator` and `largest_bias` (statistics). Where nobody counted who could answer by this
        group, only `share_of_respondents`. A rate above 100 % and that of the undeclared are
        `undefined`.

    Raises
    ------
    UsageError
        A wave, characteristic, level or category that there is not.

    Notes
    -----
    AAPOR's response rates 6 and 5, of people known to be eligible: (complete + partial) / eligible
    and complete / eligible (American Association for Public Opinion Research, Standard Definitions,
    10th edition, 2023). Limits are Wilson's, of the rate as a process. The R-indicator and the
    largest bias are those of inference/representativity.py over the declared groups.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = response_rates(council.survey, of="sex")
    >>> table.about.kind, table.about.period
    ('survey_response', '2024')
    """
    likely, asked = checked_confidence(confidence), survey_of(survey, wave=wave)
    if of is not None and not isinstance(of, str):
        raise UsageError('of= takes one name, such as of="ethnicity".')
    if level is not None and of is None:
        raise UsageError("level= is of a characteristic. Name it with of=.")
    by = [of] if of else []
    levels = {of: level or "main"} if of else {}
    answers = progress_counts(
        asked, asked.instrument, by=by, wave=asked.wave, where=where, levels=levels
    )
    eligible = eligible_counts(asked, by=by, wave=asked.wave, where=where, levels=levels)
    table = _Table(asked, of or "", answers, eligible, likely)
    table.add()
    return estimates_of(table.rows, table.about(), asked, answers.over(*by))


@dataclass
class _Table:
    """Adds the rows of each group."""

    asked: Survey
    of: str
    answers: Counts
    """By the group, if there is one, and how far respondents came."""
    eligible: Counts | None
    confidence: float

    def __post_init__(self) -> None:
        both = (self.eligible, self.answers)
        groups = [counts.dimension(self.of) for counts in both if counts and self.of]
        self.title = groups[-1].title if groups else "Staff"
        self.labels = {one.code: one.label for item in groups for one in item.categories}
        self.declared = tuple(dict.fromkeys(code for item in groups for code in item.declared))
        self.undeclared = tuple(dict.fromkeys(code for item in groups for code in item.undeclared))
        self.progress = {key[-1] for key, n in self.answers.occurring().items() if n}
        # Respondents are told apart by how far they came only where that differs, so that tables
        # that do not ask for it count the same cells.
        self.apart = self.progress != {ANSWERED}
        self.rows = self._rows()

    def _rows(self) -> Rows:
        by = [self.of] if self.of else []
        respondents = self.answers if self.apart else self.answers.over(*by)
        cells = {(self.asked.wave, *key, RESPONDENTS): n for key, n in respondents.cells().items()}
        if self.eligible is not None:
            far = [ELIGIBLE] if self.apart else []
            counted = self.eligible.cells().items()
            cells |= {(self.asked.wave, *key, *far, ELIGIBLE): n for key, n in counted}
        return SurveyRows(cells, [WAVE, *by, *([PROGRESS] if self.apart else []), ASKED])

    def add(self) -> None:
        """Add the rows of all groups, and of all staff."""
        for code in self.declared:
            self._group(self.labels[code], (code,), self.declared)
        everybody = (*self.declared, *self.undeclared)
        if self.undeclared:
            self._group(UNDECLARED, self.undeclared, everybody)
        self._group(ALL, everybody, everybody)
        if self.eligible is not None and self.of:
            self._likeness()

    def _answered(self, codes: Sequence[str], far: Sequence[str] = EVERYBODY_ANSWERS) -> int:
        return self._cell(RESPONDENTS, codes, {PROGRESS: far} if self.apart else {})

    def _cell(self, who: str, codes: Sequence[str], more: Mapping[str, Sequence[str]]) -> int:
        group = {self.of: codes} if self.of else {}
        return self.rows.cell(**{WAVE: self.asked.wave, ASKED: who}, **group, **more)

    def _group(self, label: str, codes: Sequence[str], base: Sequence[str]) -> None:
        at = {self.of or WHOLE: label}
        answered, eligible = self._answered(codes), self._cell(ELIGIBLE, codes, {})
        if self.eligible is not None:
            self._rate("response_rate", label, answered, eligible)
            if self.progress & {COMPLETE, PARTIAL}:
                complete = self._answered(codes, (COMPLETE,))
                row = self._rate("complete_rate", label, complete, eligible)
                if self.rows.n(self._answered(codes, (ANSWERED,))):
                    row |= {**NO_FIGURE, "status": "undefined", "note": UNKNOWN_PROGRESS}
        if not self.of:
            return
        shares = {"share_of_respondents": (answered, self._answered(base))}
        if self.eligible is not None:
            shares["share_of_eligible"] = (eligible, self._cell(ELIGIBLE, base, {}))
        for measure, (part, whole) in shares.items():
            self.rows.proportion(measure, at, part, whole, self.confidence)

    def _rate(self, measure: str, label: str, part: int, whole: int) -> dict[str, Any]:
        """Add a rate of those who could answer, unless it can be none."""
        at = {self.of or WHOLE: label}
        n, people = self.rows.n(part), self.rows.n(whole)
        if label != UNDECLARED and n <= people:
            self.rows.proportion(measure, at, part, whole, self.confidence)
            return self.rows.of_measure(measure)[-1]
        return self.rows.add(
            measure,
            at,
            numerator=part,
            denominator=whole,
            unit="proportion",
            inference="process",
            status="undefined",
            note=NOT_THE_SAME if label == UNDECLARED else TOO_MANY,
        )

    def _likeness(self) -> None:
        """Add how far those who answered are a likeness of the staff, by their groups."""
        pairs = [(self._answered((x,)), self._cell(ELIGIBLE, (x,), {})) for x in self.declared]
        counted = [(self.rows.n(part), self.rows.n(whole)) for part, whole in pairs]
        answered, people = np.array(counted, dtype=float).reshape(-1, 2).T
        can_be = bool((answered <= people).all()) and people.sum() > 1
        found = r_indicator(answered, people, confidence=self.confidence) if can_be else None
        # Both figures are worked out from how many of each group answered, and could.
        fewest = min((n for n in (*answered, *people) if n > 0), default=0)
        ends = {"value": np.nan, "lower": np.nan, "upper": np.nan}
        if found is not None:
            ends = {end: float(getattr(found.indicator, end)) for end in ends}
        figures: dict[str, dict[str, Any]] = {
            "r_indicator": {**ends, "method": R_INDICATOR},
            "largest_bias": {
                "value": found.largest_bias if found else np.nan,
                "method": "deviation of response rates over their mean, chance taken out",
            },
        }
        whole = self._cell(ELIGIBLE, self.declared, {})
        for measure, figure in figures.items():
            row = self.rows.add(
                measure,
                {self.of: ALL},
                denominator=whole,
                behind=[self._answered(self.declared)],
                fewest=fewest,
                unit="statistic",
                inference="process",
                **figure,
            )
            self.rows.unless_known(row, whole, otherwise=TOO_MANY)

    def about(self) -> About:
        """Say what a reader must know of the table."""
        complete = ", and how many reached the end" if self.progress & {COMPLETE, PARTIAL} else ""
        caveats = [AS_A_PROCESS] if self.eligible is not None else [NOT_COUNTED]
        if self.of and self.eligible is not None:
            caveats += [SELF_REPORTED, *([NOT_ON_RECORD] if self.undeclared else []), ONLY_THESE]
        if NOTHING in self.progress:
            caveats.append("Who opened the survey and answered nothing is not counted.")
        name, who = self.of or WHOLE, "could answer" if self.eligible is not None else "answered"
        order = (*(self.labels[code] for code in self.declared), UNDECLARED, ALL)
        return describe(
            self.asked,
            kind="survey_response",
            title="who answered",
            question="Who answered the staff survey, and how far are they a likeness of the staff?",
            definition=(
                f"People who answered at least one question{complete}, of all who could have "
                "answered (AAPOR response rates 6 and 5). Shares are of those whose group is known."
            ),
            source=self.answers,
            groups=(name,),
            headings={name: self.title},
            order={name: order if self.of else (ALL,)},
            population=f"staff who {who} the survey",
            base=self.answers.subset or f"all who {who}",
            confidence=self.confidence,
            caveats=caveats,
        )
