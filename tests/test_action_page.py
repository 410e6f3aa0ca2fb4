"""The page for whoever must act on a staff survey: what stands on it, made from figures given."""

import re
from functools import cache

import pytest

from tests import survey_action_samples as acting
from tests import survey_figures as asked
from tests.drawings import FORBIDDEN, everything_hidden
from tests.survey_action_samples import INCLUSION
from tests.test_page import Document
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.action_page import TITLE, action_page
from workforce_analytics.publishing.page import render

HEADINGS = [
    "What to work on first",
    "Where groups differ",
    "What all staff say",
    "What goes with engagement",
    "How sure we are, and why",
]
CAUSE = "not what causes what"


@cache
def given():
    """Give one table of each kind that the page can tell of."""
    return {
        "priorities": acting.priorities(acting.CLEAR),
        "response": asked.response_of_all(),
        "scores": asked.scores(),
        "change": acting.change(),
        "drivers": acting.drivers(),
        "gaps": [asked.gaps()],
    }


def page(**more):
    tables = {**given(), **more}
    return action_page(tables.pop("priorities"), organisation="Sample City Council", **tables)


def alone(priorities):
    return action_page(priorities, organisation="Sample City Council")


def items(made, key):
    return next(one for one in made.sections if one.key == key).items


def words(made):
    exhibit = made.sections[0].exhibits[0]
    chart = [exhibit.chart.headline, *exhibit.chart.notes]
    told = [item for section in made.sections for item in section.items]
    return " ".join([*exhibit.sentences, *chart, *exhibit.table.notes, *told])


# --- what stands on it --------------------------------------------------------------------------


def test_it_begins_with_what_to_work_on_and_ends_with_how_sure_that_is():
    made = page()
    assert made.title == TITLE == "Staff survey: what to work on first"
    assert made.subtitle == "Survey of 2024"
    document = Document(render(made))
    assert [element["text"] for element in document.all("h2")] == ["Contents", *HEADINGS]
    assert len(document.all("h1")) == len(document.all("table")) == 1
    assert document.all("h3") == []
    assert not [word for word in FORBIDDEN if word.lower() in render(made).lower()]


def test_it_says_in_each_section_what_the_tables_say():
    made = page()
    first = made.sections[0].exhibits[0]
    assert first.sentences[0].startswith("“Inclusion” comes first: 53.1% positive; what weighs")
    assert first.chart.headline == "Work on “Inclusion” first"
    (groups,) = items(made, "groups")
    assert groups.startswith("Ethnic group: compared with “White”, ")
    assert items(made, "all")[0].startswith("Engagement is 61.3 out of 100")
    assert any("4.2 points better" in said for said in items(made, "all"))
    assert items(made, "goes-with")[-1].startswith("So try an action where it can be compared")
    assert items(made, "sure")[0] == "56.2% of staff answered (3,218 of 5,723)."
    assert "people who stayed silent" in items(made, "sure")[-1]


def test_the_table_fits_beside_the_contents():
    table = page().sections[0].exhibits[0].table
    assert [column.full for column in table.columns] == [
        "Place (likely)",
        "Score",
        "Gap that weighs most: points",
        "Gap that weighs most: for whom",
        "Goes with engagement (%)",
        "Actions in the plan",
    ]


def test_nothing_is_said_twice():
    made = page()
    assert words(made).count(CAUSE) == 1
    assert words(made).count("did not answer think") == 0
    assert len(words(made).split()) < 550
    told = re.split(r"(?<=[.]) ", words(made))
    assert len(set(told)) == len(told)


def test_what_links_say_is_told_under_the_table_where_no_section_tells_it():
    caveat = "The link is an association. This shows what goes together, not what causes what."
    told = acting.priorities(acting.CLEAR, caveats=(caveat,))
    assert caveat in words(alone(told))
    assert caveat not in words(page(priorities=told))


def test_priorities_alone_are_a_page_that_says_how_sure_they_are():
    made = alone(acting.priorities())
    assert [section.key for section in made.sections] == ["first", "sure"]
    assert len(items(made, "sure")) == 1
    assert made.brief
    assert 'class="brief"' in render(made)


# --- what does not ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["priorities", "response", "scores", "change", "drivers", "gaps"])
def test_a_table_of_another_kind_is_refused_by_its_place(place):
    wrong = acting.reliability()
    with pytest.raises(UsageError, match=f"^{place}= takes figures of the kind 'survey_{place}'"):
        page(**{place: [wrong] if place == "gaps" else wrong})


def test_nothing_is_said_of_hidden_figures():
    hidden = {
        name: [everything_hidden(each) for each in one]
        if name == "gaps"
        else everything_hidden(one)
        for name, one in given().items()
    }
    made = page(**hidden)
    said = words(made).replace("2022", "").replace("2024", "")
    assert not re.search(r"\d", said.replace("from 0", "").replace("95%", "")), said
    assert "hidden so that nobody can be identified" in said
    table = made.sections[0].exhibits[0].table
    assert {cell.text for row in table.rows for cell in row.cells} == {"[c]"}


def test_a_hidden_theme_is_not_ruled_out_as_the_first():
    made = alone(acting.priorities(acting.CLEAR, hidden=(INCLUSION,)))
    assert "comes first" not in words(made)
    assert "The highest priority that may be shown is “Senior leadership”" in words(made)
