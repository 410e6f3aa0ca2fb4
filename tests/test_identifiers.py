"""People's numbers become pseudonyms under a key that stays with its owner."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce_analytics.errors import CannotWrite, ConfigurationError
from workforce_analytics.extracts import identifiers
from workforce_analytics.extracts.identifiers import (
    Key,
    default_key_path,
    load_key,
    make_key,
    normalise_keys,
    pseudonymise,
    resolve_keys,
    session_key,
    zeros_differ,
)

SECRET = b"0123456789abcdef0123456789abcdef"


def test_a_pseudonym_is_the_hmac_of_the_normalised_value():
    expected = hmac.new(SECRET, b"a0482", hashlib.sha256).hexdigest()[:32]
    assert pseudonymise(pd.Series([" A0482 "]), SECRET).tolist() == [expected]


def test_missing_stays_missing_and_zeros_are_kept():
    made = pseudonymise(pd.Series(["000482", "482", None, "  "]), SECRET)
    assert made[0] != made[1]
    assert made[2:].tolist() == [None, None]


def test_the_row_labels_and_the_name_stay():
    made = pseudonymise(pd.Series(["1", "2"], index=[7, 3], name="person_id"), SECRET)
    assert made.index.tolist() == [7, 3]
    assert made.name == "person_id"


def test_another_key_gives_other_pseudonyms():
    values = pd.Series(["000482"])
    assert pseudonymise(values, SECRET)[0] != pseudonymise(values, SECRET[::-1])[0]


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=30))
def test_equal_numbers_and_only_they_share_a_pseudonym(raw):
    values = pd.Series(raw, dtype=object)
    plain, made = normalise_keys(values), pseudonymise(values, SECRET)
    assert plain.isna().tolist() == made.isna().tolist()
    pairs = pd.DataFrame({"plain": plain, "made": made}).dropna().drop_duplicates()
    assert pairs["plain"].is_unique
    assert pairs["made"].is_unique


@pytest.mark.parametrize("dtype", [object, "str", "category"])
def test_every_kind_of_text_column_is_read_alike(dtype):
    values = pd.Series(["A1", None, "a1 "], dtype=object).astype(dtype)
    assert normalise_keys(values).tolist() == ["a1", None, "a1"]


def test_width_fills_digits_with_zeros_and_leaves_other_keys():
    keys = normalise_keys(pd.Series(["482", "000482", "E482", "1234567"]), width=6)
    assert keys.tolist() == ["000482", "000482", "e482", "1234567"]


@pytest.mark.parametrize(
    ("keys", "twice"),
    [
        (["000482", "482", "482"], 1),
        (["000482", "000482"], 0),
        (["0482", "00482", "482", "7", "07"], 2),
        (["a1", None], 0),
        ([], 0),
    ],
)
def test_numbers_with_and_without_zeros_are_counted(keys, twice):
    assert zeros_differ(pd.Series(keys, dtype=object)) == twice


def test_a_key_is_made_for_its_owner_alone_and_read_back(tmp_path):
    path = make_key(tmp_path / "private" / "pseudonym.key")
    assert len(path.read_text(encoding="ascii").strip()) == 64
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key({}, path) == path.read_text(encoding="ascii").strip().encode()


def test_a_key_is_never_made_twice(tmp_path):
    path = make_key(tmp_path / "pseudonym.key")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="there is a key already"):
        make_key(path)
    assert path.read_bytes() == before


def test_a_key_in_a_git_checkout_is_refused(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(ConfigurationError, match="inside a git checkout"):
        make_key(tmp_path / "private" / "pseudonym.key")
    path = tmp_path / "pseudonym.key"
    path.write_text("0" * 64, encoding="ascii")
    with pytest.raises(ConfigurationError, match="inside a git checkout"):
        load_key({}, path)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in access lists")
def test_a_key_that_everybody_can_read_is_refused(tmp_path):
    path = make_key(tmp_path / "pseudonym.key")
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_key({}, path)


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="cannot be written there"):
        make_key(tmp_path / "file" / "pseudonym.key")


def test_the_environment_goes_before_any_file(tmp_path):
    path = make_key(tmp_path / "pseudonym.key")
    assert load_key({"WORKFORCE_ANALYTICS_KEY": "e" * 40}, path) == b"e" * 40


def test_a_short_key_is_refused_without_being_shown(tmp_path):
    with pytest.raises(ConfigurationError, match="shorter than 32") as raised:
        load_key({"WORKFORCE_ANALYTICS_KEY": "hunter2"})
    assert "hunter2" not in str(raised.value)


def test_no_key_anywhere_is_none_and_a_missing_named_file_is_said(tmp_path):
    assert load_key({"HOME": str(tmp_path), "APPDATA": str(tmp_path)}) is None
    with pytest.raises(ConfigurationError, match="there is no key file"):
        load_key({}, tmp_path / "pseudonym.key")


def test_the_default_place_is_found_without_being_named(tmp_path):
    environ = {"HOME": str(tmp_path), "APPDATA": str(tmp_path)}
    path = make_key(default_key_path(environ))
    assert tmp_path in path.parents
    assert load_key(environ) == path.read_text(encoding="ascii").strip().encode()


def test_a_key_never_shows_itself():
    assert f"{Key(SECRET)!r} {Key(SECRET)}" == "<key> <key>"


def test_a_key_for_the_session_is_said_once(monkeypatch):
    monkeypatch.setattr(identifiers, "_session", {})
    first, note = session_key()
    second, silence = session_key()
    assert first == second
    assert silence is None
    assert note is not None
    assert note.severity == "note"
    assert first.decode() not in f"{note.message} {note.remedy}"


KEYS = pd.DataFrame(
    {
        "person_id": ["000482", "000511", "000777", "000482"],
        "key_type": ["email", "Email", "email", "payroll"],
        "key": ["jane@sample.example", "shared@sample.example", "SHARED@sample.example", "P7"],
    }
)


def test_an_address_of_two_people_leads_to_nobody():
    found = resolve_keys(pd.Series(["Shared@sample.example", "JANE@sample.example"]), "email", KEYS)
    assert found.person_id.tolist() == [None, "000482"]
    assert (found.joined, found.of, found.ambiguous) == (1, 2, 1)
    assert found.join_rate == 0.5


def test_keys_of_one_kind_are_not_looked_for_among_another():
    found = resolve_keys(pd.Series(["jane@sample.example", "p7"]), "payroll", KEYS)
    assert found.person_id.tolist() == [None, "000482"]


def test_pseudonyms_lead_to_pseudonyms():
    secret_keys = KEYS.assign(
        person_id=pseudonymise(KEYS["person_id"], SECRET), key=pseudonymise(KEYS["key"], SECRET)
    )
    emails = pseudonymise(pd.Series(["jane@sample.example"]), SECRET)
    found = resolve_keys(emails, "email", secret_keys)
    assert found.person_id.tolist() == pseudonymise(pd.Series(["000482"]), SECRET).tolist()


def test_nothing_to_join_has_no_rate():
    found = resolve_keys(pd.Series([None], dtype=object), "email", KEYS)
    assert found.of == 0
    assert found.join_rate != found.join_rate


def test_the_key_is_written_nowhere_else(tmp_path):
    path = make_key(tmp_path / "pseudonym.key")
    assert [p.name for p in Path(tmp_path).rglob("*")] == [path.name]
