"""Relative likelihoods, against published figures, fractions by hand and slow counts."""

import json
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
from workforce_analytics.errors import UsageError

SOURCE = "West Lancashire Borough Council, equality monitoring of recruitment 2019/20"
ETHNICITY = {"ethnicity": {"BME": (43, 10, 2), "White": (920, 389, 117), "Unknown": (7, 4, 0)}}
RELIGION = {
    "religion": {
        "Christian": (474, 202, 67),
        "Muslim": (9, 2, 0),
        "Hindu": (5, 0, 0),
        "Buddhist": (3, 1, 0),
        "Jewish": (0, 0, 0),
        "Sikh": (3, 1, 0),
        "Not declared": (36, 14, 3),
        "No religion": (429, 176, 48),
        "Other": (11, 7, 1),
    }
}
OTHERS = "All other ethnic groups combined"
likelihood = wa.recruitment.likelihood


def test_a_published_council_by_hand() -> None:
    extract = slow.published(ETHNICITY, published=SOURCE)
    table = likelihood(extract, of="ethnicity", level="binary", outcome="shortlisted")
    frame = slow.exact(table)
    ratio = Fraction(10, 43) / Fraction(389, 920)
    row = slow.figure(frame, "relative_likelihood")
    assert (row["ethnicity"], row["compared"], row["reference"]) == (OTHERS, OTHERS, "White")
    assert row["value"] == pytest.approx(float(ratio), rel=1e-14)
    assert (row["lower"], row["upper"]) == pytest.approx(slow.log_interval(10, 43, 389, 920)[1:])
    assert row["q_value"] == row["p_value"]
    by_hand = {
        "difference": 100 * (Fraction(10, 43) - Fraction(389, 920)),
        "odds_ratio": Fraction(10 * 531, 33 * 389),
        "relative_likelihood_of_failure": Fraction(33, 43) / Fraction(531, 920),
        "shortfall_to_reference": 43 * Fraction(389, 920) - 10,
        "shortfall_to_pooled": 43 * Fraction(399, 963) - 10,
        "screening": Fraction(-1),
    }
    for measure, value in by_hand.items():
        assert slow.figure(frame, measure)["value"] == pytest.approx(float(value)), measure
    # With k selections exchanged, (10 + k) / 43 must be four fifths of (389 - k) / 920.
    flip = next(k for k in range(50) if 5 * (10 + k) * 920 >= 4 * (389 - k) * 43)
    assert slow.figure(frame, "one_person_flip")["value"] == flip
    assert table.about.published == SOURCE


def test_a_group_without_applicants_is_undefined_and_never_at_parity() -> None:
    extract = slow.published(RELIGION, published=SOURCE)
    frame = slow.exact(likelihood(extract, of="religion", outcome="appointed"))
    jewish = frame[frame["religion"] == "Jewish"]
    assert len(jewish) == 15
    assert set(jewish["status"]) == {"undefined"}
    assert set(jewish["note"]) == {"nobody is in this base"}
    assert jewish[["value", "lower", "upper", "p_value", "q_value"]].isna().all().all()
    assert set(frame["reference"]) == {"", "Christian"}
    assert "Not declared" not in set(frame["religion"])
    rate = slow.figure(frame, "rate", religion="Christian")
    assert (rate["value"], rate["status"]) == (67 / 474, "reference")
    nobody = slow.figure(frame, "relative_likelihood", religion="Muslim")
    assert (nobody["value"], nobody["lower"], nobody["status"]) == (0, 0, "ok")
    assert 1 < nobody["upper"] < math.inf
    none = slow.figure(frame, "relative_likelihood", religion="No religion")
    assert none["value"] == pytest.approx(float(Fraction(48, 429) / Fraction(67, 474)))


