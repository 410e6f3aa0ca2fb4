"""What happened to people, counted: against a slow count person by person, on several engines."""

import random
from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests.small_council import extract, rows, typed
from workforce_analytics.counting.counts import count
from workforce_analytics.counting.events import DATE, EventCounts, event_counts
from workforce_analytics.counting.harmonising import harmoniser
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Context

DATES = ("2023-03-31", "2024-03-31", "2025-03-31")
SPANS = (("2023-04-01", "2024-03-31"), ("2024-04-01", "2025-03-31"))
PEOPLE = 60


def staff(seed: int) -> pd.DataFrame:
    """People of three snapshots, of whom some are missing at each."""
    table = rows(PEOPLE, seed=seed, dates=DATES)
    draw = random.Random(seed)
    gone = {(day, f"p{n}") for day in DATES for n in range(PEOPLE) if draw.random() < 0.2}
    kept = [key not in gone for key in zip(table["snapshot_date"], table["person_id"], strict=True)]
    return table[kept].reset_index(drop=True)


def happened(seed: int, n: int = 90) -> pd.DataFrame:
    """Records of two kinds, some of one case, some outside the period, some of nobody."""
    draw = random.Random(seed + 1)
    made = []
    for number in range(n):
        opened = date(2022, 12, 1) + timedelta(days=draw.randrange(900))
        ended = opened + timedelta(days=draw.randrange(300)) if draw.random() < 0.6 else None
        made.append(
            {
                "person_id": f"p{draw.randrange(PEOPLE + 5)}",
                "event": draw.choice(["grievance", "disciplinary"]),
                "case_id": draw.choice(["", f"c{number}", "shared 1", "shared 2"]),
                "formal": draw.choice(["Y", "N", ""]),
                "detail": draw.choice(["Pay", "Hours", ""]),
                "opened_on": opened.isoformat(),
                "ended_on": ended.isoformat() if ended else "",
            }
        )
    return pd.DataFrame(made).drop_duplicates(["person_id", "event", "case_id", "opened_on"])


def events_of(table: pd.DataFrame, context: Context | None = None):
    return wa.read("events", table, context=context or Context())


def polars(table: pd.DataFrame) -> pl.DataFrame:
    """The same table in Polars, missing cells as missing."""
    plain = table.astype(object).where(table.notna(), None)
    return pl.DataFrame({name: plain[name].tolist() for name in plain})


def slow(people: pd.DataFrame, events: pd.DataFrame, *, joiners: bool = True, **wanted: str):
    """Count person by person, as one would by hand."""
    group_of = harmoniser(codelist("ethnicity"), level="binary", unmatched="not_known")
    counted = people[
        (people["engagement"] == "employee")
        & (people["employer_unit"] == "council")
        & (people["is_main_post"] == "Y")
    ]
    group = {
        (row["person_id"], row["snapshot_date"]): group_of(row["ethnicity"] or None)
        for row in counted.to_dict("records")
    }
    of_kind = [e for e in events.to_dict("records") if all(e[k] == v for k, v in wanted.items())]

    def place(person, year):
        sides = DATES[year : year + (2 if joiners else 1)]
        return next(((person, day) for day in sides if (person, day) in group), None)

    found = [
        (e, place(e["person_id"], year))
        for e in of_kind
        for year, (start, end) in enumerate(SPANS)
        if start <= e["opened_on"] <= end
    ]
    still = [
        (e, place(e["person_id"], 1))
        for e in of_kind
        if e["opened_on"] <= DATES[-1] and not ("" < e["ended_on"] <= DATES[-1])
    ]
    result = {"people": {}, "events": {}, "cases": {}, "open": {}, "clusters": {}}
    for kind, listed in (("cases", found), ("open", still)):
        sets = {(group[at], e["case_id"] or f"alone {n}") for n, (e, at) in enumerate(listed) if at}
        for code, _ in sets:
            result[kind][code] = result[kind].get(code, 0) + 1
    by_person: dict = {}
    for at, code in group.items():
        often = sum(1 for _, place_ in found if place_ == at)
        result["events"][code] = result["events"].get(code, 0) + often
        bucket = ("never", "once", "more_than_once")[min(often, 2)]
        case = "yes" if any(place_ == at for _, place_ in still) else "no"
        key = (code, at[1], bucket, case if at[1] > DATES[0] else "not_looked_at")
        result["people"][key] = result["people"].get(key, 0) + 1
        half_days = {DATES[0]: 366, DATES[1]: 366 + 365, DATES[2]: 365}[at[1]]
        time, events_so_far = by_person.get((at[0], code), (0, 0))
        by_person[at[0], code] = (time + half_days, events_so_far + often)
    for (_, code), (time, often) in by_person.items():
        key = (code, time, often)
        result["clusters"][key] = result["clusters"].get(key, 0) + 1
    result["elsewhere"] = sum(1 for _, at in found if at is None)
    result["in_all"] = len({e["case_id"] or f"alone {n}" for n, (e, at) in enumerate(found) if at})
    return result


