"""Comparisons within strata, against statsmodels, sums by hand and Berkeley's admissions."""

import json
import math
import random
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

import workforce_analytics as wa
from tests import recruitment_slow as slow
from tests import small_applications as small
from workforce_analytics.errors import UsageError

likelihood = wa.recruitment.likelihood
BERKELEY = slow.ORACLES["ucb"]
OTHERS = "All other ethnic groups combined"


def _berkeley():
    rows = []
    for department, *counts in BERKELEY["rows"]:
        for sex, (admitted, rejected) in (("Male", counts[:2]), ("Female", counts[2:])):
            common = {"sex": sex, "department": department}
            rows.append({**common, "counted": "Applicants", "n": admitted + rejected})
            rows.append({**common, "counted": "Appointed", "n": admitted})
    return wa.read(
        "counts",
        pd.DataFrame(rows),
        dimensions=["sex", "department"],
        published=BERKELEY["source"],
    )


def test_the_direction_of_berkeley_turns_round_within_departments() -> None:
    table = likelihood(_berkeley(), of="sex", strata="department", reference="Female")
    frame = slow.exact(table)
    known, within = BERKELEY["all"], BERKELEY["stratified"]

    def of_all(measure, sex="Male"):
        return slow.figure(frame, measure, sex=sex, department="All")

    assert of_all("odds_ratio")["value"] == pytest.approx(known["sample_odds_ratio"], abs=1e-11)
    assert of_all("relative_likelihood")["value"] == pytest.approx((1198 / 2691) / (557 / 1835))
    stratified = of_all("odds_ratio_stratified")
    assert stratified["value"] == pytest.approx(within["odds_ratio"], abs=1e-12)
    assert [stratified["lower"], stratified["upper"]] == pytest.approx(
        within["odds_ratio_limits"], abs=1e-11
    )
    test = of_all("stratified_test")
    assert test["value"] == pytest.approx(within["statistic"], abs=1e-11)
    assert test["p_value"] == pytest.approx(within["p_value"], abs=1e-11)
    assert (test["clusters"], of_all("reversal")["value"]) == (6, 1)
    assert of_all("same_in_every_stratum")["p_value"] < 0.01
    for department, male, mno, female, fno in BERKELEY["rows"]:
        rate = slow.figure(frame, "rate", sex="Female", department=department)
        assert (rate["numerator"], rate["denominator"]) == (female, female + fno)
        share = (male + female) / (male + mno + female + fno)
        expected = slow.figure(frame, "expected", sex="Female", department=department)
        assert expected["value"] == pytest.approx((female + fno) * share)
        short = slow.figure(frame, "shortfall", sex="Female", department=department)
        assert short["value"] == pytest.approx((female + fno) * share - female)
    assert of_all("shortfall")["value"] == pytest.approx(-of_all("shortfall", "Female")["value"])


def _slow_tables(records, outcome, withdrawn="apart"):
    """For each vacancy (passed, pool) of women and of men."""
    found = {}
    for vacancy in sorted({row["vacancy_id"] for row in records}):
        found[vacancy] = [
            slow.passed_of(
                records,
                "applied",
                outcome,
                withdrawn,
                lambda row, v=vacancy, s=sex: row["vacancy_id"] == v and small.SEX[row["sex"]] == s,
            )
            for sex in ("female", "male")
        ]
    return found


@settings(derandomize=True, deadline=None, max_examples=8)
@given(n=st.integers(30, 120), seed=st.integers(0, 10_000), bulk=st.sampled_from([15, 25, 1000]))
def test_strata_by_vacancy_agree_with_statsmodels_and_with_sums(n, seed, bulk) -> None:
    records = slow.drawn(n, seed, sex=["F", "M", None])
    once = small.kept(records)
    frame = slow.exact(
        likelihood(
            slow.applications(records),
            of="sex",
            strata="vacancy",
            reference="Male",
            outcome="shortlisted",
            bulk=bulk,
        )
    )
    tables = _slow_tables(once, "shortlisted")
    _compare(frame, tables, "")
    sizes = {v: sum(row["vacancy_id"] == v for row in once) for v in tables}
    _compare(frame, {v: t for v, t in tables.items() if sizes[v] <= bulk}, "_without_bulk")
    total = 0.0
    for place, sex in enumerate(("Female", "Male")):
        expected = variance = 0.0
        for both in tables.values():
            passed, pool = (sum(part) for part in zip(*both, strict=True))
            if pool:
                expected += both[place][1] * passed / pool
            if pool > 1:
                share = both[place][1] / pool
                variance += passed * share * (1 - share) * (pool - passed) / (pool - 1)
        row = slow.figure(frame, "expected", sex=sex)
        assert row["value"] == pytest.approx(expected)
        observed = row["numerator"]
        if variance > 0:
            p_value = math.erfc(abs(observed - expected) / math.sqrt(2 * variance))
            assert row["p_value"] == pytest.approx(p_value)
        short = slow.figure(frame, "shortfall", sex=sex)["value"]
        assert short == pytest.approx(expected - observed)
        total += short
    assert total == pytest.approx(0, abs=1e-9)


