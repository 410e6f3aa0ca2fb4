"""The page for the leadership team: five questions, each answered from the figures given."""

import importlib.util
import shutil

import pytest

from tests import training_samples as samples
from tests.drawings import FORBIDDEN
from tests.test_page import Document
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.leadership import TITLE, leadership_page
from workforce_analytics.publishing.page import render

HEADINGS = [
    "What changed",
    "Was it the training?",
    "What it means in people",
    "How sure we are, and why",
    "What to decide next",
]


def page(effect=None, **tables):
    return leadership_page(effect or samples.effect(), organisation="Sample City Council", **tables)


def whole(**more):
    given = {
        "rates": samples.rates(),
        "exposure": samples.exposure(),
        "event_study": samples.event_study(),
        "detectable": samples.detectable(),
        "threats": samples.threats(),
    }
    return page(**{**given, **more})


def items(made, key):
    return next(one for one in made.sections if one.key == key).items


def words(made):
    exhibit = made.sections[0].exhibits[0]
    told = [item for section in made.sections for item in section.items]
    return " ".join([*exhibit.sentences, *told])


# --- what stands on it --------------------------------------------------------------------------


def test_it_asks_a_question_and_answers_it_in_five_sections():
    made = whole()
    assert made.title == TITLE == "Did recruitment training change anything?"
    assert [section.heading for section in made.sections] == HEADINGS
    assert made.subtitle == "For the leadership team: 1 April 2022 to 31 March 2025"
    document = Document(render(made))
    assert [e["text"] for e in document.all("h2")] == ["Contents", *HEADINGS]
    assert len(document.all("h1")) == 1
    assert len(document.all("table")) == 1
    assert not [word for word in FORBIDDEN if word.lower() in render(made).lower()]


def test_it_starts_with_the_verdict_and_has_one_chart_of_the_primary_outcomes():
    exhibit = whole().sections[0].exhibits[0]
    assert exhibit.sentences[0].startswith(
        "Where panels were trained, the gap in being shortlisted"
    )
    assert exhibit.sentences[1].startswith("This data cannot tell whether training changed the gap")
    assert "Appointed. All other ethnic groups combined: cannot tell" in exhibit.chart.alt
    assert samples.SECONDARY not in exhibit.chart.alt
    assert samples.SECONDARY not in exhibit.chart.svg
    assert {row.name[1] for row in exhibit.table.rows} == {samples.SHORTLISTED, samples.APPOINTED}


def test_it_fits_on_a_page():
    told = words(whole()).split()
    assert len(told) < 450
    assert whole().brief
    assert 'class="brief"' in render(whole())


def test_whether_it_was_the_training_comes_from_what_is_given():
    told = items(whole(), "training")
    assert told[0].startswith("Services with training are compared with services")
    assert any("84.8% from then on" in item for item in told)
    assert any(item.startswith("Before training the gap moved as it did") for item in told)
    assert any(item.startswith("Who declared") for item in told)
    alone = items(page(), "training")
    assert alone[1:] == ("Other explanations have not been looked into on this page.",)


def test_a_change_is_given_in_people():
    told = items(whole(), "people")
    assert told[0] == (
        f"About 49 more applicants from “{samples.MINORITY}” were shortlisted than would have been "
        "without training (likely between 30 and 70)."
    )
    assert told[1].endswith("is not clear: likely between −27 and +50 people.")
    assert "22.2% before training" in told[2]
    nothing = page(samples.effect_not_told())
    assert items(nothing, "people") == ("No number of people can be given.",)


def test_how_sure_names_the_plan_the_numbers_and_the_caveats():
    told = items(whole(), "sure")
    assert told[0] == "Planned on 4 March 2024."
    assert told[1].startswith("38 services and 812 vacancies")
    assert "seen in 0.4% of such roll-outs" in told[2]
    assert told[-1] == "91.2% of panel members were found in the staff records."
    assert items(whole(plan="Planned on 1 May 2024."), "sure")[0] == "Planned on 1 May 2024."
    rare = {**samples.NARROWED, "p": 0.0001}
    seldom = page(samples.effect({samples.MINORITY: {samples.SHORTLISTED: rare}}))
    assert any("fewer than 1 in 1,000" in item for item in items(seldom, "sure"))
    why = items(page(samples.effect_not_told()), "sure")
    assert why[0] == "Not planned beforehand."
    assert any("fewer than 5 services" in item for item in why)


