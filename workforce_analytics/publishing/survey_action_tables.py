"""Tables from a staff survey to what to act on: change, reliability, drivers, priorities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.layouts import (
    NOT_APPLICABLE,
    At,
    Cell,
    Column,
    Entry,
    Layout,
    chance,
    count,
    layout,
    percent_cell,
    plain,
    plain_cell,
    row_names,
    share,
)
from workforce_analytics.publishing.survey_action_reading import (
    NOT_CAUSE,
    at,
    by_group,
    called,
    difference_entry,
    groups,
    places,
    score_entry,
    timeless,
    topics,
    wave_of,
    what_scores_are,
)
from workforce_analytics.publishing.survey_change_sentences import METHOD, SAME, UNTOLD, verdict
from workforce_analytics.publishing.survey_comments_sentences import (
    MEASURE,
    NOT_OPINION,
    codes,
)
from workforce_analytics.publishing.survey_drivers_sentences import (
    SHARE,
    corner,
    equal_share,
    middle_score,
    outcome_of,
)
from workforce_analytics.publishing.survey_priorities_sentences import (
    PRIORITY,
    actions_of,
    as_percentages,
    hidden,
    planned,
    rank_words,
    ranked,
)
from workforce_analytics.publishing.survey_reliability_sentences import LIMIT, scores_of
from workforce_analytics.publishing.survey_verdicts import delta_of, inherited
from workforce_analytics.publishing.training_verdicts import NOT_EVIDENCE
from workforce_analytics.publishing.wording import lower_first, number, percent, upper_first

_CHANGE = "Change (points)"


# --- change -------------------------------------------------------------------------------------


def change(read: Figures) -> tuple[Layout, ...]:
    """Both scores, the change and the verdict of each row; its parts and tests apart."""
    waves, flat = (wave_of(read, "first"), wave_of(read, "second")), timeless(read)
    rows, names = _rows(flat, "change")
    over = "Score"
    main = [
        score_entry("first", waves[0] or "First", over=over),
        score_entry("second", waves[1] or "Second", over=over),
        difference_entry(flat, "change", _CHANGE, judged=True),
    ]
    more = [
        difference_entry(flat, "as_answered", "As answered (points)"),
        difference_entry(flat, "change_expected", "Change, if chance says who answered twice"),
        difference_entry(flat, "change_within", "Within the same mix (points)"),
        difference_entry(flat, "change_mix", "By another mix (points)"),
    ]
    tests = [
        chance("change", "By itself", over=_BY_CHANCE),
        chance("change", "For all together", field="q_value", over=_BY_CHANCE),
    ]
    notes = _change_notes(flat, rows)
    laid = layout(flat, names, rows, main, notes=notes)
    tested = any(
        figure.p_value is not None or figure.q_value is not None
        for place, figure in flat.rows.items()
        if place.measure == "change"
    )
    return (
        *(_with_verdicts(one, flat, rows) for one in laid),
        *layout(flat, names, rows, more, notes=[_PARTS], about="seen in other ways"),
        *(layout(flat, names, rows, tests, about="tests") if tested else ()),
    )


_BY_CHANCE = "Chance of a change as large if there were none"
_PARTS = (
    "As answered: the second score less the first, whoever answered. In two parts that add up to "
    "it: what it would be if only scores had changed within the same mix of staff, and if only "
    "the mix had changed. If chance says who answered twice: the same change, with the range "
    "for as many people who answered both times as there would be if answering once had nothing "
    "to do with answering again."
)


def _with_verdicts(laid: Layout, read: Figures, rows: Sequence[At]) -> Layout:
    filled = []
    for row, one in zip(laid.rows, rows, strict=True):
        group, topic = _keys(read, one)
        mark = at(read, "change", group, topic).value_mark or NOT_APPLICABLE
        word = verdict(read, group, topic)
        filled.append(replace(row, cells=(*row.cells, Cell(upper_first(word) or mark))))
    columns = (*laid.columns, Column("Verdict", numeric=False))
    return replace(laid, columns=columns, rows=tuple(filled))


def _change_notes(read: Figures, rows: Sequence[At]) -> list[str]:
    scores = [at(read, "second", *_keys(read, one)) for one in rows]
    least = number(delta_of(read, Figure(unit="percentage_points")), 1).removesuffix(".0")
    return [
        METHOD,
        f"A change whose likely range lies within {least} points of 100 either way is “{SAME}”; "
        f"else one whose range excludes no change is “better” or “worse”; else this data "
        f"“{UNTOLD}”{_unless_said(read, NOT_EVIDENCE, ', ')}.",
        *_said(what_scores_are(scores)),
    ]


# --- reliability --------------------------------------------------------------------------------


def reliability(read: Figures) -> tuple[Layout, ...]:
    """Alpha and omega of each score with their ranges, and what to beware of."""
    rows = [At((topic,), topic) for topic in scores_of(read)]
    entries = [
        count("alpha", "People who answered all", part="denominator"),
        _decimals("alpha", "Alpha"),
        _decimals("omega", "Omega"),
    ]
    if any(figure.note for place, figure in read.rows.items() if place.measure == "alpha"):
        beware = Column("To beware of", numeric=False)
        entries.append(Entry("alpha", (beware,), lambda f: (_note_cell(f),)))
    notes = [
        "Alpha (Cronbach) and omega (McDonald) say how far the questions of a score hang together: "
        f"1 if they all went together, 0 if they had nothing in common. {LIMIT} is a rule of "
        f"thumb, not a standard.{_unless_said(read, _ASKED)}"
    ]
    return layout(read, (read.of,), rows, entries, notes=notes)


_ASKED = "Neither figure says that the questions ask what they should."


def _decimals(measure: str, over: str) -> Entry:
    columns = (Column("Figure", over), Column("Likely from", over), Column("Likely to", over))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark or NOT_APPLICABLE
        ends = (figure.value, figure.lower, figure.upper)
        return tuple(plain_cell(Figure(value=end, value_mark=mark), 2) for end in ends)

    return Entry(measure, columns, cells)


def _note_cell(figure: Figure) -> Cell:
    if figure.hidden:
        return Cell(figure.value_mark)
    return Cell(upper_first(figure.note.rstrip(".")) or NOT_APPLICABLE)


# --- drivers ------------------------------------------------------------------------------------


def drivers(read: Figures) -> tuple[Layout, ...]:
    """What goes with engagement, theme by theme: share with its range, score, corner."""
    rows, names = _rows(read, SHARE)
    outcome = lower_first(outcome_of(read))
    over = f"Share of what themes explain of {outcome}"
    entries = [
        share(SHARE, over),
        plain("correlation", "Correlation", 2),
        score_entry("score", "Score of the theme"),
        share("share_of_variance", f"Share of all differences in {outcome}"),
    ]
    if any(inherited(at(read, SHARE, *_keys(read, one))) for one in rows):
        entries.append(Entry(SHARE, (Column("Whose figure", numeric=False),), _whose))
    notes = _driver_notes(read, outcome, rows)
    laid = layout(read, names, rows, entries, notes=notes)
    if not by_group(read):
        laid = tuple(_with_corners(one, read, rows) for one in laid)
    return (*laid, *_explained(read, outcome))


def _whose(figure: Figure) -> tuple[Cell, ...]:
    """Say of whom a share is, where that of a larger group stands in a small one's place."""
    if figure.value is None:
        return (Cell(figure.value_mark),)
    return (Cell(called(figure.compared) if inherited(figure) else "Its own"),)


