"""What tests share: the sample council, loaded once."""

from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "sample_data"


@pytest.fixture(scope="session")
def council():
    import workforce_analytics as wa

    return wa.load(SAMPLE / "organisation.toml")
