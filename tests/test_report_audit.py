"""The sample council's report, audited from its files alone, whatever the policy."""

import re
import shutil
from pathlib import Path

import pytest

import workforce_analytics as wa
from tests.audited_reports import sealed
from workforce_analytics.disclosure.policy import PROFILES

SAMPLE = wa.sample_data("organisation.toml")


def test_nothing_is_found_in_the_report_as_it_was_written(sample_report: Path) -> None:
    found = wa.disclosure.audit(sample_report)
    assert found.findings == ()
    assert len(found.tables) == 101
    hidden = {one.file.split("-", 1)[1] for one in found.tables if one.hidden}
    assert {"stage-funnel.csv", "over-time.csv"} <= hidden


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"default"}))
def test_nothing_is_found_whatever_the_policy(profile: str, tmp_path: Path) -> None:
    """Of every kind of table there is, for a characteristic of which much is hidden."""
    text = Path(SAMPLE).read_text(encoding="utf-8")
    assert 'profile = "default"' in text
    text = text.replace('profile = "default"', f'profile = "{profile}"')
    folder = Path(SAMPLE).parent
    for name in ("path", "mapping"):
        text = text.replace(f'{name} = "', f'{name} = "{folder.as_posix()}/')
    place = tmp_path / "organisation.toml"
    text += '[report]\ncharacteristics = ["religion"]\nevents = ["grievance"]\n'
    place.write_text(text, encoding="utf-8")
    wa.report.annual(wa.load(place), out=tmp_path / "report")
    found = wa.disclosure.audit(tmp_path / "report")
    assert found.findings == ()
    assert len(found.tables) == 19


def test_a_number_put_into_the_annex_or_a_new_kind_of_table_is_found(
    sample_report: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(sample_report, tmp_path / "report"))
    annex = folder / "annex.html"
    text = annex.read_text(encoding="utf-8")
    planted = re.sub(r"(<td[^>]*>)\[c\](</td>)", r"\g<1>7\2", text, count=1)
    assert planted != text
    annex.write_text(planted, encoding="utf-8")
    name = "data/religion-stage-funnel.csv"
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    at = next(
        n for n, line in enumerate(lines) if line.startswith("applications") and "[c]" in line
    )
    lines[at] = lines[at].replace("[c]", "12", 1)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sealed(folder)
    found = wa.disclosure.audit(folder).findings
    assert "annex.html" in {one.file for one in found}
    assert any(
        one.file == name and "a count is printed that is hidden" in one.what for one in found
    )
