"""A report of several parts: what stands on the page, what in the annex, and how they link."""

from collections import Counter
from itertools import pairwise

import pytest

from tests import protected_samples as samples
from tests import recruitment_samples as recruitment
from tests.test_page import Document
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.page import Link, render
from workforce_analytics.publishing.profile import (
    ANNEX,
    PAGE,
    PARTICIPATION,
    RECRUITMENT,
    WORKFORCE,
    report_pages,
)

PARTS = {
    WORKFORCE: {
        "Race: ethnic group": [
            samples.against_community,
            samples.shares_by_band,
            samples.over_time,
        ],
        "Sex": [samples.by_sex],
    },
    RECRUITMENT: {
        "Race: ethnic group": [
            recruitment.likelihood,
            recruitment.funnel,
            recruitment.stratified,
            recruitment.undeclared,
            recruitment.variation,
            recruitment.adjusted,
            recruitment.routes,
            recruitment.intersections,
        ],
        "Religion or belief": [],
    },
    PARTICIPATION: {"Race: ethnic group": [recruitment.participation]},
}


def report(parts=PARTS):
    return report_pages(
        {
            part: {heading: [make() for make in makes] for heading, makes in tables.items()}
            for part, tables in parts.items()
        },
        organisation="Sample City Council",
        period="2025-03-31",
        downloads=[Link("All tables as an Excel workbook", "tables.xlsx")],
    )


@pytest.fixture(scope="module")
def written():
    pages = report()
    return {
        PAGE: Document(render(pages.page)),
        ANNEX: Document(render(pages.annex)),
    }


def test_each_part_is_a_section_with_one_exhibit_per_characteristic(written):
    page = written[PAGE]
    assert [e["text"] for e in page.all("h2")][2:6] == [
        "How many people, and who was counted",
        "Workforce profile",
        "Recruitment: who applied and what happened",
        "Access to training and formal procedures",
    ]
    parts = [e for e in page.all("section") if e["id"].startswith("part-")]
    assert len(parts) == 3
    # Race and sex of the workforce; race of applicants and of those who take part.
    assert len(page.all("figure")) == 4
    for exhibit in report().page.sections[2].exhibits:
        assert exhibit.chart is not None
        assert exhibit.table is not None
        assert len(exhibit.sentences) <= 3
        assert not exhibit.more


def test_the_contents_list_the_characteristics_of_each_part(written):
    (nav,) = written[PAGE].all("nav")
    assert nav["text"].count("Race: ethnic group") == 3
    assert "Religion" not in nav["text"]


def test_the_rest_stands_in_the_annex(written):
    annex = written[ANNEX]
    assert "Race: ethnic group (recruitment)" in [e["text"] for e in annex.all("h2")]
    headings = [e["text"] for e in annex.all("h3")]
    assert headings[:4] == [
        "Staff in each group by grade band",
        "Over time",
        "Being shortlisted: tests and further measures",
        "Stages reached",
    ]
    captions = [e["text"] for e in annex.all("caption")]
    assert len(captions) == len(set(captions)) == len(annex.all("table"))


def test_both_pages_link_to_each_other(written):
    ids = {name: {e.get("id") for e in page.elements} for name, page in written.items()}
    for name, other in ((PAGE, ANNEX), (ANNEX, PAGE)):
        links = [e["href"] for e in written[name].all("a") if e["href"].startswith(other)]
        assert links
        assert {link.partition("#")[2] for link in links} <= {*ids[other], ""}
        texts = [e["text"] for e in written[name].all("a") if e["href"].startswith(other)]
        assert len(set(texts)) == len(texts)


def test_ids_headings_and_landmarks_of_both_pages(written):
    for page in written.values():
        ids = Counter(e["id"] for e in page.elements if e.get("id"))
        assert max(ids.values()) == 1
        inside = [e["href"][1:] for e in page.all("a") if e["href"].startswith("#")]
        labels = [name for e in page.elements for name in (e.get("aria-labelledby") or "").split()]
        assert set(inside) | set(labels) <= set(ids)
        levels = [int(e["tag"][1]) for e in page.all("h1", "h2", "h3", "h4")]
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
        assert [len(page.all(tag)) for tag in ("h1", "main", "nav")] == [1] * 3


def test_the_summary_has_a_list_for_each_part(written):
    summary = next(e for e in written[PAGE].all("section") if e.get("id") == "summary")
    assert "made up 13.7% of staff who declared their ethnic group" in summary["text"]
    assert "Of the 5,871 staff who declared their sex, 64.9% were" in summary["text"]
    assert "Being shortlisted is clearly less likely for 3 of 4 groups" in summary["text"]
    assert "Entering a formal disciplinary process is clearly more likely" in summary["text"]


def test_the_methods_explain_what_the_page_shows(written):
    methods = next(e for e in written[PAGE].all("section") if e.get("id") == "methods")["text"]
    for words in (
        "a screening range, not a legal test in Great Britain",
        "A measure of distance, not a quota or target",
        "which is not evidence that there is no difference",
        "Mantel and Haenszel",
        "Services are not named and not ranked",
        "Withdrawn, stage not known",
    ):
        assert words in methods
    alone = report({WORKFORCE: {"Sex": [samples.by_sex]}})
    assert "screening range" not in render(alone.page)


def test_declaration_of_applicants_stands_beside_that_of_staff(written):
    captions = [e["text"] for e in written[PAGE].all("caption")]
    assert "Declaration rate of each characteristic (workforce profile)" in captions
    assert "Declaration rate of each characteristic (recruitment)" in captions
    quality = next(e for e in written[PAGE].all("section") if e.get("id") == "quality")["text"]
    assert "8,972" in quality
    assert "96.7" in quality


def test_one_part_with_one_table_has_no_annex_and_its_own_title():
    pages = report({WORKFORCE: {"Sex": [samples.by_sex]}})
    assert pages.annex is None
    assert pages.page.title == "Workforce profile"
    assert ANNEX not in render(pages.page)


def test_a_report_needs_a_table():
    with pytest.raises(UsageError, match="one table or more"):
        report({RECRUITMENT: {"Sex": []}})
