"""Where the package's own data files are: contracts, code lists, mappings, the sample council."""

from __future__ import annotations

from pathlib import Path

from workforce_analytics.errors import ConfigurationError


def path(kind: str, *parts: str) -> Path:
    """Where is a file or folder of `schemas` or `sample_data`?

    Inside the package when it was installed from a wheel, beside it in a checkout.

    Parameters
    ----------
    kind : "schemas" or "sample_data"
    *parts
        The way from there, e.g. `"codelists", "age.json"`.

    Raises
    ------
    ConfigurationError
        This installation does not hold the folder.

    Examples
    --------
    >>> path("schemas", "codelists", "age.json").name
    'age.json'
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package, package.parent):
        if (root / kind).is_dir():
            return (root / kind).joinpath(*parts)
    raise ConfigurationError(
        f"This installation of workforce_analytics has no '{kind}' folder. Install it again."
    )
