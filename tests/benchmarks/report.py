"""How long the sample council's report takes as a whole, and how much memory at its highest.

Run by hand, never by pytest; README.md in this folder says how, and what was measured. Each run is
a Python of its own, as a user starts it: imports, reading and checking every extract, measuring,
protecting and writing are all in it.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.memory import peak_megabytes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "organisation.toml"
TARGET_SECONDS, TARGET_MEGABYTES = 20, 600


def seconds(organisation: Path, out: Path) -> float:
    """Seconds of wall clock from the command to its end."""
    command = [sys.executable, "-m", "workforce_analytics", "report", organisation, "--out", out]
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Write the report several times, and print times and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("organisation", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        taken = [seconds(chosen.organisation.resolve(), out) for _ in range(chosen.repeats)]
    middle = statistics.median(taken)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = (used.ru_utime + used.ru_stime) / chosen.repeats
    print(
        f"report: median {middle:.1f} s ({min(taken):.1f} to {max(taken):.1f}), "
        f"{busy:.1f} s of processor on average, peak {peak_megabytes(children=True):,} MB"
    )
    print(f"target: under {TARGET_SECONDS} s and {TARGET_MEGABYTES} MB on 2 cores")


if __name__ == "__main__":
    main()
