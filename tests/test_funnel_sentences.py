"""Sentences on stages and routes."""

from tests import recruitment_samples as samples
from tests.protected_samples import ASIAN, BLACK, OTHER, WHITE
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.funnel_sentences import first_route, steps, used_routes
from workforce_analytics.publishing.sentences import headline, sentences


def test_a_funnel_says_how_many_applied_and_who_got_how_far():
    said = sentences(samples.funnel())
    assert said[0] == (
        "There were 9,280 applications: 32.1% were shortlisted and 6.9% were appointed."
    )
    assert said[1].startswith(f"Being appointed was less likely for “{ASIAN}” and “{BLACK}” than ")
    assert said[2].startswith(f"Being shortlisted was less likely for “{ASIAN}”, “{BLACK}” and ")
    assert headline(samples.funnel()) == (
        "Being appointed is clearly less likely for 2 of 4 groups than for “White”"
    )


def test_without_a_reference_nothing_is_compared():
    alone = samples.funnel(reference="")
    assert len(sentences(alone)) == 1
    assert headline(alone) == "6.9% of 9,280 applications were appointed"


def test_a_hidden_whole_gives_no_figure():
    hidden = samples.funnel(reference="", hidden=[{"ethnicity": "All"}])
    assert sentences(hidden) == []
    assert headline(hidden) == "Applications and the stages they reached, by ethnic group"


def test_stages_that_are_none_stand_apart():
    assert steps(figures(samples.funnel())) == samples.STAGES


def test_routes_say_who_applied_and_what_came_of_it():
    said = sentences(samples.routes())
    assert said[0] == (
        "“White” made up 24.7% of applicants by the route “Community event” who declared their "
        "ethnic group, compared with 57.1% by the route “Standard”."
    )
    assert "cannot tell whether the relative likelihood of being appointed differs" in said[1]
    assert "by the route “Standard”" in said[2]
    assert "shares of 5 of 5 groups" in headline(samples.routes())


def test_one_route_is_compared_with_none():
    one = samples.routes({"Standard": samples.FUNNEL})
    assert headline(one) == "Applicants of one route, by ethnic group"
    assert first_route(figures(one)) == "Standard"


def test_a_route_that_nobody_took_is_left_out():
    nobody = dict.fromkeys(samples.FUNNEL, (0,) * 5)
    read = figures(samples.routes({"Standard": samples.FUNNEL, "Redeployment": nobody}))
    assert used_routes(read) == ("Standard",)


def test_hidden_pools_are_not_compared():
    hidden = samples.routes(hidden=[{"route": "Community event"}])
    assert headline(hidden) == "Applicants of each route, by ethnic group"
    assert not any("made up" in said for said in sentences(hidden))
    assert OTHER not in " ".join(sentences(samples.routes(hidden=[{"ethnicity": OTHER}])))
    assert WHITE in sentences(samples.routes())[0]
