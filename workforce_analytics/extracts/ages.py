"""Ranges of age: as the census words them, and as codes of tables (16_24, 65_plus, all)."""

from __future__ import annotations

import re

Ages = tuple[int, int]
"""First and last year of age; the last is `OPEN` where there is no end."""

OPEN = 999
EVERYBODY: Ages = (0, OPEN)

_CODE = re.compile(r"(?P<first>\d+)(_(?P<last>\d+)|_(?P<open>plus|and_over))?")
_LABELS = (
    (re.compile(r"under (\d+) years?"), lambda found: (0, int(found[1]) - 1)),
    (re.compile(r"(\d+) (years )?(and|or) under"), lambda found: (0, int(found[1]))),
    (re.compile(r"(\d+) to (\d+)( years)?"), lambda found: (int(found[1]), int(found[2]))),
    (re.compile(r"(\d+)( years)?( (and|or) over|\+)"), lambda found: (int(found[1]), OPEN)),
    (re.compile(r"(\d+)( years?)?"), lambda found: (int(found[1]), int(found[1]))),
)


def ages_of_label(label: str) -> Ages | None:
    """Which ages does a wording of the census mean? None where it means none.

    Examples
    --------
    >>> ages_of_label("Aged 16 to 24 years"), ages_of_label("Aged 4 years and under")
    ((16, 24), (0, 4))
    >>> ages_of_label("Aged 100 years and over"), ages_of_label("Aged under 1 year")
    ((100, 999), (0, 0))
    """
    words = label.strip().lower().removeprefix("aged").strip()
    for pattern, ages in _LABELS:
        if found := pattern.fullmatch(words):
            return ages(found)
    return None


def ages_of_code(code: str) -> Ages | None:
    """Which ages does a code mean? None where it is not one.

    Examples
    --------
    >>> ages_of_code("16_64"), ages_of_code("16_and_over"), ages_of_code("all"), ages_of_code("7")
    ((16, 64), (16, 999), (0, 999), (7, 7))
    """
    if code == "all":
        return EVERYBODY
    if code.startswith("under_") and code.removeprefix("under_").isdigit():
        return 0, int(code.removeprefix("under_")) - 1
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    first = int(found["first"])
    last = OPEN if found["open"] else int(found["last"] or first)
    return (first, last) if first <= last else None


def age_code(ages: Ages) -> str:
    """Write a range of ages as a code.

    Examples
    --------
    >>> age_code((16, 64)), age_code((16, 999)), age_code((0, 999)), age_code((0, 15))
    ('16_64', '16_plus', 'all', 'under_16')
    """
    first, last = ages
    if ages == EVERYBODY:
        return "all"
    if last == OPEN:
        return f"{first}_plus"
    if first == last:
        return str(first)
    return f"{first}_{last}" if first else f"under_{last + 1}"


def contains(ages: Ages, others: Ages) -> bool:
    """Whether all of the other ages lie within these."""
    return ages[0] <= others[0] and others[1] <= ages[1]


def ages_of_base(base: str) -> Ages:
    """Which ages does a population base count? Everybody where it names no age.

    Examples
    --------
    >>> ages_of_base("usual_residents_16_plus"), ages_of_base("All usual residents")
    ((16, 999), (0, 999))
    """
    found = re.search(r"\d+", base)
    return (int(found[0]), OPEN) if found else EVERYBODY
