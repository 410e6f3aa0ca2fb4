"""Open data: a tidy CSV and metadata that agree with each other."""

import csv
import io
import json

import pytest

from tests import protected_samples as samples
from workforce_analytics.publishing import open_data
from workforce_analytics.publishing.open_data import metadata


def rows(protected):
    return list(csv.DictReader(io.StringIO(protected.to_csv())))


def test_one_row_per_figure_with_exact_counts_and_shares():
    table = samples.shares()
    made = rows(table)
    assert len(made) == len(table.to_frame())
    first = made[0]
    assert (first["measure"], first["ethnicity"]) == ("share_of_all", samples.ASIAN)
    assert (first["numerator"], first["denominator"]) == ("702", "5871")
    assert float(first["value"]) == pytest.approx(702 / 5871)
    assert not [name for name in first if name.endswith("_mark")]


def test_hidden_figures_are_their_marks_and_never_blank_or_zero():
    hidden = [row for row in rows(samples.shares_by_band()) if row["numerator"] == "[c]"]
    assert hidden
    for row in hidden:
        assert {row[name] for name in ("value", "lower", "upper")} == {"[c]"}
        assert row["denominator"].isdigit()


def test_a_figure_that_does_not_exist_is_marked_too():
    community = [r for r in rows(samples.against_community()) if r["measure"] == "community_share"]
    assert {row["numerator"] for row in community} == {"[z]"}


def test_text_cannot_become_a_formula():
    counts = {"=cmd()": 50, samples.WHITE: 60, **dict.fromkeys(samples.UNDECLARED, 0)}
    assert "'=cmd()" in {row["ethnicity"] for row in rows(samples.shares(counts))}


def test_metadata_describes_every_column():
    table = samples.shares_by_band()
    described = metadata(table, address="a.csv")
    columns = described["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == list(rows(table)[0])
    assert all(column["dc:description"] for column in columns)
    kinds = {column["name"]: column["datatype"] for column in columns}
    assert (kinds["value"], kinds["ethnicity"]) == ("number", "string")
    value = next(column for column in columns if column["name"] == "value")
    assert value["null"] == ["", "[c]", "[z]"]
    assert described["url"] == "a.csv"
    assert "Office for National Statistics" in described["dc:source"]
    assert described["dc:license"]["@id"].endswith("/open-government-licence/version/3/")
    assert {
        "type": "shorthand",
        "body": "[c] confidential: hidden so that nobody can be identified",
    } in described["notes"]


def said(table, kind):
    notes = metadata(table, address="a.csv")["notes"]
    return [note["body"] for note in notes if note["type"] == kind]


def test_metadata_says_how_people_are_protected():
    table = samples.shares_by_band()
    assert said(table, "disclosure_control") == [table.policy.words, table.decisions.words]
    assert table.policy.words.startswith("Counts from 1 to 9")
    assert said(table, "audience") == said(table, "less_detail") == []


def test_metadata_says_who_may_see_the_figures():
    table = samples.shares_by_band()
    managers = samples.for_audience(table, "management")
    assert "for management, not for the public" in " ".join(said(managers, "audience"))
    assert said(managers, "disclosure_control")[0] == table.policy.words
    exact = samples.for_audience(table, "analyst")
    assert said(exact, "audience") == ["Exact figures: not for sharing."]
    assert said(exact, "disclosure_control") == ["Exact figures: not for sharing."]


def test_metadata_says_what_is_shown_in_less_detail():
    words = "Shown in two groups: in more detail, more would have had to be hidden."
    table = samples.in_less_detail(samples.shares_by_band(), words)
    assert said(table, "less_detail") == [words]


def test_numeric_cells_are_numbers_or_declared_marks():
    for make in (samples.shares_by_band, samples.against_community, samples.over_time):
        table = make()
        for column in metadata(table, address="a.csv")["tableSchema"]["columns"]:
            if column["datatype"] == "number":
                allowed = set(column.get("null", [""]))
                for row in rows(table):
                    text = row[column["name"]]
                    assert text in allowed or float(text) is not None


def test_keys_are_unique():
    for make in (samples.shares_by_band, samples.against_community, samples.over_time):
        table = make()
        keys = metadata(table, address="a.csv")["tableSchema"]["primaryKey"]
        found = [tuple(row[key] for key in keys) for row in rows(table)]
        assert len(found) == len(set(found))


def test_both_files_are_written_the_same_each_time(tmp_path):
    table = samples.against_community()
    first = [path.read_bytes() for path in open_data.write(table, tmp_path / "a", name="x")]
    again = open_data.write(table, tmp_path / "b", name="x")
    assert [path.name for path in again] == ["x.csv", "x.csv-metadata.json"]
    assert [path.read_bytes() for path in again] == first
    assert json.loads(first[1])["url"] == "x.csv"
