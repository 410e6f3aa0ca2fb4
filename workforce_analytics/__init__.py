"""Workforce equality figures for public bodies: validated extracts in, a report out.

The map of the package, in the order in which data flow through it:

- `read`, `check`, `load` (extracts/): files and frames become checked extracts;
- counting/: rows about people become tables of counts, once, on whatever engine holds the rows;
- `composition`, `recruitment`, `training_impact`, `participation`, `survey`, `networks`
  (measures/): counts become figures with their uncertainty;
- `disclosure`: figures become what an audience may see; nothing is shown before that;
- `publishing`, `report`: what people read: page, workbook, open data;
- `samples`: the synthetic council that the examples and tests use.

Importing the package imports nothing heavy; each name is fetched when it is first used.

Examples
--------
>>> import workforce_analytics as wa
>>> council = wa.load(wa.sample_data("organisation.toml"))
>>> profile = wa.composition.against_community(
...     council.workforce, council.community, of="ethnicity"
... )
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "read": ("workforce_analytics.extracts.extract", "read"),
    "check": ("workforce_analytics.extracts.extract", "check"),
    "load": ("workforce_analytics.organisation", "load"),
    "audience": ("workforce_analytics.disclosure.session", "audience"),
    "sample_data": ("workforce_analytics.samples", "sample_data"),
    "composition": ("workforce_analytics.measures.composition", None),
    "recruitment": ("workforce_analytics.measures.recruitment", None),
    "training_impact": ("workforce_analytics.measures.training_impact", None),
    "participation": ("workforce_analytics.measures.participation", None),
    "survey": ("workforce_analytics.measures.survey", None),
    "networks": ("workforce_analytics.measures.networks", None),
    "disclosure": ("workforce_analytics.disclosure", None),
    "publishing": ("workforce_analytics.publishing", None),
    "report": ("workforce_analytics.report", None),
    "samples": ("workforce_analytics.samples", None),
    "errors": ("workforce_analytics.errors", None),
}

__all__ = [*_NAMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'workforce_analytics' has no attribute {name!r}")
    module, attribute = _NAMES[name]
    loaded = importlib.import_module(module)
    return getattr(loaded, attribute) if attribute else loaded


def __dir__() -> list[str]:
    return sorted(__all__)
