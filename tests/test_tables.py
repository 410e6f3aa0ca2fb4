"""Tables: rows and columns as read, hidden figures as their marks, marks explained."""

from dataclasses import replace

import pytest

from tests import protected_samples as samples
from tests.protected_samples import ASIAN, OTHER, STAFF, WHITE
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.tables import as_text, table


def rows(shown):
    return {row.name: [cell.text for cell in row.cells] for row in shown.rows}


def test_shares_stand_on_both_bases_and_missing_answers_apart():
    shown = table(samples.shares())
    assert [column.full for column in shown.columns] == [
        "Staff",
        "% of all staff",
        "% of those who declared",
        "Likely between (%): from",
        "Likely between (%): to",
    ]
    assert rows(shown)[(ASIAN,)] == ["702", "12.0", "13.7", "12.8", "14.7"]
    assert rows(shown)[("Prefer not to say",)] == ["212", "3.6", "[z]", "[z]", "[z]"]
    assert rows(shown)[("All who declared",)][:3] == ["5,123", "87.3", "100.0"]
    assert rows(shown)[("All staff",)][:2] == ["5,871", "100.0"]
    assert [row.name[0] for row in shown.rows[:5]] == list(samples.GROUPS)
    assert [row.name[0] for row in shown.rows if row.total] == ["All who declared", "All staff"]


def test_a_split_table_has_people_and_a_percentage_per_part():
    shown = table(samples.shares_by_band())
    assert shown.spans == tuple((band, 2) for band in [*samples.BANDS[:-1], "All staff"])
    assert rows(shown)[(ASIAN,)][-4:] == ["[c]", "[c]", "702", "13.7"]
    assert rows(shown)[("Declaration rate",)][-1] == "87.3"
    assert dict(shown.shorthand)["[c]"].startswith("confidential")


def test_a_table_of_those_who_declared_has_nobody_else():
    every = table(samples.shares_by_band())
    alone = table(samples.of_those_who_declared(samples.shares_by_band()))
    assert alone.columns == every.columns
    assert alone.rows == every.rows[: len(samples.GROUPS) + 1]
    assert alone.rows[-1].name == ("All who declared",)
    assert alone.rows[-1].cells[0].text == f"{sum(samples.BY_BAND['Grades 1 to 4'][:5]):,}"
    assert alone.notes[0] == "Percentages are of staff who declared their ethnic group."


