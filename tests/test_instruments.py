"""Instruments: read strictly, bound to columns, and worth what the published guides say."""

import csv
import itertools
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts.instruments import (
    Instrument,
    bind,
    instrument,
    instrument_names,
    respondent_positives,
    respondent_score,
    whole_scores,
)
from workforce_analytics.samples.survey import THEMES, item_names

ROOT = Path(__file__).parents[1]
SMALL = """
[instrument]
title = "Small"
source = "Written for this test"

[scales.agreement]
points = [1, 2, 3, 4, 5]
labels = { 1 = "Strongly disagree", 5 = "Strongly agree", NA = "Not applicable" }
synonyms = { 5 = ["Very much so"], NA = ["Doesn't apply"] }
positive = [4, 5]
evenly = [0, 100]
not_applicable = ["NA"]

[scales.yes_no]
points = ["y", "n"]
labels = { y = "Yes", n = "No" }
positive = ["y"]
ordered = false

[items.fair]
text = "Things are fair here"
scale = "agreement"
synonyms = ["Q1 Fairness"]

[items.tired]
text = "I am tired"
scale = "agreement"
reversed = true

[items.complained]
text = "I made a complaint"
scale = "yes_no"

[items.heard]
text = "My complaint was heard"
scale = "agreement"
asked_if = { complained = ["y"] }
waves = ["2024", "2025"]

[items.more]
text = "Anything else"
free_text = true

[themes.fairness]
label = "Fairness"
items = ["fair", "tired", "heard"]
least_items = 2

[indexes.mood]
label = "Mood"
items = ["fair", "tired", "heard"]
least_items = 2

[[breaks]]
waves = ["2024", "2025"]
reason = "The scale went from four points to five."
measures = ["mood"]
"""


def _written(folder: Path, text: str, name: str = "own.toml") -> Path:
    place = folder / name
    place.write_text(text, encoding="utf-8")
    return place


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Instrument:
    return instrument(_written(tmp_path, SMALL))


def _refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        instrument(_written(folder, text))
    first, *mistakes = str(caught.value).splitlines()
    assert first == f"own.toml: {len(mistakes)} to mend."
    return [mistake.removeprefix("  - ") for mistake in mistakes]


# What is shipped


def test_five_instruments_are_shipped_and_say_where_their_wording_is_from() -> None:
    assert instrument_names() == (
        "engagement_0_100",
        "lga_engagement",
        "psychological_safety",
        "sample",
        "sub_scores_0_10",
    )
    for name in instrument_names():
        shipped = instrument(name)
        assert shipped.name == name
        assert shipped.source
        assert shipped.licence
        worded = {bool(item.text) for item in shipped.items.values()}
        assert worded == {shipped.wording != "topics only"}


