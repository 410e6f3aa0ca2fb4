"""How people are protected, in the words of a page or a cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


def statement(tables: Sequence[Protected]) -> list[str]:
    """Say what disclosure control did to tables that are published together.

    Parameters
    ----------
    tables
        Figures that have passed disclosure control.

    Returns
    -------
    list of str
        The policy in words, how many counts it hid in all, and which tables it did not apply to,
        because their counts were public already or their reader may see exact ones.
    """
    exempt = [one for one in tables if one.about.published or one.audience == "analyst"]
    controlled = [one for one in tables if one not in exempt]
    said = [one.policy.words for one in controlled]
    if controlled:
        hidden = sum(one.decisions.hidden for one in controlled)
        cells = sum(one.decisions.cells for one in controlled)
        said.append(f"{number(hidden)} of {number(cells)} counts in these tables are hidden.")
    said += [one.decisions.words for one in exempt]
    return list(dict.fromkeys(words for words in said if words))
