"""Counts as a table of figures, so that they are shown under disclosure control like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.estimates import About, CellBuilder, Estimates, assemble

if TYPE_CHECKING:
    from workforce_analytics.counting.counts import Counts

UNITS = {
    "people": "people",
    "posts": "posts",
    "fte": "fte",
    "applications": "applications",
    "candidates": "people",
}


def as_estimates(counts: Counts) -> Estimates:
    """Give counts the shape that disclosure control takes: one row per combination."""
    names = [item.name for item in counts.dimensions]
    cells = counts.cells()
    builder = CellBuilder(cells, names)
    rows, numerators = [], []
    for key, n in cells.items():
        labels = {
            item.name: item.label(code) for item, code in zip(counts.dimensions, key, strict=True)
        }
        rows.append(
            {
                "measure": "count",
                **labels,
                "numerator": n / counts.scale,
                "value": n / counts.scale,
                "unit": UNITS.get(counts.counted, "events"),
                "method": "count",
            }
        )
        numerators.append(builder.cell(**dict(zip(names, key, strict=True))))
    about = About(
        title=f"Counts of {counts.counted}",
        question="How many are there in each combination of categories?",
        definition="Each is counted in exactly one row.",
        source="; ".join(counts.provenance),
        population=counts.population,
        base=counts.selection.words() if counts.selection else counts.counted,
        period="",
        counted=counts.counted,
        groups=tuple(names),
        headings={item.name: item.title for item in counts.dimensions},
        order={
            item.name: tuple(category.label for category in item.categories)
            for item in counts.dimensions
        },
        recorded_as=counts.recorded_as,
        policy=counts.policy,
        published=counts.published,
        kind="counts",
    )
    return assemble(rows, about, builder.finish(numerators, [-1] * len(rows)))
