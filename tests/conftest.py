"""What tests share: the sample council, loaded once, and its report, written once."""

from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "sample_data"


@pytest.fixture(scope="session")
def council():
    import workforce_analytics as wa

    return wa.load(SAMPLE / "organisation.toml")


@pytest.fixture(scope="session")
def sample_report(council, tmp_path_factory) -> Path:
    """Give the folder of the sample council's report. It takes a minute, and is only read."""
    import workforce_analytics as wa

    folder = tmp_path_factory.mktemp("sample") / "report"
    wa.report.annual(council, out=folder)
    return folder
