"""The conductor: measures, protects and publishes the annual equality report."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workforce_analytics import __version__
from workforce_analytics.disclosure import session
from workforce_analytics.disclosure.policy import resolve
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.record import Record
from workforce_analytics.disclosure.releasing import door
from workforce_analytics.errors import (
    CannotWrite,
    ConfigurationError,
    DisclosureRefused,
)
from workforce_analytics.extracts.census import ATTRIBUTION
from workforce_analytics.organisation import Organisation, Progress, require
from workforce_analytics.publishing import ods, open_data, page, profile, spreadsheet
from workforce_analytics.publishing import tables as shown_tables
from workforce_analytics.publishing.writing import write_bytes, write_text
from workforce_analytics.report_tables import Parts, parts_of
from workforce_analytics.stepping import protect_down

MANIFEST = "report.json"
"""Its presence says that a folder is a report of this package, which may be made anew."""
RECORDS = "disclosure.json"
"""What the counts of every table are made of, without any count that is hidden."""
Protecteds = dict[str, dict[str, list[Protected]]]
"""Title of each part -> heading of each characteristic -> its tables as anybody may see them."""


@dataclass(frozen=True)
class Written:
    """A report on disk: its folder, and the files in it relative to that."""

    folder: Path
    files: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.files)


def annual(
    organisation: Organisation,
    *,
    out: str | Path,
    override: str = "",
    parts: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write the annual equality report: an accessible page, a workbook and open data.

    Parameters
    ----------
    organisation
        What `load` gave.
    out
        The folder to write. It is made anew if it holds an earlier report; any other folder with
        something in it is left alone and refused.
    override
        Why it is released although it clashes with what was released earlier, for example that the
        extract was corrected. The ledger takes the reason down.
    parts
        "workforce", "recruitment", "participation": these alone, in place of what organisation.toml
        says of it.
    progress
        Called before each step; the command line draws a bar with it.

    Returns
    -------
    Written
        The folder and its files.

    Raises
    ------
    DataError
        There is no workforce extract, or no characteristic in it.
    DisclosureRefused
        The session or organisation.toml shows figures to another audience than the public; or,
        whatever is hidden, this report and an earlier release give people away.
    ConfigurationError
        The ledger lies inside the report's folder.
    CannotWrite
        The folder or the ledger cannot be written, or the folder holds something else.

    Notes
    -----
    Everything in the folder has passed disclosure control for the public, held against all that
    the ledger says was released before, where organisation.toml names one. The report is written
    beside its place and moved there when it is whole.

    Examples
    --------
    >>> import tempfile, workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = wa.report.annual(council, out=f"{folder}/report", parts=["workforce"])
    >>> "index.html" in written.files
    True
    """
    require(organisation, "workforce")
    _refuse_other_audiences(organisation)
    place = Path(out)
    _refuse_strange_folder(place)
    ledger = resolve(organisation.workforce.context.policy).ledger
    _refuse_ledger_inside(ledger, place)
    with door(ledger, override=override) as released, _beside(place) as aside:
        protected = _protected(parts_of(organisation, parts), progress, released.earlier)
        if progress is not None:
            progress("Writing the report", 2, 3)
        made = aside / "report"
        files = _write(organisation, protected, made)
        # Taken down before it is there: what is in the ledger and nowhere else harms nobody.
        released.take_down(_every(protected), inputs=_inputs(organisation))
        _move(made, place)
    return Written(place, files)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a folder beside the report's place, which is gone afterwards whatever happens."""
    trouble = ""
    aside = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = tempfile.TemporaryDirectory(dir=place.parent, prefix=".report-")
    except OSError as error:
        trouble = error.strerror or "it cannot be written"
    if aside is None:
        raise CannotWrite(f"{place}: {trouble}. Name a folder that you may write to.")
    with aside as name:
        yield Path(name)


def _refuse_other_audiences(organisation: Organisation) -> None:
    chosen = organisation.settings.audience
    if session.current() != "public" or (chosen is not None and chosen.name != "public"):
        raise DisclosureRefused(
            "The report is for the public, and this session shows figures to another audience. "
            'Start a new session, or switch back with wa.audience("public").'
        )


