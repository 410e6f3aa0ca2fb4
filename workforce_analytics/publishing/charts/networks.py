"""The chart of staff networks over time: reach against its bands, members, who joined and left."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from workforce_analytics.publishing.charts.bars import SIMILAR
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    MID_BLUE,
    ORANGE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.network_stock import (
    GROUND,
    MANY,
    Points,
    Stock,
    hidden,
    panel,
    runs,
    times,
)
from workforce_analytics.publishing.charts.plane import Plane, grid
from workforce_analytics.publishing.charts.scales import Scale, from_zero
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.network_sentences import (
    ANYBODY,
    EDGES,
    MEMBERSHIPS,
    reached,
    stocked,
)
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_BANDS = ("Under 10%", "10% to under 20%", "20% to under 40%", "40% or more")
_GROUNDS = ("#ffffff", "#f1f3f4", "#e6e9eb", "#dadfe2")
_AXIS, _GAP, _FOOT = 46.0, 26.0, 40.0
_REACH, _STOCK = 190.0, {"wide": 118.0, "narrow": 110.0}
_STEPS = ((0.1, 0.02), (0.2, 0.05), (0.4, 0.1), (0.6, 0.1), (0.8, 0.2), (1.0, 0.2))
_HEADROOM = 1.16


@dataclass(frozen=True)
class Networks:
    """What a chart of networks over time draws."""

    periods: tuple[str, ...]
    reach: Points
    """Reach of all networks together at each period; none where staff were not counted."""
    stocks: tuple[Stock, ...]
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]

    @property
    def one_scale(self) -> bool:
        """Whether all networks can be read on one scale."""
        tops = [stock.high for stock in self.stocks]
        return not tops or min(tops) >= SIMILAR * max(tops)


def data(protected: Protected) -> Networks:
    """How did reach go on, and how many joined and left each network?

    Parameters
    ----------
    protected
        Figures of the kind "network_participation" that have passed disclosure control.

    Returns
    -------
    Networks
        The reach of all networks together, and a panel per network with its members, joiners and
        leavers at each period.
    """
    read = stocked(figures(protected))
    names = [name for name in read.declared if name not in (ANYBODY, MEMBERSHIPS)]
    whole = [name for name in (ANYBODY, MEMBERSHIPS) if read.get("members", name).status][:1]
    stocks = tuple(_stock(read, name) for name in (*whole, *names))
    reach = _points(read, "reach", ANYBODY)
    reach = reach if any(one.status for one in reach) else ()
    made = Networks(
        periods=read.periods,
        reach=reach,
        stocks=stocks,
        alt=_alt(read.periods, reach, stocks),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: {_what(reach)}",
        notes=(),
    )
    return Networks(**{**vars(made), "notes": (_note(made),)})


def draw(networks: Networks) -> Chart:
    """Draw reach on its bands, and under it members, joiners and leavers of each network.

    Parameters
    ----------
    networks
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, networks),
        alt=networks.alt,
        headline=networks.headline,
        statistical_title=networks.statistical_title,
        notes=networks.notes,
    )


# --- what is drawn ------------------------------------------------------------------------------


def _points(read: Figures, measure: str, name: str) -> Points:
    return tuple(read.get(measure, name, period=period) for period in read.periods)


def _stock(read: Figures, name: str) -> Stock:
    members, joiners, leavers = (
        _points(read, measure, name) for measure in ("members", "joiners", "leavers")
    )
    return Stock(name, members, joiners, leavers, read.get("reach", name))


def _what(reach: Points) -> str:
    first = "percentage of staff who are members, and " if reach else ""
    return f"{first}number of members, of those who joined and of those who left"


def _note(made: Networks) -> str:
    said = []
    if made.reach:
        said.append(
            "The grounds of the upper panel are bands of reach: a rule of thumb, not a target. The "
            "thin line through a dot is the range in which the reach is likely to lie."
        )
    said.append(
        "Line: members at the end of each period. Bars: those who joined (upwards) and left "
        "(downwards) in it, which are shown for the latest periods only."
        if _flows_are_short(made)
        else "Line: members at the end of each period. Bars: those who joined (upwards) and left "
        "(downwards) in it."
    )
    said.append(
        "All networks have one scale, which starts at 0."
        if made.one_scale
        else "Each network has its own scale, which starts at 0."
    )
    return " ".join(said)


