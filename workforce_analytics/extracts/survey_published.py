"""Survey results that somebody already worked out: long or wide, they become a row per score.

Marks follow "Symbols in tables: definitions and help" (Government Analysis Function): `[c]` is
confidential, `[z]` not applicable, `[x]` not available. None of them is ever a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.contracts import Contract, contract
from workforce_analytics.extracts.personal import fold_header
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.reading import RawTable

NAME = "survey_published"
SUPPRESSED, NOT_APPLICABLE, UNMARKED = "suppressed", "not_applicable", "unmarked"
QUESTION, ANSWER, SCORE, MARK = "question", "answer", "score", "mark"
SHORTHAND = {
    **dict.fromkeys(("[c]", "c", "*"), SUPPRESSED),
    **dict.fromkeys(("[z]", "z", "n/a", "not applicable"), NOT_APPLICABLE),
    **dict.fromkeys(("[x]", "x", ":", ".."), "not_available"),
}
"""What stands in the place of a score -> why."""
_NUMBER = r"\s*-?\d+(?:\.\d+)?\s*%?\s*"


def as_scores(
    raw: RawTable, *, dimensions: Sequence[str] | None, counted: str | Sequence[str] | None
) -> RawTable:
    """Give a table of published results its long form: organisation, groups, question and score.

    Parameters
    ----------
    dimensions
        Columns of groups; without it every column that is neither known by its header nor scores.
    counted
        The columns of scores of a wide table; without it those that hold numbers and marks alone.

    Returns
    -------
    RawTable
        With the columns of the contract, `mark` filled where no score stands, and findings: how
        many scores are marked, and distributions that do not add up.

    Raises
    ------
    UsageError
        A column that was named is not there, or the table holds no scores.
    """
    described = contract(NAME)
    table = raw.table.rename(columns=_known(raw.table.columns, described))
    if SCORE not in table.columns:
        table = _melted(table, described, _listed(counted), dimensions)
    own = [name for name in described.field_names if name in table.columns]
    groups = _present(table, dimensions or [c for c in table.columns if c not in own])
    table = table[[*own, *groups]].reset_index(drop=True)
    marks = _marks(table[SCORE])
    scores = table[SCORE].mask(marks.notna()).str.strip().str.rstrip("%").str.strip()
    table = table.assign(**{SCORE: scores, MARK: marks})
    if "base" in table:
        shown = table["base"].where(_marks(table["base"]).isna())
        table["base"] = shown.str.replace(",", "")
    records = pd.Series(range(1, len(table) + 1), index=table.index)
    notes = (*raw.notes, *_findings(raw.name, table, groups))
    return replace(raw, table=table, records=records, rows_read=len(table), notes=notes)


def _known(headers: Sequence[str], described: Contract) -> dict[str, str]:
    """Header -> field, by the names that the contract has for it; the first header wins."""
    words = {
        fold_header(word): field.name
        for field in described.fields
        for word in (*field.synonyms, field.title, field.name)
    }
    found: dict[str, str] = {}
    for header in headers:
        name = words.get(fold_header(header))
        if name is not None and name not in found.values():
            found[header] = name
    return found


def _listed(named: str | Sequence[str] | None) -> list[str]:
    return [named] if isinstance(named, str) else list(named or [])


def _present(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    absent = [name for name in names if name not in table.columns]
    if absent:
        raise UsageError(
            f"The table has no column '{absent[0]}'. It has: {', '.join(map(str, table.columns))}."
        )
    return list(names)


def _melted(
    table: pd.DataFrame, described: Contract, wide: list[str], dimensions: Sequence[str] | None
) -> pd.DataFrame:
    """Put the columns of scores under each other, their headers as questions, or as answers."""
    fields = set(described.field_names)
    if not wide:
        wide = [
            name
            for name in table.columns
            if name not in fields and name not in (dimensions or ()) and _holds_scores(table[name])
        ]
    if not wide:
        raise UsageError(
            "The table holds no scores. Name the columns that do: counted=[...], or head one "
            "of them 'score'."
        )
    keep = [name for name in table.columns if name not in _present(table, wide)]
    header = ANSWER if QUESTION in keep else QUESTION
    return table.melt(id_vars=keep, value_vars=wide, var_name=header, value_name=SCORE)


def _holds_scores(values: pd.Series) -> bool:
    filled = values.dropna().astype(str)
    numbers = filled.str.fullmatch(_NUMBER)
    marked = _marks(filled).notna()
    return bool(numbers.any() and (numbers | marked).all())


def _marks(values: pd.Series) -> pd.Series:
    """Which mark stands in each cell; missing where something else does."""
    text = values.astype(object).map(lambda cell: str(cell).strip().casefold(), na_action="ignore")
    return text.map(SHORTHAND).mask(text.isna(), UNMARKED).astype(object)


def _findings(file: str, table: pd.DataFrame, groups: list[str]) -> list[Problem]:
    def found(rule: str, n: int, severity: str, message: str, remedy: str) -> list[Problem]:
        if not n:
            return []
        return [Problem(file, SCORE, rule, severity, message, remedy, n, len(table), contract=NAME)]

    marks = table[MARK]
    return [
        *found(
            "suppressed",
            int((marks == SUPPRESSED).sum()),
            "note",
            "its publisher suppressed the score",
            "Nothing: it stays suppressed, and no figure is worked out from it.",
        ),
        *found(
            "not_applicable",
            int((marks == NOT_APPLICABLE).sum()),
            "note",
            "there can be no score, the publisher says: not applicable",
            "Nothing: it counts neither as 0 nor as missing.",
        ),
        *found(
            "no_score_and_no_mark",
            int((marks == UNMARKED).sum()),
            "warning",
            "neither a score nor a mark stands there",
            "Write [c] where the score is suppressed and [z] where there can be none.",
        ),
        *found(
            "repeated_score",
            int(table.duplicated(_keys(table, groups), keep=False).sum()),
            "error",
            "the same organisation, group and question has several scores",
            "Name the columns that tell them apart: dimensions=[...]; or keep one of them.",
        ),
        *found(
            "distribution_does_not_add_up",
            _off(table, groups),
            "warning",
            "the answers to a question do not add up to 100",
            "Check that every answer is there once, and no sum of several beside them.",
        ),
    ]


def _keys(table: pd.DataFrame, groups: list[str]) -> list[str]:
    names = ("organisation", "organisation_code", "wave", *groups, QUESTION, ANSWER)
    return [name for name in names if name in table]


def _off(table: pd.DataFrame, groups: list[str]) -> int:
    """How many rows are of questions whose answers are not 100 together, but for rounding?"""
    if ANSWER not in table or table[ANSWER].nunique() < 2:
        return 0
    text = table[SCORE]
    numbers = pd.to_numeric(text, errors="coerce")
    whole = 100.0 if (numbers > 1).any() else 1.0
    decimals = text.str.extract(r"\.(\d+)$")[0].str.len().fillna(0)
    by = [table[name].fillna("") for name in _keys(table, groups) if name != ANSWER]
    group = table.assign(
        number=numbers, digits=decimals, known=numbers.notna() | (table[MARK] == NOT_APPLICABLE)
    ).groupby(by, sort=False)
    total, parts = group["number"].transform("sum"), group["number"].transform("count")
    # Each may be rounded by half of its last digit; a little more for how machines hold decimals.
    slack = parts * 0.5 * 10.0 ** -group["digits"].transform("max") + 1e-6
    above = total > whole + slack
    below = (total < whole - slack) & group["known"].transform("all")
    return int(((above | below) & (parts > 0)).sum())
