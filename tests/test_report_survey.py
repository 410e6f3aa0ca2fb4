"""The survey in a report: what stands under which heading, and what is left out where it is not."""

from dataclasses import replace

import pytest

from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instruments import instrument
from workforce_analytics.report_survey import (
    ANSWERED,
    FIRST,
    SAID,
    action_tables,
    survey_tables,
)

OWN = {"sex", "ethnicity", "disability", "age_band"}
"""The characteristics that the sample's survey asked for."""


def kinds(ladders):
    return [ladder.at(ladder.rungs[0]).about.kind.removeprefix("survey_") for ladder in ladders]


def test_a_characteristic_has_scores_on_the_page_and_gaps_and_response_in_the_annex(council):
    parts = survey_tables(council, ["disability", "religion", "age"])
    # The survey did not ask for religion, and HR did not count who could answer by disability.
    assert list(parts) == [FIRST, SAID, ANSWERED, "Disability", "Age"]
    assert kinds(parts["Disability"]) == ["scores", "gaps"]
    assert kinds(parts["Age"]) == ["scores", "gaps", "response"]
    assert kinds(parts[FIRST]) == ["priorities", "drivers"]
    assert kinds(parts[SAID]) == ["scores", "change", "answers", "reliability"]
    assert kinds(parts[ANSWERED]) == ["response", "weights"]


def test_without_characteristics_nothing_comes_first(council):
    assert kinds(survey_tables(council, ["religion"])[FIRST]) == ["drivers"]


def test_the_page_for_whoever_acts_has_the_plan_and_the_gaps(council):
    tables = action_tables(council)
    assert list(tables) == [FIRST, "Sex", "Race: ethnic group", "Disability", "Age"]
    assert kinds(tables[FIRST]) == ["priorities", "drivers", "scores", "change", "response"]
    assert kinds(tables["Sex"]) == ["gaps"]
    first = tables[FIRST][0].at(tables[FIRST][0].rungs[0])
    notes = first.unprotected(reason="held against the plan")["note"]
    assert any("Director of Law and Governance" in note for note in notes)


def test_that_page_needs_no_staff_records(council):
    alone = {name: council.extracts[name] for name in ("survey_responses", "survey_eligible")}
    assert "Age" in action_tables(replace(council, extracts=alone))


def test_a_survey_that_asked_for_no_characteristic_says_so(council):
    responses = council.survey_responses
    bare = [name for name in columns(responses.frame) if name not in OWN]
    less = replace(responses, frame=responses.frame.select(*bare), unattached=None)
    with pytest.raises(UsageError, match=r"asked for none of: sex, .*Map a column"):
        action_tables(replace(council, extracts={"survey_responses": less}))


def test_questions_that_make_no_index_have_scores_and_answers_alone(council):
    """Of single questions there is no theme to work on first, nor anything to hang together."""
    old = council.survey_responses
    kept = ["wave", "respondent_id", "sex", "E1", "E2"]
    few = old.frame.select(*kept).rename({"E1": "job_satisfaction", "E2": "recommend"})
    plain = instrument("lga_engagement")
    items = dict(zip(plain.items, few.columns[-2:], strict=False))
    few = few.rename({column: name for name, column in items.items()})
    context = replace(old.context, plans={"survey": {"instrument": "lga_engagement"}})
    less = replace(old, frame=few, unattached=None, context=context, _counted={})
    small = replace(council, extracts={"survey_responses": less}, context=context)
    parts = survey_tables(small, ["sex"])
    assert parts[FIRST] == []
    assert "reliability" not in kinds(parts[SAID])
    assert kinds(parts[SAID])[0] == "scores"
    with pytest.raises(UsageError, match="no index beside themes"):
        action_tables(small)
