"""Numbers and names as people read them: rounded last and half up, marks explained."""

from __future__ import annotations

import math
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
SCREENING = "a screening range, not a legal test in Great Britain"
"""What a range for a relative likelihood is, wherever one is named."""

DISTANCE = "a measure of distance, not a quota or target"
"""What a number of people to the same rate is, wherever one is named."""

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


def signed(value: float, places: int = 1) -> str:
    """Write a change with its sign; one that is shown as nought has none.

    Parameters
    ----------
    value
        The change, in percentage points or people.
    places
        Decimal places to keep.

    Returns
    -------
    str
        The change, a fall with a minus sign.

    Examples
    --------
    >>> signed(2.44), signed(-0.26), signed(0.04)
    ('+2.4', '−0.3', '0.0')
    """
    shown = round_half_up(value, places)
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return f"{sign}{abs(shown):,.{places}f}"


def ratio(value: float, edges: Sequence[float] = (0.8, 1.0, 1.25)) -> str:
    """Write a ratio with two decimals, or with as many as keep it on its side of what matters.

    Parameters
    ----------
    value
        The ratio; one without an upper limit is "no limit".
    edges
        What it is read against: the ends of a screening range, and 1.

    Returns
    -------
    str
        The ratio.

    Examples
    --------
    >>> ratio(0.6789), ratio(0.7996), ratio(0.8), ratio(0.997)
    ('0.68', '0.7996', '0.80', '0.997')
    """
    if math.isinf(value):
        return "no limit"
    places = ratio_places(value, edges)
    return f"{round_half_up(value, places):,.{places}f}"


def ratio_places(value: float, edges: Sequence[float] = (0.8, 1.0, 1.25)) -> int:
    """Count the decimals that keep a printed ratio from contradicting what is said of it.

    Parameters
    ----------
    value
        The ratio.
    edges
        What it is read against.

    Returns
    -------
    int
        Two, or more where rounding would put it on another side of one of them.

    Examples
    --------
    >>> ratio_places(0.79), ratio_places(0.7996)
    (2, 4)
    """
    sides = [_side(value, edge) for edge in edges]
    for places in range(2, 6):
        shown = float(round_half_up(value, places))
        if [_side(shown, edge) for edge in edges] == sides:
            return places
    return 6


def _side(value: float, edge: float) -> int:
    # A quotient of whole numbers that is the edge itself can differ in its last bit.
    return 0 if abs(value - edge) < 1e-9 else (1 if value > edge else -1)


def ratio_between(lower: float, upper: float) -> str:
    """Say an interval of a ratio in plain words.

    Parameters
    ----------
    lower, upper
        Ends of the interval.

    Returns
    -------
    str
        For example "likely between 0.60 and 0.77".

    Examples
    --------
    >>> ratio_between(0.601, 0.7666), ratio_between(1.2, float("inf"))
    ('likely between 0.60 and 0.77', 'likely 1.20 or more')
    """
    if math.isinf(upper):
        return f"likely {ratio(lower, (1.0,))} or more"
    return f"likely between {ratio(lower, (1.0,))} and {ratio(upper, (1.0,))}"


def quoted(names: Sequence[str]) -> str:
    """Join names of groups into a phrase, each in quotation marks.

    Parameters
    ----------
    names
        The names, in the order in which they are to be read.

    Returns
    -------
    str
        The phrase.

    Examples
    --------
    >>> quoted(["White", "Other"])
    '“White” and “Other”'
    """
    return listed([f"“{name}”" for name in names])


def upper_first(words: str) -> str:
    """Start a sentence: its first letter large.

    Parameters
    ----------
    words
        For example "being shortlisted".

    Returns
    -------
    str
        For example "Being shortlisted".

    Examples
    --------
    >>> upper_first("being shortlisted")
    'Being shortlisted'
    """
    return words[:1].upper() + words[1:]


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
