"""Files appear whole or not at all, and text cells cannot start a formula."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from workforce_analytics.errors import CannotWrite

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write a file aside, then put it in place, so that nobody ever finds half of it.

    Parameters
    ----------
    path
        Where the file goes; missing folders are made.
    content
        What it holds.

    Returns
    -------
    Path
        The file's path.

    Raises
    ------
    CannotWrite
        If the folder or the file cannot be written (a read-only folder, a full disk, a file that
        is open in another program).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_bytes(f"{folder}/report/figures.csv", b"group,people").name
    'figures.csv'
    """
    path = Path(path)
    aside = path.with_name(f".{path.name}.part")
    reason = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        os.replace(aside, path)
    except OSError as error:
        reason = error.strerror or "the system refused"
        # Where even this fails there is nothing of ours to clear away.
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    if reason:
        raise CannotWrite(
            f"{path}: cannot be written ({reason}). "
            "Close the file if it is open in another program, or choose another folder."
        )
    return path


def write_text(path: str | Path, text: str) -> Path:
    """Write a text file in UTF-8, whole or not at all, with the same bytes on every system.

    Parameters
    ----------
    path
        Where the file goes; missing folders are made.
    text
        What it holds; line ends stay as they are.

    Returns
    -------
    Path
        The file's path.

    Raises
    ------
    CannotWrite
        If the folder or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_text(f"{folder}/note.txt", "200 people").read_text(encoding="utf-8")
    '200 people'
    """
    return write_bytes(path, text.encode("utf-8"))


def safe_cell(text: str) -> str:
    """Keep a spreadsheet program from reading a text cell as a formula.

    A unit called "=cmd" or "-Other" would be computed by the program that opens the file; with an
    apostrophe before it, it is text.

    Parameters
    ----------
    text
        What is to stand in the cell.

    Returns
    -------
    str
        The text, with an apostrophe before it where it starts with = + - @, a tab or a return.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("White")
    ("'=1+1", 'White')
    """
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
