import numpy as np
import pytest

from tests.disclosure_cases import ORACLES
from workforce_analytics.disclosure.policy import PROFILES, Policy, for_audience, resolve
from workforce_analytics.disclosure.rounding import rounded
from workforce_analytics.errors import ConfigurationError


def test_the_default_hides_one_to_nine_and_shows_zeros() -> None:
    policy = resolve({})
    assert (policy.threshold, policy.zeros, policy.width, policy.least_hidden) == (10, "show", 9, 1)
    assert "from 1 to 9" in policy.words


@pytest.mark.parametrize("name", ORACLES["rounding"])
def test_published_examples_of_rounding(name: str) -> None:
    case, policy = ORACLES["rounding"][name], PROFILES[name]
    found = rounded(np.array(case["in"], dtype=float), policy).tolist()
    assert [policy.mark if np.isnan(n) else n for n in found] == case["out"]


def test_bases_of_percentages_and_means_as_published() -> None:
    case, policy = ORACLES["rounding"]["hesa"], PROFILES["hesa"]
    assert policy.least_percentage == case["percentage_shown_from"]
    assert policy.least_mean == case["mean_shown_from"]


def test_every_part_of_a_profile_can_be_replaced() -> None:
    policy = resolve({"profile": "nhs", "threshold": 5, "ledger": "ledger.jsonl"})
    assert (policy.threshold, policy.rounding_base, policy.ledger) == (5, 5, "ledger.jsonl")


def test_an_attacker_may_imagine_zeros_where_zeros_are_hidden() -> None:
    assert resolve({"zeros": "hide"}).least_hidden == 0
    assert resolve({"full_groups": "hide"}).least_hidden == 0


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_carries_its_name(name: str) -> None:
    assert resolve({"profile": name}) == PROFILES[name]
    assert PROFILES[name].profile == name


def test_all_mistakes_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve(
            {
                "treshold": 5,
                "zeros": "maybe",
                "threshold": 2.5,
                "profile": "none",
                "width": 3,
                "dominance_k": 101,
                "min_gap_months": 1.5,
                "step_down": -1,
                "weights": "size",
                "least_median": "ten",
            }
        )
    assert str(caught.value) == (
        "organisation.toml, [policy]: 'treshold' is not known. Did you mean 'threshold'? "
        "'width' is not known. Did you mean 'least_width'? "
        "profile must be one of default, csps10, hesa, nhs, ons_10_5, midpoint6. "
        "threshold must be a whole number of at least 1. "
        "zeros must be one of show, hide. "
        "least_median must be a number of at least 0. "
        "dominance_k must be a number from 0 to 100. "
        "weights must be one of rows, value, equal. "
        "min_gap_months must be a whole number of at least 0. "
        "step_down must be a number from 0 to 1."
    )


@pytest.mark.parametrize(
    "table",
    [
        {"threshold": 1},
        {"rounding": "nearest"},
        {"profile": "ons_10_5", "rounding": "controlled"},
        {"profile": "hesa", "rounding": "controlled", "zeros": "hide"},
        {"dominance_n": 2},
        {"dominance_k": 85},
    ],
)
def test_a_policy_that_protects_nothing_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        resolve(table)


@pytest.mark.parametrize(
    "table",
    [
        {"threshold": True},
        {"least_mean": -1},
        {"mark": 3},
        {"rounding_base": "5"},
        {"dominance_n": 1.0},
        {"p_percent": 101},
        {"least_width": -1},
        {"attacker": "me"},
        {"least_pay": True},
        {"least_mean_width": float("nan")},
    ],
)
def test_wrong_kinds_of_value_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(table))):
        resolve(table)


def test_management_sees_counts_from_five_on_and_nothing_rounded() -> None:
    policy = for_audience(PROFILES["hesa"], "management")
    assert (policy.threshold, policy.rounds) == (5, False)
    assert for_audience(PROFILES["hesa"], "public") == PROFILES["hesa"]


def test_all_contradictions_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve({"rounding": "controlled", "dominance_n": 2})
    assert str(caught.value) == (
        "organisation.toml, [policy]: rounding needs a rounding_base of at least 2. "
        "counts rounded to add up would give hidden ones back: with rounding = 'controlled' "
        "set threshold to 1 and zeros to 'show'. "
        "dominance_n and dominance_k go together: set both, or neither."
    )


