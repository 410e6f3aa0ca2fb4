"""Sums and products of scores are those of respondents one by one; replicate groups are chance."""

from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import answer_samples as samples
from workforce_analytics import engine
from workforce_analytics.counting.answer_points import answer_points
from workforce_analytics.counting.answers import item_moments, moments
from workforce_analytics.counting.replicates import REPLICATE, with_replicates
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instruments import Item, Theme, instrument
from workforce_analytics.extracts.replicates import replicate_groups

SMALL = samples.small()
NAMES = ("mood", "care", "voice", "C1")


def _score(name, answers):
    """Score of one respondent from 0 to 100, in exact fractions."""
    one = SMALL.measure(name)
    if isinstance(one, Theme) and one.parts:
        scores = [_score(part, answers) for part in one.parts]
        scores = [score for score in scores if score is not None]
    else:
        items = [item for item in SMALL.items_of(name) if _asked(item, answers)]
        worth = {item.name: answer_points(SMALL, item.name, name) for item in items}
        scores = [worth[i][answers[i]] for i in worth if answers.get(i) in worth[i]]
    least = 1 if isinstance(one, Item) else one.least_items
    return sum(scores, Fraction(0)) / len(scores) if len(scores) >= least else None


def _asked(item, answers):
    return all(answers.get(earlier) in codes for earlier, codes in item.asked_if.items())


def _hundredths(score):
    return int((200 * score + 1) // 2)


def _slow(records, names):
    scored = []
    for row in records:
        if row["wave"] == "2025":
            scores = [_score(name, samples.codes(row)) for name in names]
            if None not in scores:
                scored.append([_hundredths(score) for score in scores])
    return np.array(scored, dtype=np.int64).reshape(len(scored), len(names))


@pytest.mark.parametrize("shape", [samples.table, samples.long_table], ids=["wide", "long"])
@settings(derandomize=True, deadline=None, max_examples=3)
@given(n=st.integers(30, 120), seed=st.integers(0, 10**6))
def test_moments_are_those_of_respondents_one_by_one(shape, n, seed):
    records = samples.rows(n, seed)
    survey = samples.extract(shape(records))
    found = moments(
        survey, SMALL, outcome=NAMES[0], predictors=NAMES[1:], wave="2025", by=["sex"], groups=7
    )
    slow = _slow(records, NAMES)
    total, sums, products = found.total()
    assert total == found.complete().total() == len(slow)
    assert (sums == slow.sum(axis=0)).all()
    assert (products == slow.T @ slow).all()
    whole = found.over()
    assert (whole.group < 7).all()
    assert len(set(whole.group)) == len(whole.group) == len(whole.n)
    assert (whole.products == whole.products.transpose(0, 2, 1)).all()
    for sex in {code for (code,) in found.rows()}:
        part = found.at("sex", sex)
        own = _slow([row for row in records if samples.SEX[row["sex"]] == sex], NAMES)
        assert (part.total()[2] == own.T @ own).all()


def test_items_of_a_theme_are_scored_as_in_it() -> None:
    records = samples.rows(200, 3)
    survey = samples.extract(samples.table(records))
    mood = item_moments(survey, SMALL, "mood", wave="2025")
    slow = _slow(records, ("A1", "A2", "A3"))
    assert mood.names == ("A1", "A2", "A3")
    assert mood.labels == ("I like it here", "I would rather be elsewhere", "Being here")
    assert (mood.total()[2] == slow.T @ slow).all()
    stress = item_moments(survey, SMALL, "stress", wave="2025")
    turned = 10_000 - _slow(records, ("A1",))
    assert (stress.total()[1] == turned.sum(axis=0)).all()


def test_points_are_from_0_to_100_whatever_the_scale() -> None:
    assert answer_points(SMALL, "A2")["5"] == 0
    assert answer_points(SMALL, "A1", "stress")["5"] == 0
    assert answer_points(SMALL, "S1", "safe")["4"] == 50
    assert answer_points(SMALL, "S2", "safe")["7"] == 0
    assert answer_points(SMALL, "Y1", "fair") == {"no": 0, "yes": 100}


def test_points_without_scores_are_spread_by_their_order(tmp_path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[instrument]\ntitle = "Own"\nsource = "Own."\n[scales.s]\npoints = ["a", "b", "c"]\n'
        'positive = ["c"]\n[items.Q]\nscale = "s"\ntopic = "Q"\nreversed = true\n',
        encoding="utf-8",
    )
    assert answer_points(instrument(path), "Q") == {"c": 0, "b": 50, "a": 100}


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"predictors": []}, "names one measure or more"),
        ({"predictors": ["mood", "care"]}, "each once, beside the outcome"),
        ({"predictors": ["TICKS"]}, "allows several answers"),
        ({"predictors": ["carre"]}, "Did you mean 'care'"),
    ],
)
def test_what_cannot_be_asked_is_told(ask, message) -> None:
    survey = samples.extract(samples.table(samples.rows(5, 3)))
    with pytest.raises(UsageError) as caught:
        moments(survey, SMALL, **{"outcome": "mood", "wave": "2025", **ask})
    assert message in str(caught.value)
    with pytest.raises(UsageError, match=r"No item of 'both' was asked in the wave '2025'"):
        item_moments(survey, SMALL, "both", wave="2025")


