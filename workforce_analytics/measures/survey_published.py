"""Survey results that others published: organisation by organisation, with medians of them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, About, Estimates, assemble
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.survey_asked import TOPIC

ORGANISATION, CODE = "organisation", "organisation_code"
_NAMES = re.compile(
    r"\((?:mean|median|average)(?: score)?s?\)|\bbenchmark\b|\bhigh performers?\b|"
    r"^all (?:civil servants|organisations|respondents|staff|employees)\b|"
    r"\bgroup \(including\b|^(?:overall|total|mean|median|average)$",
    re.IGNORECASE,
)
_CODES = re.compile(r"(?:^|_)(?:MEAN|MEDIAN|BENCHMARK|GROUP|TOTAL)$")
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
WHY = {
    "suppressed": "suppressed by its publisher",
    "not_applicable": "not applicable, its publisher says",
    "not_available": "not available, its publisher says",
    "unmarked": "neither a score nor a reason was published",
}


@dataclass(frozen=True)
class _Table:
    """Published results as rows: whose, of which group, what about, and the score or why none."""

    rows: pd.DataFrame
    of: str
    without: tuple[str, ...]
    """Names of the rows that are means over organisations, or sums of several."""


def published(
    results: Extract, *, of: str | None = None, without: Sequence[str] | None = None
) -> Estimates:
    """What did a survey find in many organisations, and what is the middle one of them?

    Parameters
    ----------
    results
        An extract read as `survey_published`, with its source:
        `wa.read("survey_published", FILE, dimensions=["Ethnicity"], published="SOURCE")`.
    of
        The column of groups. The only one there is, unless said.
    without
        Names or codes of the rows that are no organisation's own, such as the mean over all. Unless
        said, they are recognised: names with "(mean score)", "benchmark", "high performers", "All
        civil servants" or "group (including", and codes that end in MEAN, MEDIAN, BENCHMARK, GROUP
        or TOTAL. An empty list leaves none out.

    Returns
    -------
    Estimates
        Kind "survey_published". For each organisation, group and question `score`; for "All", over
        the organisations that have a score, `lower_quartile`, `median`, `upper_quartile` and
        `share_shown` (proportion; numerator and denominator are organisations). What the publisher
        suppressed has status "suppressed", what cannot be is "undefined" and says so.

    Raises
    ------
    UsageError
        The extract is no published result, its source or its groups are not said, or an
        organisation that is to be left out is not there.

    Notes
    -----
    The benchmark of the Civil Service People Survey is the median of organisations' scores, and its
    "high performers" are at the upper quartile; where a low score is the good one, at the lower.
    Quartiles lie between two organisations in proportion (definition 7 of Hyndman and Fan 1996, The
    American Statistician 50, 361-365). Means over all and groups of organisations stand beside the
    organisations in published files, and would count them twice. Percentages of a question whose
    heading has "%" are shares; all other figures are scores from 0 to 100.

    Examples
    --------
    >>> import pandas as pd, workforce_analytics as wa
    >>> table = pd.DataFrame({
    ...     "Organisation": ["North", "South", "West", "All organisations"],
    ...     "Engagement index": ["61.5", "[c]", "70.5", "66.1"],
    ... })
    >>> read = wa.read("survey_published", table, published="Council of Councils, 2024")
    >>> shown = published(read).to_frame()
    >>> shown.loc[shown["measure"] == "median", "value"].item()
    66.0
    """
    table = _table(results, of, without)
    groups = ("organisation", *([table.of] if table.of else []), TOPIC)
    rows = [_own(row, table) for row in table.rows.to_dict("records")]
    keys = ["wave", *([table.of] if table.of else []), TOPIC]
    for _, group in table.rows.groupby(keys, sort=True, dropna=False):
        rows += _of_all(group[~group["left_out"]], group.iloc[0], table)
    return assemble(rows, _describe(results, table, groups))


def _table(results: Extract, of: str | None, without: Sequence[str] | None) -> _Table:
    if not isinstance(results, Extract) or results.contract.name != "survey_published":
        raise UsageError(
            'Published results are read with wa.read("survey_published", FILE, published="SOURCE").'
        )
    if not results.published:
        raise UsageError(
            'Say where these results were published: wa.read(..., published="SOURCE"). What is not '
            "public already is protected where it is counted, and not here."
        )
    there = engine.columns(results.frame)
    fields = results.contract.field_names
    dimensions = [name for name in there if name not in fields]
    if of is None and len(dimensions) == 1:
        of = dimensions[0]
    if of is not None and of not in dimensions:
        raise UsageError(
            f"of= names '{of}', by which these results are not split.{did_you_mean(of, dimensions)}"
            f" Allowed: {', '.join(dimensions) or 'nothing, so leave it out'}."
        )
    columns = [name for name in there if name in fields or name == of]
    counted = results.count(columns)
    rows = pd.DataFrame({name: counted[name] for name in columns})
    for name in ("wave", CODE, "answer"):
        rows[name] = rows[name].fillna("") if name in rows else ""
    rows[TOPIC] = [
        f"{question}: {answer}" if answer else str(question)
        for question, answer in zip(rows["question"], rows["answer"], strict=True)
    ]
    keys = ["wave", TOPIC, *([of] if of else []), ORGANISATION, CODE]
    if counted[engine.N].gt(1).any() or rows.duplicated(keys).any():
        raise UsageError(
            "There are several scores of one organisation, group and question. Name the column "
            f"that tells them apart: of= one of {', '.join(dimensions) or 'the groups'}."
        )
    rows["left_out"] = _left_out(rows, without)
    rows = rows.sort_values(keys, kind="stable", na_position="last").reset_index(drop=True)
    names = rows.loc[rows["left_out"], ORGANISATION].drop_duplicates()
    return _Table(rows, of or "", tuple(names))


def _left_out(rows: pd.DataFrame, without: Sequence[str] | None) -> pd.Series:
    """Which rows are means over organisations, or of several of them together?"""
    names, codes = rows[ORGANISATION].astype(str), rows[CODE].astype(str)
    if without is None:
        return names.str.contains(_NAMES) | codes.str.contains(_CODES)
    named = [without] if isinstance(without, str) else list(without)
    known = {*names, *codes}
    for name in named:
        if name not in known:
            raise UsageError(
                f"without= names '{name}', which is in no row.{did_you_mean(name, known)}"
            )
    return names.isin(named) | codes.isin(named)


def _unit(topic: str) -> tuple[str, float]:
    """Give the unit of a question's figures, and what they are divided by."""
    return ("proportion", 100.0) if "%" in topic else ("score_0_100", 1.0)


def _labels(row: Any, table: _Table) -> dict[str, str]:
    group = {table.of: "" if pd.isna(row[table.of]) else row[table.of]} if table.of else {}
    return {"period": row["wave"] or "as published", TOPIC: row[TOPIC], **group}


def _own(row: Any, table: _Table) -> dict[str, Any]:
    """Give an organisation's own score, or say why there is none."""
    unit, whole = _unit(row[TOPIC] + (" %" if row["answer"] else ""))
    mark = row["mark"]
    figures: dict[str, Any] = {"value": np.nan, "status": "undefined", "note": WHY.get(mark, "")}
    if pd.isna(mark):
        note = "of several organisations" if row["left_out"] else ""
        figures = {"value": float(row["score"]) / whole, "status": "ok", "note": note}
    elif mark == "suppressed":
        figures["status"] = "suppressed"
    labels = {"organisation": row[ORGANISATION], **_labels(row, table)}
    return {"measure": "score", **labels, "unit": unit, "method": "as published", **figures}


def _of_all(group: pd.DataFrame, first: Any, table: _Table) -> list[dict[str, Any]]:
    """Give the quartiles over organisations of one group and question, and how many are shown."""
    unit, whole = _unit(first[TOPIC] + (" %" if first["answer"] else ""))
    labels = {"organisation": ALL, **_labels(first, table)}
    scores = group.loc[group["mark"].isna(), "score"].to_numpy(dtype=float)
    hidden = group["mark"].dropna().value_counts().sort_index()
    note = "; ".join(f"{n} {WHY[mark]}" for mark, n in hidden.items())
    rows: list[dict[str, Any]] = []
    for measure, share in QUARTILES.items():
        known = len(scores) > 0
        rows.append(
            {
                "measure": measure,
                **labels,
                "value": float(np.quantile(scores, share)) / whole if known else np.nan,
                "unit": unit,
                "method": "quartile of organisations' scores",
                "status": "ok" if known else "undefined",
                "note": note,
            }
        )
    shown: dict[str, Any] = {"measure": "share_shown", **labels, "unit": "proportion"}
    shown |= {"numerator": len(scores), "denominator": len(group), "method": "count", "note": note}
    if len(group):
        shown["value"] = len(scores) / len(group)
    else:
        shown["status"] = "undefined"
    return [*rows, shown]


def _describe(results: Extract, table: _Table, groups: tuple[str, ...]) -> About:
    waves = [wave for wave in table.rows["wave"].unique() if wave]
    period = ", ".join(waves) or "as published"
    organisations = sorted(table.rows.loc[~table.rows["left_out"], ORGANISATION].unique())
    order = {"organisation": (ALL, *organisations, *table.without)}
    headings = {"organisation": "Organisation", TOPIC: "Theme or index"}
    for name in groups[1:]:
        order[name] = tuple(sorted(table.rows[name].dropna().unique()))
        headings.setdefault(name, name)
    caveats = [
        "Organisations whose score was suppressed are mostly small ones: medians are of the others."
    ]
    if table.without:
        caveats.insert(0, f"Not among the organisations: {'; '.join(table.without)}.")
    return About(
        title=f"Published survey results of {len(organisations):,} organisations"
        + (f", by {table.of.lower()}" if table.of else ""),
        question="What did the survey find in many organisations, and in the middle one of them?",
        definition=(
            "Scores as published. The median is that of the organisation in the middle, each "
            "counting once however large it is; a quarter of the organisations are at or above the "
            "upper quartile."
        ),
        source=results.published,
        population="organisations that took part in the survey",
        base="organisations whose score was published",
        period=period,
        counted="organisations",
        groups=groups,
        headings=headings,
        order=order,
        caveats=tuple(caveats),
        provenance=results.provenance(),
        policy=results.context.policy,
        published=results.published,
        kind="survey_published",
    )
