"""How long things last: R's and Stata's figures, slow sums by definition, coverage, clusters."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.life_table import Durations, Pairs, durations
from workforce_analytics.inference.log_rank import log_rank
from workforce_analytics.inference.survival import cumulative_incidence, survival

ORACLES = json.loads((Path(__file__).parent / "oracles" / "retention.json").read_text("utf-8"))
MONTHLY = ORACLES["job_retention"]
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def _months(*genders: str) -> Durations:
    """Leavers, and those last seen without leaving, from a printed life table."""
    time, cause, count = [], [], []
    for gender in genders:
        table = [row[1:] for row in MONTHLY["rows"] if row[0] == gender]
        after = [*(at_risk for _, at_risk, _ in table[1:]), 0]
        for (month, at_risk, left), then in zip(table, after, strict=True):
            time += [month, month]
            cause += [1, 0]
            count += [left, at_risk - left - then]
    return durations(time, cause, count)


def test_r_gives_the_same_shares_errors_and_limits() -> None:
    wanted = MONTHLY["all"]
    curve = survival(_months("F", "M"), wanted["month"], transform="log")
    assert curve.interval.value == pytest.approx(wanted["share"], abs=1e-12)
    assert curve.errors == pytest.approx(wanted["error"], abs=1e-12)
    assert curve.interval.lower == pytest.approx(wanted["lower"], abs=1e-12)
    assert curve.interval.upper == pytest.approx(wanted["upper"], abs=1e-12)
    assert curve.at_risk.tolist() == wanted["at_risk"]
    for gender, figures in MONTHLY["gender"].items():
        found = survival(_months(gender), figures["month"]).interval.value
        assert found == pytest.approx(figures["share"], abs=1e-12)


def test_r_gives_the_same_with_late_entry() -> None:
    case = ORACLES["late_entry"]
    curve = survival(durations(case["time"], case["status"], 1, case["entry"]), case["at"])
    assert curve.at_risk.tolist() == case["at_risk"]
    assert curve.interval.value == pytest.approx(case["share"], abs=5.1e-5)
    assert curve.errors == pytest.approx(case["error"], abs=5.1e-5)


def test_stata_gives_the_same_with_competing_endings() -> None:
    case = ORACLES["competing"]
    found = durations(case["time"], case["cause"])
    for i, (share, error) in enumerate(zip(case["share"], case["error"], strict=True)):
        curve = cumulative_incidence(found, case["at"], cause=i + 1)
        assert curve.interval.value == pytest.approx(share, abs=1e-8)
        assert curve.errors == pytest.approx(error, abs=1e-8)


@pytest.mark.parametrize("case", ORACLES["log_rank"]["cases"])
def test_stata_gives_the_same_log_rank(case: dict[str, list[float]]) -> None:
    group = np.array(ORACLES["log_rank"]["group"])
    time, status, late = (np.array(case[name]) for name in ("time", "status", "entry"))
    for entry, wanted in ((late * 0, "from_the_start"), (late, "late_entry")):
        seen = time > entry  # whoever ends on the day of entry was never looked at
        found = durations(time[seen], status[seen], 1, entry[seen])
        test = log_rank(found, group[seen])
        assert [test.statistic, test.p_value] == pytest.approx(case[wanted], rel=1e-6)
        assert test.observed.sum() == pytest.approx(test.expected.sum())


@st.composite
def _spells(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Single durations: entry, time, cause, group."""
    found = []
    for _ in range(draw(st.integers(1, 40))):
        time = draw(st.integers(1, 12))
        entry = draw(st.integers(0, time - 1)) if draw(st.booleans()) else 0
        found.append((entry, time, draw(st.integers(0, 2)), draw(st.integers(0, 2))))
    return found


def _counted(spells: list[tuple[int, int, int, int]]) -> tuple[Durations, np.ndarray]:
    counted = sorted(Counter(spells).items())
    entry, time, cause, group = (np.array(x) for x in zip(*(k for k, _ in counted), strict=True))
    return durations(time, cause, [n for _, n in counted], entry), group


def _by_definition(spells: list[tuple[int, int, int, int]], at: int, cause: int) -> float:
    """Walk day by day; not a number from the first day on which nobody is looked at."""
    left, total = 1.0, 0.0
    for day in range(1, at + 1):
        there = [s for s in spells if s[0] < day <= s[1]]
        if left == 0:
            break
        if not there:
            return math.nan
        total += left * sum(s[1] == day and s[2] == cause for s in there) / len(there)
        left *= 1 - sum(s[1] == day and s[2] > 0 for s in there) / len(there)
    return total