def _flows_are_short(made: Networks) -> bool:
    """Whether the first periods tell no joiners at all, hidden or not."""
    return any(stock.joiners[-1].status and not stock.joiners[0].status for stock in made.stocks)


# --- in words -----------------------------------------------------------------------------------


def _alt(periods: tuple[str, ...], reach: Points, stocks: tuple[Stock, ...]) -> str:
    parts = []
    if reach:
        told = _spoken(periods, reach, lambda share: reached(share))
        parts.append(f"Line chart of the percentage of staff who are members: {told}.")
    parts.append("Charts of members at the end of each period, with who joined and left.")
    for stock in stocks:
        members = _spoken(periods, stock.members, number)
        flows = [
            f"{_word(one[-1], number)} {what}"
            for one, what in ((stock.joiners, "joined"), (stock.leavers, "left"))
            if one[-1].status
        ]
        last = f"; in {periods[-1]} {' and '.join(flows)}" if flows else ""
        parts.append(f"{stock.name}: members {members}{last}.")
    return f"{' '.join(parts)} A table follows."


def _spoken(periods: tuple[str, ...], points: Points, write: Any) -> str:
    """Say every point of a short series; of a long one the ends, and what is hidden."""
    told = list(zip(periods, points, strict=True))
    if len(told) > MANY:
        ends = [at for at, one in enumerate(points) if one.value is not None]
        kept = {*ends[:1], *ends[-1:], *(at for at, one in enumerate(points) if one.hidden)}
        told = [told[at] for at in sorted(kept)]
    return "; ".join(f"{period} {_word(one, write)}" for period, one in told)


def _word(figure: Figure, write: Any) -> str:
    if figure.value is not None:
        return str(write(figure.value))
    return "not applicable" if figure.value_mark == "[z]" else f"{figure.value_mark} not shown"


# --- the sheet ----------------------------------------------------------------------------------


def _paint(layout: Layout, networks: Networks) -> Sheet:
    columns = min(layout.columns, len(networks.stocks)) or 1
    width = (layout.width - _GAP * (columns - 1)) / columns
    upper = layout.line + 14 + _REACH + _FOOT + 10 if networks.reach else 0.0
    keyed = (3 if layout.name == "narrow" else 1) * layout.line + 12
    heads = [layout.wrapped(stock.name, width, bold=True) for stock in networks.stocks]
    said = [layout.wrapped(_under(stock), width) for stock in networks.stocks]
    starts = range(0, len(networks.stocks), columns)
    above = [
        (max(map(len, heads[at : at + columns])) + max(map(len, said[at : at + columns])))
        * layout.line
        + 14
        for at in starts
    ]
    plot = _STOCK[layout.name]
    sheet = Sheet(layout, upper + keyed + sum(above) + (plot + _FOOT) * len(above))
    if networks.reach:
        _reach(sheet, networks)
    _key(sheet, upper)
    scales = _scales(networks)
    top = upper + keyed
    for height, start in zip(above, starts, strict=True):
        for place in range(start, min(start + columns, len(networks.stocks))):
            left = (place - start) * (width + _GAP)
            sheet.title(left, top, heads[place])
            block = top + len(heads[place]) * layout.line
            sheet.lines(left, block + len(said[place]) * layout.line / 2, said[place])
            across = Scale("count", -0.5, len(networks.periods) - 0.5, 1.0)
            size = (width - _AXIS - 6, plot)
            plane = Plane(left + _AXIS, top + height, *size, across, scales[place])
            panel(sheet, plane, networks.periods, networks.stocks[place])
        top += height + plot + _FOOT
    return sheet


def _under(stock: Stock) -> str:
    """What stands under the name of a network: its members now, and its reach."""
    figure, what = stock.members[-1], "memberships" if stock.name == MEMBERSHIPS else "members"
    members = number(figure.value) if figure.value is not None else figure.value_mark
    share = f", {reached(stock.reach.value)} of staff" if stock.reach.value is not None else ""
    return f"{members} {what}{share}"


def _scales(networks: Networks) -> list[Scale]:
    """A scale for each network, from the leavers below 0 to the members above it."""
    stocks = networks.stocks
    each = [(stock.high, stock.low) for stock in stocks]
    if networks.one_scale and each:
        each = [(max(high for high, _ in each), max(low for _, low in each))] * len(stocks)
    found = []
    for high, low in each:
        up = from_zero([Figure(value=high)], "count")
        found.append(Scale("count", -max(low * 1.08, 0.16 * up.high), up.high, up.step))
    return found


