"""What every question to the staff survey has in common: its wave, its cells, what readers know.

Every table of the survey is split by the wave and by what was asked. Those who answered one
question are counted by themselves, so that tables are held against each other where they count the
same people, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from workforce_analytics.counting.answers import Measured, waves_of
from workforce_analytics.counting.counts import Counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import About, Cells, Estimates
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.extracts.instrument_of import instrument_of
from workforce_analytics.extracts.instruments import Instrument
from workforce_analytics.measures.rows import Rows

WAVE, ASKED, TOPIC = "wave", "asked", "topic"
"""Dimensions of the cells of all tables, and the column of what a figure is about."""
ANY = "any"
"""Answer of those who are counted whatever they answered."""
RESPONDENTS, ELIGIBLE = "respondents", "eligible"
"""What is asked of everybody: whether they answered, and whether they could."""
LEAST_TESTED: Mapping[str, int] = {"item": 30, "theme": 20, "element": 20, "index": 10}
"""Under how many answers a difference is not tested (Civil Service People Survey, Technical Guide
2019, Cabinet Office: 30 for a question, 20 for a theme, 10 for the engagement index)."""
_COLUMNS = {"unit": "unit_id"}
"""In tables of figures "unit" is what a figure is in: percentage points, a score from 0 to 100."""
ANONYMOUS = "Answers are anonymous and are never joined to staff records."


@dataclass(frozen=True, eq=False)
class Survey:
    """One wave of a staff survey, and who could have answered it."""

    responses: Extract
    eligible: Extract | None
    instrument: Instrument
    wave: str

    @property
    def context(self) -> Context:
        """What the survey's extracts know of their organisation."""
        return self.responses.context

    @property
    def people(self) -> str:
        """Whose counts these are: tables of the same people are protected together."""
        return f"{self.context.organisation}: survey"

    def at(self, wave: str) -> Survey:
        """Give another wave of the same survey."""
        return replace(self, wave=wave)

    def labels(self, measures: Mapping[str, Measured]) -> dict[str, str]:
        """Name what was asked as it is printed; where two are worded alike, with their names."""
        words = [one.label or one.name for one in measures.values()]
        return {
            name: word if words.count(word) == 1 else f"{word} ({name})"
            for (name, _), word in zip(measures.items(), words, strict=True)
        }


def survey_of(survey: Any, *, wave: str | None = None) -> Survey:
    """Which survey is this, by which instrument, and which of its waves?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract alone.
    wave
        The wave as the extract names it; the last one without it.

    Raises
    ------
    UsageError
        It is no survey, or has no such wave.
    """
    extracts = getattr(survey, "extracts", None)
    if isinstance(extracts, Mapping):
        responses, eligible = (extracts.get(f"survey_{name}") for name in ("responses", "eligible"))
    else:
        responses, eligible = survey, None
    if not isinstance(responses, Extract) or responses.contract.name != "survey_responses":
        raise UsageError(
            "The first argument is a staff survey, such as council.survey, or a survey_responses "
            "extract."
        )
    return Survey(responses, eligible, instrument_of(responses), _wave(responses, wave))


def _wave(responses: Extract, wave: str | None) -> str:
    waves = waves_of(responses)
    if not waves:
        raise UsageError("Nobody answered this survey: the survey_responses extract is empty.")
    if wave is None:
        return waves[-1]
    if str(wave) not in waves:
        raise UsageError(
            f"The survey has no wave '{wave}'.{did_you_mean(str(wave), waves)} "
            f"There are: {', '.join(waves)}."
        )
    return str(wave)


