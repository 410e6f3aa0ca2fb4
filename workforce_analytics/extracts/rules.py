"""The named rules of the contracts, each written once for every engine.

A row rule is an expression that is true where the record is broken. A group rule adds something up
within groups of records and is an expression that is true where the group is broken. An empty cell
breaks no rule unless the rule's own comment says so: that it is empty is another finding. Which
columns a rule looks at, how grave it is and what to say stands in the contract's JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

from workforce_analytics import engine
from workforce_analytics.engine import Expression, col, when

TOTALS = ("all", "all staff", "everybody", "everyone", "grand total", "overall", "total")
"""Words, in lower case, with which a counted table marks the sum of its parts."""

STAGES = ("applied", "shortlisted", "interviewed", "offered", "appointed")


@dataclass(frozen=True)
class Setting:
    """What a rule may know of the table that it looks at.

    Attributes
    ----------
    codes
        Column of codes -> raw value -> the code it stands for: extracts hold raw values.
    dimensions
        Columns of a counted table that are its dimensions.
    required
        Columns that must be filled; that they are empty is reported once, as that.
    """

    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()

    def means(self, column: str, *codes: str) -> Expression:
        """Whether a raw value stands for one of some codes; false where it is empty."""
        known = self.codes.get(column)
        if known is None:
            return engine.is_one_of(column, codes)
        return engine.is_one_of(column, [raw for raw, code in known.items() if code in codes])


@dataclass(frozen=True)
class GroupCheck:
    """Something added up within groups of records.

    Attributes
    ----------
    by
        Columns that make a group.
    broken
        True where a group is broken, of the names of `aggregates` and `N`.
    aggregates
        Name -> what is added up.
    where
        Records that take part.
    records
        How many records of a broken group to report.
    columns
        Columns to name in the finding; the rule's own without it.
    """

    by: tuple[str, ...]
    broken: Expression
    aggregates: Mapping[str, Expression] = field(default_factory=dict)
    where: Expression | None = None
    records: Expression = field(default_factory=lambda: col(engine.N))
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A registered rule: its first `first` columns must be there, and `at_least` of them in all."""

    make: Callable[..., Any]
    grouped: bool
    first: int | None
    at_least: int

    def columns(self, fields: tuple[str, ...], present: Iterable[str]) -> tuple[str, ...]:
        """Columns to run on, of those that the contract names; none where too few are there."""
        have = set(present)
        here = tuple(name for name in fields if name in have)
        first = len(fields) if self.first is None else self.first
        enough = len(here) >= self.at_least and have.issuperset(fields[:first])
        return here if enough else ()


_Make = Callable[..., Any]

RULES: dict[str, Rule] = {}
"""Every rule that a contract may name."""


def rule(
    name: str, *, grouped: bool = False, first: int | None = None, at_least: int = 1
) -> Callable[[_Make], _Make]:
    """Register a rule under the name that contracts use; all its columns are needed by default."""

    def register(make: _Make) -> _Make:
        RULES[name] = Rule(make, grouped, first, at_least)
        return make

    return register


# Dates and numbers that contradict one another


@rule("left_before_joined")
@rule("post_started_before_joined")
@rule("post_ended_before_started")
@rule("ended_before_snapshot")
@rule("joined_after_snapshot")
@rule("valid_to_before_valid_from")
@rule("period_ends_before_it_starts")
@rule("closed_before_opened")
@rule("applied_after_closing")
@rule("completed_after_valid_until")
@rule("ended_before_opened")
def _second_before_first(setting: Setting, first: str, second: str) -> Expression:
    return col(second) < col(first)


@rule("stage_dates_out_of_order", first=0, at_least=2)
def _stage_dates_out_of_order(setting: Setting, *stages: str) -> Expression:
    # every pair, not only neighbours: the date between two may be missing
    pairs = [(a, b) for i, a in enumerate(stages) for b in stages[i + 1 :]]
    return reduce(or_, [col(later) < col(earlier) for earlier, later in pairs])


@rule("trained_long_before_planned")
def _more_than_a_year_before(setting: Setting, planned: str, actual: str) -> Expression:
    return _months(planned) - _months(actual) > 12


def _months(column: str) -> Expression:
    return engine.date_part(column, "year") * 12 + engine.date_part(column, "month")


@rule("shortlisted_more_than_applied")
@rule("appointed_more_than_shortlisted")
@rule("appointed_more_than_posts")
@rule("hours_above_full_time")
@rule("more_attendees_than_attendances")
@rule("more_than_total")
def _second_above_first(setting: Setting, first: str, second: str) -> Expression:
    return col(second) > col(first)


