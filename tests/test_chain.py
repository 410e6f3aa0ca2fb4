"""The ledger's chain by itself; what is done to files is in test_ledger.py."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.disclosure.chain import (
    Entry,
    as_read,
    canonical,
    chained,
    reading,
    without_day,
)
from workforce_analytics.errors import UsageError

DRAFT = settings(derandomize=True, deadline=None, max_examples=100)


def made(batches: list[int]) -> tuple[bytes, tuple[Entry, ...]]:
    """The lines of batches of so many entries."""
    lines = b""
    entries: tuple[Entry, ...] = ()
    for batch in batches:
        contents = [{"event": "released", "n": len(entries) + place} for place in range(batch)]
        more, new = chained(contents, entries)
        lines, entries = lines + more, entries + new
    return lines, entries


def head(entries: tuple[Entry, ...]) -> bytes:
    last = entries[-1].hash if entries else ""
    return canonical({"hash": last, "lines": len(entries)}).encode()


@DRAFT
@given(st.lists(st.integers(1, 3), max_size=4))
def test_what_is_chained_is_read_again(batches: list[int]) -> None:
    lines, entries = made(batches)
    found = reading("ledger", head(entries), lines)
    assert (found.entries, found.breaks, found.named) == (entries, (), len(entries))
    assert found.kept == found.length == len(lines)
    previous = ""
    for line, entry in zip(lines.splitlines(), entries, strict=True):
        assert json.loads(line)["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()
        assert entry.hash == previous


@DRAFT
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.data())
def test_what_was_cut_short_is_left_out_up_to_the_last_whole_batch(
    batches: list[int], data: Any
) -> None:
    before, earlier = made(batches[:-1])
    lines, _ = made(batches)
    cut = data.draw(st.integers(len(before), len(lines) - 1))
    found = reading("ledger", head(earlier), lines[:cut])
    assert (found.entries, found.breaks, found.kept) == (earlier, (), len(before))
    assert found.length == cut


def test_each_break_is_named_by_its_line_and_never_by_what_it_says() -> None:
    lines, entries = made([1, 2, 1])
    first, second, third, fourth = lines.splitlines(keepends=True)
    torn = {
        "not a line of a ledger": first + b"secret\n" + second + third + fourth,
        "line 2 does not follow line 1": first + third + fourth,
        "line 1 does not follow the beginning": second + third + fourth,
        "line 4 is missing": first + second + third,
        "the .head names": first + second + third + fourth.replace(b'"n":3', b'"n":4'),
    }
    for words, content in torn.items():
        breaks = reading("ledger", head(entries), content).breaks
        assert any(words in one for one in breaks), words
        assert not any("secret" in one for one in breaks)
    assert reading("ledger", None, lines).breaks == (
        "ledger.head, which names the last line, is missing",
    )
    assert reading("ledger", b"{}", lines).breaks == (
        "its .head cannot be understood: it was changed",
    )


def test_the_day_alone_makes_no_other_content() -> None:
    monday = {"event": "released", "on": "2026-03-30", "cells": [{"on": 1}]}
    assert without_day(monday) == without_day({**monday, "on": "2026-03-31"})
    assert without_day(monday) != without_day({**monday, "cells": [{"on": 2}]})


def test_a_content_is_what_reading_it_gives() -> None:
    assert as_read(1, {"event": "released", "cells": (1, None)}) == {
        "event": "released",
        "cells": [1, None],
    }
    for wrong in ({"event": 3}, {}, {"event": "released", "n": {1}}):
        with pytest.raises(UsageError, match="Entry 7 "):
            as_read(7, wrong)
