"""The staff survey on a page: words that follow the ranges, tables, terms, open data."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import survey_figures as samples
from tests.drawings import (
    everything_hidden,
    must_be_in_words_of_the_house,
    must_be_well_laid,
)
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE, reordered
from workforce_analytics.measures.survey_answers import answers as measured_answers
from workforce_analytics.measures.survey_gaps import gaps as measured_gaps
from workforce_analytics.measures.survey_response import response_rates
from workforce_analytics.measures.survey_scores import scores as measured_scores
from workforce_analytics.measures.survey_weights import weights as measured_weights
from workforce_analytics.publishing.books import bind
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.open_data import metadata
from workforce_analytics.publishing.page import exhibit_heading
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.spreadsheet import workbook
from workforce_analytics.publishing.survey_answers_sentences import Asked, positive, sides
from workforce_analytics.publishing.survey_scores_sentences import highest, lowest
from workforce_analytics.publishing.survey_verdicts import (
    fraction,
    standing,
    told,
    within,
)
from workforce_analytics.publishing.survey_verdicts import whole as everybody
from workforce_analytics.publishing.tables import tables

CANNOT = "this data cannot tell, which is not evidence that there is no difference"


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def made(request):
    return request.param()


def cells(shown, name):
    """The texts of the row of that name."""
    (row,) = [row for row in shown.rows if row.name == name]
    return [cell.text for cell in row.cells]


# --- every kind -----------------------------------------------------------------------------------


def test_every_kind_has_up_to_three_sentences_in_words_of_the_house(made):
    said = sentences(made)
    assert 1 <= len(said) <= 3
    assert all(words.endswith(".") and ".." not in words for words in said)
    title = headline(made)
    assert title
    assert not title.endswith(".")
    must_be_in_words_of_the_house(" ".join([*said, title, exhibit_heading(made)]))


def test_every_kind_has_tables_whose_marks_are_explained(made):
    must_be_well_laid(made, tables(made))


def test_the_order_of_rows_does_not_matter(made):
    turned = reordered(made)
    assert sentences(turned) == sentences(made)
    assert [one.rows for one in tables(turned)] == [one.rows for one in tables(made)]


def test_nothing_is_said_of_hidden_figures(made):
    hidden = everything_hidden(made)
    said = " ".join([*sentences(hidden), headline(hidden)])
    assert "hidden so that nobody can be identified" in said
    assert not any(letter.isdigit() for letter in said)
    # The words of a table name how many figures it compares, and nothing that they are.
    shown = [cell for one in tables(hidden) for row in one.rows for cell in row.cells]
    assert not [cell.text for cell in shown if cell.value is not None]


def test_every_measure_is_explained_in_open_data_and_every_kind_on_a_page(made):
    assert set(made.to_frame()["measure"]) <= set(MEASURES)
    assert definitions([made.about.kind])
    described = metadata(made, address="a.csv")
    columns = {one["name"]: one["dc:description"] for one in described["tableSchema"]["columns"]}
    assert "applied" not in columns["denominator"]
    units = {note["body"].split(":")[0] for note in described["notes"] if note["type"] == "unit"}
    assert units == set(made.to_frame()["unit"])
    keys = made.to_frame()[described["tableSchema"]["primaryKey"]]
    assert not keys.duplicated().any()


def test_all_kinds_go_into_one_workbook():
    kinds = ("response", "weights", "answers", "scores by group", "gaps")
    book = [samples.EVERY[kind]() for kind in kinds]
    assert len(workbook(book, title="Staff survey")) > 5000


def test_a_wave_whose_name_is_no_date_does_not_date_the_workbook():
    dated, named = (samples.response(period=period) for period in ("2024-10-31", "Pulse 3"))
    assert bind([dated, named], title="Staff survey", licence=[]).dated == "2024-10-31"


# --- who answered ---------------------------------------------------------------------------------


def test_who_answered_is_said_with_counts_and_groups_that_are_clear_of_all_staff():
    said = sentences(samples.response())
    assert said[0] == "56.2% of staff answered (3,218 of 5,723)."
    assert said[1] == (
        f"The response rate is clearly lower for “{BLACK}” (48.2%) and higher for “{WHITE}” (62.0%)"
        " than for all whose ethnic group is known; "
        f"for “{ASIAN}”, “{MIXED}” and “{OTHER}” {CANNOT}."
    )
    assert said[2].startswith(
        "By ethnic group, those who answered stand at 91 on a scale on which 100 means that all "
        "groups answered alike; what those"
    )
    assert headline(samples.response_of_all()) == "56.2% of staff answered"


def test_a_group_is_no_lower_because_others_did_not_say_of_which_they_are(council):
    """All staff's rate counts who answered and said nothing; the rates of groups cannot."""
    table = response_rates(council.survey, of="age").protect()
    read = figures(table)
    young, everybody = (read.get("response_rate", one) for one in ("35 to 44", "All"))
    assert young.upper < everybody.value
    known = [
        read.get(f"share_of_{who}", "35 to 44").denominator for who in ("respondents", "eligible")
    ]
    assert young.upper > known[0] / known[1]
    assert "clearly" not in sentences(table)[1]
    assert headline(table) == "58.9% of staff answered; of no group clearly fewer"


