"""How much memory a process took at its highest."""

from __future__ import annotations

import resource
import sys


def peak_megabytes(*, children: bool = False) -> int:
    """Peak resident memory in megabytes, of this process or of the largest child that ended."""
    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    units_per_megabyte = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss // units_per_megabyte
