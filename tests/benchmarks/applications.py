"""Counting ten million applications, and a table of ratios of one million, against other ways.

Run by hand, never by pytest; README.md in this folder says how, and what was measured. All ways run
in one process, in turn, on the same rows, and must find the same before anything is timed.

The funnel: applications in Parquet by ethnic group, grade and financial year. By hand it is one
GROUP BY in DuckDB over the raw codes, with the year worked out from the date, which is the least
that anybody can ask for; where the grade stands in the vacancy, both ways join. The package's way
begins at `stage_counts(...)` on an extract that nobody has asked anything yet and ends with counts
by category. Distinct candidates, by hand, are a GROUP BY within a GROUP BY; where several raw codes
are one category the query by hand has a CASE for them, because without it a candidate who gave two
of them is counted twice.

The disparity table: rates of selection by group and their ratios, one million rows of pandas.
fairlearn's MetricFrame gives rate, ratio to the highest rate and difference; its intervals come
from drawing all rows again, as often as `--draws` says. The package's way is
`recruitment.likelihood(...)`: rates, ratios, differences and odds ratios with intervals and tests.
It also tells distinct candidates apart, which fairlearn does not, so it is timed without that too.
It begins at an extract that is read and checked already; what reading costs is told apart, because
fairlearn checks nothing. fairlearn is not required: where it cannot be imported, this part is left
out.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

import workforce_analytics as wa
from tests.benchmarks.memory import peak_megabytes
from workforce_analytics.counting.stages import candidate_counts, stage_counts
from workforce_analytics.extracts.attaching import with_vacancies
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract

VACANCIES = 200_000
CANDIDATES = 4_000_000
GRADES = tuple(f"G{number}" for number in range(1, 16))
ETHNICITIES = (
    *("W1", "W2", "W3", "W4", "W9", "A1", "A2", "A3", "A4", "A9", "B1", "B2", "B9"),
    *("M1", "M2", "M3", "M9", "O1", "O9", "Refused", "Not known"),
)
STATUSES = {
    "Rejected - Shortlisting": "applied",
    "Rejected - Interview": "interviewed",
    "Withdrawn - Shortlisted": "shortlisted",
    "Offer Declined": "offered",
    "Hired": "appointed",
    "Rejected": "not_known",
}
PLACES = {"not_known": 0, "applied": 1, "shortlisted": 2, "interviewed": 3, "offered": 4}
BY = ("ethnicity", "grade", "year")
YEAR = "year(applied_on) - (month(applied_on) < 4)::int"
STAGE_COUNTS = """
select ethnicity, grade, {year} as year, furthest_stage, withdrawn, count(*) as n
from {rows} group by all
"""
AT_THEIR_BEST = """
select ethnicity, grade, year, best, count(*) as n from (
    select candidate_id, {group} as ethnicity, grade, {year} as year, max({place}) as best
    from {rows} group by all
) group by all
"""
TARGETS = {"counts": 1.5, "ratios": 100}


def _one_of(words: tuple[str, ...], salt: int) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"[{listed}][1 + (hash(i, {salt}) % {len(words)})::int]"


def written(rows: int, folder: Path) -> tuple[Path, Path]:
    """Write applications and vacancies as Parquet; no candidate applies twice for a vacancy."""
    made, vacancies = folder / "applications.parquet", folder / "vacancies.parquet"
    # most applications end early
    words = ("Rejected - Shortlisting",) * 12 + tuple(STATUSES)
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select 'V' || i as vacancy_id, {_one_of(GRADES, 1)} as grade,
                    {_one_of(("standard", "internal", "community_event"), 2)} as route
                from range({VACANCIES}) as t(i)
            ) to '{vacancies}' (format parquet)""")
        connection.execute(f"""
            copy (
                select 'A' || i as application_id,
                    'V' || (hash(i % {CANDIDATES}, 3) + 1237 * (i // {CANDIDATES})) % {VACANCIES}
                        as vacancy_id,
                    'C' || i % {CANDIDATES} as candidate_id,
                    date '2020-04-01' + (hash(i, 4) % 1826)::int as applied_on,
                    {_one_of(words, 5)} as furthest_stage,
                    hash(i, 6) % 20 = 0 as withdrawn,
                    {_one_of(ETHNICITIES, 7)} as ethnicity,
                    {_one_of(("F", "M", "Not known"), 8)} as sex,
                    {_one_of(GRADES, 9)} as grade
                from range({rows}) as t(i)
            ) to '{made}' (format parquet)""")
    return made, vacancies


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall clock that a piece of work takes, and what it gives."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def fresh(extract: Extract) -> Extract:
    """Give the extract as it was before anybody asked it anything."""
    return replace(extract, _counted={})


