"""The synthetic council: a whole body's extracts, with effects of known size planted in them.

Every part has its own module (people, recruitment, training, workforce, casework, survey, networks)
and reads the size of its effects from `planted`; `truth` measures what a figure computed from the
data is on average. Nobody in it exists.
"""

from __future__ import annotations

from pathlib import Path

from workforce_analytics.extracts import resources
from workforce_analytics.samples.council import SEED, STAFF, council_tables, write_council

__all__ = ["SEED", "STAFF", "council_tables", "sample_data", "write_council"]


def sample_data(*parts: str) -> Path:
    """Where is a file of the shipped synthetic council?

    Parameters
    ----------
    *parts
        The way from its folder; nothing for the folder itself.

    Examples
    --------
    >>> sample_data("organisation.toml").name
    'organisation.toml'
    """
    return resources.path("sample_data", *parts)
