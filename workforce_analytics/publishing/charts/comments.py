"""The chart of what comments are about: a bar per code, the longest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    RULE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_comments_sentences import (
    MEASURE,
    NOT_OPINION,
    hidden,
    shown,
)
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_BAR, _LABELS = 15.0, 0.36


@dataclass(frozen=True)
class Comments:
    """What a chart of comments draws."""

    bars: tuple[tuple[str, Figure], ...]
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Comments:
    """How many comments have each code?

    Parameters
    ----------
    protected
        Figures of the kind "survey_comments" that have passed disclosure control.

    Returns
    -------
    Comments
        A bar per code, the longest first and hidden ones last.
    """
    read = figures(protected)
    bars = tuple((code, read.get(MEASURE, code)) for code in (*shown(read), *hidden(read)))
    parts = [f"{code} {_spoken(figure)}" for code, figure in bars]
    return Comments(
        bars=bars,
        alt=f"Bar chart of comments by code. {'; '.join(parts)}. A table follows.",
        headline=headline(protected),
        statistical_title=f"{read.about.title}: number of comments",
        notes=(NOT_OPINION,),
    )


def draw(found: Comments) -> Chart:
    """Draw a bar per code, from 0, with its number.

    Parameters
    ----------
    found
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, found.bars),
        alt=found.alt,
        headline=found.headline,
        statistical_title=found.statistical_title,
        notes=found.notes,
    )


def _spoken(figure: Figure) -> str:
    return number(figure.value) if figure.value is not None else f"{figure.value_mark} not shown"


def _paint(layout: Layout, bars: tuple[tuple[str, Figure], ...]) -> Sheet:
    wide = layout.name == "wide"
    longest = max((len(code) for code, _ in bars), default=0)
    labels = min(_LABELS * layout.width, longest * layout.size * 0.52 + 14) if wide else 0.0
    lines = [layout.wrapped(code, (labels or layout.width) - 10) for code, _ in bars]
    # On a phone a name stands above its bar.
    heights = [len(words) * layout.line + (10 if wide else _BAR + 14) for words in lines]
    sheet = Sheet(layout, sum(heights) + 8)
    most = max((figure.value or 0.0 for _, figure in bars), default=0.0) or 1.0
    unit = (layout.width - labels - 60) / most
    top = 4.0
    for (_, figure), words, height in zip(bars, lines, heights, strict=True):
        block = len(words) * layout.line
        middle = top + height / 2 if wide else top + block + _BAR / 2 + 2
        sheet.lines(0, top + height / 2 if wide else top + block / 2, words)
        end = labels
        if figure.value is not None:
            sheet.bar(labels, middle, unit * figure.value, _BAR, DARK_BLUE)
            end += unit * figure.value
        said = number(figure.value) if figure.value is not None else figure.value_mark
        sheet.text(end + 7, middle, said, **({} if figure.value is not None else {"color": GREY}))
        sheet.line([labels] * 2, [middle - _BAR, middle + _BAR], color=RULE, lw=1.6, zorder=5)
        top += height
    return sheet
