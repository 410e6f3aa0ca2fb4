"""Pages in a real browser: no violation that axe finds, on a desk, on a phone and on paper."""

import importlib.util
import shutil

import pytest

from tests.test_action_page import page as action_page
from tests.test_page import REPORT, pages, profile
from tests.test_profile import report
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.measures import composition
from workforce_analytics.publishing.page import quality_page, render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "equality report": lambda: render(report().page),
    "annex": lambda: render(report().annex),
    "what to act on": lambda: render(action_page()),
    "data quality": lambda: quality_page(REPORT, "Sample City Council"),
}
VIEWS = {"desk": (1280, "screen"), "phone": (320, "screen"), "paper": (794, "print")}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"
    ),
    pytest.mark.skipif(
        importlib.util.find_spec("axe_playwright_python") is None,
        reason="needs axe-playwright-python (pip install workforce_analytics[test])",
    ),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=[*PAGES, "sample council", "its annex"])
def file(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "page.html"
    if request.param in PAGES:
        html = PAGES[request.param]()
    else:
        shown = sample_council(request.getfixturevalue("council"))
        html = render(shown.annex if request.param == "its annex" else shown.page)
    path.write_text(html, encoding="utf-8")
    return path


def sample_council(council):
    """Give the pages of the sample council's religions: most groups, most hidden figures."""
    measured = [
        composition.against_community(council.workforce, council.community, of="religion"),
        composition.shares(council.workforce, of="religion", by="grade_band"),
        composition.over_time(council.workforce, of="religion"),
    ]
    tables = protect_together(measured, audience="public")
    assert any(table.decisions.hidden for table in tables)
    return pages({"Religion or belief": tables})


@pytest.fixture(params=VIEWS)
def opened(request, browser, file):
    width, media = VIEWS[request.param]
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    page.emulate_media(media=media)
    page.goto(file.as_uri())
    page.asked = [url for url in asked if not url.startswith(("file:", "data:"))]
    yield page
    page.close()


def test_axe_finds_nothing(opened):
    from axe_playwright_python.sync_playwright import Axe

    # What is folded away has to be right as well.
    opened.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(opened, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.response["passes"]
    assert found.violations_count == 0, found.generate_report()


def test_nothing_is_asked_of_the_network(opened):
    assert opened.asked == []


def test_the_page_itself_never_scrolls_sideways(opened):
    wide = opened.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_the_first_key_press_leads_to_the_skip_link(browser, file):
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto(file.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_a_phone_gets_drawings_of_its_own(browser, tmp_path):
    (tmp_path / "page.html").write_text(render(profile().page), encoding="utf-8")
    shown = {}
    for width in (1280, 320):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto((tmp_path / "page.html").as_uri())
        shown[width] = page.evaluate(
            "[...document.querySelectorAll('svg')].filter(e => e.getBoundingClientRect().width)"
            ".map(e => e.getAttribute('class'))"
        )
        letters = page.evaluate(
            "Math.min(...[...document.querySelectorAll('svg text')]"
            ".map(e => e.getBoundingClientRect().height).filter(h => h))"
        )
        assert letters >= 11
        page.close()
    assert set(shown[1280]) == {"chart-wide"}
    assert set(shown[320]) == {"chart-narrow"}