def categories(level: str) -> dict[str, str]:
    """Which category each raw ethnic group is in."""
    listing = codelist("ethnicity")
    codes = {raw: listing.match(raw) or "not_known" for raw in ETHNICITIES}
    return {raw: listing.to_level(code, level) for raw, code in codes.items()}


def _year(start: int) -> str:
    return f"{start}/{(start + 1) % 100:02}"


def found_by_hand(table: pd.DataFrame, level: str) -> dict[tuple[str, ...], int]:
    """Counts of the query by hand, in the words of the package."""
    groups = categories(level)
    stages = {place: code for code, place in PLACES.items()} | {5: "appointed"}
    result: dict[tuple[str, ...], int] = {}
    for row in table.itertuples(index=False):
        split = (groups.get(row.ethnicity, row.ethnicity), row.grade, _year(row.year))
        if "best" in table.columns:
            key = (*split, stages[row.best])
        else:
            key = (*split, STATUSES[row.furthest_stage], "yes" if row.withdrawn else "no")
        result[key] = result.get(key, 0) + row.n
    return result


def compare(ways: dict[str, Callable[[], Any]], repeats: int) -> None:
    """Time ways in turn and print them; the first is what the others are measured by."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, work in ways.items():
            seconds[name].append(timed(work)[0])
    first = statistics.median(next(iter(seconds.values())))
    for name, times in seconds.items():
        middle = statistics.median(times)
        print(
            f"  {name:52} median {middle:.3f} s ({min(times):.3f} to {max(times):.3f}), "
            f"{middle / first:.2f} x"
        )


def agree(one: Any, other: Any) -> None:
    """Stop where two ways do not find the same."""
    if one != other:
        sys.exit("The two ways do not agree: there is nothing to compare.")


def funnel(made: Path, vacancies: Path, repeats: int) -> None:
    """Count stages, with the grade in the application and with the grade in the vacancy."""
    seconds, extract = timed(lambda: wa.read("applications", made))
    print(f"wa.read of the applications, checks and all: {seconds:.1f} s")
    print(f"  of {sum(item.kept for item in extract.quality.files):,} rows")
    hand = duckdb.connect()
    alone = STAGE_COUNTS.format(year=YEAR, rows=f"read_parquet('{made}')")
    seconds, listed = timed(lambda: wa.read("vacancies", vacancies))
    bare = replace(extract, frame=extract.frame.drop("grade"))
    attaching, joined = timed(lambda: with_vacancies(bare, listed))
    print(f"wa.read of {VACANCIES:,} vacancies: {seconds:.1f} s; attaching them: {attaching:.2f} s")
    both = f"""(select a.* exclude (grade), v.grade from read_parquet('{made}') a
        left join read_parquet('{vacancies}') v using (vacancy_id))"""
    with_join = STAGE_COUNTS.format(year=YEAR, rows=both)
    for what, query, asked in (
        ("grade in the application", alone, extract),
        ("grade in the vacancy, joined", with_join, joined),
    ):
        print(f"Stages by ethnic group x grade x year, {what} (target {TARGETS['counts']} x):")
        for level in ("full", "main"):
            ask = {"by": BY, "levels": {"ethnicity": level}}
            agree(
                stage_counts(asked, **ask).occurring(),
                found_by_hand(hand.execute(query).df(), level),
            )
        compare(
            {
                "by hand in DuckDB": lambda query=query: hand.execute(query).df(),
                "package, first count": lambda asked=asked: stage_counts(fresh(asked), by=BY),
                "package, asked again": lambda asked=asked: stage_counts(asked, by=BY),
            },
            repeats,
        )
    candidates(hand, extract, made, repeats)


def candidates(hand: duckdb.DuckDBPyConnection, extract: Extract, made: Path, repeats: int) -> None:
    """Count distinct candidates, by nineteen groups and by five."""
    place = " ".join(
        f"when '{word}' then {PLACES.get(stage, 5)}" for word, stage in STATUSES.items()
    )
    for level, group in (("full", "ethnicity"), ("main", _case("main"))):
        query = AT_THEIR_BEST.format(
            year=YEAR,
            group=group,
            place=f"case furthest_stage {place} end",
            rows=f"read_parquet('{made}')",
        )
        ask = {"by": BY, "levels": {"ethnicity": level}}
        agree(
            candidate_counts(extract, **ask).occurring(),
            found_by_hand(hand.execute(query).df(), level),
        )
        print(f"Distinct candidates by the same, ethnic group at level {level}:")
        compare(
            {
                "by hand in DuckDB": lambda query=query: hand.execute(query).df(),
                "package, first count": lambda ask=ask: candidate_counts(fresh(extract), **ask),
                "package, after the stages": lambda ask=ask: candidate_counts(extract, **ask),
            },
            repeats,
        )


def _case(level: str) -> str:
    groups: dict[str, list[str]] = {}
    for raw, code in categories(level).items():
        groups.setdefault(code, []).append(f"'{raw}'")
    whens = (
        f"when ethnicity in ({', '.join(raws)}) then '{code}'" for code, raws in groups.items()
    )
    return f"case {' '.join(whens)} end"


def disparity(rows: int, repeats: int, draws: int) -> None:
    """Make the table of rates and ratios of pandas rows, beside fairlearn's."""
    if importlib.util.find_spec("fairlearn") is None:
        print("fairlearn cannot be imported: the table of ratios is not compared.")
        return
    with tempfile.TemporaryDirectory() as folder:
        made, _ = written(rows, Path(folder))
        table = duckdb.read_parquet(str(made)).df()
    seconds, extract = timed(lambda: wa.read("applications", table))
    print(f"wa.read of {rows:,} rows of pandas, checks and all: {seconds:.1f} s")
    group = table["ethnicity"].map(categories("main"))
    # who did not say, and of whom nobody knows what came, are in no rate
    known = ~group.isin(["prefer_not_to_say", "not_known"]) & table["furthest_stage"].ne("Rejected")
    passed = table["furthest_stage"].eq("Hired")[known].to_numpy().astype(int)
    names = group[known]
    sensitive = {"text": names.to_numpy(), "whole numbers": pd.factorize(names)[0]}

    def package(which: Extract) -> Any:
        return wa.recruitment.likelihood(
            which, of="ethnicity", outcome="appointed", among="applied", withdrawn="in"
        )

    ours = package(extract).unprotected(reason="compared with fairlearn in a benchmark")
    rates = ours[ours["measure"] == "rate"].set_index("ethnicity")["value"]
    theirs = fairlearn_table(passed, sensitive["text"], None).by_group["selection_rate"]
    labels = {item.code: item.label for item in codelist("ethnicity").categories("main")}
    found = {labels[code]: round(value, 12) for code, value in theirs.items()}
    agree(found, rates.loc[list(found)].round(12).to_dict())
    alone = replace(extract, frame=extract.frame.drop("candidate_id"))
    ways = {
        "package": lambda: package(fresh(extract)),
        "package, no candidates to tell apart": lambda: package(fresh(alone)),
    }
    print(f"Rates and ratios of {len(found)} groups (target: fairlearn {TARGETS['ratios']} x):")
    for name, values in sensitive.items():
        ways[f"fairlearn, groups as {name}, no intervals"] = lambda values=values: fairlearn_table(
            passed, values, None
        )
    compare(ways, repeats)
    print(f"The same with intervals (ours have them above), {draws} draws, once:")
    seconds, _ = timed(lambda: fairlearn_table(passed, sensitive["whole numbers"], draws))
    print(f"  fairlearn, groups as whole numbers: {seconds:.1f} s")


