"""Counts by vacancy: those of kept vacancies and new rows together are those of all rows."""

import io
import json
import os
import pickle
import random
import stat
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import small_applications as small
from workforce_analytics.counting.freezing import freeze
from workforce_analytics.counting.kept import SITTINGS, Kept
from workforce_analytics.counting.kept_file import (
    from_bytes,
    kept_counts,
    needed,
    to_bytes,
    write,
)
from workforce_analytics.counting.stages import stage_counts
from workforce_analytics.errors import CannotWrite, ConfigurationError, DataError, UsageError

KEY = b"any 32 letters or more will do.."
OTHER = b"another thirty-two letters here.."
LEVELS = {"sex": ("main",), "age": ("full", "main", "broad"), "ethnicity": ("full", "binary")}
ETHNICITIES = ("W1", "White", "White - British", "A4", "asian", "Refused", None)
SECRETS = ("vacancies.csv", "sittings.csv", "counts/age.csv", "counts/sex.csv", "about.json")


def sittings(*vacancies: str, seats: int = 3) -> pd.DataFrame:
    """Panels as an Exposure has them, of each vacancy one."""
    table = pd.DataFrame({"vacancy_id": list(vacancies), "stage": "interview", "service": "S1"})
    return table.assign(
        on=pd.Timestamp("2023-05-04"),
        seats=seats,
        known=2,
        trained=1,
        dose=0.5,
        chair_trained=1.0,
        manager_trained=float("nan"),
        visitors=0.0,
    )


def frozen(records: small.Rows, **options) -> Kept:
    return freeze(
        small.extract(small.in_memory(records)), **{"key": KEY, "reason": "impact", **options}
    )


def counted(records: small.Rows, of: str, kept: Kept) -> Counter:
    """Count rows one by one: vacancy under its pseudonym, category, stage, withdrawn."""
    result: Counter = Counter()
    for row in small.kept(records):
        vacancy = kept.pseudonyms(pd.Series([row["vacancy_id"]], dtype=object))[0]
        withdrawn = "yes" if row["withdrawn"] else "no"
        result[vacancy, small.CATEGORY[of](row), small.stood(row), withdrawn] += 1
    return result


def cells(table: pd.DataFrame) -> Counter:
    assert not table.duplicated(list(table.columns[:-1])).any()
    return Counter({tuple(row[:-1]): row[-1] for row in table.itertuples(index=False)})


def split(records: small.Rows, gone: set[str]) -> small.Rows:
    return [row for row in records if row["vacancy_id"] not in gone]


# What is kept


@settings(derandomize=True, deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.sets(st.sampled_from(["v1", "v2", "v3", "v4"]), max_size=3))
def test_kept_and_new_rows_give_the_counts_of_all_rows(seed: int, gone: set[str]) -> None:
    records = small.rows(60, random.Random(seed))
    kept = from_bytes(to_bytes(frozen(records)), KEY, "kept")
    left = split(records, gone)
    rows = small.extract(small.in_memory(left))
    for of in ("sex", "age"):
        counts = stage_counts(rows, by=[of, "vacancy_id"], unprinted=["vacancy_id"])
        new = Counter()
        for (category, vacancy, *fate), n in counts.occurring().items():
            pseudonym = kept.pseudonyms(pd.Series([vacancy]))[0]
            new[(pseudonym, category, *fate)] += n
        there = {row["vacancy_id"] for row in left}
        old = cells(kept.without(there).table(of=of))
        assert old + new == counted(records, of, kept)
        assert not old.keys() & new.keys()