def _compare(frame, tables, ending) -> None:
    told = [
        np.array([[a, n - a], [b, m - b]], dtype=float)
        for (a, n), (b, m) in tables.values()
        if n and m and 0 < a + b < n + m
    ]
    odds = slow.figure(frame, f"odds_ratio_stratified{ending}")
    if not told:
        assert odds["status"] == "undefined"
        return
    assert odds["clusters"] == len(told)
    # Where all passed, the ratio of a stratum is 1, and is averaged with the others.
    both = [(*one, *two) for one, two in tables.values() if one[1] and two[1]]
    ratio = sum(a * m / (n + m) for a, n, b, m in both)
    below = sum(b * n / (n + m) for a, n, b, m in both)
    relative = slow.figure(frame, f"relative_likelihood_stratified{ending}")
    if below:
        assert relative["value"] == pytest.approx(ratio / below)
    crossed = [
        sum(t[0, 0] * t[1, 1] / t.sum() for t in told),
        sum(t[0, 1] * t[1, 0] / t.sum() for t in told),
    ]
    if min(crossed) == 0:
        return
    reference = StratifiedTable([table + 0 for table in told])
    assert odds["value"] == pytest.approx(reference.oddsratio_pooled)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limits = reference.oddsratio_pooled_confint()
        test = reference.test_null_odds()
    assert (odds["lower"], odds["upper"]) == pytest.approx(limits)
    if not ending:
        row = slow.figure(frame, "stratified_test")
        assert (row["value"], row["p_value"]) == pytest.approx((test.statistic, test.pvalue))


def test_one_stratum_is_the_comparison_as_it_is() -> None:
    records = slow.drawn(60, 3, sex=["F", "M"], vacancy_id=["v1"], withdrawn=[None])
    frame = slow.exact(
        likelihood(
            slow.applications(records), of="sex", strata="vacancy", outcome="shortlisted", bulk=1
        )
    )
    for measure in ("relative_likelihood", "odds_ratio"):
        crude, within = slow.figure(frame, measure), slow.figure(frame, f"{measure}_stratified")
        assert within["value"] == pytest.approx(crude["value"])
        without = slow.figure(frame, f"{measure}_stratified_without_bulk")
        assert (without["status"], without["note"]) == (
            "undefined",
            "in no stratum are there both groups and both outcomes",
        )
    assert slow.figure(frame, "reversal")["value"] == 0
    assert slow.figure(frame, "same_in_every_stratum")["status"] == "not_tested"


@pytest.mark.parametrize("strata", ["vacancy", "year", ["year", "grade_band"]])
@pytest.mark.parametrize(
    "changed",
    [
        {"furthest_stage": "Hired", "withdrawn": None},
        {"furthest_stage": "applied", "withdrawn": None},
        {"sex": "F"},
        {"sex": None},
        {"furthest_stage": "Rejected"},
    ],
)
def test_strata_that_tell_nothing_are_flagged(strata, changed) -> None:
    records = [{**row, **changed} for row in small.rows(40, random.Random(3))]
    table = likelihood(slow.applications(records), of="sex", strata=strata, outcome="shortlisted")
    frame = slow.exact(table)
    compared = frame[frame["measure"].str.endswith(("_stratified", "_bulk", "_test", "reversal"))]
    assert len(compared) >= 6
    assert set(compared["status"]) == {"undefined"}
    assert compared["value"].isna().all()
    assert (compared["note"] != "").all()
    assert isinstance(table.sentence(), str)


def test_the_order_of_rows_and_the_names_of_vacancies_change_nothing() -> None:
    records = slow.drawn(80, 9, sex=["F", "M"])
    names = {"v1": "z9", "v2": "y8", "v3": "x7", "v4": "w6"}
    other = [{**row, "vacancy_id": names[row["vacancy_id"]]} for row in reversed(records)]
    first, second = (
        slow.exact(likelihood(small.extract(small.in_memory(rows)), of="sex", strata="vacancy"))
        for rows in (records, other)
    )
    numbers = ["value", "lower", "upper", "p_value"]
    pd.testing.assert_frame_equal(first.drop(columns=numbers), second.drop(columns=numbers))
    np.testing.assert_allclose(first[numbers], second[numbers], rtol=1e-9)


def test_vacancies_of_the_sample_show_what_was_planted(council) -> None:
    truth = json.loads(wa.sample_data("truth.json").read_text())["expected"]["recruitment"]
    for outcome in ("shortlisted", "appointed"):
        table = likelihood(
            council.applications,
            of="ethnicity",
            level="binary",
            reference="White",
            strata="vacancy",
            outcome=outcome,
            withdrawn="in",
        )
        row = slow.figure(table, "relative_likelihood_stratified")
        known = truth[f"relative_likelihood_by_vacancy/{outcome}/minority_ethnic_against_white"]
        assert abs(row["value"] - known["mean"]) < 3 * known["deviation"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"strata": []}, "strata= takes one or more names"),
        ({"strata": 3}, "strata= takes one or more names"),
        ({"strata": ["year", "year"]}, "none of them twice"),
        ({"strata": ["vacancy", "vacancy_id"]}, "none of them twice"),
        ({"strata": "sex"}, "none of them of="),
        ({"strata": "year", "by": "route"}, "not taken together"),
        ({"strata": "year", "bulk": "many"}, "bulk= takes a whole number"),
        ({"strata": "year", "bulk": 0}, "bulk= takes a whole number"),
        ({"strata": "year", "reference": "total"}, "not taken with strata="),
        ({"strata": "year", "reference": "highest"}, "not taken with strata="),
    ],
)
def test_wrong_strata_are_refused_in_a_sentence(options, words) -> None:
    extract = slow.applications(small.rows(10, random.Random(1)))
    with pytest.raises(UsageError, match=words):
        likelihood(extract, of="sex", **options)
    with pytest.raises(UsageError, match="do not tell vacancies apart"):
        likelihood(_berkeley(), of="sex", strata="vacancy")
