"""Comments: their words never leave the file, their codes are counted and protected."""

import random
from pathlib import Path
from typing import Any

import pandas as pd
import polars
import pytest

import workforce_analytics as wa
from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.measures.survey_comments import comments

SECRET = "Zzyx is a bully"
INSTRUMENT = """[instrument]
title = "Our survey"
source = "Ourselves"
[scales.agreement]
points = ["1", "2", "3", "4", "5"]
positive = ["4", "5"]
[scales.about]
points = ["pay", "manager", "building", "other"]
labels = { pay = "Pay", manager = "My manager", building = "The building", other = "Other" }
synonyms = { manager = ["boss"] }
ordered = false
[items.Q1]
text = "I am proud of what we do"
scale = "agreement"
[items.Q2]
text = "What should we change?"
free_text = true
[items.Q2_codes]
text = "Codes of what we should change"
scale = "about"
several = true
"""
ROWS = 400
CODES = {"pay": 0.30, "manager": 0.15, "building": 0.01}


def _rows() -> pd.DataFrame:
    draw = random.Random(5)
    rows = []
    for number in range(ROWS):
        ticked = [code for code, share in CODES.items() if draw.random() < share]
        rows.append(
            {
                "wave": "2024",
                "respondent_id": f"r{number}",
                "sex": draw.choice(["Female", "Male"]),
                "Q1": str(draw.randint(1, 5)),
                "Q2": SECRET if ticked else None,
                "Q2_codes": "".join(f"{code};" for code in ticked) or None,
            }
        )
    # What an analyst writes by hand: other words for a code, a space, a code twice.
    rows[0]["Q2_codes"] = "Pay; boss;pay"
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    path = tmp_path_factory.mktemp("instrument") / "own.toml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    return Context(organisation="Council", plans={"survey": {"instrument": str(path)}})


def _long(rows: pd.DataFrame) -> pd.DataFrame:
    keys = ["wave", "respondent_id", "sex"]
    melted = rows.melt(id_vars=keys, var_name="item", value_name="answer")
    return melted[melted["answer"].notna()].sample(frac=1, random_state=3)


def _survey(source: Any, context: Context, **options: Any) -> Extract:
    return wa.read("survey_responses", source, context=context, **options)


WAYS = {
    "wide": lambda rows: rows,
    "long": _long,
    "polars": polars.from_pandas,
    "long polars": lambda rows: polars.from_pandas(_long(rows)),
}


@pytest.mark.parametrize("way", WAYS)
def test_words_are_dropped_before_anything_is_counted(context: Context, way: str) -> None:
    mapping = None
    survey = _survey(WAYS[way](_rows()), context, mapping=mapping)
    rows = engine.collect(survey.frame)
    assert SECRET not in rows.to_csv()
    assert SECRET not in repr(survey) + repr(survey.quality)
    (note,) = [one for one in survey.quality.problems if one.rule == "free_text"]
    assert note.severity == "note"
    assert note.column == ("answer" if "long" in way else "Q2")


def test_a_mapping_does_not_bring_words_in_either(context: Context, tmp_path: Path) -> None:
    rows = _rows().rename(columns={"Q2": "Any other comments?", "Q2_codes": "Comment codes"})
    rows.to_csv(tmp_path / "export.csv", index=False)
    (tmp_path / "own.toml").write_text(
        '[columns]\n"Any other comments?" = { to = "Q2" }\n"Comment codes" = { to = "Q2_codes" }\n',
        encoding="utf-8",
    )
    mapping = str(tmp_path / "own.toml")
    survey = _survey(tmp_path / "export.csv", context, mapping=mapping)
    assert "Q2" not in engine.columns(survey.frame)
    assert comments(survey, codes="Q2_codes").about.kind == "survey_comments"
    # Without a mapping neither is read: the header sounds like what people wrote.
    bare = _survey(tmp_path / "export.csv", context)
    assert not {"Any other comments?", "Comment codes"} & set(engine.columns(bare.frame))
    told = {one.column: one.remedy for one in bare.quality.warnings}
    assert '"Comment codes" = { to = "ITEM" } where it holds codes' in told["Comment codes"]


def _slowly(rows: pd.DataFrame, code: str | None) -> int:
    n = 0
    for cell in rows["Q2_codes"].dropna():
        held = {one.strip().lower().replace("boss", "manager") for one in cell.split(";")} - {""}
        n += bool(held) if code is None else code in held
    return n


@pytest.mark.parametrize("way", WAYS)
def test_codes_are_counted_by_respondent(context: Context, way: str) -> None:
    rows = _rows()
    table = comments(_survey(WAYS[way](rows), context), codes="Q2_codes")
    exact = table.unprotected(reason="a test").set_index("code")["value"]
    labels = {"pay": "Pay", "manager": "My manager", "building": "The building", "other": "Other"}
    assert list(exact.index) == [*labels.values(), "All"]
    assert {code: exact[label] for code, label in labels.items()} == {
        code: _slowly(rows, code) for code in labels
    }
    assert exact["All"] == _slowly(rows, None)
    assert exact["Pay"] + exact["My manager"] + exact["The building"] > exact["All"]
    assert 0 < exact["The building"] < 10


def test_what_is_counted_is_protected(context: Context) -> None:
    shown = _shown(_rows(), context)
    assert shown.loc["The building", "value_mark"] == "[c]"
    assert shown["value"].notna().sum() == 4
    # Where a comment has one code, the hidden one would be all comments less the others.
    one = _rows()
    one["Q2_codes"] = one["Q2_codes"].str.split(";").str[-2].where(one.index > 0)
    shown = _shown(one, context)
    assert shown.loc["The building", "value_mark"] == "[c]"
    assert shown["value"].isna().sum() >= 2


def _shown(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    table = comments(_survey(rows, context), codes="Q2_codes")
    return table.protect(audience="public").to_frame().set_index("code")


def test_by_group_parts_are_parts_of_the_whole(context: Context) -> None:
    rows = _rows()
    table = comments(_survey(rows, context), codes="Q2_codes", of="sex")
    exact = table.unprotected(reason="a test").set_index(["code", "sex"])["value"]
    for code in ("pay", "manager"):
        label = {"pay": "Pay", "manager": "My manager"}[code]
        for sex in ("Female", "Male"):
            assert exact[label, sex] == _slowly(rows[rows["sex"] == sex], code)
        assert exact[label, "All"] == exact[label, "Female"] + exact[label, "Male"]
    assert table.about.groups == ("code", "sex")


def test_nobody_asks_for_words(context: Context, council) -> None:
    survey = _survey(_rows(), context)
    with pytest.raises(UsageError, match="'Q2' holds what people wrote"):
        comments(survey, codes="Q2")
    with pytest.raises(UsageError, match=r"no item 'Q3' with a scale"):
        comments(survey, codes="Q3")
    with pytest.raises(UsageError, match="has no column for 'Q2_codes'"):
        comments(_survey(_rows().drop(columns="Q2_codes"), context), codes="Q2_codes")
    with pytest.raises(UsageError, match="of= takes one name"):
        comments(survey, codes="Q2_codes", of=["sex"])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no wave '2023'"):
        comments(survey, codes="Q2_codes", wave="2023")


def test_no_comment_with_a_code_is_none(context: Context) -> None:
    rows = _rows().assign(Q2_codes=None)
    rows.loc[0, "Q2_codes"] = ";"
    exact = comments(_survey(rows, context), codes="Q2_codes").unprotected(reason="a test")
    assert exact["value"].tolist() == [0.0] * 5
