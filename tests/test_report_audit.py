"""The sample council's report, audited from its files alone, whatever the policy."""

from pathlib import Path

import pytest

import workforce_analytics as wa
from workforce_analytics.disclosure.policy import PROFILES

SAMPLE = wa.sample_data("organisation.toml")


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_found_in_a_report_as_it_was_written(profile: str, tmp_path: Path) -> None:
    text = Path(SAMPLE).read_text(encoding="utf-8")
    assert 'profile = "default"' in text
    text = text.replace('profile = "default"', f'profile = "{profile}"')
    folder = Path(SAMPLE).parent
    for name in ("path", "mapping"):
        text = text.replace(f'{name} = "', f'{name} = "{folder.as_posix()}/')
    place = tmp_path / "organisation.toml"
    place.write_text(text, encoding="utf-8")
    wa.report.annual(wa.load(place), out=tmp_path / "report")
    found = wa.disclosure.audit(tmp_path / "report")
    assert found.findings == ()
    assert len(found.tables) == 21
