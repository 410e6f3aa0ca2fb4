"""How many gave each answer is counted as by hand, and who could answer as the file says."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import answer_samples as samples
from workforce_analytics.counting.answers import answer_counts, answer_sums, eligible_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.instruments import instrument

SMALL = samples.small()
ELIGIBLE = pd.DataFrame(
    {
        "wave": ["2025", "2025", "2025", "2024"],
        "unit": ["U1", "U2", "U2", "U1"],
        "sex": ["F", "F", "Male", "F"],
        "n": [10, 20, 5, 99],
    }
)


def _slow(records, item):
    """Respondents of 2025 by sex and answer, one by one."""
    found = {}
    routing = SMALL.items[item].asked_if
    for row in records:
        if row["wave"] == "2025":
            given = samples.codes(row)
            asked = all(given.get(earlier) in codes for earlier, codes in routing.items())
            answer = given.get(item, "not_answered") if asked else "not_asked"
            key = (samples.SEX[row["sex"]], answer)
            found[key] = found.get(key, 0) + 1
    return found


@settings(derandomize=True, deadline=None, max_examples=8)
@given(n=st.integers(5, 60), seed=st.integers(0, 10**6), item=st.sampled_from(samples.ITEMS))
def test_answers_are_those_counted_one_by_one(n, seed, item):
    records = samples.rows(n, seed)
    records[0]["wave"] = "2025"
    for shape in (samples.table, samples.long_table):
        survey = samples.extract(shape(records))
        counts = answer_counts(survey, SMALL, item, by=["sex"], wave="2025")
        assert dict(counts.occurring()) == _slow(records, item)


def test_answers_are_in_the_order_of_the_scale_and_have_its_words() -> None:
    survey = samples.extract(samples.table(samples.rows(30, 2)))
    answer = answer_counts(survey, SMALL, "C1", wave="2025").dimension("answer")
    assert answer.codes == ("1", "2", "3", "4", "5", "NA", "not_answered", "not_asked")
    assert answer.declared == ("1", "2", "3", "4", "5")
    assert [one.label for one in answer.categories][4:] == [
        "Strongly agree",
        "Not applicable",
        "Not answered",
        "Not asked",
    ]
    assert [one.kind for one in answer.categories][5:] == ["not_applicable", "blank", "not_asked"]


def test_answers_add_up_to_the_sums_of_the_question() -> None:
    survey = samples.extract(samples.table(samples.rows(90, 6)))
    ask = {"by": ["sex", "unit"], "wave": "2025", "where": {"sex": ["female", "blank"]}}
    counts = answer_counts(survey, SMALL, "A2", **ask)
    sums = answer_sums(survey, SMALL, measures=["A2"], **ask)
    assert counts.people == sums.people == "Small Council: survey"
    assert counts.subset == sums.subset == "Sex: Female or Left blank"
    assert counts.over("sex", "unit").occurring() == sums.respondents().occurring()
    positive = sum(counts.over("answer").cells()[code,] for code in SMALL.positive("A2"))
    assert sums.over().arrays("A2")["y"].tolist() == [positive]
    valid = sum(counts.over("answer").cells()[code,] for code in "12345")
    assert sums.answered("A2").total() == valid


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("care", "has no item 'care' with a scale"),
        ("WORDS", "has no item 'WORDS' with a scale"),
        ("TICKS", "allows several answers"),
        ("LATER", "no column for 'LATER'. Map one to it."),
    ],
)
def test_what_cannot_be_counted_is_told(item, message) -> None:
    survey = samples.extract(samples.table(samples.rows(5, 3)))
    with pytest.raises(UsageError) as caught:
        answer_counts(survey, SMALL, item, wave="2025")
    assert message in str(caught.value)


def _eligible():
    context = Context(organisation="Small Council")
    context.links["units"] = wa.read("units", samples.UNITS, context=context)
    return wa.read("survey_eligible", ELIGIBLE, context=context)


def test_who_could_answer_is_added_up_by_wave_and_group() -> None:
    eligible = _eligible()
    assert eligible_counts(eligible, wave="2025").total() == 35
    by_sex = eligible_counts(eligible, by=["sex"], wave="2025")
    assert by_sex.occurring() == {("female",): 30, ("male",): 5}
    by_unit = eligible_counts(eligible, by=["directorate"], wave="2025", where={"sex": "female"})
    assert by_unit.occurring() == {("D2",): 20, ("D1",): 10}
    assert by_unit.dimension("directorate").label("D1") == "Places"
    assert by_sex.people == "Small Council: survey"


def test_who_could_answer_is_not_known_where_nobody_counted_them(council) -> None:
    eligible = _eligible()
    assert eligible_counts(eligible, by=["disability"], wave="2025") is None
    assert eligible_counts(eligible, by=["age"], wave="2025") is None
    assert eligible_counts(eligible, wave="2025", where={"mode": "online"}) is None
    assert eligible_counts(eligible, wave="2023") is None
    assert eligible_counts(council.survey_responses, wave="2024") is None


def test_the_sample_council_counts_both_alike(council) -> None:
    ask = {"by": ["directorate"], "wave": "2024"}
    eligible = eligible_counts(council.survey, **ask)
    answered = answer_counts(council.survey, instrument("sample"), "E1", **ask)
    labels = [
        [one.label for one in counts.dimension("directorate").categories if one.kind == "declared"]
        for counts in (eligible, answered)
    ]
    assert labels[0] == labels[1]
    assert answered.over("directorate").total() < eligible.total()
