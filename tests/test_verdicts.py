"""What may be said of a gap, by the rule of intervals and the smallest change that matters."""

import pytest

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.verdicts import TURNED, verdict


@pytest.mark.parametrize(
    ("lower", "upper", "without", "said"),
    [
        (1.2, 6.0, -9.0, "narrowed"),
        (-6.0, -1.2, -9.0, "widened"),
        (1.2, 6.0, 3.0, "widened"),
        (-1.0, 6.0, -9.0, "cannot tell"),
        (0.1, 1.9, -9.0, "no change that matters"),
        (-1.9, 1.9, -9.0, "no change that matters"),
        (1.0, 8.0, -3.0, f"cannot tell: {TURNED}"),
        (0.5, 3.0, -0.2, "widened"),
        (0.5, 2.0, -9.0, "narrowed"),
        (4.0, 9.0, -2.0, "widened"),
        (float("-inf"), 3.0, -9.0, "cannot tell"),
        (float("nan"), float("nan"), -9.0, "cannot tell"),
    ],
)
def test_the_interval_decides(lower: float, upper: float, without: float, said: str) -> None:
    assert verdict(lower, upper, delta=2, gap_without=without) == said


def test_a_doubt_wins_over_every_interval() -> None:
    said = verdict(3, 6, delta=2, gap_without=-9, doubt="only 7 services")
    assert said == "cannot tell: only 7 services"


def test_a_change_that_matters_is_above_nothing() -> None:
    with pytest.raises(UsageError, match="above 0"):
        verdict(1, 2, delta=0, gap_without=-9)