@rule("part_of_itself")
@rule("succeeded_by_itself")
@rule("readvertised_from_itself")
@rule("target_is_baseline")
def _the_same(setting: Setting, first: str, second: str) -> Expression:
    return col(first) == col(second)


# Values that cannot be right


@rule("fte_above_one")
def _above_one(setting: Setting, fte: str) -> Expression:
    return col(fte) > 1


@rule("fte_zero")
def _fte_zero(setting: Setting, fte: str, engagement: str) -> Expression:
    with_hours = ("employee", "apprentice", "secondee_in", "secondee_out")
    return (col(fte) == 0) & setting.means(engagement, *with_hours)


@rule("candidate_not_given")
def _not_given(setting: Setting, column: str) -> Expression:
    # here the empty cell is the finding
    return engine.blank(column)


@rule("age_implausible")
def _age_implausible(setting: Setting, age: str) -> Expression:
    return (col(age) < 14) | (col(age) > 100)


@rule("born_implausibly")
def _born_implausibly(setting: Setting, born: str, on: str) -> Expression:
    age = engine.age_on(born, on)
    return (age < 14) | (age > 100)


@rule("negative_hours")
def _negative_hours(setting: Setting, hours: str, kind: str) -> Expression:
    # arrears may take hours back
    worked = ("basic", "allowance", "market_supplement", "shift", "bonus", "overtime", "leave_pay")
    return (col(hours) < 0) & setting.means(kind, *worked)


@rule("full_pay_but_not_relevant")
def _full_pay_but_not_relevant(setting: Setting, relevant: str, full_pay: str) -> Expression:
    return col(full_pay) & ~col(relevant)


@rule("withdrawn_but_appointed")
def _withdrawn_but_appointed(setting: Setting, withdrawn: str, stage: str) -> Expression:
    return col(withdrawn) & setting.means(stage, "appointed")


@rule("stage_short_of_dates", first=1, at_least=2)
def _stage_short_of_dates(setting: Setting, furthest: str, *dates: str) -> Expression:
    def short(date: str) -> Expression:
        place = STAGES.index(date.removesuffix("_on"))
        return setting.means(furthest, *STAGES[:place]) & ~col(date).is_null()

    return reduce(or_, [short(date) for date in dates])


@rule("completed_without_date")
def _completed_without_date(setting: Setting, status: str, completed: str) -> Expression:
    # here the empty cell is the finding
    return setting.means(status, "completed") & col(completed).is_null()


@rule("action_without_due_date")
def _action_without_due_date(setting: Setting, status: str, due: str) -> Expression:
    # here the empty cell is the finding
    return setting.means(status, "not_started", "in_progress", "at_risk") & col(due).is_null()


@rule("percentage_does_not_match")
def _percentage_does_not_match(setting: Setting, percentage: str, n: str, total: str) -> Expression:
    # percentages are printed without decimals often enough: half a point is rounding
    exact = col(n) * 100.0 / when(col(total) > 0).then(col(total))
    return (col(percentage) - exact).abs() > 0.51


# Groups of records


def repeats(by: Iterable[str], *, filled: Iterable[str]) -> GroupCheck:
    """Records that repeat another in some columns; those without a value in `filled` do not."""
    names = tuple(by)
    present = [~col(name).is_null() for name in filled if name in names]
    return GroupCheck(
        by=names,
        broken=col(engine.N) > 1,
        where=engine.all_of(*present, ignore_nulls=False) if present else None,
        records=col(engine.N) - 1,
    )


@rule("repeated_line", grouped=True, first=3)
@rule("repeated_course", grouped=True, first=2)
@rule("repeated_event", grouped=True, first=2)
def _repeated(setting: Setting, *columns: str) -> list[GroupCheck]:
    return [repeats(columns, filled=sorted(setting.required))]


@rule("candidate_applied_twice", grouped=True)
def _applied_twice(setting: Setting, *columns: str) -> list[GroupCheck]:
    # candidates who are not given are not one candidate
    given = engine.all_of(*(~engine.blank(name) for name in columns), ignore_nulls=False)
    return [replace(repeats(columns, filled=()), where=given)]


@rule("repeated_cell", grouped=True)
def _repeated_cell(setting: Setting, counted: str) -> list[GroupCheck]:
    return [repeats((counted, *setting.dimensions), filled=())]


