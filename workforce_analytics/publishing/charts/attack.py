"""The chart of an attack: between which counts does everything printed leave each hidden one?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isinf
from typing import Any

from workforce_analytics.errors import UsageError
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
from workforce_analytics.publishing.wording import number

Seen = tuple[Sequence[float], Sequence[float], Sequence[bool]]
"""For each count the smallest and the largest that it can be, and whether it is hidden."""

_GAP, _FOOT, _WORDS = 20, 24, 92
_DIAMOND: dict[str, Any] = {"ms": 8, "color": ORANGE}
_RING: dict[str, Any] = {"ms": 6, "mfc": "white", "mec": INK, "mew": 1.6}
# A white ground keeps the lines of the scale from running through words.
_GROUND: dict[str, Any] = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5}}


@dataclass(frozen=True)
class Told:
    """What is told of one count."""

    lowest: float
    highest: float
    hidden: bool
    required: float
    """How far apart the two must lie while it is hidden."""

    @property
    def close(self) -> bool:
        """Whether a hidden count is told more closely than it may be."""
        return self.hidden and self.highest - self.lowest < self.required

    @property
    def words(self) -> str:
        """Say it shortly."""
        if not self.hidden:
            return f"{number(self.lowest)} printed"
        if self.lowest == self.highest:
            return f"exactly {number(self.lowest)}"
        if isinf(self.highest):
            return f"{number(self.lowest)} or more"
        return f"{number(self.lowest)} to {number(self.highest)}"


@dataclass(frozen=True)
class Attack:
    """What a chart of an attack draws: counts by name, told in each panel in another way."""

    labels: tuple[str, ...]
    panels: tuple[tuple[str, tuple[Told, ...]], ...]
    actual: tuple[float, ...]
    """The counts themselves; empty unless nobody stands behind them."""
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(
    labels: Sequence[str],
    panels: Mapping[str, Seen],
    *,
    required: float,
    title: str,
    actual: Sequence[float] = (),
) -> Attack:
    """What does the chart of an attack draw?

    Parameters
    ----------
    labels
        Name of each count.
    panels
        Title of each panel -> what `disclosure.intervals` gave, and which counts were hidden.
    required
        How far apart the smallest and the largest count must lie.
    title
        Whose counts these are.
    actual
        The counts themselves: only for invented people, since they are what is to be hidden.

    Returns
    -------
    Attack
        The counts that are hidden in some panel, in their order.

    Raises
    ------
    UsageError
        There is not one number per count, or no count is hidden.
    """
    lengths = {len(part) for seen in panels.values() for part in seen} | {len(labels)}
    if len(lengths) > 1 or (len(actual) and len(actual) != len(labels)):
        raise UsageError("An attack is drawn from one label, and one range per panel, per count.")
    drawn = [n for n in range(len(labels)) if any(seen[2][n] for seen in panels.values())]
    if not drawn:
        raise UsageError("No count is hidden, so there is nothing to attack.")
    told = tuple(
        (name, tuple(Told(float(low[n]), float(high[n]), bool(out[n]), required) for n in drawn))
        for name, (low, high, out) in panels.items()
    )
    names = tuple(labels[n] for n in drawn)
    notes = [
        "A bar runs from the smallest to the largest count that fits everything printed; a diamond "
        f"marks a count that is told more closely than the {required:g} that must lie between them."
    ]
    if len(actual):
        notes.append("The ring is the count itself, which can be shown because it is invented.")
    return Attack(
        labels=names,
        panels=told,
        actual=tuple(float(actual[n]) for n in drawn) if len(actual) else (),
        alt=_alt(names, told),
        headline=" ".join(f"{name}: {_tally(cells)}" for name, cells in told),
        statistical_title=f"{title}: between which counts each hidden one lies",
        notes=(" ".join(notes),),
    )


def _tally(cells: Sequence[Told]) -> str:
    hidden, close = sum(cell.hidden for cell in cells), sum(cell.close for cell in cells)
    return f"{close or 'none'} of {hidden} hidden counts can be told too closely."


def _alt(labels: Sequence[str], panels: Sequence[tuple[str, Sequence[Told]]]) -> str:
    parts = []
    for name, cells in panels:
        rows = "; ".join(
            f"{label}: {cell.words}" for label, cell in zip(labels, cells, strict=True)
        )
        parts.append(f"{name}. {rows}.")
    return f"Bars of the counts that each hidden count can be. {' '.join(parts)}"


def draw(attack: Attack) -> Chart:
    """Draw a bar for every hidden count, from the smallest to the largest that it can be.

    Parameters
    ----------
    attack
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _wide(layout, attack) if layout.columns > 1 else _narrow(layout, attack),
        alt=attack.alt,
        headline=attack.headline,
        statistical_title=attack.statistical_title,
        notes=attack.notes,
    )