class SurveyRows(Rows):
    """Rows of a table of the survey in the making.

    Groups stand in columns that no figure has. How many of a group answered one question is nearly
    how many answered at all: it is hidden wherever that is, in this table or in another.

    Parameters
    ----------
    counts, dimensions
        As for `Rows`; the wave and `ASKED` are among the dimensions.
    people
        Wave -> all who answered the survey, by the groups of the table; nothing where no cell is
        of those who answered something.
    """

    def __init__(
        self,
        counts: Mapping[tuple[str, ...], int],
        dimensions: Sequence[str],
        people: Mapping[str, Counts] = MappingProxyType({}),
    ) -> None:
        answered: dict[tuple[str, ...], int] = {}
        self._groups: tuple[str, ...] = ()
        for wave, all_of in people.items():
            self._groups = (WAVE, *(item.name for item in all_of.dimensions))
            for codes, n in all_of.cells().items():
                known = {ASKED: RESPONDENTS, **dict(zip(self._groups, (wave, *codes), strict=True))}
                answered[tuple(known.get(name, ANY) for name in dimensions)] = n
        super().__init__({**answered, **counts}, dimensions)
        self._follows: dict[int, int] = {}

    def cell(self, people: int | None = None, /, **categories: str | Sequence[str]) -> int:
        """Cell of some categories, which is hidden where those are who answered the survey."""
        made = super().cell(people, **categories)
        if self._groups and categories.get(ASKED) not in (ELIGIBLE, RESPONDENTS):
            whom = {name: codes for name, codes in categories.items() if name in self._groups}
            self._follows[made] = super().cell(**whom, **{ASKED: RESPONDENTS})
        return made

    def add(self, measure: str, labels: Mapping[str, str], **figures: Any) -> dict[str, Any]:
        """Add a row, its groups named by what the table is split by."""
        named = {column_of(name): label for name, label in labels.items()}
        return super().add(measure, named, **figures)

    def cells(self, source: Counts, holds: Mapping[str, Any] | None = None) -> Cells:
        """Give the cells of all rows made so far, with whom each goes by."""
        return replace(super().cells(source, holds), follows=dict(self._follows))


def column_of(name: str) -> str:
    """In which column of a table do the groups of a dimension stand?

    Examples
    --------
    >>> column_of("unit"), column_of("directorate")
    ('unit_id', 'directorate')
    """
    return _COLUMNS.get(name, name)


def survey_rows(
    counted: Mapping[str, Counts], wave: str, people: Counts | None = None
) -> SurveyRows:
    """Give the rows of a table in the making, over the cells that all tables of the survey have.

    Parameters
    ----------
    counted
        What was asked (`RESPONDENTS`, `ELIGIBLE`, a measure's name) -> those counted, all by the
        same dimensions. Name a cell with `rows.cell(wave=..., asked=..., ethnicity=...)`; leave a
        dimension out for all of it.
    wave
        The wave that they are of.
    people
        All who answered the survey, by the groups of the table; needed where what was asked is
        a measure.
    """
    cells: dict[tuple[str, ...], int] = {}
    names: tuple[str, ...] = ()
    for what, counts in counted.items():
        names = tuple(item.name for item in counts.dimensions)
        for codes, n in counts.cells().items():
            cells[wave, *codes, what] = n
    return SurveyRows(cells, (WAVE, *names, ASKED), {} if people is None else {wave: people})


def estimates_of(rows: Rows, about: About, survey: Survey, source: Counts) -> Estimates:
    """Give the table, its cells marked as those of this survey's people."""
    return rows.estimates(about, replace(source, people=survey.people))


def describe(
    survey: Survey,
    *,
    kind: str,
    title: str,
    question: str,
    definition: str,
    source: Counts,
    groups: Sequence[str],
    topics: Mapping[str, str] | None = None,
    **more: Any,
) -> About:
    """Say what a reader must know of a table of the survey.

    Parameters
    ----------
    title
        What the figures are; the survey, the wave and what they are split by are added.
    source
        The counts that the table is split as.
    groups
        What the table is split by; what is a dimension of `source` has its heading.
    topics
        Measures by name -> as they are printed, in their order.
    more
        Further fields of `About`: `reference`, `confidence`, `base`, `caveats` (in addition), ...
    """
    split = [source.dimension(name) for name in groups if name in _names(source)]
    by = " and ".join(item.title[:1].lower() + item.title[1:] for item in split)
    headings = {item.name: item.title for item in split}
    order = {item.name: tuple(one.label for one in item.categories) for item in split}
    if topics is not None:
        headings[TOPIC] = "Theme or index"
        order[TOPIC] = tuple(topics.values())
    headings |= more.pop("headings", {})
    order |= more.pop("order", {})
    caveats = (ANONYMOUS, *more.pop("caveats", ()))
    about = About(
        title=f"Staff survey {survey.wave}: {title}{f', by {by}' if by else ''}",
        question=question,
        definition=definition,
        source=survey.context.organisation,
        population="staff who answered the survey",
        base=more.pop("base", source.subset or "all who answered"),
        period=survey.wave,
        counted="respondents",
        groups=tuple(map(column_of, groups)),
        headings={column_of(name): heading for name, heading in headings.items()},
        order={column_of(name): labels for name, labels in order.items()},
        recorded_as=more.pop("recorded_as", source.recorded_as),
        caveats=caveats,
        provenance=source.provenance,
        policy=source.policy,
        kind=kind,
    )
    return replace(about, **more)


def _names(source: Counts) -> tuple[str, ...]:
    return tuple(item.name for item in source.dimensions)
