"""Checks of what else could explain a change: planted threats are found, others not alarmed."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.small_rollouts import Planted, small_council
from workforce_analytics.errors import UsageError
from workforce_analytics.inference import rollout_effect
from workforce_analytics.measures import training_impact
from workforce_analytics.measures.training_checks import Pair
from workforce_analytics.measures.training_threat_words import (
    APPLIED,
    BESIDE,
    DECLARED,
    PLACEBO,
    VISITORS,
    WITHDREW,
    beside_words,
    check_words,
    visitor_words,
)
from workforce_analytics.measures.training_vacancies import vacancy_counts

BLIND = "Another change: name-blind vacancies"
PLAIN = Planted(seed=11)


def figures(table: Any) -> pd.DataFrame:
    return table.unprotected(reason="test").set_index("check")


def checked(made: Planted, **more: Any) -> pd.DataFrame:
    options = {"of": "sex", "reference": "Male", "draws": 0, **more}
    return figures(training_impact.threats(*small_council(made), **options))


# --- nothing planted ----------------------------------------------------------------------------


def test_the_sample_council_raises_no_alarm(council: Any) -> None:
    exposure = training_impact.exposure(
        council.panels, council.training, council.vacancies, rollout=council.rollout
    )
    table = training_impact.threats(council.applications, exposure, of="ethnicity", draws=99)
    found = figures(table)
    judged = found[found["q_value"].notna()]
    assert len(judged) >= 5
    assert ((judged["lower"] < 1) & (judged["upper"] > 1)).all()
    assert judged["method"].str.contains("randomisation").all()
    assert "was moving" not in found.loc[PLACEBO, "note"]
    assert "does not explain it" in found.loc[BESIDE, "note"]
    assert tuple(found.index) == table.about.order["check"]

    seats = exposure.coverage().unprotected(reason="test").set_index(["measure", "service"])
    share = seats.loc[("share_of_visitors", "All"), "value"]
    assert found.loc[VISITORS, "value"] == pytest.approx(share, abs=0.005)
    assert found.loc[VISITORS, "unit"] == "proportion"

    ordered = np.sort(judged["p_value"])
    steps = ordered * len(judged) / np.arange(1, len(judged) + 1)
    allowed = np.minimum.accumulate(steps[::-1])[::-1]
    assert np.sort(judged["q_value"]) == pytest.approx(allowed)


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    return checked(PLAIN)


def test_nothing_planted_is_not_alarmed(plain: pd.DataFrame) -> None:
    told = plain.loc[[PLACEBO, APPLIED, DECLARED, WITHDREW, BLIND]]
    assert ((told["lower"] < 1) & (told["upper"] > 1)).all()
    assert set(plain["unit"]) == {"odds_ratio", "proportion"}


# --- planted threats ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("planted", "label", "words", "above"),
    [
        ({"under_way": 1.2}, PLACEBO, "was moving before training", True),
        ({"applying": 0.7}, APPLIED, "who applied changed together", True),
        ({"declared": (0.9, 0.6)}, DECLARED, "more or fewer said", False),
        ({"withdrawing": 2.0}, WITHDREW, "who withdrew before the shortlist changed", True),
        ({"blind": (0.3, 0.9)}, BLIND, "more or fewer together with training", True),
    ],
)
def test_a_planted_threat_is_found(
    planted: dict[str, Any], label: str, words: str, above: bool
) -> None:
    row = checked(replace(PLAIN, **planted)).loc[label]
    assert words in row["note"]
    assert (row["lower"] > 1) if above else (row["upper"] < 1)
    assert row["p_value"] < 0.05


def test_a_change_that_came_with_training_everywhere_needs_no_model() -> None:
    table = checked(replace(PLAIN, blind=(0.0, 1.0)))
    assert table.loc[BLIND, "status"] == "undefined"
    assert "the two cannot be told apart" in table.loc[BLIND, "note"]
    assert "nothing can be told" in table.loc[BESIDE, "note"]


# --- what nobody can tell -----------------------------------------------------------------------


def test_what_is_not_recorded_is_undefined_with_the_reason() -> None:
    bare = replace(PLAIN, withdrawing=None, declared=(1.0, 1.0), blind=(0.0, 0.0))
    table = checked(bare)
    for label, words in (
        (WITHDREW, "nobody is recorded as having withdrawn"),
        (DECLARED, "everybody said"),
        (BESIDE, "no vacancy was name-blind"),
        (VISITORS, "nobody knows in which service"),
    ):
        row = table.loc[label]
        assert (row["status"], np.isnan(row["value"])) == ("undefined", True)
        assert words in row["note"]
    assert BLIND not in table.index


def test_few_services_that_were_not_drawn_cannot_tell() -> None:
    table = checked(replace(PLAIN, services=8, by_lot=False))
    row = table.loc[APPLIED]
    assert row["note"] == (
        "this check cannot tell: 8 services in an order that was not random are too few"
    )
    assert not np.isnan(row["p_value"])
    fewest = checked(replace(PLAIN, services=4))
    assert fewest.loc[APPLIED, "status"] == "undefined"
    assert "fewer than 5 services" in fewest.loc[APPLIED, "note"]


# --- seats of visitors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("away", "people", "status", "value"),
    [(30, 12, "ok", 0.1), (30, 9, "too_few", np.nan), (0, 0, "ok", 0.0)],
)
def test_seats_of_visitors(away: int, people: int, status: str, value: float) -> None:
    applications, exposure = small_council(Planted(services=4, quarters=2, applicants=3))
    sittings = exposure.sittings.assign(known=0, visitors=0.0)
    sittings.loc[:2, "known"] = 100
    sittings.loc[0, "visitors"] = away
    made = replace(exposure, sittings=sittings, people={("", "visitors"): people})
    row = figures(training_impact.threats(applications, made, of="sex", draws=0)).loc[VISITORS]
    assert row["status"] == status
    assert row["value"] == pytest.approx(value, nan_ok=True)
    assert np.isnan(row["numerator"])
    words = {12: "as little as 90%", 9: "too few people", 0: "nothing is hidden"}
    assert words[people] in row["note"]


def test_words_of_seats_do_not_round_visitors_away() -> None:
    assert "as little as 92%" in visitor_words(0.08)


# --- words --------------------------------------------------------------------------------------


def found(lower: float, value: float, upper: float, why: str = "", units: int = 40) -> Any:
    tested = rollout_effect.Tested(value, lower, upper, 0.5, "by hand")
    return SimpleNamespace(value=value, primary=tested, why_not=why, units=units)


MAIN = found(0.2, 0.4, 0.6)
NO_MAIN = found(-0.2, 0.1, 0.4)


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (found(-0.3, 0.0, 0.3), "nothing moved before training had happened"),
        (found(-0.3, 0.1, 0.5), "this check cannot tell"),
        (found(0.05, 0.1, 0.3), "moved a little"),
        (found(0.05, 0.3, 0.5), "was moving before"),
        (found(-0.6, -0.4, -0.1), "was moving before"),
        (found(np.nan, np.nan, np.nan, "no service"), "this check cannot tell: no service"),
    ],
)
def test_a_check_is_judged_against_the_main_result(effect: Any, words: str) -> None:
    assert words in check_words(PLACEBO, effect, MAIN, True)


def test_a_check_of_a_small_main_result_is_judged_against_a_quarter_more() -> None:
    assert "cannot tell" in check_words(APPLIED, found(-0.3, 0.0, 0.3), NO_MAIN, True)
    assert "did not change" in check_words(APPLIED, found(-0.2, 0.0, 0.2), NO_MAIN, True)
    assert "did not change" in check_words(BLIND, found(-0.6, 0.0, 0.6), NO_MAIN, True)
    assert "cannot tell" in check_words(BLIND, found(-0.6, 0.0, 0.8), NO_MAIN, True)


@pytest.mark.parametrize(
    ("effect", "main", "words"),
    [
        (found(0.1, 0.4, 0.7), MAIN, "does not explain it"),
        (found(-0.7, -0.4, -0.1), MAIN, "turned round"),
        (found(-0.1, 0.2, 0.5), MAIN, "cannot tell"),
        (found(-0.2, 0.0, 0.2), MAIN, "may explain it"),
        (found(-0.2, 0.0, 0.2), NO_MAIN, "with name-blind vacancies or without"),
        (found(0.1, 0.4, 0.7), NO_MAIN, "something moved"),
        (found(0.1, 0.4, 0.7, why="no service"), MAIN, "nothing can be told: no service"),
    ],
)
def test_the_main_result_without_name_blind_vacancies(effect: Any, main: Any, words: str) -> None:
    assert words in beside_words(effect, main, True)


# --- rows of vacancies --------------------------------------------------------------------------


def test_before_training_only_untreated_vacancies_are_looked_at_a_year_early() -> None:
    applications, exposure = small_council(PLAIN)
    counts = vacancy_counts(applications, exposure, of="sex", outcome="shortlisted")
    rollout = Pair(counts, "male").before()
    vacancies = counts.vacancies[~counts.vacancies["treated"]].reset_index(drop=True)
    chosen = vacancies.iloc[rollout.row]
    turn = counts.exposure.turns["on"].reindex(chosen["service"])
    year = pd.DateOffset(years=1)
    assert (rollout.treated == (chosen["on"].to_numpy() >= (turn - year).to_numpy())).all()
    assert 0 < rollout.treated.sum() < rollout.treated.size
    assert not (chosen["on"].to_numpy() >= turn.to_numpy()).any()


def test_several_groups_are_taken_together() -> None:
    applications, exposure = small_council(Planted(services=6, quarters=6, applicants=5))
    counts = vacancy_counts(applications, exposure, of="sex", outcome="shortlisted")
    three = np.array([[4, 2, 3], [1, 5, 0]])
    passed = np.array([[1, 2, 1], [0, 2, 0]])
    pair = Pair(replace(counts, groups=("a", "b", "c")), "b")
    contests = pair.contests(three, passed)
    assert pair.others == ("a", "c")
    assert contests.group.tolist() == [7, 1]
    assert contests.rest.tolist() == [2, 5]
    assert contests.group_passes.tolist() == [2, 0]
    assert contests.rest_passes.tolist() == [2, 2]


# --- what is shown ------------------------------------------------------------------------------


def test_a_check_of_few_people_is_hidden() -> None:
    few = small_council(Planted(services=12, quarters=10, vacancies=1, applicants=6, seed=7))
    table = training_impact.threats(*few, of="sex", draws=0)
    counts = vacancy_counts(*few, of="sex", outcome="shortlisted")
    gone = counts.by_vacancy(counts.groups, Pair(counts, "male").left)
    after = gone[counts.vacancies["treated"].to_numpy()].sum(axis=0)
    assert 0 < after.min() < 10
    shown = table.protect().to_frame().set_index("check")
    assert figures(table).loc[WITHDREW, "n_effective"] > 0
    for column in ("value", "lower", "upper", "p_value", "n_effective"):
        assert pd.isna(shown.loc[WITHDREW, column])
    assert not pd.isna(shown.loc[APPLIED, "value"])
    assert shown.loc[WITHDREW, "value_mark"] == "[c]"


def test_draws_that_are_no_number_are_refused() -> None:
    made = small_council(Planted(services=4, quarters=2, applicants=3))
    for draws in (-1, "many"):
        with pytest.raises(UsageError, match="draws="):
            training_impact.threats(*made, of="sex", draws=draws)
