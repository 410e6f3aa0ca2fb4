"""People's numbers become keyed pseudonyms; other keys of a person lead back to that number.

The key of the pseudonyms lies outside the project, in a file of its owner's or in the environment,
and is written nowhere else.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workforce_analytics.errors import CannotWrite, ConfigurationError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.quality import Problem

PERSON_KEYS = ("person_id", "candidate_id", "respondent_id", "hiring_manager_id", "key")
"""Fields of the contracts that hold a person's own number: always lower-cased and pseudonymised."""

KEY_VARIABLE = "WORKFORCE_ANALYTICS_KEY"
"""The environment variable that may hold the key of the pseudonyms."""

SHORTEST_KEY = 32


def normalise_keys(values: pd.Series, *, width: int | None = None) -> pd.Series:
    """Write people's numbers in one way: trimmed, lower-cased, leading zeros kept.

    Parameters
    ----------
    width
        Where given, numbers made of digits alone are filled with zeros up to this width, for
        systems of which one writes `000482` and another `482`.

    Examples
    --------
    >>> normalise_keys(pd.Series([" 000482", "A7 ", None, " "])).tolist()
    ['000482', 'a7', None, None]
    >>> normalise_keys(pd.Series(["482", "a7"]), width=6).tolist()
    ['000482', 'a7']
    """
    return _on_distinct(values, lambda text: _normal(text, width))


def _normal(text: str, width: int | None) -> str | None:
    key = text.strip().lower()
    if width and key.isdecimal():
        key = key.zfill(width)
    return key or None


def _on_distinct(values: pd.Series, function: Any) -> pd.Series:
    """Apply a function of the value once per distinct value."""
    codes, distinct = pd.factorize(values)
    results = [function(str(value)) for value in distinct] + [None]  # code -1: a missing value
    return pd.Series(
        [results[code] for code in codes], index=values.index, name=values.name, dtype=object
    )


def zeros_differ(values: pd.Series) -> int:
    """Count people's numbers that occur both with and without leading zeros (`000482` and `482`).

    Returns
    -------
    int
        How many different numbers, once zeros are put aside, are written in more than one way.
    """
    digits = [str(value) for value in pd.unique(values.dropna()) if str(value).isdecimal()]
    bare = pd.Series([value.lstrip("0") for value in digits], dtype=object)
    return int((bare.value_counts() > 1).sum())


class Key(bytes):
    """The secret of the pseudonyms; it never shows itself, in a log or a traceback either."""

    def __repr__(self) -> str:
        """Hide the secret."""
        return "<key>"

    __str__ = __repr__


def pseudonymise(values: pd.Series, key: bytes) -> pd.Series:
    """Replace people's numbers by keyed pseudonyms: one person, one pseudonym, no way back.

    Parameters
    ----------
    values
        People's numbers or addresses, as text.
    key
        The secret; see `load_key` and `session_key`.

    Returns
    -------
    pandas.Series
        32 hexadecimal digits of HMAC-SHA256 over the trimmed, lower-cased value; missing stays
        missing.

    Examples
    --------
    >>> secret = b"any 32 letters or more will do.."
    >>> made = pseudonymise(pd.Series(["000482", " 000482", "482"]), secret)
    >>> made[0] == made[1], made[0] == made[2], len(made[0])
    (True, False, 32)
    """
    return _on_distinct(values, lambda text: _pseudonym(text, key))


def _pseudonym(text: str, key: bytes) -> str | None:
    normal = _normal(text, None)
    return hmac.digest(key, normal.encode(), "sha256").hex()[:32] if normal else None


def default_key_path(environ: Mapping[str, str]) -> Path:
    """Where the key of the pseudonyms lies unless said otherwise: in the user's own settings."""
    if os.name == "nt":
        base = Path(environ.get("APPDATA") or Path.home())
    else:
        home = Path(environ.get("HOME") or Path.home())
        base = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "workforce_analytics" / "pseudonym.key"


def load_key(
    environ: Mapping[str, str] | None = None, path: str | Path | None = None
) -> Key | None:
    """Find the key of the pseudonyms: in the environment, else in a file; None where there is none.

    Parameters
    ----------
    environ
        The environment, `os.environ` unless given; `WORKFORCE_ANALYTICS_KEY` wins over any file.
    path
        The key's file; without it, `default_key_path` where that file exists.

    Raises
    ------
    ConfigurationError
        The key is too short, or its file is missing, lies inside a git checkout, or can be read by
        everybody on this machine.
    """
    environ = os.environ if environ is None else environ
    if environ.get(KEY_VARIABLE):
        return _long_enough(environ[KEY_VARIABLE], KEY_VARIABLE)
    place = default_key_path(environ) if path is None else Path(path)
    if not place.is_file():
        if path is None:
            return None
        raise ConfigurationError(
            f"{place}: there is no key file. Make one with `workforce-analytics init FOLDER`, "
            f"or set {KEY_VARIABLE}."
        )
    _refuse_checkout(place)
    if os.name == "posix" and place.stat().st_mode & stat.S_IRWXO:
        raise ConfigurationError(
            f"{place}: everybody on this machine can read the key. Run `chmod 600` on it."
        )
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    return _long_enough(text, place.name)