def test_the_wheel_takes_every_instrument() -> None:
    settings_of_project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    include = settings_of_project["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]
    for name in instrument_names():
        path = f"schemas/instruments/{name}.toml"
        assert (ROOT / path).exists()
        assert any(fnmatch(path, pattern) for pattern in include)


def test_the_sample_instrument_is_that_of_the_sample_extract() -> None:
    council = instrument("sample")
    assert list(council.items) == item_names()
    assert tuple(council.themes) == THEMES
    with (ROOT / "sample_data" / "survey_responses.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        answered = {row[name] for row in itertools.islice(rows, 500) for name in council.items}
        bound = bind(council, rows.fieldnames or ())
    assert bound.found == {name: name for name in item_names()}
    assert (bound.missing, bound.unknown, bound.repeated) == ((), (), ())
    assert answered - {""} <= set(council.scales["agreement"].points)


def test_the_six_questions_have_no_composite_and_the_safety_scale_three_turned_items() -> None:
    six = instrument("lga_engagement")
    assert len(six.items) == 6
    assert not six.indexes
    assert not six.themes
    safety = instrument("psychological_safety")
    assert [i.name for i in safety.items.values() if i.reversed] == ["P1", "P3", "P5"]
    assert safety.positive("P1") == ("1", "2", "3")
    assert safety.positive("P2") == ("5", "6", "7")


def test_themes_of_the_civil_service_kind_have_as_many_items_as_published() -> None:
    # Cabinet Office, Civil Service People Survey 2023, results by ethnicity: headings of themes
    spans = [5, 2, 9, 3, 4, 4, 6, 3, 9]
    shipped = instrument("engagement_0_100")
    assert [len(theme.items) for theme in shipped.themes.values()] == spans
    assert shipped.items["B17"].theme == ""
    assert shipped.items["B46"].theme == "leadership_and_managing_change"


# Figures of the Civil Service People Survey 2019 Technical Guide (Cabinet Office, Open Government
# Licence), pages 15 to 28

_BY_WORD = {"Neither": "Neither agree nor disagree"}


def _answers(shipped: Instrument, words: Mapping[str, str]) -> dict[str, str]:
    answers = {}
    for name, word in words.items():
        code = shipped.scale_of(name).match(word)
        assert code is not None
        answers[name] = code
    return answers


def test_a_respondents_engagement_is_the_guides() -> None:
    shipped = instrument("engagement_0_100")
    said = ("Strongly agree", "Agree", "Agree", "Neither agree nor disagree", "Disagree")
    words = dict(zip(("B47", "B48", "B49", "B50", "B51"), said, strict=True))
    assert respondent_score(shipped, "engagement", _answers(shipped, words)) == 65


def test_a_groups_engagement_is_the_mean_of_its_respondents() -> None:
    shipped = instrument("engagement_0_100")
    items = shipped.indexes["engagement"].items
    group = (65, 25, 70, 35, 50, 100, 90, 40, 20, 35)
    found = []
    for score in group:
        steps, over = divmod(score // 5, 5)  # steps of 25 points, spread over five items
        codes = [str(1 + steps + (place < over)) for place in range(5)]
        found.append(respondent_score(shipped, "engagement", dict(zip(items, codes, strict=True))))
    assert found == list(group)
    assert sum(found) / len(found) == 53


def test_a_distribution_of_answers_gives_the_guides_index_and_per_cent_positive() -> None:
    shipped = instrument("engagement_0_100")
    points = shipped.scales["agreement"].points
    group_a = dict(zip(reversed(points), (10, 40, 10, 16, 24), strict=True))
    scores = shipped.scores("B47")
    assert sum(scores[code] * share for code, share in group_a.items()) / 100 == 49
    assert sum(group_a[code] for code in shipped.positive("B47")) == 50
    assert sum(group_a[code] for code in shipped.negative("B47")) == 16 + 24
    # The guide prints shares for B that add to 102; its index of 63 is their sum as printed.
    group_b = dict(zip(reversed(points), (22, 28, 34, 12, 6), strict=True))
    assert sum(scores[code] * share for code, share in group_b.items()) / 100 == 63
    assert sum(group_b[code] for code in shipped.positive("B47")) == 50


def test_a_respondents_stress_is_the_guides() -> None:
    shipped = instrument("engagement_0_100")
    words = {
        "B33": "Strongly disagree",
        "B05": "Neither",
        "B08": "Neither",
        "B26": "Neither",
        "B30": "Agree",
        "B18": "Disagree",
        "B45": "Neither",
        "E03": "No",
    }
    answers = _answers(shipped, words)
    each = [shipped.scores(name, within="proxy_stress")[code] for name, code in answers.items()]
    assert each == [100, 50, 50, 50, 25, 75, 50, 0]
    assert respondent_score(shipped, "proxy_stress", answers) == 50
    del answers["B33"]  # all eight must be answered
    assert respondent_score(shipped, "proxy_stress", answers) is None
    said = {"Yes": 100, "Prefer not to say": 50, "No": 0}
    e03 = shipped.scores("E03", within="proxy_stress")
    assert {word: e03[_answers(shipped, {"E03": word})["E03"]] for word in said} == said


def test_a_respondents_flourishing_is_the_guides() -> None:
    shipped = instrument("engagement_0_100")
    words = {"B01": "Agree", "B18": "Strongly agree", "B03": "Neither"}
    answers = _answers(shipped, words)
    for satisfied, worthwhile in itertools.product("789", "1234"):
        each = {**answers, "W01": satisfied, "W02": worthwhile}
        assert respondent_score(shipped, "perma", each) == 65
    bands = shipped.scores("W01")
    assert [bands[str(point)] for point in range(11)] == [0, *[25] * 4, *[50] * 2, *[75] * 3, 100]


# What answers are worth


def test_reversing_turns_scores_and_positive_codes_over(small: Instrument) -> None:
    assert small.scores("tired") == {"1": 100, "2": 75, "3": 50, "4": 25, "5": 0}
    assert small.positive("tired") == ("1", "2")
    assert small.negative("tired") == ("4", "5")
    assert small.positive("complained") == ("y",)
    assert small.negative("complained") == ()
    assert small.scores("complained") == {}


def test_answers_match_as_codes_labels_and_synonyms(small: Instrument) -> None:
    scale = small.scale_of("fair")
    words = ("5", "STRONGLY  agree", "very much so", "5 - Strongly agree", "Doesn’t apply")
    assert [scale.match(word) for word in words] == ["5", "5", "5", "5", "NA"]
    assert [scale.match(word) for word in ("6", "", "1 - Strongly agree")] == [None] * 3


def test_routing_and_minimum_items_decide_what_counts(small: Instrument) -> None:
    answers = {"fair": "5", "heard": "1"}
    assert respondent_score(small, "mood", answers) is None  # nobody asked whether it was heard
    assert respondent_positives(small, "fairness", answers) == (0, 0)
    assert respondent_score(small, "mood", {**answers, "complained": "y"}) == 50
    assert respondent_positives(small, "fairness", {**answers, "complained": "y"}) == (1, 2)
    assert respondent_score(small, "mood", {"fair": "5", "tired": "NA"}) is None
    assert respondent_positives(small, "fair", {"fair": "NA"}) == (0, 0)


def test_an_element_is_the_mean_of_its_sub_scores_not_of_its_items() -> None:
    shipped = instrument("sub_scores_0_10")
    answers = {"V1": "5", "V2": "5", "V3": "5", "U1": "1", "U2": "3"}
    assert respondent_score(shipped, "taking_part", answers) == 10
    assert respondent_score(shipped, "speaking_up", answers) == 2.5
    assert respondent_score(shipped, "voice", answers) == 6.25  # the mean of items would be 7
    assert respondent_score(shipped, "voice", {**answers, "U2": "NA"}) is None
    strain = {"H1": "5", "H2": "4", "H3": "5"}  # worn out always, home often, enough people
    assert respondent_score(shipped, "strain", strain) == pytest.approx((0 + 2.5 + 10) / 3)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_whole_scores_add_up_to_the_definition(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(instrument_names()))
    shipped = instrument(name)
    scored = [m for m in shipped.measures if _averaged(shipped, m)]
    measure = data.draw(st.sampled_from(scored))
    items = shipped.items_of(measure)
    answers = {
        item.name: data.draw(st.sampled_from((*shipped.scale_of(item.name).codes, "")))
        for item in items
    }
    whole = whole_scores(shipped, measure)
    counted = [
        whole.scores[item.name][answers[item.name]]
        for item in items
        if answers[item.name] in whole.scores[item.name]
    ]
    least = getattr(shipped.measure(measure), "least_items", 1)
    found = respondent_score(shipped, measure, answers)
    if len(counted) < least:
        assert found is None
    else:
        assert found == pytest.approx(sum(counted) / whole.factor / len(counted))


def _averaged(shipped: Instrument, measure: str) -> bool:
    one = shipped.measure(measure)
    return (
        not getattr(one, "parts", ())
        and getattr(one, "kind", "") != "per_cent_positive"
        and (all(shipped.scores(item.name) for item in shipped.items_of(measure)))
    )


@settings(derandomize=True, deadline=None)
@given(
    ends=st.tuples(st.integers(0, 40), st.integers(60, 100)),
    points=st.integers(2, 11),
)
def test_even_scores_are_even_and_turning_twice_changes_nothing(
    ends: tuple[int, int], points: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = SMALL.replace("points = [1, 2, 3, 4, 5]", f"points = {list(range(1, points + 6))}")
    text = text.replace("evenly = [0, 100]", f"evenly = {list(ends)}")
    read = instrument(_written(tmp_path_factory.mktemp("even"), text))
    straight, turned = read.scores("fair"), read.scores("tired")
    steps = {round(b - a, 9) for a, b in itertools.pairwise(straight.values())}
    assert steps == {round((ends[1] - ends[0]) / (points + 4), 9)}
    assert (min(straight.values()), max(straight.values())) == ends
    assert list(turned.values()) == pytest.approx(list(straight.values())[::-1])


# Waves and columns


def test_waves_that_must_not_be_compared_say_why(small: Instrument) -> None:
    assert small.not_comparable("mood", "2025", "2024") == (
        "The scale went from four points to five."
    )
    assert small.not_comparable("fair", "2024", "2025") == ""
    assert small.not_comparable("fairness", "2023", "2024") == (
        "Only one of the two waves asked heard."
    )
    # An item that neither wave asked is in neither score.
    assert small.not_comparable("fairness", "2022", "2023") == ""
    assert small.not_comparable("heard", "2022", "2023") == "Neither wave asked heard."


def test_columns_bind_by_name_wording_and_synonym(small: Instrument) -> None:
    complaint = "Complained: I made a complaint"
    columns = ("wave", "sex", "I am tired.", "TIRED", "q1_fairness", complaint)
    bound = bind(small, (*columns, "Which floor?"), wave="2023")
    assert bound.found == {
        "fair": "q1_fairness",
        "tired": "TIRED",
        "complained": complaint,
    }
    assert bound.repeated == ("I am tired.",)
    assert bound.unknown == ("Which floor?",)
    assert bound.missing == ("more",)  # the wave of 2023 did not ask whether it was heard
    assert bind(small, columns).missing == ("heard", "more")
    assert bind(small, ("TIRED", "tired")).found == {"tired": "tired"}


def test_headers_of_grids_bind_by_the_wording_at_their_end(small: Instrument) -> None:
    grid = ("How far do you agree? [Things are fair here]", "Agree? I am tired", "Is it fair")
    bound = bind(small, grid)
    assert bound.found == {"fair": grid[0], "tired": grid[1]}
    assert bound.unknown == ("Is it fair",)  # "fair" alone is a name, and may be chance


def test_published_headers_bind() -> None:
    shipped = instrument("engagement_0_100")
    headers = ["B01. I am interested in my work", "I feel valued for the work I do"]
    assert set(bind(shipped, headers).found) == {"B01", "B27"}


# Mistakes


def test_an_unknown_instrument_names_those_that_are_shipped() -> None:
    with pytest.raises(ConfigurationError) as caught:
        instrument("sampel")
    assert str(caught.value) == (
        "There is no instrument called 'sampel'. Did you mean 'sample'? Shipped ones: "
        "engagement_0_100, lga_engagement, psychological_safety, sample, sub_scores_0_10; or give "
        "the path of a TOML file."
    )


@pytest.mark.parametrize(
    ("text", "said"), [(None, "there is no such instrument file"), ("[a", "this is not TOML")]
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, text: str | None, said: str) -> None:
    place = tmp_path / "own.toml"
    if text is not None:
        place.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        instrument(place)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = (
        SMALL.replace('source = "Written for this test"', 'sorce = "x"')
        .replace("positive = [4, 5]", "positive = [4, 6]")
        .replace('text = "I am tired"', 'txt = "I am tired"')
        .replace('scale = "yes_no"', 'scale = "yes_or_no"')
        .replace('asked_if = { complained = ["y"] }', 'asked_if = { more = ["y"] }')
        .replace('items = ["fair", "tired", "heard"]\nleast', 'items = ["fiar", "tired"]\nleast', 1)
        .replace("least_items = 2", "least_items = 5")
        .replace('measures = ["mood"]', 'measures = ["moood"]')
    )
    assert _refused(tmp_path, text + "\n[item.extra]\n") == [
        "[instrument] 'source' is missing.",
        "[item] is not known. Did you mean 'items'? Allowed: instrument, scales, items, themes, "
        "indexes, breaks.",
        "[instrument] 'sorce' is not known. Did you mean 'source'? Allowed: title, source, "
        "licence, wording.",
        "[items.tired] 'txt' is not known. Did you mean 'text'? Allowed: text, topic, scale, "
        "reversed, asked_if, several, free_text, waves, synonyms.",
        "[scales.agreement] positive: '6' is not a point of this scale. Allowed: 1, 2, 3, 4, 5.",
        "[items.complained] scale: 'yes_or_no' is not a scale of this file. "
        "Did you mean 'yes_no'? Allowed: agreement, yes_no.",
        "[items.heard] asked_if: 'more' is not an earlier item of this file. "
        "Allowed: fair, tired, complained.",
        "[themes.fairness] items: 'fiar' is not an item of this file. Did you mean 'fair'? "
        "Allowed: fair, tired, complained, heard, more.",
        "[themes.fairness] least_items: it can be 2 at most, and is 5.",
        "[indexes.mood] least_items: it can be 3 at most, and is 5.",
        "[[breaks]] 1 measures: 'moood' is not an item, theme or index of this file. "
        "Did you mean 'mood'? Allowed: fair, tired, complained, heard, more, fairness, mood.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('[items.fair]\ntext = "Things are fair here"', "[items.fair]", "write text (its wording)"),
        ("[items.fair]", "[items.unit]", "'unit' is a column of every survey extract"),
        ("[items.fair]", '[items.fair]\nname = "x"', "'name' is not known, for the table's head"),
        ("[items.fair]", '[items.fair]\ntheme = "x"', "[items.fair] theme: leave it out"),
        ("free_text = true", "", '[items.more]: write scale = "..." or free_text = true'),
        ("reversed = true", 'reversed = "x"', "[items.tired] reversed: it should be a valid bool"),
        ("reversed = true", "several = true", "[items.tired] several: ticked answers need a scale"),
        ('scale = "yes_no"', 'scale = "yes_no"\nreversed = true', "only a scale with an order"),
        ('["y"] }', '["z"] }', "asked_if complained: 'z' is not a code of its scale"),
        ('["Q1 Fairness"]', '["I am tired"]', "'i am tired' stands for the item 'fair' as well"),
        ("evenly = [0, 100]", "evenly = [0, 500]", "scores of 'fair' must lie from 0 to 100"),
        ("evenly = [0, 100]", "", "[indexes.mood] items: 'fair' has no scores"),
        (
            "evenly = [0, 100]",
            "evenly = [0, 100]\nscores = { 1 = 3, 2 = 4 }",
            "it has scores and evenly. Keep one of the two",
        ),
        ('"Doesn\'t apply"', '"Strongly agree"', "'Strongly agree' stands for 5 and for NA"),
        ('not_applicable = ["NA"]', 'not_applicable = ["NA", "5"]', "'5' stands there twice"),
        ('items = ["fair", ', 'items = ["more", ', "'more' has no positive answers in its scale"),
        ('label = "Fairness"', 'label = "Fairness"\nkind = "mean"', "'per_cent_positive' or 'sco"),
        ('label = "Fairness"', 'label = "F"\nparts = ["mood"]', "write items or parts"),
        ("[indexes.mood]", "[indexes.fair]", "'fair' names more than one item, theme or index"),
        ('["2024", "2025"]\nreason', '["2024", "2024"]\nreason', "name two different waves"),
        ("[[breaks]]", "[breaks]", "[[breaks]]: write it with two brackets"),
    ],
)
def test_a_mistake_names_its_table(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    assert old in SMALL
    assert any(mistake in told for told in _refused(tmp_path, SMALL.replace(old, new, 1)))


def test_an_unknown_measure_names_those_there_are(small: Instrument) -> None:
    with pytest.raises(UsageError, match=r"no item, theme or index 'moood'. Did you mean 'mood'"):
        small.measure("moood")
    with pytest.raises(UsageError, match="no item 'more' with a scale"):
        small.scores("more")
    with pytest.raises(UsageError, match="Use respondent_positives"):
        respondent_score(small, "fairness", {})


@pytest.mark.parametrize(
    ("written", "code"),
    [("4.0", "4"), (" 4 ", "4"), ("-1", None), ("- 1", None), ("-1.0", None), ("1.5", None)],
)
def test_signs_and_decimals_of_numbers_count(written: str, code: str | None) -> None:
    """A tool that writes -1 for no answer must not make everybody disagree strongly."""
    assert instrument("sample").scale_of("E1").match(written) == code
