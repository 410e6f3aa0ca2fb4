"""How likely something is to happen at work: procedures, programmes, training, leaving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.events import EventCounts, event_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.between_groups import zone_of
from workforce_analytics.measures.participation_rows import Asked, per_head, per_person_year
from workforce_analytics.measures.participation_words import describe
from workforce_analytics.measures.standards import Standard, standard_for

__all__ = ["likelihood"]

PER = ("head", "person_year")


def likelihood(
    events: Extract,
    workforce: Extract,
    *,
    of: str,
    event: str | None = None,
    formal: bool | None = None,
    detail: str | Sequence[str] | None = None,
    per: str | None = None,
    period: str | Sequence[Any] | None = None,
    years: int | None = None,
    level: str | None = None,
    reference: str | None = None,
    standard: str | None = None,
    population: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    zone: Any = ("0.80", "1.25"),
    confidence: float = 0.95,
) -> Estimates:
    """How likely is it, in each group, that something happens: a procedure, a programme, a course?

    Parameters
    ----------
    events
        An events extract, or course records (contract `training`), of which completed ones count.
    workforce
        A workforce extract with the snapshots around the period.
    of
        The characteristic: "ethnicity", "disability", "sex", ...
    event
        What happened: "disciplinary", "grievance", "capability", "harassment_complaint",
        "programme", "acting_up", "appraisal", "flexible_working", "promotion", "leaving", ...;
        "training" for course records. A standard says it.
    formal
        True or False: only formal or only informal records; None: all.
    detail
        Only records with this detail, or one of these: names of programmes or of courses.
    per
        "head" (default): of the people in post when the year starts, how many it happened to at
        least once in the year. "person_year": events per 100 person-years, with those who joined
        later.
    period
        First and last day, as a pair or as "2023-04-01 to 2025-03-31". Without it: `years` whole
        years up to the last snapshot.
    years
        How many years are pooled where no period is given: 1 (default), 2 or 3.
    level
        Level of the characteristic's code list: "main" (default), "full" or "binary".
    reference
        "largest" (default), "rest", "total", "highest", or a group by its label or code; per
        person-year "largest", "rest" or a group.
    standard
        A published definition by name ("wres_3", "wres_4", "wdes_3", "sc_wres_3", "sc_wres_5",
        "sc_wres_8", "relative_rate_index", "impact_ratio"): it sets event, formal, level, years,
        reference and which group stands on top of the ratio.
    population
        Who is counted; "workforce_report" without it. Councillors need a population of their own.
    where
        A subset of people: dimension -> category code or codes.
    zone
        The screening range of the ratio, both ends included.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        Kind "participation". Per head, for every declared group: `rate` (proportion; people to
        whom it happened, of people in post), and for all but the reference what
        `recruitment.likelihood` gives: `relative_likelihood`, `difference`, tests, `screening`,
        shortfalls, ... Per person-year: `rate_per_100_person_years` and `relative_likelihood`. Then
        in both `events` (records), `cases` (distinct cases; a record without one is its own) and,
        where such things have an end, `open_cases` on the last day; per head also `people`. A
        group with nobody in it is a row that is `undefined`, one to whom nothing happened has 0.

    Raises
    ------
    UsageError
        An extract, event, detail, group, standard or period that there is not.

    Notes
    -----
    Somebody belongs to the group of the snapshot that the year starts from: the last one on or
    before its first day or, where there is none, the first one after. Pooled years are added up:
    somebody in post at the start of two of them stands in both. Published returns divide all
    records of a year by the headcount at its end; here whoever is above the line is below it, too,
    and whoever was dismissed is still counted. Those who joined in the year are not; per
    person-year they are.

    Per person-year: rate = 100 E / T, T average headcount of two snapshots times length. Byar's
    limits, exact Poisson ones below 10 events; ratio of rates with Clopper and Pearson's limits
    given all events. Where somebody has several events, both rest on effective events E / d, where
    d = sum over people of (e - r t)^2 / E: the variance clustered on person. The q-value is
    Benjamini and Hochberg's over the groups of the table.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.participation.likelihood(
    ...     council.events, council.workforce, of="ethnicity", standard="wres_3"
    ... )
    >>> table.about.kind, table.about.reference
    ('participation', 'White')
    """
    published = standard_for(standard, of, "events") if standard is not None else None
    asked = _asked(published, event, formal, detail, per, level, reference)
    counts = event_counts(
        events,
        workforce,
        of=of,
        event=asked["event"],
        formal=asked["formal"],
        detail=detail,
        period=period,
        years=years if years is not None else (published.years if published else 1),
        level=asked["level"],
        population_name=population,
        where=where,
        joiners=asked["per"] == "person_year",
    )
    return _table(
        counts,
        Asked(
            of=of,
            event=asked["event"],
            formal=asked["formal"],
            detail=(detail,) if isinstance(detail, str) else tuple(detail or ()),
            reference=asked["reference"],
            published=published,
            zone=zone_of(zone),
            confidence=_confidence(confidence),
        ),
        asked["per"],
        workforce.context.organisation,
    )


def _table(counts: EventCounts, asked: Asked, per: str, organisation: str) -> Estimates:
    made = (per_head if per == "head" else per_person_year)(counts, asked)
    about = describe(counts, asked, per, made.reference, organisation)
    return made.rows.estimates(about, counts.people, made.holds)


def _confidence(confidence: Any) -> float:
    if isinstance(confidence, str) or not 0 < confidence < 1:
        raise UsageError("confidence= takes a number between 0 and 1, such as 0.95.")
    return float(confidence)


def _asked(
    published: Standard | None,
    event: str | None,
    formal: bool | None,
    detail: Any,
    per: str | None,
    level: str | None,
    reference: str | None,
) -> dict[str, Any]:
    """Take what is asked for, what a standard sets, or what is usual; refuse a contradiction."""
    given = {"event": event, "formal": formal, "per": per, "level": level, "reference": reference}
    usual = {"formal": None, "per": "head", "level": "main", "reference": "largest"}
    fixed: dict[str, Any] = {}
    if published is not None:
        fixed = {"reference": published.reference, "per": published.per}
        if published.of:
            fixed |= {"event": published.event, "level": published.level}
        if published.formal is not None:
            fixed["formal"] = published.formal
        for argument, value in given.items():
            if value is not None and fixed.get(argument, value) != value:
                raise UsageError(
                    f"standard='{published.name}' defines {argument}={fixed[argument]!r}, not "
                    f"{value!r}. Leave {argument}= out, or leave standard= out."
                )
        if published.event == "training" and detail is None:
            raise UsageError(
                f"standard='{published.name}' counts courses that are not mandatory. Which ones "
                "those are is for you to say: name them with detail=[...]."
            )
    taken = {key: fixed.get(key, usual.get(key)) if v is None else v for key, v in given.items()}
    if not isinstance(taken["event"], str):
        raise UsageError('event= takes the name of an event, such as "grievance".')
    if taken["per"] not in PER:
        raise UsageError(f"per={per!r} is not known. Allowed: {', '.join(PER)}.")
    return taken
