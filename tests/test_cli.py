"""The command line: exit codes, one clear line, terminals that know few letters."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests import small_council
from workforce_analytics import cli
from workforce_analytics.settings import read_settings
from workforce_analytics.starting import ORGANISATION

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
HEADER = ",".join(small_council.rows(1).columns)


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workforce_analytics", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        check=False,
    )


def _empty(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.write_bytes(b"")
    return path


def _zip_as_workbook(folder: Path) -> Path:
    path = folder / "staff.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    return path


def _many_columns(folder: Path) -> Path:
    path = folder / "wide.csv"
    names = ",".join(f"column {i}" for i in range(300))
    path.write_text(f"{names}\n{','.join('1' * 300)}\n", encoding="utf-8")
    return path


def _header_only(folder: Path) -> Path:
    path = folder / "header.csv"
    path.write_text(HEADER + "\n", encoding="utf-8")
    return path


def _noise(folder: Path) -> Path:
    path = folder / "noise.csv"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def _missing(folder: Path) -> Path:
    return folder / "not_there.csv"


BROKEN = {
    "an empty file": (_empty, 3),
    "a zip renamed to .xlsx": (_zip_as_workbook, 3),
    "300 columns": (_many_columns, 3),
    "a header only": (_header_only, 3),
    "binary noise": (_noise, 3),
    "a missing file": (_missing, 4),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_one_clear_line(kind, tmp_path, capsys) -> None:
    make, code = BROKEN[kind]
    path = make(tmp_path)
    assert cli.main(["check", str(path), "--as", "workforce"]) == code
    out, err = capsys.readouterr()
    said = [line for line in (out + err).splitlines() if line.startswith("ERROR")]
    assert len(said) == 1, out + err
    assert path.name in said[0]
    assert "Traceback" not in out + err
    assert len(said[0]) < 400


def test_a_refused_permission_is_one_clear_line(tmp_path, capsys, monkeypatch) -> None:
    path = tmp_path / "locked.csv"
    path.write_text(HEADER + "\n", encoding="utf-8")
    real = open

    def refuse(name, *args, **kwargs):
        if str(name) == str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(name, *args, **kwargs)

    monkeypatch.setattr("builtins.open", refuse)
    assert cli.main(["check", str(path), "--as", "workforce"]) == 3
    out, err = capsys.readouterr()
    said = [line for line in (out + err).splitlines() if line.startswith("ERROR")]
    assert len(said) == 1
    assert "locked.csv" in said[0]


@pytest.mark.parametrize("lock", ["~$staff.xlsx", ".~lock.staff.xlsx#"])
def test_a_lock_file_beside_a_workbook_is_said(lock, tmp_path, capsys) -> None:
    import xlsxwriter

    path = tmp_path / "staff.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for place, name in enumerate(["scheme", "grade", "order", "band", "is_senior"]):
        sheet.write(0, place, name)
        sheet.write(1, place, ["NJC", "G1", 1, "Lower", "N"][place])
    book.close()
    (tmp_path / lock).write_bytes(b"owner")
    assert cli.main(["check", str(path), "--as", "grades"]) == 0
    out = capsys.readouterr().out
    assert "open" in out
    assert "staff.xlsx" in out
    # The lock file itself, dragged in by a glob or by hand, is refused in one line.
    assert cli.main(["check", str(tmp_path / lock), "--as", "grades"]) == 3


def test_check_of_the_sample_passes_and_of_messy_lists_every_planted_fault(capsys) -> None:
    assert cli.main(["check", str(SAMPLE / "organisation.toml")]) == 0
    capsys.readouterr()
    assert cli.main(["check", str(SAMPLE / "messy" / "organisation.toml")]) == 3
    assert "ERROR" in capsys.readouterr().out


def test_usage_errors_exit_with_2(capsys) -> None:
    assert cli.main(["report"]) == 2
    assert cli.main(["check", "some.csv"]) == 2
    assert "--as workforce" in capsys.readouterr().err


def test_wrong_configuration_exits_with_4(tmp_path, capsys) -> None:
    assert cli.main(["report", str(tmp_path / "organisation.toml")]) == 4
    path = tmp_path / "organisation.toml"
    path.write_text('[organisation]\nnmae = "x"\n[extracts.wrkforce]\npath = "x"\n')
    assert cli.main(["check", str(path)]) == 4
    assert "nmae" in capsys.readouterr().err


def test_an_audit_of_what_is_no_report_is_one_clear_line(tmp_path, capsys) -> None:
    assert cli.main(["audit", str(tmp_path / "nowhere")]) == 4
    assert "there is no such folder" in capsys.readouterr().err
    assert cli.main(["audit", str(tmp_path)]) == 3
    assert "report.json" in capsys.readouterr().err


def test_an_unforeseen_error_never_prints_its_message(capsys, monkeypatch) -> None:
    def explode(*args, **kwargs):
        raise ValueError("MARKER-7731 Jane O'Neil")

    monkeypatch.setattr("workforce_analytics.organisation.load", explode)
    assert cli.main(["report", str(SAMPLE / "organisation.toml")]) == 1
    out, err = capsys.readouterr()
    assert "MARKER" not in out + err
    assert "ValueError in test_cli.py" in err


def _small_survey(folder: Path, *, answered: int) -> Path:
    """Write an organisation of a few staff, with so many answers of the sample council's."""
    small_council.rows(20).drop(columns=["ethnicity", "age"]).to_csv(
        folder / "staff.csv", index=False
    )
    small_council.GRADES.to_csv(folder / "grades.csv", index=False)
    lines = ["[organisation]", 'name = "Small Council"']
    for name, path in (("workforce", "staff.csv"), ("grades", "grades.csv")):
        lines += [f"[extracts.{name}]", f'path = "{path}"']
    if answered:
        answers = pd.read_csv(SAMPLE / "survey_responses.csv", dtype=str, keep_default_na=False)
        answers = answers[answers["wave"] == "2024"].head(answered)
        answers["sex"] = answers["sex"].map({"F": "female", "M": "male"}).fillna("not_known")
        left_out = ["unit", "ethnicity", "disability", "age_band"]
        answers.drop(columns=left_out).to_csv(folder / "answers.csv", index=False)
        lines += ["[extracts.survey_responses]", 'path = "answers.csv"']
        lines += ["[survey]", 'instrument = "sample"']
    (folder / "organisation.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_survey_writes_its_page_with_the_tables_behind_it(tmp_path, capsys) -> None:
    folder, out = _small_survey(tmp_path, answered=300), tmp_path / "survey"
    assert cli.main(["survey", str(folder), "--out", str(out)]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    files = [path for path in out.rglob("*") if path.is_file()]
    assert said == f"Wrote {len(files)} files to {out}. Open {out / 'index.html'} in a browser."
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "<h1>Staff survey: what to work on first</h1>" in page
    links = [out / name for name in re.findall(r'href="((?:data/|tables)[^"]+)"', page)]
    assert len(links) > 5
    assert set(links) <= set(files)


def test_survey_of_nobody_is_one_clear_line_and_writes_nothing(tmp_path, capsys) -> None:
    folder, out = _small_survey(tmp_path, answered=0), tmp_path / "survey"
    assert cli.main(["survey", str(folder), "--out", str(out)]) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert "survey_responses" in line
    assert not out.exists()


def test_what_survey_is_told_goes_to_the_report(tmp_path, capsys, monkeypatch) -> None:
    told = {}

    def record(council, **more):
        told.update(more)
        return ["index.html"]

    monkeypatch.setattr("workforce_analytics.report.survey", record)
    folder = _small_survey(tmp_path, answered=0)
    asked = ["survey", str(folder), "--out", str(tmp_path / "s"), "--override", "because"]
    assert cli.main(asked) == 0
    assert (told["out"], told["override"]) == (tmp_path / "s", "because")
    assert "Wrote 1 files" in capsys.readouterr().out


def test_terminals_that_know_few_letters_get_everything_they_can_print() -> None:
    for encoding in ("cp1252", "ascii"):
        result = _run("dictionary", "workforce", PYTHONIOENCODING=encoding)
        assert result.returncode == 0, result.stderr
        assert "workforce" in result.stdout


def test_the_module_is_the_command() -> None:
    result = _run("--help")
    assert result.returncode == 0
    for command in ("report", "survey", "check", "audit", "map", "dictionary", "sample", "init"):
        assert command in result.stdout


def test_the_dictionary_as_csv(tmp_path, capsys) -> None:
    path = tmp_path / "dictionary.csv"
    assert cli.main(["dictionary", "--csv", str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith("contract,field,")


def test_init_starts_a_project_whose_key_lies_outside(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    project = tmp_path / "project"
    assert cli.main(["init", str(project)]) == 0
    assert (project / "organisation.toml").exists()
    keys = list((tmp_path / "home").rglob("*.key"))
    assert len(keys) == 1
    assert keys[0].stat().st_mode & 0o077 == 0
    assert not list(project.rglob("*.key"))
    assert cli.main(["init", str(project)]) == 6
    assert "Nothing was changed" in capsys.readouterr().err


def test_what_init_comments_out_is_understood(tmp_path) -> None:
    place = tmp_path / "organisation.toml"
    lines = re.sub(r"^# (?=\[|\w+ = )", "", ORGANISATION, flags=re.MULTILINE)
    place.write_text(lines, encoding="utf-8")
    settings = read_settings(place)
    assert settings.training.plan["outcomes"] == ["shortlisted", "appointed"]
    assert settings.keep_counts is not None
    assert settings.keep_counts.characteristics == ("ethnicity",)
