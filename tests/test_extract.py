"""read and check: what comes in, what is refused, what is said."""

import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_council
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.errors import ConfigurationError, DataError, UsageError


def test_everything_wrong_is_told_at_once() -> None:
    rows = small_council.rows(60).assign(fte="1.38", ethnicity="purple", age="200")
    with pytest.raises(DataError) as caught:
        wa.read("workforce", rows)
    said = str(caught.value)
    for rule in ("ethnicity", "fte", "age"):
        assert rule in said
    assert "purple" not in said
    report = wa.check("workforce", rows)
    assert not report.ok
    assert {"unlisted_code", "fte_above_one"} <= set(report.to_frame()["rule"])


def test_rows_read_are_kept_plus_refused(tmp_path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text(
        "Grades of the council\n\nscheme,grade,order,band,is_senior\nNJC,G1,1,Lower,N\n"
        "NJC,G2,2,Lower,N\n,,,,\nRun by somebody,,,,\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "m.toml"
    mapping.write_text('[file]\nheader_row = 3\nskip_footer = "Run by"\n', encoding="utf-8")
    report = wa.check("grades", path, mapping=mapping)
    summary = report.files[0]
    assert summary.kept == 2
    assert summary.rows_read == summary.kept + sum(n for _, n in summary.refused)
    assert dict(summary.refused)


def test_a_mapping_can_differ_from_file_to_file(tmp_path) -> None:
    rows = small_council.rows(50, dates=("2024-03-31", "2025-03-31"))
    before = rows[rows["snapshot_date"] == "2024-03-31"].assign(ethnicity="1")
    after = rows[rows["snapshot_date"] == "2025-03-31"].assign(ethnicity="1")
    for name, table, code in (("a", before, "A1"), ("b", after, "B1")):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
        (tmp_path / f"{name}.toml").write_text(f'[values.ethnicity]\n"1" = "{code}"\n')
    extract = wa.read(
        "workforce",
        [tmp_path / "a.csv", tmp_path / "b.csv"],
        mapping=[tmp_path / "a.toml", tmp_path / "b.toml"],
    )
    counts = count(extract, by=["ethnicity", "snapshot_date"])
    assert {key for key, n in counts.occurring().items() if n} == {
        ("asian", "2024-03-31"),
        ("black", "2025-03-31"),
    }


def test_the_same_file_twice_is_refused(tmp_path) -> None:
    path = tmp_path / "a.csv"
    small_council.rows(20).to_csv(path, index=False)
    path.with_name("b.csv").write_bytes(path.read_bytes())
    report = wa.check("workforce", str(tmp_path / "*.csv"))
    assert {item.rule for item in report.errors} == {"in_two_files"}


def test_people_are_pseudonyms_in_memory() -> None:
    extract = small_council.extract(small_council.rows(20))
    ids = engine.count(extract.frame, ["person_id"])["person_id"]
    assert all(len(value) == 32 for value in ids)
    assert not any(value.startswith("p") for value in ids)


def test_a_date_of_birth_becomes_an_age_and_goes() -> None:
    rows = small_council.rows(30).drop(columns="age").assign(date_of_birth="31/03/1985")
    mapping = {"columns": {"date_of_birth": {"to": "date_of_birth"}}}
    from workforce_analytics.extracts.mapping import Mapping

    extract = wa.read("workforce", rows, mapping=Mapping.model_validate(mapping))
    assert "date_of_birth" not in engine.columns(extract.frame)
    assert extract.distinct("age") == (40,)


def test_an_extract_shows_no_row() -> None:
    extract = small_council.extract(small_council.rows(30))
    shown = repr(extract)
    assert "rows" in shown
    assert "p1" not in shown
    import pickle

    with pytest.raises(UsageError, match="cannot be pickled"):
        pickle.dumps(extract)


def test_a_missing_file_and_a_wrong_contract() -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        wa.read("workforce", "not_there.csv")
    with pytest.raises(UsageError, match="Did you mean 'workforce'"):
        wa.check("workforse", pd.DataFrame())


def test_a_frame_on_an_engine_needs_its_types() -> None:
    import polars as pl

    rows = small_council.rows(20)
    report = wa.check("workforce", pl.from_pandas(rows.astype(object).where(rows.notna(), None)))
    assert "wrong_type" in set(report.to_frame()["rule"])


def test_objections_take_the_characteristics_and_leave_the_head(tmp_path) -> None:
    rows = small_council.rows(80, dates=("2024-03-31", "2025-03-31"))
    rows = rows.assign(engagement="employee", employer_unit="council", ethnicity="B2", age=40)
    rows.to_csv(tmp_path / "workforce.csv", index=False)
    (tmp_path / "objections.csv").write_text(
        "person_id,valid_from\np1,2025-01-01\np2,\np3,2026-01-01\n", encoding="utf-8"
    )
    (tmp_path / "organisation.toml").write_text(
        '[organisation]\nname = "S"\n[extracts.workforce]\npath = "workforce.csv"\n'
        '[extracts.objections]\npath = "objections.csv"\n'
    )
    council = wa.load(tmp_path / "organisation.toml")
    for of, code in (("ethnicity", "black"), ("age", "35_44")):
        cells = count(council.workforce, by=[of, "snapshot_date"]).occurring()
        # p2 objected always, p1 from 2025 on, p3 later than both snapshots.
        assert cells[(code, "2024-03-31")] == 79
        assert cells[("not_known", "2024-03-31")] == 1
        assert cells[(code, "2025-03-31")] == 78
        assert cells[("not_known", "2025-03-31")] == 2


def test_keys_of_other_kinds_find_their_person(tmp_path) -> None:
    rows = small_council.rows(40).assign(engagement="employee", employer_unit="council")
    rows.to_csv(tmp_path / "workforce.csv", index=False)
    (tmp_path / "people_keys.csv").write_text(
        "person_id,key_type,key\np1,email,Jane@Example.org\np2,email,joe@example.org\n"
    )
    (tmp_path / "training.csv").write_text(
        "User,course,status,completed_on\njane@example.org ,R&S,completed,2024-02-13\n"
        "nobody@example.org,R&S,completed,2024-02-13\n"
    )
    (tmp_path / "training.toml").write_text(
        '[columns]\n"User" = { to = "person_id", purpose = "key", key_type = "email" }\n'
    )
    (tmp_path / "keys.toml").write_text('[columns]\n"key" = { to = "key", purpose = "key" }\n')
    (tmp_path / "organisation.toml").write_text(
        '[organisation]\nname = "S"\n[extracts.workforce]\npath = "workforce.csv"\n'
        '[extracts.training]\npath = "training.csv"\nmapping = "training.toml"\n'
        '[extracts.people_keys]\npath = "people_keys.csv"\nmapping = "keys.toml"\n'
    )
    council = wa.load(tmp_path / "organisation.toml")
    join = next(item for item in council.quality.joins if item.contract == "training")
    assert (join.records, join.matched) == (1, 1)
    lost = next(item for item in council.quality.problems if item.rule == "nobody_behind_key")
    assert (lost.records, lost.of) == (1, 2)
    assert "example.org" not in repr(council.quality)
