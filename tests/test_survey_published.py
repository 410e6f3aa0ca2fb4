"""Survey results that others published: marks kept apart, medians without the rows of means.

The excerpt is of "Civil Service People Survey 2023: results by organisation and ethnicity" (Cabinet
Office, Open Government Licence v3.0): ten of its 106 rows of names, three of its 14 measures.
"""

import statistics
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.survey_published import published

SOURCE = "Cabinet Office, Civil Service People Survey 2023, Open Government Licence v3.0"
EXCERPT = """\
Organisation name,Organisation code,Department group,Notes,Response,Count,\
Employee engagement index (B47 to B51),"My work theme score (% positive, B01 to B05)",\
E01_yes. Have you been discriminated against at work in the last 12 months? (% selecting 'Yes')
All civil servants (mean score),CS_MEAN,All Civil Servants,,White,268798,61.488,77.068,7.583
All civil servants (mean score),CS_MEAN,All Civil Servants,,Ethnic Minority,45401,66.42,76.135,\
11.598
Acas,ACAS,Department for Business and Trade,,White,483,64.948,75.321,6.832
Acas,ACAS,Department for Business and Trade,,Ethnic Minority,61,67.705,80.656,[c]
Attorney General's Office,AGO,Attorney General's Departments,,White,33,76.212,92.121,[c]
Attorney General's Office,AGO,Attorney General's Departments,,Ethnic Minority,10,77.5,74,[c]
Accountant in Bankruptcy,AIB,Scottish Government,,White,83,69.691,78.313,[c]
Accountant in Bankruptcy,AIB,Scottish Government,,Ethnic Minority,[c],[c],[c],[c]
Charity Commission,CC,Charity Commission,,White,340,65.044,78.853,3.824
Charity Commission,CC,Charity Commission,,Ethnic Minority,31,66.333,75.484,[c]
Criminal Injuries Compensation Authority,CICA,Justice,,White,211,66.69,78.768,6.161
Criminal Injuries Compensation Authority,CICA,Justice,,Ethnic Minority,10,84,84,[c]
Office for National Statistics,ONS,UK Statistics Authority,,White,3511,64.066,74.081,6.04
Office for National Statistics,ONS,UK Statistics Authority,,Ethnic Minority,341,68.968,75.914,9.677
UK Statistics Authority,UKSA,UK Statistics Authority,,White,113,71.77,86.018,[c]
UK Statistics Authority,UKSA,UK Statistics Authority,,Ethnic Minority,12,68.333,70,[c]
Ministry of Justice group (including agencies),MOJ_GROUP,Justice,[note 12],White,34874,61.999,\
76.449,8.774
Ministry of Justice group (including agencies),MOJ_GROUP,Justice,[note 12],Ethnic Minority,6104,\
63.688,74.111,13.4
UK Statistics Authority group (including ONS),UKSA_GROUP,UK Statistics Authority,[note 12],White,\
3624,64.308,74.454,6.072
UK Statistics Authority group (including ONS),UKSA_GROUP,UK Statistics Authority,[note 12],\
Ethnic Minority,353,68.946,75.713,9.915
"""
ENGAGEMENT = "Employee engagement index (B47 to B51)"
WORK = "My work theme score (% positive, B01 to B05)"
E01 = next(name for name in pd.read_csv(StringIO(EXCERPT)).columns if name.startswith("E01"))
MEANS = ("CS_MEAN", "MOJ_GROUP", "UKSA_GROUP")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    path = tmp_path_factory.mktemp("published") / "people_survey_2023.csv"
    path.write_text(EXCERPT, encoding="utf-8-sig")
    return wa.read("survey_published", path, dimensions=["Response"], published=SOURCE)


def _read(table: str | pd.DataFrame, **options) -> Extract:
    if isinstance(table, str):
        table = pd.read_csv(StringIO(table), dtype=str, keep_default_na=False)
    return wa.read("survey_published", table, published="A source", **options)


def _at(shown: pd.DataFrame, **where: str) -> pd.Series:
    for name, value in where.items():
        shown = shown[shown[name] == value]
    assert len(shown) == 1
    return shown.iloc[0]


def test_the_file_is_read_as_it_was_published(results: Extract) -> None:
    assert len(results.distinct("organisation")) == 10
    assert set(results.distinct("question")) >= {ENGAGEMENT, WORK}
    (note,) = results.quality.problems
    assert (note.rule, note.severity, note.records, note.of) == ("suppressed", "note", 11, 60)


