"""The file of kept counts: one zip of plain CSV, sealed with the organisation's key, its owner's.

It holds `about.json` (version, reasons, quarters, checksums, seal), `vacancies.csv`, `sittings.csv`
and `counts/CHARACTERISTIC.csv`, whose column `vacancy` is a row of `vacancies.csv`, the first
being 0. The same counts give the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workforce_analytics.counting.kept import (
    COUNTS,
    SITTINGS,
    VACANCIES,
    VACANCY,
    Kept,
    Run,
    typed,
)
from workforce_analytics.errors import CannotWrite, ConfigurationError, DataError
from workforce_analytics.extracts.identifiers import KEY_VARIABLE

VERSION = 1
_ABOUT, _VACANCIES, _SITTINGS, _COUNTS = "about.json", "vacancies.csv", "sittings.csv", "counts/"
_DAWN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can name: the day on which it was written decides nothing."""


def kept_counts(path: str | Path, key: bytes | None) -> Kept:
    """Which counts of earlier vacancies were kept?

    Parameters
    ----------
    path
        The file that `workforce-analytics keep-counts` wrote.
    key
        The organisation's key of pseudonyms, `settings.key()`.

    Returns
    -------
    Kept
        Personal data: an input of measures, never shown.

    Raises
    ------
    ConfigurationError
        There is no key or no such file, the file was made with another key, or everybody on this
        machine can read it.
    DataError
        The file was damaged or changed, or a later version of this package wrote it.

    Examples
    --------
    >>> import tempfile, workforce_analytics as wa
    >>> from workforce_analytics.counting.freezing import freeze
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> secret = b"any 32 letters or more will do.."
    >>> kept = freeze(council.applications, key=secret, reason="impact", characteristics=["sex"])
    >>> path = write(kept, f"{tempfile.mkdtemp()}/restricted/kept_counts.zip")
    >>> kept_counts(path, secret)
    Counts of 2,695 vacancies, 2022/23 to 2024/25, by one of sex. Personal data: not for sharing.
    """
    place = Path(path)
    secret = needed(key)
    content, trouble = b"", ""
    try:
        everybody = os.name == "posix" and bool(place.stat().st_mode & stat.S_IRWXO)
        content = b"" if everybody else place.read_bytes()
    except OSError as error:
        everybody, trouble = False, error.strerror or "the system refused"
    if trouble:
        raise ConfigurationError(f"{place}: the kept counts cannot be read ({trouble}).")
    if everybody:
        raise ConfigurationError(
            f"{place}: everybody on this machine can read these personal data. "
            "Run `chmod 600` on it."
        )
    return from_bytes(content, secret, place.name)


def needed(key: bytes | None) -> bytes:
    """Give the key, or refuse to go on with a key of this session only.

    Raises
    ------
    ConfigurationError
        There is none.
    """
    if key is None:
        raise ConfigurationError(
            "Counts by vacancy are kept under the organisation's key, without which no later run "
            "could recognise a vacancy, and there is none. Make one with "
            f"`workforce-analytics init FOLDER`, or set {KEY_VARIABLE}."
        )
    return key


def write(kept: Kept, path: str | Path) -> Path:
    """Write kept counts to a file that only its owner can read, whole or not at all.

    Folders that are missing are made, for their owner only.

    Raises
    ------
    CannotWrite
        The folder or the file cannot be written.
    """
    place = Path(path)
    aside = place.with_name(f".{place.name}.part")
    content, trouble = to_bytes(kept), ""
    try:
        _make_folders(place.parent)
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, place)
    except OSError as error:
        trouble = error.strerror or "the system refused"
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    if trouble:
        raise CannotWrite(
            f"{place}: the kept counts cannot be written ({trouble}). What was there is unchanged. "
            "Correct [keep_counts] path, or make its folder writable."
        )
    return place


_BINARY = getattr(os, "O_BINARY", 0)


def _make_folders(folder: Path) -> None:
    for one in reversed([folder, *folder.parents]):
        if not one.is_dir():
            one.mkdir(mode=0o700)


def to_bytes(kept: Kept) -> bytes:
    """As which bytes are these counts written? The same on every day, in every order of rows."""
    members = {
        _VACANCIES: _csv(kept._vacancies),
        _SITTINGS: _csv(kept.sittings),
        **{f"{_COUNTS}{name}.csv": _csv(_numbered(kept, name)) for name in kept.characteristics},
    }
    about = _described(kept, members)
    about["seal"] = _sealed(about, kept._key)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, _ABOUT, (_json(about) + "\n").encode("utf-8"))
        for name, content in members.items():
            _put(archive, name, content)
    return file.getvalue()


