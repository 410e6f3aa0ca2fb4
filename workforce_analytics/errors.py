"""What can go wrong, in words a person can act on; each kind has an exit code for the command line.

Every message says what happened, where, what is allowed and what to do, and never holds a
person's value. Raise from outside the `except` that noticed the trouble, or with `from None`: the
messages of pandera, pydantic and DuckDB quote the values they stumbled over.
"""

from __future__ import annotations


class WorkforceError(Exception):
    """Anything this package reports on purpose."""

    exit_code = 1


class UsageError(WorkforceError, ValueError):
    """A function or command was called with an argument it does not take."""

    exit_code = 2


class DataError(WorkforceError):
    """Data fail their contract, or a file is unreadable or is not what its name says."""

    exit_code = 3


class ConfigurationError(WorkforceError):
    """organisation.toml, a mapping or a path in them is wrong or missing."""

    exit_code = 4


class DisclosureRefused(WorkforceError):  # noqa: N818  (a refusal is the field's word)
    """What was asked for could identify somebody."""

    exit_code = 5


class CannotWrite(WorkforceError):  # noqa: N818
    """The output folder or file cannot be written."""

    exit_code = 6
