"""How far a roll-out came: figures, what is said of them, and what is hidden."""

from datetime import date

import pandas as pd
import pytest

from tests.small_panels import exposed, random_tables, sat, staff, trained, turn, vacancy

DAY = date(2024, 2, 10)


def figures(found) -> pd.Series:
    table = found.coverage().unprotected(reason="test")
    return table.set_index(["measure", "service"])


def crowd(panels: int, people: int, trained_ones: int, **more) -> dict:
    """One service with as many panels of two; people take turns, the first ones are trained."""
    names = [f"p{i}" for i in range(people)]
    seats = [
        sat(f"v{i}", names[(2 * i + j) % people], DAY) for i in range(panels) for j in range(2)
    ]
    return {
        "workforce": [staff(name, "U1") for name in names],
        "vacancies": [vacancy(f"v{i}") for i in range(panels)],
        "panels": seats,
        "training": [trained(name, date(2024, 1, 10)) for name in names[:trained_ones]],
        "rollout": [turn("U1", date(2024, 1, 1), None)],
        **more,
    }


@pytest.mark.parametrize("seed", [31, 32])
def test_figures_are_sums_of_sittings(seed) -> None:
    found = exposed(random_tables(seed), course="Fair panels")
    table = figures(found)
    inside = found.sittings[found.sittings["service"] != ""]
    after = inside["on"] >= inside["service"].map(found.turns["on"])
    before = ~after & inside["on"].notna()
    for service, rows in [("All", inside.index), *inside.groupby("service").groups.items()]:
        here = inside.loc[rows]
        label = service if service == "All" else found.turns.at[service, "label"]
        assert table.loc[("seats", label), "value"] == here["seats"].sum()
        for name, when in (("before", before), ("after", after)):
            row = table.loc[(f"share_trained_{name}", label)]
            assert row["numerator"] == here["trained"][when].sum()
            assert row["denominator"] == here["known"][when].sum()
        row = table.loc[("share_of_visitors", label)]
        assert row["numerator"] == here["visitors"].sum()
        assert row["denominator"] == here["known"].sum()


def test_services_stand_in_the_order_of_the_roll_out_with_their_quarter() -> None:
    turns = [
        turn("A", None, None),
        turn("B", date(2024, 4, 1), None),
        turn("C", date(2023, 7, 1), None),
    ]
    about = exposed({"vacancies": [vacancy("v1", "A")], "rollout": turns}).coverage()
    assert about.about.order["service"] == ("C", "B", "A", "All")
    table = about.unprotected(reason="test").query("measure == 'seats'")
    assert table["period"].tolist() == ["2023/24 Q2", "2024/25 Q1", "", ""]


def test_a_service_without_panels_before_or_after_has_no_share() -> None:
    table = figures(exposed(crowd(4, 4, 2)))
    assert table.loc[("share_trained_before", "U1"), "status"] == "undefined"
    assert table.loc[("share_trained_after", "U1"), "value"] == 0.5


def test_seats_of_few_people_are_hidden_however_many_they_are() -> None:
    # Forty seats of two people: who of them was trained could be read off the share.
    shown = exposed(crowd(20, 2, 1)).coverage().to_frame().set_index(["measure", "service"])
    row = shown.loc[("share_trained_after", "U1")]
    assert row["numerator_mark"] == "[c]"
    assert pd.isna(row["value"])
    # The same number of seats of forty people, half of whom were trained, is shown.
    shown = exposed(crowd(20, 40, 20)).coverage().to_frame().set_index(["measure", "service"])
    row = shown.loc[("share_trained_after", "U1")]
    assert row["value"] == 0.5
    assert row["numerator"] == 20


def test_small_numbers_of_seats_are_not_told_in_words() -> None:
    more = [sat("v0", None, DAY, member_type="councillor"), sat("v0", "q1", DAY)]
    some = crowd(20, 40, 20)
    found = exposed({**some, "panels": [*some["panels"], *more]})
    said = [note for note in found.details if "seats were held" in note]
    assert len(said) == 2
    assert all(note.startswith("Fewer than 10 seats") for note in said)
    assert set(found.notes) | set(found.details) <= set(found.coverage().about.caveats)


def test_what_cannot_be_placed_is_counted() -> None:
    some = crowd(12, 24, 12)
    more = [
        *(sat(f"gone{i}", "p1", DAY) for i in range(12)),
        *(sat("v0", "p2", None, stage="interview") for _ in range(1)),
    ]
    undated = [{"vacancy_id": "w", "unit_id": "U1"}]
    found = exposed(
        {**some, "panels": [*some["panels"], *more], "vacancies": [*some["vacancies"], *undated]}
    )
    said = " ".join(found.details)
    assert "12 rows of panels are of no vacancy" in said
    assert "Fewer than 10 panels have no day of their own" in said
    assert "1 vacancy without any day" in said


def test_panels_are_assumed_and_the_hiring_manager_stands_in() -> None:
    some = crowd(30, 60, 30)
    for row in some["panels"][:20]:
        row["source"] = "assumed"
    for item in some["vacancies"][:2]:
        item["hiring_manager_id"] = "p0"
    found = exposed(some)
    assert "10 panels are assumed from the hiring manager." in found.details
    # The interview panels of two of thirty vacancies: 3 of 100 sittings.
    assert any(
        note.startswith("For 3 % of panels it is not known who sat") for note in found.details
    )
