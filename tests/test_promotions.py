"""Who was promoted after a programme: against a slow count, person by person."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.promotion_samples import DATES, Made, extracts, tables
from workforce_analytics.counting.harmonising import harmoniser
from workforce_analytics.counting.promotions import promotion_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import codelist

SPANS = (("2022-04-01", "2023-03-31"), ("2023-04-01", "2024-03-31"))
COLUMNS = ["group", "grade", "service", "year", "took", "promoted"]


def slow(people, happened, *, programme=None, years_after=None):
    """Count person by person, as one would by hand."""
    group_of = harmoniser(codelist("ethnicity"), level="binary", unmatched="not_known")
    events = happened.to_dict("records")
    found, heads = {}, {}
    for person in people.to_dict("records"):
        if person["snapshot_date"] not in DATES[:2]:
            continue
        year = DATES.index(person["snapshot_date"])
        first, last = SPANS[year]
        mine = [event for event in events if event["person_id"] == person["person_id"]]
        done = [
            event.get("ended_on") or event["opened_on"]
            for event in mine
            if event["event"] == "programme" and programme in (None, event["detail"])
        ]
        back = f"{int(first[:4]) - (years_after or 99)}{first[4:]}"
        took = "not_before"
        if any(day < first for day in done):
            took = "took_part" if any(back <= day < first for day in done) else "longer_ago"
        promoted = any(
            event["event"] == "promotion" and first <= event["opened_on"] <= last for event in mine
        )
        unit = f"{person['unit_id']}".lower()
        key = (group_of(person["ethnicity"]), person["grade"], unit, year, took, promoted)
        found[key] = found.get(key, 0) + 1
        for happening in ("yes" if promoted else "no", ""):
            heads.setdefault((key[0], took, happening), set()).add(person["person_id"])
    return found, {key: len(names) for key, names in heads.items()}


def told(counts):
    """The same as a dictionary; services by their code."""
    rows = counts.table.assign(service=counts.table["service"].str.lower())
    return rows.set_index(COLUMNS)["n"].to_dict()


@settings(derandomize=True, deadline=None, max_examples=8)
@given(
    seed=some.integers(0, 10_000),
    programme=some.sampled_from([None, "Aspire"]),
    years_after=some.sampled_from([None, 1]),
)
def test_against_a_slow_count(seed: int, programme, years_after) -> None:
    people, happened = tables(Made(people=120, services=4), seed)
    events, workforce = extracts(people, happened, 4)
    found = promotion_counts(
        events,
        workforce,
        of="ethnicity",
        level="binary",
        years=2,
        programme=programme,
        years_after=years_after,
    )
    counts, heads = slow(people, happened, programme=programme, years_after=years_after)
    assert told(found) == counts
    assert found.heads == heads
    assert found.starts == DATES[:2]


def test_polars_gives_the_same() -> None:
    people, happened = tables(Made(people=120, services=4), 7)
    days = {"snapshot_date", "opened_on"}
    made = []
    for table in (people, happened):
        typed = table.assign(
            **{day: pd.to_datetime(table[day]).dt.date for day in days & set(table)}
        )
        if "fte" in typed:
            typed = typed.assign(fte=1.0, is_main_post=True)
        made.append(pl.DataFrame({name: typed[name].tolist() for name in typed}))
    first = extracts(people, happened, 4)
    second = extracts(*made, 4)
    tables_found = [
        promotion_counts(*pair, of="ethnicity", level="binary", years=2).table
        for pair in (first, second)
    ]
    pd.testing.assert_frame_equal(*tables_found)


def test_a_programme_counts_from_the_day_on_which_it_ended() -> None:
    people, happened = tables(Made(people=120, services=4), 3)
    is_programme = happened["event"] == "programme"
    # Half of them are still running.
    ended = happened["opened_on"].str.slice(0, 4).astype(int).add(1).astype(str)
    ended = ended + happened["opened_on"].str.slice(4)
    running = happened.index % 2 == 0
    happened = happened.assign(ended_on=ended.where(is_programme & ~running, ""))
    found = promotion_counts(
        *extracts(people, happened, 4), of="ethnicity", level="binary", years=2
    )
    assert found.ended
    done = happened[~(is_programme & running)].assign(
        ended_on=lambda rows: rows["ended_on"].replace("", None)
    )
    assert told(found) == slow(people, done)[0]


def test_years_start_once_somebody_had_completed_a_programme(council) -> None:
    found = promotion_counts(council.events, council.workforce, of="sex")
    # The first programme began on 1 April 2022: the year before it has nobody to look at.
    assert found.period == "2023-04-01 to 2025-03-31"
    assert found.starts == ("2023-03-31", "2024-03-31")
    assert not found.ended
    one = promotion_counts(council.events, council.workforce, of="sex", years=1)
    assert one.period == "2024-04-01 to 2025-03-31"


def test_mistakes_are_said_in_words(council) -> None:
    events, workforce = council.events, council.workforce
    with pytest.raises(UsageError, match="The first argument is an events extract"):
        promotion_counts(workforce, workforce, of="sex")
    with pytest.raises(UsageError, match="The second argument is a workforce extract"):
        promotion_counts(events, events, of="sex")
    with pytest.raises(UsageError, match="years_after= takes a whole number"):
        promotion_counts(events, workforce, of="sex", years_after=0)
    with pytest.raises(UsageError, match="detail='Aspire': no such record says so"):
        promotion_counts(events, workforce, of="sex", programme="Aspire")
    with pytest.raises(UsageError, match="event='promoted' is not an event"):
        promotion_counts(events, workforce, of="sex", outcome="promoted")
    people, happened = tables(Made(people=40, services=2), 1)
    none = happened[happened["event"] != "programme"]
    with pytest.raises(UsageError, match="holds no completed record of a programme"):
        promotion_counts(*extracts(people, none, 2), of="ethnicity")
