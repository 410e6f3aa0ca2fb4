"""What a vacancy tells of its applications: unit, grade, route and outcome, by a lazy join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workforce_analytics import engine
from workforce_analytics.engine import Frame, col, lit, when
from workforce_analytics.extracts.application_rows import periods
from workforce_analytics.extracts.extract import Extract

FROM_VACANCIES: Mapping[str, str] = {
    "unit_id": "unit_id",
    "grade": "grade",
    "route": "route",
    "name_blind": "name_blind",
    "posts": "posts",
    "vacancy_outcome": "outcome",
    "parent_vacancy_id": "parent_vacancy_id",
}
"""Field of an application -> field of its vacancy."""
_KEY, _OPENED, _DAY = "__vacancy", "__opened_on", "__day"


def with_attachments(extracts: Mapping[str, Extract]) -> dict[str, Extract]:
    """Extracts in which applications know their vacancy."""
    result = dict(extracts)
    if {"applications", "vacancies"} <= set(extracts):
        result["applications"] = with_vacancies(extracts["applications"], extracts["vacancies"])
    return result


def with_vacancies(applications: Extract, vacancies: Extract) -> Extract:
    """Where, for which grade and by which route was each application made?

    Parameters
    ----------
    applications, vacancies
        Checked extracts that lie on one engine.

    Returns
    -------
    Extract
        The applications with their vacancy's `unit_id`, `grade`, `route`, `name_blind`, `posts`,
        `vacancy_outcome` and `parent_vacancy_id`, as far as the vacancies have them; missing where
        the vacancy is not found. A field that the applications have already stays as it is. An
        application without a date takes the `year` and `quarter` in which its vacancy opened.

    Notes
    -----
    The join is made by the engine, and only in counts that ask for one of these fields. A vacancy
    stands once in its extract, which was checked, so no application is doubled.

    Examples
    --------
    >>> import pandas as pd, workforce_analytics as wa
    >>> from workforce_analytics.extracts.attaching import with_vacancies
    >>> vacancies = wa.read("vacancies", pd.DataFrame({"vacancy_id": ["v1"], "route": ["Open"]}))
    >>> made = {"application_id": ["a1"], "vacancy_id": ["v1"], "candidate_id": ["c1"]}
    >>> applications = wa.read("applications", pd.DataFrame(made | {"furthest_stage": "Hired"}))
    >>> with_vacancies(applications, vacancies).distinct("route")
    ('Open',)
    """
    frame = applications.frame
    present = set(engine.columns(frame))
    there = set(engine.columns(vacancies.frame))
    taken = {
        name: source
        for name, source in FROM_VACANCIES.items()
        if name not in present and source in there
    }
    undated = "opened_on" in there and _undated(frame, present)
    if not taken and not undated:
        return applications
    looked_up = {**taken, **({_OPENED: "opened_on"} if undated else {})}
    joined = _joined(frame, vacancies.frame, looked_up)
    if undated:
        joined = _dated(joined, present)
    return replace(
        applications,
        frame=joined,
        unattached=None if undated else frame,
        values={
            **applications.values,
            **{name: vacancies.values.get(source, {}) for name, source in taken.items()},
        },
        _counted={},
    )


def _joined(left: Frame, vacancies: Frame, looked_up: Mapping[str, str]) -> Frame:
    right = vacancies.select(
        engine.text("vacancy_id").alias(_KEY),
        *(col(source).alias(name) for name, source in looked_up.items()),
    )
    keyed = engine.derive(left, {_KEY: engine.text("vacancy_id")})
    return keyed.join(right, on=_KEY, how="left").drop(_KEY)


def _undated(frame: Frame, present: set[str]) -> bool:
    """Whether some applications have no date."""
    if "applied_on" not in present:
        return True
    missing = when(col("applied_on").is_null()).then(lit(1)).otherwise(lit(0))
    return engine.one_row(frame, {"missing": missing.sum()})["missing"] > 0


def _dated(frame: Frame, present: set[str]) -> Frame:
    """Work out the period from the date of the application, else from the vacancy's opening."""
    opened = col(_OPENED)
    day = opened
    if "applied_on" in present:
        day = when(col("applied_on").is_null()).then(opened).otherwise(col("applied_on"))
    frame = engine.derive(frame, {_DAY: day})
    return engine.derive(frame, periods(_DAY), drop=[_DAY, _OPENED])
