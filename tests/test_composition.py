"""Composition: published figures, slow arithmetic, planted effects, and what must never differ."""

import json
import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import small_council
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.measures.composition import people_to_parity

# Leeds City Council, Open Diversity Data, October 2021: employees by ethnic group.
LEEDS_STAFF = {
    "Asian": 799,
    "Black": 706,
    "Mixed": 275,
    "White": 10_894,
    "Other ethnic group": 114,
    "Prefer not to say": 31,
    "Undisclosed": 1_288,
}
# Census 2021, table TS021, Leeds (E08000035), Office for National Statistics, OGL v3.0.
LEEDS_RESIDENTS = {
    "asian": 78_503,
    "black": 45_376,
    "mixed": 27_388,
    "white": 641_801,
    "other": 18_885,
}


def _published(values: dict[str, int], of: str):
    table = pd.DataFrame({of: list(values), "n": list(values.values())})
    return wa.read(
        "counts",
        table,
        mapping=None,
        dimensions=[of],
        counted="staff",
        published="Leeds City Council, Open Diversity Data, October 2021",
    )


def _community(values: dict[str, int], of: str, area: str = "E08000035"):
    rows = [
        {
            "area_code": area,
            "area_name": "Leeds",
            "characteristic": of,
            "category": category,
            "age_band": "all",
            "economic_activity": "all",
            "base": "all_usual_residents",
            "n": n,
            "source": "Census 2021, table TS021",
            "census_date": "2021-03-21",
        }
        for category, n in values.items()
    ]
    return wa.read("community", pd.DataFrame(rows))


def _rows(estimates, measure: str) -> dict[str, pd.Series]:
    table = estimates.unprotected(reason="a test compares exact figures")
    of = estimates.about.groups[0]
    return {row[of]: row for _, row in table[table["measure"] == measure].iterrows()}


def test_leeds_from_its_published_counts() -> None:
    found = wa.composition.against_community(
        _published(LEEDS_STAFF, "ethnicity"),
        _community(LEEDS_RESIDENTS, "ethnicity"),
        of="ethnicity",
    )
    index = _rows(found, "representation_index")
    short = _rows(found, "people_to_parity_replacement")
    hires = _rows(found, "people_to_parity_hires")
    known = 799 + 706 + 275 + 10_894 + 114
    residents = sum(LEEDS_RESIDENTS.values())
    for label, row in index.items():
        code = codelist("ethnicity").match(label)
        b = Fraction(LEEDS_RESIDENTS[code], residents)
        n = int(row["numerator"])
        assert row["denominator"] == known
        assert row["value"] == pytest.approx(float(Fraction(n, known) / b), abs=1e-12)
        assert short[label]["value"] == max(0, math.ceil(known * b - n))
        assert hires[label]["value"] == max(0, math.ceil((known * b - n) / (1 - b)))
    undeclared = _rows(found, "share_of_all")
    assert {name: int(row["numerator"]) for name, row in undeclared.items()} == {
        "Prefer not to say": 31,
        "Not known": 1_288,
    }
    assert found.about.source.startswith("Leeds City Council")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 5000), st.fractions(0, Fraction(99, 100)))
def test_people_to_parity_is_the_smallest_number_that_reaches_it(n, more, b) -> None:
    total = n + more
    replaced = people_to_parity(n, total, float(b), by="replacement")
    hired = people_to_parity(n, total, float(b), by="hires")
    near = Fraction(1, 10**5)
    assert Fraction(n + replaced, total) >= b - near
    assert Fraction(n + hired, total + hired) >= b - near
    if replaced:
        assert Fraction(n + replaced - 1, total) < b + near
    if hired:
        assert Fraction(n + hired - 1, total + hired - 1) < b + near


def test_at_parity_nobody_is_missing() -> None:
    assert people_to_parity(30, 100, 0.3, by="replacement") == 0
    assert people_to_parity(31, 100, 0.3, by="hires") == 0
    # 0.1 * 3 is more than 0.3 in floating point; that is not a person.
    assert people_to_parity(3, 30, 0.1, by="replacement") == 0


