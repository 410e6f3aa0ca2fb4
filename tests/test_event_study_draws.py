"""What draws of roll-out dates tell: p-values, limits, several estimates together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from workforce_analytics.inference.event_study_draws import joint_p, told_by


def test_draws_where_an_estimate_cannot_be_made_are_left_out() -> None:
    values = np.array([[2.0, 1.0], [np.nan, np.nan], [1.0, 0.0], [-3.0, 0.0]])
    told = told_by(values, confidence=0.5)
    assert (told.draws, told.p_value) == (2, pytest.approx(2 / 3))
    assert math.isnan(told_by(np.array([[np.nan, np.nan], [1.0, 0.0]]), confidence=0.5).p_value)


def test_a_draw_that_gives_the_dates_as_they_were_agrees_with_every_shift() -> None:
    values = np.array([[2.0, 1.0], [2.0, 1.0], [-2.0, -1.0], [0.5, 0.0]])
    told = told_by(values, confidence=0.5)
    assert (told.lower, told.upper) == (-math.inf, math.inf)
    assert told.p_value == 0.75


def test_joint_p_of_one_estimate_is_its_own() -> None:
    values = np.array([[3.0], [-4.0], [1.0], [2.0], [-2.0]])
    assert joint_p(values) == (pytest.approx(2 / 5), 1)
    assert joint_p(np.full((3, 2), np.nan))[1] == 0