def test_every_level_gives_the_counts_that_rows_give_at_it() -> None:
    draw = random.Random(7)
    records = [{**row, "ethnicity": draw.choice(ETHNICITIES)} for row in small.rows(80, draw)]
    extract, kept = small.extract(small.in_memory(records)), frozen(records)
    for of, levels in LEVELS.items():
        for level in levels:
            counts = stage_counts(
                extract, by=[of, "vacancy_id"], levels={of: level}, unprinted=["vacancy_id"]
            )
            expected = Counter()
            for (category, vacancy, *fate), n in counts.occurring().items():
                expected[(kept.pseudonyms(pd.Series([vacancy]))[0], category, *fate)] += n
            assert cells(kept.table(of=of, level=level)) == +expected, (of, level)


def test_applications_on_an_engine_give_the_same(tmp_path: Path) -> None:
    records = small.rows(50, random.Random(3))
    expected = to_bytes(frozen(records))
    for name, source in small.sources(records, tmp_path).items():
        kept = freeze(small.extract(source), key=KEY, reason="impact")
        assert to_bytes(kept) == expected, name


def test_undeclared_answers_stay_apart() -> None:
    records = small.rows(80, random.Random(5))
    assert {"blank", "not_known"} <= set(frozen(records).table(of="sex")["sex"])


def test_panels_are_kept_of_vacancies_that_were_applied_for() -> None:
    records = split(small.rows(40, random.Random(1)), {"v4"})
    kept = frozen(records, sittings=sittings("v2", "v1", "v4", "v9"), course=["Fair Selection"])
    read = from_bytes(to_bytes(kept), KEY, "kept")
    ours = kept.pseudonyms(pd.Series(["v1", "v2"]))
    expected = sittings(*ours).sort_values("vacancy_id", ignore_index=True)
    pd.testing.assert_frame_equal(read.sittings, expected[[*SITTINGS]], check_dtype=False)
    assert dict(read.sittings.dtypes.astype(str)) == dict(SITTINGS)
    assert read.course == ("Fair Selection",)


def test_the_same_bytes_in_every_order_of_rows() -> None:
    records = small.rows(80, random.Random(11))
    shuffled = random.Random(12).sample(records, len(records))
    first = to_bytes(frozen(records, sittings=sittings("v1", "v2")))
    assert first == to_bytes(frozen(shuffled, sittings=sittings("v2", "v1")))
    assert first == to_bytes(from_bytes(first, KEY, "kept"))


