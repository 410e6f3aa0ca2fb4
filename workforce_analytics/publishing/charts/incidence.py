"""Charts of time after joining: who has left, and how many of each year's joiners are still in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import ALL
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
from workforce_analytics.publishing.charts.plane import Plane, View, foot, gaps, grid, mark, views
from workforce_analytics.publishing.charts.scales import Scale, from_zero
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.network_retention_sentences import (
    long,
    months,
    still_in,
    tells_who_left_the_organisation,
)
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import percent

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_RANGE = "The line through a mark is the range in which the share is likely to lie."
_ONE_SCALE = "All panels have one scale, which starts at 0%."
_STYLES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("o", {"ms": 7, "color": DARK_BLUE}),
    ("D", {"ms": 6.5, "mfc": "white", "mec": ORANGE, "mew": 1.9}),
)
_APART = 0.45
"""Months by which the marks of two lines stand apart, so that their ranges can be told apart."""
Point = tuple[int, Figure]


@dataclass(frozen=True)
class Line:
    """Shares at months after joining."""

    name: str
    points: tuple[Point, ...]

    @property
    def last(self) -> Point | None:
        """The last one that is shown after the day of joining, on which nobody has left."""
        later = (one for one in reversed(self.points) if one[0])
        return next((one for one in later if one[1].value is not None), None)

    @property
    def mark(self) -> str:
        """What stands for the first one that is not shown."""
        return next((one.value_mark for _, one in self.points if one.value is None), "")


@dataclass(frozen=True)
class Panel:
    """One group, or one year: up to two lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Incidence:
    """What a chart of time after joining draws."""

    panels: tuple[Panel, ...]
    scale: Scale
    key: tuple[str, ...]
    """What the lines are, where there are two."""
    behind: bool
    """Whether the lines of other panels stand behind, in grey."""
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def retention(protected: Protected) -> Incidence:
    """How many have left the network, and how many the organisation, by time after joining?

    Parameters
    ----------
    protected
        Figures of the kind "network_retention" that have passed disclosure control.

    Returns
    -------
    Incidence
        A panel per group, everybody last, each with two lines.
    """
    read = figures(protected)
    everybody = "All networks" if read.about.groups[0] == "network" else "Everybody"
    named = [(group, group) for group in (*read.declared, *read.undeclared)]
    if any(place.group == ALL for place in read.rows):
        named.append((everybody, ALL))
    both = tells_who_left_the_organisation(read)
    key = ("Left the network", "Left the organisation") if both else ("Left",)
    panels = tuple(
        Panel(
            title,
            tuple(
                Line(name, tuple((at, read.get(one, group, split=s)) for at, s in months(read)))
                for one, name in zip(("left_network", "left_council"), key, strict=False)
            ),
        )
        for title, group in named
    )
    what = "the share of those who joined who had left, by months after joining"
    left = "the network while still working here, and who had left the organisation"
    either = "the network or the organisation (which of the two is not known)"
    notes = (
        f"Share of those who joined who had left {left if both else either}, so many months after "
        f"joining. {_RANGE} {_ONE_SCALE}"
    )
    return _made(protected, read, panels, key=key, what=what, notes=notes)


def cohorts(protected: Protected) -> Incidence:
    """How many of those who joined in each year were still members, by time after joining?

    Parameters
    ----------
    protected
        Figures of the kind "network_cohorts" that have passed disclosure control.

    Returns
    -------
    Incidence
        A panel per year of joining with one line; the other years stand behind it in grey.
    """
    read = figures(protected)
    panels = tuple(
        Panel(f"Joined in {year}", (Line("", _stayed(read, year)),)) for year in read.declared
    )
    others = " The grey lines are the other years." if len(panels) > 1 else ""
    notes = (
        "Share of those who joined in the year who were still members so many months after "
        f"joining.{others} {_RANGE} {_ONE_SCALE}"
    )
    what = "the share of those who joined who were still members, by months after joining"
    return _made(protected, read, panels, key=(), what=what, notes=notes, behind=True)


def draw(found: Incidence) -> Chart:
    """Draw lines over the months after joining, a panel per group.

    Parameters
    ----------
    found
        What `retention` or `cohorts` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, found),
        alt=found.alt,
        headline=found.headline,
        statistical_title=found.statistical_title,
        notes=found.notes,
    )


def _stayed(read: Figures, year: str) -> tuple[Point, ...]:
    """A year's shares; a time for which it has no row lies ahead of it."""
    told = [(at, still_in(read, year, split)) for at, split in months(read)]
    return tuple((at, figure) for at, figure in told if figure.status)


def _made(
    protected: Protected,
    read: Figures,
    panels: tuple[Panel, ...],
    *,
    key: tuple[str, ...],
    what: str,
    notes: str,
    behind: bool = False,
) -> Incidence:
    every = [figure for panel in panels for line in panel.lines for _, figure in line.points]
    spoken = " ".join(f"{panel.title}: {_spoken(panel)}." for panel in panels)
    return Incidence(
        panels=panels,
        scale=from_zero(every, "percent"),
        key=key,
        behind=behind,
        alt=f"Line charts of {what}, one panel per group. {spoken} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(notes,),
    )


def _spoken(panel: Panel) -> str:
    return "; ".join(
        f"{line.name} {', '.join(_told(at, one) for at, one in line.points)}".strip()
        for line in panel.lines
    )


def _told(at: int, figure: Figure) -> str:
    after = f"after {at} month{'' if at == 1 else 's'}"
    if figure.value is not None:
        return f"{after} {percent(figure.value)}"
    shown = "not applicable" if figure.value_mark == "[z]" else f"{figure.value_mark} not shown"
    return f"{after} {shown}"


