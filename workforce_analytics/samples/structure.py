"""How the synthetic council is made up: units, grades, dates, and the shapes that parts hand over.

Names are invented; the area codes are real ones of the Office for National Statistics.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array

Table = dict[str, list[str]]
"""A file about to be written: header -> one text per row."""

SNAPSHOTS = tuple(datetime.date(year, 3, 31) for year in range(2021, 2026))
FIRST_APPLICATIONS = datetime.date(2022, 4, 1)
QUARTERS = 12
FIRST_ROLLOUT_QUARTER = 2
ROLLOUT_QUARTERS = 8
SERVICES_PER_QUARTER = 4
"""Thirty-two of forty services get their turn, four a quarter; eight never do."""

DIRECTORATES = {
    "D1": "Children and Education",
    "D2": "Adult Social Care and Housing",
    "D3": "City Services and Commercial",
    "D4": "Finance and Resources",
    "D5": "Law and Governance",
    "D6": "Public Health and Communities",
}
RENAMED = ("D9", "People and Homes", "D2", datetime.date(2023, 3, 31))
"""The directorate of before, its name, its successor and its last day."""

SERVICES = (
    ("S01", "Residential Care", "D2"),
    ("S02", "Home Support", "D2"),
    ("S03", "Street Cleansing", "D3"),
    ("S04", "Children's Social Work", "D1"),
    ("S05", "Catering", "D3"),
    ("S06", "Early Help", "D1"),
    ("S07", "Waste Collection", "D3"),
    ("S08", "Adult Social Work", "D2"),
    ("S09", "Libraries", "D6"),
    ("S10", "Special Educational Needs", "D1"),
    ("S11", "Customer Contact", "D4"),
    ("S12", "Highways", "D3"),
    ("S13", "Revenues and Benefits", "D4"),
    ("S14", "Housing Options", "D2"),
    ("S15", "Cleaning", "D3"),
    ("S16", "Fostering and Adoption", "D1"),
    ("S17", "Parks", "D3"),
    ("S18", "Learning Disability Services", "D2"),
    ("S19", "Digital and Technology", "D4"),
    ("S20", "School Improvement", "D1"),
    ("S21", "Property", "D3"),
    ("S22", "Public Health", "D6"),
    ("S23", "Planning", "D3"),
    ("S24", "Finance", "D4"),
    ("S25", "Human Resources", "D4"),
    ("S26", "Youth Service", "D1"),
    ("S27", "Environmental Health", "D6"),
    ("S28", "Legal Services", "D5"),
    ("S29", "Transport", "D3"),
    ("S30", "Adult Learning", "D1"),
    ("S31", "Community Safety", "D6"),
    ("S32", "Occupational Therapy", "D2"),
    ("S33", "Museums and Archives", "D6"),
    ("S34", "Procurement", "D4"),
    ("S35", "Democratic Services", "D5"),
    ("S36", "Registrars and Bereavement", "D5"),
    ("S37", "Policy and Performance", "D4"),
    ("S38", "Communications", "D5"),
    ("S39", "Economic Development", "D3"),
    ("S40", "Internal Audit", "D4"),
)
SERVICE_WEIGHTS = np.array([1.0 / (rank + 9) for rank in range(len(SERVICES))])
SERVICE_TILT = np.array([(1.35, 1.0, 0.75, 1.15, 0.85)[rank % 5] for rank in range(len(SERVICES))])
"""How much likelier than elsewhere a joiner of the service is of a minority ethnic group (odds)."""

SCHOOLS = tuple((f"X{i}", f"Sample School {i}", "D1") for i in range(1, 7))
COMPANY = ("Y1", "Sample City Trading Ltd", "D3")

GRADES = tuple(
    [("NJC", f"G{i}", i) for i in range(1, 13)]
    + [("JNC Chief Officers", f"CO{i}", 12 + i) for i in range(1, 4)]
    + [("Soulbury", f"SB{i}", i) for i in range(1, 4)]
    + [("Apprentice", "APP", 1), ("Spot salary", "SPOT", 1), ("TUPE health", "TUPE", 1)]
)
GRADE_NAMES = np.array([name for _, name, _ in GRADES], dtype=object)
LADDER = 12
CHIEF = 12
SOULBURY = 15
APPRENTICE = 18
SPOT = 19
TUPE = 20
NO_GRADE = -1
BANDS = (
    "Grades 1 to 4",
    "Grades 5 to 7",
    "Grades 8 to 10",
    "Grades 11 and 12",
    "Chief officers",
    "Not on the ladder",
)
BAND_OF_GRADE = np.array([0] * 4 + [1] * 3 + [2] * 3 + [3] * 2 + [4] * 3 + [5] * 6 + [5])
"""By position in GRADES; the last entry stands for people without a grade (position -1)."""

GRADE_WEIGHTS = np.array(
    [7.0, 10, 13, 14, 12, 11, 9, 7, 5, 3.5, 2.6, 1.6, 0.35, 0.25, 0.12, 0.9, 0.6, 0.3, 0, 1.1, 1.0]
)
SALARY_2025 = np.array([
    23656, 24027, 25119, 26835, 30060, 33945, 38626, 43693, 48474, 54071, 61500, 70800,
    92000, 118000, 152000, 47500, 58200, 69000, 16500, 34000, 36500, 0,
])  # fmt: skip
"""Top of each grade, in the order of GRADES; the last entry stands for people without a grade."""
SALARY_FACTOR = (0.842, 0.868, 0.919, 0.968, 1.0)
"""Each snapshot's pay scale against that of 2025."""


