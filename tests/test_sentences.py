"""Sentences: their wording follows the interval, and nothing is said of a hidden figure."""

from dataclasses import replace

import pytest

from tests import protected_samples as samples
from tests.protected_samples import ASIAN, MIXED, OTHER, STAFF, WHITE
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.sentences import headline, sentences

FORBIDDEN = (
    "BAME",
    "non-white",
    "significant",
    "adverse",
    "disparity",
    "discriminat",
    "because",
    "due to",
    "caused",
    "compliant",
    "under-represented",
    "trend",
)
EVERY = (
    samples.shares,
    samples.by_sex,
    samples.shares_by_band,
    samples.against_community,
    samples.over_time,
)


@pytest.mark.parametrize("make", EVERY)
def test_at_most_three_sentences_in_plain_words(make):
    said = sentences(make())
    assert 1 <= len(said) <= 3
    assert all(sentence.endswith(".") for sentence in said)
    text = " ".join([*said, headline(make())])
    assert not [word for word in FORBIDDEN if word.lower() in text.lower()]
    assert text.encode("cp1252")


def test_shares():
    assert sentences(samples.shares()) == [
        "Of the 5,123 staff who declared their ethnic group, 75.9% (likely between 74.7% and "
        "77.1%) were in the group “White”.",
        "87.3% of staff (5,123 of 5,871) declared their ethnic group.",
    ]


def test_few_groups_are_all_said():
    assert sentences(samples.by_sex())[0] == (
        "Of the 5,871 staff who declared their sex, 64.9% were in the group “Female” and 35.1% "
        "were in the group “Male”."
    )


def test_a_low_declaration_rate_carries_a_caveat():
    low = sentences(samples.shares({**STAFF, "Not known": 5000}))
    assert "This is below 60.0%" in low[1]


def test_against_the_community():
    assert sentences(samples.against_community()) == [
        f"Staff in the group “{ASIAN}” made up 13.7% of staff who declared their ethnic group "
        "(likely between 12.8% and 14.7%), compared with 18.5% of the community (Coventry, "
        "residents aged 16 to 64, Census 2021): a lower share among staff.",
        "The distance from the community's share is 246 more people in this group if the total "
        "stays the same, or 302 if they are added to it: a measure of distance, not a quota or "
        "target.",
        "The share was also lower for “Black, Black British, Black Welsh, Caribbean or African” "
        "and “Other ethnic group”, and higher for “White”; there is no difference that matters "
        "for “Mixed or Multiple ethnic groups”.",
    ]


def test_also_stands_only_with_the_same_word():
    counts = {"Female": 3483, "Male": 1703, **dict.fromkeys(samples.UNDECLARED, 0)}
    table = samples.against_community(counts, {"Female": 0.501, "Male": 0.499})
    assert sentences(table)[2] == "The share was higher for “Female”."


def test_a_small_workforce_cannot_tell_and_says_so():
    small = dict(zip(samples.GROUPS, (18, 9, 4, 65, 4), strict=True))
    small = {group: 10 * n for group, n in small.items()} | dict.fromkeys(samples.UNDECLARED, 0)
    few = {group: n / 10 for group, n in small.items()}
    table = samples.against_community({**few, **dict.fromkeys(samples.UNDECLARED, 0)})
    said = " ".join(sentences(table))
    assert "This data cannot tell for" in said
    assert "which is not evidence that there is no difference" in said
    assert "compared with Coventry" in said
    assert "No group's share is clearly different" in headline(table)


def test_nothing_is_said_of_a_hidden_group():
    table = samples.against_community({**STAFF, OTHER: 4})
    said = " ".join([*sentences(table), headline(table)])
    assert OTHER not in said
    assert "of 4 groups" in headline(table)


def test_the_largest_group_is_not_named_where_a_hidden_one_might_be_larger():
    counts = {ASIAN: 40, samples.BLACK: 30, MIXED: 20, WHITE: 60, OTHER: 55}
    counts |= dict.fromkeys(samples.UNDECLARED, 0)
    hidden = samples.shares(counts, also_hidden=((OTHER,),))
    assert "largest" not in headline(hidden)
    assert "were in the group" not in " ".join(sentences(hidden))
    assert "“White” is the largest group" in headline(samples.shares(counts))


def test_posts_have_holders():
    about = replace(samples.by_sex().about, counted="posts")
    said = sentences(replace(samples.by_sex(), about=about))
    assert said[0].startswith("Of the 5,871 posts whose holders declared their sex, 64.9%")
    assert said[1] == "The holders of 100.0% of posts (5,871 of 5,871) declared their sex."


def test_by_grade_band():
    said = sentences(samples.shares_by_band())
    assert said[0] == (
        f"“{ASIAN}” made up 13.7% of all staff who declared their ethnic group; the share was "
        "lower in “Grades 8 to 10” and higher in “Grades 1 to 4”."
    )
    assert not any("Senior leadership" in sentence for sentence in said[:2])


def test_those_who_declared_alone_are_said_the_same_of():
    for every in (samples.shares_by_band(), samples.shares()):
        alone = samples.of_those_who_declared(every)
        assert headline(alone) == headline(every)
        assert not any("% of staff (" in said for said in sentences(alone))
    assert sentences(samples.of_those_who_declared(samples.shares_by_band())) == sentences(
        samples.shares_by_band()
    )
    assert (
        sentences(samples.of_those_who_declared(samples.shares()))
        == (sentences(samples.shares())[:1])
    )


def test_over_time():
    said = sentences(samples.over_time())
    assert said[0] == (
        "The share of “White” among staff who declared their ethnic group fell from 79.8% (likely "
        "between 78.7% and 80.9%) on 31 March 2021 to 75.9% (likely between 74.7% and 77.1%) on "
        "31 March 2025."
    )
    assert "this is not evidence that nothing changed" in said[-1]


def test_two_dates_are_compared_on_the_wide_side():
    two = {day: samples.YEARS[day] for day in ("2024-03-31", "2025-03-31")}
    table = samples.over_time(two)
    assert "rose" not in " ".join(sentences(table))
    assert "No group's share clearly changed" in headline(table)


def test_nothing_is_compared_across_a_break():
    table = samples.over_time(broken_at="2023-03-31")
    assert sentences(table) == [
        "The series has a break on 31 March 2023: what was counted, or how, changed, so figures "
        "before and after cannot be compared."
    ]
    assert "rose" not in headline(table)


def test_one_date_is_no_series():
    one = samples.over_time({"2025-03-31": samples.YEARS["2025-03-31"]})
    assert sentences(one) == []


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.1, 1.9, "same"),
        (-2.0, 2.0, "same"),
        (0.1, 2.1, "higher"),
        (-2.1, -0.1, "lower"),
        (-2.1, 0.0, "unknown"),
        (0.0, 3.0, "unknown"),
    ],
)
def test_an_interval_within_what_matters_wins(lower, upper, expected):
    assert verdict(lower, upper) == expected


def test_an_unknown_kind_is_refused():
    with pytest.raises(UsageError, match="no words for figures of the kind 'unheard'"):
        sentences(samples.renamed(samples.shares(), kind="unheard"))
