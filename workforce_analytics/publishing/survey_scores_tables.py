"""Tables of scores of the staff survey, and of where groups differ from the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from workforce_analytics.estimates import ALL
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.layouts import (
    EMPTY,
    Cell,
    Column,
    Layout,
    Row,
    chance_cell,
    people_cell,
    percent_cell,
    plain_cell,
    ratio_cell,
)
from workforce_analytics.publishing.network_gaps_sentences import gap_reference
from workforce_analytics.publishing.survey_gaps_sentences import found_in
from workforce_analytics.publishing.survey_verdicts import (
    HIGHER,
    LOWER,
    NOT_TESTED,
    SAME,
    UNKNOWN,
    compared_groups,
    inherited,
    meaning,
    standing,
    topics,
    whole,
    within,
)
from workforce_analytics.publishing.wording import signed

_POSITIVE = "% positive: positive answers of all valid answers to the questions of a theme."
_OUT_OF = "0 to 100: the mean of scores, where the best answer is 100 and the worst is 0."
_FAMILY = (
    "For all together: allows for the number of comparisons (Benjamini-Hochberg). A small chance "
    "does not say how large a difference is, nor how it came about."
)
_REST = (
    "Compared with everybody else who answered: the group's score less theirs; below 0, the group "
    "scores lower."
)
_CHANCE = "Chance of a difference as large if there were none"
SAID = {
    LOWER: "lower",
    HIGHER: "higher",
    SAME: "no difference that matters",
    UNKNOWN: "cannot tell",
    NOT_TESTED: NOT_TESTED,
}
"""What a table says of a difference."""
Place = tuple[str, str]
_END = ("value", "lower", "upper")


# --- scores ---------------------------------------------------------------------------------------


def scores(read: Figures) -> tuple[Layout, ...]:
    """By group: a row per group and a column per topic; ranges and differences apart.

    Without groups: a row per topic with its range.
    """
    if not read.by:
        return _by_topic(read)
    every = whole(read)
    groups = [*every.declared, *every.undeclared]
    rows = [*groups, *([ALL] if any(place.group == ALL for place in every.rows) else [])]
    return (
        _matrix(every, rows),
        _ranges(every, [(topic, group) for topic in topics(every) for group in rows]),
        *_differences(every, "against_rest", notes=(_REST, _FAMILY)),
        *(
            _matrix(within(read, part), rows, f"within “{part}”")
            for part in read.stages
            if part not in ("", ALL)
        ),
    )


def _matrix(read: Figures, rows: Sequence[str], about: str = "") -> Layout:
    """A row per group and a column per topic."""
    units = {topic: _unit(read, topic) for topic in topics(read)}
    columns = tuple(Column(f"{topic} ({meaning(unit)})") for topic, unit in units.items())
    filled = tuple(
        Row(
            (_name(group),),
            tuple(_score(read.get("score", group, split=topic)) for topic in units),
            group == ALL,
        )
        for group in rows
    )
    return Layout((read.of,), columns, filled, _explained(units.values()), about)


def _by_topic(read: Figures) -> tuple[Layout, ...]:
    found = {topic: read.get("score", topic) for topic in read.declared}
    found = {topic: one for topic, one in found.items() if one.status}
    columns = (Column("Respondents"), Column("Scale", numeric=False), *_ranged("Score"))
    rows = tuple(
        Row((topic,), (people_cell(one, "denominator"), Cell(meaning(one.unit)), *_with_ends(one)))
        for topic, one in found.items()
    )
    notes = _explained([one.unit for one in found.values()])
    return (Layout((read.of,), columns, rows, notes),) if rows else ()


def _ranges(read: Figures, places: Sequence[Place]) -> Layout:
    """Every score with its range; whose it is, where too few answered for one of their own."""
    found = {at: read.get("score", at[1], split=at[0]) for at in places}
    columns = (Column("Respondents"), Column("Scale", numeric=False), *_ranged("Score"))
    stands = any(inherited(one) for one in found.values())
    columns += (Column("Whose figure", numeric=False),) if stands else ()
    rows = []
    for (topic, group), one in found.items():
        cells = (people_cell(one, "denominator"), Cell(meaning(_unit(read, topic))))
        whose = Cell(_name(one.compared) if inherited(one) else "its own")
        cells += (*_with_ends(one), *((whose,) if stands else ()))
        rows.append(Row((topic, _name(group)), cells, group == ALL))
    return Layout((read.by, read.of), columns, tuple(rows), (), "with ranges")


def _name(group: str) -> str:
    return "All staff" if group == ALL else group


def _unit(read: Figures, topic: str) -> str:
    units = {p: f.unit for p, f in read.rows.items() if (p.measure, p.split) == ("score", topic)}
    return next(iter(sorted(units.values())), "proportion")


def _explained(units: Iterable[str]) -> tuple[str, ...]:
    found = set(units)
    notes = [_OUT_OF] if "score_0_100" in found else []
    notes += [_POSITIVE] if "proportion" in found else []
    return (" ".join(notes),) if notes else ()


def _score(figure: Figure) -> Cell:
    if not figure.status:
        return EMPTY
    if inherited(figure):
        return Cell("[u]")
    return percent_cell(figure) if figure.unit == "proportion" else plain_cell(figure, 1)


def _with_ends(figure: Figure) -> tuple[Cell, ...]:
    """A score or a difference with both ends of its range, in its own unit."""
    factor = 100 if figure.unit == "proportion" else 1
    return tuple(_number(figure, end, factor) for end in _END)


def _number(figure: Figure, end: str, factor: int) -> Cell:
    value = getattr(figure, end)
    if value is None:
        return Cell(figure.value_mark) if figure.value is None and figure.status else EMPTY
    shown = factor * value
    return Cell(f"{round_half_up(shown, 1):,.1f}", round_half_up(shown, 1), 1)


def _ranged(over: str) -> tuple[Column, ...]:
    return tuple(Column(words, over) for words in ("Figure", "Likely from", "Likely to"))


# --- differences ----------------------------------------------------------------------------------


def gaps(read: Figures) -> tuple[Layout, ...]:
    """A row per group and a column per topic with what stands out; all differences apart."""
    found, names = found_in(read), topics(read, "gap")
    groups = compared_groups(read, "gap")
    rows = tuple(
        Row((group,), tuple(_stained(read, found, (group, topic)) for topic in names))
        for group in groups
    )
    notes = (
        f"{_than(read)}. Only differences that stand out among all of these are given here.",
        "“No difference that matters” and “cannot tell” are explained among the definitions. Not "
        "tested: too few answered.",
    )
    columns = tuple(Column(topic, numeric=False) for topic in names)
    main = (Layout((read.of,), columns, rows, notes),) if rows and names else ()
    more = [
        *_differences(read, "gap", notes=(f"{_than(read)}.", _FAMILY)),
        *_modelled(read),
    ]
    return (*main, *more)


def _than(read: Figures) -> str:
    return (
        f"Compared with {gap_reference(read)}: the group's score less that score, in points; below "
        "0, the group scores lower"
    )


def _stained(read: Figures, found: dict[Place, str], place: Place) -> Cell:
    """What a table says in a place: lower or higher and by how much, or why nothing is said."""
    figure = read.get("gap", place[0], split=place[1])
    word = found.get(place, "")
    if word in (LOWER, HIGHER):
        return Cell(f"{SAID[word]} ({signed(figure.value or 0.0)})")
    return Cell(SAID[word]) if word else Cell(figure.value_mark or "[x]")


def _differences(read: Figures, measure: str, *, notes: tuple[str, ...]) -> tuple[Layout, ...]:
    """Every difference with its range, what may be said of it, and its test."""
    decided = standing(read, measure)
    groups = compared_groups(read, measure)
    places = [(topic, group) for topic in topics(read, measure) for group in groups]
    columns = (
        *(Column(x, "Difference (points)") for x in ("Points", "Likely from", "Likely to")),
        Column("What may be said", numeric=False),
        Column("By itself", _CHANCE),
        Column("For all together", _CHANCE),
    )
    rows = []
    for topic, group in places:
        one = read.get(measure, group, split=topic)
        if not one.status:
            continue
        said = SAID.get(decided.get((group, topic), ""), one.value_mark or "[z]")
        hidden = one.value_mark if one.hidden else ""
        tests = (chance_cell(one.p_value, hidden), chance_cell(one.q_value, hidden))
        ends = tuple(_apart(one, end) for end in _END)
        rows.append(Row((topic, group), (*ends, Cell(said), *tests)))
    about = "differences and tests"
    return (Layout((read.by, read.of), columns, tuple(rows), notes, about),) if rows else ()


def _apart(figure: Figure, end: str) -> Cell:
    """A difference, or an end of its range; one that was not tested has none."""
    value = getattr(figure, end)
    if value is None:
        return Cell(figure.value_mark) if figure.hidden else EMPTY
    return Cell(signed(value), round_half_up(value, 1), 1)


def _modelled(read: Figures) -> tuple[Layout, ...]:
    """Differences like with like, allowing for chance, and odds ratios, where there are any."""
    kinds: list[tuple[str, str, Callable[[Figure, str], Cell]]] = [
        ("gap_standardised", "Like with like (points)", _apart),
        ("gap_shrunk", "Allowing for small groups (points)", _apart),
        ("odds_ratio_adjusted", "Odds ratio of a better answer, like with like", _ratio),
    ]
    held = [one for one in kinds if read.holds(one[0])]
    if not held:
        return ()
    columns = tuple(
        Column(words, over)
        for _, over, _ in held
        for words in ("Figure", "Likely from", "Likely to")
    )
    rows = []
    for topic in topics(read, "gap"):
        for group in compared_groups(read, "gap"):
            cells = [
                cell(read.get(measure, group, split=topic), end)
                for measure, _, cell in held
                for end in _END
            ]
            rows.append(Row((topic, group), tuple(cells)))
    notes = (
        "Allowing for small groups: differences drawn together, the more so the fewer answered."
        if read.holds("gap_shrunk")
        else "",
    )
    named = (read.by, read.of)
    kept = tuple(one for one in notes if one)
    return (Layout(named, columns, tuple(rows), kept, "like with like"),)


def _ratio(figure: Figure, end: str) -> Cell:
    value = getattr(figure, end)
    if value is None:
        return Cell(figure.value_mark) if figure.hidden else EMPTY
    return ratio_cell(value, figure.value_mark)
