"""The chart of a roll-out: when each service was trained, and how many panel seats were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    PALE,
    RULE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.training_sentences import of_service, turns
from workforce_analytics.publishing.wording import percent

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_BEFORE, _AFTER = {"color": RULE, "lw": 3}, {"color": DARK_BLUE, "lw": 9}
_FOOT, _COLUMN = 30.0, 74.0
_QUARTER = re.compile(r"(\d{4})(?:/\d{2,4})? Q([1-4])")


@dataclass(frozen=True)
class Turn:
    """One service: its quarter, and the share of seats taken by trained people before and after."""

    service: str
    quarter: str
    before: Figure
    after: Figure
    strong: bool = False

    @property
    def at(self) -> int | None:
        """The quarter as a number; None where it has none."""
        return number_of(self.quarter)


@dataclass(frozen=True)
class Rollout:
    """What a chart of a roll-out draws."""

    turns: tuple[Turn, ...]
    first: int
    last: int
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Rollout:
    """When was which service trained, and how many of its panel members were?

    Parameters
    ----------
    protected
        Figures of the kind "training_exposure" that have passed disclosure control.

    Returns
    -------
    Rollout
        A row per service in the order of their dates, those without one last.
    """
    read = figures(protected)
    services, _ = turns(read)
    rows = [_turn(read, name, name) for name in services]
    if any(place.group == ALL for place in read.rows) and len(services) > 1:
        rows.append(_turn(read, ALL, "All services", strong=True))
    known = [turn.at for turn in rows if turn.at is not None]
    ends = [at for day in read.about.period.split(" to ") if (at := _of_day(day, rows)) is not None]
    every = known or ends or [0]
    return Rollout(
        turns=tuple(rows),
        first=min([min(every) - 1, *ends]),
        last=max([max(every) + 1, *ends]),
        alt=_alt(rows),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage of panel seats, by service",
        notes=(
            "The thick line begins in the quarter in which a service's panel members were to be "
            "trained. Percentages: seats taken by people who had been trained by then, of the "
            "seats of which it is known, before that date and from it on.",
        ),
    )


def draw(rollout: Rollout) -> Chart:
    """Draw a roll-out: a line per service that grows thick when it is trained.

    Parameters
    ----------
    rollout
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, rollout),
        alt=rollout.alt,
        headline=rollout.headline,
        statistical_title=rollout.statistical_title,
        notes=rollout.notes,
    )


def number_of(quarter: str) -> int | None:
    """Count a quarter from its name, so that quarters of one kind of year can be subtracted.

    Examples
    --------
    >>> number_of("2023/24 Q2") - number_of("2022/23 Q4")
    2
    """
    found = _QUARTER.search(quarter)
    return 4 * int(found[1]) + int(found[2]) - 1 if found else None


def _of_day(day: str, rows: list[Turn]) -> int | None:
    """Count the quarter of a date, in the kind of year that the quarters are of."""
    try:
        when = date.fromisoformat(day)
    except ValueError:
        return None
    # A year that begins in April has its first quarter where others have their second.
    financial = any("/" in turn.quarter for turn in rows)
    return 4 * when.year + (when.month - 1) // 3 - int(financial)


def _turn(read: Figures, service: str, label: str, *, strong: bool = False) -> Turn:
    when = next((place.period for place in read.rows if place.group == service), "")
    before, after = (
        of_service(read, f"share_trained_{part}", service) for part in ("before", "after")
    )
    return Turn(label, when, before, after, strong)


def _alt(rows: list[Turn]) -> str:
    # All services first: what follows the name of one service is of that service.
    parts = [
        f"{turn.service}: {_when(turn)}before {_spoken(turn.before)}, after {_spoken(turn.after)}."
        for turn in sorted(rows, key=lambda turn: not turn.strong)
    ]
    return (
        "Time chart of the roll-out, one line per service in the order of their dates, with the "
        "percentage of panel seats taken by trained people before and after. "
        f"{' '.join(parts)} A table follows."
    )


def _when(turn: Turn) -> str:
    if turn.strong:
        return ""
    return f"from {turn.quarter}; " if turn.quarter else "not yet; "


def _spoken(figure: Figure) -> str:
    if figure.value is not None:
        return percent(figure.value)
    return "not applicable" if figure.value_mark == "[z]" else f"{figure.value_mark} not shown"


def _written(figure: Figure) -> str:
    return figure.value_mark if figure.value is None else f"{100 * figure.value:.0f}%"