def test_without_a_count_of_staff_only_who_answered_is_told():
    table = samples.response()
    frame = table.to_frame()
    kept = frame["measure"] == "share_of_respondents"
    alone = replace(table, _frame=frame[kept].reset_index(drop=True))
    shown = tables(alone)[0]
    assert shown.columns[0].heading == "Answered"
    assert "% of staff answered" not in " ".join([*sentences(alone), headline(alone)])


def test_weights_say_whom_they_change_most_and_that_they_did_not_settle():
    assert headline(samples.weights()) == (
        "Weights bring “Grades 1 to 4” (grade band) up from 46.7% to 52.6%"
    )
    said = sentences(samples.weights())
    assert "the 3,218 who answered tell as much as 2,952 would without weights" in said[1]
    loose = samples.EVERY["weights that did not settle"]()
    assert "did not settle" in headline(loose)
    assert "The weights did not settle, and are not to be used." in sentences(loose)[2]
    assert cells(tables(loose)[1], ("Whether the weights settled",)) == ["no"]
    assert "next to no precision" in sentences(samples.weights(n_effective=3217.0))[1]


# --- answers --------------------------------------------------------------------------------------


def test_answers_are_read_by_the_side_that_the_table_names():
    read = figures(samples.EVERY["answers in full"]())
    side = sides(read, samples.ITEMS[0])
    assert side.negative == samples.AGREEMENT[:2]
    assert side.neither == samples.AGREEMENT[2:3]
    found = positive(read, Asked(samples.ITEMS[0]))
    assert found.value == pytest.approx(0.66, abs=0.001)
    assert found.lower < found.value < found.upper
    without = figures(samples.EVERY["answers without an order"]())
    assert not sides(without, "I have had an appraisal").there


def test_a_question_is_the_most_positive_only_where_it_is_clear_of_all_others():
    # The first and the last question are answered alike.
    assert headline(samples.answers()) == f"“{samples.ITEMS[3]}” has the fewest positive answers"
    assert "most positive" not in " ".join(sentences(samples.answers()))
    hidden = samples.answers(hidden=[{"topic": samples.ITEMS[0]}])
    assert "fewest" not in " ".join([*sentences(hidden), headline(hidden)])


def test_groups_are_held_against_all_staff_question_by_question():
    said = sentences(samples.answers_by_group())
    assert said[0].startswith(f"“{samples.ITEMS[0]}”: of 3,218 answers, 66.0% (likely between")
    assert f"clearly less positive for “{BLACK}” (49.7%) than for all staff" in said[1]
    assert CANNOT in said[1]


def test_who_gave_no_valid_answer_stands_apart_from_the_percentages():
    shown = tables(samples.answers())[0]
    row = cells(shown, (samples.ITEMS[3],))
    assert row == ["3,182", "44.0", "18.0", "38.0", "33", "24"]
    assert shown.columns[-1].over == "Not in the percentages"


def test_questions_with_other_answers_stand_in_tables_of_their_own():
    both = samples.answers(samples.ITEMS[:1], samples.AGREEMENT).to_frame()
    other = samples.answers(["Had one"], ("No", "Yes"))
    frame = pd.concat([both, other.to_frame()], ignore_index=True)
    order = other.about.order | {"topic": (samples.ITEMS[0], "Had one")}
    table = replace(other, _frame=frame, about=replace(other.about, order=order))
    first, second, *_ = tables(table)
    assert [row.name for row in first.rows] == [(samples.ITEMS[0],)]
    assert [row.name for row in second.rows] == [("Had one",)]


# --- scores ---------------------------------------------------------------------------------------


def test_scores_of_all_staff_are_told_in_their_units():
    assert sentences(samples.scores()) == [
        "Engagement is 61.3 out of 100 (likely between 59.9 and 62.7).",
        "The share of positive answers is highest for “My line manager” (70.2%) and lowest for "
        "“Workload” (41.0%).",
    ]
    one = Figure(value=6.44, lower=6.2, upper=6.7, unit="score_0_10")
    assert told(one) == "6.4 out of 10 (likely between 6.2 and 6.7)"
    assert fraction(one).value == pytest.approx(0.644)


