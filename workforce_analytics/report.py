"""The conductor: measures, protects and publishes the annual equality report."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workforce_analytics import __version__, engine
from workforce_analytics.counting.community import benchmark
from workforce_analytics.counting.dimensions import splitter
from workforce_analytics.counting.structure import GRADE_LEVELS, UNIT_LEVELS
from workforce_analytics.disclosure import session
from workforce_analytics.disclosure.policy import resolve
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.record import Record
from workforce_analytics.disclosure.releasing import door
from workforce_analytics.errors import (
    CannotWrite,
    ConfigurationError,
    DisclosureRefused,
    UsageError,
)
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.census import ATTRIBUTION
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures import composition
from workforce_analytics.organisation import Organisation, Progress, require
from workforce_analytics.publishing import ods, open_data, page, profile, spreadsheet
from workforce_analytics.publishing import tables as shown_tables
from workforce_analytics.publishing.writing import write_bytes, write_text
from workforce_analytics.stepping import Ladder, Rung, protect_down, rungs

MANIFEST = "report.json"
"""Its presence says that a folder is a report of this package, which may be made anew."""
RECORDS = "disclosure.json"
"""What the counts of every table are made of, without any count that is hidden."""
NOT_COMPARED = frozenset({"age"})
"""The community's base is all ages from 16 and few of 65 and over work anywhere: the comparison
would say little else. Ask `against_community` with age_band="16_64" to compare working ages."""

Measure = Callable[[Organisation, str, Rung], Estimates]
"""Makes one table of a characteristic, as detailed as it is asked to."""


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
    ...     written = wa.report.annual(council, out=f"{folder}/report")
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
        protected = _protected(_ladders(organisation), progress, released.earlier)
        if progress is not None:
            progress("Writing the report", 2, 3)
        made = aside / "report"
        files = _write(organisation, protected, made)
        # Taken down before it is there: what is in the ledger and nowhere else harms nobody.
        released.take_down(
            [one for shown in protected.values() for one in shown], inputs=_inputs(organisation)
        )
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


def _characteristics(organisation: Organisation) -> list[str]:
    workforce: Extract = organisation.workforce
    present = set(engine.columns(workforce.frame))
    known = [item.name for item in workforce.contract.characteristics]
    if "age" in present and "age" not in known:
        known.append("age")
    chosen = organisation.settings.report.characteristics or [n for n in known if n in present]
    absent = [name for name in chosen if name not in present]
    if absent or not chosen:
        raise UsageError(
            f"The workforce extract has no characteristic '{absent[0] if absent else ''}'. "
            f"It has: {', '.join(name for name in known if name in present)}."
        )
    return list(chosen)


def _ladders(organisation: Organisation) -> dict[str, list[Ladder]]:
    """Which tables does each characteristic have, and in how little detail may each be shown?

    Against the community (or the shares alone), by grade, over time. Snapshots are never pooled:
    most people of one stand in the next, and would be counted twice.
    """
    splits = _splits(organisation)
    dated = len(organisation.workforce.snapshots()) > 1
    tables: dict[str, list[Ladder]] = {}
    for of in _characteristics(organisation):
        levels = _levels(organisation, of)
        found: list[tuple[Measure, tuple[str, ...], tuple[str, ...]]] = [(_shares, levels, ())]
        if of not in NOT_COMPARED and _in_census(organisation, of):
            found = [(_against, _comparable(organisation, of, levels), ())]
        if splits:
            found.append((_shares, levels, splits))
        if dated:
            found.append((_over_time, levels, ()))
        tables[_heading(of)] = [
            Ladder(of, rungs(to, by), partial(measure, organisation, of))
            for measure, to, by in found
        ]
    return tables


def _shares(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return composition.shares(
        organisation.workforce, of=of, by=rung.by or None, level=rung.level, answers=rung.answers
    )


def _against(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return composition.against_community(
        organisation.workforce, organisation.community, of=of, level=rung.level
    )


def _over_time(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return composition.over_time(organisation.workforce, of=of, level=rung.level, allow_break=True)


def _levels(organisation: Organisation, of: str) -> tuple[str, ...]:
    """From the level that is asked for to the coarsest; the main one where it has no finer one."""
    listing = organisation.workforce.code_list(of) or codelist(of)
    asked = organisation.settings.report.level
    start = asked if asked in listing.levels else "main"
    return listing.levels[listing.levels.index(start) :]


def _comparable(organisation: Organisation, of: str, levels: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the levels above the main one that the census counts of this place do not have."""
    finer = levels[: levels.index("main")]
    first = next((level for level in finer if _census_holds(organisation, of, level)), "main")
    return levels[levels.index(first) :]


def _census_holds(organisation: Organisation, of: str, level: str) -> bool:
    areas = organisation.settings.areas or None
    try:
        benchmark(organisation.community, of=of, areas=areas, level=level)
    except UsageError:
        return False
    return True


def _splits(organisation: Organisation) -> tuple[str, ...]:
    """By what tables are split, from what is asked for to the coarsest that there is."""
    by = organisation.settings.report.by
    graded = organisation.has("grades")
    if not by or (by == "grade_band" and not graded):
        return ()
    coarser = next(
        (names[names.index(by) + 1 :] for names in (GRADE_LEVELS, UNIT_LEVELS) if by in names), ()
    )
    there = [name for name in coarser if graded or name not in GRADE_LEVELS]
    parts = {name: splitter(organisation.workforce, name).known_codes() for name in there}
    return (by, *(name for name, known in parts.items() if len(known) > 1))


def _heading(of: str) -> str:
    listing = codelist(of)
    statutory, own = listing.statutory_heading, listing.title
    same = not statutory or statutory.casefold() == own.casefold()
    return own if same else f"{statutory}: {own[:1].lower()}{own[1:]}"


def _in_census(organisation: Organisation, of: str) -> bool:
    held = organisation.has("community")
    return held and of in organisation.community.distinct("characteristic")


def _protected(
    tables: Mapping[str, Sequence[Ladder]],
    progress: Progress | None,
    earlier: Sequence[Record],
) -> dict[str, list[Protected]]:
    """Protect all tables together: they hold the same people."""
    every = [one for made in tables.values() for one in made]
    done = iter(protect_down(every, progress, earlier=earlier))
    return {heading: [next(done) for _ in made] for heading, made in tables.items()}


def _write(
    organisation: Organisation, protected: Mapping[str, Sequence[Protected]], folder: Path
) -> tuple[str, ...]:
    folder.mkdir(parents=True)
    every = [item for made in protected.values() for item in made]
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
    for ending, made in (("xlsx", spreadsheet.workbook), ("ods", ods.workbook)):
        content = made(
            every,
            title="Workforce profile",
            organisation=organisation.name,
            licence=[ATTRIBUTION],
        )
        write_bytes(folder / f"tables.{ending}", content)
    shown = profile.workforce_profile(
        protected,
        organisation=organisation.name,
        period=period,
        downloads=downloads,
        licence=[ATTRIBUTION],
    )
    write_text(folder / "index.html", page.render(shown))
    _write_records(every, folder)
    _write_manifest(organisation, every, folder)
    return tuple(
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()
    )


def _file_name(item: Protected) -> str:
    about = item.about
    return "-".join([*about.groups, about.kind]).replace("_", "-")


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
