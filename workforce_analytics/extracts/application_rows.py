"""Applications made ready to be counted: their furthest stage, their period, each candidate once.

Everything is worked out on the engine that holds the rows; nothing of them is brought here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.engine import Expression, Frame, col, lit, when
from workforce_analytics.extracts.contracts import Contract
from workforce_analytics.extracts.matching import Matcher, matcher
from workforce_analytics.extracts.quality import FileSummary, Problem, QualityReport, in_order
from workforce_analytics.extracts.rules import STAGES

NOT_KNOWN = "not_known"
PERIODS = ("year", "quarter")
TWICE = "candidate_applied_twice"
NOT_GIVEN = "candidate_not_given"
LEFT_OUT = "that repeat an application of the same candidate for the same vacancy"
_ONE_EACH = ("vacancy_id", "candidate_id")


def ready(
    described: Contract,
    frame: Frame,
    table: pd.DataFrame | None,
    values: Mapping[str, Mapping[str, str]],
    quality: QualityReport,
) -> tuple[Frame, QualityReport]:
    """Make the rows of the applications contract ready to be counted.

    Parameters
    ----------
    described
        The applications contract.
    frame
        The rows, checked.
    table
        The same rows in memory, where they are there.
    values
        The mapping's own codes.
    quality
        What was found in them.

    Returns
    -------
    tuple
        The rows with `furthest_stage`, where the dates of the stages came instead, with `year` and
        `quarter` of the application, and each candidate once in each vacancy: the latest
        application stays (the date, then the furthest stage, then the reference decide). And the
        report, in which those that were left out are counted.

    Notes
    -----
    A date proves its stage also where the status names none ("Rejected"). Without such a date a
    status without a stage stays not known. A vacancy that is advertised again under another
    reference is a vacancy of its own.
    """
    match = matcher(described, "furthest_stage", values.get("furthest_stage", {}))
    frame = _with_stage(frame, match)
    frame, quality = _once_each(frame, table, quality, match)
    if "applied_on" in engine.columns(frame):
        frame = engine.derive(frame, periods("applied_on"))
    return frame, _told(described, frame, quality)


def periods(day: str) -> dict[str, Expression]:
    """Financial year and quarter of a date, as whole numbers."""
    return dict(
        zip(PERIODS, (engine.financial_year(day), engine.financial_quarter(day)), strict=True)
    )


def raws_by_stage(frame: Frame, match: Matcher) -> dict[str, list[object]]:
    """Raw values of `furthest_stage` that occur, by the stage they stand for."""
    found: dict[str, list[object]] = {}
    for raw in engine.count(frame, ["furthest_stage"])["furthest_stage"]:
        found.setdefault(match(raw) or NOT_KNOWN, []).append(raw)
    return found


def _with_stage(frame: Frame, match: Matcher) -> Frame:
    present = engine.columns(frame)
    dated = [stage for stage in STAGES[1:] if f"{stage}_on" in present]
    if "furthest_stage" not in present:
        return engine.derive(frame, {"furthest_stage": _by_dates(dated, lit(STAGES[0]))})
    if not dated or any(match(stage) != stage for stage in dated):
        return frame
    unknown = raws_by_stage(frame, match).get(NOT_KNOWN, [])
    if not unknown:
        return frame
    said = engine.text("furthest_stage")
    proven = when(engine.holds("furthest_stage", unknown)).then(_by_dates(dated, said))
    return engine.derive(frame, {"furthest_stage": proven.otherwise(said)})


def _by_dates(dated: Sequence[str], otherwise: Expression) -> Expression:
    """Give the last stage that has a date."""
    result = otherwise
    for stage in dated:
        result = when(~col(f"{stage}_on").is_null()).then(lit(stage)).otherwise(result)
    return result


def _once_each(
    frame: Frame, table: pd.DataFrame | None, quality: QualityReport, match: Matcher
) -> tuple[Frame, QualityReport]:
    """Leave out what repeats; costs nothing where the check found no repeats."""
    known = [item for item in quality.problems if item.rule == TWICE]
    several = table is not None and len(quality.files) > 1  # each file was checked alone
    if not (known or several) or not set(_ONE_EACH) <= set(engine.columns(frame)):
        return frame, quality
    repeats = engine.settled(_repeats(frame, match))
    n = engine.one_row(repeats, {"n": engine.rows()})["n"]
    if not n:
        return frame, quality
    frame = frame.join(repeats, on="application_id", how="anti")
    by_file = [n]
    if several and table is not None:
        left = set(engine.collect(repeats)["application_id"])
        by_file = _by_file(table["application_id"].isin(left), quality.files)
    files = tuple(
        replace(item, kept=item.kept - out, refused=(*item.refused, (LEFT_OUT, out)))
        if out
        else item
        for item, out in zip(quality.files, by_file, strict=True)
    )
    across = _across_files(quality.files, known, n)
    return frame, replace(quality, files=files, problems=in_order([*quality.problems, *across]))


def _repeats(frame: Frame, match: Matcher) -> Frame:
    """References of the applications that a later one of the same candidate stands for."""
    rows = frame.filter(*(~engine.blank(name) for name in _ONE_EACH))
    pairs = rows.group_by(*_ONE_EACH).agg(engine.rows().alias(engine.N))
    rows = rows.join(pairs.filter(col(engine.N) > 1), on=list(_ONE_EACH), how="semi")
    stages = raws_by_stage(rows, match)
    place = engine.place_of(
        "furthest_stage", [stages.get(code, []) for code in (NOT_KNOWN, *STAGES)]
    )
    order = [name for name in ("applied_on",) if name in engine.columns(frame)]
    rows = engine.derive(rows, {"__place": place, "__one": lit(1)})
    # A missing date comes first, in every engine.
    later = (
        col("__one")
        .cum_sum(reverse=True)
        .over(*_ONE_EACH, order_by=[*order, "__place", "application_id"])
    )
    numbered = engine.derive(rows, {"__later": later})
    return numbered.filter(col("__later") > 1).select("application_id")


def _by_file(left_out: pd.Series, files: Sequence[FileSummary]) -> list[int]:
    ends = list(accumulate(item.kept for item in files))
    return [
        int(left_out.iloc[start:end].sum())
        for start, end in zip([0, *ends[:-1]], ends, strict=True)
    ]


def _across_files(files: Sequence[FileSummary], known: Sequence[Problem], n: int) -> list[Problem]:
    more = n - sum(item.records or 0 for item in known)
    if more <= 0:
        return []
    return [
        Problem(
            file=", ".join(item.file for item in files),
            column=", ".join(_ONE_EACH),
            rule=TWICE,
            severity="warning",
            message="repeats an application of the same candidate for the same vacancy in another "
            "file; only the latest is counted",
            remedy="Give each application in one file only.",
            records=more,
            of=sum(item.kept for item in files),
            contract=files[0].contract,
        )
    ]


def _told(described: Contract, frame: Frame, quality: QualityReport) -> QualityReport:
    """Tell of candidates that are not given where a column was missing: the check saw no cells."""
    rows = sum(item.kept for item in quality.files)
    (rule,) = (item for item in described.rules if item.name == NOT_GIVEN)
    without = rows
    if "candidate_id" in engine.columns(frame):
        if len(quality.files) == 1:
            return quality
        blank = when(engine.blank("candidate_id")).then(lit(1)).otherwise(lit(0))
        without = engine.one_row(frame, {"blank": blank.sum()})["blank"]
        without -= sum(item.records or 0 for item in quality.problems if item.rule == NOT_GIVEN)
    if without <= 0:
        return quality
    found = Problem(
        file=", ".join(item.file for item in quality.files),
        column="candidate_id",
        rule=NOT_GIVEN,
        severity=rule.severity,
        message=rule.message,
        remedy=rule.remedy,
        records=without,
        of=rows,
        contract=described.name,
    )
    return replace(quality, problems=in_order([*quality.problems, found]))