def _paint(layout: Layout, found: Incidence) -> Sheet:
    if not found.panels:
        sheet = Sheet(layout, layout.line + 16)
        sheet.text(0, layout.line / 2 + 8, "There is no year to show yet.", color=GREY)
        return sheet
    times = [at for panel in found.panels for line in panel.lines for at, _ in line.points]
    last = max(times, default=1)
    across = Scale("count", -0.8, last + 0.8, 12.0 if last > 12 else 3.0)
    shown = [
        View(
            title=panel.title,
            said=tuple(_nothing(line) for line in panel.lines if line.mark and not line.last),
            across=across,
            up=found.scale,
            fill=lambda sheet, plane, panel=panel: _fill(sheet, plane, found, panel),  # type: ignore[misc]
            room=58.0,
        )
        for panel in found.panels
    ]
    entries = len(found.key) if layout.name == "narrow" else min(len(found.key), 1)
    head = entries * layout.line + 14 * bool(found.key)
    columns = 1 if len(shown) == 1 else 3 if len(shown) > 4 else 2
    return views(layout, shown, head=head, columns=columns, begin=lambda sheet: _key(sheet, found))


def _nothing(line: Line) -> str:
    """Say above the panel that nothing of a line is shown."""
    return f"{line.name}: {line.mark}".removeprefix(": ")


def _key(sheet: Sheet, found: Incidence) -> None:
    """Say what the two lines are, side by side where there is room."""
    layout, left, down = sheet.layout, 0.0, sheet.layout.line / 2 + 2
    for name, (marker, style) in zip(found.key, _STYLES, strict=False):
        sheet.line([left, left + 28], [down, down], **_stroke(style, marker))
        sheet.dot(left + 14, down, marker, **style)
        sheet.text(left + 36, down, name)
        if layout.name == "narrow":
            down += layout.line
        else:
            left += 36 + len(name) * layout.size * 0.53 + 24


def _stroke(style: dict[str, Any], marker: str) -> dict[str, Any]:
    colour = style.get("mec", style.get("color"))
    return {"color": colour, "lw": 2.2, "ls": "-" if marker == "o" else (0, (4, 2))}


def _fill(sheet: Sheet, plane: Plane, found: Incidence, panel: Panel) -> None:
    grid(sheet, plane)
    if found.behind:
        for other in found.panels:
            for line in other.lines if other is not panel else ():
                _joined(sheet, plane, line.points, 0.0, color=RULE, lw=1.6, zorder=1)
    shift = _APART if len(panel.lines) > 1 else 0.0
    for place, (line, (marker, style)) in enumerate(zip(panel.lines, _STYLES, strict=False)):
        moved = shift * (2 * place - 1)
        _joined(sheet, plane, line.points, moved, zorder=2, **_stroke(style, marker))
        for at, figure in line.points:
            # Nobody has left on the day of joining: a mark there would hide the start of the lines.
            if at or figure.value:
                mark(sheet, plane, at + moved, figure, marker, **style)
    if panel.lines:
        gaps(sheet, plane, _least_shown(panel), 0.0)
    _ends(sheet, plane, found, panel)
    times = sorted({at for one in found.panels for line in one.lines for at, _ in line.points})
    # Where a number for each time has no room, whole years have.
    roomy = plane.width / max(len(times), 1) >= 24
    labels = [(float(at), str(at)) for at in times if roomy or at % 12 == 0]
    foot(sheet, plane, labels, "Months after joining")


def _ends(sheet: Sheet, plane: Plane, found: Incidence, panel: Panel) -> None:
    """Write the last share of each line at its end, where two do not run into each other."""
    told = [one for one in (line.last for line in panel.lines) if one]
    if found.behind:
        for at, figure in told:
            down = plane.y(figure.upper or figure.value or 0.0) - 8
            sheet.text(plane.x(at) + 6, down, percent(figure.value or 0.0))
        return
    told.sort(key=lambda one: one[1].value or 0.0)
    high, last = sheet.layout.line, _last_month(found)
    named = {last}
    # The marks of later months, which are not shown, stand on the foot of the panel.
    edge = plane.foot - (high + 4 if any(at < last for at, _ in told) else 2)
    for at, figure in told:
        # A share of an earlier month than other panels end with would be read as one of the last.
        month = [] if at in named else [long(at)]
        named.add(at)
        right, level = plane.x(at), plane.y(figure.value or 0.0)
        down = min(level, edge - high * (len(month) + 0.5))
        if level - down > 2:
            # A label that had to make room says by a line which end it belongs to.
            sheet.line([right + 7, right + 13], [level, down], color=GREY, lw=1)
        sheet.text(right + 15, down, percent(figure.value or 0.0))
        for words in month:
            fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 1}
            sheet.text(right + 15, down + high, words, **fine)
        edge = down - high / 2


def _last_month(found: Incidence) -> int:
    ends = (line.last for panel in found.panels for line in panel.lines)
    return max((one[0] for one in ends if one), default=0)


def _least_shown(panel: Panel) -> list[tuple[float, Figure]]:
    """Give at each time the figure of the first line, or of the other where that one is hidden."""
    found = []
    for places in zip(*(line.points for line in panel.lines), strict=True):
        shown = [one for one in places if one[1].value is None] or places
        found.append((float(shown[0][0]), shown[0][1]))
    return found


def _joined(
    sheet: Sheet, plane: Plane, points: Sequence[Point], moved: float, **style: Any
) -> None:
    """Join neighbours that are shown; nothing is drawn across what is hidden."""
    run: list[tuple[float, float]] = []
    for at, figure in [*points, (0, Figure())]:
        if figure.value is not None:
            run.append((plane.x(at + moved), plane.y(figure.value)))
            continue
        if len(run) > 1:
            sheet.line([x for x, _ in run], [y for _, y in run], **style)
        run = []
