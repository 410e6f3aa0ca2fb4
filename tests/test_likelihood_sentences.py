"""Sentences on likelihoods: they follow the intervals and say nothing of what is hidden."""

import re

import pytest

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE
from workforce_analytics.publishing.sentences import headline, sentences

FORBIDDEN = (
    "BAME",
    "non-white",
    "significant",
    "adverse",
    "disparity",
    "discriminat",
    "likelihood ratio",
    "because",
    "due to",
    "caused",
    "compliant",
    "placebo",
    "cluster",
    "league",
)
BY = {"intersections": "ethnicity_and_sex"}


@pytest.mark.parametrize("name", samples.EVERY)
def test_at_most_three_plain_sentences_of_every_table(name):
    made = samples.EVERY[name]()
    said, title = sentences(made), headline(made)
    assert len(said) <= 3
    assert all(sentence.endswith(".") and sentence.lstrip("“")[0].isupper() for sentence in said)
    assert title
    assert not title.endswith(".")
    text = " ".join([*said, title])
    assert not [word for word in FORBIDDEN if word.lower() in text.lower()]
    assert not re.search(r"\bnan\b|\binf\b|None(?! of)|\[[a-z]\]", text)
    if "cannot tell" in " ".join(said):
        assert "not evidence that there is no difference" in text


@pytest.mark.parametrize(
    "make",
    [
        samples.funnel,
        samples.likelihood,
        samples.stratified,
        samples.undeclared,
        samples.adjusted,
        samples.routes,
        samples.participation,
    ],
)
def test_a_hidden_group_is_not_named(make):
    shown = make(hidden=[{"ethnicity": BLACK}])
    assert BLACK not in " ".join([*sentences(shown), headline(shown)])


def test_the_order_of_rows_does_not_matter():
    from tests.protected_samples import reordered

    for make in samples.EVERY.values():
        made = make()
        assert sentences(reordered(made)) == sentences(made)
        assert headline(reordered(made)) == headline(made)


def test_a_clear_difference_with_its_comparator_range_and_people():
    said = sentences(samples.likelihood())
    assert said[0] == (
        f"The likelihood of being shortlisted, of those who applied, was 24.0% for “{BLACK}” "
        "(likely between 21.8% and 26.3%) and 36.0% for “White” (likely between 34.7% and 37.3%): "
        "0.67 times as likely (likely between 0.60 and 0.74), outside 0.80 to 1.25, a screening "
        "range, not a legal test in Great Britain."
    )
    assert said[1] == (
        f"For “{BLACK}” that is 171 fewer than if the rate of “White” had been theirs: a measure "
        "of distance, not a quota or target."
    )
    assert said[2] == (
        f"Being shortlisted was also less likely for “{ASIAN}” and “{OTHER}” than for “White”; "
        f"this data cannot tell for “{MIXED}”; this is not evidence that there is no difference."
    )
    assert headline(samples.likelihood()) == (
        "Being shortlisted is clearly less likely for 3 of 4 groups than for “White”"
    )


def test_a_ratio_at_the_edge_of_the_range_is_not_outside_it():
    exactly = {WHITE: (5000, 10_000), ASIAN: (4000, 10_000)}
    assert "0.80 times as likely" in sentences(samples.likelihood(exactly))[0]
    assert "outside" not in sentences(samples.likelihood(exactly))[0]
    under = {WHITE: (5000, 10_000), ASIAN: (3999, 10_000)}
    assert "0.7998 times as likely" in sentences(samples.likelihood(under))[0]
    assert "outside 0.80 to 1.25" in sentences(samples.likelihood(under))[0]


def test_no_difference_that_matters_wins():
    passes = {WHITE: (100_000, 200_000), ASIAN: (98_000, 200_000)}
    said = " ".join(sentences(samples.likelihood(passes)))
    assert "no difference that matters" in said
    assert "less likely" not in said
    assert headline(samples.likelihood(passes)).endswith(
        f"no difference that matters between “{ASIAN}” and “White”"
    )


def test_nobody_is_said_as_a_limit_and_never_as_parity():
    passes = {WHITE: (360, 1000), OTHER: (0, 26)}
    said = sentences(samples.likelihood(passes))
    assert re.search(r"at most 0\.\d\d times as likely", said[0])
    turned = {WHITE: (0, 400), ASIAN: (80, 400)}
    assert "at least 1.20 times as likely" in sentences(samples.likelihood(turned))[0]


def test_a_standard_keeps_its_own_way_round():
    said = sentences(samples.likelihood_by_standard())
    assert "36.0% for “White”" in said[0]
    assert "1.34 times as likely" in said[0]
    assert "356 fewer" in said[1]
    assert headline(samples.likelihood_by_standard()) == (
        "Being shortlisted is clearly less likely for “All other ethnic groups combined” than for "
        "“White”"
    )


def test_by_grade_band_says_where():
    said = " ".join(sentences(samples.likelihood_by_band()))
    assert f"less likely for “{ASIAN}”, “{BLACK}” and “{OTHER}” in every grade band" in said


def test_everything_hidden_says_so_and_nothing_else():
    hidden = samples.EVERY["likelihood, everything hidden"]()
    assert sentences(hidden) == [
        "The comparisons with “White” are hidden so that nobody can be identified; nothing "
        "can be said here of differences."
    ]
    assert headline(hidden).endswith("hidden so that nobody can be identified")


def test_against_the_highest_no_group_is_less_likely():
    rows = samples.likelihood_rows(samples.PASSES, WHITE)
    at = {"period": samples.PERIOD, "ethnicity": ASIAN, "compared": ASIAN, "reference": WHITE}
    rows.append(at | {"measure": "smallest_ratio_test", "p_value": 0.0002, "unit": "statistic"})
    shown = samples.made(rows, samples.about("likelihood"))
    text = " ".join([*sentences(shown), headline(shown)])
    assert "less likely" not in text
    assert "fewer than 1 in 1,000" in text


def test_several_events_are_said_one_by_one():
    said = sentences(samples.participation_events())
    assert said[0].startswith("Formal disciplinary process: ")
    assert said[1].startswith("Leadership programme: ")
    assert headline(samples.participation_events()) == (
        "Clearly more or less likely than for “White” in 1 of 5 comparisons"
    )


def test_events_and_people_are_said_unless_one_is_hidden():
    shown = samples.participation({ASIAN: (21, 702), WHITE: (74, 3890)})
    assert sentences(shown)[-1].startswith("95 events of")
    assert not any(" events of " in said for said in sentences(samples.participation()))


def test_intersections_are_drawn_towards_all():
    said = sentences(samples.intersections())
    assert said[0].startswith(f"For “{BLACK}, Male”, being shortlisted was 0.62 times as likely")
    assert said[1].startswith("Drawn towards the rate of everybody")
