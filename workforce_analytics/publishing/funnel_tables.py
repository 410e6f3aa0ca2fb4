"""Tables of recruitment stages: how many of each group applied, and reached each stage."""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.funnel_sentences import (
    APART,
    steps,
    used_routes,
    withdrawn_left_out,
)
from workforce_analytics.publishing.layouts import (
    At,
    Entry,
    Layout,
    count,
    grid,
    layout,
    ratio_entry,
    row_names,
    share,
)
from workforce_analytics.publishing.likelihood_tables import compared_with
from workforce_analytics.publishing.likelihoods import reference_words
from workforce_analytics.publishing.wording import lower_first, noun


def funnel(read: Figures) -> tuple[Layout, ...]:
    """Applications at each stage; rates, ratios and candidates in tables of their own."""
    later = steps(read)[1:]
    main = [count("applications", "Number", over=steps(read)[0], stage=steps(read)[0])]
    for stage in later:
        main.append(count("applications", "Number", over=stage, stage=stage))
        main.append(share("rate_from_applied", stage, ends=False, stage=stage))
    rows, names = _rows(read), row_names(read)
    base = [
        f"Applications, not people: one for each candidate and vacancy. {_base(read)}",
        f"Those who did not declare their {lower_first(read.of)} stand in rows of their own.",
    ]
    return (
        *layout(read, names, rows, main, notes=base),
        *layout(
            read,
            names,
            rows,
            [share("rate_from_applied", stage, stage=stage) for stage in later],
            notes=[_base(read)],
            about="rates from applying",
        ),
        *layout(
            read,
            names,
            rows,
            [entry for stage in later for entry in _from_previous(stage)],
            notes=[_base(read, "reached the stage before")],
            about="rates from the stage before",
        ),
        *layout(
            read,
            names,
            grid(read, read.compared),
            [ratio_entry("relative_likelihood", stage, stage=stage) for stage in later],
            notes=[compared_with(read), "Each stage is counted from applying."],
            about=f"relative likelihood, compared with {reference_words(read)}",
        ),
        *_candidates(read, rows),
    )


def _from_previous(stage: str) -> list[Entry]:
    return [
        count("rate_from_previous", "Out of", part="denominator", over=stage, stage=stage),
        share("rate_from_previous", stage, stage=stage),
    ]


def _candidates(read: Figures, rows: list[At]) -> tuple[Layout, ...]:
    apart = [stage for stage in APART if stage in read.stages]
    entries = [
        *(count("candidates", stage, over="Candidates", stage=stage) for stage in steps(read)),
        *(count("applications", stage, over="Applications", stage=stage) for stage in apart),
    ]
    notes = [
        "A candidate with several applications counts once in a group at a stage; parts of a table "
        "can hold the same candidate."
    ]
    about = "candidates, and applications without a result" if apart else "candidates"
    return layout(read, row_names(read), rows, entries, notes=notes, about=about)


def _rows(read: Figures) -> list[At]:
    """Groups, kinds of missing answer, and everybody, in each part."""
    people = f"All {noun(read.about.counted)}"
    rows = grid(read, (*read.declared, *read.undeclared, ALL), totals=(ALL,))
    return [
        At((people if at.group == ALL else at.name[0], *at.name[1:]), at.group, at.split, at.total)
        for at in rows
    ]


def routes(read: Figures) -> tuple[Layout, ...]:
    """Who applied by each route and stands at each stage; rates and ratios in further tables."""
    first, *later = steps(read)
    used, pool = used_routes(read), "share_of_applicants"
    pool = pool if read.holds(pool) else "share_at_stage"
    rows = [at for route in used for at in grid(read, read.declared) if at.split == route]
    names = row_names(read)
    main = [
        count(pool, "Applicants", part="numerator", stage=first),
        share(pool, "Share of applicants (%)", stage=first),
        *(share("share_at_stage", stage, ends=False, stage=stage) for stage in later),
    ]
    rates = [share("rate_from_applied", stage, stage=stage) for stage in later]
    ratios = [ratio_entry("relative_likelihood", stage, stage=stage) for stage in later]
    between = [ratio_entry("ratio_of_ratios", stage, stage=stage) for stage in later]
    compared = [at for at in rows if at.group in read.compared]
    others = [at for at in compared if at.split != used[0]]
    return (
        *layout(read, names, rows, main, notes=_pool(read)),
        *layout(
            read,
            names,
            rows,
            rates,
            notes=["Percentages are of the group's applicants by the same route."],
            about="rates from applying",
        ),
        *layout(
            read,
            names,
            compared,
            ratios,
            notes=[compared_with(read), "Each stage is counted from applying, within the route."],
            about="relative likelihood within each route",
        ),
        *layout(
            read,
            names,
            others,
            between,
            notes=[
                f"The relative likelihood by the route, divided by that by “{used[0]}”: 1 "
                "where the route makes no difference to it."
            ],
            about=f"relative likelihood compared with the route “{used[0]}”",
        ),
    )


def _pool(read: Figures) -> list[str]:
    return [
        f"Percentages are of those at the stage, by the same route, who declared their "
        f"{lower_first(read.of)}.",
        "Who applies by a route differs in much else: the table shows what came of each route, not "
        "what a route does.",
    ]


def _base(read: Figures, did: str = "applied") -> str:
    """Say of whom the percentages are."""
    less = " and had not withdrawn before" if withdrawn_left_out(read) else ""
    return f"Percentages are of those who {did}{less}."
