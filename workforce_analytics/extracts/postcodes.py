"""Postcodes become area codes through the user's own directory, and are then dropped.

Any directory in the layout of the ONS Postcode Directory or the National Statistics Postcode Lookup
will do, whole or cut down to two columns. It is read in pieces, for the whole one has 2.7 million
rows, and only the postcodes that occur are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.personal import fold_header

_POSTCODE_COLUMNS = ("pcds", "pcd", "pcd2", "pcd7", "pcd8", "postcode", "post code")
_AREA_COLUMNS = re.compile(r"oslaua|laua|lad|lad ?\d\d ?cd|ladcd|ltla ?\d* ?cd|area code")
_PIECE = 200_000


@dataclass(frozen=True)
class Areas:
    """Areas behind postcodes: `area` in the order of the postcodes, None where not found."""

    area: pd.Series
    found: int
    of: int


def look_up_areas(postcodes: pd.Series, directory: str | Path) -> Areas:
    """Which local authority does each postcode lie in?

    Parameters
    ----------
    postcodes
        Postcodes as people wrote them; case and spaces do not matter.
    directory
        A CSV file with a column of postcodes (`pcds`, `pcd7`, `postcode`) and one of area codes
        (`oslaua`, `laua`, `lad23cd`, `lad`, `area_code`).

    Returns
    -------
    Areas
        The area codes, and how many of the filled postcodes were found.

    Raises
    ------
    ConfigurationError
        The directory is missing, or has not both columns.
    """
    path = Path(directory)
    wanted = postcodes.map(_plain, na_action="ignore")
    needed = set(wanted.dropna())
    area_of: dict[str, str] = {}
    postcode, area = _columns(path)
    trouble = False
    try:
        for piece in pd.read_csv(
            path,
            usecols=[postcode, area],
            dtype=str,
            keep_default_na=False,
            chunksize=_PIECE,
            encoding="utf-8-sig",
        ):
            plain = piece[postcode].map(_plain)
            kept = plain.isin(needed) & (piece[area] != "")
            area_of.update(zip(plain[kept], piece.loc[kept, area], strict=True))
    except (OSError, ValueError):  # the reader's message can quote the file's content
        trouble = True
    if trouble:
        raise ConfigurationError(f"{path.name}: the postcode directory cannot be read as CSV.")
    found = wanted.map(area_of, na_action="ignore").astype(object)
    found = found.where(found.notna(), None)
    return Areas(found, found=int(found.notna().sum()), of=int(wanted.notna().sum()))


def _plain(postcode: str) -> str:
    return re.sub(r"\s+", "", str(postcode)).upper()


def _columns(path: Path) -> tuple[str, str]:
    """Find the two columns of the directory by their names in the published ones."""
    headers: list[str] | None = None
    try:
        headers = list(pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns)
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        headers = []
    if headers is None:
        raise ConfigurationError(
            f"{path}: the postcode directory is not there. Download the National Statistics "
            "Postcode Lookup, or give the right path in `lookup`."
        )
    postcode = next((h for h in headers if fold_header(h) in _POSTCODE_COLUMNS), None)
    area = next((h for h in headers if _AREA_COLUMNS.fullmatch(fold_header(h))), None)
    if postcode is None or area is None:
        raise ConfigurationError(
            f"{path.name}: a postcode directory needs a column of postcodes (pcds, pcd7 or "
            "postcode) and one of area codes (oslaua, laua, lad23cd or area_code)."
        )
    return postcode, area
