"""What comments in a staff survey are about: counts of the codes that readers gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workforce_analytics.counting.answer_codes import BETWEEN, TICKED, tick_counts
from workforce_analytics.counting.counts import Counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED, Estimates
from workforce_analytics.extracts.instruments import Scale
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    WAVE,
    Survey,
    describe,
    estimates_of,
    survey_of,
    survey_rows,
)
from workforce_analytics.measures.survey_scores_figures import Group, groups_of, selection

CODE = "code"
WORDS = "The comments themselves were not read by this package: their words stay in the file."


def comments(
    survey: Any, *, codes: str, of: str | None = None, wave: str | None = None
) -> Estimates:
    """What are comments about, and how often?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract.
    codes
        The item of the instrument that holds the codes which somebody gave the comments after
        reading them: an item with a scale, `several = true` where a comment can have more than one.
        Never the item of the comments themselves.
    of
        A characteristic, "age", "unit", "service" or "directorate"; all staff without it.
    wave
        The wave; the last one without it.

    Returns
    -------
    Estimates
        Kind "survey_comments". For each code of the scale `comments`: how many respondents wrote
        something that was given the code; for "All" how many wrote anything that was given one.

    Raises
    ------
    UsageError
        There is no such item, wave or characteristic, the item is free text, or has no column.

    Notes
    -----
    Columns of free text are dropped when a file is read; only codes come here, and they are counted
    and protected as all answers are. Respondents are counted by the set of codes that they have, so
    that a code which is hidden cannot be worked out from the others and from all comments.

    Examples
    --------
    >>> import pandas as pd, workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> try:
    ...     comments(council.survey, codes="comment_codes")
    ... except wa.errors.UsageError as error:
    ...     print(str(error)[:70])
    The instrument 'sample' has no item 'comment_codes' with a scale. Allo
    """
    asked = survey_of(survey, wave=wave)
    if of is not None and not isinstance(of, str):
        raise UsageError('of= takes one name, such as of="ethnicity".')
    item = asked.instrument.items.get(codes)
    if item is not None and item.free_text:
        raise UsageError(
            f"'{codes}' holds what people wrote, and their words are never read. Give comments "
            "codes in a column of their own, and name its item: codes=..."
        )
    scale = asked.instrument.scale_of(codes)
    counted = tick_counts(asked, asked.instrument, codes, by=[of] if of else [], wave=asked.wave)
    rows = survey_rows({codes: counted}, asked.wave)
    labels = {code: scale.labels.get(code, code) for code in scale.codes}
    for group in groups_of(counted.dimension(of) if of else None):
        _add(rows, counted, labels, codes, of, group, asked.wave)
    return _table(asked, rows, counted, scale, labels, of)


def _add(
    rows: Rows,
    counted: Counts,
    labels: Mapping[str, str],
    item: str,
    of: str | None,
    group: Group,
    wave: str,
) -> None:
    """Add how many comments of a group have each code, and how many there are."""
    sets = [one.code for one in counted.dimension(TICKED).categories]
    whom = {WAVE: wave, ASKED: item, **selection(of, group)}
    for code, label in labels.items():
        having = [one for one in sets if code in one.split(BETWEEN)]
        at = {CODE: label, **({of: group.label} if of else {})}
        rows.count("comments", at, rows.cell(**{**whom, TICKED: having}), "people")
    at = {CODE: ALL, **({of: group.label} if of else {})}
    rows.count("comments", at, rows.cell(**{**whom, TICKED: sets}), "people")


def _table(
    asked: Survey,
    rows: Rows,
    counted: Counts,
    scale: Scale,
    labels: Mapping[str, str],
    of: str | None,
) -> Estimates:
    order = {CODE: (*labels.values(), ALL)}
    source = counted.over(*([of] if of else []))
    if of:
        dimension = counted.dimension(of)
        named = [dimension.label(code) for code in dimension.declared]
        order[of] = (*named, UNDECLARED, ALL)
    about = describe(
        asked,
        kind="survey_comments",
        title="what comments are about",
        question="What are comments about, and how often?",
        definition=(
            "How many respondents wrote something that was given the code by those who read it. A "
            "comment can have several codes, so they add up to more than all comments."
        ),
        source=source,
        groups=(CODE, *([of] if of else [])),
        base="respondents whose comments were given a code",
        headings={CODE: "What comments are about"},
        order=order,
        caveats=(WORDS,),
    )
    return estimates_of(rows, replace(about, counted="comments"), asked, counted)
