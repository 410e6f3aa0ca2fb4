"""The funnel plot of services: do some lie further from what was expected than chance takes them?

Services stand by their size and are not ranked; those outside the limits are labelled as the table
labels them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    RULE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.scales import Scale, from_zero, words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.likelihoods import reference_words
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import lower_first, ratio

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_PLOT, _FOOT, _GAP = {"wide": 320.0, "narrow": 260.0}, 56.0, 26.0
_AXIS, _RIGHT = 40.0, 44.0
_LEVELS = (("95", "95%", (0, (5, 3))), ("998", "99.8%", "-"))
_DOT: dict[str, Any] = {"ms": 7.5, "color": DARK_BLUE}
_OUTSIDE: dict[str, Any] = {"ms": 9, "mfc": "white", "mec": ORANGE, "mew": 2.4}
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
_POINTS = 90


@dataclass(frozen=True)
class Service:
    """One service: what was expected, observed over expected, and its own limits."""

    label: str
    expected: Figure
    ratio: Figure
    limits: tuple[tuple[float | None, float | None], ...]
    """Lower and upper limit at each level, the narrower first."""
    outside: bool

    @property
    def drawn(self) -> bool:
        """Whether both figures may be shown, and there was something to expect."""
        return self.ratio.value is not None and bool(self.expected.value)

    @property
    def size(self) -> float:
        """How many were expected."""
        return self.expected.value or 0.0


@dataclass(frozen=True)
class _Frame:
    """Where a panel's plot lies, in pixels, and its two scales."""

    left: float
    top: float
    width: float
    height: float
    across: Scale
    up: Scale

    def at(self, expected: float, value: float) -> tuple[float, float]:
        """Where a size and a ratio lie."""
        down = self.top + self.height * (1 - self.up.place(value))
        return self.left + self.width * self.across.place(expected), down


@dataclass(frozen=True)
class Funnel:
    """What a funnel plot draws: for each group its services."""

    panels: tuple[tuple[str, tuple[Service, ...]], ...]
    between: str
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Funnel:
    """Where do services lie, and between which limits would chance leave them?

    Parameters
    ----------
    protected
        Figures of the kind "variation" that have passed disclosure control.

    Returns
    -------
    Funnel
        A panel per compared group, a point per service, without names of services unless the table
        has them.
    """
    table = figures(protected)
    held = {place.group for place in table.rows if place.measure == "observed_to_expected"}
    groups = [group for group in table.declared if group in held]
    several = len(groups) > 1
    panels = tuple((group if several else "", _services(table, group)) for group in groups)
    unit = lower_first(table.by) or "service"
    against = reference_words(table)
    return Funnel(
        panels=panels,
        between=unit,
        alt=_alt(panels, unit),
        headline=headline(protected),
        statistical_title=f"{table.about.title}: observed divided by expected, against {against}",
        notes=(_notes(panels, unit),),
    )


