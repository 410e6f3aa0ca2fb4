"""Published cases of disclosure control, and tables with all their margins."""

import json
from itertools import product
from pathlib import Path
from typing import Any

ORACLES = json.loads(
    (Path(__file__).parent / "oracles" / "disclosure.json").read_text(encoding="utf-8")
)


def with_margins(case: dict[str, Any]) -> tuple[list[int], list[list[int]], list[str]]:
    """Elementary counts, cells (row by row, then all totals) and the names of the inner cells."""
    counts = [n for row in case["rows"].values() for n in row]
    across = len(case["columns"])
    down = len(case["rows"])
    inner = [[place] for place in range(len(counts))]
    rows = [list(range(i * across, (i + 1) * across)) for i in range(down)]
    columns = [list(range(j, len(counts), across)) for j in range(across)]
    names = [f"{row}{column}" for row, column in product(case["rows"], case["columns"])]
    return counts, [*inner, *rows, *columns, list(range(len(counts)))], names
