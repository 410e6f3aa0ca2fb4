"""Definitions: what a page shows is explained, and nothing else; open data name their measures."""

import json

from tests import recruitment_samples as samples
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.open_data import metadata


def test_only_what_is_shown_is_explained():
    terms = [term for term, _ in definitions(["shares"])]
    assert "Index" in terms
    assert "Screening range" not in terms
    terms = [term for term, _ in definitions(["likelihood", "variation"])]
    assert "Limits of usual variation" in terms
    assert "Index" not in terms
    assert terms.count("Likely between") == 1


def test_every_measure_of_every_table_is_explained_in_open_data():
    for make in samples.EVERY.values():
        made = make()
        assert set(made.to_frame()["measure"]) <= set(MEASURES)


def test_open_data_say_units_measures_and_stages():
    described = metadata(samples.funnel(), address="funnel.csv")
    notes = {(note["type"], note["body"]) for note in described["notes"]}
    assert ("unit", "proportion: a share from 0 to 1; times 100 it is per cent") in notes
    assert any(kind == "measure" and "relative_likelihood:" in body for kind, body in notes)
    columns = {c["name"]: c["dc:description"] for c in described["tableSchema"]["columns"]}
    assert columns["stage"] == "The stage of recruitment that was reached"
    assert columns["numerator"].endswith("to whom it happened")
    assert described["tableSchema"]["primaryKey"] == ["measure", "period", "ethnicity", "stage"]
    assert json.dumps(described)