def test_the_worked_example_of_morris() -> None:
    known = slow.ORACLES["morris"]
    extract = slow.counted("sex", {"Female": known["group"], "Male": known["reference"]})
    frame = slow.exact(likelihood(extract, of="sex", reference="Male"))
    ratio = slow.figure(frame, "relative_likelihood")
    assert ratio["value"] == pytest.approx(known["risk_ratio"], abs=1e-6)
    assert [ratio["lower"], ratio["upper"]] == pytest.approx(known["risk_ratio_limits"], abs=1e-6)
    for measure, column, value in (
        ("z_test", "value", known["z"]),
        ("z_test", "p_value", known["p"]),
        ("fisher_test", "p_value", known["fisher_p"]),
        ("mid_p_test", "p_value", known["mid_p"]),
        ("relative_likelihood", "p_value", known["mid_p"]),
        ("phi", "value", known["phi"]),
        ("shortfall_to_reference", "value", known["shortfall_to_reference"]),
        ("shortfall_to_pooled", "value", known["shortfall_to_pooled"]),
    ):
        assert slow.figure(frame, measure)[column] == pytest.approx(value, abs=2e-6), measure


def test_four_fifths_of_the_highest_rate_is_within() -> None:
    groups = {row[0]: (row[1], 100) for row in slow.ORACLES["eeoc"]["rows"]}
    below = {row[0] for row in slow.ORACLES["eeoc"]["rows"] if row[3]}
    codes = dict(zip(groups, ("Christian", "Hindu", "Muslim", "Jewish"), strict=True))
    extract = slow.counted("religion", {codes[name]: n for name, n in groups.items()})
    table = likelihood(extract, of="religion", standard="impact_ratio")
    frame = slow.exact(table)
    flags = frame[frame["measure"] == "screening"].set_index("religion")["value"].dropna()
    assert {name for name in groups if flags.get(codes[name]) == -1} == below
    assert set(flags) == {-1, 0}
    assert set(frame["reference"]) == {"", codes["White"]}
    hispanic = slow.figure(frame, "relative_likelihood", religion=codes["Hispanic"])
    assert hispanic["value"] == pytest.approx(0.8, rel=1e-15)
    assert slow.figure(frame, "smallest_ratio_test", religion="Hindu")["p_value"] < 1
    assert any("below 1 by chance alone" in said for said in table.about.caveats)


GROUPS = ("female", "male")


@settings(derandomize=True, deadline=None, max_examples=8)
@given(
    n=st.integers(1, 80),
    seed=st.integers(0, 10_000),
    reference=st.sampled_from(["largest", "rest", "total", "highest", "Male", "f"]),
    stages=st.sampled_from([("applied", "shortlisted"), ("shortlisted", "appointed")]),
    withdrawn=st.sampled_from(["apart", "in"]),
)
def test_every_reference_agrees_with_counting_one_by_one(
    n, seed, reference, stages, withdrawn
) -> None:
    if reference == "f":
        reference = "female"
    records = small.rows(n, random.Random(seed))
    table = likelihood(
        slow.applications(records),
        of="sex",
        among=stages[0],
        outcome=stages[1],
        by="year",
        reference=reference,
        withdrawn=withdrawn,
    )
    frame, once = slow.exact(table), small.kept(records)
    sizes_of_all = _sizes(once, stages, withdrawn, "All")
    for part in set(frame["year"]):
        sizes = _sizes(once, stages, withdrawn, part)
        for sex, other in (GROUPS, GROUPS[::-1]):
            label = slow.SEXES[sex]
            rate = slow.figure(frame, "rate", sex=label, year=part)
            assert (rate["numerator"], rate["denominator"]) == sizes[sex]
            expected = {
                "rest": sizes[other],
                "total": tuple(map(sum, zip(*sizes.values(), strict=True))),
            }.get(reference, sizes[other])
            held = {
                "largest": max(GROUPS, key=lambda one: sizes_of_all[one][1]),
                "male": "male",
                "female": "female",
            }.get(reference.casefold())
            if reference == "highest":
                rates = [Fraction(*sizes[one]) if sizes[one][1] else -1 for one in GROUPS]
                held = GROUPS[rates.index(max(rates))] if max(rates) > 0 else GROUPS[0]
            there = (frame["sex"] == label) & (frame["year"] == part)
            assert (held == sex) != ("relative_likelihood" in set(frame[there]["measure"]))
            if held == sex:
                continue
            row = slow.figure(frame, "relative_likelihood", sex=label, year=part)
            (a, m), (b, k) = sizes[sex], expected
            if not m or not k or a + b in (0, m + k):
                assert row["status"] == "undefined"
                assert math.isnan(row["value"])
            elif not b:
                assert row["value"] == math.inf
            else:
                assert row["value"] == pytest.approx((a / m) / (b / k))
                gap = slow.figure(frame, "difference", sex=label, year=part)
                assert gap["value"] == pytest.approx(100 * (a / m - b / k))


