"""The gap quarter by quarter: against a slow count of the rows, on planted effects, with few."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.small_rollouts import Planted, small_council
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.measures import training_impact
from workforce_analytics.measures.training_event_words import time_label
from workforce_analytics.measures.training_exposure import Exposure

SMALL = Planted(services=12, quarters=9, vacancies=2, applicants=9)
SAMPLE = Path(__file__).parents[1] / "sample_data"
DRAWS = 199


@pytest.fixture(scope="module")
def made() -> tuple[Any, Exposure]:
    return small_council(SMALL)


@pytest.fixture(scope="module")
def table(made: tuple[Any, Exposure]) -> Estimates:
    return training_impact.event_study(*made, of="sex", reference="Male", draws=DRAWS)


@pytest.fixture(scope="module")
def sample(council: Any) -> dict[str, Estimates]:
    exposure = training_impact.exposure(
        council.panels, council.training, council.vacancies, rollout=council.rollout
    )
    return {
        outcome: training_impact.event_study(
            council.applications, exposure, of="ethnicity", outcome=outcome
        )
        for outcome in ("shortlisted", "appointed")
    }


def figures(table: Estimates) -> pd.DataFrame:
    exact = table.unprotected(reason="test")
    return exact.set_index(["measure", "time"])


def quarter(day: Any) -> int:
    return day.year * 4 + (day.month - 1) // 3


def slow_gaps(made: tuple[Any, Exposure]) -> dict[str, Any]:
    """Work the gaps of each service and quarter out from the rows, vacancy by vacancy."""
    applications, exposure = made
    sat = exposure.at("shortlisted")
    counted: dict[str, dict[str, list[int]]] = {}
    for row in applications.frame.collect().to_native().to_pylist():
        if row["sex"] not in ("F", "M"):
            continue
        of = counted.setdefault(row["vacancy_id"], {"F": [0, 0], "M": [0, 0]})[row["sex"]]
        of[0] += row["furthest_stage"] in ("shortlisted", "Shortlisted")
        of[1] += 1
    sums: dict[tuple[str, int], list[float]] = {}
    for vacancy, groups in counted.items():
        (a, n), (c, m) = groups["F"], groups["M"]
        if n and m:
            cell = sums.setdefault(
                (sat.at[vacancy, "service"], quarter(sat.at[vacancy, "on"])), [0.0, 0.0]
            )
            weight = n * m / (n + m)
            cell[0] += weight * (a / n - c / m)
            cell[1] += weight
    turns = {
        code: math.inf if pd.isna(day) else quarter(day)
        for code, day in exposure.turns["on"].items()
    }
    return {
        "gap": {key: 100 * total / weight for key, (total, weight) in sums.items()},
        "weight": {
            code: sum(weight for (service, _), (_, weight) in sums.items() if service == code)
            for code in turns
        },
        "turn": turns,
    }


def slow_effect(slow: dict[str, Any], cohort: int, period: int) -> float:
    """Effect of a cohort in a quarter, service by service."""
    base = min(cohort, period) - 1
    means = []
    for inside in (
        [code for code, turn in slow["turn"].items() if turn == cohort],
        [c for c, turn in slow["turn"].items() if turn > max(period, base) and turn != cohort],
    ):
        total = weight = 0.0
        for code in inside:
            now, then = slow["gap"].get((code, period)), slow["gap"].get((code, base))
            if now is not None and then is not None:
                total += slow["weight"][code] * (now - then)
                weight += slow["weight"][code]
        means.append(total / weight if weight else math.nan)
    return means[0] - means[1]


def test_every_quarter_is_what_a_slow_count_of_the_rows_gives(
    made: tuple[Any, Exposure], table: Estimates
) -> None:
    slow, found = slow_gaps(made), figures(table)
    quarters = sorted({at for _, at in slow["gap"]})
    first = quarters[0]
    cohorts = sorted({t for t in slow["turn"].values() if first < t <= quarters[-1]})
    share = {
        one: sum(slow["weight"][code] for code, turn in slow["turn"].items() if turn == one)
        for one in cohorts
    }
    told = 0
    for since in range(-9, 10):
        total = weight = 0.0
        for cohort in cohorts:
            if first < cohort + since <= quarters[-1]:
                effect = slow_effect(slow, cohort, cohort + since)
                if not math.isnan(effect):
                    total, weight = total + share[cohort] * effect, weight + share[cohort]
        label = time_label(since)
        if ("effect_at", label) not in found.index:
            assert weight == 0
            continue
        row = found.loc[("effect_at", label)]
        if row["status"] == "ok":
            told += 1
            assert row["value"] == pytest.approx(total / weight)
    assert told > 6
    by_cohort = {
        one: [
            effect
            for at in quarters
            if at >= one and not math.isnan(effect := slow_effect(slow, one, at))
        ]
        for one in cohorts
    }
    kept = {one: sum(those) / len(those) for one, those in by_cohort.items() if those}
    whole = sum(share[one] * mean for one, mean in kept.items()) / sum(share[o] for o in kept)
    assert found.loc[("effect_overall", "All"), "value"] == pytest.approx(whole)


def test_rows_say_how_few_they_rest_on(made: Any, table: Estimates) -> None:
    counted = training_impact.describe(*made, of="sex", reference="Male").unprotected(reason="test")
    told = counted["sex"].isin(["Female", "Male"]) & (counted["training"] != "All")
    inside = counted[told & (counted["measure"] == "rate")]
    passed, pool = inside["numerator"], inside["denominator"]
    assert table.cells is not None
    assert not table.cells.members
    (fewest,) = set(table.cells.modelled)
    # People are fewer than applications, and no group has fewer than its candidates.
    assert 0 < fewest <= min(passed.min(), (pool - passed).min())
    shown = table.protect().to_frame()
    assert shown["value"].notna().any()


def test_too_few_behind_a_model_hide_every_figure() -> None:
    few = small_council(Planted(services=10, quarters=8, vacancies=1, applicants=3, seed=2))
    found = training_impact.event_study(*few, of="sex", draws=19)
    assert found.cells is not None
    # Rows without a figure have none to hide.
    untold, fewest = sorted(set(found.cells.modelled))
    assert untold == -1
    for threshold, hidden in ((fewest + 1, True), (max(fewest, 1), False)):
        policy = {**found.about.policy, "threshold": threshold}
        shown = replace(found, about=replace(found.about, policy=policy)).protect().to_frame()
        assert shown["value"].isna().all() == hidden


def test_the_planted_effect_of_the_sample_is_found(sample: dict[str, Estimates]) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    expected = truth["expected"]["recruitment"]
    for outcome, found in ((name, figures(one)) for name, one in sample.items()):
        points = 100 * sum(
            sign * expected[f"trained_points_{group}/{outcome}"]["mean"]
            for group, sign in (("minority_ethnic", 1), ("white", -1))
        )
        whole = found.loc[("effect_overall", "All")]
        assert whole["lower"] < points < whole["upper"]
        assert (whole["p_value"] < 0.05) == (outcome == "shortlisted")
        before = found.loc[("before_overall", "All")]
        assert before["p_value"] > 0.05
        assert before["lower"] < 0 < before["upper"]
        assert whole["clusters"] == 40


def test_times_stand_in_order_with_their_words(sample: dict[str, Estimates]) -> None:
    about = sample["shortlisted"].about
    assert about.kind == "training_event_study"
    assert about.groups == ("ethnicity", "time")
    times = about.order["time"]
    assert times[-1] == "All"
    assert times[: len(times) - 1] == tuple(time_label(since) for since in range(-8, 10))
    assert about.reference == "White"
    assert about.plan.startswith("Planned on 4 March 2024")
    assert about.delta == 2
    method = figures(sample["shortlisted"]).loc[("effect_at", "1 quarter after"), "method"]
    assert method == "Callaway-Sant'Anna, randomisation of roll-out dates, not studentised"


def test_swapping_the_groups_turns_the_sign(made: Any, table: Estimates) -> None:
    other = figures(training_impact.event_study(*made, of="sex", reference="Female", draws=DRAWS))
    one = figures(table)
    assert other["value"].to_numpy() == pytest.approx(-one["value"].to_numpy(), nan_ok=True)
    assert other["lower"].to_numpy() == pytest.approx(-one["upper"].to_numpy(), nan_ok=True)
    assert other["p_value"].to_numpy() == pytest.approx(one["p_value"].to_numpy(), nan_ok=True)


def test_a_change_before_training_is_seen_before_training() -> None:
    how = {"services": 24, "quarters": 12, "vacancies": 4, "applicants": 15}
    calm = small_council(Planted(**how, effect=1.5))
    found = figures(training_impact.event_study(*calm, of="sex", reference="Male", draws=DRAWS))
    assert found.loc[("effect_overall", "All"), "lower"] > 0
    assert found.loc[("before_overall", "All"), "p_value"] > 0.05
    early = small_council(Planted(**how, under_way=3.0))
    found = figures(training_impact.event_study(*early, of="sex", reference="Male", draws=DRAWS))
    assert found.loc[("before_overall", "All"), "p_value"] < 0.05
    assert found.loc[("effect_at", time_label(-4)), "value"] > 10


def test_quarters_of_few_services_are_not_told() -> None:
    one_by_one = small_council(Planted(services=8, quarters=12, applicants=8))
    found = figures(training_impact.event_study(*one_by_one, of="sex", draws=19)).loc["effect_at"]
    few = found[found["status"] == "too_few"]
    assert len(few) > 0
    assert few["value"].isna().all()
    assert few["note"].str.startswith("rests on fewer than 3 services").all()
    assert (found.loc[found["status"] == "ok", "clusters"] >= 3).all()


def test_without_a_random_order_few_services_give_no_range() -> None:
    how = {"quarters": 9, "by_lot": False}
    eight = training_impact.event_study(
        *small_council(Planted(services=8, **how)), of="sex", draws=DRAWS
    )
    found = figures(eight)
    whole = found.loc[("effect_overall", "All")]
    assert math.isfinite(whole["value"])
    assert found["lower"].isna().all()
    assert found["p_value"].isna().all()
    assert "no range can be given" in whole["note"]
    assert any("was not random" in said for said in eight.about.caveats)
    twelve = training_impact.event_study(
        *small_council(Planted(services=12, **how)), of="sex", draws=DRAWS
    )
    assert math.isfinite(figures(twelve).loc[("effect_overall", "All"), "lower"])


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        (Planted(services=4, quarters=9), "fewer than 5 services tell anything"),
        (Planted(services=8, quarters=9, turns=0), "no service was trained"),
    ],
)
def test_where_nothing_can_be_told_it_says_why(planted: Planted, why: str) -> None:
    found = figures(training_impact.event_study(*small_council(planted), of="sex", draws=19))
    assert found.index.tolist() == [("effect_overall", "All"), ("before_overall", "All")]
    assert set(found["status"]) == {"too_few"}
    assert found["value"].isna().all()
    assert found["note"].str.startswith(why).all()


def test_many_services_are_told_by_other_orders_of_the_roll_out_too() -> None:
    planted = Planted(services=44, quarters=8, vacancies=1, applicants=8, by_lot=False)
    table = training_impact.event_study(*small_council(planted), of="sex", draws=DRAWS)
    found = figures(table)
    assert found["method"].str.contains("randomisation of roll-out dates").all()
    assert any("any other order was as likely" in said for said in table.about.caveats)
    by_lot = small_council(replace(planted, by_lot=True))
    other = figures(training_impact.event_study(*by_lot, of="sex", draws=DRAWS))
    assert other["lower"].to_numpy() == pytest.approx(found["lower"].to_numpy(), nan_ok=True)


def test_progress_is_told_and_wrong_draws_are_refused(made: Any) -> None:
    said: list[tuple[str, int, int]] = []
    training_impact.event_study(*made, of="sex", draws=30, progress=lambda *told: said.append(told))
    assert said[-1] == ("Drawing roll-out dates anew", 30, 30)
    for draws in (0, 2.5, True):
        with pytest.raises(UsageError, match="draws= takes a whole number of draws"):
            training_impact.event_study(*made, of="sex", draws=draws)


def test_a_plan_says_who_is_compared_and_how_long(made: Any, table: Estimates) -> None:
    decided = training_impact.plan(
        recorded_on="2022-01-01", outcomes=["shortlisted"], reference="Male", until="2023-06-30"
    )
    planned = training_impact.event_study(*made, of="sex", draws=19, plan=decided)
    assert planned.about.reference == "Male"
    assert planned.about.plan.startswith("Planned on 1 January 2022")
    assert len(planned) < len(table)
    assert table.about.plan == "Not planned beforehand."