def from_bytes(content: bytes, key: bytes, name: str) -> Kept:
    """Read kept counts; nothing of a file is used that its seal does not vouch for.

    Raises
    ------
    ConfigurationError
        It was made with another key.
    DataError
        It was damaged or changed, or is of a later version.
    """
    damaged = f"{name}: this file of kept counts was damaged or changed. Restore it from a backup."
    members = _members(content)
    about = _parsed(members.pop(_ABOUT, b""))
    if about is None or not isinstance(about.get("version"), int):
        raise DataError(damaged)
    if about["version"] != VERSION:
        raise DataError(
            f"{name}: these kept counts are of version {about['version']}, and this package reads "
            f"version {VERSION}. Use the package that wrote them."
        )
    if about.get("key") != _check(key):
        raise ConfigurationError(
            f"{name}: these counts were kept under another key than the one that is set now. "
            f"Set the key they were kept under ({KEY_VARIABLE}, or its file)."
        )
    seal = str(about.pop("seal", ""))
    sums = {one: hashlib.sha256(text).hexdigest() for one, text in members.items()}
    if not hmac.compare_digest(seal.encode(), _sealed(about, key).encode()) or sums != about.get(
        "members"
    ):
        raise DataError(damaged)
    return _kept(about, members, key)


def _described(kept: Kept, members: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "what": "Counts by vacancy: personal data, not for sharing",
        "version": VERSION,
        "key": _check(kept._key),
        "quarters": list(kept.quarters),
        "runs": [{"reason": run.reason, "inputs": dict(run.inputs)} for run in kept.runs],
        "course": list(kept.course),
        "lists": dict(kept._lists),
        "members": {name: hashlib.sha256(text).hexdigest() for name, text in members.items()},
    }


def _kept(about: Mapping[str, Any], members: Mapping[str, bytes], key: bytes) -> Kept:
    vacancies = _read(members[_VACANCIES], VACANCIES)
    stored = {"vacancy": "int64", **{k: v for k, v in COUNTS.items() if k != VACANCY}}
    counts = {}
    for characteristic in sorted(about["lists"]):
        table = _read(members[f"{_COUNTS}{characteristic}.csv"], stored)
        named = vacancies[VACANCY].take(table.pop("vacancy")).array
        counts[characteristic] = typed(table.assign(**{VACANCY: named}), COUNTS)
    return Kept(
        sittings=_read(members[_SITTINGS], SITTINGS),
        runs=tuple(Run(run["reason"], run["inputs"]) for run in about["runs"]),
        course=tuple(about["course"]),
        _vacancies=vacancies,
        _counts=counts,
        _lists=about["lists"],
        _key=key,
    )


def _numbered(kept: Kept, name: str) -> pd.DataFrame:
    """Name vacancies by their row, which is a tenth of the length of a pseudonym."""
    table = kept._counts[name]
    rows = pd.Index(kept._vacancies[VACANCY]).get_indexer(table[VACANCY])
    table = table.drop(columns=VACANCY)
    table.insert(0, "vacancy", rows)
    return table


def _csv(table: pd.DataFrame) -> bytes:
    text = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return str(text).encode("utf-8")


def _read(content: bytes, types: Mapping[str, str]) -> pd.DataFrame:
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    numbers = {
        name: table[name].replace("", "nan") for name, kind in types.items() if kind == "float64"
    }
    days = {
        name: pd.to_datetime(table[name], format="%Y-%m-%d")
        for name, kind in types.items()
        if kind.startswith("datetime")
    }
    return typed(table.assign(**numbers, **days), types)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    item = zipfile.ZipInfo(name, _DAWN)
    item.compress_type = zipfile.ZIP_DEFLATED
    item.create_system = 3
    item.external_attr = 0o600 << 16
    archive.writestr(item, content)


def _members(content: bytes) -> dict[str, bytes]:
    """Give what the zip holds; nothing where it cannot be read whole."""
    with (
        contextlib.suppress(
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError
        ),
        zipfile.ZipFile(io.BytesIO(content)) as archive,
    ):
        return {name: archive.read(name) for name in archive.namelist()}
    return {}


def _parsed(content: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(content.decode("utf-8"))
        return found if isinstance(found, dict) else None
    return None


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1)


def _check(key: bytes) -> str:
    """Tell keys apart without telling anything of them."""
    return hmac.digest(key, b"kept counts: which key", "sha256").hex()[:16]


def _sealed(about: Mapping[str, Any], key: bytes) -> str:
    own = hmac.digest(key, b"kept counts: seal", "sha256")
    return hmac.digest(own, _json(about).encode("utf-8"), "sha256").hex()
