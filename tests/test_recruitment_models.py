"""Adjusted gaps against statsmodels on the rows, and how far services lie apart, by hand."""

import json
import math
import random
import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.conditional_models import ConditionalLogit

import workforce_analytics as wa
from tests import recruitment_slow as slow
from tests import small_applications as small
from workforce_analytics.errors import UsageError

recruitment = wa.recruitment
OTHERS = "All other ethnic groups combined"


def _records(n, seed):
    """Applications whose outcome goes with sex and vacancy, so that models have an answer."""
    draw = random.Random(seed)
    made = []
    for number in range(n):
        vacancy = draw.choice(["v1", "v2", "v3"])
        sex = draw.choices(["F", "M", None], [5, 5, 1])[0]
        chance = {"v1": 0.2, "v2": 0.5, "v3": 0.7}[vacancy] + (0.15 if sex == "F" else 0)
        made.append(
            {
                "application_id": f"a{number:04}",
                "vacancy_id": vacancy,
                "candidate_id": f"c{number}",
                "applied_on": draw.choice(["2023-12-31", "2024-07-02"]),
                "furthest_stage": "Shortlist" if draw.random() < chance else "applied",
                "withdrawn": draw.random() < 0.1,
                "sex": sex,
                "age": draw.choice([24, 30, None]),
            }
        )
    return made


def _design(records):
    """Those in the base who declared: the outcome, and columns of sex, grade band and year."""
    rows = [
        row
        for row in records
        if row["sex"] and slow.in_base(row, "applied", "shortlisted", "apart")
    ]
    passed = np.array([slow.reached(row, "shortlisted") for row in rows], dtype=float)
    women = np.array([row["sex"] == "F" for row in rows], dtype=float)
    others = pd.DataFrame(
        {
            "middle": [small.grade_band(row) == "middle" for row in rows],
            "senior": [small.grade_band(row) == "senior" for row in rows],
            "later": [small.year(row) == "2024/25" for row in rows],
        }
    ).to_numpy(dtype=float)
    return rows, passed, women, others


