"""Files that people write themselves, as TOML: read whole, or refused in one sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from workforce_analytics.errors import ConfigurationError


def read_toml(place: Path, *, what: str, missing: str = "") -> dict[str, Any]:
    """What does a TOML file say?

    Parameters
    ----------
    place
        The file.
    what
        What it is to be, for the message: "mapping".
    missing
        What to say where it is not there; that there is no such file unless said.

    Raises
    ------
    ConfigurationError
        It is not there, is no UTF-8 text, or is not TOML.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = Path(folder, "mapping.toml")
    ...     _ = place.write_text('[columns]', encoding="utf-8")
    ...     read_toml(place, what="mapping")
    {'columns': {}}
    """
    trouble = ""
    content: dict[str, Any] = {}
    try:
        content = tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        trouble = missing or f"there is no such {what} file"
    except (OSError, UnicodeDecodeError):
        trouble = f"the {what} cannot be read as UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        trouble = f"this is not TOML: {error}"
    if trouble:
        raise ConfigurationError(f"{place}: {trouble}.")
    return content
