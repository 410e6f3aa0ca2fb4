"""The ledger's chain: lines that each carry the hash of the one before. No file is touched here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from workforce_analytics.errors import UsageError

_KEYS = {"batch", "content", "previous"}


@dataclass(frozen=True)
class Entry:
    """A line of the ledger.

    Attributes
    ----------
    number
        Which line it is; the first is 1.
    content
        What it takes down.
    hash
        SHA-256 of the line's bytes, its line end left out.
    """

    number: int
    content: Mapping[str, Any] = field(repr=False)
    hash: str


@dataclass(frozen=True)
class Reading:
    """What the files of a ledger hold.

    Attributes
    ----------
    entries
        Lines up to the end of the last whole batch.
    breaks
        Every break of the chain in words, with its line's number and never with what it says.
    kept
        How many bytes there are up to the end of the last whole batch.
    length
        How many there are in all.
    named
        How many lines the head names; None where it is missing.
    """

    entries: tuple[Entry, ...]
    breaks: tuple[str, ...]
    kept: int
    length: int
    named: int | None


def reading(name: str, head: bytes | None, content: bytes) -> Reading:
    """What do the files of a ledger hold, and where is the chain broken?

    Parameters
    ----------
    name
        The ledger's name, for messages.
    head
        The bytes of its head; None where it is missing.
    content
        The bytes of its lines.

    Returns
    -------
    Reading
        Its lines, without a batch that was cut short, and what is wrong with it.

    Examples
    --------
    >>> lines, entries = chained([{"event": "released"}, {"event": "unprotected"}], ())
    >>> head = canonical({"hash": entries[-1].hash, "lines": 2}).encode()
    >>> reading("ledger", head, lines).breaks
    ()
    >>> reading("ledger", head, lines.replace(b"un", b"")).breaks
    ('line 2 is not the one that the .head names: one of them was changed',)
    """
    *lines, _unfinished = content.split(b"\n")
    entries, breaks, whole = _followed(lines)
    named: int | None = None
    if head is not None:
        named, trouble = _against_head(head, entries[:whole])
        breaks += [trouble] if trouble else []
    elif content:
        breaks.append(f"{name}.head, which names the last line, is missing")
    kept = sum(len(line) + 1 for line in lines[:whole])
    return Reading(tuple(entries[:whole]), tuple(breaks), kept, len(content), named)


def _followed(lines: list[bytes]) -> tuple[list[Entry], list[str], int]:
    """Follow the chain: lines, breaks, and at which line the last whole batch ends."""
    entries: list[Entry] = []
    breaks: list[str] = []
    previous, whole = "", 0
    last: list[int] | None = [0, 0]
    for number, line in enumerate(lines, 1):
        record = _record(line)
        batch = record["batch"] if record else None
        if record is None:
            breaks.append(f"line {number} is not a line of a ledger: it was changed or added")
        elif record["previous"] != previous:
            before = f"line {number - 1}" if number > 1 else "the beginning"
            breaks.append(
                f"line {number} does not follow {before}: one of them was changed, or lines "
                "between them were removed, added or moved"
            )
        elif last and not _in_turn(last, record["batch"]):
            breaks.append(f"line {number} comes before all lines released with line {number - 1}")
        if batch and batch[0] == batch[1]:
            whole = number
        last, previous = batch, hashlib.sha256(line).hexdigest()
        entries.append(Entry(number, record["content"] if record else {}, previous))
    return entries, breaks, whole


def _in_turn(last: list[int], batch: list[int]) -> bool:
    if last[0] == last[1]:
        return batch[0] == 1
    return batch == [last[0] + 1, last[1]]


def _record(line: bytes) -> dict[str, Any] | None:
    found = _parsed(line)
    if not isinstance(found, dict) or set(found) != _KEYS:
        return None
    batch, content = found["batch"], found["content"]
    numbers = isinstance(batch, list) and [type(part) for part in batch] == [int, int]
    fine = numbers and 1 <= batch[0] <= batch[1] and isinstance(content, dict)
    return found if fine else None


def _against_head(head: bytes, entries: Sequence[Entry]) -> tuple[int, str]:
    """Compare with the head: how many lines it names, and what is wrong. It may be behind."""
    found = _parsed(head)
    named = found.get("lines") if isinstance(found, dict) else None
    if not isinstance(named, int) or named < 0 or set(found) != {"hash", "lines"}:
        return 0, "its .head cannot be understood: it was changed"
    if named > len(entries):
        return named, (
            f"line {len(entries) + 1} is missing: the .head names {named} lines, "
            f"and {len(entries)} are there"
        )
    if found["hash"] != (entries[named - 1].hash if named else ""):
        return named, f"line {named} is not the one that the .head names: one of them was changed"
    return named, ""


def chained(
    contents: Sequence[Mapping[str, Any]], before: Sequence[Entry]
) -> tuple[bytes, tuple[Entry, ...]]:
    """What is to be written for these contents, as one batch after the lines before?"""
    previous, number = (before[-1].hash, before[-1].number) if before else ("", 0)
    lines, entries = [], []
    for place, content in enumerate(contents, 1):
        record = {"batch": [place, len(contents)], "content": content, "previous": previous}
        line = canonical(record).encode("utf-8")
        previous = hashlib.sha256(line).hexdigest()
        lines.append(line + b"\n")
        entries.append(Entry(number + place, content, previous))
    return b"".join(lines), tuple(entries)


def as_read(place: int, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """What will reading the line of this content give?

    Parameters
    ----------
    place
        Which of a batch it is, for the message.
    content
        What is to be taken down.

    Raises
    ------
    UsageError
        If it cannot be written as JSON or has no text under "event".
    """
    found: dict[str, Any] | None = None
    # What was wrong is not said: the messages of json quote what they stumbled over.
    with suppress(TypeError, ValueError, RecursionError):
        text = canonical(dict(content))
        text.encode("utf-8")
        found = json.loads(text)
    if found is None:
        raise UsageError(
            f"Entry {place} for the ledger cannot be written as JSON: "
            "text, finite numbers, true, false, none, lists and mappings of them are allowed."
        )
    if not isinstance(found.get("event"), str):
        raise UsageError(f'Entry {place} for the ledger needs a text under "event".')
    return found


def without_day(content: Mapping[str, Any]) -> str:
    """As which text is this content the same on every day?"""
    return canonical({key: value for key, value in content.items() if key != "on"})


def canonical(value: Mapping[str, Any]) -> str:
    """As which text is a mapping written, whatever the order of its keys?"""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def _parsed(line: bytes) -> Any:
    """Read what was written by `canonical`; None for anything else."""
    with suppress(ValueError, RecursionError):
        found = json.loads(line.decode("utf-8"))
        if isinstance(found, dict) and canonical(found).encode("utf-8") == line:
            return found
    return None
