"""Rates before and after all were trained: against the rows, statsmodels, and a planted step."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tests.small_rollouts import Planted, small_council
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.measures import training_impact
from workforce_analytics.measures.training_exposure import Exposure

AT_ONCE = Planted(services=1, quarters=12, vacancies=40, applicants=12, effect=1.0, turns=1)
"""One service, whose turn is on 3 April 2023."""
FIRST_OF_MONTH = "2023-04-01"


@pytest.fixture(scope="module")
def made() -> tuple[Any, Exposure]:
    return small_council(AT_ONCE)


@pytest.fixture(scope="module")
def table(made: tuple[Any, Exposure]) -> Estimates:
    return training_impact.time_series(*made, of="sex", on=FIRST_OF_MONTH, reference="Male")


def figures(table: Estimates) -> pd.DataFrame:
    exact = table.unprotected(reason="test")
    return exact.set_index(["measure", *table.about.groups]).sort_index()


def counted(made: tuple[Any, Exposure]) -> dict[tuple[str, str], list[int]]:
    """Count the rows by sex and the month in which the panel sat: passed, and all."""
    applications, exposure = made
    sat = exposure.at("shortlisted")["on"]
    found: dict[tuple[str, str], list[int]] = {}
    for row in applications.frame.collect().to_native().to_pylist():
        group = {"F": "Female", "M": "Male"}.get(row["sex"] or "", "")
        if group:
            cell = found.setdefault((group, f"{sat[row['vacancy_id']]:%Y-%m}"), [0, 0])
            cell[0] += row["furthest_stage"] in ("shortlisted", "Shortlisted")
            cell[1] += 1
    return found


def test_rates_are_those_of_the_rows(made: Any, table: Estimates) -> None:
    found, slow = figures(table), counted(made)
    assert len(slow) == 2 * 36
    for (group, month), (passed, n) in slow.items():
        row = found.loc[("rate", group, month)]
        assert (row["numerator"], row["denominator"]) == (passed, n)
    months = sorted({month for _, month in slow})
    assert table.about.order["month"] == (*months, "All")


def test_changes_are_those_of_statsmodels_on_the_rows(made: Any) -> None:
    plain = training_impact.time_series(
        *made, of="sex", on=FIRST_OF_MONTH, reference="Male", errors="quasi_poisson"
    )
    found, slow = figures(plain), counted(made)
    months = sorted({month for _, month in slow})
    time = np.arange(36.0)
    after = (time >= months.index("2023-04")).astype(float)
    first = int(months[0][5:]) - 1
    waves = [
        wave(2 * np.pi * pair * (time + first) / 12) for pair in (1, 2) for wave in (np.sin, np.cos)
    ]
    since = after * (time - months.index("2023-04"))
    design = np.column_stack([np.ones(36), time, after, since, *waves])
    for group in ("Female", "Male"):
        seen, base = np.array([slow[group, month] for month in months], dtype=float).T
        fit = sm.GLM(seen, design, family=sm.families.Poisson(), offset=np.log(base)).fit(
            scale="X2", tol=1e-12
        )
        for measure, place in (("level_change", 2), ("slope_change", 3)):
            row = found.loc[(measure, group, "All")]
            assert row["value"] == pytest.approx(math.exp(fit.params[place]), rel=1e-6)
            width = math.log(row["upper"] / row["lower"])
            # Limits are those of the t distribution on 36 - 8 degrees of freedom.
            assert width == pytest.approx(2 * 2.0484 * fit.bse[place], rel=1e-4)
        fitted = found.loc["fitted"].loc[group].loc[months, "value"].to_numpy(dtype=float)
        assert fitted * base == pytest.approx(np.asarray(fit.mu))
        without = found.loc["fitted_without"].loc[group].loc[months, "value"]
        design_without = design.copy()
        design_without[:, 2:4] = 0
        assert without.to_numpy(dtype=float) == pytest.approx(
            np.exp(design_without @ np.asarray(fit.params))
        )


def test_a_planted_effect_is_found_between_the_groups(table: Estimates) -> None:
    found = figures(table)
    between = found.loc[("level_change_between", "Female", "All")]
    assert between["lower"] > 1
    assert (between["compared"], between["reference"]) == ("Female", "Male")
    assert found.loc[("level_change", "Female", "All"), "value"] > 1
    # As many pass as before: what one group gains the other loses.
    assert found.loc[("level_change", "Male", "All"), "value"] < 1
    assert ("level_change_between", "Male", "All") not in found.index
    calm = small_council(replace(AT_ONCE, effect=0.0))
    nothing = figures(training_impact.time_series(*calm, of="sex", on=FIRST_OF_MONTH))
    row = nothing.xs("level_change_between", level="measure").iloc[0]
    assert row["lower"] < 1 < row["upper"]


def test_the_day_is_that_of_the_roll_out_where_all_had_it_at_once(made: Any) -> None:
    found = training_impact.time_series(*made, of="sex", reference="Male")
    assert "began on 3 April 2023" in found.about.title
    assert any("within 2023-04: that month is shown" in said for said in found.about.caveats)
    named = training_impact.time_series(*made, of="sex", on="2023-04-20", reference="Male")
    assert figures(named)["value"].equals(figures(found)["value"])
    one_by_one = small_council(Planted(services=8, quarters=9))
    with pytest.raises(UsageError, match="not all trained at once"):
        training_impact.time_series(*one_by_one, of="sex")


def test_a_month_that_is_partly_before_is_left_out_of_the_model(made: Any) -> None:
    found = figures(training_impact.time_series(*made, of="sex", reference="Male"))
    assert found.loc[("level_change", "Female", "All"), "n_effective"] == 35
    assert math.isfinite(found.loc[("fitted", "Female", "2023-04"), "value"])
    assert found.loc[("rate", "Female", "2023-04"), "status"] == "ok"
    whole = figures(
        training_impact.time_series(*made, of="sex", reference="Male", on=FIRST_OF_MONTH)
    )
    assert whole.loc[("level_change", "Female", "All"), "n_effective"] == 36


def test_quarters_are_those_of_the_financial_year(made: Any) -> None:
    found = training_impact.time_series(
        *made, of="sex", every="quarter", on=FIRST_OF_MONTH, reference="Male"
    )
    assert found.about.groups == ("sex", "quarter")
    assert found.about.order["quarter"][:2] == ("2021/22 Q4", "2022/23 Q1")
    assert any("5 quarters before and 7 after" in said for said in found.about.caveats)
    slow = counted(made)
    row = figures(found).loc[("rate", "Female", "2021/22 Q4")]
    first = [slow["Female", month] for month in ("2022-01", "2022-02", "2022-03")]
    assert row["numerator"] == sum(passed for passed, _ in first)
    assert row["denominator"] == sum(n for _, n in first)


def test_rows_name_the_counts_that_they_rest_on(made: Any, table: Estimates) -> None:
    slow, exact = counted(made), table.unprotected(reason="test").reset_index(drop=True)
    assert table.cells is not None
    values = table.cells.values
    for measure, groups in (("fitted", 1), ("level_change", 1), ("level_change_between", 2)):
        inside = (exact["measure"] == measure) & (exact["sex"] == "Female")
        place = int(np.flatnonzero(inside)[0])
        behind = values[list(table.cells.behind[place])]
        sides = [
            sum(slow[key][at] for key in slow if key[0] == group and (key[1] >= "2023-04") == after)
            for group in ("Female", "Male")[:groups]
            for after in (False, True)
            for at in (0, 1)
        ]
        assert behind.tolist() == sides
    strict = replace(table.about, policy={**table.about.policy, "threshold": 10**6})
    assert replace(table, about=strict).protect().to_frame()["value"].isna().all()


def test_small_months_are_hidden_and_the_model_is_shown() -> None:
    small = small_council(replace(AT_ONCE, vacancies=8, applicants=6))
    table = training_impact.time_series(*small, of="sex", on=FIRST_OF_MONTH, reference="Male")
    shown = table.protect().to_frame()
    exact = table.unprotected(reason="test")
    rates = shown[shown["measure"] == "rate"].merge(
        exact[exact["measure"] == "rate"], on=["sex", "month"], suffixes=("", "_exact")
    )
    small_ones = rates["numerator_exact"].between(1, 9)
    assert small_ones.any()
    assert rates.loc[small_ones, "value"].isna().all()
    assert shown.loc[shown["measure"] == "level_change", "value"].notna().all()


def test_with_two_months_before_nothing_is_told(made: Any) -> None:
    found = figures(training_impact.time_series(*made, of="sex", on="2022-03-01"))
    row = found.xs("level_change", level="measure").iloc[0]
    assert row["status"] == "undefined"
    assert row["note"].startswith("too few periods on one side")


def test_progress_is_told(made: Any) -> None:
    said: list[tuple[str, int, int]] = []
    training_impact.time_series(
        *made,
        of="sex",
        every="quarter",
        on=FIRST_OF_MONTH,
        progress=lambda *told: said.append(told),
    )
    assert said[-1] == ("Counting people", 12, 12)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": "2019-01-01"}, "there is no time before it, or none after"),
        ({"on": "2030-01-01"}, "there is no time before it, or none after"),
        ({"on": "soon"}, "on= takes a day, such as 2024-03-04"),
        ({"on": 5}, "on= takes a day"),
        ({"every": "week"}, "every must be one of month, quarter"),
        ({"errors": "none"}, "errors must be one of serial, quasi_poisson, newey_west"),
    ],
)
def test_what_does_not_fit_is_refused(made: Any, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        training_impact.time_series(*made, of="sex", **changed)
