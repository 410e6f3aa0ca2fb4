"""Interrupted time series: statsmodels, own least squares, planted steps, and no step at all."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.time_series import time_series


def series(
    periods: int,
    start: int,
    seed: int,
    *,
    step: float = 0.0,
    growth: float = 0.0,
    season: float = 0.0,
    n: int = 400,
    shock: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Make counts up whose log rate has a step and a change of trend."""
    draw = np.random.default_rng(seed)
    time = np.arange(periods)
    log = math.log(0.2) + 0.003 * time + season * np.sin(2 * np.pi * time / 12)
    log += (time >= start) * (step + growth * (time - start)) + (0 if shock is None else shock)
    base = draw.poisson(n, periods) + 1
    return draw.binomial(base, np.minimum(np.exp(log), 0.95)).astype(float), base.astype(float)


def columns(periods: int, start: int, pairs: int, per_year: int = 12) -> np.ndarray:
    """Lay the design out one cell at a time."""
    rows = []
    for time in range(periods):
        row = [1.0, time - start, float(time >= start), max(time - start, 0)]
        for pair in range(1, pairs + 1):
            angle = 2 * math.pi * pair * time / per_year
            row += [math.sin(angle), math.cos(angle)]
        rows.append(row)
    return np.array(rows)


def test_coefficients_and_errors_are_those_of_statsmodels() -> None:
    seen, base = series(40, 20, 1, step=0.2)
    model = sm.GLM(seen, columns(40, 20, 2), family=sm.families.Poisson(), offset=np.log(base))
    plain = model.fit(scale="X2", tol=1e-12)
    ours = time_series(seen, base, start=20, errors="quasi_poisson")
    assert ours.harmonics == 2
    assert ours.coefficients == pytest.approx(np.asarray(plain.params), abs=1e-8)
    assert ours.covariance == pytest.approx(np.asarray(plain.cov_params()), abs=1e-9)
    assert ours.dispersion == pytest.approx(plain.scale)
    assert ours.series.fitted * base == pytest.approx(np.asarray(plain.mu))
    robust = model.fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}, tol=1e-12)
    ours = time_series(seen, base, start=20, errors="newey_west")
    assert ours.lags == 3
    assert ours.covariance == pytest.approx(np.asarray(robust.cov_params()), rel=1e-6)
    assert ours.method.startswith("quasi-Poisson, Newey-West errors over 3 periods, dispersion ")


def test_two_series_with_newey_west_errors_are_those_of_statsmodels() -> None:
    seen, base = series(36, 18, 2, step=0.2)
    other, other_base = series(36, 18, 3)
    own = columns(36, 18, 2)
    design = np.vstack(
        [np.hstack([own[:, :4], own]), np.hstack([own[:, :4], 0 * own[:, :4], own[:, 4:]])]
    )
    design[:36, 4:8] = own[:, :4]
    design[:36, 8:] = own[:, 4:]
    model = sm.GLM(
        np.concatenate([seen, other]),
        design,
        family=sm.families.Poisson(),
        offset=np.log(np.concatenate([base, other_base])),
    )
    time = np.tile(np.arange(36), 2)
    order = np.argsort(time, kind="stable")
    sorted_model = sm.GLM(
        model.endog[order],
        design[order],
        family=sm.families.Poisson(),
        offset=np.log(np.concatenate([base, other_base]))[order],
    )
    robust = sorted_model.fit(
        cov_type="hac-groupsum",
        cov_kwds={"time": time[order], "maxlags": 3, "use_correction": "hac"},
        tol=1e-12,
    )
    ours = time_series(
        seen, base, start=18, reference_events=other, reference_n=other_base, errors="newey_west"
    )
    assert ours.coefficients == pytest.approx(np.asarray(robust.params), abs=1e-8)
    assert ours.covariance == pytest.approx(np.asarray(robust.cov_params()), rel=1e-6)


@given(
    seed=st.integers(0, 5000),
    periods=st.integers(14, 40),
    waves=st.integers(0, 2),
    missing=st.booleans(),
)
@settings(derandomize=True, deadline=None, max_examples=40)
def test_least_squares_done_anew_finds_the_same(
    seed: int, periods: int, waves: int, missing: bool
) -> None:
    start = periods // 2
    seen, base = series(periods, start, seed, step=0.3, season=0.1)
    if missing:
        base[3] = seen[3] = math.nan
    found = time_series(seen, base, start=start, harmonics=waves, errors="quasi_poisson")
    kept = np.isfinite(base)
    design, y, n = columns(periods, start, waves)[kept], seen[kept], base[kept]
    b = np.linalg.lstsq(design, np.log((y + 0.5) / n), rcond=None)[0]
    for _ in range(50):
        mean = n * np.exp(design @ b)
        b = b + np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (y - mean))
    mean = n * np.exp(design @ b)
    assert found.coefficients == pytest.approx(b, abs=1e-7)
    scale = (((y - mean) ** 2) / mean).sum() / (len(y) - len(b))
    covariance = scale * np.linalg.inv(design.T @ (design * mean[:, None]))
    assert found.covariance == pytest.approx(covariance, abs=1e-9)
    assert found.before + found.after == kept.sum()
    # Given the level, the trend and the season, as many are expected on each side as were seen.
    after = np.arange(periods)[kept] >= start
    assert mean[after].sum() == pytest.approx(y[after].sum())
    assert found.series.level.value == pytest.approx(math.exp(b[2]), rel=1e-6)
    assert found.series.slope.value == pytest.approx(math.exp(b[3]), rel=1e-6)