@dataclass(frozen=True)
class _Plan:
    """Where things stand across the sheet, in pixels."""

    layout: Layout
    rollout: Rollout
    left: float
    plot: float

    @property
    def wide(self) -> bool:
        return self.layout.name == "wide"

    def label(self, turn: Turn) -> list[str]:
        room = self.left - 14 if self.wide else float(self.layout.width)
        return self.layout.wrapped(turn.service, room, bold=turn.strong or not self.wide)

    def height(self, turn: Turn) -> float:
        lines = len(self.label(turn)) * self.layout.line
        if self.wide:
            return max(lines + 8, 27.0)
        return lines + self.layout.line + (8 if turn.strong else 26)

    def across(self, quarter: float) -> float:
        span = self.rollout.last + 1 - self.rollout.first
        return self.left + self.plot * (quarter - self.rollout.first) / span


def _paint(layout: Layout, rollout: Rollout) -> Sheet:
    wide = layout.name == "wide"
    longest = max((len(turn.service) for turn in rollout.turns), default=0)
    labels = min(0.36 * layout.width, longest * layout.size * 0.5 + 20) if wide else 0.0
    plot = layout.width - labels - 2 * _COLUMN - 16 if wide else float(layout.width)
    plan = _Plan(layout, rollout, labels, plot)
    head = 2 * layout.line + 10 if wide else 6.0
    heights = [plan.height(turn) for turn in rollout.turns]
    sheet = Sheet(layout, head + sum(heights) + _FOOT)
    if wide:
        for place, words in enumerate((["Trained", "before"], ["Trained", "after"])):
            right = layout.width - _COLUMN * (1 - place)
            sheet.lines(right, head / 2 - 2, words, ha="right", weight="bold")
    starts = [head + sum(heights[:place]) for place in range(len(heights))]
    # On a phone the grid stands only behind the lines, not behind the words above them.
    strips = [
        (start + height - 22, start + height - 3)
        for start, height, turn in zip(starts, heights, rollout.turns, strict=True)
        if not turn.strong
    ]
    _years(sheet, plan, [(head, head + sum(heights))] if wide else strips, head + sum(heights))
    top = head
    for turn, height in zip(rollout.turns, heights, strict=True):
        _row(sheet, plan, turn, top, height)
        top += height
    return sheet


def _years(sheet: Sheet, plan: _Plan, down: list[tuple[float, float]], bottom: float) -> None:
    """Draw a line at the start of each year, and its name under it."""
    rollout = plan.rollout
    named = next((turn.quarter for turn in rollout.turns if turn.quarter), "")
    years = [n for n in range(rollout.first, rollout.last + 1) if n % 4 == 0]
    fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 1}
    taken = -1.0
    for quarter in years:
        x, year = plan.across(quarter), quarter // 4
        for ends in down:
            sheet.line([x, x], ends, color=PALE, lw=1, zorder=0)
        words = f"{year}/{(year + 1) % 100:02d}" if "/" in named else str(year)
        width = len(words) * sheet.layout.size * 0.52
        if x > taken and x + width < sheet.layout.width and named:
            sheet.text(x, bottom + 14, words, **fine)
            taken = x + width + 10


def _row(sheet: Sheet, plan: _Plan, turn: Turn, top: float, height: float) -> None:
    layout, label = sheet.layout, plan.label(turn)
    lines = len(label) * layout.line
    weight = "bold" if turn.strong else "normal"
    sheet.line([0, layout.width], [top, top], color=PALE, lw=0.8, zorder=-2)
    if plan.wide:
        middle = top + height / 2
        sheet.lines(0, middle, label, weight=weight)
        sheet.text(layout.width - _COLUMN, middle, _written(turn.before), ha="right", weight=weight)
        sheet.text(layout.width, middle, _written(turn.after), ha="right", weight=weight)
    else:
        middle = top + height - 12
        sheet.lines(0, top + 5 + lines / 2, label, weight="bold")
        said = f"Before {_written(turn.before)}, after {_written(turn.after)}"
        sheet.text(0, top + 5 + lines + layout.line / 2, said)
    if not turn.strong:
        _line(sheet, plan, turn, middle)


def _line(sheet: Sheet, plan: _Plan, turn: Turn, middle: float) -> None:
    end = plan.across(plan.rollout.last + 1)
    start = end if turn.at is None else plan.across(turn.at)
    if turn.at is None:
        fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 1, "ha": "right"}
        sheet.text(end - 4, middle, "not yet", **fine)
        start = end - 60
    sheet.line([plan.across(plan.rollout.first), start], [middle, middle], zorder=2, **_BEFORE)
    if turn.at is None:
        return
    sheet.line([start, end], [middle, middle], zorder=3, **_AFTER)
