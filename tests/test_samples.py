"""The synthetic council: reproducible, consistent, and with the effects that truth.json states."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from functools import cache

import numpy as np
import pandas as pd
import pytest

from workforce_analytics.errors import CannotWrite
from workforce_analytics.samples import SEED, STAFF, council_tables, sample_data, write_council
from workforce_analytics.samples.competition import Contests, fit, moments, risk_ratio
from workforce_analytics.samples.draws import Draws, choose
from workforce_analytics.samples.messy import write_messy
from workforce_analytics.samples.planted import PLANTED
from workforce_analytics.samples.truth import expected, measured

SNAPSHOTS = ("2021", "2022", "2023", "2024", "2025")
UNDECLARED = ("99", "98", "97", "")


@cache
def _shipped(name):
    return pd.read_csv(sample_data(f"{name}.csv"), dtype=str, keep_default_na=False)


@cache
def _truth():
    return json.loads(sample_data("truth.json").read_text(encoding="utf-8"))


@cache
def _figures():
    return measured(council_tables())


def _expected(part, figure):
    return _truth()["expected"][part][figure]


def _is_near(value, part, figure, deviations=4.0):
    told = _expected(part, figure)
    return abs(value - told["mean"]) <= deviations * told["deviation"]


# The same bytes from the same seed


def test_shipped_files_are_what_the_generator_writes(tmp_path):
    write_council(tmp_path)
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(made) > 30
    for path in made:
        assert (tmp_path / path).read_bytes() == sample_data(*path.parts).read_bytes(), path


def test_messy_files_are_what_the_generator_writes(tmp_path):
    write_messy(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        if path.suffix != ".xlsx":  # a workbook's bytes depend on the library that packs it
            assert path.read_bytes() == sample_data("messy", path.name).read_bytes(), path.name


def test_another_seed_is_another_council():
    one, other = council_tables(staff=300), council_tables(staff=300, seed=SEED + 1)
    assert one["workforce_2025"] != other["workforce_2025"]
    assert one == council_tables(staff=300)


def test_draws_do_not_depend_on_platform_or_numpy():
    draws = Draws(7, "example")
    assert draws.whole(1, 1000, 6).tolist() == [25, 773, 932, 388, 112, 628]
    assert draws.order(5).tolist() == [3, 2, 1, 4, 0]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(CannotWrite, match="cannot be written here"):
        write_council(tmp_path / "taken", staff=300)


def test_small_enough_for_git_and_wheel():
    folder = sample_data()
    assert sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) < 10_000_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for pattern in ("*.csv", "*.toml", "*.json", "mappings/*.toml"):
            for path in sorted(folder.glob(pattern)):
                archive.write(path)
    assert packed.tell() < 3_000_000


# Rows that belong together


@pytest.fixture(scope="module", params=[300, STAFF])
def tables(request):
    if request.param == STAFF:
        names = [path.stem for path in sorted(sample_data().glob("*.csv"))]
        return {name: _shipped(name) for name in names}
    made = council_tables(staff=request.param)
    return {name: pd.DataFrame(table, dtype=object) for name, table in made.items()}


def test_exactly_one_main_post_for_each_person_and_snapshot(tables):
    for year in SNAPSHOTS:
        staff = tables[f"workforce_{year}"]
        mains = staff.assign(one=staff["main"] == "Y").groupby("person_id")["one"].sum()
        assert (mains == 1).all()
        assert not staff.duplicated(["person_id", "post_id"]).any()
        assert (staff["main"] == "N").any()


KEYS = (
    ("people_keys", "person_id", "people"),
    ("payroll", "person_id", "people"),
    ("vacancies", "unit_id", "units.unit_id"),
    ("vacancies", "grade", "grades.grade"),
    ("vacancies", "parent_vacancy_id", "vacancies.vacancy_id"),
    ("vacancies", "hiring_manager_id", "people"),
    ("applications", "vacancy_id", "vacancies.vacancy_id"),
    ("panels", "vacancy_id", "vacancies.vacancy_id"),
    ("panels", "person_id", "people"),
    ("training", "person_id", "people"),
    ("rollout", "unit_id", "units.unit_id"),
    ("events", "person_id", "people"),
    ("network_members", "person_id", "people"),
    ("network_attendance", "event_id", "network_events.event_id"),
    ("network_attendance", "person_id", "people"),
    ("objections", "person_id", "people"),
    ("survey_responses", "unit", "units.unit_id"),
    ("survey_eligible", "unit", "units.unit_id"),
    ("units", "parent_id", "units.unit_id"),
    ("units", "succeeded_by", "units.unit_id"),
)


@pytest.mark.parametrize(("table", "column", "to"), KEYS)
def test_every_key_joins(tables, table, column, to):
    if to == "people":
        known = set().union(*(tables[f"workforce_{year}"]["person_id"] for year in SNAPSHOTS))
    else:
        known = set(tables[to.split(".")[0]][to.split(".")[1]])
    keys = set(tables[table][column]) - {"", "99"}
    assert keys
    assert keys <= known


def test_workforce_units_and_grades_are_known(tables):
    for year in SNAPSHOTS:
        staff = tables[f"workforce_{year}"]
        assert set(staff["unit_id"]) <= set(tables["units"]["unit_id"])
        assert set(staff["grade"]) - {""} <= set(tables["grades"]["grade"])


def test_accounts_of_internal_candidates_lead_to_people(tables):
    inside = tables["applications"].query("internal == 'Y'")["candidate_id"]
    keys = tables["people_keys"].query("key_type == 'A'")["key"]
    assert len(inside) > 50
    assert set(inside) == set(keys)


def test_nobody_applies_twice_for_one_vacancy(tables):
    assert not tables["applications"].duplicated(["vacancy_id", "candidate_id"]).any()


def test_the_council_has_what_its_kind_has():
    staff = _shipped("workforce_2025")
    assert staff["person_id"].nunique() == STAFF
    for code in ("E", "AP", "OH", "SI", "SO", "C", "AG", "CL"):
        assert (staff["engagement"] == code).any()
    assert set(staff["employer"]) == {"C", "S", "L"}
    assert {"D9", "S91"} <= set(_shipped("workforce_2021")["unit_id"])
    assert not {"D9", "S91"} & set(staff["unit_id"])
    opened = _shipped("vacancies")["opened_on"]
    assert 2600 <= len(opened) <= 2800
    assert 55_000 <= len(_shipped("applications")) <= 65_000
    years = pd.to_datetime(opened).dt.to_period("Q").nunique()
    assert years == 12
    assert (_shipped("vacancies")["parent_vacancy_id"] != "").sum() > 80
    again = _shipped("applications")["candidate_id"].value_counts()
    assert (again > 1).sum() > 5000


def test_forty_services_take_turns_in_eight_quarters():
    rollout = _shipped("rollout")
    turns = pd.to_datetime(rollout["planned_on"].replace("", None)).dt.to_period("Q").value_counts()
    assert len(rollout) == 40
    assert (rollout["planned_on"] == "").sum() == 8
    assert turns.tolist() == [4] * 8
    assert (rollout["actual_on"] >= rollout["planned_on"]).all()


def test_monthly_counts_agree_with_the_spells():
    members, counts = _shipped("network_members"), _shipped("network_counts")
    last = counts[counts["month"] == "2025-03"].set_index("network")["members"].astype(int)
    open_spells = members[members["left_on"] == ""].groupby("network")["person_id"].nunique()
    assert last.to_dict() == open_spells.to_dict()


# The planted effects


def test_truth_repeats_what_the_generator_plants():
    assert _truth()["planted"] == json.loads(json.dumps(PLANTED))
    assert (_truth()["seed"], _truth()["staff"]) == (SEED, STAFF)


def test_shipped_figures_are_as_expected():
    """Nothing beyond 4 deviations, and not too many beyond 2: the sample is an ordinary one."""
    scores = {}
    for part, figures in _figures().items():
        assert set(figures) == set(_truth()["expected"][part])
        for name, value in figures.items():
            told = _expected(part, name)
            scores[part, name] = abs(value - told["mean"]) / max(told["deviation"], 1e-9)
    far = {name: round(score, 1) for name, score in scores.items() if score > 4}
    assert not far
    assert np.mean([score > 2 for score in scores.values()]) < 0.12


def test_expected_figures_are_found_again_by_other_councils():
    """Two councils of other seeds: their mean lies within 5 of its standard errors."""
    again = expected(2, first_seed=5_000_000)
    for part in ("workforce", "recruitment", "pay"):
        for name, told in _truth()["expected"][part].items():
            error = told["deviation"] / np.sqrt(2) + told["monte_carlo_error"]
            assert abs(again[part][name]["mean"] - told["mean"]) <= 5 * error, name


def test_under_representation_grows_with_the_grade():
    bands = ("Grades 1 to 4", "Grades 5 to 7", "Grades 8 to 10", "Grades 11 and 12")
    staff = _shipped("workforce_2025").merge(_shipped("grades"), on="grade")
    staff = staff[staff["engagement"].isin(("E", "AP", "OH", "SO")) & (staff["employer"] == "C")]
    known = staff[(staff["main"] == "Y") & ~staff["ethnicity"].isin(UNDECLARED)]
    shares = (~known["ethnicity"].str.startswith("W")).groupby(known["band"]).mean()
    assert all(shares[a] > shares[b] for a, b in itertools.pairwise(bands))
    for name in bands:
        assert _is_near(
            shares[name], "workforce", f"minority_ethnic_share_of_known_by_band/2025/{name}"
        )


def test_crude_relative_likelihood_of_being_shortlisted():
    table = _shipped("applications")
    known = table[~table["ethnicity"].isin(UNDECLARED)]
    passed = known["status"] != "AP"
    white = known["ethnicity"].str.startswith("W")
    ratio = passed[~white].mean() / passed[white].mean()
    figure = "relative_likelihood/shortlisted/minority_ethnic_against_white"
    assert _is_near(ratio, "recruitment", figure)
    assert ratio < 0.80


def test_the_training_effect_on_shortlisting_is_recovered():
    found = _figures()["recruitment"]
    effect, error = (
        found["trained_log_odds/shortlisted"],
        found["trained_log_odds_model_error/shortlisted"],
    )
    assert abs(effect - 0.5) < 2.5 * error
    assert effect / error > 3.5


def test_the_training_effect_on_appointment_is_too_small_to_be_told():
    found = _figures()["recruitment"]
    effect, error = (
        found["trained_log_odds/appointed"],
        found["trained_log_odds_model_error/appointed"],
    )
    assert effect - 1.96 * error < 0 < 0.2 < effect + 1.96 * error
    told = _expected("recruitment", "trained_log_odds/appointed")
    assert abs(told["mean"] - 0.2) < 3 * told["monte_carlo_error"]


def test_panels_are_trained_after_their_services_turn():
    found = _figures()["recruitment"]
    assert found["share_of_panel_trained/before"] < 0.15
    assert found["share_of_panel_trained/after"] > 0.75


# The arithmetic of planting and measuring


def test_choose_draws_sets_as_the_conditional_logit_says():
    weights, k, n = np.array([0.5, 1.0, 2.0, 4.0]), 2, 20_000
    uniforms = Draws(3, "choose").uniform(n, 4)
    drawn = pd.Series([tuple(np.flatnonzero(choose(weights, k, u))) for u in uniforms])
    odds = {s: weights[list(s)].prod() for s in itertools.combinations(range(4), k)}
    for chosen, weight in odds.items():
        share = weight / sum(odds.values())
        error = np.sqrt(share * (1 - share) / n)
        assert abs((drawn == chosen).mean() - share) < 4.5 * error


@pytest.mark.parametrize("k", [0, 3])
def test_choose_nobody_or_everybody(k):
    taken = choose(np.array([1.0, 2.0, 3.0]), k, np.array([0.2, 0.9, 0.999]))
    assert taken.sum() == k


def test_the_fit_agrees_with_a_conditional_logit_on_rows():
    from statsmodels.discrete.conditional_models import ConditionalLogit

    draws = Draws(11, "rows")
    vacancy = np.repeat(np.arange(60), 9)
    group = draws.chance(0.4, len(vacancy)).astype(float)
    exposed = (vacancy % 2).astype(float)
    weights = np.exp(-0.7 * group + 0.8 * group * exposed)
    passed = np.zeros(len(vacancy))
    for v in range(60):
        here = vacancy == v
        passed[here] = choose(weights[here], 3, draws.uniform(9))
    table = pd.DataFrame({"v": vacancy, "g": group, "p": passed, "gp": group * passed})
    sums = table.groupby("v").sum()
    contests = Contests(
        sums["g"].to_numpy().astype(int),
        (9 - sums["g"]).to_numpy().astype(int),
        sums["p"].to_numpy().astype(int),
        sums["gp"].to_numpy().astype(int),
    )
    columns = np.column_stack([np.ones(60), np.arange(60) % 2])
    ours, errors = fit(contests, columns)
    rows = np.column_stack([group, group * exposed])
    theirs = ConditionalLogit(passed, rows, groups=vacancy).fit(disp=False)
    assert ours == pytest.approx(theirs.params, abs=2e-4)
    assert errors == pytest.approx(theirs.bse, rel=2e-3)


def test_moments_by_enumeration():
    contests = Contests(np.array([3]), np.array([4]), np.array([2]), np.array([1]))
    odds = np.exp(0.4)
    sets = list(itertools.combinations(range(7), 2))
    weight = np.array([odds ** sum(i < 3 for i in s) for s in sets])
    inside = np.array([sum(i < 3 for i in s) for s in sets])
    mean, variance = moments(contests, np.array([0.4]))
    by_hand = (weight * inside).sum() / weight.sum()
    assert mean[0] == pytest.approx(by_hand)
    spread = (weight * (inside - by_hand) ** 2).sum() / weight.sum()
    assert variance[0] == pytest.approx(spread)


def test_risk_ratio_of_one_stratum_is_the_plain_ratio():
    contests = Contests(np.array([40]), np.array([60]), np.array([25]), np.array([5]))
    assert risk_ratio(contests) == pytest.approx((5 / 40) / (20 / 60))


# Read by the package


def test_the_sample_council_has_no_fault():
    from workforce_analytics import organisation

    report = organisation.check_all(sample_data("organisation.toml"))
    assert [item.sentence() for item in (*report.errors, *report.warnings)] == []
    assert all(join.records == join.matched for join in report.joins)


def test_messy_extracts_have_the_listed_faults_and_no_others():
    from workforce_analytics import organisation

    report = organisation.check_all(sample_data("messy", "organisation.toml"))
    found = {
        (p.file, p.contract, p.column, p.rule, p.severity, p.records)
        for p in report.problems
        if p.rule != "session_key"
    }
    listed = json.loads(sample_data("messy", "faults.json").read_text(encoding="utf-8"))
    fields = ("file", "contract", "column", "rule", "severity", "records")
    planted = {tuple(fault[name] for name in fields) for fault in listed}
    assert planted - found == set()
    assert found - planted == set()
    assert all(fault["what"] for fault in listed)
