"""What was answered to each question of the staff survey?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.counting.answer_presence import presence
from workforce_analytics.counting.answers import (
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    answer_counts,
    eligible_counts,
    measured,
)
from workforce_analytics.counting.counts import Counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED, About, Estimates
from workforce_analytics.inference.finite import share_of_answers, sums
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.rows import NOBODY, Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    TOPIC,
    WAVE,
    Survey,
    describe,
    estimates_of,
    survey_of,
    survey_rows,
)
from workforce_analytics.measures.survey_scores_figures import (
    EVERYBODY,
    Group,
    groups_of,
    staff_of,
)

ANSWER = "answer"
DETAILS = ("ends", "full")
POSITIVE, NEITHER, NEGATIVE = "Positive", "Neither", "Negative"
APART = {
    NOT_APPLICABLE: "Not applicable",
    NOT_ANSWERED: "Not answered",
    NOT_ASKED: "Not asked",
}
"""Kinds of respondents without a valid answer, and how they are called."""
SILENT = (
    "Ranges allow for who was not asked, or did not answer, by chance. They do not allow for "
    "answers that differ between those who answered and those who did not."
)


def answers(
    survey: Any,
    items: Sequence[str] | str | None = None,
    *,
    of: str | None = None,
    wave: str | None = None,
    detail: str = "ends",
    level: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What was answered to each question, by how many?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract.
    items
        Names of questions, or of themes and indexes for all their questions; all questions with a
        scale without it.
    of
        A characteristic, "age", "unit", "service" or "directorate"; all staff without it.
    wave
        The wave; the last one without it.
    detail
        "ends": positive, neither, negative answers; "full": every point of the scale. Scales
        without an order (yes and no) are always shown in full.
    level
        Level of the characteristic's code list: "main" (default), "full" or "binary".
    where
        A subset: dimension -> the category code or codes that are in.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_answers". By question (`topic`) and answer, lowest first: `share` (proportion;
        who gave the answer, of valid answers; `orientation` says on which side of the middle it
        is); `not_applicable`, `not_answered` and `not_asked` (people, apart from valid answers)
        where there are any.

    Raises
    ------
    UsageError
        A question, wave, characteristic, level or category that there is not, or a question that
        has no answers to count.

    Notes
    -----
    Limits are those of `share_of_answers` with one answer each: Wilson's, for a known staff where
    the survey counts who could answer (those of a group and those whose group is not on record),
    else for the process. Answers are not weighted.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = answers(council.survey, "inclusion")
    >>> table.about.kind, len(table.about.order["topic"])
    ('survey_answers', 3)
    """
    likely, asked = checked_confidence(confidence), survey_of(survey, wave=wave)
    if of is not None and not isinstance(of, str):
        raise UsageError('of= takes one name, such as of="ethnicity".')
    if level is not None and of is None:
        raise UsageError("level= is of a characteristic. Name it with of=.")
    if detail not in DETAILS:
        raise UsageError(f"detail= is {detail!r}. Allowed: {', '.join(DETAILS)}.")
    names, missing = _items(asked, items)
    split: dict[str, Any] = {
        "by": [of] if of else [],
        "wave": asked.wave,
        "where": where,
        "levels": {of: level or "main"} if of else {},
    }
    counted = {name: answer_counts(asked, asked.instrument, name, **split) for name in names}
    eligible = eligible_counts(asked, **split)
    people = counted[names[0]].over(*split["by"])
    rows = survey_rows(counted, asked.wave, people)
    table = _Table(asked, of, detail, counted, eligible, rows, likely, missing)
    table.add()
    return estimates_of(rows, table.about(people), asked, people)