@QUICK
@given(_spells())
def test_incidence_is_what_its_definition_says(spells: list[tuple[int, int, int, int]]) -> None:
    found, _ = _counted(spells)
    at = np.arange(1, 14)
    one, two = (cumulative_incidence(found, at, cause=c).interval for c in (1, 2))
    for cause, interval in ((1, one), (2, two)):
        slow = [_by_definition(spells, day, cause) for day in at]
        assert interval.value == pytest.approx(slow, abs=1e-12, nan_ok=True)
    left = survival(found, at).interval
    assert left.value + one.value + two.value == pytest.approx(
        np.where(np.isnan(left.value), np.nan, 1.0), nan_ok=True
    )
    for interval in (one, two, left):
        known = ~np.isnan(interval.value)
        assert (interval.lower[known] <= interval.value[known] + 1e-12).all()
        assert (interval.value[known] <= interval.upper[known] + 1e-12).all()
        assert ((interval.lower[known] >= 0) & (interval.upper[known] <= 1)).all()


@QUICK
@given(_spells(), st.integers(2, 9))
def test_counts_stand_for_as_many_rows(spells: list[tuple[int, int, int, int]], times: int) -> None:
    found, group = _counted(spells)
    more = Durations(found.time, found.cause, found.count * times, found.entry)
    rows = [x for x in spells for _ in range(times)]
    apart = durations(*(np.array([r[i] for r in rows]) for i in (1, 2)), 1, [r[0] for r in rows])
    at = [1, 4, 9]
    ours, theirs = survival(more, at), survival(apart, at)
    assert ours.interval.lower == pytest.approx(theirs.interval.lower, nan_ok=True)
    assert ours.errors == pytest.approx(theirs.errors, nan_ok=True)
    together = log_rank(more, group)
    single = log_rank(apart, [r[3] for r in rows])
    assert together.statistic == pytest.approx(single.statistic, nan_ok=True)


@QUICK
@given(_spells())
def test_statsmodels_agrees(spells: list[tuple[int, int, int, int]]) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    entry, time, cause, group = (np.array(x) for x in zip(*spells, strict=True))
    found, _ = _counted(spells)
    ended = (cause > 0).astype(int)
    if ended.any():
        theirs = SurvfuncRight(time, ended, entry=entry)
        ours = survival(found, theirs.surv_times)
        known = ~np.isnan(ours.interval.value)
        assert ours.interval.value[known] == pytest.approx(theirs.surv_prob[known])
        still = known & (ours.interval.value > 0)
        assert ours.errors[still] == pytest.approx(theirs.surv_prob_se[still])
    two = group > 0
    test = log_rank(*_counted([s for s in spells if s[3] > 0])) if two.any() else None
    if test is not None and test.degrees == 1:
        chi_squared, p = survdiff(time[two], (cause == 1)[two] * 1, group[two], entry=entry[two])
        assert [test.statistic, test.p_value] == pytest.approx([chi_squared, p])


def test_intervals_cover_what_they_should() -> None:
    """120 people, two ways of ending, followed for 1 to 3 years, some looked at late.

    In 1,500 draws, 95 % intervals of the incidence at a year cover in 93 % to 97 %.
    """
    random = np.random.default_rng(6)
    one, two, at = 0.0006, 0.0004, 365
    truth = one / (one + two) * (1 - math.exp(-(one + two) * at))
    covered = kept = 0
    for _ in range(1500):
        end = np.ceil(random.exponential(1 / (one + two), 120))
        seen = np.ceil(random.uniform(365, 1095, 120))
        entry = np.where(random.uniform(size=120) < 0.3, np.floor(random.uniform(0, 300, 120)), 0)
        time = np.minimum(end, seen)
        cause = np.where(end <= seen, 1 + (random.uniform(size=120) < two / (one + two)), 0)
        there = time > entry
        found = durations(time[there], cause[there], 1, entry[there])
        interval = cumulative_incidence(found, at).interval
        kept += 1
        covered += bool(interval.lower[0] <= truth <= interval.upper[0])
    assert 0.93 <= covered / kept <= 0.97


def test_where_nobody_has_ended_the_limit_is_exact() -> None:
    curve = cumulative_incidence(durations([400], [0], [50]), [0, 365])
    assert curve.interval.value.tolist() == [0, 0]
    assert curve.interval.upper == pytest.approx([0, 1 - 0.025 ** (1 / 50)])
    everybody = survival(durations([400], [0], [50]), [365]).interval
    assert everybody.value == 1
    assert everybody.lower == pytest.approx(0.025 ** (1 / 50))


