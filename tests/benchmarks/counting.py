"""Counting a large pandas frame through the package, against the same GROUP BY written by hand.

Run by hand, never by pytest; README.md in this folder says how, and what was measured. Both ways
count in one process, in turn, on one frame. The package's way begins at `count(...)`: it looks up
the population, tallies who is left out, asks the engine and maps raw codes to ethnic groups. "First
count" is on an extract that nobody has asked anything yet; "later counts" are on one that has said
once who is left out. The query by hand groups the raw codes, which is the least that anybody can
ask for: it is not made slower by a CASE for the ethnic groups.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd

import workforce_analytics as wa
from tests.benchmarks.memory import peak_megabytes
from workforce_analytics.counting.counts import Counts, count
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract

BY = ("snapshot_date", "ethnicity", "sex", "unit_id", "contract_type")
DATES = ("2021-03-31", "2022-03-31", "2023-03-31", "2024-03-31", "2025-03-31")
WORDS = {
    "engagement": ("Permanent", "Apprentice", "Casual", "Agency"),
    "employer_unit": ("council", "maintained_school"),
    "unit_id": tuple(f"U{number:03}" for number in range(40)),
    "contract_type": ("Permanent", "Fixed Term"),
    "sex": ("F", "M", "Female", "Male", "Not known"),
    "ethnicity": (
        *("W1", "W2", "W9", "White - British", "A1", "A2", "A9", "Indian", "B1", "B2", "B9"),
        *("Caribbean", "M1", "M2", "M9", "O1", "O9", "Refused", "Not known"),
    ),
}
KINDS = {"str": "str", "category": "category", "object": "object"}
BY_HAND = f"""
select {", ".join(BY)}, count(*) as n
from staff
where is_main_post
  and engagement in ('Permanent', 'Apprentice')
  and employer_unit = 'council'
group by all
"""
TARGET = 1.5


def made(rows: int, kind: str, *, seed: int = 20250331) -> pd.DataFrame:
    """Make staff records in five snapshots: every post is the main post of its person.

    Parameters
    ----------
    rows
        How many records.
    kind
        pandas' type of the text columns: "str", "category" or "object".
    """
    draw = np.random.default_rng(seed)
    persons = -(-rows // len(DATES))
    numbers = np.arange(rows)
    dates = np.array(DATES, dtype="datetime64[s]")
    frame = pd.DataFrame({"snapshot_date": dates[numbers // persons]})
    keys = pd.Series(np.char.mod("P%07d", np.arange(persons)), dtype="str")
    for name in ("person_id", "post_id"):
        text = keys.take(numbers % persons).reset_index(drop=True)
        frame[name] = text if kind == "category" else text.astype(KINDS[kind])
    for name, words in WORDS.items():
        codes = draw.integers(0, len(words), rows, dtype="int8")
        frame[name] = pd.Series(pd.Categorical.from_codes(codes, list(words))).astype(KINDS[kind])
    frame["is_main_post"] = True
    return frame


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall clock that a piece of work takes, and what it gives."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def agree(counts: Counts, by_hand: pd.DataFrame) -> bool:
    """Whether both ways found the same, once the counts by hand are put into ethnic groups."""
    lists = {name: codelist(name) for name in ("ethnicity", "sex")}
    expected: dict[tuple[str, ...], int] = {}
    for row in by_hand.itertuples(index=False):
        groups = {
            name: listing.to_level(listing.match(getattr(row, name)), "main")
            for name, listing in lists.items()
        }
        contract = "permanent" if row.contract_type == "Permanent" else "fixed_term"
        key = (
            *(str(row.snapshot_date)[:10], groups["ethnicity"], groups["sex"]),
            *(row.unit_id, contract),
        )
        expected[key] = expected.get(key, 0) + row.n
    return counts.occurring() == expected


def compare(frame: pd.DataFrame, extract: Extract, repeats: int) -> dict[str, list[float]]:
    """Time both ways in turn."""
    hand = duckdb.connect()
    hand.register("staff", frame)
    ways: dict[str, Callable[[], Any]] = {
        "by hand in DuckDB": lambda: hand.execute(BY_HAND).df(),
        "package, first count": lambda: count(_fresh(extract), by=BY),
        "package, later counts": lambda: count(extract, by=BY),
    }
    if not agree(ways["package, later counts"](), ways["by hand in DuckDB"]()):
        sys.exit("The two ways do not agree: there is nothing to compare.")
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, work in ways.items():
            seconds[name].append(timed(work)[0])
    return seconds


def _fresh(extract: Extract) -> Extract:
    """Give the extract as it was before anybody asked it anything."""
    return Extract(
        extract.contract,
        extract.frame,
        extract.quality,
        extract.values,
        extract.definitions,
        extract.context,
    )


def main() -> None:
    """Make a frame, read it, count it both ways, and print times and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--text", choices=sorted(KINDS), default="str")
    chosen = parser.parse_args()

    frame = made(chosen.rows, chosen.text)
    print(f"{len(frame):,} rows, text columns as {chosen.text}; peak {peak_megabytes():,} MB")
    seconds, extract = timed(lambda: wa.read("workforce", frame))
    print(f"wa.read: {seconds:.1f} s; peak {peak_megabytes():,} MB")
    found = compare(frame, extract, chosen.repeats)
    hand = statistics.median(found["by hand in DuckDB"])
    for name, times in found.items():
        middle = statistics.median(times)
        print(
            f"{name:24} median {middle:.2f} s ({min(times):.2f} to {max(times):.2f}), "
            f"{middle / hand:.2f} x"
        )
    print(f"target: at most {TARGET} x; peak {peak_megabytes():,} MB")


if __name__ == "__main__":
    main()
