"""The ledger's file: nothing lost, nothing half written, no line changed unnoticed."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.disclosure import ledger
from workforce_analytics.disclosure.ledger import opened, problems, read
from workforce_analytics.errors import CannotWrite, DataError, DisclosureRefused, UsageError

ROOT = Path(__file__).parents[1]
FIRST = {"event": "released", "title": "Ethnic group – Welsh: Cymraeg", "cells": [12, None, "[c]"]}
SECOND = {"event": "released", "title": "Age", "shares": {"b": 0.25, "a": 1}}
THIRD = {"event": "unprotected", "reason": "a line\nand another \u2028 \U0001f5c2"}
DRAFT = settings(derandomize=True, deadline=None, max_examples=150)


def released(number: int) -> dict[str, Any]:
    return {"event": "released", "title": f"table {number}"}


def add(path: Path, *contents: dict[str, Any]) -> int:
    with opened(path) as book:
        return book.append(contents)


def made(folder: Path, batches: Iterable[int]) -> Path:
    """A ledger whose batches have these numbers of lines."""
    path, number = folder / "ledger.jsonl", 0
    for lines in batches:
        add(path, *(released(number + place) for place in range(lines)))
        number += lines
    return path


def head_of(path: Path) -> Path:
    return path.with_name(path.name + ".head")


def is_refused(path: Path) -> bool:
    """Whether every way to the ledger refuses, and adds nothing."""
    before = path.read_bytes() if path.exists() else None
    assert problems(path)
    with pytest.raises(DisclosureRefused):
        read(path)
    with pytest.raises(DisclosureRefused), opened(path) as book:
        book.append([released(-1)])
    return (path.read_bytes() if path.exists() else None) == before


# What is written


def test_what_is_added_is_read_again_and_the_chain_can_be_followed_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    assert add(path, FIRST, SECOND) == 2
    assert add(path, THIRD) == 1
    entries = read(path)
    assert [entry.content for entry in entries] == [FIRST, SECOND, THIRD]
    assert [entry.number for entry in entries] == [1, 2, 3]
    lines = path.read_bytes().splitlines()
    previous = ""
    for line, entry in zip(lines, entries, strict=True):
        assert json.loads(line)["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()
        assert entry.hash == previous
    assert json.loads(head_of(path).read_bytes()) == {"hash": previous, "lines": 3}
    with opened(path) as book:
        assert (book.entries, book.head) == (entries, previous)


def test_the_bytes_are_these(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    add(path, {"title": "Å – £", "event": "released", "n": 1.5})
    assert (
        path.read_bytes()
        == (
            '{"batch":[1,1],"content":{"event":"released","n":1.5,"title":"Å – £"},"previous":""}\n'
        ).encode()
    )


def test_the_same_bytes_whatever_the_order_of_keys(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    add(one, FIRST, SECOND)
    add(other, *(dict(reversed(content.items())) for content in (FIRST, SECOND)))
    assert one.read_bytes() == other.read_bytes()
    assert head_of(one).read_bytes() == head_of(other).read_bytes()


def test_an_identical_second_run_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    monday, tuesday = {**FIRST, "on": "2026-03-30"}, {**FIRST, "on": "2026-03-31"}
    assert add(path, monday, SECOND) == 2
    before = path.read_bytes(), head_of(path).read_bytes()
    assert add(path, tuesday, SECOND) == 0
    assert add(path, FIRST) == 0
    assert (path.read_bytes(), head_of(path).read_bytes()) == before
    assert add(path, tuesday, {**FIRST, "title": "another"}) == 1
    assert json.loads(path.read_bytes().splitlines()[-1])["batch"] == [1, 1]


def test_twice_the_same_in_one_run_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with opened(path) as book:
        assert book.append([FIRST, {**FIRST, "on": "2026-03-31"}]) == 1
        assert book.append([FIRST]) == 0
        assert book.append([SECOND, THIRD]) == 2
        assert [entry.number for entry in book.entries] == [1, 2, 3]
        inside = book.entries
    assert read(path) == inside


def test_only_days_at_the_top_are_left_out_of_the_comparison(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    assert add(path, {"event": "released", "filter": {"on": 1}}) == 1
    assert add(path, {"event": "released", "filter": {"on": 2}}) == 1


def test_a_ledger_without_lines_is_empty_and_looking_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with opened(path) as book:
        assert (book.entries, book.head) == ((), "")
        assert book.append([]) == 0
    assert (read(path), problems(path)) == ((), [])
    assert not path.exists()


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # No lone surrogates: they are no text that a file can hold.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@DRAFT
@given(st.lists(st.lists(values, max_size=3), max_size=4))
def test_whatever_json_can_hold_comes_back(batches: list[list[Any]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        expected: dict[str, None] = {}
        for batch in batches:
            contents = [{"event": "released", "what": value} for value in batch]
            texts = [json.dumps(content, sort_keys=True) for content in contents]
            assert add(path, *contents) == len({*texts} - {*expected})
            expected.update(dict.fromkeys(texts))
        found = [json.dumps(entry.content, sort_keys=True) for entry in read(path)]
        assert found == list(expected)
        assert problems(path) == []


@pytest.mark.parametrize(
    "content",
    [
        {"event": "released", "n": float("nan")},
        {"event": "released", "n": float("inf")},
        {"event": "released", "n": {1, 2}},
        {"event": "released", "title": "\ud800"},
        {"title": "no event"},
        {"event": 3},
    ],
)
def test_what_no_line_can_hold_is_refused_with_its_whole_batch(
    content: dict[str, Any], tmp_path: Path
) -> None:
    path = made(tmp_path, [1])
    before = path.read_bytes()
    with pytest.raises(UsageError, match="Entry 2 ") as info, opened(path) as book:
        book.append([SECOND, content])
    assert info.value.__context__ is None
    assert path.read_bytes() == before


def test_a_closed_book_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with opened(path) as book:
        pass
    with pytest.raises(UsageError, match="closed"):
        book.append([FIRST])
    assert not path.exists()


# Crashes


@pytest.mark.parametrize("before", [0, 2], ids=["the first batch", "a later batch"])
def test_a_batch_cut_short_anywhere_is_whole_or_absent(before: int, tmp_path: Path) -> None:
    path = made(tmp_path, [1] * before)
    if not before:
        add(path, FIRST)  # To have the head as it is just before the first lines.
        path.write_bytes(b"")
        head_of(path).write_bytes(b'{"hash":"","lines":0}')
    earlier, head = path.read_bytes(), head_of(path).read_bytes()
    batch = [FIRST, SECOND, THIRD]
    add(path, *batch)
    whole = path.read_bytes()
    for cut in range(len(earlier), len(whole) + 1):
        path.write_bytes(whole[:cut])
        head_of(path).write_bytes(head)
        entries = read(path)
        assert problems(path) == []
        assert len(entries) == before + (3 if cut == len(whole) else 0)
        assert [entry.content for entry in entries[:before]] == [released(n) for n in range(before)]
        if cut % 7 == 0 or cut == len(whole):
            assert add(path, *batch) == (0 if cut == len(whole) else 3)
            assert path.read_bytes() == whole
            assert json.loads(head_of(path).read_bytes())["lines"] == before + 3


CRASH = """
import os, sys
from workforce_analytics.disclosure import ledger
path, step = sys.argv[1], int(sys.argv[2])
calls = [0]
def dying(real):
    def call(*arguments, **options):
        calls[0] += 1
        if calls[0] == step:
            os._exit(9)
        return real(*arguments, **options)
    return call