def _wide(layout: Layout, attack: Attack) -> Sheet:
    """Draw the panels side by side, names of counts on the left."""
    beside = min(0.32 * layout.width, max(map(len, attack.labels)) * layout.size * 0.5 + 14)
    panels = len(attack.panels)
    width = (layout.width - beside - _GAP * (panels - 1)) / panels
    titles = [layout.wrapped(name, width, bold=True) for name, _ in attack.panels]
    head = max(map(len, titles)) * layout.line + 10
    labels = [layout.wrapped(label, beside - 12) for label in attack.labels]
    heights = [max(len(lines) * layout.line + 10, 30) for lines in labels]
    foots = [head + end for end in accumulate(heights)]
    sheet = Sheet(layout, foots[-1] + _FOOT)
    middles = [foot - height / 2 for foot, height in zip(foots, heights, strict=True)]
    for lines, middle, height in zip(labels, middles, heights, strict=True):
        sheet.lines(0, middle, lines)
        top = middle - height / 2
        sheet.line([0, layout.width], [top, top], color=PALE, lw=0.8, zorder=0)
    for place, (title, (_, cells)) in enumerate(zip(titles, attack.panels, strict=True)):
        left = beside + place * (width + _GAP)
        sheet.title(left, 0, title)
        scale = _axis(sheet, attack, (left, width - _WORDS), (head, foots[-1]))
        _cells(sheet, attack, cells, (left, width - _WORDS, scale), middles)
    return sheet


def _narrow(layout: Layout, attack: Attack) -> Sheet:
    """Draw the panels one under another, the name of each count above its bar."""
    width = layout.width - _WORDS
    labels = [layout.wrapped(label, layout.width) for label in attack.labels]
    heights = [(len(lines) + 1) * layout.line + 12 for lines in labels]
    titles = [layout.wrapped(name, layout.width, bold=True) for name, _ in attack.panels]
    heads = [len(lines) * layout.line + 10 for lines in titles]
    sheet = Sheet(layout, sum(heads) + (sum(heights) + _FOOT + _GAP) * len(heads) - _GAP)
    top = 0.0
    for title, head, (_, cells) in zip(titles, heads, attack.panels, strict=True):
        sheet.title(0, top, title)
        foots = [top + head + end for end in accumulate(heights)]
        for lines, foot, height in zip(labels, foots, heights, strict=True):
            sheet.lines(0, foot - height + 4 + len(lines) * layout.line / 2, lines)
        middles = [foot - layout.line / 2 - 4 for foot in foots]
        scale = _axis(sheet, attack, (5, width), (foots[-1] - 4, foots[-1]))
        _cells(sheet, attack, cells, (5, width, scale), middles)
        top = foots[-1] + _FOOT + _GAP
    return sheet


def _axis(
    sheet: Sheet, attack: Attack, across: tuple[float, float], down: tuple[float, float]
) -> float:
    """Draw the scale under a panel, from 0 to a round number, which is returned."""
    left, width = across
    told = [cell for _, cells in attack.panels for cell in cells]
    ends = [end for cell in told for end in (cell.lowest, cell.highest) if not isinf(end)]
    furthest = max([1.0, *ends, *attack.actual])
    steps = (size * 10**power for power in range(9) for size in (1, 2, 5))
    step = next(size for size in steps if furthest / size <= 3)
    last = int(-(-furthest // step))
    for tick in range(last + 1):
        at = left + width * tick / last
        style = {"color": PALE, "lw": 1} if tick else {"color": RULE, "lw": 1.6}
        sheet.line([at, at], down, zorder=0, **style)
        words = number(tick * step)
        sheet.text(at, down[1] + 14, words, ha="center", color=GREY, fontsize=sheet.layout.size - 1)
    return float(last * step)


def _cells(
    sheet: Sheet,
    attack: Attack,
    cells: Sequence[Told],
    axis: tuple[float, float, float],
    middles: Sequence[float],
) -> None:
    """Draw what is told of each count, in a bar or a diamond and in words."""
    left, width, scale = axis
    for place, (cell, middle) in enumerate(zip(cells, middles, strict=True)):
        start = left + width * cell.lowest / scale
        end = left + width * min(cell.highest, scale) / scale
        if not cell.hidden:
            sheet.text(start + 10, middle, cell.words, color=GREY, **_GROUND)
            sheet.dot(start, middle, "o", ms=4, color=GREY, zorder=3)
            continue
        if end > start:
            sheet.line([start, end], [middle, middle], color=DARK_BLUE, lw=7, zorder=2)
        if isinf(cell.highest):
            sheet.dot(end, middle, ">", ms=9, color=DARK_BLUE, zorder=3)
        if cell.close:
            sheet.dot((start + end) / 2, middle, "D", zorder=4, **_DIAMOND)
        elif attack.actual:
            ring = left + width * attack.actual[place] / scale
            sheet.dot(ring, middle, "o", zorder=5, **_RING)
        weight = "bold" if cell.close else "normal"
        sheet.text(end + 10, middle, cell.words, weight=weight, **_GROUND)
