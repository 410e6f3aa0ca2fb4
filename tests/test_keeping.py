"""`keep-counts`: a council whose candidates are deleted still knows how they fared."""

import json
import random
import stat
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_applications as small
from workforce_analytics import cli, keeping
from workforce_analytics.counting.kept import Kept
from workforce_analytics.counting.stages import stage_counts
from workforce_analytics.disclosure import ledger
from workforce_analytics.errors import ConfigurationError, DataError, DisclosureRefused
from workforce_analytics.extracts.identifiers import KEY_VARIABLE
from workforce_analytics.organisation import Organisation

KEY = "any 32 letters or more will do.."
VACANCIES = [f"V{number}" for number in range(1, 13)]
FIRST_YEAR = VACANCIES[:6]
EXTRACTS = ("applications", "vacancies", "units", "panels", "training", "rollout")
OLDER, LATER = "2023-05", "2024-05"


@pytest.fixture(autouse=True)
def _key(monkeypatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)


def applications() -> small.Rows:
    draw = random.Random(8)
    made = small.rows(160, draw, candidates=40)
    for number, row in enumerate(made):
        row["application_id"] = f"application-{number:04}"
        row["vacancy_id"] = draw.choice(VACANCIES)
        row["candidate_id"] = f"candidate-{row['candidate_id']}"
        row["applied_on"] = f"{OLDER if row['vacancy_id'] in FIRST_YEAR else LATER}-02"
    return made


def tables(rows: small.Rows) -> dict[str, pd.DataFrame]:
    month = {one: OLDER if one in FIRST_YEAR else LATER for one in VACANCIES}
    panels = [
        (one, stage, f"person-{seat}", role, f"{month[one]}-{day}")
        for place, one in enumerate(VACANCIES)
        for stage, day in (("shortlisting", "20"), ("interview", "27"))
        for seat, role in ((place % 5, "chair"), (place % 5 + 5, "member"))
    ]
    return {
        "applications": small.in_memory(rows).drop(columns="withdrawn"),
        "vacancies": pd.DataFrame(
            {
                "vacancy_id": VACANCIES,
                "opened_on": [f"{month[one]}-01" for one in VACANCIES],
                "closed_on": [f"{month[one]}-15" for one in VACANCIES],
                "unit_id": ["S1", "S2"] * 6,
            }
        ),
        "units": pd.DataFrame(
            {
                "unit_id": ["C", "D", "S1", "S2"],
                "name": ["Council", "People", "Schools", "Roads"],
                "parent_id": ["", "C", "D", "D"],
                "level": [1, 2, 3, 3],
            }
        ),
        "panels": pd.DataFrame(
            panels, columns=["vacancy_id", "stage", "person_id", "role", "sat_on"]
        ).assign(member_type="employee"),
        "training": pd.DataFrame(
            {
                "person_id": [f"person-{seat}" for seat in range(4)],
                "course": "Fair selection",
                "status": "completed",
                "completed_on": "2023-12-01",
            }
        ),
        "rollout": pd.DataFrame(
            {
                "unit_id": ["S1", "S2"],
                "planned_on": ["2023-12-01", "2024-09-01"],
                "actual_on": ["2023-12-01", ""],
                "order": "random",
            }
        ),
    }


def council(
    folder: Path, rows: small.Rows, *, more: str = "", leave_out: tuple[str, ...] = ()
) -> Organisation:
    """Write a council's extracts and read them."""
    folder.mkdir(exist_ok=True)
    text = '[organisation]\nname = "Small Council"\n[keep_counts]\n'
    text += f'path = "../restricted/kept_counts.zip"\n{more}\n'
    for name, table in tables(rows).items():
        if name not in leave_out:
            table.to_csv(folder / f"{name}.csv", index=False)
            text += f'[extracts.{name}]\npath = "{name}.csv"\n'
    (folder / "organisation.toml").write_text(text, encoding="utf-8")
    return wa.load(folder / "organisation.toml")


def bare(folder: Path, rows: small.Rows) -> Organisation:
    """A council of which nothing but applications is known, which is read sooner."""
    return council(folder, rows, leave_out=EXTRACTS[1:])


