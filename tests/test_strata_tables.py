"""Tables of strata, adjustment, undeclared answers and services."""

from dataclasses import replace

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, BLACK, OTHER
from workforce_analytics.publishing.tables import table, tables


def cells(shown):
    return {row.name: [cell.text for cell in row.cells] for row in shown.rows}


def test_both_comparisons_stand_beside_each_other():
    shown = table(samples.stratified(reversal=(BLACK,)))
    assert [over for over, _ in shown.spans][:2] == ["All together", "Like with like"]
    assert cells(shown)[(BLACK,)][6:] == ["Yes", "341", "470.6", "129.6"]
    assert cells(shown)[(ASIAN,)][6] == "No"
    assert any("within each grade band" in note for note in shown.notes)


def test_strata_have_a_table_of_their_own_where_they_may_be_named():
    assert tables(samples.stratified())[-1].caption.endswith("each grade band")
    assert len(tables(samples.stratified(by=False))) == 2


def test_gaps_stand_before_and_after():
    shown = table(samples.adjusted(samples.ZERO))
    assert cells(shown)[(OTHER,)][3:] == ["[z]"] * 3
    assert any("does not say that what was adjusted for is fair" in note for note in shown.notes)


def test_undeclared_answers_have_their_own_row_and_three_treatments():
    shown = table(samples.undeclared())
    assert cells(shown)[("Undeclared",)][4:] == ["[z]"] * 3
    assert cells(shown)[(ASIAN,)][4:] == ["23.8", "38.2", "28.0"]
    assert cells(tables(samples.undeclared())[1])[("Undeclared",)][0] == "0.98"


def test_services_are_named_by_number_and_those_of_nobody_left_out():
    made = samples.variation()
    frame = made.to_frame()
    nobody = frame["service"] == "Service 11"
    frame.loc[nobody, ["value", "lower", "upper"]] = float("nan")
    frame.loc[nobody, "value_mark"] = "[z]"
    shown = table(replace(made, _frame=frame))
    assert [row.name for row in shown.rows] == [(f"Service {place}",) for place in range(1, 11)]
    assert any("nobody of the group applied is left out" in note for note in shown.notes)
    several = table(samples.variation(groups=(ASIAN, BLACK)))
    assert several.names == ("Service", "Ethnic group")
    assert any("no ranking" in note for note in shown.notes)
