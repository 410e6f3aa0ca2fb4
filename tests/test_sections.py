"""Declaration of applicants, from figures that are all shown."""

from tests import protected_samples as samples
from tests import recruitment_samples as recruitment
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.sections import (
    applicants_who_declared,
    applications_fact,
    quality_section,
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
