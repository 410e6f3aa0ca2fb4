"""Pages: sections of words, charts and tables made into one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import long_date
from workforce_analytics.publishing.charts import Chart, picture
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.layouts import Cell, Column, Row, Table
from workforce_analytics.publishing.likelihoods import happening, within_words
from workforce_analytics.publishing.sentences import sentences
from workforce_analytics.publishing.tables import table
from workforce_analytics.publishing.wording import lower_first, noun, upper_first

if TYPE_CHECKING:
    from jinja2 import Environment

    from workforce_analytics.disclosure.protected import Protected
    from workforce_analytics.extracts.quality import Problem, QualityReport
    from workforce_analytics.publishing.figures import Figures

_SEVERITIES = (
    ("error", "Errors", "The extract cannot be used until these are mended."),
    ("warning", "Warnings", "Figures can be made, and suffer from these."),
    ("note", "Notes", "What was done on the way, for you to confirm."),
)


@dataclass(frozen=True)
class Link:
    """A link to a file beside the page or to an address."""

    words: str
    address: str


@dataclass(frozen=True)
class Exhibit:
    """A chart, what it shows in words, its table, and what to know about them."""

    heading: str
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    details: tuple[tuple[str, str], ...] = ()
    more: tuple[Table, ...] = ()
    """Further tables of the same figures."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading of its own; its parts stand in this order."""

    key: str
    """What links to the section end in: small letters, digits and hyphens."""
    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    links: tuple[Link, ...] = ()
    listed: bool = False
    """Whether the contents list the exhibits by their headings too."""


@dataclass(frozen=True)
class Fact:
    """One large figure of a summary."""

    figure: str
    label: str


@dataclass(frozen=True)
class Point:
    """One line of a summary, with the section that tells more."""

    sentence: str
    heading: str = ""
    key: str = ""
    part: str = ""
    """Heading under which it stands, with its neighbours of the same part."""


@dataclass(frozen=True)
class Page:
    """Everything that stands on a page."""

    title: str
    organisation: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    facts: tuple[Fact, ...] = ()
    summary: tuple[Point, ...] = ()
    stamp: str = ""
    """Who may see the page, where that is not everybody."""
    footer: str = ""
    brief: bool = False
    """Whether it is set close on paper and without its contents, to fit on one sheet."""


def render(page: Page) -> str:
    """Make a page into one HTML file that fetches nothing and needs no JavaScript.

    Parameters
    ----------
    page
        What stands on it.

    Returns
    -------
    str
        The file's text: the same for the same page.

    Examples
    --------
    >>> html = render(Page(title="Workforce profile", organisation="Sample", sections=()))
    >>> "<h1>Workforce profile</h1>" in html
    True
    """
    return _templates().get_template("page.html").render(page=page)


def table_html(shown: Table, *, key: str) -> str:
    """Make one table into HTML, with the macro that all pages use.

    Parameters
    ----------
    shown
        The table.
    key
        Start of its ids, unique on the page.

    Returns
    -------
    str
        The table in its scrolling region, with its marks and notes under it, and how it was
        protected: it stands alone.
    """
    macros: Any = _templates().get_template("table.html").module
    return str(macros.data_table(shown, key, alone=True))


def exhibit(protected: Protected) -> Exhibit:
    """Show one protected table as chart, words, table and small print.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    Exhibit
        What a section of a page holds.
    """
    about = protected.about
    details = (
        ("Question", about.question),
        ("Definition", about.definition),
        ("Period", " to ".join(long_date(day) for day in about.period.split(" to "))),
        ("Population", about.population),
        ("Recorded as", about.recorded_as),
        ("Compared with", about.reference),
        ("Source", "; ".join(dict.fromkeys([about.source, *about.provenance]))),
    )
    shown, coarser = table(protected), [about.less_detail] if about.less_detail else []
    return Exhibit(
        heading=exhibit_heading(protected),
        # Said before the chart, where the missing detail is missed, and not again under the table.
        sentences=(*sentences(protected), *coarser),
        chart=picture(protected),
        table=replace(shown, notes=tuple(one for one in shown.notes if one not in coarser)),
        details=tuple((term, words) for term, words in details if words),
    )


def exhibit_heading(protected: Protected) -> str:
    """Name what a table shows, below the heading of its characteristic."""
    read, kind = figures(protected), protected.about.kind
    split = f" by {lower_first(read.by)}" if read.by else ""
    headings = {
        "shares": f"{noun(read.about.counted).capitalize()} in each group{split}",
        "against_community": f"Compared with the community{split}",
        "over_time": "Over time",
        "funnel": f"Stages reached{split}",
        "routes": "Routes of recruitment",
        "stratified": f"Like with like: {within_words(read)}",
        "adjusted": f"{upper_first(happening(read))}, after adjustment",
        "undeclared": f"{upper_first(happening(read))}: those who did not declare",
        "variation": f"{upper_first(happening(read))}, from service to service",
        "intersections": f"{upper_first(happening(read))}: {lower_first(read.of)} together",
        "training_exposure": "Who was trained, and when",
        "training_rates": "Before and after training",
        "training_effect": "What changed where panels were trained",
        "training_event_study": "Quarter by quarter",
        "training_time_series": "What was seen, and what would have been",
        "training_detectable": "How large a change could be told",
        "training_threats": "What else could explain it",
        "chairs_training": "Training for chairs of staff networks",
        "programme_effect": "Promotion after a programme",
        "network_participation": "Members of staff networks over time",
        "network_reach": f"Members of staff networks by {lower_first(read.of)}",
        "network_support": "Support for staff networks",
        "network_activity": "Who comes to events of staff networks",
        "network_retention": "How long members stay in staff networks",
        "network_cohorts": "Who stays, by year of joining",
        "network_reach_gaps": f"Whom staff networks do not reach, by {lower_first(read.of)}",
        "survey_response": "Who answered the staff survey",
        "survey_weights": "Weights of the staff survey",
        "survey_answers": f"Answers to the staff survey{_among_staff(read)}",
        "survey_scores": f"What staff say{_among_staff(read)}",
        "survey_gaps": f"Where groups differ, by {lower_first(read.of)}",
        "survey_change": f"What changed since the survey before{_among_staff(read)}",
        "survey_reliability": "Whether the questions of a score hang together",
        "survey_drivers": f"What engagement goes with{_among_staff(read)}",
        "survey_priorities": "What to work on first",
        "survey_comments": "What comments are about",
        "survey_published": "Results that other bodies published",
    }
    return headings.get(kind, f"{upper_first(happening(read))}{split}")


