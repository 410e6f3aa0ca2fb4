"""A new project: organisation.toml to fill in, a folder for mappings, and a key outside of it."""

from __future__ import annotations

import os
from pathlib import Path

from workforce_analytics.errors import CannotWrite
from workforce_analytics.extracts.identifiers import default_key_path, make_key
from workforce_analytics.publishing.writing import write_text

ORGANISATION = """\
# What this organisation is, which extracts it has, and who counts.
# Paths are relative to this file. Real extracts stay out of version control.

[organisation]
name = "Your council"
# The areas that you serve, by ONS code, with weights that add up to 1 (this is Coventry's code).
# areas = { E08000026 = 1.0 }

# One table per extract. `map FILE --as workforce` drafts a mapping to start from.
[extracts.workforce]
path = "extracts/workforce_*.csv"
mapping = "mappings/workforce.toml"

[extracts.community]
path = "extracts/census_2021.csv"

# Which band each grade belongs to: nothing is shown by grade band without it. Columns: scheme,
# grade, order, band, is_senior (`workforce-analytics dictionary grades`).
# [extracts.grades]
# path = "extracts/grades.csv"

# Who is counted in the workforce profile; this is what holds without these lines.
[populations.workforce_report]
engagement = ["employee", "apprentice", "office_holder", "secondee_out"]
employer_unit = ["council"]

[policy]
profile = "default"

# What is looked at in the effect of recruitment training, set down before anybody looks:
# delta_points is the smallest change of a gap that matters, in percentage points.
# [training_impact.plan]
# recorded_on = 2026-01-12
# delta_points = 2
# outcomes = ["shortlisted", "appointed"]
# characteristics = ["ethnicity"]

# Counts by vacancy that outlive the applications (`workforce-analytics keep-counts`). They are
# personal data still: a folder of their own, outside of reports and of version control.
# [keep_counts]
# path = "../restricted/kept_counts.zip"
# characteristics = ["ethnicity"]
"""

IGNORED = """\
# Real extracts, keys and reports never enter version control.
extracts/
report/
*.key
"""


def start(folder: str | Path) -> list[str]:
    """Start a project in a folder and make the key of its pseudonyms outside of it.

    Parameters
    ----------
    folder
        A folder that does not hold an organisation.toml yet.

    Returns
    -------
    list of str
        What was done, and what to do next, a line each.

    Raises
    ------
    CannotWrite
        The folder holds a project already, or cannot be written.
    """
    place = Path(folder)
    if (place / "organisation.toml").exists():
        raise CannotWrite(f"{place}: there is an organisation.toml already. Nothing was changed.")
    write_text(place / "organisation.toml", ORGANISATION)
    write_text(place / ".gitignore", IGNORED)
    for name in ("extracts", "mappings"):
        (place / name).mkdir(parents=True, exist_ok=True)
    key = default_key_path(os.environ)
    made = "kept the key that is there"
    if not key.exists():
        make_key(key)
        made = "made a key, which only you can read"
    return [
        f"Wrote {place / 'organisation.toml'} and the folders extracts and mappings.",
        f"Pseudonyms: {made}, at {key}. It is never copied elsewhere; back it up safely.",
        "Next: put an export into extracts, then run",
        f"  workforce-analytics map {place / 'extracts' / 'YOUR_FILE.csv'} --as workforce "
        f"--out {place / 'mappings' / 'workforce.toml'}",
    ]