def _sizes(records, stages, withdrawn, part):
    def wanted(sex):
        return lambda row: (
            small.SEX[row["sex"]] == sex
            and (part == "All" or small.year(row) == part or part == "Not known" == _label(row))
        )

    return {sex: slow.passed_of(records, *stages, withdrawn, wanted(sex)) for sex in GROUPS}


def _label(row):
    return {"not_known": "Not known"}.get(small.year(row), small.year(row))


def test_parts_are_held_against_the_group_that_is_largest_in_all() -> None:
    women = slow.drawn(60, 1, sex=["F"], applied_on=["2023-12-31"])
    men = slow.drawn(30, 2, sex=["M"], applied_on=["2024-07-02"])
    few = slow.drawn(12, 3, sex=["F"], applied_on=["2024-07-02"])
    records = [
        {**row, "application_id": f"b{n}", "candidate_id": f"d{n}"}
        for n, row in enumerate([*women, *men, *few])
    ]
    table = likelihood(slow.applications(records), of="sex", by="year")
    frame = slow.exact(table)
    assert table.about.reference == "Female"
    assert set(frame["reference"]) == {"", "Female"}


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=2))
def test_exchanging_the_groups_turns_every_comparison_round(sizes) -> None:
    (a, failed), (b, others) = sizes
    groups = {"Female": (a, a + failed), "Male": (b, b + others)}
    extract = slow.counted("sex", groups)
    one = slow.exact(likelihood(extract, of="sex", reference="Male"))
    two = slow.exact(likelihood(extract, of="sex", reference="Female"))
    for measure in ("relative_likelihood", "odds_ratio", "relative_likelihood_of_failure"):
        first, second = slow.figure(one, measure), slow.figure(two, measure)
        if math.isnan(first["value"]):
            assert math.isnan(second["value"])
        elif 0 < first["value"] < math.inf:
            assert first["value"] * second["value"] == pytest.approx(1)
            assert first["lower"] * second["upper"] == pytest.approx(1, rel=1e-6)
        else:
            assert {first["value"], second["value"]} == {0, math.inf}
    for measure in ("difference", "z_test", "phi", "cohens_h"):
        first, second = slow.figure(one, measure)["value"], slow.figure(two, measure)["value"]
        assert first == pytest.approx(-second, nan_ok=True)
    for measure in ("fisher_test", "mid_p_test"):
        first, second = slow.figure(one, measure)["p_value"], slow.figure(two, measure)["p_value"]
        assert first == pytest.approx(second, nan_ok=True)


def test_ten_times_as_many_have_the_same_ratios_and_narrower_intervals() -> None:
    few = slow.counted("sex", {"Female": (8, 40), "Male": (15, 45)})
    many = slow.counted("sex", {"Female": (80, 400), "Male": (150, 450)})
    one, ten = (slow.exact(likelihood(extract, of="sex")) for extract in (few, many))
    for measure in ("relative_likelihood", "odds_ratio", "difference"):
        first, second = slow.figure(one, measure), slow.figure(ten, measure)
        assert first["value"] == pytest.approx(second["value"])
        assert first["lower"] < second["lower"] < second["upper"] < first["upper"]
    ratios = [np.log(slow.figure(frame, "relative_likelihood")["upper"]) for frame in (one, ten)]
    middle = np.log(slow.figure(one, "relative_likelihood")["value"])
    assert (ratios[0] - middle) / (ratios[1] - middle) == pytest.approx(math.sqrt(10))


