"""How far applications and candidates came, against counting them one by one."""

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import small_applications as small
from workforce_analytics import engine
from workforce_analytics.counting.stages import STAGES, candidate_counts, stage_counts
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.attaching import with_vacancies

KINDS = ["polars", "lazy polars", "arrow", "duckdb", "parquet"]
SPLITS = [[], ["sex"], ["age"], ["sex", "year"], ["grade_band", "age"]]
CUTS = [STAGES, ("applied", "shortlisted", "appointed"), ("applied", "offered")]
Cells = dict[tuple[str, ...], int]


def _applications(records: small.Rows):
    return small.attached(small.in_memory(records), small.in_memory(small.VACANCIES))


def _slow_stages(records: small.Rows, by: list[str], stages: tuple[str, ...]) -> Cells:
    found: Cells = {}
    for row in records:
        split = [small.CATEGORY[name](row) for name in by]
        key = (*split, small.stood(row, stages), "yes" if row["withdrawn"] else "no")
        found[key] = found.get(key, 0) + 1
    return found


def _slow_candidates(records: small.Rows, by: list[str], stages: tuple[str, ...]) -> Cells:
    order = ("not_known", *stages)
    best: dict[tuple[str, ...], dict[str, int]] = {}
    for row in records:
        split = tuple(small.CATEGORY[name](row) for name in by)
        place = order.index(small.stood(row, stages))
        seen = best.setdefault(split, {})
        seen[row["candidate_id"]] = max(place, seen.get(row["candidate_id"], 0))
    found: Cells = {}
    for split, seen in best.items():
        for place in seen.values():
            key = (*split, order[place])
            found[key] = found.get(key, 0) + 1
    return found


@settings(derandomize=True, deadline=None, max_examples=12)
@given(
    n=st.integers(1, 60),
    seed=st.integers(0, 10_000),
    seen=st.randoms(use_true_random=False),
    stages=st.sampled_from(CUTS),
)
def test_counts_agree_with_counting_one_by_one(n, seed, seen, stages) -> None:
    records = small.rows(n, random.Random(seed))
    seen.shuffle(records)
    extract, once = _applications(records), small.kept(records)
    for by in SPLITS:
        counts = stage_counts(extract, by=by, stages=stages)
        assert counts.occurring() == _slow_stages(once, by, stages)
        assert counts.dimension("furthest_stage").declared == stages
        candidates = candidate_counts(extract, by=by, stages=stages)
        assert candidates.occurring() == _slow_candidates(once, by, stages)
        assert (counts.counted, candidates.counted) == ("applications", "candidates")


