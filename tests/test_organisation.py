"""organisation.toml: every mistake at once, everything tied together."""

import pytest

import workforce_analytics as wa
from workforce_analytics.errors import ConfigurationError, UsageError


def test_every_mistake_is_told_at_once(tmp_path) -> None:
    path = tmp_path / "organisation.toml"
    path.write_text(
        '[organisation]\nnmae = "x"\nareas = { E08000026 = 0.4 }\n'
        '[extracts.wrkforce]\npath = "x"\nmappng = "y"\n[polcy]\nprofile = "default"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        wa.load(path)
    said = str(caught.value)
    for word in ("organisation.name", "nmae", "mappng", "polcy", "Did you mean 'policy'"):
        assert word in said, said


def test_meaning_is_checked_too(tmp_path) -> None:
    path = tmp_path / "organisation.toml"
    path.write_text(
        '[organisation]\nname = "x"\nareas = { E08000026 = 0.4 }\n'
        '[extracts.wrkforce]\npath = "x"\n[populations.mine]\ncolour = ["red"]\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        wa.load(path)
    said = str(caught.value)
    for word in ("Did you mean 'workforce'", "must add up to 1", "'colour' is not a field"):
        assert word in said, said


def test_extracts_are_attributes_and_bundles(council) -> None:
    assert council.workforce.contract.name == "workforce"
    assert council.survey.survey_responses.contract.name == "survey_responses"
    assert council.networks.network_members.contract.name == "network_members"
    assert "workforce" in dir(council)
    with pytest.raises(UsageError, match=r"no \[extracts.counts\]"):
        _ = council.counts
    with pytest.raises(AttributeError, match="Did you mean 'workforce'"):
        _ = council.workforse


def test_quality_says_who_is_counted_who_declared_and_what_joins(council) -> None:
    quality = council.quality
    assert quality.ok
    assert len(quality.people) == 5
    assert "casual or relief workers" in quality.people[-1]
    assert {item.characteristic for item in quality.declarations} >= {"Ethnic group", "Sex"}
    assert all(item.declared_before is not None for item in quality.declarations)
    assert len(quality.joins) >= 15
    assert all(item.matched == item.records for item in quality.joins)
    for item in quality.files:
        assert item.rows_read == item.kept + sum(n for _, n in item.refused)


def test_a_renamed_directorate_is_one_directorate_at_every_date(council) -> None:
    from workforce_analytics.counting.counts import count

    counts = count(council.workforce, by=["directorate", "snapshot_date"])
    for category in counts.dimension("directorate").categories:
        for date in council.workforce.snapshots():
            assert counts.cells()[(category.code, date)] > 0, category.label
