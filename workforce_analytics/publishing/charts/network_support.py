"""The chart of support for staff networks: what each was given, against what was planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    ORANGE,
    RULE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.network_sentences import in_time
from workforce_analytics.publishing.network_tables import amount, unit_words
from workforce_analytics.publishing.sentences import headline

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_PLAN: dict[str, Any] = {"ms": 7.5, "mfc": "white", "mec": ORANGE, "mew": 2.2}
_BAR, _GAP, _COLUMNS = 14.0, 34.0, 2
_MOST = {"wide": 0.36, "narrow": 0.4}
"""How much of a panel's width names of networks may take."""


@dataclass(frozen=True)
class Bar:
    """One network: what it was given, and what was planned for it."""

    network: str
    given: Figure
    planned: Figure

    @property
    def text(self) -> str:
        """Both in words: "6.5 of 8"."""
        given = self.given.value_mark if self.given.value is None else amount(self.given.value)
        return f"{given} of {amount(self.planned.value)}" if self.planned.value else given


@dataclass(frozen=True)
class Panel:
    """One kind of support."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def longest(self) -> float:
        """How far its bars and plans reach."""
        ends = [one.value or 0 for bar in self.bars for one in (bar.given, bar.planned)]
        return max(ends, default=0) or 1.0


@dataclass(frozen=True)
class Support:
    """What a chart of support draws."""

    panels: tuple[Panel, ...]
    planned: bool
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Support:
    """What was each network given, of what was planned for it?

    Parameters
    ----------
    protected
        Figures of the kind "network_support" that have passed disclosure control.

    Returns
    -------
    Support
        A panel per kind of support, a bar per network, in the latest year.
    """
    read = in_time(figures(protected))
    planned = read.holds("planned")
    panels = tuple(
        Panel(
            f"{kind}{unit_words(read, kind)}",
            tuple(_bar(read, name, kind) for name in read.declared),
        )
        for kind in read.parts
    )
    told = f"What networks were given in {read.latest}"
    what = "given and planned" if planned else "given"
    against = ", against what was planned (diamonds)" if planned else ""
    return Support(
        panels=panels,
        planned=planned,
        alt=_alt(panels),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: {what} in {read.latest}",
        notes=(f"{told}{against}. Each panel has its own scale, which starts at 0.",),
    )


def draw(support: Support) -> Chart:
    """Draw support as bars, and plans as diamonds.

    Parameters
    ----------
    support
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, support),
        alt=support.alt,
        headline=support.headline,
        statistical_title=support.statistical_title,
        notes=support.notes,
    )


def _bar(read: Figures, name: str, kind: str) -> Bar:
    given, planned = (read.get(one, name, split=kind) for one in ("given", "planned"))
    # What the table does not have at all is not applicable to the network.
    return Bar(name, given if given.status else Figure(value_mark="[z]"), planned)


def _alt(panels: tuple[Panel, ...]) -> str:
    parts = [
        f"{panel.title}: {'; '.join(f'{bar.network} {_spoken(bar)}' for bar in panel.bars)}."
        for panel in panels
    ]
    return (
        "Bar charts of what each staff network was given, one panel per kind of support. "
        f"{' '.join(parts)} A table follows."
    )


def _spoken(bar: Bar) -> str:
    if bar.given.value is not None:
        return bar.text
    return (
        "not applicable" if bar.given.value_mark == "[z]" else f"{bar.given.value_mark} not shown"
    )


def _paint(layout: Layout, support: Support) -> Sheet:
    panels = support.panels
    columns = min(_COLUMNS if layout.name == "wide" else 1, len(panels)) or 1
    width = (layout.width - _GAP * (columns - 1)) / columns
    longest = max((len(bar.network) for panel in panels for bar in panel.bars), default=0)
    labels = min(_MOST[layout.name] * width, longest * layout.size * 0.52 + 14)
    names = {
        bar.network: layout.wrapped(bar.network, labels - 10)
        for panel in panels
        for bar in panel.bars
    }
    pitch = max(max(map(len, names.values()), default=1) * layout.line + 6, 27.0)
    body = pitch * max((len(panel.bars) for panel in panels), default=0)
    titles = [layout.wrapped(panel.title, width, bold=True) for panel in panels]
    starts = range(0, len(panels), columns)
    heads = [max(map(len, titles[at : at + columns])) * layout.line + 8 for at in starts]
    keyed = layout.line + 14 if support.planned else 0.0
    sheet = Sheet(layout, keyed + sum(heads) + body * len(heads) + 22 * len(heads))
    if support.planned:
        _key(sheet)
    top = keyed
    for head, start in zip(heads, starts, strict=True):
        for place in range(start, min(start + columns, len(panels))):
            left = (place - start) * (width + _GAP)
            sheet.title(left, top, titles[place])
            for row, bar in enumerate(panels[place].bars):
                middle = top + head + (row + 0.5) * pitch
                sheet.lines(left, middle, names[bar.network])
                _draw_bar(sheet, bar, panels[place], (left + labels, left + width), middle)
            ends = [top + head, top + head + pitch * len(panels[place].bars)]
            sheet.line([left + labels] * 2, ends, color=RULE, lw=1.6, zorder=5)
        top += head + body + 22
    return sheet


def _draw_bar(
    sheet: Sheet, bar: Bar, panel: Panel, ends: tuple[float, float], middle: float
) -> None:
    """Draw one network's bar and plan, and write both at the right of the panel."""
    start, right = ends
    room = max(len(one.text) for one in panel.bars) * sheet.layout.size * 0.54 + 16
    unit = (right - start - room) / panel.longest
    if bar.given.value is None:
        sheet.text(right, middle, bar.given.value_mark, ha="right", color=GREY)
        return
    sheet.bar(start, middle, unit * bar.given.value, _BAR, DARK_BLUE)
    if bar.planned.value:
        sheet.dot(start + unit * bar.planned.value, middle, "D", zorder=6, **_PLAN)
    sheet.text(right, middle, bar.text, ha="right")


def _key(sheet: Sheet) -> None:
    middle, left = sheet.layout.line / 2 + 1, 0.0
    for words in ("Given", "Planned"):
        if words == "Given":
            sheet.bar(left, middle, 20, _BAR, DARK_BLUE)
        else:
            sheet.dot(left + 10, middle, "D", zorder=5, **_PLAN)
        sheet.text(left + 28, middle, words)
        left += 28 + len(words) * sheet.layout.size * 0.53 + 26