for name in ("fsync", "replace", "open", "fstat"):
    setattr(ledger.os, name, dying(getattr(os, name)))
with ledger.opened(path) as book:
    book.append([{"event": "released", "title": f"table {n}"} for n in (10, 11, 12)])
"""


@pytest.mark.parametrize("before", [[], [2, 1]], ids=["begun", "going on"])
def test_a_process_that_dies_at_any_step_leaves_all_or_nothing(
    before: list[int], tmp_path: Path
) -> None:
    ends = []
    for step in range(1, 40):
        folder = tmp_path / str(step)
        folder.mkdir()
        path = made(folder, before)
        result = subprocess.run([sys.executable, "-c", CRASH, str(path), str(step)], cwd=ROOT)
        found = len(read(path)) - sum(before)
        assert problems(path) == []
        ends.append(found)
        assert add(path, *(released(n) for n in (10, 11, 12))) == 3 - found
        assert len(read(path)) == sum(before) + 3
        if result.returncode == 0:
            break
    assert result.returncode == 0
    assert set(ends) == {0, 3}
    assert ends == sorted(ends)


def test_a_head_that_is_behind_is_brought_up(tmp_path: Path) -> None:
    path = made(tmp_path, [1, 2])
    head = head_of(path).read_bytes()
    add(path, FIRST)
    newer = head_of(path).read_bytes()
    head_of(path).write_bytes(head)
    assert problems(path) == []
    with opened(path) as book:
        assert len(book.entries) == 4
    assert head_of(path).read_bytes() == newer


@pytest.mark.parametrize("name", ["fsync", "replace"])
@pytest.mark.parametrize("call", range(1, 5))
def test_a_disk_that_fails_is_one_clear_line_and_leaves_a_sound_ledger(
    name: str, call: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path, [2])
    real, calls = getattr(os, name), [0]

    def full(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] == call:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    trouble: CannotWrite | None = None
    with monkeypatch.context() as patch:
        patch.setattr(ledger.os, name, full)
        try:
            added = add(path, FIRST, SECOND)
        except CannotWrite as error:
            trouble, added = error, 0
    assert len(read(path)) in ((2, 4) if trouble else (4,))
    if trouble:
        assert "No space left" in str(trouble)
        assert str(tmp_path) in str(trouble)
        assert trouble.__context__ is None
    else:
        assert added == 2
    add(path, FIRST, SECOND)
    assert [entry.content for entry in read(path)] == [released(0), released(1), FIRST, SECOND]


FULL = """
import resource, sys
from workforce_analytics.disclosure.ledger import opened
with opened(sys.argv[1]) as book:
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
    book.append([{"event": "released", "title": f"table {n}" * 20} for n in range(3)])
