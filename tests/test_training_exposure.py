"""Who was trained when: on the sample council, and where something is missing or wrong."""

import json
import pickle
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import workforce_analytics as wa
from tests.small_panels import exposed, extracts, random_tables, sat, staff, trained, turn, vacancy
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.training_exposure import Exposure, exposure

SAMPLE = Path(__file__).parents[1] / "sample_data"
DAY = date(2024, 2, 10)


@pytest.fixture(scope="module")
def sample(council) -> Exposure:
    return exposure(council.panels, council.training, council.vacancies, rollout=council.rollout)


def test_the_sample_s_roll_out_and_course(sample) -> None:
    given = pd.read_csv(SAMPLE / "rollout.csv", index_col="unit_id").sort_index()
    assert sample.turns.index.tolist() == given.index.tolist()
    assert sample.turns["on"].equals(sample.turns["planned_on"])
    planned = pd.to_datetime(given["planned_on"]).astype("datetime64[ns]")
    assert sample.turns["on"].tolist() == planned.tolist()
    assert sample.random
    assert not sample.inferred
    assert sample.course == ("Inclusive recruitment", "Inclusive recruitment refresher")


def test_the_sample_s_planted_shares_of_panels_trained_are_found(sample) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    planned = truth["planted"]["recruitment"]["share_of_panel_trained"]
    expected = truth["expected"]["recruitment"]
    found = sample.coverage().unprotected(reason="test").set_index(["measure", "service"])["value"]
    for when, share in planned.items():
        here = found[f"share_trained_{when}", "All"]
        assert here == pytest.approx(share, abs=0.02)
        # Those who drew up the truth let the actual day of the turn count, not the planned one.
        measured = expected[f"share_of_panel_trained/{when}"]
        assert here == pytest.approx(measured["mean"], abs=3 * measured["deviation"])


def test_the_sample_s_sittings_are_those_of_its_files(sample) -> None:
    panels = pd.read_csv(SAMPLE / "panels.csv")
    records = pd.read_csv(SAMPLE / "training.csv")
    done = records[(records["status"] == "C") & records["course"].str.startswith("Inclusive")]
    panels["on"] = panels.groupby(["vacancy_id", "stage"])["sat_on"].transform("min")
    pairs = panels.reset_index().merge(done, on="person_id")
    in_time = pairs[(pairs["completed_on"] < pairs["on"]) & (pairs["on"] <= pairs["valid_until"])]
    panels["trained"] = panels.index.isin(in_time["index"])
    inside = panels[panels["person_id"].notna() & (panels["member_type"] == "E")]
    slow = inside.groupby(["vacancy_id", "stage"])["trained"].agg(["size", "sum"])
    found = sample.sittings[sample.sittings["known"] > 0]
    keys = found["stage"].map({"shortlisting": "S", "interview": "I"})
    slow = slow.loc[list(zip(found["vacancy_id"], keys, strict=True))]
    assert len(slow) == len(found)
    assert found["known"].tolist() == slow["size"].tolist()
    assert found["trained"].tolist() == slow["sum"].tolist()
    assert sample.match_rate == len(inside) / (panels["member_type"].isin(("E", "U"))).sum()


def test_at_gives_the_panel_that_decides(sample) -> None:
    listed, appointed = sample.at("shortlisted"), sample.at("appointed")
    assert set(listed["stage"]) == {"shortlisting"}
    assert set(appointed["stage"]) == {"interview"}
    assert listed.index.equals(appointed.index)
    assert listed.index.is_unique
    assert appointed.equals(sample.at("interviewed"))
    with pytest.raises(UsageError, match="'hired' is not decided by a panel"):
        sample.at("hired")


def test_an_exposure_shows_coverage_and_no_vacancy(sample) -> None:
    for shown in (repr(sample), sample._repr_html_()):
        assert "V0001" not in shown
        assert "Panel members trained" in shown
    with pytest.raises(UsageError, match="cannot be pickled"):
        pickle.dumps(sample)


def test_dates_are_inferred_where_there_is_no_roll_out(council, sample) -> None:
    found = exposure(council.panels, council.training, council.vacancies)
    assert found.inferred
    assert not found.random
    assert set(found.turns["order"]) == {"inferred"}
    assert found.notes[0].startswith("No roll-out was given.")
    both = found.turns["on"].to_frame("found").join(sample.turns["on"])
    # Panels trained early by chance may move a service by a quarter, not more than one or two.
    assert (
        both["found"].fillna(pd.Timestamp.max) == both["on"].fillna(pd.Timestamp.max)
    ).sum() > 36
    assert both["found"].isna().equals(both["on"].isna())