@pytest.mark.parametrize(
    ("name", "of", "groups", "top"),
    [
        ("wres_2", "ethnicity", ("White", OTHERS), "White"),
        ("sc_wres_2", "ethnicity", ("White", OTHERS), OTHERS),
        ("wdes_2", "disability", ("Not disabled", "Disabled"), "Not disabled"),
    ],
)
def test_a_standard_says_what_stands_on_top_on_every_row(council, name, of, groups, top) -> None:
    table = likelihood(council.applications, of=of, standard=name)
    frame = slow.exact(table)
    compared = frame[frame["measure"] != "rate"]
    bottom = next(group for group in groups if group != top)
    assert set(compared["compared"]) == {top}
    assert set(compared["reference"]) == {bottom}
    assert set(compared[of]) == {groups[1]}
    assert set(compared["orientation"]) == {
        f"above 1: being appointed is more likely for “{top}” than for “{bottom}”"
    }
    own, other = (slow.figure(frame, "rate", **{of: group})["value"] for group in (top, bottom))
    row = slow.figure(frame, "relative_likelihood")
    assert row["value"] == pytest.approx(own / other)
    assert slow.figure(frame, "difference")["value"] == pytest.approx(100 * (own - other))
    assert np.sign(slow.figure(frame, "z_test")["value"]) == np.sign(own - other)


def test_health_and_care_are_the_inverse_of_one_another() -> None:
    extract = slow.published(ETHNICITY)
    health, care = (
        slow.exact(likelihood(extract, of="ethnicity", standard=name))
        for name in ("wres_2", "sc_wres_2")
    )
    first, second = (slow.figure(frame, "relative_likelihood") for frame in (health, care))
    # Of those shortlisted, 117 of 389 White candidates were appointed and 2 of 10 others.
    assert first["value"] == pytest.approx(float(Fraction(117, 389) / Fraction(2, 10)))
    assert first["value"] * second["value"] == pytest.approx(1)
    assert first["lower"] * second["upper"] == pytest.approx(1)
    assert first["p_value"] == second["p_value"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"outcome": "shortlisted"}, "standard='wres_2' defines outcome='appointed'"),
        ({"among": "applied"}, "defines among='shortlisted', not 'applied'"),
        ({"level": "main"}, "defines level='binary'"),
        ({"reference": "largest"}, "defines reference='white'"),
        ({"withdrawn": "apart"}, "defines withdrawn='in'"),
        ({"of": "sex"}, "compares people by ethnicity, not by sex"),
        ({"strata": "vacancy"}, "not taken together with by= or standard="),
        ({"standard": "wres_3"}, "about events, not about applications"),
        ({"standard": "wres2"}, "Did you mean 'wres_2'"),
    ],
)
def test_a_standard_with_something_else_is_refused(options, words) -> None:
    asked = {"of": "ethnicity", "standard": "wres_2"} | options
    with pytest.raises(UsageError, match=words):
        likelihood(slow.published(ETHNICITY), **asked)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"outcome": "hired"}, r"outcome='hired' is not a stage.*Allowed: applied"),
        ({"among": "appointed", "outcome": "shortlisted"}, "exchange among and outcome"),
        ({"reference": "Women"}, "Allowed: largest, rest, total, highest, Female, Male"),
        ({"reference": ["Male"]}, "is not a group of Sex"),
        ({"zone": 0.8}, "two numbers around 1"),
        ({"zone": (0.8, 0.9)}, "two numbers around 1"),
        ({"zone": (0.8,)}, "two numbers around 1"),
        ({"zone": ("a", "b"), "strata": "vacancy"}, "two numbers around 1"),
        ({"confidence": "95"}, "between 0 and 1"),
        ({"by": "sex"}, "both 'sex'"),
        ({"by": "vacancy_id"}, "could name a person"),
    ],
)
def test_wrong_arguments_are_refused_in_a_sentence(options, words) -> None:
    extract = slow.applications(small.rows(10, random.Random(1)))
    with pytest.raises(UsageError, match=words):
        likelihood(extract, **{"of": "sex", **options})


