"""Marker values planted in every column of every extract appear in no output."""

import random
import traceback

import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_council
from workforce_analytics import cli
from workforce_analytics.extracts.contracts import contract, contract_names
from workforce_analytics.extracts.matching import code_list

MARKER = "Zqx-Marker"
PRINTED = {"unit_id", "grade", "network", "area_code", "area_name", "name", "scheme", "band"}
"""Labels that are meant to be printed: units, grades, networks and areas."""


def _marked(contract_name: str, column: str) -> pd.DataFrame:
    """A table of a contract with a marker in every record of one column."""
    described = contract(contract_name)
    good = {}
    for field in described.fields:
        if field.categories:
            good[field.name] = field.categories[0].value
        elif field.codelist or code_list(described, field.name) is not None:
            good[field.name] = "not_known"
        else:
            good[field.name] = {
                "date": "2024-05-01",
                "number": "1",
                "integer": "1",
                "boolean": "Y",
                "year": "2024",
                "yearmonth": "2024-05",
            }.get(field.type, "x")
    rows = [{**good, column: f"{MARKER} {i}"} for i in range(12)]
    return pd.DataFrame(rows)


def _outcome(name: str, table: pd.DataFrame, options: dict) -> str:
    """What somebody sees of reading a table: the extract, or the whole traceback."""
    try:
        return repr(wa.read(name, table, **options))
    except Exception as error:
        return "".join(traceback.format_exception(error))


COLUMNS = [(name, field.name) for name in contract_names() for field in contract(name).fields]


@pytest.mark.parametrize("contract_name", contract_names())
def test_no_marker_in_any_message(contract_name, tmp_path, capsys) -> None:
    for name, column in COLUMNS:
        if name != contract_name:
            continue
        table = _marked(name, column)
        options = {"dimensions": ["sex"], "counted": "staff"} if name == "counts" else {}
        if name == "counts":
            table = table.assign(sex="Female")
        report = wa.check(name, table, **options)
        shown = repr(report) + report._repr_html_() + report.to_frame().to_csv()
        assert MARKER not in shown, column
        assert MARKER not in _outcome(name, table, options), column
        path = tmp_path / f"{column}.csv"
        table.to_csv(path, index=False)
        cli.main(["check", str(path), "--as", name, "--page", str(tmp_path / "quality.html")])
        out, err = capsys.readouterr()
        page = (tmp_path / "quality.html").read_text(encoding="utf-8")
        assert MARKER not in out + err + page, column


def test_no_marker_in_a_report(tmp_path) -> None:
    """Free text and keys of a whole council: none of them reaches any file of the report."""
    rows = small_council.rows(600, dates=("2024-03-31", "2025-03-31"))
    rows = rows.assign(
        person_id=MARKER + rows["person_id"],
        post_id=MARKER + rows["post_id"],
        job_title=f"{MARKER} Officer",
        occupation_group=f"{MARKER} group",
        sex=[random.Random(i).choice(["F", "M"]) for i in range(len(rows))],
    )
    rows.to_csv(tmp_path / "workforce.csv", index=False)
    small_council.GRADES.to_csv(tmp_path / "grades.csv", index=False)
    (tmp_path / "organisation.toml").write_text(
        '[organisation]\nname = "Small"\n[extracts.workforce]\npath = "workforce.csv"\n'
        '[extracts.grades]\npath = "grades.csv"\n'
    )
    council = wa.load(tmp_path / "organisation.toml")
    written = wa.report.annual(council, out=tmp_path / "report")
    assert len(written.files) > 5
    for name in written.files:
        content = (tmp_path / "report" / name).read_bytes()
        assert MARKER.encode() not in content, name
        if name.endswith((".xlsx", ".ods")):
            import zipfile

            with zipfile.ZipFile(tmp_path / "report" / name) as archive:
                for item in archive.namelist():
                    assert MARKER.encode() not in archive.read(item), f"{name}/{item}"
    assert MARKER not in repr(council) + repr(council.workforce) + repr(council.quality)