def told(found: EventCounts) -> dict:
    each = zip(
        found.clusters.group,
        found.clusters.half_days.tolist(),
        found.clusters.events.tolist(),
        found.clusters.people.tolist(),
        strict=True,
    )
    return {
        "people": found.people.occurring(),
        "events": dict(found.events),
        "cases": dict(found.cases),
        "open": dict(found.open_cases or {}),
        "clusters": {(code, time, often): n for code, time, often, n in each},
        "elsewhere": found.elsewhere,
        "in_all": found.cases_in_all,
    }


def counted(workforce, events, **arguments) -> EventCounts:
    asked = {"event": "grievance", "years": 2, **arguments}
    return event_counts(events, workforce, of="ethnicity", level="binary", **asked)


@settings(derandomize=True, deadline=None, max_examples=8)
@given(seed=st.integers(0, 10_000), joiners=st.booleans(), detail=st.sampled_from([None, "Pay"]))
def test_everything_is_as_counted_person_by_person(seed, joiners, detail) -> None:
    people, events = staff(seed), happened(seed)
    found = counted(extract(people), events_of(events), joiners=joiners, detail=detail)
    wanted = {"event": "grievance", **({"detail": detail} if detail else {})}
    assert told(found) == slow(people, events, joiners=joiners, **wanted)


def test_formal_ones_are_told_from_others_and_from_unknown() -> None:
    people, events = staff(3), happened(3)
    for formal, code in ((True, "Y"), (False, "N")):
        found = counted(extract(people), events_of(events), formal=formal)
        assert told(found) == slow(people, events, event="grievance", formal=code)
    assert found.title == "Grievance (not formal)"


def test_every_engine_and_any_order_of_rows_give_the_same() -> None:
    people, events = staff(5), happened(5)
    first = counted(extract(people), events_of(events))
    shuffled = counted(
        extract(people.sample(frac=1, random_state=1)),
        events_of(events.sample(frac=1, random_state=2)),
    )
    assert told(first) == told(shuffled)
    assert first.people._table.equals(shuffled.people._table)
    assert list(first.clusters.group) == list(shuffled.clusters.group)
    assert dict(first.years) == dict(shuffled.years)
    ready = events.assign(
        **{
            day: pd.to_datetime(events[day].replace("", None)).dt.date
            for day in ("opened_on", "ended_on")
        },
        formal=events["formal"].map({"Y": True, "N": False}),
        case_id=events["case_id"].replace("", None),
    )
    on_polars = counted(
        wa.read("workforce", polars(typed(people))),
        wa.read("events", polars(ready)),
    )
    assert told(on_polars) == told(first)


def test_people_are_a_partition_of_the_workforce_at_each_snapshot() -> None:
    workforce = extract(staff(8))
    found = counted(workforce, events_of(happened(8)))
    plain = count(workforce, by=["ethnicity", DATE], levels={"ethnicity": "binary"})
    assert found.people.over("ethnicity", DATE).equals(plain)
    with pytest.raises(UsageError, match="may not be added up over 'snapshot_date'"):
        found.people.over("ethnicity")
    assert found.people.people == plain.people
    assert found.people.limits == plain.limits


def test_person_years_are_average_headcount_times_length() -> None:
    found = counted(extract(staff(2)), events_of(happened(2)))
    heads = found.people.over("ethnicity", DATE).occurring()
    for code, years in found.years.items():
        n = [heads.get((code, day), 0) for day in DATES]
        expected = (n[0] + n[1]) / 2 * 366 / 365.25 + (n[1] + n[2]) / 2 * 365 / 365.25
        assert years == pytest.approx(expected)
        time, often, people = found.clusters.of((code,))
        assert (time * people).sum() == pytest.approx(years)
        assert (often * people).sum() == found.events[code]


def test_a_period_starts_from_the_last_snapshot_before_it_or_else_the_first_after() -> None:
    workforce, events = extract(staff(1)), events_of(happened(1))
    spans = counted(workforce, events, period="2023-07-01 to 2024-12-31").spans
    assert [(s.start, s.end, s.snapshot) for s in spans] == [
        ("2023-07-01", "2024-06-30", "2023-03-31"),
        ("2024-07-01", "2024-12-31", "2024-03-31"),
    ]
    one = extract(staff(1).query("snapshot_date == '2025-03-31'"))
    (only,) = counted(one, events, years=1).spans
    assert (only.start, only.end, only.snapshot) == ("2024-04-01", "2025-03-31", "2025-03-31")
    with pytest.raises(UsageError, match=r"No snapshot says who was there in the year from 1 Janu"):
        counted(workforce, events, period=("2010-01-01", "2010-12-31"))
    with pytest.raises(UsageError, match="a first and a last day"):
        counted(workforce, events, period="last year")
    with pytest.raises(UsageError, match="years= takes a whole number"):
        counted(workforce, events, years=0)


