"""How likely procedures and programmes are: planted effects, orientation, small numbers hidden."""

import json

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from tests.conftest import SAMPLE
from tests.small_council import extract
from tests.test_events import events_of, happened, slow, staff
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.rates import rate_interval
from workforce_analytics.inference.ratios import ratio_interval

TRUTH = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["expected"]["casework"]
PLANTED = sorted(name for name in TRUTH if name.startswith("relative_likelihood/"))
ALL_OTHERS = "All other ethnic groups combined"


def likelihood(council, **arguments) -> Estimates:
    asked = {"of": "ethnicity", "level": "binary", **arguments}
    if "standard" in asked:
        asked.pop("level")
    return wa.participation.likelihood(council.events, council.workforce, **asked)


def row(table: Estimates, measure: str, label: str | None = None) -> pd.Series:
    exact = table._exact[table._exact["measure"] == measure]
    if label is not None:
        exact = exact[exact[table.about.groups[0]] == label]
    assert len(exact) == 1
    return exact.iloc[0]


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found(council, name: str) -> None:
    _, event, group = name.split("/")
    of, reference = ("ethnicity", "white"), ("disability", "not_disabled")
    of, reference = of if group == "minority_ethnic" else reference
    expected = TRUTH[name]
    for per, within in (("person_year", 2), ("head", 2.5)):
        table = wa.participation.likelihood(
            council.events,
            council.workforce,
            of=of,
            level="binary" if of == "ethnicity" else None,
            event=event,
            per=per,
            years=3,
            reference=reference,
        )
        found = row(table, "relative_likelihood")
        assert abs(found["value"] - expected["mean"]) < within * expected["deviation"]
        assert found["lower"] < found["value"] < found["upper"]


def small(seed: int, **arguments) -> Estimates:
    asked = {"of": "ethnicity", "level": "binary", "event": "grievance", "years": 2, **arguments}
    return wa.participation.likelihood(
        events_of(happened(seed, 240)), extract(staff(seed)), **asked
    )


def test_rates_per_head_are_of_the_people_in_post_when_each_year_starts() -> None:
    table = small(11)
    counts = slow(staff(11), happened(11, 240), joiners=False, event="grievance")
    n = {}
    for (code, day, often, _), people in counts["people"].items():
        if day < "2025-03-31":
            key = (code, often != "never")
            n[key] = n.get(key, 0) + people
    ends = {}
    for label, code in (("White", "white"), (ALL_OTHERS, "minority_ethnic")):
        found = row(table, "rate", label)
        ends[code] = (n[code, True], n[code, True] + n[code, False])
        assert (found["numerator"], found["denominator"]) == ends[code]
        assert row(table, "people", label)["value"] == n[code, True]
        assert row(table, "cases", label)["value"] == counts["cases"][code]
        assert row(table, "events", label)["value"] == counts["events"][code]
        assert row(table, "open_cases", label)["value"] == counts["open"][code]
    larger, other = sorted(ends, key=lambda code: -ends[code][1])
    expected = ratio_interval(*ends[other], *ends[larger])
    found = row(table, "relative_likelihood")
    for end in ("value", "lower", "upper"):
        assert found[end] == pytest.approx(float(getattr(expected, end)))


def test_rates_per_person_year_allow_for_people_with_several_events() -> None:
    table = small(11, per="person_year")
    counts = slow(staff(11), happened(11, 240), event="grievance")
    people = [(t / 2 / 365.25, e) for (c, t, e), n in counts["clusters"].items() if c == "white"
              for _ in range(n)]  # fmt: skip
    years, events = (np.array(part, dtype=float) for part in zip(*people, strict=True))
    rate = events.sum() / years.sum()
    spread = ((events - rate * years) ** 2).sum() * len(years) / (len(years) - 1)
    factor = max(1.0, spread / events.sum())
    assert events.max() > 1
    found = row(table, "rate_per_100_person_years", "White")
    expected = rate_interval(events.sum() / factor, years.sum() / factor, per=100)
    assert found["value"] == pytest.approx(100 * rate)
    assert found["lower"] == pytest.approx(float(expected.lower))
    assert found["upper"] == pytest.approx(float(expected.upper))
    assert "widened for people with several events" in found["method"]
    assert found["n_effective"] == pytest.approx(events.sum() / factor)


def test_who_can_leave_once_has_exact_or_byars_limits(council) -> None:
    table = likelihood(council, event="redundancy", per="person_year", years=1)
    methods = table._exact.set_index("measure")["method"]
    assert set(methods["rate_per_100_person_years"]) <= {"Byar's limits", "exact Poisson limits"}
    assert methods["relative_likelihood"] == (
        "ratio of rates, exact limits given all events (Clopper-Pearson); "
        "q-value: Benjamini-Hochberg, 1 comparison"
    )