def test_every_engine_and_order_gives_the_same_groups(monkeypatch) -> None:
    import polars as pl

    ids = ["R001", "r001", "R002", "é-7", "", None, "a" * 40, "ANON_17-paper", "x", "_1", "R1"]
    table = pd.DataFrame({"respondent_id": ids, "place": range(len(ids))}).astype(
        {"respondent_id": object}
    )

    def groups(source):
        lazy = with_replicates(engine.frame(source), "respondent_id")
        counted = engine.count(lazy, ["place", REPLICATE])
        return dict(zip(counted["place"], counted[REPLICATE], strict=True))

    found = groups(table)
    assert found[0] == found[1]
    assert len(set(found.values())) > 5
    assert groups(table.iloc[::-1]) == found
    assert groups(pl.from_pandas(table)) == found
    assert groups(pl.from_pandas(table).to_arrow()) == found
    assert list(replicate_groups(table["respondent_id"])) == [found[place] for place in range(11)]
    assert [found[place] for place in (0, 2, 7)] == [42, 30, 27]  # for good
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    assert groups(table) == found


@pytest.mark.parametrize(
    "name", ["'R' || lpad(i::varchar, 6, '0')", "md5(i::varchar)", "i || '-online'"]
)
def test_groups_are_about_as_large_as_chance_makes_them(name) -> None:
    relation = duckdb.sql(f"select {name} as id from range(20000) t(i)")
    counted = engine.count(with_replicates(engine.frame(relation), "id"), [REPLICATE])
    assert sorted(counted[REPLICATE]) == list(range(50))
    spread = ((counted[engine.N] - 400) ** 2 / 400).sum()
    assert spread < 100  # of a chi-squared figure of 49 degrees of freedom


def test_moments_say_what_they_are_of(council) -> None:
    sample = instrument("sample")
    found = moments(
        council.survey, sample, outcome="engagement", predictors=["inclusion"], wave="2024"
    )
    assert repr(found) == "Moments of engagement, inclusion in 2024, split by nothing"
    assert found.labels == ("Engagement", "Inclusion")
    assert found.people == "Sample City Council: survey"
    assert found.groups == 50


def test_groups_are_those_of_the_numbers_in_the_file_in_any_session(council) -> None:
    records = samples.rows(40, 5)
    ask = {"outcome": "mood", "predictors": ["A1"], "wave": "2025"}
    found = moments(samples.extract(samples.table(records)), SMALL, **ask)
    expected = {}
    for row in records:
        scores = [_score(name, samples.codes(row)) for name in ("mood", "A1")]
        if row["wave"] == "2025" and None not in scores:
            group = replicate_groups(pd.Series([row["respondent_id"]])).iloc[0]
            expected[group] = expected.get(group, 0) + 1
    assert dict(zip(found.group.tolist(), found.n.tolist(), strict=True)) == expected
    with pytest.raises(UsageError, match="from 2 to 50"):
        moments(
            council.survey,
            instrument("sample"),
            outcome="E1",
            predictors=["E2"],
            wave="2024",
            groups=51,
        )
