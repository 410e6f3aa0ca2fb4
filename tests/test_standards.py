"""Published definitions: each says which group stands over which, and where that is from."""

import dataclasses

import pytest

from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.contracts import contract
from workforce_analytics.measures.standards import EACH, Standard, standard, standard_for, standards

# Which rate stands over which, in each published definition; typed from the sources named in it.
ORIENTATIONS = {
    "wres_2": ("white", "minority_ethnic"),
    "wres_3": ("minority_ethnic", "white"),
    "wres_4": ("white", "minority_ethnic"),
    "wdes_2": ("not_disabled", "disabled"),
    "wdes_3": ("disabled", "not_disabled"),
    "sc_wres_2": ("minority_ethnic", "white"),
    "sc_wres_3": ("minority_ethnic", "white"),
    "sc_wres_5": ("minority_ethnic", "white"),
    "sc_wres_8": ("minority_ethnic", "white"),
    "relative_rate_index": (EACH, "largest"),
    "impact_ratio": (EACH, "highest"),
}
STAGES = ("applied", "shortlisted", "interviewed", "offered", "appointed")


def test_each_standard_has_its_own_orientation() -> None:
    found = {name: (standard(name).compared, standard(name).by) for name in standards()}
    assert found == ORIENTATIONS


def test_the_nhs_and_social_care_put_opposite_groups_on_top_of_one_ratio() -> None:
    nhs, care = standard("wres_2"), standard("sc_wres_2")
    assert (nhs.outcome, nhs.among) == (care.outcome, care.among) == ("appointed", "shortlisted")
    assert (nhs.compared, nhs.by) == (care.by, care.compared)
    assert (nhs.swapped, care.swapped) == (True, False)
    assert nhs.reference == care.reference == "white"


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_codes_are_those_of_the_code_lists_and_contracts(name: str) -> None:
    one = standard(name)
    if one.of:
        codes = {item.code for item in codelist(one.of).categories(one.level)}
        assert {one.compared, one.by} <= codes
    if one.used_for == "applications":
        assert STAGES.index(one.among) < STAGES.index(one.outcome)
        assert one.withdrawn in ("in", "apart")
    if one.used_for == "events":
        field = contract("events").field("event")
        assert field is not None
        assert one.event in {item.value for item in field.categories} | {"training"}
    if one.used_for != "any":
        assert one.happening.split()[0].endswith("ing")
        assert one.per == "head"
        assert one.years in (1, 2)


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_each_names_its_source_and_what_was_not_read_there(name: str) -> None:
    one = standard(name)
    assert one.title
    assert one.publisher in one.definition
    assert len(one.source) > 20
    assert set(one.known) <= {item.name for item in dataclasses.fields(Standard)}
    assert all(getattr(one, field) not in ("", None) for field in one.known)
    assert ("not read in the source" in one.definition) == bool(one.known)


def test_the_definition_says_what_stands_over_what() -> None:
    assert standard("wres_4").orientation == (
        "rate of “White” divided by rate of “All other ethnic groups combined”"
    )
    assert standard("impact_ratio").orientation == (
        "rate of each other group divided by rate of the group with the highest rate"
    )


def test_an_unknown_name_is_refused_with_the_list() -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'wres_3'.*sc_wres_2.*impact_ratio"):
        standard("wres3")
    with pytest.raises(UsageError, match="There is no standard 3"):
        standard(3)  # type: ignore[arg-type]


def test_a_standard_is_not_used_for_what_it_is_not_about() -> None:
    with pytest.raises(UsageError, match=r"about events, not about applications. Use partic"):
        standard_for("wres_3", "ethnicity", "applications")
    with pytest.raises(UsageError, match="compares people by ethnicity, not by sex"):
        standard_for("wres_3", "sex", "events")
    assert standard_for("impact_ratio", "sex", "applications").reference == "highest"
    assert standard_for("wres_3", "ethnicity", "events") == standard("wres_3")
