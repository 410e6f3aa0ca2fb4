"""How small a change the sample council could tell, and how long it would take to tell more."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL
from workforce_analytics.measures import training_impact
from workforce_analytics.measures.training_exposure import Exposure

SIMULATIONS = 30


@pytest.fixture(scope="module")
def exposure(council: Any) -> Exposure:
    return training_impact.exposure(
        council.panels, council.training, council.vacancies, rollout=council.rollout
    )


def _figures(table: Any) -> pd.DataFrame:
    rows = table.unprotected(reason="test")
    return rows[rows["change"] == ALL].set_index(["measure", "outcome"])


@pytest.fixture(scope="module")
def planning(council: Any, exposure: Exposure) -> pd.DataFrame:
    table = training_impact.detectable(
        council.applications, exposure, of="ethnicity", simulations=SIMULATIONS
    )
    return table.unprotected(reason="test")


def test_appointments_need_a_larger_effect_than_shortlisting(planning: pd.DataFrame) -> None:
    whole = planning[planning["change"] == ALL].set_index(["measure", "outcome"])["value"]
    odds = np.log(whole["smallest_detectable"])
    assert 0.2 < odds["Shortlisted"] < 0.45
    assert 1.4 * odds["Shortlisted"] < odds["Appointed"] < 1.2
    points = whole["smallest_detectable_points"]
    assert 2 < points["Shortlisted"] < 8


def test_larger_changes_are_told_more_often(planning: pd.DataFrame) -> None:
    power = planning[planning["measure"] == "power"]
    for _, rows in power.groupby("outcome"):
        assert len(rows) == 5
        assert (rows["value"].diff().dropna() > -0.15).all()
        assert rows["value"].iloc[-1] > rows["value"].iloc[0] + 0.3


def test_where_waiting_does_not_help_it_says_what_it_would_bring(planning: pd.DataFrame) -> None:
    rows = planning[planning["measure"].isin(["months_needed", "vacancies_needed"])]
    assert set(rows["status"]) == {"undefined"}
    assert rows["note"].str.contains("cannot be told within 10 more years").all()


def test_a_large_change_needs_no_waiting(council: Any, exposure: Exposure) -> None:
    table = training_impact.detectable(
        council.applications,
        exposure,
        of="ethnicity",
        outcome="shortlisted",
        simulations=2,
        delta=12,
    )
    found = _figures(table)
    assert found.loc[("months_needed", "Shortlisted"), "value"] == 0


def test_several_groups_need_one_to_be_named(council: Any, exposure: Exposure) -> None:
    with pytest.raises(UsageError, match="Name one with group="):
        training_impact.detectable(
            council.applications, exposure, of="ethnicity", level="main", simulations=1
        )
    with pytest.raises(UsageError, match="is the reference itself"):
        training_impact.detectable(
            council.applications, exposure, of="ethnicity", group="White", simulations=1
        )