def test_groups_are_lower_or_higher_only_where_the_table_says_that_it_stands():
    said = sentences(samples.scores_by_group())
    assert f"it is clearly lower for “{BLACK}” (53.4)" in said[1]
    assert f"for “{WHITE}” there is no difference that matters" in said[1]
    assert CANNOT in said[1]
    assert "most of all “Inclusion” for" in said[2]
    # Ranges alone are not enough among so many comparisons.
    alone = samples.scores_by_group(tests=False)
    assert set(standing(figures(alone), "against_rest").values()) <= {
        "same",
        "unknown",
        "not tested",
    }
    assert headline(alone) == "No clear differences by ethnic group in 35 comparisons"


def test_where_nothing_can_be_told_that_is_said_once():
    both = ("Disabled", "Not disabled")
    table = samples.scores_by_group(
        dict.fromkeys(both, 0.0),
        dict.fromkeys(both, 60),
        of="disability",
        headings={"disability": "Disability"},
    )
    assert sentences(table)[1:] == [
        "Compared with everybody else, for “Disabled” and “Not disabled” this data cannot tell on "
        "any of 7 scores, which is not evidence that there is no difference."
    ]


def test_of_two_groups_only_one_is_told():
    shifts, answered = (
        {"Disabled": -9.0, "Not disabled": 9.0},
        dict.fromkeys(("Disabled", "Not disabled"), 900),
    )
    table = samples.scores_by_group(
        shifts, answered, of="disability", headings={"disability": "Disability"}
    )
    assert headline(table) == "Engagement is clearly lower for “Disabled”"
    assert "higher" not in sentences(table)[1]
    themes = samples.scores_by_group(
        shifts, answered, of="disability", topics=samples.THEMES, headings={}
    )
    assert headline(themes) == (
        "Answers on “My line manager” are clearly less positive for “Disabled”"
    )


def test_a_group_whose_figures_are_hidden_is_nowhere_in_the_words():
    table = samples.EVERY["scores by group"]()
    assert OTHER not in " ".join([*sentences(table), headline(table)])
    assert set(cells(tables(table)[0], (OTHER,))) == {"[c]"}


def test_where_a_unit_is_too_small_it_is_said_whose_figure_stands():
    table = samples.scores_by_group()
    frame = table.to_frame()
    small = (frame["ethnicity"] == MIXED) & (frame["measure"] == "score")
    frame.loc[small, "compared"] = "All"
    stands = replace(table, _frame=frame)
    first, second, *_ = tables(stands)
    assert set(cells(first, (MIXED,))) == {"[u]"}
    assert cells(second, ("Engagement", MIXED))[-1] == "All staff"
    assert cells(second, ("Engagement", BLACK))[-1] == "its own"


def test_a_workbook_has_a_table_by_unit():
    """No two columns of a sheet may have one name."""
    table = samples.scores_by_group()
    headings = {**table.about.headings, "ethnicity": "Unit"}
    by_unit = replace(table, about=replace(table.about, headings=headings))
    assert workbook([by_unit], title="Tables")
    (_, ranges, *_) = tables(by_unit)
    assert (*ranges.names, ranges.columns[1].heading) == ("Theme or index", "Unit", "Scale")


def test_within_parts_of_the_staff_everybody_is_told_and_each_part_has_its_table():
    table = samples.scores_by_group()
    frame, parts = table.to_frame(), ("Female", "All")
    frames = [frame.assign(sex=part) for part in parts]
    frames[0]["value"] = frames[0]["value"] / 2
    about = replace(
        table.about,
        groups=("ethnicity", "sex", "topic"),
        order={**table.about.order, "sex": parts},
    )
    table = replace(table, _frame=pd.concat(frames, ignore_index=True), about=about)
    read = figures(table)
    assert everybody(read).get("score", BLACK, split="Engagement").value == pytest.approx(53.4)
    female = within(read, "Female")
    assert female.get("score", BLACK, split="Engagement").value == pytest.approx(26.7)
    assert tables(table)[-1].caption.endswith("within “Female”")
    assert "(53.4)" in sentences(table)[1]


@given(
    middle=some.floats(-12, 12),
    below=some.floats(0.05, 6),
    above=some.floats(0.05, 6),
    note=some.sampled_from(["different", "no clear difference", "lower", "higher", ""]),
    unit=some.sampled_from(["percentage_points", "score_0_100", "score_0_10"]),
)
@settings(derandomize=True, deadline=None, max_examples=40)
def test_what_may_be_said_follows_the_range_and_the_note(middle, below, above, note, unit):
    scale = 0.1 if unit == "score_0_10" else 1.0
    ends = [scale * end for end in (middle, middle - below, middle + above)]
    read = _one(dict(zip(("value", "lower", "upper"), ends, strict=True)), note, unit)
    word = verdict(middle - below, middle + above)
    stands = note in ("different", "lower", "higher")
    expected = word if word == "same" or stands else "unknown"
    assert standing(read, "against_rest") == {(BLACK, "Engagement"): expected}


