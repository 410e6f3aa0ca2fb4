"""How people are protected, in the words of a page or a cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce_analytics.disclosure.session import STAMPS
from workforce_analytics.publishing.wording import listed, lower_first, number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


def stamp(tables: Sequence[Protected]) -> str:
    """Say for whom figures are that are shown together, where that is not everybody.

    Parameters
    ----------
    tables
        Figures that have passed disclosure control.

    Returns
    -------
    str
        The words of the strictest audience among them; empty where all may be published.
    """
    seen = {one.audience for one in tables if not one.about.published}
    return next((words for audience, words in STAMPS.items() if audience in seen), "")


def small_print(one: Protected) -> tuple[str, ...]:
    """Say what must stand under a table or a chart that stands alone.

    Parameters
    ----------
    one
        Figures that have passed disclosure control.

    Returns
    -------
    tuple of str
        For whom it is, where not for the public; then the policy in words, or why none applied.
    """
    return tuple(dict.fromkeys(words for words in (stamp([one]), policy_words(one)) if words))


def policy_words(one: Protected) -> str:
    """Say by which rules a table was protected, or why no rule applied to it.

    Parameters
    ----------
    one
        Figures that have passed disclosure control.

    Returns
    -------
    str
        The policy in words; for exact figures and those that were public already, that.
    """
    return one.decisions.words if _exempt(one) else one.policy.words


def statement(tables: Sequence[Protected]) -> list[str]:
    """Say what disclosure control did to tables that are published together.

    Parameters
    ----------
    tables
        Figures that have passed disclosure control.

    Returns
    -------
    list of str
        The policy in words, how many counts it hid in all, which tables it did not apply to,
        because their counts were public already or their reader may see exact ones, and which are
        shown in less detail.
    """
    controlled = [one for one in tables if not _exempt(one)]
    said = [one.policy.words for one in controlled]
    if controlled:
        hidden = sum(one.decisions.hidden for one in controlled)
        cells = sum(one.decisions.cells for one in controlled)
        said.append(f"{number(hidden)} of {number(cells)} counts in these tables are hidden.")
    said += [one.decisions.words for one in tables if _exempt(one)]
    said += _less_detail(tables)
    return list(dict.fromkeys(words for words in said if words))


def _exempt(one: Protected) -> bool:
    return bool(one.about.published) or one.audience == "analyst"


def _less_detail(tables: Sequence[Protected]) -> list[str]:
    """Name the tables that were made coarser, or hide much, with the words that they carry."""
    named: dict[str, list[str]] = {}
    for one in tables:
        if one.about.less_detail:
            named.setdefault(one.about.less_detail, []).append(_name(one))
    return [f"{listed(names)}: {lower_first(words)}" for words, names in named.items()]


def _name(one: Protected) -> str:
    """Name a table shortly, for a list of several; one of many of its kind by its title."""
    if one.about.kind not in {"shares", "against_community", "over_time"}:
        return one.about.title
    of, *rest = (one.about.headings.get(name, name) for name in one.about.groups)
    by = f" by {lower_first(rest[0])}" if rest else ""
    when = " over time" if one.about.kind == "over_time" else ""
    return f"{of}{by}{when}"