def _with_corners(laid: Layout, read: Figures, rows: Sequence[At]) -> Layout:
    filled = []
    for row, one in zip(laid.rows, rows, strict=True):
        found = corner(read, one.group)
        reach = "" if found.clear or not found.name else ", its range reaches further"
        mark = read.get(SHARE, one.group).value_mark or NOT_APPLICABLE
        filled.append(replace(row, cells=(*row.cells, Cell(f"{found.name}{reach}" or mark))))
    columns = (*laid.columns, Column("Corner", numeric=False))
    return replace(laid, columns=columns, rows=tuple(filled))


def _driver_notes(read: Figures, outcome: str, rows: Sequence[At]) -> list[str]:
    notes = [
        f"What the themes explain of {outcome} together, shared out among them (Shapley values of "
        f"R-squared; Lindeman, Merenda and Gold)."
        f"{_unless_said(read, NOT_CAUSE)}",
        "Correlation: 1 or -1 if a theme and the other went together exactly, 0 if not at all; "
        "below 0 one is high where the other is low.",
    ]
    middle = None if by_group(read) else middle_score(read)
    scores = [at(read, "score", *_keys(read, one)) for one in rows]
    if middle is not None:
        unit = next(one.unit for one in scores if one.unit)
        said = percent(middle) if unit == "proportion" else number(middle, 1)
        notes.append(
            f"Low and high: below and above the mean score of these themes, {said}. Weak and "
            f"strong: below and above {percent(equal_share(read))}, the share of each if "
            f"{outcome} went with all alike."
        )
    return [*notes, *_said(what_scores_are(scores))]


def _explained(read: Figures, outcome: str) -> tuple[Layout, ...]:
    """How much the themes explain together, group by group or for all."""
    there = sorted(
        (place.group, place.split)
        for place, figure in read.rows.items()
        if place.measure == "r_squared" and not inherited(figure)
    )
    if not there:
        return ()
    order = groups(read, SHARE)
    rows = [
        At((called(group),), group, split, total=group == ALL)
        for group, split in sorted(there, key=lambda one: _order(order, one[0]))
    ]
    heading = f"Share of differences in {outcome} that the themes explain"
    entries = [
        count("r_squared", "People who answered all", part="denominator"),
        share("r_squared", heading),
    ]
    names = (read.of,) if by_group(read) else ("Who answered",)
    return layout(read, names, rows, entries, about="all themes together")