def quarter_start(quarter: int) -> datetime.date:
    """First day of a quarter, counted from the first quarter of applications."""
    month = FIRST_APPLICATIONS.month - 1 + 3 * quarter
    return datetime.date(FIRST_APPLICATIONS.year + month // 12, month % 12 + 1, 1)


def dates(days: Array) -> list[str]:
    """Days (counted as Python counts them) as ISO dates; a negative day is a blank."""
    known = {int(day): "" for day in np.unique(days)}
    for day in known:
        known[day] = datetime.date.fromordinal(day).isoformat() if day > 0 else ""
    return [known[int(day)] for day in days]


def band(grade: Array) -> Array:
    """Positions of BANDS for positions of GRADES."""
    return BAND_OF_GRADE[grade]


@dataclass(frozen=True)
class People:
    """Everybody who was ever there, one entry per person; codes as positions or short texts."""

    ids: Array
    kind: Array
    sex: Array
    minority: Array
    disabled: Array
    answers: dict[str, Array]
    """Characteristic -> code as it would be recorded."""
    declares: dict[str, Array]
    """Characteristic -> number from 0 to 1: declared once the year's rate is above it."""
    silence: dict[str, Array]
    """Characteristic -> the undeclared code that stands until then."""
    born: Array
    area: Array
    service: Array
    joined: Array
    left: Array
    """Last day; 0 for those still there."""
    grade: Array
    """Person x snapshot; -1 where absent or without a grade."""
    present: Array
    """Person x snapshot."""
    hours: Array
    promoted: Array
    """Person x snapshot: promoted in the year up to it."""

    def at(self, snapshot: int) -> Array:
        """Positions of the people who were there at a snapshot."""
        return np.flatnonzero(self.present[:, snapshot])

    def employees(self, snapshot: int) -> Array:
        """Positions of the council's own employees at a snapshot."""
        return np.flatnonzero(self.present[:, snapshot] & (self.kind == 0))

    def recorded(self, characteristic: str, snapshot: int) -> Array:
        """Give what the HR system holds of a characteristic at a snapshot, for everybody."""
        from workforce_analytics.samples.planted import WORKFORCE

        rate = WORKFORCE["declaration_rate"][characteristic][snapshot]
        return np.where(
            self.declares[characteristic] < rate,
            self.answers[characteristic],
            self.silence[characteristic],
        )
