"""The conductor: measures, protects and publishes the annual equality report."""

from __future__ import annotations

MANIFEST = "report.json"
"""Its presence says that a folder is a report of this package, which may be made anew."""