def test_what_its_publisher_suppressed_stays_suppressed(results: Extract) -> None:
    shown = published(results).to_frame()
    hidden = _at(shown, organisation="Acas", Response="Ethnic Minority", measure="score", topic=E01)
    assert hidden["status"] == "suppressed"
    assert hidden["note"] == "suppressed by its publisher"
    assert pd.isna(hidden["value"])
    assert hidden["value_mark"] == "[c]"
    own = shown[(shown["measure"] == "score") & (shown["status"] == "suppressed")]
    assert len(own) == 11
    open_ = _at(shown, organisation="Acas", Response="White", measure="score", topic=ENGAGEMENT)
    assert (open_["value"], open_["unit"]) == (64.948, "score_0_100")
    share = _at(shown, organisation="Acas", Response="White", measure="score", topic=WORK)
    assert (share["value"], share["unit"]) == (pytest.approx(0.75321), "proportion")


@pytest.mark.parametrize(
    ("topic", "group", "median", "upper", "n"),
    [
        (ENGAGEMENT, "White", 66.69, 70.7305, 7),
        (ENGAGEMENT, "Ethnic Minority", 68.6505, 75.367, 6),
        (WORK, "White", 0.78768, 0.824355, 7),
        (WORK, "Ethnic Minority", 0.75699, 0.794705, 6),
        (E01, "White", 0.061005, 0.0632875, 4),
        (E01, "Ethnic Minority", 0.09677, 0.09677, 1),
    ],
)
def test_medians_are_of_organisations_and_not_of_means(
    results: Extract, topic: str, group: str, median: float, upper: float, n: int
) -> None:
    """Figures by hand, with statistics.median over the excerpt's seven organisations."""
    table = published(results)
    shown = table.to_frame()
    of_all = {"organisation": "All", "Response": group, "topic": topic}
    assert _at(shown, measure="median", **of_all)["value"] == pytest.approx(median, abs=1e-9)
    assert _at(shown, measure="upper_quartile", **of_all)["value"] == pytest.approx(upper, abs=1e-9)
    counted = _at(shown, measure="share_shown", **of_all)
    assert (counted["numerator"], counted["denominator"]) == (n, 7)
    rest = f"{7 - n} suppressed by its publisher" if n < 7 else ""
    assert counted["note"] == rest
    assert table.about.published == SOURCE
    assert table.about.caveats[0] == (
        "Not among the organisations: All civil servants (mean score); Ministry of Justice group "
        "(including agencies); UK Statistics Authority group (including ONS)."
    )


def test_who_is_left_out_can_be_said(results: Extract) -> None:
    known = published(results).to_frame()
    said = published(results, without=MEANS).to_frame()
    pd.testing.assert_frame_equal(known, said)
    all_ten = _at(
        published(results, without=[]).to_frame(),
        measure="share_shown",
        Response="White",
        topic=ENGAGEMENT,
    )
    assert all_ten["denominator"] == 10
    with pytest.raises(UsageError, match=r"'ACASS', which is in no row\. Did you mean 'Acas'"):
        published(results, without=["ACASS"])


def test_any_order_of_rows_and_a_long_table_give_the_same(results: Extract) -> None:
    wide = pd.read_csv(StringIO(EXCERPT), dtype=str, keep_default_na=False)
    mixed = wide.sample(frac=1, random_state=2)
    keys = list(wide.columns[:6])
    long = mixed.melt(id_vars=keys, var_name="Question", value_name="Score")
    expected = published(results).to_frame()
    for table in (mixed, long):
        extract = wa.read("survey_published", table, dimensions=["Response"], published=SOURCE)
        pd.testing.assert_frame_equal(published(extract).to_frame(), expected)


MARKED = """\
Organisation,Wave,Engagement index,Manages staff (% positive)
North,2024,61.5%,[z]
South,2024,[x],40
West,2024,70,
East,2024,0,*
Benchmark (median),2024,66,40
"""


def test_marks_are_kept_apart_and_none_is_a_number() -> None:
    extract = _read(MARKED)
    found = {one.rule: one for one in extract.quality.problems}
    assert {rule: one.records for rule, one in found.items()} == {
        "suppressed": 1,
        "not_applicable": 1,
        "no_score_and_no_mark": 1,
    }
    assert found["no_score_and_no_mark"].severity == "warning"
    shown = published(extract).to_frame()
    own = shown[shown["measure"] == "score"].set_index(["organisation", "topic"])
    asked = "Manages staff (% positive)"
    said = {name: own.loc[(name, asked)] for name in ("North", "West", "East")}
    assert [said[name]["status"] for name in said] == ["undefined", "undefined", "suppressed"]
    assert [said[name]["value_mark"] for name in said] == ["[z]", "[z]", "[c]"]
    assert said["North"]["note"] == "not applicable, its publisher says"
    assert said["West"]["note"] == "neither a score nor a reason was published"
    assert own.loc[("East", "Engagement index")]["value"] == 0  # a real nought
    median = _at(shown, measure="median", topic="Engagement index")
    assert median["value"] == statistics.median([61.5, 70, 0])
    assert median["note"] == "1 not available, its publisher says"
    assert _at(shown, measure="median", topic=asked)["value"] == pytest.approx(0.4)
    assert set(shown["period"]) == {"2024"}


