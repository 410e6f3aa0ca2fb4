"""Plans: what is written down before anybody looks, and whether a table was planned."""

import tomllib
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.measures.training_plan import DELTA, Plan, plan, plan_of, read_plan

FULL = plan(
    recorded_on="2024-03-04",
    delta_points=1.5,
    outcomes=["shortlisted", "appointed"],
    characteristics=["ethnicity"],
    reference="White",
    level="binary",
    until="2025-03-31",
)
BARE = plan(recorded_on=date(2024, 3, 4))


def test_a_plan_is_what_was_said() -> None:
    assert Plan(date(2024, 3, 4), DELTA) == BARE
    assert FULL.until == date(2025, 3, 31)
    assert (FULL.delta_points, FULL.reference, FULL.level) == (1.5, "White", "binary")
    assert plan(recorded_on=datetime(2024, 3, 4, 9, 30)) == BARE


@pytest.mark.parametrize("made", [FULL, BARE])
def test_what_a_plan_writes_is_read_as_the_same_plan(made: Plan) -> None:
    written = tomllib.loads(made.toml())["training_impact"]["plan"]
    assert read_plan(written) == made


@pytest.mark.parametrize(
    ("of", "outcomes", "panels", "words"),
    [
        (
            "ethnicity",
            ["shortlisted"],
            ["2024-03-04", "2025-03-31"],
            "Planned on 4 March 2024: a change of 1.5 percentage points or more matters.",
        ),
        (
            "ethnicity",
            ["shortlisted"],
            ["2023-03-31", "2024-03-03", "2024-03-04", "2025-03-31", "2025-04-01"],
            "Planned on 4 March 2024, when 40% of these panels had sat: a change of 1.5 percentage "
            "points or more matters.",
        ),
        (
            "sex",
            ["shortlisted"],
            ["2025-03-31"],
            "Not planned beforehand. The plan of 4 March 2024 is of other questions.",
        ),
        (
            "ethnicity",
            ["shortlisted", "offered"],
            ["2025-03-31"],
            "Not planned beforehand. The plan of 4 March 2024 is of other questions.",
        ),
        (
            "ethnicity",
            ["appointed"],
            ["2024-03-01", "2024-03-03"],
            "Not planned beforehand. The plan is of 4 March 2024, after the last of these panels "
            "had sat.",
        ),
    ],
)
def test_a_table_says_whether_it_was_planned(
    of: str, outcomes: list[str], panels: list[str], words: str
) -> None:
    assert FULL.words(of, outcomes, panels) == words


def test_a_plan_that_names_nothing_covers_everything() -> None:
    assert BARE.covers("sex", ["offered", "appointed"])
    assert BARE.words("sex", ["offered"], []).startswith("Planned on 4 March 2024")
    assert FULL.covers("ethnicity", ["appointed"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"recorded_on": "4 March"}, "recorded_on= takes a day"),
        ({"recorded_on": "2024-03-04", "until": "soon"}, "until= takes a day"),
        ({"recorded_on": "2024-03-04", "delta_points": 0}, "above 0"),
        ({"recorded_on": "2024-03-04", "delta_points": "2"}, "above 0"),
        ({"recorded_on": "2024-03-04", "delta_points": 101}, "above 0"),
        ({"recorded_on": "2024-03-04", "outcomes": "shortlisted"}, "outcomes= takes a list"),
        ({"recorded_on": "2024-03-04", "outcomes": ["shortlistd"]}, "Did you mean 'shortlisted'"),
        ({"recorded_on": "2024-03-04", "characteristics": [1]}, "characteristics= takes a list"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_here_and_in_the_file(
    wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        plan(**wrong)
    with pytest.raises(ConfigurationError, match=r"\[training_impact\.plan\].*" + words):
        read_plan(wrong)


def test_names_that_a_plan_does_not_have_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"'outcome' is not known.*outcomes"):
        read_plan({"recorded_on": date(2024, 3, 4), "outcome": ["shortlisted"]})
    with pytest.raises(ConfigurationError, match="no recorded_on"):
        read_plan({"delta_points": 2})


def test_the_plan_that_is_given_counts_before_the_one_in_the_file(council: Any) -> None:
    applications = council.applications
    written = plan_of(applications, None)
    assert written is not None
    assert written.recorded_on == date(2024, 3, 4)
    assert plan_of(applications, BARE) is BARE
    nothing: Any = SimpleNamespace(context=SimpleNamespace(plans={}))
    assert plan_of(nothing, None) is None
    with pytest.raises(UsageError, match="plan="):
        plan_of(applications, {"recorded_on": "2024-03-04"})  # type: ignore[arg-type]
