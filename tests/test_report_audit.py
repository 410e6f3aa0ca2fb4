"""The sample council's report, audited from its files alone, whatever the policy."""

from pathlib import Path

import pytest

import workforce_analytics as wa
from workforce_analytics.disclosure.policy import PROFILES

SAMPLE = wa.sample_data("organisation.toml")


def test_nothing_is_found_in_the_report_as_it_was_written(sample_report: Path) -> None:
    found = wa.disclosure.audit(sample_report)
    assert found.findings == ()
    assert len(found.tables) == 92
    hidden = {one.file.split("-", 1)[1] for one in found.tables if one.hidden}
    assert {"stage-funnel.csv", "over-time.csv"} <= hidden


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"default"}))
def test_nothing_is_found_whatever_the_policy(profile: str, tmp_path: Path) -> None:
    """Of every kind of table there is, for two characteristics of which much is hidden."""
    text = Path(SAMPLE).read_text(encoding="utf-8")
    assert 'profile = "default"' in text
    text = text.replace('profile = "default"', f'profile = "{profile}"')
    folder = Path(SAMPLE).parent
    for name in ("path", "mapping"):
        text = text.replace(f'{name} = "', f'{name} = "{folder.as_posix()}/')
    place = tmp_path / "organisation.toml"
    text += '[report]\ncharacteristics = ["age", "religion"]\nevents = ["grievance"]\n'
    place.write_text(text, encoding="utf-8")
    wa.report.annual(wa.load(place), out=tmp_path / "report")
    found = wa.disclosure.audit(tmp_path / "report")
    assert found.findings == ()
    assert len(found.tables) == 20
