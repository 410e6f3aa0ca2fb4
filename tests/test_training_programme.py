"""Promotion after a programme: planted effects found, few people told nothing, a slow fit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from tests.promotion_samples import Made, council, extracts, tables
from workforce_analytics.counting.promotions import promotion_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.tables import tables as shown
from workforce_analytics.publishing.training_verdicts import NOT_EVIDENCE

programme = wa.training_impact.programme
WHITE, OTHERS = "White", "All other ethnic groups combined"
LARGE = 6_000
MINORITY_GAIN = Made(people=LARGE, odds=0.4, minority=0.4, after_minority=2.5)


def exact(table) -> pd.DataFrame:
    return table.unprotected(reason="test").set_index(["measure", table.about.groups[0]])


def verdict(table) -> str:
    return exact(table).loc[("verdict", OTHERS), "note"]


@pytest.fixture(scope="module")
def narrowed():
    return programme(*council(MINORITY_GAIN, seed=2), of="ethnicity")


def test_the_sample_council_cannot_tell(council) -> None:
    table = programme(council.events, council.workforce, of="ethnicity")
    found = exact(table)
    assert found.loc[("verdict", OTHERS), "note"] == "cannot tell"
    ratio = found.loc[("effect_ratio", OTHERS)]
    # No effect of a programme is planted, in either group.
    assert ratio["lower"] < 1 < ratio["upper"]
    for group in (WHITE, OTHERS):
        assert found.loc[("effect", group), "lower"] < 1 < found.loc[("effect", group), "upper"]
    # Minority ethnic staff are promoted less, whoever takes part: 0.70 is planted as a ratio.
    gap = found.loc[("gap_others", OTHERS)]
    assert gap["upper"] < 1
    assert "grade and year alone" in " ".join(table.about.caveats)


def test_few_who_took_part_are_hidden_from_the_public(council) -> None:
    table = programme(council.events, council.workforce, of="ethnicity")
    assert (table.cells.numerator >= 0).all()
    frame = table.protect().to_frame()
    hidden = frame[frame["status"] == "suppressed"]
    assert {"rate_took_part", "effect", "effect_ratio", "verdict"} <= set(hidden["measure"])
    assert hidden["value"].isna().all()
    said = sentences(table.protect())
    assert "hidden so that nobody can be identified" in said[0]
    assert said[-1].startswith("Nobody takes part by lot")


def test_a_planted_effect_in_one_group_narrows_its_gap(narrowed) -> None:
    found = exact(narrowed)
    effect, ratio = found.loc[("effect", OTHERS)], found.loc[("effect_ratio", OTHERS)]
    assert effect["lower"] < 2.5 < effect["upper"]
    assert ratio["lower"] < 2.5 < ratio["upper"]
    assert found.loc[("effect", WHITE), "lower"] < 1 < found.loc[("effect", WHITE), "upper"]
    assert found.loc[("gap_others", OTHERS), "lower"] < 0.4
    assert found.loc[("gap_others", OTHERS), "upper"] > 0.4
    assert verdict(narrowed) == "narrowed"
    people = found.loc[("effect_people", OTHERS)]
    assert 0 < people["lower"] < people["value"] < people["upper"]


def test_a_planted_effect_in_the_other_group_widens_the_gap() -> None:
    made = Made(people=LARGE, odds=0.3, after_majority=2.5)
    assert verdict(programme(*council(made), of="ethnicity")) == "widened"


def test_what_matters_decides_between_no_change_and_cannot_tell() -> None:
    pair = council(Made(people=2_000, share=0.5, odds=0.4))
    ratio = exact(programme(*pair, of="ethnicity")).loc[("effect_ratio", OTHERS)]
    assert ratio["lower"] < 1 < ratio["upper"]
    far = max(ratio["upper"], 1 / ratio["lower"])
    same = programme(*pair, of="ethnicity", delta=1.01 * far)
    assert verdict(same) == "no change that matters"
    assert verdict(programme(*pair, of="ethnicity", delta=0.99 * far)) == "cannot tell"


def test_fewer_than_ten_services_tell_nothing() -> None:
    made = Made(people=LARGE, services=9, odds=0.4, minority=0.4, after_minority=4.0)
    table = programme(*council(made), of="ethnicity")
    assert verdict(table).startswith("cannot tell: those who took part and can be compared come")
    assert "fewer than 10 are too few" in verdict(table)


def test_where_nobody_of_a_group_was_promoted_nothing_is_told() -> None:
    people, happened = tables(Made(people=600), 2)
    minority = people["ethnicity"].isin(["A1", "B2"])
    who = set(people[minority]["person_id"])
    took = set(happened[happened["event"] == "programme"]["person_id"])
    none = happened[~(happened["event"].eq("promotion") & happened["person_id"].isin(who & took))]
    table = programme(*extracts(people, none), of="ethnicity")
    found = exact(table)
    assert verdict(table).startswith("cannot tell: nobody, or everybody, of this group")
    assert found.loc[("effect", OTHERS), "status"] == "undefined"
    assert found.loc[("effect_ratio", OTHERS), "status"] == "undefined"
    # What can be told of the other group still is.
    assert np.isfinite(found.loc[("effect", WHITE), "value"])


def slow_fit(design: np.ndarray, promoted: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Maximise the conditional likelihood, person by person, one polynomial per stratum."""
    from scipy.optimize import minimize

    def value(coefficients: np.ndarray) -> float:
        total = 0.0
        for one in np.unique(stratum):
            here = stratum == one
            log_odds = design[here] @ coefficients
            ways = np.ones(1)
            for weight in np.exp(log_odds):
                ways = np.convolve(ways, [1.0, weight])
            happened = promoted[here]
            total -= happened @ log_odds - np.log(ways[int(happened.sum())])
        return total

    return minimize(value, np.zeros(design.shape[1]), method="BFGS", options={"gtol": 1e-6}).x


