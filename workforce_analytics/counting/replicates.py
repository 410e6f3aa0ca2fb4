"""Groups that respondents fall into by chance, to see how much a figure owes to who answered.

The group comes from the respondent's number alone, so that the same people fall into the same
groups in every figure, in any order of rows and on every engine.
"""

from __future__ import annotations

import hashlib

from workforce_analytics import engine

GROUPS = 50
REPLICATE = "__replicate"
"""The column that `with_replicates` adds."""
_SALT = "workforce_analytics: replicate groups of respondents"
_PRIME = 1_000_003
_CHARACTERS = 12
"""How many characters of a respondent's number are looked at, from its end."""
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz-_"
_TAIL, _MIXED = "__tail", "__mixed"


def with_replicates(lazy: engine.Frame, name: str, groups: int = GROUPS) -> engine.Frame:
    """Into which of some groups, numbered from 0, does each respondent fall by chance?

    Parameters
    ----------
    lazy
        Rows of respondents.
    name
        The column of their number, as text; case counts for nothing.
    groups
        How many groups there are.

    Returns
    -------
    Frame
        With the column `REPLICATE`.

    Notes
    -----
    With v the places in the alphabet of the last 12 characters and m numbers drawn from a public
    salt, h is the sum of m v modulo a prime, and the group is (h h + h) modulo the prime, modulo
    `groups`: whole numbers under 2^53 at each step, which every engine works out alike. The salt
    hides nothing; it sees to it that groups have nothing to do with how numbers were given out.
    """
    lazy = engine.derive(
        lazy, {_TAIL: engine.last_characters(name, _CHARACTERS, padding=_LETTERS[-1])}
    )
    places = [f"{_TAIL}{place}" for place in range(_CHARACTERS)]
    lazy = engine.derive(
        lazy, {one: engine.character(_TAIL, place) for place, one in enumerate(places)}
    )
    total = engine.lit(0).cast(engine.Int64)
    for place, one in enumerate(places):
        total = total + engine.place_among(one, _LETTERS) * _drawn(place)
    lazy = engine.derive(lazy, {_MIXED: total % _PRIME}, drop=[_TAIL, *places])
    mixed = engine.col(_MIXED)
    group = (mixed * mixed + mixed) % _PRIME % groups
    return engine.derive(lazy, {REPLICATE: group.cast(engine.Int64)}, drop=[_MIXED])


def _drawn(place: int) -> int:
    """A number from 1 to one less than the prime, for a place: drawn from the salt."""
    digest = hashlib.sha256(f"{_SALT} {place}".encode()).digest()
    return 1 + int.from_bytes(digest[:6], "big") % (_PRIME - 1)
