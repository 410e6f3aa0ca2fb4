"""Did the gap narrow: planted effects are recovered, and what cannot be told is not told."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.small_rollouts import Planted, small_council
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.verdicts import TURNED
from workforce_analytics.measures import training_effect, training_impact
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_vacancies import vacancy_counts

MINORITY = "All other ethnic groups combined"
SECONDARY = "Appointed, of those shortlisted"
ALL_MEASURES = (
    "effect",
    "effect_points",
    "effect_people",
    "gap_without",
    "gap_with",
    "pooled",
    "jackknife",
    "wild_bootstrap",
    "dose",
    "verdict",
)
LIFTED = Planted(effect=1.2, seed=11)


def figures(table: Any) -> pd.DataFrame:
    exact = table.unprotected(reason="test")
    return exact.set_index(["measure", table.about.groups[0], "outcome"])


def ends(row: pd.Series) -> list[float]:
    return [row["value"], row["lower"], row["upper"]]


@pytest.fixture(scope="module")
def exposure(council: Any) -> Exposure:
    return training_impact.exposure(
        council.panels, council.training, council.vacancies, rollout=council.rollout
    )


@pytest.fixture(scope="module")
def sample(council: Any, exposure: Exposure) -> Any:
    return training_impact.estimate(
        council.applications,
        exposure,
        of="ethnicity",
        outcome=["shortlisted", "appointed", "appointed_among_shortlisted"],
        draws=99,
    )


@pytest.fixture(scope="module")
def lifted() -> tuple[Any, Exposure]:
    return small_council(LIFTED)


def of_lifted(lifted: Any, **more: Any) -> Any:
    options = {"of": "sex", "outcome": "shortlisted", "reference": "Male", "draws": 0}
    return training_impact.estimate(*lifted, **{**options, **more})


# --- the sample council -------------------------------------------------------------------------


def test_the_planted_effect_on_shortlisting_is_recovered(sample: Any) -> None:
    table = figures(sample)
    effect = table.loc[("effect", MINORITY, "Shortlisted")]
    assert np.log(effect["lower"]) < 0.5 < np.log(effect["upper"])
    assert effect["lower"] > 1
    assert "randomisation" in effect["method"]
    assert effect["clusters"] == 40
    assert table.loc[("verdict", MINORITY, "Shortlisted"), "note"] == "narrowed"
    gaps = [
        table.loc[(name, MINORITY, "Shortlisted"), "value"] for name in ("gap_without", "gap_with")
    ]
    assert gaps[0] < gaps[1] < 0
    points = table.loc[("effect_points", MINORITY, "Shortlisted")]
    assert points["value"] == pytest.approx(gaps[1] - gaps[0])
    assert 0 < points["lower"] < points["value"] < points["upper"]


def test_the_small_effect_on_appointments_cannot_be_told(sample: Any) -> None:
    table = figures(sample)
    assert table.loc[("verdict", MINORITY, "Appointed"), "note"] == "cannot tell"
    effect = table.loc[("effect", MINORITY, "Appointed")]
    assert np.log(effect["lower"]) < 0.2 < np.log(effect["upper"])
    assert effect["lower"] < 1 < effect["upper"]


def test_of_those_shortlisted_is_labelled_as_a_second_look(sample: Any) -> None:
    assert sample.about.order["outcome"] == ("Shortlisted", "Appointed", SECONDARY)
    assert any("a group that training itself changes" in one for one in sample.about.caveats)
    said = figures(sample).loc[("verdict", MINORITY, SECONDARY), "note"]
    assert said == "cannot tell: training itself changes who is among those shortlisted"


def test_every_outcome_has_all_its_rows_and_they_were_compared_together(sample: Any) -> None:
    table = figures(sample)
    for outcome in sample.about.order["outcome"]:
        held = {measure for measure, _, where in table.index if where == outcome}
        assert held == set(ALL_MEASURES)
    effects = table.xs("effect", level="measure").sort_values("p_value")
    holm = np.maximum.accumulate(effects["p_value"].to_numpy() * [3, 2, 1]).clip(max=1)
    assert effects["q_value"].to_numpy() == pytest.approx(holm)
    assert effects["method"].str.contains("Holm, 3 comparisons").all()


def test_the_same_is_said_with_other_groups_and_the_sign_turned(
    council: Any, exposure: Exposure, sample: Any
) -> None:
    table = training_impact.estimate(
        council.applications,
        exposure,
        of="ethnicity",
        outcome="shortlisted",
        reference=MINORITY,
        draws=0,
    )
    one = figures(table).loc[("effect", "White", "Shortlisted")]
    other = figures(sample).loc[("jackknife", MINORITY, "Shortlisted")]
    # The average weighs by the applicants of the group that is compared.
    assert np.log(one["value"]) == pytest.approx(-np.log(other["value"]), abs=0.08)
    assert one["upper"] < 1


def exact_counts(table: Estimates) -> int:
    """How many counts a table prints: none, where it holds what models gave."""
    assert table.cells is not None
    return len(table.cells.members)


def test_several_groups_each_have_their_rows(council: Any, exposure: Exposure) -> None:
    table = training_impact.estimate(
        council.applications,
        exposure,
        of="ethnicity",
        outcome="shortlisted",
        level="main",
        draws=0,
    )
    found = figures(table)
    counts = vacancy_counts(
        council.applications, exposure, of="ethnicity", outcome="shortlisted", level="main"
    )
    labels = {counts.label(code) for code in counts.groups} - {"White"}
    assert len(labels) == 4
    for measure in ("effect", "verdict"):
        assert set(found.xs(measure, level="measure").index.get_level_values(0)) == labels
    people = found.xs("effect_people", level="measure")
    # In the sample training does the same for all groups that it is about.
    assert (people["value"] > 0).sum() >= 3
    assert exact_counts(table) == 0


def test_sixty_vacancies_cannot_tell(council: Any, exposure: Exposure) -> None:
    names = sorted(exposure.at("shortlisted").index)[::46][:60]
    few = exposure.sittings[exposure.sittings["vacancy_id"].isin(names)]
    cut = replace(exposure, sittings=few)
    table = training_impact.estimate(
        council.applications, cut, of="ethnicity", outcome="shortlisted", draws=99
    )
    assert (
        figures(table).loc[("verdict", MINORITY, "Shortlisted"), "note"].startswith("cannot tell")
    )
    assert any("are of no service of the roll-out" in one for one in table.about.caveats)


# --- made-up councils ---------------------------------------------------------------------------


def test_a_planted_effect_is_found_and_its_people_are_those_it_moved(lifted: Any) -> None:
    table = figures(of_lifted(lifted, draws=99))
    effect = table.loc[("effect", "Female", "Shortlisted")]
    assert np.log(effect["lower"]) < LIFTED.effect < np.log(effect["upper"])
    for name in ("jackknife", "wild_bootstrap"):
        row = table.loc[(name, "Female", "Shortlisted")]
        assert row["value"] == effect["value"]
        assert row["lower"] < effect["value"] < row["upper"]
    points, people = (
        table.loc[(name, "Female", "Shortlisted")] for name in ("effect_points", "effect_people")
    )
    counts = vacancy_counts(*lifted, of="sex", outcome="shortlisted")
    # As many pass in all, so what one group gains the other loses.
    treated = counts.vacancies["treated"].to_numpy()
    pools = counts.pool[treated].sum(axis=0)
    most = 100 * people["value"] * (1 / pools).sum()
    assert points["value"] >= most - 1e-9
    assert points["value"] == pytest.approx(most, rel=0.1)
    # There was hardly a gap before: so large an effect may have turned it round.
    said = table.loc[("verdict", "Female", "Shortlisted"), "note"]
    assert said in ("widened", f"cannot tell: {TURNED}")


def test_the_order_of_rows_does_not_matter(lifted: Any) -> None:
    again = small_council(replace(LIFTED, shuffled=True))
    one, other = (of_lifted(made, draws=19).unprotected(reason="test") for made in (lifted, again))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


# --- plans --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ({"recorded_on": "2022-01-01"}, "Planned on 1 January 2022: a change of 2 percentage"),
        (
            {"recorded_on": "2022-01-01", "characteristics": ["ethnicity"]},
            "Not planned beforehand. The plan of 1 January 2022 is of other questions.",
        ),
        (
            {"recorded_on": "2022-01-01", "outcomes": ["appointed"]},
            "Not planned beforehand. The plan of 1 January 2022 is of other questions.",
        ),
        (
            {"recorded_on": "2030-01-01"},
            "Not planned beforehand. The plan is of 1 January 2030, after the last",
        ),
    ],
)
def test_it_says_whether_it_was_planned(lifted: Any, decided: dict[str, Any], words: str) -> None:
    table = of_lifted(lifted, plan=training_impact.plan(**decided))
    assert table.about.plan.startswith(words)


def test_without_a_plan_it_was_not_planned_and_two_points_matter(lifted: Any) -> None:
    about = of_lifted(lifted).about
    assert (about.plan, about.delta) == ("Not planned beforehand.", 2.0)


def test_a_plan_names_group_level_and_last_day(lifted: Any) -> None:
    decided = training_impact.plan(
        recorded_on="2022-01-01", reference="Female", level="main", until="2024-06-30"
    )
    table = of_lifted(lifted, plan=decided, reference="largest")
    assert table.about.reference == "Female"
    whole, part = (
        figures(one).loc[("effect", "Male", "Shortlisted"), "n_effective"]
        for one in (of_lifted(lifted, reference="Female"), table)
    )
    assert 0 < part < whole


def test_group_and_level_of_a_plan_are_not_asked_of_other_characteristics(lifted: Any) -> None:
    decided = training_impact.plan(
        recorded_on="2022-01-01", characteristics=["ethnicity"], reference="White", level="binary"
    )
    about = of_lifted(lifted, plan=decided, reference="largest").about
    assert about.reference in ("Female", "Male")
    assert about.plan.startswith("Not planned beforehand")


def test_a_change_smaller_than_what_matters_is_no_change_that_matters(lifted: Any) -> None:
    table = of_lifted(lifted, delta=90)
    assert table.about.delta == 90
    row = figures(table).loc[("verdict", "Female", "Shortlisted")]
    assert row["note"] == "no change that matters"


# --- what cannot be told ------------------------------------------------------------------------


def test_under_five_services_nothing_is_told() -> None:
    table = figures(of_lifted(small_council(replace(LIFTED, services=4))))
    effect = table.loc[("effect", "Female", "Shortlisted")]
    assert effect["status"] == "undefined"
    assert np.isnan(ends(effect)).all()
    assert "fewer than 5 services" in effect["note"]
    said = table.loc[("verdict", "Female", "Shortlisted"), "note"]
    assert said == "cannot tell: fewer than 5 services tell anything"
    assert set(table.index.get_level_values(0)) == {"effect", "verdict"}


def test_under_ten_services_the_order_must_have_been_random() -> None:
    eight = Planted(services=8, effect=2.5, vacancies=4, seed=11)
    notes = {}
    for by_lot in (False, True):
        table = figures(of_lifted(small_council(replace(eight, by_lot=by_lot)), draws=99))
        effect = table.loc[("effect", "Female", "Shortlisted")]
        assert effect["lower"] > 1
        assert ("randomisation" in effect["method"]) == by_lot
        notes[by_lot] = table.loc[("verdict", "Female", "Shortlisted"), "note"]
    assert notes[True] in ("narrowed", "widened")
    assert notes[False] == (
        "cannot tell: 8 services, and the order of the roll-out was not random: fewer than 10 are "
        "too few"
    )


@pytest.mark.parametrize(
    ("sign", "why"), [(-1.0, "points the other way"), (np.nan, "cannot be worked out")]
)
def test_a_pooled_coefficient_that_does_not_agree_forbids_a_verdict(
    council: Any, exposure: Exposure, monkeypatch: pytest.MonkeyPatch, sign: float, why: str
) -> None:
    real = training_effect.pooled

    def turned(*given: Any, **more: Any) -> Any:
        found = real(*given, **more)
        return replace(found, value=sign * found.value)

    monkeypatch.setattr(training_effect, "pooled", turned)
    table = training_impact.estimate(
        council.applications, exposure, of="ethnicity", outcome="shortlisted", draws=0
    )
    said = figures(table).loc[("verdict", MINORITY, "Shortlisted"), "note"]
    assert said == f"cannot tell: one figure for all services and times {why}"


def test_few_comparisons_of_many_may_look_so_by_chance(council: Any, exposure: Exposure) -> None:
    table = training_impact.estimate(
        council.applications, exposure, of="ethnicity", outcome="appointed", draws=0, level="full"
    )
    many = figures(table)
    q_values = many.xs("effect", level="measure")["q_value"]
    p_values = many.xs("effect", level="measure")["p_value"]
    notes = many.xs("verdict", level="measure")["note"]
    assert (p_values < 0.05).any()
    assert (q_values.dropna() > 0.05).all()
    assert not notes.isin(["narrowed", "widened"]).any()


def test_a_departure_from_the_plan_is_said(council: Any, exposure: Exposure) -> None:
    table = training_impact.estimate(
        council.applications, exposure, of="ethnicity", outcome="shortlisted", draws=0, delta=9
    )
    assert table.about.plan.startswith("Planned on 4 March 2024, when ")
    assert table.about.plan.endswith("Departs from the plan: a change of 9 points matters.")


def test_draws_too_few_for_anything_are_refused(lifted: Any) -> None:
    with pytest.raises(UsageError, match="19 at least, or 0 for none"):
        of_lifted(lifted, draws=9)


# --- what is shown ------------------------------------------------------------------------------


def test_rows_of_small_groups_are_hidden_with_their_verdict() -> None:
    few = Planted(services=10, quarters=8, vacancies=1, applicants=3, seed=11)
    table = of_lifted(small_council(few))
    exact, shown = figures(table), table.protect().to_frame()
    counts = vacancy_counts(*small_council(few), of="sex", outcome="shortlisted")
    assert 0 < counts.fewest("female", "male") < 10
    shown = shown.set_index(["measure", "sex", "outcome"])
    for measure in exact.index.get_level_values(0):
        row = shown.loc[(measure, "Female", "Shortlisted")]
        assert np.isnan(ends(row)).all()
        assert pd.isna(row["p_value"])
        assert row["note"] == ""
        assert row["value_mark"] == "[c]"


def test_wrong_arguments_are_refused(lifted: Any) -> None:
    for wrong, words in (
        ({"outcome": "hired"}, "outcome= takes one or more of"),
        ({"outcome": []}, "outcome= takes one or more of"),
        ({"outcome": ["shortlisted", "shortlisted"]}, "outcome= takes one or more of"),
        ({"draws": -1}, "draws="),
        ({"draws": 9.5}, "draws="),
        ({"delta": 0}, "delta="),
        ({"delta": "2"}, "delta="),
        ({"plan": "2 points"}, "plan="),
        ({"reference": "rest"}, "Name a group"),
        ({"of": "height"}, "height"),
    ):
        with pytest.raises(UsageError, match=words):
            of_lifted(lifted, **wrong)
