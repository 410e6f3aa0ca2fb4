"""Which indexes, themes and questions is a table of, where an export may lack some questions?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workforce_analytics.counting.answer_presence import Presence, presence
from workforce_analytics.counting.answer_sums import counted_by_default
from workforce_analytics.counting.answers import measured
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.survey_asked import Survey


@dataclass(frozen=True)
class Topics:
    """Measures that a table is of, and what must be said of the questions that there are not.

    Attributes
    ----------
    names
        In the instrument's order.
    caveats
        Which indexes and themes were left out for missing questions, and which rest on some of
        theirs.
    there
        Questions of the measures -> whether anybody answered them.
    """

    names: tuple[str, ...]
    caveats: tuple[str, ...]
    there: Presence

    def beside(self, others: Topics) -> Topics:
        """Give the same with what must be said of other measures of the table."""
        caveats = tuple(dict.fromkeys((*others.caveats, *self.caveats)))
        return Topics(self.names, caveats, self.there)


def topics_of(
    survey: Survey,
    names: Sequence[str] | str | None,
    *,
    waves: Sequence[str] = (),
    among: Sequence[str] | None = None,
) -> Topics:
    """Which measures are asked for? Unless said, those whose questions there are.

    Parameters
    ----------
    names
        Of indexes, themes and questions. Without it all indexes and themes with answers to as many
        of their questions as a respondent must have answered to count; the questions of an
        instrument that has neither.
    waves
        The waves that they must be of, where that is not the survey's one; in any of them.
    among
        What is looked at where no names are given, if not all indexes and themes.

    Raises
    ------
    UsageError
        The instrument has none of a name, a measure that was named lacks its questions, or all do.
    """
    asked = tuple(waves) or (survey.wave,)
    listed = _listed(survey, names, among)
    instrument = survey.instrument
    found = presence(
        survey.responses, instrument, [one.name for x in listed for one in instrument.items_of(x)]
    )
    if names is not None:
        for name in listed:
            _refuse_missing(survey, found, name, asked)
        return Topics(listed, _caveats(survey, found, listed, (), asked), found)
    wanted = [name for name in listed if any(found.asked(name, wave) for wave in asked)]
    there = tuple(x for x in wanted if any(found.is_enough(x, wave) for wave in asked))
    if not there:
        raise UsageError(
            f"Nobody answered enough questions of any index or theme in {' or '.join(asked)}: "
            "check the names of the questions in the extract (check(...) lists those that it "
            "lacks), or name measures."
        )
    left_out = [name for name in wanted if name not in there]
    return Topics(there, _caveats(survey, found, there, left_out, asked), found)


def _listed(
    survey: Survey, names: Sequence[str] | str | None, among: Sequence[str] | None
) -> tuple[str, ...]:
    instrument = survey.instrument
    if names is None:
        return tuple(counted_by_default(instrument) if among is None else among)
    chosen = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
    if not chosen:
        raise UsageError(
            f"measures= names nothing. Allowed: {', '.join(instrument.measures)}; or leave it out."
        )
    for name in chosen:
        instrument.measure(name)
    return tuple(name for name in instrument.measures if name in chosen)


def _refuse_missing(survey: Survey, found: Presence, name: str, waves: Sequence[str]) -> None:
    """Refuse a measure that nobody can have a figure of, whatever they answered."""
    of = [wave for wave in waves if found.asked(name, wave)]
    items = survey.instrument.items_of(name)
    if any(not item.scale for item in items) or not of:
        return  # what is counted of the answers refuses it, and says why
    if any(found.is_enough(name, wave, held=True) for wave in of):
        return
    held = [item.name for item in items if item.name in found.held]
    listed = ", ".join(item.name for item in items if item.name not in held)
    extract = survey.responses.contract.name
    if not held:
        raise UsageError(
            f"The {extract} extract has no column for '{name}' ({listed}). Map one, or name "
            "another measure."
        )
    raise UsageError(
        f"The {extract} extract has too few of the questions of '{name}': it lacks {listed}. Map "
        "them, or name another measure."
    )


def _caveats(
    survey: Survey,
    found: Presence,
    names: Sequence[str],
    left_out: Sequence[str],
    waves: Sequence[str],
) -> tuple[str, ...]:
    """Say what was left out for missing questions, and what rests on some of its questions."""
    labels = survey.labels({x: measured(survey.instrument, x) for x in (*names, *left_out)})
    said = []
    if left_out:
        listed = _quoted(labels, left_out)
        said.append(f"Left out, as nobody answered enough of their questions: {listed}.")
    for wave in waves:
        at = f" in {wave}" if len(waves) > 1 else ""
        unanswered = [x for x in names if found.asked(x, wave) and not found.there(x, wave)]
        if unanswered:
            said.append(f"Nobody answered a question of {_quoted(labels, unanswered)}{at}.")
        for name in names:
            lacking = found.lacking(name, wave)
            if lacking and name not in unanswered:
                asked = found.asked(name, wave)
                said.append(
                    f"“{labels[name]}” rests on {len(asked) - len(lacking)} of its {len(asked)} "
                    f"questions{at}: nobody answered {', '.join(lacking)}."
                )
    return tuple(said)


def _quoted(labels: Mapping[str, str], names: Iterable[str]) -> str:
    return ", ".join(f"“{labels[name]}”" for name in names)