"""


def test_lines_for_which_the_disk_has_half_the_room_are_taken_back(tmp_path: Path) -> None:
    path = made(tmp_path, [1])
    before = path.read_bytes()
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], cwd=ROOT, capture_output=True, text=True
    )
    assert "CannotWrite" in result.stderr
    assert "cannot be written (File too large)" in result.stderr
    assert path.read_bytes() == before
    assert problems(path) == []


def test_lines_that_another_program_adds_meanwhile_are_not_cut_off(tmp_path: Path) -> None:
    path = made(tmp_path, [1])
    with opened(path) as book:
        with path.open("ab") as file:
            file.write(b"another line\n")
        with pytest.raises(CannotWrite, match="another program changed it"):
            book.append([FIRST])
    assert path.read_bytes().endswith(b"another line\n")


# Tampering


def changed(lines: list[bytes], place: int, way: str, data: Any) -> list[bytes]:
    """The lines after one of them was tampered with."""
    line = lines[place]
    other = data.draw(st.integers(0, len(lines) - 1), label="other place")
    if way == "a byte":
        spot = data.draw(st.integers(0, len(line) - 1), label="byte")
        value = data.draw(st.integers(0, 255), label="value")
        return [
            *lines[:place],
            line[:spot] + bytes([value]) + line[spot + 1 :],
            *lines[place + 1 :],
        ]
    if way == "removed":
        return lines[:place] + lines[place + 1 :]
    if way == "repeated":
        return [*lines[:other], line, *lines[other:]]
    if way == "swapped":
        result = list(lines)
        result[place], result[other] = lines[other], line
        return result
    if way == "moved":
        rest = lines[:place] + lines[place + 1 :]
        return [*rest[:other], line, *rest[other:]]
    if way == "inserted":
        record = {
            "batch": [1, 1],
            "content": released(99),
            "previous": json.loads(line)["previous"],
        }
        text = json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        return [*lines[:place], text, *lines[place:]]
    if way == "spaced":
        return [*lines[:place], line.replace(b",", b", ", 1), *lines[place + 1 :]]
    if way == "cut":
        return [*lines[:place], line[: data.draw(st.integers(0, len(line) - 1), label="length")]]
    return [*lines[:place], {"blank": b"\n", "junk": b"not JSON\n"}[way], *lines[place:]]


WAYS = ["a byte", "removed", "repeated", "swapped", "moved", "inserted", "spaced", "cut"]
WAYS += ["blank", "junk"]


@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_done_to_a_line_is_found(way: str) -> None:
    with TemporaryDirectory() as folder:
        path = made(Path(folder), [1, 3, 1, 2])
        sound = path.read_bytes()

        @DRAFT
        @given(st.integers(0, 6), st.data())
        def found(place: int, data: Any) -> None:
            after = b"".join(changed(sound.splitlines(keepends=True), place, way, data))
            path.write_bytes(after)
            assert problems(path) == [] if after == sound else is_refused(path)

        found()


def test_every_changed_byte_of_the_ledger_and_its_head_is_found(tmp_path: Path) -> None:
    path = made(tmp_path, [1, 2])
    for file in (path, head_of(path)):
        sound = file.read_bytes()
        for spot in range(len(sound)):
            file.write_bytes(sound[:spot] + bytes([sound[spot] ^ 1]) + sound[spot + 1 :])
            assert problems(path), f"byte {spot} of {file.name}"
        file.write_bytes(sound)
    assert problems(path) == []


def test_lines_at_the_end_or_all_of_them_cannot_go(tmp_path: Path) -> None:
    path = made(tmp_path, [1, 2, 1])
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in range(4):
        path.write_bytes(b"".join(lines[:kept]))
        assert is_refused(path)
    path.unlink()
    assert is_refused(path)
    assert not path.exists()
    assert problems(path) == ["line 1 is missing: the .head names 4 lines, and 0 are there"]


def test_a_head_that_is_gone_is_told(tmp_path: Path) -> None:
    path = made(tmp_path, [1])
    head_of(path).unlink()
    assert problems(path) == ["ledger.jsonl.head, which names the last line, is missing"]
    assert is_refused(path)


def test_lines_of_plain_json_are_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"event": "unprotected"}\n', encoding="utf-8")
    assert is_refused(path)
    path.write_text('{"event": "unprotected"}', encoding="utf-8")
    assert is_refused(path)


def test_a_ledger_whose_line_ends_were_changed_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path, [1])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert is_refused(path)


def test_a_batch_without_its_end_is_found_even_where_the_chain_holds(tmp_path: Path) -> None:
    path = made(tmp_path, [2])
    first = path.read_bytes().splitlines()[0]
    record = {"batch": [1, 1], "content": FIRST, "previous": read(path)[0].hash}
    last = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(first + b"\n" + last.encode() + b"\n")
    assert "line 2 comes before all lines released with line 1" in problems(path)
    assert is_refused(path)


def test_a_last_line_with_other_spaces_is_found_even_where_the_head_is_behind(
    tmp_path: Path,
) -> None:
    path = made(tmp_path, [1])
    head = head_of(path).read_bytes()
    add(path, FIRST)
    *_, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(path.read_bytes().replace(last, last.replace(b",", b", ", 1)))
    head_of(path).write_bytes(head)
    assert problems(path) == ["line 2 is not a line of a ledger: it was changed or added"]
    assert is_refused(path)


def test_a_head_that_names_a_line_of_half_a_batch_is_found(tmp_path: Path) -> None:
    path = made(tmp_path, [1, 2])
    middle = read(path)[1]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    head_of(path).write_bytes(f'{{"hash":"{middle.hash}","lines":2}}'.encode())
    assert is_refused(path)


def test_the_refusal_says_where_and_what_to_do_and_not_what_the_line_says(tmp_path: Path) -> None:
    path = made(tmp_path, [4])
    path.write_bytes(path.read_bytes().replace(b"table 1", b"table 7"))
    with pytest.raises(DisclosureRefused) as info:
        read(path)
    assert str(info.value) == (
        f"{path}: line 3 does not follow line 2: one of them was changed, or lines between them "
        "were removed, added or moved. Restore this file and its .head from the latest backup; "
        "nothing is released until then."
    )
    assert info.value.exit_code == 5
    assert "table" not in str(info.value) + "".join(problems(path)) + repr(info.value)


def test_every_break_is_told_to_an_audit(tmp_path: Path) -> None:
    path = made(tmp_path, [1] * 6)
    content = path.read_bytes().replace(b"table 1", b"table 7").replace(b"table 4", b"table 8")
    path.write_bytes(content + b"junk\n")
    assert [words.split(":")[0] for words in problems(path)] == [
        "line 3 does not follow line 2",
        "line 6 does not follow line 5",
        "line 7 is not a line of a ledger",
    ]
    with pytest.raises(DisclosureRefused, match=r"line 2: .*\(2 more like this\)"):
        read(path)


def test_an_entry_shows_its_number_and_not_what_it_says(tmp_path: Path) -> None:
    path = made(tmp_path, [1])
    assert "table" not in repr(read(path))
    assert "number=1" in repr(read(path))


# Several processes

ADDING = """
import sys
from workforce_analytics.disclosure.ledger import opened
path, who = sys.argv[1:]
sys.stdin.read(1)
for turn in range(20):
    with opened(path) as book:
        book.append([{"event": "released", "who": who, "turn": turn, "n": n} for n in range(3)])
