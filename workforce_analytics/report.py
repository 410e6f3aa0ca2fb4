"""The conductor: measures, protects and publishes the annual equality report."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workforce_analytics.disclosure import session
from workforce_analytics.disclosure.policy import resolve
from workforce_analytics.disclosure.record import Record
from workforce_analytics.disclosure.releasing import door
from workforce_analytics.errors import (
    CannotWrite,
    ConfigurationError,
    DisclosureRefused,
)
from workforce_analytics.organisation import Organisation, Progress, require
from workforce_analytics.publishing.action_page import TITLE as TITLE_OF_ACTIONS
from workforce_analytics.publishing.leadership import TITLE
from workforce_analytics.report_files import (
    MANIFEST,
    Protecteds,
    every_one,
    inputs,
    write_actions,
    write_annual,
    write_leadership,
)
from workforce_analytics.report_survey import SURVEY_NEEDS, action_tables
from workforce_analytics.report_tables import (
    TRAINING_NEEDS,
    Parts,
    leadership_tables,
    parts_of,
    planned_of,
)
from workforce_analytics.stepping import protect_down


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
        "workforce", "recruitment", "training", "participation", "survey", "networks": these alone,
        in place of what organisation.toml says of it.
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

    def made() -> Parts:
        return parts_of(organisation, parts)

    return _release(organisation, out, override, made, write_annual, progress)


def training(
    organisation: Organisation,
    *,
    out: str | Path,
    of: str = "",
    override: str = "",
    simulations: int = 100,
    progress: Progress | None = None,
) -> Written:
    """Write one page for the leadership team: did recruitment training change anything?

    Parameters
    ----------
    organisation
        What `load` gave; it needs applications, vacancies, panels and training.
    out, override, progress
        As in `annual`.
    of
        The characteristic; without it the plan's in organisation.toml, else ethnic group.
    simulations
        Councils to draw for each size of change, to see how small a change could be told.

    Returns
    -------
    Written
        The folder and its files: the page, its tables as a workbook and as open data.

    Raises
    ------
    DataError
        An extract that is needed was not loaded.
    DisclosureRefused, ConfigurationError, CannotWrite
        As in `annual`.

    Examples
    --------
    >>> import tempfile, workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = wa.report.training(council, out=f"{folder}/training", simulations=5)
    >>> "index.html" in written.files
    True
    """
    require(organisation, *TRAINING_NEEDS)
    chosen = of or planned_of(organisation)

    def made() -> Parts:
        ladders = leadership_tables(organisation, chosen, simulations, progress)
        return {TITLE: {chosen: ladders}}

    return _release(organisation, out, override, made, write_leadership, progress)


def survey(
    organisation: Organisation,
    *,
    out: str | Path,
    override: str = "",
    progress: Progress | None = None,
) -> Written:
    """Write one page for whoever must act on the staff survey: what to work on first, for whom?

    Parameters
    ----------
    organisation
        What `load` gave; it needs survey_responses, and can say more with survey_eligible and
        actions.
    out, override, progress
        As in `annual`.

    Returns
    -------
    Written
        The folder and its files: the page, its tables as a workbook and as open data.

    Raises
    ------
    DataError
        An extract that is needed was not loaded.
    DisclosureRefused, ConfigurationError, CannotWrite
        As in `annual`.

    Examples
    --------
    >>> import tempfile, workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = wa.report.survey(council, out=f"{folder}/survey")
    >>> "index.html" in written.files
    True
    """
    require(organisation, SURVEY_NEEDS)

    def made() -> Parts:
        return {TITLE_OF_ACTIONS: action_tables(organisation)}

    return _release(organisation, out, override, made, write_actions, progress)


Write = Callable[[Organisation, Protecteds, Path], tuple[str, ...]]


def _release(
    organisation: Organisation,
    out: str | Path,
    override: str,
    made: Callable[[], Parts],
    write: Write,
    progress: Progress | None,
) -> Written:
    """Measure, protect, write aside, take down what is released, and only then put it in place."""
    _refuse_other_audiences(organisation)
    place = Path(out)
    _refuse_strange_folder(place)
    ledger = resolve(organisation.context.policy).ledger
    _refuse_ledger_inside(ledger, place)
    with door(ledger, override=override) as released, _beside(place) as aside:
        protected = _protected(made(), progress, released.earlier)
        if progress is not None:
            progress("Writing the report", 2, 3)
        folder = aside / "report"
        files = write(organisation, protected, folder)
        # Taken down before it is there: what is in the ledger and nowhere else harms nobody.
        released.take_down(every_one(protected), inputs=inputs(organisation))
        _move(folder, place)
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
