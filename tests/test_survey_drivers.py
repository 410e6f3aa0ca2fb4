"""What engagement goes with: against work on single respondents, and what was planted."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from tests.survey_depth_samples import ITEMS, LETTERS, answers, exact, index, shuffled, survey
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.importance import importance
from workforce_analytics.measures.survey_drivers import drivers
from workforce_analytics.samples.planted import SURVEY as PLANTED
from workforce_analytics.samples.survey import CUTS, EASE

ROWS = answers(420, "2024", 11)
ROWS.loc[:8, ["W1", "W2", "W3"]] = ""
THEMES = ("inclusion", "workload")
LABELS = {"inclusion": "Inclusion", "workload": "Workload"}


@pytest.fixture(scope="module")
def small():
    return survey(ROWS)


@pytest.fixture(scope="module")
def sample(council):
    """Limits that hold all six shares together, in 95 % of surveys (Bonferroni)."""
    return exact(drivers(council.survey, confidence=1 - 0.05 / 6))


@pytest.fixture(scope="module")
def told(small):
    return exact(drivers(small, predictors=THEMES))


@pytest.fixture(scope="module")
def by_sex(small):
    return exact(drivers(small, predictors=THEMES, of="sex"))


def _scores(rows: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """Scores of those who have them all, in hundredths of a point as they are counted."""
    columns = [index(rows, "engagement"), *(index(rows, name, 1) for name in names)]
    found = np.column_stack(columns)
    found = found[np.isfinite(found).all(axis=1)]
    return np.floor(100 * found + 0.5) / 100


def _explained(y: np.ndarray, x: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(y)), x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(1 - left @ left / ((y - y.mean()) ** 2).sum())


def _shares(found: np.ndarray) -> np.ndarray:
    """Average over all orders in which predictors can enter, by regression each time."""
    y, x = found[:, 0], found[:, 1:]
    orders = list(permutations(range(x.shape[1])))
    shares = np.zeros(x.shape[1])
    for order in orders:
        for place, one in enumerate(order):
            before, after = list(order[:place]), list(order[: place + 1])
            shares[one] += _explained(y, x[:, after]) - _explained(y, x[:, before])
    return shares / len(orders)


# Against other ways to work it out


def test_shares_are_those_of_regressions_on_single_respondents(told) -> None:
    found = _scores(ROWS, THEMES)
    shares = _shares(found)
    for name, share in zip(THEMES, shares, strict=True):
        variance, explained = (
            told.loc[(measure, LABELS[name]), "value"]
            for measure in ("share_of_variance", "share_of_explained")
        )
        assert variance == pytest.approx(share, rel=1e-9)
        assert explained == pytest.approx(share / shares.sum(), rel=1e-9)
    whole = told.loc[("r_squared", "All")]
    assert whole["value"] == pytest.approx(_explained(found[:, 0], found[:, 1:]), rel=1e-9)
    assert whole["denominator"] == len(found) < len(ROWS)
    plain = np.corrcoef(found.T)[0, 1:]
    assert told.loc["correlation", "value"][list(LABELS.values())].to_list() == pytest.approx(plain)


def test_the_figures_of_a_group_are_of_its_people_alone(told, by_sex) -> None:
    found = _scores(ROWS[ROWS["sex"] == "male"], THEMES)
    shares = _shares(found)
    mine = by_sex.loc["share_of_explained"].loc["Male", "value"]
    assert mine[list(LABELS.values())].to_list() == pytest.approx(shares / shares.sum())
    assert by_sex.loc[("r_squared", "Male", "All"), "denominator"] == len(found)
    whole = by_sex.loc[("share_of_explained", "All", "Workload"), "lower"]
    assert whole == pytest.approx(told.loc[("share_of_explained", "Workload"), "lower"])


def test_a_group_of_few_has_the_figures_of_all_and_says_so(small) -> None:
    told = exact(drivers(small, predictors=THEMES, of="disability"))
    few = told.loc[("share_of_explained", "Disabled", "Inclusion")]
    whole = told.loc[("share_of_explained", "All", "Inclusion")]
    assert (ROWS["disability"] == "disabled").sum() < 100
    assert few["value"] == whole["value"]
    assert few["compared"] == "All"
    assert "fewer than 100" in few["note"]
    assert whole["note"] == whole["compared"] == ""
    own = told.loc[("score", "Disabled", "Inclusion"), "denominator"]
    assert own < told.loc[("score", "All", "Inclusion"), "denominator"]


def test_too_few_in_all_are_told_nothing() -> None:
    told = exact(drivers(survey(ROWS.head(90)), predictors=THEMES))
    shares = told.loc["share_of_explained"]
    assert (shares["status"] == "too_few").all()
    assert shares["value"].isna().all()
    assert told.loc["score", "value"].notna().all()


def test_a_unit_of_few_has_the_figures_of_its_directorate(council) -> None:
    found = exact(drivers(council.survey, of="service", predictors=["inclusion", "workload"]))
    shares = found.loc["share_of_explained"].xs("Inclusion", level="topic")
    instead = shares[shares["compared"] != ""]
    assert len(instead) > 5
    assert "All" not in set(instead["compared"])
    by = exact(drivers(council.survey, of="directorate", predictors=["inclusion", "workload"]))
    whole = by.loc["share_of_explained"].xs("Inclusion", level="topic")["value"]
    assert instead["value"].to_list() == pytest.approx(whole[instead["compared"]].to_list())


# What was planted in the sample


@pytest.fixture(scope="module")
def implied() -> np.ndarray:
    """Shares that the planted model implies, from many more people than the sample has."""
    draws, n = np.random.default_rng(3), 60_000
    weights = PLANTED["engagement_weight_of_theme"]
    common = draws.normal(size=n)
    # As many as in the sample are of a group that was planted to lie behind, near enough.
    minority, disabled = draws.random(n) < 0.23, draws.random(n) < 0.08
    latent, engagement, moved = {}, 0.55 * draws.normal(size=n), np.zeros(n)
    for theme in LETTERS:
        shift = PLANTED["theme_shift_in_standard_deviations"].get(theme, {})
        behind = shift.get("minority_ethnic", 0) * minority + shift.get("disabled", 0) * disabled
        latent[theme] = 0.6 * common + 0.8 * draws.normal(size=n) + behind
        engagement += weights[theme] * latent[theme]
        moved += weights[theme] * behind
    gaps = PLANTED["engagement_shift_in_standard_deviations"]
    aim = 1.05 * (gaps["minority_ethnic"] * minority + gaps["disabled"] * disabled)
    engagement = (engagement - moved + aim) / 1.05 + gaps["wave_2024"]

    def score(value: np.ndarray, ease: np.ndarray, noise: float) -> np.ndarray:
        said = [np.searchsorted(CUTS, value + one + noise * draws.normal(size=n)) for one in ease]
        return np.mean(said, axis=0)

    columns = [score(engagement, EASE, 0.55)]
    columns += [score(latent[theme], EASE[:3], 0.65) for theme in LETTERS]
    return importance(np.cov(np.array(columns))).of_explained


def test_planted_drivers_are_recovered(sample, implied) -> None:
    """The weights planted are not the shares: themes go together, so that each has a part."""
    shares = sample.loc["share_of_explained"]
    themes = ["My line manager", "Senior leadership", "Inclusion"]
    themes += ["Learning and development", "Workload", "Fair treatment"]
    for topic, share in zip(themes, implied, strict=True):
        assert shares.loc[topic, "lower"] < share < shares.loc[topic, "upper"], topic
    order = shares["value"].sort_values(ascending=False).index.to_list()
    assert order[:3] == themes[:3]
    assert order[-1] == "Fair treatment"  # planted with no weight of its own
    assert shares["value"].sum() == pytest.approx(1)


# Words, arguments, order


def test_it_says_that_this_is_no_cause(small) -> None:
    about = drivers(small, predictors=THEMES).about
    assert "not what causes what" in about.definition
    assert any("not what causes what" in words for words in about.caveats)
    assert about.outcome == "Engagement"


def test_arguments_are_checked(small) -> None:
    many = [*ITEMS["inclusion"], *ITEMS["workload"], *[f"L{i}" for i in (1, 2, 3)]]
    many += [f"S{i}" for i in (1, 2, 3)] + ["D1"]
    for arguments, words in (
        ({"predictors": "inclusion"}, "takes a list"),
        ({"outcome": "engagment"}, "engagement"),
        ({"predictors": many}, "up to 12 predictors, and there are 13"),
        ({"predictors": ["belonging"]}, "belonging"),
        ({"predictors": ["engagement"]}, "each once"),
        ({"predictors": THEMES, "wave": "1999"}, "1999"),
    ):
        with pytest.raises(UsageError, match=words):
            drivers(small, **arguments)


def test_the_order_of_rows_changes_nothing(by_sex) -> None:
    again = exact(drivers(survey(shuffled(ROWS)), predictors=THEMES, of="sex"))
    pd.testing.assert_frame_equal(by_sex, again, check_exact=True)


def test_a_small_group_s_own_figures_are_hidden() -> None:
    few = ROWS[(ROWS["disability"] != "disabled") | (ROWS.groupby("disability").cumcount() < 6)]
    shown = drivers(survey(few), predictors=THEMES, of="disability").to_frame()
    mine = shown[(shown["disability"] == "Disabled") & (shown["measure"] == "score")]
    assert len(mine) == 2
    assert mine["value"].isna().all()