# --- what to decide next ------------------------------------------------------------------------


def test_what_to_decide_follows_the_figures():
    told = items(whole(), "next")
    assert told[0].startswith("Train the 2 services that have not been trained in an order drawn")
    assert "5.0% of seats were taken by people of whom no training is known" in told[1]
    assert "still behind “White” by 3.7 points in being shortlisted" in told[2]
    assert told[2].endswith("look next at how candidates come to be shortlisted.")
    assert told[3].endswith("would take about 46 more months or 3,400 more vacancies.")
    assert told[4] == "Look into “Who declared” before relying on this."


def test_where_all_or_all_but_one_are_trained_the_advice_is_another():
    trained = {name: seats for name, seats in samples.SERVICES.items() if seats[0]}
    told = items(page(exposure=samples.exposure(trained)), "next")
    assert told[0].startswith("All services have been trained")
    one = {**trained, "Finance": samples.SERVICES["Finance"]}
    assert (
        "Train the service that has not" in items(page(exposure=samples.exposure(one)), "next")[0]
    )
    assert items(page(), "next")[0].startswith("Train services that have not had it yet")


def test_a_gap_that_widened_is_looked_into_first():
    widened = samples.effect({samples.MINORITY: {samples.SHORTLISTED: samples.WIDENED}})
    assert items(page(widened), "next")[0] == (
        "Find out why the gap in being shortlisted widened before more services are trained."
    )
    assert not any("Find out why" in item for item in items(page(), "next"))


def test_no_gap_is_named_where_none_is_left():
    ahead = {**samples.NARROWED, "without": 2.0, "with": 0.4}
    told = items(page(samples.effect({samples.MINORITY: {samples.SHORTLISTED: ahead}})), "next")
    assert not any("still behind" in item for item in told)


def test_an_outcome_that_was_told_is_not_waited_for():
    told = items(
        page(samples.effect({samples.MINORITY: {samples.SHORTLISTED: samples.SAME}})), "next"
    )
    assert not any("wait for an answer" in item for item in told)


# --- what is hidden, and what is wrong ----------------------------------------------------------


def test_nothing_is_said_of_a_hidden_effect():
    hidden = [{"outcome": outcome} for outcome in samples.OUTCOMES]
    made = page(samples.effect(hidden=hidden))
    said = words(made)
    assert "hidden so that nobody can be identified" in said
    assert "49" not in said
    assert "narrowed" not in said
    assert items(made, "people") == ("No number of people can be given.",)


def test_seats_that_are_hidden_say_nothing_of_those_unknown():
    hidden = samples.exposure(hidden=[{"service": "All"}])
    told = items(page(exposure=hidden), "next")
    assert any(item.endswith("with a staff number.") for item in told)


def test_a_table_of_another_kind_is_refused():
    with pytest.raises(UsageError, match="rates= takes figures of the kind 'training_rates'"):
        page(rates=samples.exposure())
    with pytest.raises(UsageError, match="effect= takes"):
        leadership_page(samples.rates(), organisation="Sample City Council")


def test_the_same_page_is_the_same_text():
    assert render(whole()) == render(whole())


# --- in a browser -------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"
    ),
    pytest.mark.skipif(
        importlib.util.find_spec("axe_playwright_python") is None,
        reason="needs axe-playwright-python (pip install workforce_analytics[test])",
    ),
]


def _marked(test):
    for mark in in_a_browser:
        test = mark(test)
    return test


@_marked
def test_axe_finds_nothing_and_it_prints_on_one_sheet(tmp_path):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    file = tmp_path / "page.html"
    file.write_text(render(whole()), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for width, media in ((1280, "screen"), (320, "screen"), (794, "print")):
            opened = browser.new_page(viewport={"width": width, "height": 900})
            opened.emulate_media(media=media)
            opened.goto(file.as_uri())
            found = Axe().run(opened, options={"runOnly": {"type": "tag", "values": TAGS}})
            assert found.response["passes"]
            assert found.violations_count == 0, found.generate_report()
            wide = opened.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0
        printed = opened.pdf(format="A4", prefer_css_page_size=True)
        browser.close()
    assert printed.count(b"/Type /Page\n") == 1
