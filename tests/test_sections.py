"""Declaration of applicants, from figures that are all shown."""

from tests import protected_samples as samples
from tests import recruitment_samples as recruitment
from tests import survey_figures as survey
from tests.drawings import everything_hidden
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.sections import (
    applicants_who_declared,
    applications_fact,
    facts,
    quality_section,
    respondents_who_declared,
)


def test_applicants_who_declared_are_all_less_those_who_did_not():
    figure = applicants_who_declared(figures(recruitment.funnel()))
    assert (figure.numerator, figure.denominator) == (8972, 9280)
    assert figure.value == 8972 / 9280


def test_a_hidden_kind_of_missing_answer_hides_them():
    hidden = recruitment.funnel(hidden=[{"ethnicity": "Prefer not to say", "stage": "Applied"}])
    figure = applicants_who_declared(figures(hidden))
    assert figure.value is None
    assert (figure.numerator_mark, figure.value_mark) == ("[c]", "[c]")


def test_a_low_declaration_rate_of_applicants_carries_a_caveat():
    low = recruitment.funnel(missing={"Not known": (9000, 3000, 2000, 700, 600)})
    section = quality_section({"Recruitment": {"Race": [low]}}, ())
    assert any("below 60.0%" in words for words in section.paragraphs)


def test_a_part_of_which_nothing_is_known_has_no_table():
    parts = {"Workforce": {"Sex": [samples.by_sex()]}, "Formal": {"Race": [recruitment.adjusted()]}}
    section = quality_section(parts, ())
    assert [one.table.caption for one in section.exhibits] == [
        "Declaration rate of each characteristic (workforce)"
    ]


def test_the_number_of_applications_is_a_fact_unless_it_is_hidden():
    (fact,) = applications_fact([recruitment.likelihood(), recruitment.funnel()])
    assert (fact.figure, fact.label) == ("9,280", "applications")
    assert applications_fact([recruitment.funnel(hidden=[{"ethnicity": "All"}])]) == ()
    assert applications_fact([recruitment.likelihood()]) == ()


def test_respondents_who_declared_are_all_who_answered_less_those_who_did_not():
    for table in (survey.response(), survey.scores_by_group()):
        figure = respondents_who_declared(figures(table))
        assert (figure.numerator, figure.denominator) == (3058, 3218)
    hidden = respondents_who_declared(figures(everything_hidden(survey.scores_by_group())))
    assert (hidden.value, hidden.value_mark, hidden.numerator_mark) == (None, "[c]", "[c]")


def test_what_all_staff_say_is_no_characteristic():
    tables = {
        "What all staff say": [survey.scores(), survey.answers()],
        "Who answered": [survey.response_of_all(), survey.weights()],
        "Race": [survey.scores_by_group(), survey.gaps(), survey.response()],
    }
    said = [(fact.figure, fact.label) for fact in facts(tables)]
    assert said == [("3,218", "respondents counted"), ("1", "characteristics reported")]
    (exhibit,) = quality_section({"Staff survey: what staff say": tables}, ()).exhibits
    assert exhibit.table.caption == "Declaration rate of each characteristic (staff survey)"
    assert [row.name for row in exhibit.table.rows] == [("Race",)]
    assert [cell.text for cell in exhibit.table.rows[0].cells] == ["3,058", "3,218", "95.0"]
    del tables["Race"]
    assert quality_section({"": tables}, ()).exhibits == ()
