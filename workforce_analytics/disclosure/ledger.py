"""The ledger's file: what was released before, one line each, no line changed unnoticed.

Three files lie side by side: the ledger (lines of JSON, only ever added to), `.head` (how many
lines there are and the hash of the last) and `.lock` (empty, held while a release is made). What
stands in the lines is chain.py's; here they are read, written and locked.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from workforce_analytics.disclosure.chain import (
    Entry,
    Reading,
    as_read,
    canonical,
    chained,
    reading,
    without_day,
)
from workforce_analytics.errors import CannotWrite, DataError, DisclosureRefused, UsageError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["PATIENCE", "Book", "Entry", "opened", "problems", "read"]

PATIENCE = 60.0
_PAUSE = 0.05
_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_RESTORE = "Restore this file and its .head from the latest backup; nothing is released until then."
_NOTHING = "Nothing was given out."

_Result = TypeVar("_Result")


class Book:
    """A ledger that is open: nobody else adds to it meanwhile. `opened` gives it.

    Attributes
    ----------
    entries
        What is in it, verified.
    """

    def __init__(self, path: Path, found: Reading) -> None:
        self.entries = found.entries
        self._path = path
        self._kept, self._length = found.kept, found.length
        self._begun = found.named is not None
        self._closed = False

    @property
    def head(self) -> str:
        """The hash of the last line; empty where there is none."""
        return self.entries[-1].hash if self.entries else ""

    def append(self, contents: Sequence[Mapping[str, Any]]) -> int:
        """Add those that are not there yet: all of them or none.

        Parameters
        ----------
        contents
            What to take down: mappings that JSON can hold, each with a text under "event". One
            that differs from an earlier one only in "on" (the day) is there already.

        Returns
        -------
        int
            How many were added. They are on the disk.

        Raises
        ------
        UsageError
            If a content cannot be written as JSON or has no "event", or the book was closed.
        CannotWrite
            If the files cannot be written.

        Notes
        -----
        Order: the new head aside, the lines, the head in its place. Each line says which of how
        many it is, so a batch that was cut short is known as such. A crash leaves at worst a
        head that is behind, which the next opening mends.
        """
        if self._closed:
            raise UsageError("This ledger was closed: append inside `with opened(path) as book:`.")
        known = {without_day(entry.content) for entry in self.entries}
        new: dict[str, Mapping[str, Any]] = {}
        for place, content in enumerate(contents, 1):
            plain = as_read(place, content)
            key = without_day(plain)
            if key not in known:
                new.setdefault(key, plain)
        if new:
            self._add(list(new.values()))
        return len(new)

    def _add(self, contents: list[Mapping[str, Any]]) -> None:
        lines, entries = chained(contents, self.entries)
        if not self._begun:
            # Without it, a crash after the first lines would look like a head somebody removed.
            _put_aside(self._path, 0, "")
            _put_in_place(self._path)
            self._begun = True
        _put_aside(self._path, entries[-1].number, entries[-1].hash)
        _try(lambda: self._write(lines), _cannot_write(self._path))
        self.entries += entries
        self._kept += len(lines)
        self._length = self._kept
        _put_in_place(self._path)

    def _write(self, lines: bytes) -> None:
        # Unbuffered: what a full disk refused must not be written after all at the closing.
        with self._path.open("ab", buffering=0) as file:
            if os.fstat(file.fileno()).st_size != self._length:
                raise OSError(errno.EBUSY, "another program changed it meanwhile")
            if self._length != self._kept:
                file.truncate(self._kept)
                self._length = self._kept
            try:
                rest = memoryview(lines)
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):
                    file.truncate(self._kept)
                raise
        _settle(self._path.parent)


@contextmanager
def opened(path: str | Path, *, patience: float = PATIENCE) -> Iterator[Book]:
    """What was released before, with nobody else releasing until this is done?

    Parameters
    ----------
    path
        The ledger's file. It may be missing (a ledger begins with the first line); its folder is
        never made, so that a mistyped path does not begin another ledger.
    patience
        For how many seconds to wait while another release holds the ledger.

    Yields
    ------
    Book
        What is in the ledger, verified, and the way to add to it.

    Raises
    ------
    DisclosureRefused
        If a line was changed, removed, added, repeated or moved.
    CannotWrite
        If the folder is missing or cannot be written, or another release holds the ledger.
    DataError
        If the file cannot be read.

    Notes
    -----
    Each line carries the SHA-256 of the one before it, and the head that of the last. This shows
    accidents and edits, not somebody who writes the whole ledger and its head anew: for that, keep
    `Book.head` where they cannot write, such as in what is published.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for _ in range(2):
    ...         with opened(f"{folder}/ledger.jsonl") as book:
    ...             print(book.append([{"event": "released", "title": "Ethnic group"}]))
    1
    0
    """
    place = _real(path)
    if not os.path.isdir(place.parent):
        raise CannotWrite(
            f"{place.parent}: there is no such folder, and none is made for a ledger. Make it, or "
            f"correct the ledger's path. {_NOTHING}"
        )
    descriptor = _lock(place, patience)
    try:
        found = _sound(place)
        book = Book(place, found)
        if found.named is not None and found.named < len(found.entries):
            # A crash came between the lines and the head.
            _put_aside(place, len(book.entries), book.head)
            _put_in_place(place)
        try:
            yield book
        finally:
            book._closed = True
    finally:
        _unlock(descriptor)


def read(path: str | Path) -> tuple[Entry, ...]:
    """What does the ledger hold? It is verified, and nobody is kept waiting.

    Parameters
    ----------
    path
        The ledger's file; where neither it nor its head is there, nothing was released yet.

    Returns
    -------
    tuple of Entry
        Its lines. A batch that was cut short by a crash is left out.

    Raises
    ------
    DisclosureRefused
        If a line was changed, removed, added, repeated or moved.
    DataError
        If the file cannot be read.
    """
    return _sound(_real(path)).entries


def problems(path: str | Path) -> list[str]:
    """Where was the ledger changed?

    Parameters
    ----------
    path
        The ledger's file.

    Returns
    -------
    list of str
        Every break of the chain in words, each with its line's number and never with what the
        line says; none where the ledger is sound.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    return list(_reading(_real(path)).breaks)


