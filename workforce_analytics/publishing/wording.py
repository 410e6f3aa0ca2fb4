"""Numbers and names as people read them: rounded last and half up, marks explained."""

from __future__ import annotations

from collections.abc import Sequence

from workforce_analytics.estimates import long_date
from workforce_analytics.inference.rounding import round_half_up

DELTA_POINTS = 2.0
"""The smallest difference that matters, in percentage points, where no plan says otherwise."""

LOW_DECLARATION = 0.60
"""Below this declaration rate a figure carries a caveat."""

SHORTHAND = {
    "[b]": "break in the series: not comparable with the figures before it",
    "[c]": "confidential: hidden so that nobody can be identified",
    "*": "hidden so that nobody can be identified",
    "[low]": "more than zero, but rounds to zero",
    "[u]": "unreliable: based on too few people",
    "[x]": "not available",
    "[z]": "not applicable",
}
_COUNTED = {"people": "staff", "staff": "staff", "fte": "full-time equivalent staff"}


def percent(value: float, *, sign: bool = True) -> str:
    """Write a proportion as a percentage with one decimal.

    Parameters
    ----------
    value
        A proportion from 0 to 1.
    sign
        Whether "%" follows the number.

    Returns
    -------
    str
        The percentage.

    Examples
    --------
    >>> percent(0.1425), percent(0.5, sign=False)
    ('14.3%', '50.0')
    """
    figure = f"{round_half_up(100 * value, 1):.1f}"
    return f"{figure}%" if sign else figure


def number(value: float, places: int = 0) -> str:
    """Write a number with commas between thousands.

    Parameters
    ----------
    value
        The number.
    places
        Decimal places to keep.

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> number(5871), number(-4.25, 1)
    ('5,871', '-4.3')
    """
    return f"{round_half_up(value, places):,.{places}f}"


def between(lower: float, upper: float) -> str:
    """Say an interval of a share in plain words.

    Parameters
    ----------
    lower, upper
        Ends of the interval, as proportions.

    Returns
    -------
    str
        For example "likely between 13.2% and 15.3%".

    Examples
    --------
    >>> between(0.132, 0.1526)
    'likely between 13.2% and 15.3%'
    """
    return f"likely between {percent(lower)} and {percent(upper)}"


def short_day(period: str) -> str:
    """Write an ISO date for the axis of a chart.

    Parameters
    ----------
    period
        For example "2025-03-31".

    Returns
    -------
    str
        For example "Mar 2025".

    Examples
    --------
    >>> short_day("2025-03-31")
    'Mar 2025'
    """
    words = long_date(period)
    return words if words == period else f"{words.split()[1][:3]} {words.split()[2]}"


def listed(names: Sequence[str]) -> str:
    """Join names into a phrase.

    Parameters
    ----------
    names
        The names, in the order in which they are to be read.

    Returns
    -------
    str
        For example "White, Mixed and Other".

    Examples
    --------
    >>> listed(["White", "Mixed", "Other"]), listed(["White"])
    ('White, Mixed and Other', 'White')
    """
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def noun(counted: str) -> str:
    """Name what a table counts: "staff" where it counts people.

    Parameters
    ----------
    counted
        `about.counted`: "people", "posts", "fte", ...

    Returns
    -------
    str
        The noun that sentences and headings use.

    Examples
    --------
    >>> noun("people"), noun("posts")
    ('staff', 'posts')
    """
    return _COUNTED.get(counted, counted)


def who_declared(counted: str, heading: str) -> str:
    """Name those whom shares are of.

    Parameters
    ----------
    counted
        `about.counted`: "people", "posts", "fte", ...
    heading
        Heading of the characteristic.

    Returns
    -------
    str
        For example "staff who declared their ethnic group".

    Examples
    --------
    >>> who_declared("people", "Sex"), who_declared("posts", "Sex")
    ('staff who declared their sex', 'posts whose holders declared their sex')
    """
    whose = "whose holders" if counted == "posts" else "who"
    return f"{noun(counted)} {whose} declared their {lower_first(heading)}"


def lower_first(heading: str) -> str:
    """Put a heading inside a sentence: its first letter small, unless it is an abbreviation.

    Parameters
    ----------
    heading
        For example "Ethnic group".

    Returns
    -------
    str
        For example "ethnic group".

    Examples
    --------
    >>> lower_first("Ethnic group"), lower_first("FTE band")
    ('ethnic group', 'FTE band')
    """
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]
