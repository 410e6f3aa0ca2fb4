"""Small surveys to try the edges of: respondents with some answers, drawn or given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.instruments import instrument
from workforce_analytics.organisation import Bundle

SAMPLE = instrument("sample")
SCALED = [name for name, item in SAMPLE.items.items() if item.scale]


def wide(answers: dict[str, list[Any]], **more: Any) -> pd.DataFrame:
    """Respondents of one wave, with some answers."""
    n = len(next(iter(answers.values())))
    return pd.DataFrame(
        {"wave": "2025", "respondent_id": [f"r{i}" for i in range(n)], **more, **answers}
    )


def people(n: int, items: Sequence[str], *, wave: str = "2025", seed: int = 1) -> pd.DataFrame:
    """Draw answers of 1 to 5 to some questions."""
    draw = np.random.default_rng(seed)
    mood = draw.normal(size=n)
    answers = {
        item: np.clip(np.round(3.2 + mood + draw.normal(size=n)), 1, 5).astype(int).astype(str)
        for item in items
    }
    table = wide(
        answers,
        sex=draw.choice(["F", "M"], n),
        disability=draw.choice(["disabled", "not_disabled"], n),
    )
    return table.assign(wave=wave, respondent_id=[f"{wave}-{i}" for i in range(n)])


def survey(
    table: pd.DataFrame, staff: pd.DataFrame | None = None, name: str | Path = "sample"
) -> Bundle:
    """Read a survey, and who could have answered."""
    context = Context(organisation="Council", plans={"survey": {"instrument": str(name)}})
    found = {"survey_responses": wa.read("survey_responses", table, context=context)}
    if staff is not None:
        found["survey_eligible"] = wa.read("survey_eligible", staff, context=context)
    return Bundle(found)