def test_management_keeps_the_rules_on_what_one_person_contributes() -> None:
    policy = resolve(
        {
            "dominance_n": 2,
            "dominance_k": 85,
            "p_percent": 10,
            "least_pay": 20,
            "least_median": 30,
            "least_width": 12,
        }
    )
    seen = for_audience(policy, "management")
    assert (seen.dominance_n, seen.dominance_k, seen.p_percent) == (2, 85, 10)
    assert (seen.width, seen.fewest("pounds"), seen.fewest("pounds", median=True)) == (4, 0, 0)


def test_medians_need_as_many_as_means_unless_given_and_pay_may_need_more() -> None:
    policy = resolve({"least_mean": 8})
    assert policy.fewest("score_0_100", median=True) == 8
    policy = resolve({"least_mean": 8, "least_median": 5, "least_pay": 7})
    units = ("score_0_10", "pounds")
    assert [policy.fewest(unit) for unit in units] == [8, 8]
    assert [policy.fewest(unit, median=True) for unit in units] == [5, 7]


def test_the_required_width_follows_the_rule_unless_given() -> None:
    widths = {name: policy.width for name, policy in PROFILES.items()}
    assert widths == {
        "default": 9,
        "csps10": 9,
        "hesa": 4,
        "nhs": 4,
        "ons_10_5": 4,
        "midpoint6": 5,
    }
    assert resolve({"least_width": 20}).width == 20


@pytest.mark.parametrize("name", PROFILES)
def test_no_profile_shows_what_one_person_earns(name: str) -> None:
    policy = PROFILES[name]
    assert max(policy.threshold, policy.fewest("pounds"), policy.fewest("pounds", median=True)) >= 5


def test_an_attacker_who_does_not_know_the_policy_imagines_zeros() -> None:
    assert resolve({"attacker": "any"}).least_hidden == 0


ON_TOP = {
    "least_percentage": (10, "Percentages of fewer than 10 are hidden."),
    "least_mean": (
        10,
        "Averages of fewer than 10, and all from which they could be worked out, are hidden.",
    ),
    "least_median": (
        12.5,
        "Medians of fewer than 12.5, and all from which they could be worked out, are hidden.",
    ),
    "least_pay": (
        20,
        "Averages of the pay of fewer than 20, and all from which they could be worked out, are "
        "hidden.",
    ),
    "p_percent": (
        10,
        "A sum or average is hidden where one person in it could closely estimate what another "
        "contributes.",
    ),
    "weights": ("equal", "Where there is a choice, as few counts as possible are hidden."),
    "least_width": (
        12,
        "Everything published leaves at least 12 between the smallest and the largest count that "
        "a hidden one can be.",
    ),
    "full_groups": ("hide", "Groups all of whose members are in one category are hidden."),
    "attacker": ("any", "Readers are supposed not to know that a hidden count is at least 1."),
}


@pytest.mark.parametrize("key", ON_TOP)
def test_what_is_switched_on_is_said(key: str) -> None:
    value, said = ON_TOP[key]
    whole = Policy().words + " " + said
    assert resolve({key: value}).words == whole


def test_how_counts_are_rounded_and_who_dominates_is_said() -> None:
    policy = resolve(
        {
            "profile": "hesa",
            "rounding": "controlled",
            "least_percentage": 0,
            "dominance_n": 1,
            "dominance_k": 85.5,
            "least_median": 4,
            "weights": "value",
        }
    )
    assert policy.words == (
        "Counts are rounded up or down to a multiple of 5, so that they still add up. "
        "Means of fewer than 8, and all from which they could be worked out, are hidden. "
        "Medians of fewer than 4, and all from which they could be worked out, are hidden. "
        "A sum or average is hidden where a few people make up most of it."
    )


def test_zeros_hidden_for_their_own_sake_are_said() -> None:
    policy = resolve({"profile": "midpoint6", "zeros": "hide"})
    assert policy.words == (
        "Counts of 0 are hidden [c]. Counts are rounded to the middle of each block of 6. "
        "Averages of fewer than 7, and all from which they could be worked out, are hidden."
    )


def test_policies_are_compared_by_what_they_say() -> None:
    assert Policy(threshold=5) == resolve({"threshold": 5})