def test_both_bases_and_the_undeclared() -> None:
    extract = small_council.extract(small_council.rows(500))
    found = wa.composition.shares(extract, of="ethnicity")
    of_all, of_known = _rows(found, "share_of_all"), _rows(found, "share_of_known")
    assert sum(row["value"] for row in of_all.values()) == pytest.approx(1)
    assert sum(row["value"] for row in of_known.values()) == pytest.approx(1)
    assert "Prefer not to say" in of_all
    assert "Prefer not to say" not in of_known
    rate = _rows(found, "declaration_rate")["All"]
    assert rate["numerator"] == next(iter(of_known.values()))["denominator"]
    assert set(found.unprotected(reason="test")["inference"]) == {"process"}


def test_shares_by_grade_band_have_a_row_of_the_whole() -> None:
    extract = small_council.extract(small_council.rows(500))
    table = wa.composition.shares(extract, of="sex", by="grade_band").unprotected(reason="test")
    assert list(dict.fromkeys(table["grade_band"])) == ["All", "Lower", "Middle", "Senior"]
    part = table[(table["measure"] == "share_of_all") & (table["sex"] == "Female")]
    by_band = part.set_index("grade_band")["numerator"]
    assert by_band["All"] == by_band[["Lower", "Middle", "Senior"]].sum()


@pytest.mark.parametrize("by", [None, "grade_band"])
def test_those_who_declared_alone_have_the_same_shares(by) -> None:
    """Only what is printed is a cell: nobody who did not declare is in one, nor in a total."""
    extract = small_council.extract(small_council.rows(500))
    every = wa.composition.shares(extract, of="ethnicity", by=by)
    alone = wa.composition.shares(extract, of="ethnicity", by=by, answers="declared")
    exact = every.unprotected(reason="test")
    known = exact[exact["measure"] == "share_of_known"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.unprotected(reason="test"), known)
    cells = alone.cells
    declared = {item.code for item in codelist("ethnicity").categories() if item.kind == "declared"}
    place = cells.dimensions.index("ethnicity")
    assert len(cells.numerator) == len(known)
    assert {n for cell in cells.members for n in cell} == {
        n for n, key in enumerate(cells.keys) if key[place] in declared
    }
    used = {*cells.numerator.tolist(), *cells.denominator.tolist()}
    assert used == set(range(len(cells.members)))
    assert len(cells.members) < len(every.cells.members)
    # The rest is there to be protected from: whoever did not declare is part of other tables.
    assert cells.base.sum() == every.cells.base.sum()


def test_a_table_of_those_who_declared_says_so_and_where_the_rate_is() -> None:
    few = small_council.rows(200).assign(ethnicity="Refused")
    few.loc[few["person_id"].isin([f"p{n}" for n in range(60)]), "ethnicity"] = "W1"
    extract = small_council.extract(few)
    every = wa.composition.shares(extract, of="ethnicity", by="grade_band").about
    alone = wa.composition.shares(
        extract, of="ethnicity", by="grade_band", answers="declared"
    ).about
    assert any("Fewer than 60 %" in caveat for caveat in every.caveats)
    assert alone.definition == "People in the group divided by those who have declared."
    # Not that few declared in a band: that tells of those who did not.
    assert alone.caveats == (
        "Only those who declared are in this table. The declaration rate is in the table of "
        "everybody; where it is low, these shares may not describe the rest.",
    )


def test_posts_and_full_time_equivalents_can_be_of_those_who_declared() -> None:
    extract = small_council.extract(small_council.rows(500))
    for counted in ("posts", "fte"):
        table = wa.composition.shares(
            extract, of="sex", by="grade_band", counted=counted, answers="declared"
        ).unprotected(reason="test")
        assert set(table["measure"]) == {"share_of_known"}
        for _, part in table.groupby("grade_band"):
            assert part["numerator"].sum() == pytest.approx(part["denominator"].iloc[0])