@settings(derandomize=True, deadline=None, max_examples=5)
@given(seed=some.integers(0, 10_000))
def test_against_a_slow_likelihood_person_by_person(seed: int) -> None:
    events, workforce = extracts(*tables(Made(people=150, share=0.5, odds=0.8), seed))
    found = exact(programme(events, workforce, of="ethnicity", years=2))
    counts = promotion_counts(events, workforce, of="ethnicity", level="binary", years=2).table
    rows = counts.loc[counts.index.repeat(counts["n"])].reset_index(drop=True)
    minority, took = (rows["group"] == "minority_ethnic"), rows["took"] == "took_part"
    design = np.column_stack([minority, ~minority & took, minority & took]).astype(float)
    fine = "within grade, service and year" in found.loc[("effect", WHITE), "method"]
    names = ["year", "grade", *(["service"] if fine else [])]
    stratum = rows.groupby(names).ngroup().to_numpy()
    level, white, others = slow_fit(design, rows["promoted"].to_numpy(dtype=float), stratum)
    told = {
        ("gap_others", OTHERS): level,
        ("effect", WHITE): white,
        ("effect", OTHERS): others,
        ("effect_ratio", OTHERS): others - white,
        ("gap_took_part", OTHERS): level + others - white,
    }
    for place, log_odds in told.items():
        assert found.loc[place, "value"] == pytest.approx(np.exp(log_odds), rel=1e-3)


def test_rates_are_shares_of_those_who_took_part_and_of_others() -> None:
    events, workforce = council(Made(people=800))
    found = exact(programme(events, workforce, of="ethnicity", years=2))
    counts = promotion_counts(events, workforce, of="ethnicity", level="binary", years=2).table
    for label, code in ((WHITE, "white"), (OTHERS, "minority_ethnic")):
        for measure, took in (("rate_took_part", "took_part"), ("rate_others", "not_before")):
            part = counts[(counts["group"] == code) & (counts["took"] == took)]
            row = found.loc[(measure, label)]
            assert row["denominator"] == part["n"].sum()
            assert row["numerator"] == part[part["promoted"]]["n"].sum()
            assert row["value"] == row["numerator"] / row["denominator"]
        assert (
            found.loc[("took_part", label), "value"]
            == found.loc[("rate_took_part", label), "denominator"]
        )


