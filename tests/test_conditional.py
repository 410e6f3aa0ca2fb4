"""Conditional regression: R's exact odds ratio, statsmodels on rows, every way to share totals."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import hypergeom
from statsmodels.discrete.conditional_models import ConditionalLogit as RowsConditionalLogit
from statsmodels.tools.sm_exceptions import ModelWarning

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.conditional import (
    ConditionalLogit,
    conditional_logit,
    expected_given_totals,
)

# UCBAdmissions, R's datasets: men admitted and rejected, women admitted and rejected.
ADMISSIONS = {
    "A": (512, 313, 89, 19),
    "B": (353, 207, 17, 8),
    "C": (120, 205, 202, 391),
    "D": (138, 279, 131, 244),
    "E": (53, 138, 94, 299),
    "F": (22, 351, 24, 317),
}
EXACT_ODDS_RATIO = 0.9050699613
"""R 4.2.2, mantelhaen.test(UCBAdmissions, exact = TRUE), solved to full precision."""

TRUE = np.array([-0.5, 0.4, 0.3])

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def admissions() -> tuple[list[str], list[list[int]], list[int], list[int]]:
    rows = [
        (name, [man], passed, passed + failed)
        for name, counts in ADMISSIONS.items()
        for man, passed, failed in ((1, *counts[:2]), (0, *counts[2:]))
    ]
    stratum, design, passes, n = (list(column) for column in zip(*rows, strict=True))
    return stratum, design, passes, n


def campaign(vacancies: int, seed: int, most: int = 40) -> Rows:
    """Give the vacancy, design and outcome of each application: luck and odds decide who passes."""
    draw = np.random.default_rng(seed)
    size = draw.integers(3, most, vacancies)
    vacancy = np.repeat(np.arange(vacancies), size)
    people = vacancy.size
    internal = draw.random(people) < 0.2
    design = np.column_stack(
        [draw.random(people) < 0.3, internal, internal * draw.integers(0, 4, people)]
    )
    luck = -np.log(-np.log(draw.random(people)))
    liked = design @ TRUE + luck
    posts = draw.integers(0, 4, vacancies)
    order = np.lexsort((-liked, vacancy))
    rank = np.empty(people)
    rank[order] = np.arange(people) - np.repeat(np.cumsum(size) - size, size)
    return vacancy, design.astype(float), (rank < posts[vacancy]).astype(float)


def counted(vacancy: np.ndarray, design: np.ndarray, passed: np.ndarray) -> tuple[np.ndarray, ...]:
    cells, place = np.unique(np.column_stack([vacancy, design]), axis=0, return_inverse=True)
    passes = np.bincount(place, weights=passed)
    return cells[:, 0].astype(int), cells[:, 1:], passes, np.bincount(place)


def on_rows(vacancy: np.ndarray, design: np.ndarray, passed: np.ndarray) -> RowsConditionalLogit:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)  # it says how many vacancies it drops
        return RowsConditionalLogit(passed, design, groups=vacancy)


def test_one_binary_column_gives_the_exact_conditional_odds_ratio() -> None:
    fit = conditional_logit(*admissions(), names=("man",))
    assert float(fit.odds_ratios.value[0]) == pytest.approx(EXACT_ODDS_RATIO, abs=1e-8)
    assert (fit.strata, fit.informative_strata, fit.n, fit.passes) == (6, 6, 4526, 1755)
    assert fit.converged


def test_statsmodels_on_rows_finds_no_slope_here_and_nothing_higher() -> None:
    rows = campaign(200, seed=1)
    fit = conditional_logit(*counted(*rows))
    model = on_rows(*rows)
    # It also keeps vacancies all of whose candidates are alike; they have no slope.
    assert fit.informative_strata <= model._n_groups
    score = model.score(fit.coefficients)
    assert np.abs(score).max() / fit.informative_strata < 1e-8
    assert np.abs(fit.score).max() < 1e-10
    here = model.loglike(fit.coefficients)
    assert fit.log_likelihood == pytest.approx(here, abs=1e-8)
    theirs = model.fit(skip_hessian=True)
    assert model.loglike(theirs.params) <= here
    errors = np.sqrt(np.diag(np.linalg.inv(-model.hessian(fit.coefficients))))
    assert fit.errors == pytest.approx(errors, abs=1e-6)


def test_a_record_a_row_and_counts_are_one_and_the_same() -> None:
    vacancy, design, passed = campaign(60, seed=2)
    whole = conditional_logit(*counted(vacancy, design, passed))
    order = np.random.default_rng(3).permutation(vacancy.size)
    ones = np.ones(vacancy.size)
    names = np.char.mod("V%04d", vacancy)
    split = conditional_logit(names[order], design[order], passed[order], ones)
    for name in ("coefficients", "covariance", "score"):
        assert getattr(split, name).tobytes() == getattr(whole, name).tobytes()
    assert split.log_likelihood == whole.log_likelihood


def test_a_planted_gap_is_recovered() -> None:
    fit = conditional_logit(*counted(*campaign(4000, seed=4)))
    assert fit.converged
    assert (np.abs(fit.coefficients - TRUE) < 3 * fit.errors).all()
    assert fit.errors.max() < 0.1


def test_swapping_the_groups_inverts_the_ratio() -> None:
    stratum, design, passes, n = admissions()
    there = conditional_logit(stratum, design, passes, n)
    back = conditional_logit(stratum, 1 - np.array(design), passes, n)
    assert back.coefficients == pytest.approx(-there.coefficients, abs=1e-12)
    assert back.errors == pytest.approx(there.errors, abs=1e-12)


@st.composite
def small_strata(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    size = st.integers(0, 1)
    rows = draw(
        st.lists(st.tuples(st.integers(0, 2), size, st.integers(0, 2)), min_size=2, max_size=8)
    )
    n = np.array([draw(st.integers(0, 3)) for _ in rows])
    passes = np.array([draw(st.integers(0, int(people))) for people in n])
    values = np.array(rows)
    return values[:, 0], values[:, 1:].astype(float), passes, n


def _by_enumeration(
    stratum: np.ndarray, design: np.ndarray, passes: np.ndarray, n: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each stratum: what passed, every way to share out as many passes, how often it occurs."""
    found = []
    for number in np.unique(stratum):
        here = stratum == number
        total = passes[here].sum()
        ways = np.array(
            [
                way
                for way in itertools.product(*(range(k + 1) for k in n[here]))
                if sum(way) == total
            ]
        )
        often = [math.prod(map(math.comb, n[here].tolist(), way)) for way in ways.tolist()]
        sums = ways @ design[here]
        found.append((passes[here] @ design[here], sums, np.log(often)))
    return found


