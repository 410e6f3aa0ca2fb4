"""What people in any network tell of a network that is hidden: they are at most its members more.

Different people are no more than their memberships. Of 107 people in three networks, of which two
have 78 and 20 members, 9 at least are in the third; and 9 at most, if it is hidden for being small.
Sums of groups do not say this, so whatever would tell is hidden for its own sake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workforce_analytics.counting.memberships import LEAST
from workforce_analytics.counting.network_standing import Spells
from workforce_analytics.counting.network_stock import Period
from workforce_analytics.estimates import ALL
from workforce_analytics.measures.network_flows import Groups, totals_of

MEASURES = ("members", "joiners", "leavers")
Numbers = Mapping[str, Sequence[float]]
"""Measure -> its number in each period."""


def of_groups(groups: Groups, periods: int) -> Numbers:
    """Give the numbers of a network from its groups."""
    which = (groups.members, groups.joiners, groups.leavers)
    return {
        measure: [groups.number(of(period)) for period in range(periods)]
        for measure, of in zip(MEASURES, which, strict=True)
    }


def threshold_of(policy: Mapping[str, object]) -> int:
    """Give the number under which members are hidden, by an organisation's policy."""
    asked = policy.get("threshold")
    return max(LEAST, asked) if isinstance(asked, int) else LEAST


def tells(everybody: float, each: Sequence[float], threshold: int) -> bool:
    """Would the number of different people narrow down a network that is hidden for being small?

    Parameters
    ----------
    everybody
        People in any network.
    each
        Members of each network.
    threshold
        Networks of 1 to one less are hidden.

    Returns
    -------
    bool
        Whether one of them would have at least two, however many the other small ones have.

    Examples
    --------
    >>> tells(107, [78, 20, 9], 10), tells(100, [78, 20, 9], 10), tells(98, [78, 20], 10)
    (True, True, False)
    >>> tells(99, [78, 20, 9], 10)
    False
    """
    small = [n for n in each if 0 < n < threshold]
    rest = sum(n for n in each if n >= threshold)
    return bool(small) and everybody - rest - (threshold - 1) * (len(small) - 1) > 1


def exposing(numbers: Mapping[str, Numbers], threshold: int) -> frozenset[tuple[str, int]]:
    """Which numbers of all networks together, by measure and period, must not be shown?

    Parameters
    ----------
    numbers
        Network -> its numbers; `ALL` for people in any.
    threshold
        Networks of 1 to one less are hidden.

    Returns
    -------
    frozenset
        Those that tell of a hidden network, and those that they could be worked out of: members
        are those before, and joiners, less leavers.
    """
    each = [found for code, found in numbers.items() if code != ALL]
    if ALL not in numbers or len(each) < 2:
        return frozenset()
    return frozenset(_exposing(numbers[ALL], each, threshold))


def _exposing(whole: Numbers, each: Sequence[Numbers], threshold: int) -> Iterator[tuple[str, int]]:
    for measure in MEASURES:
        for period, everybody in enumerate(whole[measure]):
            if tells(everybody, [found[measure][period] for found in each], threshold):
                yield from ((other, period) for other in MEASURES)
                if measure == "members":  # so are those of the next close, less its flows
                    yield from (("joiners", period + 1), ("leavers", period + 1))


def untold_joiners(
    spells: Mapping[str, Spells], over: Sequence[Period], threshold: int
) -> frozenset[int]:
    """In which periods is it hidden how many joined any network, although many did?

    Parameters
    ----------
    spells
        Network -> its spells; `ALL` for any.
    over
        Periods that follow each other.
    threshold
        Numbers of 1 to one less are hidden.

    Returns
    -------
    frozenset
        Places of periods. Joiners, and members at two closes, tell who left between them: where
        few did, a table of members hides how many joined.
    """
    numbers: dict[str, Numbers] = {}
    for code, found in spells.items():
        told = totals_of(found, over)
        numbers[code] = {
            "members": told.members.tolist(),
            "joiners": told.joiners.tolist(),
            "leavers": told.leavers.tolist(),
        }
    hidden = exposing(numbers, threshold)
    whole = numbers[ALL]
    before = [totals_of(spells[ALL], over).before, *whole["members"]]
    return frozenset(
        period
        for period in range(len(over))
        if ("joiners", period) in hidden
        or any(
            0 < n < threshold
            for n in (*(whole[measure][period] for measure in MEASURES), before[period])
        )
    )
