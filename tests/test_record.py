"""What a released table tells: all that was printed, and no exact count of what was hidden."""

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from workforce_analytics.disclosure.policy import PROFILES, Policy, resolve
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.record import Record, read
from workforce_analytics.disclosure.rounding import rounded
from workforce_analytics.errors import DataError
from workforce_analytics.estimates import About, CellBuilder, Estimates, assemble

COUNTS = ("numerator", "denominator")
SECRETS = {"asian": 837, "black": 641, "mixed": 2953, "white": 40213, "other": 31847}


def about(**more: Any) -> About:
    words: dict[str, Any] = {
        "title": "Ethnic group of the workforce",
        "question": "Which ethnic groups do our staff belong to?",
        "definition": "Staff in a group divided by all staff.",
        "source": "HR system",
        "population": "the workforce",
        "base": "all staff",
        "period": "2025-03-31",
        "counted": "people",
        "groups": ("ethnicity",),
    }
    return About(**(words | more))


def shares(counts: dict[str, int], **more: Any) -> Estimates:
    builder = CellBuilder({(group,): n for group, n in counts.items()}, ["ethnicity"])
    every = builder.cell()
    cells = [builder.cell(ethnicity=group) for group in counts]
    total = sum(counts.values())
    rows = [
        {
            "measure": "share_of_all",
            "period": "2025-03-31",
            "ethnicity": group,
            "numerator": n,
            "denominator": total,
            "value": n / total if total else float("nan"),
            "unit": "proportion",
        }
        for group, n in counts.items()
    ]
    return assemble(rows, about(**more), builder.finish(cells, [every] * len(cells)))


def told(table: Estimates | Protected) -> Record:
    protected = table if isinstance(table, Protected) else table.protect()
    record = protected.record()
    assert record is not None
    return record


def again(record: Record) -> Record:
    """The record as it is read from the file that it was written to."""
    return read(json.loads(json.dumps(record.described())), where="disclosure.json")


def numbers(value: Any) -> list[float]:
    """All numbers of plain values, those within texts too."""
    if isinstance(value, dict):
        return [n for pair in value.items() for one in pair for n in numbers(one)]
    if isinstance(value, list):
        return [n for one in value for n in numbers(one)]
    return list(pd.to_numeric([value], errors="coerce"))


def exact_counts(table: Estimates) -> list[int]:
    """The exact count of each cell."""
    cells = table.cells
    assert cells is not None
    return [int(cells.base[list(cell)].sum()) for cell in cells.members]


def by_definition(table: Estimates, record: Record) -> dict[int, tuple[int, int] | None]:
    """What the record says of each cell of the table, told by the groups in it."""
    cells = table.cells
    assert cells is not None
    said = dict(zip(record.counted.layout.members, record.counted.shown, strict=True))
    return {n: said[groups] for n, groups in enumerate(cells.members) if groups in said}


# What it tells


def test_no_exact_count_of_what_is_hidden_is_in_it() -> None:
    table = shares(SECRETS, policy={"threshold": 1000})
    protected = table.protect()
    frame = protected.to_frame()
    hidden = frame.loc[frame["numerator_mark"] == "[c]", "ethnicity"].tolist()
    shown = [group for group in SECRETS if group not in hidden]
    assert {"asian", "black"} <= set(hidden)
    assert shown
    described = told(protected).described()
    there = numbers(json.loads(json.dumps(described)))
    assert not {SECRETS[group] for group in hidden} & set(there)
    assert sum(SECRETS[group] for group in hidden) not in there
    assert {SECRETS[group] for group in shown} <= set(there)
    text = json.dumps(described)
    assert not any(str(SECRETS[group]) in text for group in hidden)


def test_nothing_hidden_is_in_the_record_of_a_real_table(council: Any) -> None:
    table = wa.composition.shares(council.workforce, of="ethnicity", by="directorate")
    high = replace(table, about=replace(table.about, policy={"threshold": 200}))
    record = told(high)
    exact = exact_counts(high)
    said = by_definition(high, record)
    secret = {exact[cell] for cell, ends in said.items() if ends is None}
    public = {exact[cell] for cell, ends in said.items() if ends is not None}
    # Small numbers are also places of groups and cells.
    large = {n for n in secret - public if n > len(record.rows) + len(exact)}
    assert len(large) > 5
    there = numbers(record.described())
    assert not large & set(there)
    assert public & set(there)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_each_printed_count_is_in_it_and_each_hidden_one_is_none(counts: list[int]) -> None:
    table = shares({f"g{n}": count for n, count in enumerate(counts)})
    protected = table.protect()
    frame, record, cells = protected.to_frame(), told(protected), table.cells
    assert cells is not None
    said = by_definition(table, record)
    for column, places in zip(COUNTS, (cells.numerator, cells.denominator), strict=True):
        printed = zip(places, frame[column], frame[f"{column}_mark"], strict=True)
        for cell, n, mark in printed:
            assert said[int(cell)] == (None if mark == "[c]" else (n, n))