def test_a_seat_of_shortlisting_says_nothing_of_interviews() -> None:
    some = random_tables(5)
    del some["rollout"]
    found = exposed(some, course="Fair panels", outcome="appointed")
    assert found.coverage().about.title.endswith("interview panels")
    seats = found.coverage().unprotected(reason="test").query("measure == 'seats'")
    inside = found.sittings.query("stage == 'interview' and service != ''")
    assert seats.set_index("service").loc["All", "value"] == inside["seats"].sum()


def one(**more) -> dict:
    start = {
        "workforce": [staff("p1", "U1"), staff("p2", "U1")],
        "vacancies": [vacancy("v1", hiring_manager_id="p1")],
        "panels": [sat("v1", "p1", DAY), sat("v1", "p2", DAY)],
        "training": [trained("p1", date(2024, 1, 10))],
        "rollout": [turn("U1", date(2024, 1, 1), None)],
    }
    return {name: rows for name, rows in {**start, **more}.items() if rows is not None}


def test_without_panels_the_hiring_manager_stands_for_them() -> None:
    found = exposed(one(panels=None))
    assert found.at("shortlisted").loc["v1", ["seats", "known", "dose"]].tolist() == [0, 0, 1.0]
    assert any("hiring manager of each vacancy stands" in note for note in found.notes)
    assert found.match_rate == 1.0


def test_without_panels_or_managers_only_turns_are_known() -> None:
    found = exposed(one(panels=None, vacancies=[vacancy("v1")]))
    assert found.sittings["dose"].isna().all()
    assert any("Neither panels nor hiring managers" in note for note in found.notes)
    assert pd.isna(found.match_rate)
    assert exposed(one(panels=None, training=None)).sittings["dose"].isna().all()


def test_a_stage_whose_panel_is_not_recorded_takes_the_hiring_manager_s_day_and_dose() -> None:
    here = exposed(one()).at("appointed").loc["v1"]
    assert here["on"] == pd.Timestamp(2024, 1, 20)  # the closing day
    assert here[["seats", "dose", "manager_trained"]].tolist() == [0, 1.0, 1.0]


def test_a_match_rate_under_nine_in_ten_is_said_beside_every_result() -> None:
    strangers = [sat("v1", f"q{i}", DAY) for i in range(2)]
    found = exposed(one(panels=[*one()["panels"], *strangers]))
    assert found.match_rate == 0.5
    assert any(note.startswith("Only 50 % of panel members") for note in found.notes)
    assert not any("Only" in note for note in exposed(one()).notes)


def test_training_records_of_strangers_are_said() -> None:
    found = exposed(one(training=[*one()["training"], trained("q1", date(2024, 1, 10))]))
    assert any(note.startswith("Only 50 % of training records") for note in found.notes)


def test_without_a_list_of_staff_nobody_can_say_who_was_found() -> None:
    found = exposed(one(workforce=None))
    assert pd.isna(found.match_rate)
    assert found.at("shortlisted").loc["v1", "dose"] == 0.5
    assert found.sittings["visitors"].isna().all()
    assert any("no list of staff" in note for note in found.notes)
    assert "share_of_visitors" not in set(found.coverage().unprotected(reason="test")["measure"])


def test_keys_of_people_make_somebody_known() -> None:
    keys = [{"person_id": "p2", "key_type": "email", "key": "p2@council.example"}]
    found = exposed(one(workforce=[staff("p1", "U1")], people_keys=keys))
    assert found.match_rate == 1.0


def test_the_course_is_the_one_that_most_panel_members_hold() -> None:
    records = [
        trained("p1", date(2024, 1, 10)),
        trained("p2", date(2024, 1, 10)),
        trained("p1", date(2024, 1, 10), course="Cooking"),
        *(trained(f"x{i}", date(2024, 1, 10), course="Cooking") for i in range(9)),
        trained("p1", date(2024, 1, 10), course="fair  panels refresher"),
        trained("p1", date(2024, 1, 10), course="Fair panelsmanship"),
    ]
    found = exposed(one(training=records))
    assert found.course == ("Fair panels", "fair  panels refresher")
    assert any("most panel members hold “Fair panels”, and with it" in note for note in found.notes)
    assert exposed(one(training=records), course=["Cooking"]).course == ("Cooking",)
    with pytest.raises(UsageError, match=r"course='Fair panel' is not a course.*Did you mean"):
        exposed(one(training=records), course="Fair panel")


