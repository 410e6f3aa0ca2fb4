"""What to act on first, as arithmetic: against loops, and surveys drawn with and without gaps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.importance import importance
from workforce_analytics.inference.priorities import priorities

GROUPS, THEMES = 12, 3
SIZES = {0: (0.3, 0.7), 1: (0.2, 0.1, 0.7)}


def drawn(seed: int, n: int = 600, behind: float = 0.0) -> dict[str, np.ndarray]:
    """Draw people: whose groups they are of, replicate group, scores and positive answers."""
    draws = np.random.default_rng(seed)
    of = {kind: draws.choice(len(sizes), n, p=sizes) for kind, sizes in SIZES.items()}
    scores = 0.5 * draws.normal(size=(n, 1)) + draws.normal(size=(n, THEMES))
    scores[:, 1] -= behind * (of[1] == 0)
    outcome = scores @ np.array([0.6, 0.4, 0.1]) + draws.normal(size=n)
    positive = (scores[:, :, None] + draws.normal(size=(n, THEMES, 3)) > 0).sum(axis=-1)
    return {
        **{f"of{kind}": codes for kind, codes in of.items()},
        "replicate": draws.integers(0, GROUPS, n),
        "scores": np.column_stack([outcome, scores]),
        "positive": positive,
    }


def arranged(people: dict[str, np.ndarray]) -> tuple:
    """Add the people up as the function takes them."""
    one = np.eye(GROUPS)[people["replicate"]]
    scores = people["scores"]
    products = np.einsum("pg,pi,pj->gij", one, scores, scores)
    positive, valid, share, kind = [], [], [], []
    for number, sizes in SIZES.items():
        for code, size in enumerate(sizes):
            here = (people[f"of{number}"] == code).astype(float)
            positive.append(np.einsum("pg,p,pt->gt", one, here, people["positive"]))
            valid.append(3 * np.einsum("pg,p->g", one, here)[:, None].repeat(THEMES, axis=1))
            share.append(size)
            kind.append(number)
    moments = (one.sum(axis=0), one.T @ scores, products)
    return moments, np.stack(positive, axis=1), np.stack(valid, axis=1), share, kind


def _gaps(people: dict[str, np.ndarray], kept: np.ndarray) -> np.ndarray:
    rows = []
    for number, sizes in SIZES.items():
        for code in range(len(sizes)):
            here = (people[f"of{number}"] == code) & kept
            rest = (people[f"of{number}"] != code) & kept
            rows.append(
                100 * (people["positive"][rest].mean(0) - people["positive"][here].mean(0)) / 3
            )
    return np.array(rows)


def _priority(people: dict, kept: np.ndarray, error: np.ndarray) -> np.ndarray:
    driver = importance(np.cov(people["scores"][kept].T)).of_explained
    gaps, total = _gaps(people, kept), np.zeros(THEMES)
    for group, size in enumerate([size for sizes in SIZES.values() for size in sizes]):
        for theme in range(THEMES):
            gap, chance = gaps[group, theme], error[group, theme]
            if gap > chance:
                total[theme] += size * (1 - size) * (gap - chance**2 / gap)
    return total * driver


@pytest.mark.parametrize("behind", [0.0, 0.8])
def test_it_is_what_loops_over_people_give(behind: float) -> None:
    people = drawn(3, behind=behind)
    found = priorities(*arranged(people))
    everybody = np.ones(len(people["replicate"]), dtype=bool)
    without = [people["replicate"] != group for group in range(GROUPS)]
    gaps = np.array([_gaps(people, kept) for kept in without])
    error = np.sqrt(((gaps - gaps.mean(axis=0)) ** 2).sum(axis=0) * (GROUPS - 1) / GROUPS)
    value = _priority(people, everybody, error)
    others = np.array([_priority(people, kept, error) for kept in without])
    spread = np.sqrt(((others - others.mean(axis=0)) ** 2).sum(axis=0) * (GROUPS - 1) / GROUPS)
    assert found.priority.value == pytest.approx(value)
    reach = t.ppf(0.975, GROUPS - 1) * spread
    assert found.priority.upper == pytest.approx(value + reach)
    assert found.priority.lower == pytest.approx(np.maximum(value - reach, 0))
    assert found.gap.value == pytest.approx(_gaps(people, everybody))
    assert found.gap.upper - found.gap.value == pytest.approx(t.ppf(0.975, GROUPS - 1) * error)
    assert found.adds.sum(axis=0) * found.driver.value == pytest.approx(value)
    for one in range(THEMES):
        apart = value - value[one]
        differences = others - others[:, [one]]
        error = np.sqrt(((differences - differences.mean(0)) ** 2).sum(0) * (GROUPS - 1) / GROUPS)
        sure = t.ppf(1 - 0.025 / (THEMES - 1), GROUPS - 1) * error
        assert found.first[one] == 1 + (apart > sure).sum()
        assert found.last[one] == THEMES - (-apart > sure).sum()


def test_where_no_group_differs_next_to_nothing_stands_out() -> None:
    found = [priorities(*arranged(drawn(seed))) for seed in range(100)]
    above = np.array([one.priority.lower > 0 for one in found])
    assert above.mean() < 0.07
    assert sum(one.stands_out.any() for one in found) <= 3


def test_a_theme_on_which_a_group_lies_behind_is_found() -> None:
    found = [priorities(*arranged(drawn(seed, 1500, behind=1.0))) for seed in range(25)]
    assert all(one.rank[1] == 1 for one in found)
    assert np.mean([one.stands_out[1] for one in found]) > 0.9
    assert all(one.first[1] == 1 for one in found)


def test_a_larger_group_as_far_behind_counts_for_more() -> None:
    moments, positive, valid, share, kind = arranged(drawn(5, behind=1.0))
    one = priorities(moments, positive, valid, share, kind)
    more = [0.3, 0.7, 0.4, 0.1, 0.5]
    other = priorities(moments, positive, valid, more, kind)
    assert other.adds[2, 1] == pytest.approx(one.adds[2, 1] * (0.4 * 0.6) / (0.2 * 0.8))
    none = priorities(moments, positive, valid, [0.0] * 5, kind)
    assert (none.priority.value == 0).all()
    assert (none.priority.upper == 0).all()


def test_too_few_people_give_nothing() -> None:
    found = priorities(*arranged(drawn(1, 90)))
    for values in (found.priority.value, found.priority.upper, found.driver.value):
        assert np.isnan(values).all()
    assert not found.stands_out.any()


def test_arrays_that_do_not_fit_are_refused() -> None:
    moments, positive, valid, share, kind = arranged(drawn(2))
    with pytest.raises(UsageError, match="each replicate group"):
        priorities(moments, positive, valid, share[:-1], kind)
    with pytest.raises(UsageError, match="0 or more"):
        priorities(moments, positive, valid, [-0.1, *share[1:]], kind)
