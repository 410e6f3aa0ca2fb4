"""Routes, intersections and undeclared answers, against counting one by one."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import recruitment_slow as slow
from tests import small_applications as small
from workforce_analytics.errors import UsageError

recruitment = wa.recruitment
ROUTES = {"v1": "standard", "v2": "community_event", "v3": "not_known", "v4": "not_known"}
ROUTE = {"Standard vacancy": "standard", "Community recruitment event": "community_event"}


def _route(row):
    return ROUTES[row["vacancy_id"]]


def _sex(row):
    return small.SEX[row["sex"]]


@settings(derandomize=True, deadline=None, max_examples=8)
@given(
    n=st.integers(2, 80),
    seed=st.integers(0, 10_000),
    withdrawn=st.sampled_from(["apart", "in"]),
)
def test_every_row_of_the_routes_agrees_with_counting_one_by_one(n, seed, withdrawn) -> None:
    records = small.rows(n, random.Random(seed))
    once = small.kept(records)
    extract = slow.applications(records)
    table = recruitment.routes(extract, of="sex", reference="Male", withdrawn=withdrawn)
    frame = slow.exact(table)
    labels = dict.fromkeys(frame["route"])
    codes = {label: _code_of(extract, label) for label in labels}
    sizes = {way: sum(_route(row) == way for row in once) for way in codes.values()}
    base = max(sizes, key=lambda way: sizes[way])
    for row in frame.to_dict("records"):
        stage, way, label = row["stage"].lower(), codes[row["route"]], row["sex"]
        here = [record for record in once if _route(record) == way]
        if row["measure"] == "share_at_stage":
            there = [r for r in here if slow.reached(r, stage) and _sex(r) in slow.SEXES]
            own = sum(slow.SEXES[_sex(r)] == label for r in there)
            assert (row["numerator"], row["denominator"]) == (own, len(there))
            continue
        rates = {
            (one, sex): slow.passed_of(
                once,
                "applied",
                stage,
                withdrawn,
                lambda r, one=one, sex=sex: _route(r) == one and _sex(r) == sex,
            )
            for one in (way, base)
            for sex in slow.SEXES
        }
        a, n_here = rates[way, label.lower()]
        assert (row["numerator"], row["denominator"]) == (a, n_here)
        if row["measure"] == "relative_likelihood":
            _agrees(row["value"], [rates[way, "female"], rates[way, "male"]])
        elif row["measure"] == "ratio_of_ratios":
            assert way != base
            sizes_of_all = [
                *(rates[way, s] for s in slow.SEXES),
                *(rates[base, s] for s in slow.SEXES),
            ]
            if all(passed for passed, _ in sizes_of_all) and not math.isnan(row["value"]):
                (a, n1), (b, m), (c, n2), (d, m2) = sizes_of_all
                expected = Fraction(a, n1) / Fraction(b, m) / (Fraction(c, n2) / Fraction(d, m2))
                assert row["value"] == pytest.approx(float(expected))
            else:
                assert math.isnan(row["value"])
                assert row["status"] == "undefined"
    assert "ratio_of_ratios" in set(frame["measure"])


def _code_of(extract, label):
    from workforce_analytics.counting.stages import stage_counts

    dimension = stage_counts(extract, by=["route"]).dimension("route")
    return next(code for code in dimension.codes if dimension.label(code) == label)


def _agrees(value, sizes) -> None:
    (a, n), (b, m) = sizes
    if not n or not m or a + b in (0, n + m):
        assert math.isnan(value)
    elif not b:
        assert value == math.inf
    else:
        assert value == pytest.approx((a / n) / (b / m))


def test_a_route_that_others_are_held_against_is_taken_by_its_label() -> None:
    extract = slow.applications(slow.drawn(60, 1, sex=["F", "M"], vacancy_id=["v1", "v2"]))
    first, second = (
        recruitment.routes(extract, of="sex", against=against)
        for against in ("community_event", _label("community_event"))
    )
    assert slow.exact(first).equals(slow.exact(second))
    frame = slow.exact(first)
    ratios = frame[frame["measure"] == "ratio_of_ratios"]
    assert set(ratios["reference"]) == {_label("community_event")}
    assert _label("community_event") not in set(ratios["compared"])
    assert any(_label("community_event") in said for said in first.about.caveats)


def _label(code):
    from workforce_analytics.extracts.contracts import contract

    field = contract("vacancies").field("route")
    assert field is not None
    return next(item.label for item in field.categories if item.value == code)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"route": None}, "route= takes one name"),
        ({"route": "sex"}, "of= and route= are both 'sex'"),
        ({"reference": "rest"}, "held against one group"),
        ({"against": 5}, "against=5 is not one of"),
        ({"against": "fair"}, "against='fair' is not one of"),
        ({"stages": ("sifted",)}, "in this order"),
    ],
)
def test_wrong_routes_are_refused_in_a_sentence(options, words) -> None:
    extract = slow.applications(small.rows(10, random.Random(1)))
    with pytest.raises(UsageError, match=words):
        recruitment.routes(extract, **{"of": "sex", **options})


# --- intersections ------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=5)
@given(n=st.integers(1, 80), seed=st.integers(0, 10_000))
def test_every_crossing_agrees_with_counting_one_by_one(n, seed) -> None:
    records = small.rows(n, random.Random(seed))
    once = small.kept(records)
    frame = slow.exact(
        recruitment.intersections(
            slow.applications(records), of=("sex", "grade_band"), outcome="shortlisted"
        )
    )
    bands = ("lower", "middle", "senior")
    known = [row for row in once if _sex(row) in slow.SEXES and small.grade_band(row) in bands]
    b, m = slow.passed_of(known, "applied", "shortlisted")
    assert len(set(frame["sex_and_grade_band"])) == 6
    pools = 0
    for sex, label in slow.SEXES.items():
        for band in bands:
            name = f"{label}, {band.capitalize()}"
            a, size = slow.passed_of(
                known,
                "applied",
                "shortlisted",
                wanted=lambda r, s=sex, g=band: _sex(r) == s and small.grade_band(r) == g,
            )
            pools += size
            rate = slow.figure(frame, "rate", sex_and_grade_band=name)
            assert (rate["numerator"], rate["denominator"]) == (a, size)
            ratio = slow.figure(frame, "relative_likelihood", sex_and_grade_band=name)
            shrunk = slow.figure(frame, "shrunk", sex_and_grade_band=name)
            if not size:
                assert ratio["status"] == shrunk["status"] == "undefined"
                continue
            if 0 < b < m:
                assert ratio["value"] == pytest.approx((a / size) / (b / m))
            # What it is drawn towards is an average of all groups' rates, not the rate of all.
            rates = frame.loc[frame["measure"] == "rate", "value"].dropna()
            low, high = rates.min(), rates.max()
            assert low - 1e-9 <= shrunk["value"] <= high + 1e-9 or b in (0, m)
    assert pools == m


@pytest.mark.parametrize("of", ["ethnicity", 5, ("sex",), ("sex", "sex"), ("sex", 3)])
def test_crossings_take_two_characteristics(of) -> None:
    with pytest.raises(UsageError, match=r"of= takes (two different|one name)|by= takes one name"):
        recruitment.intersections(slow.applications(small.rows(5, random.Random(1))), of=of)
    with pytest.raises(UsageError, match="levels= takes names and levels"):
        recruitment.intersections(
            slow.applications(small.rows(5, random.Random(1))),
            levels="binary",  # type: ignore[arg-type]
        )


# --- undeclared ---------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=8)
@given(n=st.integers(1, 80), seed=st.integers(0, 10_000))
def test_the_bounds_hold_however_the_undeclared_would_have_answered(n, seed) -> None:
    records = small.rows(n, random.Random(seed))
    once = small.kept(records)
    frame = slow.exact(
        recruitment.undeclared(slow.applications(records), of="sex", outcome="shortlisted")
    )
    found = {
        sex: slow.passed_of(once, "applied", "shortlisted", wanted=lambda r, s=sex: _sex(r) == s)
        for sex in slow.SEXES
    }
    y, missing = slow.passed_of(
        once, "applied", "shortlisted", wanted=lambda r: _sex(r) not in slow.SEXES
    )
    for sex, label in slow.SEXES.items():
        x, size = found[sex]
        low, high, shared, rate = (
            slow.figure(frame, measure, sex=label)
            for measure in ("rate_lower_bound", "rate_upper_bound", "rate_shared_out", "rate")
        )
        if size + missing == 0:
            assert {row["status"] for row in (low, high, shared, rate)} == {"undefined"}
            continue
        assert low["value"] == pytest.approx(x / (size + missing))
        assert high["value"] == pytest.approx((x + missing) / (size + missing))
        # Whatever they had answered: some of those who passed, some of those who did not.
        for passed in range(y + 1):
            for failed in range(missing - y + 1):
                if size + passed + failed:
                    could_be = (x + passed) / (size + passed + failed)
                    assert low["value"] - 1e-12 <= could_be <= high["value"] + 1e-12
        if not math.isnan(shared["value"]):
            assert low["value"] - 1e-12 <= shared["value"] <= high["value"] + 1e-12
    known = [sum(part) for part in zip(*found.values(), strict=True)]
    alarm = slow.figure(frame, "declared_against_undeclared", sex="Undeclared")
    _agrees(alarm["value"], [tuple(known), (y, missing)])


def test_shared_out_by_hand_and_not_where_nobody_is_like_them() -> None:
    def table(men, women, missing):
        groups = {"Male": men, "Female": women, "Not known": missing}
        return recruitment.undeclared(slow.counted("sex", groups), of="sex")

    shared = table((30, 60), (10, 40), (8, 18))
    # Of 8 who passed, 10 in 40 are put with the women, and of 10 who did not, 30 in 60.
    row = slow.figure(shared, "rate_shared_out", sex="Female")
    assert row["value"] == pytest.approx(float(Fraction(10 + 2, 40 + 2 + 5)))
    nobody = slow.figure(table((0, 60), (0, 40), (8, 18)), "rate_shared_out", sex="Female")
    assert (nobody["status"], math.isnan(nobody["value"])) == ("undefined", True)
    assert "ended as the undeclared did" in nobody["note"]
    alike = slow.figure(table((0, 60), (0, 40), (0, 18)), "rate_shared_out", sex="Female")
    assert (alike["status"], alike["value"]) == ("ok", 0)


def test_the_alarm_rings_where_outcomes_go_with_declaring() -> None:
    rings = slow.counted("sex", {"Male": (60, 200), "Female": (50, 200), "Not known": (5, 100)})
    quiet = slow.counted("sex", {"Male": (60, 200), "Female": (50, 200), "Not known": (27, 100)})
    first, second = (
        slow.figure(recruitment.undeclared(extract, of="sex"), "declared_against_undeclared")
        for extract in (rings, quiet)
    )
    assert (first["value"], first["lower"]) == pytest.approx(
        slow.log_interval(110, 400, 5, 100)[:2]
    )
    assert first["lower"] > 1 > first["p_value"]
    assert second["lower"] < 1 < second["upper"]
    assert first["compared"] == "All who declared"
