"""Groups that respondents fall into by chance, to see how much a figure owes to who answered.

The group comes from the respondent's own number, so that the same people fall into the same groups
in every figure and session, in any order of rows and on every engine. It is therefore worked out
when a file is read, before that number becomes a pseudonym; here one by one, and by the same rule
on engines in counting/replicates.py.
"""

from __future__ import annotations

import hashlib

import pandas as pd

GROUPS = 50
REPLICATE = "replicate_group"
"""The field of a survey that holds the group, from 0."""
PRIME = 1_000_003
CHARACTERS = 12
"""How many characters of a respondent's number are looked at, from its end."""
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz-_"
PADDING = LETTERS[-1]
_SALT = "workforce_analytics: replicate groups of respondents"


def multipliers() -> tuple[int, ...]:
    """Give a number from 1 to one less than the prime for each character: drawn from the salt."""
    digests = (hashlib.sha256(f"{_SALT} {at}".encode()).digest() for at in range(CHARACTERS))
    return tuple(1 + int.from_bytes(one[:6], "big") % (PRIME - 1) for one in digests)


def replicate_groups(numbers: pd.Series) -> pd.Series:
    """Into which of 50 groups, numbered from 0, does each respondent fall by chance?

    Parameters
    ----------
    numbers
        Respondents' numbers as text; case and blanks around them count for nothing.

    Notes
    -----
    With v the places in the alphabet of the last 12 characters, from 1, and 0 for any other one,
    and m numbers drawn from a public salt, h is the sum of m v modulo 1,000,003, and the group is
    h (h + 1) modulo 1,000,003, modulo 50. The salt hides nothing; it sees to it that groups have
    nothing to do with how numbers were given out.

    Examples
    --------
    >>> replicate_groups(pd.Series(["R0001", "r0001 ", "R0002"])).tolist()
    [41, 41, 32]
    """
    drawn = multipliers()
    codes, distinct = pd.factorize(numbers)
    found = [_group(str(one), drawn) for one in distinct] + [_group("", drawn)]
    return pd.Series([found[code] for code in codes], index=numbers.index, dtype="int64")


def with_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Add the replicate groups to the rows of a survey, whose numbers are no pseudonyms yet."""
    if "respondent_id" not in table:
        return table
    return table.assign(**{REPLICATE: replicate_groups(table["respondent_id"])})


def _group(number: str, drawn: tuple[int, ...]) -> int:
    tail = (PADDING * CHARACTERS + number.strip().lower())[-CHARACTERS:]
    total = sum(m * (LETTERS.find(letter) + 1) for m, letter in zip(drawn, tail, strict=True))
    mixed = total % PRIME
    return mixed * (mixed + 1) % PRIME % GROUPS
