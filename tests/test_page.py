"""Pages: one file that fetches nothing, well formed, and safe whatever a label holds."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace

import pytest

from tests import protected_samples as samples
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.publishing.page import (
    Link,
    Page,
    Section,
    quality_page,
    render,
    table_html,
    text_table,
)
from workforce_analytics.publishing.profile import WORKFORCE, Pages, report_pages
from workforce_analytics.publishing.tables import table

VOID = {"meta", "link", "br", "col", "hr", "input", "img"}


class Document(HTMLParser):
    """Elements of a page with their attributes and text; raises where tags do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[dict] = []
        self.open: list[dict] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, "text": "", **dict(attrs)})

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, *tags):
        return [element for element in self.elements if element["tag"] in tags]


def pages(tables: dict) -> Pages:
    """A report of the workforce alone."""
    return report_pages(
        {WORKFORCE: tables},
        organisation="Sample City Council",
        period="2025-03-31",
        downloads=[Link("All tables as an Excel workbook", "tables.xlsx")],
    )


def profile() -> Pages:
    return pages(
        {
            "Race: ethnic group": [
                samples.against_community(),
                samples.shares_by_band(),
                samples.over_time(),
            ],
            "Sex": [samples.by_sex()],
        }
    )


@pytest.fixture(scope="module")
def page():
    return Document(render(profile().page))


@pytest.fixture(scope="module")
def annex():
    return Document(render(profile().annex))


def test_one_file_without_scripts_or_addresses(page):
    assert not page.all("script", "img", "iframe", "object")
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert not [e for e in page.elements if any("http" in str(e.get(k)) for k in ("src", "href"))]
    assert "default-src 'none'" in str(page.all("meta"))


def test_landmarks_language_and_one_h1(page):
    assert page.all("html")[0]["lang"] == "en-GB"
    assert [len(page.all(tag)) for tag in ("h1", "main", "nav", "header", "footer")] == [1] * 5
    assert page.all("a")[0]["href"] == "#main"
    assert page.all("title")[0]["text"] == "Workforce profile – Sample City Council"


def test_headings_are_in_order(page):
    levels = [int(e["tag"][1]) for e in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_sections_stand_in_their_order(page):
    assert [e["text"] for e in page.all("h2")] == [
        "Contents",
        "Summary",
        "How many people, and who was counted",
        "Workforce profile",
        "Data quality and declaration",
        "Methods and definitions",
        "How people are protected",
        "Sources, licence and downloads",
    ]


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = Counter(e["id"] for e in page.elements if e.get("id"))
    assert max(ids.values()) == 1
    inside = [e["href"][1:] for e in page.all("a") if e["href"].startswith("#")]
    labels = [name for e in page.elements for name in (e.get("aria-labelledby") or "").split()]
    assert inside
    assert set(inside) | set(labels) <= set(ids)


def test_tables_have_captions_and_scopes(page, annex):
    # Race, sex and declaration on the page; race by grade band and over time in the annex.
    for shown, tables in ((page, 3), (annex, 2)):
        captions = [caption["text"] for caption in shown.all("caption")]
        assert len(shown.all("table")) == len(captions) == len(set(captions)) == tables
        assert {e.get("scope") for e in shown.all("th")} == {"col", "row", "colgroup"}
        regions = [e for e in shown.all("div") if e.get("role") == "region"]
        assert len(regions) == tables
        assert {e["tabindex"] for e in regions} == {"0"}


def test_every_chart_stands_beside_its_table(page, annex):
    for shown in (page, annex):
        assert len(shown.all("figure")) == 2
        assert len(shown.all("svg")) == 4
        assert {e["role"] for e in shown.all("svg")} == {"img"}


def test_the_summary_leads_with_the_community(page):
    facts = [e["text"] for e in page.all("strong")]
    assert facts == ["5,871", "2", "87.3%"]
    summary = next(e for e in page.all("section") if e.get("id") == "summary")
    assert "13.7% of staff" in summary["text"]
    assert "compared with 18.5%" in summary["text"]


def test_the_page_says_how_it_was_made(page, annex):
    text = page.all("main")[0]["text"]
    for words in (
        "Open Government Licence",
        "not a quota or target",
        "297 casual, 46 school left out",
        "Census 2021, Office for National Statistics",
        "which is not evidence that nothing differs",
    ):
        assert words in text
    hidden = "confidential: hidden so that nobody can be identified"
    assert hidden in annex.all("main")[0]["text"]


def test_negative_numbers_have_a_minus_sign():
    html = table_html(table(samples.against_community()), key="a")
    assert "\u22124.8" in html
    assert ">-4.8" not in html


def test_the_same_page_twice():
    first, second = profile(), profile()
    assert render(first.page) == render(second.page)
    assert render(first.annex) == render(second.annex)


def test_a_low_declaration_rate_is_said_on_the_page():
    low = samples.shares({**samples.STAFF, "Not known": 5000})
    assert "This is below 60.0%" in render(pages({"Race": [low]}).page)


def test_the_declaration_rate_comes_from_a_table_that_holds_everybody():
    alone = samples.of_those_who_declared(samples.shares_by_band())
    shown = pages({"Race: ethnic group": [alone, samples.over_time()]}).page
    quality = next(section for section in shown.sections if section.key == "quality")
    (row,) = quality.exhibits[0].table.rows
    assert [cell.text for cell in row.cells] == ["5,123", "5,871", "87.3"]
    counted = next(section for section in shown.sections if section.key == "counted")
    assert counted.paragraphs[-1] == "5,871 staff were counted."
    by_band = next(section for section in shown.sections if section.key == "part-1").exhibits[0]
    assert [row.name[0] for row in by_band.table.rows][-1] == "All who declared"


def test_without_such_a_table_the_declaration_rate_is_not_available():
    alone = samples.of_those_who_declared(samples.shares_by_band())
    shown = pages({"Race: ethnic group": [alone]}).page
    quality = next(section for section in shown.sections if section.key == "quality")
    assert [cell.text for cell in quality.exhibits[0].table.rows[0].cells] == ["[x]"] * 3
    counted = next(section for section in shown.sections if section.key == "counted")
    assert not any("were counted" in paragraph for paragraph in counted.paragraphs)
    assert "[x]" in dict(quality.exhibits[0].table.shorthand)


def test_what_is_not_for_the_public_is_stamped():
    table = replace(samples.shares(), audience="management")
    assert "Not for sharing" in render(pages({"Race": [table]}).page)
    assert "Not for sharing" not in render(profile().page)


def test_the_policy_stands_once_on_a_page_and_under_a_table_alone():
    words = samples.shares().policy.words
    assert render(profile().page).count(words) == 1
    assert table_html(table(samples.shares()), key="a").count(words) == 1


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ("public", ""),
        ("management", "Not for sharing: these figures are for management, not for the public."),
        ("analyst", "Exact figures: not for sharing."),
    ],
)
def test_a_table_alone_says_who_may_see_it(audience, said):
    shown = table(samples.for_audience(samples.shares(), audience))
    assert shown.stamp == said
    assert said in table_html(shown, key="a")
    assert ("ot for sharing" in table_html(shown, key="a")) == bool(said)