def pseudonyms(kept: Kept | None) -> dict[str, str]:
    assert kept is not None
    return dict(zip(VACANCIES, kept.pseudonyms(pd.Series(VACANCIES)), strict=True))


def counted(organisation: Organisation, of: str) -> Counter:
    names = pseudonyms(organisation.kept)
    counts = stage_counts(
        organisation.applications, by=[of, "vacancy_id"], unprinted=["vacancy_id"]
    )
    return Counter({(names[key[1]], key[0], *key[2:]): n for key, n in counts.occurring().items()})


def cells(kept: Kept, of: str) -> Counter:
    return Counter({tuple(row[:-1]): row[-1] for row in kept.table(of=of).itertuples(index=False)})


def later(rows: small.Rows) -> small.Rows:
    return [row for row in rows if row["vacancy_id"] not in FIRST_YEAR]


def test_counts_outlive_the_applications(tmp_path: Path) -> None:
    rows = applications()
    before = council(tmp_path / "council", rows)
    assert before.kept is None
    done = keeping.keep(before, reason="effect of recruitment training")
    assert (done.vacancies, done.stayed, done.fewer, done.with_panels) == (12, 0, 0, True)
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(done.path.parent.stat().st_mode) == 0o700

    after = council(tmp_path / "council", later(rows))
    assert after.kept is not None
    for of in ("sex", "age"):
        old = cells(after.kept.without(after.applications.distinct("vacancy_id")), of)
        assert {key[0] for key in old} == {pseudonyms(after.kept)[one] for one in FIRST_YEAR}
        assert old + counted(after, of) == counted(before, of)

    again = keeping.keep(after, reason="effect of recruitment training")
    assert (again.vacancies, again.stayed) == (12, 6)
    assert cells(after.kept, "sex") == counted(before, "sex")
    assert any("6 of them were kept before" in line for line in again.lines())


def test_what_is_known_of_panels_outlives_panels_and_training(tmp_path: Path) -> None:
    from workforce_analytics.measures.training_exposure import exposure

    whole = council(tmp_path / "council", applications())
    keeping.keep(whole, reason="effect of recruitment training")
    found = exposure(whole.panels, whole.training, whole.vacancies, rollout=whole.rollout)
    assert whole.kept is not None
    ours = whole.kept.sittings
    named = found.sittings.assign(
        vacancy_id=found.sittings["vacancy_id"].map(pseudonyms(whole.kept))
    )
    both = named.merge(ours, on=["vacancy_id", "stage"], suffixes=("", "_kept"))
    assert len(both) == len(found.sittings) == len(ours) == 24
    for name in ("service", "on", "seats", "known", "trained", "dose", "visitors"):
        pd.testing.assert_series_equal(both[name], both[f"{name}_kept"], check_names=False)
    assert both["trained"].sum() > 0
    assert whole.kept.course == found.course == ("Fair selection",)

    without = council(tmp_path / "council", applications(), leave_out=("panels", "training"))
    keeping.keep(without, reason="effect of recruitment training")
    assert without.kept is not None
    pd.testing.assert_frame_equal(without.kept.sittings, ours)


def test_training_is_looked_at_in_old_vacancies_and_new_rows_as_in_all_rows(tmp_path: Path) -> None:
    from workforce_analytics.measures.training_exposure import exposure
    from workforce_analytics.measures.training_vacancies import VacancyCounts, vacancy_counts

    def by_vacancy(one: Organisation, kept: Kept | None) -> VacancyCounts:
        found = exposure(one.panels, one.training, one.vacancies, rollout=one.rollout, kept=kept)
        return vacancy_counts(one.applications, found, of="sex", outcome="shortlisted")

    before = council(tmp_path / "council", applications())
    keeping.keep(before, reason="impact")
    after = council(tmp_path / "council", later(applications()))
    names = pseudonyms(after.kept)
    whole, parts = by_vacancy(before, None), by_vacancy(after, after.kept)
    shown = [names[one] if one in FIRST_YEAR else one for one in whole.vacancies.index]
    order = parts.vacancies.index.get_indexer(shown)
    assert sorted(order) == list(range(len(VACANCIES)))
    assert (whole.pool == parts.pool[order]).all()
    assert (whole.passed == parts.passed[order]).all()
    assert whole.passed.sum() > 0
    for column in ("service", "on", "treated", "dose"):
        assert whole.vacancies[column].tolist() == parts.vacancies[column].iloc[order].tolist()