def fairlearn_table(passed: Any, groups: Any, draws: int | None) -> Any:
    """Rates by group, ratio and difference to the highest, as fairlearn gives them."""
    from fairlearn.metrics import MetricFrame, count, selection_rate

    again = {"n_boot": draws, "ci_quantiles": [0.025, 0.975], "random_state": 1} if draws else {}
    frame = MetricFrame(
        metrics={"selection_rate": selection_rate, "n": count},
        y_true=passed,
        y_pred=passed,
        sensitive_features=groups,
        **again,
    )
    for result in (frame.ratio, frame.difference, *((frame.ratio_ci,) if draws else ())):
        result(method="to_overall")
    return frame


def main() -> None:
    """Make rows, count them all ways, and print times and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--ratios", type=int, default=1_000_000, help="rows of the second part")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--draws", type=int, default=20)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # fairlearn's own
    if chosen.rows:
        with tempfile.TemporaryDirectory() as folder:
            made, vacancies = written(chosen.rows, Path(folder))
            size = made.stat().st_size / 1e6
            print(f"{chosen.rows:,} applications in Parquet, {size:.0f} MB")
            funnel(made, vacancies, chosen.repeats)
    if chosen.ratios:
        disparity(chosen.ratios, chosen.repeats, chosen.draws)
    print(f"peak {peak_megabytes():,} MB")


if __name__ == "__main__":
    main()