def _answers(*percent: str) -> str:
    words = ("Agree", "Neither", "Disagree")
    lines = [f"North,Pride,{word},{x}" for word, x in zip(words, percent, strict=True)]
    return "\n".join(["Organisation,Question,Answer,Score", *lines])


@pytest.mark.parametrize(
    ("percent", "off"),
    [
        (("33", "33", "33"), False),  # rounded to whole numbers
        (("34", "34", "34"), True),
        (("33.3", "33.3", "33.3"), False),
        (("33.0", "33.3", "33.3"), True),
        (("0.5", "0.25", "0.25"), False),
        (("0.5", "0.25", "0.35"), True),
        (("60", "[c]", "30"), False),  # what is hidden may be the rest
        (("60", "[c]", "50"), True),
        (("60", "40", "[z]"), False),
        (("60", "30", "[z]"), True),
    ],
)
def test_answers_that_do_not_add_up_are_told(percent: tuple[str, ...], off: bool) -> None:
    found = [one.rule for one in _read(_answers(*percent)).quality.problems]
    assert ("distribution_does_not_add_up" in found) == off


def test_answers_side_by_side_are_a_distribution_too() -> None:
    table = "Organisation,Question,Agree,Disagree\nNorth,Pride,60,30\nSouth,Pride,60,40\n"
    extract = _read(table)
    (problem,) = extract.quality.problems
    assert (problem.rule, problem.records) == ("distribution_does_not_add_up", 2)
    shown = published(extract).to_frame()
    row = _at(shown, measure="median", topic="Pride: Agree")
    assert (row["value"], row["unit"]) == (0.6, "proportion")


def test_what_is_no_published_result_is_refused(council, results: Extract) -> None:
    with pytest.raises(UsageError, match=r"are read with wa\.read"):
        published(council.survey_responses)
    hidden = wa.read("survey_published", pd.DataFrame({"Organisation": ["N"], "Index": ["1"]}))
    with pytest.raises(UsageError, match="Say where these results were published"):
        published(hidden)
    with pytest.raises(UsageError, match=r"of= names 'Respons'.*Did you mean 'Response'"):
        published(results, of="Respons")
    with pytest.raises(UsageError, match=r"holds no scores\. Name the columns"):
        _read("Organisation,Words\nNorth,good\n")
    with pytest.raises(UsageError, match="no column 'Grade'"):
        _read(MARKED, dimensions=["Grade"])
    with pytest.raises(DataError, match="has several scores"):
        _read("Organisation,Score,Question\nNorth,1,A\nNorth,2,A\n")
    by_two = _read("Organisation,Sex,Grade,Index\nN,F,a,1\nN,F,b,2\n")
    with pytest.raises(UsageError, match=r"several scores of one organisation.*Sex, Grade"):
        published(by_two, of="Sex")


def test_a_score_that_is_no_number_is_an_error_that_does_not_quote_it() -> None:
    with pytest.raises(DataError) as raised:
        _read("Organisation,Question,Score\nNorth,A,Zzyx\nSouth,A,5\n")
    assert "Zzyx" not in str(raised.value)
    with pytest.raises(DataError, match="score"):
        _read("Organisation,Question,Score\nNorth,A,101\nSouth,A,5\n")


@settings(derandomize=True, deadline=None, max_examples=20)
@given(scores=st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=1, max_size=9))
def test_quartiles_agree_with_counting_by_hand(scores: list[int | None]) -> None:
    table = pd.DataFrame(
        {
            "organisation": [f"o{n}" for n in range(len(scores))],
            "question": "Index",
            "score": ["[c]" if x is None else str(x / 10) for x in scores],
        }
    )
    shown = published(_read(table)).to_frame()
    known = sorted(x / 10 for x in scores if x is not None)
    for measure, share in (("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75)):
        row = _at(shown, measure=measure)
        if not known:
            assert row["status"] == "undefined"
            continue
        place = share * (len(known) - 1)
        low, part = int(place), place - int(place)
        high = min(low + 1, len(known) - 1)
        assert row["value"] == pytest.approx(known[low] * (1 - part) + known[high] * part)


def test_the_public_way_in_and_a_file_written_from_it(results: Extract, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    published(results).to_csv(path)
    text = path.read_text(encoding="utf-8")
    assert "Acas" in text
    assert ",[c]," in text