def _refuse_ledger_inside(ledger: str, place: Path) -> None:
    if ledger and place.resolve() in Path(ledger).resolve().parents:
        raise ConfigurationError(
            f"[ledger] path lies inside {place}, which is made anew each time. Name another."
        )


def _refuse_strange_folder(place: Path) -> None:
    if place.is_file():
        raise CannotWrite(f"{place}: this is a file. Name a folder for the report.")
    if not place.is_dir():
        return
    ours = {MANIFEST, *_files_of_report(place)}
    strange = [
        path.relative_to(place).as_posix()
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.relative_to(place).as_posix() not in ours
    ]
    if strange:
        raise CannotWrite(
            f"{place}: the folder holds {strange[0]}, which is not part of a report. Nothing was "
            "changed. Name a new folder, or move that file elsewhere."
        )


def _files_of_report(place: Path) -> list[str]:
    """Give the files that an earlier report wrote into this folder."""
    manifest = place / MANIFEST
    if not manifest.is_file():
        return []
    try:
        return list(json.loads(manifest.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _protected(parts: Parts, progress: Progress | None, earlier: Sequence[Record]) -> Protecteds:
    """Protect all tables together: they hold the same people."""
    every = [one for part in parts.values() for made in part.values() for one in made]
    done = iter(protect_down(every, progress, earlier=earlier))
    return {
        title: {heading: [next(done) for _ in made] for heading, made in part.items()}
        for title, part in parts.items()
    }


def _every(protected: Protecteds) -> list[Protected]:
    return [one for part in protected.values() for made in part.values() for one in made]


def _write(organisation: Organisation, protected: Protecteds, folder: Path) -> tuple[str, ...]:
    folder.mkdir(parents=True)
    every = _every(protected)
    period = organisation.workforce.snapshots()[-1]
    downloads = [
        page.Link("All tables as an Excel workbook", "tables.xlsx"),
        page.Link("All tables as an OpenDocument spreadsheet", "tables.ods"),
    ]
    for item in every:
        name = _file_name(item)
        open_data.write(item, folder / "data", name=name)
        caption = shown_tables.table(item).caption
        downloads.append(page.Link(f"{caption} (CSV)", f"data/{name}.csv"))
    pages = profile.report_pages(
        protected,
        organisation=organisation.name,
        period=period,
        downloads=downloads,
        licence=[ATTRIBUTION],
    )
    for ending, made in (("xlsx", spreadsheet.workbook), ("ods", ods.workbook)):
        content = made(
            every,
            title=pages.page.title,
            organisation=organisation.name,
            licence=[ATTRIBUTION],
        )
        write_bytes(folder / f"tables.{ending}", content)
    write_text(folder / profile.PAGE, page.render(pages.page))
    if pages.annex is not None:
        write_text(folder / profile.ANNEX, page.render(pages.annex))
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


def _inputs(organisation: Organisation) -> dict[str, str]:
    return {item.file: item.checksum for item in organisation.quality.files}


def _write_manifest(organisation: Organisation, every: Sequence[Protected], folder: Path) -> None:
    """Write what the report was made of and what is in it, so that it can be checked later."""
    content = {
        "made_by": f"workforce_analytics {__version__}",
        "organisation": organisation.name,
        "inputs": _inputs(organisation),
        "tables": [item.about.title for item in every],
        "files": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    write_text(folder / MANIFEST, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _move(made: Path, place: Path) -> None:
    """Put the finished report in its place; an earlier one goes only then."""
    trouble = ""
    try:
        if place.exists():
            earlier = made.parent / "earlier"
            place.rename(earlier)
        made.rename(place)
    except OSError as error:
        trouble = error.strerror or "it cannot be written"
    if trouble:
        raise CannotWrite(f"{place}: {trouble}. Close what is open in it, or name another folder.")
    shutil.rmtree(made.parent / "earlier", ignore_errors=True)