def test_a_band_without_people_is_undefined_not_parity() -> None:
    rows = small_council.rows(60).assign(grade="G1")
    table = wa.composition.shares(
        small_council.extract(rows), of="sex", by="grade_band"
    ).unprotected(reason="test")
    senior = table[table["grade_band"] == "Senior"]
    assert set(senior["status"]) == {"undefined"}
    assert senior["value"].isna().all()


def test_the_order_of_rows_changes_nothing() -> None:
    rows = small_council.rows(300)
    one = wa.composition.shares(small_council.extract(rows), of="ethnicity", by="grade_band")
    other = wa.composition.shares(
        small_council.extract(rows.sample(frac=1, random_state=3)), of="ethnicity", by="grade_band"
    )
    pd.testing.assert_frame_equal(one.unprotected(reason="test"), other.unprotected(reason="test"))
    assert one.to_csv() == other.to_csv()


def test_scaling_the_counts_leaves_the_shares() -> None:
    small = _published(LEEDS_STAFF, "ethnicity")
    large = _published({name: 7 * n for name, n in LEEDS_STAFF.items()}, "ethnicity")
    one = _rows(wa.composition.shares(small, of="ethnicity"), "share_of_known")
    other = _rows(wa.composition.shares(large, of="ethnicity"), "share_of_known")
    for label, row in one.items():
        assert row["value"] == pytest.approx(other[label]["value"])
        assert other[label]["upper"] - other[label]["lower"] < row["upper"] - row["lower"]


def _two_dates(recorded: tuple[str, str]):
    parts = []
    for year, said in zip(("2024", "2025"), recorded, strict=True):
        rows = small_council.rows(80, seed=int(year), dates=(f"{year}-03-31",))
        from workforce_analytics.extracts.mapping import Mapping

        mapping = Mapping.model_validate(
            {"columns": {"sex": {"to": "sex", "recorded_as": said}}, "values": {}}
        )
        parts.append((rows, mapping))
    tables, mappings = zip(*parts, strict=True)
    return wa.read("workforce", list(tables), mapping=list(mappings))


def test_a_trend_across_a_changed_definition_is_refused() -> None:
    same = _two_dates(("sex in payroll", "sex in payroll"))
    wa.composition.over_time(same, of="sex")
    changed = _two_dates(("sex in payroll", "gender in payroll"))
    with pytest.raises(UsageError, match=r"There is a break at 31 March 2025.*allow_break"):
        wa.composition.over_time(changed, of="sex")
    shown = wa.composition.over_time(changed, of="sex", allow_break=True)
    table = shown.unprotected(reason="test")
    assert table.loc[table["period"] == "2025-03-31", "note"].str.startswith("[b]").all()
    assert not table.loc[table["period"] == "2024-03-31", "note"].str.startswith("[b]").any()
    assert set(table.loc[table["measure"] == "change_per_year", "status"]) == {"undefined"}


def test_a_trend_across_a_changed_benchmark_is_refused() -> None:
    rows = small_council.rows(80, dates=("2024-03-31", "2025-03-31"))
    extract = small_council.extract(rows)
    one = _community(LEEDS_RESIDENTS, "ethnicity")
    other = _community(LEEDS_RESIDENTS, "ethnicity", area="E08000026")
    wa.composition.over_time(extract, one, of="ethnicity")
    with pytest.raises(UsageError, match="the comparison was"):
        wa.composition.over_time(extract, {"2024-03-31": one, "2025-03-31": other}, of="ethnicity")


def test_one_snapshot_is_no_trend() -> None:
    extract = small_council.extract(small_council.rows(40))
    with pytest.raises(UsageError, match="A trend needs two snapshots"):
        wa.composition.over_time(extract, of="sex")


def _expected(prefix: str) -> dict[str, dict[str, float]]:
    path = wa.sample_data("truth.json")
    expected = json.loads(path.read_text(encoding="utf-8"))["expected"]["workforce"]
    return {
        name.removeprefix(prefix): figure
        for name, figure in expected.items()
        if name.startswith(prefix)
    }


