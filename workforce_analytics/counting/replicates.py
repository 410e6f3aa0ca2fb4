"""Groups that respondents fall into by chance: as they were read, or worked out on an engine."""

from __future__ import annotations

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.replicates import (
    CHARACTERS,
    GROUPS,
    LETTERS,
    PADDING,
    PRIME,
    REPLICATE,
    multipliers,
)

__all__ = ["GROUPS", "REPLICATE", "with_replicates"]

_TAIL, _MIXED = "__tail", "__mixed"


def with_replicates(lazy: engine.Frame, name: str, groups: int = GROUPS) -> engine.Frame:
    """Into which of some groups, numbered from 0, does each respondent fall by chance?

    Parameters
    ----------
    lazy
        Rows of respondents. A file that was read into memory has their groups; on an engine,
        where respondents' numbers are no pseudonyms, they are worked out.
    name
        The column of their numbers, as text.
    groups
        How many groups there are, 2 to 50; fewer than 50 are made by putting some together.

    Returns
    -------
    Frame
        With the column `REPLICATE`.

    Notes
    -----
    The rule is that of `extracts.replicates.replicate_groups`, in whole numbers under 2^53 at each
    step, which every engine works out alike.
    """
    if not 2 <= groups <= GROUPS:
        raise UsageError(f"groups={groups}: it takes a whole number from 2 to {GROUPS}.")
    if REPLICATE not in engine.columns(lazy):
        lazy = _worked_out(lazy, name)
    group = engine.col(REPLICATE).fill_null(0) % groups
    return engine.derive(lazy, {REPLICATE: group.cast(engine.Int64)})


def _worked_out(lazy: engine.Frame, name: str) -> engine.Frame:
    tail = engine.last_characters(name, CHARACTERS, padding=PADDING)
    places = [f"{_TAIL}{place}" for place in range(CHARACTERS)]
    lazy = engine.derive(lazy, {_TAIL: tail})
    lazy = engine.derive(
        lazy, {one: engine.character(_TAIL, place) for place, one in enumerate(places)}
    )
    total = engine.lit(0).cast(engine.Int64)
    for one, multiplier in zip(places, multipliers(), strict=True):
        total = total + engine.place_among(one, LETTERS) * multiplier
    lazy = engine.derive(lazy, {_MIXED: total % PRIME}, drop=[_TAIL, *places])
    mixed = engine.col(_MIXED)
    return engine.derive(lazy, {REPLICATE: mixed * (mixed + 1) % PRIME % GROUPS}, drop=[_MIXED])
