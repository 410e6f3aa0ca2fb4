"""Frames that stay where they lie: as many words or codes, counted alike, and never changed."""

import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_council
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.extracts import preparing

BY = ["snapshot_date", "ethnicity", "sex", "age", "unit_id", "engagement"]
CODES = ["engagement", "employer_unit", "unit_id", "grade", "ethnicity", "sex"]


@pytest.fixture
def table() -> pd.DataFrame:
    return small_council.typed(small_council.rows(200, dates=("2024-03-31", "2025-03-31")))


@pytest.fixture
def in_place(monkeypatch) -> None:
    """Take small frames the way of large ones."""
    monkeypatch.setattr(preparing, "IN_MEMORY_ROWS", 10)


@pytest.mark.usefixtures("in_place")
@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_large_frames_are_counted_as_small_ones_are(table, kind, monkeypatch) -> None:
    large = wa.read("workforce", table.astype(dict.fromkeys(CODES, kind)))
    monkeypatch.setattr(preparing, "IN_MEMORY_ROWS", 10**6)
    small = wa.read("workforce", table)
    for counted in ("people", "posts", "fte"):
        assert count(large, by=BY, counted=counted).equals(count(small, by=BY, counted=counted))


@pytest.mark.usefixtures("in_place")
def test_codes_are_held_as_codes_and_names_of_people_are_not(table) -> None:
    lazy = wa.read("workforce", table).frame
    kinds = dict(lazy.collect_schema().items())
    assert all(kinds[name] != engine.String for name in CODES)
    assert kinds["person_id"] == kinds["post_id"] == engine.String


@pytest.mark.usefixtures("in_place")
def test_a_large_frame_is_never_changed(table) -> None:
    before = table.copy(deep=True)
    count(wa.read("workforce", table), by=BY)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.usefixtures("in_place")
def test_columns_of_other_names_are_held_as_codes_too(table, tmp_path) -> None:
    path = tmp_path / "hr.toml"
    path.write_text(
        '[columns]\n"Ethnic Origin" = { to = "ethnicity" }\n',
        encoding="utf-8",
    )
    renamed = table.rename(columns={"ethnicity": "Ethnic Origin"})
    extract = wa.read("workforce", renamed, mapping=str(path))
    assert dict(extract.frame.collect_schema().items())["ethnicity"] != engine.String
    by = ["ethnicity", "snapshot_date"]
    assert count(extract, by=by).equals(count(wa.read("workforce", table), by=by))


@pytest.mark.parametrize("kind", ["str", "category"])
def test_blank_and_malformed_words_are_found_however_an_engine_holds_them(kind) -> None:
    polars = pytest.importorskip("polars", reason="install the [polars] extra")
    rows = small_council.typed(small_council.rows(30)).assign(home_area="Coventry")
    rows.loc[0, "engagement"] = "  "
    rows = rows.astype({"engagement": kind, "home_area": kind})
    table = polars.from_pandas(rows)
    report = wa.check("workforce", table)
    found = {(item.column, item.rule): item.records for item in report.problems}
    assert found[("engagement", "blank")] == 1
    assert found[("home_area", "wrong_form")] == len(rows)