def test_the_planted_shares_by_grade_band_are_found(council) -> None:
    """What the generator gives on average, to within four deviations of one council."""
    found = wa.composition.shares(
        council.workforce, of="ethnicity", by="grade_band", level="binary"
    ).unprotected(reason="test")
    part = found[
        (found["measure"] == "share_of_known") & ~found["ethnicity"].isin(["White", "All"])
    ].set_index("grade_band")["value"]
    truth = _expected("minority_ethnic_share_of_known_by_band/2025/")
    assert len(truth) == 6
    for band, figure in truth.items():
        assert part[band] == pytest.approx(figure["mean"], abs=4 * figure["deviation"]), band
    # The effect itself: the share falls from the lowest band to the highest.
    assert part["Grades 1 to 4"] > part["Grades 8 to 10"] > part["Chief officers"]


def test_the_planted_growth_over_time_is_found(council) -> None:
    found = wa.composition.over_time(council.workforce, of="ethnicity", level="binary")
    table = found.unprotected(reason="test")
    part = table[(table["measure"] == "share_of_known") & (table["ethnicity"] != "White")]
    truth = _expected("minority_ethnic_share_of_known/")
    assert len(part) == len(truth) == 5
    for _, row in part.iterrows():
        figure = truth[row["period"][:4]]
        assert row["value"] == pytest.approx(figure["mean"], abs=4 * figure["deviation"])
    change = table[(table["measure"] == "change_per_year") & (table["ethnicity"] != "White")]
    planted = 100 * (truth["2025"]["mean"] - truth["2021"]["mean"]) / 4
    assert change["value"].iloc[0] == pytest.approx(planted, abs=0.4)
    assert change["lower"].iloc[0] > 0


def test_planted_declaration_rates_are_found(council) -> None:
    for of in ("ethnicity", "disability", "religion", "sexual_orientation"):
        truth = _expected(f"declaration_rate/{of}/")
        table = wa.composition.over_time(council.workforce, of=of).unprotected(reason="test")
        part = table[table["measure"] == "declaration_rate"]
        assert len(part) == 5
        for _, row in part.iterrows():
            figure = truth[row["period"][:4]]
            assert row["value"] == pytest.approx(figure["mean"], abs=4 * figure["deviation"])


def test_wrong_arguments_are_refused_in_words() -> None:
    extract = small_council.extract(small_council.rows(60))
    community = _community(LEEDS_RESIDENTS, "ethnicity")
    shares, against = wa.composition.shares, wa.composition.against_community
    for wrong in (
        lambda: shares(extract, of="sex", by="sex"),
        lambda: shares(extract, of=["sex"]),
        lambda: shares(extract, of="sex", where=["female"]),
        lambda: shares(extract, of="sex", where={"ethnicity": []}),
        lambda: shares(extract, of="sex", confidence="0.95"),
        lambda: shares("staff.csv", of="sex"),
        lambda: shares(extract, of="sex", level="finest"),
        lambda: shares(extract, of="shoe_size"),
        lambda: shares(extract, of="sex", answers="known"),
        lambda: shares(extract, of="sex", answers=["declared"]),
        lambda: shares(extract, of="sex", answers=None),
        lambda: against(community, extract, of="ethnicity"),
        lambda: against(extract, None, of="ethnicity"),
        lambda: against(extract, community, of="ethnicity", areas="everywhere"),
    ):
        with pytest.raises(UsageError) as caught:
            wrong()
        assert len(str(caught.value)) > 20


def test_snapshots_are_never_added_up_by_default() -> None:
    rows = small_council.rows(60, dates=("2024-03-31", "2025-03-31"))
    with pytest.raises(UsageError, match="every snapshot"):
        wa.composition.shares(small_council.extract(rows), of="sex", as_at=None)


def test_a_subset_is_named_in_the_title() -> None:
    extract = small_council.extract(small_council.rows(60))
    found = wa.composition.shares(extract, of="sex", where={"ethnicity": "white"})
    assert "Ethnic group: White" in found.about.title
