"""Rates before and after training: held against a count of the rows, one by one."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.small_rollouts import Planted, small_council
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.risk_difference import risk_difference
from workforce_analytics.measures import training_impact
from workforce_analytics.measures.training_exposure import Exposure

SMALL = Planted(services=6, quarters=8, applicants=6, declared=(0.8, 0.8))
WHEN = {"Before training": [False], "After training": [True], "All": [False, True]}
SEX = {"F": "Female", "M": "Male", None: "Undeclared"}


@pytest.fixture(scope="module")
def made() -> tuple[Any, Exposure]:
    return small_council(SMALL)


def figures(table: Any) -> pd.DataFrame:
    exact = table.unprotected(reason="test")
    return exact.set_index(["measure", table.about.groups[0], "training"])


def rows_of(made: tuple[Any, Exposure]) -> list[dict[str, Any]]:
    """Every application with whether its panel sat after the turn, looked up by itself."""
    applications, exposure = made
    sat = exposure.at("shortlisted")
    turns = exposure.turns["on"]
    found = []
    for row in applications.frame.collect().to_native().to_pylist():
        panel = sat.loc[row["vacancy_id"]]
        turn = turns[panel["service"]]
        after = not pd.isna(turn) and panel["on"] >= turn
        passed = row["furthest_stage"] in ("shortlisted", "Shortlisted")
        found.append({**row, "after": after, "passed": passed, "group": SEX[row["sex"] or None]})
    return found


def test_counts_are_those_of_the_rows(made: Any) -> None:
    table = figures(training_impact.describe(*made, of="sex"))
    rows = rows_of(made)
    for when, inside in WHEN.items():
        here = [row for row in rows if row["after"] in inside]
        told = [row for row in here if row["group"] != "Undeclared"]
        for group in ("Female", "Male", "Undeclared"):
            own = [row for row in here if row["group"] == group]
            share = table.loc[("share_of_applicants", group, when)]
            rate = table.loc[("rate", group, when)]
            assert share["numerator"] == rate["denominator"] == len(own)
            assert share["denominator"] == len(here if group == "Undeclared" else told)
            assert rate["numerator"] == sum(row["passed"] for row in own)
            assert rate["value"] == pytest.approx(rate["numerator"] / len(own))


def test_gaps_are_those_of_the_rows_crude_and_by_vacancy(made: Any) -> None:
    table = figures(training_impact.describe(*made, of="sex", reference="Male"))
    rows = rows_of(made)
    for when, inside in WHEN.items():
        here = [row for row in rows if row["after"] in inside]

        def counted(group: str, vacancy: str = "", here: list = here) -> tuple[int, int]:
            own = [r for r in here if r["group"] == group and vacancy in ("", r["vacancy_id"])]
            return sum(row["passed"] for row in own), len(own)

        crude = difference_interval(*counted("Female"), *counted("Male"))
        vacancies = sorted({row["vacancy_id"] for row in here})
        strata = [(*counted("Female", one), *counted("Male", one)) for one in vacancies]
        within = risk_difference(*zip(*strata, strict=True))
        for measure, found in (("gap", crude), ("gap_within_vacancies", within)):
            row = table.loc[(measure, "Female", when)]
            ends = [row["value"], row["lower"], row["upper"]]
            assert ends == pytest.approx(
                [100 * float(end) for end in (found.value, found.lower, found.upper)]
            )
            assert (row["compared"], row["reference"]) == ("Female", "Male")
        both = sum(n > 0 and m > 0 for _, n, _, m in strata)
        assert table.loc[("gap_within_vacancies", "Female", when), "n_effective"] == both
    assert ("gap", "Male", "All") not in table.index


def test_before_training_alone_leaves_after_undefined() -> None:
    waiting = small_council(Planted(services=4, quarters=2, applicants=6, turns=0))
    table = figures(training_impact.describe(*waiting, of="sex"))
    after = table.xs("After training", level="training")
    assert set(after["status"]) == {"undefined"}
    assert after["value"].isna().all()
    assert set(after["note"]) == {"nobody is in this base"}
    before, both = (table.xs(when, level="training") for when in ("Before training", "All"))
    pd.testing.assert_frame_equal(before, both)


def test_what_is_told_beside_it(made: Any) -> None:
    decided = training_impact.plan(
        recorded_on="2022-01-01", outcomes=["shortlisted"], delta_points=3, reference="Male"
    )
    about = training_impact.describe(*made, of="sex", plan=decided).about
    assert about.kind == "training_rates"
    assert about.groups == ("sex", "training")
    assert about.order["training"] == ("Before training", "After training", "All")
    assert (about.reference, about.delta) == ("Male", 3)
    assert about.plan.startswith("Planned on 1 January 2022")
    assert any("Undeclared" in one for one in about.caveats)
    assert training_impact.describe(*made, of="sex").about.plan == "Not planned beforehand."


def test_a_plan_ends_what_is_looked_at(made: Any) -> None:
    until = training_impact.plan(recorded_on="2022-01-01", until="2022-12-31")
    table = figures(training_impact.describe(*made, of="sex", plan=until))
    sat = made[1].at("shortlisted")["on"]
    rows = [r for r in rows_of(made) if sat[r["vacancy_id"]].date() <= date(2022, 12, 31)]
    assert 0 < len(rows) < len(rows_of(made))
    whole = table.loc[("share_of_applicants", "Undeclared", "All"), "denominator"]
    assert whole == len(rows)


def test_small_groups_are_hidden_and_what_rests_on_them() -> None:
    few = small_council(Planted(services=4, quarters=6, vacancies=1, applicants=3))
    table = training_impact.describe(*few, of="sex")
    exact, shown = figures(table), table.protect().to_frame()
    shown = shown.set_index(["measure", "sex", "training"])
    small = [
        place
        for place in exact.index
        if place[0] == "rate" and 0 < exact.loc[place, "numerator"] < 10
    ]
    assert small
    for place in small:
        assert pd.isna(shown.loc[place, "value"])
        assert pd.isna(shown.loc[place, "numerator"])
        for measure in ("gap", "gap_within_vacancies"):
            gap = (measure, *place[1:])
            if gap in shown.index:
                assert pd.isna(shown.loc[gap, "value"])


def test_the_sample_council_is_described(council: Any) -> None:
    exposure = training_impact.exposure(
        council.panels, council.training, council.vacancies, rollout=council.rollout
    )
    table = figures(training_impact.describe(council.applications, exposure, of="ethnicity"))
    minority = "All other ethnic groups combined"
    before, after = (
        table.loc[("gap_within_vacancies", minority, when)]
        for when in ("Before training", "After training")
    )
    # What is planted: log odds of -0.8, and 0.5 more once panels are trained.
    assert before["upper"] < after["lower"] < 0
    shares = [
        table.loc[("share_of_applicants", minority, when), "value"]
        for when in ("Before training", "After training")
    ]
    assert shares[0] == pytest.approx(shares[1], abs=0.02)


def test_wrong_arguments_are_refused(made: Any) -> None:
    applications, exposure = made
    with pytest.raises(UsageError, match="is not a stage"):
        training_impact.describe(applications, exposure, of="sex", outcome="hired")
    with pytest.raises(UsageError, match="Name a group"):
        training_impact.describe(applications, exposure, of="sex", reference="rest")
    with pytest.raises(UsageError, match="first argument"):
        training_impact.describe(exposure, exposure, of="sex")
    with pytest.raises(UsageError, match="plan"):
        training_impact.describe(applications, exposure, of="sex", plan="2 points")
    _, elsewhere = small_council(Planted(services=1, quarters=1, applicants=1))
    elsewhere.sittings["service"] = ""
    with pytest.raises(DataError, match="same units"):
        training_impact.describe(applications, elsewhere, of="sex")
