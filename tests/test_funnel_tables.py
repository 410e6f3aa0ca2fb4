"""Tables of stages and routes."""

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, OTHER
from workforce_analytics.publishing.tables import table, tables


def cells(shown):
    return {row.name: [cell.text for cell in row.cells] for row in shown.rows}


def test_each_stage_has_a_number_and_a_percentage():
    shown = table(samples.funnel())
    assert [over for over, _ in shown.spans] == list(samples.STAGES)
    assert cells(shown)[(ASIAN,)] == [
        *["1,840", "512", "27.8", "371", "20.2"],
        *["104", "5.7", "92", "5.0"],
    ]
    assert [row.name[0] for row in shown.rows][-3:] == [*samples.MISSING, "All applications"]
    assert shown.rows[-1].total
    assert "Applications, not people" in shown.notes[0]


def test_further_tables_hold_ranges_ratios_and_candidates():
    shown = tables(samples.funnel())
    assert [one.caption.rsplit(", ", 1)[-1] for one in shown[1:3]] == [
        "rates from applying",
        "rates from the stage before",
    ]
    assert shown[3].caption.endswith("compared with “White”")
    assert "Compared with: White" in shown[3].notes[0]
    assert shown[4].spans == (("Candidates", 5), ("Applications", 1))
    assert len(tables(samples.funnel(reference=""))) == 4


def test_hidden_stages_are_marks():
    assert cells(table(samples.funnel(samples.FEW)))[(OTHER,)] == [
        *["52", "14", "26.9", "11", "21.2"],
        *["[c]"] * 4,
    ]


def test_a_funnel_by_grade_band_names_both():
    shown = table(samples.funnel_by_band())
    assert shown.names == ("Ethnic group", "Grade band")
    assert shown.rows[-1].name == ("All applications", "All applications")


def test_routes_stand_under_each_other_without_those_that_nobody_took():
    nobody = dict.fromkeys(samples.FUNNEL, (0,) * 5)
    shown = table(samples.routes({**samples.ROUTES, "Redeployment": nobody}))
    assert {row.name[1] for row in shown.rows} == {"Standard", "Community event"}
    assert shown.columns[0].heading == "Applicants"
    compared = tables(samples.routes())[-1]
    assert {row.name[1] for row in compared.rows} == {"Community event"}