def test_a_table_in_less_detail_says_so_before_its_chart_and_where_people_are_protected():
    words = "Shown in two groups: in more detail, more would have had to be hidden."
    tables = [samples.in_less_detail(one, words) for one in (samples.shares(), samples.over_time())]
    shown = pages({"Race": tables})
    for one in (shown.page, shown.annex):
        assert render(one).count(words) == 1
        assert render(one).index(words) < render(one).index("<figure>")
    html = render(shown.page)
    assert f"Ethnic group and Ethnic group over time: s{words[1:]}" in html


def test_labels_cannot_become_markup():
    evil = "<script>alert(1)</script>"
    shown = text_table(evil, ["Unit", "Staff"], [[evil, "10"]])
    html = table_html(shown, key="a")
    assert "<script" not in html
    page = Page(title=evil, organisation=evil, sections=(Section("a", evil, (evil,)),))
    assert "<script" not in render(page)
    renamed = dict(zip([evil, *list(samples.STAFF)[1:]], samples.STAFF.values(), strict=True))
    tables = {"Race": [samples.shares(renamed)]}
    page = render(pages(tables).page)
    assert "<script" not in page
    assert "alert(1)" in page


def test_a_profile_needs_a_table():
    with pytest.raises(UsageError):
        pages({"Race": []})


REPORT = SimpleNamespace(
    problems=(
        Problem(
            "staff.csv",
            "ethnicity",
            "not_in_list",
            "error",
            "a code that the mapping does not list",
            "Add the code to mappings/hr.toml.",
            14,
            2310,
            87,
        ),
        Problem("staff.csv", "fte", "fte_zero", "warning", "fte is 0", "Check them.", 3, 2310),
        Problem("", "", "joins", "note", "units were read", "Nothing to do."),
    ),
    summaries=[
        (
            "What was read",
            ["File", "Contract", "Rows read", "Kept", "Refused"],
            [["staff.csv", "workforce", "2,310", "2,296", "14 without a person"]],
        ),
        ("Keys that join", ["Key", "Found in"], []),
    ],
)


def test_the_quality_page_has_every_problem_by_its_weight():
    page = Document(quality_page(REPORT, "Sample City Council"))
    assert [e["text"] for e in page.all("h2")] == [
        "Contents",
        "Summary",
        "Errors",
        "Warnings",
        "Notes",
        "What was read",
    ]
    text = page.all("main")[0]["text"]
    assert "14 of 2,310" in text
    assert "87" in text
    assert "Add the code to mappings/hr.toml." in text
    assert len(page.all("caption")) == 4


def test_the_quality_page_says_what_comes_first():
    def said(*kinds):
        problems = [p for p in REPORT.problems if p.severity in kinds]
        return quality_page(SimpleNamespace(problems=problems, summaries=[]), "A")

    assert "Mend the errors first" in said("error", "note")
    assert "will suffer" in said("warning", "note")
    assert "what was done on the way" in said("note")


def test_columns_that_no_problem_needs_are_left_out():
    page = Document(quality_page(SimpleNamespace(problems=REPORT.problems[2:], summaries=[]), "A"))
    assert [e["text"] for e in page.all("th")][:2] == ["What is wrong", "What to do"]


def test_a_clean_report_says_so():
    html = quality_page(SimpleNamespace(problems=(), summaries=[]), "A")
    assert "Nothing is wrong with the data that the checks can see." in html
