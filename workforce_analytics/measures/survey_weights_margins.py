"""How many people weights are to bring each category to, where not everybody's is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.counting.counts import Counts
from workforce_analytics.errors import UsageError

Key = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Target:
    """How many people each category of a margin is to have, and who falls in which."""

    dimensions: tuple[str, ...]
    place: Mapping[Key, int]
    """Categories by the margin's dimensions -> their position in `people`."""
    people: np.ndarray
    respondents: np.ndarray
    free: int
    """The position of respondents of whom staff records cannot tell; -1 where there are none."""
    uncovered: int
    """Staff in categories that nobody answered from, weighted with their neighbours."""
    notes: tuple[str, ...]


def target(respondents: Counts, eligible: Counts) -> Target:
    """Which people are respondents to stand for, category by category?

    Parameters
    ----------
    respondents, eligible
        Those who answered and those who could, by the same dimensions: one for a margin of its
        own, several for cells.

    Returns
    -------
    Target
        Its people add up to all who could answer.

    Raises
    ------
    UsageError
        Nobody's category is known among staff, or among respondents.

    Notes
    -----
    Staff whose category is not on record are shared out in proportion to those whose is.
    Respondents who did not say, or who gave an answer that no staff record has, are a category of
    their own: it is given the share of staff that it is of respondents, so that on average they
    have everybody's weight. A category of staff from which nobody answered is put to the nearest
    one in the list that somebody answered from.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.counts import count
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> staff = count(council.workforce, by=["sex"], as_at="latest")
    >>> found = target(staff, staff)
    >>> bool((found.people == found.respondents).all())
    True
    """
    names = tuple(item.name for item in eligible.dimensions)
    answered = {key: n for key, n in respondents.over(*names).occurring().items() if n}
    staff = {key: n for key, n in eligible.occurring().items() if n}
    known = {key: n for key, n in staff.items() if _is_known(key, eligible)}
    said = [key for key in known if key in answered]
    titles = " and ".join(item.title[:1].lower() + item.title[1:] for item in eligible.dimensions)
    if not said:
        raise UsageError(
            f"Nobody who answered is of a category that staff records have ({titles}), so nothing "
            "can be weighted by it. Leave it out of margins."
        )
    homes = {key: key if key in answered else _nearest(key, list(known), said) for key in known}
    order = {key: place for place, key in enumerate(said)}
    place = {key: order[home] for key, home in homes.items()}
    unsaid = [key for key in answered if key not in known]
    place |= dict.fromkeys(unsaid, len(said))
    size = len(said) + bool(unsaid)
    counted = np.zeros(size)
    for key, n in answered.items():
        counted[place[key]] += n
    total, people = sum(staff.values()), np.zeros(size)
    for key, n in known.items():
        people[place[key]] += n
    free_people = total * counted[len(said) :].sum() / counted.sum()
    people *= (total - free_people) / people.sum()
    people[len(said) :] = free_people
    return Target(
        dimensions=names,
        place=place,
        people=people,
        respondents=counted,
        free=len(said) if unsaid else -1,
        uncovered=sum(n for key, n in known.items() if key not in answered),
        notes=tuple(
            _notes(
                titles,
                eligible,
                homes,
                unrecorded=len(known) < len(staff),
                unsaid=any(not _is_known(key, respondents) for key in unsaid),
                unmatched=any(_is_known(key, respondents) for key in unsaid),
            )
        ),
    )


def _is_known(key: Key, counts: Counts) -> bool:
    declared = (item.declared for item in counts.dimensions)
    return all(code in codes for code, codes in zip(key, declared, strict=True))


def _nearest(key: Key, order: Sequence[Key], said: Sequence[Key]) -> Key:
    """Give the category that is like this one in most of what is looked at first, and near it."""
    places = {one: place for place, one in enumerate(order)}

    def distance(other: Key) -> tuple[int, int, int]:
        alike = 0
        while alike < len(key) and key[alike] == other[alike]:
            alike += 1
        apart = places[other] - places[key]
        return -alike, abs(apart), apart

    return min(said, key=distance)


def _notes(
    titles: str,
    eligible: Counts,
    homes: Mapping[Key, Key],
    *,
    unrecorded: bool,
    unsaid: bool,
    unmatched: bool,
) -> list[str]:
    """Say what was done about those who are not known, and about categories without answers."""
    notes = []
    if unrecorded:
        notes.append(
            f"Weights by {titles}: staff of whom it is not on record are shared out in proportion "
            "to the others."
        )
    if unsaid:
        notes.append(
            f"Weights by {titles}: respondents who did not say are given the share of staff that "
            "they are of respondents."
        )
    if unmatched:
        notes.append(
            f"Weights by {titles}: respondents whose answer no staff record has are treated like "
            "those who did not say."
        )
    moved = [(key, home) for key, home in homes.items() if key != home]
    if moved and len(eligible.dimensions) == 1:
        (dimension,) = eligible.dimensions
        words = (
            f"“{dimension.label(key[0])}” with “{dimension.label(home[0])}”" for key, home in moved
        )
        notes.append(
            f"Weights by {titles}: weighted together, as few or none of the one answered: "
            f"{', '.join(words)}."
        )
    elif moved:
        notes.append(
            f"Weights by {titles}: combinations that few or none answered from are weighted with "
            "the one that is most like them."
        )
    return notes