@rule("not_exactly_one_main_post", grouped=True)
def _not_exactly_one_main_post(
    setting: Setting, snapshot: str, person: str, is_main: str
) -> list[GroupCheck]:
    return [
        GroupCheck(
            by=(snapshot, person),
            where=~col(snapshot).is_null() & ~col(person).is_null(),
            aggregates={"main_posts": _number(col(is_main))},
            broken=col("main_posts") != 1,
        )
    ]


@rule("two_panels", grouped=True)
def _two_panels(setting: Setting, vacancy: str, stage: str, role: str) -> list[GroupCheck]:
    chairs = _number(setting.means(role, "chair"))
    return [GroupCheck((vacancy, stage), col("chairs") > 1, {"chairs": chairs})]


@rule("grade_in_two_bands", grouped=True)
def _grade_in_two_bands(setting: Setting, grade: str, band: str) -> list[GroupCheck]:
    text = engine.text(band)
    ends = {"lowest": text.min(), "highest": text.max()}
    return [GroupCheck((grade,), col("lowest") != col("highest"), ends)]


@rule("categories_do_not_add_up", grouped=True, first=2)
def _categories_do_not_add_up(
    setting: Setting, n: str, category: str, *place: str
) -> list[GroupCheck]:
    # a census protects its tables by small changes, so totals differ a little from their parts
    off = (col("total") - col("parts")).abs() * 100 > col("total")
    is_total = setting.means(category, "total")
    return [GroupCheck(place, _comparable() & off, _total_and_parts(n, is_total), None)]


@rule("parts_do_not_add_up", grouped=True)
def _parts_do_not_add_up(setting: Setting, counted: str, n: str) -> list[GroupCheck]:
    return [
        GroupCheck(
            by=(counted, *(name for name in setting.dimensions if name != dimension)),
            broken=_comparable() & (col("total") != col("parts")),
            aggregates=_total_and_parts(n, is_total_row(dimension)),
            columns=(dimension,),
        )
        for dimension in setting.dimensions
    ]


@rule("total_beside_parts", grouped=True)
def _total_beside_parts(setting: Setting, counted: str) -> list[GroupCheck]:
    return [
        GroupCheck(
            by=(counted, *(name for name in setting.dimensions if name != dimension)),
            broken=(col("totals") > 0) & (col("totals") < col(engine.N)),
            aggregates={"totals": _number(is_total_row(dimension))},
            records=col("totals"),
            columns=(dimension,),
        )
        for dimension in setting.dimensions
    ]


@rule("percentages_do_not_add_up", grouped=True)
def _percentages_do_not_add_up(setting: Setting, counted: str, percentage: str) -> list[GroupCheck]:
    if len(setting.dimensions) != 1:  # of several, nobody says which one adds up
        return []
    part = ~is_total_row(setting.dimensions[0])
    aggregates = {
        "percent": when(part).then(col(percentage)).sum(),
        "hidden": _number(col(percentage).is_null()),
    }
    # each may be rounded by half a point
    off = (col("percent") - 100).abs() > col(engine.N) * 0.5
    return [GroupCheck((counted,), (col("hidden") == 0) & off, aggregates)]


@rule("more_at_later_stage", grouped=True)
def _more_at_later_stage(setting: Setting, counted: str, n: str) -> list[GroupCheck]:
    aggregates = {
        stage: when(setting.means(counted, stage)).then(col(n)).sum() for stage in STAGES
    } | {
        f"rows_{stage}": _number(setting.means(counted, stage) & ~col(n).is_null())
        for stage in STAGES
    }
    pairs = [(a, b) for i, a in enumerate(STAGES) for b in STAGES[i + 1 :]]
    return [
        GroupCheck(
            by=setting.dimensions,
            broken=reduce(
                or_,
                [(col(f"rows_{a}") > 0) & (col(b) > col(a)) for a, b in pairs],
            ),
            aggregates=aggregates,
        )
    ]


def is_total_row(dimension: str) -> Expression:
    """Whether a dimension of a counted table says that the row is the sum of others."""
    return engine.text(dimension).str.to_lowercase().is_in(TOTALS).fill_null(False)


def _number(condition: Expression) -> Expression:
    # Not when(...).then(...): plain pandas cannot work that out within groups.
    return condition.fill_null(False).cast(engine.Int64).sum()


def _total_and_parts(n: str, is_total: Expression) -> dict[str, Expression]:
    return {
        "total": when(is_total).then(col(n)).sum(),
        "parts": when(~is_total).then(col(n)).sum(),
        "totals": _number(is_total),
        "part_rows": _number(~is_total),
        "hidden": _number(col(n).is_null()),
    }


def _comparable() -> Expression:
    return (col("totals") == 1) & (col("part_rows") > 0) & (col("hidden") == 0)
