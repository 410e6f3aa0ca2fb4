"""Raw answers as tools write them: signs, decimals, and codes that a mapping gives a meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workforce_analytics as wa
from tests.survey_depth_samples import toml
from tests.survey_edge_samples import SAMPLE, wide
from workforce_analytics.counting.answer_codes import tick_counts
from workforce_analytics.counting.answers import answer_counts, answer_sums
from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.survey_checks import survey_quality


def long(answers: dict[str, list[Any]]) -> pd.DataFrame:
    """The same with a row for each answer."""
    kept = ["wave", "respondent_id"]
    return wide(answers).melt(kept, var_name="item", value_name="answer").dropna()


def read(table: Any, mapping: Path | None = None, **plan: Any) -> Any:
    """Read answers by the sample's instrument."""
    context = Context(organisation="Council", plans={"survey": {"instrument": "sample", **plan}})
    return wa.read("survey_responses", table, mapping=mapping, context=context)


def given(extract: Any, item: str) -> dict[str, int]:
    """How many gave each answer to a question."""
    found = answer_counts(extract, SAMPLE, item, wave="2025").occurring()
    return {code: n for (code,), n in found.items() if n}


RAW = ["-1", "1", "4.0", " 4 ", "5 - Strongly agree", "\u22121", "-99", "2.5", ".5"]


@pytest.mark.parametrize("shape", [wide, long])
def test_signs_and_decimals_of_raw_answers_count(shape) -> None:
    extract = read(shape({"E1": RAW, "E2": ["3"] * len(RAW)}))
    assert given(extract, "E1") == {"1": 1, "4": 2, "5": 1, "not_answered": 5}
    sums = answer_sums(extract, SAMPLE, measures=["E1"], wave="2025").arrays("E1")
    assert (sums["n"][0], sums["y"][0]) == (4, 3)


def test_numbers_of_a_frame_in_memory_are_codes_as_well() -> None:
    extract = read(wide({"E1": [4.0, -1.0, None, 2.5, 1.0], "E2": [5, -1, 1, 9, 3]}))
    assert given(extract, "E1") == {"1": 1, "4": 1, "not_answered": 3}
    assert given(extract, "E2") == {"1": 1, "3": 1, "5": 1, "not_answered": 2}


VALUES = """
[values.E1]
"1" = "5"
"2" = "Agree"
"-1" = ""
"Gar nicht" = "1"
"""


@pytest.mark.parametrize("shape", [wide, long])
def test_a_mapping_says_what_an_export_with_its_own_codes_means(shape, tmp_path) -> None:
    raw = {"E1": ["1", "1.0", "2", "-1", "gar  nicht", "3"], "E2": ["1", "2", "3", "4", "5", "-1"]}
    extract = read(shape(raw), toml(tmp_path / "tool.toml", VALUES))
    # "1" is 5 once: what it stands for is not looked up again.
    assert given(extract, "E1") == {"1": 1, "3": 1, "4": 1, "5": 2, "not_answered": 1}
    assert given(extract, "E2") == {**dict.fromkeys("12345", 1), "not_answered": 1}
    ticked = tick_counts(extract, SAMPLE, "E1", wave="2025").occurring()
    assert {code: n for (code,), n in ticked.items()} == {"1": 1, "3": 1, "4": 1, "5": 2}
    found = {one.rule: one for one in survey_quality({"survey_responses": extract}).problems}
    assert found["out_of_scale"].message.endswith("not given: E2 once")
    assert '[values.E2] "..." = "1"' in found["out_of_scale"].remedy


def test_a_header_of_its_own_takes_values_under_the_question_or_the_header(tmp_path) -> None:
    for name in ("E1", "e1"):
        mapping = toml(tmp_path / f"{name}.toml", f'[values.{name}]\n"Ja" = "5"\n')
        assert given(read(wide({"e1": ["Ja", "2"]}), mapping), "E1") == {"2": 1, "5": 1}


def test_values_of_the_mapping_that_nothing_has_are_told(tmp_path) -> None:
    text = '[values.E11]\n"a" = "1"\n[values.E2]\n"secret" = "6"\n'
    extract = read(wide({"E1": ["1"], "E2": ["2"]}), toml(tmp_path / "tool.toml", text))
    found = {one.rule: one for one in survey_quality({"survey_responses": extract}).problems}
    assert "E11" in found["values_of_no_item"].message
    assert "Did you mean 'E1'?" in found["values_of_no_item"].remedy
    assert "E2" in found["values_not_in_scale"].message
    assert "one of 1, 2, 3, 4, 5" in found["values_not_in_scale"].remedy
    assert not any("secret" in one.sentence() for one in found.values())


OWN = {"2024": '"1" = "5"\n"-1" = "2"\n"3" = ""\n', "2025": '"1" = "4"\n'}


def test_files_with_mappings_of_their_own_keep_signs_and_lose_no_values(tmp_path) -> None:
    paths, mappings = [], []
    for wave, text in OWN.items():
        table = wide({"E1": ["1", "-1", "3"], "E2": ["1", "2", "3"]}).assign(wave=wave)
        paths.append(tmp_path / f"{wave}.csv")
        table.to_csv(paths[-1], index=False)
        mappings.append(toml(tmp_path / f"{wave}.toml", f"[values.E1]\n{text}"))
    context = Context(plans={"survey": {"instrument": "sample"}})
    extract = wa.read("survey_responses", paths, mapping=mappings, context=context)
    assert given(extract, "E1") == {"3": 1, "4": 1, "not_answered": 1}
    earlier = answer_counts(extract, SAMPLE, "E1", wave="2024").occurring()
    assert {code: n for (code,), n in earlier.items() if n} == {"2": 1, "5": 1, "not_answered": 1}
    toml(mappings[1], '[values.E3]\n"1" = "4"\n')
    with pytest.raises(ConfigurationError, match=r"\[values.E3\] names no column"):
        wa.read("survey_responses", paths, mapping=mappings, context=context)