def _key(sheet: Sheet, top: float) -> None:
    """Say what line and bars are, side by side where there is room."""
    layout, left, down = sheet.layout, 0.0, top + sheet.layout.line / 2 + 2
    for name, colour in (("Members", DARK_BLUE), ("Joined", MID_BLUE), ("Left", ORANGE)):
        if name == "Members":
            sheet.line([left, left + 28], [down, down], color=colour, lw=2.4)
            sheet.dot(left + 14, down, "o", ms=6, color=colour)
        else:
            sheet.bar(left + 8, down, 12, 14, colour)
        words = {"Joined": "Joined, upwards", "Left": "Left, downwards"}.get(name, name)
        sheet.text(left + 36, down, words)
        if layout.name == "narrow":
            down += layout.line
        else:
            left += 36 + len(words) * layout.size * 0.53 + 28


# --- reach --------------------------------------------------------------------------------------


def _reach(sheet: Sheet, networks: Networks) -> None:
    """Draw the reach of all networks on its bands."""
    layout, points = sheet.layout, networks.reach
    sheet.title(0, 0, [f"{ANYBODY}, percentage of staff"])
    room = 132.0 if layout.name == "wide" else 84.0
    across = Scale("count", -0.5, len(points) - 0.5, 1.0)
    size = (layout.width - _AXIS - room, _REACH)
    plane = Plane(_AXIS, layout.line + 14, *size, across, _reach_scale(points))
    _bands(sheet, plane, room)
    grid(sheet, plane)
    for run in runs(points):
        xs, ys = zip(*(plane.at(at, points[at].value or 0) for at in run), strict=True)
        sheet.line(xs, ys, color=DARK_BLUE, lw=2, zorder=3)
    many = len(points) > MANY
    for at, one in enumerate(points):
        if one.value is None:
            continue
        x, y = plane.at(at, one.value)
        if one.has_interval:
            ends = [plane.y(end or 0) for end in (one.lower, one.upper)]
            sheet.line([x, x], ends, color=GREY if many else INK, lw=1.0 if many else 1.3, zorder=2)
        sheet.dot(x, y, "o", ms=3 if many else 7, color=DARK_BLUE, zorder=4)
    _ends(sheet, plane, points)
    hidden(sheet, plane, points, [plane.y(0) - 8] * len(points))
    times(sheet, plane, networks.periods)


def _reach_scale(points: Points) -> Scale:
    furthest = max((one.upper or one.value or 0 for one in points), default=0) * _HEADROOM
    high, step = next(((end, step) for end, step in _STEPS if end >= furthest), _STEPS[-1])
    return Scale("percent", 0.0, high, step)


def _bands(sheet: Sheet, plane: Plane, room: float) -> None:
    """Draw the bands as grounds, each named at its right."""
    edges = (0.0, *EDGES, 1.0)
    fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 2}
    for place, (low, high) in enumerate(pairwise(edges)):
        if low >= plane.up.high:
            break
        top, bottom = plane.y(min(high, plane.up.high)), plane.y(low)
        middle = (top + bottom) / 2
        sheet.bar(plane.left, middle, plane.width, bottom - top, _GROUNDS[place], zorder=-2)
        if low:
            style = {"color": GREY, "lw": 1, "ls": (0, (3, 3))}
            sheet.line([plane.left, plane.right + 6], [bottom, bottom], zorder=1, **style)
        lines = sheet.layout.wrapped(_BANDS[place], room - 10)
        sheet.lines(plane.right + 9, middle, lines, **fine)


def _ends(sheet: Sheet, plane: Plane, points: Points) -> None:
    """Write the first and the last figure above their dots."""
    shown = [at for at, one in enumerate(points) if one.value is not None]
    for at in sorted({*shown[:1], *shown[-1:]}):
        value = points[at].value or 0
        side, words = "center", reached(value)
        if len(points) > 4:
            side = "left" if at == shown[0] and len(shown) > 1 else "right"
        # Above all that lies over or under the words, so that no line runs through them.
        room = len(words) * sheet.layout.size * 0.5 + 6
        near = [one for one in shown if abs(plane.x(one) - plane.x(at)) <= room]
        tops = [plane.y(points[one].upper or points[one].value or 0) for one in near]
        ground = {**GROUND, "alpha": 0.75}
        sheet.text(plane.x(at), min(tops) - 12, words, ha=side, bbox=ground)
