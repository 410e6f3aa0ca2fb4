"""Tables of staff networks: every kind laid out, people told from memberships, marks explained."""

import math
import re
from dataclasses import replace

import pytest

from tests import network_figures as samples
from tests.drawings import FORBIDDEN, must_be_well_laid
from tests.protected_samples import reordered
from workforce_analytics.publishing import open_data
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.page import exhibit, exhibit_heading
from workforce_analytics.publishing.tables import as_text, table, tables


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def laid(request):
    made = request.param()
    return made, tables(made)


def column(shown, full):
    """The texts of a column, by both of its headings."""
    names = [one.full for one in shown.columns]
    return [row.cells[names.index(full)].text for row in shown.rows]


def named(shown):
    return [row.name for row in shown.rows]


def about(made, words):
    """The table whose caption ends in these words."""
    return next(one for one in tables(made) if one.caption.endswith(words))


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_tables_of_one_width_whose_marks_are_explained(laid):
    made, shown = laid
    must_be_well_laid(made, shown)
    assert all(len(set(named(one))) == len(one.rows) for one in shown)


def test_words_of_the_house(laid):
    _, shown = laid
    said = " ".join(as_text(one) for one in shown)
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    assert not re.search(r"spell\b|cluster|\bnan\b|suppress", said)


def test_the_order_of_rows_does_not_matter(laid):
    made, shown = laid
    assert tables(reordered(made)) == shown