def test_each_standard_says_which_rate_stands_on_top(council) -> None:
    disciplinary = likelihood(council, standard="wres_3", years=3)
    found = row(disciplinary, "relative_likelihood", ALL_OTHERS)
    assert (found["compared"], found["reference"]) == (ALL_OTHERS, "White")
    assert found["orientation"] == (
        "above 1: entering the formal disciplinary process is more likely for “All other ethnic "
        "groups combined” than for “White”"
    )
    assert "Disciplinary (formal)" in disciplinary.about.caveats[0]
    training = {
        name: wa.participation.likelihood(
            council.training,
            council.workforce,
            of="ethnicity",
            standard=name,
            detail="Coaching skills",
            period=("2022-04-01", "2025-03-31"),
        )
        for name in ("wres_4", "sc_wres_5")
    }
    nhs, care = (row(table, "relative_likelihood", ALL_OTHERS) for table in training.values())
    assert (nhs["compared"], nhs["reference"]) == ("White", ALL_OTHERS)
    assert (care["compared"], care["reference"]) == (ALL_OTHERS, "White")
    assert nhs["value"] == pytest.approx(1 / care["value"])
    assert (nhs["lower"], nhs["upper"]) == pytest.approx((1 / care["upper"], 1 / care["lower"]))
    # Planted: 0.8 times as likely for all other ethnic groups combined.
    assert nhs["lower"] < 1 / 0.8 < nhs["upper"]
    assert training["wres_4"].about.reference == "White"
    two_years = wa.participation.likelihood(
        council.events, council.workforce, of="disability", standard="wdes_3"
    )
    assert two_years.about.period == "2023-04-01 to 2025-03-31"
    assert row(two_years, "relative_likelihood")["compared"] == "Disabled"


def test_references_of_every_kind(council) -> None:
    asked = {"event": "leaving", "level": "main"}
    tables = {
        name: likelihood(council, reference=name, **asked)
        for name in ("rest", "total", "highest", "White")
    }
    against = {
        name: row(table, "relative_likelihood", "Other ethnic group")
        for name, table in tables.items()
    }
    assert against["rest"]["reference"] == "All other groups"
    assert against["total"]["reference"] == "All who declared"
    assert against["White"]["reference"] == "White"
    assert abs(against["total"]["value"] - 1) < abs(against["rest"]["value"] - 1)
    rest = likelihood(council, reference="rest", per="person_year", **asked)
    assert row(rest, "relative_likelihood", "White")["reference"] == "All other groups"
    with pytest.raises(UsageError, match='Per person-year compare with "largest"'):
        likelihood(council, reference="total", per="person_year", **asked)


def test_what_happened_to_nobody_is_0_and_never_parity() -> None:
    events = events_of(happened(4).assign(event="grievance"))
    for per, measure in (("head", "rate"), ("person_year", "rate_per_100_person_years")):
        table = wa.participation.likelihood(
            events, extract(staff(4)), of="ethnicity", event="promotion", per=per
        )
        rates = table._exact[table._exact["measure"] == measure]
        assert (rates["value"][rates["status"] != "undefined"] == 0).all()
        ratios = table._exact[table._exact["measure"] == "relative_likelihood"]
        assert ratios["value"].isna().all()
        assert set(ratios["status"]) == {"undefined"}


def test_a_group_with_nobody_in_it_is_undefined() -> None:
    people = staff(6)
    people["ethnicity"] = people["ethnicity"].replace({"O1": "W1"})
    for per, measure in (("head", "rate"), ("person_year", "rate_per_100_person_years")):
        table = wa.participation.likelihood(
            events_of(happened(6)), extract(people), of="ethnicity", event="grievance", per=per
        )
        empty = row(table, measure, "Other ethnic group")
        assert empty["status"] == "undefined"
        assert np.isnan(empty["value"])
        assert row(table, "relative_likelihood", "Other ethnic group")["status"] == "undefined"