def test_nothing_is_known_beyond_the_last_day_or_before_the_first() -> None:
    found = durations([10, 20], [1, 0], [3, 7])
    assert np.isnan(survival(found, [20, 21]).interval.value).tolist() == [False, True]
    late = durations([10, 20], [1, 0], [3, 7], [5, 5])
    assert np.isnan(survival(late, [3, 15]).interval.value).all()
    over = survival(durations([10], [1], [3]), [10, 99]).interval
    assert over.value.tolist() == [0, 0]


def test_people_who_count_twice_widen_the_interval() -> None:
    """Everybody twice, both alike: the variance doubles, as if there were half as many."""
    time, cause = [30, 60, 90, 400], [1, 1, 2, 0]
    people = np.array([10, 20, 15, 55])
    single = durations(time, cause, people)
    double = durations(time, cause, 2 * people)
    pairs = Pairs(np.arange(4), np.arange(4), people)
    at = [60, 365]
    once = cumulative_incidence(single, at)
    twice = cumulative_incidence(double, at, pairs=pairs)
    assert twice.design_effect == pytest.approx([2, 2])
    assert twice.errors == pytest.approx(once.errors)
    assert survival(double, at, pairs=pairs).errors == pytest.approx(survival(single, at).errors)


def test_influence_is_a_derivative() -> None:
    """Of two people alike, nudge the weight of one and see the curve move."""
    time, cause, entry = [2, 3, 3, 5, 7, 9], [1, 2, 0, 1, 2, 0], [0, 0, 1, 0, 4, 2]
    count = np.array([3.0, 2, 4, 5, 2, 6])
    found, at = durations(time, cause, count, entry), [3, 6, 8]
    for row in range(6):
        moved = count.copy()
        moved[row] += 1e-6
        nudged = cumulative_incidence(durations(time, cause, moved, entry), at).interval.value
        slope = (nudged - cumulative_incidence(found, at).interval.value) / 1e-6
        # One pair of a row with itself: effect - 1 = 2 u^2 / sum of n u^2.
        pair = Pairs(np.array([row]), np.array([row]), np.array([1.0]))
        effect = cumulative_incidence(found, at, pairs=pair).design_effect
        alone = np.array([_slopes(time, cause, count, entry, at, i) for i in range(6)])
        total = (count[:, None] * alone**2).sum(axis=0)
        assert effect - 1 == pytest.approx(2 * slope**2 / total, abs=1e-4)


def _slopes(time, cause, count, entry, at, row):  # type: ignore[no-untyped-def]
    ends = []
    for step in (-1e-6, 1e-6):
        moved = count.copy()
        moved[row] += step
        ends.append(cumulative_incidence(durations(time, cause, moved, entry), at).interval.value)
    return (ends[1] - ends[0]) / 2e-6


def test_log_rank_with_people_in_both_groups() -> None:
    """The same people in both groups: what they do alike tells nothing of the groups."""
    time, cause, people = [30, 60, 90, 400], [1, 1, 1, 0], np.array([10, 20, 15, 55])
    found = durations(time * 2, cause * 2, np.concatenate([people, people]))
    group = np.repeat([0, 1], 4)
    pairs = Pairs(np.arange(4), np.arange(4) + 4, people)
    alone = log_rank(found, group)
    assert alone.p_value == pytest.approx(1)
    mixed = durations([*time, 45, 60, 90, 400], cause * 2, np.concatenate([people, people]))
    assert log_rank(mixed, group, pairs=pairs).p_value < log_rank(mixed, group).p_value


def test_log_rank_of_one_group_or_none_is_no_test() -> None:
    found = durations([3, 5], [1, 0], [10, 20])
    assert math.isnan(log_rank(found, [0, 0]).p_value)
    assert math.isnan(log_rank(durations([3, 5], [0, 0]), [0, 1]).p_value)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="2 of 3 do not"):
        durations([0, 5, 5], [0, 1, 1], 1, [0, 5, 2])
    with pytest.raises(UsageError, match="transform must be one of log_log, log"):
        survival(durations([1], [1]), 1, transform="plain")
    with pytest.raises(UsageError, match="one group for each"):
        log_rank(durations([1, 2], [1, 0]), [0])
    with pytest.raises(UsageError, match="confidence"):
        survival(durations([1], [1]), 1, confidence=95)
