"""Tables of training: every kind laid out, verdicts in words, nothing beside what is hidden."""

import math
import re
from dataclasses import replace

import pytest

from tests import training_samples as samples
from tests.drawings import FORBIDDEN, must_be_well_laid
from tests.protected_samples import reordered
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.page import exhibit_heading, render
from workforce_analytics.publishing.profile import TRAINING, report_pages
from workforce_analytics.publishing.tables import as_text, table, tables


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def laid(request):
    made = request.param()
    return made, tables(made)


def column(shown, full):
    """The texts of a column, by both of its headings."""
    names = [one.full for one in shown.columns]
    return [row.cells[names.index(full)].text for row in shown.rows]


def about(made, words):
    """The table whose caption ends in these words."""
    return next(one for one in tables(made) if one.caption.endswith(words))


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_tables_of_one_width_whose_marks_are_explained(laid):
    made, shown = laid
    must_be_well_laid(made, shown)


def test_words_of_the_house(laid):
    _, shown = laid
    said = " ".join(as_text(one) for one in shown)
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    assert not re.search(r"placebo|estimand|cluster|coefficient|\bnan\b", said)


def test_the_order_of_rows_does_not_matter(laid):
    made, shown = laid
    assert tables(reordered(made)) == shown


def test_no_number_stands_where_everything_is_hidden(laid):
    made, _ = laid
    frame = made.to_frame()
    numbers = ["numerator", "denominator", "value", "lower", "upper", "p_value", "q_value"]
    frame[[*numbers, "n_effective", "clusters"]] = math.nan
    frame[["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    frame["note"] = ""
    frame["status"] = "suppressed"
    for one in tables(replace(made, _frame=frame)):
        cells = [cell for row in one.rows for cell in row.cells]
        assert all(cell.value is None for cell in cells)
        assert not any("arrowed" in cell.text or "idened" in cell.text for cell in cells)


def test_every_measure_is_explained_in_open_data_and_every_kind_has_a_heading(laid):
    made, _ = laid
    assert set(made.to_frame()["measure"]) <= set(MEASURES)
    assert exhibit_heading(made)


def test_a_page_of_training_explains_its_verdicts_and_nothing_else():
    terms = [term for term, _ in definitions(["training_effect", "training_exposure"])]
    assert "Narrowed, widened, no change that matters, cannot tell" in terms
    assert "Trained before, trained after" in terms
    assert "Relative likelihood" not in terms
    assert "What training changed" not in [term for term, _ in definitions(["likelihood"])]


# --- who was trained ----------------------------------------------------------------------------


def test_services_stand_in_the_order_of_their_dates():
    shown = table(samples.exposure())
    assert [row.name[0] for row in shown.rows][:2] == ["Children's Services", "Adult Social Care"]
    assert column(shown, "Date") == [
        "2022/23 Q4",
        "2023/24 Q2",
        "2023/24 Q2",
        "2023/24 Q4",
        "2024/25 Q1",
        "Not yet",
        "Not yet",
        "[z]",
    ]
    assert shown.rows[-1].total
    after = column(shown, "Trained from its date on: %")
    assert after[:2] == ["89.6", "85.0"]
    assert after[-3:-1] == ["[z]", "[z]"]
    assert column(shown, "Trained before its date: %")[-2] == "[c]"


# --- before and after ---------------------------------------------------------------------------


def test_rates_stand_before_after_and_together_and_gaps_apart():
    shown = table(samples.rates())
    assert [row.name for row in shown.rows][:3] == [
        (samples.MINORITY, samples.BEFORE),
        (samples.MINORITY, samples.AFTER),
        (samples.MINORITY, "Both together"),
    ]
    assert column(shown, "Rate: %")[:2] == ["22.2", "26.4"]
    assert column(shown, "Applied")[:3] == ["1,840", "2,010", "3,850"]
    gaps = about(samples.rates(), "gaps")
    assert {row.name[0] for row in gaps.rows} == {samples.MINORITY}
    assert "less that of “White”" in gaps.notes[0]


# --- the effect ---------------------------------------------------------------------------------


def test_the_effect_stands_in_points_and_people_with_its_verdict():
    shown = table(samples.effect())
    assert column(shown, "Verdict") == ["Narrowed", "Cannot tell", "No change that matters"]
    assert column(shown, "Change (percentage points): points") == ["2.4", "0.6", "0.2"]
    assert column(shown, "Change (percentage points): likely from") == ["1.4", "-1.3", "-0.7"]
    assert column(shown, "More who passed than without training: people") == ["49", "12", "4"]
    assert column(shown, "Gap (percentage points): without training") == ["-6.1", "-1.9", "-2.0"]


def test_notes_say_plan_comparison_and_what_matters():
    notes = table(samples.effect()).notes
    assert notes[0] == "Planned on 4 March 2024."
    assert any("none yet, at the same time" in note for note in notes)
    assert any("within 1.5 percentage points either way" in note for note in notes)
    assert any("not evidence that nothing changed" in note for note in notes)
    assert any("is a second look" in note for note in notes)
    assert "91.2% of panel members were found in the staff records." in notes
    assert table(samples.effect_not_told()).notes[0] == "Not planned beforehand."


def test_a_decimal_never_contradicts_a_verdict():
    close = {**samples.NARROWED, "points": (1.6, 0.03, 3.2)}
    shown = table(samples.effect({samples.MINORITY: {samples.SHORTLISTED: close}}))
    assert column(shown, "Change (percentage points): likely from") == ["0.03"]
    inside = {**samples.SAME, "points": (0.2, -0.9, 1.46)}
    shown = table(samples.effect({samples.MINORITY: {samples.SHORTLISTED: inside}}))
    assert column(shown, "Change (percentage points): likely to") == ["1.46"]


def test_the_verdict_of_hidden_figures_is_hidden():
    shown = table(samples.effect_by_group())
    verdicts = dict(zip((row.name for row in shown.rows), column(shown, "Verdict"), strict=True))
    assert verdicts[samples.OTHER, samples.SHORTLISTED] == "[c]"
    assert verdicts[samples.MIXED, samples.APPOINTED] == "Cannot tell"
    assert verdicts[samples.BLACK, samples.APPOINTED] == "Widened"
    few = table(samples.effect(hidden=[{"outcome": samples.SHORTLISTED, "measure": "effect"}]))
    assert column(few, "Verdict")[0] == "[x]"
    assert any("Where this data cannot tell: fewer than 5" in note for note in shown.notes)


def test_odds_ratios_are_explained_and_tests_stand_apart():
    odds = about(samples.effect(), "odds ratios")
    assert any(note.startswith("Odds ratio: the odds of passing") for note in odds.notes)
    assert "In that figure, shortlisted: 0.0% of its weights are negative." in odds.notes
    tests = about(samples.effect(), "tests")
    assert column(tests, "Vacancies that tell something") == ["812", "812", "812"]
    over = "Chance of a change as large if there were none: the test of the verdict"
    assert column(tests, over)[0] == "0.004"


def test_where_nothing_can_be_told_there_are_verdicts_and_why():
    shown, *others = tables(samples.effect_of_nothing())
    assert column(shown, "Verdict") == ["Cannot tell", "Cannot tell"]
    assert len(shown.columns) == 1
    assert "Where this data cannot tell: 4 services are fewer than 5." in shown.notes
    said = " ".join(note for one in (shown, *others) for note in one.notes)
    assert "People: how many" not in said
    assert "One figure for all" not in said


# --- the others ---------------------------------------------------------------------------------


def test_quarters_stand_in_their_order_below_the_whole():
    whole = table(samples.event_study())
    assert column(whole, "After training (percentage points): points") == ["2.5"]
    each = about(samples.event_study(), "each quarter")
    assert [row.name[1] for row in each.rows][4:7] == [
        "1 quarter before",
        "quarter of training",
        "1 quarter after",
    ]
    assert column(each, "Change (percentage points): points")[-2:] == ["[z]", "3.4"]


def test_a_series_has_its_changes_first_and_every_month_apart():
    made = samples.time_series()
    assert column(table(made), "Level: ratio") == ["1.18", "1.01"]
    assert column(table(made), "Level, against “White”: ratio") == ["1.17", "[z]"]
    each = about(made, "rates over time")
    assert len(each.rows) == 72
    assert column(each, "Rate: %")[3] == "[c]"


def test_what_could_be_told_has_a_row_per_outcome_and_a_table_of_chances():
    shown = table(samples.detectable())
    assert column(shown, "Smallest odds ratio that could be told") == ["1.34", "1.86"]
    assert column(shown, "More needed to tell 1.5 points: vacancies") == ["900", "3,400"]
    chances = about(samples.detectable(), "chance of telling each change")
    assert column(chances, "Chance that it would be told: %")[:2] == ["18.0", "45.0"]


def test_why_a_change_cannot_be_told_stands_under_the_table():
    why = "a change of 1.5 points cannot be told within 5 more years"
    made = samples.detectable(
        smallest={**samples.SMALLEST, samples.APPOINTED: (1.9, 4.1, math.nan, math.nan)}
    )
    frame = made.to_frame()
    late = (frame["outcome"] == samples.APPOINTED) & frame["measure"].isin(["months_needed"])
    frame.loc[late, "note"] = why
    shown = table(replace(made, _frame=frame))
    assert "Appointed: a change of 1.5 points cannot be told within 5 more years." in shown.notes
    assert column(shown, "More needed to tell 1.5 points: months") == ["12", "[z]"]
    half = samples.detectable(title="Smallest change of the gap that could be told 50% of the time")
    assert "told 50% of the time" in table(half).notes[0]


def test_checks_keep_their_units_and_say_what_they_mean():
    shown = table(samples.threats())
    figures = ["1.03", "0.98", "1.09", "1.20", "[z]", "1.28", "7.6%"]
    assert column(shown, "Figure") == figures
    assert column(shown, "What it means")[1].startswith("The make-up of those who applied")
    assert column(shown, "What it means")[4] == "[z]"


# --- on a report's pages ------------------------------------------------------------------------


def test_training_is_a_part_of_a_report_with_one_exhibit_on_the_page():
    shown = [samples.effect(), samples.exposure(), samples.event_study(), samples.threats()]
    pages = report_pages(
        {TRAINING: {"Race: ethnic group": shown}},
        organisation="Sample City Council",
        period="2025-03-31",
    )
    part = next(one for one in pages.page.sections if one.heading == TRAINING)
    (exhibit,) = part.exhibits
    assert exhibit.chart is not None
    assert exhibit.sentences[0].startswith("Where panels were trained")
    assert len(exhibit.sentences) <= 3
    headings = [one.heading for section in pages.annex.sections for one in section.exhibits]
    assert headings == [
        "What changed where panels were trained: tests and further measures",
        "Who was trained, and when",
        "Quarter by quarter",
        "What else could explain it",
    ]
    assert "The gap in being shortlisted narrowed" in render(pages.page)
    assert "Narrowed, widened, no change that matters" in render(pages.page)
