"""Charts of who answered the staff survey, and of what weights do to the shares of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Panel as DotPanel
from workforce_analytics.publishing.charts.dots import Row as DotRow
from workforce_analytics.publishing.charts.dots import from_zero
from workforce_analytics.publishing.charts.dots import spoken as dots_spoken
from workforce_analytics.publishing.charts.level_panels import (
    Levels,
    Panel,
    Row,
    levels,
    spoken,
)
from workforce_analytics.publishing.charts.scales import words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_response_sentences import compared, margins
from workforce_analytics.publishing.survey_verdicts import score_range, score_words
from workforce_analytics.publishing.wording import lower_first, number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_MANY = 12
"""Of more categories of a margin those that weights change most are drawn."""
_WEIGHED = (
    ("share_of_respondents", "Of those who answered"),
    ("share_of_eligible", "Of staff"),
)


@dataclass(frozen=True)
class Response:
    """What a chart of response rates draws."""

    drawing: Levels
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


# --- response rates -------------------------------------------------------------------------------


def data(protected: Protected) -> Response:
    """How many of each group answered?

    Parameters
    ----------
    protected
        Figures of the kind "survey_response" that have passed disclosure control.

    Returns
    -------
    Response
        A row per group, those whose rate is clear of that of all known filled, and all staff
        last; where nobody knows how many could have answered, each group's share of those who did.
    """
    read = figures(protected)
    rated = read.holds("response_rate") or not read.holds("share_of_respondents")
    measure = "response_rate" if rated else "share_of_respondents"
    found = compared(read)
    clear = {group for side in ("lower", "higher") for group in found[side]}
    # Who did not say in the survey and who is not on record are not the same: no rate is theirs.
    groups = [g for g in read.undeclared if read.get(measure, g).status != "undefined"]
    rows = [_row(read, measure, g, g in clear) for g in (*read.declared, *groups)]
    line = read.get("response_rate", ALL).value
    if rated and any(place.group == ALL for place in read.rows):
        rows.append(_row(read, measure, ALL, clear=True))
    panels = (Panel("", tuple(rows), line=line, sign="%"),)
    keys = []
    if any(found.values()):
        keys.append(
            ("clear", f"Clearly lower or higher than all whose {lower_first(read.of)} is known")
        )
        keys.append(("open", "No clear difference"))
    if line is not None and len(rows) > 1:
        keys.append(("line", f"All staff: {score_words(read.get('response_rate', ALL))}"))
    drawing = Levels(panels, tuple(keys))
    what = "the percentage of staff who answered" if rated else "shares of those who answered"
    by = f" by {lower_first(read.of)}" if read.declared else ""
    return Response(
        drawing=drawing,
        alt=f"Dot chart of {what}{by}. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(
            "The line through a dot is the range in which it could lie by chance alone. In grey: "
            "how many answered, of how many.",
        ),
    )


def draw(response: Response) -> Chart:
    """Draw response rates: dots with their ranges, and a line at all staff's.

    Parameters
    ----------
    response
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: levels(layout, response.drawing),
        alt=response.alt,
        headline=response.headline,
        statistical_title=response.statistical_title,
        notes=response.notes,
    )


def _row(read: Figures, measure: str, group: str, clear: bool) -> Row:
    figure = read.get(measure, group)
    under = ""
    if figure.numerator is not None and figure.denominator is not None:
        under = f"{number(figure.numerator)} of {number(figure.denominator)}"
    return Row(
        "All staff" if group == ALL else group,
        figure,
        score_words(figure),
        score_range(figure),
        clear=clear,
        under=under,
        strong=group == ALL,
    )


# --- weights --------------------------------------------------------------------------------------


def weights(protected: Protected) -> DotChart:
    """How far is each group's share of those who answered from its share of staff?

    Parameters
    ----------
    protected
        Figures of the kind "survey_weights" that have passed disclosure control.

    Returns
    -------
    DotChart
        A panel per characteristic, a row per group with both shares.
    """
    read = figures(protected)
    places = margins(read)
    by_margin = {m: [c for n, c in places if n == m] for m, _ in places}
    panels = tuple(
        DotPanel(margin, tuple(_pair(read, margin, one) for one in _furthest(read, margin, every)))
        for margin, every in by_margin.items()
    )
    names = tuple(name for _, name in _WEIGHED)
    drawing = from_zero(panels, "percent", series=names, joined=True)
    scale = "" if drawing.one_scale else " Each panel has its own scale, which starts at 0%."
    if any(len(every) > _MANY for every in by_margin.values()):
        scale += f" Of many groups the {_MANY} that weights change most; the table has all."
    return DotChart(
        drawing=drawing,
        alt=f"Dot chart of shares. {dots_spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage of those who answered, and of staff",
        notes=(
            "The further apart the two dots of a row, the more weights change what its answers "
            f"count for.{scale}",
        ),
    )


def _furthest(read: Figures, margin: str, categories: Sequence[str]) -> list[str]:
    """Of many categories, those whose two shares lie furthest apart, in the order of the list."""
    apart = {}
    for one in categories:
        shares = [read.get(measure, margin, split=one).value for measure, _ in _WEIGHED]
        first, second = (-1.0, -1.0) if None in shares else shares  # hidden ones come last
        apart[one] = abs((first or 0.0) - (second or 0.0))
    kept = sorted(categories, key=lambda one: -apart[one])[:_MANY]
    return [one for one in categories if one in kept]


def _pair(read: Figures, margin: str, category: str) -> DotRow:
    # Only the shares are drawn: how far both could lie apart by chance is no question of weights.
    found = tuple(_alone(read, one, margin, category) for one, _ in _WEIGHED)
    return DotRow(category, found, tuple(words(one, "percent") for one in found))


def _alone(read: Figures, measure: str, margin: str, category: str) -> Figure:
    return replace(read.get(measure, margin, split=category), lower=None, upper=None)
