"""Figures that ask for a threshold of their own: for every audience but the analyst."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import workforce_analytics as wa
from tests.audited_reports import sealed, written
from tests.released_tables import Plan, table
from workforce_analytics.disclosure.auditing import audit
from workforce_analytics.disclosure.policy import PROFILES, Policy, resolve, with_floor
from workforce_analytics.disclosure.protected import Protected, protect
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.errors import ConfigurationError
from workforce_analytics.estimates import Estimates
from workforce_analytics.settings import read_settings

PEOPLE = {("a",): 40, ("b",): 7, ("c",): 30, ("d",): 120}
PLAN = Plan("Members", {"group": {one: [one] for one in "abcd"}})
LEAST = 10


def _table(least: int = LEAST, **policy: object) -> Estimates:
    made = table(PLAN, PEOPLE, ("group",), "")
    return replace(made, about=replace(made.about, least_threshold=least, policy=policy))


def _shown(table: Protected) -> set[str]:
    frame = table.to_frame()
    return set(frame.loc[frame["numerator"].notna(), "group"])


def test_management_sees_no_count_under_the_least_threshold() -> None:
    low, high = (protect(_table(least), audience="management") for least in (0, LEAST))
    assert "b" in _shown(low)
    assert "b" not in _shown(high)
    assert high.policy.threshold == LEAST
    assert "from 1 to 9" in high.policy.words
    # Nobody can subtract it, either: the total and three others would give it back.
    assert len(_shown(high)) < len(_shown(low)) - 1


def test_a_public_with_a_lower_threshold_of_the_organisation_sees_none_either() -> None:
    assert "b" in _shown(protect(_table(0, threshold=5), audience="public"))
    made = protect(_table(threshold=5, least_width=4), audience="public")
    assert "b" not in _shown(made)
    assert (made.policy.threshold, made.policy.width) == (10, 9)


def test_an_analyst_sees_exact_figures() -> None:
    wa.audience("analyst", reason="a test")
    try:
        assert "b" in _shown(protect(_table(), audience="analyst"))
    finally:
        wa.audience("public")


def test_without_cells_each_row_is_held_against_it() -> None:
    rows = replace(_table(), cells=None)
    assert "b" not in _shown(protect(rows, audience="management"))


def test_a_higher_threshold_of_the_organisation_stands() -> None:
    assert protect(_table(threshold=35), audience="public").policy.threshold == 35


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("audience", ["public", "management"])
def test_whatever_the_profile_a_small_count_is_not_printed(profile: str, audience: str) -> None:
    made = protect(_table(profile=profile), audience=audience)
    assert "b" not in _shown(made)
    frame = made.to_frame()
    assert frame["numerator"].dropna().ge(LEAST).all()


def test_counts_that_add_up_are_not_rounded_so_where_some_are_hidden() -> None:
    rules = Policy(rounding="controlled", rounding_base=5, threshold=1)
    made = with_floor(rules, LEAST)
    assert (made.rounding, made.threshold) == ("nearest", LEAST)
    # What a ledger holds of it can be read again: it is no contradiction.
    assert resolve({"rounding": made.rounding, "rounding_base": 5, "threshold": 10}) == made


def test_a_release_is_held_to_it_and_says_so_in_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    given = wa.disclosure.release(_table(threshold=5), ledger=path)
    assert "b" not in _shown(given)
    assert '"threshold":10' in path.read_text(encoding="utf-8").replace(" ", "")


def test_tables_protected_together_do_not_give_it_away() -> None:
    other = table(
        Plan("Others", {"group": {"a or b": ["a", "b"], "c": ["c"], "d": ["d"]}}),
        PEOPLE,
        ("group",),
        "",
    )
    weaker = replace(other, about=replace(other.about, policy={"threshold": 5}))
    first, second = protect_together([_table(threshold=5), weaker], audience="public")
    assert "b" not in _shown(first)
    # With "a or b" and "a" in sight, "b" would be their difference.
    assert not ({"a"} <= _shown(first) and {"a or b"} <= _shown(second))


def test_an_audit_asks_for_it_of_a_finished_report(tmp_path: Path) -> None:
    safe = written(tmp_path / "safe", [protect(_table(threshold=5), audience="public")])
    assert audit(safe).ok
    loose = written(tmp_path / "loose", [protect(_table(0, threshold=5), audience="public")])
    assert audit(loose).ok
    # The figures of the loose report, under the rules that the table asks for.
    rules = (loose / "disclosure.json").read_text(encoding="utf-8")
    (loose / "disclosure.json").write_text(
        rules.replace('"threshold": 5', '"threshold": 10'), encoding="utf-8"
    )
    found = audit(sealed(loose)).findings
    assert any("from 1 to 9" in one.what for one in found)


def test_organisation_toml_says_whom_networks_are_for(tmp_path: Path) -> None:
    path = tmp_path / "organisation.toml"
    start = '[organisation]\nname = "A"\n'
    path.write_text(
        start + '[networks.eligible."Race and Faith"]\nethnicity = ["asian"]\n'
        "[networks.plan]\nsponsor_meeting = 4\n",
        encoding="utf-8",
    )
    found = read_settings(path).plans["networks"]
    assert found["eligible"] == {"Race and Faith": {"ethnicity": ("asian",)}}
    assert found["plan"] == {"sponsor_meeting": 4.0}


def test_every_mistake_of_networks_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "organisation.toml"
    path.write_text(
        '[organisation]\nname = "A"\n[networks.eligible]\nRace = { ethnicty = ["asian"] }\n'
        "Women = {}\n[networks.plan]\nsponser_meeting = 4\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as raised:
        read_settings(path)
    assert str(raised.value).splitlines() == [
        "organisation.toml: 3 to mend.",
        "  - [networks.plan] 'sponser_meeting' is not a kind of support. Did you mean "
        "'sponsor_meeting'? Allowed: chair_training, protected_time, sponsor_meeting, budget.",
        "  - [networks.eligible.Race] 'ethnicty' is not a characteristic of staff. Did you mean "
        "'ethnicity'? Allowed: age, caring, disability, ethnicity, gender_identity, "
        "marriage_civil_partnership, pregnancy_maternity, religion, sex, sexual_orientation, "
        "socio_economic_background.",
        "  - [networks.eligible.Women] names nobody. Write the categories of staff that it is for.",
    ]


def test_an_amount_of_support_is_not_negative(tmp_path: Path) -> None:
    path = tmp_path / "organisation.toml"
    path.write_text('[organisation]\nname = "A"\n[networks.plan]\nbudget = -1\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"networks\.plan\.budget"):
        read_settings(path)