@settings(derandomize=True, deadline=None, max_examples=5)
@given(
    n=st.integers(120, 250), seed=st.integers(0, 10_000), confidence=st.sampled_from([0.9, 0.95])
)
def test_adjusted_gaps_are_those_of_a_regression_on_the_rows(n, seed, confidence) -> None:
    records = _records(n, seed)
    frame = slow.exact(
        recruitment.adjusted(
            slow.applications(records),
            of="sex",
            outcome="shortlisted",
            reference="Male",
            factors=["grade_band", "year"],
            confidence=confidence,
        )
    )
    rows, passed, women, others = _design(records)
    columns = np.column_stack([np.ones(len(rows)), women, others])
    model = sm.GLM(passed, columns, family=sm.families.Binomial()).fit(tol=1e-12)
    low, high = model.conf_int(alpha=1 - confidence)[1]
    row = slow.figure(frame, "odds_ratio_adjusted")
    assert np.log([row["value"], row["lower"], row["upper"]]) == pytest.approx(
        [model.params[1], low, high], abs=1e-8
    )
    assert row["n_effective"] == len(rows)
    as_women, as_men = columns.copy(), columns.copy()
    as_women[:, 1], as_men[:, 1] = 1, 0
    chances = [model.predict(design) for design in (as_women, as_men)]
    gap = slow.figure(frame, "gap_adjusted")
    assert gap["value"] == pytest.approx(100 * (chances[0] - chances[1]).mean(), abs=1e-7)
    slope = sum(
        sign * (p * (1 - p))[:, None] * design
        for sign, p, design in zip((1, -1), chances, (as_women, as_men), strict=True)
    ).mean(axis=0)
    error = 100 * math.sqrt(slope @ model.cov_params() @ slope)
    z = slow.NormalDist().inv_cdf(0.5 + confidence / 2)
    assert gap["upper"] - gap["lower"] == pytest.approx(2 * z * error, rel=1e-6)
    a, m = passed[women == 1].sum(), (women == 1).sum()
    b, k = passed[women == 0].sum(), (women == 0).sum()
    plain = slow.figure(frame, "odds_ratio")
    assert plain["value"] == pytest.approx(a * (k - b) / (b * (m - a)))
    half = z * math.sqrt(1 / a + 1 / (m - a) + 1 / b + 1 / (k - b))
    assert math.log(plain["upper"] / plain["value"]) == pytest.approx(half)
    assert slow.figure(frame, "gap")["value"] == pytest.approx(100 * (a / m - b / k))
    within = slow.figure(frame, "odds_ratio_within_vacancy")
    vacancy = np.array([row["vacancy_id"] for row in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        conditional = ConditionalLogit(passed, women[:, None], groups=vacancy).fit(disp=False)
    assert np.log(within["value"]) == pytest.approx(conditional.params[0], abs=1e-4)
    assert within["clusters"] == 3


def test_a_few_people_who_apply_often_widen_clustered_intervals() -> None:
    once = _records(60, 5)
    often = [
        {**row, "application_id": f"{row['application_id']}{again}", "vacancy_id": f"v{again}"}
        for row in once
        for again in (1, 2, 3)
    ]
    extract = slow.applications(often)
    widths = {}
    for clusters in (None, "candidate", "vacancy"):
        frame = slow.exact(
            recruitment.adjusted(
                extract, of="sex", outcome="shortlisted", factors=[], clusters=clusters
            )
        )
        row = slow.figure(frame, "odds_ratio_adjusted")
        widths[clusters] = math.log(row["upper"] / row["lower"])
        if clusters is None:
            assert math.isnan(row["clusters"])
        elif clusters == "vacancy":
            assert row["clusters"] == 3
    # Three times the same answers are worth one: errors are wider by the root of three.
    assert widths["candidate"] / widths[None] == pytest.approx(math.sqrt(3), rel=0.05)


def test_the_sample_has_the_log_odds_that_were_planted_within_vacancies(council) -> None:
    truth = json.loads(wa.sample_data("truth.json").read_text())["expected"]["recruitment"]
    for outcome in ("shortlisted", "appointed"):
        table = recruitment.adjusted(
            council.applications,
            of="ethnicity",
            level="binary",
            reference="White",
            outcome=outcome,
            factors=[],
            withdrawn="in",
        )
        row = slow.figure(table, "odds_ratio_within_vacancy", ethnicity=OTHERS)
        known = truth[f"log_odds_by_vacancy/{outcome}/minority_ethnic_against_white"]
        assert abs(math.log(row["value"]) - known["mean"]) < 3 * known["deviation"]


HARD = {
    "everybody appointed": {"furthest_stage": "Hired", "withdrawn": None},
    "nobody passed": {"furthest_stage": "applied", "withdrawn": None},
    "one group": {"sex": "F"},
    "nobody declared": {"sex": None},
    "no stage is known": {"furthest_stage": "Rejected"},
}


@pytest.mark.parametrize("case", HARD)
def test_models_of_nothing_are_flagged(case) -> None:
    records = [{**row, **HARD[case]} for row in small.rows(40, random.Random(3))]
    extract = slow.applications(records)
    held = slow.exact(
        recruitment.adjusted(extract, of="sex", outcome="shortlisted", factors=["year"])
    )
    apart = recruitment.variation(extract, of="sex", group="Female", between="route")
    for frame in (held, slow.exact(apart)):
        nothing = frame["value"].isna()
        assert set(frame[nothing]["status"]) == {"undefined"}
        assert (frame[nothing]["note"] != "").all()
    assert slow.figure(apart, "over_dispersion")["status"] == "undefined"
    odds = held[held["unit"] == "odds_ratio"]
    assert odds["value"].isna().all()
    assert isinstance(apart.sentence(), str)


# --- variation ----------------------------------------------------------------------------------


def _expected(records, group, other, between):
    """Observed and expected of each service, the sums of its vacancies, by hand."""
    found = {}
    for vacancy in {row["vacancy_id"] for row in records}:
        here = [row for row in records if row["vacancy_id"] == vacancy]
        (a, n), (b, m) = (
            slow.passed_of(
                here,
                "applied",
                "shortlisted",
                wanted=lambda row, sex=sex: small.SEX[row["sex"]] == sex,
            )
            for sex in (group, other)
        )
        sums = found.setdefault(between(here[0]), [0.0, 0.0])
        sums[0] += a
        sums[1] += n * (a + b) / (n + m) if n + m else 0
    return found


@settings(derandomize=True, deadline=None, max_examples=6)
@given(n=st.integers(5, 90), seed=st.integers(0, 10_000))
def test_observed_to_expected_by_hand(n, seed) -> None:
    records = small.rows(n, random.Random(seed))
    table = recruitment.variation(
        slow.applications(records), of="sex", group="Female", between="grade_band", named=True
    )
    frame = slow.exact(table)
    found = _expected(small.kept(records), "female", "male", small.grade_band)
    labels = {"lower": "Lower", "middle": "Middle", "senior": "Senior", "not_known": "Not known"}
    assert set(frame["grade_band"]) - {"All"} >= {labels[code] for code in found}
    for code, (observed, expected) in found.items():
        at = {"grade_band": labels[code], "sex": "Female"}
        row = slow.figure(frame, "observed_to_expected", **at)
        assert row["numerator"] == observed
        assert slow.figure(frame, "expected", **at)["value"] == pytest.approx(expected)
        if math.isnan(row["value"]):
            assert row["status"] == "undefined"
        else:
            assert row["value"] == pytest.approx(observed / expected)
            low, high = (
                slow.figure(frame, f"limit_95_{end}", **at)["value"] for end in ("lower", "upper")
            )
            outside = slow.figure(frame, "outside_95", **at)["value"]
            if not math.isnan(low) and outside:
                assert row["value"] < low if outside < 0 else row["value"] > high
    assert slow.figure(frame, "over_dispersion", grade_band="All")["reference"] == ""


def test_places_that_are_not_named_are_numbered_by_size_and_show_no_code() -> None:
    extract = slow.applications(_records(200, 8))
    plain, named = (
        recruitment.variation(extract, of="sex", group="female", between="grade_band", named=how)
        for how in (False, True)
    )
    frame = slow.exact(plain)
    expected = frame[frame["measure"] == "expected"]["value"].tolist()
    assert expected == sorted(expected, reverse=True)
    services = [label for label in dict.fromkeys(frame["grade_band"]) if label != "All"]
    assert services == [f"Grade band {place}" for place in range(1, len(services) + 1)]
    assert plain.cells is not None
    codes = {key[1] for key in plain.cells.keys}
    assert codes <= {"1", "2", "3", "4"}
    other = slow.exact(named)
    assert {"Lower", "Middle", "Senior"} <= set(other["grade_band"])
    assert other["value"].equals(frame["value"])


def test_the_largest_is_the_largest_of_the_others() -> None:
    extract = slow.applications(
        _records(60, 2)
        + [
            {**row, "application_id": f"b{k}", "candidate_id": f"d{k}", "sex": "F"}
            for k, row in enumerate(_records(60, 3))
        ]
    )
    for group, other in (("Female", "Male"), ("Male", "Female")):
        table = recruitment.variation(extract, of="sex", group=group, between="year")
        assert table.about.reference == other


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"between": None}, "between= takes one name"),
        ({"between": "sex"}, "of= and between= are both 'sex'"),
        ({"group": "rest"}, "group='rest' is not a group of Sex. Allowed: Female"),
        ({"group": None}, "group=None is not a group"),
        ({"reference": "rest"}, "reference='rest' is not a group of Sex. Allowed: largest, Female"),
        ({"reference": "female"}, "group= and reference= are both 'Female'"),
        ({"outcome": "applied", "among": "shortlisted"}, "exchange among and outcome"),
    ],
)
def test_wrong_variations_are_refused_in_a_sentence(options, words) -> None:
    extract = slow.applications(small.rows(10, random.Random(1)))
    asked = {"of": "sex", "group": "Female", "between": "year"} | options
    with pytest.raises(UsageError, match=words):
        recruitment.variation(extract, **asked)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"factors": "year"}, "factors= takes a list of names"),
        ({"factors": 3}, "factors= takes a list of names"),
        ({"factors": ["sex"]}, "what is compared is none of them"),
        ({"clusters": "person"}, "Allowed: candidate, vacancy"),
        ({"clusters": ["candidate"]}, "Allowed: candidate, vacancy"),
        ({"reference": "rest"}, "Name a group, or use 'largest'"),
        ({"reference": "highest"}, "Name a group, or use 'largest'"),
        ({"reference": "Women"}, "is not a group of Sex"),
    ],
)
def test_wrong_models_are_refused_in_a_sentence(options, words) -> None:
    extract = slow.applications(small.rows(10, random.Random(1)))
    with pytest.raises(UsageError, match=words):
        recruitment.adjusted(extract, **{"of": "sex", **options})


def test_services_are_held_against_what_all_share(council) -> None:
    table = wa.recruitment.variation(
        council.applications, of="ethnicity", level="binary", group="minority_ethnic"
    )
    frame = table._exact[table._exact["measure"] == "observed_to_expected"]
    whole = frame[frame["service"] == "All"].iloc[0]
    parts = frame[(frame["service"] != "All") & (frame["status"] != "undefined")]
    expected = parts["numerator"] / parts["value"]
    assert whole["value"] == pytest.approx(parts["numerator"].sum() / expected.sum(), rel=1e-3)
    assert 0.7 < whole["value"] < 0.95
    exact = table._exact
    low, high = (
        exact[exact["measure"] == f"limit_95_{end}"]["value"].dropna().to_numpy()
        for end in ("lower", "upper")
    )
    middle = ((low + high) / 2)[low > 0]
    assert middle == pytest.approx(whole["value"])
