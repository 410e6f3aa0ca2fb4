"""The funnel of recruitment, against fractions by hand and against counting one by one."""

import math
import random
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import recruitment_slow as slow
from tests import small_applications as small
from workforce_analytics.disclosure.attack import intervals
from workforce_analytics.errors import UsageError

WEST_LANCASHIRE = {
    "ethnicity": {"BME": (43, 10, 2), "White": (920, 389, 117), "Unknown": (7, 4, 0)}
}
SOURCE = "West Lancashire Borough Council, equality monitoring of recruitment 2019/20"
CUTS = [small.STAGES, ("applied", "shortlisted", "appointed"), ("applied", "offered")]
OTHERS = "All other ethnic groups combined"


def test_a_published_funnel_has_the_fractions_of_its_counts() -> None:
    extract = slow.published(WEST_LANCASHIRE, published=SOURCE)
    table = wa.recruitment.funnel(extract, of="ethnicity", level="binary", reference="White")
    frame = slow.exact(table)
    expected = {
        OTHERS: (43, 10, 2),
        "White": (920, 389, 117),
        "Undeclared": (7, 4, 0),
        "All": (970, 403, 119),
    }
    for group, (applied, listed, appointed) in expected.items():
        for stage, n in (("Applied", applied), ("Shortlisted", listed), ("Appointed", appointed)):
            row = slow.figure(frame, "applications", ethnicity=group, stage=stage)
            assert row["numerator"] == row["value"] == n
        for measure, part, whole in (
            ("rate_from_applied", appointed, applied),
            ("rate_from_previous", appointed, listed),
        ):
            row = slow.figure(frame, measure, ethnicity=group, stage="Appointed")
            assert row["value"] == float(Fraction(part, whole))
            assert (row["lower"], row["upper"]) == pytest.approx(slow.wilson(part, whole))
    ratio = slow.figure(frame, "relative_likelihood", ethnicity=OTHERS, stage="Shortlisted")
    assert ratio["value"] == pytest.approx(float(Fraction(10, 43) / Fraction(389, 920)))
    assert (ratio["lower"], ratio["upper"]) == pytest.approx(
        slow.log_interval(10, 43, 389, 920)[1:]
    )
    assert ratio["orientation"].startswith("above 1: being shortlisted is more likely for “All")
    assert table.about.published == table.about.source == SOURCE


def test_what_a_published_table_does_not_hold_is_not_printed_as_nothing() -> None:
    table = wa.recruitment.funnel(slow.published(WEST_LANCASHIRE), of="ethnicity", level="binary")
    frame = slow.exact(table)
    assert set(frame["stage"]) == {"Applied", "Shortlisted", "Appointed"}
    assert "candidates" not in set(frame["measure"])
    assert table.about.base == "applications, as they were counted"
    assert any(
        "nothing on applications that were withdrawn" in said for said in table.about.caveats
    )


@settings(derandomize=True, deadline=None, max_examples=8)
@given(
    n=st.integers(1, 70),
    seed=st.integers(0, 10_000),
    withdrawn=st.sampled_from(["apart", "in"]),
    stages=st.sampled_from(CUTS),
)
def test_every_row_agrees_with_counting_one_by_one(n, seed, withdrawn, stages) -> None:
    records = small.rows(n, random.Random(seed))
    once = small.kept(records)
    table = wa.recruitment.funnel(
        slow.applications(records), of="sex", by="grade_band", stages=stages, withdrawn=withdrawn
    )
    bands = {"Lower": "lower", "Middle": "middle", "Senior": "senior", "Not known": "not_known"}
    undeclared = {"not_known", "blank", "prefer_not_to_say", "not_asked"}
    seen = set()
    for row in slow.exact(table).to_dict("records"):
        label, band, stage = row["sex"], row["grade_band"], row["stage"]
        codes = {"Female": {"female"}, "Male": {"male"}, "Undeclared": undeclared}.get(label)

        def inside(record, codes=codes, band=band):
            return (codes is None or small.SEX[record["sex"]] in codes) and (
                band == "All" or small.grade_band(record) == bands[band]
            )

        chosen = [record for record in once if inside(record)]
        seen.add(row["measure"])
        if stage in ("Withdrawn", "Stage not known"):
            known = stage == "Withdrawn"
            expected = sum(
                (slow.place(r) >= 0 and bool(r["withdrawn"])) if known else slow.place(r) < 0
                for r in chosen
            )
            assert row["value"] == expected
            continue
        code = stage.lower()
        if row["measure"] == "applications":
            assert row["value"] == sum(slow.reached(r, code) for r in chosen)
        elif row["measure"] == "candidates":
            assert row["value"] == len({r["candidate_id"] for r in chosen if slow.reached(r, code)})
        else:
            before = stages[stages.index(code) - 1]
            among = stages[0] if row["measure"] == "rate_from_applied" else before
            a, pool = slow.passed_of(chosen, among, code, withdrawn)
            assert (row["numerator"], row["denominator"]) == (a, pool)
            if pool:
                assert row["value"] == pytest.approx(a / pool)
            else:
                assert (row["status"], math.isnan(row["value"])) == ("undefined", True)
    assert {"applications", "candidates", "rate_from_applied", "rate_from_previous"} <= seen


