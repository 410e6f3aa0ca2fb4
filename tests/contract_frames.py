"""Small frames that fulfil a contract, for tests that break one thing at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workforce_analytics.extracts.checking import check
from workforce_analytics.extracts.contracts import Contract, contract
from workforce_analytics.extracts.quality import Problem

DTYPES = {
    "date": "datetime64[s]",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "year": "Int64",
}

FILLED: dict[str, dict[str, Any]] = {
    "workforce": {
        "snapshot_date": "2025-03-31",
        "person_id": "p1",
        "post_id": "t1",
        "is_main_post": True,
        "engagement": "Perm",
        "employer_unit": "council",
    },
    "units": {"unit_id": "u1", "name": "Housing"},
    "grades": {"scheme": "NJC", "grade": "G1", "band": "Lower"},
    "payroll": {
        "person_id": "p1",
        "post_id": "t1",
        "period_start": "2025-03-01",
        "period_end": "2025-03-31",
        "element": "Basic pay",
        "kind": "basic",
        "amount": 2000.25,
        "hours": 160.0,
        "relevant": True,
        "full_pay_relevant": True,
    },
    "vacancies": {"vacancy_id": "v1", "opened_on": "2025-01-06", "closed_on": "2025-01-20"},
    "applications": {
        "application_id": "a1",
        "vacancy_id": "v1",
        "candidate_id": "c1",
        "applied_on": "2025-01-10",
        "furthest_stage": "Applied",
    },
    "panels": {"vacancy_id": "v1", "stage": "interview", "person_id": "p1"},
    "training": {
        "person_id": "p1",
        "course": "Recruitment",
        "status": "completed",
        "completed_on": "2024-02-13",
    },
    "rollout": {"unit_id": "u1", "order": "random"},
    "events": {"person_id": "p1", "event": "leaving", "opened_on": "2025-01-06"},
    "network_members": {"network": "Race", "person_id": "p1", "joined_on": "2024-01-01"},
    "network_counts": {"network": "Race", "month": "2025-01", "members": 10},
    "community": {
        "area_code": "E08000026",
        "characteristic": "sex",
        "category": "female",
        "base": "all usual residents",
        "n": 100,
        "source": "Census 2021",
        "census_date": "2021-03-21",
    },
    "actions": {"action_id": "A1", "status": "in_progress", "due_on": "2026-03-31"},
    "counts": {"counted": "staff", "n": 10},
    "survey_responses": {"wave": "2025", "respondent_id": "r1"},
    "objections": {"person_id": "p1"},
}


def typed(described: Contract, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame whose columns have the types that parsing gives them."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    result = {}
    for name in columns:
        values = [row.get(name) for row in rows]
        field = described.field(name)
        dtype = DTYPES.get(field.type, "object") if field else "object"
        result[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(result)


def table(name: str, *changes: dict[str, Any]) -> pd.DataFrame:
    """A frame with one row per change of the contract's filled row."""
    return typed(contract(name), [{**FILLED[name], **change} for change in changes])


def problems(name: str, *changes: dict[str, Any]) -> list[Problem]:
    """Problems of such a frame, in memory."""
    frame = table(name, *changes)
    return check(contract(name), frame, file=f"{name}.csv", in_memory=True)