@settings(derandomize=True, deadline=None, max_examples=10)
@given(n=st.integers(1, 60), seed=st.integers(0, 10_000))
def test_a_subset_agrees_with_counting_one_by_one(n, seed) -> None:
    records = small.rows(n, random.Random(seed))
    inside = [
        row
        for row in small.kept(records)
        if small.CATEGORY["sex"](row) in {"female", "blank"}
        and small.grade_band(row) == "lower"
        and not row["withdrawn"]
    ]
    ask = {
        "by": ["age"],
        "where": {"sex": ["female", "blank"], "grade_band": "lower", "withdrawn": "no"},
    }
    extract = _applications(records)
    assert stage_counts(extract, **ask).occurring() == _slow_stages(inside, ["age"], STAGES)
    assert candidate_counts(extract, **ask).occurring() == _slow_candidates(inside, ["age"], STAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_counts_alike(kind, tmp_path) -> None:
    records = small.rows(200, random.Random(1), candidates=30)
    vacancies = small.sources(small.VACANCIES, tmp_path)[kind]
    there = small.attached(small.sources(records, tmp_path)[kind], vacancies)
    here = _applications(records)
    for by in SPLITS:
        assert stage_counts(there, by=by).equals(stage_counts(here, by=by))
        assert candidate_counts(there, by=by).equals(candidate_counts(here, by=by))
    where = {"year": ["2023/24"], "sex": ["female", "blank"]}
    at_best = candidate_counts(there, by=["age"], where=where)
    assert at_best.equals(candidate_counts(here, by=["age"], where=where))


def test_a_large_pandas_frame_is_counted_like_a_small_one(monkeypatch) -> None:
    from workforce_analytics.extracts import preparing

    records = small.rows(200, random.Random(2), candidates=30)
    here = _applications(records)
    expected = [(stage_counts(here, by=by), candidate_counts(here, by=by)) for by in SPLITS]
    monkeypatch.setattr(preparing, "IN_MEMORY_ROWS", 1)
    frames = small.typed(records), small.typed(small.VACANCIES)
    large = small.attached(*frames)
    for by, (stages, candidates) in zip(SPLITS, expected, strict=True):
        assert stage_counts(large, by=by).equals(stages)
        assert candidate_counts(large, by=by).equals(candidates)


def test_without_duckdb_small_pandas_is_counted_alike(monkeypatch) -> None:
    records = small.rows(60, random.Random(3))
    by = ["age", "grade_band"]
    here = _applications(records)
    expected = stage_counts(here, by=by), candidate_counts(here, by=by)
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    plain = _applications(records)
    assert stage_counts(plain, by=by).equals(expected[0])
    assert candidate_counts(plain, by=by).equals(expected[1])


def test_all_who_reached_a_stage_are_those_at_it_and_beyond(council) -> None:
    counts = stage_counts(council.applications, by=["ethnicity"])
    made = pd.read_csv(wa.sample_data("applications.csv"), dtype=str)
    assert counts.total() == len(made)
    furthest = counts.over("furthest_stage").occurring()
    assert furthest[("appointed",)] == int((made["status"] == "HI").sum())
    reached = sum(n for (stage,), n in furthest.items() if stage not in ("applied",))
    assert reached == int(made["status"].isin(["SL", "IV", "OF", "HI"]).sum())
    withdrew = counts.over("withdrawn").occurring()[("yes",)]
    assert withdrew == int((made["withdrawn"] == "Y").sum())


def test_candidates_of_the_sample_are_counted_once_in_each_group(council) -> None:
    made = pd.read_csv(wa.sample_data("applications.csv"), dtype=str)
    for by, columns in (([], []), (["sex"], ["sex"]), (["quarter"], ["quarter"])):
        day = pd.to_datetime(made["applied_on"])
        made["quarter"] = (day.dt.year * 12 + day.dt.month - 1) // 3
        counts = candidate_counts(council.applications, by=by)
        assert sum(counts.occurring().values()) == len(
            made.drop_duplicates(["candidate_id", *columns])
        )


def test_stages_hold_those_that_are_not_told_apart() -> None:
    counts = stage_counts(
        _applications(small.rows(30, random.Random(4))),
        by=[],
        stages=("applied", "interviewed", "appointed"),
    )
    assert counts.dimension("furthest_stage").holds == {
        "applied": ("applied", "shortlisted"),
        "interviewed": ("interviewed", "offered"),
        "appointed": ("appointed",),
    }


def test_a_stage_without_a_date_is_not_taken_for_one_that_nobody_reached() -> None:
    row = {"vacancy_id": "v1", "applied_on": "2024-01-01"}
    dates = [{}, {"shortlisted_on": "2024-01-05"}, {"appointed_on": "2024-02-01"}]
    table = pd.DataFrame(
        [
            {"application_id": f"a{place}", "candidate_id": f"c{place}", **row, **more}
            for place, more in enumerate(dates)
        ]
    )
    counts = stage_counts(wa.read("applications", table), by=[])
    assert counts.dimension("furthest_stage").codes == ("applied", "shortlisted", "appointed")
    assert counts.over("furthest_stage").occurring() == {
        ("applied",): 1,
        ("shortlisted",): 1,
        ("appointed",): 1,
    }


def test_where_nobody_said_who_withdrew_nobody_did() -> None:
    records = [
        {name: cell for name, cell in row.items() if name != "withdrawn"}
        for row in small.rows(20, random.Random(5))
    ]
    counts = stage_counts(_applications(records), by=["sex"])
    assert counts.over("withdrawn").cells() == {("yes",): 0, ("no",): len(small.kept(records))}
    nobody = stage_counts(_applications(records), by=[], where={"withdrawn": "yes"})
    assert nobody.total() == 0
    assert not candidate_counts(
        _applications(records), by=[], where={"withdrawn": "yes"}
    ).occurring()


def test_one_person_under_two_words_for_one_answer_is_one_candidate() -> None:
    row = {"candidate_id": "c1", "applied_on": "2024-05-01", "furthest_stage": "applied"}
    table = pd.DataFrame(
        [
            {"application_id": "a1", "vacancy_id": "v1", "sex": "F", **row},
            {"application_id": "a2", "vacancy_id": "v2", "sex": "Female", **row},
            {"application_id": "a3", "vacancy_id": "v3", "sex": "M", **row},
        ]
    )
    extract = wa.read("applications", table)
    found = candidate_counts(extract, by=["sex"])
    assert found.occurring() == {("female", "applied"): 1, ("male", "applied"): 1}
    assert candidate_counts(extract, by=[]).occurring() == {("applied",): 1}


def test_candidates_may_only_be_added_up_over_stages(council) -> None:
    counts = candidate_counts(council.applications, by=["sex", "year"])
    assert counts.over("sex", "year").cells()
    with pytest.raises(UsageError, match="more than one of its categories"):
        counts.over("sex", "furthest_stage")


def test_ways_of_splitting_candidates_are_not_taken_for_parts_of_each_other(council) -> None:
    ask = council.applications
    people = {
        candidate_counts(ask, by=["sex"]).people,
        candidate_counts(ask, by=["sex", "year"]).people,
        candidate_counts(ask, by=["sex"], where={"year": "2023/24"}).people,
        stage_counts(ask, by=["sex"]).people,
    }
    assert len(people) == 4
    assert stage_counts(ask, by=["year"]).people == stage_counts(ask, by=["sex"]).people


@pytest.mark.parametrize("kind", ["memory", *KINDS])
def test_where_candidates_are_not_given_they_are_not_counted(kind, tmp_path) -> None:
    records = small.rows(40, random.Random(6))
    for row in records:
        if row["applied_on"] is None or row["applied_on"] < "2023-04-01":
            row["candidate_id"] = None
    source = small.in_memory(records)
    if kind != "memory":
        source = small.sources(records, tmp_path)[kind]
    extract = small.extract(source)
    assert candidate_counts(extract, by=["sex"]) is None
    # of other years they are known
    since = [row for row in small.kept(records) if row["candidate_id"]]
    found = candidate_counts(extract, by=["sex"], where={"year": ["2023/24", "2024/25"]})
    assert found.occurring() == _slow_candidates(since, ["sex"], STAGES)
    assert stage_counts(extract, by=["sex"]).total() == len(small.kept(records))


def test_without_a_column_of_candidates_they_are_not_counted() -> None:
    records = small.rows(20, random.Random(7))
    for row in records:
        del row["candidate_id"]
    assert candidate_counts(small.extract(small.in_memory(records)), by=[]) is None
    assert stage_counts(small.extract(small.in_memory(records)), by=[]).total() == 20


def test_two_exports_of_which_one_has_no_candidates(tmp_path) -> None:
    records = small.rows(40, random.Random(8))
    first, second = small.in_memory(records[:20]), small.in_memory(records[20:])
    first.to_csv(tmp_path / "first.csv", index=False)
    second.drop(columns="candidate_id").to_csv(tmp_path / "second.csv", index=False)
    extract = small.extract([tmp_path / "first.csv", tmp_path / "second.csv"])
    assert candidate_counts(extract, by=["sex"]) is None
    assert stage_counts(extract, by=[]).total() == len(small.kept(records[:20])) + 20
    (told,) = [item for item in extract.quality.problems if item.rule == "candidate_not_given"]
    assert told.records == 20


STATUSES = {
    "New Application": ("applied", 1),
    "Rejected": ("not_known", 1),
    "Withdrawn": ("not_known", 1),
    "Rejected - Interview": ("interviewed", 1),
    "Hired": ("appointed", 1),
}


def test_a_status_export_reaches_the_stages(tmp_path) -> None:
    lines = ["Ref,Vacancy Ref,Job Title,Candidate ID,Status"]
    statuses = [*STATUSES, "Talent Pool", "Incomplete", "Started Application", "Draft"]
    lines += [f"{n},V1,Planner,{n},{status}" for n, status in enumerate(statuses, 100)]
    lines += ["900,TEST VACANCY,Test vacancy - do not apply,900,Hired"]
    (tmp_path / "ats.csv").write_text("\n".join(lines))
    (tmp_path / "ats.toml").write_text(
        '[file]\nshape = "status_to_stage"\n[columns]\n"Ref" = { to = "application_id" }\n'
        '"Vacancy Ref" = { to = "vacancy_id" }\n'
        '"Candidate ID" = { to = "candidate_id", purpose = "key" }\n'
        '"Status" = { to = "status" }\n"Job Title" = { to = "job_title" }\n'
    )
    extract = wa.read("applications", tmp_path / "ats.csv", mapping=tmp_path / "ats.toml")
    (summary,) = extract.quality.files
    counts = stage_counts(extract, by=[])
    assert counts.total() == summary.kept
    out = dict(summary.refused)
    assert out["of test vacancies"] == 1
    assert out["of applications never finished"] >= 1
    assert summary.rows_read == summary.kept + sum(out.values())
    found = counts.occurring()
    # a place in a talent pool fills no post, and "Rejected" says nothing of the stage
    assert found[("appointed", "no")] == 1
    assert found[("not_known", "yes")] == 1
    assert found[("not_known", "no")] >= 1
    assert found[("interviewed", "no")] >= 1
    assert counts.dimension("furthest_stage").label("not_known") == "Stage not known"


def _published(*rows: tuple[str, str, int | str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["sex", "counted", "n"])


TABLE = _published(
    ("Female", "Applicants", 410),
    ("Male", "Applicants", 300),
    ("Female", "Shortlisted", 123),
    ("Male", "Shortlisted", 60),
    ("Female", "Appointed", 41),
    ("Male", "Appointed", 0),
)


def test_published_counts_become_stages_that_adding_up_gives_back() -> None:
    extract = wa.read("counts", TABLE, dimensions=["sex"], published="A council, 2020")
    counts = stage_counts(extract, by=["sex"])
    assert counts.cells() == {
        ("female", "applied", "no"): 287,
        ("female", "shortlisted", "no"): 82,
        ("female", "appointed", "no"): 41,
        ("male", "applied", "no"): 240,
        ("male", "shortlisted", "no"): 60,
        ("male", "appointed", "no"): 0,
    } | {
        (sex, stage, "yes"): 0
        for sex in ("female", "male")
        for stage in counts.dimension("furthest_stage").codes
    }
    assert counts.total() == 710
    assert (counts.counted, counts.published) == ("applications", "A council, 2020")
    assert counts.dimension("furthest_stage").holds["shortlisted"] == STAGES[1:4]
    assert candidate_counts(extract, by=["sex"]) is None
    inside = stage_counts(extract, by=[], where={"sex": "male"})
    assert inside.occurring() == {
        ("applied", "no"): 240,
        ("shortlisted", "no"): 60,
        ("appointed", "no"): 0,
    }


def test_a_wide_published_table_and_stages_of_ones_own() -> None:
    wide = TABLE.pivot(index="sex", columns="counted", values="n").reset_index()
    extract = wa.read(
        "counts", wide, dimensions=["sex"], counted=["Applicants", "Shortlisted", "Appointed"]
    )
    counts = stage_counts(extract, by=["sex"], stages=("applied", "appointed"))
    assert counts.occurring()[("female", "applied", "no")] == 410 - 41


def test_a_published_table_that_hides_a_cell_is_refused_unless_it_is_not_needed() -> None:
    hidden = TABLE.assign(n=TABLE["n"].astype(object).where(TABLE["n"] > 0, "[c]"))
    extract = wa.read("counts", hidden, dimensions=["sex"])
    with pytest.raises(UsageError, match="suppressed by its publisher"):
        stage_counts(extract, by=["sex"])
    known = stage_counts(extract, by=["sex"], stages=("applied", "shortlisted"))
    assert known.occurring()[("male", "shortlisted", "no")] == 60


def test_a_published_table_that_grows_from_stage_to_stage_is_refused() -> None:
    table = _published(("Female", "Applicants", 10), ("F", "Shortlisted", 12))
    extract = wa.read("counts", table, dimensions=["sex"])
    with pytest.raises(DataError, match="more at a later stage"):
        stage_counts(extract, by=["sex"])


def test_what_cannot_be_counted_is_refused_with_what_can() -> None:
    extract = _applications(small.rows(5, random.Random(9)))
    for stages in (
        ("applied",),
        ("shortlisted", "appointed"),
        ("appointed", "applied"),
        ("sifted",),
    ):
        with pytest.raises(UsageError, match="in this order"):
            stage_counts(extract, by=[], stages=stages)
    with pytest.raises(UsageError, match="already"):
        stage_counts(extract, by=["furthest_stage"])
    with pytest.raises(UsageError, match=r"council\.applications"):
        stage_counts(wa.read("grades", small.GRADES), by=[])
    with pytest.raises(UsageError, match="could name a person"):
        stage_counts(extract, by=["vacancy_id"])
    with pytest.raises(UsageError, match="no column 'ward'"):
        stage_counts(extract, by=["ward"], unprinted=["ward"])
    staff = wa.read(
        "counts", pd.DataFrame({"sex": ["F"], "n": [1]}), dimensions=["sex"], counted="staff"
    )
    with pytest.raises(UsageError, match="at least two"):
        stage_counts(staff, by=["sex"])


def test_what_is_never_printed_is_counted_and_not_displayed() -> None:
    extract = _applications(small.rows(40, random.Random(10)))
    counts = stage_counts(extract, by=["vacancy_id", "sex"], unprinted=["vacancy_id"])
    assert {key[0] for key in counts.occurring()} == {"v1", "v2", "v3", "v4"}
    assert counts.over("sex", "furthest_stage", "withdrawn").equals(
        stage_counts(extract, by=["sex"])
    )
    for shown in (repr(counts), counts._repr_html_()):
        assert "v1" not in shown
        assert "Female" in shown


def test_objections_of_staff_leave_what_candidates_said() -> None:
    from workforce_analytics.extracts.objections import with_objections

    applications = _applications(small.rows(30, random.Random(11)))
    objections = wa.read("objections", pd.DataFrame({"person_id": ["c1", "c2"]}))
    after = with_objections({"applications": applications, "objections": objections})
    assert after["applications"] is applications


def test_attaching_vacancies_twice_changes_nothing() -> None:
    extract = _applications(small.rows(30, random.Random(12)))
    vacancies = wa.read("vacancies", small.in_memory(small.VACANCIES))
    again = with_vacancies(extract, vacancies)
    assert stage_counts(again, by=["grade_band"]).equals(stage_counts(extract, by=["grade_band"]))
