"""What is wrong with the data, and how to mend it: never a person's value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One kind of fault in one column of one file.

    `records` is how many records have it (None where records are not the unit, as for a missing
    column), `of` out of how many, `first_record` the first of them, counted from 1 at the first
    record under the header (None on engines, whose rows have no order).
    """

    file: str
    column: str
    rule: str
    severity: str
    """"error" (the extract cannot be used), "warning" (figures suffer), "note"."""
    message: str
    """What happened and what is allowed, without the file and the column."""
    remedy: str
    """What to do, starting with a verb."""
    records: int | None = None
    of: int | None = None
    first_record: int | None = None
    contract: str = ""