@settings(derandomize=True, deadline=None, max_examples=3)
@given(seed=st.integers(0, 10_000), shuffled=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_other_words_for_the_same_change_a_byte(
    seed, shuffled
) -> None:
    records = small.rows(40, random.Random(seed))
    first = wa.recruitment.funnel(slow.applications(records), of="sex", by="year")
    other = [
        {**row, "sex": {"Female": "F", "M": "Male"}.get(row["sex"], row["sex"])} for row in records
    ]
    shuffled.shuffle(other)
    second = wa.recruitment.funnel(slow.applications(other), of="sex", by="year")
    pd.testing.assert_frame_equal(slow.exact(first), slow.exact(second))


def test_dates_of_stages_say_the_same_as_the_stage_reached() -> None:
    records = [row for row in small.rows(60, random.Random(4)) if slow.place(row) >= 0]
    dated = []
    for row in small.kept(records):
        days = {
            f"{stage}_on": f"2025-0{number + 2}-01" if slow.reached(row, stage) else None
            for number, stage in enumerate(small.STAGES[1:])
        }
        dated.append({k: v for k, v in row.items() if k != "furthest_stage"} | days)
    wanted = slow.exact(wa.recruitment.funnel(slow.applications(records), of="sex"))
    found = slow.exact(wa.recruitment.funnel(slow.applications(dated), of="sex"))
    pd.testing.assert_frame_equal(found, wanted)


def test_a_group_without_applications_is_undefined() -> None:
    records = slow.drawn(30, 5, sex=["F"])
    frame = slow.exact(wa.recruitment.funnel(slow.applications(records), of="sex"))
    men = frame[(frame["sex"] == "Male") & frame["measure"].str.startswith("rate")]
    assert len(men) == 8
    assert set(men["status"]) == {"undefined"}
    assert set(men["note"]) == {"nobody is in this base"}
    assert men["value"].isna().all()


def test_the_sample_has_the_rates_that_were_planted(council) -> None:
    truth = council_truth()
    frame = slow.exact(
        wa.recruitment.funnel(council.applications, of="ethnicity", level="binary", withdrawn="in")
    )
    for outcome in ("shortlisted", "appointed"):
        row = slow.figure(frame, "rate_from_applied", ethnicity=OTHERS, stage=outcome.capitalize())
        known = truth[f"rate/{outcome}/minority_ethnic_against_white"]
        assert abs(row["value"] - known["mean"]) < 3 * known["deviation"]


def council_truth():
    import json

    return json.loads(wa.sample_data("truth.json").read_text())["expected"]["recruitment"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"of": 3}, "of= takes one name"),
        ({"by": ["year"]}, "by= takes one name"),
        ({"by": "sex"}, "of= and by= are both 'sex'"),
        ({"where": "year"}, "where= takes names and categories"),
        ({"confidence": None}, "confidence= takes a number between 0 and 1"),
        ({"confidence": 95}, "confidence= takes a number between 0 and 1"),
        ({"stages": 3}, "stages= takes two or more"),
        ({"stages": "applied"}, "stages= takes two or more"),
        ({"stages": ("appointed", "applied")}, "in this order"),
        ({"withdrawn": "out"}, "Allowed: apart, in"),
        ({"withdrawn": ["in"]}, "Allowed: apart, in"),
        ({"reference": "rest"}, "held against one group"),
        ({"reference": "highest"}, "held against one group"),
        ({"reference": "Women"}, "reference='Women' is not a group of Sex. Allowed: largest"),
    ],
)
def test_wrong_arguments_are_refused_in_a_sentence(options, words) -> None:
    extract = slow.applications(small.rows(10, random.Random(1)))
    with pytest.raises(UsageError, match=words):
        wa.recruitment.funnel(extract, **{"of": "sex", **options})
    with pytest.raises(UsageError, match=r"council\.applications"):
        wa.recruitment.funnel(slow.exact, of="sex")  # type: ignore[arg-type]


def test_few_people_with_many_applications_are_hidden() -> None:
    """Six women applied three times each: eighteen applications, and fewer than ten people."""
    records = _many_each()
    table = wa.recruitment.funnel(slow.applications(records), of="sex")
    people = slow.figure(table, "candidates", sex="Female", stage="Applied")
    assert (people["value"], _shown(table, "applications", "Female", "Applied")) == (6, False)
    assert not _shown(table, "candidates", "Female", "Applied")
    frame = table.protect().to_frame()
    # Without the women nothing else may give them away: no count of men beside that of all.
    applied = frame[(frame["measure"] == "applications") & (frame["stage"] == "Applied")]
    assert applied["value"].isna().sum() >= 2


