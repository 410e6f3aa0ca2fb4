"""Files appear whole or not at all."""

import os

import pytest

from workforce_analytics.errors import CannotWrite
from workforce_analytics.publishing import writing
from workforce_analytics.publishing.writing import safe_cell, write_bytes, write_text


def test_a_file_is_written_with_its_folders(tmp_path):
    path = write_text(tmp_path / "a" / "b" / "page.html", "likely – between\n")
    assert path.read_bytes() == "likely – between\n".encode()
    assert [item.name for item in path.parent.iterdir()] == ["page.html"]


def test_an_earlier_file_stays_whole_where_the_new_one_fails(tmp_path, monkeypatch):
    path = write_bytes(tmp_path / "page.html", b"earlier")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "replace", full)
    with pytest.raises(CannotWrite, match=r"page\.html: cannot be written \(No space left") as info:
        write_bytes(path, b"new")
    assert info.value.__cause__ is None
    assert info.value.__context__ is None
    assert path.read_bytes() == b"earlier"
    assert os.listdir(tmp_path) == ["page.html"]


def test_a_file_in_the_place_of_a_folder_is_one_clear_line(tmp_path):
    (tmp_path / "report").write_text("a file", encoding="utf-8")
    with pytest.raises(CannotWrite, match="cannot be written") as info:
        write_text(tmp_path / "report" / "page.html", "x")
    assert "\n" not in str(info.value)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_cells_that_start_like_a_formula_are_text(text):
    assert safe_cell(text) == f"'{text}"


def test_other_cells_stay():
    assert safe_cell("White") == "White"
    assert safe_cell("") == ""
