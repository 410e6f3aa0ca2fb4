"""What the marks of a chart of dots are, in a key above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    DARK_PINK,
    GREY,
    INK,
    ORANGE,
    TURQUOISE,
    Layout,
    Sheet,
)

MARKERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("o", {"ms": 7.5, "color": DARK_BLUE}),
    ("D", {"ms": 8, "mfc": "white", "mec": ORANGE, "mew": 2.2}),
    ("s", {"ms": 7.5, "color": TURQUOISE}),
    ("^", {"ms": 9, "mfc": "white", "mec": DARK_PINK, "mew": 2}),
)
"""How the dots of a row are told apart: by shape and filling, not by colour alone."""
BAND = "#eef0f1"
"""The ground of the screening range."""


@dataclass(frozen=True)
class Key:
    """What a dot, the line or the band is, in words, and where that stands."""

    kind: str
    left: float
    top: float
    lines: list[str]


def keys_for(
    layout: Layout,
    series: tuple[str, ...],
    line: str,
    zone: tuple[float, float] | None,
    band: str = "",
) -> list[Key]:
    """What stands above the panels: what the dots, the line and the band are."""
    told = [(str(place), name) for place, name in enumerate(series)]
    if line:
        told.append(("line", line))
    if zone:
        told.append(("zone", band or "Screening range, {:.2f} to {:.2f}".format(*zone)))
    keys: list[Key] = []
    left, top = 0.0, 2.0
    for kind, words in told:
        lines = layout.wrapped(words, layout.width - 34)
        width = 34 + max(map(len, lines)) * layout.size * 0.52
        # The dots stand side by side where there is room; the line and the band below them.
        if keys and (kind in ("line", "zone") or left + width > layout.width):
            left, top = 0.0, top + len(keys[-1].lines) * layout.line
        keys.append(Key(kind, left, top, lines))
        left += width + 16
    return keys


def draw_keys(sheet: Sheet, keys: list[Key]) -> None:
    """Draw the marks and write what they are."""
    line = sheet.layout.line
    for key in keys:
        middle, at = key.top + line / 2, key.left + 12
        if key.kind == "line":
            sheet.line([at, at], [middle - 8, middle + 8], color=INK, lw=1.6)
        elif key.kind == "zone":
            sheet.bar(at - 10, middle, 20, 14, BAND, zorder=-1)
            for edge in (at - 10, at + 10):
                sheet.line([edge] * 2, [middle - 7, middle + 7], color=GREY, lw=1, ls=(0, (3, 3)))
        else:
            marker, style = MARKERS[int(key.kind)]
            sheet.dot(at, middle, marker, **style)
        sheet.lines(key.left + 34, key.top + len(key.lines) * line / 2, key.lines)
