"""Which other counts would be printed alike: the room that rounding leaves."""

from __future__ import annotations

import numpy as np

from workforce_analytics.disclosure.policy import Policy


def alike(printed: np.ndarray, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Between which counts does everything lie that would be printed as this?

    Parameters
    ----------
    printed
        Counts as a policy prints them.
    policy
        The policy.

    Returns
    -------
    tuple of numpy.ndarray
        The smallest and the largest whole count; both the printed one where nothing is rounded. The
        largest is below the smallest where the policy prints no count like this.

    Examples
    --------
    >>> from workforce_analytics.disclosure.policy import PROFILES
    >>> lowest, highest = alike(np.array([0, 5, 100]), PROFILES["hesa"])
    >>> lowest.tolist(), highest.tolist()
    ([0, 3, 98], [2, 7, 102])
    """
    shown, base = np.asarray(printed, dtype=np.int64), policy.rounding_base
    if policy.rounding == "nearest":
        ends = shown - base // 2, shown + (base + 1) // 2 - 1
    elif policy.rounding == "midpoint":
        ends = shown - (base + 1) // 2 + 1, np.where(shown == 0, 0, shown + base // 2)
    elif policy.rounding == "controlled":
        ends = shown - base + 1, shown + base - 1
    else:
        ends = shown, shown
    # A count from 1 to the threshold would not have been printed; 0 is, where zeros are shown. Both
    # can be printed as 0, where the threshold is less than half of what is rounded to.
    least = max(policy.threshold, 1)
    zero = (shown == 0) & (policy.zeros == "show")
    lowest = np.where(zero, 0, np.maximum(ends[0], least))
    highest = np.where(zero & (ends[1] < least), 0, ends[1])
    return lowest, highest