def test_nothing_in_the_file_is_the_number_of_a_person_application_or_vacancy() -> None:
    records = small.rows(80, random.Random(4))
    told = [
        {**row, **{name: f"{name}-{row[name]}" for name in row if name.endswith("_id")}}
        for row in records
    ]
    extract = small.extract(small.in_memory(told))
    content = to_bytes(freeze(extract, key=KEY, reason="impact"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == sorted(SECRETS)
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    for column in ("application_id", "vacancy_id", "candidate_id"):
        pseudonyms = {*extract.distinct(column)}
        assert pseudonyms
        for value in pseudonyms | {row[column] for row in told}:
            assert value not in text, column
    assert not any(day and day in text for day in small.DAYS)


def test_a_vacancy_and_a_person_with_the_same_number_have_nothing_in_common() -> None:
    from workforce_analytics.extracts.identifiers import pseudonymise

    number = pd.Series(["1042"])
    kept = frozen(small.rows(5, random.Random(1)))
    assert kept.pseudonyms(number)[0] != pseudonymise(number, KEY)[0]
    assert kept.pseudonyms(number)[0] == kept.pseudonyms(pd.Series([" 1042 "]))[0]


def test_one_characteristic_at_a_time() -> None:
    kept = frozen(small.rows(30, random.Random(1)), characteristics=["sex"])
    assert kept.characteristics == ("sex",)
    with pytest.raises(UsageError, match="No counts by 'age' were kept"):
        kept.table(of="age")
    with pytest.raises(UsageError, match="no 'religion' by which"):
        frozen(small.rows(30, random.Random(1)), characteristics=["religion"])


def test_other_extracts_are_refused() -> None:
    from tests import small_council

    with pytest.raises(UsageError, match="kept of applications"):
        freeze(small_council.extract(small_council.rows(5)), key=KEY, reason="impact")


# Displays


def test_no_display_shows_a_count_and_nothing_is_pickled() -> None:
    early = [
        {**row, "applied_on": "2023-03-31"} if row["vacancy_id"] == "v1" else row
        for row in small.rows(80, random.Random(1))
    ]
    kept = frozen(early)
    assert repr(kept) == (
        "Counts of 4 vacancies, 2022/23 to 2024/25, by one of age, sex. Personal data: not for "
        "sharing."
    )
    assert KEY.decode() not in repr(kept)
    with pytest.raises(UsageError, match="personal data"):
        pickle.dumps(kept)


# A second time


def test_vacancies_in_new_rows_replace_and_others_stay() -> None:
    records = small.rows(60, random.Random(21))
    first = frozen(records, sittings=sittings("v1", "v2", seats=3))
    moved = [
        {**row, "furthest_stage": "Hired"} for row in split(records, {"v1", "v3"}) for _ in (0,)
    ]
    second = frozen(moved, reason="again", sittings=sittings("v2", "v4", seats=5))
    both = from_bytes(to_bytes(first.merged(second)), KEY, "kept")
    gone = split(records, {"v2", "v4"})
    for of in ("sex", "age"):
        expected = counted(gone, of, both) + counted(moved, of, both)
        assert cells(both.table(of=of)) == expected
    ours = both.pseudonyms(pd.Series(["v1", "v2", "v4"]))
    seats = both.sittings.set_index("vacancy_id")["seats"]
    assert seats[list(ours)].tolist() == [3, 5, 5]
    assert [run.reason for run in both.runs] == ["impact", "again"]


def test_running_it_again_changes_nothing() -> None:
    records = small.rows(60, random.Random(22))
    once = frozen(records, inputs={"applications.csv": "ab"})
    again = once.merged(frozen(records, inputs={"applications.csv": "ab"}))
    assert to_bytes(again) == to_bytes(once)


def test_a_vacancy_that_is_half_deleted_stays_as_it_was() -> None:
    records = small.rows(60, random.Random(23))
    first = frozen(records)
    appointed = [
        row for row in records if row["vacancy_id"] != "v1" or small.stood(row) == "appointed"
    ]
    left = len(small.kept([row for row in appointed if row["vacancy_id"] == "v1"]))
    assert 0 < left < len(small.kept(records))
    second = frozen(appointed)
    assert cells(first.merged(second).table(of="sex")) == counted(records, "sex", first)
    fewer_too = first.merged(second, fewer_too=True)
    assert cells(fewer_too.table(of="sex")) == counted(appointed, "sex", first)
    assert first.fuller({"v1": left, "v2": 10**6, "v9": 0}) == {"v1"}
    assert first.fuller_than(second) == {first.pseudonyms(pd.Series(["v1"]))[0]}


def test_panels_that_are_no_longer_recorded_stay() -> None:
    records = small.rows(40, random.Random(24))
    first = frozen(records, sittings=sittings("v1", "v2"))
    for later in (None, sittings("v1", "v2", seats=0)):
        both = first.merged(frozen(records, sittings=later))
        assert both.sittings["seats"].tolist() == [3, 3]


def test_another_code_list_is_refused() -> None:
    from dataclasses import replace

    kept = frozen(small.rows(20, random.Random(1)))
    other = replace(kept, _lists={**kept._lists, "sex": "sex_other"})
    with pytest.raises(DataError, match="sex was kept by the code list"):
        kept.merged(other)


def test_old_years_can_be_left_out() -> None:
    days = {"v1": "2021-03-31", "v2": "2021-04-01", "v3": "2023-12-01"}
    records = [
        {**row, "applied_on": days.get(str(row["vacancy_id"]))}
        for row in small.rows(60, random.Random(1))
    ]
    kept = frozen(records, sittings=sittings("v1", "v3"))
    names = {vacancy: kept.pseudonyms(pd.Series([vacancy]))[0] for vacancy in ("v1", "v4")}
    assert kept.quarters == ("2020/21 Q4", "2023/24 Q3")
    recent = kept.latest(3)
    assert recent.vacancies == kept.vacancies - {names["v1"]}
    assert names["v4"] in recent.vacancies  # of which no date is known
    assert names["v1"] not in set(recent.sittings["vacancy_id"])
    assert names["v1"] not in set(recent.table(of="sex")["vacancy_id"])


# The file


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    kept = frozen(small.rows(20, random.Random(1)))
    place = tmp_path / "restricted" / "counts" / "kept.zip"
    place.parent.parent.mkdir(mode=0o755)
    (place.parent.parent).chmod(0o755)
    assert write(kept, place) == place
    assert write(kept, place) == place
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place, *list(place.parents)[:2])]
    assert modes == [0o600, 0o700, 0o755]
    assert [path.name for path in place.parent.iterdir()] == ["kept.zip"]
    place.chmod(0o604)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        kept_counts(place, KEY)