def test_the_actual_day_counts_where_the_order_was_not_by_lot() -> None:
    turns = [
        turn("U1", date(2024, 1, 1), date(2024, 4, 8), "need"),
        turn("U2", date(2024, 1, 1), date(2024, 1, 8), "random"),
        turn("U3", date(2024, 1, 1), None, "volunteers"),
        turn("U4", None, None, "random"),
    ]
    found = exposed(one(rollout=turns))
    days = [pd.Timestamp(2024, 4, 8), *[pd.Timestamp(2024, 1, 1)] * 2, pd.NaT]
    assert found.turns["on"].tolist() == days
    assert not found.random
    assert any(note.startswith("1 service had the training in another") for note in found.notes)
    assert any(note.startswith("Of 1 service only one of") for note in found.notes)
    assert "1 service of 4 had no turn yet." in found.details
    assert "3 services of the roll-out have no vacancy." in found.details
    planned = exposed(one(rollout=turns), date="planned").turns["on"]
    assert planned.tolist() == [pd.Timestamp(2024, 1, 1)] * 3 + [pd.NaT]
    actual = exposed(one(rollout=turns), date="actual").turns["on"]
    assert actual.iloc[1] == pd.Timestamp(2024, 1, 8)


def test_vacancies_of_no_service_are_left_out_and_said() -> None:
    found = exposed(one(vacancies=[vacancy("v1"), vacancy("v2", "U9"), vacancy("v3", None)]))
    services = found.at("shortlisted")["service"]
    assert services.to_dict() == {"v1": "U1", "v2": "", "v3": ""}
    assert "2 vacancies of 3 are of no unit of the roll-out and left out." in found.notes


def test_wrong_arguments_are_refused_in_a_sentence() -> None:
    found = extracts(one())
    with pytest.raises(UsageError, match="panels takes a panels extract"):
        exposure(found["training"], found["panels"], found["vacancies"])
    with pytest.raises(UsageError, match="vacancies takes a vacancies extract"):
        exposure(found["panels"], found["training"], None)
    with pytest.raises(UsageError, match=r"date='due' is not known\. Allowed: planned, actual"):
        exposed(one(), date="due")
    with pytest.raises(UsageError, match="outcome='hired' is not decided"):
        exposed(one(), outcome="hired")
    with pytest.raises(UsageError, match="Without a roll-out"):
        exposed(one(rollout=None, training=None))
    with pytest.raises(UsageError, match="two turns for one unit"):
        exposed(one(rollout=[turn("U1", None, None), turn("u1", None, None)]))


FILES = {
    "people_keys.csv": """person_id,key_type,key
000481,email,jane@council.example
000482,email,sam@council.example
000483,email,kit@council.example
""",
    "panels.csv": """Vacancy,Chair,Panel 2,Panel 3
V1,jane@council.example,SAM@council.example,tbc / Cllr Invented
V2,nobody@council.example,kit@council.example,
""",
    "learning.csv": """User,Course,Status,Completed
JANE@COUNCIL.EXAMPLE,Fair panels,Attended,2024-01-13
sam@council.example,Fair panels,Booked,
kit@council.example,Fair panels,DNA,
""",
    "vacancies.csv": """vacancy_id,opened_on,closed_on,unit_id
V1,2024-02-01,2024-02-21,S1
V2,2024-03-01,2024-03-21,S1
""",
    "rollout.csv": "unit_id,planned_on,actual_on,order\nS1,2024-01-01,2024-01-05,random\n",
    "learning.toml": """[columns]
"User" = { to = "person_id", purpose = "key", key_type = "email" }
"Course" = { to = "course" }
"Status" = { to = "status" }
"Completed" = { to = "completed_on" }
""",
    "panels.toml": """[file]
shape = "wide_panels"
[columns]
"Vacancy" = { to = "vacancy_id" }
"Chair" = { to = "chair", purpose = "key", key_type = "email" }
"Panel 2" = { to = "member_2", purpose = "key", key_type = "email" }
"Panel 3" = { to = "member_3", purpose = "key", key_type = "email" }
[constants]
stage = "interview"
source = "form"
""",
    "organisation.toml": """[organisation]
name = "Small Council"
[extracts.people_keys]
path = "people_keys.csv"
[extracts.vacancies]
path = "vacancies.csv"
[extracts.rollout]
path = "rollout.csv"
[extracts.panels]
path = "panels.csv"
mapping = "panels.toml"
[extracts.training]
path = "learning.csv"
mapping = "learning.toml"
""",
}


def test_e_mails_of_panels_and_of_the_learning_system_lead_to_people(tmp_path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    council = wa.load(tmp_path / "organisation.toml")
    found = exposure(council.panels, council.training, council.vacancies, rollout=council.rollout)
    here = found.at("appointed")[["seats", "known", "trained", "chair_trained"]]
    # A councillor is no staff; of the second panel's chair nobody knows who it is.
    assert here.loc["V1"].tolist() == [3, 2, 1, 1.0]
    assert here.loc["V2", ["seats", "known", "trained"]].tolist() == [2, 1, 0]
    assert pd.isna(here.loc["V2", "chair_trained"])
    assert found.match_rate == 3 / 4
    assert any(note.startswith("Only 75 % of panel members") for note in found.notes)