def draw(funnel: Funnel) -> Chart:
    """Draw a funnel plot: a dot per service, lines at the limits.

    Parameters
    ----------
    funnel
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, funnel),
        alt=funnel.alt,
        headline=funnel.headline,
        statistical_title=funnel.statistical_title,
        notes=funnel.notes,
    )


def _services(table: Figures, group: str) -> tuple[Service, ...]:
    def limit(name: str, split: str) -> float | None:
        return table.get(f"limit_{name}", group, split=split).value

    return tuple(
        Service(
            label=split,
            expected=table.get("expected", group, split=split),
            ratio=table.get("observed_to_expected", group, split=split),
            limits=tuple(
                (limit(f"{level}_lower", split), limit(f"{level}_upper", split))
                for level, _, _ in _LEVELS
            ),
            outside=bool(table.get("outside_998", group, split=split).value),
        )
        for split in table.splits
        if split != ALL
    )


def _hidden(panels: tuple[tuple[str, tuple[Service, ...]], ...]) -> int:
    return sum(one.ratio.hidden or one.expected.hidden for _, group in panels for one in group)


def _notes(panels: tuple[tuple[str, tuple[Service, ...]], ...], unit: str) -> str:
    notes = [
        f"Each dot is one {unit}, further to the right the more were expected. At 1 as many passed "
        "as if both groups had been passed alike. Were there only the usual variation, about 95 in "
        "100 would lie between the dashed lines and 998 in 1,000 between the solid ones. A place "
        "outside is a reason to look, not a finding."
    ]
    if _hidden(panels):
        notes.append(f"[c]: {_hidden(panels)} hidden so that nobody can be identified.")
    return " ".join(notes)


def _alt(panels: tuple[tuple[str, tuple[Service, ...]], ...], unit: str) -> str:
    parts = []
    for group, services in panels:
        rows = "; ".join(_said(one) for one in services)
        parts.append(f"{group}: {rows}." if group else f"{rows}.")
    return (
        f"Funnel plot of observed divided by expected for each {unit}, with a line at 1 and limits "
        f"of 95% and 99.8% that narrow as more are expected. {' '.join(parts)} A table follows."
    )


def _said(one: Service) -> str:
    if one.ratio.value is None:
        mark = one.ratio.value_mark
        return f"{one.label} {'not applicable' if mark == '[z]' else f'{mark} not shown'}"
    where = " outside the 99.8% limits" if one.outside else ""
    said = f"{one.label} {ratio(one.ratio.value, (1.0,))}{where}"
    return f"{said}, of {words(one.expected, 'count')} expected"


def _paint(layout: Layout, funnel: Funnel) -> Sheet:
    columns = min(2 if layout.name == "wide" else 1, len(funnel.panels)) or 1
    width = (layout.width - _GAP * (columns - 1)) / columns
    plot = _PLOT[layout.name] if columns == 1 else _PLOT["narrow"]
    titles = [
        layout.wrapped(group, width, bold=True) if group else [] for group, _ in funnel.panels
    ]
    starts = range(0, len(funnel.panels), columns)
    heads = [
        max(map(len, titles[i : i + columns])) * layout.line + (8 if any(titles) else 0)
        for i in starts
    ]
    keys = layout.line * (1 if layout.name == "wide" else 2) + 12
    sheet = Sheet(layout, keys + sum(heads) + (plot + _FOOT) * len(heads))
    _draw_key(sheet, funnel.between)
    top = keys
    for head, start in zip(heads, starts, strict=True):
        for column, (_, services) in enumerate(funnel.panels[start : start + columns]):
            left = column * (width + _GAP)
            if titles[start + column]:
                sheet.title(left, top, titles[start + column])
            _panel(sheet, services, (left, top + head, width, plot), funnel.between)
        top += head + plot + _FOOT
    return sheet


def _draw_key(sheet: Sheet, unit: str) -> None:
    """Say what the two kinds of dot are."""
    line, wide = sheet.layout.line, sheet.layout.name == "wide"
    sheet.dot(8, line / 2 + 2, "o", **_DOT)
    inside = f"One {unit}"
    sheet.text(22, line / 2 + 2, inside)
    left = 22 + len(inside) * sheet.layout.size * 0.52 + 30 if wide else 8.0
    middle = line / 2 + 2 + (0 if wide else line)
    sheet.dot(left, middle, "D", **_OUTSIDE)
    sheet.text(left + 14, middle, f"One {unit} outside the 99.8% limits")


def _panel(
    sheet: Sheet,
    services: tuple[Service, ...],
    box: tuple[float, float, float, float],
    unit: str,
) -> None:
    left, top, width, height = box
    drawn = [one for one in services if one.drawn]
    frame = _Frame(
        left=left + _AXIS,
        top=top,
        width=width - _AXIS - _RIGHT,
        height=height,
        across=from_zero([Figure(value=one.size) for one in drawn], "count"),
        up=_up(drawn),
    )
    _axes(sheet, frame, unit)
    _limits(sheet, frame, drawn)
    for one in drawn:
        marker, style = ("D", _OUTSIDE) if one.outside else ("o", _DOT)
        sheet.dot(*frame.at(one.size, one.ratio.value or 0.0), marker, zorder=5, **style)
    for one in (one for one in drawn if one.outside):
        x, y = frame.at(one.size, one.ratio.value or 0.0)
        beyond = x > frame.left + frame.width / 2
        fine: dict[str, Any] = {"fontsize": sheet.layout.size - 1, "bbox": _GROUND}
        sheet.text(
            x + (-10 if beyond else 10), y, one.label, ha="right" if beyond else "left", **fine
        )
    hidden = sum(one.ratio.hidden for one in services)
    if hidden:
        grey: dict[str, Any] = {"color": GREY, "ha": "right", "fontsize": sheet.layout.size - 1}
        words = f"[c] {hidden} not shown"
        sheet.text(frame.left + frame.width - 4, top + height - 12, words, bbox=_GROUND, **grey)


def _up(drawn: list[Service]) -> Scale:
    """Fit the scale of ratios: from 0 to above every service, and to 1.5 at least."""
    highest = max([1.45, *(1.05 * (one.ratio.value or 0.0) for one in drawn)])
    step = 0.5 if highest <= 3 else 1.0 if highest <= 6 else float(ceil(highest / 5))
    return Scale("count", 0.0, step * ceil(highest / step), step)


def _axes(sheet: Sheet, frame: _Frame, unit: str) -> None:
    """Draw the grid with its numbers, the line at 1 and what both scales are."""
    layout, foot = sheet.layout, frame.top + frame.height
    fine: dict[str, Any] = {"color": GREY, "fontsize": layout.size - 1}
    right = frame.left + frame.width
    for place in range(round(frame.up.high / frame.up.step) + 1):
        value = frame.up.step * place
        _, y = frame.at(0.0, value)
        style = {"color": RULE, "lw": 1.6} if not place else {"color": PALE, "lw": 1}
        sheet.line([frame.left, right], [y, y], zorder=0, **style)
        if value != 1:
            sheet.text(frame.left - 8, y, f"{value:g}", ha="right", **fine)
    _, y = frame.at(0.0, 1.0)
    sheet.line([frame.left, right], [y, y], color=INK, lw=1.4, zorder=1)
    sheet.text(frame.left - 8, y, "1", ha="right", weight="bold", fontsize=layout.size - 1)
    for tick, label in frame.across.ticks(frame.width):
        x, _ = frame.at(tick, 0.0)
        sheet.line([x, x], [foot, foot + 5], color=RULE, lw=1.2)
        sheet.text(x, foot + 16, label, ha="center", **fine)
    sheet.text(right, foot + 36, f"Expected in the {unit}", ha="right", **fine)


def _limits(sheet: Sheet, frame: _Frame, drawn: list[Service]) -> None:
    """Draw the limits as lines through those of every service, each named at its end."""
    ends: list[tuple[float, float, str]] = []
    for place, (_, name, dash) in enumerate(_LEVELS):
        for upper in (False, True):
            traced = curve(drawn, place, frame.across.high, upper=upper)
            seen = [frame.at(x, y) for x, y in traced if 0 <= y <= frame.up.high]
            if len(seen) < 2:
                continue
            xs, ys = zip(*seen, strict=True)
            sheet.line(xs, ys, color=GREY, lw=1.3, ls=dash, zorder=2)
            ends.append((xs[-1], ys[-1], name))
    fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 2}
    _, middle = frame.at(0.0, 1.0)
    inner = [abs(y - middle) for _, y, name in ends if name == _LEVELS[0][1]]
    for x, y, name in ends:
        apart = abs(y - middle)
        # The outer limit's name makes way where the inner one's is close.
        least = max(inner, default=0.0) + 14 if name != _LEVELS[0][1] else 7.0
        down = middle + (1 if y > middle else -1) * max(apart, least)
        sheet.text(x + 5, down, name, **fine)


def curve(
    drawn: Sequence[Service], place: int, largest: float, *, upper: bool
) -> list[tuple[float, float]]:
    """Trace a limit up to the largest size: through each service's own, smoothly between them.

    A limit's distance from 1 shrinks with the root of what is expected; that product changes little
    from service to service.
    """
    known: dict[float, float] = {}
    for one in drawn:
        low, high = one.limits[place]
        # One that is cut at 0 says nothing of its distance; the other limit does.
        end = high if upper or not low else low
        if end is not None:
            known[one.size] = abs(end - 1) * sqrt(one.size)
    if not known:
        return []
    sizes = sorted(known)
    # Closer together where the limits bend.
    grid = sorted({*sizes, *(largest * (n / _POINTS) ** 2 for n in range(1, _POINTS + 1))})
    sign = 1 if upper else -1
    return [(size, 1 + sign * _between(sizes, known, size) / sqrt(size)) for size in grid]


def _between(sizes: list[float], known: dict[float, float], size: float) -> float:
    """Interpolate between the nearest services; beyond the first and last, as at those."""
    before = max((one for one in sizes if one <= size), default=sizes[0])
    after = min((one for one in sizes if one >= size), default=sizes[-1])
    if before >= after:
        return known[before]
    part = (size - before) / (after - before)
    return known[before] + part * (known[after] - known[before])