def _items(
    asked: Survey, said: Sequence[str] | str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the questions that are asked for, in the instrument's order, and what lacks of them.

    A theme stands for those of its questions that there is a column for.
    """
    instrument = asked.instrument
    if said is None:
        can = [
            one.name
            for one in instrument.items.values()
            if one.scale and not one.several and one.asked_in(asked.wave)
        ]
        held = presence(asked.responses, instrument, can).held
        if not held:
            raise UsageError(
                f"The {asked.responses.contract.name} extract has no column for any question that "
                f"the wave '{asked.wave}' asked. Map them to the names of the instrument."
            )
        return tuple(name for name in can if name in held), ()
    listed = (said,) if isinstance(said, str) else tuple(said)
    wanted = {one.name for name in listed for one in instrument.items_of(name)}
    if not wanted:
        raise UsageError(
            "items= names no question. Leave it out for all questions of the survey, or name one: "
            f"{', '.join(instrument.measures)}."
        )
    held = presence(asked.responses, instrument, wanted).held
    of_wholes = {
        one.name
        for name in listed
        if name not in instrument.items
        for one in instrument.items_of(name)
        if any(other.name in held for other in instrument.items_of(name))
    }
    lacking = [name for name in instrument.items if name in of_wholes - held - set(listed)]
    caveat = f"Left out, as the extract has no column for them: {', '.join(lacking)}."
    names = tuple(name for name in instrument.items if name in wanted - set(lacking))
    return names, (caveat,) if lacking else ()


@dataclass(frozen=True)
class _Answer:
    """One answer as it is shown: the codes it holds, and on which side of the middle it is."""

    label: str
    codes: tuple[str, ...]
    side: str


@dataclass(frozen=True, eq=False)
class _Table:
    """Adds the rows of each question, group by group."""

    asked: Survey
    of: str | None
    detail: str
    counted: Mapping[str, Counts]
    eligible: Counts | None
    rows: Rows
    confidence: float
    missing: tuple[str, ...] = ()
    """What is to be said of questions that there are not."""

    @property
    def topics(self) -> dict[str, str]:
        """Questions by name -> as they are printed."""
        instrument = self.asked.instrument
        return self.asked.labels({name: measured(instrument, name) for name in self.counted})

    def shown(self, item: str) -> list[_Answer]:
        """Name the answers to a question as they are shown, lowest first."""
        instrument = self.asked.instrument
        scale = instrument.scale_of(item)
        sides = {
            **dict.fromkeys(instrument.positive(item), POSITIVE),
            **dict.fromkeys(instrument.negative(item), NEGATIVE),
        }
        if self.detail == "full" or not (scale.ordered and sides):
            other = NEITHER if scale.ordered else ""
            labels = {code: scale.labels.get(code, code) for code in scale.points}
            return [_Answer(labels[x], (x,), sides.get(x, other).lower()) for x in scale.points]
        held = {
            side: tuple(code for code in scale.points if sides.get(code, NEITHER) == side)
            for side in (NEGATIVE, NEITHER, POSITIVE)
        }
        return [_Answer(side, codes, side.lower()) for side, codes in held.items() if codes]

    def add(self) -> None:
        """Add the rows of all questions."""
        for item, counts in self.counted.items():
            for group in groups_of(counts.dimension(self.of) if self.of else None):
                self._group(item, group)

    def _group(self, item: str, group: Group) -> None:
        at = {TOPIC: self.topics[item], **({self.of: group.label} if self.of else {})}
        dimension = self.counted[item].dimension(ANSWER)
        valid = self._cell(item, group, dimension.declared)
        shown = self.shown(item)
        cells = [self._cell(item, group, one.codes) for one in shown]
        n, counts = self.rows.n(valid), np.array([self.rows.n(cell) for cell in cells])
        own = {self.of: group.codes} if self.of and group.kind != EVERYBODY else {}
        staff = staff_of(self.eligible, own)
        known = n <= staff < np.inf
        found = share_of_answers(
            sums(np.full(len(shown), n), counts, counts),
            population=staff if known else None,
            confidence=self.confidence,
        ).interval
        for place, (one, cell) in enumerate(zip(shown, cells, strict=True)):
            row = self.rows.add(
                "share",
                {**at, ANSWER: one.label},
                numerator=cell,
                denominator=valid,
                unit="proportion",
                value=float(found.value[place]),
                lower=float(found.lower[place]),
                upper=float(found.upper[place]),
                method=f"share, {found.method[place]}",
                inference="finite_population" if known else "process",
                orientation=one.side,
            )
            self.rows.unless_known(row, valid, otherwise=NOBODY)
        self._apart(item, group, at)

    def _apart(self, item: str, group: Group, at: Mapping[str, str]) -> None:
        """Add how many gave no valid answer, kind by kind, where a question had any."""
        for kind, label in APART.items():
            codes = self._codes(item, kind)
            if codes and self._everybody(item, codes):
                cell = self._cell(item, group, codes)
                self.rows.count(kind, {**at, ANSWER: label}, cell, "people")

    def _codes(self, item: str, kind: str) -> tuple[str, ...]:
        if kind != NOT_APPLICABLE:
            return (kind,)
        return self.asked.instrument.scale_of(item).not_applicable

    def _everybody(self, item: str, codes: Sequence[str]) -> int:
        found = self.counted[item].over(ANSWER).occurring()
        return sum(n for (code,), n in found.items() if code in codes)

    def _cell(self, item: str, group: Group, codes: Sequence[str]) -> int:
        own = {self.of: group.codes} if self.of and group.kind != EVERYBODY else {}
        return self.rows.cell(**{WAVE: self.asked.wave, ASKED: item, ANSWER: codes}, **own)

    def about(self, source: Counts) -> About:
        """Say what a reader must know of the table."""
        labels = dict.fromkeys(
            one.label
            for side in (NEGATIVE, NEITHER, POSITIVE, "")
            for item in self.counted
            for one in self.shown(item)
            if self.detail == "ends" and one.side == side.lower()
        )
        labels |= dict.fromkeys(one.label for item in self.counted for one in self.shown(item))
        order = {ANSWER: (*labels, *APART.values())}
        if self.of:
            dimension = source.dimension(self.of)
            named = [dimension.label(code) for code in dimension.declared]
            order[self.of] = (*named, UNDECLARED, ALL)
        known = self.eligible is not None
        return describe(
            self.asked,
            kind="survey_answers",
            title="answers to each question",
            question="What was answered to each question?",
            definition=(
                "Who gave each answer, of all valid answers to the question; those to whom it did "
                "not apply, who left it out or were not asked are counted apart. Not weighted."
            ),
            source=source,
            groups=(*([self.of] if self.of else []), TOPIC, ANSWER),
            topics=self.topics,
            headings={TOPIC: "Question", ANSWER: "Answer"},
            order=order,
            confidence=self.confidence,
            caveats=(*self.missing, *((SILENT,) if known else ())),
        )
