"""The command line, one plain function per command; `python -m workforce_analytics` is the same."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from workforce_analytics.errors import (
    CannotWrite,
    DataError,
    DisclosureRefused,
    UsageError,
    WorkforceError,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Workforce equality figures, from validated extracts to a report that names nobody.",
)

OrganisationFile = Annotated[
    Path, typer.Argument(help="An organisation.toml, or the folder it lies in.")
]
Out = Annotated[Path, typer.Option(help="The folder to write; made anew each time.")]
Override = Annotated[
    str, typer.Option(help="Why to release it although it clashes with an earlier release.")
]


@app.command()
def report(
    organisation: OrganisationFile,
    out: Out = Path("report"),
    override: Override = "",
) -> None:
    """Write the annual equality report: a page, a workbook and open data."""
    from workforce_analytics import report as reports

    _write(organisation, out, override, reports.annual)


@app.command()
def training(
    organisation: OrganisationFile,
    out: Out = Path("training"),
    of: Annotated[
        str, typer.Option(help="The characteristic; the planned one, or ethnicity, unless said.")
    ] = "",
    override: Override = "",
) -> None:
    """Write one page on whether recruitment training changed anything."""
    from workforce_analytics import report as reports

    _write(organisation, out, override, reports.training, of=of)


@app.command()
def survey(
    organisation: OrganisationFile,
    out: Out = Path("survey"),
    override: Override = "",
) -> None:
    """Write one page on what to work on first after the staff survey."""
    from workforce_analytics import report as reports

    _write(organisation, out, override, reports.survey)


def _write(
    organisation: Path, out: Path, override: str, write: Callable[..., Any], **more: Any
) -> None:
    """Load everything, write a folder, and say what is wrong with the data and where it stands."""
    from workforce_analytics import organisation as organisations

    with _progress() as step:
        council = organisations.load(organisation, progress=step)
        files = write(council, out=out, override=override, progress=step, **more)
    for problem in council.quality.warnings:
        _say(f"Warning: {problem.sentence()}")
    _say(f"Wrote {len(files)} files to {out}. Open {out / 'index.html'} in a browser.")


@app.command()
def check(
    source: Annotated[Path, typer.Argument(help="An organisation.toml, or any file with --as.")],
    contract: Annotated[
        str | None, typer.Option("--as", help="What the file is to be: workforce, panels, ...")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="The file's mapping: a TOML file or a shipped name.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Also write the report as an accessible page.")
    ] = None,
) -> None:
    """List everything that is wrong with the data, and how to mend it. Exits 3 on errors."""
    from workforce_analytics import organisation as organisations
    from workforce_analytics.extracts.extract import check as check_one
    from workforce_analytics.extracts.identifiers import load_key
    from workforce_analytics.extracts.preparing import Keys

    with _progress() as step:
        if contract is not None:
            keys = Keys(secret=load_key())
            quality = check_one(contract, source, mapping=mapping, keys=keys)
        elif source.suffix == ".toml" or source.is_dir():
            quality = organisations.check_all(source, progress=step)
        else:
            raise UsageError(
                f"{source.name}: say what the file is to be, for example --as workforce, "
                "or give an organisation.toml."
            )
    for line in quality.lines():
        _say(line)
    if page is not None:
        from workforce_analytics.publishing.page import quality_page
        from workforce_analytics.publishing.writing import write_text

        write_text(page, quality_page(quality, source.name))
        _say(f"Wrote {page}.")
    if not quality.ok:
        missing = all(item.rule == "missing_file" for item in quality.errors)
        raise typer.Exit(4 if missing else DataError.exit_code)


@app.command()
def audit(
    folder: Annotated[Path, typer.Argument(help="A folder that `report` wrote.")],
) -> None:
    """Attack a finished report from its files alone. Exits 5 if anything could be worked out."""
    from workforce_analytics.disclosure.auditing import audit as audit_report

    with _progress() as step:
        found = audit_report(folder, progress=step)
    for line in found.lines():
        _say(line)
    if not found.ok:
        raise typer.Exit(DisclosureRefused.exit_code)


@app.command(name="keep-counts")
def keep_counts(
    organisation: OrganisationFile,
    reason: Annotated[str, typer.Option(help="Why: it is kept with the counts and taken down.")],
    fewer_too: Annotated[
        bool,
        typer.Option(help="Also replace vacancies of which fewer applications are left."),
    ] = False,
) -> None:
    """Freeze counts by vacancy before candidates are deleted. Still personal data."""
    from workforce_analytics import keeping
    from workforce_analytics import organisation as organisations

    with _progress() as step:
        council = organisations.load(organisation, progress=step)
        done = keeping.keep(council, reason=reason, fewer_too=fewer_too, progress=step)
    for line in done.lines():
        _say(line)


@app.command(name="map")
def draft_mapping(
    file: Annotated[Path, typer.Argument(help="An export to write a mapping for.")],
    contract: Annotated[str, typer.Option("--as", help="What the file is: workforce, ...")],
    out: Annotated[Path | None, typer.Option(help="Where to write the mapping.")] = None,
) -> None:
    """Draft a mapping for an export: what is sure, what needs a decision, what is never read."""
    from workforce_analytics.extracts.drafting import draft
    from workforce_analytics.publishing.writing import write_text

    drafted = draft(file, contract)
    place = out or Path("mappings") / f"{file.stem}.toml"
    if place.exists():
        raise CannotWrite(f"{place}: there is such a file already. Give another name with --out.")
    write_text(place, drafted.toml)
    for line in drafted.lines():
        _say(line)
    _say(f"Wrote {place}. Fill what is asked, then: check {file} --as {contract} --mapping {place}")


@app.command()
def dictionary(
    contract: Annotated[
        str | None, typer.Argument(help="One contract; without it, all of them.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the dictionary as CSV instead.")] = None,
) -> None:
    """Print the data dictionary: every contract, field, code and rule."""
    from workforce_analytics.extracts import dictionary as described
    from workforce_analytics.publishing.writing import write_text

    if csv is not None:
        table = described.dictionary()
        chosen = table if contract is None else table[table["contract"] == contract]
        write_text(csv, chosen.to_csv(index=False, lineterminator="\n"))
        _say(f"Wrote {csv}.")
        return
    _say(described.dictionary_text(contract))


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="Where to write the synthetic council.")],
    staff: Annotated[int, typer.Option(help="How many people it employs.", min=200)] = 6000,
) -> None:
    """Write a synthetic council of any size, with effects of known size planted in it."""
    from workforce_analytics import samples

    with _progress() as step:
        step("Writing the synthetic council", 0, 1)
        samples.write_council(folder, staff=staff)
    _say(f"Wrote the synthetic council to {folder}.")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The new project's folder.")],
) -> None:
    """Start a project: organisation.toml to fill, a mappings folder, and a key outside of it."""
    from workforce_analytics import starting

    for line in starting.start(folder):
        _say(line)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; every failure is one clear line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a cp1252 terminal prints what it can
    try:
        app(args=arguments, standalone_mode=True)
    except SystemExit as stop:
        return _finish(stop.code)
    except WorkforceError as error:
        sys.stderr.write(f"{error}\n")
        return _finish(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing half-written is left behind.\n")
        return _finish(1)
    except Exception as error:  # an unforeseen error's own message may quote a person's value
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(
            f"Unexpected {type(error).__name__} in {Path(place.filename).name}, line "
            f"{place.lineno}. This is a fault of the program: please report this line.\n"
        )
        return _finish(1)
    return 0


def _finish(code: object) -> int:
    return code if isinstance(code, int) else 0 if code is None else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar while the work goes on; on a terminal only, and gone afterwards."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task: Any = progress.add_task("Starting", total=1)

        def step(words: str, done: int, total: int) -> None:
            progress.update(task, description=words, completed=done, total=total)

        yield step
