"""From a survey to what to act on, in words and tables: verdicts by ranges, nothing hidden said."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import survey_action_samples as samples
from tests.drawings import (
    everything_hidden,
    must_be_in_words_of_the_house,
    must_be_well_laid,
)
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE, reordered
from tests.survey_action_samples import (
    BETTER,
    ENGAGEMENT,
    FAIR,
    INCLUSION,
    LEADERS,
    LEARNING,
    MANAGER,
    SAME,
    THEMES,
    UNTOLD,
    WORKLOAD,
    WORSE,
)
from workforce_analytics.measures.survey_change import change as measured_change
from workforce_analytics.measures.survey_priorities import priorities as measured_priorities
from workforce_analytics.publishing import (
    survey_change_sentences,
    survey_drivers_sentences,
    survey_priorities_sentences,
    survey_reliability_sentences,
)
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.open_data import metadata
from workforce_analytics.publishing.page import exhibit_heading
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.spreadsheet import workbook
from workforce_analytics.publishing.survey_action_reading import timeless
from workforce_analytics.publishing.tables import tables

WORD = {"higher": BETTER, "lower": WORSE, "same": SAME, "unknown": UNTOLD}


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def table(request):
    return request.param()


def cells(shown, *name):
    return next([cell.text for cell in row.cells] for row in shown.rows if row.name == name)


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_is_said_in_up_to_three_sentences(table):
    said = sentences(table)
    assert 1 <= len(said) <= 3
    assert all(words.endswith(".") and not words[0].islower() for words in said)
    assert not headline(table).endswith(".")
    must_be_in_words_of_the_house(" ".join([*said, headline(table)]), never=r"\bdriv(es|ers?)\b")


def test_what_can_not_be_told_is_never_said_to_be_the_same(table):
    for words in sentences(table):
        if "this data cannot tell, which" in words:
            assert "not evidence" in words


def test_every_kind_is_laid_out(table):
    must_be_well_laid(table, tables(table))


def test_the_order_of_rows_does_not_matter(table):
    turned = reordered(table)
    assert (sentences(turned), tables(turned)) == (sentences(table), tables(table))


def test_nothing_is_said_of_what_is_hidden(table):
    hidden = everything_hidden(table)
    said = " ".join([*sentences(hidden), headline(hidden)])
    assert not any(character.isdigit() for character in said.replace("2022", ""))
    assert "hidden" in said or "published" in said
    for shown in tables(hidden):
        assert {cell.text for row in shown.rows for cell in row.cells} <= {"[c]", "[z]", "Its own"}


def test_every_kind_has_a_heading_is_explained_and_goes_into_files(table):
    assert exhibit_heading(table)
    assert [term for term, _ in definitions([table.about.kind])][1:]
    assert set(table.to_frame()["measure"]) <= set(MEASURES)
    described = metadata(table, address="survey.csv")
    units = {note["body"].split(":")[0] for note in described["notes"] if note["type"] == "unit"}
    assert units == set(table.to_frame()["unit"])


def test_the_tables_make_a_workbook():
    made = [samples.EVERY[name]() for name in ("change", "priorities", "comments by group")]
    assert workbook(made, title="Survey") == workbook(made, title="Survey")


# --- change -------------------------------------------------------------------------------------


def test_a_change_is_said_with_both_scores_and_its_range():
    said = sentences(samples.change())
    assert said[0] == (
        "Engagement was 58.1 out of 100 in 2022 and 62.3 in 2024: 4.2 points better (likely "
        "between +2.6 and +5.8)."
    )
    assert said[1] == (
        "Scores are clearly better in “Senior leadership” and worse in “Inclusion”; in “My line "
        "manager” and “Fair treatment” there is no change that matters; in “Learning and "
        "development” and “Workload” this data cannot tell, which is not evidence that nothing "
        "changed."
    )
    assert headline(samples.change()) == (
        "Of 7 scores, 2 are clearly better and 1 clearly worse than in 2022"
    )


def test_a_hidden_change_is_in_no_count():
    table = samples.change(hidden=(LEADERS,))
    assert headline(table).startswith("Of 6 scores, ")
    assert LEADERS not in " ".join(sentences(table))
    found = survey_change_sentences.by_verdict(timeless(figures(table)))
    assert LEADERS not in [topic for topics in found.values() for topic in topics]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (BETTER, "3.0 percentage points better (likely"),
        (SAME, "no change that matters (likely between"),
        (UNTOLD, "this data cannot tell whether it changed"),
    ],
)
def test_the_words_of_one_score_follow_its_verdict(word, said):
    table = samples.change({INCLUSION: (50.0, 3.0, 1.0, word)})
    assert said in sentences(table)[0]
    assert ("not evidence that nothing changed" in sentences(table)[0]) == (word == UNTOLD)


@given(middle=some.floats(-12, 12), reach=some.floats(0.05, 6), tenths=some.booleans())
@settings(derandomize=True, deadline=None, max_examples=25)
def test_without_the_word_of_the_measure_the_range_decides(middle, reach, tenths):
    unit = "score_0_10" if tenths else ""
    table = samples.change({INCLUSION: (50.0, middle, reach, "")}, unit=unit)
    read = timeless(figures(table))
    found = survey_change_sentences.verdict(read, "", INCLUSION)
    assert found == WORD[verdict(middle - reach, middle + reach)]


def test_scores_out_of_ten_have_a_decimal_more():
    first = tables(samples.change(unit="score_0_10"))[0]
    assert cells(first, INCLUSION) == ["5.7", "5.3", "-0.39", "-0.63", "-0.15", "Worse"]
    assert any(note == "Scores: out of 10." for note in first.notes)


def test_a_change_that_is_on_one_side_of_0_is_never_shown_as_0():
    table = samples.change({INCLUSION: (50.0, 2.04, 2.01, BETTER)})
    assert cells(tables(table)[0], INCLUSION)[2:5] == ["2.04", "0.03", "4.1"]


def test_of_groups_the_first_score_is_told_and_the_others_are_counted():
    said = sentences(samples.change_by_group())
    assert said[0].startswith(
        f"Engagement (all staff: better) is clearly better for “{ASIAN}” and “{WHITE}”; "
        f"for “{MIXED}” there is no change that matters; for “{BLACK}” this data cannot tell"
    )
    assert "9 are better and 5 are worse; of so many, about one in twenty would look so" in said[1]
    assert headline(samples.change_by_group()).endswith("better than in 2022 for 2 of 4 groups")
    assert OTHER not in " ".join(said)


def test_changes_that_do_not_stand_out_among_so_many_are_said_to_be_that():
    table = samples.change_by_group((ENGAGEMENT, MANAGER))
    frame = table.to_frame()
    changes = frame["measure"] == "change"
    frame.loc[changes, "q_value"] = 0.4
    said = sentences(replace(table, _frame=frame))[1]
    assert "among so many, none of them stands out from what chance alone does" in said
    frame.loc[changes, "q_value"] = 0.01
    assert "among so many" not in sentences(replace(table, _frame=frame))[1]
    assert tables(replace(table, _frame=frame))[-1].caption.endswith(", tests")


# --- reliability --------------------------------------------------------------------------------


def test_scores_hang_together_where_the_whole_range_is_above_the_rule_of_thumb():
    found = survey_reliability_sentences.by_limit(figures(samples.reliability()))
    assert found["above"] == [ENGAGEMENT, MANAGER, LEADERS, INCLUSION]
    assert found["below"] == [LEARNING, WORKLOAD]
    near = samples.reliability({MANAGER: (0.70, 0.71)})
    assert survey_reliability_sentences.by_limit(figures(near))["unknown"] == [MANAGER]
    assert "this data cannot tell" in sentences(near)[0]


def test_the_rule_of_thumb_is_called_one_and_too_few_questions_are_warned_of():
    said = " ".join(sentences(samples.reliability()))
    assert "0.7 is a rule of thumb, not a standard" in said
    assert "“Workload”: two questions only" in said
    first = tables(samples.reliability())[0]
    assert cells(first, WORKLOAD)[-4:-1] == ["[z]"] * 3
    assert cells(first, WORKLOAD)[-1].startswith("Two questions only")


# --- drivers ------------------------------------------------------------------------------------


def test_a_theme_goes_most_closely_only_where_its_range_is_above_all_others():
    clear = {**samples.DRIVERS, LEADERS: (0.20, 0.02, 0.505)}
    assert headline(samples.drivers(clear)) == (
        "“My line manager” goes most closely with engagement"
    )
    assert (
        "which of them goes most closely, this data cannot tell" in sentences(samples.drivers())[0]
    )
    assert "the ranges of 5 others reach it" in sentences(samples.drivers(samples.EVEN))[0]


def test_it_is_said_of_every_table_of_drivers_that_it_shows_no_cause():
    for name in ("drivers", "drivers all alike", "drivers with hidden", "drivers by group"):
        assert "not what causes what" in sentences(samples.EVERY[name]())[-1]
        assert "not what causes what" in tables(samples.EVERY[name]())[0].notes[0]


@given(share=some.floats(0.02, 0.6), reach=some.floats(0.0, 0.2), score=some.floats(0.1, 0.9))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_a_theme_lies_in_the_corner_of_its_score_and_its_share(share, reach, score):
    told = {**samples.DRIVERS, INCLUSION: (share, reach, score)}
    read = figures(samples.drivers(told))
    middle = sum(one[2] for one in told.values()) / len(told)
    low, strong = score < middle, share > 1 / 6
    corner = survey_drivers_sentences.corner(read, INCLUSION)
    assert (corner.name == survey_drivers_sentences.FIRST) == (low and strong)
    inside = abs(share - 1 / 6) > reach and abs(score - middle) > 0.02
    assert corner.clear == inside or math.isclose(abs(share - 1 / 6), reach)


def test_what_to_work_on_first_is_only_perhaps_where_a_range_leaves_the_corner():
    assert (
        "Perhaps to work on first: “Senior leadership” (50.5% positive), but"
        in sentences(samples.drivers())[1]
    )
    sure = samples.drivers({**samples.DRIVERS, LEADERS: (0.24, 0.03, 0.40)})
    assert sentences(sure)[1] == (
        "To work on first, with a low score and a strong link: “Senior leadership” (40.0% "
        "positive)."
    )
    assert cells(tables(sure)[0], LEADERS)[-1] == "Work on first"


def test_a_hidden_theme_keeps_the_order_from_being_told():
    table = samples.drivers(hidden=(LEADERS,))
    assert survey_drivers_sentences.leading(figures(table)) == ()
    assert MANAGER not in " ".join([*sentences(table), headline(table)])


def test_figures_of_a_larger_group_are_not_told_of_a_smaller_one():
    table = samples.drivers_by_group()
    frame = table.to_frame()
    frame.loc[frame["ethnicity"] == WHITE, "compared"] = "All"
    told = replace(table, _frame=frame)
    assert f"for “{MIXED}”, “{WHITE}” and “{OTHER}” too few answered" in sentences(told)[1]
    first = tables(told)[0]
    assert first.columns[-1].heading == "Whose figure"
    assert cells(first, MANAGER, WHITE)[-1] == "All staff"
    assert cells(first, MANAGER, ASIAN)[-1] == "Its own"
    assert WHITE not in [row.name[0] for row in tables(told)[-1].rows]


# --- priorities ---------------------------------------------------------------------------------


def test_a_theme_comes_first_only_where_no_other_may():
    assert headline(samples.priorities(samples.CLEAR)) == "Work on “Inclusion” first"
    assert headline(samples.priorities()) == (
        "Work on “Inclusion” and “Senior leadership” first; which of them, this data cannot tell"
    )
    assert (
        survey_priorities_sentences.may_be_first(figures(samples.priorities(hidden=(LEADERS,))))
        == ()
    )


def test_where_no_group_lies_behind_no_theme_stands_out():
    assert sentences(samples.priorities(samples.LEVEL))[0] == (
        "On no theme does a group clearly lie behind, which is not evidence that none does."
    )


def test_the_table_to_act_on_has_the_order_the_gap_for_whom_and_the_plan():
    first = tables(samples.priorities())[0]
    assert [row.name[0] for row in first.rows][:2] == [INCLUSION, LEADERS]
    assert cells(first, INCLUSION) == [
        *("1 (1 to 2)", "53.1", "-14.8", "Disabled", "19.0"),
        "1 action (Director of Law and Governance), next due 31 October 2026",
    ]
    assert cells(first, FAIR)[-1] == "No action yet"
    hidden = tables(samples.priorities(hidden=(INCLUSION,)))[0]
    assert hidden.rows[-1].name == (INCLUSION,)
    assert set(cells(hidden, INCLUSION)) == {"[c]"}


def test_ranges_stand_in_a_table_of_their_own_with_one_decimal():
    first = samples.priorities({INCLUSION: (0.97, (1, 2), 0.531, -4.9747, BLACK, 0.19, "")})
    _, ranges = tables(first)
    assert cells(ranges, INCLUSION) == [
        *("100.0", "60.0", "150.0"),
        *("-5.0", "-8.1", "-1.9"),
        *("19.0", "[z]", "[z]"),
    ]


def test_the_gap_that_weighs_most_is_not_called_the_largest():
    told = samples.priorities(samples.CLEAR)
    assert sentences(told)[0] == (
        "“Inclusion” comes first: 53.1% positive; what weighs most is the gap of −14.8 points for "
        "“Disabled” against everybody else (likely between −17.9 and −11.7); the theme goes with "
        "19.0% of what all themes explain of engagement."
    )
    assert tables(told)[0].columns[2].over == "Gap that weighs most"


def test_themes_without_an_action_are_named_unless_no_plan_was_given():
    assert sentences(samples.priorities())[1] == (
        "There is no action in the plan yet for 5 themes; the first of them is “Senior leadership”."
    )
    two = {INCLUSION: samples.PRIORITIES[INCLUSION], FAIR: samples.PRIORITIES[FAIR]}
    assert sentences(samples.priorities(two))[1].endswith("yet for “Fair treatment”.")
    nothing = samples.priorities(samples.NOT_PLANNED)
    assert not any("plan" in words for words in sentences(nothing))
    assert "Actions in the plan" not in [column.heading for column in tables(nothing)[0].columns]


def test_a_gap_that_may_be_none_is_said_to_be_that():
    one = {FAIR: samples.PRIORITIES[FAIR]}
    assert "which this data cannot tell from none" in sentences(samples.priorities(one))[0]
    assert "cannot tell from none" not in sentences(samples.priorities(samples.CLEAR))[0]


# --- comments and published results -------------------------------------------------------------


def test_no_code_is_called_the_most_frequent_that_a_hidden_one_might_outdo():
    hidden = samples.comments()
    assert "most often" not in " ".join([*sentences(hidden), headline(hidden)])
    seen = samples.comments({"Pay": 212, "Managers": 158})
    assert sentences(seen)[0] == (
        "Comments are most often about “Pay” (212) and “Managers” (158) (of 640 comments)."
    )


def test_published_scores_are_told_by_group_and_suppressed_ones_counted():
    said = sentences(samples.published())
    assert "the organisation in the middle had 8.8% among “Ethnic Minority”" in said[0]
    assert said[1].startswith("2 of 12 scores of organisations were suppressed by their publisher")
    each = tables(samples.published())[1]
    assert cells(each, "North", "Ethnic Minority") == ["[c]", "[c]"]
    assert each.rows[-1].name[0] == samples.SEVERAL
    nothing = samples.published(scored=False)
    assert sentences(nothing) == ["No organisation's score was published."]


# --- the sample council -------------------------------------------------------------------------


def test_what_was_planted_is_told_of_the_sample_council(council):
    changed = measured_change(council.survey, measures=["engagement"]).protect()
    assert headline(changed) == "Engagement: clearly better than in 2022"
    first = measured_priorities(
        council.survey, of=["disability"], actions=council.actions
    ).protect()
    assert headline(first) == "Work on “Inclusion” first"
    plan = cells(tables(first)[0], INCLUSION)[-1]
    assert plan.startswith("1 action (Director of Law and Governance)")
    assert set(THEMES) - {INCLUSION} == set(
        survey_priorities_sentences.without_action(figures(first))
    )
