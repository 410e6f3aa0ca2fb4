"""Who is looking in this session, and which reasons were given for seeing more."""

from __future__ import annotations

from workforce_analytics.errors import DisclosureRefused, UsageError

AUDIENCES = ("public", "management", "analyst")

STAMPS = {
    "analyst": "Exact figures: not for sharing.",
    "management": "Not for sharing: these figures are for management, not for the public.",
}
"""What every display and file says that is not for the public, strictest first."""

_chosen = {"audience": "public"}
_reasons: list[tuple[str, str]] = []


def audience(name: str, *, reason: str | None = None) -> None:
    """Who looks at the figures of this session: the public, management, or an analyst?

    Parameters
    ----------
    name
        "public" (the default): counts from 1 to 9 are hidden, and all from which they could be
        worked out. "management": counts from 1 to 4, or to 9 in tables that ask for more, such as
        those of staff networks. "analyst": exact figures, stamped "not for sharing".
    reason
        Why exact figures are needed; required for "analyst", and kept for the session.

    Raises
    ------
    UsageError
        If there is no such audience.
    DisclosureRefused
        If exact figures are asked for without a reason.

    Examples
    --------
    >>> audience("analyst", reason="checking the extract against payroll")
    >>> current()
    'analyst'
    >>> audience("public")
    """
    if name not in AUDIENCES:
        raise UsageError(f"There is no audience '{name}'. Choose one of: {', '.join(AUDIENCES)}.")
    if name == "analyst":
        note("audience: analyst", reason)
    _chosen["audience"] = name


def current() -> str:
    """Who looks at the figures of this session?"""
    return _chosen["audience"]


def allowed(asked: str | None) -> str:
    """For whom may figures be shown: as asked for, else to whom this session shows them?

    Raises
    ------
    UsageError
        If there is no such audience.
    DisclosureRefused
        If exact figures are asked for and the session was not switched to them.
    """
    name = current() if asked is None else asked
    if name not in AUDIENCES:
        raise UsageError(f"There is no audience '{name}'. Choose one of: {', '.join(AUDIENCES)}.")
    if name == "analyst" and current() != "analyst":
        raise DisclosureRefused(
            "Exact figures are shown only where the session was switched to them: "
            'wa.audience("analyst", reason="...").'
        )
    return name


def note(what: str, reason: str | None) -> str:
    """Keep the reason for which exact figures were shown.

    Raises
    ------
    DisclosureRefused
        If the reason is empty.
    """
    words = (reason or "").strip()
    if not words:
        raise DisclosureRefused(
            'Exact figures need a reason: reason="checking the extract against payroll".'
        )
    _reasons.append((what, words))
    return words


def reasons() -> tuple[tuple[str, str], ...]:
    """For what were exact figures asked in this session, and why?

    Returns
    -------
    tuple of (str, str)
        Title of the table (or the audience) and the reason, in the order in which they were given.
    """
    return tuple(_reasons)
