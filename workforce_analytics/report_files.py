"""What the folder of a report holds: pages, workbooks, open data, records and a manifest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workforce_analytics import __version__
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.extracts.census import ATTRIBUTION
from workforce_analytics.organisation import Organisation
from workforce_analytics.publishing import (
    action_page,
    leadership,
    ods,
    open_data,
    page,
    profile,
    spreadsheet,
)
from workforce_analytics.publishing import tables as shown_tables
from workforce_analytics.publishing.writing import write_bytes, write_text

MANIFEST = "report.json"
"""Its presence says that a folder is a report of this package, which may be made anew."""
RECORDS = "disclosure.json"
"""What the counts of every table are made of, without any count that is hidden."""
Protecteds = dict[str, dict[str, list[Protected]]]
"""Title of each part -> heading of each characteristic -> its tables as anybody may see them."""


def every_one(protected: Protecteds) -> list[Protected]:
    """Give all tables in their order."""
    return [one for part in protected.values() for made in part.values() for one in made]


def write_annual(
    organisation: Organisation, protected: Protecteds, folder: Path
) -> tuple[str, ...]:
    """Write the annual report: its page and annex, workbooks and open data."""
    every = every_one(protected)
    downloads = _open_data(every, folder)
    pages = profile.report_pages(
        protected,
        organisation=organisation.name,
        period=organisation.workforce.snapshots()[-1],
        downloads=downloads,
        licence=[ATTRIBUTION],
    )
    _workbooks(organisation, every, pages.page.title, folder)
    write_text(folder / profile.PAGE, page.render(pages.page))
    if pages.annex is not None:
        write_text(folder / profile.ANNEX, page.render(pages.annex))
    return _finished(organisation, every, folder)


def write_leadership(
    organisation: Organisation, protected: Protecteds, folder: Path
) -> tuple[str, ...]:
    """Write the one page for the leadership team, with the tables behind it."""
    every = every_one(protected)
    by_kind = {item.about.kind: item for item in every}
    made = leadership.leadership_page(
        by_kind["training_effect"],
        organisation=organisation.name,
        rates=by_kind.get("training_rates"),
        exposure=by_kind.get("training_exposure"),
        event_study=by_kind.get("training_event_study"),
        detectable=by_kind.get("training_detectable"),
        threats=by_kind.get("training_threats"),
        plan=by_kind["training_effect"].about.plan,
    )
    return _one_page(organisation, every, made, folder)


def write_actions(
    organisation: Organisation, protected: Protecteds, folder: Path
) -> tuple[str, ...]:
    """Write the one page for whoever must act on the survey, with the tables behind it."""
    every = every_one(protected)
    by_kind = {item.about.kind: item for item in every}
    made = action_page.action_page(
        by_kind["survey_priorities"],
        organisation=organisation.name,
        response=by_kind.get("survey_response"),
        scores=by_kind.get("survey_scores"),
        change=by_kind.get("survey_change"),
        drivers=by_kind.get("survey_drivers"),
        gaps=[item for item in every if item.about.kind == "survey_gaps"],
    )
    return _one_page(organisation, every, made, folder)


def _one_page(
    organisation: Organisation, every: Sequence[Protected], made: page.Page, folder: Path
) -> tuple[str, ...]:
    """Write a page with links to all tables behind it."""
    downloads = _open_data(every, folder)
    _workbooks(organisation, every, made.title, folder)
    links = page.Section("files", "Tables behind this page", links=tuple(downloads))
    whole = replace(made, sections=(*made.sections, links))
    write_text(folder / profile.PAGE, page.render(whole))
    return _finished(organisation, every, folder)


def _open_data(every: Sequence[Protected], folder: Path) -> list[page.Link]:
    """Write every table as open data; give links to all files with tables."""
    folder.mkdir(parents=True)
    downloads = [
        page.Link("All tables as an Excel workbook", "tables.xlsx"),
        page.Link("All tables as an OpenDocument spreadsheet", "tables.ods"),
    ]
    for item in every:
        name = _file_name(item)
        open_data.write(item, folder / "data", name=name)
        caption = shown_tables.table(item).caption
        downloads.append(page.Link(f"{caption} (CSV)", f"data/{name}.csv"))
    return downloads


def _workbooks(
    organisation: Organisation, every: Sequence[Protected], title: str, folder: Path
) -> None:
    for ending, made in (("xlsx", spreadsheet.workbook), ("ods", ods.workbook)):
        content = made(every, title=title, organisation=organisation.name, licence=[ATTRIBUTION])
        write_bytes(folder / f"tables.{ending}", content)


def _finished(
    organisation: Organisation, every: Sequence[Protected], folder: Path
) -> tuple[str, ...]:
    _write_records(every, folder)
    _write_manifest(organisation, every, folder)
    return tuple(
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()
    )


def _file_name(item: Protected) -> str:
    """Name a table's files by what it is split by, its kind, and what happens to whom."""
    about = item.about
    words = " ".join([*about.groups, about.kind, about.outcome, about.among]).lower()
    return "-".join(re.findall(r"[a-z0-9]+", words))


def _write_records(every: Sequence[Protected], folder: Path) -> None:
    """Write what each count of each table is a count of, for an audit from the files alone."""
    told = [(f"data/{_file_name(item)}.csv", item.record()) for item in every]
    tables = [{"file": file, "record": one.described()} for file, one in told if one is not None]
    text = json.dumps({"tables": tables}, ensure_ascii=False, separators=(",", ":"))
    write_text(folder / RECORDS, text + "\n")


def inputs(organisation: Organisation) -> dict[str, str]:
    """Give the checksum of every file that was read."""
    return {item.file: item.checksum for item in organisation.quality.files}


def _write_manifest(organisation: Organisation, every: Sequence[Protected], folder: Path) -> None:
    """Write what the report was made of and what is in it, so that it can be checked later."""
    content = {
        "made_by": f"workforce_analytics {__version__}",
        "organisation": organisation.name,
        "inputs": inputs(organisation),
        "tables": [item.about.title for item in every],
        "files": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    write_text(folder / MANIFEST, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