def test_no_number_stands_where_everything_is_hidden(laid):
    made, _ = laid
    frame = made.to_frame()
    numbers = ["numerator", "denominator", "value", "lower", "upper", "p_value", "q_value"]
    frame[numbers] = math.nan
    frame[["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    # A note that is left by mistake must not tell the band of a hidden reach.
    frame["status"] = "suppressed"
    for one in tables(replace(made, _frame=frame)):
        cells = [cell for row in one.rows for cell in row.cells]
        assert {cell.text for cell in cells} <= {"[c]", "[z]"}
        assert all(cell.value is None for cell in cells)


def test_every_figure_stands_in_some_table(laid):
    made, shown = laid
    texts = {cell.text for one in shown for row in one.rows for cell in row.cells}
    frame = made.to_frame()
    counts = frame[frame["measure"].isin(["members", "joiners", "leavers", "memberships"])]
    # A group of nobody has no row.
    for value in counts.loc[counts["value"] > 0, "value"]:
        assert f"{value:,.0f}" in texts


def test_measures_units_and_words_are_explained(laid):
    made, _ = laid
    assert set(made.to_frame()["measure"]) <= set(MEASURES)
    terms = definitions([made.about.kind])
    assert len({term for term, _ in terms}) == len(terms)
    notes = open_data.metadata(made, address="a.csv")["notes"]
    told = {one["body"].partition(":")[0] for one in notes if one["type"] == "unit"}
    assert told == set(made.to_frame()["unit"])
    described = open_data.metadata(made, address="a.csv")["tableSchema"]["columns"]
    meaning = next(one["dc:description"] for one in described if one["name"] == "numerator")
    assert "to whom it happened" not in meaning


def test_a_page_can_be_made_of_it(laid):
    made, _ = laid
    shown = exhibit(made)
    assert shown.table == table(made)
    assert shown.chart is not None
    assert "networks" in shown.heading


def test_headings_tell_kinds_apart():
    made = (samples.participation(), samples.reach(), samples.support())
    assert [exhibit_heading(one) for one in made] == [
        "Members of staff networks over time",
        "Members of staff networks by grade band",
        "Support for staff networks",
    ]


# --- over time ----------------------------------------------------------------------------------


def test_the_first_table_is_of_the_latest_period_with_people_and_memberships_last():
    shown = table(samples.participation())
    names = [name for (name,) in named(shown)]
    assert names == [*samples.NETWORKS, "Any network", "Memberships"]
    assert [row.total for row in shown.rows][-3:] == [False, True, True]
    assert column(shown, "Members")[-2:] == ["640", "841"]
    assert column(shown, "Change")[0] == "+15"
    assert column(shown, "Joined")[0] == "32"
    assert column(shown, "Percentage of staff: %")[-2:] == ["11.6", "[z]"]
    assert column(shown, "Band")[-3:] == ["Under 10%", "10% to under 20%", "[z]"]
    assert shown.notes[0] == "Members at the end of 2024/25; joined and left during it."


def test_memberships_are_the_sum_of_networks_and_people_are_fewer():
    shown = table(samples.participation())
    members = [int(text.replace(",", "")) for text in column(shown, "Members")]
    assert sum(members[:-2]) == members[-1] > members[-2]


def test_months_stand_in_the_order_of_time():
    over = about(samples.by_month(), "over time")
    months = [when for name, when in named(over) if name == "Race"]
    assert months[0] == "April 2023"
    assert months[8:10] == ["December 2023", "January 2024"]
    assert months[-1] == "September 2024"
    assert "September 2024" in table(samples.by_month()).notes[0]


def test_flows_that_the_table_does_not_have_are_not_applicable():
    over = about(samples.by_month(), "over time")
    joined = dict(zip(named(over), column(over, "Joined"), strict=True))
    assert joined["Race", "April 2023"] == "[z]"
    assert joined["Race", "September 2024"].isdigit()


def test_one_period_has_no_table_over_time():
    captions = [one.caption for one in tables(samples.EVERY["participation of one year"]())]
    assert not any(caption.endswith("over time") for caption in captions)


def test_those_that_networks_are_for_stand_apart_where_it_is_known():
    shown = about(samples.participation(), "those that networks are for")
    eligible = dict(zip(named(shown), column(shown, "Of those it is for: %"), strict=True))
    assert eligible["Race",] == "19.7"
    assert eligible["Carers",] == "[z]"


def test_from_counts_alone_there_are_memberships_and_no_people():
    shown = table(samples.from_counts())
    assert [name for (name,) in named(shown)] == [*samples.NETWORKS, "Memberships"]
    assert not any("staff" in one.full for one in shown.columns)
    assert not any("Any network" in note for note in shown.notes)
    with_staff = table(samples.from_counts(staff=samples.STAFF))
    assert column(with_staff, "Percentage of staff: %")[-1] == "[z]"


@pytest.mark.parametrize(
    ("share", "written"), [(0.09997, "9.997"), (0.1, "10.0"), (0.0994, "9.9"), (0.39999, "39.999")]
)
def test_a_reach_is_never_written_as_the_edge_of_a_band_that_it_does_not_reach(share, written):
    made = samples.participation()
    frame = made.to_frame()
    whole = (frame["measure"] == "reach") & (frame["network"] == "All")
    frame.loc[whole, ["value", "note"]] = [share, samples.band(share)]
    shown = table(replace(made, _frame=frame))
    assert column(shown, "Percentage of staff: %")[-2] == written
    assert column(shown, "Band")[-2].lower() == samples.band(share)
    edge = next((e for e in (10, 20, 40) if f"under {e}%" in samples.band(share)), 101)
    assert float(written) < edge


# --- by group -----------------------------------------------------------------------------------


def test_reach_has_a_row_per_group_those_missing_after_them_and_all_staff_last():
    shown = table(samples.reach())
    assert [name for (name,) in named(shown)] == [*samples.BANDS, "Not known", "All staff"]
    assert column(shown, "Members") == ["182", "300", "140", "[c]", "24", "654"]
    assert column(shown, "Staff") == ["2,900", "1,800", "640", "60", "90", "5,490"]
    assert column(shown, "Percentage of staff: likely from")[0] == "5.4"


def test_a_group_of_nobody_has_no_row():
    shown = table(samples.EVERY["reach with a group of nobody"]())
    assert named(shown) == named(table(samples.reach()))


def test_reach_of_each_network_and_of_earlier_dates_stands_apart():
    made = samples.EVERY["reach over time"]()
    each = about(made, "each network")
    assert {network for _, network in named(each)} == {"Carers", "Race", "Women"}
    over = about(made, "over time")
    assert [when for _, when in named(over)][:2] == ["31 March 2024", "31 March 2025"]
    # The first table is of the latest date.
    assert column(table(made), "Members") == column(over, "Members")[1::2]


# --- support ------------------------------------------------------------------------------------


def test_support_stands_beside_its_plan_in_its_unit():
    shown = table(samples.support())
    assert [name for (name,) in named(shown)] == [*samples.NETWORKS, "All networks"]
    over = "Protected time (hours a month)"
    assert column(shown, f"{over}: given") == ["8", "6.5", "0", "10", "8", "4", "36.5"]
    assert column(shown, f"{over}: planned") == ["8"] * 6 + ["48"]
    assert column(shown, "Budget (£): given")[-1] == "7,800"


def test_all_networks_stand_by_kind_of_support():
    shown = about(samples.support(), "all networks")
    assert [name for (name,) in named(shown)][1] == "Protected time (hours a month)"
    assert column(shown, "Given, of what was planned: %") == ["50.0", "76.0", "75.0", "65.0"]
    assert column(shown, "Networks that had any") == ["3", "5", "5", "5"]
    assert column(shown, "Networks") == ["6"] * 4


def test_earlier_years_of_support_stand_apart():
    made = samples.EVERY["support over years"]()
    shown = about(made, "each year")
    assert shown.names == ("Staff network", "Support", "Year")
    assert ("Race", "Budget (£)", "2023/24") in named(shown)
    assert column(table(made), "Budget (£): given") == column(
        table(samples.support()), "Budget (£): given"
    )


def test_without_a_plan_nothing_is_said_of_one():
    for shown in tables(samples.EVERY["support without a plan"]()):
        assert not any("lanned" in one.full for one in shown.columns)


def test_figures_are_read_once_for_all_tables():
    # What tables, words and charts say rests on the same figures.
    made = samples.participation()
    assert figures(made) == figures(reordered(made))