def test_a_leftover_of_a_crash_is_not_written_into(tmp_path: Path) -> None:
    aside = tmp_path / ".kept.zip.part"
    aside.write_bytes(b"half")
    aside.chmod(0o644)
    write(frozen(small.rows(20, random.Random(1))), tmp_path / "kept.zip")
    assert stat.S_IMODE((tmp_path / "kept.zip").stat().st_mode) == 0o600
    assert not aside.exists()


def test_where_nothing_can_be_written_nothing_changes(tmp_path: Path, monkeypatch) -> None:
    kept = frozen(small.rows(20, random.Random(1)))
    place = write(kept, tmp_path / "kept.zip")
    before = place.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        write(kept, place)
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["kept.zip"]


def test_without_the_key_or_with_another_one_nothing_is_read(tmp_path: Path) -> None:
    place = write(frozen(small.rows(20, random.Random(1))), tmp_path / "kept.zip")
    with pytest.raises(ConfigurationError, match="no later run could recognise"):
        kept_counts(place, None)
    with pytest.raises(ConfigurationError, match="under another key"):
        kept_counts(place, OTHER)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        kept_counts(tmp_path / "nowhere.zip", KEY)
    assert needed(KEY) == KEY


@pytest.mark.parametrize("name", SECRETS)
def test_a_changed_file_is_refused(name: str) -> None:
    content = to_bytes(frozen(small.rows(40, random.Random(1)), sittings=sittings("v1")))
    held = _held(content)
    wrong = held[name].replace(b"impact", b"import") if name == "about.json" else held[name][:-2]
    assert wrong != held[name]
    with pytest.raises(DataError, match="damaged or changed"):
        from_bytes(_zipped({**held, name: wrong}), KEY, "kept.zip")
    with pytest.raises(DataError, match="damaged or changed"):
        from_bytes(_zipped({one: text for one, text in held.items() if one != name}), KEY, "k")


def test_a_damaged_file_is_refused_wherever_it_is_cut_or_flipped() -> None:
    content = to_bytes(frozen(small.rows(40, random.Random(1))))
    for place in range(0, len(content), 61):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        for broken in (content[:place], bytes(flipped)):
            try:
                read = from_bytes(broken, KEY, "kept.zip")
            except DataError:
                continue
            assert to_bytes(read) == content  # bytes of the zip that say nothing, such as a time


def test_a_later_version_is_refused() -> None:
    held = _held(to_bytes(frozen(small.rows(20, random.Random(1)))))
    about = {**json.loads(held["about.json"]), "version": 2}
    later = _zipped({**held, "about.json": json.dumps(about).encode()})
    with pytest.raises(DataError, match="are of version 2, and this package reads version 1"):
        from_bytes(later, KEY, "kept.zip")


def _held(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(held: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    return file.getvalue()
