"""Made-up survey answers for tests of change, drivers, reliability and priorities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract

LETTERS = {"line_manager": "L", "leadership": "S", "inclusion": "I", "development": "D"}
LETTERS |= {"workload": "W", "fair_treatment": "F"}
ITEMS: dict[str, list[str]] = {"engagement": [f"E{i}" for i in range(1, 6)]}
ITEMS |= {theme: [f"{letter}{i}" for i in (1, 2, 3)] for theme, letter in LETTERS.items()}


def exact(table: Any) -> pd.DataFrame:
    """Give the exact figures by measure and groups."""
    frame = table.unprotected(reason="a test of made-up data")
    return frame.set_index(["measure", *table.about.groups]).sort_index()


def answers(
    n: int, wave: str, seed: int, *, lift: float = 0.0, silent: float = 0.06, female: float = 0.6
) -> pd.DataFrame:
    """Draw answers to engagement and two themes, which hang together, of `n` people."""
    draws = np.random.default_rng(seed)
    common = draws.normal(size=n) + lift
    rows: dict[str, Any] = {
        "wave": [wave] * n,
        "respondent_id": [f"{wave}-{i}" for i in range(n)],
        "sex": np.where(draws.random(n) < female, "female", "male"),
        "disability": draws.choice(
            ["disabled", "not_disabled", "prefer_not_to_say", ""], n, p=[0.2, 0.6, 0.1, 0.1]
        ),
    }
    for theme in ("engagement", "inclusion", "workload"):
        own = 0.6 * common + 0.8 * draws.normal(size=n)
        for item in ITEMS[theme]:
            value = np.clip(np.round(3 + own + 0.7 * draws.normal(size=n)), 1, 5).astype(int)
            rows[item] = np.where(draws.random(n) < silent, "", value.astype(str))
    return pd.DataFrame(rows)


def survey(
    rows: pd.DataFrame, *, instrument: Path | str = "sample", staff: pd.DataFrame | None = None
) -> Any:
    """Read answers, and who could have answered, as a council's survey has them."""
    plans = {"survey": {"instrument": str(instrument)}}
    context = Context(organisation="Made-up Council", plans=plans)
    extracts: dict[str, Extract] = {
        "survey_responses": wa.read("survey_responses", rows, context=context)
    }
    if staff is not None:
        extracts["survey_eligible"] = wa.read("survey_eligible", staff, context=context)
    return SimpleNamespace(extracts=extracts)


def scores(rows: pd.DataFrame, items: Sequence[str]) -> np.ndarray:
    """Score answers of 1 to 5 from 0 to 100; not a number where there is none."""
    found = rows[list(items)].apply(pd.to_numeric, errors="coerce")
    return (found.to_numpy(dtype=float) - 1) * 25


def positives(rows: pd.DataFrame, theme: str) -> tuple[np.ndarray, np.ndarray]:
    """Count each respondent's positive and valid answers to a theme."""
    found = scores(rows, ITEMS[theme])
    return (found >= 75).sum(axis=1), np.isfinite(found).sum(axis=1)


def index(rows: pd.DataFrame, name: str = "engagement", least: int = 3) -> np.ndarray:
    """Give each respondent's mean score, where they answered enough items."""
    found = scores(rows, ITEMS[name])
    answered = np.isfinite(found).sum(axis=1)
    mean = np.nansum(found, axis=1) / np.maximum(answered, 1)
    return np.where(answered >= least, mean, np.nan)


def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    """Put rows into another order."""
    return rows.sample(frac=1, random_state=7).reset_index(drop=True)


def toml(place: Path, text: str) -> Path:
    """Write an instrument of one's own."""
    place.write_text(text, encoding="utf-8")
    return place