def test_panels_are_not_needed(tmp_path: Path) -> None:
    alone = bare(tmp_path / "council", applications())
    done = keeping.keep(alone, reason="impact")
    assert any("Nothing is kept of panels" in line for line in done.lines())
    assert alone.kept is not None
    assert alone.kept.sittings.empty
    assert cells(alone.kept, "sex") == counted(alone, "sex")


def test_the_same_bytes_twice_and_for_shuffled_rows(tmp_path: Path) -> None:
    rows = applications()
    path = keeping.keep(council(tmp_path / "council", rows), reason="impact").path
    first = path.read_bytes()
    keeping.keep(council(tmp_path / "council", rows), reason=" impact\n")
    assert path.read_bytes() == first
    path.unlink()
    shuffled = random.Random(1).sample(rows, len(rows))
    keeping.keep(council(tmp_path / "council", shuffled), reason="impact")
    kept = council(tmp_path / "council", rows).kept
    assert kept is not None
    assert len(kept.runs) == 1
    files = [_members(first), _members(path.read_bytes())]
    assert files[0].keys() == files[1].keys()
    # The file of applications is another one: its checksum, and so the seal, differ.
    assert [name for name in files[0] if files[0][name] != files[1][name]] == ["about.json"]


def test_nobody_is_in_the_file(tmp_path: Path) -> None:
    whole = council(tmp_path / "council", applications())
    path = keeping.keep(whole, reason="impact").path
    text = "".join(content.decode() for content in _members(path.read_bytes()).values())
    made = tables(applications())
    for table, column in (
        ("applications", "application_id"),
        ("applications", "candidate_id"),
        ("panels", "person_id"),
        ("applications", "vacancy_id"),
    ):
        held = {*made[table][column], *whole.extracts[table].distinct(column)}
        assert len(held) > 3
        assert not [one for one in held if f"{one}," in text or f'"{one}"' in text], column
    assert "V1" not in text.replace('"W1', "")
    assert not any(row["applied_on"] in text for row in applications())


def test_old_years_go(tmp_path: Path) -> None:
    rows = applications()
    keeping.keep(council(tmp_path / "council", rows), reason="impact")
    after = council(tmp_path / "council", later(rows), more="years = 1")
    done = keeping.keep(after, reason="impact")
    assert (done.vacancies, done.stayed) == (6, 0)


def test_half_deleted_vacancies_are_told_of(tmp_path: Path) -> None:
    rows = applications()
    before = bare(tmp_path / "council", rows)
    keeping.keep(before, reason="impact")
    left = [
        row
        for row in rows
        if row["vacancy_id"] != "V1"
        or small.STATUS[row["furthest_stage"]] in ("appointed", "offered")
    ]
    after = bare(tmp_path / "council", left)
    done = keeping.keep(after, reason="impact")
    assert (done.stayed, done.fewer) == (1, 1)
    assert any("--fewer-too" in line for line in done.lines())
    assert after.kept is not None
    assert cells(after.kept, "sex") == counted(before, "sex")
    assert keeping.keep(after, reason="impact", fewer_too=True).fewer == 0
    assert cells(after.kept, "sex") == counted(after, "sex")


# What is refused


def test_without_a_key_nothing_is_kept(tmp_path: Path, monkeypatch) -> None:
    rows = applications()
    whole = bare(tmp_path / "council", rows)
    monkeypatch.delenv(KEY_VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match="no later run could recognise a vacancy"):
        keeping.keep(whole, reason="impact")
    assert not (tmp_path / "restricted").exists()