_FIGURES = figures(samples.scores_by_group(topics=samples.TOPICS[:1]))


def _one(ends, note, unit):
    rows = {
        place: replace(figure, **ends, note=note, unit=unit, status="ok")
        for place, figure in _FIGURES.rows.items()
        if (place.measure, place.group) == ("against_rest", BLACK)
    }
    return replace(_FIGURES, rows=rows)


@given(
    some.lists(
        some.tuples(some.floats(0.1, 0.9), some.floats(0.001, 0.1), some.booleans()),
        min_size=2,
        max_size=6,
    )
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_the_highest_is_clear_of_all_others_and_none_where_one_is_hidden(drawn):
    found = {
        str(at): Figure(value=v, lower=v - half, upper=v + half, unit="proportion")
        if seen
        else Figure(value_mark="[c]", unit="proportion")
        for at, (v, half, seen) in enumerate(drawn)
    }
    for name, chosen, way in (("highest", highest(found), 1), ("lowest", lowest(found), -1)):
        if not chosen:
            continue
        assert all(seen for _, _, seen in drawn), name
        v, half, _ = drawn[int(chosen)]
        others = [pair for at, pair in enumerate(drawn) if str(at) != chosen]
        assert all(way * v - half > way * other + wide for other, wide, _ in others), name


# --- gaps -----------------------------------------------------------------------------------------


def test_gaps_say_what_stands_out_like_with_like_and_what_cannot_be_told():
    said = sentences(samples.gaps())
    assert said[0].startswith(f"Compared with “{WHITE}”, 5 of 21 differences stand out, all lower")
    assert f"for “{BLACK}”" in said[0]
    assert said[1].startswith("Among people alike in sex and age, the difference on “Inclusion”")
    assert said[1].endswith("neither says how it came about.")
    assert said[2] == f"For 16 of 28 comparisons {CANNOT}; 7 were not tested: too few answered."


def test_where_nothing_stands_out_no_group_is_named():
    noise = samples.EVERY["gaps that are noise"]()
    assert headline(noise) == f"None of 21 differences from “{WHITE}” stands out"
    assert BLACK not in " ".join(sentences(noise))


def test_one_difference_is_not_one_of_one():
    for shift, said in ((0.0, "does not stand out"), (-9.0, "stands out, lower")):
        both = {WHITE: 0.0, BLACK: shift}
        table = samples.gaps(both, dict.fromkeys(both, 400), topics=samples.TOPICS[:1])
        assert headline(table) == f"The difference from “{WHITE}” {said}"
        assert sentences(table)[0].startswith(f"Compared with “{WHITE}”, the difference {said}")


def test_the_table_of_gaps_gives_numbers_only_where_they_stand_out():
    shown = tables(samples.EVERY["gaps"]())[0]
    row = cells(shown, (BLACK,))
    assert row[0] == "lower (−8.8)"
    assert "cannot tell" in row
    assert set(cells(shown, (OTHER,))) == {"not tested"}
    assert cells(shown, (MIXED,))[5] == "[c]"


# --- the sample council ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def council_tables(council):
    survey = council.survey
    return {
        "response": response_rates(survey, of="ethnicity").protect(),
        "weights": measured_weights(survey, margins=["sex", "age"]).diagnostics().protect(),
        "answers": measured_answers(survey, "inclusion").protect(),
        "scores": measured_scores(
            survey, of="disability", measures=["engagement", "inclusion"]
        ).protect(),
        "gaps": measured_gaps(
            survey, of="disability", measures=["engagement", "inclusion"], adjust=["sex"]
        ).protect(),
    }


def test_the_measures_tables_are_read_as_the_samples_are(council_tables):
    for table in council_tables.values():
        assert 1 <= len(sentences(table)) <= 3
        must_be_well_laid(table, tables(table))
        assert set(table.to_frame()["measure"]) <= set(MEASURES)
    rate = figures(council_tables["response"]).get("response_rate", "All")
    assert sentences(council_tables["response"])[0] == (
        f"{100 * rate.value:.1f}% of staff answered ({rate.numerator:,.0f} of "
        f"{rate.denominator:,.0f})."
    )
    assert "tell as much as" in sentences(council_tables["weights"])[1]


def test_what_was_planted_is_told(council_tables):
    # Disabled staff were given lower engagement and lower answers on inclusion.
    assert headline(council_tables["scores"]) == "Engagement is clearly lower for “Disabled”"
    said = sentences(council_tables["gaps"])[0]
    assert "2 of 2 differences stand out, all lower" in said
    assert "Among people alike in sex" in sentences(council_tables["gaps"])[1]
    assert not math.isnan(figures(council_tables["scores"]).get("score", "All").value or 0.0)
