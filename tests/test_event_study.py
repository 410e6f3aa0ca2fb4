"""Event studies: mpdta, another package, slow computations, and draws against every permutation."""

from __future__ import annotations

import itertools
import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.event_study import EventStudy, event_study
from workforce_analytics.inference.event_study_aggregates import FAMILIES, averages, family
from workforce_analytics.inference.event_study_effects import (
    effects_when,
    group_time_effects,
    panel_of,
)

ORACLE = json.loads((Path(__file__).parent / "oracles" / "event_study.json").read_text())
NEVER = float("nan")


def counties() -> tuple[np.ndarray, np.ndarray]:
    """Make up counties that have the means and covariances of the real ones exactly."""
    draw = np.random.default_rng(0)
    outcomes, cohorts = [], []
    for cohort, held in ORACLE["groups"].items():
        raw = draw.normal(size=(held["n"], 5))
        raw -= raw.mean(axis=0)
        own = np.linalg.cholesky(np.cov(raw.T))
        wanted = np.linalg.cholesky(np.array(held["covariance"]))
        outcomes.append(raw @ np.linalg.inv(own).T @ wanted.T + held["means"])
        cohorts += [float(cohort) or NEVER] * held["n"]
    return np.vstack(outcomes), np.array(cohorts)


@pytest.fixture(scope="module")
def mpdta() -> EventStudy:
    return event_study(*counties(), first_period=2003, controls="never")