def _value(strata: list[tuple[np.ndarray, np.ndarray, np.ndarray]], at: np.ndarray) -> float:
    return sum(
        float(seen @ at - np.logaddexp.reduce(sums @ at + often)) for seen, sums, often in strata
    )


@settings(max_examples=120, derandomize=True, deadline=None)
@given(small_strata())
def test_small_strata_reach_the_highest_likelihood_there_is(
    table: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Also where a coefficient would be infinite: then the climb by hand only comes near."""
    fit = conditional_logit(*table)
    strata = _by_enumeration(*table)
    slow = minimize(
        lambda at: -_value(strata, at) + 1e-7 * at @ at, np.zeros(2), method="BFGS", tol=1e-9
    )
    reached = _value(strata, slow.x)
    assert fit.log_likelihood >= reached - 1e-9
    assert fit.log_likelihood == pytest.approx(reached, abs=1e-4)
    told = np.isfinite(fit.coefficients)
    assert fit.coefficients[told] == pytest.approx(slow.x[told], abs=2e-2)
    assert set(fit.dropped) == {f"column {place + 1}" for place in np.nonzero(~told)[0]}
    if told.all():
        assert _value(strata, fit.coefficients) == pytest.approx(fit.log_likelihood, abs=1e-11)
        assert fit.covariance == pytest.approx(_inverse(strata, fit.coefficients), rel=1e-8)


def _inverse(strata: list[tuple[np.ndarray, np.ndarray, np.ndarray]], at: np.ndarray) -> np.ndarray:
    information = np.zeros((2, 2))
    for _, sums, often in strata:
        logs = sums @ at + often
        share = np.exp(logs - np.logaddexp.reduce(logs))
        away = sums - share @ sums
        information += (away.T * share) @ away
    return np.linalg.inv(information)


def test_strata_without_information_are_counted_and_change_nothing() -> None:
    stratum, design, passes, n = admissions()
    fit = conditional_logit(stratum, design, passes, n)
    more = conditional_logit(
        [*stratum, "all", "all", "none", "none", "men", "nobody"],
        [*design, [1], [0], [1], [0], [1], [0]],
        [*passes, 4, 5, 0, 0, 3, 0],
        [*n, 4, 5, 9, 2, 7, 0],
    )
    assert more.coefficients == pytest.approx(fit.coefficients, abs=1e-14)
    assert more.errors == pytest.approx(fit.errors, abs=1e-14)
    assert (more.strata, more.informative_strata, more.n) == (9, 6, 4526)


def test_a_group_of_whom_nobody_passed_is_named_and_leaves_the_others_alone() -> None:
    stratum = [1, 1, 1, 2, 2, 2]
    design = np.array([[1, 0], [0, 1], [0, 0]] * 2)
    fit = conditional_logit(
        stratum, design, [3, 0, 5, 2, 0, 4], [9, 4, 10, 7, 3, 20], names=("group", "none")
    )
    without = conditional_logit([1, 1, 2, 2], [[1], [0]] * 2, [3, 5, 2, 4], [9, 10, 7, 20])
    assert fit.coefficients[0] == pytest.approx(without.coefficients[0], abs=1e-12)
    assert fit.errors[0] == pytest.approx(without.errors[0], abs=1e-12)
    assert fit.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-12)
    assert np.isnan(fit.coefficients[1])
    assert np.isnan(fit.odds_ratios.value[1])
    assert (fit.separated, fit.collinear, fit.dropped) == (("none",), (), ("none",))
    assert fit.n == 46
    assert fit.converged


def nothing_told(fit: ConditionalLogit) -> bool:
    numbers = (fit.coefficients, fit.errors, fit.covariance, fit.score, fit.odds_ratios.lower)
    return all(np.isnan(held).all() for held in numbers) and not fit.converged


@pytest.mark.parametrize(
    ("passes", "separated"),
    [([0, 0], ()), ([5, 4], ()), ([5, 0], ("man",)), ([0, 4], ("man",)), ([5, 2], ("man",))],
)
def test_one_stratum_at_its_edge_tells_nothing(
    passes: list[int], separated: tuple[str, ...]
) -> None:
    fit = conditional_logit(["a", "a"], [[1], [0]], passes, [5, 4], names=("man",))
    assert nothing_told(fit)
    assert fit.separated == separated
    assert fit.dropped == ("man",)
    assert fit.informative_strata == 0
    assert fit.strata == 1


def test_nobody_at_all_is_not_a_number() -> None:
    assert nothing_told(conditional_logit([], np.zeros((0, 2)), [], []))
    assert nothing_told(conditional_logit(["a", "a"], [[1], [0]], [0, 0], [0, 0]))


def test_columns_the_same_for_all_of_a_vacancy_or_made_up_of_others_are_named() -> None:
    vacancy, design, passed = campaign(100, seed=5)
    grade = vacancy % 5
    joined = np.column_stack([design, grade, design[:, 0] * 2 + grade])
    names = ("group", "internal", "years", "grade", "mixture")
    fit = conditional_logit(*counted(vacancy, joined, passed), names=names)
    plain = conditional_logit(*counted(vacancy, design, passed))
    # Grade differs in no vacancy, so within each the mixture is the group twice over.
    assert fit.collinear == ("group", "grade", "mixture")
    assert fit.coefficients[1:3] == pytest.approx(plain.coefficients[1:3], abs=1e-10)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)


def test_years_may_be_counted_from_anywhere() -> None:
    """Whole years, and days as thousandths of one, lose no digits beside the year 2024."""
    vacancy, design, passed = campaign(80, seed=8)
    days = np.random.default_rng(9).integers(0, 4, vacancy.size) / 1024
    near = np.column_stack([design, days])
    far = near + np.array([0, 0, 0, 2024])
    fit, other = (conditional_logit(*counted(vacancy, held, passed)) for held in (near, far))
    assert other.coefficients == pytest.approx(fit.coefficients, rel=1e-9)
    assert other.errors == pytest.approx(fit.errors, rel=1e-9)
    expected = [
        expected_given_totals(*counted(vacancy, held, passed), fit.coefficients)
        for held in (near, far)
    ]
    assert expected[1] == pytest.approx(expected[0], abs=1e-9)


def test_a_bulk_campaign_beside_small_vacancies() -> None:
    """2,000 applicants and 300 passes in one; statsmodels' sums on rows would overflow."""
    fit = conditional_logit(
        ["bulk", "bulk", "b", "b"], [[1], [0]] * 2, [70, 230, 1, 1], [600, 1400, 6, 5]
    )
    bulk = conditional_logit(["bulk", "bulk"], [[1], [0]], [70, 230], [600, 1400])
    ways = np.arange(301)
    chances = np.log(hypergeom(2000, 600, 300).pmf(ways))
    log_odds = float(bulk.coefficients[0])
    tilted = chances + ways * log_odds
    share = np.exp(tilted - tilted.max())
    mean = share @ ways / share.sum()
    variance = share @ (ways - mean) ** 2 / share.sum()
    assert mean == pytest.approx(70, abs=1e-8)
    assert bulk.errors[0] == pytest.approx(1 / math.sqrt(variance), rel=1e-9)
    assert fit.converged
    assert abs(fit.coefficients[0] - log_odds) < 0.05


def test_thirty_columns_with_a_few_patterns_per_stratum() -> None:
    """Group by service: each service's coefficient is what the service's own vacancies say."""
    vacancy, design, passed = campaign(300, seed=6)
    service = vacancy % 30
    by_service = (service[:, np.newaxis] == np.arange(30)) * design[:, :1]
    fit = conditional_logit(*counted(vacancy, by_service, passed))
    for number in (0, 7, 29):
        own = service == number
        alone = conditional_logit(*counted(vacancy[own], design[own, :1], passed[own]))
        assert fit.coefficients[number] == pytest.approx(alone.coefficients[0], abs=1e-9)
        assert fit.errors[number] == pytest.approx(alone.errors[0], abs=1e-9)


def test_expected_passes_add_up_to_each_total_and_meet_what_happened() -> None:
    vacancy, design, passes, n = counted(*campaign(150, seed=7))
    fit = conditional_logit(vacancy, design, passes, n)
    expected = expected_given_totals(vacancy, design, passes, n, fit.coefficients)
    assert np.bincount(vacancy, expected) == pytest.approx(np.bincount(vacancy, passes), abs=1e-10)
    # At the maximum what was expected of each column is what was seen.
    assert expected @ design == pytest.approx(passes @ design, abs=1e-9)
    even = expected_given_totals(vacancy, design, passes, n, [0.0] * 3)
    rate = np.bincount(vacancy, passes) / np.bincount(vacancy, n)
    assert even == pytest.approx(n * rate[vacancy], abs=1e-10)


def test_expected_passes_of_rows_of_one_pattern_are_shared_by_their_size() -> None:
    stratum, design = ["a"] * 5, [[1], [1], [0], [0], [0]]
    split = expected_given_totals(stratum, design, [3, 0, 2, 0, 0], [4, 2, 6, 3, 0], [0.7])
    whole = expected_given_totals(["a", "a"], [[1], [0]], [3, 2], [6, 9], [0.7])
    assert split[:2] == pytest.approx(whole[0] * np.array([4, 2]) / 6, abs=1e-14)
    assert split[2:] == pytest.approx(whole[1] * np.array([6, 3, 0]) / 9, abs=1e-14)


def test_an_unknown_coefficient_is_unknown_only_where_it_matters() -> None:
    stratum = ["same", "same", "differs", "differs", "none", "none"]
    design = [[1, 1], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]]
    found = expected_given_totals(
        stratum, design, [1, 1, 1, 1, 0, 0], [3, 4, 3, 4, 3, 4], [0.2, math.nan]
    )
    known = expected_given_totals(["same"] * 2, [[1], [0]], [1, 1], [3, 4], [0.2])
    assert found[:2] == pytest.approx(known, abs=1e-14)
    assert np.isnan(found[2:4]).all()
    assert found[4:].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"passes": [1.5, 1]}, "passes must be whole numbers of people"),
        ({"n": [3.5, 4]}, "n must be whole numbers of people"),
        ({"passes": [4, 1]}, "passes cannot be more than n"),
        ({"stratum": ["a"]}, "stratum, passes and n must be one per row"),
        ({"stratum": ["a", None]}, "stratum must not be missing"),
        ({"design": [[1.0], [math.inf]]}, "design must hold numbers"),
        ({"names": ("one", "two")}, "names must be 1 different names"),
    ],
)
def test_what_does_not_fit_is_said(arguments: dict[str, object], said: str) -> None:
    fitting = {"stratum": ["a", "a"], "design": [[1], [0]], "passes": [1, 1], "n": [3, 4]}
    with pytest.raises(UsageError, match=said):
        conditional_logit(**{**fitting, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize("coefficients", [[0.1, 0.2], [math.inf], 0.1])
def test_coefficients_that_do_not_fit_are_said(coefficients: object) -> None:
    with pytest.raises(UsageError, match="one finite number per column"):
        expected_given_totals(["a", "a"], [[1], [0]], [1, 1], [3, 4], coefficients)