def test_small_numbers_are_hidden_from_the_public_everywhere(council) -> None:
    for arguments in (
        {"event": "grievance", "level": "main"},
        {"event": "capability", "level": "full", "years": 2},
        {"event": "harassment_complaint", "per": "person_year", "level": "main"},
    ):
        table = likelihood(council, **arguments)
        shown, exact = table.protect().to_frame(), table._exact
        small_ones = exact["measure"].isin(["people", "events", "cases", "open_cases"])
        small_ones &= exact["value"].between(1, 9)
        assert small_ones.any()
        assert shown.loc[small_ones, "value"].isna().all()
        assert set(shown.loc[small_ones, "value_mark"]) == {"[c]"}
        assert not shown["numerator"].between(1, 9).any()
        gone = set(exact["ethnicity"][(exact["measure"] == "events") & small_ones])
        rest = exact["ethnicity"].isin(gone) & exact["measure"].isin(
            ["rate", "rate_per_100_person_years", "relative_likelihood", "cases"]
        )
        assert shown.loc[rest, ["value", "lower", "upper", "p_value"]].isna().all(axis=None)
    words = table.sentence()
    assert "discriminat" not in words
    assert not any(group in words for group in gone)


def test_a_repeat_is_not_had_from_events_less_people() -> None:
    people = pd.concat([staff(n).assign(person_id=lambda t, n=n: f"{n}-" + t["person_id"])
                        for n in range(6)])  # fmt: skip
    who = people[
        (people["snapshot_date"] == "2024-03-31")
        & (people["engagement"] == "employee")
        & (people["employer_unit"] == "council")
        & (people["is_main_post"] == "Y")
        & people["ethnicity"].isin(["W1", "W2", "White - British"])
    ]["person_id"].tolist()
    records = pd.DataFrame({"person_id": [*who[:20], who[0]], "event": "grievance"}).assign(
        case_id=[f"c{n}" for n in range(21)],
        opened_on=["2024-06-01"] * 20 + ["2024-07-01"],
    )
    table = wa.participation.likelihood(
        events_of(records), extract(people), of="ethnicity", level="binary", event="grievance"
    )
    assert row(table, "events", "White")["value"] == 21
    shown = table.protect().to_frame().set_index(["measure", "ethnicity"])
    assert shown.loc[("people", "White"), "value"] == 20
    assert shown.loc[("events", "White"), "value_mark"] == "[c]"


def test_bases_are_looked_at_together_with_other_tables_of_the_same_people() -> None:
    people = pd.concat([staff(n).assign(person_id=lambda t, n=n: f"{n}-" + t["person_id"])
                        for n in range(3)])  # fmt: skip
    people = people[people["snapshot_date"] == "2025-03-31"]
    workforce = extract(people)
    # With one snapshot, people are those at the end of the year: those of the other table.
    table = wa.participation.likelihood(
        events_of(happened(1)), workforce, of="ethnicity", event="disciplinary"
    )
    shares = wa.composition.shares(workforce, of="ethnicity", answers="declared")
    both = [one.to_frame() for one in protect_together([table, shares])]
    bases = both[0][both[0]["measure"] == "rate"].set_index("ethnicity")["denominator"]
    staffed = both[1][both[1]["measure"] == "share_of_known"].set_index("ethnicity")["numerator"]
    exact = shares._exact.set_index("ethnicity")["numerator"]
    assert exact.between(1, 9).any()
    for group in exact.index:
        assert np.isnan(bases[group]) == np.isnan(staffed[group]), group
    assert staffed.isna().sum() >= 2


def test_contradictions_and_unknown_words_are_refused(council) -> None:
    with pytest.raises(UsageError, match="defines event='disciplinary', not 'grievance'"):
        likelihood(council, standard="wres_3", event="grievance")
    with pytest.raises(UsageError, match="name them with detail="):
        wa.participation.likelihood(
            council.training, council.workforce, of="ethnicity", standard="wres_4"
        )
    with pytest.raises(UsageError, match="is about applications"):
        likelihood(council, standard="wres_2")
    with pytest.raises(UsageError, match="takes the name of an event"):
        likelihood(council)
    with pytest.raises(UsageError, match="Allowed: head, person_year"):
        likelihood(council, event="grievance", per="year")
    with pytest.raises(UsageError, match="confidence= takes a number"):
        likelihood(council, event="grievance", confidence=2)
    with pytest.raises(UsageError, match="two numbers around 1"):
        likelihood(council, event="grievance", zone=(2, 3))


def test_the_words_say_whom_and_how(council) -> None:
    about = likelihood(council, event="programme", detail="Leaders of tomorrow").about
    assert about.kind == "participation"
    assert about.outcome == "taking part in a development programme (Leaders of tomorrow)"
    assert about.among == "those in post on 31 March 2024"
    assert about.population == "employees of the council itself"
    assert about.title == (
        "Relative likelihood of taking part in a development programme (Leaders of tomorrow), of "
        "those in post on 31 March 2024, by ethnic group, employees of the council itself, "
        "1 April 2024 to 31 March 2025"
    )
    pooled = likelihood(council, event="programme", years=2).about
    assert any("in post at the start of two of them" in said for said in pooled.caveats)
