"""Reports written for an audit: of protected tables, and by hand where a table is to be unsafe."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from workforce_analytics.disclosure.layout import DATE, Layout
from workforce_analytics.disclosure.policy import PROFILES, Policy
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.room import alike
from workforce_analytics.publishing import ods, open_data, page, profile, spreadsheet

DAY = "2025-03-31"
COLUMNS = ["measure", "period", "group", "numerator", "denominator", "value", "unit"]


def written(folder: Path, tables: Sequence[Protected], *, shown: bool = False) -> Path:
    """Write protected tables as a report is written, with its page and workbooks if asked."""
    described = []
    for table in tables:
        name = "-".join([*table.about.groups, table.about.kind]).replace("_", "-")
        open_data.write(table, folder / "data", name=name)
        record = table.record()
        described.append(
            {"file": f"data/{name}.csv", "record": record.described() if record else None}
        )
    if shown:
        sections: dict[str, list[Protected]] = {}
        for table in tables:
            of = table.about.groups[0]
            sections.setdefault(table.about.headings.get(of, of), []).append(table)
        made = profile.report_pages(
            {profile.WORKFORCE: sections}, organisation="Council", period=DAY
        )
        for name, one in ((profile.PAGE, made.page), (profile.ANNEX, made.annex)):
            if one:
                (folder / name).write_text(page.render(one), encoding="utf-8")
        (folder / "tables.xlsx").write_bytes(spreadsheet.workbook(tables, title="Tables"))
        (folder / "tables.ods").write_bytes(ods.workbook(tables, title="Tables"))
    return sealed(folder, described)


def sealed(folder: Path, described: Sequence[object] | None = None) -> Path:
    """Write what describes the tables, unless it is there, and the list of all files."""
    folder.mkdir(exist_ok=True)
    if described is not None:
        (folder / "disclosure.json").write_text(json.dumps({"tables": list(described)}))
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "report.json"
    }
    (folder / "report.json").write_text(json.dumps({"files": files}))
    return folder


def by_hand(
    folder: Path,
    name: str,
    groups: Mapping[str, Mapping[str, str]],
    rows: Sequence[tuple[str, Sequence[str], str]],
    *,
    policy: Policy = PROFILES["default"],
    people: str = "staff",
) -> dict[str, object]:
    """Write a CSV of counts; a row is its label, the groups it adds up, and what is printed."""
    names = sorted({dimension for key in groups.values() for dimension in key})
    keys = [(*(groups[group][one] for one in names), DAY) for group in groups]
    place = {group: number for number, group in enumerate(groups)}
    layout = Layout(
        people=people,
        dimensions=(*names, DATE),
        keys=tuple(keys),
        holds={
            dimension: {key[n]: frozenset([key[n]]) for key in keys}
            for n, dimension in enumerate([*names, DATE])
        },
        limited=frozenset(),
        members=tuple(tuple(place[group] for group in inside) for _, inside, _ in rows),
    )
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for label, _, text in rows:
            writer.writerow(["count", DAY, label, text, "[z]", "[z]", "people"])
    record = {
        "title": name,
        "layout": layout.described(),
        "shown": [_ends(text, policy) for _, _, text in rows],
        "rows": [[row, -1] for row in range(len(rows))],
        "medians": [],
        "policy": asdict(policy),
    }
    return {"file": f"data/{name}.csv", "record": record}


def _ends(text: str, policy: Policy) -> list[int] | None:
    if text == policy.mark:
        return None
    return [int(end[0]) for end in alike(np.array([int(text)]), policy)]


def changed(folder: Path, name: str, row: Mapping[str, str], **texts: str) -> str:
    """Print something else in the first row of a CSV with these labels; give what stood there."""
    path = folder / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = next(one for one in rows if row.items() <= one.items())
    before = found[next(iter(texts))]
    found.update(texts)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sealed(folder)
    return before
