"""Sentences of training: the verdict first, its words by its rule, nothing of what is hidden."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import training_samples as samples
from tests.drawings import FORBIDDEN
from tests.protected_samples import reordered
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.training_verdicts import (
    NOT_EVIDENCE,
    Verdict,
    by_verdict,
    happening,
    outcomes,
    places_of,
    verdict,
    with_sign,
)

GAP = f"the gap in being shortlisted between “{samples.MINORITY}” and “White”"


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def told(request):
    table = request.param()
    return table, sentences(table), headline(table)


def of(verdicts, **more):
    return samples.effect({samples.MINORITY: verdicts}, **more)


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_one_to_three_sentences_and_a_headline(told):
    _, said, main = told
    assert 1 <= len(said) <= 3
    assert all(sentence.endswith(".") and not sentence[0].islower() for sentence in said)
    assert main
    assert not main.endswith(".")


def test_words_of_the_house(told):
    _, said, main = told
    words = " ".join([*said, main])
    assert not [word for word in FORBIDDEN if word.lower() in words.lower()]
    assert not re.search(r"placebo|estimand|cluster|coefficient|\bnan\b|None\b(?! of)", words)
    # What cannot be told of an effect is never left to be read as "nothing changed".
    for sentence in said:
        if "cannot tell whether training" in sentence or "cannot tell for" in sentence:
            assert NOT_EVIDENCE in sentence


def test_the_order_of_rows_does_not_matter(told):
    table, said, main = told
    turned = reordered(table)
    assert (sentences(turned), headline(turned)) == (said, main)


@pytest.mark.parametrize("name", samples.EVERY)
def test_nothing_is_said_where_everything_is_hidden(name):
    table = samples.EVERY[name]()
    frame = table.to_frame()
    numbers = ["numerator", "denominator", "value", "lower", "upper", "p_value", "q_value"]
    frame[numbers] = math.nan
    frame[["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    frame["note"] = ""
    frame["status"] = "suppressed"
    hidden = replace(table, _frame=frame)
    words = " ".join([*sentences(hidden), headline(hidden)])
    # How many services there are and when they were trained is no figure.
    assert not re.search(r"\d\.\d", words)
    assert not re.search(r"narrowed|widened|no change that matters|went up|went down", words)


# --- the effect ---------------------------------------------------------------------------------


def test_it_starts_with_the_verdict_of_the_primary_outcome():
    first, people, second = sentences(samples.effect())
    assert first == (
        f"Where panels were trained, {GAP} narrowed by 2.4 percentage points (likely between 1.4 "
        "and 3.3), from 6.1 to 3.7."
    )
    assert people == (
        f"That is about 49 more applicants from “{samples.MINORITY}” shortlisted than would have "
        "been without training (likely between 30 and 70)."
    )
    assert second == (
        "This data cannot tell whether training changed the gap in being appointed between "
        f"“{samples.MINORITY}” and “White” (likely between −1.3 and +2.4 percentage points), which "
        "is not evidence that nothing changed."
    )
    assert headline(samples.effect()) == (
        "The gap in being shortlisted narrowed where panels were trained"
    )


def test_a_gap_that_widened_is_told_in_sizes_too():
    first, people, _ = sentences(
        of({samples.SHORTLISTED: samples.WIDENED, "Offered": samples.SAME})
    )
    assert first == (
        f"Where panels were trained, {GAP} widened by 3.1 percentage points (likely between 1.1 "
        "and 5.2), from 2.0 to 5.1."
    )
    assert "about 31 fewer applicants" in people
    assert "(likely between 11 and 52)" in people


def test_a_gap_that_turned_round_is_told_with_its_signs():
    turned = {**samples.WIDENED, "without": 1.0, "with": -2.1}
    first = sentences(of({samples.SHORTLISTED: turned}))[0]
    assert first.endswith(
        "widened: it moved by 3.1 percentage points (likely between 1.1 and 5.2), "
        "from +1.0 to −2.1."
    )


def test_no_change_that_matters_names_what_matters():
    (said,) = sentences(of({samples.SHORTLISTED: samples.SAME}))
    assert said == (
        f"Where panels were trained, {GAP} shows no change that matters (likely between −0.7 and "
        "+1.1 percentage points); less than 1.5 either way was set as too small to matter."
    )
    assert (
        "less than 2 either way" in sentences(of({samples.SHORTLISTED: samples.SAME}, delta=0))[0]
    )
    assert headline(of({samples.SHORTLISTED: samples.SAME})).startswith("No change that matters")


def test_why_it_cannot_be_told_is_said():
    (said,) = sentences(samples.effect_not_told())
    assert said == (
        f"This data cannot tell whether training changed {GAP}, which is not evidence that nothing "
        "changed: fewer than 5 services have been trained or can be compared."
    )
    assert headline(samples.effect_not_told()) == (
        "This data cannot tell whether training changed the gap in being shortlisted"
    )


def test_of_several_groups_the_clearest_is_told_and_all_others_by_their_verdicts():
    first, rest, appointed = sentences(samples.effect_by_group())
    assert f"“{samples.ASIAN}” and “White” narrowed by 2.4" in first
    assert rest == (
        f"There is no change that matters for “{samples.BLACK}”; this data cannot tell for "
        f"“{samples.MIXED}”, which is not evidence that nothing changed."
    )
    assert appointed == (
        f"The gap in being appointed widened for “{samples.BLACK}”; this data cannot tell for "
        f"“{samples.ASIAN}” and “{samples.MIXED}”, which is not evidence that nothing changed."
    )
    assert headline(samples.effect_by_group()).endswith("narrowed for 1 of 3 groups")
    # The group whose figures are hidden is in no sentence.
    assert samples.OTHER not in " ".join([first, rest, appointed])


def test_a_hidden_odds_ratio_hides_the_verdict():
    hidden = samples.effect(hidden=[{"outcome": samples.SHORTLISTED, "measure": "effect"}])
    read = figures(hidden)
    assert verdict(read, samples.MINORITY, samples.SHORTLISTED) == Verdict()
    assert by_verdict(read, samples.SHORTLISTED)["narrowed"] == []
    first, *others = sentences(hidden)
    assert first == (
        "What training changed in being shortlisted is hidden so that nobody can be identified; "
        "nothing is said of it."
    )
    assert "the gap in being appointed" in others[0]


def test_outcomes_stand_with_the_second_look_last_whatever_the_order():
    shown = {
        samples.SECONDARY: samples.SAME,
        samples.APPOINTED: samples.SAME,
        samples.SHORTLISTED: samples.SAME,
    }
    assert outcomes(figures(of(shown))) == samples.OUTCOMES
    assert happening("Offered") == "being offered a post"
    assert happening("Promoted") == "being promoted"


@given(
    some.sampled_from(["narrowed", "widened", "no change that matters", "cannot tell"]),
    some.floats(-40, 40),
    some.floats(0.01, 30),
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_each_verdict_has_its_own_words_whatever_its_figures(word, value, apart):
    one = {**samples.UNTOLD, "verdict": word, "points": (value, value - apart, value + apart)}
    table = of({samples.SHORTLISTED: one})
    first = sentences(table)[0]
    starts = {
        "narrowed": f"Where panels were trained, {GAP} narrowed",
        "widened": f"Where panels were trained, {GAP} widened",
        "no change that matters": f"Where panels were trained, {GAP} shows no change that matters",
        "cannot tell": f"This data cannot tell whether training changed {GAP}",
    }
    assert first.startswith(starts[word])
    assert (NOT_EVIDENCE in first) == (word == "cannot tell")
    others = {"narrowed", "widened", "no change that matters", "cannot tell"} - {word}
    assert not any(other in first for other in others)


@given(some.floats(-20, 20), some.sampled_from([(0.0,), (-1.5, 0.0, 1.5), (-2.0, 0.0, 2.0)]))
@settings(derandomize=True, deadline=None)
def test_a_printed_change_never_contradicts_what_it_is_judged_by(value, edges):
    shown = float(with_sign(value, edges).replace("−", "-").replace("+", ""))
    assert abs(shown - value) <= 0.05 + 1e-9
    if places_of(value, edges) < 3:
        for edge in edges:
            assert (shown > edge, shown < edge) == (value > edge, value < edge)


# --- the other kinds ----------------------------------------------------------------------------


def test_exposure_says_how_many_services_and_seats():
    said = sentences(samples.exposure())
    assert said[0] == "5 of 7 services have been trained; 2 have not yet."
    assert said[1].startswith("10.4% of panel seats before a service's date and 84.8%")
    everyone = {name: seats for name, seats in samples.SERVICES.items() if seats[0]}
    assert "none is left to compare" in sentences(samples.exposure(everyone))[0]
    assert sentences(samples.exposure({"Waste": samples.SERVICES["Waste"]}))[0] == (
        "Waste has been trained."
    )
    assert sentences(samples.exposure({"Finance": samples.SERVICES["Finance"]}))[0] == (
        "Finance has not been trained yet."
    )


def test_before_and_after_are_never_called_what_training_did():
    said = sentences(samples.rates())
    assert "22.2% before training and 26.4% after training" in said[0]
    assert said[-1].endswith("this alone does not show what training did.")
    assert headline(samples.rates()) == "Rates of being shortlisted before and after training"


def test_quarters_before_training_say_what_they_mean():
    after, before = sentences(samples.event_study())
    assert "went up, by 2.5 percentage points on average (likely between 1.1 and 3.9)" in after
    assert "as it should" in before
    table = samples.event_study()
    frame = table.to_frame()
    early = frame["measure"] == "before_overall"
    frame.loc[early, ["value", "lower", "upper"]] = [2.6, 1.8, 3.4]
    moved = sentences(replace(table, _frame=frame))[1]
    assert "already moving otherwise" in moved
    assert "may be something else" in moved
    frame.loc[early, ["value", "lower", "upper"]] = [1.0, -1.8, 3.4]
    assert sentences(replace(table, _frame=frame))[1].startswith("This data cannot tell")
    frame.loc[frame["measure"] == "effect_overall", ["value", "lower", "upper"]] = [0.4, -2.0, 2.8]
    changed = replace(table, _frame=frame)
    assert NOT_EVIDENCE in sentences(changed)[0]
    assert headline(changed).startswith("This data cannot tell")
    frame.loc[frame["measure"] == "effect_overall", ["value", "lower", "upper"]] = [0.4, 0.1, 0.8]
    assert "no change that matters" in sentences(replace(table, _frame=frame))[0]


def test_a_series_says_that_nobody_is_there_to_compare_with():
    said = sentences(samples.time_series())
    assert said[0].startswith("When training began, the rate of “All other ethnic groups")
    assert "rose, to 1.17 times what it would have been (likely between 1.02 and 1.34)" in said[0]
    assert said[-1].startswith("There is nobody to compare with")


def test_what_could_be_told_is_for_planning():
    said = sentences(samples.detectable())
    assert said[0] == (
        "In being shortlisted, a change is told 80% of the time if it is an odds ratio of 1.34, or "
        "2.1 percentage points; to tell one of 1.5 points would take about 12 more months or 900 "
        "more vacancies."
    )
    assert said[-1].startswith("This is for planning only")


def test_checks_that_found_something_are_told_first():
    said = sentences(samples.threats())
    assert said[0].startswith("Who declared: more applicants declared")
    assert said[1] == (
        "Nothing was found under “Training that had not happened yet” and “Who applied”."
    )
    assert said[2] == (
        "This data cannot tell under “An outcome that training cannot move” and “Vacancies filled "
        "by community events”."
    )
    assert headline(samples.threats()) == (
        "1 of 3 checks that can tell (2 cannot) points to another explanation"
    )


def test_checks_that_found_nothing_say_so_and_what_became_of_the_main_result():
    names = ("Who applied", "Training that had not happened yet", "Another change at the same time")
    fine = samples.threats({name: samples.CHECKS[name] for name in names})
    assert headline(fine) == "None of 2 checks points to another explanation"
    assert sentences(fine) == [
        "Checks found no sign of another explanation under “Who applied” and “Training that had "
        "not happened yet”.",
        "Another change at the same time: the main result is also seen among vacancies that were "
        "not name-blind.",
    ]
    name = "Panel members from other services"
    assert sentences(samples.threats({name: samples.CHECKS[name]})) == ["Nothing could be checked."]
