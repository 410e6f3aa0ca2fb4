"""More likely, less likely, no difference that matters, or nothing to be told."""

import math

import pytest

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE, wilson
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.likelihoods import (
    among,
    by_interval,
    happening,
    judged,
    newcombe,
    points_apart,
    reference_words,
    verdicts,
    within_words,
)


def test_groups_are_judged_by_the_interval():
    found = verdicts(figures(samples.likelihood()))
    assert found == {"higher": [], "lower": [ASIAN, BLACK, OTHER], "same": [], "unknown": [MIXED]}


def test_a_difference_within_two_points_wins_over_a_clear_ratio():
    passes = {WHITE: (100_000, 200_000), ASIAN: (98_000, 200_000)}
    table = figures(samples.likelihood(passes))
    assert by_interval(table.get("relative_likelihood", ASIAN)) == "lower"
    assert verdicts(table)["same"] == [ASIAN]


def test_two_points_are_much_of_something_rare():
    passes = {WHITE: (4000, 200_000), ASIAN: (2000, 200_000)}
    assert verdicts(figures(samples.likelihood(passes)))["lower"] == [ASIAN]


def test_a_standard_that_turns_the_ratio_round_turns_no_words():
    table = figures(samples.likelihood_by_standard())
    (other,) = table.compared
    assert table.get("relative_likelihood", other).lower > 1
    assert judged(table, other) == "lower"


def test_a_hidden_figure_and_one_that_cannot_be_worked_out_are_in_none():
    few = verdicts(figures(samples.likelihood_few()))
    assert not any(OTHER in groups for groups in few.values())
    none = verdicts(figures(samples.likelihood(samples.ZERO)))
    assert not any(MIXED in groups for groups in none.values())
    assert OTHER in none["lower"]


def test_nobody_in_the_reference_is_more_likely_than_nothing():
    table = figures(samples.likelihood({WHITE: (0, 400), ASIAN: (80, 400)}))
    assert math.isinf(table.get("relative_likelihood", ASIAN).value)
    assert verdicts(table)["higher"] == [ASIAN]


@pytest.mark.parametrize(("a", "n", "b", "m"), [(12, 80, 30, 90), (0, 26, 40, 100), (5, 5, 9, 10)])
def test_the_points_between_two_rates_are_those_of_the_hybrid_score(a, n, b, m):
    own, theirs = (
        Figure(value=k / of, lower=wilson(k, of)[0], upper=wilson(k, of)[1])
        for k, of in ((a, n), (b, m))
    )
    expected = difference_interval(a, n, b, m)
    assert newcombe(own, theirs) == pytest.approx(
        (100 * float(expected.lower), 100 * float(expected.upper)), abs=1e-4
    )


def test_without_a_difference_the_ratio_stands_at_the_rate_of_the_reference():
    table = figures(samples.intersections())
    group = table.declared[0]
    ratio, rate = table.get("relative_likelihood", group), table.get("rate", group).value
    other = rate / ratio.value
    assert points_apart(table, group) == pytest.approx(
        (100 * other * (ratio.lower - 1), 100 * other * (ratio.upper - 1))
    )


def test_an_adjusted_gap_is_judged_by_itself():
    found = verdicts(figures(samples.adjusted(samples.ZERO)))
    assert found["lower"] == [ASIAN, BLACK]
    assert not any(OTHER in groups for groups in found.values())


def test_what_happens_is_read_from_what_the_table_says_of_itself():
    table = figures(samples.likelihood())
    assert (happening(table), among(table)) == ("being shortlisted", "those who applied")
    assert happening(figures(samples.funnel()), stage="Offered") == "being offered a post"
    assert reference_words(table) == "“White”"
    assert reference_words(figures(samples.intersections())) == "all others"
    assert within_words(figures(samples.stratified())) == "within each grade band"
