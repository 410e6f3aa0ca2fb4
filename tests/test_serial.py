"""Errors that go together over time: their moments, one pair of residues after another."""

from __future__ import annotations

import numpy as np
import pytest

from workforce_analytics.inference.serial import serial_covariance


def test_moments_of_residues_equal_their_expectations() -> None:
    draw = np.random.default_rng(9)
    time, which = np.tile(np.arange(25), 2), np.repeat([0, 1], 25)
    design = np.column_stack([np.ones(50), time - 12.0, which, draw.normal(size=50)])
    common = 2 * draw.normal(size=25).cumsum()
    residual = draw.normal(size=50) + np.tile(common - common.mean(), 2)
    hat = design @ np.linalg.inv(design.T @ design) @ design.T
    residual = residual - hat @ residual
    found = serial_covariance(design, residual, time, which)
    assert 0 < found.one_period_on < 0.9
    assert 0 < found.between_series < 0.9
    pattern = np.empty((50, 50))
    for i in range(50):
        for j in range(50):
            pattern[i, j] = found.one_period_on ** abs(int(time[i]) - int(time[j]))
            pattern[i, j] *= 1.0 if which[i] == which[j] else found.between_series
    left = np.eye(50) - hat
    expected = found.dispersion * left @ pattern @ left
    sums = np.zeros((3, 2))
    for i in range(50):
        for j in range(50):
            both = residual[i] * residual[j], expected[i, j]
            sums[0] += both if i == j else (0.0, 0.0)
            sums[1] += both if which[i] == which[j] and abs(time[i] - time[j]) == 1 else (0.0, 0.0)
            sums[2] += both if which[i] != which[j] and time[i] == time[j] else (0.0, 0.0)
    assert sums[:, 0] == pytest.approx(sums[:, 1], rel=1e-6)
    inverse = np.linalg.inv(design.T @ design)
    wide = found.dispersion * inverse @ design.T @ pattern @ design @ inverse
    assert found.covariance == pytest.approx(wide)


def test_residues_that_alternate_are_taken_not_to_go_together() -> None:
    time = np.arange(30)
    design = np.column_stack([np.ones(30), time - 14.5])
    residual = np.where(time % 2 == 0, 1.0, -1.0)
    found = serial_covariance(design, residual, time, np.zeros(30))
    assert (found.one_period_on, found.between_series) == (0.0, 0.0)
    plain = residual @ residual / 28 * np.linalg.inv(design.T @ design)
    assert found.covariance == pytest.approx(plain)