def test_the_reference_can_be_changed_and_the_ratio_turns_round() -> None:
    pair = council(Made(people=1_500, odds=0.5))
    first = exact(programme(*pair, of="ethnicity")).loc[("effect_ratio", OTHERS)]
    second = exact(programme(*pair, of="ethnicity", reference=OTHERS)).loc[("effect_ratio", WHITE)]
    assert second["value"] == pytest.approx(1 / first["value"])
    assert second["lower"] == pytest.approx(1 / first["upper"])
    assert second["p_value"] == pytest.approx(first["p_value"])


def test_the_order_of_rows_changes_nothing() -> None:
    people, happened = tables(Made(people=500), 3)
    first = programme(*extracts(people, happened), of="ethnicity")
    mixed = people.sample(frac=1, random_state=4), happened.sample(frac=1, random_state=5)
    second = programme(*extracts(*mixed), of="ethnicity")
    pd.testing.assert_frame_equal(exact(first), exact(second))


def test_every_row_says_that_people_choose_to_take_part(narrowed) -> None:
    found = exact(narrowed)
    told = found["note"] + found["method"]
    assert told.str.contains("self-selected").all()
    assert "Nobody takes part by lot" in narrowed.about.caveats[0]


def test_who_took_part_longer_ago_is_left_out() -> None:
    table = programme(*council(Made(people=800)), of="ethnicity", years=2, years_after=1)
    every = programme(*council(Made(people=800)), of="ethnicity", years=2)
    recent, always = (exact(one).loc[("took_part", WHITE), "value"] for one in (table, every))
    others = [exact(one).loc[("rate_others", WHITE), "denominator"] for one in (table, every)]
    assert recent < always
    assert others[0] == others[1]
    assert any("more than a year before" in words for words in table.about.caveats)


def test_sentences_and_tables_follow_the_verdict(narrowed) -> None:
    made = narrowed.protect()
    assert headline(made) == "The gap in being promoted was narrower among those who had taken part"
    first, second, third = sentences(made)
    assert first.startswith("Among those who had taken part, the gap in being promoted between")
    assert "was narrower than among others" in first
    assert "of those who had taken part, divided by those of others" in second
    assert "not what the programme did" in third
    main, gaps, tests = shown(made)
    assert len(main.rows) == 2
    assert gaps.rows[0].cells[-1].text == "Narrowed"
    assert tests.caption.endswith("tests")
    assert "Among those who had taken part" in made.plot().svg


def test_what_cannot_be_told_is_never_no_change() -> None:
    table = programme(*council(Made(people=1_500, share=0.4, odds=0.3)), of="ethnicity")
    assert verdict(table) == "cannot tell"
    made = table.protect()
    assert NOT_EVIDENCE in sentences(made)[0]
    assert headline(made).startswith("This data cannot tell whether the gap in being promoted")


def test_several_groups_have_a_family_of_comparisons() -> None:
    table = programme(*council(Made(people=3_000, odds=0.5)), of="ethnicity", level="main")
    rows = exact(table).loc["effect_ratio"]
    tested = rows[rows["p_value"].notna()]
    assert len(tested) > 1
    assert (tested["q_value"] >= tested["p_value"]).all()
    assert tested["method"].str.contains("Holm").all()
    said = sentences(table.protect())
    assert len(said) <= 3
    assert "to “White”" in said[0]


def test_mistakes_are_said_in_words() -> None:
    pair = council(Made(people=60, services=2))
    for wrong, words in (
        ({"delta": 1}, "delta= takes a ratio above 1"),
        ({"reference": "rest"}, "reference='rest' is not taken here"),
        ({"reference": "Green"}, "reference='Green' is not a group"),
        ({"planned_on": "soon"}, "planned_on= takes a day"),
        ({"programme": "Astra"}, "no such record says so"),
    ):
        with pytest.raises(UsageError, match=words):
            programme(*pair, **{"of": "ethnicity", **wrong})


def test_every_measure_is_explained_in_open_data(narrowed) -> None:
    assert set(narrowed.protect().to_frame()["measure"]) <= set(MEASURES)
    assert "After a programme, like with like" in dict(definitions(["programme_effect"]))
