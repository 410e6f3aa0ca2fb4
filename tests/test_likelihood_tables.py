"""Tables of likelihoods: every figure in its column, hidden ones as marks, comparator printed."""

import pytest

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE, reordered
from workforce_analytics.publishing.tables import table, tables


def cells(shown):
    return {row.name: [cell.text for cell in row.cells] for row in shown.rows}


def headings(shown):
    return [column.full for column in shown.columns]


def test_the_main_table_has_rate_ratio_and_distance():
    shown = table(samples.likelihood())
    assert headings(shown) == [
        "Those who applied",
        "Shortlisted",
        "Rate (%): %",
        "Rate (%): likely from",
        "Rate (%): likely to",
        "Relative likelihood (1 = as likely as “White”): ratio",
        "Relative likelihood (1 = as likely as “White”): likely from",
        "Relative likelihood (1 = as likely as “White”): likely to",
        "0.80 to 1.25",
        "Fewer than at the reference's rate",
    ]
    assert cells(shown)[(BLACK,)] == [
        *["1,422", "341", "24.0", "21.8", "26.3"],
        *["0.67", "0.60", "0.74", "Below", "171"],
    ]
    assert cells(shown)[(WHITE,)][5:] == ["[z]"] * 5


def test_the_notes_say_what_is_compared_and_what_the_range_is():
    notes = " ".join(table(samples.likelihood()).notes)
    assert "Compared with: White. The relative likelihood is the group's rate divided by" in notes
    assert "0.80 to 1.25 is a screening range, not a legal test in Great Britain." in notes
    assert "a measure of distance, not a quota or target" in notes
    assert "Only those who declared their ethnic group are in this table." in notes
    turned = table(samples.likelihood_by_standard())
    assert "that of “White” divided by the group's" in " ".join(turned.notes)
    assert "“White” to the group" in turned.columns[5].over


def test_a_printed_ratio_never_contradicts_its_flag():
    for n, flag, text in ((4000, "Within", "0.80"), (3999, "Below", "0.7998")):
        shown = table(samples.likelihood({WHITE: (5000, 10_000), ASIAN: (n, 10_000)}))
        assert [cells(shown)[(ASIAN,)][at] for at in (5, 8)] == [text, flag]


def test_hidden_and_impossible_figures_are_marks():
    few = cells(table(samples.likelihood_few()))[(OTHER,)]
    assert few[0] == "52"
    assert set(few[1:]) == {"[c]"}
    nobody = cells(table(samples.likelihood(samples.ZERO)))
    assert nobody[(MIXED,)][:3] == ["0", "0", "[z]"]
    assert nobody[(OTHER,)][5] == "0.00"
    endless = cells(table(samples.likelihood({WHITE: (0, 400), ASIAN: (80, 400)})))
    assert endless[(ASIAN,)][5:8] == ["[z]", "1.20", "[z]"]


def test_tests_and_further_measures_have_tables_of_their_own():
    shown = tables(samples.likelihood())
    assert [one.caption.rsplit(", ", 1)[-1] for one in shown[1:]] == [
        "further measures",
        "distances and planning",
        "tests",
    ]
    assert cells(shown[1])[(BLACK,)][:3] == ["-12.0", "-14.6", "-9.4"]
    assert cells(shown[3])[(BLACK,)][0] == "under 0.001"
    assert (WHITE,) not in cells(shown[1])


def test_a_split_table_has_a_row_for_each_group_and_part():
    shown = table(samples.likelihood_by_band())
    assert shown.names == ("Ethnic group", "Grade band")
    assert len(shown.rows) == 5 * 4
    assert shown.rows[-1].name == (OTHER, "All applications")


def test_participation_counts_people_events_and_cases():
    main, events, *_ = tables(samples.participation())
    assert "Those" not in main.columns[0].heading
    assert headings(events)[:4] == [
        "People with an event",
        "Events",
        "Cases",
        "Cases open at the end",
    ]


def test_intersections_show_both_rates():
    shown = table(samples.intersections())
    assert shown.columns[5].over == "Drawn towards the rate of all (%)"
    assert len(shown.rows) == len(samples.CROSSED)


@pytest.mark.parametrize("name", samples.EVERY)
def test_every_table_is_whole_and_the_same_for_any_order_of_rows(name):
    made = samples.EVERY[name]()
    shown = tables(made)
    assert shown == tables(reordered(made))
    assert len({one.caption for one in shown}) == len(shown)
    for one in shown:
        assert one.rows
        assert all(len(row.cells) == len(one.columns) for row in one.rows)
        assert all(len(row.name) == len(one.names) for row in one.rows)
        assert len({row.name for row in one.rows}) == len(one.rows)
        texts = {cell.text for row in one.rows for cell in row.cells}
        assert not texts & {"nan", "inf", "None", ""}
        marks = {text for text in texts if text.startswith("[")}
        assert marks <= {mark for mark, _ in one.shorthand}
        for row in one.rows:
            for cell in row.cells:
                if cell.value is not None:
                    assert float(cell.text.replace(",", "")) == cell.value
