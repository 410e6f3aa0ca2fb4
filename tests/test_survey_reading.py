"""What a survey asked, and exports as survey tools give them."""

from pathlib import Path

import pandas as pd
import pytest

import workforce_analytics as wa
from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.instrument_of import instrument_of
from workforce_analytics.extracts.instruments import instrument
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