def _long_enough(text: str, where: str) -> Key:
    secret = text.strip().encode()
    if len(secret) < SHORTEST_KEY:
        raise ConfigurationError(
            f"{where}: the key cannot be read or is shorter than {SHORTEST_KEY} characters. "
            "Make one with `workforce-analytics init FOLDER`."
        )
    return Key(secret)


def _refuse_checkout(path: Path) -> None:
    inside = next((p for p in path.absolute().parents if (p / ".git").exists()), None)
    if inside is not None:
        raise ConfigurationError(
            f"{path}: the key lies inside a git checkout ({inside.name}), from which it could be "
            "published. Keep it in a folder that is not under version control."
        )


def make_key(path: str | Path) -> Path:
    """Make a new key of the pseudonyms in a file that only its owner can read.

    Raises
    ------
    ConfigurationError
        The place lies inside a git checkout, or a key is there already.
    CannotWrite
        The file cannot be made.
    """
    place = Path(path)
    _refuse_checkout(place)
    if place.exists():
        raise ConfigurationError(
            f"{place}: there is a key already. With another one, people could not be matched with "
            "earlier years; move the old file away if that is what you want."
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    except OSError:
        place = Path()
    if place == Path():
        raise CannotWrite(f"{path}: the key cannot be written there. Choose another folder.")
    return place


_session: dict[str, Key] = {}


def session_key() -> tuple[Key, Problem | None]:
    """Give a key for this session alone, and, the first time, the note that says so.

    Returns
    -------
    tuple
        The key, the same one throughout the session, and a note to show, or None once it was given.
    """
    if "key" in _session:
        return _session["key"], None
    _session["key"] = Key(secrets.token_hex(32).encode())
    return _session["key"], Problem(
        file="",
        column="",
        rule="session_key",
        severity="note",
        message=(
            "no key was found, so people carry pseudonyms of this session only, which match "
            "nothing that was made before or will be made later"
        ),
        remedy=(
            f"Run `workforce-analytics init FOLDER` once, or set {KEY_VARIABLE}, if people are to "
            "be followed from one session to another."
        ),
    )


@dataclass(frozen=True)
class ResolvedKeys:
    """People found behind other keys: who, and how many of the filled keys led to somebody."""

    person_id: pd.Series
    joined: int
    of: int
    ambiguous: int
    """Records whose key belongs to two people or more, and which therefore join to nobody."""

    @property
    def join_rate(self) -> float:
        """Share of the filled keys that led to a person; nan where there is none."""
        return self.joined / self.of if self.of else float("nan")


def resolve_keys(values: pd.Series, key_type: str, people_keys: pd.DataFrame) -> ResolvedKeys:
    """Find the person behind an e-mail address or a payroll number, through the people_keys table.

    Parameters
    ----------
    values
        Keys as another extract holds them; or their pseudonyms, if those of `people_keys` are too.
    key_type
        Which of a person's keys it is: "payroll", "email", "ats_account".
    people_keys
        A table with `person_id`, `key_type` and `key`.

    Returns
    -------
    ResolvedKeys
        `person_id` in the order of `values`, None where a key leads to nobody or to several.

    Examples
    --------
    >>> keys = pd.DataFrame({"person_id": ["000482"], "key_type": ["email"], "key": ["a@b.org"]})
    >>> found = resolve_keys(pd.Series(["A@B.org ", "c@d.org", None]), "email", keys)
    >>> found.person_id.tolist(), found.joined, found.of
    (['000482', None, None], 1, 2)
    """
    of_type = people_keys[people_keys["key_type"].map(fold, na_action="ignore") == fold(key_type)]
    pairs = pd.DataFrame(
        {
            "key": normalise_keys(of_type["key"]),
            "person_id": normalise_keys(of_type["person_id"]),
        }
    ).dropna()
    pairs = pairs.drop_duplicates()
    several = set(pairs.loc[pairs["key"].duplicated(keep=False), "key"])
    person = {
        key: person
        for key, person in zip(pairs["key"], pairs["person_id"], strict=True)
        if key not in several
    }
    keys = normalise_keys(values)
    found = keys.map(person, na_action="ignore").astype(object)
    found = found.where(found.notna(), None)
    return ResolvedKeys(
        person_id=found,
        joined=int(found.notna().sum()),
        of=int(keys.notna().sum()),
        ambiguous=int(keys.isin(several).sum()),
    )