def _order(order: Sequence[str], group: str) -> int:
    return order.index(group) if group in order else len(order)


# --- priorities ---------------------------------------------------------------------------------


def priorities(read: Figures) -> tuple[Layout, ...]:
    """The table to act on: themes by priority, with score, gap, link and actions in the plan.

    It must fit on a page beside the names of groups, so that all ranges but that of the place
    stand apart.
    """
    rows = [At((topic,), topic) for topic in (*ranked(read), *hidden(read))]
    goes_with = f"Goes with {lower_first(outcome_of(read))}"
    place = Column("Place (likely)")
    whom = Column("For whom", _HEAVIEST, numeric=False)
    entries = [
        Entry("rank", (place,), lambda figure: (Cell(rank_words(figure)),)),
        score_entry("score", "Score"),
        Entry("gap", (Column("Points", _HEAVIEST), whom), _gap),
        Entry("driver", (Column(f"{goes_with} (%)"),), lambda f: (percent_cell(f),)),
    ]
    if planned(read):
        entries.append(Entry(PRIORITY, (Column("Actions in the plan", numeric=False),), _actions))
    ranges = [
        _ranged(PRIORITY, "%", "Priority, as a percentage of the highest"),
        _ranged("gap", "Points", _HEAVIEST),
        share("driver", goes_with),
    ]
    notes = [
        "Place (likely): the place in the order, and those that a theme could have as far as "
        "chance goes.",
        _GAPS,
        *_said(what_scores_are([read.get("score", one.group) for one in rows])),
    ]
    scaled = replace(read, rows={**read.rows, **_scaled(read)})
    return (
        *layout(read, (read.of,), rows, entries, notes=notes),
        *layout(scaled, (read.of,), rows, ranges, notes=[_SCALED], about="ranges"),
    )


_HEAVIEST = "Gap that weighs most"
_GAPS = (
    "Gap that weighs most: that of the group that adds most to the priority, by its size and how "
    "far it lies behind. It need not be the largest. In points, against all others who said which "
    "group they are of."
)
_SCALED = (
    "The product itself has no unit that can be read, so each is shown as a percentage of the "
    "highest one that may be shown."
)


def _scaled(read: Figures) -> dict[Place, Figure]:
    return {
        place: as_percentages(read, place.group) for place in read.rows if place.measure == PRIORITY
    }


def _ranged(measure: str, heading: str, over: str) -> Entry:
    """Show a number with both ends of its range."""
    columns = tuple(Column(one, over) for one in (heading, "Likely from", "Likely to"))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark or NOT_APPLICABLE
        ends = (figure.value, figure.lower, figure.upper)
        return tuple(plain_cell(Figure(value=end, value_mark=mark), places(figure)) for end in ends)

    return Entry(measure, columns, cells)


def _gap(figure: Figure) -> tuple[Cell, ...]:
    whom = figure.compared if figure.value is not None else figure.value_mark
    return (plain_cell(figure, places(figure)), Cell(whom or NOT_APPLICABLE))


def _actions(figure: Figure) -> tuple[Cell, ...]:
    """Name the actions; the heading says already that they are in the plan."""
    return (Cell(upper_first(actions_of(figure).replace(" in the plan", ""))),)


# --- what they share ----------------------------------------------------------------------------


def _rows(read: Figures, measure: str) -> tuple[list[At], tuple[str, ...]]:
    """Give the rows of a table, a topic or a topic and a group each, and what they are named by."""
    if not by_group(read):
        return [At((topic,), topic) for topic in topics(read, measure)], (read.of,)
    rows = [
        At((topic, called(group)), group, topic, total=group == ALL)
        for topic in topics(read, measure)
        for group in groups(read, measure)
    ]
    return rows, (read.by, read.of)


def _keys(read: Figures, row: At) -> tuple[str, str]:
    """Give the group and the topic of a row."""
    return (row.group, row.split) if by_group(read) else ("", row.group)


def _unless_said(read: Figures, words: str, before: str = " ") -> str:
    """Add words, unless a caveat of the table says the same anyway."""
    same = words.rstrip(".").removeprefix("which ")
    said = any(same in caveat for caveat in read.about.caveats)
    return "" if said else f"{before}{words}"


def _said(words: str) -> list[str]:
    return [words] if words else []


# --- comments -----------------------------------------------------------------------------------


def comments(read: Figures) -> tuple[Layout, ...]:
    """How many comments have each code, in each group where the table has groups."""
    whole = (ALL,) if any(place.group == ALL for place in read.rows) else ()
    rows = [
        At(
            ("All comments" if code == ALL else code, *([called(group)] if read.by else [])),
            code,
            group,
            total=code == ALL,
        )
        for group in read.splits
        for code in (*codes(read), *whole)
    ]
    names = row_names(read)
    return layout(read, names, rows, [count(MEASURE, "Comments")], notes=[NOT_OPINION])