def _sound(path: Path) -> Reading:
    found = _reading(path)
    if found.breaks:
        more = len(found.breaks) - 1
        others = f" ({more} more like this)" if more else ""
        raise DisclosureRefused(f"{path}: {found.breaks[0]}{others}. {_RESTORE}")
    return found


def _reading(path: Path) -> Reading:
    # The head first: read without the lock, the file may only be ahead of it.
    head, content = _content(_beside(path, ".head")), _content(path)
    if head is None and content:
        # The first release may have been written between the two.
        head, content = _content(_beside(path, ".head")), _content(path)
    return reading(path.name, head, content or b"")


def _put_aside(path: Path, number: int, last: str) -> None:
    content = canonical({"hash": last, "lines": number}).encode("utf-8")

    def write() -> None:
        with _beside(path, ".head.part").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    _try(write, _cannot_write(_beside(path, ".head")))


def _put_in_place(path: Path) -> None:
    head = _beside(path, ".head")
    _try(lambda: os.replace(_beside(path, ".head.part"), head), _cannot_write(head))
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the names of new files on the disk too, where a system can be asked for it."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lock(path: Path, patience: float) -> int:
    lock = _beside(path, ".lock")
    descriptor = _try(lambda: os.open(lock, os.O_RDWR | os.O_CREAT, 0o666), _cannot_write(lock))
    taken, trouble = False, ""
    try:
        taken = _wait(descriptor, patience)
    except OSError as error:
        trouble = _reason(error)
    if taken:
        return descriptor
    os.close(descriptor)
    if trouble:
        raise CannotWrite(f"{lock}: cannot be locked ({trouble}). {_NOTHING}")
    raise CannotWrite(
        f"{path}: another release seems to be under way and has held the ledger for {patience:g} "
        f"seconds. Wait until it is done and run this again. {_NOTHING}"
    )


def _wait(descriptor: int, patience: float) -> bool:
    for attempt in range(int(patience / _PAUSE) + 1):
        if attempt:
            time.sleep(_PAUSE)
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in _HELD:
                raise
        else:
            return True
    return False


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlock(descriptor: int) -> None:
    # Not by closing alone: a child process may have inherited it.
    with suppress(OSError):
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    with suppress(OSError):
        os.close(descriptor)


def _content(path: Path) -> bytes | None:
    def content() -> bytes | None:
        # A folder that is missing is no ledger without lines: its path is mistyped.
        if not os.path.lexists(path) and os.path.isdir(path.parent):
            return None
        return path.read_bytes()

    return _try(content, lambda reason: DataError(f"{path}: cannot be read ({reason})."))


def _real(path: str | Path) -> Path:
    """Follow links: a ledger has one lock and one head, whichever way one comes to it."""
    return _try(lambda: Path(os.path.realpath(path)), lambda reason: DataError(_no_path(reason)))


def _no_path(reason: str) -> str:
    return f"The ledger's path cannot be used ({reason}). Correct it in organisation.toml."


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _cannot_write(path: Path) -> Callable[[str], Exception]:
    return lambda reason: CannotWrite(
        f"{path}: cannot be written ({reason}). Make the folder {path.parent} and the ledger's "
        f"files in it writable and close them elsewhere, or correct the ledger's path. {_NOTHING}"
    )


def _try(action: Callable[[], _Result], refusal: Callable[[str], Exception]) -> _Result:
    """Do it, or say in words why the system refused."""
    try:
        return action()
    except (OSError, ValueError) as error:
        reason = _reason(error)
    raise refusal(reason)


def _reason(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) else ""
    return words or "the system refused"
