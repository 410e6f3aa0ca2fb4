"""Tables that somebody already counted: what they count, and the cells that count one thing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract

WHO_IS_COUNTED = {"staff": "staff, as published"}
"""Population of what is counted, where the word alone does not say it."""


def kinds(extract: Extract) -> dict[str, list[str]]:
    """Give what an already counted table counts, each with the words it has for it."""
    match = extract.matcher("counted")
    found: dict[str, list[str]] = {}
    for raw in extract.distinct("counted"):
        found.setdefault(match(raw) or str(raw), []).append(str(raw))
    return found


def cells(extract: Extract, raw: Sequence[str], words: Sequence[str]) -> pd.DataFrame:
    """Give the cells of an already counted table that count one thing.

    Raises
    ------
    UsageError
        The publisher suppressed some of them.
    """
    table = extract.count(
        raw,
        where=engine.is_one_of("counted", words),
        sums={
            "__sum": engine.col("n").fill_null(0).cast(engine.Int64),
            "__hidden": engine.col("n").is_null().cast(engine.Int64),
        },
    )
    hidden = int(table.pop("__hidden").sum())
    if hidden:
        raise UsageError(
            f"{hidden} cells of this table were suppressed by its publisher, so figures that rest "
            "on them cannot be worked out. Use a coarser table of the same source."
        )
    table[engine.N] = table.pop("__sum")
    return table