"""
CLASHING = """
import sys
from workforce_analytics.disclosure.ledger import opened
path, who = sys.argv[1:]
sys.stdin.read(1)
with opened(path) as book:
    passed = not book.entries
    if passed:
        book.append([{"event": "released", "who": who}])
print(passed)
"""
HOLDING = """
import sys
from workforce_analytics.disclosure.ledger import opened
with opened(sys.argv[1]) as book:
    book.append([{"event": "released"}])
    print("held", flush=True)
    sys.stdin.read()
"""


def started(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    processes = [started(ADDING, str(path), who) for who in "abcd"]
    for process in processes:
        assert process.stdin
        process.stdin.write("go")
        process.stdin.flush()
    # Reading without the lock meanwhile never finds a break.
    seen = 0
    while any(process.poll() is None for process in processes):
        entries = read(path)
        assert len(entries) >= seen
        assert len(entries) % 3 == 0
        seen = len(entries)
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    found = sorted((e.content["who"], e.content["turn"], e.content["n"]) for e in read(path))
    assert found == [(who, turn, n) for who in "abcd" for turn in range(20) for n in range(3)]
    assert problems(path) == []


@pytest.mark.parametrize(("where", "before"), [("lexists", 0), ("lexists", 1), ("read_bytes", 1)])
def test_a_release_between_two_readings_is_no_break(
    where: str, before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path, [1] * before)
    place: Any = Path if where == "read_bytes" else ledger.os.path
    real = getattr(place, where)
    calls = [0]

    def interrupted(given: Path) -> Any:
        found = real(given)
        calls[0] += 1
        if calls[0] == 1:
            add(path, FIRST, SECOND)
        return found

    monkeypatch.setattr(place, where, interrupted)
    assert problems(path) == []
    assert len(read(path)) == before + 2


def test_of_releases_that_clash_only_one_passes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    processes = [started(CLASHING, str(path), who) for who in "abcd"]
    for process in processes:
        assert process.stdin
        process.stdin.write("go")
        process.stdin.flush()
    said = [process.communicate()[0].strip() for process in processes]
    assert sorted(said) == ["False", "False", "False", "True"]
    assert len(read(path)) == 1


def test_a_ledger_that_is_held_is_waited_for_and_then_said_to_be_held(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    process = started(HOLDING, str(path))
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    held = pytest.raises(CannotWrite, match="another release seems to be under way")
    with held as info, opened(path, patience=0.1):
        raise AssertionError("both hold it")
    assert str(path) in str(info.value)
    assert info.value.__context__ is None
    assert len(read(path)) == 1
    process.communicate("")
    assert add(path, FIRST) == 1


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    process = started(HOLDING, str(path))
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.communicate()
    assert process.returncode == (-signal.SIGKILL if os.name == "posix" else 1)
    assert add(path, FIRST) == 1
    assert len(read(path)) == 2


def test_an_error_inside_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with pytest.raises(DisclosureRefused, match="clash"), opened(path):
        raise DisclosureRefused("clash")
    with opened(path, patience=0) as book:
        assert book.append([FIRST]) == 1


def test_two_ways_to_one_file_are_one_ledger(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path = made(tmp_path / "real", [1])
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    assert len(read(link)) == 1
    with opened(link), pytest.raises(CannotWrite), opened(path, patience=0):
        raise AssertionError("both hold it")
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith("link")] == [link.name]


# Folders and files that cannot be used


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "ledger.jsonl"
    with pytest.raises(CannotWrite, match="no such folder") as info, opened(path):
        raise AssertionError("opened")
    assert str(path.parent) in str(info.value)
    assert info.value.exit_code == 6
    assert not path.parent.exists()
    # An audit of a mistyped path must not find a sound ledger.
    for look in (read, problems):
        with pytest.raises(DataError, match="cannot be read"):
            look(path)


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ledger.os, "open", denied)
    with pytest.raises(CannotWrite, match="Permission denied") as info:
        add(tmp_path / "ledger.jsonl", FIRST)
    assert f"folder {tmp_path}" in str(info.value)
    assert info.value.__context__ is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_knows_no_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(ledger, "_take", none_left)
    with pytest.raises(CannotWrite, match=r"cannot be locked \(No locks available\)"):
        add(tmp_path / "ledger.jsonl", FIRST)


def test_a_folder_in_the_place_of_the_ledger_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read") as info:
        add(tmp_path, FIRST)
    assert info.value.__context__ is None
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotWrite, match="no such folder"):
        add(tmp_path / "file" / "ledger.jsonl", FIRST)


def test_a_path_that_is_no_path_is_told() -> None:
    for look in (read, problems, lambda path: add(path, FIRST)):
        with pytest.raises(DataError, match="path cannot be used"):
            look(Path("a\0b"))