def test_a_hidden_base_is_a_mark_where_only_those_who_declared_are_in_the_table():
    made = samples.of_those_who_declared(samples.shares_by_band())
    frame = made.to_frame()
    senior = frame["grade_band"] == "Senior leadership"
    frame.loc[senior, ["numerator", "denominator", "value", "lower", "upper"]] = float("nan")
    frame.loc[senior, ["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    shown = table(replace(made, _frame=frame))
    assert rows(shown)[("All who declared",)][6:] == ["[c]", "100.0", "5,123", "100.0"]


def test_shares_of_those_who_declared_keep_their_ranges():
    every = rows(table(samples.shares()))
    alone = table(samples.of_those_who_declared(samples.shares()))
    assert [column.full for column in alone.columns] == [
        "Staff",
        "% of those who declared",
        "Likely between (%): from",
        "Likely between (%): to",
    ]
    for group in samples.GROUPS:
        people, _, *rest = every[(group,)]
        assert rows(alone)[(group,)] == [people, *rest]
    assert rows(alone)[("All who declared",)] == ["5,123", "100.0", "[z]", "[z]"]
    assert len(alone.rows) == len(samples.GROUPS) + 1


def test_periods_are_columns():
    shown = table(samples.over_time())
    assert shown.spans[0] == ("31 March 2021", 2)
    assert rows(shown)[(WHITE,)][-2:] == ["3,890", "75.9"]


def test_against_the_community():
    shown = table(samples.against_community())
    assert rows(shown)[(ASIAN,)] == [
        "702",
        "13.7",
        "12.8",
        "14.7",
        "18.5",
        "-4.8",
        "0.74",
        "246",
        "302",
    ]
    assert shown.caption.endswith("compared with the community")
    assert shown.notes[0] == (
        "Percentages are of the 5,123 staff who declared their ethnic group, out of 5,871 "
        "counted. Left out, not declared: prefer not to say 212, not known 460, not asked 0, "
        "blank 76."
    )
    assert "Community: Coventry, residents aged 16 to 64, Census 2021." in shown.notes
    assert "People to parity are a measure of distance, not a quota or target." in shown.notes


def test_a_hidden_group_keeps_the_share_of_the_community_alone():
    shown = table(samples.against_community({**STAFF, OTHER: 4}))
    marks = ["[c]"] * 4
    assert rows(shown)[(OTHER,)] == [*marks, "3.6", *marks]
    assert [cell.value for cell in shown.rows[-1].cells if cell.value is not None] == [3.6]


def test_a_mark_in_a_note_is_explained_too():
    shown = table(samples.against_community({**STAFF, "Blank": 3}))
    assert "blank [c]" in shown.notes[0]
    assert [mark for mark, _ in shown.shorthand] == ["[c]"]


def test_the_table_says_who_was_counted_and_how_it_was_recorded():
    shown = table(samples.by_sex())
    assert (
        "Who was counted: 6,214 rows became 5,871 people: 297 casual, 46 school left out."
        in shown.notes
    )
    assert "Sex is recorded as: gender in payroll." in shown.notes


def test_numbers_are_rounded_half_up_and_equal_to_their_text():
    counts = dict.fromkeys(samples.UNDECLARED, 0)
    shown = table(samples.shares({WHITE: 7771, ASIAN: 229, **counts}))
    cell = shown.rows[0].cells[2]
    assert (cell.text, cell.value) == ("2.9", 2.9)
    for made in (samples.shares_by_band, samples.against_community, samples.over_time):
        for row in table(made()).rows:
            for cell in row.cells:
                if cell.value is not None:
                    assert float(cell.text.replace(",", "")) == cell.value


def test_nobody_has_no_share():
    shown = table(samples.shares(dict.fromkeys(STAFF, 0)))
    assert rows(shown)[(WHITE,)] == ["0", "[z]", "[z]", "[z]", "[z]"]


def test_the_order_of_rows_does_not_matter():
    made = samples.over_time()
    assert table(samples.reordered(made)) == table(made)


def test_a_terminal_shows_the_same_table_in_columns():
    lines = as_text(table(samples.shares_by_band())).splitlines()
    assert lines[0] == "Ethnic group of the workforce, by grade band, 31 March 2025"
    asian = next(line for line in lines if line.startswith(ASIAN))
    assert asian.split()[-4:] == ["[c]", "[c]", "702", "13.7"]
    assert "[c] confidential: hidden so that nobody can be identified" in lines
    figures = [line for line in lines if line.endswith((" 13.7", " 6.6", " 75.9"))]
    assert len({len(line) for line in figures}) == 1


def test_a_terminal_shows_how_people_are_protected_and_who_may_see_it():
    public = samples.shares_by_band()
    assert as_text(table(public)).splitlines()[-1] == public.policy.words
    managers = as_text(table(samples.for_audience(public, "management"))).splitlines()
    assert managers[-1] == public.policy.words
    assert managers[-2].startswith("Not for sharing: these figures are for management")
    exact = as_text(table(samples.for_audience(public, "analyst"))).splitlines()
    assert exact[-1] == "Exact figures: not for sharing."
    assert public.policy.words not in exact


def test_a_table_in_less_detail_says_so_in_its_notes():
    words = "Shown in two groups: in more detail, more would have had to be hidden."
    assert table(samples.in_less_detail(samples.shares(), words)).notes[-1] == words


def test_an_unknown_kind_is_refused():
    with pytest.raises(UsageError, match="no table for figures of the kind 'unheard'"):
        table(samples.renamed(samples.shares(), kind="unheard"))
