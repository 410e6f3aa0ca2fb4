"""How people are protected, in the words of a page or a cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


def statement(protected: Protected) -> list[str]:
    """Say what disclosure control did to a table, and for whom it is meant."""
    return [str(protected.decisions)]