def _changed(**fields):
    return [{**row, **fields} for row in small.rows(40, random.Random(3))]


HARD = {
    "everybody appointed": _changed(furthest_stage="Hired", withdrawn=None),
    "nobody passed": _changed(furthest_stage="applied", withdrawn=None),
    "one application": small.rows(1, random.Random(3)),
    "one group": _changed(sex="F"),
    "nobody declared": _changed(sex=None),
    "no stage is known": _changed(furthest_stage="Rejected"),
    "all withdrew": _changed(withdrawn=True, furthest_stage="applied"),
}


@pytest.mark.parametrize("reference", ["largest", "rest", "total", "highest"])
@pytest.mark.parametrize("case", HARD)
def test_what_there_is_nothing_of_is_flagged_and_never_at_parity(case, reference) -> None:
    table = likelihood(
        slow.applications(HARD[case]), of="sex", outcome="shortlisted", reference=reference
    )
    frame = slow.exact(table)
    tests = frame["measure"].isin(["fisher_test", "mid_p_test", "smallest_ratio_test"])
    nothing = frame["p_value"].isna().where(tests, frame["value"].isna())
    assert set(frame[nothing]["status"]) <= {"undefined"}
    assert (frame[nothing]["note"] != "").all()
    assert "undefined" not in set(frame[~nothing]["status"])
    ratios = frame[frame["measure"] == "relative_likelihood"]
    assert not (ratios["value"] == 1).any()
    if case in ("one group", "nobody declared", "no stage is known", "all withdrew"):
        flags = frame[(frame["measure"] == "screening") & (frame["sex"] == "Male")]
        assert flags["value"].isna().all()
    assert table.protect().to_frame()["value"].shape == (len(frame),)
    assert isinstance(table.sentence(), str)


def test_without_a_column_of_withdrawals_nobody_withdrew() -> None:
    records = [
        {name: value for name, value in row.items() if name != "withdrawn"}
        for row in small.rows(40, random.Random(3))
    ]
    apart, inside = (
        slow.exact(likelihood(slow.applications(records), of="sex", withdrawn=how))
        for how in ("apart", "in")
    )
    pd.testing.assert_frame_equal(apart, inside)


@pytest.mark.parametrize("outcome", ["shortlisted", "appointed"])
@pytest.mark.parametrize(
    ("of", "group", "reference", "name"),
    [
        ("ethnicity", OTHERS, "White", "minority_ethnic_against_white"),
        ("disability", "Disabled", "Not disabled", "disabled_against_not_disabled"),
    ],
)
def test_the_sample_has_the_gaps_that_were_planted(
    council, of, group, reference, name, outcome
) -> None:
    truth = json.loads(wa.sample_data("truth.json").read_text())["expected"]["recruitment"]
    level = "binary" if of == "ethnicity" else "main"
    table = likelihood(
        council.applications,
        of=of,
        level=level,
        outcome=outcome,
        reference=reference,
        withdrawn="in",
    )
    for measure, known, scale in (
        ("relative_likelihood", f"relative_likelihood/{outcome}/{name}", 1),
        ("difference", f"points/{outcome}/{name}", 100),
        ("rate", f"rate/{outcome}/{name}", 1),
    ):
        expected = truth[known]
        row = slow.figure(table, measure, **{of: group})
        assert abs(row["value"] / scale - expected["mean"]) < 3 * expected["deviation"], known
