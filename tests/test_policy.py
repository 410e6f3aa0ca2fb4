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
        resolve({"treshold": 5, "zeros": "maybe", "threshold": 2.5, "profile": "none"})
    assert str(caught.value) == (
        "organisation.toml, [policy]: 'treshold' is not known. Did you mean 'threshold'? "
        "profile must be one of default, csps10, hesa, nhs, ons_10_5, midpoint6. "
        "threshold must be a whole number of at least 1. "
        "zeros must be one of show, hide."
    )


@pytest.mark.parametrize("table", [{"threshold": 1}, {"rounding": "nearest"}])
def test_a_policy_that_protects_nothing_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        resolve(table)


@pytest.mark.parametrize(
    "table", [{"threshold": True}, {"least_mean": -1}, {"mark": 3}, {"rounding_base": "5"}]
)
def test_wrong_kinds_of_value_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(table))):
        resolve(table)


def test_management_sees_counts_from_five_on_and_nothing_rounded() -> None:
    policy = for_audience(PROFILES["hesa"], "management")
    assert (policy.threshold, policy.rounds) == (5, False)
    assert for_audience(PROFILES["hesa"], "public") == PROFILES["hesa"]


def test_policies_are_compared_by_what_they_say() -> None:
    assert Policy(threshold=5) == resolve({"threshold": 5})
