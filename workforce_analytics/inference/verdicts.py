"""What an interval lets one say of a gap: narrowed, widened, no change, or cannot tell."""

from __future__ import annotations

from workforce_analytics.errors import UsageError

NARROWED, WIDENED = "narrowed", "widened"
NO_CHANGE, CANNOT_TELL = "no change that matters", "cannot tell"
FEWEST_UNITS_NOT_RANDOM = 10
"""With fewer units the order must have been random for anything to be told."""


TURNED = "the gap moved, but it may have turned round"


def verdict(
    lower: float, upper: float, *, delta: float, gap_without: float, doubt: str = ""
) -> str:
    """What may be said of a change of a gap?

    Parameters
    ----------
    lower, upper
        Interval of the change of the gap (group less reference).
    delta
        The smallest change that matters, in the same unit, above 0.
    gap_without
        The gap without the change.
    doubt
        A reason why nothing can be told whatever the interval says; empty for none.

    Returns
    -------
    str
        "narrowed", "widened", "no change that matters", "cannot tell", or "cannot tell: " and why.

    Raises
    ------
    UsageError
        delta is not above 0.

    Notes
    -----
    An interval within delta either way wins; then one that excludes 0; else nothing can be told,
    which is not evidence that nothing changed. A gap has narrowed if its size is smaller than it
    would have been, and has widened if it is not: both ends of the interval must agree on that.

    Examples
    --------
    >>> verdict(1.2, 6.0, delta=2, gap_without=-9.0)
    'narrowed'
    >>> verdict(-1.0, 6.0, delta=2, gap_without=-9.0)
    'cannot tell'
    """
    if not delta > 0:
        raise UsageError("delta= takes a number above 0, the smallest change that matters.")
    if doubt:
        return f"{CANNOT_TELL}: {doubt}"
    if -delta < lower and upper < delta:
        return NO_CHANGE
    if lower > 0 or upper < 0:
        smaller = {abs(gap_without + end) < abs(gap_without) for end in (lower, upper)}
        if len(smaller) == 2:
            return f"{CANNOT_TELL}: {TURNED}"
        return NARROWED if smaller == {True} else WIDENED
    return CANNOT_TELL
