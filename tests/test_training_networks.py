"""Training of networks' chairs: planted effects found, few networks told nothing, a slow fit."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from tests.network_samples import Made, extracts, months_and_support, networks
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.tables import tables
from workforce_analytics.publishing.training_verdicts import NOT_EVIDENCE

chairs_training = wa.training_impact.chairs_training
PLANTED = 1.25
"""What the sample council's attendances are multiplied by once a chair is trained."""


def exact(table) -> pd.DataFrame:
    return table.unprotected(reason="test").set_index("measure")


def verdict(table) -> str:
    return exact(table).loc["verdict", "note"]


def test_the_planted_effect_of_the_sample_council(council) -> None:
    found = exact(chairs_training(council.networks, draws=199))
    effect = found.loc["effect"]
    assert effect["lower"] < PLANTED < effect["upper"]
    assert (effect["clusters"], effect["n_effective"]) == (6, 6 * 36)
    # Six networks, whose order was nobody's lot: an effect, and still nothing may be told.
    assert found.loc["verdict", "note"].startswith("cannot tell: there are 6 networks")
    assert effect["unit"] == "ratio"


def test_where_the_order_was_drawn_by_lot_six_networks_can_tell(council) -> None:
    table = chairs_training(council.networks, random_order=True)
    assert verdict(table) == "rose"
    assert "randomisation" in exact(table).loc["effect", "method"]
    assert not [words for words in table.about.caveats if "left to chance" in words]


def test_lists_of_people_give_the_same_figures_as_monthly_counts(council) -> None:
    held = dict(council.networks.extracts)
    del held["network_counts"]
    first = exact(chairs_training(council.networks, draws=0))
    second = exact(chairs_training(held, draws=0))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(
    ("effect", "said"), [(1.5, "rose"), (1.0, "no change that matters"), (0.7, "fell")]
)
def test_planted_effects_are_found(effect: float, said: str) -> None:
    table = chairs_training(networks(Made(effect=effect)), draws=0)
    row = exact(table).loc["effect"]
    assert row["lower"] < effect < row["upper"]
    assert verdict(table) == said


def test_what_matters_decides_between_no_change_and_cannot_tell() -> None:
    held = networks(Made(members=25, networks=12, waiting=4))
    row = exact(chairs_training(held, draws=0)).loc["effect"]
    assert row["lower"] < 1 < row["upper"]
    inside = 1.01 * max(row["upper"], 1 / row["lower"])
    assert verdict(chairs_training(held, draws=0, delta=inside)) == "no change that matters"
    outside = 0.99 * max(row["upper"], 1 / row["lower"])
    assert verdict(chairs_training(held, draws=0, delta=outside)) == "cannot tell"


def test_an_effect_within_what_matters_is_no_change_even_where_it_is_clear() -> None:
    held = networks(Made(effect=1.2, members=600))
    assert exact(chairs_training(held, draws=0)).loc["effect", "lower"] > 1
    assert verdict(chairs_training(held, draws=0, delta=1.6)) == "no change that matters"


@pytest.mark.parametrize(
    ("count", "waiting", "reason"),
    [(4, 1, "fewer than 5 networks tell anything"), (8, 2, "there are 8 networks")],
)
def test_a_handful_of_networks_tells_nothing(count: int, waiting: int, reason: str) -> None:
    table = chairs_training(networks(Made(networks=count, waiting=waiting, effect=3.0)), draws=0)
    assert verdict(table).startswith(f"cannot tell: {reason}")


def test_without_any_network_that_waits_nothing_is_compared() -> None:
    counts, support = months_and_support(Made(networks=12, waiting=0), 1)
    support["given_on"] = counts["month"].min() + "-01"
    table = chairs_training(extracts(counts, support), draws=0)
    assert verdict(table).startswith("cannot tell: ")
    assert exact(table).loc["effect", "status"] == "undefined"


