"""What a survey asked, and exports as survey tools give them."""

from collections import Counter
from pathlib import Path

import pandas as pd
import polars
import pytest

import workforce_analytics as wa
from workforce_analytics import engine
from workforce_analytics.errors import ConfigurationError, DataError, UsageError
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.extracts.instrument_of import instrument_of
from workforce_analytics.extracts.instruments import instrument
from workforce_analytics.extracts.survey_answers import SurveyAnswers
from workforce_analytics.extracts.survey_checks import survey_quality
from workforce_analytics.settings import read_settings, survey_margins

OWN = """[instrument]
title = "Our survey"
source = "Ourselves"
[scales.agreement]
points = ["1", "2", "3", "4", "5"]
positive = ["4", "5"]
[items.Q1]
text = "I am proud of what we do"
scale = "agreement"
"""


def _settings(folder: Path, text: str):
    path = folder / "organisation.toml"
    path.write_text(f'[organisation]\nname = "A"\n{text}', encoding="utf-8")
    return read_settings(path)


def test_the_survey_is_said_in_organisation_toml(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    plan = _settings(
        tmp_path, '[survey]\ninstrument = "own.toml"\nmargins = ["age", "unit"]\ntrim = 3\n'
    ).plans["survey"]
    assert plan["margins"] == ("age", "unit")
    assert plan["trim"] == 3.0
    # A file of one's own is found from anywhere.
    assert instrument(plan["instrument"]).title == "Our survey"
    assert Path(plan["instrument"]).is_absolute() == tmp_path.is_absolute()
    nothing = _settings(tmp_path, "").plans["survey"]
    assert nothing == {"instrument": "", "margins": (), "trim": 5.0}


def test_every_mistake_about_the_survey_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace("source", "sauce"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        _settings(tmp_path, '[survey]\ninstrument = "own.toml"\nmargins = ["ages", "sex", "sex"]\n')
    assert str(raised.value).splitlines() == [
        "organisation.toml: 3 to mend.",
        "  - [survey] instrument: own.toml: 2 to mend.",
        "    - [instrument] 'source' is missing.",
        "    - [instrument] 'sauce' is not known. Did you mean 'source'? Allowed: title, source, "
        "licence, wording.",
        "  - [survey] margins: 'ages' is nothing that staff are counted by. Did you mean 'age'? "
        f"Allowed: {', '.join(survey_margins())}.",
        "  - [survey] margins: 'sex' stands there twice.",
    ]
    with pytest.raises(ConfigurationError, match=r"no instrument called 'smaple'.*'sample'"):
        _settings(tmp_path, '[survey]\ninstrument = "smaple"\n')
    with pytest.raises(ConfigurationError, match=r"'survey\.trim': Input should be greater than 1"):
        _settings(tmp_path, "[survey]\ntrim = 1\n")


def _responses(columns: dict, context: Context | None = None):
    frame = pd.DataFrame({"wave": ["2024"] * 2, "respondent_id": ["a", "b"], **columns})
    return wa.read("survey_responses", frame, context=context)


def test_the_instrument_is_the_one_named_else_the_one_that_fits(council) -> None:
    assert instrument_of(council.survey_responses).name == "sample"
    alone = {name: ["4", "5"] for name in instrument("lga_engagement").items}
    assert instrument_of(_responses(alone)).name == "lga_engagement"
    named = Context(plans={"survey": {"instrument": "sample"}})
    assert instrument_of(_responses(alone, named)).name == "sample"
    with pytest.raises(UsageError, match=r"no shipped instrument has a question of it\. Write"):
        instrument_of(_responses({"Q77": ["4", "5"]}))
    with pytest.raises(UsageError, match=r"comes nearest, and does not know Q77\. Write \[survey"):
        instrument_of(_responses({**alone, "Q77": ["4", "5"]}))
    with pytest.raises(UsageError, match="this is survey_eligible"):
        instrument_of(council.survey_eligible)


def test_the_instrument_of_a_long_file_is_found_by_its_items() -> None:
    names = list(instrument("sample").items)
    long = wa.read(
        "survey_responses",
        pd.DataFrame(
            {"wave": "2024", "respondent_id": "a", "item": names, "answer": ["4"] * len(names)}
        ),
    )
    assert instrument_of(long).name == "sample"


# Exports as survey tools give them, from sample_data/messy, with an instrument of their questions.

EXPORTED = """[instrument]
title = "What the tools asked"
source = "Ourselves"
[scales.agreement]
points = ["1", "2", "3", "4", "5"]
labels = { 1 = "Strongly disagree", 2 = "Disagree", 4 = "Agree", 5 = "Strongly agree" }
synonyms = { 3 = ["Neither"] }
positive = ["4", "5"]
[scales.network]
points = ["Race", "LGBTQ+", "Women"]
ordered = false
[items.pride]
text = "I am proud to work here"
scale = "agreement"
synonyms = ["Q1_1"]
[items.listens]
text = "My manager listens"
scale = "agreement"
[items.networks]
text = "Which networks?"
scale = "network"
several = true
[items.words]
text = "Comments"
free_text = true
"""
MESSY = Path(__file__).parents[1] / "sample_data" / "messy"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Context:
    path = tmp_path_factory.mktemp("instrument") / "tools.toml"
    path.write_text(EXPORTED, encoding="utf-8")
    return Context(organisation="A", plans={"survey": {"instrument": str(path)}})


def _mended(folder: Path, name: str, mapping: str, **changes: str) -> tuple[Path, str]:
    """Write an export with its faults mended, and the mapping that goes with it."""
    text = (MESSY / name).read_text(encoding="utf-8-sig")
    for wrong, right in changes.items():
        assert wrong in text
        text = text.replace(wrong, right)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    return folder / name, str(folder / "mapping.toml")


def _starter(name: str) -> str:
    text = (MESSY.parents[1] / "schemas" / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    return text.replace('# wave = "2025"', 'wave = "2025"')


def _codes(extract: Extract, item: str) -> dict[tuple[str | None, ...], int]:
    answers = SurveyAnswers(extract, instrument_of(extract))
    one = answers.instrument.items[item]
    codes, found = answers.codes(one), Counter()
    for raw, n in answers.answers(one).items():
        found[codes[raw]] += n
    return dict(found)


def test_microsoft_forms(tmp_path: Path, asked: Context) -> None:
    """An "anonymous" export with an e-mail address and a name is refused until they are dropped."""
    path, mapping = _mended(
        tmp_path,
        "survey_forms.csv",
        '[columns]\n"ID" = { to = "respondent_id", purpose = "key" }\n'
        '"Directorate?" = { to = "unit" }\n"Which networks?" = { to = "networks" }\n'
        '[constants]\nwave = "2025"\n',
        **{"9,3/12/24 9:31:00,anonymous": "10,3/12/24 9:31:00,anonymous"},
    )
    with pytest.raises(DataError) as raised:
        wa.read("survey_responses", path, mapping=mapping, context=asked)
    said = str(raised.value)
    for line in ('"Email" = { purpose = "drop" }', '"Name" = { purpose = "drop" }'):
        assert line in said
    assert "robin" not in said.casefold()
    dropped = '"Which networks?" = { purpose = "drop" }'
    starter = _starter("forms")
    assert dropped in starter
    kept = starter.replace(dropped, '"Which networks?" = { to = "networks" }')
    Path(mapping).write_text(kept, encoding="utf-8")
    survey = wa.read("survey_responses", path, mapping=mapping, context=asked)
    rows = engine.collect(survey.frame)
    assert "example" not in rows.to_csv().casefold()
    assert "comment" not in rows.to_csv().casefold()
    assert not {"Email", "Name", "Start time", "Comments"} & set(rows.columns)
    assert _codes(survey, "pride") == {("5",): 1, ("1",): 1, ("4",): 2}
    assert _codes(survey, "networks") == {("Race", "LGBTQ+"): 1, ("Race",): 1}
    assert sorted(rows["unit"]) == ["Place", "Place", "Place", "Prefer not to say"]


def test_qualtrics(tmp_path: Path, asked: Context) -> None:
    """Three header rows; previews and unfinished answers are left out and counted."""
    path, mapping = _mended(
        tmp_path, "survey_qualtrics.csv", _starter("qualtrics"), Martian="White British"
    )
    survey = wa.read("survey_responses", path, mapping=mapping, context=asked)
    (file,) = survey.quality.files
    assert (file.rows_read, file.kept) == (4, 2)
    assert file.refused == (("of previews", 1), ("not finished", 1))
    assert _codes(survey, "pride") == {("4",): 1, ("2",): 1}
    assert "192.0.2" not in engine.collect(survey.frame).to_csv()
    found = {one.rule: one for one in survey_quality({"survey_responses": survey}).problems}
    assert found["not_in_instrument"].message.startswith("Q1_2 is in no item")
    without = Path(mapping).read_text(encoding="utf-8").replace('"IPAddress"', '"Other"')
    Path(mapping).write_text(without, encoding="utf-8")
    with pytest.raises(DataError, match=r'"IPAddress" = \{ purpose = "drop" \}'):
        wa.read("survey_responses", path, mapping=mapping, context=asked)


def test_a_grid_with_two_header_rows_and_paper_answers(tmp_path: Path, asked: Context) -> None:
    """The rows of a grid are the items whose wording their header ends with."""
    path, mapping = _mended(
        tmp_path,
        "survey_grid.csv",
        '[file]\nshape = "survey_export"\nheader_row = 1\nheader_rows = 2\n[columns]\n'
        '"ID" = { to = "respondent_id", purpose = "key" }\n"Collector" = { to = "mode" }\n'
        '"Where do you work?" = { to = "unit" }\n"Race network?" = { purpose = "drop" }\n'
        '[constants]\nwave = "2025"\n',
        Fax="Paper",
    )
    survey = wa.read("survey_responses", path, mapping=mapping, context=asked)
    assert _codes(survey, "pride") == {("5",): 1, ("1",): 1, ("3",): 1}
    assert _codes(survey, "listens") == {("4",): 1, ("2",): 1, ("3",): 1}
    modes = survey.count(["mode"])
    match = survey.matcher("mode")
    assert dict(zip(map(match, modes["mode"]), modes["__n"], strict=True)) == {
        "online": 1,
        "paper": 2,
    }


@pytest.mark.parametrize("header", ["Email", "Name", "IPAddress", "Home address"])
def test_identifiers_are_refused_on_engines_too(header: str) -> None:
    columns = {"wave": ["1"], "respondent_id": ["a"], "E1": ["5"], header: ["Zzyx"]}
    with pytest.raises(DataError) as raised:
        wa.read("survey_responses", polars.DataFrame(columns))
    assert f'"{header}" = {{ purpose = "drop" }}' in str(raised.value)
    assert "Zzyx" not in str(raised.value)


def test_addresses_among_the_answers_are_refused_on_engines_too(tmp_path: Path) -> None:
    columns = {"wave": ["1", "1"], "respondent_id": ["a", "b"], "E1": ["5", "4"]}
    rest = {"Q7": ["no", "ask robin.example@sample.example"], "Any comments?": ["a", "b"]}
    frame = polars.DataFrame({**columns, **rest})
    frame.write_parquet(tmp_path / "answers.parquet")
    for source in (frame, frame.lazy(), tmp_path / "answers.parquet"):
        with pytest.raises(DataError, match='"Q7" = ') as raised:
            wa.read("survey_responses", source)
        assert "robin" not in str(raised.value)
    # What people wrote is left out, and told of.
    survey = wa.read("survey_responses", frame.with_columns(Q7=polars.lit("no @ all")))
    assert "Any comments?" not in engine.columns(survey.frame)
    assert [one.rule for one in survey.quality.warnings] == ["undeclared_free_text"]