def test_things_without_an_end_have_no_open_cases() -> None:
    events = happened(4).assign(ended_on="")
    found = counted(extract(staff(4)), events_of(events))
    assert found.open_cases is None
    assert {key[3] for key in found.people.occurring()} == {"not_looked_at"}


def test_nothing_happened_is_0_of_everybody() -> None:
    found = counted(extract(staff(4)), events_of(happened(4)), event="promotion")
    assert sum(found.events.values()) == 0
    assert dict(found.cases) == {}
    assert {key[2] for key in found.people.occurring()} == {"never"}


def test_completed_courses_are_events_of_people_of_any_population() -> None:
    people = staff(6)
    people.loc[people["person_id"] < "p3", "engagement"] = "councillor"
    context = Context(
        organisation="Small Council",
        populations={"councillors": {"title": "councillors", "engagement": ["councillor"]}},
    )
    workforce = wa.read("workforce", people, context=context)
    chosen = people[(people["engagement"] == "councillor") & (people["is_main_post"] == "Y")]
    who = chosen[chosen["snapshot_date"] == DATES[1]]["person_id"].tolist()
    courses = pd.DataFrame(
        {
            "person_id": [*who[:3], who[0], *who[3:6]],
            "course": ["Chairing"] * 4 + ["Equality Act"] * 3,
            "status": ["Completed"] * 3 + ["Booked", "Completed", "DNA", "Completed"],
            "completed_on": ["2024-06-01"] * 3 + [""] + ["2024-09-01", "", "2023-01-01"],
        }
    )
    training = wa.read("training", courses, context=context)
    found = event_counts(
        training, workforce, of="sex", event="training", population_name="councillors"
    )
    assert sum(found.events.values()) == 4
    assert sum(n for key, n in found.people.occurring().items() if key[1] == DATES[1]) == len(who)
    chairing = event_counts(
        training,
        workforce,
        of="sex",
        event="training",
        detail="CHAIRING",
        population_name="councillors",
    )
    assert sum(chairing.events.values()) == 3
    assert chairing.title == "Training: CHAIRING"
    with pytest.raises(UsageError, match=r"Did you mean 'Chairing'.*Chairing, Equality Act"):
        event_counts(training, workforce, of="sex", event="training", detail="Chairng")


def test_what_there_is_not_is_refused_in_words() -> None:
    workforce, events = extract(staff(1)), events_of(happened(1))
    with pytest.raises(UsageError, match=r"event='grievence' .*Did you mean 'grievance'"):
        counted(workforce, events, event="grievence")
    with pytest.raises(UsageError, match="The second argument is a workforce extract"):
        counted(events, events)
    with pytest.raises(UsageError, match="The first argument is an events extract"):
        counted(workforce, workforce)
    bare = events_of(happened(1).drop(columns=["formal"]))
    with pytest.raises(UsageError, match="no column 'formal'"):
        counted(workforce, bare, formal=True)
    lazy = wa.read("workforce", polars(typed(staff(1))))
    with pytest.raises(UsageError, match="different engines"):
        counted(lazy, events)


def test_a_subset_of_people_is_the_same_one_as_in_other_counts() -> None:
    people = staff(9)
    workforce = extract(people)
    where = {"grade_band": "Very grand"}
    found = counted(workforce, events_of(happened(9)), where={"sex": ["female", "male"]})
    plain = count(
        workforce,
        by=["ethnicity", DATE],
        levels={"ethnicity": "binary"},
        where={"sex": ["female", "male"]},
    )
    assert found.people.over("ethnicity", DATE).equals(plain)
    assert found.people.subset == plain.subset == "Sex: Female or Male"
    with pytest.raises(UsageError, match="is not a category of grade_band"):
        counted(workforce, events_of(happened(9)), where=where)


def test_planted_rates_of_the_sample_are_found(council) -> None:
    found = event_counts(
        council.events,
        council.workforce,
        of="ethnicity",
        level="binary",
        event="disciplinary",
        years=3,
    )
    assert sum(found.events.values()) + found.elsewhere == 215
    assert found.cases_in_all == 215
    assert np.isclose(sum(found.years.values()), 15504, rtol=0.001)