def test_rows_find_their_cells(council: Any) -> None:
    table = wa.composition.shares(council.workforce, of="ethnicity", by="grade_band")
    protected = table.protect()
    frame, record = protected.to_frame(), told(protected)
    assert len(record.rows) == len(frame)
    for pair, row in zip(record.rows, frame.to_dict("records"), strict=True):
        for cell, column in zip(pair, COUNTS, strict=True):
            if cell < 0:
                assert row[f"{column}_mark"] == "[z]"
            elif record.counted.shown[cell] is None:
                assert row[f"{column}_mark"] == "[c]"
            else:
                assert record.counted.shown[cell] == (row[column], row[column])


def test_it_holds_no_exact_base(council: Any) -> None:
    record = told(wa.composition.shares(council.workforce, of="sex"))
    assert record.counted.base is None
    assert record.policy == resolve({"profile": "default"})


def test_where_nobody_said_how_counts_add_up_there_is_no_record() -> None:
    table = assemble([{"measure": "share", "ethnicity": "x", "numerator": 30.0}], about())
    assert table.protect().record() is None


# Full-time equivalents


def fte(heads: dict[str, int], equivalents: dict[str, float], **more: Any) -> Estimates:
    table = shares(heads, counted="fte", **more)
    total = sum(equivalents.values())
    numerator = list(equivalents.values())
    frame = table._exact.assign(numerator=numerator, denominator=total)
    return replace(table, _exact=frame.assign(value=frame["numerator"] / total))


def test_full_time_equivalents_are_not_taken_for_people_even_where_they_are_whole() -> None:
    heads = {"asian": 30, "black": 40, "white": 300}
    record = told(fte(heads, {"asian": 25.0, "black": 33.5, "white": 300.0}))
    assert record.counted.shown == ()
    assert set(record.rows) == {(-1, -1)}


def test_few_people_behind_full_time_equivalents_are_taken_down_as_hidden() -> None:
    heads = {"asian": 12, "black": 6, "white": 300}
    table = fte(heads, {"asian": 11.5, "black": 5.0, "white": 250.0})
    said = by_definition(table, told(table))
    assert said
    assert set(said.values()) == {None}
    assert len(said) == (table.protect().to_frame()["numerator_mark"] == "[c]").sum()


def test_few_full_time_equivalents_of_enough_people_tell_nothing_of_those() -> None:
    heads = {"asian": 12, "black": 11, "white": 300}
    table = fte(heads, {"asian": 4.5, "black": 10.0, "white": 250.0})
    marks = table.protect().to_frame()["numerator_mark"].tolist()
    assert marks == ["[c]", "", ""]
    assert told(table).counted.shown == ()


def test_the_record_of_real_full_time_equivalents_says_only_what_is_hidden(council: Any) -> None:
    table = wa.composition.shares(
        council.workforce, of="ethnicity", by="directorate", counted="fte"
    )
    record = told(table)
    assert record.counted.shown
    assert set(record.counted.shown) == {None}
    assert again(record) == record


# Rounded counts


@pytest.mark.parametrize("profile", [name for name, one in PROFILES.items() if one.rounds])
def test_of_rounded_counts_it_tells_between_which_they_are(profile: str) -> None:
    policy = PROFILES[profile]
    counts = {"asian": 641, "black": 43, "mixed": 13, "white": 3457, "other": 0, "unknown": 28}
    table = shares(counts, policy={"profile": profile})
    exact, said = exact_counts(table), by_definition(table, told(table))
    assert len(said) == len(exact)
    everything = np.arange(sum(counts.values()) + 20)
    printed = rounded(everything, policy)
    for cell, ends in said.items():
        n = exact[cell]
        like = everything[printed == printed[n]]
        assert ends == (like[0], like[-1])
        assert n == 0 or ends[1] - ends[0] == policy.rounding_base - 1