def test_a_planted_step_and_change_of_slope_are_found() -> None:
    seen, base = series(48, 24, 7, step=math.log(1.3), growth=0.01, season=0.1, n=4000)
    found = time_series(seen, base, start=24)
    level, slope = found.series.level, found.series.slope
    assert level.lower < 1.3 < level.upper
    assert level.p_value < 0.001
    assert slope.lower < math.exp(0.01) < slope.upper
    assert (found.before, found.after, found.few, found.harmonics) == (24, 24, False, 2)
    assert found.series.fitted[:24] == pytest.approx(found.series.without[:24])
    after = found.series.fitted[24:] / found.series.without[24:]
    assert after == pytest.approx(level.value * slope.value ** np.arange(24))


def test_what_happened_to_both_is_not_a_difference_between_them() -> None:
    shock = np.random.default_rng(2).normal(0, 0.1, 48) + 0.4 * (np.arange(48) >= 24)
    seen, base = series(48, 24, 5, step=0.3, n=3000, shock=shock)
    other, other_base = series(48, 24, 6, n=3000, shock=shock)
    found = time_series(seen, base, start=24, reference_events=other, reference_n=other_base)
    assert found.level_between is not None
    assert found.reference is not None
    assert found.level_between.lower < math.exp(0.3) < found.level_between.upper
    assert found.level_between.p_value < 0.001
    assert found.series.level.value / found.reference.level.value == pytest.approx(
        found.level_between.value
    )
    assert found.reference.level.value > 1.2
    # Shocks that both have drop out of what is between them.
    width = math.log(found.level_between.upper / found.level_between.lower)
    assert width < 0.7 * math.log(found.reference.level.upper / found.reference.level.lower)


def test_without_a_step_about_one_in_twenty_is_found() -> None:
    hits = {"serial": 0, "newey_west": 0}
    for seed in range(200):
        seen, base = series(30, 15, seed, n=200)
        for errors in hits:
            found = time_series(seen, base, start=15, errors=errors)
            hits[errors] += found.series.level.p_value <= 0.05
    # Of 200, 10 are expected; Newey-West with 30 points finds two to four times as many.
    assert 3 <= hits["serial"] <= 18
    assert hits["newey_west"] > 18


def test_residues_that_go_together_widen_the_limits() -> None:
    draw = np.random.default_rng(3)
    found = []
    for _ in range(40):
        own = np.zeros(60)
        for time in range(1, 60):
            own[time] = 0.6 * own[time - 1] + draw.normal(0, 0.16)
        seen, base = series(60, 30, int(draw.integers(1e6)), n=2000, shock=own)
        serial = time_series(seen, base, start=30)
        plain = time_series(seen, base, start=30, errors="quasi_poisson")
        widths = [
            math.log(one.series.level.upper / one.series.level.lower) for one in (serial, plain)
        ]
        found.append((serial.one_period_on, widths[0] / widths[1]))
    correlation, wider = np.median(found, axis=0)
    # Chance of counting adds a little that does not go together to the 0.6 of the shocks.
    assert 0.4 < correlation < 0.65
    assert wider > 1.2


@pytest.mark.parametrize(
    ("periods", "per_year", "asked", "expected"),
    [
        (23, 12, None, 0),
        (24, 12, None, 1),
        (36, 12, None, 2),
        (12, 4, None, 1),
        (40, 12, 1, 1),
        (12, 4, 2, 1),
    ],
)
def test_seasons_need_two_years(
    periods: int, per_year: int, asked: int | None, expected: int
) -> None:
    seen, base = series(periods, periods // 2, 4)
    found = time_series(seen, base, start=periods // 2, per_year=per_year, harmonics=asked)
    assert found.harmonics == expected
    assert len(found.names) == len(found.coefficients) == 4 + 2 * expected


def test_where_the_year_begins_changes_nothing_but_the_waves() -> None:
    seen, base = series(36, 18, 4, season=0.2)
    one = time_series(seen, base, start=18, first=0)
    other = time_series(seen, base, start=18, first=5)
    assert other.series.fitted == pytest.approx(one.series.fitted)
    assert other.series.level.value == pytest.approx(one.series.level.value)


def test_few_points_are_said_and_too_few_tell_nothing() -> None:
    seen, base = series(20, 9, 3)
    found = time_series(seen, base, start=9)
    assert (found.few, found.told) == (True, True)
    found = time_series(seen, base, start=2)
    assert (found.told, found.before) == (False, 2)
    assert math.isnan(found.series.level.value)
    assert np.isnan(found.series.fitted).all()
    nobody = np.where(np.arange(20) < 9, 0.0, seen)
    assert not time_series(nobody, base, start=9).told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"events": [1, 2]}, "events and n must be lists of the same length"),
        ({"events": [5, 2, 1, 9]}, "not more than n"),
        ({"events": [-1, 2, 1, 1]}, "counts of 0 or more"),
        ({"start": 0}, "start must lie within the series, from 1 to 3"),
        ({"start": 4}, "start must lie within the series"),
        ({"errors": "none"}, "errors must be one of serial, quasi_poisson, newey_west"),
        ({"harmonics": -1}, "harmonics 0 or more"),
        ({"confidence": 2}, "confidence must lie between 0 and 1"),
        (
            {"reference_events": [1, 1], "reference_n": [2, 2]},
            "events and reference_events must be of the same periods",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"events": [1, 2, 1, 1], "n": [4, 4, 4, 4], "start": 2} | changed
    with pytest.raises(UsageError, match=words):
        time_series(arguments.pop("events"), arguments.pop("n"), **arguments)