def made_up(
    units: int, periods: int, seed: int, missing: float = 0.0, single: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give outcomes, cohorts and weights of units that a roll-out reaches in turn."""
    draw = np.random.default_rng(seed)
    cohorts = draw.choice([NEVER, *range(1, periods)], units)
    if single:
        cohorts[cohorts == 2] = NEVER
        cohorts[0] = 2
    outcomes = draw.normal(size=(units, periods)) + (np.arange(periods) >= cohorts[:, None])
    outcomes[draw.random(outcomes.shape) < missing] = np.nan
    return outcomes, cohorts, draw.uniform(0.5, 2.0, units)


def slow_effect(
    outcomes: np.ndarray,
    cohorts: np.ndarray,
    weights: np.ndarray,
    pair: tuple[int, int, int],
    controls: str,
) -> float:
    """Work one effect out unit by unit."""
    cohort, period, base = pair
    sums = {"treated": [0.0, 0.0], "control": [0.0, 0.0]}
    for row, own, weight in zip(outcomes, cohorts, weights, strict=True):
        if math.isnan(row[period]) or math.isnan(row[base]) or own == 0:
            continue
        if own == cohort:
            side = "treated"
        elif math.isnan(own) or (controls == "not_yet" and own > max(period, base)):
            side = "control"
        else:
            continue
        sums[side][0] += weight * (row[period] - row[base])
        sums[side][1] += weight
    treated, control = sums.values()
    if treated[1] == 0 or control[1] == 0:
        return math.nan
    return treated[0] / treated[1] - control[0] / control[1]


def test_every_effect_of_mpdta(mpdta: EventStudy) -> None:
    found = mpdta.effects
    triples = [
        [int(g), int(t), float(e)]
        for g, t, e in zip(found.cohort, found.period, found.effect, strict=True)
    ]
    assert [row[:2] for row in triples] == [row[:2] for row in ORACLE["group_time"]]
    assert [row[2] for row in triples] == pytest.approx(
        [row[2] for row in ORACLE["group_time"]], abs=1e-12
    )
    assert found.effect.round(4).tolist() == ORACLE["published"]["group_time"]


def test_four_ways_to_put_effects_of_mpdta_together(mpdta: EventStudy) -> None:
    assert float(mpdta.simple.effect[0]) == pytest.approx(ORACLE["simple"], abs=1e-12)
    assert mpdta.group.effect == pytest.approx(ORACLE["group"], abs=1e-12)
    assert mpdta.group.at.tolist() == [2004, 2006, 2007]
    assert float(mpdta.group_overall.effect[0]) == pytest.approx(ORACLE["group_overall"], abs=1e-12)
    after = mpdta.dynamic.at >= 0
    assert mpdta.dynamic.at.tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert mpdta.dynamic.effect[after] == pytest.approx(ORACLE["dynamic"], abs=1e-12)
    assert float(mpdta.dynamic_overall.effect[0]) == pytest.approx(
        ORACLE["dynamic_overall"], abs=1e-12
    )
    # The calendar effects were published to seven decimals.
    assert mpdta.calendar.effect == pytest.approx(ORACLE["calendar"], abs=6e-8)
    assert float(mpdta.calendar_overall.effect[0]) == pytest.approx(
        ORACLE["calendar_overall"], abs=6e-8
    )


def test_errors_and_test_of_mpdta_are_those_published(mpdta: EventStudy) -> None:
    published = ORACLE["published"]
    # Theirs are drawn anew by a bootstrap: of 20 counties they move by several per cent.
    assert mpdta.group_time.error == pytest.approx(published["group_time_error"], rel=0.09)
    whole = [
        (mpdta.dynamic_overall, published["dynamic_overall"]),
        (mpdta.group_overall, published["group_overall"]),
    ]
    for told, (effect, error) in whole:
        assert round(float(told.effect[0]), 4) == effect
        assert float(told.error[0]) == pytest.approx(error, rel=0.1)
    # This one has no draws in it: to its last digit.
    assert round(mpdta.before_wald, 5) == published["before_p"]
    assert 0.05 < mpdta.before_p < 0.5
    assert (mpdta.inference, mpdta.units, mpdta.too_early, mpdta.not_told) == (
        "analytic",
        500,
        0,
        0,
    )


def test_bands_are_wider_than_limits_and_hold_for_all(mpdta: EventStudy) -> None:
    band = mpdta.dynamic.band
    assert band is not None
    assert (band.upper > mpdta.dynamic.interval.upper).all()
    # Seven independent estimates would need 2.68 standard errors; these go together a little.
    width = (band.upper - band.value) / mpdta.dynamic.error
    assert width == pytest.approx(width[0])
    assert 2.3 < width[0] < 2.75
    alone = mpdta.dynamic_overall.band
    assert alone is not None
    assert float((alone.upper - alone.value)[0] / mpdta.dynamic_overall.error[0]) == pytest.approx(
        1.96, abs=0.15
    )


@pytest.mark.parametrize("controls", ["not_yet", "never"])
@pytest.mark.parametrize("base", ["varying", "universal"])
def test_another_package_finds_the_same(controls: str, base: str) -> None:
    outcomes, cohorts, _ = made_up(60, 6, seed=3)
    found = event_study(outcomes, cohorts, controls=controls, base=base, inference="analytic")
    theirs = their_event_study(outcomes, cohorts, controls, base)
    effects = theirs["group_time"]
    if base == "universal":
        effects = effects[effects["time"] != effects["cohort"] - 1]
    assert found.effects.cohort.tolist() == effects["cohort"].tolist()
    assert found.effects.period.tolist() == effects["time"].tolist()
    assert found.effects.effect == pytest.approx(effects["ATT"].to_numpy(), abs=1e-10)
    assert found.effects.error == pytest.approx(effects["std_error"].to_numpy(), abs=1e-10)
    pairs = {
        "simple": found.simple,
        "cohort": found.group,
        "cohort overall": found.group_overall,
        "event": found.dynamic,
        "event overall": found.dynamic_overall,
        "time": found.calendar,
        "time overall": found.calendar_overall,
    }
    for name, ours in pairs.items():
        frame = theirs[name]
        if name == "event" and base == "universal":
            frame = frame[frame["relative_period"] != -1]
        assert ours.effect == pytest.approx(frame["ATT"].to_numpy(), abs=1e-10), name
        assert ours.error == pytest.approx(frame["std_error"].to_numpy(), abs=1e-10), name


def their_event_study(
    outcomes: np.ndarray, cohorts: np.ndarray, controls: str, base: str
) -> dict[str, pd.DataFrame]:
    """Ask the package differences."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from differences import ATTgt

        units, periods = outcomes.shape
        frame = pd.DataFrame(
            {
                "unit": np.repeat(np.arange(units), periods),
                "time": np.tile(np.arange(periods), units),
                "cohort": np.repeat(cohorts, periods),
                "y": outcomes.ravel(),
            }
        ).set_index(["unit", "time"])
        model = ATTgt(data=frame, cohort_column="cohort", base_period=base)
        kind = {"not_yet": "not_yet_treated", "never": "never_treated"}[controls]
        made: dict[str, Any] = {
            "group_time": model.fit("y", control_group=kind, progress_bar=False).to_pandas()
        }
        for name in ("simple", "cohort", "event", "time"):
            made[name] = model.aggregate(name)
            if name != "simple":
                made[f"{name} overall"] = model.aggregate(name, overall=True)
    for name, table in made.items():
        table.columns = [column[-1] for column in table.columns]
        made[name] = table.reset_index()
    return made


@given(
    seed=st.integers(0, 10_000),
    controls=st.sampled_from(["not_yet", "never"]),
    base=st.sampled_from(["varying", "universal"]),
)
@settings(derandomize=True, deadline=None, max_examples=40)
def test_effects_worked_out_unit_by_unit(seed: int, controls: str, base: str) -> None:
    outcomes, cohorts, weights = made_up(9, 5, seed, missing=0.25)
    panel = panel_of(outcomes, cohorts, weights=weights, controls=controls, base=base)
    found = group_time_effects(panel)
    pairs = list(zip(found.cohort, found.period, found.base, strict=True))
    slow = [slow_effect(outcomes, cohorts, weights, pair, controls) for pair in pairs]
    assert found.effect == pytest.approx(slow, nan_ok=True)
    quick = effects_when(panel, panel.cohort[np.newaxis], panel.outcomes[np.newaxis])
    assert quick[0, :, 0] == pytest.approx(slow, nan_ok=True)
    share = {
        one: float(weights[panel.kept] @ (cohorts[panel.kept] == one))
        for one in set(found.cohort.tolist())
    }
    for name in FAMILIES:
        one = family(name, found.cohort, found.period)
        means = averages(one, found.effect[np.newaxis, :, np.newaxis], found.share[np.newaxis])
        assert means.each[0, :, 0] == pytest.approx(
            slow_averages(name, one.at, pairs, slow, share), nan_ok=True
        )


def slow_averages(
    name: str, at: np.ndarray, pairs: list[Any], effects: list[float], share: dict[int, float]
) -> list[float]:
    means = []
    for one in at.tolist():
        total = weight = 0.0
        for (cohort, period, _), effect in zip(pairs, effects, strict=True):
            key = {"simple": 0, "group": cohort, "dynamic": period - cohort, "calendar": period}
            if math.isnan(effect) or key[name] != one or (period < cohort and name != "dynamic"):
                continue
            own = 1.0 if name == "group" else share[cohort]
            total, weight = total + own * effect, weight + own
        means.append(total / weight if weight else math.nan)
    return means


def test_a_missing_cell_is_missing_and_not_nought() -> None:
    outcomes = np.array([[1.0, 4.0], [np.nan, 9.0], [2.0, 3.0], [5.0, 5.0]])
    found = event_study(outcomes, [1, 1, NEVER, NEVER], draws=9)
    assert found.effects.effect.tolist() == [3.0 - 0.5]
    assert (found.effects.treated[0], found.effects.controls[0], found.not_told) == (1, 2, 0)


def test_units_reached_before_the_study_are_left_out_and_counted() -> None:
    outcomes, cohorts, _ = made_up(12, 4, seed=1)
    early = np.vstack([outcomes, [[50.0, -50.0, 50.0, 99.0]]])
    with_early = event_study(early, [*cohorts, 0.0], draws=19)
    without = event_study(outcomes, cohorts, draws=19)
    assert (with_early.too_early, without.too_early) == (1, 0)
    assert with_early.dynamic.effect == pytest.approx(without.dynamic.effect)
    assert with_early.units == 12


def test_a_date_after_the_last_period_is_as_good_as_never() -> None:
    outcomes, cohorts, _ = made_up(12, 4, seed=2)
    late = np.where(np.isnan(cohorts), 9.0, cohorts)
    for controls in ("not_yet", "never"):
        one = event_study(outcomes, cohorts, controls=controls, draws=19)
        other = event_study(outcomes, late, controls=controls, draws=19)
        assert one.dynamic.effect == pytest.approx(other.dynamic.effect, nan_ok=True)


def test_draws_agree_with_every_permutation() -> None:
    outcomes, _, weights = made_up(6, 3, seed=8)
    cohorts = np.array([1, 1, 2, 2, NEVER, NEVER])
    found = event_study(outcomes, cohorts, weights=weights, draws=6000)
    every = []
    for order in itertools.permutations(range(6)):
        own = cohorts[list(order)]
        weight = weights / weights.mean()
        share = {c: weight[own == c].sum() for c in (1, 2)}
        pairs = [(1, 1, 0), (1, 2, 0), (2, 2, 1)]
        effects = [slow_effect(outcomes, own, weights, pair, "not_yet") for pair in pairs]
        total = sum(share[c] * e for (c, _, _), e in zip(pairs, effects, strict=True))
        every.append(total / (2 * share[1] + share[2]))
    seen = float(found.simple.effect[0])
    assert seen == pytest.approx(every[0])
    exact = np.mean(np.abs(every) >= abs(seen) - 1e-12)
    # Four standard errors of 6,000 draws.
    slack = 4 * math.sqrt(exact * (1 - exact) / 6000)
    assert float(found.simple.p_value[0]) == pytest.approx(exact, abs=slack)
    assert found.assignments == 90


@pytest.mark.parametrize("base", ["varying", "universal"])
def test_limits_are_where_the_test_of_a_constant_effect_turns(base: str) -> None:
    outcomes, cohorts, weights = made_up(12, 5, seed=11, missing=0.1)
    how: dict[str, Any] = {"weights": weights, "draws": 199, "base": base}
    found = event_study(outcomes, cohorts, **how)
    treated = (np.arange(5) >= cohorts[:, None]).astype(float)
    kinds = ("simple", "group_overall", "dynamic_overall", "calendar_overall")

    def p_of(name: str, shift: float, layer: np.ndarray, place: int = 0) -> float:
        again = event_study(outcomes - shift * layer, cohorts, **how)
        return float(getattr(again, name).p_value[place])

    for name in kinds:
        interval = getattr(found, name).interval
        check_limits(interval, 0, lambda shift, name=name: p_of(name, shift, treated))
    since = np.arange(5) - cohorts[:, None]
    for place, at in enumerate(found.dynamic.at.tolist()):
        if at >= 0:
            layer = treated
        else:
            layer = (since >= at).astype(float) if base == "varying" else -1.0 * (since >= -1)
        check_limits(
            found.dynamic.interval,
            place,
            lambda shift, place=place, layer=layer: p_of("dynamic", shift, layer, place),
        )


def check_limits(interval: Any, place: int, p_of: Any) -> None:
    lower, upper = float(interval.lower[place]), float(interval.upper[place])
    step = 1e-6
    for limit, out in ((lower, -step), (upper, step)):
        if math.isinf(limit):
            assert p_of(1e6 * math.copysign(1, limit)) > 0.05
            continue
        assert p_of(limit - out) > 0.05
        assert p_of(limit + out) <= 0.05


def test_without_an_effect_one_in_twenty_is_found() -> None:
    draw = np.random.default_rng(5)
    cohorts = np.repeat([2, 3, 5, NEVER], [3, 3, 3, 3])
    hits, joint = 0, 0
    for _ in range(300):
        level = draw.normal(size=(12, 1)) * 3
        outcomes = level + draw.normal(size=(12, 6)) * draw.uniform(0.2, 3, (12, 1))
        found = event_study(outcomes, draw.permutation(cohorts), draws=199)
        hits += bool(found.simple.p_value[0] <= 0.05)
        joint += found.before_p <= 0.05
    # Of 300, 15 are expected; 27 would be more than three standard errors off.
    assert 5 <= hits <= 26
    assert 5 <= joint <= 26


def test_an_effect_and_a_change_before_it_are_found() -> None:
    draw = np.random.default_rng(6)
    cohorts = draw.permutation(np.repeat([2, 3, 4, NEVER], 4))
    level = draw.normal(size=(16, 1)) + draw.normal(size=(1, 6))
    outcomes = level + 0.3 * draw.normal(size=(16, 6))
    since = np.arange(6) - cohorts[:, None]
    found = event_study(outcomes + 2.0 * (since >= 0), cohorts)
    assert found.simple.interval.lower[0] < 2.0 < found.simple.interval.upper[0]
    assert found.simple.p_value[0] == pytest.approx(0.001)
    assert found.before_p > 0.05
    drifting = event_study(outcomes + 2.0 * (since >= -1), cohorts)
    assert drifting.before_p < 0.01


def test_the_same_seed_gives_the_same_digits_and_order_of_units_does_not_matter() -> None:
    outcomes, cohorts, weights = made_up(45, 5, seed=4)
    one, two = (event_study(outcomes, cohorts, weights=weights) for _ in range(2))
    assert one.dynamic.interval.lower.tolist() == two.dynamic.interval.lower.tolist()
    assert one.inference == "analytic"
    back = slice(None, None, -1)
    other = event_study(outcomes[back], cohorts[back], weights=weights[back])
    assert other.dynamic.effect == pytest.approx(one.dynamic.effect)
    assert other.dynamic.error == pytest.approx(one.dynamic.error)


def test_progress_is_told_until_all_draws_are_done() -> None:
    outcomes, cohorts, _ = made_up(8, 4, seed=7)
    said: list[tuple[str, int, int]] = []
    event_study(outcomes, cohorts, draws=300, progress=lambda *told: said.append(told))
    assert [done for _, done, _ in said] == [127, 255, 300]
    assert {(words, total) for words, _, total in said} == {("Drawing roll-out dates anew", 300)}


def test_few_units_or_a_cohort_of_one_are_told_by_randomisation() -> None:
    few = made_up(39, 4, seed=1)
    single = made_up(50, 4, seed=1, single=True)
    assert event_study(few[0], few[1], draws=19).inference == "randomisation"
    found = event_study(single[0], single[1], draws=19)
    assert found.inference == "randomisation"
    assert found.dynamic.band is None
    assert np.isnan(found.dynamic.error).all()
    with pytest.raises(UsageError, match="needs 40 units or more, and 39 take part"):
        event_study(few[0], few[1], inference="analytic")
    with pytest.raises(UsageError, match="two units or more in every cohort"):
        event_study(single[0], single[1], inference="analytic")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"controls": "all"}, "controls must be one of not_yet, never"),
        ({"base": "first"}, "base must be one of varying, universal"),
        ({"inference": "magic"}, "inference must be one of"),
        ({"outcomes": [1.0, 2.0]}, "a row per unit, a column for each period"),
        ({"outcomes": [[1.0, math.inf], [1.0, 2.0]]}, "is missing \\(NaN\\)"),
        ({"cohorts": [1]}, "cohorts must be one number per unit"),
        ({"cohorts": [1.5, 1]}, "cohorts must be periods"),
        ({"weights": [1.0]}, "weights must be one number per unit"),
        ({"weights": [1.0, -1.0]}, "They must be 0 or more"),
        ({"draws": 0}, "draws must be 1 or more"),
        ({"cohorts": [NEVER, NEVER]}, "no before and after"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], words: str) -> None:
    given_: dict[str, Any] = {"outcomes": [[1.0, 2.0], [2.0, 2.0]], "cohorts": [1, NEVER]}
    arguments = given_ | changed
    with pytest.raises(UsageError, match=words):
        event_study(arguments.pop("outcomes"), arguments.pop("cohorts"), **arguments)
