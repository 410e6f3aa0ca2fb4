"""A protected table as plain text: what a terminal or a log may show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workforce_analytics.estimates import About
from workforce_analytics.inference.rounding import round_half_up

_MOST_ROWS = 60


def as_text(frame: pd.DataFrame, about: About, lines: Sequence[str]) -> str:
    """What does a protected table look like as plain text?

    Parameters
    ----------
    frame
        Figures with their marks.
    about
        What a reader must know of them.
    lines
        What is said under the title: the policy, and what it did.

    Returns
    -------
    str
        Title, base, policy, then one line per row; the first 60 of them.
    """
    periods = frame["period"].nunique() > 1
    names = ["measure", *(["period"] if periods else []), *about.groups]
    headings = [about.headings.get(name, name) for name in names]
    tested = bool(frame["p_value"].notna().any())
    table = [
        [*headings, "number", "of", "figure", "likely between", *(["p"] if tested else []), ""]
    ]
    first = frame.head(_MOST_ROWS).to_dict("records")
    table += [
        [*(str(row[name]) for name in names), *_figures(row, tested=tested), _said(row)]
        for row in first
    ]
    words = len(names)
    last = len(table[0]) - 1
    widths = [max(len(line[place]) for line in table) for place in range(len(table[0]))]
    rows = [
        "  ".join(
            text.ljust(width) if place < words or place == last else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]
    if len(frame) > _MOST_ROWS:
        rows.append(f"... and {len(frame) - _MOST_ROWS} more rows: see .to_frame()")
    head = [about.title, *([f"Base: {about.base}"] if about.base else [])]
    return "\n".join([*head, *(line for line in lines if line), "", *rows])


def _figures(row: dict[Any, Any], *, tested: bool) -> list[str]:
    counts = [_number(row[name], 0) or row[f"{name}_mark"] for name in ("numerator", "denominator")]
    value = _in_unit(row["value"], row["unit"]) or ("" if _said(row) else row["value_mark"])
    ends = [_in_unit(row[name], row["unit"]) for name in ("lower", "upper")]
    likely = f"{ends[0]} to {ends[1]}" if all(ends) else ""
    return [*counts, value, likely, *([_p_value(row["p_value"])] if tested else [])]


def _said(row: dict[Any, Any]) -> str:
    """What a row says that has no figure: the verdict of a test."""
    return str(row["note"]) if row["measure"] == "verdict" else ""


def _p_value(value: float) -> str:
    if pd.isna(value):
        return ""
    return "under 0.001" if value < 0.001 else f"{round_half_up(float(value), 3):.3f}"


def _in_unit(value: float, unit: str) -> str:
    if unit == "proportion":
        text = _number(100 * value, 1)
        return f"{text}%" if text else ""
    if unit in ("people", "posts", "events", "applications", "networks"):
        return _number(value, 0)
    if unit == "statistic" and not pd.isna(value) and float(value).is_integer():
        return _number(value, 0)
    return _number(value, 1 if unit in ("percentage_points", "fte") else 2)


def _number(value: float, places: int) -> str:
    if pd.isna(value):
        return ""
    # Fractions of a post are counts, too: only they carry a decimal.
    shown = places if places or float(value).is_integer() else 1
    return f"{round_half_up(float(value), shown):,.{shown}f}"
