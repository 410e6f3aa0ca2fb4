"""Writes the synthetic council: every part, every file, the same bytes for the same seed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from workforce_analytics.errors import CannotWrite
from workforce_analytics.extracts import resources
from workforce_analytics.samples.casework import events_table
from workforce_analytics.samples.networks import network_tables
from workforce_analytics.samples.people import make_people
from workforce_analytics.samples.planted import PLANTED
from workforce_analytics.samples.recruitment import (
    applications_table,
    make_applications,
    people_keys_table,
    vacancies_and_panels,
)
from workforce_analytics.samples.structure import SNAPSHOTS, Table
from workforce_analytics.samples.survey import eligible_table, responses_table
from workforce_analytics.samples.training import make_rollout, rollout_table, training_table
from workforce_analytics.samples.vacancies import make_vacancies
from workforce_analytics.samples.workforce import (
    grades_table,
    make_posts,
    objections_table,
    payroll_table,
    snapshot_table,
    units_table,
)

SEED = 20250323
"""Of fourteen that were tried, one whose main figures lie near to what is expected of councils."""
STAFF = 6000

ACTIONS = (
    "A01,Recruitment,recruitment.likelihood/ethnicity/shortlisted,Head of Human Resources,"
    "2025-12-31,,,in_progress",
    "A02,Recruitment,training_impact.estimate/ethnicity/shortlisted,Head of Human Resources,"
    "2025-09-30,,,in_progress",
    "A03,Leadership,composition.shares/ethnicity/minority ethnic in grades 11 and above,"
    "Chief Executive,2028-03-31,0.11,0.20,in_progress",
    "A04,Workforce,composition.shares/ethnicity/minority ethnic,Director of Finance and Resources,"
    "2028-03-31,0.27,0.30,in_progress",
    "A05,Declaration,composition.declaration/disability,Head of Human Resources,2026-03-31,0.88,"
    "0.95,in_progress",
    "A06,Declaration,composition.declaration/sexual_orientation,Head of Human Resources,2026-03-31,"
    "0.77,0.90,at_risk",
    "A07,Survey,survey.scores/inclusion,Director of Law and Governance,2026-10-31,,,not_started",
    "A08,Survey,survey.response_rate,Head of Communications,2026-10-31,0.60,0.70,not_started",
    "A09,Networks,networks.reach,Head of Policy and Performance,2026-03-31,,0.15,in_progress",
    "A10,Networks,networks.support/chair_training,Head of Policy and Performance,2025-12-31,3,6,"
    "in_progress",
    "A11,Pay,pay_gap.statutory/ethnicity/median,Director of Finance and Resources,2028-03-31,,,"
    "not_started",
    "A12,Casework,participation.likelihood/disciplinary/ethnicity,Head of Human Resources,"
    "2026-12-31,,1.25,in_progress",
    "A13,Development,participation.likelihood/programme/ethnicity,Head of Human Resources,"
    "2025-06-30,,1.0,completed",
)


def actions_table() -> Table:
    """Give the actions of the council's equality plan."""
    heads = (
        "action_id",
        "theme",
        "indicator",
        "owner_role",
        "due_on",
        "baseline",
        "target",
        "status",
    )
    rows = [line.split(",") for line in ACTIONS]
    return {head: [row[i] for row in rows] for i, head in enumerate(heads)}


def council_tables(*, staff: int = STAFF, seed: int = SEED) -> dict[str, Table]:
    """Make every extract of the synthetic council, as text, by the name of its file.

    Parameters
    ----------
    staff
        People at the last snapshot; vacancies, members and events grow with them.
    seed
        The same seed gives the same council.

    Examples
    --------
    >>> tables = council_tables(staff=300)
    >>> len(tables["workforce_2025"]["person_id"]) > 300
    True
    """
    people = make_people(seed, staff)
    posts = make_posts(people, seed)
    rollout = make_rollout(people, seed)
    vacancies = make_vacancies(seed, staff)
    applications = make_applications(people, vacancies, rollout, seed)
    advertised, panels = vacancies_and_panels(people, vacancies, applications, seed)
    snapshots = {
        f"workforce_{day.year}": snapshot_table(people, posts, i) for i, day in enumerate(SNAPSHOTS)
    }
    return {
        **snapshots,
        "units": units_table(),
        "grades": grades_table(),
        "people_keys": people_keys_table(people, applications, seed),
        "payroll": payroll_table(people, posts, seed),
        "vacancies": advertised,
        "applications": applications_table(applications, vacancies, seed),
        "panels": panels,
        "training": training_table(people, rollout, seed),
        "rollout": rollout_table(rollout),
        "events": events_table(people, seed),
        "survey_responses": responses_table(people, seed),
        "survey_eligible": eligible_table(people),
        **network_tables(people, seed),
        "objections": objections_table(people, seed),
        "actions": actions_table(),
    }


def csv_text(table: Table) -> str:
    r"""Write a table as CSV; no cell of the sample holds a comma, a quote or a line break.

    Examples
    --------
    >>> csv_text({"unit_id": ["S01"], "name": ["Parks"]})
    'unit_id,name\nS01,Parks\n'
    """
    lines = [",".join(table), *map(",".join, zip(*table.values(), strict=True))]
    return "\n".join(lines) + "\n"


def truth_text(staff: int, seed: int, expected: Any) -> str:
    """Word what is planted and what is to be expected, for truth.json."""
    content = {"seed": seed, "staff": staff, "planted": PLANTED, "expected": expected}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def write_council(folder: str | Path, *, staff: int = STAFF, seed: int = SEED) -> tuple[Path, ...]:
    """Write a synthetic council of any size, with effects of known size planted in it.

    Parameters
    ----------
    folder
        Made if it is not there; files of the same names are written over.
    staff
        People at the last snapshot.
    seed
        The same seed and size give the same bytes on every platform.

    Returns
    -------
    tuple of Path
        The files written: the extracts, organisation.toml, the mappings, the area's census figures
        and truth.json.

    Raises
    ------
    CannotWrite
        The folder cannot be made or written to.

    Notes
    -----
    What truth.json expects (`expected`) does not depend on seed or size: it is the average over
    many councils of the shipped size, and is copied from the shipped file. Counts grow with
    `staff`; sampling deviations shrink with its square root.
    """
    place = Path(folder)
    shipped = resources.path("sample_data")
    expected = json.loads((shipped / "truth.json").read_text(encoding="utf-8"))["expected"]
    files = {
        f"{name}.csv": csv_text(t) for name, t in council_tables(staff=staff, seed=seed).items()
    }
    files["truth.json"] = truth_text(staff, seed, expected)
    trouble = ""
    try:
        (place / "mappings").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8", newline="\n")
        if place.resolve() != shipped.resolve():
            copied = [shipped / "organisation.toml", shipped / "community.csv"]
            copied += sorted((shipped / "mappings").glob("*.toml"))
            for source in copied:
                shutil.copyfile(source, place / source.relative_to(shipped))
    except OSError as error:
        trouble = error.strerror or type(error).__name__
    if trouble:
        raise CannotWrite(f"{place}: the sample council cannot be written here ({trouble}).")
    return tuple(sorted(path for path in place.rglob("*") if path.is_file()))