@pytest.mark.parametrize("by", [None, "year"])
def test_likelihoods_hide_the_same_few_people(by) -> None:
    table = wa.recruitment.likelihood(
        slow.applications(_many_each()), of="sex", outcome="shortlisted", by=by
    )
    frame = table.protect().to_frame()
    women = frame[(frame["sex"] == "Female")]
    assert women[["numerator", "denominator", "value"]].isna().all().all()


def test_a_base_of_few_people_is_hidden_though_many_applied() -> None:
    """Twelve women applied; seven withdrew, and the other five applied three times each."""
    gone = [_application(k, f"w{k}", "F", "applied", withdrawn=True) for k in range(7)]
    stayed = [
        _application(100 + 3 * k + v, f"s{k}", "F", "applied", vacancy=f"v{v + 1}")
        for k in range(5)
        for v in range(3)
    ]
    men = [_application(300 + k, f"m{k}", "M", ["applied", "Hired"][k % 2]) for k in range(60)]
    extract = slow.applications(gone + stayed + men)
    for table in (
        wa.recruitment.funnel(extract, of="sex"),
        wa.recruitment.likelihood(extract, of="sex"),
        wa.recruitment.undeclared(extract, of="sex"),
        wa.recruitment.adjusted(extract, of="sex", factors=[]),
        wa.recruitment.likelihood(extract, of="sex", strata="year"),
    ):
        frame = table.protect().to_frame()
        bases = frame[(frame["sex"] == "Female") & frame["denominator_mark"].isin(["", "[c]"])]
        known = [n for n in bases["denominator"] if not np.isnan(n)]
        assert 15 not in known, table.about.kind


def test_nothing_hidden_can_be_worked_out_from_the_rest() -> None:
    """Whoever knows every printed count narrows no hidden one of few people down."""
    extract = slow.applications(slow.drawn(500, 3, sex=["F", *"MMMMMM", None]))
    for table in (
        wa.recruitment.funnel(extract, of="sex", by="year", stages=CUTS[2]),
        wa.recruitment.likelihood(extract, of="sex", by="year", outcome="shortlisted"),
    ):
        frame, cells = table.protect().to_frame(), table.cells
        veil = np.ones(len(cells.members), dtype=bool)
        for column, places in (("numerator", cells.numerator), ("denominator", cells.denominator)):
            printed = frame[column].notna().to_numpy() & (places >= 0)
            veil[places[printed]] = False
        small_ones = (cells.values >= 1) & (cells.values < 10)
        for cell, people in cells.heads.items():
            small_ones[cell] |= 1 <= people < 10
        printed_somewhere = set(cells.numerator) | set(cells.denominator)
        asked = [cell for cell in np.flatnonzero(small_ones) if cell in printed_somewhere]
        assert asked
        assert veil[asked].all()
        assert not veil.all()
        low, high = intervals(cells.base, cells.members, veil.tolist(), least=0)
        assert all(high[cell] - low[cell] >= 9 for cell in asked)


def _application(number, candidate, sex, stage, *, withdrawn=False, vacancy="v1"):
    return {
        "application_id": f"a{number:04}",
        "vacancy_id": vacancy,
        "candidate_id": candidate,
        "applied_on": "2023-12-31",
        "furthest_stage": stage,
        "withdrawn": withdrawn,
        "sex": sex,
        "age": 30,
    }


def _many_each():
    women = [
        _application(3 * k + v, f"w{k}", "F", ["applied", "Shortlist"][k % 2], vacancy=f"v{v + 1}")
        for k in range(6)
        for v in range(3)
    ]
    men = [_application(100 + k, f"m{k}", "M", ["applied", "Shortlist"][k % 2]) for k in range(80)]
    return women + men


def _shown(table, measure, sex, stage) -> bool:
    frame = table.protect().to_frame()
    row = frame[(frame["measure"] == measure) & (frame["sex"] == sex) & (frame["stage"] == stage)]
    return bool(row["value"].notna().all())


def test_candidates_are_not_told_where_a_few_less_reached_another_stage() -> None:
    # Of the women 60 were shortlisted by two vacancies each, of whom 55 were interviewed once.
    rows, number = [], 0
    for k in range(100):
        for vacancy in ("v1", "v2"):
            far = "applied" if k >= 60 else "Shortlist"
            if k < 55 and vacancy == "v1":
                far = "interviewed"
            rows.append(_application(number, f"w{k}", "F", far, vacancy=vacancy))
            number += 1
    for k in range(300):
        far = "interviewed" if k < 100 else "Shortlist" if k < 150 else "applied"
        rows.append(_application(number, f"m{k}", "M", far))
        number += 1
    table = wa.recruitment.funnel(small.extract(small.in_memory(rows)), of="sex")
    exact = slow.exact(table)
    known = [
        slow.figure(exact, "candidates", sex="Female", stage=stage)["value"]
        for stage in ("Shortlisted", "Interviewed")
    ]
    assert known == [60, 55]
    assert _shown(table, "candidates", "Female", "Shortlisted")
    assert not _shown(table, "candidates", "Female", "Interviewed")
    assert _shown(table, "applications", "Female", "Interviewed")
    assert _shown(table, "candidates", "Male", "Interviewed")