def _among_staff(read: Figures) -> str:
    """Name what answers of staff are split by, where they are."""
    return f" by {lower_first(read.of)}" if read.by else ""


def text_table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, names: int = 1
) -> Table:
    """Make a table of words; its first columns name the rows.

    Parameters
    ----------
    caption
        What the table shows.
    columns
        Headings.
    rows
        Texts, one per heading.
    names
        How many columns name the row.

    Returns
    -------
    Table
        The table; columns that hold only numbers are set to the right.
    """
    numeric = [_all_numbers([row[place] for row in rows]) for place in range(len(columns))]
    return Table(
        caption=caption,
        names=tuple(columns[:names]),
        columns=tuple(
            Column(heading, numeric=numeric[place])
            for place, heading in enumerate(columns)
            if place >= names
        ),
        rows=tuple(
            Row(tuple(row[:names]), tuple(Cell(text) for text in row[names:])) for row in rows
        ),
    )


def quality_page(report: QualityReport, organisation: str) -> str:
    """Show what is wrong with the data and how to mend it, as a page.

    Parameters
    ----------
    report
        Problems, and summaries of what was read: (heading, columns, rows of text).
    organisation
        Whose data they are.

    Returns
    -------
    str
        The HTML file. It names files, columns, rules and counts, never a person's value.
    """
    counts = {kind: _of(report.problems, kind) for kind, _, _ in _SEVERITIES}
    sections = [
        Section(
            key=kind,
            heading=heading,
            paragraphs=(meaning,),
            exhibits=(Exhibit("", table=_problems(f"{heading} found", counts[kind])),),
        )
        for kind, heading, meaning in _SEVERITIES
        if counts[kind]
    ]
    for place, (heading, columns, rows) in enumerate(report.summaries, start=1):
        if rows:
            shown = text_table(heading, columns, rows)
            sections.append(
                Section(key=f"read-{place}", heading=heading, exhibits=(Exhibit("", table=shown),))
            )
    numbers = {kind: len(found) for kind, found in counts.items()}
    facts = tuple(Fact(str(n), kind if n == 1 else f"{kind}s") for kind, n in numbers.items())
    page = Page(
        title="Data quality",
        organisation=organisation,
        subtitle="What is wrong with the extracts, and how to mend it",
        facts=facts,
        summary=(Point(_verdict(numbers)),),
        sections=tuple(sections),
        stamp="For the team that prepares the data. Not for publication.",
        footer="This page names files, columns and rules, and never a person's value.",
    )
    return render(page)


def _verdict(numbers: Mapping[str, int]) -> str:
    if numbers["error"]:
        return "Mend the errors first, in the system that the extract came from or in its mapping."
    if numbers["warning"]:
        return "The extracts can be used. Figures that rest on what the warnings name will suffer."
    if numbers["note"]:
        return "The extracts can be used. The notes say what was done on the way."
    return "Nothing is wrong with the data that the checks can see."


def _of(problems: Sequence[Problem], severity: str) -> list[Problem]:
    return [problem for problem in problems if problem.severity == severity]


def _problems(caption: str, problems: Sequence[Problem]) -> Table:
    headings = ["What is wrong", "File", "Column", "Records", "First record", "What to do"]
    rows = []
    for problem in problems:
        often = "" if problem.records is None else f"{problem.records:,}"
        often += f" of {problem.of:,}" if often and problem.of is not None else ""
        first = "" if problem.first_record is None else f"{problem.first_record:,}"
        where = [problem.file, problem.column, often, first]
        rows.append([problem.message, *where, problem.remedy])
    used = [place for place in range(len(headings)) if any(row[place] for row in rows)]
    return text_table(
        caption,
        [headings[place] for place in used],
        [[row[place] for place in used] for row in rows],
    )


def _all_numbers(texts: Sequence[str]) -> bool:
    """Whether a column holds numbers, and not only empty cells."""
    figures = [text.replace(",", "").replace(".", "") for text in texts if text]
    return bool(figures) and all(one.rstrip("% ").lstrip("+-").isdigit() for one in figures)


def _minus(text: str) -> str:
    """Write a negative number with a minus sign, which a screen reader says, not a hyphen."""
    return f"\u2212{text[1:]}" if text.startswith("-") and text[1:2].isdigit() else text


def _by_part(points: Sequence[Point]) -> list[tuple[str, list[Point]]]:
    """Put points of one part together, parts in the order in which they come."""
    parts = dict.fromkeys(point.part for point in points)
    return [(part, [point for point in points if point.part == part]) for part in parts]


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["minus"] = _minus
    environment.filters["by_part"] = _by_part
    return environment