@settings(derandomize=True, deadline=None, max_examples=15)
@given(seed=some.integers(0, 10_000), count=some.integers(5, 8))
def test_one_cohort_and_one_month_after_against_a_plain_poisson_regression(
    seed: int, count: int
) -> None:
    import statsmodels.api as sm

    random = np.random.default_rng(seed)
    trained = random.permutation(count)[: max(1, count // 2)]
    frame = pd.DataFrame(
        [
            {
                "network": f"n{network}",
                "month": f"2023-0{month + 1}",
                "members": int(random.integers(20, 80)),
                "attendances": int(random.poisson(12)) + 1,
                "unique_attendees": 1,
                "joiners": 0,
            }
            for network in range(count)
            for month in range(4)
        ]
    )
    support = pd.DataFrame(
        {
            "network": [f"n{network}" for network in trained],
            "kind": "chair_training",
            # In the middle of March: the month counts as before, April as after.
            "given_on": "2023-03-14",
        }
    )
    found = exact(chairs_training(extracts(frame, support), draws=0))
    after = frame["network"].isin(support["network"]) & frame["month"].eq("2023-04")
    levels = pd.get_dummies(frame[["network", "month"]]).drop(columns="month_2023-01")
    design = levels.assign(after=after).astype(float)
    fit = sm.GLM(
        frame["attendances"],
        design,
        family=sm.families.Poisson(),
        offset=np.log(frame["members"]),
    ).fit(tol=1e-12, maxiter=200)
    assert found.loc["effect", "value"] == pytest.approx(math.exp(fit.params["after"]), rel=1e-5)
    assert found.loc["pooled", "value"] == pytest.approx(math.exp(fit.params["after"]), rel=1e-5)


def test_rates_and_events_are_those_of_the_months() -> None:
    made = Made(effect=1.4)
    counts, support = months_and_support(made, 4)
    found = exact(chairs_training(extracts(counts, support), draws=0))
    first = support[support["kind"] == "chair_training"].set_index("network")["given_on"]
    given_on = counts["network"].map(first)
    after = counts["month"] + "-01" >= given_on.fillna("9999")
    for name, rows in (
        ("rate_before", ~after & given_on.notna()),
        ("rate_after", after),
        ("rate_waiting", given_on.isna()),
    ):
        row = found.loc[name]
        seen, time = counts[rows]["attendances"].sum(), counts[rows]["members"].sum()
        assert (row["numerator"], row["denominator"]) == (seen, time)
        assert row["value"] == seen / time
    effect, more = found.loc["effect"], found.loc["effect_events"]
    seen = counts[after]["attendances"].sum()
    for end in ("value", "lower", "upper"):
        assert more[end] == pytest.approx(seen * (1 - 1 / effect[end]))


def test_new_members_are_by_network_and_month() -> None:
    found = exact(chairs_training(networks(Made()), outcome="joiners", draws=0))
    assert found.loc["rate_after", "value"] == pytest.approx(3, abs=0.4)
    assert found["denominator"].isna().all()


def test_the_order_of_rows_changes_nothing() -> None:
    counts, support = months_and_support(Made(), 2)
    first = chairs_training(extracts(counts, support), draws=99)
    mixed = extracts(counts.sample(frac=1, random_state=5), support.iloc[::-1])
    pd.testing.assert_frame_equal(exact(first), exact(chairs_training(mixed, draws=99)))


def test_every_figure_names_its_cells_and_few_people_are_hidden() -> None:
    counts, support = months_and_support(Made(members=30), 1)
    few = counts.assign(unique_attendees=counts["unique_attendees"].clip(upper=9))
    table = chairs_training(extracts(few, support), draws=0)
    assert (table.cells.numerator >= 0).all()
    # No month of a network has ten different people who came, so nobody knows that ten did.
    hidden = table.protect().to_frame()
    assert set(hidden["status"]) == {"suppressed"}
    assert hidden["value"].isna().all()
    assert "hidden so that nobody can be identified" in " ".join(sentences(table.protect()))
    assert "hidden" in headline(table.protect())


def test_what_was_planned_is_said() -> None:
    held = networks(Made())

    def plan(day):
        return chairs_training(held, draws=0, planned_on=day).about.plan

    assert plan(None) == "Not planned beforehand."
    assert plan("2022-03-04").startswith("Planned on 4 March 2022: a rise to 1.1 times")
    assert plan("2026-01-01").startswith("Not planned beforehand. The plan is of 1 January 2026")
    with pytest.raises(UsageError, match="planned_on= takes a day"):
        plan("soon")


def test_sentences_follow_the_verdict() -> None:
    rose = chairs_training(networks(Made(effect=1.5)), draws=0).protect()
    assert headline(rose) == "More attendances per member where chairs of networks were trained"
    first, second, third = sentences(rose)
    assert "attendances per member rose by 50% (likely between +42% and +59%)" in first
    assert "more attendances than there would have been without" in second
    assert third.startswith("Whose chair is trained, and when, was not left to chance")
    fell = sentences(chairs_training(networks(Made(effect=0.7)), draws=0).protect())
    assert "attendances per member fell by 32% (likely between −36% and −28%)" in fell[0]
    assert "fewer attendances" in fell[1]
    same = sentences(chairs_training(networks(Made()), draws=0).protect())
    assert "no change that matters" in same[0]
    untold = sentences(chairs_training(networks(Made(networks=8, waiting=2)), draws=0).protect())
    assert NOT_EVIDENCE in untold[0]
    assert "fewer than 10 are too few" in untold[0]


def test_tables_and_chart_show_the_verdict() -> None:
    made = chairs_training(networks(Made(effect=1.5)), draws=99).protect()
    main, rates, tests = tables(made)
    assert main.rows[0].cells[-1].text == "Rose"
    assert rates.caption.endswith("rates as they are")
    assert any("leaving out" in column.full.lower() for column in tests.columns)
    chart = made.plot()
    assert "1.50" in chart.svg
    assert chart.headline == headline(made)


def test_mistakes_are_said_in_words(council) -> None:
    for wrong, words in (
        ({"outcome": "members"}, "outcome= takes one of attendances"),
        ({"delta": 0.9}, "delta= takes a ratio above 1"),
        ({"draws": -1}, "draws= takes a whole number"),
        ({"support": "chairs"}, "is no kind of support"),
    ):
        with pytest.raises(UsageError, match=words):
            chairs_training(council.networks, **wrong)


def test_every_measure_is_explained_in_open_data() -> None:
    made = chairs_training(networks(Made()), draws=99).protect()
    assert set(made.to_frame()["measure"]) <= set(MEASURES)
    assert "Before and after chairs were trained" in dict(definitions(["chairs_training"]))
