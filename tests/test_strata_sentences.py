"""Sentences on strata, adjustment, undeclared answers and services."""

import pytest

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, BLACK, OTHER
from workforce_analytics.publishing.sentences import headline, sentences


def test_strata_say_both_comparisons_and_what_was_expected():
    said = sentences(samples.stratified())
    assert said[0].startswith("Within each grade band, “")
    assert "with everything taken together it was" in said[0]
    assert "a measure of distance, not a quota or target" in said[1]
    assert said[2].startswith("Within each grade band, being shortlisted was also less likely")
    assert "“White”" in headline(samples.stratified())


def test_a_direction_that_turns_round_is_said_first():
    turned = samples.stratified(reversal=(BLACK,))
    assert headline(turned) == (
        "Overall and within each grade band, the figures point in different directions for "
        f"“{BLACK}”"
    )
    assert any("point in different directions" in said for said in sentences(turned))
    assert not any("different directions" in said for said in sentences(samples.stratified()))


def test_a_hidden_reversal_is_not_said():
    hidden = samples.stratified(reversal=(BLACK,), hidden=[{"ethnicity": BLACK}])
    assert "directions" not in headline(hidden)


def test_an_adjusted_gap_is_in_points_before_and_after():
    said = sentences(samples.adjusted())
    assert said[0] == (
        f"After adjustment, the likelihood of being shortlisted for “{BLACK}” was 11.3 percentage "
        "points lower than for “White” (likely between \u221213.9 and \u22128.7); before, the "
        "difference was \u221212.0 points."
    )
    assert said[1].startswith("After adjustment, being shortlisted was also less likely")
    assert OTHER not in " ".join(sentences(samples.adjusted(samples.ZERO)))


@pytest.mark.parametrize(
    ("missing", "word"),
    [((20, 800), "Read with care: those who declared"), ((101, 308), "This data cannot tell")],
)
def test_the_alarm_rings_where_the_outcome_goes_with_declaring(missing, word):
    shown = samples.undeclared(missing=missing)
    assert sentences(shown)[0].startswith(word)
    assert ("clearly more likely for those who declared" in headline(shown)) == (missing[0] == 20)


def test_the_bounds_are_those_of_the_largest_group():
    said = sentences(samples.undeclared())[1]
    assert said.startswith("If all who did not declare belonged to the group “White”")
    assert "from 34.0% to 39.6% instead of 36.0%" in said
    assert sentences(samples.undeclared(missing=(4, 60))) == []


def test_services_are_counted_and_not_ranked():
    outside = samples.variation([*samples.SERVICES, (90.0, 20)])
    assert headline(outside) == "1 of 12 services lies outside the limits of usual variation"
    assert "1 of 12 services lie below and 0 above" in sentences(outside)[0]
    assert "not a ranking" in sentences(outside)[1]
    assert "Service 12" not in " ".join(sentences(outside))


def test_hidden_services_are_not_counted_as_usual():
    few = samples.variation([*samples.SERVICES, (8.0, 5)])
    assert headline(few).startswith("None of 11 services that can be shown")
    assert "11 services that can be shown" in sentences(few)[0]


def test_two_groups_are_said_apart():
    said = sentences(samples.variation(groups=(ASIAN, BLACK)))
    assert [ASIAN in said[0], BLACK in said[1]] == [True, True]
