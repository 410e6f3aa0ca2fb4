"""The sample council's report, audited from its files alone, whatever the policy."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import workforce_analytics as wa
from tests.audited_reports import sealed
from workforce_analytics import report
from workforce_analytics.disclosure.policy import PROFILES, resolve
from workforce_analytics.estimates import Estimates
from workforce_analytics.organisation import Organisation
from workforce_analytics.publishing.profile import SURVEY
from workforce_analytics.report_rungs import Parts
from workforce_analytics.report_survey import survey_tables
from workforce_analytics.stepping import Ladder, Rung

SAMPLE = wa.sample_data("organisation.toml")
OWN = "hesa"
"""A policy that goes all the way from organisation.toml; the others take its measured tables."""


def test_nothing_is_found_in_the_report_as_it_was_written(sample_report: Path) -> None:
    found = wa.disclosure.audit(sample_report)
    assert found.findings == ()
    assert len(found.tables) == 120
    hidden = {one.file.split("-", 1)[1] for one in found.tables if one.hidden}
    assert {"stage-funnel.csv", "over-time.csv"} <= hidden


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """The sample council under a policy of its own, with a characteristic of which much is hidden.

    For it every kind of table there is gets into the report.
    """
    text = Path(SAMPLE).read_text(encoding="utf-8")
    assert 'profile = "default"' in text
    text = text.replace('profile = "default"', f'profile = "{OWN}"')
    folder = Path(SAMPLE).parent
    for name in ("path", "mapping"):
        text = text.replace(f'{name} = "', f'{name} = "{folder.as_posix()}/')
    place = tmp_path_factory.mktemp("own") / "organisation.toml"
    text += '[report]\ncharacteristics = ["religion"]\nevents = ["grievance"]\n'
    place.write_text(text, encoding="utf-8")
    return wa.load(place)


@pytest.fixture(scope="module")
def measured(own: Organisation) -> Parts:
    """Its tables. What is measured is the same whatever the policy, so it is measured once.

    The survey did not ask for religion: of it, what people said by disability.
    """
    return {**report.parts_of(own), SURVEY: survey_tables(own, ["disability"])}


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"default"}))
def test_nothing_is_found_whatever_the_policy(
    profile: str,
    own: Organisation,
    measured: Parts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = {**own.context.policy, "profile": profile}
    council = replace(own, context=replace(own.context, policy=policy))
    monkeypatch.setattr(report, "parts_of", lambda *_: under(policy, measured))
    report.annual(council, out=tmp_path / "report")
    tables = json.loads((tmp_path / "report" / "disclosure.json").read_text())["tables"]
    rounds = PROFILES[profile].rounding_base
    assert {one["record"]["policy"]["rounding_base"] for one in tables} == {rounds}
    assert min(one["record"]["policy"]["threshold"] for one in tables) == resolve(policy).threshold
    found = wa.disclosure.audit(tmp_path / "report")
    assert found.findings == ()
    assert len(found.tables) == 29


def under(policy: Mapping[str, object], parts: Parts) -> Parts:
    """Give the same tables to be shown under another policy."""
    return {
        title: {
            heading: [_under(policy, one) for one in ladders] for heading, ladders in part.items()
        }
        for title, part in parts.items()
    }


def _under(policy: Mapping[str, object], ladder: Ladder) -> Ladder:
    def at(rung: Rung) -> Estimates:
        table = ladder.at(rung)
        return replace(table, about=replace(table.about, policy=policy))

    return Ladder(ladder.of, ladder.rungs, at)


def test_a_number_put_into_the_annex_or_a_new_kind_of_table_is_found(
    sample_report: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(sample_report, tmp_path / "report"))
    annex = folder / "annex.html"
    text = annex.read_text(encoding="utf-8")
    planted = re.sub(r"(<td[^>]*>)\[c\](</td>)", r"\g<1>7\2", text, count=1)
    assert planted != text
    annex.write_text(planted, encoding="utf-8")
    name = "data/religion-stage-funnel.csv"
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    at = next(
        n for n, line in enumerate(lines) if line.startswith("applications") and "[c]" in line
    )
    lines[at] = lines[at].replace("[c]", "12", 1)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sealed(folder)
    found = wa.disclosure.audit(folder).findings
    assert "annex.html" in {one.file for one in found}
    assert any(
        one.file == name and "a count is printed that is hidden" in one.what for one in found
    )