def test_another_key_is_refused_and_the_file_stays(tmp_path: Path, monkeypatch) -> None:
    path = keeping.keep(bare(tmp_path / "council", applications()), reason="impact").path
    before = path.read_bytes()
    monkeypatch.setenv(KEY_VARIABLE, KEY[::-1])
    other = bare(tmp_path / "council", applications())
    with pytest.raises(ConfigurationError, match="under another key"):
        keeping.keep(other, reason="impact")
    with pytest.raises(ConfigurationError, match="under another key"):
        _ = other.kept
    assert path.read_bytes() == before


def test_a_changed_file_is_refused_and_stays(tmp_path: Path) -> None:
    path = keeping.keep(bare(tmp_path / "council", applications()), reason="impact").path
    path.write_bytes(path.read_bytes()[:-30])
    again = bare(tmp_path / "council", applications())
    with pytest.raises(DataError, match="damaged or changed"):
        keeping.keep(again, reason="impact")


def test_a_reason_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DisclosureRefused, match="needs a reason"):
        keeping.keep(bare(tmp_path / "council", applications()), reason=" \n")


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("restricted/report.json", "which is a report"),
        (".git", "git checkout"),
        ("restricted/kept_counts.zip/file", "is a folder"),
    ],
)
def test_the_place_must_be_its_own(tmp_path: Path, marks: str, words: str) -> None:
    (tmp_path / marks).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / marks).write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        keeping.keep(bare(tmp_path / "council", applications()), reason="impact")


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    (tmp_path / "restricted").mkdir()
    (tmp_path / "restricted" / "kept_counts.zip").symlink_to(tmp_path / "safe" / "kept.zip")
    alone = bare(tmp_path / "council", applications())
    assert keeping.keep(alone, reason="impact").path == (tmp_path / "safe" / "kept.zip").resolve()
    assert (tmp_path / "restricted" / "kept_counts.zip").is_symlink()
    assert alone.kept is not None


def test_settings_are_read_strictly(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'sx' is not a characteristic"):
        council(tmp_path / "council", applications(), more='characteristics = ["sx"]')
    with pytest.raises(ConfigurationError, match=r"keep_counts\.years"):
        council(tmp_path / "council", applications(), more="years = -1")
    (tmp_path / "council" / "organisation.toml").write_text(
        '[organisation]\nname = "x"\n[extracts.applications]\npath = "applications.csv"\n',
        encoding="utf-8",
    )
    nowhere = wa.load(tmp_path / "council")
    assert nowhere.kept is None
    with pytest.raises(ConfigurationError, match="does not say where to keep"):
        keeping.keep(nowhere, reason="impact")


# The reason


def test_the_reason_goes_to_the_ledger_the_session_and_the_file(tmp_path: Path) -> None:
    more = 'characteristics = ["sex"]\n[ledger]\npath = "../ledger.jsonl"'
    whole = council(tmp_path / "council", applications(), more=more)
    for _ in range(2):
        path = keeping.keep(whole, reason="approved by the data protection officer").path
    (entry,) = ledger.read(tmp_path / "ledger.jsonl")
    assert entry.content["event"] == "kept_counts"
    assert entry.content["reason"] == "approved by the data protection officer"
    assert entry.content["characteristics"] == ["sex"]
    assert set(entry.content["inputs"]) == {f"{name}.csv" for name in EXTRACTS}
    assert wa.disclosure.reasons()[-1][0] == "Counts by vacancy"
    about = json.loads(_members(path.read_bytes())["about.json"])
    assert about["runs"] == [{"reason": entry.content["reason"], "inputs": entry.content["inputs"]}]
    assert about["quarters"] == ["2023/24 Q1", "2024/25 Q1"]


def test_the_command_says_what_it_did_and_names_no_count(tmp_path: Path, capsys) -> None:
    council(tmp_path / "council", applications())
    place = str(tmp_path / "council" / "organisation.toml")
    assert cli.main(["keep-counts", place, "--reason", "impact"]) == 0
    said = capsys.readouterr().out
    assert "counts of 12 vacancies" in said
    assert "personal data" in said
    assert cli.main(["keep-counts", place, "--reason", ""]) == DisclosureRefused.exit_code
    assert cli.main(["keep-counts", place]) == 2


def _members(content: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