def test_of_counts_rounded_to_add_up_it_tells_both_sides() -> None:
    policy = {"threshold": 1, "rounding": "controlled", "rounding_base": 5}
    table = shares({"a": 13, "b": 28, "c": 44, "d": 0}, policy=policy)
    exact, said = exact_counts(table), by_definition(table, told(table))
    for cell, ends in said.items():
        assert ends is not None
        assert ends[0] <= exact[cell] <= ends[1]
        assert ends[1] - ends[0] == (8 if exact[cell] else 4)


# Medians


def test_medians_that_are_shown_are_told_by_the_people_they_are_of() -> None:
    table = shares({"asian": 30, "black": 4, "white": 300, "other": 60})
    cells = table.cells
    assert cells is not None
    pounds = table._exact.assign(
        numerator=np.nan, denominator=[30.0, 4.0, 300.0, 60.0], value=14.5, unit="pounds"
    )
    of = replace(
        cells,
        numerator=np.full(4, -1),
        denominator=cells.numerator,
        quantiles=(0, 1, 2),
    )
    record = told(replace(table, _exact=pounds, cells=of))
    shown = [record.rows[row][1] for row in (0, 2)]
    hidden = record.rows[1][1]
    assert set(record.medians) <= set(shown)
    assert hidden not in record.medians
    assert record.medians
    assert record.rows[3][1] not in record.medians
    assert again(record) == record


# Written and read


@pytest.mark.parametrize("profile", PROFILES)
def test_it_is_read_again_as_it_was_written(profile: str, council: Any) -> None:
    table = wa.composition.shares(council.workforce, of="ethnicity", by="grade_band")
    policy = {"profile": profile, "ledger": "/a/place/ledger.jsonl", "min_gap_months": 7}
    record = told(replace(table, about=replace(table.about, policy=policy)))
    found = again(record)
    assert found == replace(record, policy=replace(record.policy, ledger=""))
    assert found.described() == record.described()
    assert "/a/place" not in json.dumps(record.described())


def test_a_part_of_a_policy_that_is_not_known_yet_is_left_aside() -> None:
    described = told(shares(SECRETS)).described()
    described["policy"]["what a later version asks"] = 3
    assert read(described, where="file").policy == Policy()


def sound() -> dict[str, Any]:
    """A record with a secret that no message may quote."""
    record = json.loads(json.dumps(told(shares(SECRETS)).described()))
    assert read(record, where="file") is not None
    return record


NO_ENDS = (["40213", "40213"], [40213.5, 40213.5], [-1, 3], 40213, [1, 2, 3])
NO_POLICIES = ({"mark": 40213}, {"profile": "40213"}, {"rounding": "nearest", "rounding_base": 1})
MISTAKES: dict[str, Any] = {
    "title": [None, 5, ["x"]],
    "layout": [None, [], {}, "x"],
    "shown": [None, 5, [], [[40213]], *([ends] * 6 for ends in NO_ENDS)],
    "rows": [None, 5, [[0]], [[0, 99]], [[-2, 0]], [["0", "0"]], [[0, 1, 2]], ["01"]],
    "medians": [None, 5, [99], [-1], ["0"], [0.5]],
    "policy": [None, [], "x", {"threshold": "40213"}, {"threshold": 0}, *NO_POLICIES],
}


@pytest.mark.parametrize(
    ("part", "value"),
    [(part, value) for part, values in MISTAKES.items() for value in values],
    ids=lambda value: None if isinstance(value, str) else json.dumps(value)[:30],
)
def test_a_malformed_record_is_refused_in_words_without_values(part: str, value: Any) -> None:
    record = {**sound(), part: value}
    with pytest.raises(DataError) as info:
        read(record, where="ledger.jsonl, line 3")
    message = str(info.value)
    assert message.startswith("ledger.jsonl, line 3: ")
    assert "make the report anew" in message
    assert not any(secret in message for secret in ("40213", "837", "asian", "KeyError"))
    assert info.value.__context__ is None


@pytest.mark.parametrize("part", list(MISTAKES))
def test_a_record_that_lacks_a_part_is_refused(part: str) -> None:
    record = sound()
    del record[part]
    with pytest.raises(DataError):
        read(record, where="file")


def test_a_cell_more_or_less_than_was_printed_is_refused() -> None:
    for more in (-1, 1):
        record = deepcopy(sound())
        shown = record["shown"]
        record["shown"] = shown[:more] if more < 0 else [*shown, None]
        with pytest.raises(DataError):
            read(record, where="file")
